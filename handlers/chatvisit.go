package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/chat"
	"semaforo/db"
	"semaforo/views/chatview"
)

// visit is a customer's request: which store's chat, and who is there as far as
// their browser can prove it.
type visit struct {
	store    db.Store
	location *time.Location
	channel  db.Channel
	asked    string       // the channel the address names, empty for the store's chat
	visitor  chat.Visitor // no secret: the browser brought none that we made
	contact  *db.Contact  // nil before the first message
	now      time.Time
	blocked  bool // the browser has not kept its cookie
}

// visitOf reads a request to a store's chat. A cookie that proves nothing is as
// good as none.
func (s *Server) visitOf(c echo.Context) (*visit, error) {
	ctx := c.Request().Context()
	store, err := s.DB.StoreBySlug(ctx, c.Param("store"))
	if err != nil {
		return nil, err
	}
	v := &visit{store: store, asked: c.QueryParam("canal"), now: s.Clock.Now()}
	if v.location, err = time.LoadLocation(store.Timezone); err != nil {
		v.location = time.UTC
	}
	channels, err := s.DB.Channels(ctx, store.ID)
	if err != nil {
		return nil, err
	}
	v.channel, err = chatChannel(channels, v.asked)
	if err != nil && v.asked != "" {
		v.channel, err = s.chatNamed(ctx, store.ID, v.asked)
	}
	if err != nil {
		return nil, err
	}
	if cookie, err := c.Cookie(v.cookie()); err == nil {
		v.visitor, _ = chat.ParseVisitor(cookie.Value)
	}
	if v.visitor.Secret == "" {
		return v, nil
	}
	return v, s.meet(ctx, v)
}

// chatChannel is the web chat that an address names by id, or the store's first,
// switched off or not: an address always leads to the same conversations.
func chatChannel(channels []db.Channel, asked string) (db.Channel, error) {
	var found *db.Channel
	for i, h := range channels {
		if h.Kind != db.ChannelChat || asked != "" && asked != h.ID {
			continue
		}
		if found == nil || older(h, *found) {
			found = &channels[i]
		}
	}
	if found == nil {
		return db.Channel{}, noChat()
	}
	return *found, nil
}

// chatNamed is the web chat of a name, of now or before: addresses that a shop
// wrote down go on working.
func (s *Server) chatNamed(ctx context.Context, store, name string) (db.Channel, error) {
	h, err := s.DB.ChannelByName(ctx, store, name)
	if err == nil && h.Kind == db.ChannelChat {
		return h, nil
	}
	if err == nil || errors.Is(err, db.ErrNotFound) {
		err = noChat()
	}
	return h, err
}

func noChat() *Failure {
	f := NotFound()
	f.Words = "Esta loja não tem um chat neste endereço."
	return f
}

func older(h, than db.Channel) bool {
	return h.CreatedAt.Before(than.CreatedAt) || h.CreatedAt.Equal(than.CreatedAt) && h.ID < than.ID
}

// paths are the page's addresses; there is something to listen to once there is
// a contact.
func (v *visit) paths() chatview.Paths {
	base, query := "/chat/"+url.PathEscape(v.store.Slug), ""
	if v.asked != "" {
		query = "?" + url.Values{"canal": {v.asked}}.Encode()
	}
	p := chatview.Paths{Page: base + query, Messages: base + "/mensagens" + query, Leave: base + "/sair" + query}
	if v.contact != nil {
		p.Events = base + "/eventos" + query
	}
	return p
}

// chatKept is how long a browser remembers its conversation.
const chatKept = 365 * 24 * time.Hour

// cookie names what the browser keeps for this channel.
func (v *visit) cookie() string { return ChatCookie(v.channel.ID) }

// ChatCookie is the name of the cookie that keeps a chat channel's visitor.
func ChatCookie(channel string) string {
	sum := sha256.Sum256([]byte(channel))
	return "chat_" + hex.EncodeToString(sum[:6])
}

// remember has the browser keep the visitor's secret. By https the cookie also
// works in a shop's frame, apart for each shop; otherwise on our own page alone.
func (s *Server) remember(c echo.Context, v *visit) {
	c.SetCookie(s.chatCookie(c.Request(), v, v.visitor.Secret, int(chatKept/time.Second)))
}

// forget has the browser drop it.
func (s *Server) forget(c echo.Context, v *visit) {
	c.SetCookie(s.chatCookie(c.Request(), v, "", -1))
}

func (s *Server) chatCookie(r *http.Request, v *visit, value string, age int) *http.Cookie {
	cookie := &http.Cookie{Name: v.cookie(), Value: value, Path: "/chat/" + url.PathEscape(v.store.Slug), MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if s.Secure != nil && s.Secure(r) {
		cookie.Secure, cookie.SameSite, cookie.Partitioned = true, http.SameSiteNoneMode, true
	}
	return cookie
}
