package flow

import "time"

// Outcome is how a stay ended.
type Outcome string

// The outcomes.
const (
	Answered   Outcome = "answered"  // a seller's message reached for the customer
	NoReply    Outcome = "no_reply"  // a seller said that no answer is needed
	HandedOver Outcome = "handed"    // a person took it, or gave it to somebody
	Acted      Outcome = "acted"     // the flow's action gave it to somebody, or closed it
	Deferred   Outcome = "postponed" // adiada
	Ended      Outcome = "closed"    // a person closed it
	TimedOut   Outcome = "timed_out" // an automatic closing closed it
)

// Stay is one run of a flow's clock, from its start to its end: how long one
// holder let a customer wait (§1), and how that ended. A customer's wait is one
// stay or several.
type Stay struct {
	Conversation string
	Queue        Queue
	Team, Seller string // who held it
	Channel      string
	Wait         time.Time // since when the customer waited
	Start, End   time.Time // of the clock
	Level        Level     // what the clock reached
	Outcome      Outcome
	By           string // the seller who answered
}

// StayEnded is the stay that a record ended, given the conversation before and
// after it; false where no clock ended. A new configuration ends none (§6).
func StayEnded(before Conversation, rec Record, after Conversation) (Stay, bool) {
	if before.ClockStart.IsZero() || after.ClockStart.Equal(before.ClockStart) && after.Holder() == before.Holder() && after.IsOpen() {
		return Stay{}, false
	}
	s := Stay{Conversation: before.ID, Queue: before.Queue(), Team: before.Team, Seller: before.Seller, Channel: before.Channel,
		Wait: before.WaitStart, Start: before.ClockStart, End: rec.At, Level: before.Level, Outcome: outcomes[rec.Type]}
	if s.Outcome == Answered {
		s.By = after.Seller
	}
	return s, true
}

var outcomes = map[EventType]Outcome{
	SellerMessage: Answered, NoReplyNeeded: NoReply, Assume: HandedOver, Transfer: HandedOver, ActionTaken: Acted,
	Postpone: Deferred, Close: Ended, AutoClosed: TimedOut,
}
