package flowview_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

var now = time.Date(2026, time.November, 23, 13, 0, 0, 0, time.UTC)

func draw(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	loc, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Render(ui.WithClock(context.Background(), now, loc), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// words are an element's, spaces put together.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func says(t *testing.T, s *goquery.Selection, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(words(s), text) {
			t.Errorf("%q does not say %q", words(s), text)
		}
	}
}

func count(t *testing.T, d *goquery.Document, selector string, want int) {
	t.Helper()
	if got := d.Find(selector).Length(); got != want {
		t.Errorf("%d of %s, want %d", got, selector, want)
	}
}

func directory() flowview.Directory {
	return flowview.Directory{
		Teams:    []flowview.Entry{{ID: "p", Name: "Plantão"}, {ID: "s", Name: "Suporte"}, {ID: "v", Name: "Vendas"}, {ID: "x", Name: "Antigo", Gone: true}},
		Sellers:  []flowview.Entry{{ID: "ana", Name: "Ana"}, {ID: "bia", Name: "Bia"}},
		Channels: []flowview.Entry{{ID: "chat", Name: "chat"}},
	}
}

func toPlantao() flowview.Flow {
	return flowview.Flow{Version: 3, Flow: flow.Flow{ID: "m", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: 5 * time.Minute,
		Alert2: 91 * time.Minute, Clock: flow.BusinessHours, Active: true,
		Action: flow.Action{Type: flow.TransferTeam, Team: "p", Delay: 10 * time.Minute}}}
}

func night(id, name string, targets ...string) flowview.Flow {
	f := flowview.Flow{Name: name, Version: 2, Flow: flowview.Default(flow.TeamQueue).Flow}
	f.ID, f.Kind, f.Targets = id, flow.Alternative, targets
	return f
}

func TestTimesAreExact(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		30 * time.Minute: "30 min", 91 * time.Minute: "1 h 31 min", 90 * time.Second: "1 min 30 s", time.Hour: "1 h",
		72 * time.Hour: "72 h", 7 * 24 * time.Hour: "7 dias", 100 * time.Hour: "4 dias 4 h", 1500 * time.Millisecond: "1,5 s",
	} {
		if got := flowview.Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for _, number := range []string{"", "-1", "1e9", "5,5", "5.5", " 5", "+5", "99999999999", "1_0"} {
		if d, ok := flowview.Quantity(number, "minutes"); ok {
			t.Errorf("%q is taken for %v", number, d)
		}
	}
	for _, d := range []time.Duration{time.Minute, 90 * time.Second, 90 * time.Minute, 2 * time.Hour, 720 * time.Hour} {
		f := toPlantao()
		f.Alert1 = d
		form := flowview.FormOf(f)
		if got, ok := flowview.Quantity(form.Alert1, form.Alert1Unit); !ok || got != d {
			t.Errorf("%v comes back as %v from %s %s", d, got, form.Alert1, form.Alert1Unit)
		}
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	main := toPlantao()
	off := toPlantao()
	off.Active = false
	d := draw(t, flowview.OverviewPage(flowview.Overview{CanEdit: true, Directory: directory(), Queues: []flowview.QueueCard{
		{Queue: flow.TeamQueue, Main: &main, Alternatives: 2, Warnings: 1, Green: 4, Yellow: 2, Red: 1},
		{Queue: flow.SellerQueue, Main: &off, Alternatives: 1},
		{Queue: flow.WaitingQueue},
	}}))
	says(t, d.Find("#queue-team"), "Fila do time", "até 5 min", "até 1 h 31 min", "Transferir para Plantão 10 min depois do 2º alerta",
		"2 fluxos alternativos", "4 No prazo", "2 1º alerta", "1 2º alerta", "1 fluxo precisa de atenção")
	says(t, d.Find("#queue-seller"), "Fluxo principal desativado: valem as cores padrão", "até 15 min", "Nenhuma ação continua vermelha", "1 fluxo alternativo")
	says(t, d.Find("#queue-waiting"), "Não configurado: valem as cores padrão", "“Aguardando”", "Nenhum fluxo alternativo")
	if href := d.Find("#queue-team .card-footer a").AttrOr("href", ""); href != "/automacoes/inatividade/time" {
		t.Errorf("CONFIGURAÇÃO leads to %q", href)
	}
	count(t, d, "#queues[data-live]", 1)
}

func TestQueueNotConfigured(t *testing.T) {
	t.Parallel()
	d := draw(t, flowview.QueuePage(flowview.Queue{Queue: flow.TeamQueue, Directory: directory(), CanEdit: true}))
	count(t, d, "#main-flow .step-unset a[href]", 3)
	says(t, d.Find("#main-flow"), "Não configurado", "Padrão: 5 min", "Padrão: 15 min", "Padrão: nenhuma ação", "Aplicado a todos os times")
	count(t, d, "#main-active", 0)
	says(t, d.Find("#alternatives"), "Nenhum fluxo alternativo", "+ Criar")
	if href := d.Find("a#create").AttrOr("href", ""); href != "/automacoes/inatividade/time/alternativos/novo" {
		t.Errorf("CRIAR leads to %q", href)
	}
}

func TestQueueConfigured(t *testing.T) {
	t.Parallel()
	main, off := toPlantao(), night("b", "Folga", "v")
	off.Active = false
	main.Warnings = []string{"O time de destino foi arquivado."}
	p := flowview.Queue{Queue: flow.TeamQueue, Main: &main, Alternatives: []flowview.Flow{night("a", "Noite", "p"), off},
		Directory: directory(), CanEdit: true}
	d := draw(t, flowview.QueuePage(p))
	var hrefs []string
	d.Find("#main-flow .step a").Each(func(_ int, s *goquery.Selection) { hrefs = append(hrefs, s.AttrOr("href", "")) })
	base := "/automacoes/inatividade/time/principal?step="
	if want := []string{base + "alert1", base + "alert2", base + "action"}; !slices.Equal(hrefs, want) {
		t.Errorf("the steps lead to %v", hrefs)
	}
	says(t, d.Find("#main-flow"), "1º alerta 5 min", "2º alerta 1 h 31 min", "Transferir para Plantão", "10 min depois do 2º alerta",
		"Conta só o horário de atendimento", "O time de destino foi arquivado.", "Aplicado a todos os times, exceto Plantão")
	if words(d.Find("#main-flow")) != "" && strings.Contains(words(d.Find("#main-flow")), "exceto Plantão e Vendas") {
		t.Error("an inactive flow makes an exception")
	}
	says(t, d.Find("#flow-b"), "Desativado: para Vendas vale o fluxo principal")
	says(t, d.Find("#flow-a .chips"), "Plantão")
	for id, checked := range map[string]string{"active-a": "true", "active-b": "false", "main-active": "true"} {
		s := d.Find("#" + id)
		if s.AttrOr("role", "") != "switch" || s.AttrOr("aria-checked", "") != checked {
			t.Errorf("%s is not a switch that is %s", id, checked)
		}
	}
	if v := d.Find("#active-a").Closest("form").Find("input[name=version]").AttrOr("value", ""); v != "2" {
		t.Errorf("the switch is of version %q", v)
	}
	count(t, d, "#delete-a[href], #edit-a[href]", 2)
}

func TestCreateSaysWhyNot(t *testing.T) {
	t.Parallel()
	p := flowview.Queue{Queue: flow.TeamQueue, Directory: directory(), CanEdit: true}
	p.Alternatives = []flowview.Flow{night("a", "Noite", "p", "s", "v")}
	d := draw(t, flowview.Flows(p))
	count(t, d, "a#create", 0)
	says(t, d.Find("#alternatives"), "Todos os times já têm um fluxo alternativo.")
	p.Alternatives = nil
	for i := range flow.MaxAlternatives {
		p.Teams = append(p.Teams, flowview.Entry{ID: fmt.Sprint("t", i), Name: fmt.Sprint("Time ", i)})
		p.Alternatives = append(p.Alternatives, night(fmt.Sprint("f", i), fmt.Sprint("Fluxo ", i), fmt.Sprint("t", i)))
	}
	says(t, draw(t, flowview.Flows(p)).Find("#create-reason"), "Já são 20 fluxos alternativos, o máximo por fila.")
	p.Alternatives, p.Teams = nil, nil
	says(t, draw(t, flowview.Flows(p)).Find("#create-reason"), "A loja ainda não tem times.")
}

func TestReadOnlyHasNoControls(t *testing.T) {
	t.Parallel()
	main := toPlantao()
	d := draw(t, flowview.QueuePage(flowview.Queue{Queue: flow.TeamQueue, Main: &main, Directory: directory(),
		Alternatives: []flowview.Flow{night("a", "Noite", "p")}}))
	count(t, d, "form, button, #flows a:not([id^=history-])", 0)
	says(t, d.Selection, flowview.ReadOnlyWords, "Ativo", "Transferir para Plantão")
	d = draw(t, flowview.OverviewPage(flowview.Overview{Queues: []flowview.QueueCard{{Queue: flow.TeamQueue}},
		Closings: []flowview.ClosingRow{{ClosingStatus: flowview.ClosingStatus{Kind: flowview.CloseIdle, Enabled: true, After: time.Hour, Since: now}}}}))
	count(t, d, "form, button, select", 0)
	says(t, d.Selection, flowview.ReadOnlyWords, "desde hoje às 10:00", "Depois de 1 h sem interação")
}

func panel(step flowview.Step) flowview.Panel {
	return flowview.Panel{Queue: flow.TeamQueue, Kind: flow.Alternative, Step: step, Form: flowview.NewForm(flow.TeamQueue, flow.Alternative),
		Directory: directory(), Taken: map[string]string{"s": "Noite"}}
}

func TestPanelCarriesTheOtherSteps(t *testing.T) {
	t.Parallel()
	for _, step := range flowview.StepsOf(flow.Alternative) {
		p := panel(step)
		p.Form.Targets, p.Form.Name = []string{"p", "v"}, "Noite longa"
		d := draw(t, flowview.FlowPanel(p))
		for name, n := range map[string]int{"version": 1, "step": 1, "alert1": 1, "alert1_unit": 1, "alert2": 1, "name": 1} {
			count(t, d, "[name="+name+"]", n)
		}
		if step == flowview.StepExceptions {
			count(t, d, "[name=targets][checked]", 2)
		} else {
			count(t, d, "[type=hidden][name=targets]", 2)
		}
		first := d.Find("[type=submit]").First().AttrOr("value", "")
		if want := map[bool]string{true: "save", false: "next"}[step == flowview.StepExceptions]; first != want {
			t.Errorf("at %s Enter would %s", step, first)
		}
		if step != flowview.StepAlert1 && d.Find("[type=submit]").Last().AttrOr("value", "") != "back" {
			t.Errorf("at %s there is no VOLTAR", step)
		}
		count(t, d, "h2[autofocus]", 1)
	}
}

func TestPanelExceptions(t *testing.T) {
	t.Parallel()
	d := draw(t, flowview.FlowPanel(panel(flowview.StepExceptions)))
	taken := d.Find("input[value=s]")
	if _, disabled := taken.Attr("disabled"); !disabled {
		t.Error("a taken team can be chosen")
	}
	says(t, taken.Closest(".choice"), "Suporte", "Já está em Noite")
	count(t, d, "input[value=x]", 0) // archived
	count(t, d, "[data-filter]", 0)
	p := panel(flowview.StepExceptions)
	for i := range 30 {
		p.Teams = append(p.Teams, flowview.Entry{ID: fmt.Sprint("t", i), Name: fmt.Sprint("Time ", i)})
	}
	count(t, draw(t, flowview.FlowPanel(p)), "[data-filter=flow-targets]", 1)
}

func TestPanelErrorsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	p := panel(flowview.StepAction)
	p.Form.Action, p.Form.Team, p.Form.When, p.Form.Delay = "transfer_team", "x", "later", "1e9"
	p.Errors = flowview.Errors{"delay": "Informe um número inteiro.", "team": "Este time não existe mais."}
	d := draw(t, flowview.FlowPanel(p))
	says(t, d.Find("#flow-delay-error"), "Informe um número inteiro.")
	says(t, d.Find("#flow-team-error"), "Este time não existe mais.")
	if got := d.Find("#flow-delay").AttrOr("value", ""); got != "1e9" {
		t.Errorf("what was typed became %q", got)
	}
	says(t, d.Find("#flow-team option[selected]"), "Antigo — arquivado")
	count(t, d, "[autofocus]", 1)
	count(t, d, "#flow-delay[autofocus][aria-invalid=true]", 1)
}

func TestWaitingQueueOffersOnlyWhatWorks(t *testing.T) {
	t.Parallel()
	p := panel(flowview.StepAction)
	p.Queue = flow.WaitingQueue
	d := draw(t, flowview.FlowPanel(p))
	count(t, d, "[name=action]", 4)
	count(t, d, "[name=action][value=redistribute], [name=action][value=return_to_waiting]", 0)
}

func TestConflictShowsBothFieldByField(t *testing.T) {
	t.Parallel()
	theirs := toPlantao()
	p := panel(flowview.StepAction)
	p.Kind, p.Form.Version = flow.Main, "3"
	d := draw(t, flowview.FlowConflict(flowview.Conflict{Panel: p, By: "Ana", At: now.Add(-2 * time.Minute), Theirs: &theirs}))
	says(t, d.Selection, "Ana salvou este fluxo hoje às 09:58.", "Salvo por Ana")
	var rows []string
	d.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		rows = append(rows, words(row.Find("th"))+" | "+words(row.Find("td").First())+" | "+words(row.Find("td").Last()))
	})
	want := []string{"1º alerta | 5 min | 5 min", "2º alerta (diferente) | 1 h 31 min | 15 min",
		"Ação (diferente) | Transferir para Plantão | Nenhuma ação", "Quando (diferente) | 10 min depois do 2º alerta | —",
		"O tempo conta (diferente) | No horário de atendimento | Sempre"}
	if !slices.Equal(rows, want) {
		t.Errorf("the fields are %q", rows)
	}
	if v := d.Find("[name=version]").AttrOr("value", ""); v != "3" {
		t.Errorf("saving over it would replace version %q", v)
	}
	count(t, d, "#flow-reload[href='/automacoes/inatividade/time/principal']", 1)
	count(t, d, "#flow-over[value=save]", 1)
	p.Kind, p.ID = flow.Alternative, "gone"
	d = draw(t, flowview.FlowConflict(flowview.Conflict{Panel: p}))
	says(t, d.Selection, "Outra pessoa excluiu este fluxo", "Criar de novo com o que eu fiz")
	if action := d.Find("form").AttrOr("action", ""); action != flowview.NewPath(flow.TeamQueue) {
		t.Errorf("a deleted flow is saved to %q", action)
	}
}

func TestClosingRow(t *testing.T) {
	t.Parallel()
	row := flowview.ClosingRow{CanEdit: true, Form: flowview.ClosingFormOf(48*time.Hour, "Até logo!", 4),
		ClosingStatus: flowview.ClosingStatus{Kind: flowview.CloseCustomer, Enabled: true, After: 48 * time.Hour, Since: now.Add(-26 * time.Hour),
			Exempt: 12, Shown: "4", Version: "4"}}
	d := draw(t, flowview.Setting(row))
	says(t, d.Selection, "Encerrar quando o cliente não responde", "desde ontem às 08:00, depois de 48 h",
		"12 conversas abertas ficam de fora porque começaram antes.")
	says(t, d.Find("option[selected]").First(), "48 h")
	says(t, d.Find("textarea"), "Até logo!")
	if first := d.Find("[type=submit]").First(); first.AttrOr("role", "") == "switch" {
		t.Error("Enter would throw the switch")
	}
	if s := d.Find("[role=switch]"); s.AttrOr("name", "") != "enabled" || s.AttrOr("value", "") != "false" {
		t.Error("the switch would not turn it off")
	}
	row.Shown, row.By = "3", "Bia"
	says(t, draw(t, flowview.Status(row.ClosingStatus)).Selection, "Bia mudou esta configuração enquanto a página estava aberta.")
	other := flowview.ClosingFormOf(90*time.Minute, "", 0)
	if d, ok := other.Duration(); other.Preset != ui.OtherValue || !ok || d != 90*time.Minute {
		t.Errorf("90 minutes are %+v", other)
	}
}
