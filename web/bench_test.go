package web_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

// office is a large store with its server, for benchmarks.
type office struct {
	dbtest.Seeded
	*scheduler.Scheduler
	front *web.Server
	now   func() time.Time
	began atomic.Pointer[time.Time] // when the clock, which stands at first, went
}

func newOffice(b *testing.B, size dbtest.SeedSize) *office {
	b.Helper()
	d, log := dbtest.New(b), slog.New(slog.NewTextHandler(io.Discard, nil))
	o := &office{Seeded: dbtest.Seed(b, d, "loja", size)}
	o.now = func() time.Time {
		if began := o.began.Load(); began != nil {
			return dbtest.Start.Add(time.Since(*began)).Truncate(time.Microsecond)
		}
		return dbtest.Start
	}
	clock := scheduler.Clock{Now: o.now, Speed: 1}
	o.Scheduler = scheduler.New(d, clock, log, nil)
	o.front = web.New(web.Options{Handlers: &handlers.Server{DB: d, Door: o.Door, Hub: o.Hub, Clock: clock, Log: log, Real: o.now}})
	return o
}

// member makes a seller somebody who is signed in, and returns their cookie.
func (o *office) member(b *testing.B, seller db.Seller, role db.Role) string {
	b.Helper()
	ctx, secret := b.Context(), handlers.NewSecret()
	u := db.User{ID: db.NewID(), Login: seller.ID + "@loja", Name: seller.Name, PasswordHash: "none", CreatedAt: dbtest.Start}
	seller.User = u.ID
	err := o.DB.Tx(ctx, func(tx *db.Tx) error {
		for _, step := range []func() error{
			func() error { return tx.InsertUser(ctx, u) },
			func() error { return tx.UpdateSeller(ctx, seller) },
			func() error {
				return tx.InsertMembership(ctx, db.Membership{Store: o.ID, User: u.ID, Role: role, Seller: seller.ID, CreatedAt: dbtest.Start})
			},
			func() error {
				return tx.SaveSession(ctx, db.Session{IDHash: handlers.HashSecret(secret), Store: o.ID, User: u.ID, CreatedAt: dbtest.Start,
					LastUsedAt: dbtest.Start, ExpiresAt: dbtest.Start.Add(time.Hour), Data: fmt.Sprintf(`{"role": %q}`, role)})
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return "semaforo=" + secret
}

// ask is a request as a browser sends it: for a whole page, or for its live part.
func ask(ctx context.Context, url, cookie string, part bool) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	r.RequestURI = ""
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Accept-Encoding", "gzip")
	if part {
		r.Header.Set("HX-Request", "true")
	}
	return r
}

// addresses are Conversas' tabs, each with every filter, and of each the first
// page, one far down and the one before that.
func (o *office) addresses(role db.Role) []string {
	tabs := []string{"mine", "teams", "waiting", "postponed", "closed", "any"}
	if role != db.Agent {
		tabs = append(tabs, "all")
	}
	far := int64(db.At(dbtest.Start.Add(-6 * time.Hour)))
	cursors := map[string]db.Cursor{"postponed": {Rank: db.RankPostponed, SortKey: far, ID: "c1"}, "closed": {Rank: db.RankClosed, SortKey: -far, ID: "c1"}}
	team, seller, channel := "&team="+o.Teams[3].ID, "&seller="+o.Sellers[20].ID, "&channel="+o.Channels[1].ID
	var all []string
	for _, tab := range tabs {
		cursor, found := cursors[tab]
		if !found {
			cursor = db.Cursor{Rank: db.RankYellow, SortKey: far, ID: "c1"}
		}
		for _, filter := range []string{"", "&color=yellow", team, seller, channel, team + channel, seller + channel, "&q=cliente", "&q=100012345", "&q=cliente+1000"} {
			for _, page := range []string{"", "&after=" + cursor.String(), "&before=" + cursor.String()} {
				all = append(all, "/conversas?tab="+tab+filter+page)
			}
		}
	}
	return all
}

// timed is what a handler takes to answer, and the answer.
func timed(b *testing.B, h http.Handler, r *http.Request) (time.Duration, *httptest.ResponseRecorder) {
	w := httptest.NewRecorder()
	began := time.Now()
	h.ServeHTTP(w, r)
	took := time.Since(began)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %d", r.URL, w.Code)
	}
	return took, w
}

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err)
	}
	return z
}}

// bare answers with a page that is ready, compressed as the real one is.
func bare(page []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(w)
		_, _ = z.Write(page)
		_ = z.Close()
	})
}

// unzipped is a page as it was before it was compressed; screens call it too.
func unzipped(b *testing.B, r io.Reader) []byte {
	z, err := gzip.NewReader(r)
	if err != nil {
		b.Error(err)
		return nil
	}
	page, err := io.ReadAll(z)
	if err != nil {
		b.Error(err)
	}
	return page
}

func quantile(times []time.Duration, p float64) time.Duration {
	return times[min(len(times)-1, int(float64(len(times))*p))]
}

func report(b *testing.B, name string, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(quantile(times, 0.5).Seconds()*1000, name+"p50-ms")
	b.ReportMetric(quantile(times, 0.99).Seconds()*1000, name+"p99-ms")
}

// BenchmarkConversas is the server's time for the inbox, from the first
// middleware to the last compressed byte, of a seller and of a supervisor, with
// any tab, filter and page, whole and as the live part. Beside it stands a bare
// handler with the same bytes.
func BenchmarkConversas(b *testing.B) {
	for _, open := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			o := newOffice(b, dbtest.SeedSize{Open: open, Closed: open / 5, Teams: 12, Sellers: 60, Channels: 4, Search: true})
			var requests []*http.Request
			for i, role := range []db.Role{db.Agent, db.Supervisor} {
				cookie := o.member(b, o.Sellers[7+i], role)
				for _, address := range o.addresses(role) {
					requests = append(requests, ask(b.Context(), address, cookie, false), ask(b.Context(), address, cookie, true))
				}
			}
			for b.Loop() {
				o.measure(b, requests)
			}
		})
	}
}

// measure asks everything once so that the server is no longer cold, and then
// several times.
func (o *office) measure(b *testing.B, requests []*http.Request) {
	const rounds = 5
	var times, raw []time.Duration
	slowest := make([]string, 0, len(requests))
	for _, r := range requests {
		_, w := timed(b, o.front.Handler(), r)
		page := bare(unzipped(b, w.Body))
		var worst time.Duration
		for range rounds {
			took, _ := timed(b, o.front.Handler(), r)
			limit, _ := timed(b, page, r)
			times, raw, worst = append(times, took), append(raw, limit), max(worst, took)
		}
		slowest = append(slowest, fmt.Sprintf("%8.1f ms %s", worst.Seconds()*1000, r.URL))
	}
	report(b, "", times)
	report(b, "raw-", raw)
	slices.Sort(slowest)
	b.Logf("%d addresses, the slowest:\n%s", len(requests), strings.Join(slowest[len(slowest)-5:], "\n"))
}
