package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"semaforo/handlers"
)

// Options say how to serve.
type Options struct {
	Handlers *handlers.Server
	// Ready says why the program cannot do its work beyond answering, if so.
	Ready func(context.Context) error
	// TrustedProxies are whose X-Forwarded-For and X-Forwarded-Proto count.
	TrustedProxies []netip.Prefix
	// AlwaysSecure marks cookies as for https alone, whatever a request came by.
	AlwaysSecure bool
	// MetricsApart leaves /metrics to MetricsHandler's own address.
	MetricsApart bool
	// Collectors are more figures for /metrics.
	Collectors []prometheus.Collector
}

// Server answers the store's people, its customers and its programs.
type Server struct {
	handlers *handlers.Server
	buckets  handlers.Buckets
	options  Options
	log      *slog.Logger
	ready    func(context.Context) error
	sessions *sessionStore
	metrics  *metrics
	rows     map[string]Route // by method and path
	secrets  []string         // the paths of rows whose addresses hold a secret
	echo     *echo.Echo
	http     *http.Server
}

// Timeouts of a connection and of a request's work. Streams lift theirs.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	workTimeout       = 15 * time.Second
	maxHeader         = 64 << 10
)

// New makes a server; it sets Handlers.Sessions and Handlers.Secure.
func New(o Options) *Server {
	s := &Server{handlers: o.Handlers, options: o, log: o.Handlers.Log, ready: o.Ready, echo: echo.New(), rows: map[string]Route{}}
	s.metrics = newMetrics(o.Collectors...)
	s.sessions = &sessionStore{db: o.Handlers.DB, now: o.Handlers.Real, secure: s.secure, record: o.Handlers.RecordSession}
	s.handlers.Sessions, s.handlers.Secure = s.sessions, s.secure
	e := s.echo
	e.HTTPErrorHandler = s.answerError
	e.IPExtractor = s.addresses()
	// What every request passes, outermost first. Routing comes before.
	e.Use(
		requestID,
		s.accessLog,
		s.recovered(),
		s.securityHeaders,
		s.sameOrigin,
		readable,
		s.bodyLimit,
		s.compressed(),
		s.deadline(),
	)
	for _, row := range s.table() {
		s.register(row)
	}
	s.http = &http.Server{
		Handler: e, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	return s
}

// table is routes, and /metrics where it has no address of its own.
func (s *Server) table() []Route {
	rows := s.routes()
	if !s.options.MetricsApart {
		rows = append(rows, Route{get, "/metrics", handlers.Public, echo.WrapHandler(s.metrics.handler()), Anonymous})
	}
	return rows
}

// register adds a row and what it alone passes: the guard, then its limit, which
// goes by who the guard found.
func (s *Server) register(r Route) {
	passes := []echo.MiddlewareFunc{s.guard(r)}
	switch {
	case r.Permission.OfAPI():
		passes = append(passes, s.limited(PerToken))
	case r.Is(Limited):
		passes = append(passes, s.limited(PerSender))
	}
	if r.Is(Stream) {
		passes = append(passes, unbounded)
	}
	if r.Is(Secret) {
		s.secrets = append(s.secrets, r.Path)
	}
	if r.Is(Long) {
		passes = append(passes, patient)
	}
	methods := []string{r.Method}
	if r.Method == get && !r.Is(Stream) {
		methods = append(methods, http.MethodHead)
	}
	for _, method := range methods {
		s.rows[method+" "+r.Path] = r
		s.echo.Add(method, r.Path, r.Handler, passes...)
	}
}

// rowOf is the row a request was routed to; the zero row where there is none.
func (s *Server) rowOf(c echo.Context) Route { return s.rows[c.Request().Method+" "+c.Path()] }

func (s *Server) compressed() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{Level: 1, MinLength: 1024, Skipper: func(c echo.Context) bool {
		row := s.rowOf(c) // the assets come compressed
		return row.Is(Stream) || row.Path == staticPath || row.Path == "/metrics"
	}})
}

func (s *Server) deadline() echo.MiddlewareFunc {
	return middleware.ContextTimeoutWithConfig(middleware.ContextTimeoutConfig{
		Timeout:      workTimeout,
		Skipper:      func(c echo.Context) bool { return s.rowOf(c).Is(Stream) || s.rowOf(c).Is(Long) },
		ErrorHandler: func(err error, _ echo.Context) error { return err }, // FailureOf knows what it means
	})
}

// unbounded lifts the connection's deadlines for a stream.
func unbounded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		conn := http.NewResponseController(c.Response())
		if err := errors.Join(conn.SetWriteDeadline(time.Time{}), conn.SetReadDeadline(time.Time{})); err != nil {
			return err
		}
		return next(c)
	}
}

// longTime is how long a file may take to go out or come in.
const longTime = 10 * time.Minute

// patient gives a connection longTime instead of the usual.
func patient(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		end := time.Now().Add(longTime)
		conn := http.NewResponseController(c.Response())
		if err := errors.Join(conn.SetWriteDeadline(end), conn.SetReadDeadline(end)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return next(c)
	}
}

// addresses says whose word about a request's origin counts: the connection's
// alone, or a known proxy's.
func (s *Server) addresses() echo.IPExtractor {
	if len(s.options.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.options.TrustedProxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// secure reports whether the browser asked by https.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil || s.options.AlwaysSecure {
		return true
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, proxy := range s.options.TrustedProxies {
		if proxy.Contains(peer.Addr().Unmap()) {
			return r.Header.Get(echo.HeaderXForwardedProto) == "https"
		}
	}
	return false
}

// Routes is the table as it is served.
func (s *Server) Routes() []Route { return s.table() }

// Handler answers requests without a connection of its own, for tests.
func (s *Server) Handler() http.Handler { return s.echo }

// MetricsHandler answers /metrics on an address of its own.
func (s *Server) MetricsHandler() http.Handler { return s.metrics.handler() }

// Serve answers connections until Shutdown, and then returns nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown takes no more connections, ends the streams and waits for the requests
// under way; those that last beyond ctx are cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.handlers.Hub.Close()
	err := s.http.Shutdown(ctx)
	if err != nil {
		return errors.Join(err, s.http.Close())
	}
	return nil
}
