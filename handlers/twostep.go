package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/accountview"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
)

// setUpKept is how long a set-up that was begun may take.
const setUpKept = time.Hour

// twoStep is the viewer's second step; the zero one also for a set-up that was left
// lying, whose secret may have been seen since.
func (s *Server) twoStep(c echo.Context) (db.TwoStep, error) {
	two, err := s.DB.TwoStep(c.Request().Context(), ViewerOf(c).User.ID)
	if !two.Enabled() && s.Real().Sub(two.CreatedAt) > setUpKept {
		return db.TwoStep{}, err
	}
	return two, err
}

// TwoStepPage sets up two-step sign-in: what it is, then the secret to scan.
func (s *Server) TwoStepPage(c echo.Context) error {
	two, err := s.twoStep(c)
	if err != nil {
		return err
	}
	back := c.QueryParam("volta")
	if two.Enabled() {
		return c.Redirect(http.StatusSeeOther, twoStepBack(ViewerOf(c), back))
	}
	return s.drawTwoStep(c, http.StatusOK, two, accountview.TwoStep{Back: back})
}

// twoStepBack is where set-up leads on: where somebody was held up, else to its card.
func twoStepBack(v *Viewer, back string) string {
	if back == "" && v.Owes == "" {
		return SecurityPath
	}
	return Local(back)
}

// drawTwoStep answers the set-up as far as it has come, alone on its page while
// the store holds everything else back.
func (s *Server) drawTwoStep(c echo.Context, status int, two db.TwoStep, p accountview.TwoStep) error {
	v := ViewerOf(c)
	p.Store, p.Owed = v.Store.Name, v.Owes == TwoStepPath
	if two.Secret != "" {
		var err error
		p.Secret, p.App = two.Secret, totpURI(two.Secret, v.User.Login)
		if p.Code, err = ui.QRCode(p.App); err != nil {
			return err
		}
	}
	return s.drawAccount(c, status, accountview.TwoStepPage(p))
}

// drawAccount answers a part of the account, without the app around it while it
// has to be done first.
func (s *Server) drawAccount(c echo.Context, status int, content templ.Component) error {
	v := ViewerOf(c)
	if v.Owes != "" {
		return RenderBare(c, status, layout.Page{Title: "Verificação em duas etapas", Store: v.Store.Name, Theme: v.Theme}, content)
	}
	whole := screen{title: "Verificação em duas etapas", path: SecurityPath, content: func() (templ.Component, error) { return content, nil }}
	return s.show(c, status, whole)
}

// BeginTwoStep makes the secret.
func (s *Server) BeginTwoStep(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	two := db.TwoStep{User: v.User.ID, Secret: newTOTPSecret(), CreatedAt: s.Real()}
	err := s.DB.Tx(ctx, func(tx *db.Tx) error { return tx.BeginTwoStep(ctx, two) })
	if err != nil && !errors.Is(err, db.ErrChanged) { // it is on already: the page says so
		return err
	}
	return c.Redirect(http.StatusSeeOther, WithBack(TwoStepPath, c.FormValue("volta")))
}

// EnableTwoStep turns it on when a code shows that the app has the secret, ends
// the other sessions and shows the recovery codes, this once.
func (s *Server) EnableTwoStep(c echo.Context) error {
	v, p := ViewerOf(c), accountview.TwoStep{Back: c.FormValue("volta")}
	two, err := s.twoStep(c)
	if err != nil {
		return err
	}
	if two.Enabled() || two.Secret == "" {
		return c.Redirect(http.StatusSeeOther, WithBack(TwoStepPath, p.Back))
	}
	step, ok := matchTOTP(two.Secret, plainCode(c.FormValue("code")), s.Real())
	if !ok {
		p.Error = "Este código não confere. Veja se o relógio do celular está certo e digite o que o aplicativo mostra agora."
		return s.drawTwoStep(c, http.StatusUnprocessableEntity, two, p)
	}
	codes := newRecoveryCodes()
	err = s.Sessions.Renew(c, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.EnableTwoStep(ctx, v.User.ID, two.Secret, step, s.Real()); err != nil {
			return err
		}
		if err := tx.SetRecoveryCodes(ctx, v.User.ID, hashRecoveryCodes(v.User.ID, codes)); err != nil {
			return err
		}
		if _, err := s.endOthers(ctx, tx, c, v); err != nil {
			return err
		}
		var fields changes
		fields.add("two_step", yesNo(false), yesNo(true))
		return recordOwn(ctx, tx, c, v, v.User.Name, fields)
	})
	if errors.Is(err, db.ErrChanged) { // it was begun anew, or turned on, elsewhere
		return c.Redirect(http.StatusSeeOther, WithBack(TwoStepPath, p.Back))
	}
	if err != nil {
		return err
	}
	return s.drawCodes(c, accountview.Codes{Codes: codes, First: true, Back: twoStepBack(v, p.Back)})
}

func (s *Server) drawCodes(c echo.Context, p accountview.Codes) error {
	p.Login, p.Made = ViewerOf(c).User.Login, ui.Exact(s.Real(), ViewerOf(c).Location)
	return s.drawAccount(c, http.StatusOK, accountview.CodesPage(p))
}

func hashRecoveryCodes(user string, codes []string) []string {
	hashes := make([]string, len(codes))
	for i, code := range codes {
		hashes[i] = hashRecoveryCode(user, code)
	}
	return hashes
}

// TwoStepOffPage asks for password and code before turning it off.
func (s *Server) TwoStepOffPage(c echo.Context) error { return s.proofPage(c, accountview.TurnOff) }

// NewCodesPage asks for them before making new recovery codes.
func (s *Server) NewCodesPage(c echo.Context) error { return s.proofPage(c, accountview.RenewCodes) }

func (s *Server) proofPage(c echo.Context, purpose accountview.Purpose) error {
	two, err := s.twoStep(c)
	if err != nil {
		return err
	}
	if !two.Enabled() {
		return c.Redirect(http.StatusSeeOther, SecurityPath)
	}
	return s.drawProof(c, http.StatusOK, accountview.Proof{Purpose: purpose})
}

func (s *Server) drawProof(c echo.Context, status int, p accountview.Proof) error {
	v := ViewerOf(c)
	p.Login, p.Store, p.Required = v.User.Login, v.Store.Name, v.Store.TwoStepRequired
	return s.drawAccount(c, status, accountview.ProofPage(p))
}

// TurnTwoStepOff turns it off. Where the store requires it, the next page leads to
// setting it up again.
func (s *Server) TurnTwoStepOff(c echo.Context) error {
	v := ViewerOf(c)
	return s.proven(c, accountview.TurnOff, func(ctx context.Context, tx *db.Tx) error {
		var fields changes
		fields.add("two_step", yesNo(true), yesNo(false))
		return errors.Join(resetTwoStep(ctx, tx, v.User.ID), recordOwn(ctx, tx, c, v, v.User.Name, fields))
	}, func() error {
		return s.leadTo(c, SecurityPath, ui.Toast{Tone: ui.Green, Key: "account", Text: "Verificação em duas etapas desligada."})
	})
}

// RenewCodes makes new recovery codes in place of the old ones.
func (s *Server) RenewCodes(c echo.Context) error {
	v, codes := ViewerOf(c), newRecoveryCodes()
	return s.proven(c, accountview.RenewCodes, func(ctx context.Context, tx *db.Tx) error {
		left, err := tx.RecoveryCodesLeft(ctx, v.User.ID)
		if err != nil {
			return err
		}
		fields := changes{{Field: "recovery_codes", Before: strconv.Itoa(left), After: strconv.Itoa(len(codes)) + " novos"}}
		return errors.Join(tx.SetRecoveryCodes(ctx, v.User.ID, hashRecoveryCodes(v.User.ID, codes)), recordOwn(ctx, tx, c, v, v.User.Name, fields))
	}, func() error { return s.drawCodes(c, accountview.Codes{Codes: codes, Back: SecurityPath}) })
}

// proven changes the second step when the posted password and code are the
// person's own, in one transaction with the code being taken, and answers.
func (s *Server) proven(c echo.Context, purpose accountview.Purpose, change InTx, done func() error) error {
	p := accountview.Proof{Purpose: purpose, Errors: map[string]string{}}
	password, code := c.FormValue("password"), plainCode(c.FormValue("code"))
	if password == "" {
		p.Errors["password"] = "Informe a sua senha."
	}
	if code == "" {
		p.Errors["code"] = "Informe o código."
	}
	if len(p.Errors) > 0 {
		return s.drawProof(c, http.StatusUnprocessableEntity, p)
	}
	wait, err := s.prove(c, p.Errors, password, code, change)
	switch {
	case err != nil:
		return err
	case wait > 0:
		SetRetryAfter(c.Response().Header(), wait)
		p.Problems = []string{signinview.WaitWords(wait)}
		return s.drawProof(c, http.StatusTooManyRequests, p)
	case len(p.Errors) > 0:
		return s.drawProof(c, http.StatusUnprocessableEntity, p)
	}
	return done()
}

// prove notes in wrong what does not do; with nothing wrong the change is made. Both
// are throttled as in a sign-in.
func (s *Server) prove(c echo.Context, wrong map[string]string, password, code string, change InTx) (wait time.Duration, err error) {
	v, ctx, now := ViewerOf(c), c.Request().Context(), s.Real()
	right, wait, err := s.ownPassword(c, password)
	if err != nil || wait > 0 {
		return wait, err
	}
	if !right {
		wrong["password"] = "Esta não é a sua senha."
		return 0, nil
	}
	keys := throttleKeysOf(v.User.Login, c.RealIP())
	if wait, err = s.stepThrottled(ctx, keys, now); err != nil || wait > 0 {
		return wait, err
	}
	user := db.User{ID: v.User.ID, Name: v.User.Name}
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		if _, err := s.takeCode(ctx, tx, c, user, code, now); err != nil {
			return err
		}
		return errors.Join(change(ctx, tx), forgive(ctx, tx, keys.step))
	})
	if errors.Is(err, errCode) {
		wrong["code"] = "Este código não vale, ou já foi usado."
		return 0, nil
	}
	return 0, err
}

// resetTwoStep turns a person's two-step sign-in off: their app's secret and
// recovery codes are forgotten.
func resetTwoStep(ctx context.Context, tx *db.Tx, user string) error {
	return tx.DeleteTwoStep(ctx, user)
}
