package handlers

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"semaforo/db"
)

// csvHeader are the columns of a file that goes out; what comes in may have others'
// words for them (importfile.go).
var csvHeader = []string{"código", "nome", "telefone", "vendedor", "canal", "identificador"}

// ExportCustomers is GET /clientes/exportar: the customers of a search as a CSV that
// Excel opens in Portuguese, and that comes back in by Importar.
func (s *Server) ExportCustomers(c echo.Context) error {
	f, err := customerFilter(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request().Context(), ViewerOf(c)
	query := customerQuery(v, f)
	query.Limit, query.After, query.Before = db.MaxPage, nil, nil
	name, err := s.queryName(ctx, v, query)
	if err != nil {
		return err
	}
	who, err := s.exportNames(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	err = s.DB.Tx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, c, v.Now, db.Audit{Noun: db.NounPortfolio, NounName: name, Action: db.AuditExported})
	})
	if err != nil {
		return err
	}
	out := beginCSV(c, "clientes.csv", csvHeader)
	for {
		page, err := s.DB.Customers(ctx, v.Store.ID, query)
		if err != nil {
			return s.cutShort(c, err)
		}
		if err := s.exportPage(ctx, out, v.Store.ID, page.Rows, who); err != nil {
			return s.cutShort(c, err)
		}
		if query.After = page.Next; page.Next == nil {
			return nil
		}
	}
}

// cutShort ends a download that has begun: what is missing must not look complete.
func (s *Server) cutShort(c echo.Context, err error) error {
	s.Log.Warn("an export was cut short", "path", c.Path(), "error", err)
	panic(http.ErrAbortHandler)
}

// exportNames are the sellers by what a file calls them, and the channels' names.
type exportNames struct{ sellers, channels map[string]string }

// exportNames: a seller is written by login, which is nobody else's, where there is one.
func (s *Server) exportNames(ctx context.Context, store string) (exportNames, error) {
	names := exportNames{map[string]string{}, map[string]string{}}
	sellers, err := s.DB.AllSellers(ctx, store)
	if err != nil {
		return names, err
	}
	for _, p := range sellers {
		names.sellers[p.ID] = p.Name
	}
	for after := ""; ; {
		members, err := s.DB.Members(ctx, store, after, 0)
		if err != nil {
			return names, err
		}
		for _, m := range members {
			names.sellers[m.Seller], after = m.Person.Login, m.Person.Login
		}
		if len(members) < db.MaxPage {
			break
		}
	}
	channels, err := s.DB.Channels(ctx, store)
	for _, h := range channels {
		names.channels[h.ID] = h.Name
	}
	return names, err
}

// exportPage writes a page of customers, each with their first contact.
func (s *Server) exportPage(ctx context.Context, out *csv.Writer, store string, rows []db.CustomerRow, names exportNames) error {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	contacts, err := s.DB.ContactsOfAll(ctx, store, ids)
	if err != nil {
		return err
	}
	first := map[string]db.Contact{}
	for _, k := range contacts {
		if _, found := first[k.Customer]; !found {
			first[k.Customer] = k
		}
	}
	for _, row := range rows {
		k := first[row.ID]
		if err := writeCSV(out, row.ID, row.Name, row.Phone, names.sellers[row.Seller], names.channels[k.ChannelID], k.ExternalID); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// beginCSV answers a file for Brazil's Excel: UTF-8 with its mark, semicolons.
func beginCSV(c echo.Context, name string, header []string) *csv.Writer {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, _ = io.WriteString(c.Response(), "\ufeff")
	out := csv.NewWriter(c.Response())
	out.Comma, out.UseCRLF = ';', true
	_ = out.Write(header) // into the writer's buffer
	return out
}

// writeCSV writes a line that no spreadsheet takes for a formula.
func writeCSV(out *csv.Writer, cells ...string) error {
	for i, cell := range cells {
		if isFormula(cell) {
			cells[i] = "'" + cell
		}
	}
	return out.Write(cells)
}

func isFormula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0]))
}

// ImportTemplate is GET /clientes/importar/modelo.
func (s *Server) ImportTemplate(c echo.Context) error {
	out := beginCSV(c, "modelo-clientes.csv", csvHeader[1:])
	_ = writeCSV(out, "Maria da Silva", "(11) 91234-5678", "vendedor@loja.com.br", "", "")
	out.Flush()
	return nil
}
