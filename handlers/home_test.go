package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/handlers"
)

// store is the office's as it is now.
func (o *office) store() db.Store {
	o.t.Helper()
	s, err := o.shop.DB.Store(context.Background(), o.shop.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

func (o *office) write(f func(ctx context.Context, tx *db.Tx) error) {
	o.t.Helper()
	ctx := context.Background()
	if err := o.shop.DB.Tx(ctx, func(tx *db.Tx) error { return f(ctx, tx) }); err != nil {
		o.t.Fatal(err)
	}
}

// trail are the office's audit entries about a noun, or all, the latest first.
func (o *office) trail(noun string) []db.Audit {
	o.t.Helper()
	return trailOf(o.t, o.shop, noun)
}

// The first steps tick themselves off as their facts come about; who administers
// a store without a missing one starts in the inbox.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps := map[string]string{"team": "Feito", "people": "Feito", "hours": "Falta", "channel": "Falta", "flow": "Falta"}
	look := func(when string) {
		t.Helper()
		r := o.ask(o.ana, "/", nil, false)
		if r.Code != http.StatusOK {
			t.Fatalf("%s: %d", when, r.Code)
		}
		for step, word := range steps {
			if got := r.page.Find("#step-" + step + " .checklist-word").Text(); got != word {
				t.Errorf("%s: the step %s says %q, want %q", when, step, got, word)
			}
		}
	}
	look("at first")
	r := o.ask(o.ana, "/", nil, false)
	r.says(t, "#steps-title", "2 de 5 feitos")
	r.says(t, "#step-channel", "Ainda não chegou nenhuma mensagem de cliente, e não há chave de API.")
	if n := r.page.Find("#first-steps .button-primary").Length(); n != 1 || r.page.Find("#step-hours .button-primary").Length() != 1 {
		t.Errorf("%d links ask for attention, want the first missing step's", n)
	}

	store := o.store()
	store.Hours = &flow.Week{time.Monday: {{Open: 540, Close: 1080}}}
	o.write(func(ctx context.Context, tx *db.Tx) error { return tx.UpdateStore(ctx, store) })
	steps["hours"] = "Feito"
	look("with hours")
	o.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertToken(ctx, db.Token{Store: o.shop.ID, ID: db.NewID(), Name: "n8n", Scope: db.ScopeRead, Hash: "h", CreatedAt: o.now})
	})
	steps["channel"] = "Feito"
	look("with a key")
	o.ask(o.ana, "/conversas", nil, false).says(t, "main .notice", "4 de 5 feitos", "Continuar")

	o.ask(o.ana, team+"/principal", o.typed(), false)
	r = o.ask(o.ana, "/", nil, true)
	r.says(t, "#step-flow .checklist-word", "Feito")
	r.says(t, "#first-steps", "Tudo pronto", "5 de 5 feitos")
	if r = o.ask(o.ana, "/", nil, false); r.Code != http.StatusSeeOther || r.Header().Get("Location") != handlers.HomePath {
		t.Errorf("with nothing missing: %d to %q", r.Code, r.Header().Get("Location"))
	}
	if text := o.ask(o.ana, "/conversas", nil, false).page.Find("main").Text(); strings.Contains(text, "Primeiros passos") {
		t.Error("the inbox still speaks of first steps")
	}
}

func TestFirstStepsAreTheAdministrations(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if r := o.ask(o.caio, "/", nil, false); r.Code != http.StatusSeeOther || r.Header().Get("Location") != handlers.HomePath {
		t.Errorf("Supervisão: %d to %q", r.Code, r.Header().Get("Location"))
	}
	if r := o.ask(o.caio, "/", nil, true); r.Header().Get("HX-Redirect") != handlers.HomePath {
		t.Errorf("Supervisão's open page: %v", r.Header())
	}
	if text := o.ask(o.caio, "/conversas", nil, false).page.Find("main").Text(); strings.Contains(text, "Primeiros passos") {
		t.Error("Supervisão is sent to the first steps")
	}
}

// Put away, they stay away, for all of the Administração.
func TestFirstStepsAreDismissedForGood(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 2 {
		r := o.ask(o.ana, "/primeiros-passos/dispensar", url.Values{}, false)
		if r.Code != http.StatusSeeOther || r.Header().Get("Location") != handlers.HomePath {
			t.Fatalf("%d to %q", r.Code, r.Header().Get("Location"))
		}
	}
	for _, who := range []db.Member{o.ana, o.bia} {
		if r := o.ask(who, "/", nil, false); r.Code != http.StatusSeeOther {
			t.Errorf("%s sees %d", who.Person.Name, r.Code)
		}
		if text := o.ask(who, "/conversas", nil, false).page.Find("main").Text(); strings.Contains(text, "Primeiros passos da loja") {
			t.Errorf("%s is still sent there", who.Person.Name)
		}
	}
	entries := o.trail(db.NounStore)
	if len(entries) != 1 || entries[0].ByName != "Ana" || len(entries[0].Changes) != 1 || entries[0].Changes[0].Field != "first_steps" {
		t.Errorf("the audit trail: %+v", entries)
	}
}
