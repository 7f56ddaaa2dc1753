-- One's own account: sessions that can be told apart and ended one by one, and the second step of signing in.

-- +goose Up
-- A session keeps its id when its secret changes.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE sessions SET id = id_hash;

-- The secret is there from when set-up begins; enabled_at says that the person has shown a code of it. Each step's
-- code is good for once: last_step is the latest that was taken.
CREATE TABLE two_steps (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
  secret TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  enabled_at BIGINT,
  last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id),
  hash TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (user_id, hash)
);

-- A browser that gave the right password and owes the second step: nobody is signed in there yet.
CREATE TABLE half_sign_ins (
  id_hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  expires_at BIGINT NOT NULL
);
CREATE INDEX half_sign_ins_user ON half_sign_ins (user_id);
CREATE INDEX half_sign_ins_expiry ON half_sign_ins (expires_at);

-- +goose Down
DROP TABLE half_sign_ins;
DROP TABLE recovery_codes;
DROP TABLE two_steps;
ALTER TABLE sessions DROP COLUMN address;
ALTER TABLE sessions DROP COLUMN id;
