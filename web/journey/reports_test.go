package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A supervisor looks at how the store is doing: now, over a month, of one team, in
// business hours; a seller sees their own alone.
func TestHowTheStoreIsDoing(t *testing.T) {
	t.Parallel()
	s := demo(t)
	marcos := s.signIn(supervisor)
	marcos.press("Painel")
	marcos.Until(`document.querySelector(".sidebar-link[aria-current=page]")?.innerText.includes("Painel")`)
	marcos.sees("Times com a espera mais longa")
	marcos.everyLook("/painel")
	marcos.everyLook("/relatorios")
	marcos.Look(1440, 900, false)
	marcos.open("/relatorios")
	marcos.Until(`document.querySelectorAll(".chart-line").length > 0 && document.querySelectorAll(".heat td[title]").length > 0`)
	marcos.Do(chromedp.SetValue("#report-clock", "comercial"), chromedp.SetValue("#report-of", "team:vendas"), chromedp.Submit("#report-of"))
	marcos.Until(`new URLSearchParams(location.search).get("quem") === "team:vendas"`)
	marcos.sees("contado no horário de atendimento")
	marcos.Until(`!document.getElementById("report-vendedores")`)
	marcos.everyLook("/relatorios?de=2020-01-01&ate=2020-01-31")
	marcos.sees("Nada foi respondido neste período")
	marcos.Quiet()

	camila := s.signIn("camila@loja.demo")
	camila.open("/relatorios")
	camila.Until(`!document.getElementById("report-of") && !document.getElementById("report-times")`)
	camila.open("/painel")
	camila.sees("Suas conversas")
	camila.Axe("own-panel")
	camila.Quiet()
}
