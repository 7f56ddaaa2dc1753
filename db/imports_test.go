package db_test

import (
	"fmt"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

func someImport(s *dbtest.Shop) db.Import {
	return db.Import{Store: s.ID, ID: db.NewID(), Kind: db.ImportFile, Name: "carteira.csv", State: db.ImportChecking, Total: 4,
		Details: db.ImportDetails{To: "x", Query: db.CustomerQuery{Search: "m", After: &db.NameKey{Key: "a", ID: "b"}}},
		ByUser:  "u", ByName: "Ana", Address: "::1", CreatedAt: dbtest.Start, ChangedAt: dbtest.Start}
}

func TestImports(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		i := someImport(s)
		write(t, d, func(tx *db.Tx) error { return tx.InsertImport(ctx, i) })
		i.State, i.Position, i.Errors, i.Reason, i.ChangedAt = db.ImportRefused, 3, 1, "why", dbtest.Start.Add(time.Minute)
		write(t, d, func(tx *db.Tx) error {
			if _, err := tx.LockImport(ctx, s.ID, i.ID); err != nil {
				return err
			}
			return tx.UpdateImport(ctx, i)
		})
		diff(t, must[db.Import](t)(d.Import(ctx, s.ID, i.ID)), i)
		diff(t, must[[]db.Import](t)(d.Imports(ctx, s.ID, 5, db.ImportFile)), []db.Import{i})
		_, err := d.ImportToCarry(ctx, dbtest.Start)
		wantError(t, err, db.ErrNotFound)
		if next := must[db.Import](t)(d.ImportToCarry(ctx, dbtest.Start.Add(time.Hour))); next.ID != i.ID {
			t.Errorf("the stale one is not to be carried on: %+v", next)
		}
		line := db.ImportLine{Store: s.ID, Import: i.ID, N: 1, Line: 2, Cells: db.ImportCells{Name: "Maria", Release: true}, Identity: "phone 1", Contact: "c 1"}
		twin := line
		twin.N, twin.Line = 2, 3
		write(t, d, func(tx *db.Tx) error { return tx.InsertImportLines(ctx, line, twin) })
		twin.Problems = []db.ImportProblem{{Column: "phone", Code: "repeated", Arg: "2"}}
		write(t, d, func(tx *db.Tx) error { return tx.UpdateImportLine(ctx, twin) })
		line.Customer.Store, twin.Customer.Store = s.ID, s.ID
		diff(t, must[[]db.ImportLine](t)(d.ImportLines(ctx, s.ID, i.ID, 0, 9)), []db.ImportLine{line, twin})
		diff(t, must[[]db.ImportLine](t)(d.ProblemLines(ctx, s.ID, i.ID, 0, 9)), []db.ImportLine{twin})
		if n := must[int](t)(d.EarlierLine(ctx, twin)); n != 2 {
			t.Errorf("the line that was earlier is %d", n)
		}
		if n := must[int](t)(d.EarlierLine(ctx, line)); n != 0 {
			t.Errorf("an earlier line than the first: %d", n)
		}
	})
}

// What is prepared nobody sees; then all of it is there, or none.
func TestAnImportIsSeenAsAWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana, api := s.Seller("Ana").ID, s.Channel("api", db.ChannelAPI).ID
		old, mine, same := s.Customer("Velho Nome", "+551188880001", ""), s.Customer("Só Vendedor", "", ""), s.Customer("Igual", "", ana)
		i := someImport(s)
		changed, assigned := old, mine
		changed.Name, changed.Seller, assigned.Seller = "Novo Nome", ana, ana
		fresh := db.Customer{Store: s.ID, ID: db.NewID(), Name: "Fresca", Phone: "+551188880009", Vouched: true, Seller: ana, CreatedAt: dbtest.Start}
		lines := []db.ImportLine{{Action: db.LineNew, Customer: fresh, ChannelID: api, ExternalID: "f-1"}, {Action: db.LineChange, Customer: changed},
			{Action: db.LineAssign, Customer: assigned}, {Action: db.LineSame, Customer: same}}
		write(t, d, func(tx *db.Tx) error {
			if err := tx.InsertImport(ctx, i); err != nil {
				return err
			}
			for n := range lines {
				lines[n].Store, lines[n].Import, lines[n].N = s.ID, i.ID, n+1
				if err := tx.InsertImportLines(ctx, lines[n]); err != nil {
					return err
				}
				if err := tx.PrepareLine(ctx, lines[n]); err != nil {
					return err
				}
			}
			return nil
		})
		before := func() {
			t.Helper()
			diff(t, namesOf(must[db.CustomerPage](t)(d.Customers(ctx, s.ID, db.CustomerQuery{}))), []string{"Igual", "Só Vendedor", "Velho Nome"})
			_, err := d.Customer(ctx, s.ID, fresh.ID)
			wantError(t, err, db.ErrNotFound)
			if found := must[[]db.Customer](t)(d.CustomersByPhone(ctx, s.ID, fresh.Phone, 9)); len(found) != 0 {
				t.Errorf("recognised before it is there: %v", found)
			}
			if n := must[int](t)(d.CountCustomers(ctx, s.ID, db.CustomerQuery{Search: "fresca"}, 9)); n != 0 {
				t.Errorf("found before it is there: %d", n)
			}
		}
		before()
		if n := must[int](t)(d.Overtaken(ctx, s.ID, i.ID)); n != 0 {
			t.Errorf("%d overtaken", n)
		}
		// Each thing that may happen meanwhile is noticed.
		for _, c := range []struct{ name, meanwhile, undo string }{
			{"a customer changed", `UPDATE customers SET version = 9 WHERE id = '` + mine.ID + `'`, `UPDATE customers SET version = 1 WHERE id = '` + mine.ID + `'`},
			{"a number was taken", `UPDATE customers SET phone_key = '` + db.PhoneKey(fresh.Phone) + `' WHERE id = '` + same.ID + `'`,
				`UPDATE customers SET phone_key = '' WHERE id = '` + same.ID + `'`},
			{"a seller left", `UPDATE sellers SET active = FALSE`, `UPDATE sellers SET active = TRUE`},
			{"a contact came", `INSERT INTO contacts (store_id, id, channel_id, external_id, customer_id, name, name_key, phone, phone_digits, created_at)
			  SELECT store_id, 'x', '` + api + `', 'f-1', id, '', '', '', '', 1 FROM customers WHERE id = '` + same.ID + `'`, `DELETE FROM contacts`},
		} {
			dbtest.Exec(t, d, c.meanwhile)
			if n := must[int](t)(d.Overtaken(ctx, s.ID, i.ID)); n == 0 {
				t.Errorf("%s, and nobody noticed", c.name)
			}
			dbtest.Exec(t, d, c.undo)
		}
		// Undone and prepared anew.
		write(t, d, func(tx *db.Tx) error {
			if n, err := tx.UndoImport(ctx, s.ID, i.ID, 9); n != 1 || err != nil {
				t.Errorf("%d undone (%v)", n, err)
			}
			return tx.PrepareLine(ctx, lines[0])
		})
		before()
		write(t, d, func(tx *db.Tx) error { return tx.ApplyImport(ctx, s.ID, i.ID, dbtest.Start) })
		diff(t, namesOf(must[db.CustomerPage](t)(d.Customers(ctx, s.ID, db.CustomerQuery{Seller: ana}))), []string{"Fresca", "Igual", "Novo Nome", "Só Vendedor"})
		if k := must[db.Contact](t)(d.ContactByExternal(ctx, s.ID, api, "f-1")); k.Customer != fresh.ID || k.Name != "Fresca" {
			t.Errorf("the contact: %+v", k)
		}
		if all := must[[]db.Contact](t)(d.ContactsOfAll(ctx, s.ID, []string{fresh.ID, same.ID})); len(all) != 1 {
			t.Errorf("%d contacts of all", len(all))
		}
		write(t, d, func(tx *db.Tx) error {
			n, err := tx.TidyImport(ctx, s.ID, i.ID, 9)
			if n != 4 {
				t.Errorf("%d tidied", n)
			}
			return err
		})
		for search, want := range map[string]int{"velho": 0, "novo": 1, "88880001": 1} {
			if n := must[int](t)(d.CountCustomers(ctx, s.ID, db.CustomerQuery{Search: search}, 9)); n != want {
				t.Errorf("%q finds %d, want %d", search, n, want)
			}
		}
	})
}

func TestSellersByWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := dbtest.Store(t, d, "a")
		ana := s.Member("ana@loja.br", "Ana Sá", db.Agent)
		s.Seller("Bia")
		s.Seller("BIA")
		for word, want := range map[string]string{"ANA@loja.br": "1 " + ana.Seller, "ana sa": "1 " + ana.Seller, "bia": "2", "quem": "0"} {
			found := must[[]db.Seller](t)(d.SellersByWord(ctx, s.ID, word))
			got := fmt.Sprint(len(found))
			if len(found) == 1 {
				got += " " + found[0].ID
			}
			if got != want {
				t.Errorf("%s finds %s, want %s", word, got, want)
			}
		}
	})
}
