package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/views/presenceview"
)

// Whatever a person asks is a sign that they are there, noted about once a minute.
func TestEveryRequestIsASignOfLife(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	ana := shop.Member("a@loja", "Ana", db.Agent)
	cookie := s.session(shop.ID, ana)
	seen := func() time.Time {
		t.Helper()
		seller, err := s.db.Seller(context.Background(), shop.ID, ana.Seller)
		if err != nil {
			t.Fatal(err)
		}
		return seller.SeenAt
	}
	for _, path := range []string{"/resumo", "/conversas"} {
		s.clock.pass(10 * time.Minute)
		now := s.clock.Now()
		s.browser().get(path, "Cookie", cookie).is(t, http.StatusOK)
		if !seen().Equal(now) {
			t.Errorf("%s: seen at %v, it is %v", path, seen(), now)
		}
		s.clock.pass(30 * time.Second)
		s.browser().get(path, "Cookie", cookie).is(t, http.StatusOK)
		if !seen().Equal(now) {
			t.Errorf("%s: each request is written down", path)
		}
	}
}

// The control works without scripts, on every page, and leads back to it.
func TestPresenceWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := dbtest.Store(t, s.db, "loja")
	cookie := s.session(shop.ID, shop.Member("a@loja", "Ana", db.Agent))
	b := s.browser()
	b.get("/conversas", "Cookie", cookie).is(t, http.StatusOK).has(t, `action="/presenca"`).has(t, "Disponível")
	a := b.do(http.MethodPost, presenceview.Path, "away=true", "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded",
		"Referer", s.url+"/conversas?tab=waiting").is(t, http.StatusSeeOther)
	if got := a.Header.Get("Location"); got != "/conversas?tab=waiting" {
		t.Errorf("leads to %s", got)
	}
	b.get("/conversas", "Cookie", cookie).is(t, http.StatusOK).has(t, `id="presence-menu-button"`).has(t, "<span class=\"button-label\">Ausente</span>")
}

// The API tells who is there; who has no pages of ours always is.
func TestPresenceByTheAPI(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	ana := shop.Member("a@loja", "Ana", db.Agent)
	robot := shop.Seller("Robô")
	is := func(seller, want string) {
		t.Helper()
		c.call("GET", "/sellers/"+seller, "").is(200).has("presence", want)
	}
	is(ana.Seller, "offline")
	is(robot.ID, "available")
	cookie := s.session(shop.ID, ana)
	s.browser().get("/resumo", "Cookie", cookie).is(t, http.StatusOK)
	is(ana.Seller, "available")
	s.browser().do(http.MethodPost, presenceview.Path, "away=true", "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded")
	is(ana.Seller, "away")
	s.clock.pass(2*time.Minute + time.Second)
	is(ana.Seller, "offline")
	c.call("GET", "/sellers", "").is(200).has("items.0.presence", "offline", "items.1.presence", "available")
}
