package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// atWork is a store in the middle of its morning: João has waited for Ana, Maria and
// Rui in Vendas' queue, Carla for Bia; Eva is not routed. Nothing was answered but
// Bia's first.
func atWork(t *testing.T) *floor {
	t.Helper()
	f := newFloor(t)
	f.pass(14 * time.Hour) // yesterday at 23:00: what happens then is not today's
	late := f.says("Ontem", "Oi", noTeam, f.bia)
	f.act(f.bia, scheduler.Act{Conversation: late, Type: flow.Close})
	f.pass(10 * time.Hour)
	first := f.says("Carla", "Oi", noTeam, f.bia)
	f.act(f.bia, scheduler.Act{Conversation: first, Type: flow.NoReplyNeeded, Seller: f.bia.Seller})
	f.says("João", "Oi", noTeam, f.ana)
	f.says("Maria", "Oi", f.vendas, noSeller)
	f.passTo(6 * time.Minute)
	f.says("Rui", "Oi", f.vendas, noSeller)
	f.says("Eva", "Oi", noTeam, noSeller)
	f.passTo(10 * time.Minute)
	f.says("Carla", "De novo", noTeam, noSeller)
	snoozed := f.says("Davi", "Oi", noTeam, f.ana)
	f.act(f.ana, scheduler.Act{Conversation: snoozed, Type: flow.Postpone, Until: f.now().Add(time.Hour)})
	return f
}

// Who sees all conversations sees the store: its queues, who lets customers wait the
// longest, and what was done since midnight.
func TestPanelOfTheStore(t *testing.T) {
	t.Parallel()
	f := atWork(t)
	for _, who := range []db.Member{f.paulo, f.clara} {
		a := f.ask(page(who), "/painel", nil).is(http.StatusOK)
		a.says("#panel-open tbody tr:nth-child(1)", "Fila do time", "2").says("#panel-open tbody tr:nth-child(2)", "Fila do vendedor", "3").says("#panel-open tbody tr:nth-child(3)", "Fila aguardando", "1").
			says("#panel-teams tbody tr", "Vendas", "2º alerta", "2").says("#panel-sellers tbody tr:nth-child(1)", "Ana", "2º alerta", "1").says("#panel-sellers tbody tr:nth-child(2)", "Bia", "No prazo", "1").
			says("#today-alert1 .stat-value", "4").says("#today-alert2 .stat-value", "2").says("#today-postponed .stat-value", "1").says("#today-closed .stat-value", "0").says("#today-moved .stat-value", "0")
		if href := a.doc.Find("#panel-teams a").AttrOr("href", ""); href != "/conversas?tab=all&team="+f.vendas.ID {
			t.Errorf("Vendas leads to %q", href)
		}
		// The part that follows what happens is the same.
		live := f.ask(part(who), "/painel/parte", nil).is(http.StatusOK)
		if got, want := strings.Join(strings.Fields(live.doc.Text()), " "), strings.Join(strings.Fields(a.doc.Find("#panel-live").Text()), " "); got != want || want == "" {
			t.Errorf("the part says %q, the page %q", got, want)
		}
		if a.statements != f.ask(page(f.paulo), "/painel", nil).statements || a.statements > 25 {
			t.Errorf("%d statements", a.statements)
		}
	}
}

// Who answers sees their own: nobody else's conversations, waits or deeds.
func TestPanelOfOnesOwn(t *testing.T) {
	t.Parallel()
	f := atWork(t)
	for _, path := range []string{"/painel", "/painel/parte"} {
		a := f.ask(page(f.ana), path, nil).is(http.StatusOK).lacks("#panel-teams").
			says("#panel-open tbody", "Suas conversas", "2").says("#panel-sellers tbody", "Suas conversas", "2º alerta", "1").
			says("#today-alert1 .stat-value", "1").says("#today-alert2 .stat-value", "1").says("#today-postponed .stat-value", "1")
		main := a.doc.Find("#panel-live").Text()
		for _, others := range []string{"Bia", "Vendas", "Plantão", "Fila do"} {
			if strings.Contains(main, others) {
				t.Errorf("%s shows Ana %q", path, others)
			}
		}
		if n := a.doc.Find("#panel-open tbody tr").Length() + a.doc.Find("#panel-sellers tbody tr").Length(); n != 2 {
			t.Errorf("%s has %d rows", path, n)
		}
		f.ask(page(f.bia), path, nil).is(http.StatusOK).says("#panel-open tbody", "1").says("#today-alert1 .stat-value", "0").says("#today-closed .stat-value", "0")
	}
}

// A store where nothing happens says so.
func TestPanelOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.ask(page(f.paulo), "/painel", nil).is(http.StatusOK).says("#panel-teams", "Nenhum time deixa clientes esperando").says("#panel-sellers", "Nenhum vendedor deixa").says("#today-alert1 .stat-value", "0")
	f.ask(page(f.ana), "/painel", nil).is(http.StatusOK).says("#panel-sellers", "Ninguém espera por você")
}
