package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/flow"
	"semaforo/scheduler"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestAssume(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	at := "/conversas/" + id
	// Without scripts: back to the page, which says what was done.
	a := f.ask(page(f.ana), at+"/assumir?tab=teams", form("holder", "team:"+f.vendas.ID)).is(http.StatusSeeOther)
	if to := a.Header().Get("Location"); to != at+"?tab=teams" {
		t.Errorf("leads to %q", to)
	}
	f.ask(page(f.ana), at, nil).says("#toasts", "A conversa agora está com você.").says("#talk", "Com você").says("#thread", "Ana assumiu a conversa")
	if c := f.conversation(id); c.Seller != f.ana.Seller || c.Team != f.vendas.ID {
		t.Errorf("held by %s", c.Holder())
	}
	// A colleague whose page still shows the team's queue is told, and nothing happens.
	a = f.ask(part(f.paulo), at+"/assumir", form("holder", "team:"+f.vendas.ID)).is(http.StatusConflict)
	a.says("[role=alert]", "A conversa passou para Ana enquanto você estava aqui.").says("#talk", "Com Ana")
	if !strings.Contains(a.toast(), "passou para Ana") {
		t.Errorf("toast %q", a.toast())
	}
	// Having seen that, they may.
	f.ask(part(f.paulo), at+"/assumir", form("holder", "seller:"+f.ana.Seller)).is(http.StatusOK).says("#talk", "Com você").says("#talk-side", "Maria").says("#composer-state")
	if c := f.conversation(id); c.Seller != f.paulo.Seller {
		t.Errorf("held by %s", c.Holder())
	}
}

func TestPostponeAndResume(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	at := "/conversas/" + id
	f.ask(part(f.ana), at+"/adiar", form("for", "tomorrow", "reason", "orçamento")).is(http.StatusOK).
		says("#talk", "Adiada até amanhã às 09:00", "Motivo: orçamento", "Continuar").lacks("#postpone-button").
		says("#thread", "Adiada por Ana até amanhã às 09:00 (orçamento)").says("#coming", "O adiamento termina")
	c := f.conversation(id)
	if want := f.now().Add(24 * time.Hour); !c.PostponedUntil.Equal(want) || c.PostponeReason != "orçamento" {
		t.Errorf("postponed until %v (%s), want %v", c.PostponedUntil, c.PostponeReason, want)
	}
	f.ask(part(f.ana), at+"/continuar", form()).is(http.StatusOK).says("#talk", "No prazo").says("#thread", "Continuada por Ana")
	a := f.ask(part(f.ana), at+"/continuar", form()).is(http.StatusConflict).says("[role=alert]", "não está adiada")
	if a.toast() == "" {
		t.Error("a refusal without a toast")
	}
	seq := f.conversation(id).Seq
	// T67: the past, too far, nothing; at the field, with what was typed kept.
	for until, want := range map[string]string{"2026-11-22T10:00": "ainda não passou", "2027-01-15T10:00": "30 dias", "": "Informe a data", "ontem": "Informe a data"} {
		a := f.ask(dialog(f.ana), at+"/adiar", form("for", "other", "until", until, "reason", "férias")).is(http.StatusUnprocessableEntity)
		a.says("#until-error", want)
		if a.doc.Find("#reason").AttrOr("value", "") != "férias" || a.Header().Get("Panel") != "open" {
			t.Errorf("%q: what was typed is gone", until)
		}
		f.ask(page(f.ana), at+"/adiar", form("for", "other", "until", until)).is(http.StatusUnprocessableEntity).says("dialog[open] #until-error", want)
	}
	f.ask(part(f.ana), at+"/adiar", form("for", "1h", "reason", strings.Repeat("é", 201))).is(http.StatusUnprocessableEntity)
	if f.conversation(id).Seq != seq {
		t.Error("a refused postponement left something behind")
	}
	f.ask(dialog(f.ana), at+"/adiar", form("for", "other", "until", "2026-11-23T15:00")).is(http.StatusOK).says("hx-partial #talk", "Adiada até 15:00")
	f.ask(dialog(f.ana), at+"/adiar", nil).is(http.StatusOK).says(".dialog-title", "Adiar a conversa")
	f.ask(page(f.ana), at+"/adiar", nil).is(http.StatusOK).says("dialog[open] .dialog-title", "Adiar a conversa").says("#thread", "Oi")
}

func TestOnlyASellersConversationIsPostponed(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.ask(page(f.ana), "/conversas/"+id+"/adiar", form("for", "1h")).is(http.StatusConflict).says("[role=alert]", "Assuma a conversa antes")
	// T68: a closed one is not, either.
	f.act(f.ana, scheduler.Act{Conversation: id, Type: flow.Close})
	f.ask(part(f.ana), "/conversas/"+id+"/adiar", form("for", "1h")).is(http.StatusConflict).says("[role=alert]", "já foi finalizada")
}

func TestTransfer(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	at := "/conversas/" + id
	f.ask(dialog(f.ana), at+"/transferir", nil).is(http.StatusOK).says(".dialog-title", "Transferir").says("select[name=team]", "Vendas", "Plantão").
		says(`select[name=seller] option[disabled]`, "Ana", "já está com a conversa")
	f.ask(dialog(f.ana), at+"/transferir", form("kind", "team")).is(http.StatusUnprocessableEntity).says("#team-error", "Escolha o time.")
	f.ask(dialog(f.ana), at+"/transferir", form("kind", "planet")).is(http.StatusUnprocessableEntity).says("#kind-error", "Escolha")
	f.ask(page(f.ana), at+"/transferir", form("kind", "seller", "seller", "ninguém")).is(http.StatusUnprocessableEntity).says("dialog [role=alert]", "não existe mais")
	f.ask(dialog(f.ana), at+"/transferir", form("kind", "seller", "seller", f.ana.Seller)).is(http.StatusConflict).says("[role=alert]", "já está com quem você escolheu")
	if c := f.conversation(id); c.Seq != 1 {
		t.Error("a refused transfer left something behind")
	}
	// What Ana may no longer see, she leaves for the list.
	a := f.ask(dialog(f.ana), at+"/transferir?tab=waiting", form("kind", "seller", "seller", f.bia.Seller)).is(http.StatusOK)
	if to := a.Header().Get("HX-Redirect"); to != "/conversas?tab=waiting" {
		t.Errorf("leads to %q", to)
	}
	f.ask(page(f.ana), "/conversas", nil).says("#toasts", "Transferida para Bia.")
	f.ask(page(f.bia), at, nil).says("#thread", "Transferida por Ana de Ana para Bia")
	// A manager stays.
	f.ask(dialog(f.paulo), at+"/transferir", form("kind", "team", "team", f.plantao.ID)).is(http.StatusOK).says("#talk", "Na fila do time Plantão")
	f.ask(page(f.bia), at+"/transferir", form("kind", "team", "team", f.vendas.ID)).is(http.StatusSeeOther)
}

func TestNoReplyNeeded(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Obrigado!", noTeam, f.ana) // T17
	f.ask(part(f.ana), "/conversas/"+id+"/nao-precisa-de-resposta", form()).is(http.StatusOK).
		says("#talk", "Respondida", "Ninguém espera resposta").says("#thread", "Não precisa de resposta, marcou Ana").lacks("#no-reply")
	if c := f.conversation(id); c.Waiting() {
		t.Error("somebody still waits")
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	at := "/conversas/" + id
	ask := f.ask(dialog(f.ana), at+"/finalizar", nil).is(http.StatusOK).says(".dialog-title", "Finalizar a conversa?").says(".dialog-body", "ainda espera uma resposta")
	seen := ask.doc.Find("input[name=last]").AttrOr("value", "")
	f.pass(time.Second)
	f.says("Maria", "Mais uma coisa", noTeam, noSeller) // T73
	again := f.ask(dialog(f.ana), at+"/finalizar", form("last", seen)).is(http.StatusConflict).says("[role=alert]", "O cliente escreveu agora há pouco")
	if !f.conversation(id).IsOpen() {
		t.Fatal("closed over the customer's head")
	}
	seen = again.doc.Find("input[name=last]").AttrOr("value", "")
	f.ask(dialog(f.ana), at+"/finalizar", form("last", seen)).is(http.StatusOK).says("hx-partial #talk", "Finalizada").says("#thread", "Finalizada por Ana")
	f.ask(dialog(f.ana), at+"/finalizar", form("last", seen)).is(http.StatusConflict).says("[role=alert]", "já foi finalizada")
}
