package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/handlers"
)

// newArchive is a floor with the import of a history.
func newArchive(t *testing.T) *floor {
	t.Helper()
	f := newFloor(t)
	h, base := f.h, handlers.HistoryPath
	for path, handler := range map[string]echo.HandlerFunc{
		"GET " + base: h.HistoryPage, "POST " + base: h.UploadHistory, "GET " + base + "/modelo": h.HistoryTemplate,
		"GET " + base + "/:history": h.HistoryImport, "GET " + base + "/:history/erros": h.HistoryProblems,
		"POST " + base + "/:history/nomes": h.ChooseNames, "POST " + base + "/:history/importar": h.ApplyHistory,
		"POST " + base + "/:history/cancelar": h.CancelHistory, "GET " + base + "/:history/excluir": h.DeleteHistoryPage,
		"POST " + base + "/:history/excluir": h.DeleteHistory, "GET /clientes/importar": h.ImportsPage,
		"GET /clientes/importar/:import": h.ImportPage, "POST /clientes/importar/:import/importar": h.ApplyImport,
		"GET /clientes/importar/:import/erros": h.ImportProblems,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.echo.Add(method, path, handler)
	}
	return f
}

func (f *floor) carryOn() {
	f.t.Helper()
	if err := f.s.Carry(context.Background()); err != nil {
		f.t.Fatal(err)
	}
}

// past uploads and checks a file of past conversations.
func (f *floor) past(text string) (string, asked) {
	f.t.Helper()
	address := f.sendTo(f.paulo, handlers.HistoryPath, "conversas.csv", []byte(text)).is(http.StatusSeeOther).Header().Get("Location")
	f.carryOn()
	return address, f.ask(page(f.paulo), address, nil).is(http.StatusOK)
}

func (f *floor) waits() int {
	f.t.Helper()
	stays, err := f.shop.DB.Stays(context.Background(), f.shop.ID, time.Unix(1, 0), time.Now().AddDate(10, 0, 0), 999)
	if err != nil {
		f.t.Fatal(err)
	}
	return len(stays)
}

const pastHead = "conversa;quando;quem;time;vendedor;canal\n"

// From a page that says there is nothing to a history that is imported, and deleted.
func TestImportingAHistory(t *testing.T) {
	t.Parallel()
	f := newArchive(t)
	f.ask(page(f.paulo), handlers.HistoryPath, nil).is(http.StatusOK).says("#history", "Nenhum histórico importado")
	text := pastHead + "7;02/03/2026 09:00;cliente;;;\n7;02/03/2026 09:04;vendedor;;Bia;\n7;02/03/2026 09:05;finalização;;;\n7;02/03/2026 09:06;finalização;;;\n" +
		"8;02/03/2026 09:00;cliente;;;\n9;02/03/2026 09:00;cliente;;;\n9;20/03/2026 09:00;cliente;;;\n9;20/03/2026 09:01;vendedor;;bia;\n"
	address, a := f.past(text)
	a.says("#checked", "Conversas3", "Esperas2", "Período02/03/2026 a 20/03/2026", "Na fila aguardando2 esperas", "1 espera terminou num silêncio", "1 conversa termina sem resposta", "1 linha não muda nenhuma espera")
	a.says("#lines", "02/03/2026", "09:04", "Vendedor", "Bia")
	csv := f.ask(page(f.paulo), address+"/erros", nil).is(http.StatusOK)
	if !strings.Contains(csv.Body.String(), "5;quem;A conversa já tinha sido finalizada") || !strings.Contains(csv.Header().Get("Content-Disposition"), "linhas-sem-efeito.csv") {
		t.Errorf("lines without effect: %s", csv.Body)
	}
	f.ask(part(f.paulo), address+"/importar", url.Values{}).is(http.StatusOK).says(".progress-line", "Calculando as esperas")
	if f.waits() != 0 {
		t.Error("seen before it is done")
	}
	f.carryOn()
	f.ask(page(f.paulo), address, nil).says("#done", "Histórico importado", "Esperas2")
	f.ask(page(f.paulo), handlers.HistoryPath, nil).says("#all", "conversas.csv", "Importado", "02/03/2026 a 20/03/2026", "Paulo")
	if f.waits() != 2 || len(f.about(db.NounHistory)) != 1 {
		t.Errorf("%d waits, %d entries in the trail", f.waits(), len(f.about(db.NounHistory)))
	}
	// It is none of the customers' imports.
	f.ask(page(f.paulo), "/clientes/importar", nil).lacks("#history")
	as := strings.Replace(address, handlers.HistoryPath, "/clientes/importar", 1)
	for _, path := range []string{as, as + "/erros"} {
		f.ask(page(f.paulo), path, nil).is(http.StatusNotFound)
	}
	f.ask(page(f.paulo), as+"/importar", url.Values{}).is(http.StatusNotFound)

	f.ask(part(f.paulo), address+"/excluir", nil).is(http.StatusOK).says("form", "2 esperas deixam de contar")
	f.ask(page(f.paulo), address+"/excluir", url.Values{}).is(http.StatusSeeOther)
	if f.waits() != 0 {
		t.Error("seen while it is deleted")
	}
	f.ask(page(f.paulo), address, nil).says(".progress-line", "Excluindo as esperas")
	f.carryOn()
	f.ask(page(f.paulo), address, nil).says(".notice", "O histórico foi excluído")
	f.ask(page(f.paulo), address+"/excluir", nil).is(http.StatusSeeOther)
	f.ask(page(f.paulo), address+"/excluir", url.Values{}).is(http.StatusSeeOther)
	if trail := f.about(db.NounHistory); len(trail) != 2 || trail[0].Action != db.AuditDeleted || trail[0].ByName != "Paulo" {
		t.Errorf("the trail: %+v", trail)
	}
}

func TestHistoriesThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newArchive(t)
	for text, want := range map[string]string{
		"":                            "O arquivo está vazio",
		pastHead:                      "sem nenhuma mensagem",
		"conversa;quando\n1;2\n":      "Falta a coluna “quem”",
		"quem;tipo;conversa;quando\n": "aparece duas vezes",
		"PK\x03\x04\x00\x00":          "não é um arquivo CSV",
		`[{"at": 1}]`:                 "um objeto por linha",
		pastHead + `1;"`:              "O arquivo só tem", // what a quote leaves open is a line without what it needs
	} {
		a := f.sendTo(f.paulo, handlers.HistoryPath, "a.csv", []byte(text))
		if strings.HasSuffix(text, `"`) {
			a.is(http.StatusSeeOther)
			continue
		}
		a.is(http.StatusUnprocessableEntity).says("#file-error", want)
	}
	f.ask(page(f.paulo), handlers.HistoryPath, url.Values{}).is(http.StatusUnprocessableEntity).says("#file-error", "Escolha um arquivo")
	f.carryOn()
	address, a := f.past(pastHead + "7;02/03/2026 09:00;cliente;Nenhum;;\n7;31/02/2026 09:04;vendedor;;Bia;\n7;02/03/2026 09:05;xxx;;;\n")
	a.says(".notice", "3 linhas precisam de correção").says("#problems", "Não há time “Nenhum” na loja.", "não é uma data com hora", "“xxx” não é quem escreveu")
	a.says("#unknown", "Nenhum", "Time")
	csv := f.ask(page(f.paulo), address+"/erros", nil).is(http.StatusOK).Body.String()
	for _, part := range []string{"\ufefflinha;coluna;o que fazer\r\n", "2;time;Não há time", "3;quando;“31/02/2026 09:04”", "4;quem;"} {
		if !strings.Contains(csv, part) {
			t.Errorf("the list of errors lacks %q:\n%s", part, csv)
		}
	}
	// Said go by hand all the same: nothing happens.
	f.ask(page(f.paulo), address+"/importar", url.Values{}).is(http.StatusSeeOther)
	f.carryOn()
	f.ask(page(f.paulo), address, nil).says(".notice", "3 linhas precisam de correção")
	f.ask(page(f.paulo), address+"/nomes", url.Values{"names": {"tudo"}}).is(http.StatusBadRequest)
	// The names are decided upon, and what is wrong besides is left.
	f.ask(page(f.paulo), address+"/nomes", url.Values{"names": {"as_none"}}).is(http.StatusSeeOther)
	f.carryOn()
	f.ask(page(f.paulo), address, nil).says(".notice", "2 linhas precisam de correção")
	for _, path := range []string{"", "/erros", "/excluir"} {
		f.ask(page(f.paulo), handlers.HistoryPath+"/"+db.NewID()+path, nil).is(http.StatusNotFound)
	}
	for _, path := range []string{"/importar", "/cancelar", "/excluir"} {
		f.ask(page(f.paulo), handlers.HistoryPath+"/"+db.NewID()+path, url.Values{}).is(http.StatusNotFound)
	}
}

// Both templates come back in, once the shop has what they name.
func TestHistoryTemplatesComeBackIn(t *testing.T) {
	t.Parallel()
	f := newArchive(t)
	for _, c := range []struct{ address, waits string }{{"/modelo", "2 esperas"}, {"/modelo?formato=jsonl", "1 espera"}} {
		text := f.ask(page(f.paulo), handlers.HistoryPath+c.address, nil).is(http.StatusOK).Body.String()
		address, _ := f.past(text)
		f.ask(part(f.paulo), address+"/nomes", url.Values{"names": {"as_none"}}).is(http.StatusOK)
		f.carryOn()
		f.ask(page(f.paulo), address, nil).says("#checked", "Conversas1", c.waits).says("#lines", "1001", "Cliente")
		f.ask(part(f.paulo), address+"/cancelar", url.Values{}).is(http.StatusOK)
		f.carryOn()
		f.ask(page(f.paulo), address, nil).says(".notice", "Nada foi importado", "Foi cancelada")
	}
}
