-- Looking back on a year: shortcomings with who mends them, what units say for a
-- review, what indicators reached, figures of whole years; and what a closed year
-- carries over to the next.
--
-- Shortcomings are read by those that see all of the cycle and by whoever has to mend
-- them; what a unit says for a review by itself and those that see all of the
-- cycle. Results of indicators and figures of years are no secret among those who
-- take part.

-- +goose Up
create table shortcomings (
	id           bigint generated always as identity primary key,
	cycle_id     text not null references cycles,
	no           integer not null check (no > 0),
	class        text not null,
	text         text not null check (text <> ''),
	found_on     date not null,
	unit_id      text references units, -- who mends it; none: nobody yet
	remedy       text not null default '',
	state        text not null default 'open' check (state in ('open', 'mended', 'dropped', 'carried')),
	outcome      text not null default '',
	since        text not null,         -- the cycle in which it was found first
	carried_from bigint unique references shortcomings,
	duty_id      bigint,                -- to mend it
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	unique (cycle_id, no),
	check (state not in ('mended', 'dropped') or outcome <> '')
);
create index shortcomings_unit on shortcomings (unit_id);

alter table reviews
	add column attendance integer not null default 0 check (attendance >= 0),
	add column programme  text not null default '', -- signed with Mặt trận: number and day
	add column trained    integer not null default 0 check (trained >= 0),
	add column note       text not null default '',
	add column meeting_id bigint,
	add column version    integer not null default 0;

create table review_inputs (
	cycle_id     text not null references cycles,
	kind         text not null,
	unit_id      text not null references units,
	results      text not null default '',
	shortcomings text not null default '',
	proposals    text not null default '',
	trained      integer not null default 0 check (trained >= 0),
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	primary key (cycle_id, kind, unit_id),
	check (results <> '')
);

create table indicator_results (
	cycle_id text not null,
	kind     text not null,
	code     text collate "C" not null,
	base     bigint not null default 0 check (base >= 0),
	reached  bigint not null default 0,
	note     text not null default '',
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (cycle_id, kind, code),
	foreign key (cycle_id, code) references indicators on delete cascade
);

create table year_figures (
	owner_id         text not null references units,
	unit_id          text not null references units, -- a commune, or the owner for the whole
	year             integer not null check (year between 1990 and 2200),
	households       integer not null check (households >= 0),
	poor             integer not null check (poor between 0 and households),
	near_poor        integer not null check (near_poor between 0 and households),
	ethnic           integer not null default 0 check (ethnic between 0 and households),
	ethnic_poor      integer not null default 0 check (ethnic_poor between 0 and poor),
	ethnic_near_poor integer not null default 0 check (ethnic_near_poor between 0 and near_poor),
	source           text not null check (source <> ''),
	version          integer not null default 1,
	saved_at         timestamptz not null,
	saved_by         bigint references users,
	primary key (owner_id, unit_id, year)
);

alter table meetings
	drop constraint meetings_kind_check,
	add constraint meetings_kind_check check (kind in ('coordination', 'district', 'review', 'inspection', 'group', 'contact'));
alter table duties add column carried_from bigint unique references duties;

alter table shortcomings enable row level security, force row level security;
alter table review_inputs enable row level security, force row level security;
alter table indicator_results enable row level security, force row level security;
alter table year_figures enable row level security, force row level security;
create policy program on shortcomings using ((select app_system()));
create policy program on review_inputs using ((select app_system()));
create policy program on indicator_results using ((select app_system()));
create policy program on year_figures using ((select app_system()));
create policy part on shortcomings for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on review_inputs for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on indicator_results for select using (cycle_id = any ((select app_member())::text[]) or cycle_id = any ((select app_cycles())::text[]));
create policy part on year_figures for select using (owner_id in (select c.owner_id from cycles c));
create policy scope on shortcomings as restrictive for select using (
	(select app_system()) or (select app_narrow()) = '{}' or unit_id is null or unit_id <> all ((select app_narrow())::text[])
	or cycle_id || ' ' || unit_id = any ((select app_within())::text[]) or cycle_id = any ((select app_cycles())::text[]));
create policy scope on review_inputs as restrictive for select using (
	(select app_system()) or (select app_narrow()) = '{}' or unit_id is null or unit_id <> all ((select app_narrow())::text[])
	or cycle_id || ' ' || unit_id = any ((select app_within())::text[]) or cycle_id = any ((select app_cycles())::text[]));
grant select, insert, update, delete on shortcomings, review_inputs, indicator_results, year_figures to dondoc_app;

-- +goose Down
delete from meetings where kind = 'review';
alter table meetings
	drop constraint meetings_kind_check,
	add constraint meetings_kind_check check (kind in ('coordination', 'district', 'inspection', 'group', 'contact'));
alter table duties drop column carried_from;
drop table year_figures, indicator_results, review_inputs, shortcomings;
alter table reviews drop column attendance, drop column programme, drop column trained, drop column note, drop column meeting_id, drop column version;
