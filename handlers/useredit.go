package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// refusedFields are what is refused of a posted form, by input: it takes the whole change back.
type refusedFields map[string]string

// Error implements error.
func (refusedFields) Error() string { return "some inputs of the form are refused" }

// UserPanel is the side panel of a person.
func (s *Server) UserPanel(c echo.Context) error {
	return s.drawUser(c, http.StatusOK, func(*userview.Panel) {})
}

// SaveUser changes a person's name, role and teams.
func (s *Server) SaveUser(c echo.Context) error {
	var form userview.UserForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Name = strings.TrimSpace(form.Name)
	refused := refusedFields(checkForm(&form))
	var err error
	if len(refused) == 0 {
		err = s.changeUser(c, form)
	}
	errors.As(err, &refused)
	switch {
	case errors.Is(err, db.ErrChanged):
		return s.drawUser(c, http.StatusConflict, func(p *userview.Panel) {
			form.Seen, p.Changed = p.Form.Seen, "Agora: "+p.Form.Name+", "+Role(p.Form.Role).Word()+", "+inTeams(p.Row.Teams)+". O que você digitou continua abaixo: salve de novo para valer o seu."
			p.Form = form
		})
	case len(refused) > 0:
		return s.drawUser(c, http.StatusUnprocessableEntity, func(p *userview.Panel) { p.Form, p.Errors = form, userview.Errors(refused) })
	case err != nil:
		return err
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: form.Name + ": alterações salvas."})
}

func inTeams(names []string) string {
	if len(names) == 0 {
		return "sem time"
	}
	return "em " + strings.Join(names, ", ")
}

// changeUser writes what the panel says of a person, unless somebody else has
// changed them since it was drawn.
func (s *Server) changeUser(c echo.Context, form userview.UserForm) error {
	return s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		was, err := activeColleague(ctx, tx.Queries, by.store, c.Param("user"))
		if err != nil {
			return err
		}
		if seenOf(was) != form.Seen {
			return db.ErrChanged
		}
		if err := mayTake(ctx, tx.Queries, ViewerOf(c), was, db.Role(form.Role)); err != nil {
			return err
		}
		teams, err := tx.Teams(ctx, by.store)
		if err != nil {
			return err
		}
		next := was
		next.As.Name, next.Role = form.Name, db.Role(form.Role)
		if next.As.Teams, err = chosenTeams(teams, form.Teams, was.As.Teams); err != nil {
			return err
		}
		if err := writeUser(ctx, tx, was, next); err != nil {
			return err
		}
		var l changes
		l.add("name", was.As.Name, next.As.Name)
		l.add("role", Role(was.Role).Word(), Role(next.Role).Word())
		l.add("teams", strings.Join(teamNames(teams, was.As.Teams), ", "), strings.Join(teamNames(teams, next.As.Teams), ", "))
		if len(l) == 0 {
			return nil
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounUser, NounID: was.User, NounName: was.As.Name, Action: db.AuditChanged, Changes: l})
	})
}

// writeUser stores what has changed. A person's own name changes with the store's
// word for them where they are nobody else's.
func writeUser(ctx context.Context, tx *db.Tx, was, next db.Colleague) error {
	if was.Role != next.Role {
		if err := tx.SetRole(ctx, was.Store, was.User, next.Role); err != nil {
			return err
		}
	}
	elsewhere, err := tx.Elsewhere(ctx, was.Store, was.User)
	if err == nil && elsewhere == 0 && was.Person.Name != next.As.Name {
		err = tx.RenameUser(ctx, was.User, was.Person.Name, next.As.Name)
	}
	if err != nil {
		return err
	}
	return tx.UpdateSeller(ctx, next.As)
}

// activeColleague is a member who can sign in to the store.
func activeColleague(ctx context.Context, q db.Queries, store, user string) (db.Colleague, error) {
	p, err := q.Colleague(ctx, store, user)
	if err == nil && p.Disabled {
		err = conflict("disabled", "this person is deactivated", "O acesso de "+p.As.Name+" a esta loja está desativado. Reative antes.")
	}
	return p, err
}

// mayTake refuses to change one's own role, and to leave a store without
// administration.
func mayTake(ctx context.Context, q db.Queries, v *Viewer, was db.Colleague, role db.Role) error {
	if was.Role == role {
		return nil
	}
	if was.User == v.User.ID {
		return refusedFields{"role": ownRole}
	}
	if was.Role != db.Admin {
		return nil
	}
	others, err := q.OtherAdmins(ctx, was.Store, was.User)
	if err == nil && others == 0 {
		err = refusedFields{"role": lastAdmin}
	}
	return err
}

const (
	ownRole   = "Ninguém muda o próprio perfil. Peça a outra pessoa da Administração."
	lastAdmin = "É a única pessoa ativa da Administração. Dê esse perfil a mais alguém antes."
)

// chosenTeams are the teams that a form ticks, with those archived ones that the
// person is in and no form shows.
func chosenTeams(teams []db.Team, ticked, present []string) ([]string, error) {
	var chosen []string
	for _, t := range teams {
		if t.Archived && slices.Contains(present, t.ID) || !t.Archived && slices.Contains(ticked, t.ID) {
			chosen = append(chosen, t.ID)
		}
	}
	for _, id := range ticked {
		if !slices.Contains(chosen, id) {
			return nil, refusedFields{"teams": "Um time marcado não existe mais. Confira e salve de novo."}
		}
	}
	return chosen, nil
}

// seenOf tells whether a person is still what somebody saw.
func seenOf(p db.Colleague) string {
	teams := slices.Sorted(slices.Values(p.As.Teams))
	return HashSecret(strings.Join(append([]string{p.As.Name, string(p.Role)}, teams...), "\x00"))[:16]
}

// drawUser answers a person's panel, changed by who knows better.
func (s *Server) drawUser(c echo.Context, status int, change func(*userview.Panel)) error {
	ctx, v, list := c.Request().Context(), ViewerOf(c), s.usersScreen(c)
	var panel userview.Panel
	err := s.DB.Snapshot(ctx, func(q db.Queries) error {
		p, err := q.Colleague(ctx, v.Store.ID, c.Param("user"))
		if err != nil {
			return err
		}
		ranks, err := q.RanksOf(ctx, v.Store.ID, p.Seller)
		if err != nil {
			return err
		}
		teams, err := q.Teams(ctx, v.Store.ID)
		panel = userview.Panel{Row: s.userRow(v, p, ranks[p.Seller], teams), MemberSince: ui.Date(p.CreatedAt, v.Location), Disabled: p.Disabled,
			CanManage: v.Role.Can(ManagePeople), Teams: liveTeams(teams), Close: list.path,
			Form: userview.UserForm{Name: p.As.Name, Role: string(p.Role), Teams: p.As.Teams, Seen: seenOf(p)}}
		if panel.Self {
			panel.Fixed = ownRole
		}
		return err
	})
	if err != nil {
		return err
	}
	change(&panel)
	return s.showPanel(c, status, list, userview.UserPanel(panel))
}
