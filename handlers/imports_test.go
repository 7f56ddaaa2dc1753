package handlers_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"semaforo/db"
	"semaforo/handlers"
	"semaforo/views/ui"
)

// send uploads a file of customers.
func (f *floor) send(who db.Member, name string, data []byte) asked {
	f.t.Helper()
	return f.sendTo(who, "/clientes/importar", name, data)
}

// sendTo uploads a file.
func (f *floor) sendTo(who db.Member, address, name string, data []byte) asked {
	f.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("file", name)
	if err != nil {
		f.t.Fatal(err)
	}
	_, _ = file.Write(data)
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, address, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return f.serve(who, r)
}

func (f *floor) serve(who db.Member, r *http.Request) asked {
	f.t.Helper()
	v := f.viewer(who)
	rec := httptest.NewRecorder()
	c := f.echo.NewContext(r.WithContext(ui.WithClock(r.Context(), v.Now, v.Location)), rec)
	f.echo.Router().Find(r.Method, r.URL.EscapedPath(), c)
	handlers.WithViewer(c, v)
	if err := c.Handler()(c); err != nil {
		f.echo.HTTPErrorHandler(err, c)
	}
	return f.read(rec)
}

// imported uploads, checks and returns the import's page.
func (f *floor) imported(text string, encode func(string) []byte) (string, asked) {
	f.t.Helper()
	a := f.send(f.paulo, `C:\loja\carteira.csv`, encode(text)).is(http.StatusSeeOther)
	if err := f.s.Carry(context.Background()); err != nil {
		f.t.Fatal(err)
	}
	address := a.Header().Get("Location")
	return address, f.ask(page(f.paulo), address, nil).is(http.StatusOK)
}

// However Excel writes it: with a mark, in Windows-1252, with commas, semicolons,
// tabs, its own first line, other words for the columns, its own quotes.
func TestFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	utf8 := func(s string) []byte { return []byte(s) }
	ansi := func(s string) []byte {
		b, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
		if err != nil {
			panic(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		text   string
		encode func(string) []byte
	}{
		"semicolons, mark":  {"\ufeffNome;Telefone;Responsável\r\nConceição;(11) 98888-0001;Bia\r\n", utf8},
		"Windows-1252":      {"Nome;Celular;Responsável\r\nConceição;11988880001;bia\r\n", ansi},
		"commas, quotes":    {"NOME,whatsapp,vendedor\n\"Conceição\",\"+55 11 98888-0001\",\" bia \"\n\n", utf8},
		"tabs, no end":      {"telefone\tobs\tcliente\te-mail do vendedor\n5511988880001\tx\tConceição\tbia", utf8},
		"Excel's first":     {"sep=;\r\nnome;telefone;carteira\r\nConceição;'+5511988880001;Bia\r\n", utf8},
		"blank lines, late": {"nome;telefone;vendedor\n\n;;\n  Conceição ;11 98888 0001;Bia\n;;\n", utf8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newDesk(t)
			address, a := f.imported(c.text, c.encode)
			a.says("#checked", "Tudo certo").says(".lead", "carteira.csv")
			f.ask(part(f.paulo), address+"/importar", url.Values{}).is(http.StatusOK).says(".progress-line", "Importando")
			if err := f.s.Carry(context.Background()); err != nil {
				t.Fatal(err)
			}
			f.ask(page(f.paulo), address, nil).says("#done", "Importação concluída", "Novos")
			found, err := f.shop.DB.CustomersByPhone(context.Background(), f.shop.ID, "+5511988880001", 9)
			if err != nil || len(found) != 1 || found[0].Name != "Conceição" || found[0].Seller != f.bia.Seller {
				t.Errorf("imported %+v (%v)", found, err)
			}
		})
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	for text, want := range map[string]string{
		"":                               "O arquivo está vazio",
		"nome;telefone\n":                "sem nenhum cliente",
		"nome;cidade\nA;B\n":             "Falta uma coluna para reconhecer",
		"nome;telefone;celular\nA;1;2\n": "aparece duas vezes",
		"PK\x03\x04\x00\x00":             "não é um arquivo CSV",
		"n\x00o\x00m\x00e\x00":           "não é um arquivo CSV",
		"nome;telefone\n" + strings.Repeat("x;1\n", 100_001): "mais de 100.000 linhas",
	} {
		f.send(f.paulo, "a.csv", []byte(text)).is(http.StatusUnprocessableEntity).says("#file-error", want)
	}
	f.send(f.paulo, "a.csv", make([]byte, 20<<20+1)).is(http.StatusUnprocessableEntity).says("#file-error", "20 MB")
	if err := f.s.Carry(context.Background()); err != nil {
		t.Fatal(err)
	}
	lines := "nome;telefone;canal;identificador\nA;123;;\nB;5,51199E+12;;\n" + strings.Repeat("ã", 81) + ";11 98888-0001;;\nC;;;\nD;;api;\nE;;;x\nF;11 98888-0002;;;sobra\n"
	address, a := f.imported(lines, func(s string) []byte { return []byte(s) })
	a.says("#problems", "“123” não é um telefone", "O Excel arredondou", "longo demais", "não pode ser reconhecido", "Preencha esta coluna", "mais colunas")
	a.says(".notice", "7 linhas precisam de correção")
	csv := f.ask(page(f.paulo), address+"/erros", nil).is(http.StatusOK).Body.String()
	for _, part := range []string{"\ufefflinha;coluna;o que fazer\r\n", "2;telefone;“123” não é", "8;—;"} {
		if !strings.Contains(csv, part) {
			t.Errorf("the list of errors lacks %q:\n%s", part, csv)
		}
	}
	if len(f.about(db.NounPortfolio)) != 0 {
		t.Error("something was imported")
	}
	// Said go by hand all the same: nothing happens.
	f.ask(page(f.paulo), address+"/importar", url.Values{}).is(http.StatusSeeOther)
	if i, err := f.shop.DB.Import(context.Background(), f.shop.ID, strings.TrimPrefix(address, "/clientes/importar/")); err != nil || i.State != db.ImportRefused {
		t.Errorf("%+v (%v)", i, err)
	}
}

// What goes out comes back in: nobody is new, nobody is changed; and no cell is a formula.
func TestExportComesBackIn(t *testing.T) {
	t.Parallel()
	f := newDesk(t)
	f.shop.Customer("=HYPERLINK(1)", "+5511988880001", f.ana.Seller)
	f.shop.Customer("Web", "", "")
	f.says("Do canal", "Oi", noTeam, noSeller)
	gone := f.shop.Seller("Quem saiu")
	f.shop.Customer("De quem saiu", "", gone.ID)
	f.configure(func(ctx context.Context, tx *db.Tx, _ time.Time) error {
		gone.Active = false
		return tx.UpdateSeller(ctx, gone)
	})
	out := f.ask(page(f.paulo), "/clientes/exportar", nil).is(http.StatusOK)
	file := out.Body.String()
	if !strings.HasPrefix(file, "\ufeffcódigo;nome;") || strings.Contains(file, ";=") || !strings.Contains(file, ";'=HYPERLINK(1);'+5511988880001;ana;") {
		t.Errorf("the file:\n%s", file)
	}
	if out.Header().Get("Content-Disposition") != `attachment; filename="clientes.csv"` || len(f.about(db.NounPortfolio)) != 1 {
		t.Error("no attachment, or not in the trail")
	}
	_, a := f.imported(file, func(s string) []byte { return []byte(s) })
	a.says("#checked", "Novos0Mudados0Iguais4")
	one := f.ask(page(f.paulo), "/clientes/exportar?q=web", nil).is(http.StatusOK).Body.String()
	if strings.Count(one, "\r\n") != 2 {
		t.Errorf("of a search:\n%s", one)
	}
}
