package handlers

import (
	"encoding/csv"
	"mime"
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
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, _ = c.Response().Write([]byte("\ufeff"))
	w := &csvWriter{csv.NewWriter(c.Response())}
	w.csv.Comma, w.csv.UseCRLF = ';', true
	return w
}

// line writes one line; its error comes back from flush.
func (w *csvWriter) line(cells ...string) {
	for i, cell := range cells {
		cells[i] = inertCell(cell)
	}
	_ = w.csv.Write(cells)
}

// inertCell is a text that no spreadsheet takes for a formula.
func inertCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (w *csvWriter) flush() error {
	w.csv.Flush()
	return w.csv.Error()
}
