package scheduler

import (
	"slices"
	"sync"
)

// Hub wakes live screens. It says only what is dirty; a watcher re-reads what
// it may see (the house's rule 6), so a slow one never holds anybody up and
// nothing is ever queued. It is safe for concurrent use.
type Hub struct {
	mu       sync.Mutex
	watchers map[key]map[*Watcher]bool
	closed   bool
}

// key is a scope of one store.
type key struct{ store, scope string }

// Scopes that every store has.
const (
	// ScopeStore is the store's configuration: flows, people, places.
	ScopeStore = "store"
	// ScopeAll is any change of any conversation.
	ScopeAll = "all"
)

// HolderScope is dirty when a conversation of the holder ("waiting",
// "team:ID", "seller:ID") changes, enters or leaves.
func HolderScope(holder string) string { return "holder:" + holder }

// ConversationScope is dirty when a conversation's state or messages change.
func ConversationScope(id string) string { return "conversation:" + id }

// UserScope is dirty when a person's sessions have ended: whether a screen may
// stay is to be looked up.
func UserScope(user string) string { return "user:" + user }

// AlertScope is dirty when the holder gets a new alert.
func AlertScope(holder string) string { return "alert:" + holder }

// SessionScope is dirty when a session has ended, or has gone to another store:
// its streams look whether they may go on.
func SessionScope(idHash string) string { return "session:" + idHash }

// NewHub returns a hub without watchers.
func NewHub() *Hub { return &Hub{watchers: make(map[key]map[*Watcher]bool)} }

// Watcher is one screen's ear. C receives when scopes are dirty; several
// changes before it is read are one.
type Watcher struct {
	C     <-chan struct{}
	wake  chan struct{}
	hub   *Hub
	keys  []key
	dirty []string // guarded by hub.mu
}

// Watch returns a watcher of a store's scopes, to be closed. Once the hub is
// closed its channel is closed.
func (h *Hub) Watch(store string, scopes ...string) *Watcher {
	wake := make(chan struct{}, 1)
	w := &Watcher{C: wake, wake: wake, hub: h}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(wake)
		return w
	}
	for _, scope := range scopes {
		k := key{store, scope}
		if h.watchers[k] == nil {
			h.watchers[k] = make(map[*Watcher]bool)
		}
		h.watchers[k][w] = true
		w.keys = append(w.keys, k)
	}
	return w
}

// Take returns the scopes that became dirty since it was last called, sorted.
func (w *Watcher) Take() []string {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	dirty := w.dirty
	w.dirty = nil
	slices.Sort(dirty)
	return slices.Compact(dirty)
}

// Close ends the watch.
func (w *Watcher) Close() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	for _, k := range w.keys {
		delete(w.hub.watchers[k], w)
		if len(w.hub.watchers[k]) == 0 {
			delete(w.hub.watchers, k)
		}
	}
	w.keys = nil
}

// Mark makes scopes of a store dirty and wakes who watches them. Call it after
// commit only.
func (h *Hub) Mark(store string, scopes ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, scope := range scopes {
		for w := range h.watchers[key{store, scope}] {
			w.mark(scope)
		}
	}
}

// MarkStore wakes everyone who watches anything of a store: another process
// changed something there.
func (h *Hub) MarkStore(store string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for k, watchers := range h.watchers {
		if k.store != store {
			continue
		}
		for w := range watchers {
			w.mark(k.scope)
		}
	}
}

// mark needs hub.mu.
func (w *Watcher) mark(scope string) {
	if !slices.Contains(w.dirty, scope) {
		w.dirty = append(w.dirty, scope)
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Close ends every watch: streams end so that the server can stop.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	seen := make(map[*Watcher]bool)
	for _, watchers := range h.watchers {
		for w := range watchers {
			if !seen[w] {
				seen[w] = true
				close(w.wake)
			}
		}
	}
	clear(h.watchers)
}

// MarkScope makes a scope dirty in every store.
func (h *Hub) MarkScope(scope string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for k, watchers := range h.watchers {
		if k.scope != scope {
			continue
		}
		for w := range watchers {
			w.mark(scope)
		}
	}
}

// MarkAll wakes everyone: what another process changed may have been missed.
func (h *Hub) MarkAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for k, watchers := range h.watchers {
		for w := range watchers {
			w.mark(k.scope)
		}
	}
}
