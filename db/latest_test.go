package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestLatestInstant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		latest := func() time.Time { return must[time.Time](t)(d.LatestInstant(ctx)) }
		diff(t, latest(), time.Time{})
		s := dbtest.Store(t, d, "loja")
		diff(t, latest(), dbtest.Start)
		c := s.Conversation(s.Contact(s.Channel("api", db.ChannelAPI).ID, "Maria", ""), nil)
		at := dbtest.Start.Add(time.Hour + time.Microsecond)
		write(t, d, func(tx *db.Tx) error {
			return tx.AppendEvents(ctx, db.Event{Store: s.ID, Seq: 2, ByKind: db.BySystem,
				Record: flow.Record{At: at, Conversation: c.ID, Type: flow.Alert1, Queue: flow.WaitingQueue}})
		})
		diff(t, latest(), at)
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.AppendConfiguration(ctx, db.Configuration{Store: s.ID, At: at.Add(time.Minute), ByLabel: "test", Document: "{}"})
			return err
		})
		diff(t, latest(), at.Add(time.Minute))
		m := s.Member("a@x", "A", db.Agent)
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.TouchSeller(ctx, s.ID, m.Seller, beat(at.Add(time.Hour)))
			return err
		})
		diff(t, latest(), at.Add(time.Hour))
	})
}
