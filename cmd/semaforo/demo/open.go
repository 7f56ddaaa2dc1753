package demo

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// Foreign is the error of a database that holds something else than the
// demonstration.
type Foreign struct{ Stores []string }

// Error says what the operator can do.
func (f *Foreign) Error() string {
	what := "people, but no store"
	if len(f.Stores) > 0 {
		what = fmt.Sprintf("the store “%s”", f.Stores[0])
	}
	if n := len(f.Stores) - 1; n > 0 {
		what += fmt.Sprintf(" and %d more", n)
	}
	return "--demo needs a database of its own, and this one holds " + what +
		": name another file with --db, for example --db demo.db, or leave --demo out"
}

// Open makes sure that the database holds the demonstration's store, and returns
// it: an empty database is filled as of the present instant, in UTC; one that
// holds the demonstration goes on. *Foreign: it holds something else.
func Open(ctx context.Context, d *db.DB, present time.Time, log *slog.Logger) (db.Store, error) {
	stores, err := d.Stores(ctx)
	if err != nil {
		return db.Store{}, err
	}
	empty, err := d.Empty(ctx)
	if err != nil {
		return db.Store{}, err
	}
	switch {
	case len(stores) == 1 && stores[0].Demo && stores[0].Slug == Slug && stores[0].ConfigVersion > 0:
		return stores[0], nil
	case len(stores) == 1 && stores[0].Demo && stores[0].Slug == Slug:
		return fill(ctx, d, stores[0], present, log) // it was interrupted between its first two steps
	case !empty:
		return db.Store{}, foreign(stores)
	}
	store := db.Store{ID: db.NewID(), Slug: Slug, Name: storeName, Timezone: timezone, Demo: true, CreatedAt: present.Add(-began)}
	if err := d.Tx(ctx, func(tx *db.Tx) error { return tx.InsertStore(ctx, store) }); err != nil {
		return db.Store{}, err
	}
	return fill(ctx, d, store, present, log)
}

func foreign(stores []db.Store) error {
	f := &Foreign{}
	for _, s := range stores {
		f.Stores = append(f.Stores, s.Name)
	}
	return f
}

// fill configures the store as it was when its past began, and lets that happen.
func fill(ctx context.Context, d *db.DB, store db.Store, present time.Time, log *slog.Logger) (db.Store, error) {
	clock := &steppedClock{now: present.Add(-began)}
	s := scheduler.New(d, clock.clock(), log, nil)
	if err := configure(ctx, s.Door, store); err != nil {
		return store, fmt.Errorf("configure the demonstration: %w", err)
	}
	if err := figures(ctx, d, store.ID, clock.now); err != nil {
		return store, fmt.Errorf("make up the demonstration's figures: %w", err)
	}
	token, _, err := newToken(ctx, d, store.ID, clock.now)
	if err != nil {
		return store, err
	}
	// Its sellers were there all the time.
	err = d.Tx(ctx, func(tx *db.Tx) error { return atTheirDesks(ctx, tx, store.ID, clock.clock(), present, nil) })
	if err != nil {
		return store, err
	}
	p := &past{Scheduler: s, db: d, time: clock, store: store.ID, by: scheduler.By{Kind: db.ByToken, ID: token}, channels: map[string]string{}}
	channels, err := d.Channels(ctx, store.ID)
	if err != nil {
		return store, err
	}
	for _, c := range channels {
		p.channels[c.Name] = c.ID
	}
	if err := p.tell(ctx, present); err != nil {
		return store, fmt.Errorf("fill the demonstration: %w", err)
	}
	if err := entrust(ctx, d, store.ID); err != nil {
		return store, fmt.Errorf("give the demonstration's customers to its sellers: %w", err)
	}
	return d.Store(ctx, store.ID)
}
