package db_test

import (
	"database/sql"
	"testing"

	"semaforo/db"
	"semaforo/db/dbtest"
)

// A database of before there were customers: each contact becomes one, with its
// seller, and is found; only a number that a program gave is one to recognise by.
func TestUpgradeMakesACustomerOfEachContact(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		upgrades(t, "sqlite", dbtest.SQLiteAddress(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		upgrades(t, "pgx", dbtest.PostgresAddress(t))
	})
}

func upgrades(t *testing.T, driver, address string) {
	raw := must[*sql.DB](t)(sql.Open(driver, map[string]string{"sqlite": "file:" + address + "?_pragma=foreign_keys(1)&_txlock=immediate", "pgx": address}[driver]))
	raw.SetMaxOpenConns(2)
	postgres := driver == "pgx"
	run := func(statement string) {
		t.Helper()
		if _, err := raw.Exec(statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
	if postgres {
		run("DROP SCHEMA public CASCADE")
		run("CREATE SCHEMA public")
	}
	if err := db.MigrateTo(ctx, raw, postgres, 8); err != nil {
		t.Fatal(err)
	}
	run(`INSERT INTO stores (id, slug, name, timezone, holidays, config_version, demo, created_at) VALUES ('s', 's', 'S', 'UTC', '[]', 1, FALSE, 1)`)
	run(`INSERT INTO sellers (store_id, id, name, name_key, active, created_at) VALUES ('s', 'ana', 'Ana', 'ana', TRUE, 1)`)
	run(`INSERT INTO channels (store_id, id, name, name_key, kind, active, created_at) VALUES ('s', 'a', 'a', 'a', 'api', TRUE, 1), ('s', 'c', 'c', 'c', 'chat', TRUE, 1)`)
	run(`INSERT INTO contacts (store_id, id, channel_id, external_id, name, name_key, phone, phone_digits, seller_id, created_at) VALUES
	  ('s', '1', 'a', '1', 'Conceição d''Ávila', 'conceicao d''avila', '+55 (11) 98765-4321', '5511987654321', 'ana', 1),
	  ('s', '2', 'c', '2', 'João', 'joao', '+55 11 8765-4321', '551187654321', NULL, 1),
	  ('s', '3', 'a', '3', 'Fixo', 'fixo', '1133334444', '1133334444', NULL, 1),
	  ('s', '4', 'a', '4', 'Peru', 'peru', '+51 987 654 321', '51987654321', NULL, 1),
	  ('s', '5', 'a', '5', 'Móvel', 'movel', '+5511933334444', '5511933334444', NULL, 1)`)
	run(`INSERT INTO conversations (store_id, id, contact_id, channel_id, seq, status, queue, channel, opened_at, last_from, postpone_reason, level,
	  action_done, visited, close_reason, config_version, flow_id, next_type, holder, rank, sort_key, last_text, last_text_from, error, attempts)
	  VALUES ('s', 'v', '1', 'a', 1, 'closed', 'waiting', 'a', 1, '', '', 'none', FALSE, '[]', '', 1, '', '', 'waiting', 5, 1, '', '', '', 0)`)
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	d := must[*db.DB](t)(db.Open(ctx, address, db.Options{}))
	defer d.Close()
	page := must[db.CustomerPage](t)(d.Customers(ctx, "s", db.CustomerQuery{}))
	if len(page.Rows) != 5 {
		t.Fatalf("%d customers of 5 contacts", len(page.Rows))
	}
	contact := must[db.Contact](t)(d.Contact(ctx, "s", "1"))
	if contact.Customer != "1" || contact.Seller != "ana" {
		t.Errorf("the contact: %+v", contact)
	}
	for search, want := range map[string]string{"avila": "1", "1198765": "1", "conceicao 4321": "1", "movel": "5"} {
		found := must[db.CustomerPage](t)(d.Customers(ctx, "s", db.CustomerQuery{Search: search}))
		if len(found.Rows) != 1 || found.Rows[0].ID != want {
			t.Errorf("%q finds %v", search, found.Rows)
		}
	}
	for phone, want := range map[string]string{"11 8765-4321": "1", "+55 11 3333-4444": "3", "(11) 93333-4444": "5", "+51987654321": "4"} {
		known := must[[]db.Customer](t)(d.CustomersByPhone(ctx, "s", phone, 9))
		if len(known) != 1 || known[0].ID != want {
			t.Errorf("%s is recognised as %v", phone, known)
		}
	}
	err := d.Tx(ctx, func(tx *db.Tx) error { _, err := tx.MovePortfolio(ctx, "s", "ana", ""); return err })
	if err != nil {
		t.Error(err)
	}
	err = d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.InsertContact(ctx, db.Contact{Store: "s", ID: "6", ChannelID: "a", ExternalID: "6", Customer: "nobody", CreatedAt: dbtest.Start}, db.ByStranger)
		return err
	})
	if !db.IsForeignKey(err) {
		t.Errorf("a contact of a customer who is not there: %v", err)
	}
	dbtest.Exec(t, d, `DELETE FROM conversations`) // the foreign key of a table that was written anew still holds
	dbtest.Exec(t, d, `DELETE FROM contacts`)
}
