package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/handlers"
)

// SignIn implements handlers.Sessions: a new session, and the end of what the
// browser came with.
func (s *sessionStore) SignIn(c echo.Context, user, store string, role db.Role, also ...handlers.InTx) error {
	session, err := s.of(c)
	if err != nil {
		return err
	}
	now, secret := s.now(), handlers.NewSecret()
	row := db.Session{IDHash: handlers.HashSecret(secret), ID: db.NewID(), Store: store, User: user, CreatedAt: now, LastUsedAt: now,
		ExpiresAt: expiry(now, now), UserAgent: userAgent(c.Request()), Address: c.RealIP()}
	session.Values[valueSignedIn], session.Values[valueData] = db.SignedIn{Session: row}, sessionData{Role: role}
	data, err := json.Marshal(dataOf(session))
	if err != nil {
		return err
	}
	row.Data = string(data)
	ctx := c.Request().Context()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		err := errors.Join(s.leave(ctx, tx, c), tx.SaveSession(ctx, row), tx.EnterStore(ctx, store, user, now),
			s.record(ctx, tx, c, db.AuditSignedIn, row))
		return errors.Join(err, together(ctx, tx, also))
	})
	if err != nil {
		return err
	}
	session.ID, session.IsNew = secret, false
	s.send(c.Response(), c.Request(), session, row.ExpiresAt)
	return nil
}

// leave ends what the request's browser came with, whole or half, and sweeps up:
// now and then is enough for that, and a sign-in is now and then.
func (s *sessionStore) leave(ctx context.Context, tx *db.Tx, c echo.Context) error {
	now := s.now()
	err := errors.Join(tx.DeleteExpiredSessions(ctx, now), tx.DeleteLoginFailures(ctx, now.Add(-2*24*time.Hour)))
	if secret := s.given(c.Request()); secret != "" {
		hash := handlers.HashSecret(secret)
		err = errors.Join(err, tx.DeleteSession(ctx, hash), tx.DeleteHalfSignIn(ctx, hash))
	}
	return err
}

// together does what else belongs to a transaction, until something fails.
func together(ctx context.Context, tx *db.Tx, also []handlers.InTx) error {
	for _, do := range also {
		if err := do(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// BeginSecondStep implements handlers.Sessions: a new secret, of which the
// database knows whose second step it waits for, and no session.
func (s *sessionStore) BeginSecondStep(c echo.Context, user string) error {
	session, err := s.of(c)
	if err != nil {
		return err
	}
	secret := handlers.NewSecret()
	half := db.HalfSignIn{IDHash: handlers.HashSecret(secret), User: user, ExpiresAt: s.now().Add(secondStep)}
	ctx := c.Request().Context()
	err = s.db.Tx(ctx, func(tx *db.Tx) error { return errors.Join(s.leave(ctx, tx, c), tx.InsertHalfSignIn(ctx, half)) })
	if err != nil {
		return err
	}
	session.ID, session.IsNew = secret, true
	s.send(c.Response(), c.Request(), session, half.ExpiresAt)
	return nil
}

// SecondStep implements handlers.Sessions.
func (s *sessionStore) SecondStep(c echo.Context) (db.User, error) {
	return s.db.HalfSignedIn(c.Request().Context(), handlers.HashSecret(s.given(c.Request())), s.now())
}

// Renew implements handlers.Sessions: the same session under a new secret. The
// old one is worth nothing from then on.
func (s *sessionStore) Renew(c echo.Context, also ...handlers.InTx) error {
	session, err := s.of(c)
	if err != nil {
		return err
	}
	old, err := rowOfSession(session)
	if err != nil {
		return err
	}
	secret, fresh := handlers.NewSecret(), old
	fresh.IDHash = handlers.HashSecret(secret)
	ctx := c.Request().Context()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Session(ctx, old.IDHash, s.now())
		if errors.Is(err, db.ErrNotFound) { // ended a moment ago
			return handlers.Unauthorized()
		}
		if err != nil {
			return err
		}
		return errors.Join(together(ctx, tx, also), tx.SaveSession(ctx, fresh), tx.MoveSubscriptions(ctx, old.IDHash, fresh.IDHash),
			tx.DeleteSession(ctx, old.IDHash))
	})
	if err != nil {
		return err
	}
	signedIn := signedInOf(session)
	signedIn.Session = fresh
	session.ID, session.Values[valueSignedIn] = secret, signedIn
	s.send(c.Response(), c.Request(), session, fresh.ExpiresAt)
	return nil
}

// SignOut implements handlers.Sessions.
func (s *sessionStore) SignOut(c echo.Context) error {
	session, err := s.of(c)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	http.SetCookie(c.Response(), sessions.NewCookie(s.cookieName(c.Request()), "", session.Options))
	if session.IsNew {
		return nil
	}
	row, ctx := signedInOf(session).Session, c.Request().Context()
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		return errors.Join(tx.DeleteSession(ctx, row.IDHash), endTwins(ctx, tx, row), s.record(ctx, tx, c, db.AuditSignedOut, row))
	})
}

// endTwins ends what is the same session under another secret: the one it had until
// a moment ago, and those that requests at the same time gave it (see rotate).
func endTwins(ctx context.Context, tx *db.Tx, row db.Session) error {
	if row.ID == "" {
		return nil
	}
	err := tx.DeleteUserSession(ctx, row.User, row.ID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

func userAgent(r *http.Request) string {
	agent := []rune(r.UserAgent())
	kept := agent[:min(len(agent), maxUserAgent)]
	return string(slices.DeleteFunc(kept, func(c rune) bool { return c == 0 }))
}
