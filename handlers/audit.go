package handlers

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
)

// record adds an entry to the audit trail of the store of who asks, in the
// transaction that made the change. The caller says what was done to what; who,
// when and from where are filled in. Where nobody is signed in yet the caller says
// who, and in which store.
func record(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, e db.Audit) error {
	e.At, e.Address = at, c.RealIP()
	if v := ViewerOf(c); v != nil {
		e.Store, e.ByKind, e.ByID, e.ByName = v.Store.ID, db.ByUser, v.User.ID, v.User.Name
	}
	if v := CallerOf(c); v != nil {
		e.Store, e.ByKind, e.ByID, e.ByName = v.Store.ID, db.ByToken, v.Token, v.TokenName
	}
	return tx.AppendAudit(ctx, e)
}

// changes gathers the fields that a change has changed, in a reader's words.
type changes []db.AuditChange

// add notes a field whose value has changed.
func (l *changes) add(field, before, after string) {
	if before != after {
		*l = append(*l, db.AuditChange{Field: field, Before: before, After: after})
	}
}

// yesNo is a flag's value in an audit entry.
func yesNo(b bool) string {
	if b {
		return "sim"
	}
	return "não"
}
