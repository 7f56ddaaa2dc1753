package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

const (
	// maxSchedules is how many of a store's schedules may be still to come or to end.
	maxSchedules = 20
	// maxAhead is how far ahead something may be scheduled.
	maxAhead = 2 * 366 * 24 * time.Hour
)

// SchedulePanel is GET …/programacoes/:schedule: the panel of what is scheduled, or
// of when it ends once it has begun.
func (s *Server) SchedulePanel(c echo.Context) error {
	g, p, err := s.openSchedule(c)
	if err != nil {
		return err
	}
	if !g.Waiting() {
		return s.drawReturn(c, http.StatusOK, p, g, flowview.ReturnForm{Until: local(c, g.Return.At), Version: strconv.FormatInt(g.Version, 10)}, nil)
	}
	e := scheduleEdit(p, g)
	e.form = flowview.FormOf(flowview.Flow{Flow: g.Becomes.Flow, Name: g.Becomes.Name})
	e.form.Effect, e.form.From, e.form.Until = flowview.EffectLater, local(c, g.Start.At), local(c, g.Return.At)
	e.form.Version, e.form.ScheduleVersion = strconv.FormatInt(e.version, 10), strconv.FormatInt(g.Version, 10)
	steps := flowview.StepsOf(e.kind)
	return s.drawStep(c, http.StatusOK, e, steps[len(steps)-1])
}

// SaveSchedule takes a step of that panel.
func (s *Server) SaveSchedule(c echo.Context) error {
	g, p, err := s.openSchedule(c)
	if err != nil {
		return err
	}
	if !g.Waiting() {
		return s.saveReturn(c, p)
	}
	return s.postPanel(c, scheduleEdit(p, g))
}

// scheduleEdit is the panel of a schedule that is still to begin.
func scheduleEdit(p flowview.Queue, g db.FlowSchedule) flowEdit {
	e := flowEdit{kind: g.Becomes.Kind, schedule: g.ID, page: p}
	if saved := p.Flow(e.kind, g.Becomes.ID); saved != nil {
		e.version = saved.Version
		if e.kind == flow.Alternative {
			e.id = saved.ID
		}
	}
	return e
}

// openSchedule is the schedule that the address names: a 404 where nothing of it is
// still to come.
func (s *Server) openSchedule(c echo.Context) (g db.FlowSchedule, p flowview.Queue, err error) {
	if p, err = s.queuePage(c); err != nil {
		return g, p, err
	}
	if g, err = s.DB.Schedule(c.Request().Context(), ViewerOf(c).Store.ID, c.Param("schedule")); err != nil {
		return g, p, err
	}
	if g.Becomes.Queue != p.Queue || !g.Waiting() && !g.Running() {
		return g, p, NotFound()
	}
	return g, p, nil
}

// local is a moment as it is typed, in the store's zone.
func local(c echo.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(ViewerOf(c).Location).Format(flowview.Local)
}

// moment reads what was typed; it must be still to come.
func moment(c echo.Context, text string, refuse func(words string)) time.Time {
	v := ViewerOf(c)
	t, err := time.ParseInLocation(flowview.Local, text, v.Location)
	switch {
	case err != nil:
		refuse("Informe o dia e a hora.")
	case !t.After(v.Now):
		refuse("Informe um momento que ainda vai chegar.")
	case t.Sub(v.Now) > maxAhead:
		refuse("Informe um momento dentro dos próximos dois anos.")
	}
	return t.UTC()
}

// dates reads when the form's change begins and, if at all, ends.
func (e *flowEdit) dates(c echo.Context) (from, until time.Time) {
	refuse := func(name string) func(string) {
		return func(words string) { e.errors[name] = words }
	}
	from = moment(c, e.form.From, refuse("from"))
	if e.form.Until == "" {
		return from, time.Time{}
	}
	until = moment(c, e.form.Until, refuse("until"))
	if e.errors["until"] == "" && !until.After(from) {
		e.errors["until"] = "A volta precisa vir depois do começo."
	}
	return from, until
}

// saveSchedule schedules what the panel holds, where nothing stands against it.
func (s *Server) saveSchedule(c echo.Context, e flowEdit, step flowview.Step) error {
	var g db.FlowSchedule
	var theirs db.Flow
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		var before db.FlowSchedule
		if g, before, theirs, err = e.plan(c, tx, by); err != nil {
			return err
		}
		if before.ID == "" {
			err = tx.InsertSchedule(ctx, g)
		} else {
			err = tx.UpdateSchedule(ctx, g)
		}
		if err != nil {
			return err
		}
		return recordSchedule(ctx, tx, c, by.at, e.present, before, g)
	})
	if refused, ok := engineErrors(err); ok {
		e.errors, err = refused, errRefused
	}
	switch bad, stands := e.errors.Step(e.kind); {
	case errors.Is(err, errOvertaken):
		return s.drawStep(c, http.StatusConflict, e, step)
	case errors.Is(err, errRefused) && stands:
		return s.drawStep(c, http.StatusUnprocessableEntity, e, bad)
	case errors.Is(err, errRefused), errors.Is(err, errCircle):
		return s.drawStep(c, http.StatusUnprocessableEntity, e, step)
	case errors.Is(err, db.ErrChanged):
		return s.drawConflict(c, e, theirs)
	case err != nil:
		return err
	}
	return s.done(c, e.page.Queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: scheduledWords(c, g)})
}

// errOvertaken: somebody has changed the schedule since it was shown.
var errOvertaken = errors.New("the schedule has changed")

// plan is the schedule that the panel makes; before is the one it changes, and with
// db.ErrChanged theirs the flow as somebody else left it.
func (e *flowEdit) plan(c echo.Context, tx *db.Tx, by stamp) (g, before db.FlowSchedule, theirs db.Flow, err error) {
	ctx := c.Request().Context()
	store, exists, err := e.look(ctx, tx, by)
	if err != nil {
		return g, before, theirs, err
	}
	present, next := e.present, e.check()
	from, until := e.dates(c)
	if e.schedule != "" {
		if before, err = e.planned(ctx, tx, by); err != nil {
			return g, before, theirs, err
		}
	}
	switch {
	case len(e.errors) > 0:
		return g, before, theirs, errRefused
	case e.schedule == "" && present.Version != e.version:
		return g, before, present, db.ErrChanged
	}
	next.ID = cmp.Or(present.ID, before.Becomes.ID, db.NewID())
	g = db.FlowSchedule{Store: by.store, ID: cmp.Or(before.ID, db.NewID()), Existing: exists, Version: before.Version, UpdatedAt: by.at, UpdatedBy: by.name,
		Becomes: db.Flow{Store: by.store, Flow: next}, Start: db.ScheduleStep{At: from, State: db.StepWaiting}}
	if e.kind == flow.Alternative {
		g.Becomes.Name = e.form.Name
	}
	if !until.IsZero() {
		g.Return = db.ScheduleStep{At: until, State: db.StepWaiting}
	}
	return g, before, theirs, e.stands(store, g, ViewerOf(c))
}

// planned is the schedule that is changed, as the transaction finds it.
func (e *flowEdit) planned(ctx context.Context, tx *db.Tx, by stamp) (db.FlowSchedule, error) {
	g, err := tx.Schedule(ctx, by.store, e.schedule)
	if err != nil {
		return g, err
	}
	if !g.Waiting() {
		return g, db.ErrNotFound
	}
	if seen := strconv.FormatInt(g.Version, 10); seen != e.form.ScheduleVersion {
		e.form.ScheduleVersion = seen
		e.errors["form"] = g.UpdatedBy + " mudou esta programação enquanto você editava. Confira e salve de novo."
		return g, errOvertaken
	}
	return g, nil
}

// stands refuses a schedule that cannot be as it looks now: the engine would not take
// the flow, its transfers lead round, or another schedule is in its way.
func (e *flowEdit) stands(store storeFlows, g db.FlowSchedule, v *Viewer) error {
	cfg := store.rules.Configuration()
	cfg.Flows = append(slices.DeleteFunc(slices.Clone(cfg.Flows), func(f flow.Flow) bool { return f.ID == g.Becomes.ID }), g.Becomes.Flow)
	if _, err := flow.Compile(cfg); err != nil {
		return err
	}
	if e.kind == flow.Alternative && !g.Existing && e.page.Full() != "" {
		e.errors["form"] = e.page.Full()
	}
	others := slices.DeleteFunc(slices.Clone(store.planned), func(o db.FlowSchedule) bool { return o.ID == g.ID })
	if len(others) >= maxSchedules {
		e.errors["form"] = "Já são " + strconv.Itoa(maxSchedules) + " programações na loja, o máximo. Cancele uma antes."
	}
	if words := store.clash(others, g, v); words != "" {
		e.errors["from"] = words
	}
	if len(e.errors) > 0 {
		return errRefused
	}
	if e.warning = circleOf(store, g.Becomes.Flow); e.warning != "" && e.warning != e.form.Anyway {
		return errCircle
	}
	return nil
}

func scheduledWords(c echo.Context, g db.FlowSchedule) string {
	words := "O " + flowName(g.Becomes) + " muda sozinho "
	v := ViewerOf(c)
	if g.Return.At.IsZero() {
		return words + flowview.On(v.Now, g.Start.At, v.Location) + "."
	}
	return words + flowview.On(v.Now, g.Start.At, v.Location) + " e volta " + flowview.On(v.Now, g.Return.At, v.Location) + "."
}
