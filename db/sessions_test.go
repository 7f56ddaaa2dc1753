package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestSellersSignedIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "loja"), dbtest.Store(t, d, "outra")
		now := dbtest.Start.Add(24 * time.Hour)
		signIn := func(shop *dbtest.Shop, login string, used, expires time.Time) string {
			m := shop.Member(login, login, db.Agent)
			for _, browser := range []string{"one", "two"} {
				session := db.Session{IDHash: login + browser, Store: shop.ID, User: m.Person.ID, CreatedAt: dbtest.Start,
					LastUsedAt: used, ExpiresAt: expires, Data: "{}"}
				write(t, d, func(tx *db.Tx) error { return tx.SaveSession(ctx, session) })
			}
			return m.Seller
		}
		here := signIn(s, "ana", now.Add(-time.Minute), now.Add(time.Hour))
		signIn(s, "bruno", now.Add(-time.Hour), now.Add(time.Hour))
		signIn(s, "camila", now.Add(-time.Minute), now)
		signIn(other, "diego", now.Add(-time.Minute), now.Add(time.Hour))
		diff(t, must[[]string](t)(d.SellersSignedIn(ctx, s.ID, now.Add(-15*time.Minute), now)), []string{here})
	})
}
