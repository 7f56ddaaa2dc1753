package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
)

// SecondStepPage asks for the second step of a sign-in.
func (s *Server) SecondStepPage(c echo.Context) error {
	form := signinview.StepForm{Back: c.QueryParam("volta"), Recovery: c.QueryParam("recuperacao") != ""}
	_, err := s.Sessions.SecondStep(c)
	if errors.Is(err, db.ErrNotFound) {
		return c.Redirect(http.StatusSeeOther, WithBack(SignInPath, form.Back))
	}
	if err != nil {
		return err
	}
	return drawSecondStep(c, http.StatusOK, form)
}

// GiveSecondStep takes a code of the app, or a recovery code, and begins a session.
func (s *Server) GiveSecondStep(c echo.Context) error {
	form := signinview.StepForm{Back: c.FormValue("volta"), Recovery: c.FormValue("recuperacao") != ""}
	user, err := s.Sessions.SecondStep(c)
	if errors.Is(err, db.ErrNotFound) {
		again := signinview.Form{Back: form.Back}
		again.Late()
		return s.signIn(c, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	code := plainCode(c.FormValue("code"))
	if code == "" {
		form.Missing()
		return drawSecondStep(c, http.StatusUnprocessableEntity, form)
	}
	now, ctx := s.Real(), c.Request().Context()
	keys := throttleKeysOf(user.Login, c.RealIP())
	wait, err := s.stepThrottled(ctx, keys, now)
	if err != nil {
		return err
	}
	if wait > 0 {
		SetRetryAfter(c.Response().Header(), wait)
		form.Throttled(wait)
		return drawSecondStep(c, http.StatusTooManyRequests, form)
	}
	err = s.signInWithCode(c, keys, user, code, now)
	if errors.Is(err, errCode) {
		if err := s.failed(c, keys, user, wrongCode, now); err != nil {
			return err
		}
		form.Refused()
		return drawSecondStep(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, Local(form.Back))
}

func drawSecondStep(c echo.Context, status int, form signinview.StepForm) error {
	return RenderBare(c, status, layout.Page{Title: "Confirmar o acesso", Theme: ThemeOf(c)}, signinview.SecondStep(form))
}

// signInWithCode takes the code and begins the session in one transaction. With a
// recovery code the next page says how many are left.
func (s *Server) signInWithCode(c echo.Context, keys throttleKeys, user db.User, code string, now time.Time) error {
	m, err := s.firstStore(c.Request().Context(), user.ID)
	if errors.Is(err, db.ErrNotFound) {
		return errCode
	}
	if err != nil {
		return err
	}
	left := -1
	take := func(ctx context.Context, tx *db.Tx) (err error) {
		left, err = s.takeCode(ctx, tx, c, user, code, now)
		return err
	}
	if err := s.Sessions.SignIn(c, m.User, m.Store, m.Role, take, keys.signedIn); err != nil || left < 0 {
		return err
	}
	return s.Sessions.AddToast(c, ui.Toast{Tone: ui.Yellow, Key: "recovery", Href: SecurityPath, Link: "Ver em Minha conta",
		Text: "Você entrou com um código de recuperação. " + leftWords(left)})
}

func leftWords(left int) string {
	if left == 0 {
		return "Era o último: gere novos códigos."
	}
	return "Resta" + map[bool]string{true: "", false: "m"}[left == 1] + " " + ui.Count(left, "código.", "códigos.")
}

// errCode: neither a code of the person's app nor a recovery code of theirs, or
// one that has been used.
var errCode = errors.New("not a code that can be taken")

// takeCode takes a code of a person's app or a recovery code, once, and returns
// how many recovery codes are left after one was; else -1.
func (s *Server) takeCode(ctx context.Context, tx *db.Tx, c echo.Context, user db.User, code string, now time.Time) (left int, err error) {
	two, err := tx.TwoStep(ctx, user.ID)
	if err != nil {
		return -1, err
	}
	if !two.Enabled() {
		return -1, errCode
	}
	if len(code) == totpDigits {
		step, ok := matchTOTP(two.Secret, code, now)
		if !ok {
			return -1, errCode
		}
		return -1, refusedAs(tx.TakeStep(ctx, user.ID, step), db.ErrChanged)
	}
	if err := tx.TakeRecoveryCode(ctx, user.ID, hashRecoveryCode(user.ID, code), now); err != nil {
		return -1, refusedAs(err, db.ErrNotFound)
	}
	if left, err = tx.RecoveryCodesLeft(ctx, user.ID); err != nil {
		return -1, err
	}
	var fields changes
	fields.add("recovery_codes", strconv.Itoa(left+1), strconv.Itoa(left))
	return left, recordOf(ctx, tx, c, s.Clock.Now(), user, db.Audit{Noun: db.NounAccount, NounID: user.ID, NounName: user.Name,
		Action: db.AuditChanged, Changes: fields})
}

// refusedAs makes one error a refusal of the code.
func refusedAs(err, refusal error) error {
	if errors.Is(err, refusal) {
		return errCode
	}
	return err
}

// Recovery codes are three groups of four letters and digits: 60 bits.
const (
	recoveryCodes   = 10
	recoveryLetters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, without l, o, 0 and 1
)

func newRecoveryCodes() []string {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		raw := make([]byte, 12)
		_, _ = rand.Read(raw) // never fails: it ends the process instead
		for j, r := range raw {
			raw[j] = recoveryLetters[int(r)%len(recoveryLetters)]
		}
		codes[i] = fmt.Sprintf("%s-%s-%s", raw[:4], raw[4:8], raw[8:])
	}
	return codes
}

// plainCode is a code as it is compared: people write spaces, hyphens and
// capitals into it.
func plainCode(typed string) string {
	return strings.NewReplacer(" ", "", "-", "", "\t", "", "\u00a0", "").Replace(strings.ToLower(strings.TrimSpace(typed)))
}

// hashRecoveryCode is what the database keeps of one. It is fast because the code
// is random, and goes with its person, so that no code is of use to find another's.
func hashRecoveryCode(user, code string) string {
	return HashSecret("recovery\x00" + user + "\x00" + plainCode(code))
}
