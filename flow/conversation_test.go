package flow_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"semaforo/flow"
)

// TestEventEffects holds every field of the state to §2's table, event by
// event. Each case begins with its own events, a minute apart from 12:00 UTC,
// and says the whole state after the last; AsOf is that last instant.
func TestEventEffects(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time {
		return time.Date(2026, 11, 23, 12, minute, 0, 0, time.UTC)
	}
	later := at(40)
	message := refEvent{Type: "customer_message"}
	opens := refEvent{Type: "customer_message", Team: "a", Channel: "x"}
	by := func(typ, seller string) refEvent { return refEvent{Type: typ, Seller: seller} }
	postpone := refEvent{Type: "postpone", Until: &later}
	tests := map[string]struct {
		events []refEvent
		want   flow.Conversation
	}{
		"opened": {[]refEvent{opens}, flow.Conversation{Team: "a", Channel: "x", WaitStart: at(0), ClockStart: at(0),
			IdleSince: at(0), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"team:a"}}},
		"another message": {[]refEvent{opens, message}, flow.Conversation{Team: "a", Channel: "x", WaitStart: at(0), ClockStart: at(0),
			IdleSince: at(1), LastFrom: "customer", LastAt: at(1), Level: "green", Visited: []string{"team:a"}}},
		"answered": {[]refEvent{opens, by("seller_message", "s1")}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x",
			IdleSince: at(1), LastFrom: "seller", LastAt: at(1), Level: "none", AnsweredWait: at(0), Visited: []string{"seller:s1"}}},
		"answered again": {[]refEvent{opens, by("seller_message", "s1"), by("seller_message", "s1")}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x",
			IdleSince: at(2), LastFrom: "seller", LastAt: at(2), Level: "none", AnsweredWait: at(0), Visited: []string{"seller:s1"}}},
		"written to after an answer": {[]refEvent{opens, by("seller_message", "s1"), message}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(2), ClockStart: at(2),
			IdleSince: at(2), LastFrom: "customer", LastAt: at(2), Level: "green", Visited: []string{"seller:s1"}}},
		"no reply needed": {[]refEvent{opens, by("seller_message", "s1"), message, by("no_reply_needed", "s1")}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x",
			IdleSince: at(3), LastFrom: "seller", LastAt: at(3), Level: "none", Visited: []string{"seller:s1"}}},
		"delivery failed": {[]refEvent{opens, by("seller_message", "s1"), {Type: "delivery_failed"}}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0), ClockStart: at(2),
			IdleSince: at(2), LastFrom: "customer", LastAt: at(1), Level: "green", AnsweredWait: at(0), Visited: []string{"seller:s1"}}},
		"written to after a failure": {[]refEvent{opens, by("seller_message", "s1"), {Type: "delivery_failed"}, message}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0), ClockStart: at(2),
			IdleSince: at(3), LastFrom: "customer", LastAt: at(3), Level: "green", Visited: []string{"seller:s1"}}},
		"a note and a bot": {[]refEvent{opens, {Type: "note"}, {Type: "bot_message"}}, flow.Conversation{Team: "a", Channel: "x", WaitStart: at(0), ClockStart: at(0),
			IdleSince: at(0), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"team:a"}}},
		"assumed": {[]refEvent{opens, by("assume", "s1")}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0), ClockStart: at(1),
			IdleSince: at(1), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"seller:s1"}}},
		"assumed by who holds it": {[]refEvent{opens, by("assume", "s1"), by("assume", "s1")}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0), ClockStart: at(1),
			IdleSince: at(1), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"seller:s1"}}},
		"transferred to a team": {[]refEvent{opens, by("seller_message", "s1"), {Type: "transfer", Team: "b"}}, flow.Conversation{Team: "b", Channel: "x", WaitStart: at(2), ClockStart: at(2),
			IdleSince: at(2), LastFrom: "seller", LastAt: at(1), Level: "green", AnsweredWait: at(0), Visited: []string{"team:b"}}},
		"transferred to a seller": {[]refEvent{opens, {Type: "transfer", Seller: "s2"}}, flow.Conversation{Team: "a", Seller: "s2", Channel: "x", WaitStart: at(0), ClockStart: at(1),
			IdleSince: at(1), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"seller:s2"}}},
		"postponed": {[]refEvent{opens, by("assume", "s1"), postpone}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0),
			IdleSince: at(1), LastFrom: "customer", LastAt: at(0), PostponedUntil: later, Level: "none", Visited: []string{"seller:s1"}}},
		"resumed": {[]refEvent{opens, by("assume", "s1"), postpone, {Type: "resume"}}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(0), ClockStart: at(3),
			IdleSince: at(3), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"seller:s1"}}},
		"written to while postponed": {[]refEvent{opens, by("seller_message", "s1"), postpone, message}, flow.Conversation{Team: "a", Seller: "s1", Channel: "x", WaitStart: at(3),
			IdleSince: at(3), LastFrom: "customer", LastAt: at(3), PostponedUntil: later, Level: "none", Visited: []string{"seller:s1"}}},
		"assumed while postponed": {[]refEvent{opens, by("assume", "s1"), postpone, by("assume", "s2")}, flow.Conversation{Team: "a", Seller: "s2", Channel: "x", WaitStart: at(0), ClockStart: at(3),
			IdleSince: at(3), LastFrom: "customer", LastAt: at(0), Level: "green", Visited: []string{"seller:s2"}}},
		"closed": {[]refEvent{opens, {Type: "close"}}, flow.Conversation{Status: flow.Closed, Team: "a", Channel: "x",
			IdleSince: at(0), LastFrom: "customer", LastAt: at(0), Level: "none", Visited: []string{"team:a"}, ClosedAt: at(1)}},
		"reopened": {[]refEvent{opens, {Type: "close"}, message}, flow.Conversation{WaitStart: at(2), ClockStart: at(2),
			IdleSince: at(2), LastFrom: "customer", LastAt: at(2), Level: "green", Visited: []string{"waiting"}}},
	}
	rules, err := compile(`{"teams": [{"id": "a"}, {"id": "b"}], "sellers": [{"id": "s1"}, {"id": "s2"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &live{rules: rules}
			for i, e := range test.events {
				e.At = at(i)
				l.must(t, e)
			}
			want := test.want
			want.ID, want.AsOf = "c1", at(len(test.events)-1)
			if want.Status == "" {
				want.Status = flow.Open
			}
			if diff := gocmp.Diff(want, l.conv); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What an automatic transfer leaves alone, and what it adds (§5).
func TestAutomaticTransferKeepsTheLastInteraction(t *testing.T) {
	t.Parallel()
	l := waitingLive(t, `{`+lateTeams+`, `+lateAction+`}`)
	l.up = time.Time{}
	l.punctual(outageBegan.Add(10 * time.Minute))
	want := flow.Conversation{ID: "c1", Status: flow.Open, Team: "b", WaitStart: outageBegan, ClockStart: outageBegan.Add(10 * time.Minute),
		IdleSince: outageBegan, LastFrom: "customer", LastAt: outageBegan, Level: "green", Visited: []string{"team:a", "team:b"}, AsOf: outageBegan}
	if diff := gocmp.Diff(want, l.conv); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Why a conversation closed is kept: by a person nothing, by the engine what did it.
func TestCloseReasons(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config string
		answer bool
		want   flow.CloseReason
	}{
		"action":             {`"flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "10m", "action": {"type": "close"}}]`, false, flow.ClosedByAction},
		"inactivity":         {lateClose, false, flow.ClosedInactivity},
		"customer's silence": {`"auto_close_customer": {"enabled": true, "after": "1h", "enabled_at": "2026-11-01T00:00:00Z"}`, true, flow.ClosedCustomerInactivity},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := waitingLive(t, `{`+lateTeams+`, `+test.config+`}`)
			l.up = time.Time{}
			if test.answer {
				l.must(t, refEvent{At: outageBegan, Type: "seller_message", Seller: "s1"})
			}
			l.punctual(outageBegan.Add(2 * time.Hour))
			if l.conv.Status != flow.Closed || l.conv.CloseReason != test.want || l.conv.ClosedAt.IsZero() {
				t.Errorf("%s for %q at %v, want closed for %q", l.conv.Status, l.conv.CloseReason, l.conv.ClosedAt, test.want)
			}
		})
	}
}
