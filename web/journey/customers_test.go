package journey

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"semaforo/static/browsertest"
)

// A seller takes a customer, closes with them as their own, and the next message
// comes straight to them; what is in nobody's portfolio, or another's, they do not see.
func TestPortfolio(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	id := s.write(token, "Noêmia Prado", "vendas", "Oi, tem o vestido azul?")
	customer := s.customer(token, id)
	v := s.signIn(seller)
	v.press2("nav a", "Clientes")
	v.sees("A sua carteira")
	if strings.Contains(v.text(), "Noêmia") {
		t.Error("a customer of nobody's is in the portfolio")
	}
	v.open("/conversas/" + id)
	v.press("Assumir")
	v.sees("Com você")
	v.click("#customer-page")
	v.sees("Noêmia Prado")
	v.sees("Sem responsável")
	v.Axe("customer-part")
	v.Shoot("customer-take")
	v.click("#take")
	v.sees("Agora você é responsável por este cliente.")
	v.sees("As conversas novas deste cliente vêm para você")
	v.click("#release")
	v.sees("O cliente ficou sem responsável.")

	// Closing, with the keyboard alone.
	v.open("/conversas/" + id)
	v.tabTo("#close")
	v.keys(kb.Enter)
	v.Until(`document.querySelector("#modal").open`)
	v.tabTo("#responsible")
	v.choose("#responsible", "Você")
	v.Axe("close-with-responsible")
	v.Shoot("close-with-responsible")
	v.tabTo(`#modal button[type="submit"]`)
	v.keys(kb.Enter)
	v.sees("Conversa finalizada.")
	next := s.call(token, http.MethodPost, "/messages", http.StatusCreated, map[string]any{"channel": "api", "external_id": "noemia-2",
		"contact": map[string]any{"external_id": "Noêmia Prado", "name": "Noêmia Prado"}, "text": "E o vermelho?"})["conversation"].(map[string]any)
	if next["seller"] != "ana" || next["team"] != nil || next["queue"] != "seller" {
		t.Errorf("the next conversation went to %v", next)
	}
	v.open("/clientes?q=noemia")
	v.sees("Noêmia Prado")
	v.press("Noêmia Prado")
	v.Until(fmt.Sprintf(`location.pathname === "/clientes/%s" && document.querySelectorAll("#conversations tbody tr").length === 2`, customer))
	v.Quiet()

	// Another seller does not see her at all; a manager does, and passes her on.
	other := s.signIn("diego@loja.demo")
	other.open("/clientes?q=noemia")
	other.sees("Nenhum cliente encontrado")
	other.open("/clientes/" + customer)
	other.sees("Este cliente não existe, ou está na carteira de outra pessoa.")
	other.Quiet("404")
}

// A manager passes customers on: one, some, all of a search.
func TestPortfoliosInBulk(t *testing.T) {
	t.Parallel()
	s := demo(t)
	token := s.token()
	for _, name := range []string{"Zuleica Um", "Zuleica Dois", "Zuleica Três"} {
		s.write(token, name, "vendas", "Oi")
	}
	v := s.signIn(supervisor)
	v.open("/clientes?q=ZULEICA")
	v.Until(`document.querySelectorAll("#customers tbody tr").length === 3`)
	v.Shoot("customers-search")
	v.tabTo("#customers-all")
	v.keys(" ")
	v.Until(`document.querySelectorAll("#customers tbody input:checked").length === 3`)
	v.tabTo("#customers tbody tr:last-child input")
	v.keys(" ")
	v.click("#assign")
	v.Until(`document.querySelector("#modal").open`)
	v.sees("2 clientes marcados nesta página.")
	v.sees("Todos os clientes desta busca")
	v.press("Definir responsável")
	v.Until(`document.querySelector("#to-error")?.innerText.includes("Escolha o novo responsável.")`)
	v.Axe("bulk-refused")
	v.choose("#to", "Bruno Carvalho")
	v.Shoot("bulk")
	v.press("Definir responsável")
	v.sees("2 clientes passaram para Bruno Carvalho.")
	v.Until(`!document.querySelector("#modal").open && [...document.querySelectorAll("#customers tbody tr")].filter(e => e.innerText.includes("Bruno Carvalho")).length === 2`)
	v.click("#assign")
	v.Until(`document.querySelector("#modal").open && document.querySelector('#modal [name="of"][value="found"]').checked`)
	v.choose("#to", "Camila Rocha")
	v.press("Definir responsável")
	v.sees("3 clientes passaram para Camila Rocha.")
	v.click("#more-button")
	v.click("#portfolio")
	v.Until(`document.querySelector("#modal").open`)
	v.choose("#from", "Camila Rocha")
	v.choose("#to", "Diego Martins")
	v.Axe("portfolio")
	v.Shoot("portfolio")
	v.press("Transferir a carteira")
	v.sees("passaram para Diego Martins.")
	v.open("/clientes?q=zuleica&seller=diego")
	v.Until(`document.querySelectorAll("#customers tbody tr").length === 3`)

	// Two of them are one.
	v.press("Zuleica Dois")
	v.sees("Contatos por canal")
	v.click("#join")
	v.Until(`document.querySelector("#modal").open`)
	v.fill("#join-search", "zuleica um")
	v.keys(kb.Enter)
	v.Until(`!!document.querySelector('#modal [name="other"]')`)
	v.press("Continuar")
	v.sees("Juntar os dois clientes?")
	v.Axe("join")
	v.Shoot("join")
	v.press("Juntar")
	v.sees("Os dois clientes agora são um só.")
	v.Until(`document.querySelectorAll("#contacts tbody tr").length === 2`)
	v.click("#edit")
	v.Until(`document.querySelector("#modal").open`)
	v.fill("#phone", "123")
	v.press("Salvar")
	v.Until(`document.querySelector("#phone-error")?.innerText.includes("Informe um telefone com DDD") && document.activeElement.id === "phone"`)
	v.fill("#phone", "(11) 90011-2233")
	v.press("Salvar")
	v.sees("Cliente salvo.")
	v.sees("(11) 90011-2233")
	v.Quiet("422")
}

// A CSV: errors line by line and nothing imported, then the right file, whole; the
// customers it brought are recognised by their numbers.
func TestImportAndExport(t *testing.T) {
	t.Parallel()
	s := demo(t)
	v := s.signIn(manager)
	v.open("/clientes/importar")
	wrong := "Nome;Telefone;Vendedor\r\nIracema Import;(11) 98888-0001;ana@loja.demo\r\nJurema Import;123;ana@loja.demo\r\n" +
		"Iara Import;11 98888-0003;Quem?\r\nRepetida;5511988880001;\r\n"
	v.upload(wrong)
	v.sees("3 linhas precisam de correção")
	v.sees("“123” não é um telefone com DDD.")
	v.sees("Não há vendedor “Quem?” na loja.")
	v.sees("A linha 2 já fala deste cliente.")
	v.Axe("import-refused")
	v.Shoot("import-refused")
	v.open("/clientes?q=import")
	v.sees("Nenhum cliente encontrado")

	v.open("/clientes/importar")
	v.upload("Nome;Telefone;Vendedor\r\nIracema Import;(11) 98888-0001;ana@loja.demo\r\nJurema Import;(11) 98888-0002;Bruno Carvalho\r\n")
	v.sees("Tudo certo com o arquivo")
	v.Axe("import-checked")
	v.Shoot("import-checked")
	v.click("#import-go")
	v.sees("Importação concluída")
	v.Axe("import-done")
	v.Shoot("import-done")
	v.click("#see")
	v.at("/clientes")
	v.open("/clientes?q=import")
	v.Until(`document.querySelectorAll("#customers tbody tr").length === 2`)
	got := s.call(s.token(), http.MethodPost, "/messages", http.StatusCreated, map[string]any{"channel": "api", "external_id": "i-1",
		"contact": map[string]any{"external_id": "iracema", "name": "Iracema", "phone": "+551188880001"}, "text": "Oi"})["conversation"].(map[string]any)
	if got["seller"] != "ana" {
		t.Errorf("who was imported with a seller went to %v", got)
	}
	file := browsertest.Eval[string](v.Tab, `fetch("/clientes/exportar?q=import").then(r => r.arrayBuffer()).then(b => new TextDecoder("utf-8", {ignoreBOM: true}).decode(b))`)
	for _, part := range []string{"\ufeffcódigo;nome;telefone;vendedor;canal;identificador\r\n", ";Iracema Import;'+5511988880001;ana@loja.demo;api;iracema\r\n"} {
		if !strings.Contains(file, part) {
			t.Errorf("the export lacks %q:\n%s", part, file)
		}
	}
	v.Quiet()
}

// upload chooses a file of this text, and sends it.
func (v *visitor) upload(text string) {
	v.site.t.Helper()
	path := filepath.Join(v.site.t.TempDir(), "clientes.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.site.t.Fatal(err)
	}
	v.Do(chromedp.SetUploadFiles("#file", []string{path}))
	v.press("Enviar e conferir")
	v.Until(`location.pathname.startsWith("/clientes/importar/")`)
}
