package handlers_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// floor is a store at work: Ana and Bia (Atendimento; Bia alone is in Plantão),
// Paulo (Supervisão), Clara (Administração), the teams Vendas and Plantão, over a
// database and a scheduler of their own. Time passes when a test says so.
type floor struct {
	t               *testing.T
	shop            *dbtest.Shop
	s               *scheduler.Scheduler
	h               *handlers.Server
	echo            *echo.Echo
	vendas, plantao db.Team
	ana, bia        db.Member
	paulo, clara    db.Member
	channel         db.Channel

	mu     sync.Mutex
	time   time.Time
	toasts []ui.Toast
}

func newFloor(t *testing.T) *floor {
	t.Helper()
	d := dbtest.New(t)
	f := &floor{t: t, shop: dbtest.Store(t, d, "loja"), time: dbtest.Start}
	f.vendas, f.plantao = f.shop.Team("Vendas"), f.shop.Team("Plantão")
	f.ana = f.shop.Member("ana", "Ana", db.Agent, f.vendas.ID)
	f.bia = f.shop.Member("bia", "Bia", db.Agent, f.vendas.ID, f.plantao.ID)
	f.paulo = f.shop.Member("paulo", "Paulo", db.Supervisor)
	f.clara = f.shop.Member("clara", "Clara", db.Role(handlers.Admin))
	f.channel = f.shop.Channel("WhatsApp", db.ChannelAPI)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	clock := scheduler.Clock{Now: f.now, Speed: 1}
	f.s = scheduler.New(d, clock, log, nil)
	f.h = &handlers.Server{DB: d, Door: f.s.Door, Hub: f.s.Hub, Clock: clock, Log: log, Real: f.now, Sessions: counter{floor: f}}
	f.configure(func(context.Context, *db.Tx, time.Time) error { return nil })
	f.echo = echo.New()
	h, id := f.h, "/conversas/:id"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET /conversas": h.ListConversations, "GET " + id: h.ShowConversation, "POST " + id + "/mensagens": h.SendMessage,
		"POST " + id + "/assumir": h.Assume, "POST " + id + "/continuar": h.Resume,
		"GET " + id + "/adiar": h.PostponePage, "POST " + id + "/adiar": h.Postpone,
		"GET " + id + "/transferir": h.TransferPage, "POST " + id + "/transferir": h.Transfer,
		"POST " + id + "/nao-precisa-de-resposta": h.NoReplyNeeded,
		"GET " + id + "/finalizar":                h.ClosePage, "POST " + id + "/finalizar": h.Close,
		"GET " + id + "/por-que": h.WhyStep, "GET " + id + "/por-que/:seq": h.WhyEvent,
		"GET /eventos": h.Events, "GET /resumo": h.Summary,
		"GET /painel": h.PanelPage, "GET /painel/parte": h.PanelPart, "GET /relatorios": h.ReportPage, "GET /relatorios.csv": h.ReportCSV,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.echo.Add(method, path, handler)
	}
	f.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		failure := handlers.FailureOf(err)
		if failure.Status >= 500 {
			t.Error(err)
		}
		if err := c.String(failure.Status, failure.Words); err != nil {
			t.Error(err)
		}
	}
	return f
}

func (f *floor) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.time
}

func (f *floor) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.time = f.time.Add(d)
}

// counter keeps toasts for the next page.
type counter struct {
	handlers.Sessions
	*floor
}

func (counter) SignOut(echo.Context) error { return nil }

func (c counter) AddToast(_ echo.Context, t ui.Toast) error {
	c.toasts = append(c.toasts, t)
	return nil
}
func (c counter) TakeToasts(echo.Context) []ui.Toast {
	taken := c.toasts
	c.toasts = nil
	return taken
}

func (f *floor) configure(change func(context.Context, *db.Tx, time.Time) error) {
	f.t.Helper()
	ctx := context.Background()
	_, err := f.s.Configure(ctx, f.shop.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		return change(ctx, tx, now)
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// says is a customer's message, to a team or a seller where one is given.
func (f *floor) says(customer, text string, team db.Team, seller db.Member) string {
	f.t.Helper()
	got, err := f.s.Receive(context.Background(), f.shop.ID, scheduler.Inbound{ChannelID: f.channel.ID, Text: text,
		Contact: scheduler.InboundContact{ExternalID: customer, Name: customer}, Team: team.ID, Seller: seller.Seller})
	if err != nil {
		f.t.Fatal(err)
	}
	return got.Conversation.ID
}

func (f *floor) act(who db.Member, a scheduler.Act) {
	f.t.Helper()
	if _, err := f.s.Act(context.Background(), f.shop.ID, scheduler.By{Kind: db.ByUser, ID: who.User}, a); err != nil {
		f.t.Fatal(err)
	}
}

func (f *floor) conversation(id string) db.Conversation {
	f.t.Helper()
	c, err := f.shop.DB.Conversation(context.Background(), f.shop.ID, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func (f *floor) messages(id string) []db.Message {
	f.t.Helper()
	all, err := f.shop.DB.Messages(context.Background(), f.shop.ID, id, nil, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

// viewer is who a member is on a page.
func (f *floor) viewer(who db.Member) *handlers.Viewer {
	f.t.Helper()
	ctx := context.Background()
	store, err := f.shop.DB.Store(ctx, f.shop.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	seller, err := f.shop.DB.Seller(ctx, store.ID, who.Seller)
	if err != nil {
		f.t.Fatal(err)
	}
	loc, err := time.LoadLocation(store.Timezone)
	if err != nil {
		f.t.Fatal(err)
	}
	return &handlers.Viewer{User: handlers.Person{ID: who.User, Name: who.Person.Name, Login: who.Person.Login}, Store: store,
		Location: loc, Role: handlers.Role(who.Role), Seller: seller.ID, Teams: seller.Teams, Away: seller.Away, Session: "session-" + who.User, Now: f.now()}
}

// asked is an answer: a page, or the parts of one.
type asked struct {
	*httptest.ResponseRecorder
	t          *testing.T
	doc        *goquery.Document
	statements int64
}

// by is who asks, and how.
type by struct {
	db.Member
	target string // htmx's, of a part; empty: a whole page
}

func page(m db.Member) by { return by{m, ""} }
func part(m db.Member) by { return by{m, "header#talk"} }
func dialog(m db.Member) by {
	return by{m, "dialog#modal"}
}

// ask sends a request; a form makes it a POST.
func (f *floor) ask(who by, path string, form url.Values) asked {
	f.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who.target != "" {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		r.Header.Set("HX-Target", who.target)
	}
	v := f.viewer(who.Member)
	ctx, statements := db.CountStatements(ui.WithClock(r.Context(), v.Now, v.Location))
	w := httptest.NewRecorder()
	c := f.echo.NewContext(r.WithContext(ctx), w)
	f.echo.Router().Find(r.Method, r.URL.EscapedPath(), c)
	handlers.WithViewer(c, v)
	if err := c.Handler()(c); err != nil {
		f.echo.HTTPErrorHandler(err, c)
	}
	a := f.read(w)
	a.statements = statements.Load()
	return a
}

// read is an answer's page. htmx takes <hx-partial> for a template; goquery reads it
// as any element.
func (f *floor) read(w *httptest.ResponseRecorder) asked {
	f.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		f.t.Fatal(err)
	}
	return asked{w, f.t, doc, 0}
}

func (a asked) is(status int) asked {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("answered %d, want %d:\n%s", a.Code, status, a.Body)
	}
	return a
}

func (a asked) says(selector string, texts ...string) asked {
	a.t.Helper()
	found := a.doc.Find(selector)
	got := strings.Join(strings.Fields(found.Text()), " ")
	for _, text := range texts {
		if !strings.Contains(got, text) {
			a.t.Errorf("%s says %q, not %q", selector, got, text)
		}
	}
	if found.Length() == 0 {
		a.t.Errorf("there is no %s", selector)
	}
	return a
}

func (a asked) lacks(selector string) asked {
	a.t.Helper()
	if a.doc.Find(selector).Length() > 0 {
		a.t.Errorf("%s should not be there", selector)
	}
	return a
}

// rows are the ids of the list's conversations, in order.
func (a asked) rows() []string {
	var ids []string
	a.doc.Find("[data-row]").Each(func(_ int, s *goquery.Selection) { ids = append(ids, strings.TrimPrefix(s.AttrOr("id", ""), "row-")) })
	return ids
}

func (a asked) toast() string { return a.Header().Get(ui.HeaderToast) }

var (
	noTeam   db.Team
	noSeller db.Member
)

func flowOf(f *floor, queue flow.Queue, action flow.Action) {
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{
			ID: "main-" + string(queue), Queue: queue, Kind: flow.Main, Alert1: 5 * time.Minute, Alert2: 15 * time.Minute,
			Clock: flow.Always, Action: action, Active: true}})
	})
}
