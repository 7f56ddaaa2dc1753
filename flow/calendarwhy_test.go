package flow

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The example: Friday 17:50 and 20 minutes is Monday 09:10.
func TestWhy(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar("America/Sao_Paulo", on(slots("09:00", "18:00"), workdays...), dates(t, []string{"2026-12-25"}))
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time { return mustInstant(t, s).UTC() }
	stretch := func(from, to string, open bool, closed ...ClosedDay) Stretch {
		return Stretch{at(from), at(to), open, closed}
	}
	day := func(date string, holiday bool) ClosedDay { return ClosedDay{dates(t, []string{date})[0], holiday} }
	for _, test := range []struct {
		name, start string
		open        time.Duration
		want        []Stretch
	}{
		{"over the weekend", "2026-11-27T17:50:00-03:00", 20 * time.Minute, []Stretch{
			stretch("2026-11-27T17:50:00-03:00", "2026-11-27T18:00:00-03:00", true),
			stretch("2026-11-27T18:00:00-03:00", "2026-11-30T09:00:00-03:00", false, day("2026-11-28", false), day("2026-11-29", false)),
			stretch("2026-11-30T09:00:00-03:00", "2026-11-30T09:10:00-03:00", true)}},
		{"from before Christmas", "2026-12-24T19:00:00-03:00", time.Hour, []Stretch{
			stretch("2026-12-24T19:00:00-03:00", "2026-12-28T09:00:00-03:00", false,
				day("2026-12-25", true), day("2026-12-26", false), day("2026-12-27", false)),
			stretch("2026-12-28T09:00:00-03:00", "2026-12-28T10:00:00-03:00", true)}},
		{"overnight", "2026-11-25T17:00:00-03:00", 2 * time.Hour, []Stretch{
			stretch("2026-11-25T17:00:00-03:00", "2026-11-25T18:00:00-03:00", true),
			stretch("2026-11-25T18:00:00-03:00", "2026-11-26T09:00:00-03:00", false),
			stretch("2026-11-26T09:00:00-03:00", "2026-11-26T10:00:00-03:00", true)}},
	} {
		if diff := cmp.Diff(test.want, c.Why(at(test.start), test.open).Stretches); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if why := c.Why(at("2026-11-25T17:00:00-03:00"), 5000*time.Hour); why.Exists || why.NeverOpen || why.Stretches != nil {
		t.Errorf("over 366 days away: %+v", why)
	}
	never, err := NewCalendar("America/Sao_Paulo", &Week{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if why := never.Why(at("2026-11-25T17:00:00-03:00"), time.Hour); why.Exists || !why.NeverOpen {
		t.Errorf("never open: %+v", why)
	}
	if _, err := NewCalendar("Nowhere", nil, nil); err == nil {
		t.Error("a zone that does not exist is taken")
	}
}

// The clocks of São Paulo went forward at midnight, November 2018.
func TestWhyTellsClockChanges(t *testing.T) {
	t.Parallel()
	c, err := NewCalendar("America/Sao_Paulo", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	why := c.Why(mustInstant(t, "2018-11-03T22:00:00-03:00"), 4*time.Hour)
	want := []ClockChange{{mustInstant(t, "2018-11-04T00:00:00-03:00").UTC(), time.Hour}}
	if diff := cmp.Diff(want, why.ClockChanges); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The explanation is of the engine's own deadline: open stretches add up to what
// was counted, and with the closed ones lead to the deadline without a gap; in
// what it calls closed no time counts, in what it calls open all of it.
func TestWhyIsTheDeadlinesOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, s := drawCalendar(t)
		d := drawTime(t, "d")
		want, exists := c.at(s, d)
		why := Calendar{c}.Why(s, d)
		if why.Exists != exists || !why.Deadline.Equal(want) {
			t.Fatalf("deadline %v, %v; the engine's is %v, %v", why.Deadline, why.Exists, want, exists)
		}
		if !exists {
			return
		}
		counted, at := time.Duration(0), s
		for i, stretch := range why.Stretches {
			length := stretch.To.Sub(stretch.From)
			if !stretch.From.Equal(at) || length <= 0 || i > 0 && stretch.Open == why.Stretches[i-1].Open {
				t.Fatalf("stretch %d is %v, after %v", i, stretch, at)
			}
			at = stretch.To
			first, _ := c.at(stretch.From, 1)
			switch {
			case stretch.Open:
				counted += length
				if all, _ := c.at(stretch.From, length); !all.Equal(stretch.To) {
					t.Fatalf("%v is called open, and only %v is", stretch, all)
				}
			case first.Before(stretch.To):
				t.Fatalf("%v is called closed, and is open at %v", stretch, first)
			}
			for _, day := range stretch.ClosedDays {
				if day.Holiday != c.holidays[day.Date] || !day.Holiday && len(c.week[day.Date.Weekday()]) > 0 {
					t.Fatalf("%v is called %+v", day.Date, day)
				}
			}
		}
		if counted != d || !at.Equal(why.Deadline) {
			t.Fatalf("the stretches count %v of %v and end at %v, not %v", counted, d, at, why.Deadline)
		}
	})
}
