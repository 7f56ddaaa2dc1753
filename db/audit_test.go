package db_test

import (
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
			"all":     {db.AuditQuery{}, []db.Audit{key, team}},
			"noun":    {db.AuditQuery{Noun: db.NounTeam, NounID: "vendas"}, []db.Audit{team}},
			"by":      {db.AuditQuery{By: "ana"}, []db.Audit{team}},
			"since":   {db.AuditQuery{Since: key.At}, []db.Audit{key}},
			"until":   {db.AuditQuery{Until: key.At}, []db.Audit{team}},
			"below":   {db.AuditQuery{Below: "2"}, []db.Audit{team}},
			"nothing": {db.AuditQuery{Noun: db.NounFlow}, nil},
		} {
			t.Log(name)
			diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, s.ID, c.query, 10)), c.want)
		}
		diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, s.ID, db.AuditQuery{}, 1)), []db.Audit{key})
		diff(t, must[[]db.Audit](t)(d.AuditTrail(ctx, other.ID, db.AuditQuery{}, 10)), []db.Audit(nil))
	})
}
