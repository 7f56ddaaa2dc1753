package flow_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"semaforo/flow"
)

// §5, redistribute: whoever is there, whatever they hold, the engine chooses whom
// the naive reference chooses, and is asked about nobody else's presence.
func TestRedistributeChoosesAmongWhoIsThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawConfig(t, drawDay(t))
		w.Flows = nil
		for _, queue := range []string{"team", "seller", "waiting"} {
			f := drawFlow(t, queue, "main", nil)
			f.ID, f.Clock, f.Active, f.Alert2 = queue, "always", nil, "40m"
			f.Action = refAction{Type: "redistribute"}
			w.Flows = append(w.Flows, f)
		}
		w.Auto, w.Customer = refAuto{}, refAuto{}
		rules, err := compile(asJSON(w.refConfig))
		if err != nil {
			t.Fatal(err)
		}
		there, holds := drawThere(t), drawHolds(t)
		c := flow.Conversation{ID: "c1", Status: flow.Open, Team: pick(t, "of team", "", "a", "b"), Seller: pick(t, "of seller", "", "s1", "s2"),
			WaitStart: w.base, ClockStart: w.base, IdleSince: w.base, LastFrom: flow.FromCustomer, LastAt: w.base, Level: flow.Green, AsOf: w.base}
		c.Visited = append(subset(t, "visited", "seller:s3", "seller:s4"), c.Holder())
		want := refFewest(w.refConfig, c.Team, c.Seller, c.Visited, func(s string) int { return holds[s] }, there)
		m := flow.Moment{Now: w.base.Add(40 * time.Minute), Loads: func(s string) int { return holds[s] }}
		if there != nil {
			m.Available = func(s string) bool {
				if !slices.Contains(rules.Members(c.Team), s) {
					t.Fatalf("asked whether %s is there, who is not in %q", s, c.Team)
				}
				return there[s]
			}
		}
		after, records := flow.Tick(rules, c, m)
		last := records[len(records)-1]
		switch {
		case want == "" && (last.Type != flow.ActionSkipped || last.Reason != flow.ReasonNoTarget || after.Holder() != c.Holder()):
			t.Fatalf("nobody can take it, but %+v", last)
		case want != "" && (last.Type != flow.ActionTaken || last.ToSeller != want || after.Seller != want):
			t.Fatalf("want %s, got %+v", want, last)
		}
	})
}

// drawThere draws who is there; nil: nobody says.
func drawThere(t *rapid.T) map[string]bool {
	if chance(t, 20, "nobody says") {
		return nil
	}
	there := map[string]bool{}
	for _, id := range []string{"s1", "s2", "s3", "s4"} {
		there[id] = chance(t, 60, id+" is there")
	}
	return there
}

func drawHolds(t *rapid.T) map[string]int {
	holds := map[string]int{}
	for _, id := range []string{"s1", "s2", "s3", "s4"} {
		holds[id] = between(t, 0, 3, id+" holds")
	}
	return holds
}

// Presence matters to redistribute alone: a transfer to a named seller goes to
// them wherever they are, and so does all else.
func TestOtherActionsAskForNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		for _, f := range l.rules.Configuration().Flows {
			if f.Action.Type == flow.Redistribute {
				return
			}
		}
		flow.Tick(l.rules, l.conv, flow.Moment{Now: at.Add(time.Duration(between(t, 1, 3000, "later")) * time.Minute),
			Loads:     func(string) int { panic("asked for a load") },
			Available: func(string) bool { panic("asked who is there") }})
	})
}

// The record keeps to whom it went, so the log is folded without asking who was
// there then; and what is looked ahead to names nobody.
func TestRedistributionIsReplayedWithoutPresence(t *testing.T) {
	t.Parallel()
	rules, err := compile(`{"teams": [{"id": "a"}], "sellers": [{"id": "s1", "teams": ["a"]}, {"id": "s2", "teams": ["a"]}],
	  "flows": [{"id": "f", "queue": "team", "kind": "main", "alert1": "5m", "alert2": "10m", "action": {"type": "redistribute"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	opened, err := flow.Decide(rules, flow.Conversation{}, flow.Event{At: start, Conversation: "c1", Type: flow.CustomerMessage, Team: "a"})
	if err != nil {
		t.Fatal(err)
	}
	c := flow.Evolve(flow.Conversation{}, opened)
	coming := flow.Outlook(rules, c, start, time.Time{}, 9)
	if last := coming[len(coming)-1]; last.Type != flow.ActionTaken || last.ToSeller != "" {
		t.Errorf("the outlook names %q: %+v", last.ToSeller, last)
	}
	there := map[string]bool{"s2": true}
	state, records := flow.Tick(rules, c, flow.Moment{Now: start.Add(10 * time.Minute), Loads: func(string) int { return 0 },
		Available: func(s string) bool { return there[s] }})
	clear(there)
	replayed := flow.Replay(append([]flow.Record{opened}, records...))
	if state.Seller != "s2" || replayed.Seller != "s2" || !slices.Equal(replayed.Visited, state.Visited) {
		t.Errorf("given to %q, replayed to %q", state.Seller, replayed.Seller)
	}
}
