package web_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// BenchmarkClientes is the server's time for the list of 100 k customers, 500 sellers
// and 200 teams, of a seller and of a supervisor: pages, filters, and searches by rare
// and common names, by several, and by parts of numbers.
func BenchmarkClientes(b *testing.B) {
	const customers = 100_000
	o := newOffice(b, dbtest.SeedSize{Open: 1000, Teams: 200, Sellers: 500, Channels: 4, Search: true})
	o.Customers(customers, o.Sellers)
	middle := base64.RawURLEncoding.EncodeToString([]byte("x lucas"))
	searches := []string{"maria", "maria silva", "MARIA DOS SANTOS OLIVEIRA", "conceicao d'avila", "francisca machado freitas", "zz", "7919", "98765",
		"(11) 9", "1190000", "11 90007-9190", "gabriel nunes 7919", "a", "cliente 10000"}
	var requests []*http.Request
	for i, role := range []db.Role{db.Agent, db.Supervisor} {
		cookie := o.member(b, o.Sellers[7+i], role)
		addresses := []string{"/clientes", "/clientes?after=" + middle, "/clientes?before=" + middle, "/clientes?seller=ninguem",
			"/clientes?seller=" + o.Sellers[20].ID}
		for _, search := range searches {
			q := url.Values{}
			q.Set("q", search)
			addresses = append(addresses, "/clientes?"+q.Encode(), "/clientes?"+q.Encode()+"&after="+middle, "/clientes?"+q.Encode()+"&seller=ninguem")
		}
		for _, address := range addresses {
			requests = append(requests, ask(b.Context(), address, cookie, false))
		}
	}
	for b.Loop() {
		o.measure(b, requests)
	}
}

// BenchmarkImport is what a file of 100 k lines costs: of checking and preparing, the
// batches that others wait for; of applying, the one transaction.
func BenchmarkImport(b *testing.B) {
	const lines = 100_000
	ctx := b.Context()
	o := newOffice(b, dbtest.SeedSize{Open: 1000, Teams: 10, Sellers: 50, Channels: 2})
	o.Customers(lines/2, o.Sellers)
	for b.Loop() {
		began := time.Now()
		i := db.Import{Store: o.ID, ID: db.NewID(), Kind: db.ImportFile, State: db.ImportReceiving}
		mustDo(b, o.BeginImport(ctx, i))
		for from := 0; from < lines; from += 500 {
			var some []db.ImportLine
			for n := from; n < from+500; n++ {
				some = append(some, db.ImportLine{Store: o.ID, Import: i.ID, N: n + 1, Line: n + 2, Cells: db.ImportCells{
					Name: fmt.Sprintf("Cliente %d", n), Phone: fmt.Sprintf("+55%d9%08d", 11+n%80, n*7919%100_000_000), Seller: o.Sellers[n%50].Name}})
			}
			mustDo(b, o.AddImportLines(ctx, some))
		}
		b.ReportMetric(time.Since(began).Seconds(), "receive-s")
		began = time.Now()
		mustDo(b, o.MoveImport(ctx, o.ID, i.ID, db.ImportReceiving, db.ImportChecking, func(i *db.Import) { i.Total = lines }))
		mustDo(b, o.Carry(ctx))
		b.ReportMetric(time.Since(began).Seconds(), "check-s")
		began = time.Now()
		mustDo(b, o.MoveImport(ctx, o.ID, i.ID, db.ImportChecked, db.ImportPreparing, nil))
		worst := o.waits(b, func() { mustDo(b, o.Carry(ctx)) })
		b.ReportMetric(time.Since(began).Seconds(), "import-s")
		b.ReportMetric(worst.Seconds(), "longest-wait-s")
	}
}

// waits is the longest that somebody else's small change has to wait while f runs.
func (o *office) waits(b *testing.B, f func()) (worst time.Duration) {
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			began := time.Now()
			_ = o.DB.Tx(b.Context(), func(tx *db.Tx) error {
				_, err := tx.TouchSeller(b.Context(), o.ID, o.Sellers[0].ID, db.Heartbeat{At: dbtest.Start, Since: dbtest.Start, After: dbtest.Start})
				return err
			})
			worst = max(worst, time.Since(began))
			time.Sleep(time.Millisecond)
		}
	}()
	f()
	stop()
	<-done
	return worst
}

func mustDo(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
