package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/views/hoursview"
	"semaforo/views/ui"
)

// SaveHours carries out one of the editor's buttons: those of a day change what
// stands in it, the others preview or save that.
func (s *Server) SaveHours(c echo.Context) error {
	values, err := postedValues(c)
	if err != nil {
		return err
	}
	desk, err := s.hoursDesk(c)
	if err != nil {
		return err
	}
	desk.draft(values)
	action := values.Get("go")
	changed := desk.page.Form.Do(action)
	desk.preview(values)
	if changed || action == hoursview.GoPreview {
		return s.answerHours(c, http.StatusOK, desk)
	}
	hours, ok := desk.typed()
	if !ok {
		return s.answerHours(c, http.StatusUnprocessableEntity, desk)
	}
	present, err := s.setHours(c, desk.page.Form.Seen, hours)
	var problems flow.Problems
	switch {
	case errors.Is(err, db.ErrChanged):
		if err := s.hoursLost(c, desk, present, hours); err != nil {
			return err
		}
		return s.answerHours(c, http.StatusConflict, desk)
	case errors.As(err, &problems):
		desk.refuse(problems)
		return s.answerHours(c, http.StatusUnprocessableEntity, desk)
	case err != nil:
		return err
	}
	return s.hoursSaved(c, values)
}

// postedValues are the inputs of a posted form, and nothing else of the request.
func postedValues(c echo.Context) (url.Values, error) {
	if _, err := c.FormParams(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, BadRequest("malformed", "the form could not be read", "O formulário enviado não pôde ser lido. Volte e tente de novo.")
	}
	return c.Request().PostForm, nil
}

// setHours gives the calendar that the page is about other hours, unless somebody
// has since what was seen: then it returns db.ErrChanged and what there is now.
func (s *Server) setHours(c echo.Context, seen string, hours *flow.Week) (present calendars, err error) {
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if present, err = calendarsOf(ctx, tx.Queries, by.store, c.Param("team")); err != nil {
			return err
		}
		if present.mark() != seen {
			return db.ErrChanged
		}
		next := present.with(hours, by.at.Year())
		if present.mark() == hoursMark(next.Team, hours) {
			return nil
		}
		if err := tx.SetCalendar(ctx, next); err != nil {
			return err
		}
		var all changes
		all.add("hours", present.words(present.own.Hours), present.words(hours))
		if present.own.IsOwn() != next.IsOwn() {
			all.add("holidays", holidayOwner(present.own), holidayOwner(next))
		}
		return record(ctx, tx, c, by.at, present.entry(all))
	})
	return present, err
}

func holidayOwner(c db.Calendar) string {
	if c.IsOwn() {
		return "próprios"
	}
	return "os da loja"
}

// entry is the audit entry of a change of this calendar.
func (k calendars) entry(all changes) db.Audit {
	id := k.own.Team
	if id == "" {
		id = k.own.Store
	}
	return db.Audit{Noun: db.NounHours, NounID: id, NounName: k.own.Name, Action: db.AuditChanged, Changes: all}
}

// hoursLost says who saved what meanwhile; the form can then be saved over it.
func (s *Server) hoursLost(c echo.Context, d *hoursDesk, present calendars, mine *flow.Week) error {
	theirs := present.words(present.own.Hours)
	by, at, err := s.changedBy(c, present, "hours", theirs)
	d.page.Conflict = &hoursview.Conflict{By: by, At: at, Theirs: theirs, Mine: present.words(mine)}
	d.page.Form.Seen, d.page.Saved = present.mark(), theirs
	return err
}

// changedBy is who made a field of the calendar what it is now, by the audit
// trail; nobody where it was changed in a way that writes no entry.
func (s *Server) changedBy(c echo.Context, k calendars, field, now string) (by string, at time.Time, err error) {
	entry := k.entry(nil)
	query := db.AuditQuery{Noun: entry.Noun, NounID: entry.NounID}
	trail, err := s.DB.AuditTrail(c.Request().Context(), k.own.Store, query, 20)
	if err != nil {
		return "", at, err
	}
	for _, e := range trail {
		if slices.ContainsFunc(e.Changes, func(change db.AuditChange) bool { return change.Field == field && change.After == now }) {
			return e.ByName, e.At, nil
		}
		if field == "hours" && slices.ContainsFunc(e.Changes, func(change db.AuditChange) bool { return change.Field == field }) {
			break // an older entry with the same words was not the last to change them
		}
	}
	return "", at, nil
}

// refuse puts the engine's own problems at their days, or over the form.
func (d *hoursDesk) refuse(problems flow.Problems) {
	for _, p := range problems {
		_, day, found := strings.Cut(p.Path, "hours.")
		weekday := slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, day)
		if found && weekday >= 0 {
			d.page.Form.Refuse(time.Weekday(weekday), ProblemWords(p))
		} else {
			d.page.Error = ProblemWords(p)
		}
	}
}

// answerHours shows the editor as it now stands, with the preview of it.
func (s *Server) answerHours(c echo.Context, status int, d *hoursDesk) error {
	if wantsPart(c) {
		return renderPart(c, status, hoursview.EditorAnswer(d.page))
	}
	return s.drawHours(c, status, d.page)
}

func (s *Server) hoursSaved(c echo.Context, values url.Values) error {
	desk, err := s.hoursDesk(c)
	if err != nil {
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "hours", Text: "Horário salvo: " + desk.page.Saved + "."}
	if !wantsPart(c) {
		if err := s.Sessions.AddToast(c, toast); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, desk.page.Path())
	}
	desk.preview(values)
	ui.SetToast(c.Response().Header(), toast)
	return s.answerHours(c, http.StatusOK, desk)
}
