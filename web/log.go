package web

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"semaforo/handlers"
)

const requestIDKey = "semaforo.request"

// requestID names the request, in the log and to who asks about an error. A
// name the client sends is not taken: it would be written into our log.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails: it ends the process instead
		id := hex.EncodeToString(b[:])
		c.Set(requestIDKey, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestIDOf(c echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

// accessLog writes one line per request. Of the address it logs the path
// alone: parameters may hold what somebody searched for; of one that holds a
// secret, the route. An error is answered
// here, so that the line has the status that was sent.
func (s *Server) accessLog(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		took := time.Since(begun)
		status, route := c.Response().Status, s.rowOf(c).Path
		s.metrics.observe(c.Request().Method, route, status, took)
		level := slog.LevelInfo
		switch {
		case status >= 500:
			level = slog.LevelError
		case route == staticPath || route == "/healthz" || route == "/readyz" || route == "/metrics":
			level = slog.LevelDebug
		case s.byMovement(c):
			level = slog.LevelDebug
		}
		attrs := []slog.Attr{
			slog.String("request", requestIDOf(c)), slog.String("method", c.Request().Method),
			slog.String("path", s.loggedPath(c)), slog.Int("status", status),
			slog.Duration("took", took.Round(time.Microsecond)), slog.Int64("bytes", c.Response().Size),
			slog.String("address", c.RealIP()),
		}
		if v := handlers.ViewerOf(c); v != nil {
			attrs = append(attrs, slog.String("user", v.User.ID))
		}
		if v := handlers.CallerOf(c); v != nil {
			attrs = append(attrs, slog.String("token", v.Token))
		}
		if err != nil && status >= 500 {
			attrs = append(attrs, slog.String("error", err.Error()))
		}
		s.log.LogAttrs(c.Request().Context(), level, "request", attrs...)
		return nil
	}
}

// loggedPath is a request's path as a log may have it: below what has secrets the
// route's, whether or not anything answers there.
func (s *Server) loggedPath(c echo.Context) string {
	path := c.Request().URL.Path
	for _, route := range s.secrets {
		if before, _, _ := strings.Cut(route, ":"); strings.HasPrefix(path, before) {
			return route
		}
	}
	return path
}

// byMovement reports whether it is the demonstration's movement that calls.
func (s *Server) byMovement(c echo.Context) bool {
	caller := handlers.CallerOf(c)
	return caller != nil && s.handlers.MovementToken != "" && caller.Token == s.handlers.MovementToken
}

// recovered turns a panic into an error 500 with its stack in the log.
func (s *Server) recovered() echo.MiddlewareFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisableStackAll: true,
		LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
			s.log.Error("panic", "request", requestIDOf(c), "error", err, "stack", string(stack))
			return err
		},
	})
}
