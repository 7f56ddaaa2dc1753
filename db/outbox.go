package db

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Outgoing is something that must leave the building: it was written in the
// transaction that caused it, and is kept until it has left or was given up.
type Outgoing struct {
	Store     string
	ID        string
	Kind      string // who sends it
	Lane      string // where it goes to: what goes there is sent together, and holds up nothing else
	Key       string // unique in the store: the same thing is not put twice, and a retry is recognisable
	Payload   string // JSON
	CreatedAt time.Time
	NextAt    time.Time // when to try (again); zero: done or given up
	Attempts  int       // begun
	LastError string
	DoneAt    time.Time
	GaveUpAt  time.Time
}

const outboxColumns = `o.store_id, o.id, o.kind, o.lane, o.key, o.payload, o.created_at, o.next_at, o.attempts, o.last_error,
  o.done_at, o.gave_up_at`

func scanOutgoing(r row) (Outgoing, error) {
	var o Outgoing
	return o, r.Scan(&o.Store, &o.ID, &o.Kind, &o.Lane, &o.Key, &o.Payload, timeInto{&o.CreatedAt}, timeInto{&o.NextAt}, &o.Attempts,
		&o.LastError, timeInto{&o.DoneAt}, timeInto{&o.GaveUpAt})
}

// PutOutbox puts something into the outbox, to be sent at NextAt; without an id
// it gets one. Something of the same key is already there: nothing happens.
func (tx *Tx) PutOutbox(ctx context.Context, o Outgoing) error {
	if o.ID == "" {
		o.ID = NewID()
	}
	_, err := tx.exec(ctx, "put into outbox "+o.Key,
		`INSERT INTO outbox (store_id, id, kind, lane, key, payload, created_at, next_at, attempts, last_error)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '') ON CONFLICT DO NOTHING`,
		o.Store, o.ID, o.Kind, o.Lane, o.Key, o.Payload, At(o.CreatedAt), At(o.NextAt))
	return err
}

// DueLanes lists up to limit lanes of any store with something whose time has come at
// now, the one that has waited longest first. Of each it reads one index entry,
// however much is queued there.
func (q Queries) DueLanes(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return list(ctx, q, "due lanes", column[string],
		`WITH RECURSIVE lanes (lane) AS (
		   SELECT MIN(lane) FROM outbox WHERE next_at IS NOT NULL
		   UNION ALL
		   SELECT (SELECT MIN(o.lane) FROM outbox o WHERE o.next_at IS NOT NULL AND o.lane > l.lane) FROM lanes l WHERE l.lane IS NOT NULL)
		 SELECT d.lane FROM (SELECT l.lane, (SELECT MIN(o.next_at) FROM outbox o WHERE o.next_at IS NOT NULL AND o.lane = l.lane) AS next
		   FROM lanes l WHERE l.lane IS NOT NULL) AS d
		 WHERE d.next <= $1 ORDER BY d.next, d.lane LIMIT $2`, At(now), limit)
}

// ClaimOutbox takes up to limit things of one lane whose time has come at now, of
// any store, the oldest first, and counts an attempt. Until the lease ends nobody
// else gets them; then whoever took them has died and they are tried again.
func (tx *Tx) ClaimOutbox(ctx context.Context, lane string, now, lease time.Time, limit int) ([]Outgoing, error) {
	claimed, err := list(ctx, tx.Queries, "claim outbox", scanOutgoing,
		`WITH due AS MATERIALIZED (SELECT store_id AS s, id AS i FROM outbox
		   WHERE next_at IS NOT NULL AND next_at <= $1 AND lane = $4 ORDER BY next_at, id LIMIT $3`+
			tx.lock(` FOR UPDATE SKIP LOCKED`)+`)
		 UPDATE outbox SET next_at = $2, attempts = attempts + 1 FROM due WHERE store_id = due.s AND id = due.i
		 RETURNING `+strings.ReplaceAll(outboxColumns, "o.", ""), At(now), At(lease), limit, lane)
	slices.SortFunc(claimed, func(a, b Outgoing) int { return strings.Compare(a.ID, b.ID) })
	return claimed, err
}

// DueOutbox reads up to limit things of one lane whose time has come at now, of
// any store, the oldest first, for this transaction to work off: it is the claim,
// as of ClaimDue.
func (tx *Tx) DueOutbox(ctx context.Context, lane string, now time.Time, limit int) ([]Outgoing, error) {
	return list(ctx, tx.Queries, "due outbox", scanOutgoing,
		`SELECT `+outboxColumns+` FROM outbox o WHERE o.next_at IS NOT NULL AND o.next_at <= $2 AND o.lane = $1
		 ORDER BY o.next_at, o.id LIMIT $3`+tx.lock(` FOR UPDATE SKIP LOCKED`), lane, At(now), limit)
}

// spent empties the payload of what is over where that may hold a secret: an
// e-mail's one-time link.
const spent = `payload = CASE kind WHEN 'mail' THEN '{}' ELSE payload END`

// OutboxDone records that something has left, or with a reason that it no longer
// had to. ErrChanged: it is no longer pending, or another attempt has been begun
// since.
func (tx *Tx) OutboxDone(ctx context.Context, o Outgoing, reason string, at time.Time) error {
	return tx.must(ctx, ErrChanged, "outbox "+o.Key+" done",
		`UPDATE outbox SET next_at = NULL, done_at = $4, last_error = $5, `+spent+`
		 WHERE store_id = $1 AND id = $2 AND attempts = $3 AND next_at IS NOT NULL`, o.Store, o.ID, o.Attempts, At(at), reason)
}

// OutboxRetry records why an attempt failed, and when to make the next.
// ErrChanged: as OutboxDone.
func (tx *Tx) OutboxRetry(ctx context.Context, o Outgoing, reason string, next time.Time) error {
	return tx.must(ctx, ErrChanged, "outbox "+o.Key+" retry",
		`UPDATE outbox SET next_at = $4, last_error = $5
		 WHERE store_id = $1 AND id = $2 AND attempts = $3 AND next_at IS NOT NULL`,
		o.Store, o.ID, o.Attempts, At(next), reason)
}

// OutboxGiveUp records why something will not be tried again. ErrChanged: as
// OutboxDone.
func (tx *Tx) OutboxGiveUp(ctx context.Context, o Outgoing, reason string, at time.Time) error {
	return tx.must(ctx, ErrChanged, "outbox "+o.Key+" given up",
		`UPDATE outbox SET next_at = NULL, gave_up_at = $4, last_error = $5, `+spent+`
		 WHERE store_id = $1 AND id = $2 AND attempts = $3 AND next_at IS NOT NULL`,
		o.Store, o.ID, o.Attempts, At(at), reason)
}

// EarliestOutbox is when the next thing of any store is to be sent; the zero time
// when nothing waits.
func (q Queries) EarliestOutbox(ctx context.Context) (time.Time, error) {
	next, err := list(ctx, q, "earliest outbox", instantColumn,
		`SELECT next_at FROM outbox WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1`)
	if err != nil || len(next) == 0 {
		return time.Time{}, err
	}
	return next[0].Time(), nil
}

// GivenUp lists what a store's outbox gave up, the latest first.
func (q Queries) GivenUp(ctx context.Context, store string, limit int) ([]Outgoing, error) {
	return list(ctx, q, "given-up outbox", scanOutgoing,
		`SELECT `+outboxColumns+` FROM outbox o WHERE o.store_id = $1 AND o.gave_up_at IS NOT NULL
		 ORDER BY o.gave_up_at DESC, o.id DESC LIMIT $2`, store, pageLimit(limit))
}

// DeleteSent deletes up to limit things of any store that left before an instant,
// and reports how many.
func (tx *Tx) DeleteSent(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.exec(ctx, "delete sent outbox",
		`DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at IS NOT NULL AND done_at < $1
		   ORDER BY done_at LIMIT $2) AND done_at IS NOT NULL AND done_at < $1`, At(before), limit)
	return int(n), err
}
