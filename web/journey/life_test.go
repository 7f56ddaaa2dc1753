package journey

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// write is a customer's message through the HTTP API; it returns the
// conversation's id.
func (s *site) write(token, customer, team, text string) string {
	s.t.Helper()
	body := map[string]any{"channel": "api", "external_id": customer + ": " + text, "text": text, "contact": map[string]any{"external_id": customer, "name": customer}}
	if team != "" {
		body["team"] = team
	}
	return s.call(token, "POST", "/messages", 201, body)["conversation"].(map[string]any)["id"].(string)
}

// row is the selector of a conversation's line in the list.
func row(id string) string { return fmt.Sprintf("a[href*='/conversas/%s']", id) }

// shows waits until a conversation's line says something, without a reload.
func (v *visitor) shows(id, words string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`(() => { const e = document.querySelector("[id*='%s']") ?? document.querySelector("%s")?.closest("li, tr, article");
	  return !!e && e.innerText.replace(/\s+/g, " ").toLowerCase().includes(%q) })()`, id, row(id), words))
}

// A whole life at sixty times the speed: green, yellow, red, moved, assumed,
// postponed, resumed, answered; and closed automatically, with the exact
// sentence. Camila is in Vendas and in Plantão, where the main flow moves it.
func TestLife(t *testing.T) {
	t.Parallel()
	s := demo(t, "--clock-speed", "60")
	token := s.token()
	v := s.signIn("camila@loja.demo")
	v.open("/conversas?tab=teams")
	browsertest.Eval[chromedp.Void](v.Tab, `window.unreloaded = true`)
	id := s.write(token, "Maria da Vida", "vendas", "Vocês têm o sofá azul?")
	forgotten := s.write(token, "João Esquecido", "", "Alguém aí?")

	v.shows(id, "no prazo")
	v.Shoot("life-1-green")
	v.shows(id, "1º alerta")
	v.Shoot("life-2-yellow")
	v.shows(id, "plantão")
	v.Shoot("life-3-moved")
	if !browsertest.Eval[bool](v.Tab, `window.unreloaded === true`) {
		t.Error("the list was reloaded: it has to follow by itself")
	}

	v.open("/conversas/" + id)
	v.sees("Transferida automaticamente de Vendas para Plantão")
	v.sees("O que vai acontecer")
	v.press("Assumir")
	v.sees("assumiu")
	v.click("#postpone-button")
	v.click("#postpone-15m")
	v.sees("Adiada até")
	v.Shoot("life-4-postponed")
	v.press("Continuar")
	v.Until(`!!document.querySelector("#postpone-button")`)
	v.fill("#composer-text", "Temos sim! Quer que eu reserve?")
	v.click("#composer-send")
	v.sees("Temos sim! Quer que eu reserve?")
	v.Until(`document.querySelector("#composer-text").value === ""`)
	v.sees("Respondida")
	v.Shoot("life-5-answered")

	v.Quiet()
	v = s.signIn(manager) // nobody's conversation, which a flow may have moved to any team
	v.open("/conversas/" + forgotten)
	v.sees("Atendimento finalizado automaticamente - motivo da finalização: inatividade do time ou vendedor")
	v.Shoot("life-6-closed")
	v.Quiet()
}

// The customer's side is live too: the seller's answer arrives by itself, and
// the page says who answered and when the conversation was closed.
func TestCustomerAndSeller(t *testing.T) {
	t.Parallel()
	s := demo(t)
	customer := s.atChat("/chat/demo")
	customer.introduces("Rita de Cássia", "Boa tarde! Entregam no sábado?")
	customer.sees("Boa tarde! Entregam no sábado?")
	customer.Shoot("chat-1-written")

	seller := s.signIn(manager)
	seller.open("/conversas?tab=all&q=Rita+de")
	seller.press2("a, h3, strong, span", "Rita de Cássia")
	seller.sees("Boa tarde! Entregam no sábado?")
	seller.ready()
	seller.fill("#composer-text", "Entregamos, sim.")
	seller.click("#composer-send")
	customer.sees("Entregamos, sim.")
	customer.sees("Helena")
	customer.Shoot("chat-2-answered")
	seller.click("#close")
	seller.Until(`!!document.querySelector("dialog[open]")`)
	seller.press("Finalizar")
	customer.sees("finalizad")
	customer.Shoot("chat-3-closed")
	customer.Quiet()
	seller.Quiet()
}

// Two people edit one flow: the second is told who saved what, and nothing is
// overwritten.
func TestTwoEditors(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	first, second := s.signIn(manager), s.signIn(manager)
	for _, v := range []*visitor{first, second} {
		v.open("/automacoes/inatividade/vendedor")
		v.click("#main-alert1")
	}
	edit := func(v *visitor, minutes string) {
		v.fill("#flow-alert1", minutes)
		v.press("Continuar")
		v.Until(`!!document.querySelector("#flow-alert2")`)
		v.fill("#flow-alert2", "55")
		v.press("Continuar")
		v.press("Salvar")
	}
	edit(first, "7")
	first.Until(`!document.querySelector("#panel dialog[open]")`)
	edit(second, "9")
	second.sees("Helena Duarte")
	second.sees("7 min")
	second.Shoot("two-editors")
	for _, f := range s.call(token, "GET", "/flows", 200, nil)["items"].([]any) {
		f := f.(map[string]any)
		if f["queue"] == "seller" && f["kind"] == "main" && f["alert1"] != "7m0s" {
			t.Errorf("the second overwrote the first: %v", f)
		}
	}
	first.Quiet()
	second.Quiet("409")
}
