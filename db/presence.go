package db

import (
	"context"
	"time"
)

// Presence (presença) is whether a seller is there.
type Presence string

// What a seller can be: there, away by their own word, or without an open page.
const (
	PresenceAvailable Presence = "available"
	PresenceAway      Presence = "away"
	PresenceOffline   Presence = "offline"
)

// Presence is what a seller is, where a heartbeat counts since an instant. Who
// never signs in has no pages to be seen by, and counts as there.
func (s Seller) Presence(since time.Time) Presence {
	switch {
	case s.User != "" && (s.SeenAt.IsZero() || s.SeenAt.Before(since)):
		return PresenceOffline
	case s.Away:
		return PresenceAway
	}
	return PresenceAvailable
}

// PresentAt is since when a seller is what they are, where a heartbeat counts
// since an instant; the zero time where that is not known.
func (s Seller) PresentAt(since time.Time) time.Time {
	if s.Presence(since) == PresenceOffline && !s.SeenAt.IsZero() {
		return s.SeenAt
	}
	return s.PresentSince
}

// SetAway notes a seller's own word on whether they are there.
func (tx *Tx) SetAway(ctx context.Context, store, seller string, away bool, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "set presence of seller "+seller,
		`UPDATE sellers SET present_since = CASE WHEN away = $3 THEN present_since ELSE $4 END, away = $3
		 WHERE store_id = $1 AND id = $2`, store, seller, away, At(at))
}

// Heartbeat is a sign of one of a seller's pages.
type Heartbeat struct {
	At time.Time
	// Since is the earliest heartbeat that still counts: with none since, the
	// seller has just come.
	Since time.Time
	// After is the latest heartbeat after which another one is worth a write.
	After time.Time
}

// TouchSeller notes a heartbeat, unless another page, or another process, has
// noted one a moment ago; it reports whether it did.
func (tx *Tx) TouchSeller(ctx context.Context, store, seller string, h Heartbeat) (bool, error) {
	n, err := tx.exec(ctx, "note heartbeat of seller "+seller,
		`UPDATE sellers SET present_since = CASE WHEN away OR seen_at >= $4 THEN present_since ELSE $3 END, seen_at = $3
		 WHERE store_id = $1 AND id = $2 AND (seen_at IS NULL OR seen_at <= $5)`,
		store, seller, At(h.At), At(h.Since), At(h.After))
	return n > 0, err
}

// SellerGone notes that a seller has closed their last page for good.
func (tx *Tx) SellerGone(ctx context.Context, store, seller string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "note that seller "+seller+" is gone",
		`UPDATE sellers SET seen_at = NULL, present_since = $3 WHERE store_id = $1 AND id = $2`, store, seller, At(at))
}

// Available lists the ids of a store's active sellers who are there, by id, where
// a heartbeat counts since an instant (see Seller.Presence).
func (q Queries) Available(ctx context.Context, store string, since time.Time) ([]string, error) {
	return list(ctx, q, "available sellers", column[string],
		`SELECT id FROM sellers WHERE store_id = $1 AND active AND NOT away AND (user_id IS NULL OR seen_at >= $2) ORDER BY id`,
		store, At(since))
}

// LastSeen is the latest heartbeat of any of a store's sellers before an instant;
// the zero time where there is none.
func (q Queries) LastSeen(ctx context.Context, store string, before time.Time) (time.Time, error) {
	last, err := list(ctx, q, "last heartbeat", instantColumn,
		`SELECT seen_at FROM sellers WHERE store_id = $1 AND seen_at < $2 ORDER BY seen_at DESC LIMIT 1`, store, At(before))
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return last[0].Time(), nil
}

// RanksBySeller counts the open conversations that each seller holds by rank;
// sellers with none are absent.
func (q Queries) RanksBySeller(ctx context.Context, store string) (map[string]Ranks, error) {
	type count struct {
		seller  string
		rank, n int
	}
	counts, err := list(ctx, q, "ranks by seller", func(r row) (c count, err error) { return c, r.Scan(&c.seller, &c.rank, &c.n) },
		`SELECT seller_id, rank, CAST(SUM(n) AS BIGINT) FROM tallies WHERE store_id = $1 AND seller_id <> ''
		 GROUP BY seller_id, rank HAVING SUM(n) > 0`, store)
	by := make(map[string]Ranks, len(counts))
	for _, c := range counts {
		ranks := by[c.seller]
		ranks[c.rank] = c.n
		by[c.seller] = ranks
	}
	return by, err
}
