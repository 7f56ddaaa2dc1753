package db

import (
	"context"
	"time"
)

// LatestInstant is the latest instant at which anything has happened to a
// conversation or a configuration of any store, or a seller was seen; the zero time when nothing has.
// It reads the whole log: a fast clock asks once, at its start.
func (q Queries) LatestInstant(ctx context.Context) (time.Time, error) {
	latest, err := list(ctx, q, "latest instant", instantColumn,
		`SELECT COALESCE(MAX(at), 0) FROM (SELECT MAX(at) AS at FROM events
		   UNION ALL SELECT MAX(at) FROM configurations UNION ALL SELECT MAX(created_at) FROM stores
		   UNION ALL SELECT MAX(seen_at) FROM sellers) AS latest`)
	if err != nil || len(latest) == 0 {
		return time.Time{}, err
	}
	return latest[0].Time(), nil
}
