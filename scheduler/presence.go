package scheduler

import (
	"context"
	"time"

	"semaforo/db"
)

const (
	// SeenWithin is how recent, in real time, the last heartbeat of a seller's pages
	// is for them to be online.
	SeenWithin = 2 * time.Minute
	// seenEvery is how often a seller's heartbeats are worth a write, in real time:
	// less than a minute, as a browser lets a tab in the background ask once in one.
	seenEvery = 45 * time.Second
)

// ScopePresence is dirty when a seller of the store comes, goes, or says whether
// they are there.
const ScopePresence = "presence"

// SellerScope is dirty when a seller has said whether they are there.
func SellerScope(seller string) string { return ScopePresence + ":" + seller }

// SeenSince is the earliest heartbeat that counts at now, on a clock of this speed.
func (c Clock) SeenSince(now time.Time) time.Time { return now.Add(-c.fast(SeenWithin)) }

// Heartbeat is a page's sign of life at now, on a clock of this speed.
func (c Clock) Heartbeat(now time.Time) db.Heartbeat {
	return db.Heartbeat{At: now, Since: c.SeenSince(now), After: now.Add(-c.fast(seenEvery))}
}

// Seen notes that one of a seller's pages is open. last is the heartbeat that was
// read a moment ago: a recent one makes this cost nothing.
func (d *Door) Seen(ctx context.Context, store, seller string, last time.Time) error {
	beat := d.clock.Heartbeat(d.clock.Now())
	if seller == "" || last.After(beat.After) {
		return nil
	}
	return d.db.Tx(ctx, func(tx *db.Tx) error {
		noted, err := tx.TouchSeller(ctx, store, seller, beat)
		if err != nil || !noted || !last.Before(beat.Since) {
			return err
		}
		return d.tellPresence(ctx, tx, store, ScopePresence)
	})
}

// SetAway notes a seller's own word on whether they are there.
func (d *Door) SetAway(ctx context.Context, store, seller string, away bool) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.SetAway(ctx, store, seller, away, d.clock.Now()); err != nil {
			return err
		}
		return d.tellPresence(ctx, tx, store, ScopePresence, SellerScope(seller))
	})
}

// Gone notes that a seller has nothing open any more, without waiting for their
// heartbeat to run out.
func (d *Door) Gone(ctx context.Context, store, seller string) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.SellerGone(ctx, store, seller, d.clock.Now()); err != nil {
			return err
		}
		return d.tellPresence(ctx, tx, store, ScopePresence)
	})
}

// tellPresence wakes, once committed, whoever shows presence, in every process. It
// says just that: other screens of the store stay at rest.
func (d *Door) tellPresence(ctx context.Context, tx *db.Tx, store string, scopes ...string) error {
	for _, scope := range scopes {
		if err := tx.Notify(ctx, store+" "+scope); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { d.hub.Mark(store, scopes...) })
	return nil
}

// available reports whether a seller can be given a conversation by
// redistribution. The store's are read once in a transaction, and only if one is
// asked about.
func (w *work) available(ctx context.Context, store, seller string) (bool, error) {
	if w.present[store] == nil {
		since, err := w.seenSince(ctx, store)
		if err != nil {
			return false, err
		}
		ids, err := w.tx.Available(ctx, store, since)
		if err != nil {
			return false, err
		}
		present := make(map[string]bool, len(ids))
		for _, id := range ids {
			present[id] = true
		}
		w.present[store] = present
	}
	return w.present[store][seller], nil
}

// seenSince is the earliest heartbeat that counts. While the program has just
// come up, pages are still on their way back: those count who were there when
// anybody last was.
func (w *work) seenSince(ctx context.Context, store string) (time.Time, error) {
	since := w.clock.SeenSince(w.now)
	if !w.up.After(since) {
		return since, nil
	}
	last, err := w.tx.LastSeen(ctx, store, w.up)
	if err != nil || last.IsZero() {
		return since, err
	}
	return earlier(since, w.clock.SeenSince(last)), nil
}
