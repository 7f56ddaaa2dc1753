package db_test

import (
	"fmt"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		vendas, plantao := s.Team("Vendas"), s.Team("Plantão")
		zeca := s.Member("zeca@x.br", "Zeca", db.Agent, vendas.ID)
		ana := s.Member("chefe@x.br", "Ána", db.Admin)
		bia := s.Member("bia@x.br", "Bia", db.Agent, vendas.ID, plantao.ID)
		gone := s.Member("caio@x.br", "Caio", db.Supervisor)
		s.Seller("sem login")
		now := dbtest.Start
		write(t, d, func(tx *db.Tx) error {
			for _, m := range []db.Member{zeca, bia, gone} {
				if _, err := tx.TouchSeller(ctx, s.ID, m.Seller, beat(now)); err != nil {
					return err
				}
			}
			for _, err := range []error{tx.SetMemberDisabled(ctx, s.ID, gone.User, true), tx.SetAway(ctx, s.ID, bia.Seller, true, now),
				tx.InsertInvite(ctx, inviteOf(s, "novo@x.br", "Novo"))} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		since := now.Add(-time.Minute)
		key := func(m db.Member) db.NameKey { return db.Seller{ID: m.Seller, Name: m.Person.Name}.Key() }
		for name, test := range map[string]struct {
			query db.PeopleQuery
			limit int
			want  []db.Member
		}{
			"all":              {db.PeopleQuery{}, 9, []db.Member{ana, bia, zeca}},
			"disabled":         {db.PeopleQuery{Disabled: true}, 9, []db.Member{gone}},
			"a page":           {db.PeopleQuery{}, 2, []db.Member{ana, bia}},
			"the next":         {db.PeopleQuery{After: key(bia)}, 2, []db.Member{zeca}},
			"the one before":   {db.PeopleQuery{Before: key(zeca)}, 1, []db.Member{bia}},
			"by name":          {db.PeopleQuery{Search: "ÁN"}, 9, []db.Member{ana}},
			"by login":         {db.PeopleQuery{Search: "Chefe@"}, 9, []db.Member{ana}},
			"no wildcard":      {db.PeopleQuery{Search: "%"}, 9, nil},
			"by team":          {db.PeopleQuery{Team: plantao.ID}, 9, []db.Member{bia}},
			"by role":          {db.PeopleQuery{Role: db.Admin}, 9, []db.Member{ana}},
			"available":        {db.PeopleQuery{Presence: db.PresenceAvailable, Since: since}, 9, []db.Member{zeca}},
			"away":             {db.PeopleQuery{Presence: db.PresenceAway, Since: since}, 9, []db.Member{bia}},
			"offline":          {db.PeopleQuery{Presence: db.PresenceOffline, Since: since}, 9, []db.Member{ana}},
			"seen too long":    {db.PeopleQuery{Presence: db.PresenceAvailable, Since: now.Add(time.Second)}, 9, nil},
			"team and name":    {db.PeopleQuery{Team: vendas.ID, Search: "zeca"}, 9, []db.Member{zeca}},
			"of another store": {db.PeopleQuery{Team: "no such team"}, 9, nil},
		} {
			var got, want []string
			for _, c := range must[[]db.Colleague](t)(d.People(ctx, s.ID, test.query, test.limit)) {
				got = append(got, c.As.Name)
			}
			for _, m := range test.want {
				want = append(want, m.Person.Name)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		one := must[db.Colleague](t)(d.Colleague(ctx, s.ID, bia.User))
		diff(t, one.Member, bia)
		diff(t, one.As, must[db.Seller](t)(d.Seller(ctx, s.ID, bia.Seller)))
		if p := one.As.Presence(since); p != db.PresenceAway {
			t.Errorf("Bia is %s", p)
		}
		diff(t, must[db.PeopleCounts](t)(d.CountPeople(ctx, s.ID, since)), db.PeopleCounts{Active: 3, Disabled: 1, Invited: 1, Available: 1, Away: 1})
	})
}

func TestOtherAdminsAndElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana, bia, caio := s.Member("ana@x.br", "Ana", db.Admin), s.Member("bia@x.br", "Bia", db.Admin), s.Member("caio@x.br", "Caio", db.Admin)
		other.Member("dora@x.br", "Dora", db.Admin)
		diff(t, must[int](t)(d.OtherAdmins(ctx, s.ID, ana.User)), 2)
		caio.Person.Disabled = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateUser(ctx, caio.Person) })
		diff(t, must[int](t)(d.OtherAdmins(ctx, s.ID, ana.User)), 1)
		write(t, d, func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, s.ID, bia.User, true) })
		diff(t, must[int](t)(d.OtherAdmins(ctx, s.ID, ana.User)), 0)

		diff(t, must[int](t)(d.Elsewhere(ctx, s.ID, ana.User)), 0)
		seller := other.Seller("Ana de lá")
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertMembership(ctx, db.Membership{Store: other.ID, User: ana.User, Role: db.Agent, Seller: seller.ID, CreatedAt: dbtest.Start, Disabled: true})
		})
		diff(t, must[int](t)(d.Elsewhere(ctx, s.ID, ana.User)), 1)
	})
}

func TestPortfolioPasses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana, bia := s.Seller("Ana"), s.Seller("Bia")
		channel := s.Channel("api", db.ChannelAPI)
		for _, name := range []string{"Maria", "José"} {
			s.Customer(name, "", ana.ID)
		}
		s.Contact(channel.ID, "Livre", "")
		diff(t, must[int](t)(d.CountPortfolio(ctx, s.ID, ana.ID)), 2)
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.MovePortfolio(ctx, other.ID, ana.ID, bia.ID)
			diff(t, n, 0)
			if err == nil {
				n, err = tx.MovePortfolio(ctx, s.ID, ana.ID, bia.ID)
			}
			diff(t, n, 2)
			return err
		})
		diff(t, must[int](t)(d.CountPortfolio(ctx, s.ID, bia.ID)), 2)
		diff(t, must[int](t)(d.CountPortfolio(ctx, s.ID, ana.ID)), 0)
	})
}

func TestMemberSessionsEndInOneStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana, bia := s.Member("ana@x.br", "Ana", db.Admin), s.Member("bia@x.br", "Bia", db.Agent)
		seller := other.Seller("Ana")
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertMembership(ctx, db.Membership{Store: other.ID, User: ana.User, Role: db.Agent, Seller: seller.ID, CreatedAt: dbtest.Start})
		})
		for id, where := range map[string][2]string{"here": {s.ID, ana.User}, "there": {other.ID, ana.User}, "hers": {s.ID, bia.User}} {
			write(t, d, func(tx *db.Tx) error {
				return tx.SaveSession(ctx, db.Session{IDHash: id, Store: where[0], User: where[1], CreatedAt: dbtest.Start, LastUsedAt: dbtest.Start,
					ExpiresAt: dbtest.Start.Add(time.Hour), Data: "{}"})
			})
		}
		signed := func(where *dbtest.Shop) []string {
			return must[[]string](t)(d.SellersSignedIn(ctx, where.ID, dbtest.Start, dbtest.Start))
		}
		write(t, d, func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, s.ID, bia.User, true) })
		diff(t, signed(s), []string{ana.Seller}) // a member who is disabled is not signed in, whatever sessions there are
		write(t, d, func(tx *db.Tx) error { return tx.DeleteMemberSessions(ctx, s.ID, ana.User) })
		if left := signed(s); len(left) != 0 {
			t.Errorf("still signed in: %v", left)
		}
		diff(t, signed(other), []string{seller.ID})
	})
}

func TestPasswordsAndNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana := s.Member("ana@x.br", "Ana", db.Agent)
		write(t, d, func(tx *db.Tx) error { return tx.RequirePassword(ctx, s.ID, ana.User, true) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.RequirePassword(ctx, other.ID, ana.User, false) }), db.ErrNotFound)
		if u := must[db.User](t)(d.User(ctx, ana.User)); !u.MustChangePassword {
			t.Error("no other password is required")
		}
		write(t, d, func(tx *db.Tx) error { return tx.SetPassword(ctx, ana.User, "hash", false) })
		write(t, d, func(tx *db.Tx) error { return tx.RenameUser(ctx, ana.User, ana.Person.Name, "Ana Clara") })
		want := ana.Person
		want.PasswordHash, want.Name = "hash", "Ana Clara"
		diff(t, must[db.User](t)(d.User(ctx, ana.User)), want)
	})
}

func TestRanksOfSellers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Seller("Ana"), s.Seller("Bia")
		channel := s.Channel("api", db.ChannelAPI)
		for _, seller := range []string{ana.ID, ana.ID, bia.ID} {
			s.Conversation(s.Contact(channel.ID, "Maria", ""), func(c *db.Conversation) { c.Seller = seller })
		}
		var want db.Ranks
		want[db.RankGreen] = 2
		diff(t, must[map[string]db.Ranks](t)(d.RanksOf(ctx, s.ID, ana.ID, "nobody")), map[string]db.Ranks{ana.ID: want})
		for name, none := range map[string]func() (map[string]db.Ranks, error){
			"nobody asked for": func() (map[string]db.Ranks, error) { return d.RanksOf(ctx, s.ID) },
			"another store":    func() (map[string]db.Ranks, error) { return d.RanksOf(ctx, dbtest.Store(t, d, "b").ID, ana.ID) },
		} {
			if got := must[map[string]db.Ranks](t)(none()); len(got) != 0 {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}
