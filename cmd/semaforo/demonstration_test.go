package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"semaforo/cmd/semaforo/demo"
)

// asSomebody signs in as one of the demonstration's people.
func (p *program) asSomebody() *http.Client {
	p.t.Helper()
	c, person := p.client(), demo.SignIns()[0]
	if status := p.signIn(c, person.Login, person.Password); status != http.StatusSeeOther {
		p.t.Fatalf("%s signs in: %d", person.Login, status)
	}
	return c
}

func TestDemonstrationShowsItsPeopleAndItself(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t), "--demo", "--no-movement", "--clock-speed", "60")
	_, page := p.get(p.client(), "/entrar")
	for _, person := range demo.SignIns() {
		if !strings.Contains(page, person.Login) || !strings.Contains(page, "Preencher com "+person.Name) {
			t.Errorf("the sign-in page does not offer %s", person.Login)
		}
	}
	c := p.asSomebody()
	status, inbox := p.get(c, "/conversas")
	if status != http.StatusOK || !strings.Contains(inbox, "60 vezes mais rápido") || !strings.Contains(inbox, `data-speed="60"`) {
		t.Errorf("the inbox: %d, without a banner that names the clock's speed", status)
	}
	if !strings.Contains(inbox, "Retomar movimento") || !strings.Contains(inbox, "Escreva como cliente") {
		t.Error("the banner offers neither the movement, which began standing still, nor the customer's side")
	}
	if status := p.post(p.client(), "/demonstracao", url.Values{"paused": {"false"}}); status != http.StatusUnauthorized {
		t.Errorf("a stranger made the movement go on: %d", status)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	again := serve(t, p.db, "--demo", "--no-movement")
	again.asSomebody()
	again.ready() // also after a faster clock
}

func TestDemonstrationsMovementCanBePaused(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t), "--demo")
	c := p.asSomebody()
	for _, step := range []struct{ paused, offers string }{{"true", "Retomar movimento"}, {"false", "Pausar movimento"}} {
		if status := p.post(c, "/demonstracao", url.Values{"paused": {step.paused}}); status != http.StatusSeeOther {
			t.Fatalf("paused=%s: %d", step.paused, status)
		}
		if _, page := p.get(c, "/conversas"); !strings.Contains(page, step.offers) {
			t.Errorf("paused=%s: the banner does not offer %q", step.paused, step.offers)
		}
	}
	if status := p.post(c, "/demonstracao", url.Values{"paused": {"perhaps"}}); status != http.StatusBadRequest {
		t.Errorf("paused=perhaps: %d", status)
	}
}

func TestDemonstrationTakesOnlyADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	p := serve(t, path(t))
	p.setUp()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := run("", "serve", "--demo", "--addr", "127.0.0.1:0", "--db", p.db)
	if status != exitFailed || out != "" || !strings.Contains(errOut, "--demo needs a database of its own") || !strings.Contains(errOut, "Loja") {
		t.Errorf("status %d: %q %s", status, out, errOut)
	}
}
