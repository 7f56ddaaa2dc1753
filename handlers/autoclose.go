package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/flowview"
	"semaforo/views/ui"
)

// ClosingStatus says since when an automatic closing is on, to a page that is open.
func (s *Server) ClosingStatus(c echo.Context) error {
	kind, ok := flowview.ClosingOf(c.Param("closing"))
	if !ok {
		return NotFound()
	}
	row, err := s.closingRow(c, kind)
	if err != nil {
		return err
	}
	row.Shown = c.QueryParam("version")
	return renderPart(c, http.StatusOK, flowview.Status(row.ClosingStatus))
}

// SaveClosing sets an automatic closing's time and text, and with the switch
// turns it on or off.
func (s *Server) SaveClosing(c echo.Context) error {
	kind, ok := flowview.ClosingOf(c.Param("closing"))
	if !ok {
		return NotFound()
	}
	var form flowview.ClosingForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Trim()
	version, err := versionOf(form.Version)
	if err != nil {
		return err
	}
	after, refused := checkClosing(kind, form)
	form.Readable()
	if len(refused) > 0 {
		return s.drawClosing(c, http.StatusUnprocessableEntity, kind, func(row *flowview.ClosingRow) {
			row.Form, row.Errors = form, refused
		})
	}
	next := db.AutoClosing{Kind: string(kind), ClosingText: form.Text, Version: version}
	next.After = after
	var impact flowview.Impact
	saved, err := s.setClosing(c, next, form.Enabled, s.approve(c, form.Seen, &impact))
	if errors.Is(err, errUnseen) {
		return s.drawClosing(c, http.StatusUnprocessableEntity, kind, func(row *flowview.ClosingRow) { row.Form, row.Impact = form, impact })
	}
	if errors.Is(err, db.ErrChanged) {
		return s.drawClosing(c, http.StatusConflict, kind, func(row *flowview.ClosingRow) { row.Lost(form, saved.UpdatedBy, saved.UpdatedAt) })
	}
	if err != nil {
		return err
	}
	return s.closingSaved(c, kind, saved.Enabled)
}

func checkClosing(kind flowview.Closing, form flowview.ClosingForm) (time.Duration, flowview.Errors) {
	refused := flowview.Errors(checkForm(&form))
	if form.Preset != ui.OtherValue {
		delete(refused, "after")
		delete(refused, "after_unit")
	}
	if kind != flowview.CloseCustomer && form.Text != "" {
		refused["text"] = "Este encerramento não tem mensagem."
	}
	after, ok := form.Duration()
	switch {
	case len(refused) > 0:
	case !ok && form.Preset != ui.OtherValue:
		refused["preset"] = "Escolha um dos tempos."
	case !ok || after < minAlert || after > maxAlert:
		refused["after"] = "Informe de 1 minuto a 30 dias."
	}
	return after, refused
}

// setClosing writes an automatic closing; enabled is "true" or "false" from the
// switch, else it stays as it is. Turned on, it is on from now; a change while it
// is on leaves since when (§5). With db.ErrChanged it returns what somebody else saved.
func (s *Server) setClosing(c echo.Context, next db.AutoClosing, enabled string, approve func(scheduler.Forecast) error) (saved db.AutoClosing, err error) {
	err = s.reconfigureIf(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		both, err := tx.AutoClosings(ctx, by.store)
		if err != nil {
			return err
		}
		if saved = closingOf(both, next.Kind); saved.Version != next.Version {
			return db.ErrChanged
		}
		before := saved
		saved.After, saved.ClosingText, saved.UpdatedAt, saved.UpdatedBy = next.After, next.ClosingText, by.at, by.name
		switch {
		case enabled == "true" && !saved.Enabled:
			saved.Enabled, saved.EnabledAt = true, by.at
		case enabled == "false":
			saved.Enabled, saved.EnabledAt = false, time.Time{}
		}
		if err := tx.SetAutoClosing(ctx, saved); err != nil {
			return err
		}
		return recordClosing(ctx, tx, c, by.at, before, saved)
	}, approve)
	return saved, err
}

func closingOf(both db.AutoClosings, kind string) db.AutoClosing {
	if kind == db.AutoCloseCustomer {
		return both.AutoCloseCustomer
	}
	return both.AutoClose
}

func (s *Server) closingSaved(c echo.Context, kind flowview.Closing, enabled bool) error {
	toast := ui.Toast{Tone: ui.Green, Key: "closing", Text: "Encerramento automático salvo: " + closingState(enabled) + "."}
	if !wantsPart(c) {
		if err := s.Sessions.AddToast(c, toast); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, flowview.Base)
	}
	row, err := s.closingRow(c, kind)
	if err != nil {
		return err
	}
	ui.SetToast(c.Response().Header(), toast)
	return renderPart(c, http.StatusOK, flowview.Setting(row))
}

func closingState(enabled bool) string {
	if enabled {
		return "ligado"
	}
	return "desligado"
}

// drawClosing answers a row that was not saved, or the page with it.
func (s *Server) drawClosing(c echo.Context, status int, kind flowview.Closing, change func(*flowview.ClosingRow)) error {
	if wantsPart(c) {
		row, err := s.closingRow(c, kind)
		if err != nil {
			return err
		}
		change(&row)
		return renderPart(c, status, flowview.Setting(row))
	}
	overview, err := s.overview(c)
	if err != nil {
		return err
	}
	for i := range overview.Closings {
		if overview.Closings[i].Kind == kind {
			change(&overview.Closings[i])
		}
	}
	return s.drawOverview(c, status, overview)
}

func (s *Server) closingRow(c echo.Context, kind flowview.Closing) (row flowview.ClosingRow, err error) {
	ctx := c.Request().Context()
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		rows, err := closingRows(ctx, q, ViewerOf(c), kind)
		if err == nil {
			row = rows[0]
		}
		return err
	})
	return row, err
}

// closingRows are the automatic closings as they are saved, both or those named.
func closingRows(ctx context.Context, q db.Queries, v *Viewer, kinds ...flowview.Closing) ([]flowview.ClosingRow, error) {
	if len(kinds) == 0 {
		kinds = flowview.Closings
	}
	both, err := q.AutoClosings(ctx, v.Store.ID)
	if err != nil {
		return nil, err
	}
	rows := make([]flowview.ClosingRow, len(kinds))
	for i, kind := range kinds {
		a := closingOf(both, string(kind))
		version := strconv.FormatInt(a.Version, 10)
		rows[i] = flowview.ClosingRow{
			Form: flowview.ClosingFormOf(a.After, a.ClosingText, a.Version), CanEdit: v.Role.Can(EditConfiguration),
			ClosingStatus: flowview.ClosingStatus{Kind: kind, Enabled: a.Enabled, After: a.After, Text: a.ClosingText,
				Since: a.EnabledAt, Shown: version, Version: version, By: a.UpdatedBy},
		}
		since := v.Now // off: what is open now would have begun before it is switched on
		if a.Enabled {
			since = a.EnabledAt
		}
		rows[i].Exempt, rows[i].More, err = q.Exempt(ctx, v.Store.ID, a.Kind, since)
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
