package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		stay := func(seq int64, outcome flow.Outcome) db.Stay {
			start := dbtest.Start.Add(time.Duration(seq) * time.Hour)
			return db.Stay{Store: s.ID, Seq: seq, Stay: flow.Stay{Conversation: "c", Queue: flow.TeamQueue, Team: "t", Seller: "", Channel: "api",
				Wait: dbtest.Start, Start: start, End: start.Add(time.Minute), Level: flow.Yellow, Outcome: outcome, By: "ana"}}
		}
		moved, first, second := stay(2, flow.Acted), stay(5, flow.Answered), stay(9, flow.Answered)
		write(t, d, func(tx *db.Tx) error {
			for _, y := range []db.Stay{moved, first, second, first} {
				if err := tx.InsertStay(ctx, y); err != nil {
					return err
				}
			}
			return nil
		})
		first.First = true
		diff(t, must[[]db.Stay](t)(d.StaysOf(ctx, s.ID, "c")), []db.Stay{moved, first, second})
		diff(t, must[[]db.Stay](t)(d.Stays(ctx, s.ID, first.End, second.End, 10)), []db.Stay{first})
		diff(t, must[[]db.Stay](t)(d.Stays(ctx, s.ID, moved.End, second.End.Add(1e9), 2)), []db.Stay{moved, first})
		diff(t, must[[]db.Stay](t)(d.StaysOf(ctx, other.ID, "c")), []db.Stay(nil))
		diff(t, must[[]db.Stay](t)(d.Stays(ctx, other.ID, dbtest.Start, second.End.Add(1e9), 10)), []db.Stay(nil))
	})
}

// A database from before there were stays gets those of what had happened.
func TestPastStaysAreWorkedOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		c := s.Conversation(s.Contact(s.Channel("api", db.ChannelAPI).ID, "Maria", ""), func(c *db.Conversation) { c.Seq = 0 })
		at := func(minutes int) time.Time { return dbtest.Start.Add(time.Duration(minutes) * time.Minute) }
		log := []flow.Record{
			{At: at(1), Type: flow.CustomerMessage, Opened: true, ToTeam: "t", Channel: "api"},
			{At: at(6), Type: flow.Alert1, Team: "t", Queue: flow.TeamQueue},
			{At: at(8), Type: flow.SellerMessage, ToSeller: "ana", Team: "t", Queue: flow.TeamQueue},
			{At: at(9), Type: flow.CustomerMessage, Team: "t", Seller: "ana", Queue: flow.SellerQueue},
			{At: at(11), Type: flow.SellerMessage, Team: "t", Seller: "ana", Queue: flow.SellerQueue},
			{At: at(12), Type: flow.CustomerMessage, Team: "t", Seller: "ana", Queue: flow.SellerQueue},
		}
		var events []db.Event
		for i, rec := range log {
			rec.Conversation = c.ID
			events = append(events, db.Event{Store: s.ID, Seq: 1 + int64(i), Record: rec, ByKind: db.BySystem})
		}
		write(t, d, func(tx *db.Tx) error { return tx.AppendEvents(ctx, events...) })
		write(t, d, func(tx *db.Tx) error { return tx.ReplayStays(ctx) })
		diff(t, must[[]db.Stay](t)(d.StaysOf(ctx, s.ID, c.ID)), []db.Stay{
			{Store: s.ID, Seq: 3, First: true, Stay: flow.Stay{Conversation: c.ID, Queue: flow.TeamQueue, Team: "t", Channel: "api", Wait: at(1), Start: at(1),
				End: at(8), Level: flow.Yellow, Outcome: flow.Answered, By: "ana"}},
			{Store: s.ID, Seq: 5, Stay: flow.Stay{Conversation: c.ID, Queue: flow.SellerQueue, Team: "t", Seller: "ana", Channel: "api", Wait: at(9), Start: at(9),
				End: at(11), Level: flow.Green, Outcome: flow.Answered, By: "ana"}},
		})
	})
}
