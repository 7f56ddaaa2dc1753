package db

import (
	"context"
	"fmt"
	"time"

	"semaforo/flow"
)

// Who caused an event (Event.ByKind); ByID is the user's, token's, contact's or
// channel's id.
const (
	ByUser     = "user"
	ByToken    = "token"
	ByCustomer = "customer"
	ByChannel  = "channel"
	ByBot      = "bot"
	BySystem   = "system"
)

// Event is one line of a conversation's log.
type Event struct {
	flow.Record
	Store  string
	Seq    int64 // 1, 2, … within the conversation, without gaps
	ID     string
	ByKind string
	ByID   string
	Note   string // what a person wrote with it: why it was postponed, say
	// FlowAt is the instant as of whose rules a configured flow did it, zero of what no such flow did. It is
	// written, and read by ActedOn alone.
	FlowAt time.Time
}

const eventColumns = `e.store_id, e.conversation_id, e.seq, e.id, e.at, e.due, e.type, e.queue, e.team_id, e.seller_id,
  e.flow_id, e.action, e.to_team, e.to_seller, e.channel, e.until, e.reason, e.level, e.opened, e.by_kind, e.by_id, e.note`

func scanEvent(r row) (Event, error) {
	var e Event
	return e, r.Scan(e.targets()...)
}

// targets are where the columns are read to.
func (e *Event) targets() []any {
	return []any{&e.Store, &e.Conversation, &e.Seq, &e.ID, timeInto{&e.At}, timeInto{&e.Due}, &e.Type, &e.Queue,
		&e.Team, &e.Seller, &e.Flow, &e.Action, &e.ToTeam, &e.ToSeller, &e.Channel, timeInto{&e.Until}, &e.Reason,
		&e.Level, &e.Opened, &e.ByKind, &e.ByID, &e.Note}
}

// AppendEvents appends to the logs of conversations, in order; an event without
// an id gets one. ErrChanged: a conversation already has an event of that seq.
// The conversations' rows must exist.
func (tx *Tx) AppendEvents(ctx context.Context, events ...Event) error {
	for i := range events {
		e := &events[i]
		if e.ID == "" {
			e.ID = NewID()
		}
		n, err := tx.exec(ctx, "append event", insertEvent, e.Store, e.Conversation, e.Seq, e.ID, At(e.At), At(e.Due),
			e.Type, e.Queue, e.Team, e.Seller, e.Flow, e.Action, e.ToTeam, e.ToSeller, e.Channel, At(e.Until), e.Reason,
			e.Level, e.Opened, e.ByKind, e.ByID, e.Note, At(e.FlowAt))
		if err == nil && n == 0 {
			err = fmt.Errorf("append event %d of conversation %s: %w", e.Seq, e.Conversation, ErrChanged)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var insertEvent = `INSERT INTO events (store_id, conversation_id, seq, id, at, due, type, queue, team_id, seller_id,
  flow_id, action, to_team, to_seller, channel, until, reason, level, opened, by_kind, by_id, note, flow_at)
  VALUES (` + placeholders(1, 23) + `) ON CONFLICT DO NOTHING`

// Events lists a conversation's log, oldest first, from after a seq; limit 0
// means all of it.
func (q Queries) Events(ctx context.Context, store, conversation string, after int64, limit int) ([]Event, error) {
	query := `SELECT ` + eventColumns + ` FROM events e
		WHERE e.store_id = $1 AND e.conversation_id = $2 AND e.seq > $3 ORDER BY e.seq`
	args := []any{store, conversation, after}
	if limit > 0 {
		query += ` LIMIT $4`
		args = append(args, limit)
	}
	return list(ctx, q, "events of conversation "+conversation, scanEvent, query, args...)
}

// logsAtOnce is how many conversations' logs one statement reads.
const logsAtOnce = 50

// EventsOf are the logs of some conversations, by their ids, each oldest first.
func (q Queries) EventsOf(ctx context.Context, store string, conversations []string) (map[string][]Event, error) {
	logs := make(map[string][]Event, len(conversations))
	for _, some := range evenly(conversations, logsAtOnce) {
		a := arguments{values: []any{store}}
		events, err := list(ctx, q, "events of conversations", scanEvent, `SELECT `+eventColumns+` FROM events e
			WHERE e.store_id = $1 AND e.conversation_id `+in(&a, some)+` ORDER BY e.conversation_id, e.seq`, a.values...)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			logs[e.Conversation] = append(logs[e.Conversation], e)
		}
	}
	return logs, nil
}

// EventFeed lists a store's events of all conversations in the order of their
// ids, from after one.
func (q Queries) EventFeed(ctx context.Context, store, after string, limit int) ([]Event, error) {
	return list(ctx, q, "event feed", scanEvent,
		`SELECT `+eventColumns+` FROM events e WHERE e.store_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3`,
		store, after, pageLimit(limit))
}
