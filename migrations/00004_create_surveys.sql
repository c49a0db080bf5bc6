-- The register of a year is the frozen result of the survey of the autumn
-- before. From its freeze on, what decides a household's class and that it is on
-- the list changes by the survey or one of its cases only.

-- +goose Up
create table register_freezes (
	cycle_id   text not null references cycles,
	unit_id    text not null references units,
	frozen_at  timestamptz not null,
	frozen_by  bigint references users,
	office_id  text not null default '',
	basis      text not null check (basis <> ''),
	households integer not null check (households > 0),
	persons    integer not null,
	poor       integer not null,
	near_poor  integer not null,
	primary key (cycle_id, unit_id)
);

alter table register_freezes enable row level security;
alter table register_freezes force row level security;

create policy program on register_freezes using ((select app_system()));
create policy part on register_freezes for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));

grant select, insert, update, delete on register_freezes to dondoc_app;

-- +goose Down
drop table register_freezes;
