package scheduler

import (
	"context"
	"time"

	"semaforo/db"
)

// Mailing runs f in one transaction of a store and has what it puts into the outbox
// sent at once: for e-mails that no change of a conversation or the configuration
// causes.
func (d *Door) Mailing(ctx context.Context, store string, f func(tx *db.Tx, now time.Time) error) error {
	return d.passage(ctx, func(w *work) error {
		w.touched[store] = true
		return f(w.tx, w.now)
	})
}
