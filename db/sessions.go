package db

import (
	"context"
	"slices"
	"time"
)

// Session is a browser's session. The browser has a secret, of which the hash is
// kept.
type Session struct {
	IDHash     string // of the secret
	ID         string // names it to its person; stays when the secret changes
	Store      string // empty before sign-in
	User       string // empty before sign-in
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	UserAgent  string
	Address    string // the network address of its last use
	Data       string // what the session store keeps in it
}

const sessionColumns = `x.id_hash, x.store_id, x.user_id, x.created_at, x.last_used_at, x.expires_at, x.user_agent, x.data,
  x.id, x.address`

func scanSession(r row) (Session, error) {
	var s Session
	return s, r.Scan(s.targets()...)
}

func (s *Session) targets() []any {
	return []any{&s.IDHash, textInto{&s.Store}, textInto{&s.User}, timeInto{&s.CreatedAt}, timeInto{&s.LastUsedAt},
		timeInto{&s.ExpiresAt}, &s.UserAgent, &s.Data, &s.ID, &s.Address}
}

// Session reads a session that has not expired at now.
func (q Queries) Session(ctx context.Context, idHash string, now time.Time) (Session, error) {
	return one(ctx, q, "session", scanSession,
		`SELECT `+sessionColumns+` FROM sessions x WHERE x.id_hash = $1 AND x.expires_at > $2`, idHash, At(now))
}

// SignedIn is all that a request of a signed-in person needs.
type SignedIn struct {
	Session Session
	User    User
	Member  Membership
	Stores  int // how many stores the user can sign in to
	// TwoStep says that the user signs in in two steps, TwoStepRequired that the store asks for it.
	TwoStep, TwoStepRequired bool
}

// SignedIn reads, in one statement, a session, its user, its membership and what
// the store asks of its people: ErrNotFound when it has expired, nobody is signed in, the user is disabled or
// no longer (or not now) a member of the session's store.
func (q Queries) SignedIn(ctx context.Context, idHash string, now time.Time) (SignedIn, error) {
	return one(ctx, q, "signed-in session", func(r row) (v SignedIn, err error) {
		return v, r.Scan(slices.Concat(v.Session.targets(), v.User.targets(), v.Member.targets(),
			[]any{&v.Stores, &v.TwoStep, &v.TwoStepRequired})...)
	}, `SELECT `+sessionColumns+`, `+userColumns+`, `+membershipColumns+`,
	      (SELECT COUNT(*) FROM memberships o WHERE o.user_id = x.user_id AND NOT o.disabled),
	      EXISTS (SELECT 1 FROM two_steps t WHERE t.user_id = x.user_id AND t.enabled_at IS NOT NULL), s.two_step_required
	    FROM sessions x
	    JOIN stores s ON s.id = x.store_id
	    JOIN users u ON u.id = x.user_id AND NOT u.disabled
	    JOIN memberships m ON m.store_id = x.store_id AND m.user_id = x.user_id AND NOT m.disabled
	    WHERE x.id_hash = $1 AND x.expires_at > $2`, idHash, At(now))
}

// SaveSession stores a session, or changes all of it but when it began.
func (tx *Tx) SaveSession(ctx context.Context, s Session) error {
	_, err := tx.exec(ctx, "save session",
		`INSERT INTO sessions (id_hash, store_id, user_id, created_at, last_used_at, expires_at, user_agent, data, id, address)
		 VALUES (`+placeholders(1, 10)+`)
		 ON CONFLICT (id_hash) DO UPDATE SET store_id = excluded.store_id, user_id = excluded.user_id,
		   last_used_at = excluded.last_used_at, expires_at = excluded.expires_at, user_agent = excluded.user_agent,
		   data = excluded.data, id = excluded.id, address = excluded.address`,
		s.IDHash, null(s.Store), null(s.User), At(s.CreatedAt), At(s.LastUsedAt), At(s.ExpiresAt), s.UserAgent, s.Data, s.ID, s.Address)
	return err
}

// UpdateSession changes a session's data and how long it lasts. ErrNotFound: it
// has been ended meanwhile, and stays ended.
func (tx *Tx) UpdateSession(ctx context.Context, s Session) error {
	return tx.must(ctx, ErrNotFound, "update session",
		`UPDATE sessions SET last_used_at = $2, expires_at = $3, data = $4 WHERE id_hash = $1`,
		s.IDHash, At(s.LastUsedAt), At(s.ExpiresAt), s.Data)
}

// TouchSession notes that a session was used, from where, and lasts longer; one
// that is gone stays gone.
func (tx *Tx) TouchSession(ctx context.Context, s Session) error {
	_, err := tx.exec(ctx, "touch session",
		`UPDATE sessions SET last_used_at = $2, expires_at = $3, address = $4 WHERE id_hash = $1`,
		s.IDHash, At(s.LastUsedAt), At(s.ExpiresAt), s.Address)
	return err
}

// DeleteSession ends a session.
func (tx *Tx) DeleteSession(ctx context.Context, idHash string) error {
	_, err := tx.exec(ctx, "delete session", `DELETE FROM sessions WHERE id_hash = $1`, idHash)
	return err
}

// DeleteUserSession ends one of a user's sessions, by its id. ErrNotFound: the
// user has no such session.
func (tx *Tx) DeleteUserSession(ctx context.Context, user, id string) error {
	return tx.must(ctx, ErrNotFound, "delete a session of user "+user,
		`DELETE FROM sessions WHERE user_id = $1 AND id = $2`, user, id)
}

// DeleteUserSessions ends a user's sessions everywhere but one (or all, empty),
// and the sign-ins that are half done. Browsers whose session ran out before are
// told nothing more either.
func (tx *Tx) DeleteUserSessions(ctx context.Context, user, except string) error {
	_, err := tx.exec(ctx, "delete sessions of user "+user,
		`DELETE FROM sessions WHERE user_id = $1 AND id_hash <> $2`, user, except)
	if err == nil {
		_, err = tx.exec(ctx, "delete half sign-ins of user "+user, `DELETE FROM half_sign_ins WHERE user_id = $1`, user)
	}
	if err == nil {
		_, err = tx.exec(ctx, "delete orphaned subscriptions of user "+user,
			`DELETE FROM push_subscriptions WHERE user_id = $1 AND session_hash IS NULL`, user)
	}
	return err
}

// DeleteExpiredSessions deletes what has expired at now, whole and half. A session
// that is ended takes its browser's subscription along (the schema sees to it); one
// that only ran out does not: notices are for who is not looking.
func (tx *Tx) DeleteExpiredSessions(ctx context.Context, now time.Time) error {
	_, err := tx.exec(ctx, "keep subscriptions of expired sessions",
		`UPDATE push_subscriptions SET session_hash = NULL
		 WHERE session_hash IN (SELECT id_hash FROM sessions WHERE expires_at <= $1)`, At(now))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "delete expired sessions", `DELETE FROM sessions WHERE expires_at <= $1`, At(now))
	if err == nil {
		_, err = tx.exec(ctx, "delete expired half sign-ins", `DELETE FROM half_sign_ins WHERE expires_at <= $1`, At(now))
	}
	return err
}

// UserSession is a session as its person sees it.
type UserSession struct {
	Session
	StoreName string
}

// UserSessions lists a user's sessions that have not expired at now, in every
// store, the latest first.
func (q Queries) UserSessions(ctx context.Context, user string, now time.Time) ([]UserSession, error) {
	return list(ctx, q, "sessions of user "+user, func(r row) (s UserSession, err error) {
		return s, r.Scan(append(s.targets(), &s.StoreName)...)
	}, `SELECT `+sessionColumns+`, s.name FROM sessions x JOIN stores s ON s.id = x.store_id
	    WHERE x.user_id = $1 AND x.expires_at > $2 ORDER BY x.created_at DESC, x.id_hash LIMIT $3`, user, At(now), MaxPage)
}

// SellersSignedIn lists the sellers of a store as whom somebody is signed in at
// now and has been seen since an instant, by id.
func (q Queries) SellersSignedIn(ctx context.Context, store string, since, now time.Time) ([]string, error) {
	return list(ctx, q, "signed-in sellers", column[string],
		`SELECT DISTINCT m.seller_id FROM sessions x
		 JOIN memberships m ON m.store_id = x.store_id AND m.user_id = x.user_id AND NOT m.disabled
		 WHERE x.store_id = $1 AND x.last_used_at >= $2 AND x.expires_at > $3 ORDER BY m.seller_id`,
		store, At(since), At(now))
}
