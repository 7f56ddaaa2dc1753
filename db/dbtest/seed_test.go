package dbtest_test

import (
	"context"
	"math"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// What Seed makes by statements is what the program would have made.
func TestSeed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Seed(t, d, "loja", dbtest.SeedSize{Open: 700, Closed: 100, Teams: 3, Sellers: 7, Channels: 2,
			DueEvery: time.Second, Search: true})
		if wrong, err := d.RecountTallies(ctx, s.ID); err != nil || wrong != 0 {
			t.Errorf("%d tallies wrong, %v", wrong, err)
		}
		n, last := 0, db.Cursor{SortKey: math.MinInt64}
		q := db.ListQuery{Tab: db.TabAny, Limit: 200}
		for more := true; more; {
			page, err := d.ListConversations(ctx, s.ID, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rows {
				if p := r.Place(); p.Rank < last.Rank || (p.Rank == last.Rank && p.SortKey < last.SortKey) || r.ContactName == "" {
					t.Fatalf("%+v comes after %v", r, last)
				} else {
					last = p
				}
			}
			n += len(page.Rows)
			q.After, more = page.Next, page.Next != nil
		}
		if n != 800 {
			t.Errorf("%d conversations", n)
		}
		page, err := d.ListConversations(ctx, s.ID, db.ListQuery{Tab: db.TabAny, Search: "cliente 100000042"})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].ContactName != "Cliente 100000042" {
			t.Errorf("found %v, %v", page.Rows, err)
		}
	})
}
