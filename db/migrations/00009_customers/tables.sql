-- A customer is one person, however many channels they write on; a contact is a customer on one channel.
CREATE TABLE customers (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_digits TEXT NOT NULL,
  -- What a number is recognised by, however it is written; empty where nobody vouches for the number.
  phone_key TEXT NOT NULL,
  seller_id TEXT,
  version BIGINT NOT NULL,
  -- Set while the import that makes the customer is not finished: nobody sees it yet.
  import_id TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, seller_id) REFERENCES sellers (store_id, id)
);
CREATE INDEX customers_name ON customers (store_id, name_key, id);
CREATE INDEX customers_seller ON customers (store_id, seller_id, name_key, id);
CREATE INDEX customers_phone ON customers (store_id, phone_key) WHERE phone_key <> '';
CREATE INDEX customers_import ON customers (store_id, import_id, id) WHERE import_id IS NOT NULL;

-- Words and number endings of customers; see search_terms.
CREATE TABLE customer_terms (
  store_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  term BYTEA NOT NULL,
  PRIMARY KEY (store_id, customer_id, term),
  FOREIGN KEY (store_id, customer_id) REFERENCES customers (store_id, id)
);
CREATE INDEX customer_terms_term ON customer_terms (store_id, term, customer_id);

-- Changes of many customers at once, prepared in batches and then seen together or not at all.
CREATE TABLE imports (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'assign')),
  name TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('receiving', 'checking', 'refused', 'checked', 'preparing', 'done', 'undoing', 'given_up')),
  details TEXT NOT NULL,
  total BIGINT NOT NULL,
  position BIGINT NOT NULL,
  errors BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  same BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  reason TEXT NOT NULL,
  by_user TEXT NOT NULL,
  by_name TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  tidy BOOLEAN NOT NULL,
  PRIMARY KEY (store_id, id)
);
CREATE INDEX imports_changed ON imports (changed_at);

-- The lines of a file, or the customers of an assignment, with what is to become of them.
CREATE TABLE import_lines (
  store_id TEXT NOT NULL,
  import_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  line BIGINT NOT NULL,
  cells TEXT NOT NULL,
  -- Whom the line is about, and which contact: no other line of the file may be about the same.
  identity TEXT NOT NULL,
  contact TEXT NOT NULL,
  problems TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('', 'new', 'change', 'assign', 'same')),
  customer_id TEXT,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_digits TEXT NOT NULL,
  phone_key TEXT NOT NULL,
  seller_id TEXT,
  channel_id TEXT,
  external_id TEXT,
  PRIMARY KEY (store_id, import_id, n),
  FOREIGN KEY (store_id, import_id) REFERENCES imports (store_id, id)
);
CREATE INDEX import_lines_identity ON import_lines (store_id, import_id, identity, n) WHERE identity <> '';
CREATE INDEX import_lines_contact ON import_lines (store_id, import_id, contact, n) WHERE contact <> '';
CREATE INDEX import_lines_problems ON import_lines (store_id, import_id, n) WHERE problems <> '';

-- One customer for each contact. Only a number that a program gave is one to recognise a customer by, written as
-- PhoneKey does (phones.go).
INSERT INTO customers (store_id, id, name, name_key, phone, phone_digits, phone_key, seller_id, version, import_id, created_at)
  SELECT w.store_id, w.id, w.name, w.name_key, w.phone, w.phone_digits,
    CASE WHEN w.digits LIKE '55__9________' AND substr(w.digits, 6, 1) NOT IN ('2', '3', '4', '5')
      THEN substr(w.digits, 1, 4) || substr(w.digits, 6) ELSE w.digits END,
    w.seller_id, 1, NULL, w.created_at
  FROM (SELECT p.*, CASE WHEN h.kind <> 'api' THEN ''
      WHEN p.phone NOT LIKE '+%' AND length(p.phone_digits) IN (10, 11) THEN '55' || p.phone_digits
      ELSE p.phone_digits END AS digits
    FROM contacts p JOIN channels h ON h.store_id = p.store_id AND h.id = p.channel_id) AS w;
