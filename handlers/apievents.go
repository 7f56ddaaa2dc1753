package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
)

// APIEvents is GET /api/v1/conversations/{id}/events: the log, oldest first.
func (s *Server) APIEvents(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 1)
	if err != nil {
		return err
	}
	if !p.values.Has("limit") {
		at.limit = db.MaxPage
	}
	var after int64
	if at.after != nil {
		if after, err = strconv.ParseInt(at.after[0], 10, 64); err != nil {
			return badCursor()
		}
	}
	ctx, store := c.Request().Context(), CallerOf(c).Store.ID
	conversation, err := s.DB.Conversation(ctx, store, c.Param("id"))
	if err != nil {
		return err
	}
	events, err := s.DB.Events(ctx, store, conversation.ID, after, at.limit)
	if err != nil {
		return err
	}
	return answerList(c, at, events, scheduler.EventDocument, func(e db.Event) string {
		return cursorOf(strconv.FormatInt(e.Seq, 10))
	})
}
