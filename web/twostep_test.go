package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/handlers"
)

var (
	keyPattern  = regexp.MustCompile(`id="two-step-key">([A-Z2-7 ]+)<`)
	codePattern = regexp.MustCompile(`<li><code class="secret">([a-z0-9-]+)<`)
)

// twoStep sets up two-step sign-in, and returns the app's secret and the recovery codes.
func (b *browser) twoStep() (secret string, codes []string) {
	b.site.t.Helper()
	secret, codes, _ = b.setUpTwoStep()
	return secret, codes
}

// setUpTwoStep is twoStep with its last page.
func (b *browser) setUpTwoStep() (secret string, codes []string, done answer) {
	t := b.site.t
	t.Helper()
	b.post("/minha-conta/duas-etapas/comecar", nil).leads(t, "/minha-conta/duas-etapas")
	page := b.get("/minha-conta/duas-etapas").is(t, http.StatusOK)
	found := keyPattern.FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("no key:\n%s", page.body)
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	done = b.post("/minha-conta/duas-etapas", url.Values{"code": {handlers.TOTP(secret, b.site.clock.Now())}}).is(t, http.StatusOK)
	for _, match := range codePattern.FindAllStringSubmatch(done.body, -1) {
		codes = append(codes, match[1])
	}
	if len(codes) != 10 || done.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("recovery codes: %v", codes)
	}
	return secret, codes, done
}

// step gives the second step's code.
func (b *browser) step(code string, headers ...string) answer {
	b.site.t.Helper()
	return b.post("/entrar/codigo", url.Values{"code": {code}}, headers...)
}

func TestTwoStepSignInTakesEachCodeOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	secret, codes := s.as(db.Agent).twoStep()
	s.last(shop.ID, "account changed two_step=não>sim", "session signed_in")

	b := s.browser()
	b.signIn("agent@loja", password).leads(t, "/entrar/codigo")
	b.get("/conversas").leads(t, "/entrar") // nobody is signed in yet
	b.get("/eventos").is(t, http.StatusSeeOther)
	used := handlers.TOTP(secret, s.clock.Now())
	b.step(used).is(t, http.StatusUnprocessableEntity).has(t, "Este código não vale.") // it confirmed the set-up
	s.clock.pass(30 * time.Second)
	now := handlers.TOTP(secret, s.clock.Now())
	half := b.cookie()
	b.step(" "+now[:3]+" "+now[3:]).leads(t, "/")
	if b.cookie() == half {
		t.Error("the id stayed")
	}
	b.get("/conversas").is(t, http.StatusOK)
	s.browser().get("/entrar/codigo", "Cookie", "semaforo="+half).leads(t, "/entrar")

	again := s.browser()
	again.signIn("agent@loja", password)
	again.step(now).is(t, http.StatusUnprocessableEntity)
	s.clock.pass(time.Minute)
	again.step(handlers.TOTP(secret, s.clock.Now().Add(-time.Minute))).is(t, http.StatusUnprocessableEntity) // two steps old
	again.step(handlers.TOTP(secret, s.clock.Now().Add(-30*time.Second))).leads(t, "/")

	s.clock.pass(time.Minute)
	b = s.browser()
	b.signIn("agent@loja", password)
	b.get("/entrar/codigo?recuperacao=sim").is(t, http.StatusOK).has(t, "Código de recuperação")
	b.step(strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))).leads(t, "/")
	s.last(shop.ID, "account changed recovery_codes=10>9", "session signed_in")
	b.get("/conversas").has(t, "Restam 9 códigos.")
	b = s.browser()
	b.signIn("agent@loja", password)
	b.step(codes[3]).is(t, http.StatusUnprocessableEntity)
	b.step("").is(t, http.StatusUnprocessableEntity).has(t, "Informe o código.")
	b.step("a\xff\x00b").is(t, http.StatusUnprocessableEntity)
}

func TestTheSecondStepIsNotHeldForLong(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	secret, _ := s.as(db.Agent).twoStep()
	code := func() string { return handlers.TOTP(secret, s.clock.Now()) }
	s.clock.pass(time.Minute)

	b := s.browser()
	b.get("/entrar/codigo").leads(t, "/entrar")
	b.step(code()).is(t, http.StatusUnprocessableEntity).has(t, "O tempo para digitar o código acabou.")

	b.post("/entrar", url.Values{"login": {"agent@loja"}, "password": {password}, "volta": {"/conversas?tab=mine"}}).
		leads(t, "/entrar/codigo?volta=%2Fconversas%3Ftab%3Dmine")
	b.get("/entrar/codigo?volta=/conversas%3Ftab%3Dmine").has(t, `value="/conversas?tab=mine"`)
	s.clock.pass(5 * time.Minute)
	b.step(code()).is(t, http.StatusUnprocessableEntity).has(t, "O tempo para digitar o código acabou.")

	// Another's cookie, and a password that was changed meanwhile.
	b.signIn("agent@loja", password)
	s.browser().step(code()).is(t, http.StatusUnprocessableEntity).has(t, "O tempo")
	user := s.user("agent@loja")
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.DeleteUserSessions(ctx, user.ID, "") })
	b.step(code()).is(t, http.StatusUnprocessableEntity).has(t, "O tempo")

	// Who is no longer anywhere a member.
	b.signIn("agent@loja", password)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SetMemberDisabled(ctx, shop.ID, user.ID, true) })
	b.step(code()).is(t, http.StatusUnprocessableEntity)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SetMemberDisabled(ctx, shop.ID, user.ID, false) })
	b.post("/entrar/codigo", url.Values{"code": {code()}, "volta": {"/conversas?tab=mine"}}).leads(t, "/conversas?tab=mine")
}

func TestSignInElsewhereEndsTheSessionTheBrowserCameWith(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	s.as(db.Agent).twoStep()
	b := s.as(db.Admin)
	admin := b.cookie()
	b.signIn("agent@loja", password).leads(t, "/entrar/codigo")
	if s.browser().get("/entrar", "Cookie", "semaforo="+admin).StatusCode != http.StatusOK {
		t.Error("the administrator's session went on")
	}
}

// Whoever has the password gets nowhere by trying six digits, from wherever.
func TestTheSecondStepIsThrottledByLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	shop := s.store()
	secret, _ := s.as(db.Agent).twoStep()
	s.clock.pass(time.Minute)
	wait := time.Duration(0)
	for i := range 22 {
		s.clock.pass(wait)
		from := []string{"X-Forwarded-For", "10.0.0." + strconv.Itoa(i)}
		b := s.browser()
		b.signIn("agent@loja", password, from...).leads(t, "/entrar/codigo")
		b.step("000000", from...).is(t, http.StatusUnprocessableEntity)
		if i < 4 { // slips of the finger
			continue
		}
		a := b.step(handlers.TOTP(secret, s.clock.Now()), from...).is(t, http.StatusTooManyRequests).has(t, "Muitas tentativas seguidas")
		seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
		if err != nil {
			t.Fatal(err)
		}
		wait = time.Duration(seconds) * time.Second
	}
	if wait != 6*time.Hour {
		t.Errorf("the last wait is %s", wait)
	}
	s.clock.pass(wait)
	b := s.browser()
	b.signIn("agent@loja", password).leads(t, "/entrar/codigo")
	b.step(handlers.TOTP(secret, s.clock.Now())).leads(t, "/")
	refused := 0
	for _, line := range s.trail(shop.ID, 200) {
		if strings.HasPrefix(line, "session refused reason=>código incorreto") {
			refused++
		}
	}
	if refused == 0 || refused > 12 { // the early ones came within one quarter of an hour
		t.Errorf("%d refusals in the trail of 22", refused)
	}
}

func TestSettingUpTwoSteps(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b, other := s.as(db.Agent), s.as(db.Agent)
	b.get("/minha-conta/duas-etapas").is(t, http.StatusOK).has(t, "Começar")
	b.post("/minha-conta/duas-etapas", url.Values{"code": {"000000"}}).leads(t, "/minha-conta/duas-etapas")
	b.get("/minha-conta/duas-etapas/desligar").leads(t, "/minha-conta/seguranca")
	b.post("/minha-conta/duas-etapas/comecar", nil)
	first := keyPattern.FindStringSubmatch(b.get("/minha-conta/duas-etapas").body)[1]
	b.post("/minha-conta/duas-etapas", url.Values{"code": {"000000"}}).is(t, http.StatusUnprocessableEntity).has(t, "Este código não confere.").has(t, first)
	s.clock.pass(time.Hour + time.Second)
	if left := b.get("/minha-conta/duas-etapas").is(t, http.StatusOK).has(t, "Começar"); strings.Contains(left.body, first) {
		t.Error("a secret that was left lying is shown")
	}
	b.post("/minha-conta/duas-etapas", url.Values{"code": {handlers.TOTP(strings.ReplaceAll(first, " ", ""), s.clock.Now())}}).leads(t, "/minha-conta/duas-etapas")
	before := b.cookie()
	_, codes := b.twoStep()
	if b.cookie() == before {
		t.Error("the id stayed")
	}
	if other.signedIn() {
		t.Error("another session, of the password alone, goes on")
	}
	page := b.get("/minha-conta/seguranca").has(t, "Ligada").has(t, "restam: 10")
	if strings.Contains(page.body, codes[0]) || strings.Contains(page.body, first) {
		t.Error("the page shows what may be shown once")
	}
	b.get("/minha-conta/duas-etapas").leads(t, "/minha-conta/seguranca")
	b.post("/minha-conta/duas-etapas/comecar", nil)
	if two, err := s.db.TwoStep(context.Background(), s.user("agent@loja").ID); err != nil || !two.Enabled() {
		t.Errorf("begun anew while on: %+v %v", two, err)
	}
}

func TestTurningTwoStepsOffAndRenewingCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	b := s.as(db.Agent)
	secret, codes := b.twoStep()
	s.clock.pass(time.Minute)
	ask := func(path, password, code string) answer {
		return b.post("/minha-conta/duas-etapas/"+path, url.Values{"password": {password}, "code": {code}})
	}
	for _, path := range []string{"codigos", "desligar"} {
		b.get("/minha-conta/duas-etapas/"+path).is(t, http.StatusOK)
		ask(path, "", "").is(t, http.StatusUnprocessableEntity).has(t, "Informe a sua senha.").has(t, "Informe o código.")
		ask(path, "errada errada", codes[0]).is(t, http.StatusUnprocessableEntity).has(t, "Esta não é a sua senha.")
		ask(path, password, "123456").is(t, http.StatusUnprocessableEntity).has(t, "Este código não vale")
	}
	done := ask("codigos", password, handlers.TOTP(secret, s.clock.Now())).is(t, http.StatusOK)
	s.last(shop.ID, "account changed recovery_codes=10>10 novos")
	fresh := codePattern.FindStringSubmatch(done.body)[1]
	ask("desligar", password, codes[0]).is(t, http.StatusUnprocessableEntity) // an old one
	ask("desligar", password, handlers.TOTP(secret, s.clock.Now())).is(t, http.StatusUnprocessableEntity)
	ask("desligar", password, fresh).leads(t, "/minha-conta/seguranca")
	s.last(shop.ID, "account changed two_step=sim>não", "account changed recovery_codes=10>9")
	ask("desligar", password, fresh).is(t, http.StatusUnprocessableEntity)
	s.as(db.Agent) // with the password alone
	for range 5 {
		b.twoStep()
		for range 6 {
			if ask("desligar", "errada errada", "123456").StatusCode == http.StatusTooManyRequests {
				return
			}
		}
	}
	t.Error("tries of an open browser are not throttled")
}
