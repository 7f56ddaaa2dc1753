package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

var ctx = context.Background()

var sameConversation = cmpopts.IgnoreUnexported(db.Conversation{})

// must is for what a test needs but is not about.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Tx(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func diff(t *testing.T, got, want any, options ...cmp.Option) {
	t.Helper()
	if d := cmp.Diff(want, got, options...); d != "" {
		t.Errorf("not as wanted (-want +got):\n%s", d)
	}
}

// full fills every field of a conversation.
func full(team, seller string) func(*db.Conversation) {
	return func(c *db.Conversation) {
		at := func(minutes int) time.Time {
			return dbtest.Start.Add(time.Duration(minutes)*time.Minute + 7*time.Microsecond)
		}
		c.Team, c.Seller, c.Channel = team, seller, "whatsapp"
		c.WaitStart, c.ClockStart, c.IdleSince, c.LastAt = at(1), at(2), at(3), at(4)
		c.AnsweredWait, c.AsOf, c.ActionDone, c.Level = at(6), at(7), true, flow.Red
		c.Visited = []string{"waiting", "team:" + team}
		c.ConfigVersion, c.FlowID, c.D1, c.D2 = 1, "f1", at(8), at(9)
		c.NextType, c.NextAt, c.DueAt = flow.Alert1, at(10), at(11)
		c.LastText, c.LastTextFrom, c.PostponeReason = "Olá", "seller", "volta amanhã"
		c.Error, c.FailedAt, c.Attempts, c.RetryAt = "boom", at(12), 3, at(13)
	}
}

func TestConversationRoundTrip(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		team := s.Team("Vendas")
		seller := s.Seller("Ana", team.ID)
		ch := s.Channel("whatsapp", db.ChannelAPI)
		p := s.Contact(ch.ID, "Maria", "+55 11 99999-0000")
		c := s.Conversation(p, full(team.ID, seller.ID))
		diff(t, must[db.Conversation](t)(d.Conversation(ctx, s.ID, c.ID)), c, sameConversation)
		diff(t, must[db.Conversation](t)(d.OpenConversation(ctx, s.ID, p.ID)), c, sameConversation)

		// A change of every field is written too.
		c = must[db.Conversation](t)(d.Conversation(ctx, s.ID, c.ID))
		c.Seq, c.Team, c.Seller = 2, "", ""
		c.WaitStart, c.ClockStart, c.PostponedUntil, c.Level = time.Time{}, time.Time{}, dbtest.Start.Add(time.Hour), flow.LevelNone
		c.LastFrom, c.Visited, c.ConfigVersion, c.DueAt = flow.FromSeller, []string{}, 5, time.Time{}
		c.ClearTrouble()
		write(t, d, func(tx *db.Tx) error { return tx.UpdateConversation(ctx, &c, 1) })
		diff(t, must[db.Conversation](t)(d.Conversation(ctx, s.ID, c.ID)), c, sameConversation)

		c.Seq, c.Status, c.ClosedAt, c.CloseReason = 3, flow.Closed, dbtest.Start.Add(2*time.Hour), flow.ClosedByAction
		c.PostponedUntil = time.Time{}
		write(t, d, func(tx *db.Tx) error { return tx.UpdateConversation(ctx, &c, 2) })
		diff(t, must[db.Conversation](t)(d.Conversation(ctx, s.ID, c.ID)), c, sameConversation)
		_, err := d.OpenConversation(ctx, s.ID, p.ID)
		wantError(t, err, db.ErrNotFound)

		again := s.Conversation(p, nil)
		of := must[[]db.Conversation](t)(d.ConversationsOf(ctx, s.ID, p.ID, "", 10))
		if len(of) != 2 || of[0].ID != again.ID || of[1].ID != c.ID {
			t.Errorf("conversations of the contact: %v", of)
		}
		of = must[[]db.Conversation](t)(d.ConversationsOf(ctx, s.ID, p.ID, again.ID, 10))
		if len(of) != 1 || of[0].ID != c.ID {
			t.Errorf("earlier conversations of the contact: %v", of)
		}
	})
}
