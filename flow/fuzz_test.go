package flow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"semaforo/flow"
)

// The fuzz targets run their seeds with every `go test`; `go test -fuzz Name`
// looks further.

const specConfig = `{"timezone": "America/Sao_Paulo",
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

// What parses is JSON, compiles, and is written back as what it was.
func FuzzParseConfiguration(f *testing.F) {
	for _, seed := range []string{specConfig, `{}`, `null`, `[]`, ``, `{"hours": {}}`, `{"hours": {"mon": []}, "holidays": []}`,
		`{"teams": [{"id": "a", "hours": {}, "holidays": []}]}`, `{"auto_close": {}}`,
		`{"auto_close": {"enabled": true, "after": "1ns", "enabled_at": "9999-12-31T23:59:59-23:59"}}`,
		`{"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "1ns", "alert2": "2562047h47m16.854775807s", "action": {}, "active": false}]}`,
		`{"timezone": "\ud83d\ude00", "teams": [{"id": "\u0000\""}]}`, "{\"a\": \"\xff\"}", strings.Repeat("[", 100), `{"a":1e400}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		cfg, err := flow.ParseConfiguration(document)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("refused without a word")
			}
			return
		}
		if !json.Valid(document) {
			t.Fatalf("%q parses, but is not JSON", document)
		}
		if _, err := flow.Compile(cfg); err != nil {
			t.Fatalf("%q parses, but does not compile: %v", document, err)
		}
		roundTrip(t, document)
	})
}

// What parses is what encoding/json reads, and nothing else.
func FuzzParseLine(f *testing.F) {
	for _, seed := range []string{
		`{"at": "2026-11-23T09:00:00-03:00", "conversation": "c1", "type": "customer_message", "team": "vendas", "channel": "whatsapp"}`,
		`{"at": "2026-11-23T09:21:00-03:00", "conversation": "c\u00e9\n\ud83d\ude00", "type": "postpone", "until": "2026-11-23T10:00:00.123456789Z"}`,
		`{"at": "2026-11-23T12:00:00-03:00", "type": "config", "config": {}}`,
		`{"at": "2026-11-23T12:00:00-03:00", "type": "config", "config": ` + strings.ReplaceAll(specConfig, "\n", "") + `}`,
		`{"at":"2026-11-23T12:00:00Z","conversation":"c1","type":"transfer","seller":"ana"}`, `{"at": "\ud800"}`, `{}`, ``, `{"x":[{"y":-0.5e-3}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		line, err := flow.ParseLine(src)
		if err != nil {
			if err.Error() == "" || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q is refused with %q", src, err)
			}
			return
		}
		var want struct {
			At, Until                                 time.Time
			Conversation, Type, Team, Seller, Channel string
			Config                                    json.RawMessage
		}
		if err := json.Unmarshal(src, &want); err != nil {
			t.Fatalf("%q parses, but is not JSON: %v", src, err)
		}
		if !line.At.Equal(want.At) || !line.Until.Equal(want.Until) || line.Conversation != want.Conversation ||
			string(line.Type) != want.Type || line.Team != want.Team || line.Seller != want.Seller || line.Channel != want.Channel {
			t.Fatalf("%q is read as %+v", src, line)
		}
		if (line.Configuration == nil) != (line.Type != flow.Config) {
			t.Fatalf("%q: a %s with configuration %v", src, line.Type, line.Configuration)
		}
	})
}

// Any orders of events leave a sound state that its log gives again, and every
// printed line is JSON.
func FuzzEvents(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 5, 1, 4, 1, 9, 8, 10, 2})
	f.Add([]byte("any text is a day in a store"))
	f.Add([]byte{0, 1, 0, 7, 1, 30, 3, 2, 1, 250, 11, 1, 255, 0, 5, 6, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, day []byte) {
		if len(day) > 3000 {
			return
		}
		rules, err := compile(fuzzStore)
		if err != nil {
			t.Fatal(err)
		}
		logs := map[string][]flow.Record{}
		s := flow.NewSimulation(rules, func(rec flow.Record) {
			logs[rec.Conversation] = append(logs[rec.Conversation], rec)
			if line := flow.AppendRecord(nil, rec); len(line) > 0 && !json.Valid(line) {
				t.Fatalf("not JSON: %s", line)
			}
		})
		at := instant("2018-11-03T22:00:00-03:00")
		for ; len(day) >= 3; day = day[3:] {
			at = at.Add(time.Duration(day[1]) * 20 * time.Second)
			step(t, s, day[0], day[2], at)
		}
		s.Finish(at.Add(time.Hour))
		for _, c := range s.Open() {
			if err := sound(c); err != nil {
				t.Fatalf("%v: %+v", err, c)
			}
			replayed := flow.Replay(logs[c.ID])
			replayed.AsOf = c.AsOf
			if fmt.Sprint(replayed) != fmt.Sprint(c) {
				t.Fatalf("the state %+v is not its log's replay %+v", c, replayed)
			}
			if line := flow.AppendState(nil, s.Rules(), c, at); !json.Valid(line) {
				t.Fatalf("not JSON: %s", line)
			}
		}
	})
}

const fuzzStore = `{"hours": {"sat": [["09:00", "24:00"]], "sun": [["00:00", "12:00"]]},
 "teams": [{"id": "a"}, {"id": "b"}], "sellers": [{"id": "x", "teams": ["a", "b"]}, {"id": "y", "teams": ["a"]}],
 "flows": [{"id": "t", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "10m", "action": {"type": "redistribute"}},
  {"id": "s", "queue": "seller", "kind": "main", "alert1": "7m", "alert2": "9m", "clock": "business_hours", "action": {"type": "return_to_waiting", "delay": "1m"}},
  {"id": "w", "queue": "waiting", "kind": "main", "alert1": "3m", "alert2": "4m", "action": {"type": "transfer_team", "team": "b"}}],
 "auto_close": {"enabled": true, "after": "90m", "enabled_at": "2018-01-01T00:00:00Z"},
 "auto_close_customer": {"enabled": true, "after": "30m", "enabled_at": "2018-01-01T00:00:00Z"}}`

var fuzzTypes = []flow.EventType{flow.CustomerMessage, flow.SellerMessage, flow.NoReplyNeeded, flow.DeliveryFailed,
	flow.BotMessage, flow.Note, flow.Assume, flow.Transfer, flow.Postpone, flow.Resume, flow.Close, "unheard_of"}

// step lets one event happen that two bytes choose, or another configuration.
func step(t *testing.T, s *flow.Simulation, kind, who byte, at time.Time) {
	if kind%16 == 15 {
		document := fuzzStore
		if who%2 == 0 {
			document = `{}`
		}
		rules, err := compile(document)
		if err != nil {
			t.Fatal(err)
		}
		s.Configure(rules, at)
		return
	}
	e := flow.Event{At: at, Type: fuzzTypes[int(kind)%len(fuzzTypes)], Conversation: fmt.Sprintf("c%d", who%3)}
	if who&4 != 0 {
		e.Seller = []string{"x", "y", "nobody"}[(who>>3)%3]
	} else {
		e.Team = []string{"a", "b", "nowhere", ""}[(who>>3)%4]
	}
	if e.Type == flow.Postpone {
		e.Until = at.Add(time.Duration(who) * time.Minute)
	}
	_ = s.Happen(e) // a refusal changes nothing
}
