package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// stage is the whole program over a filled demonstration.
type stage struct {
	*Movement
	t         *testing.T
	db        *db.DB
	store     db.Store
	scheduler *scheduler.Scheduler
	handler   http.Handler
}

func newStage(t *testing.T, clock scheduler.Clock, base string, client func(http.Handler) *http.Client, paused bool) *stage {
	t.Helper()
	d := dbtest.New(t)
	store, err := Open(context.Background(), d, clock.Now(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, db: d, store: store, scheduler: scheduler.New(d, clock, quiet, nil)}
	h := &handlers.Server{DB: d, Door: s.scheduler.Door, Hub: s.scheduler.Hub, Clock: clock, Log: quiet, Real: scheduler.RealClock().Now}
	s.handler = web.New(web.Options{Handlers: h}).Handler()
	s.Movement, err = NewMovement(context.Background(), Options{DB: d, Store: store, Clock: clock, Log: quiet, Base: base,
		Client: client(s.handler), Seed: 7, Paused: paused})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// moves lets the movement make n moves, d of virtual time apart, with the timers
// between them.
func (s *stage) moves(n int, d time.Duration) {
	s.t.Helper()
	for range n {
		time.Sleep(d)
		if err := errors.Join(s.scheduler.Settle(s.t.Context()), s.step(s.t.Context())); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *stage) events() []db.Event {
	s.t.Helper()
	var all []db.Event
	for after := ""; ; {
		page, err := s.db.EventFeed(s.t.Context(), s.store.ID, after, db.MaxPage)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all, after = append(all, page...), page[len(page)-1].ID
	}
}

func (s *stage) rows(tab db.Tab) []db.Row {
	s.t.Helper()
	var all []db.Row
	q := db.ListQuery{Tab: tab, Limit: db.MaxPage}
	for {
		page, err := s.db.ListConversations(s.t.Context(), s.store.ID, q)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, page.Rows...)
		if q.After = page.Next; q.After == nil {
			return all
		}
	}
}

// Half an hour of the movement.
func TestMovementLives(t *testing.T) {
	staged(t, func(s *stage) {
		told := len(s.events())
		s.moves(450, 4*time.Second)
		did, channels := map[string]int{}, map[string]int{}
		for _, e := range s.events()[told:] {
			did[e.ByKind+" "+string(e.Type)]++
			if e.Opened {
				channels[e.Channel]++
			}
		}
		for _, what := range []string{"customer customer_message", "token seller_message", "token close", "token no_reply_needed", "token postpone",
			"system alert1", "system alert2", "system action"} {
			if did[what] < 2 {
				s.t.Errorf("%s happened %d times: %v", what, did[what], did)
			}
		}
		if channels[chatChannel] < 3 || channels[apiChannel] < 3 {
			s.t.Errorf("new conversations by channel: %v", channels)
		}
		if n := len(s.rows(db.TabAll)); n < 15 || n > s.crowd.many+4 {
			s.t.Errorf("%d open conversations, want about %d to %d", n, s.crowd.few, s.crowd.many)
		}
		s.checkReplay()
	})
}

// checkReplay holds every row against the replay of its log.
func (s *stage) checkReplay() {
	s.t.Helper()
	for _, c := range s.rows(db.TabAny) {
		events, err := s.db.Events(s.t.Context(), s.store.ID, c.ID, 0, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		var log []flow.Record
		for _, e := range events {
			log = append(log, e.Record)
		}
		replayed := flow.Replay(log)
		replayed.AsOf = c.AsOf
		if diff := cmp.Diff(replayed, c.Conversation.Conversation); diff != "" {
			s.t.Errorf("conversation %s (-log +row):\n%s", c.ID, diff)
		}
	}
}

func TestSameSeedSameMoves(t *testing.T) {
	t.Parallel()
	var logs [2][]string
	for i := range logs {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			inBubble(t, false, func(s *stage, _ *inProcess) {
				s.moves(60, 5*time.Second)
				for _, e := range s.events() {
					logs[i] = append(logs[i], strings.Join([]string{e.At.String(), string(e.Type), e.Team, e.Seller, e.ToTeam, e.Note}, " "))
				}
			})
		})
	}
	if diff := cmp.Diff(logs[0], logs[1]); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

// The same over a real port: requests as anybody's.
func TestMovementOverTheNetwork(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	s := newStage(t, scheduler.RealClock(), "http://"+server.Listener.Addr().String(), func(http.Handler) *http.Client { return nil }, false)
	server.Config.Handler = s.handler
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(s.Client.CloseIdleConnections)
	before := len(s.events())
	for _, who := range []customer{customerOf(s.store.ID, 150), customerOf(s.store.ID, 151)} {
		if err := s.write(t.Context(), who, "Oi, tudo bem?", ""); err != nil {
			t.Errorf("%s through %s: %v", who.name, who.channelName(), err)
		}
	}
	for range 20 {
		if err := s.step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if after := len(s.events()); after < before+5 {
		t.Errorf("%d events, then %d", before, after)
	}
	for _, c := range s.rows(db.TabAll) {
		if who, ours := s.customers[c.ContactExternalID]; !ours || who.name != c.ContactName || who.phone != c.ContactPhone {
			t.Errorf("%s, %s is none of the customers: %+v", c.ContactName, c.ContactPhone, who)
		}
	}
}

// A person who answered as a seller keeps the conversation: the movement's
// customers go on writing in it, its sellers do not.
func TestWhatAPersonAnsweredIsTheirs(t *testing.T) {
	staged(t, func(s *stage) {
		mine := s.held("bruno", true)
		_, _, err := s.scheduler.Say(s.t.Context(), s.store.ID, scheduler.By{Kind: db.ByUser, ID: "me"},
			scheduler.Outbound{Conversation: mine.ID, From: flow.FromSeller, Seller: "bruno", Text: "Oi! Sou eu mesmo."})
		if err != nil {
			s.t.Fatal(err)
		}
		s.moves(150, 4*time.Second)
		events, err := s.db.Events(s.t.Context(), s.store.ID, mine.ID, mine.Seq+1, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		if !slices.ContainsFunc(events, func(e db.Event) bool { return e.ByKind == db.ByCustomer }) {
			s.t.Errorf("the customer never answered: %+v", events)
		}
		if slices.ContainsFunc(events, func(e db.Event) bool { return e.ByKind == db.ByToken }) {
			s.t.Errorf("a simulated seller meddled: %+v", events)
		}
	})
}

// held is a conversation that a seller holds while its customer waits, or not.
func (s *stage) held(seller string, waiting bool) db.Row {
	s.t.Helper()
	for _, c := range s.rows(db.TabAll) {
		if c.Seller == seller && c.Waiting() == waiting && !c.Postponed() {
			return c
		}
	}
	s.t.Fatalf("%s holds no such conversation", seller)
	return db.Row{}
}

// Nobody plays the seller as whom somebody is signed in.
func TestTheSellerOfWhoIsSignedInStandsStill(t *testing.T) {
	staged(t, func(s *stage) {
		user, err := s.db.UserByLogin(s.t.Context(), "ana@loja.demo")
		if err != nil {
			s.t.Fatal(err)
		}
		now := time.Now()
		session := db.Session{IDHash: "hash", Store: s.store.ID, User: user.ID, CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(time.Hour), Data: "{}"}
		if err := s.db.Tx(s.t.Context(), func(tx *db.Tx) error { return tx.SaveSession(s.t.Context(), session) }); err != nil {
			s.t.Fatal(err)
		}
		told := len(s.events())
		s.moves(150, 4*time.Second)
		answered := 0
		for _, e := range s.events()[told:] {
			if e.ByKind == db.ByToken && (e.Seller == "ana" || e.ToSeller == "ana") {
				s.t.Errorf("%s on what Ana holds, or in her name", e.Type)
			}
			if e.ByKind == db.ByToken {
				answered++
			}
		}
		if answered == 0 {
			s.t.Error("the others stood still too")
		}
	})
}

// A customer who is none of the movement's is the visitor, playing the other side.
func TestARealCustomerIsNotAnswered(t *testing.T) {
	staged(t, func(s *stage) {
		channel, err := s.db.ChannelByName(s.t.Context(), s.store.ID, chatChannel)
		if err != nil {
			s.t.Fatal(err)
		}
		got, err := s.scheduler.Receive(s.t.Context(), s.store.ID, scheduler.Inbound{ChannelID: channel.ID, Text: "Oi, tem alguém?",
			Contact: scheduler.InboundContact{ExternalID: "somebody", Name: "Visitante"}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.moves(100, 3*time.Second)
		events, err := s.db.Events(s.t.Context(), s.store.ID, got.Conversation.ID, 0, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		types := []flow.EventType{}
		for _, e := range events {
			types = append(types, e.Type)
		}
		if diff := cmp.Diff([]flow.EventType{flow.CustomerMessage, flow.Alert1, flow.Alert2, flow.ActionTaken}, types); diff != "" {
			s.t.Errorf("the visitor's conversation:\n%s", diff)
		}
	})
}

// inProcess hands requests to the handler without a network, which virtual time
// does not know, and counts them.
type inProcess struct {
	handler http.Handler
	mu      sync.Mutex
	n       int
	broken  bool
}

func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.n++
	broken := p.broken
	p.mu.Unlock()
	if broken {
		return nil, errors.New("connection refused")
	}
	r = r.Clone(r.Context())
	r.RemoteAddr, r.Host = "127.0.0.1:4000", r.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func (p *inProcess) requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

func (p *inProcess) breakDown(broken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = broken
}

// inBubble is a stage on virtual time.
func inBubble(t *testing.T, paused bool, test func(s *stage, line *inProcess)) {
	synctest.Test(t, func(t *testing.T) {
		line := &inProcess{}
		test(newStage(t, scheduler.RealClock(), "http://semaforo.test", func(h http.Handler) *http.Client {
			line.handler = h
			return &http.Client{Transport: line, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		}, paused), line)
	})
}

// staged is a movement whose moves the test makes.
func staged(t *testing.T, test func(s *stage)) {
	t.Parallel()
	inBubble(t, false, func(s *stage, _ *inProcess) { test(s) })
}

// running is a movement that runs.
func running(t *testing.T, paused bool, test func(s *stage, line *inProcess)) {
	t.Parallel()
	inBubble(t, paused, func(s *stage, line *inProcess) {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.Run(ctx)
		}()
		test(s, line)
		cancel()
		<-done // or virtual time stands still, and the test fails
		n := line.requests()
		pass(time.Hour)
		if line.requests() != n {
			s.t.Error("the movement goes on after its end")
		}
	})
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestPauseAndResume(t *testing.T) {
	running(t, true, func(s *stage, line *inProcess) {
		pass(time.Hour)
		if n := line.requests(); n != 0 || !s.Paused() {
			s.t.Errorf("%d requests although it began paused", n)
		}
		s.Pause(false)
		pass(30 * time.Second)
		if n := line.requests(); n < 5 || s.Paused() {
			s.t.Errorf("%d requests in half a minute", n)
		}
		s.Pause(true)
		s.Pause(true) // a second click, or another window
		n := line.requests()
		pass(time.Hour)
		if line.requests() != n {
			s.t.Error("it goes on although it is paused")
		}
		s.Pause(false)
		pass(30 * time.Second)
		if line.requests() == n {
			s.t.Error("it does not go on")
		}
	})
}

func TestEndsWhilePaused(t *testing.T) {
	running(t, true, func(*stage, *inProcess) { pass(time.Minute) })
}

func TestOutageIsSurvived(t *testing.T) {
	running(t, false, func(s *stage, line *inProcess) {
		line.breakDown(true)
		pass(10 * time.Minute)
		during := line.requests()
		if during < 5 || during > 60 {
			s.t.Errorf("%d tries in ten minutes without an answer", during)
		}
		line.breakDown(false)
		pass(5 * time.Minute)
		if line.requests() < during+20 {
			s.t.Error("it does not recover")
		}
	})
}
