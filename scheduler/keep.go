package scheduler

import (
	"context"
	"encoding/json"
	"fmt"

	"semaforo/db"
	"semaforo/flow"
)

// keep writes what happened to a conversation: the row, its log, the counts, the
// alerts and what must leave the building. by and note belong to the last
// record, which is the event a person or channel caused; what fired before it
// is the system's own. With no records only the row's evaluation is written.
func (w *work) keep(ctx context.Context, c *db.Conversation, records []flow.Record, by By, note string) error {
	before, wasOpen := c.Stored()
	seen := c.Seq
	c.Seq += int64(len(records))
	if err := w.derive(ctx, c); err != nil {
		return err
	}
	words, err := w.lastWords(ctx, c, records)
	if err != nil {
		return err
	}
	stays := staysOf(c, records, seen)
	c.ClearTrouble()
	w.moved(c, before, wasOpen)
	if err := w.row(ctx, c, seen); err != nil {
		return err
	}
	if len(records) == 0 {
		return nil
	}
	events := eventsOf(c, records, seen, by, note)
	w.date(events)
	if err := w.tx.AppendEvents(ctx, events...); err != nil {
		return err
	}
	if err := w.account(ctx, c, events, stays); err != nil {
		return err
	}
	if err := w.effects(ctx, c, events, words); err != nil {
		return err
	}
	return w.export(ctx, c.Store, events)
}

// account keeps what reports are made of: the stays, and what was done on this day.
func (w *work) account(ctx context.Context, c *db.Conversation, events []db.Event, stays []db.Stay) error {
	b, err := w.book(ctx, c.Store)
	if err != nil {
		return err
	}
	for _, e := range events {
		w.deeds.AddEvent(e, c.Channel, b.rules.Location())
	}
	for _, stay := range stays {
		w.deeds.AddStay(stay, b.rules.Location())
		w.ended = true
		if err := w.tx.InsertStay(ctx, stay); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) row(ctx context.Context, c *db.Conversation, seen int64) error {
	switch {
	case seen == 0:
		return w.tx.InsertConversation(ctx, c)
	case seen == c.Seq:
		return w.tx.Reevaluated(ctx, c)
	}
	return w.tx.UpdateConversation(ctx, c, seen)
}

// derive works out the columns that only repeat what the state and the rules
// say: the flow, the countdowns and when to look next.
func (w *work) derive(ctx context.Context, c *db.Conversation) (err error) {
	defer engineFailed(c.ID, &err)
	b, err := w.book(ctx, c.Store)
	if err != nil {
		return err
	}
	if !c.Postponed() {
		c.PostponeReason = ""
	}
	c.ConfigVersion = b.version
	c.FlowID = b.rules.FlowFor(c.Conversation).ID
	d := b.rules.Deadlines(c.Conversation)
	c.D1, c.D2 = d.Alert1, d.Alert2
	// A timer that does not exist is the zero one: no type, no instant.
	t, _ := flow.Next(b.rules, c.Conversation, w.up)
	c.NextType, c.NextAt, c.DueAt = t.Type, t.At, t.At
	return nil
}

// moved counts and announces where the conversation has gone.
func (w *work) moved(c *db.Conversation, before db.Place, wasOpen bool) {
	w.tallies.Moved(c)
	if wasOpen {
		w.holds[key{c.Store, before.Seller}]--
		w.mark(c.Store, HolderScope(before.Holder()))
	}
	if c.IsOpen() {
		w.holds[key{c.Store, c.Seller}]++
	}
	w.mark(c.Store, HolderScope(c.Holder()))
	w.mark(c.Store, ConversationScope(c.ID))
	w.mark(c.Store, ScopeAll)
}

func eventsOf(c *db.Conversation, records []flow.Record, seen int64, by By, note string) []db.Event {
	events := make([]db.Event, len(records))
	for i, rec := range records {
		rec.Conversation = c.ID
		events[i] = db.Event{Record: rec, Store: c.Store, Seq: seen + int64(i) + 1, ByKind: db.BySystem}
	}
	last := &events[len(events)-1]
	last.ByKind, last.ByID, last.Note = by.Kind, by.ID, note
	return events
}

// date notes as of whose rules configured flows have acted: those in force at the
// event's instant, but for the timers of rules that had been replaced by then.
func (w *work) date(events []db.Event) {
	for i := range events {
		e := &events[i]
		if e.Flow == "" || e.Flow == flow.DefaultFlow {
			continue
		}
		e.FlowAt = e.At
		if ruled := w.ruled[e.Conversation]; i < len(ruled) {
			e.FlowAt = earlier(e.At, ruled[i])
		}
	}
	if len(events) > 0 {
		delete(w.ruled, events[0].Conversation)
	}
}

// staysOf are the stays that the records have ended.
func staysOf(c *db.Conversation, records []flow.Record, seen int64) []db.Stay {
	var stays []db.Stay
	state := c.Was()
	for i, rec := range records {
		rec.Conversation = c.ID
		before := state
		state = flow.Evolve(before, rec)
		if stay, ended := flow.StayEnded(before, rec, state); ended {
			stays = append(stays, db.Stay{Stay: stay, Store: c.Store, Seq: seen + int64(i) + 1})
		}
	}
	return stays
}

// ClosedForInactivity is what a conversation closed for inactivity shows (§5).
const ClosedForInactivity = "Atendimento finalizado automaticamente - motivo da finalização: inatividade do time ou vendedor"

// effects does what the records ask for inside the building: the words of an
// automatic closing, and the alerts.
func (w *work) effects(ctx context.Context, c *db.Conversation, events []db.Event, words *db.Message) error {
	if words != nil {
		if err := w.tx.InsertMessage(ctx, words); err != nil {
			return err
		}
	}
	return w.raise(ctx, alertsOf(c, events)...)
}

// alertsOf are the alerts that events give: to the holder the highest of those that
// fall together (§7), to the managers that an action was skipped.
func alertsOf(c *db.Conversation, events []db.Event) []db.Alert {
	if c.Level == flow.LevelNone {
		return nil // answered, postponed or closed in the same moment: nobody has to look any more
	}
	last := map[bool]db.Alert{} // by whether it is the managers'
	for _, e := range events {
		a := db.Alert{Store: c.Store, Conversation: c.ID, Seq: e.Seq, At: e.At,
			Holder: flow.Conversation{Team: e.Team, Seller: e.Seller}.Holder()}
		switch {
		case e.Type == flow.Alert1:
			a.Kind = db.FirstAlert
		case e.Type == flow.Alert2:
			a.Kind = db.SecondAlert
		case e.Type == flow.ActionSkipped && e.Reason == flow.ReasonCycle:
			a.Kind, a.Holder = db.ActionLoop, db.Managers
		case e.Type == flow.ActionSkipped:
			a.Kind, a.Holder = db.ActionSkipped, db.Managers
		default:
			continue
		}
		last[a.Holder == db.Managers] = a
	}
	var alerts []db.Alert
	for _, managers := range []bool{false, true} {
		if a, ok := last[managers]; ok {
			alerts = append(alerts, a)
		}
	}
	return alerts
}

// lastWords is the message of an automatic closing, which the lists then show;
// nil where nothing closes, or the store says nothing.
func (w *work) lastWords(ctx context.Context, c *db.Conversation, records []flow.Record) (*db.Message, error) {
	if len(records) == 0 || records[len(records)-1].Type != flow.AutoClosed {
		return nil, nil // after a closing nothing more happens
	}
	closing, text := records[len(records)-1], ClosedForInactivity
	if flow.CloseReason(closing.Reason) == flow.ClosedCustomerInactivity {
		closings, err := w.tx.AutoClosings(ctx, c.Store)
		if err != nil {
			return nil, err
		}
		text = closings.AutoCloseCustomer.ClosingText
	}
	if text == "" {
		return nil, nil
	}
	c.LastText, c.LastTextFrom = text, "system"
	return &db.Message{Store: c.Store, ID: db.NewID(), Conversation: c.ID, Seq: c.Seq, At: closing.At,
		From: "system", Text: text, Delivery: db.DeliverySent, ChannelID: c.ChannelID}, nil
}

// maxWebhooks is how many webhooks a store may have.
const maxWebhooks = 20

// export puts the events into the outbox of each of the store's webhooks.
func (w *work) export(ctx context.Context, store string, events []db.Event) error {
	hooks, known := w.webhooks[store]
	if !known {
		var err error
		if hooks, err = w.tx.Webhooks(ctx, store, "", maxWebhooks); err != nil {
			return err
		}
		w.webhooks[store] = hooks
	}
	for _, hook := range hooks {
		if !hook.Active {
			continue
		}
		for _, e := range events {
			if err := w.post(ctx, hook, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) post(ctx context.Context, hook db.Webhook, e db.Event) error {
	payload, err := json.Marshal(parcel{Webhook: hook.ID, Event: EventDocument(e)})
	if err != nil {
		return fmt.Errorf("encode event %d of conversation %s: %w", e.Seq, e.Conversation, err)
	}
	return w.tx.PutOutbox(ctx, db.Outgoing{Store: e.Store, Kind: outboxWebhook, Lane: outboxWebhook + ":" + hook.ID,
		Key: fmt.Sprintf("%s:%s:%d", hook.ID, e.Conversation, e.Seq), Payload: string(payload), CreatedAt: w.now, NextAt: w.now})
}
