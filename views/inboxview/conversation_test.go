package inboxview_test

import (
	"fmt"
	"github.com/PuerkitoBio/goquery"
	"strings"
	"testing"
	"time"

	"semaforo/flow"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

var names = inboxview.Names{
	Teams: map[string]string{"vendas": "Vendas", "plantao": "Plantão"}, Sellers: map[string]string{"ana": "Ana", "bia": "Bia"},
	Flows: map[string]inboxview.FlowName{"f1": {Queue: flow.TeamQueue, Main: true}, "f2": {Queue: flow.SellerQueue, Name: "Noite"}},
}

func conversation(change func(*inboxview.Conversation)) inboxview.Conversation {
	c := inboxview.Conversation{Conversation: waiting("c1", flow.Yellow, 25*time.Minute), Filter: inboxview.Filter{Tab: inboxview.TabMine},
		Names: names, Contact: inboxview.Contact{Name: "Maria", Phone: "+5511987654321", Since: now.Add(-48 * time.Hour)},
		ChannelName: "WhatsApp", Me: "ana", MayAct: true, FlowID: "f2", D2: now.Add(5 * time.Minute), From: 1}
	c.Seller, c.Team = "ana", "vendas"
	c.ClockStart = now.Add(-10 * time.Minute)
	if change != nil {
		change(&c)
	}
	return c
}

func TestTheHeadShowsBothDelaysAndTheCountdown(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ConversationPage(conversation(nil)))
	for _, text := range []string{"Maria", "1º alerta", "cliente espera há 25 min", "com você há 10 min", "muda para vermelho em 5 min", "Com você", "WhatsApp"} {
		wants(t, doc, "#talk", text)
	}
	if head := doc.Find("#talk"); !strings.Contains(head.AttrOr("hx-trigger", ""), "conversation from:body") || head.AttrOr("hx-get", "") != "/conversas/c1?from=1&tab=mine" {
		t.Errorf("the head fetches itself: %q", head.AttrOr("hx-get", ""))
	}
	wants(t, doc, "#talk-side", "Cliente desde 21/11/2026")
	wants(t, doc, "#talk-side", "É a primeira conversa deste cliente")
}

func TestTheCountdownNamesTheAction(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
		c.Level, c.NextType, c.NextAt = flow.Red, flow.ActionTaken, now.Add(3*time.Minute)
		c.Coming = []flow.Record{{At: c.NextAt, Type: flow.ActionTaken, Flow: "f2", Action: flow.TransferTeam, ToTeam: "plantao"}}
	})))
	wants(t, doc, "#talk .talk-strong", "transferir para Plantão em 3 min")
}

func TestTheButtonsThatApply(t *testing.T) {
	t.Parallel()
	all := []string{"#assume", "#resume", "#postpone-button", "#transfer", "#no-reply", "#close"}
	for _, test := range []struct {
		name   string
		change func(*inboxview.Conversation)
		want   []string
	}{
		{"my own, waiting", nil, []string{"#postpone-button", "#transfer", "#no-reply", "#close"}},
		{"my own, answered", func(c *inboxview.Conversation) {
			c.WaitStart, c.ClockStart, c.Level = time.Time{}, time.Time{}, flow.LevelNone
		},
			[]string{"#postpone-button", "#transfer", "#close"}},
		{"my own, postponed", func(c *inboxview.Conversation) { c.PostponedUntil = now.Add(time.Hour) },
			[]string{"#resume", "#transfer", "#no-reply", "#close"}},
		{"a colleague's", func(c *inboxview.Conversation) { c.Seller = "bia" },
			[]string{"#assume", "#postpone-button", "#transfer", "#no-reply", "#close"}},
		{"in a team's queue", func(c *inboxview.Conversation) { c.Seller = "" }, []string{"#assume", "#transfer", "#no-reply", "#close"}},
		{"aguardando", func(c *inboxview.Conversation) { c.Seller, c.Team = "", "" }, []string{"#assume", "#transfer", "#no-reply", "#close"}},
		{"closed", func(c *inboxview.Conversation) { c.Status = flow.Closed }, nil},
		{"only to look at", func(c *inboxview.Conversation) { c.MayAct = false }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			doc := draw(t, inboxview.ConversationPage(conversation(test.change)))
			for _, selector := range all {
				found := doc.Find("#talk "+selector).Length() > 0
				wanted := strings.Contains(" "+strings.Join(test.want, " ")+" ", " "+selector+" ")
				if found != wanted {
					t.Errorf("%s: %v, want %v", selector, found, wanted)
				}
			}
			doc.Find("#talk form").Each(func(_ int, form *goquery.Selection) {
				if form.AttrOr("method", "") != "post" || !strings.HasPrefix(form.AttrOr("action", ""), "/conversas/c1/") {
					t.Errorf("a form that does not post without scripts: %q", form.AttrOr("action", ""))
				}
			})
		})
	}
}

func TestTheComposer(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ConversationPage(conversation(nil)))
	lacks(t, doc, ".composer-takes")
	if doc.Find(`#composer[novalidate] textarea:not([maxlength])`).Length() != 1 || doc.Find(`#composer input[name=mode]`).Length() != 2 {
		t.Error("the composer cuts nothing off and is checked in the reader's words, as a reply or as a note")
	}
	doc = draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) { c.Seller = "bia" })))
	wants(t, doc, "#composer-state", "Responder vai assumir a conversa, que está com Bia.")
	if doc.Find(`#composer-state input[name=holder]`).AttrOr("value", "") != "seller:bia" {
		t.Error("the composer does not say who held the conversation when it was drawn")
	}
	doc = draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) { c.Status = flow.Closed })))
	wants(t, doc, "#composer", "Esta conversa foi finalizada")
	lacks(t, doc, "#composer textarea")
	// What was typed stays, even where the conversation was closed meanwhile.
	doc = draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
		c.Status, c.Draft = flow.Closed, inboxview.Draft{Text: "Já <b>volto</b>", Mode: "note", Error: "Esta conversa já foi finalizada."}
	})))
	wants(t, doc, "#composer textarea", "Já <b>volto</b>")
	wants(t, doc, "#composer-error", "já foi finalizada")
	if _, on := doc.Find("#composer-note").Attr("checked"); !on {
		t.Error("the mode of what was typed is kept")
	}
}

func TestTheThread(t *testing.T) {
	t.Parallel()
	message := func(id, from, author string, ago time.Duration, change func(*inboxview.Message)) inboxview.Entry {
		m := &inboxview.Message{ID: id, At: now.Add(-ago), From: from, Author: author, Text: "texto " + id}
		if change != nil {
			change(m)
		}
		return inboxview.Entry{Message: m}
	}
	doc := draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
		c.Older = 1
		c.Entries = []inboxview.Entry{
			message("m1", "customer", "Maria", 26*time.Hour, nil),
			message("m2", "customer", "Maria", 30*time.Minute, nil),
			message("m3", "customer", "Maria", 29*time.Minute, nil),
			{Event: &inboxview.Event{Seq: 4, Record: flow.Record{At: now.Add(-25 * time.Minute), Type: flow.Note}}},
			message("m4", "seller", "Ana", 20*time.Minute, func(m *inboxview.Message) { m.Private = true }),
			message("m5", "seller", "Ana", 19*time.Minute, func(m *inboxview.Message) {
				m.Delivery, m.Problem = ui.DeliveryFailed, "número inexistente"
			}),
			message("m6", "bot", "Assistente", 10*time.Minute, nil),
			message("m7", "system", "Mensagem automática", 5*time.Minute, func(m *inboxview.Message) { m.Text = inboxview.ClosedForInactivity }),
			{Event: &inboxview.Event{Seq: 9, Record: flow.Record{At: now.Add(-5 * time.Minute), Type: flow.AutoClosed, Reason: "inactivity"}}},
		}
	})))
	if got := words(doc, ".day-break"); got != "Ontem Hoje" {
		t.Errorf("day breaks %q", got)
	}
	if !doc.Find("#m-m3").HasClass("message-follows") || doc.Find("#m-m2").HasClass("message-follows") {
		t.Error("only a message right after another of the same person stands without a name")
	}
	wants(t, doc, "#m-m4", "Nota privada")
	wants(t, doc, "#m-m5", "Não entregue: número inexistente")
	lacks(t, doc, "#e-4")
	lacks(t, doc, "#m-m7")
	if got := words(doc, "#e-9 .event-text"); got != inboxview.ClosedForInactivity+" 09:55" {
		t.Errorf("the closing says %q", got)
	}
	if strings.Count(doc.Text(), inboxview.ClosedForInactivity) != 1 {
		t.Error("the closing stands once")
	}
	if older := doc.Find(".thread-older"); older.AttrOr("href", "") != "/conversas/c1?from=1&tab=mine" || older.AttrOr("hx-get", "") == "" {
		t.Error("the messages before are a link, with scripts in place")
	}
}

func TestProblemsAndTroubleAreTold(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
		c.Problem = "A conversa passou para Bia."
		c.Trouble = &inboxview.Trouble{Error: "the engine failed", FailedAt: now.Add(-time.Minute), RetryAt: now.Add(time.Minute), Attempts: 2}
	})))
	wants(t, doc, "[role=alert]", "A conversa passou para Bia.")
	wants(t, doc, ".notice-red", "Falhou 2 vezes, a última hoje às 09:59. A próxima tentativa é hoje às 10:01.")
	wants(t, doc, ".notice-red code", "the engine failed")
}

func TestWhatWillHappen(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
		c.Coming = []flow.Record{
			{At: now.Add(5 * time.Minute), Type: flow.Alert2, Flow: "f2", Team: "vendas", Seller: "ana"},
			{At: now.Add(15 * time.Minute), Type: flow.ActionTaken, Flow: "f2", Action: flow.TransferTeam, ToTeam: "plantao"},
			{At: now.Add(25 * time.Minute), Type: flow.Alert1, Flow: "f1", Team: "plantao"},
			{At: now.Add(35 * time.Minute), Type: flow.ActionSkipped, Flow: "f1", Action: flow.Redistribute, Reason: flow.ReasonNoTarget, Team: "plantao"},
			{At: now.Add(23 * time.Hour), Type: flow.AutoClosed, Reason: string(flow.ClosedInactivity)},
		}
	})))
	for i, want := range []string{
		"2º alerta: fica vermelha em 5 min (23/11/2026 às 10:05) · 10:05 Fluxo alternativo “Noite” da fila do vendedor",
		"Ação: transferir para Plantão em 15 min (23/11/2026 às 10:15) · 10:15",
		"1º alerta: fica amarela em 25 min (23/11/2026 às 10:25) · 10:25 Fluxo principal da fila do time",
		"Ação sem efeito (redistribuir no time Plantão): não há outro vendedor disponível no time",
		"Encerrada por inatividade do time ou vendedor em 23 h (24/11/2026 às 09:00) · amanhã às 09:00",
	} {
		wants(t, doc, fmt.Sprintf("#coming li:nth-child(%d)", i+1), want)
	}
	// Each opens to its reason: by its place, and what stood there.
	for i, want := range []string{"alert2", "action", "alert1", "action_skipped", "auto_close"} {
		link := doc.Find(fmt.Sprintf("#coming li:nth-child(%d) .event-more", i+1))
		if href := link.AttrOr("href", ""); !strings.HasPrefix(href, fmt.Sprintf("/conversas/c1/por-que?seen=%s-1", want)) || !strings.Contains(href, fmt.Sprintf("&step=%d", i+1)) {
			t.Errorf("step %d, %s, opens at %q", i+1, want, href)
		}
	}
	if label := doc.Find("#coming .event-more").Eq(2).AttrOr("aria-label", ""); label != "Por quê? 1º alerta: fica amarela, 10:25" {
		t.Errorf("the third step's link is called %q", label)
	}
	doc = draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) { c.WaitStart, c.FlowID = time.Time{}, "default" })))
	wants(t, doc, "#coming", "Cores padrão")
	wants(t, doc, "#coming", "Ninguém espera resposta")
}

func TestEventsInWords(t *testing.T) {
	t.Parallel()
	at := now.Add(-30 * time.Minute)
	for _, test := range []struct {
		want  string
		event inboxview.Event
	}{
		{"Conversa iniciada na fila do time Vendas", inboxview.Event{Record: flow.Record{Type: flow.CustomerMessage, Opened: true, ToTeam: "vendas"}}},
		{"Conversa iniciada em Aguardando", inboxview.Event{Record: flow.Record{Type: flow.CustomerMessage, Opened: true}}},
		{"1º alerta às 09:30: 5 min sem resposta", inboxview.Event{Record: flow.Record{Type: flow.Alert1}, Clock: at.Add(-5 * time.Minute), Wait: at.Add(-5 * time.Minute)}},
		{"2º alerta às 09:30: 15 min sem resposta, 40 min no total", inboxview.Event{Record: flow.Record{Type: flow.Alert2}, Clock: at.Add(-15 * time.Minute), Wait: at.Add(-40 * time.Minute)}},
		{"1º alerta às 09:30: 5 min sem resposta (estava previsto para 08:30)", inboxview.Event{Record: flow.Record{Type: flow.Alert1, Due: at.Add(-time.Hour)}, Clock: at.Add(-65 * time.Minute)}},
		{"1º alerta às 09:30: sem resposta", inboxview.Event{Record: flow.Record{Type: flow.Alert1}}},
		{"Transferida automaticamente de Vendas para Plantão", inboxview.Event{Record: flow.Record{Type: flow.ActionTaken, Action: flow.TransferTeam, Team: "vendas", ToTeam: "plantao"}}},
		{"Redistribuída automaticamente de Ana para Bia", inboxview.Event{Record: flow.Record{Type: flow.ActionTaken, Action: flow.Redistribute, Team: "vendas", Seller: "ana", ToSeller: "bia"}}},
		{"Devolvida automaticamente de Vendas para Aguardando", inboxview.Event{Record: flow.Record{Type: flow.ActionTaken, Action: flow.ReturnToWaiting, Team: "vendas"}}},
		{"Atendimento finalizado automaticamente pela ação do fluxo", inboxview.Event{Record: flow.Record{Type: flow.ActionTaken, Action: flow.CloseAction}}},
		{"Ação não executada (transferir para Plantão): a conversa já passou por lá nesta espera", inboxview.Event{Record: flow.Record{Type: flow.ActionSkipped, Action: flow.TransferTeam, ToTeam: "plantao", Reason: flow.ReasonCycle}}},
		{"Ação não executada (transferir para um time que não existe mais): o time de destino não existe mais", inboxview.Event{Record: flow.Record{Type: flow.ActionSkipped, Action: flow.TransferTeam, ToTeam: "gone", Reason: flow.ReasonNoTarget}}},
		{"Ação não executada (redistribuir no time): a conversa não veio de um time", inboxview.Event{Record: flow.Record{Type: flow.ActionSkipped, Action: flow.Redistribute, Reason: flow.ReasonNoTarget}}},
		{"Transferida por Ana de Vendas para Bia", inboxview.Event{By: "Ana", Record: flow.Record{Type: flow.Transfer, Team: "vendas", ToSeller: "bia"}}},
		{"Bia assumiu a conversa ao responder", inboxview.Event{Record: flow.Record{Type: flow.SellerMessage, ToSeller: "bia"}}},
		{"Ana assumiu a conversa", inboxview.Event{Record: flow.Record{Type: flow.Assume, ToSeller: "ana"}}},
		{"Adiada por Ana até amanhã às 09:00 (orçamento)", inboxview.Event{By: "Ana", Note: "orçamento", Record: flow.Record{Type: flow.Postpone, Until: now.Add(23 * time.Hour)}}},
		{"Continuada por Ana antes do fim do adiamento", inboxview.Event{By: "Ana", Record: flow.Record{Type: flow.Resume}}},
		{"O adiamento terminou", inboxview.Event{Record: flow.Record{Type: flow.PostponeEnded}}},
		{"Não precisa de resposta, marcou Ana", inboxview.Event{By: "Ana", Record: flow.Record{Type: flow.NoReplyNeeded}}},
		{"A resposta não chegou ao cliente: a espera continua", inboxview.Event{Record: flow.Record{Type: flow.DeliveryFailed}}},
		{"A configuração mudou: a conversa voltou para verde", inboxview.Event{Record: flow.Record{Type: flow.LevelLowered, Level: flow.Green}}},
		{"Finalizada por Ana", inboxview.Event{By: "Ana", Record: flow.Record{Type: flow.Close}}},
		{"Atendimento finalizado automaticamente - motivo da finalização: inatividade do time ou vendedor", inboxview.Event{Record: flow.Record{Type: flow.AutoClosed, Reason: "inactivity"}}},
		{"Atendimento finalizado automaticamente - motivo da finalização: inatividade do cliente", inboxview.Event{Record: flow.Record{Type: flow.AutoClosed, Reason: "customer_inactivity"}}},
	} {
		test.event.At, test.event.Seq = at, 7
		doc := draw(t, inboxview.ConversationPage(conversation(func(c *inboxview.Conversation) {
			c.Entries = []inboxview.Entry{{Event: &test.event}}
		})))
		got := strings.TrimSpace(strings.TrimSuffix(words(doc, "#e-7 .event-text"), "09:30"))
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.event.Type, got, test.want)
		}
	}
}

func TestPostponementsAreWorkedOutInTheStoresZone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		form inboxview.PostponeForm
		now  time.Time
		want time.Time
		bad  string
	}{
		{"half an hour", inboxview.PostponeForm{For: "30m"}, now, now.Add(30 * time.Minute), ""},
		{"tomorrow at nine", inboxview.PostponeForm{For: "tomorrow"}, now, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), ""},
		{"tomorrow, asked late in the evening", inboxview.PostponeForm{For: "tomorrow"}, time.Date(2026, 11, 24, 2, 30, 0, 0, time.UTC), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), ""},
		{"T67: tomorrow across a clock change", inboxview.PostponeForm{For: "tomorrow"}, time.Date(2018, 11, 3, 15, 0, 0, 0, time.UTC), time.Date(2018, 11, 4, 11, 0, 0, 0, time.UTC), ""},
		{"another time", inboxview.PostponeForm{For: "other", Until: "2026-11-25T14:30"}, now, time.Date(2026, 11, 25, 17, 30, 0, 0, time.UTC), ""},
		{"the past", inboxview.PostponeForm{For: "other", Until: "2026-11-23T09:59"}, now, time.Time{}, "Escolha um momento que ainda não passou."},
		{"too far", inboxview.PostponeForm{For: "other", Until: "2026-12-24T14:30"}, now, time.Time{}, "O limite é de 30 dias."},
		{"nothing", inboxview.PostponeForm{For: "other"}, now, time.Time{}, "Informe a data e a hora."},
		{"an unknown choice", inboxview.PostponeForm{For: "99y", Until: "2026-11-25T14:30"}, now, time.Time{}, "Informe a data e a hora."},
		{"a long reason", inboxview.PostponeForm{For: "1h", Reason: strings.Repeat("é", 201)}, now, time.Time{}, "O motivo pode ter até 200 caracteres."},
	} {
		got := test.form.Check(test.now, saoPaulo)
		if test.form.First() != test.bad || test.bad == "" && !got.Equal(test.want) {
			t.Errorf("%s: %v %q, want %v %q", test.name, got, test.form.First(), test.want, test.bad)
		}
	}
}

func TestDialogsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	c := conversation(nil)
	doc := draw(t, inboxview.PostponeDialog(c, inboxview.PostponeForm{Until: "2026-12-30T10:00", Reason: "férias", UntilError: "O limite é de 30 dias."}))
	if doc.Find("#until").AttrOr("value", "") != "2026-12-30T10:00" || doc.Find("#reason").AttrOr("value", "") != "férias" {
		t.Error("the date and the reason are kept")
	}
	wants(t, doc, "#until-error", "30 dias")
	doc = draw(t, inboxview.TransferDialog(c, inboxview.TransferForm{Kind: inboxview.ToSeller, Seller: "bia", Problem: "Mudou.",
		Sellers: []ui.Option{{Value: "ana", Label: "Ana", Disabled: true}, {Value: "bia", Label: "Bia"}}}))
	wants(t, doc, "[role=alert]", "Mudou.")
	if doc.Find(`select[name=seller] option[selected]`).AttrOr("value", "") != "bia" {
		t.Error("the choice is kept")
	}
	doc = draw(t, inboxview.CloseDialog(c, inboxview.CloseForm{Waiting: now.Add(-time.Hour)}))
	wants(t, doc, ".dialog-body", "Maria ainda espera uma resposta há 1 h.")
}
