package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"semaforo/db"
	"semaforo/scheduler"
)

// Options say how a movement goes.
type Options struct {
	DB    *db.DB
	Store db.Store
	Clock scheduler.Clock
	Log   *slog.Logger
	// Base is where the program answers: http://host:port. Client is how to get
	// there; nil is a client of its own.
	Base   string
	Client *http.Client
	// Seed decides every choice: the same one over the same store makes the same
	// moves.
	Seed uint64
	// Paused begins with the movement standing still.
	Paused bool
}

// Movement is the demonstration's customers and sellers, who write by
// themselves. Run makes it go; it is safe for concurrent use.
type Movement struct {
	Options
	wire      *wire
	tokenID   string
	customers map[string]customer // by external id
	crowd     crowd

	// Run's alone.
	chance  *rand.Rand
	persons map[string]bool // conversations in which a person has had a hand
	heard   string          // the last event's id that was looked at for it
	there   time.Time       // when the simulated sellers last gave a sign of life, in real time

	mu      sync.Mutex
	paused  bool
	resumed chan struct{} // closed when the movement goes on
}

// timeout bounds one request of the movement.
const timeout = 10 * time.Second

// NewMovement makes a movement for a store that Open has filled. It gives it an
// API token of its own.
func NewMovement(ctx context.Context, o Options) (*Movement, error) {
	id, secret, err := newToken(ctx, o.DB, o.Store.ID, o.Clock.Now())
	if err != nil {
		return nil, fmt.Errorf("a token for the movement: %w", err)
	}
	channels, err := o.DB.Channels(ctx, o.Store.ID)
	if err != nil {
		return nil, err
	}
	if o.Client == nil {
		// A redirect is an answer like any other: the chat's form gives one.
		o.Client = &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	m := &Movement{
		Options: o, wire: newWire(o, secret, channels), tokenID: id,
		chance: rand.New(rand.NewPCG(o.Seed, o.Seed)), customers: map[string]customer{}, crowd: crowdAt(o.Clock.Speed),
		paused: o.Paused, resumed: make(chan struct{}), persons: map[string]bool{}, heard: db.NewID(),
	}
	for n := range customers {
		c := customerOf(o.Store.ID, n)
		m.customers[c.externalID()] = c
	}
	return m, nil
}

// TokenID is the id of the token with which the movement calls the API.
func (m *Movement) TokenID() string { return m.tokenID }

// Paused reports whether the movement stands still.
func (m *Movement) Paused() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.paused
}

// Pause makes the movement stand still, or go on.
func (m *Movement) Pause(paused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.paused == paused {
		return
	}
	m.paused = paused
	if paused {
		m.resumed = make(chan struct{})
	} else {
		close(m.resumed)
	}
}

// waiting is closed while the movement goes, and closes when it goes on.
func (m *Movement) waiting() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.paused {
		return m.resumed
	}
	return nil
}

// Run moves until ctx is done. A move that has begun is finished, so that a stop
// leaves no request half answered; afterwards nothing runs any more.
func (m *Movement) Run(ctx context.Context) {
	defer m.Client.CloseIdleConnections()
	m.beThere(ctx)
	for failures := 0; ; {
		if !m.rest(ctx, m.pause(failures)) {
			return
		}
		if m.Paused() {
			continue
		}
		err := m.step(context.WithoutCancel(ctx))
		if err == nil {
			failures = 0
			continue
		}
		if failures++; failures == 1 {
			m.Log.Warn("a move of the demonstration failed, trying again", "error", err)
		}
	}
}

// rest waits for d, and then for as long as the movement is paused; false when
// ctx ended.
func (m *Movement) rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	}
	paused := m.waiting()
	if paused == nil {
		return true
	}
	breath := time.NewTicker(breath)
	defer breath.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-paused:
			return true
		case <-breath.C:
			m.beThere(ctx)
		}
	}
}

// breath is how often the simulated sellers give a sign of life, in real time.
const breath = time.Minute

// beThere has the simulated sellers at their desks, also while the movement stands
// still: there is somebody to whom conversations can be redistributed. As whom a
// person is signed in, is as present as that person.
func (m *Movement) beThere(ctx context.Context) {
	m.there = time.Now()
	busy, err := m.playedByPeople(ctx)
	if err == nil {
		err = m.DB.Tx(ctx, func(tx *db.Tx) error { return atTheirDesks(ctx, tx, m.Store.ID, m.Clock, m.Clock.Now(), busy) })
	}
	if err != nil && ctx.Err() == nil {
		m.Log.Warn("the demonstration's sellers could not be made present", "error", err)
	}
}

// atTheirDesks notes a sign of life of the simulated sellers but some.
func atTheirDesks(ctx context.Context, tx *db.Tx, store string, clock scheduler.Clock, at time.Time, but map[string]bool) error {
	for _, p := range people {
		if p.role != db.Agent || but[p.id] {
			continue
		}
		if _, err := tx.TouchSeller(ctx, store, p.id, clock.Heartbeat(at)); err != nil {
			return err
		}
	}
	return nil
}

// pause is the real time until the next move: a few seconds, less under a fast
// clock, more after failures. No two are the same, as with people.
func (m *Movement) pause(failures int) time.Duration {
	d := m.crowd.beat << min(failures, 4)
	return d*6/10 + time.Duration(m.chance.Int64N(int64(d)*8/10))
}

// step makes one move.
func (m *Movement) step(ctx context.Context) error {
	if time.Since(m.there) >= breath {
		m.beThere(ctx)
	}
	open, err := m.wire.open(ctx)
	if err != nil {
		return err
	}
	busy, err := m.playedByPeople(ctx)
	if err != nil {
		return err
	}
	if err := m.hear(ctx); err != nil {
		return err
	}
	m.forget(open)
	s := m.look(open, busy)
	// What was looked at may not be what it seemed: then something else moves.
	for range 4 {
		move := m.choose(&s)
		if move == nil {
			return nil
		}
		moved, err := move(ctx)
		switch {
		case err == nil && moved:
			return nil
		case expected(err):
			m.Log.Debug("a move of the demonstration came too late", "error", err)
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// presence is how recently somebody signed in must have been seen to be there.
const presence = 15 * time.Minute

// playedByPeople are the sellers as whom somebody is signed in: the movement
// leaves them alone.
func (m *Movement) playedByPeople(ctx context.Context) (map[string]bool, error) {
	now := scheduler.RealClock().Now() // sessions live in real time
	sellers, err := m.DB.SellersSignedIn(ctx, m.Store.ID, now.Add(-presence), now)
	busy := map[string]bool{}
	for _, id := range sellers {
		busy[id] = true
	}
	return busy, err
}

// hear notes where persons have had a hand since the last move, so that their
// customers answer them soon. What was before is found out when it matters
// (asSeller).
func (m *Movement) hear(ctx context.Context) error {
	for {
		events, err := m.DB.EventFeed(ctx, m.Store.ID, m.heard, db.MaxPage)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			if e.ByKind == db.ByUser {
				m.persons[e.Conversation] = true
			}
		}
		m.heard = events[len(events)-1].ID
	}
}

// forget keeps what is remembered of conversations to those that are open.
func (m *Movement) forget(open []conversation) {
	if len(m.persons) == 0 {
		return
	}
	still := map[string]bool{}
	for _, c := range open {
		if m.persons[c.ID] {
			still[c.ID] = true
		}
	}
	m.persons = still
}
