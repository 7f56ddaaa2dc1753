package dbtest

import (
	"fmt"
	"slices"
	"testing"

	"semaforo/db"
)

// Rows are all rows of a store as text, by table: what two moments are compared by.
func Rows(t testing.TB, d *db.DB, store string) map[string][]string {
	t.Helper()
	raw := rawConnection(t, d)
	defer raw.Close()
	read := func(query string, args ...any) (lines []string) {
		rows, err := raw.Query(query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, targets := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				targets[i] = &values[i]
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprint(values...))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return lines
	}
	tables := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'store_id' WHERE m.type = 'table'`
	if d.Postgres() {
		tables = `SELECT table_name FROM information_schema.columns WHERE column_name = 'store_id' AND table_schema = current_schema()`
	}
	all := map[string][]string{
		"stores": read(`SELECT * FROM stores WHERE id = $1`, store),
		"users":  read(`SELECT u.* FROM users u JOIN memberships m ON m.user_id = u.id WHERE m.store_id = $1 ORDER BY u.id`, store),
	}
	for _, table := range read(tables) {
		all[table] = read(`SELECT * FROM `+table+` WHERE store_id = $1`, store)
		slices.Sort(all[table])
	}
	return all
}
