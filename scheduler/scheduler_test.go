package scheduler

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestFlowFiresOnItsDeadlines(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		c := s.says("Maria", "Vendas")
		pass(16 * time.Minute)
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 5m0s", "alert2 15m0s", "action 15m0s")
		after := s.conversation(c.ID)
		if after.Team != s.teams["Plantão"] || after.Level != flow.Green {
			t.Errorf("after the transfer: team %s, level %s", after.Team, after.Level)
		}
		alerts, err := s.DB.Alerts(s.ctx, s.Store.ID, []string{"team:" + s.teams["Vendas"]}, "", start, 10)
		if err != nil || len(alerts) != 2 {
			t.Errorf("%d alerts to Vendas, want the 1st and the 2nd (%v)", len(alerts), err)
		}
	})
}

func TestReplyStopsEverything(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.CloseAction})
		c := s.says("Maria", "Vendas")
		pass(5*time.Minute - time.Microsecond)
		s.reply(c.ID, "Ana")
		pass(48 * time.Hour)
		s.wantLog(c.ID, start, "customer_message 0s", "seller_message 4m59.999999s")
	})
}

func TestPostponementHoldsEverythingAndEndsOnTime(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.SellerQueue, 5*time.Minute, 10*time.Minute, flow.Action{Type: flow.CloseAction})
		c := s.says("Maria", "Vendas")
		s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
		s.act(c.ID, Act{Type: flow.Postpone, Until: start.Add(time.Hour), Reason: "almoço"})
		pass(time.Hour + 6*time.Minute)
		s.wantLog(c.ID, start, "customer_message 0s", "assume 0s", "postpone 0s", "postpone_ended 1h0m0s", "alert1 1h5m0s")
		if e := s.events(c.ID)[2]; e.Note != "almoço" {
			t.Errorf("the postponement's reason is %q", e.Note)
		}
	})
}

func TestAutomaticClosingLeavesTheExactSentence(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		before := s.says("João", "Vendas")
		pass(time.Minute)
		s.autoClose(30 * time.Minute)
		c := s.says("Maria", "Vendas")
		pass(31 * time.Minute)
		if got := s.conversation(c.ID); got.Status != flow.Closed || got.CloseReason != flow.ClosedInactivity {
			t.Errorf("status %s, reason %q", got.Status, got.CloseReason)
		}
		messages, err := s.DB.Messages(s.ctx, s.Store.ID, c.ID, nil, 10)
		if err != nil || len(messages) != 2 || messages[1].Text !=
			"Atendimento finalizado automaticamente - motivo da finalização: inatividade do time ou vendedor" {
			t.Errorf("messages: %+v (%v)", messages, err)
		}
		if got := s.conversation(before.ID); got.Status != flow.Open {
			t.Error("a conversation that began before it was switched on was closed")
		}
		s.check(c.ID)
	})
}

func TestNewConfigurationReachesOpenConversations(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		c := s.says("Maria", "Vendas")
		pass(6 * time.Minute) // yellow by the default colours
		s.flow(flow.TeamQueue, 10*time.Minute, 20*time.Minute, flow.Action{Type: flow.ActionNone})
		pass(5 * time.Minute)
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 5m0s", "level_lowered 6m0s", "alert1 10m0s")
	})
}

func TestNewConfigurationFiresWhatItMakesOverdue(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		c := s.says("Maria", "Vendas")
		pass(4 * time.Minute)
		s.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		pass(time.Second)
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 4m0s due 1m0s", "alert2 4m0s due 2m0s", "action 4m0s due 2m0s")
	})
}

// §7: what fell due while nothing ran fires once at start, its clocks begin
// then, notifications that fall together are one, and automatic closings wait.
func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.New(t)
		s := newShop(t, d, RealClock())
		start := s.clock.Now()
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		s.autoClose(time.Hour)
		c := s.says("Maria", "Vendas")
		pass(2 * time.Hour)
		s.Scheduler = New(d, RealClock(), quiet, nil) // the restart
		stop := s.start()
		pass(2 * time.Minute)
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 2h0m0s due 5m0s", "alert2 2h0m0s due 15m0s", "action 2h0m0s due 15m0s")
		alerts, err := s.DB.Alerts(s.ctx, s.Store.ID, []string{"team:" + s.teams["Vendas"]}, "", start, 10)
		if err != nil || len(alerts) != 1 || alerts[0].Kind != db.SecondAlert {
			t.Errorf("alerts after the outage: %+v (%v), want the highest alone", alerts, err)
		}
		pass(time.Hour)
		stop()
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 2h0m0s due 5m0s", "alert2 2h0m0s due 15m0s", "action 2h0m0s due 15m0s",
			"alert1 2h5m0s", "alert2 2h15m0s", "action_skipped 2h15m0s", "auto_close 3h0m0s due 1h0m0s")
	})
}

func TestABadConversationStopsNobodyElse(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.ActionNone})
		bad, good := s.says("Maria", "Vendas"), s.says("João", "Vendas")
		dbtest.Corrupt(t, s.DB, bad.ID)
		pass(6 * time.Minute)
		s.wantLog(good.ID, start, "customer_message 0s", "alert1 5m0s")
		aside, err := s.DB.DueRefs(s.ctx, start.Add(time.Hour), 10)
		if err != nil || len(aside) != 2 || s.log(bad.ID, start)[len(s.log(bad.ID, start))-1] != "customer_message 0s" {
			t.Errorf("the bad conversation was not kept for later: %+v (%v)", aside, err)
		}
		if err := s.Ready(s.ctx); err != nil {
			t.Errorf("not ready because of one that is set aside: %v", err)
		}
		// Tried at 5 and 6 minutes; the next try is after twice the patience, at 8.
		dbtest.Mend(t, s.DB, bad.ID)
		pass(2 * time.Minute)
		s.wantLog(bad.ID, start, "customer_message 0s", "alert1 8m0s due 5m0s")
		if c := s.conversation(bad.ID); c.Error != "" || c.Attempts != 0 {
			t.Errorf("mended, and still set aside: %q, %d attempts", c.Error, c.Attempts)
		}
	})
}

// With nothing due the loop does nothing but a look every 30 s.
func TestIdleCosts(t *testing.T) {
	running(t, func(s *shop, _ time.Time) {
		pass(time.Minute)
		before := s.DB.Statements()
		pass(10 * time.Minute)
		if n := s.DB.Statements() - before; n > 4*10 {
			t.Errorf("%d statements in 10 idle minutes, want at most 4 a minute", n)
		}
	})
}

func TestRefusedEventChangesNothing(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		c := s.says("Maria", "Vendas")
		_, err := s.Act(s.ctx, s.Store.ID, By{Kind: db.ByUser}, Act{Conversation: c.ID, Type: flow.Resume})
		var refusal *flow.Refusal
		if !errors.As(err, &refusal) || refusal.Code != flow.RefusedNotPostponed {
			t.Errorf("resume of what is not postponed: %v", err)
		}
		s.wantLog(c.ID, start, "customer_message 0s")
	})
}
