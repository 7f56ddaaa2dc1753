package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"semaforo/flow"
)

// Ranks order the lists: most urgent first.
const (
	RankRed       = 0
	RankYellow    = 1
	RankGreen     = 2
	RankNone      = 3 // nobody waits
	RankPostponed = 4
	RankClosed    = 5
)

// Conversation is a conversation's row: the engine's state and what the system
// keeps beside it.
type Conversation struct {
	flow.Conversation

	Store     string
	ContactID string
	ChannelID string // the channel it talks on; flow.Conversation's Channel is that channel's name when it was opened
	Seq       int64  // of its latest event
	OpenedAt  time.Time

	ConfigVersion int64          // the configuration it was last evaluated under
	FlowID        string         // the flow that applies
	D1, D2        time.Time      // the flow's alerts for the running clock
	NextType      flow.EventType // the next timer
	NextAt        time.Time
	DueAt         time.Time // when the scheduler must look at it; zero: never

	LastText       string // preview of the last message that is not private
	LastTextFrom   string // who wrote it: customer, seller, bot, system
	PostponeReason string

	// Set aside: processing failed Attempts times, last with Error at FailedAt;
	// it is tried again at RetryAt.
	Error    string
	FailedAt time.Time
	Attempts int
	RetryAt  time.Time

	stored arrangement       // what the indexed columns held when it was read
	was    flow.Conversation // the state when it was read; zero for a new one
}

// arrangement is what the indexed columns hold.
type arrangement struct {
	status  flow.Status
	place   Place
	due     Instant
	version int64
	trouble bool
}

// Place is where a conversation stands in the lists.
type Place struct {
	Team, Seller string
	ChannelID    string
	Rank         int
	SortKey      int64
}

// Holder is the place's holder as in flow.Conversation.Holder.
func (p Place) Holder() string { return flow.Conversation{Team: p.Team, Seller: p.Seller}.Holder() }

// Place derives where the conversation stands: its rank, and within the rank
// the longest wait first, then the latest answered, the first to resume or the
// latest closed.
func (c *Conversation) Place() Place {
	p := Place{Team: c.Team, Seller: c.Seller, ChannelID: c.ChannelID}
	switch {
	case c.Status == flow.Closed:
		p.Rank, p.SortKey = RankClosed, -int64(At(c.ClosedAt))
	case c.Postponed():
		p.Rank, p.SortKey = RankPostponed, int64(At(c.PostponedUntil))
	case !c.Waiting() || c.Level == flow.LevelNone:
		p.Rank, p.SortKey = RankNone, -int64(At(c.LastAt))
	default:
		p.Rank = map[flow.Level]int{flow.Red: RankRed, flow.Yellow: RankYellow, flow.Green: RankGreen}[c.Level]
		p.SortKey = int64(At(c.WaitStart))
	}
	return p
}

// Stored is the place it had when it was read or last written; false for one
// that was never stored, or was stored closed (closed ones are not tallied).
func (c *Conversation) Stored() (Place, bool) { return c.stored.place, c.stored.status == flow.Open }

// Was is the engine's state when the row was read or last written: the zero one
// of a conversation that was never stored.
func (c *Conversation) Was() flow.Conversation { return c.was }

func (c *Conversation) arrangement() arrangement {
	return arrangement{status: c.Status, place: c.Place(), due: At(c.DueAt), version: c.ConfigVersion,
		trouble: c.Attempts > 0}
}

const conversationColumns = `c.store_id, c.id, c.contact_id, c.channel_id, c.seq, c.status, c.team_id, c.seller_id,
  c.channel, c.opened_at, c.wait_start, c.clock_start, c.idle_since, c.last_from, c.last_at, c.postponed_until,
  c.postpone_reason, c.level, c.action_done, c.answered_wait, c.visited, c.as_of, c.closed_at, c.close_reason,
  c.config_version, c.flow_id, c.d1, c.d2, c.next_type, c.next_at, c.due_at, c.last_text, c.last_text_from,
  c.error, c.failed_at, c.attempts, c.retry_at`

func (c *Conversation) targets(visited *string) []any {
	return []any{&c.Store, &c.ID, &c.ContactID, &c.ChannelID, &c.Seq, &c.Status, textInto{&c.Team}, textInto{&c.Seller},
		&c.Channel, timeInto{&c.OpenedAt}, timeInto{&c.WaitStart}, timeInto{&c.ClockStart}, timeInto{&c.IdleSince},
		&c.LastFrom, timeInto{&c.LastAt}, timeInto{&c.PostponedUntil},
		&c.PostponeReason, &c.Level, &c.ActionDone, timeInto{&c.AnsweredWait}, visited, timeInto{&c.AsOf},
		timeInto{&c.ClosedAt}, &c.CloseReason,
		&c.ConfigVersion, &c.FlowID, timeInto{&c.D1}, timeInto{&c.D2}, &c.NextType, timeInto{&c.NextAt},
		timeInto{&c.DueAt}, &c.LastText, &c.LastTextFrom,
		&c.Error, timeInto{&c.FailedAt}, &c.Attempts, timeInto{&c.RetryAt}}
}

func (c *Conversation) read(visited string) error {
	if err := decode("visited", visited, &c.Visited); err != nil {
		return err
	}
	c.stored, c.was = c.arrangement(), c.Conversation
	return nil
}

func scanConversation(r row) (Conversation, error) {
	var c Conversation
	var visited string
	if err := r.Scan(c.targets(&visited)...); err != nil {
		return c, err
	}
	return c, c.read(visited)
}

// Conversation reads one conversation.
func (q Queries) Conversation(ctx context.Context, store, id string) (Conversation, error) {
	return one(ctx, q, "conversation "+id, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c WHERE c.store_id = $1 AND c.id = $2`, store, id)
}

// OpenConversation reads a contact's open conversation: ErrNotFound when there
// is none.
func (q Queries) OpenConversation(ctx context.Context, store, contact string) (Conversation, error) {
	return one(ctx, q, "open conversation of contact "+contact, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c
		 WHERE c.store_id = $1 AND c.contact_id = $2 AND c.status = 'open'`, store, contact)
}

// ConversationsOf lists a contact's conversations, newest first; before is the
// id of the last one already shown, or empty.
func (q Queries) ConversationsOf(ctx context.Context, store, contact, before string, limit int) ([]Conversation, error) {
	var a arguments
	where := `c.store_id = ` + a.arg(store) + ` AND c.contact_id = ` + a.arg(contact)
	if before != "" {
		where += ` AND c.id < ` + a.arg(before)
	}
	return list(ctx, q, "conversations of contact "+contact, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c WHERE `+where+
			` ORDER BY c.id DESC LIMIT `+a.arg(pageLimit(limit)), a.values...)
}

// LockConversation reads a conversation to change it: until the transaction
// ends, others that lock it wait.
func (tx *Tx) LockConversation(ctx context.Context, store, id string) (Conversation, error) {
	return one(ctx, tx.Queries, "conversation "+id, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c WHERE c.store_id = $1 AND c.id = $2`+
			tx.lock(` FOR UPDATE`), store, id)
}

// LockOpenConversation is OpenConversation to change it.
func (tx *Tx) LockOpenConversation(ctx context.Context, store, contact string) (Conversation, error) {
	return one(ctx, tx.Queries, "open conversation of contact "+contact, scanConversation,
		`SELECT `+conversationColumns+` FROM conversations c
		 WHERE c.store_id = $1 AND c.contact_id = $2 AND c.status = 'open'`+tx.lock(` FOR UPDATE`), store, contact)
}

// InsertConversation stores a new conversation, and indexes its contact's name
// and phone for the search. ErrDuplicate: its contact already has an open one.
func (tx *Tx) InsertConversation(ctx context.Context, c *Conversation) error {
	visited, err := encode(c.Visited)
	if err != nil {
		return fmt.Errorf("insert conversation %s: %w", c.ID, err)
	}
	p := c.Place()
	args := []any{c.Store, c.ID, c.ContactID, c.ChannelID, c.Seq, c.Status, null(c.Team), null(c.Seller),
		c.Channel, At(c.OpenedAt), At(c.WaitStart), At(c.ClockStart), At(c.IdleSince), c.LastFrom, At(c.LastAt),
		At(c.PostponedUntil), c.PostponeReason, c.Level, c.ActionDone, At(c.AnsweredWait), visited, At(c.AsOf),
		At(c.ClosedAt), c.CloseReason, c.ConfigVersion, c.FlowID, At(c.D1), At(c.D2), c.NextType, At(c.NextAt),
		At(c.DueAt), Preview(c.LastText), c.LastTextFrom, c.Error, At(c.FailedAt), c.Attempts, At(c.RetryAt),
		c.Queue(), p.Holder(), p.Rank, p.SortKey}
	n, err := tx.exec(ctx, "insert conversation "+c.ID, insertConversation, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("insert conversation %s: %w", c.ID, ErrDuplicate)
	}
	c.stored, c.was = c.arrangement(), c.Conversation
	return tx.indexContact(ctx, c.Store, c.ID, c.ContactID)
}

var insertConversation = `INSERT INTO conversations (` + strings.ReplaceAll(conversationColumns, "c.", "") +
	`, queue, holder, rank, sort_key) VALUES (` + placeholders(1, 41) + `) ON CONFLICT DO NOTHING`

// setState are the columns without an index: a column that is not named in an
// update keeps its indexes untouched, and most changes touch none of them.
const setState = `seq = $4, wait_start = $5, clock_start = $6, idle_since = $7, last_from = $8, last_at = $9,
	  postponed_until = $10, postpone_reason = $11, level = $12, action_done = $13, answered_wait = $14, visited = $15,
	  as_of = $16, flow_id = $17, d1 = $18, d2 = $19, next_type = $20, next_at = $21, last_text = $22,
	  last_text_from = $23`

// UpdateConversation writes a conversation that was read, in this transaction,
// with Seq seen, and has a later one now. Indexed columns are written only where
// they differ from what was read. ErrChanged: its row has another seq than that.
func (tx *Tx) UpdateConversation(ctx context.Context, c *Conversation, seen int64) error {
	what := "update conversation " + c.ID
	visited, err := encode(c.Visited)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	a := arguments{values: []any{c.Store, c.ID, seen, c.Seq, At(c.WaitStart), At(c.ClockStart), At(c.IdleSince),
		c.LastFrom, At(c.LastAt), At(c.PostponedUntil), c.PostponeReason, c.Level, c.ActionDone, At(c.AnsweredWait),
		visited, At(c.AsOf), c.FlowID, At(c.D1), At(c.D2), c.NextType, At(c.NextAt), Preview(c.LastText),
		c.LastTextFrom}}
	now := c.arrangement()
	set := setState + c.rearranged(&a, now)
	err = tx.must(ctx, ErrChanged, what,
		`UPDATE conversations SET `+set+` WHERE store_id = $1 AND id = $2 AND seq = $3`, a.values...)
	if err == nil {
		c.stored, c.was = now, c.Conversation
	}
	return err
}

// rearranged sets the indexed columns that differ from what was read.
func (c *Conversation) rearranged(a *arguments, now arrangement) string {
	var set strings.Builder
	put := func(column string, v any) { set.WriteString(", " + column + " = " + a.arg(v)) }
	was := c.stored
	if now.status != was.status {
		put("status", c.Status)
		put("closed_at", At(c.ClosedAt))
		put("close_reason", c.CloseReason)
	}
	if now.place != was.place {
		put("rank", now.place.Rank)
		put("sort_key", now.place.SortKey)
	}
	if now.place.Holder() != was.place.Holder() || now.place.Team != was.place.Team {
		put("queue", c.Queue())
		put("holder", now.place.Holder())
		put("team_id", null(c.Team))
		put("seller_id", null(c.Seller))
	}
	if now.due != was.due {
		put("due_at", now.due)
	}
	if now.version != was.version {
		put("config_version", now.version)
	}
	if now.trouble || was.trouble {
		put("error", c.Error)
		put("failed_at", At(c.FailedAt))
		put("attempts", c.Attempts)
		put("retry_at", At(c.RetryAt))
	}
	return set.String()
}

// Reevaluated writes what a look without an event brought: the configuration it
// was evaluated under, its flow, its deadlines and when to look next. The seq
// stays. ErrChanged: the row's seq is not c's.
func (tx *Tx) Reevaluated(ctx context.Context, c *Conversation) error {
	a := arguments{values: []any{c.Store, c.ID, c.Seq, c.FlowID, At(c.D1), At(c.D2), c.NextType, At(c.NextAt), At(c.AsOf)}}
	now := c.arrangement()
	err := tx.must(ctx, ErrChanged, "re-evaluate conversation "+c.ID,
		`UPDATE conversations SET flow_id = $4, d1 = $5, d2 = $6, next_type = $7, next_at = $8, as_of = $9`+
			c.rearranged(&a, now)+` WHERE store_id = $1 AND id = $2 AND seq = $3`, a.values...)
	if err == nil {
		c.stored = now
	}
	return err
}

func encode(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return string(text), nil
}

func decode(what, text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode %s: %w", what, err)
	}
	return nil
}
