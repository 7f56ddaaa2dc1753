package customerview

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// The addresses.
const (
	ListPath      = "/clientes"
	AssignPath    = ListPath + "/responsavel"
	PortfolioPath = ListPath + "/carteira"
	ExportPath    = ListPath + "/exportar"
	ImportPath    = ListPath + "/importar"
	TemplatePath  = ImportPath + "/modelo"
)

// Path is a customer's page.
func Path(id string) string { return ListPath + "/" + url.PathEscape(id) }

// Nobody is the filter's value for customers in nobody's portfolio, and the choice of
// no seller.
const Nobody = "ninguem"

// MaxSearch is how many characters of a search count.
const MaxSearch = 200

// Filter is which customers are listed, as the address says it.
type Filter struct {
	Search string `query:"q" form:"q"`
	Seller string `query:"seller" form:"seller_filter"` // a seller's id, or Nobody
	After  string `query:"after"`
	Before string `query:"before"`
}

// Cleaned is the filter with what an address may not say left out.
func (f Filter) Cleaned() Filter {
	f.Search = strings.TrimSpace(strings.ToValidUTF8(f.Search, ""))
	if utf8.RuneCountInString(f.Search) > MaxSearch {
		f.Search = string([]rune(f.Search)[:MaxSearch])
	}
	if f.After != "" {
		f.Before = ""
	}
	return f
}

// Narrowed reports whether the filter leaves customers out.
func (f Filter) Narrowed() bool { return f.Search != "" || f.Seller != "" }

// URL is the address of the filter's list.
func (f Filter) URL() string { return f.at(ListPath) }

func (f Filter) at(path string) string {
	values := url.Values{}
	for _, p := range []ui.Option{{Value: "q", Label: f.Search}, {Value: "seller", Label: f.Seller}, {Value: "after", Label: f.After},
		{Value: "before", Label: f.Before}} {
		if p.Label != "" {
			values.Set(p.Value, p.Label)
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func (f Filter) with(change func(*Filter)) Filter {
	f.After, f.Before = "", ""
	change(&f)
	return f
}

// narrow are the filter's parameters without a place in the list, for forms.
func (f Filter) narrow(but string) []ui.Option {
	all := []ui.Option{{Value: "q", Label: f.Search}, {Value: "seller", Label: f.Seller}}
	return slices.DeleteFunc(all, func(o ui.Option) bool { return o.Label == "" || o.Value == but })
}

// List is a page of Clientes.
type List struct {
	Filter       Filter
	Rows         []Row
	Newer, Older string // cursors; empty where there is nothing
	Sellers      []ui.Option
	// Manages says that the reader sets anybody's portfolio; SeesAll that the list has
	// everybody's customers.
	Manages, SeesAll bool
	Me               string // the reader's own seller
}

// Row is one customer of the list.
type Row struct {
	ID, Name, Phone string
	Seller          string // the responsible's name, or empty
	Mine            bool
}

func (r Row) seller() string {
	switch {
	case r.Mine:
		return "Você"
	case r.Seller == "":
		return "Sem responsável"
	}
	return r.Seller
}

func (l List) lead() string {
	switch {
	case l.Manages:
		return "Todos os clientes da loja, em ordem de nome."
	case l.SeesAll:
		return "Os clientes da loja, em ordem de nome. Os da sua carteira falam primeiro com você."
	}
	return "A sua carteira: as conversas novas destes clientes vêm para você."
}

func (l List) table() ui.TableProps {
	t := ui.TableProps{ID: "customers", Caption: "Clientes", Columns: []ui.Column{{Label: "Nome"}, {Label: "Telefone"}, {Label: "Responsável"}}}
	if l.Manages {
		t.Check = "id"
	}
	for _, r := range l.Rows {
		t.Rows = append(t.Rows, ui.TableRow{ID: "customer-" + r.ID, Value: r.ID, Label: "Marcar " + r.Name, Cells: []templ.Component{
			ui.CellLink(Path(r.ID), known(r.Name, "Cliente sem nome"), ""), ui.Words(known(ui.Phone(r.Phone), "—")), ui.Words(r.seller())}})
	}
	return t
}

func (l List) pager() ui.PagerProps {
	var p ui.PagerProps
	if l.Newer != "" {
		p.Newer = l.Filter.with(func(f *Filter) { f.Before = l.Newer }).URL()
	}
	if l.Older != "" {
		p.Older = l.Filter.with(func(f *Filter) { f.After = l.Older }).URL()
	}
	return p
}

// whose are the portfolios one can filter by.
func (l List) whose() []ui.Option {
	options := []ui.Option{{Value: Nobody, Label: "Sem responsável"}}
	if l.Manages {
		options = append(options, l.Sellers...)
	} else {
		options = append(options, ui.Option{Value: l.Me, Label: "Minha carteira"})
	}
	return chosen(options, l.Filter.Seller)
}

func (l List) chips() []ui.ChipProps {
	if l.Filter.Seller == "" {
		return nil
	}
	label := "um que não existe mais"
	for _, o := range l.whose() {
		if o.Selected {
			label = o.Label
		}
	}
	return []ui.ChipProps{{Icon: ui.IconUser, Text: label, Remove: l.Filter.with(func(f *Filter) { f.Seller = "" }).URL()}}
}

func (l List) empty() ui.StateProps {
	switch {
	case l.Filter.Narrowed() || l.Filter.After != "" || l.Filter.Before != "":
		return ui.StateProps{Icon: ui.IconSearch, Title: "Nenhum cliente encontrado", Actions: clearFilter(l),
			Text: "A busca procura o começo das palavras do nome, com ou sem acento, e qualquer parte do telefone com pelo menos 4 números."}
	case l.Manages:
		return ui.StateProps{Icon: ui.IconUsers, Title: "A loja ainda não tem clientes", Actions: importLink(),
			Text: "Quem escreve num canal aparece aqui sozinho. Se a loja já tem uma carteira, importe de um arquivo CSV."}
	case l.SeesAll:
		return ui.StateProps{Icon: ui.IconUsers, Title: "A loja ainda não tem clientes", Text: "Quem escreve num canal aparece aqui."}
	}
	return ui.StateProps{Icon: ui.IconUsers, Title: "A sua carteira está vazia",
		Text: "Numa conversa, abra o cliente e use “Ficar com este cliente”, ou escolha o responsável ao finalizar."}
}

func exportHint(l List) string {
	if l.Filter.Narrowed() {
		return "Só os desta busca"
	}
	return "Todos"
}

func chosen(options []ui.Option, value string) []ui.Option {
	out := slices.Clone(options)
	for i := range out {
		out[i].Selected = out[i].Value == value
	}
	return out
}

func known(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
