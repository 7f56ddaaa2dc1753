package flow

import (
	"maps"
	"slices"
	"time"
)

// Simulation runs the engine over a log in which nothing is ever late: each
// timer fires at its turn, between the events around it (§5). The zero value
// is not ready: use NewSimulation. It is not safe for concurrent use.
type Simulation struct {
	rules         *Rules
	conversations map[string]*simulated
	turns         turns
	open          map[string]int // open conversations by the seller who holds them
	emit          func(Record)
}

type simulated struct {
	Conversation
	next Timer // its At is zero where none is set
}

// NewSimulation starts with rules and no conversations. emit receives every
// record in order: events that happened, and what the engine did.
func NewSimulation(rules *Rules, emit func(Record)) *Simulation {
	return &Simulation{rules: rules, conversations: make(map[string]*simulated), open: make(map[string]int), emit: emit}
}

// Happen applies an event at its instant, after every timer due before it.
// Events come in the order of their instants. It returns the *Refusal of an
// event that may not happen.
func (s *Simulation) Happen(e Event) error {
	s.fire(e.At, false)
	c, known := s.conversations[e.Conversation]
	if !known {
		c = &simulated{}
	}
	rec, err := Decide(s.rules, c.Conversation, e)
	if err != nil {
		return err
	}
	if !known {
		s.conversations[e.Conversation] = c
	}
	s.set(c, Evolve(c.Conversation, rec))
	s.emit(rec)
	return nil
}

// Configure replaces the rules at an instant, after every timer due before it (§6).
func (s *Simulation) Configure(rules *Rules, at time.Time) {
	s.fire(at, false)
	s.rules = rules
	for _, c := range s.Open() {
		after, records := Reconfigure(rules, c, at)
		s.set(s.conversations[c.ID], after)
		s.emitAll(records)
	}
}

// Finish fires what is due up to an instant, that instant included.
func (s *Simulation) Finish(until time.Time) { s.fire(until, true) }

// Rules are the present rules.
func (s *Simulation) Rules() *Rules { return s.rules }

// Open lists the open conversations by id.
func (s *Simulation) Open() []Conversation {
	var open []Conversation
	for _, id := range slices.Sorted(maps.Keys(s.conversations)) {
		if c := s.conversations[id]; c.IsOpen() {
			open = append(open, c.Conversation)
		}
	}
	return open
}

// fire lets timers fire whose turn is before an instant, or at it.
func (s *Simulation) fire(until time.Time, inclusive bool) {
	for len(s.turns) > 0 {
		at, c := s.turns[0].at, s.turns[0].conversation
		if at.After(until) || !inclusive && at.Equal(until) {
			return
		}
		if !c.next.At.Equal(at) {
			s.turns.pop() // something has put its turn elsewhere since
			continue
		}
		rec := fire(s.rules, c.Conversation, c.next, Moment{Now: at, Loads: s.loads})
		s.set(c, Evolve(c.Conversation, rec))
		s.emit(rec)
	}
}

func (s *Simulation) loads(seller string) int { return s.open[seller] }

func (s *Simulation) emitAll(records []Record) {
	for _, rec := range records {
		s.emit(rec)
	}
}

// set stores a conversation's new state and puts its next timer in its place.
func (s *Simulation) set(c *simulated, state Conversation) {
	if c.Seller != state.Seller || c.Status != state.Status {
		s.count(&c.Conversation, -1)
		s.count(&state, +1)
	}
	c.Conversation = state
	before := c.next.At
	c.next, _ = Next(s.rules, state, time.Time{})
	if !c.next.At.IsZero() && !c.next.At.Equal(before) {
		s.turns.push(turn{c.next.At, c})
	}
}

func (s *Simulation) count(c *Conversation, n int) {
	if c.IsOpen() && c.Seller != "" {
		s.open[c.Seller] += n
	}
}
