package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
)

var noncePattern = regexp.MustCompile(`'nonce-([A-Za-z0-9+/=]{24})'`)

func TestPolicyIsTheStrictOne(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	seen := map[string]bool{}
	for _, path := range []string{"/entrar", "/nada-aqui", "/healthz", "/api/v1/nada"} {
		a := s.browser().get(path)
		policy := a.Header.Get("Content-Security-Policy")
		match := noncePattern.FindStringSubmatch(policy)
		if match == nil || seen[match[1]] {
			t.Fatalf("%s: no nonce of its own in %q", path, policy)
		}
		seen[match[1]] = true
		want := "default-src 'none'; script-src 'self' 'nonce-" + match[1] + "'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types htmx worker"
		if policy != want {
			t.Errorf("%s:\n got %s\nwant %s", path, policy, want)
		}
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			continue
		}
		page, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		page.Find("script").Each(func(_ int, script *goquery.Selection) {
			if nonce, _ := script.Attr("nonce"); nonce != match[1] {
				t.Errorf("%s: a script has the nonce %q, the policy %q", path, nonce, match[1])
			}
		})
		if n := page.Find("[style], [onclick], style").Length(); n != 0 {
			t.Errorf("%s: %d inline styles or handlers", path, n)
		}
	}
}

func TestOnlyTheChatMayBeHeldByOtherPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	shop.Channel("Chat", db.ChannelChat)
	for path, want := range map[string]string{"/chat/loja": "*", "/embed.js": "*", "/entrar": "'none'", "/conversas": "'none'", "/chat": "'none'"} {
		a := s.browser().get(path)
		if !strings.Contains(a.Header.Get("Content-Security-Policy"), "; frame-ancestors "+want+"; ") {
			t.Errorf("%s: %s", path, a.Header.Get("Content-Security-Policy"))
		}
		if sharing := a.Header.Get("Cross-Origin-Resource-Policy"); (sharing == "cross-origin") != (want == "*") {
			t.Errorf("%s: %s", path, sharing)
		}
	}
	s.browser().get("/chat/loja").is(t, http.StatusOK)
}

func TestThemeIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.browser()
	a := b.post("/tema", url.Values{"theme": {"dark"}}, "Referer", s.url+"/entrar?volta=%2Fconversas%2Fx").is(t, http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != "/entrar?volta=%2Fconversas%2Fx" {
		t.Errorf("it leads to %s", got)
	}
	b.get("/entrar").has(t, `data-theme="dark"`)
	b.post("/tema", url.Values{"theme": {""}}, "Referer", "https://evil.example/").is(t, http.StatusSeeOther)
	if a := b.get("/entrar"); strings.Contains(a.body, `<html lang="pt-BR" data-theme`) {
		t.Error("the system's look did not come back")
	}
	b.post("/tema", url.Values{"theme": {"pink"}}).is(t, http.StatusBadRequest)
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	s.store()
	plain, secure := s.browser().get("/entrar"), s.browser().get("/entrar", "X-Forwarded-Proto", "https")
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
		"Strict-Transport-Security":    "",
	} {
		if got := plain.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := secure.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("HSTS by https: %q", got)
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	form := url.Values{"login": {"admin@loja"}, "password": {password}}
	for name, headers := range map[string][]string{
		"another site":     {"Sec-Fetch-Site", "cross-site"},
		"a sibling domain": {"Sec-Fetch-Site", "same-site"},
		"another origin":   {"Origin", "https://loja.example"},
		"another port":     {"Origin", "http://127.0.0.1:1"},
		"no origin at all": {"Origin", "null"},
	} {
		a := s.browser().post("/entrar", form, headers...)
		if a.StatusCode != http.StatusForbidden || len(a.Cookies()) != 0 {
			t.Errorf("%s: %d with cookies %v", name, a.StatusCode, a.Cookies())
		}
	}
	s.browser().post("/entrar", form, "Origin", s.url).is(t, http.StatusSeeOther)
	s.browser().post("/entrar", form, "Sec-Fetch-Site", "same-origin").is(t, http.StatusSeeOther)
}

func TestOversizedAndUnreadableRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	large := "login=" + strings.Repeat("a", 1<<20)
	s.browser().do(http.MethodPost, "/entrar", large).is(t, http.StatusRequestEntityTooLarge).has(t, "O envio é grande demais")
	s.browser().get("/entrar?volta=%00").is(t, http.StatusBadRequest)
	s.browser().get("/entrar?volta=%ff").is(t, http.StatusBadRequest)
	s.browser().get("/%ff").is(t, http.StatusNotFound)
	s.browser().get("/entrar?"+strings.Repeat("a", 80<<10)).is(t, http.StatusRequestHeaderFieldsTooLarge)
}

func TestErrorsSayWhatToDoNext(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.browser()
	b.get("/nada").is(t, http.StatusNotFound).has(t, "Página não encontrada").has(t, "Ir para as conversas")
	b.do(http.MethodDelete, "/entrar", "").is(t, http.StatusMethodNotAllowed).has(t, "Isto não funciona assim")
	b.post("/sair", nil).is(t, http.StatusUnauthorized).has(t, "Entre de novo").has(t, `href="/entrar"`)

	part := b.get("/nada", "HX-Request", "true").is(t, http.StatusNotFound)
	if part.body != "" || part.Header.Get("HX-Reswap") != "none" || !strings.Contains(part.Header.Get("Toast"), "O endere\\u00e7o n\\u00e3o existe") {
		t.Errorf("a part: %q %v", part.body, part.Header)
	}
	gone := b.post("/sair", nil, "HX-Request", "true", "HX-Current-URL", s.url+"/conversas?aba=todas").is(t, http.StatusUnauthorized)
	if got := gone.Header.Get("HX-Redirect"); got != "/entrar?volta=%2Fconversas%3Faba%3Dtodas" {
		t.Errorf("a part of somebody signed out leads to %q", got)
	}
	elsewhere := b.post("/sair", nil, "HX-Request", "true", "HX-Current-URL", "https://evil.example/x")
	if got := elsewhere.Header.Get("HX-Redirect"); got != "/entrar" {
		t.Errorf("a part asked from elsewhere leads to %q", got)
	}
}

func TestAPIErrorsAreProblems(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	a := s.browser().get("/api/v1/nada").is(t, http.StatusNotFound).has(t, `"status":404`).has(t, `"title":"Not Found"`)
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type: %q", got)
	}
}

func TestSignInLeadsOnlyToOurPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	for back, want := range map[string]string{
		"":                        "/",
		"/conversas?aba=todas":    "/conversas?aba=todas",
		"/automacoes/inatividade": "/automacoes/inatividade",
		"//evil.example":          "/conversas",
		"/\\evil.example":         "/conversas",
		"https://evil.example/":   "/conversas",
		"javascript:alert(1)":     "/conversas",
		"/\tevil":                 "/conversas",
		"/entrar?volta=/entrar":   "/conversas",
	} {
		a := s.browser().post("/entrar", url.Values{"login": {"admin@loja"}, "password": {password}, "volta": {back}}).is(t, http.StatusSeeOther)
		if got := a.Header.Get("Location"); got != want {
			t.Errorf("volta=%q leads to %q, want %q", back, got, want)
		}
	}
}
