package db

import (
	"context"
	"time"

	"semaforo/flow"
)

// Configuration is one version of a store's configuration, as engine.md's
// document. Versions are never changed and never deleted.
type Configuration struct {
	Store    string
	Version  int64
	At       time.Time
	ByUser   string // the user who made it, or empty
	ByLabel  string // who made it in words: a name, a token's, "demonstração"
	Document string
}

// BySchedule is the label of a configuration that a schedule made.
const BySchedule = "schedule"

const configurationColumns = `v.store_id, v.version, v.at, v.by_user, v.by_label, v.document`

func scanConfiguration(r row) (Configuration, error) {
	var c Configuration
	return c, r.Scan(&c.Store, &c.Version, timeInto{&c.At}, textInto{&c.ByUser}, &c.ByLabel, &c.Document)
}

// LockStore makes other transactions that change the store's configuration wait
// until this one ends. Call it before reading what the change depends on.
func (tx *Tx) LockStore(ctx context.Context, store string) (Store, error) {
	return one(ctx, tx.Queries, "lock store "+store, scanStore,
		`SELECT `+storeColumns+` FROM stores s WHERE s.id = $1`+tx.lock(` FOR UPDATE`), store)
}

// AppendConfiguration makes c's document the store's configuration from now on
// and returns its version, one above the last. Call LockStore first: what the
// document is built from must not change meanwhile.
func (tx *Tx) AppendConfiguration(ctx context.Context, c Configuration) (int64, error) {
	version, err := one(ctx, tx.Queries, "append configuration", column[int64],
		`UPDATE stores SET config_version = config_version + 1 WHERE id = $1 RETURNING config_version`, c.Store)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, "append configuration",
		`INSERT INTO configurations (store_id, version, at, by_user, by_label, document) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.Store, version, At(c.At), null(c.ByUser), c.ByLabel, c.Document)
	return version, err
}

// CurrentConfiguration reads a store's current configuration: ErrNotFound before
// the first.
func (q Queries) CurrentConfiguration(ctx context.Context, store string) (Configuration, error) {
	return one(ctx, q, "current configuration", scanConfiguration,
		`SELECT `+configurationColumns+` FROM configurations v JOIN stores s ON s.id = v.store_id
		 AND s.config_version = v.version WHERE v.store_id = $1`, store)
}

// ConfigurationVersion reads one version of a store's configuration.
func (q Queries) ConfigurationVersion(ctx context.Context, store string, version int64) (Configuration, error) {
	return one(ctx, q, "configuration", scanConfiguration,
		`SELECT `+configurationColumns+` FROM configurations v WHERE v.store_id = $1 AND v.version = $2`, store, version)
}

// Configurations lists a store's versions, newest first, from below one (0: from
// the newest).
func (q Queries) Configurations(ctx context.Context, store string, below int64, limit int) ([]Configuration, error) {
	return list(ctx, q, "configurations", scanConfiguration,
		`SELECT `+configurationColumns+` FROM configurations v WHERE v.store_id = $1
		 AND ($2 = 0 OR v.version < $2) ORDER BY v.version DESC LIMIT $3`, store, below, pageLimit(limit))
}

// ConfigurationsFrom lists the versions that were in force at some time from one
// instant to another, the oldest first: the one of the first instant, and those
// that came later.
func (q Queries) ConfigurationsFrom(ctx context.Context, store string, from, to time.Time, limit int) ([]Configuration, error) {
	return list(ctx, q, "configurations in force", scanConfiguration,
		`SELECT `+configurationColumns+` FROM configurations v WHERE v.store_id = $1 AND v.at <= $3
		 AND v.version >= (SELECT COALESCE(MAX(w.version), 0) FROM configurations w WHERE w.store_id = $1 AND w.at <= $2)
		 ORDER BY v.version LIMIT $4`, store, At(from), At(to), pageLimit(limit))
}

// ScheduledBetween lists a store's versions after one and before another that a
// schedule made, in order.
func (q Queries) ScheduledBetween(ctx context.Context, store string, after, before int64) ([]int64, error) {
	return list(ctx, q, "scheduled configurations", column[int64],
		`SELECT version FROM configurations WHERE store_id = $1 AND version > $2 AND version < $3 AND by_label = $4 ORDER BY version`,
		store, after, before, BySchedule)
}

// BuildConfiguration assembles what a store's tables say now: its calendar, its
// teams that are not archived, its active sellers, its flows and its automatic
// closings, each in the order of their ids. A flow names a channel by all names it
// has had.
func (q Queries) BuildConfiguration(ctx context.Context, store string) (flow.Configuration, error) {
	var c flow.Configuration
	s, err := q.Store(ctx, store)
	if err != nil {
		return c, err
	}
	c.Timezone, c.Hours, c.Holidays = s.Timezone, s.Hours, s.Holidays
	teams, err := list(ctx, q, "teams", scanTeam,
		`SELECT `+teamColumns+` FROM teams t WHERE t.store_id = $1 AND NOT t.archived ORDER BY t.id`, store)
	if err != nil {
		return c, err
	}
	for _, t := range teams {
		c.Teams = append(c.Teams, flow.Team{ID: t.ID, Hours: t.Hours, Holidays: t.Holidays})
	}
	if c.Sellers, err = q.configuredSellers(ctx, store); err != nil {
		return c, err
	}
	flows, err := list(ctx, q, "flows", scanFlow,
		`SELECT `+flowColumns+` FROM flows f WHERE f.store_id = $1 ORDER BY f.id`, store)
	if err != nil {
		return c, err
	}
	former, err := q.formerNames(ctx, store)
	if err != nil {
		return c, err
	}
	for _, f := range flows {
		c.Flows = append(c.Flows, withFormer(f.Flow, former))
	}
	closings, err := q.AutoClosings(ctx, store)
	c.AutoClose, c.AutoCloseCustomer = closings.AutoClose.AutoClose, closings.AutoCloseCustomer.AutoClose
	return c, err
}

// WithFormerNames is a flow as BuildConfiguration has it: see there.
func (q Queries) WithFormerNames(ctx context.Context, store string, f flow.Flow) (flow.Flow, error) {
	former, err := q.formerNames(ctx, store)
	return withFormer(f, former), err
}

// withFormer adds to the channels that a flow names those names under which their
// open conversations know them still.
func withFormer(f flow.Flow, former map[string][]string) flow.Flow {
	if f.Queue != flow.WaitingQueue {
		return f
	}
	targets := f.Targets
	for _, name := range targets {
		f.Targets = append(f.Targets, former[name]...)
	}
	return f
}

func (q Queries) configuredSellers(ctx context.Context, store string) ([]flow.Seller, error) {
	var sellers []flow.Seller
	_, err := list(ctx, q, "sellers", func(r row) (v struct{}, err error) {
		var seller, team string
		if err := r.Scan(&seller, textInto{&team}); err != nil {
			return v, err
		}
		if n := len(sellers); n == 0 || sellers[n-1].ID != seller {
			sellers = append(sellers, flow.Seller{ID: seller})
		}
		if team != "" {
			last := &sellers[len(sellers)-1]
			last.Teams = append(last.Teams, team)
		}
		return v, nil
	}, `SELECT p.id, m.team_id FROM sellers p
	    LEFT JOIN (SELECT st.seller_id, st.team_id FROM seller_teams st
	      JOIN teams t ON t.store_id = st.store_id AND t.id = st.team_id AND NOT t.archived
	      WHERE st.store_id = $1) AS m ON m.seller_id = p.id
	    WHERE p.store_id = $1 AND p.active ORDER BY p.id, m.team_id`, store)
	return sellers, err
}
