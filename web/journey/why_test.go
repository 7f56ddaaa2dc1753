package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// What the engine did and will do opens to its reason by the keyboard, on a desk's
// and a phone's screen, and the focus comes back to where it was.
func TestWhyByKeyboard(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	red := s.conversations(token, "&status=open&level=red")
	fresh := s.write(token, "Zuleica", "vendas", "Ainda tem?")
	v := s.signIn(manager)
	for _, width := range []int64{1440, 390} {
		v.Look(width, 900, false)
		v.open("/conversas/" + red[0])
		v.from("#thread")
		v.tabTo("#thread .event-more")
		v.Shoot(fmt.Sprintf("why-thread-%d", width))
		id := browsertest.Eval[string](v.Tab, `document.activeElement.id`)
		v.keys(kb.Enter)
		v.explained(fmt.Sprintf("why-event-%d", width), "O tempo começou", "O que conta", "Prazo", "Aconteceu")
		v.keys(kb.Escape)
		v.focused("#" + id)

		v.open("/conversas/" + fresh)
		for _, step := range []struct {
			place, link string
			words       []string
		}{
			{"next", "#coming .event-more", []string{"1º alerta: fica amarela", "não é exceção de nenhum fluxo alternativo ativo", "Vai acontecer", "se ninguém responder"}},
			{"later", "#coming li:last-child .event-more", []string{"em cuja fila a conversa estará", "quando a conversa for transferida automaticamente", "Vai acontecer"}},
		} {
			if width == 390 { // a phone shows what will happen over the conversation
				v.from("#title")
				v.tabTo(".talk-details")
				v.keys(kb.Enter)
				v.Until(`document.querySelector("#details").matches(":popover-open")`)
				v.Shoot("why-steps-390")
			} else {
				v.from("#details h2")
			}
			v.tabTo(step.link)
			v.keys(kb.Enter)
			v.explained(fmt.Sprintf("why-%s-%d", step.place, width), step.words...)
			if step.place == "next" {
				v.keys(kb.Escape)
				v.Until(`!document.querySelector("#panel").open`)
			}
		}
		v.tabTo("#why-close")
		v.keys(kb.Enter)
		v.Until(`!document.querySelector("#panel").open`)
	}
	// Without the page around it the address is a page of its own.
	v.open("/conversas/" + fresh + "/por-que")
	v.looksWell("why")
	v.Quiet()
}

// from puts the focus on a place of the page, to go on from by the keyboard.
func (v *visitor) from(selector string) {
	v.site.t.Helper()
	browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`(e => { if (!e.hasAttribute("tabindex")) e.tabIndex = -1; e.focus() })(document.querySelector(%q))`, selector))
}

// explained waits for a reason in the panel, with the focus in it.
func (v *visitor) explained(place string, words ...string) {
	v.site.t.Helper()
	v.focused("#panel-title")
	for _, w := range words {
		v.Until(fmt.Sprintf(`document.querySelector("#panel").innerText.includes(%q)`, w))
	}
	v.Axe(place)
	v.Shoot(place)
}
