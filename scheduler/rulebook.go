package scheduler

import (
	"context"
	"fmt"
	"sync"
	"time"

	"semaforo/db"
	"semaforo/flow"
)

// rulebook remembers compiled configurations. They never change, so it can only
// be behind, never wrong: who asks says which version.
type rulebook struct {
	mu    sync.Mutex
	rules map[string][]edition // by store, newest last
}

// edition is one version of a store's configuration; it never changes.
type edition struct {
	version int64
	since   time.Time
	planned bool // a schedule made it
	rules   *flow.Rules
}

// editions is how many versions of a store are kept: the present one and the
// ones its conversations are still being moved from, through those that schedules
// made meanwhile.
const editions = 6

func newRulebook() *rulebook { return &rulebook{rules: make(map[string][]edition)} }

// at returns a version's rules, compiling them if it has to.
func (b *rulebook) at(ctx context.Context, q db.Queries, store string, version int64) (edition, error) {
	if e, ok := b.known(store, version); ok {
		return e, nil
	}
	stored, err := q.ConfigurationVersion(ctx, store, version)
	if err != nil {
		return edition{}, err
	}
	cfg, err := flow.ParseConfiguration([]byte(stored.Document))
	if err != nil {
		return edition{}, fmt.Errorf("configuration %d of store %s: %w", version, store, err)
	}
	rules, err := flow.Compile(cfg)
	if err != nil {
		return edition{}, fmt.Errorf("configuration %d of store %s: %w", version, store, err)
	}
	e := edition{version: version, since: stored.At, planned: stored.ByLabel == db.BySchedule, rules: rules}
	b.keep(store, e)
	return e, nil
}

// present returns the store's present configuration.
func (b *rulebook) present(ctx context.Context, q db.Queries, s db.Store) (edition, error) {
	return b.at(ctx, q, s.ID, s.ConfigVersion)
}

func (b *rulebook) known(store string, version int64) (edition, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.rules[store] {
		if e.version == version {
			return e, true
		}
	}
	return edition{}, false
}

func (b *rulebook) keep(store string, e edition) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := append(b.rules[store], e)
	if len(kept) > editions {
		kept = append([]edition(nil), kept[len(kept)-editions:]...)
	}
	b.rules[store] = kept
}
