package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
)

// newDesk is a floor with Clientes.
func newDesk(t *testing.T) *floor {
	t.Helper()
	f := newFloor(t)
	h, base, customer := f.h, "/clientes", "/clientes/:customer"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + base: h.ListCustomers, "GET " + base + "/exportar": h.ExportCustomers,
		"GET " + base + "/responsavel": h.BulkAssignPage, "POST " + base + "/responsavel": h.BulkAssign,
		"GET " + base + "/carteira": h.PortfolioPage, "POST " + base + "/carteira": h.MovePortfolio,
		"GET " + base + "/importar": h.ImportsPage, "POST " + base + "/importar": h.UploadImport,
		"GET " + base + "/importar/:import": h.ImportPage, "GET " + base + "/importar/:import/erros": h.ImportProblems,
		"POST " + base + "/importar/:import/importar": h.ApplyImport, "POST " + base + "/importar/:import/cancelar": h.CancelImport,
		"GET " + customer: h.CustomerPage, "GET " + customer + "/editar": h.EditCustomerPage, "POST " + customer + "/editar": h.EditCustomer,
		"POST " + customer + "/responsavel": h.AssignCustomer,
		"GET " + customer + "/juntar":       h.JoinCustomerPage, "POST " + customer + "/juntar": h.JoinCustomer,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.echo.Add(method, path, handler)
	}
	return f
}

func (f *floor) customer(id string) db.Customer {
	f.t.Helper()
	k, err := f.shop.DB.Customer(context.Background(), f.shop.ID, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return k
}

// whose is the customer of a conversation.
func (f *floor) whose(conversation string) db.Customer {
	f.t.Helper()
	contact, err := f.shop.DB.Contact(context.Background(), f.shop.ID, f.conversation(conversation).ContactID)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.customer(contact.Customer)
}

// about is the store's audit trail of a noun, the latest first.
func (f *floor) about(noun string) []db.Audit {
	f.t.Helper()
	return trailOf(f.t, f.shop, noun)
}

func version(k db.Customer) string { return strconv.FormatInt(k.Version, 10) }

// What the list has is one's own portfolio, everybody's for managers, and everybody's
// where the store has opened its portfolios; whatever the address asks.
func TestWhoseCustomersAreListed(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	f.shop.Customer("Da Ana", "", f.ana.Seller)
	f.shop.Customer("Da Bia", "", f.bia.Seller)
	f.shop.Customer("De ninguém", "", "")
	names := func(who db.Member, query string) string {
		t.Helper()
		a := f.ask(page(who), "/clientes"+query, nil).is(http.StatusOK)
		return strings.Join(strings.Fields(a.doc.Find("#customers tbody .table-link").Text()), " ")
	}
	for _, c := range []struct {
		who         db.Member
		query, want string
	}{
		{f.ana, "", "Da Ana"}, {f.ana, "?seller=" + f.bia.Seller, "Da Ana"}, {f.ana, "?seller=ninguem", "Da Ana"}, {f.ana, "?q=bia", ""},
		{f.paulo, "", "Da AnaDa BiaDe ninguém"}, {f.clara, "?seller=" + f.bia.Seller, "Da Bia"}, {f.clara, "?seller=ninguem", "De ninguém"},
		{f.clara, "?q=NINGUEM", "De ninguém"}, {f.clara, "?after=lixo", "Da AnaDa BiaDe ninguém"},
	} {
		if got := names(c.who, c.query); got != c.want {
			t.Errorf("%s sees %q at %q, want %q", c.who.Person.Name, got, c.query, c.want)
		}
	}
	f.ask(page(f.ana), "/clientes", nil).lacks("#customers input").lacks("#more").lacks("#filters")
	f.open()
	if got := names(f.ana, ""); got != "Da AnaDa BiaDe ninguém" {
		t.Errorf("with open portfolios Ana sees %q", got)
	}
	if got := names(f.ana, "?seller="+f.ana.Seller); got != "Da Ana" {
		t.Errorf("of her own she sees %q", got)
	}
	f.ask(page(f.ana), "/clientes", nil).says("#filter-seller", "Minha carteira").lacks("#more")
}

// open opens the store's portfolios.
func (f *floor) open() {
	f.t.Helper()
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		store, err := tx.Store(ctx, f.shop.ID)
		if err != nil {
			return err
		}
		store.OpenPortfolio = true
		return tx.UpdateStore(ctx, store)
	})
}

func TestCustomerPageShowsWhatOneMaySee(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	queued := f.says("Maria", "Segredo da fila", f.plantao, noSeller)
	k := f.whose(queued)
	at := "/clientes/" + k.ID
	// Ana is not in Plantão: the customer might as well not exist.
	f.ask(page(f.ana), at, nil).is(http.StatusNotFound)
	f.ask(page(f.ana), "/clientes/nada", nil).is(http.StatusNotFound)
	f.ask(page(f.bia), at, nil).is(http.StatusOK).says("h1", "Maria").says("#conversations", "Segredo da fila").says("#take", "Ficar com este cliente")
	f.ask(page(f.ana), at+"/responsavel", form("responsible", f.ana.Seller, "version", version(k))).is(http.StatusNotFound)
	// With her as the responsible she sees the customer, and still not the conversation.
	f.ask(dialog(f.paulo), at+"/responsavel", form("responsible", f.ana.Seller, "version", version(k))).is(http.StatusOK)
	f.ask(page(f.ana), at, nil).is(http.StatusOK).says("#portfolio-of", "Você").lacks("#conversations").says("#channels", "WhatsApp")
	// Bia sees what is in her queue, and can do nothing to the customer.
	f.ask(page(f.bia), at, nil).is(http.StatusOK).lacks("#take").lacks("#edit").says("#portfolio-of", "Ana")
	f.ask(page(f.bia), at+"/editar", nil).is(http.StatusForbidden)
	f.ask(page(f.bia), at+"/responsavel", form("responsible", f.bia.Seller, "version", version(f.customer(k.ID)))).is(http.StatusForbidden)
	if f.customer(k.ID).Seller != f.ana.Seller {
		t.Error("a colleague's customer was taken")
	}
	// The side of the conversation leads there.
	f.ask(page(f.bia), "/conversas/"+queued, nil).says("#customer", "Responsável", "Ana").says(`a[href="`+at+`"]`, "Ver cliente")
}

func TestTakeAndGiveUpACustomer(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	k := f.whose(f.says("Maria", "Oi", noTeam, f.ana))
	at := "/clientes/" + k.ID + "/responsavel"
	f.ask(page(f.ana), at, form("responsible", f.bia.Seller, "version", version(k))).is(http.StatusForbidden)
	f.ask(dialog(f.ana), at, form("responsible", f.ana.Seller, "version", version(k))).is(http.StatusOK).says("hx-partial #portfolio-of", "Você").
		says("#release", "Deixar de ser responsável")
	// Pressed on a page that is no longer true: told, and nothing done.
	stale := f.ask(dialog(f.ana), at, form("responsible", "ninguem", "version", version(k))).is(http.StatusOK)
	if f.customer(k.ID).Seller != f.ana.Seller || !strings.Contains(stale.toast(), "Outra pessoa mudou") {
		t.Errorf("a stale press: %+v, %s", f.customer(k.ID), stale.toast())
	}
	f.ask(page(f.ana), at, form("responsible", "ninguem", "version", version(f.customer(k.ID)))).is(http.StatusSeeOther)
	if f.customer(k.ID).Seller != "" {
		t.Error("not given up")
	}
	trail := f.about(db.NounCustomer)
	if len(trail) != 2 || trail[0].Changes[0] != (db.AuditChange{Field: "seller", Before: "Ana", After: "ninguém"}) || trail[0].NounName != "Maria" {
		t.Errorf("the trail: %+v", trail)
	}
}

func TestEditCustomer(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	k := f.shop.Customer("Maria", "", f.ana.Seller)
	at := "/clientes/" + k.ID + "/editar"
	f.ask(dialog(f.ana), at, nil).is(http.StatusOK).says(".dialog-title", "Editar cliente")
	f.ask(dialog(f.ana), at, form("name", " ", "phone", "12", "version", version(k))).is(http.StatusUnprocessableEntity).
		says("#name-error", "Preencha").says("#phone-error", "DDD")
	f.ask(dialog(f.ana), at, form("name", "Dona Maria", "phone", "11 98765-4321", "version", version(k))).is(http.StatusOK)
	got := f.customer(k.ID)
	if got.Name != "Dona Maria" || got.Phone != "+5511987654321" || !got.Vouched {
		t.Errorf("saved: %+v", got)
	}
	// T-conflict: what was typed stays, nothing is overwritten.
	a := f.ask(dialog(f.clara), at, form("name", "Outra", "phone", "", "version", version(k))).is(http.StatusConflict).says("[role=alert]", "Outra pessoa mudou")
	if a.doc.Find("#name").AttrOr("value", "") != "Outra" || f.customer(k.ID).Name != "Dona Maria" {
		t.Error("what was typed is gone, or was written")
	}
	f.ask(dialog(f.clara), at, form("name", "Outra", "phone", "", "version", a.doc.Find("[name=version]").AttrOr("value", ""))).is(http.StatusOK)
	if got = f.customer(k.ID); got.Name != "Outra" || got.Phone != "" || got.Vouched {
		t.Errorf("saved after the conflict: %+v", got)
	}
	if trail := f.about(db.NounCustomer); len(trail) != 2 || trail[1].Changes[1].Field != "phone" {
		t.Errorf("the trail: %+v", trail)
	}
}

func TestCloseWithAResponsible(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	id := f.says("Maria", "Oi", noTeam, f.ana)
	at := "/conversas/" + id + "/finalizar"
	a := f.ask(dialog(f.ana), at, nil).is(http.StatusOK).says("#responsible", "Deixar como está: sem responsável", "Você")
	if n := a.doc.Find("#responsible option").Length(); n != 2 {
		t.Errorf("a seller chooses among %d", n)
	}
	f.ask(dialog(f.paulo), at, nil).is(http.StatusOK).says("#responsible", "Ana", "Bia")
	last := a.doc.Find("[name=last]").AttrOr("value", "")
	f.ask(dialog(f.ana), at, form("last", last, "responsible", f.bia.Seller)).is(http.StatusConflict)
	if f.conversation(id).ClosedAt.IsZero() == false || f.whose(id).Seller != "" {
		t.Error("what was refused left something behind")
	}
	f.ask(dialog(f.ana), at, form("last", last, "responsible", f.ana.Seller)).is(http.StatusOK)
	if f.conversation(id).ClosedAt.IsZero() || f.whose(id).Seller != f.ana.Seller {
		t.Error("not closed, or not hers")
	}
	next := f.says("Maria", "De novo", noTeam, noSeller)
	if c := f.conversation(next); c.Seller != f.ana.Seller || c.Team != "" {
		t.Errorf("the next one went to %s", c.Holder())
	}
	// Nothing to choose for who has the customer already; a manager gives them away.
	f.ask(dialog(f.ana), "/conversas/"+next+"/finalizar", nil).is(http.StatusOK).lacks("#responsible")
	f.ask(dialog(f.paulo), "/conversas/"+next+"/finalizar", form("last", fmt.Sprint(1<<60), "responsible", f.bia.Seller)).is(http.StatusOK)
	if f.whose(next).Seller != f.bia.Seller {
		t.Error("not passed on")
	}
}

func TestBulkAndPortfolio(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	var ids []string
	for _, name := range []string{"Zé", "Zoé", "Zulu"} {
		ids = append(ids, f.shop.Customer(name, "", "").ID)
	}
	other := f.shop.Customer("Ana Prado", "", f.bia.Seller)
	at := "/clientes/responsavel"
	f.ask(dialog(f.paulo), at+"?id="+ids[0]+"&id="+ids[1]+"&q=z", nil).is(http.StatusOK).says(".dialog-form", "2 clientes marcados", "3 clientes.")
	f.ask(dialog(f.paulo), at, url.Values{"q": {"z"}, "of": {"found"}}).is(http.StatusUnprocessableEntity).says("#to-error", "Escolha o novo responsável.")
	f.ask(dialog(f.paulo), at, url.Values{"of": {"ticked"}, "to": {f.ana.Seller}}).is(http.StatusUnprocessableEntity).says("#of-error", "Escolha de quais")
	f.ask(dialog(f.paulo), at, url.Values{"of": {"found"}, "to": {"nobody-we-know"}}).is(http.StatusUnprocessableEntity).says("#to-error", "não atende mais")
	f.ask(dialog(f.paulo), at, url.Values{"id": ids[:2], "q": {"z"}, "of": {"ticked"}, "to": {f.ana.Seller}}).is(http.StatusOK)
	f.ask(page(f.paulo), at, url.Values{"q": {"z"}, "of": {"found"}, "to": {f.ana.Seller}}).is(http.StatusSeeOther)
	for _, id := range ids {
		if f.customer(id).Seller != f.ana.Seller {
			t.Errorf("%s is not Ana's", f.customer(id).Name)
		}
	}
	if f.customer(other.ID).Seller != f.bia.Seller {
		t.Error("who was not searched for was given away")
	}
	f.ask(dialog(f.paulo), "/clientes/carteira", form("from", f.ana.Seller, "to", f.ana.Seller)).is(http.StatusUnprocessableEntity).says("#to-error", "Escolha outra pessoa")
	f.ask(dialog(f.paulo), "/clientes/carteira", form("from", "", "to", "")).is(http.StatusUnprocessableEntity).says("#from-error", "Escolha")
	f.ask(dialog(f.paulo), "/clientes/carteira", form("from", f.ana.Seller, "to", f.bia.Seller)).is(http.StatusOK)
	if f.customer(ids[2]).Seller != f.bia.Seller {
		t.Error("the portfolio was not passed on")
	}
	trail := f.about(db.NounPortfolio)
	if len(trail) != 3 || trail[0].NounName != "Carteira de Ana" || trail[0].Changes[1].After != "3" {
		t.Errorf("the trail: %+v", trail)
	}
}

// More than one transaction should hold goes to the background, with a page.
func TestALongListIsAssignedInTheBackground(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	for i := range 2001 {
		f.shop.Customer(fmt.Sprint("Cliente ", i), "", "")
	}
	a := f.ask(dialog(f.paulo), "/clientes/responsavel", url.Values{"of": {"found"}, "to": {f.ana.Seller}}).is(http.StatusOK)
	address := a.Header().Get("HX-Redirect")
	f.ask(page(f.paulo), address, nil).is(http.StatusOK).says("h1", "Mudança de responsável").says(".progress-line", "0 de 2.001 clientes").
		says("label[for=import-progress]", "Mudando o responsável")
	if err := f.s.Carry(context.Background()); err != nil {
		t.Fatal(err)
	}
	f.ask(part(f.paulo), address, nil).is(http.StatusOK).says("#done", "Responsável definido", "2.001")
}

func TestJoinCustomers(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	one, two := f.whose(f.says("Maria", "Oi", noTeam, noSeller)), f.whose(f.says("Maria P.", "Olá", noTeam, noSeller))
	at := "/clientes/" + one.ID + "/juntar"
	f.ask(dialog(f.paulo), at+"?q=maria", nil).is(http.StatusOK).says(".dialog-form", "Maria P.")
	ask := f.ask(dialog(f.paulo), at+"?other="+two.ID, nil).is(http.StatusOK).says(".compare", "Maria", "Maria P.", "WhatsApp")
	f.ask(dialog(f.paulo), at+"?other="+one.ID, nil).is(http.StatusNotFound)
	yes := url.Values{"other": {two.ID}, "version": {ask.doc.Find("[name=version]").AttrOr("value", "")}, "theirs": {"7"}}
	f.ask(dialog(f.paulo), at, yes).is(http.StatusConflict).says("[role=alert]", "mudou enquanto")
	yes.Set("theirs", version(two))
	f.ask(dialog(f.paulo), at, yes).is(http.StatusOK).says("hx-partial #conversations", "Oi", "Olá")
	f.ask(page(f.paulo), "/clientes/"+two.ID, nil).is(http.StatusNotFound)
}
