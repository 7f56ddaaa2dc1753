package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// DB is an open database. Reading is done with its Queries, writing in its Tx.
type DB struct {
	Queries
	sql     *sql.DB // SQLite: the writer's
	reads   *sql.DB // SQLite only
	writer  *pool
	readers *pool
	lock    *fileLock // SQLite only, nil when shared
	dsn     string
	path    string // SQLite's file
	total   *atomic.Int64
	process string // this process among those that Listen
	log     *slog.Logger
}

// Options say how to open a database.
type Options struct {
	// Shared opens a SQLite file beside a running process, for a few short
	// transactions: it takes no lock, and migrates only when nobody else has
	// the file.
	Shared bool
	// Log is told what an operator should know; nil is slog's default.
	Log *slog.Logger
}

const readers = 4

// Open opens the database at an address, applies migrations and checks that the
// engine keeps its promises: a postgres:// address, or a SQLite file as a path
// or a file: address. A SQLite file that another process has gives ErrInUse.
func Open(ctx context.Context, address string, options Options) (*DB, error) {
	db := &DB{dsn: address, total: new(atomic.Int64), process: NewID(), log: options.Log}
	if db.log == nil {
		db.log = slog.Default()
	}
	open := db.openSQLite
	if IsPostgres(address) {
		open = db.openPostgres
	}
	if err := open(ctx, options); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", redact(address), err), db.Close())
	}
	return db, nil
}

// IsPostgres tells a PostgreSQL address from a SQLite file's.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Postgres reports whether the engine is PostgreSQL.
func (db *DB) Postgres() bool { return db.postgres }

// Address is what the database was opened with.
func (db *DB) Address() string { return db.dsn }

// Statements is how many statements have been run so far.
func (db *DB) Statements() int64 { return db.total.Load() }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	_, err := one(ctx, db.Queries, "ping", column[int64], `SELECT 1`)
	return err
}

// The engines differ in what follows, in IsUnique and its like (errors.go), in
// Listen and Notify (listen.go), and in the clauses that Queries.lock and
// Queries.indexedBy add to a statement.

func (db *DB) openPostgres(ctx context.Context, _ Options) (err error) {
	db.postgres = true
	if db.sql, err = sql.Open("pgx", db.dsn); err != nil {
		return err
	}
	db.sql.SetMaxOpenConns(16)
	db.sql.SetMaxIdleConns(16)
	db.run = std{on: db.sql, total: db.total}
	return migrate(ctx, db.sql, true)
}

// The writer begins every transaction as one, so that it never has to become
// one half-way and fail as busy; it makes each commit survive a power cut.
// busy_timeout comes first: the pragmas after it may have to wait.
const sqliteWriter = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)" +
	"&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(1000)&_pragma=cache_size(-16000)&_txlock=immediate&_dqs=0"

const sqliteReader = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=query_only(1)" +
	"&_pragma=cache_size(-8000)&_dqs=0"

func (db *DB) openSQLite(ctx context.Context, options Options) (err error) {
	if db.path, err = sqlitePath(db.dsn); err != nil {
		return err
	}
	db.lock, err = lockFile(db.path + ".lock")
	if err != nil && !(options.Shared && errors.Is(err, ErrInUse)) {
		return err
	}
	if db.sql, err = sql.Open("sqlite", sqliteDSN(db.path, sqliteWriter)); err != nil {
		return err
	}
	db.sql.SetMaxOpenConns(1)
	if db.lock == nil {
		err = sameVersion(ctx, db.sql)
	} else {
		err = migrate(ctx, db.sql, false)
	}
	if err != nil {
		return err
	}
	if options.Shared && db.lock != nil {
		lock := db.lock
		db.lock = nil
		if err := lock.release(); err != nil {
			return err
		}
	}
	return db.openPools(ctx)
}

func (db *DB) openPools(ctx context.Context) (err error) {
	if db.reads, err = sql.Open("sqlite", sqliteDSN(db.path, sqliteReader)); err != nil {
		return err
	}
	db.reads.SetMaxOpenConns(readers)
	if db.writer, err = newPool(ctx, db.sql, 1, true, db.total); err != nil {
		return err
	}
	if db.readers, err = newPool(ctx, db.reads, readers, false, db.total); err != nil {
		return err
	}
	db.run = db.readers
	return errors.Join(
		assertPragmas(ctx, db.writer, map[string]string{"journal_mode": "wal", "foreign_keys": "1", "synchronous": "2",
			"busy_timeout": "10000", "wal_autocheckpoint": "1000"}),
		assertPragmas(ctx, db.readers, map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "10000"}))
}

// assertPragmas checks every connection of a pool once: a misspelt pragma is
// otherwise no error.
func assertPragmas(ctx context.Context, p *pool, want map[string]string) error {
	for range cap(p.free) {
		c, err := p.acquire(ctx)
		if err != nil {
			return err
		}
		for name, value := range want {
			got, err := one(ctx, Queries{run: c}, "pragma "+name, column[string], `PRAGMA `+name)
			if err == nil && got != value {
				err = fmt.Errorf("pragma %s is %q, must be %q", name, got, value)
			}
			if err != nil {
				p.release(c, err)
				return err
			}
		}
		p.release(c, nil)
	}
	return nil
}

func sqlitePath(address string) (string, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(address, "file://"), "file:")
	path, parameters, _ := strings.Cut(path, "?")
	switch {
	case parameters != "":
		return "", fmt.Errorf("a SQLite address takes no parameters, found %q", parameters)
	case path == "" || strings.HasPrefix(path, ":memory:"):
		return "", errors.New("a SQLite database needs a file")
	case strings.Contains(path, "://"):
		return "", errors.New("not a file, and not a postgres:// address")
	}
	return filepath.Abs(path)
}

func sqliteDSN(path, parameters string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: parameters}).String()
}

// redact hides the password of an address.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	return u.Redacted()
}

// Close waits for what is running, closes and unlocks the database.
func (db *DB) Close() error {
	var errs []error
	for _, p := range []*pool{db.readers, db.writer} {
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	for _, s := range []*sql.DB{db.reads, db.sql} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if db.lock != nil {
		errs = append(errs, db.lock.release())
	}
	return errors.Join(errs...)
}

// Backup writes a consistent copy of a SQLite database to a new file, while
// others read and write.
func (db *DB) Backup(ctx context.Context, file string) error {
	if db.postgres {
		return errors.New("backup: copies SQLite files only; use pg_dump for PostgreSQL")
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("backup: %s: %w", file, os.ErrExist)
	}
	// A connection of its own: a query_only one may not write the copy, and the writer must not wait.
	copier, err := sql.Open("sqlite", sqliteDSN(db.path, "_pragma=busy_timeout(10000)&_dqs=0"))
	if err != nil {
		return wrap("backup", err)
	}
	_, err = copier.ExecContext(ctx, `VACUUM INTO $1`, file)
	return wrap("backup", errors.Join(err, copier.Close()))
}
