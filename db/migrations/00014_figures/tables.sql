-- The figures of a store: what its ended stays (kind 'store', 'team', 'seller', 'channel') took, over a local day or a
-- month, as histograms. A kind that ends in '_hours' has them by the hour of the week in which the wait began, 0 being
-- Sunday's first. They repeat what stays says; summed tells which stays they hold.
CREATE TABLE figures (
  store_id TEXT NOT NULL REFERENCES stores (id),
  kind TEXT NOT NULL,
  span TEXT NOT NULL,
  id TEXT NOT NULL,
  hour SMALLINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (store_id, kind, span, id, hour)
);
ALTER TABLE stays ADD COLUMN summed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX stays_to_sum ON stays (store_id, ended_at, conversation_id, seq) WHERE NOT summed;
-- One row for each store with figures: whoever adds to them holds it.
CREATE TABLE figure_stores (
  store_id TEXT NOT NULL PRIMARY KEY REFERENCES stores (id),
  summed_at BIGINT NOT NULL
);
-- How often what was done on each local day, to whose conversations: n times, seconds in all where it lasts.
CREATE TABLE deeds (
  store_id TEXT NOT NULL REFERENCES stores (id),
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('answered', 'alert1', 'alert2', 'moved', 'skipped', 'timed_out', 'closed', 'postponed')),
  flow_id TEXT NOT NULL,
  action TEXT NOT NULL,
  team_id TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  by_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  PRIMARY KEY (store_id, day, kind, flow_id, action, team_id, seller_id, channel, by_id)
);
