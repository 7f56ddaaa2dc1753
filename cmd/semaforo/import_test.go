package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

const pastCSV = "conversa;quando;quem;time;vendedor;canal\n" +
	"7;02/03/2026 09:00;cliente;pós-VENDA;;\n7;02/03/2026 09:04;vendedor;;ANA;\n7;02/03/2026 09:20;finalização;;;\n" +
	"8;02/03/2026 09:00;cliente;;;\n8;02/03/2026 09:30;vendedor;;ana@loja;\n"

// imports are the imports that a store remembers, waits are the waits of them that
// are seen.
func imports(t *testing.T, d *db.DB) (imports []db.Import, waits int) {
	t.Helper()
	ctx := context.Background()
	stores, err := d.Stores(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if imports, err = d.Imports(ctx, stores[0].ID, 9, db.ImportHistory); err != nil {
		t.Fatal(err)
	}
	stays, err := d.Stays(ctx, stores[0].ID, time.Unix(1, 0), time.Now(), 999)
	for _, y := range stays {
		if y.Imported {
			waits++
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return imports, waits
}

// A file is looked at, refused line by line, imported, and imported again without
// effect: beside the running program as well as without it.
func TestImportCommand(t *testing.T) {
	t.Parallel()
	runningAndStopped(t, func(t *testing.T, p *program) {
		p.t = t
		addTeam(t, p, "Pós-venda")
		importsAll(t, p.db)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		address := dbtest.PostgresAddress(t)
		d, err := db.Open(context.Background(), address, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := dbtest.Store(t, d, "loja")
		s.Team("Pós-venda")
		s.Member("ana@loja", "Ana", db.Admin)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		importsAll(t, address)
	})
}

func importsAll(t *testing.T, address string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "conversas.csv")
	if err := os.WriteFile(file, []byte(pastCSV+"8;02/03/2026 09:31;vendedor;;Quem?;\n8;31/02/2026 09:32;cliente;;;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := run("", "import", "--db", address, file)
	if status != exitUsage || !strings.Contains(errOut, file+": line 7: vendedor: Não há vendedor “Quem?” na loja.\n") ||
		!strings.Contains(errOut, file+": line 8: quando: “31/02/2026 09:32” não é uma data com hora.") || !strings.Contains(errOut, "2 lines have errors: nothing was imported") ||
		!strings.Contains(out, "Unknown seller") {
		t.Fatalf("status %d\n%s\n%s", status, out, errOut)
	}
	status, out, errOut = run(pastCSV+"9;02/03/2026 09:31;cliente;;;\n9;02/03/2026 09:32;vendedor;;Quem?;\n", "import", "--db", address, "--preview", "--json", "--unknown", "leave-out", "-")
	var got importResult
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exitDone || errOut != "" || got.Imported || got.New != nil || got.Conversations != 2 || got.LeftOut != 1 || got.Waits != 2 ||
		got.Queues["team"] != 1 || got.Queues["waiting"] != 1 || len(got.Unknown) != 1 || got.Unknown[0].Name != "Quem?" || !strings.Contains(out, `"first": "2026-03-02T09:00:00-03:00"`) {
		t.Errorf("status %d (%v)\n%s\n%s", status, err, out, errOut)
	}
	d, err := db.Open(context.Background(), address, db.Options{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if all, waits := imports(t, d); len(all) != 0 || waits != 0 {
		t.Errorf("what was only looked at left %d imports with %d waits", len(all), waits)
	}
	for _, fresh := range []string{"2 new waits", "0 new waits"} {
		status, out, errOut = run(pastCSV, "import", "--db", address, "--store", "loja", "-")
		if status != exitDone || errOut != "" || !strings.Contains(out, fresh) || !strings.Contains(out, "2026-03-02T09:00:00-03:00 to 2026-03-02T09:30:00-03:00") {
			t.Errorf("status %d, not %s:\n%s\n%s", status, fresh, out, errOut)
		}
	}
	if all, waits := imports(t, d); len(all) != 2 || waits != 2 || all[0].State != db.ImportDone || all[0].ByUser != "" || all[0].Name != "stdin" {
		t.Errorf("%d waits of %+v", waits, all)
	}
}

// A log of simulate's is a history.
func TestImportOfASimulatedLog(t *testing.T) {
	t.Parallel()
	address := withPast(t)
	log := `{"at": "2026-03-02T09:00:00-03:00", "conversation": "c1", "type": "customer_message", "team": "vendas", "channel": "api"}
{"at": "2026-03-02T09:05:00-03:00", "conversation": "c1", "type": "seller_message", "seller": "ana"}
{"at": "2026-03-02T09:06:00-03:00", "conversation": "c1", "type": "resume"}
`
	status, out, errOut := run(log, "import", "--db", address, "--unknown", "as-none", "-")
	if status != exitDone || !strings.Contains(errOut, "line 3: quem: A conversa não estava adiada: não muda nenhuma espera.") || !strings.Contains(out, "1 new waits") {
		t.Errorf("status %d\n%s\n%s", status, out, errOut)
	}
	status, _, errOut = run(`{"at": "2026-03-02T09:00:00-03:00"}`+"\n"+`{"at"`, "import", "--db", address, "-")
	if status != exitUsage || !strings.Contains(errOut, "line 1: quem: Preencha esta coluna.") || !strings.Contains(errOut, "line 2: —: A linha não é um objeto JSON") {
		t.Errorf("status %d\n%s", status, errOut)
	}
}

func TestImportCommandRefuses(t *testing.T) {
	t.Parallel()
	address := withPast(t)
	for _, c := range []struct {
		in, says string
		args     []string
		status   int
	}{
		{"", "O arquivo está vazio.", []string{"-"}, exitUsage},
		{"a;b\n1;2\n", "Falta a coluna “conversa”.", []string{"-"}, exitUsage},
		{pastCSV, "--unknown", []string{"--unknown", "guess", "-"}, exitUsage},
		{pastCSV, "there is no store", []string{"--store", "outra", "-"}, exitFailed},
		{pastCSV, "no such file", []string{filepath.Join(t.TempDir(), "nada.csv")}, exitFailed},
	} {
		status, out, errOut := run(c.in, append([]string{"import", "--db", address}, c.args...)...)
		if status != c.status || out != "" || !strings.Contains(errOut, c.says) {
			t.Errorf("%v: status %d %q %s", c.args, status, out, errOut)
		}
	}
}
