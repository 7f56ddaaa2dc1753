package flowview_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"semaforo/flow"
	"semaforo/views/flowview"
)

// tried is a panel of the main flow at its first step, with an answer.
func tried(change func(*flowview.Panel)) flowview.Panel {
	f := toPlantao()
	f.Alert2, f.Clock = 15*time.Minute, flow.Always
	p := flowview.Panel{Queue: flow.TeamQueue, Kind: flow.Main, ID: "m", Step: flowview.StepAlert1, Directory: directory(), Form: flowview.FormOf(f)}
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	b := flow.Backtest{Since: now.AddDate(0, 0, -29), Until: now, Earliest: now.AddDate(0, -3, 0), Waits: 1240, Answered: 1100,
		Draft:   flow.Tried{Verdicts: flow.Verdicts{Green: 1020, Yellow: 150, Red: 50, Acted: 20}},
		Present: flow.Tried{Verdicts: flow.Verdicts{Green: 900, Yellow: 240, Red: 99, Acted: 1}},
		Bins: []flow.Bin{{To: minutes(1), N: 500}, {From: minutes(1), To: minutes(5), N: 520}, {From: minutes(5), To: minutes(15), N: 150},
			{From: minutes(15), To: minutes(25), N: 50}, {From: minutes(25), N: 20}},
		Percentiles: []flow.Percentile{{Share: 0.5, Within: 70 * time.Second}, {Share: 0.8, Within: 229 * time.Second}, {Share: 0.95, Within: 41 * time.Second}},
		Suggested:   flow.Suggestion{Alert1: minutes(4), Alert2: minutes(12), Share1: 0.829, Share2: 0.95}}
	p.Backtest = flowview.Backtest{Backtest: b, Known: true, Flow: f.Flow}
	if change != nil {
		change(&p)
	}
	return p
}

// cells are a row's, a space between them.
func cells(row *goquery.Selection) string {
	return strings.Join(row.Children().Map(func(_ int, cell *goquery.Selection) string { return words(cell) }), " ")
}

func TestBacktestInWords(t *testing.T) {
	t.Parallel()
	part := draw(t, flowview.BacktestPart(tried(nil))).Find("#flow-backtest")
	says(t, part.Find("[role=status]"), "De 1.240 esperas dos últimos 30 dias: 1.020 ficariam verdes, 150 amarelas, 50 vermelhas, 20 chegariam à ação.")
	says(t, part, "Hoje: 900 verdes, 240 amarelas, 99 vermelhas, 1 chega à ação.",
		"A diferença: 120 verdes a mais, 90 amarelas a menos, 49 vermelhas a menos, 19 ações a mais.",
		"Das 1.100 que alguém respondeu: metade em até 2 min, 80 % em até 4 min, 95 % em até 41 s.",
		"82 % das conversas são respondidas em 4 min.", "Usar 4 min")
	for i, row := range []string{"Verdes 1.020 82 % 900 73 % 120 a mais", "Amarelas 150 12 % 240 19 % 90 a menos", "Vermelhas 50 4 % 99 8 % 49 a menos",
		"Chegam à ação 20 2 % 1 menos de 1 % 19 a mais"} {
		if got := cells(part.Find(".scores").First().Find("tbody tr").Eq(i)); got != row {
			t.Errorf("row %d says %q, not %q", i, got, row)
		}
	}
	if value := part.Find("[name=use]").AttrOr("value", ""); value != "4m0s" {
		t.Errorf("the suggestion fills in %q", value)
	}
	for i, row := range []string{"até 1 min 500 40 %", "1 min a 5 min 520 82 %"} {
		if got := cells(part.Find("details tbody tr").Eq(i)); got != row {
			t.Errorf("length %d says %q, not %q", i, got, row)
		}
	}
	if got := cells(part.Find("details tbody tr").Last()); got != "mais de 25 min 20 100 %" {
		t.Errorf("the last length says %q", got)
	}
	for i, tone := range []string{"green", "green", "yellow", "red", "accent"} {
		if part.Find("details tbody tr").Eq(i).Find("th.tone-"+tone).Length() != 1 || part.Find("rect.histogram-bar").Eq(i).AttrOr("class", "") != "histogram-bar tone-"+tone {
			t.Errorf("length %d is not %s in both the table and the picture", i, tone)
		}
	}
	count(t, draw(t, flowview.BacktestPart(tried(nil))), "[hx-trigger=load]", 0)
}

func TestBacktestOfFewAndOfNone(t *testing.T) {
	t.Parallel()
	one := tried(func(p *flowview.Panel) {
		p.Backtest.Waits, p.Backtest.Answered, p.Backtest.Of, p.Backtest.Flow.Action = 1, 1, "team:v", flow.Action{Type: flow.ActionNone}
		p.Backtest.Draft, p.Backtest.Present = flow.Tried{Verdicts: flow.Verdicts{Yellow: 1}}, flow.Tried{Verdicts: flow.Verdicts{Yellow: 1}}
		p.Form.Period, p.Backtest.Suggested = "other", flow.Suggestion{}
	})
	part := draw(t, flowview.BacktestPart(one))
	says(t, part.Selection, "De 1 espera em Vendas desde 25/10/2026: nenhuma ficaria verde, 1 amarela, nenhuma vermelha.", "Hoje: nenhuma verde, 1 amarela, nenhuma vermelha. Nada muda.",
		"Só 1 delas foi respondida por alguém: é pouco para sugerir tempos. A partir de 20, sim.")
	count(t, part, "[name=use]", 0)
	count(t, part, ".scores tbody tr:contains('ação')", 0)

	none := tried(func(p *flowview.Panel) { p.Backtest.Backtest = flow.Backtest{Earliest: now.AddDate(0, -2, 0)} })
	says(t, draw(t, flowview.BacktestPart(none)).Selection, "Nenhuma espera dos últimos 30 dias", "terminou em 23/09/2026")
	never := tried(func(p *flowview.Panel) { p.Backtest.Backtest = flow.Backtest{} })
	empty := draw(t, flowview.BacktestPart(never))
	says(t, empty.Selection, "Ainda não há esperas para testar", "Importar o histórico")
	if href := empty.Find("a#flow-import").AttrOr("href", ""); href != "/configuracoes/importar-historico" {
		t.Errorf("the import is at %q", href)
	}
}

// A part that does not know yet asks by itself; what cannot be tried says why.
func TestBacktestBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	loading := draw(t, flowview.BacktestPart(tried(func(p *flowview.Panel) { p.Backtest = flowview.Backtest{} }))).Find("#flow-backtest")
	says(t, loading.Find("[role=status]"), "Carregando…")
	if loading.Find("[hx-trigger=load]").Length() != 1 {
		t.Error("it does not ask by itself")
	}
	refused := draw(t, flowview.BacktestPart(tried(func(p *flowview.Panel) { p.Backtest = flowview.Backtest{Problem: "2º alerta: Preencha este campo."} })))
	says(t, refused.Selection, "Ainda não dá para testar estes tempos", "2º alerta: Preencha este campo.")
}

func TestBacktestSaysWhatIsEstimated(t *testing.T) {
	t.Parallel()
	p := tried(func(p *flowview.Panel) {
		p.Backtest.Draft.Cut = flow.Cut{Verdicts: flow.Verdicts{Green: 900, Red: 50}, Replayed: 200}
		p.Backtest.After = flow.Aftermath{Of: 20, Replayed: 20, Green: 12, Again: 1, Open: 7}
		p.Backtest.InForce, p.Backtest.Imported, p.Backtest.Behind = []string{"fluxo principal", "fluxo Noite"}, 3, true
	})
	part := draw(t, flowview.BacktestPart(p)).Selection
	says(t, part, "De 1.240 esperas dos últimos 30 dias: cerca de 1.020 ficariam verdes, 150 amarelas, cerca de 50 vermelhas",
		"Uma parte é estimativa", "Estimativa: 200 de 950 esperas repassadas pelo motor.", "1.020 82 %, 900 por estimativa",
		"E depois da ação? (estimativa)", "Estimativa: 20 de 20 esperas repassadas pelo motor.", "12 seriam respondidas no prazo onde chegaram (60 %)",
		"1 passaria ainda por outra ação (5 %)", "Hoje valem para estas esperas: fluxo principal e fluxo Noite.", "3 esperas vêm do histórico importado.",
		"Ainda há esperas sendo somadas")
}

// A suggestion is for the step one is at, and never makes a flow that could not be saved.
func TestSuggestionsFitTheStep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step           flowview.Step
		first, second  string
		button, phrase string
	}{
		"the 1st":                {flowview.StepAlert1, "5", "15", "Usar 4 min", "82 % das conversas"},
		"the 1st is it already":  {flowview.StepAlert1, "4", "15", "", "É o que está no 1º alerta."},
		"the 1st, with the 2nd":  {flowview.StepAlert1, "1", "3", "Usar 4 min, e 12 min no 2º alerta", "82 %"},
		"the 2nd":                {flowview.StepAlert2, "5", "15", "Usar 12 min", "95 % das conversas são respondidas em 12 min."},
		"the 2nd is it already":  {flowview.StepAlert2, "5", "12", "", "É o que está no 2º alerta."},
		"the 2nd before the 1st": {flowview.StepAlert2, "20", "30", "", "Vem antes do seu 1º alerta, que é aos 20 min."},
		"the action":             {flowview.StepAction, "5", "15", "", ""},
	} {
		p := tried(func(p *flowview.Panel) { p.Step, p.Form.Alert1, p.Form.Alert2 = c.step, c.first, c.second })
		part := draw(t, flowview.BacktestPart(p))
		if got := words(part.Find("[name=use]")); got != c.button {
			t.Errorf("%s offers %q, not %q", name, got, c.button)
		}
		says(t, part.Selection, c.phrase)
	}
	form := flowview.FlowForm{Use: "4m0s 1h0m0s", Alert1: "9", Alert2: "9"}
	if !form.Fill(flowview.StepAlert1) {
		t.Fatal("refused")
	}
	if diff := cmp.Diff([]string{"4", "minutes", "1", "hours"}, []string{form.Alert1, form.Alert1Unit, form.Alert2, form.Alert2Unit}); diff != "" {
		t.Error(diff)
	}
	for _, use := range []string{"", "4", "-4m", "x", "4m 5m 6m"} {
		if form := (flowview.FlowForm{Use: use}); form.Fill(flowview.StepAlert1) {
			t.Errorf("%q is filled in", use)
		}
	}
}

// Whom one can look at are those whom the flow would apply to.
func TestBacktestOffersWhomTheFlowIsFor(t *testing.T) {
	t.Parallel()
	offered := func(p flowview.Panel) string { return words(draw(t, flowview.FlowPanel(p)).Find("[name=of]")) }
	if got := offered(tried(func(p *flowview.Panel) { p.Taken = map[string]string{"s": "Noite"} })); got != "Todos os times Plantão Vendas" {
		t.Errorf("the main flow: %q", got)
	}
	alternative := tried(func(p *flowview.Panel) { p.Kind, p.Form.Targets = flow.Alternative, []string{"s", "v"} })
	if got := offered(alternative); got != "Todos os times Suporte Vendas" {
		t.Errorf("an alternative one: %q", got)
	}
	alternative.Form.Targets = alternative.Form.Targets[:1]
	if got := offered(alternative); got != "" {
		t.Errorf("of one alone there is nothing to choose: %q", got)
	}
	seller := tried(func(p *flowview.Panel) { p.Queue = flow.SellerQueue })
	if got := offered(seller); got != "Todos os vendedores Ana Bia Plantão Suporte Vendas" {
		t.Errorf("the sellers' queue: %q", got)
	}
}
