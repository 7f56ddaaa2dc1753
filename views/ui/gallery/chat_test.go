package gallery_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static"
	"semaforo/static/browsertest"
	"semaforo/views/chatview"
	"semaforo/views/ui"
	"semaforo/views/ui/gallery"
)

// chatSite stands for the program: the customer chat's page as it is drawn there, and what its script asks.
type chatSite struct {
	*httptest.Server
	mu       sync.Mutex
	messages []chatview.Message
	keys     []string
	refuse   bool
	framed   chan string
	events   chan struct{}
}

func newChat(t *testing.T) *chatSite {
	c := &chatSite{events: make(chan struct{}), framed: make(chan string, 1)}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("GET /chat/{store}", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("embed") != "" {
			c.framed <- r.URL.Path + " " + r.Header.Get("Sec-Fetch-Dest")
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page := chatview.Page{
			Store: "Casa Aurora Móveis", Name: "Mariana", Cursor: "1", State: "Você fala com Beatriz",
			Messages: []chatview.Message{{ID: "1", From: "seller", Name: "Beatriz", Text: "Olá! Como posso ajudar?", At: gallery.Now, Time: "14:28"}},
			Form:     chatview.Form{Key: "k0"}, Paths: chatview.Paths{Page: "/chat/aurora", Messages: "/messages", Events: "/events", Leave: "/leave"},
		}
		_ = chatview.Chat(page).Render(ui.WithClock(r.Context(), gallery.Now, gallery.Location), w)
	})
	mux.HandleFunc("GET /shop", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!DOCTYPE html><title>Loja</title><link rel="icon" href="%s"><h1>Loja</h1><script src="/embed.js" data-store="aurora" async></script>`, static.URL("favicon-neutral.svg"))
	})
	mux.HandleFunc("GET /embed.js", func(w http.ResponseWriter, _ *http.Request) {
		body, err := static.Body("embed.js")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(body)
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, _ *http.Request) { c.answer(w, nil) })
	mux.HandleFunc("POST /messages", c.post)
	mux.HandleFunc("GET /events", c.stream)
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	return c
}

func (c *chatSite) answer(w http.ResponseWriter, add *chatview.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if add != nil {
		add.ID = fmt.Sprint(len(c.messages) + 2)
		c.messages = append(c.messages, *add)
	}
	_ = json.NewEncoder(w).Encode(chatview.News{Cursor: fmt.Sprint(len(c.messages) + 1), State: "Você fala com Beatriz", Messages: c.messages})
}

func (c *chatSite) post(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.keys = append(c.keys, r.FormValue("key"))
	refuse := c.refuse
	c.refuse = false
	c.mu.Unlock()
	if refuse {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprint(w, `{"error":"A mensagem é longa demais."}`)
		return
	}
	c.answer(w, &chatview.Message{From: "customer", Text: r.FormValue("text"), At: gallery.Now, Time: "14:30"})
}

func (c *chatSite) stream(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprint(w, ": hello\n\n")
	_ = out.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-c.events:
			_, _ = fmt.Fprint(w, "event: update\ndata: 1\n\n")
			_ = out.Flush()
		}
	}
}

// The customer writes, a refused message stays and can be sent again under the same key, and a seller's
// answer appears by itself, once.
func TestCustomerChat(t *testing.T) {
	t.Parallel()
	c, b := newChat(t), browsertest.New(t)
	texts := `[...document.querySelectorAll("#chat-log .bubble-text")].map(p => p.textContent).join("|")`
	b.Look(390, 800, false)
	b.Do(chromedp.Navigate(c.URL+"/chat/aurora"), chromedp.SendKeys("#chat-text", "Oi, <b>chegou</b> quebrado"+kb.Enter))
	b.Until(texts + ` === "Olá! Como posso ajudar?|Oi, <b>chegou</b> quebrado" && document.getElementById("m-2") !== null`)

	c.mu.Lock()
	c.refuse = true
	c.mu.Unlock()
	b.Do(chromedp.SendKeys("#chat-text", "Alguém aí?"+kb.Enter))
	b.Until(`document.getElementById("chat-error").textContent === "A mensagem é longa demais." && document.querySelector(".bubble-again:not([hidden])") !== null`)
	b.Axe("chat with a refused message")
	b.Shoot("chat-390-refused")
	b.Do(chromedp.Click(".bubble-again:not([hidden])"))
	b.Until(`document.getElementById("m-3") !== null && document.getElementById("chat-error").textContent === ""`)
	c.mu.Lock()
	if len(c.keys) != 3 || c.keys[1] != c.keys[2] || c.keys[0] == c.keys[1] {
		t.Errorf("keys %q", c.keys)
	}
	c.messages = append(c.messages, chatview.Message{ID: "4", From: "seller", Name: "Beatriz", Text: "Já vejo isso!", At: gallery.Now, Time: "14:31"})
	c.mu.Unlock()
	c.events <- struct{}{}
	b.Until(texts + `.endsWith("|Alguém aí?|Já vejo isso!")`)
	for _, dark := range []bool{false, true} {
		b.Look(390, 800, dark)
		b.Axe("chat")
		b.Shoot(fmt.Sprintf("chat-390-%v", dark))
	}
	b.Quiet("422")
}

// The launcher draws its button on a shop's page and opens the chat in a frame.
func TestEmbed(t *testing.T) {
	t.Parallel()
	c, b := newChat(t), browsertest.New(t)
	b.Look(1000, 700, false)
	b.Do(chromedp.Navigate(c.URL + "/shop"))
	b.Until(`document.getElementById("semaforo-chat") !== null`)
	b.Do(chromedp.MouseClickXY(920, 655))
	select {
	case got := <-c.framed:
		if got != "/chat/aurora iframe" {
			t.Errorf("asked for %s", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no frame opened")
	}
	b.Shoot("embed")
	b.Quiet("422")
}
