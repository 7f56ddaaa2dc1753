package db_test

import (
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestAuditTrail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		team := db.Audit{Store: s.ID, ID: "1", At: dbtest.Start, ByKind: db.ByUser, ByID: "ana", ByName: "Ana", Address: "192.0.2.1",
			Noun: db.NounTeam, NounID: "vendas", NounName: "Vendas", Action: db.AuditChanged,
			Changes: []db.AuditChange{{Field: "name", Before: "Venda", After: "Vendas"}}}
		key := db.Audit{Store: s.ID, ID: "2", At: dbtest.Start.Add(time.Hour), ByKind: db.BySystem, Noun: db.NounToken, NounID: "k",
			NounName: "loja", Action: db.AuditRevoked, Changes: []db.AuditChange{}}
		write(t, d, func(tx *db.Tx) error {
			if err := tx.AppendAudit(ctx, team); err != nil {
				return err
			}
			return tx.AppendAudit(ctx, key)
		})
		for name, c := range map[string]struct {
			query db.AuditQuery
			want  []db.Audit
		}{
			"all":      {db.AuditQuery{}, []db.Audit{key, team}},
			"noun":     {db.AuditQuery{Noun: db.NounTeam, NounID: "vendas"}, []db.Audit{team}},
			"by":       {db.AuditQuery{By: "ana"}, []db.Audit{team}},
			"operator": {db.AuditQuery{ByKind: db.BySystem}, []db.Audit{key}},
			"since":    {db.AuditQuery{Since: key.At}, []db.Audit{key}},
			"until":    {db.AuditQuery{Until: key.At}, []db.Audit{team}},
			"below":    {db.AuditQuery{Below: "2"}, []db.Audit{team}},
			"nothing":  {db.AuditQuery{Noun: db.NounFlow}, nil},
		} {
			t.Log(name)
			diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, s.ID, c.query, 10)), c.want)
		}
		bia := s.Member("bia@x", "Bia", db.Agent)
		write(t, d, func(tx *db.Tx) error {
			return tx.InsertToken(ctx, db.Token{Store: s.ID, ID: "k", Name: "Loja", Scope: db.ScopeRead, Hash: "h", CreatedAt: dbtest.Start})
		})
		diff(t, must[[]db.Actor](t)(d.Actors(ctx, s.ID)), []db.Actor{{db.ByUser, bia.User, "Bia"}, {db.ByToken, "k", "Loja"}})
		diff(t, must[[]db.Actor](t)(d.Actors(ctx, other.ID)), []db.Actor(nil))
		diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, s.ID, db.AuditQuery{}, 1)), []db.Audit{key})
		diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, other.ID, db.AuditQuery{}, 10)), []db.Audit(nil))
	})
}

// What an entry says can neither be changed nor taken away, by no statement.
func TestAuditTrailIsAppendOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		write(t, d, func(tx *db.Tx) error {
			return tx.AppendAudit(ctx, db.Audit{Store: s.ID, At: dbtest.Start, ByKind: db.BySystem, Noun: db.NounStore, Action: db.AuditCreated})
		})
		for _, statement := range []string{`UPDATE audit SET by_name = 'x'`, `DELETE FROM audit`} {
			err := dbtest.TryExec(t, d, statement)
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if got := must[[]db.Audit](t)(d.AuditTrail(ctx, s.ID, db.AuditQuery{}, 9)); len(got) != 1 || got[0].ByName != "" {
			t.Errorf("the trail is now %v", got)
		}
	})
}
