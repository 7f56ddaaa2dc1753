package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// healthz: the process answers.
func (s *Server) healthz(c echo.Context) error {
	return c.String(http.StatusOK, "ok\n")
}

// readyz: the database answers, and the scheduler runs and is not behind.
func (s *Server) readyz(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	err := s.handlers.DB.Ping(ctx)
	if err == nil && s.ready != nil {
		err = s.ready(ctx)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	if err != nil {
		s.log.Warn("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "not ready: see the log\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
