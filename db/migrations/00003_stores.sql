-- Several stores on one installation, and a new one's first steps.

-- +goose Up
-- The list of first steps was put away for good.
ALTER TABLE stores ADD COLUMN steps_hidden BOOLEAN NOT NULL DEFAULT FALSE;

-- When its person last entered the store: signing in leads to the latest.
ALTER TABLE memberships ADD COLUMN entered_at BIGINT;

-- +goose Down
ALTER TABLE memberships DROP COLUMN entered_at;
ALTER TABLE stores DROP COLUMN steps_hidden;
