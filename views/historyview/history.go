package historyview

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Path is the page that takes a file of past conversations.
const Path = "/configuracoes/importar-historico"

// The files to begin from.
const (
	TemplatePath  = Path + "/modelo"
	TemplateJSONL = TemplatePath + "?formato=jsonl"
)

// flowsPath is the area that the page belongs to.
const flowsPath = "/automacoes/inatividade"

// Uploads is the page that takes a file, and lists what came of earlier ones.
type Uploads struct {
	All   []Import
	Error string // why the file was not taken
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

// What becomes of names that the store does not know.
const (
	LeaveOut = "leave_out"
	AsNone   = "as_none"
)

// Import is an import's page.
type Import struct {
	ID, Name, By    string
	State           string
	At              time.Time
	Total, Position int
	Errors          int
	New, Known      int    // waits, once they are imported
	Settling        bool   // all is written, and enters what is read of it
	Deleting        bool   // it was done, and is being taken away
	Reason          string // in words
	Found           Found
	Lines           []Line
	Problems        []Problem
	More            int // lines with errors that are not shown
	Choice          string
}

// Found is what the file tells of.
type Found struct {
	Conversations, LeftOut int
	Waits                  int
	Queues                 map[flow.Queue]int
	First, Last            time.Time
	Silences, Waiting      int
	Without                int
	Unknown                []Unknown
	MoreUnknown            int
}

// Unknown is a name that the store does not know.
type Unknown struct {
	Kind, Name  string // Kind in words
	Lines, Line int
	Ambiguous   bool
}

// Line is a line of the file as it is understood.
type Line struct {
	N                            int
	At                           time.Time
	Conversation, Who            string
	Team, Seller, Channel, Until string
}

// Problem is what is wrong with a line of a file.
type Problem struct {
	Line         int
	Column, Text string
}

// URL is an import's page.
func URL(id string) string { return Path + "/" + url.PathEscape(id) }

// URL is the import's page.
func (i Import) URL() string { return URL(i.ID) }

func (i Import) action(name string) string { return i.URL() + "/" + name }

// Busy reports whether the import goes on by itself.
func (i Import) Busy() bool {
	return i.State == Receiving || i.State == Checking || i.State == Preparing || i.State == Undoing
}

// the part of the page that changes.
const part = "history"

func (i Import) job() ui.JobProps {
	p := ui.JobProps{Part: part, URL: i.URL(), Words: "Pode sair desta página: continua sozinho, e nada aparece pela metade.",
		Progress: ui.ProgressProps{ID: "history-progress", Label: i.doing(), Value: min(i.Position, i.Total), Max: i.Total}}
	p.Progress.Words = ui.Number(p.Progress.Value) + " de " + ui.Count(i.Total, "linha", "linhas")
	if i.Total == 0 || i.Settling || i.State == Undoing || i.State == Receiving {
		p.Progress.Max, p.Progress.Words = 0, "Só mais um momento…"
	}
	if i.State == Preparing || i.State == Checking {
		p.Stop = i.action("cancelar")
	}
	return p
}

func (i Import) doing() string {
	switch {
	case i.State == Receiving:
		return "Recebendo o arquivo"
	case i.State == Checking:
		return "Conferindo as linhas"
	case i.State == Undoing && i.Deleting:
		return "Excluindo as esperas"
	case i.State == Undoing:
		return "Desfazendo o que foi preparado"
	case i.Settling:
		return "Preparando as esperas para as simulações"
	}
	return "Calculando as esperas"
}

func (i Import) state() (ui.Tone, string) {
	switch i.State {
	case Refused:
		return ui.Red, ui.Count(i.Errors, "linha com erro", "linhas com erro")
	case Checked:
		return ui.Accent, "Pronto para importar"
	case Done:
		return ui.Green, "Importado"
	case GivenUp:
		if i.Deleting {
			return ui.Neutral, "Excluído"
		}
		return ui.Neutral, "Cancelado"
	}
	return ui.Accent, i.doing()
}

func (f Found) period(ctx context.Context) string {
	if f.First.IsZero() {
		return "—"
	}
	loc := ui.Location(ctx)
	first, last := ui.Date(f.First, loc), ui.Date(f.Last, loc)
	if first == last {
		return first
	}
	return first + " a " + last
}

func (i Import) terms(ctx context.Context) []ui.Term {
	f := i.Found
	terms := []ui.Term{{Label: "Conversas", Value: ui.Number(f.Conversations - f.LeftOut)}, {Label: "Esperas", Value: ui.Number(f.Waits)},
		{Label: "Período", Value: f.period(ctx)}}
	for _, q := range []struct {
		queue flow.Queue
		word  string
	}{{flow.TeamQueue, "Na fila do time"}, {flow.SellerQueue, "Na fila do vendedor"}, {flow.WaitingQueue, "Na fila aguardando"}} {
		terms = append(terms, ui.Term{Label: q.word, Value: ui.Count(f.Queues[q.queue], "espera", "esperas")})
	}
	if i.State == Done && i.Known > 0 {
		terms = append(terms, ui.Term{Label: "Já importadas antes", Value: ui.Count(i.Known, "espera", "esperas")})
	}
	return terms
}

// remarks are what somebody should know of the file before it is imported.
func (i Import) remarks() []string {
	f := i.Found
	var all []string
	add := func(n int, one, many string) {
		if n > 0 {
			all = append(all, ui.Count(n, one, many))
		}
	}
	add(f.Silences, "espera terminou num silêncio de mais de 3 dias e não conta: ninguém estava mais esperando.",
		"esperas terminaram num silêncio de mais de 3 dias e não contam: ninguém estava mais esperando.")
	add(f.Waiting, "conversa termina sem resposta: a última espera dela não conta.", "conversas terminam sem resposta: a última espera delas não conta.")
	add(f.LeftOut, "conversa fica de fora, por causa dos nomes que a loja não conhece.", "conversas ficam de fora, por causa dos nomes que a loja não conhece.")
	return all
}

func (i Import) problems() ui.TableProps {
	t := ui.TableProps{ID: "problems", Caption: "Erros por linha", Columns: []ui.Column{{Label: "Onde"}, {Label: "Coluna"}, {Label: "O que fazer"}}}
	for n, p := range i.Problems {
		t.Rows = append(t.Rows, ui.TableRow{ID: "problem-" + strconv.Itoa(n), Cells: []templ.Component{ui.Words("Linha " + ui.Number(p.Line)),
			ui.Words(p.Column), ui.Words(p.Text)}})
	}
	return t
}

func (i Import) unknown() ui.TableProps {
	t := ui.TableProps{ID: "unknown", Caption: "Nomes que a loja não conhece", Columns: []ui.Column{{Label: "Nome"}, {Label: "O que é"}, {Label: "Linhas", Number: true},
		{Label: "Primeira", Number: true}}}
	for n, u := range i.Found.Unknown {
		kind := u.Kind
		if u.Ambiguous {
			kind += " (há mais de um com este nome)"
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "unknown-" + strconv.Itoa(n), Cells: []templ.Component{ui.Words(u.Name), ui.Words(kind),
			ui.Words(ui.Number(u.Lines)), ui.Words(ui.Number(u.Line))}})
	}
	return t
}

func (i Import) lines(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "lines", Caption: "As primeiras linhas, como foram entendidas", Columns: []ui.Column{{Label: "Conversa"}, {Label: "Quando"}, {Label: "Quem"},
		{Label: "Time"}, {Label: "Vendedor"}, {Label: "Canal"}}}
	for _, l := range i.Lines {
		who := l.Who
		if l.Until != "" {
			who += " até " + l.Until
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "line-" + strconv.Itoa(l.N), Cells: []templ.Component{ui.Words(l.Conversation), ui.Words(ui.Exact(l.At, ui.Location(ctx))),
			ui.Words(who), ui.Words(dash(l.Team)), ui.Words(dash(l.Seller)), ui.Words(dash(l.Channel))}})
	}
	return t
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (u Uploads) all(ctx context.Context) ui.TableProps {
	t := ui.TableProps{ID: "all", Caption: "Históricos importados", Columns: []ui.Column{{Label: "Arquivo"}, {Label: "Situação"}, {Label: "Conversas", Number: true},
		{Label: "Esperas", Number: true}, {Label: "Período"}, {Label: "Por"}, {Label: "Quando"}}}
	for _, i := range u.All {
		tone, word := i.state()
		conversations, waits, period := "—", "—", "—"
		if i.State == Done || i.State == Checked {
			conversations, waits, period = ui.Number(i.Found.Conversations-i.Found.LeftOut), ui.Number(i.Found.Waits), i.Found.period(ctx)
		}
		t.Rows = append(t.Rows, ui.TableRow{ID: "history-" + i.ID, Quiet: i.State == GivenUp, Cells: []templ.Component{ui.CellLink(i.URL(), i.Name, ""),
			ui.Badge(ui.BadgeProps{Tone: tone, Text: word}), ui.Words(conversations), ui.Words(waits), ui.Words(period), ui.Words(i.By),
			ui.Words(ui.When(ui.Now(ctx), i.At, ui.Location(ctx)))}})
	}
	return t
}

func (u Uploads) columns() ui.TableProps {
	t := ui.TableProps{ID: "columns", Caption: "Colunas do arquivo", Columns: []ui.Column{{Label: "Coluna"}, {Label: "O que vai nela"}}}
	for n, c := range []struct{ name, text string }{
		{"conversa", "O código da conversa na outra plataforma. As linhas de uma conversa não precisam estar juntas nem em ordem."},
		{"quando", "26/11/2026 14:05, na hora da loja, com ou sem segundos; ou 2026-11-26T14:05:00-03:00."},
		{"quem", "cliente, vendedor, robô ou nota, para uma mensagem; assumir, transferência ou finalização, para o que aconteceu com a conversa."},
		{"time", "Opcional: o time em que a conversa entrou, ou para o qual foi transferida."},
		{"vendedor", "Opcional: quem respondeu, assumiu ou recebeu a conversa, pelo nome ou e-mail."},
		{"canal", "Opcional: o canal em que o cliente escreveu."},
	} {
		t.Rows = append(t.Rows, ui.TableRow{ID: "column-" + strconv.Itoa(n), Cells: []templ.Component{ui.Words(c.name), ui.Words(c.text)}})
	}
	return t
}

// rules are how waits are made of a file.
func rules() []string {
	return []string{
		"As esperas saem do mesmo motor que cuida das conversas da loja: do que o cliente escreveu até a resposta, a transferência ou a finalização.",
		"Robôs e notas não respondem ninguém.",
		"Um silêncio de mais de 3 dias, sem ninguém dizer nem fazer nada, não é espera: o “obrigado” de março não espera até a compra de abril.",
		"O histórico só serve às simulações dos fluxos. Não aparece em Conversas, Clientes, Painel nem Relatórios, e pode ser excluído inteiro.",
	}
}

func (i Import) choices() []ui.Choice {
	return []ui.Choice{
		{Value: LeaveOut, Label: "Deixar de fora", Help: "As conversas em que eles aparecem não são importadas.", Checked: i.Choice != AsNone},
		{Value: AsNone, Label: "Contar sem nome", Help: "As esperas contam na fila, sem time, vendedor ou canal conhecido.", Checked: i.Choice == AsNone},
	}
}

func (i Import) overTitle() string {
	if i.Deleting {
		return "O histórico foi excluído"
	}
	return "Nada foi importado"
}

func bullets(sentences []string) []ui.Bullet {
	var all []ui.Bullet
	for _, text := range sentences {
		all = append(all, ui.Bullet{Text: text})
	}
	return all
}
