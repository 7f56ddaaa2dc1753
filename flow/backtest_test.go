package flow_test

import (
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

// try tries a draft on all waits of a story that it applies to.
func (s story) try(t *rapid.T, draft flow.Flow, waits []ran) (flow.Backtest, []ran) {
	since := s.end.Add(-30 * 24 * time.Hour)
	out, err := flow.NewTryout(s.rules, draft, since, s.end, len(waits))
	if err != nil {
		t.Fatal(err)
	}
	var tried []ran
	for _, r := range waits {
		if j := out.Judge(r.Team, r.Seller, r.Channel); j != nil {
			out.Try(j, flow.Wait{Start: r.Start.UnixMicro(), End: r.End.UnixMicro(), Outcome: r.Outcome})
			tried = append(tried, r)
		}
	}
	for _, p := range out.Reruns() {
		i := slices.IndexFunc(tried, func(r ran) bool {
			return r.Start.UnixMicro() == p.Start && r.End.UnixMicro() == p.End && r.Team == p.Team && r.Seller == p.Seller && r.Channel == p.Channel
		})
		p.Log, p.Ended = tried[i].log, tried[i].ended
	}
	b := out.Backtest(s.end)
	consistent(t, b, len(tried))
	return b, tried
}

// consistent holds what a backtest says against itself.
func consistent(t *rapid.T, b flow.Backtest, waits int) {
	var binned int
	from := time.Duration(0)
	for i, bin := range b.Bins {
		if bin.From != from || (bin.To <= bin.From) != (i == len(b.Bins)-1) {
			t.Fatalf("bins are not in a row: %v", b.Bins)
		}
		binned, from = binned+bin.N, bin.To
	}
	a := b.After
	after := a.Green + a.Yellow + a.Red + a.Again + a.Cycle + a.NoTarget + a.Closed + a.Ended + a.Handed + a.Open
	if b.Waits != waits || b.Draft.Total() != waits || b.Present.Total() != waits || binned != waits || after != b.Draft.Acted-b.Draft.Cut.Acted || after != a.Of {
		t.Fatalf("of %d waits: %d are told of, %+v and %+v, %d in bins, %d acted on", waits, b.Waits, b.Draft, b.Present, binned, after)
	}
	if len(b.Bins) > 64 {
		t.Fatalf("%d bins", len(b.Bins))
	}
}

func sum(all []ran) (v flow.Verdicts) {
	for _, r := range all {
		w := r.verdict()
		v = flow.Verdicts{Green: v.Green + w.Green, Yellow: v.Yellow + w.Yellow, Red: v.Red + w.Red, Acted: v.Acted + w.Acted}
	}
	return v
}

// Backtesting what was in force over a period in which it stayed gives what really
// happened: each alert and action of its log, and what followed on the actions.
func TestBacktestOfTheFlowInForceIsWhatHappened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawStory(t)
		waits := s.waits()
		for _, f := range inForce(s.rules) {
			b, tried := s.try(t, f, waits)
			if diff := gocmp.Diff(sum(tried), b.Draft.Verdicts); diff != "" {
				t.Fatalf("of flow %s happened (-), its backtest says (+):\n%s\n%+v", f.ID, diff, tried)
			}
			if diff := gocmp.Diff(b.Present, b.Draft); diff != "" {
				t.Fatalf("an unchanged draft (+) is not what is in force (-):\n%s", diff)
			}
			if f.Action.Type == flow.Redistribute || twins(tried) {
				continue // whom it reaches depends on everybody's loads; which of two it was nobody can tell
			}
			var want flow.Aftermath
			for _, r := range tried {
				if r.verdict().Acted > 0 {
					want = add(want, r.after())
				}
			}
			if diff := gocmp.Diff(want, b.After); diff != "" {
				t.Fatalf("on flow %s's actions followed (-), its backtest says (+):\n%s", f.ID, diff)
			}
		}
	})
}

// inForce are the flows in force, with drafts of the default colours where those are.
func inForce(r *flow.Rules) []flow.Flow {
	main := map[flow.Queue]bool{}
	var all []flow.Flow
	for _, f := range r.Configuration().Flows {
		if f.Active {
			all = append(all, f)
			main[f.Queue] = main[f.Queue] || f.Kind == flow.Main
		}
	}
	for _, queue := range flow.Queues {
		if !main[queue] {
			all = append(all, flow.Flow{Queue: queue, Kind: flow.Main, Alert1: flow.DefaultAlert1, Alert2: flow.DefaultAlert2,
				Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}})
		}
	}
	return all
}

func add(a, b flow.Aftermath) flow.Aftermath {
	return flow.Aftermath{Of: a.Of + b.Of, Replayed: a.Replayed + b.Replayed, Green: a.Green + b.Green, Yellow: a.Yellow + b.Yellow, Red: a.Red + b.Red,
		Again: a.Again + b.Again, Cycle: a.Cycle + b.Cycle, NoTarget: a.NoTarget + b.NoTarget, Closed: a.Closed + b.Closed, Ended: a.Ended + b.Ended,
		Handed: a.Handed + b.Handed, Open: a.Open + b.Open}
}

// Any draft's verdicts are what the engine's own deadlines say, but for the waits that
// a real action ended before it.
func TestBacktestOfADraftCountsAsTheEngineDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawStory(t)
		waits := s.waits()
		draft := drawDraft(t, s.rules)
		b, tried := s.try(t, draft, waits)
		rules := withDraft(t, s.rules, draft)
		var want flow.Verdicts
		cut := 0
		for _, r := range tried {
			d := rules.Deadlines(flow.Conversation{Status: flow.Open, Team: r.Team, Seller: r.Seller, Channel: r.Channel, ClockStart: r.Start})
			timer := r.Outcome == flow.Acted || r.Outcome == flow.TimedOut
			due := func(at time.Time) bool {
				return !at.IsZero() && (at.Before(r.End) || timer && at.Equal(r.End))
			}
			switch {
			case draft.Action.Type != flow.ActionNone && due(d.Action):
				want.Acted++
			case r.Outcome == flow.Acted:
				cut++
			case due(d.Alert2):
				want.Red++
			case due(d.Alert1):
				want.Yellow++
			default:
				want.Green++
			}
		}
		got := b.Draft.Verdicts
		c := b.Draft.Cut.Verdicts
		got = flow.Verdicts{Green: got.Green - c.Green, Yellow: got.Yellow - c.Yellow, Red: got.Red - c.Red, Acted: got.Acted - c.Acted}
		if diff := gocmp.Diff(want, got); diff != "" || c.Total() != cut {
			t.Fatalf("%d cut, %d by the log; the engine (-) and the backtest (+) of the others:\n%s", c.Total(), cut, diff)
		}
		bins(t, b, rules, draft, tried)
		later := draft
		by := time.Duration(between(t, 1, 30, "later by")) * time.Minute
		switch between(t, 0, 2, "what") {
		case 0:
			later.Action.Delay += by
		case 1:
			later.Alert2 += by
		case 2:
			later.Alert1, later.Alert2 = later.Alert1+by, later.Alert2+by
		}
		after, _ := s.try(t, later, waits)
		x, y := b.Draft.Verdicts, after.Draft.Verdicts
		if y.Acted > x.Acted || y.Acted+y.Red > x.Acted+x.Red || y.Green < x.Green {
			t.Fatalf("later, more waits reach it: %+v, then %+v\n%+v\n%+v", x, y, draft, later)
		}
	})
}

// bins count beyond each of the draft's steps as many waits as were longer.
func bins(t *rapid.T, b flow.Backtest, rules *flow.Rules, draft flow.Flow, tried []ran) {
	steps := []time.Duration{draft.Alert1, draft.Alert2}
	if draft.Action.Type != flow.ActionNone {
		steps = append(steps, draft.Alert2+draft.Action.Delay)
	}
	for _, step := range steps {
		if step > flow.MaxDeadline {
			continue
		}
		beyond, edge := 0, false
		for _, bin := range b.Bins {
			edge = edge || bin.From == step
			if bin.From >= step {
				beyond += bin.N
			}
		}
		one := draft
		one.Alert1, one.Alert2, one.Action = step, step+1e9, flow.Action{Type: flow.ActionNone}
		want := 0
		for _, r := range tried {
			d := withDraft(t, rules, one).Deadlines(flow.Conversation{Status: flow.Open, Team: r.Team, Seller: r.Seller, Channel: r.Channel, ClockStart: r.Start}).Alert1
			if !d.IsZero() && (d.Before(r.End) || d.Equal(r.End) && (r.Outcome == flow.Acted || r.Outcome == flow.TimedOut)) {
				want++
			}
		}
		if !edge || beyond != want {
			t.Fatalf("beyond %v are %d waits in bins, %d by the engine (edge %v): %v", step, beyond, want, edge, b.Bins)
		}
	}
}

func drawDraft(t *rapid.T, r *flow.Rules) flow.Flow {
	queue := pick(t, "queue", "team", "seller", "waiting")
	f := drawFlow(t, queue, "main", nil)
	f.ID = "tried"
	rules, err := compile(asJSON(refConfig{Timezone: "UTC", Flows: []refFlow{f}}))
	if err != nil {
		t.Fatal(err)
	}
	draft := rules.Configuration().Flows[0]
	if flows := r.Configuration().Flows; len(flows) > 0 && chance(t, 50, "edited") {
		old := pick(t, "of", flows...)
		draft.ID, draft.Queue, draft.Kind, draft.Targets = old.ID, old.Queue, old.Kind, old.Targets
	}
	return draft
}

// withDraft puts a draft into rules as a person would by saving it.
func withDraft(t *rapid.T, r *flow.Rules, draft flow.Flow) *flow.Rules {
	cfg := r.Configuration()
	draft.Active = true
	var flows []flow.Flow
	for _, f := range cfg.Flows {
		if f.ID != draft.ID && !(draft.Kind == flow.Main && f.Kind == flow.Main && f.Queue == draft.Queue) {
			flows = append(flows, f)
		}
	}
	cfg.Flows = append(flows, draft)
	rules, err := flow.Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}
