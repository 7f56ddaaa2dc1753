package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// FlowSchedule is a change of a flow that takes effect at an instant and, where it
// has a return, ends at another (Programar).
type FlowSchedule struct {
	Store, ID string
	// Becomes is the flow as it shall be: of its version and its changes nothing is known yet.
	Becomes Flow
	// Existing says that there was such a flow when it was scheduled; without, it is made.
	Existing bool
	// Back is what the return makes of the flow: what it was when the schedule began. Nil before that, and where
	// there was no flow: the return deletes it.
	Back *Flow
	// Applied is the version of the flow that the start has made, 0 before.
	Applied int64
	Version int64 // counts its changes: who changes it says which one was seen
	// UpdatedAt and UpdatedBy are when and by whom it was made or changed last.
	UpdatedAt time.Time
	UpdatedBy string
	Start     ScheduleStep
	Return    ScheduleStep // at the zero time: there is none
}

// ScheduleStep is one of a schedule's changes.
type ScheduleStep struct {
	At      time.Time
	State   StepState
	Problem string    // why it failed, in words
	Settled time.Time // when it was done or given up
	Config  int64     // the configuration it made, 0: none
	Impact  StepImpact
}

// StepState is what has become of a step.
type StepState string

// The states of a step.
const (
	StepWaiting   StepState = "waiting"
	StepDone      StepState = "done"
	StepKept      StepState = "kept" // the flow had been changed by hand and was left so
	StepFailed    StepState = "failed"
	StepCancelled StepState = "cancelled"
)

// StepFlowDeleted is the problem of a step that was cancelled because its flow was
// deleted.
const StepFlowDeleted = "flow_deleted"

// StepImpact is how many conversations a step has changed at its instant.
type StepImpact struct{ Moved, Closed, Red, Yellow, Green int64 }

// Running reports whether the flow is what the schedule made of it, until its return.
func (s FlowSchedule) Running() bool {
	return s.Start.State == StepDone && s.Return.State == StepWaiting
}

// Waiting reports whether the schedule is still to begin.
func (s FlowSchedule) Waiting() bool { return s.Start.State == StepWaiting }

// flowText is a flow in a schedule's document.
type flowText struct {
	Name    string          `json:"name,omitempty"`
	Targets []string        `json:"targets,omitempty"`
	Alert1  int64           `json:"alert1"` // µs, as all times here
	Alert2  int64           `json:"alert2"`
	Clock   flow.Clock      `json:"clock"`
	Action  flow.ActionType `json:"action"`
	Team    string          `json:"team,omitempty"`
	Seller  string          `json:"seller,omitempty"`
	Delay   int64           `json:"delay,omitempty"`
	Active  bool            `json:"active"`
}

func textOf(f Flow) (string, error) {
	return encode(flowText{f.Name, f.Targets, micros(f.Alert1), micros(f.Alert2), f.Clock, f.Action.Type, f.Action.Team, f.Action.Seller,
		micros(f.Action.Delay), f.Active})
}

// read fills a flow, whose id, queue and kind are known, from a document.
func (f *Flow) read(document string) error {
	var t flowText
	if err := decode("scheduled flow", document, &t); err != nil {
		return err
	}
	f.Name, f.Targets, f.Alert1, f.Alert2, f.Clock, f.Active = t.Name, t.Targets, duration(t.Alert1), duration(t.Alert2), t.Clock, t.Active
	f.Action = flow.Action{Type: t.Action, Team: t.Team, Seller: t.Seller, Delay: duration(t.Delay)}
	return nil
}

const selectSchedules = `SELECT g.store_id, g.id, g.flow_id, g.queue, g.kind, g.existing, g.becomes, g.back, g.applied, g.version, g.updated_at,
  g.updated_by, b.at, b.state, b.problem, b.settled_at, COALESCE(b.config_version, 0), b.moved, b.closed, b.red, b.yellow, b.green,
  r.at, COALESCE(r.state, ''), COALESCE(r.problem, ''), r.settled_at, COALESCE(r.config_version, 0), COALESCE(r.moved, 0), COALESCE(r.closed, 0),
  COALESCE(r.red, 0), COALESCE(r.yellow, 0), COALESCE(r.green, 0)
  FROM flow_schedules g JOIN flow_steps b ON b.store_id = g.store_id AND b.schedule_id = g.id AND b.step = 'start'
  LEFT JOIN flow_steps r ON r.store_id = g.store_id AND r.schedule_id = g.id AND r.step = 'return' `

func (s *ScheduleStep) targets() []any {
	return []any{timeInto{&s.At}, &s.State, &s.Problem, timeInto{&s.Settled}, &s.Config, &s.Impact.Moved, &s.Impact.Closed, &s.Impact.Red,
		&s.Impact.Yellow, &s.Impact.Green}
}

func scanSchedule(r row) (s FlowSchedule, err error) {
	var becomes, back string
	f := &s.Becomes
	targets := []any{&s.Store, &s.ID, &f.ID, &f.Queue, &f.Kind, &s.Existing, &becomes, textInto{&back}, &s.Applied, &s.Version,
		timeInto{&s.UpdatedAt}, &s.UpdatedBy}
	if err := r.Scan(append(append(targets, s.Start.targets()...), s.Return.targets()...)...); err != nil {
		return s, err
	}
	f.Store = s.Store
	if back != "" {
		s.Back = &Flow{Store: s.Store, Flow: flow.Flow{ID: f.ID, Queue: f.Queue, Kind: f.Kind}}
		if err := s.Back.read(back); err != nil {
			return s, err
		}
	}
	return s, f.read(becomes)
}

// InsertSchedule stores a new schedule as version 1; its steps wait.
func (tx *Tx) InsertSchedule(ctx context.Context, s FlowSchedule) error {
	becomes, err := textOf(s.Becomes)
	if err != nil {
		return wrap("insert schedule", err)
	}
	_, err = tx.exec(ctx, "insert schedule "+s.ID,
		`INSERT INTO flow_schedules (store_id, id, flow_id, queue, kind, existing, becomes, applied, version, updated_at, updated_by)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $9)`,
		s.Store, s.ID, s.Becomes.ID, string(s.Becomes.Queue), string(s.Becomes.Kind), s.Existing, becomes, At(s.UpdatedAt), s.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.setSteps(ctx, s)
}

// UpdateSchedule changes a schedule and its steps, from the version s says to the
// next. ErrChanged: it has another version.
func (tx *Tx) UpdateSchedule(ctx context.Context, s FlowSchedule) error {
	becomes, err := textOf(s.Becomes)
	back := ""
	if err == nil && s.Back != nil {
		back, err = textOf(*s.Back)
	}
	if err != nil {
		return wrap("update schedule", err)
	}
	err = tx.must(ctx, ErrChanged, "update schedule "+s.ID,
		`UPDATE flow_schedules SET flow_id = $4, becomes = $5, back = $6, applied = $7, updated_at = $8, updated_by = $9, version = version + 1
		 WHERE store_id = $1 AND id = $2 AND version = $3`,
		s.Store, s.ID, s.Version, s.Becomes.ID, becomes, null(back), s.Applied, At(s.UpdatedAt), s.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.setSteps(ctx, s)
}

// FollowFlow has what runs on a version of a flow run on its next: where a team, a
// seller or a channel's name is replaced in it, nobody has changed it by hand.
func (tx *Tx) FollowFlow(ctx context.Context, store, id string, version int64) error {
	_, err := tx.exec(ctx, "follow flow "+id, `UPDATE flow_schedules SET applied = applied + 1, version = version + 1
	  WHERE store_id = $1 AND flow_id = $2 AND applied = $3`, store, id, version)
	return err
}

// setSteps writes a schedule's steps but for their impact.
func (tx *Tx) setSteps(ctx context.Context, s FlowSchedule) error {
	for name, step := range map[string]ScheduleStep{"start": s.Start, "return": s.Return} {
		if step.At.IsZero() {
			if _, err := tx.exec(ctx, "delete step", `DELETE FROM flow_steps WHERE store_id = $1 AND schedule_id = $2 AND step = $3`, s.Store, s.ID, name); err != nil {
				return err
			}
			continue
		}
		config := any(nil)
		if step.Config > 0 {
			config = step.Config
		}
		_, err := tx.exec(ctx, "set step of schedule "+s.ID,
			`INSERT INTO flow_steps (store_id, schedule_id, step, at, state, problem, settled_at, config_version, moved, closed, red, yellow, green)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0)
			 ON CONFLICT (store_id, schedule_id, step) DO UPDATE SET at = excluded.at, state = excluded.state, problem = excluded.problem,
			   settled_at = excluded.settled_at, config_version = excluded.config_version`,
			s.Store, s.ID, name, At(step.At), string(step.State), step.Problem, At(step.Settled), config)
		if err != nil {
			return err
		}
	}
	return nil
}

// cancelSteps cancels what is still to come of a flow that was deleted, but for the
// schedule that did it.
func (tx *Tx) cancelSteps(ctx context.Context, f Flow) error {
	_, err := tx.exec(ctx, "cancel steps of flow "+f.ID,
		`UPDATE flow_steps SET state = 'cancelled', problem = $4, settled_at = $5 WHERE store_id = $1 AND state = 'waiting'
		 AND schedule_id IN (SELECT g.id FROM flow_schedules g WHERE g.store_id = $1 AND g.flow_id = $2 AND g.id <> $3)`,
		f.Store, f.ID, f.Schedule, StepFlowDeleted, At(f.UpdatedAt))
	return err
}

// Schedule reads one schedule.
func (q Queries) Schedule(ctx context.Context, store, id string) (FlowSchedule, error) {
	return one(ctx, q, "schedule "+id, scanSchedule, selectSchedules+`WHERE g.store_id = $1 AND g.id = $2`, store, id)
}

// OpenSchedules lists a store's schedules of which something is still to come, by
// when.
func (q Queries) OpenSchedules(ctx context.Context, store string) ([]FlowSchedule, error) {
	return list(ctx, q, "open schedules", scanSchedule, selectSchedules+`WHERE g.store_id = $1 AND g.id IN
	   (SELECT w.schedule_id FROM flow_steps w WHERE w.store_id = $1 AND w.state = 'waiting')
	 ORDER BY CASE WHEN b.state = 'waiting' THEN b.at ELSE r.at END, g.id`, store)
}

// DueSchedules lists a store's schedules with a step that waits and is due, in no
// order.
func (q Queries) DueSchedules(ctx context.Context, store string, now time.Time) ([]FlowSchedule, error) {
	return list(ctx, q, "due schedules", scanSchedule, selectSchedules+`WHERE g.store_id = $1 AND g.id IN
	   (SELECT w.schedule_id FROM flow_steps w WHERE w.store_id = $1 AND w.state = 'waiting' AND w.at <= $2) ORDER BY g.id`, store, At(now))
}

// UnfinishedSchedules lists up to limit of a store's schedules that failed, or whose
// return did not happen, since an instant, the latest first.
func (q Queries) UnfinishedSchedules(ctx context.Context, store string, since time.Time, limit int) ([]FlowSchedule, error) {
	return list(ctx, q, "unfinished schedules", scanSchedule, selectSchedules+`WHERE g.store_id = $1 AND g.id IN
	   (SELECT w.schedule_id FROM flow_steps w WHERE w.store_id = $1 AND w.settled_at >= $2 AND w.state IN ('failed', 'kept'))
	 ORDER BY g.id DESC LIMIT $3`, store, At(since), pageLimit(limit))
}

// SchedulesOf lists a flow's schedules whatever has become of them, the latest made
// first, from below an id (empty: from the latest).
func (q Queries) SchedulesOf(ctx context.Context, store, flowID, below string, limit int) ([]FlowSchedule, error) {
	return list(ctx, q, "schedules of flow "+flowID, scanSchedule, selectSchedules+`WHERE g.store_id = $1 AND g.flow_id = $2
	  AND ($3 = '' OR g.id < $3) ORDER BY g.id DESC LIMIT $4`, store, flowID, below, pageLimit(limit))
}

// SetStepConfig notes which configuration the steps of an instant that were done
// have made.
func (tx *Tx) SetStepConfig(ctx context.Context, store string, at time.Time, config int64) error {
	_, err := tx.exec(ctx, "set configuration of steps",
		`UPDATE flow_steps SET config_version = $3 WHERE store_id = $1 AND at = $2 AND state = 'done' AND config_version IS NULL`, store, At(at), config)
	return err
}

// AddStepImpact adds to what the steps that made a configuration have changed.
func (tx *Tx) AddStepImpact(ctx context.Context, store string, config int64, i StepImpact) error {
	_, err := tx.exec(ctx, "add step impact",
		`UPDATE flow_steps SET moved = moved + $3, closed = closed + $4, red = red + $5, yellow = yellow + $6, green = green + $7
		 WHERE store_id = $1 AND config_version = $2`, store, config, i.Moved, i.Closed, i.Red, i.Yellow, i.Green)
	return err
}

// StoresToStep lists the stores with a scheduled change that is due.
func (q Queries) StoresToStep(ctx context.Context, now time.Time) ([]string, error) {
	return list(ctx, q, "stores to step", column[string],
		`SELECT DISTINCT store_id FROM flow_steps WHERE state = 'waiting' AND at <= $1 ORDER BY store_id`, At(now))
}
