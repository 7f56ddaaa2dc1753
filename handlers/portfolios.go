package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"semaforo/db"
	"semaforo/views/customerview"
	"semaforo/views/ui"
)

const (
	// maxAtOnce is how many customers one transaction gives another responsible: more
	// are prepared in the background.
	maxAtOnce = 2000
	// maxCounted is how far customers are counted.
	maxCounted = 1_000_000
)

// BulkAssignPage is GET /clientes/responsavel: of whom, and who.
func (s *Server) BulkAssignPage(c echo.Context) error {
	var form customerview.BulkForm
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &form); err != nil {
		return err
	}
	return s.askBulk(c, http.StatusOK, form)
}

func (s *Server) askBulk(c echo.Context, status int, form customerview.BulkForm) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	sellers, err := s.DB.AllSellers(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	form.Sellers = sellerOptions(sellers, false)
	form.Found, err = s.DB.CountCustomers(ctx, v.Store.ID, customerQuery(v, form.Filter()), maxCounted)
	if err != nil {
		return err
	}
	return s.showModal(c, status, s.customersScreen(c, form.Filter()), customerview.BulkDialog(form))
}

// BulkAssign is POST /clientes/responsavel.
func (s *Server) BulkAssign(c echo.Context) error {
	var form customerview.BulkForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	to, err := s.recipient(c, form.To)
	if err != nil {
		form.Wrong = err.Error()
	}
	ticked := form.Of == customerview.OfTicked
	if !ticked && form.Of != customerview.OfFound || ticked && (len(form.IDs) == 0 || len(form.IDs) > db.MaxPage) {
		form.OfError = "Escolha de quais clientes."
	}
	if form.Wrong != "" || form.OfError != "" {
		return s.askBulk(c, http.StatusUnprocessableEntity, form)
	}
	ctx, v := c.Request().Context(), ViewerOf(c)
	if !ticked {
		return s.assignFound(c, form.Filter(), customerQuery(v, form.Filter()), to)
	}
	n := 0
	err = s.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if err := activeSeller(ctx, tx.Queries, v.Store.ID, to.ID); err != nil { // by now
			return err
		}
		slices.Sort(form.IDs) // the same order for everybody: no two wait for each other
		if n, err = tx.AssignCustomers(ctx, v.Store.ID, form.IDs, to.ID); err != nil {
			return err
		}
		return s.recordAssigned(ctx, tx, c, "Clientes marcados", to, n)
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.customersScreen(c, form.Filter()), customersToast(bulkWords(n, to)))
}

// fieldWords is what is wrong with a field, in words for it.
type fieldWords string

func (w fieldWords) Error() string { return string(w) }

// recipient is the active seller that a form names, or nobody; its error is for the
// field.
func (s *Server) recipient(c echo.Context, id string) (db.Seller, error) {
	if id == customerview.Nobody {
		return db.Seller{Name: "ninguém"}, nil
	}
	if id == "" {
		return db.Seller{}, fieldWords("Escolha o novo responsável.")
	}
	seller, err := s.DB.Seller(c.Request().Context(), ViewerOf(c).Store.ID, id)
	if err != nil || !seller.Active {
		return db.Seller{}, fieldWords(goneSellerWords)
	}
	return seller, nil
}

func bulkWords(n int, to db.Seller) string {
	switch {
	case n == 0:
		return "Nada mudou: já era assim."
	case to.ID == "":
		return ui.Count(n, "cliente ficou", "clientes ficaram") + " sem responsável."
	}
	return ui.Count(n, "cliente passou", "clientes passaram") + " para " + to.Name + "."
}

// assignFound gives all customers of a query one responsible: at once, or, where they
// are many, in the background, with a page that shows how far it is.
func (s *Server) assignFound(c echo.Context, f customerview.Filter, query db.CustomerQuery, to db.Seller) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	name, err := s.queryName(ctx, v, query)
	if err != nil {
		return err
	}
	found, err := s.DB.CountCustomers(ctx, v.Store.ID, query, maxCounted)
	if err != nil {
		return err
	}
	if found > maxAtOnce {
		return s.assignLater(c, name, query, found, to)
	}
	n := 0
	err = s.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if err := activeSeller(ctx, tx.Queries, v.Store.ID, to.ID); err != nil { // by now
			return err
		}
		if n, err = tx.AssignFound(ctx, v.Store.ID, query, to.ID); err != nil {
			return err
		}
		return s.recordAssigned(ctx, tx, c, name, to, n)
	})
	if err != nil {
		return err
	}
	return s.finish(c, s.customersScreen(c, f), customersToast(bulkWords(n, to)))
}

func (s *Server) assignLater(c echo.Context, name string, query db.CustomerQuery, found int, to db.Seller) error {
	v := ViewerOf(c)
	query.Limit, query.After, query.Before = 0, nil, nil
	i := db.Import{Store: v.Store.ID, ID: db.NewID(), Kind: db.ImportAssign, Name: name, State: db.ImportPreparing, Total: found,
		Details: db.ImportDetails{Query: query, To: to.ID}, ByUser: v.User.ID, ByName: v.User.Name, Address: c.RealIP()}
	if err := s.Door.BeginImport(c.Request().Context(), i); err != nil {
		return err
	}
	address := customerview.ImportURL(i.ID)
	if wantsPart(c) {
		c.Response().Header().Set("HX-Redirect", address)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, address)
}

// queryName is a search in a reader's words.
func (s *Server) queryName(ctx context.Context, v *Viewer, query db.CustomerQuery) (string, error) {
	name := "Todos os clientes"
	switch {
	case query.Nobody:
		name = "Clientes sem responsável"
	case query.Seller != "":
		seller, err := s.DB.Seller(ctx, v.Store.ID, query.Seller)
		if err != nil {
			return "", err
		}
		name = "Carteira de " + seller.Name
	}
	if query.Search != "" {
		name += " com “" + query.Search + "”"
	}
	return name, nil
}

func (s *Server) recordAssigned(ctx context.Context, tx *db.Tx, c echo.Context, name string, to db.Seller, n int) error {
	if n == 0 {
		return nil
	}
	var l changes
	l.add("seller", "", to.Name)
	l.add("customers_changed", "", ui.Number(n))
	return record(ctx, tx, c, ViewerOf(c).Now, db.Audit{Noun: db.NounPortfolio, NounName: name, Action: db.AuditTransferred, Changes: l})
}

// PortfolioPage is GET /clientes/carteira: whose customers go to whom.
func (s *Server) PortfolioPage(c echo.Context) error {
	return s.askPortfolio(c, http.StatusOK, customerview.PortfolioForm{From: c.QueryParam("from")})
}

func (s *Server) askPortfolio(c echo.Context, status int, form customerview.PortfolioForm) error {
	sellers, err := s.DB.AllSellers(c.Request().Context(), ViewerOf(c).Store.ID)
	if err != nil {
		return err
	}
	form.Owners, form.Sellers = sellerOptions(sellers, true), sellerOptions(sellers, false)
	return s.showModal(c, status, s.customersScreen(c, customerview.Filter{}), customerview.PortfolioDialog(form))
}

// MovePortfolio is POST /clientes/carteira.
func (s *Server) MovePortfolio(c echo.Context) error {
	var form customerview.PortfolioForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	from, err := s.DB.Seller(c.Request().Context(), ViewerOf(c).Store.ID, form.From)
	if errors.Is(err, db.ErrNotFound) {
		form.FromError = "Escolha de quem é a carteira."
	} else if err != nil {
		return err
	}
	to, wrong := s.recipient(c, form.To)
	switch {
	case wrong != nil:
		form.ToError = wrong.Error()
	case to.ID == from.ID && form.FromError == "":
		form.ToError = "Escolha outra pessoa: a carteira já é desta."
	}
	if form.FromError != "" || form.ToError != "" {
		return s.askPortfolio(c, http.StatusUnprocessableEntity, form)
	}
	return s.assignFound(c, customerview.Filter{Seller: to.ID}, db.CustomerQuery{Seller: from.ID}, to)
}
