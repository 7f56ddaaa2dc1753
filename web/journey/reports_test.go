package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
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
	// Both periods are drawn, and the table says what they are; so does its file.
	marcos.Until(`document.querySelector(".chart-earlier") !== null && document.querySelector(".chart-key").innerText.includes("Mediana no período anterior")`)
	marcos.press("Ver como tabela")
	marcos.Until(`document.querySelector("#report-days details").open && document.querySelector("#report-days tbody .table-note").innerText.startsWith("antes ")`)
	browsertest.Eval[chromedp.Void](marcos.Tab, `scrollTo(0, 0)`) // nothing stands half under the top bar
	marcos.looksWell("report-table")
	if file := marcos.download("#csv-dias"); !strings.HasPrefix(file, "\ufeffDia;Dia no período anterior;Respostas;") {
		t.Errorf("the file begins with %q", file[:min(len(file), 60)])
	}
	marcos.Look(1440, 900, false)
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
