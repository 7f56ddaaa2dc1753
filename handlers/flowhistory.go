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
	var spans []db.FlowSpan
	for i, v := range versions[:min(len(versions), versionsPage)] {
		spans = append(spans, spanOf(v))
		before := db.FlowVersion{}
		if i+1 < len(versions) {
			before = versions[i+1]
		}
		line := versionLine(names, before, v)
		if g, ok := schedules[v.Schedule]; ok {
			ofSchedule(&line, g, v)
		}
		h.Versions = append(h.Versions, line)
	}
	acted, err := q.CountActedOn(ctx, spans, flowview.MostCounted)
	for i, n := range acted {
		h.Versions[i].Acted = n
	}
	return err
}

// schedulesShown is how many of a flow's schedules that are over its history lists,
// after those that are not.
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
	var settled []flowview.Planned
	for _, g := range all {
		by[g.ID] = g
		if p := s.plannedOf(g); p.Settled == "" {
			h.Schedules = append(h.Schedules, p)
		} else if len(settled) < schedulesShown {
			settled = append(settled, p)
		}
	}
	slices.SortFunc(h.Schedules, func(a, b flowview.Planned) int { return a.From.Compare(b.From) })
	if h.Schedules = append(h.Schedules, settled...); h.Later {
		h.Schedules = nil
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
	acted, err := q.CountActedOn(ctx, []db.FlowSpan{spanOf(v)}, flowview.MostCounted)
	if err != nil {
		return err
	}
	a.Version.Acted = acted[0]
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
