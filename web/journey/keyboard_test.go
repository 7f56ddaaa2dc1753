package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// keys types on the keyboard, to whatever has the focus.
func (v *visitor) keys(text string) {
	v.site.t.Helper()
	v.Do(chromedp.KeyEvent(text))
}

// focused waits until an element has the focus.
func (v *visitor) focused(selector string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
}

// tabTo presses Tab until an element has the focus, as who has no mouse does.
func (v *visitor) tabTo(selector string) {
	v.site.t.Helper()
	for range 60 {
		if browsertest.Eval[bool](v.Tab, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
		v.keys(kb.Tab)
	}
	v.site.t.Fatalf("the keyboard does not get to %s", selector)
}

// The side panel without a mouse: it takes the focus and keeps it, Enter goes on,
// Esc asks about unsaved work, and the focus comes back to what opened it.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/automacoes/inatividade/time")
	edit := func() {
		v.tabTo("#main-alert1")
		v.keys(kb.Enter)
		v.focused("#panel-title")
		v.tabTo("#flow-alert1")
		v.keys("7" + kb.Enter)
		v.Until(`!!document.querySelector("#flow-alert2")`)
		v.tabTo("#flow-alert2")
		v.keys("40" + kb.Enter)
		v.Until(`!!document.querySelector("#flow-save")`)
	}
	asks := func() {
		v.keys(kb.Escape)
		v.Until(`document.querySelector("#ask").open`)
		v.focused(`#ask [data-ask="no"]`)
	}
	panel := func(open bool) {
		t.Helper()
		v.Until(fmt.Sprintf(`!document.querySelector("#ask").open && document.querySelector("#panel").open === %v`, open))
	}

	edit()
	asks()
	v.keys(kb.Escape) // that was an answer: on with it
	panel(true)
	asks()
	v.keys(kb.Enter)
	panel(true)
	asks()
	v.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	v.focused(`#ask [data-ask="yes"]`)
	v.keys(kb.Enter)
	panel(false)
	v.focused("#main-alert1")
	if browsertest.Eval[bool](v.Tab, `document.querySelector("#main-alert1").innerText.includes("7 min")`) {
		t.Error("what was given up was saved")
	}

	edit()
	v.tabTo("#flow-save")
	v.keys(kb.Enter)
	panel(false)
	v.Until(`document.querySelector("#main-alert1").innerText.includes("7 min") && document.querySelector("#main-alert2").innerText.includes("40 min")`)
	v.focused("#main-alert1")
	v.Quiet()
}
