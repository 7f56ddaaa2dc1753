package db

import (
	"context"
	"strconv"
	"time"

	"semaforo/flow"
)

// FlowVersion is a flow as one version of it was: UpdatedAt is since when it was in
// force, UpdatedBy who made it so. Versions are never changed and never deleted.
type FlowVersion struct {
	Flow
	// Until is when the next version came; zero: it is the latest.
	Until time.Time
	// Deleted says that the flow was deleted then; the rest is what it last was.
	Deleted bool
}

// flowValues are the columns that a flow and its versions have in common.
const flowValues = `f.store_id, f.id, f.queue, f.kind, f.name, f.targets, f.alert1, f.alert2, f.clock, f.action_type, f.action_team,
  f.action_seller, f.action_delay, f.active`

// flowVersionColumns are the table's columns in the order of flowValues and what a
// version has beside them.
func flowVersionColumns(of string) string {
	columns := ""
	for i, c := range []string{"store_id", "flow_id", "queue", "kind", "name", "targets", "alert1", "alert2", "clock", "action_type",
		"action_team", "action_seller", "action_delay", "active", "version", "at", "by_name", "deleted", "restored", "schedule_id"} {
		if i > 0 {
			columns += ", "
		}
		columns += of + c
	}
	return columns
}

// keepFlowVersion keeps a flow as it is now; f says what is not in its row.
func (tx *Tx) keepFlowVersion(ctx context.Context, f Flow) error {
	_, err := tx.exec(ctx, "keep version of flow "+f.ID,
		`INSERT INTO flow_versions (`+flowVersionColumns("")+`)
		 SELECT `+flowValues+`, f.version, f.updated_at, f.updated_by, FALSE, CAST($3 AS BIGINT), CAST($4 AS TEXT)
		 FROM flows f WHERE f.store_id = $1 AND f.id = $2`, f.Store, f.ID, f.Restores, null(f.Schedule))
	return err
}

func scanFlowVersion(r row) (FlowVersion, error) {
	var v FlowVersion
	var targets string
	var alert1, alert2, delay int64
	err := r.Scan(&v.Store, &v.ID, &v.Queue, &v.Kind, &v.Name, &targets, &alert1, &alert2, &v.Clock, &v.Action.Type,
		&v.Action.Team, &v.Action.Seller, &delay, &v.Active, &v.Version, timeInto{&v.UpdatedAt}, &v.UpdatedBy, &v.Deleted, &v.Restores,
		textInto{&v.Schedule}, timeInto{&v.Until})
	if err != nil {
		return v, err
	}
	v.Alert1, v.Alert2, v.Action.Delay = duration(alert1), duration(alert2), duration(delay)
	return v, decode("targets", targets, &v.Targets)
}

var selectFlowVersions = `SELECT ` + flowVersionColumns("v.") + `, (SELECT n.at FROM flow_versions n WHERE n.store_id = v.store_id
  AND n.flow_id = v.flow_id AND n.version > v.version ORDER BY n.version LIMIT 1) FROM flow_versions v `

// FlowVersions lists a flow's versions, the newest first, from below one (0: from
// the newest).
func (q Queries) FlowVersions(ctx context.Context, store, id string, below int64, limit int) ([]FlowVersion, error) {
	return list(ctx, q, "versions of flow "+id, scanFlowVersion, selectFlowVersions+
		`WHERE v.store_id = $1 AND v.flow_id = $2 AND ($3 = 0 OR v.version < $3) ORDER BY v.version DESC LIMIT $4`,
		store, id, below, pageLimit(limit))
}

// FlowVersion reads one version of a flow.
func (q Queries) FlowVersion(ctx context.Context, store, id string, version int64) (FlowVersion, error) {
	return one(ctx, q, "version of flow "+id, scanFlowVersion, selectFlowVersions+
		`WHERE v.store_id = $1 AND v.flow_id = $2 AND v.version = $3`, store, id, version)
}

// FlowKey is the place of a deleted flow in the list of them.
type FlowKey struct {
	At   time.Time
	Flow string
}

const isDeleted = `v.store_id = $1 AND v.deleted
  AND NOT EXISTS (SELECT 1 FROM flow_versions n WHERE n.store_id = v.store_id AND n.flow_id = v.flow_id AND n.version > v.version)`

// DeletedFlows lists a queue's flows that are no longer there, the latest deleted
// first, from after a place (the zero key: from the beginning).
func (q Queries) DeletedFlows(ctx context.Context, store string, queue flow.Queue, after FlowKey, limit int) ([]FlowVersion, error) {
	a := arguments{values: []any{store, string(queue)}}
	where := `WHERE ` + isDeleted + ` AND v.queue = $2`
	if !after.At.IsZero() {
		where += ` AND (v.at, v.flow_id) < (` + a.arg(At(after.At)) + `, ` + a.arg(after.Flow) + `)`
	}
	return list(ctx, q, "deleted flows", scanFlowVersion, selectFlowVersions+where+` ORDER BY v.at DESC, v.flow_id DESC LIMIT `+a.arg(pageLimit(limit)),
		a.values...)
}

// CountDeletedFlows counts what DeletedFlows lists, by queue.
func (q Queries) CountDeletedFlows(ctx context.Context, store string) (map[flow.Queue]int, error) {
	type count struct {
		queue flow.Queue
		n     int
	}
	counts, err := list(ctx, q, "count deleted flows", func(r row) (c count, err error) { return c, r.Scan(&c.queue, &c.n) },
		`SELECT v.queue, COUNT(*) FROM flow_versions v WHERE `+isDeleted+` GROUP BY v.queue`, store)
	deleted := make(map[flow.Queue]int, len(counts))
	for _, c := range counts {
		deleted[c.queue] = c.n
	}
	return deleted, err
}

// FlowDeed is the last thing that a flow did with a conversation in a span of time.
type FlowDeed struct {
	Event
	Customer string
}

// FlowSpan is a span of time in which a flow's version was in force: from an instant
// until before another, or until now.
type FlowSpan struct {
	Store, Flow string
	From, Until time.Time
}

func (s FlowSpan) where(a *arguments) string {
	where := `e.store_id = ` + a.arg(s.Store) + ` AND e.flow_id = ` + a.arg(s.Flow) + ` AND e.flow_at >= ` + a.arg(At(s.From))
	if !s.Until.IsZero() {
		where += ` AND e.flow_at < ` + a.arg(At(s.Until))
	}
	return where
}

// CountActedOn counts, for each of some spans, the conversations in which a flow gave
// an alert, acted or skipped its action, but not beyond a number.
func (q Queries) CountActedOn(ctx context.Context, spans []FlowSpan, most int) ([]int, error) {
	if len(spans) == 0 {
		return nil, nil
	}
	var a arguments
	var counts []string
	for i, span := range spans {
		counts = append(counts, `SELECT `+strconv.Itoa(i)+` AS n, (SELECT COUNT(*) FROM (SELECT DISTINCT e.conversation_id FROM events e`+
			q.indexedBy("events_flow")+` WHERE `+span.where(&a)+` LIMIT `+a.arg(most)+`) AS acted) AS found`)
	}
	return list(ctx, q, "count conversations acted on", func(r row) (found int, err error) {
		var n int
		return found, r.Scan(&n, &found)
	}, `SELECT n, found FROM (`+union(counts, "")+`) AS spans ORDER BY n`, a.values...)
}

// FlowDeedKey is the place of a deed in the list of them.
type FlowDeedKey struct {
	At           time.Time
	Conversation string
}

// ActedOn lists those conversations, each with the last thing the flow did in it, the
// latest first, from after a place (the zero key: from the beginning).
func (q Queries) ActedOn(ctx context.Context, span FlowSpan, after FlowDeedKey, limit int) ([]FlowDeed, error) {
	var a arguments
	where := span.where(&a)
	later := `l.store_id = e.store_id AND l.conversation_id = e.conversation_id AND l.seq > e.seq AND l.flow_id = e.flow_id AND l.flow_at IS NOT NULL`
	if !span.Until.IsZero() {
		later += ` AND l.flow_at < ` + a.arg(At(span.Until))
	}
	if !after.At.IsZero() {
		where += ` AND (e.flow_at, e.conversation_id) < (` + a.arg(At(after.At)) + `, ` + a.arg(after.Conversation) + `)`
	}
	return list(ctx, q, "conversations acted on", func(r row) (d FlowDeed, err error) {
		targets := append(d.Event.targets(), timeInto{&d.FlowAt}, &d.Customer)
		return d, r.Scan(targets...)
	}, `SELECT `+eventColumns+`, e.flow_at, p.name FROM events e`+q.indexedBy("events_flow")+`
	    CROSS JOIN conversations c CROSS JOIN contacts p WHERE `+where+` AND NOT EXISTS (SELECT 1 FROM events l WHERE `+later+`)
	    AND c.store_id = e.store_id AND c.id = e.conversation_id AND p.store_id = c.store_id AND p.id = c.contact_id
	    ORDER BY e.flow_at DESC, e.conversation_id DESC LIMIT `+a.arg(pageLimit(limit)), a.values...)
}
