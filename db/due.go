package db

import (
	"context"
	"time"
)

// EarliestDue is when the next conversation of any store is due; the zero time
// when none is.
func (q Queries) EarliestDue(ctx context.Context) (time.Time, error) {
	due, err := list(ctx, q, "earliest due", instantColumn,
		`SELECT due_at FROM conversations WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`)
	if err != nil || len(due) == 0 {
		return time.Time{}, err
	}
	return due[0].Time(), nil
}

// ClaimDue reads up to limit conversations of any store that are due at now, the
// earliest first, for this transaction to process. On PostgreSQL the rows are
// locked and those that another process has are passed over: the transaction is
// the claim, so no row is written twice and a process that dies holds nothing.
func (tx *Tx) ClaimDue(ctx context.Context, now time.Time, limit int) ([]Conversation, error) {
	return list(ctx, tx.Queries, "claim due", scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c
		 WHERE c.due_at IS NOT NULL AND c.due_at <= $1 ORDER BY c.due_at, c.id LIMIT $2`+
			tx.lock(` FOR UPDATE SKIP LOCKED`), At(now), limit)
}

// ClaimStale reads up to limit open conversations of a store that were evaluated
// under an earlier configuration than version, like ClaimDue; those set aside
// until later than now wait.
func (tx *Tx) ClaimStale(ctx context.Context, store string, version int64, now time.Time, limit int) ([]Conversation, error) {
	return list(ctx, tx.Queries, "claim stale", scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c
		 WHERE c.store_id = $1 AND c.status = 'open' AND c.config_version < $2
		   AND (c.retry_at IS NULL OR c.retry_at <= $3)
		 ORDER BY c.config_version, c.id LIMIT $4`+tx.lock(` FOR UPDATE SKIP LOCKED`), store, version, At(now), limit)
}

// StaleStores lists the stores with open conversations that were evaluated under
// an earlier configuration than their current one.
func (q Queries) StaleStores(ctx context.Context) ([]Store, error) {
	return list(ctx, q, "stale stores", scanStore,
		`SELECT `+storeColumns+` FROM stores s WHERE `+isStale+` ORDER BY s.id`)
}

// isStale asks one index entry a store; a join may walk all conversations.
const isStale = `s.config_version > (SELECT MIN(c.config_version) FROM conversations c
  WHERE c.store_id = s.id AND c.status = 'open')`

// SetAside records that a conversation could not be processed, and when to try
// again; it changes nothing else of it. ErrChanged: its row has another seq.
func (tx *Tx) SetAside(ctx context.Context, store, id string, seq int64, reason string, at, retry time.Time) error {
	return tx.must(ctx, ErrChanged, "set aside conversation "+id,
		`UPDATE conversations SET error = $4, failed_at = $5, retry_at = $6, due_at = $6, attempts = attempts + 1
		 WHERE store_id = $1 AND id = $2 AND seq = $3 AND status = 'open'`,
		store, id, seq, reason, At(at), At(retry))
}

// ClearTrouble forgets in c that it was set aside: what is written next says so.
func (c *Conversation) ClearTrouble() {
	c.Error, c.FailedAt, c.Attempts, c.RetryAt = "", time.Time{}, 0, time.Time{}
}

// Troubled reads whose open conversation is set aside, even where it cannot be read:
// ErrNotFound when it goes on, or is closed.
func (q Queries) Troubled(ctx context.Context, store, id string) (contact string, err error) {
	return one(ctx, q, "set-aside conversation "+id, column[string],
		`SELECT contact_id FROM conversations WHERE store_id = $1 AND id = $2 AND status = 'open' AND attempts > 0`, store, id)
}

// ListSetAside lists a store's conversations that could not be processed, the
// longest first.
func (q Queries) ListSetAside(ctx context.Context, store string, limit int) ([]Conversation, error) {
	return list(ctx, q, "set-aside conversations", scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c
		 WHERE c.store_id = $1 AND c.failed_at IS NOT NULL ORDER BY c.failed_at, c.id LIMIT $2`, store, pageLimit(limit))
}

// OverdueSince is the deadline of the conversation that has been due longest at
// now and is not set aside: how far behind the scheduler is. Zero: none is due.
func (q Queries) OverdueSince(ctx context.Context, now time.Time) (time.Time, error) {
	due, err := list(ctx, q, "overdue since", instantColumn,
		`SELECT due_at FROM conversations WHERE due_at IS NOT NULL AND due_at <= $1 AND failed_at IS NULL
		 ORDER BY due_at LIMIT 1`, At(now))
	if err != nil || len(due) == 0 {
		return time.Time{}, err
	}
	return due[0].Time(), nil
}

// Agenda is what the scheduler has to do and when, in one look.
type Agenda struct {
	Due    time.Time // the earliest conversation's; zero: none
	Outbox time.Time // the earliest outgoing thing's; zero: none
	Step   time.Time // the earliest scheduled change of a flow; zero: none
	Stale  bool      // some open conversation was evaluated under an earlier configuration
	Moving bool      // a holder that was put away may still have conversations
	Left   bool      // some seller's heartbeat has run out
}

// Agenda reads when the next conversation and the next outgoing thing of any
// store are due, whether a configuration still has to reach conversations, and
// whether a holder's are still being moved, and whether any seller was last seen
// from one instant to before another.
func (q Queries) Agenda(ctx context.Context, from, to time.Time) (Agenda, error) {
	return one(ctx, q, "agenda", func(r row) (a Agenda, err error) {
		return a, r.Scan(timeInto{&a.Due}, timeInto{&a.Outbox}, timeInto{&a.Step}, &a.Stale, &a.Moving, &a.Left)
	}, `SELECT (SELECT MIN(due_at) FROM conversations WHERE due_at IS NOT NULL),
	      (SELECT MIN(next_at) FROM outbox WHERE next_at IS NOT NULL),
	      (SELECT MIN(at) FROM flow_steps WHERE state = 'waiting'),
	      EXISTS (SELECT 1 FROM stores s WHERE `+isStale+`),
	      EXISTS (SELECT 1 FROM relocations WHERE done_at IS NULL),
	      EXISTS (SELECT 1 FROM sellers WHERE seen_at >= $1 AND seen_at < $2)`, At(from), At(to))
}

// Ref names a conversation without reading its state.
type Ref struct {
	Store, ID string
	Seq       int64
	Attempts  int
}

func scanRef(r row) (f Ref, err error) { return f, r.Scan(&f.Store, &f.ID, &f.Seq, &f.Attempts) }

// StaleRefs lists what ClaimStale would read, even such as cannot be read.
func (q Queries) StaleRefs(ctx context.Context, store string, version int64, now time.Time, limit int) ([]Ref, error) {
	return list(ctx, q, "stale references", scanRef,
		`SELECT store_id, id, seq, attempts FROM conversations
		 WHERE store_id = $1 AND status = 'open' AND config_version < $2 AND (retry_at IS NULL OR retry_at <= $3)
		 ORDER BY config_version, id LIMIT $4`, store, version, At(now), limit)
}

// DueRefs lists up to limit conversations of any store that are due at now, the
// earliest first, even such as cannot be read.
func (q Queries) DueRefs(ctx context.Context, now time.Time, limit int) ([]Ref, error) {
	return list(ctx, q, "due references", scanRef, `SELECT store_id, id, seq, attempts FROM conversations WHERE due_at IS NOT NULL AND due_at <= $1
	    ORDER BY due_at, id LIMIT $2`, At(now), limit)
}
