package scheduler

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// waitingShop is a store whose open conversations all wait, their 1st alert due
// one every distance (0: all at once), and a scheduler whose clock stands lead
// before the first of them once all is made, however long that took.
func waitingShop(b *testing.B, d *db.DB, open int, lead, distance time.Duration) *shop {
	b.Helper()
	first := dbtest.Start
	seeded := dbtest.Seed(b, d, "loja", dbtest.SeedSize{Open: open, Teams: 20, Sellers: 50, Channels: 2})
	due := fmt.Sprintf("%d + (CAST(SUBSTR(id, 2) AS BIGINT) - 100000000) * %d", first.UnixMicro(), distance.Microseconds())
	start := fmt.Sprintf("%s - %d", due, flow.DefaultAlert1.Microseconds())
	dbtest.Exec(b, d,
		`UPDATE conversations SET level = 'green', rank = 2, postponed_until = NULL, last_from = 'customer', next_type = 'alert1',
		   visited = '["' || holder || '"]', d1 = `+due+`, d2 = `+due+` + 600000000, next_at = `+due+`, due_at = `+due+`,
		   wait_start = `+start+`, clock_start = `+start+`, idle_since = `+start+`, last_at = `+start+`, as_of = `+start+`, sort_key = `+start,
		`DELETE FROM tallies`,
		`INSERT INTO tallies (store_id, seller_id, team_id, channel_id, rank, n)
		 SELECT store_id, COALESCE(seller_id, ''), COALESCE(team_id, ''), channel_id, rank, COUNT(*) FROM conversations GROUP BY 1, 2, 3, 4, 5`,
		`ANALYZE`, `PRAGMA wal_checkpoint(TRUNCATE)`) // or the first commits afterwards pay for all this
	return &shop{Scheduler: New(d, FastClock(first.Add(-lead), 1), quiet, nil), Shop: seeded.Shop, t: b, ctx: context.Background()}
}

// Timers fired, durable, in batches: beside a bare loop of the same statements.
func BenchmarkFire(b *testing.B) {
	const timers = 20_000
	for b.Loop() {
		b.StopTimer()
		d := dbtest.New(b)
		s := waitingShop(b, d, 2*timers, -time.Minute, 0)
		// The first half is the raw loop's.
		raw := rawFire(b, d, timers)
		b.StartTimer()
		began := time.Now()
		for range timers / batch {
			if _, err := s.fire(s.ctx, s.clock.Now()); err != nil {
				b.Fatal(err)
			}
		}
		rate := timers / time.Since(began).Seconds()
		b.StopTimer()
		if refs, err := d.DueRefs(s.ctx, s.clock.Now(), 1); err != nil || len(refs) != 0 {
			b.Fatalf("not all fired: %v (%v)", refs, err)
		}
		b.ReportMetric(rate, "timers/s")
		b.ReportMetric(raw, "raw/s")
		b.ReportMetric(100*rate/raw, "%ofraw")
		b.StartTimer()
	}
}

// rawFire runs a timer's statements (row, event, alert) with nothing around
// them, in the same batches on the same schema, and returns the rate.
func rawFire(b *testing.B, d *db.DB, timers int) float64 {
	b.Helper()
	raw := rawOpen(b, d)
	defer raw.Close()
	ids := rawIDs(b, raw, timers)
	began := time.Now()
	for some := range slices.Chunk(ids, batch) {
		rawCommit(b, raw, some)
	}
	return float64(timers) / time.Since(began).Seconds()
}

// rawLateness is how long after a bare clock's tick a bare transaction of one
// timer's statements is committed.
func rawLateness(b *testing.B, d *db.DB, timers int, every time.Duration) []time.Duration {
	b.Helper()
	raw := rawOpen(b, d)
	defer raw.Close()
	ids := rawIDs(b, raw, timers)
	var late []time.Duration
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := range ids {
		due := <-tick.C
		rawCommit(b, raw, ids[i:i+1])
		late = append(late, time.Since(due))
	}
	slices.Sort(late)
	return late
}

func rawOpen(b *testing.B, d *db.DB) *sql.DB {
	b.Helper()
	raw, err := sql.Open("sqlite", "file:"+d.Address()+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	return raw
}

func rawCommit(b *testing.B, raw *sql.DB, ids []rawID) {
	tx, err := raw.Begin()
	if err != nil {
		b.Fatal(err)
	}
	rawBatch(b, tx, ids)
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

type rawID struct{ store, id string }

func rawIDs(b *testing.B, raw *sql.DB, n int) []rawID {
	rows, err := raw.Query(`SELECT store_id, id FROM conversations ORDER BY due_at, id LIMIT $1`, n)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var ids []rawID
	for rows.Next() {
		var r rawID
		if err := rows.Scan(&r.store, &r.id); err != nil {
			b.Fatal(err)
		}
		ids = append(ids, r)
	}
	return ids
}

func rawBatch(b *testing.B, tx *sql.Tx, ids []rawID) {
	now := dbtest.Start.UnixMicro()
	prepare := func(query string) *sql.Stmt {
		s, err := tx.Prepare(query)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	event := prepare(`INSERT INTO events (store_id, conversation_id, seq, id, at, due, type, queue, team_id, seller_id, flow_id,
	  action, to_team, to_seller, channel, until, reason, level, opened, by_kind, by_id, note)
	  VALUES ($1, $2, 2, $3, $4, $5, 'alert1', 'team', 't', '', 'default', '', '', '', '', NULL, '', '', FALSE, 'system', '', '')`)
	row := prepare(`UPDATE conversations SET seq = 2, wait_start = $3, clock_start = $3, idle_since = $3, last_from = 'customer',
	  last_at = $3, postponed_until = NULL, postpone_reason = '', level = 'yellow', action_done = FALSE, answered_wait = NULL,
	  visited = '["waiting"]', as_of = $3, flow_id = 'default', d1 = $3, d2 = $4, next_type = 'alert2', next_at = $4,
	  last_text = 'Oi', last_text_from = 'customer', rank = 1, sort_key = $3, due_at = $4 WHERE store_id = $1 AND id = $2 AND seq = 1`)
	alert := prepare(`INSERT INTO alerts (store_id, id, conversation_id, seq, at, kind, holder) VALUES ($1, $2, $3, 2, $4, 'alert1', 'waiting')`)
	for _, r := range ids {
		for _, run := range []func() (sql.Result, error){
			func() (sql.Result, error) { return event.Exec(r.store, r.id, db.NewID(), now, now-60_000_000) },
			func() (sql.Result, error) { return row.Exec(r.store, r.id, now-360_000_000, now+3_600_000_000) },
			func() (sql.Result, error) { return alert.Exec(r.store, db.NewID(), r.id, now) },
		} {
			if _, err := run(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Alert lateness, deadline to committed and announced, at 20 deadlines a second.
func BenchmarkLateness(b *testing.B) {
	for _, open := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			d := dbtest.New(b)
			const every = 50 * time.Millisecond
			s := waitingShop(b, d, open, 2*time.Second, every)
			raw := rawLateness(b, d, 100, every) // the first 100, while the clock comes to the others
			stop := s.start()
			defer stop()
			for b.Loop() {
				late := s.lateness(b, 200)
				slices.Sort(late)
				b.ReportMetric(float64(late[len(late)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(late[len(late)*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(raw[len(raw)/2].Microseconds())/1000, "raw-p50-ms")
				b.ReportMetric(float64(raw[len(raw)*99/100].Microseconds())/1000, "raw-p99-ms")
			}
			before := d.Statements()
			if _, err := s.db.Agenda(s.ctx, time.Time{}, time.Time{}); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(d.Statements()-before)*float64(time.Minute/safety), "idle-statements/min")
		})
	}
}

// lateness follows n alerts from their deadlines to the moment a screen is told.
func (s *shop) lateness(b *testing.B, n int) []time.Duration {
	w := s.Hub.Watch(s.Store.ID, ScopeAll)
	defer w.Close()
	var late []time.Duration
	after, err := s.DB.LastAlert(s.ctx, s.Store.ID)
	if err != nil {
		b.Fatal(err)
	}
	holders := s.holders(b)
	for len(late) < n {
		<-w.C
		now := s.clock.Now()
		alerts, err := s.DB.Alerts(s.ctx, s.Store.ID, holders, after, now.Add(-time.Hour), 200)
		if err != nil {
			b.Fatal(err)
		}
		for _, a := range alerts {
			c, err := s.DB.Conversation(s.ctx, s.Store.ID, a.Conversation)
			if err != nil {
				b.Fatal(err)
			}
			late, after = append(late, now.Sub(c.D1)), a.ID
		}
	}
	return late
}

func (s *shop) holders(b *testing.B) []string {
	holders := []string{"waiting"}
	teams, err := s.DB.Teams(s.ctx, s.Store.ID)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range teams {
		holders = append(holders, "team:"+t.ID)
	}
	sellers, err := s.DB.AllSellers(s.ctx, s.Store.ID)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range sellers {
		holders = append(holders, "seller:"+p.ID)
	}
	return holders
}
