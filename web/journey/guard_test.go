package journey

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

const asking = `document.querySelector("#ask").open`

// Work in a page's own form is not lost by a stray click: leaving asks, and nothing asks once it is
// saved or given up.
func TestUnsavedPageAsks(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/minha-conta")
	v.fill("#profile-name", "Helena D.")
	v.click("#tab-seguranca")
	v.Until(asking)
	v.keys(kb.Escape)
	v.Until(`!` + asking + ` && location.pathname === "/minha-conta" && document.querySelector("#profile-name").value === "Helena D."`)
	v.Until(`!window.dispatchEvent(new Event("beforeunload", {cancelable: true}))`)
	v.click("#tab-seguranca")
	v.Until(asking)
	v.press("Descartar")
	v.at("/minha-conta/seguranca")

	v.open("/minha-conta")
	v.fill("#profile-name", "Helena D.")
	v.press("Salvar")
	v.sees("Perfil salvo.")
	v.press("Horários")
	v.at("/configuracoes/horarios")

	v.click("#mon-close")
	v.focused("#mon-add")
	v.press("Canais")
	v.Until(asking)
	v.press("Continuar editando")
	v.click("#hours-save")
	v.sees("Horário salvo: ter–sex 09:00–18:00, sáb 09:00–13:00.")
	v.press("Canais")
	v.at("/configuracoes/canais")
}
