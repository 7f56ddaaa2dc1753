package flow

import (
	"maps"
	"time"
)

// Rerun is a wait that is to be replayed, of the holder that its judge tells of. Who
// has it in hand fills in the log of its conversation.
type Rerun struct {
	*Judge
	Wait
	Log   []Record
	Ended int // which record of the log ended the wait
}

// somebody did it, nobody knows who.
const somebody = "somebody"

// LogOf is the log of a wait of which nothing else is known: a customer wrote when
// it began, and somebody did what ended it. It returns which record that is.
func LogOf(s Stay) ([]Record, int) {
	log := []Record{{At: s.Start, Conversation: s.Conversation, Type: CustomerMessage, ToTeam: s.Team, ToSeller: s.Seller, Channel: s.Channel, Opened: true}}
	end := Record{At: s.End, Conversation: s.Conversation, Queue: s.Queue, Team: s.Team, Seller: s.Seller}
	switch s.Outcome {
	case Answered, NoReply:
		end.Type, end.ToSeller = SellerMessage, s.By
		if s.By == "" && s.Seller == "" {
			end.ToSeller = somebody
		}
	case HandedOver, Deferred:
		end.Type, end.ToSeller = Assume, somebody
	case Ended:
		end.Type = Close
	default:
		return log, 1
	}
	return append(log, end), 1
}

// verdict is what a flow made of a wait: how far it came.
type verdict int

const (
	isGreen verdict = iota
	isYellow
	isRed
	isActed
	verdicts // how many there are
)

// after is what followed on a flow's action.
type after int

const (
	afterGreen after = iota
	afterYellow
	afterRed
	afterAgain
	afterCycle
	afterNoTarget
	afterClosed
	afterEnded
	afterHanded
	afterOpen
	afters // how many there are
)

// course is what a run of a clock becomes under other rules: from the state in which
// it really began, with what people really did later, and each timer at its deadline
// in between. What a changed state refuses is left out.
type course struct {
	rules   *Rules
	loads   map[string]int // conversations that redistributions have given to each seller, so that they go round
	state   Conversation
	verdict verdict
	after   after // once the action has come due
	moved   bool  // the action has been taken: how the next run ends is what is left to be known
	done    bool
}

// rerun lets the run that a record of the log really ended take its course.
func (r *Rules) rerun(p *Rerun, until time.Time, loads map[string]int) (verdict, after) {
	c := course{rules: r, loads: loads}
	began := 0
	var state Conversation
	for i, rec := range p.Log[:p.Ended] {
		before := state
		state = Evolve(state, rec)
		if !state.ClockStart.Equal(before.ClockStart) || state.Holder() != before.Holder() {
			began, c.state = i, state
		}
	}
	for _, rec := range p.Log[began+1:] {
		e, happened := eventOf(rec)
		if !happened || e.At.After(until) {
			continue
		}
		c.fire(e.At, false)
		if c.done {
			break
		}
		if rec, err := Decide(r, c.state, e); err == nil {
			c.follow(rec)
		}
	}
	c.fire(until, true)
	return c.verdict, c.after
}

// fire lets timers fire whose turn is before an instant, or at it.
func (c *course) fire(until time.Time, inclusive bool) {
	for !c.done {
		t, ok := Next(c.rules, c.state, time.Time{})
		if !ok || t.At.After(until) || !inclusive && t.At.Equal(until) {
			return
		}
		c.follow(fire(c.rules, c.state, t, Moment{Now: t.At, Loads: func(seller string) int { return c.loads[seller] }}))
	}
}

// follow folds a record in, and sees what it means for the run.
func (c *course) follow(rec Record) {
	before := c.state
	c.state = Evolve(before, rec)
	stay, ended := StayEnded(before, rec, c.state)
	switch {
	case rec.Type == ActionTaken, rec.Type == ActionSkipped:
		c.act(rec)
	case c.moved && ended:
		c.after, c.done = afterOf(stay), true
	case ended:
		c.done = true
	case c.moved:
	case rec.Type == Alert1:
		c.verdict = isYellow
	case rec.Type == Alert2:
		c.verdict = isRed
	}
}

// act is the run's own action, or that of the next one.
func (c *course) act(rec Record) {
	if c.moved {
		c.after, c.done = afterAgain, true
		return
	}
	c.verdict, c.done = isActed, true
	switch {
	case rec.Type == ActionSkipped && rec.Reason == ReasonCycle:
		c.after = afterCycle
	case rec.Type == ActionSkipped:
		c.after = afterNoTarget
	case rec.Action == CloseAction:
		c.after = afterClosed
	default:
		c.after, c.moved, c.done = afterOpen, true, false
	}
	if rec.Type == ActionTaken && rec.Action == Redistribute {
		c.loads[rec.ToSeller]++
	}
}

// afterOf says how the run after the action ended.
func afterOf(s Stay) after {
	switch s.Outcome {
	case Answered, NoReply:
		switch s.Level {
		case Red:
			return afterRed
		case Yellow:
			return afterYellow
		}
		return afterGreen
	case Ended, TimedOut:
		return afterEnded
	}
	return afterHanded
}

// eventOf is the event that a record tells of; false where it tells of a timer.
func eventOf(rec Record) (Event, bool) {
	e := Event{At: rec.At, Conversation: rec.Conversation, Type: rec.Type, Until: rec.Until}
	switch rec.Type {
	case CustomerMessage:
		e.Team, e.Seller, e.Channel = rec.ToTeam, rec.ToSeller, rec.Channel
	case Transfer:
		e.Team, e.Seller = rec.ToTeam, rec.ToSeller
	case SellerMessage, NoReplyNeeded, Assume:
		if e.Seller = rec.ToSeller; e.Seller == "" {
			e.Seller = rec.Seller
		}
	case DeliveryFailed, BotMessage, Note, Postpone, Resume, Close:
	default:
		return e, false
	}
	return e, true
}

// remembering are the rules with those teams and sellers in them that the logs name
// and the configuration does not know any more: what they did, they still do. Whom an
// action would go to in vain stays unknown.
func (r *Rules) remembering(reruns []*Rerun) *Rules {
	known := *r
	known.sellers, known.teams = maps.Clone(r.sellers), maps.Clone(r.teams)
	vain := map[string]bool{"": true}
	for _, f := range r.configuration.Flows {
		vain[f.Action.Team], vain[f.Action.Seller] = true, true
	}
	for _, p := range reruns {
		for _, rec := range p.Log {
			for _, seller := range []string{rec.Seller, rec.ToSeller} {
				known.sellers[seller] = known.sellers[seller] || !vain[seller]
			}
			if !vain[rec.ToTeam] && known.teams[rec.ToTeam] == nil {
				known.teams[rec.ToTeam] = r.store
			}
		}
	}
	return &known
}
