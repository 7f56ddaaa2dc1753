package scheduler

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// T80: what has been answered, moved or closed meanwhile is not told.
func TestNoticeIsCheckedRightBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(c *crew, id string){
		"answered":       func(c *crew, id string) { c.reply(id, "ana") },
		"needs no reply": func(c *crew, id string) { c.act(id, Act{Type: flow.NoReplyNeeded, Seller: c.sellers["ana"]}) },
		"closed":         func(c *crew, id string) { c.act(id, Act{Type: flow.Close}) },
		"transferred":    func(c *crew, id string) { c.act(id, Act{Type: flow.Transfer, Team: c.teams["Plantão"]}) },
		"postponed": func(c *crew, id string) {
			c.act(id, Act{Type: flow.Postpone, Until: c.clock.Now().Add(time.Hour)})
		},
		"answered, and she writes again": func(c *crew, id string) { c.reply(id, "ana"); c.to("Maria", "ana") },
		"not wanted": func(c *crew, id string) {
			c.prefers("ana", func(p *db.NoticePreferences) { p.Push1 = false })
		},
		"quiet": func(c *crew, id string) {
			c.prefers("ana", func(p *db.NoticePreferences) { p.Quiet.On, p.Quiet.From, p.Quiet.Until = true, 0, 0 })
		},
		"the member is disabled": func(c *crew, id string) {
			c.tx(func(tx *db.Tx) error { return tx.SetMemberDisabled(c.ctx, c.Store.ID, c.members["ana"].User, true) })
		},
		"the browser is removed": func(c *crew, id string) {
			c.tx(func(tx *db.Tx) error {
				b, err := tx.SubscriptionAt(c.ctx, c.members["ana"].User, "https://push.example/ana")
				if err != nil {
					return err
				}
				return tx.DeleteSubscription(c.ctx, c.Store.ID, b.User, b.ID)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			noticing(t, func(c *crew) {
				c.messenger.answer = func(string) error { return errors.New("503") }
				conversation := c.to("Maria", "ana")
				pass(5 * time.Minute)
				if got := c.messenger.told(); len(got) != 1 {
					t.Fatalf("told %q", got)
				}
				meanwhile(c, conversation.ID)
				c.messenger.answer = nil
				pass(4 * time.Minute)
				c.wantTold("at the next attempt")
				if given := c.gaveUp(); len(given) != 0 {
					t.Errorf("given up: %+v", given)
				}
				if next, err := c.DB.EarliestOutbox(c.ctx); err != nil || !next.IsZero() {
					t.Errorf("still to be sent at %s (%v)", next, err)
				}
			})
		})
	}
}

// A push service that is down for a while delivers late, but nothing that is stale.
func TestStaleNoticeIsNotSent(t *testing.T) {
	noticing(t, func(c *crew) {
		c.messenger.answer = func(string) error { return errors.New("503") }
		c.flow(flow.SellerQueue, 5*time.Minute, 24*time.Hour, flow.Action{Type: flow.ActionNone})
		c.to("Maria", "ana")
		pass(15*time.Minute + time.Second)
		c.messenger.told()
		c.messenger.answer = nil
		pass(24 * time.Hour)
		for _, line := range c.messenger.told() {
			if strings.Contains(line, "1º alerta") {
				t.Errorf("told %q", line)
			}
		}
	})
}

// A browser that takes no more is forgotten; others are told on.
func TestGoneBrowserIsForgotten(t *testing.T) {
	noticing(t, func(c *crew) {
		c.browser("ana", "ana-phone")
		c.messenger.answer = func(endpoint string) error {
			if strings.HasSuffix(endpoint, "/ana") {
				return goneError{errors.New("410")}
			}
			return nil
		}
		c.to("Maria", "ana")
		pass(5 * time.Minute)
		if got := c.messenger.told(); len(got) != 2 {
			t.Errorf("told %q", got)
		}
		left, err := c.DB.Subscriptions(c.ctx, c.Store.ID, c.members["ana"].User)
		if given := c.gaveUp(); len(given) != 0 {
			t.Errorf("given up: %+v", given)
		}
		if err != nil || len(left) != 1 || !strings.HasSuffix(left[0].Endpoint, "ana-phone") || left[0].SentAt.IsZero() || !left[0].FailedAt.IsZero() {
			t.Errorf("left %+v (%v)", left, err)
		}
		pass(10 * time.Minute)
		c.wantTold("at the 2nd alert", "ana-phone: 2º alerta: cliente espera há 15 min")
	})
}

type goneError struct{ error }

func (goneError) Permanent() bool { return true }
func (goneError) Gone() bool      { return true }

// T52: in quiet hours nothing is sent, nor when they are over.
func TestQuietHoursAreQuiet(t *testing.T) {
	noticing(t, func(c *crew) {
		loc, err := time.LoadLocation(c.Store.Timezone)
		if err != nil {
			t.Fatal(err)
		}
		local := time.Now().In(loc)
		c.prefers("ana", func(p *db.NoticePreferences) {
			p.Mail2 = true
			p.Quiet = db.Quiet{On: true, From: local.Hour()*60 + local.Minute(), Until: local.Hour()*60 + local.Minute() + 10, Days: []time.Weekday{local.Weekday()}}
		})
		c.to("Maria", "ana")
		pass(11 * time.Minute)
		c.wantTold("in quiet hours")
		pass(4 * time.Minute)
		c.wantTold("when they are over", "ana: 2º alerta: cliente espera há 15 min", "ana@loja: e-mail: 2º alerta: cliente espera há 15 min · "+c.Store.Name)
	})
}

// After an outage each conversation is told once, for its highest alert, and what
// comes together in one notice (§7, T55).
func TestAfterAnOutageOneNotice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, dbtest.New(t))
		for i := range 12 {
			c.to(fmt.Sprintf("Cliente %02d", i), "ana")
		}
		c.prefers("ana", func(p *db.NoticePreferences) { p.Mail2, p.ShowName = true, true })
		pass(3 * time.Hour) // nothing runs
		stop := c.start()
		pass(time.Second)
		c.wantTold("after the outage", "ana: 12 conversas em alerta (Cliente 00, Cliente 01 e mais 10)",
			"ana@loja: e-mail: 12 conversas em alerta · "+c.Store.Name)
		pass(time.Hour)
		c.wantTold("later")
		stop()
	})
}

// Whoever dies between an alert and its notices leaves them to the next one; who
// wants none costs no row.
func TestCrashBetweenAlertAndNotices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, dbtest.New(t))
		c.to("Maria", "ana")
		pass(5 * time.Minute)
		if err := c.Settle(c.ctx); err != nil {
			t.Fatal(err)
		}
		// The alert is given, and the process dies before anything is sent.
		c.wantTold("before the outbox runs")
		due, err := c.DB.EarliestOutbox(c.ctx)
		if err != nil || due.IsZero() {
			t.Fatalf("no notice was kept (%v)", err)
		}
		c.Scheduler = New(c.DB, RealClock(), quiet, c.messenger.senders())
		if n, err := c.spread(c.ctx); n != 1 || err != nil {
			t.Fatalf("spread %d (%v)", n, err)
		}
		if n, err := c.spread(c.ctx); n != 0 || err != nil {
			t.Fatalf("spread again %d (%v)", n, err)
		}
		// It dies again, between finding out whom it concerns and telling them.
		c.Scheduler = New(c.DB, RealClock(), quiet, c.messenger.senders())
		stop := c.start()
		pass(time.Second)
		c.wantTold("by the third", "ana: 1º alerta: cliente espera há 5 min")
		stop()
		c.nothingPending()
	})
}

func TestNobodyToTellCostsNothing(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.Scheduler = New(s.DB, s.clock, quiet, (&messenger{}).senders()) // nobody has a browser
	s.says("maria", "")
	s.to(5 * time.Minute)
	s.settle()
	s.nothingPending()
	if alerts := s.alerts("waiting"); len(alerts) != 1 {
		t.Errorf("alerts %+v", alerts)
	}
}

// A dead mail server delays nobody's push, nor a dead push service an e-mail, however
// long its backlog.
func TestDeadWayHoldsUpNoOther(t *testing.T) {
	noticing(t, func(c *crew) {
		never := make(chan struct{})
		c.messenger.answer = func(to string) error {
			if strings.HasSuffix(to, "@loja") {
				<-never
			}
			return nil
		}
		for i := range 3 * outboxBatch {
			key := fmt.Sprint("backlog-", i)
			c.tx(func(tx *db.Tx) error { return PutMail(c.ctx, tx, c.Store.ID, key, Mail{To: "x@loja"}, time.Now()) })
		}
		c.to("Maria", "ana")
		pass(5 * time.Minute)
		c.messenger.mu.Lock()
		n := len(c.messenger.pushes)
		c.messenger.mu.Unlock()
		if n != 1 {
			t.Errorf("%d pushes while the mail server hangs", n)
		}
		close(never)
	})
}

// An invitation leaves as it was put, and its one-time link is not kept.
func TestPutMailLeavesAndIsForgotten(t *testing.T) {
	noticing(t, func(c *crew) {
		m := Mail{To: "nova@loja", Subject: "Convite", Text: "https://semaforo.example/convite/segredo"}
		for range 2 {
			c.tx(func(tx *db.Tx) error {
				tx.AfterCommit(c.Wake)
				return PutMail(c.ctx, tx, c.Store.ID, "invite:1", m, time.Now())
			})
		}
		pass(time.Second)
		c.messenger.mu.Lock()
		mails := slices.Clone(c.messenger.mails)
		c.messenger.mu.Unlock()
		if len(mails) != 1 || mails[0].to != m.To || mails[0].subject != m.Subject || mails[0].text != m.Text || !strings.Contains(mails[0].key, "invite:1") {
			t.Errorf("mails %+v", mails)
		}
		raw, err := sql.Open("sqlite", "file:"+c.DB.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		var payload string
		if err := raw.QueryRow(`SELECT payload FROM outbox WHERE key = 'invite:1' AND done_at IS NOT NULL`).Scan(&payload); err != nil || payload != "{}" {
			t.Errorf("kept %q (%v)", payload, err)
		}
	})
}

// Two processes on one database tell each step once.
func TestTwoProcessesTellOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.NewPostgres(t)
	c := newCrew(t, d)
	for i := range 30 {
		c.to(fmt.Sprintf("Cliente %02d", i), "ana")
	}
	dbtest.Exec(t, d, `UPDATE conversations SET d1 = d1 - 600000000, d2 = d2 - 600000000, next_at = next_at - 600000000, due_at = due_at - 600000000,
	  wait_start = wait_start - 600000000, clock_start = clock_start - 600000000, idle_since = idle_since - 600000000`)
	one := c.Scheduler
	two := New(d, RealClock(), quiet, c.messenger.senders())
	ctx, cancel := context.WithCancel(c.ctx)
	var running sync.WaitGroup
	running.Go(func() { one.Run(ctx) })
	running.Go(func() { two.Run(ctx) })
	deadline := time.Now().Add(20 * time.Second)
	for told := 0; ; {
		c.messenger.mu.Lock()
		told = 0
		for _, p := range c.messenger.pushes {
			n := 1
			if _, err := fmt.Sscanf(p.Title, "%d conversas", &n); err != nil {
				n = 1
			}
			told += n
		}
		c.messenger.mu.Unlock()
		next, err := d.EarliestOutbox(c.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if told >= 30 && next.IsZero() {
			if told != 30 {
				t.Errorf("told of %d conversations, want each of 30 once", told)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("told of %d conversations", told)
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	running.Wait()
}
