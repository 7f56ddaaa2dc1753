package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/handlers"
)

func TestWrongSignInsSayTheSameAndKeepTheLogin(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	known := s.browser().signIn("admin@loja", "errada errada").is(t, http.StatusUnprocessableEntity).has(t, `value="admin@loja"`)
	unknown := s.browser().signIn("ninguem@loja", "errada errada").is(t, http.StatusUnprocessableEntity)
	const words = "Login ou senha incorretos"
	known.has(t, words)
	unknown.has(t, words)
	if strings.Contains(known.body, "errada") {
		t.Error("the password came back")
	}
	s.browser().signIn("", "").is(t, http.StatusUnprocessableEntity).has(t, "Informe seu login.").has(t, "Informe sua senha.")
	s.browser().signIn("a\xff@loja", "x").is(t, http.StatusUnprocessableEntity)
	s.browser().signIn("admin@loja", strings.Repeat("x", 5000)).is(t, http.StatusUnprocessableEntity)
	s.browser().signIn("  ADMIN@Loja ", password).is(t, http.StatusSeeOther)
}

func TestSignInIsThrottledByLoginAndAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	s.store()
	from := func(address string) []string { return []string{"X-Forwarded-For", address} }
	b := s.browser()
	for range 5 {
		b.signIn("admin@loja", "errada errada", from("10.0.0.1")...).is(t, http.StatusUnprocessableEntity)
	}
	a := b.signIn("admin@loja", password, from("10.0.0.1")...).is(t, http.StatusTooManyRequests).has(t, "Muitas tentativas seguidas")
	if got := a.Header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After: %q, want 1", got)
	}
	b.signIn("admin@loja", password, from("10.0.0.2")...).is(t, http.StatusSeeOther)
	s.clock.pass(time.Second)
	s.browser().signIn("admin@loja", "errada errada", from("10.0.0.1")...).is(t, http.StatusUnprocessableEntity)
	a = s.browser().signIn("admin@loja", password, from("10.0.0.1")...).is(t, http.StatusTooManyRequests)
	if got := a.Header.Get("Retry-After"); got != "1" && got != "2" {
		t.Errorf("the wait after the next failure: %q", got)
	}
	s.clock.pass(2 * time.Second)
	s.browser().signIn("admin@loja", password, from("10.0.0.1")...).is(t, http.StatusSeeOther)
	for range 4 {
		s.browser().signIn("admin@loja", "errada errada", from("10.0.0.1")...).is(t, http.StatusUnprocessableEntity)
	}
	s.browser().signIn("admin@loja", password, from("10.0.0.1")...).is(t, http.StatusSeeOther)
}

func TestManyLoginsFromOneAddressAreThrottled(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	s.store()
	for i := range 20 {
		s.browser().signIn("ninguem"+string(rune('a'+i)), "errada errada", "X-Forwarded-For", "2001:db8::"+string(rune('1'+i%9))).
			is(t, http.StatusUnprocessableEntity)
	}
	s.browser().signIn("admin@loja", password, "X-Forwarded-For", "2001:db8::77").is(t, http.StatusTooManyRequests)
	s.browser().signIn("admin@loja", password, "X-Forwarded-For", "2001:db8:0:1::77").is(t, http.StatusSeeOther)
}

func TestAShopSharingOneAddressSignsIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	for range 25 {
		s.as(db.Agent)
	}
}

func TestStrangersCannotChooseTheirAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	for i := range 5 {
		s.browser().signIn("admin@loja", "errada errada", "X-Forwarded-For", "10.0.0."+string(rune('1'+i))).is(t, http.StatusUnprocessableEntity)
	}
	s.browser().signIn("admin@loja", "errada errada", "X-Forwarded-For", "10.9.9.9").is(t, http.StatusTooManyRequests)
}

func TestDemoSignInsFillTheFormWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	s.handlers.DemoSignIns = []handlers.DemoSignIn{{Login: "admin@loja", Password: password, Name: "Ana", Role: "Administração"}}
	b := s.browser()
	b.get("/entrar").is(t, http.StatusOK).has(t, "/entrar?pessoa=admin%40loja&amp;volta=").has(t, "Preencher")
	b.get("/entrar?pessoa=admin%40loja").is(t, http.StatusOK).has(t, `value="admin@loja"`).has(t, `value="`+password+`"`)
	a := b.get("/entrar?pessoa=agent%40loja").is(t, http.StatusOK)
	if strings.Contains(a.body, "agent@loja") {
		t.Error("a login that is not the demonstration's was filled in")
	}
}

func setUpForm(code string) url.Values {
	return url.Values{"code": {code}, "store": {"Loja Nova"}, "slug": {"loja-nova"}, "timezone": {"America/Sao_Paulo"},
		"name": {"Ana"}, "login": {"ana@loja"}, "password": {password}}
}

func TestSetUpOfAFreshDatabase(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.handlers.SetUp = handlers.NewSetUp()
	b := s.browser()
	if got := b.get("/").is(t, http.StatusSeeOther).Header.Get("Location"); got != "/instalar" {
		t.Errorf("a fresh database begins at %s", got)
	}
	b.get("/entrar").is(t, http.StatusSeeOther)
	b.get("/instalar").is(t, http.StatusOK).has(t, "Código de instalação")

	a := b.post("/instalar", setUpForm("errado")).is(t, http.StatusUnprocessableEntity).has(t, "Este não é o código.").has(t, `value="Loja Nova"`)
	if strings.Contains(a.body, password) {
		t.Error("the password came back")
	}
	for field, value := range map[string]string{"store": strings.Repeat("x", 81), "slug": "Loja Nova", "timezone": "Mars/Olympus",
		"name": "a\x00b", "login": "", "password": "curta"} {
		form := setUpForm(s.handlers.SetUp.Code())
		form.Set(field, value)
		b.post("/instalar", form).is(t, http.StatusUnprocessableEntity).has(t, `id="`+field+`-error"`)
	}
	if empty, err := s.db.Empty(context.Background()); err != nil || !empty {
		t.Fatalf("refused forms left something: %v %v", empty, err)
	}

	b.post("/instalar", setUpForm(" "+strings.ToUpper(s.handlers.SetUp.Code())+" ")).is(t, http.StatusSeeOther)
	if !b.signedIn() {
		t.Error("the first administrator is not signed in")
	}
	store, err := s.db.StoreBySlug(context.Background(), "loja-nova")
	if err != nil || store.ConfigVersion != 1 {
		t.Fatalf("store: %+v %v", store, err)
	}
	rules, _, err := s.handlers.Door.Rules(context.Background(), store.ID)
	if err != nil {
		t.Errorf("its configuration: %v", err)
	} else if n := len(rules.Configuration().Holidays); n != 4*10 {
		t.Errorf("%d holidays of four years, want the ten national ones of each", n)
	}
	members, err := s.db.Members(context.Background(), store.ID, "", 10)
	if err != nil || len(members) != 1 || members[0].Role != db.Admin || members[0].Seller == "" {
		t.Errorf("members: %+v %v", members, err)
	}

	again := s.browser()
	if got := again.get("/instalar").is(t, http.StatusSeeOther).Header.Get("Location"); got != "/entrar" {
		t.Errorf("set-up is still open: %s", got)
	}
	again.post("/instalar", setUpForm(s.handlers.SetUp.Code())).is(t, http.StatusSeeOther)
	if again.cookie() != "" {
		t.Error("the code worked twice")
	}
}

func TestSetUpIsClosedWhereThereIsAStore(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.handlers.SetUp = handlers.NewSetUp() // as another process that started at the same time has
	s.store()
	s.browser().post("/instalar", setUpForm(s.handlers.SetUp.Code())).is(t, http.StatusSeeOther)
	if stores, err := s.db.Stores(context.Background()); err != nil || len(stores) != 1 {
		t.Errorf("stores: %v %v", stores, err)
	}
}
