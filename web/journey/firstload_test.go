package journey

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// What a page's first load may cost: bytes on the wire, headers included, and
// requests. The live stream, which never ends, is not counted; the icon, which a
// browser without a window does not fetch, is.
const (
	maxBytes    = 60_000
	maxRequests = 6
)

// wire counts what a tab loads.
type wire struct {
	mu    sync.Mutex
	urls  map[network.RequestID]string
	done  int // of them
	bytes float64
}

func (w *wire) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.Contains(e.Request.URL, "/eventos") {
			w.urls[e.RequestID] = e.Request.URL
		}
	case *network.EventLoadingFinished:
		if w.urls[e.RequestID] != "" {
			w.done, w.bytes = w.done+1, w.bytes+e.EncodedDataLength
		}
	}
}

func (w *wire) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done < len(w.urls)
}

// A cold first load stays light.
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	s := demo(t)
	for path, v := range map[string]*visitor{"/entrar": s.visit(), "/conversas?tab=all": s.signIn(manager)} {
		w := &wire{urls: map[network.RequestID]string{}}
		if err := chromedp.Listen(v, w.hear); err != nil {
			t.Fatal(err)
		}
		v.Do(chromedp.Navigate("about:blank")) // the page before has nothing under way
		if _, err := chromedp.Call(v, network.Enable, network.EnableParams{}); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Call(v, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
			t.Fatal(err)
		}
		v.open(path)
		// As a browser with a window does by itself, and what it does once all else is there.
		browsertest.Eval[chromedp.Void](v.Tab, `fetch(document.querySelector("#favicon").href).then(r => r.text()).then(() => {})`)
		for w.busy() {
			v.Until(`true`) // what the browser has still to say comes before its answer
		}
		bodies := browsertest.Eval[float64](v.Tab, `performance.getEntries().reduce((n, e) => n + (e.encodedBodySize ?? 0), 0)`)
		w.mu.Lock()
		t.Logf("first load of %s: %.1f kB in %d requests, bodies alone %.1f kB", path, w.bytes/1000, len(w.urls), bodies/1000)
		if w.bytes >= maxBytes || len(w.urls) > maxRequests || len(w.urls) < 4 {
			t.Errorf("%s: %.0f bytes, want < %d; %d requests, want at most %d: %v", path, w.bytes, maxBytes, len(w.urls), maxRequests, w.urls)
		}
		w.mu.Unlock()
	}
}
