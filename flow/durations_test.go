package flow

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A quantile is within 1 % of the one of the durations themselves, and adding
// two histograms is counting both's durations.
func TestDurationsAreGoodToOnePercent(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []time.Duration
		var parts [2]Durations
		var whole Durations
		for range 1 + random.IntN(300) {
			d := time.Duration(math.Exp(random.Float64()*15) * float64(time.Second))
			all = append(all, d)
			parts[random.IntN(2)].Add(d)
			whole.Add(d)
		}
		parts[0].Merge(parts[1])
		if !slices.Equal(parts[0], whole) || whole.Len() != len(all) {
			t.Fatalf("the parts count %d, the whole %d, of %d", parts[0].Len(), whole.Len(), len(all))
		}
		slices.Sort(all)
		for _, q := range []float64{0, 0.5, 0.9, 1} {
			want := all[max(1, int(math.Ceil(q*float64(len(all)))))-1]
			got, ok := whole.Quantile(q)
			if !ok || math.Abs(got.Seconds()/want.Seconds()-1) > 0.01 {
				t.Fatalf("quantile %v of %d: %v, not %v", q, len(all), got, want)
			}
		}
	}
	var none Durations
	if _, ok := none.Quantile(0.5); ok {
		t.Error("nothing has a median")
	}
	none.Add(-time.Second)
	if got, ok := none.Quantile(0.5); got != 0 || !ok {
		t.Errorf("less than nothing took %v", got)
	}
	var again Durations
	none.Add(90 * time.Second)
	none.Range(again.Fill)
	if !slices.Equal(none, again) {
		t.Errorf("filled in from another: %v, not %v", again, none)
	}
}

// Open time is what the engine's deadlines are counted in: from any instant, the
// deadline after d of it is the first instant by which d of it has passed.
func TestOpenTimeIsTheEnginesOwn(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, zone := range []string{"America/Sao_Paulo", "America/New_York", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		week := Week{1: {{540, 720}, {780, 1080}}, 2: {{540, 1440}}, 3: {{0, 300}}, 6: {{600, 720}}}
		c := newCalendar(loc, &week, []Date{{2026, 11, 24}})
		for range 500 {
			from := time.Date(2026, 1, 1, 0, 0, random.IntN(365*secondsPerDay), 0, time.UTC)
			d := time.Duration(1+random.IntN(40*3600)) * time.Second
			to, ok := c.at(from, d)
			if !ok {
				t.Fatalf("%v after %v never comes", d, from)
			}
			if got := c.open(from, to); got != d {
				t.Fatalf("%s: open from %v to %v for %v, the engine counted %v", zone, from, to, got, d)
			}
			if got := c.open(from, to.Add(-time.Second)); got != d-time.Second {
				t.Fatalf("%s: a second earlier %v of %v", zone, got, d)
			}
		}
	}
	never := newCalendar(time.UTC, &Week{}, nil)
	if got := never.open(time.Unix(0, 0), time.Unix(1e9, 0)); got != 0 {
		t.Errorf("who never opens was open for %v", got)
	}
	always := newCalendar(time.UTC, nil, nil)
	if got := always.open(time.Unix(5, 0), time.Unix(1e6, 0)); got != (1e6-5)*time.Second {
		t.Errorf("who is always open was open for %v", got)
	}
	if got := always.open(time.Unix(9, 0), time.Unix(5, 0)); got != 0 {
		t.Errorf("backwards: %v", got)
	}
}
