package db_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// someStays are as many stays of a store, over some days around dbtest.Start.
func someStays(random *rand.Rand, store string, n int) []db.Stay {
	stays := make([]db.Stay, n)
	for i := range stays {
		queue := flow.Queues[random.IntN(3)]
		start := dbtest.Start.Add(time.Duration(random.Int64N(int64(90*time.Hour))) - 40*time.Hour).Truncate(time.Microsecond)
		y := flow.Stay{Conversation: fmt.Sprint("c", i), Queue: queue, Channel: fmt.Sprint("canal ", random.IntN(3)), Wait: start, Start: start,
			End:   start.Add(time.Duration(random.Int64N(int64(20 * time.Hour)))).Truncate(time.Microsecond),
			Level: []flow.Level{flow.Green, flow.Yellow, flow.Red}[random.IntN(3)],
			Outcome: []flow.Outcome{flow.Answered, flow.NoReply, flow.HandedOver, flow.Acted, flow.Deferred, flow.Ended,
				flow.TimedOut}[random.IntN(7)]}
		if random.IntN(9) == 0 {
			y.End = y.Start
		}
		if queue != flow.WaitingQueue {
			y.Team = fmt.Sprint("time ", random.IntN(200))
		}
		if queue == flow.SellerQueue {
			y.Seller = fmt.Sprint("ana ", random.IntN(300))
			if random.IntN(4) == 0 {
				y.Team = ""
			}
		}
		stays[i] = db.Stay{Store: store, Seq: int64(1 + i), Imported: random.IntN(3) == 0, Stay: y}
	}
	return stays
}

// inBlocks are a store's waits of a queue as their stays would say them.
func inBlocks(t *testing.T, d *db.DB, store string, queue flow.Queue, since, until time.Time) []string {
	t.Helper()
	names := must[[]string](t)(d.WaitNames(ctx, store))
	var all []string
	err := d.EachWait(ctx, store, queue, since, until, func(w *db.Wait) {
		all = append(all, waitText(names[w.Team], names[w.Seller], names[w.Channel], time.UnixMicro(w.Start), time.UnixMicro(w.End), w.Level, w.Outcome, w.Imported))
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func waitText(team, seller, channel string, start, end time.Time, level flow.Level, outcome flow.Outcome, imported bool) string {
	return fmt.Sprint(team, "/", seller, "/", channel, " ", start.UTC(), " ", end.UTC(), " ", level, outcome, imported)
}

func asBlocks(stays []db.Stay, queue flow.Queue, since, until time.Time) []string {
	var all []string
	for _, y := range stays {
		if y.Queue == queue && !y.End.Before(since) && y.End.Before(until) {
			all = append(all, waitText(y.Team, y.Seller, y.Channel, y.Start, y.End, y.Level, y.Outcome, y.Imported))
		}
	}
	slices.Sort(all)
	return all
}

// What goes into blocks, in any order and any number of batches, comes out of them,
// to the microsecond, by queue and period.
func TestBlocksHoldTheStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		random := rand.New(rand.NewPCG(16, 1))
		stays := someStays(random, s.ID, 12_000) // several blocks of some days
		for rest := stays; len(rest) > 0; {
			some := rest[:min(len(rest), 1+random.IntN(5000))]
			rest = rest[len(some):]
			write(t, d, func(tx *db.Tx) error { return tx.AddWaits(ctx, s.ID, some) })
		}
		write(t, d, func(tx *db.Tx) error { return tx.AddWaits(ctx, other.ID, someStays(random, other.ID, 10)) })
		first := slices.MinFunc(stays, func(a, b db.Stay) int { return a.End.Compare(b.End) }).End
		for _, queue := range flow.Queues {
			for _, period := range [][2]time.Time{{first, first.AddDate(1, 0, 0)}, {dbtest.Start, dbtest.Start.Add(25 * time.Hour)}, {first, first}} {
				want := asBlocks(stays, queue, period[0], period[1])
				diff(t, inBlocks(t, d, s.ID, queue, period[0], period[1]), want)
				if n := must[int](t)(d.CountWaits(ctx, s.ID, queue, period[0], period[1])); n < len(want) {
					t.Errorf("there are at most %d waits, and %d", n, len(want))
				}
			}
			var of []db.Stay
			for _, y := range stays {
				if y.Queue == queue {
					of = append(of, y)
				}
			}
			diff(t, must[time.Time](t)(d.FirstWait(ctx, s.ID, queue)), slices.MinFunc(of, func(a, b db.Stay) int { return a.End.Compare(b.End) }).End)
		}
		write(t, d, func(tx *db.Tx) error { return tx.ForgetFigures(ctx, s.ID) })
		diff(t, inBlocks(t, d, s.ID, flow.TeamQueue, first, first.AddDate(1, 0, 0)), []string(nil))
		if !must[time.Time](t)(d.FirstWait(ctx, s.ID, flow.TeamQueue)).IsZero() {
			t.Error("nothing has a beginning")
		}
		if len(inBlocks(t, d, other.ID, flow.TeamQueue, first.AddDate(-1, 0, 0), first.AddDate(1, 0, 0))) == 0 {
			t.Error("another store's blocks are gone too")
		}
	})
}

// A block that something else wrote is an error, not a figure.
func TestASpoiltBlockIsSaid(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := dbtest.Store(t, d, "a")
	stays := someStays(rand.New(rand.NewPCG(1, 1)), s.ID, 3)
	for i := range stays {
		stays[i].Queue = flow.TeamQueue
	}
	for _, spoil := range []string{"n = n + 1", "n = n - 1", "body = x'00'", "body = x'ffffffffffffffffffffff'"} {
		write(t, d, func(tx *db.Tx) error { return tx.ForgetFigures(ctx, s.ID) })
		write(t, d, func(tx *db.Tx) error { return tx.AddWaits(ctx, s.ID, stays) })
		dbtest.Exec(t, d, `UPDATE wait_blocks SET `+spoil)
		if err := d.EachWait(ctx, s.ID, flow.TeamQueue, dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0), func(*db.Wait) {}); err == nil {
			t.Errorf("with %s the block is read", spoil)
		}
		if err := d.Tx(ctx, func(tx *db.Tx) error { return tx.AddWaits(ctx, s.ID, stays) }); err == nil {
			t.Errorf("with %s the block is added to", spoil)
		}
	}
}

// Stays that are in no block yet, and those that ended at some instant.
func TestNewStaysAndThoseOfAnInstant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		stays := someStays(rand.New(rand.NewPCG(2, 2)), s.ID, 60)
		write(t, d, func(tx *db.Tx) error {
			for _, y := range stays {
				if err := tx.InsertStay(ctx, y); err != nil {
					return err
				}
			}
			return nil
		})
		slices.SortFunc(stays, func(a, b db.Stay) int {
			return cmp.Or(a.End.Compare(b.End), cmp.Compare(a.Conversation, b.Conversation))
		})
		conversations := func(stays []db.Stay) (ids []string) {
			for _, y := range stays {
				ids = append(ids, y.Conversation)
			}
			return ids
		}
		write(t, d, func(tx *db.Tx) error { _, err := tx.TakeStays(ctx, s.ID, dbtest.Start, 20); return err })
		diff(t, conversations(must[[]db.Stay](t)(d.NewStays(ctx, s.ID, 30))), conversations(stays[20:50]))
		at := []time.Time{stays[7].End, stays[31].End}
		var want []db.Stay
		for _, y := range stays {
			if y.Queue == stays[7].Queue && slices.ContainsFunc(at, y.End.Equal) {
				want = append(want, y)
			}
		}
		diff(t, conversations(must[[]db.Stay](t)(d.StaysEnded(ctx, s.ID, stays[7].Queue, at))), conversations(want))
		diff(t, must[[]db.Stay](t)(d.StaysEnded(ctx, s.ID, stays[7].Queue, nil)), []db.Stay(nil))
	})
}

// A flow that names a channel names those it was called before too.
func TestWithFormerNames(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		c := s.Channel("site", db.ChannelChat)
		write(t, d, func(tx *db.Tx) error { return tx.KeepChannelName(ctx, s.ID, c.ID, "loja") })
		f := flow.Flow{Queue: flow.WaitingQueue, Targets: []string{"site"}}
		diff(t, must[flow.Flow](t)(d.WithFormerNames(ctx, s.ID, f)).Targets, []string{"site", "loja"})
		f.Queue = flow.TeamQueue
		diff(t, must[flow.Flow](t)(d.WithFormerNames(ctx, s.ID, f)).Targets, []string{"site"})
	})
}

// A database from before there were blocks gets those of the stays that its figures
// hold; the others are still to come.
func TestUpgradeEntersPastWaits(t *testing.T) {
	t.Parallel()
	for driver, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "pgx": dbtest.PostgresAddress} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			entersPastWaits(t, driver, address(t))
		})
	}
}

func entersPastWaits(t *testing.T, driver, address string) {
	raw := must[*sql.DB](t)(sql.Open(driver, map[string]string{"sqlite": "file:" + address, "pgx": address}[driver]))
	raw.SetMaxOpenConns(2)
	run := func(statement string) {
		t.Helper()
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
	if driver == "pgx" {
		run("DROP SCHEMA public CASCADE")
		run("CREATE SCHEMA public")
	}
	if err := db.MigrateTo(context.Background(), raw, driver == "pgx", 14); err != nil {
		t.Fatal(err)
	}
	run(`INSERT INTO stores (id, slug, name, timezone, holidays, config_version, demo, created_at) VALUES
	  ('s', 's', 'S', 'UTC', '[]', 0, FALSE, 1), ('z', 'z', 'Z', 'UTC', '[]', 0, FALSE, 1)`)
	var stays []db.Stay
	fresh := map[string]int{}
	for store, n := range map[string]int{"s": 12_000, "z": 400} { // several blocks a day, and a few waits
		var rows []string
		for i, y := range someStays(rand.New(rand.NewPCG(3, 3)), store, n) {
			if store == "s" {
				y.Queue = flow.TeamQueue
			}
			summed := i%40 > 0
			rows = append(rows, fmt.Sprintf(`('%s', '%s', %d, '%s', '%s', '%s', '%s', %d, %d, %d, '%s', '%s', '', FALSE, %v, %v)`,
				store, y.Conversation, y.Seq, y.Queue, y.Team, y.Seller, y.Channel, y.Wait.UnixMicro(), y.Start.UnixMicro(), y.End.UnixMicro(),
				y.Level, y.Outcome, y.Imported, summed))
			if !summed {
				fresh[store]++
				continue
			}
			stays = append(stays, y)
		}
		for some := range slices.Chunk(rows, 400) {
			run(`INSERT INTO stays (store_id, conversation_id, seq, queue, team_id, seller_id, channel, wait_start, started_at, ended_at,
			  level, outcome, answered_by, first, imported, summed) VALUES ` + strings.Join(some, ", "))
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
	defer d.Close()
	since, until := dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0)
	for _, store := range []string{"s", "z"} {
		of := slices.DeleteFunc(slices.Clone(stays), func(y db.Stay) bool { return y.Store != store })
		for _, queue := range flow.Queues {
			diff(t, inBlocks(t, d, store, queue, since, until), asBlocks(of, queue, since, until))
		}
		if still := must[[]db.Stay](t)(d.NewStays(ctx, store, 1000)); len(still) != fresh[store] {
			t.Errorf("%d stays are still to come, not %d", len(still), fresh[store])
		}
		// What follows goes on where the past has left off.
		next := someStays(rand.New(rand.NewPCG(4, 4)), store, 50)
		write(t, d, func(tx *db.Tx) error { return tx.AddWaits(ctx, store, next) })
		diff(t, inBlocks(t, d, store, flow.TeamQueue, since, until),
			asBlocks(append(of, next...), flow.TeamQueue, since, until))
	}
}
