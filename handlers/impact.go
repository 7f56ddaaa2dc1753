package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/inboxview"
)

// impactOf puts a forecast into a view's words.
func impactOf(ctx context.Context, d flowview.Directory, f scheduler.Forecast) flowview.Impact {
	i := flowview.Impact{Known: true, Closed: f.Closed, Recoloured: f.Recoloured, Total: f.Total()}
	for _, m := range f.Moved {
		i.Moves = append(i.Moves, flowview.Move{To: d.Goal(m.Team, m.Seller), N: m.N})
	}
	for _, c := range f.Changed {
		i.Conversations = append(i.Conversations,
			flowview.Foreseen(ctx, d, inboxview.Filter{}.ConversationURL(c.After.ID), nameOr(c.Customer), c.Impact))
	}
	return i
}

// errUnseen keeps a change from being saved that moves or closes conversations
// without having said so.
var errUnseen = errors.New("what it does at once has not been seen")

// foresee works out what saving the posted flow does now. A form that does not
// make a flow yet has no impact that is known.
func (s *Server) foresee(c echo.Context, e flowEdit) (flowview.Impact, error) {
	v := ViewerOf(c)
	var saved db.Flow
	forecast, err := s.Door.Foresee(c.Request().Context(), v.Store.ID, func(tx *db.Tx, now time.Time) (err error) {
		look := e // what is only looked at leaves no errors in the form
		saved, err = look.try(c.Request().Context(), tx, stamp{v.Store.ID, v.User.Name, now})
		return err
	})
	var problems flow.Problems
	switch {
	case errors.Is(err, errRefused), errors.Is(err, db.ErrChanged), errors.As(err, &problems):
		return flowview.Impact{}, nil
	case err != nil:
		return flowview.Impact{}, err
	}
	impact := impactOf(c.Request().Context(), e.page.Directory, forecast)
	impact.Later = e.form.Later()
	impact.Notes = notesOf(e.page.Directory, forecast.Rules, saved.ID)
	return impact, nil
}

// try saves the flow whatever warning it would have to confirm.
func (e *flowEdit) try(ctx context.Context, tx *db.Tx, by stamp) (db.Flow, error) {
	saved, err := e.save(ctx, tx, by)
	if errors.Is(err, errCircle) {
		e.form.Anyway = e.warning
		saved, err = e.save(ctx, tx, by)
	}
	return saved, err
}

// notesOf are what the map would mark of a flow; of a circle there is a warning
// of its own, and that nothing happens is what its form says.
func notesOf(names flowview.Directory, rules *flow.Rules, id string) []string {
	var notes []string
	var channels []string
	for _, e := range flowview.Live(names.Channels) {
		channels = append(channels, e.ID)
	}
	for _, f := range rules.Findings(channels) {
		if f.Flow == id && f.Kind != flow.FindingLoop && f.Kind != flow.FindingDeadEnd {
			notes = append(notes, names.FindingWords(f, "Este fluxo"))
		}
	}
	return notes
}

// approve lets a change be made whose impact was seen, or that moves and closes
// nothing; impact is what it does.
func (s *Server) approve(c echo.Context, seen string, impact *flowview.Impact) func(scheduler.Forecast) error {
	ctx, store := c.Request().Context(), ViewerOf(c).Store.ID
	return func(f scheduler.Forecast) error {
		names, err := directoryOf(ctx, s.DB.Queries, store)
		if err != nil {
			return err
		}
		*impact = impactOf(ctx, names, f)
		if impact.Digest() == "" || impact.Digest() == seen {
			return nil
		}
		impact.Asked, impact.Changed = true, seen != ""
		return errUnseen
	}
}

// drawImpact answers the last step's part that says what saving does.
func (s *Server) drawImpact(c echo.Context, e flowEdit, step flowview.Step) error {
	var err error
	if e.impact, err = s.foresee(c, e); err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, flowview.ImpactAnswer(e.panel(step)))
}
