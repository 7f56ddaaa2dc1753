package handlers

import (
	"context"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/flowview"
)

// recordFlow records what became of a flow; the zero flow before is a new one,
// after a deleted one. A save that changed nothing is not recorded.
func recordFlow(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, before, after db.Flow) error {
	of := after
	if after.ID == "" {
		of = before
	}
	names, err := directoryOf(ctx, tx.Queries, of.Store)
	if err != nil {
		return err
	}
	changed := changes(scheduler.FlowChanges(names, before, after))
	if after.Restores > 0 {
		changed.add("restored_version", "", strconv.FormatInt(after.Restores, 10))
	}
	e := db.Audit{Noun: db.NounFlow, NounID: of.ID, NounName: scheduler.FlowTitle(of),
		Action: scheduler.FlowDone(before, after), Changes: changed}
	if e.Action == db.AuditChanged && len(e.Changes) == 0 {
		return nil
	}
	return record(ctx, tx, c, at, e)
}

// recordClosing records what became of an automatic closing.
func recordClosing(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, before, after db.AutoClosing) error {
	var all changes
	all.add("enabled", yesNo(before.Enabled), yesNo(after.Enabled))
	all.add("after", flowview.Duration(before.After), flowview.Duration(after.After))
	all.add("closing_text", before.ClosingText, after.ClosingText)
	if len(all) == 0 {
		return nil
	}
	return record(ctx, tx, c, at, db.Audit{Noun: db.NounClosing, NounID: after.Kind, NounName: flowview.ClosingWord(flowview.Closing(after.Kind)),
		Action: db.AuditChanged, Changes: all})
}
