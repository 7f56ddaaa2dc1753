package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/flowview"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// DeactivatePage asks before a person is deactivated, and where what they hold goes.
func (s *Server) DeactivatePage(c echo.Context) error {
	return s.drawDeactivation(c, http.StatusOK, userview.DeactivateForm{}, nil)
}

// Deactivate keeps a person from the store from now on, and passes on what they
// hold, or shows again what is no longer as it was seen.
func (s *Server) Deactivate(c echo.Context) error {
	var form userview.DeactivateForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	if form.Go == userview.GoPreview {
		return s.drawDeactivation(c, http.StatusOK, form, nil)
	}
	name, err := s.deactivate(c, form)
	var refused refusedFields
	switch {
	case errors.As(err, &refused):
		status := http.StatusUnprocessableEntity
		if refused["changed"] != "" {
			status = http.StatusConflict
		}
		return s.drawDeactivation(c, status, form, userview.Errors(refused))
	case err != nil:
		return err
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: "O acesso de " + name + " a esta loja foi desativado."})
}

// Reactivate lets a deactivated person in again; what they held that has not been
// moved stays theirs.
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
		err = errors.Join(tx.SetMemberDisabled(ctx, by.store, p.User, false), tx.UpdateSeller(ctx, p.As),
			tx.EndRelocations(ctx, by.store, "", p.Seller, by.at))
		if err != nil {
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
	held      db.Ranks
	incoming  bool // conversations of somebody who left are on their way to them
	portfolio int
	plan      replacement // of them in the flows
}

// leaving reads what a person who is to be deactivated holds, with instead in
// their place in the flows, and refuses where nobody may.
func (s *Server) leaving(ctx context.Context, q db.Queries, v *Viewer, user, instead string) (h holding, err error) {
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
	if h.held, err = q.CountHeld(ctx, v.Store.ID, "", h.person.Seller); err != nil {
		return h, err
	}
	moves, err := q.Relocations(ctx, v.Store.ID)
	if err != nil {
		return h, err
	}
	h.incoming = slices.ContainsFunc(moves, func(m db.Relocation) bool { return m.ToSeller == h.person.Seller })
	if h.portfolio, err = q.CountPortfolio(ctx, v.Store.ID, h.person.Seller); err != nil {
		return h, err
	}
	if h.plan, err = planReplacement(ctx, q, v.Store.ID, holder{seller: h.person.Seller}, holder{}); err != nil {
		return h, err
	}
	if nameIn(h.otherSellers(), instead) != "" {
		h.plan, err = planReplacement(ctx, q, v.Store.ID, holder{seller: h.person.Seller}, holder{seller: instead})
	}
	return h, err
}

func (h holding) liveTeams() []ui.Option { return choices(h.plan.directory.Teams, "", "") }

func (h holding) otherSellers() []ui.Option {
	return choices(h.plan.directory.Sellers, h.person.Seller, "")
}

// destinations are whom a form gives what a person holds to: the relocation is nil
// without conversations, the heir empty for nobody.
type destinations struct {
	conversations  *db.Relocation
	conversationTo string // in words
	heir           string
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
	if h.held.Total() > 0 || h.incoming {
		to.conversations = &db.Relocation{FromSeller: h.person.Seller}
		switch form.To {
		case userview.ToTeam:
			to.conversations.ToTeam, to.conversationTo = form.ToTeam, nameIn(h.liveTeams(), form.ToTeam)
			if to.conversationTo == "" {
				refused["to_team"] = "Escolha o time."
			}
		case userview.ToSeller:
			to.conversations.ToSeller, to.conversationTo = form.ToSeller, seller("to_seller", form.ToSeller)
		default:
			refused["to"] = "Escolha para onde vão as conversas."
		}
	}
	switch {
	case h.plan.empty() || form.Flows == userview.NobodyInstead:
	case form.Flows == "":
		refused["flows"] = "Escolha quem entra no lugar, ou ninguém."
	default:
		seller("flows", form.Flows)
	}
	if to.heir = form.Portfolio; form.Portfolio != "" {
		seller("portfolio", form.Portfolio)
	}
	if len(refused) > 0 {
		return to, refused
	}
	return to, nil
}

// seen refuses what becomes of the flows unless the form says that it was read.
func (h holding) seen(ctx context.Context, q db.Queries, form userview.DeactivateForm) error {
	switch {
	case h.plan.empty():
		return nil
	case form.Shown != form.Flows:
		return refusedFields{"changed": "Confira o que muda nos fluxos antes de desativar."}
	case form.Seen != h.plan.print():
		return refusedFields{"changed": "Algo mudou enquanto você estava aqui. Confira de novo antes de desativar."}
	}
	warning, err := h.plan.circles(ctx, q, h.person.Store)
	if err == nil && warning != "" && warning != form.Anyway {
		return refusedFields{"warning": warning}
	}
	return err
}

// choices are the entries in use to choose from, without one.
func choices(all []flowview.Entry, without, selected string) []ui.Option {
	var options []ui.Option
	for _, e := range flowview.Live(all) {
		if e.ID != without {
			options = append(options, ui.Option{Value: e.ID, Label: e.Name, Selected: e.ID == selected})
		}
	}
	return options
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
		h, err := s.leaving(ctx, tx.Queries, ViewerOf(c), c.Param("user"), form.Flows)
		if err != nil {
			return err
		}
		name = h.person.As.Name
		to, err := h.passOn(form)
		if err != nil {
			return err
		}
		if err := h.seen(ctx, tx.Queries, form); err != nil {
			return err
		}
		if err := h.plan.do(ctx, tx, c, by); err != nil {
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
		h, err = s.leaving(ctx, q, ViewerOf(c), c.Param("user"), form.Flows)
		return err
	})
	if err != nil {
		return err
	}
	d := userview.Deactivation{ID: h.person.User, Name: strings.TrimSpace(h.person.As.Name), Open: h.held.Total(), Red: h.held[db.RankRed],
		Yellow: h.held[db.RankYellow], Postponed: h.held[db.RankPostponed], Incoming: h.incoming, Portfolio: h.portfolio,
		Teams: h.liveTeams(), Sellers: h.otherSellers(), Form: form, Errors: refused, Close: list.path}
	if !h.plan.empty() {
		changes := h.plan.view()
		changes.Chosen = form.Flows == userview.NobodyInstead || !h.plan.to.none()
		d.Changes = flowview.ChangeList(changes)
		d.Form.Shown, d.Form.Seen = form.Flows, h.plan.print()
	}
	return s.showModal(c, status, list, userview.DeactivateDialog(d))
}
