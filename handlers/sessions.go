package handlers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
)

// Sessions keeps who is signed in, server-side; package web has it.
type Sessions interface {
	// SignIn gives the browser a new session and ends the one it came with.
	SignIn(c echo.Context, user, store string, role db.Role) error
	// SignOut ends the browser's session.
	SignOut(c echo.Context) error
	// AddToast keeps a toast for the next full page of this browser: for
	// redirects, where no answer can carry it.
	AddToast(c echo.Context, t ui.Toast) error
	// TakeToasts returns what AddToast kept, once.
	TakeToasts(c echo.Context) []ui.Toast
}

// Addresses that handlers lead to.
const (
	SignInPath = "/entrar"
	SetUpPath  = "/instalar"
	HomePath   = "/conversas"
)

// DemoSignIn is one of a demonstration's people, offered on its sign-in page.
type DemoSignIn struct{ Login, Password, Name, Role string }

// Home sends to the inbox, a fresh database to its set-up.
func (s *Server) Home(c echo.Context) error {
	if s.SetUp.Open() {
		return c.Redirect(http.StatusSeeOther, SetUpPath)
	}
	return c.Redirect(http.StatusSeeOther, HomePath)
}

// SignInPage shows the sign-in form.
func (s *Server) SignInPage(c echo.Context) error {
	if s.SetUp.Open() {
		return c.Redirect(http.StatusSeeOther, SetUpPath)
	}
	if ViewerOf(c) != nil {
		return c.Redirect(http.StatusSeeOther, Local(c.QueryParam("volta")))
	}
	form := signinview.Form{Back: c.QueryParam("volta"), Login: s.demoLogin(c.QueryParam("pessoa"))}
	return s.signIn(c, http.StatusOK, form)
}

// SignIn checks a login and its password and begins a session.
func (s *Server) SignIn(c echo.Context) error {
	form := signinview.Form{Login: strings.TrimSpace(c.FormValue("login")), Back: c.FormValue("volta")}
	password := c.FormValue("password")
	if form.Check(password); form.Wrong() {
		return s.signIn(c, http.StatusUnprocessableEntity, form)
	}
	now := s.Real()
	keys := throttleKeysOf(form.Login, c.RealIP())
	wait, err := s.throttled(c.Request().Context(), keys, now)
	if err != nil {
		return err
	}
	if wait > 0 {
		SetRetryAfter(c.Response().Header(), wait)
		form.Throttled(wait)
		return s.signIn(c, http.StatusTooManyRequests, form)
	}
	member, err := s.member(c.Request().Context(), form.Login, password)
	if errors.Is(err, db.ErrNotFound) {
		if err := s.failed(c.Request().Context(), keys, now); err != nil {
			return err
		}
		form.Refused()
		return s.signIn(c, http.StatusUnprocessableEntity, form)
	}
	if err == nil {
		err = s.forgive(c.Request().Context(), keys)
	}
	if err == nil {
		err = s.Sessions.SignIn(c, member.User, member.Store, member.Role)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, Local(form.Back))
}

// SignOut ends the session.
func (s *Server) SignOut(c echo.Context) error {
	if err := s.Sessions.SignOut(c); err != nil {
		return err
	}
	if err := s.leave(c.Request().Context(), ViewerOf(c)); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, SignInPath)
}

// member is whose login and password these are, in the first of their stores;
// db.ErrNotFound for a wrong password as for an unknown or disabled login, after
// the same work.
func (s *Server) member(ctx context.Context, login, password string) (db.Membership, error) {
	user, err := s.DB.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return db.Membership{}, err
	}
	right, err := CheckPassword(ctx, user.PasswordHash, password)
	if err != nil {
		return db.Membership{}, err
	}
	if !right || user.Disabled {
		return db.Membership{}, db.ErrNotFound
	}
	stores, err := s.DB.MembershipsOf(ctx, user.ID)
	if err != nil {
		return db.Membership{}, err
	}
	if len(stores) == 0 {
		return db.Membership{}, db.ErrNotFound
	}
	return stores[0], nil
}

func (s *Server) signIn(c echo.Context, status int, form signinview.Form) error {
	for _, d := range s.DemoSignIns {
		form.Demo = append(form.Demo, signinview.DemoSignIn{
			Login: d.Login, Password: d.Password, Name: d.Name, Role: d.Role,
			Fill:   SignInPath + "?" + url.Values{"pessoa": {d.Login}, "volta": {form.Back}}.Encode(),
			Filled: d.Login == form.Login,
		})
	}
	return RenderBare(c, status, layout.Page{Title: "Entrar", Theme: ThemeOf(c)}, signinview.SignIn(form))
}

// demoLogin is the login where it is one of the demonstration's people.
func (s *Server) demoLogin(login string) string {
	for _, d := range s.DemoSignIns {
		if d.Login == login {
			return login
		}
	}
	return ""
}

// Local is the address of a page of ours to go to after signing in; the inbox
// for any other.
func Local(address string) string {
	if !ours(address) || strings.HasPrefix(address, SignInPath) {
		return HomePath
	}
	return address
}

// ours reports whether an address is a page of ours: a path, and nothing that a
// browser takes for another host's.
func ours(address string) bool {
	u, err := url.Parse(address)
	return err == nil && !u.IsAbs() && u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(address, "//") &&
		!strings.ContainsAny(address, "\\\r\n\t")
}

// Sign-ins are throttled by login and address together, and by each alone: one
// guesser is slowed down soon, many who share an address or attack one login
// later. Waits double from a second up to the longest.
const forgetFailures = 24 * time.Hour

type throttleKey struct {
	hash    string
	free    int // failures without a wait
	longest time.Duration
}

type throttleKeys struct{ both, login, address throttleKey }

func throttleKeysOf(login, address string) throttleKeys {
	login, address = db.Fold(login), network(address)
	return throttleKeys{
		both:    throttleKey{HashSecret("both\x00" + login + "\x00" + address), 5, 15 * time.Minute},
		login:   throttleKey{HashSecret("login\x00" + login), 50, time.Minute},
		address: throttleKey{HashSecret("address\x00" + address), 20, 15 * time.Minute},
	}
}

// network is what one guesser has at will: an IPv4 address, an IPv6 /64.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		if host, _, err := net.SplitHostPort(address); err == nil {
			return host
		}
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

func (k throttleKey) wait(failures int) time.Duration {
	if failures < k.free {
		return 0
	}
	return min(k.longest, time.Second<<min(failures-k.free, 20))
}

// throttled reports how long to wait before the next try. With zero, the try is
// counted as failed at once, so that simultaneous ones do not slip through; not
// against the address, which a whole shop may share.
func (s *Server) throttled(ctx context.Context, keys throttleKeys, now time.Time) (wait time.Duration, err error) {
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		wait = 0
		for _, k := range []throttleKey{keys.both, keys.login, keys.address} {
			failures, err := tx.LoginFailures(ctx, k.hash)
			if err != nil {
				return err
			}
			wait = max(wait, failures.BlockedUntil.Sub(now))
		}
		if wait > 0 {
			return nil
		}
		return errors.Join(keys.both.fail(ctx, tx, now), keys.login.fail(ctx, tx, now))
	})
	return wait, err
}

// fail counts a failed try, and refuses the next ones for a while.
func (k throttleKey) fail(ctx context.Context, tx *db.Tx, now time.Time) error {
	n, err := tx.AddLoginFailure(ctx, k.hash, now, now.Add(-forgetFailures))
	if pause := k.wait(n); err == nil && pause > 0 {
		err = tx.BlockLogin(ctx, k.hash, now.Add(pause))
	}
	return err
}

// failed counts the try against the address too.
func (s *Server) failed(ctx context.Context, keys throttleKeys, now time.Time) error {
	return s.DB.Tx(ctx, func(tx *db.Tx) error { return keys.address.fail(ctx, tx, now) })
}

// forgive forgets the failures of a login that succeeded. The address keeps its
// own, or a guesser with one account could go on for ever.
func (s *Server) forgive(ctx context.Context, keys throttleKeys) error {
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		return errors.Join(tx.ClearLoginFailures(ctx, keys.both.hash), tx.ClearLoginFailures(ctx, keys.login.hash))
	})
}
