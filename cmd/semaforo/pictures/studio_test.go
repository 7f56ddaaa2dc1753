package pictures_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"semaforo/cmd/semaforo/demo"
	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/static/browsertest"
	"semaforo/web"
)

// moment is when all pictures are taken: a Thursday afternoon in the demonstration's shop.
var moment = time.Date(2026, time.November, 26, 17, 10, 0, 0, time.UTC)

const login = "helena@loja.demo"

// studio is the demonstration at the moment, where time stands still.
type studio struct {
	url   string
	alert string // the address of why a conversation was alerted
}

func newStudio(t *testing.T) *studio {
	t.Helper()
	d, log := dbtest.New(t), slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := demo.Open(t.Context(), d, moment, log)
	if err != nil {
		t.Fatal(err)
	}
	clock := scheduler.Clock{Now: func() time.Time { return moment }, Speed: 1}
	s := scheduler.New(d, clock, log, nil)
	if err := s.SumFigures(t.Context()); err != nil {
		t.Fatal(err)
	}
	front := web.New(web.Options{Handlers: &handlers.Server{DB: d, Door: s.Door, Hub: s.Hub, Clock: clock, Log: log, Real: clock.Now}})
	return &studio{url: listen(t, front), alert: alerted(t, d, store)}
}

func listen(t *testing.T, front *web.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- front.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = front.Shutdown(ctx) // a page's stream may still be open
		<-done
	})
	return "http://" + listener.Addr().String()
}

// alerted is the address of the first alert's reason in the conversation that has waited longest in a team's queue.
func alerted(t *testing.T, d *db.DB, store db.Store) string {
	t.Helper()
	rows, err := d.ListConversations(t.Context(), store.ID, db.ListQuery{Tab: db.TabAny, Limit: db.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows.Rows {
		events, err := d.Events(t.Context(), store.ID, r.ID, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Type == flow.Alert1 && e.Queue == flow.TeamQueue && r.Level == flow.Red {
				return fmt.Sprintf("/conversas/%s/por-que/%d", r.ID, e.Seq)
			}
		}
	}
	t.Fatal("nobody was alerted")
	return ""
}

func (s *studio) address(p picture) string {
	return s.url + strings.ReplaceAll(p.path, "{alert}", s.alert)
}

// structure is what the server draws of a picture, a tag a line. What is new each time is left out: nonces, and
// hashes in names of files; ids that were made are numbered.
func (s *studio) structure(t *testing.T, p picture) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	answered(t)(client.PostForm(s.url+"/entrar", url.Values{"login": {login}, "password": {demo.Password}}))
	var doc *goquery.Document
	if p.form == "" {
		doc = answered(t)(client.Get(s.address(p)))
	} else {
		doc = answered(t)(client.Post(s.address(p), "application/x-www-form-urlencoded", strings.NewReader(p.form)))
	}
	part, err := goquery.OuterHtml(doc.Find(p.part))
	if err != nil || part == "" {
		t.Fatalf("%s has no %s (%v)", p.path, p.part, err)
	}
	return plain(part)
}

func answered(t *testing.T) func(*http.Response, error) *goquery.Document {
	return func(r *http.Response, err error) *goquery.Document {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		doc, err := goquery.NewDocumentFromReader(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("answered %d (%v)", r.StatusCode, err)
		}
		return doc
	}
}

var (
	fresh   = regexp.MustCompile(` (hx-nonce|nonce)="[^"]*"`)
	hashed  = regexp.MustCompile(`(/static/[a-z-]+)[.-][A-Za-z0-9]{6,}\.`)
	made    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	between = regexp.MustCompile(`>\s*<`)
)

func plain(part string) string {
	part = hashed.ReplaceAllString(fresh.ReplaceAllString(part, ""), "$1.")
	numbers := map[string]string{}
	part = made.ReplaceAllStringFunc(part, func(id string) string {
		if numbers[id] == "" {
			numbers[id] = fmt.Sprintf("id-%d", len(numbers)+1)
		}
		return numbers[id]
	})
	return between.ReplaceAllString(part, ">\n<") + "\n"
}

// sitter is a browser whose user is signed in.
func (s *studio) sitter(t *testing.T) *browsertest.Tab {
	t.Helper()
	b := browsertest.New(t)
	b.Do(chromedp.Navigate(s.url + "/entrar"))
	b.Until(`document.readyState === "complete"`)
	s.post(b, "/entrar", url.Values{"login": {login}, "password": {demo.Password}}.Encode())
	b.Until(`location.pathname === "/conversas"`)
	return b
}

// post sends a form as a page does.
func (s *studio) post(b *browsertest.Tab, path, form string) {
	browsertest.Eval[chromedp.Void](b, fmt.Sprintf(`(() => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = %q;
		for (const [name, value] of new URLSearchParams(%q)) {
			const input = document.createElement("input");
			input.type = "hidden";
			input.name = name;
			input.value = value;
			form.append(input);
		}
		document.body.append(form);
		form.submit();
	})()`, path, form))
}

// open shows a picture in the browser.
func (s *studio) open(b *browsertest.Tab, p picture, l look) {
	b.Look(l.width, 900, l.dark)
	b.Do(chromedp.Navigate(s.address(p)))
	if p.form != "" {
		b.Until(`document.readyState === "complete"`)
		browsertest.Eval[chromedp.Void](b, `document.documentElement.dataset.before = ""`)
		s.post(b, strings.TrimPrefix(s.address(p), s.url), p.form)
		b.Until(`document.documentElement.dataset.before === undefined`)
	}
	b.Until(`document.readyState === "complete" && document.documentElement.dataset.js !== undefined`)
	browsertest.Eval[bool](b, `document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
	// Without scripts the dialog is there too, but elsewhere.
	b.Until(`[...document.querySelectorAll("dialog[open]")].every(d => d.matches(":modal")) && document.getAnimations().every(a => a.playState === "finished")`)
	// Where the focus is, and what the pointer is over, is no part of a picture.
	browsertest.Eval[chromedp.Void](b, `document.activeElement?.blur()`)
	if p.part != "" {
		browsertest.Eval[chromedp.Void](b, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "nearest", behavior: "instant"})`, p.part))
	}
}
