package handlers

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/chat"
	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/static"
	"semaforo/views/chatview"
)

// ChatPage is GET /chat/{store}: the customer's page.
func (s *Server) ChatPage(c echo.Context) error {
	v, err := s.visitOf(c)
	if err != nil {
		return err
	}
	if v.visitor.Secret == "" {
		v.visitor = chat.NewVisitor()
	}
	s.remember(c, v)
	return s.answerChat(c, v, http.StatusOK, chatview.Form{}, "")
}

// answerChat draws the page with what was typed.
func (s *Server) answerChat(c echo.Context, v *visit, status int, form chatview.Form, problem string) error {
	page, err := s.chatPage(c.Request().Context(), v)
	if err != nil {
		return err
	}
	if form.Key == "" {
		form.Key = db.NewID()
	}
	page.Form, page.Error, page.Blocked = form, problem, v.blocked
	var b bytes.Buffer
	if err := chatview.Chat(page).Render(c.Request().Context(), &b); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, b.Bytes())
}

// ChatMessages is GET /chat/{store}/mensagens: what is new to a page that is open.
func (s *Server) ChatMessages(c echo.Context) error {
	v, err := s.visitOf(c)
	if err != nil {
		return err
	}
	if v.contact == nil {
		return Unauthorized()
	}
	return s.answerNews(c, v, http.StatusOK)
}

func (s *Server) answerNews(c echo.Context, v *visit, status int) error {
	news, err := s.news(c.Request().Context(), v, c.QueryParam("after"))
	if err != nil {
		return err
	}
	return answer(c, status, news)
}

// ChatSend is POST /chat/{store}/mensagens: the customer's message. The page's
// script gets what is new, a form without scripts the page.
func (s *Server) ChatSend(c echo.Context) error {
	v, err := s.visitOf(c)
	if err != nil {
		return err
	}
	form := chat.Message{Name: c.FormValue("name"), Phone: c.FormValue("phone"), Text: c.FormValue("text"), Key: c.FormValue("key")}
	if v.visitor.Secret == "" {
		return s.withoutCookie(c, v, form)
	}
	if wait := s.throttle.chat(v, c.RealIP(), s.Real()); wait > 0 {
		SetRetryAfter(c.Response().Header(), wait)
		return s.refuseChat(c, v, http.StatusTooManyRequests, form, nil, "Muitas mensagens seguidas. Espere um pouco e tente de novo.")
	}
	if !v.channel.Active {
		return s.refuseClosed(c, v, form)
	}
	m, refused := chat.Parse(form, v.contact != nil)
	if refused != nil {
		return s.refuseChat(c, v, http.StatusUnprocessableEntity, form, refused, "")
	}
	received, err := s.Door.Receive(c.Request().Context(), v.store.ID, scheduler.Inbound{
		ChannelID: v.channel.ID, ExternalID: v.visitor.MessageID(m.Key), Text: m.Text,
		Contact: scheduler.InboundContact{ExternalID: v.visitor.ExternalID(), Name: m.Name, Phone: m.Phone, SecretHash: v.visitor.SecretHash()},
	})
	if isOff(err) {
		return s.refuseClosed(c, v, form) // a moment ago
	}
	if err != nil {
		return err
	}
	// The customer's other tabs do not watch a conversation that has just been opened.
	s.Hub.Mark(v.store.ID, chatScope(received.Conversation.ContactID))
	if !wantsJSON(c) {
		return c.Redirect(http.StatusSeeOther, v.paths().Page)
	}
	if v.contact == nil {
		if err := s.meet(c.Request().Context(), v); err != nil {
			return err
		}
	}
	return s.answerNews(c, v, http.StatusCreated)
}

// refuseClosed answers a message to a chat that is switched off, with what was
// typed: nothing of it is lost.
func (s *Server) refuseClosed(c echo.Context, v *visit, form chat.Message) error {
	v.channel.Active = false
	s.refusedInChat(c, v, channelOff())
	return s.refuseChat(c, v, http.StatusConflict, form, nil, "O chat está fechado agora e a mensagem não foi enviada. Ela continua aqui: tente de novo mais tarde.")
}

// refusedInChat notes a refusal on the channel, for who looks after it.
func (s *Server) refusedInChat(c echo.Context, v *visit, f *Failure) {
	if err := s.noteRefusal(c.Request().Context(), v.store.ID, v.channel.ID, f); err != nil {
		s.Log.Warn("a refused message could not be noted on its channel", "channel", v.channel.ID, "error", err)
	}
}

// withoutCookie is a message from a browser that has not kept the cookie the
// page gave it: a shop's frame in a strict browser. Nothing is sent, or every
// message would be another customer's.
func (s *Server) withoutCookie(c echo.Context, v *visit, form chat.Message) error {
	v.blocked = true
	v.visitor = chat.NewVisitor()
	s.refusedInChat(c, v, conflict("no_cookie", "the browser keeps no cookies here", "O navegador de um cliente não guardou a conversa (cookies bloqueados)."))
	s.remember(c, v)
	return s.refuseChat(c, v, http.StatusForbidden, form, nil,
		"Seu navegador não guarda esta conversa aqui. Permita os cookies desta página ou abra a conversa em outra aba.")
}

// refuseChat answers a form that was not taken, with what was typed.
func (s *Server) refuseChat(c echo.Context, v *visit, status int, typed chat.Message, refused chat.Refused, problem string) error {
	form := chatview.Form{Name: shown(typed.Name), Phone: shown(typed.Phone), Text: shown(typed.Text), Errors: map[string]string{}}
	for _, field := range []string{"key", "text", "phone", "name"} {
		if refused[field] == nil {
			continue
		}
		form.Errors[field] = chatWords(field, refused[field])
		if wantsJSON(c) || field == "key" {
			problem = form.Errors[field]
		}
	}
	if wantsJSON(c) {
		return answer(c, status, map[string]string{"error": problem, "closed": v.closed()})
	}
	// A refused form keeps its key, so that a message taken after all is not taken twice.
	if refused["key"] == nil {
		form.Key = shown(typed.Key)
	}
	return s.answerChat(c, v, status, form, problem)
}

// shown is what somebody typed, fit to be shown again.
func shown(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

func chatWords(field string, e *channel.Invalid) string {
	switch {
	case field == "key":
		return "Esta página ficou antiga. Envie de novo."
	case e.Code == channel.CodeRequired && field == "name":
		return "Diga seu nome."
	case e.Code == channel.CodeRequired:
		return "Escreva sua mensagem."
	case e.Code == channel.CodeTooLong && field == "name":
		return "O nome pode ter até 80 caracteres."
	case e.Code == channel.CodeTooLong:
		return "A mensagem pode ter até 4.096 caracteres."
	case e.Code == channel.CodePhone:
		return "Informe o telefone com DDD, como (11) 91234-5678, ou deixe em branco."
	}
	return "O texto tem caracteres que não podem ser lidos."
}

func wantsJSON(c echo.Context) bool {
	return strings.HasPrefix(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

// ChatLeave is POST /chat/{store}/sair: the browser forgets the customer. The
// store keeps the conversation.
func (s *Server) ChatLeave(c echo.Context) error {
	v, err := s.visitOf(c)
	if err != nil {
		return err
	}
	s.forget(c, v)
	return c.Redirect(http.StatusSeeOther, v.paths().Page)
}

// Embed is GET /embed.js: the script by which a shop's page opens the chat.
//
//	<script src="https://…/embed.js" data-store="minha-loja" async></script>
func (s *Server) Embed(c echo.Context) error {
	script, err := static.Body("embed.js")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.Blob(http.StatusOK, static.TypeOf("embed.js"), script)
}

// meet reads the contact that the visitor has become.
func (s *Server) meet(ctx context.Context, v *visit) error {
	contact, err := s.DB.ContactByExternal(ctx, v.store.ID, v.channel.ID, v.visitor.ExternalID())
	if errors.Is(err, db.ErrNotFound) || err == nil && !v.visitor.Is(contact.SecretHash) {
		return nil
	}
	if err == nil {
		v.contact = &contact
	}
	return err
}
