package db

import (
	"context"
)

const lineColumns = `l.store_id, l.import_id, l.n, l.line, l.cells, l.identity, l.contact, l.problems, l.action, l.customer_id, l.version,
  l.name, l.phone, l.phone_key <> '', l.seller_id, l.channel_id, l.external_id, l.story, l.at`

func scanLine(r row) (ImportLine, error) {
	var l ImportLine
	var cells, problems string
	c := &l.Customer
	err := r.Scan(&l.Store, &l.Import, &l.N, &l.Line, &cells, &l.Identity, &l.Contact, &problems, &l.Action, textInto{&c.ID},
		&c.Version, &c.Name, &c.Phone, &c.Vouched, textInto{&c.Seller}, textInto{&l.ChannelID}, textInto{&l.ExternalID},
		&l.Story, timeInto{&l.At})
	if err != nil {
		return l, err
	}
	c.Store = l.Store
	if problems != "" {
		if err := decode("problems", problems, &l.Problems); err != nil {
			return l, err
		}
	}
	return l, decode("cells", cells, &l.Cells)
}

func (l ImportLine) values() ([]any, error) {
	cells, err := encode(l.Cells)
	if err != nil {
		return nil, err
	}
	problems, err := l.problems()
	if err != nil {
		return nil, err
	}
	c := l.Customer
	return []any{l.Store, l.Import, l.N, l.Line, cells, l.Identity, l.Contact, problems, l.Action, null(c.ID), c.Version,
		c.Name, Fold(c.Name), c.Phone, Digits(c.Phone), c.phoneKey(), null(c.Seller), null(l.ChannelID), null(l.ExternalID)}, nil
}

// InsertImportLines adds lines to an import.
func (tx *Tx) InsertImportLines(ctx context.Context, lines ...ImportLine) error {
	for _, l := range lines {
		values, err := l.values()
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "insert import line",
			`INSERT INTO import_lines (store_id, import_id, n, line, cells, identity, contact, problems, action, customer_id,
			   version, name, name_key, phone, phone_digits, phone_key, seller_id, channel_id, external_id)
			 VALUES (`+placeholders(1, 19)+`)`, values...)
		if err != nil {
			return err
		}
	}
	return nil
}

// UpdateImportLine writes what is to become of a line.
func (tx *Tx) UpdateImportLine(ctx context.Context, l ImportLine) error {
	values, err := l.values()
	if err != nil {
		return err
	}
	return tx.must(ctx, ErrNotFound, "update import line",
		`UPDATE import_lines SET line = $4, cells = $5, identity = $6, contact = $7, problems = $8, action = $9,
		   customer_id = $10, version = $11, name = $12, name_key = $13, phone = $14, phone_digits = $15, phone_key = $16,
		   seller_id = $17, channel_id = $18, external_id = $19 WHERE store_id = $1 AND import_id = $2 AND n = $3`, values...)
}

// ImportLines lists an import's lines from after the n-th.
func (q Queries) ImportLines(ctx context.Context, store, id string, after, limit int) ([]ImportLine, error) {
	return list(ctx, q, "import lines", scanLine,
		`SELECT `+lineColumns+` FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.n > $3
		 ORDER BY l.n LIMIT $4`, store, id, after, pageLimit(limit))
}

// ProblemLines lists an import's lines that have problems, from after the n-th.
func (q Queries) ProblemLines(ctx context.Context, store, id string, after, limit int) ([]ImportLine, error) {
	return list(ctx, q, "import lines with problems", scanLine,
		`SELECT `+lineColumns+` FROM import_lines l WHERE l.store_id = $1 AND l.import_id = $2 AND l.n > $3 AND l.problems <> ''
		 ORDER BY l.n LIMIT $4`, store, id, after, pageLimit(limit))
}

// EarlierLine is the first line of an import before the n-th that is about the same
// customer or makes the same contact; 0 when there is none.
func (q Queries) EarlierLine(ctx context.Context, l ImportLine) (int, error) {
	for _, key := range []struct{ column, value string }{{"identity", l.Identity}, {"contact", l.Contact}} {
		if key.value == "" {
			continue
		}
		lines, err := list(ctx, q, "earlier import line", column[int],
			`SELECT line FROM import_lines WHERE store_id = $1 AND import_id = $2 AND `+key.column+` = $3 AND `+key.column+` <> ''
			   AND n < $4 ORDER BY n LIMIT 1`, l.Store, l.Import, key.value, l.N)
		if err != nil || len(lines) > 0 {
			return append(lines, 0)[0], err
		}
	}
	return 0, nil
}

// PrepareLine writes what can be written of a line without being seen: a new
// customer, hidden, or the words that a changed one will be found by.
func (tx *Tx) PrepareLine(ctx context.Context, l ImportLine) error {
	switch l.Action {
	case LineNew:
		return tx.insertCustomer(ctx, l.Customer, l.Import)
	case LineChange:
		return tx.indexCustomer(ctx, l.Customer)
	}
	return nil
}
