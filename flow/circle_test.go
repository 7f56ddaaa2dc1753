package flow_test

import (
	"slices"
	"testing"
	"time"

	"semaforo/flow"
)

// T20: transfers that lead round are found when a flow is saved.
func TestCircle(t *testing.T) {
	t.Parallel()
	alternative := func(id string, queue flow.Queue, action flow.Action, targets ...string) flow.Flow {
		return flow.Flow{ID: id, Queue: queue, Kind: flow.Alternative, Targets: targets, Alert1: time.Minute,
			Alert2: 2 * time.Minute, Clock: flow.Always, Action: action, Active: true}
	}
	toMain := func(id string, queue flow.Queue, action flow.Action) flow.Flow {
		f := alternative(id, queue, action)
		f.Kind, f.Targets = flow.Main, nil
		return f
	}
	toTeam := func(team string) flow.Action { return flow.Action{Type: flow.TransferTeam, Team: team} }
	off := alternative("x", flow.TeamQueue, toTeam("a"), "b")
	off.Active = false
	for _, test := range []struct {
		name  string
		flows []flow.Flow
		want  []string // of flow x
	}{
		{"one way", []flow.Flow{alternative("x", flow.TeamQueue, toTeam("b"), "a")}, nil},
		{"there and back", []flow.Flow{alternative("x", flow.TeamQueue, toTeam("b"), "a"), alternative("y", flow.TeamQueue, toTeam("a"), "b")},
			[]string{"team:a", "team:b", "team:a"}},
		{"the destination is under the same main flow", []flow.Flow{toMain("x", flow.TeamQueue, toTeam("b"))}, nil},
		{"main and its exception", []flow.Flow{toMain("x", flow.TeamQueue, toTeam("b")), alternative("y", flow.TeamQueue, toTeam("a"), "b")},
			[]string{"team:a", "team:b", "team:a"}},
		{"a third of three", []flow.Flow{alternative("x", flow.TeamQueue, toTeam("a"), "c"), alternative("y", flow.TeamQueue, toTeam("b"), "a"),
			alternative("z", flow.TeamQueue, toTeam("c"), "b")}, []string{"team:c", "team:a", "team:b", "team:c"}},
		{"switched off", []flow.Flow{off, alternative("y", flow.TeamQueue, toTeam("b"), "a")}, nil},
		{"through Aguardando", []flow.Flow{alternative("x", flow.TeamQueue, flow.Action{Type: flow.ReturnToWaiting}, "a"),
			alternative("y", flow.WaitingQueue, toTeam("a"), "chat")}, []string{"team:a", "waiting", "team:a"}},
		{"through a seller of the team", []flow.Flow{alternative("x", flow.TeamQueue, flow.Action{Type: flow.Redistribute}, "a"),
			toMain("y", flow.SellerQueue, toTeam("a"))}, []string{"team:a", "seller:s", "team:a"}},
		{"somebody else's circle", []flow.Flow{alternative("x", flow.TeamQueue, toTeam("a"), "c"), alternative("y", flow.TeamQueue, toTeam("b"), "a"),
			alternative("z", flow.TeamQueue, toTeam("a"), "b")}, nil},
	} {
		rules, err := flow.Compile(flow.Configuration{
			Timezone: "America/Sao_Paulo", Teams: []flow.Team{{ID: "a"}, {ID: "b"}, {ID: "c"}},
			Sellers: []flow.Seller{{ID: "s", Teams: []string{"a"}}}, Flows: test.flows,
		})
		if err != nil {
			t.Fatal(test.name, err)
		}
		if got := rules.Circle("x"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
