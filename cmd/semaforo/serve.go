package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/static"
	"semaforo/web"
)

// serveCmd is `semaforo serve`: the whole system.
type serveCmd struct {
	database
	Addr         string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to answer. Port 0 takes a free one. (default ${default})"`
	Demo         bool     `help:"Fill an empty database with a demonstration store and serve it."`
	NoMovement   bool     `help:"With --demo: begin with the customers and sellers who write by themselves standing still."`
	ClockSpeed   float64  `default:"1" placeholder:"N" help:"With --demo: how many seconds pass in each. (default ${default})"`
	LogFormat    string   `default:"text" enum:"text,json" placeholder:"FORMAT" help:"text or json, to standard error. (default ${default})"`
	MetricsAddr  string   `placeholder:"HOST:PORT" help:"Answer /metrics there instead of at --addr."`
	TrustedProxy []string `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For and X-Forwarded-Proto count, as 10.0.0.0/8,::1/128. (default none)"`
	PublicURL    string   `placeholder:"URL" help:"Where people reach the program, as https://semaforo.example.com: what e-mails lead to."`
	SMTPURL      string   `name:"smtp-url" placeholder:"URL" help:"Send e-mails through smtp://USER:PASSWORD@HOST:PORT, encrypted by STARTTLS, or smtps:// for TLS from the start. Needs --mail-from and --public-url. (default none)"`
	SMTPURLFile  string   `name:"smtp-url-file" type:"path" placeholder:"FILE" help:"Read --smtp-url from a file, which keeps its password out of the list of processes."`
	MailFrom     string   `placeholder:"ADDRESS" help:"Whom e-mails come from, as \"Loja <semaforo@example.com>\"."`
	CookieSecure string   `default:"auto" enum:"auto,always" placeholder:"WHEN" help:"Mark cookies as for https alone: auto, when asked by https, or always. (default ${default})"`
}

// stopTime is how long requests under way may last once the program is told to stop.
const stopTime = 10 * time.Second

// Run serves until the process is told to stop.
func (cmd *serveCmd) Run(std *streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := cmd.start(ctx, std)
	if err != nil {
		return err
	}
	// After the first signal a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	return r.wait(ctx)
}

// running is a program that answers.
type running struct {
	addr    string   // host:port
	setUp   string   // the code of a fresh database, else empty
	demo    db.Store // the demonstration's
	log     *slog.Logger
	db      *db.DB
	web     *web.Server
	metrics *http.Server
	still   func()     // ends the demonstration's movement
	halt    func()     // ends scheduler and outbox
	failed  chan error // what ended before it was told to
}

// start brings everything up and answers; the caller waits on what it returns.
func (cmd *serveCmd) start(ctx context.Context, std *streams) (_ *running, err error) {
	proxies, err := cmd.check()
	if err != nil {
		return nil, usageError{err}
	}
	post, err := cmd.post()
	if err != nil {
		return nil, usageError{err}
	}
	if err := static.Built(); err != nil {
		return nil, err
	}
	r := &running{log: cmd.logger(std.err), failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.release())
		}
	}()
	// The address first: a port in use is found before anything is written.
	listener, err := listen(cmd.Addr, "--addr")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, listener.Close())
		}
	}()
	if r.db, err = db.Open(ctx, cmd.DB, db.Options{Log: r.log}); err != nil {
		return nil, err
	}
	r.addr = listener.Addr().String()
	s, h, err := cmd.assemble(ctx, r, post)
	if err != nil {
		return nil, err
	}
	r.web = web.New(web.Options{Handlers: h, Ready: s.Ready, TrustedProxies: proxies,
		AlwaysSecure: cmd.CookieSecure == "always", MetricsApart: cmd.MetricsAddr != "", Collectors: collectors(r.db, s)})
	if err := r.serveMetrics(cmd.MetricsAddr); err != nil {
		return nil, err
	}
	if err := r.move(ctx, cmd, h); err != nil {
		return nil, err
	}
	r.halt = r.begin(ctx, s.Run)
	go func() { r.failed <- r.web.Serve(listener) }()
	r.announce(std.out)
	return r, nil
}

// assemble makes what decides and what answers, on the database that is open.
func (cmd *serveCmd) assemble(ctx context.Context, r *running, post postOptions) (*scheduler.Scheduler, *handlers.Server, error) {
	clock, err := cmd.prepare(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	senders, key, err := cmd.senders(ctx, r.db, post)
	if err != nil {
		return nil, nil, err
	}
	s := scheduler.New(r.db, clock, r.log, senders)
	h := &handlers.Server{DB: r.db, Door: s.Door, Hub: s.Hub, Clock: clock, Log: r.log, Real: scheduler.RealClock().Now,
		PrivateWebhooks: cmd.Demo, PublicURL: post.publicURL, MailOn: senders.Mail != nil, PushKey: key}
	empty, err := r.db.Empty(ctx)
	if empty {
		h.SetUp = handlers.NewSetUp()
		r.setUp = h.SetUp.Code()
	}
	return s, h, err
}

// begin runs something until what it returns is called, which waits for its end.
func (r *running) begin(ctx context.Context, run func(context.Context)) (end func()) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() { run(working) })
	return func() {
		cancel()
		done.Wait()
	}
}

// check refuses options that do not go together.
func (cmd *serveCmd) check() ([]netip.Prefix, error) {
	switch {
	case cmd.ClockSpeed != 1 && !cmd.Demo:
		return nil, errors.New("--clock-speed is for --demo alone: a real store lives in real time")
	case cmd.ClockSpeed < 1 || cmd.ClockSpeed > 3600:
		return nil, errors.New("--clock-speed goes from 1 to 3600")
	case cmd.NoMovement && !cmd.Demo:
		return nil, errors.New("--no-movement is for --demo alone: nobody writes by themselves elsewhere")
	}
	var proxies []netip.Prefix
	for _, text := range cmd.TrustedProxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			ip, notIP := netip.ParseAddr(text)
			if notIP != nil {
				return nil, fmt.Errorf("--trusted-proxy is not an address or a network such as 10.0.0.0/8: %s", text)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		proxies = append(proxies, p)
	}
	return proxies, nil
}

func (cmd *serveCmd) logger(w io.Writer) *slog.Logger {
	if cmd.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// listen takes an address, or says what the operator can do about it.
func listen(addr, option string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program: stop that one, or choose another address with %s", addr, option)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s is not allowed for this user: choose a port above 1023 with %s", addr, option)
	case err != nil:
		return nil, fmt.Errorf("cannot answer at %s (%s): %w", addr, option, err)
	}
	return l, nil
}

func (r *running) serveMetrics(addr string) error {
	if addr == "" {
		return nil
	}
	l, err := listen(addr, "--metrics-addr")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", r.web.MetricsHandler())
	r.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	go func() {
		if err := r.metrics.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			r.failed <- fmt.Errorf("metrics: %w", err)
		}
	}()
	return nil
}

// url is where a browser on this machine finds the program.
func (r *running) url() string {
	host, port, err := net.SplitHostPort(r.addr)
	if err != nil {
		return "http://" + r.addr
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (r *running) announce(w io.Writer) {
	var b strings.Builder
	fmt.Fprintln(&b, "Semáforo answers at", r.url())
	if r.setUp != "" {
		fmt.Fprintln(&b, "There is no store yet: its first page asks for this code:", r.setUp)
	}
	// A closed standard output is no reason not to serve.
	_, _ = io.WriteString(w, b.String())
}

// wait returns when ctx is done and everything has been finished, or when a part
// has failed.
func (r *running) wait(ctx context.Context) error {
	var cause error
	select {
	case <-ctx.Done():
		r.log.Info("stopping: finishing what is under way")
	case cause = <-r.failed:
	}
	err := errors.Join(cause, r.release())
	if err == nil {
		r.log.Info("stopped")
	}
	return err
}

// release ends what start began, in the order in which nothing is lost: no more
// requests, then no more timers and deliveries, then the database.
func (r *running) release() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	var errs []error
	if r.still != nil {
		r.still()
	}
	if r.web != nil {
		if err := r.web.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			r.log.Warn("some requests took too long and were cut off")
		} else {
			errs = append(errs, err)
		}
	}
	if r.metrics != nil {
		errs = append(errs, r.metrics.Close())
	}
	if r.halt != nil {
		r.halt()
	}
	if r.db != nil {
		errs = append(errs, r.db.Close())
	}
	return errors.Join(errs...)
}
