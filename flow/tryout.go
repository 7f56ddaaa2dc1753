package flow

import (
	"math"
	"slices"
	"time"
)

// Tryout tries a draft of a flow on waits that have ended, one after the other, as
// the engine would have counted them. It is not safe for concurrent use.
type Tryout struct {
	queue    Queue
	draft    *Rules // with the draft in them
	present  *Rules
	id       string // the draft's
	from, to int64  // the period
	openings map[*calendar]*openings

	keys     []int64 // of each wait: its length on the draft's clock, and whether it was answered in the lowest bit
	imported int
	inForce  map[string]bool
	tries    [2]tried // of the draft and of the present flows
	acted    spread   // the waits that the draft would have acted on
}

// Wait is a run of a flow's clock that has ended, as a Tryout takes it (see Stay).
// Its instants are microseconds since 1970 UTC.
type Wait struct {
	Start, End int64
	Outcome    Outcome
	Imported   bool
}

// Judge is how the waits of one holder are counted.
type Judge struct {
	Team, Seller, Channel string
	meters                [2]meter // by the draft's rules, by the present ones
}

// length is how long a wait was on a flow's clock, so that it can be compared with
// a step's: twice the microseconds, and one more where the step that is due after
// just as long was due before its end.
type length int64

func lengthOf(d time.Duration) length {
	if d > MaxDeadline {
		return never
	}
	return length(2 * d.Microseconds())
}

// never is longer than all waits: what does not exist comes due after it.
const never = length(math.MaxInt64)

// meter is how a flow counts the waits of a holder.
type meter struct {
	open                  *openings // nil: real time
	alert1, alert2, limit length    // what waits must be longer than for the step to have come due
}

// tried gathers what a flow would have made of waits.
type tried struct {
	exact [verdicts]int
	cut   spread
}

// maxReplays is how many waits of a kind are replayed at most.
const maxReplays = 100

// reach is how long before a period waits begin that are measured fast.
const reach = 8 * 24 * time.Hour

// NewTryout makes ready to try a draft on some number of waits, as if it had been in
// force beside the rest of the present rules. A draft with the id of one of their
// flows takes its place, a main one that of its queue's. An alternative one that
// names nobody yet is tried on all whom it could name. The error is a Problems.
func NewTryout(present *Rules, draft Flow, from, to time.Time, waits int) (*Tryout, error) {
	cfg, id := present.configuration.with(draft)
	rules, err := Compile(cfg)
	if err != nil {
		return nil, err
	}
	t := &Tryout{queue: draft.Queue, draft: rules, present: present, id: id, from: from.UnixMicro(), to: to.UnixMicro(),
		openings: map[*calendar]*openings{}, keys: make([]int64, 0, waits), inForce: map[string]bool{}}
	return t, nil
}

// draftID is the id of a draft that has none.
const draftID = "draft"

// with is the configuration with a draft in force in it, and the draft's id there.
func (cfg Configuration) with(draft Flow) (Configuration, string) {
	if draft.ID == "" {
		draft.ID = draftID
	}
	draft.Active = true
	if draft.Kind == Alternative && len(draft.Targets) == 0 {
		draft.Kind = Main
	}
	cfg.Flows = slices.DeleteFunc(slices.Clone(cfg.Flows), func(f Flow) bool {
		return f.ID == draft.ID || draft.Kind == Main && f.Kind == Main && f.Queue == draft.Queue
	})
	cfg.Flows = append(cfg.Flows, draft)
	return cfg, draft.ID
}

// Judge is how the draft counts the waits of a holder (§3); nil where it would not
// apply to them.
func (t *Tryout) Judge(team, seller, channel string) *Judge {
	c := Conversation{Team: team, Seller: seller, Channel: channel}
	if c.Queue() != t.queue || t.draft.flowFor(&c).ID != t.id {
		return nil
	}
	t.inForce[t.present.flowFor(&c).ID] = true
	return &Judge{Team: team, Seller: seller, Channel: channel, meters: [2]meter{t.meter(t.draft, &c), t.meter(t.present, &c)}}
}

func (t *Tryout) meter(r *Rules, c *Conversation) meter {
	f := r.flowFor(c)
	m := meter{alert1: lengthOf(f.Alert1), alert2: lengthOf(f.Alert2), limit: never}
	if f.Action.Type != ActionNone {
		m.limit = lengthOf(f.limit())
	}
	if f.Clock != BusinessHours {
		return m
	}
	// Both rules' calendars say the same, so that the draft's serve for both.
	cal := t.draft.countsIn(c)
	if t.openings[cal] == nil {
		t.openings[cal] = newOpenings(cal, t.from-reach.Microseconds(), t.to)
	}
	m.open = t.openings[cal]
	return m
}

// Try counts one more wait.
func (t *Tryout) Try(j *Judge, w Wait) {
	draft, present := &j.meters[0], &j.meters[1]
	l := draft.length(w)
	t.tries[0].count(draft, l, j, w)
	if l > draft.limit {
		t.acted.add(j, w)
	}
	key := int64(l) << 1
	if w.Outcome == Answered {
		key |= 1
	}
	t.keys = append(t.keys, key)
	if w.Imported {
		t.imported++
	}
	if present.open != draft.open {
		l = present.length(w)
	}
	t.tries[1].count(present, l, j, w)
}

// length measures a wait. An event ends a run before the timers of its instant, a
// timer after those that come before it (§5).
func (m *meter) length(w Wait) length {
	timer := w.Outcome == Acted || w.Outcome == TimedOut
	end := max(w.Start, w.End)
	if end-w.Start > MaxDeadline.Microseconds() {
		end, timer = w.Start+MaxDeadline.Microseconds(), true // what is due later does not exist (§4)
	}
	micros, later := end-w.Start, false
	if m.open != nil {
		micros, later = m.open.length(w.Start, end)
	}
	if timer || later {
		return length(2*micros + 1)
	}
	return length(2 * micros)
}

// count gives a wait its verdict, or keeps it for replaying: one that a real action
// ended before this flow's came due.
func (t *tried) count(m *meter, l length, j *Judge, w Wait) {
	switch {
	case l > m.limit:
		t.exact[isActed]++
	case w.Outcome == Acted:
		t.cut.add(j, w)
	case l > m.alert2:
		t.exact[isRed]++
	case l > m.alert1:
		t.exact[isYellow]++
	default:
		t.exact[isGreen]++
	}
}

// spread keeps some of many waits that come one after the other, evenly.
type spread struct {
	kept    []*Rerun
	n, step int
}

func (s *spread) add(j *Judge, w Wait) {
	s.step = max(1, s.step)
	if s.n%s.step == 0 {
		s.kept = append(s.kept, &Rerun{Judge: j, Wait: w})
	}
	s.n++
	if len(s.kept) < 2*maxReplays {
		return
	}
	for i := range maxReplays {
		s.kept[i] = s.kept[2*i]
	}
	s.kept, s.step = s.kept[:maxReplays], 2*s.step
}

// some are at most maxReplays of the waits.
func (s *spread) some() []*Rerun {
	if len(s.kept) <= maxReplays {
		return s.kept
	}
	some := make([]*Rerun, maxReplays)
	for i := range some {
		some[i] = s.kept[i*len(s.kept)/maxReplays]
	}
	return some
}
