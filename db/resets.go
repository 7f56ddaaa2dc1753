package db

import (
	"context"
	"time"
)

// Reset is a link that sets a person's new password, once. Only the hash of its
// secret is kept; a used one is gone. It was made in a store, on whose behalf it
// is told and noted.
type Reset struct {
	TokenHash string
	Store     string
	User      string
	By        string // the id of the user who made it; empty: the person asked for it
	Shown     bool   // somebody other than the person has seen the link
	TwoStep   bool   // switches two-step sign-in off as well
	CreatedAt time.Time
	ExpiresAt time.Time
}

const resetColumns = `x.token_hash, x.store_id, x.user_id, x.by_user, x.shown, x.two_step, x.created_at, x.expires_at`

func scanReset(r row) (Reset, error) {
	var x Reset
	return x, r.Scan(&x.TokenHash, &x.Store, &x.User, &x.By, &x.Shown, &x.TwoStep, timeInto{&x.CreatedAt}, timeInto{&x.ExpiresAt})
}

// InsertReset stores a new link for a member of its store.
func (tx *Tx) InsertReset(ctx context.Context, r Reset) error {
	_, err := tx.exec(ctx, "insert reset of user "+r.User,
		`INSERT INTO resets (token_hash, store_id, user_id, by_user, shown, two_step, created_at, expires_at)
		 VALUES (`+placeholders(1, 8)+`)`,
		r.TokenHash, r.Store, r.User, r.By, r.Shown, r.TwoStep, At(r.CreatedAt), At(r.ExpiresAt))
	return err
}

// ResetByHash reads what a link leads to, unless it has expired at an instant.
func (q Queries) ResetByHash(ctx context.Context, tokenHash string, at time.Time) (Reset, error) {
	return one(ctx, q, "reset", scanReset,
		`SELECT `+resetColumns+` FROM resets x WHERE x.token_hash = $1 AND x.expires_at > $2`, tokenHash, At(at))
}

// TakeReset uses a link up. ErrNotFound: it has expired, or was used or replaced
// meanwhile.
func (tx *Tx) TakeReset(ctx context.Context, tokenHash string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "take reset",
		`DELETE FROM resets WHERE token_hash = $1 AND expires_at > $2`, tokenHash, At(at))
}

// DeleteResets makes all of a user's links void.
func (tx *Tx) DeleteResets(ctx context.Context, user string) error {
	_, err := tx.exec(ctx, "delete resets of user "+user, `DELETE FROM resets WHERE user_id = $1`, user)
	return err
}

// DeleteExpiredResets deletes what has expired at now.
func (tx *Tx) DeleteExpiredResets(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "delete expired resets", `DELETE FROM resets WHERE expires_at <= $1`, At(now))
	return err
}

// OwnResets counts the links that a user has asked for since an instant.
func (q Queries) OwnResets(ctx context.Context, user string, since time.Time) (int, error) {
	return one(ctx, q, "own resets of user "+user, column[int],
		`SELECT COUNT(*) FROM resets WHERE user_id = $1 AND by_user = '' AND created_at > $2`, user, At(since))
}
