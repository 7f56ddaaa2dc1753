package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/flowview"
)

// InactivityPage is Gestão de Inatividade: the three queues and automatic closing.
func (s *Server) InactivityPage(c echo.Context) error {
	overview, err := s.overview(c)
	if err != nil {
		return err
	}
	return s.drawOverview(c, http.StatusOK, overview)
}

// InactivityQueues is its three cards alone.
func (s *Server) InactivityQueues(c echo.Context) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	rules, _, err := s.Door.Rules(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	var overview flowview.Overview
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		overview, err = queueCards(ctx, q, v, rules)
		return err
	})
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, flowview.QueueCards(overview))
}

func (s *Server) drawOverview(c echo.Context, status int, overview flowview.Overview) error {
	page, err := s.page(c, "Gestão de Inatividade")
	if err != nil {
		return err
	}
	return render(c, status, page, flowview.OverviewPage(overview))
}

func (s *Server) overview(c echo.Context) (flowview.Overview, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	var overview flowview.Overview
	rules, _, err := s.Door.Rules(ctx, v.Store.ID)
	if err != nil {
		return overview, err
	}
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		if overview, err = queueCards(ctx, q, v, rules); err != nil {
			return err
		}
		overview.Closings, err = closingRows(ctx, q, v)
		return err
	})
	return overview, err
}

func queueCards(ctx context.Context, q db.Queries, v *Viewer, rules *flow.Rules) (flowview.Overview, error) {
	overview := flowview.Overview{CanEdit: v.Role.Can(EditConfiguration)}
	store, err := readFlows(ctx, q, v.Store.ID, rules)
	if err != nil {
		return overview, err
	}
	counts, err := q.CountByQueue(ctx, v.Store.ID)
	if err != nil {
		return overview, err
	}
	overview.Directory = store.directory
	for _, queue := range flowview.Queues {
		page := store.page(queue)
		ranks := counts[queue]
		card := flowview.QueueCard{Queue: queue, Main: page.Main, Alternatives: len(page.Alternatives),
			Green: ranks[db.RankGreen], Yellow: ranks[db.RankYellow], Red: ranks[db.RankRed]}
		for _, f := range append(page.Alternatives, mains(page.Main)...) {
			if len(f.Warnings) > 0 {
				card.Warnings++
			}
		}
		overview.Queues = append(overview.Queues, card)
	}
	return overview, nil
}

func mains(main *flowview.Flow) []flowview.Flow {
	if main == nil {
		return nil
	}
	return []flowview.Flow{*main}
}

// storeFlows is what the screens of a store's flows are drawn from.
type storeFlows struct {
	flows     []db.Flow
	directory flowview.Directory
	rules     *flow.Rules
	deleted   map[flow.Queue]int // how many flows have been
	planned   []db.FlowSchedule  // of which something is still to come
	troubles  []db.FlowSchedule  // of which something did not happen lately
}

// readFlows reads a store's flows to be judged by rules: the store's own, and
// for a save those that it would replace.
func readFlows(ctx context.Context, q db.Queries, store string, rules *flow.Rules) (storeFlows, error) {
	s := storeFlows{rules: rules}
	var err error
	if s.flows, err = q.Flows(ctx, store); err != nil {
		return s, err
	}
	if s.deleted, err = q.CountDeletedFlows(ctx, store); err != nil {
		return s, err
	}
	if s.planned, err = q.OpenSchedules(ctx, store); err != nil {
		return s, err
	}
	s.directory, err = directoryOf(ctx, q, store)
	return s, err
}

func directoryOf(ctx context.Context, q db.Queries, store string) (flowview.Directory, error) {
	return scheduler.FlowNames(ctx, q, store)
}

// has reports whether the store has a flow of this id.
func (s storeFlows) has(id string) bool {
	return slices.ContainsFunc(s.flows, func(f db.Flow) bool { return f.ID == id })
}

// page is a queue's page but for who looks at it.
func (s storeFlows) page(queue flow.Queue) flowview.Queue {
	p := flowview.Queue{Queue: queue, Directory: s.directory, Deleted: s.deleted[queue], Planned: s.plannedFor(queue)}
	for _, f := range s.flows {
		if f.Queue != queue {
			continue
		}
		shown := flowview.Flow{Flow: f.Flow, Name: f.Name, Version: f.Version, Warnings: s.warnings(f.Flow)}
		if f.Kind == flow.Main {
			p.Main = &shown
		} else {
			p.Alternatives = append(p.Alternatives, shown)
		}
	}
	return p
}

func (s storeFlows) find(queue flow.Queue, kind flow.Kind, id string) (db.Flow, bool) {
	for _, f := range s.flows {
		if f.Queue == queue && f.Kind == kind && (kind == flow.Main || f.ID == id) {
			return f, true
		}
	}
	return db.Flow{}, false
}
