package ui

import (
	"fmt"
	"strings"
	"time"
)

// StatProps describe one number that stands for itself.
type StatProps struct {
	ID, Label, Value string
	// Note stands under the number: what it was before, what it counts.
	Note string
	Icon IconName
}

// ChartProps describe durations day by day as lines. It is silent: a table beside it says the same.
type ChartProps struct {
	// Days name the points of the axis, from left to right.
	Days  []string
	Lines []ChartLine
}

// ChartLine is a line of a chart; a point below 0 is a day without one.
type ChartLine struct {
	Label  string
	Points []time.Duration
	Look   LineLook
}

// LineLook is what a line of a chart looks like.
type LineLook string

// The looks: a line that stands out, one set back behind the others, and one of what has been before.
const (
	Strong  LineLook = ""
	Faint   LineLook = "faint"
	Earlier LineLook = "earlier"
)

// A chart's measures, in units of its own that scale with it.
const (
	chartWidth  = 960
	chartHeight = 240
	chartDays   = 7 // words on the axis of days
)

type chart struct {
	lines []chartPath
	ticks []chartTick // of durations, evenly from the bottom up
	days  []string    // some of them, evenly
}

type chartPath struct {
	path, class string
	dots        [][2]int // points with no neighbour, that no line shows
}

type chartTick struct {
	at   int
	text string
}

// chartSteps are what the axis of durations is divided into.
var chartSteps = []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
	30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 5 * day, 10 * day, 30 * day, 90 * day, 365 * day}

func (p ChartProps) lay() chart {
	var most time.Duration
	for _, l := range p.Lines {
		for _, v := range l.Points {
			most = max(most, v)
		}
	}
	step := chartSteps[len(chartSteps)-1]
	for _, s := range chartSteps {
		if most <= 5*s {
			step = s
			break
		}
	}
	top := step
	for top < most {
		top += step
	}
	y := func(d time.Duration) int {
		return chartHeight - int(chartHeight*float64(d)/float64(top))
	}
	var c chart
	for d := time.Duration(0); d <= top; d += step {
		c.ticks = append(c.ticks, chartTick{y(d), Duration(d)})
	}
	some := min(len(p.Days), chartDays)
	for i := range some {
		c.days = append(c.days, p.Days[i*(len(p.Days)-1)/max(1, some-1)])
	}
	for _, l := range p.Lines {
		c.lines = append(c.lines, l.lay(p.x, y))
	}
	return c
}

func (p ChartProps) x(i int) int {
	if len(p.Days) < 2 {
		return chartWidth / 2
	}
	return chartWidth * i / (len(p.Days) - 1)
}

func (l ChartLine) lay(x func(int) int, y func(time.Duration) int) chartPath {
	p := chartPath{class: "chart-line"}
	if l.Look != Strong {
		p.class += " chart-" + string(l.Look)
	}
	has := func(i int) bool { return i >= 0 && i < len(l.Points) && l.Points[i] >= 0 }
	var b strings.Builder
	for i, v := range l.Points {
		switch {
		case !has(i):
		case has(i - 1):
			fmt.Fprintf(&b, "L%d %d", x(i), y(v))
		case has(i + 1):
			fmt.Fprintf(&b, "M%d %d", x(i), y(v))
		default:
			p.dots = append(p.dots, [2]int{x(i), y(v)})
		}
	}
	p.path = b.String()
	return p
}

// HeatProps describe a week by the hour, Monday first: a table whose cells are shaded by what they hold.
type HeatProps struct {
	Caption string
	// Cells are by weekday (time.Sunday is 0) and hour.
	Cells [7][24]HeatCell
}

// HeatCell is an hour of the week. Below 0 nothing happened in it.
type HeatCell struct {
	Took time.Duration
	N    int
}

// heatLevels is how many shades there are, beside that of nothing.
const heatLevels = 5

// hours are the first and the last hour in which anything happened, and at least those of a shop.
func (p HeatProps) hours() (first, last int) {
	first, last = 9, 17
	for _, cells := range p.Cells {
		for hour, cell := range cells {
			if cell.Took >= 0 {
				first, last = min(first, hour), max(last, hour)
			}
		}
	}
	return first, last
}

// level is a cell's shade: fifths of the longest.
func (p HeatProps) level(c HeatCell) int {
	if c.Took < 0 {
		return 0
	}
	var most time.Duration
	for _, cells := range p.Cells {
		for _, cell := range cells {
			most = max(most, cell.Took)
		}
	}
	if most == 0 {
		return 1
	}
	return 1 + min(heatLevels-1, int(heatLevels*c.Took/most))
}

func (c HeatCell) title(d time.Weekday, hour int) string {
	return fmt.Sprintf("%s às %d h: %s, %s", WeekdayName(d), hour, Duration(c.Took), Count(c.N, "resposta", "respostas"))
}

// Short is a span in as few letters as a cell has room for: "45 s", "5 m", "2 h", "3 d".
func Short(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d m", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d d", d/day)
}
