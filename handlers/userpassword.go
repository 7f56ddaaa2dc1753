package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// resetLife is how long a link for a new password works that an administrator makes.
const resetLife = 24 * time.Hour

// UserPasswordPanel is the side panel of a person's password.
func (s *Server) UserPasswordPanel(c echo.Context) error {
	return s.drawPassword(c, http.StatusOK, "")
}

// SaveUserPassword makes a link for a new password, or has the person choose another
// at the next sign-in.
func (s *Server) SaveUserPassword(c echo.Context) error {
	var form userview.PasswordForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	switch form.Action {
	case userview.PasswordLink:
		return s.makeReset(c, form.TwoStep == "true")
	case userview.PasswordRequire, userview.PasswordKeep:
		return s.requirePassword(c, form.Action == userview.PasswordRequire)
	}
	return s.drawPassword(c, http.StatusUnprocessableEntity, "Escolha o que fazer.")
}

// resetRule is what a store's administrators may do about a person's password. A
// login is one for all stores: who can set its password can be that person in each
// of them. So they may for who is theirs alone; for anybody else the link goes to
// the person's own address, unseen, or there is none.
type resetRule struct {
	person   db.Colleague
	shared   bool // they are another store's too
	mailOnly bool
	refused  string
	twoStep  bool
}

func (s *Server) resetRule(ctx context.Context, q db.Queries, v *Viewer, user string) (r resetRule, err error) {
	if r.person, err = activeColleague(ctx, q, v.Store.ID, user); err != nil {
		return r, err
	}
	if user == v.User.ID {
		return r, conflict("self", "one changes one's own password in the account", "A sua própria senha você troca em Minha conta.")
	}
	elsewhere, err := q.Elsewhere(ctx, v.Store.ID, user)
	if err != nil {
		return r, err
	}
	r.shared = elsewhere > 0
	switch {
	case r.person.Person.Disabled:
		r.refused = "Este login está bloqueado por quem opera o servidor."
	case r.shared && s.MailOn && isAddress(r.person.Person.Login):
		r.mailOnly = true
	case r.shared:
		r.refused = "Este login também é usado fora desta loja, e a senha vale em todo lugar: daqui não dá para trocá-la. " +
			"A própria pessoa troca em Minha conta; se esqueceu a senha, quem opera o servidor ajuda com “semaforo user password”."
	default:
		var two db.TwoStep
		two, err = q.TwoStep(ctx, user)
		r.twoStep = two.Enabled()
	}
	return r, err
}

func (s *Server) makeReset(c echo.Context, twoStep bool) error {
	var made madeLink
	var rule resetRule
	secret := NewSecret()
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		v := ViewerOf(c)
		if rule, err = s.resetRule(ctx, tx.Queries, v, c.Param("user")); err != nil || rule.refused != "" {
			return err
		}
		r := db.Reset{TokenHash: HashSecret(secret), Store: by.store, User: rule.person.User, By: v.User.ID, Shown: !rule.mailOnly,
			TwoStep: twoStep && rule.twoStep, CreatedAt: by.at, ExpiresAt: by.at.Add(resetLife)}
		made = madeLink{path: userview.ResetPath(secret), login: rule.person.Person.Login, until: r.ExpiresAt}
		made.mailed = s.MailOn && isAddress(made.login)
		if err := replaceResets(ctx, tx, r); err != nil {
			return err
		}
		until := ui.Exact(r.ExpiresAt, v.Location)
		if made.mailed {
			if err := s.mailReset(ctx, tx, r, rule.person.Person, s.absolute(c, made.path), until, by.at); err != nil {
				return err
			}
		}
		l := changes{{Field: "until", After: until}}
		if r.TwoStep {
			l.add("two_step", "sim", "não")
		}
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounUser, NounID: r.User, NounName: rule.person.As.Name, Action: db.AuditReset, Changes: l})
	})
	switch {
	case err != nil:
		return err
	case rule.refused != "":
		return s.drawPassword(c, http.StatusConflict, "")
	case rule.mailOnly:
		return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: "O link foi enviado para " + made.login + "."})
	}
	return s.showLink(c, made, "Senha nova para "+rule.person.As.Name)
}

// replaceResets stores a link; those of before work no more.
func replaceResets(ctx context.Context, tx *db.Tx, r db.Reset) error {
	if err := tx.DeleteExpiredResets(ctx, r.CreatedAt); err != nil {
		return err
	}
	if err := tx.DeleteResets(ctx, r.User); err != nil {
		return err
	}
	return tx.InsertReset(ctx, r)
}

// keptWords are why a person is still to choose another password: whoever asked for
// it may have been another store, or the operator.
const keptWords = "Este login também é usado fora desta loja: daqui não dá para deixar de exigir a troca da senha."

func (s *Server) requirePassword(c echo.Context, must bool) error {
	var name string
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		rule, err := s.resetRule(ctx, tx.Queries, ViewerOf(c), c.Param("user"))
		if err != nil {
			return err
		}
		name = rule.person.As.Name
		if !must && rule.shared {
			return conflict("elsewhere", "the password is another store's too, and so may be that it has to be changed", keptWords)
		}
		if err := tx.RequirePassword(ctx, by.store, rule.person.User, must); err != nil {
			return err
		}
		var l changes
		l.add("must_change_password", yesNo(rule.person.Person.MustChangePassword), yesNo(must))
		return record(ctx, tx, c, by.at, db.Audit{Noun: db.NounUser, NounID: rule.person.User, NounName: name, Action: db.AuditChanged, Changes: l})
	})
	if err != nil {
		return err
	}
	text := name + " vai escolher outra senha na próxima entrada."
	if !must {
		text = name + " não precisa mais trocar a senha."
	}
	return s.finish(c, s.usersScreen(c), ui.Toast{Tone: ui.Green, Key: "user", Text: text})
}

func (s *Server) drawPassword(c echo.Context, status int, problem string) error {
	ctx, list := c.Request().Context(), s.usersScreen(c)
	var rule resetRule
	err := s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		rule, err = s.resetRule(ctx, q, ViewerOf(c), c.Param("user"))
		return err
	})
	if err != nil {
		return err
	}
	p := rule.person
	return s.showPanel(c, status, list, userview.UserPassword(userview.PasswordPanel{ID: p.User, Name: p.As.Name, Login: p.Person.Login,
		MustChange: p.Person.MustChangePassword, TwoStep: rule.twoStep, MailOnly: rule.mailOnly, Shared: rule.shared, Kept: keptWords, Refused: rule.refused, Error: problem, Close: list.path}))
}
