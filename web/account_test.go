package web_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// leads checks where an answer leads.
func (a answer) leads(t *testing.T, want string) answer {
	t.Helper()
	a.is(t, http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != want {
		t.Errorf("%s %s leads to %s, want %s", a.Request.Method, a.Request.URL.Path, got, want)
	}
	return a
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
