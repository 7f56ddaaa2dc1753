package handlers

import (
	_ "embed" // openapi.json
	"net/http"

	"github.com/labstack/echo/v4"
)

// OpenAPIDocument describes the API. Tests hold every call's answers and the
// route table against it.
//
//go:embed openapi.json
var OpenAPIDocument []byte

// OpenAPI is GET /api/v1/openapi.json.
func (s *Server) OpenAPI(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, OpenAPIDocument)
}
