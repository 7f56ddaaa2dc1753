package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/layout"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// Asking for a new password: how long the link works, how many a person gets in
// that time, and how often one address may ask.
const (
	forgotLife  = time.Hour
	forgotMails = 3
	forgotRate  = rate.Limit(1. / 30) // a second
	forgotBurst = 10                  // at once
)

// ResetPage is where a link for a new password leads.
func (s *Server) ResetPage(c echo.Context) error {
	r, user, err := s.reset(c)
	if errors.Is(err, db.ErrNotFound) {
		return resetGone(c)
	}
	if err != nil {
		return err
	}
	return drawReset(c, http.StatusOK, r, user, "")
}

// Reset sets the new password and ends all of the person's sessions.
func (s *Server) Reset(c echo.Context) error {
	r, user, err := s.reset(c)
	if errors.Is(err, db.ErrNotFound) {
		return resetGone(c)
	}
	if err != nil {
		return err
	}
	var form userview.ResetForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	if problem := passwordWords(form.Password); problem != "" {
		return drawReset(c, http.StatusUnprocessableEntity, r, user, problem)
	}
	hash, err := HashPassword(c.Request().Context(), form.Password)
	if err != nil {
		return err
	}
	err = s.takeReset(c, r, user, hash)
	if errors.Is(err, db.ErrNotFound) {
		return resetGone(c)
	}
	if err != nil {
		return err
	}
	return RenderBare(c, http.StatusOK, secretPage(c, "Senha trocada"), userview.ResetDone())
}

// reset finds what a link leads to; db.ErrNotFound where it leads nowhere any more.
func (s *Server) reset(c echo.Context) (r db.Reset, user db.User, err error) {
	ctx := c.Request().Context()
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		if r, err = q.ResetByHash(ctx, HashSecret(c.Param("reset")), s.Clock.Now()); err != nil {
			return err
		}
		if err := stillGood(ctx, q, r); err != nil {
			return err
		}
		user, err = q.User(ctx, r.User)
		if err == nil && user.Disabled {
			err = db.ErrNotFound
		}
		return err
	})
	return r, user, err
}

// stillGood refuses a link of who has left the store it was made in, and one that
// somebody else has seen of who is no longer that store's alone (see resetRule).
func stillGood(ctx context.Context, q db.Queries, r db.Reset) error {
	m, err := q.Membership(ctx, r.Store, r.User)
	if err == nil && m.Disabled {
		err = db.ErrNotFound
	}
	if err != nil || !r.Shown {
		return err
	}
	elsewhere, err := q.Elsewhere(ctx, r.Store, r.User)
	if err == nil && elsewhere > 0 {
		err = db.ErrNotFound
	}
	return err
}

func (s *Server) takeReset(c echo.Context, r db.Reset, user db.User, hash string) error {
	ctx := c.Request().Context()
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		now := s.Clock.Now()
		if err := tx.TakeReset(ctx, r.TokenHash, now); err != nil {
			return err
		}
		if err := stillGood(ctx, tx.Queries, r); err != nil {
			return err
		}
		err := errors.Join(tx.SetPassword(ctx, user.ID, hash, false), tx.DeleteUserSessions(ctx, user.ID, ""), tx.DeleteResets(ctx, user.ID),
			tx.ClearLoginFailures(ctx, throttleKeysOf(user.Login, c.RealIP()).login.hash))
		if err != nil {
			return err
		}
		if r.TwoStep {
			if err := resetTwoStep(ctx, tx, user.ID); err != nil {
				return err
			}
		}
		if err := s.turnOut(ctx, tx, user.ID); err != nil {
			return err
		}
		l := changes{{Field: "password"}}
		if r.TwoStep {
			l.add("two_step", "sim", "não")
		}
		entry := db.Audit{Store: r.Store, ByKind: db.ByUser, ByID: user.ID, ByName: user.Name, Noun: db.NounAccount, NounID: user.ID,
			NounName: user.Name, Action: db.AuditReset, Changes: l}
		return record(ctx, tx, c, now, entry)
	})
}

// turnOut has the open screens of somebody whose sessions are ended look whether they
// may stay, once that is committed, in each store of theirs.
func (s *Server) turnOut(ctx context.Context, tx *db.Tx, user string) error {
	stores, err := tx.MembershipsOf(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range stores {
		if err := tx.Notify(ctx, m.Store); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Hub.Mark(m.Store, scheduler.UserScope(user)) })
	}
	return nil
}

func drawReset(c echo.Context, status int, r db.Reset, user db.User, problem string) error {
	return RenderBare(c, status, secretPage(c, "Escolher uma senha nova"),
		userview.ResetPassword(userview.Reset{Secret: c.Param("reset"), Login: user.Login, TwoStep: r.TwoStep, Error: problem}))
}

func resetGone(c echo.Context) error {
	return RenderBare(c, http.StatusNotFound, secretPage(c, "Senha"), userview.ResetGone())
}

// ForgotPage is where one asks for a new password; there is none where no e-mail
// can be sent.
func (s *Server) ForgotPage(c echo.Context) error {
	if !s.MailOn {
		return NotFound()
	}
	return drawForgot(c, http.StatusOK, userview.Forgot{})
}

// Forgot sends a link to who has the login. The answer is the same for everybody.
func (s *Server) Forgot(c echo.Context) error {
	if !s.MailOn {
		return NotFound()
	}
	var form userview.ForgotForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Login = strings.TrimSpace(form.Login)
	if LoginProblem(form.Login) != "" {
		form.Login = strings.ToValidUTF8(form.Login, "")
		return drawForgot(c, http.StatusUnprocessableEntity, userview.Forgot{Form: form, Error: "Informe seu login, sem espaços."})
	}
	if wait := s.throttle.Take(s.Real(), "forgot:"+network(c.RealIP()), forgotRate, forgotBurst); wait > 0 {
		return TooMany(wait + time.Second)
	}
	if err := s.sendReset(c, db.Fold(form.Login)); err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	return RenderBare(c, http.StatusOK, layout.Page{Title: "Esqueci minha senha", Theme: ThemeOf(c)}, userview.ForgotSent())
}

// sendReset sends a link to the login's own address; db.ErrNotFound where there is
// nobody to send it to. Links of before keep working, or a stranger could take them away.
func (s *Server) sendReset(c echo.Context, login string) error {
	ctx := c.Request().Context()
	user, err := s.DB.UserByLogin(ctx, login)
	if err != nil {
		return err
	}
	stores, err := s.DB.MembershipsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	if len(stores) == 0 || user.Disabled || !isAddress(user.Login) {
		return db.ErrNotFound
	}
	store, err := s.DB.Store(ctx, stores[0].Store)
	if err != nil {
		return err
	}
	secret := NewSecret()
	return s.Door.Mailing(ctx, store.ID, func(tx *db.Tx, now time.Time) error {
		sent, err := tx.OwnResets(ctx, user.ID, now.Add(-forgotLife))
		if err != nil || sent >= forgotMails {
			return err
		}
		r := db.Reset{TokenHash: HashSecret(secret), Store: store.ID, User: user.ID, CreatedAt: now, ExpiresAt: now.Add(forgotLife)}
		if err := errors.Join(tx.DeleteExpiredResets(ctx, now), tx.InsertReset(ctx, r)); err != nil {
			return err
		}
		loc, err := time.LoadLocation(store.Timezone)
		if err != nil {
			loc = time.UTC
		}
		return s.mailReset(ctx, tx, r, user, s.absolute(c, userview.ResetPath(secret)), ui.Exact(r.ExpiresAt, loc), now)
	})
}

func drawForgot(c echo.Context, status int, f userview.Forgot) error {
	return RenderBare(c, status, layout.Page{Title: "Esqueci minha senha", Theme: ThemeOf(c)}, userview.ForgotPassword(f))
}
