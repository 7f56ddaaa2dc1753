package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// output is what a program wrote so far; it may still be writing.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// program is this very program, serving on a free port.
type program struct {
	t        *testing.T
	db, url  string
	out, log *output
	stop     func() error // tells it to stop, and waits; safe to repeat
	ended    atomic.Bool
}

func serve(t *testing.T, path string, args ...string) *program {
	t.Helper()
	p := &program{t: t, db: path, out: &output{}, log: &output{}}
	std := &streams{strings.NewReader(""), p.out, p.log}
	command := &cli{}
	if _, err := newParser(command, std).Parse(append([]string{"serve", "--addr", "127.0.0.1:0", "--db", path}, args...)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, err := command.Serve.start(ctx, std)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	p.url = r.url()
	done := make(chan error, 1)
	go func() { done <- r.wait(ctx) }()
	p.stop = sync.OnceValue(func() error {
		cancel()
		p.ended.Store(true)
		return <-done
	})
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// run is one command line, as an operator types it.
func run(in string, args ...string) (status int, out, errOut string) {
	var o, e bytes.Buffer
	status = Run(args, strings.NewReader(in), &o, &e)
	return status, o.String(), e.String()
}

func (p *program) client() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (p *program) get(c *http.Client, path string, headers ...string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

func (p *program) post(c *http.Client, path string, form url.Values) int {
	p.t.Helper()
	a, err := c.PostForm(p.url+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	defer a.Body.Close()
	return a.StatusCode
}

var codePattern = regexp.MustCompile(`asks for this code: (\S+)`)

const adminPassword = "segredo de teste"

// setUp creates the store "loja" with the administrator ana@loja, through the
// first page.
func (p *program) setUp() {
	p.t.Helper()
	code := codePattern.FindStringSubmatch(p.out.String())
	if code == nil {
		p.t.Fatalf("no code in %q", p.out)
	}
	form := url.Values{"code": {code[1]}, "store": {"Loja"}, "slug": {"loja"}, "timezone": {"America/Sao_Paulo"},
		"name": {"Ana"}, "login": {"ana@loja"}, "password": {adminPassword}}
	if status := p.post(p.client(), "/instalar", form); status != http.StatusSeeOther {
		p.t.Fatalf("set-up: %d", status)
	}
}

func (p *program) signIn(c *http.Client, login, password string) int {
	p.t.Helper()
	return p.post(c, "/entrar", url.Values{"login": {login}, "password": {password}})
}

// ready waits until the program says it is, which its loop has to turn once for.
func (p *program) ready() {
	p.t.Helper()
	for begun := time.Now(); ; {
		status, body := p.get(p.client(), "/readyz")
		if status == http.StatusOK {
			return
		}
		if time.Since(begun) > 30*time.Second {
			p.t.Fatalf("/readyz: %d %s", status, body)
		}
	}
}

func path(t *testing.T) string { return filepath.Join(t.TempDir(), "semaforo.db") }

func TestServeTellsWhereToGoAndAnswers(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	if !strings.Contains(p.out.String(), "Semáforo answers at "+p.url+"\n") {
		t.Errorf("output: %q", p.out)
	}
	for _, at := range []string{"/healthz", "/metrics"} {
		if status, body := p.get(p.client(), at); status != http.StatusOK {
			t.Errorf("%s: %d %s", at, status, body)
		}
	}
	p.ready()
	p.setUp()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	again := serve(t, p.db)
	if strings.Contains(again.out.String(), "code") {
		t.Errorf("a database with a store asks for set-up: %q", again.out)
	}
	if status := again.signIn(again.client(), "ana@loja", adminPassword); status != http.StatusSeeOther {
		t.Errorf("sign-in after a restart: %d", status)
	}
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	// A body that arrives slowly keeps its request under way. It is begun only once
	// the handler reads it.
	patient := http.DefaultTransport.(*http.Transport).Clone()
	patient.ExpectContinueTimeout = time.Minute
	client := &http.Client{Transport: patient, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	body, writer := io.Pipe()
	r, err := http.NewRequest(http.MethodPost, p.url+"/entrar", body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Expect", "100-continue")
	answered := make(chan int, 1)
	go func() {
		a, err := client.Do(r)
		if err != nil {
			answered <- 0
			return
		}
		a.Body.Close()
		answered <- a.StatusCode
	}()
	if _, err := io.WriteString(writer, "login=ana@loja&password="); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- p.stop() }()
	waitFor(t, func() bool { return strings.Contains(p.log.String(), "stopping") })
	if _, err := io.WriteString(writer, url.QueryEscape(adminPassword)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-answered; status != http.StatusSeeOther {
		t.Errorf("the request under way was answered with %d", status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if !strings.Contains(p.log.String(), "msg=stopped") {
		t.Errorf("log: %s", p.log)
	}
}

// waitFor looks again and again, without a fixed pause, until the test's time is up.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waited too long")
		}
	}
}

func TestSeveralProgramsInOneProcess(t *testing.T) {
	t.Parallel()
	one, two := serve(t, path(t)), serve(t, path(t))
	one.setUp()
	two.setUp()
	c := one.client()
	if status := one.signIn(c, "ana@loja", adminPassword); status != http.StatusSeeOther {
		t.Errorf("sign-in: %d", status)
	}
}

func TestASecondProgramOnOneFileIsRefused(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	status, _, errOut := run("", "serve", "--addr", "127.0.0.1:0", "--db", p.db)
	if status != exitFailed || !strings.Contains(errOut, "in use by another semaforo process") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	taken := strings.TrimPrefix(p.url, "http://")
	for _, test := range []struct {
		name   string
		status int
		words  string
		args   []string
	}{
		{"a port in use", exitFailed, taken + " is in use by another program", []string{"--addr", taken}},
		{"metrics' port in use", exitFailed, "--metrics-addr", []string{"--addr", "127.0.0.1:0", "--metrics-addr", taken}},
		{"no such address", exitFailed, "cannot answer at", []string{"--addr", "nowhere"}},
		{"a fast clock on a real store", exitUsage, "--clock-speed is for --demo alone", []string{"--clock-speed", "60"}},
		{"a clock that stands still", exitUsage, "--clock-speed goes from 1", []string{"--demo", "--clock-speed", "0"}},
		{"movement of a real store", exitUsage, "--no-movement is for --demo alone", []string{"--no-movement"}},
		{"a proxy that is none", exitUsage, "--trusted-proxy is not an address", []string{"--trusted-proxy", "proxy"}},
		{"an unknown format", exitUsage, "--log-format", []string{"--log-format", "xml"}},
		{"an unknown option", exitUsage, "unknown flag", []string{"--nope"}},
		{"a directory", exitFailed, "open database", []string{"--addr", "127.0.0.1:0", "--db", t.TempDir()}},
	} {
		args := append([]string{"serve", "--db", path(t)}, test.args...)
		if status, _, errOut := run("", args...); status != test.status || !strings.Contains(errOut, test.words) {
			t.Errorf("%s: status %d, want %d with %q: %s", test.name, status, test.status, test.words, errOut)
		}
	}
}

func TestMetricsOnAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t), "--metrics-addr", "127.0.0.1:0", "--log-format", "json")
	if status, _ := p.get(p.client(), "/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics on the public address: %d", status)
	}
	if !strings.Contains(p.log.String(), `"path":"/metrics"`) {
		t.Errorf("log: %s", p.log)
	}
}
