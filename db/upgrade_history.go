package db

import (
	"context"
	"database/sql"
	"embed"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/00019_history
var historyUpgrade embed.FS

// upgradeHistory is migration 19, in Go: SQLite writes a table anew to widen its check.
func upgradeHistory(postgres bool) *goose.Migration {
	return goose.NewGoMigration(19, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		kinds := "sqlite.sql"
		if postgres {
			kinds = "postgres.sql"
		}
		for _, name := range []string{"tables.sql", kinds} {
			text, err := historyUpgrade.ReadFile("migrations/00019_history/" + name)
			if err != nil {
				return err
			}
			if err := execText(ctx, tx, name, string(text)); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}
