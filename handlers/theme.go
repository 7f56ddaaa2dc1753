package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"
)

const themeKept = 365 * 24 * 60 * 60 // seconds

// Theme is POST /tema: the look of this browser, for who is signed in and who is
// not.
func (s *Server) Theme(c echo.Context) error {
	cookie := &http.Cookie{Name: ThemeCookie, Path: "/", SameSite: http.SameSiteLaxMode, MaxAge: themeKept}
	switch theme := c.FormValue("theme"); theme {
	case "light", "dark":
		cookie.Value = theme
	case "":
		cookie.MaxAge = -1
	default:
		return BadRequest("theme", "theme is light, dark or empty", "")
	}
	c.SetCookie(cookie)
	return c.Redirect(http.StatusSeeOther, cameFrom(c))
}

// cameFrom is the page of ours that a form was sent from; the inbox where the
// browser does not say.
func cameFrom(c echo.Context) string {
	u, err := url.Parse(c.Request().Referer())
	if err != nil || u.Host != c.Request().Host || !ours(u.RequestURI()) {
		return HomePath
	}
	return u.RequestURI()
}
