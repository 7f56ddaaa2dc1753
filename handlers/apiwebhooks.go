package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/api"
	"semaforo/channel/webhook"
	"semaforo/db"
)

// webhookDocument is a webhook as the API writes it; its secret is answered
// once, when it is created.
type webhookDocument struct {
	ID        string    `json:"id"`
	URL       string    `json:"url"`
	Secret    string    `json:"secret,omitempty"`
	Active    bool      `json:"active"`
	CreatedAt time.Time `json:"created_at"`
}

func webhookOf(w db.Webhook) webhookDocument {
	return webhookDocument{ID: w.ID, URL: w.URL, Active: w.Active, CreatedAt: w.CreatedAt}
}

// maxWebhooks is how many a store may have: every event goes to each of them.
const maxWebhooks = 20

// Limits of a webhook's secret, in characters.
const (
	minSecret = 16
	maxSecret = 200
)

// APIWebhooks is GET /api/v1/webhooks.
func (s *Server) APIWebhooks(c echo.Context) error {
	p, err := parametersOf(c, listed...)
	if err != nil {
		return err
	}
	at, err := placeOf(p, 1)
	if err != nil {
		return err
	}
	var after string
	if at.after != nil {
		after = at.after[0]
	}
	hooks, err := s.DB.Webhooks(c.Request().Context(), CallerOf(c).Store.ID, after, at.limit)
	if err != nil {
		return err
	}
	return answerList(c, at, hooks, webhookOf, func(w db.Webhook) string { return cursorOf(w.ID) })
}

// APICreateWebhook is POST /api/v1/webhooks. Without a secret it gets one.
func (s *Server) APICreateWebhook(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	w := db.Webhook{Store: CallerOf(c).Store.ID, ID: db.NewID(), Secret: NewSecret(), Active: true}
	err := readDocument(c, func(o *api.Object) {
		o.Need("url")
		o.Text("url", &w.URL)
		o.Clean("secret", &w.Secret, channel.ExternalID)
		if n := len([]rune(w.Secret)); o.Has("secret") && (n < minSecret || n > maxSecret) {
			o.RefuseAs("secret", api.CodeOutOfRange, "must have from 16 to 200 characters")
		}
		if !o.Has("url") {
			return
		}
		if err := webhook.CheckURL(w.URL, s.PrivateWebhooks); err != nil {
			o.RefuseAs("url", codeURL, err.Error())
		}
	})
	if err != nil {
		return err
	}
	err = s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		w.CreatedAt = now
		return addWebhook(ctx, tx, c, w)
	})
	if err != nil {
		return err
	}
	d := webhookOf(w)
	d.Secret = w.Secret
	return answer(c, http.StatusCreated, d)
}

// codeURL is of an address that nothing can be sent to.
const codeURL api.Code = "url"

// APIDeleteWebhook is DELETE /api/v1/webhooks/{id}.
func (s *Server) APIDeleteWebhook(c echo.Context) error {
	if _, err := parametersOf(c); err != nil {
		return err
	}
	err := s.configure(c, func(ctx context.Context, tx *db.Tx, now time.Time) error {
		return deleteWebhook(ctx, tx, c, CallerOf(c).Store.ID, c.Param("id"), now)
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
