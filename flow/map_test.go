package flow_test

import (
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"semaforo/flow"
)

func hours(from, to int) *flow.Week {
	var w flow.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = []flow.Slot{{Open: from * 60, Close: to * 60}}
	}
	return &w
}

func TestFindings(t *testing.T) {
	t.Parallel()
	store := flow.Configuration{Timezone: "America/Sao_Paulo", Hours: hours(9, 18),
		Teams:   []flow.Team{{ID: "vendas"}, {ID: "noite", Hours: hours(18, 24)}, {ID: "longo", Hours: hours(8, 20)}, {ID: "vazio"}},
		Sellers: []flow.Seller{{ID: "ana", Teams: []string{"vendas", "noite", "longo"}}}}
	to := func(team string) flow.Action { return flow.Action{Type: flow.TransferTeam, Team: team} }
	of := func(queue flow.Queue, kind flow.Kind, clock flow.Clock, action flow.Action, targets ...string) flow.Flow {
		return flow.Flow{ID: "f", Queue: queue, Kind: kind, Targets: targets, Alert1: time.Minute, Alert2: 2 * time.Minute, Clock: clock, Action: action, Active: true}
	}
	off := of(flow.TeamQueue, flow.Main, flow.Always, to("noite"))
	off.Active = false
	for name, c := range map[string]struct {
		flow flow.Flow
		want []flow.FindingKind
	}{
		"all is well":                      {of(flow.TeamQueue, flow.Alternative, flow.BusinessHours, to("longo"), "vendas"), nil},
		"nothing happens":                  {of(flow.TeamQueue, flow.Main, flow.Always, flow.Action{Type: flow.ActionNone}), []flow.FindingKind{flow.FindingDeadEnd}},
		"the target opens as it closes":    {of(flow.TeamQueue, flow.Alternative, flow.BusinessHours, to("noite"), "vendas"), []flow.FindingKind{flow.FindingClosed}},
		"the target is closed at night":    {of(flow.TeamQueue, flow.Alternative, flow.Always, to("longo"), "vendas"), []flow.FindingKind{flow.FindingSometimesClosed}},
		"the target is gone":               {of(flow.SellerQueue, flow.Main, flow.Always, to("antigo")), []flow.FindingKind{flow.FindingUnknown}},
		"the seller is gone":               {of(flow.SellerQueue, flow.Main, flow.Always, flow.Action{Type: flow.TransferSeller, Seller: "zeca"}), []flow.FindingKind{flow.FindingUnknown}},
		"nobody is there":                  {of(flow.WaitingQueue, flow.Main, flow.BusinessHours, to("vazio")), []flow.FindingKind{flow.FindingEmpty}},
		"switched off":                     {off, []flow.FindingKind{flow.FindingUnreached}},
		"its team is gone":                 {of(flow.TeamQueue, flow.Alternative, flow.Always, to("longo"), "antigo"), []flow.FindingKind{flow.FindingUnreached}},
		"its channel is gone":              {of(flow.WaitingQueue, flow.Alternative, flow.Always, to("longo"), "fax"), []flow.FindingKind{flow.FindingUnreached}},
		"its channel is there":             {of(flow.WaitingQueue, flow.Alternative, flow.BusinessHours, to("longo"), "chat"), nil},
		"everybody is under the main flow": {of(flow.SellerQueue, flow.Main, flow.Always, flow.Action{Type: flow.CloseAction}), nil},
	} {
		cfg := store
		cfg.Flows = []flow.Flow{c.flow}
		rules, err := flow.Compile(cfg)
		if err != nil {
			t.Fatal(err)
		}
		var got []flow.FindingKind
		for _, f := range rules.Findings([]string{"chat"}) {
			got = append(got, f.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	cfg := store
	cfg.Flows = []flow.Flow{of(flow.SellerQueue, flow.Main, flow.Always, flow.Action{Type: flow.CloseAction}),
		of(flow.SellerQueue, flow.Alternative, flow.Always, flow.Action{Type: flow.CloseAction}, "ana")}
	cfg.Flows[1].ID = "g"
	rules, err := flow.Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if got := rules.Findings(nil); len(got) != 1 || got[0].Kind != flow.FindingUnreached || got[0].Flow != "f" {
		t.Errorf("a main flow whose every seller has another: %v", got)
	}
}

// What the map says of a conversation's holder is what the engine does there.
func TestPassagesAreWhatTheEngineDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawConfig(t, drawDay(t))
		rules := mustCompile(t, w.refConfig)
		for _, p := range rules.Passages() {
			c := flow.Conversation{ID: "c1", Status: flow.Open, ClockStart: w.base, WaitStart: w.base, Level: flow.Green}
			switch p.Queue {
			case flow.TeamQueue:
				c.Team = p.Source
			case flow.SellerQueue:
				if p.Source == "" {
					continue // everybody else: no one conversation stands for it
				}
				c.Seller = p.Source
			default:
				c.Channel = p.Source
			}
			f := rules.FlowFor(c)
			if diff := gocmp.Diff(flow.Passage{Flow: f.ID, Queue: c.Queue(), Source: p.Source, Action: f.Action, Clock: f.Clock, After: p.After, To: p.To}, p); diff != "" {
				t.Fatalf("the engine (-) and the map (+) differ:\n%s", diff)
			}
			if f.Clock == flow.Always {
				if d := rules.Deadlines(c); !d.Action.IsZero() && d.Action.Sub(w.base) != p.After {
					t.Fatalf("the engine acts after %s, the map says %s", d.Action.Sub(w.base), p.After)
				}
			}
			for _, rec := range flow.Outlook(rules, c, w.base, time.Time{}, 10) {
				if rec.Type == flow.ActionTaken && rec.Action != flow.Redistribute && rec.Action != flow.CloseAction {
					if to := (flow.Conversation{Team: rec.ToTeam, Seller: rec.ToSeller}).Holder(); rec.Flow == p.Flow && !slices.Contains(p.To, to) && rec.At.Sub(w.base) == p.After {
						t.Fatalf("the engine leads to %s, the map to %v", to, p.To)
					}
					break
				}
			}
		}
	})
}
