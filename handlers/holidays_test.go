package handlers_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/ui"
)

const feriados = hours + "/feriados"

func (o *office) closes(date string) bool {
	o.t.Helper()
	d, err := flow.ParseDate(date)
	if err != nil {
		o.t.Fatal(err)
	}
	return slices.Contains(o.configuration().Holidays, d)
}

func (o *office) proposal(rule, only, on string) reply {
	return o.ask(o.ana, feriados+"/propostos", url.Values{"rule": {rule}, "only": {only}, "year": {"2026"}, "on": {on}}, true)
}

func TestProposalsAreSwitchedOneByOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	page := o.ask(o.caio, feriados+"?year=2027", nil, false)
	page.says(t, "#national", "Sexta-feira Santa", "sexta, 26/03/2027", "Dia Nacional de Zumbi e da Consciência Negra", "sábado, 20/11/2027")
	page.says(t, "#optional", "Corpus Christi", "quinta, 27/05/2027")
	if on := page.page.Find(".switch[aria-checked=true]").Length(); on != 0 {
		t.Errorf("%d are on in a store that never chose any", on)
	}
	if page.page.Find(".switch:not([disabled])").Length() > 0 {
		t.Error("Supervisão is offered switches")
	}
	o.ask(o.caio, feriados+"?year=2023", nil, false).says(t, "#national", "Natal")
	if text := o.ask(o.caio, feriados+"?year=2023", nil, false).page.Find("#national").Text(); strings.Contains(text, "Zumbi") {
		t.Error("20 November is proposed before 2024")
	}
	list := o.proposal("christmas", "2026", "true")
	if list.Code != 200 || !strings.Contains(list.Header().Get(ui.HeaderToast), "Natal em 2026: fechado") || !o.closes("2026-12-25") || o.closes("2027-12-25") {
		t.Errorf("one year: %d %s", list.Code, list.Header().Get(ui.HeaderToast))
	}
	o.proposal("christmas", "", "true")
	if !o.closes("2027-12-25") || !o.closes("2028-12-25") {
		t.Error("every year: the next ones are open")
	}
	o.proposal("carnival", "2026", "true")
	o.proposal("christmas", "2027", "false")
	if !o.closes("2026-02-17") || o.closes("2027-02-09") || o.closes("2027-12-25") || !o.closes("2028-12-25") {
		t.Error("an optional day, or an exception, is not what was chosen")
	}
	if entry := o.audit()[0]; entry.Changes[0].Before != "Natal, em 2027: fechado" || entry.Changes[0].After != "Natal, em 2027: aberto" || entry.Changes[0].Field != "holiday" {
		t.Errorf("audit: %+v", entry)
	}
	n := len(o.audit())
	o.proposal("christmas", "2027", "false")
	if len(o.audit()) != n {
		t.Error("what was so already is written down again")
	}
	o.proposal("national", "", "true")
	if !o.closes("2027-03-26") || !o.closes("2026-11-20") || o.closes("2027-12-25") {
		t.Error("all national ones are not on, or an exception was lost")
	}
	page = o.ask(o.ana, feriados+"?year=2027", nil, false)
	if page.page.Find("#christmas-year").AttrOr("aria-checked", "") != "false" || page.page.Find("#christmas-every").AttrOr("aria-checked", "") != "true" ||
		page.page.Find("#national-all").Length() > 0 {
		t.Error("the switches do not show what was chosen")
	}
	for name, form := range map[string]url.Values{"rule": {"rule": {"x"}, "on": {"true"}}, "on": {"rule": {"christmas"}, "on": {"maybe"}}} {
		if got := o.ask(o.ana, feriados+"/propostos", form, true); got.Code != http.StatusBadRequest {
			t.Errorf("bad %s: %d", name, got.Code)
		}
	}
	for _, year := range []string{"1999", "2101", "x", "-1"} {
		if got := o.ask(o.ana, feriados+"?year="+year, nil, false); got.Code != http.StatusNotFound {
			t.Errorf("year %s: %d", year, got.Code)
		}
	}
}

func day(date, name string, more ...string) url.Values {
	form := url.Values{"date": {date}, "name": {name}, "year": {"2026"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func TestOwnHolidays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.proposal("national", "", "true")
	added := o.ask(o.ana, feriados, day("25/01/2027", " Aniversário de São Paulo ", "yearly", "true"), false)
	if added.Code != http.StatusSeeOther || added.Header().Get("Location") != feriados+"?year=2026" || !o.closes("2026-01-25") || !o.closes("2028-01-25") {
		t.Fatalf("added: %d %s", added.Code, added.Header().Get("Location"))
	}
	o.ask(o.ana, feriados, day("2027-08-11", "Balanço"), true).says(t, "#own", "Balanço", "quarta, 11/08/2027", "Só em 2027")
	for words, form := range map[string]url.Values{
		"Preencha este campo.":                         day("", ""),
		"Informe um dia como 25/01/2027.":              day("2027-02-30", "x"),
		"Este dia já está fechado: Natal.":             day("2027-12-25", "Outro"),
		"Este dia já está fechado: Balanço.":           day("2027-08-11", "Outro", "yearly", "true"),
		"Use no máximo 80 caracteres.":                 day("2027-08-12", strings.Repeat("é", 81)),
		"O texto tem caracteres que não podem ser usa": day("2027-08-12", "a\u202eb"),
	} {
		got := o.ask(o.ana, feriados, form, true)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", words, got.Code)
		}
		got.says(t, "#add-form .field-error", words)
	}
	path := feriados + "/dias/2027-08-11"
	dialog := o.ask(o.ana, path+"?year=2027", nil, true)
	if dialog.value("date") != "2027-08-11" || dialog.value("name") != "Balanço" {
		t.Fatalf("the dialog: %d", dialog.Code)
	}
	edit := day("2027-08-12", "Inventário", "year", "2027", "seen", dialog.value("seen"))
	saved := o.ask(o.ana, path, edit, true)
	saved.says(t, "#own", "Inventário", "quinta, 12/08/2027")
	if saved.Code != 200 || o.closes("2027-08-11") || !o.closes("2027-08-12") {
		t.Errorf("edited: %d", saved.Code)
	}
	if entry := o.audit()[0]; entry.Changes[0].Before != "11/08/2027 Balanço" || entry.Changes[0].After != "12/08/2027 Inventário" {
		t.Errorf("audit: %+v", entry)
	}
	path = feriados + "/dias/2027-08-12"
	question := o.ask(o.ana, path+"/remover?year=2027", nil, true)
	question.says(t, "h2", "Remover Inventário?")
	gone := o.ask(o.ana, path+"/remover", url.Values{"year": {"2027"}, "seen": {question.value("seen")}}, false)
	if gone.Code != http.StatusSeeOther || o.closes("2027-08-12") {
		t.Errorf("removed: %d", gone.Code)
	}
	if again := o.ask(o.ana, path+"/remover", url.Values{"year": {"2027"}}, true); again.Code != http.StatusNotFound {
		t.Errorf("removed twice: %d", again.Code)
	}
}

func TestTwoPeopleChangeOneHoliday(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, feriados, day("2026-08-11", "Balanço"), true)
	path := feriados + "/dias/2026-08-11"
	seen := o.ask(o.bia, path, nil, true).value("seen")
	o.ask(o.ana, path, day("2026-08-11", "Inventário", "seen", seen), true)
	lost := o.ask(o.bia, path, day("2026-08-11", "Recesso", "seen", seen), true)
	if lost.Code != http.StatusConflict || lost.value("name") != "Recesso" {
		t.Fatalf("the second save: %d", lost.Code)
	}
	lost.says(t, "[role=alert]", "Ana salvou: 11/08/2026 Inventário")
	if asked := o.ask(o.bia, path+"/remover", url.Values{"seen": {seen}, "year": {"2026"}}, true); asked.Code != http.StatusConflict || !o.closes("2026-08-11") {
		t.Errorf("removed what had changed: %d", asked.Code)
	}
	if over := o.ask(o.bia, path, day("2026-08-11", "Recesso", "seen", lost.value("seen")), true); over.Code != 200 {
		t.Errorf("saving over it: %d", over.Code)
	}
}

// upload sends a file as the browser does.
func (o *office) upload(content string) reply {
	o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if content != "" {
		part, err := w.CreateFormFile("file", "municipais.ics")
		if err != nil {
			o.t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := w.WriteField("year", "2027"); err != nil {
		o.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		o.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, feriados+"/arquivo", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return o.send(o.ana, r)
}

const icsFile = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270125\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Aniversário da cidade\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20271224\r\nDTEND;VALUE=DATE:20271228\r\nSUMMARY:Recesso\\, todos\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20271225\r\nSUMMARY:Natal\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20250708\r\nSUMMARY:Antigo\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270231\r\nSUMMARY:Nunca\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestHolidaysFromAFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.proposal("national", "", "true")
	n := len(o.audit())
	page := o.upload(icsFile)
	if page.Code != 200 {
		t.Fatalf("%d: %s", page.Code, page.Body)
	}
	page.says(t, ".notice", "Linha 22: “20270231” não é uma data que exista")
	page.says(t, "#take", "25/01/2027 Aniversário da cidade", "Todo ano.", "24/12/2027 a 27/12/2027 Recesso, todos", "Já fechado: Natal", "Já passou")
	form := url.Values{"year": {"2027"}, "name": {"municipais.ics"}}
	page.page.Find("[name=take][checked]").Each(func(_ int, box *goquery.Selection) { form.Add("take", box.AttrOr("value", "")) })
	if len(form["take"]) != 2 || len(o.audit()) != n {
		t.Fatalf("offered %q", form["take"])
	}
	saved := o.ask(o.ana, feriados+"/importar", form, false)
	if saved.Code != http.StatusSeeOther || saved.Header().Get("Location") != feriados+"?year=2027" {
		t.Fatalf("%d: %s", saved.Code, saved.Body)
	}
	for _, date := range []string{"2026-01-25", "2027-01-25", "2028-01-25", "2027-12-24", "2027-12-25", "2027-12-26", "2027-12-27"} {
		if !o.closes(date) {
			t.Errorf("%s is open", date)
		}
	}
	if plan := o.calendar("").Plan(); plan.NameOf(flow.Date{Year: 2027, Month: time.December, Day: 25}) != "Natal" || len(plan.Own) != 4 {
		t.Errorf("what was closed already was added again: %+v", plan.Own)
	}
	if entry := o.audit()[0]; entry.Action != "imported" || !strings.Contains(entry.Changes[0].After, "25/01/2027 Aniversário da cidade (todo ano); 24/12/2027 Recesso, todos") {
		t.Errorf("audit: %+v", entry)
	}
	n = len(o.audit())
	o.ask(o.ana, feriados+"/importar", form, false)
	if len(o.audit()) != n {
		t.Error("the same file twice adds something")
	}
	for _, bad := range []string{"x", "2027-01-01 2026-01-01 once x", "2027-01-01 2029-01-01 once x", "1980-01-01 1980-01-01 once x", "2027-01-01 2027-01-01 once a\x00b"} {
		if got := o.ask(o.ana, feriados+"/importar", url.Values{"take": {bad}}, false); got.Code != http.StatusBadRequest {
			t.Errorf("%q: %d", bad, got.Code)
		}
	}
}

// The largest file there can be neither keeps the server busy nor fills a calendar
// beyond what it holds.
func TestAsManyDaysAsFit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	form := url.Values{"year": {"2027"}}
	for i := range 40 {
		first := time.Date(2030, 1, 1+30*i, 0, 0, 0, 0, time.UTC)
		form.Add("take", first.Format(time.DateOnly)+" "+first.AddDate(0, 0, 29).Format(time.DateOnly)+" once Recesso")
	}
	if got := o.ask(o.ana, feriados+"/importar", form, false); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "1.000 dias") {
		t.Errorf("1,200 days: %d %s", got.Code, got.Body)
	}
	if own := o.calendar("").Plan().Own; len(own) > 0 {
		t.Errorf("%d days were half imported", len(own))
	}
	form["take"] = form["take"][:33]
	form.Add("take", "2030-01-01 2030-01-01 once O mesmo dia")
	if got := o.ask(o.ana, feriados+"/importar", form, false); got.Code != http.StatusSeeOther || len(o.calendar("").Plan().Own) != 990 {
		t.Errorf("990 days: %d, %d", got.Code, len(o.calendar("").Plan().Own))
	}
}

func TestFilesThatAreNoCalendars(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for content, words := range map[string]string{"": "Escolha um arquivo .ics.", "data;nome": "não começa com BEGIN:VCALENDAR", "BEGIN:VCALENDAR\xff": "em UTF-8"} {
		got := o.upload(content)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", content, got.Code)
		}
		got.says(t, "#file-error", words)
	}
	o.upload("BEGIN:VCALENDAR\nEND:VCALENDAR").says(t, "#found", "Nenhum dia para trazer")
	if got := o.upload("BEGIN:VCALENDAR\n" + strings.Repeat("?\n", 100)); got.Code != 200 {
		t.Errorf("nothing but nonsense: %d", got.Code)
	} else {
		got.says(t, ".notice", "Linha 21:", "e mais 81.")
	}
}

// Dates that were given one by one before there were plans stay what they are
// when something else is switched for the first time.
func TestOldStoresKeepTheirDates(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := []flow.Date{{Year: 2026, Month: time.March, Day: 3}, {Year: 2026, Month: time.December, Day: 25}}
	c := o.calendar("")
	c.Holidays = old
	if err := o.shop.DB.Tx(t.Context(), func(tx *db.Tx) error { return tx.SetCalendar(t.Context(), c) }); err != nil {
		t.Fatal(err)
	}
	page := o.ask(o.ana, feriados, nil, false)
	page.says(t, "#own", "Feriado", "terça, 03/03/2026")
	if page.page.Find("#christmas-year").AttrOr("aria-checked", "") != "true" || page.page.Find("#christmas-every").AttrOr("aria-checked", "") != "false" {
		t.Error("Christmas is not shown as it was")
	}
	o.proposal("republic", "2026", "true")
	want := []flow.Date{old[0], {Year: 2026, Month: time.November, Day: 15}, old[1]}
	if got := o.configuration().Holidays; !slices.Equal(got, want) {
		t.Errorf("the dates are now %v, want %v", got, want)
	}
}
