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
	// What is scheduled for before now comes first, and nothing before what is there.
	s, err := w.enact(ctx, store)
	if err != nil {
		return 0, err
	}
	if s.ConfigVersion > 0 {
		b, err := w.rules.present(ctx, w.tx.Queries, s)
		if err != nil {
			return 0, err
		}
		w.now = later(w.now, b.since)
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
	next := db.Configuration{At: w.now, ByLabel: by.Kind}
	if by.Kind == db.ByUser {
		next.ByUser = by.ID
	}
	return w.publish(ctx, s, next, cfg)
}

// publish appends a configuration, of which next says when and by whom, unless it is
// what is in force.
func (w *work) publish(ctx context.Context, s db.Store, next db.Configuration, cfg flow.Configuration) (int64, error) {
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
	next.Store, next.Document = s.ID, string(document)
	return w.tx.AppendConfiguration(ctx, next)
}
