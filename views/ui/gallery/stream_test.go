package gallery_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

const offline = `document.querySelector("#offline > p").checkVisibility()`

// A lost stream is said so, comes back by itself, and has the list fetch what it missed.
func TestLostStream(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	s.send(t, "inbox 1")
	s.fall(true)
	b.Until(offline)
	b.Shoot("offline")
	b.Axe("offline")
	s.reorder(pick("c4 c1")...)
	s.fall(false)
	b.Until("!" + offline + " && " + order + ` === "c4 c1"`)
}

// A page that opened while the stream was down finds it all the same.
func TestStreamDownAtTheStart(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), browsertest.New(t)
	b.Look(1280, 900, false)
	s.fall(true)
	b.Do(chromedp.Navigate(s.URL + "/inbox"))
	b.Until(offline)
	s.reorder(pick("c2")...)
	s.fall(false)
	b.Until("!" + offline)
	s.send(t, "inbox 1")
	b.Until(order + ` === "c2"`)
}

// The first load, cold, stays within the bounds.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/signin", "/inbox"} {
		s, b := newSite(t), browsertest.New(t)
		b.Do(chromedp.Navigate(s.URL + path))
		b.Until(`document.readyState === "complete" && document.documentElement.dataset.js !== undefined`)
		b.Until(`document.querySelector("[data-stream]") === null || document.querySelector("[data-stream]")._htmx?.sse !== undefined`)
		s.mu.Lock()
		asked, bytes := s.asked, s.bytes.Load()
		s.mu.Unlock()
		if len(asked) > 6 {
			t.Errorf("%s: %d requests: %v", path, len(asked), asked)
		}
		// The gallery's pages are not compressed; the program's are.
		if bytes > 75_000 {
			t.Errorf("%s: %d bytes on the wire", path, bytes)
		}
	}
}
