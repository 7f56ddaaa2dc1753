package journey

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// saysOfOneself waits for the control at the sidebar's foot to say what one is, its menu closed.
func (v *visitor) saysOfOneself(word string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`document.querySelector("#presence-menu-button .button-label").textContent === %q && !document.querySelector("#presence-menu").matches(":popover-open")`, word))
}

// seesPresence waits for a seller's line of a team on Equipe.
func (v *visitor) seesPresence(team, seller, word string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`document.getElementById(%q)?.innerText.includes(%q)`, "presence-"+team+"-"+seller, word))
}

// Two sellers of one team at their browsers: one goes away, by keyboard alone; what
// is redistributed goes to the other, and a supervisor sees who is on as it changes.
// Five minutes pass in five seconds.
func TestWhoIsAwayIsGivenNothing(t *testing.T) {
	t.Parallel()
	s := demo(t, "--clock-speed", "60")
	token := s.token()
	camila, felipe, marcos := s.signIn("camila@loja.demo"), s.signIn("felipe@loja.demo"), s.signIn(supervisor)
	marcos.press("Equipe")
	marcos.Until(`document.querySelector(".sidebar-link[aria-current=page]")?.innerText.includes("Equipe")`)
	marcos.seesPresence("plantao", "camila", "Disponível")
	marcos.Axe("team")
	marcos.Shoot("team")

	camila.Do(chromedp.Focus("#presence-menu-button"), chromedp.KeyEvent(kb.Enter))
	camila.Until(`document.querySelector("#presence-menu").matches(":popover-open")`)
	camila.sees("Novas conversas redistribuídas não vêm para você.")
	camila.Axe("presence-menu")
	camila.Shoot("presence-menu")
	camila.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	camila.saysOfOneself("Ausente")
	camila.Until(`document.activeElement.id === "presence-menu-button"`)
	marcos.seesPresence("plantao", "camila", "Ausente")

	first := s.write(token, "Para quem está", "plantao", "Oi, alguém aí?")
	felipe.Until(fmt.Sprintf(`!!document.getElementById(%q)`, "row-"+first)) // live, among his own
	if got := s.call(token, http.MethodGet, "/conversations/"+first, http.StatusOK, nil)["seller"]; got != "felipe" {
		t.Errorf("it went to %v, and Camila is away", got)
	}

	camila.click("#presence-menu-button")
	camila.click("#presence-disponivel")
	camila.saysOfOneself("Disponível")
	felipe.click("#presence-menu-button")
	felipe.click("#presence-ausente")
	felipe.saysOfOneself("Ausente")
	marcos.seesPresence("plantao", "felipe", "Ausente")
	marcos.seesPresence("plantao", "camila", "Disponível")
	again := s.write(token, "Para a Camila", "plantao", "Oi!")
	camila.Until(fmt.Sprintf(`!!document.getElementById(%q)`, "row-"+again))
	if got := s.call(token, http.MethodGet, "/sellers/felipe", http.StatusOK, nil)["presence"]; got != "away" {
		t.Errorf("by the API Felipe is %v", got)
	}

	felipe.click("#sign-out")
	felipe.Until(`location.pathname === "/entrar"`)
	marcos.seesPresence("plantao", "felipe", "Offline")
	marcos.click("#presence-tab-offline")
	marcos.Until(`new URLSearchParams(location.search).get("estado") === "offline"`)
	marcos.seesPresence("plantao", "felipe", "Offline")
	for _, v := range []*visitor{camila, felipe, marcos} {
		v.Quiet()
	}
}
