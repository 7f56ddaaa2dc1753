package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/auditview"
	"semaforo/views/ui"
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

// auditPage is how many entries a page shows.
const auditPage = 50

// AuditPage is GET /configuracoes/auditoria.
func (s *Server) AuditPage(c echo.Context) error {
	v := ViewerOf(c)
	filter := auditFilter(c)
	page := auditview.Page{Filter: filter, Errors: map[string]string{}}
	query := auditQuery(filter, v.Location, page.Errors)
	status := http.StatusOK
	if len(page.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.show(c, status, screen{title: "Auditoria", path: AuditPath, content: func() (templ.Component, error) {
		err := s.readAudit(c.Request().Context(), v.Store.ID, query, &page)
		return auditview.AuditPage(page), err
	}})
}

func (s *Server) readAudit(ctx context.Context, store string, query db.AuditQuery, page *auditview.Page) error {
	return s.DB.Snapshot(ctx, func(q db.Queries) error {
		actors, err := q.Actors(ctx, store)
		if err != nil {
			return err
		}
		page.People = auditors(actors, page.Filter.By)
		if len(page.Errors) > 0 {
			return nil
		}
		entries, err := q.AuditTrail(ctx, store, query, auditPage+1)
		if len(entries) > auditPage {
			entries = entries[:auditPage]
			page.Older = entries[auditPage-1].ID
		}
		for _, e := range entries {
			page.Entries = append(page.Entries, auditEntry(e))
		}
		return err
	})
}

func auditFilter(c echo.Context) auditview.Filter {
	return auditview.Filter{Noun: c.QueryParam("assunto"), By: c.QueryParam("pessoa"), From: c.QueryParam("de"), To: c.QueryParam("ate"),
		Below: c.QueryParam("antes")}
}

// auditQuery is the filter as the database takes it: its days are the store's.
func auditQuery(f auditview.Filter, loc *time.Location, refused map[string]string) db.AuditQuery {
	query := db.AuditQuery{Noun: f.Noun, By: f.By, Below: f.Below}
	if f.By == auditview.Operator {
		query.By, query.ByKind = "", db.BySystem
	}
	day := func(field, text string) (t time.Time) {
		if text == "" {
			return t
		}
		t, err := time.ParseInLocation(time.DateOnly, text, loc)
		if err != nil {
			refused[field] = "Informe um dia, como 26/11/2026."
		}
		return t
	}
	query.Since = day("de", f.From)
	if until := day("ate", f.To); !until.IsZero() {
		query.Until = until.AddDate(0, 0, 1)
	}
	if !query.Since.IsZero() && !query.Until.IsZero() && !query.Since.Before(query.Until) {
		refused["ate"] = "O fim vem antes do começo."
	}
	return query
}

func auditors(actors []db.Actor, chosen string) []ui.Option {
	options := make([]ui.Option, 0, len(actors)+1)
	for _, a := range actors {
		options = append(options, ui.Option{Value: a.ID, Label: auditview.Who(a.Kind, a.Name), Selected: a.ID == chosen})
	}
	return append(options, ui.Option{Value: auditview.Operator, Label: auditview.Who(db.BySystem, ""), Selected: chosen == auditview.Operator})
}

func auditEntry(e db.Audit) auditview.Entry {
	entry := auditview.Entry{ID: e.ID, At: e.At, By: auditview.Who(e.ByKind, e.ByName), Address: e.Address,
		Noun: e.Noun, Action: e.Action, Name: e.NounName}
	for _, ch := range e.Changes {
		entry.Changes = append(entry.Changes, auditview.Change(ch))
	}
	return entry
}

// AuditCSV is GET /configuracoes/auditoria.csv: all that the filter lets through,
// one line a changed field.
func (s *Server) AuditCSV(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	refused := map[string]string{}
	query := auditQuery(auditFilter(c), v.Location, refused)
	for _, words := range refused {
		return BadRequest("filter", "the filter has days that are none", words)
	}
	out := beginCSV(c, "auditoria.csv")
	out.line("Quando", "Quem", "De onde", "O que foi feito", "Campo", "Antes", "Depois")
	for {
		entries, err := s.DB.AuditTrail(ctx, v.Store.ID, query, db.MaxPage)
		if err != nil {
			return s.cutShort(c, err)
		}
		for _, e := range entries {
			out.audit(auditEntry(e), v.Location)
		}
		if err := out.flush(); err != nil || len(entries) < db.MaxPage {
			return err
		}
		query.Below = entries[len(entries)-1].ID
	}
}

func (w *csvWriter) audit(e auditview.Entry, loc *time.Location) {
	head := []string{e.At.In(loc).Format("02/01/2006 15:04:05"), e.By, e.Address, auditview.Sentence(e.Noun, e.Action, e.Name)}
	if len(e.Changes) == 0 {
		w.line(append(head, "", "", "")...)
	}
	for _, ch := range e.Changes {
		w.line(append(head[:4:4], auditview.FieldWord(ch.Field), ch.Before, ch.After)...)
	}
}
