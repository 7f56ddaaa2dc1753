package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const panelOpen = `document.querySelector("#panel:modal") !== null`
const panelShut = `document.querySelector("#panel[open]") === null`

func flowsPage(t *testing.T) (*site, *tab) {
	s, b := newSite(t), newTab(t)
	b.look(1280, 900, false)
	b.do(chromedp.Navigate(s.URL+"/flows"), chromedp.WaitVisible("#step-1"))
	b.until(`document.documentElement.dataset.js !== undefined && document.querySelector("#step-1[data-htmx-powered]") !== null`)
	return s, b
}

// A step opens in the panel with its title focused; a bad value comes back at its field, which takes the
// focus; a good one closes the panel, renews the page, says so, and gives the focus back.
func TestPanelSaves(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	b.do(chromedp.Click("#step-1"))
	b.until(panelOpen)
	b.until(`document.activeElement.id === "panel-title"`)
	b.do(chromedp.Clear("#alert1"), chromedp.Click("#panel-next"))
	b.until(`document.activeElement.id === "alert1" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	b.axe("panel with an error")
	b.do(chromedp.SendKeys("#alert1", "7"+kb.Enter))
	b.until(panelShut)
	b.until(`document.querySelector("#toasts .toast p")?.textContent.includes("até 7 min")`)
	b.until(`document.activeElement.id === "step-1"`)
	if left := eval[int](b, `document.querySelectorAll("#panel *").length`); left != 0 {
		t.Errorf("%d elements stay in the closed panel", left)
	}
	b.quiet()
}

// Esc leaves a clean panel at once; with unsaved work it asks first, however often it is pressed, and
// refusing keeps what was typed.
func TestPanelAsksBeforeLosingWork(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	b.do(chromedp.Click("#step-2"))
	b.until(panelOpen)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(panelShut)
	b.until(`document.activeElement.id === "step-2"`)

	b.do(chromedp.Click("#step-2"))
	b.until(panelOpen)
	b.do(chromedp.SendKeys("#alert1", "9"))
	for range 3 {
		b.do(chromedp.KeyEvent(kb.Escape))
		b.until(`document.querySelector("#ask:modal") !== null && ` + panelOpen)
		b.do(chromedp.KeyEvent(kb.Escape))
		b.until(`document.querySelector("#ask[open]") === null && document.activeElement.id === "alert1" && ` + panelOpen)
	}
	if typed := eval[string](b, `document.getElementById("alert1").value`); len(typed) != 2 {
		t.Errorf("typed value is now %q", typed)
	}
	b.do(chromedp.Click("#panel [data-close]"))
	b.until(`document.querySelector("#ask:modal") !== null`)
	b.do(chromedp.Click(`#ask [data-ask="yes"]`))
	b.until(panelShut)
	b.quiet()
}

// The panel's own address shows the page with the panel in it; closing it brings the page's address.
func TestPanelByAddress(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t)
	b.do(chromedp.Navigate(s.URL + "/panel"))
	b.until(panelOpen)
	b.do(chromedp.Click("#panel [data-close]"))
	b.until(panelShut)
	b.until(`location.pathname === "/flows"`)
	b.quiet()
}

// Ctrl+click on a link the scripts handle opens no panel: the browser's new tab is left to the browser.
func TestModifiedClickIsTheBrowsers(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	got := eval[bool](b, `new Promise(done => {
		const link = document.getElementById("step-1");
		window.addEventListener("click", e => setTimeout(() => done(e.defaultPrevented)), {capture: true, once: true});
		link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, ctrlKey: true}));
	})`)
	if got {
		t.Error("the click was swallowed")
	}
	b.do(chromedp.Click("#flow-1-delete"))
	b.until(`document.querySelector("#modal:modal") !== null`)
	b.axe("question")
	b.shoot("question")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`document.activeElement.id === "flow-1-delete"`)
	b.quiet()
}
