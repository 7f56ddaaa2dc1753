package handlers

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"semaforo/channel"
	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// Limits of a file.
const (
	maxImportBytes = 20 << 20
	maxImportLines = 100_000
)

// The codes of what is wrong with a cell as it is written, beside scheduler's.
const (
	problemPhone   = "phone"
	problemExcel   = "excel" // a number that a spreadsheet has rounded
	problemLong    = "long"
	problemText    = "text"
	problemNoKey   = "key"     // nothing to recognise the customer by
	problemColumns = "columns" // more cells than the header has
)

// columnWords are what a column may be called, folded, by what it is.
var columnWords = map[string][]string{
	scheduler.ColumnCode:     {"codigo", "codigo do cliente", "id", "code"},
	scheduler.ColumnName:     {"nome", "nome do cliente", "nome completo", "cliente", "contato", "name"},
	scheduler.ColumnPhone:    {"telefone", "telefone celular", "celular", "fone", "tel", "whatsapp", "numero", "phone"},
	scheduler.ColumnSeller:   {"vendedor", "vendedora", "responsavel", "e-mail do vendedor", "email do vendedor", "vendedor (e-mail)", "consultor", "atendente", "carteira", "seller"},
	scheduler.ColumnChannel:  {"canal", "channel"},
	scheduler.ColumnExternal: {"identificador", "identificador no canal", "id no canal", "id externo", "external_id"},
}

// releaseWords in the seller's cell take the customer out of every portfolio.
var releaseWords = []string{"sem responsavel", "sem vendedor", "ninguem", "nenhum", "-"}

// importFile reads a file's lines one after the other.
type importFile struct{ *table }

// openImport finds out how a file is written: its characters, its separator, its
// columns. Its error is in words for who sent it.
func openImport(data []byte) (*importFile, error) {
	t, err := openTable(openText(bytes.NewReader(data)), columnWords)
	if err != nil {
		return nil, err
	}
	if !t.has(scheduler.ColumnPhone) && !t.has(scheduler.ColumnCode) && !(t.has(scheduler.ColumnChannel) && t.has(scheduler.ColumnExternal)) {
		return nil, fieldWords("Falta uma coluna para reconhecer os clientes: telefone; ou canal e identificador; ou código. A primeira linha precisa ter os nomes das colunas.")
	}
	return &importFile{t}, nil
}

// next reads the next line that is not blank; io.EOF after the last.
func (f *importFile) next() (db.ImportLine, error) {
	cells, n, err := f.table.next()
	if err != nil {
		return db.ImportLine{}, err
	}
	return f.line(n, cells), nil
}

// line is a line with each cell as it is kept, and what is wrong with them.
func (f *importFile) line(n int, cells []string) db.ImportLine {
	l := db.ImportLine{Line: n}
	problem := func(column, code, arg string) {
		l.Problems = append(l.Problems, db.ImportProblem{Column: column, Code: code, Arg: arg})
	}
	for i, text := range cells {
		cell := cell(text)
		switch {
		case i >= len(f.columns):
			if cell != "" {
				problem("", problemColumns, "")
				return l
			}
		case f.columns[i] != "" && cell != "":
			if code := put(&l.Cells, f.columns[i], cell); code != "" {
				problem(f.columns[i], code, cell)
			}
		}
	}
	k := l.Cells
	switch {
	case len(l.Problems) > 0:
	case k.Channel == "" != (k.External == ""):
		if k.Channel == "" {
			problem(scheduler.ColumnChannel, scheduler.ProblemRequired, "")
		} else {
			problem(scheduler.ColumnExternal, scheduler.ProblemRequired, "")
		}
	case k.Phone == "" && k.Channel == "" && k.Code == "":
		problem(scheduler.ColumnPhone, problemNoKey, "")
	}
	return l
}

// rounded is a number as a spreadsheet shows a long one: "5,51199E+12".
var rounded = regexp.MustCompile(`^\+?\d+([.,]\d+)?[eE]\+?\d+$`)

// put keeps a cell, or says what is wrong with it.
func put(k *db.ImportCells, column, cell string) (code string) {
	if !isPlainText(cell) {
		return problemText
	}
	limit := 200
	if column == scheduler.ColumnName {
		limit = scheduler.MaxName
	}
	if utf8.RuneCountInString(cell) > limit {
		return problemLong
	}
	switch column {
	case scheduler.ColumnCode:
		k.Code = cell
	case scheduler.ColumnName:
		k.Name = cell
	case scheduler.ColumnPhone:
		return putPhone(k, cell)
	case scheduler.ColumnSeller:
		if k.Release = slices.Contains(releaseWords, db.Fold(cell)); !k.Release {
			k.Seller = cell
		}
	case scheduler.ColumnChannel:
		k.Channel = cell
	case scheduler.ColumnExternal:
		k.External = cell
	}
	return ""
}

func putPhone(k *db.ImportCells, cell string) (code string) {
	if rounded.MatchString(cell) {
		return problemExcel
	}
	phone, err := channel.Phone(cell)
	if err != nil {
		return problemPhone
	}
	k.Phone = phone
	return ""
}

var columnNames = map[string]string{
	scheduler.ColumnCode: "código", scheduler.ColumnName: "nome", scheduler.ColumnPhone: "telefone", scheduler.ColumnSeller: "vendedor",
	scheduler.ColumnChannel: "canal", scheduler.ColumnExternal: "identificador",
	scheduler.ColumnConversation: "conversa", scheduler.ColumnWhen: "quando", scheduler.ColumnWho: "quem", scheduler.ColumnTeam: "time",
	scheduler.ColumnUntil: "até",
}

// ColumnWord is a file's column in a reader's words.
func ColumnWord(column string) string {
	if name := columnNames[column]; name != "" {
		return name
	}
	return "—"
}

// cellWords say to a person what to do about a cell; % is the problem's argument.
var cellWords = map[string]string{
	problemPhone:              "“%” não é um telefone com DDD. Use, por exemplo, (11) 91234-5678.",
	problemExcel:              "O Excel arredondou este número (%). Formate a coluna como Texto e digite o telefone de novo.",
	problemLong:               "O texto é longo demais.",
	problemText:               "O texto tem caracteres que não podem ser usados.",
	problemNoKey:              "Informe o telefone, ou canal e identificador, ou o código: sem um deles o cliente não pode ser reconhecido.",
	problemColumns:            "A linha tem mais colunas do que a primeira. Confira os separadores e as aspas.",
	scheduler.ProblemRequired: "Preencha esta coluna.",
	scheduler.ProblemRepeated: "A linha % já fala deste cliente. Deixe só uma das duas.",
	scheduler.ProblemKind:     "O canal “%” não recebe clientes de fora: deixe canal e identificador vazios, ou use um canal da API.",
	scheduler.ProblemConflict: "O identificador “%” é de outro cliente, não do código desta linha.",
	scheduler.ProblemInactive: "“%” não atende mais na loja. Escolha outra pessoa.",
	"seller/unknown":          "Não há vendedor “%” na loja. Use o e-mail ou o nome, como em Usuários.",
	"seller/ambiguous":        "Há mais de uma pessoa chamada “%”. Use o e-mail.",
	"channel/unknown":         "Não há canal “%” na loja.",
	"code/unknown":            "Não há cliente com o código “%”. Deixe vazio para reconhecer pelo telefone.",
	"phone/ambiguous":         "Mais de um cliente tem o telefone %. Exporte os clientes e use o código.",
	"name/required":           "É um cliente novo: informe o nome.",
}

// CellWords says to a person what to do about a cell.
func CellWords(p db.ImportProblem) string {
	words := cellWords[p.Column+"/"+p.Code]
	if words == "" {
		words = cellWords[p.Code]
	}
	return strings.ReplaceAll(words, "%", p.Arg)
}

// readImport reads all of a file, a few lines at a time, into take.
func readImport(f *importFile, take func([]db.ImportLine) error) (total int, err error) {
	const some = 500
	var lines []db.ImportLine
	for {
		l, err := f.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return total, err
		}
		if total++; total > maxImportLines {
			return total, fieldWords("O arquivo tem mais de " + ui.Number(maxImportLines) + " linhas. Divida em arquivos menores.")
		}
		l.N = total
		if lines = append(lines, l); len(lines) == some {
			if err := take(lines); err != nil {
				return total, err
			}
			lines = nil
		}
	}
	if total == 0 {
		return 0, fieldWords("O arquivo só tem os nomes das colunas, sem nenhum cliente.")
	}
	return total, take(lines)
}
