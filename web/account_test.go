package web_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
)

// trail is the newest entries of a store's audit trail, as "noun action field=before>after …".
func (s *site) trail(store string, n int) []string {
	s.t.Helper()
	entries, err := s.db.AuditTrail(context.Background(), store, db.AuditQuery{}, n)
	if err != nil {
		s.t.Fatal(err)
	}
	lines := make([]string, len(entries))
	for i, e := range entries {
		lines[i] = e.Noun + " " + e.Action
		for _, c := range e.Changes {
			lines[i] += " " + c.Field + "=" + c.Before + ">" + c.After
		}
	}
	return lines
}

// last checks the newest entries, the latest first.
func (s *site) last(store string, want ...string) {
	s.t.Helper()
	if got := s.trail(store, len(want)); !slices.Equal(got, want) {
		s.t.Errorf("the trail ends with %q, want %q", got, want)
	}
}

func (s *site) user(login string) db.User {
	s.t.Helper()
	u, err := s.db.UserByLogin(context.Background(), login)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// leads checks where an answer leads.
func (a answer) leads(t *testing.T, want string) answer {
	t.Helper()
	a.is(t, http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != want {
		t.Errorf("%s %s leads to %s, want %s", a.Request.Method, a.Request.URL.Path, got, want)
	}
	return a
}

var (
	keyPattern  = regexp.MustCompile(`id="two-step-key">([A-Z2-7 ]+)<`)
	codePattern = regexp.MustCompile(`<li><code class="secret">([a-z0-9-]+)<`)
)

// twoStep sets up two-step sign-in, and returns the app's secret and the recovery codes.
func (b *browser) twoStep() (secret string, codes []string) {
	t := b.site.t
	t.Helper()
	b.post("/minha-conta/duas-etapas/comecar", nil).leads(t, "/minha-conta/duas-etapas")
	page := b.get("/minha-conta/duas-etapas").is(t, http.StatusOK)
	found := keyPattern.FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("no key:\n%s", page.body)
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	done := b.post("/minha-conta/duas-etapas", url.Values{"code": {handlers.TOTP(secret, b.site.clock.Now())}}).is(t, http.StatusOK)
	for _, match := range codePattern.FindAllStringSubmatch(done.body, -1) {
		codes = append(codes, match[1])
	}
	if len(codes) != 10 || done.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("recovery codes: %v", codes)
	}
	return secret, codes
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
	b.step(" "+now[:3]+" "+now[3:]).leads(t, "/conversas")
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
	again.step(handlers.TOTP(secret, s.clock.Now().Add(-30*time.Second))).leads(t, "/conversas")

	s.clock.pass(time.Minute)
	b = s.browser()
	b.signIn("agent@loja", password)
	b.get("/entrar/codigo?recuperacao=sim").is(t, http.StatusOK).has(t, "Código de recuperação")
	b.step(strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))).leads(t, "/conversas")
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
	b.step(handlers.TOTP(secret, s.clock.Now())).leads(t, "/conversas")
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

// What is owed comes first: the password, then the second step; then the page
// that was meant.
func TestWhatIsOwedComesFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	user := s.user("agent@loja")
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		shop.TwoStepRequired = true
		if err := tx.UpdateStore(ctx, shop.Store); err != nil {
			return err
		}
		return tx.SetPassword(ctx, user.ID, user.PasswordHash, true)
	})
	b := s.as(db.Agent)
	held := func(duty string) {
		t.Helper()
		b.get("/conversas").leads(t, duty)
		b.get("/minha-conta/sessoes?a=b").leads(t, duty+"?volta=%2Fminha-conta%2Fsessoes%3Fa%3Db")
		b.post("/minha-conta", url.Values{"name": {"X"}, "seen": {"agent"}}).leads(t, duty)
		part := b.get("/conversas", "HX-Request", "true", "HX-Current-URL", s.url+"/conversas?tab=mine").is(t, http.StatusForbidden)
		if got := part.Header.Get("HX-Redirect"); got != duty+"?volta=%2Fconversas%3Ftab%3Dmine" {
			t.Errorf("a part leads to %q", got)
		}
		b.get("/eventos", "Accept", "text/event-stream").is(t, http.StatusUnauthorized)
		b.post("/tema", url.Values{"theme": {"dark"}}).is(t, http.StatusSeeOther)
		b.get("/static/nada").is(t, http.StatusNotFound)
	}
	held("/nova-senha")
	b.get("/minha-conta/duas-etapas").leads(t, "/nova-senha?volta=%2Fminha-conta%2Fduas-etapas")
	choose := func(password, again string) answer {
		return b.post("/nova-senha", url.Values{"new": {password}, "again": {again}, "volta": {"/conversas?tab=mine"}})
	}
	b.get("/nova-senha").is(t, http.StatusOK).has(t, "Escolha uma nova senha")
	choose("curta", "curta").is(t, http.StatusUnprocessableEntity).has(t, "10 a 200 caracteres")
	choose("uma outra senha", "uma outra").is(t, http.StatusUnprocessableEntity).has(t, "As duas senhas não são iguais.")
	a := choose(password, password).is(t, http.StatusUnprocessableEntity).has(t, "diferente da que você recebeu")
	if strings.Contains(a.body, password) {
		t.Error("the password came back")
	}
	before := b.cookie()
	choose("uma outra senha", "uma outra senha").leads(t, "/conversas?tab=mine")
	if b.cookie() == before {
		t.Error("the id stayed")
	}
	s.last(shop.ID, "account changed password=>", "session signed_in")
	if s.user("agent@loja").MustChangePassword {
		t.Error("the flag stayed")
	}

	held("/minha-conta/duas-etapas")
	b.get("/nova-senha").leads(t, "/minha-conta/duas-etapas?volta=%2Fnova-senha")
	b.get("/minha-conta/duas-etapas").is(t, http.StatusOK).has(t, "Loja loja exige")
	b.twoStep()
	b.get("/conversas").is(t, http.StatusOK)
	b.get("/nova-senha").leads(t, "/conversas")
	b.post("/nova-senha", url.Values{"new": {"mais uma senha"}, "again": {"mais uma senha"}}).leads(t, "/conversas")
	if right, err := handlers.CheckPassword(t.Context(), s.user("agent@loja").PasswordHash, "uma outra senha"); err != nil || !right {
		t.Errorf("a password could be changed without the present one: %v", err)
	}

	// Tokens owe nothing, and the others of the store have their own duty.
	s.browser().get("/api/v1/teams", "Authorization", "Bearer "+s.token(shop.ID, db.ScopeRead)).is(t, http.StatusOK)
	owing := s.as(db.Admin)
	owing.get("/conversas").leads(t, "/minha-conta/duas-etapas")
	owing.post("/sair", nil).leads(t, "/entrar")
}

// A stream that is open ends when its person comes to owe something.
func TestStreamsEndWithWhatIsOwed(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	m := shop.Member("a@loja", "Ana", db.Admin)
	_, lines := s.stream(s.session(shop.ID, m))
	shop.TwoStepRequired = true
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.UpdateStore(ctx, shop.Store) })
	s.handlers.Hub.Mark(shop.ID, "store")
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream goes on: %v", err)
	}
}

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	b, other, colleague := s.as(db.Agent), s.as(db.Agent), s.as(db.Supervisor)
	change := func(present, next, again string) answer {
		return b.post("/minha-conta/seguranca", url.Values{"present": {present}, "new": {next}, "again": {again}})
	}
	change("", "", "").is(t, http.StatusUnprocessableEntity).has(t, "Informe a sua senha atual.").has(t, "10 a 200 caracteres")
	change(password, "curta", "curta").is(t, http.StatusUnprocessableEntity).has(t, "10 a 200 caracteres")
	change(password, "uma outra senha", "outra").is(t, http.StatusUnprocessableEntity).has(t, "As duas senhas não são iguais.")
	change(password, password, password).is(t, http.StatusUnprocessableEntity).has(t, "diferente da atual")
	a := change("errada errada", "uma outra senha", "uma outra senha").is(t, http.StatusUnprocessableEntity).has(t, "não é a sua senha atual")
	if strings.Contains(a.body, "errada errada") || strings.Contains(a.body, "uma outra senha") {
		t.Error("a password came back")
	}
	if !other.signedIn() {
		t.Fatal("a refusal ended sessions")
	}
	before := b.cookie()
	change(password, "uma outra senha", "uma outra senha").leads(t, "/minha-conta/seguranca")
	s.last(shop.ID, "account changed password=>", "session revoked sessions_ended=>1")
	b.get("/minha-conta/seguranca").has(t, "1 outra sessão foi encerrada.")
	if b.cookie() == before || other.signedIn() || !colleague.signedIn() {
		t.Error("the wrong sessions ended")
	}
	s.browser().signIn("agent@loja", password).is(t, http.StatusUnprocessableEntity)
	s.browser().signIn("agent@loja", "uma outra senha").is(t, http.StatusSeeOther)
	for range 5 {
		a = change("errada errada", "mais uma senha", "mais uma senha")
	}
	change("uma outra senha", "mais uma senha", "mais uma senha").is(t, http.StatusTooManyRequests).has(t, "Muitas tentativas seguidas")
}

func TestRenamingOneself(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, second := s.store(), dbtest.Store(t, s.db, "outra")
	user := s.user("agent@loja")
	seller := second.Seller("agent")
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertMembership(ctx, db.Membership{Store: second.ID, User: user.ID, Role: db.Agent, Seller: seller.ID, CreatedAt: dbtest.Start.Add(time.Hour)})
	})
	b := s.as(db.Agent)
	b.get("/minha-conta").is(t, http.StatusOK).has(t, "agent@loja").has(t, "Atendimento")
	save := func(seen, name string) answer {
		return b.post("/minha-conta", url.Values{"seen": {seen}, "name": {name}})
	}
	save("agent", "  ").is(t, http.StatusUnprocessableEntity).has(t, "Preencha este campo.")
	save("agent", strings.Repeat("x", 81)).is(t, http.StatusUnprocessableEntity)
	save("agent", "a\u202eb").is(t, http.StatusUnprocessableEntity)
	save("Outro", "Ana").is(t, http.StatusConflict).has(t, "mudou enquanto você editava").has(t, `value="Ana"`).has(t, `name="seen" value="agent"`)
	save("agent", " Ána Luz ").leads(t, "/minha-conta")
	if got := s.user("agent@loja").Name; got != "Ána Luz" {
		t.Errorf("name: %q", got)
	}
	for _, store := range []string{shop.ID, second.ID} {
		m, err := s.db.Membership(t.Context(), store, user.ID)
		if err != nil {
			t.Fatal(err)
		}
		if seller, err := s.db.Seller(t.Context(), store, m.Seller); err != nil || seller.Name != "Ána Luz" {
			t.Errorf("seller: %+v %v", seller, err)
		}
		s.last(store, "account changed name=agent>Ána Luz")
	}
	n := len(s.trail(shop.ID, 100))
	save("Ána Luz", "Ána Luz").is(t, http.StatusSeeOther)
	if now := len(s.trail(shop.ID, 100)); now != n {
		t.Error("nothing changed, and the trail says that something did")
	}
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	shop := s.store()
	const phone = "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
	mine, theirs := s.browser(), s.as(db.Supervisor)
	mine.signIn("agent@loja", password, "User-Agent", phone, "X-Forwarded-For", "10.1.2.3")
	s.clock.pass(time.Minute)
	b := s.as(db.Agent)
	b.get("/minha-conta/sessoes").is(t, http.StatusOK).has(t, "Firefox no Android").has(t, "10.1.2.3").has(t, "Navegador desconhecido").has(t, "Esta sessão")
	s.clock.pass(6 * time.Minute)
	mine.get("/conversas", "X-Forwarded-For", "10.3.2.1").is(t, http.StatusOK)
	b.get("/minha-conta/sessoes").has(t, "10.3.2.1")

	end := func(id string) answer { return b.post("/minha-conta/sessoes/"+id+"/encerrar", nil) }
	ids := func(login string) (all []string) {
		found, err := s.db.UserSessions(t.Context(), s.user(login).ID, s.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found {
			all = append(all, one.ID)
		}
		return all
	}
	none := end("nada").is(t, http.StatusNotFound)
	another := end(ids("supervisor@loja")[0]).is(t, http.StatusNotFound)
	if got, want := strings.ReplaceAll(another.body, another.Header.Get("X-Request-Id"), ""), strings.ReplaceAll(none.body, none.Header.Get("X-Request-Id"), ""); len(got) != len(want) {
		t.Error("another's session is told from none")
	}
	if !theirs.signedIn() {
		t.Fatal("another's session ended")
	}
	_, stream := s.stream("semaforo=" + mine.cookie())
	end(ids("agent@loja")[1]).leads(t, "/minha-conta/sessoes")
	if _, err := io.Copy(io.Discard, stream); err != nil {
		t.Errorf("its stream goes on: %v", err)
	}
	s.last(shop.ID, "session revoked")
	if mine.signedIn() || !b.signedIn() {
		t.Error("the wrong session ended")
	}
	for range 3 {
		s.as(db.Agent)
	}
	b.post("/minha-conta/sessoes/encerrar", nil).leads(t, "/minha-conta/sessoes")
	s.last(shop.ID, "session revoked sessions_ended=>3")
	if left := ids("agent@loja"); len(left) != 1 || !b.signedIn() {
		t.Errorf("left: %v", left)
	}
	b.get("/conversas")
	b.post("/minha-conta/sessoes/encerrar", nil)
	b.get("/minha-conta/sessoes").has(t, "Não havia outra sessão.")
}

// A session whose secret has just changed is one session, and ends as one.
func TestARotatedSessionIsOne(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	b := s.as(db.Agent)
	s.clock.pass(time.Second)
	old := s.as(db.Agent)
	before := old.cookie()
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetRole(ctx, shop.ID, s.user("agent@loja").ID, db.Supervisor)
	})
	page := old.get("/minha-conta/sessoes").is(t, http.StatusOK)
	if n := strings.Count(page.body, `id="session-`); n != 2 {
		t.Errorf("%d sessions, want 2", n)
	}
	id := regexp.MustCompile(`id="session-([^"]+)"`).FindStringSubmatch(page.body)[1]
	b.post("/minha-conta/sessoes/"+id+"/encerrar", nil).leads(t, "/minha-conta/sessoes")
	if old.signedIn() || s.browser().get("/entrar", "Cookie", "semaforo="+before).StatusCode != http.StatusOK {
		t.Error("it goes on under one of its secrets")
	}
}

func TestSignInsAreInTheTrail(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop, second := s.store(), dbtest.Store(t, s.db, "outra")
	user := s.user("agent@loja")
	seller := second.Seller("agent")
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertMembership(ctx, db.Membership{Store: second.ID, User: user.ID, Role: db.Agent, Seller: seller.ID, CreatedAt: dbtest.Start.Add(time.Hour)})
	})
	b := s.browser()
	b.signIn("agent@loja", password, "User-Agent", "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36")
	b.post("/sair", nil)
	s.last(shop.ID, "session signed_out", "session signed_in")
	entries, err := s.db.AuditTrail(t.Context(), shop.ID, db.AuditQuery{Noun: db.NounSession}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if e := entries[0]; e.NounName != "Chrome no Windows" || e.Address != "127.0.0.1" || e.ByID != user.ID || e.ByName != "agent" {
		t.Errorf("entry: %+v", e)
	}
	if got := s.trail(second.ID, 9); len(got) != 0 {
		t.Errorf("another store hears of it: %v", got)
	}

	wrong := func() { s.browser().signIn("agent@loja", "errada errada") }
	s.browser().signIn("ninguem@loja", "errada errada")
	for range 4 {
		wrong()
	}
	for _, store := range []string{shop.ID, second.ID} {
		s.last(store, "session refused reason=>senha incorreta attempts=>1")
	}
	s.clock.pass(15 * time.Minute)
	wrong()
	wrong()
	s.last(second.ID, "session refused reason=>senha incorreta attempts=>5", "session refused reason=>senha incorreta attempts=>1")
	if n := len(s.trail(second.ID, 9)); n != 2 {
		t.Errorf("%d refusals in the trail of six", n)
	}
}

// An unknown login takes the work of a known one: as many statements, and a
// password that is hashed.
func TestUnknownLoginsTakeTheWorkOfKnownOnes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	quickest := map[string]time.Duration{}
	statements := map[string]int64{}
	for i := range 3 {
		for _, login := range []string{"agent@loja", "ninguem@loja"} {
			before, begun := s.db.Statements(), time.Now()
			s.browser().signIn(login, "errada errada").is(t, http.StatusUnprocessableEntity)
			took := time.Since(begun)
			if i == 0 { // writes an entry of the known one
				continue
			}
			statements[login] = s.db.Statements() - before
			if quickest[login] == 0 || took < quickest[login] {
				quickest[login] = took
			}
		}
	}
	if statements["agent@loja"] != statements["ninguem@loja"] {
		t.Errorf("statements: %v", statements)
	}
	if quickest["ninguem@loja"] < quickest["agent@loja"]/2 {
		t.Errorf("an unknown login is told by its time: %v", quickest)
	}
}
