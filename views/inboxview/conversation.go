package inboxview

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/ui"
)

// The ids of a conversation's live parts.
const (
	HeadID     = "talk"
	ThreadID   = "thread"
	SideID     = "talk-side"
	ComposerID = "composer"
	// StateID is the part of the composer that follows the conversation.
	StateID = "composer-state"
)

// Conversation is a conversation's page.
type Conversation struct {
	flow.Conversation
	Filter      Filter // the list it was opened from
	Names       Names
	Contact     Contact
	ChannelName string
	ChannelOff  bool   // it is switched off: the customer cannot write
	Me          string // the reader's own seller
	MayAct      bool

	FlowID   string // the flow that applies
	D1, D2   time.Time
	NextType flow.EventType
	NextAt   time.Time
	Reason   string // why it is postponed, in somebody's own words

	Entries []Entry
	From    int64 // the thread begins at this seq; 1 is the beginning
	Older   int64 // where it would begin with the messages before; 0: it has all
	Archive bool  // the thread ends before the latest messages

	Coming   []flow.Record
	Previous []Past
	List     *List // beside it, where there is room
	Trouble  *Trouble
	Draft    Draft
	Problem  string // why what was just asked was not done
}

// Contact is the customer.
type Contact struct {
	Name, Phone string
	Since       time.Time
	URL         string // the customer's page
	Seller      string // the responsible's id, or empty
	SellerName  string
}

func (p Contact) responsible(me string) string {
	switch {
	case p.Seller == "":
		return "sem responsável"
	case p.Seller == me:
		return "você"
	}
	return p.SellerName
}

// Past is another conversation of the customer's.
type Past struct {
	ID       string
	State    ui.State
	OpenedAt time.Time
	ClosedAt time.Time
	Preview  string
	Visible  bool // the reader may open it
}

// Trouble is why a conversation could not be processed; for administrators.
type Trouble struct {
	Error    string
	FailedAt time.Time
	RetryAt  time.Time
	Attempts int
}

// Draft is what was typed into the composer and did not go out.
type Draft struct {
	Text  string `form:"text"`
	Mode  string `form:"mode"`
	Seen  string `form:"holder"` // who held the conversation when it was typed
	Error string `form:"-"`
}

// Note reports whether the draft is a private note.
func (d Draft) Note() bool { return d.Mode == "note" }

// URL is the conversation's address.
func (c Conversation) URL() string { return c.Filter.ConversationURL(c.ID) }

// action is the address of something to do to it; it knows the list too.
func (c Conversation) action(name string) string {
	query := c.Filter.with(func(f *Filter) { f.Beside = "" }).Query()
	address := ListPath + "/" + url.PathEscape(c.ID) + "/" + name
	switch {
	case query == "":
		return address
	case strings.Contains(name, "?"):
		return address + "&" + query
	}
	return address + "?" + query
}

// live is the address its parts are fetched from: the thread as far back as it is shown.
func (c Conversation) live() string { return c.from(c.From) }

func (c Conversation) from(seq int64) string {
	u, err := url.Parse(c.URL())
	if err != nil {
		return c.URL()
	}
	q := u.Query()
	q.Set("from", strconv.FormatInt(seq, 10))
	u.RawQuery = q.Encode()
	return u.String()
}

func (c Conversation) name() string { return known(c.Contact.Name, "Cliente sem nome") }

// Title names the page.
func (c Conversation) Title() string { return c.name() }

func (c Conversation) mine() bool { return c.Me != "" && c.Seller == c.Me }

func (c Conversation) holder() string {
	if c.mine() {
		return "Com você"
	}
	switch c.Queue() {
	case flow.SellerQueue:
		return "Com " + c.Names.Seller(c.Seller)
	case flow.TeamQueue:
		return "Na fila do time " + c.Names.Team(c.Team)
	}
	return "Aguardando"
}

func (c Conversation) facts() []ui.Fact {
	facts := []ui.Fact{{Icon: ui.IconMessageCircle, Text: c.ChannelName}, {Icon: holderIcon(c.Conversation), Text: c.holder()}}
	if c.Seller != "" && c.Team != "" {
		facts = append(facts, ui.Fact{Icon: ui.IconUsers, Text: c.Names.Team(c.Team)})
	}
	return facts
}

// times are the customer's wait, the holder's own delay and what comes next.
func (c Conversation) times(ctx context.Context) []ui.TalkTime {
	var times []ui.TalkTime
	if c.Waiting() {
		times = append(times, ui.TalkTime{Icon: ui.IconHourglass, Time: waitTime("cliente espera há ", c.WaitStart)})
	}
	if !c.ClockStart.IsZero() {
		times = append(times, ui.TalkTime{Icon: holderIcon(c.Conversation), Time: waitTime(c.delayWords(), c.ClockStart)})
	}
	if next := c.countdown(); !next.At.IsZero() {
		times = append(times, ui.TalkTime{Icon: ui.IconTimer, Time: next, Strong: true})
	}
	if c.Postponed() && c.Reason != "" {
		times = append(times, ui.TalkTime{Icon: ui.IconSnooze, Text: "Motivo: " + c.Reason})
	}
	if c.Status == flow.Closed {
		times = append(times, ui.TalkTime{Icon: ui.IconArchive, Text: "Finalizada " + ui.When(ui.Now(ctx), c.ClosedAt, ui.Location(ctx))})
	}
	if len(times) == 0 {
		times = append(times, ui.TalkTime{Icon: ui.IconCheckCheck, Text: "Ninguém espera resposta"})
	}
	return times
}

// countdown is to what comes next; an action is called by its name.
func (c Conversation) countdown() ui.TimeProps {
	next := nextChange(c.Conversation, c.D1, c.D2, c.NextType, c.NextAt)
	if c.NextType == flow.ActionTaken && len(c.Coming) > 0 && c.Coming[0].Type == flow.ActionTaken && next.At.Equal(c.NextAt) {
		next.Prefix = c.Names.actionWord(c.Coming[0]) + " "
	}
	return next
}

func (c Conversation) delayWords() string {
	switch {
	case c.mine():
		return "com você há "
	case c.Seller != "":
		return "com " + c.Names.Seller(c.Seller) + " há "
	case c.Team != "":
		return "na fila do time há "
	}
	return "em Aguardando há "
}

// takesOver reports whether a reply would assume the conversation.
func (c Conversation) takesOver() bool { return c.Me != "" && !c.mine() }

func (c Conversation) takeOverWords() string {
	if c.Seller != "" {
		return "Responder vai assumir a conversa, que está com " + c.Names.Seller(c.Seller) + "."
	}
	return "Responder vai assumir a conversa."
}

func (c Conversation) composer(ctx context.Context) ui.ComposerProps {
	p := ui.ComposerProps{
		Conversation: c.ID, Action: c.action("mensagens"), Notes: true,
		Form:        ui.HX(ctx, "post", c.action("mensagens"), "target", "#"+HeadID, "swap", "outerMorph", "sync", "this:drop"),
		Placeholder: "Escreva uma mensagem para " + c.name(), Text: c.Draft.Text, Note: c.Draft.Note(), Error: c.Draft.Error,
		State: composerState(c),
	}
	switch {
	case c.Draft.Text != "":
		// What was typed stays in sight whatever happened to the conversation.
	case c.Status == flow.Closed:
		p.Closed = "Esta conversa foi finalizada. Se o cliente escrever de novo, uma nova conversa começa."
	case !c.MayAct || c.Me == "":
		p.Closed = "Você pode ver esta conversa, mas não responder nela."
	}
	return p
}

func (c Conversation) thread(ctx context.Context) ui.ThreadProps {
	p := ui.ThreadProps{ID: ThreadID, Label: "Mensagens com " + c.name()}
	if c.Older > 0 {
		p.Older = c.from(c.Older)
		p.OlderAttrs = ui.HX(ctx, "get", p.Older, "target", "#"+HeadID, "swap", "outerMorph")
	}
	return p
}

// act are the attributes of a form that does something at once.
func (c Conversation) act(ctx context.Context, name string) templ.Attributes {
	return ui.HX(ctx, "post", c.action(name), "target", "#"+HeadID, "swap", "outerMorph", "sync", "this:drop")
}

func (c Conversation) ask(ctx context.Context, name string) templ.Attributes {
	return ui.ModalLink(ctx, c.action(name))
}

func (c Conversation) backURL() string { return c.Filter.with(func(f *Filter) { f.Beside = "" }).URL() }

func (c Conversation) beside() templ.Component {
	if c.List == nil {
		return nil
	}
	return BesidePart(*c.List)
}

func (c Conversation) actions() templ.Component {
	if c.Status == flow.Closed || !c.MayAct || c.Me == "" {
		return nil
	}
	return actions(c)
}

func (c Conversation) notice() templ.Component {
	if c.Problem == "" && c.Trouble == nil && !c.channelOff() {
		return nil
	}
	return headNotice(c)
}

// channelOff reports whether the customer cannot write although the conversation is
// open.
func (c Conversation) channelOff() bool { return c.ChannelOff && c.IsOpen() }

func (c Conversation) troubleWords(ctx context.Context) string {
	t := c.Trouble
	text := "Falhou " + ui.Count(t.Attempts, "vez", "vezes") + ", a última " + ui.When(ui.Now(ctx), t.FailedAt, ui.Location(ctx)) + "."
	if !t.RetryAt.IsZero() {
		text += " A próxima tentativa é " + ui.When(ui.Now(ctx), t.RetryAt, ui.Location(ctx)) + "."
	}
	return text + " Alertas e ações ficam parados até lá."
}

func (c Conversation) customer(ctx context.Context) []ui.Term {
	terms := []ui.Term{{Label: "Nome", Value: c.name()}}
	if c.Contact.Phone != "" {
		terms = append(terms, ui.Term{Label: "Telefone", Value: ui.Phone(c.Contact.Phone)})
	}
	return append(terms, ui.Term{Label: "Canal", Value: c.ChannelName}, ui.Term{Label: "Responsável", Value: c.Contact.responsible(c.Me)},
		ui.Term{Label: "Cliente desde", Value: ui.Date(c.Contact.Since, ui.Location(ctx))})
}

func (p Past) title(ctx context.Context) string {
	text := ui.When(ui.Now(ctx), p.OpenedAt, ui.Location(ctx))
	if p.State != ui.Closed {
		return "Aberta " + text
	}
	return text
}

func (c Conversation) past(ctx context.Context) []ui.LinkLine {
	lines := make([]ui.LinkLine, len(c.Previous))
	for i, p := range c.Previous {
		lines[i] = ui.LinkLine{Text: p.title(ctx), Detail: "Com outra pessoa ou outro time"}
		if p.Visible {
			lines[i].Href, lines[i].Detail = c.Filter.ConversationURL(p.ID), known(p.Preview, "Sem mensagens")
		}
	}
	return lines
}
