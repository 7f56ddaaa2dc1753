package journey

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// channelPages are the pages and dialogs of Equipe and Canais.
func (s *site) channelPages(token string) []string {
	s.t.Helper()
	paths := []string{"/presenca", "/presenca?estado=ausente", "/configuracoes/canais", "/configuracoes/canais/novo", "/configuracoes/canais/chaves",
		"/configuracoes/canais/chaves/nova", "/configuracoes/canais/webhooks", "/configuracoes/canais/webhooks/novo"}
	for _, item := range s.call(token, http.MethodGet, "/channels", http.StatusOK, nil)["items"].([]any) {
		at := "/configuracoes/canais/" + item.(map[string]any)["id"].(string)
		paths = append(paths, at, at+"/editar", at+"/ativo")
	}
	return paths
}

// channel is a channel as the API tells of it.
func (s *site) channel(token, name string) map[string]any {
	s.t.Helper()
	for _, item := range s.call(token, http.MethodGet, "/channels", http.StatusOK, nil)["items"].([]any) {
		if h := item.(map[string]any); h["name"] == name {
			return h
		}
	}
	s.t.Fatalf("there is no channel %q", name)
	return nil
}

// A channel's life: made, its address used, renamed, switched off while a customer
// is at it, who types and loses nothing, and switched on again.
func TestAChannelsLife(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	v := s.signIn(manager)
	v.press("Canais")
	v.sees("Por onde os clientes escrevem.")
	// By keyboard alone.
	v.Do(chromedp.Focus("#new-channel"), chromedp.KeyEvent(kb.Enter))
	v.Until(`document.querySelector("#modal").matches(":modal") && document.activeElement.id === "channel-name"`)
	v.Do(chromedp.KeyEvent("Chat da loja" + kb.Enter))
	v.sees("Já existe um canal com este nome.")
	v.Until(`document.activeElement.id === "channel-name" && document.activeElement.value === "Chat da loja"`)
	v.Axe("channel-refused")
	v.fill("#channel-name", "Atacado")
	v.choose("#channel-team", "Vendas")
	v.Shoot("channel-new")
	v.press("Criar canal")
	v.sees("Canal Atacado criado.")
	v.Until(`document.querySelector("h1").textContent === "Atacado" && !document.querySelector("#modal").open`)
	address := browsertest.Eval[string](v.Tab, `document.querySelector("#channel-address").textContent`)
	if address != s.url+"/chat/demo?canal="+s.channel(token, "Atacado")["id"].(string) {
		t.Errorf("the chat's address is %s", address)
	}
	v.Axe("channel")
	v.Shoot("channel")

	c := s.atChat(strings.TrimPrefix(address, s.url))
	c.introduces("Joana Prado", "Oi! Vocês vendem por atacado?")
	c.Until(texts + `.startsWith("Oi! Vocês") && document.body.dataset.events !== undefined`)
	v.Do(chromedp.Navigate(s.url + "/configuracoes/canais/" + s.channel(token, "Atacado")["id"].(string)))
	v.ready()
	v.Until(`document.querySelector("#channel-facts").innerText.includes("agora")`)

	v.press("Editar")
	v.fill("#channel-name", "Chat do atacado")
	v.press("Salvar")
	v.sees("Canal Chat do atacado salvo.")
	if got := s.call(token, http.MethodGet, "/conversations/"+s.conversationOf(token, "Joana Prado"), http.StatusOK, nil)["channel"]; got != "Chat do atacado" {
		t.Errorf("the conversation's channel is called %v", got)
	}

	v.press("Desligar")
	v.sees("A conversa aberta neste canal continua com a equipe")
	v.Axe("channel-off")
	v.press("Desligar")
	v.sees("Canal Chat do atacado desligado.")
	v.Until(`document.querySelector("#channel").innerText.includes("Canal desligado")`)
	c.Until(`document.getElementById("chat-closed").textContent.startsWith("O chat está fechado agora.")`)
	c.looks("switched-off")
	c.Do(chromedp.SendKeys("#chat-text", "Preciso de 200 peças"+kb.Enter))
	c.Until(`document.getElementById("chat-error").textContent.includes("não foi enviada") && document.getElementById("chat-text").value === "Preciso de 200 peças" && !document.querySelector("[data-sending]")`)
	v.open("/conversas/" + s.conversationOf(token, "Joana Prado"))
	v.sees("O canal Chat do atacado está desligado")
	s.call(token, http.MethodPost, "/conversations/"+s.conversationOf(token, "Joana Prado")+"/messages", http.StatusCreated,
		map[string]any{"text": "Vendemos sim!", "seller": "ana"})
	c.Until(texts + `.endsWith("|Vendemos sim!")`)

	v.open("/configuracoes/canais/" + s.channel(token, "Chat do atacado")["id"].(string))
	v.sees("O canal está desligado.")
	v.press("Ligar")
	v.sees("Canal Chat do atacado ligado.")
	c.Until(`document.getElementById("chat-closed").textContent === "" && document.getElementById("chat-error").textContent === ""`)
	c.Do(chromedp.SendKeys("#chat-text", kb.Enter))
	c.Until(texts + `.endsWith("|Preciso de 200 peças") && document.getElementById("chat-text").value === ""`)
	v.Quiet("409")
	c.Quiet("409")
}

// A key made in the browser works against the API, is seen once, and stops at once
// when it is revoked. A webhook is added, switched off and deleted.
func TestKeysAndWebhooks(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/configuracoes/canais/chaves")
	v.press("Nova chave")
	v.fill("#key-name", "Loja virtual")
	v.click(`#modal label[for="key-scope-1"]`)
	v.Shoot("key-new")
	v.press("Criar chave")
	v.sees("Esta é a única vez em que a chave aparece.")
	v.Axe("key-secret")
	v.Shoot("key-secret")
	key := browsertest.Eval[string](v.Tab, `document.querySelector("#secret").textContent`)
	if copied := browsertest.Eval[string](v.Tab, `document.querySelector("#modal [data-copy]").dataset.copy`); copied != key || len(key) < 20 {
		t.Errorf("the button copies %q of %q", copied, key)
	}
	v.press("Já guardei")
	v.Until(`!document.querySelector("#modal").open && document.querySelector("#keys").innerText.includes("Loja virtual")`)
	if strings.Contains(v.text(), key) {
		t.Error("the key is still on the page")
	}
	s.call(key, http.MethodGet, "/channels", http.StatusOK, nil)
	s.call(key, http.MethodPost, "/channels", http.StatusForbidden, nil)
	v.open("/configuracoes/canais/chaves")
	v.press("Revogar Loja virtual")
	v.sees("Revogar Loja virtual?")
	v.Axe("key-revoke")
	v.press("Revogar")
	v.sees("Chave Loja virtual revogada.")
	v.Until(`!document.querySelector("#keys").innerText.includes("Loja virtual")`)
	s.call(key, http.MethodGet, "/channels", http.StatusUnauthorized, nil)

	v.click("#tab-webhooks")
	v.sees("Nenhum webhook")
	v.press("Novo webhook")
	v.fill("#webhook-url", "ftp://x.example/h")
	v.press("Adicionar")
	v.sees("Informe um endereço completo")
	v.fill("#webhook-url", "https://x.example/avisos")
	v.press("Adicionar")
	v.sees("Cada entrega vem assinada com este segredo.")
	v.press("Já guardei")
	v.Until(`document.querySelector("#webhooks [role=switch]")?.getAttribute("aria-checked") === "true"`)
	v.Axe("webhooks")
	v.Shoot("webhooks")
	v.click("#webhooks [role=switch]")
	v.Until(`document.querySelector("#webhooks [role=switch]")?.getAttribute("aria-checked") === "false"`)
	v.click(`#webhooks a[id^="delete-"]`)
	v.sees("Excluir o webhook?")
	v.press("Excluir")
	v.sees("Nenhum webhook")
	v.Quiet("422")
}
