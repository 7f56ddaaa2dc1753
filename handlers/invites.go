package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// inviteLife is how long an invitation's link works.
const inviteLife = 7 * 24 * time.Hour

// NewInvitePanel is the side panel in which somebody is invited.
func (s *Server) NewInvitePanel(c echo.Context) error {
	return s.drawInvite(c, http.StatusOK, userview.InviteForm{Role: string(db.Agent)}, nil)
}

// CreateInvite invites somebody, and shows the link once.
func (s *Server) CreateInvite(c echo.Context) error {
	var form userview.InviteForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Name, form.Login = strings.TrimSpace(form.Name), strings.TrimSpace(form.Login)
	refused := refusedFields(checkForm(&form))
	if refused["login"] == "" && LoginProblem(form.Login) != "" {
		refused["login"] = "Informe um login sem espaços, de até 254 caracteres."
	}
	var made madeLink
	var err error
	if len(refused) == 0 {
		made, err = s.invite(c, form)
	}
	if errors.As(err, &refused); len(refused) > 0 {
		return s.drawInvite(c, http.StatusUnprocessableEntity, form, userview.Errors(refused))
	}
	if err != nil {
		return err
	}
	return s.showLink(c, made, "Convite para "+form.Name)
}

func (s *Server) drawInvite(c echo.Context, status int, form userview.InviteForm, refused userview.Errors) error {
	list := s.usersScreen(c)
	teams, err := s.DB.Teams(c.Request().Context(), ViewerOf(c).Store.ID)
	if err != nil {
		return err
	}
	return s.showPanel(c, status, list, userview.InviteUser(userview.InvitePanel{Form: form, Errors: refused, Teams: liveTeams(teams), MailOn: s.MailOn, Close: list.path}))
}

// madeLink is a link of one use that was made, to be shown once.
type madeLink struct {
	path   string
	login  string
	until  time.Time
	mailed bool
}

func (s *Server) showLink(c echo.Context, made madeLink, title string) error {
	list := s.usersScreen(c)
	return s.showMade(c, list, userview.LinkShown(userview.Link{Title: title, Lead: made.login, URL: s.absolute(c, made.path), Until: made.until,
		Mailed: s.mailedWords(made), Close: list.path}))
}

func (s *Server) mailedWords(made madeLink) string {
	switch {
	case made.mailed:
		return "Também enviamos o link para " + made.login + "."
	case s.MailOn:
		return "O login não é um endereço de e-mail: entregue o link você mesmo, por exemplo por mensagem."
	}
	return "O envio de e-mail não está configurado: entregue o link você mesmo, por exemplo por mensagem."
}

func (s *Server) invite(c echo.Context, form userview.InviteForm) (made madeLink, err error) {
	secret := NewSecret()
	invite := db.Invite{ID: db.NewID(), TokenHash: HashSecret(secret), Login: db.Fold(form.Login), Name: form.Name, Role: db.Role(form.Role)}
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		if err := notMember(ctx, tx.Queries, by.store, invite.Login); err != nil {
			return err
		}
		teams, err := tx.Teams(ctx, by.store)
		if err != nil {
			return err
		}
		if invite.Teams, err = chosenTeams(teams, form.Teams, nil); err != nil {
			return err
		}
		invite.Store, invite.ByName, invite.CreatedAt, invite.ExpiresAt = by.store, by.name, by.at, by.at.Add(inviteLife)
		if err := tx.InsertInvite(ctx, invite); err != nil {
			return err
		}
		var l changes
		l.add("role", "", Role(invite.Role).Word())
		l.add("teams", "", strings.Join(teamNames(teams, invite.Teams), ", "))
		made, err = s.sendInvite(ctx, tx, c, by, invite, secret)
		if err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, inviteEntry(invite, db.AuditCreated, l))
	})
	if errors.Is(err, db.ErrDuplicate) {
		err = refusedFields{"login": "Já existe um convite para este login. Na aba Convites você cria um link novo."}
	}
	return made, err
}

func inviteEntry(i db.Invite, action string, l changes) db.Audit {
	return db.Audit{Noun: db.NounInvite, NounID: i.ID, NounName: i.Name + " (" + i.Login + ")", Action: action, Changes: l}
}

// notMember refuses to invite who is in the store already.
func notMember(ctx context.Context, q db.Queries, store, login string) error {
	user, err := q.UserByLogin(ctx, login)
	if err == nil {
		var p db.Colleague
		if p, err = q.Colleague(ctx, store, user.ID); err == nil {
			if p.Disabled {
				return refusedFields{"login": "O acesso de " + p.As.Name + " está desativado: reative na aba Desativados."}
			}
			return refusedFields{"login": p.As.Name + " já é desta loja, com este login."}
		}
	}
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// sendInvite puts the e-mail with an invitation's link into the outbox, where one
// can be sent.
func (s *Server) sendInvite(ctx context.Context, tx *db.Tx, c echo.Context, by stamp, i db.Invite, secret string) (madeLink, error) {
	made := madeLink{path: userview.AcceptPath(secret), login: i.Login, until: i.ExpiresAt}
	if !s.MailOn || !isAddress(i.Login) {
		return made, nil
	}
	v := ViewerOf(c)
	made.mailed = true
	return made, s.mailInvite(ctx, tx, i, v.Store.Name, by, s.absolute(c, made.path), ui.Exact(i.ExpiresAt, v.Location))
}

// RenewInvitePage asks before an invitation gets another link.
func (s *Server) RenewInvitePage(c echo.Context) error {
	i, list, err := s.pendingInvite(c)
	if err != nil {
		return err
	}
	return s.showPanel(c, http.StatusOK, list, userview.RenewInvite(userview.Renewal{Invite: i, MailOn: s.MailOn, Close: list.path}))
}

// RenewInvite gives an invitation another link, which is shown once.
func (s *Server) RenewInvite(c echo.Context) error {
	var made madeLink
	var name string
	secret := NewSecret()
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		invite, err := tx.Invite(ctx, by.store, c.Param("invite"))
		if err != nil {
			return err
		}
		before := invite.ExpiresAt
		name, invite.TokenHash, invite.ByName, invite.ExpiresAt = invite.Name, HashSecret(secret), by.name, by.at.Add(inviteLife)
		if err := tx.RenewInvite(ctx, invite); err != nil {
			return err
		}
		if made, err = s.sendInvite(ctx, tx, c, by, invite, secret); err != nil {
			return err
		}
		var l changes
		loc := ViewerOf(c).Location
		l.add("until", ui.Exact(before, loc), ui.Exact(invite.ExpiresAt, loc))
		return record(ctx, tx, c, by.at, inviteEntry(invite, db.AuditChanged, l))
	})
	if err != nil {
		return err
	}
	return s.showLink(c, made, "Novo link para "+name)
}

// RevokeInvitePage asks before an invitation is taken back.
func (s *Server) RevokeInvitePage(c echo.Context) error {
	i, list, err := s.pendingInvite(c)
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, list, userview.RevokeInvite(userview.Revocation{Invite: i, Close: list.path}))
}

// RevokeInvite takes an invitation back.
func (s *Server) RevokeInvite(c echo.Context) error {
	var name string
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		invite, err := tx.Invite(ctx, by.store, c.Param("invite"))
		if err == nil {
			name, err = invite.Name, tx.DeleteInvite(ctx, by.store, invite.ID)
		}
		if err != nil {
			return err
		}
		return record(ctx, tx, c, by.at, inviteEntry(invite, db.AuditRevoked, nil))
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "invite", Text: "O convite de " + name + " foi revogado."})
}

func (s *Server) pendingInvite(c echo.Context) (userview.Invite, screen, error) {
	v := ViewerOf(c)
	i, err := s.DB.Invite(c.Request().Context(), v.Store.ID, c.Param("invite"))
	return inviteRow(i, v.Now, nil), s.usersScreen(c), err
}

func inviteRow(i db.Invite, now time.Time, teams []db.Team) userview.Invite {
	return userview.Invite{ID: i.ID, Name: i.Name, Login: i.Login, Role: string(i.Role), ByName: i.ByName, Teams: teamNames(teams, i.Teams),
		ExpiresAt: i.ExpiresAt, Expired: !i.ExpiresAt.After(now)}
}

func (s *Server) listInvites(ctx context.Context, q db.Queries, v *Viewer, teams []db.Team, list *userview.List) error {
	f := list.Filter
	at := func(cursor string) string {
		if parts := cursorParts(cursor, 1); parts != nil {
			return parts[0]
		}
		return ""
	}
	invites, err := q.Invites(ctx, v.Store.ID, db.InviteQuery{Search: f.Search, Role: db.Role(f.Role), After: at(f.After), Before: at(f.Before)}, peopleSize+1)
	invites, list.Newer, list.Older = pageOf(invites, peopleSize, f, func(i db.Invite) string { return cursorOf(i.ID) })
	for _, i := range invites {
		list.Invites = append(list.Invites, inviteRow(i, v.Now, teams))
	}
	return err
}
