package handlers

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/customerview"
)

// JoinCustomerPage is GET /clientes/:customer/juntar: with whom, and then whether.
func (s *Server) JoinCustomerPage(c echo.Context) error {
	var form customerview.JoinForm
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &form); err != nil {
		return err
	}
	p, err := s.customer(c, c.Param("customer"))
	if err != nil {
		return err
	}
	if form.Other != "" {
		return s.askJoin(c, http.StatusOK, p, form)
	}
	return s.searchJoin(c, p, form)
}

// searchJoin shows the other customers that a search finds.
func (s *Server) searchJoin(c echo.Context, p customerview.Customer, form customerview.JoinForm) error {
	const shown = 8
	v := ViewerOf(c)
	if form.Search != "" {
		page, err := s.DB.Customers(c.Request().Context(), v.Store.ID, db.CustomerQuery{Search: form.Search, Limit: shown + 1})
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if row.ID != p.ID && len(form.Found) < shown {
				form.Found = append(form.Found, customerRow(v, row))
			}
		}
	}
	return s.showModal(c, http.StatusOK, customerScreen(p), customerview.JoinDialog(p, form))
}

// askJoin shows both customers and asks.
func (s *Server) askJoin(c echo.Context, status int, p customerview.Customer, form customerview.JoinForm) error {
	other, err := s.customer(c, form.Other)
	if err != nil {
		return err
	}
	if other.ID == p.ID {
		return NotFound()
	}
	form.With = &other
	return s.showModal(c, status, customerScreen(p), customerview.JoinDialog(p, form))
}

// JoinCustomer is POST /clientes/:customer/juntar.
func (s *Server) JoinCustomer(c echo.Context) error {
	var form customerview.JoinForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	ctx, v := c.Request().Context(), ViewerOf(c)
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		both := []string{c.Param("customer"), form.Other}
		slices.Sort(both)
		if _, err := tx.LockCustomer(ctx, v.Store.ID, both[0]); err != nil {
			return err
		}
		from, err := tx.LockCustomer(ctx, v.Store.ID, form.Other)
		if err != nil {
			return err
		}
		into, err := tx.LockCustomer(ctx, v.Store.ID, c.Param("customer"))
		if err != nil {
			return err
		}
		if into.Version != form.Version || from.Version != form.Theirs {
			return db.ErrChanged
		}
		if err := tx.JoinCustomers(ctx, from, into); err != nil {
			return err
		}
		return record(ctx, tx, c, v.Now, db.Audit{Noun: db.NounCustomer, NounID: into.ID, NounName: into.Name, Action: db.AuditChanged,
			Changes: []db.AuditChange{{Field: "joined", After: from.Name}}})
	})
	if errors.Is(err, db.ErrChanged) {
		p, err := s.customer(c, c.Param("customer"))
		if err != nil {
			return err
		}
		form.Problem = "Um dos dois mudou enquanto você estava aqui. Confira de novo antes de juntar."
		return s.askJoin(c, http.StatusConflict, p, form)
	}
	if err != nil {
		return err
	}
	return s.customerDone(c, "Os dois clientes agora são um só.")
}
