package customerview

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Uploads is the page that takes a file, and lists what came of earlier ones.
type Uploads struct {
	Recent []Import
	Error  string // why the file was not taken
}

// The states of an import, as its page tells them.
const (
	Receiving = "receiving"
	Checking  = "checking"
	Refused   = "refused"
	Checked   = "checked"
	Preparing = "preparing"
	Done      = "done"
	Undoing   = "undoing"
	GivenUp   = "given_up"
)

// Import is an import's page.
type Import struct {
	ID, Name, By           string
	Assign                 bool // an assignment of a long list, not a file
	State                  string
	At                     time.Time
	Total, Position        int
	Errors                 int
	Created, Changed, Same int
	Reason                 string // in words
	Problems               []Problem
	More                   int // problems that are not shown
}

// Problem is what is wrong with a line of a file.
type Problem struct {
	Line         int
	Column, Text string
}

// ImportURL is an import's page.
func ImportURL(id string) string { return ImportPath + "/" + url.PathEscape(id) }

// URL is the import's page.
func (i Import) URL() string { return ImportURL(i.ID) }

func (i Import) action(name string) string { return i.URL() + "/" + name }

// Busy reports whether the import goes on by itself.
func (i Import) Busy() bool {
	return i.State == Receiving || i.State == Checking || i.State == Preparing || i.State == Undoing
}

// Title names the page.
func (i Import) Title() string {
	if i.Assign {
		return "Mudança de responsável"
	}
	return "Importação de clientes"
}

// the part of the page that changes.
const importPart = "import"

func (i Import) job() ui.JobProps {
	p := ui.JobProps{Part: importPart, URL: i.URL(), Progress: i.progress(),
		Words: "Pode sair desta página: continua sozinho, e nada aparece pela metade."}
	if i.State == Preparing || i.State == Checking {
		p.Stop = i.action("cancelar")
	}
	return p
}

func (i Import) progress() ui.ProgressProps {
	p := ui.ProgressProps{ID: "import-progress", Label: i.doing(), Value: min(i.Position, i.Total), Max: i.Total}
	what := "linhas"
	if i.Assign {
		what = "clientes"
	}
	p.Words = ui.Number(p.Value) + " de " + ui.Number(i.Total) + " " + what
	if i.Total == 0 || i.State == Undoing || i.State == Receiving {
		p.Max, p.Words = 0, "Só mais um momento…"
	}
	return p
}

func (i Import) doing() string {
	switch i.State {
	case Receiving:
		return "Recebendo o arquivo"
	case Checking:
		return "Conferindo as linhas"
	case Undoing:
		return "Desfazendo o que foi preparado"
	}
	if i.Assign {
		return "Mudando o responsável"
	}
	return "Importando"
}

func (i Import) state() (ui.Tone, string) {
	switch i.State {
	case Refused:
		return ui.Red, ui.Count(i.Errors, "linha com erro", "linhas com erro")
	case Checked:
		return ui.Accent, "Pronta para importar"
	case Done:
		return ui.Green, "Concluída"
	case GivenUp:
		return ui.Neutral, "Cancelada"
	}
	return ui.Accent, i.doing()
}

func (i Import) counts() []ui.Term {
	if i.Assign {
		return []ui.Term{{Label: "Mudados", Value: ui.Number(i.Changed)}, {Label: "Já eram assim", Value: ui.Number(i.Same)}}
	}
	return []ui.Term{{Label: "Novos", Value: ui.Number(i.Created)}, {Label: "Mudados", Value: ui.Number(i.Changed)},
		{Label: "Iguais", Value: ui.Number(i.Same)}}
}

func (i Import) problems() ui.TableProps {
	t := ui.TableProps{ID: "problems", Caption: "Erros por linha", Columns: []ui.Column{{Label: "Onde"}, {Label: "Coluna"}, {Label: "O que fazer"}}}
	for n, p := range i.Problems {
		t.Rows = append(t.Rows, ui.TableRow{ID: "problem-" + ui.Number(n), Cells: []templ.Component{ui.Words("Linha " + ui.Number(p.Line)),
			ui.Words(p.Column), ui.Words(p.Text)}})
	}
	return t
}

func (u Uploads) recent(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "recent", Caption: "Importações recentes", Columns: []ui.Column{{Label: "Arquivo"}, {Label: "Situação"}, {Label: "Por"}, {Label: "Quando"}}}
	for _, i := range u.Recent {
		tone, word := i.state()
		t.Rows = append(t.Rows, ui.TableRow{ID: "import-" + i.ID, Cells: []templ.Component{ui.CellLink(i.URL(), i.Name, ""),
			ui.Badge(ui.BadgeProps{Tone: tone, Text: word}), ui.Words(i.By), ui.Words(ui.When(ui.Now(ctx), i.At, ui.Location(ctx)))}})
	}
	return t
}

func (u Uploads) columns() ui.TableProps {
	t := ui.TableProps{ID: "columns", Caption: "Colunas do arquivo", Columns: []ui.Column{{Label: "Coluna"}, {Label: "O que vai nela"}}}
	for _, c := range []struct{ name, text string }{
		{"nome", "O nome do cliente. Obrigatório para clientes novos."},
		{"telefone", "Com DDD. É por ele que o cliente é reconhecido, com ou sem +55 e com ou sem o nono dígito."},
		{"vendedor", "O e-mail ou o nome do responsável. Vazio deixa como está; “sem responsável” tira."},
		{"canal, identificador", "Opcionais: o canal da API e o código do cliente nele."},
		{"código", "Vem nos arquivos exportados e reconhece o cliente com certeza."},
	} {
		t.Rows = append(t.Rows, ui.TableRow{Cells: []templ.Component{ui.Words(c.name), ui.Words(c.text)}})
	}
	return t
}

func (i Import) doneTitle() string {
	if i.Assign {
		return "Responsável definido"
	}
	return "Importação concluída"
}
