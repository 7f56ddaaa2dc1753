package db

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"semaforo/flow"
)

// TallyKey is what open conversations are counted by; empty is no team, no seller.
type TallyKey struct {
	Store, Seller, Team, Channel string
	Rank                         int
}

// Tallies are changes of the counts of open conversations, gathered during a
// transaction and applied at its end.
type Tallies map[TallyKey]int

// Moved counts how c has moved since it was read: call it before writing c.
func (t Tallies) Moved(c *Conversation) {
	if p, open := c.Stored(); open {
		t.add(c.Store, p, -1)
	}
	if c.IsOpen() {
		t.add(c.Store, c.Place(), +1)
	}
}

func (t Tallies) add(store string, p Place, n int) {
	key := TallyKey{Store: store, Seller: p.Seller, Team: p.Team, Channel: p.ChannelID, Rank: p.Rank}
	if t[key] += n; t[key] == 0 {
		delete(t, key)
	}
}

// ApplyTallies adds the changes to the counts, in one order for all transactions
// so that they do not wait for each other in a circle, and forgets them.
func (tx *Tx) ApplyTallies(ctx context.Context, t Tallies) error {
	keys := make([]TallyKey, 0, len(t))
	for key := range t {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b TallyKey) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Seller, b.Seller),
			strings.Compare(a.Team, b.Team), strings.Compare(a.Channel, b.Channel), a.Rank-b.Rank)
	})
	for _, key := range keys {
		_, err := tx.exec(ctx, "apply tally",
			`INSERT INTO tallies (store_id, seller_id, team_id, channel_id, rank, n) VALUES ($1, $2, $3, $4, $5, $6)
			 ON CONFLICT (store_id, seller_id, team_id, channel_id, rank) DO UPDATE SET n = tallies.n + excluded.n`,
			key.Store, key.Seller, key.Team, key.Channel, key.Rank, t[key])
		if err != nil {
			return err
		}
	}
	clear(t)
	return nil
}

// CountBySeller counts the open conversations each seller holds, the postponed
// ones too; sellers with none are absent. It is what redistribute goes by (§5).
func (q Queries) CountBySeller(ctx context.Context, store string) (map[string]int, error) {
	type count struct {
		seller string
		n      int
	}
	counts, err := list(ctx, q, "count by seller", func(r row) (c count, err error) { return c, r.Scan(&c.seller, &c.n) },
		`SELECT seller_id, CAST(SUM(n) AS BIGINT) FROM tallies WHERE store_id = $1 AND seller_id <> ''
		 GROUP BY seller_id HAVING SUM(n) > 0`, store)
	by := make(map[string]int, len(counts))
	for _, c := range counts {
		by[c.seller] = c.n
	}
	return by, err
}

// Ranks counts open conversations by rank, RankRed to RankPostponed.
type Ranks [RankClosed]int

// Total is the sum of all ranks.
func (r Ranks) Total() (n int) {
	for _, m := range r {
		n += m
	}
	return n
}

// Active is the sum of all ranks but the postponed.
func (r Ranks) Active() int { return r.Total() - r[RankPostponed] }

// CountByQueue counts a store's open conversations by queue and rank.
func (q Queries) CountByQueue(ctx context.Context, store string) (map[flow.Queue]Ranks, error) {
	type count struct {
		queue   flow.Queue
		rank, n int
	}
	counts, err := list(ctx, q, "count by queue",
		func(r row) (c count, err error) { return c, r.Scan(&c.queue, &c.rank, &c.n) },
		`SELECT CASE WHEN seller_id <> '' THEN 'seller' WHEN team_id <> '' THEN 'team' ELSE 'waiting' END AS queue,
		   rank, CAST(SUM(n) AS BIGINT) FROM tallies WHERE store_id = $1 GROUP BY 1, 2`, store)
	by := map[flow.Queue]Ranks{}
	for _, c := range counts {
		ranks := by[c.queue]
		ranks[c.rank] += c.n
		by[c.queue] = ranks
	}
	return by, err
}

// RecountTallies compares the counts with the rows and returns how many counts
// are wrong: a check for tests and operators, which reads every conversation.
func (q Queries) RecountTallies(ctx context.Context, store string) (wrong int, err error) {
	return one(ctx, q, "recount tallies", column[int],
		`SELECT COUNT(*) FROM (
		   SELECT seller_id, team_id, channel_id, rank FROM (
		     SELECT seller_id, team_id, channel_id, rank, n FROM tallies WHERE store_id = $1
		     UNION ALL
		     SELECT COALESCE(seller_id, ''), COALESCE(team_id, ''), channel_id, rank, -1
		     FROM conversations WHERE store_id = $1 AND status = 'open') AS both_sides
		   GROUP BY seller_id, team_id, channel_id, rank HAVING SUM(n) <> 0) AS wrong`, store)
}
