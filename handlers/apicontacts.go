package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/db"
)

// contactDocument is a contact as the API writes it.
type contactDocument struct {
	ID         string    `json:"id"`
	ChannelID  string    `json:"channel_id"`
	ExternalID string    `json:"external_id"`
	Customer   string    `json:"customer"`
	Name       string    `json:"name"`
	Phone      string    `json:"phone,omitempty"`
	Seller     string    `json:"seller,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
}

func contactOf(p db.Contact) contactDocument {
	return contactDocument{ID: p.ID, ChannelID: p.ChannelID, ExternalID: p.ExternalID, Customer: p.Customer,
		Name: p.Name, Phone: p.Phone, Seller: p.Seller, CreatedAt: p.CreatedAt}
}

// readContact takes what may change of a contact.
func readContact(o *api.Object, p *db.Contact) {
	o.Need("name")
	o.Clean("name", &p.Name, properName)
	o.Clean("phone", &p.Phone, channel.Phone)
	o.Clean("seller", &p.Seller, channel.ExternalID)
}

// APIContacts is GET /api/v1/contacts.
func (s *Server) APIContacts(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 2)
	if err != nil {
		return err
	}
	contacts, err := s.DB.Contacts(c.Request().Context(), CallerOf(c).Store.ID, nameKey(at), at.limit)
	if err != nil {
		return err
	}
	return answerList(c, at, contacts, contactOf, func(p db.Contact) string { return cursorOf(p.Key().Key, p.Key().ID) })
}

// APIContact is GET /api/v1/contacts/{id}.
func (s *Server) APIContact(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerContact(c, http.StatusOK, c.Param("id"))
}

func (s *Server) answerContact(c echo.Context, status int, id string) error {
	p, err := s.DB.Contact(c.Request().Context(), CallerOf(c).Store.ID, id)
	if err != nil {
		return err
	}
	return answer(c, status, contactOf(p))
}

// APICreateContact is POST /api/v1/contacts.
func (s *Server) APICreateContact(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var p db.Contact
	err := readDocument(c, func(o *api.Object) {
		readContact(o, &p)
		o.Need("channel", "external_id")
		o.Clean("channel", &p.ChannelID, channel.ExternalID)
		o.Clean("external_id", &p.ExternalID, channel.ExternalID)
	})
	if err != nil {
		return err
	}
	p.Store, p.ID = CallerOf(c).Store.ID, db.NewID()
	through, err := s.channelNamed(c.Request().Context(), p.Store, p.ChannelID)
	if err != nil {
		return missing(err, "channel")
	}
	if through.Kind != db.ChannelAPI {
		return refuseField("channel", api.CodeUnknown, "is not a channel of kind api")
	}
	p.ChannelID = through.ID
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		p.CreatedAt = now
		if err := knownOwner(ctx, tx.Queries, p, ""); err != nil {
			return err
		}
		return s.createContact(ctx, tx, c, now, p)
	})
	if errors.Is(err, db.ErrDuplicate) {
		return conflict("duplicate", "the channel already has a contact of this external_id", "")
	}
	if err != nil {
		return err
	}
	return s.answerContact(c, http.StatusCreated, p.ID)
}

// APIUpdateContact is PUT /api/v1/contacts/{id}: name, phone and seller. What
// the contact's answer has besides may come along, unchanged.
func (s *Server) APIUpdateContact(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var p db.Contact
	err := readDocument(c, func(o *api.Object) {
		readContact(o, &p)
		o.Text("id", &p.ID)
		o.Text("channel_id", &p.ChannelID)
		o.Text("external_id", &p.ExternalID)
		o.Text("customer", &p.Customer)
		o.Instant("created_at", &p.CreatedAt)
	})
	if err != nil {
		return err
	}
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Contact(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err != nil {
			return err
		}
		for path, pair := range map[string][2]string{"id": {p.ID, present.ID}, "channel_id": {p.ChannelID, present.ChannelID},
			"external_id": {p.ExternalID, present.ExternalID}, "customer": {p.Customer, present.Customer}} {
			if pair[0] != "" && pair[0] != pair[1] {
				return refuseField(path, codeFixed, "cannot be changed")
			}
		}
		if !p.CreatedAt.IsZero() && !p.CreatedAt.Equal(present.CreatedAt) {
			return refuseField("created_at", codeFixed, "cannot be changed")
		}
		return s.changeContact(ctx, tx, c, now, present, p)
	})
	if err != nil {
		return err
	}
	return s.answerContact(c, http.StatusOK, c.Param("id"))
}

// createContact stores a contact that a program gave. Its customer may be one the
// store knows by the number, who then also gets the seller that is named.
func (s *Server) createContact(ctx context.Context, tx *db.Tx, c echo.Context, now time.Time, p db.Contact) error {
	made, created, err := tx.EnsureContact(ctx, p, db.ByProgram)
	if err != nil {
		return err
	}
	if !created {
		return db.ErrDuplicate
	}
	if made.Customer == made.ID || p.Seller == "" {
		return nil
	}
	return s.reassign(ctx, tx, c, now, made.Customer, p.Seller)
}

// changeContact gives a contact a new name and number, and its customer a new seller.
func (s *Server) changeContact(ctx context.Context, tx *db.Tx, c echo.Context, now time.Time, present, p db.Contact) error {
	next := present
	next.Name, next.Phone, next.Seller = p.Name, p.Phone, p.Seller
	if err := knownOwner(ctx, tx.Queries, next, present.Seller); err != nil {
		return err
	}
	if err := tx.UpdateContact(ctx, present, next, db.ByProgram); err != nil {
		return err
	}
	return s.reassign(ctx, tx, c, now, present.Customer, next.Seller)
}

// knownOwner refuses a seller that the store does not have, or who answers no more
// and does not have the customer already.
func knownOwner(ctx context.Context, q db.Queries, p db.Contact, present string) error {
	if p.Seller == "" || p.Seller == present {
		return nil
	}
	seller, err := q.Seller(ctx, p.Store, p.Seller)
	if err == nil && !seller.Active {
		return refuseField("seller", api.CodeUnknown, "is not an active seller")
	}
	return missing(err, "seller")
}
