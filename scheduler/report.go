package scheduler

import (
	"context"
	"errors"

	"semaforo/db"
	"semaforo/flow"
)

// Report takes in what a channel says of a message it was given. When nothing
// the seller wrote since the wait ended has reached the customer, the wait
// reopens (§2, delivery_failed). Reports may come twice and in any order.
// Errors: *Invalid, db.ErrNotFound.
func (d *Door) Report(ctx context.Context, store string, r Delivery) error {
	switch r.State {
	case db.DeliverySent, db.DeliveryDelivered, db.DeliveryFailed:
	default:
		return &Invalid{"state", InvalidUnknown}
	}
	return d.passage(ctx, func(w *work) error {
		m, err := w.reported(ctx, store, r)
		if err != nil {
			return err
		}
		c, err := w.tx.LockConversation(ctx, store, m.Conversation)
		if err != nil {
			return err
		}
		changed, err := w.tx.SetDelivery(ctx, store, m.ID, r.State, r.Error, r.ExternalID)
		if err != nil || !changed {
			return err
		}
		w.mark(store, ConversationScope(c.ID))
		if r.State != db.DeliveryFailed || !c.IsOpen() {
			return nil
		}
		return w.failed(ctx, &c, r.Error)
	})
}

func (w *work) reported(ctx context.Context, store string, r Delivery) (db.Message, error) {
	if r.MessageID != "" {
		return w.tx.Message(ctx, store, r.MessageID)
	}
	return w.tx.MessageByExternal(ctx, store, r.ChannelID, r.ExternalID)
}

// failed reopens the wait when nothing that the seller wrote since it ended has
// reached the customer, or still may.
func (w *work) failed(ctx context.Context, c *db.Conversation, reason string) error {
	if c.AnsweredWait.IsZero() {
		return nil
	}
	ended, err := w.waitEnded(ctx, c)
	if err != nil {
		return err
	}
	sent, err := w.tx.SellerMessagesSince(ctx, c.Store, c.ID, c.AnsweredWait)
	if err != nil {
		return err
	}
	for _, s := range sent {
		if s.Seq >= ended && s.Delivery != db.DeliveryFailed {
			return nil
		}
	}
	records, err := w.decide(ctx, c, flow.Event{Type: flow.DeliveryFailed})
	if refusal := (*flow.Refusal)(nil); errors.As(err, &refusal) {
		return nil // what was due has just closed it
	}
	if err != nil {
		return err
	}
	return w.keep(ctx, c, records, By{Kind: db.ByChannel, ID: c.ChannelID}, reason)
}

// waitEnded is the seq of the event that ended the conversation's last wait. An
// instant would not do: several events may have the same.
func (w *work) waitEnded(ctx context.Context, c *db.Conversation) (int64, error) {
	log, err := w.tx.Events(ctx, c.Store, c.ID, 0, 0)
	if err != nil {
		return 0, err
	}
	var seq int64
	var state flow.Conversation
	for _, e := range log {
		before := state.Waiting()
		state = flow.Evolve(state, e.Record)
		if before && !state.Waiting() {
			seq = e.Seq
		}
	}
	return seq, nil
}
