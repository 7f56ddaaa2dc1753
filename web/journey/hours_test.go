package journey

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// types sets a time or date input as the keyboard does, in the browser's own order
// of hours, minutes, days and months.
func (v *visitor) types(selector, value string) {
	v.site.t.Helper()
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '-' || r == ':' })
	var keys string
	switch american := browsertest.Eval[bool](v.Tab, `new Intl.DateTimeFormat(undefined, {hour: "numeric"}).resolvedOptions().hour12 === true`); {
	case len(parts) == 3 && american:
		keys = parts[1] + parts[2] + parts[0]
	case len(parts) == 3:
		keys = parts[2] + parts[1] + parts[0]
	case american:
		var hour int
		_, _ = fmt.Sscan(parts[0], &hour)
		half := map[bool]string{true: "PM", false: "AM"}[hour >= 12]
		keys = fmt.Sprintf("%02d", (hour+11)%12+1) + parts[1] + half
	default:
		keys = parts[0] + parts[1]
	}
	v.Do(chromedp.Focus(selector))
	v.keys(keys)
	v.Until(fmt.Sprintf(`document.querySelector(%q)?.value === %q`, selector, value))
}

// The store's week by keyboard: beyond midnight, a copied day, and a preview that
// follows what is typed before anything is saved, in the issue's own words.
func TestHours(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.press("Horários")
	v.sees("Salvo: seg–sex 09:00–18:00, sáb 09:00–13:00")

	v.types("#preview-on", "2026-11-27")
	v.types("#preview-at", "17:50")
	v.fill("#preview-amount", "20")
	v.sees("sexta 17:50 + 20 min úteis = sábado 09:10, porque fecha às 18:00 e só abre sábado 09:00")
	v.click("#sat-close")
	v.sees("sexta 17:50 + 20 min úteis = segunda 09:10, porque sábado e domingo estão fechados")
	v.sees("Com o que está no editor, ainda não salvo")
	v.focused("#sat-add")
	v.Shoot("hours-preview")
	v.click("#hours-save")
	v.sees("Horário salvo: seg–sex 09:00–18:00.")
	v.Until(`!document.body.innerText.includes("ainda não salvo")`)
	v.sees("sexta 17:50 + 20 min úteis = segunda 09:10, porque sábado e domingo estão fechados")

	v.types("#fri-0-from", "18:00")
	v.types("#fri-0-to", "02:00")
	v.tabTo("#sat-add")
	v.keys(kb.Enter)
	v.focused("#sat-0-from")
	v.types("#sat-0-from", "01:00")
	v.types("#sat-0-to", "05:00")
	v.keys(kb.Enter) // saves
	v.Until(`document.querySelector("#sat-0-error")?.innerText.includes("Sobrepõe a sexta 18:00–02:00.")`)
	v.focused("#sat-0-from")
	v.Shoot("hours-overlap")
	v.Axe("hours-overlap")
	v.click("#sat-0-remove")
	v.Until(`!document.querySelector("#sat-0-from")`)
	v.click("#hours-save")
	v.sees("Salvo: seg–qui 09:00–18:00, sex 18:00–02:00")
	v.sees("até sábado 02:00")

	v.click("#fri-copy-button")
	v.press2("#fri-copy label", "Sábado")
	v.Shoot("hours-copy")
	v.Axe("hours-copy")
	v.click("#fri-copy-now")
	v.Until(`document.querySelector("#sat-0-to")?.value === "02:00"`)
	v.click("#hours-save")
	v.sees("Salvo: seg–qui 09:00–18:00, sex e sáb 18:00–02:00")
	v.open("/configuracoes/horarios")
	v.sees("sex e sáb 18:00–02:00")
	v.sees("até domingo 02:00")
	v.Quiet("422")
}

const cityHolidays = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Prefeitura//PT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270125\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Aniversário da cidade\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20271225\r\nSUMMARY:Natal\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270231\r\nSUMMARY:Nunca\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// Holidays: a national one switched, a day of one's own, a city's file, and a team
// whose own hours begin with the store's holidays.
func TestHolidays(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/configuracoes/horarios/feriados?year=2027")
	v.sees("sexta, 26/03/2027") // Easter is on the 28th
	checked := func(id, on string) {
		t.Helper()
		v.Until(fmt.Sprintf(`document.querySelector(%q)?.getAttribute("aria-checked") === %q`, id, on))
	}
	checked("#black_awareness-every", "true")
	checked("#corpus_christi-year", "false")
	v.tabTo("#tiradentes-year")
	v.keys(kb.Enter)
	checked("#tiradentes-year", "false")
	checked("#tiradentes-every", "true")
	v.focused("#tiradentes-year")
	v.click("#corpus_christi-every")
	checked("#corpus_christi-year", "true")

	v.types("#add-date", "2027-08-11")
	v.fill("#add-name", "Balanço")
	v.keys(kb.Enter)
	v.sees("quarta, 11/08/2027")
	v.click("#edit-2027-08-11")
	v.Until(`document.querySelector("#modal").open`)
	v.Axe("holiday-dialog")
	v.fill("#edit-name", "Inventário")
	v.keys(kb.Enter)
	v.Until(`!document.querySelector("#modal").open`)
	v.sees("Inventário")
	v.focused("#edit-2027-08-11")
	v.click("#remove-2027-08-11")
	v.sees("Remover Inventário?")
	v.press("Remover")
	v.sees("Removido: 11/08/2027 Inventário.")

	file := filepath.Join(t.TempDir(), "municipais.ics")
	if err := os.WriteFile(file, []byte(cityHolidays), 0o600); err != nil {
		t.Fatal(err)
	}
	v.Do(chromedp.SetUploadFiles("#file", []string{file}))
	v.press("Ler arquivo")
	v.ready()
	v.sees("Linha 14: “20270231” não é uma data que exista")
	v.sees("Já fechado: Natal")
	v.Axe("holiday-file")
	v.Shoot("holiday-file")
	v.press("Adicionar os marcados")
	v.sees("1 feriado adicionado do arquivo.")
	v.sees("segunda, 25/01/2027")
	v.Shoot("holidays")

	v.open("/configuracoes/horarios/times/vendas")
	v.sees("Com os feriados dela: seg–sex 09:00–18:00, sáb 09:00–13:00.")
	v.click(`label[for="mode-2"]`)
	v.types("#mon-0-to", "20:00")
	v.click("#hours-save")
	v.sees("Salvo: seg 09:00–20:00, ter–sex 09:00–18:00, sáb 09:00–13:00")
	v.types("#preview-on", "2027-01-31")
	v.types("#preview-at", "10:00")
	v.sees("porque domingo está fechado")
	v.types("#preview-on", "2027-01-25")
	v.sees("porque segunda 25/01 é feriado (Aniversário da cidade)")
	v.Shoot("team-hours")
	v.Quiet()
}

// Hours with scripts switched off: the buttons post, the preview is a page.
func TestHoursWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.withoutScripts(manager)
	v.plain("/configuracoes/horarios")
	v.click("#sun-add")
	v.Until(`document.querySelector("#sun-0-from")?.value === "09:00"`)
	v.reads("Salvo: seg–sex 09:00–18:00, sáb 09:00–13:00")
	v.press("Prever sem salvar")
	v.reads("ainda não salvo")
	v.click("#preview-now")
	v.reads("ainda não salvo")
	v.Until(`location.pathname.endsWith("/previsao") && document.querySelector("#sun-0-from")?.value === "09:00"`)
	v.click("#hours-save")
	v.reads("Salvo: seg–sex e dom 09:00–18:00, sáb 09:00–13:00")
	v.plain("/configuracoes/horarios/feriados?year=2027")
	v.click("#christmas-year")
	v.Until(`document.querySelector("#christmas-year")?.getAttribute("aria-checked") === "false"`)
	v.Shoot("hours-without-scripts")
}
