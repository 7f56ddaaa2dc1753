package handlers_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"semaforo/db"
	"semaforo/views/auditview"
)

const audit = "/configuracoes/auditoria"

func TestAuditTellsWhatWasBeforeAndAfter(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	o.now = o.now.Add(time.Hour)
	again := o.typed("version", "1", "alert2", "20", "action", "close", "team", "")
	o.ask(o.bia, team+"/principal", again, true)
	again.Set("version", "2")
	o.ask(o.bia, team+"/principal", again, true) // changes nothing
	o.ask(o.bia, idle, closing("0", "2h0m0s", "true"), true)

	trail := o.trail("")
	if len(trail) != 3 {
		t.Fatalf("%d entries, want one a change that changed something: %v", len(trail), trail)
	}
	page := o.ask(o.ana, audit, nil, false)
	page.says(t, "#entry-"+trail[2].ID, "Criou o fluxo principal da fila do time", "2º alerta: para 15 min", "Transferir para Plantão", "Ana")
	page.says(t, "#entry-"+trail[1].ID, "Alterou o fluxo principal da fila do time", "2º alerta: de 15 min para 20 min",
		"Ação: de Transferir para Plantão para Encerrar a conversa", "Bia", "192.0.2.1", "23/11/2026")
	page.says(t, "#entry-"+trail[0].ID, "Alterou o encerramento automático quando o cliente espera e ninguém responde", "Ligado: de não para sim")
	if text := page.page.Find("#entry-" + trail[1].ID).Text(); strings.Contains(text, "1º alerta") {
		t.Errorf("a field that did not change is told: %s", text)
	}
}

func TestAuditIsFiltered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ask(o.ana, team+"/principal", o.typed(), true)
	o.now = o.now.Add(24 * time.Hour)
	o.ask(o.bia, idle, closing("0", "2h0m0s", "true"), true)
	for address, want := range map[string]int{
		"": 2, "?assunto=flow": 1, "?assunto=closing": 1, "?assunto=team": 0, "?pessoa=" + o.ana.User: 1, "?pessoa=operador": 0,
		"?de=2026-11-24": 1, "?ate=2026-11-23": 1, "?de=2026-11-23&ate=2026-11-24": 2, "?de=2026-11-25": 0,
	} {
		page := o.ask(o.ana, audit+address, nil, false)
		if got := page.page.Find("#audit tbody tr").Length(); got != want || page.Code != 200 {
			t.Errorf("%q shows %d entries (%d), want %d", address, got, page.Code, want)
		}
	}
	o.ask(o.ana, audit+"?assunto=team", nil, false).says(t, ".state", "Nada foi registrado com este filtro")
	bad := o.ask(o.ana, audit+"?de=ontem", nil, false)
	bad.says(t, "#filter-from-error", "Informe um dia")
	if bad.Code != 422 || bad.value("de") != "ontem" {
		t.Errorf("a day that is none: %d, %q kept", bad.Code, bad.value("de"))
	}
	o.ask(o.ana, audit+"?de=2026-11-24&ate=2026-11-23", nil, false).says(t, "#filter-to-error", "antes do começo")
}

// The pages and the file have every entry once, in order.
func TestAuditIsPagedAndExported(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const all = 230
	err := o.shop.DB.Tx(context.Background(), func(tx *db.Tx) error {
		for i := range all {
			e := db.Audit{Store: o.shop.ID, ID: fmt.Sprintf("%04d", i), At: o.now, ByKind: db.ByToken, ByID: "k", ByName: "Loja", Noun: db.NounTeam,
				NounName: fmt.Sprintf("=T%d", i), Action: db.AuditChanged, Changes: []db.AuditChange{{Field: "name", Before: "-A", After: "B;\"C\""}}}
			if err := tx.AppendAudit(context.Background(), e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen, address := 0, audit
	for address != "" {
		page := o.ask(o.ana, address, nil, false)
		seen += page.page.Find("#audit tbody tr").Length()
		address = page.page.Find("a#pager-older").AttrOr("href", "")
		if seen > all {
			t.Fatal("the pages do not end")
		}
	}
	if seen != all {
		t.Errorf("the pages show %d entries of %d", seen, all)
	}
	file := o.ask(o.ana, audit+".csv", nil, false)
	lines := strings.Split(strings.TrimSpace(file.Body.String()), "\r\n")
	if len(lines) != all+1 {
		t.Fatalf("%d lines in the file", len(lines))
	}
	want := `23/11/2026 12:00:00;Chave Loja;;Alterou o time =T229;Nome;'-A;"B;""C"""`
	if lines[0] != "\ufeffQuando;Quem;De onde;O que foi feito;Campo;Antes;Depois" || lines[1] != want {
		t.Errorf("the file begins\n%s\n%s\nwant\n%s", lines[0], lines[1], want)
	}
}

// Whatever code an entry can be written with has words.
func TestEveryAuditCodeHasWords(t *testing.T) {
	t.Parallel()
	for field, at := range auditFields(t) {
		if auditview.FieldWord(field) == "" {
			t.Errorf("%s: the field %q has no words in auditview", at, field)
		}
	}
	nouns, actions := auditConstants(t)
	for _, code := range nouns {
		if auditview.NounWord(code) == "" {
			t.Errorf("the noun %q has no words in auditview", code)
		}
	}
	for _, code := range actions {
		if auditview.ActionWord(code) == "" {
			t.Errorf("the action %q has no words in auditview", code)
		}
	}
	if len(nouns) == 0 || len(actions) == 0 {
		t.Error("package db's constants were not found")
	}
}

func parsed(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// auditFields are the literal codes of changes.add, and of fields that a list of
// words or a db.AuditChange names.
func auditFields(t *testing.T) map[string]string {
	found := map[string]string{}
	for _, pattern := range []string{"*.go", "../cmd/semaforo/*.go", "../scheduler/*.go"} {
		for name, file := range parsed(t, pattern) {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "add" && len(n.Args) == 3 {
						note(found, n.Args[0], name)
					}
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "field" || key.Name == "Field" && strings.Contains(name, "audit")) {
						note(found, n.Value, name)
					}
				}
				return true
			})
		}
	}
	if len(found) < 5 {
		t.Errorf("only %d fields were found", len(found))
	}
	return found
}

func note(found map[string]string, e ast.Expr, at string) {
	if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING {
		code, _ := strconv.Unquote(text.Value)
		found[code] = at
	}
}

func auditConstants(t *testing.T) (nouns, actions []string) {
	for _, file := range parsed(t, "../db/audit.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			text, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			code, _ := strconv.Unquote(text.Value)
			switch name := spec.Names[0].Name; {
			case strings.HasPrefix(name, "Noun"):
				nouns = append(nouns, code)
			case strings.HasPrefix(name, "Audit"):
				actions = append(actions, code)
			}
			return true
		})
	}
	return nouns, actions
}
