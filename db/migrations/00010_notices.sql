-- Notices (avisos): alerts for managers too, and what reaches people who do not look at a page.

-- +goose Up
-- An alert has a kind in place of a level; the holder "managers" is everybody who manages the store.
CREATE TABLE alerts_by_kind (
  store_id TEXT NOT NULL,
  id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('alert1', 'alert2', 'skipped', 'loop', 'set_aside')),
  holder TEXT NOT NULL,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, conversation_id) REFERENCES conversations (store_id, id)
);
INSERT INTO alerts_by_kind (store_id, id, conversation_id, seq, at, kind, holder)
  SELECT store_id, id, conversation_id, seq, at, CASE level WHEN 1 THEN 'alert1' ELSE 'alert2' END, holder FROM alerts;
DROP TABLE alerts;
ALTER TABLE alerts_by_kind RENAME TO alerts;
CREATE INDEX alerts_holder ON alerts (store_id, holder, id);
CREATE INDEX alerts_age ON alerts (at);

-- The lane is where something goes to: one that is slow or dead holds up no other.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_lane ON outbox (lane, next_at, id) WHERE next_at IS NOT NULL;

-- How a member wants to be told; without a row the defaults hold. quiet_from and quiet_until are minutes of the
-- store's local day, and may go over midnight; quiet_days is a JSON list of the days on which they begin.
CREATE TABLE notice_preferences (
  store_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  sound1 BOOLEAN NOT NULL,
  volume1 SMALLINT NOT NULL CHECK (volume1 BETWEEN 0 AND 100),
  sound2 BOOLEAN NOT NULL,
  volume2 SMALLINT NOT NULL CHECK (volume2 BETWEEN 0 AND 100),
  push1 BOOLEAN NOT NULL,
  push2 BOOLEAN NOT NULL,
  push_managers BOOLEAN NOT NULL,
  mail2 BOOLEAN NOT NULL,
  show_name BOOLEAN NOT NULL,
  quiet BOOLEAN NOT NULL,
  quiet_from SMALLINT NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
  quiet_until SMALLINT NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
  quiet_days TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, user_id),
  FOREIGN KEY (store_id, user_id) REFERENCES memberships (store_id, user_id)
);
CREATE INDEX notice_preferences_mail ON notice_preferences (store_id) WHERE mail2;

-- A browser that takes notices of a member. It goes with the session it was made in, when that is ended; a session that
-- only ran out lets go of it first.
CREATE TABLE push_subscriptions (
  store_id TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  endpoint TEXT NOT NULL UNIQUE,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  session_hash TEXT REFERENCES sessions (id_hash) ON DELETE CASCADE,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT,
  failed_at BIGINT,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, user_id) REFERENCES memberships (store_id, user_id)
);
CREATE INDEX push_subscriptions_user ON push_subscriptions (store_id, user_id, id);
CREATE INDEX push_subscriptions_session ON push_subscriptions (session_hash);

-- The installation's key pair for Web Push (VAPID): one, made once.
CREATE TABLE push_keys (
  id SMALLINT NOT NULL PRIMARY KEY CHECK (id = 1),
  public_key TEXT NOT NULL,
  private_key TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE push_keys;
DROP TABLE push_subscriptions;
DROP TABLE notice_preferences;
DROP INDEX outbox_lane;
ALTER TABLE outbox DROP COLUMN lane;
CREATE TABLE alerts_by_level (
  store_id TEXT NOT NULL,
  id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  level SMALLINT NOT NULL CHECK (level IN (1, 2)),
  holder TEXT NOT NULL,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, conversation_id) REFERENCES conversations (store_id, id)
);
INSERT INTO alerts_by_level (store_id, id, conversation_id, seq, at, level, holder)
  SELECT store_id, id, conversation_id, seq, at, CASE kind WHEN 'alert1' THEN 1 ELSE 2 END, holder FROM alerts
  WHERE kind IN ('alert1', 'alert2');
DROP TABLE alerts;
ALTER TABLE alerts_by_level RENAME TO alerts;
CREATE INDEX alerts_holder ON alerts (store_id, holder, id);
CREATE INDEX alerts_age ON alerts (at);
