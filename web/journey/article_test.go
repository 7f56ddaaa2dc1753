package journey

import (
	"strings"
	"testing"
)

// The help article's steps, as its reader follows them in a store that has just
// been set up: menu → queue → CONFIGURAÇÃO → 1º ALERTA → 5 minutos → CONTINUAR →
// 2º alerta → CONTINUAR → ação → SALVAR; + CRIAR with an exception; the switch.
func TestArticle(t *testing.T) {
	t.Parallel()
	s := serve(t)
	v := s.setUp()
	token := s.command("token", "create", "--store", "loja", "--scope", "configuration", "jornada")
	for _, team := range []string{"Vendas", "Plantão", "Trocas"} {
		s.call(token, "POST", "/teams", 201, map[string]any{"name": team})
	}
	v.press("Gestão de Inatividade") // 1 and 2
	for _, queue := range []string{"Fila do time", "Fila do vendedor", "Fila aguardando"} {
		v.sees(queue)
	}
	v.click("#configure-team") // 4
	v.sees("Fluxo principal")
	v.sees("Fluxo alternativo")
	v.Shoot("article-queue-empty")

	v.click("#main-alert1") // 5: the panel opens
	v.sees("Até lá a conversa fica verde: um tempo aceitável para responder.")
	v.fill("#flow-alert1", "5") // 6
	v.Shoot("article-panel")
	v.press("Continuar") // 7
	v.sees("2º alerta")
	v.fill("#flow-alert2", "3") // not later than the first
	v.press("Continuar")
	v.Until(`document.querySelector("#flow-alert2")?.getAttribute("aria-invalid") === "true"`)
	v.Shoot("article-refused")
	v.fill("#flow-alert2", "15") // 8
	v.press("Continuar")         // 9
	v.sees("Ação ao passar do tempo limite")
	v.click(`label[for="flow-action-2"]`) // 10: transferir para outro time
	v.choose("#flow-team", "Plantão")
	v.Shoot("article-action")
	v.press("Salvar")
	v.Until(`!document.querySelector("#panel dialog[open]")`)
	v.sees("Transferir para Plantão")
	v.sees("Aplicado a todos os times")
	v.Shoot("article-saved")

	v.click("#create") // 11
	v.fill("#flow-alert1", "10")
	v.press("Continuar")
	v.fill("#flow-alert2", "20")
	v.press("Continuar")
	v.click(`label[for="flow-action-1"]`)
	v.press("Continuar")
	v.Shoot("article-exceptions")
	v.fill(`input[name="name"]`, "Plantão com calma")
	v.press2(`dialog[open] label`, "Plantão")
	v.press("Salvar") // 12
	v.sees("Plantão com calma")
	v.sees("exceto Plantão")
	v.Shoot("article-alternative")

	v.press("Gestão de Inatividade")
	v.click("#closing-espera-switch") // 15
	v.Until(`document.querySelector("#closing-espera-switch")?.getAttribute("aria-checked") === "true"`)
	v.Shoot("article-closing")

	flows := s.call(token, "GET", "/flows", 200, nil)["items"].([]any)
	if len(flows) != 2 {
		t.Errorf("%d flows were saved, want the main one and the alternative: %v", len(flows), flows)
	}
	closing := s.call(token, "GET", "/auto_close", 200, nil)["auto_close"].(map[string]any)
	if closing["enabled"] != true {
		t.Errorf("automatic closing: %v", closing)
	}
	v.Quiet("422")
}

// setUp goes through the first page of a fresh database, and stays signed in.
func (s *site) setUp() *visitor {
	s.t.Helper()
	v := s.visit()
	v.open("/")
	v.sees("Criar a loja")
	v.fill(`input[name="code"]`, s.code)
	v.fill(`input[name="store"]`, "Loja Ipê")
	v.fill(`input[name="slug"]`, "loja")
	v.fill(`input[name="name"]`, "Helena Duarte")
	v.fill(`input[name="login"]`, "helena@loja.example")
	v.fill(`input[name="password"]`, "uma senha de verdade")
	v.click("#set-up-button")
	v.Until(`!location.pathname.startsWith("/instalar")`)
	v.ready()
	if strings.Contains(v.text(), "Criar a loja") {
		s.t.Fatalf("the store was not created: %s", v.text())
	}
	return v
}
