package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// DeactivatePage asks before a person is deactivated, and where what they hold goes.
func (s *Server) DeactivatePage(c echo.Context) error {
	return s.drawDeactivation(c, http.StatusOK, userview.DeactivateForm{}, nil)
}

// Deactivate keeps a person from the store from now on, and passes on what they hold.
func (s *Server) Deactivate(c echo.Context) error {
	var form userview.DeactivateForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	name, err := s.deactivate(c, form)
	var refused refusedFields
	switch {
	case errors.As(err, &refused):
		return s.drawDeactivation(c, http.StatusUnprocessableEntity, form, userview.Errors(refused))
	case err != nil:
		return err
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: "O acesso de " + name + " a esta loja foi desativado."})
}

// Reactivate lets a deactivated person in again.
func (s *Server) Reactivate(c echo.Context) error {
	var name string
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		p, err := tx.Colleague(ctx, by.store, c.Param("user"))
		if err != nil {
			return err
		}
		if name = p.As.Name; !p.Disabled {
			return nil
		}
		p.As.Active = true
		if err := errors.Join(tx.SetMemberDisabled(ctx, by.store, p.User, false), tx.UpdateSeller(ctx, p.As)); err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounUser, NounID: p.User, NounName: name, Action: db.AuditEnabled})
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: name + " voltou: já pode entrar com a senha que tinha."})
}

// holding is what a person holds, as it is now.
type holding struct {
	person    db.Colleague
	ranks     db.Ranks
	flows     []db.Flow
	portfolio int
	teams     []db.Team
	sellers   []db.Seller
}

// leaving reads what a person who is to be deactivated holds, and refuses where
// nobody may.
func (s *Server) leaving(ctx context.Context, q db.Queries, v *Viewer, user string) (h holding, err error) {
	if h.person, err = activeColleague(ctx, q, v.Store.ID, user); err != nil {
		return h, err
	}
	if user == v.User.ID {
		return h, conflict("self", "nobody deactivates themselves", "Ninguém desativa a si mesmo. Peça a outra pessoa da Administração.")
	}
	others, err := q.OtherAdmins(ctx, v.Store.ID, user)
	if err == nil && others == 0 {
		err = conflict("last_admin", "a store needs an administrator", lastAdmin)
	}
	if err != nil {
		return h, err
	}
	ranks, err := q.RanksOf(ctx, v.Store.ID, h.person.Seller)
	if err != nil {
		return h, err
	}
	h.ranks = ranks[h.person.Seller]
	if h.flows, err = q.Flows(ctx, v.Store.ID); err != nil {
		return h, err
	}
	if h.portfolio, err = q.CountPortfolio(ctx, v.Store.ID, h.person.Seller); err != nil {
		return h, err
	}
	if h.teams, err = q.Teams(ctx, v.Store.ID); err != nil {
		return h, err
	}
	h.sellers, err = q.AllSellers(ctx, v.Store.ID)
	return h, err
}

func (h holding) otherSellers() []ui.Option {
	var options []ui.Option
	for _, p := range h.sellers {
		if p.Active && p.ID != h.person.Seller {
			options = append(options, ui.Option{Value: p.ID, Label: p.Name})
		}
	}
	return options
}

// destinations are whom a form gives what a person holds to: the relocation is nil
// without open conversations, the names empty for nobody.
type destinations struct {
	conversations  *db.Relocation
	flows, heir    string
	conversationTo string // in words
}

// passOn reads a form's destinations and refuses those that are missing or gone.
func (h holding) passOn(form userview.DeactivateForm) (to destinations, err error) {
	refused := refusedFields{}
	seller := func(field, id string) string {
		name := nameIn(h.otherSellers(), id)
		if name == "" {
			refused[field] = "Escolha o vendedor: ele precisa estar ativo."
		}
		return name
	}
	if h.ranks.Total() > 0 {
		to.conversations = &db.Relocation{FromSeller: h.person.Seller}
		switch form.To {
		case userview.ToTeam:
			to.conversations.ToTeam, to.conversationTo = form.ToTeam, nameIn(liveTeams(h.teams), form.ToTeam)
			if to.conversationTo == "" {
				refused["to_team"] = "Escolha o time."
			}
		case userview.ToSeller:
			to.conversations.ToSeller, to.conversationTo = form.ToSeller, seller("to_seller", form.ToSeller)
		default:
			refused["to"] = "Escolha para onde vão as conversas."
		}
	}
	if len(flowsNaming(h.flows, h.person.Seller)) > 0 && form.Flows != userview.NobodyInstead {
		if to.flows = form.Flows; form.Flows == "" {
			refused["flows"] = "Escolha quem entra no lugar, ou ninguém."
		} else {
			seller("flows", form.Flows)
		}
	}
	if to.heir = form.Portfolio; form.Portfolio != "" {
		seller("portfolio", form.Portfolio)
	}
	if len(refused) > 0 {
		return to, refused
	}
	return to, nil
}

func nameIn(options []ui.Option, id string) string {
	for _, o := range options {
		if o.Value == id {
			return o.Label
		}
	}
	return ""
}

// deactivate returns whom.
func (s *Server) deactivate(c echo.Context, form userview.DeactivateForm) (name string, err error) {
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		h, err := s.leaving(ctx, tx.Queries, ViewerOf(c), c.Param("user"))
		if err != nil {
			return err
		}
		name = h.person.As.Name
		to, err := h.passOn(form)
		if err != nil {
			return err
		}
		if err := replaceSeller(ctx, tx, c, by, h.person.Seller, to.flows); err != nil {
			return err
		}
		l, err := h.handOver(ctx, tx, ViewerOf(c), by, to)
		if err != nil {
			return err
		}
		h.person.As.Active = false
		err = errors.Join(tx.UpdateSeller(ctx, h.person.As), tx.SetMemberDisabled(ctx, by.store, h.person.User, true),
			tx.DeleteMemberSessions(ctx, by.store, h.person.User))
		if err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounUser, NounID: h.person.User, NounName: name, Action: db.AuditDisabled, Changes: l})
	})
	return name, err
}

// handOver passes on the conversations and the portfolio, and says what went where.
func (h holding) handOver(ctx context.Context, tx *db.Tx, v *Viewer, by stamp, to destinations) (l changes, err error) {
	if r := to.conversations; r != nil {
		r.Store, r.ByKind, r.ByID, r.CreatedAt = by.store, db.ByUser, v.User.ID, by.at
		l.add("conversations", h.person.As.Name, to.conversationTo)
		if err := tx.InsertRelocation(ctx, *r); err != nil {
			return nil, err
		}
	}
	if to.heir != "" {
		l.add("portfolio", h.person.As.Name, nameIn(h.otherSellers(), to.heir))
		_, err = tx.MovePortfolio(ctx, by.store, h.person.Seller, to.heir)
	}
	return l, err
}

func (s *Server) drawDeactivation(c echo.Context, status int, form userview.DeactivateForm, refused userview.Errors) error {
	ctx, list := c.Request().Context(), s.usersScreen(c)
	var h holding
	err := s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		h, err = s.leaving(ctx, q, ViewerOf(c), c.Param("user"))
		return err
	})
	if err != nil {
		return err
	}
	name := strings.TrimSpace(h.person.As.Name)
	d := userview.Deactivation{ID: h.person.User, Name: name, Open: h.ranks.Total(), Red: h.ranks[db.RankRed], Yellow: h.ranks[db.RankYellow],
		Postponed: h.ranks[db.RankPostponed], Portfolio: h.portfolio, Teams: liveTeams(h.teams), Sellers: h.otherSellers(),
		Form: form, Errors: refused, Close: list.path}
	d.Flows, d.Without = flowLines(h.flows, h.person.Seller, name)
	return s.showModal(c, status, list, userview.DeactivateDialog(d))
}
