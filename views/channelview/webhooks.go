package channelview

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Webhook is an address that is told what happens.
type Webhook struct {
	ID, URL   string
	Active    bool
	CreatedAt time.Time
	// Pending waits to be delivered, GivenUp never will be; LastError is why the latest failed.
	Pending, GivenUp int
	GaveUpAt         time.Time
	LastError        string
}

// Webhooks is the page of all of them.
type Webhooks struct {
	Webhooks []Webhook
	// Full says that there can be no more.
	Full bool
}

// HookForm is what adds one.
type HookForm struct {
	URL string `form:"url" validate:"required,max=2000,plaintext"`
}

// Trim takes the blanks around what was typed.
func (f *HookForm) Trim() { f.URL = strings.TrimSpace(f.URL) }

// NewHook is the dialog that adds one.
type NewHook struct {
	Form    HookForm
	Errors  map[string]string
	Problem string
}

var hookColumns = []ui.Column{{Label: "Endereço"}, {Label: "Ligado"}, {Label: "Entregas"}, {Label: "Ações", Bare: true}}

func (w Webhooks) rows() []ui.TableRow {
	rows := make([]ui.TableRow, len(w.Webhooks))
	for i, hook := range w.Webhooks {
		rows[i] = ui.TableRow{ID: "webhook-" + hook.ID, Quiet: !hook.Active, Cells: []templ.Component{
			hookAddress(hook), hookSwitch(hook), deliveries(hook), deleteLink(hook)}}
	}
	return rows
}

func (w Webhook) pendingWords() string {
	switch w.Pending {
	case 0:
		return "Nenhuma pendente"
	case 1:
		return "1 pendente"
	}
	return ui.Number(w.Pending) + " pendentes"
}

func (w Webhook) givenUpWords(loc *time.Location) string {
	text := ui.Number(w.GivenUp) + " entregas desistidas"
	if w.GivenUp == 1 {
		text = "1 entrega desistida"
	}
	return text + ", a última em " + ui.Exact(w.GaveUpAt, loc)
}

// errorWords say why the latest delivery failed. What the other side or the network said stays as it was
// said: who looks after that side knows it.
func (w Webhook) errorWords() string { return "Última falha: " + w.LastError }

func (n NewHook) field() ui.Field {
	return ui.Field{ID: "webhook-url", Name: "url", Label: "Endereço", Help: "Começa com https:// e é público: recebe cada evento das conversas.",
		Error: n.Errors["url"], Autofocus: true}
}
