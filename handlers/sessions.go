package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
	"semaforo/views/userview"
)

// InTx is work that becomes part of a transaction.
type InTx = func(ctx context.Context, tx *db.Tx) error

// Sessions keeps who is signed in, server-side; package web has it. Signing in and
// out goes into the store's audit trail.
type Sessions interface {
	// SignIn gives the browser a new session and ends the one it came with, in one
	// transaction with also.
	SignIn(c echo.Context, user, store string, role db.Role, also ...InTx) error
	// BeginSecondStep signs nobody in: it remembers for a few minutes that this browser
	// gave a user's password, and ends the session it came with.
	BeginSecondStep(c echo.Context, user string) error
	// SecondStep is whose second step this browser owes; db.ErrNotFound: none, or no longer.
	SecondStep(c echo.Context) (db.User, error)
	// Renew gives the session another secret, in one transaction with also. A session
	// that has ended meanwhile is Unauthorized.
	Renew(c echo.Context, also ...InTx) error
	// Enter moves the browser's session to another store of its person's: under a
	// new id, and the old one ends. The entry of the audit trail is written with it.
	// db.ErrNotFound: it has ended meanwhile.
	Enter(c echo.Context, to db.Membership, entry db.Audit) error
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
	SignInPath      = "/entrar"
	SecondStepPath  = SignInPath + "/codigo"
	NewPasswordPath = "/nova-senha"
	SignOutPath     = layout.SignOutPath
	SetUpPath       = "/instalar"
	HomePath        = "/conversas"
	RootPath        = "/" // leads on to what is next: set-up, first steps, the inbox
)

// DemoSignIn is one of a demonstration's people, offered on its sign-in page.
type DemoSignIn struct{ Login, Password, Name, Role string }

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
	now, ctx := s.Real(), c.Request().Context()
	keys := throttleKeysOf(form.Login, c.RealIP())
	wait, err := s.throttled(ctx, keys, now)
	if err != nil {
		return err
	}
	if wait > 0 {
		SetRetryAfter(c.Response().Header(), wait)
		form.Throttled(wait)
		return s.signIn(c, http.StatusTooManyRequests, form)
	}
	user, member, err := s.member(ctx, form.Login, password)
	if errors.Is(err, db.ErrNotFound) {
		if err := s.failed(c, keys, user, wrongPassword, now); err != nil {
			return err
		}
		form.Refused()
		return s.signIn(c, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return s.admit(c, keys, member, form.Back)
}

// admit lets in whose password was right, or asks for the second step.
func (s *Server) admit(c echo.Context, keys throttleKeys, m db.Membership, back string) error {
	two, err := s.DB.TwoStep(c.Request().Context(), m.User)
	if err != nil {
		return err
	}
	if two.Enabled() {
		if err := s.Sessions.BeginSecondStep(c, m.User); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, WithBack(SecondStepPath, back))
	}
	if err := s.Sessions.SignIn(c, m.User, m.Store, m.Role, keys.signedIn); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, Local(back))
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
// the same work. The user is known by the login alone.
func (s *Server) member(ctx context.Context, login, password string) (db.User, db.Membership, error) {
	user, err := s.DB.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return user, db.Membership{}, err
	}
	right, err := CheckPassword(ctx, user.PasswordHash, password)
	if err == nil && (!right || user.Disabled) {
		err = db.ErrNotFound
	}
	if err != nil {
		return user, db.Membership{}, err
	}
	m, err := s.firstStore(ctx, user.ID)
	return user, m, err
}

// firstStore is where a person begins; db.ErrNotFound where they have no store.
func (s *Server) firstStore(ctx context.Context, user string) (db.Membership, error) {
	stores, err := s.DB.MembershipsOf(ctx, user)
	if err == nil && len(stores) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return db.Membership{}, err
	}
	return stores[0], nil
}

func (s *Server) signIn(c echo.Context, status int, form signinview.Form) error {
	if s.MailOn {
		form.Forgot = userview.ForgotPath
	}
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
// for any other, and where none is given the store's beginning.
func Local(address string) string {
	if address == "" {
		return RootPath
	}
	if !ours(address) || strings.HasPrefix(address, SignInPath) {
		return HomePath
	}
	return address
}

// WithBack is an address that leads back to a page of ours when all is done there.
func WithBack(path, back string) string {
	if back = Local(back); back == RootPath || back == HomePath {
		return path
	}
	return path + "?" + url.Values{"volta": {back}}.Encode()
}

// ours reports whether an address is a page of ours: a path, and nothing that a
// browser takes for another host's.
func ours(address string) bool {
	u, err := url.Parse(address)
	return err == nil && !u.IsAbs() && u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(address, "//") &&
		!strings.ContainsAny(address, "\\\r\n\t")
}
