package db_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

var week = &flow.Week{time.Monday: {{Open: 540, Close: 720}, {Open: 780, Close: 1080}}, time.Saturday: {{Open: 0, Close: 1440}}}

var holidays = []flow.Date{{Year: 2026, Month: time.December, Day: 25}}

func TestStores(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if empty := must[bool](t)(d.Empty(ctx)); !empty {
			t.Error("a new database is not empty")
		}
		s := dbtest.Store(t, d, "a")
		if empty := must[bool](t)(d.Empty(ctx)); empty {
			t.Error("a database with a store is empty")
		}
		diff(t, must[db.Store](t)(d.Store(ctx, s.ID)), s.Store)
		s.Store.Name, s.Timezone, s.Hours, s.Holidays = "Outra", "America/Manaus", week, holidays
		s.TwoStepRequired, s.OpenPortfolio = true, true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateStore(ctx, s.Store) })
		diff(t, must[db.Store](t)(d.StoreBySlug(ctx, "a")), s.Store)
		diff(t, must[[]db.Store](t)(d.Stores(ctx)), []db.Store{s.Store})
		err := d.Tx(ctx, func(tx *db.Tx) error {
			return tx.InsertStore(ctx, db.Store{ID: "x", Slug: "a", CreatedAt: dbtest.Start})
		})
		wantError(t, err, db.ErrDuplicate)
		write(t, d, func(tx *db.Tx) error { return tx.HideSteps(ctx, s.ID) })
		s.StepsHidden = true
		diff(t, must[db.Store](t)(d.Store(ctx, s.ID)), s.Store)
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.HideSteps(ctx, "none") }), db.ErrNotFound)
	})
}

// A person of several stores: those that can be entered by name, and the one
// entered last first.
func TestStoresOfAUser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, b, c := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b"), dbtest.Store(t, d, "c")
		a.Name, b.Name, c.Name = "Ótica", "Padaria", "Livraria"
		for _, s := range []*dbtest.Shop{a, b, c} {
			write(t, d, func(tx *db.Tx) error { return tx.UpdateStore(ctx, s.Store) })
		}
		ana := a.Member("ana@x.br", "Ana", db.Admin)
		join := func(s *dbtest.Shop, at time.Time, disabled bool) {
			seller := s.Seller("Ana")
			write(t, d, func(tx *db.Tx) error {
				return tx.InsertMembership(ctx, db.Membership{Store: s.ID, User: ana.User, Role: db.Agent, Seller: seller.ID, CreatedAt: at, Disabled: disabled})
			})
		}
		join(b, dbtest.Start.Add(time.Hour), false)
		join(c, dbtest.Start.Add(2*time.Hour), true)
		diff(t, must[[]db.Store](t)(d.StoresOf(ctx, ana.User)), []db.Store{a.Store, b.Store})
		order := func() (slugs []string) {
			for _, m := range must[[]db.Membership](t)(d.MembershipsOf(ctx, ana.User)) {
				slugs = append(slugs, must[db.Store](t)(d.Store(ctx, m.Store)).Slug)
			}
			return slugs
		}
		diff(t, order(), []string{"a", "b"})
		write(t, d, func(tx *db.Tx) error { return tx.EnterStore(ctx, b.ID, ana.User, dbtest.Start.Add(time.Minute)) })
		diff(t, order(), []string{"b", "a"})
		write(t, d, func(tx *db.Tx) error { return tx.EnterStore(ctx, a.ID, ana.User, dbtest.Start.Add(time.Hour)) })
		diff(t, order(), []string{"a", "b"})
		stranger := b.Member("rui@x.br", "Rui", db.Agent)
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.EnterStore(ctx, a.ID, stranger.User, dbtest.Start) }), db.ErrNotFound)
	})
}

func TestConfigurations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		m := s.Member("ana@loja.br", "Ana", db.Admin)
		c := db.Configuration{Store: s.ID, At: dbtest.Start.Add(time.Minute), ByUser: m.User, ByLabel: "Ana", Document: `{"x":1}`}
		write(t, d, func(tx *db.Tx) (err error) {
			must[db.Store](t)(tx.LockStore(ctx, s.ID))
			c.Version, err = tx.AppendConfiguration(ctx, c)
			return err
		})
		if c.Version != 2 {
			t.Errorf("version %d", c.Version)
		}
		diff(t, must[db.Configuration](t)(d.CurrentConfiguration(ctx, s.ID)), c)
		diff(t, must[db.Configuration](t)(d.ConfigurationVersion(ctx, s.ID, 2)), c)
		all := must[[]db.Configuration](t)(d.Configurations(ctx, s.ID, 0, 10))
		if len(all) != 2 || all[0].Version != 2 {
			t.Errorf("versions: %v", all)
		}
		if older := must[[]db.Configuration](t)(d.Configurations(ctx, s.ID, 2, 10)); len(older) != 1 || older[0].Version != 1 {
			t.Errorf("older versions: %v", older)
		}
		for _, test := range []struct {
			from, to time.Duration
			want     []int64
		}{
			{0, 0, []int64{1}}, {0, time.Minute, []int64{1, 2}}, {time.Minute, time.Hour, []int64{2}}, {-time.Hour, 0, []int64{1}},
			{-time.Hour, -time.Hour, nil},
		} {
			var got []int64
			for _, v := range must[[]db.Configuration](t)(d.ConfigurationsFrom(ctx, s.ID, dbtest.Start.Add(test.from), dbtest.Start.Add(test.to), 9)) {
				got = append(got, v.Version)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("in force from %v to %v: %v, want %v", test.from, test.to, got, test.want)
			}
		}
	})
}

func TestBuildConfiguration(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		team, gone := s.Team("Vendas"), s.Team("Extinto")
		own := s.Team("Plantão")
		ana := s.Seller("Ana", team.ID, gone.ID)
		bia := s.Seller("Bia")
		left := s.Seller("Caio", team.ID)
		gone.Archived, own.Hours, own.Holidays, left.Active = true, week, holidays, false
		f := db.Flow{Store: s.ID, UpdatedAt: dbtest.Start, Flow: flow.Flow{ID: db.NewID(), Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: time.Minute, Alert2: time.Hour, Clock: flow.BusinessHours, Active: true,
			Action: flow.Action{Type: flow.TransferTeam, Team: own.ID, Delay: time.Second}}}
		closing := flow.AutoClose{Enabled: true, After: 24 * time.Hour, EnabledAt: dbtest.Start}
		write(t, d, func(tx *db.Tx) error {
			for _, err := range []error{tx.UpdateTeam(ctx, gone), tx.UpdateTeam(ctx, own), tx.UpdateSeller(ctx, left),
				tx.InsertFlow(ctx, f), tx.SetAutoClosing(ctx, db.AutoClosing{Store: s.ID, Kind: db.AutoClose, AutoClose: closing})} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		f.Targets = []string{}
		diff(t, must[flow.Configuration](t)(d.BuildConfiguration(ctx, s.ID)), flow.Configuration{Timezone: "America/Sao_Paulo",
			Teams:   []flow.Team{{ID: team.ID}, {ID: own.ID, Hours: week, Holidays: holidays}},
			Sellers: []flow.Seller{{ID: ana.ID, Teams: []string{team.ID}}, {ID: bia.ID}},
			Flows:   []flow.Flow{f.Flow}, AutoClose: closing})
	})
}

func TestFlows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		make := func(queue flow.Queue, kind flow.Kind, name string) db.Flow {
			return db.Flow{Store: s.ID, Name: name, Version: 1, UpdatedAt: dbtest.Start, UpdatedBy: "Ana", Flow: flow.Flow{ID: db.NewID(),
				Queue: queue, Kind: kind, Targets: []string{"x", "ção"}, Alert1: time.Minute, Alert2: 90 * time.Second, Clock: flow.Always,
				Action: flow.Action{Type: flow.TransferSeller, Seller: "v", Delay: time.Minute}, Active: true}}
		}
		main, z, a := make(flow.TeamQueue, flow.Main, ""), make(flow.TeamQueue, flow.Alternative, "Zeta"), make(flow.TeamQueue, flow.Alternative, "água")
		other := make(flow.SellerQueue, flow.Main, "")
		for _, f := range []db.Flow{z, a, main, other} {
			write(t, d, func(tx *db.Tx) error { return tx.InsertFlow(ctx, f) })
		}
		diff(t, must[db.Flow](t)(d.Flow(ctx, s.ID, z.ID)), z)
		diff(t, must[[]db.Flow](t)(d.Flows(ctx, s.ID)), []db.Flow{other, main, a, z})
		diff(t, must[[]db.Flow](t)(d.QueueFlows(ctx, s.ID, flow.TeamQueue)), []db.Flow{main, a, z})
		err := d.Tx(ctx, func(tx *db.Tx) error { return tx.InsertFlow(ctx, make(flow.TeamQueue, flow.Main, "")) })
		wantError(t, err, db.ErrDuplicate)

		changed := z
		changed.Name, changed.Targets, changed.Active, changed.Alert2 = "Outro", []string{"y"}, false, time.Hour
		write(t, d, func(tx *db.Tx) error { return tx.UpdateFlow(ctx, changed) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateFlow(ctx, z) }), db.ErrChanged)
		changed.Version = 2
		diff(t, must[db.Flow](t)(d.Flow(ctx, s.ID, z.ID)), changed)
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, z) }), db.ErrChanged)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, changed) })
		_, err = d.Flow(ctx, s.ID, z.ID)
		wantError(t, err, db.ErrNotFound)
	})
}

func TestAutoClosings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		both := must[db.AutoClosings](t)(d.AutoClosings(ctx, s.ID))
		c := both.AutoCloseCustomer
		if c.Kind != db.AutoCloseCustomer || c.Enabled || c.Version != 0 {
			t.Errorf("never set: %+v", c)
		}
		c.Enabled, c.After, c.EnabledAt, c.ClosingText, c.UpdatedAt, c.UpdatedBy = true, time.Hour, dbtest.Start, "Até logo", dbtest.Start, "Ana"
		write(t, d, func(tx *db.Tx) error { return tx.SetAutoClosing(ctx, c) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.SetAutoClosing(ctx, c) }), db.ErrChanged)
		c.Version = 1
		diff(t, must[db.AutoClosings](t)(d.AutoClosings(ctx, s.ID)).AutoCloseCustomer, c)
		c.Enabled, c.EnabledAt = false, time.Time{}
		write(t, d, func(tx *db.Tx) error { return tx.SetAutoClosing(ctx, c) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.SetAutoClosing(ctx, c) }), db.ErrChanged)
		c.Version = 2
		diff(t, must[db.AutoClosings](t)(d.AutoClosings(ctx, s.ID)).AutoCloseCustomer, c)
	})
}

func TestTeamsAndSellers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		b, a := s.Team("Vendas"), s.Team("Água")
		a.Hours, a.Holidays, a.Archived = week, holidays, true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateTeam(ctx, a) })
		diff(t, must[db.Team](t)(d.Team(ctx, s.ID, a.ID)), a)
		diff(t, must[[]db.Team](t)(d.Teams(ctx, s.ID)), []db.Team{a, b})
		err := d.Tx(ctx, func(tx *db.Tx) error {
			return tx.InsertTeam(ctx, db.Team{Store: s.ID, ID: db.NewID(), Name: "  AGUA ", CreatedAt: dbtest.Start})
		})
		wantError(t, err, db.ErrDuplicate)

		zeca, ana := s.Seller("Zeca"), s.Seller("Ána", b.ID)
		zeca.Teams, zeca.Active = []string{a.ID, b.ID}, false
		slices.Sort(zeca.Teams)
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSeller(ctx, zeca) })
		diff(t, must[db.Seller](t)(d.Seller(ctx, s.ID, zeca.ID)), zeca)
		diff(t, must[[]db.Seller](t)(d.AllSellers(ctx, s.ID)), []db.Seller{ana, zeca})
		diff(t, must[[]db.Seller](t)(d.Sellers(ctx, s.ID, db.NameKey{}, 1)), []db.Seller{ana})
		diff(t, must[[]db.Seller](t)(d.Sellers(ctx, s.ID, ana.Key(), 1)), []db.Seller{zeca})

		other := dbtest.Store(t, d, "b").Team("Vendas")
		err = d.Tx(ctx, func(tx *db.Tx) error {
			zeca.Teams = []string{other.ID}
			return tx.UpdateSeller(ctx, zeca)
		})
		if !db.IsForeignKey(err) {
			t.Errorf("a seller was put into another store's team: %v", err)
		}
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		bia, ana := s.Member("bia@x.br", "Bia", db.Agent), s.Member("Ana@X.br", "Ana", db.Admin)
		other.Member("caio@x.br", "Caio", db.Admin)
		diff(t, must[db.User](t)(d.UserByLogin(ctx, " ANA@x.br")), ana.Person)
		ana.Person.Name, ana.Person.PasswordHash, ana.Person.Disabled = "Ana Luz", "other", true
		ana.Person.MustChangePassword = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateUser(ctx, ana.Person) })
		diff(t, must[db.User](t)(d.User(ctx, ana.User)), ana.Person)
		write(t, d, func(tx *db.Tx) error { return tx.SetRole(ctx, s.ID, bia.User, db.Supervisor) })
		bia.Role = db.Supervisor
		diff(t, must[db.Membership](t)(d.Membership(ctx, s.ID, bia.User)), bia.Membership)
		diff(t, must[[]db.Membership](t)(d.MembershipsOf(ctx, bia.User)), []db.Membership{bia.Membership})
		write(t, d, func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, s.ID, bia.User, true) })
		bia.Membership.Disabled = true
		diff(t, must[db.Membership](t)(d.Membership(ctx, s.ID, bia.User)), bia.Membership)
		diff(t, must[[]db.Membership](t)(d.MembershipsOf(ctx, bia.User)), []db.Membership(nil))
		diff(t, must[[]db.Member](t)(d.Members(ctx, s.ID, "", 10)), []db.Member{ana, bia})
		diff(t, must[[]db.Member](t)(d.Members(ctx, s.ID, "ana@x.br", 10)), []db.Member{bia})
		err := d.Tx(ctx, func(tx *db.Tx) error {
			return tx.InsertUser(ctx, db.User{ID: "x", Login: "BIA@x.br", CreatedAt: dbtest.Start})
		})
		wantError(t, err, db.ErrDuplicate)
		err = d.Tx(ctx, func(tx *db.Tx) error {
			return tx.InsertMembership(ctx, db.Membership{Store: other.ID, User: bia.User, Role: db.Agent, Seller: bia.Seller,
				CreatedAt: dbtest.Start})
		})
		if !db.IsForeignKey(err) {
			t.Errorf("a member is another store's seller: %v", err)
		}
	})
}

func TestChannelsAndContacts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		team, seller := s.Team("Vendas"), s.Seller("Ana")
		b, a := s.Channel("Site", db.ChannelChat), s.Channel("api", db.ChannelAPI)
		a.Name, a.Team, a.Active = "Ápi", team.ID, false
		write(t, d, func(tx *db.Tx) error { return tx.UpdateChannel(ctx, a) })
		a.Version++
		diff(t, must[db.Channel](t)(d.Channel(ctx, s.ID, a.ID)), a)
		diff(t, must[db.Channel](t)(d.ChannelByName(ctx, s.ID, "API")), a)
		diff(t, must[[]db.Channel](t)(d.Channels(ctx, s.ID)), []db.Channel{a, b})

		zoe, ana := s.Contact(a.ID, "Zoé", "+55 11"), s.Contact(b.ID, "ana", "")
		before := zoe
		zoe.Seller, zoe.SecretHash, zoe.Phone = seller.ID, "hash", "22"
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.AssignCustomers(ctx, s.ID, []string{zoe.Customer}, seller.ID)
			return errors.Join(err, tx.UpdateContact(ctx, before, zoe, db.ByProgram))
		})
		diff(t, must[db.Contact](t)(d.Contact(ctx, s.ID, zoe.ID)), zoe)
		diff(t, must[db.Contact](t)(d.ContactByExternal(ctx, s.ID, a.ID, zoe.ExternalID)), zoe)
		diff(t, must[[]db.Contact](t)(d.Contacts(ctx, s.ID, db.NameKey{}, 1)), []db.Contact{ana})
		diff(t, must[[]db.Contact](t)(d.Contacts(ctx, s.ID, ana.Key(), 10)), []db.Contact{zoe})
		write(t, d, func(tx *db.Tx) error {
			twin := zoe
			twin.ID, twin.Customer = db.NewID(), ""
			got, created, err := tx.EnsureContact(ctx, twin, db.ByStranger)
			if err != nil || created || got.ID != zoe.ID {
				t.Errorf("a second contact of one external id: %v %v %v", got, created, err)
			}
			twin.ExternalID = "new"
			if _, created, err = tx.EnsureContact(ctx, twin, db.ByStranger); !created {
				t.Error("no new contact")
			}
			return err
		})
	})
}
