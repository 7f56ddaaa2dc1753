package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// crowd is how many there are and how fast they are.
type crowd struct {
	beat      time.Duration // real time between moves
	few, many int           // open conversations: below few customers hurry in, at many none comes
	postponed int           // at most
}

// fastest is how short a beat gets: faster, nobody could follow.
const fastest = 350 * time.Millisecond

// crowdAt is the crowd under a clock of that speed. A fast clock makes a minute's
// wait last a second, so fewer customers are served at a quicker beat.
func crowdAt(speed float64) crowd {
	c := crowd{beat: 2800 * time.Millisecond, few: 28, many: 38, postponed: 4}
	if speed > 2 {
		c = crowd{beat: max(fastest, time.Duration(float64(c.beat)/speed)), few: 13, many: 18, postponed: 2}
	}
	return c
}

// move does something, and reports whether there was something to do.
type move func(ctx context.Context) (bool, error)

// choice is a move and how likely it is, beside the others.
type choice struct {
	weight    float64
	move      move
	postpones bool // there is a limit to those
}

// look lists what could happen next, in an order that only the conversations decide.
func (m *Movement) look(open []conversation, busy map[string]bool) []choice {
	var all []choice
	writing, postponed := map[int]bool{}, 0
	for _, c := range open {
		if c.postponed() {
			postponed++
		}
		who, ours := m.customers[c.Contact.ExternalID]
		if !ours {
			continue // a real customer's: people play it
		}
		writing[who.n] = true
		all = append(all, m.around(c, who, busy)...)
	}
	if postponed >= m.crowd.postponed {
		all = slices.DeleteFunc(all, func(c choice) bool { return c.postpones })
	}
	all = append(all, choice{weight: weightNothing, move: nothing})
	switch n := len(open); {
	case n < m.crowd.few:
		all = append(all, choice{weight: weightArrival * 5, move: m.arrival(writing)})
	case n < m.crowd.many:
		all = append(all, choice{weight: weightArrival, move: m.arrival(writing)})
	}
	return all
}

// Weights, relative to each other. A conversation whose time has come weighs so
// much more than the rest that it is next before long.
const (
	weightArrival  = 2
	weightAnswer   = 2
	weightEarly    = 0.03
	weightNudge    = 0.04
	weightPostpone = 0.03
	weightTransfer = 0.02
	weightNote     = 0.01
	weightCustomer = 0.8
	weightReader   = 9 // answering a person who plays a seller
	weightResume   = 0.06
	weightNothing  = 2.5
)

// nothing is a moment in which everybody reads.
func nothing(context.Context) (bool, error) { return true, nil }

// around lists what could happen to one of our customers' conversations.
func (m *Movement) around(c conversation, who customer, busy map[string]bool) []choice {
	theirs := busy[c.Seller] || m.persons[c.ID] // a person plays the seller
	switch {
	case c.postponed() && theirs:
		return nil
	case c.postponed():
		return []choice{{weight: weightResume, move: m.resume(c)}}
	case !c.waits() && theirs:
		return []choice{{weight: weightReader, move: m.customerGoesOn(c, who, false)}}
	case !c.waits():
		return []choice{{weight: weightCustomer, move: m.customerGoesOn(c, who, true)}}
	}
	waited := m.Clock.Now().Sub(c.WaitStart)
	var all []choice
	if waited > 2*time.Minute {
		all = append(all, choice{weight: weightNudge, move: m.nudge(c, who)})
	}
	if theirs {
		return all
	}
	weight := weightEarly
	if waited > patience(who.n, c.Queue, c.WaitStart) {
		weight = weightAnswer
	}
	all = append(all, choice{weight: weight, move: m.answer(c, busy)})
	if c.Seller != "" {
		all = append(all, choice{weight: weightPostpone, move: m.postpone(c), postpones: true}, choice{weight: weightNote, move: m.note(c)})
		if c.Team != "" {
			all = append(all, choice{weight: weightTransfer, move: m.passOn(c)})
		}
	}
	return all
}

// patience is how long a wait lasts before somebody takes care of it: less where
// somebody is in charge. One in five is forgotten, so that the flows have something
// to do.
func patience(customer int, queue flow.Queue, wait time.Time) time.Duration {
	sum := rand.NewPCG(uint64(customer), uint64(wait.UnixMicro())).Uint64()
	from, span := 40*time.Second, 5*time.Minute
	switch {
	case sum%5 == 0:
		from, span = 9*time.Minute, 24*time.Minute
	case queue == flow.TeamQueue:
		from, span = 90*time.Second, 9*time.Minute
	}
	return from + time.Duration(sum/5%uint64(span/time.Second))*time.Second
}

// choose picks one of the choices by chance, and takes it out.
func (m *Movement) choose(all *[]choice) move {
	total := 0.0
	for _, c := range *all {
		total += c.weight
	}
	at := m.chance.Float64() * total
	for i, c := range *all {
		if at -= c.weight; at < 0 {
			*all = slices.Delete(*all, i, i+1)
			return c.move
		}
	}
	return nil
}

// arrival is a customer who comes in with a question: one who is not writing
// already, in the chat or through the API.
func (m *Movement) arrival(writing map[int]bool) move {
	return func(ctx context.Context) (bool, error) {
		for range 10 {
			n := m.chance.IntN(customers)
			if writing[n] {
				continue
			}
			who := customerOf(m.Store.ID, n)
			d := dialogues[m.chance.IntN(len(dialogues))]
			team := d.team
			if m.chance.IntN(4) == 0 {
				team = "" // an integration that does not route
			}
			return true, m.write(ctx, who, d.lines[0].text, team)
		}
		return false, nil
	}
}

// write is a customer's message, through the customer's own channel.
func (m *Movement) write(ctx context.Context, who customer, text, team string) error {
	key := "demo-" + db.NewID()
	if who.chats {
		return m.wire.chat(ctx, who, key, text)
	}
	return m.wire.receive(ctx, who, key, text, team)
}

// colleagues are the sellers of a team that nobody plays.
func colleagues(team string, busy map[string]bool) []string {
	var ids []string
	for _, p := range people {
		if slices.Contains(p.teams, team) && !busy[p.id] {
			ids = append(ids, p.id)
		}
	}
	return ids
}

func known(seller string) bool {
	return slices.ContainsFunc(people, func(p person) bool { return p.id == seller })
}
