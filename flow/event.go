package flow

import "time"

// EventType names what happens to a conversation from outside (§2).
type EventType string

// The events of §2.
const (
	CustomerMessage EventType = "customer_message"
	SellerMessage   EventType = "seller_message"
	NoReplyNeeded   EventType = "no_reply_needed"
	DeliveryFailed  EventType = "delivery_failed"
	BotMessage      EventType = "bot_message"
	Note            EventType = "note"
	Assume          EventType = "assume"
	Transfer        EventType = "transfer"
	Postpone        EventType = "postpone"
	Resume          EventType = "resume"
	Close           EventType = "close"
	Config          EventType = "config"
)

var eventTypes = []EventType{CustomerMessage, SellerMessage, NoReplyNeeded, DeliveryFailed, BotMessage, Note,
	Assume, Transfer, Postpone, Resume, Close, Config}

// What the engine itself records: timers that fired (§5) and a colour that a
// new configuration lowered (§6).
const (
	PostponeEnded EventType = "postpone_ended"
	Alert1        EventType = "alert1"
	Alert2        EventType = "alert2"
	ActionTaken   EventType = "action"
	ActionSkipped EventType = "action_skipped"
	AutoClosed    EventType = "auto_close"
	LevelLowered  EventType = "level_lowered"
)

// Event is something that happens to a conversation, as asked for: Decide may
// refuse it. Its type says which fields it carries (§2).
type Event struct {
	At           time.Time // UTC
	Conversation string
	Type         EventType
	Team         string    // customer_message, transfer
	Seller       string    // customer_message, transfer; seller_message, no_reply_needed, assume: who acts
	Channel      string    // customer_message
	Until        time.Time // postpone, UTC
}

// Record is one line of a conversation's log: an event that happened or a timer
// that fired, with all that Evolve needs to fold it without a configuration.
type Record struct {
	At           time.Time // UTC
	Due          time.Time // a timer's deadline where it is earlier than At, else zero
	Conversation string
	Type         EventType

	// The holder when it happened, before the record's own effect.
	Queue  Queue
	Team   string
	Seller string

	Flow     string     // alerts, actions, skips: the flow's id, "default" for the default colours
	Action   ActionType // action, action_skipped
	ToTeam   string     // new holder, or the one an action was configured to give
	ToSeller string
	Channel  string    // customer_message that opened the conversation
	Until    time.Time // postpone, UTC
	Reason   string    // action_skipped: cycle, no_target; auto_close: the CloseReason
	Level    Level     // level_lowered: the new level
	Opened   bool      // customer_message: it opened a new conversation
}

// Why an action was skipped (§5).
const (
	ReasonCycle    = "cycle"
	ReasonNoTarget = "no_target"
)
