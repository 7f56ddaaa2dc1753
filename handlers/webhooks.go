package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/channel/webhook"
	"semaforo/db"
	"semaforo/views/channelview"
	"semaforo/views/ui"
)

// ListWebhooks is GET /configuracoes/canais/webhooks.
func (s *Server) ListWebhooks(c echo.Context) error {
	if !wantsPart(c) {
		return s.show(c, http.StatusOK, s.webhooksScreen(c))
	}
	return s.drawWebhooks(c, http.StatusOK)
}

func (s *Server) drawWebhooks(c echo.Context, status int) error {
	w, err := s.webhooks(c)
	if err != nil {
		return err
	}
	return renderPart(c, status, channelview.HookList(w))
}

func (s *Server) webhooksScreen(c echo.Context) screen {
	return screen{title: "Webhooks", path: channelview.WebhooksPath, content: func() (templ.Component, error) {
		w, err := s.webhooks(c)
		return channelview.WebhooksPage(w), err
	}}
}

func (s *Server) webhooks(c echo.Context) (w channelview.Webhooks, err error) {
	ctx, store := c.Request().Context(), ViewerOf(c).Store.ID
	err = s.DB.Snapshot(ctx, func(q db.Queries) error {
		hooks, err := q.Webhooks(ctx, store, "", maxWebhooks)
		if err != nil {
			return err
		}
		backlogs, err := q.Backlogs(ctx, store)
		w = channelview.Webhooks{Full: len(hooks) == maxWebhooks}
		for _, hook := range hooks {
			w.Webhooks = append(w.Webhooks, hookLine(hook, backlogs[hook.ID]))
		}
		return err
	})
	return w, err
}

func hookLine(h db.Webhook, b db.Backlog) channelview.Webhook {
	return channelview.Webhook{ID: h.ID, URL: h.URL, Active: h.Active, CreatedAt: h.CreatedAt,
		Pending: b.Pending, GivenUp: b.GivenUp, GaveUpAt: b.GaveUpAt, LastError: deliveryWords(b.LastError)}
}

// deliveryWords says to a person why a delivery failed.
func deliveryWords(cause string) string {
	if _, status, answered := strings.Cut(cause, "the receiver answers "); answered {
		status, _, _ = strings.Cut(status, ":")
		if status == "410" {
			return "o destino respondeu 410: não quer mais receber."
		}
		return "o destino respondeu " + status + "."
	}
	for _, known := range []struct{ sign, words string }{
		{"deleted or switched off", "o webhook estava desligado."},
		{"deadline exceeded", "o destino não respondeu a tempo."},
		{"imeout", "o destino não respondeu a tempo."},
		{"no such host", "o endereço não existe."},
		{"refused", "o destino recusou a conexão."},
		{"certificate", "o certificado do destino não é válido."},
		{"x509", "o certificado do destino não é válido."},
		{webhook.ErrPrivate.Error(), "o endereço não é público."},
	} {
		if strings.Contains(cause, known.sign) {
			return known.words
		}
	}
	if cause == "" {
		return ""
	}
	return "não foi possível chegar ao destino."
}

// NewWebhook is GET /configuracoes/canais/webhooks/novo.
func (s *Server) NewWebhook(c echo.Context) error {
	return s.drawNewWebhook(c, http.StatusOK, channelview.NewHook{})
}

func (s *Server) drawNewWebhook(c echo.Context, status int, n channelview.NewHook) error {
	return s.showModal(c, status, s.webhooksScreen(c), channelview.HookDialog(n))
}

// CreateWebhook is POST /configuracoes/canais/webhooks/novo: its secret is shown in
// the answer, and never again.
func (s *Server) CreateWebhook(c echo.Context) error {
	var n channelview.NewHook
	if err := decodeForm(c, &n.Form); err != nil {
		return err
	}
	n.Form.Trim()
	if n.Errors = s.checkHook(n.Form); len(n.Errors) > 0 {
		return s.drawNewWebhook(c, http.StatusUnprocessableEntity, n)
	}
	w := db.Webhook{ID: db.NewID(), URL: n.Form.URL, Secret: NewSecret(), Active: true}
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		w.Store, w.CreatedAt = by.store, by.at
		return addWebhook(ctx, tx, c, w)
	})
	var failure *Failure
	if errors.As(err, &failure) && failure.Code == codeTooMany {
		n.Problem = failure.Words
		return s.drawNewWebhook(c, http.StatusConflict, n)
	}
	if err != nil {
		return err
	}
	return s.showSecret(c, s.webhooksScreen(c), channelview.Secret{Title: "Webhook adicionado", Back: channelview.WebhooksPath, Text: w.Secret,
		Lead:  "Cada entrega vem assinada com este segredo. Esta é a única vez em que ele aparece.",
		Label: "Segredo de " + w.URL, Help: "Com ele o outro sistema confere que o aviso é mesmo do Semáforo."})
}

// checkHook holds the address against the same rules as the API does.
func (s *Server) checkHook(form channelview.HookForm) map[string]string {
	refused := checkForm(&form)
	if len(refused) > 0 {
		return refused
	}
	switch err := webhook.CheckURL(form.URL, s.PrivateWebhooks); {
	case errors.Is(err, webhook.ErrPrivate):
		refused["url"] = "Este endereço é de uma rede interna. Use um endereço público."
	case err != nil:
		refused["url"] = "Informe um endereço completo que comece com https://, sem usuário e sem #."
	}
	return refused
}

// codeTooMany is of a list that is full.
const codeTooMany = "too_many"

// addWebhook stores a new webhook where there is room for it, and notes it in the
// audit trail.
func addWebhook(ctx context.Context, tx *db.Tx, c echo.Context, w db.Webhook) error {
	hooks, err := tx.Webhooks(ctx, w.Store, "", maxWebhooks)
	if err != nil {
		return err
	}
	if len(hooks) == maxWebhooks {
		return conflict(codeTooMany, "a store has at most 20 webhooks", "A loja já tem 20 webhooks. Exclua um que não usa mais.")
	}
	if err := tx.InsertWebhook(ctx, w); err != nil {
		return err
	}
	return record(ctx, tx, c, w.CreatedAt, hookEntry(w, db.AuditCreated))
}

func hookEntry(w db.Webhook, action string) db.Audit {
	return db.Audit{Noun: db.NounWebhook, NounID: w.ID, NounName: w.URL, Action: action}
}

// SwitchWebhook is POST /configuracoes/canais/webhooks/{webhook}/ativo.
func (s *Server) SwitchWebhook(c echo.Context) error {
	on, err := strconv.ParseBool(c.FormValue("active"))
	if err != nil {
		return BadRequest("active", "active is neither true nor false", "O formulário está incompleto. Recarregue a página e tente de novo.")
	}
	err = s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		w, err := tx.Webhook(ctx, by.store, c.Param("webhook"))
		if err != nil || w.Active == on {
			return err
		}
		if err := tx.SetWebhookActive(ctx, w.Store, w.ID, on); err != nil {
			return err
		}
		action := db.AuditDisabled
		if on {
			action = db.AuditEnabled
		}
		return record(ctx, tx, c, by.at, hookEntry(w, action))
	})
	if err != nil {
		return err
	}
	toast := ui.Toast{Tone: ui.Green, Key: "webhook", Text: "Webhook ligado."}
	if !on {
		toast.Text = "Webhook desligado: o que acontecer até ser ligado de novo não será avisado."
	}
	if !wantsPart(c) {
		return s.finish(c, s.webhooksScreen(c), toast)
	}
	ui.SetToast(c.Response().Header(), toast)
	return s.drawWebhooks(c, http.StatusOK)
}

// DeleteWebhookPage asks before a webhook is deleted.
func (s *Server) DeleteWebhookPage(c echo.Context) error {
	w, err := s.DB.Webhook(c.Request().Context(), ViewerOf(c).Store.ID, c.Param("webhook"))
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, s.webhooksScreen(c), channelview.DeleteHookDialog(hookLine(w, db.Backlog{})))
}

// DeleteWebhook is POST /configuracoes/canais/webhooks/{webhook}/excluir.
func (s *Server) DeleteWebhook(c echo.Context) error {
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		return deleteWebhook(ctx, tx, c, by.store, c.Param("webhook"), by.at)
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.webhooksScreen(c), ui.Toast{Tone: ui.Green, Key: "webhook", Text: "Webhook excluído."})
}

func deleteWebhook(ctx context.Context, tx *db.Tx, c echo.Context, store, id string, at time.Time) error {
	w, err := tx.Webhook(ctx, store, id)
	if err != nil {
		return err
	}
	if err := tx.DeleteWebhook(ctx, store, id); err != nil {
		return err
	}
	return record(ctx, tx, c, at, hookEntry(w, db.AuditDeleted))
}
