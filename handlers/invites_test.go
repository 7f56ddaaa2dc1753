package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/db/dbtest"
	"semaforo/handlers"
	"semaforo/views/ui"
)

func inviteForm(login string, teams ...string) url.Values {
	return url.Values{"name": {"Joana"}, "login": {login}, "role": {"supervisor"}, "teams": teams}
}

// link is the secret of the link that an answer shows, with the page it is of.
func (a asked) link(page string) string {
	a.t.Helper()
	_, secret, found := strings.Cut(a.doc.Find("#link").AttrOr("value", ""), page)
	if !found || len(secret) != 43 {
		a.t.Fatalf("there is no link to %s:\n%s", page, a.Body)
	}
	return secret
}

func (f *floor) invites() []db.Invite {
	f.t.Helper()
	all, err := f.shop.DB.Invites(context.Background(), f.shop.ID, db.InviteQuery{}, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

func TestInviteUser(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	path := usersPath + "/convites/novo"
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "Convidar alguém", "Você recebe um link")
	a := f.ask(dialog(f.clara), path, inviteForm("Joana@Loja.br", f.vendas.ID)).is(200)
	secret := a.link("http://example.com/convite/")
	a.says("*", "O envio de e-mail não está configurado")
	if a.Header().Get(ui.HeaderPanel) != "open" || a.doc.Find("hx-partial #people").Length() != 1 {
		t.Error("the list under the panel is not as it is now")
	}
	got := f.invites()
	want := db.Invite{Store: f.shop.ID, ID: got[0].ID, TokenHash: handlers.HashSecret(secret), Login: "joana@loja.br", Name: "Joana", Role: db.Supervisor,
		Teams: []string{f.vendas.ID}, ByName: "Clara", CreatedAt: f.now(), ExpiresAt: f.now().Add(7 * 24 * time.Hour)}
	if len(got) != 1 || got[0].TokenHash != want.TokenHash || got[0].Login != want.Login || !got[0].ExpiresAt.Equal(want.ExpiresAt) ||
		!slices.Equal(got[0].Teams, want.Teams) || got[0].Role != want.Role {
		t.Errorf("stored: %+v, want %+v", got, want)
	}
	if mails := f.mails(); len(mails) != 0 {
		t.Errorf("mails: %v", mails)
	}
	if got := f.audited(db.NounInvite); !slices.Equal(got, []string{"created: role →Supervisão, teams →Vendas"}) {
		t.Errorf("audit: %q", got)
	}
	f.ask(page(f.clara), usersPath+"?tab=invites", nil).is(200).says("#people", "joana@loja.br", "Supervisão", "Vendas", "expira em 7 dias", "Clara")
	f.ask(page(f.paulo), usersPath+"?tab=invites", nil).is(200).says("#people", "joana@loja.br").lacks("[id^=menu-]")
	f.ask(page(f.clara), path, inviteForm("sem-scripts@loja.br")).is(200).says("#panel[open]", "Convite para Joana").link("/convite/")
	f.pass(7 * 24 * time.Hour)
	f.ask(page(f.clara), usersPath+"?tab=invites&q=JOANA", nil).is(200).says("#people", "Expirou", "envie um link novo")
}

func TestWhoCannotBeInvited(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	path := usersPath + "/convites/novo"
	f.ask(dialog(f.clara), path, inviteForm("joana@loja.br")).is(200)
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		return tx.SetMemberDisabled(ctx, f.shop.ID, f.bia.User, true)
	})
	for name, test := range map[string]struct {
		form  url.Values
		words string
	}{
		"invited already": {inviteForm(" JOANA@loja.br"), "Já existe um convite para este login."},
		"a member":        {inviteForm("ANA"), "Ana já é desta loja"},
		"deactivated":     {inviteForm("bia"), "O acesso de Bia está desativado: reative"},
		"no login":        {inviteForm(""), "Preencha este campo."},
		"a space":         {inviteForm("joa na"), "Informe um login sem espaços"},
		"no such team":    {inviteForm("x@loja.br", "nada"), "Um time marcado não existe mais."},
		"no name":         {url.Values{"login": {"x@loja.br"}, "role": {"agent"}}, "Preencha este campo."},
		"no such role":    {url.Values{"login": {"x@loja.br"}, "name": {"x"}, "role": {"dona"}}, "Escolha uma das opções."},
	} {
		a := f.ask(dialog(f.clara), path, test.form).is(422)
		if !strings.Contains(a.doc.Text(), test.words) {
			t.Errorf("%s: %s", name, a.doc.Text())
		}
		if login := a.doc.Find("#invite-login").AttrOr("value", ""); login != strings.TrimSpace(test.form.Get("login")) {
			t.Errorf("%s: what was typed is %q", name, login)
		}
	}
	if got := f.invites(); len(got) != 1 {
		t.Errorf("invites: %v", got)
	}
	// Who is in another store alone is invited as anybody is: nothing tells.
	dbtest.Store(t, f.shop.DB, "outra").Member("fora@loja.br", "Fora", db.Agent)
	f.ask(dialog(f.clara), path, inviteForm("fora@loja.br")).is(200).link("/convite/")
}

func TestInviteByMail(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	f.h.MailOn, f.h.PublicURL = true, "https://loja.example"
	path := usersPath + "/convites/novo"
	a := f.ask(dialog(f.clara), path, inviteForm("joana@loja.br")).is(200)
	link := "https://loja.example/convite/" + a.link("https://loja.example/convite/")
	a.says("*", "Também enviamos o link para joana@loja.br.")
	mails := f.mails()
	if len(mails) != 1 || mails[0].To != "joana@loja.br" || !strings.Contains(mails[0].Text, link) || !strings.Contains(mails[0].Text, "perfil Supervisão") ||
		!strings.Contains(mails[0].Subject, "Clara convidou você") {
		t.Errorf("mails: %+v", mails)
	}
	f.ask(dialog(f.clara), path, inviteForm("joana")).is(200).says("*", "O login não é um endereço de e-mail")
	if mails := f.mails(); len(mails) != 1 {
		t.Errorf("mails: %+v", mails)
	}
}

func TestRenewAndRevokeInvite(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	first := f.ask(dialog(f.clara), usersPath+"/convites/novo", inviteForm("joana@loja.br")).is(200).link("/convite/")
	path := usersPath + "/convites/" + f.invites()[0].ID
	f.pass(24 * time.Hour)
	f.ask(page(f.clara), path+"/reenviar", nil).is(200).says("#panel", "Novo link para Joana", "O link anterior deixa de valer")
	second := f.ask(dialog(f.clara), path+"/reenviar", url.Values{}).is(200).link("/convite/")
	find := func(secret string) error {
		_, err := f.shop.DB.InviteByHash(context.Background(), handlers.HashSecret(secret), f.now())
		return err
	}
	if find(first) == nil || find(second) != nil {
		t.Errorf("the first link: %v, the second: %v", find(first), find(second))
	}
	f.ask(page(f.clara), path+"/revogar", nil).is(200).says("#modal", "Revogar o convite de Joana?")
	f.ask(dialog(f.clara), path+"/revogar", url.Values{}).is(200)
	if find(second) == nil || len(f.invites()) != 0 {
		t.Error("the invitation is still there")
	}
	if got := f.audited(db.NounInvite); len(got) != 3 || got[0] != "revoked: " || !strings.HasPrefix(got[1], "changed: until ") {
		t.Errorf("audit: %q", got)
	}
	for _, action := range []string{"/reenviar", "/revogar"} {
		for _, form := range []url.Values{nil, {}} {
			f.ask(page(f.clara), path+action, form).is(404)
		}
	}
	theirs := dbtest.Store(t, f.shop.DB, "outra")
	foreign := db.Invite{Store: theirs.ID, ID: db.NewID(), TokenHash: "x", Login: "x", Name: "x", Role: db.Agent, CreatedAt: f.now(), ExpiresAt: f.now()}
	if err := f.shop.DB.Tx(context.Background(), func(tx *db.Tx) error { return tx.InsertInvite(context.Background(), foreign) }); err != nil {
		t.Fatal(err)
	}
	f.ask(page(f.clara), usersPath+"/convites/"+foreign.ID+"/revogar", url.Values{}).is(404)
	f.ask(page(f.clara), usersPath+"/convites/"+foreign.ID+"/reenviar", url.Values{}).is(404)
}

func TestPasswordLink(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	path := usersPath + "/" + f.ana.User + "/senha"
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "Criar um link para uma senha nova", "Exigir troca de senha").lacks("[name=two_step]")
	f.ask(dialog(f.clara), path, url.Values{}).is(422).says("form", "Escolha o que fazer.")
	first := f.ask(dialog(f.clara), path, url.Values{"action": {"link"}}).is(200).link("http://example.com/senha/")
	second := f.ask(dialog(f.clara), path, url.Values{"action": {"link"}, "two_step": {"true"}}).is(200).link("/senha/")
	ctx := context.Background()
	if _, err := f.shop.DB.ResetByHash(ctx, handlers.HashSecret(first), f.now()); err == nil {
		t.Error("the link of before still works")
	}
	r, err := f.shop.DB.ResetByHash(ctx, handlers.HashSecret(second), f.now())
	if err != nil || r.User != f.ana.User || r.By != f.clara.User || !r.Shown || r.TwoStep || !r.ExpiresAt.Equal(f.now().Add(24*time.Hour)) {
		t.Errorf("stored: %+v, %v", r, err)
	}
	if got := f.audited(db.NounUser); len(got) != 2 || !strings.HasPrefix(got[0], "reset: until →") || strings.Contains(got[0], second) {
		t.Errorf("audit: %q", got)
	}
	f.ask(page(f.clara), usersPath+"/"+f.clara.User+"/senha", nil).is(409)
	f.ask(page(f.clara), usersPath+"/"+f.clara.User+"/senha", url.Values{"action": {"link"}}).is(409)
	f.ask(page(f.clara), usersPath+"/"+f.clara.User+"/senha", url.Values{"action": {"require"}}).is(409)
}

// Nobody becomes, by a link they see, a person who is in another store too: also one
// whose place there is disabled, as it can come back.
func TestPasswordLinkOfSomebodyElsesToo(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	eva := f.shop.Member("eva@loja.br", "Eva", db.Agent)
	other := dbtest.Store(t, f.shop.DB, "outra")
	other.Join(eva, "Eva", db.Admin)
	other.Join(f.ana, "Ana", db.Agent)
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		return tx.SetMemberDisabled(ctx, other.ID, eva.User, true)
	})
	path := usersPath + "/" + eva.User + "/senha"
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "Este login também é usado fora desta loja")
	f.ask(dialog(f.clara), path, url.Values{"action": {"link"}}).is(409).says("form", "quem opera o servidor ajuda").lacks("#link")
	f.h.MailOn, f.h.PublicURL = true, "https://loja.example"
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "Enviar um link para uma senha nova", "só para o e-mail da própria pessoa")
	a := f.ask(dialog(f.clara), path, url.Values{"action": {"link"}, "two_step": {"true"}}).is(200)
	if strings.Contains(a.Body.String(), "/senha/") && a.doc.Find("#link").Length() > 0 {
		t.Error("the administrator sees the link")
	}
	if !strings.Contains(a.toast(), "eva@loja.br") {
		t.Errorf("toast: %s", a.toast())
	}
	mails := f.mails()
	if len(mails) != 1 || mails[0].To != "eva@loja.br" {
		t.Fatalf("mails: %+v", mails)
	}
	_, after, _ := strings.Cut(mails[0].Text, "https://loja.example/senha/")
	r, err := f.shop.DB.ResetByHash(context.Background(), handlers.HashSecret(after[:43]), f.now())
	if err != nil || r.Shown || r.TwoStep {
		t.Errorf("stored: %+v, %v", r, err)
	}
	if strings.Contains(a.Body.String(), after[:43]) {
		t.Error("the administrator sees the secret")
	}
	// That they choose another password anybody may ask for; that they need not, nobody here.
	f.ask(page(f.clara), path, url.Values{"action": {"require"}}).is(http.StatusSeeOther)
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "daqui não dá para deixar de exigir")
	f.ask(page(f.clara), path, url.Values{"action": {"keep"}}).is(409)
	if !f.colleague(eva).Person.MustChangePassword {
		t.Error("what is asked in the other store was taken back")
	}
	// Ana's login is no address: nothing can be sent either.
	f.ask(dialog(f.clara), usersPath+"/"+f.ana.User+"/senha", url.Values{"action": {"link"}}).is(409).lacks("#link")
}

func TestRequirePassword(t *testing.T) {
	t.Parallel()
	f, _ := newStaff(t)
	path := usersPath + "/" + f.ana.User + "/senha"
	f.ask(dialog(f.clara), path, url.Values{"action": {"require"}}).is(200)
	if !f.colleague(f.ana).Person.MustChangePassword {
		t.Error("nothing is required")
	}
	f.ask(page(f.clara), usersPath, nil).is(200).says("#user-"+f.ana.User, "vai trocar a senha ao entrar")
	f.ask(page(f.clara), path, nil).is(200).says("#panel", "Deixar de exigir a troca de senha")
	f.ask(page(f.clara), path, url.Values{"action": {"keep"}}).is(http.StatusSeeOther)
	if f.colleague(f.ana).Person.MustChangePassword {
		t.Error("still required")
	}
	want := []string{"changed: must_change_password sim→não", "changed: must_change_password não→sim"}
	if got := f.audited(db.NounUser); !slices.Equal(got, want) {
		t.Errorf("audit: %q", got)
	}
}
