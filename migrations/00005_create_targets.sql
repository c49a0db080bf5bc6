-- The whole target table of a plan (seed: the yearly plan of a district): what a
-- source prints stays beside the counts, a commune allots its target further,
-- steering committees look after areas, and a plan has other indicators too. A
-- plan is sent to all who take part, so whoever takes part reads these.

-- +goose Up
alter table targets
	add column place         integer not null default 0,
	add column near_poor     integer not null default 0 check (near_poor >= 0),
	add column policy        integer not null default 0 check (policy >= 0),
	add column hard_core     integer not null default 0 check (hard_core >= 0),
	add column near_to_leave integer not null default 0 check (near_to_leave >= 0),
	add column expected_new  integer not null default 0 check (expected_new >= 0),
	add column printed       jsonb not null default '{}', -- texts by column
	add column note          text not null default '',
	add column version       integer not null default 1,
	add column saved_at      timestamptz,
	add column saved_by      bigint references users;

-- What a source says of the table as a whole, and the percentages of its text.
create table target_totals (
	cycle_id text primary key references cycles,
	printed  jsonb not null default '{}',
	new_low  integer not null default 0 check (new_low >= 0),
	new_high integer not null default 0 check (new_high >= new_low),
	figures  jsonb not null default '[]',
	version  integer not null default 1,
	saved_at timestamptz not null,
	saved_by bigint references users
);

-- What a commune allotted of its target, saved as one.
create table target_shares (
	cycle_id text not null,
	unit_id  text not null,
	version  integer not null default 1,
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (cycle_id, unit_id),
	foreign key (cycle_id, unit_id) references targets
);
create table target_share_parts (
	cycle_id      text not null,
	unit_id       text not null,
	place         integer not null,
	hamlet        text collate "C" not null default '',
	body          text not null default '',
	to_leave      integer not null check (to_leave >= 0),
	near_to_leave integer not null default 0 check (near_to_leave >= 0),
	note          text not null default '',
	primary key (cycle_id, unit_id, place),
	foreign key (cycle_id, unit_id) references target_shares on delete cascade,
	check ((hamlet = '') <> (body = ''))
);

-- Who of a steering committee looks after which area, saved as one.
create table committees (
	cycle_id text not null references cycles,
	unit_id  text not null references units,
	version  integer not null default 1,
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (cycle_id, unit_id)
);
create table committee_members (
	cycle_id   text not null,
	unit_id    text not null,
	place      integer not null,
	name       text not null check (name <> ''),
	title      text not null default '',
	office_id  text references offices,
	from_day   date,
	until_day  date,
	primary key (cycle_id, unit_id, place),
	foreign key (cycle_id, unit_id) references committees on delete cascade,
	check (until_day >= from_day)
);
create table committee_areas (
	cycle_id text not null,
	unit_id  text not null,
	place    integer not null,
	area_id  text not null references units,
	hamlet   text collate "C" not null default '', -- empty: the whole commune
	primary key (cycle_id, unit_id, place, area_id, hamlet),
	foreign key (cycle_id, unit_id, place) references committee_members on delete cascade
);

-- The other aims of a plan; numbers in hundredths.
create table indicators (
	cycle_id text not null references cycles,
	code     text collate "C" not null check (code ~ '^[a-z][a-z0-9-]{0,40}$'),
	place    integer not null default 0,
	name     text not null check (name <> ''),
	name_en  text not null default '',
	kind     text not null check (kind in ('percent', 'count', 'turns', 'rate', 'points', 'text')),
	base     text not null default '',
	base_en  text not null default '',
	low      bigint not null default 0,
	high     bigint not null default 0 check (high >= low),
	source   text not null default '',
	version  integer not null default 1,
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (cycle_id, code)
);

alter table target_totals enable row level security;
alter table target_totals force row level security;
alter table target_shares enable row level security;
alter table target_shares force row level security;
alter table target_share_parts enable row level security;
alter table target_share_parts force row level security;
alter table committees enable row level security;
alter table committees force row level security;
alter table committee_members enable row level security;
alter table committee_members force row level security;
alter table committee_areas enable row level security;
alter table committee_areas force row level security;
alter table indicators enable row level security;
alter table indicators force row level security;

create policy program on target_totals using ((select app_system()));
create policy program on target_shares using ((select app_system()));
create policy program on target_share_parts using ((select app_system()));
create policy program on committees using ((select app_system()));
create policy program on committee_members using ((select app_system()));
create policy program on committee_areas using ((select app_system()));
create policy program on indicators using ((select app_system()));

drop policy part on targets;
create policy part on targets for select using (cycle_id = any ((select app_member())::text[]));
create policy part on target_totals for select using (cycle_id = any ((select app_member())::text[]));
create policy part on target_shares for select using (cycle_id = any ((select app_member())::text[]));
create policy part on target_share_parts for select using (cycle_id = any ((select app_member())::text[]));
create policy part on committees for select using (cycle_id = any ((select app_member())::text[]));
create policy part on committee_members for select using (cycle_id = any ((select app_member())::text[]));
create policy part on committee_areas for select using (cycle_id = any ((select app_member())::text[]));
create policy part on indicators for select using (cycle_id = any ((select app_member())::text[]));

grant select, insert, update, delete on target_totals, target_shares, target_share_parts, committees, committee_members,
	committee_areas, indicators to dondoc_app;

-- +goose Down
drop table indicators, committee_areas, committee_members, committees, target_share_parts, target_shares, target_totals;
drop policy part on targets;
create policy part on targets for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
alter table targets
	drop column place, drop column near_poor, drop column policy, drop column hard_core, drop column near_to_leave,
	drop column expected_new, drop column printed, drop column note, drop column version, drop column saved_at, drop column saved_by;
