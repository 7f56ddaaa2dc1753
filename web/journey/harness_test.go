package journey

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// program is the binary under test, built once.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "semaforo-journey-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "semaforo")
	out, err := exec.Command("go", "build", "-o", path, "semaforo/cmd/semaforo").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, err
})

func TestMain(m *testing.M) {
	code := browsertest.Main(m)
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// site is the program, serving a database of its own.
type site struct {
	t        *testing.T
	url      string
	database string
	code     string // of a fresh database's first page
}

// log keeps what the program wrote to standard error.
type log struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

// demo serves the demonstration, standing still. When the test ends it is asked
// to stop, and must have done so without an error in its log.
func demo(t *testing.T, options ...string) *site {
	t.Helper()
	return serve(t, append([]string{"--demo", "--no-movement"}, options...)...)
}

func serve(t *testing.T, options ...string) *site {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, database: filepath.Join(t.TempDir(), "journey.db")}
	cmd := exec.Command(path, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", s.database}, options...)...)
	var errors log
	cmd.Stderr = &errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program did not stop as asked: %v", err)
		}
		for line := range strings.Lines(errors.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Errorf("log: %s", line)
			}
		}
		if t.Failed() {
			t.Logf("log:\n%s", errors.String())
		}
	})
	s.announced(out, &errors)
	return s
}

// announced reads where the program answers, and a fresh database's code.
func (s *site) announced(out io.ReadCloser, errors *log) {
	s.t.Helper()
	// It is written in one piece.
	first := make([]byte, 4096)
	n, err := out.Read(first)
	if err != nil {
		s.t.Fatalf("the program ended before it answered (%v):\n%s", err, errors.String())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	for line := range strings.Lines(string(first[:n])) {
		if _, url, found := strings.Cut(line, "answers at "); found {
			s.url = strings.TrimSuffix(strings.TrimSpace(url), "/")
		}
		if _, code, found := strings.Cut(line, "asks for this code:"); found {
			s.code = strings.TrimSpace(code)
		}
	}
}

// command runs one of the program's operator commands on the site's database.
func (s *site) command(words ...string) string {
	s.t.Helper()
	path, err := program()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(path, append(words, "--db", s.database)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("semaforo %s: %v\n%s", strings.Join(words, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// token makes a token of the demonstration store.
func (s *site) token() string {
	s.t.Helper()
	return s.command("token", "create", "--store", "demo", "--scope", "configuration", "journey")
}

// call calls the HTTP API and returns the answer, which must have the status.
func (s *site) call(token, method, path string, status int, body any) map[string]any {
	s.t.Helper()
	document, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api/v1"+path, bytes.NewReader(document))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != status {
		s.t.Fatalf("%s %s: %s, want %d\n%s", method, path, response.Status, status, answer)
	}
	var v map[string]any
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &v); err != nil {
			s.t.Fatal(err)
		}
	}
	return v
}

// The demonstration's people.
const (
	manager    = "helena@loja.demo"
	supervisor = "marcos@loja.demo"
	seller     = "ana@loja.demo"
	password   = "demonstracao"
)

// visitor is somebody at a browser.
type visitor struct {
	*browsertest.Tab
	site *site
}

// visit opens a tab without signing in.
func (s *site) visit() *visitor {
	s.t.Helper()
	v := &visitor{browsertest.New(s.t), s}
	v.Look(1440, 900, false)
	return v
}

// signIn opens a tab and signs in by the form, as anybody would.
func (s *site) signIn(login string) *visitor {
	s.t.Helper()
	v := s.visit()
	v.open("/entrar")
	v.fill(`input[name="login"]`, login)
	v.fill(`input[name="password"]`, password)
	v.click(`main form button[type="submit"]`)
	v.Until(`location.pathname.startsWith("/conversas")`)
	v.ready()
	return v
}

func (v *visitor) open(path string) {
	v.site.t.Helper()
	v.Do(chromedp.Navigate(v.site.url + path))
	v.ready()
}

// ready waits until the page's scripts have taken over.
func (v *visitor) ready() {
	v.site.t.Helper()
	v.Until(`document.readyState === "complete" && document.documentElement.dataset.js !== undefined`)
}

// click is a real click in the middle of the one element that is meant, on a page
// that is there as a whole: before, things may move from under the pointer.
func (v *visitor) click(selector string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`(() => {
	  const e = document.querySelector(%q);
	  const place = JSON.stringify(e?.getBoundingClientRect() ?? null);
	  const still = window.journeyPlace === place;
	  window.journeyPlace = place;
	  return still && document.readyState === "complete" && !!e && e.getClientRects().length > 0 })()`, selector))
	v.Do(chromedp.Click(selector))
}

// press is a real click on the button, or link, that says so, in the topmost
// open dialog if there is one.
func (v *visitor) press(words string) {
	v.site.t.Helper()
	const find = `(() => {
	  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
	  const said = e => (e.getAttribute("aria-label") ?? e.innerText).replace(/\s+/g, " ").trim().toLowerCase();
	  const e = [...top.querySelectorAll("button, a, summary, [role=tab]")].find(e => e.getClientRects().length > 0 && !e.disabled && said(e) === %q);
	  for (const old of document.querySelectorAll("[data-journey]")) old.removeAttribute("data-journey");
	  e?.setAttribute("data-journey", "");
	  return !!e && document.readyState === "complete" })()`
	v.clickMarked(fmt.Sprintf(find, strings.ToLower(words)))
}

// clickMarked clicks the element that an expression marks. A live part may be
// written anew in between, without the mark: then it is marked again.
func (v *visitor) clickMarked(mark string) {
	v.site.t.Helper()
	const tries = 10
	for try := 1; ; try++ {
		v.Until(mark)
		ctx, cancel := context.WithTimeout(v, 2*time.Second)
		err := chromedp.Do(ctx, chromedp.Click("[data-journey]"))
		cancel()
		if err == nil {
			return
		}
		if try == tries {
			v.site.t.Fatalf("could not be clicked: %s: %v", mark, err)
		}
	}
}

// press2 is a real click on the element of a kind that says so.
func (v *visitor) press2(selector, words string) {
	v.site.t.Helper()
	v.clickMarked(fmt.Sprintf(`(() => {
	  const e = [...document.querySelectorAll(%q)].find(e => e.getClientRects().length > 0 && e.innerText.replace(/\s+/g, " ").trim() === %q);
	  for (const old of document.querySelectorAll("[data-journey]")) old.removeAttribute("data-journey");
	  e?.setAttribute("data-journey", "");
	  return !!e && document.readyState === "complete" })()`, selector, words))
}

// choose picks an option by its words, as the keyboard does.
func (v *visitor) choose(selector, option string) {
	v.site.t.Helper()
	v.Do(chromedp.Focus(selector), chromedp.SendKeys(selector, option))
	v.Until(fmt.Sprintf(`document.querySelector(%q).selectedOptions[0]?.text.trim() === %q`, selector, option))
}

// fill replaces a field's text by typing.
func (v *visitor) fill(selector, text string) {
	v.site.t.Helper()
	v.click(selector)
	browsertest.Eval[chromedp.Void](v.Tab, fmt.Sprintf(`document.querySelector(%q).select?.()`, selector))
	v.Do(chromedp.SendKeys(selector, text))
}

// sees waits for words on the page, white space and capitals apart.
func (v *visitor) sees(words string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`(document.body?.innerText ?? "").replace(/\s+/g, " ").toLowerCase().includes(%q)`, strings.ToLower(words)))
}

// text is what the page says, in one line.
func (v *visitor) text() string {
	v.site.t.Helper()
	return browsertest.Eval[string](v.Tab, `document.body.innerText.replace(/\s+/g, " ")`)
}
