-- Who helps which household of a commune's plan, the mentors of households and
-- their visits. A row names a household, so it is seen by its commune, by those
-- that see all of the cycle, and by its audience: who helps the household and the
-- lead of the commune's group. What a visit found, poverty.Mentor.Seen masks.

-- +goose Up
create table helpers (
	id           bigint generated always as identity primary key,
	cycle_id     text not null references cycles,
	unit_id      text not null references units,
	household_id bigint not null references households,
	code         text collate "C" not null check (code <> ''),
	head         text not null,
	hamlet_name  text not null,
	kind         text not null check (kind in ('unit', 'union', 'households')),
	helper_id    text not null default '',
	other        text not null default '',
	needs        text[] not null default '{}',
	agreed_on    date,
	from_day     date not null,
	until_day    date,
	reason       text not null default '',
	basis        text not null default '',
	audience     text[] not null default '{}',
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	check ((kind = 'unit') = (helper_id <> '') and (kind = 'unit') = (other = '')),
	check (until_day >= from_day)
);
create index helpers_commune on helpers (cycle_id, unit_id, household_id);
create index helpers_household on helpers (household_id);
create index helpers_helper on helpers (helper_id, cycle_id) where helper_id <> '';

create table mentors (
	id           bigint generated always as identity primary key,
	cycle_id     text not null references cycles,
	unit_id      text not null references units,
	household_id bigint not null references households,
	code         text collate "C" not null check (code <> ''),
	head         text not null,
	hamlet_name  text not null,
	name         text not null check (name <> ''),
	organisation text not null check (organisation <> ''),
	from_day     date not null,
	until_day    date,
	audience     text[] not null default '{}',
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	unique (cycle_id, household_id, name, from_day),
	check (until_day >= from_day)
);
create index mentors_commune on mentors (cycle_id, unit_id, household_id);
create index mentors_household on mentors (household_id);

-- A visit is logged once and stays.
create table visits (
	id        bigint generated always as identity primary key,
	mentor_id bigint not null references mentors,
	key       text not null check (key <> ''),
	day       date not null,
	found     text not null check (found <> ''),
	saved_at  timestamptz not null,
	saved_by  bigint references users,
	unique (mentor_id, key)
);

alter table helpers enable row level security, force row level security;
alter table mentors enable row level security, force row level security;
alter table visits enable row level security, force row level security;

create policy program on helpers using ((select app_system()));
create policy program on mentors using ((select app_system()));
create policy program on visits using ((select app_system()));
create policy part on helpers for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units()));
create policy part on mentors for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units())
	or exists (select from helpers h where h.household_id = mentors.household_id and h.cycle_id = mentors.cycle_id));
create policy part on visits for select using (exists (select from mentors m where m.id = visits.mentor_id));

grant select, insert, update, delete on helpers, mentors to dondoc_app;
grant select, insert on visits to dondoc_app;

-- +goose Down
drop table visits, mentors, helpers;
