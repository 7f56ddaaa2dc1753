package gallery_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// Without scripts the panel's address shows the page with the panel in it, whose form posts and whose ×
// leads away; the sidebar opens on a phone; nothing that needs scripts is offered.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), browsertest.New(t)
	b.Look(390, 800, false)
	if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.Do(chromedp.Navigate(s.URL+"/flows"), chromedp.Click(".bar-menu"), chromedp.WaitVisible(".sidebar-link"))
	b.Do(chromedp.Navigate(s.URL+"/flows"), chromedp.Click("#step-1"), chromedp.WaitVisible("#panel #alert1"))
	b.Shoot("panel-390-plain")
	b.Do(chromedp.Click("#panel [data-close]"), chromedp.WaitNotPresent("#panel #alert1"))
	b.Do(chromedp.Navigate(s.URL+"/inbox"), chromedp.WaitVisible("#row-c1-link"), chromedp.WaitNotVisible("#row-c1-menu"))
	b.Quiet("422")
}
