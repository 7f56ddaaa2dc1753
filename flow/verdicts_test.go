package flow

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// answers is a tryout over answered waits of some lengths.
func answers(t *testing.T, took ...time.Duration) Backtest {
	t.Helper()
	rules, err := Compile(Configuration{Timezone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	out, err := NewTryout(rules, Flow{Queue: WaitingQueue, Kind: Main, Alert1: 7 * time.Minute, Alert2: 11 * time.Minute, Clock: Always,
		Action: Action{Type: ReturnToWaiting, Delay: 13 * time.Minute}}, end.AddDate(0, 0, -7), end, len(took))
	if err != nil {
		t.Fatal(err)
	}
	j := out.Judge("", "", "x")
	for _, d := range took {
		out.Try(j, Wait{Start: end.Add(-d).UnixMicro(), End: end.UnixMicro(), Outcome: Answered})
	}
	for _, p := range out.Reruns() {
		p.Log, p.Ended = LogOf(Stay{Queue: WaitingQueue, Channel: "x", Start: time.UnixMicro(p.Start), End: time.UnixMicro(p.End), Outcome: Answered})
	}
	return out.Backtest(end)
}

// Percentiles and bins are those of the sorted lengths, exactly.
func TestPercentilesAndBinsAreExact(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(80, 95))
	for range 200 {
		took := make([]time.Duration, 1+random.IntN(400))
		for i := range took {
			took[i] = time.Duration(math.Exp(random.Float64()*14) * float64(time.Second)).Truncate(time.Microsecond)
			if random.IntN(4) == 0 {
				took[i] = took[i].Truncate(time.Minute) // on an edge, and several alike
			}
		}
		b := answers(t, took...)
		slices.Sort(took)
		for _, p := range b.Percentiles {
			if want := took[max(1, int(math.Ceil(p.Share*float64(len(took)))))-1]; p.Within != want {
				t.Fatalf("%v of %d within %v, not %v", p.Share, len(took), p.Within, want)
			}
		}
		for i, bin := range b.Bins {
			n := 0
			for _, d := range took {
				if (d > bin.From || i == 0) && (d <= bin.To || bin.To == 0) {
					n++
				}
			}
			if bin.N != n {
				t.Fatalf("from %v to %v: %d, not %d", bin.From, bin.To, bin.N, n)
			}
		}
		for _, mark := range []time.Duration{7 * time.Minute, 11 * time.Minute, 24 * time.Minute} {
			if !slices.ContainsFunc(b.Bins, func(bin Bin) bool { return bin.To == mark }) {
				t.Fatalf("%v is no edge of %v", mark, b.Bins)
			}
		}
		if s := b.Suggested; s.Alert1 > 0 && (s.Share1 < 0.8 || s.Share2 < 0.95 || s.Alert1 >= s.Alert2) {
			t.Fatalf("suggested: %+v", s)
		}
	}
}

func TestSuggestion(t *testing.T) {
	t.Parallel()
	minutes := func(n int, took ...float64) (all []time.Duration) {
		for range n {
			for _, m := range took {
				all = append(all, time.Duration(m*float64(time.Minute)))
			}
		}
		return all
	}
	for _, c := range []struct {
		what           string
		took           []time.Duration
		alert1, alert2 time.Duration
		share1         float64
	}{
		{"nineteen", minutes(19, 3), 0, 0, 0},
		{"rounded up", minutes(20, 3.5, 3.5, 3.5, 3.5, 9), 4 * time.Minute, 10 * time.Minute, 0.8},
		{"all the same", minutes(20, 15), 15 * time.Minute, 20 * time.Minute, 1},
		{"at once", minutes(20, 0), time.Minute, 2 * time.Minute, 1},
		{"weeks", minutes(20, 30*24*60), 0, 0, 0},
	} {
		s := answers(t, c.took...).Suggested
		if s.Alert1 != c.alert1 || s.Alert2 != c.alert2 || s.Share1 != c.share1 {
			t.Errorf("%s: %+v", c.what, s)
		}
	}
}

// Of very many, some are replayed from the whole period, and scaled up to all.
func TestSomeAreReplayedOfMany(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 99, 100, 101, 199, 200, 201, 12345} {
		var s spread
		for i := range n {
			s.add(nil, Wait{Start: int64(i)})
		}
		some := s.some()
		if s.n != n || len(some) != min(n, maxReplays) {
			t.Fatalf("%d of %d", len(some), n)
		}
		for i, p := range some {
			if want := float64(i) * float64(n) / float64(len(some)); math.Abs(float64(p.Start)-want) > float64(n)/10+1 {
				t.Errorf("the %dth of %d is the %dth of %d", i, len(some), p.Start, n)
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		some, all, sum := make([]int, 1+random.IntN(6)), random.IntN(5000), 0
		for i := range some {
			some[i] = random.IntN(40)
			sum += some[i]
		}
		scaled, total := scale(some, all), 0
		for i, n := range scaled {
			total += n
			if sum > 0 && math.Abs(float64(n)-float64(some[i]*all)/float64(sum)) >= 1 {
				t.Fatalf("%v to %d: %v", some, all, scaled)
			}
		}
		if sum > 0 && total != all {
			t.Fatalf("%v to %d: %v", some, all, scaled)
		}
	}
}
