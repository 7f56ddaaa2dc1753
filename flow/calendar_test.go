package flow

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func mustInstant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := ParseInstant(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// slots reads pairs of times of day: slots("09:00", "12:00", "13:00", "18:00").
func slots(times ...string) []Slot {
	var s []Slot
	for i := 0; i < len(times); i += 2 {
		open, _ := ParseTimeOfDay(times[i])
		closing, _ := ParseTimeOfDay(times[i+1])
		s = append(s, Slot{open, closing})
	}
	return s
}

func on(slots []Slot, days ...time.Weekday) *Week {
	var w Week
	for _, d := range days {
		w[d] = slots
	}
	return &w
}

var (
	workdays  = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	wholeWeek = append([]time.Weekday{time.Saturday, time.Sunday}, workdays...)
)

// TestCalendar works out deadlines in business hours (§4). Instants are
// written in local time, so that a reader can check them against a clock.
func TestCalendar(t *testing.T) {
	t.Parallel()
	const saoPaulo, newYork = "America/Sao_Paulo", "America/New_York"
	nineToFive := on(slots("09:00", "17:00"), workdays...)
	night := on(slots("00:00", "02:00", "22:00", "24:00"), wholeWeek...)
	tests := []struct {
		name     string
		zone     string
		week     *Week
		holidays []string
		start, d string
		want     string // empty: never
	}{
		{"T45 over the weekend", saoPaulo, nineToFive, nil, "2026-11-27T16:30:00-03:00", "1h", "2026-11-30T09:30:00-03:00"},
		{"nothing to pass, at night", saoPaulo, nineToFive, nil, "2026-11-27T03:00:00-03:00", "0s", "2026-11-27T03:00:00-03:00"},
		{"a nanosecond, at night", saoPaulo, nineToFive, nil, "2026-11-27T03:00:00-03:00", "1ns", "2026-11-27T09:00:00.000000001-03:00"},
		{"from the very opening", saoPaulo, nineToFive, nil, "2026-11-27T09:00:00-03:00", "8h", "2026-11-27T17:00:00-03:00"},
		{"from the very closing", saoPaulo, nineToFive, nil, "2026-11-27T17:00:00-03:00", "1s", "2026-11-30T09:00:01-03:00"},
		{"T47 fractions are kept", saoPaulo, nineToFive, nil, "2026-11-27T16:59:59.75-03:00", "500ms", "2026-11-30T09:00:00.25-03:00"},
		{"T47 over midnight", saoPaulo, night, nil, "2026-11-27T23:30:00-03:00", "2h", "2026-11-28T01:30:00-03:00"},
		{"T47 a week of nights", saoPaulo, night, nil, "2026-11-23T12:00:00-03:00", "28h", "2026-11-30T02:00:00-03:00"},
		{"a shift's second half falls on a holiday", saoPaulo, night, []string{"2026-11-28"}, "2026-11-27T23:30:00-03:00", "1h", "2026-11-29T00:30:00-03:00"},
		{"several slots, two touching", saoPaulo, on(slots("08:00", "09:00", "09:00", "10:00", "13:00", "14:00"), time.Monday), nil, "2026-11-23T08:30:00-03:00", "2h", "2026-11-23T13:30:00-03:00"},
		{"slots given out of order", saoPaulo, on(slots("13:00", "14:00", "08:00", "09:00"), time.Monday), nil, "2026-11-23T07:00:00-03:00", "90m", "2026-11-23T13:30:00-03:00"},
		{"24:00 is the next date's 00:00", saoPaulo, on(slots("18:00", "24:00"), time.Monday), nil, "2026-11-23T23:00:00-03:00", "1h", "2026-11-24T00:00:00-03:00"},
		{"always open", saoPaulo, nil, nil, "2026-11-23T23:00:00-03:00", "240h", "2026-12-03T23:00:00-03:00"},
		{"always open but on Christmas", saoPaulo, nil, []string{"2026-12-25"}, "2026-12-24T23:00:00-03:00", "2h", "2026-12-26T01:00:00-03:00"},
		{"holidays may be given twice", saoPaulo, nil, []string{"2026-12-25", "2026-12-25"}, "2026-12-24T23:00:00-03:00", "2h", "2026-12-26T01:00:00-03:00"},
		{"T48 never open", saoPaulo, &Week{}, nil, "2026-11-23T12:00:00-03:00", "1ns", ""},
		{"T48 open on holidays only", saoPaulo, on(slots("09:00", "17:00"), time.Monday), mondays(2026, 60), "2026-01-01T12:00:00-03:00", "1ns", ""},
		{"T48 thirty closed Mondays", saoPaulo, on(slots("09:00", "17:00"), time.Monday), mondays(2026, 30), "2026-01-01T12:00:00-03:00", "1ns", "2026-08-03T09:00:00.000000001-03:00"},
		{"an hour a week for a year", saoPaulo, on(slots("09:00", "10:00"), time.Monday), nil, "2026-11-23T09:00:00-03:00", "52h", "2027-11-15T10:00:00-03:00"},
		{"an hour a week for more", saoPaulo, on(slots("09:00", "10:00"), time.Monday), nil, "2026-11-23T09:00:00-03:00", "54h", ""},
		{"366 days exactly", "UTC", nil, nil, "2026-01-01T00:00:00Z", "8784h", "2027-01-02T00:00:00Z"},
		{"and a nanosecond", "UTC", nil, nil, "2026-01-01T00:00:00Z", "8784h0m0.000000001s", ""},
		{"leap day", "UTC", on(slots("00:00", "24:00"), time.Tuesday), nil, "2028-02-29T12:00:00Z", "12h", "2028-03-01T00:00:00Z"},

		// São Paulo, November 2018: 00:00 to 01:00 of Sunday the 4th does not exist.
		{"T50 spring: an interval within the gap has no length", saoPaulo, on(slots("00:00", "01:00"), time.Sunday), nil, "2018-11-03T12:00:00-03:00", "1s", "2018-11-11T00:00:01-02:00"},
		{"T50 spring: one that begins in it begins at the change", saoPaulo, on(slots("00:30", "02:00"), time.Sunday), nil, "2018-11-03T12:00:00-03:00", "1h", "2018-11-04T02:00:00-02:00"},
		{"T50 spring: one that ends in it ends at the change", saoPaulo, on(slots("22:00", "24:00"), time.Saturday), nil, "2018-11-03T12:00:00-03:00", "2h", "2018-11-04T01:00:00-02:00"},
		{"T50 spring: the day has 23 hours", saoPaulo, on(slots("00:00", "24:00"), time.Sunday), nil, "2018-11-03T12:00:00-03:00", "23h", "2018-11-05T00:00:00-02:00"},
		{"T50 spring: today's offset is not yesterday's", saoPaulo, nineToFive, nil, "2018-11-02T16:30:00-03:00", "1h", "2018-11-05T09:30:00-02:00"},
		// São Paulo, February 2018 and 2019: 23:00 to 24:00 comes twice.
		{"T50 autumn: the day has 25 hours", saoPaulo, on(slots("00:00", "24:00"), time.Saturday), nil, "2018-02-17T00:00:00-02:00", "25h", "2018-02-18T00:00:00-03:00"},
		{"T50 autumn: one that begins in the hour begins at its first", saoPaulo, on(slots("23:30", "24:00"), time.Saturday), nil, "2018-02-17T20:00:00-02:00", "90m", "2018-02-18T00:00:00-03:00"},
		{"T50 autumn: one that ends in the hour ends at its first", saoPaulo, on(slots("22:00", "23:30"), time.Saturday), nil, "2019-02-16T20:00:00-02:00", "90m", "2019-02-16T23:30:00-02:00"},
		{"T50 autumn: nothing is open at its second", saoPaulo, on(slots("22:00", "23:30"), time.Saturday), nil, "2019-02-16T23:00:00-03:00", "1h", "2019-02-23T23:00:00-03:00"},
		{"T50 2017: the change of that year", saoPaulo, on(slots("00:00", "02:00"), time.Sunday), nil, "2017-10-14T12:00:00-03:00", "1h", "2017-10-15T02:00:00-02:00"},
		{"T50 no change since 2019", saoPaulo, on(slots("00:00", "02:00"), time.Sunday), nil, "2019-11-02T12:00:00-03:00", "1h", "2019-11-03T01:00:00-03:00"},
		{"T50 New York, spring", newYork, on(slots("01:00", "04:00"), time.Sunday), nil, "2026-03-07T12:00:00-05:00", "2h", "2026-03-08T04:00:00-04:00"},
		{"T50 New York, begins in the gap", newYork, on(slots("02:15", "04:00"), time.Sunday), nil, "2026-03-07T12:00:00-05:00", "30m", "2026-03-08T03:30:00-04:00"},
		{"T50 New York, autumn", newYork, on(slots("00:00", "03:00"), time.Sunday), nil, "2026-10-31T12:00:00-04:00", "4h", "2026-11-01T03:00:00-05:00"},
		{"T50 New York, started in the second hour", newYork, on(slots("00:00", "03:00"), time.Sunday), nil, "2026-11-01T01:30:00-05:00", "90m", "2026-11-01T03:00:00-05:00"},
		{"T50 New York, over both jumps", newYork, nineToFive, nil, "2026-03-06T16:00:00-05:00", "2h", "2026-03-09T10:00:00-04:00"},
		{"T50 Manaus", "America/Manaus", nineToFive, nil, "2026-11-27T16:30:00-04:00", "1h", "2026-11-30T09:30:00-04:00"},
		{"T50 Rio Branco", "America/Rio_Branco", nineToFive, nil, "2026-11-27T16:30:00-05:00", "1h", "2026-11-30T09:30:00-05:00"},
		{"Rio Branco moved by an hour in 2013", "America/Rio_Branco", on(slots("00:00", "24:00"), time.Saturday, time.Sunday), nil, "2013-11-09T00:00:00-04:00", "49h", "2013-11-11T00:00:00-05:00"},
		{"Samoa skipped a Friday", "Pacific/Apia", nineToFive, nil, "2011-12-29T16:30:00-10:00", "1h", "2012-01-02T09:30:00+14:00"},
		{"Samoa: the evening before ends where Saturday begins", "Pacific/Apia", on(slots("20:00", "24:00"), time.Thursday, time.Friday), nil, "2011-12-29T20:00:00-10:00", "4h", "2011-12-31T00:00:00+14:00"},
		{"half an hour of summer time", "Australia/Lord_Howe", on(slots("00:00", "24:00"), time.Sunday), nil, "2026-04-05T00:00:00+11:00", "24h30m", "2026-04-06T00:00:00+10:30"},
		{"a quarter of an hour's offset", "Asia/Kathmandu", nineToFive, nil, "2026-11-27T16:30:00+05:45", "1h", "2026-11-30T09:30:00+05:45"},
		{"before 1970", "UTC", nineToFive, nil, "1969-12-31T16:30:00Z", "1h", "1970-01-01T09:30:00Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCalendar(mustZone(t, test.zone), test.week, dates(t, test.holidays))
			d, err := time.ParseDuration(test.d)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := c.at(mustInstant(t, test.start), d)
			if test.want == "" {
				if ok {
					t.Errorf("at(%s, %s) = %v, want never", test.start, test.d, got)
				}
			} else if !ok || !got.Equal(mustInstant(t, test.want)) {
				t.Errorf("at(%s, %s) = %v, %v; want %s", test.start, test.d, got.In(c.loc), ok, test.want)
			}
		})
	}
}

func dates(t testing.TB, texts []string) []Date {
	t.Helper()
	var dates []Date
	for _, s := range texts {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		dates = append(dates, d)
	}
	return dates
}

// mondays are the first n Mondays of a year.
func mondays(year, n int) []string {
	d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	for d.Weekday() != time.Monday {
		d = d.AddDate(0, 0, 1)
	}
	var out []string
	for range n {
		out = append(out, d.Format(time.DateOnly))
		d = d.AddDate(0, 0, 7)
	}
	return out
}

// T48: twenty holidays in a row are skipped, whichever they are.
func TestCalendarHolidaysInARow(t *testing.T) {
	t.Parallel()
	var row []Date
	for i := range 20 {
		row = append(row, Date{2026, time.December, 1 + i})
	}
	c := newCalendar(mustZone(t, "America/Sao_Paulo"), on(slots("09:00", "17:00"), wholeWeek...), row)
	got, ok := c.at(mustInstant(t, "2026-11-30T16:00:00-03:00"), 2*time.Hour)
	if want := mustInstant(t, "2026-12-21T10:00:00-03:00"); !ok || !got.Equal(want) {
		t.Errorf("got %v, want %v", got.In(c.loc), want.In(c.loc))
	}
}

// oddZones have clock changes of every kind near oddDays.
var oddZones = []string{"America/Sao_Paulo", "America/New_York", "America/Manaus", "America/Rio_Branco",
	"Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin", "Africa/Casablanca", "Asia/Beirut", "UTC"}

var oddDays = []string{"2018-11-03", "2018-02-17", "2019-02-16", "2017-10-14", "2026-03-07", "2026-10-31",
	"2011-12-29", "2013-11-09", "2026-04-04", "2026-03-28", "2026-11-23"}

// drawWeek draws up to three slots a day, by the minute; some touch.
func drawWeek(t *rapid.T) *Week {
	var w Week
	for d := range w {
		marks := rapid.SliceOfNDistinct(rapid.IntRange(0, minutesPerDay), 0, 6, rapid.ID[int]).Draw(t, "marks")
		slices.Sort(marks)
		touch := rapid.Bool().Draw(t, "touch")
		for i := 0; i+1 < len(marks); i += 2 {
			w[d] = append(w[d], Slot{marks[i], marks[i+1]})
			if touch && i+2 < len(marks) {
				w[d] = append(w[d], Slot{marks[i+1], marks[i+2]})
			}
		}
	}
	return &w
}

func drawCalendar(t *rapid.T) (*calendar, time.Time) {
	day, err := time.Parse(time.DateOnly, rapid.SampledFrom(oddDays).Draw(t, "day"))
	if err != nil {
		t.Fatal(err)
	}
	loc, err := time.LoadLocation(rapid.SampledFrom(oddZones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	var closed []Date
	for i := range 6 {
		if d := day.AddDate(0, 0, i-1); rapid.IntRange(0, 5).Draw(t, "holiday") == 5 {
			closed = append(closed, Date{d.Year(), d.Month(), d.Day()})
		}
	}
	start := day.Add(time.Duration(rapid.Int64Range(-int64(24*time.Hour), int64(60*time.Hour)).Draw(t, "start")))
	return newCalendar(loc, drawWeek(t), closed), start
}

func drawTime(t *rapid.T, label string) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(30*time.Hour)).Draw(t, label))
}

// at(s, a+b) = at(at(s, a), b), wherever both exist.
func TestCalendarAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawCalendar(t)
		a, b := drawTime(t, "a"), drawTime(t, "b")
		whole, ok := c.at(s, a+b)
		half, okHalf := c.at(s, a)
		if !okHalf && ok {
			t.Fatalf("at(s, a+b) = %v exists, at(s, a) does not", whole)
		}
		if !ok {
			return
		}
		if two, ok := c.at(half, b); !ok || !two.Equal(whole) {
			t.Fatalf("at(s, a+b) = %v, at(at(s, a), b) = %v, %v", whole, two, ok)
		}
	})
}

// A deadline is never earlier than in real time, and neither a later start nor
// a longer time brings an earlier one.
func TestCalendarIsMonotonic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawCalendar(t)
		d, more := drawTime(t, "d"), drawTime(t, "more")
		at, ok := c.at(s, d)
		if !ok {
			return
		}
		if at.Before(s.Add(d)) {
			t.Fatalf("at(%v, %v) = %v is earlier than real time", s, d, at)
		}
		if longer, ok := c.at(s, d+more); ok && longer.Before(at) {
			t.Fatalf("%v takes until %v, %v only until %v", d, at, d+more, longer)
		}
		if later, ok := c.at(s.Add(more), d); ok && later.Before(at) {
			t.Fatalf("from %v until %v, from %v only until %v", s, at, s.Add(more), later)
		}
	})
}

// The clocks on the wall reach any local time no earlier than the instant the
// calendar gives it, and show it, or have jumped past it, then.
func TestWallInstantIsTheFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawCalendar(t)
		wall := s.Unix()
		at := wallInstant(c.loc, wall)
		if shown := shownAt(c.loc, at); shown < wall {
			t.Fatalf("at the instant %d the clocks of %v show %d, not yet %d", at, c.loc, shown, wall)
		}
		if shown := shownAt(c.loc, at-1); shown >= wall {
			t.Fatalf("a second before %d the clocks of %v already show %d, past %d", at, c.loc, shown, wall)
		}
	})
}

// shownAt is what the clocks show at a Unix second, as if it were UTC.
func shownAt(loc *time.Location, at int64) int64 {
	_, offset := time.Unix(at, 0).In(loc).Zone()
	return at + int64(offset)
}

// FuzzCalendar reads hours, holidays, a zone and an instant out of bytes: the
// laws above hold for all of them, and nothing takes forever.
func FuzzCalendar(f *testing.F) {
	f.Add(uint8(0), []byte{9, 17, 9, 17}, uint8(0), int64(1541286000), int64(3600), int64(7200))
	f.Add(uint8(4), []byte{0, 24, 0, 24, 0, 24}, uint8(255), int64(1325239200), int64(86400), int64(1))
	f.Add(uint8(1), []byte{}, uint8(1), int64(-1<<40), int64(1<<40), int64(1<<40))
	f.Fuzz(func(t *testing.T, zone uint8, hours []byte, closed uint8, start, a, b int64) {
		const span = 1 << 37 // some 4,000 years around 1970
		s := time.Unix(start%span, start%1e9).UTC()
		d1, d2 := time.Duration(a&(1<<50-1)), time.Duration(b&(1<<50-1))
		c := newCalendar(mustZone(t, oddZones[int(zone)%len(oddZones)]), fuzzWeek(hours), fuzzHolidays(s, closed))
		whole, ok := c.at(s, d1+d2)
		if !ok {
			return
		}
		half, okHalf := c.at(s, d1)
		if !okHalf || half.Before(s.Add(d1)) {
			t.Fatalf("at(s, %v) = %v, %v", d1, half, okHalf)
		}
		if two, ok := c.at(half, d2); !ok || !two.Equal(whole) {
			t.Fatalf("at(s, a+b) = %v, at(at(s, a), b) = %v, %v", whole, two, ok)
		}
	})
}

// fuzzWeek gives each pair of bytes as hours to a day of the week in turn.
func fuzzWeek(hours []byte) *Week {
	var w Week
	for i := 0; i+1 < len(hours) && i < 14; i += 2 {
		if from, to := int(hours[i]%25)*60, int(hours[i+1]%25)*60; from < to {
			w[i/2] = []Slot{{from, to}}
		}
	}
	return &w
}

// fuzzHolidays closes the days around s whose bit is set.
func fuzzHolidays(s time.Time, closed uint8) []Date {
	var holidays []Date
	for i := range 8 {
		if closed&(1<<i) != 0 {
			d := s.AddDate(0, 0, i-2)
			holidays = append(holidays, Date{d.Year(), d.Month(), d.Day()})
		}
	}
	return holidays
}
