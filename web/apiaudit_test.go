package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"semaforo/db"
)

// What is changed by the API is in the audit trail, as the token's doing, and a
// call that changes nothing or is refused is not.
func TestChannelsAndWebhooksByTheAPIAreInTheTrail(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	team := c.call("POST", "/teams", `{"id": "vendas", "name": "Loja física"}`).is(201).text("id")
	before := len(trail(t, s, shop.ID))
	c.call("POST", "/channels", `{"id": "site", "name": "Site", "kind": "api"}`).is(201)
	c.call("PUT", "/channels/site", `{"name": "Site", "kind": "api"}`).is(200)
	c.call("PUT", "/channels/site", `{"name": "Loja", "kind": "api", "team": "`+team+`", "active": false}`).is(200)
	c.call("POST", "/channels", `{"name": "Loja", "kind": "api"}`).refuses(409)
	hook := c.call("POST", "/webhooks", `{"url": "https://x.example/h"}`).is(201).text("id")
	c.call("DELETE", "/webhooks/"+hook, "").is(204)
	c.call("DELETE", "/webhooks/"+hook, "").refuses(404)
	want := []string{
		"token channel Site created; kind:  → API; team:  → Aguardando",
		"token channel Loja changed; name: Site → Loja; team: Aguardando → Loja física",
		"token channel Loja disabled",
		"token webhook https://x.example/h created",
		"token webhook https://x.example/h deleted",
	}
	if got := trail(t, s, shop.ID)[before:]; !slices.Equal(got, want) {
		t.Errorf("the trail:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// trail is a store's audit trail in short, the oldest first.
func trail(t *testing.T, s *site, store string) []string {
	t.Helper()
	entries, err := s.db.AuditTrail(context.Background(), store, db.AuditQuery{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(entries)
	var lines []string
	for _, e := range entries {
		line := strings.Join([]string{e.ByKind, e.Noun, e.NounName, e.Action}, " ")
		for _, change := range e.Changes {
			line += "; " + change.Field + ": " + change.Before + " → " + change.After
		}
		lines = append(lines, line)
	}
	return lines
}
