package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/historyview"
	"semaforo/views/ui"
)

const (
	// historiesListed is how many imports of past conversations the page lists.
	historiesListed = 50
	// pastLinesShown is how many of a file's lines are shown as they were understood.
	pastLinesShown = 8
)

// HistoryPage is GET /configuracoes/importar-historico.
func (s *Server) HistoryPage(c echo.Context) error { return s.showHistory(c, http.StatusOK, "") }

func (s *Server) showHistory(c echo.Context, status int, wrong string) error {
	return s.show(c, status, screen{title: "Importar histórico", path: historyview.Path, content: func() (templ.Component, error) {
		all, err := s.DB.Imports(c.Request().Context(), ViewerOf(c).Store.ID, historiesListed, db.ImportHistory)
		u := historyview.Uploads{Error: wrong}
		for _, i := range all {
			u.All = append(u.All, historyOf(i))
		}
		return historyview.UploadPage(u), err
	}})
}

// historyReasons are why an import of past conversations was given up.
var historyReasons = map[string]string{
	scheduler.ReasonStale: reasonWords[scheduler.ReasonStale], scheduler.ReasonCancelled: reasonWords[scheduler.ReasonCancelled],
	scheduler.ReasonFailed:  reasonWords[scheduler.ReasonFailed],
	scheduler.ReasonDeleted: "As esperas dele não contam mais nas simulações. O mesmo arquivo pode ser importado de novo.",
}

// kindWords are what a name can be of.
var kindWords = map[db.FigureKind]string{db.OfTeam: "Time", db.OfSeller: "Vendedor", db.OfChannel: "Canal"}

func historyOf(i db.Import) historyview.Import {
	p := historyview.Import{ID: i.ID, Name: i.Name, By: i.ByName, State: string(i.State), At: i.CreatedAt, Total: i.Total, Position: i.Position,
		Errors: i.Errors, New: i.Created, Known: i.Same, Reason: historyReasons[i.Reason], Deleting: i.Reason == scheduler.ReasonDeleted}
	h := i.Details.History
	if h == nil {
		return p
	}
	p.Settling, p.Choice = h.Settling, string(h.Names)
	p.Found = historyview.Found{Conversations: h.Conversations, LeftOut: h.LeftOut, Waits: h.Waits, Queues: h.Queues, First: h.First, Last: h.Last,
		Silences: h.Silences, Waiting: h.Waiting, Without: h.Without, MoreUnknown: h.MoreUnknown}
	for _, u := range h.Unknown {
		p.Found.Unknown = append(p.Found.Unknown, historyview.Unknown{Kind: kindWords[u.Kind], Name: u.Name, Lines: u.Lines, Line: u.Line, Ambiguous: u.Ambiguous})
	}
	return p
}

// UploadHistory is POST /configuracoes/importar-historico: the file's lines are stored
// as they come in, and then checked in the background.
func (s *Server) UploadHistory(c echo.Context) error {
	v := ViewerOf(c)
	name, part, err := sentPart(c.Request())
	var i db.Import
	if err == nil {
		i = begun(c, db.ImportHistory, name)
		err = TakeHistory(c.Request().Context(), s.Door, &i, part, v.Location, v.Now)
	}
	var words fieldWords
	if errors.As(err, &words) {
		return s.showHistory(c, http.StatusUnprocessableEntity, string(words))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, historyview.URL(i.ID))
}

// TakeHistory stores the lines of a file of past conversations as an import, which is
// then to be checked. Instants without a zone are of the zone, and none may be after
// now. An error in words for who sent the file is an UnreadableFile.
func TakeHistory(ctx context.Context, door *scheduler.Door, i *db.Import, file io.Reader, zone *time.Location, now time.Time) error {
	f, err := openHistory(file, zone, now)
	if err != nil {
		return sendFailed(err)
	}
	if i.Details.History == nil {
		i.Details.History = &db.History{}
	}
	return receive(ctx, door, i, func(ctx context.Context) error {
		total, malformed, err := readPastFile(f, func(lines []db.ImportLine) error {
			for n := range lines {
				lines[n].Store, lines[n].Import = i.Store, i.ID
			}
			return door.AddPastLines(ctx, lines)
		})
		i.Total, i.Details.History.Malformed = total, malformed
		return sendFailed(err)
	})
}

// sendFailed puts a file that is too large into words.
func sendFailed(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return fieldWords("O arquivo tem mais de 200 MB. Divida em arquivos menores.")
	}
	return err
}

// UnreadableFile reports whether an error is of a file that cannot be read as a whole,
// and says why in words.
func UnreadableFile(err error) (words string, is bool) {
	var w fieldWords
	is = errors.As(err, &w)
	return string(w), is
}

// HistoryImport is GET /configuracoes/importar-historico/:history: the page, or its live
// part alone.
func (s *Server) HistoryImport(c echo.Context) error {
	i, err := s.historyPage(c)
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, historyview.ImportPart(i))
	}
	page, err := s.page(c, "Importação do histórico")
	if err != nil {
		return err
	}
	if i.Busy() {
		page.Refresh = 2
	}
	return render(c, http.StatusOK, page, historyview.ImportPage(i))
}

func (s *Server) historyPage(c echo.Context) (historyview.Import, error) {
	ctx := c.Request().Context()
	found, err := s.importNamed(c, c.Param("history"), db.ImportHistory)
	if err != nil {
		return historyview.Import{}, err
	}
	i := historyOf(found)
	switch found.State {
	case db.ImportRefused:
		lines, err := s.DB.PastProblems(ctx, found.Store, found.ID, false, 0, problemsShown)
		for _, l := range lines {
			for _, p := range l.Problems {
				i.Problems = append(i.Problems, historyview.Problem{Line: l.Line, Column: ColumnWord(p.Column), Text: PastWords(p)})
			}
		}
		i.More = found.Errors - len(lines)
		return i, err
	case db.ImportChecked:
		i.Lines, err = s.pastLines(ctx, found)
	}
	return i, err
}

// pastLines are a file's first lines as they are understood.
func (s *Server) pastLines(ctx context.Context, found db.Import) ([]historyview.Line, error) {
	lines, err := s.DB.ImportLines(ctx, found.Store, found.ID, 0, pastLinesShown)
	if err != nil {
		return nil, err
	}
	names, err := scheduler.OpenNames(ctx, s.DB.Queries, found.Store)
	if err != nil {
		return nil, err
	}
	var all []historyview.Line
	for _, l := range lines {
		p := l.Cells.Past
		line := historyview.Line{N: l.N, At: l.At, Conversation: p.Conversation, Who: eventWords[p.Event], Team: names.Called(db.OfTeam, p.Team),
			Seller: names.Called(db.OfSeller, p.Seller), Channel: names.Called(db.OfChannel, p.Channel)}
		if !p.Until.IsZero() {
			line.Until = ui.Exact(p.Until, ui.Location(ctx))
		}
		all = append(all, line)
	}
	return all, nil
}

// HistoryProblems is GET /configuracoes/importar-historico/:history/erros: all lines
// that are wrong, or else all that change nothing, as a CSV.
func (s *Server) HistoryProblems(c echo.Context) error {
	ctx := c.Request().Context()
	i, err := s.importNamed(c, c.Param("history"), db.ImportHistory)
	if err != nil {
		return err
	}
	without, name, what := i.Errors == 0, "erros.csv", "o que fazer"
	if without {
		name, what = "linhas-sem-efeito.csv", "por quê"
	}
	out := beginCSV(c, name)
	out.line("linha", "coluna", what)
	for after := 0; ; {
		lines, err := s.DB.PastProblems(ctx, i.Store, i.ID, without, after, db.MaxPage)
		if err != nil {
			return s.cutShort(c, err)
		}
		for _, l := range lines {
			for _, p := range l.Problems {
				out.line(ui.Number(l.Line), ColumnWord(p.Column), PastWords(p))
			}
			after = l.N
		}
		if err := out.flush(); err != nil || len(lines) < db.MaxPage {
			return err
		}
	}
}

type namesForm struct {
	Names string `form:"names" validate:"oneof=leave_out as_none"`
}

// ChooseNames is POST /configuracoes/importar-historico/:history/nomes: the lines are
// checked again, with the names that nobody knows left out or without a name.
func (s *Server) ChooseNames(c echo.Context) error {
	var form namesForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	choice := db.NamesChoice(form.Names)
	if choice != db.NamesLeftOut && choice != db.NamesAsNone {
		return BadRequest("malformed", "names is leave_out or as_none", "Escolha o que fazer com os nomes.")
	}
	return s.moveHistory(c, []db.ImportState{db.ImportRefused, db.ImportChecked}, db.ImportChecking, func(i *db.Import) {
		i.Details.History.Names = choice
	})
}

// ApplyHistory is POST /configuracoes/importar-historico/:history/importar.
func (s *Server) ApplyHistory(c echo.Context) error {
	v := ViewerOf(c)
	return s.moveHistory(c, []db.ImportState{db.ImportChecked}, db.ImportPreparing, func(i *db.Import) {
		i.ByUser, i.ByName, i.Address = v.User.ID, v.User.Name, c.RealIP()
	})
}

// CancelHistory is POST /configuracoes/importar-historico/:history/cancelar.
func (s *Server) CancelHistory(c echo.Context) error {
	return s.moveHistory(c, []db.ImportState{db.ImportChecked, db.ImportChecking, db.ImportPreparing}, db.ImportUndoing, func(i *db.Import) {
		i.Details.Then, i.Reason = db.ImportGivenUp, scheduler.ReasonCancelled
	})
}

// moveHistory brings an import on, and shows it as it is then: also where somebody, or
// the import itself, was faster.
func (s *Server) moveHistory(c echo.Context, from []db.ImportState, to db.ImportState, change func(*db.Import)) error {
	i, err := s.importNamed(c, c.Param("history"), db.ImportHistory)
	if err == nil {
		err = s.pushImport(c.Request().Context(), i, from, to, change)
	}
	if err != nil {
		return err
	}
	if !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, historyview.URL(i.ID))
	}
	page, err := s.historyPage(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, historyview.ImportPart(page))
}

// historyScreen is an import's page, for what opens over it.
func (s *Server) historyScreen(c echo.Context) screen {
	return screen{title: "Importação do histórico", path: historyview.URL(c.Param("history")), content: func() (templ.Component, error) {
		i, err := s.historyPage(c)
		return historyview.ImportPage(i), err
	}}
}

// DeleteHistoryPage is GET /configuracoes/importar-historico/:history/excluir.
func (s *Server) DeleteHistoryPage(c echo.Context) error {
	i, err := s.importNamed(c, c.Param("history"), db.ImportHistory)
	if err != nil {
		return err
	}
	if i.State != db.ImportDone {
		return c.Redirect(http.StatusSeeOther, historyview.URL(i.ID))
	}
	return s.showModal(c, http.StatusOK, s.historyScreen(c), historyview.DeleteQuestion(historyOf(i)))
}

// DeleteHistory is POST /configuracoes/importar-historico/:history/excluir: the waits
// are seen no more at once, and taken away in the background.
func (s *Server) DeleteHistory(c echo.Context) error {
	i, err := s.importNamed(c, c.Param("history"), db.ImportHistory)
	if err != nil {
		return err
	}
	v := ViewerOf(c)
	err = s.Door.DeleteHistory(c.Request().Context(), i.Store, i.ID, db.Audit{ByKind: db.ByUser, ByID: v.User.ID, ByName: v.User.Name, Address: c.RealIP()})
	if err != nil && !errors.Is(err, db.ErrChanged) { // gone already is as good
		return err
	}
	return s.finish(c, s.historyScreen(c), ui.Toast{Tone: ui.Green, Key: "history", Text: "O histórico não conta mais nas simulações."})
}

// HistoryTemplate is GET /configuracoes/importar-historico/modelo: a file to begin from.
func (s *Server) HistoryTemplate(c echo.Context) error {
	if c.QueryParam("formato") == "jsonl" {
		c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="modelo-historico.jsonl"`)
		return c.Blob(http.StatusOK, "application/x-ndjson; charset=utf-8", []byte(
			`{"at": "2026-03-02T09:00:00-03:00", "conversation": "1001", "type": "customer_message", "team": "Vendas", "channel": "WhatsApp"}
{"at": "2026-03-02T09:04:30-03:00", "conversation": "1001", "type": "seller_message", "seller": "ana@loja.com.br"}
{"at": "2026-03-02T09:10:00-03:00", "conversation": "1001", "type": "close"}
`))
	}
	out := beginCSV(c, "modelo-historico.csv")
	out.line("conversa", "quando", "quem", "time", "vendedor", "canal")
	out.line("1001", "02/03/2026 09:00", "cliente", "Vendas", "", "WhatsApp")
	out.line("1001", "02/03/2026 09:01", "robô", "", "", "")
	out.line("1001", "02/03/2026 09:04:30", "vendedor", "", "ana@loja.com.br", "")
	out.line("1001", "02/03/2026 09:10", "transferência", "Pós-venda", "", "")
	out.line("1001", "02/03/2026 09:20", "finalização", "", "", "")
	return out.flush()
}
