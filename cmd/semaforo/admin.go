package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"semaforo/db"
	"semaforo/scheduler"
)

// database is the option every command on a database has.
type database struct {
	DB string `name:"db" default:"semaforo.db" placeholder:"FILE|URL" help:"The database: a SQLite file, or a postgres:// address. (default ${default})"`
}

// beside opens the database for a few short transactions, whether or not a
// server is running on it. It makes no new file: a misspelt name is an error.
func (d database) beside(ctx context.Context, std *streams) (*db.DB, error) {
	if !db.IsPostgres(d.DB) {
		path := strings.TrimPrefix(strings.TrimPrefix(d.DB, "file://"), "file:")
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no database to open: %w", err)
		}
	}
	return db.Open(ctx, d.DB, db.Options{Shared: true, Log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))})
}

// ofStore are the options of a command on one store.
type ofStore struct {
	database
	Store string `placeholder:"SLUG" help:"The store, by its name in addresses. Needed where the database has several."`
}

// inStore opens the database and finds the store.
func (o ofStore) inStore(std *streams, do func(ctx context.Context, d *db.DB, store db.Store) error) (err error) {
	ctx := context.Background()
	d, err := o.beside(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	store, err := o.find(ctx, d)
	if err != nil {
		return err
	}
	return do(ctx, d, store)
}

func (o ofStore) find(ctx context.Context, d *db.DB) (db.Store, error) {
	stores, err := d.Stores(ctx)
	if err != nil {
		return db.Store{}, err
	}
	var slugs []string
	for _, s := range stores {
		if s.Slug == o.Store || o.Store == "" && len(stores) == 1 {
			return s, nil
		}
		slugs = append(slugs, s.Slug)
	}
	switch {
	case len(stores) == 0:
		return db.Store{}, fmt.Errorf("%s has no store yet: start `semaforo serve` and open its first page", o.DB)
	case o.Store == "":
		return db.Store{}, usageError{fmt.Errorf("--store is needed, one of: %s", strings.Join(slugs, ", "))}
	}
	return db.Store{}, fmt.Errorf("there is no store %q: there are %s", o.Store, strings.Join(slugs, ", "))
}

// door is the way to change what a store configures from beside a server: the
// server's loop notices.
func door(d *db.DB, std *streams) *scheduler.Door { return operator(d, std).Door }

// operator is a scheduler that does not run.
func operator(d *db.DB, std *streams) *scheduler.Scheduler {
	return scheduler.New(d, scheduler.RealClock(), slog.New(slog.NewTextHandler(std.err, nil)), nil)
}

// backupCmd is `semaforo backup`.
type backupCmd struct {
	database
	File string `arg:"" help:"The copy to write. It must not exist yet."`
}

// Run copies a SQLite database, also while a server writes to it.
func (cmd *backupCmd) Run(std *streams) (err error) {
	ctx := context.Background()
	d, err := cmd.beside(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Backup(ctx, cmd.File); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.err, "copied to", cmd.File)
	return err
}
