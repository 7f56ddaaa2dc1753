package db_test

import (
	"errors"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

func TestRelocations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		a, b, c := s.Team("A"), s.Team("B"), s.Team("C")
		ana := s.Seller("Ana")
		foreign := other.Team("A")
		if agenda := must[db.Agenda](t)(d.Agenda(ctx, time.Time{}, time.Time{})); agenda.Moving {
			t.Error("something is being moved in an empty store")
		}
		first := db.Relocation{Store: s.ID, ID: "1", FromTeam: a.ID, ToTeam: b.ID, ByKind: db.ByUser, ByID: "u", CreatedAt: dbtest.Start}
		seller := db.Relocation{Store: s.ID, ID: "2", FromSeller: ana.ID, ToTeam: b.ID, ByKind: db.ByToken, ByID: "k", CreatedAt: dbtest.Start}
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.InsertRelocation(ctx, first), tx.InsertRelocation(ctx, seller))
		})
		diff(t, must[[]db.Relocation](t)(d.Relocations(ctx, s.ID)), []db.Relocation{first, seller})
		if first.From() != "team:"+a.ID || seller.From() != "seller:"+ana.ID || seller.To() != "team:"+b.ID {
			t.Errorf("from %s, from %s to %s", first.From(), seller.From(), seller.To())
		}
		// B is put away too: what was on its way there goes on, in this store alone.
		last := db.Relocation{Store: s.ID, ID: "3", FromTeam: b.ID, ToTeam: c.ID, ByKind: db.ByUser, ByID: "u", CreatedAt: dbtest.Start}
		write(t, d, func(tx *db.Tx) error { return tx.InsertRelocation(ctx, last) })
		first.ToTeam, seller.ToTeam = c.ID, c.ID
		diff(t, must[[]db.Relocation](t)(d.PendingRelocations(ctx)), []db.Relocation{first, seller, last})
		if agenda := must[db.Agenda](t)(d.Agenda(ctx, time.Time{}, time.Time{})); !agenda.Moving {
			t.Error("nothing is being moved")
		}
		write(t, d, func(tx *db.Tx) error {
			diff(t, must[db.Relocation](t)(tx.LockRelocation(ctx, s.ID, "1")), first)
			return errors.Join(tx.EndRelocation(ctx, s.ID, "1", dbtest.Start), tx.EndRelocations(ctx, s.ID, "", ana.ID, dbtest.Start),
				tx.EndRelocations(ctx, s.ID, b.ID, "", dbtest.Start))
		})
		err := d.Tx(ctx, func(tx *db.Tx) error { _, err := tx.LockRelocation(ctx, s.ID, "1"); return err })
		wantError(t, err, db.ErrNotFound)
		if pending := must[[]db.Relocation](t)(d.Relocations(ctx, s.ID)); len(pending) != 0 {
			t.Errorf("still pending: %+v", pending)
		}
		err = d.Tx(ctx, func(tx *db.Tx) error {
			return tx.InsertRelocation(ctx, db.Relocation{Store: s.ID, FromTeam: a.ID, ToTeam: foreign.ID, ByKind: db.ByUser, CreatedAt: dbtest.Start})
		})
		if !db.IsForeignKey(err) {
			t.Errorf("conversations go to another store's team: %v", err)
		}
	})
}

// What a holder has: open, not a colleague's, not set aside until later, over all
// channels and no more than asked for.
func TestHeld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		team, ana := s.Team("Vendas"), s.Seller("Ana")
		one, two := s.Channel("um", db.ChannelAPI), s.Channel("dois", db.ChannelAPI)
		talk := func(channel db.Channel, change func(*db.Conversation)) string {
			return s.Conversation(s.Contact(channel.ID, "x", ""), func(c *db.Conversation) { c.Team = team.ID; change(c) }).ID
		}
		red := talk(one, func(c *db.Conversation) { c.Level = flow.Red })
		green := talk(one, func(*db.Conversation) {})
		second := talk(two, func(*db.Conversation) {})
		aside := talk(two, func(*db.Conversation) {})
		talk(two, func(c *db.Conversation) { c.Seller = ana.ID })
		talk(one, func(c *db.Conversation) { c.Status, c.ClosedAt = flow.Closed, dbtest.Start })
		write(t, d, func(tx *db.Tx) error {
			return tx.SetAside(ctx, s.ID, aside, 1, "x", dbtest.Start, dbtest.Start.Add(time.Hour))
		})
		holder := "team:" + team.ID
		refs := func(holder string, at time.Time, limit int) (ids []string) {
			for _, r := range must[[]db.Ref](t)(d.HeldRefs(ctx, s.ID, holder, at, limit)) {
				ids = append(ids, r.ID)
			}
			write(t, d, func(tx *db.Tx) error {
				var claimed []string
				for _, c := range must[[]db.Conversation](t)(tx.ClaimHeld(ctx, s.ID, holder, at, limit)) {
					claimed = append(claimed, c.ID)
				}
				diff(t, claimed, ids)
				return nil
			})
			return ids
		}
		diff(t, refs(holder, dbtest.Start, 10), []string{red, green, second})
		diff(t, refs(holder, dbtest.Start, 2), []string{red, green})
		diff(t, refs(holder, dbtest.Start.Add(time.Hour), 10), []string{red, green, second, aside})
		if ids := refs("seller:"+ana.ID, dbtest.Start, 10); len(ids) != 1 {
			t.Errorf("Ana has %v", ids)
		}
		diff(t, must[db.Ranks](t)(d.CountHeld(ctx, s.ID, team.ID, "")), db.Ranks{db.RankRed: 1, db.RankGreen: 3})
		diff(t, must[db.Ranks](t)(d.CountHeld(ctx, s.ID, "", ana.ID)), db.Ranks{db.RankGreen: 1})
		counts := must[map[string]db.TeamCount](t)(d.CountByTeam(ctx, s.ID))
		diff(t, counts, map[string]db.TeamCount{team.ID: {Queue: db.Ranks{db.RankRed: 1, db.RankGreen: 3}, Sellers: db.Ranks{db.RankGreen: 1}}})
		if total := counts[team.ID].Total(); total.Total() != 5 || total[db.RankGreen] != 4 {
			t.Errorf("all of the team's: %v", total)
		}
	})
}

func TestMembersOfTeams(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		team, second := s.Team("Vendas"), s.Team("Trocas")
		ana, bia, gone := s.Seller("Ana"), s.Seller("Bia", team.ID), s.Seller("Caio", team.ID)
		gone.Active = false
		write(t, d, func(tx *db.Tx) error {
			return errors.Join(tx.UpdateSeller(ctx, gone), tx.JoinTeam(ctx, s.ID, team.ID, ana.ID), tx.JoinTeam(ctx, s.ID, team.ID, ana.ID),
				tx.JoinTeam(ctx, s.ID, second.ID, ana.ID), tx.LeaveTeam(ctx, s.ID, team.ID, bia.ID))
		})
		diff(t, must[map[string]int](t)(d.CountMembers(ctx, s.ID)), map[string]int{team.ID: 1, second.ID: 1})
		write(t, d, func(tx *db.Tx) error { return tx.DisbandTeam(ctx, s.ID, team.ID) })
		diff(t, must[map[string]int](t)(d.CountMembers(ctx, s.ID)), map[string]int{second.ID: 1})
		if got := must[db.Seller](t)(d.Seller(ctx, s.ID, gone.ID)); len(got.Teams) != 0 {
			t.Errorf("still in %v", got.Teams)
		}
	})
}
