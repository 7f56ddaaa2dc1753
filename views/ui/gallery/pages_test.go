package gallery_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// Every page, in both looks and at a desk's and a phone's width: no axe violation, no console error
// under the policy of production, and nothing that scrolls sideways.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"inbox", "conversation", "flows", "kit", "signin", "panel"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := browsertest.New(t)
			for _, width := range []int64{1440, 390} {
				for _, dark := range []bool{false, true} {
					place := fmt.Sprintf("%s-%d-%v", path, width, map[bool]string{true: "dark", false: "light"}[dark])
					b.Look(width, 900, dark)
					b.Do(chromedp.Navigate(s.URL + "/" + path))
					b.Until(`document.documentElement.dataset.js !== undefined`)
					if over := browsertest.Eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
						t.Errorf("%s scrolls sideways by %d px", place, over)
					}
					b.Axe(place)
					b.Shoot(place)
				}
			}
			b.Quiet("422")
		})
	}
}
