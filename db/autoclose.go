package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// The two automatic closings (§5).
const (
	AutoClose         = "auto_close"
	AutoCloseCustomer = "auto_close_customer"
)

// AutoClosing is one automatic closing (encerramento automático) of a store.
type AutoClosing struct {
	flow.AutoClose
	Store       string
	Kind        string // AutoClose or AutoCloseCustomer
	ClosingText string // sent to the customer before; empty: nothing
	Version     int64  // counts its changes; 0: never set
	UpdatedAt   time.Time
	UpdatedBy   string
}

// AutoClosings are both of a store.
type AutoClosings struct{ AutoClose, AutoCloseCustomer AutoClosing }

// AutoClosings reads a store's automatic closings; one never set is off.
func (q Queries) AutoClosings(ctx context.Context, store string) (AutoClosings, error) {
	both := AutoClosings{AutoClosing{Store: store, Kind: AutoClose}, AutoClosing{Store: store, Kind: AutoCloseCustomer}}
	rows, err := list(ctx, q, "automatic closings", func(r row) (c AutoClosing, err error) {
		var after int64
		err = r.Scan(&c.Store, &c.Kind, &c.Enabled, &after, timeInto{&c.EnabledAt}, &c.ClosingText, &c.Version,
			timeInto{&c.UpdatedAt}, &c.UpdatedBy)
		c.After = duration(after)
		return c, err
	}, `SELECT store_id, kind, enabled, after_delay, enabled_at, closing_text, version, updated_at, updated_by
	    FROM auto_closings WHERE store_id = $1`, store)
	for _, c := range rows {
		if c.Kind == AutoClose {
			both.AutoClose = c
		} else {
			both.AutoCloseCustomer = c
		}
	}
	return both, err
}

// SetAutoClosing writes an automatic closing, from the version c says to the
// next (0: the first time). ErrChanged: it has another version.
func (tx *Tx) SetAutoClosing(ctx context.Context, c AutoClosing) error {
	args := []any{c.Store, c.Kind, c.Version, c.Enabled, micros(c.After), At(c.EnabledAt), c.ClosingText, At(c.UpdatedAt),
		c.UpdatedBy}
	if c.Version == 0 {
		return tx.must(ctx, ErrChanged, "set "+c.Kind,
			`INSERT INTO auto_closings (store_id, kind, version, enabled, after_delay, enabled_at, closing_text, updated_at,
			   updated_by) VALUES ($1, $2, $3 + 1, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`, args...)
	}
	return tx.must(ctx, ErrChanged, "set "+c.Kind,
		`UPDATE auto_closings SET version = version + 1, enabled = $4, after_delay = $5, enabled_at = $6, closing_text = $7,
		   updated_at = $8, updated_by = $9 WHERE store_id = $1 AND kind = $2 AND version = $3`, args...)
}
