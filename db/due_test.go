package db_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func claim(t *testing.T, d *db.DB, now time.Time, limit int) []db.Conversation {
	t.Helper()
	var due []db.Conversation
	write(t, d, func(tx *db.Tx) (err error) {
		due, err = tx.ClaimDue(ctx, now, limit)
		return err
	})
	return due
}

func TestDue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ch := s.Channel("api", db.ChannelAPI)
		if at := must[time.Time](t)(d.EarliestDue(ctx)); !at.IsZero() {
			t.Errorf("due at %v with no conversation", at)
		}
		var made []db.Conversation
		for i := range 5 {
			made = append(made, s.Conversation(s.Contact(ch.ID, "x", ""), func(c *db.Conversation) {
				c.DueAt = dbtest.Start.Add(time.Duration(5-i) * time.Minute)
			}))
		}
		s.Conversation(s.Contact(ch.ID, "never", ""), nil)
		if at := must[time.Time](t)(d.EarliestDue(ctx)); !at.Equal(dbtest.Start.Add(time.Minute)) {
			t.Errorf("earliest due %v", at)
		}
		if due := claim(t, d, dbtest.Start.Add(59*time.Second), 10); len(due) != 0 {
			t.Errorf("claimed early: %v", due)
		}
		refs := must[[]db.Ref](t)(d.DueRefs(ctx, dbtest.Start.Add(2*time.Minute), 10))
		diff(t, refs, []db.Ref{{Store: s.ID, ID: made[4].ID, Seq: 1}, {Store: s.ID, ID: made[3].ID, Seq: 1}})
		diff(t, must[db.Agenda](t)(d.Agenda(ctx, time.Time{}, time.Time{})), db.Agenda{Due: dbtest.Start.Add(time.Minute)})
		due := claim(t, d, dbtest.Start.Add(3*time.Minute), 10)
		if len(due) != 3 || due[0].ID != made[4].ID || due[2].ID != made[2].ID {
			t.Fatalf("claimed %v", due)
		}
		diff(t, due[0], made[4], sameConversation)
		if due := claim(t, d, dbtest.Start.Add(time.Hour), 2); len(due) != 2 {
			t.Errorf("claimed %d of 2", len(due))
		}
		if at := must[time.Time](t)(d.OverdueSince(ctx, dbtest.Start.Add(2*time.Minute))); !at.Equal(dbtest.Start.Add(time.Minute)) {
			t.Errorf("overdue since %v", at)
		}
		if at := must[time.Time](t)(d.OverdueSince(ctx, dbtest.Start)); !at.IsZero() {
			t.Errorf("overdue since %v", at)
		}
	})
}

func TestSetAside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ch := s.Channel("api", db.ChannelAPI)
		c := s.Conversation(s.Contact(ch.ID, "x", ""), func(c *db.Conversation) { c.DueAt = dbtest.Start })
		retry := dbtest.Start.Add(time.Minute)
		write(t, d, func(tx *db.Tx) error { return tx.SetAside(ctx, s.ID, c.ID, 1, "boom", dbtest.Start, retry) })
		write(t, d, func(tx *db.Tx) error { return tx.SetAside(ctx, s.ID, c.ID, 1, "boom again", dbtest.Start, retry) })
		if due := claim(t, d, dbtest.Start.Add(30*time.Second), 10); len(due) != 0 {
			t.Errorf("claimed before its retry: %v", due)
		}
		aside := must[[]db.Conversation](t)(d.ListSetAside(ctx, s.ID, 10))
		if len(aside) != 1 || aside[0].Attempts != 2 || aside[0].Error != "boom again" || !aside[0].RetryAt.Equal(retry) {
			t.Fatalf("set aside: %+v", aside)
		}
		if at := must[time.Time](t)(d.OverdueSince(ctx, retry)); !at.IsZero() {
			t.Errorf("what is set aside makes the scheduler late: %v", at)
		}
		again := claim(t, d, retry, 10)
		if len(again) != 1 {
			t.Fatalf("claimed %v", again)
		}
		write(t, d, func(tx *db.Tx) error {
			again[0].ClearTrouble()
			again[0].Seq = 2
			return tx.UpdateConversation(ctx, &again[0], 1)
		})
		if aside := must[[]db.Conversation](t)(d.ListSetAside(ctx, s.ID, 10)); len(aside) != 0 {
			t.Errorf("still set aside: %+v", aside)
		}
		err := d.Tx(ctx, func(tx *db.Tx) error { return tx.SetAside(ctx, s.ID, c.ID, 1, "late", dbtest.Start, retry) })
		wantError(t, err, db.ErrChanged)
	})
}

func TestStale(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ch := s.Channel("api", db.ChannelAPI)
		for range 3 {
			s.Conversation(s.Contact(ch.ID, "x", ""), nil)
		}
		if stores := must[[]db.Store](t)(d.StaleStores(ctx)); len(stores) != 0 {
			t.Errorf("stale: %v", stores)
		}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.AppendConfiguration(ctx, db.Configuration{Store: s.ID, At: dbtest.Start, Document: "{}"})
			return err
		})
		stores := must[[]db.Store](t)(d.StaleStores(ctx))
		if len(stores) != 1 || stores[0].ConfigVersion != 2 {
			t.Fatalf("stale: %v", stores)
		}
		if !must[db.Agenda](t)(d.Agenda(ctx, time.Time{}, time.Time{})).Stale {
			t.Error("nothing stale on the agenda")
		}
		if refs := must[[]db.Ref](t)(d.StaleRefs(ctx, s.ID, 2, dbtest.Start, 2)); len(refs) != 2 {
			t.Errorf("stale: %v", refs)
		}
		for _, want := range []int{2, 1, 0} {
			write(t, d, func(tx *db.Tx) error {
				stale, err := tx.ClaimStale(ctx, s.ID, 2, dbtest.Start, 2)
				if len(stale) != want {
					t.Errorf("claimed %d stale, want %d", len(stale), want)
				}
				for i := range stale {
					c := &stale[i]
					c.ConfigVersion, c.FlowID, c.DueAt = 2, "f9", dbtest.Start.Add(time.Hour)
					err = errors.Join(err, tx.Reevaluated(ctx, c))
				}
				return err
			})
		}
		if due := claim(t, d, dbtest.Start.Add(time.Hour), 10); len(due) != 3 || due[0].FlowID != "f9" || due[0].Seq != 1 {
			t.Errorf("re-evaluated: %+v", due)
		}
	})
}

// Several claim at once: each due conversation is processed exactly once.
func TestClaimsDoNotCollide(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ch := s.Channel("api", db.ChannelAPI)
		const n = 60
		for range n {
			s.Conversation(s.Contact(ch.ID, "x", ""), func(c *db.Conversation) { c.DueAt = dbtest.Start })
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for done := false; !done; {
					err := d.Tx(ctx, func(tx *db.Tx) error {
						due, err := tx.ClaimDue(ctx, dbtest.Start, 7)
						done = len(due) == 0
						return errors.Join(err, fire(tx, due, dbtest.Start))
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		feed := must[[]db.Event](t)(d.EventFeed(ctx, s.ID, "", 200))
		fired := map[string]int{}
		for _, e := range feed {
			if e.Type == flow.Alert2 {
				fired[e.Conversation]++
			}
		}
		for id, times := range fired {
			if times != 1 {
				t.Errorf("conversation %s fired %d times", id, times)
			}
		}
		if len(fired) != n {
			t.Errorf("%d of %d fired", len(fired), n)
		}
		if wrong := must[int](t)(d.RecountTallies(ctx, s.ID)); wrong != 0 {
			t.Errorf("%d tallies wrong", wrong)
		}
	})
}
