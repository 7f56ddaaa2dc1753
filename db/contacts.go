package db

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Contact is a customer on a channel.
type Contact struct {
	Store      string
	ID         string
	ChannelID  string
	ExternalID string // the channel's name for the customer; unique on the channel
	Customer   string // whose it is; InsertContact makes one where none is named
	Name       string
	Phone      string
	Seller     string // the customer's, only read here but by InsertContact
	SecretHash string // of what the web chat knows its customer by; empty elsewhere
	CreatedAt  time.Time
}

const contactColumns = `p.store_id, p.id, p.channel_id, p.external_id, p.customer_id, p.name, p.phone, k.seller_id, p.secret_hash,
  p.created_at`

// contactFrom joins each contact with its customer, of whom there always is one.
const contactFrom = ` FROM contacts p CROSS JOIN customers k WHERE k.store_id = p.store_id AND k.id = p.customer_id`

func scanContact(r row) (Contact, error) {
	var c Contact
	return c, r.Scan(&c.Store, &c.ID, &c.ChannelID, &c.ExternalID, &c.Customer, &c.Name, &c.Phone, textInto{&c.Seller},
		textInto{&c.SecretHash}, timeInto{&c.CreatedAt})
}

// Vouch says whether a new contact's number is one to recognise its customer by.
type Vouch bool

// Whose word a number is.
const (
	ByStranger Vouch = false // typed by who writes in the web chat
	ByProgram  Vouch = true  // given by a channel of kind api
)

// EnsureContact reads the contact of c's channel and external id, or stores c
// when there is none; created says which. A new contact is a new customer, unless
// its channel vouches for its number: then it is the one customer who is
// recognised by that number and has no contact on the channel yet. ErrDuplicate:
// another transaction was faster, run this one again.
func (tx *Tx) EnsureContact(ctx context.Context, c Contact, vouch Vouch) (contact Contact, created bool, err error) {
	contact, err = tx.ContactByExternal(ctx, c.Store, c.ChannelID, c.ExternalID)
	if !errors.Is(err, ErrNotFound) {
		return contact, false, err
	}
	if vouch == ByProgram && c.Phone != "" {
		known, err := tx.recognised(ctx, c)
		if err != nil {
			return c, false, err
		}
		if known.ID != "" {
			c.Customer, c.Seller = known.ID, known.Seller
		}
	}
	c, err = tx.InsertContact(ctx, c, vouch)
	return c, err == nil, err
}

// recognised is the customer whom a new contact's number means; the zero one
// where it is nobody's, several people's, or that of who is on the channel already.
func (tx *Tx) recognised(ctx context.Context, c Contact) (Customer, error) {
	all, err := tx.CustomersByPhone(ctx, c.Store, c.Phone, 2)
	if err != nil || len(all) != 1 {
		return Customer{}, err
	}
	known, err := tx.LockCustomer(ctx, c.Store, all[0].ID)
	if errors.Is(err, ErrNotFound) {
		return Customer{}, nil // joined with another meanwhile
	}
	if err != nil {
		return Customer{}, err
	}
	taken, err := list(ctx, tx.Queries, "contacts on channel "+c.ChannelID, column[string],
		`SELECT id FROM contacts WHERE store_id = $1 AND customer_id = $2 AND channel_id = $3 LIMIT 1`, c.Store, known.ID, c.ChannelID)
	if err != nil || len(taken) > 0 {
		return Customer{}, err
	}
	return known, nil
}

// InsertContact stores a new contact and, where it names no customer, a customer
// of its own, and returns it with that. ErrDuplicate: its channel has one of that
// external id.
func (tx *Tx) InsertContact(ctx context.Context, c Contact, vouch Vouch) (Contact, error) {
	if c.Customer == "" {
		c.Customer = c.ID
		own := Customer{Store: c.Store, ID: c.Customer, Name: c.Name, Phone: c.Phone, Vouched: bool(vouch), Seller: c.Seller, CreatedAt: c.CreatedAt}
		if err := tx.InsertCustomer(ctx, own); err != nil {
			return c, err
		}
	}
	n, err := tx.exec(ctx, "insert contact "+c.ID,
		`INSERT INTO contacts (store_id, id, channel_id, external_id, customer_id, name, name_key, phone, phone_digits,
		   secret_hash, created_at) VALUES (`+placeholders(1, 11)+`) ON CONFLICT DO NOTHING`,
		c.Store, c.ID, c.ChannelID, c.ExternalID, c.Customer, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone),
		null(c.SecretHash), At(c.CreatedAt))
	if err == nil && n == 0 {
		err = fmt.Errorf("insert contact %s: %w", c.ID, ErrDuplicate)
	}
	return c, err
}

// UpdateContact changes the name, phone and secret of a contact that was read as
// before, and makes its open conversation found by the new name and phone. Its
// customer goes along where it was called the same, as nobody has named it
// otherwise; what a stranger typed does not take a known number's place.
func (tx *Tx) UpdateContact(ctx context.Context, before, c Contact, vouch Vouch) error {
	err := tx.must(ctx, ErrNotFound, "update contact "+c.ID,
		`UPDATE contacts SET name = $3, name_key = $4, phone = $5, phone_digits = $6, secret_hash = $7
		 WHERE store_id = $1 AND id = $2`,
		c.Store, c.ID, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), null(c.SecretHash))
	if err != nil {
		return err
	}
	open, err := list(ctx, tx.Queries, "open conversation of contact "+c.ID, column[string],
		`SELECT id FROM conversations WHERE store_id = $1 AND contact_id = $2 AND status = 'open'`, c.Store, c.ID)
	if err != nil {
		return err
	}
	for _, id := range open {
		if err := tx.indexTerms(ctx, c.Store, id, contactTerms(c)); err != nil {
			return err
		}
	}
	return tx.follow(ctx, before, c, vouch)
}

// follow gives a contact's customer the new name and number.
func (tx *Tx) follow(ctx context.Context, before, c Contact, vouch Vouch) error {
	customer, err := tx.LockCustomer(ctx, c.Store, before.Customer)
	if err != nil {
		return err
	}
	known := customer
	if customer.Name == before.Name {
		customer.Name = c.Name
	}
	if customer.Phone == before.Phone && c.Phone != before.Phone && (bool(vouch) || !customer.Vouched) {
		customer.Phone, customer.Vouched = c.Phone, bool(vouch)
	}
	if customer == known {
		return nil
	}
	return tx.UpdateCustomer(ctx, customer)
}

// Contact reads one contact.
func (q Queries) Contact(ctx context.Context, store, id string) (Contact, error) {
	return one(ctx, q, "contact "+id, scanContact,
		`SELECT `+contactColumns+contactFrom+` AND p.store_id = $1 AND p.id = $2`, store, id)
}

// ContactByExternal reads a channel's contact by the channel's own name for it.
func (q Queries) ContactByExternal(ctx context.Context, store, channel, external string) (Contact, error) {
	return one(ctx, q, "contact of channel "+channel, scanContact,
		`SELECT `+contactColumns+contactFrom+` AND p.store_id = $1 AND p.channel_id = $2 AND p.external_id = $3`,
		store, channel, external)
}

// Contacts lists a page of a store's contacts by name, from after a place.
func (q Queries) Contacts(ctx context.Context, store string, after NameKey, limit int) ([]Contact, error) {
	return list(ctx, q, "contacts", scanContact,
		`SELECT `+contactColumns+contactFrom+` AND p.store_id = $1 AND (p.name_key, p.id) > ($2, $3)
		 ORDER BY p.name_key, p.id LIMIT $4`, store, after.Key, after.ID, pageLimit(limit))
}

// ContactsOf lists a customer's contacts, the earliest first.
func (q Queries) ContactsOf(ctx context.Context, store, customer string) ([]Contact, error) {
	return list(ctx, q, "contacts of customer "+customer, scanContact,
		`SELECT `+contactColumns+contactFrom+` AND p.store_id = $1 AND p.customer_id = $2 ORDER BY p.id`, store, customer)
}

// Key is the contact's own place in a list by name.
func (c Contact) Key() NameKey { return NameKey{Fold(c.Name), c.ID} }

// Sight is whose conversations somebody may see; see handlers.CanSee.
type Sight struct {
	All    bool
	Seller string
	Teams  []string
}

func (s Sight) where(a *arguments) string {
	if s.All {
		return ""
	}
	queue := ` OR c.seller_id IS NULL AND (c.team_id IS NULL OR c.team_id ` + in(a, s.Teams) + `)`
	return ` AND (c.seller_id = ` + a.arg(s.Seller) + queue + `)`
}

// ConversationsOfCustomer lists a customer's conversations on all channels that
// somebody may see, newest first; before is the id of the last one already shown,
// or empty.
func (q Queries) ConversationsOfCustomer(ctx context.Context, store, customer string, sight Sight, before string, limit int) ([]Conversation, error) {
	a := arguments{values: []any{store, customer}}
	where := sight.where(&a)
	if before != "" {
		where += ` AND c.id < ` + a.arg(before)
	}
	return list(ctx, q, "conversations of customer "+customer, scanConversation,
		`SELECT `+conversationColumns+` FROM contacts p CROSS JOIN conversations c
		 WHERE p.store_id = $1 AND p.customer_id = $2 AND c.store_id = p.store_id AND c.contact_id = p.id`+where+
			` ORDER BY c.id DESC LIMIT `+a.arg(pageLimit(limit)), a.values...)
}

// ContactsOfAll lists the contacts of several customers, each one's earliest first.
func (q Queries) ContactsOfAll(ctx context.Context, store string, customers []string) ([]Contact, error) {
	a := arguments{values: []any{store}}
	return list(ctx, q, "contacts of customers", scanContact,
		`SELECT `+contactColumns+contactFrom+` AND p.store_id = $1 AND p.customer_id `+in(&a, customers)+` ORDER BY p.customer_id, p.id`, a.values...)
}
