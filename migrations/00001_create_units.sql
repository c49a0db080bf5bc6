-- Units, offices and people, all dated: the district level ended on 1 July 2025,
-- old documents keep old names, and who holds an office changes within a year.
-- Every table is under row-level security from here on. The program connects as
-- a login that may "set role dondoc_app" and does so at once; the settings
-- app.* of a transaction say who asks.

-- +goose Up
create extension if not exists btree_gist;
create extension if not exists unaccent;

-- +goose StatementBegin
do $$
begin
	if not exists (select from pg_roles where rolname = 'dondoc_app') then
		create role dondoc_app nologin;
	end if;
exception when duplicate_object or unique_violation then
	null; -- another database of this server made it at the same moment
end
$$;
-- +goose StatementEnd
grant usage on schema public to dondoc_app;

-- unaccent is only stable; this wrapper lets an index use it (the dictionary is fixed).
-- +goose StatementBegin
create function fold(t text) returns text language sql immutable parallel safe strict as
	$$ select lower(public.unaccent('public.unaccent', normalize(t, nfc))) $$;
-- +goose StatementEnd

create function app_user() returns bigint language sql stable parallel safe as
	$$ select nullif(current_setting('app.user', true), '')::bigint $$;
create function app_system() returns boolean language sql stable parallel safe as
	$$ select coalesce(current_setting('app.system', true), '') <> '' $$;
create function app_admin() returns boolean language sql stable parallel safe as
	$$ select coalesce(current_setting('app.admin', true), '') = 'on' $$;
create function app_actor() returns boolean language sql stable parallel safe as
	$$ select app_system() or app_user() is not null $$;
create function app_units() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.units', true), '')::text[], '{}') $$;
create function app_offices() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.offices', true), '')::text[], '{}') $$;
create function app_cycles() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.cycles', true), '')::text[], '{}') $$;
create function app_member() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.member', true), '')::text[], '{}') $$;

create table units (
	id         text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
	created_at timestamptz not null
);

create table unit_versions (
	id         bigint generated always as identity primary key,
	unit_id    text not null references units,
	name       text not null check (name <> ''),
	kind       text not null,
	parent_id  text references units,
	code       text not null default '',
	line       text not null default 'government'
	           check (line in ('government', 'police', 'military', 'justice', 'bank', 'front', 'party', 'other')),
	valid_from date,
	valid_to   date,
	check (parent_id is distinct from unit_id),
	exclude using gist (unit_id with =, daterange(valid_from, valid_to, '[]') with &&)
);
create index unit_versions_parent on unit_versions (parent_id);
create index unit_versions_name on unit_versions (fold(name) text_pattern_ops);

create table unit_aliases (
	unit_id text not null references units,
	name    text not null,
	primary key (unit_id, name)
);

-- A unit merged into or split from others; open duties go to the successor.
create table unit_successions (
	predecessor_id text not null references units,
	successor_id   text not null references units,
	on_day         date not null,
	basis          text not null,
	primary key (predecessor_id, successor_id)
);

create table offices (
	id         text primary key check (id like '%/%'),
	unit_id    text not null references units,
	role       text not null,
	title      text not null,
	valid_from date,
	valid_to   date
);
create index offices_unit on offices (unit_id);

create table users (
	id         bigint generated always as identity primary key,
	name       text not null,
	admin      boolean not null default false,
	language   text not null default 'vi' check (language in ('vi', 'en')),
	active     boolean not null default true,
	created_at timestamptz not null
);

-- What nobody but the person and the program itself reads.
create table accounts (
	user_id       bigint primary key references users,
	login         text not null unique check (login = lower(login) and login <> ''),
	email         text not null default '',
	password_hash text not null default ''
);

create table api_keys (
	sha256     bytea primary key,
	user_id    bigint not null references users,
	name       text not null,
	created_at timestamptz not null,
	revoked_at timestamptz
);

create table holdings (
	id         bigint generated always as identity primary key,
	office_id  text not null references offices,
	user_id    bigint not null references users,
	substitute boolean not null default false,
	basis      text not null default '',
	valid_from date,
	valid_to   date,
	check (not substitute or basis <> ''),
	exclude using gist (office_id with =, daterange(valid_from, valid_to, '[]') with &&) where (not substitute)
);
create index holdings_user on holdings (user_id);

create table sessions (
	token  text primary key,
	data   bytea not null,
	expiry timestamptz not null
);
create index sessions_expiry on sessions (expiry);

create table days_off (
	day        date primary key,
	kind       text not null check (kind in ('holiday', 'swap', 'work')),
	name       text not null,
	source     text not null default '',
	entered_by bigint references users,
	entered_at timestamptz not null
);

alter table units enable row level security;
alter table unit_versions enable row level security;
alter table unit_aliases enable row level security;
alter table unit_successions enable row level security;
alter table offices enable row level security;
alter table users enable row level security;
alter table accounts enable row level security;
alter table api_keys enable row level security;
alter table holdings enable row level security;
alter table sessions enable row level security;
alter table days_off enable row level security;

-- The directory is open to whoever is signed in; only the program writes it.
create policy directory on units for select using ((select app_actor()));
create policy directory on unit_versions for select using ((select app_actor()));
create policy directory on unit_aliases for select using ((select app_actor()));
create policy directory on unit_successions for select using ((select app_actor()));
create policy directory on offices for select using ((select app_actor()));
create policy directory on users for select using ((select app_actor()));
create policy directory on holdings for select using ((select app_actor()));
create policy directory on days_off for select using ((select app_actor()));
create policy program on units using ((select app_system()));
create policy program on unit_versions using ((select app_system()));
create policy program on unit_aliases using ((select app_system()));
create policy program on unit_successions using ((select app_system()));
create policy program on offices using ((select app_system()));
create policy program on users using ((select app_system()));
create policy program on accounts using ((select app_system()));
create policy program on api_keys using ((select app_system()));
create policy program on holdings using ((select app_system()));
create policy program on sessions using ((select app_system()));
create policy program on days_off using ((select app_system()) or (select app_admin()));
create policy own on accounts for select using (user_id = (select app_user()));

grant select, insert, update, delete on all tables in schema public to dondoc_app;
revoke all on goose_db_version from dondoc_app;

-- +goose Down
drop table days_off, sessions, holdings, api_keys, accounts, users, offices, unit_successions, unit_aliases, unit_versions, units;
drop function app_member, app_cycles, app_offices, app_units, app_actor, app_admin, app_system, app_user, fold;
