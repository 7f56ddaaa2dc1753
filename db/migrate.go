package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

func provider(db *sql.DB, postgres bool) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	own := goose.WithGoMigrations(upgradeCustomers(postgres), appendOnly(postgres), pastStays(postgres), figures(postgres),
		backtests(postgres), versions(postgres), upgradeHistory(postgres))
	if !postgres {
		return goose.NewProvider(goose.DialectSQLite3, db, files, own)
	}
	// Several machines may start at once; SQLite's file lock is held already.
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, own, goose.WithSessionLocker(locker))
}

// appendOnly has the database itself refuse to change or delete what the audit
// trail says. Triggers are where the two engines' SQL differs.
func appendOnly(postgres bool) *goose.Migration {
	statements := []string{
		`CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`,
		`CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`,
	}
	if postgres {
		statements = []string{
			`CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
			 'BEGIN RAISE EXCEPTION ''the audit trail is append-only''; END'`,
			`CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
			 FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()`,
		}
	}
	return goose.NewGoMigration(11, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		for _, statement := range statements {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}

// pastStays works out the stays of what had happened before there was a table
// of them, from the events.
func pastStays(postgres bool) *goose.Migration {
	return goose.NewGoMigration(13, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		run := &Tx{Queries: Queries{run: std{on: tx, total: new(atomic.Int64)}, postgres: postgres}}
		return run.replayStays(ctx)
	}}, nil)
}

// migrate applies what is missing. A database that a later version has migrated
// is refused: this version does not know what is in it.
func migrate(ctx context.Context, db *sql.DB, postgres bool) error {
	p, err := provider(db, postgres)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err == nil && current > target {
		err = fmt.Errorf("its schema is version %d, this program knows up to %d: use a later semaforo", current, target)
	}
	if err == nil && current < target {
		_, err = p.Up(ctx)
	}
	return wrap("migrate", err)
}

// sameVersion checks that the process that has the file runs the same schema.
func sameVersion(ctx context.Context, db *sql.DB) error {
	p, err := provider(db, false)
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err == nil && current != target {
		err = errors.New("the running semaforo has another version than this one")
	}
	return wrap("schema", err)
}
