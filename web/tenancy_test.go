package web_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/flow"
	"semaforo/handlers"
	"semaforo/scheduler"
	"semaforo/web"
)

// Nothing of one store is visible, countable or guessable from another: every
// route is asked, by everybody of a store, for the other store's things and for
// things that do not exist, and must not tell one from the other.
//
// What a route may name is in tenancy_nouns_test.go: a new one is a line there.

// TestNothingOfAnotherStoreCanBeTold asks every route for the other store's
// things, one at a time and all at once.
func TestNothingOfAnotherStoreCanBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.keep()
	foreign := w.fill(w.theirs)
	w.share()
	pages, programs := w.people()
	before, trail := dbtest.Rows(t, w.db, w.theirs.ID), w.trailOf(w.theirs)
	for _, r := range w.web.Routes() {
		if r.Is(web.Stream) || r.Path == "/metrics" {
			continue // streams have their own test; figures are the operator's
		}
		people := pages
		if r.Permission.OfAPI() {
			people = programs
		}
		for _, who := range slices.Sorted(maps.Keys(people)) {
			if !asks(who, r.Permission) || who == "both" && r.Path == "/trocar-loja" { // TestSwitchingStores
				continue
			}
			for _, q := range requests(t, r) {
				w.probe(probe{who: who, route: r, request: q, header: people[who](), foreign: foreign})
			}
		}
	}
	after, now := dbtest.Rows(t, w.db, w.theirs.ID), w.trailOf(w.theirs)
	delete(before, "audit")
	delete(after, "audit")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the other store was changed:\n%s", diff)
	}
	// What is told there is that somebody tries to sign in as one of its people.
	for _, e := range now[:len(now)-len(trail)] {
		w.isRefusal(e, foreign["login"])
	}
	if diff := cmp.Diff(trail, now[len(now)-len(trail):]); diff != "" {
		t.Errorf("the other store's trail was changed:\n%s", diff)
	}
}

// trailOf is a store's audit trail, the latest first.
func (w *world) trailOf(in *dbtest.Shop) []db.Audit {
	w.t.Helper()
	trail, err := w.db.AuditTrail(context.Background(), in.ID, db.AuditQuery{}, db.MaxPage)
	if err != nil {
		w.t.Fatal(err)
	}
	return trail
}

// isRefusal fails unless an entry says that a login's password was wrong, and no more.
func (w *world) isRefusal(e db.Audit, login string) {
	w.t.Helper()
	want := db.Audit{Store: w.theirs.ID, ID: e.ID, At: e.At, ByKind: db.ByUser, ByID: w.user(login).ID, ByName: w.user(login).Name,
		Address: "192.0.2.1", Noun: db.NounSession, NounName: "Navegador desconhecido", Action: db.AuditRefused,
		Changes: []db.AuditChange{{Field: "reason", After: "senha incorreta"}, {Field: "attempts", After: "1"}}}
	if diff := cmp.Diff(want, e); diff != "" {
		w.t.Errorf("the other store's trail tells:\n%s", diff)
	}
}

// asks reports whether somebody gets as far as a route's handler: who is refused
// before (TestRoleByRouteMatrix) is told nothing. Of what everybody may ask, an
// administrator and nobody ask.
func asks(who string, p handlers.Permission) bool {
	switch {
	case who == "nobody" || p == handlers.Public:
		return p == handlers.Public && (who == "nobody" || who == string(db.Admin))
	case p.OfAPI():
		return handlers.Scope(who).Can(p)
	case who == "both" || who == "left":
		return true
	}
	return handlers.Role(who).Can(p)
}

// probe is one request of one asker, and which of its slots are somebody else's.
type probe struct {
	who     string
	route   web.Route
	request request
	header  []string
	own     map[string]string // what of mine stands in the other slots
	foreign map[string]string
}

// What is asked for by other than one slot.
const (
	everySlot    = -1
	documentSlot = -2 // those beside the path, which is mine
)

// fewSlots are worth asking for one by one: what the test's tables name. All the
// fields there are come together.
const fewSlots = 4

// probe asks with the other store's things in each slot, in those of the document,
// and in all.
func (w *world) probe(p probe) {
	w.t.Helper()
	slots, inPath := p.request.slots(), len(request{path: p.request.path}.slots())
	var probes []int
	if len(slots) > 1 {
		probes = append(probes, everySlot)
	}
	own := slots[:inPath]
	if inPath > 0 && len(slots) > inPath {
		probes = append(probes, documentSlot)
	}
	if len(slots) <= fewSlots {
		own = slots
		for i, slot := range slots {
			if slot != "<new>" {
				probes = append(probes, i)
			}
		}
	}
	p.own = w.ownFor(own)
	for _, probed := range probes {
		w.compare(p, fmt.Sprintf("%s asks %s %s %q (part %v, slot %d of %v)", p.who, p.request.method, p.route.Path, p.request.document,
			p.request.part, probed, slots), func(slot int) bool {
			return probed == everySlot || probed == slot || probed == documentSlot && slot >= inPath
		})
	}
}

// ownFor makes something of mine for each slot.
func (w *world) ownFor(slots []string) map[string]string {
	w.t.Helper()
	own := map[string]string{}
	w.withoutFlows(w.mine)
	for _, slot := range slots {
		if noun := strings.Trim(slot, "<>"); !strings.HasPrefix(noun, "new") {
			own[noun] = nouns[noun](w, w.mine)
		}
	}
	if len(own) > 0 {
		w.publish(w.mine)
	}
	return own
}

// ask fills the probed slots by asked, and the others with what is mine.
func (w *world) ask(p probe, probed func(slot int) bool, asked func(noun string) string) (raw string, answer told) {
	w.t.Helper()
	var wrote []string
	filled := p.request.fill(func(slot int, noun string) string {
		value := p.own[noun]
		switch {
		case noun != "new" && probed(slot):
			value = asked(noun)
		case strings.HasPrefix(noun, "new"):
			value = db.NewID()
		}
		wrote = append(wrote, value)
		return value
	})
	return w.send(filled, p.header, wrote...)
}

// compare asks for the other store's things and for things that do not exist.
func (w *world) compare(p probe, what string, probed func(slot int) bool) {
	w.t.Helper()
	absent := func(noun string) string {
		if missing[noun] != nil {
			return missing[noun]()
		}
		return db.NewID()
	}
	_, without := w.ask(p, probed, absent)
	raw, with := w.ask(p, probed, func(noun string) string { return w.other(noun, p.foreign) })
	if with.Status >= 500 || without.Status >= 500 {
		w.t.Errorf("%s: %d and %d", what, with.Status, without.Status)
	}
	w.silent(what, raw, p.foreign)
	if cmp.Equal(without, with) {
		return
	}
	// The first may itself have changed something of mine.
	if _, again := w.ask(p, probed, absent); !cmp.Equal(again, with) {
		w.t.Errorf("%s can be told from what does not exist:\n%s", what, where(without, with))
	}
}

// TestAnotherStoreCountsForNothing compares every page and list of a store that is
// alone with the same beside a full one: counts, searches, choices, order.
func TestAnotherStoreCountsForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own := w.fill(w.mine)
	pages, programs := w.people()
	headers := map[string][]string{}
	for _, people := range []map[string]func() []string{pages, programs} {
		for who, header := range people {
			headers[who] = header()
		}
	}
	w.useTokens(programs, headers)
	look := func() map[string]told {
		seen := map[string]told{}
		for _, r := range w.web.Routes() {
			if r.Method != http.MethodGet || r.Is(web.Stream) || r.Path == "/metrics" {
				continue
			}
			q := request{r.Method, addressed(t, r), "", false}.fill(func(_ int, noun string) string { return own[noun] })
			for _, who := range slices.Sorted(maps.Keys(headers)) {
				header := headers[who]
				_, programmed := programs[who]
				if programmed != r.Permission.OfAPI() {
					continue
				}
				for _, document := range append([]string{"", "?tab=all", "?q=oi"}, documents[r.Method+" "+r.Path]...) {
					q.document = placeholder.ReplaceAllStringFunc(document, func(p string) string { return own[strings.Trim(p, "<>")] })
					_, a := w.send(q, header)
					a.Body = anyExport.ReplaceAllString(a.Body, "") // every look leaves some
					seen[who+" "+q.path+q.document] = a
				}
			}
		}
		return seen
	}
	alone := look()
	foreign := w.fill(w.theirs)
	for range 3 {
		w.stock(w.theirs)
	}
	w.publish(w.theirs)
	for what, beside := range look() {
		if !cmp.Equal(alone[what], beside) {
			t.Errorf("%s: the other store shows:\n%s", what, where(alone[what], beside))
		}
		w.silent(what, beside.Body, foreign)
	}
}

// useTokens has tokens be used once: from then on nothing shows that they are.
func (w *world) useTokens(programs map[string]func() []string, headers map[string][]string) {
	w.t.Helper()
	for who := range programs {
		if _, a := w.send(request{method: http.MethodGet, path: "/api/v1/teams"}, headers[who]); a.Status != http.StatusOK {
			w.t.Fatalf("%s: %d", who, a.Status)
		}
	}
}

// TestStreamsHearOneStore has everything happen in the other store, while a stream
// of each is open; mine also asks for the other's conversation.
func TestStreamsHearOneStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := w.fill(w.theirs)
	open := func(in *dbtest.Shop, query string) (*http.Response, func() string) {
		header := w.session(in.ID, in.Member(w.login(in), "Ana", db.Admin))
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		t.Cleanup(cancel)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/eventos"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", header)
		r.Header.Set("Accept", "text/event-stream")
		a, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Body.Close() })
		var read strings.Builder
		chunk := make([]byte, 4096)
		return a, func() string {
			n, err := a.Body.Read(chunk)
			read.Write(chunk[:n])
			if err != nil && err != io.EOF {
				t.Fatalf("the stream: %v after %q", err, read.String())
			}
			return read.String()
		}
	}
	a, ours := open(w.mine, "?conversation="+foreign["conversation"])
	_, others := open(w.theirs, "?conversation="+foreign["conversation"])
	hello := ours()

	w.receive(w.theirs)
	w.publish(w.theirs)
	ctx := context.Background()
	_, err := w.handlers.Door.Act(ctx, w.theirs.ID, scheduler.By{Kind: db.ByUser, ID: foreign["user"]},
		scheduler.Act{Conversation: foreign["conversation"], Type: flow.Transfer, Team: foreign["team"]})
	if err != nil {
		t.Fatal(err)
	}
	// They hear it all; mine, asked to end only then, has heard nothing.
	for heard := ""; !strings.Contains(heard, "event: list") || !strings.Contains(heard, "event: store") || !strings.Contains(heard, "event: conversation"); {
		heard = others()
	}
	stop, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := w.web.Shutdown(stop); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(rest); got != "" {
		t.Errorf("after %q my stream said %q", hello, got)
	}
}
