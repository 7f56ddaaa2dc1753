package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

const usersPath = "/configuracoes/usuarios"

// newStaff is the floor with Usuários, where Davi administers beside Clara.
func newStaff(t *testing.T) (f *floor, davi db.Member) {
	t.Helper()
	f = newFloor(t)
	davi = f.shop.Member("davi@loja.br", "Davi", db.Admin)
	h, user := f.h, usersPath+"/:user"
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + usersPath: h.ListUsers, "GET " + user: h.UserPanel, "POST " + user: h.SaveUser,
		"GET " + user + "/desativar": h.DeactivatePage, "POST " + user + "/desativar": h.Deactivate, "POST " + user + "/reativar": h.Reactivate,
		"GET " + user + "/senha": h.UserPasswordPanel, "POST " + user + "/senha": h.SaveUserPassword,
		"GET " + usersPath + "/convites/novo": h.NewInvitePanel, "POST " + usersPath + "/convites/novo": h.CreateInvite,
		"GET " + usersPath + "/convites/:invite/reenviar": h.RenewInvitePage, "POST " + usersPath + "/convites/:invite/reenviar": h.RenewInvite,
		"GET " + usersPath + "/convites/:invite/revogar": h.RevokeInvitePage, "POST " + usersPath + "/convites/:invite/revogar": h.RevokeInvite,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.echo.Add(method, path, handler)
	}
	h.Secure = func(*http.Request) bool { return false }
	return f, davi
}

func (f *floor) colleague(m db.Member) db.Colleague {
	f.t.Helper()
	c, err := f.shop.DB.Colleague(context.Background(), f.shop.ID, m.User)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// audited are the entries of the trail about a kind of thing, the latest first, each
// as "action: field before→after, …".
func (f *floor) audited(noun string) []string {
	f.t.Helper()
	trail := trailOf(f.t, f.shop, noun)
	var all []string
	for _, e := range trail {
		if e.ByName == "" || e.NounName == "" || e.Store != f.shop.ID {
			f.t.Errorf("an entry without a name: %+v", e)
		}
		var fields []string
		for _, c := range e.Changes {
			fields = append(fields, c.Field+" "+c.Before+"→"+c.After)
		}
		all = append(all, e.Action+": "+strings.Join(fields, ", "))
	}
	return all
}

func (f *floor) names(a asked) []string {
	var names []string
	for _, n := range a.doc.Find("#people-table tbody th .table-link, #people-table tbody th .cell-person-name").Nodes {
		if n.Data == "span" {
			names = append(names, strings.Fields(a.doc.FindNodes(n).Text())[0])
		}
	}
	return names
}

func TestUsersList(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	f.says("Maria", "Oi", noTeam, f.ana)
	f.configure(func(ctx context.Context, tx *db.Tx, now time.Time) error {
		if _, err := tx.TouchSeller(ctx, f.shop.ID, f.ana.Seller, db.Heartbeat{At: now, Since: now, After: now}); err != nil {
			return err
		}
		return tx.SetMemberDisabled(ctx, f.shop.ID, f.bia.User, true)
	})
	f.pass(time.Minute)
	clara := page(f.clara)
	a := f.ask(clara, usersPath, nil).is(200)
	if got := f.names(a); !slices.Equal(got, []string{"Ana", "Clara", "Davi", "Paulo"}) {
		t.Errorf("the list: %v", got)
	}
	a.says("#user-"+f.ana.User, "ana", "Atendimento", "Vendas", "Disponível", "1 aberta")
	a.says("#user-"+f.paulo.User, "Supervisão", "Offline", "ainda não entrou")
	a.says("#user-"+f.clara.User, "você")
	a.says("nav.tabs", "Ativos 4", "Convites 0", "Desativados 1")
	a.says("#people", "1 disponível · 0 ausentes · 3 offline")
	a.lacks("#user-" + f.clara.User + " #deactivate-" + f.clara.User)
	f.pass(5 * time.Minute)
	f.ask(clara, usersPath, nil).is(200).says("#user-"+f.ana.User, "Offline", "visto há 6 min")

	for query, want := range map[string][]string{
		"?q=" + url.QueryEscape(" CLÁRA"): {"Clara"}, "?q=DAVI%40": {"Davi"}, "?q=%25": nil, "?role=admin": {"Clara", "Davi"}, "?team=" + f.vendas.ID: {"Ana"},
		"?presence=available": nil, "?presence=offline&role=agent": {"Ana"}, "?tab=disabled": {"Bia"}, "?tab=nada&role=nada": {"Ana", "Clara", "Davi", "Paulo"},
		"?after=lixo": {"Ana", "Clara", "Davi", "Paulo"},
	} {
		a := f.ask(clara, usersPath+query, nil).is(200)
		if got := f.names(a); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
		if want == nil {
			a.says("#people", "Ninguém aqui com estes filtros")
		}
	}
	f.ask(clara, usersPath+"?tab=invites", nil).is(200).says("#people", "Nenhum convite pendente")

	boss := f.ask(page(f.paulo), usersPath, nil).is(200)
	boss.says("#user-"+f.ana.User, "Atendimento")
	boss.lacks("#invite").lacks("[id^=menu-]")
	f.ask(page(f.paulo), usersPath+"/"+f.ana.User, nil).is(200).says("#panel", "Na loja desde", "Vendas").lacks("#user-save")
	if trigger := a.doc.Find("#people").AttrOr("hx-trigger", ""); !strings.Contains(trigger, "every 30s") || !strings.Contains(trigger, "store from:body") {
		t.Errorf("who comes and goes is followed by %q", trigger)
	}
	live := f.ask(part(f.clara), usersPath, nil).is(200)
	if live.doc.Find("h1").Length() > 0 || live.doc.Find("#people").Length() != 1 {
		t.Error("the live part is not alone")
	}
}

// A long list is read page by page, there and back, at the same price.
func TestUsersListPageByPage(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	few := f.ask(page(f.clara), usersPath, nil).is(200)
	for i := range 120 {
		f.shop.Member(fmt.Sprintf("p%03d@loja.br", i), fmt.Sprintf("Pessoa%03d", i), db.Agent, f.vendas.ID)
	}
	var forwards, backwards [][]string
	at, last := usersPath, ""
	for at != "" {
		a := f.ask(page(f.clara), at, nil).is(200)
		if a.statements != few.statements {
			t.Errorf("%s takes %d statements, and %d with few people", at, a.statements, few.statements)
		}
		forwards, last = append(forwards, f.names(a)), at
		at = a.doc.Find("a#pager-older").AttrOr("href", "")
	}
	for at = last; at != ""; {
		a := f.ask(page(f.clara), at, nil).is(200)
		backwards = append([][]string{f.names(a)}, backwards...)
		at = a.doc.Find("a#pager-newer").AttrOr("href", "")
	}
	if len(forwards) != 3 || len(forwards[0]) != 50 || len(slices.Concat(forwards...)) != 125 || !slices.IsSorted(slices.Concat(forwards...)) {
		t.Errorf("pages: %v", forwards)
	}
	if fmt.Sprint(backwards) != fmt.Sprint(forwards) {
		t.Errorf("backwards: %v", backwards)
	}
}

// editForm is the panel as it was drawn, changed by pairs.
func (f *floor) editForm(m db.Member, pairs ...string) url.Values {
	f.t.Helper()
	a := f.ask(page(f.clara), usersPath+"/"+m.User, nil).is(200)
	c := f.colleague(m)
	form := url.Values{"seen": {a.doc.Find("[name=seen]").AttrOr("value", "")}, "name": {c.As.Name}, "role": {string(c.Role)}, "teams": c.As.Teams}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestEditUser(t *testing.T) {
	t.Parallel()
	f, davi := newStaff(t)
	path := usersPath + "/" + f.ana.User
	_, before, err := f.s.Rules(context.Background(), f.shop.ID)
	if err != nil {
		t.Fatal(err)
	}
	form := f.editForm(f.ana, "name", "  Ana Clara ", "role", "supervisor", "teams", f.plantao.ID)
	a := f.ask(dialog(f.clara), path, form).is(200)
	if a.Header().Get(ui.HeaderPanel) != "close" || !strings.Contains(a.toast(), "Ana Clara") {
		t.Errorf("headers: %v", a.Header())
	}
	c := f.colleague(f.ana)
	if c.As.Name != "Ana Clara" || c.Person.Name != "Ana Clara" || c.Role != db.Supervisor || !slices.Equal(c.As.Teams, []string{f.plantao.ID}) {
		t.Errorf("saved: %+v", c)
	}
	if _, after, _ := f.s.Rules(context.Background(), f.shop.ID); after != before+1 {
		t.Errorf("the configuration went from version %d to %d", before, after)
	}
	if got := f.audited(db.NounUser); !slices.Equal(got, []string{"changed: name Ana→Ana Clara, role Atendimento→Supervisão, teams Vendas→Plantão"}) {
		t.Errorf("audit: %q", got)
	}
	f.ask(page(f.clara), path, f.editForm(f.ana)).is(http.StatusSeeOther) // nothing to change, and no entry
	if got := f.audited(db.NounUser); len(got) != 1 {
		t.Errorf("audit: %q", got)
	}

	for name, test := range map[string]struct{ field, value, words string }{
		"no name": {"name", " ", "Preencha este campo."}, "long": {"name", strings.Repeat("x", 81), "Use no máximo 80 caracteres."},
		"role": {"role", "dono", "Escolha uma das opções."}, "team": {"teams", "outro", "Um time marcado não existe mais."},
	} {
		a := f.ask(dialog(f.clara), path, f.editForm(f.ana, test.field, test.value)).is(422)
		if !strings.Contains(a.doc.Text(), test.words) {
			t.Errorf("%s: %s", name, a.doc.Text())
		}
	}
	f.ask(dialog(f.clara), usersPath+"/"+f.clara.User, f.editForm(f.clara, "role", "agent")).is(422).says("form", "Ninguém muda o próprio perfil")
	// Davi's page is from before he was told to go.
	f.ask(dialog(f.clara), usersPath+"/"+davi.User, f.editForm(davi, "role", "agent")).is(200)
	f.ask(dialog(davi), usersPath+"/"+f.clara.User, f.editForm(f.clara, "role", "agent")).is(422).says("form", "É a única pessoa ativa da Administração")
}

// Two people at once: the second is told, keeps what was typed, and may go on.
func TestEditUserMeanwhile(t *testing.T) {
	t.Parallel()
	f, davi := newStaff(t)
	path := usersPath + "/" + f.ana.User
	form := f.editForm(f.ana, "name", "Ana Maria")
	f.ask(dialog(davi), path, f.editForm(f.ana, "role", "supervisor")).is(200)
	a := f.ask(dialog(f.clara), path, form).is(http.StatusConflict).says("[role=alert]", "Mudou enquanto você editava", "Agora: Ana, Supervisão, em Vendas")
	if got := a.doc.Find("#user-name").AttrOr("value", ""); got != "Ana Maria" {
		t.Errorf("what was typed is %q", got)
	}
	if f.colleague(f.ana).Role != db.Supervisor {
		t.Error("it was overwritten")
	}
	form.Set("seen", a.doc.Find("[name=seen]").AttrOr("value", ""))
	f.ask(dialog(f.clara), path, form).is(200)
	if c := f.colleague(f.ana); c.As.Name != "Ana Maria" || c.Role != db.Agent {
		t.Errorf("the second press: %+v", c)
	}
}

// A person of two stores keeps their own name and the other's word for them.
func TestAnotherStoresPeople(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	other := dbtest.Store(t, f.shop.DB, "outra")
	stranger := other.Member("outra@loja.br", "Outra", db.Agent)
	other.Join(f.ana, "Ana de lá", db.Agent)
	f.ask(dialog(f.clara), usersPath+"/"+f.ana.User, f.editForm(f.ana, "name", "Aninha")).is(200)
	if c := f.colleague(f.ana); c.As.Name != "Aninha" || c.Person.Name != "Ana" {
		t.Errorf("names: %q here, %q their own", c.As.Name, c.Person.Name)
	}
	for _, path := range []string{"", "/desativar", "/senha"} {
		theirs := f.ask(page(f.clara), usersPath+"/"+stranger.User+path, nil).is(404).Body.String()
		if nobodys := f.ask(page(f.clara), usersPath+"/nada"+path, nil).is(404).Body.String(); nobodys != theirs {
			t.Errorf("%s: another store's person answers %q, nobody %q", path, theirs, nobodys)
		}
	}
	for _, path := range []string{"", "/desativar", "/reativar", "/senha"} {
		form := url.Values{"name": {"x"}, "role": {"agent"}, "action": {"link"}}
		f.ask(page(f.clara), usersPath+"/"+stranger.User+path, form).is(404)
		f.ask(page(f.clara), usersPath+"/nada"+path, form).is(404)
	}
}

// mails are what waits to be sent by e-mail.
func (f *floor) mails() []scheduler.Mail {
	f.t.Helper()
	var mails []scheduler.Mail
	ctx, rolledBack := context.Background(), fmt.Errorf("only looked at")
	_ = f.shop.DB.Tx(ctx, func(tx *db.Tx) error {
		claimed, err := tx.ClaimOutbox(ctx, "mail", f.now(), f.now(), 50)
		if err != nil {
			f.t.Error(err)
		}
		for _, o := range claimed {
			var m scheduler.Mail
			if err := json.Unmarshal([]byte(o.Payload), &m); err != nil || o.Kind != "mail" {
				f.t.Errorf("%s: %v", o.Payload, err)
			}
			mails = append(mails, m)
		}
		return rolledBack
	})
	return mails
}
