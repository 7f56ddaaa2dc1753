package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestPresence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		external, seen, away, never := s.Seller("Externo"), s.Member("a@x", "A", db.Agent), s.Member("b@x", "B", db.Agent), s.Member("c@x", "C", db.Agent)
		write(t, d, func(tx *db.Tx) error {
			for _, m := range []db.Member{seen, away} {
				if err := tx.TouchSeller(ctx, s.ID, m.Seller, dbtest.Start); err != nil {
					return err
				}
			}
			return tx.SetAway(ctx, s.ID, away.Seller, true)
		})
		diff(t, must[[]string](t)(d.Available(ctx, s.ID, dbtest.Start)), []string{external.ID, seen.Seller})
		diff(t, must[[]string](t)(d.Available(ctx, s.ID, dbtest.Start.Add(time.Second))), []string{external.ID})
		diff(t, must[[]string](t)(d.Available(ctx, other.ID, dbtest.Start)), []string(nil))
		if got := must[db.Seller](t)(d.Seller(ctx, s.ID, away.Seller)); !got.Away || !got.SeenAt.Equal(dbtest.Start) {
			t.Errorf("presence of %v", got)
		}
		if got := must[db.Seller](t)(d.Seller(ctx, s.ID, never.Seller)); got.Away || !got.SeenAt.IsZero() {
			t.Errorf("presence of who never signed in: %v", got)
		}
	})
}
