package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// Enter sends, Shift+Enter breaks the line, a draft survives a reload and goes once it is sent.
func TestComposer(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), browsertest.New(t)
	b.Look(1280, 900, false)
	value := `document.getElementById("composer-text").value`
	b.Do(chromedp.Navigate(s.URL+"/conversation"), chromedp.SendKeys("#composer-text", "Bom dia,"))
	b.Do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)), chromedp.KeyEvent("tudo bem?"))
	b.Until(value + ` === "Bom dia,\ntudo bem?"`)
	b.Do(chromedp.Reload())
	b.Until(value + ` === "Bom dia,\ntudo bem?"`)
	b.Until(`document.querySelector("#composer[data-htmx-powered]") !== null`)
	b.Do(chromedp.Focus("#composer-text"), chromedp.KeyEvent(kb.Enter))
	b.Until(value + ` === ""`)
	b.Until(`localStorage.length === 0`)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.posts) != 1 || s.posts[0] != "message: Bom dia,\ntudo bem?" {
		t.Errorf("posted %q", s.posts)
	}
	b.Quiet("422")
}

// The look is chosen at once and for the next page.
func TestTheme(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), browsertest.New(t)
	b.Look(1280, 900, false)
	b.Do(chromedp.Navigate(s.URL + "/flows"))
	b.Until(`document.documentElement.dataset.js !== undefined`)
	b.Do(chromedp.Click(`.theme[value="dark"]`))
	b.Until(`document.documentElement.dataset.theme === "dark"`)
	b.Do(chromedp.Reload())
	b.Until(`document.documentElement.dataset.theme === "dark" && document.querySelector('.theme[value="dark"]').ariaPressed === "true"`)
	b.Do(chromedp.Click(`.theme[value=""]`))
	b.Until(`document.documentElement.dataset.theme === undefined && document.cookie === ""`)
	b.Quiet("422")
}
