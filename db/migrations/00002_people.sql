-- What a store needs to run itself: people who come and go, and who changed what.

-- +goose Up
ALTER TABLE stores ADD COLUMN two_step_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE stores ADD COLUMN open_portfolio BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE;

-- A member who is disabled stays in the log and in every conversation, and cannot sign in to this store.
ALTER TABLE memberships ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;

-- Presence: away is the seller's own word; seen_at is the last heartbeat of one of their pages.
ALTER TABLE sellers ADD COLUMN away BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sellers ADD COLUMN seen_at BIGINT;

-- The conversations of a holder that was put away, which the loop moves to another in batches: a row is done when
-- none is left.
CREATE TABLE relocations (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  from_team TEXT,
  from_seller TEXT,
  to_team TEXT,
  to_seller TEXT,
  by_kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, from_team) REFERENCES teams (store_id, id),
  FOREIGN KEY (store_id, from_seller) REFERENCES sellers (store_id, id),
  FOREIGN KEY (store_id, to_team) REFERENCES teams (store_id, id),
  FOREIGN KEY (store_id, to_seller) REFERENCES sellers (store_id, id),
  CHECK ((from_team IS NULL) <> (from_seller IS NULL)),
  CHECK ((to_team IS NULL) <> (to_seller IS NULL))
);
CREATE INDEX relocations_pending ON relocations (store_id, id) WHERE done_at IS NULL;

-- Who changed what, from where, and what was before: rows are added and never changed.
CREATE TABLE audit (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_kind TEXT NOT NULL CHECK (by_kind IN ('user', 'token', 'system')),
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  address TEXT NOT NULL,
  noun TEXT NOT NULL,
  noun_id TEXT NOT NULL,
  noun_name TEXT NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (store_id, id)
);
CREATE INDEX audit_noun ON audit (store_id, noun, id);
CREATE INDEX audit_by ON audit (store_id, by_id, id);

-- +goose Down
DROP TABLE audit;
DROP TABLE relocations;
ALTER TABLE sellers DROP COLUMN seen_at;
ALTER TABLE sellers DROP COLUMN away;
ALTER TABLE memberships DROP COLUMN disabled;
ALTER TABLE users DROP COLUMN must_change_password;
ALTER TABLE stores DROP COLUMN open_portfolio;
ALTER TABLE stores DROP COLUMN two_step_required;
