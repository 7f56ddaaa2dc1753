package handlers

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"semaforo/db"
	"semaforo/views/ui"
)

// Limits of a file that is read as it comes: what is held in memory at once.
const (
	maxFileLine   = 256 << 10
	maxFileRecord = 1 << 20 // a CSV's quoted cells can have several lines
)

// textFile gives a file's bytes as UTF-8, line by line: Excel writes Windows-1252
// unless told otherwise. Its errors are in words for who sent the file.
type textFile struct {
	src   *bufio.Reader
	rest  []byte // of the line that is being given
	lines int    // read so far
	since int    // bytes given since forget
	err   error
}

func openText(r io.Reader) *textFile {
	t := &textFile{src: bufio.NewReaderSize(r, maxFileLine)}
	if mark, err := t.src.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, t.err = t.src.Discard(3)
	}
	return t
}

// Read gives the next bytes.
func (t *textFile) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		t.fill()
	}
	if len(t.rest) == 0 {
		return 0, t.err
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	if t.since += n; t.since > maxFileRecord {
		return 0, badQuotes(t.lines)
	}
	return n, nil
}

// fill reads the next line.
func (t *textFile) fill() {
	if t.err != nil {
		return
	}
	line, err := t.src.ReadSlice('\n')
	t.lines++
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		t.err = fieldWords("A linha " + ui.Number(t.lines) + " é longa demais para um arquivo de texto.")
		return
	case bytes.IndexByte(line, 0) >= 0:
		t.err = fieldWords("Isto não é um arquivo CSV. No Excel, use Salvar como → CSV UTF-8.")
		return
	}
	t.err = err
	if t.rest = line; utf8.Valid(line) {
		return
	}
	if t.rest, err = charmap.Windows1252.NewDecoder().Bytes(line); err != nil {
		t.rest, t.err = nil, fieldWords("O arquivo tem caracteres que não podem ser lidos. Salve como CSV UTF-8.")
	}
}

// peek is the next line, which is given all the same; empty where there is none.
func (t *textFile) peek() string {
	if len(t.rest) == 0 {
		t.fill()
	}
	return string(t.rest)
}

// line reads the next line, without its end; io.EOF after the last.
func (t *textFile) line() ([]byte, error) {
	if len(t.rest) == 0 {
		t.fill()
	}
	line := t.rest
	t.rest = nil
	if len(line) == 0 {
		return nil, t.err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// forget says that what was given so far has been understood.
func (t *textFile) forget() { t.since = 0 }

func badQuotes(line int) error {
	return fieldWords("A linha " + ui.Number(line) + " não pôde ser lida: confira as aspas.")
}

// table reads the lines of a CSV file one after the other.
type table struct {
	text    *textFile
	rows    *csv.Reader
	before  int      // lines before the first that rows reads
	columns []string // what each column is; empty where it is none of ours
}

// openTable finds out how a CSV is written: its separator, and by the words for each
// what its columns are.
func openTable(text *textFile, words map[string][]string) (*table, error) {
	comma, said := separator(text.peek())
	if said {
		if _, err := text.line(); err != nil {
			return nil, err
		}
	}
	t := &table{text: text, rows: csv.NewReader(text)}
	if said {
		t.before = 1
	}
	t.rows.Comma, t.rows.LazyQuotes, t.rows.FieldsPerRecord = comma, true, -1
	header, err := t.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fieldWords("O arquivo está vazio. A primeira linha precisa ter os nomes das colunas.")
	case err != nil:
		return nil, t.failed(err)
	}
	return t, t.read(header, words)
}

// separator is what parts the cells of a line most often; a line of Excel's own that
// says so is taken at its word.
func separator(line string) (comma rune, said bool) {
	if word, found := strings.CutPrefix(strings.TrimSpace(line), "sep="); found && word != "" {
		comma, _ := utf8.DecodeRuneInString(word)
		if strings.ContainsRune(";,\t", comma) {
			return comma, true
		}
	}
	best := ';'
	for _, comma := range ",\t" {
		if strings.Count(line, string(comma)) > strings.Count(line, string(best)) {
			best = comma
		}
	}
	return best, false
}

// read finds out what each column is.
func (t *table) read(header []string, words map[string][]string) error {
	for _, cell := range header {
		word, column := db.Fold(strings.TrimPrefix(cell, "'")), ""
		for is, words := range words {
			if slices.Contains(words, word) {
				column = is
			}
		}
		if column != "" && slices.Contains(t.columns, column) {
			return fieldWords("A coluna “" + ColumnWord(column) + "” aparece duas vezes no arquivo. Deixe só uma.")
		}
		t.columns = append(t.columns, column)
	}
	return nil
}

func (t *table) has(column string) bool { return slices.Contains(t.columns, column) }

// next reads the next line that is not blank, with its number in the file; io.EOF
// after the last.
func (t *table) next() (cells []string, line int, err error) {
	for {
		t.text.forget()
		cells, err := t.rows.Read()
		if err != nil {
			return nil, 0, t.failed(err)
		}
		if slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			line, _ := t.rows.FieldPos(0)
			return cells, line + t.before, nil
		}
	}
}

func (t *table) failed(err error) error {
	if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
		return badQuotes(wrong.Line + t.before)
	}
	return err
}

// cell is a cell as it is meant: an export guards what a spreadsheet would reckon.
func cell(text string) string {
	text = strings.TrimSpace(text)
	if rest, quoted := strings.CutPrefix(text, "'"); quoted && isFormula(rest) {
		return rest
	}
	return text
}
