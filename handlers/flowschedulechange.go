package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// saveReturn changes when a schedule that has begun ends.
func (s *Server) saveReturn(c echo.Context, p flowview.Queue) error {
	var form flowview.ReturnForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	refused := flowview.Errors{}
	until := moment(c, form.Until, func(words string) { refused["until"] = words })
	g, err := s.changeSchedule(c, form.Version, func(ctx context.Context, tx *db.Tx, store storeFlows, g *db.FlowSchedule) error {
		if !g.Running() {
			return db.ErrNotFound
		}
		before := *g
		g.Return.At = until
		others := slices.DeleteFunc(slices.Clone(store.planned), func(o db.FlowSchedule) bool { return o.ID == g.ID })
		if words := store.clash(others, *g, ViewerOf(c)); words != "" && refused["until"] == "" {
			refused["until"] = words
		}
		if len(refused) > 0 {
			*g = before
			return errRefused
		}
		return recordSchedule(ctx, tx, c, g.UpdatedAt, g.Becomes, before, *g)
	})
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errOvertaken):
		form.Version = strconv.FormatInt(g.Version, 10)
		refused["form"], status = g.UpdatedBy+" mudou esta programação enquanto você editava. Confira e salve de novo.", http.StatusConflict
	case errors.Is(err, errRefused):
	case err != nil:
		return err
	default:
		v := ViewerOf(c)
		return s.done(c, p.Queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: "O " + flowName(g.Becomes) + " volta " + flowview.On(v.Now, until, v.Location) + "."})
	}
	return s.drawReturn(c, status, p, g, form, refused)
}

func (s *Server) drawReturn(c echo.Context, status int, p flowview.Queue, g db.FlowSchedule, form flowview.ReturnForm, refused flowview.Errors) error {
	i := slices.IndexFunc(p.Planned, func(x flowview.Planned) bool { return x.ID == g.ID })
	if i < 0 {
		return NotFound()
	}
	return s.drawPanel(c, status, p, flowview.ReturnPanel(flowview.Returning{Planned: p.Planned[i], Form: form, Errors: refused}))
}

// changeSchedule changes a schedule of which something is still to come, from the
// version that was seen; with errOvertaken it is as somebody else left it.
func (s *Server) changeSchedule(c echo.Context, seen string, change func(context.Context, *db.Tx, storeFlows, *db.FlowSchedule) error) (g db.FlowSchedule, err error) {
	queue, err := queueParam(c)
	if err != nil {
		return g, err
	}
	version, err := versionOf(seen)
	if err != nil {
		return g, err
	}
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if g, err = tx.Schedule(ctx, by.store, c.Param("schedule")); err != nil {
			return err
		}
		switch {
		case g.Becomes.Queue != queue || !g.Waiting() && !g.Running():
			return db.ErrNotFound
		case g.Version != version:
			return errOvertaken
		}
		store, err := flowsIn(ctx, tx, by.store)
		if err != nil {
			return err
		}
		g.UpdatedAt = by.at
		if err := change(ctx, tx, store, &g); err != nil {
			return err
		}
		return tx.UpdateSchedule(ctx, g)
	})
	return g, err
}

// CancelSchedulePage is GET …/programacoes/:schedule/cancelar.
func (s *Server) CancelSchedulePage(c echo.Context) error {
	return s.askCancel(c, http.StatusOK)
}

func (s *Server) askCancel(c echo.Context, status int) error {
	g, p, err := s.openSchedule(c)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Planned, func(x flowview.Planned) bool { return x.ID == g.ID })
	if i < 0 {
		return NotFound()
	}
	question := flowview.CancelQuestion(p.Planned[i], strconv.FormatInt(g.Version, 10))
	if !wantsPart(c) {
		return s.drawQueue(c, status, p, nil, question)
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, status, question)
}

// CancelSchedule takes away what is still to come of a schedule; one that has changed
// since it was asked about is asked about anew.
func (s *Server) CancelSchedule(c echo.Context) error {
	var form flowview.ReturnForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	queue, err := queueParam(c)
	if err != nil {
		return err
	}
	g, err := s.changeSchedule(c, form.Version, func(ctx context.Context, tx *db.Tx, _ storeFlows, g *db.FlowSchedule) error {
		before := *g
		if g.Waiting() {
			g.Start.State, g.Start.Settled = db.StepCancelled, g.UpdatedAt
		}
		if !g.Return.At.IsZero() {
			g.Return.State, g.Return.Settled = db.StepCancelled, g.UpdatedAt
		}
		return recordSchedule(ctx, tx, c, g.UpdatedAt, db.Flow{}, before, db.FlowSchedule{})
	})
	switch {
	case errors.Is(err, errOvertaken):
		return s.askCancel(c, http.StatusConflict)
	case err != nil:
		return err
	}
	return s.done(c, queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: "A programação do " + flowName(g.Becomes) + " foi cancelada."})
}

// recordSchedule records what became of a schedule; the zero one before is new, after
// cancelled. present is the flow that it changes.
func recordSchedule(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, present db.Flow, before, after db.FlowSchedule) error {
	of, action := after, db.AuditChanged
	switch {
	case before.ID == "":
		action = db.AuditCreated
	case after.ID == "":
		of, action = before, db.AuditDeleted
	}
	names, err := directoryOf(ctx, tx.Queries, of.Store)
	if err != nil {
		return err
	}
	store, err := tx.Store(ctx, of.Store)
	if err != nil {
		return err
	}
	loc, err := time.LoadLocation(store.Timezone)
	if err != nil {
		return err
	}
	exact := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return ui.Exact(t, loc)
	}
	var all changes
	all.add("starts_at", exact(before.Start.At), exact(after.Start.At))
	all.add("ends_at", exact(before.Return.At), exact(after.Return.At))
	if action != db.AuditDeleted {
		was := present
		if before.ID != "" {
			was = before.Becomes
		}
		all = append(all, scheduler.FlowChanges(names, was, after.Becomes)...)
	}
	return record(ctx, tx, c, at, db.Audit{Noun: db.NounSchedule, NounID: of.ID, NounName: scheduler.FlowTitle(of.Becomes), Action: action, Changes: all})
}
