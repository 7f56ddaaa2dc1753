package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

const panelOpen = `document.querySelector("#panel:modal") !== null`
const panelShut = `document.querySelector("#panel[open]") === null`

func flowsPage(t *testing.T) (*site, *browsertest.Tab) {
	s, b := newSite(t), browsertest.New(t)
	b.Look(1280, 900, false)
	b.Do(chromedp.Navigate(s.URL+"/flows"), chromedp.WaitVisible("#step-1"))
	b.Until(`document.documentElement.dataset.js !== undefined && document.querySelector("#step-1[data-htmx-powered]") !== null`)
	return s, b
}

// A step opens in the panel with its title focused; a bad value comes back at its field, which takes the
// focus; a good one closes the panel, renews the page, says so, and gives the focus back.
func TestPanelSaves(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	b.Do(chromedp.Click("#step-1"))
	b.Until(panelOpen)
	b.Until(`document.activeElement.id === "panel-title"`)
	b.Do(chromedp.Clear("#alert1"), chromedp.Click("#panel-next"))
	b.Until(`document.activeElement.id === "alert1" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	b.Axe("panel with an error")
	b.Do(chromedp.SendKeys("#alert1", "7"+kb.Enter))
	b.Until(panelShut)
	b.Until(`document.querySelector("#toasts .toast p")?.textContent.includes("até 7 min")`)
	b.Until(`document.activeElement.id === "step-1"`)
	if left := browsertest.Eval[int](b, `document.querySelectorAll("#panel *").length`); left != 0 {
		t.Errorf("%d elements stay in the closed panel", left)
	}
	b.Quiet("422")
}

// Esc leaves a clean panel at once; with unsaved work it asks first, however often it is pressed, and
// refusing keeps what was typed.
func TestPanelAsksBeforeLosingWork(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	b.Do(chromedp.Click("#step-2"))
	b.Until(panelOpen)
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Until(panelShut)
	b.Until(`document.activeElement.id === "step-2"`)

	b.Do(chromedp.Click("#step-2"))
	b.Until(panelOpen)
	b.Do(chromedp.SendKeys("#alert1", "9"))
	for range 3 {
		b.Do(chromedp.KeyEvent(kb.Escape))
		b.Until(`document.querySelector("#ask:modal") !== null && ` + panelOpen)
		b.Do(chromedp.KeyEvent(kb.Escape))
		b.Until(`document.querySelector("#ask[open]") === null && document.activeElement.id === "alert1" && ` + panelOpen)
	}
	if typed := browsertest.Eval[string](b, `document.getElementById("alert1").value`); len(typed) != 2 {
		t.Errorf("typed value is now %q", typed)
	}
	b.Do(chromedp.Click("#panel [data-close]"))
	b.Until(`document.querySelector("#ask:modal") !== null`)
	b.Do(chromedp.Click(`#ask [data-ask="yes"]`))
	b.Until(panelShut)
	b.Quiet("422")
}

// The panel's own address shows the page with the panel in it; closing it brings the page's address.
func TestPanelByAddress(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), browsertest.New(t)
	b.Do(chromedp.Navigate(s.URL + "/panel"))
	b.Until(panelOpen)
	b.Do(chromedp.Click("#panel [data-close]"))
	b.Until(panelShut)
	b.Until(`location.pathname === "/flows"`)
	b.Quiet("422")
}

// Ctrl+click on a link the scripts handle opens no panel: the browser's new tab is left to the browser.
func TestModifiedClickIsTheBrowsers(t *testing.T) {
	t.Parallel()
	_, b := flowsPage(t)
	got := browsertest.Eval[bool](b, `new Promise(done => {
		const link = document.getElementById("step-1");
		window.addEventListener("click", e => setTimeout(() => done(e.defaultPrevented)), {capture: true, once: true});
		link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, ctrlKey: true}));
	})`)
	if got {
		t.Error("the click was swallowed")
	}
	b.Do(chromedp.Click("#flow-1-delete"))
	b.Until(`document.querySelector("#modal:modal") !== null`)
	b.Axe("question")
	b.Shoot("question")
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Until(`document.activeElement.id === "flow-1-delete"`)
	b.Quiet("422")
}
