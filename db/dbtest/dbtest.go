package dbtest

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"semaforo/db"
)

// New is a fresh SQLite database, closed when the test ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	return open(t, SQLiteAddress(t))
}

// SQLiteAddress is the path of a SQLite database that does not exist yet.
func SQLiteAddress(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "semaforo.db")
}

// NewPostgres is a fresh PostgreSQL database, closed when the test ends.
func NewPostgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresAddress(t))
}

// Each runs a test on both engines, in parallel.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, New(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, NewPostgres(t))
	})
}

func open(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address, db.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}
