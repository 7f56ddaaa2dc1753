package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/handlers"
	"semaforo/views/errorview"
	"semaforo/views/layout"
	"semaforo/views/ui"
)

// answerError is Echo's error handler: the one place where an error becomes an
// answer.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	// The work's deadline is over with the work; its nonce is still needed.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	f := handlers.FailureOf(err)
	if f.RetryAfter > 0 {
		handlers.SetRetryAfter(c.Response().Header(), f.RetryAfter)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	var sent error
	switch {
	case c.Request().Method == http.MethodHead:
		sent = c.NoContent(f.Status)
	case isAPI(c):
		sent = writeProblem(c, f)
	case isPart(c):
		sent = s.answerPart(c, f)
	case isStream(c):
		sent = c.NoContent(f.Status)
	default:
		sent = s.errorPage(c, f)
	}
	if sent != nil {
		s.log.Error("an error's page failed", "request", requestIDOf(c), "error", sent)
	}
	if !c.Response().Committed {
		http.Error(c.Response(), http.StatusText(f.Status), f.Status)
	}
}

// problem is RFC 9457's document.
type problem struct {
	Status int            `json:"status"`
	Title  string         `json:"title"`
	Detail string         `json:"detail"`
	Code   string         `json:"code"`
	Errors []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func writeProblem(c echo.Context, f *handlers.Failure) error {
	p := problem{Status: f.Status, Title: http.StatusText(f.Status), Detail: f.Detail, Code: f.Code}
	for _, e := range f.Errors {
		p.Errors = append(p.Errors, problemField{e.Path, e.Code, e.Message})
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(f.Status, "application/problem+json", body)
}

// answerPart tells a page that is open: a toast, and everything stays as it is.
// Who is no longer signed in goes to sign in and comes back to that page.
func (s *Server) answerPart(c echo.Context, f *handlers.Failure) error {
	head := c.Response().Header()
	if f.Status == http.StatusUnauthorized {
		head.Set("HX-Redirect", signInPath(pageOf(c)))
		return c.NoContent(f.Status)
	}
	head.Set("HX-Reswap", "none")
	if f.Status < 500 { // the scripts have their own words for a broken server
		ui.SetToast(head, ui.Toast{Tone: ui.Red, Key: "request", Text: wordsOf(f).Text})
	}
	return c.NoContent(f.Status)
}

// pageOf is the page a part was asked from.
func pageOf(c echo.Context) string {
	u, err := url.Parse(c.Request().Header.Get("HX-Current-URL"))
	if err != nil || u.Host != c.Request().Host {
		return handlers.HomePath
	}
	return u.RequestURI()
}

func (s *Server) errorPage(c echo.Context, f *handlers.Failure) error {
	page := wordsOf(f)
	page.Ways = s.ways(c, f)
	if f.Status >= 500 {
		page.Request = requestIDOf(c)
	}
	return handlers.RenderBare(c, f.Status, layout.Page{Title: page.Title, Theme: handlers.ThemeOf(c)}, errorview.Failed(page))
}

// ways are the links onwards. A customer in the chat has no business with the
// pages of the store's people.
func (s *Server) ways(c echo.Context, f *handlers.Failure) []errorview.Way {
	again := errorview.Way{Label: "Tentar de novo", Href: c.Request().URL.RequestURI()}
	get := c.Request().Method == http.MethodGet
	if strings.HasPrefix(c.Request().URL.Path, "/chat/") {
		if get && f.Status != http.StatusNotFound {
			return []errorview.Way{again}
		}
		return nil
	}
	var ways []errorview.Way
	if f.Status == http.StatusUnauthorized {
		return []errorview.Way{{Label: "Entrar", Href: handlers.SignInPath}}
	}
	if get && (f.Status == http.StatusTooManyRequests || f.Status >= 500) {
		ways = append(ways, again)
	}
	return append(ways, errorview.Way{Label: "Ir para as conversas", Href: handlers.HomePath})
}

// wordsOf says to a person what happened and what they can do.
func wordsOf(f *handlers.Failure) errorview.Page {
	p := errorview.Page{Status: f.Status}
	switch f.Status {
	case http.StatusUnauthorized:
		p.Title, p.Text = "Entre de novo", "Sua sessão terminou. Entre para continuar de onde parou."
	case http.StatusForbidden:
		p.Title, p.Text = "Sem permissão", "O seu perfil não permite isto. Se precisar, peça a quem administra a loja."
	case http.StatusNotFound:
		p.Title, p.Text = "Página não encontrada", "O endereço não existe, ou o que havia aqui foi excluído."
	case http.StatusMethodNotAllowed:
		p.Title, p.Text = "Isto não funciona assim", "Este endereço não aceita este tipo de pedido. Volte e tente pelos botões da página."
	case http.StatusConflict:
		p.Title, p.Text = "Isto mudou enquanto você estava aqui", "Volte, veja como está agora e tente de novo."
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Text = "O envio é grande demais", "O limite é de 1 MB. Volte, diminua o texto e tente de novo."
	case http.StatusTooManyRequests:
		p.Title, p.Text = "Muitos pedidos seguidos", "Espere um pouco e tente de novo."
	case http.StatusServiceUnavailable:
		p.Title, p.Text = "Indisponível no momento", "O Semáforo não conseguiu atender agora. Tente de novo em instantes."
	default:
		p.Title, p.Text = "Não deu certo", "O pedido não pôde ser atendido. Volte e tente de novo."
		if f.Status >= 500 {
			p.Title, p.Text = "Algo falhou aqui", "O erro é nosso e foi registrado. Tente de novo em instantes."
		}
	}
	if f.Words != "" {
		p.Text = f.Words
	}
	return p
}
