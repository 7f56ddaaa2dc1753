package db_test

import (
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestEachAging(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		one, two := s.Channel("site", db.ChannelChat), s.Channel("api", db.ChannelAPI)
		long, short := dbtest.Start.Add(-time.Hour), dbtest.Start.Add(-time.Minute)
		open := func(channel db.Channel, name string, change func(*db.Conversation)) {
			contact := s.Contact(channel.ID, name, "")
			c := db.Conversation{Store: s.ID, ContactID: contact.ID, ChannelID: channel.ID, Seq: 1, OpenedAt: long, ConfigVersion: 1}
			c.Conversation = flow.Conversation{ID: db.NewID(), Status: flow.Open, Level: flow.Green, LastAt: long}
			change(&c)
			write(t, d, func(tx *db.Tx) error { return tx.InsertConversation(ctx, &c) })
		}
		open(one, "waits long", func(c *db.Conversation) { c.WaitStart, c.ClockStart = long, long })
		open(two, "waits long and red", func(c *db.Conversation) { c.WaitStart, c.ClockStart, c.Level = long, long, flow.Red })
		open(two, "waits short", func(c *db.Conversation) { c.WaitStart, c.ClockStart = short, short })
		open(one, "answered long ago", func(c *db.Conversation) { c.Level, c.LastFrom = flow.LevelNone, flow.FromSeller })
		open(one, "answered now", func(c *db.Conversation) { c.Level, c.LastFrom, c.LastAt = flow.LevelNone, flow.FromSeller, short })
		open(one, "postponed", func(c *db.Conversation) { c.WaitStart, c.Level, c.PostponedUntil = long, flow.LevelNone, dbtest.Start })
		open(one, "closed", func(c *db.Conversation) { c.Status, c.Level, c.ClosedAt = flow.Closed, flow.LevelNone, long })
		read := func(store string, aging db.Aging) []string {
			var names []string
			if err := d.EachAging(ctx, store, aging, func(_ db.Conversation, name string) { names = append(names, name) }); err != nil {
				t.Fatal(err)
			}
			slices.Sort(names)
			return names
		}
		diff(t, read(s.ID, db.Aging{Waiting: long}), []string{"waits long", "waits long and red"})
		diff(t, read(s.ID, db.Aging{Waiting: dbtest.Start}), []string{"waits long", "waits long and red", "waits short"})
		diff(t, read(s.ID, db.Aging{Answered: long}), []string{"answered long ago"})
		diff(t, read(s.ID, db.Aging{}), []string(nil))
		diff(t, read(other.ID, db.Aging{Waiting: dbtest.Start, Answered: dbtest.Start}), []string(nil))
	})
}
