package flow

import (
	"fmt"
	"time"
)

// Refusal is why an event may not happen (§2). It changes nothing.
type Refusal struct {
	Event EventType
	Code  RefusalCode
	Arg   string // the id the code speaks of, where there is one
}

// RefusalCode names the reason of a refusal.
type RefusalCode string

// What an event may not do (§2).
const (
	RefusedUnknownConversation RefusalCode = "unknown_conversation"
	RefusedClosed              RefusalCode = "closed"
	RefusedUnknownTeam         RefusalCode = "unknown_team"
	RefusedUnknownSeller       RefusalCode = "unknown_seller"
	RefusedPresentHolder       RefusalCode = "present_holder"
	RefusedNotHeldBySeller     RefusalCode = "not_held_by_seller"
	RefusedNotLater            RefusalCode = "not_later"
	RefusedNotPostponed        RefusalCode = "not_postponed"
)

var refusalText = map[RefusalCode]string{
	RefusedUnknownConversation: "the conversation does not exist",
	RefusedClosed:              "the conversation is closed",
	RefusedUnknownTeam:         "the configuration knows no team %s",
	RefusedUnknownSeller:       "the configuration knows no seller %s",
	RefusedPresentHolder:       "%s already holds the conversation",
	RefusedNotHeldBySeller:     "only a conversation that a seller holds can be postponed",
	RefusedNotLater:            "a postponement must end later than it begins",
	RefusedNotPostponed:        "the conversation is not postponed",
}

// Error says in English why the event is refused.
func (r *Refusal) Error() string {
	text := refusalText[r.Code]
	if r.Arg == "" {
		return text
	}
	return fmt.Sprintf(text, r.Arg)
}

// Decide says what an event does to a conversation, as the record to append to
// its log, or refuses it with a *Refusal (§2). Timers that are due before the
// event have to have fired: see Tick. Apply the record with Evolve. A config
// event is Reconfigure's.
func Decide(r *Rules, c Conversation, e Event) (Record, error) {
	rec := recordOf(c, e.At, e.Type)
	rec.Conversation = e.Conversation
	refuse := func(code RefusalCode, arg string) (Record, error) {
		return Record{}, &Refusal{Event: e.Type, Code: code, Arg: arg}
	}
	if !c.IsOpen() && e.Type != CustomerMessage {
		if c.Status == Closed {
			return refuse(RefusedClosed, "")
		}
		return refuse(RefusedUnknownConversation, "")
	}
	switch e.Type {
	case CustomerMessage:
		if c.IsOpen() {
			return rec, nil
		}
		if code, arg := r.unknown(e.Team, e.Seller); code != "" {
			return refuse(code, arg)
		}
		return Record{At: e.At, Conversation: e.Conversation, Type: e.Type,
			ToTeam: e.Team, ToSeller: e.Seller, Channel: e.Channel, Opened: true}, nil
	case SellerMessage, NoReplyNeeded, Assume:
		if !r.KnowsSeller(e.Seller) {
			return refuse(RefusedUnknownSeller, e.Seller)
		}
		if c.Seller != e.Seller {
			rec.ToSeller = e.Seller
		}
	case Transfer:
		if code, arg := r.unknown(e.Team, e.Seller); code != "" {
			return refuse(code, arg)
		}
		if to := holder(e.Team, e.Seller); to == c.Holder() {
			return refuse(RefusedPresentHolder, to)
		}
		rec.ToTeam, rec.ToSeller = e.Team, e.Seller
	case Postpone:
		if c.Seller == "" {
			return refuse(RefusedNotHeldBySeller, "")
		}
		if !e.Until.After(e.At) {
			return refuse(RefusedNotLater, "")
		}
		rec.Until = e.Until
	case Resume:
		if !c.Postponed() {
			return refuse(RefusedNotPostponed, "")
		}
	}
	return rec, nil
}

// unknown returns why a holder cannot be one; "" when it can.
func (r *Rules) unknown(team, seller string) (RefusalCode, string) {
	if team != "" && !r.KnowsTeam(team) {
		return RefusedUnknownTeam, team
	}
	if seller != "" && !r.KnowsSeller(seller) {
		return RefusedUnknownSeller, seller
	}
	return "", ""
}

func recordOf(c Conversation, at time.Time, typ EventType) Record {
	rec := Record{At: at, Conversation: c.ID, Type: typ}
	if c.Status != "" {
		rec.Queue, rec.Team, rec.Seller = c.Queue(), c.Team, c.Seller
	}
	return rec
}

// Reconfigure gives the conversation r as its rules from the instant at on
// (§6). It returns the conversation with that instant in AsOf and, where the
// new rules give a lower colour than its level, the record to append, already
// folded in. Alerts and actions that the rules make overdue are Tick's.
func Reconfigure(r *Rules, c Conversation, at time.Time) (Conversation, []Record) {
	if !c.IsOpen() {
		return c, nil
	}
	c.AsOf = at
	if c.Level == LevelNone {
		return c, nil
	}
	colour := r.Colour(c, at)
	if !colour.Below(c.Level) {
		return c, nil
	}
	rec := recordOf(c, at, LevelLowered)
	rec.Level = colour
	return Evolve(c, rec), []Record{rec}
}

// Loads tells how many open conversations a seller holds, postponed ones too.
// Only a redistribute action asks.
type Loads func(seller string) int

// Moment is when time is looked at, and by whom.
type Moment struct {
	Now time.Time // what fires, fires at Now
	// Until bounds what is due: timers whose turn is at or before it. Zero is Now.
	Until time.Time
	// Up is when the program came up; zero if it was never down. Automatic
	// closings that fell due before it wait an hour from it (§7).
	Up    time.Time
	Loads Loads
	// Available says whether a seller is there to be given a conversation by a
	// redistribute action, which alone asks; nil: everybody is.
	Available func(seller string) bool
}

// takes reports whether a seller can be redistributed to.
func (m Moment) takes(seller string) bool { return m.Available == nil || m.Available(seller) }

// Tick fires what is due (§5), each timer once, until nothing is, and returns
// the conversation after it and the records to append, already folded in.
func Tick(r *Rules, c Conversation, m Moment) (Conversation, []Record) {
	until := m.Until
	if until.IsZero() {
		until = m.Now
	}
	var records []Record
	for {
		t, ok := Next(r, c, m.Up)
		if !ok || t.At.After(until) {
			return c, records
		}
		rec := fire(r, c, t, m)
		c = Evolve(c, rec)
		records = append(records, rec)
	}
}

func fire(r *Rules, c Conversation, t Timer, m Moment) Record {
	rec := recordOf(c, m.Now, t.Type)
	if t.Due.Before(m.Now) {
		rec.Due = t.Due
	}
	switch t.Type {
	case Alert1, Alert2:
		rec.Flow = r.FlowFor(c).ID
	case AutoClosed:
		rec.Reason = string(c.autoCloseReason())
	case ActionTaken:
		return r.act(c, rec, m)
	}
	return rec
}

// act fills in what the flow's action does: the new holder, or why it is
// skipped (§5, actions).
func (r *Rules) act(c Conversation, rec Record, m Moment) Record {
	f := r.FlowFor(c)
	rec.Flow, rec.Action = f.ID, f.Action.Type
	skip := func(reason string) Record {
		rec.Type, rec.Reason = ActionSkipped, reason
		return rec
	}
	switch f.Action.Type {
	case CloseAction:
		return rec
	case TransferTeam:
		rec.ToTeam = f.Action.Team
		if !r.KnowsTeam(rec.ToTeam) {
			return skip(ReasonNoTarget)
		}
	case TransferSeller:
		rec.ToSeller = f.Action.Seller
		if !r.KnowsSeller(rec.ToSeller) {
			return skip(ReasonNoTarget)
		}
	case Redistribute:
		rec.ToSeller = r.leastLoaded(c, m)
		if rec.ToSeller == "" {
			return skip(ReasonNoTarget)
		}
	}
	if c.visited(holder(rec.ToTeam, rec.ToSeller)) {
		return skip(ReasonCycle)
	}
	return rec
}

// leastLoaded picks the seller of the conversation's team, available and not
// visited, who holds the fewest open conversations; ties go to the smaller id.
func (r *Rules) leastLoaded(c Conversation, m Moment) string {
	best, least := "", 0
	if c.Team == "" {
		return ""
	}
	for _, id := range r.Members(c.Team) {
		if id == c.Seller || c.visited(holder("", id)) || !m.takes(id) {
			continue
		}
		if n := m.Loads(id); best == "" || n < least {
			best, least = id, n
		}
	}
	return best
}

// Timer is what fires next on a conversation.
type Timer struct {
	Type EventType
	Due  time.Time // its deadline, UTC
	At   time.Time // its turn: Due, or later where it was overdue when it became due or is held back
}

// Next returns the conversation's next timer (§5), and false when none is set.
// Among timers whose turn is at one instant it is the first of §5's table. up
// is as in Moment. An action that will be skipped counts.
func Next(r *Rules, c Conversation, up time.Time) (Timer, bool) {
	var next Timer
	if !c.IsOpen() {
		return next, false
	}
	consider := func(typ EventType, due time.Time) {
		if due.IsZero() {
			return
		}
		at := due
		if at.Before(c.AsOf) {
			at = c.AsOf
		}
		if grace := up.Add(time.Hour); typ == AutoClosed && due.Before(up) && at.Before(grace) {
			at = grace
		}
		if next.Type == "" || at.Before(next.At) {
			next = Timer{Type: typ, Due: due, At: at}
		}
	}
	if c.Postponed() {
		consider(PostponeEnded, c.PostponedUntil)
		return next, true
	}
	consider(r.nextStep(&c))
	consider(AutoClosed, r.autoCloseDue(&c))
	return next, next.Type != ""
}

// nextStep is the next of the running clock's three steps. Their deadlines come
// in their own order, so the first that is left is the first that falls due.
func (r *Rules) nextStep(c *Conversation) (EventType, time.Time) {
	if c.ClockStart.IsZero() {
		return "", time.Time{}
	}
	f := r.flowFor(c)
	switch {
	case c.Level.Below(Yellow):
		return Alert1, r.at(c, f, f.Alert1)
	case c.Level.Below(Red):
		return Alert2, r.at(c, f, f.Alert2)
	case !c.ActionDone && f.Action.Type != ActionNone:
		return ActionTaken, r.at(c, f, f.limit())
	}
	return "", time.Time{}
}

// autoCloseDue is when the automatic closing that applies is due (§5); zero
// when none does.
func (r *Rules) autoCloseDue(c *Conversation) time.Time {
	setting, began := &r.configuration.AutoClose, c.WaitStart
	if !c.Waiting() {
		setting, began = &r.configuration.AutoCloseCustomer, c.LastAt
		if c.LastFrom != FromSeller {
			return time.Time{}
		}
	}
	if !setting.Enabled || began.Before(setting.EnabledAt) {
		return time.Time{}
	}
	return c.IdleSince.Add(setting.After)
}

func (c Conversation) autoCloseReason() CloseReason {
	if c.Waiting() {
		return ClosedInactivity
	}
	return ClosedCustomerInactivity
}
