package journey

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// A team is made and given members, gets conversations, a flow's transfers and a
// channel, and is archived in favour of another: the conversations are there, with
// the transfer in them, and the flow leads there too.
func TestTeamsOfAStore(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	v := s.signIn(manager)
	v.press("Times")
	v.sees("Trocas e devoluções")
	v.Shoot("teams-list")
	// Made on the keyboard alone.
	v.tabTo("#create")
	v.keys(kb.Enter)
	v.focused("#team-name")
	v.keys("  Balcão   central ")
	for _, member := range []string{"#team-members-1", "#team-members-2"} {
		v.tabTo(member)
		v.keys(" ")
	}
	v.Shoot("teams-panel")
	v.tabTo("#team-save")
	v.keys(kb.Enter)
	v.sees("Time Balcão central criado.")
	v.focused("#create")
	v.press2("a", "Balcão central")
	v.sees("2 membros")
	v.sees("Horário da loja")
	v.ready()
	v.Shoot("teams-empty-team")
	id := s.team(token, "Balcão central")

	first, second := s.write(token, "Dona Odete", id, "Tem troca?"), s.write(token, "Seu Zé", id, "Bom dia")
	const named = "vendedor-supervisao"
	s.call(token, "PUT", "/flows/"+named, 200, s.flow(token, named, map[string]any{"type": "transfer_team", "team": id, "delay": "10h"}))
	v.sees("2 conversas na fila")
	v.sees("Transfere para este time")
	v.Axe("a team at work")
	v.Shoot("teams-team")

	v.click("#archive")
	v.sees("2 conversas abertas estão na fila deste time e precisam de outro.")
	v.press("Arquivar")
	v.sees("Escolha o time que fica no lugar.")
	v.choose("#replacement", "Pós-venda")
	v.sees("2 conversas abertas vão para Pós-venda.")
	v.sees("Fluxo “Supervisão” da fila do vendedor")
	v.sees("A ação passa a ser “Transferir para Pós-venda”.")
	if !browsertest.Eval[bool](v.Tab, `document.activeElement.id === "replacement"`) {
		t.Error("the choice lost the focus when what it means was shown")
	}
	v.Axe("the dialog")
	v.Shoot("teams-archive")
	v.press("Arquivar")
	v.sees("Time Balcão central arquivado: 2 conversas vão para Pós-venda.")
	v.sees("Nenhuma")
	v.Shoot("teams-archived")

	v.open("/conversas?" + url.Values{"tab": {"all"}, "team": {"pos-venda"}}.Encode())
	v.sees("Dona Odete")
	v.sees("Seu Zé")
	for _, id := range []string{first, second} {
		v.open("/conversas/" + id)
		v.sees("Transferida por Helena Duarte de Balcão central para Pós-venda")
	}
	v.Shoot("teams-conversation")
	if action := s.flow(token, named, nil)["action"].(map[string]any); action["team"] != "pos-venda" {
		t.Errorf("the flow leads to %v", action)
	}

	v.open("/configuracoes/times?tab=archived")
	v.press2("a", "Balcão central")
	v.press("Desarquivar")
	v.sees("Ninguém neste time ainda")
	v.Quiet("422")
}

// Two people edit one team: the second is told who saved what, and nothing is
// overwritten until they say so.
func TestTwoEditorsOfATeam(t *testing.T) {
	t.Parallel()
	s := demo(t)
	first, second := s.signIn(manager), s.signIn(manager)
	for _, v := range []*visitor{first, second} {
		v.open("/configuracoes/times/vendas")
		v.click("#edit")
		v.Until(`!!document.querySelector("#team-name")`)
	}
	first.press2("dialog[open] label", "Camila Rocha")
	first.press("Salvar")
	first.sees("Time Vendas salvo.")
	second.fill("#team-name", "Vendas e presentes")
	second.press("Salvar")
	second.sees("Helena Duarte mudou este time")
	second.sees("com Camila Rocha")
	second.Axe("the conflict")
	second.Shoot("teams-two-editors")
	second.press("Continuar com o que foi salvo")
	second.Until(`document.querySelector("#team-name")?.value === "Vendas"`)
	second.fill("#team-name", "Vendas e presentes")
	second.press("Salvar")
	second.sees("Time Vendas e presentes salvo.")
	if rows := browsertest.Eval[string](second.Tab, `document.querySelector("#members").innerText`); !strings.Contains(rows, "Ana Beatriz Souza") || strings.Contains(rows, "Camila Rocha") {
		t.Errorf("the members are %s", rows)
	}
	first.Quiet()
	second.Quiet("409")
}

// Without scripts: what changes is shown when asked for, and a press that has not
// seen it is asked again.
func TestTeamsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.withoutScripts(manager)
	v.plain("/configuracoes/times/novo")
	v.fill("#team-name", "Balcão")
	v.click("#team-save")
	v.reads("Time Balcão criado.")
	v.plain("/configuracoes/times/trocas/arquivar")
	v.reads("Arquivar o time Trocas e devoluções?")
	v.choose("#replacement", "Balcão")
	v.press("Ver o que muda")
	v.reads("A exceção Trocas e devoluções passa a ser Balcão, que sai do fluxo principal.")
	v.Shoot("teams-without-scripts")
	v.press("Arquivar")
	v.reads("Time arquivado")
}

// team is the id of the team with a name.
func (s *site) team(token, name string) string {
	s.t.Helper()
	for _, item := range s.call(token, "GET", "/teams?limit=200", 200, nil)["items"].([]any) {
		if team := item.(map[string]any); team["name"] == name {
			return fmt.Sprint(team["id"])
		}
	}
	s.t.Fatalf("there is no team %s", name)
	return ""
}

// flow is a flow as the API has it, with another action where one is given.
func (s *site) flow(token, id string, action map[string]any) map[string]any {
	s.t.Helper()
	f := s.call(token, "GET", "/flows/"+id, 200, nil)
	if action != nil {
		f["action"] = action
	}
	return f
}
