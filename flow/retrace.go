package flow

import (
	"errors"
	"slices"
	"time"
)

// PastSilence is how long a customer of the past can have waited without anybody
// saying or doing anything. Other systems keep one conversation for years, and let a
// “thank you” end it: what comes after such a silence begins a wait of its own, and
// the silence is nobody's wait. A weekend is shorter.
const PastSilence = 72 * time.Hour

// Nobody is a team or a seller of the past whom the store does not know.
const Nobody = "?"

// Quiet is the configuration with nothing that acts by itself: its flows colour and
// give no conversation away, and nothing closes automatically. It knows Nobody.
func (c Configuration) Quiet() Configuration {
	c.Teams = append(slices.Clone(c.Teams), Team{ID: Nobody})
	c.Sellers = append(slices.Clone(c.Sellers), Seller{ID: Nobody})
	c.Flows = slices.Clone(c.Flows)
	for i := range c.Flows {
		c.Flows[i].Action = Action{Type: ActionNone}
	}
	c.AutoClose, c.AutoCloseCustomer = AutoClose{}, AutoClose{}
	return c
}

// Retraced is what the engine makes of a conversation of the past.
type Retraced struct {
	Stays []RetracedStay
	// Without are the events that have no effect, by their place, with why.
	Without  map[int]*Refusal
	Silences int  // waits that ended in a silence: no stays
	Waiting  bool // the customer waits still: no stay either
}

// RetracedStay is a stay of the past.
type RetracedStay struct {
	Stay
	First bool // it ended with the first answer since the conversation opened
}

// Retrace folds the events of one conversation of the past, in their order, under
// rules that are Quiet: what happened was done by others, and only the colours are
// the rules' own. A seller who is not named is who holds the conversation, or Nobody.
func Retrace(r *Rules, events []Event) Retraced {
	t := retracing{rules: r}
	for i, e := range events {
		t.advance(e.At)
		t.lapse(e)
		e.Seller = t.actor(e)
		rec, err := Decide(r, t.now, e)
		if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
			if t.out.Without == nil {
				t.out.Without = map[int]*Refusal{}
			}
			t.out.Without[i] = refusal
			continue
		}
		t.happen(rec)
	}
	t.out.Waiting = t.now.Waiting()
	return t.out
}

type retracing struct {
	rules    *Rules
	now      Conversation
	answered bool // since it opened
	out      Retraced
}

// advance fires each timer that was due before an instant at its own.
func (t *retracing) advance(until time.Time) {
	for {
		next, ok := Next(t.rules, t.now, time.Time{})
		if !ok || !next.At.Before(until) {
			return
		}
		t.happen(fire(t.rules, t.now, next, Moment{Now: next.At}))
	}
}

// lapse ends a wait that nobody has done anything about for too long. Bots and notes
// are nobody.
func (t *retracing) lapse(e Event) {
	if e.Type == BotMessage || e.Type == Note || !t.now.Waiting() || t.now.Postponed() {
		return
	}
	if e.At.Sub(t.now.IdleSince) > PastSilence {
		t.now = t.now.endWait()
		t.out.Silences++
	}
}

func (t *retracing) actor(e Event) string {
	if e.Seller != "" || e.Type != SellerMessage && e.Type != NoReplyNeeded && e.Type != Assume {
		return e.Seller
	}
	if t.now.Seller != "" {
		return t.now.Seller
	}
	return Nobody
}

// known leaves Nobody without a name.
func known(id string) string {
	if id == Nobody {
		return ""
	}
	return id
}

func (t *retracing) happen(rec Record) {
	before := t.now
	t.now = Evolve(before, rec)
	if rec.Opened {
		t.answered = false
	}
	stay, ended := StayEnded(before, rec, t.now)
	if !ended {
		return
	}
	stay.Team, stay.Seller, stay.By = known(stay.Team), known(stay.Seller), known(stay.By)
	first := stay.Outcome == Answered && !t.answered
	t.answered = t.answered || first
	t.out.Stays = append(t.out.Stays, RetracedStay{stay, first})
}
