-- SQLite adds no foreign key to a table that exists: it is written anew. What points at it is checked again when the
-- transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE contacts_before AS SELECT * FROM contacts;
DROP TABLE contacts;
CREATE TABLE contacts (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_digits TEXT NOT NULL,
  secret_hash TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, channel_id, external_id),
  FOREIGN KEY (store_id, channel_id) REFERENCES channels (store_id, id),
  FOREIGN KEY (store_id, customer_id) REFERENCES customers (store_id, id)
);
INSERT INTO contacts (store_id, id, channel_id, external_id, customer_id, name, name_key, phone, phone_digits, secret_hash, created_at)
  SELECT store_id, id, channel_id, external_id, id, name, name_key, phone, phone_digits, secret_hash, created_at FROM contacts_before;
DROP TABLE contacts_before;
CREATE INDEX contacts_name ON contacts (store_id, name_key, id);
CREATE INDEX contacts_customer ON contacts (store_id, customer_id, id);
