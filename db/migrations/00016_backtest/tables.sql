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
  PRIMARY KEY (store_id, queue, day, part)
);
CREATE TABLE wait_names (
  store_id TEXT NOT NULL REFERENCES stores (id),
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (store_id, number),
  UNIQUE (store_id, name)
);
