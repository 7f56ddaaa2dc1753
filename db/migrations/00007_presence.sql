-- Who is there, and channels that are renamed and switched off.

-- +goose Up
-- present_since is since when a seller is what they are: there, away, or gone (then seen_at is empty).
ALTER TABLE sellers ADD COLUMN present_since BIGINT;
CREATE INDEX sellers_seen ON sellers (seen_at) WHERE seen_at IS NOT NULL;

ALTER TABLE channels ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE channels ADD COLUMN last_message_at BIGINT;
ALTER TABLE channels ADD COLUMN error_at BIGINT;
ALTER TABLE channels ADD COLUMN error_code TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN error_text TEXT NOT NULL DEFAULT '';

-- The names a channel has had: open conversations and who sends to it still know it by them.
CREATE TABLE channel_names (
  store_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  PRIMARY KEY (store_id, name),
  FOREIGN KEY (store_id, channel_id) REFERENCES channels (store_id, id)
);
CREATE INDEX channel_names_key ON channel_names (store_id, name_key);
CREATE INDEX channel_names_channel ON channel_names (store_id, channel_id);

ALTER TABLE tokens ADD COLUMN created_by TEXT NOT NULL DEFAULT '';

-- What a webhook has not been given: its id is the beginning of the key.
CREATE INDEX outbox_webhook ON outbox (store_id, substr(key, 1, 36)) WHERE kind = 'webhook' AND done_at IS NULL;

-- +goose Down
DROP INDEX outbox_webhook;
ALTER TABLE tokens DROP COLUMN created_by;
DROP TABLE channel_names;
ALTER TABLE channels DROP COLUMN error_text;
ALTER TABLE channels DROP COLUMN error_code;
ALTER TABLE channels DROP COLUMN error_at;
ALTER TABLE channels DROP COLUMN last_message_at;
ALTER TABLE channels DROP COLUMN version;
DROP INDEX sellers_seen;
ALTER TABLE sellers DROP COLUMN present_since;
