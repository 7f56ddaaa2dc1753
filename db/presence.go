package db

import (
	"context"
	"time"
)

// SetAway notes a seller's own word on whether they are there.
func (tx *Tx) SetAway(ctx context.Context, store, seller string, away bool) error {
	return tx.must(ctx, ErrNotFound, "set presence of seller "+seller,
		`UPDATE sellers SET away = $3 WHERE store_id = $1 AND id = $2`, store, seller, away)
}

// TouchSeller notes a heartbeat of one of a seller's pages.
func (tx *Tx) TouchSeller(ctx context.Context, store, seller string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "note heartbeat of seller "+seller,
		`UPDATE sellers SET seen_at = $3 WHERE store_id = $1 AND id = $2`, store, seller, At(at))
}

// Available lists the ids of a store's active sellers who are there, by id: not
// away, and seen since an instant. Who never signs in has no pages to be seen by,
// and counts as there.
func (q Queries) Available(ctx context.Context, store string, since time.Time) ([]string, error) {
	return list(ctx, q, "available sellers", column[string],
		`SELECT id FROM sellers WHERE store_id = $1 AND active AND NOT away AND (user_id IS NULL OR seen_at >= $2) ORDER BY id`,
		store, At(since))
}
