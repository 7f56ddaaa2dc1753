package scheduler

import (
	"context"
	"fmt"

	"semaforo/db"
)

// sweep moves one batch of conversations of each store to its present
// configuration and returns how many.
func (s *Scheduler) sweep(ctx context.Context) (int, error) {
	stores, err := s.db.StaleStores(ctx)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, store := range stores {
		n, err := s.sweepStore(ctx, store)
		if err != nil {
			return moved, fmt.Errorf("configure the conversations of store %s: %w", store.ID, err)
		}
		moved += n
	}
	return moved, nil
}

func (s *Scheduler) sweepStore(ctx context.Context, store db.Store) (int, error) {
	whole := context.WithoutCancel(ctx)
	moved := 0
	err := s.passage(whole, func(w *work) error {
		conversations, err := w.tx.ClaimStale(whole, store.ID, store.ConfigVersion, w.now, batch)
		if err != nil {
			return err
		}
		moved = len(conversations)
		return w.moveAll(whole, conversations)
	})
	if err == nil || db.IsSerialization(err) {
		return moved, err
	}
	s.log.Warn("a batch of conversations could not be configured, doing them one by one", "error", err)
	refs, err := s.db.StaleRefs(whole, store.ID, store.ConfigVersion, s.clock.Now(), batch)
	if err != nil {
		return 0, err
	}
	for _, ref := range refs {
		if err := s.sweepOne(whole, ref); err != nil {
			return 0, err
		}
	}
	return len(refs), nil
}

func (s *Scheduler) sweepOne(ctx context.Context, ref db.Ref) error {
	err := s.passage(ctx, func(w *work) error {
		c, err := w.tx.LockConversation(ctx, ref.Store, ref.ID)
		if err != nil {
			return err
		}
		return w.move(ctx, &c)
	})
	if err == nil {
		return nil
	}
	return s.setAside(ctx, ref, err)
}
