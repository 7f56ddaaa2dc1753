package flow

import "time"

// Impact is what giving a conversation other rules does to it at once (§6).
type Impact struct {
	Before  Conversation // as it would be at that instant, had its rules stayed
	After   Conversation // as it is once all has fired that the new rules make due
	Records []Record     // what the new rules did: alerts, an action, a closing, a lowered level
}

// Foresee works out what next as its rules would do to a conversation at m.Now,
// as it happens when they are given to it: what the present ones still had to
// do was due before, and fires first. It changes nothing.
func Foresee(present, next *Rules, c Conversation, m Moment) Impact {
	var i Impact
	i.Before, _ = Tick(present, c, m)
	still := m
	still.Until = m.Now.Add(-time.Microsecond)
	state, _ := Tick(present, c, still)
	at := m.Now
	if at.Before(c.AsOf) {
		at = c.AsOf
	}
	state, i.Records = Reconfigure(next, state, at)
	var fired []Record
	i.After, fired = Tick(next, state, m)
	i.Records = append(i.Records, fired...)
	return i
}

// Moved reports whether the conversation has another holder than it would have.
func (i Impact) Moved() bool { return i.After.IsOpen() && i.After.Holder() != i.Before.Holder() }

// Closed reports whether the conversation is closed and would not be.
func (i Impact) Closed() bool { return i.Before.IsOpen() && !i.After.IsOpen() }

// Recoloured reports whether the conversation stays where it is in another colour.
func (i Impact) Recoloured() bool {
	return i.After.IsOpen() && !i.Moved() && i.After.Level != i.Before.Level
}
