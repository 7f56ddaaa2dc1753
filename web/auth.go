package web

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/views/ui"
)

// guard lets a row's handler run for who has its permission.
func (s *Server) guard(r Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if r.Is(Anonymous) {
			return next
		}
		return func(c echo.Context) error {
			allowed, err := s.identify(c, r.Permission)
			switch {
			case err != nil:
				return err
			case !allowed: // a redirection is no error, and no leave to go on either
				return s.refuse(c, r.Permission)
			}
			if v := handlers.ViewerOf(c); v != nil && !mayWhileOwing(r, v.Owes) {
				return s.lead(c, v.Owes)
			}
			return next(c)
		}
	}
}

// mayWhileOwing reports whether a row may be asked by who owes what is done at an
// address (see handlers.Owes): what everybody may but for the beginning, which shows
// a store to its people; the duty itself, signing out.
func mayWhileOwing(r Route, owes string) bool {
	return owes == "" || r.Permission == handlers.Public && r.Path != handlers.RootPath || r.Path == handlers.SignOutPath ||
		r.Path == owes || strings.HasPrefix(r.Path, owes+"/")
}

// lead sends who owes something to where it is done, and back after.
func (s *Server) lead(c echo.Context, duty string) error {
	switch {
	case isStream(c): // ends it: the page looks for itself
		return handlers.Unauthorized()
	case isPart(c):
		c.Response().Header().Set("HX-Redirect", handlers.WithBack(duty, pageOf(c)))
		return c.NoContent(http.StatusForbidden)
	case c.Request().Method != http.MethodGet:
		return c.Redirect(http.StatusSeeOther, duty)
	}
	return c.Redirect(http.StatusSeeOther, handlers.WithBack(duty, c.Request().URL.RequestURI()))
}

// identify finds out who asks, and whether they may.
func (s *Server) identify(c echo.Context, p handlers.Permission) (bool, error) {
	if p.OfAPI() {
		caller, err := s.caller(c)
		return caller != nil && caller.Scope.Can(p), err
	}
	viewer, err := s.viewer(c)
	if err != nil {
		return false, err
	}
	return p == handlers.Public || viewer != nil && viewer.Role.Can(p), nil
}

// refuse sends strangers to the sign-in page and back; who is known and may not
// is told so.
func (s *Server) refuse(c echo.Context, p handlers.Permission) error {
	if p.OfAPI() {
		if handlers.CallerOf(c) != nil {
			return handlers.Forbidden()
		}
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="semaforo"`)
		return handlers.Unauthorized()
	}
	if handlers.ViewerOf(c) != nil {
		return handlers.Forbidden()
	}
	if isPart(c) || isStream(c) || c.Request().Method != http.MethodGet {
		return handlers.Unauthorized()
	}
	return c.Redirect(http.StatusSeeOther, signInPath(c.Request().URL.RequestURI()))
}

// signInPath is the sign-in page's address that leads back to a page of ours.
func signInPath(back string) string { return handlers.WithBack(handlers.SignInPath, back) }

// viewer reads who is signed in and puts them, and the page's clock, where
// handlers and templates find them; nil where nobody is.
func (s *Server) viewer(c echo.Context) (*handlers.Viewer, error) {
	signedIn, err := s.sessions.signedIn(c)
	if err != nil || signedIn == nil {
		return nil, err
	}
	ctx := c.Request().Context()
	store, err := s.handlers.DB.Store(ctx, signedIn.Member.Store)
	if err != nil {
		return nil, err
	}
	seller, err := s.handlers.DB.Seller(ctx, store.ID, signedIn.Member.Seller)
	if err != nil {
		return nil, err
	}
	if err := s.handlers.Door.Seen(ctx, store.ID, seller.ID, seller.SeenAt); err != nil {
		return nil, err
	}
	v := &handlers.Viewer{
		User:  handlers.Person{ID: signedIn.User.ID, Name: signedIn.User.Name, Login: signedIn.User.Login},
		Store: store, Location: location(store.Timezone), Role: handlers.Role(signedIn.Member.Role),
		Seller: seller.ID, Teams: seller.Teams, Away: seller.Away, Session: signedIn.Session.IDHash, Stores: signedIn.Stores,
		Theme: handlers.ThemeOf(c), Now: s.handlers.Clock.Now(), Owes: handlers.Owes(*signedIn),
	}
	handlers.WithViewer(c, v)
	c.SetRequest(c.Request().WithContext(ui.WithClock(ctx, v.Now, v.Location)))
	return v, nil
}

// tokenTouch is how often a token's use is noted.
const tokenTouch = time.Minute

// caller reads the token an API call came with; nil where there is no valid one.
func (s *Server) caller(c echo.Context) (*handlers.Caller, error) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, nil
	}
	ctx := c.Request().Context()
	found, err := s.handlers.DB.TokenByHash(ctx, handlers.HashSecret(token))
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	store, err := s.handlers.DB.Store(ctx, found.Store)
	if err != nil {
		return nil, err
	}
	if now := s.handlers.Real(); now.Sub(found.LastUsedAt) >= tokenTouch {
		err := s.handlers.DB.Tx(ctx, func(tx *db.Tx) error { return tx.TouchToken(ctx, store.ID, found.ID, now) })
		if err != nil {
			return nil, err
		}
	}
	caller := &handlers.Caller{Store: store, Location: location(store.Timezone), Token: found.ID, TokenName: found.Name,
		Scope: handlers.Scope(found.Scope), Now: s.handlers.Clock.Now()}
	handlers.WithCaller(c, caller)
	return caller, nil
}

// locations remembers time zones: reading one costs more than the whole request.
var locations sync.Map

// location is a store's zone, which was checked when it was stored; UTC for one
// that this machine does not know.
func location(name string) *time.Location {
	if known, ok := locations.Load(name); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		loc = time.UTC
	}
	locations.Store(name, loc)
	return loc
}

// isAPI, isPart and isStream say who will read the answer: a program, htmx, an
// event stream.
func isAPI(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == apiPath || strings.HasPrefix(path, apiPath+"/")
}

func isPart(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") != "full"
}

func isStream(c echo.Context) bool {
	return strings.HasPrefix(c.Request().Header.Get(echo.HeaderAccept), "text/event-stream")
}
