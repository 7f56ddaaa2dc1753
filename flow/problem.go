package flow

import (
	"strconv"
	"strings"
	"unicode"
)

// Problem is one thing wrong with a configuration or an event: where, which
// rule, and what the rule's words need. Callers put it into their reader's
// words by Code; Error is the operator's English.
type Problem struct {
	Path string // such as flows[0].alert1
	Code Code
	Arg  string // the value or name the code speaks of, where there is one
}

// Code names a rule that a value breaks.
type Code string

// The rules a configuration can break (§3, and the configuration's own list).
const (
	CodeSyntax        Code = "syntax"         // not JSON
	CodeType          Code = "type"           // another JSON type is needed; Arg says which
	CodeUnknownField  Code = "unknown_field"  // a field that does not belong here
	CodeRepeated      Code = "repeated"       // an id, key or target given twice
	CodeRequired      Code = "required"       // missing or empty
	CodeDuration      Code = "duration"       // not a duration as Go writes it
	CodeInstant       Code = "instant"        // not an RFC 3339 instant
	CodeDate          Code = "date"           // not a date
	CodeTime          Code = "time"           // not HH:MM
	CodeZone          Code = "zone"           // unknown time zone
	CodeUnknown       Code = "unknown"        // none of a closed list's values
	CodeNotPositive   Code = "not_positive"   // must be above zero
	CodeNegative      Code = "negative"       // must not be below zero
	CodeOrder         Code = "order"          // alert2 not above alert1
	CodeReversed      Code = "reversed"       // an interval that does not end after it begins
	CodeOverlap       Code = "overlap"        // an interval that overlaps another
	CodeHolidays      Code = "holidays"       // a team's holidays without its own hours
	CodeReserved      Code = "reserved"       // the id of the default colours
	CodeSecondMain    Code = "second_main"    // a queue's second main flow
	CodeTooMany       Code = "too_many"       // more than MaxAlternatives alternative flows
	CodeMainTargets   Code = "main_targets"   // a main flow with targets
	CodeNoTargets     Code = "no_targets"     // an alternative flow without any
	CodeTaken         Code = "taken"          // a target another flow of the queue names; Arg is that flow's id
	CodeNotConfigured Code = "not_configured" // an event type or holder unknown to the store
)

var english = map[Code]string{
	CodeSyntax:        "is not valid JSON: %",
	CodeType:          "must be %",
	CodeUnknownField:  "does not belong here",
	CodeRepeated:      "is given twice: %",
	CodeRequired:      "is missing or empty",
	CodeDuration:      "is not a duration such as 90s, 5m or 24h: %",
	CodeInstant:       "is not an RFC 3339 instant such as 2026-11-23T09:00:00-03:00: %",
	CodeDate:          "is not a date such as 2026-12-25: %",
	CodeTime:          "is not a time of day such as 09:00, up to 24:00 as a close: %",
	CodeZone:          "is not an IANA time zone such as America/Sao_Paulo: %",
	CodeUnknown:       "is none of the values it may have: %",
	CodeNotPositive:   "must be above zero",
	CodeNegative:      "must not be below zero",
	CodeOrder:         "must be above alert1",
	CodeReversed:      "must end after it begins",
	CodeOverlap:       "overlaps another interval of its day",
	CodeHolidays:      "needs hours of the team's own",
	CodeReserved:      "is reserved for the default colours",
	CodeSecondMain:    "is a second main flow of its queue",
	CodeTooMany:       "is one alternative flow too many for its queue: the limit is 20",
	CodeMainTargets:   "a main flow has no targets",
	CodeNoTargets:     "an alternative flow has at least one target",
	CodeTaken:         "is already named by flow %",
	CodeNotConfigured: "is unknown: %",
}

// Error says in English what is wrong and where.
func (p Problem) Error() string {
	text := strings.ReplaceAll(english[p.Code], "%", shown(p.Arg))
	if p.Path == "" {
		return text
	}
	return shown(p.Path) + ": " + text
}

const maxShown = 200

// shown makes what somebody else wrote fit for a line of a terminal.
func shown(s string) string {
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "…"
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// Problems is everything wrong with one configuration, in its order.
type Problems []Problem

// Error joins the problems.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "; ")
}

// Err returns the problems as an error, nil where there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps *Problems) add(path string, code Code, arg string) {
	*ps = append(*ps, Problem{Path: path, Code: code, Arg: arg})
}
