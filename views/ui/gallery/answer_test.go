package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// A part that asks as one types takes nothing away from who types; without an answer
// it hides what is no longer true, and asks again when told to.
func TestAnswerFollowsWhatIsTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := browsertest.New(t)
	b.Do(chromedp.Navigate(s.URL + "/panel"))
	b.Until(`document.querySelector("#panel:modal") !== null`)
	said := `document.querySelector("#answer-words").innerText === "Com " + document.querySelector("#alert1").value + " minutos."`
	b.Do(chromedp.Focus("#alert1"), chromedp.KeyEvent("7"))
	b.Until(said)
	b.Do(chromedp.KeyEvent("1"))
	b.Until(said + ` && document.querySelector("#alert1").value.includes("71") && document.activeElement.id === "alert1"`)

	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	b.Do(chromedp.KeyEvent("2"))
	b.Until(`!document.querySelector("#answer-words").checkVisibility() && document.querySelector("#answer-again").checkVisibility()`)
	if browsertest.Eval[bool](b, `document.querySelector("[data-toast]") !== null`) {
		t.Error("a toast says again what the part says")
	}
	b.Axe("answer lost")
	s.mu.Lock()
	s.down = false
	s.mu.Unlock()
	b.Do(chromedp.Click("#answer-again"))
	b.Until(`document.querySelector("#answer-words").checkVisibility() && ` + said)
	b.Quiet("500")
}
