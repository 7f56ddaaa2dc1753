package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Tx is one write transaction. Everything that writes is its method.
type Tx struct {
	Queries
	process string
	after   []func()
}

// AfterCommit runs f when the transaction has been committed, in the order of
// the calls; if it never is, f never runs. Nothing is announced before commit.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

func (tx *Tx) exec(ctx context.Context, what, query string, args ...any) (int64, error) {
	n, err := tx.run.exec(ctx, query, args)
	return n, wrap(what, err)
}

// must is exec of a statement that has to change a row: missing is the error
// when it changes none.
func (tx *Tx) must(ctx context.Context, missing error, what, query string, args ...any) error {
	n, err := tx.exec(ctx, what, query, args...)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s: %w", what, missing)
	}
	return err
}

// A transaction that keeps losing waits longer each time, up to 2^maxTries ms.
const maxTries = 10

// Tx runs f in one write transaction, and commits if it returns no error. On
// SQLite there is one such transaction at a time; on PostgreSQL several, and
// one that loses against another (IsSerialization) is run again from the
// start: f may therefore be called more than once and must leave nothing
// behind but through tx.
func (db *DB) Tx(ctx context.Context, f func(tx *Tx) error) error {
	for try := 1; ; try++ {
		tx := &Tx{process: db.process}
		err := db.transact(ctx, tx, f)
		if err == nil {
			for _, announce := range tx.after {
				announce()
			}
			return nil
		}
		if try == maxTries || !IsSerialization(err) {
			return err
		}
		if err := pause(ctx, rand.N(time.Millisecond<<try)); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (db *DB) transact(ctx context.Context, tx *Tx, f func(*Tx) error) error {
	if db.postgres {
		return db.standard(ctx, nil, func(q Queries) error {
			tx.Queries = q
			return f(tx)
		})
	}
	return db.writer.bracket(ctx, "BEGIN IMMEDIATE", func(q Queries) error {
		tx.Queries = q
		return f(tx)
	})
}

// Snapshot runs f over one unchanging view of the database: for pages that read
// several things which must fit together.
func (db *DB) Snapshot(ctx context.Context, f func(q Queries) error) error {
	if db.postgres {
		return db.standard(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, f)
	}
	return db.readers.bracket(ctx, "BEGIN", f)
}

// standard is a transaction by database/sql, for PostgreSQL.
func (db *DB) standard(ctx context.Context, options *sql.TxOptions, f func(Queries) error) (err error) {
	stx, err := db.sql.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if rolled := stx.Rollback(); rolled != nil && !errors.Is(rolled, sql.ErrTxDone) {
			err = errors.Join(err, fmt.Errorf("roll back: %w", rolled))
		}
	}()
	if err := f(Queries{run: std{on: stx, total: db.total}, postgres: true}); err != nil {
		return err
	}
	return wrap("commit", stx.Commit())
}

// bracket is a transaction on one of our SQLite connections, which keeps its
// prepared statements from one transaction to the next: database/sql cannot.
func (p *pool) bracket(ctx context.Context, begin string, f func(Queries) error) (err error) {
	c, err := p.acquire(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { p.release(c, err) }()
	if _, err := c.exec(ctx, begin, nil); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// Also on a panic of f and on a failed commit. What SQLite has rolled back by itself (a full disk) has
		// nothing left to roll back, which is no news.
		_, rolled := c.exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
		if err != nil && rolled != nil {
			err = errors.Join(err, fmt.Errorf("roll back: %w", rolled))
		}
	}()
	if err := f(Queries{run: c}); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "COMMIT", nil); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	return nil
}
