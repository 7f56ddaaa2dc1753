package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// beat is a heartbeat on an ordinary clock.
func beat(at time.Time) db.Heartbeat {
	return db.Heartbeat{At: at, Since: at.Add(-2 * time.Minute), After: at.Add(-time.Minute)}
}

func TestPresence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		external, seen, away, never := s.Seller("Externo"), s.Member("a@x", "A", db.Agent), s.Member("b@x", "B", db.Agent), s.Member("c@x", "C", db.Agent)
		touch := func(m db.Member, at time.Time) (noted bool) {
			write(t, d, func(tx *db.Tx) (err error) {
				noted, err = tx.TouchSeller(ctx, s.ID, m.Seller, beat(at))
				return err
			})
			return noted
		}
		say := func(m db.Member, away bool, at time.Time) {
			write(t, d, func(tx *db.Tx) error { return tx.SetAway(ctx, s.ID, m.Seller, away, at) })
		}
		at, since := dbtest.Start, dbtest.Start
		if !touch(seen, at) || !touch(away, at) {
			t.Error("a first heartbeat was not noted")
		}
		say(away, true, at.Add(time.Second))
		diff(t, must[[]string](t)(d.Available(ctx, s.ID, since)), []string{external.ID, seen.Seller})
		diff(t, must[[]string](t)(d.Available(ctx, s.ID, since.Add(time.Second))), []string{external.ID})
		diff(t, must[[]string](t)(d.Available(ctx, other.ID, since)), []string(nil))
		wantPresence := func(name, seller string, since time.Time, want db.Presence, from time.Time) {
			t.Helper()
			got := must[db.Seller](t)(d.Seller(ctx, s.ID, seller))
			if got.Presence(since) != want || !got.PresentAt(since).Equal(from) {
				t.Errorf("%s is %s since %v, want %s since %v", name, got.Presence(since), got.PresentAt(since), want, from)
			}
		}
		wantPresence("who signs in nowhere", external.ID, since.Add(time.Hour), db.PresenceAvailable, time.Time{})
		wantPresence("who is there", seen.Seller, since, db.PresenceAvailable, at)
		wantPresence("who is away", away.Seller, since, db.PresenceAway, at.Add(time.Second))
		wantPresence("who has never come", never.Seller, since, db.PresenceOffline, time.Time{})
		wantPresence("whose pages are closed", seen.Seller, since.Add(time.Second), db.PresenceOffline, at)

		if touch(seen, at.Add(59*time.Second)) {
			t.Error("a heartbeat a moment later was written again")
		}
		touch(seen, at.Add(time.Minute))
		wantPresence("who stayed", seen.Seller, at, db.PresenceAvailable, at)
		back := at.Add(time.Hour)
		touch(seen, back)
		wantPresence("who came back", seen.Seller, back, db.PresenceAvailable, back)
		touch(away, back)
		say(away, true, back)
		wantPresence("who is still away", away.Seller, back, db.PresenceAway, at.Add(time.Second))
		say(away, false, back.Add(time.Second))
		wantPresence("who says to be back", away.Seller, back, db.PresenceAvailable, back.Add(time.Second))
		if last := must[time.Time](t)(d.LastSeen(ctx, s.ID, back.Add(time.Second))); !last.Equal(back) {
			t.Errorf("last seen %v", last)
		}
		if last := must[time.Time](t)(d.LastSeen(ctx, s.ID, at)); !last.IsZero() {
			t.Errorf("seen %v before anybody came", last)
		}
		write(t, d, func(tx *db.Tx) error { return tx.SellerGone(ctx, s.ID, seen.Seller, back.Add(2*time.Second)) })
		wantPresence("who has signed out", seen.Seller, back, db.PresenceOffline, back.Add(2*time.Second))
	})
}

// Whose heartbeat ran out between two looks is said once.
func TestAgendaTellsWhoLeft(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		m := s.Member("a@x", "A", db.Agent)
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.TouchSeller(ctx, s.ID, m.Seller, beat(dbtest.Start))
			return err
		})
		for _, test := range []struct {
			from, to time.Duration
			left     bool
		}{{-time.Minute, 0, false}, {-time.Minute, time.Microsecond, true}, {0, time.Minute, true}, {time.Microsecond, time.Minute, false}} {
			if got := must[db.Agenda](t)(d.Agenda(ctx, dbtest.Start.Add(test.from), dbtest.Start.Add(test.to))); got.Left != test.left {
				t.Errorf("from %s to %s: left %v", test.from, test.to, got.Left)
			}
		}
	})
}

func TestRanksBySeller(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Seller("Ana"), s.Seller("Bia")
		channel := s.Channel("api", db.ChannelAPI)
		for i, seller := range []string{ana.ID, ana.ID, bia.ID, ""} {
			s.Conversation(s.Contact(channel.ID, string(rune('a'+i)), ""), func(c *db.Conversation) { c.Seller = seller })
		}
		var two, one db.Ranks
		two[db.RankGreen], one[db.RankGreen] = 2, 1
		diff(t, must[map[string]db.Ranks](t)(d.RanksBySeller(ctx, s.ID)), map[string]db.Ranks{ana.ID: two, bia.ID: one})
	})
}
