package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

const try = team + "/principal/teste"

// waited puts waits into the store's past that somebody answered: each so many
// minutes long, all ended so many days ago.
func (o *office) waited(daysAgo int, holder flow.Stay, minutes ...int) {
	o.t.Helper()
	end := o.now.AddDate(0, 0, -daysAgo)
	err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		for _, n := range minutes {
			s := holder
			s.Conversation, s.End, s.Outcome, s.Level = db.NewID(), end, flow.Answered, flow.Green
			s.Start = end.Add(-time.Duration(n) * time.Minute)
			s.Wait, s.By = s.Start, o.ana.Seller
			if err := tx.InsertStay(context.Background(), db.Stay{Stay: s, Store: o.shop.ID, Seq: 2, Imported: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) inVendas() flow.Stay { return flow.Stay{Queue: flow.TeamQueue, Team: o.vendas.ID} }
func (o *office) inPlantao() flow.Stay {
	return flow.Stay{Queue: flow.TeamQueue, Team: o.plant.ID}
}

// minutes are so many waits of so many minutes each.
func minutes(pairs ...int) []int {
	var all []int
	for i := 0; i < len(pairs); i += 2 {
		for range pairs[i] {
			all = append(all, pairs[i+1])
		}
	}
	return all
}

// What the flow would have made of the waits, beside what is in force, in exact words;
// nothing is saved by looking, and nothing recorded.
func TestBacktestSaysWhatWouldHaveBeen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waited(3, o.inVendas(), minutes(20, 2, 6, 8, 4, 20)...)
	o.waited(40, o.inVendas(), minutes(10, 3)...)
	o.waited(3, flow.Stay{Queue: flow.SellerQueue, Seller: o.ana.Seller}, 1, 1)

	alone := []string{"action", "none", "team", ""}
	same := o.ask(o.ana, try, o.typed(alone...), true)
	same.says(t, "#flow-would", "De 30 esperas dos últimos 30 dias: 20 ficariam verdes, 6 amarelas, 4 vermelhas.")
	same.says(t, "#flow-backtest", "Hoje: 20 verdes, 6 amarelas, 4 vermelhas. Nada muda.",
		"Das 30 que alguém respondeu: metade em até 2 min, 80 % em até 8 min, 90 % em até 20 min, 95 % em até 20 min.",
		"30 esperas vêm do histórico importado.")
	if same.Code != 200 || same.page.Find("form, .panel-head").Length() > 0 {
		t.Errorf("a part is asked for: %d", same.Code)
	}
	acting := o.ask(o.ana, try, o.typed("alert1", "1", "alert2", "10", "when", "later", "delay", "5"), true)
	acting.says(t, "#flow-would", "De 30 esperas dos últimos 30 dias: nenhuma ficaria verde, 26 amarelas, nenhuma vermelha, 4 chegariam à ação.")
	acting.says(t, "#flow-backtest", "A diferença: 20 verdes a menos, 20 amarelas a mais, 4 vermelhas a menos, 4 ações a mais.",
		"E depois da ação? (estimativa)", "Estimativa: 4 de 4 esperas repassadas pelo motor.")
	o.ask(o.ana, try, o.typed(append(alone, "period", "90")...), true).says(t, "#flow-would", "De 40 esperas dos últimos 90 dias: 30 ficariam verdes")
	o.ask(o.ana, try, o.typed(append(alone, "period", "other", "since", "2026-10-01")...), true).says(t, "#flow-would", "De 40 esperas desde 01/10/2026")
	if n := len(o.flows(flow.TeamQueue)); n != 0 || len(o.trail("")) != 0 {
		t.Errorf("a look saved %d flows, or was recorded", n)
	}
}

// What cannot be tried is refused in words, and so is a period that is none. A team of
// another store is one that does not exist.
func TestBacktestRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waited(3, o.inVendas(), minutes(30, 2)...)
	theirs := dbtest.Store(t, o.shop.DB, "outra").Team("Vendas")
	const gone = "Quem você escolheu não existe mais. Escolha de novo."
	for says, changed := range map[string][]string{
		"1º alerta: Preencha este campo.":                                    {"alert1", " "},
		"1º alerta: Informe um número inteiro, sem vírgula, ponto ou sinal.": {"alert1", "1,5"},
		"2º alerta: O 2º alerta precisa vir depois do 1º, que é aos 20 min.": {"alert1", "20"},
		"Quanto tempo depois: Preencha este campo.":                          {"when", "later"},
		"Time: Preencha este campo.":                                         {"team", ""},
		"Time: Este time não existe mais. Escolha outro.":                    {"team", theirs.ID},
		"Escolha uma das opções.":                                            {"period", "31"},
		"Informe desde que dia, como 01/09/2026.":                            {"period", "other"},
		"Informe desde que dia":                                              {"period", "other", "since", "ontem"},
		"Escolha um dia que já começou.":                                     {"period", "other", "since", "2026-11-24"},
		gone:                                                                 {"of", "team:" + theirs.ID},
		"existe mais":                                                        {"of", "team:" + db.NewID()},
		"Quem você escolheu não existe":                                      {"of", "seller:" + o.ana.Seller},
		"Quem você escolheu":                                                 {"of", "nada"},
	} {
		refused := o.ask(o.ana, try, o.typed(changed...), true)
		if refused.Code != 422 || refused.page.Find("#flow-would").Length() != 0 {
			t.Errorf("%v: %d", changed, refused.Code)
		}
		refused.says(t, "#flow-backtest", says)
	}
	o.ask(o.ana, try, o.typed("step", "alert1", "alert1", "20"), true).says(t, "#flow-backtest", "que é aos 20 min. Ele se acerta na próxima etapa.")
	empty := o.ask(o.ana, try, o.typed("step", "alert1", "alert1", ""), true)
	empty.says(t, "#flow-backtest", "De 30 esperas dos últimos 30 dias, hoje: 30 verdes, nenhuma amarela, nenhuma vermelha.", "1º alerta hoje 5 min", "Usar 2 min")
	if empty.page.Find(".scores").Length() > 0 {
		t.Error("what is no flow is compared with today's")
	}
	unknown := o.ask(o.ana, try, o.typed("of", "team:"+db.NewID()), true)
	if others := o.ask(o.ana, try, o.typed("of", "team:"+theirs.ID), true); others.Body.String() != unknown.Body.String() {
		t.Error("a team of another store is not told like one that does not exist")
	}
	for _, address := range []string{"/alternativos/" + db.NewID() + "/teste", "/alternativos/nada/teste"} {
		if missing := o.ask(o.ana, team+address, o.alternative("Noite", o.vendas.ID), true); missing.Code != 404 {
			t.Errorf("%s: %d", address, missing.Code)
		}
	}
}

// The waits can be narrowed to one of those whom the flow is for, and an alternative
// flow is tried on its exceptions.
func TestBacktestOfSome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waited(3, o.inVendas(), minutes(3, 2)...)
	o.waited(3, o.inPlantao(), minutes(2, 30)...)
	ask := func(path string, form url.Values) string {
		return strings.Join(strings.Fields(o.ask(o.ana, path, form, true).page.Find("#flow-would").Text()), " ")
	}
	none := []string{"action", "none", "team", ""}
	for want, got := range map[string]string{
		"De 5 esperas dos últimos 30 dias: 3 ficariam verdes, nenhuma amarela, 2 vermelhas.":                ask(try, o.typed(none...)),
		"De 3 esperas em Vendas dos últimos 30 dias: 3 ficariam verdes, nenhuma amarela, nenhuma vermelha.": ask(try, o.typed(append(none, "of", "team:"+o.vendas.ID)...)),
		"De 2 esperas dos últimos 30 dias: nenhuma ficaria verde, nenhuma amarela, nenhuma vermelha, 2 chegariam à ação.": ask(team+"/alternativos/novo/teste",
			o.alternative("Noite", o.plant.ID)),
		"De 5 esperas dos últimos 30 dias: 3 ficariam verdes, nenhuma amarela, nenhuma vermelha, 2 chegariam à ação.": ask(team+"/alternativos/novo/teste",
			o.alternative("")),
	} {
		if got != want {
			t.Errorf("says %q, not %q", got, want)
		}
	}
	o.ask(o.ana, team+"/alternativos/novo/teste", o.alternative(""), true).says(t, "#flow-backtest", "Ainda sem exceções: são as esperas de todos os times a quem este fluxo poderia valer.")
	o.waited(3, flow.Stay{Queue: flow.WaitingQueue, Channel: "chat"}, 1, 9)
	o.shop.Channel("chat", db.ChannelChat)
	waiting := strings.Replace(try, "/time/", "/aguardando/", 1)
	if got := ask(waiting, o.typed(append(none, "of", "channel:chat")...)); got != "De 2 esperas no canal chat dos últimos 30 dias: 1 ficaria verde, 1 amarela, nenhuma vermelha." {
		t.Errorf("of a channel: %q", got)
	}
	o.waited(3, flow.Stay{Queue: flow.SellerQueue, Seller: o.ana.Seller, Team: o.vendas.ID}, 1)
	selling := strings.Replace(try, "/time/", "/vendedor/", 1)
	if got := ask(selling, o.typed(append(none, "of", "team:"+o.vendas.ID)...)); got != "De 1 espera vinda de Vendas dos últimos 30 dias: 1 ficaria verde, nenhuma amarela, nenhuma vermelha." {
		t.Errorf("of who came from a team: %q", got)
	}
}

// A store without a past is told so, and where to get one; and so is a period
// without any.
func TestBacktestOfNoPast(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	never := o.ask(o.ana, try, o.typed(), true)
	never.says(t, "#flow-backtest", "Ainda não há esperas para testar", "Importar o histórico")
	if href := never.page.Find("#flow-import").AttrOr("href", ""); never.Code != 200 || href != "/configuracoes/importar-historico" {
		t.Errorf("%d, and the import is at %q", never.Code, href)
	}
	o.waited(20, o.inVendas(), 2)
	o.ask(o.ana, try, o.typed("period", "7"), true).says(t, "#flow-backtest", "Nenhuma espera dos últimos 7 dias", "terminou em 03/11/2026")
	o.ask(o.ana, try, o.typed(), true).says(t, "#flow-backtest", "Só 1 delas foi respondida por alguém: é pouco para sugerir tempos.")
}

// A suggestion fills its step's input in, with or without scripts, and saves nothing.
func TestBacktestFillsASuggestionIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waited(3, o.inVendas(), minutes(24, 2, 4, 4, 2, 25)...)
	at := func(step string, pairs ...string) url.Values {
		return o.typed(append([]string{"step", step, "go", ""}, pairs...)...)
	}
	use := o.ask(o.ana, try, at("alert1"), true).page.Find("[name=use]").AttrOr("value", "")
	filled := o.ask(o.ana, team+"/principal", at("alert1", "use", use), true)
	if filled.Code != 200 || filled.value("alert1") != "2" || filled.value("alert2") != "15" {
		t.Fatalf("%q fills in %q and %q (%d)", use, filled.value("alert1"), filled.value("alert2"), filled.Code)
	}
	if focused := filled.page.Find("[autofocus]"); focused.Length() != 1 || focused.AttrOr("name", "") != "alert1" {
		t.Errorf("the focus goes to %s", focused.AttrOr("id", "nothing"))
	}
	filled.says(t, "#flow-would", "De 30 esperas")
	filled.says(t, "#flow-backtest", "80 % das conversas são respondidas em 2 min. É o que está no 1º alerta.")
	page := o.ask(o.ana, team+"/principal", at("alert2", "use", "5m0s"), false)
	if page.value("alert2") != "5" || page.page.Find("#panel").Length() != 1 {
		t.Errorf("without scripts: %q", page.value("alert2"))
	}
	for _, wrong := range []string{"logo", "0s", "5m 6m 7m"} {
		if refused := o.ask(o.ana, team+"/principal", at("alert1", "use", wrong), true); refused.Code != 400 {
			t.Errorf("%q is filled in: %d", wrong, refused.Code)
		}
	}
	if n := len(o.flows(flow.TeamQueue)); n != 0 {
		t.Errorf("%d flows are saved", n)
	}
}

// Without scripts a button computes it: the panel comes back with what was typed.
func TestBacktestWithoutScripts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.waited(3, o.inVendas(), minutes(20, 2, 6, 8, 4, 20)...)
	panel := o.ask(o.ana, team+"/principal", nil, false)
	if action := panel.page.Find(".no-js #flow-try").AttrOr("formaction", ""); action != try {
		t.Fatalf("CALCULAR asks %q", action)
	}
	page := o.ask(o.ana, try, o.typed("step", "alert2", "alert2", "9", "period", "90", "action", "none", "team", ""), false)
	page.says(t, "#panel #flow-would", "De 30 esperas dos últimos 90 dias: 20 ficariam verdes, 6 amarelas, 4 vermelhas.")
	if page.value("alert2") != "9" || page.page.Find("[name=period] option[selected]").AttrOr("value", "") != "90" {
		t.Error("what was typed is lost")
	}
	if focused := page.page.Find("#panel [autofocus]"); focused.Length() != 1 || focused.AttrOr("id", "") != "flow-would" {
		t.Errorf("the focus goes to %q", focused.Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("id", "?") }))
	}
	refused := o.ask(o.ana, try, o.typed("step", "alert1", "alert1", "", "period", "other"), false)
	if refused.Code != 422 || refused.page.Find("#flow-since[aria-invalid]").Length() != 1 {
		t.Errorf("a period that is none is not marked: %d", refused.Code)
	}
	refused.says(t, "#flow-since-error", "Informe desde que dia")
}

// However long the past, an answer takes the same statements.
func TestBacktestCostsTheSameHoweverLongThePast(t *testing.T) {
	t.Parallel()
	cost := func(days int) int64 {
		o := newOffice(t)
		for day := range days {
			o.waited(day, o.inVendas(), 2, 9, 20)
		}
		ctx, statements := db.CountStatements(context.Background())
		form := o.typed("action", "none", "team", "", "period", "90").Encode()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, try, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		if answer := o.send(o.ana, r); answer.Code != 200 || answer.Body.Len() > 40<<10 {
			t.Fatalf("%d, %d kB", answer.Code, answer.Body.Len()>>10)
		}
		return statements.Load()
	}
	if few, many := cost(2), cost(80); many != few || many > 22 {
		t.Errorf("%d statements of two days, %d of eighty", few, many)
	}
}
