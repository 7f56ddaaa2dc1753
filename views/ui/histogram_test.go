package ui

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever is drawn stays inside, no mark's words cover another's, bars that count
// anything show, and their parts are as wide as the bar.
func TestHistogramLaysOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p HistogramProps
		from := time.Duration(0)
		for range rapid.IntRange(1, 24).Draw(t, "bars") {
			to := from + time.Duration(rapid.IntRange(1, 100_000).Draw(t, "seconds"))*time.Second
			p.Bars = append(p.Bars, HistogramBar{from, to, rapid.IntRange(0, 2_000_000).Draw(t, "n")})
			from = to
		}
		p.Bars[len(p.Bars)-1].To = 0
		at := time.Duration(0)
		for range rapid.IntRange(0, 3).Draw(t, "marks") {
			at += time.Duration(rapid.IntRange(1, 1_000_000).Draw(t, "mark")) * time.Second
			p.Marks = append(p.Marks, HistogramMark{at, "2º alerta " + Duration(at), Red})
		}
		h := p.lay()
		for i, m := range h.marks {
			if m.x < h.left || m.x > histogramWidth || m.pill.x < 0 || m.pill.x+m.pill.width > histogramWidth {
				t.Fatalf("a mark stands outside: %+v", m)
			}
			if m.x < m.pill.x || m.x > m.pill.x+m.pill.width {
				t.Fatalf("a mark's words are not at its line: %+v", m)
			}
			for _, other := range h.marks[:i] {
				if m.pill.y < other.pill.y+other.pill.height && other.pill.y < m.pill.y+m.pill.height {
					t.Fatalf("one mark's words cover another's: %+v, %+v", m, other)
				}
			}
		}
		drawn := 0
		for _, b := range h.bars {
			drawn += b.width
			if b.x < h.left || b.x+b.width > histogramWidth || b.height < histogramLeast || b.height > histogramPlot {
				t.Fatalf("a bar stands outside: %+v", b)
			}
		}
		for i := 1; i < len(h.axis); i++ {
			if h.axis[i].x <= h.axis[i-1].x {
				t.Fatalf("times out of order: %+v", h.axis)
			}
		}
		if full := p.count() * (int(p.width(h)) - histogramGap); drawn < full {
			t.Fatalf("%d of bars are drawn, at least %d stand there", drawn, full)
		}
	})
}

// count is how many bars count anything.
func (p HistogramProps) count() int {
	n := 0
	for _, b := range p.Bars {
		if b.N > 0 {
			n++
		}
	}
	return n
}

func TestHistogramScale(t *testing.T) {
	t.Parallel()
	for most, want := range map[int][2]int{0: {1, 1}, 1: {1, 1}, 3: {3, 1}, 7: {10, 5}, 380: {400, 200}, 1_000_000: {1_000_000, 500_000}} {
		if top, step := (HistogramProps{Bars: []HistogramBar{{N: most}}}).scale(); top != want[0] || step != want[1] {
			t.Errorf("of %d: up to %d by %d, want %v", most, top, step, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1 mil", 1500: "1,5 mil", 12_000: "12 mil", 2_500_000: "2,5 mi"} {
		if got := ShortNumber(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{90 * time.Second: "90 s", 5 * time.Minute: "5 min", 90 * time.Minute: "90 min", 2 * time.Hour: "2 h", 48 * time.Hour: "2 d"} {
		if got := Edge(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

// A mark at an edge parts the bars and cuts none, the open one neither.
func TestHistogramMarksStandAtEdges(t *testing.T) {
	t.Parallel()
	p := HistogramProps{Tone: Green, Bars: []HistogramBar{{0, time.Minute, 5}, {time.Minute, 2 * time.Minute, 5}, {2 * time.Minute, 0, 5}},
		Marks: []HistogramMark{{time.Minute, "1", Yellow}, {2 * time.Minute, "2", Red}}}
	h := p.lay()
	if len(h.bars) != 3 {
		t.Fatalf("three bars are drawn in %d parts", len(h.bars))
	}
	for i, tone := range []Tone{Green, Yellow, Red} {
		if want := "histogram-bar tone-" + string(tone); h.bars[i].class != want {
			t.Errorf("bar %d is %q, not %q", i, h.bars[i].class, want)
		}
	}
	p.Marks[1].At = time.Hour
	if h := p.lay(); len(h.bars) != 4 {
		t.Errorf("one that lies beyond all cuts the open bar: %d parts", len(h.bars))
	}
}
