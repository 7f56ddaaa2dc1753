package web_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
)

const openPages = 200

// screen is an open Conversas: it holds the stream and fetches its list whenever
// it is told to, as live.js does. (Its throttle of 100 ms never has anything to
// hold back: a stream speaks four times a second at most.)
type screen struct {
	client            *http.Client
	url, list, stream string
	cookie            string
}

func (s *screen) get(ctx context.Context, path string, part bool) (*http.Response, error) {
	response, err := s.client.Do(ask(ctx, s.url+path, s.cookie, part))
	if err == nil && response.StatusCode != http.StatusOK {
		response.Body.Close()
		err = fmt.Errorf("%s: %s", path, response.Status)
	}
	return response, err
}

// watch calls told with each list that was fetched, still compressed, until ctx
// is done; ready is called once the stream is open.
func (s *screen) watch(ctx context.Context, ready func(), told func(list []byte)) error {
	stream, err := s.get(ctx, s.stream, false)
	if err != nil {
		return err
	}
	defer stream.Body.Close()
	ready()
	for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
		if lines.Text() != "event: list" {
			continue
		}
		response, err := s.get(ctx, s.list, true)
		if err != nil {
			return err
		}
		list, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return err
		}
		told(list)
	}
	return ctx.Err()
}

// watchAll opens a screen for each cookie, calls begin once all listen, and
// returns when done is closed and all have ended.
func watchAll(b *testing.B, url, list string, cookies []string, begin func(), done <-chan struct{}, told func(i int, list []byte)) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * openPages}}
	defer client.CloseIdleConnections()
	_, query, _ := strings.Cut(list, "?")
	var opening, open sync.WaitGroup
	opening.Add(len(cookies))
	for i, cookie := range cookies {
		s := &screen{client, url, list, "/eventos?" + query, cookie}
		open.Go(func() {
			if err := s.watch(ctx, opening.Done, func(list []byte) { told(i, list) }); err != nil && ctx.Err() == nil {
				panic(err) // a screen that is lost would be waited for in vain
			}
		})
	}
	opening.Wait()
	begin()
	<-done
	cancel()
	open.Wait()
}

// samples are how long each of so many recolourings took.
type samples struct {
	mu    sync.Mutex
	times []time.Duration
	left  int
	done  chan struct{} // closed with the last
}

func newSamples(n int) *samples { return &samples{left: n, done: make(chan struct{})} }

func (s *samples) add(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left == 0 {
		return
	}
	s.times = append(s.times, d)
	if s.left--; s.left == 0 {
		close(s.done)
	}
}

// BenchmarkRecolour is the time from a deadline until a seller's screen has
// fetched its list in the new colour, with 200 pages open: each seller's own
// list while 20 deadlines a second pass in all queues ("own"), and the list of
// Aguardando, which all 200 look at, one deadline a second ("shared"). Beside
// them stands a broadcast to 200 bare streams, each of which fetches the same
// bytes.
func BenchmarkRecolour(b *testing.B) {
	for _, c := range []struct {
		name, list string
		deadlines  int
		distance   time.Duration
		only       string // which conversations have a deadline
	}{
		{"own", "/conversas?tab=mine", 600, 50 * time.Millisecond, "1 = 1"},
		{"shared", "/conversas?tab=waiting", 20, 100 * time.Millisecond, "CAST(SUBSTR(id, 2) AS BIGINT) % 10 = 1 AND holder = 'waiting'"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				o := newOffice(b, dbtest.SeedSize{Open: 100_000, Teams: 10, Sellers: openPages, Channels: 4})
				o.await(b, c.distance, c.only)
				url, cookies := listen(b, o.front), o.everybody(b)
				report(b, "", o.recolour(b, url, c.list, cookies, c.deadlines))
				_, w := timed(b, o.front.Handler(), ask(b.Context(), c.list, cookies[0], true))
				report(b, "raw-", broadcast(b, w.Body.Bytes(), 20))
			}
		})
	}
}

// await makes every conversation one that waits in time, and gives some of them
// a 1st alert, at a distance from each other.
func (o *office) await(b *testing.B, distance time.Duration, only string) {
	b.Helper()
	due := fmt.Sprintf("%d + (CAST(SUBSTR(id, 2) AS BIGINT) - 100000000) * %d", dbtest.Start.Add(time.Second).UnixMicro(), distance.Microseconds())
	start := due + " - 300000000"
	dbtest.Exec(b, o.DB,
		`UPDATE conversations SET level = 'green', rank = 2, postponed_until = NULL, last_from = 'customer', next_type = 'alert1',
		   visited = '["' || holder || '"]', d1 = `+due+`, d2 = `+due+` + 600000000, wait_start = `+start+`, clock_start = `+start+`,
		   idle_since = `+start+`, last_at = `+start+`, as_of = `+start+`, sort_key = `+start,
		`UPDATE conversations SET next_at = d1, due_at = d1 WHERE `+only,
		`DELETE FROM tallies`,
		`INSERT INTO tallies (store_id, seller_id, team_id, channel_id, rank, n)
		 SELECT store_id, COALESCE(seller_id, ''), COALESCE(team_id, ''), channel_id, rank, COUNT(*) FROM conversations GROUP BY 1, 2, 3, 4, 5`)
}

// everybody signs all sellers in.
func (o *office) everybody(b *testing.B) []string {
	var cookies []string
	for _, seller := range o.Sellers {
		cookies = append(cookies, o.member(b, seller, db.Agent))
	}
	return cookies
}

// awaited are the deadlines each screen has to show, by the mark of the new
// colour in its list.
func (o *office) awaited(b *testing.B, list string, deadlines int) (all []map[string]time.Time, n int) {
	b.Helper()
	refs, err := o.DB.DueRefs(b.Context(), dbtest.Start.Add(10_000*time.Hour), deadlines)
	if err != nil {
		b.Fatal(err)
	}
	all = make([]map[string]time.Time, len(o.Sellers))
	for i := range all {
		all[i] = map[string]time.Time{}
	}
	for _, ref := range refs {
		c, err := o.DB.Conversation(b.Context(), o.ID, ref.ID)
		if err != nil {
			b.Fatal(err)
		}
		for i, seller := range o.Sellers {
			if c.Holder() == "seller:"+seller.ID && strings.HasSuffix(list, "mine") || c.Holder() == "waiting" && strings.HasSuffix(list, "waiting") {
				all[i][`class="row tone-yellow" id="row-`+c.ID+`"`], n = c.D1, n+1
			}
		}
	}
	return all, n
}

func (o *office) recolour(b *testing.B, url, list string, cookies []string, deadlines int) []time.Duration {
	b.Helper()
	awaited, n := o.awaited(b, list, deadlines)
	all := newSamples(n)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	var running sync.WaitGroup
	begin := func() {
		now := time.Now()
		o.began.Store(&now)
		running.Go(func() { o.Run(ctx) })
	}
	watchAll(b, url, list, cookies, begin, all.done, func(i int, fetched []byte) {
		now := o.now()
		var page []byte
		for mark, deadline := range awaited[i] {
			if deadline.After(now) {
				continue
			}
			if page == nil {
				page = unzipped(b, bytes.NewReader(fetched))
			}
			if bytes.Contains(page, []byte(mark)) {
				delete(awaited[i], mark)
				all.add(now.Sub(deadline))
			}
		}
	})
	cancel()
	running.Wait()
	return all.times
}

// broadcast tells 200 bare streams so often, each time after all have fetched.
func broadcast(b *testing.B, page []byte, times int) []time.Duration {
	b.Helper()
	var mu sync.Mutex
	var told time.Time
	var ears []chan struct{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /eventos", func(w http.ResponseWriter, r *http.Request) {
		ear := make(chan struct{}, 1)
		mu.Lock()
		ears = append(ears, ear)
		mu.Unlock()
		for flush := http.NewResponseController(w).Flush; flush() == nil; {
			select {
			case <-ear:
				_, _ = io.WriteString(w, "event: list\ndata: \n\n")
			case <-r.Context().Done():
				return
			}
		}
	})
	mux.HandleFunc("GET /conversas", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(page)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	all, round := newSamples(times*openPages), openPages
	tell := func() {
		told, round = time.Now(), openPages
		for _, ear := range ears {
			ear <- struct{}{}
		}
	}
	begin := func() {
		mu.Lock()
		defer mu.Unlock()
		tell()
	}
	watchAll(b, server.URL, "/conversas", make([]string, openPages), begin, all.done, func(int, []byte) {
		mu.Lock()
		defer mu.Unlock()
		all.add(time.Since(told))
		if round--; round == 0 {
			tell()
		}
	})
	return all.times
}
