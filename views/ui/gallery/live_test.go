package gallery_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
	"semaforo/views/ui"
	"semaforo/views/ui/gallery"
)

const order = `[...document.querySelectorAll("#rows > [data-row]")].map(r => r.id.replace("row-", "") || "gap").join(" ")`

func inbox(t *testing.T) (*site, *browsertest.Tab) {
	s, b := newSite(t), browsertest.New(t)
	b.Look(1280, 900, false)
	b.Do(chromedp.Navigate(s.URL+"/inbox"), chromedp.WaitVisible("#row-c1"))
	return s, b
}

func pick(ids string) []ui.RowProps {
	all := gallery.Rows()
	var out []ui.RowProps
	for id := range strings.FieldsSeq(ids) {
		out = append(out, all[slices.IndexFunc(all, func(r ui.RowProps) bool { return r.ID == id })])
	}
	return out
}

func point(t *testing.T, b *browsertest.Tab, x, y float64) {
	t.Helper()
	b.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// A stream event renews the list in its true order and keeps the nodes.
func TestListIsLive(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	browsertest.Eval[chromedp.Void](b, `document.getElementById("row-c3").kept = true; undefined`)
	s.reorder(pick("c3 c1 c2 c5")...)
	s.send(t, "inbox 1")
	b.Until(order + ` === "c3 c1 c2 c5"`)
	if !browsertest.Eval[bool](b, `document.getElementById("row-c3").kept === true`) {
		t.Error("the row was built anew")
	}
	b.Quiet("422")
}

// Under the pointer the order holds still: states change in place, a vanished row leaves a gap, a
// newcomer waits at the end; the true order comes when the pointer leaves.
func TestListHoldsStillUnderThePointer(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	s.reorder(pick("c1 c2 c3 c4")...)
	s.send(t, "inbox 1")
	b.Until(order + ` === "c1 c2 c3 c4"`)
	at := `document.getElementById("row-c3").getBoundingClientRect().top`
	before := browsertest.Eval[float64](b, at)
	point(t, b, 600, before+20)

	changed := pick("c9 c4 c3 c1")
	changed[2].Status.State = ui.LastLate
	s.reorder(changed...)
	s.send(t, "inbox 2")
	b.Until(order + ` === "c1 gap c3 c4 c9"`)
	b.Until(`document.querySelector("#row-c3 .badge").textContent.includes("2º alerta")`)
	if after := browsertest.Eval[float64](b, at); after != before {
		t.Errorf("the pointed row moved from %v to %v", before, after)
	}
	b.Axe("held list")
	point(t, b, 20, 20)
	b.Until(order + ` === "c9 c4 c3 c1"`)
	b.Quiet("422")
}

// A focused row that is gone hands the focus to its neighbour.
func TestFocusGoesToTheNeighbour(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	b.Do(chromedp.Focus("#row-c2-link"))
	s.reorder(pick("c1 c3 c4")...)
	s.send(t, "inbox 1")
	b.Until(`document.activeElement.id === "row-c3-link"`)
	b.Quiet("422")
}

// The stream's other events: a toast, and what the tab shows.
func TestStreamSpeaksToTheTab(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	s.send(t, ui.EventToast+" "+ui.JSON(ui.Toast{Tone: ui.Red, Text: "Ana <b>chegou</b> ao 2º alerta — veja", Href: "/conversation", Link: "Abrir a conversa", Urgent: true}))
	b.Until(`document.querySelector("#alerts .toast p")?.textContent === "Ana <b>chegou</b> ao 2º alerta — veja"`)
	b.Axe("toast")
	s.send(t, ui.EventSummary+" "+ui.JSON(ui.Summary{Count: 12, Colour: ui.Yellow}))
	b.Until(`document.title === "(12) Galeria · Semáforo"`)
	b.Until(`document.getElementById("favicon").href.includes("favicon-yellow")`)
	s.send(t, ui.EventSummary+" "+ui.JSON(ui.Summary{}))
	b.Until(`document.title === "Galeria · Semáforo" && document.getElementById("favicon").href.includes("favicon-neutral")`)
	s.send(t, ui.EventToast+" "+ui.JSON(ui.Toast{Text: "Fora", Href: "//elsewhere.example"}))
	b.Until(`document.querySelector("#toasts .toast p")?.textContent === "Fora"`)
	if browsertest.Eval[bool](b, `document.querySelector("#toasts .toast a") !== null`) {
		t.Error("a toast links to another site")
	}
	b.Quiet("422")
}

// Ticking times say what the server would say at that moment, at the clock's speed.
func TestTimesTickAsTheServerWrites(t *testing.T) {
	t.Parallel()
	s, b := inbox(t)
	text := `document.querySelector("#row-c3 .row-next span").textContent`
	if got := browsertest.Eval[string](b, text); got != "muda para vermelho em 3 min" {
		t.Errorf("at the start: %q", got)
	}
	later := gallery.Now.Add(150*time.Second + 500*time.Millisecond)
	s.send(t, ui.EventClock+" "+ui.JSON(ui.ClockEvent{Now: later.UnixMilli(), Speed: 0.001}))
	b.Until(text + ` === "muda para vermelho em 30 s"`)
	all := browsertest.Eval[[]string](b, `[...document.querySelectorAll("time[data-for], time[data-until], time[data-since]")].map(t => [t.dataset.for ?? "", t.dataset.until ?? "", t.dataset.since ?? "", t.dataset.prefix ?? "", t.firstElementChild.textContent].join("|"))`)
	if len(all) < 10 {
		t.Fatalf("only %d ticking times", len(all))
	}
	for _, line := range all {
		f := strings.SplitN(line, "|", 5)
		want := f[3]
		switch {
		case f[0] != "":
			want += ui.For(later, instant(t, f[0]))
		case f[1] != "":
			want += ui.In(later, instant(t, f[1]))
		default:
			want += ui.Ago(later, instant(t, f[2]))
		}
		if f[4] != want {
			t.Errorf("the page says %q, the server would say %q", f[4], want)
		}
	}
	b.Quiet("422")
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
