package db

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/flow"
)

// explain is SQLite's plan of a statement.
func explain(t *testing.T, q Queries, statement string, args ...any) string {
	t.Helper()
	var lines []string
	err := q.run.query(context.Background(), "EXPLAIN QUERY PLAN "+statement, args, func(r *sql.Rows) error {
		var id, parent, unused int
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		lines = append(lines, detail)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// recorder notes the statements that pass through it.
type recorder struct {
	runner
	seen *[]func(*testing.T, Queries) (statement, plan string)
}

func (r recorder) query(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	*r.seen = append(*r.seen, func(t *testing.T, q Queries) (string, string) { return query, explain(t, q, query, args...) })
	return r.runner.query(ctx, query, args, each)
}

func openPlain(t *testing.T) *DB {
	t.Helper()
	d, err := Open(context.Background(), filepath.Join(t.TempDir(), "plan.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// The tables that grow, by the names the statements give them.
var tables = []string{"c", "conversations", "contacts", "m", "e", "tallies", "first", "search_terms", "o", "outbox", "alerts", "l", "r", "relocations", "sellers",
	"k", "customers", "p", "customer_terms", "import_lines"}

// What the list and the scheduler ask must come from an index in its order: no
// statement may walk a table, and only what a page merges is sorted.
func TestPlans(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := openPlain(t)
	var seen []func(*testing.T, Queries) (string, string)
	q := Queries{run: recorder{d.run, &seen}}
	tx := &Tx{Queries: q}
	// run reads, with its error, the plans of what f asks.
	run := func(name string, f func() error, wants ...string) {
		t.Helper()
		seen = nil
		if err := f(); err != nil {
			t.Fatal(name, err)
		}
		for _, plan := range seen {
			statement, text := plan(t, d.Queries)
			for line := range strings.Lines(text) {
				table, scans := strings.CutPrefix(strings.TrimSpace(line), "SCAN ")
				name, _, _ := strings.Cut(table, " ")
				if scans && slices.Contains(tables, name) && !strings.Contains(table, "USING") {
					t.Errorf("%s walks a table:\n%s\n%s", name, statement, text)
				}
			}
			for _, want := range wants {
				if (strings.Contains(statement, "FROM conversations") || strings.Contains(statement, "customers_phone")) && !strings.Contains(text, want) {
					t.Errorf("%s does not use %s:\n%s\n%s", name, want, statement, text)
				}
			}
		}
	}
	run("EarliestDue", func() error { _, err := q.EarliestDue(ctx); return err }, "conversations_due")
	run("ClaimDue", func() error { _, err := tx.ClaimDue(ctx, time.Now(), 9); return err }, "conversations_due (due_at>? AND due_at<?)")
	run("DueRefs", func() error { _, err := q.DueRefs(ctx, time.Now(), 9); return err }, "conversations_due (due_at>? AND due_at<?)")
	run("StaleRefs", func() error { _, err := q.StaleRefs(ctx, "s", 3, time.Now(), 9); return err },
		"conversations_stale (store_id=? AND config_version<?)")
	run("Agenda", func() error { _, err := q.Agenda(ctx, time.Time{}, time.Now()); return err }, "conversations_due", "conversations_stale (store_id=?)")
	run("StaleStores", func() error { _, err := q.StaleStores(ctx); return err }, "conversations_stale (store_id=?)")
	run("ClaimStale", func() error { _, err := tx.ClaimStale(ctx, "s", 3, time.Now(), 9); return err },
		"conversations_stale (store_id=? AND config_version<?)")
	run("OpenConversation", func() error { _, err := q.OpenConversation(ctx, "s", "c"); return ignoreMissing(err) },
		"conversations_open_contact (store_id=? AND contact_id=?)")
	run("ConversationsOf", func() error { _, err := q.ConversationsOf(ctx, "s", "c", "", 9); return err }, "conversations_contact")
	run("FirstSteps", func() error { _, err := q.FirstSteps(ctx, "s"); return ignoreMissing(err) })
	run("Messages", func() error { _, err := q.Messages(ctx, "s", "c", &MessageKey{9, "x"}, 9); return err })
	run("EarliestOutbox", func() error { _, err := q.EarliestOutbox(ctx); return err })
	run("CountConversations", func() error {
		_, err := q.CountConversations(ctx, "s", ListQuery{Tab: TabAll, Me: "m", MyTeams: []string{"t"}})
		return err
	})
	run("Backlogs", func() error { _, err := q.Backlogs(ctx, "s"); return err })
	run("ChannelNameHolder", func() error { _, err := q.ChannelNameHolder(ctx, "s", "x", ""); return err }, "conversations_channel (store_id=? AND channel_id=? AND rank<?)")
	for _, c := range []CustomerQuery{{}, {Seller: "v"}, {Nobody: true}, {Search: "maria"}, {Search: "maria 1234"}, {Search: "maria", Seller: "v"}} {
		for _, place := range []*NameKey{nil, {"m", "x"}} {
			c.After = place
			run(fmt.Sprintf("customers %+v", c), func() error { _, err := q.Customers(ctx, "s", c); return err })
			c.After, c.Before = nil, place
			run(fmt.Sprintf("customers %+v", c), func() error { _, err := q.Customers(ctx, "s", c); return err })
			c.Before = nil
		}
	}
	run("CustomersByPhone", func() error { _, err := q.CustomersByPhone(ctx, "s", "11987654321", 2); return err },
		"customers_phone (store_id=? AND phone_key=?)")
	run("ConversationsOfCustomer", func() error {
		_, err := q.ConversationsOfCustomer(ctx, "s", "k", Sight{Seller: "v", Teams: []string{"t"}}, "x", 9)
		return err
	}, "conversations_contact (store_id=? AND contact_id=?")
	run("ContactByExternal", func() error { _, err := q.ContactByExternal(ctx, "s", "c", "e"); return ignoreMissing(err) })
	run("ContactsOfAll", func() error { _, err := q.ContactsOfAll(ctx, "s", []string{"k", "l"}); return err })
	run("ImportLines", func() error { _, err := q.ImportLines(ctx, "s", "i", 9, 9); return err })
	run("ProblemLines", func() error { _, err := q.ProblemLines(ctx, "s", "i", 9, 9); return err })
	run("Overtaken", func() error { _, err := q.Overtaken(ctx, "s", "i"); return err })
	teamAndChannel(t, d)
	run("ClaimHeld", func() error { _, err := tx.ClaimHeld(ctx, "s", "team:t", time.Now(), 9); return err },
		"conversations_holder (store_id=? AND holder=? AND channel_id=? AND rank<?)")
	run("HeldRefs", func() error { _, err := q.HeldRefs(ctx, "s", "team:t", time.Now(), 9); return err },
		"conversations_holder (store_id=? AND holder=? AND channel_id=? AND rank<?)")
	run("CountHeld", func() error { _, err := q.CountHeld(ctx, "s", "t", ""); return err })
	run("CountByTeam", func() error { _, err := q.CountByTeam(ctx, "s"); return err })
	run("PendingRelocations", func() error { _, err := q.PendingRelocations(ctx); return err })
	run("Exempt", func() error { _, _, err := q.Exempt(ctx, "s", AutoClose, time.Now()); return err },
		"conversations_channel (store_id=? AND channel_id=? AND rank=? AND sort_key<?)")
	for _, tab := range []Tab{TabMine, TabTeams, TabWaiting, TabPostponed, TabClosed, TabAll, TabAny} {
		for _, l := range []ListQuery{{}, {OnlyVisible: true}, {Team: "t"}, {Seller: "v"}, {ChannelID: "c"}, {Ranks: []int{RankRed, RankGreen}},
			{Search: "maria"}, {Search: "maria pedido"}, {OnlyVisible: true, Team: "t", ChannelID: "c"}, {Queue: flow.TeamQueue}} {
			for _, cursor := range []*Cursor{nil, {Rank: RankGreen, SortKey: 5, ID: "x"}} {
				l.Tab, l.Me, l.MyTeams = tab, "m", []string{"t", "u"}
				l.After = cursor
				run(fmt.Sprintf("list %+v", l), func() error { _, err := q.ListConversations(ctx, "s", l); return err })
				l.After, l.Before = nil, cursor
				run(fmt.Sprintf("list %+v", l), func() error { _, err := q.ListConversations(ctx, "s", l); return err })
				l.Before = nil
			}
		}
	}
	// A deep page starts at its cursor.
	l := ListQuery{Tab: TabMine, Me: "m", ChannelID: "c", After: &Cursor{Rank: RankGreen, SortKey: 5, ID: "x"}}
	run("deep page", func() error { _, err := q.ListConversations(ctx, "s", l); return err },
		"conversations_holder (store_id=? AND holder=? AND channel_id=? AND (rank,sort_key,id)>(?,?,?)")
	l.Ranks = []int{RankGreen}
	run("deep page of one colour", func() error { _, err := q.ListConversations(ctx, "s", l); return err },
		"conversations_holder (store_id=? AND holder=? AND channel_id=? AND rank=? AND (sort_key,id)>(?,?))")
}

func ignoreMissing(err error) error {
	if err != nil && strings.Contains(err.Error(), ErrNotFound.Error()) {
		return nil
	}
	return err
}

// teamAndChannel gives the store "s" what its lists enumerate.
func teamAndChannel(t *testing.T, d *DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Tx(ctx, func(tx *Tx) error {
		at := time.Now()
		if err := tx.InsertStore(ctx, Store{ID: "s", Slug: "s", CreatedAt: at}); err != nil {
			return err
		}
		if err := tx.InsertTeam(ctx, Team{Store: "s", ID: "t", Name: "t", CreatedAt: at}); err != nil {
			return err
		}
		return tx.InsertChannel(ctx, Channel{Store: "s", ID: "c", Name: "c", Kind: ChannelAPI, CreatedAt: at})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A transaction that loses is run again, and what it announces is announced once.
func TestRetry(t *testing.T) {
	t.Parallel()
	d := openPlain(t)
	ctx := context.Background()
	busy := d.writer.errBusy(t)
	tries, announced := 0, 0
	err := d.Tx(ctx, func(tx *Tx) error {
		tries++
		tx.AfterCommit(func() { announced++ })
		if tries < 3 {
			return fmt.Errorf("wrapped: %w", busy)
		}
		return nil
	})
	if err != nil || tries != 3 || announced != 1 {
		t.Errorf("%v after %d tries, announced %d times", err, tries, announced)
	}
	tries = 0
	if err := d.Tx(ctx, func(*Tx) error { tries++; return busy }); !IsSerialization(err) || tries != maxTries {
		t.Errorf("%v after %d tries", err, tries)
	}
	cancelled, cancel := context.WithCancel(ctx)
	if err := d.Tx(cancelled, func(*Tx) error { cancel(); return busy }); err == nil {
		t.Error("a cancelled transaction was committed")
	}
}

// errBusy is a real busy error: another connection cannot begin while one writes.
func (p *pool) errBusy(t *testing.T) (busy error) {
	t.Helper()
	ctx := context.Background()
	var file string
	err := p.bracket(ctx, "BEGIN IMMEDIATE", func(q Queries) error {
		var err error
		if file, err = one(ctx, q, "file", column[string], `SELECT file FROM pragma_database_list`); err != nil {
			return err
		}
		other, err := sql.Open("sqlite", sqliteDSN(file, "_pragma=busy_timeout(1)"))
		if err != nil {
			return err
		}
		defer other.Close()
		_, busy = other.Exec("BEGIN IMMEDIATE")
		return nil
	})
	if err != nil || !IsSerialization(busy) {
		t.Fatalf("%v, busy: %v", err, busy)
	}
	return busy
}
