package handlers

import (
	"context"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/customerview"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// A conversation's thread is read by seq, which has no gaps: the page begins with
// the latest threadSize events and grows backwards by as many, up to threadMost.
const (
	threadSize  = 60
	threadMost  = 180
	pastShown   = 6
	stepsShown  = 8
	longestSeq  = 1 << 53
	contactGone = "Cliente"
)

// talk is a conversation as its page shows it.
type talk struct {
	view    inboxview.Conversation
	row     db.Row
	contact db.Contact
	teams   []db.Team
	sellers []db.Seller
	summary ui.Summary
}

// talk reads all that the page of a conversation shows, in a fixed number of
// statements. What does not exist and what the viewer may not see are the same
// not-found.
func (s *Server) talk(c echo.Context, id string) (talk, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	f, err := filterOf(c)
	if err != nil {
		return talk{}, err
	}
	rules, _, err := s.Door.Rules(ctx, v.Store.ID)
	if err != nil {
		return talk{}, err
	}
	from, err := strconv.ParseInt(c.QueryParam("from"), 10, 64)
	if err != nil || from < 0 || from > longestSeq {
		from = 0
	}
	var t talk
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		t = talk{}
		if t.row, err = q.ConversationRow(ctx, v.Store.ID, id); err != nil {
			return err
		}
		if !CanSee(v, t.row.Conversation) {
			return NotFound()
		}
		t.view = viewOf(v, f, t.row)
		t.view.Coming = flow.Outlook(rules, t.row.Conversation.Conversation, v.Now, time.Time{}, stepsShown)
		return t.read(ctx, q, v, from, !wantsPart(c), s)
	})
	return t, err
}

func viewOf(v *Viewer, f inboxview.Filter, r db.Row) inboxview.Conversation {
	view := inboxview.Conversation{
		Conversation: r.Conversation.Conversation, Filter: f, ChannelName: r.ChannelName, Me: v.Seller,
		MayAct: CanAct(v, r.Conversation), FlowID: r.FlowID, D1: r.D1, D2: r.D2, NextType: r.NextType, NextAt: r.NextAt,
		Reason: r.PostponeReason, ChannelOff: r.ChannelOff,
	}
	if r.Attempts > 0 && v.Role.Can(SeeTrouble) {
		view.Trouble = &inboxview.Trouble{Error: r.Error, FailedAt: r.FailedAt, RetryAt: r.RetryAt, Attempts: r.Attempts}
	}
	return view
}

// read reads what stands around the conversation itself.
func (t *talk) read(ctx context.Context, q db.Queries, v *Viewer, from int64, whole bool, s *Server) (err error) {
	store := v.Store.ID
	if t.teams, err = q.Teams(ctx, store); err != nil {
		return err
	}
	if t.sellers, err = q.AllSellers(ctx, store); err != nil {
		return err
	}
	flows, err := q.Flows(ctx, store)
	if err != nil {
		return err
	}
	t.view.Names = namesOf(t.teams, t.sellers, flows)
	contact, err := q.Contact(ctx, store, t.row.ContactID)
	if err != nil {
		return err
	}
	t.contact = contact
	t.view.Contact = inboxview.Contact{Name: contact.Name, Phone: contact.Phone, Since: contact.CreatedAt,
		URL: customerview.Path(contact.Customer), Seller: contact.Seller, SellerName: t.view.Names.Seller(contact.Seller)}
	if err := t.thread(ctx, q, store, from); err != nil {
		return err
	}
	past, err := q.ConversationsOf(ctx, store, t.row.ContactID, "", pastShown+1)
	if err != nil {
		return err
	}
	t.view.Previous = previous(v, past, t.row.ID)
	if !whole {
		return nil
	}
	beside := t.view.Filter
	beside.Beside = t.row.ID
	list, _, err := s.inbox(ctx, q, v, beside, besideSize, false)
	if err != nil {
		return err
	}
	t.view.List = &list
	t.summary, err = summaryOf(ctx, q, v)
	return err
}

func namesOf(teams []db.Team, sellers []db.Seller, flows []db.Flow) inboxview.Names {
	n := inboxview.Names{Teams: map[string]string{}, Sellers: map[string]string{}, Flows: map[string]inboxview.FlowName{}}
	for _, team := range teams {
		n.Teams[team.ID] = team.Name
	}
	for _, seller := range sellers {
		n.Sellers[seller.ID] = seller.Name
	}
	for _, f := range flows {
		n.Flows[f.ID] = inboxview.FlowName{Queue: f.Queue, Main: f.Kind == flow.Main, Name: f.Name}
	}
	return n
}

func previous(v *Viewer, past []db.Conversation, but string) []inboxview.Past {
	var all []inboxview.Past
	for _, p := range past {
		if p.ID == but || len(all) == pastShown {
			continue
		}
		line := inboxview.Past{ID: p.ID, State: inboxview.StateOf(p.Conversation), OpenedAt: p.OpenedAt, ClosedAt: p.ClosedAt,
			Visible: CanSee(v, p)}
		if line.Visible {
			line.Preview = p.LastText
		}
		all = append(all, line)
	}
	return all
}

// thread reads messages and log of the part that is shown and puts them in order.
func (t *talk) thread(ctx context.Context, q db.Queries, store string, from int64) error {
	latest := t.row.Seq
	if from < 1 || from > latest {
		from = max(1, latest-threadSize+1)
	}
	to := min(latest, from+threadMost-1)
	events, err := q.Events(ctx, store, t.row.ID, from-1, int(to-from+1))
	if err != nil {
		return err
	}
	messages, err := q.MessagesAfter(ctx, store, t.row.ID, db.MessageKey{Seq: from}, db.MaxPage)
	if err != nil {
		return err
	}
	t.view.From, t.view.Archive = from, to < latest
	if from > 1 {
		t.view.Older = max(1, from-threadSize)
	}
	t.view.Entries = t.entries(events, messages, from == 1, to)
	return nil
}

// entries merges messages into the log.
func (t *talk) entries(events []db.Event, messages []db.Message, begins bool, to int64) []inboxview.Entry {
	var all []inboxview.Entry
	past := newHistory(t.row.ID, begins)
	said := func(upTo int64) {
		for ; len(messages) > 0 && messages[0].Seq <= upTo; messages = messages[1:] {
			all = append(all, inboxview.Entry{Message: t.message(messages[0])})
		}
	}
	for _, e := range events {
		said(e.Seq - 1)
		if !opening(e.Type) {
			said(e.Seq)
		}
		all = append(all, inboxview.Entry{Event: t.event(e, past)})
		said(e.Seq)
		past.add(e.Record)
	}
	said(to)
	return all
}

// opening reports whether what an event did stands before its message: the
// conversation began with it, or it was assumed in order to answer.
func opening(typ flow.EventType) bool {
	return typ == flow.CustomerMessage || typ == flow.SellerMessage
}

func (t *talk) message(m db.Message) *inboxview.Message {
	out := &inboxview.Message{ID: m.ID, At: m.At, From: m.From, Text: m.Text, Private: m.Private, Problem: m.DeliveryError}
	switch m.From {
	case "customer":
		out.Author = t.view.Contact.Name
		if out.Author == "" {
			out.Author = contactGone
		}
	case "seller":
		out.Author = t.view.Names.Seller(m.Seller)
	case "bot":
		out.Author = "Assistente"
	default:
		out.Author = "Mensagem automática"
	}
	if m.Delivery != db.DeliveryNone && m.From != "customer" {
		out.Delivery = ui.Delivery(m.Delivery)
	}
	return out
}

func (t *talk) event(e db.Event, past *history) *inboxview.Event {
	clock, wait := past.clock()
	return &inboxview.Event{Record: e.Record, Seq: e.Seq, By: t.by(e), Note: e.Note, Clock: clock, Wait: wait}
}

// by is who caused an event, in words.
func (t *talk) by(e db.Event) string {
	switch e.ByKind {
	case db.ByUser:
		for _, p := range t.sellers {
			if p.User == e.ByID && p.User != "" {
				return p.Name
			}
		}
		return "alguém que saiu da loja"
	case db.ByToken:
		return "um sistema ligado pela API"
	case db.ByCustomer:
		return t.view.Contact.Name
	case db.ByChannel:
		return "o canal"
	case db.ByBot:
		return "o bot"
	}
	return ""
}
