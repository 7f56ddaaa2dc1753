package web_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"semaforo/db"
)

// The API archives only what is not in use: it has nobody to ask for a replacement.
func TestTeamsArchivedByTheAPI(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	c.call("POST", "/teams", `{"id": "vendas", "name": "Vendas"}`).is(201)
	c.call("POST", "/teams", `{"id": "trocas", "name": "Trocas", "hours": {"mon": [["09:00", "18:00"]]}, "holidays": ["2026-12-25"]}`).is(201)
	c.call("POST", "/sellers", `{"id": "ana", "name": "Ana", "teams": ["vendas"]}`).is(201)
	c.call("POST", "/channels", `{"name": "Site", "kind": "api"}`).is(201)
	const away, back = `{"name": "Vendas", "archived": true}`, `{"name": "Vendas"}`
	talk := c.call("POST", "/messages", `{"channel": "Site", "external_id": "m", "contact": {"external_id": "c", "name": "Maria"}, "text": "Oi", "team": "vendas"}`).
		is(201).text("conversation.id")
	c.call("PUT", "/teams/vendas", away).refuses(409)
	c.call("POST", "/conversations/"+talk+"/assume", `{"seller": "ana"}`).is(200)

	// Another team's conversations are on their way to it.
	ctx := context.Background()
	move := db.Relocation{Store: shop.ID, ID: "move", FromTeam: "trocas", ToTeam: "vendas", ByKind: db.ByUser, CreatedAt: s.clock.Now()}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertRelocation(ctx, move) })
	c.call("PUT", "/teams/vendas", away).refuses(409)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.EndRelocation(ctx, shop.ID, "move", s.clock.Now())
	})

	c.call("PUT", "/teams/vendas", away).is(200).has("archived", true)
	c.call("GET", "/sellers/ana", "").is(200).has("teams", "[]")
	c.call("PUT", "/sellers/ana", `{"name": "Ana", "teams": ["vendas"]}`).refuses(422, "teams[0]=unknown")
	c.call("POST", "/sellers", `{"name": "Bia", "teams": ["vendas"]}`).refuses(422, "teams[0]=unknown")
	c.call("GET", "/conversations/"+talk, "").is(200).has("team", "vendas", "seller", "ana")
	move.ID, move.FromTeam, move.ToTeam = "again", "vendas", "trocas"
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertRelocation(ctx, move) })
	c.call("PUT", "/teams/vendas", back).is(200).has("archived", false)
	if left, err := s.db.Relocations(ctx, shop.ID); err != nil || len(left) != 0 {
		t.Errorf("the team is back and still left: %v (%v)", left, err)
	}
	c.call("PUT", "/teams/vendas", back).is(200)
	c.call("PUT", "/teams/trocas", `{"name": "Trocas e devoluções"}`).is(200)

	trail, err := s.db.AuditTrail(ctx, shop.ID, db.AuditQuery{Noun: db.NounTeam}, 50)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range slices.Backward(trail) {
		lines = append(lines, fmt.Sprint(e.ByKind, " ", e.Action, " ", e.NounName, " ", e.Changes))
	}
	want := []string{
		"token created Vendas [{name  Vendas} {hours  Horário da loja}]",
		"token created Trocas [{name  Trocas} {hours  seg 09:00–18:00} {holidays  25/12/2026}]",
		"token archived Vendas []",
		"token restored Vendas []",
		"token changed Trocas e devoluções [{name Trocas Trocas e devoluções} {hours seg 09:00–18:00 Horário da loja} {holidays 25/12/2026 }]",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("recorded %q", lines)
	}
}

// Nor does it put away a seller who has conversations, or is getting some.
func TestSellersPutAwayByTheAPI(t *testing.T) {
	t.Parallel()
	s, shop, c := apiSite(t)
	c.call("POST", "/sellers", `{"id": "ana", "name": "Ana"}`).is(201)
	c.call("POST", "/sellers", `{"id": "bia", "name": "Bia"}`).is(201)
	c.call("POST", "/channels", `{"name": "Site", "kind": "api"}`).is(201)
	const away = `{"name": "Ana", "active": false}`
	talk := c.call("POST", "/messages", `{"channel": "Site", "external_id": "m", "contact": {"external_id": "c", "name": "Maria"}, "text": "Oi", "seller": "ana"}`).
		is(201).text("conversation.id")
	c.call("PUT", "/sellers/ana", away).refuses(409)
	c.call("POST", "/conversations/"+talk+"/transfer", `{"seller": "bia"}`).is(200)
	move := db.Relocation{Store: shop.ID, ID: "move", FromSeller: "bia", ToSeller: "ana", ByKind: db.ByUser, CreatedAt: s.clock.Now()}
	s.tx(func(ctx context.Context, tx *db.Tx) error { return tx.InsertRelocation(ctx, move) })
	c.call("PUT", "/sellers/ana", away).refuses(409)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return tx.EndRelocation(ctx, shop.ID, "move", s.clock.Now())
	})
	c.call("PUT", "/sellers/ana", away).is(200).has("active", false)

	// Nobody's customer becomes theirs any more; whose is stays.
	contact := c.call("GET", "/conversations/"+talk, "").is(200).text("contact.id")
	c.call("PUT", "/contacts/"+contact, `{"name": "Maria", "seller": "ana"}`).refuses(422, "seller=unknown")
	c.call("POST", "/contacts", `{"channel": "Site", "external_id": "d", "name": "João", "seller": "ana"}`).refuses(422, "seller=unknown")
	c.call("PUT", "/contacts/"+contact, `{"name": "Maria", "seller": "bia"}`).is(200)
	c.call("POST", "/conversations/"+talk+"/close", `{}`).is(200)
	c.call("PUT", "/sellers/bia", `{"name": "Bia", "active": false}`).is(200)
	c.call("PUT", "/contacts/"+contact, `{"name": "Maria José", "seller": "bia"}`).is(200).has("seller", "bia")
}
