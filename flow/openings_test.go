package flow

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Waits measured in one timeline are as long as the calendar itself counts, and end
// late exactly where the deadline after that much time is earlier.
func TestOpeningsMeasureAsTheCalendarCounts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(16, 4))
	for _, place := range []struct{ zone, begin string }{
		{"America/Sao_Paulo", "2026-11-23T08:30:00-03:00"},
		{"America/Sao_Paulo", "2018-11-02T20:00:00-03:00"}, // midnight does not exist
		{"America/Sao_Paulo", "2018-02-16T20:00:00-02:00"}, // 23:00 comes twice
		{"America/New_York", "2026-10-31T20:00:00-04:00"},  // 01:00 comes twice
		{"Pacific/Apia", "2011-12-28T12:00:00-10:00"},      // the 30th does not exist
	} {
		loc, err := time.LoadLocation(place.zone)
		if err != nil {
			t.Fatal(err)
		}
		begin, err := time.Parse(time.RFC3339, place.begin)
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			c := newCalendar(loc, someWeek(random), []Date{{begin.Year(), begin.Month(), begin.Day() + 1}})
			o := newOpenings(c, begin.UnixMicro(), begin.Add(5*24*time.Hour).UnixMicro())
			for range 200 {
				// In steps of half an hour, so that ends fall on openings and closings; some lie outside the timeline.
				start := begin.Add(time.Duration(random.IntN(230)-10) * 30 * time.Minute)
				end := start.Add(time.Duration(random.IntN(130)) * 30 * time.Minute)
				if random.IntN(3) == 0 {
					end = end.Add(time.Duration(random.Int64N(int64(time.Hour/time.Microsecond))) * time.Microsecond)
				}
				got, later := o.length(start.UnixMicro(), end.UnixMicro())
				want := c.open(start, end)
				at, exists := c.at(start, want)
				if got != want.Microseconds() || later != (exists && at.Before(end)) {
					t.Fatalf("%s: from %v to %v it measures %v (later %v), the calendar counts %v up to %v", place.zone, start, end,
						time.Duration(got)*time.Microsecond, later, want, at)
				}
			}
		}
	}
}

func someWeek(random *rand.Rand) *Week {
	if random.IntN(8) == 0 {
		return nil
	}
	var w Week
	for d := range w {
		minute := 0
		for range random.IntN(4) {
			open := minute + 30*random.IntN(20)
			minute = open + 30*(1+random.IntN(16))
			if minute > minutesPerDay {
				break
			}
			w[d] = append(w[d], Slot{open, minute})
		}
	}
	return &w
}
