package web_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
)

// branch makes a second store of which somebody of the first is a member too.
func (s *site) branch(slug, name string, m db.Member, role db.Role) *dbtest.Shop {
	s.t.Helper()
	shop := dbtest.Store(s.t, s.db, slug)
	shop.Name = name
	seller := shop.Seller(m.Person.Name)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := tx.UpdateStore(ctx, shop.Store); err != nil {
			return err
		}
		return tx.InsertMembership(ctx, db.Membership{Store: shop.ID, User: m.User, Role: role, Seller: seller.ID, CreatedAt: s.clock.Now()})
	})
	return shop
}

// A person of several stores goes from one to the other in the sidebar's head, as
// what they are there, and comes back to where they were last.
func TestSwitchingStores(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	ana := shop.Member("ana@loja", "Ana", db.Admin)
	s.setPassword(ana)
	b := s.browser()
	b.signIn("ana@loja", password).is(t, http.StatusSeeOther)
	if a := b.get("/conversas").is(t, http.StatusOK); strings.Contains(a.body, "/trocar-loja") {
		t.Error("who has one store is offered others")
	}
	norte := s.branch("norte", "Loja do Norte", ana, db.Agent)
	closed := s.branch("sul", "Loja do Sul", ana, db.Admin)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetMemberDisabled(ctx, closed.ID, ana.User, true)
	})

	a := b.get("/conversas").is(t, http.StatusOK).has(t, "Loja do Norte").has(t, `value="`+norte.ID+`"`)
	if strings.Contains(a.body, "Loja do Sul") {
		t.Error("a store that she may not enter is offered")
	}
	before := b.cookie()
	s.clock.pass(time.Minute)
	a = b.post("/trocar-loja", url.Values{"store": {norte.ID}}).is(t, http.StatusSeeOther)
	if at := a.Header.Get("Location"); at != "/conversas" {
		t.Errorf("it leads to %s", at)
	}
	if b.cookie() == before {
		t.Error("the session kept its id")
	}
	if _, err := s.db.Session(context.Background(), handlers.HashSecret(before), s.clock.Now()); err == nil {
		t.Error("the old session still works")
	}
	b.get("/conversas").is(t, http.StatusOK).has(t, "Você está em Loja do Norte.").has(t, "Atendimento")
	b.get("/configuracoes/loja").is(t, http.StatusForbidden) // there she is no administrator

	for _, id := range []string{closed.ID, db.NewID(), ""} {
		b.post("/trocar-loja", url.Values{"store": {id}}).is(t, http.StatusNotFound)
	}
	b.post("/trocar-loja", url.Values{"store": {norte.ID}}).is(t, http.StatusSeeOther) // where she is already

	b.post("/sair", nil)
	b.signIn("ana@loja", password).is(t, http.StatusSeeOther)
	b.get("/conversas").has(t, `aria-current="true"`).has(t, "Atendimento")
	b.get("/configuracoes/loja").is(t, http.StatusForbidden)
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.SetMemberDisabled(ctx, norte.ID, ana.User, true) })
	b.signIn("ana@loja", password).is(t, http.StatusSeeOther)
	b.get("/configuracoes/loja").is(t, http.StatusOK).has(t, "Loja loja")

	entries, err := s.db.AuditTrail(context.Background(), norte.ID, db.AuditQuery{Noun: db.NounSession}, 10)
	if err != nil || len(entries) == 0 || entries[len(entries)-1].ByName != "Ana" || entries[len(entries)-1].Address == "" {
		t.Errorf("the audit trail of the store she entered: %+v %v", entries, err)
	}
}

// Going to another store does not make a session last longer.
func TestSwitchingStoresKeepsTheSessionsLife(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	ana := shop.Member("ana@loja", "Ana", db.Admin)
	s.setPassword(ana)
	norte := s.branch("norte", "Loja do Norte", ana, db.Admin)
	b := s.browser()
	b.signIn("ana@loja", password).is(t, http.StatusSeeOther)
	for i := range 72 { // 30 days
		s.clock.pass(10 * time.Hour)
		b.post("/trocar-loja", url.Values{"store": {[]string{norte.ID, shop.ID}[i%2]}})
	}
	if b.signedIn() {
		t.Error("lasts for more than 30 days")
	}
}

// The streams of the store that was left end at once; another tab of it, which
// comes back, is told to load anew.
func TestSwitchingStoresEndsTheStreams(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	ana := shop.Member("ana@loja", "Ana", db.Admin)
	norte := s.branch("norte", "Loja do Norte", ana, db.Admin)
	cookie := s.session(shop.ID, ana)
	_, lines := s.stream(cookie)
	a := s.browser().post("/trocar-loja", url.Values{"store": {norte.ID}}, "Cookie", cookie).is(t, http.StatusSeeOther)
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream was torn off: %v", err)
	}
	fresh := "semaforo=" + sessionCookieOf(t, a).Value
	left := s.browser().get("/eventos?store="+shop.ID, "Cookie", fresh, "Accept", "text/event-stream").is(t, http.StatusOK)
	if left.body != "event: left\ndata: \n\n" {
		t.Errorf("a tab of the store that was left is told %q", left.body)
	}
}

// A store that is given no name in addresses gets one; who made it lands on its
// first steps, and the audit trail begins with both.
func TestSetUpLeadsToTheFirstSteps(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.handlers.SetUp = handlers.NewSetUp()
	form := setUpForm(s.handlers.SetUp.Code())
	form.Set("store", "Ótica São João & Cia.")
	form.Del("slug")
	b := s.browser()
	if at := b.post("/instalar", form).is(t, http.StatusSeeOther).Header.Get("Location"); at != "/" {
		t.Fatalf("it leads to %s", at)
	}
	b.get("/").is(t, http.StatusOK).has(t, "Primeiros passos").has(t, "0 de 5 feitos")
	store, err := s.db.StoreBySlug(context.Background(), "otica-sao-joao-cia")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := s.db.AuditTrail(context.Background(), store.ID, db.AuditQuery{}, 10)
	if err != nil || len(entries) != 2 {
		t.Fatalf("the audit trail: %+v %v", entries, err)
	}
	for i, want := range []string{db.NounSession, db.NounStore} {
		if e := entries[i]; e.Noun != want || e.ByKind != db.ByUser || e.ByName != "Ana" || e.Address == "" {
			t.Errorf("entry %d: %+v", i, e)
		}
	}

	// Of a name without a letter that an address takes none can be made; of no name, that is what is said.
	again := newSite(t, nil)
	again.handlers.SetUp = handlers.NewSetUp()
	form = setUpForm(again.handlers.SetUp.Code())
	form.Set("store", "山田")
	form.Del("slug")
	again.browser().post("/instalar", form).is(t, http.StatusUnprocessableEntity).has(t, `id="slug-error"`)
	form.Set("store", "")
	a := again.browser().post("/instalar", form).is(t, http.StatusUnprocessableEntity).has(t, `id="store-error"`)
	if strings.Contains(a.body, `id="slug-error"`) {
		t.Error("the name in addresses is asked for, which may be left out")
	}
}
