package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// DeletedFlows is GET …/:queue/excluidos: the queue's flows that are no longer there.
func (s *Server) DeletedFlows(c echo.Context) error {
	queue, err := queueParam(c)
	if err != nil {
		return err
	}
	at, id, _ := strings.Cut(c.QueryParam("antes"), "-")
	micros, err := linkNumber(at, 0)
	if err != nil {
		return err
	}
	ctx, store := c.Request().Context(), ViewerOf(c).Store.ID
	d := flowview.Deleted{Queue: queue, Paged: micros > 0}
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		names, err := directoryOf(ctx, q, store)
		if err != nil {
			return err
		}
		flows, err := q.DeletedFlows(ctx, store, queue, db.FlowKey{At: db.Instant(micros).Time(), Flow: id}, deletedPage+1)
		if len(flows) > deletedPage {
			flows = flows[:deletedPage]
			last := flows[deletedPage-1]
			d.Next = strconv.FormatInt(int64(db.At(last.UpdatedAt)), 10) + "-" + last.ID
		}
		for _, f := range flows {
			d.Flows = append(d.Flows, flowview.DeletedFlow{ID: f.ID, Name: f.Name, By: f.UpdatedBy, Kind: f.Kind, At: f.UpdatedAt,
				Glance: flowview.GlanceWord(flowview.Flow{Flow: f.Flow.Flow}, names)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, screen{title: "Fluxos excluídos", path: flowview.DeletedPath(queue), content: func() (templ.Component, error) {
		return flowview.DeletedPage(d), nil
	}})
}

// RestorePanel is GET …/restaurar: the panel filled with an earlier version of the
// flow, at its last step, where what saving does is said; saved, it is a new version.
func (s *Server) RestorePanel(c echo.Context) error {
	queue, number, err := versionParam(c)
	if err != nil {
		return err
	}
	v, err := s.DB.FlowVersion(c.Request().Context(), ViewerOf(c).Store.ID, c.Param("flow"), number)
	if err != nil {
		return err
	}
	if v.Queue != queue || v.Deleted {
		return NotFound()
	}
	e := flowEdit{kind: v.Kind, form: flowview.FormOf(flowview.Flow{Flow: v.Flow.Flow, Name: v.Name})}
	e.form.Version, e.form.Restores = "0", flowview.RestoreMark(v.ID, v.Version)
	if e.page, err = s.queuePage(c); err != nil {
		return err
	}
	if saved := e.page.Flow(v.Kind, v.ID); saved != nil {
		e.version, e.form.Version = saved.Version, strconv.FormatInt(saved.Version, 10)
		if v.Kind == flow.Alternative {
			e.id = v.ID
		}
	} else if v.Kind == flow.Alternative && e.page.Full() != "" {
		return conflict("full", "there can be no further alternative flow", e.page.Full())
	}
	steps := flowview.StepsOf(e.kind)
	step := steps[len(steps)-1]
	e.form.Step = string(step)
	e.check()
	if bad, ok := e.errors.Step(e.kind); ok {
		step = bad
	}
	return s.drawStep(c, http.StatusOK, e, step)
}

// restored finds the version that a save says it restores; nil where it is none, or
// of no flow that this save can make.
func (e *flowEdit) restored(ctx context.Context, tx *db.Tx, by stamp, present db.Flow) (*db.FlowVersion, error) {
	id, number, ok := flowview.RestoreOf(e.form.Restores)
	if !ok || present.ID != "" && present.ID != id {
		return nil, nil
	}
	versions, err := tx.FlowVersions(ctx, by.store, id, number+1, 1)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versions, func(v db.FlowVersion) bool {
		return v.Version == number && v.Queue == e.page.Queue && v.Kind == e.kind && !v.Deleted
	})
	if i < 0 {
		return nil, nil
	}
	return &versions[i], nil
}
