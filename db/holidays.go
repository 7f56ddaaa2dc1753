package db

import (
	"context"
	"slices"

	"semaforo/flow"
)

// Calendar is the opening hours and holidays of a store, or of one of its teams.
type Calendar struct {
	Store string
	Team  string // empty: the store's own
	Name  string // the store's or the team's, only read here
	// Archived teams keep their calendar; only read here.
	Archived bool
	// Hours are nil for a store that is always open but on its holidays, and for a
	// team that goes by the store's hours and holidays.
	Hours    *flow.Week
	Holidays []flow.Date
	plan     *flow.HolidayPlan // nil: the dates were given one by one
	year     int               // around which Holidays follow from plan
}

// IsOwn reports whether the calendar is not just the store's, looked at by a team.
func (c Calendar) IsOwn() bool { return c.Team == "" || c.Hours != nil }

// Plan is how the calendar comes by its holidays. Dates that were given one by one
// make a plan of exactly these.
func (c Calendar) Plan() flow.HolidayPlan {
	if c.plan != nil {
		return *c.plan
	}
	return flow.PlanOf(c.Holidays)
}

// Planned gives the calendar the holidays that follow from a plan around a year.
func (c Calendar) Planned(plan flow.HolidayPlan, year int) Calendar {
	c.plan, c.year, c.Holidays = &plan, year, plan.Around(year)
	return c
}

const calendarColumns = `hours, holidays, holiday_plan, COALESCE(holiday_year, 0)`

func scanCalendar(r row) (Calendar, error) {
	var c Calendar
	var hours, holidays, plan string
	err := r.Scan(&c.Store, &c.Team, &c.Name, &c.Archived, textInto{&hours}, textInto{&holidays}, textInto{&plan}, &c.year)
	if err != nil {
		return c, err
	}
	if c.Hours, err = decodeWeek(hours); err != nil {
		return c, err
	}
	if c.Holidays, err = decodeDates(holidays); err != nil || plan == "" {
		return c, err
	}
	c.plan = new(flow.HolidayPlan)
	if err := decode("holiday plan", plan, c.plan); err != nil {
		return c, err
	}
	if !slices.Equal(c.Holidays, c.plan.Around(c.year)) {
		c.plan = nil // somebody has written other dates since
	}
	return c, nil
}

// Calendar reads a store's calendar, or a team's.
func (q Queries) Calendar(ctx context.Context, store, team string) (Calendar, error) {
	if team == "" {
		return one(ctx, q, "calendar of store "+store, scanCalendar,
			`SELECT id, '', name, FALSE, `+calendarColumns+` FROM stores WHERE id = $1`, store)
	}
	return one(ctx, q, "calendar of team "+team, scanCalendar,
		`SELECT store_id, id, name, archived, `+calendarColumns+` FROM teams WHERE store_id = $1 AND id = $2`, store, team)
}

// TeamCalendars lists the calendars of a store's teams by name, without the
// archived ones.
func (q Queries) TeamCalendars(ctx context.Context, store string) ([]Calendar, error) {
	return list(ctx, q, "calendars", scanCalendar,
		`SELECT store_id, id, name, archived, `+calendarColumns+` FROM teams
		 WHERE store_id = $1 AND NOT archived ORDER BY name_key, id`, store)
}

// SetCalendar changes a calendar. A team that gets no hours goes by the store's,
// holidays included.
func (tx *Tx) SetCalendar(ctx context.Context, c Calendar) error {
	if !c.IsOwn() {
		c.Holidays, c.plan = nil, nil
	}
	hours, dates, err := calendarText(c.Hours, c.Holidays)
	if err != nil {
		return wrap("set calendar", err)
	}
	var plan, year any
	if c.plan != nil {
		if plan, err = encode(c.plan); err != nil {
			return wrap("set calendar", err)
		}
		year = c.year
	}
	if c.Team == "" {
		return tx.must(ctx, ErrNotFound, "set calendar of store "+c.Store,
			`UPDATE stores SET hours = $2, holidays = $3, holiday_plan = $4, holiday_year = $5 WHERE id = $1`,
			c.Store, hours, dates, plan, year)
	}
	return tx.must(ctx, ErrNotFound, "set calendar of team "+c.Team,
		`UPDATE teams SET hours = $3, holidays = $4, holiday_plan = $5, holiday_year = $6 WHERE store_id = $1 AND id = $2`,
		c.Store, c.Team, hours, dates, plan, year)
}

// HolidaysBehind lists the stores, by id, that have holidays worked out around a
// year before this one: their own or a team's.
func (q Queries) HolidaysBehind(ctx context.Context, year int) ([]string, error) {
	return list(ctx, q, "holidays behind", column[string],
		`SELECT id FROM stores WHERE holiday_year < $1
		 UNION SELECT store_id FROM teams WHERE holiday_year < $1 ORDER BY 1`, year)
}

// RenewHolidays works out a store's and its teams' planned holidays anew, around
// this year. It is a change of the configuration: see scheduler.Door.Configure.
func (tx *Tx) RenewHolidays(ctx context.Context, store string, year int) error {
	calendars, err := list(ctx, tx.Queries, "calendars", scanCalendar,
		`SELECT id, '', name, FALSE, `+calendarColumns+` FROM stores WHERE id = $1 AND holiday_year < $2
		 UNION ALL SELECT store_id, id, name, archived, `+calendarColumns+` FROM teams WHERE store_id = $1 AND holiday_year < $2`,
		store, year)
	for _, c := range calendars {
		if err != nil {
			return err
		}
		if c.plan != nil {
			c = c.Planned(*c.plan, year)
		}
		err = tx.SetCalendar(ctx, c)
	}
	return err
}
