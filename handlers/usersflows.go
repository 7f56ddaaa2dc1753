package handlers

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// namesSeller reports whether a flow names a seller: as an exception, or as where
// it transfers to.
func namesSeller(f db.Flow, seller string) bool { return excepts(f, seller) || transfersTo(f, seller) }

func excepts(f db.Flow, seller string) bool {
	return f.Queue == flow.SellerQueue && slices.Contains(f.Targets, seller)
}

func transfersTo(f db.Flow, seller string) bool {
	return f.Action.Type == flow.TransferSeller && f.Action.Seller == seller
}

// flowsNaming are the flows that name a seller.
func flowsNaming(flows []db.Flow, seller string) []db.Flow {
	return slices.DeleteFunc(slices.Clone(flows), func(f db.Flow) bool { return !namesSeller(f, seller) })
}

// replaced is a flow with somebody in a seller's place, or nobody. A person is an
// exception of one flow at most, and no flow transfers to its own exception. gone:
// nobody is left for whom it would be.
func replaced(f db.Flow, all []db.Flow, seller, instead string) (next db.Flow, gone bool) {
	next = f
	if excepts(f, seller) {
		next.Targets = slices.DeleteFunc(slices.Clone(f.Targets), func(id string) bool { return id == seller })
		taken := slices.ContainsFunc(all, func(o db.Flow) bool { return excepts(o, instead) })
		if instead != "" && !taken {
			next.Targets = append(next.Targets, instead)
		}
		gone = len(next.Targets) == 0
	}
	if transfersTo(f, seller) {
		next.Action.Seller = instead
	}
	if next.Action.Type == flow.TransferSeller && (next.Action.Seller == "" || excepts(next, next.Action.Seller)) {
		next.Action = flow.Action{Type: flow.ActionNone}
	}
	return next, gone
}

// replaceSeller puts somebody, or nobody, in a seller's place in every flow.
func replaceSeller(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, seller, instead string) error {
	all, err := tx.Flows(ctx, by.store)
	if err != nil {
		return err
	}
	names, err := directoryOf(ctx, tx.Queries, by.store)
	if err != nil {
		return err
	}
	for _, f := range flowsNaming(all, seller) {
		next, gone := replaced(f, all, seller, instead)
		next.UpdatedAt, next.UpdatedBy = by.at, by.name
		entry := db.Audit{Noun: db.NounFlow, NounID: f.ID, NounName: flowTitle(f), Action: db.AuditChanged}
		if gone {
			entry.Action, err = db.AuditDeleted, tx.DeleteFlow(ctx, by.store, f.ID, f.Version)
		} else {
			var l changes
			l.add("targets", ui.Join(names.TargetNames(f.Queue, f.Targets), 20), ui.Join(names.TargetNames(f.Queue, next.Targets), 20))
			l.add("action", names.ActionWord(f.Action), names.ActionWord(next.Action))
			entry.Changes, err = l, tx.UpdateFlow(ctx, next)
		}
		if err == nil {
			err = record(ctx, tx, c, by.at, entry)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// flowTitle names a flow with its queue.
func flowTitle(f db.Flow) string {
	if f.Kind == flow.Main {
		return flowview.QueueWord(f.Queue) + ": fluxo principal"
	}
	return flowview.QueueWord(f.Queue) + ": fluxo " + f.Name
}

// flowLines say what the flows that name a seller do with them, and what becomes
// of them with nobody in the place.
func flowLines(flows []db.Flow, seller, name string) (now, without []string) {
	for _, f := range flowsNaming(flows, seller) {
		if excepts(f, seller) {
			now = append(now, flowTitle(f)+" vale para "+name+".")
		}
		if transfersTo(f, seller) {
			now = append(now, flowTitle(f)+" transfere para "+name+".")
		}
		switch next, gone := replaced(f, flows, seller, ""); {
		case gone:
			without = append(without, flowTitle(f)+" é excluído: não sobra ninguém para quem valer.")
		case next.Action.Type != f.Action.Type:
			without = append(without, flowTitle(f)+" fica sem ação: no fim do tempo, só os alertas.")
		}
	}
	return now, without
}
