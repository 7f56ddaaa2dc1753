package handlers_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"semaforo/db"
	"semaforo/handlers"
)

// loja is Loja's form as it was drawn, changed by pairs of a name and a value.
func (o *office) loja(pairs ...string) url.Values {
	form := url.Values{"store": {o.shop.ID}, "seen_name": {"Loja loja"}, "seen_timezone": {"America/Sao_Paulo"},
		"name": {"Loja loja"}, "timezone": {"America/Sao_Paulo"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestStorePage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.ask(o.ana, handlers.StorePath, nil, false)
	r.says(t, "main", "Nome no endereço", "loja", "Fuso horário", "Exigir verificação em duas etapas de todos")
	r.says(t, ".sidebar [aria-current]", "Loja")
	if first := r.page.Find("#store-timezone optgroup").First(); first.AttrOr("label", "") != "Brasil" {
		t.Error("Brazil's time zones are not the first")
	}
	if got := r.page.Find("#store-timezone option[selected]").AttrOr("value", ""); got != "America/Sao_Paulo" {
		t.Errorf("the zone is %q", got)
	}
	for _, id := range []string{"portfolio-switch", "two-step-switch"} {
		if on := r.page.Find("#"+id).AttrOr("aria-checked", ""); on != "false" {
			t.Errorf("%s is %q at first", id, on)
		}
	}
}

// A time zone is part of what the engine goes by; a name is not.
func TestSaveStore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	version := o.store().ConfigVersion
	if r := o.ask(o.ana, handlers.StorePath, o.loja("name", " Ótica Ipê "), false); r.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Code, r.Body)
	}
	if s := o.store(); s.Name != "Ótica Ipê" || s.ConfigVersion != version {
		t.Errorf("saved: %+v", s)
	}
	form := o.loja("name", "Ótica Ipê", "seen_name", "Ótica Ipê", "timezone", "America/Manaus")
	if r := o.ask(o.ana, handlers.StorePath, form, false); r.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", r.Code, r.Body)
	}
	rules, at, err := o.rules()
	if err != nil || at != version+1 || rules.Configuration().Timezone != "America/Manaus" {
		t.Errorf("the configuration: version %d, %v", at, err)
	}
	if last := o.toasts[len(o.toasts)-1].Text; !strings.Contains(last, "fuso de Manaus") {
		t.Errorf("the toast says %q", last)
	}
	entries := o.trail(db.NounStore)
	if len(entries) != 2 {
		t.Fatalf("the audit trail: %+v", entries)
	}
	if c := entries[0].Changes; len(c) != 1 || c[0].Field != "timezone" || c[0].After != "Manaus" || entries[0].ByName != "Ana" {
		t.Errorf("the latest entry: %+v", entries[0])
	}
	if r := o.ask(o.ana, handlers.StorePath, o.loja("name", "Ótica Ipê", "seen_name", "Ótica Ipê", "timezone", "America/Manaus", "seen_timezone", "America/Manaus"), false); r.Code != http.StatusSeeOther || len(o.trail(db.NounStore)) != 2 {
		t.Errorf("nothing changed: %d, %d entries", r.Code, len(o.trail(db.NounStore)))
	}
}

func TestStoreRefusals(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for field, value := range map[string]string{"name": " ", "timezone": "Mars/Olympus"} {
		r := o.ask(o.ana, handlers.StorePath, o.loja(field, value), false)
		if r.Code != http.StatusUnprocessableEntity || r.page.Find("#store-"+field+"-error").Length() != 1 || r.page.Find("#store-"+field+"[autofocus]").Length() != 1 {
			t.Errorf("%s=%q: %d\n%s", field, value, r.Code, r.Body)
		}
	}
	long := strings.Repeat("x", 81)
	if r := o.ask(o.ana, handlers.StorePath, o.loja("name", long), false); r.value("name") != long {
		t.Error("what was typed is gone")
	}
	// Another tab's form, after its store was left.
	for _, path := range []string{"", "/carteira", "/duas-etapas"} {
		if r := o.ask(o.ana, handlers.StorePath+path, o.loja("store", db.NewID(), "on", "true"), false); r.Code != http.StatusConflict {
			t.Errorf("a form of another store for %s: %d", path, r.Code)
		}
	}
	for _, on := range []string{"", "talvez"} {
		if r := o.ask(o.ana, handlers.StorePath+"/carteira", o.loja("on", on), false); r.Code != http.StatusBadRequest {
			t.Errorf("on=%q: %d", on, r.Code)
		}
	}
	if s := o.store(); s.Name != "Loja loja" || s.OpenPortfolio || len(o.trail(db.NounStore)) != 0 {
		t.Errorf("what was refused changed the store: %+v", s)
	}
}

// Two editors: the second is told what the first saved, keeps what they typed, and
// saves over it with a second press.
func TestTwoEditorsOfAStore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.bia, handlers.StorePath, o.loja("name", "Nome da Bia"), false)
	r := o.ask(o.ana, handlers.StorePath, o.loja("name", "Nome da Ana"), false)
	if r.Code != http.StatusConflict || o.store().Name != "Nome da Bia" {
		t.Fatalf("%d, saved %q", r.Code, o.store().Name)
	}
	r.says(t, "#store-data", "Bia salvou a loja", "Nome da Bia", "Salvar o meu por cima")
	if r.value("name") != "Nome da Ana" || r.value("seen_name") != "Nome da Bia" {
		t.Errorf("the form has %q, seen %q", r.value("name"), r.value("seen_name"))
	}
	// A switch is not the form's business.
	o.ask(o.bia, handlers.StorePath+"/carteira", o.loja("on", "true"), false)
	r = o.ask(o.ana, handlers.StorePath, o.loja("name", "Nome da Ana", "seen_name", "Nome da Bia"), false)
	if s := o.store(); r.Code != http.StatusSeeOther || s.Name != "Nome da Ana" || !s.OpenPortfolio {
		t.Errorf("%d, saved %+v", r.Code, s)
	}
}

func TestStoreRules(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for path, rule := range map[string]struct {
		field string
		is    func(db.Store) bool
	}{
		"/carteira":    {"open_portfolio", func(s db.Store) bool { return s.OpenPortfolio }},
		"/duas-etapas": {"two_step_required", func(s db.Store) bool { return s.TwoStepRequired }},
	} {
		r := o.ask(o.ana, handlers.StorePath+path, o.loja("on", "true", "sure", "true"), true)
		if r.Code != http.StatusOK || !rule.is(o.store()) || r.page.Find("#store-rules [aria-checked=true]").Length() == 0 {
			t.Errorf("%s on: %d\n%s", path, r.Code, r.Body)
		}
		if c := o.trail(db.NounStore)[0].Changes; len(c) != 1 || c[0] != (db.AuditChange{Field: rule.field, Before: "não", After: "sim"}) {
			t.Errorf("%s: the audit trail: %+v", path, c)
		}
		if r := o.ask(o.ana, handlers.StorePath+path, o.loja("on", "false"), false); r.Code != http.StatusSeeOther || rule.is(o.store()) {
			t.Errorf("%s off: %d", path, r.Code)
		}
	}
}

// Two steps are asked of everybody after a question, which says what it does to whoever asks.
func TestTwoStepsAreAskedForFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, part := range []bool{true, false} {
		r := o.ask(o.ana, handlers.StorePath+"/duas-etapas", o.loja("on", "true"), part)
		if r.Code != http.StatusOK || o.store().TwoStepRequired || len(o.trail(db.NounStore)) != 0 {
			t.Fatalf("%d, required %v", r.Code, o.store().TwoStepRequired)
		}
		r.says(t, ".dialog-form", "Exigir duas etapas de todos?", "Você também ainda não tem")
		if r.value("sure") != "true" || r.value("on") != "true" {
			t.Errorf("the question carries %q and %q", r.value("sure"), r.value("on"))
		}
	}
	err := o.shop.DB.Tx(t.Context(), func(tx *db.Tx) error {
		return errors.Join(tx.BeginTwoStep(t.Context(), db.TwoStep{User: o.ana.User, Secret: "JBSWY3DPEHPK3PXP", CreatedAt: o.now}),
			tx.EnableTwoStep(t.Context(), o.ana.User, "JBSWY3DPEHPK3PXP", 1, o.now))
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := o.ask(o.ana, handlers.StorePath+"/duas-etapas", o.loja("on", "true"), true).page.Text(); strings.Contains(text, "Você também") {
		t.Errorf("who has two steps is told %q", text)
	}
}
