package db

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pressly/goose/v3"

	"semaforo/flow"
)

//go:embed migrations/00017_versions/tables.sql
var versionsTables string

// versions is migration 17, in Go: what a store's flows have been is read off the
// configurations it has had, whose documents only Go reads.
func versions(postgres bool) *goose.Migration {
	drop := `DROP TABLE flow_steps;
DROP TABLE flow_schedules;
DROP INDEX events_flow;
ALTER TABLE events DROP COLUMN flow_at;
DROP TABLE flow_versions;
`
	return goose.NewGoMigration(17, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if err := execText(ctx, tx, "tables.sql", versionsTables); err != nil {
			return err
		}
		run := &Tx{Queries: Queries{run: std{on: tx, total: new(atomic.Int64)}, postgres: postgres}}
		stores, err := list(ctx, run.Queries, "stores", column[string], `SELECT id FROM stores ORDER BY id`)
		for _, store := range stores {
			if err == nil {
				err = run.recallFlows(ctx, store)
			}
		}
		return err
	}}, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error { return execText(ctx, tx, "down", drop) }})
}

// recallFlows works out the versions that a store's flows have had. What only a
// flow's row ever held, as a name that was changed, is known of the present alone.
func (tx *Tx) recallFlows(ctx context.Context, store string) error {
	present, err := tx.Flows(ctx, store)
	if err != nil {
		return err
	}
	past, err := tx.pastFlows(ctx, store)
	if err != nil {
		return err
	}
	for _, f := range present {
		all := past[f.ID]
		delete(past, f.ID)
		if n := len(all); n > 0 && !all[n-1].Deleted && sameFlow(all[n-1].Flow.Flow, f.Flow) {
			f.UpdatedAt, f.UpdatedBy = all[n-1].UpdatedAt, all[n-1].UpdatedBy
			all = all[:n-1]
		}
		if all, err = tx.numbered(ctx, append(all, FlowVersion{Flow: f})); err == nil {
			err = tx.insertFlowVersions(ctx, all, f.Name)
		}
		if err != nil {
			return err
		}
	}
	for id, all := range past {
		for i := range all {
			all[i].Version = int64(i + 1)
		}
		name, err := tx.nameOfFlow(ctx, store, id)
		if err == nil {
			err = tx.insertFlowVersions(ctx, all, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// numbered counts a present flow's versions, the last being the present one, whose
// number the flow's row gets where there have been more.
func (tx *Tx) numbered(ctx context.Context, all []FlowVersion) ([]FlowVersion, error) {
	last := &all[len(all)-1]
	first := max(1, last.Version-int64(len(all)-1))
	for i := range all {
		all[i].Version = first + int64(i)
	}
	_, err := tx.exec(ctx, "number flow "+last.ID, `UPDATE flows SET version = $3 WHERE store_id = $1 AND id = $2`, last.Store, last.ID, last.Version)
	return all, err
}

// pastFlows are the states of each flow that the store's configurations tell of, the
// oldest first. A document that cannot be read tells of nothing.
func (tx *Tx) pastFlows(ctx context.Context, store string) (map[string][]FlowVersion, error) {
	former, err := tx.formerNames(ctx, store)
	if err != nil {
		return nil, err
	}
	users, err := tx.UserNames(ctx, store)
	if err != nil {
		return nil, err
	}
	past := map[string][]FlowVersion{}
	before := map[string]flow.Flow{}
	for version := int64(1); ; version++ {
		c, err := one(ctx, tx.Queries, "configuration", scanConfiguration, `SELECT `+configurationColumns+` FROM configurations v
		  WHERE v.store_id = $1 AND v.version >= $2 ORDER BY v.version LIMIT 1`, store, version)
		if errors.Is(err, ErrNotFound) {
			return past, nil
		}
		if err != nil {
			return nil, err
		}
		version = c.Version
		cfg, err := flow.ParseConfiguration([]byte(c.Document))
		if err != nil {
			continue
		}
		by := byWords(c, users)
		now := map[string]flow.Flow{}
		for _, f := range cfg.Flows {
			f.Targets = withoutFormer(f, former)
			now[f.ID] = f
			if was, known := before[f.ID]; !known || !sameFlow(was, f) {
				past[f.ID] = append(past[f.ID], FlowVersion{Flow: Flow{Flow: f, Store: store, UpdatedAt: c.At, UpdatedBy: by}})
			}
		}
		for id, was := range before {
			if _, still := now[id]; !still {
				past[id] = append(past[id], FlowVersion{Flow: Flow{Flow: was, Store: store, UpdatedAt: c.At, UpdatedBy: by}, Deleted: true})
			}
		}
		before = now
	}
}

// sameFlow reports whether two flows are the same to the engine.
func sameFlow(a, b flow.Flow) bool {
	if len(a.Targets) == 0 && len(b.Targets) == 0 {
		a.Targets, b.Targets = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// byWords is who made a configuration, as flows name who changed them.
func byWords(c Configuration, users map[string]string) string {
	switch {
	case users[c.ByUser] != "":
		return users[c.ByUser]
	case c.ByLabel == ByToken:
		return "API"
	case c.ByLabel == "" || c.ByLabel == ByUser || c.ByLabel == BySystem:
		return ""
	}
	return c.ByLabel
}

// withoutFormer takes away the names that channels had before, which a configuration
// has beside their own.
func withoutFormer(f flow.Flow, former map[string][]string) []string {
	var not []string
	if f.Queue == flow.WaitingQueue {
		for _, target := range f.Targets {
			not = append(not, former[target]...)
		}
	}
	return slices.DeleteFunc(slices.Clone(f.Targets), func(target string) bool { return slices.Contains(not, target) })
}

// nameOfFlow is what a deleted flow was called, as the audit trail tells.
func (tx *Tx) nameOfFlow(ctx context.Context, store, id string) (string, error) {
	entries, err := tx.AuditTrail(ctx, store, AuditQuery{Noun: NounFlow, NounID: id}, 1)
	for _, e := range entries {
		name, _, _ := strings.Cut(strings.TrimPrefix(e.NounName, "fluxo "), " da fila ")
		for _, change := range e.Changes {
			if change.Field == "name" {
				name = cmp.Or(change.After, change.Before)
			}
		}
		if !strings.HasPrefix(e.NounName, "fluxo principal") {
			return name, err
		}
	}
	return "", err
}

func (tx *Tx) insertFlowVersions(ctx context.Context, all []FlowVersion, name string) error {
	for _, v := range all {
		if v.Kind == flow.Alternative && v.Name == "" {
			v.Name = name
		}
		targets, err := encodeTargets(v.Targets)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "recall flow "+v.ID, `INSERT INTO flow_versions (`+flowVersionColumns("")+`) VALUES (`+placeholders(1, 20)+`)`,
			v.Store, v.ID, string(v.Queue), string(v.Kind), v.Name, targets, micros(v.Alert1), micros(v.Alert2), string(v.Clock), string(v.Action.Type),
			v.Action.Team, v.Action.Seller, micros(v.Action.Delay), v.Active, v.Version, int64(At(v.UpdatedAt)), v.UpdatedBy, v.Deleted, 0, nil)
		if err != nil {
			return err
		}
	}
	return nil
}
