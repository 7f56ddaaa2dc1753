package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/scheduler"
	"semaforo/views/customerview"
	"semaforo/views/ui"
)

// customerImports are the kinds that change customers.
var customerImports = []db.ImportKind{db.ImportFile, db.ImportAssign}

// recentImports is how many imports the page lists.
const recentImports = 10

// ImportsPage is GET /clientes/importar.
func (s *Server) ImportsPage(c echo.Context) error { return s.showUpload(c, http.StatusOK, "") }

func (s *Server) showUpload(c echo.Context, status int, wrong string) error {
	return s.show(c, status, screen{title: "Importar clientes", path: customerview.ImportPath, content: func() (templ.Component, error) {
		imports, err := s.DB.Imports(c.Request().Context(), ViewerOf(c).Store.ID, recentImports, customerImports...)
		u := customerview.Uploads{Error: wrong}
		for _, i := range imports {
			u.Recent = append(u.Recent, importOf(i))
		}
		return customerview.UploadPage(u), err
	}})
}

var reasonWords = map[string]string{
	scheduler.ReasonStale:     "Ninguém confirmou em 24 horas.",
	scheduler.ReasonCancelled: "Foi cancelada antes de terminar.",
	scheduler.ReasonOvertaken: "Os clientes do arquivo mudaram várias vezes durante a importação. Tente de novo num momento mais calmo.",
	scheduler.ReasonFailed:    "Houve uma falha do sistema, que foi registrada. Tente de novo.",
}

func importOf(i db.Import) customerview.Import {
	return customerview.Import{ID: i.ID, Name: i.Name, By: i.ByName, Assign: i.Kind == db.ImportAssign, State: string(i.State), At: i.CreatedAt,
		Total: i.Total, Position: i.Position, Errors: i.Errors, Created: i.Created, Changed: i.Changed, Same: i.Same,
		Reason: reasonWords[i.Reason]}
}

// UploadImport is POST /clientes/importar: the file comes in whole and is then checked
// in the background.
func (s *Server) UploadImport(c echo.Context) error {
	name, data, err := uploaded(c.Request())
	var f *importFile
	if err == nil {
		f, err = openImport(data)
	}
	var i db.Import
	if err == nil {
		i, err = s.takeImport(c, name, f)
	}
	var words fieldWords
	if errors.As(err, &words) {
		return s.showUpload(c, http.StatusUnprocessableEntity, string(words))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, customerview.ImportURL(i.ID))
}

// uploaded reads the file of a form.
func uploaded(r *http.Request) (name string, data []byte, err error) {
	name, part, err := sentPart(r)
	if err != nil {
		return "", nil, err
	}
	data, err = io.ReadAll(io.LimitReader(part, maxImportBytes+1))
	switch {
	case err != nil:
		return "", nil, uploadFailed(err)
	case len(data) > maxImportBytes:
		return "", nil, fieldWords("O arquivo tem mais de 20 MB. Divida em arquivos menores.")
	}
	return name, data, nil
}

// sentPart is the file of a form, to be read as it comes in.
func sentPart(r *http.Request) (name string, file io.Reader, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, fieldWords("Escolha um arquivo.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fieldWords("Escolha um arquivo.")
		}
		if err != nil {
			return "", nil, uploadFailed(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return fileName(part.FileName()), part, nil
		}
	}
}

func uploadFailed(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fieldWords("O arquivo tem mais de 20 MB. Divida em arquivos menores.")
	}
	return BadRequest("malformed", "the form could not be read", "O arquivo não chegou inteiro. Envie de novo.")
}

// fileName is a file's own name, fit to be shown.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:100])
	}
	if !isPlainText(name) {
		return "arquivo.csv"
	}
	return name
}

// takeImport stores a file's lines and has them checked.
func (s *Server) takeImport(c echo.Context, name string, f *importFile) (db.Import, error) {
	i := begun(c, db.ImportFile, name)
	err := receive(c.Request().Context(), s.Door, &i, func(ctx context.Context) error {
		total, err := readImport(f, func(lines []db.ImportLine) error {
			for n := range lines {
				lines[n].Store, lines[n].Import = i.Store, i.ID
			}
			return s.Door.AddImportLines(ctx, lines)
		})
		i.Total = total
		return err
	})
	return i, err
}

// begun is an import whose lines a person begins to send.
func begun(c echo.Context, kind db.ImportKind, name string) db.Import {
	v := ViewerOf(c)
	return db.Import{Store: v.Store.ID, ID: db.NewID(), Kind: kind, Name: name, State: db.ImportReceiving,
		ByUser: v.User.ID, ByName: v.User.Name, Address: c.RealIP()}
}

// receive takes the lines of an import in, and has them checked then.
func receive(ctx context.Context, door *scheduler.Door, i *db.Import, read func(context.Context) error) error {
	if err := door.BeginImport(ctx, *i); err != nil {
		return err
	}
	err := read(ctx)
	to := db.ImportChecking
	if err != nil {
		to = db.ImportUndoing
	}
	// Also when who sent it has gone: what came in must not lie about.
	moved := door.MoveImport(context.WithoutCancel(ctx), i.Store, i.ID, db.ImportReceiving, to, func(now *db.Import) {
		now.Total, now.Details = i.Total, i.Details
		now.Details.Then, now.Reason = db.ImportGivenUp, scheduler.ReasonCancelled
	})
	return errors.Join(err, moved)
}

// ImportPage is GET /clientes/importar/:import: the page, or its live part alone.
func (s *Server) ImportPage(c echo.Context) error {
	i, err := s.importPage(c)
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return renderPart(c, http.StatusOK, customerview.ImportPart(i))
	}
	page, err := s.page(c, i.Title())
	if err != nil {
		return err
	}
	if i.Busy() {
		page.Refresh = 2
	}
	return render(c, http.StatusOK, page, customerview.ImportPage(i))
}

// problemsShown is how many lines with errors a page shows.
const problemsShown = 100

// importNamed reads the import that a page names, where it is of one of the page's kinds.
func (s *Server) importNamed(c echo.Context, id string, kinds ...db.ImportKind) (db.Import, error) {
	i, err := s.DB.Import(c.Request().Context(), ViewerOf(c).Store.ID, id)
	if err == nil && !slices.Contains(kinds, i.Kind) {
		err = fmt.Errorf("import %s is a %s: %w", i.ID, i.Kind, db.ErrNotFound)
	}
	return i, err
}

func (s *Server) importPage(c echo.Context) (customerview.Import, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	found, err := s.importNamed(c, c.Param("import"), customerImports...)
	if err != nil {
		return customerview.Import{}, err
	}
	i := importOf(found)
	if found.State != db.ImportRefused {
		return i, nil
	}
	lines, err := s.DB.ProblemLines(ctx, v.Store.ID, found.ID, 0, problemsShown)
	for _, l := range lines {
		for _, p := range l.Problems {
			i.Problems = append(i.Problems, customerview.Problem{Line: l.Line, Column: ColumnWord(p.Column), Text: CellWords(p)})
		}
	}
	i.More = found.Errors - len(lines)
	return i, err
}

// ImportProblems is GET /clientes/importar/:import/erros: all of them as a CSV.
func (s *Server) ImportProblems(c echo.Context) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	i, err := s.importNamed(c, c.Param("import"), customerImports...)
	if err != nil {
		return err
	}
	out := beginCSV(c, "erros.csv")
	out.line("linha", "coluna", "o que fazer")
	for after := 0; ; {
		lines, err := s.DB.ProblemLines(ctx, v.Store.ID, i.ID, after, db.MaxPage)
		if err != nil {
			return s.cutShort(c, err)
		}
		for _, l := range lines {
			for _, p := range l.Problems {
				out.line(ui.Number(l.Line), ColumnWord(p.Column), CellWords(p))
			}
			after = l.N
		}
		if err := out.flush(); err != nil || len(lines) < db.MaxPage {
			return err
		}
	}
}

// ApplyImport is POST /clientes/importar/:import/importar.
func (s *Server) ApplyImport(c echo.Context) error {
	v := ViewerOf(c)
	return s.moveImport(c, []db.ImportState{db.ImportChecked}, db.ImportPreparing, func(i *db.Import) {
		i.ByUser, i.ByName, i.Address = v.User.ID, v.User.Name, c.RealIP()
	})
}

// CancelImport is POST /clientes/importar/:import/cancelar.
func (s *Server) CancelImport(c echo.Context) error {
	return s.moveImport(c, []db.ImportState{db.ImportChecked, db.ImportChecking, db.ImportPreparing}, db.ImportUndoing, func(i *db.Import) {
		i.Details.Then, i.Reason = db.ImportGivenUp, scheduler.ReasonCancelled
	})
}

// moveImport brings an import on, and shows it as it is then: also where somebody, or
// the import itself, was faster.
func (s *Server) moveImport(c echo.Context, from []db.ImportState, to db.ImportState, change func(*db.Import)) error {
	i, err := s.importNamed(c, c.Param("import"), customerImports...)
	if err == nil {
		err = s.pushImport(c.Request().Context(), i, from, to, change)
	}
	if err != nil {
		return err
	}
	if !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, customerview.ImportURL(c.Param("import")))
	}
	page, err := s.importPage(c)
	if err != nil {
		return err
	}
	return renderPart(c, http.StatusOK, customerview.ImportPart(page))
}

// pushImport brings an import on from one of some states; where it has left them,
// nothing happens.
func (s *Server) pushImport(ctx context.Context, i db.Import, from []db.ImportState, to db.ImportState, change func(*db.Import)) error {
	for _, state := range from {
		if err := s.Door.MoveImport(ctx, i.Store, i.ID, state, to, change); !errors.Is(err, db.ErrChanged) {
			return err
		}
	}
	return nil
}
