package db

import (
	"cmp"
	"context"
	"slices"
	"time"

	"semaforo/flow"
)

// DeedKind is something that people or flows do to conversations.
type DeedKind string

// The kinds of deeds.
const (
	DeedAnswered  DeedKind = "answered" // a customer who waited was answered
	DeedAlert1    DeedKind = "alert1"
	DeedAlert2    DeedKind = "alert2"
	DeedMoved     DeedKind = "moved"     // a flow's action
	DeedSkipped   DeedKind = "skipped"   // a flow's action that found nobody to go to
	DeedTimedOut  DeedKind = "timed_out" // an automatic closing
	DeedClosed    DeedKind = "closed"    // somebody closed it
	DeedPostponed DeedKind = "postponed"
)

// DeedKinds lists the kinds.
var DeedKinds = []DeedKind{DeedAnswered, DeedAlert1, DeedAlert2, DeedMoved, DeedSkipped, DeedTimedOut, DeedClosed, DeedPostponed}

// DeedKey is what deeds are counted by: what was done on a local day ("2026-11-26"),
// by which flow, to whose conversations. By is the user, of a postponement.
type DeedKey struct {
	Store, Day, Flow             string
	Kind                         DeedKind
	Action                       flow.ActionType
	Team, Seller, Channel, ByWho string
}

// Deed is how often it was done, and for how many seconds in all where it lasts.
type Deed struct{ N, Seconds int64 }

// Deeds are changes of the counts, gathered during a transaction and applied at its
// end.
type Deeds map[DeedKey]Deed

// Add counts one deed.
func (d Deeds) Add(key DeedKey, seconds int64) {
	sum := d[key]
	d[key] = Deed{sum.N + 1, sum.Seconds + seconds}
}

// kinds of deeds by what is recorded of them; an answer is only one where a customer
// waited, which a stay tells.
var deedKinds = map[flow.EventType]DeedKind{flow.Alert1: DeedAlert1, flow.Alert2: DeedAlert2, flow.ActionTaken: DeedMoved,
	flow.ActionSkipped: DeedSkipped, flow.AutoClosed: DeedTimedOut, flow.Close: DeedClosed, flow.Postpone: DeedPostponed}

// AddEvent counts what an event of a conversation on a channel did, on its day in loc.
func (d Deeds) AddEvent(e Event, channel string, loc *time.Location) {
	kind, counts := deedKinds[e.Type]
	if !counts {
		return
	}
	key := DeedKey{Store: e.Store, Day: localDay(e.At, loc), Kind: kind, Flow: e.Flow, Action: e.Action, Team: e.Team, Seller: e.Seller, Channel: channel}
	seconds := int64(0)
	if kind == DeedPostponed {
		seconds = int64(e.Until.Sub(e.At) / time.Second)
		if e.ByKind == ByUser {
			key.ByWho = e.ByID
		}
	}
	d.Add(key, seconds)
}

// AddStay counts the answer that ended a stay, on its day in loc.
func (d Deeds) AddStay(s Stay, loc *time.Location) {
	if s.Outcome == flow.Answered && !s.Imported {
		d.Add(DeedKey{Store: s.Store, Day: localDay(s.End, loc), Kind: DeedAnswered, Team: s.Team, Seller: s.By, Channel: s.Channel}, 0)
	}
}

func localDay(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }

// ApplyDeeds adds the changes to the counts, in one order for all transactions, and
// forgets them.
func (tx *Tx) ApplyDeeds(ctx context.Context, d Deeds) error {
	keys := make([]DeedKey, 0, len(d))
	for key := range d {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b DeedKey) int {
		return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Flow, b.Flow),
			cmp.Compare(a.Action, b.Action), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Seller, b.Seller), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.ByWho, b.ByWho))
	})
	for _, k := range keys {
		_, err := tx.exec(ctx, "apply deed",
			`INSERT INTO deeds (store_id, day, kind, flow_id, action, team_id, seller_id, channel, by_id, n, seconds)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			 ON CONFLICT (store_id, day, kind, flow_id, action, team_id, seller_id, channel, by_id)
			 DO UPDATE SET n = deeds.n + excluded.n, seconds = deeds.seconds + excluded.seconds`,
			k.Store, k.Day, string(k.Kind), k.Flow, string(k.Action), k.Team, k.Seller, k.Channel, k.ByWho, d[k].N, d[k].Seconds)
		if err != nil {
			return err
		}
	}
	clear(d)
	return nil
}

// DeedQuery narrows deeds to what one of a kind's conversations went through.
type DeedQuery struct {
	Period
	Kind FigureKind
	ID   string
}

// DeedSum is how often something was done over a period.
type DeedSum struct {
	Kind   DeedKind
	Flow   string
	Action flow.ActionType
	ByWho  string
	Deed
}

// Deeds sums up what was done over a period, by kind, flow, action and who.
func (q Queries) Deeds(ctx context.Context, store string, d DeedQuery) ([]DeedSum, error) {
	a := arguments{values: []any{store, d.From, d.To}}
	where := ""
	if column, narrow := map[FigureKind]string{OfTeam: "team_id", OfSeller: "seller_id", OfChannel: "channel"}[d.Kind]; narrow {
		where = " AND " + column + " = " + a.arg(d.ID)
	}
	return list(ctx, q, "deeds", func(r row) (s DeedSum, err error) {
		return s, r.Scan(&s.Kind, &s.Flow, &s.Action, &s.ByWho, &s.N, &s.Seconds)
	}, `SELECT kind, flow_id, action, by_id, CAST(SUM(n) AS BIGINT), CAST(SUM(seconds) AS BIGINT) FROM deeds
	    WHERE store_id = $1 AND day >= $2 AND day <= $3`+where+` GROUP BY kind, flow_id, action, by_id ORDER BY kind, flow_id, action, by_id`, a.values...)
}
