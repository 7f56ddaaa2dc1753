package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"semaforo/db"
)

// Scheduler is the door, the loop that applies the flows on the deadline, and
// the outbox.
type Scheduler struct {
	*Door
	Hub *Hub

	senders  *Senders
	alarm    chan struct{} // size 1: something may be due earlier than thought
	postmark chan struct{} // size 1: the outbox has something
	cargo    chan struct{} // size 1: an import is to be carried on
	ledger   chan struct{} // size 1: stays have ended that the figures do not hold
	turned   atomic.Int64  // µs: when the loop last turned; 0: never
	tidied   time.Time     // when the loop last had nothing left to tidy
	looked   time.Time     // the heartbeats before this have run out, and that is known
	past     atomic.Pointer[pastBook]
}

// New returns a scheduler that is not running yet: its Door works, timers wait
// for Run. senders deliver what leaves the building; nil keeps it in the outbox.
func New(d *db.DB, clock Clock, log *slog.Logger, senders *Senders) *Scheduler {
	s := &Scheduler{Hub: NewHub(), senders: senders, alarm: make(chan struct{}, 1), postmark: make(chan struct{}, 1),
		cargo: make(chan struct{}, 1), ledger: make(chan struct{}, 1)}
	s.Door = &Door{db: d, clock: clock, hub: s.Hub, log: log, rules: newRulebook(), up: clock.Now(), wake: s.poke,
		haul: func() { ring(s.cargo) }, sum: func() { ring(s.ledger) },
		trying: make(chan struct{}, 1)}
	if senders != nil {
		s.ways = db.Reach{Push: senders.Push != nil, Mail: senders.Mail != nil}
	}
	return s
}

// poke makes the loop look at its agenda, which rings for the outbox too.
func (s *Scheduler) poke() { ring(s.alarm) }

func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

const (
	// safety is how long the loop sleeps at most, in real time: what another
	// process or an operator's command wrote is seen even if its wake was lost.
	safety = 30 * time.Second
	// batch is how many conversations one transaction moves: large enough to
	// share a commit, small enough that a person's click waits less than 20 ms.
	batch = 100
	// tired is how long the loop rests after the database failed it.
	tired = time.Second
	// held is how long the loop rests when all that is due is in another
	// connection's hands, on PostgreSQL.
	held = 50 * time.Millisecond
	// keptAlerts is how long an alert is kept for the pages that show it.
	keptAlerts = 7 * 24 * time.Hour
)

// Run applies the flows until ctx is done, beginning with what fell due while
// nothing ran (§7); then it finishes the batch at hand and returns.
func (s *Scheduler) Run(ctx context.Context) {
	var others sync.WaitGroup
	others.Go(func() { s.deliver(ctx) })
	others.Go(func() { s.listen(ctx) })
	others.Go(func() { s.carry(ctx) })
	others.Go(func() { s.figureIt(ctx) })
	defer others.Wait()
	for ctx.Err() == nil {
		sleep, err := s.turn(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("the scheduler's turn failed, trying again", "error", err, "in", tired)
			sleep = tired
		}
		rest(ctx, sleep, s.alarm)
	}
}

// rest waits for a real duration, a wake or the end.
func rest(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}

// listen hears of other processes' changes and wakes loop and screens.
func (s *Scheduler) listen(ctx context.Context) {
	changed := make(chan string, 64)
	var listening sync.WaitGroup
	listening.Go(func() { s.db.Listen(ctx, changed) })
	defer listening.Wait()
	for {
		select {
		case store := <-changed:
			if store, scope, one := strings.Cut(store, " "); one {
				s.Hub.Mark(store, scope)
				continue
			}
			if store == "" {
				s.Hub.MarkAll()
			} else {
				s.Hub.MarkStore(store)
			}
			s.poke()
		case <-ctx.Done():
			return
		}
	}
}

// turn does what is due and returns how long to sleep, in real time: until the
// earliest deadline, and never longer than safety.
func (s *Scheduler) turn(ctx context.Context) (time.Duration, error) {
	now := s.clock.Now()
	since := s.clock.SeenSince(now)
	agenda, err := s.db.Agenda(ctx, s.looked, since)
	if err != nil {
		return 0, err
	}
	if agenda.Left && !s.looked.IsZero() {
		s.Hub.MarkScope(ScopePresence)
	}
	s.looked = since
	s.turned.Store(int64(db.At(now)))
	if !agenda.Outbox.IsZero() && !agenda.Outbox.After(now) {
		ring(s.postmark)
	}
	if due(agenda.Step, now) {
		return 0, s.step(ctx, now)
	}
	if due(agenda.Due, now) {
		moved, err := s.fire(ctx, now)
		if err == nil && moved == 0 {
			return held, nil
		}
		return 0, err
	}
	if agenda.Moving || agenda.Stale {
		moved, err := s.follow(ctx, agenda)
		if err != nil || moved > 0 {
			return 0, err
		}
	}
	return s.until(now, agenda.Due, agenda.Outbox, agenda.Step), s.tidy(ctx, now)
}

// follow brings a batch of conversations of each store after a change of the
// configuration: away from a holder that was put away, and to the present flows.
func (s *Scheduler) follow(ctx context.Context, agenda db.Agenda) (moved int, err error) {
	if agenda.Moving {
		if moved, err = s.relocate(ctx); err != nil {
			return moved, err
		}
	}
	if !agenda.Stale {
		return moved, nil
	}
	swept, err := s.sweep(ctx)
	return moved + swept, err
}

func due(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

// tidy renews holidays in a quiet moment of each hour, and deletes the alerts that
// nobody will be shown any more; the conversations' logs keep what happened.
func (s *Scheduler) tidy(ctx context.Context, now time.Time) error {
	if now.Sub(s.tidied) < time.Hour {
		return nil
	}
	if err := s.renewHolidays(ctx, now); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		n, err := tx.DeleteAlerts(ctx, now.Add(-keptAlerts), 10*batch)
		if err == nil && n < 10*batch {
			tx.AfterCommit(func() { s.tidied = now })
		}
		return err
	})
}

// until is the real time from now to the first of the instants that are still to
// come.
func (s *Scheduler) until(now time.Time, instants ...time.Time) time.Duration {
	sleep := safety
	for _, t := range instants {
		if t.After(now) {
			sleep = min(sleep, s.clock.real(t.Sub(now)))
		}
	}
	return sleep
}

// tardy is how far behind its deadlines a healthy loop never is, in real time.
const tardy = 10 * time.Second

// Ready returns why the timers cannot be relied on at this moment; nil when
// they can.
func (s *Scheduler) Ready(ctx context.Context) error {
	turned := db.Instant(s.turned.Load()).Time()
	if idle := s.clock.Now().Sub(turned); idle > s.clock.fast(2*safety) {
		return fmt.Errorf("the scheduler is not running: its last turn was at %s", turned)
	}
	behind, err := s.Behind(ctx)
	if err == nil && behind > s.clock.fast(tardy) {
		err = fmt.Errorf("the scheduler is %s behind", behind)
	}
	return err
}

// Behind is how long the conversation that has been due longest has been
// waiting for the loop; conversations set aside do not count.
func (s *Scheduler) Behind(ctx context.Context) (time.Duration, error) {
	now := s.clock.Now()
	since, err := s.db.OverdueSince(ctx, now)
	if err != nil || since.IsZero() {
		return 0, err
	}
	return now.Sub(since), nil
}

// fire moves one batch of due conversations in one transaction and returns how
// many. When that fails, each is moved alone, so that only the one that cannot
// be is set aside.
func (s *Scheduler) fire(ctx context.Context, now time.Time) (int, error) {
	// A batch once begun is finished: stopping must not cost the work.
	whole := context.WithoutCancel(ctx)
	moved := 0
	err := s.passage(whole, func(w *work) error {
		conversations, err := w.tx.ClaimDue(whole, w.now, batch)
		if err != nil {
			return err
		}
		moved = len(conversations)
		return w.moveAll(whole, conversations)
	})
	if err == nil || db.IsSerialization(err) {
		return moved, err
	}
	s.log.Warn("a batch of timers failed, moving its conversations one by one", "error", err)
	return s.fireEach(whole, now)
}

func (w *work) moveAll(ctx context.Context, conversations []db.Conversation) error {
	for i := range conversations {
		if err := w.move(ctx, &conversations[i]); err != nil {
			return err
		}
	}
	return nil
}

// move brings one conversation to now.
func (w *work) move(ctx context.Context, c *db.Conversation) error {
	b, err := w.book(ctx, c.Store)
	if err != nil {
		return err
	}
	now := later(w.now, b.since)
	records, err := w.advance(ctx, c, now, now)
	if err == nil {
		err = w.keep(ctx, c, records, By{Kind: db.BySystem}, "")
	}
	if err != nil {
		return fmt.Errorf("conversation %s: %w", c.ID, err)
	}
	return nil
}

func (s *Scheduler) fireEach(ctx context.Context, now time.Time) (int, error) {
	refs, err := s.db.DueRefs(ctx, now, batch)
	if err != nil {
		return 0, err
	}
	for _, ref := range refs {
		if err := s.fireOne(ctx, ref); err != nil {
			return 0, err
		}
	}
	return len(refs), nil
}

func (s *Scheduler) fireOne(ctx context.Context, ref db.Ref) error {
	err := s.passage(ctx, func(w *work) error {
		c, err := w.tx.LockConversation(ctx, ref.Store, ref.ID)
		if err != nil {
			return err
		}
		if !due(c.DueAt, w.now) {
			return nil
		}
		return w.move(ctx, &c)
	})
	if err == nil {
		return nil
	}
	return s.setAside(ctx, ref, err)
}

// setAside keeps a conversation that cannot be processed out of the others'
// way, with its error, and tries it again with growing patience.
func (s *Scheduler) setAside(ctx context.Context, ref db.Ref, cause error) error {
	patience := time.Minute << min(ref.Attempts, 6)
	s.log.Error("a conversation cannot be processed and is set aside",
		"store", ref.Store, "conversation", ref.ID, "error", cause, "attempts", ref.Attempts+1, "retry_in", patience)
	err := s.passage(ctx, func(w *work) error {
		w.mark(ref.Store, ScopeAll)
		w.mark(ref.Store, ConversationScope(ref.ID))
		if err := w.tx.SetAside(ctx, ref.Store, ref.ID, ref.Seq, cause.Error(), w.now, w.now.Add(patience)); err != nil || ref.Attempts > 0 {
			return err
		}
		return w.raise(ctx, db.Alert{Store: ref.Store, Conversation: ref.ID, Seq: ref.Seq, At: w.now, Kind: db.SetAside, Holder: db.Managers})
	})
	if errors.Is(err, db.ErrChanged) {
		return nil // somebody has moved it meanwhile
	}
	return err
}
