package db

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Delivery is how far a message to the customer has come.
type Delivery string

// The states of delivery; private and incoming messages have none.
const (
	DeliveryNone      Delivery = "none"
	DeliveryPending   Delivery = "pending"
	DeliverySent      Delivery = "sent"
	DeliveryDelivered Delivery = "delivered"
	DeliveryFailed    Delivery = "failed"
)

// Message is what somebody wrote in a conversation.
type Message struct {
	Store         string
	ID            string
	Conversation  string
	Seq           int64 // of the event it came with
	At            time.Time
	From          string // customer, seller, bot, system
	Seller        string // who wrote it, from a seller
	Text          string
	Private       bool // a note among sellers
	Delivery      Delivery
	DeliveryError string
	ChannelID     string
	ExternalID    string // the channel's own id: at most one message of a channel has it
}

const messageColumns = `m.store_id, m.id, m.conversation_id, m.seq, m.at, m.sender, m.seller_id, m.text, m.private,
  m.delivery, m.delivery_error, m.channel_id, m.external_id`

func scanMessage(r row) (Message, error) {
	var m Message
	return m, r.Scan(&m.Store, &m.ID, &m.Conversation, &m.Seq, timeInto{&m.At}, &m.From, &m.Seller, &m.Text, &m.Private,
		&m.Delivery, &m.DeliveryError, &m.ChannelID, textInto{&m.ExternalID})
}

// InsertMessage stores a message and indexes its words for the search.
// ErrDuplicate: the channel's message of that external id is already there
// (MessageByExternal finds it), and the transaction may go on.
func (tx *Tx) InsertMessage(ctx context.Context, m *Message) error {
	n, err := tx.exec(ctx, "insert message "+m.ID,
		`INSERT INTO messages (store_id, id, conversation_id, seq, at, sender, seller_id, text, private, delivery,
		   delivery_error, channel_id, external_id) VALUES (`+placeholders(1, 13)+`) ON CONFLICT DO NOTHING`,
		m.Store, m.ID, m.Conversation, m.Seq, At(m.At), m.From, m.Seller, m.Text, m.Private, m.Delivery, m.DeliveryError,
		m.ChannelID, null(m.ExternalID))
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("insert message %s: %w", m.ID, ErrDuplicate)
	}
	return tx.indexTerms(ctx, m.Store, m.Conversation, Terms(m.Text))
}

// Message reads one message.
func (q Queries) Message(ctx context.Context, store, id string) (Message, error) {
	return one(ctx, q, "message "+id, scanMessage,
		`SELECT `+messageColumns+` FROM messages m WHERE m.store_id = $1 AND m.id = $2`, store, id)
}

// MessageByExternal reads a channel's message by the channel's own id: what a
// repeated delivery is answered with.
func (q Queries) MessageByExternal(ctx context.Context, store, channel, external string) (Message, error) {
	return one(ctx, q, "message "+external+" of channel "+channel, scanMessage,
		`SELECT `+messageColumns+` FROM messages m WHERE m.store_id = $1 AND m.channel_id = $2 AND m.external_id = $3`,
		store, channel, external)
}

// MessageKey is a place among a conversation's messages.
type MessageKey struct {
	Seq int64
	ID  string
}

// Key is the message's own place.
func (m Message) Key() MessageKey { return MessageKey{m.Seq, m.ID} }

// Messages lists the limit messages of a conversation that come before a place
// (or the latest ones, before nil), oldest first.
func (q Queries) Messages(ctx context.Context, store, conversation string, before *MessageKey, limit int) ([]Message, error) {
	var a arguments
	where := `m.store_id = ` + a.arg(store) + ` AND m.conversation_id = ` + a.arg(conversation)
	if before != nil {
		where += ` AND (m.seq, m.id) < (` + a.arg(before.Seq) + `, ` + a.arg(before.ID) + `)`
	}
	all, err := list(ctx, q, "messages of conversation "+conversation, scanMessage,
		`SELECT `+messageColumns+` FROM messages m WHERE `+where+
			` ORDER BY m.seq DESC, m.id DESC LIMIT `+a.arg(pageLimit(limit)), a.values...)
	slices.Reverse(all)
	return all, err
}

// MessagesAfter lists a conversation's messages that come after a place, oldest
// first.
func (q Queries) MessagesAfter(ctx context.Context, store, conversation string, after MessageKey, limit int) ([]Message, error) {
	return list(ctx, q, "messages of conversation "+conversation, scanMessage,
		`SELECT `+messageColumns+` FROM messages m WHERE m.store_id = $1 AND m.conversation_id = $2
		 AND (m.seq, m.id) > ($3, $4) ORDER BY m.seq, m.id LIMIT $5`,
		store, conversation, after.Seq, after.ID, pageLimit(limit))
}

// SellerMessagesSince lists the public seller messages of a conversation from an
// instant on: whether any reached the customer decides delivery_failed (§2).
func (q Queries) SellerMessagesSince(ctx context.Context, store, conversation string, at time.Time) ([]Message, error) {
	return list(ctx, q, "seller messages of conversation "+conversation, scanMessage,
		`SELECT `+messageColumns+` FROM messages m WHERE m.store_id = $1 AND m.conversation_id = $2
		 AND m.sender = 'seller' AND NOT m.private AND m.at >= $3 ORDER BY m.seq, m.id`, store, conversation, int64(At(at)))
}

// SetDelivery records how far a message has come, and why it failed; external,
// unless empty, is the id the channel gave it. It never goes backwards: what
// was delivered is not sent again, a failure is only replaced by a success.
// It reports whether the row changed.
func (tx *Tx) SetDelivery(ctx context.Context, store, id string, d Delivery, reason, external string) (bool, error) {
	n, err := tx.exec(ctx, "set delivery of message "+id,
		`UPDATE messages SET delivery = $3, delivery_error = $4,
		   external_id = CASE WHEN CAST($5 AS TEXT) = '' THEN external_id ELSE $5 END
		 WHERE store_id = $1 AND id = $2 AND (delivery = 'pending'
		   OR (delivery = 'sent' AND $3 IN ('delivered', 'failed')) OR (delivery = 'failed' AND $3 = 'delivered'))`,
		store, id, string(d), reason, external)
	return n > 0, err
}
