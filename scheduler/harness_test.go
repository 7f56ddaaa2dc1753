package scheduler

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// shop is a store with a scheduler over a real database. Team and seller ids
// are made by the fixtures; tests name them by their names.
type shop struct {
	*Scheduler
	*dbtest.Shop
	t       testing.TB
	ctx     context.Context
	teams   map[string]string
	sellers map[string]string
	channel db.Channel
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// newShop makes a store with the teams Vendas and Plantão, the sellers Ana
// (Vendas) and Bia (both), and a channel without a team.
func newShop(t testing.TB, d *db.DB, clock Clock) *shop {
	s := &shop{Scheduler: New(d, clock, quiet, nil), Shop: dbtest.Store(t, d, "loja"), t: t, ctx: context.Background(),
		teams: map[string]string{}, sellers: map[string]string{}}
	// Virtual time begins long before the fixtures' present, and nothing happens before what is configured came.
	dbtest.Exec(t, d, `UPDATE configurations SET at = 1`)
	for _, name := range []string{"Vendas", "Plantão"} {
		s.teams[name] = s.Team(name).ID
	}
	s.sellers["Ana"] = s.Seller("Ana", s.teams["Vendas"]).ID
	s.sellers["Bia"] = s.Seller("Bia", s.teams["Vendas"], s.teams["Plantão"]).ID
	s.channel = s.Channel("api", db.ChannelAPI)
	s.configure(func(*db.Tx, time.Time) error { return nil })
	return s
}

func (s *shop) configure(change func(tx *db.Tx, now time.Time) error) {
	s.t.Helper()
	if _, err := s.Configure(s.ctx, s.Store.ID, By{Kind: db.BySystem}, change); err != nil {
		s.t.Fatalf("configure: %v", err)
	}
}

// flow saves a main flow.
func (s *shop) flow(queue flow.Queue, alert1, alert2 time.Duration, action flow.Action) {
	s.t.Helper()
	s.configure(func(tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(s.ctx, db.Flow{Store: s.Store.ID, UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{
			ID: "main-" + string(queue), Queue: queue, Kind: flow.Main, Alert1: alert1, Alert2: alert2,
			Clock: flow.Always, Action: action, Active: true}})
	})
}

// autoClose switches the automatic closing of waiting conversations on.
func (s *shop) autoClose(after time.Duration) {
	s.t.Helper()
	s.configure(func(tx *db.Tx, now time.Time) error {
		return tx.SetAutoClosing(s.ctx, db.AutoClosing{Store: s.Store.ID, Kind: db.AutoClose, UpdatedAt: now, UpdatedBy: "test",
			AutoClose: flow.AutoClose{Enabled: true, After: after, EnabledAt: now}})
	})
}

// says is a customer's message, routed to a team where one is named.
func (s *shop) says(customer, team string) db.Conversation {
	s.t.Helper()
	got, err := s.Receive(s.ctx, s.Store.ID, Inbound{ChannelID: s.channel.ID, Text: "Oi",
		Contact: InboundContact{ExternalID: customer, Name: customer}, Team: s.teams[team]})
	if err != nil {
		s.t.Fatalf("%s writes: %v", customer, err)
	}
	return got.Conversation
}

func (s *shop) reply(id, seller string) {
	s.t.Helper()
	_, _, err := s.Say(s.ctx, s.Store.ID, By{Kind: db.ByUser, ID: seller},
		Outbound{Conversation: id, From: flow.FromSeller, Seller: s.sellers[seller], Text: "Olá!"})
	if err != nil {
		s.t.Fatalf("%s replies: %v", seller, err)
	}
}

func (s *shop) act(id string, a Act) {
	s.t.Helper()
	a.Conversation = id
	if _, err := s.Act(s.ctx, s.Store.ID, By{Kind: db.ByUser}, a); err != nil {
		s.t.Fatalf("%s: %v", a.Type, err)
	}
}

func (s *shop) events(id string) []db.Event {
	s.t.Helper()
	events, err := s.DB.Events(s.ctx, s.Store.ID, id, 0, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

func (s *shop) conversation(id string) db.Conversation {
	s.t.Helper()
	c, err := s.DB.Conversation(s.ctx, s.Store.ID, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// log is the conversation's log in short: what, and how long after start.
func (s *shop) log(id string, start time.Time) []string {
	s.t.Helper()
	var lines []string
	for _, e := range s.events(id) {
		line := string(e.Type) + " " + e.At.Sub(start).String()
		if !e.Due.IsZero() {
			line += " due " + e.Due.Sub(start).String()
		}
		lines = append(lines, line)
	}
	return lines
}

// check holds the conversation's row against the replay of its log.
func (s *shop) check(id string) {
	s.t.Helper()
	c := s.conversation(id)
	var log []flow.Record
	for i, e := range s.events(id) {
		if e.Seq != int64(i+1) {
			s.t.Errorf("conversation %s: event %d has seq %d", id, i+1, e.Seq)
		}
		log = append(log, e.Record)
	}
	replayed := flow.Replay(log)
	replayed.AsOf = c.AsOf
	if diff := cmp.Diff(replayed, c.Conversation); diff != "" {
		s.t.Errorf("conversation %s: its row is not the replay of its log (-log +row):\n%s", id, diff)
	}
	if int64(len(log)) != c.Seq {
		s.t.Errorf("conversation %s: seq %d with %d events", id, c.Seq, len(log))
	}
	if wrong, err := s.DB.RecountTallies(s.ctx, s.Store.ID); err != nil || wrong != 0 {
		s.t.Errorf("%d wrong tallies (%v)", wrong, err)
	}
}

// byHand is a shop whose clock stands still until the test moves it; no loop
// runs. It counts from dbtest.Start.
type byHand struct {
	*shop
	now time.Time
}

func newByHand(t testing.TB, d *db.DB) *byHand {
	h := &byHand{now: dbtest.Start}
	h.shop = newShop(t, d, Clock{Now: func() time.Time { return h.now }, Speed: 1})
	return h
}

// to sets the clock to so long after dbtest.Start.
func (h *byHand) to(d time.Duration) { h.now = dbtest.Start.Add(d) }

func (h *byHand) settle() {
	h.t.Helper()
	if err := h.Settle(h.ctx); err != nil {
		h.t.Fatal(err)
	}
}

// writes is a message of a customer, not routed, written at so long after
// dbtest.Start.
func (h *byHand) writes(customer string, at time.Duration) db.Conversation {
	h.t.Helper()
	return h.receive(Inbound{Contact: InboundContact{ExternalID: customer, Name: customer}, At: dbtest.Start.Add(at)}).Conversation
}

// receive passes a message on the shop's channel through the door.
func (s *shop) receive(in Inbound) Received {
	s.t.Helper()
	got, err := s.tryReceive(in)
	if err != nil {
		s.t.Fatalf("%s writes: %v", in.Contact.ExternalID, err)
	}
	return got
}

func (s *shop) tryReceive(in Inbound) (Received, error) {
	if in.ChannelID == "" {
		in.ChannelID = s.channel.ID
	}
	if in.Text == "" {
		in.Text = "Oi"
	}
	return s.Receive(s.ctx, s.Store.ID, in)
}

func (s *shop) alerts(holder string) []db.Alert {
	s.t.Helper()
	alerts, err := s.DB.Alerts(s.ctx, s.Store.ID, []string{holder}, "", time.UnixMicro(1), 50)
	if err != nil {
		s.t.Fatal(err)
	}
	return alerts
}

func (s *shop) messages(id string) []db.Message {
	s.t.Helper()
	messages, err := s.DB.Messages(s.ctx, s.Store.ID, id, nil, 200)
	if err != nil {
		s.t.Fatal(err)
	}
	return messages
}

// running runs the loop over a fresh SQLite database on virtual time.
func running(t *testing.T, test func(s *shop, start time.Time)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dbtest.New(t), RealClock())
		stop := s.start()
		test(s, s.clock.Now())
		stop()
	})
}

// start runs the loop until stop is called, which waits for it.
func (s *shop) start() (stop func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// pass lets virtual time pass, and the loop finish what fell due.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *shop) wantLog(id string, start time.Time, want ...string) {
	s.t.Helper()
	if got := s.log(id, start); !slices.Equal(got, want) {
		s.t.Errorf("log:\n%s", cmp.Diff(want, got))
	}
	s.check(id)
}

func wantRefusal(t testing.TB, err error, code flow.RefusalCode) {
	t.Helper()
	var refusal *flow.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("%v, want the refusal %s", err, code)
	}
}
