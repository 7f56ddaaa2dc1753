package handlers_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// office is the configuration's pages over a database of their own. Each
// request is made by the member it names.
type office struct {
	t      *testing.T
	shop   *dbtest.Shop
	echo   *echo.Echo
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
	h := &handlers.Server{DB: d, Door: s.Door, Hub: s.Hub, Clock: clock, Log: log, Real: clock.Now, Sessions: desk{o}}
	o.echo = echo.New()
	const base, queue = "/automacoes/inatividade", "/automacoes/inatividade/:queue"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + base: h.InactivityPage, "GET " + base + "/filas": h.InactivityQueues,
		"GET " + base + "/encerramento/:closing": h.ClosingStatus, "POST " + base + "/encerramento/:closing": h.SaveClosing,
		"GET " + queue: h.QueuePage, "GET " + queue + "/fluxos": h.QueueFlows,
		"GET " + queue + "/principal": h.MainFlowPanel, "POST " + queue + "/principal": h.SaveMainFlow,
		"POST " + queue + "/principal/ativo":  h.SwitchMainFlow,
		"GET " + queue + "/alternativos/novo": h.NewFlowPanel, "POST " + queue + "/alternativos/novo": h.CreateFlow,
		"GET " + queue + "/alternativos/:flow": h.FlowPanel, "POST " + queue + "/alternativos/:flow": h.SaveFlow,
		"POST " + queue + "/alternativos/:flow/ativo":  h.SwitchFlow,
		"GET " + queue + "/alternativos/:flow/excluir": h.DeleteFlowPage, "POST " + queue + "/alternativos/:flow/excluir": h.DeleteFlow,
	} {
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
type desk struct{ *office }

func (desk) SignIn(echo.Context, string, string, db.Role) error { return nil }
func (desk) SignOut(echo.Context) error                         { return nil }
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

// The article's steps 5 to 10, each posting what the panel before it held.
func TestMainFlowStepByStep(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	panel := o.ask(o.ana, team+"/principal?step=alert1", nil, true)
	if panel.Code != 200 || panel.Header().Get(ui.HeaderPanel) != "open" {
		t.Fatalf("the panel: %d %v", panel.Code, panel.Header())
	}
	panel.says(t, "h2", "1º alerta")
	next := func(press string, changes ...string) reply {
		form := url.Values{"go": {press}}
		panel.page.Find("input:not([type=radio]), input[checked]").Each(func(_ int, s *goquery.Selection) {
			form.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
		})
		panel.page.Find("select").Each(func(_ int, s *goquery.Selection) {
			form.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
		})
		for i := 0; i < len(changes); i += 2 {
			form.Set(changes[i], changes[i+1])
		}
		panel = o.ask(o.ana, team+"/principal", form, true)
		return panel
	}
	next("next", "alert1", "7").says(t, "h2", "2º alerta")
	next("back").says(t, "h2", "1º alerta")
	if got := panel.value("alert1"); got != "7" {
		t.Errorf("after VOLTAR the 1st alert is %q", got)
	}
	next("next")
	next("next", "alert2", "2", "alert2_unit", "hours").says(t, "h2", "Ação ao passar do tempo limite")
	saved := next("save", "action", "transfer_team", "team", o.plant.ID, "when", "later", "delay", "10")
	if saved.Code != 200 || saved.Header().Get(ui.HeaderPanel) != "close" || !strings.Contains(saved.Header().Get(ui.HeaderToast), "salvo") {
		t.Errorf("saved: %d %v %s", saved.Code, saved.Header(), saved.Body)
	}
	saved.says(t, "hx-partial #main-flow", "7 min", "2 h", "Transferir para Plantão", "10 min depois do 2º alerta", "Aplicado a todos os times")
	f := o.only(flow.TeamQueue)
	want := flow.Flow{ID: f.ID, Queue: flow.TeamQueue, Kind: flow.Main, Targets: []string{}, Alert1: 7 * time.Minute, Alert2: 2 * time.Hour,
		Clock: flow.Always, Action: flow.Action{Type: flow.TransferTeam, Team: o.plant.ID, Delay: 10 * time.Minute}, Active: true}
	if fmt.Sprint(f.Flow) != fmt.Sprint(want) || f.UpdatedBy != "Ana" || f.Version != 1 {
		t.Errorf("stored %+v", f)
	}
	rules, _, err := o.rules()
	if err != nil || rules.FlowFor(flow.Conversation{Status: flow.Open, Team: o.vendas.ID}).ID != f.ID {
		t.Errorf("the flow is not in force: %v", err)
	}
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

// Without scripts: the page with the panel in it, plain posts, a redirect.
func TestPanelWithoutScripts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	page := o.ask(o.ana, team+"/principal?step=action", nil, false)
	page.says(t, "h1", "Fila do time")
	page.says(t, "dialog#panel[open] h2", "Ação ao passar do tempo limite")
	bad := o.ask(o.ana, team+"/principal", o.typed("alert2", "5"), false)
	if bad.Code != http.StatusUnprocessableEntity {
		t.Errorf("refused with %d", bad.Code)
	}
	bad.says(t, "dialog#panel[open] #flow-alert2-error", "O 2º alerta precisa vir depois do 1º, que é aos 5 min.")
	saved := o.ask(o.ana, team+"/principal", o.typed(), false)
	if saved.Code != http.StatusSeeOther || saved.Header().Get("Location") != team {
		t.Errorf("saved: %d to %q", saved.Code, saved.Header().Get("Location"))
	}
	o.ask(o.ana, team, nil, false).says(t, "#toasts", "Fluxo principal da fila do time salvo.")
}

func TestBadFlows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	closed := o.shop.Team("Antigo")
	closed.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), closed) }); err != nil {
		t.Fatal(err)
	}
	whole := "Informe um número inteiro"
	for _, test := range []struct {
		input, words string
		pairs        []string
	}{
		{"alert1", "Preencha este campo.", []string{"alert1", " "}},
		{"alert1", whole, []string{"alert1", "1e9"}},
		{"alert1", whole, []string{"alert1", "-5"}},
		{"alert1", whole, []string{"alert1", "5,5"}},
		{"alert1", whole, []string{"alert1", "\xff"}},
		{"alert1", "De 1 minuto a 30 dias", []string{"alert1", "0"}},
		{"alert1", "Escolha uma das unidades.", []string{"alert1_unit", "fortnights"}},
		{"alert1", "Use no máximo 20 caracteres.", []string{"alert1", strings.Repeat("9", 4000)}},
		{"alert2", "De 1 minuto a 30 dias", []string{"alert2", "721", "alert2_unit", "hours"}},
		{"alert2", "O 2º alerta precisa vir depois do 1º", []string{"alert2", "4"}},
		{"delay", "Preencha este campo.", []string{"when", "later"}},
		{"delay", "Informe até 30 dias.", []string{"when", "later", "delay", "43201"}},
		{"when", "Escolha uma das opções.", []string{"when", "never"}},
		{"action", "Escolha uma das opções.", []string{"action", "explode"}},
		{"team", "Preencha este campo.", []string{"team", ""}},
		{"team", "Este time não existe mais.", []string{"team", "nobody"}},
		{"team", "Este time não existe mais.", []string{"team", closed.ID}},
		{"seller", "Este vendedor não está mais ativo.", []string{"action", "transfer_seller", "seller", "nobody"}},
		{"clock", "Escolha uma das opções.", []string{"clock", "lunar"}},
	} {
		got := o.ask(o.ana, team+"/principal", o.typed(test.pairs...), true)
		if got.Code != http.StatusUnprocessableEntity || got.Header().Get(ui.HeaderPanel) != "open" {
			t.Errorf("%q: %d", test.pairs, got.Code)
		}
		words := strings.TrimPrefix(test.words, "De ")
		got.says(t, "#flow-"+test.input+"-error", strings.TrimSuffix(words, "."))
		if typed := test.pairs[1]; test.pairs[0] == test.input && strings.TrimSpace(typed) == typed && typed != "\xff" && got.page.Find("input#flow-"+test.input).Length() > 0 && got.value(test.input) != typed {
			t.Errorf("%q became %q", typed, got.value(test.input))
		}
	}
	for _, test := range []struct{ input, words, name string }{
		{"name", "Preencha este campo.", "  "},
		{"name", "Use no máximo 80 caracteres.", strings.Repeat("ã", 81)},
		{"name", "não podem ser usados", "a\xffb"},
		{"name", "não podem ser usados", "a\x00b"},
		{"name", "não podem ser usados", "a\u202eb"},
		{"targets", "Marque pelo menos um time.", "Noite"},
		{"targets", "não existe mais", "Noite"},
	} {
		form := o.alternative(test.name, o.vendas.ID)
		if test.input == "targets" {
			form["targets"] = nil
		}
		if test.words == "não existe mais" {
			form["targets"] = []string{"nobody"}
		}
		got := o.ask(o.ana, team+"/alternativos/novo", form, true)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", test.name, got.Code)
		}
		got.says(t, "#flow-"+test.input+"-error", test.words)
	}
	if n := len(o.flows(flow.TeamQueue)); n != 0 {
		t.Errorf("%d flows were stored", n)
	}
}

func TestTransfersToThemselvesAreRefused(t *testing.T) { // T21
	t.Parallel()
	o := newOffice(t)
	form := o.alternative("Noite", o.plant.ID, o.vendas.ID)
	form.Set("action", "transfer_team")
	o.ask(o.ana, team+"/alternativos/novo", form, true).says(t, "#flow-targets-error", "Este fluxo transfere para Plantão")
	form.Set("step", "action")
	form.Set("go", "save")
	o.ask(o.ana, team+"/alternativos/novo", form, true).says(t, "#flow-team-error", "Plantão é uma exceção deste fluxo")
	o.vendas.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), o.vendas) }); err != nil {
		t.Fatal(err)
	}
	o.ask(o.ana, team+"/principal", o.typed(), true).says(t, "#flow-team-error", "É o único time da loja")
	o.ask(o.ana, "/automacoes/inatividade/aguardando/principal", o.typed("action", "return_to_waiting"), true).
		says(t, "#flow-action-error", "não faz efeito na fila aguardando")
}

func TestAlternativeFlows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if got := o.ask(o.ana, team+"/alternativos/novo", o.alternative(" Noite ", o.vendas.ID, o.vendas.ID), true); got.Header().Get(ui.HeaderPanel) != "close" {
		t.Fatalf("not saved: %s", got.Body)
	}
	f := o.only(flow.TeamQueue)
	if f.Name != "Noite" || !slices.Equal(f.Targets, []string{o.vendas.ID}) {
		t.Errorf("stored %+v", f)
	}
	o.ask(o.ana, team+"/alternativos/novo", o.alternative("NOITE", o.plant.ID), true).says(t, "#flow-name-error", "Já existe um fluxo Noite")
	o.ask(o.ana, team+"/alternativos/novo", o.alternative("Dia", o.vendas.ID), true).says(t, "#flow-targets-error", "Vendas já está em Noite.")
	o.ask(o.ana, team+"/alternativos/novo?step=exceptions", nil, true).says(t, ".choice-disabled", "Já está em Noite")
	if got := o.ask(o.ana, team+"/alternativos/"+f.ID, o.typed("version", "1", "step", "alert1", "go", "next"), true); got.Code != 200 {
		t.Errorf("the next step: %d", got.Code)
	}
	edited := o.alternative("Noite", o.vendas.ID)
	edited.Set("version", "1")
	edited.Set("alert1", "9")
	if got := o.ask(o.bia, team+"/alternativos/"+f.ID, edited, true); got.Code != 200 {
		t.Fatalf("not saved: %d", got.Code)
	}
	if f = o.only(flow.TeamQueue); f.Version != 2 || f.Alert1 != 9*time.Minute || f.UpdatedBy != "Bia" {
		t.Errorf("stored %+v", f)
	}
	if got := o.ask(o.ana, team+"/alternativos/novo", o.alternative("Resto", o.plant.ID), true); got.Code != 200 {
		t.Fatalf("not saved: %d", got.Code)
	}
	got := o.ask(o.ana, team, nil, false)
	got.says(t, "#alternatives", "Todos os times já têm um fluxo alternativo.")
	got.says(t, "#main-flow", "exceto Plantão e Vendas")
	if full := o.ask(o.ana, team+"/alternativos/novo", nil, true); full.Code != http.StatusConflict {
		t.Errorf("a panel without anything to choose: %d", full.Code)
	}
	for _, unknown := range []string{team + "/alternativos/nobody", "/automacoes/inatividade/nobody", team + "/alternativos/nobody/excluir"} {
		if got := o.ask(o.ana, unknown, nil, false); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", unknown, got.Code)
		}
	}
}

func TestSwitchAndDelete(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/alternativos/novo", o.alternative("Noite", o.vendas.ID), true)
	f := o.only(flow.TeamQueue)
	path := team + "/alternativos/" + f.ID
	off := o.ask(o.ana, path+"/ativo", url.Values{"version": {"1"}, "active": {"false"}}, true)
	if off.Code != 200 || o.only(flow.TeamQueue).Active {
		t.Fatalf("not switched off: %d", off.Code)
	}
	off.says(t, "#flows[data-live] #flow-"+f.ID, "Desativado: para Vendas vale o fluxo principal")
	stale := o.ask(o.bia, path+"/ativo", url.Values{"version": {"1"}, "active": {"false"}}, true)
	if stale.Code != http.StatusConflict || !strings.Contains(stale.Header().Get(ui.HeaderToast), "Ana mudou O fluxo Noite") {
		t.Errorf("switched from an old version: %d %s", stale.Code, stale.Header().Get(ui.HeaderToast))
	}
	for _, bad := range []url.Values{{"version": {"x"}, "active": {"true"}}, {"version": {"2"}, "active": {"maybe"}}, {"active": {"true"}}} {
		if got := o.ask(o.ana, path+"/ativo", bad, true); got.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, got.Code)
		}
	}
	o.ask(o.ana, path+"/excluir", nil, false).says(t, "dialog#modal[open]", "Excluir o fluxo Noite?", "Para Vendas passam a valer as cores padrão")
	again := o.ask(o.bia, path+"/excluir", url.Values{"version": {"1"}}, true)
	if again.Code != http.StatusConflict || again.value("version") != "2" {
		t.Errorf("deleted from an old version: %d", again.Code)
	}
	again.says(t, "form", "Ana mudou este fluxo")
	if got := o.ask(o.bia, path+"/excluir", url.Values{"version": {"2"}}, true); got.Code != 200 || len(o.flows(flow.TeamQueue)) != 0 {
		t.Errorf("not deleted: %d", got.Code)
	}
	if got := o.ask(o.ana, path+"/excluir", url.Values{"version": {"2"}}, true); !strings.Contains(got.Header().Get(ui.HeaderToast), "exclu") {
		t.Errorf("deleting what is gone: %d %v", got.Code, got.Header())
	}
	lost := o.alternative("Noite", o.vendas.ID)
	lost.Set("version", "2")
	conflict := o.ask(o.ana, path, lost, true)
	if conflict.Code != http.StatusConflict || conflict.value("version") != "0" {
		t.Errorf("saved a deleted flow: %d, version %q", conflict.Code, conflict.value("version"))
	}
	conflict.says(t, "form", "Bia excluiu este fluxo", "Criar de novo")
}

func TestTwoPeopleEditOneFlow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	o.ask(o.ana, team+"/principal", o.typed("version", "1", "alert1", "8"), true)
	second := o.ask(o.bia, team+"/principal", o.typed("version", "1", "alert1", "3"), true)
	if second.Code != http.StatusConflict || second.Header().Get(ui.HeaderPanel) != "open" {
		t.Fatalf("the second save: %d", second.Code)
	}
	second.says(t, "form", "Ana salvou este fluxo", "Nada do que foi salvo se perdeu")
	second.says(t, ".compare-differs", "1º alerta", "8 min", "3 min")
	if got := o.only(flow.TeamQueue); got.Alert1 != 8*time.Minute || got.Version != 2 {
		t.Errorf("something was overwritten: %+v", got)
	}
	form := url.Values{"go": {"save"}}
	second.page.Find("input").Each(func(_ int, s *goquery.Selection) { form.Add(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	if over := o.ask(o.bia, team+"/principal", form, true); over.Code != 200 {
		t.Errorf("saving over it: %d", over.Code)
	}
	if got := o.only(flow.TeamQueue); got.Alert1 != 3*time.Minute || got.Version != 3 || got.UpdatedBy != "Bia" {
		t.Errorf("not saved over it: %+v", got)
	}
	if first := o.ask(o.ana, team+"/principal", o.typed("alert1", "4"), true); first.Code != http.StatusConflict {
		t.Errorf("a second main flow: %d", first.Code)
	}
}

func TestCirclesAreWarnedOf(t *testing.T) { // T20
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	back := o.alternative("Plantão volta", o.plant.ID)
	back.Set("action", "transfer_team")
	back.Set("team", o.vendas.ID)
	warned := o.ask(o.ana, team+"/alternativos/novo", back, true)
	if warned.Code != http.StatusUnprocessableEntity || len(o.flows(flow.TeamQueue)) != 1 {
		t.Fatalf("not asked: %d", warned.Code)
	}
	warned.says(t, "#flow-warning", "Plantão → Vendas → Plantão")
	warned.says(t, "#flow-save", "Salvar assim mesmo")
	back.Set("anyway", warned.value("anyway"))
	if got := o.ask(o.ana, team+"/alternativos/novo", back, true); got.Code != 200 {
		t.Fatalf("not saved: %d", got.Code)
	}
	o.ask(o.caio, team, nil, false).says(t, "#main-flow", "dão uma volta: Vendas → Plantão → Vendas")
	o.ask(o.caio, "/automacoes/inatividade", nil, false).says(t, "#queue-team", "2 fluxos precisam de atenção")
}

func TestSupervisionLooksOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	for _, path := range []string{team, "/automacoes/inatividade"} {
		page := o.ask(o.caio, path, nil, false)
		page.says(t, "main", "Quem pode alterá-la é a Administração.")
		if n := page.page.Find("main form, main button, main select, main a.step-box").Length(); n > 0 {
			t.Errorf("%s has %d controls", path, n)
		}
	}
}

// The cards count what the queues hold now, and a change of a conversation or
// of the configuration has the page look again.
func TestQueueCardsCount(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	chat := o.shop.Channel("chat", db.ChannelChat)
	for i, level := range []flow.Level{flow.Green, flow.Green, flow.Yellow, flow.Red} {
		o.shop.Conversation(o.shop.Contact(chat.ID, fmt.Sprint("Cliente ", i), ""), func(c *db.Conversation) {
			c.Team, c.Level = o.vendas.ID, level
		})
	}
	cards := o.ask(o.caio, "/automacoes/inatividade/filas", nil, true)
	cards.says(t, "#queues[data-live] #queue-team", "2 No prazo", "1 1º alerta", "1 2º alerta", "valem as cores padrão", "até 5 min")
	cards.says(t, "#queue-seller", "0 No prazo")
	if trigger := cards.page.Find("#queues").AttrOr("hx-trigger", ""); !strings.Contains(trigger, inboxview.EventList+" from:body") || !strings.Contains(trigger, "store from:body") {
		t.Errorf("the cards wait for %q", trigger)
	}
}

// A flow of an archived team keeps its place on the page and says that it is broken (T36).
func TestBrokenFlowsSaySo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	o.ask(o.ana, team+"/alternativos/novo", o.alternative("Só Plantão", o.plant.ID), true)
	o.plant.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), o.plant) }); err != nil {
		t.Fatal(err)
	}
	page := o.ask(o.ana, team, nil, false)
	page.says(t, "#main-flow", "O time de destino foi arquivado. A transferência é pulada")
	page.says(t, "#alternatives", "este fluxo não vale para ninguém")
	o.ask(o.ana, team+"/principal?step=action", nil, true).says(t, "#flow-team option[selected]", "Plantão", "arquivado")
}

func TestTwentyAlternativeFlows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range flow.MaxAlternatives + 1 {
		got := o.ask(o.ana, team+"/alternativos/novo", o.alternative(fmt.Sprint("Fluxo ", i), o.shop.Team(fmt.Sprint("Time ", i)).ID), true)
		if i < flow.MaxAlternatives && got.Code != 200 {
			t.Fatalf("flow %d: %d", i, got.Code)
		}
		if i == flow.MaxAlternatives {
			if got.Code != http.StatusUnprocessableEntity {
				t.Errorf("one too many: %d", got.Code)
			}
			got.says(t, "[role=alert]", "Já são 20 fluxos alternativos")
		}
	}
	o.ask(o.ana, team, nil, false).says(t, "#create-reason", "Já são 20 fluxos alternativos, o máximo por fila.")
}
