package db

import (
	"context"
	"database/sql"
)

// ReplayStays is the migration's own, for tests.
func (tx *Tx) ReplayStays(ctx context.Context) error { return tx.replayStays(ctx) }

// MigrateTo brings a database to an earlier schema, for tests of what leads on from it.
func MigrateTo(ctx context.Context, raw *sql.DB, postgres bool, version int64) error {
	p, err := provider(raw, postgres)
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return err
}
