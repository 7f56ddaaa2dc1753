package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/accountview"
	"semaforo/views/layout"
	"semaforo/views/ui"
)

// Addresses of one's own account.
const (
	SecurityPath = AccountPath + "/seguranca"
	SessionsPath = AccountPath + "/sessoes"
	TwoStepPath  = AccountPath + "/duas-etapas"
)

// AccountPage is the person's own profile.
func (s *Server) AccountPage(c echo.Context) error {
	name := ViewerOf(c).User.Name
	return s.drawProfile(c, http.StatusOK, accountview.Profile{Form: accountview.ProfileForm{Name: name, Seen: name}})
}

// SaveProfile changes the person's name: their seller's too, in every store they
// are a member of, since that is whom the others see.
func (s *Server) SaveProfile(c echo.Context) error {
	var form accountview.ProfileForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Name = strings.TrimSpace(form.Name)
	if refused := checkForm(&form); len(refused) > 0 {
		return s.drawProfile(c, http.StatusUnprocessableEntity, accountview.Profile{Form: form, Errors: refused})
	}
	err := s.rename(c, form.Seen, form.Name)
	if errors.Is(err, db.ErrChanged) {
		was := ViewerOf(c).User.Name
		form.Seen = was
		return s.drawProfile(c, http.StatusConflict, accountview.Profile{Form: form, Meanwhile: was})
	}
	if err != nil {
		return err
	}
	return s.leadTo(c, AccountPath, ui.Toast{Tone: ui.Green, Key: "account", Text: "Perfil salvo."})
}

// leadTo ends what was asked at a page that says so.
func (s *Server) leadTo(c echo.Context, path string, toast ui.Toast) error {
	if err := s.Sessions.AddToast(c, toast); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, path)
}

func (s *Server) rename(c echo.Context, seen, name string) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	if seen == name {
		return nil
	}
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.RenameUser(ctx, v.User.ID, seen, name); err != nil {
			return err
		}
		members, err := tx.MembershipsOf(ctx, v.User.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if err := errors.Join(tx.RenameSeller(ctx, m.Store, m.Seller, name), tx.Notify(ctx, m.Store)); err != nil {
				return err
			}
			tx.AfterCommit(func() { s.Hub.Mark(m.Store, scheduler.ScopeStore) })
		}
		var fields changes
		fields.add("name", seen, name)
		return recordOwn(ctx, tx, c, v, name, fields)
	})
}

// drawProfile answers the profile; p brings the form, the rest is filled in.
func (s *Server) drawProfile(c echo.Context, status int, p accountview.Profile) error {
	v := ViewerOf(c)
	return s.show(c, status, screen{title: "Minha conta", path: AccountPath, content: func() (templ.Component, error) {
		teams, err := s.DB.Teams(c.Request().Context(), v.Store.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range teams {
			if slices.Contains(v.Teams, t.ID) {
				p.Teams = append(p.Teams, t.Name)
			}
		}
		p.Login, p.Role, p.Store, p.Themes = v.User.Login, v.Role.Word(), v.Store.Name, layout.ThemesInWords(v.Theme)
		return accountview.ProfilePage(p), nil
	}})
}

// recordOf adds an entry about a person to the trail of each of their stores.
func recordOf(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, user db.User, e db.Audit) error {
	members, err := tx.MembershipsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	e.At, e.Address, e.ByKind, e.ByID, e.ByName = at, c.RealIP(), db.ByUser, user.ID, user.Name
	for _, m := range members {
		e.Store = m.Store
		if err := tx.AppendAudit(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// recordOwn is recordOf for a change that somebody makes to their own account.
func recordOwn(ctx context.Context, tx *db.Tx, c echo.Context, v *Viewer, name string, fields changes) error {
	return recordOf(ctx, tx, c, v.Now, db.User{ID: v.User.ID, Name: v.User.Name}, db.Audit{Noun: db.NounAccount, NounID: v.User.ID,
		NounName: name, Action: db.AuditChanged, Changes: fields})
}
