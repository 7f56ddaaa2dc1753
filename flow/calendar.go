package flow

import (
	"slices"
	"sync"
	"time"
)

// Date is a day of the local calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String writes the date as RFC 3339 does: 2026-12-25.
func (d Date) String() string { return d.midnightUTC().Format(time.DateOnly) }

func (d Date) midnightUTC() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// ParseDate reads a date as String writes it.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, err
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// Slot is a half-open opening interval of a day, in minutes after local
// midnight; a Close of 1440 is 24:00, the next date's 00:00.
type Slot struct {
	Open, Close int
}

// Week holds a week's opening slots by weekday (time.Sunday is 0), each day's
// sorted and not overlapping. A day without slots is closed.
type Week [7][]Slot

const minutesPerDay = 24 * 60

// everyDay is the week of who gives no hours: open around the clock.
var everyDay = func() Week {
	var w Week
	for d := range w {
		w[d] = []Slot{{0, minutesPerDay}}
	}
	return w
}()

// span is an opening interval on the instant line, in Unix seconds; offsets
// and slots are whole seconds, so nothing is lost.
type span struct{ open, close int64 }

// calendar answers how long it takes for open time to pass (§4). It is safe
// for concurrent use; days are worked out once and remembered.
type calendar struct {
	loc      *time.Location
	week     Week
	shut     bool // never open
	holidays map[Date]bool
	days     sync.Map // day number since 1970-01-01 → []span
}

func newCalendar(loc *time.Location, week *Week, holidays []Date) *calendar {
	c := &calendar{loc: loc, week: everyDay, holidays: make(map[Date]bool, len(holidays))}
	if week != nil {
		for d, slots := range week {
			c.week[d] = slices.SortedFunc(slices.Values(slots), func(a, b Slot) int { return a.Open - b.Open })
		}
	}
	c.shut = c.week.shut()
	for _, d := range holidays {
		c.holidays[d] = true
	}
	return c
}

// shut reports whether the week opens on no day at all.
func (w Week) shut() bool {
	for _, slots := range w {
		if len(slots) > 0 {
			return false
		}
	}
	return true
}

const secondsPerDay = 24 * 60 * 60

// at returns the earliest instant t >= s by which d of open time has passed
// (§4), and false where that is more than MaxDeadline after s.
func (c *calendar) at(s time.Time, d time.Duration) (time.Time, bool) { return c.count(s, d, nil) }

// count is at; it tells counted, where there is one, each open stretch it goes
// through, the last one up to the deadline.
func (c *calendar) count(s time.Time, d time.Duration, counted func(from, to time.Time)) (time.Time, bool) {
	if d <= 0 {
		return s, d == 0
	}
	if c.shut {
		return time.Time{}, false
	}
	limit := s.Add(MaxDeadline)
	local := s.In(c.loc)
	// One day early: a clock set back around midnight repeats part of it.
	day := Date{local.Year(), local.Month(), local.Day()}.midnightUTC().Unix()/secondsPerDay - 1
	for last := limit.Unix()/secondsPerDay + 1; day <= last; day++ {
		for _, sp := range c.spans(day) {
			from, to := time.Unix(sp.open, 0), time.Unix(sp.close, 0)
			if s.After(from) {
				from = s
			}
			open := to.Sub(from)
			if open <= 0 {
				continue
			}
			t := from.Add(min(d, open)).UTC()
			if counted != nil {
				counted(from.UTC(), t)
			}
			if d <= open {
				return t, !t.After(limit)
			}
			d -= open
		}
	}
	return time.Time{}, false
}

// spans returns the opening intervals of the day with the given number.
func (c *calendar) spans(day int64) []span {
	if v, ok := c.days.Load(day); ok {
		return v.([]span)
	}
	spans := c.work(time.Unix(day*secondsPerDay, 0).UTC())
	c.days.Store(day, spans)
	return spans
}

func (c *calendar) work(midnight time.Time) []span {
	if c.holidays[Date{midnight.Year(), midnight.Month(), midnight.Day()}] {
		return nil
	}
	var spans []span
	for _, slot := range c.week[midnight.Weekday()] {
		spans = append(spans, span{
			open:  wallInstant(c.loc, midnight.Unix()+int64(slot.Open)*60),
			close: wallInstant(c.loc, midnight.Unix()+int64(slot.Close)*60),
		})
	}
	return spans
}

// maxOffset is more than any zone is, or ever was, away from UTC.
const maxOffset = 26 * 60 * 60

// wallInstant returns the Unix second at which loc's clocks show wall, a local
// time written as if it were UTC. A local time that a clock change skips is
// the instant of the change; one that it repeats is its first occurrence (§4).
func wallInstant(loc *time.Location, wall int64) int64 {
	t := time.Unix(wall-maxOffset, 0).In(loc)
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		at := wall - int64(offset)
		if end.IsZero() || at < end.Unix() {
			return max(at, t.Unix())
		}
		t = end.In(loc)
	}
}

// LocalInstant returns the instant, in UTC, at which loc's clocks show wall, a
// local time written as if it were UTC: as §4 reads opening hours, a time that a
// clock change skips is the instant of the change, one that it repeats its first
// occurrence.
func LocalInstant(loc *time.Location, wall time.Time) time.Time {
	return time.Unix(wallInstant(loc, wall.Unix()), 0).UTC()
}
