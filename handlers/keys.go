package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/channelview"
	"semaforo/views/ui"
)

// ListKeys is GET /configuracoes/canais/chaves: the API's tokens in use.
func (s *Server) ListKeys(c echo.Context) error {
	if !wantsPart(c) {
		return s.show(c, http.StatusOK, s.keysScreen(c))
	}
	keys, err := s.keys(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, channelview.KeyList(keys))
}

func (s *Server) keysScreen(c echo.Context) screen {
	return screen{title: "Chaves da API", path: channelview.KeysPath, content: func() (templ.Component, error) {
		keys, err := s.keys(c)
		return channelview.KeysPage(keys), err
	}}
}

func (s *Server) keys(c echo.Context) (channelview.Keys, error) {
	tokens, err := s.DB.TokensInUse(c.Request().Context(), ViewerOf(c).Store.ID, db.MaxPage)
	var k channelview.Keys
	for _, t := range tokens {
		k.Keys = append(k.Keys, keyLine(t))
	}
	return k, err
}

func keyLine(t db.Token) channelview.Key {
	return channelview.Key{ID: t.ID, Name: t.Name, Scope: string(t.Scope), By: t.CreatedBy, CreatedAt: t.CreatedAt, LastUsedAt: t.LastUsedAt}
}

// NewKey is GET /configuracoes/canais/chaves/nova.
func (s *Server) NewKey(c echo.Context) error {
	return s.drawNewKey(c, http.StatusOK, channelview.NewKey{Form: channelview.KeyForm{Scope: channelview.ScopeConversations}})
}

func (s *Server) drawNewKey(c echo.Context, status int, n channelview.NewKey) error {
	return s.showModal(c, status, s.keysScreen(c), channelview.KeyDialog(n))
}

// maxKeys is how many keys a store may have in use: each is listed.
const maxKeys = 100

var errTooMany = errors.New("there are as many as there may be")

// CreateKey is POST /configuracoes/canais/chaves/nova: the key itself is shown in
// the answer, and never again.
func (s *Server) CreateKey(c echo.Context) error {
	var n channelview.NewKey
	if err := decodeForm(c, &n.Form); err != nil {
		return err
	}
	n.Form.Trim()
	if n.Errors = checkForm(&n.Form); len(n.Errors) > 0 {
		return s.drawNewKey(c, http.StatusUnprocessableEntity, n)
	}
	secret := NewSecret()
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) error {
		return createKey(ctx, tx, c, db.Token{Store: by.store, ID: db.NewID(), Name: n.Form.Name, Scope: db.Scope(n.Form.Scope),
			Hash: HashSecret(secret), CreatedAt: by.at, CreatedBy: by.name})
	})
	switch {
	case errors.Is(err, db.ErrDuplicate):
		n.Errors = map[string]string{"name": "Já existe uma chave em uso com este nome."}
		return s.drawNewKey(c, http.StatusConflict, n)
	case errors.Is(err, errTooMany):
		n.Problem = "A loja já tem 100 chaves em uso. Revogue uma que não usa mais."
		return s.drawNewKey(c, http.StatusConflict, n)
	case err != nil:
		return err
	}
	return s.showSecret(c, s.keysScreen(c), channelview.Secret{Title: "Chave criada", Back: channelview.KeysPath, Text: secret,
		Lead:  "Esta é a única vez em que a chave aparece. Guarde-a agora em lugar seguro: quem a tem usa a API em nome da loja.",
		Label: "Chave de " + n.Form.Name})
}

func createKey(ctx context.Context, tx *db.Tx, c echo.Context, t db.Token) error {
	tokens, err := tx.TokensInUse(ctx, t.Store, db.MaxPage)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(tokens, func(other db.Token) bool { return other.Name == t.Name }):
		return db.ErrDuplicate
	case len(tokens) >= maxKeys:
		return errTooMany
	}
	if err := tx.InsertToken(ctx, t); err != nil {
		return err
	}
	var l changes
	l.add("scope", "", channelview.ScopeWord(string(t.Scope)))
	return record(ctx, tx, c, t.CreatedAt, db.Audit{Noun: db.NounToken, NounID: t.ID, NounName: t.Name, Action: db.AuditCreated, Changes: l})
}

// showSecret answers what is shown once, over the list as it is now.
func (s *Server) showSecret(c echo.Context, p screen, secret channelview.Secret) error {
	dialog := channelview.SecretDialog(secret)
	if !wantsPart(c) {
		return s.showOver(c, http.StatusOK, p, nil, dialog)
	}
	content, err := p.content()
	if err != nil {
		return err
	}
	ui.SetPanel(c.Response().Header(), true)
	return renderPart(c, http.StatusOK, templ.Join(dialog, ui.MainPartial(content)))
}

// keyInUse reads the key that the address names; one that has been revoked is none.
func (s *Server) keyInUse(ctx context.Context, q db.Queries, store, id string) (db.Token, error) {
	t, err := q.Token(ctx, store, id)
	if err == nil && !t.RevokedAt.IsZero() {
		err = db.ErrNotFound
	}
	return t, err
}

// RevokeKeyPage asks before a key is revoked.
func (s *Server) RevokeKeyPage(c echo.Context) error {
	t, err := s.keyInUse(c.Request().Context(), s.DB.Queries, ViewerOf(c).Store.ID, c.Param("token"))
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, s.keysScreen(c), channelview.RevokeDialog(keyLine(t)))
}

// RevokeKey is POST /configuracoes/canais/chaves/{token}/revogar.
func (s *Server) RevokeKey(c echo.Context) error {
	var t db.Token
	err := s.reconfigure(c, func(ctx context.Context, tx *db.Tx, by stamp) (err error) {
		if t, err = s.keyInUse(ctx, tx.Queries, by.store, c.Param("token")); err != nil {
			return err
		}
		return revokeKey(ctx, tx, c, t, by.at)
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.keysScreen(c), ui.Toast{Tone: ui.Green, Key: "key", Text: "Chave " + t.Name + " revogada."})
}

func revokeKey(ctx context.Context, tx *db.Tx, c echo.Context, t db.Token, at time.Time) error {
	if err := tx.RevokeToken(ctx, t.Store, t.ID, at); err != nil {
		return err
	}
	return record(ctx, tx, c, at, db.Audit{Noun: db.NounToken, NounID: t.ID, NounName: t.Name, Action: db.AuditRevoked})
}
