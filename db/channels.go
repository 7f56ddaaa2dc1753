package db

import (
	"context"
	"time"
)

// The kinds of channel.
const (
	ChannelChat = "chat" // the store's web chat
	ChannelAPI  = "api"  // POST /messages
)

// Channel is where customers write from. Flows of the waiting queue name it by
// its name.
type Channel struct {
	Store     string
	ID        string
	Name      string // unique in the store, however written
	Kind      string
	Team      string // where its new conversations go; empty: waiting
	Active    bool
	CreatedAt time.Time
}

const channelColumns = `h.store_id, h.id, h.name, h.kind, h.team_id, h.active, h.created_at`

func scanChannel(r row) (Channel, error) {
	var c Channel
	return c, r.Scan(&c.Store, &c.ID, &c.Name, &c.Kind, textInto{&c.Team}, &c.Active, timeInto{&c.CreatedAt})
}

// InsertChannel stores a new channel. ErrDuplicate: another has its name.
func (tx *Tx) InsertChannel(ctx context.Context, c Channel) error {
	_, err := tx.exec(ctx, "insert channel "+c.ID,
		`INSERT INTO channels (store_id, id, name, name_key, kind, team_id, active, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Store, c.ID, c.Name, Fold(c.Name), c.Kind, null(c.Team), c.Active, At(c.CreatedAt))
	return err
}

// UpdateChannel changes all of a channel but its kind. ErrDuplicate: another has
// its name.
func (tx *Tx) UpdateChannel(ctx context.Context, c Channel) error {
	return tx.must(ctx, ErrNotFound, "update channel "+c.ID,
		`UPDATE channels SET name = $3, name_key = $4, team_id = $5, active = $6 WHERE store_id = $1 AND id = $2`,
		c.Store, c.ID, c.Name, Fold(c.Name), null(c.Team), c.Active)
}

// Channel reads one channel.
func (q Queries) Channel(ctx context.Context, store, id string) (Channel, error) {
	return one(ctx, q, "channel "+id, scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 AND h.id = $2`, store, id)
}

// ChannelByName reads a channel by its name, however written.
func (q Queries) ChannelByName(ctx context.Context, store, name string) (Channel, error) {
	return one(ctx, q, "channel "+name, scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 AND h.name_key = $2`, store, Fold(name))
}

// Channels lists a store's channels by name, the inactive ones too.
func (q Queries) Channels(ctx context.Context, store string) ([]Channel, error) {
	return list(ctx, q, "channels", scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 ORDER BY h.name_key, h.id`, store)
}

func (q Queries) channelIDs(ctx context.Context, store string) ([]string, error) {
	return list(ctx, q, "channels", column[string], `SELECT id FROM channels WHERE store_id = $1 ORDER BY id`, store)
}
