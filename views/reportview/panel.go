package reportview

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// Addresses.
const (
	PanelPath = "/painel"
	PartPath  = PanelPath + "/parte"
)

// Panel is the store, or one's own part of it, at this moment.
type Panel struct {
	// Own shows one's own conversations and nobody else's.
	Own    bool
	Queues []QueueLine
	// Teams and Sellers are those whose customers have waited longest, the worst first.
	Teams, Sellers []Wait
	// Today is what was done since midnight.
	Today []ui.StatProps
}

// QueueLine counts a queue's open conversations.
type QueueLine struct {
	Name, Href string
	Tally      ui.TallyProps
}

// Wait is the longest present wait of a team's or a seller's customers.
type Wait struct {
	Name, Href string
	N          int // how many wait
	Since      time.Time
	State      ui.State // the worst
}

func (p Panel) lead() string {
	if p.Own {
		return "As suas conversas agora, e o que aconteceu hoje com elas."
	}
	return "As conversas da loja agora, e o que aconteceu hoje com elas."
}

// live fetches the panel when conversations move, in a busy store now and then.
func live(ctx context.Context) templ.Attributes {
	attrs := ui.Live(ctx, PartPath, "store")
	attrs["hx-trigger"] = attrs["hx-trigger"].(string) + ", list from:body throttle:5s"
	return attrs
}

func (p Panel) queueRows() []ui.TableRow {
	rows := make([]ui.TableRow, len(p.Queues))
	for i, q := range p.Queues {
		rows[i] = ui.TableRow{Cells: []templ.Component{ui.CellLink(q.Href, q.Name, ""), ui.Words(ui.Number(q.Tally.Total())), ui.Tally(q.Tally)}}
	}
	return rows
}

func waitRows(all []Wait) []ui.TableRow {
	rows := make([]ui.TableRow, len(all))
	for i, w := range all {
		rows[i] = ui.TableRow{Cells: []templ.Component{ui.CellLink(w.Href, w.Name, ""), ui.RelTime(ui.TimeProps{At: w.Since}),
			ui.StatusBadge(ui.StatusProps{State: w.State}), ui.Words(ui.Number(w.N))}}
	}
	return rows
}
