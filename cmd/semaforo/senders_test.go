package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"semaforo/db/dbtest"
)

func TestPostOptions(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	secret, empty := filepath.Join(folder, "smtp"), filepath.Join(folder, "empty")
	for path, content := range map[string]string{secret: "smtp://loja:segredo@mail.example:2525\n", empty: "\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		cmd  serveCmd
		want string // in the error; empty: none
	}{
		"nothing":            {serveCmd{}, ""},
		"all":                {serveCmd{SMTPURL: "smtps://loja:segredo@mail.example", MailFrom: "Loja <a@loja.example>", PublicURL: "https://loja.example"}, ""},
		"from a file":        {serveCmd{SMTPURLFile: secret, MailFrom: "a@loja.example", PublicURL: "https://loja.example/"}, ""},
		"only an address":    {serveCmd{PublicURL: "http://192.168.0.5:8080"}, ""},
		"no sender":          {serveCmd{SMTPURL: "smtp://mail.example", PublicURL: "https://loja.example"}, "--mail-from"},
		"no public address":  {serveCmd{SMTPURL: "smtp://mail.example", MailFrom: "a@loja.example"}, "--public-url"},
		"both ways":          {serveCmd{SMTPURL: "smtp://mail.example", SMTPURLFile: secret}, "give one of the two"},
		"no file":            {serveCmd{SMTPURLFile: filepath.Join(folder, "none")}, "--smtp-url-file"},
		"an empty file":      {serveCmd{SMTPURLFile: empty}, "is empty"},
		"not an SMTP URL":    {serveCmd{SMTPURL: "https://loja:segredo@mail.example", MailFrom: "a@loja.example", PublicURL: "https://loja.example"}, "smtp://"},
		"not an address":     {serveCmd{MailFrom: "loja"}, "--mail-from"},
		"not a public URL":   {serveCmd{PublicURL: "loja.example"}, "--public-url"},
		"a path":             {serveCmd{PublicURL: "https://loja.example/semaforo"}, "without a path"},
		"a user in the URL":  {serveCmd{PublicURL: "https://u:p@loja.example"}, "--public-url"},
		"a secret is untold": {serveCmd{SMTPURL: "smtp://loja:segredo@mail.example:port", MailFrom: "a@loja.example", PublicURL: "https://loja.example"}, "--smtp-url"},
	} {
		p, err := test.cmd.post()
		switch {
		case test.want == "" && err != nil, test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", name, err, test.want)
		case err != nil && strings.Contains(err.Error(), "segredo"):
			t.Errorf("%s tells the password: %v", name, err)
		case err == nil && strings.HasSuffix(p.publicURL, "/"):
			t.Errorf("%s: public URL %q", name, p.publicURL)
		}
	}
	status, _, errOut := run("", "serve", "--smtp-url", "smtp://mail.example", "--db", filepath.Join(folder, "x.db"))
	if status != exitUsage || !strings.Contains(errOut, "--mail-from") {
		t.Errorf("status %d: %s", status, errOut)
	}
}

// The installation's keys are made once, and are the same after a restart.
func TestPushKeysAreKept(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	first, err := pushKeys(t.Context(), d)
	if err != nil || len(first.Public) != 87 || len(first.Private) != 43 {
		t.Fatalf("keys %+v (%v)", first, err)
	}
	again, err := pushKeys(t.Context(), d)
	if err != nil || again != first {
		t.Errorf("after a restart %+v (%v), before %+v", again, err, first)
	}
}
