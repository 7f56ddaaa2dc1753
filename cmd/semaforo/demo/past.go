package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

// began is how long before the present the demonstration's past begins.
const began = 90 * time.Minute

// steppedClock is a clock that stands still until it is set.
type steppedClock struct{ now time.Time }

func (c *steppedClock) clock() scheduler.Clock {
	return scheduler.Clock{Now: func() time.Time { return c.now }, Speed: 1}
}

// past tells the stories to the door, in the order in which they happened.
type past struct {
	*scheduler.Scheduler
	db       *db.DB
	time     *steppedClock
	store    string
	by       scheduler.By // the sellers' hand
	channels map[string]string
}

// told is a story with who it is about and how far it has been told.
type told struct {
	story
	customer     customer
	conversation string
	said         int
}

// scene is a step at its instant.
type scene struct {
	at   time.Time
	step step
	of   *told
}

// tell lets everything happen up to the present, with each timer on its deadline.
func (p *past) tell(ctx context.Context, present time.Time) error {
	for _, s := range p.scenes(present) {
		if err := p.until(ctx, s.at); err != nil {
			return err
		}
		if err := p.happen(ctx, s); err != nil {
			return fmt.Errorf("%s, %s before the present, of the story about %q: %w", s.step.what, s.step.ago, dialogues[s.of.about].lines[0].text, err)
		}
	}
	return p.until(ctx, present)
}

// scenes are all stories' steps in one order. Even customers chat, odd ones write
// through the API.
func (p *past) scenes(present time.Time) []scene {
	var all []scene
	next := map[bool]int{true: 0, false: 1}
	for _, s := range stories() {
		t := &told{story: s, customer: customerOf(p.store, next[s.chats])}
		next[s.chats] += 2
		for _, step := range s.steps {
			all = append(all, scene{at: present.Add(-step.ago), step: step, of: t})
		}
	}
	slices.SortStableFunc(all, func(a, b scene) int { return cmp.Compare(b.step.ago, a.step.ago) })
	return all
}

// until lets the time pass, stopping at every deadline on the way.
func (p *past) until(ctx context.Context, at time.Time) error {
	for {
		due, err := p.db.EarliestDue(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || due.After(at) {
			p.time.now = at
			return nil
		}
		p.time.now = later(due, p.time.now)
		if err := p.Settle(ctx); err != nil {
			return err
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (p *past) happen(ctx context.Context, s scene) error {
	t := s.of
	switch s.step.what {
	case says:
		return p.says(ctx, t)
	case answers, noted:
		return p.writes(ctx, s)
	}
	act := scheduler.Act{Conversation: t.conversation, Type: s.step.what, Seller: s.step.who, Team: s.step.team}
	switch s.step.what {
	case finishes:
		act.Seller = ""
	case postpones:
		act.Seller, act.Until, act.Reason = "", s.at.Add(s.step.lasts), reasons[t.customer.n%len(reasons)]
	}
	_, err := p.Act(ctx, p.store, p.by, act)
	return err
}

func (p *past) says(ctx context.Context, t *told) error {
	l, ok := dialogues[t.about].next(t.said, true)
	if !ok {
		return fmt.Errorf("the customer has nothing left to say")
	}
	in := scheduler.Inbound{ChannelID: p.channels[t.customer.channelName()], Text: l.text, Team: t.team,
		ExternalID: fmt.Sprintf("demo-%d-%d", t.customer.n, t.said),
		Contact:    scheduler.InboundContact{ExternalID: t.customer.externalID(), Name: t.customer.name, Phone: t.customer.phone}}
	if t.chats {
		in.Contact.SecretHash = t.customer.visitor.SecretHash()
		in.ExternalID = t.customer.visitor.MessageID(in.ExternalID)
	}
	got, err := p.Receive(ctx, p.store, in)
	t.conversation = got.Conversation.ID
	t.said = t.after(l)
	return err
}

func (p *past) writes(ctx context.Context, s scene) error {
	t := s.of
	out := scheduler.Outbound{Conversation: t.conversation, From: flow.FromSeller, Seller: s.step.who}
	if s.step.what == noted {
		out.Private, out.Text = true, notes[t.customer.n%len(notes)]
	} else {
		l, ok := dialogues[t.about].next(t.said, false)
		if !ok {
			return fmt.Errorf("the seller has nothing left to say")
		}
		out.Text, t.said = l.text, t.after(l)
	}
	_, _, err := p.Say(ctx, p.store, p.by, out)
	return err
}

// after is how many lines have been said once l has.
func (t *told) after(l line) int {
	return 1 + slices.Index(dialogues[t.about].lines, l)
}
