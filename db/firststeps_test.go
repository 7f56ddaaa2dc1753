package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// Each fact follows what there is, also when it is taken away again.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		var want db.FirstSteps
		is := func(when string) {
			t.Helper()
			if got := must[db.FirstSteps](t)(d.FirstSteps(ctx, s.ID)); got != want {
				t.Errorf("%s: %+v, want %+v", when, got, want)
			}
		}
		s.Member("ana@x.br", "Ana", db.Admin)
		is("with an administrator alone")

		team := s.Team("Vendas")
		want.Team = true
		is("with a team")
		bia := s.Member("bia@x.br", "Bia", db.Agent, team.ID)
		want.Staffed, want.Colleague = true, true
		is("with somebody in it")
		write(t, d, func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, s.ID, bia.User, true) })
		want.Colleague = false
		is("when she may not sign in")
		seller := must[db.Seller](t)(d.Seller(ctx, s.ID, bia.Seller))
		seller.Active = false
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSeller(ctx, seller) })
		want.Staffed = false
		is("when she does not answer any more")
		team.Archived = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateTeam(ctx, team) })
		want.Team = false
		is("when the team is archived")

		s.Store.Hours = &flow.Week{time.Monday: {{Open: 540, Close: 1080}}}
		write(t, d, func(tx *db.Tx) error { return tx.UpdateStore(ctx, s.Store) })
		want.Hours = true
		is("with hours")
		k := db.Token{Store: s.ID, ID: db.NewID(), Name: "n8n", Scope: db.ScopeRead, Hash: "hash", CreatedAt: dbtest.Start}
		write(t, d, func(tx *db.Tx) error { return tx.InsertToken(ctx, k) })
		want.Key = true
		is("with a key")
		write(t, d, func(tx *db.Tx) error { return tx.RevokeToken(ctx, s.ID, k.ID, dbtest.Start) })
		want.Key = false
		is("when it is revoked")
		s.Conversation(s.Contact(s.Channel("chat", db.ChannelChat).ID, "Maria", ""), nil)
		want.Message = true
		is("with a customer's message")
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertFlow(ctx, db.Flow{Store: s.ID, UpdatedAt: dbtest.Start, Flow: flow.Flow{ID: db.NewID(), Queue: flow.TeamQueue,
				Kind: flow.Main, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}}})
		})
		want.Flow = true
		is("with a flow")
	})
}
