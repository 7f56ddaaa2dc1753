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

-- What a flow shall become at an instant and, where there is a return, what it was before, which it then becomes again.
CREATE TABLE flow_schedules (
  store_id TEXT NOT NULL REFERENCES stores (id),
  id TEXT NOT NULL,
  flow_id TEXT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('seller', 'team', 'waiting')),
  kind TEXT NOT NULL CHECK (kind IN ('main', 'alternative')),
  existing BOOLEAN NOT NULL,
  becomes TEXT NOT NULL,
  back TEXT,
  applied BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (store_id, id)
);
CREATE INDEX flow_schedules_flow ON flow_schedules (store_id, flow_id, id);

-- A schedule's one or two changes. waiting: still to come; done; kept: not done, because somebody had changed the flow by
-- hand; failed: impossible by then, problem says why; cancelled. The counts are of the conversations that it changed.
CREATE TABLE flow_steps (
  store_id TEXT NOT NULL,
  schedule_id TEXT NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('return', 'start')),
  at BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'kept', 'failed', 'cancelled')),
  problem TEXT NOT NULL,
  settled_at BIGINT,
  config_version BIGINT,
  moved BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  red BIGINT NOT NULL,
  yellow BIGINT NOT NULL,
  green BIGINT NOT NULL,
  PRIMARY KEY (store_id, schedule_id, step),
  FOREIGN KEY (store_id, schedule_id) REFERENCES flow_schedules (store_id, id)
);
CREATE INDEX flow_steps_waiting ON flow_steps (store_id, at) WHERE state = 'waiting';
CREATE INDEX flow_steps_settled ON flow_steps (store_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX flow_steps_config ON flow_steps (store_id, config_version) WHERE config_version IS NOT NULL;

-- The instant as of whose rules a flow did what the event says: the event's own, or before it where the timer was of
-- rules that had been replaced when it fired.
ALTER TABLE events ADD COLUMN flow_at BIGINT;
UPDATE events SET flow_at = at WHERE type IN ('alert1', 'alert2', 'action', 'action_skipped') AND flow_id NOT IN ('', 'default');
CREATE INDEX events_flow ON events (store_id, flow_id, flow_at, conversation_id, seq) WHERE flow_at IS NOT NULL;
