package handlers_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
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

// office is the configuration's pages over a database of their own. Each
// request is made by the member it names.
type office struct {
	t      *testing.T
	shop   *dbtest.Shop
	echo   *echo.Echo
	door   *scheduler.Door
	now    time.Time
	toasts []ui.Toast
	ana    db.Member // Administração
	bia    db.Member // Administração
	caio   db.Member // Supervisão
	vendas db.Team
	plant  db.Team
}

func newOffice(t *testing.T) *office {
	t.Helper()
	d := dbtest.New(t)
	o := &office{t: t, shop: dbtest.Store(t, d, "loja"), now: dbtest.Start}
	o.vendas, o.plant = o.shop.Team("Vendas"), o.shop.Team("Plantão")
	o.ana = o.shop.Member("ana", "Ana", db.Role(handlers.Admin), o.vendas.ID)
	o.bia = o.shop.Member("bia", "Bia", db.Role(handlers.Admin))
	o.caio = o.shop.Member("caio", "Caio", db.Role(handlers.Supervisor))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	clock := scheduler.Clock{Now: func() time.Time { return o.now }, Speed: 1}
	s := scheduler.New(d, clock, log, nil)
	h := &handlers.Server{DB: d, Door: s.Door, Hub: s.Hub, Clock: clock, Log: log, Real: clock.Now, Sessions: desk{office: o}}
	publish := func(*db.Tx, time.Time) error { return nil }
	if _, err := s.Door.Configure(context.Background(), o.shop.ID, scheduler.By{Kind: db.BySystem}, publish); err != nil {
		t.Fatal(err)
	}
	o.echo, o.door = echo.New(), s.Door
	const base, queue = "/automacoes/inatividade", "/automacoes/inatividade/:queue"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + base + "/mapa": h.MapPage, "GET " + base + "/mapa/parte": h.MapPart,
		"GET /configuracoes/auditoria": h.AuditPage, "GET /configuracoes/auditoria.csv": h.AuditCSV,
		"GET " + base: h.InactivityPage, "GET " + base + "/filas": h.InactivityQueues,
		"GET " + base + "/encerramento/:closing": h.ClosingStatus, "POST " + base + "/encerramento/:closing": h.SaveClosing,
		"POST " + queue + "/principal/teste": h.TryMainFlow, "POST " + queue + "/alternativos/novo/teste": h.TryNewFlow,
		"POST " + queue + "/alternativos/:flow/teste": h.TryFlow,
		"GET " + queue: h.QueuePage, "GET " + queue + "/fluxos": h.QueueFlows,
		"GET " + queue + "/principal": h.MainFlowPanel, "POST " + queue + "/principal": h.SaveMainFlow,
		"POST " + queue + "/principal/ativo":  h.SwitchMainFlow,
		"GET " + queue + "/alternativos/novo": h.NewFlowPanel, "POST " + queue + "/alternativos/novo": h.CreateFlow,
		"GET " + queue + "/alternativos/:flow": h.FlowPanel, "POST " + queue + "/alternativos/:flow": h.SaveFlow,
		"POST " + queue + "/alternativos/:flow/ativo":  h.SwitchFlow,
		"GET " + queue + "/alternativos/:flow/excluir": h.DeleteFlowPage, "POST " + queue + "/alternativos/:flow/excluir": h.DeleteFlow,
		"GET " + queue + "/excluidos": h.DeletedFlows, "GET " + queue + "/historico/:flow": h.FlowHistory,
		"GET " + queue + "/historico/:flow/:version": h.FlowActs, "GET " + queue + "/historico/:flow/:version/restaurar": h.RestorePanel,

		"GET /": h.Home, "GET /conversas": h.ListConversations, "POST /primeiros-passos/dispensar": h.HideFirstSteps,
		"GET " + handlers.StorePath: h.StorePage, "POST " + handlers.StorePath: h.SaveStore,
		"POST " + handlers.StorePath + "/carteira": h.SwitchPortfolio, "POST " + handlers.StorePath + "/duas-etapas": h.SwitchTwoStep,
	} {
		method, path, _ := strings.Cut(path, " ")
		o.echo.Add(method, path, handler)
	}
	for path, handler := range hoursRoutes(h) {
		method, path, _ := strings.Cut(path, " ")
		o.echo.Add(method, path, handler)
	}
	o.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		f := handlers.FailureOf(err)
		if f.Status >= 500 {
			t.Error(err)
		}
		if err := c.String(f.Status, f.Words); err != nil {
			t.Error(err)
		}
	}
	return o
}

// desk keeps toasts for the next page.
type desk struct {
	handlers.Sessions
	*office
}

func (d desk) AddToast(_ echo.Context, t ui.Toast) error {
	d.toasts = append(d.toasts, t)
	return nil
}
func (d desk) TakeToasts(echo.Context) []ui.Toast {
	taken := d.toasts
	d.toasts = nil
	return taken
}

type reply struct {
	*httptest.ResponseRecorder
	page *goquery.Document
}

func (r reply) says(t *testing.T, selector string, texts ...string) {
	t.Helper()
	found := strings.Join(strings.Fields(r.page.Find(selector).Text()), " ")
	for _, text := range texts {
		if !strings.Contains(found, text) {
			t.Errorf("%s says %q, not %q", selector, found, text)
		}
	}
}

func (r reply) value(name string) string {
	return r.page.Find("[name="+name+"]").First().AttrOr("value", "")
}

// ask sends a request; a form makes it a POST, part one of htmx.
func (o *office) ask(who db.Member, path string, form url.Values, part bool) reply {
	o.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if part {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
	}
	return o.send(who, r)
}

// send has a request answered as the member's own.
func (o *office) send(who db.Member, r *http.Request) reply {
	o.t.Helper()
	r = r.WithContext(ui.WithClock(r.Context(), o.now, time.UTC))
	w := httptest.NewRecorder()
	c := o.echo.NewContext(r, w)
	o.echo.Router().Find(r.Method, r.URL.EscapedPath(), c)
	store, err := o.shop.DB.Store(context.Background(), o.shop.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	handlers.WithViewer(c, &handlers.Viewer{User: handlers.Person{ID: who.User, Name: who.Person.Name}, Store: store,
		Location: time.UTC, Role: handlers.Role(who.Role), Seller: who.Seller, Now: o.now})
	if err := c.Handler()(c); err != nil {
		o.echo.HTTPErrorHandler(err, c)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		o.t.Fatal(err)
	}
	return reply{w, page}
}

// trailOf are a store's audit entries about a noun, or all, the latest first.
func trailOf(t *testing.T, shop *dbtest.Shop, noun string) []db.Audit {
	t.Helper()
	trail, err := shop.DB.AuditTrail(context.Background(), shop.ID, db.AuditQuery{Noun: noun}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return trail
}

func (o *office) flows(queue flow.Queue) []db.Flow {
	o.t.Helper()
	flows, err := o.shop.DB.QueueFlows(context.Background(), o.shop.ID, queue)
	if err != nil {
		o.t.Fatal(err)
	}
	return flows
}

func (o *office) only(queue flow.Queue) db.Flow {
	o.t.Helper()
	flows := o.flows(queue)
	if len(flows) != 1 {
		o.t.Fatalf("%d flows", len(flows))
	}
	return flows[0]
}

const team = "/automacoes/inatividade/time"

// typed is a whole form, changed by pairs of a name and a value.
func (o *office) typed(pairs ...string) url.Values {
	form := url.Values{"version": {"0"}, "go": {"save"}, "step": {"action"}, "alert1": {"5"}, "alert1_unit": {"minutes"}, "alert2": {"15"},
		"alert2_unit": {"minutes"}, "when": {"alert2"}, "delay": {""}, "delay_unit": {"minutes"}, "action": {"transfer_team"},
		"team": {o.plant.ID}, "seller": {""}, "clock": {"always"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func (o *office) alternative(name string, targets ...string) url.Values {
	form := o.typed("step", "exceptions", "name", name, "action", "close")
	form["targets"] = targets
	return form
}

func (o *office) rules() (*flow.Rules, int64, error) {
	cfg, err := o.shop.DB.CurrentConfiguration(context.Background(), o.shop.ID)
	if err != nil {
		return nil, 0, err
	}
	parsed, problems := flow.ParseConfiguration([]byte(cfg.Document))
	if problems != nil {
		return nil, 0, problems
	}
	rules, err := flow.Compile(parsed)
	return rules, cfg.Version, err
}
