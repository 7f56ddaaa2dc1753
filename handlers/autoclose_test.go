package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/views/ui"
)

const (
	idle     = "/automacoes/inatividade/encerramento/espera"
	customer = "/automacoes/inatividade/encerramento/cliente"
)

func (o *office) closings() db.AutoClosings {
	o.t.Helper()
	both, err := o.shop.DB.AutoClosings(context.Background(), o.shop.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return both
}

func closing(version, preset, enabled string) url.Values {
	form := url.Values{"version": {version}, "preset": {preset}, "after_unit": {"hours"}}
	if enabled != "" {
		form.Set("enabled", enabled)
	}
	return form
}

// T40: on from now; a change while it is on leaves since when; off and on renews it.
func TestAutomaticClosingRemembersSinceWhen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	on := o.now
	row := o.ask(o.ana, idle, closing("0", "2h0m0s", "true"), true)
	if row.Code != 200 || !strings.Contains(row.Header().Get(ui.HeaderToast), "ligado") {
		t.Fatalf("not switched on: %d", row.Code)
	}
	row.says(t, "#closing-espera-status", "Ligado", "depois de 2 h", "Nenhuma conversa aberta fica de fora.")
	o.now = o.now.Add(time.Hour)
	o.ask(o.ana, idle, closing("1", "4h0m0s", ""), true)
	if got := o.closings().AutoClose; !got.Enabled || !got.EnabledAt.Equal(on) || got.After != 4*time.Hour {
		t.Errorf("a change while on: %+v", got)
	}
	o.ask(o.ana, idle, closing("2", "4h0m0s", "true"), true)
	if got := o.closings().AutoClose; !got.EnabledAt.Equal(on) {
		t.Errorf("on while on: %+v", got)
	}
	o.ask(o.ana, idle, closing("3", "4h0m0s", "false"), true)
	if got := o.closings().AutoClose; got.Enabled {
		t.Errorf("off: %+v", got)
	}
	o.ask(o.ana, idle, closing("4", "4h0m0s", "true"), false)
	if got := o.closings().AutoClose; !got.EnabledAt.Equal(o.now) {
		t.Errorf("on again: %+v", got)
	}
	o.ask(o.caio, "/automacoes/inatividade", nil, false).says(t, "#closing-espera", "Ligado", "Depois de 4 h sem interação.")
}

func TestClosingText(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	form := closing("0", ui.OtherValue, "")
	form.Set("after", "90")
	form.Set("after_unit", "minutes")
	form.Set("text", " Até logo!\r\nLoja ")
	if got := o.ask(o.ana, customer, form, false); got.Code != http.StatusSeeOther {
		t.Fatalf("not saved: %d", got.Code)
	}
	if got := o.closings().AutoCloseCustomer; got.ClosingText != "Até logo!\nLoja" || got.After != 90*time.Minute || got.Enabled {
		t.Errorf("stored %+v", got)
	}
}

func TestBadClosings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, test := range []struct {
		path, input, words string
		pairs              []string
	}{
		{idle, "preset", "Preencha este campo.", []string{"preset", ""}},
		{idle, "preset", "Escolha um dos tempos.", []string{"preset", "3m"}},
		{idle, "after", "Preencha este campo.", []string{"preset", ui.OtherValue}},
		{idle, "after", "Informe um número inteiro", []string{"preset", ui.OtherValue, "after", "1e9"}},
		{idle, "after", "Informe de 1 minuto a 30 dias.", []string{"preset", ui.OtherValue, "after", "31", "after_unit", "days"}},
		{idle, "after", "Informe de 1 minuto a 30 dias.", []string{"preset", ui.OtherValue, "after", "0"}},
		{customer, "text", "Use no máximo 4096 caracteres.", []string{"text", strings.Repeat("é", 4097)}},
		{customer, "text", "não podem ser usados", []string{"text", "a\xffb"}},
	} {
		form := closing("0", "1h0m0s", "true")
		for i := 0; i < len(test.pairs); i += 2 {
			form.Set(test.pairs[i], test.pairs[i+1])
		}
		for _, part := range []bool{true, false} {
			got := o.ask(o.ana, test.path, form, part)
			if got.Code != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", test.pairs, got.Code)
			}
			got.says(t, "#closing-"+test.path[strings.LastIndex(test.path, "/")+1:]+"-"+test.input+"-error", test.words)
		}
	}
	if both := o.closings(); both.AutoClose.Version != 0 || both.AutoCloseCustomer.Version != 0 {
		t.Errorf("something was stored: %+v", both)
	}
	if got := o.ask(o.ana, idle+"x", closing("0", "1h0m0s", "true"), true); got.Code != http.StatusNotFound {
		t.Errorf("an unknown closing: %d", got.Code)
	}
}

func TestTwoPeopleSetOneClosing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, idle, closing("0", "2h0m0s", "true"), true)
	lost := o.ask(o.bia, idle, closing("0", "8h0m0s", "true"), true)
	if lost.Code != http.StatusConflict || lost.value("version") != "1" {
		t.Fatalf("the second save: %d, version %q", lost.Code, lost.value("version"))
	}
	lost.says(t, "[role=alert]", "Ana salvou esta configuração")
	lost.says(t, ".compare-differs", "2 h", "8 h")
	if got := o.closings().AutoClose; got.After != 2*time.Hour || got.UpdatedBy != "Ana" {
		t.Errorf("something was overwritten: %+v", got)
	}
	o.ask(o.bia, idle+"?version=0", nil, true).says(t, "#closing-espera-status", "Ana mudou esta configuração")
	if over := o.ask(o.bia, idle, closing("1", "8h0m0s", ""), true); over.Code != 200 || o.closings().AutoClose.After != 8*time.Hour {
		t.Errorf("saving over it: %d", over.Code)
	}
}
