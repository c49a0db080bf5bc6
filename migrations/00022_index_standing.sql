-- What was listed in a week is found at once by every step that asks.

-- +goose Up
create index notices_standing on notices (cycle_id, at, unit_id) where kind = 'standing';

-- +goose Down
drop index notices_standing;
