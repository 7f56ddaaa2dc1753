package flow

import (
	"slices"
	"time"
)

// Evolve folds one record into the conversation (§2, §5). It needs no
// configuration: a record says all that happened.
func Evolve(c Conversation, rec Record) Conversation {
	switch rec.Type {
	case Alert1:
		c.Level = Yellow
		return c
	case Alert2:
		c.Level = Red
		return c
	case LevelLowered:
		c.Level = rec.Level
		return c
	case ActionSkipped:
		c.ActionDone = true
		return c
	case ActionTaken:
		return c.acted(rec)
	case AutoClosed:
		return c.close(rec.At, CloseReason(rec.Reason))
	case PostponeEnded:
		return c.endPostponement(rec.At)
	}
	c = c.happened(rec)
	c.AsOf = rec.At
	return c
}

// happened folds an event of §2.
func (c Conversation) happened(rec Record) Conversation {
	switch rec.Type {
	case CustomerMessage:
		return c.customerWrote(rec)
	case SellerMessage, NoReplyNeeded:
		return c.sellerAnswered(rec)
	case DeliveryFailed:
		return c.deliveryFailed(rec.At)
	case Assume:
		if rec.ToSeller == "" {
			return c
		}
		return c.assumed(rec.ToSeller, rec.At)
	case Transfer:
		c = c.give(rec, []string{holder(rec.ToTeam, rec.ToSeller)})
		c.PostponedUntil = time.Time{}
		c.IdleSince = rec.At
	case Postpone:
		c.PostponedUntil = rec.Until
		c.ClockStart, c.Level = time.Time{}, LevelNone
	case Resume:
		return c.endPostponement(rec.At)
	case Close:
		return c.close(rec.At, "")
	}
	return c
}

func (c Conversation) customerWrote(rec Record) Conversation {
	if rec.Opened {
		c = Conversation{ID: rec.Conversation, Status: Open, Level: LevelNone,
			Team: rec.ToTeam, Seller: rec.ToSeller, Channel: rec.Channel}
		c.Visited = []string{c.Holder()}
	}
	c.IdleSince, c.LastAt, c.LastFrom = rec.At, rec.At, FromCustomer
	c.AnsweredWait = time.Time{}
	if c.Waiting() {
		return c
	}
	return c.wait(rec.At, rec.At)
}

// wait opens (or reopens) a wait that began at start and, unless postponed,
// starts the clock at at.
func (c Conversation) wait(start, at time.Time) Conversation {
	c.WaitStart = start
	if c.Postponed() {
		return c
	}
	return c.startClock(at)
}

func (c Conversation) startClock(at time.Time) Conversation {
	c.ClockStart, c.ActionDone, c.Level = at, false, Green
	return c
}

func (c Conversation) endWait() Conversation {
	c.WaitStart, c.ClockStart, c.Level = time.Time{}, time.Time{}, LevelNone
	return c
}

func (c Conversation) sellerAnswered(rec Record) Conversation {
	if rec.ToSeller != "" {
		c = c.assumed(rec.ToSeller, rec.At)
	}
	if c.Waiting() {
		c.AnsweredWait = c.WaitStart
		c = c.endWait()
	}
	if rec.Type == NoReplyNeeded {
		c.AnsweredWait = time.Time{}
	}
	c.IdleSince, c.LastAt, c.LastFrom = rec.At, rec.At, FromSeller
	if len(c.Visited) > 1 { // one alone is its holder
		c.Visited = []string{c.Holder()}
	}
	return c
}

func (c Conversation) deliveryFailed(at time.Time) Conversation {
	if c.Waiting() || c.LastFrom != FromSeller || c.AnsweredWait.IsZero() {
		return c
	}
	c.LastFrom, c.IdleSince = FromCustomer, at
	return c.wait(c.AnsweredWait, at)
}

func (c Conversation) assumed(seller string, at time.Time) Conversation {
	c.Seller = seller
	c.PostponedUntil = time.Time{}
	c.IdleSince = at
	c.Visited = []string{c.Holder()}
	if c.Waiting() {
		c = c.startClock(at)
	}
	return c
}

// give is the part that a person's transfer and an automatic one share: the
// new holder and its clock; someone is now expected to act.
func (c Conversation) give(rec Record, visited []string) Conversation {
	switch {
	case rec.ToSeller != "":
		c.Seller = rec.ToSeller
	default:
		c.Team, c.Seller = rec.ToTeam, ""
	}
	c.Visited = visited
	if !c.Waiting() {
		c.WaitStart = rec.At
	}
	return c.startClock(rec.At)
}

func (c Conversation) acted(rec Record) Conversation {
	c.ActionDone = true
	if rec.Action == CloseAction {
		return c.close(rec.At, ClosedByAction)
	}
	return c.give(rec, append(slices.Clone(c.Visited), holder(rec.ToTeam, rec.ToSeller)))
}

func (c Conversation) endPostponement(at time.Time) Conversation {
	c.PostponedUntil = time.Time{}
	c.IdleSince = at
	if c.Waiting() {
		return c.startClock(at)
	}
	return c
}

func (c Conversation) close(at time.Time, reason CloseReason) Conversation {
	c = c.endWait()
	c.Status, c.ClosedAt, c.CloseReason = Closed, at, reason
	c.PostponedUntil = time.Time{}
	return c
}
