package db_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func pastImport(s *dbtest.Shop, state db.ImportState) db.Import {
	return db.Import{Store: s.ID, ID: db.NewID(), Kind: db.ImportHistory, Name: "conversas.csv", State: state, ByName: "Ana", CreatedAt: dbtest.Start, ChangedAt: dbtest.Start,
		Details: db.ImportDetails{History: &db.History{Cursor: "past-a", Settling: true, Malformed: 1, Names: db.NamesAsNone, Queues: map[flow.Queue]int{flow.TeamQueue: 2},
			First: dbtest.Start, Unknown: []db.UnknownName{{Kind: db.OfTeam, Name: "x", Lines: 1, Line: 2}}}}}
}

// Lines come back conversation by conversation in the order in which they happened,
// more of them than one statement stores.
func TestPastLines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		i := pastImport(s, db.ImportChecking)
		line := func(n, minute int, conversation string) db.ImportLine {
			return db.ImportLine{Store: s.ID, Import: i.ID, N: n, Line: n + 1, Story: db.PastConversation(conversation), At: dbtest.Start.Add(time.Duration(minute) * time.Minute),
				Customer: db.Customer{Store: s.ID}, Cells: db.ImportCells{Past: &db.PastCells{Conversation: conversation, Event: flow.CustomerMessage, Team: "Vendas", Until: dbtest.Start}}}
		}
		bad := db.ImportLine{Store: s.ID, Import: i.ID, N: 1, Line: 2, Customer: db.Customer{Store: s.ID}, Cells: db.ImportCells{Past: &db.PastCells{}},
			Problems: []db.ImportProblem{{Column: "when", Code: "when", Arg: "x"}}}
		lines := []db.ImportLine{bad, line(2, 9, "a"), line(3, 9, "b"), line(4, 3, "a"), line(5, 3, "a")}
		for n := 6; n <= 130; n++ {
			lines = append(lines, line(n, n, "c"))
		}
		write(t, d, func(tx *db.Tx) error { return errors.Join(tx.InsertImport(ctx, i), tx.InsertPastLines(ctx, lines...)) })
		diff(t, must[db.Import](t)(d.Import(ctx, s.ID, i.ID)), i)
		var all []db.ImportLine
		for after := ""; ; {
			some := must[[]db.ImportLine](t)(d.PastLines(ctx, s.ID, i.ID, after, 999))
			if len(some) == 0 {
				break
			}
			own := must[[]db.ImportLine](t)(d.PastLinesOf(ctx, s.ID, i.ID, some[0].Story, 999))
			diff(t, some[:len(own)], own)
			all, after = append(all, own...), some[0].Story
		}
		if len(all) != 129 {
			t.Fatalf("%d lines of 129 with a conversation", len(all))
		}
		for n, l := range all {
			if n > 0 && l.Story == all[n-1].Story && (l.At.Before(all[n-1].At) || l.At.Equal(all[n-1].At) && l.N < all[n-1].N) {
				t.Errorf("line %d comes before line %d", all[n-1].N, l.N)
			}
		}
		without := line(3, 9, "b")
		without.Problems, without.Action = []db.ImportProblem{{Code: "without_closed"}}, db.LineAction(true)
		write(t, d, func(tx *db.Tx) error { return tx.UpdatePastLine(ctx, without) })
		diff(t, must[[]db.ImportLine](t)(d.PastProblems(ctx, s.ID, i.ID, false, 0, 9)), []db.ImportLine{bad})
		diff(t, must[[]db.ImportLine](t)(d.PastProblems(ctx, s.ID, i.ID, true, 0, 9)), []db.ImportLine{without})
		diff(t, must[[]db.ImportLine](t)(d.PastProblems(ctx, s.ID, i.ID, true, 3, 9)), []db.ImportLine(nil))
		write(t, d, func(tx *db.Tx) error {
			for _, want := range []int{100, 30, 0} {
				if n, err := tx.ClearPastLines(ctx, s.ID, i.ID, 100); n != want || err != nil {
					t.Errorf("%d lines cleared, want %d (%v)", n, want, err)
				}
			}
			return nil
		})
		if err := d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteImport(ctx, s.ID, i.ID) }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("an import under way was deleted: %v", err)
		}
		i.State = db.ImportGivenUp
		write(t, d, func(tx *db.Tx) error { return errors.Join(tx.UpdateImport(ctx, i), tx.DeleteImport(ctx, s.ID, i.ID)) })
		if all := must[[]db.Import](t)(d.Imports(ctx, s.ID, 9, db.ImportHistory)); len(all) != 0 {
			t.Errorf("%d imports", len(all))
		}
	})
}

// Waits of an import are seen once it is done, no more once it is not, and taken into
// blocks after the store's own; the same wait again is no new one.
func TestPastStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		i := pastImport(s, db.ImportPreparing)
		var stays []db.Stay
		for n := range 120 {
			start := dbtest.Start.Add(time.Duration(n-200) * time.Hour)
			stays = append(stays, db.Stay{Store: s.ID, Seq: start.UnixMicro(), First: n == 0, Imported: true, Stay: flow.Stay{Conversation: db.PastConversation(fmt.Sprint(n % 7)),
				Queue: flow.TeamQueue, Team: "t", Channel: "api", Wait: start, Start: start, End: start.Add(time.Minute), Level: flow.Green, Outcome: flow.Answered, By: "ana"}})
		}
		own := stays[0]
		own.Conversation, own.Imported, own.Start, own.End = db.NewID(), false, dbtest.Start, dbtest.Start.Add(time.Minute)
		write(t, d, func(tx *db.Tx) error {
			if err := tx.InsertImport(ctx, i); err != nil {
				return err
			}
			for _, want := range []int{120, 0} {
				if n, err := tx.InsertPastStays(ctx, i.ID, stays...); n != want || err != nil {
					t.Errorf("%d new, want %d (%v)", n, want, err)
				}
			}
			return tx.InsertStay(ctx, own)
		})
		own.First = true
		seen := func() []db.Stay {
			t.Helper()
			return must[[]db.Stay](t)(d.Stays(ctx, s.ID, dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0), 999))
		}
		diff(t, seen(), []db.Stay{own})
		diff(t, must[[]db.Stay](t)(d.StaysOf(ctx, s.ID, stays[0].Conversation)), []db.Stay(nil))
		diff(t, must[[]db.Stay](t)(d.StaysEnded(ctx, s.ID, flow.TeamQueue, []time.Time{stays[0].End})), []db.Stay(nil))
		diff(t, must[[]db.Stay](t)(d.NewStays(ctx, s.ID, 9)), []db.Stay{own})
		read := func() (n int) {
			t.Helper()
			if err := d.EachWait(ctx, s.ID, flow.TeamQueue, dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0), func(*db.Wait) { n++ }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, want := range []struct{ taken, blocks int }{{1, 1}, {100, 1}, {20, 1}, {0, 1}} {
			limit := 100
			if want.taken == 1 {
				limit = 1
			}
			write(t, d, func(tx *db.Tx) error {
				taken, err := tx.TakeStays(ctx, s.ID, dbtest.Start, limit)
				if err != nil || len(taken) != want.taken || want.taken == 1 && taken[0].Imported || want.taken > 1 && taken[0].Import != i.ID {
					t.Errorf("%d taken, want %d (%v)", len(taken), want.taken, err)
				}
				return tx.AddWaits(ctx, s.ID, taken)
			})
			if n := read(); n != want.blocks {
				t.Errorf("%d read, want %d", n, want.blocks)
			}
			if waits := must[bool](t)(d.PastStaysWait(ctx, s.ID, i.ID)); waits != (want.taken != 20 && want.taken != 0) {
				t.Errorf("after %d taken some wait: %v", want.taken, waits)
			}
		}
		i.State = db.ImportDone
		write(t, d, func(tx *db.Tx) error { return tx.UpdateImport(ctx, i) })
		if len(seen()) != 121 || read() != 121 {
			t.Errorf("%d and %d of 121 waits are seen", len(seen()), read())
		}
		diff(t, must[[]db.Stay](t)(d.StaysEnded(ctx, s.ID, flow.TeamQueue, []time.Time{stays[0].End})), stays[:1])
		if first := must[time.Time](t)(d.FirstWait(ctx, s.ID, flow.TeamQueue)); !first.Equal(stays[0].End) {
			t.Errorf("the first ended %v", first)
		}
		i.State = db.ImportUndoing
		write(t, d, func(tx *db.Tx) error { return tx.UpdateImport(ctx, i) })
		diff(t, seen(), []db.Stay{own})
		if first := must[time.Time](t)(d.FirstWait(ctx, s.ID, flow.TeamQueue)); read() != 1 || !first.Equal(own.End) {
			t.Errorf("%d read, the first at %v, while it is undone", read(), first)
		}
		write(t, d, func(tx *db.Tx) error {
			if n, err := tx.DeletePastStays(ctx, other.ID, i.ID, 100); n != 0 || err != nil {
				t.Errorf("another store took %d away (%v)", n, err)
			}
			for _, want := range []int{100, 20, 0} {
				if n, err := tx.DeletePastStays(ctx, s.ID, i.ID, 100); n != want || err != nil {
					t.Errorf("%d deleted, want %d (%v)", n, want, err)
				}
			}
			return errors.Join(tx.DeletePastBlocks(ctx, other.ID, i.ID), tx.DeletePastBlocks(ctx, s.ID, i.ID), tx.DeletePastBlocks(ctx, s.ID, ""))
		})
		if rows := dbtest.Rows(t, d, s.ID); len(rows["stays"]) != 1 || len(rows["wait_blocks"]) != 1 {
			t.Errorf("%d stays and %d blocks are left", len(rows["stays"]), len(rows["wait_blocks"]))
		}
	})
}

func TestEverNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		team, member, channel := s.Team("Pós-venda"), s.Member("Ana@Loja.br", "Ana Sá", db.Agent), s.Channel("api", db.ChannelAPI)
		dbtest.Exec(t, d, `UPDATE teams SET archived = TRUE`)
		write(t, d, func(tx *db.Tx) error { return tx.KeepChannelName(ctx, s.ID, channel.ID, "Antes") })
		got := map[string]db.Named{}
		for _, n := range must[[]db.Named](t)(d.EverNamed(ctx, s.ID)) {
			got[n.Key] = n
		}
		diff(t, got, map[string]db.Named{
			"pos-venda":   {Kind: db.OfTeam, ID: team.ID, Name: "Pós-venda", Key: "pos-venda"},
			"ana sa":      {Kind: db.OfSeller, ID: member.Seller, Name: "Ana Sá", Key: "ana sa", Active: true},
			"ana@loja.br": {Kind: db.OfSeller, ID: member.Seller, Name: "Ana Sá", Key: "ana@loja.br", Active: true},
			"api":         {Kind: db.OfChannel, ID: channel.ID, Name: "api", Key: "api", Active: true},
			"antes":       {Kind: db.OfChannel, ID: channel.ID, Name: "api", Key: "antes"},
		})
		if names := must[[]db.Named](t)(d.EverNamed(ctx, other.ID)); len(names) != 0 {
			t.Errorf("another store's names: %v", names)
		}
	})
}

// No conversation of ours can be one of elsewhere.
func TestPastConversationsAreTheirOwn(t *testing.T) {
	t.Parallel()
	a, b := db.PastConversation("1001"), db.PastConversation("1002")
	if a != db.PastConversation("1001") || a == b || !strings.HasPrefix(a, "past-") || strings.HasPrefix(db.NewID(), "past-") || len(a) != 27 {
		t.Errorf("%q and %q", a, b)
	}
}

// A database with imports of before keeps them, with their lines, and takes histories.
func TestUpgradeKeepsImports(t *testing.T) {
	t.Parallel()
	for driver, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLiteAddress, "pgx": dbtest.PostgresAddress} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			address := address(t)
			raw := must[*sql.DB](t)(sql.Open(driver, map[string]string{"sqlite": "file:" + address + "?_pragma=foreign_keys(1)&_txlock=immediate", "pgx": address}[driver]))
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
			if err := db.MigrateTo(ctx, raw, driver == "pgx", 18); err != nil {
				t.Fatal(err)
			}
			run(`INSERT INTO stores (id, slug, name, timezone, holidays, config_version, demo, created_at) VALUES ('s', 's', 'S', 'UTC', '[]', 1, FALSE, 1)`)
			run(`INSERT INTO imports (store_id, id, kind, name, state, details, total, position, errors, created, changed, same, attempts, reason, by_user, by_name,
			  address, created_at, changed_at, tidy) VALUES ('s', 'i', 'file', 'a.csv', 'checked', '{}', 1, 2, 3, 4, 5, 6, 7, 'r', 'u', 'n', 'a', 8, 9, FALSE)`)
			run(`INSERT INTO import_lines (store_id, import_id, n, line, cells, identity, contact, problems, action, version, name, name_key, phone, phone_digits, phone_key)
			  VALUES ('s', 'i', 1, 2, '{}', '', '', '', 'same', 0, '', '', '', '', '')`)
			if err := raw.Close(); err != nil {
				t.Fatal(err)
			}
			d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
			defer d.Close()
			i := must[db.Import](t)(d.Import(ctx, "s", "i"))
			if i.Kind != db.ImportFile || i.Total != 1 || i.Attempts != 7 || i.Address != "a" || i.ChangedAt.UnixMicro() != 9 {
				t.Errorf("the import is %+v", i)
			}
			if lines := must[[]db.ImportLine](t)(d.ImportLines(ctx, "s", "i", 0, 9)); len(lines) != 1 || lines[0].Story != "" || !lines[0].At.Before(time.Unix(1, 0)) {
				t.Errorf("its lines are %+v", lines)
			}
			i.ID, i.Kind = "h", db.ImportHistory
			write(t, d, func(tx *db.Tx) error { return tx.InsertImport(ctx, i) })
			err := d.Tx(ctx, func(tx *db.Tx) error {
				return tx.InsertPastLines(ctx, db.ImportLine{Store: "s", Import: "nobody", N: 1})
			})
			if !db.IsForeignKey(err) {
				t.Errorf("a line of an import that is not there: %v", err)
			}
		})
	}
}
