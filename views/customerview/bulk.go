package customerview

import (
	"semaforo/views/ui"
)

// Which customers an assignment is of.
const (
	OfTicked = "ticked"
	OfFound  = "found"
)

// BulkForm is what “Definir responsável…” asks: of whom, and who.
type BulkForm struct {
	IDs    []string `query:"id" form:"id"`
	Search string   `query:"q" form:"q"`
	Whose  string   `query:"seller" form:"seller"`
	Of     string   `form:"of"`
	To     string   `form:"to"`

	Found          int         `form:"-" query:"-"` // how many the search finds
	Sellers        []ui.Option `form:"-" query:"-"`
	Problem        string      `form:"-" query:"-"`
	OfError, Wrong string      `form:"-" query:"-"`
}

// Filter is the list the assignment was asked from.
func (f BulkForm) Filter() Filter { return Filter{Search: f.Search, Seller: f.Whose}.Cleaned() }

func (f BulkForm) values() []ui.Option {
	values := f.Filter().narrow("")
	for _, id := range f.IDs {
		values = append(values, ui.Option{Value: "id", Label: id})
	}
	return values
}

// Count is a number of customers in words.
func Count(n int) string { return ui.Count(n, "cliente", "clientes") }

func (f BulkForm) of() ui.ChoicesProps {
	what := "Todos os clientes da loja"
	if f.Filter().Narrowed() {
		what = "Todos os clientes desta busca"
	}
	ticked := "Nenhum está marcado."
	if n := len(f.IDs); n > 0 {
		ticked = ui.Count(n, "cliente marcado", "clientes marcados") + " nesta página."
	}
	all := f.Of == OfFound || f.Of == "" && len(f.IDs) == 0
	return ui.ChoicesProps{Field: ui.Field{Name: "of", Label: "De quais clientes", Error: f.OfError, Autofocus: f.OfError != ""}, Choices: []ui.Choice{
		{Value: OfTicked, Label: "Os marcados", Help: ticked, Icon: ui.IconCheck, Checked: !all, Disabled: len(f.IDs) == 0},
		{Value: OfFound, Label: what, Help: Count(f.Found) + ".", Icon: ui.IconUsers, Checked: all, Disabled: f.Found == 0},
	}}
}

func (f BulkForm) to() ui.SelectProps {
	return ui.SelectProps{Field: ui.Field{ID: "to", Name: "to", Label: "Novo responsável", Error: f.Wrong, Required: true,
		Autofocus: f.OfError == ""}, Empty: "Escolha", Options: chosen(append(f.Sellers, ui.Option{Value: Nobody, Label: "Ninguém"}), f.To)}
}

// PortfolioForm is what “Transferir uma carteira” asks.
type PortfolioForm struct {
	From string `form:"from"`
	To   string `form:"to"`

	Owners, Sellers    []ui.Option `form:"-"`
	Problem            string      `form:"-"`
	FromError, ToError string      `form:"-"`
}

func (f PortfolioForm) from() ui.SelectProps {
	return ui.SelectProps{Field: ui.Field{ID: "from", Name: "from", Label: "Carteira de", Error: f.FromError, Required: true,
		Autofocus: f.ToError == ""}, Empty: "Escolha", Options: chosen(f.Owners, f.From)}
}

func (f PortfolioForm) to() ui.SelectProps {
	return ui.SelectProps{Field: ui.Field{ID: "to", Name: "to", Label: "Passa para", Error: f.ToError, Required: true, Autofocus: f.ToError != ""},
		Empty: "Escolha", Options: chosen(append(f.Sellers, ui.Option{Value: Nobody, Label: "Ninguém"}), f.To)}
}
