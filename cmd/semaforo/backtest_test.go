package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/scheduler"
)

// withPast is a database of one store, whose team Vendas has answered after 1, 2, …
// 40 minutes and whose team Plantão once after 90, all not long ago.
func withPast(t *testing.T) (address string) {
	t.Helper()
	address = path(t)
	ctx := context.Background()
	d, err := db.Open(ctx, address, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := dbtest.Store(t, d, "loja")
	vendas, plant := s.Team("Vendas"), s.Team("Plantão")
	s.Seller("Ana", vendas.ID)
	door := door(d, &streams{err: t.Output()})
	_, err = door.Configure(ctx, s.Store.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		err := tx.InsertFlow(ctx, db.Flow{Store: s.Store.ID, UpdatedAt: now, UpdatedBy: "test", Flow: flow.Flow{ID: "time", Queue: flow.TeamQueue, Kind: flow.Main,
			Alert1: 5 * time.Minute, Alert2: 15 * time.Minute, Clock: flow.Always, Action: flow.Action{Type: flow.TransferTeam, Team: plant.ID}, Active: true}})
		begin := now.Add(-20 * 24 * time.Hour)
		for i := range 41 {
			stay := flow.Stay{Conversation: fmt.Sprint("c", i), Queue: flow.TeamQueue, Team: vendas.ID, Channel: "api", Wait: begin, Start: begin,
				End: begin.Add(time.Duration(1+i) * time.Minute), Level: flow.Green, Outcome: flow.Answered, By: "ana"}
			if i == 40 {
				stay.Team, stay.End = plant.ID, begin.Add(90*time.Minute)
			}
			if err == nil {
				err = tx.InsertStay(ctx, db.Stay{Store: s.Store.ID, Seq: 1, Imported: i%4 == 0, Stay: stay})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestBacktestCommand(t *testing.T) {
	t.Parallel()
	address := withPast(t)
	backtest := func(args ...string) string {
		t.Helper()
		status, out, errOut := run("", append([]string{"backtest", "--db", address, "--queue", "team"}, args...)...)
		if status != exitDone || errOut != "" {
			t.Fatalf("%v: status %d %s", args, status, errOut)
		}
		return strings.Join(strings.Fields(out), " ")
	}
	for _, want := range []string{"41 waits of the team queue", "11 of them imported", "DRAFT IN FORCE the main flow",
		"green, up to 5m 5 12.2 % 5 12.2 %", "yellow, up to 15m 10 24.4 % 10", "acted on after 15m: transfer_team 26 63.4 % 26",
		"41 WERE ANSWERED, WITHIN", "50 % 21m", "95 % 39m", "Suggested: 1st alert 40m (97.6 %", "OF 26 ACTED ON: AN ESTIMATE FROM 26 REPLAYED",
		"skipped: it had been there 1", "15m 3 ###"} {
		if out := backtest(); !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	tried := backtest("--alert1", "10m", "--alert2", "30m", "--action", "none", "--team", "vendas", "--since", "2026-01-01")
	for _, want := range []string{"40 waits", "green, up to 10m 10 25.0 % 5", "yellow, up to 30m 20 50.0 % 10", "red 10 25.0 % 0", "acted on 0 0.0 % 25"} {
		if !strings.Contains(tried, want) {
			t.Errorf("no %q in\n%s", want, tried)
		}
	}
	if none := backtest("--days", "3"); !strings.Contains(none, "0 waits") || !strings.Contains(none, "The first that is known ended on") {
		t.Errorf("of the last days: %s", none)
	}
	if alone := backtest("--targets", "Plantão", "--alert2", "2h"); !strings.Contains(alone, "1 waits") || !strings.Contains(alone, "yellow, up to 2h 1 ") {
		t.Errorf("of Plantão: %s", alone)
	}
	if _, out, _ := run("", "backtest", "--db", address, "--queue", "seller"); !strings.Contains(out, "Nothing is known of this queue's past.") {
		t.Errorf("without a past: %s", out)
	}
}

// The same as one JSON object.
func TestBacktestCommandAsJSON(t *testing.T) {
	t.Parallel()
	status, out, errOut := run("", "backtest", "--db", withPast(t), "--queue", "team", "--delay", "5m", "--json")
	if status != exitDone {
		t.Fatalf("status %d %s", status, errOut)
	}
	var got backtestDoc
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	inBins := 0
	for _, bin := range got.Bins {
		inBins += bin.Waits
	}
	if got.Waits != 41 || got.Imported != 11 || !got.Complete || got.Earliest == nil || got.Draft.Acted != 21 || got.Draft.Red != 5 || got.InForce.Acted != 26 ||
		got.Draft.Flow.Delay != "5m" || inBins != 41 || len(got.Percentiles) != 4 || got.Suggested == nil || got.AfterAction.Of != 21 || got.InForce.Flows[0] != "time" {
		t.Errorf("%s", out)
	}
	for _, key := range []string{`"answered_green"`, `"estimated"`, `"replayed"`, `"in_force"`, `"after_action"`} {
		if !strings.Contains(out, key) {
			t.Errorf("no %s", key)
		}
	}
}

func TestBacktestCommandRefuses(t *testing.T) {
	t.Parallel()
	address := withPast(t)
	for args, want := range map[string]string{
		"--queue nobody":                            "--queue must be one of",
		"--queue team --days 0":                     "--days is at least 1",
		"--queue team --days 3 --since 2026-01-01":  "can't be used together",
		"--queue team --since yesterday":            "--since is a day",
		"--queue team --alert1 30m":                 "that is no flow",
		"--queue team --seller Ana":                 "--seller is for the queue seller",
		"--queue waiting --team Vendas":             "--team is for",
		"--queue team --channel api":                "--channel is for",
		"--queue team --to Vendas":                  "--to needs an --action",
		"--queue team --action transfer_team":       "that is no flow",
		"--queue team --team Compras":               `no team "Compras"`,
		"--queue seller --seller Zé":                `no seller "Zé"`,
		"--queue waiting --targets fax":             `no channel "fax"`,
		"--queue team --flow Noite":                 `no flow "Noite"`,
		"--queue team --action dance":               "--action must be one of",
		"--queue team --alert1 soon":                "alert1",
		"--queue team --store outra":                `no store "outra"`,
		"--queue team --targets Vendas --flow time": "",
	} {
		status, _, errOut := run("", append([]string{"backtest", "--db", address}, strings.Fields(args)...)...)
		if (status == exitDone) != (want == "") || !strings.Contains(errOut, want) {
			t.Errorf("%s: status %d %q", args, status, errOut)
		}
	}
}
