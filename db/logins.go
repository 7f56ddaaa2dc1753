package db

import (
	"context"
	"errors"
	"time"
)

// LoginFailures are the failed sign-ins of a key since the last that succeeded.
type LoginFailures struct {
	Failures     int
	LastAt       time.Time
	BlockedUntil time.Time
}

// LoginFailures reads a key's failed sign-ins; none are the zero value.
func (q Queries) LoginFailures(ctx context.Context, keyHash string) (LoginFailures, error) {
	f, err := one(ctx, q, "login failures", func(r row) (f LoginFailures, err error) {
		return f, r.Scan(&f.Failures, timeInto{&f.LastAt}, timeInto{&f.BlockedUntil})
	}, `SELECT failures, last_at, blocked_until FROM login_failures WHERE key_hash = $1`, keyHash)
	if errors.Is(err, ErrNotFound) {
		return LoginFailures{}, nil
	}
	return f, err
}

// AddLoginFailure counts a failed sign-in at an instant, from 1 again when the
// last was before forget, and returns the count.
func (tx *Tx) AddLoginFailure(ctx context.Context, keyHash string, at, forget time.Time) (int, error) {
	return one(ctx, tx.Queries, "add login failure", column[int],
		`INSERT INTO login_failures (key_hash, failures, last_at) VALUES ($1, 1, $2)
		 ON CONFLICT (key_hash) DO UPDATE SET last_at = excluded.last_at,
		   failures = CASE WHEN login_failures.last_at < $3 THEN 1 ELSE login_failures.failures + 1 END
		 RETURNING failures`, keyHash, At(at), At(forget))
}

// BlockLogin refuses a key's sign-ins until an instant.
func (tx *Tx) BlockLogin(ctx context.Context, keyHash string, until time.Time) error {
	return tx.must(ctx, ErrNotFound, "block login",
		`UPDATE login_failures SET blocked_until = $2 WHERE key_hash = $1`, keyHash, At(until))
}

// ClearLoginFailures forgets a key's failures: somebody signed in.
func (tx *Tx) ClearLoginFailures(ctx context.Context, keyHash string) error {
	_, err := tx.exec(ctx, "clear login failures", `DELETE FROM login_failures WHERE key_hash = $1`, keyHash)
	return err
}

// DeleteLoginFailures forgets those of before an instant.
func (tx *Tx) DeleteLoginFailures(ctx context.Context, before time.Time) error {
	_, err := tx.exec(ctx, "delete login failures", `DELETE FROM login_failures WHERE last_at < $1
		AND (blocked_until IS NULL OR blocked_until < $1)`, At(before))
	return err
}
