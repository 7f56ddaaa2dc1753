package scheduler

import (
	"context"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// By is who did something, for the log: Kind is one of db's ByUser, ByToken,
// ByCustomer, ByChannel, ByBot, BySystem, and ID the row's it speaks of.
type By struct{ Kind, ID string }

// Inbound is a customer's message as a channel delivers it.
type Inbound struct {
	ChannelID  string
	ExternalID string // the channel's id of the message; the same one twice is done once. Empty: never a duplicate
	Contact    InboundContact
	Text       string
	At         time.Time // UTC; zero is now. Clamped between the conversation's last event and now
	Team       string    // overrides the routing of a new conversation
	Seller     string
}

// InboundContact is who wrote, as the channel knows them. Name and Phone
// update what is known where they are not empty.
type InboundContact struct {
	ExternalID string
	Name       string
	Phone      string
	SecretHash string // web chat: the hash of the secret the customer's browser keeps
}

// Received is what a customer's message led to.
type Received struct {
	Conversation db.Conversation
	Message      db.Message
	Duplicate    bool // it had been received before: nothing was done
}

// Outbound is a message to the customer, or a private note.
type Outbound struct {
	Conversation string
	From         flow.From // FromSeller, or FromBot
	Seller       string    // who writes, where From is FromSeller
	Text         string
	Private      bool
	ExternalID   string // the channel's id, where the message was sent elsewhere and is only reported
}

// FromBot marks a message that a bot wrote.
const FromBot flow.From = "bot"

// Act is what a person does to a conversation without writing.
type Act struct {
	Conversation string
	Type         flow.EventType // Assume, Transfer, Postpone, Resume, NoReplyNeeded or Close
	Seller       string         // Assume, NoReplyNeeded: who acts; Transfer: to whom
	Team         string         // Transfer: to which team
	Until        time.Time      // Postpone, UTC
	Reason       string         // Postpone: the seller's own words, may be empty
	// With is what else the person asked for, done in the same transaction; nil where nothing.
	With func(ctx context.Context, tx *db.Tx, now time.Time) error
}

// Delivery is a channel's report on a message it was given.
type Delivery struct {
	MessageID  string // ours; or
	ChannelID  string // the channel's id of it
	ExternalID string
	State      db.Delivery // sent, delivered or failed
	Error      string
}
