package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// DeleteFlowPage asks before an alternative flow is deleted.
func (s *Server) DeleteFlowPage(c echo.Context) error {
	p, err := s.queuePage(c)
	if err != nil {
		return err
	}
	f := p.Flow(flow.Alternative, c.Param("flow"))
	if f == nil {
		return NotFound()
	}
	return s.drawDelete(c, http.StatusOK, p, *f, "")
}

func (s *Server) drawDelete(c echo.Context, status int, p flowview.Queue, f flowview.Flow, changed string) error {
	question := flowview.DeleteQuestion(p, f, changed)
	if !wantsPart(c) {
		return s.drawQueue(c, status, p, nil, question)
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, status, question)
}

// DeleteFlow deletes an alternative flow of the version that was asked about;
// one that changed since is asked about anew.
func (s *Server) DeleteFlow(c echo.Context) error {
	var form switchForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	version, err := form.version()
	if err != nil {
		return err
	}
	queue, err := queueParam(c)
	if err != nil {
		return err
	}
	found, err := s.deleteFlow(c, queue, version)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return s.done(c, queue, ui.Toast{Key: "flow", Text: "Este fluxo já tinha sido excluído."})
	case errors.Is(err, db.ErrChanged):
		p, err := s.queuePage(c)
		if err != nil {
			return err
		}
		if f := p.Flow(flow.Alternative, found.ID); f != nil {
			return s.drawDelete(c, http.StatusConflict, p, *f, found.UpdatedBy+" mudou este fluxo enquanto você estava aqui. Confira se é mesmo o que quer excluir.")
		}
		return NotFound()
	case err != nil:
		return err
	}
	return s.done(c, queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: "Fluxo " + found.Name + " excluído."})
}

func (s *Server) deleteFlow(c echo.Context, queue flow.Queue, version int64) (found db.Flow, err error) {
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		flows, err := tx.QueueFlows(ctx, by.store, queue)
		if err != nil {
			return err
		}
		var ok bool
		if found, ok = (storeFlows{flows: flows}).find(queue, flow.Alternative, c.Param("flow")); !ok {
			return db.ErrNotFound
		}
		gone := by.signed(found)
		gone.Version = version
		if err := tx.DeleteFlow(ctx, gone); err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, by.at, found, db.Flow{})
	})
	return found, err
}

// maxVersionsBack bounds how far back deletedBy looks.
const maxVersionsBack = 50

// deletedBy is who deleted a flow not long ago, as the configuration's versions
// tell; empty where they do not.
func (s *Server) deletedBy(c echo.Context, id string) (string, error) {
	ctx := c.Request().Context()
	versions, err := s.DB.Configurations(ctx, ViewerOf(c).Store.ID, 0, maxVersionsBack)
	if err != nil || id == "" {
		return "", err
	}
	for i := 1; i < len(versions); i++ {
		if !strings.Contains(versions[i].Document, `"id":"`+id+`"`) {
			continue
		}
		by := versions[i-1].ByUser
		if by == "" {
			return "", nil
		}
		user, err := s.DB.User(ctx, by)
		return user.Name, err
	}
	return "", nil
}
