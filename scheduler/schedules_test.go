package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// schedule plans the main flow of the teams' queue to be something else from an
// instant and, unless the other is zero, until that one. It returns the schedule's id.
func (s *shop) schedule(from, until time.Time, alert1, alert2 time.Duration, action flow.Action) string {
	s.t.Helper()
	id := db.NewID()
	s.configure(func(tx *db.Tx, now time.Time) error {
		g := db.FlowSchedule{Store: s.Store.ID, ID: id, Existing: true, UpdatedAt: now, UpdatedBy: "Ana",
			Start:   db.ScheduleStep{At: from, State: db.StepWaiting},
			Becomes: db.Flow{Flow: flow.Flow{ID: "main-team", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: alert1, Alert2: alert2, Clock: flow.Always, Action: action}}}
		if !until.IsZero() {
			g.Return = db.ScheduleStep{At: until, State: db.StepWaiting}
		}
		return tx.InsertSchedule(s.ctx, g)
	})
	return id
}

func (s *shop) planned(id string) db.FlowSchedule {
	s.t.Helper()
	g, err := s.DB.Schedule(s.ctx, s.Store.ID, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

func (s *shop) mainFlow() db.Flow {
	s.t.Helper()
	f, err := s.DB.Flow(s.ctx, s.Store.ID, "main-team")
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

// editions are the instants of the configurations that schedules have made.
func (s *shop) editions(start time.Time) (since []string) {
	s.t.Helper()
	all, err := s.DB.Configurations(s.ctx, s.Store.ID, 0, 50)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range all {
		if c.ByLabel == db.BySchedule {
			since = append([]string{c.At.Sub(start).String()}, since...)
		}
	}
	return since
}

var nothing = flow.Action{Type: flow.ActionNone}

// It takes effect exactly at its instant and ends exactly at the other: timers before
// fire under the old rules, those after under the new ones.
func TestScheduleTakesEffectExactly(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
		at := func(d time.Duration) time.Time { return start.Add(d) }
		a := s.says("a", "Vendas")
		id := s.schedule(at(10*time.Minute), at(time.Hour), 2*time.Minute, 12*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		pass(7*time.Minute + 30*time.Second)
		yellow := s.says("d", "Vendas")
		pass(90 * time.Second)
		b := s.says("b", "Vendas")
		pass(20 * time.Minute)
		s.reply(b.ID, "Ana")
		pass(30 * time.Minute)
		c := s.says("c", "Vendas")
		pass(time.Hour)
		moved := s.conversation(a.ID)
		s.wantLog(a.ID, start, append([]string{"customer_message 0s", "alert1 5m0s", "alert2 12m0s", "action 12m0s"}, s.log(a.ID, start)[4:]...)...)
		if moved.Team != s.teams["Plantão"] {
			t.Errorf("a is in %s", moved.Team)
		}
		if got := s.log(yellow.ID, start)[:2]; got[1] != "alert1 10m0s due 9m30s" {
			t.Errorf("d: %v", got)
		}
		if got := s.log(b.ID, start)[:3]; got[1] != "alert1 11m0s" || got[2] != "alert2 21m0s" {
			t.Errorf("b: %v", got)
		}
		if got := s.log(c.ID, start)[:3]; got[1] != "alert1 1h4m0s" || got[2] != "alert2 1h14m0s" {
			t.Errorf("c, after the return: %v", got)
		}
		if diff := cmp.Diff([]string{"10m0s", "1h0m0s"}, s.editions(start)); diff != "" {
			t.Errorf("in force since:\n%s", diff)
		}
		g := s.planned(id)
		if g.Start.State != db.StepDone || g.Return.State != db.StepDone || g.Start.Impact != (db.StepImpact{Yellow: 1}) {
			t.Errorf("the schedule: %+v", g)
		}
		if f := s.mainFlow(); f.Alert1 != 5*time.Minute || f.Action.Type != flow.ActionNone || f.Version != 3 {
			t.Errorf("the flow: %+v", f)
		}
		versions, err := s.DB.FlowVersions(s.ctx, s.Store.ID, "main-team", 0, 9)
		if err != nil || len(versions) != 3 || versions[1].Schedule != id || !versions[1].UpdatedAt.Equal(at(10*time.Minute)) || !versions[0].UpdatedAt.Equal(at(time.Hour)) {
			t.Errorf("versions: %+v (%v)", versions, err)
		}
		trail, err := s.DB.AuditTrail(s.ctx, s.Store.ID, db.AuditQuery{Noun: db.NounFlow}, 9)
		if err != nil || len(trail) != 2 || trail[1].ByName != "Programação de Ana" || trail[1].Changes[0].Field != "alert1" || trail[0].Changes[len(trail[0].Changes)-1].After != "Terminou" {
			t.Errorf("audit: %+v (%v)", trail, err)
		}
	})
}

// Whatever touches a conversation first after the instant is decided by the new rules,
// though no loop runs: a message, a person, a change of the configuration.
func TestScheduleIsInForceForWhoeverComesFirst(t *testing.T) {
	t.Parallel()
	for name, touch := range map[string]func(s *byHand, id string){
		"a message": func(s *byHand, _ string) { s.says("maria", "Vendas") },
		// It is with Bia by then: what no seller holds cannot be postponed.
		"a person": func(s *byHand, id string) { s.act(id, Act{Type: flow.Postpone, Until: s.now.Add(time.Hour)}) },
		"another":  func(s *byHand, _ string) { s.says("joão", "Vendas") },
		"a change": func(s *byHand, _ string) { s.configure(func(*db.Tx, time.Time) error { return nil }) },
		"the loop": func(s *byHand, _ string) { s.settle() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := newByHand(t, d)
				s.flow(flow.TeamQueue, 30*time.Minute, 40*time.Minute, nothing)
				c := s.says("maria", "Vendas")
				s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
				s.act(c.ID, Act{Type: flow.Transfer, Team: s.teams["Vendas"]})
				s.schedule(dbtest.Start.Add(10*time.Minute), time.Time{}, time.Minute, 2*time.Minute, flow.Action{Type: flow.TransferSeller, Seller: s.sellers["Bia"]})
				s.to(10*time.Minute + time.Second)
				touch(s, c.ID)
				s.settle()
				if diff := cmp.Diff([]string{"10m0s"}, s.editions(dbtest.Start)); diff != "" {
					t.Errorf("in force since:\n%s", diff)
				}
				if got := s.conversation(c.ID); got.Seller != s.sellers["Bia"] {
					t.Errorf("held by %s", got.Holder())
				}
				s.check(c.ID)
			})
		})
	}
}

// §7: a program that was down over a start and a return makes both as soon as it is
// up, nothing twice; what fell due while the schedule was in force is of its rules.
func TestScheduleWhileDown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
		c := s.says("maria", "Vendas")
		id := s.schedule(dbtest.Start.Add(20*time.Minute), dbtest.Start.Add(40*time.Minute), 4*time.Minute, 25*time.Minute, flow.Action{Type: flow.CloseAction})
		s.to(50 * time.Minute)
		later := s.says("joão", "Vendas") // the first to come back up
		for range 2 {
			s.settle()
			s.Scheduler = New(d, s.clock, quiet, nil)
		}
		s.settle()
		s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 50m0s due 5m0s", "alert2 50m0s due 15m0s", "level_lowered 50m0s",
			"alert2 50m0s due 25m0s", "action 50m0s due 25m0s")
		s.wantLog(later.ID, dbtest.Start, "customer_message 50m0s")
		if diff := cmp.Diff([]string{"20m0s", "40m0s"}, s.editions(dbtest.Start)); diff != "" {
			t.Errorf("in force since:\n%s", diff)
		}
		if g := s.planned(id); g.Start.Impact != (db.StepImpact{Yellow: 1}) || g.Return.Impact != (db.StepImpact{}) || !g.Start.Settled.Equal(s.now) {
			t.Errorf("the schedule: %+v", g)
		}
		// Each is counted for the version whose rules it was of.
		acted := func(from, until time.Duration) int {
			n, err := d.CountActedOn(s.ctx, []db.FlowSpan{{Store: s.Store.ID, Flow: "main-team", From: dbtest.Start.Add(from), Until: dbtest.Start.Add(until)}}, 9)
			if err != nil {
				t.Fatal(err)
			}
			return n[0]
		}
		if acted(0, 20*time.Minute) != 1 || acted(20*time.Minute, 40*time.Minute) != 1 || acted(40*time.Minute, time.Hour) != 0 {
			t.Errorf("acted on %d, %d, %d", acted(0, 20*time.Minute), acted(20*time.Minute, 40*time.Minute), acted(40*time.Minute, time.Hour))
		}
	})
}

// One ends as the next begins: one change, and in the end what was before both.
func TestSchedulesBackToBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
		at := func(n int) time.Time { return dbtest.Start.Add(time.Duration(n) * time.Minute) }
		second := s.schedule(at(20), at(30), 3*time.Minute, 9*time.Minute, nothing)
		first := s.schedule(at(10), at(20), 2*time.Minute, 9*time.Minute, nothing)
		s.to(25 * time.Minute)
		s.settle()
		if f := s.mainFlow(); f.Alert1 != 3*time.Minute || f.Version != 4 {
			t.Errorf("in between: %+v", f)
		}
		if g := s.planned(second); !g.Running() || g.Back == nil || g.Back.Alert1 != 5*time.Minute {
			t.Errorf("the second returns to %+v", g.Back)
		}
		s.to(time.Hour)
		s.settle()
		if f := s.mainFlow(); f.Alert1 != 5*time.Minute || s.planned(first).Return.State != db.StepDone || s.planned(second).Return.State != db.StepDone {
			t.Errorf("in the end: %+v", f)
		}
		if diff := cmp.Diff([]string{"10m0s", "20m0s", "30m0s"}, s.editions(dbtest.Start)); diff != "" {
			t.Errorf("in force since:\n%s", diff)
		}
	})
}

// Who changed the flow by hand meanwhile keeps what they did.
func TestReturnKeepsWhatWasSavedByHand(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
	id := s.schedule(dbtest.Start.Add(10*time.Minute), dbtest.Start.Add(20*time.Minute), 2*time.Minute, 9*time.Minute, nothing)
	s.to(15 * time.Minute)
	s.configure(func(tx *db.Tx, now time.Time) error {
		f, err := tx.Flow(s.ctx, s.Store.ID, "main-team")
		f.Alert1, f.UpdatedAt, f.UpdatedBy = time.Minute, now, "Bia"
		return errors.Join(err, tx.UpdateFlow(s.ctx, f))
	})
	s.to(25 * time.Minute)
	s.settle()
	if g, f := s.planned(id), s.mainFlow(); g.Return.State != db.StepKept || g.Return.Problem != "Bia" || f.Alert1 != time.Minute {
		t.Errorf("the return %+v left %+v", g.Return, f)
	}
}

// A flow that there was not is made for the time, and deleted after.
func TestScheduleOfAFlowThatIsNotThere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		id := db.NewID()
		s.configure(func(tx *db.Tx, now time.Time) error {
			return tx.InsertSchedule(s.ctx, db.FlowSchedule{Store: s.Store.ID, ID: id, UpdatedAt: now, UpdatedBy: "Ana",
				Start:  db.ScheduleStep{At: dbtest.Start.Add(time.Hour), State: db.StepWaiting},
				Return: db.ScheduleStep{At: dbtest.Start.Add(2 * time.Hour), State: db.StepWaiting},
				Becomes: db.Flow{Name: "Natal", Flow: flow.Flow{ID: "natal", Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{s.teams["Vendas"]},
					Alert1: time.Minute, Alert2: 2 * time.Minute, Clock: flow.Always, Action: nothing}}})
		})
		s.to(90 * time.Minute)
		s.settle()
		if f, err := d.Flow(s.ctx, s.Store.ID, "natal"); err != nil || !f.Active || f.Name != "Natal" {
			t.Errorf("at Christmas: %+v (%v)", f, err)
		}
		s.to(3 * time.Hour)
		s.settle()
		if _, err := d.Flow(s.ctx, s.Store.ID, "natal"); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after: %v", err)
		}
		if g := s.planned(id); g.Return.State != db.StepDone {
			t.Errorf("the schedule: %+v", g)
		}
	})
}

// What it names may be gone by then: it fails with a sentence, the return with it, and
// everything else goes on.
func TestScheduleThatHasBecomeImpossible(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.ways.Mail = true
	s.Member("chefe@loja.example", "Chefe", db.Admin)
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
	id := s.schedule(dbtest.Start.Add(10*time.Minute), dbtest.Start.Add(20*time.Minute), 2*time.Minute, 9*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
	s.configure(func(tx *db.Tx, _ time.Time) error {
		team, err := tx.Team(s.ctx, s.Store.ID, s.teams["Plantão"])
		team.Archived = true
		return errors.Join(err, tx.UpdateTeam(s.ctx, team))
	})
	c := s.says("maria", "Vendas")
	s.to(30 * time.Minute)
	s.settle()
	g := s.planned(id)
	if g.Start.State != db.StepFailed || !strings.Contains(g.Start.Problem, "Plantão, que foi arquivado") || g.Return.State != db.StepCancelled {
		t.Errorf("the schedule: %+v", g)
	}
	if f := s.mainFlow(); f.Alert1 != 5*time.Minute {
		t.Errorf("the flow: %+v", f)
	}
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 30m0s due 5m0s", "alert2 30m0s due 15m0s")
	trail, err := s.DB.AuditTrail(s.ctx, s.Store.ID, db.AuditQuery{Noun: db.NounSchedule}, 9)
	if err != nil || len(trail) != 1 || trail[0].Action != db.AuditFailed {
		t.Errorf("audit: %+v (%v)", trail, err)
	}
	err = s.DB.Tx(s.ctx, func(tx *db.Tx) error {
		due, err := tx.DueOutbox(s.ctx, laneMail, s.now, 9)
		if len(due) != 1 || !strings.Contains(due[0].Payload, "chefe@loja.example") || !strings.Contains(due[0].Payload, "que foi arquivado") {
			t.Errorf("the managers are told %+v", due)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A process that dies between the change and the conversations leaves the rest to the
// next one; nothing is counted twice.
func TestScheduleCrashBetween(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 30*time.Minute, 40*time.Minute, nothing)
		for i := range batch + 20 {
			s.says(fmt.Sprint("cliente ", i), "Vendas")
		}
		id := s.schedule(dbtest.Start.Add(10*time.Minute), time.Time{}, time.Minute, 20*time.Minute, nothing)
		s.to(10 * time.Minute)
		if err := s.step(s.ctx, s.now); err != nil {
			t.Fatal(err)
		}
		s.Scheduler = New(d, s.clock, quiet, nil)
		if n, err := s.sweep(s.ctx); err != nil || n != batch {
			t.Fatalf("the first batch: %d (%v)", n, err)
		}
		s.Scheduler = New(d, s.clock, quiet, nil)
		s.settle()
		if g := s.planned(id); g.Start.Impact != (db.StepImpact{Yellow: batch + 20}) {
			t.Errorf("the impact: %+v", g.Start.Impact)
		}
		if diff := cmp.Diff([]string{"10m0s"}, s.editions(dbtest.Start)); diff != "" {
			t.Errorf("in force since:\n%s", diff)
		}
	})
}

// Several processes on one database make a change once, and one whose clock is behind
// decides nothing before it by the rules after it, nor the other way round.
func TestScheduleWithSeveralProcesses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 30*time.Minute, 40*time.Minute, nothing)
		c := s.says("maria", "Vendas")
		s.schedule(dbtest.Start.Add(10*time.Minute), dbtest.Start.Add(20*time.Minute), time.Minute, 15*time.Minute, nothing)
		s.to(10 * time.Minute)
		var wg sync.WaitGroup
		for range 4 {
			other := New(d, s.clock, quiet, nil)
			wg.Go(func() {
				if err := other.Settle(s.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]string{"10m0s"}, s.editions(dbtest.Start)); diff != "" {
			t.Errorf("in force since:\n%s", diff)
		}
		// Its clock is behind that of the process which has made the change: what happens there happens after it.
		slow := New(d, Clock{Now: func() time.Time { return s.now.Add(-time.Second) }, Speed: 1}, quiet, nil)
		if _, err := slow.Act(s.ctx, s.Store.ID, By{Kind: db.ByUser}, Act{Conversation: c.ID, Type: flow.Assume, Seller: s.sellers["Ana"]}); err != nil {
			t.Fatal(err)
		}
		version, err := slow.Configure(s.ctx, s.Store.ID, By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
			f, err := tx.Flow(s.ctx, s.Store.ID, "main-team")
			f.Alert2, f.UpdatedAt = time.Hour, now
			return errors.Join(err, tx.UpdateFlow(s.ctx, f))
		})
		stored, readErr := d.ConfigurationVersion(s.ctx, s.Store.ID, version)
		if err != nil || readErr != nil || stored.At.Before(s.now) {
			t.Errorf("a change after it is in force since %v (%v, %v)", stored.At, err, readErr)
		}
		for _, e := range s.events(c.ID)[1:] {
			if e.At.Before(dbtest.Start.Add(10 * time.Minute)) {
				t.Errorf("%s happened at %v", e.Type, e.At)
			}
		}
		s.settle()
		s.check(c.ID)
	})
}

// A store whose schedule cannot even be read stops nobody else's, and goes on itself
// once it can.
func TestABadScheduleStopsNobodyElse(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
	id := s.schedule(dbtest.Start.Add(time.Minute), time.Time{}, 2*time.Minute, 9*time.Minute, nothing)
	dbtest.Exec(t, s.DB, `UPDATE flow_schedules SET becomes = SUBSTR(becomes, 2)`)
	other := &shop{Scheduler: s.Scheduler, Shop: dbtest.Store(t, s.DB, "outra"), t: t, ctx: s.ctx, teams: map[string]string{}}
	other.channel = other.Channel("api", db.ChannelAPI)
	c := other.says("maria", "")
	s.to(6 * time.Minute)
	s.settle()
	if got := other.conversation(c.ID); got.Level != flow.Yellow {
		t.Errorf("another store's conversation is %s", got.Level)
	}
	dbtest.Exec(t, s.DB, `UPDATE flow_schedules SET becomes = '{' || becomes`)
	s.settle()
	if g := s.planned(id); g.Start.State != db.StepDone || s.mainFlow().Alert1 != 2*time.Minute {
		t.Errorf("mended, it is %+v", g)
	}
}

// The loop sleeps until the instant, however far it is, and wakes for one that is
// scheduled meanwhile.
func TestTheLoopWakesForASchedule(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, nothing)
		pass(time.Minute)
		s.schedule(start.Add(time.Minute+10*time.Second), time.Time{}, 2*time.Minute, 12*time.Minute, nothing)
		pass(10*time.Second - time.Microsecond)
		if f := s.mainFlow(); f.Version != 1 {
			t.Errorf("too early: %+v", f)
		}
		time.Sleep(time.Microsecond)
		synctest.Wait()
		if f := s.mainFlow(); f.Version != 2 {
			t.Errorf("not at its instant: %+v", f)
		}
	})
}
