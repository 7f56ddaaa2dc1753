package scheduler

import (
	"testing"
	"time"

	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestSettleFiresOnTheDeadlineOfAClockSetByHand(t *testing.T) {
	t.Parallel()
	start := dbtest.Start
	now := start
	s := newShop(t, dbtest.New(t), Clock{Now: func() time.Time { return now }, Speed: 1})
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
	c := s.says("Maria", "Vendas")
	for _, at := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute} {
		now = start.Add(at)
		if err := s.Settle(s.ctx); err != nil {
			t.Fatal(err)
		}
	}
	s.wantLog(c.ID, start, "customer_message 0s", "alert1 5m0s", "alert2 15m0s", "action 15m0s")
}
