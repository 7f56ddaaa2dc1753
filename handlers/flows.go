package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// QueuePage is one queue's flows.
func (s *Server) QueuePage(c echo.Context) error {
	p, err := s.queuePage(c)
	if err != nil {
		return err
	}
	return s.drawQueue(c, http.StatusOK, p, nil, nil)
}

// QueueFlows is the part of a queue's page that follows what others save.
func (s *Server) QueueFlows(c echo.Context) error {
	p, err := s.queuePage(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, flowview.Flows(p))
}

// MainFlowPanel is the side panel of the main flow, at a step.
func (s *Server) MainFlowPanel(c echo.Context) error { return s.flowPanel(c, flow.Main, "") }

// NewFlowPanel is the side panel of an alternative flow that does not exist yet.
func (s *Server) NewFlowPanel(c echo.Context) error { return s.flowPanel(c, flow.Alternative, "") }

// FlowPanel is the side panel of an alternative flow, at a step.
func (s *Server) FlowPanel(c echo.Context) error {
	return s.flowPanel(c, flow.Alternative, c.Param("flow"))
}

// SwitchMainFlow switches the main flow on or off.
func (s *Server) SwitchMainFlow(c echo.Context) error { return s.switchFlow(c, flow.Main, "") }

// SwitchFlow switches an alternative flow on or off.
func (s *Server) SwitchFlow(c echo.Context) error {
	return s.switchFlow(c, flow.Alternative, c.Param("flow"))
}

func queueParam(c echo.Context) (flow.Queue, error) {
	queue, ok := flowview.QueueOf(c.Param("queue"))
	if !ok {
		return "", NotFound()
	}
	return queue, nil
}

func (s *Server) queuePage(c echo.Context) (flowview.Queue, error) {
	queue, err := queueParam(c)
	if err != nil {
		return flowview.Queue{}, err
	}
	store, err := s.storeFlows(c)
	if err != nil {
		return flowview.Queue{}, err
	}
	return store.pageFor(ViewerOf(c), queue), nil
}

func (s *Server) storeFlows(c echo.Context) (store storeFlows, err error) {
	ctx, id := c.Request().Context(), ViewerOf(c).Store.ID
	rules, _, err := s.Door.Rules(ctx, id)
	if err != nil {
		return store, err
	}
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		if store, err = readFlows(ctx, q, id, rules); err != nil {
			return err
		}
		store.troubles, err = q.UnfinishedSchedules(ctx, id, ViewerOf(c).Now.Add(-troubleKept), maxSchedules)
		return err
	})
	return store, err
}

func (s storeFlows) pageFor(v *Viewer, queue flow.Queue) flowview.Queue {
	p := s.page(queue)
	p.CanEdit = v.Role.Can(EditConfiguration)
	p.Troubles = troublesOf(queue, s.troubles, v)
	return p
}

// drawQueue answers a queue's page, with a panel or a dialog open over it where given.
func (s *Server) drawQueue(c echo.Context, status int, p flowview.Queue, panel, modal templ.Component) error {
	page, err := s.page(c, flowview.QueueWord(p.Queue))
	if err != nil {
		return err
	}
	page.Panel, page.Modal, page.Back = panel, modal, flowview.QueuePath(p.Queue)
	return render(c, status, page, flowview.QueuePage(p))
}

// drawPanel answers a panel's content, or the page with it.
func (s *Server) drawPanel(c echo.Context, status int, p flowview.Queue, panel templ.Component) error {
	if !wantsPart(c) {
		return s.drawQueue(c, status, p, panel, nil)
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, status, panel)
}

// done closes the panel or dialog and shows the queue as it is now, with a toast.
func (s *Server) done(c echo.Context, queue flow.Queue, toast ui.Toast) error {
	ui.SetPanel(c.Response().Header(), false)
	return s.shown(c, http.StatusOK, queue, toast, flowview.FlowsSaved)
}

func (s *Server) flowPanel(c echo.Context, kind flow.Kind, id string) error {
	p, err := s.queuePage(c)
	if err != nil {
		return err
	}
	panel := flowview.Panel{Queue: p.Queue, Kind: kind, ID: id, Directory: p.Directory, Taken: p.Taken(id),
		Step: flowview.StepOf(kind, c.QueryParam("step")), Form: flowview.NewForm(p.Queue, kind)}
	saved := p.Flow(kind, id)
	switch {
	case saved != nil:
		panel.Form, panel.Name, panel.Planned = flowview.FormOf(*saved), saved.Name, p.For(*saved)
	case id != "":
		return NotFound()
	case kind == flow.Alternative && p.Full() != "":
		return conflict("full", "there can be no further alternative flow", p.Full())
	}
	steps := flowview.StepsOf(kind)
	if panel.Step == steps[len(steps)-1] {
		version, _ := versionOf(panel.Form.Version)
		if panel.Impact, err = s.foresee(c, flowEdit{kind: kind, id: id, form: panel.Form, version: version, page: p}); err != nil {
			return err
		}
	}
	return s.drawPanel(c, http.StatusOK, p, flowview.FlowPanel(panel))
}

// switchForm is what a flow's switch and its deletion post.
type switchForm struct {
	Version string `form:"version"`
	Active  string `form:"active"`
}

func (f switchForm) version() (int64, error) { return versionOf(f.Version) }

// versionOf reads the version a form was drawn with. People do not type it: what
// is none comes from a page that is not ours.
func versionOf(text string) (int64, error) {
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 0 {
		return 0, BadRequest("version", "the form does not say which version it is of", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	return version, nil
}

func (s *Server) switchFlow(c echo.Context, kind flow.Kind, id string) error {
	queue, err := queueParam(c)
	if err != nil {
		return err
	}
	var form switchForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	version, err := form.version()
	if err != nil {
		return err
	}
	if form.Active != "true" && form.Active != "false" {
		return BadRequest("active", "active is neither true nor false", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	saved, err := s.setActive(c, queue, kind, id, version, form.Active == "true")
	if errors.Is(err, db.ErrChanged) {
		return s.changedMeanwhile(c, queue, saved)
	}
	if err != nil {
		return err
	}
	return s.shown(c, http.StatusOK, queue, ui.Toast{Tone: ui.Green, Key: "flow", Text: "O " + flowName(saved) + switchedWord(saved.Active)}, flowview.Flows)
}

// stamp is when and by whom a store's configuration is changed.
type stamp struct {
	store, name string
	at          time.Time // UTC
}

// signed is a flow as one that is changed, or deleted, then and by them.
func (by stamp) signed(f db.Flow) db.Flow {
	f.UpdatedAt, f.UpdatedBy = by.at, by.name
	return f
}

// reconfigure changes the viewer's store's configuration through the one door.
func (s *Server) reconfigure(c echo.Context, change func(ctx context.Context, tx *db.Tx, by stamp) error) error {
	return s.reconfigureIf(c, change, nil)
}

// reconfigureIf is reconfigure for who approves of what the change does at once.
func (s *Server) reconfigureIf(c echo.Context, change func(ctx context.Context, tx *db.Tx, by stamp) error, approve func(scheduler.Forecast) error) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	_, err := s.Door.ConfigureIf(ctx, v.Store.ID, v.By(), func(tx *db.Tx, now time.Time) error {
		return change(ctx, tx, stamp{v.Store.ID, v.User.Name, now})
	}, approve)
	return err
}

// setActive returns the flow as it is after it; with db.ErrChanged, as somebody else left it.
func (s *Server) setActive(c echo.Context, queue flow.Queue, kind flow.Kind, id string, version int64, active bool) (saved db.Flow, err error) {
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		flows, err := tx.QueueFlows(ctx, by.store, queue)
		if err != nil {
			return err
		}
		found, ok := storeFlows{flows: flows}.find(queue, kind, id)
		if !ok {
			return db.ErrNotFound
		}
		if saved = found; found.Version != version {
			return db.ErrChanged
		}
		saved.Active, saved.UpdatedAt, saved.UpdatedBy = active, by.at, by.name
		if err := tx.UpdateFlow(ctx, saved); err != nil {
			return err
		}
		return recordFlow(ctx, tx, c, by.at, found, saved)
	})
	return saved, err
}

func (s *Server) changedMeanwhile(c echo.Context, queue flow.Queue, saved db.Flow) error {
	return s.shown(c, http.StatusConflict, queue, ui.Toast{Tone: ui.Yellow, Key: "flow", Urgent: true,
		Text: saved.UpdatedBy + " mudou o " + flowName(saved) + " enquanto você estava aqui. Nada foi alterado: veja como ficou e tente de novo."}, flowview.Flows)
}

// shown answers the queue's flows as they are now, with a toast; without scripts
// it leads to their page.
func (s *Server) shown(c echo.Context, status int, queue flow.Queue, toast ui.Toast, draw func(flowview.Queue) templ.Component) error {
	if !wantsPart(c) {
		if err := s.Sessions.AddToast(c, toast); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, flowview.QueuePath(queue))
	}
	store, err := s.storeFlows(c)
	if err != nil {
		return err
	}
	ui.SetToast(c.Response().Header(), toast)
	return renderPart(c, status, draw(store.pageFor(ViewerOf(c), queue)))
}

func flowName(f db.Flow) string { return scheduler.FlowName(f) }

func switchedWord(active bool) string {
	if active {
		return " foi ativado."
	}
	return " foi desativado."
}
