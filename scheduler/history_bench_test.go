package scheduler

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
)

// BenchmarkHistory imports past conversations, SEMAFORO_PAST lines of them, as a file
// in the order of time has them: how many lines a second go through each part, how long
// the longest transaction of each held the store's writers up, and what memory it took.
func BenchmarkHistory(b *testing.B) {
	total := 50_000
	if n, err := strconv.Atoi(os.Getenv("SEMAFORO_PAST")); err == nil {
		total = n
	}
	s := newShop(b, dbtest.New(b), RealClock())
	for b.Loop() {
		held := func(what string, do func() (bool, error)) time.Duration {
			begun, longest := time.Now(), time.Duration(0)
			for {
				step := time.Now()
				more, err := do()
				if err != nil {
					b.Fatal(err)
				}
				if took := time.Since(step); took > longest {
					longest = took
				}
				if !more {
					b.ReportMetric(float64(total)/time.Since(begun).Seconds(), what+"-lines/s")
					b.ReportMetric(longest.Seconds()*1000, what+"-longest-ms")
					return time.Since(begun)
				}
			}
		}
		i := db.Import{Store: s.Store.ID, ID: db.NewID(), Kind: db.ImportHistory, State: db.ImportReceiving, Details: db.ImportDetails{History: &db.History{}}}
		if err := s.BeginImport(s.ctx, i); err != nil {
			b.Fatal(err)
		}
		n := 0
		held("receive", func() (bool, error) {
			var lines []db.ImportLine
			for range 500 {
				// A thousand conversations are open at any time, four lines each.
				l := db.ImportLine{Store: i.Store, Import: i.ID, N: n + 1, Line: n + 2, At: time.Now().AddDate(-1, 0, 0).Add(time.Duration(n) * time.Second)}
				p := &db.PastCells{Conversation: fmt.Sprint("atendimento-", n/4000, "-", n%1000), Event: []flow.EventType{flow.CustomerMessage, flow.SellerMessage, flow.CustomerMessage, flow.Close}[n%4000/1000]}
				switch p.Event {
				case flow.CustomerMessage:
					p.Team = "Vendas"
				case flow.SellerMessage:
					p.Seller = "Ana"
				}
				l.Cells.Past, l.Story = p, db.PastConversation(p.Conversation)
				lines = append(lines, l)
				n++
			}
			return n < total, s.AddPastLines(s.ctx, lines)
		})
		move := func(from, to db.ImportState) {
			if err := s.MoveImport(s.ctx, i.Store, i.ID, from, to, func(now *db.Import) { now.Total = total }); err != nil {
				b.Fatal(err)
			}
		}
		move(db.ImportReceiving, db.ImportChecking)
		until := func(state db.ImportState) func() (bool, error) {
			return func() (bool, error) {
				if _, err := s.carryOne(s.ctx); err != nil {
					return false, err
				}
				now, err := s.DB.Import(s.ctx, i.Store, i.ID)
				return now.State != state || now.Tidy, err
			}
		}
		held("check", until(db.ImportChecked))
		move(db.ImportChecked, db.ImportPreparing)
		held("import", until(db.ImportDone))
		now, err := s.DB.Import(s.ctx, i.Store, i.ID)
		if err != nil || now.Created != total/2 {
			b.Fatalf("%d waits of %d (%v)", now.Created, total/2, err)
		}
		if err := s.DeleteHistory(s.ctx, i.Store, i.ID, db.Audit{ByKind: db.BySystem}); err != nil {
			b.Fatal(err)
		}
		held("delete", until(db.ImportGivenUp))
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapSys)/(1<<20), "heap-MB")
	}
}
