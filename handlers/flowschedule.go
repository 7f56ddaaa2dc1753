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
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

const (
	// maxSchedules is how many of a store's schedules may be still to come or to end.
	maxSchedules = 50
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
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, errOvertaken):
		status = http.StatusConflict
		fallthrough
	case errors.Is(err, errRefused):
		if bad, ok := e.errors.Step(e.kind); ok {
			step = bad
		}
		return s.drawStep(c, status, e, step)
	case errors.Is(err, errCircle):
		steps := flowview.StepsOf(e.kind)
		return s.drawStep(c, status, e, steps[len(steps)-1])
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
	store, err := flowsIn(ctx, tx, by.store)
	if err != nil {
		return g, before, theirs, err
	}
	canEdit := e.page.CanEdit
	e.page = store.page(e.page.Queue)
	e.page.CanEdit = canEdit
	present, exists := store.find(e.page.Queue, e.kind, e.id)
	e.present = present
	next := e.check()
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

// clash says which other schedule is in the way of one: of the same flow at the same
// time, or of a flow that has one of its exceptions then. Empty where none is.
func (s storeFlows) clash(others []db.FlowSchedule, g db.FlowSchedule, v *Viewer) string {
	for _, o := range others {
		span := spanWords(o, v)
		switch same := sameScheduled(o, g); {
		case s.overtaken(o):
		case same && overlap(o, g, time.Microsecond):
			return "Já há uma programação deste fluxo, de " + o.UpdatedBy + ", " + span + ". Escolha outro período ou mude aquela."
		case same && o.Running() && o.Back == nil && !g.Start.At.Before(o.Return.At):
			return "O fluxo só existe por uma programação de " + o.UpdatedBy + ", " + span + "."
		case !same && o.Becomes.Queue == g.Becomes.Queue && overlap(o, g, maxAhead):
			for _, target := range g.Becomes.Targets {
				if slices.Contains(o.Becomes.Targets, target) {
					return s.directory.Target(g.Becomes.Queue, target) + " já está na programação do " + scheduler.FlowName(o.Becomes) + ", de " +
						o.UpdatedBy + ", " + span + "."
				}
			}
		}
	}
	return ""
}

func sameScheduled(a, b db.FlowSchedule) bool {
	return a.Becomes.ID == b.Becomes.ID || a.Becomes.Kind == flow.Main && b.Becomes.Kind == flow.Main && a.Becomes.Queue == b.Becomes.Queue
}

// overlap reports whether two schedules share a time; one without a return lasts for
// a while.
func overlap(a, b db.FlowSchedule, lasts time.Duration) bool {
	end := func(g db.FlowSchedule) time.Time {
		if g.Return.At.IsZero() {
			return g.Start.At.Add(lasts)
		}
		return g.Return.At
	}
	return a.Start.At.Before(end(b)) && b.Start.At.Before(end(a))
}

// overtaken reports whether somebody has changed the flow since its schedule began.
func (s storeFlows) overtaken(g db.FlowSchedule) bool {
	present, exists := s.find(g.Becomes.Queue, g.Becomes.Kind, g.Becomes.ID)
	return g.Running() && (!exists || present.Version != g.Applied)
}

func spanWords(g db.FlowSchedule, v *Viewer) string {
	from := ui.When(v.Now, g.Start.At, v.Location)
	if g.Return.At.IsZero() {
		return "a partir de " + from
	}
	return "de " + from + " a " + ui.When(v.Now, g.Return.At, v.Location)
}

func scheduledWords(c echo.Context, g db.FlowSchedule) string {
	words := "O " + flowName(g.Becomes) + " muda sozinho "
	v := ViewerOf(c)
	if g.Return.At.IsZero() {
		return words + ui.When(v.Now, g.Start.At, v.Location) + "."
	}
	return words + ui.When(v.Now, g.Start.At, v.Location) + " e volta " + ui.When(v.Now, g.Return.At, v.Location) + "."
}

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
		return s.done(c, p.Queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: "O " + flowName(g.Becomes) + " volta " + ui.When(v.Now, until, v.Location) + "."})
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
