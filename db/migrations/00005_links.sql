-- Links that work once: an invitation to a store, and a new password. What the link carries is kept as a hash alone; a
-- row that was used or taken back is deleted, and the audit trail tells of it.

-- +goose Up
CREATE TABLE invites (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'supervisor', 'agent')),
  teams TEXT NOT NULL,
  by_name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, login)
);

-- shown: somebody other than the person has seen the link. by_user is empty where the person asked for it.
CREATE TABLE resets (
  token_hash TEXT NOT NULL PRIMARY KEY,
  store_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  by_user TEXT NOT NULL,
  shown BOOLEAN NOT NULL,
  two_step BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  FOREIGN KEY (store_id, user_id) REFERENCES memberships (store_id, user_id)
);
CREATE INDEX resets_user ON resets (user_id, created_at);
CREATE INDEX resets_expiry ON resets (expires_at);

-- +goose Down
DROP TABLE resets;
DROP TABLE invites;
