package ui

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// hours reads times of day by pairs.
func hours(times ...string) []flow.Slot {
	var s []flow.Slot
	for i := 0; i < len(times); i += 2 {
		open, _ := flow.ParseTimeOfDay(times[i])
		closing, _ := flow.ParseTimeOfDay(times[i+1])
		s = append(s, flow.Slot{Open: open, Close: closing})
	}
	return s
}

func everyDay(s []flow.Slot) *flow.Week { return &flow.Week{s, s, s, s, s, s, s} }

func TestHoursSummary(t *testing.T) {
	t.Parallel()
	work, half := hours("09:00", "18:00"), hours("09:00", "13:00")
	lunch := hours("09:00", "12:00", "13:00", "18:00")
	for want, w := range map[string]*flow.Week{
		"sempre aberto": nil,
		"fechado":       {},
		"seg–sex 09:00–18:00, sáb 09:00–13:00":           {nil, work, work, work, work, work, half},
		"todos os dias 09:00–18:00":                      everyDay(work),
		"seg, qua e sex 09:00–18:00":                     {1: work, 3: work, 5: work},
		"seg e ter 09:00–12:00 e 13:00–18:00":            {1: lunch, 2: lunch},
		"sáb e dom o dia todo":                           {0: hours("00:00", "24:00"), 6: hours("00:00", "24:00")},
		"sex 18:00–02:00":                                {5: hours("18:00", "24:00"), 6: hours("00:00", "02:00")},
		"dom 22:00–06:00":                                {0: hours("22:00", "24:00"), 1: hours("00:00", "06:00")},
		"todos os dias 22:00–06:00":                      everyDay(hours("00:00", "06:00", "22:00", "24:00")),
		"sex 18:00–24:00":                                {5: hours("18:00", "24:00")},
		"sex o dia todo, sáb 00:00–02:00":                {5: hours("00:00", "24:00"), 6: hours("00:00", "02:00")},
		"sex 18:00–24:00, sáb 00:00–19:00":               {5: hours("18:00", "24:00"), 6: hours("00:00", "19:00")},
		"qui 20:00–24:00, sex 00:00–20:00":               {4: hours("20:00", "24:00"), 5: hours("00:00", "20:00")},
		"sex 18:00–20:00 e 20:00–02:00, dom 08:00–09:00": {5: hours("18:00", "20:00", "20:00", "24:00"), 6: hours("00:00", "02:00"), 0: hours("08:00", "09:00")},
	} {
		if got := HoursSummary(w); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := HoursSummary(everyDay(hours("00:00", "24:00"))); got != "sempre aberto" {
		t.Errorf("open around the clock: %q", got)
	}
}

// drawWeek draws up to four slots a day, some touching, many at midnight.
func drawWeek(t *rapid.T) flow.Week {
	var w flow.Week
	for d := range w {
		marks := rapid.SliceOfNDistinct(rapid.OneOf(rapid.IntRange(0, 1440), rapid.SampledFrom([]int{0, 120, 1080, 1440})), 0, 8, rapid.ID[int]).Draw(t, "marks")
		sorted := sortedInts(marks)
		touch := rapid.Bool().Draw(t, "touch")
		for i := 0; i+1 < len(sorted); i++ {
			if i%2 == 0 || touch {
				w[d] = append(w[d], flow.Slot{Open: sorted[i], Close: sorted[i+1]})
			}
		}
	}
	return w
}

func sortedInts(n []int) []int {
	for i := range n {
		for j := i; j > 0 && n[j] < n[j-1]; j-- {
			n[j], n[j-1] = n[j-1], n[j]
		}
	}
	return n
}

// What is shown is read back as what was stored, no shift clashes, each reads
// without a doubt, and storing what was read shows the same again.
func TestShiftsAreTheWeek(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeek(t)
		shown := Shifts(w)
		if diff := cmp.Diff(w, WeekOf(shown)); diff != "" {
			t.Fatalf("shown as %v and read as (-stored +read):\n%s", shown, diff)
		}
		if clashes := Clashes(shown); len(clashes) > 0 {
			t.Fatalf("%v clash: %v", shown, clashes)
		}
		for _, shifts := range shown {
			for _, s := range shifts {
				if s.Open < 0 || s.Open >= minutesPerDay || s.Close <= s.Open || s.BeyondMidnight() && s.Close-minutesPerDay >= s.Open {
					t.Fatalf("%v of %v", s, shown)
				}
			}
		}
		if diff := cmp.Diff(shown, Shifts(WeekOf(shown))); diff != "" {
			t.Fatalf("shown twice (-first +second):\n%s", diff)
		}
	})
}

// Shifts that do not clash make a week that the engine takes, and the other way
// round.
func TestClashesAreTheEnginesOverlaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var days [7][]Shift
		for d := range days {
			for range rapid.IntRange(0, 2).Draw(t, "shifts") {
				open := rapid.IntRange(0, 1439).Draw(t, "open")
				days[d] = append(days[d], Shift{open, rapid.IntRange(open+1, open+1439).Draw(t, "close")})
			}
		}
		w := WeekOf(days)
		_, err := flow.Compile(flow.Configuration{Timezone: "UTC", Hours: &w})
		if clashes := Clashes(days); (err == nil) != (len(clashes) == 0) {
			t.Fatalf("%v: the engine says %v, the editor %v", days, err, clashes)
		}
	})
}

func TestClashesNameTheOther(t *testing.T) {
	t.Parallel()
	var days [7][]Shift
	days[time.Friday] = []Shift{{1320, 1560}} // 22:00–02:00
	days[time.Saturday] = []Shift{{60, 300}, {600, 700}, {650, 660}}
	days[time.Sunday] = []Shift{{1380, 1500}} // 23:00–01:00
	days[time.Monday] = []Shift{{0, 60}, {60, 120}}
	want := []Clash{
		{time.Monday, 0, time.Sunday, Shift{1380, 1500}},
		{time.Saturday, 0, time.Friday, Shift{1320, 1560}},
		{time.Saturday, 2, time.Saturday, Shift{600, 700}},
	}
	if diff := cmp.Diff(want, Clashes(days)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
