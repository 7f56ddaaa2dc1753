package handlers

import (
	"bytes"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/views/layout"
)

// ThemeCookie keeps the look somebody chose: "light" or "dark"; without it, the
// system's. The page's script writes it too.
const ThemeCookie = "theme"

// ThemeOf is the look the browser asks for.
func ThemeOf(c echo.Context) string {
	cookie, err := c.Cookie(ThemeCookie)
	if err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		return cookie.Value
	}
	return ""
}

// RenderBare answers a page for somebody who is not signed in, or may not be: it
// is drawn into memory first, so that a page is whole or not sent.
func RenderBare(c echo.Context, status int, page layout.Page, content templ.Component) error {
	var b bytes.Buffer
	ctx := templ.WithChildren(c.Request().Context(), content)
	if err := layout.Bare(page).Render(ctx, &b); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, b.Bytes())
}
