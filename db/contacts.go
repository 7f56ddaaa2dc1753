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
	Name       string
	Phone      string
	Seller     string // whose customer it is, or empty
	SecretHash string // of what the web chat knows its customer by; empty elsewhere
	CreatedAt  time.Time
}

const contactColumns = `p.store_id, p.id, p.channel_id, p.external_id, p.name, p.phone, p.seller_id, p.secret_hash,
  p.created_at`

func scanContact(r row) (Contact, error) {
	var c Contact
	return c, r.Scan(&c.Store, &c.ID, &c.ChannelID, &c.ExternalID, &c.Name, &c.Phone, textInto{&c.Seller},
		textInto{&c.SecretHash}, timeInto{&c.CreatedAt})
}

// InsertContact stores a new contact. ErrDuplicate: its channel has one of that
// external id (ContactByExternal finds it), and the transaction may go on.
func (tx *Tx) InsertContact(ctx context.Context, c Contact) error {
	n, err := tx.exec(ctx, "insert contact "+c.ID,
		`INSERT INTO contacts (store_id, id, channel_id, external_id, name, name_key, phone, phone_digits, seller_id,
		   secret_hash, created_at) VALUES (`+placeholders(1, 11)+`) ON CONFLICT DO NOTHING`,
		c.Store, c.ID, c.ChannelID, c.ExternalID, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), null(c.Seller),
		null(c.SecretHash), At(c.CreatedAt))
	if err == nil && n == 0 {
		err = fmt.Errorf("insert contact %s: %w", c.ID, ErrDuplicate)
	}
	return err
}

// EnsureContact reads the contact of c's channel and external id, or stores c
// when there is none; created says which.
func (tx *Tx) EnsureContact(ctx context.Context, c Contact) (contact Contact, created bool, err error) {
	err = tx.InsertContact(ctx, c)
	if errors.Is(err, ErrDuplicate) {
		contact, err = tx.ContactByExternal(ctx, c.Store, c.ChannelID, c.ExternalID)
		return contact, false, err
	}
	return c, err == nil, err
}

// UpdateContact changes a contact's name, phone, seller and secret, and makes its
// open conversation found by the new name and phone.
func (tx *Tx) UpdateContact(ctx context.Context, c Contact) error {
	err := tx.must(ctx, ErrNotFound, "update contact "+c.ID,
		`UPDATE contacts SET name = $3, name_key = $4, phone = $5, phone_digits = $6, seller_id = $7, secret_hash = $8
		 WHERE store_id = $1 AND id = $2`,
		c.Store, c.ID, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), null(c.Seller), null(c.SecretHash))
	if err != nil {
		return err
	}
	open, err := list(ctx, tx.Queries, "open conversation of contact "+c.ID, column[string],
		`SELECT id FROM conversations WHERE store_id = $1 AND contact_id = $2 AND status = 'open'`, c.Store, c.ID)
	for _, id := range open {
		err = errors.Join(err, tx.indexTerms(ctx, c.Store, id, contactTerms(c)))
	}
	return err
}

// Contact reads one contact.
func (q Queries) Contact(ctx context.Context, store, id string) (Contact, error) {
	return one(ctx, q, "contact "+id, scanContact,
		`SELECT `+contactColumns+` FROM contacts p WHERE p.store_id = $1 AND p.id = $2`, store, id)
}

// ContactByExternal reads a channel's contact by the channel's own name for it.
func (q Queries) ContactByExternal(ctx context.Context, store, channel, external string) (Contact, error) {
	return one(ctx, q, "contact of channel "+channel, scanContact,
		`SELECT `+contactColumns+` FROM contacts p WHERE p.store_id = $1 AND p.channel_id = $2 AND p.external_id = $3`,
		store, channel, external)
}

// Contacts lists a page of a store's contacts by name, from after a place.
func (q Queries) Contacts(ctx context.Context, store string, after NameKey, limit int) ([]Contact, error) {
	return list(ctx, q, "contacts", scanContact,
		`SELECT `+contactColumns+` FROM contacts p WHERE p.store_id = $1 AND (p.name_key, p.id) > ($2, $3)
		 ORDER BY p.name_key, p.id LIMIT $4`, store, after.Key, after.ID, pageLimit(limit))
}

// Key is the contact's own place in a list by name.
func (c Contact) Key() NameKey { return NameKey{Fold(c.Name), c.ID} }
