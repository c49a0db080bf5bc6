-- Households that left poverty or near-poverty are watched for some years.
--
-- A watch belongs to an owner, not to one of its cycles: it lives from the survey
-- in which the household left to the end of its term, and the household has no
-- sheet in the registers of those years. It is read by its commune, by those that
-- see all of a cycle of the owner, and by an agency that was asked to help, which
-- reads neither visits nor events.

-- +goose Up
create table watches (
	id           bigint generated always as identity primary key,
	owner_id     text not null references units,
	unit_id      text not null references units,
	audience     text[] not null default '{}', -- agencies that were asked to help
	year         integer not null,             -- in which it left
	household_id bigint references households, -- its sheet of that year; none: entered by hand
	code         text collate "C" not null check (code <> ''),
	hamlet       text collate "C" not null default '',
	head         text not null check (head <> ''),
	head_born    integer not null default 0,
	members      integer not null default 0 check (members >= 0),
	left_class   text not null check (left_class in ('poor', 'near_poor')),
	class        text not null check (class in ('near_poor', 'not_poor')),
	left_on      date not null,
	until_day    date not null,
	visit_days   integer not null check (visit_days > 0),
	state        text not null default 'watching' check (state in ('watching', 'fallen_back', 'renewed', 'ended')),
	fell_to      text not null default '' check (fell_to in ('', 'poor', 'near_poor')),
	fell_on      date,
	fell_cycle   text references cycles,
	reason       text not null default '',
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	unique (owner_id, unit_id, code, year),
	check (until_day >= left_on),
	check (left_class = 'poor' or class = 'not_poor'),
	check ((state = 'fallen_back') = (fell_to <> '') and (fell_to <> '') = (fell_on is not null) and (fell_on is null) = (fell_cycle is null)),
	check (state <> 'ended' or reason <> '')
);
create unique index watches_running on watches (owner_id, unit_id, code) where state = 'watching';
create index watches_household on watches (household_id);

create table watch_visits (
	id       bigint generated always as identity primary key,
	watch_id bigint not null references watches,
	cycle_id text not null references cycles,
	day      date not null,
	found    text not null check (found <> ''),
	saved_at timestamptz not null,
	saved_by bigint references users
);
create index watch_visits_watch on watch_visits (watch_id, day);

create table watch_events (
	id       bigint generated always as identity primary key,
	watch_id bigint not null references watches,
	cycle_id text not null references cycles,
	kind     text not null check (kind in ('disaster', 'fire', 'illness', 'work', 'land')),
	severe   boolean not null,
	day      date not null,
	text     text not null default '',
	saved_at timestamptz not null,
	saved_by bigint references users
);
create index watch_events_watch on watch_events (watch_id, day);

create table watch_alerts (
	id         bigint generated always as identity primary key,
	watch_id   bigint not null references watches,
	no         integer not null,                -- of the watch
	cycle_id   text not null references cycles, -- in which its next step is owed
	state      text not null check (state in ('raised', 'checked', 'helped', 'closed')),
	text       text not null check (text <> ''),
	raised_at  timestamptz not null,
	found      text not null default '',
	checked_at timestamptz,
	helper_id  text references units,
	help       text not null default '',
	given      text not null default '',
	helped_at  timestamptz,
	outcome    text not null default '' check (outcome in ('', 'no_need', 'out', 'at_risk', 'back')),
	result     text not null default '',
	closed_at  timestamptz,
	duty_id    bigint,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	unique (watch_id, no),
	check ((state = 'closed') = (outcome <> '') and (outcome <> '') = (closed_at is not null)),
	check (state not in ('checked', 'helped') or helper_id is not null),
	check (state <> 'helped' or helped_at is not null)
);
create unique index watch_alerts_open on watch_alerts (watch_id) where state <> 'closed';
create index watch_alerts_duty on watch_alerts (duty_id);

alter table watches enable row level security, force row level security;
alter table watch_visits enable row level security, force row level security;
alter table watch_events enable row level security, force row level security;
alter table watch_alerts enable row level security, force row level security;

create policy program on watches using ((select app_system()));
create policy program on watch_visits using ((select app_system()));
create policy program on watch_events using ((select app_system()));
create policy program on watch_alerts using ((select app_system()));
create policy part on watches for select using (
	unit_id = any ((select app_units())::text[]) or audience && (select app_units())
	or owner_id in (select c.owner_id from cycles c where c.id = any ((select app_cycles())::text[])));
create policy part on watch_visits for select using (
	cycle_id = any ((select app_cycles())::text[])
	or exists (select from watches w where w.id = watch_visits.watch_id and w.unit_id = any ((select app_units())::text[])));
create policy part on watch_events for select using (
	cycle_id = any ((select app_cycles())::text[])
	or exists (select from watches w where w.id = watch_events.watch_id and w.unit_id = any ((select app_units())::text[])));
create policy part on watch_alerts for select using (
	cycle_id = any ((select app_cycles())::text[]) or helper_id = any ((select app_units())::text[])
	or exists (select from watches w where w.id = watch_alerts.watch_id and w.unit_id = any ((select app_units())::text[])));

grant select, insert, update, delete on watches, watch_visits, watch_events, watch_alerts to dondoc_app;

-- +goose Down
drop table watch_alerts, watch_events, watch_visits, watches;
