package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

const password = "uma senha boa"

// hash is password's, made once: it is slow on purpose.
var hash = sync.OnceValue(func() string {
	h, err := handlers.HashPassword(context.Background(), password)
	if err != nil {
		panic(err)
	}
	return h
})

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// site is a server on a port of its own with a database of its own.
type site struct {
	t        *testing.T
	url      string
	db       *db.DB
	clock    *clock
	handlers *handlers.Server
	web      *web.Server
}

func newSite(t *testing.T, change func(*web.Options)) *site {
	t.Helper()
	d, ticking, log := dbtest.New(t), &clock{now: dbtest.Start}, slog.New(slog.NewTextHandler(io.Discard, nil))
	now := scheduler.Clock{Now: ticking.Now, Speed: 1}
	s := scheduler.New(d, now, log, nil)
	h := &handlers.Server{DB: d, Door: s.Door, Hub: s.Hub, Clock: now, Log: log, Real: ticking.Now}
	options := web.Options{Handlers: h}
	if change != nil {
		change(&options)
	}
	front := web.New(options)
	return &site{t: t, url: listen(t, front), db: d, clock: ticking, handlers: h, web: front}
}

// listen serves on a port of its own until the test ends, and returns where.
func listen(t testing.TB, front *web.Server) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- front.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := front.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// store makes a store with one member of each role: admin@, supervisor@ and
// agent@loja, all with the same password.
func (s *site) store() *dbtest.Shop {
	s.t.Helper()
	shop := dbtest.Store(s.t, s.db, "loja")
	for _, role := range []db.Role{db.Admin, db.Supervisor, db.Agent} {
		s.setPassword(shop.Member(string(role)+"@loja", string(role), role))
	}
	return shop
}

func (s *site) setPassword(m db.Member) {
	m.Person.PasswordHash = hash()
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.UpdateUser(ctx, m.Person) })
}

func (s *site) tx(f func(context.Context, *db.Tx) error) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.db.Tx(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// token makes an API token of a scope.
func (s *site) token(store string, scope db.Scope) string {
	s.t.Helper()
	secret := handlers.NewSecret()
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertToken(ctx, db.Token{Store: store, ID: db.NewID(), Name: string(scope), Scope: scope,
			Hash: handlers.HashSecret(secret), CreatedAt: dbtest.Start})
	})
	return secret
}

// browser keeps cookies and follows nothing.
type browser struct {
	site *site
	http *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path, body string, headers ...string) answer {
	b.site.t.Helper()
	r, err := http.NewRequest(method, b.site.url+path, strings.NewReader(body))
	if err != nil {
		b.site.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.http.Do(r)
	if err != nil {
		b.site.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		b.site.t.Fatal(err)
	}
	return answer{response, string(read)}
}

func (b *browser) get(path string, headers ...string) answer {
	b.site.t.Helper()
	return b.do(http.MethodGet, path, "", headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	b.site.t.Helper()
	return b.do(http.MethodPost, path, form.Encode(), headers...)
}

// signIn tries to.
func (b *browser) signIn(login, password string, headers ...string) answer {
	b.site.t.Helper()
	return b.post("/entrar", url.Values{"login": {login}, "password": {password}}, headers...)
}

// as is a browser signed in as the member of a role.
func (s *site) as(role db.Role) *browser {
	s.t.Helper()
	b := s.browser()
	if a := b.signIn(string(role)+"@loja", password); a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("sign-in as %s: %d\n%s", role, a.StatusCode, a.body)
	}
	return b
}

// cookie is the session's, empty where there is none.
func (b *browser) cookie() string {
	at, err := url.Parse(b.site.url)
	if err != nil {
		b.site.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == "semaforo" {
			return c.Value
		}
	}
	return ""
}

// signedIn reports whether the server knows who this is.
func (b *browser) signedIn() bool {
	b.site.t.Helper()
	a := b.get("/entrar")
	if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusSeeOther {
		b.site.t.Fatalf("GET /entrar: %d\n%s", a.StatusCode, a.body)
	}
	return a.StatusCode == http.StatusSeeOther
}

func (a answer) is(t *testing.T, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func (a answer) has(t *testing.T, text string) answer {
	t.Helper()
	if !strings.Contains(a.body, text) {
		t.Errorf("%s %s lacks %q:\n%s", a.Request.Method, a.Request.URL.Path, text, a.body)
	}
	return a
}

func loopback(o *web.Options) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}
