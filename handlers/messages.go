package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// SendMessage is POST /conversas/:id/mensagens: a reply to the customer, or a
// private note.
func (s *Server) SendMessage(c echo.Context) error {
	var draft inboxview.Draft
	v := ViewerOf(c)
	if err := (&echo.DefaultBinder{}).BindBody(c, &draft); err != nil {
		return err
	}
	t, err := s.actable(c)
	if err != nil {
		return err
	}
	text, err := channel.Text(draft.Text)
	if err != nil {
		draft.Error = textWords(err)
		return s.unsent(c, http.StatusUnprocessableEntity, t, draft)
	}
	if words := t.moved(v, draft.Seen); words != "" && !draft.Note() {
		draft.Error = words
		return s.unsent(c, http.StatusConflict, t, draft)
	}
	_, _, err = s.Door.Say(c.Request().Context(), v.Store.ID, v.By(), scheduler.Outbound{Conversation: t.row.ID,
		From: flow.FromSeller, Seller: v.Seller, Text: text, Private: draft.Note()})
	if err != nil {
		status, words, other := refusal(err)
		if other != nil {
			return other
		}
		draft.Error = words
		return s.unsent(c, status, t, draft)
	}
	return s.sent(c)
}

// sent answers with the conversation as it is now; the composer is the reader's own.
func (s *Server) sent(c echo.Context) error {
	t, err := s.talk(c, c.Param("id"))
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, inboxview.Parts(t.view, inboxview.Answer{}))
	}
	return c.Redirect(http.StatusSeeOther, t.view.URL())
}

// unsent gives back what was typed, with the reason it did not go out.
func (s *Server) unsent(c echo.Context, status int, t talk, draft inboxview.Draft) error {
	t.view.Draft = draft
	if wantsPart(c) {
		ui.SetToast(c.Response().Header(), ui.Toast{Tone: ui.Yellow, Text: draft.Error, Key: "act"})
		return renderPart(c, status, inboxview.Parts(t.view, inboxview.Answer{Composer: true}))
	}
	return s.showTalk(c, status, t, nil)
}

func textWords(err error) string {
	var invalid *channel.Invalid
	if !errors.As(err, &invalid) {
		return "A mensagem não pôde ser lida."
	}
	switch invalid.Code {
	case channel.CodeTooLong:
		return "A mensagem pode ter até " + ui.Number(invalid.Limit) + " caracteres."
	case channel.CodeNotUTF8:
		return "A mensagem tem caracteres que não podem ser lidos."
	}
	return "Escreva alguma coisa antes de enviar."
}
