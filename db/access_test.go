package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store := dbtest.Store(t, d, "a")
		m := store.Member("ana@x.br", "Ana", db.Agent)
		now := dbtest.Start
		s := db.Session{IDHash: "h1", CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour), UserAgent: "x", Data: "{}",
			ID: "s1", Address: "10.0.0.1"}
		save := func(s db.Session) { write(t, d, func(tx *db.Tx) error { return tx.SaveSession(ctx, s) }) }
		save(s)
		diff(t, must[db.Session](t)(d.Session(ctx, "h1", now)), s)
		_, err := d.SignedIn(ctx, "h1", now)
		wantError(t, err, db.ErrNotFound)
		s.Store, s.User, s.Data = store.ID, m.User, `{"a":1}`
		save(s)
		diff(t, must[db.SignedIn](t)(d.SignedIn(ctx, "h1", now)), db.SignedIn{Session: s, User: m.Person, Member: m.Membership, Stores: 1})
		s.LastUsedAt, s.ExpiresAt, s.Address = now.Add(time.Minute), now.Add(2*time.Hour), "10.0.0.2"
		write(t, d, func(tx *db.Tx) error { return tx.TouchSession(ctx, s) })
		diff(t, must[[]db.UserSession](t)(d.UserSessions(ctx, m.User, now)), []db.UserSession{{Session: s, StoreName: store.Name}})
		_, err = d.Session(ctx, "h1", s.ExpiresAt)
		wantError(t, err, db.ErrNotFound)
		s.Data = `{"a":2}`
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSession(ctx, s) })
		diff(t, must[db.Session](t)(d.Session(ctx, "h1", now)), s)
		gone := s
		gone.IDHash = "gone"
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateSession(ctx, gone) }), db.ErrNotFound)

		used := now.Add(time.Minute)
		diff(t, must[[]string](t)(d.SellersSignedIn(ctx, store.ID, used, used)), []string{m.Seller})
		if late := must[[]string](t)(d.SellersSignedIn(ctx, store.ID, used.Add(time.Second), used)); len(late) != 0 {
			t.Errorf("signed in since: %v", late)
		}

		for _, h := range []string{"h2", "h3", "h4"} {
			o := s
			o.IDHash, o.ID = h, "of "+h
			save(o)
		}
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteUserSession(ctx, "another's", "of h3") }), db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteUserSession(ctx, m.User, "of h3") })
		_, err = d.Session(ctx, "h3", now)
		wantError(t, err, db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteSession(ctx, "h4") })
		write(t, d, func(tx *db.Tx) error { return tx.DeleteUserSessions(ctx, m.User, "h2") })
		if left := must[[]db.UserSession](t)(d.UserSessions(ctx, m.User, now)); len(left) != 1 || left[0].IDHash != "h2" {
			t.Errorf("left: %v", left)
		}
		m.Person.Disabled = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateUser(ctx, m.Person) })
		_, err = d.SignedIn(ctx, "h2", now)
		wantError(t, err, db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteExpiredSessions(ctx, s.ExpiresAt) })
		_, err = d.Session(ctx, "h2", now)
		wantError(t, err, db.ErrNotFound)
	})
}

func TestLoginFailures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fail := func(at time.Time) (n int) {
			write(t, d, func(tx *db.Tx) (err error) {
				n, err = tx.AddLoginFailure(ctx, "k", at, at.Add(-time.Hour))
				return err
			})
			return n
		}
		diff(t, must[db.LoginFailures](t)(d.LoginFailures(ctx, "k")), db.LoginFailures{})
		now := dbtest.Start
		if a, b, c := fail(now), fail(now.Add(time.Minute)), fail(now.Add(2*time.Hour)); a != 1 || b != 2 || c != 1 {
			t.Errorf("counted %d %d %d", a, b, c)
		}
		write(t, d, func(tx *db.Tx) error { return tx.BlockLogin(ctx, "k", now.Add(3*time.Hour)) })
		want := db.LoginFailures{Failures: 1, LastAt: now.Add(2 * time.Hour), BlockedUntil: now.Add(3 * time.Hour)}
		write(t, d, func(tx *db.Tx) error { return tx.DeleteLoginFailures(ctx, now.Add(3*time.Hour)) })
		diff(t, must[db.LoginFailures](t)(d.LoginFailures(ctx, "k")), want)
		write(t, d, func(tx *db.Tx) error { return tx.ClearLoginFailures(ctx, "k") })
		diff(t, must[db.LoginFailures](t)(d.LoginFailures(ctx, "k")), db.LoginFailures{})
		fail(now)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteLoginFailures(ctx, now.Add(time.Second)) })
		diff(t, must[db.LoginFailures](t)(d.LoginFailures(ctx, "k")), db.LoginFailures{})
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		k := db.Token{Store: s.ID, ID: db.NewID(), Name: "n8n", Scope: db.ScopeRead, Hash: "hash", CreatedAt: dbtest.Start, CreatedBy: "Ana"}
		write(t, d, func(tx *db.Tx) error { return tx.InsertToken(ctx, k) })
		diff(t, must[db.Token](t)(d.TokenByHash(ctx, "hash")), k)
		diff(t, must[[]db.Token](t)(d.TokensInUse(ctx, s.ID, 10)), []db.Token{k})
		k.LastUsedAt, k.RevokedAt = dbtest.Start.Add(time.Minute), dbtest.Start.Add(time.Hour)
		write(t, d, func(tx *db.Tx) error { return tx.TouchToken(ctx, s.ID, k.ID, k.LastUsedAt) })
		write(t, d, func(tx *db.Tx) error { return tx.RevokeToken(ctx, s.ID, k.ID, k.RevokedAt) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.RevokeToken(ctx, s.ID, k.ID, k.RevokedAt) }), db.ErrNotFound)
		_, err := d.TokenByHash(ctx, "hash")
		wantError(t, err, db.ErrNotFound)
		diff(t, must[db.Token](t)(d.Token(ctx, s.ID, k.ID)), k)
		diff(t, must[[]db.Token](t)(d.TokensInUse(ctx, s.ID, 10)), []db.Token(nil))
		diff(t, must[[]db.Token](t)(d.Tokens(ctx, s.ID, "", 10)), []db.Token{k})
		diff(t, must[[]db.Token](t)(d.Tokens(ctx, s.ID, k.ID, 10)), []db.Token(nil))
	})
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		w := db.Webhook{Store: s.ID, ID: db.NewID(), URL: "https://x.br/h", Secret: "s", Active: true, CreatedAt: dbtest.Start}
		write(t, d, func(tx *db.Tx) error { return tx.InsertWebhook(ctx, w) })
		write(t, d, func(tx *db.Tx) error { return tx.SetWebhookActive(ctx, s.ID, w.ID, false) })
		w.Active = false
		diff(t, must[db.Webhook](t)(d.Webhook(ctx, s.ID, w.ID)), w)
		diff(t, must[[]db.Webhook](t)(d.Webhooks(ctx, s.ID, "", 10)), []db.Webhook{w})
		write(t, d, func(tx *db.Tx) error { return tx.DeleteWebhook(ctx, s.ID, w.ID) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteWebhook(ctx, s.ID, w.ID) }), db.ErrNotFound)
	})
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		now := dbtest.Start
		put := func(key string, at time.Time) {
			write(t, d, func(tx *db.Tx) error {
				return tx.PutOutbox(ctx, db.Outgoing{Store: s.ID, Kind: "webhook", Key: key, Payload: "{}", CreatedAt: now, NextAt: at})
			})
		}
		claim := func(at time.Time, limit int) (got []db.Outgoing) {
			write(t, d, func(tx *db.Tx) (err error) {
				got, err = tx.ClaimOutbox(ctx, "", at, at.Add(time.Minute), limit)
				return err
			})
			return got
		}
		if at := must[time.Time](t)(d.EarliestOutbox(ctx)); !at.IsZero() {
			t.Errorf("earliest %v", at)
		}
		put("a", now)
		put("a", now.Add(-time.Hour)) // the same key again: nothing
		put("b", now.Add(time.Second))
		if at := must[time.Time](t)(d.EarliestOutbox(ctx)); !at.Equal(now) {
			t.Errorf("earliest %v", at)
		}
		got := claim(now.Add(time.Second), 10)
		if len(got) != 2 || got[0].Key != "a" || got[0].Attempts != 1 || got[1].Key != "b" {
			t.Fatalf("claimed %+v", got)
		}
		if again := claim(now.Add(2*time.Second), 10); len(again) != 0 {
			t.Errorf("claimed what is leased: %+v", again)
		}
		write(t, d, func(tx *db.Tx) error { return tx.OutboxDone(ctx, got[0], "", now) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.OutboxDone(ctx, got[0], "", now) }), db.ErrChanged)
		write(t, d, func(tx *db.Tx) error { return tx.OutboxRetry(ctx, got[1], "503", now.Add(time.Hour)) })
		late := claim(now.Add(time.Hour), 10)
		if len(late) != 1 || late[0].Attempts != 2 || late[0].LastError != "503" {
			t.Fatalf("retried %+v", late)
		}
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.OutboxRetry(ctx, got[1], "", now) }), db.ErrChanged)
		write(t, d, func(tx *db.Tx) error { return tx.OutboxGiveUp(ctx, late[0], "410", now.Add(2*time.Hour)) })
		if given := must[[]db.Outgoing](t)(d.GivenUp(ctx, s.ID, 10)); len(given) != 1 || given[0].LastError != "410" || !given[0].NextAt.IsZero() {
			t.Errorf("given up %+v", given)
		}
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.DeleteSent(ctx, now.Add(time.Second), 10)
			if n != 1 {
				t.Errorf("deleted %d", n)
			}
			return err
		})
	})
}
