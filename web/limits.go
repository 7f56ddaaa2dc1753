package web

import (
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"semaforo/handlers"
)

// Limit is how often the same sender may ask a row of the route table.
type Limit string

// The limits, wide enough for a whole shop's customers behind one address.
// Sign-in has its own, kept in the database (handlers/sessions.go), and so has
// what one customer writes (handlers/chat.go).
const (
	Unlimited Limit = ""
	PerToken  Limit = "token"   // the API
	PerSender Limit = "address" // strangers: the chat's customers
)

// rates are how many come in per second, and how many at once.
var rates = map[Limit]struct {
	perSecond rate.Limit
	burst     int
}{
	PerToken:  {100, 400},
	PerSender: {20, 200},
}

// limited lets a sender ask a row as often as its limit says; rows of one limit
// share it.
func (s *Server) limited(limit Limit) echo.MiddlewareFunc {
	allowed := rates[limit]
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			key := string(limit) + " " + senderOf(c)
			if wait := s.buckets.Take(s.handlers.Real(), key, allowed.perSecond, allowed.burst); wait > 0 {
				return handlers.TooMany(wait + time.Second)
			}
			return next(c)
		}
	}
}

func senderOf(c echo.Context) string {
	if caller := handlers.CallerOf(c); caller != nil {
		return caller.Token
	}
	return c.RealIP()
}
