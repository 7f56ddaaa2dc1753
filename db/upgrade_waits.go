package db

import (
	"context"
	"database/sql"
	_ "embed"
	"sync/atomic"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/00016_backtest/tables.sql
var backtestTables string

// backtests is migration 16, in Go: the stays that the figures hold already are
// entered into blocks; the others will be by the loop, as all are.
func backtests(postgres bool) *goose.Migration {
	return goose.NewGoMigration(16, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if err := execText(ctx, tx, "tables.sql", backtestTables); err != nil {
			return err
		}
		run := &Tx{Queries: Queries{run: std{on: tx, total: new(atomic.Int64)}, postgres: postgres}}
		return run.enterPastWaits(ctx)
	}}, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		return execText(ctx, tx, "down", "DROP TABLE wait_blocks;\nDROP TABLE wait_names;\n")
	}})
}

// pastWaits is how many stays are entered at a time.
const pastWaits = 5000

func (tx *Tx) enterPastWaits(ctx context.Context) error {
	stores, err := list(ctx, tx.Queries, "stores", column[string], `SELECT id FROM stores ORDER BY id`)
	if err != nil {
		return err
	}
	for _, store := range stores {
		if err := tx.enterPastWaitsOf(ctx, store); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) enterPastWaitsOf(ctx context.Context, store string) error {
	var last Stay
	for {
		stays, err := list(ctx, tx.Queries, "past waits", scanStay,
			`SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.summed AND y.ended_at >= $2
			 AND (y.ended_at, y.conversation_id, y.seq) > ($2, $3, $4) ORDER BY y.ended_at, y.conversation_id, y.seq LIMIT $5`,
			store, int64(At(last.End)), last.Conversation, last.Seq, pastWaits)
		if err != nil || len(stays) == 0 {
			return err
		}
		if err := tx.AddWaits(ctx, store, stays); err != nil {
			return err
		}
		last = stays[len(stays)-1]
	}
}
