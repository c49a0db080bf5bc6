-- Decisions about whole sheets of a register: one is struck off, moved, found to
-- be another's double, or two that look alike are found to be two. What is struck
-- off leaves the table households, so that nobody who counts or lists the
-- register has to remember it; the sheet stands here as it was, and goes back
-- from here. Decisions are never deleted: one that is taken back says so.
--
-- Files on their way into a register are rows too, because the next look at one
-- may reach another process. And what the software of the ministry asks for is
-- the setting of a cycle's owner.

-- +goose Up
create table household_settlements (
	id            bigint generated always as identity primary key,
	cycle_id      text not null references cycles,
	key           text not null check (key <> ''),
	kind          text not null check (kind in ('struck', 'merged', 'apart', 'moved')),
	household_id  bigint not null,
	unit_id       text not null references units,
	other_id      bigint,
	other_unit_id text not null references units,
	cause         text not null default '' check (cause in ('', 'died', 'moved_away', 'mistake', 'other')),
	reason        text not null check (reason <> ''),
	basis         text not null default '',
	on_behalf     boolean not null default false,
	at            timestamptz not null,
	actor_id      bigint references users,
	office_id     text not null default '',
	sheet         jsonb not null,
	kept          jsonb,
	after_version integer not null default 0,
	undone_at     timestamptz,
	undone_by     bigint references users,
	undone_office text not null default '',
	undone_reason text not null default '',
	unique (cycle_id, key),
	check ((kind in ('merged', 'apart')) = (other_id is not null)),
	check ((kind = 'struck') = (cause <> '')),
	check (undone_at is null or undone_reason <> '')
);
create index household_settlements_list on household_settlements (cycle_id, unit_id, id);
create index household_settlements_household on household_settlements (household_id);
create index household_settlements_other on household_settlements (other_id) where other_id is not null;
-- Two sheets are found to be two once, whichever of them is named first.
create unique index household_settlements_apart on household_settlements (least(household_id, other_id), greatest(household_id, other_id))
	where kind = 'apart' and undone_at is null;

-- A file on its way into a register, seen by who uploaded it and by nobody else.
-- It expires, whatever became of it.
create table register_files (
	id         text primary key,
	user_id    bigint not null references users,
	cycle_id   text not null references cycles,
	unit_id    text references units,
	basis      text not null default '',
	name       text not null,
	content    bytea not null,
	stage      text not null check (stage in ('waiting', 'reading', 'comparing', 'checked', 'storing', 'stored', 'failed')),
	done       integer not null default 0,
	good       integer not null default 0,
	findings   jsonb,
	counts     jsonb,
	failure    jsonb,
	touched_at timestamptz not null,
	expires_at timestamptz not null
);
-- Compressed twice, a workbook only costs time.
alter table register_files alter column content set storage external;
create index uploads_user on register_files (user_id);
create index uploads_expiry on register_files (expires_at);

create table export_settings (
	owner_id text primary key references units,
	columns  jsonb not null,
	version  integer not null,
	saved_at timestamptz not null,
	saved_by bigint references users
);

alter table household_settlements enable row level security, force row level security;
alter table register_files enable row level security, force row level security;
alter table export_settings enable row level security, force row level security;

create policy program on household_settlements using ((select app_system()));
create policy program on register_files using ((select app_system()));
create policy program on export_settings using ((select app_system()));
create policy part on household_settlements for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[])
	or other_unit_id = any ((select app_units())::text[]));
create policy own on register_files using (user_id = (select app_user()));
create policy part on export_settings for select using (
	exists (select from cycles c where c.owner_id = export_settings.owner_id and c.id = any ((select app_cycles())::text[])));

grant select, insert, update, delete on register_files, export_settings to dondoc_app;
grant select, insert, update on household_settlements to dondoc_app;

-- +goose Down
drop table export_settings, register_files, household_settlements;
