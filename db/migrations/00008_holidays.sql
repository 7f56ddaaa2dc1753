-- How a calendar's list of holidays came about: the plan it follows from, and the year around which it was worked out.
-- Without a plan, or where the list is not the plan's (the API wrote another), the dates stand for themselves: the
-- lists of stores that exist stay as they are.

-- +goose Up
ALTER TABLE stores ADD COLUMN holiday_plan TEXT;
ALTER TABLE stores ADD COLUMN holiday_year BIGINT;
ALTER TABLE teams ADD COLUMN holiday_plan TEXT;
ALTER TABLE teams ADD COLUMN holiday_year BIGINT;

-- +goose Down
ALTER TABLE teams DROP COLUMN holiday_year;
ALTER TABLE teams DROP COLUMN holiday_plan;
ALTER TABLE stores DROP COLUMN holiday_year;
ALTER TABLE stores DROP COLUMN holiday_plan;
