package ui

import (
	"slices"
	"strings"
	"time"

	"semaforo/flow"
)

const minutesPerDay = 24 * 60

// WeekOrder is a week as Brazil's shops read it.
var WeekOrder = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

var shortDays = [7]string{"dom", "seg", "ter", "qua", "qui", "sex", "sáb"}

// WeekdayName is the day's full name, "segunda-feira"; WeekdayWord the one people
// say, "segunda".
func WeekdayName(d time.Weekday) string { return weekdays[d] }

// WeekdayWord is the day as people say it, "segunda".
func WeekdayWord(d time.Weekday) string { return strings.TrimSuffix(weekdays[d], "-feira") }

// Shift is a stretch of opening hours as people say it: from a time of a day to a
// later one, which is the next day's where Close is beyond 1440. Both are minutes
// after the day's midnight, and it is shorter than 24 hours unless it is the day.
type Shift struct{ Open, Close int }

// WholeDay is the shift that is open all day.
var WholeDay = Shift{0, minutesPerDay}

// BeyondMidnight reports whether the shift ends on the next day.
func (s Shift) BeyondMidnight() bool { return s.Close > minutesPerDay }

// String writes "18:00–02:00"; a shift that ends at midnight, "18:00–24:00".
func (s Shift) String() string {
	end := s.Close
	if s.BeyondMidnight() {
		end -= minutesPerDay
	}
	return flow.FormatTimeOfDay(s.Open) + "–" + flow.FormatTimeOfDay(end)
}

// Shifts reads a week's slots, by weekday, as people say them: what runs to
// midnight and goes on after it is one shift of the day it begins on, provided
// that it reads as one (it ends earlier in the day than it began).
func Shifts(w flow.Week) [7][]Shift {
	var days [7][]Shift
	var taken [7]bool // the day's first slot belongs to the day before
	for d := range w {
		slots := sortedSlots(w[d])
		next := sortedSlots(w[(d+1)%7])
		for _, s := range slots {
			days[d] = append(days[d], Shift(s))
		}
		if len(slots) == 0 || len(next) == 0 {
			continue
		}
		if last := &days[d][len(slots)-1]; last.Close == minutesPerDay && next[0].Open == 0 && next[0].Close < last.Open {
			last.Close += next[0].Close
			taken[(d+1)%7] = true
		}
	}
	for d := range days {
		if taken[d] {
			days[d] = days[d][1:]
		}
	}
	return days
}

func sortedSlots(slots []flow.Slot) []flow.Slot {
	return slices.SortedFunc(slices.Values(slots), func(a, b flow.Slot) int { return a.Open - b.Open })
}

// WeekOf is the week of such shifts: what is beyond midnight becomes the next
// day's. The shifts must not clash.
func WeekOf(days [7][]Shift) flow.Week {
	var w flow.Week
	for d, shifts := range days {
		for _, s := range shifts {
			w[d] = append(w[d], flow.Slot{Open: s.Open, Close: min(s.Close, minutesPerDay)})
			if s.BeyondMidnight() {
				next := (d + 1) % 7
				w[next] = append(w[next], flow.Slot{Open: 0, Close: s.Close - minutesPerDay})
			}
		}
	}
	for d := range w {
		w[d] = sortedSlots(w[d])
	}
	return w
}

// Clash is a shift that begins while another one is open.
type Clash struct {
	Day      time.Weekday
	Index    int // of the shift in its day
	OtherDay time.Weekday
	Other    Shift
}

// Clashes finds the shifts that begin within another, beyond midnight and over the
// week's end too, each with the first that it begins in. Touching is fine.
func Clashes(days [7][]Shift) []Clash {
	const week = 7 * minutesPerDay
	type placed struct {
		day, index int
		Shift
	}
	var all []placed
	for _, d := range WeekOrder {
		for i, s := range days[d] {
			all = append(all, placed{int(d), i, s})
		}
	}
	var clashes []Clash
	for i, s := range all {
		for j, other := range all {
			since := ((s.day-other.day)*minutesPerDay + s.Open - other.Open + week) % week
			if i != j && since < other.Close-other.Open && (since > 0 || j < i) {
				clashes = append(clashes, Clash{time.Weekday(s.day), s.index, time.Weekday(other.day), other.Shift})
				break
			}
		}
	}
	return clashes
}

// HoursSummary says opening hours in a line: "seg–sex 09:00–18:00, sáb
// 09:00–13:00", "sempre aberto", "fechado". Nil is always open.
func HoursSummary(w *flow.Week) string {
	if w == nil {
		return "sempre aberto"
	}
	words := map[string][]int{} // what a day says → its places in the week
	var order []string
	for i, shifts := range inWeekOrder(Shifts(*w)) {
		text := shiftWords(shifts)
		if text == "" {
			continue
		}
		if words[text] == nil {
			order = append(order, text)
		}
		words[text] = append(words[text], i)
	}
	switch {
	case len(order) == 0:
		return "fechado"
	case len(order) == 1 && len(words[order[0]]) == 7 && order[0] == wholeDayWord:
		return "sempre aberto"
	}
	parts := make([]string, len(order))
	for i, text := range order {
		parts[i] = dayRange(words[text]) + " " + text
	}
	return strings.Join(parts, ", ")
}

func inWeekOrder(days [7][]Shift) [7][]Shift {
	var ordered [7][]Shift
	for i, d := range WeekOrder {
		ordered[i] = days[d]
	}
	return ordered
}

const wholeDayWord = "o dia todo"

func shiftWords(shifts []Shift) string {
	texts := make([]string, len(shifts))
	for i, s := range shifts {
		if texts[i] = s.String(); s == WholeDay {
			texts[i] = wholeDayWord
		}
	}
	return Listing(texts)
}

// dayRange names days by their places in the week: "seg–sex", "seg, qua e sex".
func dayRange(places []int) string {
	if len(places) == 7 {
		return "todos os dias"
	}
	var parts []string
	for i := 0; i < len(places); {
		end := i
		for end+1 < len(places) && places[end+1] == places[end]+1 {
			end++
		}
		first, last := shortDays[WeekOrder[places[i]]], shortDays[WeekOrder[places[end]]]
		switch end - i {
		case 0:
			parts = append(parts, first)
		case 1:
			parts = append(parts, first, last)
		default:
			parts = append(parts, first+"–"+last)
		}
		i = end + 1
	}
	return Listing(parts)
}

// Listing joins words as a sentence does: "a, b e c".
func Listing(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " e " + words[len(words)-1]
}
