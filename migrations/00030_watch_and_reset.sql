-- Access that was reset ends what was signed in before; every process can tell
-- whether the schema is the one that it needs; whoever watches finds late duties
-- and waiting wakes without reading all of them.

-- +goose Up
alter table accounts add column access_since timestamptz;
grant select on goose_db_version to dondoc_app;
create index duties_late on duties (rung) where overdue and state in ('open', 'returned');
create index duties_next on duties (next_at) where next_at is not null;

-- +goose Down
drop index duties_late, duties_next;
revoke select on goose_db_version from dondoc_app;
alter table accounts drop column access_since;
