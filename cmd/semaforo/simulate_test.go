package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// simulated is what one run of the command left behind.
type simulated struct {
	status   int
	out, err string
}

// runSimulate runs the command on texts; "-" as the log's name gives it on standard input.
func runSimulate(t *testing.T, config, events string, args ...string) simulated {
	t.Helper()
	args = append([]string{"simulate", "--config", writeFile(t, "store.json", config), "--events",
		writeFile(t, "events.jsonl", events)}, args...)
	return runCommand(strings.NewReader(""), args...)
}

func runCommand(in io.Reader, args ...string) simulated {
	var out, errOut bytes.Buffer
	status := Run(args, in, &out, &errOut)
	return simulated{status, out.String(), errOut.String()}
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	waits  = `{"at": "2026-11-23T09:00:00-03:00", "conversation": "c1", "type": "customer_message"}` + "\n"
	alert1 = `{"at": "2026-11-23T12:05:00Z", "conversation": "c1", "type": "alert1", "queue": "waiting", "flow": "default"}` + "\n"
	// later is a message after the first alert of waits.
	later = `{"at": "2026-11-23T09:06:00-03:00", "conversation": "c1", "type": "note"}` + "\n"
)

// TestSimulateMalformedLine gives each kind of malformed line as the fifth:
// what came before stays, the status is 2, and the message names the line, the
// field and the rule.
func TestSimulateMalformedLine(t *testing.T) {
	t.Parallel()
	const at = `"at": "2026-11-23T09:10:00-03:00", `
	const config = `{` + at + `"type": "config", "config": `
	tests := map[string]struct{ line, message string }{
		"not JSON":                      {`hello`, "expected an object at byte 1"},
		"a list":                        {`[]`, "expected an object"},
		"null":                          {`null`, "expected an object"},
		"cut off":                       {`{` + at + `"type": "no`, "no closing quote"},
		"no comma":                      {`{"type": "note" "conversation": "c1"}`, "expected a comma or a closing brace at byte 17"},
		"a comma too many":              {`{"type": "note",}`, "expected text in quotes"},
		"no colon":                      {`{"type" "note"}`, "expected a colon"},
		"two objects":                   {`{} {}`, "unexpected text at byte 4"},
		"control character":             {"{\"type\": \"no\x01te\"}", "control character in text"},
		"invalid UTF-8":                 {"{\"conversation\": \"c\xff\"}", "invalid UTF-8"},
		"invalid escape":                {`{"conversation": "\x"}`, "invalid escape"},
		"half a surrogate":              {`{"conversation": "\ud83d!"}`, "invalid escape"},
		"nested deeply":                 {`{"x": ` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "nested too deeply"},
		"unknown type":                  {`{` + at + `"conversation": "c1", "type": "wave"}`, "type: is none of the values it may have: wave (allowed: customer_message, "},
		"an output's type":              {`{` + at + `"conversation": "c1", "type": "alert1"}`, "type: is none of"},
		"no type":                       {`{` + at + `"conversation": "c1"}`, "type: is missing"},
		"no at":                         {`{"conversation": "c1", "type": "note"}`, "at: is missing"},
		"no conversation":               {`{` + at + `"type": "note"}`, "conversation: is missing"},
		"empty conversation":            {`{` + at + `"conversation": "", "type": "note"}`, "conversation: is missing or empty"},
		"unknown field":                 {`{` + at + `"conversation": "c1", "type": "note", "text": "oi"}`, "text: does not belong here"},
		"another letter case":           {`{` + at + `"Conversation": "c1", "type": "note"}`, "Conversation: does not belong here"},
		"a field of another type":       {`{` + at + `"conversation": "c1", "type": "note", "seller": "ana"}`, "seller: does not belong here"},
		"no seller":                     {`{` + at + `"conversation": "c1", "type": "assume"}`, "seller: is missing"},
		"no until":                      {`{` + at + `"conversation": "c1", "type": "postpone"}`, "until: is missing"},
		"no holder":                     {`{` + at + `"conversation": "c1", "type": "transfer"}`, "team: must be given, or seller, and not both"},
		"two holders":                   {`{` + at + `"conversation": "c1", "type": "transfer", "team": "a", "seller": "b"}`, "and not both"},
		"key twice":                     {`{` + at + `"conversation": "c1", "type": "note", "conversation": "c1"}`, "conversation: is given twice"},
		"wrong type of value":           {`{` + at + `"conversation": 1, "type": "note"}`, "conversation: must be text"},
		"null value":                    {`{` + at + `"conversation": "c1", "type": "customer_message", "team": null}`, "team: must be text"},
		"not an instant":                {`{"at": "2026-11-23 09:10", "conversation": "c1", "type": "note"}`, "at: is not an RFC 3339 instant such as"},
		"no zone":                       {`{"at": "2026-11-23T09:10:00", "conversation": "c1", "type": "note"}`, "at: is not an RFC 3339 instant"},
		"no such day":                   {`{"at": "2026-02-30T09:10:00Z", "conversation": "c1", "type": "note"}`, "at: is not an RFC 3339 instant"},
		"the zero instant":              {`{"at": "0001-01-01T00:00:00Z", "conversation": "c1", "type": "note"}`, "at: is not an RFC 3339 instant"},
		"until not an instant":          {`{` + at + `"conversation": "c1", "type": "postpone", "until": "10:00"}`, "until: is not an RFC 3339 instant"},
		"earlier than the line before":  {`{"at": "2026-11-23T09:05:59-03:00", "conversation": "c1", "type": "note"}`, "at: 2026-11-23T12:05:59Z is earlier than the line before, 2026-11-23T12:06:00Z"},
		"config without one":            {`{` + at + `"type": "config"}`, "config: is missing"},
		"config of a conversation":      {`{` + at + `"type": "config", "config": {}, "conversation": "c1"}`, "conversation: does not belong here"},
		"config that is no object":      {config + `"x"}`, "config: must be an object"},
		"config with an unknown field":  {config + `{"flow": []}}`, "config: flow: does not belong here"},
		"config with a key twice":       {config + `{"teams": [], "teams": []}}`, "config: teams: is given twice"},
		"config with an unknown zone":   {config + `{"timezone": "America/Sampa"}}`, "config: timezone: is not an IANA time zone"},
		"config that breaks a rule":     {config + `{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "5m"}]}}`, "config: flows[0].alert2: must be above alert1"},
		"config with hostile text":      {config + `{"timezone": "\u001b[31mx\u0007"}}`, `config: timezone: is not an IANA time zone such as America/Sao_Paulo: "\x1b[31mx\a"`},
		"config with a repeated seller": {config + `{"sellers": [{"id": "a"}, {"id": "a"}]}}`, "config: sellers[1].id: is given twice: a"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runSimulate(t, `{}`, waits+"\n\r\n"+later+test.line+"\n"+later, "--state")
			if got.status != exitUsage || got.out != alert1 {
				t.Errorf("status %d, output %q; want status 2 and what came before, %q", got.status, got.out, alert1)
			}
			if !strings.Contains(got.err, "line 5: ") || !strings.Contains(got.err, test.message) {
				t.Errorf("message %q; want it to name line 5 and say %q", got.err, test.message)
			}
			if strings.Count(got.err, "\n") != 1 {
				t.Errorf("message %q; want one line", got.err)
			}
		})
	}
}

func TestSimulateConfigurationFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ document, message string }{
		"empty":          {``, "unexpected end"},
		"cut off":        {"{\n  \"teams\": [\n", "at byte 1 of line 3"},
		"second comma":   {"{\n  \"teams\": [],,\n}", "expected text in quotes at byte 15 of line 2"},
		"no object":      {`[]`, "must be an object"},
		"unknown field":  {`{"colour": "green"}`, "colour: does not belong here"},
		"not a duration": {`{"auto_close": {"enabled": true, "after": "1d"}}`, "auto_close.after: is not a duration such as 90s, 5m or 24h: 1d"},
		"half a closing": {`{"auto_close": {"enabled": true}}`, "auto_close.enabled_at: is missing or empty; auto_close.after: must be above zero"},
		"invalid UTF-8":  {"{\"teams\": [{\"id\": \"\xc3\"}]}", "invalid UTF-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runSimulate(t, test.document, waits)
			if got.status != exitUsage || got.out != "" || !strings.Contains(got.err, test.message) {
				t.Errorf("status %d, output %q, message %q; want status 2, no output and %q", got.status, got.out, got.err, test.message)
			}
		})
	}
}

// TestSimulateUse runs the command line right and wrong.
func TestSimulateUse(t *testing.T) {
	t.Parallel()
	config, events := writeFile(t, "store.json", "{}\n"), writeFile(t, "events.jsonl", waits+later)
	missing := filepath.Join(t.TempDir(), "missing")
	tests := map[string]struct {
		args   []string
		in     string
		status int
		out    string
		err    string
	}{
		"files":              {[]string{"--config", config, "--events", events}, "", exitDone, alert1, ""},
		"events from input":  {[]string{"--config", config, "--events", "-"}, waits + later, exitDone, alert1, ""},
		"config from input":  {[]string{"--config", "-", "--events", events}, "{}", exitDone, alert1, ""},
		"both from input":    {[]string{"--config", "-", "--events", "-"}, "{}", exitUsage, "", "cannot both be standard input"},
		"no config":          {[]string{"--events", events}, "", exitUsage, "", "--config"},
		"no events":          {[]string{"--config", config}, "", exitUsage, "", "--events"},
		"unknown option":     {[]string{"--config", config, "--events", events, "--fast"}, "", exitUsage, "", "--fast"},
		"an argument":        {[]string{"--config", config, "--events", events, "more"}, "", exitUsage, "", "more"},
		"until no instant":   {[]string{"--config", config, "--events", events, "--until", "tomorrow"}, "", exitUsage, "", "--until is not an RFC 3339 instant"},
		"until empty":        {[]string{"--config", config, "--events", events, "--until", ""}, "", exitUsage, "", "--until"},
		"missing config":     {[]string{"--config", missing, "--events", events}, "", exitFailed, "", "missing"},
		"missing events":     {[]string{"--config", config, "--events", missing}, "", exitFailed, "", "missing"},
		"config a directory": {[]string{"--config", t.TempDir(), "--events", events}, "", exitFailed, "", "directory"},
		"events a directory": {[]string{"--config", config, "--events", t.TempDir()}, "", exitFailed, "", "directory"},
		"an empty log":       {[]string{"--config", config, "--events", "-", "--state"}, "", exitDone, "", ""},
		"only blank lines":   {[]string{"--config", config, "--events", "-", "--state"}, "\n \n\r\n", exitDone, "", ""},
		"until before all":   {[]string{"--config", config, "--events", events, "--state", "--until", "2020-01-01T00:00:00Z"}, "", exitDone, "", ""},
		"until an alert":     {[]string{"--config", config, "--events", events, "--until", "2026-11-23T09:05:00-03:00"}, "", exitDone, alert1, ""},
		"until before it":    {[]string{"--config", config, "--events", events, "--until", "2026-11-23T12:04:59.999999999Z"}, "", exitDone, "", ""},
		"CRLF":               {[]string{"--config", config, "--events", "-"}, strings.ReplaceAll(waits+later, "\n", "\r\n"), exitDone, alert1, ""},
		"no last newline":    {[]string{"--config", config, "--events", "-"}, waits + strings.TrimSuffix(later, "\n"), exitDone, alert1, ""},
		"spaces everywhere":  {[]string{"--config", config, "--events", "-"}, " { \"at\" : \"2026-11-23T12:00:00Z\" , \"type\":\"customer_message\",\t\"conversation\":\"c1\"} \n" + later, exitDone, alert1, ""},
		"escapes are text":   {[]string{"--config", config, "--events", "-"}, strings.ReplaceAll(waits+later, `"c1"`, `"\u00631"`), exitDone, alert1, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runCommand(strings.NewReader(test.in), append([]string{"simulate"}, test.args...)...)
			if got.status != test.status || got.out != test.out || !strings.Contains(got.err, test.err) {
				t.Errorf("got %+v; want status %d, output %q, and a message with %q", got, test.status, test.out, test.err)
			}
			if test.err == "" && got.err != "" {
				t.Errorf("message %q; want none", got.err)
			}
		})
	}
}

// What comes after --until is not read, so nothing of it can be malformed. A
// line whose instant cannot be told is malformed wherever it stands.
func TestSimulateDoesNotReadBeyondUntil(t *testing.T) {
	t.Parallel()
	until := []string{"--until", "2026-11-23T12:05:00Z"}
	beyond := waits + `{"at": "2026-11-23T12:05:01Z", "type": "wave"}` + "\nrubbish\n"
	if got := runSimulate(t, `{}`, beyond, until...); got != (simulated{exitDone, alert1, ""}) {
		t.Errorf("got %+v; want only the alert", got)
	}
	got := runSimulate(t, `{}`, waits+"rubbish\n", until...)
	if got.status != exitUsage || got.out != "" || !strings.Contains(got.err, "line 2") {
		t.Errorf("got %+v; want status 2 and line 2", got)
	}
}

// A line may be longer than any buffer.
func TestSimulateLongLine(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("ção", 100_000)
	got := runSimulate(t, `{}`, strings.ReplaceAll(waits+later, "c1", name))
	if want := strings.ReplaceAll(alert1, "c1", name); got.out != want || got.status != exitDone {
		t.Errorf("status %d, %d bytes of output; want status 0 and %d bytes", got.status, len(got.out), len(want))
	}
	long := waits + strings.Repeat(" ", 1<<20) + "x\n"
	if got := runSimulate(t, `{}`, long); got.status != exitUsage || !strings.Contains(got.err, "line 2") {
		t.Errorf("got %+v; want status 2 and line 2", got)
	}
}

// A log that breaks off while it is read, and a reader that went away, are
// failures: status 1.
func TestSimulateFailingStreams(t *testing.T) {
	t.Parallel()
	config := writeFile(t, "store.json", "{}")
	broken := io.MultiReader(strings.NewReader(waits+later), iotest.ErrReader(errors.New("cable pulled")))
	got := runCommand(broken, "simulate", "--config", config, "--events", "-")
	if got.status != exitFailed || got.out != alert1 || !strings.Contains(got.err, "cable pulled") {
		t.Errorf("got %+v; want status 1, the alert, and why", got)
	}
	var errOut bytes.Buffer
	status := Run([]string{"simulate", "--config", config, "--events", "-"}, strings.NewReader(waits+later), deaf{}, &errOut)
	if status != exitFailed || !strings.Contains(errOut.String(), "nobody listens") {
		t.Errorf("status %d, message %q; want status 1 and why", status, &errOut)
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("nobody listens") }

// TestSimulateSpecification is the specification's own configuration and log,
// to the byte.
func TestSimulateSpecification(t *testing.T) {
	t.Parallel()
	const config = `{"timezone": "America/Sao_Paulo",
 "hours": {"mon": [["09:00","18:00"]], "sat": [["09:00","13:00"]]},
 "holidays": ["2026-12-25"],
 "teams": [{"id": "vendas"}, {"id": "plantao", "hours": {"mon": [["18:00","24:00"]]}, "holidays": []}],
 "sellers": [{"id": "ana", "teams": ["vendas"]}, {"id": "bia", "teams": ["vendas", "plantao"]}],
 "flows": [
  {"id": "f1", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m", "clock": "always",
   "action": {"type": "transfer_team", "team": "plantao", "delay": "0s"}},
  {"id": "f2", "queue": "team", "kind": "alternative", "targets": ["plantao"], "alert1": "10m",
   "alert2": "20m", "clock": "business_hours", "action": {"type": "none"}}],
 "auto_close": {"enabled": true, "after": "24h", "enabled_at": "2026-11-01T00:00:00-03:00"},
 "auto_close_customer": {"enabled": false}}`
	const events = `{"at": "2026-11-23T09:00:00-03:00", "conversation": "c1", "type": "customer_message", "team": "vendas", "channel": "whatsapp"}
{"at": "2026-11-23T09:20:00-03:00", "conversation": "c1", "type": "assume", "seller": "bia"}
{"at": "2026-11-23T09:21:00-03:00", "conversation": "c1", "type": "postpone", "until": "2026-11-23T10:00:00-03:00"}
{"at": "2026-11-23T09:40:00-03:00", "conversation": "c1", "type": "seller_message", "seller": "bia"}
{"at": "2026-11-23T12:00:00-03:00", "type": "config", "config": {}}
`
	const want = `{"at": "2026-11-23T12:05:00Z", "conversation": "c1", "type": "alert1", "queue": "team", "team": "vendas", "flow": "f1"}
{"at": "2026-11-23T12:15:00Z", "conversation": "c1", "type": "alert2", "queue": "team", "team": "vendas", "flow": "f1"}
{"at": "2026-11-23T12:15:00Z", "conversation": "c1", "type": "action", "queue": "team", "team": "vendas", "flow": "f1", "action": "transfer_team", "to_team": "plantao"}
{"at": "2026-11-23T13:00:00Z", "conversation": "c1", "type": "postpone_ended", "queue": "seller", "team": "plantao", "seller": "bia"}
{"at": "2026-11-23T15:00:00Z", "conversation": "c1", "type": "state", "queue": "seller", "team": "plantao", "seller": "bia", "level": "none"}
`
	got := runSimulate(t, config, events, "--state")
	if diff := cmp.Diff(want, got.out); diff != "" || got.status != exitDone {
		t.Errorf("status %d: %s (-want +got):\n%s", got.status, got.err, diff)
	}
}
