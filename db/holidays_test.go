package db_test

import (
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestCalendars(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		vendas, plantao := s.Team("Vendas"), s.Team("Plantão")
		archived := s.Team("Antigo")
		archived.Archived = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateTeam(ctx, archived) })
		read := func(team string) db.Calendar { return must[db.Calendar](t)(d.Calendar(ctx, s.ID, team)) }
		if c := read(""); !c.IsOwn() || c.Name != s.Name || c.Hours != nil || c.Holidays != nil || len(c.Plan().Holidays(2026, 2030)) > 0 {
			t.Errorf("a new store's calendar: %+v", c)
		}
		if c := read(vendas.ID); c.IsOwn() || c.Name != "Vendas" {
			t.Errorf("a new team's calendar: %+v", c)
		}
		plan := flow.NationalHolidays().WithOwn(flow.OwnHoliday{Date: flow.Date{Year: 2026, Month: time.January, Day: 25}, Name: "Aniversário", Yearly: true})
		for _, team := range []string{"", vendas.ID} {
			c := read(team)
			c.Hours = week
			write(t, d, func(tx *db.Tx) error { return tx.SetCalendar(ctx, c.Planned(plan, 2026)) })
			c = read(team)
			diff(t, c.Hours, week)
			diff(t, c.Plan(), plan)
			diff(t, c.Holidays, plan.Around(2026))
		}
		diff(t, must[flow.Configuration](t)(d.BuildConfiguration(ctx, s.ID)).Holidays, plan.Around(2026))
		teams := must[[]db.Calendar](t)(d.TeamCalendars(ctx, s.ID))
		if len(teams) != 2 || teams[0].Team != plantao.ID || teams[1].Team != vendas.ID || !teams[1].IsOwn() {
			t.Errorf("the teams' calendars: %+v", teams)
		}
		shared := read(vendas.ID)
		shared.Hours = nil
		write(t, d, func(tx *db.Tx) error { return tx.SetCalendar(ctx, shared) })
		if c := read(vendas.ID); c.IsOwn() || c.Holidays != nil {
			t.Errorf("a team back on the store's hours keeps holidays: %+v", c)
		}
		if _, err := flow.Compile(must[flow.Configuration](t)(d.BuildConfiguration(ctx, s.ID))); err != nil {
			t.Error(err)
		}
	})
}

// Dates that were written one by one, by the API or before there were plans, are
// the plan, and stay what they are however the years go by.
func TestDatesWithoutAPlanStay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		given := []flow.Date{{Year: 2026, Month: time.March, Day: 3}, {Year: 2026, Month: time.December, Day: 25}}
		set := func() {
			s.Store.Holidays = given
			write(t, d, func(tx *db.Tx) error { return tx.UpdateStore(ctx, s.Store) })
		}
		same := func(after string) {
			t.Helper()
			c := must[db.Calendar](t)(d.Calendar(ctx, s.ID, ""))
			diff(t, c.Holidays, given)
			diff(t, c.Plan(), flow.PlanOf(given))
			if t.Failed() {
				t.Fatal(after)
			}
		}
		set()
		same("an old store's list")
		write(t, d, func(tx *db.Tx) error { return tx.RenewHolidays(ctx, s.ID, 2031) })
		same("after years")
		c := must[db.Calendar](t)(d.Calendar(ctx, s.ID, ""))
		write(t, d, func(tx *db.Tx) error { return tx.SetCalendar(ctx, c.Planned(flow.NationalHolidays(), 2026)) })
		set() // over a plan
		same("written over a plan")
		write(t, d, func(tx *db.Tx) error { return tx.RenewHolidays(ctx, s.ID, 2027) })
		same("and after years")
		if behind := must[[]string](t)(d.HolidaysBehind(ctx, 2040)); len(behind) > 0 {
			t.Errorf("still to be renewed: %v", behind)
		}
	})
}

func TestHolidaysAreRenewed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		team := s.Team("Vendas")
		plan := flow.NationalHolidays()
		for _, c := range []db.Calendar{{Store: s.ID}, {Store: s.ID, Team: team.ID, Hours: week}, {Store: other.ID}} {
			write(t, d, func(tx *db.Tx) error { return tx.SetCalendar(ctx, c.Planned(plan, 2026)) })
		}
		if behind := must[[]string](t)(d.HolidaysBehind(ctx, 2026)); len(behind) > 0 {
			t.Errorf("behind in their own year: %v", behind)
		}
		want := []string{s.ID, other.ID}
		slices.Sort(want)
		diff(t, must[[]string](t)(d.HolidaysBehind(ctx, 2027)), want)
		write(t, d, func(tx *db.Tx) error { return tx.RenewHolidays(ctx, s.ID, 2027) })
		diff(t, must[[]string](t)(d.HolidaysBehind(ctx, 2027)), []string{other.ID})
		for _, id := range []string{"", team.ID} {
			c := must[db.Calendar](t)(d.Calendar(ctx, s.ID, id))
			diff(t, c.Holidays, plan.Around(2027))
			diff(t, c.Plan(), plan)
		}
	})
}
