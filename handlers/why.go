package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/hoursview"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// WhyEvent is GET /conversas/:id/por-que/:seq: why the engine did what the
// conversation's log has there.
func (s *Server) WhyEvent(c echo.Context) error {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil || seq < 1 || seq > longestSeq {
		return NotFound()
	}
	t, err := s.talk(c, c.Param("id"))
	if err != nil {
		return err
	}
	log, err := s.follow(c.Request().Context(), &t, seq-1, 1)
	if err != nil {
		return err
	}
	if len(log.rest) == 0 || !inboxview.HasReason(log.rest[0].Type) {
		return NotFound()
	}
	w, err := s.whyOf(c, &t, log, log.rest[0])
	if err != nil {
		return err
	}
	return s.showWhy(c, t, w)
}

// WhyStep is GET /conversas/:id/por-que: why a step to come will be what it is, the
// next one if none is named. One that was seen and has happened since is told as it
// happened.
func (s *Server) WhyStep(c echo.Context) error {
	t, err := s.talk(c, c.Param("id"))
	if err != nil {
		return err
	}
	step, ok := inboxview.StepOf(c.QueryParams())
	if !ok {
		return NotFound()
	}
	log, err := s.follow(c.Request().Context(), &t, t.row.Seq, 0)
	if err != nil {
		return err
	}
	if i := step.In(t.view.Coming); i >= 0 {
		w, err := s.whyStep(c, &t, log, step, i)
		if err != nil {
			return err
		}
		return s.showWhy(c, t, w)
	}
	if i := slices.IndexFunc(log.log, func(e db.Event) bool { return step.Is(e.Record) }); i >= 0 {
		w, err := s.whyOf(c, &t, log.before(i), log.log[i])
		if err != nil {
			return err
		}
		return s.showWhy(c, t, w)
	}
	if step.Type == "" {
		return NotFound()
	}
	return s.showWhy(c, t, inboxview.Why{Gone: true})
}

// whyStep explains a step to come by what the steps before it leave.
func (s *Server) whyStep(c echo.Context, t *talk, log followed, seen inboxview.Step, i int) (inboxview.Why, error) {
	step := t.view.Coming[i]
	log.past.State = t.row.Conversation.Conversation // it also knows of the latest configuration
	log.past = log.past.Before(t.view.Coming, i)
	w, err := s.whyOf(c, t, log, db.Event{Record: step})
	w.Coming, w.Past = true, int64(len(log.log))
	if seen.Type != "" && !seen.Is(step) {
		w.Seen = seen.Due
	}
	return w, err
}

// showWhy shows the reason in the panel, over the conversation for who has no scripts.
func (s *Server) showWhy(c echo.Context, t talk, w inboxview.Why) error {
	panel := inboxview.WhyPanel(t.view, w)
	if wantsPart(c) {
		ui.SetPanel(c.Response().Header(), true)
		return renderPart(c, http.StatusOK, panel)
	}
	page := s.talkPage(c, t)
	page.Panel = panel
	return render(c, http.StatusOK, page, inboxview.ConversationPage(t.view))
}

// followed is a conversation's log up to some place, with the events after it.
type followed struct {
	past flow.Past
	log  []db.Event
	rest []db.Event
}

// by is who caused what a mark stands for, in words.
func (l followed) by(t *talk, m flow.Mark) string {
	if m.N < 1 || m.N > int64(len(l.log)) {
		return ""
	}
	return t.by(l.log[m.N-1])
}

// follow reads a conversation's log up to a place, and some events after it.
func (s *Server) follow(ctx context.Context, t *talk, to int64, more int) (followed, error) {
	var l followed
	if to+int64(more) > t.row.Seq {
		return l, nil
	}
	events, err := s.DB.Events(ctx, t.row.Store, t.row.ID, 0, int(to)+more)
	if err != nil {
		return l, err
	}
	l.log, l.rest = events[:to], events[to:]
	l.past = pastOf(l.log)
	return l, nil
}

func pastOf(log []db.Event) (past flow.Past) {
	for _, e := range log {
		past = past.Then(e.Record)
	}
	return past
}

// editionsLooked is how many versions of the configuration are tried for a record
// that came late.
const editionsLooked = 50

// before is the log up to one of its events.
func (l followed) before(i int) followed { return followed{past: pastOf(l.log[:i]), log: l.log[:i]} }

// whyOf finds the rules that did, or will do, what an event says: of the versions
// in force from its deadline to its instant the first that leads to it; of what is to
// come, from now at the latest: it rests on the configuration as it stays.
func (s *Server) whyOf(c echo.Context, t *talk, l followed, e db.Event) (inboxview.Why, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	w := inboxview.Why{Event: inboxview.Event{Record: e.Record, Seq: e.Seq, Clock: l.past.State.ClockStart, Wait: l.past.State.WaitStart}}
	versions, err := s.DB.ConfigurationsFrom(ctx, v.Store.ID, earlier(e.Deadline(), v.Now), earlier(e.At, v.Now), editionsLooked)
	if err != nil {
		return w, err
	}
	for _, version := range versions {
		rules, err := rulesOf(version)
		if err != nil {
			return w, err
		}
		if w.Reason, w.Known = rules.Explain(l.past, e.Record); !w.Known {
			continue
		}
		w.Version = inboxview.Version{At: version.At, By: t.savedBy(version)}
		w.Changed = !e.Due.IsZero() && version.At.After(e.Due)
		w.StartedBy, w.IdleBy, w.UntilBy = l.by(t, w.Started), l.by(t, w.Idle), l.by(t, w.Until)
		return w, s.around(ctx, v, t, rules, &w)
	}
	return w, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// rulesOf compiles an old version of a configuration; the door keeps only those in use.
func rulesOf(version db.Configuration) (*flow.Rules, error) {
	cfg, err := flow.ParseConfiguration([]byte(version.Document))
	if err == nil {
		var rules *flow.Rules
		if rules, err = flow.Compile(cfg); err == nil {
			return rules, nil
		}
	}
	return nil, fmt.Errorf("configuration %d of store %s: %w", version.Version, version.Store, err)
}

// savedBy is who saved a configuration, in words.
func (t *talk) savedBy(version db.Configuration) string {
	kind := version.ByLabel
	if version.ByUser != "" {
		kind = db.ByUser
	}
	if by := t.by(db.Event{ByKind: kind, ByID: version.ByUser}); by != "" {
		return "por " + by
	}
	return "pelo sistema"
}

// around reads what else stands in a reason: the flow's name, and what the
// holidays on the way are called.
func (s *Server) around(ctx context.Context, v *Viewer, t *talk, rules *flow.Rules, w *inboxview.Why) (err error) {
	if w.Reason.Flow.ID == "" {
		return nil
	}
	if w.Flow, err = s.flowLink(ctx, v, t, w.Reason.Flow); err != nil || w.Reason.Flow.Clock != flow.BusinessHours {
		return err
	}
	names := func(flow.Date) string { return "" }
	calendar, err := s.DB.Calendar(ctx, v.Store.ID, w.Hours)
	switch {
	case err == nil:
		names = calendar.Plan().NameOf
	case !errors.Is(err, db.ErrNotFound):
		return err
	}
	w.Sentence, w.Way = hoursview.Sentence(w.Count, rules.Location(), names), hoursview.Way(w.Count, rules.Location(), names)
	return nil
}

// flowLink names a flow. One that was deleted has the name under which it was.
func (s *Server) flowLink(ctx context.Context, v *Viewer, t *talk, f flow.Flow) (inboxview.FlowLink, error) {
	link := inboxview.FlowLink{Name: t.view.Names.Flow(f.ID)}
	_, exists := t.view.Names.Flows[f.ID]
	switch {
	case f.ID == flow.DefaultFlow:
		link.Name = "Cores padrão"
	case !exists:
		trail, err := s.DB.AuditTrail(ctx, v.Store.ID, db.AuditQuery{Noun: db.NounFlow, NounID: f.ID}, 1)
		if err != nil {
			return link, err
		}
		was := ""
		for _, e := range trail {
			was = e.NounName
		}
		link.Name = inboxview.DeletedFlow(f, was)
		return link, nil
	}
	switch {
	case !v.Role.Can(SeeConfiguration):
	case v.Role.Can(EditConfiguration) && f.Kind == flow.Alternative:
		link.URL = flowview.EditPath(f.Queue, f.ID, "")
	default:
		link.URL = flowview.QueuePath(f.Queue)
	}
	return link, nil
}
