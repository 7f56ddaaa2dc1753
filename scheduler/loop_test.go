package scheduler

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// What another process has in its hands is not asked for again and again.
func TestLoopRestsWhileAnotherHasWhatIsDue(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.NewPostgres(t))
	c := s.says("maria", "")
	s.to(5 * time.Minute)
	if err := s.DB.Tx(s.ctx, func(tx *db.Tx) error {
		if _, err := tx.LockConversation(s.ctx, s.Store.ID, c.ID); err != nil {
			return err
		}
		sleep, err := s.turn(s.ctx)
		if sleep <= 0 || sleep > time.Second {
			t.Errorf("the loop sleeps %s", sleep)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	s.wantLog(c.ID, dbtest.Start, "customer_message 0s", "alert1 5m0s")
}

// T74, two processes: whatever both find due fires once, in either.
func TestTwoLoopsFireOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.WaitingQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.CloseAction})
		var ids []string
		for i := range 150 {
			ids = append(ids, s.says(fmt.Sprint("c", i), "").ID)
		}
		other := New(d, s.clock, quiet, nil)
		other.up = s.up
		s.to(15 * time.Minute)
		done := make(chan error)
		go func() { done <- other.Settle(s.ctx) }()
		s.settle()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		s.settle()
		for _, id := range ids {
			s.wantLog(id, dbtest.Start, "customer_message 0s", "alert1 15m0s due 5m0s", "alert2 15m0s", "action 15m0s")
		}
	})
}

// §7: an automatic closing that fell due while it was down waits until it has
// been up for an hour, and who wrote meanwhile is not closed at all.
func TestAutomaticClosingsWaitAfterAStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.New(t)
		s := newShop(t, d, RealClock())
		start := s.clock.Now()
		s.autoClose(time.Hour)
		silent, back := s.says("maria", ""), s.says("joão", "")
		pass(2 * time.Hour)
		s.Scheduler = New(d, RealClock(), quiet, nil)
		stop := s.start()
		pass(30 * time.Minute)
		s.says("joão", "")
		if got := s.conversation(silent.ID); !got.NextAt.Equal(start.Add(3*time.Hour)) || got.NextType != flow.AutoClosed {
			t.Errorf("next is %s at %s", got.NextType, got.NextAt.Sub(start))
		}
		pass(30 * time.Minute)
		if got := s.conversation(silent.ID); got.IsOpen() || !got.ClosedAt.Equal(start.Add(3*time.Hour)) {
			t.Errorf("%s, closed at %s", got.Status, got.ClosedAt)
		}
		if got := s.conversation(back.ID); !got.IsOpen() {
			t.Error("who wrote after the start was closed")
		}
		pass(30 * time.Minute)
		if got := s.conversation(back.ID); !got.ClosedAt.Equal(start.Add(3*time.Hour + 30*time.Minute)) {
			t.Errorf("closed at %s", got.ClosedAt.Sub(start))
		}
		stop()
	})
}

// §5: the customer's own inactivity closes with the store's words, before which
// nothing is said; the conversation they come back to is a new one (T70).
func TestCustomerInactivity(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		s.configure(func(tx *db.Tx, now time.Time) error {
			return tx.SetAutoClosing(s.ctx, db.AutoClosing{Store: s.Store.ID, Kind: db.AutoCloseCustomer, UpdatedAt: now, UpdatedBy: "test",
				ClosingText: "Até logo!", AutoClose: flow.AutoClose{Enabled: true, After: time.Hour, EnabledAt: now}})
		})
		c := s.says("Maria", "")
		s.reply(c.ID, "Ana")
		pass(time.Hour)
		s.wantLog(c.ID, start, "customer_message 0s", "seller_message 0s", "auto_close 1h0m0s")
		messages := s.messages(c.ID)
		if last := messages[len(messages)-1]; last.Text != "Até logo!" || last.From != "system" {
			t.Errorf("the last words: %+v", last)
		}
		if got := s.conversation(c.ID); got.CloseReason != flow.ClosedCustomerInactivity || got.LastText != "Até logo!" || got.LastTextFrom != "system" {
			t.Errorf("closed for %q, preview %q from %s", got.CloseReason, got.LastText, got.LastTextFrom)
		}
		if again := s.says("Maria", ""); again.ID == c.ID {
			t.Error("a closed conversation was continued")
		}
	})
}

// A conversation that the sweep cannot move is set aside, holds up nobody's new
// configuration, and is moved once it is mended.
func TestSweepSetsTheBadAside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		bad, good := s.says("maria", ""), s.says("joão", "")
		dbtest.Corrupt(t, d, bad.ID)
		s.to(time.Minute)
		s.flow(flow.WaitingQueue, 2*time.Minute, 20*time.Minute, flow.Action{Type: flow.ActionNone})
		s.settle()
		s.to(2 * time.Minute)
		s.settle()
		s.wantLog(good.ID, dbtest.Start, "customer_message 0s", "alert1 2m0s")
		refs, err := d.DueRefs(s.ctx, dbtest.Start.Add(24*time.Hour), 10)
		if err != nil || len(refs) != 2 {
			t.Fatalf("%+v (%v)", refs, err)
		}
		for _, ref := range refs {
			if ref.ID == bad.ID && ref.Attempts != 2 {
				t.Errorf("tried %d times in two minutes, want at 1 and 2", ref.Attempts)
			}
		}
		dbtest.Mend(t, d, bad.ID)
		s.to(4 * time.Minute)
		s.settle()
		s.wantLog(bad.ID, dbtest.Start, "customer_message 0s", "alert1 4m0s due 2m0s")
		if got := s.conversation(bad.ID); got.Error != "" || got.Attempts != 0 || !got.FailedAt.IsZero() {
			t.Errorf("still set aside: %q", got.Error)
		}
	})
}

// T66: who asks hears that the timers do not run, or run late.
func TestReadiness(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	if s.Ready(s.ctx) == nil {
		t.Error("ready before the first turn")
	}
	s.says("maria", "")
	s.settle()
	if err := s.Ready(s.ctx); err != nil {
		t.Error(err)
	}
	s.to(5*time.Minute + 20*time.Second)
	s.turned.Store(int64(db.At(s.now)))
	if behind, err := s.Behind(s.ctx); err != nil || behind != 20*time.Second {
		t.Errorf("behind %s (%v)", behind, err)
	}
	if s.Ready(s.ctx) == nil {
		t.Error("ready while 20 s behind")
	}
	s.settle()
	if err := s.Ready(s.ctx); err != nil {
		t.Errorf("after catching up: %v", err)
	}
	s.to(8 * time.Minute)
	if s.Ready(s.ctx) == nil {
		t.Error("ready although the loop has not turned for minutes")
	}
}

// A passage costs the outbox nothing while it is empty: no transaction of its own.
func TestEmptyOutboxCostsNothing(t *testing.T) {
	t.Parallel()
	cost := func(senders *Senders) (n int64) {
		synctest.Test(t, func(t *testing.T) {
			s := newShop(t, dbtest.New(t), RealClock())
			s.Scheduler = New(s.DB, RealClock(), quiet, senders)
			stop := s.start()
			pass(time.Second)
			before := s.DB.Statements()
			s.says("maria", "")
			pass(time.Second)
			n = s.DB.Statements() - before
			stop()
		})
		return n
	}
	if with, without := cost(&Senders{Webhook: &postman{}}), cost(nil); with != without {
		t.Errorf("a message costs %d statements with an outbox that is empty, %d without", with, without)
	}
}

// A clock that runs fast fires on its own deadlines, and never before them.
func TestFastClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dbtest.New(t), FastClock(dbtest.Start, 60))
		start := s.clock.Now()
		stop := s.start()
		c := s.says("maria", "")
		pass(5*time.Second - time.Microsecond)
		s.wantLog(c.ID, start, "customer_message 0s")
		pass(time.Millisecond)
		stop()
		if e := s.events(c.ID); len(e) != 2 || e[1].At.Sub(start) < 5*time.Minute || e[1].At.Sub(start) > 5*time.Minute+time.Second {
			t.Errorf("log: %v", s.log(c.ID, start))
		}
	})
}

// Stopping waits for the loop, and a start goes on where it was.
func TestStopAndStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.New(t)
		s := newShop(t, d, RealClock())
		start := s.clock.Now()
		stop := s.start()
		c := s.says("maria", "")
		pass(6 * time.Minute)
		stop()
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		New(d, RealClock(), quiet, nil).Run(ctx) // one that is stopped before it starts does nothing
		s.Scheduler = New(d, RealClock(), quiet, nil)
		stop = s.start()
		pass(10 * time.Minute)
		stop()
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 5m0s", "alert2 15m0s")
	})
}

// Old alerts go, new ones stay, and the log keeps both.
func TestOldAlertsAreTidiedAway(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		c := s.says("maria", "")
		pass(keptAlerts)
		if n := len(s.alerts("waiting")); n != 2 {
			t.Errorf("%d alerts before their time", n)
		}
		s.says("joão", "")
		pass(2 * time.Hour)
		if n := len(s.alerts("waiting")); n != 2 {
			t.Errorf("%d alerts, want the latest conversation's", n)
		}
		s.wantLog(c.ID, start, "customer_message 0s", "alert1 5m0s", "alert2 15m0s")
	})
}

// §5, redistribute: what one batch has just given a seller counts for the next.
func TestRedistributionSharesABatchOut(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.Redistribute})
	busy := s.says("quem já espera", "")
	s.act(busy.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
	s.act(busy.ID, Act{Type: flow.Postpone, Until: s.now.Add(24 * time.Hour)}) // counts too
	for i := range 5 {
		s.says(fmt.Sprint("c", i), "Vendas")
	}
	s.to(15 * time.Minute)
	s.settle()
	counts, err := s.DB.CountBySeller(s.ctx, s.Store.ID)
	if err != nil || counts[s.sellers["Ana"]] != 3 || counts[s.sellers["Bia"]] != 3 {
		t.Errorf("Ana has %d, Bia %d (%v)", counts[s.sellers["Ana"]], counts[s.sellers["Bia"]], err)
	}
	s.check(busy.ID)
}

// A panic of the engine is an error of the conversation it was asked about,
// whichever of its functions it comes from: the process goes on.
func TestEnginePanicIsAnError(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "")
	for name, ask := range map[string]func(w *work, c *db.Conversation) error{
		"advance": func(w *work, c *db.Conversation) error { return w.move(s.ctx, c) },
		"happen": func(w *work, c *db.Conversation) error {
			_, err := w.happen(s.ctx, c, flow.Event{At: s.now, Type: flow.Assume, Seller: "x"})
			return err
		},
		"derive": func(w *work, c *db.Conversation) error { return w.keep(s.ctx, c, nil, By{}, "") },
	} {
		err := s.passage(s.ctx, func(w *work) error {
			broken := c
			w.books[s.Store.ID] = edition{version: c.ConfigVersion} // no rules at all
			return ask(w, &broken)
		})
		if err == nil || !strings.Contains(err.Error(), "the engine failed on conversation "+c.ID) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.check(c.ID)
}
