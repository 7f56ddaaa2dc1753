package scheduler

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Forecast is what a change of a store's configuration does to its open
// conversations at the instant it is made.
type Forecast struct {
	Moved      []Move             // by where to, the most first
	Closed     int                // finalizadas
	Recoloured map[flow.Level]int // that stay where they are, by their new colour
	Changed    []Foreseen         // the first of them all: moved, closed, then recoloured
	Rules      *flow.Rules        // the configuration as the change makes it
}

// Move is how many conversations go to a holder; with neither team nor seller
// it is Aguardando.
type Move struct {
	Team, Seller string
	N            int
}

// Foreseen is one conversation that a change bears on.
type Foreseen struct {
	flow.Impact
	Customer string
}

// maxForeseen is how many conversations a forecast lists.
const maxForeseen = 50

// Acts reports whether the change moves or closes conversations.
func (f Forecast) Acts() bool { return len(f.Moved) > 0 || f.Closed > 0 }

// Total is how many conversations the change bears on.
func (f Forecast) Total() int {
	n := f.Closed
	for _, m := range f.Moved {
		n += m.N
	}
	for _, k := range f.Recoloured {
		n += k
	}
	return n
}

// errForeseen ends the transaction of a change that was only looked at.
var errForeseen = errors.New("the change was only foreseen")

// Foresee works out what a change would do now, by making it and taking it back:
// nothing is written. Errors: flow.Problems, and whatever change returns.
func (d *Door) Foresee(ctx context.Context, store string, change func(tx *db.Tx, now time.Time) error) (Forecast, error) {
	var forecast Forecast
	_, err := d.ConfigureIf(ctx, store, By{}, change, func(f Forecast) error {
		forecast = f
		return errForeseen
	})
	if errors.Is(err, errForeseen) {
		err = nil
	}
	return forecast, err
}

// ConfigureIf is Configure for who approves of what the change does at once: with
// approve's error nothing is changed.
func (d *Door) ConfigureIf(ctx context.Context, store string, by By, change func(tx *db.Tx, now time.Time) error,
	approve func(Forecast) error) (int64, error) {
	var version int64
	err := d.passage(ctx, func(w *work) (err error) {
		version, err = w.configure(ctx, store, by, change, approve)
		return err
	})
	return version, err
}

// foresee looks at every conversation that next may bear on, in the order in
// which the loop would reach them (§6).
func (w *work) foresee(ctx context.Context, s db.Store, next *flow.Rules) (Forecast, error) {
	present, err := w.rules.present(ctx, w.tx.Queries, s)
	if err != nil {
		return Forecast{}, err
	}
	loads, err := w.tx.CountBySeller(ctx, s.ID)
	if err != nil {
		return Forecast{}, err
	}
	m := flow.Moment{Now: w.now, Up: w.up, Loads: func(seller string) int { return loads[seller] }}
	var touched []candidate
	err = w.tx.EachAging(ctx, s.ID, aging(present.rules.Configuration(), next.Configuration(), w.now), func(c db.Conversation, customer string) {
		touched = append(touched, candidate{c.Conversation, customer})
	})
	slices.SortFunc(touched, func(a, b candidate) int { return cmp.Compare(a.ID, b.ID) })
	var t tally
	for _, c := range touched {
		i := flow.Foresee(present.rules, next, c.Conversation, m)
		loads[i.Before.Seller]--
		if i.After.IsOpen() {
			loads[i.After.Seller]++
		}
		t.add(Foreseen{i, c.customer})
	}
	forecast := t.forecast()
	forecast.Rules = next
	return forecast, err
}

type candidate struct {
	flow.Conversation
	customer string
}

// aging bounds which conversations a change can bear on: no flow has anything to
// say of one whose customer waits for less than its 1st alert, on either clock.
func aging(present, next flow.Configuration, now time.Time) db.Aging {
	least := flow.DefaultAlert1
	for _, f := range slices.Concat(present.Flows, next.Flows) {
		least = min(least, f.Alert1)
	}
	a := db.Aging{Waiting: now.Add(-least)}
	if next.AutoClose.Enabled && next.AutoClose != present.AutoClose {
		a.Waiting = later(a.Waiting, now.Add(-next.AutoClose.After))
	}
	if next.AutoCloseCustomer.Enabled && next.AutoCloseCustomer != present.AutoCloseCustomer {
		a.Answered = now.Add(-next.AutoCloseCustomer.After)
	}
	return a
}

// tally gathers a forecast.
type tally struct {
	moved      map[Move]int
	closed     int
	recoloured map[flow.Level]int
	acted      []Foreseen
	coloured   []Foreseen
}

func (t *tally) add(f Foreseen) {
	switch {
	case f.Moved():
		if t.moved == nil {
			t.moved = map[Move]int{}
		}
		to := Move{Team: f.After.Team, Seller: f.After.Seller}
		if to.Seller != "" {
			to.Team = "" // the team a seller's conversation came from is not where it goes
		}
		t.moved[to]++
		t.acted = append(t.acted, f)
	case f.Closed():
		t.closed++
		t.acted = append(t.acted, f)
	case f.Recoloured():
		if t.recoloured == nil {
			t.recoloured = map[flow.Level]int{}
		}
		t.recoloured[f.After.Level]++
		t.coloured = append(t.coloured, f)
	}
}

func (t *tally) forecast() Forecast {
	f := Forecast{Closed: t.closed, Recoloured: t.recoloured}
	for to, n := range t.moved {
		to.N = n
		f.Moved = append(f.Moved, to)
	}
	slices.SortFunc(f.Moved, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Seller, b.Seller))
	})
	changed := append(t.acted, t.coloured...)
	f.Changed = changed[:min(len(changed), maxForeseen)]
	return f
}
