package handlers

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"semaforo/db"
)

var pastNow = time.Date(2026, 11, 26, 17, 0, 0, 0, time.UTC)

// readPast reads a file and says each line in words: when, what, whom, or what is wrong.
func readPast(t testing.TB, r io.Reader) ([]string, error) {
	t.Helper()
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	f, err := openHistory(r, zone, pastNow)
	if err != nil {
		return nil, err
	}
	var all []string
	_, malformed, err := readPastFile(f, func(lines []db.ImportLine) error {
		for _, l := range lines {
			all = append(all, pastInWords(l))
		}
		return nil
	})
	for _, line := range all {
		if strings.Contains(line, "!") {
			malformed--
		}
	}
	if malformed != 0 {
		t.Errorf("%d malformed lines more, or less, than were counted", malformed)
	}
	return all, err
}

func pastInWords(l db.ImportLine) string {
	words := fmt.Sprint(l.Line)
	for _, p := range l.Problems {
		words += " ! " + p.Column + " " + p.Code + " " + p.Arg
		if PastWords(p) == "" || strings.Contains(PastWords(p), "%") {
			words += " (without words)"
		}
	}
	if len(l.Problems) > 0 {
		return words
	}
	p := l.Cells.Past
	words += " " + p.Conversation + " " + l.At.UTC().Format(time.RFC3339Nano) + " " + string(p.Event)
	for _, name := range []string{p.Team, p.Seller, p.Channel} {
		if name != "" {
			words += " " + name
		}
	}
	if !p.Until.IsZero() {
		words += " until " + p.Until.Format(time.RFC3339)
	}
	return words
}

func TestPastFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	latin := func(s string) string {
		b, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"as Excel writes it", latin("Conversa;Data e hora;Quem;Time;Vendedor;Canal\r\n1;26/11/2026 09:05;Cliente;Pós-venda;;WhatsApp\r\n\r\n1;26/11/2026 9:06:30;Robô;x;x;x\r\n"),
			[]string{"2 1 2026-11-26T12:05:00Z customer_message Pós-venda WhatsApp", "4 1 2026-11-26T12:06:30Z bot_message"}},
		{"UTF-8 with a mark, commas, quotes", "\ufeffquem,quando,conversa,vendedor\n\"vendedor\",\"26/11/2026, 09:05\",\"a\nb\",\"Ana, a loira\"\n",
			[]string{"2 ! conversation text "}},
		{"sep=, and other words", "sep=,\nTicket,created_at,Type,Agent\n7,2026-11-26T09:05:00-03:00,agent,Ana\n7,2026-11-26 09:06,note,Ana\n",
			[]string{"3 7 2026-11-26T12:05:00Z seller_message Ana", "4 7 2026-11-26T12:06:00Z note"}},
		{"everything that happens", "conversa;quando;quem;time;vendedor;até\n1;1/2/26 9:00;CLIENTE;Vendas;Ana;\n1;01/02/2026 às 09:01;assumiu;Vendas;Ana;\n1;01/02/2026 09h02;adiada;;;01/02/2026 10:00\n" +
			"1;01/02/2026 09:03;continuou;;;\n1;01/02/2026 09:04;transferência;Vendas;Ana;\n1;01/02/2026 09:05;Transferida;Vendas;;\n1;01/02/2026 09:06;não precisa de resposta;;Ana;\n1;01/02/2026 09:07;falha de entrega;;;\n1;01/02/2026 09:08;FINALIZAÇÃO;Vendas;Ana;\n1;01/02/2026 09:09;seller_message;;;\n",
			[]string{"2 1 2026-02-01T12:00:00Z customer_message Vendas Ana", "3 1 2026-02-01T12:01:00Z assume Ana", "4 1 2026-02-01T12:02:00Z postpone until 2026-02-01T13:00:00Z",
				"5 1 2026-02-01T12:03:00Z resume", "6 1 2026-02-01T12:04:00Z transfer Ana", "7 1 2026-02-01T12:05:00Z transfer Vendas", "8 1 2026-02-01T12:06:00Z no_reply_needed Ana",
				"9 1 2026-02-01T12:07:00Z delivery_failed", "10 1 2026-02-01T12:08:00Z close", "11 1 2026-02-01T12:09:00Z seller_message"}},
		{"wrong lines", "conversa;quando;quem\n;26/11/2026 09:00;cliente\n1;;cliente\n1;26/11/2026;cliente\n1;31/02/2026 09:00;cliente\n1;26/11/2026 14:01;cliente\n1;26/11/1926 14:01;cliente\n1;26/11/2026 09:00;marciano\n" +
			"1;26/11/2026 09:00;transferência\n1;26/11/2026 09:00;adiada\n1;26/11/2026 09:00;cliente;x\n1;26/11/2026 14:00;cliente\n" + strings.Repeat("x", 201) + ";26/11/2026 09:00;\n",
			[]string{"2 ! conversation required ", "3 ! when required ", "4 ! when when 26/11/2026", "5 ! when when 31/02/2026 09:00", "6 ! when future 26/11/2026 14:01", "7 ! when old 26/11/1926 14:01",
				"8 ! who who marciano", "9 ! team to ", "10 ! until until ", "11 !  columns ", "12 1 2026-11-26T17:00:00Z customer_message", "13 ! conversation long  ! who required "}},
		{"hours that a clock change skips and repeats", "conversa;quando;quem\n1;04/11/2018 00:30;cliente\n1;17/02/2018 23:30;cliente\n",
			[]string{"2 1 2018-11-04T03:00:00Z customer_message", "3 1 2018-02-18T01:30:00Z customer_message"}},
		{"JSONL", `{"at": "2026-11-23T09:00:00.1234567-03:00", "conversation": "c1", "type": "customer_message", "team": "Vendas", "channel": "api"}` + "\n\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "type": "postpone", "until": "2027-11-23T10:00:00-03:00"}` + "\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "type": "seller_message"}` + "\n" + `{"at": "ontem", "conversation": "c1", "type": "note"}` + "\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "type": "config", "config": {}}` + "\n" + `{"at": "2026-11-23T09:01:00-03:00", "type": "config", "config": {"timezone": "x", "hours": 1}}` + "\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "type": "reação"}` + "\n" + `{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "type": "note", "text": "oi"}` + "\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "type": "transfer"}` + "\n" + `{"at": ` + "\n" + `{"at": "2036-11-23T09:01:00-03:00", "conversation": "c1", "type": "note"}` + "\n" +
			`{"at": "2026-11-23T09:01:00-03:00", "conversation": "c1", "conversation": "c2", "type": "note"}`,
			[]string{"1 c1 2026-11-23T12:00:00.123456Z customer_message Vendas api", "3 c1 2026-11-23T12:01:00Z postpone until 2027-11-23T13:00:00Z", "4 ! seller required ", "5 ! when when ontem",
				"6 ! who config ", "7 !  config ", "8 ! who who reação", "9 !  field text", "10 ! team to ", "11 !  json ", "12 ! when future 23/11/2036 09:01", "13 ! conversation twice "}},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.file), iotest.OneByteReader(strings.NewReader(c.file))} {
			got, err := readPast(t, r)
			if diff := gocmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
			}
		}
	}
}

// What cannot be read at all is told in words, and never held in memory as a whole.
func TestPastFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	head := "conversa;quando;quem\n"
	for name, c := range map[string]struct {
		file io.Reader
		says string
	}{
		"empty":           {strings.NewReader(""), "O arquivo está vazio."},
		"no lines":        {strings.NewReader(head), "sem nenhuma mensagem"},
		"no column":       {strings.NewReader("conversa;quem\n1;cliente\n"), "Falta a coluna “quando”."},
		"a column twice":  {strings.NewReader("conversa;quando;data;quem\n"), "A coluna “quando” aparece duas vezes"},
		"a list":          {strings.NewReader("[{}]"), "um objeto por linha"},
		"a picture":       {strings.NewReader("\x89PNG\x00\x00"), "não é um arquivo CSV"},
		"an open quote":   {io.MultiReader(strings.NewReader(head+`1;"`), &endless{text: "x\n"}), "confira as aspas"},
		"an endless line": {io.MultiReader(strings.NewReader(head), &endless{text: "x"}), "longa demais"},
		"it breaks off":   {io.MultiReader(strings.NewReader(head+"1;"), iotest.ErrReader(io.ErrUnexpectedEOF)), ""},
	} {
		_, err := readPast(t, c.file)
		words, is := UnreadableFile(err)
		if c.says == "" {
			if is || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !strings.Contains(words, c.says) {
			t.Errorf("%s says %q (%v), not %q", name, words, err, c.says)
		}
	}
}

// endless is a text again and again.
type endless struct{ text string }

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e.text) <= len(p) {
		n += copy(p[n:], e.text)
	}
	return n, nil
}

// Whatever a file is, it is read to its end or refused in words, and every line of it
// is either understood or wrong.
func FuzzPastFiles(f *testing.F) {
	f.Add([]byte("conversa;quando;quem;time\n1;26/11/2026 09:05;cliente;Vendas\n"))
	f.Add([]byte(`{"at": "2026-11-23T09:00:00-03:00", "conversation": "c1", "type": "customer_message"}`))
	f.Add([]byte("sep=,\nconversa,quando,quem\n\"1\n\",x,\"\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		zone := time.FixedZone("", -3*3600)
		h, err := openHistory(strings.NewReader(string(data)), zone, pastNow)
		if err == nil {
			_, _, err = readPastFile(h, func(lines []db.ImportLine) error {
				for _, l := range lines {
					p := l.Cells.Past
					if (len(l.Problems) == 0) != (l.Story != "") || l.Story != "" && (l.At.IsZero() || l.At.After(pastNow) || p.Event == "" || p.Conversation == "") {
						t.Errorf("line %d is neither understood nor wrong: %+v %+v", l.Line, l, p)
					}
				}
				return nil
			})
		}
		if _, is := UnreadableFile(err); err != nil && !is {
			t.Errorf("refused without words: %v", err)
		}
	})
}
