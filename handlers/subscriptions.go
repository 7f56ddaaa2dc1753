package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/channel/push"
	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/static"
	"semaforo/views/noticeview"
	"semaforo/views/ui"
)

// Worker is GET /sw.js: the service worker, which browsers ask for anew each time.
// It stands at the root because it opens pages there; there is nothing secret in it.
func (s *Server) Worker(c echo.Context) error {
	body, err := static.Body("sw.js")
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", "/")
	return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", body)
}

// maxBrowsers is how many browsers of one person take notices; the oldest gives way.
const maxBrowsers = 10

// subscribed is a browser's word on where it is reached.
type subscribed struct {
	Endpoint string `form:"endpoint"`
	P256dh   string `form:"p256dh"`
	Auth     string `form:"auth"`
	// Old is the address it had before, if it has changed.
	Old string `form:"old"`
}

// Browsers is GET /minha-conta/notificacoes/navegadores: the list, to a page that is
// open.
func (s *Server) Browsers(c echo.Context) error {
	if !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, noticeview.Path)
	}
	browsers, err := s.browsers(c.Request().Context(), ViewerOf(c))
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, noticeview.Browsers(browsers))
}

// Subscribe is POST /minha-conta/notificacoes/navegadores: from now on the browser
// that asks is told.
func (s *Server) Subscribe(c echo.Context) error {
	var form subscribed
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	if s.PushKey == "" {
		return NotFound()
	}
	if !isPlainText(form.Old) {
		form.Old = ""
	}
	err := push.Check(form.Endpoint, form.P256dh, form.Auth, s.PrivateWebhooks)
	if err == nil && !isPlainText(form.Endpoint) {
		err = channel.ErrAddress
	}
	if err != nil {
		return Unprocessable(FieldError{Path: "endpoint", Code: "subscription", Message: err.Error(),
			Words: "Este navegador usa um serviço de notificações que não pode ser usado aqui."})
	}
	v, ctx := ViewerOf(c), c.Request().Context()
	b := db.Subscription{Store: v.Store.ID, ID: db.NewID(), User: v.User.ID, Endpoint: form.Endpoint, P256dh: form.P256dh,
		Auth: form.Auth, Session: v.Session, UserAgent: shortAgent(c.Request().UserAgent()), CreatedAt: v.Now}
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := forget(ctx, tx, v, form.Old); err != nil {
			return err
		}
		mine, err := tx.Subscriptions(ctx, v.Store.ID, v.User.ID)
		if err != nil {
			return err
		}
		for i := 0; i <= len(mine)-maxBrowsers; i++ {
			if err := tx.DeleteSubscription(ctx, v.Store.ID, v.User.ID, mine[i].ID); err != nil {
				return err
			}
		}
		return tx.SaveSubscription(ctx, b)
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// forget takes a browser of one's own away by its address; one that is not known is
// gone already.
func forget(ctx context.Context, tx *db.Tx, v *Viewer, endpoint string) error {
	if endpoint == "" {
		return nil
	}
	b, err := tx.SubscriptionAt(ctx, v.User.ID, endpoint)
	if err == nil {
		err = tx.DeleteSubscription(ctx, b.Store, v.User.ID, b.ID)
	}
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// Unsubscribe is POST …/navegadores/desativar: the browser that asks is told no more.
func (s *Server) Unsubscribe(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	endpoint := c.FormValue("endpoint")
	if !isPlainText(endpoint) {
		return NotFound()
	}
	err := s.DB.Tx(ctx, func(tx *db.Tx) error { return forget(ctx, tx, v, endpoint) })
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// CheckBrowser is POST …/navegadores/conferir: whether the browser that asks is told
// in the name of who is signed in there. If so it goes with this session from now on.
func (s *Server) CheckBrowser(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	endpoint, known := c.FormValue("endpoint"), true
	if !isPlainText(endpoint) {
		return NotFound()
	}
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		b, err := tx.SubscriptionAt(ctx, v.User.ID, endpoint)
		if err == nil {
			err = tx.TouchSubscription(ctx, b.Store, b.ID, v.Session)
		}
		if errors.Is(err, db.ErrNotFound) {
			known, err = false, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]bool{"known": known})
}

// RemoveBrowser is POST …/navegadores/:browser/remover.
func (s *Server) RemoveBrowser(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	err := s.DB.Tx(ctx, func(tx *db.Tx) error { return tx.DeleteSubscription(ctx, v.Store.ID, v.User.ID, c.Param("browser")) })
	if err != nil {
		return err
	}
	return s.browserDone(c, "O navegador não recebe mais os seus avisos.")
}

// TestBrowser is POST …/navegadores/:browser/testar: a message by the way of all others.
func (s *Server) TestBrowser(c echo.Context) error {
	v, ctx := ViewerOf(c), c.Request().Context()
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		b, err := tx.Subscription(ctx, v.Store.ID, c.Param("browser"))
		if err != nil {
			return err
		}
		if b.User != v.User.ID {
			return db.ErrNotFound
		}
		tx.AfterCommit(s.Door.Wake)
		return scheduler.PutTestPush(ctx, tx, b, v.Now)
	})
	if err != nil {
		return err
	}
	return s.browserDone(c, "Teste enviado. Ele deve aparecer em instantes no navegador escolhido.")
}

func (s *Server) browserDone(c echo.Context, words string) error {
	if err := s.Sessions.AddToast(c, ui.Toast{Tone: ui.Green, Key: "browser", Text: words}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, noticeview.Path)
}

// shortAgent is as much of a User-Agent as names a browser.
func shortAgent(agent string) string {
	const most = 200
	agent = strings.ToValidUTF8(agent, "")
	if len(agent) > most {
		agent = strings.ToValidUTF8(agent[:most], "")
	}
	return agent
}

// browserName is what people call the browser of a User-Agent: “Firefox no Android”.
func browserName(agent string) string {
	browser, system := "Navegador", ""
	for _, known := range []struct{ sign, name string }{ // the more particular first: each also names those below
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"Chrome", "Chrome"}, {"CriOS", "Chrome"}, {"Safari", "Safari"},
	} {
		if strings.Contains(agent, known.sign) {
			browser = known.name
			break
		}
	}
	for _, known := range []struct{ sign, name string }{
		{"Android", "no Android"}, {"iPhone", "no iPhone"}, {"iPad", "no iPad"}, {"Windows", "no Windows"}, {"Mac OS", "no Mac"},
		{"CrOS", "no Chromebook"}, {"Linux", "no Linux"},
	} {
		if strings.Contains(agent, known.sign) {
			system = " " + known.name
			break
		}
	}
	return browser + system
}
