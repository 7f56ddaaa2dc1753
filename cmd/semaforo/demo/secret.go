package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"semaforo/channel/chat"
	"semaforo/db"
	"semaforo/handlers"
)

// visitorOf is the browser of a customer who chats. Its secret follows from the
// store's random id, so that nothing has to be kept for a restart.
func visitorOf(store string, n int) chat.Visitor {
	sum := sha256.Sum256(fmt.Appendf(nil, "semaforo demo customer\x00%s\x00%d", store, n))
	return chat.Visitor{Secret: base64.RawURLEncoding.EncodeToString(sum[:])}
}

// tokenName is what the movement's token is called among the store's.
const tokenName = "Movimento da demonstração"

// newToken gives the movement a token of its own. Nobody keeps the last one's
// secret, so it is revoked.
func newToken(ctx context.Context, d *db.DB, store string, now time.Time) (id, secret string, err error) {
	id, secret = db.NewID(), handlers.NewSecret()
	err = d.Tx(ctx, func(tx *db.Tx) error {
		old, err := tx.Tokens(ctx, store, "", db.MaxPage)
		if err != nil {
			return err
		}
		for _, t := range old {
			if t.Name == tokenName && t.RevokedAt.IsZero() {
				if err := tx.RevokeToken(ctx, store, t.ID, now); err != nil {
					return err
				}
			}
		}
		return tx.InsertToken(ctx, db.Token{Store: store, ID: id, Name: tokenName, Scope: db.ScopeConversations,
			Hash: handlers.HashSecret(secret), CreatedAt: now, CreatedBy: changedBy})
	})
	return id, secret, err
}
