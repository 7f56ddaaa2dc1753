package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// passTo lets the time pass in small steps, so that everything is on time.
func (f *floor) passTo(d time.Duration) {
	f.t.Helper()
	for ; d > 0; d -= time.Minute {
		f.pass(time.Minute)
		f.settle()
	}
}

// saves changes the configuration as a person does.
func (f *floor) saves(who db.Member, change func(ctx context.Context, tx *db.Tx, now time.Time) error) {
	f.t.Helper()
	ctx := context.Background()
	_, err := f.s.Configure(ctx, f.shop.ID, scheduler.By{Kind: db.ByUser, ID: who.User}, func(tx *db.Tx, now time.Time) error { return change(ctx, tx, now) })
	if err != nil {
		f.t.Fatal(err)
	}
	f.settle()
}

// last is the place in a conversation's log of the latest event of a type.
func (f *floor) last(id string, typ flow.EventType) int64 {
	f.t.Helper()
	events, err := f.shop.DB.Events(context.Background(), f.shop.ID, id, 0, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	var seq int64
	for _, e := range events {
		if e.Type == typ {
			seq = e.Seq
		}
	}
	if seq == 0 {
		f.t.Fatalf("nothing of type %s has happened: %v", typ, events)
	}
	return seq
}

// tells checks what the terms of a reason say, each as its name and its words.
func (a asked) tells(texts ...string) asked {
	a.t.Helper()
	var all strings.Builder
	a.doc.Find(".term").Each(func(_ int, term *goquery.Selection) {
		words := strings.Fields(term.Find("dt").Text() + " " + term.Find("dd").Text())
		all.WriteString(strings.Join(words, " ") + "\n")
	})
	for _, text := range texts {
		if !strings.Contains(all.String(), text) {
			a.t.Errorf("the reason tells\n%s, not %q", all.String(), text)
		}
	}
	return a
}

// why opens the latest event of a type to its reason.
func (f *floor) why(who db.Member, id string, typ flow.EventType) asked {
	f.t.Helper()
	seq := f.last(id, typ)
	return f.ask(part(who), fmt.Sprintf("/conversas/%s/por-que/%d", id, seq), nil).is(http.StatusOK)
}

// The clock of the test store shows 09:00 in São Paulo at dbtest.Start.
func TestWhyAnAlertAndAMove(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, Flow: flow.Flow{ID: "main", Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: 5 * time.Minute, Alert2: 15 * time.Minute, Clock: flow.Always, Active: true,
			Action: flow.Action{Type: flow.TransferTeam, Team: f.plantao.ID, Delay: 5 * time.Minute}}})
	})
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	next := f.ask(part(f.ana), "/conversas/"+id+"/por-que", nil).is(http.StatusOK)
	next.says(".panel-head", "Por quê?", "1º alerta: fica amarela").tells("Vai acontecer Hoje às 09:05, se ninguém responder")
	f.passTo(20 * time.Minute)

	f.why(f.bia, id, flow.Alert1).says(".panel-head", "1º alerta às 09:05: 5 min sem resposta").
		tells("Fluxo principal da fila do time", "O time Vendas, em cuja fila a conversa estava, não é exceção de nenhum fluxo alternativo ativo: vale o fluxo principal",
			"Versão de hoje às 09:00, por Clara", "O tempo começou Hoje às 09:00, quando o cliente escreveu.", "O que conta Todas as horas, dia e noite.",
			"Prazo 1º alerta: hoje às 09:00 + 5 min = hoje às 09:05.", "Aconteceu Hoje às 09:05, no prazo.")
	f.why(f.bia, id, flow.ActionTaken).says(".panel-head", "Transferida automaticamente de Vendas para Plantão, hoje às 09:20").
		tells("Ação 5 min depois do 2º alerta, que é em 15 min: hoje às 09:00 + 20 min = hoje às 09:20.", "Ação Transferir para Plantão.")

	// Where it is now nobody has a way out but round: the action is skipped.
	f.passTo(time.Minute)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, Name: "Volta", Flow: flow.Flow{ID: "back", Queue: flow.TeamQueue, Kind: flow.Alternative,
			Targets: []string{f.plantao.ID}, Alert1: 2 * time.Minute, Alert2: 4 * time.Minute, Clock: flow.Always, Active: true,
			Action: flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID}}})
	})
	f.passTo(10 * time.Minute)
	skipped := f.why(f.bia, id, flow.ActionSkipped).tells("Fluxo alternativo “Volta” da fila do time", "O time Plantão, em cuja fila a conversa estava, é exceção: vale este fluxo alternativo.",
		"quando a conversa foi transferida automaticamente de Vendas para Plantão", "O cliente já esperava desde hoje às 09:00",
		"Transferir para Vendas: não foi feita, porque a conversa já tinha passado por lá", "(Vendas → Plantão)", "Ação no 2º alerta: hoje às 09:20 + 4 min = hoje às 09:24")
	skipped.lacks("#why-flow")
	f.why(f.clara, id, flow.ActionSkipped).says("#why-flow", "Ver o fluxo")
	if href := f.why(f.clara, id, flow.ActionSkipped).doc.Find("#why-flow").AttrOr("href", ""); href != "/automacoes/inatividade/time/alternativos/back" {
		t.Errorf("an administrator is led to %q", href)
	}
	if href := f.why(f.paulo, id, flow.ActionSkipped).doc.Find("#why-flow").AttrOr("href", ""); href != "/automacoes/inatividade/time" {
		t.Errorf("a supervisor is led to %q", href)
	}

	// The flow is deleted: its name then is what Auditoria has.
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.DeleteFlow(ctx, db.Flow{Store: f.shop.ID, Flow: flow.Flow{ID: "back"}, Version: 1, UpdatedAt: now})
	})
	f.why(f.clara, id, flow.ActionSkipped).tells("Fluxo da fila do time (excluído)").lacks("#why-flow")
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.AppendAudit(ctx, db.Audit{Store: f.shop.ID, At: now, ByKind: db.ByUser, ByID: f.clara.User, ByName: "Clara", Noun: db.NounFlow, NounID: "back",
			NounName: "fluxo Volta da fila do time", Action: db.AuditDeleted})
	})
	f.why(f.clara, id, flow.ActionSkipped).tells("Fluxo Volta da fila do time (excluído)", "O time Plantão, em cuja fila a conversa estava, é exceção: vale este fluxo alternativo.")
}

// Every step of the outlook opens to its reason, told by what the steps before it
// leave; one that has happened since is told as it happened, and one that changed
// says so.
func TestWhyOfTheStepsToCome(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		for _, add := range []db.Flow{
			{Flow: flow.Flow{ID: "main", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: 5 * time.Minute, Alert2: 15 * time.Minute,
				Action: flow.Action{Type: flow.TransferTeam, Team: f.plantao.ID}}},
			{Name: "Volta", Flow: flow.Flow{ID: "back", Queue: flow.TeamQueue, Kind: flow.Alternative, Targets: []string{f.plantao.ID},
				Alert1: 2 * time.Minute, Alert2: 4 * time.Minute, Action: flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID}}},
		} {
			add.Store, add.UpdatedAt, add.Clock, add.Active = f.shop.ID, now, flow.Always, true
			if err := tx.InsertFlow(ctx, add); err != nil {
				return err
			}
		}
		return nil
	})
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	var links []string
	f.ask(page(f.ana), "/conversas/"+id, nil).is(http.StatusOK).doc.Find("#coming .event-more").Each(func(_ int, a *goquery.Selection) {
		links = append(links, a.AttrOr("href", ""))
	})
	if len(links) != 6 {
		t.Fatalf("six steps are to come, %d open to their reason", len(links))
	}
	step := func(i int) asked { return f.ask(part(f.ana), links[i], nil).is(http.StatusOK) }
	step(1).says(".panel-head", "2º alerta: fica vermelha").tells("O tempo começou Hoje às 09:00, quando o cliente escreveu.", "Vai acontecer Hoje às 09:15, se ninguém")
	step(2).says(".panel-head", "Ação: transferir para Plantão").tells("Fluxo principal da fila do time", "Ação no 2º alerta: hoje às 09:00 + 15 min = hoje às 09:15.")
	step(3).says(".panel-head", "1º alerta: fica amarela").tells("Fluxo alternativo “Volta” da fila do time", "O time Plantão, em cuja fila a conversa estará, é exceção: vale este fluxo alternativo.",
		"O tempo começa Hoje às 09:15, quando a conversa for transferida automaticamente de Vendas para Plantão. O cliente já espera desde hoje às 09:00.",
		"Prazo 1º alerta: hoje às 09:15 + 2 min = hoje às 09:17.", "Vai acontecer Hoje às 09:17")
	step(5).says(".panel-head", "Ação sem efeito (transferir para Vendas)").tells("não vai ser feita, porque a conversa já terá passado por lá", "(Vendas → Plantão)")
	f.ask(page(f.ana), links[5], nil).is(http.StatusOK).says("dialog#panel[open]", "Por quê?", "já terá passado por lá").says("#talk", "Maria")

	// What has happened since is told as it happened; what is still to come moved up.
	f.passTo(6 * time.Minute)
	step(0).says(".panel-head", "1º alerta às 09:05: 5 min sem resposta").tells("Aconteceu Hoje às 09:05, no prazo.")
	step(3).says(".panel-head", "1º alerta: fica amarela").tells("Vai acontecer Hoje às 09:17").lacks(".notice")
	f.ask(part(f.ana), "/conversas/"+id+"/por-que?step=3", nil).is(http.StatusOK).tells("Vai acontecer Hoje às 09:17")

	// Another configuration: the same step at another time, and steps that are not to come.
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		main, err := tx.Flow(ctx, f.shop.ID, "main")
		if err != nil {
			return err
		}
		main.Alert2, main.Action = 20*time.Minute, flow.Action{Type: flow.ActionNone}
		return tx.UpdateFlow(ctx, main)
	})
	f.ask(part(f.ana), strings.Replace(links[1], "step=2", "step=1", 1), nil).is(http.StatusOK).says(".notice", "Mudou desde que você viu", "Este passo era previsto para hoje às 09:15").
		tells("Vai acontecer Hoje às 09:20", "Versão de hoje às 09:06, por Clara")
	step(3).says(".panel-head", "O que vai acontecer mudou").says(".panel-body", "não está mais previsto").lacks(".terms")
	f.act(f.ana, scheduler.Act{Conversation: id, Type: flow.NoReplyNeeded, Seller: f.ana.Seller})
	step(1).says(".panel-body", "não está mais previsto")
	step(0).says(".panel-head", "1º alerta às 09:05")
}

func TestWhyItWasLate(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	outage := f.says("Maria", "Oi", f.vendas, noSeller)
	f.pass(30 * time.Minute)
	f.settle()
	f.why(f.ana, outage, flow.Alert1).tells("Fluxo Cores padrão", "valem as cores padrão, 1º alerta em 5 min",
		"Aconteceu Hoje às 09:30, 25 min depois do prazo, porque o sistema esteve fora do ar", "pelo sistema").lacks("#why-flow")

	f.pass(time.Minute)
	hurried := f.says("João", "Oi", f.vendas, noSeller)
	f.passTo(4 * time.Minute)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, Flow: flow.Flow{ID: "main", Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Active: true, Action: flow.Action{Type: flow.ActionNone}}})
	})
	f.why(f.ana, hurried, flow.Alert1).tells("1º alerta: hoje às 09:31 + 1 min = hoje às 09:32",
		"Hoje às 09:35, 3 min depois do prazo, porque a configuração mudou hoje às 09:35 e, com ela, o prazo já tinha passado", "por Clara")
	f.why(f.ana, outage, flow.LevelLowered).says(".panel-head", "A configuração mudou: a conversa voltou para amarelo").
		tells("De vermelho para amarelo. Com esta configuração, o 2º alerta é só hoje às 10:00, e pode acontecer de novo.", "O tempo começou Hoje às 09:00")
}

func TestWhyInBusinessHours(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		var week flow.Week
		for d := time.Monday; d <= time.Friday; d++ {
			week[d] = []flow.Slot{{Open: 9 * 60, Close: 9*60 + 10}}
		}
		plan := flow.HolidayPlan{Own: []flow.OwnHoliday{{Date: flow.Date{Year: 2026, Month: time.November, Day: 24}, Name: "Aniversário da loja"}}}
		if err := tx.SetCalendar(ctx, db.Calendar{Store: f.shop.ID, Hours: &week}.Planned(plan, 2026)); err != nil {
			return err
		}
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, Flow: flow.Flow{ID: "main", Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: 5 * time.Minute, Alert2: 15 * time.Minute, Clock: flow.BusinessHours, Active: true, Action: flow.Action{Type: flow.ActionNone}}})
	})
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.passTo(6 * time.Minute)
	f.why(f.ana, id, flow.Alert1).tells("O horário de atendimento da loja, porque o time Vendas não tem horário próprio.", "tudo dentro do horário")
	f.ask(part(f.ana), "/conversas/"+id+"/por-que", nil).is(http.StatusOK).
		tells("segunda 09:00 + 15 min úteis = quarta 09:05, porque terça 24/11 é feriado (Aniversário da loja)").
		says(".timeline", "Conta 10 min", "Terça 24/11 é feriado (Aniversário da loja)", "Conta 5 min")
}

func TestWhyItClosed(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.SetAutoClosing(ctx, db.AutoClosing{Store: f.shop.ID, Kind: db.AutoClose, AutoClose: flow.AutoClose{Enabled: true, After: time.Hour, EnabledAt: now}})
	})
	f.pass(time.Minute)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	f.passTo(10 * time.Minute)
	f.act(f.ana, scheduler.Act{Conversation: id, Type: flow.Postpone, Until: f.now().Add(20 * time.Minute)})
	f.ask(part(f.ana), "/conversas/"+id+"/por-que", nil).is(http.StatusOK).tells("Adiada Hoje às 09:11, por Ana.", "Vai acontecer Hoje às 09:31",
		"o tempo do fluxo volta a contar do zero")
	f.passTo(21 * time.Minute)
	f.why(f.ana, id, flow.PostponeEnded).tells("Adiada Hoje às 09:11, por Ana.", "Aconteceu Hoje às 09:31, no prazo.", "o tempo do fluxo voltou a contar do zero")
	f.why(f.ana, id, flow.PostponeEnded).lacks("#why-flow")
	f.passTo(5 * time.Minute)
	f.why(f.ana, id, flow.Alert1).tells("O tempo começou Hoje às 09:31, quando o adiamento terminou. O cliente já esperava desde hoje às 09:01.",
		"Nenhum fluxo ativo da fila do vendedor")
	f.passTo(time.Hour)
	closed := f.why(f.ana, id, flow.AutoClosed).tells("Inatividade do time ou vendedor, ligado desde hoje às 09:00",
		"O cliente esperava uma resposta desde hoje às 09:01, depois de o encerramento ser ligado", "Última interação Hoje às 09:31, quando o adiamento terminou.",
		"Prazo hoje às 09:31 + 1 h = hoje às 10:31.", "Aconteceu Hoje às 10:31, no prazo.", "por Clara")
	closed.lacks("#why-flow")
	f.ask(part(f.ana), "/conversas/"+id+"/por-que", nil).is(http.StatusNotFound)
}

// Who may not see a conversation is told nothing of why; what people did, and what
// did not happen, have no reason to tell; without scripts it is a page.
func TestWhoMayAskWhy(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	hers := f.says("João", "Segredo", noTeam, f.bia)
	f.passTo(6 * time.Minute)
	seq := f.last(hers, flow.Alert1)
	base := "/conversas/" + hers + "/por-que"
	for _, path := range []string{base, fmt.Sprintf("%s/%d", base, seq), "/conversas/nada/por-que", "/conversas/nada/por-que/1"} {
		if got := f.ask(part(f.ana), path, nil).is(http.StatusNotFound).Body.String(); got != f.ask(part(f.ana), "/conversas/nada/por-que/2", nil).Body.String() {
			t.Errorf("%s tells %q", path, got)
		}
	}
	for _, odd := range []string{"1", "0", "-1", "99", "x", "99999999999999999999"} {
		f.ask(part(f.bia), base+"/"+odd, nil).is(http.StatusNotFound)
	}
	whole := f.ask(page(f.bia), fmt.Sprintf("%s/%d?tab=mine", base, seq), nil).is(http.StatusOK).says("dialog#panel[open]", "Por quê?").tells("Aconteceu Hoje às 09:05, no prazo.").says("#talk", "João")
	if href := whole.doc.Find("#panel [data-close]").First().AttrOr("href", ""); href != "/conversas/"+hers+"?tab=mine" {
		t.Errorf("closing leads to %q", href)
	}
	// The page itself opens each to its reason, and the next step too.
	a := f.ask(page(f.bia), "/conversas/"+hers, nil).is(http.StatusOK).says(fmt.Sprintf("#e-%d-why", seq), "Por quê?").says("#coming .event-more", "Por quê?")
	if label := a.doc.Find(fmt.Sprintf("#e-%d-why", seq)).AttrOr("aria-label", ""); label != "Por quê? 1º alerta às 09:05: 5 min sem resposta" {
		t.Errorf("the alert's link is called %q", label)
	}
	href := a.doc.Find("#coming .event-more").First().AttrOr("href", "")
	if !strings.HasPrefix(href, base+"?seen=alert2-") || !strings.HasSuffix(href, "&step=1&tab=mine") {
		t.Errorf("the next step leads to %q", href)
	}
	f.ask(part(f.ana), href, nil).is(http.StatusNotFound)
	for _, odd := range []string{"?step=0", "?step=x", "?step=99", "?seen=alert2", "?seen=alert2-x", "?seen=transfer-1", "?seen=-1"} {
		f.ask(part(f.bia), base+odd, nil).is(http.StatusNotFound)
	}
}

// Where no stored configuration leads to a record, nothing is made up.
func TestWhyIsNotMadeUp(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	c := f.conversation(id)
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		e := db.Event{Store: f.shop.ID, Seq: 2, ByKind: db.BySystem, Record: flow.Record{At: f.now().Add(7 * time.Minute), Conversation: id, Type: flow.Alert1,
			Queue: flow.TeamQueue, Team: f.vendas.ID, Flow: flow.DefaultFlow}}
		c.Conversation, c.Seq = flow.Evolve(c.Conversation, e.Record), 2
		if err := tx.UpdateConversation(context.Background(), &c, 1); err != nil {
			return err
		}
		return tx.AppendEvents(context.Background(), e)
	})
	if err != nil {
		t.Fatal(err)
	}
	f.why(f.ana, id, flow.Alert1).says(".panel-body", "Não foi possível reconstituir o motivo").lacks(".terms")
}

// What an outage left behind fires by the rules of its own time, although others
// are in force when it does: their words are told, and not the new ones'.
func TestWhyOfTheRulesOfThen(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", f.vendas, noSeller)
	f.pass(10 * time.Minute)
	f.saves(f.clara, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return tx.InsertFlow(ctx, db.Flow{Store: f.shop.ID, UpdatedAt: now, Flow: flow.Flow{ID: "main", Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: 20 * time.Minute, Alert2: time.Hour, Clock: flow.Always, Active: true, Action: flow.Action{Type: flow.ActionNone}}})
	})
	seq := f.last(id, flow.Alert1)
	then := func() asked {
		return f.ask(part(f.ana), fmt.Sprintf("/conversas/%s/por-que/%d", id, seq), nil).is(http.StatusOK)
	}
	then().tells("Fluxo Cores padrão", "Versão de hoje às 09:00, pelo sistema", "Hoje às 09:10, 5 min depois do prazo, porque o sistema esteve fora do ar")
	f.why(f.ana, id, flow.LevelLowered).tells("Versão de hoje às 09:10, por Clara", "De amarelo para verde. Com esta configuração, o 1º alerta é só hoje às 09:20")
	// However long the log grows, it is read at once.
	before := then().statements
	for range 30 {
		f.says("Maria", "Alô?", noTeam, noSeller)
	}
	if after := then().statements; after != before || after > 20 {
		t.Errorf("a reason takes %d statements, and %d in a long log", before, after)
	}
}
