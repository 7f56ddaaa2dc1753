package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"semaforo/channel"
	"semaforo/flow"
)

// Object is a JSON object being read: each field is taken once by its name, and
// what is left over is malformed.
type Object struct {
	read    *reading
	path    string
	keys    []string
	members map[string]json.RawMessage
	taken   map[string]bool
}

type reading struct {
	malformed *Malformed // the first
	invalid   Invalid
}

// Read reads a document that is one object. The error is a *Malformed or an
// Invalid.
func Read(document []byte, fields func(o *Object)) error {
	if !utf8.Valid(document) {
		return &Malformed{Detail: "is not valid UTF-8"}
	}
	if !json.Valid(document) {
		return &Malformed{Detail: "is not valid JSON" + where(document)}
	}
	r := &reading{}
	r.object("", document, fields)
	if r.malformed != nil {
		return r.malformed
	}
	if len(r.invalid) > 0 {
		return r.invalid
	}
	return nil
}

// where says at which byte the JSON is broken.
func where(document []byte) string {
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(document, new(json.RawMessage)), &syntax) {
		return " at byte " + strconv.FormatInt(syntax.Offset, 10)
	}
	return ""
}

func (r *reading) fail(path, detail string) {
	if r.malformed == nil {
		r.malformed = &Malformed{path, detail}
	}
}

// object reads raw as an object, whose syntax is known to be right.
func (r *reading) object(path string, raw json.RawMessage, fields func(*Object)) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		r.fail(path, "must be an object")
		return
	}
	o := &Object{read: r, path: path, members: map[string]json.RawMessage{}, taken: map[string]bool{}}
	for decoder.More() {
		key, err := decoder.Token()
		name, ok := key.(string)
		var value json.RawMessage
		if err != nil || !ok || decoder.Decode(&value) != nil {
			r.fail(path, "is not valid JSON")
			return
		}
		if _, repeated := o.members[name]; repeated {
			r.fail(o.at(name), "is given twice")
			return
		}
		o.keys, o.members[name] = append(o.keys, name), value
	}
	fields(o)
	for _, key := range o.keys {
		if !o.taken[key] {
			r.fail(o.at(shown(key)), "does not belong here")
		}
	}
}

// shown keeps what a stranger called a field fit for an answer.
func shown(key string) string {
	if len(key) > 100 {
		key = strings.ToValidUTF8(key[:100], "") + "…"
	}
	return key
}

func (o *Object) at(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "." + key
}

func (o *Object) take(key string) (json.RawMessage, bool) {
	o.taken[key] = true
	raw, ok := o.members[key]
	return raw, ok
}

// Has reports whether the object has a field.
func (o *Object) Has(key string) bool {
	_, ok := o.members[key]
	return ok
}

// Refuse says that a field's value may not be.
func (o *Object) Refuse(key string, code Code) {
	o.RefuseAs(key, code, messages[code])
}

// RefuseAs is Refuse in other words.
func (o *Object) RefuseAs(key string, code Code, message string) {
	o.read.invalid = append(o.read.invalid, Field{o.at(key), code, message})
}

// Need refuses a field that is not there.
func (o *Object) Need(keys ...string) {
	for _, key := range keys {
		if !o.Has(key) {
			o.Refuse(key, CodeRequired)
		}
	}
}

// Text takes a field that is text.
func (o *Object) Text(key string, into *string) {
	if raw, ok := o.take(key); ok {
		if s, ok := o.read.text(o.at(key), raw); ok {
			*into = s
		}
	}
}

// text decodes a string. encoding/json turns half a surrogate pair into U+FFFD;
// that would make two different texts one, so it is malformed here.
func (r *reading) text(path string, raw json.RawMessage) (string, bool) {
	var s string
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		r.fail(path, "must be text")
		return "", false
	}
	const replaced = "\uFFFD"
	written := strings.Count(string(raw), replaced) + strings.Count(strings.ToLower(string(raw)), `\ufffd`)
	if strings.Count(s, replaced) > written {
		r.fail(path, "has half a surrogate pair")
		return "", false
	}
	return s, true
}

// Clean takes a field that is text, and keeps what one of package channel's
// functions makes of it. An absent one is not cleaned.
func (o *Object) Clean(key string, into *string, clean func(string) (string, error)) {
	before := o.read.malformed
	o.Text(key, into)
	if !o.Has(key) || o.read.malformed != before {
		return
	}
	value, err := clean(*into)
	var invalid *channel.Invalid
	if errors.As(err, &invalid) {
		o.RefuseAs(key, Code(invalid.Code), invalid.Error())
	}
	*into = value
}

// Flag takes a field that is true or false.
func (o *Object) Flag(key string, into *bool) {
	if raw, ok := o.take(key); ok && (raw[0] == 'n' || json.Unmarshal(raw, into) != nil) {
		o.read.fail(o.at(key), "must be true or false")
	}
}

// Integer takes a field that is a whole number.
func (o *Object) Integer(key string, into *int64) {
	if raw, ok := o.take(key); ok && (raw[0] == 'n' || json.Unmarshal(raw, into) != nil) {
		o.read.fail(o.at(key), "must be a whole number")
	}
}

// Duration takes a field that is a duration as Go writes it, and reports whether
// it is one.
func (o *Object) Duration(key string, into *time.Duration) bool {
	var s string
	if o.Text(key, &s); !o.Has(key) || o.read.malformed != nil {
		return false
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		o.Refuse(key, CodeDuration)
		return false
	}
	*into = d
	return true
}

// Instant takes a field that is an RFC 3339 instant, and gives it in UTC.
func (o *Object) Instant(key string, into *time.Time) {
	var s string
	if o.Text(key, &s); !o.Has(key) || o.read.malformed != nil {
		return
	}
	t, err := flow.ParseInstant(s)
	if err != nil {
		o.Refuse(key, CodeInstant)
		return
	}
	*into = t
}

// Texts takes a field that is a list of texts.
func (o *Object) Texts(key string, into *[]string) {
	raw, ok := o.take(key)
	if !ok {
		return
	}
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		o.read.fail(o.at(key), "must be a list")
		return
	}
	*into = []string{}
	for i, item := range items {
		if s, ok := o.read.text(fmt.Sprintf("%s[%d]", o.at(key), i), item); ok {
			*into = append(*into, s)
		}
	}
}

// Object takes a field that is an object.
func (o *Object) Object(key string, fields func(o *Object)) {
	if raw, ok := o.take(key); ok {
		o.read.object(o.at(key), raw, fields)
	}
}

// Raw takes a field as it is written, nil where it is absent.
func (o *Object) Raw(key string) json.RawMessage {
	raw, _ := o.take(key)
	return raw
}

// Calendar takes the fields hours and holidays as the engine's configuration
// writes them.
func (o *Object) Calendar(hours **flow.Week, holidays *[]flow.Date) {
	document := []byte("{")
	for _, key := range []string{"hours", "holidays"} {
		if raw := o.Raw(key); raw != nil {
			if len(document) > 1 {
				document = append(document, ',')
			}
			document = append(append(append(document, '"'), key...), '"', ':')
			document = append(document, raw...)
		}
	}
	cfg, err := flow.ParseConfiguration(append(document, '}'))
	*hours, *holidays = cfg.Hours, cfg.Holidays
	o.Problems(err)
}

// malformations are the engine's problems that make a document malformed.
var malformations = []flow.Code{flow.CodeSyntax, flow.CodeType, flow.CodeUnknownField, flow.CodeRepeated}

// Problems takes what the engine says about a part of the object.
func (o *Object) Problems(err error) {
	var problems flow.Problems
	if !errors.As(err, &problems) {
		return
	}
	for _, p := range problems {
		message := strings.TrimPrefix(p.Error(), p.Path+": ")
		if slices.Contains(malformations, p.Code) {
			o.read.fail(o.at(p.Path), message)
			continue
		}
		o.RefuseAs(p.Path, Code(p.Code), message)
	}
}
