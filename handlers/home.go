package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/storeview"
	"semaforo/views/ui"
)

// Home is GET /: a fresh database's set-up, the first steps of a store that lacks
// some for who administers it, and the inbox for everybody else.
func (s *Server) Home(c echo.Context) error {
	if s.SetUp.Open() {
		return c.Redirect(http.StatusSeeOther, SetUpPath)
	}
	v, part := ViewerOf(c), wantsPart(c)
	switch {
	case v == nil && part:
		return Unauthorized()
	case v == nil:
		return c.Redirect(http.StatusSeeOther, HomePath)
	}
	steps, err := s.firstSteps(c.Request().Context(), v)
	switch {
	case err != nil:
		return err
	case steps == nil && part:
		c.Response().Header().Set("HX-Redirect", HomePath)
		return c.NoContent(http.StatusNoContent)
	case part: // also when all are done: who looks on sees the last one ticked
		return renderPart(c, http.StatusOK, storeview.FirstStepsPart(*steps))
	case steps == nil || steps.Done():
		return c.Redirect(http.StatusSeeOther, HomePath)
	}
	page, err := s.page(c, "Primeiros passos")
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, page, storeview.FirstStepsPage(*steps))
}

// firstSteps are the facts of a viewer's store; nil where they are none of the
// viewer's business, or were put away.
func (s *Server) firstSteps(ctx context.Context, v *Viewer) (*storeview.FirstSteps, error) {
	if !v.Role.Can(ManageStore) || v.Store.StepsHidden {
		return nil, nil
	}
	f, err := s.DB.FirstSteps(ctx, v.Store.ID)
	if err != nil {
		return nil, err
	}
	return &storeview.FirstSteps{
		Team: f.Team, Staffed: f.Staffed, Colleague: f.Colleague, Hours: f.Hours, Message: f.Message, Key: f.Key,
		Flow: f.Flow, TeamsHref: TeamsPath, UsersHref: UsersPath, HoursHref: HoursPath, ChannelsHref: ChannelsPath,
		FlowsHref: InactivityPath, InboxHref: HomePath,
	}, nil
}

// stepsNotice leads back to the first steps while some are missing; nil otherwise.
func (s *Server) stepsNotice(ctx context.Context, v *Viewer) (templ.Component, error) {
	steps, err := s.firstSteps(ctx, v)
	if err != nil || steps == nil || steps.Done() {
		return nil, err
	}
	return storeview.FirstStepsNotice(*steps), nil
}

// HideFirstSteps puts the list of first steps away for good.
func (s *Server) HideFirstSteps(c echo.Context) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		store, err := tx.LockStore(ctx, v.Store.ID)
		if err != nil || store.StepsHidden {
			return err
		}
		if err := tx.HideSteps(ctx, store.ID); err != nil {
			return err
		}
		var made changes
		made.add("first_steps", yesNo(true), yesNo(false))
		return record(ctx, tx, c, s.Clock.Now(), db.Audit{Noun: db.NounStore, NounID: store.ID, NounName: store.Name,
			Action: db.AuditChanged, Changes: made})
	})
	if err != nil {
		return err
	}
	if err := s.Sessions.AddToast(c, ui.Toast{Key: "first-steps", Text: "Primeiros passos dispensados."}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, HomePath)
}
