package db

import (
	"context"
	"database/sql"
	_ "embed"
	"sync/atomic"

	"github.com/pressly/goose/v3"

	"semaforo/flow"
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

// pastWaits is how many stays are read at a time.
const pastWaits = 5000

func (tx *Tx) enterPastWaits(ctx context.Context) error {
	stores, err := list(ctx, tx.Queries, "stores", column[string], `SELECT id FROM stores ORDER BY id`)
	if err != nil {
		return err
	}
	for _, store := range stores {
		p := pastBlocks{tx: tx, store: store, numbers: map[string]int{"": 0}, open: map[flow.Queue]*pastBlock{}}
		if err := p.enter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pastBlocks writes a store's blocks anew, with statements of its own: those of the
// present schema may know more than this one.
type pastBlocks struct {
	tx      *Tx
	store   string
	numbers map[string]int
	open    map[flow.Queue]*pastBlock // the last one of each queue, not written yet
}

type pastBlock struct {
	block
	day  string
	last int64
}

// enter goes through the stays in the order in which they ended.
func (p *pastBlocks) enter(ctx context.Context) error {
	var last Stay
	for {
		stays, err := list(ctx, p.tx.Queries, "past waits", func(r row) (y Stay, err error) {
			return y, r.Scan(&y.Conversation, &y.Seq, &y.Queue, &y.Team, &y.Seller, &y.Channel, timeInto{&y.Start}, timeInto{&y.End}, &y.Level, &y.Outcome, &y.Imported)
		}, `SELECT conversation_id, seq, queue, team_id, seller_id, channel, started_at, ended_at, level, outcome, imported FROM stays
		    WHERE store_id = $1 AND summed AND ended_at >= $2 AND (ended_at, conversation_id, seq) > ($2, $3, $4)
		    ORDER BY ended_at, conversation_id, seq LIMIT $5`, p.store, int64(At(last.End)), last.Conversation, last.Seq, pastWaits)
		if err != nil {
			return err
		}
		for _, y := range stays {
			if err := p.add(ctx, y); err != nil {
				return err
			}
		}
		if len(stays) < pastWaits {
			break
		}
		last = stays[len(stays)-1]
	}
	for queue := range p.open {
		if err := p.write(ctx, queue); err != nil {
			return err
		}
	}
	return nil
}

func (p *pastBlocks) add(ctx context.Context, y Stay) error {
	var numbers [3]int
	for i, name := range []string{y.Team, y.Seller, y.Channel} {
		var err error
		if numbers[i], err = p.number(ctx, name); err != nil {
			return err
		}
	}
	w := Wait{Team: numbers[0], Seller: numbers[1], Channel: numbers[2], Level: y.Level,
		Wait: flow.Wait{Start: y.Start.UnixMicro(), End: y.End.UnixMicro(), Outcome: y.Outcome, Imported: y.Imported}}
	day, begins := dayOf(y.End)
	b := p.open[y.Queue]
	if b == nil || b.day != day || b.n == blockSize {
		if err := p.write(ctx, y.Queue); err != nil {
			return err
		}
		next := &pastBlock{day: day, last: begins}
		if next.first = Instant(w.End); b != nil && b.day == day {
			next.part = b.part + 1
		}
		p.open[y.Queue], b = next, next
	}
	b.body = appendWait(b.body, b.last, w)
	b.last = w.End
	b.n++
	return nil
}

func (p *pastBlocks) number(ctx context.Context, name string) (int, error) {
	if number, known := p.numbers[name]; known {
		return number, nil
	}
	number := len(p.numbers)
	p.numbers[name] = number
	_, err := p.tx.exec(ctx, "name a wait's holder", `INSERT INTO wait_names (store_id, number, name) VALUES ($1, $2, $3)`, p.store, number, name)
	return number, err
}

func (p *pastBlocks) write(ctx context.Context, queue flow.Queue) error {
	b := p.open[queue]
	if b == nil {
		return nil
	}
	_, err := p.tx.exec(ctx, "write block", `INSERT INTO wait_blocks (store_id, queue, day, part, n, first_at, body, import_id)
		  VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
		p.store, string(queue), b.day, b.part, b.n, int64(b.first), b.body)
	return err
}
