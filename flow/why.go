package flow

import (
	"slices"
	"strings"
	"time"
)

// Past is a conversation's log followed up to some record: the state, and which
// records made it what it is. The zero Past is before the first.
type Past struct {
	State Conversation
	Len   int64 // how many records were followed
	Clock Mark  // what started the clock that runs
	Idle  Mark  // the last interaction
	Until Mark  // what set the postponement that runs
}

// Mark is a record with its place in its conversation's log, of which the first
// is 1. The zero Mark is none.
type Mark struct {
	N      int64
	Record Record
}

// Then follows one more record.
func (p Past) Then(rec Record) Past {
	before := p.State
	p.State = Evolve(before, rec)
	p.Len++
	mark := Mark{p.Len, rec}
	switch {
	case p.State.ClockStart.IsZero():
		p.Clock = Mark{}
	case !p.State.ClockStart.Equal(before.ClockStart) || p.State.Holder() != before.Holder():
		p.Clock = mark
	}
	if !p.State.IdleSince.Equal(before.IdleSince) {
		p.Idle = mark
	}
	switch {
	case !p.State.Postponed():
		p.Until = Mark{}
	case rec.Type == Postpone:
		p.Until = mark
	}
	return p
}

// Before is the past that a step of an outlook will have: what has been, and then
// the steps before it.
func (p Past) Before(steps []Record, i int) Past {
	for _, rec := range steps[:i] {
		p = p.Then(rec)
	}
	return p
}

// Applies says by which rule of §3 a flow applies.
type Applies string

// The rules of §3, in their order.
const (
	AppliesNamed   Applies = "named"   // the active alternative flow that names the holder
	AppliesMain    Applies = "main"    // no alternative flow names it: the queue's main flow
	AppliesDefault Applies = "default" // nor is there an active main flow
)

// Reason is why the engine did something to a conversation, or will: all it
// went by, as data. Which of its parts are filled in depends on the record.
type Reason struct {
	Record Record
	Level  Level // the colour before it
	Wait   time.Time

	// Alerts, actions, skips, a lowered colour: the flow, and how its clock counted.
	Flow    Flow
	Applies Applies
	Target  string // the team, seller or channel by which flows were looked for
	Started Mark   // what started the clock
	// Hours is the team whose calendar counts, of a flow that goes by business
	// hours; empty: the store's.
	Hours string
	// Count leads from the clock's start to the deadline of the step; of a lowered
	// colour, to that of the alert which it is again too early for. In real time it
	// has no stretches.
	Count Why
	// Visited are the holders that an action may not give it to, in the order in
	// which they had it, the present one last.
	Visited []Place

	// An automatic closing: the setting and since when it judged, with the last interaction.
	Closing AutoClose
	Began   time.Time // what has to have begun after the setting was switched on
	Idle    Mark

	// The end of a postponement: what set it.
	Until Mark
}

// Place is who holds a conversation: a seller, else a team, else nobody.
type Place struct{ Team, Seller string }

// Deadline is when the record was due, by the rules that explain it; of a lowered
// colour, when the next alert is. Zero does not exist.
func (w Reason) Deadline() time.Time {
	switch w.Record.Type {
	case AutoClosed:
		return w.Idle.Record.At.Add(w.Closing.After)
	case PostponeEnded:
		return w.Until.Record.Until
	}
	return w.Count.Deadline
}

// Late is by how much the record came after its deadline.
func (w Reason) Late() time.Duration {
	if w.Record.Due.IsZero() {
		return 0
	}
	return w.Record.At.Sub(w.Record.Due)
}

// Explain says why the rules do what the record says to a conversation with this
// past. It is false for records that no rule makes (what people did), and where
// these rules would not have made this one: others were in force.
func (r *Rules) Explain(p Past, rec Record) (Reason, bool) {
	c := p.State
	w := Reason{Record: rec, Level: c.Level, Wait: c.WaitStart}
	if !c.IsOpen() {
		return w, false
	}
	switch rec.Type {
	case Alert1, Alert2, ActionTaken, ActionSkipped:
		w.step(r, p)
		return w, rec.Flow == w.Flow.ID && w.Count.Exists && w.Deadline().Equal(rec.Deadline()) && (rec.Action == "" || w.Flow.Action.made(rec))
	case LevelLowered:
		w.step(r, p)
		return w, rec.Level.Below(c.Level) && !r.Colour(c, rec.At).Below(rec.Level)
	case AutoClosed:
		w.closing(r, p)
		return w, rec.Reason == string(c.autoCloseReason()) && r.autoCloseDue(&c).Equal(rec.Deadline())
	case PostponeEnded:
		w.Until = p.Until
		return w, c.PostponedUntil.Equal(rec.Deadline())
	}
	return w, false
}

// Deadline is when the record was due: at its own instant, unless it fired late.
func (rec Record) Deadline() time.Time {
	if rec.Due.IsZero() {
		return rec.At
	}
	return rec.Due
}

// step fills in what the steps of a flow go by.
func (w *Reason) step(r *Rules, p Past) {
	c := p.State
	f := r.flowFor(&c)
	w.Flow, w.Applies, w.Target, w.Started = *f, AppliesMain, c.target(), p.Clock
	switch {
	case f.ID == DefaultFlow:
		w.Applies = AppliesDefault
	case f.Kind == Alternative:
		w.Applies = AppliesNamed
	}
	d := f.limit()
	switch {
	case w.Record.Type == Alert1, w.Record.Type == LevelLowered && w.Record.Level == Green:
		d = f.Alert1
	case w.Record.Type == Alert2, w.Record.Type == LevelLowered:
		d = f.Alert2
	}
	w.Count, w.Hours = r.count(&c, f, d)
	for _, v := range c.Visited {
		w.Visited = append(w.Visited, placeOf(v))
	}
}

// count is at with the way it takes, and the team whose calendar it goes by.
func (r *Rules) count(c *Conversation, f *Flow, d time.Duration) (Why, string) {
	if d > MaxDeadline || f.Clock != BusinessHours {
		at := r.at(c, f, d)
		return Why{Start: c.ClockStart, Open: d, Deadline: at, Exists: !at.IsZero()}, ""
	}
	cal := r.countsIn(c)
	team := c.Team
	if cal == r.store {
		team = ""
	}
	return Calendar{cal}.Why(c.ClockStart, d), team
}

// closing fills in what an automatic closing goes by.
func (w *Reason) closing(r *Rules, p Past) {
	w.Closing, w.Began = r.configuration.AutoClose, p.State.WaitStart
	if !p.State.Waiting() {
		w.Closing, w.Began = r.configuration.AutoCloseCustomer, p.State.LastAt
	}
	w.Idle = p.Idle
}

// made reports whether the action is what the record took or skipped. Whom a
// redistribution reached only the moment knew.
func (a Action) made(rec Record) bool {
	return a.Type == rec.Action && (a.Type == Redistribute || a.Team == rec.ToTeam && a.Seller == rec.ToSeller)
}

func placeOf(holder string) Place {
	kind, id, _ := strings.Cut(holder, ":")
	switch kind {
	case "team":
		return Place{Team: id}
	case "seller":
		return Place{Seller: id}
	}
	return Place{}
}

// Been is where among the visited the record's action would have led again; -1
// where it would not.
func (w Reason) Been() int {
	return slices.Index(w.Visited, placeOf(holder(w.Record.ToTeam, w.Record.ToSeller)))
}
