-- The register of a year is the frozen result of the survey of the autumn
-- before. From its freeze on, what decides a household's class and that it is on
-- the list changes by the survey or one of its cases only.
--
-- A survey works on rows of its own, so that the register of the year stays as
-- it was. What it found becomes the register of the next year.

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

-- One row for each commune whose list was drawn up.
create table surveys (
	cycle_id      text not null references cycles,
	unit_id       text not null references units,
	version       integer not null default 1,
	listed_at     timestamptz not null,
	reviewed_at   timestamptz,
	asked_at      timestamptz,
	opinion_at    timestamptz,
	opinion       text not null default '' check (opinion in ('', 'agrees', 'remarks')),
	opinion_text  text not null default '',
	decision      text not null default '',
	recognised_on date,
	closed_at     timestamptz,
	primary key (cycle_id, unit_id),
	check ((decision <> '') = (recognised_on is not null))
);

create table survey_households (
	id             bigint generated always as identity primary key,
	cycle_id       text not null,
	unit_id        text not null,
	household_id   bigint references households, -- none: not in the register yet
	code           text collate "C" not null check (code <> ''),
	hamlet         text collate "C" not null,
	head           text not null check (head <> ''),
	head_born      integer not null default 0,
	why            text not null check (why in ('poor', 'near_poor', 'asked', 'leaves', 'case', 'watch')),
	start_class    text not null check (start_class in ('poor', 'near_poor', 'not_poor')),
	start_members  integer not null check (start_members >= 0),
	result_class   text not null default '' check (result_class in ('', 'poor', 'near_poor', 'not_poor')),
	result_members integer not null check (result_members >= 0),
	movement       text not null default '' check (movement in ('', 'stays', 'to_near_poor', 'to_poor', 'passed', 'fallen_back', 'new', 'gone', 'came', 'outside')),
	reason         text not null default '',
	note           text not null default '',
	version        integer not null default 1,
	changed_at     timestamptz not null,
	changed_by     bigint references users,
	foreign key (cycle_id, unit_id) references surveys,
	unique (cycle_id, unit_id, code)
);
create index survey_households_of on survey_households (household_id);

-- A meeting that did not agree stays; the next has a number of its own.
create table survey_meetings (
	cycle_id    text not null,
	unit_id     text not null,
	hamlet      text collate "C" not null,
	no          integer not null,
	held_on     date not null,
	present     integer not null check (present > 0),
	agreed      integer not null check (agreed between 0 and present),
	chair       text not null check (chair <> ''),
	minutes     text not null check (minutes <> ''),
	recorded_at timestamptz not null,
	recorded_by bigint references users,
	primary key (cycle_id, unit_id, hamlet, no),
	foreign key (cycle_id, unit_id) references surveys
);

-- A household asks within the year to become or to be no longer counted.
create table survey_cases (
	id             bigint generated always as identity primary key,
	cycle_id       text not null references cycles,
	unit_id        text not null references units,
	no             integer not null, -- of the commune's cases of the year
	household_id   bigint references households, -- none: enters the register when it is accepted
	code           text collate "C" not null check (code <> ''),
	hamlet         text collate "C" not null,
	head           text not null check (head <> ''),
	head_born      integer not null default 0,
	members        integer not null check (members >= 0),
	wish           text not null check (wish in ('poor', 'near_poor', 'not_poor')),
	cause          text not null,
	text           text not null default '',
	asked_on       date not null,
	last_day       date not null,
	state          text not null default 'open' check (state in ('open', 'accepted', 'refused')),
	class          text not null default '',
	movement       text not null default '',
	reason         text not null default '',
	decision       text not null default '',
	decided_on     date,
	decided_at     timestamptz,
	refusal        text not null default '',
	before_class   text not null,
	before_members integer not null,
	version        integer not null default 1,
	recorded_at    timestamptz not null,
	recorded_by    bigint references users,
	unique (cycle_id, unit_id, no),
	check ((state = 'open') = (decided_on is null)),
	check (state <> 'accepted' or decision <> ''),
	check (state <> 'refused' or refusal <> '')
);
create index survey_cases_list on survey_cases (cycle_id, unit_id, id);
create index survey_cases_household on survey_cases (household_id);

alter table register_freezes enable row level security;
alter table register_freezes force row level security;
alter table surveys enable row level security;
alter table surveys force row level security;
alter table survey_households enable row level security;
alter table survey_households force row level security;
alter table survey_meetings enable row level security;
alter table survey_meetings force row level security;
alter table survey_cases enable row level security;
alter table survey_cases force row level security;

create policy program on register_freezes using ((select app_system()));
create policy program on surveys using ((select app_system()));
create policy program on survey_households using ((select app_system()));
create policy program on survey_meetings using ((select app_system()));
create policy program on survey_cases using ((select app_system()));
create policy part on register_freezes for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on surveys for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on survey_households for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on survey_meetings for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on survey_cases for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));

grant select, insert, update, delete on register_freezes, surveys, survey_households, survey_meetings, survey_cases to dondoc_app;

-- +goose Down
drop table survey_cases, survey_meetings, survey_households, surveys, register_freezes;
