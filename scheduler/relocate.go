package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// stragglers is for how long a holder that was put away is watched at least, in
// real time: a transaction that began under the configuration before may still
// bring it a conversation.
const stragglers = time.Minute

// relocate moves one batch of each relocation that is not done and returns how
// many conversations.
func (s *Scheduler) relocate(ctx context.Context) (int, error) {
	pending, err := s.db.PendingRelocations(ctx)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, r := range pending {
		n, err := s.relocateBatch(ctx, r)
		if err != nil {
			return moved, fmt.Errorf("move the conversations of %s in store %s: %w", r.From(), r.Store, err)
		}
		moved += n
	}
	return moved, nil
}

func (s *Scheduler) relocateBatch(ctx context.Context, r db.Relocation) (int, error) {
	whole := context.WithoutCancel(ctx)
	moved := 0
	err := s.passage(whole, func(w *work) (err error) {
		moved = 0
		r, done, err := w.takeRelocation(whole, r)
		if err != nil || done {
			return err
		}
		conversations, err := w.tx.ClaimHeld(whole, r.Store, r.From(), w.now, batch)
		if err != nil {
			return err
		}
		for i := range conversations {
			if err := w.relocate(whole, &conversations[i], r); err != nil {
				return err
			}
		}
		if moved = len(conversations); moved > 0 {
			return nil
		}
		return w.endRelocation(whole, r)
	})
	if err == nil || db.IsSerialization(err) {
		return moved, err
	}
	s.log.Warn("a batch of conversations could not be moved to another holder, doing them one by one", "error", err)
	refs, err := s.db.HeldRefs(whole, r.Store, r.From(), s.clock.Now(), batch)
	if err != nil {
		return 0, err
	}
	for _, ref := range refs {
		if err := s.relocateOne(whole, ref, r); err != nil {
			return 0, err
		}
	}
	return len(refs), nil
}

func (s *Scheduler) relocateOne(ctx context.Context, ref db.Ref, r db.Relocation) error {
	err := s.passage(ctx, func(w *work) error {
		r, done, err := w.takeRelocation(ctx, r)
		if err != nil || done {
			return err
		}
		c, err := w.tx.LockConversation(ctx, ref.Store, ref.ID)
		if err != nil {
			return err
		}
		return w.relocate(ctx, &c, r)
	})
	if err == nil {
		return nil
	}
	return s.setAside(ctx, ref, err)
}

// takeRelocation reads a relocation as it is now, for it may have been given
// another target. It is done where another process was quicker, where its holder
// came back, and where there is nobody to move to.
func (w *work) takeRelocation(ctx context.Context, r db.Relocation) (_ db.Relocation, done bool, err error) {
	r, err = w.tx.LockRelocation(ctx, r.Store, r.ID)
	if errors.Is(err, db.ErrNotFound) {
		return r, true, nil
	}
	if err != nil {
		return r, false, err
	}
	b, err := w.book(ctx, r.Store)
	if err != nil {
		return r, false, err
	}
	if r.To() != r.From() && (b.rules.KnowsTeam(r.ToTeam) || b.rules.KnowsSeller(r.ToSeller)) {
		return r, false, nil
	}
	w.log.Error("conversations cannot be moved: their new holder is gone too", "store", r.Store, "from", r.From(), "to", r.To())
	w.mark(r.Store, ScopeStore)
	return r, true, w.tx.EndRelocation(ctx, r.Store, r.ID, w.now)
}

// relocate hands a conversation over as a person's transfer, unless what was due
// before has taken it away or closed it.
func (w *work) relocate(ctx context.Context, c *db.Conversation, r db.Relocation) error {
	at, records, err := w.before(ctx, c)
	by := By{Kind: db.BySystem}
	if err == nil && c.IsOpen() && c.Holder() == r.From() {
		var rec flow.Record
		rec, err = w.happen(ctx, c, flow.Event{At: at, Type: flow.Transfer, Team: r.ToTeam, Seller: r.ToSeller})
		by, records = By{Kind: r.ByKind, ID: r.ByID}, append(records, rec)
	}
	if err == nil {
		err = w.keep(ctx, c, records, by, "")
	}
	if err != nil {
		return fmt.Errorf("conversation %s: %w", c.ID, err)
	}
	return nil
}

// endRelocation ends what has nothing left to move: what is set aside, or in
// another transaction's hands, is still there.
func (w *work) endRelocation(ctx context.Context, r db.Relocation) error {
	left, err := w.tx.CountHeld(ctx, r.Store, r.FromTeam, r.FromSeller)
	if err != nil || left.Total() > 0 || w.now.Sub(r.CreatedAt) < w.clock.fast(stragglers) {
		return err
	}
	w.mark(r.Store, ScopeStore)
	return w.tx.EndRelocation(ctx, r.Store, r.ID, w.now)
}
