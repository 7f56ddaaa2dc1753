package flow

import "time"

// Calendar is a store's or a team's opening hours with their holidays, as §4
// counts them. It is safe for concurrent use.
type Calendar struct{ calendar *calendar }

// NewCalendar makes the calendar that a configuration with these hours (nil:
// always open but on holidays) and holidays would have. The error is a Problems.
func NewCalendar(timezone string, hours *Week, holidays []Date) (Calendar, error) {
	rules, err := Compile(Configuration{Timezone: timezone, Hours: hours, Holidays: holidays})
	if err != nil {
		return Calendar{}, err
	}
	return Calendar{rules.store}, nil
}

// Why says how a calendar comes to a deadline.
type Why struct {
	Start time.Time
	Open  time.Duration // to be counted
	// Deadline is at(Start, Open); false where it does not exist.
	Deadline time.Time
	Exists   bool
	// NeverOpen: the week opens on no day.
	NeverOpen bool
	// Stretches lead from Start to the deadline without a gap, open and closed ones
	// in turn; without a deadline there are none.
	Stretches []Stretch
	// ClockChanges are those on the way.
	ClockChanges []ClockChange
}

// Stretch is a piece of the way to a deadline: open time, which counts, or
// closed time.
type Stretch struct {
	From, To time.Time
	Open     bool
	// ClosedDays are the dates a closed stretch passes that do not open at all; the
	// rest of it is outside the day's hours.
	ClosedDays []ClosedDay
}

// ClosedDay is a date that does not open: a holiday, or a day of the week
// without hours.
type ClosedDay struct {
	Date    Date
	Holiday bool
}

// ClockChange is an instant at which the zone's clocks are set forward by some
// time, or back where it is negative.
type ClockChange struct {
	At time.Time
	By time.Duration
}

// Why works out a deadline as the engine does, and keeps the way it took.
func (c Calendar) Why(s time.Time, d time.Duration) Why {
	s = s.UTC()
	why := Why{Start: s, Open: d, NeverOpen: c.calendar.shut}
	var open []Stretch
	why.Deadline, why.Exists = c.calendar.count(s, d, func(from, to time.Time) {
		if n := len(open); n > 0 && open[n-1].To.Equal(from) {
			open[n-1].To = to // touching hours, or the next day's from midnight on
			return
		}
		open = append(open, Stretch{From: from, To: to, Open: true})
	})
	if !why.Exists {
		return why
	}
	at := s
	for _, stretch := range open {
		if at.Before(stretch.From) {
			why.Stretches = append(why.Stretches, c.calendar.closed(at, stretch.From))
		}
		why.Stretches = append(why.Stretches, stretch)
		at = stretch.To
	}
	why.ClockChanges = clockChanges(c.calendar.loc, s, why.Deadline)
	return why
}

// closed is a stretch without open time.
func (c *calendar) closed(from, to time.Time) Stretch {
	stretch := Stretch{From: from, To: to}
	last := DateIn(to.Add(-1), c.loc)
	for d := DateIn(from, c.loc); !last.Before(d); d = d.add(1) {
		holiday := c.holidays[d]
		if holiday || len(c.week[d.Weekday()]) == 0 {
			stretch.ClosedDays = append(stretch.ClosedDays, ClosedDay{d, holiday})
		}
	}
	return stretch
}

func clockChanges(loc *time.Location, from, to time.Time) []ClockChange {
	var changes []ClockChange
	for t := from.In(loc); ; {
		_, end := t.ZoneBounds()
		if end.IsZero() || end.After(to) {
			return changes
		}
		_, before := t.Zone()
		t = end.In(loc)
		if _, after := t.Zone(); after != before {
			changes = append(changes, ClockChange{end.UTC(), time.Duration(after-before) * time.Second})
		}
	}
}
