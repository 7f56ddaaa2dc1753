package scheduler

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// pastLine is a line of past conversations, so many minutes after the beginning.
func pastLine(conversation string, minute int, event flow.EventType, names ...string) db.ImportLine {
	p := &db.PastCells{Conversation: conversation, Event: event}
	for _, name := range names {
		switch {
		case event == flow.Transfer || event == flow.CustomerMessage && p.Team == "":
			p.Team = name
		case event == flow.CustomerMessage:
			p.Channel = name
		default:
			p.Seller = name
		}
	}
	return db.ImportLine{Cells: db.ImportCells{Past: p}, Story: db.PastConversation(conversation),
		At: dbtest.Start.Add(-48*time.Hour + time.Duration(minute)*time.Minute)}
}

// history is an import of these lines, ready to be checked.
func (s *shop) history(lines ...db.ImportLine) string {
	s.t.Helper()
	i := db.Import{Store: s.Store.ID, ID: db.NewID(), Kind: db.ImportHistory, Name: "conversas.csv", State: db.ImportReceiving, ByUser: "u", ByName: "Ana",
		Details: db.ImportDetails{History: &db.History{}}}
	if err := s.BeginImport(s.ctx, i); err != nil {
		s.t.Fatal(err)
	}
	for n := range lines {
		lines[n].Store, lines[n].Import, lines[n].N, lines[n].Line = i.Store, i.ID, n+1, n+2
		if len(lines[n].Problems) > 0 {
			i.Details.History.Malformed++
		}
	}
	if err := s.AddPastLines(s.ctx, lines); err != nil {
		s.t.Fatal(err)
	}
	err := s.MoveImport(s.ctx, i.Store, i.ID, db.ImportReceiving, db.ImportChecking, func(now *db.Import) {
		now.Details, now.Total = i.Details, len(lines)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return i.ID
}

func (s *shop) imported(id string) db.Import {
	s.t.Helper()
	s.carryAll()
	s.importIs(id, db.ImportChecked)
	s.move(id, db.ImportChecked, db.ImportPreparing)
	s.carryAll()
	return s.importIs(id, db.ImportDone)
}

// past are the waits that are seen.
func (s *shop) past() []db.Stay {
	s.t.Helper()
	stays, err := s.DB.Stays(s.ctx, s.Store.ID, dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0), 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	return stays
}

func (s *shop) pastWords() []string {
	s.t.Helper()
	var all []string
	for _, y := range s.past() {
		all = append(all, fmt.Sprintf("%s %s %s %s %v %s", y.Queue, y.Team, y.Channel, y.Level, y.End.Sub(y.Start), y.Outcome))
	}
	return all
}

// inBlocks is how many waits of a queue backtests read.
func (s *shop) inBlocks(queue flow.Queue) int {
	s.t.Helper()
	since, until, n := dbtest.Start.AddDate(-1, 0, 0), dbtest.Start.AddDate(1, 0, 0), 0
	err := s.DB.EachWait(s.ctx, s.Store.ID, queue, since, until, func(*db.Wait) { n++ })
	if err != nil {
		s.t.Fatal(err)
	}
	if most, err := s.DB.CountWaits(s.ctx, s.Store.ID, queue, since, until); err != nil || most != n {
		s.t.Errorf("%d waits are counted, %d read (%v)", most, n, err)
	}
	if first, err := s.DB.FirstWait(s.ctx, s.Store.ID, queue); err != nil || first.IsZero() != (n == 0) {
		s.t.Errorf("%d waits, the first at %v (%v)", n, first, err)
	}
	return n
}

// Past conversations become waits, with the colours of the flow in force, nobody's
// figures, no conversations, no customers; imported again they change nothing; deleted
// they are gone.
func TestHistoryIsImported(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 2*time.Minute, 4*time.Minute, flow.Action{Type: flow.TransferTeam, Team: s.teams["Plantão"]})
		s.autoClose(time.Hour)
		before, err := d.ConfigurationVersion(s.ctx, s.Store.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines := []db.ImportLine{
			pastLine("1", 3, flow.SellerMessage, "ANA"), // not in order
			pastLine("1", 0, flow.CustomerMessage, "vendas", "API"),
			pastLine("2", 0, flow.CustomerMessage, s.teams["Plantão"], s.channel.ID),
			pastLine("1", 5, flow.Close),
			pastLine("2", 90, flow.Transfer, "VENDAS"),
			pastLine("2", 91, flow.SellerMessage, s.sellers["Bia"]),
			pastLine("2", 95, flow.Close), pastLine("2", 96, flow.Close), pastLine("2", 97, flow.Note),
			pastLine("3", 0, flow.CustomerMessage),
		}
		id := s.history(lines...)
		s.carryAll()
		i := s.importIs(id, db.ImportChecked)
		want := db.History{Cursor: "", Conversations: 3, Waits: 3, Queues: map[flow.Queue]int{flow.TeamQueue: 3}, Waiting: 1, Without: 1,
			First: lines[1].At, Last: lines[8].At}
		if diff := gocmp.Diff(want, *i.Details.History); diff != "" || i.Position != 0 {
			t.Errorf("the preview, at %d (-want +got):\n%s", i.Position, diff)
		}
		if len(s.past()) != 0 || s.inBlocks(flow.TeamQueue) != 0 {
			t.Error("seen before anybody said go")
		}
		if i = s.imported(id); i.Created != 3 || i.Same != 0 || i.Tidy {
			t.Errorf("done: %+v", i)
		}
		if n := s.inBlocks(flow.TeamQueue); n != 3 {
			t.Errorf("backtests read %d of 3 waits", n)
		}
		vendas, plantao := s.teams["Vendas"], s.teams["Plantão"]
		if diff := gocmp.Diff([]string{"team " + vendas + " api yellow 3m0s answered", "team " + plantao + " api red 1h30m0s handed",
			"team " + vendas + " api green 1m0s answered"}, s.pastWords()); diff != "" {
			t.Errorf("the waits (-want +got):\n%s", diff)
		}
		for _, y := range s.past() {
			if !y.Imported || y.Outcome == flow.Answered != (y.By != "") {
				t.Errorf("%+v", y)
			}
		}
		if err := s.SumFigures(s.ctx); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"figures", "deeds", "conversations", "events", "contacts", "customers", "tallies", "alerts", "import_lines"} {
			if n := s.rows(table); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		if _, waiting, err := d.FiguresSummed(s.ctx, s.Store.ID); waiting || err != nil {
			t.Errorf("figures wait for what is imported (%v)", err)
		}
		if after, err := d.ConfigurationVersion(s.ctx, s.Store.ID, 1); err != nil || after.At != before.At {
			t.Errorf("the configuration changed (%v)", err)
		}
		seen := s.past()
		if again := s.imported(s.history(lines...)); again.Created != 0 || again.Same != 3 {
			t.Errorf("imported again: %+v", again)
		}
		if diff := gocmp.Diff(seen, s.past()); diff != "" {
			t.Errorf("imported again (-before +after):\n%s", diff)
		}
		trail, err := d.AuditTrail(s.ctx, s.Store.ID, db.AuditQuery{Noun: db.NounHistory}, 9)
		if err != nil || len(trail) != 2 || trail[1].Action != db.AuditImported || trail[1].Changes[1].After != "3" {
			t.Errorf("the trail: %+v (%v)", trail, err)
		}
		if err := s.DeleteHistory(s.ctx, s.Store.ID, id, db.Audit{ByKind: db.ByUser, ByName: "Ana"}); err != nil {
			t.Fatal(err)
		}
		if len(s.past()) != 0 || s.inBlocks(flow.TeamQueue) != 0 {
			t.Error("seen once it is being deleted")
		}
		s.carryAll()
		if i := s.importIs(id, db.ImportGivenUp); i.Reason != ReasonDeleted || s.rows("stays") != 0 || s.rows("wait_blocks") != 0 {
			t.Errorf("deleted: %+v, %d waits left", i, s.rows("stays"))
		}
		if err := s.DeleteHistory(s.ctx, s.Store.ID, id, db.Audit{}); !errors.Is(err, db.ErrChanged) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

func (s *shop) rows(table string) int {
	s.t.Helper()
	return len(dbtest.Rows(s.t, s.DB, s.Store.ID)[table])
}

// Who has left is in the past; who was never there is told, once, and left out or
// counted as nobody as somebody chooses.
func TestNamesOfThePast(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		gone := db.Seller{Store: s.Store.ID, ID: db.NewID(), Name: "Caio", CreatedAt: dbtest.Start}
		s.configure(func(tx *db.Tx, _ time.Time) error {
			if err := tx.InsertSeller(s.ctx, gone); err != nil {
				return err
			}
			return tx.InsertSeller(s.ctx, db.Seller{Store: s.Store.ID, ID: db.NewID(), Name: "bia", Active: true, CreatedAt: dbtest.Start}) // there are two now
		})
		lines := []db.ImportLine{
			pastLine("1", 0, flow.CustomerMessage, "Vendas"), pastLine("1", 3, flow.SellerMessage, "caio"),
			pastLine("2", 0, flow.CustomerMessage, "Pós-venda", "fax"), pastLine("2", 4, flow.SellerMessage, "Zoé"),
			pastLine("3", 0, flow.CustomerMessage, "POS-VENDA"), pastLine("3", 5, flow.SellerMessage, "Bia"),
		}
		id := s.history(lines...)
		s.carryAll()
		i := s.importIs(id, db.ImportRefused)
		unknown := []db.UnknownName{{Kind: db.OfTeam, Name: "Pós-venda", Lines: 2, Line: 4}, {Kind: db.OfChannel, Name: "fax", Lines: 1, Line: 4},
			{Kind: db.OfSeller, Name: "Zoé", Lines: 1, Line: 5}, {Kind: db.OfSeller, Name: "Bia", Lines: 1, Line: 7, Ambiguous: true}}
		byLine := func(a, b db.UnknownName) int {
			return a.Line*100 + len(a.Kind) - b.Line*100 - len(b.Kind)
		}
		got := slices.SortedFunc(slices.Values(i.Details.History.Unknown), byLine)
		for n := range got {
			if got[n].Kind == db.OfTeam {
				got[n].Name = "Pós-venda" // written both ways: which came first depends on the conversations' order
			}
		}
		if diff := gocmp.Diff(unknown, got); diff != "" || i.Errors != 4 {
			t.Errorf("%d errors; unknown (-want +got):\n%s", i.Errors, diff)
		}
		problems, err := d.PastProblems(s.ctx, s.Store.ID, id, false, 0, 9)
		if err != nil || len(problems) != 4 || problems[0].Line != 4 || len(problems[0].Problems) != 2 {
			t.Errorf("by line: %+v (%v)", problems, err)
		}
		choose := func(names db.NamesChoice, from db.ImportState) db.Import {
			t.Helper()
			err := s.MoveImport(s.ctx, s.Store.ID, id, from, db.ImportChecking, func(i *db.Import) { i.Details.History.Names = names })
			if err != nil {
				t.Fatal(err)
			}
			s.carryAll()
			return s.importIs(id, db.ImportChecked)
		}
		if i := choose(db.NamesLeftOut, db.ImportRefused); i.Errors != 0 || i.Details.History.LeftOut != 2 || i.Details.History.Waits != 1 || len(i.Details.History.Unknown) != 4 {
			t.Errorf("left out: %+v %+v", i, i.Details.History)
		}
		if problems, err := d.PastProblems(s.ctx, s.Store.ID, id, false, 0, 9); len(problems) != 0 || err != nil {
			t.Errorf("problems of before: %+v (%v)", problems, err)
		}
		if i := choose(db.NamesAsNone, db.ImportChecked); i.Errors != 0 || i.Details.History.LeftOut != 0 || i.Details.History.Waits != 3 {
			t.Errorf("as none: %+v %+v", i, i.Details.History)
		}
		s.move(id, db.ImportChecked, db.ImportPreparing)
		s.carryAll()
		s.importIs(id, db.ImportDone)
		if diff := gocmp.Diff([]string{"team " + s.teams["Vendas"] + "  green 3m0s answered", "team   green 4m0s answered", "team   green 5m0s answered"}, s.pastWords()); diff != "" {
			t.Errorf("the waits (-want +got):\n%s", diff)
		}
		if by := s.past()[0].By; by != gone.ID {
			t.Errorf("answered by %q, who has left", by)
		}
	})
}

// A file that has the latest first tells the same story, minutes or not.
func TestALatestFirstFileIsReadBackwards(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	id := s.history(pastLine("1", 9, flow.Close), pastLine("1", 5, flow.SellerMessage, "Ana"), pastLine("1", 5, flow.CustomerMessage), pastLine("1", 0, flow.CustomerMessage, "Vendas"))
	s.imported(id)
	if diff := gocmp.Diff([]string{"team " + s.teams["Vendas"] + "  green 5m0s answered"}, s.pastWords()); diff != "" {
		t.Error(diff)
	}
}

// The process dies after any batch: whoever comes next goes on, nobody sees a part
// of it, and figures of the store's own do not wait.
func TestAHistorySurvivesACrashAtAnyStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		var lines []db.ImportLine
		want := 0
		for n := range 700 {
			key := fmt.Sprint("c", n%350)
			if n < 350 {
				lines = append(lines, pastLine(key, n, flow.CustomerMessage, "Vendas"))
				continue
			}
			want++
			lines = append(lines, pastLine(key, n, flow.SellerMessage, "Ana"))
		}
		for n := range pastBatch + 300 { // one that is longer than a batch
			lines = append(lines, pastLine("long", 2*n, flow.CustomerMessage, "Vendas"), pastLine("long", 2*n+1, flow.SellerMessage, "Ana"))
			want++
		}
		id := s.history(lines...)
		steps := 0
		carry := func(most int) {
			t.Helper()
			for range most {
				more, err := New(d, s.clock, quiet, nil).carryOne(s.ctx) // another process, which knows nothing but the database
				if err != nil {
					t.Fatal(err)
				}
				if !more {
					return
				}
				steps++
				n := len(slices.DeleteFunc(s.past(), func(y db.Stay) bool { return !y.Imported }))
				if n != 0 && n != want || s.inBlocks(flow.TeamQueue)+s.inBlocks(flow.SellerQueue)-len(s.past()) > 0 {
					t.Fatalf("after %d steps %d of %d are seen", steps, n, want)
				}
			}
		}
		carry(999)
		if i := s.importIs(id, db.ImportChecked); i.Details.History.Waits != want {
			t.Fatalf("%+v", i.Details.History)
		}
		s.move(id, db.ImportChecked, db.ImportPreparing)
		carry(2) // half-way somebody changes their mind
		err := s.MoveImport(s.ctx, s.Store.ID, id, db.ImportPreparing, db.ImportUndoing, func(i *db.Import) {
			i.Details.Then = db.ImportChecked
		})
		if err != nil {
			t.Fatal(err)
		}
		carry(999)
		if s.importIs(id, db.ImportChecked); s.rows("stays") != 0 || s.rows("wait_blocks") != 0 {
			t.Errorf("%d stays of what was undone, in %d blocks", s.rows("stays"), s.rows("wait_blocks"))
		}
		s.move(id, db.ImportChecked, db.ImportPreparing)
		carry(3)
		own := s.says("maria", "Vendas")
		s.to(time.Minute)
		s.reply(own.ID, "Ana")
		if err := s.SumFigures(s.ctx); err != nil {
			t.Fatal(err)
		}
		carry(999)
		if i := s.importIs(id, db.ImportDone); i.Created != want || len(s.past()) != want+1 || steps < 12 {
			t.Errorf("%d seen after %d steps: %+v", len(s.past()), steps, i)
		}
		if n := s.inBlocks(flow.TeamQueue) + s.inBlocks(flow.SellerQueue); n != want+1 {
			t.Errorf("backtests read %d of %d waits", n, want+1)
		}
		day := s.now.Format(time.DateOnly)
		f, err := d.FiguresOne(s.ctx, s.Store.ID, db.OfStore, "", db.Period{From: day, To: day})
		if err != nil || f.Held.Real.Len() != 1 {
			t.Errorf("figures hold %d waits (%v)", f.Held.Real.Len(), err)
		}
	})
}

// A conversation with far too many lines is a mistake of its column.
func TestACrowdedConversationIsRefused(t *testing.T) {
	t.Parallel()
	s := newByHand(t, dbtest.New(t))
	var lines []db.ImportLine
	for n := range MaxPastLines + 1 {
		lines = append(lines, pastLine("tudo", n/4, flow.CustomerMessage))
	}
	id := s.history(append(lines, pastLine("1", 0, flow.CustomerMessage), pastLine("zz", 0, flow.CustomerMessage))...)
	s.carryAll()
	problems, err := s.DB.PastProblems(s.ctx, s.Store.ID, id, false, 0, 9)
	if i := s.importIs(id, db.ImportRefused); i.Errors != 1 || err != nil || len(problems) != 1 || problems[0].Problems[0].Code != ProblemCrowded {
		t.Errorf("%+v: %+v (%v)", i, problems, err)
	}
	if i := s.importIs(id, db.ImportRefused); i.Details.History.Conversations != 3 {
		t.Errorf("%+v", i.Details.History)
	}
}

// What a store went through, imported as the past of elsewhere, is the very waits that
// the engine kept live, with their colours.
func TestAHistoryIsWhatTheEngineKeptLive(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newByHand(t, d)
		s.flow(flow.TeamQueue, 5*time.Minute, 10*time.Minute, flow.Action{Type: flow.ActionNone})
		random := rand.New(rand.NewPCG(7, 19))
		open := map[string]string{}
		var ids []string
		for range 250 {
			s.now = s.now.Add(time.Duration(random.IntN(1200)) * time.Second)
			s.settle()
			customer := fmt.Sprint("customer ", random.IntN(8))
			id := open[customer]
			if id == "" || !s.conversation(id).IsOpen() {
				open[customer] = s.says(customer, []string{"Vendas", "Plantão", ""}[random.IntN(3)]).ID
				ids = append(ids, open[customer])
				continue
			}
			holder := s.conversation(id)
			switch who := []string{"Ana", "Bia"}[random.IntN(2)]; random.IntN(8) {
			case 0, 1:
				s.says(customer, "")
			case 2, 3:
				s.reply(id, who)
			case 4:
				s.act(id, Act{Type: flow.Assume, Seller: s.sellers[who]})
			case 5:
				if holder.Seller != "" || holder.Team != s.teams["Vendas"] {
					s.act(id, Act{Type: flow.Transfer, Team: s.teams["Vendas"]})
				}
			case 6:
				s.act(id, Act{Type: flow.NoReplyNeeded, Seller: s.sellers[who]})
			case 7:
				s.act(id, Act{Type: flow.Close})
			}
		}
		var lines []db.ImportLine
		want := map[string][]flow.Stay{}
		for _, id := range ids {
			for _, e := range s.events(id) {
				if p := pastOf(e.Record); p != nil {
					lines = append(lines, db.ImportLine{Cells: db.ImportCells{Past: p}, Story: db.PastConversation(id), At: e.At})
				}
			}
			stays, err := d.StaysOf(s.ctx, s.Store.ID, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, y := range stays {
				y.Conversation = db.PastConversation(id)
				want[y.Conversation] = append(want[y.Conversation], y.Stay)
			}
		}
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if i := s.imported(s.history(lines...)); i.Created < 80 {
			t.Errorf("only %d waits", i.Created)
		}
		got := map[string][]flow.Stay{}
		for _, y := range s.past() {
			if y.Imported {
				got[y.Conversation] = append(got[y.Conversation], y.Stay)
			}
		}
		for _, all := range got {
			slices.SortFunc(all, func(a, b flow.Stay) int { return a.Start.Compare(b.Start) })
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("live (-) and imported (+):\n%s", diff)
		}
	})
}

// pastOf is a record as a line of past conversations; nil for what the engine did by
// itself.
func pastOf(rec flow.Record) *db.PastCells {
	p := &db.PastCells{Conversation: rec.Conversation, Event: rec.Type, Channel: rec.Channel}
	switch rec.Type {
	case flow.CustomerMessage, flow.Transfer:
		p.Team, p.Seller = rec.ToTeam, rec.ToSeller
	case flow.SellerMessage, flow.NoReplyNeeded, flow.Assume:
		if p.Seller = rec.ToSeller; p.Seller == "" {
			p.Seller = rec.Seller
		}
	case flow.Close:
	default:
		return nil
	}
	return p
}
