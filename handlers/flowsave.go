package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// SaveMainFlow takes a step of the main flow's panel, and the last one saves.
func (s *Server) SaveMainFlow(c echo.Context) error { return s.postFlow(c, flow.Main, "") }

// CreateFlow takes a step of a new alternative flow's panel.
func (s *Server) CreateFlow(c echo.Context) error { return s.postFlow(c, flow.Alternative, "") }

// SaveFlow takes a step of an alternative flow's panel.
func (s *Server) SaveFlow(c echo.Context) error {
	return s.postFlow(c, flow.Alternative, c.Param("flow"))
}

// postFlow goes on to the next step, back to the one before, or saves.
func (s *Server) postFlow(c echo.Context, kind flow.Kind, id string) error {
	e, err := s.postedFlow(c, kind, id)
	if err != nil {
		return err
	}
	return s.takeStep(c, e)
}

// postPanel takes what the panel of what is scheduled for a flow has posted.
func (s *Server) postPanel(c echo.Context, e flowEdit) error {
	if err := e.read(c); err != nil {
		return err
	}
	return s.takeStep(c, e)
}

func (s *Server) takeStep(c echo.Context, e flowEdit) error {
	step, steps := flowview.StepOf(e.kind, e.form.Step), flowview.StepsOf(e.kind)
	switch last := step == steps[len(steps)-1]; {
	case e.form.Use != "":
		return s.useSuggestion(c, e, step)
	case e.form.Go == flowview.GoImpact:
		return s.drawImpact(c, e, step)
	case e.form.Go == flowview.GoBack:
		return s.drawStep(c, http.StatusOK, e, before(steps, step))
	case (e.form.Go == flowview.GoSave || last) && e.form.Later():
		return s.saveSchedule(c, e, step)
	case e.form.Go == flowview.GoSave, last:
		return s.saveFlow(c, e, step)
	}
	if e.check(step); len(e.errors) > 0 {
		return s.drawStep(c, http.StatusUnprocessableEntity, e, step)
	}
	return s.drawStep(c, http.StatusOK, e, after(steps, step))
}

// postedFlow reads a panel's form, and the queue's page that it belongs to.
func (s *Server) postedFlow(c echo.Context, kind flow.Kind, id string) (flowEdit, error) {
	e := flowEdit{kind: kind, id: id}
	if err := e.read(c); err != nil {
		return e, err
	}
	var err error
	e.page, err = s.queuePage(c)
	return e, err
}

func (e *flowEdit) read(c echo.Context) (err error) {
	if err := decodeForm(c, &e.form); err != nil {
		return err
	}
	e.form.Trim()
	e.form.Period = cmp.Or(e.form.Period, flowview.DefaultPeriod)
	if e.schedule != "" {
		e.form.Effect = flowview.EffectLater
	}
	e.version, err = versionOf(e.form.Version)
	return err
}

// flowEdit is one posted panel.
type flowEdit struct {
	kind flow.Kind
	id   string // empty: the main flow, or a new one
	// schedule is the schedule that is changed, empty where none is.
	schedule string
	form     flowview.FlowForm
	version  int64
	page     flowview.Queue
	present  db.Flow // as the transaction found it; the zero flow for a new one
	errors   flowview.Errors
	warning  string
	impact   flowview.Impact
	backtest flowview.Backtest
	filled   string // the input that a button has filled in
}

func (e *flowEdit) check(steps ...flowview.Step) flow.Flow {
	k := flowCheck{form: &e.form, queue: e.page.Queue, kind: e.kind, id: e.id, page: e.page}
	f := k.run(steps...)
	e.errors = k.errors
	return f
}

func (e *flowEdit) panel(step flowview.Step) flowview.Panel {
	p := flowview.Panel{Queue: e.page.Queue, Kind: e.kind, ID: e.id, Directory: e.page.Directory, Taken: e.page.Taken(e.id),
		Step: step, Form: e.form, Errors: e.errors, Warning: e.warning, Impact: e.impact, Schedule: e.schedule,
		Backtest: e.backtest, Filled: e.filled}
	if saved := e.page.Flow(e.kind, e.id); saved != nil {
		p.Name, p.Planned = saved.Name, e.page.For(*saved)
	} else if e.schedule != "" {
		p.Name = e.form.Name
	}
	p.Form.Readable()
	return p
}

func (s *Server) drawStep(c echo.Context, status int, e flowEdit, step flowview.Step) error {
	if steps := flowview.StepsOf(e.kind); step == steps[len(steps)-1] && !e.impact.Known {
		var err error
		if e.impact, err = s.foresee(c, e); err != nil {
			return err
		}
	}
	return s.drawPanel(c, status, e.page, flowview.FlowPanel(e.panel(step)))
}

func before(steps []flowview.Step, present flowview.Step) flowview.Step {
	for i, s := range steps {
		if s == present {
			return steps[max(0, i-1)]
		}
	}
	return steps[0]
}

func after(steps []flowview.Step, present flowview.Step) flowview.Step {
	for i, s := range steps {
		if s == present {
			return steps[min(len(steps)-1, i+1)]
		}
	}
	return steps[0]
}

// Why a save writes nothing and asks again.
var (
	errRefused = errors.New("the form is refused")
	errCircle  = errors.New("the transfers lead round")
)

func (s *Server) saveFlow(c echo.Context, e flowEdit, step flowview.Step) error {
	var saved db.Flow
	err := s.reconfigureIf(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if saved, err = e.save(ctx, tx, by); err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, by.at, e.present, saved)
	}, s.approve(c, e.form.Seen, &e.impact))
	if refused, ok := engineErrors(err); ok {
		e.errors, err = refused, errRefused
	}
	switch {
	case errors.Is(err, errRefused):
		if bad, ok := e.errors.Step(e.kind); ok {
			step = bad
		}
		return s.drawStep(c, http.StatusUnprocessableEntity, e, step)
	case errors.Is(err, errCircle), errors.Is(err, errUnseen):
		steps := flowview.StepsOf(e.kind)
		return s.drawStep(c, http.StatusUnprocessableEntity, e, steps[len(steps)-1])
	case errors.Is(err, db.ErrChanged):
		return s.drawConflict(c, e, saved)
	case err != nil:
		return err
	}
	return s.done(c, e.page.Queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: savedWord(saved, e.page.Queue)})
}

func savedWord(f db.Flow, queue flow.Queue) string {
	if f.Kind == flow.Main {
		return "Fluxo principal da " + strings.ToLower(flowview.QueueWord(queue)) + " salvo."
	}
	return "Fluxo " + f.Name + " salvo."
}

// save writes the flow where nothing stands against it. It judges by what the
// transaction reads, so that nothing slips in between; with db.ErrChanged it
// returns what somebody else saved (the zero flow where they deleted it).
func (e *flowEdit) save(ctx context.Context, tx *db.Tx, by stamp) (db.Flow, error) {
	store, err := flowsIn(ctx, tx, by.store)
	if err != nil {
		return db.Flow{}, err
	}
	canEdit := e.page.CanEdit
	e.page = store.page(e.page.Queue)
	e.page.CanEdit = canEdit
	present, exists := store.find(e.page.Queue, e.kind, e.id)
	e.present = present
	next := db.Flow{Flow: e.check(), Store: by.store, Version: e.version, UpdatedAt: by.at, UpdatedBy: by.name}
	switch {
	case len(e.errors) > 0:
		return present, errRefused
	case present.Version != e.version:
		return present, db.ErrChanged
	}
	if e.kind == flow.Alternative {
		next.Name = e.form.Name
	}
	restored, err := e.restored(ctx, tx, by, present)
	if err != nil {
		return present, err
	}
	if restored != nil {
		next.Restores = restored.Version
	}
	switch {
	case exists:
		next.ID, next.Active = present.ID, present.Active
	case restored != nil && !store.has(restored.ID):
		next.ID = restored.ID
	default:
		next.ID, next.Restores = db.NewID(), 0
	}
	if e.warning = circleOf(store, next.Flow); e.warning != "" && e.warning != e.form.Anyway {
		return present, errCircle
	}
	if exists {
		return next, tx.UpdateFlow(ctx, next)
	}
	if e.kind == flow.Alternative && e.page.Full() != "" {
		e.errors = flowview.Errors{"form": e.page.Full()}
		return present, errRefused
	}
	return next, tx.InsertFlow(ctx, next)
}

// flowsIn reads a store's flows, and the rules they make, as a transaction sees them.
func flowsIn(ctx context.Context, tx *db.Tx, store string) (storeFlows, error) {
	cfg, err := tx.BuildConfiguration(ctx, store)
	if err != nil {
		return storeFlows{}, err
	}
	rules, err := flow.Compile(cfg)
	if err != nil {
		return storeFlows{}, err
	}
	return readFlows(ctx, tx.Queries, store, rules)
}

// circleOf says which way round the transfers would lead with this flow; empty
// where they do not.
func circleOf(store storeFlows, next flow.Flow) string {
	if !next.Active {
		return ""
	}
	cfg := store.rules.Configuration()
	flows := []flow.Flow{next}
	for _, f := range cfg.Flows {
		if f.ID != next.ID {
			flows = append(flows, f)
		}
	}
	cfg.Flows = flows
	rules, err := flow.Compile(cfg)
	if err != nil {
		return "" // the engine refuses it with its own words
	}
	circle := rules.Circle(next.ID)
	if circle == nil {
		return ""
	}
	return circleWords(store.directory, circle)
}

// drawConflict says who saved what, and gives the form the version that saving
// over it would replace.
func (s *Server) drawConflict(c echo.Context, e flowEdit, theirs db.Flow) error {
	step := flowview.StepsOf(e.kind)[len(flowview.StepsOf(e.kind))-1]
	conflict := flowview.Conflict{Panel: e.panel(step), By: theirs.UpdatedBy, At: theirs.UpdatedAt}
	conflict.Form.Version = strconv.FormatInt(theirs.Version, 10)
	if theirs.ID != "" {
		conflict.Theirs = &flowview.Flow{Flow: theirs.Flow, Name: theirs.Name, Version: theirs.Version}
	} else {
		var err error
		if conflict.By, err = s.deletedBy(c, e.id); err != nil {
			return err
		}
	}
	return s.drawPanel(c, http.StatusConflict, e.page, flowview.FlowConflict(conflict))
}
