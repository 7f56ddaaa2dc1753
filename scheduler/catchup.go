package scheduler

import (
	"context"
	"strconv"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// catchUp brings a conversation from the configuration it was last evaluated under to
// the present one, at the instant at. What the old rules still had to do was due
// before the next ones came (§6). Versions that came and went before the conversation
// was reached are passed over, but not those that a schedule made: a timer that was due
// while one of them was in force is of its rules, however late it is looked at.
func (w *work) catchUp(ctx context.Context, c *db.Conversation, present edition, at time.Time) (records []flow.Record, err error) {
	stops, err := w.stops(ctx, c, present)
	if err != nil {
		return nil, err
	}
	var dated []time.Time
	for _, stop := range stops {
		old, next, err := w.replaced(ctx, c)
		if err != nil {
			return nil, err
		}
		last := earlier(at, next.since.Add(-time.Microsecond))
		fired, err := w.tick(ctx, old.rules, c, at, last)
		if err != nil {
			return nil, err
		}
		for range fired {
			dated = append(dated, last)
		}
		records = append(records, fired...)
		before := c.Conversation
		// The colour is the one of the instant the rules came, however late it is looked at: an alert that has
		// fallen due since fires below.
		state, lowered := flow.Reconfigure(stop.rules, c.Conversation, later(c.AsOf, stop.since))
		for i := range lowered {
			lowered[i].At = at
			dated = append(dated, stop.since)
		}
		c.Conversation, records = state, append(records, lowered...)
		c.ConfigVersion = stop.version
		if !stop.planned {
			continue
		}
		if fired, err = w.tick(ctx, stop.rules, c, at, earlier(at, stop.since)); err != nil {
			return nil, err
		}
		for range fired {
			dated = append(dated, stop.since)
		}
		records = append(records, fired...)
		w.count(c.Store, stop, flow.Impact{Before: before, After: c.Conversation})
	}
	w.ruled[c.ID] = dated
	return records, nil
}

// tick fires at the instant at what is due up to until.
func (w *work) tick(ctx context.Context, rules *flow.Rules, c *db.Conversation, at, until time.Time) (fired []flow.Record, err error) {
	c.Conversation, fired = flow.Tick(rules, c.Conversation, w.moment(ctx, c.Store, at, until, &err))
	return fired, err
}

// stops are the configurations that a conversation goes through on its way to the
// present one, which is the last.
func (w *work) stops(ctx context.Context, c *db.Conversation, present edition) (stops []edition, err error) {
	if present.version-c.ConfigVersion > 1 {
		versions, err := w.tx.ScheduledBetween(ctx, c.Store, c.ConfigVersion, present.version)
		if err != nil {
			return nil, err
		}
		for _, version := range versions {
			stop, err := w.rules.at(ctx, w.tx.Queries, c.Store, version)
			if err != nil {
				return nil, err
			}
			stops = append(stops, stop)
		}
	}
	return append(stops, present), nil
}

// replaced is the configuration a conversation was last evaluated under, and the
// one that replaced it.
func (w *work) replaced(ctx context.Context, c *db.Conversation) (old, next edition, err error) {
	if old, err = w.rules.at(ctx, w.tx.Queries, c.Store, c.ConfigVersion); err == nil {
		next, err = w.rules.at(ctx, w.tx.Queries, c.Store, c.ConfigVersion+1)
	}
	return old, next, err
}

// count adds what a scheduled configuration did to a conversation at its instant.
func (w *work) count(store string, e edition, i flow.Impact) {
	k := key{store, strconv.FormatInt(e.version, 10)}
	n := w.stepped[k]
	switch {
	case i.Closed():
		n.Closed++
	case i.Moved():
		n.Moved++
	case i.Recoloured() && i.After.Level == flow.Red:
		n.Red++
	case i.Recoloured() && i.After.Level == flow.Yellow:
		n.Yellow++
	case i.Recoloured() && i.After.Level == flow.Green:
		n.Green++
	default:
		return
	}
	w.stepped[k] = n
}

// addImpacts writes what scheduled configurations did to the conversations of this
// transaction.
func (w *work) addImpacts(ctx context.Context) error {
	for k, n := range w.stepped {
		version, err := strconv.ParseInt(k.scope, 10, 64)
		if err == nil {
			err = w.tx.AddStepImpact(ctx, k.store, version, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
