package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"semaforo/db"
)

// What an operator does to a store's keys is in its audit trail, as theirs, and
// the secret is not.
func TestTokenCommandsAreInTheTrail(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	_, secret, _ := run("", "token", "create", "--db", p.db, "--scope", "conversations", "loja virtual")
	if status, _, errOut := run("", "token", "revoke", "--db", p.db, "loja virtual"); status != exitDone {
		t.Fatalf("status %d %s", status, errOut)
	}
	var store ofStore
	store.DB = p.db
	err := store.inStore(&streams{out: io.Discard, err: io.Discard}, func(ctx context.Context, d *db.DB, s db.Store) error {
		trail, err := d.AuditTrail(ctx, s.ID, db.AuditQuery{Noun: db.NounToken}, 9)
		var actions []string
		for _, e := range trail {
			actions = append(actions, strings.Join([]string{e.ByKind, e.ByName, e.NounName, e.Action}, " "))
			for _, c := range e.Changes {
				actions = append(actions, c.Field+"="+c.After)
			}
		}
		got := strings.Join(actions, "; ")
		want := "system Comando do operador loja virtual revoked; system Comando do operador loja virtual created; scope=Ler e atender"
		if got != want || strings.Contains(got, strings.TrimSpace(secret)) {
			t.Errorf("the trail: %s", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
