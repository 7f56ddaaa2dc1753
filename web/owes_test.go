package web_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
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
		b.get("/").leads(t, duty)
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
	// Where no page was meant they lead to the beginning, which leads on itself.
	if _, _, page := b.setUpTwoStep(); !regexp.MustCompile(`<a [^>]*href="/" id="codes-kept"|<a [^>]*id="codes-kept" [^>]*href="/"`).MatchString(page.body) {
		t.Errorf("the codes do not lead on:\n%s", page.body)
	}
	b.get("/conversas").is(t, http.StatusOK)
	b.get("/").leads(t, "/conversas")
	b.get("/nova-senha").leads(t, "/")
	b.post("/nova-senha", url.Values{"new": {"mais uma senha"}, "again": {"mais uma senha"}}).leads(t, "/")
	if right, err := handlers.CheckPassword(t.Context(), s.user("agent@loja").PasswordHash, "uma outra senha"); err != nil || !right {
		t.Errorf("a password could be changed without the present one: %v", err)
	}

	// Tokens owe nothing, and the others of the store have their own duty.
	s.browser().get("/api/v1/teams", "Authorization", "Bearer "+s.token(shop.ID, db.ScopeRead)).is(t, http.StatusOK)
	owing := s.as(db.Admin)
	owing.get("/conversas").leads(t, "/minha-conta/duas-etapas")
	owing.get("/").leads(t, "/minha-conta/duas-etapas") // not to the first steps
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
// password that is hashed, which takes the memory that argon2id is given. Not in
// parallel: the memory of other tests would count.
func TestUnknownLoginsTakeTheWorkOfKnownOnes(t *testing.T) {
	s := newSite(t, nil)
	s.store()
	type work struct {
		statements int64
		hashed     bool
	}
	measure := func(login string) work {
		t.Helper()
		var before, after runtime.MemStats
		statements := s.db.Statements()
		runtime.ReadMemStats(&before)
		s.browser().signIn(login, "errada errada").is(t, http.StatusUnprocessableEntity)
		runtime.ReadMemStats(&after)
		return work{s.db.Statements() - statements, after.TotalAlloc-before.TotalAlloc > 18<<20}
	}
	measure("agent@loja") // this one is noted in the trail
	known, unknown := measure("agent@loja"), measure("ninguem@loja")
	if again := measure("ninguem@loja"); again != known || !unknown.hashed || !known.hashed {
		t.Errorf("known %+v, unknown %+v and %+v", known, unknown, again)
	}
}
