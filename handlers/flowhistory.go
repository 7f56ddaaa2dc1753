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
	"semaforo/scheduler"
	"semaforo/views/auditview"
	"semaforo/views/flowview"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// How much a page of a flow's history shows.
const (
	versionsPage = 20
	actsPage     = 50
	deletedPage  = 50
)

// FlowHistory is GET …/:queue/historico/:flow: what a flow has been, one that was
// deleted too.
func (s *Server) FlowHistory(c echo.Context) error {
	queue, err := queueParam(c)
	if err != nil {
		return err
	}
	below, err := linkNumber(c.QueryParam("antes"), 0)
	if err != nil {
		return err
	}
	h := flowview.History{Queue: queue, ID: c.Param("flow"), CanEdit: ViewerOf(c).Role.Can(EditConfiguration), Later: below > 0}
	err = s.DB.Snapshot(c.Request().Context(), func(q db.Queries) error {
		return readHistory(c.Request().Context(), q, ViewerOf(c).Store.ID, below, &h)
	})
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, screen{title: "Histórico", path: flowview.HistoryPath(queue, h.ID), content: func() (templ.Component, error) {
		return flowview.HistoryPage(h), nil
	}})
}

// linkNumber reads a number that our own links carry; otherwise where there is none.
func linkNumber(text string, otherwise int64) (int64, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, NotFound()
	}
	return n, nil
}

func readHistory(ctx context.Context, q db.Queries, store string, below int64, h *flowview.History) error {
	names, err := directoryOf(ctx, q, store)
	if err != nil {
		return err
	}
	latest, err := latestVersion(ctx, q, store, h.Queue, h.ID)
	if err != nil {
		return err
	}
	describe(h, latest)
	schedules, err := readSchedules(ctx, q, store, names, h)
	if err != nil {
		return err
	}
	versions, err := q.FlowVersions(ctx, store, h.ID, below, versionsPage+1)
	if err != nil {
		return err
	}
	if len(versions) > versionsPage {
		h.Older = versions[versionsPage-1].Version
	}
	for i, v := range versions[:min(len(versions), versionsPage)] {
		before := db.FlowVersion{}
		if i+1 < len(versions) {
			before = versions[i+1]
		}
		line := versionLine(names, before, v)
		if g, ok := schedules[v.Schedule]; ok {
			ofSchedule(&line, g, v)
		}
		if !v.Deleted {
			if line.Acted, err = q.CountActedOn(ctx, spanOf(v), flowview.MostCounted); err != nil {
				return err
			}
		}
		h.Versions = append(h.Versions, line)
	}
	return nil
}

// schedulesShown is how many of a flow's schedules its history lists.
const schedulesShown = 20

// readSchedules puts the flow's latest schedules on the page, and returns them by id.
func readSchedules(ctx context.Context, q db.Queries, store string, names flowview.Directory, h *flowview.History) (map[string]db.FlowSchedule, error) {
	all, err := q.SchedulesOf(ctx, store, h.ID, "", db.MaxPage)
	if err != nil {
		return nil, err
	}
	flows, err := q.QueueFlows(ctx, store, h.Queue)
	if err != nil {
		return nil, err
	}
	s := storeFlows{flows: flows, directory: names}
	by := make(map[string]db.FlowSchedule, len(all))
	for i, g := range all {
		if by[g.ID] = g; i < schedulesShown && !h.Later {
			h.Schedules = append(h.Schedules, s.plannedOf(g))
		}
	}
	return by, nil
}

// ofSchedule says that a version was made by a schedule, and what it did at once.
func ofSchedule(line *flowview.Version, g db.FlowSchedule, v db.FlowVersion) {
	switch returned := !g.Return.At.IsZero() && !v.UpdatedAt.Before(g.Return.At); {
	case returned && v.Deleted:
		line.Done, line.Effect = "Terminou a programação: o fluxo deixou de existir", impactWords(g.Return)
	case returned:
		line.Done, line.Effect = "Terminou a programação: voltou a ser como antes", impactWords(g.Return)
	default:
		line.Done, line.Effect = "Começou a programação", impactWords(g.Start)
	}
}

// latestVersion is a flow's newest version: a 404 where the queue never had the flow.
func latestVersion(ctx context.Context, q db.Queries, store string, queue flow.Queue, id string) (db.FlowVersion, error) {
	latest, err := q.FlowVersions(ctx, store, id, 0, 1)
	if err != nil {
		return db.FlowVersion{}, err
	}
	if len(latest) == 0 || latest[0].Queue != queue {
		return db.FlowVersion{}, NotFound()
	}
	return latest[0], nil
}

func describe(h *flowview.History, latest db.FlowVersion) {
	h.Kind, h.Name, h.Gone = latest.Kind, latest.Name, latest.Deleted
}

func spanOf(v db.FlowVersion) db.FlowSpan {
	return db.FlowSpan{Store: v.Store, Flow: v.ID, From: v.UpdatedAt, Until: v.Until}
}

// versionLine puts a version into words, against the one before; the zero one is
// none that is known.
func versionLine(names flowview.Directory, before, v db.FlowVersion) flowview.Version {
	was, is := before.Flow, v.Flow
	if before.Deleted {
		was = db.Flow{}
	}
	if v.Deleted {
		is = db.Flow{}
	}
	line := flowview.Version{Number: v.Version, At: v.UpdatedAt, Until: v.Until, By: v.UpdatedBy, Deleted: v.Deleted,
		Glance: flowview.Glance(flowview.Flow{Flow: v.Flow.Flow}, names)}
	for _, change := range scheduler.FlowChanges(names, was, is) {
		line.Changes = append(line.Changes, ui.Changed{Label: auditview.FieldWord(change.Field), Before: change.Before, After: change.After})
	}
	switch done := scheduler.FlowDone(was, is); {
	case v.Restores > 0:
		line.Done = "Restaurou a versão " + strconv.FormatInt(v.Restores, 10)
	case v.Deleted:
		line.Done, line.Changes = auditview.ActionWord(done), nil
	case was.ID == "" && v.Version > 1 && !before.Deleted:
		line.Done = "É a versão mais antiga que se conhece"
	case done == db.AuditChanged && len(line.Changes) == 0:
		line.Done = "Salvou sem mudar nada"
	default:
		line.Done = auditview.ActionWord(done)
	}
	return line
}

// FlowActs is GET …/:queue/historico/:flow/:version: the conversations in which the
// flow acted while a version of it was in force.
func (s *Server) FlowActs(c echo.Context) error {
	queue, number, err := versionParam(c)
	if err != nil {
		return err
	}
	after, err := deedKey(c.QueryParam("antes"))
	if err != nil {
		return err
	}
	a := flowview.Acts{History: flowview.History{Queue: queue, ID: c.Param("flow")}, Paged: !after.At.IsZero()}
	err = s.DB.Snapshot(c.Request().Context(), func(q db.Queries) error {
		return readActs(c.Request().Context(), q, ViewerOf(c).Store.ID, number, after, &a)
	})
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, screen{title: "Histórico", path: flowview.VersionPath(queue, a.ID, number), content: func() (templ.Component, error) {
		return flowview.ActsPage(a), nil
	}})
}

func versionParam(c echo.Context) (flow.Queue, int64, error) {
	queue, err := queueParam(c)
	if err != nil {
		return "", 0, err
	}
	number, err := linkNumber(c.Param("version"), 0)
	return queue, number, err
}

// deedKey reads the place in a list of deeds that a link carries.
func deedKey(text string) (key db.FlowDeedKey, err error) {
	if text == "" {
		return key, nil
	}
	at, conversation, _ := strings.Cut(text, "-")
	micros, err := linkNumber(at, 0)
	return db.FlowDeedKey{At: db.Instant(micros).Time(), Conversation: conversation}, err
}

func readActs(ctx context.Context, q db.Queries, store string, number int64, after db.FlowDeedKey, a *flowview.Acts) error {
	v, err := q.FlowVersion(ctx, store, a.ID, number)
	if err != nil {
		return err
	}
	latest, err := latestVersion(ctx, q, store, a.Queue, a.ID)
	if err != nil {
		return err
	}
	describe(&a.History, latest)
	names, err := directoryOf(ctx, q, store)
	if err != nil {
		return err
	}
	a.Version = versionLine(names, db.FlowVersion{}, v)
	if v.Deleted {
		return nil
	}
	if a.Version.Acted, err = q.CountActedOn(ctx, spanOf(v), flowview.MostCounted); err != nil {
		return err
	}
	deeds, err := q.ActedOn(ctx, spanOf(v), after, actsPage+1)
	if len(deeds) > actsPage {
		deeds = deeds[:actsPage]
		last := deeds[actsPage-1]
		a.Next = strconv.FormatInt(int64(db.At(last.FlowAt)), 10) + "-" + last.Conversation
	}
	for _, d := range deeds {
		a.Lines = append(a.Lines, flowview.Act{Conversation: d.Conversation, Customer: nameOr(d.Customer), Done: names.DeedWord(d.Record),
			At: d.At, Href: inboxview.Filter{}.ConversationURL(d.Conversation)})
	}
	return err
}

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
