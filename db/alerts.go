package db

import (
	"context"
	"time"
)

// Alert tells people that a conversation needs them: a holder that it passed a
// limit, or the managers that what should have happened to it did not.
type Alert struct {
	Store        string
	ID           string // sorts by time
	Conversation string
	Seq          int64 // of the event
	At           time.Time
	Kind         AlertKind
	Holder       string // who held it then, as flow.Conversation.Holder; or Managers
	ContactName  string // read only
}

// AlertKind is what an alert tells.
type AlertKind string

// The kinds of alerts, the more urgent later.
const (
	FirstAlert    AlertKind = "alert1"
	SecondAlert   AlertKind = "alert2"
	ActionSkipped AlertKind = "skipped"   // the flow's action found nobody to go to
	ActionLoop    AlertKind = "loop"      // it would have gone back to where the conversation has been
	SetAside      AlertKind = "set_aside" // the conversation could not be processed
)

// Managers is the holder of the alerts that go to everybody who manages the store.
const Managers = "managers"

// InsertAlert stores an alert; without an id it gets one.
func (tx *Tx) InsertAlert(ctx context.Context, a Alert) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	_, err := tx.exec(ctx, "insert alert",
		`INSERT INTO alerts (store_id, id, conversation_id, seq, at, kind, holder) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.Store, a.ID, a.Conversation, a.Seq, At(a.At), string(a.Kind), a.Holder)
	return err
}

// Alerts lists the latest alerts to any of the holders, from after an id and not
// before since, oldest first.
func (q Queries) Alerts(ctx context.Context, store string, holders []string, after string, since time.Time, limit int) ([]Alert, error) {
	if len(holders) == 0 {
		return nil, nil
	}
	a := arguments{values: []any{store, after, int64(At(since)), pageLimit(limit)}}
	return list(ctx, q, "alerts", func(r row) (v Alert, err error) {
		return v, r.Scan(&v.Store, &v.ID, &v.Conversation, &v.Seq, timeInto{&v.At}, &v.Kind, &v.Holder, &v.ContactName)
	}, `SELECT l.store_id, l.id, l.conversation_id, l.seq, l.at, l.kind, l.holder, p.name
	    FROM (SELECT * FROM alerts WHERE store_id = $1 AND holder `+in(&a, holders)+` AND id > $2 AND at >= $3
	      ORDER BY id DESC LIMIT $4) AS l
	    JOIN conversations c ON c.store_id = l.store_id AND c.id = l.conversation_id
	    JOIN contacts p ON p.store_id = c.store_id AND p.id = c.contact_id ORDER BY l.id`, a.values...)
}

// LastAlert is the id of a store's latest alert, empty when there is none: where
// a page that has just been opened begins.
func (q Queries) LastAlert(ctx context.Context, store string) (string, error) {
	ids, err := list(ctx, q, "last alert", column[string],
		`SELECT id FROM alerts WHERE store_id = $1 ORDER BY id DESC LIMIT 1`, store)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// DeleteAlerts deletes up to limit alerts of any store that are older than an
// instant, and reports how many.
func (tx *Tx) DeleteAlerts(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.exec(ctx, "delete alerts",
		`DELETE FROM alerts WHERE (store_id, id) IN (SELECT store_id, id FROM alerts WHERE at < $1 ORDER BY at LIMIT $2)`,
		At(before), limit)
	return int(n), err
}
