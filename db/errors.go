package db

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What callers decide upon. Test with errors.Is: they come wrapped.
var (
	// ErrNotFound: no such row in this store.
	ErrNotFound = errors.New("not found")
	// ErrChanged: somebody else changed it meanwhile; read it again.
	ErrChanged = errors.New("changed meanwhile")
	// ErrDuplicate: something else already has this name, key or number.
	ErrDuplicate = errors.New("already exists")
	// ErrInUse: another process has the SQLite database.
	ErrInUse = errors.New("in use by another semaforo process")
)

// IsUnique reports whether a statement failed because of a primary key or a
// unique index.
func IsUnique(err error) bool {
	if errors.Is(err, ErrDuplicate) {
		return true
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

// IsForeignKey reports whether a statement failed because a row it names does
// not exist (in this store), or one it deletes is still named.
func IsForeignKey(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}

// IsSerialization reports whether a transaction lost against another one and
// succeeds when it is run again: a serialization failure or a deadlock of
// PostgreSQL, a busy SQLite.
func IsSerialization(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// wrap says what failed, and turns what the drivers report into this package's
// errors, keeping the cause.
func wrap(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	case IsUnique(err) && !errors.Is(err, ErrDuplicate):
		return fmt.Errorf("%s: %w: %w", what, ErrDuplicate, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
