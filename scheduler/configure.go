package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Configure changes what a store configures: flows, automatic closings, teams,
// sellers, hours, channels. change edits the tables; what they then say is
// checked as a whole and becomes the store's next configuration, in the same
// transaction. The open conversations are moved to it by the loop, each before
// anything else happens to it (§6). It returns the version in force. Errors:
// flow.Problems, and whatever change returns.
func (d *Door) Configure(ctx context.Context, store string, by By, change func(tx *db.Tx, now time.Time) error) (int64, error) {
	return d.ConfigureIf(ctx, store, by, change, nil)
}

func (w *work) configure(ctx context.Context, store string, by By, change func(tx *db.Tx, now time.Time) error,
	approve func(Forecast) error) (int64, error) {
	s, err := w.tx.LockStore(ctx, store)
	if err != nil {
		return 0, err
	}
	if err := change(w.tx, w.now); err != nil {
		return 0, err
	}
	w.mark(store, ScopeStore)
	cfg, err := w.tx.BuildConfiguration(ctx, s.ID)
	if err != nil {
		return 0, err
	}
	rules, err := flow.Compile(cfg)
	if err != nil {
		return 0, err
	}
	if approve != nil {
		forecast, err := w.foresee(ctx, s, rules)
		if err == nil {
			err = approve(forecast)
		}
		if err != nil {
			return 0, err
		}
	}
	return w.publish(ctx, s, by, cfg)
}

// publish appends a configuration, unless it is what is in force.
func (w *work) publish(ctx context.Context, s db.Store, by By, cfg flow.Configuration) (int64, error) {
	document, err := json.Marshal(cfg)
	if err != nil {
		return 0, fmt.Errorf("encode configuration: %w", err)
	}
	if s.ConfigVersion > 0 {
		present, err := w.tx.CurrentConfiguration(ctx, s.ID)
		if err != nil {
			return 0, err
		}
		if present.Document == string(document) {
			return s.ConfigVersion, nil
		}
	}
	next := db.Configuration{Store: s.ID, At: w.now, ByLabel: by.Kind, Document: string(document)}
	if by.Kind == db.ByUser {
		next.ByUser = by.ID
	}
	return w.tx.AppendConfiguration(ctx, next)
}
