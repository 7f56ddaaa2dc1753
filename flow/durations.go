package flow

import (
	"math"
	"slices"
	"time"
)

// Durations counts how long things took, so that any number of them takes the
// room of a few hundred counts, and two can be added: a logarithmic histogram.
// What it says of a duration of a second or more is within 1 % of it.
type Durations []durationCount // by index

// durationCount is how many durations of an index there are, at least one.
type durationCount struct{ index, n int32 }

// durationStep is from one count's duration to the next one's: a duration is at
// most half a step, less than 1 %, away from its count's.
const durationStep = 1.0198

// Add counts a duration; a negative one is none at all.
func (h *Durations) Add(d time.Duration) { h.Fill(durationIndex(d), 1) }

// Fill counts n durations of an index, as Range gave it.
func (h *Durations) Fill(index, n int) {
	c := durationCount{int32(index), int32(n)}
	if last := len(*h) - 1; last < 0 || (*h)[last].index < c.index {
		*h = append(*h, c)
		return
	}
	h.Merge(Durations{c})
}

// Merge adds all that o counts.
func (h *Durations) Merge(o Durations) {
	if h.include(o) {
		return
	}
	both := make(Durations, 0, len(*h)+len(o))
	rest := *h
	for _, c := range o {
		for len(rest) > 0 && rest[0].index < c.index {
			both, rest = append(both, rest[0]), rest[1:]
		}
		if len(rest) > 0 && rest[0].index == c.index {
			c.n, rest = c.n+rest[0].n, rest[1:]
		}
		both = append(both, c)
	}
	*h = append(both, rest...)
}

// include adds o if all its indexes are counted already, and reports whether.
func (h Durations) include(o Durations) bool {
	if len(o) == 1 {
		i, found := slices.BinarySearchFunc(h, o[0], func(a, b durationCount) int { return int(a.index - b.index) })
		if found {
			h[i].n += o[0].n
		}
		return found
	}
	i := 0
	for _, c := range o {
		for i < len(h) && h[i].index < c.index {
			i++
		}
		if i == len(h) || h[i].index != c.index {
			return false
		}
	}
	i = 0
	for _, c := range o {
		for h[i].index < c.index {
			i++
		}
		h[i].n += c.n
	}
	return true
}

// Range calls each for all durations that were counted, by index, the shortest
// first.
func (h Durations) Range(each func(index, n int)) {
	for _, c := range h {
		each(int(c.index), int(c.n))
	}
}

// Len is how many durations were counted.
func (h Durations) Len() (n int) {
	for _, c := range h {
		n += int(c.n)
	}
	return n
}

// Quantile is the shortest duration that at least a share q of all do not
// exceed, and false where none was counted.
func (h Durations) Quantile(q float64) (time.Duration, bool) {
	all := h.Len()
	if all == 0 {
		return 0, false
	}
	rank := max(1, int(math.Ceil(q*float64(all))))
	for _, c := range h {
		if rank -= int(c.n); rank <= 0 {
			return durationOf(int(c.index)), true
		}
	}
	return durationOf(int(h[len(h)-1].index)), true
}

// durationIndex is 0 below a second.
func durationIndex(d time.Duration) int {
	if d < time.Second {
		return 0
	}
	return 1 + int(math.Round(math.Log(d.Seconds())/math.Log(durationStep)))
}

func durationOf(index int) time.Duration {
	if index == 0 {
		return 0
	}
	return time.Duration(math.Pow(durationStep, float64(index-1)) * float64(time.Second))
}
