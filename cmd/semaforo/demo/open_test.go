package demo_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/cmd/semaforo/demo"
	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// present is a Sunday night: the demonstration is alive at any hour.
var present = time.Date(2026, time.November, 23, 2, 30, 0, 0, time.UTC)

func open(t *testing.T, d *db.DB) db.Store {
	t.Helper()
	store, err := demo.Open(context.Background(), d, present, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func all(t *testing.T, d *db.DB, store string) []db.Row {
	t.Helper()
	page, err := d.ListConversations(context.Background(), store, db.ListQuery{Tab: db.TabAny, Limit: db.MaxPage})
	if err != nil || page.Next != nil {
		t.Fatal(err, page.Next)
	}
	return page.Rows
}

func TestEveryColourInEveryQueue(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	store := open(t, d)
	counts, err := d.CountByQueue(t.Context(), store.ID)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, queue := range flow.Queues {
		ranks := counts[queue]
		total += ranks.Total()
		for _, rank := range []int{db.RankRed, db.RankYellow, db.RankGreen} {
			if ranks[rank] == 0 {
				t.Errorf("queue %s has nothing of rank %d", queue, rank)
			}
		}
	}
	held := counts[flow.SellerQueue]
	if held[db.RankPostponed] < 3 || held[db.RankNone] < 4 || total < 25 || total > 40 {
		t.Errorf("%d postponed, %d answered, %d open in all", held[db.RankPostponed], held[db.RankNone], total)
	}
	reasons := map[flow.CloseReason]int{}
	for _, c := range all(t, d, store.ID) {
		if c.Status == flow.Closed {
			reasons[c.CloseReason]++
		}
	}
	if reasons[flow.ClosedInactivity] == 0 || reasons[flow.ClosedCustomerInactivity] == 0 || len(reasons) < 3 {
		t.Errorf("closed: %v, want by sellers, for inactivity and for the customer's", reasons)
	}
}

// What a newcomer sees in the first minute without anybody doing anything.
func TestSomethingChangesEveryFewSeconds(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	store := open(t, d)
	last, longest, changes := present, time.Duration(0), 0
	due := []time.Time{}
	for _, c := range all(t, d, store.ID) {
		if !c.DueAt.IsZero() && c.DueAt.Before(present.Add(time.Minute)) {
			due = append(due, c.DueAt)
		}
	}
	slices.SortFunc(due, time.Time.Compare)
	for _, at := range due {
		longest, last = max(longest, at.Sub(last)), at
		changes++
	}
	if changes < 8 || longest > 15*time.Second {
		t.Errorf("%d changes in the first minute, the longest pause %s", changes, longest)
	}
}

func TestEveryRowIsTheReplayOfItsLog(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	store := open(t, d)
	transfers, late := 0, 0
	for _, c := range all(t, d, store.ID) {
		events, err := d.Events(t.Context(), store.ID, c.ID, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var log []flow.Record
		for _, e := range events {
			log = append(log, e.Record)
			if e.Type == flow.ActionTaken && e.Action == flow.TransferTeam {
				transfers++
			}
			if !e.Due.IsZero() {
				late++
			}
			if e.At.After(present) || e.At.Before(store.CreatedAt) {
				t.Errorf("conversation %s: %s at %s", c.ID, e.Type, e.At)
			}
		}
		replayed := flow.Replay(log)
		replayed.AsOf = c.AsOf
		if diff := cmp.Diff(replayed, c.Conversation.Conversation); diff != "" {
			t.Errorf("conversation %s (-log +row):\n%s", c.ID, diff)
		}
	}
	if transfers < 5 {
		t.Errorf("%d automatic transfers", transfers)
	}
	if late > 0 {
		t.Errorf("%d timers fired late: the past's clock jumped over their deadlines", late)
	}
	if wrong, err := d.RecountTallies(t.Context(), store.ID); err != nil || wrong != 0 {
		t.Errorf("%d wrong tallies (%v)", wrong, err)
	}
}

func TestAutomaticallyClosedShowsTheExactSentence(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	store := open(t, d)
	for _, c := range all(t, d, store.ID) {
		if c.CloseReason != flow.ClosedInactivity {
			continue
		}
		messages, err := d.Messages(t.Context(), store.ID, c.ID, nil, 10)
		if err != nil || len(messages) == 0 || messages[len(messages)-1].Text != scheduler.ClosedForInactivity {
			t.Errorf("conversation %s ends with %+v (%v)", c.ID, messages, err)
		}
	}
}

func TestRestartGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := open(t, d)
		before := all(t, d, first.ID)
		again, err := demo.Open(t.Context(), d, present.Add(time.Hour), quiet)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("the store has changed:\n%s", diff)
		}
		if after := all(t, d, first.ID); len(after) != len(before) {
			t.Errorf("%d conversations, then %d", len(before), len(after))
		}
	})
}

// A process that died right after making the store's row is no reason to start
// over by hand.
func TestInterruptedBeforeItWasConfigured(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	half := db.Store{ID: db.NewID(), Slug: demo.Slug, Name: "Loja Demonstração", Timezone: "America/Sao_Paulo", Demo: true, CreatedAt: present.Add(-2 * time.Hour)}
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return tx.InsertStore(t.Context(), half) }); err != nil {
		t.Fatal(err)
	}
	if store := open(t, d); store.ID != half.ID || store.ConfigVersion == 0 || len(all(t, d, store.ID)) == 0 {
		t.Errorf("store %+v", store)
	}
}

func TestAnotherDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	dbtest.Store(t, d, "verdadeira")
	_, err := demo.Open(t.Context(), d, present, quiet)
	var foreign *demo.Foreign
	if !errors.As(err, &foreign) || !strings.Contains(err.Error(), "Loja verdadeira") || !strings.Contains(err.Error(), "--db") {
		t.Errorf("error %v", err)
	}
	stores, err := d.Stores(t.Context())
	if err != nil || len(stores) != 1 {
		t.Errorf("stores %v (%v)", stores, err)
	}
}

func TestEverybodyCanSignIn(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	store := open(t, d)
	roles := map[db.Role]int{}
	checked := false
	for _, s := range demo.SignIns() {
		user, err := d.UserByLogin(t.Context(), s.Login)
		if err != nil {
			t.Fatal(err)
		}
		if !checked { // all have the same hash, which takes a while to check
			checked, err = handlers.CheckPassword(t.Context(), user.PasswordHash, s.Password)
			if err != nil || !checked {
				t.Errorf("%s cannot sign in (%v)", s.Login, err)
			}
		}
		m, err := d.Membership(t.Context(), store.ID, user.ID)
		if err != nil {
			t.Fatal(err)
		}
		roles[m.Role]++
	}
	if roles[db.Admin] != 1 || roles[db.Supervisor] != 1 || roles[db.Agent] < 5 {
		t.Errorf("roles %v", roles)
	}
}

func TestClockGoesOnWhereAFastOneHadGotTo(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ahead := time.Now().UTC().Add(48 * time.Hour).Truncate(time.Microsecond)
	if _, err := demo.Open(t.Context(), d, ahead, quiet); err != nil {
		t.Fatal(err)
	}
	latest, err := d.LatestInstant(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, speed := range []float64{1, 60} {
		clock, err := demo.Clock(t.Context(), d, speed)
		if err != nil || clock.Speed != speed || !clock.Now().After(latest) || clock.Now().After(ahead.Add(time.Hour)) {
			t.Errorf("at speed %g: %s, %g (%v)", speed, clock.Now(), clock.Speed, err)
		}
	}
}
