package flowview_test

import (
	"testing"

	"semaforo/flow"
	"semaforo/views/flowview"
)

func TestChangeList(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want   []string
		change flowview.Change
	}{
		{[]string{"Fluxo principal da fila do time", "A ação passa a ser “Transferir para Plantão”."},
			flowview.Change{Queue: flow.TeamQueue, Kind: flow.Main, Goal: true, Action: "Transferir para Plantão"}},
		{[]string{"Fluxo “Noite” da fila do time", "Fica sem ação: transferiria para Plantão, onde a conversa já está."},
			flowview.Change{Queue: flow.TeamQueue, Kind: flow.Alternative, Name: "Noite", Goal: true, ToItself: true}},
		{[]string{"A exceção Vendas passa a ser Plantão, que sai do fluxo principal."}, flowview.Change{Exception: true, Instead: true, Active: true}},
		{[]string{"A exceção Vendas passa a ser Plantão."}, flowview.Change{Exception: true, Instead: true}},
		{[]string{"Vendas deixa de ser exceção; Plantão continua no fluxo “Dia”."}, flowview.Change{Exception: true, Taken: "Dia"}},
		{[]string{"Vendas deixa de ser exceção."}, flowview.Change{Exception: true}},
		{[]string{"Fica sem nenhuma exceção e é excluído."}, flowview.Change{Exception: true, Goal: true, Deleted: true}},
	} {
		changes := flowview.Changes{From: "Vendas", To: "Plantão", Chosen: true, Flows: []flowview.Change{test.change}}
		says(t, draw(t, flowview.ChangeList(changes)).Selection, append(test.want, "1 fluxo muda")...)
	}
	both := flowview.Change{Goal: true, Exception: true, Queue: flow.SellerQueue, Kind: flow.Main}
	unchosen := flowview.Changes{From: "Ana", Flows: []flowview.Change{both, both}, Channels: []string{"Site", "WhatsApp"}}
	says(t, draw(t, flowview.ChangeList(unchosen)).Selection, "2 fluxos usam Ana", "Transfere para Ana. Tem Ana como exceção.", "2 canais direcionam para Ana: Site e WhatsApp.")
	// Nobody takes over: that is said as what changes, too.
	nobody := flowview.Changes{From: "Ana", Chosen: true, Flows: []flowview.Change{{Goal: true, Action: "Nenhuma ação", Exception: true}}}
	says(t, draw(t, flowview.ChangeList(nobody)).Selection, "A ação passa a ser “Nenhuma ação”.", "Ana deixa de ser exceção.")
}
