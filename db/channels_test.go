package db_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// A channel is found by its names, old and new, until another takes one over.
func TestChannelsKeepTheirNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		h := s.Channel("Site", db.ChannelAPI)
		rename := func(name string) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error {
				if err := tx.KeepChannelName(ctx, s.ID, h.ID, h.Name); err != nil {
					return err
				}
				h.Name = name
				return tx.UpdateChannel(ctx, h)
			})
		}
		c := s.Conversation(s.Contact(h.ID, "Maria", ""), func(c *db.Conversation) { c.Channel = "Site" })
		rename("Loja")
		rename("LOJA")
		rename("Loja") // back and forth: a name is kept once
		for _, name := range []string{"loja", "SITE"} {
			if got := must[db.Channel](t)(d.ChannelByName(ctx, s.ID, name)); got.ID != h.ID || got.Name != "Loja" || got.Version != 4 {
				t.Errorf("by %s: %+v", name, got)
			}
		}
		holder := func(name, but string) string { return must[string](t)(d.ChannelNameHolder(ctx, s.ID, name, but)) }
		if holder("site", "") != h.ID || holder("Site", h.ID) != "" || holder("loja", "") != "" {
			t.Errorf("held by %q, %q, %q", holder("site", ""), holder("Site", h.ID), holder("loja", ""))
		}
		write(t, d, func(tx *db.Tx) error {
			c.Status = flow.Closed
			c.ClosedAt, c.WaitStart, c.ClockStart, c.Level = dbtest.Start, time.Time{}, time.Time{}, flow.LevelNone
			c.Seq = 2
			return tx.UpdateConversation(ctx, &c, 1)
		})
		if got := holder("Site", ""); got != "" {
			t.Errorf("a closed conversation holds the name for %q", got)
		}
		other := s.Channel("Outro", db.ChannelAPI)
		write(t, d, func(tx *db.Tx) error { return tx.DropChannelName(ctx, s.ID, "SITE") })
		_, err := d.ChannelByName(ctx, s.ID, "Site")
		wantError(t, err, db.ErrNotFound)
		other.Name = "Site"
		write(t, d, func(tx *db.Tx) error { return tx.UpdateChannel(ctx, other) })
		if got := must[db.Channel](t)(d.ChannelByName(ctx, s.ID, "site")); got.ID != other.ID {
			t.Errorf("the name's new owner is %s", got.Name)
		}
	})
}

// A flow of the waiting queue names a channel by all the names it has had: open
// conversations keep the one they were opened under.
func TestConfigurationHasFormerNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		h := s.Channel("Loja", db.ChannelAPI)
		f := db.Flow{Store: s.ID, UpdatedAt: dbtest.Start, Name: "Site", Flow: flow.Flow{ID: "w", Queue: flow.WaitingQueue, Kind: flow.Alternative,
			Targets: []string{"Loja"}, Alert1: time.Minute, Alert2: 2 * time.Minute, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}}
		team := f
		team.ID, team.Queue = "t", flow.TeamQueue // a team that happens to be called as the channel
		write(t, d, func(tx *db.Tx) error {
			for _, name := range []string{"Site", "Chat", "Loja"} {
				if err := tx.KeepChannelName(ctx, s.ID, h.ID, name); err != nil {
					return err
				}
			}
			if err := tx.InsertFlow(ctx, team); err != nil {
				return err
			}
			return tx.InsertFlow(ctx, f)
		})
		built := must[flow.Configuration](t)(d.BuildConfiguration(ctx, s.ID))
		got := [][]string{built.Flows[0].Targets, built.Flows[1].Targets}
		if diff := cmp.Diff([][]string{{"Loja"}, {"Loja", "Chat", "Site"}}, got); diff != "" {
			t.Error(diff)
		}
		stored := must[db.Flow](t)(d.Flow(ctx, s.ID, "w"))
		diff(t, stored.Targets, []string{"Loja"})
	})
}

func TestChannelsActivity(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		h := s.Channel("api", db.ChannelAPI)
		refuse := func(at time.Time, text string) {
			write(t, d, func(tx *db.Tx) error {
				return tx.ChannelRefused(ctx, s.ID, h.ID, db.Refusal{At: at, Code: "invalid", Text: text})
			})
		}
		write(t, d, func(tx *db.Tx) error { return tx.ChannelSpoke(ctx, s.ID, h.ID, dbtest.Start) })
		refuse(dbtest.Start, "um")
		refuse(dbtest.Start.Add(59*time.Second), "um")
		got := must[db.Channel](t)(d.Channel(ctx, s.ID, h.ID))
		diff(t, got.Refusal, db.Refusal{At: dbtest.Start, Code: "invalid", Text: "um"})
		if !got.LastMessageAt.Equal(dbtest.Start) || got.Version != 1 {
			t.Errorf("%+v", got)
		}
		refuse(dbtest.Start.Add(59*time.Second), "dois")
		diff(t, must[db.Channel](t)(d.Channel(ctx, s.ID, h.ID)).Refusal.Text, "dois")
		refuse(dbtest.Start.Add(2*time.Minute), "dois")
		diff(t, must[db.Channel](t)(d.Channel(ctx, s.ID, h.ID)).Refusal.At, dbtest.Start.Add(2*time.Minute))
	})
}

func TestWebhooksBacklogs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		now, busy, calm := dbtest.Start, db.NewID(), db.NewID()
		put := func(kind, key string) {
			write(t, d, func(tx *db.Tx) error {
				return tx.PutOutbox(ctx, db.Outgoing{Store: s.ID, Kind: kind, Key: key, Payload: "{}", CreatedAt: now, NextAt: now})
			})
		}
		for _, key := range []string{":c:1", ":c:2", ":c:3", ":c:4"} {
			put("webhook", busy+key)
		}
		put("webhook", calm+":c:1")
		put("mail", busy+":x")
		write(t, d, func(tx *db.Tx) error {
			claimed, err := tx.ClaimOutbox(ctx, "", now, now.Add(time.Hour), 9)
			for _, o := range claimed {
				switch o.Key {
				case busy + ":c:1", calm + ":c:1":
					err = tx.OutboxDone(ctx, o, "", now)
				case busy + ":c:2":
					err = tx.OutboxGiveUp(ctx, o, "410", now.Add(time.Minute))
				case busy + ":c:3":
					err = tx.OutboxRetry(ctx, o, "503", now.Add(2*time.Hour))
				}
				if err != nil {
					return err
				}
			}
			return err
		})
		diff(t, must[map[string]db.Backlog](t)(d.Backlogs(ctx, s.ID)),
			map[string]db.Backlog{busy: {Pending: 2, GivenUp: 1, GaveUpAt: now.Add(time.Minute), LastError: "503"}})
	})
}
