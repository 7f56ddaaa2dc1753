package handlers

import "github.com/labstack/echo/v4"

// absolute is a page's whole address, for links that leave the program: where
// people are known to reach it, else where this request came in.
func (s *Server) absolute(c echo.Context, path string) string {
	if s.PublicURL != "" {
		return s.PublicURL + path
	}
	scheme := "http://"
	if s.Secure(c.Request()) {
		scheme = "https://"
	}
	return scheme + c.Request().Host + path
}
