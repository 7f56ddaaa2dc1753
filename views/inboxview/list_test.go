package inboxview_test

import (
	"strings"
	"testing"
	"time"

	"semaforo/flow"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

func TestRowsSayColourWaitAndWhatComes(t *testing.T) {
	t.Parallel()
	postponed := waiting("c4", flow.LevelNone, time.Hour)
	postponed.PostponedUntil, postponed.Seller = now.Add(4*time.Hour+30*time.Minute), "ana"
	answered := flow.Conversation{ID: "c5", Status: flow.Open, LastAt: now.Add(-2 * time.Hour), LastFrom: flow.FromSeller, Seller: "ana"}
	closed := flow.Conversation{ID: "c6", Status: flow.Closed, LastAt: now.Add(-3 * time.Hour), ClosedAt: now.Add(-time.Hour)}
	team := waiting("c2", flow.Yellow, 7*time.Minute)
	team.Team = "vendas"
	seller := waiting("c3", flow.Green, 30*time.Second)
	seller.Seller, seller.Team = "ana", "vendas"
	list := inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabAll, Team: "vendas"}, SeesAll: true, Rows: []inboxview.Row{
		{Conversation: waiting("c1", flow.Red, 39*time.Minute), Contact: "Maria", ChannelName: "WhatsApp", LastText: "Oi", LastFrom: "customer",
			NextType: flow.ActionTaken, NextAt: now.Add(6 * time.Minute)},
		{Conversation: team, Contact: "João", TeamName: "Vendas", D2: now.Add(8 * time.Minute), LastText: "Olá", LastFrom: "bot"},
		{Conversation: seller, TeamName: "Vendas", SellerName: "Ana", D1: now.Add(4*time.Minute + 30*time.Second), LastText: "Certo", LastFrom: "seller"},
		{Conversation: postponed, Contact: "Bento", SellerName: "Ana", Mine: true, LastText: "Até já", LastFrom: "seller"},
		{Conversation: answered, Contact: "Célia", SellerName: "Ana", NextType: flow.AutoClosed, NextAt: now.Add(3 * time.Hour)},
		{Conversation: closed, Contact: "Davi", SetAside: true},
	}}
	doc := draw(t, inboxview.ListPart(list))
	for id, want := range map[string][]string{
		"c1": {"2º alerta", "Maria", "Oi", "WhatsApp", "Aguardando", "espera há 39 min", "ação em 6 min"},
		"c2": {"1º alerta", "Bot:", "Vendas", "espera há 7 min", "muda para vermelho em 8 min"},
		"c3": {"No prazo", "Cliente sem nome", "Equipe:", "Ana · Vendas", "espera há menos de 1 min", "muda para amarelo em 5 min"},
		"c4": {"Adiada até 14:30", "Você:", "espera há 1 h", "volta em 4 h 30 min"},
		"c5": {"Respondida", "Sem mensagens", "há 2 h", "encerra em 3 h"},
		"c6": {"Finalizada", "finalizada há 1 h", "não pôde ser processada"},
	} {
		for _, text := range want {
			wants(t, doc, "#row-"+id, text)
		}
	}
	if href := doc.Find("#row-c1-link").AttrOr("href", ""); href != "/conversas/c1?tab=all&team=vendas" {
		t.Errorf("a row leads to %q, which forgets the way back", href)
	}
	// T96: a timer's ticking is not announced, and its exact time is there to read.
	timer := doc.Find("#row-c1 time").First()
	if timer.AttrOr("role", "") != "timer" || !strings.Contains(timer.AttrOr("title", ""), "23/11/2026 às 09:21") {
		t.Errorf("the wait is not a timer with its exact time: %q %q", timer.AttrOr("role", ""), timer.AttrOr("title", ""))
	}
	if part := doc.Find("#inbox"); part.AttrOr("hx-get", "") != list.Filter.URL() || part.AttrOr("hx-nonce", "") != "nonce" ||
		!strings.Contains(part.AttrOr("hx-trigger", ""), "list from:body") {
		t.Error("the list does not fetch itself from its own address when the stream says so")
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	doc := draw(t, inboxview.ListPage(inboxview.List{
		Filter: inboxview.Filter{Tab: inboxview.TabTeams, Colour: inboxview.ColourRed},
		Tabs:   map[string]int{inboxview.TabMine: 3, inboxview.TabTeams: 1234, inboxview.TabAll: 9}, Red: 7, Yellow: 2,
	}))
	wants(t, doc, "#tab-mine", "Minhas 3")
	wants(t, doc, "#tab-teams[aria-current=page]", "Dos meus times 1.234")
	wants(t, doc, "#count-red[aria-current=true]", "7 2º alerta")
}

func TestTabsCountersAndFilters(t *testing.T) {
	t.Parallel()
	list := inboxview.List{
		Filter: inboxview.Filter{Tab: inboxview.TabTeams, Colour: inboxview.ColourRed, Seller: "ana", Search: "sofá"},
		Tabs:   map[string]int{inboxview.TabMine: 3, inboxview.TabTeams: 1234, inboxview.TabAll: 9}, Red: 7, Yellow: 2,
		Sellers: []ui.Option{{Value: "ana", Label: "Ana"}}, Newer: "novos", Older: "velhos",
		Rows: []inboxview.Row{{Conversation: waiting("c1", flow.Red, time.Hour)}},
	}
	doc := draw(t, inboxview.ListPage(list))
	// Nobody counts what a search finds: no number is better than another list's.
	lacks(t, doc, ".tabs .count")
	lacks(t, doc, ".counter-number")
	lacks(t, doc, "#tab-closed .count")
	lacks(t, doc, "#tab-all")
	if href := doc.Find("#tab-waiting").AttrOr("href", ""); href != "/conversas?q=sof%C3%A1&seller=ana&tab=waiting" {
		t.Errorf("another tab keeps the filters but the colour: %q", href)
	}
	wants(t, doc, "#count-red[aria-current=true]", "2º alerta")
	if href := doc.Find("#count-red").AttrOr("href", ""); strings.Contains(href, "color=") {
		t.Errorf("a colour that is on is taken off: %q", href)
	}
	if href := doc.Find("#count-yellow").AttrOr("href", ""); !strings.Contains(href, "color=yellow") {
		t.Errorf("a colour that is off is put on: %q", href)
	}
	wants(t, doc, ".chip", "Ana")
	if href := doc.Find(".chip-remove").AttrOr("href", ""); strings.Contains(href, "seller=") || !strings.Contains(href, "color=red") {
		t.Errorf("a chip takes off its filter alone: %q", href)
	}
	form := doc.Find(`form[role=search]`)
	if form.AttrOr("method", "") != "get" || form.Find(`input[name=seller][type=hidden]`).AttrOr("value", "") != "ana" ||
		form.Find(`input[name=q]`).AttrOr("value", "") != "sofá" {
		t.Error("the search works without scripts and keeps the other filters")
	}
	filters := doc.Find("#filters form")
	if filters.AttrOr("method", "") != "get" || filters.Find(`select[name=seller] option[selected]`).AttrOr("value", "") != "ana" ||
		filters.Find(`input[name=q]`).AttrOr("value", "") != "sofá" {
		t.Error("the filters work without scripts and keep the search")
	}
	if doc.Find("#pager-newer").AttrOr("href", "") == "" || !strings.Contains(doc.Find("#pager-older").AttrOr("href", ""), "after=velhos") {
		t.Error("the pages before and after are linked")
	}
}

func TestEmptyListsSayHowToFillThem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, title, link string
		list              inboxview.List
	}{
		{"mine", "Nenhuma conversa com você", "/conversas?tab=waiting", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabMine}}},
		{"no team", "Você ainda não está em um time", "", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabTeams}}},
		{"teams", "Ninguém espera nos seus times", "", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabTeams}, InTeams: true}},
		{"waiting", "Ninguém aguardando", "/chat/loja", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabWaiting}, ChatURL: "/chat/loja"}},
		{"postponed", "Nenhuma conversa adiada", "", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabPostponed}}},
		{"closed", "Nenhuma conversa finalizada", "", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabClosed}}},
		{"all", "Nenhuma conversa aberta", "/chat/loja", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabAll}, ChatURL: "/chat/loja"}},
		{"filtered", "Nada encontrado", "/conversas?tab=mine", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabMine, Colour: "red"}}},
		{"searched", "Nada encontrado", "/conversas?q=sofa&tab=any", inboxview.List{Filter: inboxview.Filter{Tab: inboxview.TabMine, Search: "sofa"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			doc := draw(t, inboxview.ListPart(test.list))
			wants(t, doc, ".state-title", test.title)
			lacks(t, doc, "[data-rows]")
			if test.link != "" && doc.Find(`.state a[href="`+test.link+`"]`).Length() == 0 {
				t.Errorf("no way to %s: %s", test.link, words(doc, ".state"))
			}
		})
	}
}

func TestAnAddressSaysNothingItMayNot(t *testing.T) {
	t.Parallel()
	f := inboxview.Filter{Tab: "all", Colour: "blue", Search: "  a" + strings.Repeat("é", 300) + "\xff ", After: "x", Before: "y"}
	got := f.Cleaned(false)
	if got.Tab != inboxview.TabMine || got.Colour != "" || got.Before != "" || len([]rune(got.Search)) != inboxview.MaxSearch {
		t.Errorf("cleaned: %+v", got)
	}
	if got := (inboxview.Filter{Tab: "closed", Colour: "red"}).Cleaned(true); got.Colour != "" {
		t.Errorf("closed conversations have no colour: %+v", got)
	}
	for all, want := range map[bool]string{true: inboxview.TabAll, false: inboxview.TabMine} {
		if got := (inboxview.Filter{}).Cleaned(all); got.Tab != want {
			t.Errorf("an address without a tab shows %s, want %s", got.Tab, want)
		}
		if got := (inboxview.Filter{Tab: "mine"}).Cleaned(all); got.Tab != inboxview.TabMine || got.URL() != "/conversas?tab=mine" {
			t.Errorf("one's own conversations: %+v at %s", got, got.URL())
		}
	}
	if got := (inboxview.Filter{Tab: "all"}).Cleaned(true); got.Tab != inboxview.TabAll {
		t.Errorf("who sees all has the tab: %+v", got)
	}
}
