package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"semaforo/channel"
	"semaforo/db"
	"semaforo/views/customerview"
	"semaforo/views/inboxview"
	"semaforo/views/ui"
)

// conversationsPerCustomer is how many of a customer's conversations a page shows.
const conversationsPerCustomer = 20

// CustomerPage is GET /clientes/:customer.
func (s *Server) CustomerPage(c echo.Context) error {
	p, err := s.customer(c, c.Param("customer"))
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, customerScreen(p))
}

func customerScreen(p customerview.Customer) screen {
	return screen{title: p.Title(), path: p.URL(), content: func() (templ.Component, error) { return customerview.Page(p), nil }}
}

// customer reads a customer's page for who may see it. What does not exist and what
// the viewer may not see are the same not-found.
func (s *Server) customer(c echo.Context, id string) (p customerview.Customer, err error) {
	ctx, v := c.Request().Context(), ViewerOf(c)
	err = s.DB.Snapshot(ctx, func(q db.Queries) (err error) {
		p, err = readCustomer(ctx, q, v, id, c.QueryParam("before"))
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		missing := NotFound()
		missing.Words = "Este cliente não existe, ou está na carteira de outra pessoa."
		err = missing
	}
	return p, err
}

func readCustomer(ctx context.Context, q db.Queries, v *Viewer, id, before string) (customerview.Customer, error) {
	var p customerview.Customer
	k, err := q.Customer(ctx, v.Store.ID, id)
	if err != nil {
		return p, err
	}
	talks, err := q.ConversationsOfCustomer(ctx, v.Store.ID, k.ID, sightOf(v), before, conversationsPerCustomer+1)
	if err != nil {
		return p, err
	}
	insight := InsightInto(v, k, len(talks) > 0)
	if insight == NoInsight {
		return p, db.ErrNotFound
	}
	p = customerview.Customer{ID: k.ID, Name: k.Name, Phone: k.Phone, Seller: k.Seller, Since: k.CreatedAt, Version: k.Version, Me: v.Seller,
		Manages: v.Role.Can(AssignCustomers), MayEdit: CanEditCustomer(v, k), MayTake: v.Seller != "" && k.Seller == "" && CanAssign(v, k, v.Seller),
		MayRelease: k.Seller != "" && CanAssign(v, k, ""), Part: insight == TalkInsight, Newest: before == ""}
	if len(talks) > conversationsPerCustomer {
		talks = talks[:conversationsPerCustomer]
		p.Older = p.URL() + "?" + url.Values{"before": {talks[len(talks)-1].ID}}.Encode()
	}
	return p, around(ctx, q, v, &p, talks)
}

// around reads what stands around a customer: contacts, names, conversations.
func around(ctx context.Context, q db.Queries, v *Viewer, p *customerview.Customer, talks []db.Conversation) error {
	contacts, err := q.ContactsOf(ctx, v.Store.ID, p.ID)
	if err != nil {
		return err
	}
	channels, err := q.Channels(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	teams, err := q.Teams(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	sellers, err := q.AllSellers(ctx, v.Store.ID)
	if err != nil {
		return err
	}
	names := namesOf(teams, sellers, nil)
	through, shown := map[string]string{}, map[string]bool{}
	for _, h := range channels {
		through[h.ID] = h.Name
	}
	for _, t := range talks {
		shown[t.ContactID] = true
		p.Conversations = append(p.Conversations, customerview.Conversation{ID: t.ID, State: inboxview.StateOf(t.Conversation),
			Until: t.PostponedUntil, Channel: through[t.ChannelID], Opened: t.OpenedAt, Preview: t.LastText,
			Holder: customerview.HolderWord(t.Conversation, v.Seller, names.Teams[t.Team], names.Sellers[t.Seller])})
	}
	for _, k := range contacts {
		if !p.Part || shown[k.ID] {
			p.Contacts = append(p.Contacts, customerview.Contact{ID: k.ID, Channel: through[k.ChannelID], Name: k.Name, Phone: k.Phone, Since: k.CreatedAt})
		}
	}
	if p.Part {
		p.Phone = ""
		for _, k := range p.Contacts {
			p.Phone = cmp.Or(p.Phone, k.Phone)
		}
	}
	p.SellerName, p.Sellers = names.Seller(p.Seller), sellerOptions(sellers, false)
	return nil
}

// EditCustomerPage is GET /clientes/:customer/editar.
func (s *Server) EditCustomerPage(c echo.Context) error {
	p, err := s.editable(c)
	if err != nil {
		return err
	}
	return s.showModal(c, http.StatusOK, customerScreen(p),
		customerview.EditDialog(p, customerview.EditForm{Name: p.Name, Phone: p.Phone, Version: p.Version}))
}

// EditCustomer is POST /clientes/:customer/editar.
func (s *Server) EditCustomer(c echo.Context) error {
	var form customerview.EditForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	p, err := s.editable(c)
	if err != nil {
		return err
	}
	form.Name = strings.TrimSpace(form.Name)
	form.Errors = checkForm(&form)
	phone, err := channel.Phone(form.Phone)
	if err != nil && form.Errors["phone"] == "" {
		form.Errors["phone"] = "Informe um telefone com DDD, como (11) 91234-5678."
	}
	if len(form.Errors) > 0 {
		return s.showModal(c, http.StatusUnprocessableEntity, customerScreen(p), customerview.EditDialog(p, form))
	}
	err = s.changeCustomer(c, p.ID, form.Version, func(k *db.Customer) (changes, error) {
		var l changes
		l.add("name", k.Name, form.Name)
		l.add("phone", k.Phone, phone)
		if phone != k.Phone { // one that a stranger typed and nobody touched stays theirs
			k.Vouched = phone != ""
		}
		k.Name, k.Phone = form.Name, phone
		return l, nil
	})
	if errors.Is(err, db.ErrChanged) {
		form.Version, form.Problem = p.Version, changedWords
		return s.showModal(c, http.StatusConflict, customerScreen(p), customerview.EditDialog(p, form))
	}
	if err != nil {
		return err
	}
	return s.customerDone(c, "Cliente salvo.")
}

const changedWords = "Outra pessoa mudou este cliente enquanto você editava. O que você digitou está aqui: confira e salve de novo."

// editable reads the customer that is asked to change, for who may change it.
func (s *Server) editable(c echo.Context) (customerview.Customer, error) {
	p, err := s.customer(c, c.Param("customer"))
	if err == nil && !p.MayEdit {
		err = Forbidden()
	}
	return p, err
}

// changeCustomer changes a customer of the version that was seen, with its entry in
// the audit trail. db.ErrChanged: it has another by now.
func (s *Server) changeCustomer(c echo.Context, id string, version int64, change func(*db.Customer) (changes, error)) error {
	ctx, v := c.Request().Context(), ViewerOf(c)
	return s.DB.Tx(ctx, func(tx *db.Tx) error {
		k, err := tx.LockCustomer(ctx, v.Store.ID, id)
		if err != nil {
			return err
		}
		if k.Version != version {
			return db.ErrChanged
		}
		before := k
		l, err := change(&k)
		if err != nil || k == before {
			return err
		}
		if err := tx.UpdateCustomer(ctx, k); err != nil || len(l) == 0 {
			return err
		}
		return record(ctx, tx, c, v.Now, db.Audit{Noun: db.NounCustomer, NounID: k.ID, NounName: k.Name, Action: db.AuditChanged, Changes: l})
	})
}

// customerDone shows the customer as they are now, or the list where they are no
// longer the viewer's to see.
func (s *Server) customerDone(c echo.Context, words string) error {
	p, err := s.customer(c, c.Param("customer"))
	if err != nil && FailureOf(err).Status != http.StatusNotFound {
		return err
	}
	if err == nil {
		return s.finish(c, customerScreen(p), customersToast(words))
	}
	if err := s.Sessions.AddToast(c, customersToast(words)); err != nil {
		return err
	}
	if wantsPart(c) {
		c.Response().Header().Set("HX-Redirect", customerview.ListPath)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, customerview.ListPath)
}

// AssignCustomer is POST /clientes/:customer/responsavel.
func (s *Server) AssignCustomer(c echo.Context) error {
	var form customerview.AssignForm
	if err := decodeForm(c, &form); err != nil {
		return err
	}
	p, err := s.customer(c, c.Param("customer"))
	if err != nil {
		return err
	}
	to := form.Seller
	if to == customerview.Nobody {
		to = ""
	}
	v := ViewerOf(c)
	err = s.DB.Tx(c.Request().Context(), func(tx *db.Tx) error {
		k, err := tx.LockCustomer(c.Request().Context(), v.Store.ID, p.ID)
		if err == nil && k.Version != form.Version {
			err = db.ErrChanged
		}
		if err != nil {
			return err
		}
		return s.assign(c.Request().Context(), tx, c, v.Now, k, to)
	})
	if errors.Is(err, db.ErrChanged) {
		if p, err = s.customer(c, p.ID); err != nil {
			return err
		}
		return s.finish(c, customerScreen(p), ui.Toast{Tone: ui.Yellow, Key: "customer", Text: "Outra pessoa mudou este cliente enquanto você estava aqui. Veja como ficou e faça de novo, se ainda quiser."})
	}
	if err != nil {
		return err
	}
	return s.customerDone(c, assignedWords(to, v.Seller))
}

func assignedWords(to, me string) string {
	switch to {
	case "":
		return "O cliente ficou sem responsável."
	case me:
		return "Agora você é responsável por este cliente."
	}
	return "Responsável definido."
}

// assign gives a customer, locked, another responsible on behalf of the viewer, with
// its entry in the audit trail.
func (s *Server) assign(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, k db.Customer, to string) error {
	if k.Seller == to {
		return nil
	}
	if !CanAssign(ViewerOf(c), k, to) {
		return Forbidden()
	}
	if err := activeSeller(ctx, tx.Queries, k.Store, to); err != nil {
		return err
	}
	return s.reassign(ctx, tx, c, at, k.ID, to)
}

// reassign gives a customer another responsible, who has to be active, with its entry
// in the audit trail.
func (s *Server) reassign(ctx context.Context, tx *db.Tx, c echo.Context, at time.Time, customer, to string) error {
	store := storeOf(c)
	k, err := tx.LockCustomer(ctx, store, customer)
	if err != nil || k.Seller == to {
		return err
	}
	before, err := sellerName(ctx, tx.Queries, store, k.Seller)
	if err != nil {
		return err
	}
	after, err := sellerName(ctx, tx.Queries, store, to)
	if err != nil {
		return err
	}
	if _, err := tx.AssignCustomers(ctx, store, []string{k.ID}, to); err != nil {
		return err
	}
	return record(ctx, tx, c, at, db.Audit{Noun: db.NounCustomer, NounID: k.ID, NounName: k.Name, Action: db.AuditChanged,
		Changes: []db.AuditChange{{Field: "seller", Before: before, After: after}}})
}

// activeSeller refuses who cannot be given a customer; nobody can.
func activeSeller(ctx context.Context, q db.Queries, store, id string) error {
	if id == "" {
		return nil
	}
	seller, err := q.Seller(ctx, store, id)
	if errors.Is(err, db.ErrNotFound) || err == nil && !seller.Active {
		return Unprocessable(FieldError{Path: "seller", Code: "unknown", Message: "is not an active seller", Words: goneSellerWords})
	}
	return err
}

const goneSellerWords = "Esta pessoa não atende mais na loja. Escolha outra."

// sellerName is a seller's name for the audit trail.
func sellerName(ctx context.Context, q db.Queries, store, id string) (string, error) {
	if id == "" {
		return "ninguém", nil
	}
	seller, err := q.Seller(ctx, store, id)
	return seller.Name, err
}

// storeOf is the store of who asks, on a page or through the API.
func storeOf(c echo.Context) string {
	if v := CallerOf(c); v != nil {
		return v.Store.ID
	}
	return ViewerOf(c).Store.ID
}
