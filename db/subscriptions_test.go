package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestPushKeysAreMadeOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, err := d.PushKeys(ctx)
		wantError(t, err, db.ErrNotFound)
		first := db.PushKeys{Public: "p", Private: "s"}
		for _, keys := range []db.PushKeys{first, {Public: "other", Private: "pair"}} {
			write(t, d, func(tx *db.Tx) error { return tx.KeepPushKeys(ctx, keys, dbtest.Start) })
		}
		diff(t, must[db.PushKeys](t)(d.PushKeys(ctx)), first)
	})
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Member("ana@x", "Ana", db.Agent), s.Member("bia@x", "Bia", db.Agent)
		session := func(hash string, expires time.Time) {
			write(t, d, func(tx *db.Tx) error {
				return tx.SaveSession(ctx, db.Session{IDHash: hash, Store: s.ID, User: ana.User, CreatedAt: dbtest.Start,
					LastUsedAt: dbtest.Start, ExpiresAt: expires, Data: "{}"})
			})
		}
		for _, hash := range []string{"one", "two", "three"} {
			session(hash, dbtest.Start.Add(time.Hour))
		}
		save := func(m db.Member, endpoint, session string) db.Subscription {
			b := db.Subscription{Store: s.ID, ID: db.NewID(), User: m.User, Endpoint: endpoint, P256dh: "k", Auth: "a", Session: session,
				UserAgent: "Firefox", CreatedAt: dbtest.Start}
			write(t, d, func(tx *db.Tx) error { return tx.SaveSubscription(ctx, b) })
			return b
		}
		of := func(m db.Member) []db.Subscription {
			return must[[]db.Subscription](t)(d.Subscriptions(ctx, s.ID, m.User))
		}
		first, second := save(ana, "https://push/1", "one"), save(ana, "https://push/2", "two")
		diff(t, of(ana), []db.Subscription{first, second})
		diff(t, must[db.Subscription](t)(d.Subscription(ctx, s.ID, first.ID)), first)
		diff(t, must[db.Subscription](t)(d.SubscriptionAt(ctx, ana.User, "https://push/2")), second)
		_, err := d.SubscriptionAt(ctx, bia.User, "https://push/2")
		wantError(t, err, db.ErrNotFound)
		diff(t, must[db.Reach](t)(d.Reach(ctx, s.ID)), db.Reach{Push: true})

		// What its push service says of it, and the session it goes with from now on.
		write(t, d, func(tx *db.Tx) error {
			if err := tx.SubscriptionUsed(ctx, s.ID, first.ID, true, dbtest.Start); err != nil {
				return err
			}
			if err := tx.SubscriptionUsed(ctx, s.ID, first.ID, false, dbtest.Start.Add(time.Minute)); err != nil {
				return err
			}
			return tx.TouchSubscription(ctx, s.ID, first.ID, "three")
		})
		first.Session, first.SentAt, first.FailedAt = "three", dbtest.Start, dbtest.Start.Add(time.Minute)
		diff(t, of(ana)[0], first)

		// Signing out ends it; a session that runs out does not, nor does a new id.
		write(t, d, func(tx *db.Tx) error { return tx.DeleteSession(ctx, "two") })
		diff(t, of(ana), []db.Subscription{first})
		write(t, d, func(tx *db.Tx) error { return tx.MoveSubscriptions(ctx, "three", "one") })
		write(t, d, func(tx *db.Tx) error { return tx.DeleteSession(ctx, "three") })
		write(t, d, func(tx *db.Tx) error { return tx.DeleteExpiredSessions(ctx, dbtest.Start.Add(2*time.Hour)) })
		first.Session = ""
		diff(t, of(ana), []db.Subscription{first})

		// A browser tells one person: whoever came last.
		hers := save(bia, "https://push/1", "")
		diff(t, of(ana), []db.Subscription(nil))
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteSubscription(ctx, s.ID, ana.User, hers.ID) }), db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteSubscription(ctx, s.ID, bia.User, hers.ID) })
		diff(t, of(bia), []db.Subscription(nil))

		// Who ends all their sessions, or all others, means those that ran out too.
		session("four", dbtest.Start.Add(time.Hour))
		kept := save(ana, "https://push/4", "four")
		save(ana, "https://push/5", "")
		hers = save(bia, "https://push/6", "")
		write(t, d, func(tx *db.Tx) error { return tx.DeleteUserSessions(ctx, ana.User, "four") })
		diff(t, of(ana), []db.Subscription{kept})

		// Who may not sign in to a store any more is told nothing of it, also in a browser that is signed in elsewhere.
		other := dbtest.Store(t, d, "b")
		other.Join(ana, "Ana", db.Agent)
		write(t, d, func(tx *db.Tx) error {
			return tx.SaveSession(ctx, db.Session{IDHash: "there", Store: other.ID, User: ana.User, CreatedAt: dbtest.Start,
				LastUsedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour), Data: "{}"})
		})
		save(ana, "https://push/7", "there")
		write(t, d, func(tx *db.Tx) error { return tx.DeleteMemberSessions(ctx, s.ID, ana.User) })
		diff(t, of(ana), []db.Subscription(nil))
		diff(t, of(bia), []db.Subscription{hers})
		if _, err := d.Session(ctx, "there", dbtest.Start); err != nil {
			t.Errorf("the session in the other store: %v", err)
		}
	})
}

// What goes to one lane is not behind what goes to another; the lane that has waited
// longest comes first.
func TestOutboxLanes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, now := dbtest.Store(t, d, "a"), dbtest.Start
		put := func(kind, lane, key string, ago time.Duration) {
			write(t, d, func(tx *db.Tx) error {
				return tx.PutOutbox(ctx, db.Outgoing{Store: s.ID, Kind: kind, Lane: lane, Key: key, Payload: `{"link":"once"}`, CreatedAt: now, NextAt: now.Add(-ago)})
			})
		}
		lanes := func(at time.Time, limit int) []string { return must[[]string](t)(d.DueLanes(ctx, at, limit)) }
		diff(t, lanes(now, 9), []string(nil))
		put("webhook", "a", "1", time.Second)
		put("webhook", "a", "2", time.Minute)
		put("mail", "mail", "3", time.Hour)
		put("notice", "notice", "4", 0)
		put("push", "push:x", "5", -time.Second) // later
		diff(t, lanes(now, 9), []string{"mail", "a", "notice"})
		diff(t, lanes(now, 2), []string{"mail", "a"})
		diff(t, lanes(now.Add(time.Second), 9), []string{"mail", "a", "notice", "push:x"})
		var due, claimed []db.Outgoing
		write(t, d, func(tx *db.Tx) (err error) {
			if due, err = tx.DueOutbox(ctx, "notice", now, 10); err != nil || len(due) != 1 {
				t.Errorf("due %+v", due)
				return err
			}
			return tx.OutboxDone(ctx, due[0], "ninguém espera", now)
		})
		write(t, d, func(tx *db.Tx) (err error) {
			claimed, err = tx.ClaimOutbox(ctx, "mail", now, now.Add(time.Minute), 10)
			return err
		})
		if len(claimed) != 1 || claimed[0].Key != "3" || claimed[0].Lane != "mail" {
			t.Fatalf("claimed %+v", claimed)
		}
		// An e-mail's text may hold a one-time link: it is not kept.
		write(t, d, func(tx *db.Tx) error { return tx.OutboxGiveUp(ctx, claimed[0], "550", now) })
		if given := must[[]db.Outgoing](t)(d.GivenUp(ctx, s.ID, 10)); len(given) != 1 || given[0].Payload != "{}" {
			t.Errorf("given up %+v", given)
		}
		diff(t, lanes(now, 9), []string{"a"})
	})
}
