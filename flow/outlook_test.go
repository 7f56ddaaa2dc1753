package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/flow"
)

const outlookStore = `{"teams": [{"id": "vendas"}, {"id": "plantao"}],
 "sellers": [{"id": "ana", "teams": ["vendas"]}, {"id": "bia", "teams": ["vendas"]}],
 "flows": [
  {"id": "f1", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "15m",
   "action": {"type": "transfer_team", "team": "plantao", "delay": "5m"}},
  {"id": "f2", "queue": "team", "kind": "alternative", "targets": ["plantao"], "alert1": "10m", "alert2": "20m",
   "action": {"type": "return_to_waiting"}},
  {"id": "f3", "queue": "seller", "kind": "main", "alert1": "5m", "alert2": "15m", "action": {"type": "redistribute"}}],
 "auto_close": {"enabled": true, "after": "2h", "enabled_at": "2026-01-01T00:00:00Z"}}`

func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func outlookOf(t *testing.T, c flow.Conversation, now time.Time, limit int) []string {
	t.Helper()
	rules, err := compile(outlookStore)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, rec := range flow.Outlook(rules, c, now, time.Time{}, limit) {
		lines = append(lines, string(flow.AppendRecord(nil, rec)))
	}
	return lines
}

func TestOutlookIsWhatTickWillDo(t *testing.T) {
	t.Parallel()
	start := instantOf(t, "2026-11-23T12:00:00Z")
	rules, err := compile(outlookStore)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := flow.Decide(rules, flow.Conversation{}, flow.Event{At: start, Conversation: "c", Type: flow.CustomerMessage, Team: "vendas"})
	if err != nil {
		t.Fatal(err)
	}
	c := flow.Evolve(flow.Conversation{}, rec)
	coming := flow.Outlook(rules, c, start, time.Time{}, 20)
	var types []string
	var fired []flow.Record
	state := c
	for _, step := range coming {
		var records []flow.Record
		state, records = flow.Tick(rules, state, flow.Moment{Now: step.At, Loads: func(string) int { return 0 }})
		fired = append(fired, records...)
		types = append(types, string(step.Type)+" "+step.At.Sub(start).String())
	}
	if diff := cmp.Diff(coming, fired); diff != "" {
		t.Errorf("-outlook +tick:\n%s", diff)
	}
	want := []string{"alert1 5m0s", "alert2 15m0s", "action 20m0s", "alert1 30m0s", "alert2 40m0s", "action 40m0s",
		"alert1 45m0s", "alert2 55m0s", "auto_close 2h0m0s"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("the whole life of a conversation that nobody answers:\n%s", diff)
	}
	if short := flow.Outlook(rules, c, start, time.Time{}, 2); len(short) != 2 {
		t.Errorf("%d steps, want no more than 2", len(short))
	}
}

func TestOutlookEndsWhereAnotherSellerIsChosen(t *testing.T) {
	t.Parallel()
	at := instantOf(t, "2026-11-23T12:00:00Z")
	c := flow.Conversation{ID: "c", Status: flow.Open, Team: "vendas", Seller: "ana", WaitStart: at, ClockStart: at,
		IdleSince: at, LastFrom: flow.FromCustomer, LastAt: at, Level: flow.Green, Visited: []string{"seller:ana"}, AsOf: at}
	got := outlookOf(t, c, at, 20)
	want := `{"at": "2026-11-23T12:15:00Z", "conversation": "c", "type": "action", "queue": "seller", "team": "vendas", "seller": "ana", "flow": "f3", "action": "redistribute"}`
	if len(got) != 3 || got[2] != want {
		t.Errorf("outlook ends with\n%q, want\n%s", got, want)
	}
	c.Visited = []string{"seller:ana", "seller:bia"}
	got = outlookOf(t, c, at, 20)
	want = `{"at": "2026-11-23T12:15:00Z", "conversation": "c", "type": "action_skipped", "queue": "seller", "team": "vendas", "seller": "ana", "flow": "f3", "action": "redistribute", "reason": "no_target"}`
	if len(got) != 4 || got[2] != want {
		t.Errorf("a redistribution to nobody:\n%q, want third\n%s and then the closing", got, want)
	}
}

func TestOutlookOfAPostponedConversationGoesOnAfterIt(t *testing.T) {
	t.Parallel()
	at := instantOf(t, "2026-11-23T12:00:00Z")
	c := flow.Conversation{ID: "c", Status: flow.Open, Team: "vendas", WaitStart: at, IdleSince: at, LastFrom: flow.FromCustomer,
		LastAt: at, PostponedUntil: at.Add(time.Hour), Level: flow.LevelNone, Visited: []string{"team:vendas"}, AsOf: at}
	got := outlookOf(t, c, at, 2)
	want := []string{
		`{"at": "2026-11-23T13:00:00Z", "conversation": "c", "type": "postpone_ended", "queue": "team", "team": "vendas"}`,
		`{"at": "2026-11-23T13:05:00Z", "conversation": "c", "type": "alert1", "queue": "team", "team": "vendas", "flow": "f1"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// T66: what should have ended already is shown as ending now, not in the past.
	got = outlookOf(t, c, at.Add(2*time.Hour), 1)
	want = []string{`{"at": "2026-11-23T14:00:00Z", "due": "2026-11-23T13:00:00Z", "conversation": "c", "type": "postpone_ended", "queue": "team", "team": "vendas"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOutlookOfWhatIsOverIsEmpty(t *testing.T) {
	t.Parallel()
	at := instantOf(t, "2026-11-23T12:00:00Z")
	if got := outlookOf(t, flow.Conversation{ID: "c", Status: flow.Closed}, at, 5); got != nil {
		t.Errorf("closed: %q", got)
	}
	answered := flow.Conversation{ID: "c", Status: flow.Open, Level: flow.LevelNone, LastFrom: flow.FromSeller, LastAt: at, IdleSince: at}
	if got := outlookOf(t, answered, at, 5); got != nil {
		t.Errorf("answered: %q", got)
	}
}

func TestLocalInstantOnClockChanges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, zone, wall, want string }{
		{"a plain morning", "America/Sao_Paulo", "2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z"},
		{"T67: nine o'clock on the day the clocks went forward", "America/Sao_Paulo", "2018-11-04T09:00:00Z", "2018-11-04T11:00:00Z"},
		{"a time the change skips is the change", "America/Sao_Paulo", "2018-11-04T00:30:00Z", "2018-11-04T03:00:00Z"},
		{"a time that comes twice is its first", "America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"},
	} {
		if got := flow.LocalInstant(zoneOf(t, test.zone), instantOf(t, test.wall)); !got.Equal(instantOf(t, test.want)) {
			t.Errorf("%s: %v, want %s", test.name, got, test.want)
		}
	}
}
