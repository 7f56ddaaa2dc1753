package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// A store's first day, from an empty database: set-up with the program's code, the
// first steps that tick themselves off, a customer's message; then a second store
// by command, and the way between the two.
func TestFirstDay(t *testing.T) {
	t.Parallel()
	s := serve(t)
	v := s.visit()
	v.open("/")
	v.sees("Criar a loja")
	v.looksWell("set-up")
	v.Look(1440, 900, false)
	v.fill(`input[name="code"]`, "nao-e-este")
	v.fill(`input[name="store"]`, "Ótica Ipê")
	v.choose(`select[name="timezone"]`, "Manaus")
	v.fill(`input[name="name"]`, "Helena Duarte")
	v.fill(`input[name="login"]`, "helena@otica.example")
	v.fill(`input[name="password"]`, "uma senha de verdade")
	v.press("Criar a loja")
	v.sees("Este não é o código.")
	v.Until(`document.activeElement.id === "code" && document.querySelector("#store").value === "Ótica Ipê" && document.querySelector("#timezone").value === "America/Manaus"`)
	v.Axe("set-up-refused")
	v.Shoot("set-up-refused")
	v.fill(`input[name="code"]`, s.code)
	v.fill(`input[name="password"]`, "uma senha de verdade")
	v.Do(chromedp.KeyEvent(kb.Enter))
	v.sees("Primeiros passos")
	v.ready()
	v.stepsDone(0)
	v.everyLook("/")
	v.Look(1440, 900, false)
	v.open("/")

	// What is done elsewhere is ticked off on the page that stands open.
	token := s.command("token", "create", "--store", "otica-ipe", "--scope", "configuration", "jornada")
	team := s.call(token, "POST", "/teams", 201, map[string]any{"name": "Vendas"})["id"].(string)
	v.Until(`document.querySelector("#step-channel .checklist-word").innerText === "Feito"`) // the key
	v.sees("O time existe, mas ainda não há ninguém nele.")
	s.call(token, "POST", "/sellers", 201, map[string]any{"name": "Rui", "teams": []string{team}})
	v.Until(`document.querySelector("#step-team .checklist-word").innerText === "Feito"`)
	s.atChat("/chat/otica-ipe").introduces("Clara", "Oi, fazem lentes multifocais?")
	v.sees("A primeira mensagem de um cliente já chegou.")
	v.stepsDone(2)
	v.Shoot("first-steps")

	v.press("Ir para as conversas")
	v.sees("Primeiros passos da loja: 2 de 5 feitos.")
	v.Axe("first-steps-notice")
	v.Shoot("first-steps-notice")
	v.press("Continuar")
	v.sees("Falta")
	v.press("Gestão de Inatividade")
	v.click("#configure-waiting")
	v.click("#main-alert1")
	v.press("Continuar")
	v.Until(`!!document.querySelector("#flow-alert2")`)
	v.press("Continuar")
	v.press("Salvar")
	v.sees("Fluxo principal da fila aguardando salvo.")
	v.open("/")
	v.stepsDone(3)

	v.twoStores()
	v.Quiet("422")
}

// stepsDone waits until so many of the first steps are ticked off.
func (v *visitor) stepsDone(n int) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`[...document.querySelectorAll(".checklist-word")].filter(e => e.innerText === "Feito").length === %d`, n))
	v.sees(fmt.Sprintf("%d de 5 feitos", n))
}

// twoStores opens a second store by command and goes there and back, by keyboard.
func (v *visitor) twoStores() {
	v.site.t.Helper()
	v.site.command("store", "add", "--name", "Ótica Jatobá", "--admin", "helena@otica.example", "jatoba")
	v.open("/conversas")
	v.sees("Oi, fazem lentes multifocais?")
	v.Do(chromedp.Focus("#stores-button"), chromedp.KeyEvent(kb.Enter))
	v.Until(`document.querySelector("#stores").matches(":popover-open")`)
	v.Axe("stores-menu")
	v.Shoot("stores-menu")
	v.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	v.Until(`document.activeElement.innerText.trim() === "Ótica Jatobá"`)
	v.Do(chromedp.KeyEvent(kb.Enter))
	v.sees("Você está em Ótica Jatobá.")
	v.ready()
	if browsertest.Eval[bool](v.Tab, `document.querySelector("main").innerText.includes("multifocais")`) {
		v.site.t.Error("the other store's conversation shows")
	}
	v.Shoot("second-store")
	v.staleTab("Ótica Ipê")
	v.staleTab("Ótica Jatobá")
	v.open("/")
	v.stepsDone(0)

	v.Look(390, 844, true)
	v.open("/conversas")
	v.press("Abrir o menu")
	v.click("#stores-button")
	v.Until(`document.querySelector("#stores").matches(":popover-open") && document.querySelector("#sidebar").matches(":popover-open")`)
	v.Shoot("stores-menu-phone")
	v.press2("#stores button", "Ótica Ipê")
	v.sees("Você está em Ótica Ipê.")
	v.Look(1440, 900, false)
	v.open("/")
	v.press("Dispensar")
	v.sees("Primeiros passos dispensados.")
	v.open("/")
	v.Until(`location.pathname === "/conversas" && !document.querySelector("#steps-back")`)
}

// staleTab changes the store behind the page's back, as another tab of the same
// browser does: the page finds itself in the other store.
func (v *visitor) staleTab(store string) {
	v.site.t.Helper()
	browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`fetch("/trocar-loja", {method: "POST", redirect: "manual", body: new URLSearchParams({
	  store: [...document.querySelectorAll("#stores button")].find(e => e.textContent.trim() === %q).value})}).then(() => undefined)`, store))
	v.Until(fmt.Sprintf(`document.querySelector("#stores-button")?.innerText.includes(%q)`, store))
	v.ready()
}

// Loja by keyboard: a new name and zone, and the two rules.
func TestStoreSettings(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.press("Loja")
	v.sees("Dados da loja")
	v.fill("#store-name", "Loja do Centro")
	v.choose("#store-timezone", "Manaus")
	v.Do(chromedp.Focus("#store-name"), chromedp.KeyEvent(kb.Enter))
	v.sees("Horários e prazos passam a ser lidos no fuso de Manaus.")
	v.Until(`document.querySelector("#sidebar").innerText.includes("Loja do Centro") && document.querySelector("#store-timezone").value === "America/Manaus"`)
	v.Do(chromedp.Focus("#portfolio-switch"), chromedp.KeyEvent(" "))
	v.Until(`document.querySelector("#portfolio-switch").getAttribute("aria-checked") === "true" && document.activeElement.id === "portfolio-switch"`)
	v.sees("Vendedores passam a ver clientes fora da própria carteira.")
	// What is being typed is not lost by a switch.
	v.fill("#store-name", "Ainda não salvo")
	v.Do(chromedp.Focus("#portfolio-switch"), chromedp.KeyEvent(" "))
	v.Until(`document.querySelector("#portfolio-switch").getAttribute("aria-checked") === "false" && document.querySelector("#store-name").value === "Ainda não salvo"`)

	// Somebody else saves first.
	colleague := s.signIn(manager)
	colleague.open("/configuracoes/loja")
	colleague.fill("#store-name", "Loja da Praça")
	colleague.press("Salvar")
	colleague.sees("Loja salva.")
	v.press("Salvar")
	v.sees("salvou a loja")
	v.sees("Ainda não salvo")
	v.Axe("store-lost")
	v.Shoot("store-lost")
	v.press("Salvar o meu por cima")
	v.sees("Loja salva.")

	// The second step holds for who asks it of everybody, too; then the page is there again.
	v.Do(chromedp.Focus("#two-step-switch"), chromedp.KeyEvent(" "))
	v.sees("Você também ainda não tem")
	v.looksWell("store-two-step")
	v.press("Exigir")
	v.at("/minha-conta/duas-etapas")
	v.sees("exige a verificação em duas etapas")
	v.press("Começar")
	v.confirmsTwoStep()
	v.at("/configuracoes/loja")
	v.Until(`document.querySelector("#two-step-switch").getAttribute("aria-checked") === "true"`)
	v.Do(chromedp.Focus("#two-step-switch"), chromedp.KeyEvent(" "))
	v.Until(`document.querySelector("#two-step-switch").getAttribute("aria-checked") === "false"`)
	v.Quiet("409", "403", "401")
}

// The way between stores, the first steps and Loja without scripts.
func TestStoreWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	s.command("store", "add", "--name", "Filial", "--admin", manager, "filial")
	v := s.withoutScripts(manager)
	v.click("#stores-button")
	v.press2("#stores button", "Filial")
	v.reads("Você está em Filial.")
	v.plain("/")
	v.reads("0 de 5 feitos")
	v.plain("/configuracoes/loja")
	v.click("#portfolio-switch")
	v.reads("Vendedores passam a ver clientes fora da própria carteira.")
	v.plain("/")
	v.reads("0 de 5 feitos")
	v.press2("#steps-hide", "Dispensar")
	v.reads("Primeiros passos dispensados.")
}
