-- What backtests read: the ended stays of a queue and a UTC day, as dense blocks of some thousand each (see waitblocks.go).
-- They repeat what stays says and hold those that are summed. Who held them are numbers of wait_names.
CREATE TABLE wait_blocks (
  store_id TEXT NOT NULL REFERENCES stores (id),
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  day TEXT NOT NULL,
  part BIGINT NOT NULL,
  n BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  -- The import that all waits of the block came with, empty for the store's own: they are seen as a whole or not at all.
  import_id TEXT NOT NULL,
  PRIMARY KEY (store_id, queue, day, part)
);
CREATE INDEX wait_blocks_import ON wait_blocks (store_id, import_id) WHERE import_id <> '';
CREATE TABLE wait_names (
  store_id TEXT NOT NULL REFERENCES stores (id),
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (store_id, number),
  UNIQUE (store_id, name)
);
