package journey

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// A manager changes a flow twice, reads what it has been, sees whom it moved, and
// goes back to how it was; a deleted one comes back too.
func TestWhatAFlowHasBeen(t *testing.T) {
	t.Parallel()
	s := demo(t)
	helena := s.signIn(manager)
	helena.open("/automacoes/inatividade/time/principal?step=alert1")
	helena.fill("#flow-alert1", "9")
	helena.click("#flow-next")
	helena.fill("#flow-alert2", "20")
	helena.click("#flow-next")
	helena.sees("Ao salvar")
	helena.click("#flow-save")
	helena.sees("Fluxo principal da fila do time salvo.")
	helena.open("/automacoes/inatividade/time")
	helena.click("#history-time")
	helena.sees("Histórico do fluxo principal")
	helena.Until(`document.querySelector("#version-2")?.innerText.replace(/\s+/g, " ").includes("1º alerta: de 5 min para 9 min")`)
	helena.sees("Em vigor")
	helena.Axe("history")
	helena.Shoot("history")
	helena.click("#version-1 td a[href$='/1']")
	helena.sees("Versão 1 · Fluxo principal")
	helena.sees("Conversas em que agiu")
	helena.Axe("history-acts")
	helena.Shoot("history-acts")

	helena.open("/automacoes/inatividade/time/historico/time")
	helena.click("#restore-1")
	helena.sees("Estes são os ajustes da versão 1.")
	helena.Axe("history-restore")
	helena.Shoot("history-restore")
	helena.click("#flow-save")
	helena.sees("salvo.")
	helena.open("/automacoes/inatividade/time/historico/time")
	helena.sees("Restaurou a versão 1")

	helena.open("/automacoes/inatividade/time/alternativos/time-trocas/excluir")
	helena.press("Excluir")
	helena.sees("Fluxo Trocas excluído.")
	helena.click("#deleted-flows")
	helena.sees("Fluxos excluídos")
	helena.everyLook("/automacoes/inatividade/time/excluidos")
	helena.Look(1440, 900, false)
	helena.press("Fluxo Trocas")
	helena.sees("Este fluxo foi excluído.")
	helena.click("#restore-1")
	helena.click("#flow-save")
	helena.sees("Fluxo Trocas salvo.")
	helena.everyLook("/automacoes/inatividade/time")
	helena.Quiet()

	marcos := s.signIn(supervisor)
	marcos.open("/automacoes/inatividade/time/historico/time-trocas")
	marcos.Until(`document.querySelector("#version-3") && !document.querySelector("[id^=restore-]")`)
	marcos.Quiet()
}

// A manager prepares Black Friday: scheduled, in force by itself, back by itself; the
// program's clock runs fast.
func TestAFlowForBlackFriday(t *testing.T) {
	t.Parallel()
	s := serve(t, "--demo", "--no-movement", "--clock-speed", "120") // an hour in half a minute
	helena := s.signIn(manager)
	helena.open("/automacoes/inatividade/time/principal?step=alert1")
	helena.fill("#flow-alert1", "2")
	helena.click("#flow-next")
	helena.fill("#flow-alert2", "4")
	helena.click("#flow-next")
	helena.pressLabel("Programar")
	helena.sees("Se valesse agora")
	helena.setTime("#flow-from", 24*time.Hour)
	helena.setTime("#flow-until", 96*time.Hour)
	// axe cannot judge what is scrolled under the panel's head.
	browsertest.Eval[chromedp.Void](helena.Tab, `document.querySelector("dialog[open] h2").focus(); document.querySelectorAll("dialog[open] *").forEach(e => { e.scrollTop = 0 })`)
	helena.Axe("schedule-panel")
	helena.setTime("#flow-from", 40*time.Minute)
	helena.setTime("#flow-until", 100*time.Minute)
	helena.click("#flow-save")
	helena.sees("muda sozinho")
	helena.Until(`document.querySelector("#main-flow [id^=schedule-]")?.innerText.includes("Programado de ")`)
	helena.Until(`document.querySelector("#main-alert1")?.innerText.includes("5 min")`)
	helena.everyLook("/automacoes/inatividade/time")
	helena.Look(1440, 900, false)

	marcos := s.signIn(supervisor)
	marcos.open("/automacoes/inatividade/time")
	// Nobody does anything: the page follows by itself.
	marcos.Within(60*time.Second, `document.querySelector("#main-flow [id^=schedule-]")?.innerText.includes("Em vigor por uma programação até")`)
	marcos.Until(`document.querySelector("#main-flow").innerText.includes("4 min")`)
	marcos.Axe("schedule-in-force")
	marcos.Shoot("schedule-in-force")
	marcos.Within(60*time.Second, `!document.querySelector("#main-flow [id^=schedule-]")`)
	marcos.Until(`document.querySelector("#main-flow").innerText.includes("15 min")`)
	marcos.open("/automacoes/inatividade/time/historico/time")
	marcos.sees("Terminou a programação: voltou a ser como antes")
	marcos.sees("Começou e voltou")
	marcos.everyLook("/automacoes/inatividade/time/historico/time")
	marcos.Quiet()

	// Another is thought better of, by the keyboard alone.
	helena.open("/automacoes/inatividade/vendedor/principal?step=action")
	helena.pressLabel("Programar")
	helena.setTime("#flow-from", 40*24*time.Hour)
	helena.click("#flow-save")
	helena.Until(`document.querySelector("#main-flow [id^=schedule-]")?.innerText.includes("Programado a partir de ")`)
	helena.Do(chromedp.Focus("[id^=cancel-]"), chromedp.SendKeys("[id^=cancel-]", kb.Enter))
	helena.sees("Cancelar a programação do fluxo principal?")
	helena.Axe("schedule-cancel")
	helena.Shoot("schedule-cancel")
	helena.press("Cancelar a programação")
	helena.sees("foi cancelada")
	helena.Until(`!document.querySelector("#main-flow [id^=schedule-]")`)
	helena.Quiet()
}

// pressLabel is a real click on the choice that says so.
func (v *visitor) pressLabel(words string) {
	v.site.t.Helper()
	v.clickMarked(fmt.Sprintf(`(() => {
	  const e = [...document.querySelectorAll("dialog[open] label")].find(e => e.innerText.replace(/\s+/g, " ").trim().startsWith(%q));
	  for (const old of document.querySelectorAll("[data-journey]")) old.removeAttribute("data-journey");
	  e?.setAttribute("data-journey", "");
	  return !!e && document.readyState === "complete" })()`, words))
}

// setTime fills a date and time that is so long after the store's present one.
func (v *visitor) setTime(selector string, after time.Duration) {
	v.site.t.Helper()
	now := browsertest.Eval[float64](v.Tab, `Number(document.documentElement.dataset.now) + performance.now() * Number(document.documentElement.dataset.speed)`)
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		v.site.t.Fatal(err)
	}
	v.Do(chromedp.SetValue(selector, time.UnixMilli(int64(now)).In(saoPaulo).Add(after).Format("2006-01-02T15:04")))
	browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`document.querySelector(%q).dispatchEvent(new Event("input", {bubbles: true}))`, selector))
}
