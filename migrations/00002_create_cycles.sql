-- A cycle freezes its rules; its duties, plans, reports and their history hang on
-- it. State on duties is computed from history, which is append-only.

-- +goose Up
create table cycles (
	id         text primary key,
	owner_id   text not null references units,
	year       integer not null check (year between 1990 and 2200),
	title      text not null,
	example    boolean not null default false,
	state      text not null default 'draft' check (state in ('draft', 'running', 'closed')),
	issued_at  timestamptz not null,
	started_at timestamptz,
	closed_at  timestamptz,
	rules      jsonb not null,
	unique (owner_id, year),
	check ((state = 'draft') = (started_at is null))
);

-- Who takes part. Those that see all read every row of the cycle: the owner,
-- its standing office, the tier above and overseers.
create table cycle_units (
	cycle_id text not null references cycles,
	unit_id  text not null references units,
	role     text not null,
	sees_all boolean not null default false,
	primary key (cycle_id, unit_id)
);
create index cycle_units_unit on cycle_units (unit_id);

create table periods (
	cycle_id  text not null references cycles,
	code      text not null,
	state     text not null default 'planned' check (state in ('planned', 'open', 'closed', 'consolidated')),
	starts_on date not null,
	ends_on   date not null,
	last_day  date not null,
	summary   jsonb not null default '{}',
	primary key (cycle_id, code)
);

create table duties (
	id                 bigint generated always as identity primary key,
	key                text not null unique,
	cycle_id           text not null references cycles,
	code               text not null,
	kind               text not null,
	title              text not null,
	unit_id            text not null references units,
	period             text not null default '',
	subject            text not null default '',
	process            text not null,
	process_key        text not null,
	stated             text not null,
	day_off            text not null,
	ladder_name        text not null,
	deemed             boolean not null default false,
	source             text not null default '',
	audience           text[] not null default '{}', -- further units that may see it
	opened_at          timestamptz not null,
	state              text not null,
	ladder_no          integer not null default 0,
	last_day           date,
	overdue_at         timestamptz,
	overdue            boolean not null default false,
	verdict            text not null default '',
	extended           boolean not null default false,
	trouble            text not null default '',
	rung               text not null default '',
	escalated          boolean not null default false,
	held_until         date,
	returns            integer not null default 0,
	first_submitted_at timestamptz,
	submitted_at       timestamptz,
	accepted_at        timestamptz,
	next_at            timestamptz
);
create index duties_watch on duties (cycle_id, process, process_key, next_at);
create index duties_unit on duties (unit_id, cycle_id);
create index duties_overdue on duties (cycle_id, overdue_at) where overdue;
create index duties_period on duties (cycle_id, period) where period <> '';

create table history (
	id           bigint generated always as identity primary key,
	cycle_id     text not null references cycles,
	duty_id      bigint references duties,
	code         text not null default '',
	event        text not null,
	effective_at timestamptz not null,
	recorded_at  timestamptz not null,
	unit_id      text not null default '',
	period       text not null default '',
	ladder       integer not null default 0,
	rung         text not null default '',
	office_id    text not null default '',
	actor_id     bigint references users,
	on_behalf    boolean not null default false,
	by_day       date,
	stated       text not null default '',
	basis        text not null default '',
	reason       text not null default '',
	demand       text not null default ''
);
create index history_duty on history (duty_id, id);
create index history_cycle on history (cycle_id, id);
-- What a ladder does of itself stands once, however often it is attempted.
create unique index history_once on history (duty_id, ladder, event, rung, coalesce(by_day, '-infinity'::date))
	where event in ('reminded', 'escalated', 'passed', 'held', 'lapsed', 'overdue');

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
	raise exception 'history is append-only';
end $$;
-- +goose StatementEnd
create trigger history_append_only before update or delete on history
	for each statement execute function refuse_change();

create table escalations (
	duty_id   bigint not null references duties,
	cycle_id  text not null references cycles,
	ladder    integer not null,
	rung      text not null,
	demand    text not null default '',
	office_id text not null default '',
	opened_at timestamptz not null,
	closed_at timestamptz,
	outcome   text not null default '',
	primary key (duty_id, ladder)
);
create index escalations_open on escalations (cycle_id, opened_at) where closed_at is null;

create table notices (
	id        bigint generated always as identity primary key,
	key       text not null unique,
	cycle_id  text not null references cycles,
	duty_id   bigint references duties,
	unit_id   text not null default '',
	period    text not null default '',
	kind      text not null,
	rung      text not null default '',
	demand    text not null default '',
	office_id text not null references offices,
	user_id   bigint references users,
	at        timestamptz not null,
	state     text not null default 'queued'
	          check (state in ('queued', 'sending', 'sent', 'failed', 'superseded', 'vacant')),
	letter    text not null default '', -- the mail that it went into: a repeat keeps its Message-ID
	attempts  integer not null default 0,
	try_at    timestamptz not null,
	sent_at   timestamptz,
	failure   text not null default '',
	text      text not null default ''
);
create index notices_queue on notices (try_at, at) where state in ('queued', 'sending');
create index notices_user on notices (user_id, id);
create index notices_duty on notices (duty_id);
create index notices_cycle on notices (cycle_id, id);

create table plans (
	cycle_id    text not null references cycles,
	unit_id     text not null references units,
	state       text not null default 'draft' check (state in ('draft', 'sent', 'appraised', 'returned', 'approved')),
	round       integer not null default 1,
	version     integer not null default 1,
	to_leave    integer not null default 0 check (to_leave >= 0),
	text        text not null default '',
	remarks     text not null default '',
	term        date,
	sent_at     timestamptz,
	approved_at timestamptz,
	sent_by     bigint references users,
	audience    text[] not null default '{}',
	primary key (cycle_id, unit_id)
);

-- One immutable row for every round that was sent.
create table plan_rounds (
	cycle_id text not null references cycles,
	unit_id  text not null references units,
	round    integer not null,
	to_leave integer not null,
	text     text not null,
	sent_at  timestamptz not null,
	primary key (cycle_id, unit_id, round)
);

create table reports (
	duty_id      bigint not null references duties,
	version      integer not null,
	figures      jsonb not null default '{}',
	text         text not null default '',
	late_reason  text not null default '',
	submitted_at timestamptz,
	remarks      text not null default '',
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	primary key (duty_id, version)
);

create table survey_results (
	cycle_id     text not null references cycles,
	unit_id      text not null references units,
	stage        text not null,
	households   integer not null check (households >= 0),
	poor         integer not null check (poor >= 0),
	near_poor    integer not null check (near_poor >= 0),
	confirmed_at timestamptz,
	primary key (cycle_id, unit_id, stage),
	check (poor + near_poor <= households)
);

create table targets (
	cycle_id   text not null references cycles,
	unit_id    text not null references units,
	households integer not null,
	poor       integer not null,
	to_leave   integer not null,
	primary key (cycle_id, unit_id)
);

create table reviews (
	cycle_id   text not null references cycles,
	kind       text not null,
	state      text not null default 'planned' check (state in ('planned', 'concluded')),
	figures    jsonb not null default '{}',
	conclusion text not null default '',
	held_at    timestamptz,
	primary key (cycle_id, kind)
);

-- A decision on its way: what was typed stays here, and the workflow engine is
-- given the number only.
create table decisions (
	id          bigint generated always as identity primary key,
	key         text not null default '',
	actor_id    bigint not null default 0,
	office_id   text not null default '',
	cycle_id    text not null,
	payload     jsonb not null,
	proposed_at timestamptz not null,
	enacted_at  timestamptz,
	outcome     jsonb
);
create unique index decisions_once on decisions (actor_id, key) where key <> '';

-- Processes to be told that their next instant changed.
create table wakes (
	id         bigint generated always as identity primary key,
	ref        jsonb not null,
	created_at timestamptz not null
);

alter table cycles enable row level security;
alter table cycle_units enable row level security;
alter table periods enable row level security;
alter table duties enable row level security;
alter table history enable row level security;
alter table escalations enable row level security;
alter table notices enable row level security;
alter table plans enable row level security;
alter table plan_rounds enable row level security;
alter table reports enable row level security;
alter table survey_results enable row level security;
alter table targets enable row level security;
alter table reviews enable row level security;
alter table decisions enable row level security;
alter table wakes enable row level security;

create policy program on cycles using ((select app_system()));
create policy program on cycle_units using ((select app_system()));
create policy program on periods using ((select app_system()));
create policy program on duties using ((select app_system()));
create policy program on history using ((select app_system()));
create policy program on escalations using ((select app_system()));
create policy program on notices using ((select app_system()));
create policy program on plans using ((select app_system()));
create policy program on plan_rounds using ((select app_system()));
create policy program on reports using ((select app_system()));
create policy program on survey_results using ((select app_system()));
create policy program on targets using ((select app_system()));
create policy program on reviews using ((select app_system()));
create policy program on decisions using ((select app_system()));
create policy program on wakes using ((select app_system()));

create policy part on cycles for select using (id = any ((select app_member())::text[]) or (select app_admin()));
create policy part on cycle_units for select using (cycle_id = any ((select app_member())::text[]) or (select app_admin()));
create policy part on periods for select using (cycle_id = any ((select app_member())::text[]));
create policy part on targets for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on reviews for select using (cycle_id = any ((select app_member())::text[]));
create policy part on duties for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units()));
create policy part on history for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[])
	or exists (select from duties d where d.id = history.duty_id)
	or (duty_id is null and unit_id = '' and cycle_id = any ((select app_member())::text[])));
create policy part on escalations for select using (
	cycle_id = any ((select app_cycles())::text[]) or exists (select from duties d where d.id = escalations.duty_id));
create policy part on notices for select using (
	cycle_id = any ((select app_cycles())::text[]) or user_id = (select app_user())
	or office_id = any ((select app_offices())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plans for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[])
	or (audience && (select app_units()) and sent_at is not null));
create policy part on plan_rounds for select using (
	exists (select from plans p where p.cycle_id = plan_rounds.cycle_id and p.unit_id = plan_rounds.unit_id));
-- A draft is its unit's own until it is submitted.
create policy part on reports for select using (
	exists (select from duties d where d.id = reports.duty_id
	        and (reports.submitted_at is not null or d.unit_id = any ((select app_units())::text[]))));
create policy part on survey_results for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));

grant select, insert, update, delete on all tables in schema public to dondoc_app;
revoke all on goose_db_version from dondoc_app;
revoke update, delete on history from dondoc_app;

-- Who asks: looks up the offices that a user holds on a day, and puts what the
-- policies compare into the transaction's settings. One call a transaction.
-- +goose StatementBegin
create function act_as(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	u     users;
	seats jsonb;
	us    text[];
	os    text[];
begin
	select * into u from users where users.id = who and active;
	if not found then
		return null;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object(
	           'office', o.id, 'unit', o.unit_id, 'role', o.role, 'title', o.title,
	           'unit_name', coalesce(v.name, o.unit_id), 'substitute', h.substitute, 'basis', h.basis)
	           order by h.substitute, o.id), '[]'),
	       coalesce(array_agg(distinct o.unit_id), '{}'),
	       coalesce(array_agg(distinct o.id), '{}')
	into seats, us, os
	from holdings h
	join offices o on o.id = h.office_id
	left join unit_versions v on v.unit_id = o.unit_id
	     and daterange(v.valid_from, v.valid_to, '[]') @> today
	where h.user_id = who
	  and daterange(h.valid_from, h.valid_to, '[]') @> today
	  and daterange(o.valid_from, o.valid_to, '[]') @> today;
	perform set_config('app.system', '', true),
	        set_config('app.user', who::text, true),
	        set_config('app.admin', case when u.admin then 'on' else '' end, true),
	        set_config('app.units', us::text, true),
	        set_config('app.offices', os::text, true),
	        set_config('app.cycles', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where c.unit_id = any (us) and c.sees_all), true),
	        set_config('app.member', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where c.unit_id = any (us)), true);
	return jsonb_build_object('name', u.name, 'admin', u.admin, 'seats', seats);
end $$;
-- +goose StatementEnd
revoke all on function act_as(bigint, date) from public;
grant execute on function act_as(bigint, date) to dondoc_app;

-- +goose Down
drop function act_as(bigint, date);
drop table wakes, decisions, reviews, targets, survey_results, reports, plan_rounds, plans, notices, escalations, history, duties, periods, cycle_units, cycles;
drop function refuse_change;
