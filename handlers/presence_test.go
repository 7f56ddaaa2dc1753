package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"semaforo/db"
	"semaforo/views/presenceview"
)

// withPresence is a floor with the addresses of presence.
func withPresence(t *testing.T) *floor {
	f := newFloor(t)
	f.echo.GET(presenceview.Path, f.h.PresencePage)
	f.echo.POST(presenceview.Path, f.h.SetPresence)
	f.echo.GET(presenceview.OwnPath, f.h.OwnPresence)
	f.echo.POST("/sair", f.h.SignOut)
	return f
}

func (f *floor) seen(who ...db.Member) {
	f.t.Helper()
	for _, m := range who {
		if err := f.s.Seen(context.Background(), f.shop.ID, m.Seller, time.Time{}); err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *floor) presence(m db.Member) db.Presence {
	f.t.Helper()
	seller, err := f.shop.DB.Seller(context.Background(), f.shop.ID, m.Seller)
	if err != nil {
		f.t.Fatal(err)
	}
	return seller.Presence(f.h.Clock.SeenSince(f.now()))
}

func TestPresenceIsOnesOwnWord(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	f.seen(f.ana, f.bia)
	a := f.ask(by{f.ana, "div#presence"}, presenceview.Path, url.Values{"away": {"true"}}).is(http.StatusOK)
	a.says("#presence-menu-button", "Ausente").says("#presence-ausente[aria-pressed=true]", "Novas conversas redistribuídas não vêm para você.")
	if f.presence(f.ana) != db.PresenceAway || f.presence(f.bia) != db.PresenceAvailable {
		t.Errorf("Ana is %s, Bia %s", f.presence(f.ana), f.presence(f.bia))
	}
	f.ask(page(f.ana), presenceview.Path, url.Values{"away": {"false"}}).is(http.StatusSeeOther)
	if f.presence(f.ana) != db.PresenceAvailable {
		t.Errorf("back, Ana is %s", f.presence(f.ana))
	}
	f.ask(page(f.ana), presenceview.Path, url.Values{"away": {"talvez"}}).is(http.StatusBadRequest)
	f.ask(page(f.ana), presenceview.OwnPath, nil).is(http.StatusOK).says("#presence-menu-button", "Disponível")
}

func TestTeamPageShowsWhoIsThere(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	external := f.shop.Seller("Robô", f.vendas.ID)
	f.shop.Seller("Sem Ninguém")
	archived := f.shop.Team("Antigo")
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		archived.Archived = true
		return tx.UpdateTeam(ctx, archived)
	})
	f.says("Maria", "Oi", noTeam, f.bia)
	f.says("João", "Oi", noTeam, f.bia)
	f.says("Rui", "Oi", f.vendas, noSeller)
	f.pass(20 * time.Minute)
	if err := f.s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	f.says("Lia", "Oi", noTeam, f.bia)
	f.seen(f.ana, f.bia)
	if err := f.s.SetAway(context.Background(), f.shop.ID, f.bia.Seller, true); err != nil {
		t.Fatal(err)
	}
	f.pass(time.Minute)
	a := f.ask(page(f.paulo), presenceview.Path, nil).is(http.StatusOK)
	vendas, plantao := "#presence-team-"+f.vendas.ID, "#presence-team-"+f.plantao.ID
	a.says("#presence-"+f.vendas.ID+"-"+f.ana.Seller, "Ana", "Disponível", "há 1 min", "Nenhuma")
	a.says("#presence-"+f.vendas.ID+"-"+f.bia.Seller, "Bia", "Ausente", "há 1 min", "2 vermelhas", "1 verde")
	a.says("#presence-"+f.vendas.ID+"-"+external.ID, "Robô", "Disponível", "Sempre: atende pela API")
	a.says(vendas, "2 de 3 disponíveis").says(plantao, "Ninguém disponível: o que seria redistribuído aqui fica onde está.")
	a.says("#presence--"+f.paulo.Seller, "Paulo", "Offline", "Ainda não entrou").says("#presence-team-", "Sem time", "Sem Ninguém")
	a.lacks("#presence-team-" + archived.ID)
	a.says("#presence-tab-disponivel", "3").says("#presence-tab-ausente", "1").says("#presence-tab-offline", "2").says("#presence-all", "6")
	a.says("nav.sidebar a[aria-current=page]", "Equipe")

	a = f.ask(by{f.paulo, "div#presence-list"}, presenceview.Path+"?estado=ausente", nil).is(http.StatusOK)
	a.says("#presence-list", "Bia").lacks("#presence-" + f.vendas.ID + "-" + f.ana.Seller)
	if n := a.doc.Find(vendas + "," + plantao).Length(); n != 2 || a.doc.Find("html title").Length() > 0 {
		t.Errorf("%d teams have somebody away; the part is a page: %v", n, a.doc.Find("html title").Length() > 0)
	}
	f.pass(time.Hour)
	f.ask(page(f.paulo), presenceview.Path+"?estado=ausente", nil).says("#presence-list", "Nenhum vendedor está ausente.")
}

// A large store comes a page at a time: everybody once, in order.
func TestTeamPageComesInPages(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	for i := range 110 {
		f.shop.Seller(fmt.Sprintf("Vendedor %03d", i), f.vendas.ID)
	}
	seen := map[string]int{}
	read := func(query string) (lines int) {
		a := f.ask(page(f.paulo), presenceview.Path+query, nil).is(http.StatusOK)
		rows := a.doc.Find("#presence-list tbody tr")
		rows.Each(func(_ int, row *goquery.Selection) { seen[row.AttrOr("id", "")]++ })
		if older := a.doc.Find("a#pager-older").Length() == 1; older != (query == "") {
			t.Errorf("%q leads on: %v", query, older)
		}
		return rows.Length()
	}
	first, second := read(""), read("?pagina=2")
	if first != 100 || len(seen) != first+second || second < 10 {
		t.Errorf("%d sellers and %d, %d of them different", first, second, len(seen))
	}
	if last := read("?pagina=99"); last != second {
		t.Errorf("a page beyond the last shows %d, not the last's %d", last, second)
	}
	f.ask(by{f.paulo, "div#presence-list"}, presenceview.Path+"?pagina=2", nil).says("#presence-list", "Vendedor 109", "Anteriores")
}

// However many sellers and teams there are, the page asks the same few questions.
func TestTeamPageAsksNoQuestionPerRow(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	few := f.ask(page(f.paulo), presenceview.Path, nil).is(http.StatusOK).statements
	for range 30 {
		team := f.shop.Team("Time " + db.NewID())
		f.shop.Member(db.NewID(), "Pessoa", db.Agent, team.ID)
	}
	if many := f.ask(page(f.paulo), presenceview.Path, nil).is(http.StatusOK).statements; many != few {
		t.Errorf("%d statements with few, %d with many", few, many)
	}
}

func TestSigningOutLeavesAtOnce(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	f.seen(f.ana)
	f.signIn(f.ana)
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		return tx.SaveSession(context.Background(), db.Session{IDHash: "at home", Store: f.shop.ID, User: f.ana.User,
			CreatedAt: f.now(), LastUsedAt: f.now(), ExpiresAt: f.now().Add(time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	f.ask(page(f.ana), "/sair", url.Values{}).is(http.StatusSeeOther)
	if got := f.presence(f.ana); got != db.PresenceAvailable {
		t.Errorf("signed in elsewhere, she is %s", got)
	}
	f.pass(time.Hour)
	f.seen(f.ana)
	f.ask(page(f.ana), "/sair", url.Values{}).is(http.StatusSeeOther)
	if got := f.presence(f.ana); got != db.PresenceOffline {
		t.Errorf("signed out everywhere, she is %s", got)
	}
}

// A supervisor's stream tells of everybody, a seller's of themselves.
func TestStreamsTellOfPresence(t *testing.T) {
	t.Parallel()
	f := withPresence(t)
	f.seen(f.ana, f.bia)
	paulo, ana := f.listen(f.paulo, "", ""), f.listen(f.ana, "", "")
	paulo.next("clock")
	ana.next("clock")
	if err := f.s.SetAway(context.Background(), f.shop.ID, f.bia.Seller, true); err != nil {
		t.Fatal(err)
	}
	paulo.next(presenceview.EventPresence, presenceview.EventOwn)
	if err := f.s.SetAway(context.Background(), f.shop.ID, f.ana.Seller, true); err != nil {
		t.Fatal(err)
	}
	ana.next(presenceview.EventOwn, presenceview.EventPresence)
	paulo.next(presenceview.EventPresence)
}

// Each beat of an open stream is a sign of life, and so is a page that asks while
// its tab rests (web's guard notes every request).
func TestAStreamIsASignOfLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := withPresence(t)
		_, ended := streaming(f, f.ana, "")
		for range 3 {
			f.pass(time.Minute)
			time.Sleep(21 * time.Second)
			synctest.Wait()
			if got := f.presence(f.ana); got != db.PresenceAvailable {
				t.Errorf("with an open stream she is %s", got)
			}
		}
		f.s.Hub.Close()
		if !over(ended) {
			t.Error("a stream outlives the hub")
		}
		f.pass(2*time.Minute + time.Second)
		if got := f.presence(f.ana); got != db.PresenceOffline {
			t.Errorf("two minutes after her last page was closed she is %s", got)
		}
	})
}
