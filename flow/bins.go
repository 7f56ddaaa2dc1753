package flow

import (
	"slices"
	"time"
)

// usualTimes are those that people use for alerts and limits, the shortest first.
var usualTimes = func() []time.Duration {
	var all []time.Duration
	for _, minutes := range []int{1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 90} {
		all = append(all, time.Duration(minutes)*time.Minute)
	}
	for _, hours := range []int{2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 36, 48, 72, 96, 120, 168} {
		all = append(all, time.Duration(hours)*time.Hour)
	}
	return all
}()

// suggest makes a pair of alerts of what most answers took: the 1st by which four of
// five have come, the 2nd by which nineteen of twenty have.
func suggest(percentiles []Percentile, answered int) Suggestion {
	if answered < EnoughToSuggest {
		return Suggestion{}
	}
	at := func(share float64) int {
		within := percentiles[slices.Index(percentileShares, share)].Within
		i, _ := slices.BinarySearch(usualTimes, within)
		return i
	}
	first := at(0.8)
	second := max(at(0.95), first+1)
	if second >= len(usualTimes) {
		return Suggestion{} // nobody is alerted of weeks
	}
	return Suggestion{Alert1: usualTimes[first], Alert2: usualTimes[second]}
}

// binEdges are where lengths are divided: closer to each other than waits of their
// magnitude are, and round.
var binEdges = func() []time.Duration {
	var all []time.Duration
	add := func(unit time.Duration, counts ...int) {
		for _, n := range counts {
			all = append(all, time.Duration(n)*unit)
		}
	}
	add(time.Second, 10, 20, 30, 45)
	add(time.Minute, 1)
	add(time.Second, 90)
	add(time.Minute, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90)
	add(time.Hour, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 36, 48, 72, 96, 120, 168, 240, 336, 504, 720, 1440, 2160, 4320)
	return all
}()

// binsFor are the bins whose last begins at an edge that neither the marks nor most
// lengths lie beyond. The marks are edges too.
func binsFor(marks []time.Duration, most time.Duration) []Bin {
	last := max(most, slices.Max(marks)+1)
	last = min(last, MaxDeadline)
	i, _ := slices.BinarySearch(binEdges, last)
	at := slices.Clone(binEdges[:min(i+1, len(binEdges))])
	for _, mark := range marks {
		if j, found := slices.BinarySearch(at, mark); !found && mark <= MaxDeadline {
			at = slices.Insert(at, j, mark)
		}
	}
	bins := make([]Bin, 0, len(at)+1)
	from := time.Duration(0)
	for _, to := range at {
		bins = append(bins, Bin{From: from, To: to})
		from = to
	}
	return append(bins, Bin{From: from})
}
