package scheduler

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// desk is a shop of people who sign in, all in Vendas: Carla, Davi and Eva, whose
// ids are in that order. Ana and Bia of the shop are put away.
type desk struct {
	*byHand
	members map[string]db.Member
}

func newDesk(t *testing.T, d *db.DB) *desk {
	s := &desk{newByHand(t, d), map[string]db.Member{}}
	for _, name := range []string{"Carla", "Davi", "Eva"} {
		s.members[name] = s.Member(name+"@loja", name, db.Agent, s.teams["Vendas"])
		s.sellers[name] = s.members[name].Seller
	}
	s.configure(func(tx *db.Tx, _ time.Time) error {
		for _, name := range []string{"Ana", "Bia"} {
			if err := tx.UpdateSeller(s.ctx, db.Seller{Store: s.Store.ID, ID: s.sellers[name], Name: name}); err != nil {
				return err
			}
		}
		return nil
	})
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.Redistribute})
	return s
}

func (s *desk) seen(names ...string) {
	s.t.Helper()
	for _, name := range names {
		if err := s.Seen(s.ctx, s.Store.ID, s.sellers[name], time.Time{}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *desk) away(name string, away bool) {
	s.t.Helper()
	if err := s.SetAway(s.ctx, s.Store.ID, s.sellers[name], away); err != nil {
		s.t.Fatal(err)
	}
}

// given is whom a conversation went to, "" where its action was skipped.
func (s *desk) given(id string) string {
	s.t.Helper()
	events := s.events(id)
	last := events[len(events)-1]
	switch {
	case last.Type == flow.ActionTaken:
		for name, seller := range s.sellers {
			if seller == last.ToSeller {
				return name
			}
		}
	case last.Type == flow.ActionSkipped && last.Reason == flow.ReasonNoTarget:
		return ""
	}
	s.t.Fatalf("the last event is %+v", last)
	return ""
}

// §5: unavailable sellers are not candidates; none available is no_target.
func TestRedistributionGoesToWhoIsThere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(s *desk)
		want    string
	}{
		"all are there":            {func(s *desk) { s.seen("Carla", "Davi", "Eva") }, "Carla"},
		"one is away":              {func(s *desk) { s.seen("Carla", "Davi", "Eva"); s.away("Carla", true) }, "Davi"},
		"one came back":            {func(s *desk) { s.seen("Carla", "Davi"); s.away("Carla", true); s.away("Carla", false) }, "Carla"},
		"only one has pages open":  {func(s *desk) { s.seen("Eva") }, "Eva"},
		"the only one is away":     {func(s *desk) { s.seen("Eva"); s.away("Eva", true) }, ""},
		"nobody has a page open":   {func(*desk) {}, ""},
		"who signed out is not":    {func(s *desk) { s.seen("Carla", "Davi"); s.gone("Carla") }, "Davi"},
		"who never signs in is on": {func(s *desk) { s.shop.Seller("Integração", s.teams["Vendas"]); s.republish() }, "Integração"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newDesk(t, dbtest.New(t))
			c := s.says("maria", "Vendas")
			s.to(14 * time.Minute)
			test.arrange(s)
			if test.want == "Integração" {
				s.sellers["Integração"] = s.byName("Integração")
			}
			s.to(15 * time.Minute)
			s.settle()
			if got := s.given(c.ID); got != test.want {
				t.Errorf("given to %q, want %q", got, test.want)
			}
			s.check(c.ID)
		})
	}
}

func (s *desk) gone(name string) {
	s.t.Helper()
	if err := s.Gone(s.ctx, s.Store.ID, s.sellers[name]); err != nil {
		s.t.Fatal(err)
	}
}

func (s *desk) republish() {
	s.t.Helper()
	s.configure(func(*db.Tx, time.Time) error { return nil })
}

func (s *desk) byName(name string) string {
	s.t.Helper()
	all, err := s.DB.AllSellers(s.ctx, s.Store.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return all[slices.IndexFunc(all, func(x db.Seller) bool { return x.Name == name })].ID
}

// Presence runs out two minutes after the last heartbeat, and not before.
func TestPresenceRunsOut(t *testing.T) {
	t.Parallel()
	s := newDesk(t, dbtest.New(t))
	s.to(time.Hour)
	s.seen("Carla")
	for passed, want := range map[time.Duration]db.Presence{0: db.PresenceAvailable, SeenWithin: db.PresenceAvailable,
		SeenWithin + time.Microsecond: db.PresenceOffline} {
		carla, err := s.DB.Seller(s.ctx, s.Store.ID, s.sellers["Carla"])
		if err != nil {
			t.Fatal(err)
		}
		if got := carla.Presence(s.clock.SeenSince(s.now.Add(passed))); got != want {
			t.Errorf("%s after a heartbeat: %s, want %s", passed, got, want)
		}
	}
}

// A heartbeat a moment after another costs nothing at all; one after 45 s is noted.
func TestHeartbeatsAreThrottled(t *testing.T) {
	t.Parallel()
	s := newDesk(t, dbtest.New(t))
	cost := func(last time.Time) int64 {
		ctx, statements := db.CountStatements(s.ctx)
		if err := s.Seen(ctx, s.Store.ID, s.sellers["Carla"], last); err != nil {
			t.Fatal(err)
		}
		return statements.Load()
	}
	cost(time.Time{})
	first := s.now
	s.to(44 * time.Second)
	if n := cost(first); n != 0 {
		t.Errorf("a heartbeat a moment later costs %d statements", n)
	}
	s.to(45 * time.Second)
	if cost(first) == 0 {
		t.Error("a later heartbeat is not noted")
	}
	// Another process has noted one that this one has not read.
	if s.to(50 * time.Second); cost(first) == 0 {
		t.Error("nothing was asked")
	}
	carla, err := s.DB.Seller(s.ctx, s.Store.ID, s.sellers["Carla"])
	if err != nil || !carla.SeenAt.Equal(first.Add(45*time.Second)) {
		t.Errorf("last seen %v (%v)", carla.SeenAt, err)
	}
}

// One look a transaction, however many conversations it gives away, and none
// where no redistribution fires.
func TestWhoIsThereIsReadOnce(t *testing.T) {
	t.Parallel()
	s := newDesk(t, dbtest.New(t))
	s.seen("Carla", "Davi", "Eva")
	var ids []string
	for _, customer := range []string{"a", "b", "c", "d"} {
		ids = append(ids, s.says(customer, "Vendas").ID)
	}
	present := func(until time.Duration) (n int) {
		s.to(until)
		err := s.passage(s.ctx, func(w *work) error {
			due, err := w.tx.ClaimDue(s.ctx, w.now, batch)
			if err == nil {
				err = w.moveAll(s.ctx, due)
			}
			n = len(w.present)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := present(5 * time.Minute); n != 0 {
		t.Errorf("alerts asked who is there (%d)", n)
	}
	s.to(14 * time.Minute)
	s.seen("Carla", "Davi", "Eva")
	if n := present(15 * time.Minute); n != 1 {
		t.Errorf("who is there was read for %d stores", n)
	}
	for i, want := range []string{"Carla", "Davi", "Eva", "Carla"} {
		if got := s.given(ids[i]); got != want {
			t.Errorf("conversation %d given to %q, want %q", i, got, want)
		}
	}
}

// After an outage pages need a moment to come back: whoever was there when the
// program went down is there to be given what fell due meanwhile. Later, and who
// had left long before, is not.
func TestPresenceSurvivesAnOutage(t *testing.T) {
	t.Parallel()
	s := newDesk(t, dbtest.New(t))
	s.seen("Carla")
	s.to(10 * time.Minute)
	s.seen("Davi")
	early, late := s.says("maria", "Vendas"), s.says("joão", "Vendas")
	s.to(3 * time.Hour) // down since
	s.Scheduler = New(s.DB, s.clock, quiet, nil)
	err := s.passage(s.ctx, func(w *work) error {
		c, err := w.tx.LockConversation(s.ctx, s.Store.ID, early.ID)
		if err != nil {
			return err
		}
		return w.move(s.ctx, &c)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.given(early.ID); got != "Davi" {
		t.Errorf("just up: given to %q, want Davi", got)
	}
	s.to(3*time.Hour + SeenWithin)
	s.settle()
	if got := s.given(late.ID); got != "" {
		t.Errorf("two minutes later: given to %q, whose pages have not come back", got)
	}
}

// On a fast clock two real minutes are as many times longer.
func TestPresenceOnAFastClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dbtest.New(t), FastClock(dbtest.Start, 60))
		m := s.Member("carla@loja", "Carla", db.Agent, s.teams["Vendas"])
		if err := s.Seen(s.ctx, s.Store.ID, m.Seller, time.Time{}); err != nil {
			t.Fatal(err)
		}
		at := func() db.Presence {
			carla, err := s.DB.Seller(s.ctx, s.Store.ID, m.Seller)
			if err != nil {
				t.Fatal(err)
			}
			return carla.Presence(s.clock.SeenSince(s.clock.Now()))
		}
		time.Sleep(SeenWithin - time.Second)
		if got := at(); got != db.PresenceAvailable {
			t.Errorf("within two real minutes: %s", got)
		}
		time.Sleep(2 * time.Second)
		if got := at(); got != db.PresenceOffline {
			t.Errorf("after two real minutes: %s", got)
		}
	})
}

// Coming, leaving one's place, coming back and going wake who watches presence,
// and nobody else; the loop notices who closed everything.
func TestPresenceWakesItsWatchers(t *testing.T) {
	running(t, func(s *shop, _ time.Time) {
		m := s.Member("carla@loja", "Carla", db.Agent, s.teams["Vendas"])
		team := s.Hub.Watch(s.Store.ID, ScopePresence)
		own := s.Hub.Watch(s.Store.ID, SellerScope(m.Seller))
		rest := s.Hub.Watch(s.Store.ID, ScopeStore, ScopeAll)
		other := s.Hub.Watch(s.Store.ID, SellerScope("somebody"))
		defer func() {
			for _, w := range []*Watcher{team, own, rest, other} {
				w.Close()
			}
		}()
		woken := func(what string, teams, self bool) {
			s.t.Helper()
			pass(time.Millisecond)
			if got := len(team.Take()) > 0; got != teams {
				s.t.Errorf("%s: supervisors woken: %v", what, got)
			}
			if got := len(own.Take()) > 0; got != self {
				s.t.Errorf("%s: their own tabs woken: %v", what, got)
			}
			if len(rest.Take())+len(other.Take()) > 0 {
				s.t.Errorf("%s: woke others", what)
			}
		}
		do := func(err error) {
			s.t.Helper()
			if err != nil {
				s.t.Fatal(err)
			}
		}
		do(s.Seen(s.ctx, s.Store.ID, m.Seller, time.Time{}))
		woken("coming", true, false)
		last := s.clock.Now()
		pass(time.Minute)
		do(s.Seen(s.ctx, s.Store.ID, m.Seller, last))
		woken("staying", false, false)
		do(s.SetAway(s.ctx, s.Store.ID, m.Seller, true))
		woken("away", true, true)
		pass(SeenWithin - time.Second)
		woken("still on", false, false)
		pass(safety + 2*time.Second)
		woken("everything closed", true, false)
		pass(time.Hour)
		woken("long gone", false, false)
		do(s.Gone(s.ctx, s.Store.ID, m.Seller))
		woken("signed out", true, false)
	})
}

// A store at rest costs what it cost before there was presence, also while somebody
// is on: the loop's own look, twice a minute, and the one for imports of a process
// that died, every five.
func TestPresenceCostsNothingAtRest(t *testing.T) {
	running(t, func(s *shop, _ time.Time) {
		m := s.Member("carla@loja", "Carla", db.Agent, s.teams["Vendas"])
		if err := s.Seen(s.ctx, s.Store.ID, m.Seller, time.Time{}); err != nil {
			s.t.Fatal(err)
		}
		pass(time.Second)
		before := s.DB.Statements()
		pass(10 * time.Minute)
		looks := int64(10*time.Minute/safety + 10*time.Minute/importPoll)
		if n := s.DB.Statements() - before; n > looks {
			s.t.Errorf("%d statements in ten minutes, want at most %d", n, looks)
		}
	})
}

// Two processes on one PostgreSQL: a supervisor at the other one hears of it, and
// nobody else there is woken.
func TestTheOtherProcessHearsOfPresence(t *testing.T) {
	t.Parallel()
	address := dbtest.PostgresAddress(t)
	open := func() *db.DB {
		d, err := db.Open(context.Background(), address, db.Options{Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	here, there := newShop(t, open(), RealClock()), New(open(), RealClock(), quiet, nil)
	m := here.Member("carla@loja", "Carla", db.Agent, here.teams["Vendas"])
	w, rest := there.Hub.Watch(here.Store.ID, ScopePresence), there.Hub.Watch(here.Store.ID, ScopeAll)
	ctx, cancel := context.WithCancel(here.ctx)
	var running sync.WaitGroup
	running.Go(func() { there.Run(ctx) })
	<-w.C // it listens: whatever came before may have been missed
	<-rest.C
	w.Take()
	rest.Take()
	if err := here.SetAway(here.ctx, here.Store.ID, m.Seller, true); err != nil {
		t.Fatal(err)
	}
	select {
	case <-w.C:
	case <-time.After(20 * time.Second):
		t.Error("the other process' supervisors heard nothing")
	}
	if dirty := rest.Take(); len(dirty) > 0 {
		t.Errorf("it woke %v", dirty)
	}
	cancel()
	running.Wait()
}
