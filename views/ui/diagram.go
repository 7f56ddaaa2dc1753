package ui

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// DiagramProps describe a picture of who leads where: what the rows come from stands at the left, where
// they lead at the right. It is silent: what it shows has to be said in words beside it.
type DiagramProps struct {
	Label  string
	Groups []DiagramGroup
}

// DiagramGroup is some rows under a title.
type DiagramGroup struct {
	Title string
	Rows  []DiagramRow
}

// DiagramRow is one way from something to something, with a word on its line.
type DiagramRow struct {
	From, To, Label string
	Tone            Tone
}

// The picture's measures, in units of its own that scale with it.
const (
	diagramWidth = 960
	diagramRow   = 34
	diagramHead  = 40
	diagramBox   = 26
	diagramLeft  = 300 // the right edge of what the rows come from
	diagramRight = 640 // the left edge of where they lead
	diagramEnds  = 32  // letters of a name
)

// diagram is a picture laid out.
type diagram struct {
	height      int
	heads       []diagramText
	left, right []diagramText
	lines       []diagramLine
}

type diagramText struct {
	y           int // of a box the middle, of a head the line
	text, whole string
}

type diagramLine struct {
	path, class, label string
	y                  int
}

func (p DiagramProps) lay() diagram {
	var d diagram
	y := 0
	leads := map[string][]int{}
	var rows []DiagramRow
	for _, g := range p.Groups {
		if len(g.Rows) == 0 {
			continue
		}
		d.heads = append(d.heads, diagramText{y: y + diagramHead - 14, text: g.Title})
		y += diagramHead
		for _, r := range g.Rows {
			middle := y + diagramRow/2
			d.left = append(d.left, diagramText{middle, shorten(r.From), r.From})
			leads[r.To] = append(leads[r.To], middle)
			rows = append(rows, r)
			y += diagramRow
		}
	}
	d.height = max(y, diagramHead+len(leads)*diagramRow) + 8
	places := d.place(leads)
	for i, r := range rows {
		d.lines = append(d.lines, r.line(d.left[i].y, places[r.To]))
	}
	return d
}

// place puts each goal at the height of what leads to it, as far as they leave each other room.
func (d *diagram) place(leads map[string][]int) map[string]int {
	wanted := map[string]int{}
	for name, from := range leads {
		sum := 0
		for _, y := range from {
			sum += y
		}
		wanted[name] = sum / len(from)
	}
	names := make([]string, 0, len(leads))
	for name := range leads {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(wanted[a], wanted[b]), cmp.Compare(a, b)) })
	places := make(map[string]int, len(names))
	least := diagramHead + diagramRow/2
	for i, name := range names {
		most := d.height - 8 - (len(names)-i)*diagramRow + diagramRow/2
		y := min(max(wanted[name], least), max(most, least))
		places[name], least = y, y+diagramRow
		d.right = append(d.right, diagramText{y, shorten(name), name})
	}
	return places
}

func (r DiagramRow) line(from, to int) diagramLine {
	middle := (diagramLeft + diagramRight) / 2
	return diagramLine{
		path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", diagramLeft, from, middle, from, middle, to, diagramRight, to),
		class: "tone-" + r.Tone.class(), label: r.Label, y: from - 5,
	}
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= diagramEnds {
		return s
	}
	return string([]rune(s)[:diagramEnds-1]) + "…"
}

// Bullet is a sentence of a list, with a link after it where Href is not empty.
type Bullet struct{ Text, Href, Link string }
