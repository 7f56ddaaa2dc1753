package inboxview_test

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/inboxview"
)

// reasonFor is a reason for a step of Plantão's flow: Zeca's clock started at 09:50.
func reasonFor(typ flow.EventType, change func(*inboxview.Why)) inboxview.Why {
	start := now.Add(-10 * time.Minute)
	rec := flow.Record{At: now, Type: typ, Queue: flow.TeamQueue, Team: "vendas", Flow: "f1"}
	w := inboxview.Why{Event: inboxview.Event{Record: rec, Clock: start, Wait: start}, Known: true, Flow: inboxview.FlowLink{Name: "Fluxo principal da fila do time"},
		Version: inboxview.Version{At: now.Add(-24 * time.Hour), By: "por Ana"},
		Reason: flow.Reason{Wait: start, Flow: flow.Flow{ID: "f1", Queue: flow.TeamQueue, Alert1: 5 * time.Minute, Alert2: 10 * time.Minute, Clock: flow.Always},
			Applies: flow.AppliesMain, Target: "vendas", Started: flow.Mark{N: 1, Record: flow.Record{At: start, Type: flow.CustomerMessage}},
			Count: flow.Why{Start: start, Open: 10 * time.Minute, Deadline: now, Exists: true}}}
	if change != nil {
		change(&w)
	}
	w.Record = w.Event.Record
	return w
}

func TestTheWordsOfReasons(t *testing.T) {
	t.Parallel()
	acts := func(action flow.ActionType, reason, team, seller string) func(*inboxview.Why) {
		return func(w *inboxview.Why) {
			w.Event.Action, w.Event.Reason, w.Event.ToTeam, w.Event.ToSeller = action, reason, team, seller
		}
	}
	started := func(rec flow.Record) func(*inboxview.Why) {
		return func(w *inboxview.Why) { w.Started.Record, w.StartedBy = rec, "Helena" }
	}
	moving := func(w *inboxview.Why) { // the clock is one that a step to come starts
		w.Coming, w.Past, w.Wait = true, 1, now.Add(-30*time.Minute)
		w.Started = flow.Mark{N: 2, Record: flow.Record{At: now.Add(-10 * time.Minute), Type: flow.ActionTaken, Action: flow.TransferTeam, Team: "plantao", ToTeam: "vendas"}}
	}
	for _, test := range []struct {
		typ    flow.EventType
		change func(*inboxview.Why)
		want   string
	}{
		{flow.Alert2, nil, "2º alerta: hoje às 09:50 + 10 min = hoje às 10:00."},
		{flow.Alert2, nil, "Versão de ontem às 10:00, por Ana"},
		{flow.Alert2, func(w *inboxview.Why) {
			w.Applies, w.Reason.Flow.Queue, w.Target = flow.AppliesNamed, flow.SellerQueue, "bia"
		},
			"Bia, que estava com a conversa, é exceção: vale este fluxo alternativo."},
		{flow.Alert2, func(w *inboxview.Why) {
			w.Applies, w.Reason.Flow.Queue, w.Target, w.Coming = flow.AppliesNamed, flow.WaitingQueue, "Loja", true
		},
			"O canal Loja, por onde a conversa veio, é exceção"},
		{flow.Alert2, func(w *inboxview.Why) { w.Reason.Flow.Queue, w.Target = flow.WaitingQueue, "" },
			"A conversa, que veio sem canal, não é exceção de nenhum fluxo alternativo ativo: vale o fluxo principal da fila aguardando."},
		{flow.Alert2, started(flow.Record{Type: flow.Transfer, Team: "vendas", ToTeam: "plantao"}), "quando Helena transferiu a conversa de Vendas para Plantão."},
		{flow.Alert2, started(flow.Record{Type: flow.Assume, ToSeller: "ana"}), "quando Ana assumiu a conversa."},
		{flow.Alert2, started(flow.Record{Type: flow.Resume}), "quando Helena continuou a conversa antes do fim do adiamento."},
		{flow.Alert2, started(flow.Record{Type: flow.DeliveryFailed}), "quando a resposta não chegou ao cliente e a espera continuou."},
		{flow.Alert2, started(flow.Record{Type: flow.ActionTaken, Action: flow.ReturnToWaiting, Team: "vendas"}), "quando a conversa foi devolvida automaticamente de Vendas para Aguardando."},
		{flow.Alert2, func(w *inboxview.Why) {
			w.Reason.Flow.Clock, w.Hours, w.Sentence = flow.BusinessHours, "plantao", "sexta 17:50 + 20 min úteis = segunda 09:10"
		},
			"O horário de atendimento do time Plantão."},
		{flow.Alert2, func(w *inboxview.Why) { w.Reason.Flow.Clock, w.Event.Team = flow.BusinessHours, "" },
			"O horário de atendimento da loja, porque a conversa não tem time."},
		{flow.ActionTaken, acts(flow.Redistribute, "", "", "bia"), "foi para Bia, quem tinha menos conversas abertas"},
		{flow.ActionTaken, acts(flow.Redistribute, "", "", ""), "vai para quem tiver menos conversas abertas"},
		{flow.ActionTaken, acts(flow.CloseAction, "", "", ""), "Encerrar a conversa."},
		{flow.ActionSkipped, acts(flow.TransferTeam, flow.ReasonNoTarget, "sumiu", ""), "não foi feita, porque o time de destino não existe mais. A conversa fica vermelha onde está."},
		{flow.ActionSkipped, acts(flow.Redistribute, flow.ReasonNoTarget, "", ""), "porque não há outro vendedor disponível no time"},
		{flow.LevelLowered, func(w *inboxview.Why) { w.Level, w.Event.Level, w.Count = flow.Red, flow.Green, flow.Why{} },
			"De vermelho para verde. Com esta configuração, o 1º alerta não acontece."},
		{flow.Alert2, func(w *inboxview.Why) { w.Coming, w.Event.Due = true, now.Add(-time.Hour) },
			"A qualquer momento: o prazo passou hoje às 09:00, porque o sistema esteve fora do ar"},
		{flow.AutoClosed, func(w *inboxview.Why) {
			w.Event.Reason, w.Event.Due = string(flow.ClosedCustomerInactivity), now.Add(-2*time.Hour)
			w.Closing = flow.AutoClose{Enabled: true, After: 24 * time.Hour, EnabledAt: now.Add(-50 * time.Hour)}
			w.Began, w.Idle, w.IdleBy = now.Add(-26*time.Hour), flow.Mark{N: 3, Record: flow.Record{At: now.Add(-26 * time.Hour), Type: flow.SellerMessage}}, "Ana"
		}, "2 h depois do prazo, porque o sistema esteve fora do ar ou não pôde processar a conversa até então; encerramentos que vencem nesse meio-tempo ainda esperam uma hora"},
		{flow.AutoClosed, func(w *inboxview.Why) {
			w.Event.Reason, w.Began = string(flow.ClosedCustomerInactivity), now.Add(-26*time.Hour)
			w.Idle, w.IdleBy = flow.Mark{N: 3, Record: flow.Record{At: now.Add(-26 * time.Hour), Type: flow.NoReplyNeeded}}, "Ana"
		}, "Ontem às 08:00, quando Ana marcou que não precisa de resposta."},
		{flow.PostponeEnded, func(w *inboxview.Why) {
			w.Wait, w.UntilBy = time.Time{}, "Bia"
			w.Until = flow.Mark{N: 2, Record: flow.Record{At: now.Add(-time.Hour), Type: flow.Postpone, Until: now}}
		}, "Ninguém esperava resposta: nada conta até o cliente escrever."},
		{flow.AutoClosed, func(w *inboxview.Why) {
			w.Coming, w.Past, w.Event.Reason, w.Began = true, 2, string(flow.ClosedCustomerInactivity), now.Add(-26*time.Hour)
			w.Idle = flow.Mark{N: 3, Record: flow.Record{At: now.Add(-26 * time.Hour), Type: flow.PostponeEnded}}
		}, "Ninguém espera resposta: o último a escrever foi o vendedor, ontem às 08:00, depois de o encerramento ser ligado. " +
			"Configuração Versão de ontem às 10:00, por Ana Última interação Ontem às 08:00, quando o adiamento terminar."},
		{flow.Alert2, func(w *inboxview.Why) { w.Coming, w.Past = true, 1 }, "em cuja fila a conversa está, não é exceção"},
		{flow.Alert2, moving, "O time Vendas, em cuja fila a conversa estará, não é exceção"},
		{flow.Alert2, moving, "O tempo começa Hoje às 09:50, quando a conversa for transferida automaticamente de Plantão para Vendas. O cliente já espera desde hoje às 09:30."},
		{flow.ActionSkipped, func(w *inboxview.Why) {
			moving(w)
			acts(flow.TransferTeam, flow.ReasonCycle, "plantao", "")(w)
			w.Visited = []flow.Place{{Team: "plantao"}, {Team: "vendas"}}
		}, "não vai ser feita, porque a conversa já terá passado por lá desde que uma pessoa a atendeu ou transferiu (Plantão → Vendas)"},
	} {
		doc := draw(t, templ.Component(inboxview.WhyPanel(conversation(nil), reasonFor(test.typ, test.change))))
		wants(t, doc, ".terms", test.want)
	}
}
