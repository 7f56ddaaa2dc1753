package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
