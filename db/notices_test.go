package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestQuietHours(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
	} // the 23rd is a Monday
	night := db.Quiet{On: true, From: 22 * 60, Until: 7 * 60, Days: []time.Weekday{time.Monday, time.Saturday}}
	lunch := db.Quiet{On: true, From: 12 * 60, Until: 13*60 + 30, Days: []time.Weekday{time.Monday}}
	whole := db.Quiet{On: true, From: 0, Until: 0, Days: []time.Weekday{time.Sunday}}
	off := night
	off.On = false
	for _, test := range []struct {
		name  string
		quiet db.Quiet
		at    time.Time
		want  bool
	}{
		{"before the night", night, at(23, 21, 59), false}, {"its first minute", night, at(23, 22, 0), true},
		{"after midnight", night, at(24, 3, 0), true}, {"its last minute", night, at(24, 6, 59), true}, {"its end", night, at(24, 7, 0), false},
		{"a night that is not chosen", night, at(24, 23, 0), false}, {"nor its morning", night, at(25, 3, 0), false},
		{"Saturday's goes into Sunday", night, at(29, 1, 0), true}, {"Monday's own morning belongs to Sunday", night, at(23, 1, 0), false},
		{"lunch", lunch, at(23, 12, 30), true}, {"lunch is over", lunch, at(23, 13, 30), false}, {"Tuesday's lunch", lunch, at(24, 12, 30), false},
		{"a whole day", whole, at(22, 15, 0), true}, {"not the next", whole, at(23, 0, 0), false}, {"switched off", off, at(23, 23, 0), false},
	} {
		if got := test.quiet.Holds(test.at); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func TestNoticePreferences(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		m := s.Member("ana@x.br", "Ana", db.Agent)
		read := func() db.NoticePreferences {
			return must[db.NoticePreferences](t)(d.NoticePreferences(ctx, s.ID, m.User))
		}
		p := read()
		diff(t, p, db.DefaultNotices(s.ID, m.User))
		p.Sound1, p.Volume2, p.Push1, p.PushManagers, p.Mail2, p.ShowName, p.UpdatedAt = false, 100, false, false, true, true, dbtest.Start
		p.Quiet = db.Quiet{On: true, From: 1, Until: 1439, Days: []time.Weekday{time.Sunday}}
		write(t, d, func(tx *db.Tx) error { return tx.SaveNoticePreferences(ctx, p) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.SaveNoticePreferences(ctx, p) }), db.ErrChanged)
		p.Version = 1
		diff(t, read(), p)
		diff(t, must[db.Reach](t)(d.Reach(ctx, s.ID)), db.Reach{Mail: true})
		p.Mail2, p.Quiet.Days = false, []time.Weekday{}
		write(t, d, func(tx *db.Tx) error { return tx.SaveNoticePreferences(ctx, p) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.SaveNoticePreferences(ctx, p) }), db.ErrChanged)
		p.Version = 2
		diff(t, read(), p)
		diff(t, must[db.Reach](t)(d.Reach(ctx, s.ID)), db.Reach{})
	})
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		team, another := s.Team("Vendas"), s.Team("Plantão")
		ana, bia := s.Member("ana@x", "Ana", db.Agent, team.ID), s.Member("bia@x", "Bia", db.Agent, team.ID)
		away, gone := s.Member("caio@x", "Caio", db.Agent, team.ID), s.Member("davi@x", "Davi", db.Agent, team.ID)
		elsewhere, boss := s.Member("eva@x", "Eva", db.Agent, another.ID), s.Member("chefe@x", "Chefe", db.Supervisor)
		admin, inactive := s.Member("dona@x", "Dona", db.Admin), s.Member("ivo@x", "Ivo", db.Supervisor, team.ID)
		s.Seller("Externo", team.ID)
		other.Member("outro@x", "Outro", db.Admin)
		write(t, d, func(tx *db.Tx) error {
			for _, m := range []db.Member{ana, away, gone, elsewhere, boss, admin, inactive} {
				if _, err := tx.TouchSeller(ctx, s.ID, m.Seller, beat(dbtest.Start)); err != nil {
					return err
				}
			}
			if err := tx.SetAway(ctx, s.ID, away.Seller, true, dbtest.Start); err != nil {
				return err
			}
			if err := tx.SetMemberDisabled(ctx, s.ID, gone.User, true); err != nil {
				return err
			}
			p := db.DefaultNotices(s.ID, ana.User)
			p.Mail2, p.UpdatedAt = true, dbtest.Start
			if err := tx.SaveNoticePreferences(ctx, p); err != nil {
				return err
			}
			seller := must[db.Seller](t)(tx.Seller(ctx, s.ID, inactive.Seller))
			seller.Active = false
			return tx.UpdateSeller(ctx, seller)
		})
		to := func(store, holder, user string, seen time.Time) []string {
			var logins []string
			for _, r := range must[[]db.Recipient](t)(d.Recipients(ctx, store, holder, seen, user)) {
				logins = append(logins, r.Login)
				if r.Preferences.Mail2 != (r.User == ana.User) || r.Preferences.User != r.User {
					t.Errorf("preferences of %s: %+v", r.Login, r.Preferences)
				}
			}
			return logins
		}
		for _, test := range []struct {
			name, holder, user string
			want               []string
		}{
			{"a seller's", "seller:" + bia.Seller, "", []string{"bia@x"}},
			{"a team's", "team:" + team.ID, "", []string{"ana@x"}},
			{"Aguardando", "waiting", "", []string{"ana@x", "bia@x", "caio@x", "eva@x", "chefe@x", "dona@x"}},
			{"managers", db.Managers, "", []string{"chefe@x", "dona@x", "ivo@x"}},
			{"one of a team", "team:" + team.ID, ana.User, []string{"ana@x"}},
			{"not of the team", "team:" + team.ID, boss.User, nil},
			{"a seller who is gone", "seller:" + gone.Seller, "", nil},
			{"nobody knows", "nobody", "", nil},
		} {
			diff(t, to(s.ID, test.holder, test.user, dbtest.Start), test.want)
		}
		diff(t, to(s.ID, "team:"+team.ID, "", dbtest.Start.Add(time.Second)), []string(nil))
		diff(t, to(other.ID, "team:"+team.ID, "", dbtest.Start), []string(nil))
		diff(t, to(other.ID, db.Managers, boss.User, dbtest.Start), []string(nil))
	})
}
