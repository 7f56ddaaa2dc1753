-- Every version that a flow has had, as it was saved, switched or deleted: one row for each state of its row in flows,
-- written by the transaction that made it. A version is in force from its instant until the next one's.
CREATE TABLE flow_versions (
  store_id TEXT NOT NULL REFERENCES stores (id),
  flow_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  kind TEXT NOT NULL CHECK (kind IN ('main', 'alternative')),
  name TEXT NOT NULL,
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
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  deleted BOOLEAN NOT NULL,
  restored BIGINT NOT NULL,
  schedule_id TEXT,
  PRIMARY KEY (store_id, flow_id, version)
);
CREATE INDEX flow_versions_deleted ON flow_versions (store_id, queue, at, flow_id) WHERE deleted;

-- The instant as of whose rules a flow did what the event says: the event's own, or before it where the timer was of
-- rules that had been replaced when it fired.
ALTER TABLE events ADD COLUMN flow_at BIGINT;
UPDATE events SET flow_at = at WHERE type IN ('alert1', 'alert2', 'action', 'action_skipped') AND flow_id NOT IN ('', 'default');
CREATE INDEX events_flow ON events (store_id, flow_id, flow_at, conversation_id, seq) WHERE flow_at IS NOT NULL;
