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
	"semaforo/views/ui"
)

// How long a session lasts: unused, at most, and how often its use is noted.
const (
	sessionIdle   = 12 * time.Hour
	sessionLife   = 30 * 24 * time.Hour
	sessionTouch  = 5 * time.Minute
	sessionGrace  = 30 * time.Second // a rotated id's, for requests under way
	secondStep    = 5 * time.Minute  // to give the second step's code
	maxUserAgent  = 200
	sessionCookie = "semaforo"
)

// The session's values.
const (
	valueSignedIn = "signed in" // db.SignedIn, as it was read
	valueData     = "data"      // sessionData
)

// sessionData is what a session's row holds beside its columns.
type sessionData struct {
	// Role is the one the id was given for; another one is a reason to rotate.
	Role   db.Role    `json:"role"`
	Toasts []ui.Toast `json:"toasts,omitempty"`
}

// sessionStore is gorilla's Store over the database's sessions. The cookie holds
// a random id, the table its hash.
type sessionStore struct {
	db     *db.DB
	now    func() time.Time // the machine's, UTC
	secure func(*http.Request) bool
	// record writes what happens to a session into the audit trail, in the same transaction.
	record func(ctx context.Context, tx *db.Tx, c echo.Context, action string, session db.Session) error
}

var _ sessions.Store = (*sessionStore)(nil)

// Get returns the request's session, reading it once.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session the request's cookie names. A cookie that names none
// (expired, revoked, made up) gives a new one and is no error.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = s.options(r, sessionIdle)
	secret := s.given(r)
	if secret == "" {
		return session, nil
	}
	signedIn, err := s.db.SignedIn(r.Context(), handlers.HashSecret(secret), s.now())
	if errors.Is(err, db.ErrNotFound) {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	var data sessionData
	if err := json.Unmarshal([]byte(signedIn.Session.Data), &data); err != nil {
		return session, nil
	}
	session.ID, session.IsNew = secret, false
	session.Values[valueSignedIn], session.Values[valueData] = signedIn, data
	return session, nil
}

// given is the secret of the request's cookie; empty where it has none of ours.
func (s *sessionStore) given(r *http.Request) string {
	cookie, err := r.Cookie(s.cookieName(r))
	if err != nil || len(cookie.Value) != secretLength {
		return ""
	}
	return cookie.Value
}

var secretLength = len(handlers.NewSecret())

// Save stores the session and sends its cookie; with a negative MaxAge it
// deletes both. A session that was revoked while its request ran stays revoked.
func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(s.cookieName(r), "", session.Options))
		if session.ID == "" {
			return nil
		}
		return s.db.Tx(r.Context(), func(tx *db.Tx) error { return tx.DeleteSession(r.Context(), handlers.HashSecret(session.ID)) })
	}
	row, err := rowOfSession(session)
	if err != nil {
		return err
	}
	err = s.db.Tx(r.Context(), func(tx *db.Tx) error {
		if session.IsNew {
			return tx.SaveSession(r.Context(), row)
		}
		return tx.UpdateSession(r.Context(), row)
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	session.IsNew = false
	s.send(w, r, session, row.ExpiresAt)
	return nil
}

// rowOfSession is the row as the session's values have it now.
func rowOfSession(session *sessions.Session) (db.Session, error) {
	row := signedInOf(session).Session
	row.IDHash = handlers.HashSecret(session.ID)
	data, err := json.Marshal(dataOf(session))
	row.Data = string(data)
	return row, err
}

func (s *sessionStore) send(w http.ResponseWriter, r *http.Request, session *sessions.Session, expires time.Time) {
	session.Options = s.options(r, expires.Sub(s.now()))
	http.SetCookie(w, sessions.NewCookie(s.cookieName(r), session.ID, session.Options))
}

func (s *sessionStore) options(r *http.Request, life time.Duration) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: int(life / time.Second), Secure: s.secure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// cookieName has the prefix by which browsers keep another host from setting it.
func (s *sessionStore) cookieName(r *http.Request) string {
	if s.secure(r) {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

func signedInOf(session *sessions.Session) db.SignedIn {
	v, _ := session.Values[valueSignedIn].(db.SignedIn)
	return v
}

func dataOf(session *sessions.Session) sessionData {
	v, _ := session.Values[valueData].(sessionData)
	return v
}

// expiry slides with use and ends with the session's life.
func expiry(created, used time.Time) time.Time {
	if end := created.Add(sessionLife); end.Before(used.Add(sessionIdle)) {
		return end
	}
	return used.Add(sessionIdle)
}

// of is the session of a request; the zero SignedIn in it where nobody is.
func (s *sessionStore) of(c echo.Context) (*sessions.Session, error) {
	return s.Get(c.Request(), sessionCookie)
}

// signedIn is who the request's session belongs to, nil for nobody. It notes the
// use, and gives the session another secret when its person's role has changed.
func (s *sessionStore) signedIn(c echo.Context) (*db.SignedIn, error) {
	session, err := s.of(c)
	if err != nil || session.IsNew {
		return nil, err
	}
	signedIn := signedInOf(session)
	switch {
	case dataOf(session).Role != signedIn.Member.Role:
		err = s.rotate(c, session)
	case s.now().Sub(signedIn.Session.LastUsedAt) >= sessionTouch:
		err = s.touch(c, session)
	}
	if errors.Is(err, db.ErrNotFound) { // revoked a moment ago
		return nil, nil
	}
	signedIn = signedInOf(session)
	return &signedIn, err
}

func (s *sessionStore) touch(c echo.Context, session *sessions.Session) error {
	signedIn := signedInOf(session)
	row := &signedIn.Session
	row.LastUsedAt = s.now()
	row.ExpiresAt, row.Address = expiry(row.CreatedAt, row.LastUsedAt), c.RealIP()
	session.Values[valueSignedIn] = signedIn
	ctx := c.Request().Context()
	err := s.db.Tx(ctx, func(tx *db.Tx) error { return tx.TouchSession(ctx, *row) })
	if err != nil {
		return err
	}
	s.send(c.Response(), c.Request(), session, row.ExpiresAt)
	return nil
}

// rotate gives the session a new id for its person's new role. The old one is
// good for a moment more: the browser may have other requests under way.
func (s *sessionStore) rotate(c echo.Context, session *sessions.Session) error {
	signedIn, data := signedInOf(session), dataOf(session)
	data.Role = signedIn.Member.Role
	session.Values[valueData] = data
	now := s.now()
	old, err := rowOfSession(session)
	if err != nil {
		return err
	}
	session.ID = handlers.NewSecret()
	signedIn.Session.LastUsedAt = now
	signedIn.Session.ExpiresAt = expiry(signedIn.Session.CreatedAt, now)
	session.Values[valueSignedIn] = signedIn
	fresh, err := rowOfSession(session)
	if err != nil {
		return err
	}
	signedIn.Session.IDHash = fresh.IDHash
	session.Values[valueSignedIn] = signedIn
	if limit := now.Add(sessionGrace); limit.Before(old.ExpiresAt) {
		old.ExpiresAt = limit
	}
	ctx := c.Request().Context()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.UpdateSession(ctx, old); err != nil {
			return err
		}
		if err := tx.SaveSession(ctx, fresh); err != nil {
			return err
		}
		return tx.MoveSubscriptions(ctx, old.IDHash, fresh.IDHash)
	})
	if err != nil {
		return err
	}
	s.send(c.Response(), c.Request(), session, fresh.ExpiresAt)
	return nil
}

// Enter implements handlers.Sessions. What was signed in stays so, and lasts no
// longer for it.
func (s *sessionStore) Enter(c echo.Context, to db.Membership, entry db.Audit) error {
	session, err := s.of(c)
	if err != nil {
		return err
	}
	signedIn, data, now := signedInOf(session), dataOf(session), s.now()
	old, row := signedIn.Session.IDHash, &signedIn.Session
	session.ID = handlers.NewSecret()
	row.Store, row.LastUsedAt, row.ExpiresAt = to.Store, now, expiry(row.CreatedAt, now)
	signedIn.Member, data.Role, data.Toasts = to, to.Role, nil
	session.Values[valueSignedIn], session.Values[valueData] = signedIn, data
	fresh, err := rowOfSession(session)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Session(ctx, old, now); err != nil {
			return err // revoked a moment ago: it stays so
		}
		return errors.Join(tx.SaveSession(ctx, fresh), tx.MoveSubscriptions(ctx, old, fresh.IDHash), tx.DeleteSession(ctx, old), tx.EnterStore(ctx, to.Store, to.User, now),
			tx.AppendAudit(ctx, entry))
	})
	if err != nil {
		return err
	}
	s.send(c.Response(), c.Request(), session, fresh.ExpiresAt)
	return nil
}

// maxToasts bounds what a session keeps for its next page.
const maxToasts = 4

// AddToast implements handlers.Sessions.
func (s *sessionStore) AddToast(c echo.Context, t ui.Toast) error {
	session, err := s.of(c)
	if err != nil || session.IsNew {
		return err
	}
	data := dataOf(session)
	data.Toasts = append(slices.Clone(data.Toasts), t)
	data.Toasts = data.Toasts[max(0, len(data.Toasts)-maxToasts):]
	session.Values[valueData] = data
	return session.Save(c.Request(), c.Response())
}

// TakeToasts implements handlers.Sessions. Toasts that cannot be taken are left
// for the next page.
func (s *sessionStore) TakeToasts(c echo.Context) []ui.Toast {
	session, err := s.of(c)
	if err != nil || len(dataOf(session).Toasts) == 0 {
		return nil
	}
	data := dataOf(session)
	toasts := data.Toasts
	data.Toasts = nil
	session.Values[valueData] = data
	if err := session.Save(c.Request(), c.Response()); err != nil {
		return nil
	}
	return toasts
}
