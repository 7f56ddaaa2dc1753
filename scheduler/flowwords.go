package scheduler

import (
	"context"
	"strings"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
)

// FlowName is a flow in the middle of a sentence: “fluxo principal”, “fluxo Noite”.
func FlowName(f db.Flow) string {
	if f.Kind == flow.Main {
		return "fluxo principal"
	}
	return "fluxo " + f.Name
}

// FlowTitle is FlowName with its queue: “fluxo Noite da fila do time”.
func FlowTitle(f db.Flow) string {
	return FlowName(f) + " da " + strings.ToLower(flowview.QueueWord(f.Queue))
}

// FlowDone is the audit trail's action for what became of a flow; the zero flow before
// is a new one, after a deleted one.
func FlowDone(before, after db.Flow) string {
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

// FlowChanges are the settings that differ between two states of a flow, in words.
func FlowChanges(names flowview.Directory, before, after db.Flow) []db.AuditChange {
	was, is := flowWords(names, before), flowWords(names, after)
	var all []db.AuditChange
	for i := range was {
		if was[i].After != is[i].After {
			all = append(all, db.AuditChange{Field: was[i].Field, Before: was[i].After, After: is[i].After})
		}
	}
	return all
}

// flowWords are a flow's settings in words, all empty for the zero flow.
func flowWords(names flowview.Directory, f db.Flow) [7]db.AuditChange {
	words := [7]db.AuditChange{{Field: "name"}, {Field: "targets"}, {Field: "alert1"}, {Field: "alert2"}, {Field: "action"},
		{Field: "action_when"}, {Field: "clock"}}
	if f.ID == "" {
		return words
	}
	if f.Kind == flow.Alternative {
		words[0].After, words[1].After = f.Name, strings.Join(names.TargetNames(f.Queue, f.Targets), ", ")
	}
	words[2].After, words[3].After = flowview.Duration(f.Alert1), flowview.Duration(f.Alert2)
	words[4].After, words[5].After, words[6].After = names.ActionWord(f.Action), flowview.WhenWord(f.Action), flowview.ClockWord(f.Clock)
	return words
}

// FlowNames are the names that a store's flows are told by.
func FlowNames(ctx context.Context, q db.Queries, store string) (flowview.Directory, error) {
	var d flowview.Directory
	teams, err := q.Teams(ctx, store)
	if err != nil {
		return d, err
	}
	for _, t := range teams {
		d.Teams = append(d.Teams, flowview.Entry{ID: t.ID, Name: t.Name, Gone: t.Archived})
	}
	sellers, err := q.AllSellers(ctx, store)
	if err != nil {
		return d, err
	}
	for _, p := range sellers {
		d.Sellers = append(d.Sellers, flowview.Entry{ID: p.ID, Name: p.Name, Gone: !p.Active})
	}
	channels, err := q.Channels(ctx, store)
	if err != nil {
		return d, err
	}
	for _, h := range channels {
		d.Channels = append(d.Channels, flowview.Entry{ID: h.Name, Name: h.Name, Gone: !h.Active})
	}
	return d, nil
}
