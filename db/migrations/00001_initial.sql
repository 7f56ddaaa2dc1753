-- One schema for SQLite and PostgreSQL. Instants are microseconds UTC, documents are JSON in TEXT and never
-- queried inside, *_key columns are folded in Go (lower case, no accents). Every row names its store, and so does
-- every foreign key: a row cannot point at another store's.

-- +goose Up
CREATE TABLE stores (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  hours TEXT,
  holidays TEXT NOT NULL,
  config_version BIGINT NOT NULL,
  demo BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE configurations (
  store_id TEXT NOT NULL REFERENCES stores (id),
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_user TEXT REFERENCES users (id),
  by_label TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (store_id, version)
);

CREATE TABLE sellers (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  user_id TEXT REFERENCES users (id),
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, user_id)
);
CREATE INDEX sellers_name ON sellers (store_id, name_key, id);

CREATE TABLE memberships (
  store_id TEXT NOT NULL REFERENCES stores (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL CHECK (role IN ('admin', 'supervisor', 'agent')),
  seller_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, user_id),
  FOREIGN KEY (store_id, seller_id) REFERENCES sellers (store_id, id)
);
CREATE INDEX memberships_user ON memberships (user_id, store_id);

CREATE TABLE teams (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  hours TEXT,
  holidays TEXT,
  archived BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, name_key)
);

CREATE TABLE seller_teams (
  store_id TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  PRIMARY KEY (store_id, seller_id, team_id),
  FOREIGN KEY (store_id, seller_id) REFERENCES sellers (store_id, id),
  FOREIGN KEY (store_id, team_id) REFERENCES teams (store_id, id)
);
CREATE INDEX seller_teams_team ON seller_teams (store_id, team_id, seller_id);

CREATE TABLE channels (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('chat', 'api')),
  team_id TEXT,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, name_key),
  FOREIGN KEY (store_id, team_id) REFERENCES teams (store_id, id)
);

CREATE TABLE contacts (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_digits TEXT NOT NULL,
  seller_id TEXT,
  secret_hash TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, channel_id, external_id),
  FOREIGN KEY (store_id, channel_id) REFERENCES channels (store_id, id),
  FOREIGN KEY (store_id, seller_id) REFERENCES sellers (store_id, id)
);
CREATE INDEX contacts_name ON contacts (store_id, name_key, id);

-- holder, rank and sort_key repeat what the state says, for the lists' indexes: rank is 0 red, 1 yellow, 2 green,
-- 3 nobody waiting, 4 postponed, 5 closed; sort_key grows with what comes later within a rank.
CREATE TABLE conversations (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  team_id TEXT,
  seller_id TEXT,
  channel TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  wait_start BIGINT,
  clock_start BIGINT,
  idle_since BIGINT,
  last_from TEXT NOT NULL CHECK (last_from IN ('', 'customer', 'seller')),
  last_at BIGINT,
  postponed_until BIGINT,
  postpone_reason TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('none', 'green', 'yellow', 'red')),
  action_done BOOLEAN NOT NULL,
  answered_wait BIGINT,
  visited TEXT NOT NULL,
  as_of BIGINT,
  closed_at BIGINT,
  close_reason TEXT NOT NULL CHECK (close_reason IN ('', 'action', 'inactivity', 'customer_inactivity')),
  config_version BIGINT NOT NULL,
  flow_id TEXT NOT NULL,
  d1 BIGINT,
  d2 BIGINT,
  next_type TEXT NOT NULL,
  next_at BIGINT,
  due_at BIGINT,
  holder TEXT NOT NULL,
  rank SMALLINT NOT NULL CHECK (rank BETWEEN 0 AND 5),
  sort_key BIGINT NOT NULL,
  last_text TEXT NOT NULL,
  last_text_from TEXT NOT NULL CHECK (last_text_from IN ('', 'customer', 'seller', 'bot', 'system')),
  error TEXT NOT NULL,
  failed_at BIGINT,
  attempts BIGINT NOT NULL,
  retry_at BIGINT,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, contact_id) REFERENCES contacts (store_id, id),
  FOREIGN KEY (store_id, channel_id) REFERENCES channels (store_id, id),
  FOREIGN KEY (store_id, team_id) REFERENCES teams (store_id, id),
  FOREIGN KEY (store_id, seller_id) REFERENCES sellers (store_id, id),
  CHECK (status = 'closed' OR rank < 5),
  CHECK (status = 'open' OR due_at IS NULL)
);
CREATE INDEX conversations_due ON conversations (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_stale ON conversations (store_id, config_version, id) WHERE status = 'open';
CREATE UNIQUE INDEX conversations_open_contact ON conversations (store_id, contact_id) WHERE status = 'open';
CREATE INDEX conversations_contact ON conversations (store_id, contact_id, id);
CREATE INDEX conversations_set_aside ON conversations (store_id, failed_at, id) WHERE failed_at IS NOT NULL;
-- The lists' indexes. A change of colour moves a row in each of them, which is most of what firing a timer costs: there
-- is none for a list of all channels, which is merged from each channel's.
CREATE INDEX conversations_channel ON conversations (store_id, channel_id, rank, sort_key, id);
CREATE INDEX conversations_team ON conversations (store_id, team_id, channel_id, rank, sort_key, id)
  WHERE team_id IS NOT NULL;
CREATE INDEX conversations_holder ON conversations (store_id, holder, channel_id, rank, sort_key, id, team_id);

-- How many open conversations there are by holder, channel and rank: '' is no team, no seller.
CREATE TABLE tallies (
  store_id TEXT NOT NULL REFERENCES stores (id),
  seller_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  rank SMALLINT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (store_id, seller_id, team_id, channel_id, rank)
);

CREATE TABLE events (
  store_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  due BIGINT,
  type TEXT NOT NULL,
  queue TEXT NOT NULL,
  team_id TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  flow_id TEXT NOT NULL,
  action TEXT NOT NULL,
  to_team TEXT NOT NULL,
  to_seller TEXT NOT NULL,
  channel TEXT NOT NULL,
  until BIGINT,
  reason TEXT NOT NULL,
  level TEXT NOT NULL,
  opened BOOLEAN NOT NULL,
  by_kind TEXT NOT NULL CHECK (by_kind IN ('', 'user', 'token', 'customer', 'channel', 'bot', 'system')),
  by_id TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (store_id, conversation_id, seq),
  FOREIGN KEY (store_id, conversation_id) REFERENCES conversations (store_id, id)
);
CREATE INDEX events_feed ON events (store_id, id);

CREATE TABLE messages (
  store_id TEXT NOT NULL,
  id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  sender TEXT NOT NULL CHECK (sender IN ('customer', 'seller', 'bot', 'system')),
  seller_id TEXT NOT NULL,
  text TEXT NOT NULL,
  private BOOLEAN NOT NULL,
  delivery TEXT NOT NULL CHECK (delivery IN ('none', 'pending', 'sent', 'delivered', 'failed')),
  delivery_error TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  external_id TEXT,
  PRIMARY KEY (store_id, id),
  FOREIGN KEY (store_id, conversation_id) REFERENCES conversations (store_id, id),
  FOREIGN KEY (store_id, channel_id) REFERENCES channels (store_id, id)
);
CREATE INDEX messages_conversation ON messages (store_id, conversation_id, seq, id);
CREATE UNIQUE INDEX messages_external ON messages (store_id, channel_id, external_id) WHERE external_id IS NOT NULL;

-- Words of contacts and messages. BYTEA compares byte by byte on both engines, whatever the database's collation, so
-- that a prefix is a range.
CREATE TABLE search_terms (
  store_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  term BYTEA NOT NULL,
  PRIMARY KEY (store_id, conversation_id, term),
  FOREIGN KEY (store_id, conversation_id) REFERENCES conversations (store_id, id)
);
CREATE INDEX search_terms_term ON search_terms (store_id, term, conversation_id);

CREATE TABLE flows (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  kind TEXT NOT NULL CHECK (kind IN ('main', 'alternative')),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  targets TEXT NOT NULL,
  alert1 BIGINT NOT NULL,
  alert2 BIGINT NOT NULL,
  clock TEXT NOT NULL CHECK (clock IN ('always', 'business_hours')),
  action_type TEXT NOT NULL
    CHECK (action_type IN ('none', 'transfer_team', 'transfer_seller', 'redistribute', 'return_to_waiting', 'close')),
  action_team TEXT NOT NULL,
  action_seller TEXT NOT NULL,
  action_delay BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (store_id, id),
  CHECK (alert1 > 0 AND alert2 > alert1 AND action_delay >= 0)
);
CREATE UNIQUE INDEX flows_main ON flows (store_id, queue) WHERE kind = 'main';
CREATE INDEX flows_name ON flows (store_id, queue, kind, name_key, id);

CREATE TABLE auto_closings (
  store_id TEXT NOT NULL REFERENCES stores (id),
  kind TEXT NOT NULL CHECK (kind IN ('auto_close', 'auto_close_customer')),
  enabled BOOLEAN NOT NULL,
  after_delay BIGINT NOT NULL,
  enabled_at BIGINT,
  closing_text TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (store_id, kind),
  CHECK (NOT enabled OR (after_delay > 0 AND enabled_at IS NOT NULL))
);

-- A session before sign-in belongs to no user and no store.
CREATE TABLE sessions (
  id_hash TEXT NOT NULL PRIMARY KEY,
  store_id TEXT REFERENCES stores (id),
  user_id TEXT REFERENCES users (id),
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  user_agent TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('read', 'conversations', 'configuration')),
  hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (store_id, id)
);

-- Failed sign-ins, by what they are throttled on (a login, an address); only a hash of it is kept.
CREATE TABLE login_failures (
  key_hash TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  blocked_until BIGINT
);

CREATE TABLE outbox (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  next_at BIGINT,
  attempts BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  done_at BIGINT,
  gave_up_at BIGINT,
  PRIMARY KEY (store_id, id),
  UNIQUE (store_id, key),
  CHECK (next_at IS NULL OR (done_at IS NULL AND gave_up_at IS NULL))
);
CREATE INDEX outbox_pending ON outbox (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX outbox_gave_up ON outbox (store_id, gave_up_at, id) WHERE gave_up_at IS NOT NULL;

CREATE TABLE alerts (
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
CREATE INDEX alerts_holder ON alerts (store_id, holder, id);
CREATE INDEX alerts_age ON alerts (at);

CREATE TABLE webhooks (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, id)
);

-- +goose Down
DROP TABLE webhooks;
DROP TABLE alerts;
DROP TABLE outbox;
DROP TABLE login_failures;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE auto_closings;
DROP TABLE flows;
DROP TABLE search_terms;
DROP TABLE messages;
DROP TABLE events;
DROP TABLE tallies;
DROP TABLE conversations;
DROP TABLE contacts;
DROP TABLE channels;
DROP TABLE seller_teams;
DROP TABLE teams;
DROP TABLE memberships;
DROP TABLE sellers;
DROP TABLE configurations;
DROP TABLE users;
DROP TABLE stores;
