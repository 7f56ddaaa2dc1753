package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync/atomic"
)

// runner is what runs statements: a pool, one connection, a transaction.
type runner interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	// query calls each for every row, and returns when all are read.
	query(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error
}

type row interface{ Scan(...any) error }

type statementCount struct{}

// CountStatements returns a context under which every statement is counted.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, statementCount{}, n), n
}

func count(ctx context.Context, total *atomic.Int64) {
	total.Add(1)
	if n, ok := ctx.Value(statementCount{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}

// maxStatements bounds a connection's cache: lists build their statements from
// their filters, so there are many but not endless texts.
const maxStatements = 512

// conn is one SQLite connection of ours with its prepared statements. At any
// time one goroutine owns it. (pgx caches statements itself.)
type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
	total *atomic.Int64
	// write says that this is the writer: a statement of a transaction is then
	// not interrupted half-way, only not begun, once ctx is done.
	write bool
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	count(ctx, c.total)
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	s, err := c.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) forget() {
	for _, s := range c.stmts {
		_ = s.Close() // of a statement nobody runs: nothing to learn from it
	}
	clear(c.stmts)
}

func (c *conn) context(ctx context.Context) context.Context {
	if c.write {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (c *conn) exec(ctx context.Context, query string, args []any) (int64, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(c.context(ctx), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *conn) query(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(c.context(ctx), args...)
	return drain(rows, err, each)
}

func drain(rows *sql.Rows, err error, each func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// pool lends connections of ours, one goroutine each, in the order they ask.
type pool struct {
	db    *sql.DB
	free  chan *conn
	size  int // how many there are, lent out or free
	total *atomic.Int64
	write bool
}

func newPool(ctx context.Context, db *sql.DB, n int, write bool, total *atomic.Int64) (*pool, error) {
	p := &pool{db: db, free: make(chan *conn, n), total: total, write: write}
	for range n {
		c, err := p.connect(ctx)
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.size++
		p.free <- c
	}
	return p, nil
}

func (p *pool) connect(ctx context.Context) (*conn, error) {
	c, err := p.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &conn{Conn: c, stmts: map[string]*sql.Stmt{}, total: p.total, write: p.write}, nil
}

func (p *pool) acquire(ctx context.Context) (*conn, error) {
	select {
	case c, ok := <-p.free:
		if !ok {
			return nil, sql.ErrConnDone
		}
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// release takes a connection back, or another in its place when err says that
// it is broken.
func (p *pool) release(c *conn, err error) {
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		if fresh, err := p.connect(context.Background()); err == nil {
			_ = c.Close() // it is broken already
			c = fresh
		}
	}
	p.free <- c
}

func (p *pool) exec(ctx context.Context, query string, args []any) (int64, error) {
	c, err := p.acquire(ctx)
	if err != nil {
		return 0, err
	}
	n, err := c.exec(ctx, query, args)
	p.release(c, err)
	return n, err
}

func (p *pool) query(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	c, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	err = c.query(ctx, query, args, each)
	p.release(c, err)
	return err
}

// close waits for the connections that are lent out.
func (p *pool) close() error {
	var errs []error
	for range p.size {
		c := <-p.free
		c.forget()
		errs = append(errs, c.Close())
	}
	close(p.free)
	return errors.Join(errs...)
}

// std runs statements over database/sql itself: PostgreSQL's pool or transaction.
type std struct {
	on interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	}
	total *atomic.Int64
}

func (s std) exec(ctx context.Context, query string, args []any) (int64, error) {
	count(ctx, s.total)
	result, err := s.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s std) query(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	count(ctx, s.total)
	rows, err := s.on.QueryContext(ctx, query, args...)
	return drain(rows, err, each)
}

// Queries is everything that can be read. It is a value: hand it on freely, but
// what Tx and Snapshot give is good only until they return.
type Queries struct {
	run      runner
	postgres bool
}

// lock is the clause that locks the rows a SELECT returns; SQLite's one writer
// needs none. Only transactions may use it.
func (q Queries) lock(clause string) string {
	if q.postgres {
		return clause
	}
	return ""
}

// indexedBy makes SQLite, which has no statistics, take an index for a table's
// rows, or refuse the statement. PostgreSQL knows by itself.
func (q Queries) indexedBy(index string) string {
	if q.postgres {
		return ""
	}
	return " INDEXED BY " + index
}

// list reads all rows of a query.
func list[T any](ctx context.Context, q Queries, what string, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := q.run.query(ctx, query, args, func(r *sql.Rows) error {
		v, err := scan(r)
		all = append(all, v)
		return err
	})
	if err != nil {
		return nil, wrap(what, err)
	}
	return all, nil
}

// one reads the only row of a query: ErrNotFound when there is none.
func one[T any](ctx context.Context, q Queries, what string, scan func(row) (T, error), query string, args ...any) (T, error) {
	all, err := list(ctx, q, what, scan, query, args...)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// column scans rows of one column.
func column[T any](r row) (v T, err error) { return v, r.Scan(&v) }

func instantColumn(r row) (Instant, error) {
	var v sql.NullInt64
	err := r.Scan(&v)
	return Instant(v.Int64), err
}
