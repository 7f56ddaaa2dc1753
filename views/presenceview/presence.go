package presenceview

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"semaforo/views/ui"
)

// State is what a seller is, as the address of the page filters by it.
type State string

// The states.
const (
	Available State = "disponivel"
	Away      State = "ausente"
	Offline   State = "offline"
)

// States lists the states in the order of the page.
var States = []State{Available, Away, Offline}

func (s State) presence() ui.Presence {
	switch s {
	case Available:
		return ui.PresenceAvailable
	case Away:
		return ui.PresenceAway
	}
	return ui.PresenceOffline
}

func (s State) words() string {
	switch s {
	case Available:
		return "Disponíveis"
	case Away:
		return "Ausentes"
	}
	return "Offline"
}

// The events of the live stream: EventPresence when somebody comes or goes, EventOwn when one's own
// presence has changed in another tab.
const (
	EventPresence = "presence"
	EventOwn      = "own-presence"
)

// Addresses.
const (
	Path    = "/presenca"
	OwnPath = "/presenca/minha"
)

// The ids of the control and of the part of the page that follows who comes and goes.
const (
	ControlID = "presence"
	ListID    = "presence-list"
)

// Own is what somebody has said of themselves.
type Own struct{ Away bool }

func (o Own) state() State {
	if o.Away {
		return Away
	}
	return Available
}

// Page is who is there, by team.
type Page struct {
	// Counts are all sellers by state; each once, however many teams they are in.
	Counts map[State]int
	// Only is the state the page is narrowed to; empty: all.
	Only  State
	Teams []Team
	// Number is which of its pages this is, from 1 on; More says that it is not the last.
	Number int
	More   bool
}

// Team is a team with its sellers; without an id those of none.
type Team struct {
	ID, Name string
	Sellers  []Seller
	// Available is how many of all its sellers are there.
	Available, All int
}

// Seller is one line.
type Seller struct {
	ID, Name string
	State    State
	// Since is since when; zero where that is not known, or never was.
	Since time.Time
	// External has no pages of ours: it answers through the API.
	External bool
	// Red, Yellow and Green wait, the Rest does not.
	Red, Yellow, Green, Rest int
}

func (p Page) total() int {
	n := 0
	for _, count := range p.Counts {
		n += count
	}
	return n
}

// URL is the page's own address.
func (p Page) URL() string {
	q := url.Values{}
	if p.Only != "" {
		q.Set("estado", string(p.Only))
	}
	if p.Number > 1 {
		q.Set("pagina", strconv.Itoa(p.Number))
	}
	if len(q) == 0 {
		return Path
	}
	return Path + "?" + q.Encode()
}

func (p Page) pager() ui.PagerProps {
	var props ui.PagerProps
	if p.Number > 1 {
		props.Newer = Page{Only: p.Only, Number: p.Number - 1}.URL()
	}
	if p.More {
		props.Older = Page{Only: p.Only, Number: p.Number + 1}.URL()
	}
	return props
}

func (p Page) tabs() []ui.Tab {
	tabs := []ui.Tab{{ID: "presence-all", Label: "Todos", Href: Path, Count: p.total(), Current: p.Only == ""}}
	for _, s := range States {
		tabs = append(tabs, ui.Tab{ID: "presence-tab-" + string(s), Label: s.words(), Href: Page{Only: s}.URL(),
			Count: p.Counts[s], Current: p.Only == s})
	}
	return tabs
}

// live fetches the list when somebody comes or goes, and now and then for the conversations, which change
// all the time in a busy store.
func (p Page) live(ctx context.Context) templ.Attributes {
	attrs := ui.Live(ctx, p.URL(), EventPresence, "store")
	attrs["hx-trigger"] = attrs["hx-trigger"].(string) + ", list from:body throttle:5s"
	return attrs
}

func (t Team) lead() string {
	switch {
	case t.All == 0:
		return "Ninguém neste time."
	case t.Available == 0:
		return "Ninguém disponível: o que seria redistribuído aqui fica onde está."
	}
	return strconv.Itoa(t.Available) + " de " + strconv.Itoa(t.All) + plural(t.All, " disponível", " disponíveis")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (t Team) rows() []ui.TableRow {
	rows := make([]ui.TableRow, len(t.Sellers))
	for i, s := range t.Sellers {
		rows[i] = ui.TableRow{ID: "presence-" + t.ID + "-" + s.ID, Quiet: s.State == Offline,
			Cells: []templ.Component{name(s), ui.PresenceMark(s.State.presence()), since(s), open(s)}}
	}
	return rows
}

var columns = []ui.Column{{Label: "Vendedor"}, {Label: "Presença"}, {Label: "Desde"}, {Label: "Conversas abertas"}}

func (s Seller) sinceWords() string {
	switch {
	case s.External:
		return "Sempre: atende pela API"
	case s.State == Offline:
		return "Ainda não entrou"
	}
	return "—"
}

func (s Seller) badges() []ui.BadgeProps {
	var all []ui.BadgeProps
	for _, c := range []struct {
		n         int
		tone      ui.Tone
		icon      ui.IconName
		one, many string
	}{{s.Red, ui.Red, ui.IconAlertTwo, " vermelha", " vermelhas"}, {s.Yellow, ui.Yellow, ui.IconAlertOne, " amarela", " amarelas"},
		{s.Green, ui.Green, ui.IconCircleCheck, " verde", " verdes"}, {s.Rest, ui.Neutral, ui.IconCheckCheck, " sem espera", " sem espera"}} {
		if c.n > 0 {
			all = append(all, ui.BadgeProps{Tone: c.tone, Icon: c.icon, Text: ui.Number(c.n) + plural(c.n, c.one, c.many)})
		}
	}
	return all
}

var choiceHints = map[State]string{
	Available: "Novas conversas redistribuídas podem vir para você.",
	Away:      "Novas conversas redistribuídas não vêm para você.",
}

func choice(s, current State) ui.MenuItemProps {
	attrs := templ.Attributes{"aria-pressed": strconv.FormatBool(s == current)}
	return ui.MenuItemProps{ID: "presence-" + string(s), Name: "away", Value: strconv.FormatBool(s == Away), Label: s.presence().Word(),
		Hint: choiceHints[s], Icon: s.presence().Icon(), Current: s == current, Attrs: attrs}
}

func empty(p Page) ui.StateProps {
	if p.Only != "" {
		return ui.StateProps{Icon: ui.IconUserCheck, Title: "Ninguém aqui agora", Text: "Nenhum vendedor está " + map[State]string{
			Available: "disponível", Away: "ausente", Offline: "offline"}[p.Only] + "."}
	}
	return ui.StateProps{Icon: ui.IconUsers, Title: "Ainda não há ninguém", Text: "Quem é convidado para a loja aparece aqui."}
}
