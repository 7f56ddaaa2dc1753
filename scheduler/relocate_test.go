package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// archive puts a team away in favour of another, as the page does.
func (s *shop) archive(from, to string) {
	s.t.Helper()
	s.configure(func(tx *db.Tx, now time.Time) error {
		team, err := tx.Team(s.ctx, s.Store.ID, s.teams[from])
		if err != nil {
			return err
		}
		team.Archived = true
		return errors.Join(tx.UpdateTeam(s.ctx, team), tx.InsertRelocation(s.ctx, db.Relocation{Store: s.Store.ID,
			FromTeam: s.teams[from], ToTeam: s.teams[to], ByKind: db.ByUser, ByID: "helena", CreatedAt: now}))
	})
}

// moves are a conversation's transfers, by whom, from where and to where.
func (s *shop) moves(id string) []string {
	s.t.Helper()
	var all []string
	for _, e := range s.events(id) {
		if e.Type == flow.Transfer {
			all = append(all, fmt.Sprintf("%s %s: %s to %s", e.ByKind, e.ByID, flow.Conversation{Team: e.Team, Seller: e.Seller}.Holder(),
				flow.Conversation{Team: e.ToTeam, Seller: e.ToSeller}.Holder()))
		}
	}
	return all
}

func (s *shop) pending() []db.Relocation {
	s.t.Helper()
	pending, err := s.DB.PendingRelocations(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return pending
}

func (s *shop) wantMoves(id string, want ...string) {
	s.t.Helper()
	if got := s.moves(id); !slices.Equal(got, want) {
		s.t.Errorf("transfers of %s: %q, want %q", id, got, want)
	}
	s.check(id)
}

// away is the transfer that putting a team away makes.
func (s *shop) away(from, to string) string {
	return "user helena: team:" + s.teams[from] + " to team:" + s.teams[to]
}

// More than a batch is moved, each once and as the transfer of who asked for it;
// what sellers hold stays theirs, what is closed stays as it was.
func TestRelocation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		var queued []string
		for i := range 120 {
			queued = append(queued, s.says(fmt.Sprint("c", i), "Vendas").ID)
		}
		held, closed, elsewhere := s.says("ana", "Vendas").ID, s.says("fim", "Vendas").ID, s.says("outro", "").ID
		s.act(held, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
		s.act(closed, Act{Type: flow.Close})
		s.to(time.Minute)
		s.archive("Vendas", "Plantão")
		s.settle()
		for _, id := range queued {
			s.wantMoves(id, s.away("Vendas", "Plantão"))
		}
		if c := s.conversation(queued[0]); c.Team != s.teams["Plantão"] || !c.ClockStart.Equal(s.now) {
			t.Errorf("moved to %s, counting since %s", c.Holder(), c.ClockStart)
		}
		for _, id := range []string{held, closed, elsewhere} {
			s.wantMoves(id)
		}
		s.wantLog(queued[0], dbtest.Start, "customer_message 0s", "transfer 1m0s")
	})
}

// What a transaction under the configuration before still brings to a team that
// was put away goes on too; only then is the work done.
func TestRelocationWaitsForStragglers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.archive("Vendas", "Plantão")
		s.settle()
		late := s.Conversation(s.Contact(s.channel.ID, "tarde", ""), func(c *db.Conversation) { c.Team = s.teams["Vendas"] })
		s.to(30 * time.Second)
		s.settle()
		s.wantMoves(late.ID, s.away("Vendas", "Plantão"))
		if len(s.pending()) != 1 {
			t.Error("done while something may still come")
		}
		s.to(stragglers)
		s.settle()
		if got := s.pending(); len(got) != 0 {
			t.Errorf("still pending: %+v", got)
		}
	})
}

// The loop does it by itself, and rests once nothing is left.
func TestRelocationOfASeller(t *testing.T) {
	running(t, func(s *shop, start time.Time) {
		waiting, postponed, answered := s.says("um", "Vendas").ID, s.says("dois", "Vendas").ID, s.says("três", "Vendas").ID
		for _, id := range []string{waiting, postponed} {
			s.act(id, Act{Type: flow.Assume, Seller: s.sellers["Ana"]})
		}
		s.reply(answered, "Ana")
		s.act(postponed, Act{Type: flow.Postpone, Until: start.Add(time.Hour)})
		pass(time.Minute)
		s.configure(func(tx *db.Tx, now time.Time) error {
			return tx.InsertRelocation(s.ctx, db.Relocation{Store: s.Store.ID, FromSeller: s.sellers["Ana"], ToSeller: s.sellers["Bia"],
				ByKind: db.ByUser, ByID: "helena", CreatedAt: now})
		})
		pass(0)
		for _, id := range []string{waiting, postponed, answered} {
			s.wantMoves(id, "user helena: seller:"+s.sellers["Ana"]+" to seller:"+s.sellers["Bia"])
			if c := s.conversation(id); c.Postponed() || !c.ClockStart.Equal(start.Add(time.Minute)) || c.Team != s.teams["Vendas"] {
				t := c.ClockStart.Sub(start)
				s.t.Errorf("moved to %s, counting since %s, postponed until %s", c.Holder(), t, c.PostponedUntil)
			}
		}
		pass(stragglers + safety)
		if len(s.pending()) != 0 {
			s.t.Error("not done")
		}
		pass(20 * time.Minute) // until the alerts of the new clocks have fired
		before := s.DB.Statements()
		pass(10 * time.Minute)
		if n := s.DB.Statements() - before; n > 30 {
			s.t.Errorf("%d statements in ten minutes with nothing to move", n)
		}
	})
}

// The target is put away before the move is done: what is left follows.
func TestRelocationFollowsItsTarget(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.teams["Trocas"] = s.Team("Trocas").ID
		s.configure(func(*db.Tx, time.Time) error { return nil })
		id := s.says("maria", "Vendas").ID
		s.archive("Vendas", "Plantão")
		s.archive("Plantão", "Trocas")
		s.settle()
		s.wantMoves(id, s.away("Vendas", "Trocas"))
	})
}

// A target that is gone without another ends the move: nothing is lost, and
// nothing is tried again and again.
func TestRelocationWithoutATarget(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	id := s.says("maria", "Vendas").ID
	s.archive("Vendas", "Plantão")
	s.configure(func(tx *db.Tx, _ time.Time) error {
		team, err := tx.Team(s.ctx, s.Store.ID, s.teams["Plantão"])
		team.Archived = true
		return errors.Join(err, tx.UpdateTeam(s.ctx, team))
	})
	s.settle()
	s.wantMoves(id)
	if len(s.pending()) != 0 {
		t.Error("still pending")
	}
}

// A team that comes back keeps what has not been moved.
func TestRelocationEndsWhenTheHolderIsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		id := s.says("maria", "Vendas").ID
		s.archive("Vendas", "Plantão")
		s.configure(func(tx *db.Tx, now time.Time) error {
			team, err := tx.Team(s.ctx, s.Store.ID, s.teams["Vendas"])
			team.Archived = false
			return errors.Join(err, tx.UpdateTeam(s.ctx, team), tx.EndRelocations(s.ctx, s.Store.ID, team.ID, "", now))
		})
		s.settle()
		s.wantMoves(id)
		if len(s.pending()) != 0 {
			t.Error("still pending")
		}
	})
}

// What was due before the move happens first, and what it takes away is not moved.
func TestRelocationLeavesWhatWasDueBefore(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	s.flow(flow.TeamQueue, time.Minute, 2*time.Minute, flow.Action{Type: flow.CloseAction})
	closes := s.says("maria", "Vendas").ID
	s.to(90 * time.Second)
	moves := s.says("joão", "Vendas").ID
	s.archive("Vendas", "Plantão")
	s.to(2*time.Minute + time.Second)
	if _, err := s.relocate(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.wantLog(closes, dbtest.Start, "customer_message 0s", "alert1 2m1s due 1m0s", "alert2 2m1s due 2m0s", "action 2m1s due 2m0s")
	s.wantMoves(moves, s.away("Vendas", "Plantão"))
}

// A conversation that cannot be moved is set aside, holds up nobody else's move,
// and is moved once it is mended.
func TestRelocationSetsTheBadAside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		bad, good := s.says("maria", "Vendas"), s.says("joão", "Vendas")
		dbtest.Corrupt(t, d, bad.ID)
		s.archive("Vendas", "Plantão")
		s.settle()
		s.wantMoves(good.ID, s.away("Vendas", "Plantão"))
		if len(s.pending()) != 1 {
			t.Error("done although one is left")
		}
		s.to(2 * stragglers)
		s.settle()
		if len(s.pending()) != 1 {
			t.Error("done although one is left")
		}
		dbtest.Mend(t, d, bad.ID)
		s.to(10 * time.Minute)
		s.settle()
		s.wantMoves(bad.ID, s.away("Vendas", "Plantão"))
		if len(s.pending()) != 0 {
			t.Error("not done")
		}
	})
}

// Two processes at one database: each conversation is moved once.
func TestTwoLoopsMoveOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		var ids []string
		for i := range 230 {
			ids = append(ids, s.says(fmt.Sprint("c", i), "Vendas").ID)
		}
		other := New(d, s.clock, quiet, nil)
		other.up = s.up
		s.archive("Vendas", "Plantão")
		done := make(chan error)
		go func() { done <- other.Settle(s.ctx) }()
		s.settle()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		s.settle()
		for _, id := range ids {
			s.wantMoves(id, s.away("Vendas", "Plantão"))
		}
	})
}
