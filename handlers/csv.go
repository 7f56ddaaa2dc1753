package handlers

import (
	"encoding/csv"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// csvWriter answers a table as a file that a Brazilian spreadsheet opens as it is:
// UTF-8 with its mark, semicolons. It is sent as it grows.
type csvWriter struct {
	csv *csv.Writer
}

// beginCSV begins the answer; from here on an error can only break it off.
func beginCSV(c echo.Context, name string) *csvWriter {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, _ = c.Response().Write([]byte("\ufeff"))
	w := &csvWriter{csv.NewWriter(c.Response())}
	w.csv.Comma, w.csv.UseCRLF = ';', true
	return w
}

// line writes one line; its error comes back from flush.
func (w *csvWriter) line(cells ...string) {
	inert := make([]string, len(cells))
	for i, cell := range cells {
		if inert[i] = cell; isFormula(cell) {
			inert[i] = "'" + cell
		}
	}
	_ = w.csv.Write(inert)
}

// isFormula reports whether a spreadsheet would take a text for a formula.
func isFormula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0]))
}

func (w *csvWriter) flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// cutShort ends a download that has begun: what is missing must not look complete.
func (s *Server) cutShort(c echo.Context, err error) error {
	s.Log.Warn("an export was cut short", "path", c.Path(), "error", err)
	panic(http.ErrAbortHandler)
}
