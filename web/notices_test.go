package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/handlers"
)

// browserOf ties a browser to the session that a visitor has now.
func (s *site) browserOf(b *browser, store, user string) {
	s.t.Helper()
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SaveSubscription(ctx, db.Subscription{Store: store, ID: db.NewID(), User: user, Endpoint: "https://push.example/" + user,
			Session: handlers.HashSecret(b.cookie()), CreatedAt: s.clock.Now()})
	})
}

func (s *site) browsers(store, user string) []db.Subscription {
	s.t.Helper()
	all, err := s.db.Subscriptions(context.Background(), store, user)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// Signing out ends a browser's notices; so does signing somebody out. A session that
// only runs out does not: notices are for who is not looking.
func TestNoticesEndWithTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	shop := s.store()
	members, err := s.db.Members(context.Background(), shop.ID, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	user := map[db.Role]string{}
	for _, m := range members {
		user[m.Role] = m.User
	}
	agent, supervisor, admin := s.as(db.Agent), s.as(db.Supervisor), s.as(db.Admin)
	s.browserOf(agent, shop.ID, user[db.Agent])
	s.browserOf(supervisor, shop.ID, user[db.Supervisor])
	s.browserOf(admin, shop.ID, user[db.Admin])
	agent.post("/sair", url.Values{}).is(t, http.StatusSeeOther)
	if left := s.browsers(shop.ID, user[db.Agent]); len(left) != 0 {
		t.Errorf("after signing out: %+v", left)
	}
	// A new role gives the session a new id, and the browser goes with it.
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetRole(ctx, shop.ID, user[db.Supervisor], db.Agent)
	})
	supervisor.get("/conversas").is(t, http.StatusOK)
	if moved := s.browsers(shop.ID, user[db.Supervisor]); len(moved) != 1 || moved[0].Session != handlers.HashSecret(supervisor.cookie()) {
		t.Errorf("after a new role: %+v", moved)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.DeleteUserSessions(ctx, user[db.Supervisor], "") })
	if left := s.browsers(shop.ID, user[db.Supervisor]); len(left) != 0 {
		t.Errorf("after being signed out: %+v", left)
	}
	s.clock.pass(24 * time.Hour)
	s.as(db.Agent) // a sign-in sweeps up what has expired
	if kept := s.browsers(shop.ID, user[db.Admin]); len(kept) != 1 || kept[0].Session != "" {
		t.Errorf("after the session ran out: %+v", kept)
	}
}
