package handlers

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// scheduleChange is what is scheduled before and after a replacement.
type scheduleChange struct {
	before, after db.FlowSchedule
	words         flowview.Change
}

// planSchedules works out what changes in what is scheduled: the flow as it shall be
// where the schedule is still to begin, as it shall be again where it has begun.
func (r *replacement) planSchedules(ctx context.Context, q db.Queries, store string, all []db.Flow) error {
	schedules, err := q.OpenSchedules(ctx, store)
	if err != nil {
		return err
	}
	for _, g := range schedules {
		of, returns := g.Becomes, false
		switch {
		case g.Running() && g.Back == nil:
			continue
		case g.Running():
			of, returns = *g.Back, true
		}
		change, changes := r.change(of, all)
		if !changes {
			continue
		}
		c := scheduleChange{before: g, after: g, words: change.words}
		c.words.Scheduled, c.words.Returning, c.words.Active = !returns, returns, true
		switch {
		case returns && c.words.Deleted:
			c.after.Back = nil
		case returns:
			c.after.Back = &change.after
		case !c.words.Deleted:
			c.after.Becomes = change.after
		}
		r.schedules = append(r.schedules, c)
	}
	return nil
}

func (g scheduleChange) do(ctx context.Context, tx *db.Tx, c echo.Context, by stamp) error {
	after := g.after
	recorded := after
	if g.words.Scheduled && g.words.Deleted {
		recorded = db.FlowSchedule{}
		after.Start.State, after.Start.Settled = db.StepCancelled, by.at
		if !after.Return.At.IsZero() {
			after.Return.State, after.Return.Settled = db.StepCancelled, by.at
		}
	}
	if err := tx.UpdateSchedule(ctx, after); err != nil {
		return err
	}
	return recordSchedule(ctx, tx, c, by.at, db.Flow{}, g.before, recorded)
}

// renameInSchedules names a channel anew in what is scheduled for Aguardando.
func renameInSchedules(ctx context.Context, tx *db.Tx, store, old, name string) error {
	schedules, err := tx.OpenSchedules(ctx, store)
	if err != nil {
		return err
	}
	for _, g := range schedules {
		if g.Becomes.Queue != flow.WaitingQueue {
			continue
		}
		flows := []*db.Flow{&g.Becomes}
		if g.Back != nil {
			flows = append(flows, g.Back)
		}
		changed := false
		for _, f := range flows {
			if i := slices.Index(f.Targets, old); i >= 0 {
				f.Targets, changed = slices.Clone(f.Targets), true
				f.Targets[i] = name
			}
		}
		if !changed {
			continue
		}
		if err := tx.UpdateSchedule(ctx, g); err != nil {
			return err
		}
	}
	return nil
}
