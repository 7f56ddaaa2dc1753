package db

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Customer is one person, however many channels they write on: their contacts.
type Customer struct {
	Store string
	ID    string
	Name  string
	Phone string
	// Vouched says that the number comes from a program or from the store's people: a
	// contact of the same number may be recognised by it. What a stranger typed is not.
	Vouched   bool
	Seller    string // whose portfolio (carteira) the customer is in, or empty
	Version   int64  // UpdateCustomer counts it up
	CreatedAt time.Time
}

// Key is the customer's own place in a list by name.
func (c Customer) Key() NameKey { return NameKey{Fold(c.Name), c.ID} }

func (c Customer) phoneKey() string {
	if !c.Vouched {
		return ""
	}
	return PhoneKey(c.Phone)
}

const customerColumns = `k.store_id, k.id, k.name, k.phone, k.phone_key <> '', k.seller_id, k.version, k.created_at`

// seen leaves out the customers of an import that is not finished.
const seen = `k.import_id IS NULL`

func (c *Customer) targets() []any {
	return []any{&c.Store, &c.ID, &c.Name, &c.Phone, &c.Vouched, textInto{&c.Seller}, &c.Version, timeInto{&c.CreatedAt}}
}

func scanCustomer(r row) (Customer, error) {
	var c Customer
	return c, r.Scan(c.targets()...)
}

// InsertCustomer stores a new customer, as its version 1, and indexes it for the
// search.
func (tx *Tx) InsertCustomer(ctx context.Context, c Customer) error {
	return tx.insertCustomer(ctx, c, "")
}

// insertCustomer hides the customer until the import, if one is named, is done.
func (tx *Tx) insertCustomer(ctx context.Context, c Customer, importID string) error {
	_, err := tx.exec(ctx, "insert customer "+c.ID,
		`INSERT INTO customers (store_id, id, name, name_key, phone, phone_digits, phone_key, seller_id, version, import_id,
		   created_at) VALUES (`+placeholders(1, 11)+`)`,
		c.Store, c.ID, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), c.phoneKey(), null(c.Seller), 1, null(importID),
		At(c.CreatedAt))
	if err != nil {
		return err
	}
	return tx.indexCustomer(ctx, c)
}

// UpdateCustomer changes a customer's name, number and seller. ErrChanged: its
// version is not c's any more.
func (tx *Tx) UpdateCustomer(ctx context.Context, c Customer) error {
	err := tx.must(ctx, ErrChanged, "update customer "+c.ID,
		`UPDATE customers SET name = $4, name_key = $5, phone = $6, phone_digits = $7, phone_key = $8, seller_id = $9,
		   version = version + 1 WHERE store_id = $1 AND id = $2 AND version = $3 AND import_id IS NULL`,
		c.Store, c.ID, c.Version, c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), c.phoneKey(), null(c.Seller))
	if err != nil {
		return err
	}
	if err := tx.indexCustomer(ctx, c); err != nil {
		return err
	}
	return tx.forgetTerms(ctx, c)
}

// Customer reads one customer.
func (q Queries) Customer(ctx context.Context, store, id string) (Customer, error) {
	return one(ctx, q, "customer "+id, scanCustomer,
		`SELECT `+customerColumns+` FROM customers k WHERE k.store_id = $1 AND k.id = $2 AND `+seen, store, id)
}

// LockCustomer is Customer to change it: until the transaction ends, others that
// lock it wait.
func (tx *Tx) LockCustomer(ctx context.Context, store, id string) (Customer, error) {
	return one(ctx, tx.Queries, "customer "+id, scanCustomer,
		`SELECT `+customerColumns+` FROM customers k WHERE k.store_id = $1 AND k.id = $2 AND `+seen+tx.lock(` FOR UPDATE`), store, id)
}

// CustomersByPhone lists up to limit customers that are recognised by a number,
// however it is written.
func (q Queries) CustomersByPhone(ctx context.Context, store, phone string, limit int) ([]Customer, error) {
	key := PhoneKey(phone)
	if key == "" {
		return nil, nil
	}
	return list(ctx, q, "customers by phone", scanCustomer,
		`SELECT `+customerColumns+` FROM customers k`+q.indexedBy("customers_phone")+
			` WHERE k.store_id = $1 AND k.phone_key = $2 AND k.phone_key <> '' AND `+seen+
			` ORDER BY k.id LIMIT $3`, store, key, pageLimit(limit))
}

// JoinCustomers makes two customers one: from's contacts become into's, and from
// is gone. What into has stays; what it lacks comes from from.
func (tx *Tx) JoinCustomers(ctx context.Context, from, into Customer) error {
	if from.Store != into.Store || from.ID == into.ID {
		return fmt.Errorf("join customer %s: %w", from.ID, ErrNotFound)
	}
	if into.Phone == "" {
		into.Phone, into.Vouched = from.Phone, from.Vouched
	}
	if into.Seller == "" {
		into.Seller = from.Seller
	}
	_, err := tx.exec(ctx, "join customer "+from.ID,
		`UPDATE contacts SET customer_id = $3 WHERE store_id = $1 AND customer_id = $2`, from.Store, from.ID, into.ID)
	if err != nil {
		return err
	}
	if err := tx.UpdateCustomer(ctx, into); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "join customer "+from.ID, `DELETE FROM customer_terms WHERE store_id = $1 AND customer_id = $2`,
		from.Store, from.ID)
	if err != nil {
		return err
	}
	return tx.must(ctx, ErrChanged, "join customer "+from.ID,
		`DELETE FROM customers WHERE store_id = $1 AND id = $2 AND version = $3`, from.Store, from.ID, from.Version)
}

// AssignCustomers puts customers into a seller's portfolio, or with no seller
// into nobody's, and returns how many were in another.
func (tx *Tx) AssignCustomers(ctx context.Context, store string, ids []string, seller string) (int, error) {
	a := arguments{values: []any{store, null(seller)}}
	n, err := tx.exec(ctx, "assign customers",
		`UPDATE customers SET seller_id = $2, version = version + 1
		 WHERE store_id = $1 AND import_id IS NULL AND COALESCE(seller_id, '') <> COALESCE(CAST($2 AS TEXT), '') AND id `+in(&a, ids),
		a.values...)
	return int(n), err
}

// MovePortfolio puts all of a seller's customers into another's portfolio, or with
// no other into nobody's, and returns how many: one statement, one transaction.
func (tx *Tx) MovePortfolio(ctx context.Context, store, from, to string) (int, error) {
	n, err := tx.exec(ctx, "move portfolio of "+from,
		`UPDATE customers SET seller_id = $3, version = version + 1 WHERE store_id = $1 AND seller_id = $2`,
		store, from, null(to))
	return int(n), err
}

// CustomerQuery says which customers to list, by name.
type CustomerQuery struct {
	Search string // beginnings of words of the name, parts of the number, all of them
	Seller string // whose portfolio; empty: everybody's
	Nobody bool   // those in nobody's portfolio

	After, Before *NameKey // the page after, or before, a place
	Limit         int
}

// CustomerRow is a line of the list.
type CustomerRow struct {
	Customer
	SellerName string
}

// CustomerPage is a part of the list.
type CustomerPage struct {
	Rows       []CustomerRow
	Next, Prev *NameKey // nil: there is nothing there
}

// Customers lists a page of a store's customers by name. Without a search it
// reads as many index entries as rows it returns. With one it begins at the rarest
// word's customers; where even that word is common it walks the list in its order
// and keeps those who have every word, as it soon has a page full.
func (q Queries) Customers(ctx context.Context, store string, query CustomerQuery) (CustomerPage, error) {
	limit := pageLimit(query.Limit)
	a := arguments{values: []any{store}}
	found, err := q.found(ctx, &a, query)
	if err != nil || found == "" {
		return CustomerPage{}, err
	}
	order := " ORDER BY k.name_key, k.id"
	if query.Before != nil {
		order = " ORDER BY k.name_key DESC, k.id DESC"
	}
	tail := order + " LIMIT " + strconv.Itoa(limit+1)
	rows, err := list(ctx, q, "customers", scanCustomerRow,
		`WITH page AS MATERIALIZED (SELECT k.store_id, k.id, k.name, k.name_key, k.phone, k.phone_key, k.seller_id, k.version, k.created_at
		   FROM `+found+tail+`)
		 SELECT `+ofPage(customerColumns)+`, sellers.name FROM page
		 LEFT JOIN sellers ON sellers.store_id = page.store_id AND sellers.id = page.seller_id`+ofPage(order), a.values...)
	if err != nil {
		return CustomerPage{}, err
	}
	return customerPage(rows, limit, query), nil
}

// ofPage is what says something of k, of the page's rows.
func ofPage(columns string) string { return strings.ReplaceAll(columns, "k.", "page.") }

func scanCustomerRow(r row) (CustomerRow, error) {
	var c CustomerRow
	return c, r.Scan(append(c.targets(), textInto{&c.SellerName})...)
}

func customerPage(rows []CustomerRow, limit int, query CustomerQuery) CustomerPage {
	more := len(rows) > limit
	p := CustomerPage{Rows: rows[:min(len(rows), limit)]}
	if query.Before != nil {
		slices.Reverse(p.Rows)
	}
	if len(p.Rows) == 0 {
		return p
	}
	first, last := p.Rows[0].Key(), p.Rows[len(p.Rows)-1].Key()
	backwards := query.Before != nil
	if more || backwards {
		p.Next = &last
	}
	if query.After != nil || backwards && more {
		p.Prev = &first
	}
	return p
}

// CountCustomers counts what Customers would list in all, up to most.
func (q Queries) CountCustomers(ctx context.Context, store string, query CustomerQuery, most int) (int, error) {
	a := arguments{values: []any{store}}
	query.After, query.Before = nil, nil
	found, err := q.found(ctx, &a, query)
	if err != nil || found == "" {
		return 0, err
	}
	return one(ctx, q, "count customers", column[int],
		`SELECT COUNT(*) FROM (SELECT 1 AS one FROM `+found+` LIMIT `+a.arg(most)+`) AS counted`, a.values...)
}

// AssignFound is AssignCustomers for all that Customers would list, in one
// statement: for lists of a few thousand.
func (tx *Tx) AssignFound(ctx context.Context, store string, query CustomerQuery, seller string) (int, error) {
	a := arguments{values: []any{store}}
	query.After, query.Before = nil, nil
	found, err := tx.found(ctx, &a, query)
	if err != nil || found == "" {
		return 0, err
	}
	to := a.arg(null(seller))
	n, err := tx.exec(ctx, "assign customers",
		`UPDATE customers SET seller_id = `+to+`, version = version + 1
		 WHERE store_id = $1 AND COALESCE(seller_id, '') <> COALESCE(CAST(`+to+` AS TEXT), '')
		   AND id IN (SELECT k.id FROM `+found+`)`, a.values...)
	return int(n), err
}
