package journey

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pastFile are the conversations of some days, of a platform that was there before.
func pastFile(conversations int, rest ...string) string {
	var b strings.Builder
	b.WriteString("Conversa;Data e hora;Quem;Time;Vendedor;Canal\r\n")
	day := time.Now().AddDate(0, 0, -40)
	for n := range conversations {
		at := day.Add(time.Duration(n) * 7 * time.Hour / 5)
		stamp := func(minutes int) string {
			return at.Add(time.Duration(minutes) * time.Minute).Format("02/01/2006 15:04")
		}
		team := []string{"Vendas", "Plantão"}[n%2]
		fmt.Fprintf(&b, "%d;%s;Cliente;%s;;\r\n%d;%s;Robô;;;\r\n", n, stamp(0), team, n, stamp(1))
		fmt.Fprintf(&b, "%d;%s;Vendedor;;Bruno Carvalho;\r\n%d;%s;Finalização;;;\r\n", n, stamp(2+n%17), n, stamp(30))
	}
	for _, line := range rest {
		b.WriteString(line + "\r\n")
	}
	return b.String()
}

// A store without a history imports one: a line is wrong, and nothing comes in; the
// right file is looked at, imported, followed, and taken away again.
func TestImportingAHistory(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.everyLook("/automacoes/inatividade")
	v.click("#history-link")
	v.sees("Nenhum histórico importado")
	v.looksWell("history-empty")

	v.sendPast(pastFile(3, "x;31/02/2026 10:00;Cliente;Vendas;;"))
	v.sees("1 linha precisa de correção")
	v.sees("“31/02/2026 10:00” não é uma data com hora.")
	v.looksWell("history-refused")
	v.click("#again")
	v.sees("1 linha com erro")

	v.sendPast(pastFile(60, "y;02/03/2026 10:00;Cliente;Vendas;;Telegram", "y;02/03/2026 10:09;Vendedor;;Quem?;"))
	v.sees("Nomes que a loja não conhece")
	v.sees("Não há vendedor “Quem?” na loja.")
	v.looksWell("history-unknown")
	v.tabTo("#names-1")
	v.keys(kb.ArrowDown)
	v.tabTo("#names-form button")
	v.keys(kb.Enter)
	v.sees("O que o arquivo tem")
	v.sees("61 esperas")
	v.sees("As primeiras linhas")
	v.looksWell("history-checked")
	v.tabTo("#import-go")
	v.keys(kb.Enter)
	v.sees("Histórico importado")
	v.looksWell("history-done")
	v.open("/configuracoes/importar-historico")
	v.Until(`document.querySelectorAll("#all tbody tr").length === 2`)
	v.looksWell("history-list")

	// Nothing of it is anywhere else.
	v.open("/clientes?q=telegram")
	v.sees("Nenhum cliente encontrado")
	v.open("/configuracoes/importar-historico")
	v.press2("#all a", "historico.csv")
	v.Until(`!!document.querySelector("#delete")`)
	v.click("#delete")
	v.Until(`document.querySelector("#modal").open`)
	v.Axe("history-delete")
	v.Shoot("history-delete")
	v.press("Excluir")
	v.sees("O histórico não conta mais nas simulações.")
	v.sees("O histórico foi excluído")
	v.Quiet()
}

// The same without scripts: forms post, and the page comes again by itself.
func TestImportingAHistoryWithoutScripts(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.withoutScripts(manager)
	v.plain("/configuracoes/importar-historico")
	v.sendPast(pastFile(5))
	v.sees("O que o arquivo tem")
	v.click("#import-go")
	v.sees("Histórico importado")
	v.click("#delete")
	v.sees("Excluir o histórico de")
	v.Quiet()
}

// sendPast chooses a file of past conversations, and sends it.
func (v *visitor) sendPast(text string) {
	v.site.t.Helper()
	path := filepath.Join(v.site.t.TempDir(), "historico.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.site.t.Fatal(err)
	}
	v.Do(chromedp.SetUploadFiles("#file", []string{path}))
	v.click(`#upload-form button[type="submit"]`)
	v.Until(`location.pathname.startsWith("/configuracoes/importar-historico/")`)
}
