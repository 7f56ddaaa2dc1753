package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/views/ui"
)

const hours = "/configuracoes/horarios"

func hoursRoutes(h *handlers.Server) map[string]echo.HandlerFunc {
	routes := map[string]echo.HandlerFunc{}
	for _, base := range []string{hours, hours + "/times/:team"} {
		for path, handler := range map[string]echo.HandlerFunc{
			"GET ": h.HoursPage, "POST ": h.SaveHours, "GET /previsao": h.HoursPreview,
			"GET /feriados": h.HolidaysPage, "POST /feriados": h.AddHoliday, "POST /feriados/propostos": h.SwitchProposal,
			"GET /feriados/dias/:holiday": h.HolidayPage, "POST /feriados/dias/:holiday": h.SaveHoliday,
			"GET /feriados/dias/:holiday/remover": h.RemoveHolidayPage, "POST /feriados/dias/:holiday/remover": h.RemoveHoliday,
			"POST /feriados/arquivo": h.ReadHolidayFile, "POST /feriados/importar": h.ImportHolidays,
		} {
			method, rest, _ := strings.Cut(path, " ")
			routes[method+" "+base+rest] = handler
		}
	}
	return routes
}

func (o *office) calendar(team string) db.Calendar {
	o.t.Helper()
	c, err := o.shop.DB.Calendar(context.Background(), o.shop.ID, team)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) configuration() flow.Configuration {
	o.t.Helper()
	rules, _, err := o.rules()
	if err != nil {
		o.t.Fatal(err)
	}
	return rules.Configuration()
}

func (o *office) audit() []db.Audit {
	o.t.Helper()
	return trailOf(o.t, o.shop, "")
}

// week is a posted editor: pairs of a day's key and its slots ("09:00-12:00 13:00-18:00").
func week(seen, action string, days ...string) url.Values {
	form := url.Values{"seen": {seen}, "mode": {"week"}, "go": {action}}
	for i := 0; i < len(days); i += 2 {
		for _, slot := range strings.Fields(days[i+1]) {
			from, to, _ := strings.Cut(slot, "-")
			form.Add(days[i]+"_from", from)
			form.Add(days[i]+"_to", to)
		}
	}
	return form
}

// seen is the mark that the editor of a page carries.
func (o *office) seen(path string) string { return o.ask(o.ana, path, nil, false).value("seen") }

func TestWeekIsSaved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, hours, nil, false).says(t, "#hours-form", "Salvo: sempre aberto")
	form := week(o.seen(hours), "save", "mon", "9-12 13h-18h00", "fri", "18:00-02:00 - 08:00-09:00:00")
	got := o.ask(o.ana, hours, form, false)
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != hours {
		t.Fatalf("%d to %s", got.Code, got.Header().Get("Location"))
	}
	stored := *o.calendar("").Hours
	want := flow.Week{time.Monday: {{Open: 540, Close: 720}, {Open: 780, Close: 1080}}, time.Friday: {{Open: 480, Close: 540}, {Open: 1080, Close: 1440}},
		time.Saturday: {{Open: 0, Close: 120}}}
	if ui.HoursSummary(&stored) != ui.HoursSummary(&want) || o.configuration().Hours == nil {
		t.Errorf("stored %v", stored)
	}
	page := o.ask(o.ana, hours, nil, false)
	page.says(t, "#hours-form", "Salvo: seg 09:00–12:00 e 13:00–18:00, sex 08:00–09:00 e 18:00–02:00", "até sábado 02:00", "Só até 02:00, desde sexta")
	if to := page.page.Find("#fri-1-to").AttrOr("value", ""); to != "02:00" || page.page.Find("#sat-0-from").Length() > 0 {
		t.Errorf("beyond midnight is not shown as it was typed: %q", to)
	}
	entry := o.audit()[0]
	if entry.Noun != db.NounHours || entry.NounID != o.shop.ID || len(entry.Changes) != 1 || entry.Changes[0].Field != "hours" ||
		entry.Changes[0].Before != "sempre aberto" || !strings.HasPrefix(entry.Changes[0].After, "seg 09:00–12:00") {
		t.Errorf("audit: %+v", entry)
	}
	n := len(o.audit())
	if again := o.ask(o.ana, hours, week(o.seen(hours), "save", "mon", "9-12 13-18", "fri", "18-2 8-9"), true); again.Code != 200 || len(o.audit()) != n {
		t.Errorf("saving the same: %d, %d entries", again.Code, len(o.audit())-n)
	}
	always := url.Values{"seen": {o.seen(hours)}, "mode": {"always"}, "go": {"save"}}
	if got := o.ask(o.ana, hours, always, true); got.Code != 200 || o.calendar("").Hours != nil {
		t.Errorf("always open: %d, %v", got.Code, o.calendar("").Hours)
	}
}

func TestBadWeeksSayWhatIsWrongAtTheSlot(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, test := range []struct{ day, slots, also, alsoSlots, id, words string }{
		{"mon", "09:00-", "", "", "mon-0", "Informe o fim."},
		{"mon", "-18:00", "", "", "mon-0", "Informe o início."},
		{"mon", "09:00-12:00 ab-18:00", "", "", "mon-1", "Informe um início como 09:00, até 23:59."},
		{"mon", "24:00-02:00", "", "", "mon-0", "Informe um início como 09:00, até 23:59."},
		{"mon", "09:00-25:00", "", "", "mon-0", "Informe um fim como 18:00, até 24:00."},
		{"mon", "09:00-09:00", "", "", "mon-0", "O fim precisa ser diferente do início."},
		{"mon", "09:00-12:00 11:00-13:00", "", "", "mon-1", "Sobrepõe 09:00–12:00, do mesmo dia."},
		{"fri", "22:00-02:00", "sat", "01:00-05:00", "sat-0", "Sobrepõe a sexta 22:00–02:00."},
		{"sun", "22:00-02:00", "mon", "00:00-05:00", "mon-0", "Sobrepõe o domingo 22:00–02:00."},
	} {
		for _, part := range []bool{true, false} {
			form := week(o.seen(hours), "save", test.day, test.slots, test.also, test.alsoSlots)
			got := o.ask(o.ana, hours, form, part)
			if got.Code != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", test.slots, got.Code)
			}
			got.says(t, "#"+test.id+"-error", test.words)
			if bad := got.page.Find("[aria-invalid=true][autofocus]"); bad.Length() != 1 || !strings.HasPrefix(bad.AttrOr("id", ""), test.id) ||
				bad.AttrOr("aria-describedby", "") != test.id+"-error" {
				t.Errorf("%q: the focus is at %q", test.slots, bad.AttrOr("id", ""))
			}
			typed := got.page.Find("[name="+test.day+"_from]").First().AttrOr("value", "")
			if first, _, _ := strings.Cut(test.slots, "-"); typed != first {
				t.Errorf("%q: what was typed is %q", test.slots, typed)
			}
			got.says(t, "#preview-result", "Corrija o horário no editor")
		}
	}
	if o.calendar("").Hours != nil || len(o.audit()) > 0 {
		t.Error("something was stored")
	}
}

// The buttons of a day change what stands in the editor and save nothing.
func TestWeekButtons(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, test := range []struct {
		action string
		copies []string
		want   string // the days' slots after it, and where the focus is
	}{
		{"add:tue", nil, "mon=08:00-12:00,13:00-17:00 tue=09:00-18:00 @tue-0-from"},
		{"add:mon", nil, "mon=08:00-12:00,13:00-17:00,- @mon-2-from"},
		{"remove:mon:0", nil, "mon=13:00-17:00 @mon-add"},
		{"whole:mon", nil, "mon=00:00-00:00 @mon-add"},
		{"close:mon", nil, " @mon-add"},
		{"copy:mon", []string{"tue", "sat", "x"}, "mon=08:00-12:00,13:00-17:00 tue=08:00-12:00,13:00-17:00 sat=08:00-12:00,13:00-17:00 @mon-add"},
	} {
		form := week("s", test.action, "mon", "08:00-12:00 13:00-17:00")
		form["mon_copy"] = test.copies
		form.Set("mode", "always")
		got := o.ask(o.ana, hours, form, true)
		var days []string
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			var slots []string
			from, to := got.page.Find("[name="+day+"_from]"), got.page.Find("[name="+day+"_to]")
			for i := range from.Length() {
				slots = append(slots, from.Eq(i).AttrOr("value", "?")+"-"+to.Eq(i).AttrOr("value", "?"))
			}
			if slots != nil {
				days = append(days, day+"="+strings.Join(slots, ","))
			}
		}
		if state := strings.Join(days, " ") + " @" + got.page.Find("[autofocus]").AttrOr("id", ""); got.Code != 200 || state != test.want {
			t.Errorf("%s: %d %q, want %q", test.action, got.Code, state, test.want)
		}
		if checked := got.page.Find("[name=mode][checked]").AttrOr("value", ""); checked != "week" || got.value("seen") != "s" {
			t.Errorf("%s: mode %q, seen %q", test.action, checked, got.value("seen"))
		}
	}
	if len(o.audit()) > 0 {
		t.Error("a button saved something")
	}
}

func TestTwoPeopleSaveOneWeek(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	seen := o.seen(hours)
	o.ask(o.ana, hours, week(seen, "save", "mon", "9-18"), true)
	lost := o.ask(o.bia, hours, week(seen, "save", "mon", "8-12"), true)
	if lost.Code != http.StatusConflict || lost.page.Find("#mon-0-from").AttrOr("value", "") != "08:00" {
		t.Fatalf("the second save: %d", lost.Code)
	}
	lost.says(t, "[role=alert]", "Ana salvou este horário")
	lost.says(t, ".compare-differs", "seg 09:00–18:00", "seg 08:00–12:00")
	if got := ui.HoursSummary(o.calendar("").Hours); got != "seg 09:00–18:00" {
		t.Errorf("something was overwritten: %s", got)
	}
	if over := o.ask(o.bia, hours, week(lost.value("seen"), "save", "mon", "8-12"), true); over.Code != 200 || ui.HoursSummary(o.calendar("").Hours) != "seg 08:00–12:00" {
		t.Errorf("saving over it: %d", over.Code)
	}
}

// A team's own hours begin as the store's, holidays included, and end with them.
func TestTeamHours(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	path := hours + "/times/" + o.vendas.ID
	o.ask(o.ana, hours, week(o.seen(hours), "save", "mon", "9-18"), true)
	o.ask(o.ana, hours+"/feriados/propostos", url.Values{"rule": {"national"}, "on": {"true"}}, true)
	page := o.ask(o.ana, path, nil, false)
	page.says(t, "#hours-form", "Salvo: o da loja", "Com os feriados dela: seg 09:00–18:00.")
	if page.page.Find("#mon-0-to").AttrOr("value", "") != "18:00" {
		t.Error("a team's own hours do not begin as the store's")
	}
	o.ask(o.ana, path+"/feriados", nil, false).says(t, "#holidays", "com os feriados dela")
	if refused := o.ask(o.ana, path+"/feriados/propostos", url.Values{"rule": {"christmas"}, "on": {"false"}}, true); refused.Code != http.StatusConflict {
		t.Errorf("a shared holiday was switched: %d", refused.Code)
	}
	o.ask(o.ana, path, week(o.seen(path), "save", "mon", "9-20"), true)
	own := o.calendar(o.vendas.ID)
	if len(own.Holidays) == 0 || len(own.Holidays) != len(o.calendar("").Holidays) || ui.HoursSummary(own.Hours) != "seg 09:00–20:00" {
		t.Fatalf("its own: %+v", own)
	}
	o.ask(o.ana, path+"/feriados/propostos", url.Values{"rule": {"christmas"}, "on": {"false"}}, true)
	if own, store := o.calendar(o.vendas.ID), o.calendar(""); own.Plan().Yearly("christmas") || !store.Plan().Yearly("christmas") {
		t.Error("the team's holidays are not its own")
	}
	o.ask(o.ana, hours, nil, false).says(t, "#hours-"+o.vendas.ID, "Vendas", "seg 09:00–20:00")
	o.ask(o.ana, path, url.Values{"seen": {o.seen(path)}, "mode": {"always"}, "go": {"save"}}, true)
	if own := o.calendar(o.vendas.ID); own.Hours == nil || ui.HoursSummary(own.Hours) != "sempre aberto" {
		t.Errorf("always open: %+v", own)
	}
	o.ask(o.ana, path, url.Values{"seen": {o.seen(path)}, "mode": {"store"}, "go": {"save"}}, true)
	if own := o.calendar(o.vendas.ID); own.IsOwn() || own.Holidays != nil {
		t.Errorf("the store's again: %+v", own)
	}
	if entry := o.audit()[0]; entry.NounName != "Vendas" || len(entry.Changes) != 2 || entry.Changes[1].After != "os da loja" {
		t.Errorf("audit: %+v", entry)
	}
}

// Another store's team is no more to be found than one that does not exist.
func TestHoursOfUnknownTeams(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	archived := o.shop.Team("Antigo")
	archived.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), archived) }); err != nil {
		t.Fatal(err)
	}
	other := dbtest.Store(t, o.shop.DB, "outra").Team("Vendas")
	for _, id := range []string{"nada", other.ID, archived.ID} {
		for _, path := range []string{"", "/previsao", "/feriados", "/feriados/dias/2026-12-25"} {
			if got := o.ask(o.ana, hours+"/times/"+id+path, nil, false); got.Code != http.StatusNotFound {
				t.Errorf("GET %s%s: %d", id, path, got.Code)
			}
		}
		for path, form := range map[string]url.Values{"": week("", "save", "mon", "9-18"), "/feriados": {"date": {"2027-01-25"}, "name": {"x"}},
			"/feriados/propostos": {"rule": {"christmas"}, "on": {"true"}}, "/feriados/importar": {"take": {"2027-01-25 2027-01-25 once x"}}} {
			if got := o.ask(o.ana, hours+"/times/"+id+path, form, false); got.Code != http.StatusNotFound {
				t.Errorf("POST %s%s: %d", id, path, got.Code)
			}
		}
	}
}

// The example, word for word.
func TestPreview(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ask := func(query string) reply { return o.ask(o.caio, hours+"/previsao?"+query, nil, true) }
	o.ask(o.ana, hours, week(o.seen(hours), "save", "mon", "9-18", "tue", "9-12 13-18", "wed", "9-18", "thu", "9-18", "fri", "9-18"), true)
	o.ask(o.ana, hours+"/feriados/propostos", url.Values{"rule": {"national"}, "on": {"true"}}, true)
	draft := week("", "", "mon", "10-18", "fri", "9-18 22-2").Encode()
	for query, want := range map[string]string{
		"on=2026-11-27&at=17:50&amount=20":                     "sexta 17:50 + 20 min úteis = segunda 09:10, porque sábado e domingo estão fechados",
		"on=27/11/2026&at=17h50&amount=1":                      "sexta 17:50 + 1 min útil = sexta 17:51, tudo dentro do horário",
		"on=2026-11-24&at=11:30&amount=1&amount_unit=hours":    "terça 11:30 + 1 h útil = terça 13:30, porque fecha das 12:00 às 13:00",
		"on=2026-11-24&at=17:30&amount=90":                     "terça 17:30 + 1 h 30 min úteis = quarta 10:00, porque fecha às 18:00 e só abre quarta 09:00",
		"on=2026-11-25&at=07:00&amount=5":                      "quarta 07:00 + 5 min úteis = quarta 09:05, porque só abre às 09:00",
		"on=2026-12-24&at=17:00&amount=2&amount_unit=hours":    "quinta 17:00 + 2 h úteis = segunda 10:00, porque sexta 25/12 é feriado (Natal) e sábado e domingo estão fechados",
		"on=2026-11-02&at=10:00&amount=5":                      "segunda 10:00 + 5 min úteis = terça 09:05, porque segunda 02/11 é feriado (Finados)",
		"on=2026-12-30&at=17:00&amount=12&amount_unit=hours":   "quarta 30/12/2026 17:00 + 12 h úteis = segunda 04/01/2027 11:00, porque sexta 01/01 é feriado (Confraternização Universal) e sábado e domingo estão fechados",
		"on=2026-11-26&at=09:00&amount=8784&amount_unit=hours": "Este prazo não existe: ele passaria de 366 dias.",
		"on=2026-11-27&at=17:50&amount=20&" + draft:            "sexta 17:50 + 20 min úteis = sexta 22:10, porque fecha das 18:00 às 22:00",
		"on=2026-11-28&at=03:00&amount=20&" + draft:            "sábado 03:00 + 20 min úteis = segunda 10:20, porque domingo está fechado",
		"mode=week":                        "Este prazo não existe: não há nenhum horário aberto na semana.",
		"mode=week&mon_from=9&mon_to=9":    "Corrija o horário no editor",
		"on=x&amount=5":                    "Dia: Informe um dia como 27/11/2026.",
		"at=25:00":                         "Hora: Informe um horário como 17:50.",
		"amount=0":                         "Prazo: Informe de 1 minuto a 8784 horas (366 dias).",
		"amount=1,5":                       "Prazo: Informe um número inteiro",
		"amount_unit=days":                 "Unidade: Escolha uma das opções.",
		"on=2031-12-24&at=17:50&amount=20": "quarta 17:50 + 20 min úteis = sexta 09:10, porque quinta 25/12 é feriado (Natal)",
		"on=2026-11-27&at=17:50&amount=20&mode=always": "sexta 17:50 + 20 min úteis = sexta 18:10, tudo dentro do horário",
	} {
		got := ask(query)
		got.says(t, "#preview-result", want)
		if draft := strings.Contains(got.Body.String(), "ainda não salvo"); draft != (strings.Contains(query, "mode=") && !strings.Contains(query, "mon_to=9")) {
			t.Errorf("%s: said to be a draft: %v", query, draft)
		}
	}
	ask("on=2026-11-27&at=17:50&amount=20").says(t, ".timeline", "Conta 10 min", "sexta 27/11 17:50 até 18:00", "Sábado e domingo estão fechados", "Conta 10 min")
}

// Unasked it is about now and the first alert; without scripts it is a page, with
// the draft in the editor.
func TestPreviewByDefaultAndWithoutScripts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	page := o.ask(o.caio, hours, nil, false)
	if page.value("on") != o.now.Format(time.DateOnly) || page.value("at") != "12:00" || page.value("amount") != "5" {
		t.Errorf("asks for %s %s, %s", page.value("on"), page.value("at"), page.value("amount"))
	}
	o.ask(o.ana, team+"/principal", o.typed("alert1", "7"), true)
	if got := o.ask(o.ana, hours, nil, false).value("amount"); got != "7" {
		t.Errorf("the first alert is not the main flow's: %s", got)
	}
	form := week("", "preview", "mon", "10-18")
	form.Set("on", "2026-11-23")
	form.Set("at", "09:00")
	posted := o.ask(o.ana, hours, form, false)
	posted.says(t, "#preview-result", "segunda 09:00 + 7 min úteis = segunda 10:07", "ainda não salvo")
	if posted.page.Find("#mon-0-from").AttrOr("value", "") != "10:00" || o.calendar("").Hours != nil {
		t.Error("the draft is not kept, or was saved")
	}
	got := o.ask(o.ana, hours+"/previsao?on=2026-11-23&at=09:30&amount=20&"+form.Encode(), nil, false)
	if got.page.Find("h1").Length() != 1 {
		t.Error("no page")
	}
	got.says(t, "#preview-result", "segunda 09:30 + 20 min úteis = segunda 10:20, porque só abre às 10:00")
}
