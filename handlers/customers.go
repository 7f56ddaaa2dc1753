package handlers

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/customerview"
	"semaforo/views/ui"
)

// ListCustomers is GET /clientes.
func (s *Server) ListCustomers(c echo.Context) error {
	f, err := customerFilter(c)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, s.customersScreen(c, f))
}

// customerFilter reads which customers an address asks for.
func customerFilter(c echo.Context) (customerview.Filter, error) {
	var f customerview.Filter
	err := (&echo.DefaultBinder{}).BindQueryParams(c, &f)
	return f.Cleaned(), err
}

// customersScreen is the list.
func (s *Server) customersScreen(c echo.Context, f customerview.Filter) screen {
	return screen{title: "Clientes", path: f.URL(), content: func() (templ.Component, error) {
		list, err := s.customers(c, f)
		return customerview.ListPage(list), err
	}}
}

// customersPerPage is how many customers a page of the list has.
const customersPerPage = 50

// customers reads a page of the list, in a fixed number of statements whatever it
// holds.
func (s *Server) customers(c echo.Context, f customerview.Filter) (customerview.List, error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	list := customerview.List{Filter: f, Manages: v.Role.Can(AssignCustomers), SeesAll: SeesAllCustomers(v), Me: v.Seller}
	query := customerQuery(v, f)
	query.Limit = customersPerPage
	err := s.DB.Snapshot(ctx, func(q db.Queries) error {
		page, err := q.Customers(ctx, v.Store.ID, query)
		if err != nil {
			return err
		}
		list.Rows, list.Older, list.Newer = nil, placeText(page.Next), placeText(page.Prev)
		for _, row := range page.Rows {
			list.Rows = append(list.Rows, customerRow(v, row))
		}
		if !list.Manages {
			return nil
		}
		sellers, err := q.AllSellers(ctx, v.Store.ID)
		list.Sellers = sellerOptions(sellers, true)
		return err
	})
	return list, err
}

func customerRow(v *Viewer, row db.CustomerRow) customerview.Row {
	return customerview.Row{ID: row.ID, Name: row.Name, Phone: row.Phone, Seller: row.SellerName, Mine: v.Seller != "" && row.Seller == v.Seller}
}

// customerQuery is what a filter means for a viewer: who sees their own portfolio
// alone can ask for no other. A place that nobody gave out is the list's beginning.
func customerQuery(v *Viewer, f customerview.Filter) db.CustomerQuery {
	q := db.CustomerQuery{Search: f.Search, Seller: f.Seller, After: placeOfText(f.After), Before: placeOfText(f.Before)}
	if f.Seller == customerview.Nobody {
		q.Seller, q.Nobody = "", true
	}
	if !SeesAllCustomers(v) {
		q.Seller, q.Nobody = v.Seller, false
	}
	return q
}

// placeText is a place in the list for an address; placeOfText reads it.
func placeText(p *db.NameKey) string {
	if p == nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(p.ID + " " + p.Key))
}

func placeOfText(s string) *db.NameKey {
	text, err := base64.RawURLEncoding.DecodeString(s)
	id, key, found := strings.Cut(string(text), " ")
	if err != nil || !found || !isPlainText(string(text)) {
		return nil
	}
	return &db.NameKey{Key: key, ID: id}
}

// customersToast is what was done, over the list.
func customersToast(text string) ui.Toast {
	return ui.Toast{Tone: ui.Green, Key: "customer", Text: text}
}
