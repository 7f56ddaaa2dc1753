package db

import (
	"context"
	"database/sql"
	_ "embed"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/00014_figures/tables.sql
var figuresTables string

// figures is migration 14, in Go: what was done in the past is counted by days of
// each store's zone, which SQL does not know. The stays of the past are summed by
// the loop, as all are.
func figures(postgres bool) *goose.Migration {
	drop := `DROP TABLE figures;
DROP TABLE figure_stores;
DROP TABLE deeds;
DROP INDEX stays_to_sum;
ALTER TABLE stays DROP COLUMN summed;
`
	return goose.NewGoMigration(14, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if err := execText(ctx, tx, "tables.sql", figuresTables); err != nil {
			return err
		}
		run := &Tx{Queries: Queries{run: std{on: tx, total: new(atomic.Int64)}, postgres: postgres}}
		return run.countPastDeeds(ctx)
	}}, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error { return execText(ctx, tx, "down", drop) }})
}

// countPastDeeds counts what all events and stays say was done.
func (tx *Tx) countPastDeeds(ctx context.Context) error {
	type place struct{ id, zone string }
	stores, err := list(ctx, tx.Queries, "stores", func(r row) (p place, err error) { return p, r.Scan(&p.id, &p.zone) },
		`SELECT id, timezone FROM stores ORDER BY id`)
	if err != nil {
		return err
	}
	for _, s := range stores {
		loc, err := time.LoadLocation(s.zone)
		if err != nil {
			loc = time.UTC // a store whose zone nobody knows any more still has its days
		}
		if err := tx.countPastDeedsOf(ctx, s.id, loc); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) countPastDeedsOf(ctx context.Context, store string, loc *time.Location) error {
	deeds := Deeds{}
	err := tx.run.query(ctx, `SELECT e.type, e.at, e.flow_id, e.action, e.team_id, e.seller_id, e.until, e.by_kind, e.by_id, c.channel
	  FROM events e JOIN conversations c ON c.store_id = e.store_id AND c.id = e.conversation_id
	  WHERE e.store_id = $1`, []any{store}, func(r *sql.Rows) error {
		e, channel := Event{Store: store}, ""
		err := r.Scan(&e.Type, timeInto{&e.At}, &e.Flow, &e.Action, &e.Team, &e.Seller, timeInto{&e.Until}, &e.ByKind, &e.ByID, &channel)
		deeds.AddEvent(e, channel, loc)
		return err
	})
	if err != nil {
		return wrap("past deeds", err)
	}
	err = tx.run.query(ctx, `SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.outcome = 'answered'`, []any{store}, func(r *sql.Rows) error {
		s, err := scanStay(r)
		deeds.AddStay(s, loc)
		return err
	})
	if err != nil {
		return wrap("past answers", err)
	}
	return tx.ApplyDeeds(ctx, deeds)
}
