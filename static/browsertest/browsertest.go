package browsertest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ShotsVariable names the environment variable with the folder to write
// screenshots to; empty: none.
const ShotsVariable = "SEMAFORO_SHOTS"

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

// Main runs a test binary's tests and ends the browser, if any of them began it.
// Call it from TestMain.
func Main(m *testing.M) int {
	defer func() {
		if browser.cancel != nil {
			browser.cancel()
		}
	}()
	return m.Run()
}

// Tab is one page in a browser context of its own that remembers what went wrong in it.
type Tab struct {
	context.Context
	t      *testing.T
	mu     sync.Mutex
	errors []string
}

// New opens a tab; it closes with the test. Without a browser the test is
// skipped, or fails where SEMAFORO_REQUIRE_ALL is 1.
func New(t *testing.T) *Tab {
	t.Helper()
	if browserPath() == "" {
		if os.Getenv("SEMAFORO_REQUIRE_ALL") == "1" {
			t.Fatal("no Chromium to be found, and nothing may be left out")
		}
		t.Skip("NOT RUN: no Chromium to be found (apt-get install chromium-headless-shell)")
	}
	browser.Do(startBrowser)
	if browser.err != nil {
		t.Fatal(browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	b := &Tab{Context: ctx, t: t}
	b.Do(chromedp.Evaluate[chromedp.Void]("undefined"))
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return b
}

// trial ends the addresses that are asked while one types. They refuse what is half typed, and how much of it is
// typed when they are asked is chance.
const trial = "/teste"

func (b *Tab) listen(event any) {
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
		if text = e.Entry.Text; strings.HasSuffix(e.Entry.URL, trial) && strings.Contains(text, "status of 422") {
			return
		}
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = append(b.errors, text)
}

// Quiet fails on any console error, but the lines of the network and of the live
// stream about the refusals that the test expects, by their status.
func (b *Tab) Quiet(expected ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.errors {
		if !slices.ContainsFunc(expected, func(status string) bool {
			return strings.Contains(text, "status of "+status) || strings.Contains(text, "SSE reconnect failed with status "+status)
		}) {
			b.t.Errorf("console: %s", text)
		}
	}
}

// Do performs actions in order, each of which has to succeed.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Eval runs an expression in the page and returns its value, awaited.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// patience is how long something may take to become true, glance how often it is looked at.
const (
	patience = 20 * time.Second
	glance   = 20 * time.Millisecond
)

// Until waits for an expression to become true. It is asked from outside, again and
// again: a page whose scripts do not run, or that goes away meanwhile, cannot tell by
// itself. What throws is not true yet.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	b.Within(patience, expression)
}

// Within is Until with a patience of its own.
func (b *Tab) Within(limit time.Duration, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, limit)
	defer cancel()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if yes && err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.Quiet()
			b.Shoot("failed-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
			b.t.Fatalf("never true: %s (%v)", expression, err)
		}
	}
}

// Look sets the window's width and height, in CSS pixels, and the system's look.
func (b *Tab) Look(width, height int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.Do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	// The new colours are there once a frame was drawn with them, and nothing changes any more.
	b.Until(`matchMedia("(prefers-color-scheme: ` + scheme + `)").matches`)
	Eval[bool](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}

// axeRun judges the page and the toasts over it apart: one may come at any moment, and what lies under it
// is no part of how the page looks. It leaves out two kinds of doubt: a line at the edge of the
// scrolled thread or panel, of which a part is clipped away; and words in a drawing, whose ground axe cannot see (the
// pairs of colours are computed by TestContrast, and the drawing is silent).
const axeRun = `(async () => {
	const options = {resultTypes: ["violations", "incomplete"]};
	const toasts = document.querySelector("[data-toasts]");
	if (toasts) toasts.style.display = "none";
	const results = [await axe.run(document, options)];
	if (toasts) toasts.style.display = "";
	if (toasts?.querySelector("[data-toast]") && !document.querySelector("dialog:modal, :popover-open")) results.push(await axe.run(toasts, options));
	const clipped = n => document.querySelector(n.target.at(-1))?.closest("[data-thread], .panel-body") && n.any.every(c => ["elmPartiallyObscured", "shortTextContent"].includes(c.data?.messageKey));
	const drawn = n => document.querySelector(n.target.at(-1))?.closest("svg[aria-hidden=true]");
	const unsure = r => r.incomplete.filter(i => i.id === "color-contrast").map(i => ({...i, nodes: i.nodes.filter(n => !clipped(n) && !drawn(n))}));
	return JSON.stringify(results.flatMap(r => [...r.violations, ...unsure(r)]).flatMap(v => v.nodes.map(n => v.id + " " + n.target.join(" ") + ": " + n.failureSummary)));
})()`

// Axe fails on violations and on contrast axe could not compute.
func (b *Tab) Axe(place string) {
	b.t.Helper()
	source, err := os.ReadFile(filepath.Join(root(), "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatalf("axe-core is not installed: run npm ci --prefix static (%v)", err)
	}
	// Anew each time: it remembers colours from one run to the next.
	Eval[chromedp.Void](b, string(source)+";undefined")
	raw := Eval[string](b, axeRun)
	var problems []string
	if err := json.Unmarshal([]byte(raw), &problems); err != nil {
		b.t.Fatal(err)
	}
	for _, problem := range problems {
		b.t.Errorf("%s: axe: %s", place, problem)
	}
}

// Shoot writes a screenshot, where screenshots are asked for.
func (b *Tab) Shoot(name string) {
	b.t.Helper()
	folder := os.Getenv(ShotsVariable)
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// root is the project's, from wherever in it a test runs.
func root() string {
	for folder := "."; ; folder = filepath.Join(folder, "..") {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if _, err := os.Stat(folder); err != nil {
			return "."
		}
	}
}

// Picture is a screenshot of a part of the page, all of it whether it fits the window or not; of the window
// where no part is named.
func (b *Tab) Picture(part string) []byte {
	b.t.Helper()
	shot := page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng}
	if part != "" {
		selector := strconv.Quote(part)
		b.Until(`document.querySelector(` + selector + `)`)
		box := Eval[[4]float64](b, `(r => [Math.floor(r.x + scrollX), Math.floor(r.y + scrollY), Math.ceil(r.width), Math.ceil(r.height)])(document.querySelector(`+selector+`).getBoundingClientRect())`)
		beyond := true
		shot.Clip, shot.CaptureBeyondViewport = &page.Viewport{X: box[0], Y: box[1], Width: box[2], Height: box[3], Scale: 1}, &beyond
	}
	taken, err := chromedp.Call(b, page.CaptureScreenshot, shot)
	if err != nil {
		b.t.Fatal(err)
	}
	return taken.Data
}

// handScript writes a few words on a canvas, and sums up their pixels.
const handScript = `(() => {
	const canvas = document.createElement("canvas");
	canvas.width = 640;
	canvas.height = 120;
	const pen = canvas.getContext("2d");
	let sum = 2166136261;
	for (const [i, weight] of [400, 550, 650, 700].entries()) {
		pen.font = weight + " " + (13 + i) + "px " + getComputedStyle(document.body).fontFamily;
		pen.fillText("Vendas → Plantão às 09:05, 15 min úteis · 1º “alerta”", 4, 24 + 26 * i);
	}
	for (const byte of pen.getImageData(0, 0, 640, 120).data) sum = Math.imul(sum ^ byte, 16777619) >>> 0;
	return sum.toString(16);
})()`

// Hand is by what the browser's writing is recognised: its version, and what some words of the page's fonts look
// like. Where it is the same, so are screenshots of the same page.
func (b *Tab) Hand() string {
	b.t.Helper()
	version, err := chromedp.Call(b, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		b.t.Fatal(err)
	}
	return version.Product + ", words " + Eval[string](b, handScript)
}
