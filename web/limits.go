package web

import (
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

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

var rates = map[Limit]middleware.RateLimiterMemoryStoreConfig{
	PerToken:  {Rate: 100, Burst: 400, ExpiresIn: 3 * time.Minute},
	PerSender: {Rate: 20, Burst: 200, ExpiresIn: 3 * time.Minute},
}

// limiters make one bucket store each; rows of one limit share it.
func limiters() map[Limit]echo.MiddlewareFunc {
	made := map[Limit]echo.MiddlewareFunc{}
	for limit, config := range rates {
		retry := time.Duration(float64(time.Second)/float64(config.Rate)) + time.Second
		made[limit] = middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
			Store:               middleware.NewRateLimiterMemoryStoreWithConfig(config),
			IdentifierExtractor: senderOf,
			DenyHandler:         func(echo.Context, string, error) error { return handlers.TooMany(retry) },
		})
	}
	return made
}

func senderOf(c echo.Context) (string, error) {
	if caller := handlers.CallerOf(c); caller != nil {
		return "token:" + caller.Token, nil
	}
	return "address:" + c.RealIP(), nil
}
