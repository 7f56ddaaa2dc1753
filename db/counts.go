package db

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Counts are the numbers beside the list's tabs and colours.
type Counts struct {
	// Tabs by tab: the open conversations that meet the query's filters, colour
	// apart. Closed ones are not counted.
	Tabs map[Tab]int
	// Ranks of the query's own tab.
	Ranks Ranks
}

// CountConversations counts what ListConversations lists, from the tallies; the
// search, the ranks and the cursors of the query do not count.
func (q Queries) CountConversations(ctx context.Context, store string, l ListQuery) (Counts, error) {
	a := arguments{values: []any{store}}
	where := l.tallyFilter(&a)
	mine := "seller_id = " + a.arg(l.Me)
	teams := "(seller_id = '' AND team_id " + in(&a, l.MyTeams) + ")"
	waiting := "(seller_id = '' AND team_id = '')"
	visible := "1 = 1"
	if l.OnlyVisible {
		visible = "(" + mine + " OR " + teams + " OR " + waiting + ")"
	}
	sum := func(condition string) string {
		return "CAST(COALESCE(SUM(CASE WHEN " + condition + " THEN n END), 0) AS BIGINT)"
	}
	type line struct{ rank, all, mine, teams, waiting int }
	lines, err := list(ctx, q, "count conversations",
		func(r row) (c line, err error) { return c, r.Scan(&c.rank, &c.all, &c.mine, &c.teams, &c.waiting) },
		`SELECT rank, CAST(SUM(n) AS BIGINT), `+sum(mine)+`, `+sum(teams)+`, `+sum(waiting)+`
		 FROM tallies WHERE store_id = $1 AND n <> 0 AND `+visible+where+` GROUP BY rank`, a.values...)
	if err != nil {
		return Counts{}, err
	}
	var all, own, queue, rest Ranks
	for _, c := range lines {
		all[c.rank], own[c.rank], queue[c.rank], rest[c.rank] = c.all, c.mine, c.teams, c.waiting
	}
	postponed := all
	if l.OnlyVisible {
		postponed = own
	}
	c := Counts{Tabs: map[Tab]int{TabMine: own.Active(), TabTeams: queue.Active(), TabWaiting: rest.Active(),
		TabPostponed: postponed[RankPostponed], TabAll: all.Total()}}
	c.Ranks = map[Tab]Ranks{TabMine: own, TabTeams: queue, TabWaiting: rest, TabPostponed: postponed, TabAll: all,
		TabAny: all}[l.Tab]
	return c, nil
}

// tallyFilter is the condition of the query's filters on tallies.
func (l ListQuery) tallyFilter(a *arguments) string {
	var w strings.Builder
	equal := func(column, value string) {
		if value != "" {
			w.WriteString(" AND " + column + " = " + a.arg(value))
		}
	}
	equal("team_id", l.Team)
	equal("seller_id", l.Seller)
	equal("channel_id", l.ChannelID)
	if l.Queue != "" {
		w.WriteString(" AND " + map[string]string{"seller": "seller_id <> ''", "team": "seller_id = '' AND team_id <> ''",
			"waiting": "seller_id = '' AND team_id = ''"}[string(l.Queue)])
	}
	return w.String()
}

// maxExempt bounds what is counted of a store's many conversations.
const maxExempt = 10_000

// Exempt counts the open conversations that an automatic closing switched on at
// an instant leaves alone, as they began before it: of the waiting ones those
// that wait since before it, and of the answered ones those answered before it
// (§5). It counts up to 10,000; capped says that there are more.
func (q Queries) Exempt(ctx context.Context, store, kind string, enabled time.Time) (n int, capped bool, err error) {
	channels, err := q.channelIDs(ctx, store)
	if err != nil || len(channels) == 0 {
		return 0, false, err
	}
	a := arguments{values: []any{store, maxExempt + 1}}
	var ranges []string
	if kind == AutoCloseCustomer {
		ranges = append(ranges, "rank = 3 AND last_from = 'seller' AND sort_key > "+a.arg(-int64(At(enabled))))
	} else {
		before := a.arg(int64(At(enabled)))
		for rank := RankRed; rank <= RankGreen; rank++ {
			ranges = append(ranges, "rank = "+strconv.Itoa(rank)+" AND sort_key < "+before)
		}
	}
	var parts []string
	for _, channel := range channels {
		on := " AND channel_id = " + a.arg(channel) + " AND "
		for _, r := range ranges {
			parts = append(parts, "SELECT * FROM (SELECT id FROM conversations"+q.indexedBy("conversations_channel")+
				" WHERE store_id = $1"+on+r+" LIMIT $2) AS p"+strconv.Itoa(len(parts)))
		}
	}
	n, err = one(ctx, q, "count exempt conversations", column[int],
		"SELECT COUNT(*) FROM ("+union(parts, "")+") AS exempt", a.values...)
	return min(n, maxExempt), n > maxExempt, err
}
