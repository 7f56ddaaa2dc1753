package scheduler

import (
	"context"
	"errors"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Act does what a person asks of a conversation without writing: assume,
// transfer, postpone, resume, no reply needed, close. Errors: *Invalid,
// *flow.Refusal, db.ErrNotFound.
func (d *Door) Act(ctx context.Context, store string, by By, a Act) (db.Conversation, error) {
	if err := d.checkAct(a); err != nil {
		return db.Conversation{}, err
	}
	var with func(*work, *db.Conversation, flow.Record) error
	if a.With != nil {
		with = func(w *work, _ *db.Conversation, _ flow.Record) error { return a.With(ctx, w.tx, w.now) }
	}
	return d.person(ctx, store, a.Conversation, by, a.Reason, func(w *work, c *db.Conversation) (flow.Event, error) {
		if a.Type == flow.Postpone {
			c.PostponeReason = a.Reason
		}
		return flow.Event{Type: a.Type, Team: a.Team, Seller: a.Seller, Until: a.Until.UTC().Truncate(time.Microsecond)}, nil
	}, with)
}

func (d *Door) checkAct(a Act) error {
	switch a.Type {
	case flow.Resume, flow.Close:
		return nil
	case flow.Assume, flow.NoReplyNeeded:
		return checkText("seller", a.Seller, 200)
	case flow.Transfer:
		if (a.Team == "") == (a.Seller == "") {
			return &Invalid{"team", InvalidRequired}
		}
		return nil
	case flow.Postpone:
		if a.Until.IsZero() {
			return &Invalid{"until", InvalidRequired}
		}
		if a.Until.After(d.clock.Now().Add(MaxPostponement)) {
			return &Invalid{"until", InvalidTooFar}
		}
		return checkOptional("reason", a.Reason, MaxReason)
	}
	return &Invalid{"type", InvalidUnknown}
}

// person passes one event of a person through the door: what was due before it
// fires first. after writes what belongs to the event, once it is kept.
func (d *Door) person(ctx context.Context, store, id string, by By, note string,
	event func(*work, *db.Conversation) (flow.Event, error), after func(*work, *db.Conversation, flow.Record) error) (db.Conversation, error) {
	var out db.Conversation
	err := d.passage(ctx, func(w *work) error {
		c, err := w.tx.LockConversation(ctx, store, id)
		if err != nil {
			return err
		}
		e, err := event(w, &c)
		if err != nil {
			return err
		}
		records, err := w.decide(ctx, &c, e)
		if err != nil {
			return err
		}
		if err := w.keep(ctx, &c, records, by, note); err != nil {
			return err
		}
		out = c
		if after == nil {
			return nil
		}
		return after(w, &c, records[len(records)-1])
	})
	return out, err
}

// Say sends a seller's or a bot's message, or keeps a private note. A seller who
// does not hold the conversation assumes it first (§2). Errors as Act's, and
// db.ErrDuplicate: the channel's message of that ExternalID is already there.
func (d *Door) Say(ctx context.Context, store string, by By, out Outbound) (db.Conversation, db.Message, error) {
	var m db.Message
	if err := errors.Join(checkText("text", out.Text, MaxText), checkOptional("external_id", out.ExternalID, 200)); err != nil {
		return db.Conversation{}, m, err
	}
	e, err := out.event()
	if err != nil {
		return db.Conversation{}, m, err
	}
	c, err := d.person(ctx, store, out.Conversation, by, "", func(_ *work, c *db.Conversation) (flow.Event, error) {
		if !out.Private {
			c.LastText, c.LastTextFrom = out.Text, string(out.From)
		}
		return e, nil
	}, func(w *work, c *db.Conversation, rec flow.Record) error {
		m = db.Message{Store: store, ID: db.NewID(), Conversation: c.ID, Seq: c.Seq, At: rec.At, From: string(out.From),
			Seller: out.Seller, Text: out.Text, Private: out.Private, Delivery: db.DeliverySent,
			ChannelID: c.ChannelID, ExternalID: out.ExternalID}
		if out.Private {
			m.Delivery = db.DeliveryNone
		}
		return w.tx.InsertMessage(ctx, &m)
	})
	return c, m, err
}

// event is what the message is to the engine. Notes and bots neither end nor
// restart a wait.
func (out Outbound) event() (flow.Event, error) {
	switch {
	case out.From == FromBot && !out.Private:
		return flow.Event{Type: flow.BotMessage}, nil
	case out.From == FromBot || out.From == flow.FromSeller && out.Private:
		return flow.Event{Type: flow.Note}, nil
	case out.From == flow.FromSeller:
		return flow.Event{Type: flow.SellerMessage, Seller: out.Seller}, checkText("seller", out.Seller, 200)
	}
	return flow.Event{}, &Invalid{"from", InvalidUnknown}
}
