package flow

import (
	"maps"
	"math/bits"
	"slices"
	"time"
)

// Reruns are the waits that have to be replayed for the answer: whoever asks for it
// gives them their logs before.
func (t *Tryout) Reruns() []*Rerun {
	return slices.Concat(t.tries[0].cut.some(), t.tries[1].cut.some(), t.acted.some())
}

// Backtest is the answer, once all waits were counted and the Reruns have their logs,
// which tell what happened up to now.
func (t *Tryout) Backtest(now time.Time) Backtest {
	b := Backtest{Since: time.UnixMicro(t.from).UTC(), Until: time.UnixMicro(t.to).UTC(), Waits: len(t.keys), Imported: t.imported,
		InForce: slices.Sorted(maps.Keys(t.inForce))}
	logs := t.Reruns()
	rules := t.draft.remembering(logs)
	b.Draft = t.tries[0].result(rules, now)
	b.Present = t.tries[1].result(t.present.remembering(logs), now)
	b.After = t.aftermath(rules, now)
	t.measure(&b)
	return b
}

// result adds the estimate to what is exact.
func (t *tried) result(r *Rules, now time.Time) Tried {
	replayed, loads, reruns := make([]int, verdicts), map[string]int{}, t.cut.some()
	for _, p := range reruns {
		v, _ := r.rerun(p, now, loads)
		replayed[v]++
	}
	cut := scale(replayed, t.cut.n)
	all := make([]int, verdicts)
	for v := range all {
		all[v] = t.exact[v] + cut[v]
	}
	return Tried{Verdicts: verdictsOf(all), Cut: Cut{Verdicts: verdictsOf(cut), Replayed: len(reruns)}}
}

func verdictsOf(n []int) Verdicts {
	return Verdicts{Green: n[isGreen], Yellow: n[isYellow], Red: n[isRed], Acted: n[isActed]}
}

func (t *Tryout) aftermath(r *Rules, now time.Time) Aftermath {
	replayed, loads, reruns := make([]int, afters), map[string]int{}, t.acted.some()
	for _, p := range reruns {
		_, a := r.rerun(p, now, loads)
		replayed[a]++
	}
	n := scale(replayed, t.acted.n)
	return Aftermath{Of: t.acted.n, Replayed: len(reruns), Green: n[afterGreen], Yellow: n[afterYellow], Red: n[afterRed], Again: n[afterAgain],
		Cycle: n[afterCycle], NoTarget: n[afterNoTarget], Closed: n[afterClosed], Ended: n[afterEnded], Handed: n[afterHanded], Open: n[afterOpen]}
}

// scale makes counts of some those of all, so that their sum is: what is left over by
// rounding down goes to the largest remainders.
func scale(some []int, all int) []int {
	scaled, left := make([]int, len(some)), all
	sum := 0
	for _, n := range some {
		sum += n
	}
	if sum == 0 {
		return scaled
	}
	order := make([]int, len(some))
	for i, n := range some {
		scaled[i] = n * all / sum
		left -= scaled[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return some[b]*all%sum - some[a]*all%sum })
	for _, i := range order[:left] {
		scaled[i]++
	}
	return scaled
}

// measure fills in what is told of the lengths.
func (t *Tryout) measure(b *Backtest) {
	var all, answered ranks
	for _, key := range t.keys {
		i := rankOf(length(key >> 1))
		all[i]++
		if key&1 == 1 {
			answered[i]++
			b.Answered++
		}
	}
	b.Percentiles = t.percentiles(&answered, b.Answered)
	b.Suggested = suggest(b.Percentiles, b.Answered)
	f := t.draft.flowByID(t.id)
	marks := []time.Duration{f.Alert1, f.Alert2}
	if f.Action.Type != ActionNone {
		marks = append(marks, f.limit())
	}
	b.Bins = binsFor(marks, all.least(0.99, len(t.keys)))
	t.fill(b)
}

func (r *Rules) flowByID(id string) Flow {
	for _, f := range r.configuration.Flows {
		if f.ID == id {
			return f
		}
	}
	return defaultFlow
}

// fill counts all waits by their lengths, and the answered ones that are not longer
// than the suggested times.
func (t *Tryout) fill(b *Backtest) {
	edges := make([]length, len(b.Bins)) // what a bin's waits are not longer than
	for i, bin := range b.Bins {
		edges[i] = never
		if bin.To > 0 {
			edges[i] = length(2 * bin.To.Microseconds())
		}
	}
	// Where the search begins, by rank: the first bin that can hold a length of it.
	var first [rankCount]uint8
	for i, bin := 0, 0; i < rankCount; i++ {
		for edges[bin] < leastOf(i) {
			bin++
		}
		first[i] = uint8(bin)
	}
	within := [2]length{length(2 * b.Suggested.Alert1.Microseconds()), length(2 * b.Suggested.Alert2.Microseconds())}
	var shared [2]int
	for _, key := range t.keys {
		l := length(key >> 1)
		bin := first[rankOf(l)]
		for edges[bin] < l {
			bin++
		}
		b.Bins[bin].N++
		if key&1 == 0 {
			continue
		}
		for i, w := range within {
			if l <= w {
				shared[i]++
			}
		}
	}
	if b.Suggested.Alert1 > 0 {
		b.Suggested.Share1 = float64(shared[0]) / float64(b.Answered)
		b.Suggested.Share2 = float64(shared[1]) / float64(b.Answered)
	}
}

// ranks counts lengths by their magnitude: each count's are within 1.6 % of each other.
type ranks [rankCount]int

const (
	rankBits  = 6
	rankCount = (64 - rankBits) << rankBits
)

func rankOf(l length) int {
	shift := max(0, bits.Len64(uint64(l))-rankBits-1)
	return shift<<rankBits + int(l>>shift)
}

// leastOf is the least length of a rank.
func leastOf(rank int) length {
	shift := max(0, rank>>rankBits-1)
	return length(rank-shift<<rankBits) << shift
}

// least is a length that at least a share of n do not exceed.
func (r *ranks) least(share float64, n int) time.Duration {
	rank := rankAt(share, n)
	for i, k := range r {
		if rank -= k; rank < 0 {
			return leastOf(i + 1).duration()
		}
	}
	return 0
}

// rankAt is which of n lengths, from 0 on, is the shortest that a share of them does
// not exceed.
func rankAt(share float64, n int) int {
	k := int(share * float64(n))
	if float64(k) < share*float64(n) {
		k++
	}
	return max(0, k-1)
}

// duration is the least that the length is not longer than.
func (l length) duration() time.Duration { return time.Duration((l+1)/2) * time.Microsecond }

// percentiles are exact: those lengths that share a rank with one are sorted.
func (t *Tryout) percentiles(answered *ranks, n int) []Percentile {
	if n == 0 {
		return nil
	}
	type seat struct{ rank, place int }
	seats := make([]seat, len(percentileShares))
	var among [rankCount][]length
	for i, share := range percentileShares {
		s := seat{0, rankAt(share, n)}
		for s.place >= answered[s.rank] {
			s.place -= answered[s.rank]
			s.rank++
		}
		if seats[i] = s; among[s.rank] == nil {
			among[s.rank] = make([]length, 0, answered[s.rank])
		}
	}
	for _, key := range t.keys {
		if l := length(key >> 1); key&1 == 1 && among[rankOf(l)] != nil {
			among[rankOf(l)] = append(among[rankOf(l)], l)
		}
	}
	found := make([]Percentile, len(seats))
	for i, s := range seats {
		slices.Sort(among[s.rank])
		found[i] = Percentile{Share: percentileShares[i], Within: among[s.rank][s.place].duration()}
	}
	return found
}
