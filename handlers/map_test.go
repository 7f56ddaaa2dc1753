package handlers_test

import (
	"strings"
	"testing"

	"semaforo/db"
)

func TestMapSaysWhoPassesConversationsOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.shop.Channel("chat", db.ChannelChat)
	page := o.ask(o.caio, "/automacoes/inatividade/mapa", nil, false)
	page.says(t, "#map-team", "Vendas", "15 min", "Nada: fica vermelha", "Cores padrão")
	page.says(t, "#map", "Nada a corrigir")

	o.ask(o.ana, team+"/principal", o.typed(), true)
	back := o.alternative("Volta", o.plant.ID)
	back.Set("action", "transfer_team")
	back.Set("team", o.vendas.ID)
	asked := o.ask(o.ana, team+"/alternativos/novo", back, true)
	back.Set("anyway", asked.value("anyway"))
	if saved := o.ask(o.ana, team+"/alternativos/novo", back, true); saved.Code != 200 {
		t.Fatalf("the way back was not saved: %d", saved.Code)
	}
	part := o.ask(o.caio, "/automacoes/inatividade/mapa/parte", nil, true)
	part.says(t, "#map", "O fluxo principal da fila do time leva a uma volta", "Plantão → Vendas → Plantão", "que não tem nenhum vendedor")
	part.says(t, "#map-team", "PlantãoDepois de 15 minVai para VendasFluxo Volta")
	if lines := part.page.Find("svg .diagram-line.tone-red").Length(); lines != 2 {
		t.Errorf("%d lines are marked", lines)
	}
	if !strings.Contains(part.Body.String(), `id="map"`) {
		t.Error("the part does not take its own place")
	}
}

// What the map would mark is said before it is saved.
func TestThePanelSaysWhatTheMapWouldMark(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	form := o.typed("go", "impact")
	o.ask(o.ana, team+"/principal", form, true).says(t, "#flow-impact", "Este fluxo transfere para Plantão, que não tem nenhum vendedor.")
}
