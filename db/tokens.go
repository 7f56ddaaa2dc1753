package db

import (
	"context"
	"time"
)

// Scope is what a token may do; each includes the one before.
type Scope string

// The scopes.
const (
	ScopeRead          Scope = "read"
	ScopeConversations Scope = "conversations"
	ScopeConfiguration Scope = "configuration"
)

// Token lets a program use a store's API. Only its hash is kept.
type Token struct {
	Store      string
	ID         string
	Name       string
	Scope      Scope
	Hash       string
	CreatedAt  time.Time
	CreatedBy  string // in words
	LastUsedAt time.Time
	RevokedAt  time.Time
}

const tokenColumns = `k.store_id, k.id, k.name, k.scope, k.hash, k.created_at, k.created_by, k.last_used_at, k.revoked_at`

func scanToken(r row) (Token, error) {
	var t Token
	return t, r.Scan(&t.Store, &t.ID, &t.Name, &t.Scope, &t.Hash, timeInto{&t.CreatedAt}, &t.CreatedBy,
		timeInto{&t.LastUsedAt}, timeInto{&t.RevokedAt})
}

// InsertToken stores a new token.
func (tx *Tx) InsertToken(ctx context.Context, t Token) error {
	_, err := tx.exec(ctx, "insert token "+t.ID,
		`INSERT INTO tokens (store_id, id, name, scope, hash, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.Store, t.ID, t.Name, t.Scope, t.Hash, At(t.CreatedAt), t.CreatedBy)
	return err
}

// TokenByHash reads the token that a request carries, unless it was revoked.
func (q Queries) TokenByHash(ctx context.Context, hash string) (Token, error) {
	return one(ctx, q, "token", scanToken,
		`SELECT `+tokenColumns+` FROM tokens k WHERE k.hash = $1 AND k.revoked_at IS NULL`, hash)
}

// TouchToken notes that a token was used.
func (tx *Tx) TouchToken(ctx context.Context, store, id string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "touch token "+id,
		`UPDATE tokens SET last_used_at = $3 WHERE store_id = $1 AND id = $2`, store, id, At(at))
}

// RevokeToken makes a token useless. ErrNotFound: there is none, or it already is.
func (tx *Tx) RevokeToken(ctx context.Context, store, id string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "revoke token "+id,
		`UPDATE tokens SET revoked_at = $3 WHERE store_id = $1 AND id = $2 AND revoked_at IS NULL`, store, id, At(at))
}

// Token reads one token.
func (q Queries) Token(ctx context.Context, store, id string) (Token, error) {
	return one(ctx, q, "token "+id, scanToken, `SELECT `+tokenColumns+` FROM tokens k WHERE k.store_id = $1 AND k.id = $2`, store, id)
}

// TokensInUse lists a store's tokens that have not been revoked, the newest first.
func (q Queries) TokensInUse(ctx context.Context, store string, limit int) ([]Token, error) {
	return list(ctx, q, "tokens in use", scanToken,
		`SELECT `+tokenColumns+` FROM tokens k WHERE k.store_id = $1 AND k.revoked_at IS NULL ORDER BY k.id DESC LIMIT $2`,
		store, pageLimit(limit))
}

// Tokens lists a page of a store's tokens by id, from after one, the revoked ones
// too.
func (q Queries) Tokens(ctx context.Context, store, after string, limit int) ([]Token, error) {
	return list(ctx, q, "tokens", scanToken,
		`SELECT `+tokenColumns+` FROM tokens k WHERE k.store_id = $1 AND k.id > $2 ORDER BY k.id LIMIT $3`,
		store, after, pageLimit(limit))
}
