package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
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
	changed := flowChanges(names, before, after)
	if after.Restores > 0 {
		changed.add("restored_version", "", strconv.FormatInt(after.Restores, 10))
	}
	e := db.Audit{Noun: db.NounFlow, NounID: of.ID, NounName: flowName(of) + " da " + strings.ToLower(flowview.QueueWord(of.Queue)),
		Action: flowDone(before, after), Changes: changed}
	if e.Action == db.AuditChanged && len(e.Changes) == 0 {
		return nil
	}
	return record(ctx, tx, c, at, e)
}

func flowDone(before, after db.Flow) string {
	switch {
	case before.ID == "":
		return db.AuditCreated
	case after.ID == "":
		return db.AuditDeleted
	case after.Active && !before.Active:
		return db.AuditEnabled
	case before.Active && !after.Active:
		return db.AuditDisabled
	}
	return db.AuditChanged
}

func flowChanges(names flowview.Directory, before, after db.Flow) changes {
	was, is := flowWords(names, before), flowWords(names, after)
	var all changes
	for i := range was {
		all.add(was[i].field, was[i].text, is[i].text)
	}
	return all
}

// flowWords are a flow's settings in words, all empty for the zero flow.
func flowWords(names flowview.Directory, f db.Flow) [7]struct{ field, text string } {
	words := [7]struct{ field, text string }{{field: "name"}, {field: "targets"}, {field: "alert1"}, {field: "alert2"}, {field: "action"},
		{field: "action_when"}, {field: "clock"}}
	if f.ID == "" {
		return words
	}
	if f.Kind == flow.Alternative {
		words[0].text, words[1].text = f.Name, strings.Join(names.TargetNames(f.Queue, f.Targets), ", ")
	}
	words[2].text, words[3].text = flowview.Duration(f.Alert1), flowview.Duration(f.Alert2)
	words[4].text, words[5].text, words[6].text = names.ActionWord(f.Action), flowview.WhenWord(f.Action), flowview.ClockWord(f.Clock)
	return words
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
