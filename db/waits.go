package db

import (
	"context"
	"time"
)

// Waiting are the open conversations of one seller or team, on one channel and of one
// colour, that a customer waits in.
type Waiting struct {
	Seller, Team string // who holds them
	Rank         int    // RankRed, RankYellow or RankGreen
	N            int
	Since        time.Time // of the one who has waited longest
}

// WorstWaits are a store's waiting conversations by holder, channel and colour: one
// look into an index for each, however many conversations there are. A seller
// narrows them to what that seller holds.
func (q Queries) WorstWaits(ctx context.Context, store, seller string) ([]Waiting, error) {
	a := arguments{values: []any{store}}
	where := ""
	if seller != "" {
		where = " AND t.seller_id = " + a.arg(seller)
	}
	return list(ctx, q, "worst waits", func(r row) (w Waiting, err error) {
		return w, r.Scan(&w.Seller, &w.Team, &w.Rank, &w.N, timeInto{&w.Since})
	}, `SELECT t.seller_id, t.team_id, t.rank, t.n, (SELECT MIN(c.sort_key) FROM conversations c`+q.indexedBy("conversations_holder")+`
	      WHERE c.store_id = t.store_id AND c.holder = CASE WHEN t.seller_id <> '' THEN 'seller:' || t.seller_id
	        WHEN t.team_id <> '' THEN 'team:' || t.team_id ELSE 'waiting' END
	      AND c.channel_id = t.channel_id AND c.rank = t.rank AND COALESCE(c.team_id, '') = t.team_id)
	    FROM tallies t WHERE t.store_id = $1 AND t.n > 0 AND t.rank <= 2`+where+`
	    ORDER BY t.seller_id, t.team_id, t.rank, t.channel_id`, a.values...)
}

// UserNames are the names of everybody who is or was in a store, by user.
func (q Queries) UserNames(ctx context.Context, store string) (map[string]string, error) {
	type named struct{ id, name string }
	all, err := list(ctx, q, "user names", func(r row) (n named, err error) { return n, r.Scan(&n.id, &n.name) },
		`SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.store_id = $1`, store)
	names := make(map[string]string, len(all))
	for _, n := range all {
		names[n.id] = n.name
	}
	return names, err
}
