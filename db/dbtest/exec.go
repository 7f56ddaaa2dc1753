package dbtest

import (
	"testing"

	"semaforo/db"
)

// Exec runs statements beside the package's own, on a connection of its own:
// for what only a test or a benchmark does to a database.
func Exec(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	raw := rawConnection(t, d)
	defer raw.Close()
	for _, statement := range statements {
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
}
