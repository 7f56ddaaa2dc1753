package db_test

import (
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func TestTwoStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store := dbtest.Store(t, d, "a")
		ana, bia := store.Member("ana@x.br", "Ana", db.Agent), store.Member("bia@x.br", "Bia", db.Agent)
		now := dbtest.Start
		diff(t, must[db.TwoStep](t)(d.TwoStep(ctx, ana.User)), db.TwoStep{})
		two := db.TwoStep{User: ana.User, Secret: "first", CreatedAt: now}
		begin := func() { write(t, d, func(tx *db.Tx) error { return tx.BeginTwoStep(ctx, two) }) }
		begin()
		two.Secret, two.CreatedAt = "second", now.Add(time.Minute)
		begin()
		diff(t, must[db.TwoStep](t)(d.TwoStep(ctx, ana.User)), two)
		refused := func(want error, f func(tx *db.Tx) error) { t.Helper(); wantError(t, d.Tx(ctx, f), want) }
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.EnableTwoStep(ctx, ana.User, "first", 7, now) })
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.TakeStep(ctx, ana.User, 7) })

		write(t, d, func(tx *db.Tx) error { return tx.EnableTwoStep(ctx, ana.User, "second", 7, now) })
		two.EnabledAt, two.LastStep = now, 7
		if got := must[db.TwoStep](t)(d.TwoStep(ctx, ana.User)); got != two || !got.Enabled() {
			t.Errorf("enabled: %+v", got)
		}
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.BeginTwoStep(ctx, two) })
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.EnableTwoStep(ctx, ana.User, "second", 8, now) })
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.TakeStep(ctx, ana.User, 7) })
		write(t, d, func(tx *db.Tx) error { return tx.TakeStep(ctx, ana.User, 9) })
		refused(db.ErrChanged, func(tx *db.Tx) error { return tx.TakeStep(ctx, ana.User, 8) })

		write(t, d, func(tx *db.Tx) error { return tx.SetRecoveryCodes(ctx, ana.User, []string{"a", "b", "c"}) })
		write(t, d, func(tx *db.Tx) error { return tx.SetRecoveryCodes(ctx, bia.User, []string{"a"}) })
		write(t, d, func(tx *db.Tx) error { return tx.TakeRecoveryCode(ctx, ana.User, "a", now) })
		refused(db.ErrNotFound, func(tx *db.Tx) error { return tx.TakeRecoveryCode(ctx, ana.User, "a", now) })
		refused(db.ErrNotFound, func(tx *db.Tx) error { return tx.TakeRecoveryCode(ctx, bia.User, "b", now) })
		if left := must[int](t)(d.RecoveryCodesLeft(ctx, ana.User)); left != 2 {
			t.Errorf("%d codes left", left)
		}
		write(t, d, func(tx *db.Tx) error { return tx.DeleteTwoStep(ctx, ana.User) })
		diff(t, must[db.TwoStep](t)(d.TwoStep(ctx, ana.User)), db.TwoStep{})
		if left, others := must[int](t)(d.RecoveryCodesLeft(ctx, ana.User)), must[int](t)(d.RecoveryCodesLeft(ctx, bia.User)); left != 0 || others != 1 {
			t.Errorf("%d codes left, and %d of another's", left, others)
		}
	})
}

func TestHalfSignIns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ana := dbtest.Store(t, d, "a").Member("ana@x.br", "Ana", db.Agent)
		now := dbtest.Start
		begin := func(hash string) {
			half := db.HalfSignIn{IDHash: hash, User: ana.User, ExpiresAt: now.Add(time.Minute)}
			write(t, d, func(tx *db.Tx) error { return tx.InsertHalfSignIn(ctx, half) })
		}
		gone := func(hash string, at time.Time) {
			t.Helper()
			_, err := d.HalfSignedIn(ctx, hash, at)
			wantError(t, err, db.ErrNotFound)
		}
		begin("h1")
		diff(t, must[db.User](t)(d.HalfSignedIn(ctx, "h1", now)), ana.Person)
		gone("h1", now.Add(time.Minute))
		gone("h2", now)
		write(t, d, func(tx *db.Tx) error { return tx.DeleteHalfSignIn(ctx, "h1") })
		gone("h1", now)
		begin("h2")
		write(t, d, func(tx *db.Tx) error { return tx.DeleteUserSessions(ctx, ana.User, "") })
		gone("h2", now)
		begin("h3")
		write(t, d, func(tx *db.Tx) error { return tx.DeleteExpiredSessions(ctx, now.Add(time.Minute)) })
		gone("h3", now)
		begin("h5")
		write(t, d, func(tx *db.Tx) error { return tx.DeleteTwoStep(ctx, ana.User) })
		gone("h5", now)
		begin("h4")
		ana.Person.Disabled = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateUser(ctx, ana.Person) })
		gone("h4", now)
	})
}

func TestSignedInSaysWhatIsOwed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store := dbtest.Store(t, d, "a")
		ana := store.Member("ana@x.br", "Ana", db.Agent)
		now := dbtest.Start
		write(t, d, func(tx *db.Tx) error {
			return tx.SaveSession(ctx, db.Session{IDHash: "h", Store: store.ID, User: ana.User, CreatedAt: now, LastUsedAt: now,
				ExpiresAt: now.Add(time.Hour), Data: "{}"})
		})
		says := func(required, on, password bool) {
			t.Helper()
			got := must[db.SignedIn](t)(d.SignedIn(ctx, "h", now))
			if got.TwoStepRequired != required || got.TwoStep != on || got.User.MustChangePassword != password {
				t.Errorf("required %v, on %v, password %v", got.TwoStepRequired, got.TwoStep, got.User.MustChangePassword)
			}
		}
		says(false, false, false)
		store.TwoStepRequired = true
		write(t, d, func(tx *db.Tx) error { return tx.UpdateStore(ctx, store.Store) })
		write(t, d, func(tx *db.Tx) error { return tx.SetPassword(ctx, ana.User, "new", true) })
		write(t, d, func(tx *db.Tx) error {
			return tx.BeginTwoStep(ctx, db.TwoStep{User: ana.User, Secret: "s", CreatedAt: now})
		})
		says(true, false, true)
		write(t, d, func(tx *db.Tx) error { return tx.EnableTwoStep(ctx, ana.User, "s", 1, now) })
		write(t, d, func(tx *db.Tx) error { return tx.SetPassword(ctx, ana.User, "own", false) })
		says(true, true, false)
		if got := must[db.User](t)(d.User(ctx, ana.User)); got.PasswordHash != "own" {
			t.Errorf("password hash %q", got.PasswordHash)
		}
	})
}

func TestRenaming(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store, other := dbtest.Store(t, d, "a"), dbtest.Store(t, d, "b")
		ana := store.Member("ana@x.br", "Ana", db.Agent, store.Team("Vendas").ID)
		before := must[db.Seller](t)(d.Seller(ctx, store.ID, ana.Seller))
		write(t, d, func(tx *db.Tx) error { return tx.RenameUser(ctx, ana.User, "Ana", "Ána Luz") })
		write(t, d, func(tx *db.Tx) error { return tx.RenameSeller(ctx, store.ID, ana.Seller, "Ána Luz") })
		before.Name, ana.Person.Name = "Ána Luz", "Ána Luz"
		diff(t, must[db.User](t)(d.User(ctx, ana.User)), ana.Person)
		diff(t, must[[]db.Seller](t)(d.Sellers(ctx, store.ID, db.NameKey{Key: "ana l"}, 9)), []db.Seller{before})
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.RenameUser(ctx, ana.User, "Ana", "Outra") }), db.ErrChanged)
		wantError(t, d.Tx(ctx, func(tx *db.Tx) error { return tx.RenameSeller(ctx, other.ID, ana.Seller, "Outra") }), db.ErrNotFound)
	})
}
