package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/db"
)

// autoClosingsDocument is both automatic closings as the API writes them.
type autoClosingsDocument struct {
	AutoClose         autoClosingDocument `json:"auto_close"`
	AutoCloseCustomer autoClosingDocument `json:"auto_close_customer"`
}

type autoClosingDocument struct {
	Enabled     bool      `json:"enabled"`
	After       string    `json:"after,omitempty"`
	EnabledAt   time.Time `json:"enabled_at,omitzero"`
	ClosingText string    `json:"closing_text,omitempty"`
}

func autoClosingOf(a db.AutoClosing) autoClosingDocument {
	d := autoClosingDocument{Enabled: a.Enabled, ClosingText: a.ClosingText}
	if a.After > 0 {
		d.After = a.After.String()
	}
	if a.Enabled {
		d.EnabledAt = a.EnabledAt
	}
	return d
}

// APIAutoClose is GET /api/v1/auto_close.
func (s *Server) APIAutoClose(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	return s.answerAutoClosings(c)
}

func (s *Server) answerAutoClosings(c echo.Context) error {
	both, err := s.DB.AutoClosings(c.Request().Context(), CallerOf(c).Store.ID)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, autoClosingsDocument{autoClosingOf(both.AutoClose), autoClosingOf(both.AutoCloseCustomer)})
}

// autoClosingChange is what a call says of one automatic closing.
type autoClosingChange struct {
	given, enabled bool
	after          *time.Duration
	text           *string
}

func (a *autoClosingChange) read(o *api.Object, texts bool) {
	a.given = true
	o.Need("enabled")
	o.Flag("enabled", &a.enabled)
	if o.Has("after") {
		a.after = new(time.Duration)
		readSpan(o, "after", a.after, minAlert)
	}
	if texts && o.Has("closing_text") {
		a.text = new(string)
		o.Clean("closing_text", a.text, optionalText)
	}
}

// optionalText is a text that may be empty.
func optionalText(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	return channel.Text(s)
}

// APISetAutoClose is PUT /api/v1/auto_close. A closing that the call does not
// mention stays as it is; so does its time where only the switch is given.
func (s *Server) APISetAutoClose(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	var waiting, customer autoClosingChange
	err := readDocument(c, func(o *api.Object) {
		o.Object(db.AutoClose, func(o *api.Object) { waiting.read(o, false) })
		o.Object(db.AutoCloseCustomer, func(o *api.Object) { customer.read(o, true) })
	})
	if err != nil {
		return err
	}
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		both, err := tx.AutoClosings(ctx, CallerOf(c).Store.ID)
		if err != nil {
			return err
		}
		if err := waiting.set(ctx, tx, c, both.AutoClose, now); err != nil {
			return err
		}
		return customer.set(ctx, tx, c, both.AutoCloseCustomer, now)
	})
	if err != nil {
		return err
	}
	return s.answerAutoClosings(c)
}

// set writes the change: switched on now, it spares what began before now; on
// already, it keeps the moment it was switched on (§5).
func (a autoClosingChange) set(ctx context.Context, tx *db.Tx, c echo.Context, present db.AutoClosing, now time.Time) error {
	if !a.given {
		return nil
	}
	next := present
	next.UpdatedAt, next.UpdatedBy = now, byAPI
	if a.after != nil {
		next.After = *a.after
	}
	if a.text != nil {
		next.ClosingText = *a.text
	}
	if a.enabled && !present.Enabled {
		next.EnabledAt = now
	}
	next.Enabled = a.enabled
	if next.Enabled && next.After == 0 {
		return refuseField(present.Kind+".after", api.CodeRequired, "is missing")
	}
	if next.Enabled == present.Enabled && next.After == present.After && next.ClosingText == present.ClosingText {
		return nil
	}
	if err := tx.SetAutoClosing(ctx, next); err != nil {
		return err
	}
	return recordClosing(ctx, tx, c, now, present, next)
}
