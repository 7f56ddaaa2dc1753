package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Enter sends, Shift+Enter breaks the line, a draft survives a reload and goes once it is sent.
func TestComposer(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t)
	b.look(1280, 900, false)
	value := `document.getElementById("composer-text").value`
	b.do(chromedp.Navigate(s.URL+"/conversation"), chromedp.SendKeys("#composer-text", "Bom dia,"))
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)), chromedp.KeyEvent("tudo bem?"))
	b.until(value + ` === "Bom dia,\ntudo bem?"`)
	b.do(chromedp.Reload())
	b.until(value + ` === "Bom dia,\ntudo bem?"`)
	b.until(`document.querySelector("#composer[data-htmx-powered]") !== null`)
	b.do(chromedp.Focus("#composer-text"), chromedp.KeyEvent(kb.Enter))
	b.until(value + ` === ""`)
	b.until(`localStorage.length === 0`)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.posts) != 1 || s.posts[0] != "message: Bom dia,\ntudo bem?" {
		t.Errorf("posted %q", s.posts)
	}
	b.quiet()
}

// The look is chosen at once and for the next page.
func TestTheme(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), newTab(t)
	b.look(1280, 900, false)
	b.do(chromedp.Navigate(s.URL + "/flows"))
	b.until(`document.documentElement.dataset.js !== undefined`)
	b.do(chromedp.Click(`.theme[value="dark"]`))
	b.until(`document.documentElement.dataset.theme === "dark"`)
	b.do(chromedp.Reload())
	b.until(`document.documentElement.dataset.theme === "dark" && document.querySelector('.theme[value="dark"]').ariaPressed === "true"`)
	b.do(chromedp.Click(`.theme[value=""]`))
	b.until(`document.documentElement.dataset.theme === undefined && document.cookie === ""`)
	b.quiet()
}
