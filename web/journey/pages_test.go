package journey

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"semaforo/static/browsertest"
)

// conversations lists the ids of some of the store's open conversations.
func (s *site) conversations(token string, query string) []string {
	s.t.Helper()
	var ids []string
	for _, item := range s.call(token, http.MethodGet, "/conversations?limit=50"+query, http.StatusOK, nil)["items"].([]any) {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	return ids
}

// customer is the id of who a conversation is with.
func (s *site) customer(token, conversation string) string {
	s.t.Helper()
	contact := s.call(token, http.MethodGet, "/conversations/"+conversation, http.StatusOK, nil)["contact"].(map[string]any)["id"].(string)
	return s.call(token, http.MethodGet, "/contacts/"+contact, http.StatusOK, nil)["customer"].(string)
}

// Every page, in both looks, at a desk's and a phone's width: no violation that
// axe finds, nothing wider than the window, and a quiet console under the policy.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	waiting := s.conversations(token, "&status=open&level=red")
	postponed := s.conversations(token, "&postponed=true")
	closed := s.conversations(token, "&status=closed")
	if len(waiting) == 0 || len(postponed) == 0 || len(closed) == 0 {
		t.Fatalf("the demonstration lacks a red (%d), a postponed (%d) or a closed (%d) conversation", len(waiting), len(postponed), len(closed))
	}
	customer := s.customer(token, waiting[0])
	paths := []string{
		"/conversas?tab=all", "/conversas?tab=mine", "/conversas?tab=closed", "/conversas?tab=all&color=red", "/conversas?tab=all&q=nada+disso",
		"/conversas/" + waiting[0], "/conversas/" + postponed[0], "/conversas/" + closed[0],
		"/conversas/" + waiting[0] + "/adiar", "/conversas/" + waiting[0] + "/transferir", "/conversas/" + waiting[0] + "/finalizar",
		"/conversas/" + postponed[0] + "/por-que",
		"/automacoes/inatividade", "/automacoes/inatividade/time", "/automacoes/inatividade/vendedor", "/automacoes/inatividade/aguardando",
		"/automacoes/inatividade/time/principal?step=alert1", "/automacoes/inatividade/time/principal?step=alert2",
		"/automacoes/inatividade/time/principal?step=action", "/automacoes/inatividade/time/alternativos/novo",
		"/configuracoes/times", "/configuracoes/times?tab=archived", "/configuracoes/times/novo", "/configuracoes/times/vendas",
		"/configuracoes/times/vendas/editar", "/configuracoes/times/vendas/arquivar", "/configuracoes/times/plantao/arquivar?replacement=vendas",
		"/configuracoes/usuarios", "/configuracoes/usuarios?tab=disabled", "/configuracoes/usuarios?q=nada+disso", "/configuracoes/usuarios/convites/novo",
		"/configuracoes/loja",
		"/minha-conta", "/minha-conta/seguranca", "/minha-conta/duas-etapas", "/minha-conta/sessoes",
		"/configuracoes/horarios", "/configuracoes/horarios/previsao?mode=week&mon_from=09:00&mon_to=09:00&tue_from=22:00&tue_to=02:00",
		"/configuracoes/horarios/times/plantao", "/configuracoes/horarios/feriados?year=2027", "/configuracoes/horarios/times/vendas/feriados",
		"/clientes", "/clientes?q=nada+disso", "/clientes/responsavel?q=a", "/clientes/carteira", "/clientes/importar", "/configuracoes/importar-historico",
		"/clientes/" + customer, "/clientes/" + customer + "/editar", "/clientes/" + customer + "/juntar?q=a",
		"/nao-existe",
		"/nao-existe", "/minha-conta/notificacoes",
	}
	paths = append(paths, s.channelPages(token)...)
	for i, some := range split(paths, 3) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			v := (&site{t: t, url: s.url}).signIn(manager)
			for _, path := range some {
				v.everyLook(path)
			}
			v.Quiet("404")
		})
	}
	t.Run("signed out", func(t *testing.T) {
		t.Parallel()
		v := (&site{t: t, url: s.url}).visit()
		v.everyLook("/entrar")
		v.Quiet()
	})
}

// split deals paths out to n visitors.
func split(paths []string, n int) [][]string {
	dealt := make([][]string, n)
	for i, path := range paths {
		dealt[i%n] = append(dealt[i%n], path)
	}
	return dealt
}

// everyLook opens a page in both looks at both widths and judges it.
func (v *visitor) everyLook(path string) {
	v.site.t.Helper()
	place := strings.NewReplacer("/", "_", "?", "_", "&", "_", "=", "-").Replace(path)
	for _, width := range []int64{1440, 390} {
		for _, dark := range []bool{false, true} {
			v.Look(width, 900, dark)
			v.open(path)
			v.Until(`!document.querySelector("[data-answer] .skeleton")`)
			v.judge(place, width, dark)
		}
	}
}

// looksWell is everyLook for a page that one cannot just open.
func (v *visitor) looksWell(place string) {
	v.site.t.Helper()
	for _, width := range []int64{390, 1440} {
		for _, dark := range []bool{true, false} {
			v.Look(width, 900, dark)
			v.judge(place, width, dark)
		}
	}
}

// judge looks at what stands on the page: what axe finds, and nothing wider than the
// window.
func (v *visitor) judge(place string, width int64, dark bool) {
	v.site.t.Helper()
	name := fmt.Sprintf("%s-%d-%s", place, width, map[bool]string{true: "dark", false: "light"}[dark])
	v.Axe(name)
	if over := browsertest.Eval[int](v.Tab, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		v.site.t.Errorf("%s is %d px wider than its window", name, over)
	}
	v.Shoot(name)
}

// The essentials with scripts switched off: signing in, the list, a
// conversation, an answer, a postponement, a flow's three steps, the switch.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	id := s.write(token, "Dona Odete", "vendas", "Tem troca?")
	v := s.withoutScripts(manager)
	v.plain("/conversas?tab=all&q=Odete")
	v.reads("Dona Odete")
	v.plain("/conversas/" + id)
	v.reads("Tem troca?")
	v.fill("#composer-text", "Tem, em até 30 dias.")
	v.click("#composer-send")
	v.reads("Tem, em até 30 dias.")
	v.plain("/conversas/" + id + "/adiar")
	v.reads("Adiar")

	v.plain("/automacoes/inatividade/aguardando/principal?step=alert1")
	v.fill("#flow-alert1", "7")
	v.click("#flow-next")
	v.reads("2º alerta")
	v.fill("#flow-alert2", "45")
	v.click("#flow-next")
	v.reads("Ação ao passar do tempo limite")
	v.click("#flow-save")
	v.reads("45 min")
	v.Shoot("without-scripts-saved")
}

// withoutScripts opens a tab whose pages' scripts do not run, and signs in.
func (s *site) withoutScripts(login string) *visitor {
	s.t.Helper()
	v := s.visit()
	if _, err := chromedp.Call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		s.t.Fatal(err)
	}
	v.plain("/entrar")
	v.fill("#login", login)
	v.fill("#password", password)
	v.click("#sign-in-button")
	v.reads("Conversas")
	return v
}

// plain opens a page whose scripts do not run.
func (v *visitor) plain(path string) {
	v.site.t.Helper()
	v.Do(chromedp.Navigate(v.site.url + path))
}

// reads waits for words on a page whose scripts do not run. (The browser's own
// tools still look at it.)
func (v *visitor) reads(words string) {
	v.site.t.Helper()
	v.sees(words)
}
