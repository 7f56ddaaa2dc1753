package dbtest

import (
	"testing"

	"semaforo/db"
)

// Exec runs statements beside the package's own, on a connection of its own:
// for what only a test or a benchmark does to a database.
func Exec(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if err := TryExec(t, d, statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
}

// TryExec is Exec of one statement that the database may refuse.
func TryExec(t testing.TB, d *db.DB, statement string) error {
	t.Helper()
	raw := rawConnection(t, d)
	defer raw.Close()
	_, err := raw.Exec(statement)
	return err
}
