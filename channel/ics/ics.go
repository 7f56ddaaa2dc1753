package ics

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"semaforo/flow"
)

// Limits of a file.
const (
	MaxEvents = 1000
	MaxDays   = 31 // of one event
	maxName   = 80 // characters
	minYear   = 1900
	maxYear   = 2200
)

// Event is one event of a calendar, as days.
type Event struct {
	Line        int // where it begins
	Name        string
	First, Last flow.Date
	Yearly      bool
}

// Code says what is wrong with a line.
type Code string

// What a file can have wrong. After the last two the event is kept, on its first
// date alone; after the others the line or the event is left out.
const (
	NotCalendar Code = "not_calendar" // the file does not begin as one
	NotText     Code = "not_text"     // not UTF-8
	Syntax      Code = "syntax"       // no name and value
	Unended     Code = "unended"      // a part begins and does not end, or the other way round
	NoDate      Code = "no_date"      // an event without a beginning
	BadDate     Code = "bad_date"     // Arg is not a date
	BadDuration Code = "bad_duration" // Arg is not a duration
	Reversed    Code = "reversed"     // it ends before it begins
	TooLong     Code = "too_long"     // more than MaxDays
	TooMany     Code = "too_many"     // more than MaxEvents: the rest is not read
	Repeats     Code = "repeats"      // more often than yearly; Arg is the rule
	PartlyRead  Code = "partly_read"  // yearly by rules that are not followed; Arg is the rule
)

// Problem is what is wrong with a line of the file.
type Problem struct {
	Line int
	Code Code
	Arg  string
}

// Parse reads a file's events in its order; instants that are given in UTC become
// days of loc. What cannot be read is told by line and left out.
func Parse(file []byte, loc *time.Location) ([]Event, []Problem) {
	p := parser{loc: loc}
	file = []byte(strings.TrimPrefix(string(file), "\ufeff"))
	if !utf8.Valid(file) {
		return nil, []Problem{{1, NotText, ""}}
	}
	lines := unfold(string(file))
	if len(lines) == 0 || !strings.EqualFold(lines[0].text, "BEGIN:VCALENDAR") {
		return nil, []Problem{{1, NotCalendar, ""}}
	}
	for _, l := range lines {
		if len(p.events) > MaxEvents {
			p.events = p.events[:MaxEvents]
			p.refuse(l.number, TooMany, "")
			break
		}
		p.read(l)
	}
	if n := len(p.inside); n > 0 && len(p.events) < MaxEvents {
		p.refuse(lines[len(lines)-1].number, Unended, p.inside[n-1])
	}
	slices.SortStableFunc(p.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return p.events, p.problems
}

// line is a content line, unfolded, with the number of its first physical one.
type line struct {
	number int
	text   string
}

// unfold joins what was broken into several lines for its length.
func unfold(file string) []line {
	var lines []line
	var text strings.Builder
	begin, number := 0, 0
	flush := func() {
		if text.Len() > 0 {
			lines = append(lines, line{begin, text.String()})
		}
		text.Reset()
	}
	for physical := range strings.Lines(file) {
		number++
		physical = strings.TrimRight(physical, "\r\n")
		if strings.HasPrefix(physical, " ") || strings.HasPrefix(physical, "\t") {
			text.WriteString(physical[1:])
			continue
		}
		flush()
		begin = number
		text.WriteString(physical)
	}
	flush()
	return lines
}

// property is a content line in its parts.
type property struct {
	line        int
	name, value string
	params      map[string]string
}

// split parts a content line; names are in capitals. A parameter's quoted value
// may hold what parts them.
func split(l line) (property, bool) {
	p := property{line: l.number, params: map[string]string{}}
	quoted, begin := false, 0
	for i, r := range l.text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted || r != ';' && r != ':':
		default:
			p.part(l.text[begin:i])
			begin = i + 1
			if r == ':' {
				p.value = l.text[begin:]
				return p, p.name != ""
			}
		}
	}
	return p, false
}

func (p *property) part(text string) {
	if p.name == "" {
		p.name = strings.ToUpper(text)
		return
	}
	key, value, _ := strings.Cut(text, "=")
	p.params[strings.ToUpper(key)] = strings.Trim(value, `"`)
}

type parser struct {
	loc      *time.Location
	inside   []string // the parts that have begun, the innermost last
	event    map[string]property
	begins   int
	events   []Event
	problems []Problem
}

func (p *parser) refuse(line int, code Code, arg string) {
	p.problems = append(p.problems, Problem{line, code, shorten(arg)})
}

func (p *parser) read(l line) {
	prop, ok := split(l)
	if !ok {
		p.refuse(l.number, Syntax, l.text)
		return
	}
	part := strings.ToUpper(prop.value)
	switch prop.name {
	case "BEGIN":
		p.inside = append(p.inside, part)
		if part == "VEVENT" {
			p.event, p.begins = map[string]property{}, l.number
		}
	case "END":
		p.end(l.number, part)
	case "DTSTART", "DTEND", "DURATION", "SUMMARY", "RRULE", "RDATE", "EXDATE", "STATUS":
		// An alarm or a time zone has a beginning too.
		if n := len(p.inside); n > 0 && p.inside[n-1] == "VEVENT" {
			p.event[prop.name] = prop
		}
	}
}

func (p *parser) end(number int, part string) {
	n := len(p.inside)
	if n == 0 || p.inside[n-1] != part {
		p.refuse(number, Unended, part)
		return
	}
	p.inside = p.inside[:n-1]
	if part != "VEVENT" || strings.EqualFold(p.event["STATUS"].value, "CANCELLED") {
		return
	}
	if e, ok := p.days(); ok {
		p.events = append(p.events, e)
	}
}

// days makes the event that has just ended one of days.
func (p *parser) days() (Event, bool) {
	start, given := p.event["DTSTART"]
	if !given {
		p.refuse(p.begins, NoDate, "")
		return Event{}, false
	}
	from, whole, ok := p.moment(start)
	if !ok {
		return Event{}, false
	}
	last, ok := p.last(from, whole)
	if !ok {
		return Event{}, false
	}
	e := Event{Line: p.begins, Name: name(p.event["SUMMARY"].value), First: dateOf(from), Last: dateOf(last)}
	if last.Sub(midnight(from)) >= MaxDays*day {
		p.refuse(p.begins, TooLong, "")
		return e, false
	}
	return e, p.repeats(&e)
}

const day = 24 * time.Hour

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func dateOf(t time.Time) flow.Date { return flow.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()} }

// moment reads a date or a local time, written as if it were UTC, and whether it
// is a whole day. What a zone of the file's own means is what its clocks show.
func (p *parser) moment(prop property) (t time.Time, whole, ok bool) {
	text := strings.TrimSpace(prop.value)
	t, err := time.Parse("20060102", text)
	whole = err == nil
	if err != nil {
		t, err = time.Parse("20060102T150405", text)
	}
	if err != nil {
		t, err = time.Parse("20060102T150405Z", text)
		_, offset := t.In(p.loc).Zone()
		t = t.Add(time.Duration(offset) * time.Second)
	}
	if err != nil || t.Year() < minYear || t.Year() > maxYear {
		p.refuse(prop.line, BadDate, text)
		return time.Time{}, false, false
	}
	return t, whole, true
}

// last is the midnight of the event's last day. An end is the first moment that
// is no longer part of it.
func (p *parser) last(from time.Time, whole bool) (time.Time, bool) {
	until, number := from, p.begins
	if end, given := p.event["DTEND"]; given {
		t, _, ok := p.moment(end)
		if !ok {
			return until, false
		}
		until, number = t, end.line
	} else if duration, given := p.event["DURATION"]; given {
		d, ok := parseDuration(strings.TrimSpace(duration.value))
		if !ok {
			p.refuse(duration.line, BadDuration, duration.value)
			return until, false
		}
		until, number = from.Add(d), duration.line
	} else if whole {
		until = from.Add(day)
	}
	switch {
	case until.Before(from):
		p.refuse(number, Reversed, "")
		return until, false
	case until.Equal(from): // some write a day as ending when it begins
		return midnight(from), true
	}
	return midnight(until.Add(-1)), true
}

// repeats takes an event's rule: none, every year, or one that is told.
func (p *parser) repeats(e *Event) bool {
	rule, given := p.event["RRULE"]
	for _, also := range []string{"RDATE", "EXDATE"} {
		if dates, has := p.event[also]; has {
			p.refuse(dates.line, PartlyRead, also)
			return true
		}
	}
	if !given {
		return true
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(rule.value)), ";") {
		key, value, _ := strings.Cut(part, "=")
		parts[key] = value
	}
	if parts["FREQ"] != "YEARLY" {
		p.refuse(rule.line, Repeats, rule.value)
		return false
	}
	// What only repeats what the date says changes nothing.
	same := map[string]string{"FREQ": "YEARLY", "INTERVAL": "1", "WKST": parts["WKST"],
		"BYMONTH": itoa(int(e.First.Month)), "BYMONTHDAY": itoa(e.First.Day)}
	for key, value := range parts {
		if key != "" && same[key] != value {
			p.refuse(rule.line, PartlyRead, rule.value)
			return true
		}
	}
	e.Yearly = true
	return true
}

// name is a summary as a line of text: escapes undone, spaces single.
func name(summary string) string {
	text := strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(summary)
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	return shorten(strings.Join(strings.Fields(text), " "))
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxName {
		return s
	}
	return string([]rune(s)[:maxName-1]) + "…"
}
