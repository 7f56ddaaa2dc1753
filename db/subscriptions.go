package db

import (
	"context"
	"time"
)

// Subscription is a browser that takes notices of a member by Web Push.
type Subscription struct {
	Store     string
	ID        string
	User      string
	Endpoint  string // the push service's address for this browser
	P256dh    string // the browser's public key, base64url
	Auth      string // its shared secret, base64url
	Session   string // hash of the session it was made in; empty once that ran out
	UserAgent string
	CreatedAt time.Time
	SentAt    time.Time // the last notice that the push service took
	FailedAt  time.Time // the last one that it did not
}

const subscriptionColumns = `b.store_id, b.id, b.user_id, b.endpoint, b.p256dh, b.auth, b.session_hash, b.user_agent, b.created_at,
  b.sent_at, b.failed_at`

func scanSubscription(r row) (Subscription, error) {
	var s Subscription
	return s, r.Scan(&s.Store, &s.ID, &s.User, &s.Endpoint, &s.P256dh, &s.Auth, textInto{&s.Session}, &s.UserAgent,
		timeInto{&s.CreatedAt}, timeInto{&s.SentAt}, timeInto{&s.FailedAt})
}

// SaveSubscription stores a browser; one of the same endpoint, whoever's it was,
// gives way to it: a browser tells one person of one store.
func (tx *Tx) SaveSubscription(ctx context.Context, s Subscription) error {
	if _, err := tx.exec(ctx, "replace subscription", `DELETE FROM push_subscriptions WHERE endpoint = $1`, s.Endpoint); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "save subscription",
		`INSERT INTO push_subscriptions (store_id, id, user_id, endpoint, p256dh, auth, session_hash, user_agent, created_at)
		 VALUES (`+placeholders(1, 9)+`)`,
		s.Store, s.ID, s.User, s.Endpoint, s.P256dh, s.Auth, null(s.Session), s.UserAgent, At(s.CreatedAt))
	return err
}

// Subscription reads one browser of a store.
func (q Queries) Subscription(ctx context.Context, store, id string) (Subscription, error) {
	return one(ctx, q, "subscription "+id, scanSubscription,
		`SELECT `+subscriptionColumns+` FROM push_subscriptions b WHERE b.store_id = $1 AND b.id = $2`, store, id)
}

// SubscriptionAt reads the browser of an endpoint that is a user's, in whichever
// store.
func (q Queries) SubscriptionAt(ctx context.Context, user, endpoint string) (Subscription, error) {
	return one(ctx, q, "subscription of user "+user, scanSubscription,
		`SELECT `+subscriptionColumns+` FROM push_subscriptions b WHERE b.user_id = $1 AND b.endpoint = $2`, user, endpoint)
}

// Subscriptions lists the browsers of some of a store's members, the earliest first.
func (q Queries) Subscriptions(ctx context.Context, store string, users ...string) ([]Subscription, error) {
	a := arguments{values: []any{store}}
	return list(ctx, q, "subscriptions", scanSubscription,
		`SELECT `+subscriptionColumns+` FROM push_subscriptions b WHERE b.store_id = $1 AND b.user_id `+in(&a, users)+`
		 ORDER BY b.user_id, b.id`, a.values...)
}

// TouchSubscription ties a browser to the session that its person has now.
func (tx *Tx) TouchSubscription(ctx context.Context, store, id, session string) error {
	return tx.must(ctx, ErrNotFound, "touch subscription "+id,
		`UPDATE push_subscriptions SET session_hash = $3 WHERE store_id = $1 AND id = $2`, store, id, null(session))
}

// MoveSubscriptions ties browsers to a session's new id.
func (tx *Tx) MoveSubscriptions(ctx context.Context, from, to string) error {
	_, err := tx.exec(ctx, "move subscriptions", `UPDATE push_subscriptions SET session_hash = $2 WHERE session_hash = $1`, from, to)
	return err
}

// SubscriptionUsed notes that the push service of a browser took a notice, or did
// not. One that is gone stays gone.
func (tx *Tx) SubscriptionUsed(ctx context.Context, store, id string, sent bool, at time.Time) error {
	column := "failed_at"
	if sent {
		column = "sent_at"
	}
	_, err := tx.exec(ctx, "note use of subscription "+id,
		`UPDATE push_subscriptions SET `+column+` = $3 WHERE store_id = $1 AND id = $2`, store, id, At(at))
	return err
}

// DeleteSubscription takes a browser of a member away.
func (tx *Tx) DeleteSubscription(ctx context.Context, store, user, id string) error {
	return tx.must(ctx, ErrNotFound, "delete subscription "+id,
		`DELETE FROM push_subscriptions WHERE store_id = $1 AND user_id = $2 AND id = $3`, store, user, id)
}

// PushKeys are the installation's key pair for Web Push, base64url.
type PushKeys struct{ Public, Private string }

// PushKeys reads the installation's key pair: ErrNotFound before there is one.
func (q Queries) PushKeys(ctx context.Context) (PushKeys, error) {
	return one(ctx, q, "push keys", func(r row) (k PushKeys, err error) { return k, r.Scan(&k.Public, &k.Private) },
		`SELECT public_key, private_key FROM push_keys WHERE id = 1`)
}

// KeepPushKeys stores the installation's key pair unless it has one.
func (tx *Tx) KeepPushKeys(ctx context.Context, k PushKeys, at time.Time) error {
	_, err := tx.exec(ctx, "keep push keys",
		`INSERT INTO push_keys (id, public_key, private_key, created_at) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING`,
		k.Public, k.Private, At(at))
	return err
}
