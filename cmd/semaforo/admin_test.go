package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// runningAndStopped runs a test while the program runs, and after it has stopped.
func runningAndStopped(t *testing.T, test func(t *testing.T, p *program)) {
	t.Helper()
	t.Run("running", func(t *testing.T) {
		t.Parallel()
		p := serve(t, path(t))
		p.setUp()
		test(t, p)
	})
	t.Run("stopped", func(t *testing.T) {
		t.Parallel()
		p := serve(t, path(t))
		p.setUp()
		if err := p.stop(); err != nil {
			t.Fatal(err)
		}
		test(t, p)
	})
}

// again is the program running: the one at hand, or a new one.
func (p *program) again() *program {
	p.t.Helper()
	if p.ended.Load() {
		return serve(p.t, p.db)
	}
	return p
}

func TestUserAdd(t *testing.T) {
	t.Parallel()
	runningAndStopped(t, func(t *testing.T, p *program) {
		p.t = t
		addTeam(t, p, "Pós-venda")
		status, out, errOut := run("", "user", "add", "--db", p.db, "--store", "loja", "--name", "Bia", "--role", "supervisor",
			"--team", "pos-venda", "--generate", "bia@loja")
		if status != exitDone || strings.Count(out, "\n") != 1 {
			t.Fatalf("status %d: %q %s", status, out, errOut)
		}
		generated := strings.TrimSpace(out)
		status, out, errOut = run("a senha de caio\n", "user", "add", "--db", p.db, "caio@loja")
		if status != exitDone || out != "" {
			t.Fatalf("status %d: %q %s", status, out, errOut)
		}
		p = p.again()
		if got := p.signIn(p.client(), "bia@loja", generated); got != http.StatusSeeOther {
			t.Errorf("bia signs in: %d", got)
		}
		if got := p.signIn(p.client(), "caio@loja", "a senha de caio"); got != http.StatusSeeOther {
			t.Errorf("caio signs in: %d", got)
		}
		for _, test := range []struct {
			words string
			want  int
			in    string
			args  []string
		}{
			{"is a member of loja already", exitFailed, "", []string{"--generate", "BIA@loja"}},
			{"fewer than 10", exitUsage, "curta\n", []string{"dani@loja"}},
			{"is missing", exitUsage, "", []string{"dani@loja"}},
			{"no team", exitFailed, "", []string{"--generate", "--team", "Nenhum", "dani@loja"}},
			{"there is no store", exitFailed, "", []string{"--generate", "--store", "outra", "dani@loja"}},
			{"spaces", exitUsage, "", []string{"--generate", "da ni"}},
			{"role", exitUsage, "", []string{"--generate", "--role", "dono", "dani@loja"}},
		} {
			status, out, errOut := run(test.in, append([]string{"user", "add", "--db", p.db}, test.args...)...)
			if status != test.want || out != "" || !strings.Contains(errOut, test.words) {
				t.Errorf("%v: status %d, %q %s", test.args, status, out, errOut)
			}
		}
	})
}

func addTeam(t *testing.T, p *program, name string) {
	t.Helper()
	o := ofStore{database: database{p.db}}
	std := &streams{nil, p.out, p.log}
	err := o.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		_, err := door(d, std).Configure(ctx, store.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
			return tx.InsertTeam(ctx, db.Team{Store: store.ID, ID: db.NewID(), Name: name, CreatedAt: now})
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUserPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	c := p.client()
	p.signIn(c, "ana@loja", adminPassword)
	if status, _ := p.get(c, "/entrar"); status != http.StatusSeeOther {
		t.Fatalf("signed in: %d", status)
	}
	if status, _, errOut := run("uma outra senha\n", "user", "password", "--db", p.db, "ana@loja"); status != exitDone {
		t.Fatalf("status %d: %s", status, errOut)
	}
	if status, _ := p.get(c, "/entrar"); status != http.StatusOK {
		t.Errorf("the old session: %d", status)
	}
	if got := p.signIn(p.client(), "ana@loja", adminPassword); got != http.StatusUnprocessableEntity {
		t.Errorf("the old password: %d", got)
	}
	if got := p.signIn(p.client(), "ana@loja", "uma outra senha"); got != http.StatusSeeOther {
		t.Errorf("the new password: %d", got)
	}
	if status, _, errOut := run("", "user", "password", "--db", p.db, "--generate", "ninguem@loja"); status != exitFailed || !strings.Contains(errOut, "nobody signs in") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

// A password that the program made is good for choosing another; one that its
// person gave is theirs. Both are in the store's trail, without values.
func TestGeneratedPasswordsHaveToBeChanged(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	status, out, errOut := run("", "user", "password", "--db", p.db, "--generate", "ana@loja")
	if status != exitDone {
		t.Fatalf("status %d: %s", status, errOut)
	}
	owed := func(password string) string {
		t.Helper()
		c := p.client()
		if got := p.signIn(c, "ana@loja", password); got != http.StatusSeeOther {
			t.Fatalf("sign-in: %d", got)
		}
		answer, err := c.Get(p.url + "/conversas")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.Header.Get("Location")
	}
	if got := owed(strings.TrimSpace(out)); got != "/nova-senha" {
		t.Errorf("a made password leads to %q", got)
	}
	if status, _, errOut := run("a senha dela mesma\n", "user", "password", "--db", p.db, "ana@loja"); status != exitDone {
		t.Fatalf("status %d: %s", status, errOut)
	}
	if got := owed("a senha dela mesma"); got != "" {
		t.Errorf("her own leads to %q", got)
	}
	if got := resets(t, p); len(got) != 2 || got[0] != "password >" {
		t.Errorf("the trail: %q", got)
	}
}

// resets are what operators did to accounts, by the store's trail.
func resets(t *testing.T, p *program) (lines []string) {
	t.Helper()
	std := &streams{nil, p.out, p.log}
	err := (ofStore{database: database{p.db}}).inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		entries, err := d.AuditTrail(ctx, store.ID, db.AuditQuery{Noun: db.NounAccount}, 10)
		for _, e := range entries {
			if e.Action != db.AuditReset || e.ByKind != db.BySystem || e.ByName != "Comando do operador" || e.NounName == "" {
				t.Errorf("entry: %+v", e)
			}
			for _, c := range e.Changes {
				lines = append(lines, c.Field+" "+c.Before+">"+c.After)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestUserTwoStepOff(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	off := []string{"user", "two-step", "--db", p.db, "--off", "ana@loja"}
	if status, _, errOut := run("", off...); status != exitFailed || !strings.Contains(errOut, "does not sign in in two steps") {
		t.Errorf("where it is off: status %d %s", status, errOut)
	}
	std := &streams{nil, p.out, p.log}
	err := (ofStore{database: database{p.db}}).inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		user, err := d.UserByLogin(ctx, "ana@loja")
		if err != nil {
			return err
		}
		return d.Tx(ctx, func(tx *db.Tx) error {
			two := db.TwoStep{User: user.ID, Secret: "JBSWY3DPEHPK3PXP", CreatedAt: store.CreatedAt}
			return errors.Join(tx.BeginTwoStep(ctx, two), tx.EnableTwoStep(ctx, user.ID, two.Secret, 1, store.CreatedAt))
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	c := p.client()
	p.signIn(c, "ana@loja", adminPassword)
	if status, _ := p.get(c, "/entrar"); status != http.StatusOK {
		t.Fatalf("signed in by the password alone: %d", status)
	}
	if status, _, errOut := run("", off...); status != exitDone || !strings.Contains(errOut, "the password alone") {
		t.Fatalf("status %d: %s", status, errOut)
	}
	p.signIn(c, "ana@loja", adminPassword)
	if status, _ := p.get(c, "/entrar"); status != http.StatusSeeOther {
		t.Errorf("not signed in by the password: %d", status)
	}
	if got := resets(t, p); len(got) != 1 || got[0] != "two_step sim>não" {
		t.Errorf("the trail: %q", got)
	}
	if status, _, _ := run("", "user", "two-step", "--db", p.db, "ana@loja"); status != exitUsage {
		t.Errorf("without --off: status %d", status)
	}
	if status, _, errOut := run("", "user", "two-step", "--db", p.db, "--off", "ninguem@loja"); status != exitFailed || !strings.Contains(errOut, "nobody signs in") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	runningAndStopped(t, func(t *testing.T, p *program) {
		p.t = t
		status, out, errOut := run("", "token", "create", "--db", p.db, "--store", "loja", "--scope", "configuration", "loja virtual")
		token := strings.TrimSuffix(out, "\n")
		if status != exitDone || errOut != "" || len(token) != 43 || strings.ContainsAny(token, " \n") {
			t.Fatalf("status %d: %q %s", status, out, errOut)
		}
		if status, out, errOut := run("", "token", "create", "--db", p.db, "loja virtual"); status != exitFailed || out != "" || !strings.Contains(errOut, "already has a token") {
			t.Errorf("a second of that name: status %d, %q %s", status, out, errOut)
		}
		if status, _, _ := run("", "token", "create", "--db", p.db, "--scope", "everything", "x"); status != exitUsage {
			t.Errorf("an unknown scope: status %d", status)
		}
		p = p.again()
		bearer := []string{"Authorization", "Bearer " + token}
		if got, _ := p.get(p.client(), "/api/v1/conversations", bearer...); got != http.StatusOK {
			t.Errorf("the token: %d", got)
		}
		if status, _, errOut := run("", "token", "revoke", "--db", p.db, "loja virtual"); status != exitDone {
			t.Errorf("revoke: status %d %s", status, errOut)
		}
		if got, _ := p.get(p.client(), "/api/v1/conversations", bearer...); got != http.StatusUnauthorized {
			t.Errorf("the revoked token: %d", got)
		}
		if status, _, errOut := run("", "token", "revoke", "--db", p.db, "loja virtual"); status != exitFailed || !strings.Contains(errOut, "has no token") {
			t.Errorf("revoked twice: status %d %s", status, errOut)
		}
		if status, _, _ := run("", "token", "create", "--db", p.db, "loja virtual"); status != exitDone {
			t.Errorf("the name is free again: status %d", status)
		}
	})
}

func TestBackupOfARunningDatabase(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	file := filepath.Join(t.TempDir(), "copy.db")
	if status, _, errOut := run("", "backup", "--db", p.db, file); status != exitDone {
		t.Fatalf("status %d: %s", status, errOut)
	}
	if status, _, errOut := run("", "backup", "--db", p.db, file); status != exitFailed || !strings.Contains(errOut, "exist") {
		t.Errorf("over a file that is there: status %d %s", status, errOut)
	}
	restored := serve(t, file)
	if got := restored.signIn(restored.client(), "ana@loja", adminPassword); got != http.StatusSeeOther {
		t.Errorf("sign-in to the copy: %d", got)
	}
}

func TestOperatorCommandsNeedADatabase(t *testing.T) {
	t.Parallel()
	missing := path(t)
	for _, args := range [][]string{{"user", "add", "--generate", "a@b"}, {"store", "list"}, {"store", "add", "--generate", "--admin", "a@b", "outra"}, {"token", "create", "x"}, {"import", "-"}, {"backup", filepath.Join(t.TempDir(), "c.db")}} {
		status, _, errOut := run("", append(args, "--db", missing)...)
		if status != exitFailed || !strings.Contains(errOut, "no database") {
			t.Errorf("%v: status %d %s", args, status, errOut)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a misspelt name made a database")
	}
	fresh := serve(t, path(t))
	if status, _, errOut := run("", "token", "create", "--db", fresh.db, "x"); status != exitFailed || !strings.Contains(errOut, "has no store yet") {
		t.Errorf("status %d %s", status, errOut)
	}
}

func TestVersionAndHelp(t *testing.T) {
	t.Parallel()
	if status, out, _ := run("", "version"); status != exitDone || !strings.HasPrefix(out, "semaforo ") || !strings.Contains(out, "\ngo1.") {
		t.Errorf("version: %d %q", status, out)
	}
	for _, command := range []string{"serve", "simulate", "store add", "store list", "user add", "user password", "user two-step", "token create", "token revoke", "import", "backup", "version"} {
		if status, out, errOut := run("", append(strings.Fields(command), "--help")...); status != exitDone || !strings.Contains(out, "Usage: semaforo "+command) {
			t.Errorf("%s --help: %d %q %s", command, status, out, errOut)
		}
	}
	if status, _, _ := run(""); status != exitUsage {
		t.Errorf("no command: status %d", status)
	}
}
