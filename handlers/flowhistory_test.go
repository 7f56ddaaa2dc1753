package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// mustSave posts a panel and fails where it is not saved.
func (o *office) mustSave(who db.Member, path string, form url.Values) {
	o.t.Helper()
	if got := o.ask(who, path, form, true); got.Code != 200 || got.Header().Get(ui.HeaderPanel) != "close" {
		o.t.Fatalf("%s is not saved: %d %s", path, got.Code, got.Body)
	}
}

// resaved is the form that a panel was answered with, as its save button posts it.
func resaved(panel reply) url.Values {
	form := url.Values{"go": {"save"}}
	panel.page.Find("input").Each(func(_ int, s *goquery.Selection) {
		_, checked := s.Attr("checked")
		if kind := s.AttrOr("type", ""); (kind == "radio" || kind == "checkbox") && !checked {
			return
		}
		form.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	panel.page.Find("select").Each(func(_ int, s *goquery.Selection) {
		form.Set(s.AttrOr("name", ""), s.Find("option[selected]").AttrOr("value", ""))
	})
	return form
}

func (r reply) has(t *testing.T, selector string) {
	t.Helper()
	if r.page.Find(selector).Length() == 0 {
		t.Errorf("there is no %s", selector)
	}
}

// Every save is a line of the history: who, when, what changed from the one before,
// in a manager's words.
func TestFlowHistory(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team, nil, false).says(t, "#main-flow", "Ainda não configurado")
	o.mustSave(o.ana, team+"/principal", o.typed())
	f := o.only(flow.TeamQueue)
	history := team + "/historico/" + f.ID
	o.now = o.now.Add(time.Hour)
	o.mustSave(o.bia, team+"/principal", o.typed("version", "1", "alert1", "7", "action", "close"))
	o.now = o.now.Add(time.Hour)
	o.ask(o.ana, team+"/principal/ativo", url.Values{"version": {"2"}, "active": {"false"}}, true)
	o.ask(o.ana, team+"/principal?step=action", nil, true).says(t, "form", "a programação o ativa quando começar")
	o.ask(o.ana, team+"/principal/ativo", url.Values{"version": {"3"}, "active": {"true"}}, true)
	o.mustSave(o.ana, team+"/principal", o.typed("version", "4", "alert1", "7", "action", "close"))

	got := o.ask(o.caio, history, nil, false)
	got.says(t, "h1", "Histórico do fluxo principal")
	got.says(t, "#version-5", "Em vigor", "Salvou sem mudar nada", "Ana", "Desde hoje às")
	got.says(t, "#version-4", "Ativou")
	got.says(t, "#version-3", "Desativou")
	got.says(t, "#version-2", "Alterou", "1º alerta: de 5 min para 7 min", "Ação: de Transferir para Plantão para Encerrar a conversa", "Bia", "De hoje às", "Nenhuma conversa")
	got.says(t, "#version-1", "Criou", "2º alerta: para 15 min", "Ana")
	if got.page.Find("a[href*=restaurar]").Length() != 0 {
		t.Error("who may not edit is offered to restore")
	}
	if n := o.ask(o.ana, history, nil, false).page.Find("a[href*=restaurar]").Length(); n != 4 {
		t.Errorf("%d versions can be restored, not the 4 that are past", n)
	}
	o.ask(o.ana, team, nil, false).has(t, "#main-flow a[href='"+history+"'][aria-label='Histórico do fluxo principal']")

	// No page of another queue, flow or version is found.
	for _, path := range []string{"/automacoes/inatividade/vendedor/historico/" + f.ID, team + "/historico/nope", history + "/99", history + "/x",
		history + "/0", history + "?antes=x", history + "/99/restaurar", team + "/excluidos?antes=x", history + "/1?antes=x", "/automacoes/inatividade/x/excluidos"} {
		if got := o.ask(o.ana, path, nil, false); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
}

// A version is restored through the panel: filled with it, at the last step, saved
// as a new version, which says what it is.
func TestRestoreAVersion(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed())
	f := o.only(flow.TeamQueue)
	o.mustSave(o.bia, team+"/principal", o.typed("version", "1", "alert1", "7", "alert2", "20", "action", "close"))
	path := team + "/historico/" + f.ID + "/1/restaurar"
	panel := o.ask(o.ana, path, nil, false)
	panel.says(t, "dialog#panel[open]", "ajustes da versão 1", "Ação ao passar do tempo limite", "Ao salvar, agora")
	form := resaved(panel)
	if form.Get("alert1") != "5" || form.Get("version") != "2" {
		t.Fatalf("the panel holds %v", form)
	}

	// Somebody saves meanwhile: nothing is lost, nobody is overwritten.
	o.mustSave(o.bia, team+"/principal", o.typed("version", "2", "alert1", "8", "alert2", "20", "action", "close"))
	late := o.ask(o.ana, team+"/principal", form, true)
	if late.Code != http.StatusConflict {
		t.Fatalf("over what somebody saved: %d", late.Code)
	}
	form.Set("version", late.value("version"))
	if late.value("restores") != f.ID+"/1" {
		t.Errorf("the conflict forgets what is restored: %q", late.value("restores"))
	}
	o.mustSave(o.ana, team+"/principal", form)
	if got := o.only(flow.TeamQueue); got.Version != 4 || got.Alert1 != 5*time.Minute || got.Action.Team != o.plant.ID {
		t.Errorf("restored %+v", got)
	}
	o.ask(o.ana, team+"/historico/"+f.ID, nil, false).says(t, "#version-4", "Restaurou a versão 1", "1º alerta: de 8 min para 5 min")
	if trail := trailOf(t, o.shop, db.NounFlow); trail[0].Changes[len(trail[0].Changes)-1] != (db.AuditChange{Field: "restored_version", After: "1"}) {
		t.Errorf("the audit trail: %+v", trail[0])
	}

	// What does not hold any more is refused where it stands.
	o.plant.Archived = true
	o.reconfigured(func(tx *db.Tx) error { return tx.UpdateTeam(o.t.Context(), o.plant) })
	o.ask(o.ana, path, nil, false).says(t, "#flow-team-error", "Este time não existe mais. Escolha outro.")
}

// The history of a deleted flow stays, and restoring makes it anew, with its past,
// if its exceptions are free.
func TestRestoreADeletedFlow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/alternativos/novo", o.alternative("Noite", o.vendas.ID))
	f := o.only(flow.TeamQueue)
	o.ask(o.ana, team+"/excluidos", nil, false).says(t, "main", "Nenhum fluxo excluído")
	if o.ask(o.ana, team, nil, false).page.Find("#deleted-flows").Length() != 0 {
		t.Error("a queue without deleted flows names them")
	}
	o.now = o.now.Add(time.Hour)
	o.mustSave(o.bia, team+"/alternativos/"+f.ID+"/excluir", url.Values{"version": {"1"}})
	o.ask(o.caio, team, nil, false).says(t, "#deleted-flows", "1 fluxo excluído")
	o.ask(o.caio, team+"/excluidos", nil, false).says(t, "#deleted-"+f.ID, "Fluxo Noite", "Verde até 5 min", "Bia", "hoje às")
	history := team + "/historico/" + f.ID
	got := o.ask(o.caio, history, nil, false)
	got.says(t, "h1", "Histórico do fluxo Noite")
	got.says(t, "main", "Este fluxo foi excluído")
	got.says(t, "#version-2", "Excluiu", "Bia", "Excluído hoje às")
	if got := o.ask(o.ana, history+"/2/restaurar", nil, false); got.Code != http.StatusNotFound {
		t.Errorf("the deletion itself can be restored: %d", got.Code)
	}

	// Meanwhile another flow has its exception.
	o.mustSave(o.ana, team+"/alternativos/novo", o.alternative("Outro", o.vendas.ID))
	other := o.only(flow.TeamQueue)
	panel := o.ask(o.ana, history+"/1/restaurar", nil, false)
	panel.says(t, "#flow-targets-error", "Vendas já está em Outro.")
	o.mustSave(o.ana, team+"/alternativos/"+other.ID+"/excluir", url.Values{"version": {"1"}})

	panel = o.ask(o.ana, history+"/1/restaurar", nil, false)
	panel.says(t, "dialog#panel[open]", "ajustes da versão 1", "Novo fluxo alternativo")
	o.mustSave(o.ana, team+"/alternativos/novo", resaved(panel))
	if got := o.only(flow.TeamQueue); got.ID != f.ID || got.Version != 3 || got.Name != "Noite" || !got.Active {
		t.Errorf("restored %+v", got)
	}
	o.ask(o.ana, history, nil, false).says(t, "#version-3", "Em vigor", "Restaurou a versão 1")

	// The same form once more makes a flow of its own, if any: the id is taken.
	again := resaved(panel)
	again.Set("name", "Noite 2")
	again["targets"] = []string{o.plant.ID}
	o.mustSave(o.ana, team+"/alternativos/novo", again)
	if flows := o.flows(flow.TeamQueue); len(flows) != 2 || flows[0].ID == flows[1].ID {
		t.Errorf("the flows: %+v", flows)
	}
}

// Hundreds of versions come page by page.
func TestLongFlowHistory(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed())
	f := o.only(flow.TeamQueue)
	o.reconfigured(func(tx *db.Tx) error {
		for i := range 45 {
			f.Alert1 = time.Duration(i+1) * time.Second
			if err := tx.UpdateFlow(o.t.Context(), f); err != nil {
				return err
			}
			f.Version++
		}
		return nil
	})
	seen := 0
	for path := team + "/historico/" + f.ID; path != ""; {
		page := o.ask(o.ana, path, nil, false)
		seen += page.page.Find("#versions tbody tr").Length()
		if page.page.Find("#version-26").Length() > 0 {
			page.says(t, "#version-26", "1º alerta: de 24 s para 25 s")
		}
		path = page.page.Find("#pager-older").AttrOr("href", "")
	}
	if seen != 46 {
		t.Errorf("%d versions on all pages", seen)
	}
}

// The conversations that each version acted on: a number and a list with links.
func TestVersionsActedOn(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	const base = "/automacoes/inatividade/:queue/historico/:flow"
	f.echo.GET(base, f.h.FlowHistory)
	f.echo.GET(base+"/:version", f.h.FlowActs)
	flowOf(f, flow.TeamQueue, flow.Action{Type: flow.TransferTeam, Team: f.plantao.ID})
	maria := f.says("Maria", "oi", f.vendas, noSeller)
	f.says("João", "oi", f.vendas, noSeller)
	f.pass(6 * time.Minute)
	f.settle()
	f.pass(time.Minute)
	f.shorten(t, "main-team", 8*time.Minute) // while João and Maria wait, yellow
	f.pass(2 * time.Minute)
	f.settle()
	f.pass(time.Minute)
	for i := range 60 {
		f.says(fmt.Sprint("Cliente ", i), "oi", f.vendas, noSeller)
	}
	f.pass(6 * time.Minute)
	f.settle()

	history := team + "/historico/main-team"
	f.ask(page(f.paulo), history, nil).is(200).says("#version-1", "2 conversas").says("#version-2", "62 conversas")
	f.ask(page(f.paulo), history+"/1", nil).is(200).says("h1", "Versão 1 · Fluxo principal").says("#act-"+maria, "Maria", "1º alerta").
		says("#act-"+maria+" a[href*='/conversas/"+maria+"']", "Maria")
	list := f.ask(page(f.paulo), history+"/2", nil).is(200)
	older, _ := list.doc.Find("#pager-older").Attr("href")
	if n := list.doc.Find("#acts tbody tr").Length(); n != 50 || older == "" {
		t.Fatalf("%d lines, then %q", n, older)
	}
	list = f.ask(page(f.paulo), older, nil).is(200).says("#act-"+maria, "1º alerta").lacks("#pager-older[href]")
	if n := list.doc.Find("#acts tbody tr").Length(); n != 12 {
		t.Errorf("%d lines on the last page", n)
	}
	if strings.Contains(list.Body.String(), "Nenhuma conversa") {
		t.Error("there are some")
	}
}

// shorten makes a flow's 2nd alert come earlier.
func (f *floor) shorten(t *testing.T, id string, alert2 time.Duration) {
	t.Helper()
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		saved, err := tx.Flow(ctx, f.shop.ID, id)
		if err != nil {
			return err
		}
		saved.Alert2, saved.UpdatedAt = alert2, now
		return tx.UpdateFlow(ctx, saved)
	})
}

// reconfigured changes the office's store by its operator.
func (o *office) reconfigured(change func(*db.Tx) error) {
	o.t.Helper()
	_, err := o.door.Configure(context.Background(), o.shop.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, _ time.Time) error { return change(tx) })
	if err != nil {
		o.t.Fatal(err)
	}
}
