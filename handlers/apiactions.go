package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/flow"
	"semaforo/scheduler"
)

// act passes what a call asks of a conversation through the door, and answers
// the conversation.
func (s *Server) act(c echo.Context, what flow.EventType, fields func(o *api.Object, a *scheduler.Act)) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	a := scheduler.Act{Conversation: c.Param("id"), Type: what}
	if err := readDocument(c, func(o *api.Object) { fields(o, &a) }); err != nil {
		return err
	}
	caller := CallerOf(c)
	conversation, err := s.Door.Act(c.Request().Context(), caller.Store.ID, caller.By(), a)
	if err != nil {
		return err
	}
	d, err := s.describe(c.Request().Context(), conversation)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, d)
}

func actingSeller(o *api.Object, a *scheduler.Act) {
	o.Need("seller")
	o.Clean("seller", &a.Seller, channel.ExternalID)
}

func nothing(*api.Object, *scheduler.Act) {}

// APIAssume is POST /api/v1/conversations/{id}/assume.
func (s *Server) APIAssume(c echo.Context) error { return s.act(c, flow.Assume, actingSeller) }

// APINoReplyNeeded is POST /api/v1/conversations/{id}/no_reply_needed.
func (s *Server) APINoReplyNeeded(c echo.Context) error {
	return s.act(c, flow.NoReplyNeeded, actingSeller)
}

// APIResume is POST /api/v1/conversations/{id}/resume.
func (s *Server) APIResume(c echo.Context) error { return s.act(c, flow.Resume, nothing) }

// APIClose is POST /api/v1/conversations/{id}/close.
func (s *Server) APIClose(c echo.Context) error { return s.act(c, flow.Close, nothing) }

// APITransfer is POST /api/v1/conversations/{id}/transfer: to a team or to a
// seller.
func (s *Server) APITransfer(c echo.Context) error {
	return s.act(c, flow.Transfer, func(o *api.Object, a *scheduler.Act) {
		o.Clean("team", &a.Team, channel.ExternalID)
		o.Clean("seller", &a.Seller, channel.ExternalID)
		either(o, "team", "seller")
	})
}

// APIPostpone is POST /api/v1/conversations/{id}/postpone: until an instant or
// for a time.
func (s *Server) APIPostpone(c echo.Context) error {
	now := CallerOf(c).Now
	return s.act(c, flow.Postpone, func(o *api.Object, a *scheduler.Act) {
		var span time.Duration
		o.Instant("until", &a.Until)
		spanned := o.Duration("for", &span)
		o.Clean("reason", &a.Reason, postponeReason)
		either(o, "until", "for")
		switch {
		case !spanned:
			return
		case span <= 0:
			o.RefuseAs("for", api.CodeOutOfRange, "must be above zero")
		case span > scheduler.MaxPostponement:
			o.RefuseAs("for", api.Code(scheduler.InvalidTooFar), "is more than 30 days")
		default:
			a.Until = now.Add(span)
		}
	})
}

// postponeReason is the seller's own words, within the door's limit.
func postponeReason(s string) (string, error) {
	text, err := channel.Text(s)
	if err == nil && len([]rune(text)) > scheduler.MaxReason {
		return "", &channel.Invalid{Code: channel.CodeTooLong, Limit: scheduler.MaxReason}
	}
	return text, err
}

// either asks for exactly one of two fields.
func either(o *api.Object, one, other string) {
	switch {
	case o.Has(one) && o.Has(other):
		o.RefuseAs(other, api.CodeExclusive, "cannot be given together with "+one)
	case !o.Has(one) && !o.Has(other):
		o.RefuseAs(one, api.CodeRequired, "is missing, or "+other)
	}
}
