package journey

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/static/browsertest"
)

// enter fills in the sign-in form and sends it.
func (v *visitor) enter(login, secret string) {
	v.site.t.Helper()
	v.open("/entrar")
	v.fill("#login", login)
	v.fill("#password", secret)
	v.click("#sign-in-button")
}

// give answers the second step.
func (v *visitor) give(code string) {
	v.site.t.Helper()
	v.Until(`location.pathname === "/entrar/codigo"`)
	v.ready()
	v.fill("#code", code)
	v.click("#second-step-button")
}

// at waits for a page.
func (v *visitor) at(path string) {
	v.site.t.Helper()
	v.Until(fmt.Sprintf(`location.pathname === %q`, path))
	v.ready()
}

// download clicks a link that saves a file, and reads it.
func (v *visitor) download(selector string) string {
	v.site.t.Helper()
	folder, done := v.site.t.TempDir(), make(chan string, 1)
	err := chromedp.ListenBrowser(v, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			done <- e.GUID
		}
	})
	if err != nil {
		v.site.t.Fatal(err)
	}
	if _, err := chromedp.CallBrowser(v, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		BrowserContextID: chromedp.FromContext(v).BrowserContextID, Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: folder, EventsEnabled: new(true)}); err != nil {
		v.site.t.Fatal(err)
	}
	v.click(selector)
	ctx, cancel := context.WithTimeout(v, 20*time.Second)
	defer cancel()
	select {
	case name := <-done:
		saved, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			v.site.t.Fatal(err)
		}
		return string(saved)
	case <-ctx.Done():
		v.site.t.Fatal("nothing was saved")
	}
	return ""
}

// signOut leaves by the sidebar's button.
func (v *visitor) signOut() {
	v.site.t.Helper()
	v.click("#sign-out")
	v.at("/entrar")
}

// Two-step sign-in from set-up to its end: a code once, a recovery code once.
func TestTwoStepSignIn(t *testing.T) {
	t.Parallel()
	s := demo(t)
	elsewhere := s.signIn(seller)
	v := s.signIn(seller)
	v.click("#account-link")
	v.at("/minha-conta")
	v.sees("Perfil de acesso Atendimento")
	v.press("Segurança")
	v.at("/minha-conta/seguranca")
	v.sees("Desligada")
	v.press("Ligar")
	v.at("/minha-conta/duas-etapas")
	v.looksWell("two-step-scan")
	key := strings.ReplaceAll(browsertest.Eval[string](v.Tab, `document.querySelector("#two-step-key").innerText`), " ", "")
	v.fill("#two-step-code", "000000")
	v.press("Confirmar e ligar")
	v.Until(`document.activeElement.id === "two-step-code" && document.querySelector("#two-step-code-error")?.innerText.includes("não confere")`)
	now := time.Now()
	v.fill("#two-step-code", handlers.TOTP(key, now))
	v.press("Confirmar e ligar")
	v.sees("Verificação em duas etapas ligada")
	v.looksWell("recovery-codes")
	codes := strings.Fields(browsertest.Eval[string](v.Tab, `document.querySelector("#recovery-codes").innerText`))
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %q", codes)
	}
	if saved := v.download("#download-codes"); !strings.Contains(saved, seller) || !strings.Contains(saved, codes[9]) {
		t.Errorf("the file to keep: %q", saved)
	}
	v.press("Já guardei, continuar")
	v.sees("desde ")
	v.Until(`document.querySelector("#two-step").innerText.includes("restam: 10")`)
	v.looksWell("two-step-on")

	// The other browser's page goes to sign in by itself.
	elsewhere.at("/entrar")

	v.signOut()
	v.enter(seller, password)
	v.Until(`location.pathname === "/entrar/codigo"`)
	v.looksWell("second-step")
	v.open("/conversas")
	v.at("/entrar") // nobody is signed in yet
	v.enter(seller, password)
	next := handlers.TOTP(key, now.Add(30*time.Second)) // the next code: this one's has been taken
	v.give(next)
	v.at("/conversas")
	v.signOut()
	v.enter(seller, password)
	v.give(next)
	v.sees("Este código não vale.")
	v.press("Usar um código de recuperação")
	v.Until(`location.search.includes("recuperacao")`)
	v.ready()
	v.give(strings.ToUpper(codes[0]))
	v.at("/conversas")
	v.sees("Você entrou com um código de recuperação. Restam 9 códigos.")
	v.signOut()
	v.enter(seller, password)
	v.press("Usar um código de recuperação")
	v.Until(`location.search.includes("recuperacao")`)
	v.ready()
	v.give(codes[0])
	v.sees("ou já foi usado")
	v.give(codes[1])
	v.at("/conversas")

	v.open("/minha-conta/seguranca")
	v.press("Desligar")
	v.at("/minha-conta/duas-etapas/desligar")
	v.looksWell("two-step-off")
	v.fill("#proof-password", password)
	v.fill("#proof-code", codes[2])
	v.Do(chromedp.SendKeys("#proof-code", "\r")) // the keyboard's way
	v.at("/minha-conta/seguranca")
	v.sees("Desligada")
	v.signOut()
	v.enter(seller, password)
	v.at("/conversas")
	v.Quiet("422", "401")
}

// A person sees where they are signed in and ends it there, at once.
func TestEndingSessions(t *testing.T) {
	t.Parallel()
	s := demo(t)
	other, third, v := s.signIn(seller), s.signIn(seller), s.signIn(seller)
	v.open("/minha-conta/sessoes")
	v.Until(`document.querySelectorAll("#sessions tbody tr").length === 3`)
	v.sees("Chrome no Linux")
	v.Shoot("sessions-three")
	browsertest.Eval[chromedp.Void](v.Tab, `document.querySelector("#sessions tbody tr:last-child button").setAttribute("data-oldest", "")`)
	v.click("[data-oldest]")
	v.sees("Sessão encerrada.")
	v.Until(`document.querySelectorAll("#sessions tbody tr").length === 2`)
	other.at("/entrar")
	v.press("Sair de todas as outras")
	v.sees("1 sessão encerrada.")
	third.at("/entrar")
	v.Until(`document.querySelectorAll("#sessions tbody tr").length === 1 && !document.querySelector("#end-others")`)
	v.Quiet()
}

// require has the demonstration's store ask everybody for the second step.
func (s *site) require() {
	s.t.Helper()
	d, err := db.Open(s.t.Context(), s.database, db.Options{Shared: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	store, err := d.StoreBySlug(s.t.Context(), "demo")
	if err != nil {
		s.t.Fatal(err)
	}
	store.TwoStepRequired = true
	if err := d.Tx(s.t.Context(), func(tx *db.Tx) error { return tx.UpdateStore(s.t.Context(), store) }); err != nil {
		s.t.Fatal(err)
	}
}

// confirmsTwoStep finishes a set-up that has begun.
func (v *visitor) confirmsTwoStep() {
	v.site.t.Helper()
	v.Until(`!!document.querySelector("#two-step-key")`)
	key := strings.ReplaceAll(browsertest.Eval[string](v.Tab, `document.querySelector("#two-step-key").innerText`), " ", "")
	v.fill("#two-step-code", handlers.TOTP(key, time.Now()))
	v.press("Confirmar e ligar")
	v.sees("Códigos de recuperação")
	v.Axe("two-step-owed-codes")
	v.press("Já guardei, continuar")
}

// Where the store requires the second step, setting it up comes first, also in a
// page that is open; after it comes the page that was meant.
func TestRequiredSecondStep(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(supervisor)
	v.open("/conversas?tab=all")
	s.require()
	v.press("Gestão de Inatividade")
	v.at("/minha-conta/duas-etapas")
	v.sees("Loja Demonstração exige a verificação em duas etapas")
	v.looksWell("two-step-owed")
	v.press("Começar")
	v.Until(`!!document.querySelector("#two-step-key")`)
	v.looksWell("two-step-owed-scan")
	v.confirmsTwoStep()
	v.at("/automacoes/inatividade")
	v.Quiet("401")
}

// The account with scripts switched off.
func TestAccountWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	other := s.signIn(seller)
	v := s.withoutScripts(seller)
	v.click("#account-link")
	v.reads("Nesta loja")
	v.Do(chromedp.SendKeys("#profile-name", kb.End+" Lima"))
	v.click("#profile-form button")
	v.reads("Perfil salvo.")
	v.reads("Lima")
	v.click("#look button[value=dark]")
	v.Until(`document.documentElement.dataset.theme === "dark"`)
	v.click("#tab-sessoes")
	v.click("#end-others")
	v.reads("1 sessão encerrada.")
	other.at("/entrar")
	v.click("#tab-seguranca")
	v.click("#two-step-begin")
	v.reads("Digite esta chave no aplicativo")
}

// An operator's password is good for one thing: choosing another.
func TestForcedPasswordChange(t *testing.T) {
	t.Parallel()
	s := demo(t)
	lines := strings.Split(s.command("user", "password", "--generate", "--store", "demo", seller), "\n")
	given := lines[len(lines)-1]
	for _, line := range lines { // standard output and error come together
		if strings.Count(line, "-") == 3 && !strings.Contains(line, " ") {
			given = line
		}
	}
	v := s.visit()
	v.open("/minha-conta/sessoes")
	v.at("/entrar")
	v.fill("#login", seller)
	v.fill("#password", given)
	v.click("#sign-in-button")
	v.at("/nova-senha")
	v.looksWell("new-password")
	v.open("/conversas")
	v.at("/nova-senha")
	v.fill("#new", given)
	v.fill("#again", given)
	v.click("#new-password-button")
	v.sees("Escolha uma senha diferente da que você recebeu.")
	v.fill("#new", "uma senha só minha")
	v.fill("#again", "uma senha só minha")
	v.click("#new-password-button")
	v.at("/conversas")
	v.sees("Senha trocada.")

	v.open("/minha-conta/seguranca")
	v.fill("#password-present", "errada errada")
	v.fill("#password-new", "mais uma senha minha")
	v.fill("#password-again", "mais uma senha minha")
	v.press("Trocar a senha")
	v.Until(`document.activeElement.id === "password-present" && document.querySelector("#password-present-error")?.innerText.includes("não é a sua senha atual")`)
	v.fill("#password-present", "uma senha só minha")
	v.fill("#password-new", "mais uma senha minha")
	v.fill("#password-again", "mais uma senha minha")
	v.press("Trocar a senha")
	v.sees("Senha trocada.")
	v.signOut()
	v.enter(seller, "mais uma senha minha")
	v.at("/conversas")
	v.Quiet("422", "401")
}
