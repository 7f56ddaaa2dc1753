package db

import (
	"context"
	"time"
)

// TwoStep is a user's second step of signing in: the secret that their app and
// this database share.
type TwoStep struct {
	User      string
	Secret    string // base32
	CreatedAt time.Time
	EnabledAt time.Time // zero while it is being set up
	LastStep  int64     // the latest step whose code was taken
}

// Enabled reports whether sign-ins ask for it.
func (t TwoStep) Enabled() bool { return !t.EnabledAt.IsZero() }

// TwoStep reads a user's second step, also one that is only being set up; the
// zero value where there is none.
func (q Queries) TwoStep(ctx context.Context, user string) (TwoStep, error) {
	found, err := list(ctx, q, "two-step sign-in of user "+user, func(r row) (t TwoStep, err error) {
		return t, r.Scan(&t.User, &t.Secret, timeInto{&t.CreatedAt}, timeInto{&t.EnabledAt}, &t.LastStep)
	}, `SELECT user_id, secret, created_at, enabled_at, last_step FROM two_steps WHERE user_id = $1`, user)
	if err != nil || len(found) == 0 {
		return TwoStep{}, err
	}
	return found[0], nil
}

// BeginTwoStep stores the secret of a set-up, in place of one that was not
// finished. ErrChanged: it is on already.
func (tx *Tx) BeginTwoStep(ctx context.Context, t TwoStep) error {
	return tx.must(ctx, ErrChanged, "begin two-step sign-in of user "+t.User,
		`INSERT INTO two_steps (user_id, secret, created_at, last_step) VALUES ($1, $2, $3, $4)
		 ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at,
		   last_step = excluded.last_step WHERE two_steps.enabled_at IS NULL`,
		t.User, t.Secret, At(t.CreatedAt), t.LastStep)
}

// EnableTwoStep turns on the set-up that has this secret, a code of whose step
// was shown. ErrChanged: it is on already, or was begun anew.
func (tx *Tx) EnableTwoStep(ctx context.Context, user, secret string, step int64, at time.Time) error {
	return tx.must(ctx, ErrChanged, "enable two-step sign-in of user "+user,
		`UPDATE two_steps SET enabled_at = $4, last_step = $3 WHERE user_id = $1 AND secret = $2 AND enabled_at IS NULL`,
		user, secret, step, At(at))
}

// TakeStep takes the code of a step, once. ErrChanged: this or a later one has
// been taken.
func (tx *Tx) TakeStep(ctx context.Context, user string, step int64) error {
	return tx.must(ctx, ErrChanged, "take a code of user "+user,
		`UPDATE two_steps SET last_step = $2 WHERE user_id = $1 AND enabled_at IS NOT NULL AND last_step < $2`, user, step)
}

// DeleteTwoStep turns a user's second step off and forgets its secret, its
// recovery codes and the sign-ins that wait for it.
func (tx *Tx) DeleteTwoStep(ctx context.Context, user string) error {
	for _, table := range []string{"two_steps", "recovery_codes", "half_sign_ins"} {
		_, err := tx.exec(ctx, "delete two-step sign-in of user "+user, `DELETE FROM `+table+` WHERE user_id = $1`, user)
		if err != nil {
			return err
		}
	}
	return nil
}

// SetRecoveryCodes replaces a user's recovery codes, of which it gets hashes.
func (tx *Tx) SetRecoveryCodes(ctx context.Context, user string, hashes []string) error {
	_, err := tx.exec(ctx, "delete recovery codes of user "+user, `DELETE FROM recovery_codes WHERE user_id = $1`, user)
	for _, hash := range hashes {
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "insert recovery code of user "+user, `INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)`, user, hash)
	}
	return err
}

// TakeRecoveryCode takes a recovery code, once. ErrNotFound: there is none such,
// or it has been taken.
func (tx *Tx) TakeRecoveryCode(ctx context.Context, user, hash string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "take a recovery code of user "+user,
		`UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL`, user, hash, At(at))
}

// RecoveryCodesLeft counts a user's recovery codes that have not been taken.
func (q Queries) RecoveryCodesLeft(ctx context.Context, user string) (int, error) {
	return one(ctx, q, "recovery codes of user "+user, column[int],
		`SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL`, user)
}

// HalfSignIn is a browser that gave a user's password and owes the second step.
type HalfSignIn struct {
	IDHash    string
	User      string
	ExpiresAt time.Time
}

// InsertHalfSignIn stores a half sign-in.
func (tx *Tx) InsertHalfSignIn(ctx context.Context, h HalfSignIn) error {
	_, err := tx.exec(ctx, "insert half sign-in", `INSERT INTO half_sign_ins (id_hash, user_id, expires_at) VALUES ($1, $2, $3)`,
		h.IDHash, h.User, At(h.ExpiresAt))
	return err
}

// HalfSignedIn reads whose second step a browser owes: ErrNotFound when it owes
// none, it has taken too long, or the user is disabled.
func (q Queries) HalfSignedIn(ctx context.Context, idHash string, now time.Time) (User, error) {
	return one(ctx, q, "half sign-in", scanUser,
		`SELECT `+userColumns+` FROM half_sign_ins x JOIN users u ON u.id = x.user_id AND NOT u.disabled
		 WHERE x.id_hash = $1 AND x.expires_at > $2`, idHash, At(now))
}

// DeleteHalfSignIn ends a half sign-in.
func (tx *Tx) DeleteHalfSignIn(ctx context.Context, idHash string) error {
	_, err := tx.exec(ctx, "delete half sign-in", `DELETE FROM half_sign_ins WHERE id_hash = $1`, idHash)
	return err
}
