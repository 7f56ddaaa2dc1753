package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Door is the one way to change conversations and what a store configures. It
// is safe for concurrent use.
type Door struct {
	db    *db.DB
	clock Clock
	hub   *Hub
	log   *slog.Logger
	rules *rulebook
	up    time.Time // when this process came up (§7)
	wake  func()    // wakes the loop; never blocks
	haul  func()    // wakes who carries imports on; never blocks
	sum   func()    // wakes who sums the figures; never blocks
	ways  db.Reach  // by which people can be told here

	trying chan struct{} // size 1: holds what is being backtested
}

// work is what one transaction does. It gathers what is written once at the
// end, and what is announced once committed.
type work struct {
	*Door
	tx       *db.Tx
	now      time.Time // the one present instant of the transaction
	books    map[string]edition
	tallies  db.Tallies
	deeds    db.Deeds
	ended    bool // stays have ended
	marks    map[key]bool
	touched  map[string]bool // stores
	holds    map[key]int     // open conversations a seller gained, not yet in the tallies
	held     map[string]map[string]int
	present  map[string]map[string]bool // who is there, by store
	stepped  map[key]db.StepImpact      // by store and configuration
	ruled    map[string][]time.Time     // by conversation: as of when the first of its records were decided
	webhooks map[string][]db.Webhook
	reach    map[string]db.Reach // by store: who wants to be told
}

// passage runs f in one transaction and, once it is committed, wakes whom it
// concerns. f may run more than once (see db.Tx).
func (d *Door) passage(ctx context.Context, f func(*work) error) error {
	return d.db.Tx(ctx, func(tx *db.Tx) error {
		w := &work{
			Door: d, tx: tx, now: d.clock.Now(),
			books: map[string]edition{}, tallies: db.Tallies{}, deeds: db.Deeds{}, marks: map[key]bool{}, touched: map[string]bool{},
			holds: map[key]int{}, held: map[string]map[string]int{}, present: map[string]map[string]bool{},
			stepped: map[key]db.StepImpact{}, ruled: map[string][]time.Time{}, webhooks: map[string][]db.Webhook{}, reach: map[string]db.Reach{},
		}
		if err := f(w); err != nil {
			return err
		}
		return w.finish(ctx)
	})
}

func (w *work) finish(ctx context.Context) error {
	if err := w.tx.ApplyTallies(ctx, w.tallies); err != nil {
		return err
	}
	if err := w.tx.ApplyDeeds(ctx, w.deeds); err != nil {
		return err
	}
	if err := w.addImpacts(ctx); err != nil {
		return err
	}
	for store := range w.touched {
		if err := w.tx.Notify(ctx, store); err != nil {
			return err
		}
	}
	w.tx.AfterCommit(w.announce)
	return nil
}

func (w *work) announce() {
	for k := range w.marks {
		w.hub.Mark(k.store, k.scope)
	}
	if len(w.touched) > 0 {
		w.wake()
	}
	if w.ended {
		w.sum()
	}
}

func (w *work) mark(store, scope string) {
	w.marks[key{store, scope}] = true
	w.touched[store] = true
}

// book returns the store's present configuration, once what was scheduled for before
// now has been put in force.
func (w *work) book(ctx context.Context, store string) (edition, error) {
	if b, ok := w.books[store]; ok {
		return b, nil
	}
	s, err := w.tx.Store(ctx, store)
	if err == nil && due(s.StepAt, w.now) {
		s, err = w.enact(ctx, store)
	}
	if err != nil {
		return edition{}, err
	}
	b, err := w.rules.present(ctx, w.tx.Queries, s)
	if err == nil {
		w.books[store] = b
	}
	return b, err
}

// Wake has the loop look at what is due, after something was put into the outbox by
// a transaction that is not one of the door's.
func (d *Door) Wake() { d.wake() }

// Rules returns a store's present configuration, compiled, and its version.
func (d *Door) Rules(ctx context.Context, store string) (*flow.Rules, int64, error) {
	s, err := d.db.Store(ctx, store)
	if err != nil {
		return nil, 0, err
	}
	b, err := d.rules.present(ctx, d.db.Queries, s)
	return b.rules, b.version, err
}

// Look reads a conversation and the rules it was last evaluated under; it
// brings nothing up to date. db.ErrNotFound: the store has no such conversation.
func (d *Door) Look(ctx context.Context, store, id string) (db.Conversation, *flow.Rules, error) {
	c, err := d.db.Conversation(ctx, store, id)
	if err != nil {
		return c, nil, err
	}
	e, err := d.rules.at(ctx, d.db.Queries, store, c.ConfigVersion)
	return c, e.rules, err
}

// moment is the engine's view of an instant; what is due up to until fires.
func (w *work) moment(ctx context.Context, store string, at, until time.Time, failed *error) flow.Moment {
	return flow.Moment{Now: at, Until: until, Up: w.up, Loads: func(seller string) int {
		n, err := w.load(ctx, store, seller)
		*failed = errors.Join(*failed, err)
		return n
	}, Available: func(seller string) bool {
		there, err := w.available(ctx, store, seller)
		*failed = errors.Join(*failed, err)
		return there
	}}
}

// load counts the open conversations a seller holds, this transaction's own
// changes included.
func (w *work) load(ctx context.Context, store, seller string) (int, error) {
	if w.held[store] == nil {
		counts, err := w.tx.CountBySeller(ctx, store)
		if err != nil {
			return 0, err
		}
		w.held[store] = counts
	}
	return w.held[store][seller] + w.holds[key{store, seller}], nil
}

// engineFailed, deferred, makes a panic of the engine an error: the conversation
// is set aside, and the process goes on.
func engineFailed(conversation string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the engine failed on conversation %s: %v", conversation, p)
	}
}

// advance brings a conversation to the instant at: it catches up with the
// store's configuration and fires what is due up to until. It decides only;
// the records come back to be kept.
func (w *work) advance(ctx context.Context, c *db.Conversation, at, until time.Time) (records []flow.Record, err error) {
	defer engineFailed(c.ID, &err)
	b, err := w.book(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	if c.ConfigVersion != b.version {
		if records, err = w.catchUp(ctx, c, b, at); err != nil {
			return nil, err
		}
	}
	fired, err := w.tick(ctx, b.rules, c, at, until)
	return append(records, fired...), err
}

// last is the instant of a stored conversation's last event. What happens now
// happens then at the earliest (§2: in order), even when this machine's clock is
// behind the one that wrote it, or this transaction had to wait for that one.
func (w *work) last(ctx context.Context, c *db.Conversation) (last time.Time, err error) {
	events, err := w.tx.Events(ctx, c.Store, c.ID, c.Seq-1, 1)
	for _, e := range events {
		last = e.At
	}
	return last, err
}

// instant is when something happens now to a stored conversation: not
// before its last event, nor before what is configured came.
func (w *work) instant(ctx context.Context, c *db.Conversation) (time.Time, error) {
	last, err := w.last(ctx, c)
	if err != nil {
		return last, err
	}
	b, err := w.book(ctx, c.Store)
	return later(later(w.now, last), b.since), err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// decide is what an event does now to an open conversation, after whatever was
// due before it.
func (w *work) decide(ctx context.Context, c *db.Conversation, e flow.Event) ([]flow.Record, error) {
	at, records, err := w.before(ctx, c)
	if err != nil {
		return nil, err
	}
	e.At = at
	rec, err := w.happen(ctx, c, e)
	if err != nil {
		return nil, err
	}
	return append(records, rec), nil
}

// before is what was due before an event of now, and the event's instant.
func (w *work) before(ctx context.Context, c *db.Conversation) (at time.Time, records []flow.Record, err error) {
	if at, err = w.instant(ctx, c); err != nil {
		return at, nil, err
	}
	records, err = w.advance(ctx, c, at, at.Add(-time.Microsecond))
	return at, records, err
}

func (w *work) happen(ctx context.Context, c *db.Conversation, e flow.Event) (rec flow.Record, err error) {
	defer engineFailed(c.ID, &err)
	b, err := w.book(ctx, c.Store)
	if err != nil {
		return rec, err
	}
	e.Conversation = c.ID
	rec, err = flow.Decide(b.rules, c.Conversation, e)
	if err != nil {
		return rec, err
	}
	c.Conversation = flow.Evolve(c.Conversation, rec)
	return rec, nil
}
