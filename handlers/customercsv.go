package handlers

import (
	"context"

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
	out := beginCSV(c, "clientes.csv")
	out.line(csvHeader...)
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
func (s *Server) exportPage(ctx context.Context, out *csvWriter, store string, rows []db.CustomerRow, names exportNames) error {
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
		out.line(row.ID, row.Name, row.Phone, names.sellers[row.Seller], names.channels[k.ChannelID], k.ExternalID)
	}
	return out.flush()
}

// ImportTemplate is GET /clientes/importar/modelo.
func (s *Server) ImportTemplate(c echo.Context) error {
	out := beginCSV(c, "modelo-clientes.csv")
	out.line(csvHeader[1:]...)
	out.line("Maria da Silva", "(11) 91234-5678", "vendedor@loja.com.br", "", "")
	return out.flush()
}
