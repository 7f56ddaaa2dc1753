package auditview

import (
	"context"
	"net/url"
	"time"

	"semaforo/views/ui"
)

// Path is the page's address, CSVPath that of the same entries as a file.
const (
	Path    = "/configuracoes/auditoria"
	CSVPath = Path + ".csv"
)

// Operator is the filter's value for who has no account: commands at the
// program's own machine.
const Operator = "operador"

// Filter narrows the entries; From and To are days of the store ("2026-11-26"),
// both included, as typed.
type Filter struct {
	Noun, By, From, To string
	// Below is the id of the entry before which the page begins.
	Below string
}

func (f Filter) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"assunto": f.Noun, "pessoa": f.By, "de": f.From, "ate": f.To, "antes": f.Below} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (f Filter) address(path string) string {
	if v := f.values(); len(v) > 0 {
		return path + "?" + v.Encode()
	}
	return path
}

// URL is the page's address with this filter.
func (f Filter) URL() string { return f.address(Path) }

// CSV is the file's address with this filter: always from its beginning.
func (f Filter) CSV() string {
	f.Below = ""
	return f.address(CSVPath)
}

func (f Filter) on() bool { return f.Noun != "" || f.By != "" || f.From != "" || f.To != "" }

// Entry is one line of the trail.
type Entry struct {
	ID                 string
	At                 time.Time
	By, Address        string
	Noun, Action, Name string
	Changes            []Change
}

// Change is one field of an entry, by its code.
type Change struct{ Field, Before, After string }

// Page is Auditoria.
type Page struct {
	Filter  Filter
	Entries []Entry
	// People can be chosen as who did it.
	People []ui.Option
	// Older is the id after which an older page begins; empty at the end.
	Older string
	// Errors are the filter's, by field.
	Errors map[string]string
}

func (p Page) subjects() []ui.Option {
	options := make([]ui.Option, len(nouns))
	for i, n := range nouns {
		options[i] = ui.Option{Value: n.code, Label: n.subject, Selected: n.code == p.Filter.Noun}
	}
	return options
}

func (p Page) pager() ui.PagerProps {
	var pager ui.PagerProps
	if p.Filter.Below != "" {
		first := p.Filter
		first.Below = ""
		pager.Newer, pager.NewerLabel = first.URL(), "Mais recentes"
	}
	if p.Older != "" {
		older := p.Filter
		older.Below = p.Older
		pager.Older, pager.OlderLabel = older.URL(), "Mais antigas"
	}
	return pager
}

func (p Page) empty() ui.StateProps {
	if p.Filter.on() {
		return ui.StateProps{Icon: ui.IconClipboardList, Title: "Nada foi registrado com este filtro", Text: "Mude o período, a pessoa ou o assunto."}
	}
	return ui.StateProps{Icon: ui.IconClipboardList, Title: "Ainda não há nada registrado",
		Text: "Cada mudança de configuração, de pessoas e de chaves, e cada entrada, aparece aqui."}
}

func (p Page) rows(ctx context.Context) []ui.TableRow {
	rows := make([]ui.TableRow, len(p.Entries))
	for i, e := range p.Entries {
		rows[i] = ui.TableRow{ID: "entry-" + e.ID, Cells: entryCells(ctx, e)}
	}
	return rows
}

// OperatorName is whoever runs the program's commands, in the trail and wherever
// else somebody is named.
const OperatorName = "Comando do operador"

// Who is whoever caused an entry, in words: a person by name, a key as one, the
// program's own commands.
func Who(kind, name string) string {
	switch kind {
	case "token":
		return "Chave " + name
	case "system":
		if name != "" {
			return name
		}
		return OperatorName
	}
	return name
}
