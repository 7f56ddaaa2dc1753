package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/accountview"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
)

// SecurityPage has the person's password and second step.
func (s *Server) SecurityPage(c echo.Context) error {
	return s.drawSecurity(c, http.StatusOK, accountview.Security{})
}

func (s *Server) drawSecurity(c echo.Context, status int, p accountview.Security) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	return s.show(c, status, screen{title: "Segurança", path: SecurityPath, content: func() (templ.Component, error) {
		two, err := s.DB.TwoStep(ctx, v.User.ID)
		if err != nil {
			return nil, err
		}
		left, err := s.DB.RecoveryCodesLeft(ctx, v.User.ID)
		if err != nil {
			return nil, err
		}
		p.Login, p.Store, p.Required, p.CodesLeft = v.User.Login, v.Store.Name, v.Store.TwoStepRequired, left
		if two.Enabled() {
			p.Since = ui.Date(two.EnabledAt, v.Location)
		}
		return accountview.SecurityPage(p), nil
	}})
}

// ChangePassword asks for the present password, ends the other sessions and gives
// this one another secret.
func (s *Server) ChangePassword(c echo.Context) error {
	v := ViewerOf(c)
	p := accountview.Security{Errors: newPasswordProblems(c.FormValue("new"), c.FormValue("again"))}
	present := c.FormValue("present")
	if present == "" {
		p.Errors["present"] = "Informe a sua senha atual."
	}
	if len(p.Errors) > 0 {
		return s.drawSecurity(c, http.StatusUnprocessableEntity, p)
	}
	right, wait, err := s.ownPassword(c, present)
	switch {
	case err != nil:
		return err
	case wait > 0:
		SetRetryAfter(c.Response().Header(), wait)
		p.Problems = []string{signinview.WaitWords(wait)}
		return s.drawSecurity(c, http.StatusTooManyRequests, p)
	case !right:
		p.Errors["present"] = "Esta não é a sua senha atual."
	case c.FormValue("new") == present:
		p.Errors["new"] = "Escolha uma senha diferente da atual."
	}
	if len(p.Errors) > 0 {
		return s.drawSecurity(c, http.StatusUnprocessableEntity, p)
	}
	ended, err := s.setPassword(c, v, c.FormValue("new"))
	if err != nil {
		return err
	}
	words := "Senha trocada."
	if ended > 0 {
		words += " " + ui.Count(ended, "outra sessão foi encerrada.", "outras sessões foram encerradas.")
	}
	return s.leadTo(c, SecurityPath, ui.Toast{Tone: ui.Green, Key: "account", Text: words})
}

// newPasswordProblems says what is wrong with a new password, by field.
func newPasswordProblems(password, again string) map[string]string {
	wrong := map[string]string{}
	switch {
	case PasswordProblem(password) != "":
		wrong["new"] = fmt.Sprintf("Escolha uma senha de %d a %d caracteres.", MinPassword, MaxPassword)
	case again != password:
		wrong["again"] = "As duas senhas não são iguais."
	}
	return wrong
}

// ownPassword reports whether it is the viewer's password. It is throttled as a
// sign-in is: somebody else may be at an open browser.
func (s *Server) ownPassword(c echo.Context, password string) (right bool, wait time.Duration, err error) {
	v, ctx, now := ViewerOf(c), c.Request().Context(), s.Real()
	keys := throttleKeysOf(v.User.Login, c.RealIP())
	if wait, err = s.throttled(ctx, keys, now); err != nil || wait > 0 {
		return false, wait, err
	}
	user, err := s.DB.User(ctx, v.User.ID)
	if err != nil {
		return false, 0, err
	}
	if right, err = CheckPassword(ctx, user.PasswordHash, password); err != nil {
		return false, 0, err
	}
	return right, 0, s.DB.Tx(ctx, func(tx *db.Tx) error {
		if right {
			return forgive(ctx, tx, keys.both, keys.login)
		}
		return keys.address.fail(ctx, tx, now)
	})
}

// setPassword gives the viewer a password of their own choice and ends their other
// sessions, of which it returns the number.
func (s *Server) setPassword(c echo.Context, v *Viewer, password string) (ended int, err error) {
	hash, err := HashPassword(c.Request().Context(), password)
	if err != nil {
		return 0, err
	}
	err = s.Sessions.Renew(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if ended, err = s.endOthers(ctx, tx, c, v); err != nil {
			return err
		}
		// A secret has no values in the trail.
		fields := changes{{Field: "password"}}
		return errors.Join(tx.SetPassword(ctx, v.User.ID, hash, false), recordOwn(ctx, tx, c, v, v.User.Name, fields))
	})
	return ended, err
}

// NewPasswordPage asks who has a password that somebody else chose for one of
// their own.
func (s *Server) NewPasswordPage(c echo.Context) error {
	form := signinview.NewPasswordForm{Back: c.QueryParam("volta")}
	if ViewerOf(c).Owes != NewPasswordPath {
		return c.Redirect(http.StatusSeeOther, Local(form.Back))
	}
	return drawNewPassword(c, http.StatusOK, form)
}

// ChooseNewPassword takes it. The one they signed in with will not do.
func (s *Server) ChooseNewPassword(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	form := signinview.NewPasswordForm{Back: c.FormValue("volta")}
	if v.Owes != NewPasswordPath {
		return c.Redirect(http.StatusSeeOther, Local(form.Back))
	}
	password := c.FormValue("new")
	if form.Errors = newPasswordProblems(password, c.FormValue("again")); len(form.Errors) == 0 {
		user, err := s.DB.User(ctx, v.User.ID)
		if err != nil {
			return err
		}
		same, err := CheckPassword(ctx, user.PasswordHash, password)
		if err != nil {
			return err
		}
		if same {
			form.Errors["new"] = "Escolha uma senha diferente da que você recebeu."
		}
	}
	if len(form.Errors) > 0 {
		return drawNewPassword(c, http.StatusUnprocessableEntity, form)
	}
	if _, err := s.setPassword(c, v, password); err != nil {
		return err
	}
	return s.leadTo(c, Local(form.Back), ui.Toast{Tone: ui.Green, Key: "account", Text: "Senha trocada."})
}

func drawNewPassword(c echo.Context, status int, form signinview.NewPasswordForm) error {
	v := ViewerOf(c)
	form.Login = v.User.Login
	page := layout.Page{Title: "Escolher uma nova senha", Store: v.Store.Name, Theme: v.Theme}
	return RenderBare(c, status, page, signinview.NewPassword(form))
}
