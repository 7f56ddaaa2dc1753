package dbtest

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"semaforo/db"
)

// Seeded is what Seed has made.
type Seeded struct {
	*Shop
	Teams    []db.Team
	Sellers  []db.Seller // each in one team
	Channels []db.Channel
}

// SeedSize says how much Seed makes: Open conversations and Closed ones, over so
// many teams, sellers and channels.
type SeedSize struct {
	Open, Closed, Teams, Sellers, Channels int
	// DueEvery is the distance between deadlines, the first DueFrom after Start;
	// 0: nothing is ever due.
	DueFrom, DueEvery time.Duration
	// Search indexes each contact's and customer's name and number.
	Search bool
}

// Seed fills a store for benchmarks by statements of many rows, a few hundred
// thousand a second on SQLite: holders, channels and all six ranks mixed, each
// with its contact, its first event and its message, and the tallies.
func Seed(t testing.TB, d *db.DB, slug string, size SeedSize) Seeded {
	t.Helper()
	s := Seeded{Shop: Store(t, d, slug)}
	for i := range size.Teams {
		s.Teams = append(s.Teams, s.Team(fmt.Sprintf("Time %03d", i)))
	}
	for i := range size.Sellers {
		s.Sellers = append(s.Sellers, s.Seller(fmt.Sprintf("Vendedor %03d", i), s.Teams[i%size.Teams].ID))
	}
	for i := range size.Channels {
		s.Channels = append(s.Channels, s.Channel(fmt.Sprintf("canal %03d", i), db.ChannelAPI))
	}
	raw := rawConnection(t, d)
	defer raw.Close()
	drop, create := indexStatements(t, raw, d.Postgres())
	for _, statement := range slices.Concat(drop, seedStatements(s.ID, size, d.Postgres()), create) {
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
	return s
}

// indexStatements drop SQLite's indexes and make them again: to build one at the
// end takes a fraction of the time of keeping it in order row by row. PostgreSQL
// keeps its own, and has to learn how much there is.
func indexStatements(t testing.TB, raw *sql.DB, postgres bool) (drop, create []string) {
	t.Helper()
	if postgres {
		return nil, []string{"ANALYZE"} // as the autovacuum would soon
	}
	rows, err := raw.Query(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
		AND tbl_name IN ('customers', 'customer_terms', 'contacts', 'conversations', 'events', 'messages', 'search_terms')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, statement string
		if err := rows.Scan(&name, &statement); err != nil {
			t.Fatal(err)
		}
		drop, create = append(drop, "DROP INDEX "+name), append(create, statement)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return drop, create
}

func rawConnection(t testing.TB, d *db.DB) *sql.DB {
	t.Helper()
	driver, address := "pgx", d.Address()
	if !d.Postgres() {
		driver, address = "sqlite", "file:"+d.Address()+"?_pragma=busy_timeout(60000)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)&_dqs=0"
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	return raw
}

// A conversation i of n is held by a seller (of 10: 5), in a team's queue (3) or
// waiting (2); its rank is one of red, yellow, green, answered, postponed, or
// closed after the open ones; its wait began up to a day before Start.
func seedStatements(store string, size SeedSize, postgres bool) []string {
	start := int64(db.At(Start))
	due := "NULL"
	if size.DueEvery > 0 {
		due = fmt.Sprintf("%d + i * %d", start+size.DueFrom.Microseconds(), size.DueEvery.Microseconds())
	}
	n := size.Open + size.Closed
	source := fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %d),
  teams_n AS (SELECT id, ROW_NUMBER() OVER (ORDER BY name_key) - 1 AS k FROM teams WHERE store_id = '%[2]s'),
  sellers_n AS (SELECT p.id, m.team_id, ROW_NUMBER() OVER (ORDER BY p.name_key) - 1 AS k FROM sellers p
    JOIN seller_teams m ON m.store_id = p.store_id AND m.seller_id = p.id WHERE p.store_id = '%[2]s'),
  channels_n AS (SELECT id, name, ROW_NUMBER() OVER (ORDER BY name_key) - 1 AS k FROM channels WHERE store_id = '%[2]s'),
  base AS (SELECT i, CAST(100000000 + i AS TEXT) AS x, (i * 7919) %% 10 AS h, (i / 10 * 31) %% 1000003 AS r,
    CASE WHEN i < %[3]d THEN (i / 7) %% 5 ELSE 5 END AS k, %[4]d - ((i * 7919) %% 86400) * 1000000 - i %% 1000 AS w FROM n)`,
		n-1, store, size.Open, start)
	statements := []string{
		source + fmt.Sprintf(` INSERT INTO customers (store_id, id, name, name_key, phone, phone_digits, phone_key, seller_id, version,
  created_at) SELECT '%s', 'k' || x, 'Cliente ' || x, 'cliente ' || x, '+55 11 9' || x, '55119' || x, '55119' || x,
  CASE WHEN h < 5 THEN s.id END, 1, w FROM base JOIN sellers_n s ON s.k = base.r %% %d`, store, size.Sellers),
		source + fmt.Sprintf(` INSERT INTO contacts (store_id, id, channel_id, external_id, customer_id, name, name_key, phone, phone_digits,
  created_at) SELECT '%s', 'p' || x, c.id, 'e' || x, 'k' || x, 'Cliente ' || x, 'cliente ' || x, '+55 11 9' || x, '55119' || x, w
  FROM base JOIN channels_n c ON c.k = base.i %% %d`, store, size.Channels),
		source + fmt.Sprintf(` INSERT INTO conversations (store_id, id, contact_id, channel_id, seq, status, queue, team_id,
  seller_id, channel, opened_at, wait_start, clock_start, idle_since, last_from, last_at, postponed_until, postpone_reason,
  level, action_done, answered_wait, visited, as_of, closed_at, close_reason, config_version, flow_id, d1, d2, next_type,
  next_at, due_at, holder, rank, sort_key, last_text, last_text_from, error, failed_at, attempts, retry_at)
 SELECT '%s', 'c' || x, 'p' || x, c.id, 1, CASE WHEN base.k = 5 THEN 'closed' ELSE 'open' END,
  CASE WHEN h < 5 OR base.k = 4 THEN 'seller' WHEN h < 8 THEN 'team' ELSE 'waiting' END,
  CASE WHEN h < 5 OR base.k = 4 THEN s.team_id WHEN h < 8 THEN t.id END,
  CASE WHEN h < 5 OR base.k = 4 THEN s.id END, c.name, w,
  CASE WHEN base.k < 3 THEN w END, CASE WHEN base.k < 3 THEN w END, w, CASE WHEN base.k = 3 THEN 'seller' ELSE 'customer' END, w,
  CASE WHEN base.k = 4 THEN w + 172800000000 END, '',
  CASE base.k WHEN 0 THEN 'red' WHEN 1 THEN 'yellow' WHEN 2 THEN 'green' ELSE 'none' END, 1 = 0, NULL, '[]', w,
  CASE WHEN base.k = 5 THEN w END, '', 1, 'default', CASE WHEN base.k < 3 THEN w + 300000000 END,
  CASE WHEN base.k < 3 THEN w + 900000000 END, 'alert1', CASE WHEN base.k < 5 THEN CAST(%s AS BIGINT) END,
  CASE WHEN base.k < 5 THEN CAST(%[2]s AS BIGINT) END,
  CASE WHEN h < 5 OR base.k = 4 THEN 'seller:' || s.id WHEN h < 8 THEN 'team:' || t.id ELSE 'waiting' END, base.k,
  CASE base.k WHEN 3 THEN -w WHEN 4 THEN w + 172800000000 WHEN 5 THEN -w ELSE w END,
  'Oi, tudo bem? Queria saber do pedido ' || x, 'customer', '', NULL, 0, NULL
 FROM base JOIN channels_n c ON c.k = base.i %% %[3]d JOIN teams_n t ON t.k = base.r %% %[4]d
  JOIN sellers_n s ON s.k = base.r %% %[5]d`, store, due, size.Channels, size.Teams, size.Sellers),
		fmt.Sprintf(`INSERT INTO events (store_id, conversation_id, seq, id, at, type, queue, team_id, seller_id, flow_id, action,
  to_team, to_seller, channel, reason, level, opened, by_kind, by_id, note)
 SELECT store_id, id, 1, 'v' || id, opened_at, 'customer_message', queue, COALESCE(team_id, ''), COALESCE(seller_id, ''), '', '',
  '', '', channel, '', '', 1 = 1, 'customer', contact_id, '' FROM conversations WHERE store_id = '%s'`, store),
		fmt.Sprintf(`INSERT INTO messages (store_id, id, conversation_id, seq, at, sender, seller_id, text, private, delivery,
  delivery_error, channel_id) SELECT store_id, 'm' || id, id, 1, opened_at, 'customer', '', last_text, 1 = 0, 'none', '', channel_id
 FROM conversations WHERE store_id = '%s'`, store),
		fmt.Sprintf(`INSERT INTO tallies (store_id, seller_id, team_id, channel_id, rank, n)
 SELECT store_id, COALESCE(seller_id, ''), COALESCE(team_id, ''), channel_id, rank, COUNT(*) FROM conversations
 WHERE store_id = '%s' AND status = 'open' GROUP BY 1, 2, 3, 4, 5`, store),
	}
	if size.Search {
		bytes := "CAST(%s AS BLOB)"
		if postgres {
			bytes = "convert_to(%s, 'UTF8')"
		}
		for _, term := range []string{"'cliente'", "substr(id, 2)", "'55119' || substr(id, 2)"} {
			statements = append(statements, fmt.Sprintf(`INSERT INTO search_terms (store_id, conversation_id, term)
 SELECT store_id, id, `+bytes+` FROM conversations WHERE store_id = '%s'`, term, store),
				fmt.Sprintf(`INSERT INTO customer_terms (store_id, customer_id, term)
 SELECT store_id, id, `+bytes+` FROM customers WHERE store_id = '%s'`, term, store))
		}
	}
	return statements
}
