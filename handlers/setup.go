package handlers

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/layout"
	"semaforo/views/signinview"
	"semaforo/views/ui"
)

// SetUp is the one-time code with which a fresh database gets its store and its
// first administrator.
type SetUp struct {
	code   string
	closed atomic.Bool
}

// NewSetUp makes a code.
func NewSetUp() *SetUp { return &SetUp{code: NewPassword()} }

// Code is what the operator is told.
func (s *SetUp) Code() string { return s.code }

// Open reports whether the store is still to be created. A nil SetUp is not open.
func (s *SetUp) Open() bool { return s != nil && !s.closed.Load() }

func (s *SetUp) matches(code string) bool {
	code = strings.ToLower(strings.TrimSpace(code))
	return subtle.ConstantTimeCompare([]byte(code), []byte(s.code)) == 1
}

// SetUpPage shows the set-up form of a fresh database.
func (s *Server) SetUpPage(c echo.Context) error {
	if !s.SetUp.Open() {
		return c.Redirect(http.StatusSeeOther, SignInPath)
	}
	empty, err := s.DB.Empty(c.Request().Context())
	if err != nil {
		return err
	}
	if !empty { // another process was quicker
		s.SetUp.closed.Store(true)
		return c.Redirect(http.StatusSeeOther, SignInPath)
	}
	return s.setUp(c, http.StatusOK, signinview.SetUpForm{Timezone: "America/Sao_Paulo"})
}

func (s *Server) setUp(c echo.Context, status int, form signinview.SetUpForm) error {
	return RenderBare(c, status, layout.Page{Title: "Instalar", Theme: ThemeOf(c)}, signinview.SetUp(form))
}

// CreateStore makes the store and its first administrator, and signs them in.
func (s *Server) CreateStore(c echo.Context) error {
	if !s.SetUp.Open() {
		return c.Redirect(http.StatusSeeOther, SignInPath)
	}
	var form signinview.SetUpForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	form.Trim()
	if form.Errors = s.checkSetUp(form); len(form.Errors) > 0 {
		return s.setUp(c, http.StatusUnprocessableEntity, form)
	}
	ctx := c.Request().Context()
	hash, err := HashPassword(ctx, form.Password)
	if err != nil {
		return err
	}
	store := db.Store{ID: db.NewID(), Slug: slugFor(form), Name: form.Store, Timezone: form.Timezone, CreatedAt: s.Clock.Now()}
	member := NewMember{Name: form.Name, Login: form.Login, PasswordHash: hash, Role: db.Admin}
	user, err := s.openFirst(ctx, store, member, db.Audit{Address: c.RealIP()})
	if err != nil && !errors.Is(err, db.ErrDuplicate) {
		return err
	}
	s.SetUp.closed.Store(true)
	if err != nil { // another process was quicker
		return c.Redirect(http.StatusSeeOther, SignInPath)
	}
	if err := s.Sessions.SignIn(c, user, store.ID, db.Admin); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, RootPath)
}

// openFirst opens a store in a database that is empty; db.ErrDuplicate where it
// is not.
func (s *Server) openFirst(ctx context.Context, store db.Store, admin NewMember, by db.Audit) (user string, err error) {
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		empty, err := tx.Empty(ctx)
		if err == nil && !empty {
			err = db.ErrDuplicate
		}
		if err != nil {
			return err
		}
		user, err = OpenStore(ctx, tx, store, admin, by)
		return err
	})
	return user, err
}

// checkSetUp says what is wrong, by the inputs' names.
func (s *Server) checkSetUp(form signinview.SetUpForm) map[string]string {
	wrong := checkForm(&form)
	note := func(field string, bad bool, words string) {
		if bad && wrong[field] == "" {
			wrong[field] = words
		}
	}
	note("code", !s.SetUp.matches(form.Code), "Este não é o código. Copie o que o programa mostrou ao começar.")
	unnamed := form.Slug == "" && wrong["store"] != "" // it will be made of the name that is missing
	note("slug", !unnamed && SlugProblem(slugFor(form)) != "", "Use letras minúsculas sem acento, números e hifens, até 40 caracteres.")
	note("timezone", !ui.KnownZone(form.Timezone), "Escolha um fuso horário da lista.")
	note("login", LoginProblem(form.Login) != "", "Informe um login sem espaços, de até 254 caracteres.")
	note("password", PasswordProblem(form.Password) != "", "Informe uma senha de 10 a 200 caracteres.")
	return wrong
}

// NewMember is a person to be made a member of a store, and its seller.
type NewMember struct {
	// User is the id of somebody who signs in already and keeps their password;
	// empty: somebody new.
	User                      string
	Name, Login, PasswordHash string
	Role                      db.Role
	Teams                     []string // ids of the teams they answer in
}

// AddMember makes a person a user, where they are none, a seller and a member of
// a store, and returns the user's id. The seller is a part of the configuration:
// outside a store's creation, call it inside Door.Configure. db.ErrDuplicate: the
// login is taken, or they are a member.
func AddMember(ctx context.Context, tx *db.Tx, store string, m NewMember, now time.Time) (user string, err error) {
	user = m.User
	if user == "" {
		user = db.NewID()
		err = tx.InsertUser(ctx, db.User{ID: user, Login: m.Login, Name: m.Name, PasswordHash: m.PasswordHash, CreatedAt: now})
	}
	if err == nil {
		err = JoinStore(ctx, tx, store, user, m, now)
	}
	return user, err
}

// JoinStore makes somebody who signs in already a seller and a member of a store
// too, as AddMember does. db.ErrDuplicate: they are one.
func JoinStore(ctx context.Context, tx *db.Tx, store, user string, m NewMember, now time.Time) error {
	seller := db.NewID()
	err := tx.InsertSeller(ctx, db.Seller{Store: store, ID: seller, Name: m.Name, User: user, Teams: m.Teams, Active: true, CreatedAt: now})
	if err == nil {
		err = tx.InsertMembership(ctx, db.Membership{Store: store, User: user, Role: m.Role, Seller: seller, CreatedAt: now})
	}
	return err
}

// The longest name and login, in characters.
const (
	MaxName  = 80
	maxLogin = 254
)

// NameProblem says in English what is wrong with a name; empty where nothing is.
func NameProblem(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "is missing"
	case !utf8.ValidString(name):
		return "is not UTF-8 text"
	case utf8.RuneCountInString(name) > MaxName:
		return "has more than 80 characters"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "has control characters"
	}
	return ""
}

// LoginProblem says what is wrong with a login, as NameProblem does.
func LoginProblem(login string) string {
	switch {
	case login == "":
		return "is missing"
	case !utf8.ValidString(login):
		return "is not UTF-8 text"
	case utf8.RuneCountInString(login) > maxLogin:
		return "has more than 254 characters"
	case strings.ContainsFunc(login, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }):
		return "has spaces or control characters"
	}
	return ""
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const maxSlug = 40

// SlugProblem says what is wrong with a store's name in addresses, as NameProblem
// does.
func SlugProblem(slug string) string {
	switch {
	case slug == "":
		return "is missing"
	case len(slug) > maxSlug:
		return "has more than 40 characters"
	case !slugPattern.MatchString(slug):
		return "takes lower case letters a to z, digits and hyphens between them"
	}
	return ""
}

// slugFor is the store's name in addresses: as typed, or made of its name.
func slugFor(form signinview.SetUpForm) string {
	if form.Slug != "" {
		return form.Slug
	}
	return slugOf(form.Store)
}

// slugOf makes a name in addresses of a store's name.
func slugOf(name string) string {
	words := strings.FieldsFunc(db.Fold(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	slug := strings.Join(words, "-")
	return strings.TrimRight(slug[:min(len(slug), maxSlug)], "-")
}
