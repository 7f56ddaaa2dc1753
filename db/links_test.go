package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func inviteOf(s *dbtest.Shop, login, name string) db.Invite {
	return db.Invite{Store: s.ID, ID: db.NewID(), TokenHash: db.NewID(), Login: login, Name: name, Role: db.Agent, Teams: []string{},
		ByName: "Ana", CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}
}

func TestInvites(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		first, second := inviteOf(s, "joao@loja.br", "João"), inviteOf(s, "bia@loja.br", "Bia 100%")
		first.Role, first.Teams = db.Supervisor, []string{"t1", "t2"}
		write(t, d, func(tx *db.Tx) error { return tx.InsertInvite(ctx, first) })
		write(t, d, func(tx *db.Tx) error { return tx.InsertInvite(ctx, second) })
		err := d.Tx(ctx, func(tx *db.Tx) error { return tx.InsertInvite(ctx, inviteOf(s, "JOÃO@loja.br", "Outro")) })
		wantError(t, err, db.ErrDuplicate)
		write(t, d, func(tx *db.Tx) error { return tx.InsertInvite(ctx, inviteOf(other, "joao@loja.br", "João")) })

		diff(t, must[db.Invite](t)(d.Invite(ctx, s.ID, first.ID)), first)
		diff(t, must[db.Invite](t)(d.InviteByHash(ctx, first.TokenHash, dbtest.Start)), first)
		_, err = d.InviteByHash(ctx, first.TokenHash, first.ExpiresAt)
		wantError(t, err, db.ErrNotFound)
		for _, test := range []struct {
			query db.InviteQuery
			want  []db.Invite
		}{
			{db.InviteQuery{}, []db.Invite{second, first}},
			{db.InviteQuery{After: second.ID}, []db.Invite{first}},
			{db.InviteQuery{Before: first.ID}, []db.Invite{second}},
			{db.InviteQuery{Role: db.Supervisor}, []db.Invite{first}},
			{db.InviteQuery{Search: " JOAO"}, []db.Invite{first}},
			{db.InviteQuery{Search: "bia@"}, []db.Invite{second}},
			{db.InviteQuery{Search: "100%"}, []db.Invite{second}},
			{db.InviteQuery{Search: "_"}, nil},
		} {
			diff(t, must[[]db.Invite](t)(d.Invites(ctx, s.ID, test.query, 9)), test.want)
		}

		renewed := first
		renewed.TokenHash, renewed.ByName, renewed.ExpiresAt = "new", "Bia", dbtest.Start.Add(48*time.Hour)
		write(t, d, func(tx *db.Tx) error { return tx.RenewInvite(ctx, renewed) })
		diff(t, must[db.Invite](t)(d.Invite(ctx, s.ID, first.ID)), renewed)
		take := func(i db.Invite, at time.Time) error {
			return d.Tx(ctx, func(tx *db.Tx) error { return tx.TakeInvite(ctx, i, at) })
		}
		wantError(t, take(first, dbtest.Start), db.ErrNotFound) // the link of before
		wantError(t, take(renewed, renewed.ExpiresAt), db.ErrNotFound)
		wantError(t, take(renewed, dbtest.Start), nil)
		wantError(t, take(renewed, dbtest.Start), db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteInvite(ctx, s.ID, second.ID) })
		if left := must[[]db.Invite](t)(d.Invites(ctx, s.ID, db.InviteQuery{}, 9)); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestResets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, bia := s.Member("ana@x.br", "Ana", db.Admin), s.Member("bia@x.br", "Bia", db.Agent)
		asked := db.Reset{TokenHash: "asked", Store: s.ID, User: bia.User, CreatedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour)}
		made := asked
		made.TokenHash, made.By, made.Shown, made.TwoStep = "made", ana.User, true, true
		hers := asked
		hers.TokenHash, hers.User = "hers", ana.User
		for _, r := range []db.Reset{asked, made, hers} {
			write(t, d, func(tx *db.Tx) error { return tx.InsertReset(ctx, r) })
		}
		diff(t, must[db.Reset](t)(d.ResetByHash(ctx, "made", dbtest.Start)), made)
		_, err := d.ResetByHash(ctx, "made", made.ExpiresAt)
		wantError(t, err, db.ErrNotFound)
		diff(t, must[int](t)(d.OwnResets(ctx, bia.User, dbtest.Start.Add(-time.Second))), 1)
		diff(t, must[int](t)(d.OwnResets(ctx, bia.User, dbtest.Start)), 0)
		take := func(at time.Time) error {
			return d.Tx(ctx, func(tx *db.Tx) error { return tx.TakeReset(ctx, "made", at) })
		}
		wantError(t, take(made.ExpiresAt), db.ErrNotFound)
		wantError(t, take(dbtest.Start), nil)
		wantError(t, take(dbtest.Start), db.ErrNotFound)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteResets(ctx, bia.User) })
		_, err = d.ResetByHash(ctx, "asked", dbtest.Start)
		wantError(t, err, db.ErrNotFound)
		diff(t, must[db.Reset](t)(d.ResetByHash(ctx, "hers", dbtest.Start)), hers)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteExpiredResets(ctx, hers.ExpiresAt) })
		_, err = d.ResetByHash(ctx, "hers", dbtest.Start)
		wantError(t, err, db.ErrNotFound)
	})
}
