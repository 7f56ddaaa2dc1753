package journey

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

const usersPath = "/configuracoes/usuarios"

// userRow is the selector of a person's row, by name.
func (v *visitor) userRow(name string) string {
	v.site.t.Helper()
	const mark = `(() => {
	  const e = [...document.querySelectorAll("#people-table tbody tr")].find(e => e.innerText.includes(%q));
	  return e?.id ?? "" })()`
	v.Until(fmt.Sprintf(mark, name) + ` !== ""`)
	return "#" + browsertest.Eval[string](v.Tab, fmt.Sprintf(mark, name))
}

// userID is a person's id, as their row's is.
func (v *visitor) userID(name string) string {
	v.site.t.Helper()
	return strings.TrimPrefix(v.userRow(name), "#user-")
}

// chooses an item of a person's menu.
func (v *visitor) menuOf(id, item string) {
	v.site.t.Helper()
	v.click("#menu-" + id + "-button")
	v.click("#" + item + "-" + id)
}

// shownLink is the path of the link that is shown once.
func (v *visitor) shownLink() string {
	v.site.t.Helper()
	v.Until(`!!document.querySelector("#link")`)
	link, err := url.Parse(browsertest.Eval[string](v.Tab, `document.querySelector("#link").value`))
	if err != nil || !strings.HasPrefix(link.String(), v.site.url) {
		v.site.t.Fatalf("the link is %v (%v)", link, err)
	}
	return link.Path
}

// Somebody is invited by a link, accepts it in a browser of their own and works.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open(usersPath)
	v.sees("Ana Beatriz Souza")
	v.click("#invite")
	v.focused("#invite-name")
	v.keys("Joana Prado")
	v.press("Criar convite")
	v.sees("Preencha este campo.")
	v.focused("#invite-login")
	v.keys("Joana@loja.demo")
	v.press2("#teams label", "Trocas e devoluções")
	v.Axe("invite")
	v.Shoot("users-invite")
	v.press("Criar convite")
	link := v.shownLink()
	v.focused("#link-copy")
	v.sees("entregue o link você mesmo")
	v.Axe("invite-link")
	v.Shoot("users-invite-link")
	v.click("#link-done")
	v.focused("#invite")
	v.click("#tab-invites")
	v.sees("joana@loja.demo")
	v.everyLook(usersPath + "?tab=invites")
	v.Look(1440, 900, false)

	newcomer := s.visit()
	newcomer.everyLook(link)
	newcomer.Look(1440, 900, false)
	newcomer.sees("perfil Atendimento")
	newcomer.fill(`input[name="password"]`, "curta")
	newcomer.click("#accept-button")
	newcomer.sees("Informe uma senha de 10 a 200 caracteres.")
	newcomer.focused(`input[name="password"]`)
	newcomer.fill(`input[name="password"]`, "minha senha nova")
	newcomer.click("#accept-button")
	newcomer.Until(`location.pathname === "/conversas"`)
	newcomer.ready()
	newcomer.sees("Joana Prado")
	newcomer.sees("Boas-vindas! Você entrou em Loja Demonstração.")
	again := s.visit()
	again.open(link)
	again.sees("Este convite não vale mais")
	again.Axe("invite-gone")
	again.Shoot("users-invite-gone")

	v.open(usersPath + "?q=joana")
	v.sees("Joana Prado")
	if strings.Contains(browsertest.Eval[string](v.Tab, `document.querySelector("#people").innerText`), "Bruno") {
		t.Error("the search finds others too")
	}
	v.click("#open-" + v.userID("Joana Prado"))
	v.press("Salvar")
	v.sees("Joana Prado: alterações salvas.")
	v.Until(`document.querySelector("#search").value === "joana" && document.querySelectorAll("#people-table tbody tr").length === 1`)
	v.Quiet("422")
	newcomer.Quiet("422")
	again.Quiet("404")
}

// A supervisor sees who is on, and changes nothing.
func TestSupervisorSeesPeople(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(supervisor)
	v.open(usersPath)
	v.sees("Offline")
	if browsertest.Eval[bool](v.Tab, `!!document.querySelector("#invite, [id^=menu-]")`) {
		t.Error("a supervisor is offered changes")
	}
	v.click("#open-" + v.userID("Ana Beatriz Souza"))
	v.sees("Na loja desde")
	if browsertest.Eval[bool](v.Tab, `!!document.querySelector("#user-save")`) {
		t.Error("a supervisor may save")
	}
	v.Axe("user-read-only")
	v.Shoot("users-read-only")
	v.Quiet()
}

// Somebody leaves: their conversations go where the administrator says, they are
// signed out at once, and can come back.
func TestDeactivation(t *testing.T) {
	t.Parallel()
	s := demo(t)
	leaver := s.signIn(seller)
	v := s.signIn(manager)
	v.open(usersPath)
	id, marcos := v.userID("Ana Beatriz Souza"), v.userID("Marcos Teixeira")
	v.everyLook(usersPath + "/" + id)
	v.everyLook(usersPath + "/" + id + "/desativar")
	v.everyLook(usersPath + "/" + id + "/senha")
	v.everyLook(usersPath + "/" + marcos + "/desativar")
	v.Look(1440, 900, false)
	v.open(usersPath)
	v.menuOf(id, "deactivate")
	v.sees("Desativar Ana Beatriz Souza?")
	v.sees("com Ana Beatriz Souza.")
	v.press("Desativar")
	v.sees("Escolha o time.")
	v.focused("#to_team")
	v.choose(`select[name="to_team"]`, "Plantão")
	v.press("Desativar")
	v.sees("O acesso de Ana Beatriz Souza a esta loja foi desativado.")
	v.Until(fmt.Sprintf(`!document.querySelector("#modal").open && !document.querySelector("#user-%s")`, id))

	// A flow names Marcos: who takes his place is chosen, and what that means is shown.
	v.menuOf(marcos, "deactivate")
	v.sees("1 fluxo usa Marcos Teixeira")
	v.sees("Tem Marcos Teixeira como exceção.")
	v.press("Desativar")
	v.sees("Escolha quem entra no lugar, ou ninguém.")
	v.focused("#flows")
	v.choose("#flows", "Camila Rocha")
	v.sees("A exceção Marcos Teixeira passa a ser Camila Rocha")
	v.focused("#flows")
	v.Axe("deactivate-flows")
	v.Shoot("users-deactivate-flows")
	v.press("Desativar")
	v.sees("O acesso de Marcos Teixeira a esta loja foi desativado.")

	leaver.Do(chromedp.Navigate(s.url + "/conversas"))
	leaver.Until(`location.pathname === "/entrar"`)
	leaver.fill(`input[name="login"]`, seller)
	leaver.fill(`input[name="password"]`, password)
	leaver.click(`#sign-in-button`)
	leaver.sees("Login ou senha incorretos")

	v.click("#tab-disabled")
	v.sees("Reativar")
	v.Axe("users-disabled")
	v.click("#reactivate-" + id)
	v.sees("já pode entrar com a senha que tinha")
	leaver.fill(`input[name="password"]`, password)
	leaver.click(`#sign-in-button`)
	leaver.Until(`location.pathname.startsWith("/conversas")`)
	v.Quiet("422")
}

// A link for a new password, by the keyboard alone: made in the panel, used in
// another browser, once.
func TestPasswordLinkByKeyboard(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open(usersPath)
	id := v.userID("Bruno Carvalho")
	v.tabTo("#menu-" + id + "-button")
	v.keys(kb.Enter)
	v.tabTo("#password-" + id)
	v.keys(kb.Enter)
	v.focused("#panel-title")
	v.tabTo("#panel-submit")
	v.keys(kb.Enter)
	link := v.shownLink()
	v.focused("#link-copy")
	v.keys(kb.Escape)
	v.Until(`!document.querySelector("#panel").open`)
	v.focused("#menu-" + id + "-button")

	// Editing: the name by Tab and Enter, and the focus comes back.
	v.tabTo("#menu-" + id + "-button")
	v.keys(kb.Enter)
	v.tabTo("#edit-" + id)
	v.keys(kb.Enter)
	v.focused("#panel-title")
	v.tabTo("#user-name")
	v.keys(kb.End + " Filho" + kb.Enter)
	v.sees("Bruno Carvalho Filho: alterações salvas.")
	v.Until(`!document.querySelector("#panel").open`)

	person := s.visit()
	person.everyLook(link)
	person.Look(1440, 900, false)
	person.open(link)
	person.focused(`input[name="password"]`)
	person.keys("uma senha novinha" + kb.Enter)
	person.sees("Senha trocada")
	person.Axe("password-changed")
	person.open(link)
	person.sees("Este link não vale mais")
	person.open("/entrar")
	person.fill(`input[name="login"]`, "bruno@loja.demo")
	person.fill(`input[name="password"]`, "uma senha novinha")
	person.click("#sign-in-button")
	person.Until(`location.pathname.startsWith("/conversas")`)
	v.Quiet()
	person.Quiet("404")
}
