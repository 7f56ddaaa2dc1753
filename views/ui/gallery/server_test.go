package gallery_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"semaforo/static"
	"semaforo/views/layout"
	"semaforo/views/ui"
	"semaforo/views/ui/gallery"
)

// site is one test's server: gallery pages under the policy of production, and what a live page asks.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	order  []ui.RowProps
	events chan string
	posts  []string
	down   bool
	// what was asked for, in order, and the bytes of the answers' bodies
	asked []string
	bytes atomic.Int64
	now   func() time.Time
}

func newSite(t *testing.T) *site {
	t.Helper()
	if err := static.Built(); err != nil {
		t.Fatal(err)
	}
	s := &site{order: gallery.Rows(), events: make(chan string), now: func() time.Time { return gallery.Now }}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	page := func(path string, draw func(layout.Page) templ.Component, current string, change func(*layout.Page)) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			s.page(w, r, draw, current, change)
		})
	}
	page("/inbox", gallery.Inbox, "inbox", func(p *layout.Page) { p.Wide, p.StreamURL = true, "/events" })
	page("/conversation", gallery.Conversation, "inbox", func(p *layout.Page) { p.Fill = true })
	page("/flows", gallery.Flows, "flows", nil)
	page("/kit", gallery.Kit, "kit", func(p *layout.Page) {
		p.Toasts = []ui.Toast{{Text: "Fluxo salvo."}, {Tone: ui.Red, Text: "Mariana Alves chegou ao 2º alerta.", Href: "/conversation", Urgent: true}}
	})
	page("/signin", gallery.SignIn, "", nil)
	mux.HandleFunc("GET /panel", s.panel)
	mux.HandleFunc("POST /panel", s.savePanel)
	mux.HandleFunc("POST /answer", s.answer)
	mux.HandleFunc("GET /modal", s.modal)
	mux.HandleFunc("GET /list", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.part(w, r, gallery.List(s.order))
	})
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("POST /send", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.posts = append(s.posts, r.FormValue("mode")+": "+r.FormValue("text"))
		w.WriteHeader(http.StatusNoContent)
	})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Path)
		s.mu.Unlock()
		mux.ServeHTTP(&counter{w, s}, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// counter counts the bytes of an answer.
type counter struct {
	http.ResponseWriter
	site *site
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counter) Write(p []byte) (int, error) {
	c.site.bytes.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}

func (s *site) context(w http.ResponseWriter, r *http.Request) context.Context {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; script-src 'self' 'nonce-%s'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"require-trusted-types-for 'script'; trusted-types htmx", nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return ui.WithClock(templ.WithNonce(r.Context(), nonce), s.now(), gallery.Location)
}

func (s *site) page(w http.ResponseWriter, r *http.Request, draw func(layout.Page) templ.Component, current string, change func(*layout.Page)) {
	p := gallery.Frame("Galeria", current)
	p.Now = s.now()
	if c, err := r.Cookie("theme"); err == nil {
		p.Theme = c.Value
	}
	if change != nil {
		change(&p)
	}
	s.part(w, r, draw(p))
}

func (s *site) part(w http.ResponseWriter, r *http.Request, c templ.Component) {
	ctx := s.context(w, r)
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = out.WriteTo(w)
}

func (s *site) panel(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("HX-Request") == "" {
		s.page(w, r, gallery.Flows, "flows", func(p *layout.Page) { p.Panel, p.Back = gallery.PanelStep("5", ""), "/flows" })
		return
	}
	ui.SetPanel(w.Header(), true)
	s.part(w, r, gallery.PanelStep("5", ""))
}

func (s *site) savePanel(w http.ResponseWriter, r *http.Request) {
	if value := r.FormValue("alert1"); value == "" || value == "0" {
		ui.SetPanel(w.Header(), true)
		ctx := s.context(w, r)
		w.WriteHeader(http.StatusUnprocessableEntity)
		_ = gallery.PanelStep(value, "Use um tempo de pelo menos 1 minuto.").Render(ctx, w)
		return
	}
	ui.SetPanel(w.Header(), false)
	ui.SetToast(w.Header(), ui.Toast{Text: "Fluxo salvo: até 7 min, verde."})
	ctx := s.context(w, r)
	_ = ui.Partial("#flow-steps", "outerMorph").Render(templ.WithChildren(ctx, gallery.FlowSteps()), w)
}

// answer says what was typed, unless it is down.
func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		w.Header().Set("HX-Reswap", "none")
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	s.part(w, r, gallery.Answer("Com "+r.FormValue("alert1")+" minutos."))
}

func (s *site) modal(w http.ResponseWriter, r *http.Request) {
	ui.SetPanel(w.Header(), true)
	s.part(w, r, gallery.Question())
}

func (s *site) stream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprint(w, ": hello\n\n")
	_ = out.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case event := <-s.events:
			name, data, _ := strings.Cut(event, " ")
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, data)
			_ = out.Flush()
		}
	}
}

// send hands an event to the one page that listens.
func (s *site) send(t *testing.T, event string) {
	t.Helper()
	select {
	case s.events <- event:
	case <-time.After(10 * time.Second):
		t.Fatalf("no page took the event %q", event)
	}
}

// fall has the stream refuse, or take listeners again.
func (s *site) fall(down bool) {
	s.mu.Lock()
	s.down = down
	s.mu.Unlock()
	if down {
		s.CloseClientConnections()
	}
}

func (s *site) reorder(rows ...ui.RowProps) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = rows
}
