package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// later is a form that schedules; the times are so long after the office's present,
// until 0 for none.
func (o *office) later(form url.Values, from, until time.Duration) url.Values {
	form.Set("effect", "later")
	form.Set("from", o.now.Add(from).Format(flowview.Local))
	form.Set("until", "")
	if until > 0 {
		form.Set("until", o.now.Add(until).Format(flowview.Local))
	}
	return form
}

func (o *office) schedules() []db.FlowSchedule {
	o.t.Helper()
	all, err := o.shop.DB.OpenSchedules(context.Background(), o.shop.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// passes lets the time pass and what is scheduled happen.
func (o *office) passes(d time.Duration) {
	o.t.Helper()
	o.now = o.now.Add(d)
	o.reconfigured(func(*db.Tx) error { return nil })
}

const hour = time.Hour

// In the last step one saves now or schedules; what is wrong stands at its field.
func TestScheduleByThePanel(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed("action", "none"))
	o.ask(o.ana, team+"/principal?step=action", nil, true).says(t, "form", "Quando começa a valer", "Ao salvar", "Programar", "A partir de", "Volta a ser como antes em")
	o.ask(o.ana, team+"/principal?step=alert1", nil, true).has(t, "input[type=hidden][name=until]")
	for words, form := range map[string]url.Values{
		"Informe o dia e a hora.":                            o.typed("effect", "later", "from", "amanhã"),
		"Informe um momento que ainda vai chegar.":           o.later(o.typed(), -hour, 0),
		"Informe um momento dentro dos próximos dois anos.":  o.later(o.typed(), 900*24*hour, 0),
		"O 2º alerta precisa vir depois do 1º, que é aos 5 ": o.later(o.typed("alert2", "5"), hour, 0),
	} {
		form.Set("version", "1")
		got := o.ask(o.ana, team+"/principal", form, true)
		if got.Code != http.StatusUnprocessableEntity || got.value("from") != form.Get("from") {
			t.Errorf("%s: %d, from %q", words, got.Code, got.value("from"))
		}
		got.says(t, "form", words)
	}
	back := o.later(o.typed("version", "1"), 2*hour, hour)
	o.ask(o.ana, team+"/principal", back, true).says(t, "#flow-until-error", "A volta precisa vir depois do começo.")

	// Without scripts too.
	plain := o.ask(o.ana, team+"/principal?step=action", nil, false)
	plain.has(t, "dialog#panel[open] input[name=effect][value=later]")
	if got := o.ask(o.ana, team+"/principal", o.typed("version", "1", "effect", "later"), false); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a date, without scripts: %d", got.Code)
	}

	// What it would do now is said, and nothing has to be confirmed.
	o.waiting(o.shop.Channel("chat", db.ChannelChat), 20, 30)
	form := o.later(o.typed("version", "1", "alert1", "2", "go", "impact"), 24*hour, 72*hour)
	o.ask(o.ana, team+"/principal", form, true).says(t, "#flow-impact", "Se valesse agora", "2 conversas são transferidas para Plantão.")
	o.ask(o.ana, team+"/principal", form, true).says(t, "#flow-save", "Programar")
	form.Set("go", "save")
	o.mustSave(o.ana, team+"/principal", form)
	if f := o.only(flow.TeamQueue); f.Version != 1 || f.Alert1 != 5*time.Minute {
		t.Errorf("the flow changed at once: %+v", f)
	}
	got := o.schedules()
	if len(got) != 1 || !got[0].Start.At.Equal(o.now.Add(24*hour)) || !got[0].Return.At.Equal(o.now.Add(72*hour)) || got[0].UpdatedBy != "Ana" {
		t.Fatalf("scheduled %+v", got)
	}
	o.ask(o.caio, team, nil, false).says(t, "#main-flow #schedule-"+got[0].ID, "Programado de amanhã às", "Por Ana: verde até 2 min", "Depois o fluxo volta a ser")
	o.ask(o.bia, team+"/principal?step=action", nil, true).says(t, "form", "Ana programou uma mudança deste fluxo para amanhã às", "ela vem por cima do que você salvar agora")
	trail := trailOf(t, o.shop, db.NounSchedule)
	if len(trail) != 1 || trail[0].Action != db.AuditCreated || trail[0].Changes[0].Field != "starts_at" || trail[0].Changes[2].Field != "alert1" {
		t.Errorf("audit: %+v", trail)
	}
	stale := o.later(o.typed("version", "0"), 100*hour, 0)
	if got := o.ask(o.bia, team+"/principal", stale, true); got.Code != http.StatusConflict || got.value("effect") != "later" {
		t.Errorf("over a flow that was saved meanwhile: %d, %q", got.Code, got.value("effect"))
	}
}

// Two schedules of one flow do not share a time; one may begin as another ends.
func TestOverlappingSchedulesAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed())
	try := func(from, until time.Duration) reply {
		return o.ask(o.bia, team+"/principal", o.later(o.typed("version", "1"), from, until), true)
	}
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "1"), 10*hour, 20*hour))
	for _, span := range [][2]time.Duration{{15, 25}, {5, 15}, {5, 25}, {12, 14}, {15, 0}, {10, 0}, {10, 20}} {
		got := try(span[0]*hour, span[1]*hour)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", span, got.Code)
		}
		got.says(t, "#flow-from-error", "Já há uma programação deste fluxo, de Ana, de hoje às", "Escolha outro período ou mude aquela.")
	}
	for _, span := range [][2]time.Duration{{20, 30}, {5, 10}, {40, 0}, {3, 0}, {41, 0}} {
		if got := try(span[0]*hour, span[1]*hour); got.Code != 200 {
			t.Errorf("%v is refused: %s", span, got.page.Find("#flow-from-error").Text())
		}
	}
	// A flow of its own with the same exception at the same time.
	o.mustSave(o.ana, team+"/alternativos/novo", o.later(o.alternative("Natal", o.vendas.ID), 50*hour, 60*hour))
	got := o.ask(o.bia, team+"/alternativos/novo", o.later(o.alternative("Ano novo", o.vendas.ID), 55*hour, 0), true)
	got.says(t, "#flow-from-error", "Vendas já está na programação do fluxo Natal, de Ana,")
	o.ask(o.caio, team, nil, false).says(t, "#alternatives", "Natal", "um fluxo novo", "Depois o fluxo deixa de existir.")
	if n := len(o.schedules()); n != 7 {
		t.Errorf("%d schedules", n)
	}
}

// What is scheduled is changed and cancelled; who has not seen it as it is, is told.
func TestChangeAndCancelASchedule(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed())
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "1", "alert1", "3"), 10*hour, 20*hour))
	path := team + "/programacoes/" + o.schedules()[0].ID
	panel := o.ask(o.bia, path, nil, false)
	panel.says(t, "dialog#panel[open]", "Programação do fluxo principal", "Se valesse agora", "Programar")
	form := resaved(panel)
	if form.Get("alert1") != "3" || form.Get("effect") != "later" || form.Get("from") != o.now.Add(10*hour).Format(flowview.Local) {
		t.Fatalf("the panel holds %v", form)
	}
	form.Set("until", "")
	o.mustSave(o.bia, path, form)
	if g := o.schedules()[0]; !g.Return.At.IsZero() || g.UpdatedBy != "Bia" {
		t.Errorf("changed to %+v", g)
	}
	form.Set("alert1", "4")
	late := o.ask(o.ana, path, form, true)
	late.says(t, "form", "Bia mudou esta programação enquanto você editava.")
	if late.Code != http.StatusConflict || late.value("alert1") != "4" {
		t.Fatalf("over a change: %d, %q", late.Code, late.value("alert1"))
	}
	o.mustSave(o.ana, path, resaved(late))
	if g := o.schedules()[0]; g.Becomes.Alert1 != 4*time.Minute {
		t.Errorf("changed to %+v", g.Becomes)
	}

	o.ask(o.ana, path+"/cancelar", nil, true).says(t, "form", "Cancelar a programação do fluxo principal?", "O fluxo continua como está.")
	if got := o.ask(o.ana, path+"/cancelar", url.Values{"schedule_version": {"1"}}, true); got.Code != http.StatusConflict || len(o.schedules()) != 1 {
		t.Errorf("cancelled unseen: %d", got.Code)
	}
	o.mustSave(o.ana, path+"/cancelar", url.Values{"schedule_version": {"3"}})
	if len(o.schedules()) != 0 {
		t.Error("it is not cancelled")
	}
	for _, gone := range []string{path, path + "/cancelar", team + "/programacoes/nope", "/automacoes/inatividade/vendedor/programacoes/x"} {
		if got := o.ask(o.ana, gone, nil, false); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", gone, got.Code)
		}
	}
	if got := o.ask(o.ana, path+"/cancelar", url.Values{"schedule_version": {"4"}}, true); got.Code != http.StatusNotFound {
		t.Errorf("cancelled twice: %d", got.Code)
	}
	o.ask(o.ana, team+"/historico/"+o.only(flow.TeamQueue).ID, nil, false).says(t, "#schedules", "Cancelada", "Verde até 4 min")
	if trail := trailOf(t, o.shop, db.NounSchedule); len(trail) != 4 || trail[0].Action != db.AuditDeleted || trail[2].Changes[0].Field != "ends_at" {
		t.Errorf("audit: %+v", trail)
	}
}

// While it is in force the pages say until when, its end can be changed and taken
// away, and who saves by hand is told that there will be no return.
func TestAScheduleInForce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed())
	f := o.only(flow.TeamQueue)
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "1", "alert1", "3"), hour, 20*hour))
	g := o.schedules()[0]
	path := team + "/programacoes/" + g.ID
	o.passes(2 * hour)
	o.ask(o.caio, team, nil, false).says(t, "#schedule-"+g.ID, "Em vigor por uma programação até", "Programado por Ana, desde hoje às", "Depois volta a ser: verde até 5 min")
	o.ask(o.caio, team+"/historico/"+f.ID, nil, false).says(t, "#version-2", "Começou a programação", "Nenhuma conversa mudou na hora.", "Ana", "1º alerta: de 5 min para 3 min")
	o.ask(o.bia, team+"/principal?step=action", nil, true).says(t, "form", "até amanhã às", "o que você salvar fica, e a volta programada não acontece")

	panel := o.ask(o.ana, path, nil, true)
	panel.says(t, "h2", "Mudar a volta")
	panel.says(t, "form", "Volta a ser como antes em")
	bad := url.Values{"until": {o.now.Add(-hour).Format(flowview.Local)}, "schedule_version": {panel.value("schedule_version")}}
	o.ask(o.ana, path, bad, true).says(t, "#return-until-error", "Informe um momento que ainda vai chegar.")
	bad.Set("until", o.now.Add(5*hour).Format(flowview.Local))
	bad.Set("schedule_version", "1")
	late := o.ask(o.ana, path, bad, true)
	late.says(t, "form", "mudou esta programação enquanto você editava")
	bad.Set("schedule_version", late.value("schedule_version"))
	o.mustSave(o.ana, path, bad)
	if got := o.schedules()[0]; !got.Return.At.Equal(o.now.Add(5 * hour)) {
		t.Errorf("it returns at %v", got.Return.At)
	}
	o.passes(6 * hour)
	if got := o.only(flow.TeamQueue); got.Alert1 != 5*time.Minute || got.Version != 3 {
		t.Errorf("after its return: %+v", got)
	}
	o.ask(o.caio, team+"/historico/"+f.ID, nil, false).says(t, "#version-3", "Terminou a programação: voltou a ser como antes")
	o.ask(o.caio, team+"/historico/"+f.ID, nil, false).says(t, "#schedules", "Começou e voltou", "Ao começar: nenhuma conversa mudou na hora.", "Ao voltar:")

	// Saved by hand meanwhile: it stays, and that is said before and after.
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "3", "alert1", "4"), hour, 5*hour))
	o.passes(2 * hour)
	o.mustSave(o.bia, team+"/principal", o.typed("version", "4", "alert1", "6"))
	g = o.schedules()[0]
	o.ask(o.caio, team, nil, false).says(t, "#schedule-"+g.ID, "A volta programada não vai acontecer", "O que foi salvo por último fica")
	o.passes(4 * hour)
	if got := o.only(flow.TeamQueue); got.Alert1 != 6*time.Minute || len(o.schedules()) != 0 {
		t.Errorf("what Bia saved has become %+v", got)
	}
	o.ask(o.caio, team, nil, false).says(t, "#trouble-"+g.ID, "O fluxo principal não voltou ao que era hoje às", "ficou como foi salvo por último")
	o.passes(8 * 24 * hour)
	if got := o.ask(o.caio, team, nil, false); got.page.Find("#trouble-"+g.ID).Length() != 0 {
		t.Error("it is still said after a week")
	}

	// A return that is taken away leaves the flow as it is.
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "5", "alert1", "2"), hour, 5*hour))
	o.passes(2 * hour)
	ask := o.ask(o.ana, team+"/programacoes/"+o.schedules()[0].ID+"/cancelar", nil, true)
	ask.says(t, "form", "Cancelar a volta do fluxo principal?", "O fluxo fica como está")
	o.mustSave(o.ana, team+"/programacoes/"+o.schedules()[0].ID+"/cancelar", url.Values{"schedule_version": {ask.value("schedule_version")}})
	o.passes(10 * hour)
	if got := o.only(flow.TeamQueue); got.Alert1 != 2*time.Minute {
		t.Errorf("after its cancelled return: %+v", got)
	}
}

// What has become impossible is said on the queue's page; deleting a flow says what it
// cancels.
func TestSchedulesThatDoNotHappen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mustSave(o.ana, team+"/principal", o.typed("action", "close"))
	o.mustSave(o.ana, team+"/principal", o.later(o.typed("version", "1"), hour, 0))
	g := o.schedules()[0]
	o.reconfigured(func(tx *db.Tx) error {
		o.plant.Archived = true
		return tx.UpdateTeam(context.Background(), o.plant)
	})
	o.passes(2 * hour)
	o.ask(o.caio, team, nil, false).says(t, "#trouble-"+g.ID, "A mudança programada do fluxo principal para hoje às", "não aconteceu", "Plantão, que foi arquivado.")

	o.mustSave(o.ana, team+"/alternativos/novo", o.alternative("Noite", o.vendas.ID))
	noite := o.flows(flow.TeamQueue)[1]
	form := o.alternative("Noite", o.vendas.ID)
	form.Set("version", "1")
	o.mustSave(o.ana, team+"/alternativos/"+noite.ID, o.later(form, hour, 0))
	o.ask(o.ana, team+"/alternativos/"+noite.ID+"/excluir", nil, true).says(t, "form", "1 programação deste fluxo é cancelada.", "pode ser restaurado")
	o.mustSave(o.ana, team+"/alternativos/"+noite.ID+"/excluir", url.Values{"version": {"1"}})
	if len(o.schedules()) != 0 {
		t.Error("what is scheduled for a deleted flow is still to come")
	}
	o.ask(o.ana, team+"/historico/"+noite.ID, nil, false).says(t, "#schedules", "Cancelada: o fluxo foi excluído")
}

// Who takes over in the flows takes over in what is scheduled, and in what it returns
// to; the return still happens.
func TestReplacementInSchedules(t *testing.T) {
	t.Parallel()
	f := newTeams(t)
	flowOf(f, flow.TeamQueue, flow.Action{Type: flow.TransferTeam, Team: f.vendas.ID})
	flowOf(f, flow.WaitingQueue, flow.Action{Type: flow.ActionNone})
	at := func(d time.Duration) db.ScheduleStep {
		return db.ScheduleStep{At: f.now().Add(d), State: db.StepWaiting}
	}
	main := func(queue flow.Queue, to string) db.Flow {
		return db.Flow{Flow: flow.Flow{ID: "main-" + string(queue), Queue: queue, Kind: flow.Main, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always,
			Action: flow.Action{Type: flow.TransferTeam, Team: to}}}
	}
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		plan := func(id string, becomes db.Flow, start, back db.ScheduleStep) error {
			return tx.InsertSchedule(ctx, db.FlowSchedule{Store: f.shop.ID, ID: id, Becomes: becomes, Existing: true, UpdatedAt: now, UpdatedBy: "Clara", Start: start, Return: back})
		}
		return errors.Join(plan("running", main(flow.TeamQueue, f.vendas.ID), at(time.Minute), at(24*time.Hour)), plan("waiting", main(flow.WaitingQueue, f.vendas.ID), at(12*time.Hour), db.ScheduleStep{}))
	})
	f.pass(time.Hour)
	f.settle()
	f.ask(dialog(f.clara), archive(f.vendas), nil).is(200).says("#archive-changes", "Programação do fluxo principal da fila aguardando", "Volta programada do fluxo principal da fila do time")
	chosen := f.ask(dialog(f.clara), archive(f.vendas)+"?replacement="+f.plantao.ID, nil).is(200)
	form := chosen.form()
	done := f.ask(dialog(f.clara), archive(f.vendas), form)
	if done.Code == 422 { // the transfers would lead round: seen
		done = f.ask(dialog(f.clara), archive(f.vendas), done.form())
	}
	if done.is(200); !f.team(f.vendas.ID).Archived {
		t.Fatalf("not archived: %s", done.Body)
	}
	f.pass(48 * time.Hour)
	f.settle()
	for _, queue := range []flow.Queue{flow.TeamQueue, flow.WaitingQueue} {
		got, err := f.shop.DB.Flow(context.Background(), f.shop.ID, "main-"+string(queue))
		if err != nil || got.Action.Team != f.plantao.ID && got.Action.Type != flow.ActionNone {
			t.Errorf("the flow of %s: %+v (%v)", queue, got.Action, err)
		}
	}
	g, err := f.shop.DB.Schedule(context.Background(), f.shop.ID, "running")
	if err != nil || g.Return.State != db.StepDone {
		t.Errorf("the return: %+v (%v)", g.Return, err)
	}
	trail, err := f.shop.DB.AuditTrail(context.Background(), f.shop.ID, db.AuditQuery{Noun: db.NounSchedule}, 9)
	if err != nil || len(trail) != 2 || !strings.Contains(trail[0].NounName, "fluxo principal") {
		t.Errorf("audit: %+v (%v)", trail, err)
	}
}
