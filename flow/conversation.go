package flow

import "time"

// Status tells whether a conversation is open (§1). The zero value is a
// conversation nobody has heard of yet.
type Status string

// The two states of a conversation.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// Queue (fila) is where a conversation waits (§1).
type Queue string

// The three queues: a seller's, a team's, and waiting (aguardando).
const (
	SellerQueue  Queue = "seller"
	TeamQueue    Queue = "team"
	WaitingQueue Queue = "waiting"
)

// Queues lists every queue, in the order the screens show them.
var Queues = []Queue{TeamQueue, SellerQueue, WaitingQueue}

// Level is a conversation's colour and the memory of which alerts have fired (§1).
type Level string

// The colours, from nobody waiting to past the second alert.
const (
	LevelNone Level = "none"
	Green     Level = "green"
	Yellow    Level = "yellow"
	Red       Level = "red"
)

func (l Level) rank() int {
	switch l {
	case Green:
		return 1
	case Yellow:
		return 2
	case Red:
		return 3
	}
	return 0
}

// Below reports whether l is a lower level than m.
func (l Level) Below(m Level) bool { return l.rank() < m.rank() }

// From says who wrote last (§1).
type From string

// The two sides that count as interaction.
const (
	FromCustomer From = "customer"
	FromSeller   From = "seller"
)

// CloseReason says why a conversation closed; empty for a person's close.
type CloseReason string

// What closes a conversation other than a person (§5).
const (
	ClosedByAction           CloseReason = "action"
	ClosedInactivity         CloseReason = "inactivity"
	ClosedCustomerInactivity CloseReason = "customer_inactivity"
)

// Conversation is the state of one conversation (§1). Instants are UTC; a zero
// instant is an empty field. It is a value: Evolve returns a new one and never
// changes what its argument's Visited shares.
type Conversation struct {
	ID     string
	Status Status

	Team    string // the team that holds it, or that a seller's conversation came from
	Seller  string // the seller who holds it
	Channel string // the channel it was opened on; names alternative flows of the waiting queue

	WaitStart      time.Time // since when the customer waits for us
	ClockStart     time.Time // since when the present queue's flow has been counting
	IdleSince      time.Time // last interaction
	LastFrom       From
	LastAt         time.Time
	PostponedUntil time.Time
	Level          Level
	ActionDone     bool      // the running clock's action was taken or skipped
	AnsweredWait   time.Time // the WaitStart of the wait the latest seller messages answered
	Visited        []string  // holders since a person last gave it one or answered

	// AsOf is the latest instant at which an event or a new configuration bore
	// on the conversation. What was already overdue then fires in the order of
	// §5's table; what falls due later fires in the order of its deadlines (§7).
	AsOf time.Time

	ClosedAt    time.Time
	CloseReason CloseReason
}

// Queue derives the queue from the holder (§1).
func (c Conversation) Queue() Queue {
	if c.Seller != "" {
		return SellerQueue
	}
	if c.Team != "" {
		return TeamQueue
	}
	return WaitingQueue
}

// Holder names who has it: "waiting", "team:ID" or "seller:ID" (§1, visited).
func (c Conversation) Holder() string { return holder(c.Team, c.Seller) }

func holder(team, seller string) string {
	if seller != "" {
		return "seller:" + seller
	}
	if team != "" {
		return "team:" + team
	}
	return "waiting"
}

// IsOpen reports whether the conversation is open.
func (c Conversation) IsOpen() bool { return c.Status == Open }

// Postponed (adiada) reports whether a postponement is running.
func (c Conversation) Postponed() bool { return !c.PostponedUntil.IsZero() }

// Waiting reports whether the customer waits for us.
func (c Conversation) Waiting() bool { return !c.WaitStart.IsZero() }

func (c Conversation) visited(h string) bool {
	for _, v := range c.Visited {
		if v == h {
			return true
		}
	}
	return false
}
