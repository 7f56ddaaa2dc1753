package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/views/auditview"
	"semaforo/views/channelview"
)

// tokenCmd are the commands on API tokens.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make an API token and print it, once."`
	Revoke tokenRevokeCmd `cmd:"" help:"Make an API token useless."`
}

// tokenCreateCmd is `semaforo token create`.
type tokenCreateCmd struct {
	ofStore
	Scope string `default:"read" enum:"read,conversations,configuration" placeholder:"SCOPE" help:"read, conversations or configuration; each includes the one before. (default ${default})"`
	Name  string `arg:"" help:"What the token is for. It is revoked by this name."`
}

// Run prints the token alone.
func (cmd *tokenCreateCmd) Run(std *streams) error {
	if problem := handlers.NameProblem(cmd.Name); problem != "" {
		return usageError{fmt.Errorf("the name %s", problem)}
	}
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		token := handlers.NewSecret()
		err := d.Tx(ctx, func(tx *db.Tx) error {
			_, err := tokenNamed(ctx, tx.Queries, store.ID, cmd.Name)
			if err == nil {
				return fmt.Errorf("the store %s already has a token %q: revoke it first, or take another name", store.Slug, cmd.Name)
			}
			if !errors.Is(err, db.ErrNotFound) {
				return err
			}
			made := db.Token{Store: store.ID, ID: db.NewID(), Name: cmd.Name, Scope: db.Scope(cmd.Scope),
				Hash: handlers.HashSecret(token), CreatedAt: time.Now(), CreatedBy: auditview.OperatorName}
			if err := tx.InsertToken(ctx, made); err != nil {
				return err
			}
			return auditToken(ctx, tx, made, db.AuditCreated, db.AuditChange{Field: "scope", After: channelview.ScopeWord(cmd.Scope)})
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(std.out, token)
		return err
	})
}

// tokenRevokeCmd is `semaforo token revoke`.
type tokenRevokeCmd struct {
	ofStore
	Name string `arg:"" help:"The token's name."`
}

// Run revokes the token of that name.
func (cmd *tokenRevokeCmd) Run(std *streams) error {
	return cmd.inStore(std, func(ctx context.Context, d *db.DB, store db.Store) error {
		err := d.Tx(ctx, func(tx *db.Tx) error {
			token, err := tokenNamed(ctx, tx.Queries, store.ID, cmd.Name)
			if err != nil {
				return err
			}
			if err := tx.RevokeToken(ctx, store.ID, token.ID, time.Now()); err != nil {
				return err
			}
			return auditToken(ctx, tx, token, db.AuditRevoked)
		})
		if errors.Is(err, db.ErrNotFound) {
			return fmt.Errorf("the store %s has no token %q", store.Slug, cmd.Name)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.err, "the token %s of %s no longer works\n", cmd.Name, store.Slug)
		return err
	})
}

// auditToken notes in the store's audit trail what a command did to a token.
func auditToken(ctx context.Context, tx *db.Tx, t db.Token, action string, changes ...db.AuditChange) error {
	entry := byOperator()
	entry.Store, entry.At, entry.Noun, entry.NounID, entry.NounName = t.Store, time.Now(), db.NounToken, t.ID, t.Name
	entry.Action, entry.Changes = action, changes
	return tx.AppendAudit(ctx, entry)
}

// tokenNamed is the token of a name that has not been revoked; db.ErrNotFound
// where there is none.
func tokenNamed(ctx context.Context, q db.Queries, store, name string) (db.Token, error) {
	after := ""
	for {
		page, err := q.Tokens(ctx, store, after, db.MaxPage)
		if err != nil {
			return db.Token{}, err
		}
		for _, t := range page {
			if t.RevokedAt.IsZero() && t.Name == name {
				return t, nil
			}
			after = t.ID
		}
		if len(page) < db.MaxPage {
			return db.Token{}, db.ErrNotFound
		}
	}
}
