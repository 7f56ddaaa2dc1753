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
	"semaforo/scheduler"
	"semaforo/views/accountview"
	"semaforo/views/ui"
)

// SessionsPage lists where the person is signed in, in every store of theirs.
func (s *Server) SessionsPage(c echo.Context) error {
	v := ViewerOf(c)
	return s.show(c, http.StatusOK, screen{title: "Sessões", path: SessionsPath, content: func() (templ.Component, error) {
		now := s.Real()
		found, err := s.DB.UserSessions(c.Request().Context(), v.User.ID, now)
		if err != nil {
			return nil, err
		}
		page := accountview.Sessions{Full: len(found) == db.MaxPage}
		for _, one := range withoutTwins(found, v.Session) {
			page.Rows = append(page.Rows, sessionRow(one, v, now))
		}
		return accountview.SessionsPage(page), nil
	}})
}

func sessionRow(one db.UserSession, v *Viewer, now time.Time) accountview.SessionRow {
	row := accountview.SessionRow{
		ID: one.ID, Device: Device(one.UserAgent), Address: one.Address, Store: one.StoreName, Current: one.IDHash == v.Session,
		Begun: ui.When(now, one.CreatedAt, v.Location), Used: ui.Ago(now, one.LastUsedAt),
	}
	if row.Current { // its use is noted every few minutes only
		row.Used = ui.Ago(now, now)
	}
	return row
}

// withoutTwins leaves one of each session: one whose secret has just changed has
// two for a moment, for requests under way. Of the present one's it leaves that.
func withoutTwins(all []db.UserSession, present string) []db.UserSession {
	at := map[string]int{}
	var kept []db.UserSession
	for _, one := range all {
		i, twin := at[one.ID]
		switch {
		case !twin:
			at[one.ID] = len(kept)
			kept = append(kept, one)
		case one.IDHash == present || kept[i].IDHash != present && one.ExpiresAt.After(kept[i].ExpiresAt):
			kept[i] = one
		}
	}
	return kept
}

// EndSession ends one of the person's sessions at once.
func (s *Server) EndSession(c echo.Context) error {
	v, ctx, id := ViewerOf(c), c.Request().Context(), c.Param("session")
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		all, err := tx.UserSessions(ctx, v.User.ID, s.Real())
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.ID == id {
				e := sessionEntry(one.Session, db.AuditRevoked)
				return errors.Join(tx.DeleteUserSession(ctx, v.User.ID, id), s.recordSession(ctx, tx, c, one.Store, v.User, e))
			}
		}
		return &Failure{Status: http.StatusNotFound, Code: "not_found", Words: "Esta sessão não existe, ou já terminou."}
	})
	if err != nil {
		return err
	}
	return s.sessionsEnded(c, "Sessão encerrada.")
}

// EndOtherSessions ends all of them but the one that asks.
func (s *Server) EndOtherSessions(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	ended := 0
	err := s.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		ended, err = s.endOthers(ctx, tx, c, v)
		return err
	})
	if err != nil {
		return err
	}
	if ended == 0 {
		return s.sessionsEnded(c, "Não havia outra sessão.")
	}
	return s.sessionsEnded(c, ui.Count(ended, "sessão encerrada.", "sessões encerradas."))
}

func (s *Server) sessionsEnded(c echo.Context, words string) error {
	return s.leadTo(c, SessionsPath, ui.Toast{Tone: ui.Green, Key: "sessions", Text: words})
}

// endOthers ends a person's sessions but the one they are at, and returns how many
// there were. Each store's trail says how many of its own.
func (s *Server) endOthers(ctx context.Context, tx *db.Tx, c echo.Context, v *Viewer) (int, error) {
	all, err := tx.UserSessions(ctx, v.User.ID, s.Real())
	if err != nil {
		return 0, err
	}
	total, stores := 0, map[string]int{}
	for _, one := range withoutTwins(all, v.Session) {
		if one.IDHash != v.Session {
			total++
			stores[one.Store]++
		}
	}
	for store, n := range stores {
		var fields changes
		fields.add("sessions_ended", "", strconv.Itoa(n))
		e := db.Audit{Noun: db.NounSession, NounName: "Outras sessões", Action: db.AuditRevoked, Changes: fields}
		if err := s.recordSession(ctx, tx, c, store, v.User, e); err != nil {
			return 0, err
		}
	}
	return total, tx.DeleteUserSessions(ctx, v.User.ID, v.Session)
}

// RecordSession writes what happened to a session into its store's trail.
func (s *Server) RecordSession(ctx context.Context, tx *db.Tx, c echo.Context, action string, session db.Session) error {
	user, err := tx.User(ctx, session.User)
	if err != nil {
		return err
	}
	return s.recordSession(ctx, tx, c, session.Store, Person{ID: user.ID, Name: user.Name}, sessionEntry(session, action))
}

// sessionEntry is an entry about a session, which is named by its device.
func sessionEntry(session db.Session, action string) db.Audit {
	return db.Audit{Noun: db.NounSession, NounID: session.ID, NounName: Device(session.UserAgent), Action: action}
}

// recordSession records an entry about sessions of a person in a store. Once it is
// committed the person's open screens look whether they may stay, here and in
// other processes.
func (s *Server) recordSession(ctx context.Context, tx *db.Tx, c echo.Context, store string, who Person, e db.Audit) error {
	e.Store, e.At, e.Address, e.ByKind, e.ByID, e.ByName = store, s.Clock.Now(), c.RealIP(), db.ByUser, who.ID, who.Name
	if e.Action != db.AuditSignedIn {
		if err := tx.Notify(ctx, store); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Hub.Mark(store, scheduler.UserScope(who.ID)) })
	}
	return tx.AppendAudit(ctx, e)
}
