package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// Relocation moves the open conversations of a team or a seller that was put
// away to another: the loop moves them in batches, and it is done when none is
// left.
type Relocation struct {
	Store      string
	ID         string
	FromTeam   string // or
	FromSeller string
	ToTeam     string // or
	ToSeller   string
	ByKind     string // who asked for it, as an event's
	ByID       string
	CreatedAt  time.Time
	DoneAt     time.Time // zero: still moving
}

// From is the holder that is left, as flow.Conversation.Holder writes it.
func (r Relocation) From() string {
	return flow.Conversation{Team: r.FromTeam, Seller: r.FromSeller}.Holder()
}

// To is the holder that takes over, as flow.Conversation.Holder writes it.
func (r Relocation) To() string {
	return flow.Conversation{Team: r.ToTeam, Seller: r.ToSeller}.Holder()
}

const relocationColumns = `r.store_id, r.id, r.from_team, r.from_seller, r.to_team, r.to_seller, r.by_kind, r.by_id, r.created_at,
  r.done_at`

func scanRelocation(row row) (r Relocation, err error) {
	return r, row.Scan(&r.Store, &r.ID, textInto{&r.FromTeam}, textInto{&r.FromSeller}, textInto{&r.ToTeam},
		textInto{&r.ToSeller}, &r.ByKind, &r.ByID, timeInto{&r.CreatedAt}, timeInto{&r.DoneAt})
}

// InsertRelocation asks for a holder's conversations to be moved; without an id
// it gets one. What was still being moved to that holder goes on to the new one.
func (tx *Tx) InsertRelocation(ctx context.Context, r Relocation) error {
	if r.ID == "" {
		r.ID = NewID()
	}
	column, from := r.holderColumn()
	_, err := tx.exec(ctx, "follow relocation",
		`UPDATE relocations SET to_team = $3, to_seller = $4 WHERE store_id = $1 AND to_`+column+` = $2 AND done_at IS NULL`,
		r.Store, from, null(r.ToTeam), null(r.ToSeller))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, "insert relocation",
		`INSERT INTO relocations (store_id, id, from_team, from_seller, to_team, to_seller, by_kind, by_id, created_at)
		 VALUES (`+placeholders(1, 9)+`)`,
		r.Store, r.ID, null(r.FromTeam), null(r.FromSeller), null(r.ToTeam), null(r.ToSeller), r.ByKind, r.ByID, At(r.CreatedAt))
	return err
}

// holderColumn is the kind of holder that is left, and its id.
func (r Relocation) holderColumn() (column, id string) {
	if r.FromSeller != "" {
		return "seller", r.FromSeller
	}
	return "team", r.FromTeam
}

// EndRelocations ends what is still being moved away from a team or a seller,
// who comes back: what has not been moved stays.
func (tx *Tx) EndRelocations(ctx context.Context, store, team, seller string, at time.Time) error {
	column, from := Relocation{FromTeam: team, FromSeller: seller}.holderColumn()
	_, err := tx.exec(ctx, "end relocations",
		`UPDATE relocations SET done_at = $3 WHERE store_id = $1 AND from_`+column+` = $2 AND done_at IS NULL`, store, from, At(at))
	return err
}

// EndRelocation says that nothing is left to move.
func (tx *Tx) EndRelocation(ctx context.Context, store, id string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "end relocation "+id,
		`UPDATE relocations SET done_at = $3 WHERE store_id = $1 AND id = $2 AND done_at IS NULL`, store, id, At(at))
}

// LockRelocation reads a relocation that is not done, to work on it: until the
// transaction ends, others that lock it wait. ErrNotFound: it is done.
func (tx *Tx) LockRelocation(ctx context.Context, store, id string) (Relocation, error) {
	return one(ctx, tx.Queries, "relocation "+id, scanRelocation,
		`SELECT `+relocationColumns+` FROM relocations r WHERE r.store_id = $1 AND r.id = $2 AND r.done_at IS NULL`+
			tx.lock(` FOR UPDATE`), store, id)
}

// PendingRelocations lists what is still being moved in any store, in the order
// in which it was asked for in each.
func (q Queries) PendingRelocations(ctx context.Context) ([]Relocation, error) {
	return list(ctx, q, "pending relocations", scanRelocation,
		`SELECT `+relocationColumns+` FROM relocations r WHERE r.done_at IS NULL ORDER BY r.store_id, r.id`)
}

// Relocations lists what is still being moved in a store, in the order in which
// it was asked for.
func (q Queries) Relocations(ctx context.Context, store string) ([]Relocation, error) {
	return list(ctx, q, "relocations", scanRelocation,
		`SELECT `+relocationColumns+` FROM relocations r WHERE r.store_id = $1 AND r.done_at IS NULL ORDER BY r.id`, store)
}

// heldWhere are a holder's open conversations on one channel that are not set
// aside until later than now: one range of conversations_holder, which holds the
// closed ones too.
const heldWhere = ` WHERE c.store_id = $1 AND c.holder = $2 AND c.channel_id = $3 AND c.rank < 5
   AND (c.retry_at IS NULL OR c.retry_at <= $4) ORDER BY c.rank, c.sort_key, c.id LIMIT $5`

// ClaimHeld reads up to limit open conversations of a holder, like ClaimDue, the
// most urgent of each channel first; those set aside until later than now wait.
func (tx *Tx) ClaimHeld(ctx context.Context, store, holder string, now time.Time, limit int) ([]Conversation, error) {
	return byChannel(ctx, tx.Queries, store, limit, func(channel string, limit int) ([]Conversation, error) {
		return list(ctx, tx.Queries, "claim held", scanConversation,
			`SELECT `+conversationColumns+` FROM conversations c`+tx.indexedBy("conversations_holder")+heldWhere+
				tx.lock(` FOR UPDATE SKIP LOCKED`), store, holder, channel, At(now), limit)
	})
}

// HeldRefs lists what ClaimHeld would read, even such as cannot be read.
func (q Queries) HeldRefs(ctx context.Context, store, holder string, now time.Time, limit int) ([]Ref, error) {
	return byChannel(ctx, q, store, limit, func(channel string, limit int) ([]Ref, error) {
		return list(ctx, q, "held references", scanRef,
			`SELECT c.store_id, c.id, c.seq, c.attempts FROM conversations c`+q.indexedBy("conversations_holder")+heldWhere,
			store, holder, channel, At(now), limit)
	})
}

// byChannel reads up to limit rows, channel by channel.
func byChannel[T any](ctx context.Context, q Queries, store string, limit int, read func(channel string, limit int) ([]T, error)) ([]T, error) {
	channels, err := q.channelIDs(ctx, store)
	if err != nil {
		return nil, err
	}
	var all []T
	for _, channel := range channels {
		if len(all) == limit {
			break
		}
		more, err := read(channel, limit-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}
