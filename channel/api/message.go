package api

import (
	"time"

	"semaforo/channel"
)

// Message is a customer's message as POST /messages takes it.
type Message struct {
	Channel    string // the channel's id, or its name
	ExternalID string
	Contact    Contact
	Text       string
	At         time.Time // UTC; zero: now
	Team       string    // overrides the routing
	Seller     string
}

// Contact is who wrote it.
type Contact struct{ ExternalID, Name, Phone string }

// ParseMessage reads the document of POST /messages. The error is a *Malformed
// or an Invalid.
func ParseMessage(document []byte) (Message, error) {
	var m Message
	err := Read(document, func(o *Object) {
		o.Need("channel", "external_id", "contact", "text")
		o.Clean("channel", &m.Channel, channel.ExternalID)
		o.Clean("external_id", &m.ExternalID, channel.ExternalID)
		o.Object("contact", func(o *Object) {
			o.Need("external_id")
			o.Clean("external_id", &m.Contact.ExternalID, channel.ExternalID)
			o.Clean("name", &m.Contact.Name, channel.Name)
			o.Clean("phone", &m.Contact.Phone, channel.Phone)
		})
		o.Clean("text", &m.Text, channel.Text)
		o.Instant("at", &m.At)
		o.Clean("team", &m.Team, channel.ExternalID)
		o.Clean("seller", &m.Seller, channel.ExternalID)
	})
	if err != nil {
		return Message{}, err
	}
	return m, nil
}
