package inboxview

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// ListID is the id of the list's live part.
const ListID = "inbox"

// List is a page of Conversas.
type List struct {
	Filter             Filter
	Tabs               map[string]int // counts by tab; a tab that is absent has none
	Green, Yellow, Red int
	Rows               []Row
	Newer, Older       string // cursors; empty where there is nothing
	Teams              []ui.Option
	Sellers            []ui.Option
	Channels           []ui.Option
	SeesAll            bool   // has the tab Todas
	InTeams            bool   // the reader is in a team
	ChatURL            string // where the store's customers write
	SetAside           int    // conversations that could not be processed; only for whom it concerns
}

// Row is one conversation of the list.
type Row struct {
	flow.Conversation
	Contact     string
	ChannelName string
	TeamName    string
	SellerName  string
	Mine        bool // the reader holds it
	LastText    string
	LastFrom    string // who wrote it: customer, seller, bot, system
	D1, D2      time.Time
	NextType    flow.EventType
	NextAt      time.Time
	SetAside    bool
}

// StateOf is the state a conversation's badge shows.
func StateOf(c flow.Conversation) ui.State {
	switch {
	case c.Status == flow.Closed:
		return ui.Closed
	case c.Postponed():
		return ui.Postponed
	}
	switch c.Level {
	case flow.Green:
		return ui.OnTime
	case flow.Yellow:
		return ui.FirstLate
	case flow.Red:
		return ui.LastLate
	}
	return ui.Answered
}

func statusOf(ctx context.Context, c flow.Conversation) ui.StatusProps {
	s := ui.StatusProps{State: StateOf(c)}
	if c.Postponed() {
		s.Until = ui.Until(ui.Now(ctx), c.PostponedUntil, ui.Location(ctx))
	}
	return s
}

func (r Row) props(ctx context.Context, f Filter) ui.RowProps {
	p := ui.RowProps{
		ID: r.ID, Href: f.ConversationURL(r.ID), Status: statusOf(ctx, r.Conversation),
		Name: known(r.Contact, "Cliente sem nome"), Preview: known(r.LastText, "Sem mensagens"), From: r.from(),
		Channel: r.ChannelName, Holder: r.holder(), HolderIcon: holderIcon(r.Conversation), Current: f.Beside == r.ID,
	}
	if r.Waiting() {
		p.Wait = waitTime("espera há ", r.WaitStart)
	} else {
		p.WaitText = r.done(ctx)
	}
	p.Next, p.NextText = r.next()
	return p
}

// done says since when nobody waits.
func (r Row) done(ctx context.Context) string {
	at, word := r.LastAt, ""
	if r.Status == flow.Closed {
		at, word = r.ClosedAt, "finalizada "
	}
	if at.IsZero() {
		return ""
	}
	return word + ui.Ago(ui.Now(ctx), at)
}

// next is what changes next about a row.
func (r Row) next() (ui.TimeProps, string) {
	if r.SetAside {
		return ui.TimeProps{}, "não pôde ser processada"
	}
	return nextChange(r.Conversation, r.D1, r.D2, r.NextType, r.NextAt), ""
}

// nextChange is the countdown to a conversation's next visible change, the zero
// TimeProps where nothing is coming. All its instants are the engine's.
func nextChange(c flow.Conversation, d1, d2 time.Time, next flow.EventType, at time.Time) ui.TimeProps {
	until := func(t time.Time, words string) ui.TimeProps {
		return ui.TimeProps{At: t, Mode: ui.TimeIn, Prefix: words}
	}
	switch {
	case c.Status == flow.Closed:
		return ui.TimeProps{}
	case c.Postponed():
		return until(c.PostponedUntil, "volta ")
	case c.Level == flow.Green && !d1.IsZero() && next != flow.AutoClosed:
		return until(d1, "muda para amarelo ")
	case c.Level == flow.Yellow && !d2.IsZero() && next != flow.AutoClosed:
		return until(d2, "muda para vermelho ")
	case next == flow.ActionTaken:
		return until(at, "ação ")
	case next == flow.AutoClosed:
		return until(at, "encerra ")
	}
	return ui.TimeProps{}
}

// waitTime counts up from an instant: “espera há 12 min”.
func waitTime(words string, since time.Time) ui.TimeProps {
	return ui.TimeProps{At: since, Mode: ui.TimeFor, Prefix: words}
}

func (r Row) from() string {
	switch r.LastFrom {
	case "seller":
		if r.Mine {
			return "Você"
		}
		return "Equipe"
	case "bot":
		return "Bot"
	case "system":
		return "Sistema"
	}
	return ""
}

func (r Row) holder() string {
	switch {
	case r.Mine && r.TeamName != "":
		return "Você · " + r.TeamName
	case r.Mine:
		return "Você"
	case r.Seller != "" && r.TeamName != "":
		return r.SellerName + " · " + r.TeamName
	case r.Seller != "":
		return r.SellerName
	case r.Team != "":
		return r.TeamName
	}
	return "Aguardando"
}

func holderIcon(c flow.Conversation) ui.IconName {
	switch c.Queue() {
	case flow.SellerQueue:
		return ui.IconUser
	case flow.TeamQueue:
		return ui.IconUsers
	}
	return ui.IconHourglass
}

var tabWords = []struct{ value, label string }{
	{TabMine, "Minhas"}, {TabTeams, "Dos meus times"}, {TabWaiting, "Aguardando"}, {TabPostponed, "Adiadas"},
	{TabClosed, "Finalizadas"}, {TabAll, "Todas"},
}

func tabWord(value string) string {
	for _, t := range tabWords {
		if t.value == value {
			return t.label
		}
	}
	return "Todas as abas"
}

func (l List) tabs() []ui.Tab {
	var tabs []ui.Tab
	for _, t := range tabWords {
		if t.value == TabAll && !l.SeesAll {
			continue
		}
		count, counted := l.Tabs[t.value]
		if !counted || l.Filter.Search != "" {
			count = uncounted
		}
		tabs = append(tabs, ui.Tab{ID: "tab-" + t.value, Label: t.label, Count: count, Current: l.Filter.Tab == t.value,
			Href: l.Filter.with(func(f *Filter) { f.Tab, f.Colour = t.value, "" }).URL()})
	}
	return tabs
}

// uncounted is the number of what nobody counts: a search, as the counts are
// kept by holder, channel and colour alone.
const uncounted = -1

func (l List) counters() []ui.Counter {
	counter := func(colour string, state ui.State, n int) ui.Counter {
		on := l.Filter.Colour == colour
		if l.Filter.Search != "" {
			n = uncounted
		}
		return ui.Counter{ID: "count-" + colour, State: state, Count: n, On: on,
			Href: l.Filter.with(func(f *Filter) {
				f.Colour = colour
				if on {
					f.Colour = ""
				}
			}).URL()}
	}
	return []ui.Counter{counter(ColourRed, ui.LastLate, l.Red), counter(ColourYellow, ui.FirstLate, l.Yellow),
		counter(ColourGreen, ui.OnTime, l.Green)}
}

// chips are the filters that are on, each with the way to take it off.
func (l List) chips() []ui.ChipProps {
	var chips []ui.ChipProps
	add := func(icon ui.IconName, value string, options []ui.Option, off func(*Filter)) {
		if value == "" {
			return
		}
		label := "um que não existe mais"
		for _, o := range options {
			if o.Value == value {
				label = o.Label
			}
		}
		chips = append(chips, ui.ChipProps{Icon: icon, Text: label, Remove: l.Filter.with(off).URL()})
	}
	add(ui.IconUsers, l.Filter.Team, l.Teams, func(f *Filter) { f.Team = "" })
	add(ui.IconUser, l.Filter.Seller, l.Sellers, func(f *Filter) { f.Seller = "" })
	add(ui.IconMessageCircle, l.Filter.Channel, l.Channels, func(f *Filter) { f.Channel = "" })
	return chips
}

func chosen(options []ui.Option, value string) []ui.Option {
	out := make([]ui.Option, len(options))
	for i, o := range options {
		o.Selected = o.Value == value
		out[i] = o
	}
	return out
}

func (l List) pager() ui.PagerProps {
	p := ui.PagerProps{NewerLabel: "Anteriores", OlderLabel: "Próximas"}
	if l.Newer != "" {
		p.Newer = l.Filter.with(func(f *Filter) { f.Before = l.Newer }).URL()
	}
	if l.Older != "" {
		p.Older = l.Filter.with(func(f *Filter) { f.After = l.Older }).URL()
	}
	return p
}

// empty says why the list is empty and how to fill it.
func (l List) empty() ui.StateProps {
	if l.Filter.Narrowed() || l.Filter.After != "" || l.Filter.Before != "" {
		return l.noResult()
	}
	switch l.Filter.Tab {
	case TabTeams:
		if !l.InTeams {
			return ui.StateProps{Icon: ui.IconUsers, Title: "Você ainda não está em um time",
				Text: "Quem administra a loja pode colocar você em um. As conversas que esperam nos seus times aparecem aqui."}
		}
		return ui.StateProps{Icon: ui.IconUsers, Title: "Ninguém espera nos seus times",
			Text: "Uma conversa chega aqui quando é transferida para um dos seus times ou entra por um canal dele."}
	case TabWaiting:
		return ui.StateProps{Icon: ui.IconHourglass, Title: "Ninguém aguardando",
			Text: "Aqui chegam as conversas que ainda não têm time nem vendedor.", Actions: l.share()}
	case TabPostponed:
		return ui.StateProps{Icon: ui.IconSnooze, Title: "Nenhuma conversa adiada",
			Text: "Abra uma conversa sua e use ADIAR para ela voltar na hora certa."}
	case TabClosed:
		return ui.StateProps{Icon: ui.IconArchive, Title: "Nenhuma conversa finalizada",
			Text: "As conversas que você finaliza, ou que são encerradas automaticamente, ficam guardadas aqui."}
	case TabAll:
		return ui.StateProps{Icon: ui.IconInbox, Title: "Nenhuma conversa aberta",
			Text: "Mande o endereço do chat da loja a um cliente, ou ligue um canal pela API.", Actions: l.share()}
	}
	text := "Abra uma conversa que aguarda e use ASSUMIR."
	if l.InTeams {
		text = "Abra uma conversa que aguarda, ou que está na fila de um dos seus times, e use ASSUMIR."
	}
	return ui.StateProps{Icon: ui.IconInbox, Title: "Nenhuma conversa com você", Text: text, Actions: l.elsewhere()}
}

func (l List) noResult() ui.StateProps {
	text := "Nenhuma conversa desta aba tem tudo o que você escolheu."
	if l.Filter.Search != "" {
		text = "Nada nesta aba com “" + l.Filter.Search + "”. A busca procura o começo das palavras do nome, do telefone e das mensagens."
	}
	return ui.StateProps{Icon: ui.IconSearch, Title: "Nada encontrado", Text: text, Actions: l.wider()}
}

func (l List) anywhere() templ.SafeURL {
	return templ.SafeURL(l.Filter.with(func(f *Filter) { f.Tab = TabAny }).URL())
}

func (l List) wider() templ.Component     { return wider(l) }
func (l List) elsewhere() templ.Component { return elsewhere(l) }
func (l List) share() templ.Component     { return share(l) }

func setAsideTitle(n int) string {
	return ui.Count(n, "conversa não pôde ser processada", "conversas não puderam ser processadas")
}

// EventList is the stream's event that has the list fetch itself.
const EventList = "list"

// EventConversation is the stream's event that has an open conversation fetch itself.
const EventConversation = "conversation"

func (l List) beside(ctx context.Context) ui.BesideProps {
	p := ui.BesideProps{ID: ListID, Title: tabWord(l.Filter.Tab), Count: -1, Attrs: ui.Live(ctx, l.Filter.URL(), EventList),
		Href: l.Filter.with(func(f *Filter) { f.Beside = "" }).URL()}
	if n, ok := l.Tabs[l.Filter.Tab]; ok {
		p.Count = n
	}
	return p
}
