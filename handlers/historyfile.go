package handlers

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"semaforo/db"
	"semaforo/flow"
	"semaforo/scheduler"
	"semaforo/views/ui"
)

// MaxHistoryLines is the most lines that a file of past conversations can have.
const MaxHistoryLines = 2_000_000

// The codes of what is wrong with a line of past conversations as it is written,
// beside scheduler's.
const (
	problemWhen   = "when"
	problemFuture = "future"
	problemOld    = "old"
	problemWho    = "who"
	problemTo     = "to"     // a transfer to nobody
	problemUntil  = "until"  // a postponement without an end
	problemConfig = "config" // a configuration, which is nobody's conversation
	problemJSON   = "json"
	problemField  = "field"
	problemTwice  = "twice"
)

// pastColumns are what a column of past conversations may be called, folded, by what
// it is.
var pastColumns = map[string][]string{
	scheduler.ColumnConversation: {"conversa", "id da conversa", "codigo da conversa", "protocolo", "atendimento", "ticket", "chat", "conversation", "conversation_id"},
	scheduler.ColumnWhen:         {"quando", "data e hora", "data/hora", "data hora", "data", "momento", "enviada em", "criada em", "at", "date", "datetime", "timestamp", "created_at"},
	scheduler.ColumnWho:          {"quem", "tipo", "evento", "autor", "remetente", "type", "event", "from", "sender"},
	scheduler.ColumnTeam:         {"time", "equipe", "setor", "departamento", "fila", "team"},
	scheduler.ColumnSeller:       {"vendedor", "vendedora", "atendente", "agente", "responsavel", "consultor", "operador", "seller", "agent"},
	scheduler.ColumnChannel:      {"canal", "channel"},
	scheduler.ColumnUntil:        {"ate", "adiada ate", "until"},
}

// pastEvents are what a line's “quem” may say, folded, by what it then is.
var pastEvents = func() map[string]flow.EventType {
	words := map[string]flow.EventType{}
	for event, all := range map[flow.EventType][]string{
		flow.CustomerMessage: {"cliente", "contato", "recebida", "customer", "client", "contact", "incoming", "inbound"},
		flow.SellerMessage:   {"vendedor", "vendedora", "atendente", "agente", "operador", "enviada", "seller", "agent", "operator", "outgoing", "outbound"},
		flow.BotMessage:      {"robo", "bot", "chatbot", "sistema", "automatica", "mensagem automatica", "system"},
		flow.Note:            {"nota", "nota interna", "nota privada", "observacao", "note", "private note"},
		flow.Assume:          {"assumir", "assumiu", "assumida"},
		flow.Transfer:        {"transferencia", "transferida", "transferiu", "transferir", "transferred"},
		flow.Close:           {"finalizacao", "finalizada", "finalizado", "finalizar", "encerramento", "encerrada", "encerrado", "resolvida", "resolvido", "fim", "closed", "resolved"},
		flow.NoReplyNeeded:   {"nao precisa de resposta"},
		flow.DeliveryFailed:  {"falha de entrega", "nao entregue", "failed"},
		flow.Postpone:        {"adiamento", "adiada", "adiou", "adiar"},
		flow.Resume:          {"continuar", "continuada", "continuou"},
	} {
		words[string(event)] = event // as JSONL has it
		for _, word := range all {
			words[word] = event
		}
	}
	return words
}()

// historyFile reads a file of past conversations, one line after the other.
type historyFile struct {
	text  *textFile
	table *table // nil: one JSON object a line, as `semaforo simulate` reads them
	zone  *time.Location
	now   time.Time
}

// openHistory finds out how a file is written. Instants without a zone are the
// store's; now is when the future begins. Its error is in words for who sent the file.
func openHistory(r io.Reader, zone *time.Location, now time.Time) (*historyFile, error) {
	f := &historyFile{text: openText(r), zone: zone, now: now}
	first := strings.TrimSpace(f.text.peek())
	switch {
	case first == "" && f.text.err != nil && !errors.Is(f.text.err, io.EOF):
		return nil, f.text.err
	case strings.HasPrefix(first, "{"):
		return f, nil
	case strings.HasPrefix(first, "["):
		return nil, fieldWords("O arquivo JSON precisa ter um objeto por linha (JSONL), e não uma lista.")
	}
	t, err := openTable(f.text, pastColumns)
	if err != nil {
		return nil, err
	}
	for _, column := range []string{scheduler.ColumnConversation, scheduler.ColumnWhen, scheduler.ColumnWho} {
		if !t.has(column) {
			return nil, fieldWords("Falta a coluna “" + ColumnWord(column) + "”. A primeira linha precisa ter os nomes das colunas: conversa, quando e quem são obrigatórias.")
		}
	}
	f.table = t
	return f, nil
}

// next reads the next line that is not blank; io.EOF after the last.
func (f *historyFile) next() (db.ImportLine, error) {
	if f.table != nil {
		cells, n, err := f.table.next()
		if err != nil {
			return db.ImportLine{}, err
		}
		return f.row(n, cells), nil
	}
	for {
		text, err := f.text.line()
		if err != nil {
			return db.ImportLine{}, err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return f.object(f.text.lines, text), nil
		}
	}
}

// pastLine is a line that is being read.
type pastLine struct {
	db.ImportLine
	*db.PastCells
}

func newPastLine(n int) pastLine {
	cells := &db.PastCells{}
	return pastLine{db.ImportLine{Line: n, Cells: db.ImportCells{Past: cells}}, cells}
}

func (l *pastLine) wrong(column, code, arg string) {
	const long = 60
	if runes := []rune(arg); len(runes) > long {
		arg = string(runes[:long]) + "…"
	}
	l.Problems = append(l.Problems, db.ImportProblem{Column: column, Code: code, Arg: arg})
}

// done is the line as it is kept. One that cannot be read is in no conversation.
func (l *pastLine) done(f *historyFile) db.ImportLine {
	old := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	switch {
	case l.At.IsZero():
	case l.At.After(f.now):
		l.wrong(scheduler.ColumnWhen, problemFuture, f.written(l.At))
	case l.At.Before(old):
		l.wrong(scheduler.ColumnWhen, problemOld, f.written(l.At))
	}
	l.At = l.At.Truncate(time.Microsecond)
	if l.Story = ""; len(l.Problems) == 0 {
		l.Story = db.PastConversation(strings.TrimSpace(l.Conversation))
	}
	return l.ImportLine
}

func (f *historyFile) written(at time.Time) string { return at.In(f.zone).Format("02/01/2006 15:04") }

// row is a line of a CSV.
func (f *historyFile) row(n int, cells []string) db.ImportLine {
	l := newPastLine(n)
	given := map[string]string{}
	for i, text := range cells {
		text = cell(text)
		switch {
		case text == "":
		case i >= len(f.table.columns):
			l.wrong("", problemColumns, "")
			return l.done(f)
		case f.table.columns[i] == "":
		case !isPlainText(text):
			l.wrong(f.table.columns[i], problemText, "")
		case utf8.RuneCountInString(text) > 200:
			l.wrong(f.table.columns[i], problemLong, "")
		default:
			given[f.table.columns[i]] = text
		}
	}
	l.Conversation, l.Team, l.Seller, l.Channel = given[scheduler.ColumnConversation], given[scheduler.ColumnTeam], given[scheduler.ColumnSeller], given[scheduler.ColumnChannel]
	for _, column := range []string{scheduler.ColumnConversation, scheduler.ColumnWhen, scheduler.ColumnWho} {
		if given[column] == "" && !slices.ContainsFunc(l.Problems, func(p db.ImportProblem) bool { return p.Column == column }) {
			l.wrong(column, scheduler.ProblemRequired, "")
		}
	}
	l.At = f.instant(&l, scheduler.ColumnWhen, given[scheduler.ColumnWhen])
	l.Until = f.instant(&l, scheduler.ColumnUntil, given[scheduler.ColumnUntil])
	if who := given[scheduler.ColumnWho]; who != "" {
		l.happened(who)
	}
	return l.done(f)
}

// happened is what a row's “quem” says, with the cells that go with it: a platform
// writes the team, the seller and the channel on every row.
func (l *pastLine) happened(who string) {
	event, known := pastEvents[db.Fold(who)]
	if !known {
		l.wrong(scheduler.ColumnWho, problemWho, who)
		return
	}
	l.Event = event
	if event != flow.Postpone {
		l.Until = time.Time{}
	}
	switch event {
	case flow.CustomerMessage:
	case flow.SellerMessage, flow.NoReplyNeeded, flow.Assume:
		l.Team, l.Channel = "", ""
	case flow.Transfer:
		if l.Channel = ""; l.Seller != "" {
			l.Team = ""
		} else if l.Team == "" {
			l.wrong(scheduler.ColumnTeam, problemTo, "")
		}
	default:
		if l.Team, l.Seller, l.Channel = "", "", ""; event == flow.Postpone && l.Until.IsZero() {
			l.wrong(scheduler.ColumnUntil, problemUntil, "")
		}
	}
}

// whenLayouts are how an instant in the store's own time may be written, once the
// words and commas between day and hour are gone.
var whenLayouts = []string{"2/1/2006 15:04:05", "2/1/2006 15:04", "2/1/06 15:04:05", "2/1/06 15:04", "2-1-2006 15:04:05", "2-1-2006 15:04",
	"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04"}

// instant reads an instant as Brazilians write it, in the store's time, or RFC 3339.
func (f *historyFile) instant(l *pastLine, column, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	if at, err := flow.ParseInstant(text); err == nil {
		return at
	}
	plain := strings.NewReplacer(",", " ", " às ", " ", " as ", " ", "h", ":").Replace(text)
	plain = strings.Join(strings.Fields(plain), " ")
	for _, layout := range whenLayouts {
		if wall, err := time.Parse(layout, plain); err == nil && wall.Year() > 0 {
			return flow.LocalInstant(f.zone, wall).Add(time.Duration(wall.Nanosecond()))
		}
	}
	l.wrong(column, problemWhen, text)
	return time.Time{}
}

// object is a line of JSONL, as `semaforo simulate` reads it.
func (f *historyFile) object(n int, text []byte) db.ImportLine {
	l := newPastLine(n)
	line, err := flow.ParseLine(text)
	if err != nil {
		l.malformed(err)
		return l.done(f)
	}
	if line.Type == flow.Config {
		l.wrong(scheduler.ColumnWho, problemConfig, "")
		return l.done(f)
	}
	l.At, l.Until = line.At, line.Until
	l.Event, l.Conversation = line.Type, line.Conversation
	l.Team, l.Seller, l.Channel = line.Team, line.Seller, line.Channel
	for column, text := range map[string]string{scheduler.ColumnConversation: l.Conversation, scheduler.ColumnTeam: l.Team,
		scheduler.ColumnSeller: l.Seller, scheduler.ColumnChannel: l.Channel} {
		switch {
		case !isPlainText(text):
			l.wrong(column, problemText, "")
		case utf8.RuneCountInString(text) > 200:
			l.wrong(column, problemLong, "")
		}
	}
	return l.done(f)
}

// jsonColumns are the columns of what a line of JSONL calls a field.
var jsonColumns = map[string]string{"at": scheduler.ColumnWhen, "type": scheduler.ColumnWho, "conversation": scheduler.ColumnConversation,
	"team": scheduler.ColumnTeam, "seller": scheduler.ColumnSeller, "channel": scheduler.ColumnChannel, "until": scheduler.ColumnUntil}

// malformed is what the engine finds wrong with a line.
func (l *pastLine) malformed(err error) {
	var p flow.Problem
	if !errors.As(err, &p) {
		l.wrong("", problemConfig, "") // only a configuration has more than one
		return
	}
	column := jsonColumns[p.Path]
	switch p.Code {
	case flow.CodeSyntax:
		l.wrong("", problemJSON, "")
	case flow.CodeInstant:
		l.wrong(column, problemWhen, p.Arg)
	case flow.CodeRequired:
		l.wrong(column, scheduler.ProblemRequired, "")
	case flow.CodeUnknown:
		value, _, _ := strings.Cut(p.Arg, " (allowed")
		l.wrong(column, problemWho, value)
	case flow.CodeRepeated:
		l.wrong(column, problemTwice, "")
	case flow.CodeUnknownField:
		l.wrong(column, problemField, p.Path)
	default:
		if l.wrong(column, problemJSON, ""); p.Path == "team" {
			l.Problems[len(l.Problems)-1].Code = problemTo
		}
	}
}

// readPastFile reads all of a file, a few lines at a time, into take, and tells how many
// there were and how many of them could not be read.
func readPastFile(f *historyFile, take func([]db.ImportLine) error) (total, malformed int, err error) {
	const some = 250
	lines := make([]db.ImportLine, 0, some)
	for {
		l, err := f.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return total, malformed, err
		}
		if total++; total > MaxHistoryLines {
			return total, malformed, fieldWords("O arquivo tem mais de " + ui.Number(MaxHistoryLines) + " linhas. Divida em arquivos menores.")
		}
		if len(l.Problems) > 0 {
			malformed++
		}
		l.N = total
		if lines = append(lines, l); len(lines) == some {
			if err := take(lines); err != nil {
				return total, malformed, err
			}
			lines = lines[:0]
		}
	}
	if total == 0 {
		return 0, 0, fieldWords("O arquivo só tem os nomes das colunas, sem nenhuma mensagem.")
	}
	return total, malformed, take(lines)
}
