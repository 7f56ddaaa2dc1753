package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// would is what the flow in the panel would have made of past waits, in words.
const would = `(document.querySelector("#flow-would")?.innerText ?? "")`

// A manager tries times on the waits there have been: the numbers follow what is
// typed, which keeps the focus; a suggestion is taken, and the flow saved.
func TestTryingTimes(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/automacoes/inatividade/time")
	v.click("#main-alert1")
	v.Until(would + `.includes("dos últimos 30 dias")`)
	v.looksWell("backtest-alert1")
	v.Look(1440, 900, false)

	first := browsertest.Eval[string](v.Tab, would)
	v.fill("#flow-alert1", "1")
	v.Until(fmt.Sprintf(`%s !== %q`, would, first))
	v.focused("#flow-alert1")
	v.keys("2") // where the caret was: the answer has not moved it
	v.Until(`document.querySelector("#flow-alert1").value === "12" && document.querySelector(".histogram").textContent.includes("1º alerta 12 min")`)
	v.keys(kb.Backspace + kb.Backspace)
	v.sees("1º alerta: Preencha este campo.")
	v.sees("1º alerta hoje 5 min")
	v.focused("#flow-alert1")
	v.looksWell("backtest-not-yet")
	v.Look(1440, 900, false)

	v.fill("#flow-alert1", "5")
	v.Do(chromedp.SetValue("#flow-period", "90"))
	browsertest.Eval[chromedp.Void](v.Tab, `document.querySelector("#flow-period").dispatchEvent(new Event("change", {bubbles: true}))`)
	v.Until(would + `.includes("dos últimos 90 dias")`)

	offered := browsertest.Eval[string](v.Tab, `document.querySelector("#flow-use").innerText`)
	v.tabTo("#flow-use")
	v.keys(kb.Enter)
	v.focused("#flow-alert1")
	v.Until(fmt.Sprintf(`%q.includes("Usar " + document.querySelector("#flow-alert1").value)`, offered))
	v.Until(would + `.includes("dos últimos 90 dias")`)
	taken := browsertest.Eval[string](v.Tab, `document.querySelector("#flow-alert1").value`)

	v.keys(kb.Enter)
	v.Until(`!!document.querySelector("#flow-alert2")`)
	v.Until(would + `.includes("dos últimos 90 dias")`)
	v.looksWell("backtest-alert2")
	v.Look(1440, 900, false)
	v.press("Continuar")
	v.Until(`!!document.querySelector("#flow-save")`)
	v.Until(would + `.includes("dos últimos 90 dias")`)
	v.looksWell("backtest-action")
	v.Look(390, 900, false)
	v.press("Ver o efeito nas esperas que já houve")
	v.Until(`document.querySelector("#flow-would").getBoundingClientRect().bottom < 900 - 80`)
	v.looksWell("backtest-effect")
	v.Look(1440, 900, false)
	before := browsertest.Eval[string](v.Tab, `document.querySelector("#flow-impact").innerText`)
	v.press2(".choice label", "Encerrar")
	v.Until(fmt.Sprintf(`document.querySelector("#flow-impact").innerText !== %q`, before))
	v.press2(".choice label", "Nenhuma")
	v.Until(would + `.includes("vermelhas.") && document.querySelector("#flow-save").innerText.toLowerCase() === "salvar"`)
	v.click("#flow-save")
	v.Until(`!document.querySelector("#panel").open`)
	v.Until(fmt.Sprintf(`document.querySelector("#main-alert1").innerText.includes(%q)`, taken+" min"))

	v.open("/automacoes/inatividade/vendedor/principal")
	v.Until(would + `.includes("dos últimos 30 dias")`)
	v.choose("#flow-of", "Ana Beatriz Souza")
	v.Until(would + `.includes("com Ana Beatriz Souza")`)
	v.keys(kb.Escape) // to look is no work to lose: nobody is asked
	v.Until(`!document.querySelector("#panel").open && !document.querySelector("#ask").open`)
	v.Quiet("422")
}

// The same with scripts switched off: a button computes it, and another takes what it
// suggests.
func TestTryingTimesWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.withoutScripts(manager)
	v.plain("/automacoes/inatividade/time/principal?step=alert1")
	v.fill("#flow-alert1", "2")
	v.click("#flow-try")
	v.reads("ficariam verdes")
	v.Shoot("backtest-without-scripts")
	offered := browsertest.Eval[string](v.Tab, `document.querySelector("#flow-use").innerText`)
	v.click("#flow-use")
	v.Until(fmt.Sprintf(`%q === "Usar " + document.querySelector("#flow-alert1")?.value + " min"`, offered))
	v.reads("É o que está no 1º alerta.")
	v.keys(kb.Enter)
	v.reads("2º alerta")
	v.Until(`document.querySelector("#flow-alert2") && document.querySelector("#flow-alert2").value === "15"`)
}
