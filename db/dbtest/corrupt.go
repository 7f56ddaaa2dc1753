package dbtest

import (
	"testing"

	"semaforo/db"
)

// Corrupt makes a conversation's row unreadable, as a disk or a hand might.
func Corrupt(t testing.TB, d *db.DB, conversation string) {
	t.Helper()
	setVisited(t, d, conversation, `visited || '!'`)
}

// Mend undoes Corrupt.
func Mend(t testing.TB, d *db.DB, conversation string) {
	t.Helper()
	setVisited(t, d, conversation, `SUBSTR(visited, 1, LENGTH(visited) - 1)`)
}

func setVisited(t testing.TB, d *db.DB, conversation, expression string) {
	t.Helper()
	Exec(t, d, `UPDATE conversations SET visited = `+expression+` WHERE id = '`+conversation+`'`)
}
