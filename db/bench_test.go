package db_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// benchSizes are the numbers of open conversations to measure with; 1 M takes a
// minute to make.
func benchSizes() []int {
	if n, err := strconv.Atoi(os.Getenv("SEMAFORO_BENCH_OPEN")); err == nil {
		return []int{n}
	}
	return []int{100_000}
}

// benchDB is a fresh database of the engine that SEMAFORO_BENCH_ENGINE names.
func benchDB(b *testing.B) *db.DB {
	b.Helper()
	if os.Getenv("SEMAFORO_BENCH_ENGINE") == "postgres" {
		return dbtest.NewPostgres(b)
	}
	return dbtest.New(b)
}

func seed(b *testing.B, d *db.DB, open int) dbtest.Seeded {
	b.Helper()
	began := time.Now()
	s := dbtest.Seed(b, d, "loja", dbtest.SeedSize{Open: open, Closed: open / 5, Teams: 12, Sellers: 60, Channels: 4,
		DueEvery: 50 * time.Millisecond, Search: true})
	b.Logf("%d open conversations made in %v", open, time.Since(began).Round(time.Second))
	return s
}

// listCases are the tabs, filters and pages of the list.
func listCases(s dbtest.Seeded) map[string]db.ListQuery {
	me, team := s.Sellers[7], s.Teams[3]
	teams := []string{s.Teams[1].ID, s.Teams[7].ID}
	deep := &db.Cursor{Rank: db.RankGreen, SortKey: int64(db.At(dbtest.Start.Add(-6 * time.Hour))), ID: "c1"}
	late := &db.Cursor{Rank: db.RankClosed, SortKey: int64(-db.At(dbtest.Start.Add(-6 * time.Hour))), ID: "c1"}
	cases := map[string]db.ListQuery{}
	for _, tab := range []db.Tab{db.TabMine, db.TabTeams, db.TabWaiting, db.TabPostponed, db.TabClosed, db.TabAll} {
		for _, only := range []bool{false, true} {
			q := db.ListQuery{Tab: tab, Me: me.ID, MyTeams: teams, OnlyVisible: only, Limit: 50}
			name := fmt.Sprintf("%s/visible=%v", tab, only)
			cases[name] = q
			q.ChannelID = s.Channels[2].ID
			cases[name+"/channel"] = q
			q.ChannelID, q.Ranks = "", []int{db.RankYellow}
			if tab == db.TabPostponed || tab == db.TabClosed {
				q.Ranks = nil
			}
			cases[name+"/yellow"] = q
			q.Ranks, q.After = nil, deep
			if tab == db.TabClosed {
				q.After = late
			}
			cases[name+"/page"] = q
			q.After, q.Before = nil, q.After
			cases[name+"/back"] = q
			if !only {
				q = db.ListQuery{Tab: tab, Me: me.ID, MyTeams: teams, Limit: 50, Team: team.ID}
				cases[name+"/team"] = q
				q.ChannelID = s.Channels[1].ID
				cases[name+"/team+channel"] = q
				q = db.ListQuery{Tab: tab, Me: me.ID, MyTeams: teams, Limit: 50, Seller: s.Sellers[20].ID}
				cases[name+"/seller"] = q
				q.Team, q.ChannelID = s.Sellers[20].Teams[0], s.Channels[1].ID
				cases[name+"/seller+team+channel"] = q
			}
		}
	}
	for name, search := range map[string]string{"one": "100012345", "common": "cliente", "both": "cliente 1000", "phone": "119-1000-12"} {
		cases["search/"+name] = db.ListQuery{Tab: db.TabAll, Me: me.ID, Search: search, Limit: 50}
		cases["search-visible/"+name] = db.ListQuery{Tab: db.TabAll, Me: me.ID, MyTeams: teams, OnlyVisible: true, Search: search, Limit: 50}
	}
	return cases
}

func percentile(times []time.Duration, p float64) time.Duration {
	return times[min(len(times)-1, int(float64(len(times))*p))]
}

// BenchmarkList measures every tab, filter and page with the counts beside it.
func BenchmarkList(b *testing.B) {
	for _, open := range benchSizes() {
		d := benchDB(b)
		s := seed(b, d, open)
		var all []time.Duration
		cases := listCases(s)
		names := make([]string, 0, len(cases))
		for name := range cases {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			b.Run(fmt.Sprintf("open=%d/%s", open, name), func(b *testing.B) {
				times := make([]time.Duration, 0, b.N)
				rows := 0
				for b.Loop() {
					began := time.Now()
					page, err := d.ListConversations(ctx, s.ID, cases[name])
					if err != nil {
						b.Fatal(err)
					}
					if _, err := d.CountConversations(ctx, s.ID, cases[name]); err != nil {
						b.Fatal(err)
					}
					times = append(times, time.Since(began))
					rows = len(page.Rows)
				}
				slices.Sort(times)
				all = append(all, times...)
				b.ReportMetric(float64(rows), "rows")
				b.ReportMetric(float64(percentile(times, 0.5).Microseconds()), "p50-us")
				b.ReportMetric(float64(percentile(times, 0.99).Microseconds()), "p99-us")
			})
		}
		if slices.Sort(all); len(all) > 0 {
			b.Logf("open=%d: p50 %v p99 %v", open, percentile(all, 0.5), percentile(all, 0.99))
		}
	}
}

// BenchmarkClaim fires due timers in batches of 100, each row with its event.
func BenchmarkClaim(b *testing.B) {
	for _, open := range benchSizes() {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			d := benchDB(b)
			seed(b, d, open)
			now := dbtest.Start.Add(1000 * time.Hour)
			fired := 0
			for b.Loop() {
				if err := d.Tx(ctx, func(tx *db.Tx) error {
					due, err := tx.ClaimDue(ctx, now, 100)
					if err != nil {
						return err
					}
					fired += len(due)
					return fire(tx, due, now)
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(fired)/b.Elapsed().Seconds(), "timers/s")
		})
	}
}

// fire makes each conversation's colour the next and appends its event.
func fire(tx *db.Tx, due []db.Conversation, now time.Time) error {
	tallies := db.Tallies{}
	events := make([]db.Event, 0, len(due))
	for i := range due {
		c := &due[i]
		seen := c.Seq
		c.Seq++
		c.Level, c.DueAt, c.NextAt = flow.Red, c.DueAt.Add(5000*time.Hour), c.DueAt.Add(5000*time.Hour)
		tallies.Moved(c)
		if err := tx.UpdateConversation(ctx, c, seen); err != nil {
			return err
		}
		events = append(events, db.Event{Store: c.Store, Seq: c.Seq, ByKind: db.BySystem, Record: flow.Record{At: now,
			Conversation: c.ID, Type: flow.Alert2, Queue: c.Queue(), Team: c.Team, Seller: c.Seller, Flow: c.FlowID}})
	}
	if err := tx.AppendEvents(ctx, events...); err != nil {
		return err
	}
	return tx.ApplyTallies(ctx, tallies)
}
