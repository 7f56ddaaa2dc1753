package scheduler

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// What a conversation went through is there as stays, in the same transaction,
// and the same as its log says.
func TestStaysAreKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 5*time.Minute, 10*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		c := s.says("maria", "Vendas")
		s.to(12 * time.Minute)
		s.settle() // late: to Plantão at 12 minutes
		s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Bia"]})
		s.to(15 * time.Minute)
		s.act(c.ID, Act{Type: flow.Postpone, Until: dbtest.Start.Add(20 * time.Minute)})
		s.to(20 * time.Minute)
		s.settle()
		s.to(21 * time.Minute)
		s.reply(c.ID, "Bia")
		s.to(22 * time.Minute)
		s.says("maria", "")
		s.to(23 * time.Minute)
		s.act(c.ID, Act{Type: flow.Close})

		got, err := s.DB.StaysOf(s.ctx, s.Store.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		var want []db.Stay
		var state flow.Conversation
		for _, e := range s.events(c.ID) {
			before := state
			state = flow.Evolve(before, e.Record)
			if stay, ended := flow.StayEnded(before, e.Record, state); ended {
				want = append(want, db.Stay{Stay: stay, Store: s.Store.ID, Seq: e.Seq, First: stay.Outcome == flow.Answered})
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by its log (-) and kept (+):\n%s", diff)
		}
		var outcomes []flow.Outcome
		for _, y := range got {
			outcomes = append(outcomes, y.Outcome)
		}
		if diff := cmp.Diff([]flow.Outcome{flow.Acted, flow.HandedOver, flow.Deferred, flow.Answered, flow.Ended}, outcomes); diff != "" {
			t.Errorf("outcomes:\n%s", diff)
		}
	})
}
