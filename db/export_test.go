package db

import (
	"context"
	"database/sql"
)

// MigrateTo brings a database to an earlier schema, for tests of what leads on from it.
func MigrateTo(ctx context.Context, raw *sql.DB, postgres bool, version int64) error {
	p, err := provider(raw, postgres)
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return err
}
