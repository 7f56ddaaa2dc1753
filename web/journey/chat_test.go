package journey

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// texts are the bubbles a customer sees.
const texts = `[...document.querySelectorAll("#chat-log .bubble-text")].map(p => p.textContent).join("|")`

// atChat opens the demonstration's chat as a customer on a phone.
func (s *site) atChat(path string) *visitor {
	s.t.Helper()
	v := &visitor{browsertest.New(s.t), s}
	v.Look(390, 844, false)
	v.Do(chromedp.Navigate(s.url + path))
	v.Until(`document.readyState === "complete"`)
	return v
}

// looks checks what is on the page in every look: accessible, and nothing wider than the window.
func (v *visitor) looks(name string) {
	v.site.t.Helper()
	for _, width := range []int64{390, 1440} {
		for _, dark := range []bool{false, true} {
			v.Look(width, 844, dark)
			place := fmt.Sprintf("chat-%s-%d-%v", name, width, dark)
			v.Axe(place)
			if browsertest.Eval[bool](v.Tab, `document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight`) {
				v.site.t.Errorf("%s: the page is larger than the window", place)
			}
			v.Shoot(place)
		}
	}
	v.Look(390, 844, false)
}

// introduces fills in the first form and sends it.
func (v *visitor) introduces(name, text string) {
	v.site.t.Helper()
	v.fill("#chat-name", name)
	v.fill("#chat-phone", "(11) 91234-5678")
	v.fill("#chat-text", text)
	v.click(".chat-send")
}

// conversationOf finds a customer's conversation by the API.
func (s *site) conversationOf(token, name string) string {
	s.t.Helper()
	list := s.call(token, http.MethodGet, "/conversations?status=open&limit=200", http.StatusOK, struct{}{})
	for _, item := range list["items"].([]any) {
		c := item.(map[string]any)
		if c["contact"].(map[string]any)["name"] == name {
			return c["id"].(string)
		}
	}
	s.t.Fatalf("%s has no conversation", name)
	return ""
}

// A customer writes on a phone, is answered while they look, is told who answers
// and that it was closed, and begins again.
func TestACustomersChat(t *testing.T) {
	t.Parallel()
	s := demo(t)
	c := s.atChat("/chat/demo")
	c.looks("new")
	c.introduces("Joana d'Arc", "Oi! O sofá de três lugares tem na cor verde?")
	c.Until(texts + `.startsWith("Oi! O sofá") && document.body.dataset.events !== undefined`)
	c.looks("waiting")

	token := s.token()
	sellers := s.call(token, http.MethodGet, "/sellers", http.StatusOK, struct{}{})["items"].([]any)
	ana := sellers[0].(map[string]any)
	at := "/conversations/" + s.conversationOf(token, "Joana d'Arc")
	say := func(text string, private bool) {
		s.call(token, http.MethodPost, at+"/messages", http.StatusCreated, map[string]any{"text": text, "seller": ana["id"], "private": private})
	}
	say("só entre nós", true)
	say("Olá, Joana! <b>Tem sim</b>, com entrega em 10 dias.\nQuer que eu reserve?", false)
	c.Until(fmt.Sprintf(`document.getElementById("chat-state").textContent === %q`, fmt.Sprint(ana["name"], " está atendendo")))
	c.Until(texts + `.endsWith("Quer que eu reserve?") && !document.body.textContent.includes("entre nós") && !document.querySelector("#chat-log b")`)
	c.Do(chromedp.SendKeys("#chat-text", "Quero! "+"https://exemplo.com.br/um-endereco-muito-comprido-que-nao-cabe-em-uma-linha-de-celular"+kb.Enter))
	c.Until(texts + `.includes("|Quero!") && !document.querySelector("[data-sending]") && document.activeElement.id === "chat-text" && document.activeElement.value === ""`)
	c.looks("answered")
	delivered := s.call(token, http.MethodGet, at+"/messages", http.StatusOK, struct{}{})["items"].([]any)
	if got := delivered[2].(map[string]any)["delivery"]; got != "delivered" {
		t.Errorf("what the customer has seen is %v", got)
	}

	s.call(token, http.MethodPost, at+"/close", http.StatusOK, struct{}{})
	c.Until(`document.getElementById("chat-state").textContent === "Conversa finalizada" && document.getElementById("chat-notice").textContent.includes("uma nova conversa")`)
	c.looks("closed")
	c.Do(chromedp.SendKeys("#chat-text", "Esqueci de perguntar o preço"+kb.Enter))
	c.Until(`document.getElementById("chat-notice").textContent === "" && ` + texts + `.endsWith("o preço") && !document.querySelector("[data-sending]")`)
	if "/conversations/"+s.conversationOf(token, "Joana d'Arc") == at {
		t.Error("a closed conversation was continued")
	}
	// The store answers in the new one: the page listens to that now.
	at = "/conversations/" + s.conversationOf(token, "Joana d'Arc")
	say("São R$ 2.490.", false)
	c.Until(texts + `.endsWith("São R$ 2.490.")`)
	c.Do(chromedp.Reload())
	c.Until(texts + `.startsWith("Oi! O sofá") && ` + texts + `.endsWith("São R$ 2.490.")`)
	c.Quiet()
}

// The essentials without scripts: write, be refused, read the answer.
func TestACustomersChatWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	c := s.atChat("/chat/demo")
	_, err := chromedp.Call(c, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		t.Fatal(err)
	}
	c.Do(chromedp.Reload())
	c.Do(chromedp.SendKeys("#chat-name", "Rui"), chromedp.SendKeys("#chat-phone", "123"), chromedp.SendKeys("#chat-text", "Oi"))
	c.click(".chat-send")
	c.Do(chromedp.WaitVisible("#chat-phone-error"), chromedp.SendKeys("#chat-phone", kb.End+kb.Backspace+kb.Backspace+kb.Backspace))
	c.click(".chat-send")
	c.Do(chromedp.WaitVisible(".bubble-customer"))
	token := s.token()
	s.call(token, http.MethodPost, "/conversations/"+s.conversationOf(token, "Rui")+"/messages", http.StatusCreated, map[string]any{"text": "Olá, Rui!", "from": "bot"})
	c.click(".chat-refresh")
	c.Do(chromedp.WaitVisible(".bubble-bot"))
	c.Quiet("422")
}

// A shop's own page opens the chat in a frame.
func TestTheChatInAShopsPage(t *testing.T) {
	t.Parallel()
	s := demo(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!DOCTYPE html><html lang="pt-BR"><title>Loja</title><link rel="icon" href="data:,"><h1>Uma loja qualquer</h1><script src="%s/embed.js" data-store="demo" async></script>`, s.url)
	}))
	t.Cleanup(shop.Close)
	c := &visitor{browsertest.New(t), s}
	c.Look(1000, 760, false)
	c.Do(chromedp.Navigate(shop.URL))
	c.Until(`document.getElementById("semaforo-chat") !== null`)
	c.Do(chromedp.MouseClickXY(920, 715))
	frame, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c.Until(fmt.Sprintf(`performance.getEntriesByType("resource").some(e => e.initiatorType === "iframe" && e.name.includes(%q) && e.responseEnd > 0)`, frame.Host))
	c.Do(chromedp.MouseClickXY(800, 600))
	c.Shoot("chat-embed")
	c.Look(390, 760, false)
	c.Shoot("chat-embed-390")
	c.Quiet()
}
