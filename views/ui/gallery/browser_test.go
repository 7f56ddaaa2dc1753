package gallery_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "folder to write screenshots of every gallery page to")

// browser is the one browser of the tests, started by the first that needs it.
var browser struct {
	sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

func browserPath() string {
	for _, name := range []string{"chromium-headless-shell", "headless_shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func startBrowser() {
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(browserPath()),
		chromedp.NoSandbox, chromedp.Headless,
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "pt-BR"))
	ctx, stop := chromedp.NewContext(allocator)
	browser.ctx, browser.cancel = ctx, func() { stop(); cancel() }
	browser.err = chromedp.Do(ctx)
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if browser.cancel != nil {
		browser.cancel()
	}
	os.Exit(code)
}

// tab is one page in a browser context of its own that remembers what went wrong in it.
type tab struct {
	context.Context
	t      *testing.T
	mu     sync.Mutex
	errors []string
}

func newTab(t *testing.T) *tab {
	t.Helper()
	if browserPath() == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium to be found; CI leaves nothing out")
		}
		t.Skip("NOT RUN: no Chromium to be found (apt-get install chromium-headless-shell)")
	}
	browser.Do(startBrowser)
	if browser.err != nil {
		t.Fatal(browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(stop)
	b := &tab{Context: ctx, t: t}
	b.do(chromedp.Evaluate[chromedp.Void]("undefined"))
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) listen(event any) {
	var text string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeWarning {
			return
		}
		for _, arg := range e.Args {
			text += string(arg.Value) + arg.Description + " "
		}
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level != cdplog.EntryLevelError && e.Entry.Level != cdplog.EntryLevelWarning {
			return
		}
		text = e.Entry.Text
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = append(b.errors, text)
}

// quiet fails on any console error but the network's own line about an expected refusal.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.errors {
		if !strings.Contains(text, "422") {
			b.t.Errorf("console: %s", text)
		}
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to become true.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, 8*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.quiet()
		b.t.Fatalf("never true: %s (%v)", expression, err)
	}
}

func (b *tab) look(width, height int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// axeRun leaves out one kind of doubt: a line of a message at the edge of the scrolled thread, of which a
// part is clipped away.
const axeRun = `axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(r => {
	const clipped = n => document.querySelector(n.target.at(-1))?.closest("[data-thread]") && n.any.every(c => c.data?.messageKey === "elmPartiallyObscured");
	const unsure = r.incomplete.filter(i => i.id === "color-contrast").map(i => ({...i, nodes: i.nodes.filter(n => !clipped(n))}));
	return JSON.stringify([...r.violations, ...unsure].flatMap(v => v.nodes.map(n => v.id + " " + n.target.join(" ") + ": " + n.failureSummary)));
})`

// axe fails on violations and on contrast axe could not compute.
func (b *tab) axe(place string) {
	b.t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatalf("axe-core is not installed: run npm ci --prefix static (%v)", err)
	}
	eval[chromedp.Void](b, string(source)+";undefined")
	raw := eval[string](b, axeRun)
	var problems []string
	if err := json.Unmarshal([]byte(raw), &problems); err != nil {
		b.t.Fatal(err)
	}
	for _, problem := range problems {
		b.t.Errorf("%s: axe: %s", place, problem)
	}
}

func (b *tab) shoot(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
