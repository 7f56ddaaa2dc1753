package db

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// found is what follows FROM in a query of the customers, k, that are listed;
// empty where a search has no word.
func (q Queries) found(ctx context.Context, a *arguments, query CustomerQuery) (string, error) {
	words := searchWords(query.Search)
	if len(words) == 0 && strings.TrimSpace(query.Search) != "" {
		return "", nil
	}
	store, _ := a.values[0].(string)
	rarest, err := q.rarestTermFirst(ctx, store, words)
	if err != nil {
		return "", err
	}
	index := "customers_name"
	if query.Seller != "" || query.Nobody {
		index = "customers_seller"
	}
	from, who := `customers k`+q.indexedBy(index)+` WHERE k.store_id = $1`, "k.id"
	// The list of one seller is short: walking it costs less than going through those who have a common word.
	if len(words) > 0 && (rarest < commonTerm || rarest < veryCommonTerm && query.Seller == "") {
		who = "t.hit"
		from = `(SELECT DISTINCT first.customer_id AS hit FROM customer_terms first WHERE first.store_id = $1 AND ` +
			prefixed(a, "first", words[0]) + `) AS t CROSS JOIN customers k WHERE k.store_id = $1 AND k.id = t.hit`
		words = words[1:]
	}
	from += ` AND ` + seen + query.where(a)
	for i, w := range words {
		alias := "t" + strconv.Itoa(i)
		// Not EXISTS: PostgreSQL would make a join of it, over all that begin with the word.
		from += ` AND (SELECT 1 FROM customer_terms ` + alias + ` WHERE ` + alias + `.store_id = $1 AND ` + alias +
			`.customer_id = ` + who + ` AND ` + prefixed(a, alias, w) + ` LIMIT 1) IS NOT NULL`
	}
	return from, nil
}

func (query CustomerQuery) where(a *arguments) string {
	var where string
	switch {
	case query.Nobody:
		where += ` AND k.seller_id IS NULL`
	case query.Seller != "":
		where += ` AND k.seller_id = ` + a.arg(query.Seller)
	}
	if p := query.After; p != nil {
		where += ` AND (k.name_key, k.id) > (` + a.arg(p.Key) + `, ` + a.arg(p.ID) + `)`
	}
	if p := query.Before; p != nil {
		where += ` AND (k.name_key, k.id) < (` + a.arg(p.Key) + `, ` + a.arg(p.ID) + `)`
	}
	return where
}

// A search begins with the customers who have its rarest word, where they are fewer
// than veryCommonTerm, or in one seller's portfolio than commonTerm; names that more
// have are soon met along the list.
const (
	commonTerm     = 1500
	veryCommonTerm = 10_000
)

// rarestTermFirst puts the word that the fewest customers have first, and counts them,
// as far as it matters.
func (q Queries) rarestTermFirst(ctx context.Context, store string, words []string) (int, error) {
	if len(words) == 0 {
		return 0, nil
	}
	a := arguments{values: []any{store, veryCommonTerm}}
	counts := make([]string, len(words))
	for i, w := range words {
		counts[i] = "SELECT " + strconv.Itoa(i) + " AS word, COUNT(*) AS n FROM (SELECT 1 AS one FROM customer_terms t" +
			" WHERE t.store_id = $1 AND " + prefixed(&a, "t", w) + " LIMIT $2) AS w" + strconv.Itoa(i)
	}
	rarest, err := one(ctx, q, "count words", func(r row) (c [2]int, err error) { return c, r.Scan(&c[0], &c[1]) },
		strings.Join(counts, " UNION ALL ")+" ORDER BY n, word LIMIT 1", a.values...)
	if err != nil {
		return 0, err
	}
	words[0], words[rarest[0]] = words[rarest[0]], words[0]
	return rarest[1], nil
}

func customerTerms(c Customer) []string {
	terms := append(Terms(c.Name), phoneTerms(Digits(c.Phone))...)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// indexCustomer makes a customer found by its name and number.
func (tx *Tx) indexCustomer(ctx context.Context, c Customer) error {
	return tx.index(ctx, "customer", c.Store, c.ID, customerTerms(c), "customer_terms (store_id, customer_id, term)")
}

// forgetTerms takes away what a customer is found by no more.
func (tx *Tx) forgetTerms(ctx context.Context, c Customer) error {
	a := arguments{values: []any{c.Store, c.ID}}
	where := `store_id = $1 AND customer_id = $2`
	if terms := customerTerms(c); len(terms) > 0 {
		kept := make([][]byte, len(terms))
		for i, term := range terms {
			kept[i] = []byte(term)
		}
		where += ` AND term NOT ` + in(&a, kept)
	}
	_, err := tx.exec(ctx, "forget terms of customer "+c.ID, `DELETE FROM customer_terms WHERE `+where, a.values...)
	return err
}
