package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// file is an import of these lines, ready to be checked.
func (s *shop) file(lines ...db.ImportCells) string {
	s.t.Helper()
	i := db.Import{Store: s.Store.ID, ID: db.NewID(), Kind: db.ImportFile, Name: "carteira.csv", State: db.ImportReceiving, ByUser: "u", ByName: "Ana"}
	if err := s.BeginImport(s.ctx, i); err != nil {
		s.t.Fatal(err)
	}
	for n, cells := range lines {
		l := db.ImportLine{Store: i.Store, Import: i.ID, N: n + 1, Line: n + 2, Cells: cells}
		if err := s.AddImportLines(s.ctx, []db.ImportLine{l}); err != nil {
			s.t.Fatal(err)
		}
	}
	s.move(i.ID, db.ImportReceiving, db.ImportChecking)
	return i.ID
}

func (s *shop) move(id string, from, to db.ImportState) {
	s.t.Helper()
	if err := s.MoveImport(s.ctx, s.Store.ID, id, from, to, nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) carryAll() {
	s.t.Helper()
	if err := s.Carry(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) importIs(id string, want db.ImportState) db.Import {
	s.t.Helper()
	i, err := s.DB.Import(s.ctx, s.Store.ID, id)
	if err != nil {
		s.t.Fatal(err)
	}
	if i.State != want {
		s.t.Fatalf("the import is %s, want %s: %+v", i.State, want, i)
	}
	return i
}

// customers are the names of those that are seen, each with its seller's.
func (s *shop) customersSeen() []string {
	s.t.Helper()
	page, err := s.DB.Customers(s.ctx, s.Store.ID, db.CustomerQuery{})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, r := range page.Rows {
		all = append(all, r.Name+" "+r.SellerName)
	}
	return all
}

// Every way in which a line can be wrong is said with its line and its column.
func TestImportRefusesLineByLine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		chat := s.Channel("chat", db.ChannelChat)
		known := s.Contact(s.channel.ID, "Conhecida", "+5511988880001")
		s.Customer("Gêmea 1", "+5511988880002", "")
		s.Customer("Gêmea 2", "+5511988880002", "")
		gone := db.Seller{Store: s.Store.ID, ID: db.NewID(), Name: "Caio", CreatedAt: dbtest.Start}
		s.configure(func(tx *db.Tx, _ time.Time) error { return tx.InsertSeller(s.ctx, gone) })
		s.Seller("Bia") // there are two now
		id := s.file(
			db.ImportCells{Phone: "+5511988880003"},
			db.ImportCells{Code: "nenhum", Name: "A"},
			db.ImportCells{Phone: "+5511988880002", Name: "A"},
			db.ImportCells{Phone: "+5511988880004", Name: "A", Seller: "Quem"},
			db.ImportCells{Phone: "+5511988880005", Name: "A", Seller: "caio"},
			db.ImportCells{Phone: "+5511988880006", Name: "A", Seller: "BIA"},
			db.ImportCells{Channel: "fax", External: "1", Name: "A"},
			db.ImportCells{Channel: chat.Name, External: "1", Name: "A"},
			db.ImportCells{Code: known.Customer, Seller: "Ana"},
			db.ImportCells{Phone: "+551188880001", Name: "Outra vez"},
			db.ImportCells{Phone: "+5511988880007", Name: "Nova"},
			db.ImportCells{Phone: "+551188880007", Name: "Nova de novo"},
			db.ImportCells{Channel: "API", External: "e-1", Name: "Por canal"},
			db.ImportCells{Channel: s.channel.ID, External: "e-1", Name: "Por canal de novo"},
		)
		s.carryAll()
		i := s.importIs(id, db.ImportRefused)
		lines, err := d.ProblemLines(s.ctx, s.Store.ID, id, 0, 99)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			for _, p := range l.Problems {
				got = append(got, fmt.Sprint(l.Line, " ", p.Column, " ", p.Code, " ", p.Arg))
			}
		}
		want := []string{"2 name required ", "3 code unknown nenhum", "4 phone ambiguous +5511988880002", "5 seller unknown Quem", "6 seller inactive caio",
			"7 seller ambiguous BIA", "8 channel unknown fax", "9 external kind chat", "11 phone repeated 10", "13 phone repeated 12", "15 external repeated 14"}
		if !slices.Equal(got, want) || i.Errors != len(want) {
			t.Errorf("%d errors:\n%q\nwant\n%q", i.Errors, got, want)
		}
	})
}

// A file that is right is imported as a whole: new, changed, the same; with its
// entry in the audit trail; and who it brings is recognised when they write.
func TestImportIsAppliedAsAWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		old := s.Customer("Maria", "+5511988880001", "")
		s.Customer("Zoé", "+5511988880002", s.sellers["Bia"])
		id := s.file(
			db.ImportCells{Name: "Maria Prado", Phone: "+551188880001", Seller: "ana"}, db.ImportCells{Phone: "+5511988880002"},
			db.ImportCells{Name: "Nova", Phone: "+5511988880003", Seller: "Ana", Channel: "api", External: "n-1"},
			db.ImportCells{Name: "Outra", Phone: "+5511988880004", Seller: "Ana"})
		s.carryAll()
		i := s.importIs(id, db.ImportChecked)
		if i.Created != 2 || i.Changed != 1 || i.Same != 1 {
			t.Errorf("checked: %+v", i)
		}
		if got := s.customersSeen(); !slices.Equal(got, []string{"Maria ", "Zoé Bia"}) {
			t.Errorf("before anybody said go: %q", got)
		}
		s.move(id, db.ImportChecked, db.ImportPreparing)
		s.carryAll()
		if i = s.importIs(id, db.ImportDone); i.Created != 2 || i.Changed != 1 || i.Same != 1 || i.Tidy {
			t.Errorf("done: %+v", i)
		}
		if got := s.customersSeen(); !slices.Equal(got, []string{"Maria Prado Ana", "Nova Ana", "Outra Ana", "Zoé Bia"}) {
			t.Errorf("after: %q", got)
		}
		for external, phone := range map[string]string{"n-1": "", "outra": "+551188880004"} {
			got := s.receive(Inbound{Contact: InboundContact{ExternalID: external, Phone: phone}}).Conversation
			if got.Holder() != "seller:"+s.sellers["Ana"] {
				t.Errorf("%s went to %s", external, got.Holder())
			}
		}
		trail, err := d.AuditTrail(s.ctx, s.Store.ID, db.AuditQuery{Noun: db.NounPortfolio}, 9)
		if err != nil || len(trail) != 1 || trail[0].Action != db.AuditImported || trail[0].ByName != "Ana" {
			t.Errorf("the trail: %+v (%v)", trail, err)
		}
		if lines, err := d.ImportLines(s.ctx, s.Store.ID, id, 0, 9); err != nil || len(lines) != 0 {
			t.Errorf("%d lines left lying (%v)", len(lines), err)
		}
		if now, err := d.Customer(s.ctx, s.Store.ID, old.ID); err != nil || now.Version != 2 {
			t.Errorf("%+v (%v)", now, err)
		}
	})
}

// The process dies after any batch: whoever comes next goes on, and until the end
// nobody sees a part of it.
func TestAnImportSurvivesACrashAtAnyStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		before := s.Customer("Maria", "+5511900000000", "")
		var cells []db.ImportCells
		for n := range 2*importBatch + 30 {
			cells = append(cells, db.ImportCells{Name: fmt.Sprintf("Cliente %03d", n), Phone: fmt.Sprintf("+551190000%04d", n), Seller: "Ana"})
		}
		id := s.file(cells...)
		seen := func() int {
			t.Helper()
			n, err := d.CountCustomers(s.ctx, s.Store.ID, db.CustomerQuery{Seller: s.sellers["Ana"]}, 9999)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		steps := 0
		carry := func() {
			t.Helper()
			for {
				// Another process, which knows nothing but the database.
				next := New(d, s.clock, quiet, nil)
				more, err := next.carryOne(s.ctx)
				if err != nil {
					t.Fatal(err)
				}
				if !more {
					return
				}
				steps++
				if n := seen(); n != 0 && n != len(cells) {
					t.Fatalf("after %d steps %d of %d are seen", steps, n, len(cells))
				}
			}
		}
		carry()
		s.importIs(id, db.ImportChecked)
		s.move(id, db.ImportChecked, db.ImportPreparing)
		for range 2 { // dies half-way through preparing
			if _, err := s.carryOne(s.ctx); err != nil {
				t.Fatal(err)
			}
		}
		if seen() != 0 {
			t.Error("seen half-way")
		}
		carry()
		i := s.importIs(id, db.ImportDone)
		if seen() != len(cells) || i.Changed != 1 || i.Created != len(cells)-1 || steps < 6 {
			t.Errorf("%d seen after %d steps: %+v", seen(), steps, i)
		}
		if k, err := d.Customer(s.ctx, s.Store.ID, before.ID); err != nil || k.Name != "Cliente 000" {
			t.Errorf("the one who was there: %+v (%v)", k, err)
		}
	})
}

// A batch that is cut off in the middle leaves nothing behind.
func TestABatchThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	id := s.file(db.ImportCells{Name: "A", Phone: "+5511900000001"}, db.ImportCells{Name: "B", Phone: "+5511900000002"})
	s.carryAll()
	s.move(id, db.ImportChecked, db.ImportPreparing)
	dbtest.Exec(t, s.DB, `CREATE TRIGGER broken BEFORE INSERT ON customers WHEN NEW.name = 'B' BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	for range importAttempts {
		if _, err := s.carryOne(s.ctx); err == nil {
			t.Fatal("what cannot be written was written")
		}
	}
	if i := s.importIs(id, db.ImportPreparing); i.Attempts != importAttempts || i.Position != 0 {
		t.Errorf("%+v", i)
	}
	if _, err := s.carryOne(s.ctx); err == nil {
		t.Fatal("what cannot be written was written")
	}
	s.carryAll()
	if i := s.importIs(id, db.ImportGivenUp); i.Reason != ReasonFailed || len(s.customersSeen()) != 0 {
		t.Errorf("%+v, %q", i, s.customersSeen())
	}
}

// What changes in the store while an import is prepared is not overwritten: the
// import begins anew with what is there then, or is refused where it no longer can.
func TestAnImportIsOvertaken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		maria := s.Customer("Maria", "+5511900000001", "")
		var cells []db.ImportCells
		for n := range importBatch {
			cells = append(cells, db.ImportCells{Name: fmt.Sprintf("Cliente %03d", n), Phone: fmt.Sprintf("+551190000%04d", n+1), Seller: "Ana"})
		}
		id := s.file(cells...)
		s.carryAll()
		s.move(id, db.ImportChecked, db.ImportPreparing)
		if _, err := s.carryOne(s.ctx); err != nil {
			t.Fatal(err)
		}
		// Between the last line and the end: she is edited, and another of the file writes.
		dbtest.Exec(t, d, `UPDATE customers SET name = 'Dona Maria', version = version + 1 WHERE id = '`+maria.ID+`'`)
		wrote := s.receive(Inbound{Contact: InboundContact{ExternalID: "w", Name: "Veio antes", Phone: "+5511900000002"}})
		s.carryAll()
		i := s.importIs(id, db.ImportDone)
		if i.Attempts != 1 || i.Created != importBatch-2 || i.Changed != 2 {
			t.Errorf("%+v", i)
		}
		contact, err := d.Contact(s.ctx, s.Store.ID, wrote.Conversation.ContactID)
		if err != nil || contact.Seller != s.sellers["Ana"] {
			t.Errorf("who wrote meanwhile is somebody else than in the file: %+v (%v)", contact, err)
		}

		again := s.file(db.ImportCells{Name: "Nova", Phone: "+5511900009999", Seller: "Bia"})
		s.carryAll()
		s.move(again, db.ImportChecked, db.ImportPreparing)
		dbtest.Exec(t, d, `UPDATE sellers SET active = FALSE WHERE id = '`+s.sellers["Bia"]+`'`)
		s.carryAll()
		if i := s.importIs(again, db.ImportRefused); i.Errors != 1 {
			t.Errorf("%+v", i)
		}
	})
}

// An assignment of a long list is seen as a whole too, and can be given up.
func TestALongAssignment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		const n = importBatch + 20
		for i := range n {
			s.Customer(fmt.Sprintf("Cliente %03d", i), "", []string{s.sellers["Bia"], ""}[i%2])
		}
		begin := func(to string) string {
			i := db.Import{Store: s.Store.ID, ID: db.NewID(), Kind: db.ImportAssign, Name: "Todos os clientes", State: db.ImportPreparing, Total: n,
				Details: db.ImportDetails{Query: db.CustomerQuery{Search: "cliente"}, To: to}, ByUser: "u", ByName: "Ana"}
			if err := s.BeginImport(s.ctx, i); err != nil {
				t.Fatal(err)
			}
			return i.ID
		}
		anas := func() int {
			t.Helper()
			n, err := d.CountCustomers(s.ctx, s.Store.ID, db.CustomerQuery{Seller: s.sellers["Ana"]}, 9999)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		given := begin(s.sellers["Ana"])
		if _, err := s.carryOne(s.ctx); err != nil || anas() != 0 {
			t.Fatalf("half-way %d are Ana's (%v)", anas(), err)
		}
		err := s.MoveImport(s.ctx, s.Store.ID, given, db.ImportPreparing, db.ImportUndoing, func(i *db.Import) {
			i.Details.Then, i.Reason = db.ImportGivenUp, ReasonCancelled
		})
		if err != nil {
			t.Fatal(err)
		}
		s.carryAll()
		if s.importIs(given, db.ImportGivenUp); anas() != 0 {
			t.Errorf("given up, and %d are Ana's", anas())
		}
		id := begin(s.sellers["Ana"])
		s.carryAll()
		if i := s.importIs(id, db.ImportDone); anas() != n || i.Changed != n || i.Total != n {
			t.Errorf("%d are Ana's: %+v", anas(), i)
		}
		err = s.MoveImport(s.ctx, s.Store.ID, id, db.ImportPreparing, db.ImportUndoing, nil)
		if !errors.Is(err, db.ErrChanged) {
			t.Errorf("a finished one was given up: %v", err)
		}
	})
}

// The loop carries on what somebody begins, and what a process before it left; what
// nobody goes on with is cleared away.
func TestTheLoopCarriesImports(t *testing.T) {
	running(t, func(s *shop, _ time.Time) {
		id := s.file(db.ImportCells{Name: "A", Phone: "+5511900000001"})
		pass(time.Second)
		s.importIs(id, db.ImportChecked)
		pass(importStale + 2*importPoll)
		if i := s.importIs(id, db.ImportGivenUp); i.Reason != ReasonStale {
			t.Errorf("%+v", i)
		}
	})
}
