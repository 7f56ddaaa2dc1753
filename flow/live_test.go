package flow_test

import (
	"errors"
	"fmt"
	"time"

	"semaforo/flow"
)

// live runs one conversation as the scheduler does: it fires what is due when
// it is woken, however late, and before each event.
type live struct {
	rules *flow.Rules
	conv  flow.Conversation
	log   []flow.Record
	under []*flow.Rules // by which rules each record of the log came
	up    time.Time
}

// keep notes records that have happened.
func (l *live) keep(conv flow.Conversation, records ...flow.Record) {
	l.conv, l.log = conv, append(l.log, records...)
	for range records {
		l.under = append(l.under, l.rules)
	}
}

func (l *live) tick(m flow.Moment) []flow.Record {
	m.Up, m.Loads = l.up, func(string) int { return 0 }
	conv, records := flow.Tick(l.rules, l.conv, m)
	l.keep(conv, records...)
	return records
}

// wake fires all that is due at now.
func (l *live) wake(now time.Time) []flow.Record { return l.tick(flow.Moment{Now: now}) }

// punctual fires what is due up to an instant, each timer at its own.
func (l *live) punctual(until time.Time) []flow.Record {
	var records []flow.Record
	for {
		t, ok := flow.Next(l.rules, l.conv, l.up)
		if !ok || t.At.After(until) {
			return records
		}
		records = append(records, l.wake(t.At)...)
	}
}

// happen applies an event, after what was due before it. A refused one changes nothing.
func (l *live) happen(e refEvent) error {
	l.tick(flow.Moment{Now: e.At, Until: e.At.Add(-time.Nanosecond)})
	if e.Config != nil {
		rules, err := compile(asJSON(e.Config))
		if err != nil {
			return err
		}
		l.rules = rules
		conv, records := flow.Reconfigure(rules, l.conv, e.At)
		l.keep(conv, records...)
		return nil
	}
	rec, err := flow.Decide(l.rules, l.conv, eventOf(e))
	if err != nil {
		if refusal := (*flow.Refusal)(nil); !errors.As(err, &refusal) {
			return err
		}
		return nil
	}
	l.keep(flow.Evolve(l.conv, rec), rec)
	return nil
}

func eventOf(e refEvent) flow.Event {
	event := flow.Event{At: e.At, Conversation: e.Conversation, Type: flow.EventType(e.Type),
		Team: e.Team, Seller: e.Seller, Channel: e.Channel}
	if e.Until != nil {
		event.Until = *e.Until
	}
	return event
}

// sound says what is wrong with a conversation's state, whatever led to it (§1).
func sound(c flow.Conversation) error {
	running := !c.ClockStart.IsZero()
	holder := false
	for _, v := range c.Visited {
		holder = holder || v == c.Holder()
	}
	switch {
	case c.Status == "":
		return nil
	case running != (c.Level != flow.LevelNone):
		return fmt.Errorf("clock from %v with level %s", c.ClockStart, c.Level)
	case running && (!c.Waiting() || c.Postponed() || !c.IsOpen()):
		return errors.New("a clock runs where nobody waits, while postponed or closed")
	case c.IsOpen() && c.Waiting() && !c.Postponed() && !running:
		return errors.New("somebody waits without a clock")
	case c.Postponed() && c.Seller == "":
		return errors.New("postponed, but no seller holds it")
	case !c.IsOpen() && (c.Waiting() || c.Postponed()):
		return errors.New("closed, but waiting or postponed")
	case c.IsOpen() && !holder:
		return fmt.Errorf("held by %s, which is not among the visited %v", c.Holder(), c.Visited)
	case c.WaitStart.After(c.ClockStart) && running:
		return errors.New("the clock started before the wait")
	}
	return nil
}
