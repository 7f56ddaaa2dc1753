package ui

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// HistogramProps describe how many there are of each length, with lines at the
// times that part them. It is silent: a table beside it says the same.
type HistogramProps struct {
	// Bars stand beside each other, each as wide as the next, however long its span.
	Bars []HistogramBar
	// Tone is what the bars are drawn in before the first mark.
	Tone Tone
	// Marks are the lines, by time.
	Marks []HistogramMark
}

// HistogramBar is how many last from From up to To; without To, any longer.
type HistogramBar struct {
	From, To time.Duration
	N        int
}

// HistogramMark is a line at a time, with its words. From there on the bars are
// drawn in its tone.
type HistogramMark struct {
	At    time.Duration
	Label string
	Tone  Tone
}

// A histogram's measures, in units of its own that scale with it: on a phone one
// is about a pixel.
const (
	histogramWidth  = 360
	histogramPlot   = 112 // from the tallest bar to the axis
	histogramRow    = 21  // of a mark's words
	histogramPill   = 17  // their height
	histogramAxis   = 18
	histogramGap    = 1   // between two bars
	histogramLeast  = 2   // the height of a bar that stands for few
	histogramLetter = 6.3 // of the words' size, about
	histogramDigit  = 6.2 // of the axes' size, about
)

type histogram struct {
	height, left, base int
	grid               []histogramText
	bars               []histogramRect
	marks              []histogramLine
	axis               []histogramText
}

type histogramText struct {
	x, y         int
	text, anchor string
}

type histogramRect struct {
	x, y, width, height int
	class               string
}

type histogramLine struct {
	x, top int
	class  string
	pill   histogramRect
	label  string
}

func (p HistogramProps) lay() histogram {
	top, step := p.scale()
	ticks := []string{}
	for n := 0; n <= top; n += step {
		ticks = append(ticks, ShortNumber(n))
	}
	widest := 0
	for _, t := range ticks {
		widest = max(widest, utf8.RuneCountInString(t))
	}
	h := histogram{left: int(histogramDigit*float64(widest)) + 6}
	h.base = len(p.Marks)*histogramRow + 4 + histogramPlot
	h.height = h.base + histogramAxis
	for i, t := range ticks {
		h.grid = append(h.grid, histogramText{h.left - 5, h.base - histogramPlot*i*step/top, t, "end"})
	}
	for i, b := range p.Bars {
		h.bars = append(h.bars, p.cut(i, b, h, top)...)
	}
	h.marks = p.lines(h)
	h.axis = p.times(h)
	return h
}

// scale is how many the plot's height stands for, and a round step that divides it.
func (p HistogramProps) scale() (top, step int) {
	most := 1
	for _, b := range p.Bars {
		most = max(most, b.N)
	}
	step = 1
	for unit := 1; step*3 < most; unit *= 10 {
		for _, s := range []int{1, 2, 5} {
			if step = s * unit; step*3 >= most {
				break
			}
		}
	}
	return (most + step - 1) / step * step, step
}

func (p HistogramProps) width(h histogram) float64 {
	return float64(histogramWidth-h.left) / float64(max(1, len(p.Bars)))
}

// x is where a time stands: what is longer than all that is drawn stands in the
// last bar's middle.
func (p HistogramProps) x(d time.Duration, h histogram) int {
	for i, b := range p.Bars {
		if d >= b.To && b.To > 0 {
			continue
		}
		part := 0.5
		if b.To > 0 {
			part = float64(d-b.From) / float64(b.To-b.From)
		} else if d <= b.From {
			part = 0
		}
		return h.left + int(math.Round(p.width(h)*(float64(i)+max(0, part))))
	}
	return histogramWidth
}

// cut parts a bar where marks stand in it.
func (p HistogramProps) cut(i int, b HistogramBar, h histogram, top int) []histogramRect {
	if b.N == 0 {
		return nil
	}
	height := max(histogramLeast, histogramPlot*b.N/top)
	from := h.left + int(math.Round(p.width(h)*float64(i)))
	end := h.left + int(math.Round(p.width(h)*float64(i+1))) - histogramGap
	tone := p.Tone
	var cut []histogramRect
	add := func(to int) {
		if to > from {
			cut = append(cut, histogramRect{from, h.base - height, to - from, height, "histogram-bar tone-" + tone.class()})
			from = to
		}
	}
	for _, m := range p.Marks {
		add(min(end, p.x(m.At, h)))
		tone = m.Tone
	}
	add(end)
	return cut
}

// lines gives each mark a row of its own for its words, so that none covers
// another's: where the last stands at the right, the rows climb to it and the words
// end at their lines; else they go down, and begin there. So a line meets no words
// but its own, unless these had to move to stay inside.
func (p HistogramProps) lines(h histogram) []histogramLine {
	climb := len(p.Marks) > 0 && p.x(p.Marks[len(p.Marks)-1].At, h) > histogramWidth/2
	var lines []histogramLine
	for i, m := range p.Marks {
		row := i
		if climb {
			row = len(p.Marks) - 1 - i
		}
		x, width := p.x(m.At, h), int(histogramLetter*float64(utf8.RuneCountInString(m.Label)))+12
		left := x
		if climb {
			left = x - width
		}
		left = max(0, min(left, histogramWidth-width))
		tone := "tone-" + m.Tone.class()
		lines = append(lines, histogramLine{x, row*histogramRow + histogramPill, tone,
			histogramRect{left, row * histogramRow, width, histogramPill, tone}, m.Label})
	}
	return lines
}

// axisTimes are those that people read a scale of waits by, in the order of what they
// are worth where there is no room for all.
var axisTimes = [][]time.Duration{
	{0, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, day, 7 * day, 30 * day},
	{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 2 * day, 14 * day},
	{10 * time.Second, 3 * time.Minute, 20 * time.Minute, 45 * time.Minute, 3 * time.Hour, 12 * time.Hour, 3 * day},
}

// times are the words under the axis: of the bars' edges as many as there is room for.
func (p HistogramProps) times(h histogram) []histogramText {
	var axis []histogramText
	half := func(t histogramText) float64 { return histogramDigit*float64(utf8.RuneCountInString(t.text))/2 + 2 }
	fits := func(t histogramText) bool {
		return float64(t.x)+half(t) <= histogramWidth+3 && !slices.ContainsFunc(axis, func(o histogramText) bool {
			return math.Abs(float64(t.x-o.x)) < half(t)+half(o)
		})
	}
	for _, some := range axisTimes {
		for i, b := range p.Bars {
			x := h.left + int(math.Round(p.width(h)*float64(i)))
			if t := (histogramText{x, h.base + 13, Edge(b.From), "middle"}); slices.Contains(some, b.From) && fits(t) {
				axis = append(axis, t)
			}
		}
	}
	slices.SortFunc(axis, func(a, b histogramText) int { return a.x - b.x })
	return axis
}

// Edge is a round time in as few letters as an axis has room for: "90 s", "5 min", "2 h", "3 d".
func Edge(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d%time.Minute != 0:
		return Number(int(d/time.Second)) + " s"
	case d < time.Hour || d%time.Hour != 0:
		return Number(int(d/time.Minute)) + " min"
	case d < day || d%day != 0:
		return Number(int(d/time.Hour)) + " h"
	}
	return Number(int(d/day)) + " d"
}

// ShortNumber is a number in as few letters as an axis has room for: "950", "12 mil", "1,5 mi".
func ShortNumber(n int) string {
	for _, unit := range []struct {
		of   int
		word string
	}{{1_000_000, " mi"}, {1000, " mil"}} {
		if n >= unit.of {
			tenths := n * 10 / unit.of
			return strings.TrimSuffix(Number(tenths/10)+","+itoa(tenths%10), ",0") + unit.word
		}
	}
	return itoa(n)
}
