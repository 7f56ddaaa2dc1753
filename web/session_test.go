package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/views/ui"
)

func sessionCookieOf(t *testing.T, a answer) *http.Cookie {
	t.Helper()
	for _, c := range a.Cookies() {
		if strings.HasSuffix(c.Name, "semaforo") {
			return c
		}
	}
	t.Fatalf("no session cookie in %v", a.Header)
	return nil
}

func TestSignInKeepsOnlyTheHashOfARandomID(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	a := s.browser().signIn("admin@loja", password).is(t, http.StatusSeeOther)
	c := sessionCookieOf(t, a)
	if c.Name != "semaforo" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure {
		t.Errorf("cookie: %v", c)
	}
	if c.MaxAge != 12*60*60 {
		t.Errorf("the cookie lasts %d s, want 12 h", c.MaxAge)
	}
	if len(c.Value) != 43 {
		t.Errorf("the id %q is not 256 bits", c.Value)
	}
	row, err := s.db.Session(context.Background(), handlers.HashSecret(c.Value), s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row.IDHash+row.Data, c.Value) {
		t.Error("the database holds the id itself")
	}
}

func TestSessionCookieIsForHTTPSAloneBehindAKnownProxy(t *testing.T) {
	t.Parallel()
	s := newSite(t, loopback)
	s.store()
	c := sessionCookieOf(t, s.browser().signIn("admin@loja", password, "X-Forwarded-Proto", "https"))
	if c.Name != "__Host-semaforo" || !c.Secure || c.Domain != "" || c.Path != "/" {
		t.Errorf("cookie: %v", c)
	}
	stranger := newSite(t, nil)
	stranger.store()
	if c := sessionCookieOf(t, stranger.browser().signIn("admin@loja", password, "X-Forwarded-Proto", "https")); c.Secure {
		t.Error("anybody can claim to be a proxy")
	}
}

func TestSignInRotatesTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Admin)
	first := b.cookie()
	b.signIn("agent@loja", password).is(t, http.StatusSeeOther)
	if b.cookie() == first {
		t.Error("the id stayed")
	}
	if _, err := s.db.Session(context.Background(), handlers.HashSecret(first), s.clock.Now()); err == nil {
		t.Error("the old session still works")
	}
}

func TestSessionEndsUnused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Admin)
	s.clock.pass(11 * time.Hour)
	if !b.signedIn() {
		t.Fatal("ended after 11 hours, want 12")
	}
	s.clock.pass(11 * time.Hour)
	if !b.signedIn() {
		t.Fatal("use did not prolong it")
	}
	s.clock.pass(12*time.Hour + time.Second)
	if b.signedIn() {
		t.Error("lasts unused for more than 12 hours")
	}
}

func TestSessionEndsAfterThirtyDaysOfUse(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Agent)
	for range 65 { // 27 days and 2 hours
		s.clock.pass(10 * time.Hour)
		if !b.signedIn() {
			t.Fatalf("ended at %s", s.clock.Now())
		}
	}
	for range 7 { // 30 days
		s.clock.pass(10 * time.Hour)
		b.signedIn()
	}
	if b.signedIn() {
		t.Error("lasts for more than 30 days")
	}
}

func TestSessionUseIsNotedNowAndThen(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Admin)
	s.clock.pass(4 * time.Minute)
	if a := b.get("/entrar"); len(a.Cookies()) != 0 {
		t.Error("a cookie with every answer")
	}
	s.clock.pass(time.Minute)
	if a := b.get("/entrar"); len(a.Cookies()) != 1 {
		t.Error("no cookie after 5 minutes")
	}
}

func TestSessionsCanBeRevoked(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b, other := s.as(db.Admin), s.as(db.Agent)
	user, err := s.db.UserByLogin(context.Background(), "admin@loja")
	if err != nil {
		t.Fatal(err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.DeleteUserSessions(ctx, user.ID, "") })
	if b.signedIn() {
		t.Error("a revoked session works")
	}
	if !other.signedIn() {
		t.Error("another person's session was revoked")
	}
	user.Disabled = true
	b = s.as(db.Admin)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.UpdateUser(ctx, user) })
	if b.signedIn() {
		t.Error("a disabled person is signed in")
	}
	b.signIn("admin@loja", password).is(t, http.StatusUnprocessableEntity)
}

func TestARevokedSessionIsNotBroughtBackByARequestUnderWay(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Admin)
	id := handlers.HashSecret(b.cookie())
	row, err := s.db.Session(context.Background(), id, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := echo.New().NewContext(httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder())
	c.Request().AddCookie(&http.Cookie{Name: "semaforo", Value: b.cookie()})
	if err := s.handlers.Sessions.AddToast(c, ui.Toast{Text: "Salvo"}); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.db.Session(context.Background(), id, s.clock.Now()); err != nil || kept.Data == row.Data {
		t.Fatalf("the toast was not kept: %+v %v", kept, err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.DeleteSession(ctx, id) })
	if err := s.handlers.Sessions.AddToast(c, ui.Toast{Text: "De novo"}); err != nil {
		t.Fatal(err)
	}
	if b.signedIn() {
		t.Error("the session is back")
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	b := s.as(db.Admin)
	id := b.cookie()
	b.post("/sair", nil).is(t, http.StatusSeeOther)
	if b.cookie() != "" {
		t.Error("the cookie stayed")
	}
	if _, err := s.db.Session(context.Background(), handlers.HashSecret(id), s.clock.Now()); err == nil {
		t.Error("the session still works")
	}
}

func TestRoleChangeRotatesTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	b := s.as(db.Agent)
	old := b.cookie()
	user, err := s.db.UserByLogin(context.Background(), "agent@loja")
	if err != nil {
		t.Fatal(err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SetRole(ctx, shop.ID, user.ID, db.Admin) })
	if !b.signedIn() {
		t.Fatal("the role change signed the person out")
	}
	fresh := b.cookie()
	if fresh == old {
		t.Fatal("the id stayed")
	}
	other := s.browser() // a request that was under way with the old id
	a := other.get("/entrar", "Cookie", "semaforo="+old).is(t, http.StatusSeeOther)
	if len(a.Cookies()) != 0 {
		t.Error("the old id was rotated once more")
	}
	s.clock.pass(31 * time.Second)
	other.get("/entrar", "Cookie", "semaforo="+old).is(t, http.StatusOK)
	if !b.signedIn() || b.cookie() != fresh {
		t.Error("the new id does not last")
	}
}

// Signing out ends the session under each secret it has at the moment.
func TestSigningOutEndsTheSessionOfBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	b, elsewhere := s.as(db.Agent), s.as(db.Agent)
	old := b.cookie()
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetRole(ctx, shop.ID, s.user("agent@loja").ID, db.Admin)
	})
	if !b.signedIn() || b.cookie() == old {
		t.Fatal("the role change did not change the secret")
	}
	b.post("/sair", nil).is(t, http.StatusSeeOther)
	s.browser().get("/entrar", "Cookie", "semaforo="+old).is(t, http.StatusOK)
	if !elsewhere.signedIn() {
		t.Error("the person's other session ended too")
	}
}

func TestMadeUpCookiesAreStrangers(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.store()
	for _, value := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("é", 5000), "' OR 1=1 --"} {
		s.browser().get("/entrar", "Cookie", "semaforo="+value).is(t, http.StatusOK)
	}
}
