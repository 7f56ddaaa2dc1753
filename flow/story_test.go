package flow_test

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"pgregory.net/rapid"

	"semaforo/flow"
)

// story is what happened to several conversations, each timer on its deadline, under
// rules that stayed.
type story struct {
	rules *flow.Rules
	logs  map[string][]flow.Record
	end   time.Time
}

// ran is a wait of a story with where its log says so.
type ran struct {
	flow.Stay
	flow  string // that was in force for it
	log   []flow.Record
	began int // which record started its clock
	ended int // which record ended it
}

func drawStory(t *rapid.T) story {
	w := drawConfig(t, drawDay(t))
	rules, err := compile(asJSON(w.refConfig))
	if err != nil {
		t.Fatal(err)
	}
	s := story{rules: rules, logs: map[string][]flow.Record{}, end: w.base}
	sim := flow.NewSimulation(rules, func(rec flow.Record) { s.logs[rec.Conversation] = append(s.logs[rec.Conversation], rec) })
	for _, e := range drawEvents(t, w) {
		if e.Config != nil {
			continue
		}
		if chance(t, 20, "odd") {
			e.At = e.At.Add(time.Duration(between(t, 1, 999, "micros")) * time.Microsecond)
		}
		if e.At.Before(s.end) {
			e.At = s.end
		}
		s.end = e.At
		if err, refusal := sim.Happen(eventOf(e)), (*flow.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
			t.Fatal(err)
		}
	}
	s.end = s.end.Add(time.Duration(between(t, 0, 90, "after")) * time.Minute)
	sim.Finish(s.end)
	return s
}

func (s story) waits() []ran {
	var all []ran
	for _, log := range s.logs {
		var state flow.Conversation
		began := 0
		for i, rec := range log {
			before := state
			state = flow.Evolve(state, rec)
			if stay, ended := flow.StayEnded(before, rec, state); ended {
				all = append(all, ran{stay, s.rules.FlowFor(before).ID, log, began, i})
			}
			if !state.ClockStart.Equal(before.ClockStart) || state.Holder() != before.Holder() {
				began = i
			}
		}
	}
	slices.SortFunc(all, func(a, b ran) int { return cmp.Or(a.End.Compare(b.End), cmp.Compare(a.Conversation, b.Conversation)) })
	return all
}

// verdict is what really happened to a wait.
func (r ran) verdict() flow.Verdicts {
	v := flow.Verdicts{Green: 1}
	for _, rec := range r.log[r.began+1 : r.ended+1] {
		switch rec.Type {
		case flow.Alert1:
			v = flow.Verdicts{Yellow: 1}
		case flow.Alert2:
			v = flow.Verdicts{Red: 1}
		case flow.ActionTaken, flow.ActionSkipped:
			return flow.Verdicts{Acted: 1}
		}
	}
	return v
}

// after is what really followed on a wait's action.
func (r ran) after() flow.Aftermath {
	a := flow.Aftermath{Of: 1, Replayed: 1}
	state, moved := flow.Replay(r.log[:r.began+1]), false
	for _, rec := range r.log[r.began+1:] {
		before := state
		state = flow.Evolve(state, rec)
		stay, ended := flow.StayEnded(before, rec, state)
		switch {
		case moved && (rec.Type == flow.ActionTaken || rec.Type == flow.ActionSkipped):
			a.Again = 1
			return a
		case rec.Type == flow.ActionSkipped && rec.Reason == flow.ReasonCycle:
			a.Cycle = 1
			return a
		case rec.Type == flow.ActionSkipped:
			a.NoTarget = 1
			return a
		case rec.Type == flow.ActionTaken && rec.Action == flow.CloseAction:
			a.Closed = 1
			return a
		case rec.Type == flow.ActionTaken:
			moved = true
		case ended:
			switch stay.Outcome {
			case flow.Answered, flow.NoReply:
				*map[flow.Level]*int{flow.Green: &a.Green, flow.Yellow: &a.Yellow, flow.Red: &a.Red}[stay.Level] = 1
			case flow.Ended, flow.TimedOut:
				a.Ended = 1
			default:
				a.Handed = 1
			}
			return a
		}
	}
	a.Open = 1
	return a
}

// twins reports whether two waits cannot be told apart but by their conversation.
func twins(waits []ran) bool {
	for i, r := range waits {
		for _, other := range waits[:i] {
			if r.Start.Equal(other.Start) && r.End.Equal(other.End) && r.holder() == other.holder() {
				return true
			}
		}
	}
	return false
}

// holder tells whose wait it was.
func (r ran) holder() string {
	return flow.Conversation{Team: r.Team, Seller: r.Seller}.Holder()
}
