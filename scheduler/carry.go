package scheduler

import (
	"context"
	"errors"

	"semaforo/db"
)

// carry carries imports on, batch after batch, until ctx is done: what it leaves
// behind is what the database says, so whoever comes next goes on there.
func (s *Scheduler) carry(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := s.carryOne(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("an import could not be carried on, trying again", "error", err, "in", tired)
			rest(ctx, tired, nil)
		case !more:
			rest(ctx, importPoll, s.cargo)
		}
	}
}

// Carry carries all imports on until each waits for somebody or is done, for who
// lets the time pass by hand instead of running the loop.
func (s *Scheduler) Carry(ctx context.Context) error {
	for {
		more, err := s.carryOne(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// carryOne does one batch of the import that has waited longest, and reports
// whether there was one.
func (s *Scheduler) carryOne(ctx context.Context) (bool, error) {
	whole := context.WithoutCancel(ctx)
	next, err := s.db.ImportToCarry(ctx, s.clock.Now().Add(-importStale))
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.carryFurther(whole, next)
}

// CarryImport carries one import on until it waits for somebody or is done, and tells
// how far it has come after each batch. Others may carry it on at the same time.
func (s *Scheduler) CarryImport(ctx context.Context, store, id string, told func(db.Import)) (db.Import, error) {
	for {
		i, err := s.db.Import(ctx, store, id)
		if err != nil || !i.State.Busy() && !i.Tidy {
			return i, err
		}
		told(i)
		err = errors.Join(ctx.Err(), s.carryFurther(context.WithoutCancel(ctx), i))
		if err != nil && !db.IsSerialization(err) {
			return i, err
		}
	}
}

// carryFurther does one batch of an import.
func (s *Scheduler) carryFurther(ctx context.Context, next db.Import) error {
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		i, err := tx.LockImport(ctx, next.Store, next.ID)
		if err != nil {
			return err
		}
		c := carrier{tx: tx, i: &i, now: s.clock.Now(), past: &s.past}
		if err := c.step(ctx); err != nil {
			return err
		}
		i.ChangedAt = c.now
		return tx.UpdateImport(ctx, i)
	})
	if err == nil || db.IsSerialization(err) {
		return err
	}
	return errors.Join(err, s.stumbled(ctx, next))
}

// stumbled counts a failure, and gives an import up that keeps failing.
func (s *Scheduler) stumbled(ctx context.Context, failed db.Import) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		i, err := tx.LockImport(ctx, failed.Store, failed.ID)
		if err != nil {
			return err
		}
		c := carrier{tx: tx, i: &i, now: s.clock.Now()}
		i.ChangedAt = c.now
		if i.Attempts++; i.Attempts > importAttempts && i.State != db.ImportDone {
			c.undo(db.ImportGivenUp, ReasonFailed)
		}
		return tx.UpdateImport(ctx, i)
	})
}
