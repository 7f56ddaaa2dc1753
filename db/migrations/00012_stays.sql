-- How long each holder let a customer wait: one row for each run of a flow's clock that has ended. It repeats what the
-- events say, in the shape that reports and backtests read; imported ones have no events.

-- +goose Up
CREATE TABLE stays (
  store_id TEXT NOT NULL REFERENCES stores (id),
  conversation_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  team_id TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  wait_start BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('green', 'yellow', 'red')),
  outcome TEXT NOT NULL CHECK (outcome IN ('answered', 'no_reply', 'handed', 'acted', 'postponed', 'closed', 'timed_out')),
  answered_by TEXT NOT NULL,
  first BOOLEAN NOT NULL,
  imported BOOLEAN NOT NULL,
  PRIMARY KEY (store_id, conversation_id, seq)
);
CREATE INDEX stays_ended ON stays (store_id, ended_at);

-- +goose Down
DROP TABLE stays;
