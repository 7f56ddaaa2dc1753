package db_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestSchedules(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		at := func(n int) time.Time { return dbtest.Start.Add(time.Duration(n) * time.Hour) }
		make := func(id, of string, from, until int) db.FlowSchedule {
			f := someFlow(s, of, flow.Alternative)
			f.Version, f.UpdatedAt, f.UpdatedBy = 0, time.Time{}, ""
			f.Action = flow.Action{Type: flow.TransferTeam, Team: "t", Delay: time.Second}
			g := db.FlowSchedule{Store: s.ID, ID: id, Becomes: f, Existing: true, Version: 1, UpdatedAt: dbtest.Start, UpdatedBy: "Ana",
				Start: db.ScheduleStep{At: at(from), State: db.StepWaiting}}
			if until > 0 {
				g.Return = db.ScheduleStep{At: at(until), State: db.StepWaiting}
			}
			write(t, d, func(tx *db.Tx) error { return tx.InsertSchedule(ctx, g) })
			return g
		}
		ids := func(all []db.FlowSchedule, err error) (ids []string) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range all {
				ids = append(ids, g.ID)
			}
			return ids
		}
		a, b := make("a", "f", 5, 9), make("b", "f", 2, 0)
		make("c", "g", 3, 4)
		diff(t, must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "a")), a)
		diff(t, must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "b")), b)
		diff(t, ids(d.OpenSchedules(ctx, s.ID)), []string{"b", "c", "a"})
		diff(t, ids(d.SchedulesOf(ctx, s.ID, "f", "", 9)), []string{"b", "a"})
		diff(t, ids(d.SchedulesOf(ctx, s.ID, "f", "b", 9)), []string{"a"})
		diff(t, ids(d.DueSchedules(ctx, s.ID, at(3))), []string{"b", "c"})
		diff(t, must[[]string](t)(d.StoresToStep(ctx, at(1))), []string(nil))
		diff(t, must[[]string](t)(d.StoresToStep(ctx, at(2))), []string{s.ID})
		if got := must[db.Store](t)(d.Store(ctx, s.ID)).StepAt; !got.Equal(at(2)) {
			t.Errorf("the store's next step is at %v", got)
		}
		if got := must[db.Agenda](t)(d.Agenda(ctx, time.Time{}, time.Time{})).Step; !got.Equal(at(2)) {
			t.Errorf("the next step is at %v", got)
		}

		// It begins, and is running until its return.
		back := a.Becomes
		back.Alert1 = time.Second
		a.Back, a.Applied, a.Start.State, a.Start.Settled = &back, 7, db.StepDone, at(5)
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSchedule(ctx, a) })
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.UpdateSchedule(ctx, a) }), db.ErrChanged)
		write(t, d, func(tx *db.Tx) error { return tx.SetStepConfig(ctx, s.ID, at(5), 3) })
		for range 2 {
			write(t, d, func(tx *db.Tx) error {
				return tx.AddStepImpact(ctx, s.ID, 3, db.StepImpact{Moved: 1, Closed: 2, Red: 3, Yellow: 4, Green: 5})
			})
		}
		a.Version, a.Start.Config, a.Start.Impact = 2, 3, db.StepImpact{Moved: 2, Closed: 4, Red: 6, Yellow: 8, Green: 10}
		got := must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "a"))
		diff(t, got, a)
		if !got.Running() || got.Waiting() || must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "b")).Running() {
			t.Errorf("running: %+v", got)
		}
		diff(t, ids(d.OpenSchedules(ctx, s.ID)), []string{"b", "c", "a"})

		// Where a team is replaced in it, the flow's next version is the schedule's too.
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.FollowFlow(ctx, s.ID, "f", 7), tx.FollowFlow(ctx, s.ID, "f", 7))
		})
		if got := must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "a")); got.Applied != 8 {
			t.Errorf("it follows to version %d", got.Applied)
		}
		a.Version = 3

		// A return that is taken away is not there any more; one that is changed keeps what its start has done.
		a.Return = db.ScheduleStep{}
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSchedule(ctx, a) })
		a.Version = 4
		diff(t, must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "a")), a)

		b.Start.State, b.Start.Problem, b.Start.Settled = db.StepFailed, "Não deu.", at(2)
		write(t, d, func(tx *db.Tx) error { return tx.UpdateSchedule(ctx, b) })
		diff(t, ids(d.UnfinishedSchedules(ctx, s.ID, at(2), 9)), []string{"b"})
		diff(t, ids(d.UnfinishedSchedules(ctx, s.ID, at(3), 9)), []string(nil))

		// Deleting a flow cancels what is to come of it.
		f := someFlow(s, "g", flow.Alternative)
		write(t, d, func(tx *db.Tx) error { return tx.InsertFlow(ctx, f) })
		write(t, d, func(tx *db.Tx) error { return tx.DeleteFlow(ctx, f) })
		c := must[db.FlowSchedule](t)(d.Schedule(ctx, s.ID, "c"))
		if c.Start.State != db.StepCancelled || c.Return.State != db.StepCancelled || c.Start.Problem != db.StepFlowDeleted {
			t.Errorf("of a deleted flow: %+v", c)
		}
		diff(t, ids(d.OpenSchedules(ctx, s.ID)), []string(nil))
	})
}

func TestScheduledBetween(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		for i := range 5 {
			by := db.BySchedule
			if i == 2 {
				by = db.ByUser
			}
			write(t, d, func(tx *db.Tx) error {
				_, err := tx.AppendConfiguration(ctx, db.Configuration{Store: s.ID, At: dbtest.Start, ByLabel: by, Document: "{}"})
				return err
			})
		}
		if got := must[[]int64](t)(d.ScheduledBetween(ctx, s.ID, 1, 6)); !slices.Equal(got, []int64{2, 3, 5}) {
			t.Error(fmt.Sprint(got))
		}
	})
}
