package db_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func someFlow(s *dbtest.Shop, id string, kind flow.Kind) db.Flow {
	f := db.Flow{Store: s.ID, Version: 1, UpdatedAt: dbtest.Start, UpdatedBy: "Ana", Flow: flow.Flow{ID: id, Queue: flow.TeamQueue, Kind: kind,
		Targets: []string{}, Alert1: time.Minute, Alert2: time.Hour, Clock: flow.Always, Action: flow.Action{Type: flow.ActionNone}, Active: true}}
	if kind == flow.Alternative {
		f.Name, f.Targets = id, []string{"t"}
	}
	return f
}

// Whatever is done with a flow leaves a version: inserted, changed, deleted, and
// made anew under the same id, where the count goes on.
func TestFlowVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		first := someFlow(s, "noite", flow.Alternative)
		second := first
		second.Name, second.Alert1, second.Active, second.Restores = "Noites", 2*time.Minute, false, 1
		second.UpdatedAt, second.UpdatedBy = dbtest.Start.Add(time.Hour), "Bia"
		gone := second
		gone.Version, gone.UpdatedAt, gone.UpdatedBy, gone.Restores = 2, dbtest.Start.Add(2*time.Hour), "Caio", 0
		again := first
		again.UpdatedAt = dbtest.Start.Add(3 * time.Hour)
		write(t, d, func(tx *db.Tx) error { return tx.InsertFlow(ctx, first) })
		write(t, d, func(tx *db.Tx) error { return tx.UpdateFlow(ctx, second) })
		write(t, d, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, gone) })

		queue := func() []db.FlowVersion {
			return must[[]db.FlowVersion](t)(d.DeletedFlows(ctx, s.ID, flow.TeamQueue, db.FlowKey{}, 9))
		}
		if got := queue(); len(got) != 1 || got[0].Name != "Noites" || got[0].UpdatedBy != "Caio" || !got[0].Deleted {
			t.Errorf("deleted flows: %+v", got)
		}
		if n := must[map[flow.Queue]int](t)(d.CountDeletedFlows(ctx, s.ID)); n[flow.TeamQueue] != 1 {
			t.Errorf("deleted flows: %v", n)
		}
		write(t, d, func(tx *db.Tx) error { return tx.InsertFlow(ctx, again) })
		if got, n := queue(), must[map[flow.Queue]int](t)(d.CountDeletedFlows(ctx, s.ID)); len(got) != 0 || len(n) != 0 {
			t.Errorf("one that is there again is deleted: %+v", got)
		}

		second.Version, gone.Version, again.Version = 2, 3, 4
		want := []db.FlowVersion{{Flow: again}, {Flow: gone, Until: again.UpdatedAt, Deleted: true},
			{Flow: second, Until: gone.UpdatedAt}, {Flow: first, Until: second.UpdatedAt}}
		diff(t, must[[]db.FlowVersion](t)(d.FlowVersions(ctx, s.ID, first.ID, 0, 9)), want)
		diff(t, must[[]db.FlowVersion](t)(d.FlowVersions(ctx, s.ID, first.ID, 4, 2)), want[1:3])
		diff(t, must[db.FlowVersion](t)(d.FlowVersion(ctx, s.ID, first.ID, 2)), want[2])
		_, err := d.FlowVersion(ctx, s.ID, first.ID, 9)
		wantError(t, err, db.ErrNotFound)

		// What is refused leaves none.
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateFlow(ctx, first) }), db.ErrChanged)
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, first) }), db.ErrChanged)
		if got := must[[]db.FlowVersion](t)(d.FlowVersions(ctx, s.ID, first.ID, 0, 9)); len(got) != 4 {
			t.Errorf("%d versions", len(got))
		}
	})
}

// Deleted flows come page by page, whatever happened at one instant.
func TestDeletedFlowsByPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		for i := range 7 {
			f := someFlow(s, fmt.Sprint("f", i), flow.Alternative)
			f.UpdatedAt = dbtest.Start.Add(time.Duration(i/3) * time.Hour)
			write(t, d, func(tx *db.Tx) error { return tx.InsertFlow(ctx, f) })
			write(t, d, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, f) })
		}
		var got string
		for after := (db.FlowKey{}); ; {
			page := must[[]db.FlowVersion](t)(d.DeletedFlows(ctx, s.ID, flow.TeamQueue, after, 2))
			for _, f := range page {
				got += f.ID
				after = db.FlowKey{At: f.UpdatedAt, Flow: f.ID}
			}
			if len(page) < 2 {
				break
			}
		}
		if got != "f6f5f4f3f2f1f0" {
			t.Errorf("the order is %s", got)
		}
	})
}

// The conversations that a flow acted on in a span: each once, with the last of it.
func TestActedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := oneConversation(t, d, "a")
		other := s.Conversation(s.Contact(c.ChannelID, "João", ""), nil)
		at := func(n int) time.Time { return dbtest.Start.Add(time.Duration(n) * time.Minute) }
		event := func(in db.Conversation, seq int64, n int, id string, typ flow.EventType) db.Event {
			return db.Event{Store: s.ID, Seq: seq, FlowAt: at(n), Record: flow.Record{At: at(n + 1), Conversation: in.ID, Type: typ, Flow: id}}
		}
		write(t, d, func(tx *db.Tx) error {
			silent := event(other, 4, 3, "main", flow.Note)
			silent.FlowAt = time.Time{}
			return tx.AppendEvents(ctx, event(c, 2, 1, "main", flow.Alert1), event(c, 3, 2, "main", flow.Alert2), event(other, 2, 2, "main", flow.Alert1),
				event(other, 3, 3, "night", flow.Alert2), silent, event(c, 4, 5, "main", flow.ActionTaken))
		})
		span := func(from, until int) db.FlowSpan {
			s := db.FlowSpan{Store: s.ID, Flow: "main", From: at(from)}
			if until > 0 {
				s.Until = at(until)
			}
			return s
		}
		for _, test := range []struct {
			span db.FlowSpan
			want []string
		}{
			{span(0, 5), []string{c.ID + " alert2", other.ID + " alert1"}}, {span(2, 0), []string{c.ID + " action", other.ID + " alert1"}},
			{span(0, 2), []string{c.ID + " alert1"}}, {span(6, 0), nil},
		} {
			var got []string
			for after := (db.FlowDeedKey{}); ; {
				page := must[[]db.FlowDeed](t)(d.ActedOn(ctx, test.span, after, 1))
				if len(page) == 0 {
					break
				}
				got = append(got, page[0].Conversation+" "+string(page[0].Type))
				after = db.FlowDeedKey{At: page[0].FlowAt, Conversation: page[0].Conversation}
			}
			if len(test.want) == 2 && test.span.From.Equal(at(0)) { // both at one instant: by id
				if test.want[0] < test.want[1] {
					test.want[0], test.want[1] = test.want[1], test.want[0]
				}
			}
			diff(t, got, test.want)
			if n := must[[]int](t)(d.CountActedOn(ctx, []db.FlowSpan{test.span}, 100)); n[0] != len(test.want) {
				t.Errorf("%d conversations from %v", n, test.span)
			}
		}
		diff(t, must[[]int](t)(d.CountActedOn(ctx, []db.FlowSpan{span(0, 0), span(6, 0), span(2, 5)}, 1)), []int{1, 0, 1}) // not beyond the limit
		diff(t, must[[]int](t)(d.CountActedOn(ctx, []db.FlowSpan{span(6, 0), span(0, 0), span(0, 2)}, 9)), []int{0, 2, 1})
		diff(t, must[[]int](t)(d.CountActedOn(ctx, nil, 9)), []int(nil))
		if got := must[[]db.FlowDeed](t)(d.ActedOn(ctx, span(3, 0), db.FlowDeedKey{}, 9)); len(got) != 1 || got[0].Customer == "" || got[0].FlowAt != at(5) {
			t.Errorf("a deed: %+v", got)
		}
	})
}

// A store of before there were versions: they are read off the configurations it
// has had, the audit trail and the present flows.
func TestUpgradeRecallsFlows(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		recalls(t, "sqlite", dbtest.SQLiteAddress(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		recalls(t, "pgx", dbtest.PostgresAddress(t))
	})
}

func recalls(t *testing.T, driver, address string) {
	raw := must[*sql.DB](t)(sql.Open(driver, map[string]string{"sqlite": "file:" + address + "?_pragma=foreign_keys(1)&_txlock=immediate", "pgx": address}[driver]))
	raw.SetMaxOpenConns(2)
	postgres := driver == "pgx"
	run := func(statement string) {
		t.Helper()
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
	if postgres {
		run("DROP SCHEMA public CASCADE")
		run("CREATE SCHEMA public")
	}
	if err := db.MigrateTo(ctx, raw, postgres, 14); err != nil {
		t.Fatal(err)
	}
	main := func(alert1 string) string {
		return `{"id": "f", "queue": "team", "kind": "main", "alert1": "` + alert1 + `", "alert2": "15m", "action": {"type": "none"}}`
	}
	const night = `{"id": "g", "queue": "team", "kind": "alternative", "targets": ["t"], "alert1": "1m", "alert2": "2m"}`
	run(`INSERT INTO stores (id, slug, name, timezone, holidays, config_version, demo, created_at) VALUES ('s', 's', 'S', 'UTC', '[]', 4, FALSE, 1)`)
	run(`INSERT INTO users (id, login, name, password_hash, disabled, created_at) VALUES ('u', 'u', 'Ana', '', FALSE, 1)`)
	run(`INSERT INTO sellers (store_id, id, name, name_key, active, created_at) VALUES ('s', 'ana', 'Ana', 'ana', TRUE, 1)`)
	run(`INSERT INTO memberships (store_id, user_id, role, seller_id, created_at) VALUES ('s', 'u', 'admin', 'ana', 1)`)
	for i, c := range []struct{ by, document string }{
		{"'system', NULL", `{"flows": [` + main("5m") + `]}`}, {"'user', 'u'", `{"flows": [` + main("5m") + `,` + night + `]}`},
		{"'user', 'u'", `{"flows": [` + main("6m") + `,` + night + `]}`}, {"'token', NULL", `{"flows": [` + main("6m") + `]}`},
	} {
		run(fmt.Sprintf(`INSERT INTO configurations (store_id, version, at, by_label, by_user, document) VALUES ('s', %d, %d, %s, '%s')`, i+1, 1000*(i+1), c.by, c.document))
	}
	// Its name was changed twice beside what the engine reads.
	run(`INSERT INTO flows (store_id, id, queue, kind, name, name_key, targets, alert1, alert2, clock, action_type, action_team, action_seller, action_delay,
	  active, version, updated_at, updated_by) VALUES ('s', 'f', 'team', 'main', '', '', '[]', 360000000, 900000000, 'always', 'none', '', '', 0, TRUE, 4, 9000, 'Bia')`)
	run(`INSERT INTO audit (store_id, id, at, by_kind, by_id, by_name, address, noun, noun_id, noun_name, action, changes)
	  VALUES ('s', '1', 1, 'user', 'u', 'Ana', '', 'flow', 'g', 'fluxo Noite da fila do time', 'deleted', '[{"field": "name", "before": "Noite"}]')`)
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
	defer d.Close()
	lines := func(id string) (all []string) {
		for _, v := range must[[]db.FlowVersion](t)(d.FlowVersions(ctx, "s", id, 0, 9)) {
			all = append(all, fmt.Sprintf("%d %q %s at %d by %q deleted %v", v.Version, v.Name, v.Alert1, v.UpdatedAt.UnixMicro(), v.UpdatedBy, v.Deleted))
		}
		return all
	}
	diff(t, lines("f"), []string{`4 "" 6m0s at 3000 by "Ana" deleted false`, `3 "" 5m0s at 1000 by "" deleted false`})
	diff(t, lines("g"), []string{`2 "Noite" 1m0s at 4000 by "API" deleted true`, `1 "Noite" 1m0s at 2000 by "Ana" deleted false`})
	if f := must[db.Flow](t)(d.Flow(ctx, "s", "f")); f.Version != 4 {
		t.Errorf("the flow is version %d", f.Version)
	}
	f := must[db.Flow](t)(d.Flow(ctx, "s", "f"))
	write(t, d, func(tx *db.Tx) error { return tx.UpdateFlow(ctx, f) })
	if got := lines("f"); len(got) != 3 {
		t.Errorf("versions after a save: %v", got)
	}
}
