package scheduler

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func woken(w *Watcher) bool {
	select {
	case _, open := <-w.C:
		return open
	default:
		return false
	}
}

func wantDirty(t *testing.T, who string, w *Watcher, want ...string) {
	t.Helper()
	if got, awake := w.Take(), woken(w); !slices.Equal(got, want) || awake != (len(want) > 0) {
		t.Errorf("%s: woken %t with %v, want %v", who, awake, got, want)
	}
}

func TestHubWakesWhomItConcerns(t *testing.T) {
	t.Parallel()
	h := NewHub()
	all, waiting, elsewhere := h.Watch("s", ScopeAll, ScopeStore), h.Watch("s", HolderScope("waiting")), h.Watch("other", ScopeAll, HolderScope("waiting"))
	h.Mark("s", ScopeAll, HolderScope("waiting"))
	h.Mark("s", ScopeAll)
	wantDirty(t, "all", all, ScopeAll)
	wantDirty(t, "waiting", waiting, HolderScope("waiting"))
	wantDirty(t, "another store", elsewhere)
	wantDirty(t, "all, again", all)
	h.MarkStore("s")
	wantDirty(t, "the whole store", all, ScopeAll, ScopeStore)
	wantDirty(t, "another store", elsewhere)
	h.MarkAll()
	wantDirty(t, "everything", elsewhere, ScopeAll, HolderScope("waiting"))
}

// A watch that has ended hears nothing, and the hub forgets it.
func TestHubForgetsWhoHasLeft(t *testing.T) {
	t.Parallel()
	h := NewHub()
	for i := range 100 {
		w := h.Watch("s", ScopeAll, ConversationScope(fmt.Sprint(i)), ScopeAll)
		w.Close()
		w.Close()
		h.Mark("s", ScopeAll)
		wantDirty(t, "closed", w)
	}
	if len(h.watchers) != 0 {
		t.Errorf("%d scopes are still watched", len(h.watchers))
	}
}

func TestClosedHubEndsEveryWatch(t *testing.T) {
	t.Parallel()
	h := NewHub()
	before := h.Watch("s", ScopeAll, ScopeStore)
	h.Close()
	h.Close()
	after := h.Watch("s", ScopeAll)
	for name, w := range map[string]*Watcher{"before": before, "after": after} {
		if _, open := <-w.C; open {
			t.Errorf("the watch from %s goes on", name)
		}
	}
	h.Mark("s", ScopeAll)
	h.MarkStore("s")
	h.MarkAll()
	before.Close()
	after.Close()
	if len(h.watchers) != 0 {
		t.Error("a closed hub remembers its watchers")
	}
}

// Marks, watches and the end at the same time: for the race detector, and no
// send on a closed channel.
func TestHubAtOnce(t *testing.T) {
	t.Parallel()
	h := NewHub()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				w := h.Watch("s", ScopeAll, ScopeStore)
				h.Mark("s", ScopeAll)
				h.MarkStore("s")
				w.Take()
				w.Close()
			}
		})
	}
	h.Close()
	all.Wait()
}

// Nothing is announced before commit, and of what is refused nothing at all;
// when a screen is told, the database says the same.
func TestScreensHearOfWhatIsCommitted(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	c := s.says("maria", "Vendas")
	team, ana := HolderScope("team:"+s.teams["Vendas"]), HolderScope("seller:"+s.sellers["Ana"])
	w := s.Hub.Watch(s.Store.ID, ScopeAll, team, ana, ConversationScope(c.ID))
	other := s.Hub.Watch(dbtest.Store(t, s.DB, "outra").ID, ScopeAll, team, ConversationScope(c.ID))
	wantRefusal(t, s.tryAct(Act{Conversation: c.ID, Type: flow.Resume}), flow.RefusedNotPostponed)
	wantDirty(t, "a refused event", w)
	s.act(c.ID, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
	want := []string{ScopeAll, ConversationScope(c.ID), ana, team}
	slices.Sort(want)
	wantDirty(t, "the one it left and the one it came to", w, want...)
	wantDirty(t, "another store", other)
	s.report(s.answer(c.ID), db.DeliveryDelivered)
	w.Take()
	if !woken(w) {
		t.Error("a delivery woke nobody")
	}
}

// Two processes on one PostgreSQL: the screens of either hear of the other.
func TestScreensHearOfTheOtherProcess(t *testing.T) {
	t.Parallel()
	address := dbtest.PostgresAddress(t)
	open := func() *db.DB {
		d, err := db.Open(context.Background(), address, db.Options{Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	here, there := newShop(t, open(), RealClock()), New(open(), RealClock(), quiet, nil)
	w := there.Hub.Watch(here.Store.ID, ScopeAll)
	ctx, cancel := context.WithCancel(here.ctx)
	var running sync.WaitGroup
	running.Go(func() { there.Run(ctx) })
	<-w.C // it listens: whatever came before may have been missed
	w.Take()
	here.says("maria", "")
	select {
	case <-w.C:
	case <-time.After(20 * time.Second):
		t.Error("the other process' screens heard nothing")
	}
	cancel()
	running.Wait()
}
