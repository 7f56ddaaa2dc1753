package db

import (
	"cmp"
	"context"
	"slices"
	"time"

	"semaforo/flow"
)

// Store is a shop: a tenant.
type Store struct {
	ID            string
	Slug          string // names it in addresses; unique
	Name          string
	Timezone      string // IANA
	Hours         *flow.Week
	Holidays      []flow.Date
	ConfigVersion int64 // the current configuration's
	Demo          bool
	CreatedAt     time.Time
	// TwoStepRequired has everybody of the store sign in in two steps.
	TwoStepRequired bool
	// OpenPortfolio lets sellers see customers outside their portfolio.
	OpenPortfolio bool
	// StepAt is when the next scheduled change of a flow is due; zero: none is.
	StepAt time.Time
	// StepsHidden puts the list of first steps away; HideSteps does, for good.
	StepsHidden bool
}

const storeColumns = `s.id, s.slug, s.name, s.timezone, s.hours, s.holidays, s.config_version, s.demo, s.created_at,
  s.two_step_required, s.open_portfolio, s.steps_hidden,
  (SELECT MIN(x.at) FROM flow_steps x WHERE x.store_id = s.id AND x.state = 'waiting')`

func scanStore(r row) (Store, error) {
	var s Store
	var hours, holidays string
	err := r.Scan(&s.ID, &s.Slug, &s.Name, &s.Timezone, textInto{&hours}, &holidays, &s.ConfigVersion, &s.Demo,
		timeInto{&s.CreatedAt}, &s.TwoStepRequired, &s.OpenPortfolio, &s.StepsHidden, timeInto{&s.StepAt})
	if err != nil {
		return s, err
	}
	if s.Hours, err = decodeWeek(hours); err != nil {
		return s, err
	}
	s.Holidays, err = decodeDates(holidays)
	return s, err
}

// InsertStore creates a store without a configuration: AppendConfiguration gives
// it the first. ErrDuplicate: another has its slug.
func (tx *Tx) InsertStore(ctx context.Context, s Store) error {
	hours, holidays, err := calendarText(s.Hours, s.Holidays)
	if err != nil {
		return wrap("insert store", err)
	}
	_, err = tx.exec(ctx, "insert store "+s.Slug,
		`INSERT INTO stores (id, slug, name, timezone, hours, holidays, config_version, demo, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)`,
		s.ID, s.Slug, s.Name, s.Timezone, hours, holidays, s.Demo, At(s.CreatedAt))
	return err
}

// UpdateStore changes a store's name, zone, calendar and rules for its people.
func (tx *Tx) UpdateStore(ctx context.Context, s Store) error {
	hours, holidays, err := calendarText(s.Hours, s.Holidays)
	if err != nil {
		return wrap("update store", err)
	}
	return tx.must(ctx, ErrNotFound, "update store "+s.ID,
		`UPDATE stores SET name = $2, timezone = $3, hours = $4, holidays = $5, two_step_required = $6, open_portfolio = $7 WHERE id = $1`,
		s.ID, s.Name, s.Timezone, hours, holidays, s.TwoStepRequired, s.OpenPortfolio)
}

// HideSteps puts a store's list of first steps away.
func (tx *Tx) HideSteps(ctx context.Context, store string) error {
	return tx.must(ctx, ErrNotFound, "hide first steps of store "+store,
		`UPDATE stores SET steps_hidden = $2 WHERE id = $1`, store, true)
}

// Store reads a store.
func (q Queries) Store(ctx context.Context, id string) (Store, error) {
	return one(ctx, q, "store "+id, scanStore, `SELECT `+storeColumns+` FROM stores s WHERE s.id = $1`, id)
}

// StoreBySlug reads the store that an address names.
func (q Queries) StoreBySlug(ctx context.Context, slug string) (Store, error) {
	return one(ctx, q, "store "+slug, scanStore, `SELECT `+storeColumns+` FROM stores s WHERE s.slug = $1`, slug)
}

// Stores lists all stores by slug.
func (q Queries) Stores(ctx context.Context) ([]Store, error) {
	return list(ctx, q, "stores", scanStore, `SELECT `+storeColumns+` FROM stores s ORDER BY s.slug`)
}

// StoresOf lists the stores a user can sign in to, by name.
func (q Queries) StoresOf(ctx context.Context, user string) ([]Store, error) {
	stores, err := list(ctx, q, "stores of user "+user, scanStore,
		`SELECT `+storeColumns+` FROM memberships m JOIN stores s ON s.id = m.store_id
		 WHERE m.user_id = $1 AND NOT m.disabled`, user)
	slices.SortFunc(stores, func(a, b Store) int {
		return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return stores, err
}

// Empty reports whether the database holds neither a store nor a user yet.
func (q Queries) Empty(ctx context.Context) (bool, error) {
	n, err := one(ctx, q, "is the database empty", column[int],
		`SELECT (SELECT COUNT(*) FROM stores) + (SELECT COUNT(*) FROM users)`)
	return n == 0, err
}
