package scheduler

import (
	"context"
	"errors"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

const (
	// figuresRest is the least real time between two summings: what happens in a busy
	// store is summed together.
	figuresRest = 5 * time.Second
	// figuresBatch is how many stays one transaction sums.
	figuresBatch = 500
)

// figureIt keeps the figures up with the stays until ctx is done.
func (s *Scheduler) figureIt(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := s.sumSome(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("the figures could not be summed, trying again", "error", err, "in", figuresRest)
			rest(ctx, figuresRest, nil)
		case !more:
			if rest(ctx, figuresRest, nil); ctx.Err() == nil {
				rest(ctx, time.Hour, s.ledger)
			}
		}
	}
}

// SumFigures brings all stores' figures up to the present, for who lets the time
// pass by hand instead of running the loop.
func (s *Scheduler) SumFigures(ctx context.Context) error {
	for {
		more, err := s.sumSome(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// sumSome sums a batch of one store's stays, and reports whether there was one.
func (s *Scheduler) sumSome(ctx context.Context) (bool, error) {
	store, err := s.db.StoreToSum(ctx)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.db.Tx(context.WithoutCancel(ctx), func(tx *db.Tx) error { return enterStays(ctx, tx, store, s.clock.Now()) })
}

// enterStays has a batch of a store's stays enter what is read of them.
func enterStays(ctx context.Context, tx *db.Tx, store string, now time.Time) error {
	stays, err := tx.TakeStays(ctx, store, now, figuresBatch)
	if err != nil {
		return err
	}
	l := ledger{store: store, queries: tx.Queries, books: newRulebook(), sums: map[db.FigureKey]*db.Figures{}}
	for _, stay := range stays {
		if err := l.enter(ctx, stay); err != nil {
			return err
		}
	}
	if err := tx.AddFigures(ctx, l.sums); err != nil {
		return err
	}
	return tx.AddWaits(ctx, store, stays)
}

// RebuildFigures has a store's figures summed anew from all of its stays; until the
// loop has done so they are incomplete.
func (s *Scheduler) RebuildFigures(ctx context.Context, store string) error {
	err := s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.TakeStays(ctx, store, s.clock.Now(), 0); err != nil {
			return err
		}
		return tx.ForgetFigures(ctx, store)
	})
	ring(s.ledger)
	return err
}

// ledger sums stays of a store.
type ledger struct {
	store   string
	queries db.Queries
	books   *rulebook
	sums    map[db.FigureKey]*db.Figures
}

// enter adds a stay to the figures of the store and of whom it concerns, on its day
// and in its month. Business hours are those in force when it ended. What was
// imported has been measured by others, and is nobody's figure.
func (l *ledger) enter(ctx context.Context, stay db.Stay) error {
	if stay.Imported {
		return nil
	}
	version, err := l.queries.ConfigurationInForce(ctx, l.store, stay.End)
	if err != nil {
		return err
	}
	book, err := l.books.at(ctx, l.queries, l.store, version)
	if err != nil {
		return err
	}
	f := FiguresOf(book.rules, stay)
	began := stay.Wait.In(book.rules.Location())
	hour := int(began.Weekday())*24 + began.Hour()
	day := stay.End.In(book.rules.Location()).Format(time.DateOnly)
	seller := stay.Seller
	if stay.Outcome == flow.Answered {
		seller = stay.By
	}
	ids := map[db.FigureKind]string{db.OfStore: "", db.OfTeam: stay.Team, db.OfSeller: seller, db.OfChannel: stay.Channel}
	for _, kind := range db.FigureKinds {
		for _, span := range []string{day, day[:len("2006-01")]} {
			l.add(db.FigureKey{Store: l.store, Kind: kind, Span: span, ID: ids[kind]}, f)
			l.add(db.FigureKey{Store: l.store, Kind: kind, Span: span, ID: ids[kind], Hours: true, Hour: hour}, f)
		}
	}
	return nil
}

func (l *ledger) add(key db.FigureKey, f db.Figures) {
	if l.sums[key] == nil {
		l.sums[key] = &db.Figures{}
	}
	l.sums[key].Merge(f)
}

// FiguresOf are the figures of one stay, its business hours by the given rules.
func FiguresOf(r *flow.Rules, stay db.Stay) db.Figures {
	took := func(from time.Time) (t db.Took) {
		t.Real.Add(stay.End.Sub(from))
		t.Business.Add(r.OpenTime(stay.Team, from, stay.End))
		return t
	}
	f := db.Figures{Held: took(stay.Start)}
	if stay.Outcome != flow.Answered {
		return f
	}
	f.Answer = took(stay.Wait)
	if stay.First {
		f.First = took(stay.Wait)
	}
	switch stay.Level {
	case flow.Red:
		f.Red = 1
	case flow.Yellow:
		f.Yellow = 1
	default:
		f.Green = 1
	}
	return f
}
