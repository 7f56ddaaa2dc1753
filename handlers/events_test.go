package handlers_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
)

// heard is one event of a stream.
type heard struct{ event, data, id string }

// tab is an open stream.
type tab struct {
	t      *testing.T
	events chan heard // closed when the stream ends
	close  func()
}

func (f *floor) signIn(who db.Member) {
	f.t.Helper()
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		return tx.SaveSession(context.Background(), db.Session{IDHash: "session-" + who.User, Store: f.shop.ID, User: who.User,
			CreatedAt: f.now(), LastUsedAt: f.now(), ExpiresAt: f.now().Add(100 * time.Hour)})
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// listen opens a stream over a real connection.
func (f *floor) listen(who db.Member, query, lastEventID string) *tab {
	f.t.Helper()
	f.signIn(who)
	e := echo.New()
	e.GET("/eventos", func(c echo.Context) error {
		handlers.WithViewer(c, f.viewer(who))
		return f.h.Events(c)
	})
	server := httptest.NewServer(e)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/eventos"+query, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); response.StatusCode != 200 || !strings.HasPrefix(got, "text/event-stream") || response.Header.Get("Cache-Control") != "no-store" {
		f.t.Fatalf("stream: %d %q", response.StatusCode, got)
	}
	s := &tab{t: f.t, events: make(chan heard, 100), close: cancel}
	go func() {
		defer close(s.events)
		parse(bufio.NewScanner(response.Body), s.events)
		response.Body.Close()
	}()
	f.t.Cleanup(func() { cancel(); server.Close() })
	return s
}

func parse(lines *bufio.Scanner, events chan<- heard) {
	var now heard
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			now.event = value
		case "data":
			now.data = value
		case "id":
			now.id = value
		case "":
			if now != (heard{}) {
				events <- now
			}
			now = heard{}
		}
	}
}

// next is the next event of any of the names; others before it are passed over,
// but for those that must not come.
func (s *tab) next(name string, never ...string) heard {
	s.t.Helper()
	for e := range s.events {
		if slices.Contains(never, e.event) {
			s.t.Errorf("heard %q before %q", e.event, name)
		}
		if e.event == name {
			return e
		}
	}
	s.t.Fatalf("the stream ended without %q", name)
	return heard{}
}

func (s *tab) ended() {
	s.t.Helper()
	for e := range s.events {
		s.t.Logf("and %+v", e)
	}
}

func TestAStreamTellsWhatToLookAt(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	s := f.listen(f.ana, "?conversation="+id, "")
	if clock := s.next("clock"); !strings.Contains(clock.data, `"speed":1`) {
		t.Errorf("clock %q", clock.data)
	}
	if sum := s.next("summary"); sum.data != `{"count":1,"colour":"green"}` {
		t.Errorf("summary %q", sum.data)
	}
	if first := <-s.events; first.id == "" {
		t.Errorf("a tab learns where it stands among the alerts, heard %+v", first)
	}
	f.act(f.ana, scheduler.Act{Conversation: id, Type: flow.NoReplyNeeded, Seller: f.ana.Seller})
	s.next("list")
	s.next("conversation")
	if sum := s.next("summary"); sum.data != `{"count":0,"colour":"neutral"}` {
		t.Errorf("summary %q", sum.data)
	}
	// A colleague's and another team's concern her not: the next she hears of is her own team's.
	f.says("João", "Oi", noTeam, f.bia)
	f.says("Caio", "Oi", f.plantao, noSeller)
	f.says("Rita", "Oi", f.vendas, noSeller)
	s.next("list", "conversation")
	select {
	case e := <-s.events:
		t.Errorf("heard %+v of what is not hers", e)
	default:
	}
	f.configure(func(context.Context, *db.Tx, time.Time) error { return nil })
	s.next("list")
	s.next("conversation")
	f.s.Hub.Close()
	s.ended()
}

func TestManagersHearOfEverything(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	s := f.listen(f.paulo, "", "")
	s.next("summary")
	f.says("João", "Oi", noTeam, f.bia)
	s.next("list")
	s.close()
	s.ended()
}

func TestAForeignConversationIsNotListenedTo(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	hers := f.says("João", "Oi", noTeam, f.bia)
	mine := f.says("Maria", "Oi", noTeam, f.ana)
	s := f.listen(f.ana, "?conversation="+hers, "")
	s.next("summary")
	f.says("João", "Alô?", noTeam, noSeller)
	f.act(f.ana, scheduler.Act{Conversation: mine, Type: flow.NoReplyNeeded, Seller: f.ana.Seller})
	s.next("list", "conversation")
	s.close()
	s.ended()
}

func TestAlertsReachTheHolderOnce(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	ana, bia, paulo := f.listen(f.ana, "", ""), f.listen(f.bia, "", ""), f.listen(f.paulo, "", "")
	for _, s := range []*tab{ana, bia, paulo} {
		s.next("summary")
	}
	f.pass(5 * time.Minute)
	f.says("Maria", "Alô?", noTeam, noSeller)
	f.pass(time.Minute)
	f.says("Maria", "Tem alguém?", noTeam, noSeller) // the 1st alert fires before this
	toast := ana.next("toast")
	for _, want := range []string{`1\u00ba alerta: Maria espera h\u00e1 6 min`, `"href":"/conversas/` + id + `"`, `"key":"alert-` + id} {
		if !strings.Contains(toast.data, want) {
			t.Errorf("toast %s lacks %s", toast.data, want)
		}
	}
	// T88: neither a colleague nor the managers are told of her delay. Aguardando is everybody's.
	waiting := f.says("Davi", "Oi", noTeam, noSeller)
	f.pass(6 * time.Minute)
	f.says("Davi", "Alô?", noTeam, noSeller)
	for _, s := range []*tab{ana, bia, paulo} {
		if got := s.next("toast"); !strings.Contains(got.data, waiting) || got.id == toast.id {
			t.Errorf("toast %+v", got)
		}
	}
	// Back after an outage: what was missed is one toast, and what was seen to is not told.
	f.says("Rita", "Oi", f.vendas, noSeller)
	f.says("Ivo", "Oi", f.vendas, noSeller)
	f.says("Nina", "Oi", f.vendas, noSeller)
	done := f.says("Tito", "Oi", f.vendas, noSeller)
	f.pass(6 * time.Minute)
	for _, name := range []string{"Rita", "Ivo", "Nina", "Tito"} {
		f.says(name, "Alô?", noTeam, noSeller)
	}
	f.act(f.bia, scheduler.Act{Conversation: done, Type: flow.Close})
	back := f.listen(f.bia, "", toast.id)
	got := back.next("toast")
	if !strings.Contains(got.data, "4 conversas em alerta") || !strings.Contains(got.data, "e mais 2") {
		t.Errorf("missed: %s", got.data)
	}
	f.says("Rita", "?", noTeam, noSeller)
	back.next("list", "toast")
	for _, s := range []*tab{ana, bia, paulo, back} {
		s.close()
		s.ended()
	}
}

// wire is a connection that only remembers.
type wire struct {
	head http.Header
	text chan string
}

func (w *wire) Header() http.Header              { return w.head }
func (w *wire) WriteHeader(int)                  {}
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
func (w *wire) Flush()                           {}
func (w *wire) Write(b []byte) (int, error)      { w.text <- string(b); return len(b), nil }

// streaming runs a stream on virtual time, and returns what it has written by
// then and a channel that is closed when it ends.
func streaming(f *floor, who db.Member, query string) (*wire, <-chan struct{}) {
	f.signIn(who)
	w := &wire{head: http.Header{}, text: make(chan string, 1000)}
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/eventos"+query, nil), w)
	handlers.WithViewer(c, f.viewer(who))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := f.h.Events(c); err != nil {
			f.t.Error(err)
		}
	}()
	synctest.Wait()
	return w, ended
}

func over(ended <-chan struct{}) bool {
	synctest.Wait()
	select {
	case <-ended:
		return true
	default:
		return false
	}
}

func TestAStreamBeatsAndEnds(t *testing.T) {
	t.Parallel()
	t.Run("lifetime", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFloor(t)
			w, ended := streaming(f, f.ana, "")
			<-w.text // hello
			time.Sleep(20 * time.Second)
			synctest.Wait()
			if got := <-w.text; got != ": \n\n" {
				t.Errorf("after 20 s: %q", got)
			}
			time.Sleep(17 * time.Minute)
			if over(ended) {
				t.Error("ended early")
			}
			time.Sleep(5 * time.Minute)
			if !over(ended) {
				t.Error("a stream lives for ever")
			}
		})
	})
	t.Run("session", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFloor(t)
			_, ended := streaming(f, f.ana, "")
			err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
				return tx.DeleteUserSessions(context.Background(), f.ana.User, "")
			})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(21 * time.Second)
			if !over(ended) {
				t.Error("a stream outlives its session")
			}
		})
	})
	t.Run("rights", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFloor(t)
			_, ended := streaming(f, f.ana, "")
			f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
				seller, err := tx.Seller(ctx, f.shop.ID, f.ana.Seller)
				if err != nil {
					return err
				}
				seller.Teams = nil
				return tx.UpdateSeller(ctx, seller)
			})
			if !over(ended) {
				t.Error("who left a team still hears of it")
			}
		})
	})
	t.Run("what a tab only counts is told later", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFloor(t)
			w, ended := streaming(f, f.ana, "?tab=mine")
			<-w.text
			lists := func(want int, when string) {
				t.Helper()
				synctest.Wait()
				n := 0
				for len(w.text) > 0 {
					n += strings.Count(<-w.text, "event: list\n")
				}
				if n != want {
					t.Errorf("told of the list %d times %s, want %d", n, when, want)
				}
			}
			f.says("Davi", "Oi", noTeam, noSeller)
			f.says("Rita", "Oi", f.vendas, noSeller)
			time.Sleep(time.Second)
			lists(0, "a second after others changed")
			time.Sleep(2 * time.Second)
			lists(1, "three seconds after others changed")
			f.says("Maria", "Oi", noTeam, f.ana)
			lists(1, "when her own changed")
			time.Sleep(time.Minute)
			lists(0, "after that")
			f.s.Hub.Close()
			if !over(ended) {
				t.Error("a stream outlives the hub")
			}
		})
	})
	t.Run("a burst is told as one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFloor(t)
			w, ended := streaming(f, f.ana, "")
			<-w.text
			for range 20 {
				f.says("Maria", "Oi", noTeam, f.ana)
				synctest.Wait()
			}
			if n := len(w.text); n != 1 {
				t.Errorf("told %d times at once", n)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if n := len(w.text); n != 2 {
				t.Errorf("told %d times in a second", n)
			}
			f.s.Hub.Close()
			if !over(ended) {
				t.Error("a stream outlives the hub")
			}
		})
	})
}

func TestSummary(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.says("Maria", "Oi", noTeam, f.ana)
	a := f.ask(page(f.ana), "/resumo", nil).is(http.StatusOK)
	if got := a.Body.String(); got != `{"count":1,"colour":"green","last":"0"}` || !strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
		t.Errorf("summary %q", got)
	}
}
