package db

import (
	"context"
	"strconv"
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
	Version   int64 // counts its changes: who changes it says which one was seen
	// LastMessageAt is when it last delivered a message, to within a minute; only
	// read here, as is its last refusal.
	LastMessageAt time.Time
	Refusal       Refusal
}

// Refusal is the last message that a channel had refused; the zero value: none.
type Refusal struct {
	At   time.Time
	Code string
	Text string // in a reader's words
}

const channelColumns = `h.store_id, h.id, h.name, h.kind, h.team_id, h.active, h.created_at, h.version, h.last_message_at,
  h.error_at, h.error_code, h.error_text`

func scanChannel(r row) (Channel, error) {
	var c Channel
	return c, r.Scan(&c.Store, &c.ID, &c.Name, &c.Kind, textInto{&c.Team}, &c.Active, timeInto{&c.CreatedAt}, &c.Version,
		timeInto{&c.LastMessageAt}, timeInto{&c.Refusal.At}, &c.Refusal.Code, &c.Refusal.Text)
}

// InsertChannel stores a new channel. ErrDuplicate: another has its name.
func (tx *Tx) InsertChannel(ctx context.Context, c Channel) error {
	_, err := tx.exec(ctx, "insert channel "+c.ID,
		`INSERT INTO channels (store_id, id, name, name_key, kind, team_id, active, created_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Store, c.ID, c.Name, Fold(c.Name), c.Kind, null(c.Team), c.Active, At(c.CreatedAt))
	return err
}

// UpdateChannel changes all of a channel but its kind, whatever its version, to
// the next one. ErrDuplicate: another has its name.
func (tx *Tx) UpdateChannel(ctx context.Context, c Channel) error {
	return tx.must(ctx, ErrNotFound, "update channel "+c.ID,
		`UPDATE channels SET name = $3, name_key = $4, team_id = $5, active = $6, version = version + 1
		 WHERE store_id = $1 AND id = $2`,
		c.Store, c.ID, c.Name, Fold(c.Name), null(c.Team), c.Active)
}

// ChannelSpoke notes that a channel delivered a message.
func (tx *Tx) ChannelSpoke(ctx context.Context, store, id string, at time.Time) error {
	return tx.must(ctx, ErrNotFound, "note message of channel "+id,
		`UPDATE channels SET last_message_at = $3 WHERE store_id = $1 AND id = $2`, store, id, At(at))
}

// ChannelRefused notes that a message of a channel was refused; the same refusal
// again within a minute is not written again.
func (tx *Tx) ChannelRefused(ctx context.Context, store, id string, r Refusal) error {
	_, err := tx.exec(ctx, "note refusal of channel "+id,
		`UPDATE channels SET error_at = $3, error_code = $4, error_text = $5 WHERE store_id = $1 AND id = $2
		 AND (error_at IS NULL OR error_at <= $6 OR error_text <> $5)`,
		store, id, At(r.At), r.Code, r.Text, At(r.At.Add(-time.Minute)))
	return err
}

// KeepChannelName notes a name that a channel has had: what knows it by that name
// finds it still.
func (tx *Tx) KeepChannelName(ctx context.Context, store, id, name string) error {
	_, err := tx.exec(ctx, "keep name of channel "+id,
		`INSERT INTO channel_names (store_id, channel_id, name, name_key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		store, id, name, Fold(name))
	return err
}

// DropChannelName forgets that any channel has had a name, however written.
func (tx *Tx) DropChannelName(ctx context.Context, store, name string) error {
	_, err := tx.exec(ctx, "drop name "+name, `DELETE FROM channel_names WHERE store_id = $1 AND name_key = $2`, store, Fold(name))
	return err
}

// ChannelNameHolder is the id of another channel whose open conversations still
// know it by a name it has had, however written; empty where there is none.
func (q Queries) ChannelNameHolder(ctx context.Context, store, name, but string) (string, error) {
	holders, err := list(ctx, q, "holder of name "+name, column[string],
		`SELECT n.channel_id FROM channel_names n WHERE n.store_id = $1 AND n.name_key = $2 AND n.channel_id <> $3
		 AND EXISTS (SELECT 1 FROM conversations c WHERE c.store_id = n.store_id AND c.channel_id = n.channel_id
		   AND c.rank < `+strconv.Itoa(RankClosed)+` AND c.channel = n.name) LIMIT 1`, store, Fold(name), but)
	if err != nil || len(holders) == 0 {
		return "", err
	}
	return holders[0], nil
}

// formerNames are the names that a store's channels have had, by their present
// ones.
func (q Queries) formerNames(ctx context.Context, store string) (map[string][]string, error) {
	type pair struct{ present, former string }
	pairs, err := list(ctx, q, "former names", func(r row) (p pair, err error) { return p, r.Scan(&p.present, &p.former) },
		`SELECT h.name, n.name FROM channel_names n JOIN channels h ON h.store_id = n.store_id AND h.id = n.channel_id
		 WHERE n.store_id = $1 AND n.name <> h.name ORDER BY n.name`, store)
	names := make(map[string][]string, len(pairs))
	for _, p := range pairs {
		names[p.present] = append(names[p.present], p.former)
	}
	return names, err
}

// Channel reads one channel.
func (q Queries) Channel(ctx context.Context, store, id string) (Channel, error) {
	return one(ctx, q, "channel "+id, scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 AND h.id = $2`, store, id)
}

// ChannelByName reads a channel by its name, however written, or by one that it
// has had and no other has now.
func (q Queries) ChannelByName(ctx context.Context, store, name string) (Channel, error) {
	return one(ctx, q, "channel "+name, scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 AND (h.name_key = $2
		   OR EXISTS (SELECT 1 FROM channel_names n WHERE n.store_id = h.store_id AND n.channel_id = h.id AND n.name_key = $2))
		 ORDER BY CASE WHEN h.name_key = $2 THEN 0 ELSE 1 END LIMIT 1`, store, Fold(name))
}

// Channels lists a store's channels by name, the inactive ones too.
func (q Queries) Channels(ctx context.Context, store string) ([]Channel, error) {
	return list(ctx, q, "channels", scanChannel,
		`SELECT `+channelColumns+` FROM channels h WHERE h.store_id = $1 ORDER BY h.name_key, h.id`, store)
}

func (q Queries) channelIDs(ctx context.Context, store string) ([]string, error) {
	return list(ctx, q, "channels", column[string], `SELECT id FROM channels WHERE store_id = $1 ORDER BY id`, store)
}
