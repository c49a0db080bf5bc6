-- Whether a cycle has steps that are behind is asked for each person who is to
-- get a letter.
-- +goose Up
create index duties_behind on duties (cycle_id, next_at) where next_at is not null;

-- +goose Down
drop index duties_behind;
