-- Models of help are tried as pilots, and agencies register for communes.
--
-- A pilot is read by its commune, by who leads it, by those that see all of the
-- cycle, and by the communes to which it is widened; these do not read its
-- households. Who registered for a commune is no secret within the cycle; what was
-- declined or withdrawn is its agency's, the commune's and the cycle's.

-- +goose Up
create table pilots (
	id         bigint generated always as identity primary key,
	cycle_id   text not null references cycles,
	unit_id    text not null references units,
	hamlet     text not null default '',
	key        text not null check (key <> ''),
	kind       text not null check (kind in ('union', 'households')),
	title      text not null check (title <> ''),
	what       text not null check (what <> ''),
	leader_id  text not null references units,
	helpers    text not null default '',
	from_day   date not null,
	until_day  date not null,
	state      text not null check (state in ('running', 'reported', 'widened', 'ended')),
	result     text not null default '',
	helped     integer not null default 0 check (helped >= 0),
	left_poor  integer not null default 0 check (left_poor between 0 and helped),
	decision   text not null default '',
	widened_to text[] not null default '{}',
	version    integer not null default 1,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	unique (cycle_id, key),
	check (until_day >= from_day),
	check ((state in ('reported', 'widened', 'ended')) = (result <> '')),
	check ((state in ('widened', 'ended')) = (decision <> '')),
	check ((state = 'widened') = (widened_to <> '{}'))
);
create index pilots_commune on pilots (cycle_id, unit_id);
create index pilots_leader on pilots (leader_id);

create table pilot_households (
	pilot_id     bigint not null references pilots on delete cascade,
	household_id bigint not null references households,
	code         text collate "C" not null,
	head         text not null,
	hamlet_name  text not null,
	primary key (pilot_id, household_id)
);
create index pilot_households_household on pilot_households (household_id);

alter table pilots enable row level security, force row level security;
alter table pilot_households enable row level security, force row level security;

create policy program on pilots using ((select app_system()));
create policy program on pilot_households using ((select app_system()));
create policy part on pilots for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or leader_id = any ((select app_units())::text[])
	or widened_to && (select app_units()));
create policy part on pilot_households for select using (exists (
	select from pilots p where p.id = pilot_households.pilot_id and (
		p.cycle_id = any ((select app_cycles())::text[]) or p.unit_id = any ((select app_units())::text[]) or p.leader_id = any ((select app_units())::text[]))));

grant select, insert, update, delete on pilots, pilot_households to dondoc_app;

create table registrations (
	id         bigint generated always as identity primary key,
	cycle_id   text not null references cycles,
	unit_id    text not null references units,
	agency_id  text not null references units,
	key        text not null check (key <> ''),
	offer      text not null check (offer <> ''),
	quantity   bigint not null default 0 check (quantity >= 0),
	measure    text not null default '',
	value      bigint not null default 0 check (value >= 0),
	state      text not null check (state in ('offered', 'confirmed', 'declined', 'withdrawn')),
	reason     text not null default '',
	version    integer not null default 1,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	unique (cycle_id, key),
	check (state <> 'declined' or reason <> '')
);
create index registrations_commune on registrations (cycle_id, unit_id);
create index registrations_agency on registrations (agency_id);

alter table registrations enable row level security, force row level security;
create policy program on registrations using ((select app_system()));
create policy part on registrations for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or agency_id = any ((select app_units())::text[])
	or (cycle_id = any ((select app_member())::text[]) and state in ('offered', 'confirmed')));
grant select, insert, update, delete on registrations to dondoc_app;

-- +goose Down
drop table registrations, pilot_households, pilots;
