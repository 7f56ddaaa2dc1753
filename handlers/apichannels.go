package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/views/channelview"
)

// channelDocument is a channel as the API writes it.
type channelDocument struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Team   string `json:"team,omitempty"`
	Active bool   `json:"active"`
}

func channelOf(h db.Channel) channelDocument {
	return channelDocument{ID: h.ID, Name: h.Name, Kind: h.Kind, Team: h.Team, Active: h.Active}
}

func readChannel(o *api.Object, h *db.Channel) {
	h.Active = true
	o.Need("name", "kind")
	o.Clean("id", &h.ID, identifier)
	if slices.Contains(channelview.Reserved, h.ID) {
		o.RefuseAs("id", codeFixed, "is a word of the pages' own addresses: choose another")
	}
	o.Clean("name", &h.Name, properName)
	o.Text("kind", &h.Kind)
	o.Text("team", &h.Team)
	o.Flag("active", &h.Active)
	if o.Has("kind") && h.Kind != db.ChannelAPI && h.Kind != db.ChannelChat {
		o.Refuse("kind", api.CodeUnknown)
	}
}

// APIChannels is GET /api/v1/channels.
func (s *Server) APIChannels(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 1)
	if err != nil {
		return err
	}
	channels, err := s.DB.Channels(c.Request().Context(), CallerOf(c).Store.ID)
	if err != nil {
		return err
	}
	if channels, err = slicePage(at, channels, func(h db.Channel) string { return h.ID }); err != nil {
		return err
	}
	return answerList(c, at, channels, channelOf, func(h db.Channel) string { return cursorOf(h.ID) })
}

// APIChannel is GET /api/v1/channels/{id}.
func (s *Server) APIChannel(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerChannel(c, http.StatusOK, c.Param("id"))
}

func (s *Server) answerChannel(c echo.Context, status int, id string) error {
	h, err := s.DB.Channel(c.Request().Context(), CallerOf(c).Store.ID, id)
	if err != nil {
		return err
	}
	return answer(c, status, channelOf(h))
}

// APICreateChannel is POST /api/v1/channels.
func (s *Server) APICreateChannel(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var h db.Channel
	if err := readDocument(c, func(o *api.Object) { readChannel(o, &h) }); err != nil {
		return err
	}
	if h.ID == "" {
		h.ID = db.NewID()
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		h.Store, h.CreatedAt = CallerOf(c).Store.ID, now
		return createChannel(ctx, tx, c, h)
	})
	if err != nil {
		return keptName(err)
	}
	return s.answerChannel(c, http.StatusCreated, h.ID)
}

// APIUpdateChannel is PUT /api/v1/channels/{id}: all of the channel but its kind.
func (s *Server) APIUpdateChannel(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var h db.Channel
	if err := readDocument(c, func(o *api.Object) { readChannel(o, &h) }); err != nil {
		return err
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Channel(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err != nil {
			return err
		}
		if err := sameID(h.ID, present.ID); err != nil {
			return err
		}
		if h.Kind != present.Kind {
			return refuseField("kind", codeFixed, "cannot be changed: create another channel")
		}
		h.ID, h.Store = present.ID, present.Store
		_, err = changeChannel(ctx, tx, c, stamp{h.Store, byAPI, now}, present, h)
		return err
	})
	if err != nil {
		return keptName(err)
	}
	s.Hub.Mark(CallerOf(c).Store.ID, channelScope(h.ID))
	return s.answerChannel(c, http.StatusOK, h.ID)
}

// keptName is the refusal of a name by which another channel's open conversations
// know it.
func keptName(err error) error {
	var kept *nameKept
	if errors.As(err, &kept) {
		return conflict("name_kept", "the channel “"+kept.channel+"” had this name, and open conversations know it by it still", kept.words())
	}
	return err
}

// knownRoute refuses a team that the store does not have, or has put away.
func knownRoute(ctx context.Context, q db.Queries, h db.Channel) error {
	if h.Team == "" {
		return nil
	}
	t, err := q.Team(ctx, h.Store, h.Team)
	if err != nil {
		return missing(err, "team")
	}
	if t.Archived {
		return refuseField("team", api.CodeUnknown, "is archived")
	}
	return nil
}
