-- Two people may enter what an indicator reached; the later one is told.

-- +goose Up
alter table indicator_results add column version integer not null default 1;

-- +goose Down
alter table indicator_results drop column version;
