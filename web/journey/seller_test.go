package journey

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// What a seller chose and typed is still there after a reload, and what does not
// fit is refused in the page's own words, with nothing cut off.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	s := demo(t)
	id := s.write(s.token(), "Nívea", "vendas", "Tem no tamanho 38?")
	v := s.signIn(seller)
	v.click(`[data-themes] button[value="dark"]`)
	v.open("/conversas/" + id)
	v.Until(`document.documentElement.dataset.theme === "dark"`)
	v.fill("#composer-text", "Tem, sim! São só três pares")
	v.Do(chromedp.Reload())
	v.ready()
	v.Until(`document.documentElement.dataset.theme === "dark" && document.querySelector("#composer-text").value === "Tem, sim! São só três pares"`)

	long := strings.Repeat("ã", 4097)
	browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`document.querySelector("#composer-text").select(); document.execCommand("insertText", false, %q)`, long))
	v.click("#composer-send")
	v.sees("A mensagem pode ter até 4.096 caracteres.")
	v.Until(fmt.Sprintf(`document.querySelector("#composer-text").value === %q`, long))
	v.fill("#composer-text", "Tem, sim!")
	v.click("#composer-send")
	v.Until(`document.querySelector("#composer-text").value === "" && !document.querySelector("#composer-error, #composer-text[aria-invalid]") && !!document.querySelector("#postpone-button")`)

	v.click("#postpone-button")
	v.click("#postpone-other")
	v.Until(`document.querySelector("#modal").open`)
	for value, words := range map[string]string{"2020-01-01T10:00": "Escolha um momento que ainda não passou.", "2099-01-01T10:00": "O limite é de 30 dias.", "": "Informe a data e a hora."} {
		browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`document.querySelector("#until").value = %q`, value))
		v.press("Adiar")
		v.Until(fmt.Sprintf(`document.querySelector("#until-error")?.innerText.includes(%q) && document.activeElement.id === "until"`, words))
	}
	v.Axe("postpone-refused")
	v.Shoot("postpone-refused")
	v.Quiet("422")
}

// Alerts reach the holder on whatever page they are: as a toast that leads to the
// conversation, in the title's count and in the favicon's colour.
func TestAlertsReachTheHolder(t *testing.T) {
	t.Parallel()
	s := demo(t, "--clock-speed", "60")
	token := s.token()
	v := s.signIn(manager)
	// Aguardando alerts everybody: what waits there has to be gone first.
	v.Until(`document.querySelector("#tab-waiting .count")?.textContent === "0"`)
	id := s.write(token, "Olívia do Alerta", "vendas", "Ainda tem?")
	v.open("/conversas/" + id)
	v.press("Assumir")
	v.sees("Com você")
	v.Until(`document.activeElement.id === "main"`) // the button is gone
	v.open("/automacoes/inatividade")
	for _, alert := range []struct{ words, colour string }{{"1º alerta: Olívia do Alerta espera há", "yellow"}, {"2º alerta: Olívia do Alerta espera há", "red"}} {
		v.Until(fmt.Sprintf(`[...document.querySelectorAll("#toasts [data-toast]")].some(e => e.innerText.includes(%q))`, alert.words))
		v.Until(fmt.Sprintf(`document.querySelector("#favicon").getAttribute("href").includes("favicon-%s") && document.title.startsWith("(1) ")`, alert.colour))
	}
	v.Shoot("alert-toast")
	v.click(`#toasts a[href^="/conversas/` + id + `"]`)
	v.Until(fmt.Sprintf(`location.pathname === "/conversas/%s"`, id))
	v.Quiet()
}
