package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
)

func TestEachRoleListsItsConversations(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	mine := f.says("Maria", "Oi", noTeam, f.ana)
	f.pass(time.Second)
	hers := f.says("João", "Oi", noTeam, f.bia)
	f.pass(time.Second)
	vendas := f.says("Rita", "Oi", f.vendas, noSeller)
	f.pass(time.Second)
	plantao := f.says("Caio", "Oi", f.plantao, noSeller)
	f.pass(time.Second)
	waiting := f.says("Davi", "Oi", noTeam, noSeller)
	for _, test := range []struct {
		who  db.Member
		tab  string
		want []string
	}{
		{f.ana, "mine", []string{mine}}, {f.ana, "", []string{mine}}, {f.ana, "teams", []string{vendas}},
		{f.ana, "waiting", []string{waiting}}, {f.ana, "any", []string{mine, vendas, waiting}},
		{f.ana, "all", []string{mine}}, // not hers to have: as if no tab was given
		{f.bia, "teams", []string{vendas, plantao}},
		{f.paulo, "all", []string{mine, hers, vendas, plantao, waiting}},
		{f.clara, "all", []string{mine, hers, vendas, plantao, waiting}},
		{f.paulo, "mine", nil},
	} {
		got := f.ask(page(test.who), "/conversas?tab="+test.tab, nil).is(http.StatusOK).rows()
		if !slices.Equal(got, test.want) {
			t.Errorf("%s sees %d in %q, want %d", test.who.Person.Name, len(got), test.tab, len(test.want))
		}
	}
	f.ask(page(f.ana), "/conversas", nil).lacks("#tab-all").says("#tab-mine", "Minhas", "1").says("title", "(1) Conversas")
	f.ask(page(f.paulo), "/conversas?tab=all", nil).says("#tab-all", "Todas", "5")
	if got := f.ask(page(f.paulo), "/conversas?tab=all&team="+f.vendas.ID, nil).says(".chip", "Vendas").rows(); !slices.Equal(got, []string{vendas}) {
		t.Errorf("a team's: %v", got)
	}
	if got := f.ask(page(f.paulo), "/conversas?tab=all&seller="+f.bia.Seller, nil).rows(); !slices.Equal(got, []string{hers}) {
		t.Errorf("a seller's: %v", got)
	}
	if got := f.ask(page(f.paulo), "/conversas?tab=all&q=jo%C3%A3o", nil).rows(); !slices.Equal(got, []string{hers}) {
		t.Errorf("a search: %v", got)
	}
	f.ask(page(f.paulo), "/conversas?tab=all&q=ningu%C3%A9m", nil).says(".state", "Nada encontrado", "Limpar os filtros", "Procurar em todas as abas")
}

func TestTheMostUrgentComesFirst(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	red := f.says("Maria", "Oi", noTeam, f.ana)
	f.pass(10 * time.Minute)
	yellow := f.says("João", "Oi", noTeam, f.ana)
	f.pass(6 * time.Minute)
	green := f.says("Rita", "Oi", noTeam, f.ana)
	// The timers that fell due fire before the next message of each.
	f.says("Maria", "Alô?", noTeam, noSeller)
	f.says("João", "Alô?", noTeam, noSeller)
	a := f.ask(page(f.ana), "/conversas", nil)
	if got := a.rows(); !slices.Equal(got, []string{red, yellow, green}) {
		t.Errorf("order %v", got)
	}
	a.says("#row-"+red, "2º alerta", "espera há 16 min").says("#row-"+yellow, "1º alerta", "muda para vermelho em 9 min").
		says("#row-"+green, "No prazo", "muda para amarelo em 5 min").says("#count-red", "1").says("#count-yellow", "1")
	if icon := a.doc.Find("#favicon").AttrOr("href", ""); !strings.Contains(icon, "favicon-red") {
		t.Errorf("the favicon is %q", icon)
	}
	if got := f.ask(page(f.ana), "/conversas?color=yellow", nil).rows(); !slices.Equal(got, []string{yellow}) {
		t.Errorf("yellow alone: %v", got)
	}
}

func TestTheListPagesByKey(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	var all []string
	for i := range 60 {
		all = append(all, f.says(fmt.Sprintf("Cliente %d", i), "Oi", noTeam, f.ana))
		f.pass(time.Second)
	}
	first := f.ask(page(f.ana), "/conversas", nil)
	if got := first.rows(); !slices.Equal(got, all[:50]) {
		t.Fatalf("%d rows first", len(got))
	}
	second := f.ask(page(f.ana), first.doc.Find("#pager-older").AttrOr("href", ""), nil)
	if got := second.rows(); !slices.Equal(got, all[50:]) {
		t.Fatalf("%d rows second", len(got))
	}
	back := f.ask(page(f.ana), second.doc.Find("#pager-newer").AttrOr("href", ""), nil)
	if got := back.rows(); !slices.Equal(got, all[:50]) {
		t.Errorf("%d rows back", len(got))
	}
	if got := f.ask(page(f.ana), "/conversas?after=nonsense", nil).is(http.StatusOK).rows(); len(got) != 50 {
		t.Errorf("a place nobody gave out shows %d rows", len(got))
	}
}

func TestThePartOfTheListIsItsOwnElement(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	a := f.ask(part(f.ana), "/conversas?tab=mine", nil).is(http.StatusOK).lacks("nav.sidebar").says("#inbox", "Maria")
	if a.Header().Get("Cache-Control") != "no-store" || !strings.Contains(a.Header().Get("Vary"), "HX-Request-Type") || a.Header().Get("Now") == "" {
		t.Errorf("headers %v", a.Header())
	}
	a = f.ask(part(f.ana), "/conversas?beside="+id, nil).lacks(".tabs").says("#inbox .row-current", "Maria")
	if href := a.doc.Find("#row-"+id+"-link").AttrOr("href", ""); href != "/conversas/"+id+"?tab=mine" {
		t.Errorf("a row beside leads to %q", href)
	}
	f.ask(page(f.ana), "/conversas?beside="+id, nil).says(".tabs", "Minhas")
}

// The number of statements must not grow with what is listed.
func TestPagesTakeAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	counts := func() [4]int64 {
		return [4]int64{
			f.ask(page(f.clara), "/conversas?tab=all", nil).is(http.StatusOK).statements,
			f.ask(part(f.ana), "/conversas?tab=teams", nil).is(http.StatusOK).statements,
			f.ask(page(f.ana), "/conversas/"+id, nil).is(http.StatusOK).statements,
			f.ask(part(f.ana), "/conversas/"+id, nil).is(http.StatusOK).statements,
		}
	}
	few := counts()
	for i := range 40 {
		f.says(fmt.Sprintf("Cliente %d", i), "Oi", f.vendas, noSeller)
		f.says("Maria", "E agora?", noTeam, noSeller)
	}
	many := counts()
	if few != many {
		t.Errorf("statements %v with few conversations, %v with many", few, many)
	}
	for i, most := range []int64{12, 6, 18, 14} {
		if many[i] > most {
			t.Errorf("page %d takes %d statements, more than %d", i, many[i], most)
		}
	}
}

func TestWhatIsNotTheirsIsNotThere(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	hers := f.says("João", "Segredo", noTeam, f.bia)
	plantao := f.says("Caio", "Segredo", f.plantao, noSeller)
	for _, id := range []string{hers, plantao, "nada", "00000000-0000-7000-8000-000000000000"} {
		a := f.ask(page(f.ana), "/conversas/"+id, nil).is(http.StatusNotFound)
		if strings.Contains(a.Body.String(), "Segredo") {
			t.Error("the answer tells")
		}
		for _, what := range []string{"mensagens", "assumir", "adiar", "continuar", "transferir", "nao-precisa-de-resposta", "finalizar"} {
			f.ask(page(f.ana), "/conversas/"+id+"/"+what, form("text", "Oi", "for", "1h", "kind", "team", "team", f.vendas.ID)).is(http.StatusNotFound)
		}
	}
	if c := f.conversation(hers); c.Seller != f.bia.Seller || !c.IsOpen() || c.Seq != 1 {
		t.Errorf("something happened to it: %+v", c.Conversation)
	}
	f.ask(page(f.paulo), "/conversas/"+hers, nil).is(http.StatusOK).says("#thread", "Segredo")
	// The part of a page that was open tells why it is gone.
	f.ask(part(f.ana), "/conversas/"+hers, nil).is(http.StatusNotFound).says("#talk", "não está mais com você")
}

func TestAnotherStoresConversationIsNotThere(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, noSeller)
	other := newFloor(t)
	other.ask(page(other.clara), "/conversas/"+id, nil).is(http.StatusNotFound)
}

func TestAConversationsPage(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	flowOf(f, flow.SellerQueue, flow.Action{Type: flow.Redistribute})
	flowOf(f, flow.TeamQueue, flow.Action{Type: flow.TransferTeam, Team: f.plantao.ID})
	id := f.says("Maria", "Meu sofá quebrou", f.vendas, noSeller)
	f.pass(16 * time.Minute)
	f.says("Maria", "Alô?", noTeam, noSeller)
	a := f.ask(page(f.bia), "/conversas/"+id+"?tab=teams", nil).is(http.StatusOK)
	a.says("#title", "Maria").says("#thread", "Meu sofá quebrou", "Conversa iniciada na fila do time Vendas",
		"1º alerta às 09:16: 5 min sem resposta (estava previsto para 09:05)", "2º alerta às 09:16: 15 min sem resposta",
		"Transferida automaticamente de Vendas para Plantão", "Alô?")
	a.says("#talk", "Na fila do time Plantão", "No prazo", "cliente espera há 16 min", "na fila do time há menos de 1 min", "Assumir")
	a.says("#coming", "1º alerta: fica amarela", "Fluxo principal da fila do time", "Ação sem efeito (transferir para Plantão): a conversa já passou por lá nesta espera")
	a.says(".desk-list", "Dos meus times", "Maria").says("#composer-state", "Responder vai assumir")
	if href := a.doc.Find(".talk-back").AttrOr("href", ""); href != "/conversas?tab=teams" {
		t.Errorf("the way back is %q", href)
	}
	if stream := a.doc.Find("#stream").AttrOr("hx-sse:connect", ""); stream != "/eventos?conversation="+id+"&tab=teams&store="+f.shop.ID {
		t.Errorf("the stream is %q", stream)
	}
	// The next conversation of the same customer shows this one.
	f.act(f.bia, scheduler.Act{Conversation: id, Type: flow.Close})
	next := f.says("Maria", "Voltei", noTeam, noSeller)
	f.ask(page(f.paulo), "/conversas/"+next, nil).says("#previous", "hoje às 09:00", "Alô?")
	f.ask(page(f.ana), "/conversas/"+next, nil).lacks(`#previous a`)
	f.ask(page(f.bia), "/conversas/"+id, nil).says("#thread", "Finalizada por Bia").says("#composer", "foi finalizada").lacks("#close")
}

func TestOlderMessagesComeByKey(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "mensagem 1", noTeam, f.ana)
	for i := 2; i <= 250; i++ {
		f.says("Maria", fmt.Sprintf("mensagem %d", i), noTeam, noSeller)
	}
	texts := func(a asked) (first, last string, n int) {
		found := a.doc.Find("#thread .message-text")
		return found.First().Text(), found.Last().Text(), found.Length()
	}
	at := "/conversas/" + id
	a := f.ask(page(f.ana), at, nil)
	for _, want := range []struct {
		first, last string
		n           int
	}{{"mensagem 191", "mensagem 250", 60}, {"mensagem 131", "mensagem 250", 120}, {"mensagem 71", "mensagem 250", 180},
		{"mensagem 11", "mensagem 190", 180}, {"mensagem 1", "mensagem 180", 180}} {
		if first, last, n := texts(a); first != want.first || last != want.last || n != want.n {
			t.Errorf("from %q to %q (%d), want %+v", first, last, n, want)
		}
		if newest := a.doc.Find("#thread-newest").Length() > 0; newest != (want.last != "mensagem 250") {
			t.Errorf("up to %s: the way to the newest is there: %v", want.last, newest)
		}
		older := a.doc.Find(".thread-older").AttrOr("href", "")
		if (older == "") != (want.first == "mensagem 1") {
			t.Fatalf("before %s: %q", want.first, older)
		}
		if older != "" {
			a = f.ask(page(f.ana), older, nil)
		}
	}
	f.ask(page(f.ana), at+"?from=-3", nil).is(http.StatusOK)
	f.ask(page(f.ana), at+"?from=99999999999999999999", nil).is(http.StatusOK)
}

func TestTroubleIsForAdministrators(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	id := f.says("Maria", "Oi", noTeam, noSeller)
	err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		return tx.SetAside(context.Background(), f.shop.ID, id, 1, "the engine failed", f.now(), f.now().Add(time.Minute))
	})
	if err != nil {
		t.Fatal(err)
	}
	f.ask(page(f.clara), "/conversas/"+id, nil).says("#talk .notice", "não pôde ser processada", "the engine failed")
	f.ask(page(f.clara), "/conversas?tab=all", nil).says(".notice", "1 conversa não pôde ser processada").says("#row-"+id, "não pôde ser processada")
	for _, who := range []db.Member{f.ana, f.paulo} {
		a := f.ask(page(who), "/conversas/"+id, nil)
		if strings.Contains(a.Body.String(), "the engine failed") {
			t.Errorf("%s reads the error", who.Person.Name)
		}
	}
}
