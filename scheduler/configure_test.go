package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// edit changes the queue's main flow that flow has saved.
func (s *shop) edit(queue flow.Queue, change func(*db.Flow)) {
	s.t.Helper()
	s.configure(func(tx *db.Tx, now time.Time) error {
		f, err := tx.Flow(s.ctx, s.Store.ID, "main-"+string(queue))
		if err != nil {
			return err
		}
		change(&f)
		f.UpdatedAt = now
		return tx.UpdateFlow(s.ctx, f)
	})
}

// §6: the colour is that of the instant of the change, however late the sweep:
// an alert that has fallen due since then fires again.
func TestLateSweepMissesNoAlert(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.to(6 * time.Minute)
	s.settle()
	s.flow(flow.WaitingQueue, 10*time.Minute, 20*time.Minute, flow.Action{Type: flow.ActionNone})
	s.to(11 * time.Minute)
	s.settle()
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 6m0s due 5m0s", "level_lowered 11m0s", "alert1 11m0s due 10m0s")
	if got := s.conversation(c.ID); got.Level != flow.Yellow {
		t.Errorf("level %s", got.Level)
	}
}

// §6: a configuration acts until the next one replaces it, and no longer, also
// on a conversation that slept through both.
func TestReplacedConfigurationActsNoMore(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.WaitingQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.CloseAction})
	c := s.says("maria", "")
	s.to(10 * time.Minute)
	s.edit(flow.WaitingQueue, func(f *db.Flow) { f.Action = flow.Action{Type: flow.ActionNone} })
	s.to(20 * time.Minute)
	s.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.ActionNone})
	s.to(21 * time.Minute)
	s.settle()
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 21m0s due 5m0s", "alert2 21m0s due 15m0s")
}

// §6: at one instant events come before timers; the new rules stand when a
// deadline of the old ones falls on the very instant of the change.
func TestConfigurationComesBeforeTheTimersOfItsInstant(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	s.to(5 * time.Minute)
	s.flow(flow.WaitingQueue, 10*time.Minute, 20*time.Minute, flow.Action{Type: flow.ActionNone})
	s.settle()
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s")
	if got := s.conversation(c.ID); !got.DueAt.Equal(dbtest.Start.Add(10*time.Minute)) || got.FlowID != "main-waiting" {
		t.Errorf("due at %s by flow %s", got.DueAt, got.FlowID)
	}
}

// T39: a change reaches all open conversations, in batches, and none of the closed.
func TestConfigurationReachesHundreds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		const n = 3*batch + 1
		var ids []string
		for i := range n {
			ids = append(ids, s.says(fmt.Sprint("c", i), "").ID)
		}
		closed := ids[0]
		s.act(closed, Act{Type: flow.Close})
		s.to(time.Minute)
		s.flow(flow.WaitingQueue, 2*time.Minute, 20*time.Minute, flow.Action{Type: flow.ActionNone})
		if moved, err := s.sweep(s.ctx); err != nil || moved != batch {
			t.Errorf("the first batch moved %d (%v)", moved, err)
		}
		s.to(2 * time.Minute)
		s.settle()
		for _, id := range ids[1:] {
			if got := s.conversation(id); got.Level != flow.Yellow || got.FlowID != "main-waiting" {
				t.Fatalf("conversation %s: level %s, flow %s", id, got.Level, got.FlowID)
			}
		}
		s.check(ids[n-1])
		s.wantLog(closed, dbtest.Start, "customer_message 0s", "close 0s")
		if stale, err := d.StaleStores(s.ctx); err != nil || len(stale) != 0 {
			t.Errorf("stores left behind: %v (%v)", stale, err)
		}
	})
}

// An event that comes before the sweep is decided by the new rules.
func TestEventBeforeTheSweepIsDecidedByTheNewRules(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "Vendas")
	s.to(time.Minute)
	gone := s.sellers["Ana"]
	s.configure(func(tx *db.Tx, _ time.Time) error {
		seller, err := tx.Seller(s.ctx, s.Store.ID, gone)
		if err != nil {
			return err
		}
		seller.Active = false
		return tx.UpdateSeller(s.ctx, seller)
	})
	_, err := s.Act(s.ctx, s.Store.ID, By{Kind: db.ByUser}, Act{Conversation: c.ID, Type: flow.Assume, Seller: gone})
	wantRefusal(t, err, flow.RefusedUnknownSeller)
	s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Bia"]})
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "assume 1m0s")
}

// A change that changes nothing the engine knows makes no version.
func TestConfigureVersions(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	versions := func() int64 {
		t.Helper()
		v, err := s.Configure(s.ctx, s.Store.ID, By{Kind: db.BySystem}, func(*db.Tx, time.Time) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	before := versions()
	s.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.ActionNone})
	if after := versions(); after != before+1 || versions() != after {
		t.Errorf("versions %d, %d", before, after)
	}
	// What is invalid as a whole is refused as a whole.
	_, err := s.Configure(s.ctx, s.Store.ID, By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(s.ctx, db.Flow{Store: s.Store.ID, UpdatedAt: now, Flow: flow.Flow{ID: flow.DefaultFlow, Queue: flow.SellerQueue,
			Kind: flow.Main, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}})
	})
	if err == nil || versions() != before+1 {
		t.Errorf("a reserved id: %v", err)
	}
	flows, err := s.DB.Flows(s.ctx, s.Store.ID)
	if err != nil || slices.ContainsFunc(flows, func(f db.Flow) bool { return f.ID == flow.DefaultFlow }) {
		t.Errorf("the refused flow was kept: %v", err)
	}
}

// §6: an automatic closing that the change makes overdue happens at the change;
// one that is switched on touches nothing that began before (T40).
func TestShorterAutomaticClosingActsAtOnce(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	old := s.says("antes", "")
	s.to(time.Minute)
	s.autoClose(24 * time.Hour)
	c := s.says("maria", "")
	s.to(31 * time.Minute)
	s.settle()
	s.configure(func(tx *db.Tx, now time.Time) error {
		both, err := tx.AutoClosings(s.ctx, s.Store.ID)
		if err != nil {
			return err
		}
		closing := both.AutoClose
		closing.After, closing.UpdatedAt = 10*time.Minute, now
		return tx.SetAutoClosing(s.ctx, closing)
	})
	s.settle()
	log := s.log(c.ID, dbtest.Start)
	if last := log[len(log)-1]; last != "auto_close 31m0s due 11m0s" {
		t.Errorf("log: %v", log)
	}
	if got := s.conversation(old.ID); !got.IsOpen() {
		t.Error("what began before it was switched on was closed")
	}
	s.check(c.ID)
}

// T36, T41: a team that is no longer there keeps its conversations; no
// alternative flow names it any more, and nobody new comes to it.
func TestArchivedTeamKeepsItsConversations(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	vendas := s.teams["Vendas"]
	s.configure(func(tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(s.ctx, db.Flow{Store: s.Store.ID, UpdatedAt: now, UpdatedBy: "test", Name: "Vendas", Flow: flow.Flow{
			ID: "alternative", Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{vendas}, Alert1: time.Minute,
			Alert2: 2 * time.Minute, Clock: flow.Always, Action: flow.Action{Type: flow.CloseAction}, Active: true}})
	})
	c := s.says("maria", "Vendas")
	s.to(30 * time.Second)
	s.configure(func(tx *db.Tx, _ time.Time) error {
		team, err := tx.Team(s.ctx, s.Store.ID, vendas)
		if err != nil {
			return err
		}
		f, err := tx.Flow(s.ctx, s.Store.ID, "alternative")
		if err != nil {
			return err
		}
		team.Archived = true
		return errors.Join(tx.UpdateTeam(s.ctx, team), tx.DeleteFlow(s.ctx, f))
	})
	s.to(10 * time.Minute)
	s.settle()
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 10m0s due 5m0s")
	if got := s.conversation(c.ID); got.Team != vendas || got.FlowID != flow.DefaultFlow {
		t.Errorf("held by %s under flow %s", got.Holder(), got.FlowID)
	}
	_, err := s.tryReceive(Inbound{Contact: InboundContact{ExternalID: "joão"}, Team: vendas})
	wantRefusal(t, err, flow.RefusedUnknownTeam)
}
