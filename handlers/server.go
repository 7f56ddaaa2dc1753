package handlers

import (
	"log/slog"
	"net/http"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// Server has what the handlers need; its methods are the handlers, one file per
// noun. web/routes.go says which address and permission each has.
type Server struct {
	DB    *db.DB
	Door  *scheduler.Door
	Hub   *scheduler.Hub
	Clock scheduler.Clock
	Log   *slog.Logger

	// Sessions keeps who is signed in.
	Sessions Sessions
	// Real is the machine's clock, in UTC: sessions and throttles go by it, also
	// where Clock runs faster.
	Real func() time.Time
	// SetUp is the one-time code of a database without a store; nil once there is one.
	SetUp *SetUp
	// DemoSignIns are offered on the sign-in page of a demonstration.
	DemoSignIns []DemoSignIn
	// Movement is the demonstration's; nil where there is none. MovementToken is the
	// token it calls the API with: several times a minute, which no log needs.
	Movement      Movement
	MovementToken string
	// PrivateWebhooks allows webhooks and push services at addresses that are not
	// public, as the senders must be told too: demonstrations and tests.
	PrivateWebhooks bool
	// PublicURL is where people reach the program, without a slash at its end; empty:
	// links in answers take the request's own host, and none can be sent.
	PublicURL string
	// MailOn reports that e-mail can be sent: an SMTP server and PublicURL are configured.
	MailOn bool
	// PushKey is the installation's public key for Web Push; empty where nothing is pushed.
	PushKey string
	// Secure reports whether a browser asked by https.
	Secure func(*http.Request) bool

	throttle throttle
}
