package scheduler

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// pastDays are the days over which the waits of BenchmarkBacktest ended.
const pastDays = 90

// A manager types times: each answer is over a million waits of one queue, with teams
// that have hours of their own, first right after a start, then again and again, and
// then while customers write and sellers answer. Beside it, the same rows read one by one.
func BenchmarkBacktest(b *testing.B) {
	const waits = 1_000_000
	d, err := db.Open(context.Background(), dbtest.SQLiteAddress(b), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := pastShop(b, d, waits)
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var first []time.Duration
		for i := range 5 {
			again, err := db.Open(s.ctx, d.Address(), db.Options{})
			if err != nil {
				b.Fatal(err)
			}
			s.DB, s.Scheduler = again, New(again, FastClock(dbtest.Start, 1), quiet, nil)
			first = append(first, s.try(b, i))
			if i < 4 {
				if err := again.Close(); err != nil {
					b.Fatal(err)
				}
			}
		}
		var quietly, busily []time.Duration
		for i := range 40 {
			quietly = append(quietly, s.try(b, i))
		}
		stop := s.bustle(b)
		for i := range 40 {
			busily = append(busily, s.try(b, i))
		}
		written := stop()
		raw := s.rawStays(b)
		for name, took := range map[string][]time.Duration{"first-": first, "": quietly, "busy-": busily, "write-": written} {
			slices.Sort(took)
			b.ReportMetric(milliseconds(took[len(took)/2]), name+"p50-ms")
			b.ReportMetric(milliseconds(took[len(took)*95/100]), name+"p95-ms")
		}
		b.ReportMetric(milliseconds(raw), "raw-ms")
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// try asks about another draft than before, and returns how long it took.
func (s *shop) try(b *testing.B, i int) time.Duration {
	b.Helper()
	draft := flow.Flow{ID: "main-team", Queue: flow.TeamQueue, Kind: flow.Main, Alert1: time.Duration(2+i%7) * time.Minute,
		Alert2: time.Duration(10+i%11) * time.Minute, Clock: []flow.Clock{flow.BusinessHours, flow.Always}[i%2],
		Action: flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"], Delay: time.Duration(i%5) * 5 * time.Minute}}
	began := time.Now()
	got, err := s.Backtest(s.ctx, s.Store.ID, Trial{Draft: draft, Since: dbtest.Start.AddDate(0, 0, -pastDays), Until: dbtest.Start})
	took := time.Since(began)
	if err != nil || got.Waits < 900_000 || got.Draft.Total() != got.Waits || got.After.Replayed == 0 {
		b.Fatalf("%+v, %v", got, err)
	}
	return took
}

// bustle has customers write and sellers answer, twenty times a second, until stop is
// called, which returns how long each took.
func (s *shop) bustle(b *testing.B) (stop func() []time.Duration) {
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan []time.Duration)
	end := s.start()
	go func() {
		var took []time.Duration
		for n := 0; ctx.Err() == nil; n++ {
			began := time.Now()
			c := s.says(fmt.Sprint("customer ", n%500), "Vendas")
			took = append(took, time.Since(began))
			s.reply(c.ID, "Ana")
			rest(ctx, 50*time.Millisecond, nil)
		}
		done <- took
	}()
	return func() []time.Duration {
		cancel()
		defer end()
		return <-done
	}
}

// rawStays is how long it takes to read the same waits' instants from their table.
func (s *shop) rawStays(b *testing.B) time.Duration {
	raw := rawOpen(b, s.DB)
	defer raw.Close()
	began := time.Now()
	rows, err := raw.Query(`SELECT started_at, ended_at, team_id, outcome FROM stays WHERE store_id = $1 AND queue = 'team'`, s.Store.ID)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var start, end int64
		var team, outcome string
		if err := rows.Scan(&start, &end, &team, &outcome); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

// pastShop is a store with a past: waits of team queues over pastDays, of four in a
// conversation, with the logs of those that a flow may have acted on.
func pastShop(b *testing.B, d *db.DB, waits int) *shop {
	b.Helper()
	s := newShop(b, d, FastClock(dbtest.Start, 1))
	s.flow(flow.TeamQueue, 5*time.Minute, 15*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
	teams := []string{s.teams["Vendas"], s.teams["Plantão"]}
	weekdays := flow.Week{}
	for day := time.Monday; day <= time.Friday; day++ {
		weekdays[day] = []flow.Slot{{Open: 8 * 60, Close: 12 * 60}, {Open: 13 * 60, Close: 18 * 60}}
	}
	var others []db.Team
	for i := range 18 {
		others = append(others, s.Team(fmt.Sprint("Time ", i)))
		teams = append(teams, others[i].ID)
	}
	s.configure(func(tx *db.Tx, _ time.Time) error {
		for _, team := range others[:9] {
			team.Hours = &weekdays
			if err := tx.UpdateTeam(s.ctx, team); err != nil {
				return err
			}
		}
		return tx.SetCalendar(s.ctx, db.Calendar{Store: s.Store.ID, Hours: &weekdays})
	})
	s.seedWaits(b, teams, waits)
	return s
}

// seedWaits writes stays and logs beside the door, and enters the stays into blocks.
func (s *shop) seedWaits(b *testing.B, teams []string, waits int) {
	b.Helper()
	raw := rawOpen(b, s.DB)
	defer raw.Close()
	for _, pragma := range []string{`PRAGMA foreign_keys = OFF`, `PRAGMA synchronous = OFF`} { // the logs are without their conversations
		if _, err := raw.Exec(pragma); err != nil {
			b.Fatal(err)
		}
	}
	tx, err := raw.Begin()
	if err != nil {
		b.Fatal(err)
	}
	stay, event := rawPast(b, tx, s.Store.ID)
	random := rand.New(rand.NewPCG(16, 90))
	first := dbtest.Start.AddDate(0, 0, -pastDays)
	for n := range waits / 4 {
		id, team, acted := fmt.Sprintf("past-%07d", n), teams[random.IntN(len(teams))], false
		at := first.Add(time.Duration(float64(pastDays*24*time.Hour) * float64(n) / float64(waits/4)))
		var starts, ends []time.Time
		for range 4 {
			at = at.Add(time.Duration(random.IntN(3600)) * time.Second)
			took := time.Duration(math.Exp(5+random.NormFloat64()) * float64(time.Second))
			starts, ends = append(starts, at), append(ends, at.Add(took).Truncate(time.Microsecond))
			acted = acted || took > 8*time.Minute
			at = ends[len(ends)-1]
		}
		for i := range starts {
			outcome := flow.Answered
			if took := ends[i].Sub(starts[i]); took > 15*time.Minute && took < 25*time.Minute {
				outcome = flow.Acted
			}
			stay(id, 2*i+2, team, starts[i], ends[i], outcome)
			if acted {
				event(id, 2*i+1, team, starts[i], flow.CustomerMessage)
				event(id, 2*i+2, team, ends[i], flow.Close)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	s.enterWaits(b)
}

// rawPast are the statements that write a stay, and a record of a log in which each
// wait opens the conversation anew.
func rawPast(b *testing.B, tx *sql.Tx, store string) (stay func(id string, seq int, team string, start, end time.Time, outcome flow.Outcome),
	event func(id string, seq int, team string, at time.Time, typ flow.EventType)) {
	b.Helper()
	prepare := func(query string) func(args ...any) {
		s, err := tx.Prepare(query)
		if err != nil {
			b.Fatal(err)
		}
		return func(args ...any) {
			if _, err := s.Exec(args...); err != nil {
				b.Fatal(err)
			}
		}
	}
	insertStay := prepare(`INSERT INTO stays (store_id, conversation_id, seq, queue, team_id, seller_id, channel, wait_start, started_at, ended_at, level,
	  outcome, answered_by, first, imported, summed) VALUES ($1, $2, $3, 'team', $4, '', 'api', $5, $5, $6, 'green', $7, '', FALSE, FALSE, TRUE)`)
	insertEvent := prepare(`INSERT INTO events (store_id, conversation_id, seq, id, at, type, queue, team_id, seller_id, flow_id, action, to_team, to_seller,
	  channel, reason, level, opened, by_kind, by_id, note) VALUES ($1, $2, $3, $2 || $3, $4, $5, 'team', $6, '', '', '', $7, '', 'api', '', '', $8, 'system', '', '')`)
	return func(id string, seq int, team string, start, end time.Time, outcome flow.Outcome) {
			insertStay(store, id, seq, team, start.UnixMicro(), end.UnixMicro(), string(outcome))
		}, func(id string, seq int, team string, at time.Time, typ flow.EventType) {
			to := ""
			if typ == flow.CustomerMessage {
				to = team
			}
			insertEvent(store, id, seq, at.UnixMicro(), string(typ), team, to, typ == flow.CustomerMessage)
		}
}

func (s *shop) enterWaits(b *testing.B) {
	b.Helper()
	for day := range pastDays + 2 {
		from := dbtest.Start.AddDate(0, 0, day-pastDays-1)
		stays, err := s.DB.Stays(s.ctx, s.Store.ID, from, from.AddDate(0, 0, 1), 1<<30)
		if err == nil {
			err = s.DB.Tx(s.ctx, func(tx *db.Tx) error { return tx.AddWaits(s.ctx, s.Store.ID, stays) })
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	dbtest.Exec(b, s.DB, `ANALYZE`, `PRAGMA wal_checkpoint(TRUNCATE)`)
}
