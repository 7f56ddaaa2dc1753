package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

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
	if stale.Code != http.StatusConflict || !strings.Contains(stale.Header().Get(ui.HeaderToast), "Ana mudou o fluxo Noite") {
		t.Errorf("switched from an old version: %d %s", stale.Code, stale.Header().Get(ui.HeaderToast))
	}
	for _, bad := range []url.Values{{"version": {"x"}, "active": {"true"}}, {"version": {"2"}, "active": {"maybe"}}, {"active": {"true"}}} {
		if got := o.ask(o.ana, path+"/ativo", bad, true); got.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, got.Code)
		}
	}
	o.ask(o.ana, path+"/excluir", nil, false).says(t, "dialog#modal[open]", "Excluir o fluxo Noite?", "O fluxo está desativado: nada muda para Vendas.")
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
		page.says(t, "main", "Só a Administração pode alterá-la.")
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
