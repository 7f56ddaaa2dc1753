package handlers

import (
	"context"
	"crypto/subtle"
	"encoding/json"
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
	form := signinview.SetUpForm{
		Store: strings.TrimSpace(c.FormValue("store")), Slug: strings.TrimSpace(c.FormValue("slug")),
		Timezone: c.FormValue("timezone"), Name: strings.TrimSpace(c.FormValue("name")),
		Login: strings.TrimSpace(c.FormValue("login")),
	}
	password := c.FormValue("password")
	form.Errors = s.checkSetUp(form, c.FormValue("code"), password)
	if len(form.Errors) > 0 {
		return s.setUp(c, http.StatusUnprocessableEntity, form)
	}
	ctx := c.Request().Context()
	hash, err := HashPassword(ctx, password)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	store := db.Store{ID: db.NewID(), Slug: form.Slug, Name: form.Store, Timezone: form.Timezone, CreatedAt: now}
	member := NewMember{Name: form.Name, Login: form.Login, PasswordHash: hash, Role: db.Admin}
	user, err := createStore(ctx, s.DB, store, member)
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
	return c.Redirect(http.StatusSeeOther, HomePath)
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (s *Server) checkSetUp(form signinview.SetUpForm, code, password string) map[string]string {
	wrong := map[string]string{}
	note := func(field string, bad bool, words string) {
		if bad && wrong[field] == "" {
			wrong[field] = words
		}
	}
	note("code", !s.SetUp.matches(code), "Este não é o código. Copie o que o programa mostrou ao começar.")
	note("store", NameProblem(form.Store) != "", "Informe um nome de até 80 caracteres.")
	note("slug", len(form.Slug) > 40 || !slugPattern.MatchString(form.Slug), "Use letras minúsculas sem acento, números e hifens, até 40 caracteres.")
	note("timezone", !signinview.KnownZone(form.Timezone), "Escolha um fuso horário da lista.")
	note("name", NameProblem(form.Name) != "", "Informe um nome de até 80 caracteres.")
	note("login", LoginProblem(form.Login) != "", "Informe um login sem espaços, de até 254 caracteres.")
	note("password", PasswordProblem(password) != "", "Informe uma senha de 10 a 200 caracteres.")
	return wrong
}

// NewMember is a person to be made a member of a store, and its seller.
type NewMember struct {
	Name, Login, PasswordHash string
	Role                      db.Role
	Teams                     []string // ids of the teams they answer in
}

// AddMember makes a person a user, a seller and a member of a store, and returns
// the user's id. The seller is a part of the configuration: outside a store's
// creation, call it inside Door.Configure.
func AddMember(ctx context.Context, tx *db.Tx, store string, m NewMember, now time.Time) (user string, err error) {
	user, seller := db.NewID(), db.NewID()
	err = tx.InsertUser(ctx, db.User{ID: user, Login: m.Login, Name: m.Name, PasswordHash: m.PasswordHash, CreatedAt: now})
	if err == nil {
		err = tx.InsertSeller(ctx, db.Seller{Store: store, ID: seller, Name: m.Name, User: user, Teams: m.Teams, Active: true, CreatedAt: now})
	}
	if err == nil {
		err = tx.InsertMembership(ctx, db.Membership{Store: store, User: user, Role: m.Role, Seller: seller, CreatedAt: now})
	}
	return user, err
}

// createStore fills an empty database with a store, its first administrator, a
// web chat and an API channel; db.ErrDuplicate where it is not empty.
func createStore(ctx context.Context, d *db.DB, store db.Store, admin NewMember) (user string, err error) {
	err = d.Tx(ctx, func(tx *db.Tx) error {
		empty, err := tx.Empty(ctx)
		if err == nil && !empty {
			err = db.ErrDuplicate
		}
		if err == nil {
			err = tx.InsertStore(ctx, store)
		}
		if err == nil {
			err = observeNational(ctx, tx, store)
		}
		if err == nil {
			user, err = AddMember(ctx, tx, store.ID, admin, store.CreatedAt)
		}
		for _, channel := range []db.Channel{{Name: "Chat", Kind: db.ChannelChat}, {Name: "api", Kind: db.ChannelAPI}} {
			if err == nil {
				channel.Store, channel.ID, channel.Active, channel.CreatedAt = store.ID, db.NewID(), true, store.CreatedAt
				err = tx.InsertChannel(ctx, channel)
			}
		}
		if err != nil {
			return err
		}
		return firstConfiguration(ctx, tx, store, user)
	})
	return user, err
}

func firstConfiguration(ctx context.Context, tx *db.Tx, store db.Store, user string) error {
	configuration, err := tx.BuildConfiguration(ctx, store.ID)
	if err != nil {
		return err
	}
	document, err := json.Marshal(configuration)
	if err != nil {
		return err
	}
	_, err = tx.AppendConfiguration(ctx, db.Configuration{Store: store.ID, At: store.CreatedAt, ByUser: user, ByLabel: db.ByUser, Document: string(document)})
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
