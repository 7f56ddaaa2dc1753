package flow_test

import (
	"testing"
	"time"

	"semaforo/flow"
)

// The outage: down from 09:01 to 12:00 on an ordinary Monday.
var (
	outageBegan = instant("2026-11-23T09:00:00-03:00")
	outageEnded = instant("2026-11-23T12:00:00-03:00")
)

func instant(s string) time.Time {
	t, err := flow.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return t
}

// waitingLive is a conversation that began to wait when the outage began.
func waitingLive(t *testing.T, config string) *live {
	t.Helper()
	rules, err := compile(config)
	if err != nil {
		t.Fatal(err)
	}
	l := &live{rules: rules, up: outageEnded}
	l.must(t, refEvent{At: outageBegan, Type: "customer_message", Team: "a"})
	return l
}

func (l *live) must(t *testing.T, e refEvent) {
	t.Helper()
	e.Conversation = "c1"
	before := len(l.log)
	if err := l.happen(e); err != nil {
		t.Fatal(err)
	}
	if len(l.log) == before {
		t.Fatalf("refused: %s", asJSON(e))
	}
}

const (
	lateTeams  = `"teams": [{"id": "a"}, {"id": "b"}], "sellers": [{"id": "s1"}]`
	lateAction = `"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "10m", "action": {"type": "transfer_team", "team": "b"}}]`
	lateClose  = `"auto_close": {"enabled": true, "after": "1h", "enabled_at": "2026-11-01T00:00:00Z"}`
)

// T55 T66: each step once, in the order of the deadlines, at the present
// instant with its deadline beside it; one outage never runs a chain.
func TestAfterAnOutageEachStepFiresOnce(t *testing.T) {
	t.Parallel()
	l := waitingLive(t, `{`+lateTeams+`, `+lateAction+`}`)
	got := l.wake(outageEnded)
	want := []struct {
		typ flow.EventType
		due time.Duration
	}{{flow.Alert1, 5 * time.Minute}, {flow.Alert2, 10 * time.Minute}, {flow.ActionTaken, 10 * time.Minute}}
	if len(got) != len(want) {
		t.Fatalf("fired %+v, want alert1, alert2 and the action", got)
	}
	for i, w := range want {
		if got[i].Type != w.typ || !got[i].Due.Equal(outageBegan.Add(w.due)) || !got[i].At.Equal(outageEnded) {
			t.Errorf("timer %d is %s, due %v at %v; want %s, due %v after the outage began, at its end", i, got[i].Type, got[i].Due, got[i].At, w.typ, w.due)
		}
	}
	if !l.conv.ClockStart.Equal(outageEnded) || l.conv.Team != "b" || l.conv.Level != flow.Green {
		t.Errorf("held by %s, %s, its clock from %v; want team:b, green, from the end of the outage", l.conv.Holder(), l.conv.Level, l.conv.ClockStart)
	}
}

// T66: a postponement that ended meanwhile ends now, and its clock begins now.
func TestAfterAnOutageAPostponementEnds(t *testing.T) {
	t.Parallel()
	l := waitingLive(t, `{`+lateTeams+`}`)
	until := outageBegan.Add(30 * time.Minute)
	l.must(t, refEvent{At: outageBegan, Type: "assume", Seller: "s1"})
	l.must(t, refEvent{At: outageBegan, Type: "postpone", Until: &until})
	got := l.wake(outageEnded)
	if len(got) != 1 || got[0].Type != flow.PostponeEnded || !got[0].Due.Equal(until) {
		t.Fatalf("fired %+v; want the end of the postponement alone, due %v", got, until)
	}
	if !l.conv.ClockStart.Equal(outageEnded) || !l.conv.IdleSince.Equal(outageEnded) {
		t.Errorf("clock from %v, idle since %v; want both now", l.conv.ClockStart, l.conv.IdleSince)
	}
}

// T55: what fell due for closing meanwhile waits until the program has been up
// for an hour; a customer who writes in that hour keeps the conversation open.
func TestAfterAnOutageClosingsWaitAnHour(t *testing.T) {
	t.Parallel()
	hour := outageEnded.Add(time.Hour)
	due := outageBegan.Add(time.Hour)
	tests := map[string]struct {
		event  *refEvent
		closes time.Time
		due    time.Time // beside it; zero where it is on time
	}{
		"nothing happens":        {nil, hour, due},
		"a note changes nothing": {&refEvent{Type: "note"}, hour, due},
		"a bot changes nothing":  {&refEvent{Type: "bot_message"}, hour, due},
		"the customer writes":    {&refEvent{Type: "customer_message"}, outageEnded.Add(70 * time.Minute), time.Time{}},
		"another flow is saved": {&refEvent{Type: "config", Config: &refConfig{
			Timezone: "UTC", Auto: refAuto{Enabled: true, After: "1h", At: &time.Time{}}}}, hour, due},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := waitingLive(t, `{`+lateTeams+`, `+lateClose+`}`)
			l.wake(outageEnded)
			if test.event != nil {
				e := *test.event
				e.At, e.Conversation = outageEnded.Add(10*time.Minute), "c1"
				if e.Config != nil {
					enabled := outageBegan.Add(-time.Hour)
					e.Config.Auto.At = &enabled
				}
				if err := l.happen(e); err != nil {
					t.Fatal(err)
				}
			}
			if early := l.punctual(test.closes.Add(-time.Nanosecond)); !l.conv.IsOpen() {
				t.Fatalf("closed before %v: %+v", test.closes, early)
			}
			got := l.wake(test.closes)
			if len(got) != 1 || got[0].Type != flow.AutoClosed || !got[0].Due.Equal(test.due) {
				t.Fatalf("fired %+v at %v; want the automatic closing, due %v", got, test.closes, test.due)
			}
		})
	}
}

// What falls due after the program came up waits for nothing.
func TestClosingsDueAfterAnOutageAreOnTime(t *testing.T) {
	t.Parallel()
	l := waitingLive(t, `{`+lateTeams+`, "auto_close": {"enabled": true, "after": "3h1m", "enabled_at": "2026-11-01T00:00:00Z"}}`)
	l.wake(outageEnded)
	closes := outageEnded.Add(time.Minute)
	if got := l.wake(closes); len(got) != 1 || got[0].Type != flow.AutoClosed || !got[0].Due.IsZero() {
		t.Errorf("fired %+v at %v; want the automatic closing, on time", got, closes)
	}
}
