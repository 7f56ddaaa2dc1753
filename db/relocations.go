package db

import (
	"context"
	"time"
)

// Relocation moves the open conversations of a team or a seller that was put
// away to another: the loop moves them in batches, and it is done when none is
// left.
type Relocation struct {
	Store      string
	ID         string
	FromTeam   string // or
	FromSeller string
	ToTeam     string // or
	ToSeller   string
	ByKind     string // who asked for it, as an event's
	ByID       string
	CreatedAt  time.Time
	DoneAt     time.Time // zero: still moving
}

// InsertRelocation asks for a holder's conversations to be moved; without an id
// it gets one.
func (tx *Tx) InsertRelocation(ctx context.Context, r Relocation) error {
	if r.ID == "" {
		r.ID = NewID()
	}
	_, err := tx.exec(ctx, "insert relocation",
		`INSERT INTO relocations (store_id, id, from_team, from_seller, to_team, to_seller, by_kind, by_id, created_at)
		 VALUES (`+placeholders(1, 9)+`)`,
		r.Store, r.ID, null(r.FromTeam), null(r.FromSeller), null(r.ToTeam), null(r.ToSeller), r.ByKind, r.ByID, At(r.CreatedAt))
	return err
}
