package flow

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Line is one line of an event log, as `semaforo simulate` reads it: an event,
// or a new configuration with the event's instant.
type Line struct {
	Event
	Configuration *Configuration // config only
}

// field is a bit for each field a line may carry.
type field uint16

const (
	fieldAt field = 1 << iota
	fieldType
	fieldConversation
	fieldTeam
	fieldSeller
	fieldChannel
	fieldUntil
	fieldConfig
)

var fieldNames = []string{"at", "type", "conversation", "team", "seller", "channel", "until", "config"}

// lineFields says what each event carries besides at and type: what it needs,
// and what it may have.
var lineFields = map[EventType]struct{ needs, may field }{
	CustomerMessage: {fieldConversation, fieldTeam | fieldSeller | fieldChannel},
	SellerMessage:   {fieldConversation | fieldSeller, 0},
	NoReplyNeeded:   {fieldConversation | fieldSeller, 0},
	DeliveryFailed:  {fieldConversation, 0},
	BotMessage:      {fieldConversation, 0},
	Note:            {fieldConversation, 0},
	Assume:          {fieldConversation | fieldSeller, 0},
	Transfer:        {fieldConversation, fieldTeam | fieldSeller},
	Postpone:        {fieldConversation | fieldUntil, 0},
	Resume:          {fieldConversation, 0},
	Close:           {fieldConversation, 0},
	Config:          {fieldConfig, 0},
}

// ParseLine reads one line of an event log strictly. The error says what is
// malformed: a Problem or Problems. Where only the line's other fields are, the
// line still has its At.
func ParseLine(src []byte) (Line, error) {
	p := lineParser{reader: reader{src: src}}
	p.object(p.member)
	p.end()
	if p.problem != "" {
		return Line{}, Problem{Code: CodeSyntax, Arg: p.problem}
	}
	if p.err == nil {
		p.err = p.check()
	}
	return p.line, p.err
}

type lineParser struct {
	reader
	line Line
	seen field
	err  error
}

func (p *lineParser) member(key []byte) {
	i := 0
	for i < len(fieldNames) && fieldNames[i] != string(key) {
		i++
	}
	if i == len(fieldNames) {
		p.refuse(string(key), CodeUnknownField, "")
		p.value(1)
		return
	}
	name, bit := fieldNames[i], field(1)<<i
	if p.seen&bit != 0 {
		p.refuse(name, CodeRepeated, name)
	}
	p.seen |= bit
	if bit == fieldConfig {
		p.config()
		return
	}
	p.space()
	if p.pos < len(p.src) && p.src[p.pos] != '"' {
		p.refuse(name, CodeType, kindNames['"'])
		p.value(1)
		return
	}
	p.set(bit, name, p.text())
}

func (p *lineParser) refuse(path string, code Code, arg string) {
	if p.err == nil {
		p.err = Problem{Path: path, Code: code, Arg: arg}
	}
}

func (p *lineParser) set(bit field, key string, text []byte) {
	if len(text) == 0 {
		p.refuse(key, CodeRequired, "")
		return
	}
	switch bit {
	case fieldAt:
		p.line.At = p.instant(key, text)
	case fieldUntil:
		p.line.Until = p.instant(key, text)
	case fieldType:
		p.line.Type = eventType(text)
	case fieldConversation:
		p.line.Conversation = string(text)
	case fieldTeam:
		p.line.Team = string(text)
	case fieldSeller:
		p.line.Seller = string(text)
	case fieldChannel:
		p.line.Channel = string(text)
	}
}

func (p *lineParser) instant(key string, text []byte) time.Time {
	t, err := parseInstant(text)
	if err != nil {
		p.refuse(key, CodeInstant, string(text))
	}
	return t
}

func (p *lineParser) config() {
	root := p.value(1)
	if p.problem != "" || p.err != nil {
		return
	}
	cfg, err := configurationOf(root)
	if err != nil {
		p.err = fmt.Errorf("config: %w", err)
		return
	}
	p.line.Configuration = &cfg
}

// eventType is text as an event's type, without a copy for those that exist.
func eventType(text []byte) EventType {
	for _, typ := range eventTypes {
		if string(typ) == string(text) {
			return typ
		}
	}
	return EventType(text)
}

// check holds what the line carries against what its type carries.
func (p *lineParser) check() error {
	for _, bit := range []field{fieldAt, fieldType} {
		if p.seen&bit == 0 {
			return missing(bit)
		}
	}
	want, ok := lineFields[p.line.Type]
	if !ok {
		return Problem{Path: "type", Code: CodeUnknown, Arg: allowed(string(p.line.Type), eventTypes)}
	}
	carried := p.seen &^ (fieldAt | fieldType)
	if lacks := want.needs &^ carried; lacks != 0 {
		return missing(lacks)
	}
	if extra := carried &^ (want.needs | want.may); extra != 0 {
		return Problem{Path: nameOf(extra), Code: CodeUnknownField}
	}
	if p.line.Type == Transfer && (p.line.Team == "") == (p.line.Seller == "") {
		return Problem{Path: "team", Code: CodeType, Arg: "given, or seller, and not both"}
	}
	return nil
}

func missing(bits field) error { return Problem{Path: nameOf(bits), Code: CodeRequired} }

// nameOf names the lowest of the fields.
func nameOf(bits field) string {
	for i, name := range fieldNames {
		if bits&(1<<i) != 0 {
			return name
		}
	}
	return ""
}

// The output's keys come in one order: at, due, conversation, type, event,
// queue, team, seller, flow, action, to_team, to_seller, reason, level, and
// for a state wait_start, clock_start, postponed_until, next, next_at.

// AppendRecord appends the record's line of output, without a newline. Only
// what the engine itself recorded prints; for an event b is returned as it is.
func AppendRecord(b []byte, rec Record) []byte {
	switch rec.Type {
	case Alert1, Alert2, ActionTaken, ActionSkipped, AutoClosed, PostponeEnded, LevelLowered:
	default:
		return b
	}
	w := lineWriter{append(b, '{')}
	w.instant("at", rec.At)
	w.instant("due", rec.Due)
	w.text("conversation", rec.Conversation)
	w.text("type", string(rec.Type))
	w.text("queue", string(rec.Queue))
	w.text("team", rec.Team)
	w.text("seller", rec.Seller)
	w.text("flow", rec.Flow)
	w.text("action", string(rec.Action))
	w.text("to_team", rec.ToTeam)
	w.text("to_seller", rec.ToSeller)
	w.text("reason", rec.Reason)
	w.text("level", string(rec.Level))
	return append(w.b, '}')
}

// AppendRefusal appends the line of a refused event, without a newline.
func AppendRefusal(b []byte, e Event, refusal *Refusal) []byte {
	w := lineWriter{append(b, '{')}
	w.instant("at", e.At)
	w.text("conversation", e.Conversation)
	w.text("type", "refused")
	w.text("event", string(e.Type))
	w.text("reason", refusal.Error())
	return append(w.b, '}')
}

// AppendState appends the line of an open conversation's state at an instant,
// with the timer that is next, without a newline.
func AppendState(b []byte, r *Rules, c Conversation, at time.Time) []byte {
	w := lineWriter{append(b, '{')}
	w.instant("at", at)
	w.text("conversation", c.ID)
	w.text("type", "state")
	w.text("queue", string(c.Queue()))
	w.text("team", c.Team)
	w.text("seller", c.Seller)
	w.text("level", string(c.Level))
	w.instant("wait_start", c.WaitStart)
	w.instant("clock_start", c.ClockStart)
	w.instant("postponed_until", c.PostponedUntil)
	if t, ok := Next(r, c, time.Time{}); ok {
		w.text("next", string(t.Type))
		w.instant("next_at", t.At)
	}
	return append(w.b, '}')
}

// lineWriter appends members, leaving out empty ones, with the specification's spacing.
type lineWriter struct{ b []byte }

func (w *lineWriter) key(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ", "...)
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, `": "`...)
}

func (w *lineWriter) instant(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	w.key(name)
	w.b = append(t.UTC().AppendFormat(w.b, time.RFC3339Nano), '"')
}

func (w *lineWriter) text(name, value string) {
	if value == "" {
		return
	}
	w.key(name)
	if plain(value) {
		w.b = append(w.b, value...)
	} else {
		for _, r := range value {
			w.b = appendEscaped(w.b, r)
		}
	}
	w.b = append(w.b, '"')
}

// plain reports whether a text stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if b := s[i]; b < ' ' || b >= utf8.RuneSelf || b == '"' || b == '\\' {
			return false
		}
	}
	return true
}

func appendEscaped(b []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r < ' ':
		return fmt.Appendf(b, `\u%04x`, r)
	}
	return utf8.AppendRune(b, r)
}
