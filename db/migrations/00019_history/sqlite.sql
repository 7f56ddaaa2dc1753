-- SQLite changes no check of a table that exists: it is written anew. What points at it is checked again when the
-- transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE imports_before AS SELECT * FROM imports;
DROP TABLE imports;
CREATE TABLE imports (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'assign', 'history')),
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
INSERT INTO imports (store_id, id, kind, name, state, details, total, position, errors, created, changed, same, attempts, reason,
    by_user, by_name, address, created_at, changed_at, tidy)
  SELECT store_id, id, kind, name, state, details, total, position, errors, created, changed, same, attempts, reason,
    by_user, by_name, address, created_at, changed_at, tidy FROM imports_before;
DROP TABLE imports_before;
CREATE INDEX imports_changed ON imports (changed_at);
