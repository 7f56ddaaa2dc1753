package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/channelview"
)

// switches has Administração switch the store's channel on or off, by the page.
func (s *site) switches(cookie string, h db.Channel, on bool) {
	s.t.Helper()
	present, err := s.db.Channel(s.t.Context(), h.Store, h.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	form := url.Values{"version": {strconv.FormatInt(present.Version, 10)}, "active": {strconv.FormatBool(on)}}
	s.browser().do(http.MethodPost, channelview.SwitchPath(h.ID), form.Encode(), "Cookie", cookie,
		"Content-Type", "application/x-www-form-urlencoded").is(s.t, http.StatusSeeOther)
}

// A chat that is switched off: the customer reads what there is, is told in words,
// and loses nothing of what they typed; sellers still answer.
func TestAClosedChatLosesNothing(t *testing.T) {
	t.Parallel()
	s, shop, ana, _ := chatSite(t, nil)
	channels, err := s.db.Channels(t.Context(), shop.ID)
	if err != nil {
		t.Fatal(err)
	}
	admin := s.session(shop.ID, shop.Member("a@loja", "Clara", db.Admin))
	c := s.customer()
	c.writes("Oi", "name", "Maria")
	id := conversations(t, s, shop.ID)[0].ID
	lines, end := c.stream()
	defer end()
	next(t, lines, ": ")
	s.switches(admin, channels[0], false)
	next(t, lines, "event: update")

	const closed = "O chat está fechado agora."
	page := c.page()
	if got := page.Find("#chat-closed").Text(); !strings.HasPrefix(got, closed) || texts(page) != "Oi" {
		t.Errorf("closed: %q with %q", got, texts(page))
	}
	typed := form(page, "text", "Vocês entregam?")
	refused := c.read(c.post(chatPath+"/mensagens", typed), http.StatusConflict)
	if refused.Find("[name=text]").Text() != "Vocês entregam?" || refused.Find("input[name=key]").AttrOr("value", "") != typed.Get("key") ||
		!strings.Contains(refused.Find("#chat-error").Text(), "não foi enviada") || texts(refused) != "Oi" {
		t.Errorf("what was typed is gone, or not said: %s", refused.Find(".chat-foot").Text())
	}
	if n := c.script("POST", "", typed, http.StatusConflict); !strings.HasPrefix(n.Closed, closed) || n.Error == "" {
		t.Errorf("the script is told %+v", n)
	}
	newcomer := s.customer()
	first := newcomer.page()
	kept := newcomer.read(newcomer.post(chatPath+"/mensagens", form(first, "name", "João", "text", "Oi")), http.StatusConflict)
	if kept.Find("[name=name]").AttrOr("value", "") != "João" || kept.Find("[name=text]").Text() != "Oi" {
		t.Error("a newcomer's words are gone")
	}

	s.say(shop.ID, scheduler.Outbound{Conversation: id, From: flow.FromSeller, Seller: ana.ID, Text: "Olá, Maria!"})
	if n := c.script("GET", page.Find("body").AttrOr("data-cursor", ""), nil, http.StatusOK); len(n.Messages) != 1 || n.Messages[0].Text != "Olá, Maria!" || n.Closed == "" {
		t.Errorf("the answer did not arrive: %+v", n)
	}
	s.browser().get("/conversas/"+id, "Cookie", admin).is(t, http.StatusOK).has(t, "O canal Chat está desligado")
	if h, err := s.db.Channel(t.Context(), shop.ID, channels[0].ID); err != nil || h.Refusal.Code != "channel_off" {
		t.Errorf("the channel's page will say %+v (%v)", h.Refusal, err)
	}

	s.switches(admin, channels[0], true)
	if n := c.script("POST", "", typed, http.StatusCreated); n.Closed != "" || n.Messages[len(n.Messages)-1].Text != "Vocês entregam?" {
		t.Errorf("open again: %+v", n)
	}
	if got := texts(c.page()); got != "Oi|Olá, Maria!|Vocês entregam?" {
		t.Errorf("the conversation is %q", got)
	}
}
