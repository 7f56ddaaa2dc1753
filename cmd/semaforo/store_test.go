package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"semaforo/db"
	"semaforo/flow"
)

// A store beside the first begins as that one did, whoever administers it.
func TestStoreAdd(t *testing.T) {
	t.Parallel()
	runningAndStopped(t, func(t *testing.T, p *program) {
		p.t = t
		status, out, errOut := run("", "store", "add", "--db", p.db, "--name", "Loja do Norte", "--timezone", "America/Manaus",
			"--admin", "bia@norte", "--admin-name", "Bia", "--generate", "norte")
		if status != exitDone || strings.Count(out, "\n") != 1 || !strings.Contains(errOut, "/chat/norte") {
			t.Fatalf("status %d: %q %s", status, out, errOut)
		}
		status, out2, errOut := run("", "store", "add", "--db", p.db, "--admin", "ANA@loja", "sul")
		if status != exitDone || out2 != "" || !strings.Contains(errOut, "with the password they have") {
			t.Fatalf("status %d: %q %s", status, out2, errOut)
		}
		p.beginsAs("norte", "loja")
		p.beginsAs("sul", "loja")
		if status, listed, _ := run("", "store", "list", "--db", p.db); status != exitDone || strings.Count(listed, "\n") != 4 ||
			!strings.Contains(listed, "norte  Loja do Norte  America/Manaus") {
			t.Errorf("status %d:\n%s", status, listed)
		}
		p = p.again()
		if got := p.signIn(p.client(), "bia@norte", strings.TrimSpace(out)); got != http.StatusSeeOther {
			t.Errorf("bia signs in: %d", got)
		}
		if got := p.signIn(p.client(), "ana@loja", adminPassword); got != http.StatusSeeOther {
			t.Errorf("ana signs in with the password she had: %d", got)
		}
		if status, _ := p.get(p.client(), "/chat/norte"); status != http.StatusOK {
			t.Errorf("the new store's chat: %d", status)
		}
	})
}

// beginsAs compares what a store has with what the set-up's has.
func (p *program) beginsAs(slug, other string) {
	p.t.Helper()
	type beginning struct {
		Channels, Members, Audit int
		Flows                    []flow.Flow
		Version                  int64
	}
	look := func(slug string) (b beginning) {
		o := ofStore{database: database{p.db}, Store: slug}
		err := o.inStore(&streams{nil, p.out, p.log}, func(ctx context.Context, d *db.DB, store db.Store) error {
			channels, err := d.Channels(ctx, store.ID)
			if err != nil {
				return err
			}
			members, err := d.Members(ctx, store.ID, "", 10)
			if err != nil {
				return err
			}
			opened, err := d.AuditTrail(ctx, store.ID, db.AuditQuery{Noun: db.NounStore}, 10)
			if err != nil {
				return err
			}
			built, err := d.BuildConfiguration(ctx, store.ID)
			b = beginning{len(channels), len(members), len(opened), built.Flows, store.ConfigVersion}
			return err
		})
		if err != nil {
			p.t.Fatal(err)
		}
		return b
	}
	got, want := look(slug), look(other)
	if got.Channels != want.Channels || got.Members != 1 || got.Audit != 1 || len(got.Flows) != len(want.Flows) || got.Version != 1 {
		p.t.Errorf("%s begins with %+v, %s with %+v", slug, got, other, want)
	}
}

func TestStoreAddRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	for _, test := range []struct {
		words string
		want  int
		in    string
		args  []string
	}{
		{"already is a store", exitFailed, "", []string{"--admin", "ana@loja", "loja"}},
		{"lower case letters", exitUsage, "", []string{"--admin", "ana@loja", "Loja Nova"}},
		{"lower case letters", exitUsage, "", []string{"--admin", "ana@loja", "nova-"}},
		{"more than 40", exitUsage, "", []string{"--admin", "ana@loja", strings.Repeat("x", 41)}},
		{"no time zone", exitUsage, "", []string{"--admin", "ana@loja", "--timezone", "America/Sampa", "nova"}},
		{"no time zone", exitUsage, "", []string{"--admin", "ana@loja", "--timezone", "Local", "nova"}},
		{"missing flags: --admin", exitUsage, "", []string{"nova"}},
		{"spaces", exitUsage, "", []string{"--admin", "a b", "nova"}},
		{"fewer than 10", exitUsage, "curta\n", []string{"--admin", "novo@loja", "nova"}},
		{"80 characters", exitUsage, "", []string{"--admin", "ana@loja", "--name", strings.Repeat("x", 81), "nova"}},
	} {
		status, out, errOut := run(test.in, append([]string{"store", "add", "--db", p.db}, test.args...)...)
		if status != test.want || out != "" || !strings.Contains(errOut, test.words) {
			t.Errorf("%v: status %d, %q %s", test.args, status, out, errOut)
		}
	}
	if _, listed, _ := run("", "store", "list", "--db", p.db); strings.Count(listed, "\n") != 2 {
		t.Errorf("what was refused left something:\n%s", listed)
	}
}

// Somebody of one store joins another with the password they have.
func TestUserAddOfAnotherStore(t *testing.T) {
	t.Parallel()
	runningAndStopped(t, func(t *testing.T, p *program) {
		p.t = t
		if status, _, errOut := run("", "store", "add", "--db", p.db, "--admin", "bia@norte", "--generate", "norte"); status != exitDone {
			t.Fatalf("status %d: %s", status, errOut)
		}
		add := func(args ...string) (int, string, string) {
			return run("", append([]string{"user", "add", "--db", p.db, "--store", "norte"}, args...)...)
		}
		status, out, errOut := add("--role", "supervisor", "--generate", "Ana@loja")
		if status != exitDone || out != "" || !strings.Contains(errOut, "keeps the password") {
			t.Fatalf("status %d: %q %s", status, out, errOut)
		}
		if status, out, errOut := add("ana@loja"); status != exitFailed || out != "" || !strings.Contains(errOut, "is a member of norte already") {
			t.Errorf("once more: status %d: %q %s", status, out, errOut)
		}
		if status, _, errOut := run(adminPassword+"\n", "user", "password", "--db", p.db, "--store", "loja", "ana@loja"); status != exitDone {
			t.Fatalf("a password: status %d: %s", status, errOut)
		}
		o := ofStore{database: database{p.db}, Store: "norte"}
		err := o.inStore(&streams{nil, p.out, p.log}, func(ctx context.Context, d *db.DB, store db.Store) error {
			ana, err := d.UserByLogin(ctx, "ana@loja")
			if err != nil {
				return err
			}
			stores, err := d.MembershipsOf(ctx, ana.ID)
			if err != nil {
				return err
			}
			if len(stores) != 2 || stores[1].Store != store.ID || stores[1].Role != db.Supervisor || stores[0].Role != db.Admin {
				t.Errorf("her stores: %+v", stores)
			}
			entries, err := d.AuditTrail(ctx, store.ID, db.AuditQuery{Noun: db.NounUser, NounID: ana.ID}, 10)
			if err == nil && (len(entries) != 1 || entries[0].ByKind != db.BySystem || entries[0].ByName != "Comando do operador" || entries[0].Action != db.AuditCreated) {
				t.Errorf("the audit trail: %+v", entries)
			}
			if err != nil {
				return err
			}
			// A password is one for all stores: each is told.
			entries, err = d.AuditTrail(ctx, store.ID, db.AuditQuery{Noun: db.NounAccount, NounID: ana.ID}, 10)
			if err == nil && (len(entries) != 1 || entries[0].ByName != "Comando do operador" || entries[0].Action != db.AuditReset) {
				t.Errorf("the audit trail of her password: %+v", entries)
			}
			if err != nil {
				return err
			}
			return d.Tx(ctx, func(tx *db.Tx) error { return tx.SetMemberDisabled(ctx, store.ID, ana.ID, true) })
		})
		if err != nil {
			t.Fatal(err)
		}
		if status, _, errOut := add("ana@loja"); status != exitFailed || !strings.Contains(errOut, "was deactivated") {
			t.Errorf("who was deactivated: status %d: %s", status, errOut)
		}
		p = p.again()
		if got := p.signIn(p.client(), "ana@loja", adminPassword); got != http.StatusSeeOther {
			t.Errorf("ana signs in: %d", got)
		}
	})
}
