package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/layout"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// acceptance is an invitation that somebody is about to take.
type acceptance struct {
	secret string
	invite db.Invite
	store  db.Store
	user   db.User // whose login it is already; without an id nobody's
	view   userview.Accept
	hash   string // of the password that was chosen, or is known
}

// AcceptPage is where an invitation's link leads.
func (s *Server) AcceptPage(c echo.Context) error {
	a, err := s.acceptance(c)
	if errors.Is(err, db.ErrNotFound) {
		return inviteGone(c)
	}
	if err != nil {
		return err
	}
	return drawAccept(c, http.StatusOK, a)
}

// Accept takes an invitation: a new person with the password they choose, one who
// has a login with its password. They are signed in.
func (s *Server) Accept(c echo.Context) error {
	a, err := s.acceptance(c)
	if errors.Is(err, db.ErrNotFound) {
		return inviteGone(c)
	}
	if err != nil {
		return err
	}
	form := &a.view.Form
	if err := decodeForm(c, form); err != nil {
		return err
	}
	form.Name = strings.TrimSpace(form.Name)
	a.view.Errors = userview.Errors(checkForm(form))
	status, err := s.vouch(c, &a)
	if err != nil {
		return err
	}
	if status != http.StatusOK || len(a.view.Errors) > 0 {
		return drawAccept(c, max(status, http.StatusUnprocessableEntity), a)
	}
	user, err := s.enter(c, a)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return inviteGone(c)
	case errors.Is(err, db.ErrDuplicate), errors.Is(err, db.ErrChanged):
		return s.acceptAnew(c)
	case err != nil:
		return err
	}
	return s.welcome(c, a, user)
}

// acceptance finds what the link leads to; db.ErrNotFound where it leads nowhere,
// also for who is a member already.
func (s *Server) acceptance(c echo.Context) (a acceptance, err error) {
	ctx := c.Request().Context()
	a.secret = c.Param("invite")
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		if a.invite, err = q.InviteByHash(ctx, HashSecret(a.secret), s.Clock.Now()); err != nil {
			return err
		}
		if a.store, err = q.Store(ctx, a.invite.Store); err != nil {
			return err
		}
		a.user, err = q.UserByLogin(ctx, a.invite.Login)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = q.Membership(ctx, a.store.ID, a.user.ID)
		switch {
		case err == nil:
			return db.ErrNotFound
		case errors.Is(err, db.ErrNotFound):
			return nil
		}
		return err
	})
	a.view = userview.Accept{Secret: a.secret, Store: a.store.Name, Login: a.invite.Login, Role: string(a.invite.Role), Known: a.user.ID != "",
		Form: userview.AcceptForm{Name: a.invite.Name}}
	return a, err
}

// vouch checks the password: a known login's by what it is, throttled as signing
// in is; a new one's by what it may be. The status is not 200 where nobody may go on.
func (s *Server) vouch(c echo.Context, a *acceptance) (status int, err error) {
	ctx, password := c.Request().Context(), a.view.Form.Password
	if a.user.ID == "" {
		if problem := passwordWords(password); problem != "" {
			a.view.Errors["password"] = problem
		}
		if len(a.view.Errors) == 0 {
			a.hash, err = HashPassword(ctx, password)
		}
		return http.StatusOK, err
	}
	if password == "" {
		a.view.Errors["password"] = "Informe sua senha."
		return http.StatusOK, nil
	}
	now, keys := s.Real(), throttleKeysOf(a.user.Login, c.RealIP())
	wait, err := s.throttled(ctx, keys, now)
	if err != nil {
		return 0, err
	}
	if wait > 0 {
		SetRetryAfter(c.Response().Header(), wait)
		a.view.Problems = []string{"Muitas tentativas seguidas. Espere " + ui.Duration((wait + time.Second - 1).Truncate(time.Second)) + " e tente de novo."}
		return http.StatusTooManyRequests, nil
	}
	right, err := CheckPassword(ctx, a.user.PasswordHash, password)
	if err != nil {
		return 0, err
	}
	if !right || a.user.Disabled {
		a.view.Errors["password"] = "Esta não é a senha deste login. Tente de novo ou peça uma senha nova."
		return http.StatusOK, s.failed(c, keys, a.user, wrongPassword, now)
	}
	a.hash = a.user.PasswordHash
	return http.StatusOK, s.DB.Tx(ctx, func(tx *db.Tx) error { return forgive(ctx, tx, keys.both, keys.login) })
}

// passwordWords say what is wrong with a new password; empty where nothing is.
func passwordWords(password string) string {
	if PasswordProblem(password) == "" {
		return ""
	}
	return "Informe uma senha de 10 a 200 caracteres."
}

// enter uses the invitation up and makes the person a member, in one transaction.
func (s *Server) enter(c echo.Context, a acceptance) (user string, err error) {
	ctx := c.Request().Context()
	_, err = s.Door.Configure(ctx, a.store.ID, scheduler.By{Kind: db.BySystem}, func(tx *db.Tx, now time.Time) error {
		if err := tx.TakeInvite(ctx, a.invite, now); err != nil {
			return err
		}
		teams, err := tx.Teams(ctx, a.store.ID)
		if err != nil {
			return err
		}
		m := NewMember{Name: a.view.Form.Name, Login: a.invite.Login, PasswordHash: a.hash, Role: a.invite.Role}
		for _, t := range teams {
			if !t.Archived && slices.Contains(a.invite.Teams, t.ID) {
				m.Teams = append(m.Teams, t.ID)
			}
		}
		if user, err = a.join(ctx, tx, m, now); err != nil {
			return err
		}
		var l changes
		l.add("role", "", Role(m.Role).Word())
		l.add("teams", "", strings.Join(teamNames(teams, m.Teams), ", "))
		entry := inviteEntry(a.invite, db.AuditAccepted, l)
		entry.Store, entry.ByKind, entry.ByID, entry.ByName = a.store.ID, db.ByUser, user, m.Name
		return record(ctx, tx, c, now, entry)
	})
	return user, err
}

// join makes a new person, or one who is known, a member. Of the latter no link is
// left by which another store's people could sign in as them; and the password that
// was checked must still be theirs.
func (a acceptance) join(ctx context.Context, tx *db.Tx, m NewMember, now time.Time) (user string, err error) {
	if a.user.ID == "" {
		return AddMember(ctx, tx, a.store.ID, m, now)
	}
	if err := tx.DeleteResets(ctx, a.user.ID); err != nil {
		return "", err
	}
	known, err := tx.User(ctx, a.user.ID)
	if err == nil && (known.PasswordHash != a.hash || known.Disabled) {
		err = db.ErrChanged
	}
	if err != nil {
		return "", err
	}
	return known.ID, JoinStore(ctx, tx, a.store.ID, known.ID, m, now)
}

// acceptAnew shows the page as it is now: somebody took the login, or changed its
// password, in the same moment.
func (s *Server) acceptAnew(c echo.Context) error {
	a, err := s.acceptance(c)
	if errors.Is(err, db.ErrNotFound) {
		return inviteGone(c)
	}
	if err != nil {
		return err
	}
	a.view.Problems = []string{"Este login mudou agora há pouco. Informe a senha de novo."}
	return drawAccept(c, http.StatusConflict, a)
}

// welcome signs the new member in. Who signs in in two steps does so the usual way.
func (s *Server) welcome(c echo.Context, a acceptance, user string) error {
	second, err := s.DB.TwoStep(c.Request().Context(), user)
	if err != nil {
		return err
	}
	if second.Enabled() {
		return c.Redirect(http.StatusSeeOther, SignInPath)
	}
	if err := s.Sessions.SignIn(c, user, a.store.ID, a.invite.Role); err != nil {
		return err
	}
	if err := s.Sessions.AddToast(c, ui.Toast{Tone: ui.Green, Key: "welcome", Text: "Boas-vindas! Você entrou em " + a.store.Name + "."}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, HomePath)
}

func drawAccept(c echo.Context, status int, a acceptance) error {
	return RenderBare(c, status, secretPage(c, "Aceitar o convite"), userview.AcceptInvite(a.view))
}

func inviteGone(c echo.Context) error {
	return RenderBare(c, http.StatusNotFound, secretPage(c, "Convite"), userview.InviteGone())
}

// secretPage is the frame of a page whose address is a secret: it tells no other
// where the reader came from.
func secretPage(c echo.Context, title string) layout.Page {
	return layout.Page{Title: title, Theme: ThemeOf(c), Secret: true}
}
