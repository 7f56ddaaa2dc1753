package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/00009_customers
var customersUpgrade embed.FS

// upgradeCustomers is migration 9, in Go: words are folded in Go, and SQLite writes
// contacts anew to give it a foreign key. There is no way back: customers who were
// joined cannot be told apart again.
func upgradeCustomers(postgres bool) *goose.Migration {
	return goose.NewGoMigration(9, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		contacts := "sqlite.sql"
		if postgres {
			contacts = "postgres.sql"
		}
		for _, name := range []string{"tables.sql", contacts} {
			if err := execFile(ctx, tx, name); err != nil {
				return err
			}
		}
		return indexAllCustomers(ctx, Queries{run: std{on: tx, total: new(atomic.Int64)}, postgres: postgres})
	}}, nil)
}

func execFile(ctx context.Context, tx *sql.Tx, name string) error {
	text, err := customersUpgrade.ReadFile("migrations/00009_customers/" + name)
	if err != nil {
		return err
	}
	return execText(ctx, tx, name, string(text))
}

// execText runs a file's statements, each of which ends with its line.
func execText(ctx context.Context, tx *sql.Tx, name, text string) error {
	for statement := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w in %s", name, err, statement)
		}
	}
	return nil
}

// indexAllCustomers makes every customer of every store found by name and number.
func indexAllCustomers(ctx context.Context, q Queries) error {
	const some = 500
	tx := &Tx{Queries: q}
	for store, id := "", ""; ; {
		customers, err := list(ctx, q, "customers", scanCustomer,
			`SELECT `+customerColumns+` FROM customers k WHERE (k.store_id, k.id) > ($1, $2) ORDER BY k.store_id, k.id LIMIT $3`,
			store, id, some)
		if err != nil || len(customers) == 0 {
			return err
		}
		for _, c := range customers {
			if err := tx.indexCustomer(ctx, c); err != nil {
				return err
			}
			store, id = c.Store, c.ID
		}
	}
}
