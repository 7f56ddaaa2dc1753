package db

import (
	"context"
	"time"
)

// Webhook is an address that receives a store's events.
type Webhook struct {
	Store     string
	ID        string
	URL       string
	Secret    string // signs what is sent
	Active    bool
	CreatedAt time.Time
}

const webhookColumns = `w.store_id, w.id, w.url, w.secret, w.active, w.created_at`

func scanWebhook(r row) (Webhook, error) {
	var w Webhook
	return w, r.Scan(&w.Store, &w.ID, &w.URL, &w.Secret, &w.Active, timeInto{&w.CreatedAt})
}

// InsertWebhook stores a new webhook.
func (tx *Tx) InsertWebhook(ctx context.Context, w Webhook) error {
	_, err := tx.exec(ctx, "insert webhook "+w.ID,
		`INSERT INTO webhooks (store_id, id, url, secret, active, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		w.Store, w.ID, w.URL, w.Secret, w.Active, At(w.CreatedAt))
	return err
}

// SetWebhookActive switches a webhook on or off.
func (tx *Tx) SetWebhookActive(ctx context.Context, store, id string, active bool) error {
	return tx.must(ctx, ErrNotFound, "switch webhook "+id,
		`UPDATE webhooks SET active = $3 WHERE store_id = $1 AND id = $2`, store, id, active)
}

// DeleteWebhook deletes a webhook.
func (tx *Tx) DeleteWebhook(ctx context.Context, store, id string) error {
	return tx.must(ctx, ErrNotFound, "delete webhook "+id,
		`DELETE FROM webhooks WHERE store_id = $1 AND id = $2`, store, id)
}

// Backlog is what a webhook has not been given.
type Backlog struct {
	Pending   int
	GivenUp   int
	GaveUpAt  time.Time // the latest
	LastError string    // of the latest thing that failed and has not been delivered since
}

// Backlogs are what each of a store's webhooks has not been given, by its id; one
// that has been given everything is absent.
func (q Queries) Backlogs(ctx context.Context, store string) (map[string]Backlog, error) {
	const ofHook = `o.store_id = $1 AND o.kind = 'webhook' AND o.done_at IS NULL`
	type line struct {
		hook string
		Backlog
	}
	lines, err := list(ctx, q, "webhooks' backlogs", func(r row) (l line, err error) {
		return l, r.Scan(&l.hook, &l.Pending, &l.GivenUp, timeInto{&l.GaveUpAt}, textInto{&l.LastError})
	}, `SELECT g.hook, g.pending, g.given_up, g.gave_up_at,
	      (SELECT o.last_error FROM outbox o WHERE `+ofHook+` AND substr(o.key, 1, 36) = g.hook AND o.last_error <> ''
	       ORDER BY o.id DESC LIMIT 1)
	    FROM (SELECT substr(o.key, 1, 36) AS hook, CAST(SUM(CASE WHEN o.gave_up_at IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS pending,
	        COUNT(o.gave_up_at) AS given_up, MAX(o.gave_up_at) AS gave_up_at
	      FROM outbox o WHERE `+ofHook+` GROUP BY substr(o.key, 1, 36)) AS g`, store)
	by := make(map[string]Backlog, len(lines))
	for _, l := range lines {
		by[l.hook] = l.Backlog
	}
	return by, err
}

// Webhook reads one webhook.
func (q Queries) Webhook(ctx context.Context, store, id string) (Webhook, error) {
	return one(ctx, q, "webhook "+id, scanWebhook,
		`SELECT `+webhookColumns+` FROM webhooks w WHERE w.store_id = $1 AND w.id = $2`, store, id)
}

// Webhooks lists a page of a store's webhooks by id, from after one.
func (q Queries) Webhooks(ctx context.Context, store, after string, limit int) ([]Webhook, error) {
	return list(ctx, q, "webhooks", scanWebhook,
		`SELECT `+webhookColumns+` FROM webhooks w WHERE w.store_id = $1 AND w.id > $2 ORDER BY w.id LIMIT $3`,
		store, after, pageLimit(limit))
}
