package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// Flow is a configured flow (fluxo) with what the engine does not need of it.
type Flow struct {
	flow.Flow
	Store     string
	Name      string // an alternative flow's; empty for a main one
	Version   int64  // counts its changes: who changes it says which one was seen
	UpdatedAt time.Time
	UpdatedBy string // in words
	// Restores is the earlier version that a save makes the present one again, Schedule the schedule by which it
	// is made; they are kept with the version alone.
	Restores int64
	Schedule string
}

const flowColumns = `f.store_id, f.id, f.queue, f.kind, f.name, f.targets, f.alert1, f.alert2, f.clock, f.action_type,
  f.action_team, f.action_seller, f.action_delay, f.active, f.version, f.updated_at, f.updated_by`

func scanFlow(r row) (Flow, error) {
	var f Flow
	var targets string
	var alert1, alert2, delay int64
	err := r.Scan(&f.Store, &f.ID, &f.Queue, &f.Kind, &f.Name, &targets, &alert1, &alert2, &f.Clock, &f.Action.Type,
		&f.Action.Team, &f.Action.Seller, &delay, &f.Active, &f.Version, timeInto{&f.UpdatedAt}, &f.UpdatedBy)
	if err != nil {
		return f, err
	}
	f.Alert1, f.Alert2, f.Action.Delay = duration(alert1), duration(alert2), duration(delay)
	return f, decode("targets", targets, &f.Targets)
}

// InsertFlow stores a new flow as version 1, one of an id that was deleted as the
// version after that. ErrDuplicate: its id is taken, or the queue has a main flow.
func (tx *Tx) InsertFlow(ctx context.Context, f Flow) error {
	targets, err := encodeTargets(f.Targets)
	if err != nil {
		return wrap("insert flow", err)
	}
	_, err = tx.exec(ctx, "insert flow "+f.ID,
		`INSERT INTO flows (store_id, id, queue, kind, name, name_key, targets, alert1, alert2, clock, action_type,
		   action_team, action_seller, action_delay, active, version, updated_at, updated_by)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
		   1 + COALESCE((SELECT MAX(v.version) FROM flow_versions v WHERE v.store_id = $1 AND v.flow_id = $2), 0), $16, $17)`,
		f.Store, f.ID, f.Queue, f.Kind, f.Name, Fold(f.Name), targets, micros(f.Alert1), micros(f.Alert2), f.Clock,
		f.Action.Type, f.Action.Team, f.Action.Seller, micros(f.Action.Delay), f.Active, At(f.UpdatedAt), f.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.keepFlowVersion(ctx, f)
}

// UpdateFlow changes all of a flow but its queue and kind, from the version f
// says to the next. ErrChanged: it has another version, or is gone.
func (tx *Tx) UpdateFlow(ctx context.Context, f Flow) error {
	targets, err := encodeTargets(f.Targets)
	if err != nil {
		return wrap("update flow", err)
	}
	err = tx.must(ctx, ErrChanged, "update flow "+f.ID,
		`UPDATE flows SET name = $4, name_key = $5, targets = $6, alert1 = $7, alert2 = $8, clock = $9, action_type = $10,
		   action_team = $11, action_seller = $12, action_delay = $13, active = $14, updated_at = $15, updated_by = $16,
		   version = version + 1 WHERE store_id = $1 AND id = $2 AND version = $3`,
		f.Store, f.ID, f.Version, f.Name, Fold(f.Name), targets, micros(f.Alert1), micros(f.Alert2), f.Clock,
		f.Action.Type, f.Action.Team, f.Action.Seller, micros(f.Action.Delay), f.Active, At(f.UpdatedAt), f.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.keepFlowVersion(ctx, f)
}

// DeleteFlow deletes a flow of the version that f says; f's UpdatedAt and UpdatedBy
// are when and by whom. What was scheduled for it is cancelled. ErrChanged: as UpdateFlow.
func (tx *Tx) DeleteFlow(ctx context.Context, f Flow) error {
	err := tx.must(ctx, ErrChanged, "keep deleted flow "+f.ID,
		`INSERT INTO flow_versions (`+flowVersionColumns("")+`)
		 SELECT `+flowValues+`, f.version + 1, CAST($4 AS BIGINT), CAST($5 AS TEXT), TRUE, 0, CAST($6 AS TEXT)
		 FROM flows f WHERE f.store_id = $1 AND f.id = $2 AND f.version = $3`,
		f.Store, f.ID, f.Version, At(f.UpdatedAt), f.UpdatedBy, null(f.Schedule))
	if err != nil {
		return err
	}
	err = tx.must(ctx, ErrChanged, "delete flow "+f.ID,
		`DELETE FROM flows WHERE store_id = $1 AND id = $2 AND version = $3`, f.Store, f.ID, f.Version)
	if err != nil {
		return err
	}
	return tx.cancelSteps(ctx, f)
}

// Flow reads one flow.
func (q Queries) Flow(ctx context.Context, store, id string) (Flow, error) {
	return one(ctx, q, "flow "+id, scanFlow, `SELECT `+flowColumns+` FROM flows f WHERE f.store_id = $1 AND f.id = $2`,
		store, id)
}

// Flows lists a store's flows, at most 63: by queue, the main one first, then by
// name.
func (q Queries) Flows(ctx context.Context, store string) ([]Flow, error) {
	return list(ctx, q, "flows", scanFlow, `SELECT `+flowColumns+` FROM flows f WHERE f.store_id = $1
		ORDER BY f.queue, CASE WHEN f.kind = 'main' THEN 0 ELSE 1 END, f.name_key, f.id`, store)
}

// QueueFlows lists one queue's flows, in the order of Flows.
func (q Queries) QueueFlows(ctx context.Context, store string, queue flow.Queue) ([]Flow, error) {
	return list(ctx, q, "flows", scanFlow, `SELECT `+flowColumns+` FROM flows f WHERE f.store_id = $1 AND f.queue = $2
		ORDER BY CASE WHEN f.kind = 'main' THEN 0 ELSE 1 END, f.name_key, f.id`, store, queue)
}

func encodeTargets(targets []string) (string, error) {
	if targets == nil {
		targets = []string{}
	}
	return encode(targets)
}
