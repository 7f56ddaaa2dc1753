package scheduler

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// plan gives the store, or a team, every national holiday.
func (s *shop) plan(team string) {
	s.t.Helper()
	s.configure(func(tx *db.Tx, now time.Time) error {
		c, err := tx.Calendar(s.ctx, s.Store.ID, team)
		if err != nil {
			return err
		}
		c.Hours = &flow.Week{time.Monday: {{Open: 540, Close: 1080}}}
		return tx.SetCalendar(s.ctx, c.Planned(flow.NationalHolidays(), now.Year()))
	})
}

// The years go by and nobody comes back to switch the holidays on: the loop does,
// at the turn of the year, and after a start that slept through it.
func TestHolidaysAreRenewedByThemselves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.New(t)
		s := newShop(t, d, RealClock()) // it is 2000
		s.plan("")
		s.plan(s.teams["Vendas"])
		last := func() (store, team flow.Date) {
			cfg := s.present()
			vendas := cfg.Teams[slices.IndexFunc(cfg.Teams, func(t flow.Team) bool { return t.ID == s.teams["Vendas"] })]
			return cfg.Holidays[len(cfg.Holidays)-1], vendas.Holidays[len(vendas.Holidays)-1]
		}
		want := func(year int) {
			t.Helper()
			christmas := flow.Date{Year: year, Month: time.December, Day: 25}
			if store, team := last(); store != christmas || team != christmas {
				t.Errorf("in %d the last holidays are %s and %s, want %s", s.clock.Now().Year(), store, team, christmas)
			}
		}
		want(2002)
		time.Sleep(time.Date(2000, 12, 31, 22, 30, 0, 0, time.UTC).Sub(s.clock.Now()))
		stop := s.start()
		pass(time.Hour)
		want(2002)
		before := s.version()
		pass(2 * time.Hour)
		want(2003)
		if got := s.version(); got != before+1 {
			t.Errorf("%d versions for one year, want 1", got-before)
		}
		pass(24 * time.Hour)
		if got := s.version(); got != before+1 {
			t.Errorf("%d further versions within the year", got-before-1)
		}
		stop()
		time.Sleep(2 * 365 * 24 * time.Hour)
		s.Scheduler = New(d, RealClock(), quiet, nil)
		stop = s.start()
		pass(time.Minute)
		want(2005)
		stop()
	})
}

// One store that cannot be configured does not keep the others from the new year.
func TestAStoreThatCannotBeRenewedStopsNobodyElse(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := newByHand(t, d)
	s.plan("")
	bad := dbtest.Store(t, d, "a-bad")
	if err := d.Tx(s.ctx, func(tx *db.Tx) error {
		bad.Store.Timezone = "Nowhere/Else"
		if err := tx.UpdateStore(s.ctx, bad.Store); err != nil {
			return err
		}
		return tx.SetCalendar(s.ctx, db.Calendar{Store: bad.Store.ID}.Planned(flow.NationalHolidays(), 2020))
	}); err != nil {
		t.Fatal(err)
	}
	s.to(366 * 24 * time.Hour)
	if err := s.renewHolidays(s.ctx, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	behind, err := d.HolidaysBehind(s.ctx, s.clock.Now().Year())
	if err != nil || !slices.Equal(behind, []string{bad.Store.ID}) {
		t.Errorf("behind: %v, %v", behind, err)
	}
}

func (s *shop) present() flow.Configuration {
	s.t.Helper()
	rules, _, err := s.Rules(s.ctx, s.Store.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return rules.Configuration()
}

func (s *shop) version() int64 {
	s.t.Helper()
	_, version, err := s.Rules(s.ctx, s.Store.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return version
}
