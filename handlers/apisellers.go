package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel/api"
	"semaforo/db"
	"semaforo/flow"
)

// sellerDocument is a seller as the API writes it.
type sellerDocument struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Teams  []string `json:"teams"`
	Active bool     `json:"active"`
	// Presence is answered, never set: it is the seller's own.
	Presence db.Presence `json:"presence"`
}

// sellerOf is a seller's document, where a heartbeat counts since an instant.
func sellerOf(s db.Seller, since time.Time) sellerDocument {
	d := sellerDocument{ID: s.ID, Name: s.Name, Teams: s.Teams, Active: s.Active, Presence: s.Presence(since)}
	if d.Teams == nil {
		d.Teams = []string{}
	}
	return d
}

func readSeller(o *api.Object, s *db.Seller) {
	s.Active = true
	o.Need("name")
	o.Clean("id", &s.ID, identifier)
	o.Clean("name", &s.Name, properName)
	o.Flag("active", &s.Active)
	o.Texts("teams", &s.Teams)
	var presence string // what was answered may be sent back
	o.Text("presence", &presence)
	for i, id := range s.Teams {
		if slices.Contains(s.Teams[:i], id) {
			o.RefuseAs(fmt.Sprintf("teams[%d]", i), api.Code(flow.CodeRepeated), "is given twice")
		}
	}
}

// APISellers is GET /api/v1/sellers.
func (s *Server) APISellers(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 2)
	if err != nil {
		return err
	}
	sellers, err := s.DB.Sellers(c.Request().Context(), CallerOf(c).Store.ID, nameKey(at), at.limit)
	if err != nil {
		return err
	}
	since := s.Clock.SeenSince(CallerOf(c).Now)
	document := func(s db.Seller) sellerDocument { return sellerOf(s, since) }
	return answerList(c, at, sellers, document, func(s db.Seller) string { return cursorOf(s.Key().Key, s.Key().ID) })
}

// nameKey is where a page of a list by name begins.
func nameKey(at place) db.NameKey {
	if at.after == nil {
		return db.NameKey{}
	}
	return db.NameKey{Key: at.after[0], ID: at.after[1]}
}

// APISeller is GET /api/v1/sellers/{id}.
func (s *Server) APISeller(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerSeller(c, http.StatusOK, c.Param("id"))
}

func (s *Server) answerSeller(c echo.Context, status int, id string) error {
	seller, err := s.DB.Seller(c.Request().Context(), CallerOf(c).Store.ID, id)
	if err != nil {
		return err
	}
	return answer(c, status, sellerOf(seller, s.Clock.SeenSince(CallerOf(c).Now)))
}

// APICreateSeller is POST /api/v1/sellers.
func (s *Server) APICreateSeller(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var seller db.Seller
	if err := readDocument(c, func(o *api.Object) { readSeller(o, &seller) }); err != nil {
		return err
	}
	if seller.ID == "" {
		seller.ID = db.NewID()
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		seller.Store, seller.CreatedAt = CallerOf(c).Store.ID, now
		if err := knownTeams(ctx, tx.Queries, seller, nil); err != nil {
			return err
		}
		if err := tx.InsertSeller(ctx, seller); err != nil {
			return err
		}
		return recordSeller(ctx, tx, c, now, db.Seller{}, seller)
	})
	if err != nil {
		return err
	}
	return s.answerSeller(c, http.StatusCreated, seller.ID)
}

// APIUpdateSeller is PUT /api/v1/sellers/{id}: all of the seller.
func (s *Server) APIUpdateSeller(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var seller db.Seller
	if err := readDocument(c, func(o *api.Object) { readSeller(o, &seller) }); err != nil {
		return err
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		present, err := tx.Seller(ctx, CallerOf(c).Store.ID, c.Param("id"))
		if err != nil {
			return err
		}
		if err := sameID(seller.ID, present.ID); err != nil {
			return err
		}
		seller.ID, seller.Store, seller.User = present.ID, present.Store, present.User
		if err := knownTeams(ctx, tx.Queries, seller, present.Teams); err != nil {
			return err
		}
		if present.Active && !seller.Active {
			if err := unusedSeller(ctx, tx.Queries, seller); err != nil {
				return err
			}
		}
		if !present.Active && seller.Active {
			if err := mayComeBack(ctx, tx.Queries, seller); err != nil {
				return err
			}
		}
		if err := tx.UpdateSeller(ctx, seller); err != nil {
			return err
		}
		return recordSeller(ctx, tx, c, now, present, seller)
	})
	if err != nil {
		return err
	}
	return s.answerSeller(c, http.StatusOK, seller.ID)
}

// recordSeller records what became of a seller; the zero seller before is a new one.
func recordSeller(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, before, after db.Seller) error {
	teams, err := tx.Teams(ctx, after.Store)
	if err != nil {
		return err
	}
	named := func(s db.Seller) string {
		var names []string
		for _, t := range teams {
			if slices.Contains(s.Teams, t.ID) {
				names = append(names, t.Name)
			}
		}
		return strings.Join(names, ", ")
	}
	e := db.Audit{Noun: db.NounSeller, NounID: after.ID, NounName: after.Name, Action: db.AuditChanged}
	var all changes
	all.add("name", before.Name, after.Name)
	all.add("teams", named(before), named(after))
	if before.ID == "" {
		e.Action = db.AuditCreated
	} else {
		all.add("active", yesNo(before.Active), yesNo(after.Active))
	}
	if e.Changes = all; e.Action == db.AuditChanged && len(all) == 0 {
		return nil
	}
	return record(ctx, tx, c, at, e)
}

// knownTeams refuses teams that the store does not have, and archived ones that the
// seller is not in already.
func knownTeams(ctx context.Context, q db.Queries, seller db.Seller, present []string) error {
	for i, id := range seller.Teams {
		path := fmt.Sprintf("teams[%d]", i)
		team, err := q.Team(ctx, seller.Store, id)
		if err != nil {
			return missing(err, path)
		}
		if team.Archived && !slices.Contains(present, id) {
			return refuseField(path, api.CodeUnknown, "is archived")
		}
	}
	return nil
}

// mayComeBack refuses to bring back a seller whose person was deactivated: their
// store's administration does that.
func mayComeBack(ctx context.Context, q db.Queries, seller db.Seller) error {
	if seller.User == "" {
		return nil
	}
	m, err := q.Membership(ctx, seller.Store, seller.User)
	if err == nil && m.Disabled {
		return conflict("disabled", "the seller's person is deactivated in this store: reactivate them in Usuários", "O acesso desta pessoa está desativado.")
	}
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// unusedSeller refuses to put away a seller who has open conversations, or whom a
// flow or a move names.
func unusedSeller(ctx context.Context, q db.Queries, seller db.Seller) error {
	held, err := q.CountHeld(ctx, seller.Store, "", seller.ID)
	if err != nil {
		return err
	}
	if held.Total() > 0 {
		return inUse("the seller has open conversations: transfer them first")
	}
	return unnamed(ctx, q, seller.Store, flow.SellerQueue, seller.ID, func(a flow.Action) bool {
		return a.Type == flow.TransferSeller && a.Seller == seller.ID
	})
}
