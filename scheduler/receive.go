package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Receive takes in a customer's message: it continues the contact's open
// conversation or opens one, routed to the customer's seller, else the channel's
// team, else to Aguardando. A message that the channel delivers again changes
// nothing and is answered as the first time. Errors: *Invalid, *flow.Refusal.
func (d *Door) Receive(ctx context.Context, store string, in Inbound) (Received, error) {
	if err := in.check(); err != nil {
		return Received{}, err
	}
	var out Received
	var err error
	for range maxRaces {
		err = d.passage(ctx, func(w *work) (err error) {
			out, err = w.receive(ctx, store, in)
			return err
		})
		if !errors.Is(err, db.ErrDuplicate) {
			break
		}
	}
	return out, err
}

// maxRaces is how often a message is taken in anew because, on another
// connection, the same one or another of its customer's was faster: then it is
// a duplicate, or continues what the other has opened.
const maxRaces = 5

func (in Inbound) check() error {
	return errors.Join(
		checkText("text", in.Text, MaxText),
		checkText("contact.external_id", in.Contact.ExternalID, 200),
		checkOptional("external_id", in.ExternalID, 200),
		checkOptional("contact.name", in.Contact.Name, MaxName),
		checkOptional("contact.phone", in.Contact.Phone, 40),
	)
}

func (w *work) receive(ctx context.Context, store string, in Inbound) (Received, error) {
	if in.ExternalID != "" {
		m, err := w.tx.MessageByExternal(ctx, store, in.ChannelID, in.ExternalID)
		if err == nil {
			c, err := w.tx.Conversation(ctx, store, m.Conversation)
			return Received{Conversation: c, Message: m, Duplicate: true}, err
		}
		if !errors.Is(err, db.ErrNotFound) {
			return Received{}, err
		}
	}
	channel, err := w.tx.Channel(ctx, store, in.ChannelID)
	if errors.Is(err, db.ErrNotFound) {
		return Received{}, &Invalid{"channel", InvalidUnknown}
	}
	if err != nil {
		return Received{}, err
	}
	if !channel.Active {
		return Received{}, &Invalid{"channel", InvalidInactive}
	}
	// Once in a minute is enough to say that a channel lives.
	if w.now.Sub(channel.LastMessageAt) >= time.Minute {
		if err := w.tx.ChannelSpoke(ctx, store, channel.ID, w.now); err != nil {
			return Received{}, err
		}
	}
	contact, err := w.contact(ctx, channel, in)
	if err != nil {
		return Received{}, err
	}
	c, records, err := w.customerWrote(ctx, channel, contact, in)
	if err != nil {
		return Received{}, err
	}
	return w.keepInbound(ctx, c, records, contact, in)
}

// contact finds or makes the contact, and takes over what the channel knows new. The
// number that a program gives may be that of a customer the store knows already.
func (w *work) contact(ctx context.Context, channel db.Channel, in Inbound) (db.Contact, error) {
	vouch := db.Vouch(channel.Kind == db.ChannelAPI)
	name := in.Contact.Name
	if name == "" {
		name = "Cliente"
	}
	contact, created, err := w.tx.EnsureContact(ctx, db.Contact{
		Store: channel.Store, ID: db.NewID(), ChannelID: channel.ID, ExternalID: in.Contact.ExternalID,
		Name: name, Phone: in.Contact.Phone, SecretHash: in.Contact.SecretHash, CreatedAt: w.now,
	}, vouch)
	if err != nil || created {
		return contact, err
	}
	known := contact
	if in.Contact.Name != "" {
		contact.Name = in.Contact.Name
	}
	if in.Contact.Phone != "" {
		contact.Phone = in.Contact.Phone
	}
	if contact == known {
		return contact, nil
	}
	return contact, w.tx.UpdateContact(ctx, known, contact, vouch)
}

// customerWrote decides the message on the contact's open conversation, or on a
// new one where there is none, or where what was due has closed it.
func (w *work) customerWrote(ctx context.Context, channel db.Channel, contact db.Contact, in Inbound) (*db.Conversation, []flow.Record, error) {
	c, err := w.tx.LockOpenConversation(ctx, contact.Store, contact.ID)
	if err == nil {
		records, err := w.continued(ctx, &c, in)
		if err != nil || c.IsOpen() {
			return &c, records, err
		}
		if err := w.keep(ctx, &c, records, By{Kind: db.BySystem}, ""); err != nil {
			return nil, nil, err
		}
	} else if !errors.Is(err, db.ErrNotFound) {
		return nil, nil, err
	}
	return w.opened(ctx, channel, contact, in)
}

// continued is the message on an open conversation. When a timer that was due
// before it closes the conversation, only that timer's records come back.
func (w *work) continued(ctx context.Context, c *db.Conversation, in Inbound) ([]flow.Record, error) {
	now, err := w.instant(ctx, c)
	if err != nil {
		return nil, err
	}
	last, err := w.last(ctx, c)
	if err != nil {
		return nil, err
	}
	at := later(written(in.At, now), last)
	var records []flow.Record
	for {
		fired, err := w.advance(ctx, c, now, at.Add(-time.Microsecond))
		records = append(records, fired...)
		if err != nil || !c.IsOpen() {
			return records, err
		}
		if len(fired) == 0 {
			break
		}
		at = now // what was held up has fired only now (§7), and the message comes after it
	}
	at = later(at, earlier(c.AsOf, now)) // a new configuration is an event too
	rec, err := w.happen(ctx, c, flow.Event{At: at, Type: flow.CustomerMessage})
	return append(records, rec), err
}

// written is when a message was written, if its channel says so; never later
// than now.
func written(at, now time.Time) time.Time {
	if at.IsZero() || at.After(now) {
		return now
	}
	return at.UTC().Truncate(time.Microsecond)
}

func (w *work) opened(ctx context.Context, channel db.Channel, contact db.Contact, in Inbound) (*db.Conversation, []flow.Record, error) {
	b, err := w.book(ctx, contact.Store)
	if err != nil {
		return nil, nil, err
	}
	at, err := w.opening(ctx, contact, in.At)
	if err != nil {
		return nil, nil, err
	}
	c := &db.Conversation{Store: contact.Store, ContactID: contact.ID, ChannelID: channel.ID, OpenedAt: at, ConfigVersion: b.version}
	c.ID = db.NewID()
	e := flow.Event{At: at, Type: flow.CustomerMessage, Channel: channel.Name, Team: in.Team, Seller: in.Seller}
	if e.Team == "" && e.Seller == "" {
		e.Team, e.Seller = route(b.rules, channel, contact)
	}
	rec, err := w.happen(ctx, c, e)
	return c, []flow.Record{rec}, err
}

// maxLate is how old a message may be to open a conversation with its own
// instant: channels deliver late, but a wait that began weeks ago is a mistake.
const maxLate = 24 * time.Hour

// opening is when a message opens a conversation: when it was written, but not
// before the contact's last one was closed.
func (w *work) opening(ctx context.Context, contact db.Contact, at time.Time) (time.Time, error) {
	at = later(written(at, w.now), w.now.Add(-maxLate))
	before, err := w.tx.ConversationsOf(ctx, contact.Store, contact.ID, "", 1)
	for _, c := range before {
		at = later(at, c.ClosedAt)
	}
	return at, err
}

// route is who gets a new conversation: the seller whose portfolio the customer is
// in, without a team, so that no team's flow applies; else the channel's team, else
// nobody yet. A seller who is not active is none.
func route(rules *flow.Rules, channel db.Channel, contact db.Contact) (team, seller string) {
	if contact.Seller != "" && rules.KnowsSeller(contact.Seller) {
		return "", contact.Seller
	}
	if channel.Team != "" && rules.KnowsTeam(channel.Team) {
		return channel.Team, ""
	}
	return "", ""
}

func (w *work) keepInbound(ctx context.Context, c *db.Conversation, records []flow.Record, contact db.Contact, in Inbound) (Received, error) {
	c.LastText, c.LastTextFrom = in.Text, "customer"
	if err := w.keep(ctx, c, records, By{Kind: db.ByCustomer, ID: contact.ID}, ""); err != nil {
		return Received{}, err
	}
	m := db.Message{Store: c.Store, ID: db.NewID(), Conversation: c.ID, Seq: c.Seq, At: records[len(records)-1].At,
		From: "customer", Text: in.Text, Delivery: db.DeliveryNone, ChannelID: in.ChannelID, ExternalID: in.ExternalID}
	if err := w.tx.InsertMessage(ctx, &m); err != nil {
		return Received{}, fmt.Errorf("receive: %w", err)
	}
	return Received{Conversation: *c, Message: m}, nil
}
