package inboxview

import (
	"context"
	"strconv"
	"time"

	"semaforo/flow"
	"semaforo/views/ui"
)

// Entry is a line of the thread: a message or something that happened.
type Entry struct {
	Message *Message
	Event   *Event
}

func (e Entry) at() time.Time {
	if e.Message != nil {
		return e.Message.At
	}
	return e.Event.At
}

// Message is what somebody wrote.
type Message struct {
	ID       string
	At       time.Time
	From     string // customer, seller, bot, system
	Author   string
	Text     string
	Private  bool
	Delivery ui.Delivery
	Problem  string
}

// Event is something that happened, as the log has it.
type Event struct {
	flow.Record
	Seq  int64
	By   string // who caused it, in words; empty for the system itself
	Note string // what they wrote with it
	// The clock and the wait that ran just before it; zero where none did or it is not known.
	Clock, Wait time.Time
}

func (m Message) side() ui.Side {
	switch {
	case m.Private:
		return ui.FromNote
	case m.From == "customer":
		return ui.FromCustomer
	case m.From == "seller":
		return ui.FromSeller
	case m.From == "bot":
		return ui.FromBot
	}
	return ui.FromSystem
}

func (m Message) props(follows bool) ui.MessageProps {
	return ui.MessageProps{ID: "m-" + m.ID, Side: m.side(), Author: m.Author, Text: m.Text, At: m.At, Follows: follows,
		Delivery: m.Delivery, Problem: m.Problem}
}

// together is how long after a message another of the same person stands under one name.
const together = 5 * time.Minute

// line is an entry with what stands before it.
type line struct {
	day     string // the heading of a new day
	entry   Entry
	follows bool
}

// lines gives the thread its days, and leaves out what says nothing.
func (c Conversation) lines(ctx context.Context) []line {
	var lines []line
	day := ""
	var last *Message
	for _, e := range c.Entries {
		if !c.speaks(e) {
			continue
		}
		l := line{entry: e}
		if d := ui.DayBreak(ui.Now(ctx), e.at(), ui.Location(ctx)); d != day {
			l.day, day, last = d, d, nil
		}
		if m := e.Message; m != nil {
			l.follows = last != nil && last.Author == m.Author && last.side() == m.side() && m.At.Sub(last.At) < together
		}
		last = e.Message
		lines = append(lines, l)
	}
	return lines
}

// speaks reports whether an entry is worth a line: the system's own message about
// an automatic closing is the event's line already.
func (c Conversation) speaks(e Entry) bool {
	if e.Message != nil {
		return e.Message.From != "system" || e.Message.Text != ClosedForInactivity
	}
	return c.Names.words(*e.Event, time.UTC, time.Time{}) != ""
}

func (c Conversation) event(ctx context.Context, e Event) ui.EventProps {
	p := ui.EventProps{ID: eventID(e), Text: c.Names.words(e, ui.Location(ctx), ui.Now(ctx)), At: e.At}
	p.Icon, p.Tone = sign(e.Type, e.Level)
	if e.Type == flow.Alert1 || e.Type == flow.Alert2 {
		p.At = time.Time{} // its words tell the time
	}
	if HasReason(e.Type) {
		seq := strconv.FormatInt(e.Seq, 10)
		p.More = c.whyLink(ctx, p.ID+"-why", whyPath+"/"+seq, p.Text)
	}
	return p
}
