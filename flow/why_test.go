package flow_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// Whatever the engine did to a random conversation has its reason, under the rules
// that did it: the deadline it tells is the record's own, the clock it tells of was
// started by the record it names, and the flow is the one that applied.
func TestEveryRecordOfTheEngineHasItsReason(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		l.wake(at.Add(time.Duration(between(t, 0, 3000, "later")) * time.Minute))
		var past flow.Past
		for i, rec := range l.log {
			why, made := l.under[i].Explain(past, rec)
			byEngine := engines[rec.Type]
			if made != byEngine {
				t.Fatalf("record %d, %s, has a reason: %v\n%+v\n%+v", i+1, rec.Type, made, rec, why)
			}
			if made {
				if wrong := reasonable(l.under[i], past, rec, why); wrong != "" {
					t.Fatalf("record %d, %s: %s\n%+v\n%+v", i+1, rec.Type, wrong, rec, why)
				}
				marked(t, l.log, why)
			}
			past = past.Then(rec)
		}
	})
}

var engines = map[flow.EventType]bool{flow.Alert1: true, flow.Alert2: true, flow.ActionTaken: true, flow.ActionSkipped: true,
	flow.AutoClosed: true, flow.PostponeEnded: true, flow.LevelLowered: true}

// reasonable says what a reason tells otherwise than the engine.
func reasonable(rules *flow.Rules, past flow.Past, rec flow.Record, why flow.Reason) string {
	due := rec.At
	if !rec.Due.IsZero() {
		due = rec.Due
	}
	state := past.State
	switch {
	case rec.Type != flow.LevelLowered && !why.Deadline().Equal(due):
		return "deadline " + why.Deadline().String()
	case why.Late() != rec.At.Sub(due):
		return "late by " + why.Late().String()
	case rec.Type == flow.AutoClosed && (!why.Closing.Enabled || why.Began.Before(why.Closing.EnabledAt) || !why.Idle.Record.At.Equal(state.IdleSince)):
		return "a closing that does not apply"
	case rec.Type == flow.PostponeEnded && why.Until.Record.Type != flow.Postpone:
		return "nobody postponed it"
	case rec.Type == flow.AutoClosed || rec.Type == flow.PostponeEnded:
		return ""
	case why.Flow.ID != rules.FlowFor(state).ID || rec.Flow != "" && rec.Flow != why.Flow.ID:
		return "flow " + why.Flow.ID
	case (why.Applies == flow.AppliesNamed) != slices.Contains(why.Flow.Targets, why.Target) || (why.Applies == flow.AppliesDefault) != (why.Flow.ID == flow.DefaultFlow):
		return "applies as " + string(why.Applies)
	case !why.Started.Record.At.Equal(state.ClockStart) || !why.Count.Start.Equal(state.ClockStart):
		return "clock started by " + string(why.Started.Record.Type)
	case why.Count.Exists && why.Hours != hoursOf(rules, state, why.Flow):
		return "the hours of " + why.Hours
	case rec.Type == flow.LevelLowered && why.Count.Exists && !why.Count.Deadline.After(rec.At):
		return "lowered although the alert is due"
	case rec.Reason == flow.ReasonCycle && why.Been() < 0:
		return "a circle through where it has never been"
	case rec.Type == flow.ActionTaken && rec.Action != flow.CloseAction && why.Been() >= 0:
		return "given to who has had it"
	}
	return ""
}

// hoursOf is the team with hours of its own whose calendar counts (§4).
func hoursOf(rules *flow.Rules, c flow.Conversation, f flow.Flow) string {
	for _, team := range rules.Configuration().Teams {
		if f.Clock == flow.BusinessHours && team.ID == c.Team && team.Hours != nil {
			return team.ID
		}
	}
	return ""
}

// marked fails where a reason names a record that is not at the place it says.
func marked(t *rapid.T, log []flow.Record, why flow.Reason) {
	for _, m := range []flow.Mark{why.Started, why.Idle, why.Until} {
		if m.N > 0 && log[m.N-1] != m.Record {
			t.Fatalf("mark %d is %+v, the log has %+v", m.N, m.Record, log[m.N-1])
		}
	}
}

// The reason that each step of an outlook is told in advance is the one it has once
// it happens, if nothing happens in between: the flow, the clock and what starts it,
// the hours and the deadline, in this queue and in those that follow.
func TestTheReasonInAdvanceIsTheReason(t *testing.T) {
	t.Parallel()
	moved := 0
	rapid.Check(t, func(t *rapid.T) {
		l, at := drawLive(t)
		at = at.Add(time.Duration(between(t, 0, 300, "looked at later by")) * time.Minute)
		coming := flow.Outlook(l.rules, l.conv, at, l.up, 12)
		var past, before flow.Past
		for _, rec := range l.log {
			before = before.Then(rec)
		}
		past = before
		before.State = l.conv // which also knows of the latest configuration
		happened := l.wake(at)
		if len(coming) > 0 {
			happened = append(happened, l.punctual(coming[len(coming)-1].At)...)
		}
		if len(happened) < len(coming) {
			t.Fatalf("%d steps were to happen, %d did\n%+v\n%+v", len(coming), len(happened), coming, happened)
		}
		for i, step := range coming {
			if i > 0 && coming[i-1].Type == flow.ActionTaken {
				moved++
			}
			foreseen, known := l.rules.Explain(before.Before(coming, i), step)
			reason, made := l.rules.Explain(past, happened[i])
			if !known || !made {
				t.Fatalf("step %d, %s, has a reason in advance: %v; afterwards: %v", i+1, step.Type, known, made)
			}
			if step.Action == flow.Redistribute {
				reason.Record.ToSeller = step.ToSeller // whom it reaches is known only then
			}
			if diff := cmp.Diff(foreseen, reason); diff != "" {
				t.Fatalf("step %d, %s, in advance (-) and afterwards (+):\n%s", i+1, step.Type, diff)
			}
			past = past.Then(happened[i])
		}
	})
	if moved == 0 {
		t.Error("no outlook went on in another queue")
	}
}

// Other rules than those in force do not lend their words to what happened.
func TestOtherRulesDoNotExplain(t *testing.T) {
	t.Parallel()
	start := instantOf(t, "2026-11-23T12:00:00Z")
	rules, err := compile(outlookStore)
	if err != nil {
		t.Fatal(err)
	}
	other, err := compile(`{"teams": [{"id": "vendas"}], "flows": [
	 {"id": "f1", "queue": "team", "kind": "main", "alert1": "6m", "alert2": "15m"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	opened := flow.Record{At: start, Conversation: "c", Type: flow.CustomerMessage, ToTeam: "vendas", Opened: true}
	past := flow.Past{}.Then(opened)
	alert := flow.Record{At: start.Add(5 * time.Minute), Conversation: "c", Type: flow.Alert1, Queue: flow.TeamQueue, Team: "vendas", Flow: "f1"}
	why, made := rules.Explain(past, alert)
	if !made || why.Applies != flow.AppliesMain || why.Started != (flow.Mark{N: 1, Record: opened}) || why.Hours != "" {
		t.Errorf("made %v: %+v", made, why)
	}
	if _, made := other.Explain(past, alert); made {
		t.Error("rules that alert at 6 min explain an alert at 5 min")
	}
	late := alert
	late.At, late.Due = start.Add(time.Hour), alert.At
	if why, made := rules.Explain(past, late); !made || why.Late() != 55*time.Minute {
		t.Errorf("made %v, late by %v", made, why.Late())
	}
}

// Of what happened at one instant, the clock is the last one's that started it; what
// starts none is not named.
func TestTheClockIsTheLastOnes(t *testing.T) {
	t.Parallel()
	at := instantOf(t, "2026-11-23T12:00:00Z")
	past := flow.Past{}
	for i, step := range []struct {
		rec  flow.Record
		want int64
	}{
		{flow.Record{At: at, Type: flow.CustomerMessage, ToTeam: "vendas", Opened: true}, 1},
		{flow.Record{At: at, Type: flow.Transfer, ToTeam: "plantao"}, 2},
		{flow.Record{At: at, Type: flow.CustomerMessage}, 2},
		{flow.Record{At: at, Type: flow.Alert1}, 2},
		{flow.Record{At: at, Type: flow.SellerMessage, ToSeller: "ana"}, 0},
		{flow.Record{At: at.Add(time.Minute), Type: flow.CustomerMessage}, 6},
		{flow.Record{At: at.Add(time.Minute), Type: flow.Postpone, Until: at.Add(time.Hour)}, 0},
		{flow.Record{At: at.Add(time.Hour), Type: flow.PostponeEnded}, 8},
	} {
		if past = past.Then(step.rec); past.Clock.N != step.want {
			t.Errorf("after record %d, %s, the clock is that of %d, want %d", i+1, step.rec.Type, past.Clock.N, step.want)
		}
		if wants := step.rec.Type == flow.Postpone; wants != (past.Until.N == int64(i+1)) {
			t.Errorf("after record %d, %s, the postponement is that of %d", i+1, step.rec.Type, past.Until.N)
		}
	}
}
