package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// Stay is a run of a flow's clock that has ended, as reports and backtests read it.
type Stay struct {
	flow.Stay
	Store    string
	Seq      int64 // of the event that ended it
	First    bool  // it ended with the conversation's first answer
	Imported bool  // it comes from elsewhere and has no events
	// Import is which import brought it, only read by TakeStays.
	Import string
}

const stayColumns = `y.store_id, y.conversation_id, y.seq, y.queue, y.team_id, y.seller_id, y.channel, y.wait_start, y.started_at,
  y.ended_at, y.level, y.outcome, y.answered_by, y.first, y.imported`

func scanStay(r row) (Stay, error) {
	var s Stay
	return s, r.Scan(s.targets()...)
}

func (s *Stay) targets() []any {
	return []any{&s.Store, &s.Conversation, &s.Seq, &s.Queue, &s.Team, &s.Seller, &s.Channel, timeInto{&s.Wait},
		timeInto{&s.Start}, timeInto{&s.End}, &s.Level, &s.Outcome, &s.By, &s.First, &s.Imported}
}

// InsertStay stores a stay. Of an answer it works out whether it is the
// conversation's first. The same stay again changes nothing.
func (tx *Tx) InsertStay(ctx context.Context, s Stay) error {
	_, err := tx.exec(ctx, "insert stay of conversation "+s.Conversation,
		`INSERT INTO stays (store_id, conversation_id, seq, queue, team_id, seller_id, channel, wait_start, started_at, ended_at,
		   level, outcome, answered_by, first, imported)
		 SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), $3, $4, $5, $6, $7, $8, $9, $10, $11, CAST($12 AS TEXT), $13,
		   CAST($12 AS TEXT) = 'answered' AND NOT EXISTS (SELECT 1 FROM stays WHERE store_id = CAST($1 AS TEXT)
		     AND conversation_id = CAST($2 AS TEXT) AND outcome = 'answered'), CAST($14 AS BOOLEAN)
		 WHERE 1 = 1 ON CONFLICT DO NOTHING`,
		s.Store, s.Conversation, s.Seq, string(s.Queue), s.Team, s.Seller, s.Channel, At(s.Wait), At(s.Start), At(s.End),
		string(s.Level), string(s.Outcome), s.By, s.Imported)
	return err
}

// doneImports are the imports of the store $1 whose stays anybody sees: what is
// imported is seen as a whole or not at all.
const doneImports = `(SELECT i.id FROM imports i WHERE i.store_id = $1 AND i.kind = 'history' AND i.state = 'done')`

// seenStays holds for the stays of the store $1 that anybody sees.
const seenStays = `(y.import_id = '' OR y.import_id IN ` + doneImports + `)`

// StaysOf lists a conversation's stays, the earliest first.
func (q Queries) StaysOf(ctx context.Context, store, conversation string) ([]Stay, error) {
	return list(ctx, q, "stays of conversation "+conversation, scanStay,
		`SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.conversation_id = $2 AND `+seenStays+`
		 ORDER BY y.seq`, store, conversation)
}

// Stays lists up to limit of a store's stays that ended from an instant on and
// before another, the earliest first, with the imported ones of imports that are done.
func (q Queries) Stays(ctx context.Context, store string, since, until time.Time, limit int) ([]Stay, error) {
	return list(ctx, q, "stays", scanStay,
		`SELECT `+stayColumns+` FROM stays y WHERE y.store_id = $1 AND y.ended_at >= $2 AND y.ended_at < $3 AND `+seenStays+`
		 ORDER BY y.ended_at, y.conversation_id, y.seq LIMIT $4`, store, At(since), At(until), limit)
}

// replayStays works out all stays of all stores from their events, a
// conversation at a time.
func (tx *Tx) replayStays(ctx context.Context) error {
	type ref struct{ store, id string }
	after := ref{}
	for {
		refs, err := list(ctx, tx.Queries, "conversations with events", func(r row) (c ref, err error) { return c, r.Scan(&c.store, &c.id) },
			`SELECT c.store_id, c.id FROM conversations c WHERE (c.store_id, c.id) > ($1, $2) ORDER BY c.store_id, c.id LIMIT $3`,
			after.store, after.id, 1000)
		if err != nil || len(refs) == 0 {
			return err
		}
		for _, c := range refs {
			if err := tx.replayStaysOf(ctx, c.store, c.id); err != nil {
				return err
			}
		}
		after = refs[len(refs)-1]
	}
}

func (tx *Tx) replayStaysOf(ctx context.Context, store, id string) error {
	events, err := tx.Events(ctx, store, id, 0, 0)
	if err != nil {
		return err
	}
	var state flow.Conversation
	for _, e := range events {
		before := state
		state = flow.Evolve(before, e.Record)
		if stay, ended := flow.StayEnded(before, e.Record, state); ended {
			if err := tx.InsertStay(ctx, Stay{Stay: stay, Store: store, Seq: e.Seq}); err != nil {
				return err
			}
		}
	}
	return nil
}
