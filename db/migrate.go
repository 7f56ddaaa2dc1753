package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

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
	inGo := goose.WithGoMigrations(upgradeCustomers(postgres))
	if !postgres {
		return goose.NewProvider(goose.DialectSQLite3, db, files, inGo)
	}
	// Several machines may start at once; SQLite's file lock is held already.
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, inGo, goose.WithSessionLocker(locker))
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
