package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/ui"
)

func TestBadFlows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	closed := o.shop.Team("Antigo")
	closed.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), closed) }); err != nil {
		t.Fatal(err)
	}
	whole := "Informe um número inteiro"
	for _, test := range []struct {
		input, words string
		pairs        []string
	}{
		{"alert1", "Preencha este campo.", []string{"alert1", " "}},
		{"alert1", whole, []string{"alert1", "1e9"}},
		{"alert1", whole, []string{"alert1", "-5"}},
		{"alert1", whole, []string{"alert1", "5,5"}},
		{"alert1", whole, []string{"alert1", "\xff"}},
		{"alert1", "De 1 minuto a 30 dias", []string{"alert1", "0"}},
		{"alert1", "Escolha uma das unidades.", []string{"alert1_unit", "fortnights"}},
		{"alert1", "Use no máximo 20 caracteres.", []string{"alert1", strings.Repeat("9", 4000)}},
		{"alert2", "De 1 minuto a 30 dias", []string{"alert2", "721", "alert2_unit", "hours"}},
		{"alert2", "O 2º alerta precisa vir depois do 1º", []string{"alert2", "4"}},
		{"delay", "Preencha este campo.", []string{"when", "later"}},
		{"delay", "Informe até 30 dias.", []string{"when", "later", "delay", "43201"}},
		{"when", "Escolha uma das opções.", []string{"when", "never"}},
		{"action", "Escolha uma das opções.", []string{"action", "explode"}},
		{"team", "Preencha este campo.", []string{"team", ""}},
		{"team", "Este time não existe mais.", []string{"team", "nobody"}},
		{"team", "Este time não existe mais.", []string{"team", closed.ID}},
		{"seller", "Este vendedor não está mais ativo.", []string{"action", "transfer_seller", "seller", "nobody"}},
		{"clock", "Escolha uma das opções.", []string{"clock", "lunar"}},
	} {
		got := o.ask(o.ana, team+"/principal", o.typed(test.pairs...), true)
		if got.Code != http.StatusUnprocessableEntity || got.Header().Get(ui.HeaderPanel) != "open" {
			t.Errorf("%q: %d", test.pairs, got.Code)
		}
		words := strings.TrimPrefix(test.words, "De ")
		got.says(t, "#flow-"+test.input+"-error", strings.TrimSuffix(words, "."))
		if typed := test.pairs[1]; test.pairs[0] == test.input && strings.TrimSpace(typed) == typed && typed != "\xff" && got.page.Find("input#flow-"+test.input).Length() > 0 && got.value(test.input) != typed {
			t.Errorf("%q became %q", typed, got.value(test.input))
		}
	}
	for _, test := range []struct{ input, words, name string }{
		{"name", "Preencha este campo.", "  "},
		{"name", "Use no máximo 80 caracteres.", strings.Repeat("ã", 81)},
		{"name", "não podem ser usados", "a\xffb"},
		{"name", "não podem ser usados", "a\x00b"},
		{"name", "não podem ser usados", "a\u202eb"},
		{"targets", "Marque pelo menos um time.", "Noite"},
		{"targets", "não existe mais", "Noite"},
	} {
		form := o.alternative(test.name, o.vendas.ID)
		if test.input == "targets" {
			form["targets"] = nil
		}
		if test.words == "não existe mais" {
			form["targets"] = []string{"nobody"}
		}
		got := o.ask(o.ana, team+"/alternativos/novo", form, true)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", test.name, got.Code)
		}
		got.says(t, "#flow-"+test.input+"-error", test.words)
	}
	if n := len(o.flows(flow.TeamQueue)); n != 0 {
		t.Errorf("%d flows were stored", n)
	}
}

func TestTransfersToThemselvesAreRefused(t *testing.T) { // T21
	t.Parallel()
	o := newOffice(t)
	form := o.alternative("Noite", o.plant.ID, o.vendas.ID)
	form.Set("action", "transfer_team")
	o.ask(o.ana, team+"/alternativos/novo", form, true).says(t, "#flow-targets-error", "Este fluxo transfere para Plantão")
	form.Set("step", "action")
	form.Set("go", "save")
	o.ask(o.ana, team+"/alternativos/novo", form, true).says(t, "#flow-team-error", "Plantão é uma exceção deste fluxo")
	o.vendas.Archived = true
	if err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.UpdateTeam(context.Background(), o.vendas) }); err != nil {
		t.Fatal(err)
	}
	o.ask(o.ana, team+"/principal", o.typed(), true).says(t, "#flow-team-error", "É o único time da loja")
	o.ask(o.ana, "/automacoes/inatividade/aguardando/principal", o.typed("action", "return_to_waiting"), true).
		says(t, "#flow-action-error", "não faz efeito na fila aguardando")
}
