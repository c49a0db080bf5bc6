-- Lists posted in public, and what people object to them. A posted list is a copy
-- with the fewest fields; it never changes, and its versions are kept. Who
-- objected is seen by the commune and by those that see all of the cycle, and of
-- these by whom Cycle.SeesSensitive names; the agencies that help see the posted
-- list of a plan and no objection.

-- +goose Up
create table postings (
	id          bigint generated always as identity primary key,
	cycle_id    text not null references cycles,
	unit_id     text not null references units,
	subject     text not null check (subject ~ '^(survey-[a-z]+|plan\.[1-9][0-9]*)$'),
	number      integer not null check (number > 0),
	places      text[] not null check (cardinality(places) > 0),
	loudspeaker boolean not null default false,
	from_day    date not null,
	until_day   date not null check (until_day >= from_day),
	taken_down  date check (taken_down >= from_day),
	minutes     text not null default '',
	version     integer not null default 1,
	audience    text[] not null default '{}', -- further units that may see it
	posted_at   timestamptz not null,
	unique (cycle_id, unit_id, subject, number),
	check ((taken_down is null) = (minutes = ''))
);
create unique index postings_standing on postings (cycle_id, unit_id, subject) where taken_down is null;

create table posting_rows (
	posting_id   bigint not null references postings,
	row          integer not null check (row > 0),
	household_id bigint not null default 0, -- 0: not in the register yet
	code         text collate "C" not null,
	head         text not null,
	hamlet       text not null,
	status       text not null,
	primary key (posting_id, row)
);

create table posting_changes (
	posting_id bigint not null references postings,
	version    integer not null,
	verb       text not null check (verb in ('post', 'extend', 'take_down')),
	until_day  date not null,
	reason     text not null default '',
	basis      text not null default '',
	office_id  text not null default '',
	actor_id   bigint references users,
	on_behalf  boolean not null default false,
	at         timestamptz not null,
	primary key (posting_id, version)
);

create table objections (
	id           bigint generated always as identity primary key,
	posting_id   bigint not null references postings,
	cycle_id     text not null references cycles,
	unit_id      text not null references units,
	number       integer not null check (number > 0),
	about        text not null check (about in ('household', 'missing', 'whole')),
	household_id bigint not null default 0,
	code         text collate "C" not null default '',
	head         text not null default '',
	hamlet       text not null default '',
	objector     text not null check (objector <> ''),
	contact      text not null default '',
	received     date not null,
	way          text not null check (way in ('hand', 'phone', 'village_head')),
	late         boolean not null,
	text         text not null check (text <> ''),
	state        text not null default 'open' check (state in ('open', 'upheld', 'settled', 'rejected', 'withdrawn')),
	answer       text not null default '',
	answered_at  timestamptz,
	answered_by  text not null default '',
	on_behalf    boolean not null default false,
	basis        text not null default '',
	settlement   text not null default '',
	settled_at   timestamptz,
	duty_key     text not null,
	version      integer not null default 1,
	recorded_at  timestamptz not null,
	unique (posting_id, number),
	check ((state = 'open') = (answered_at is null)),
	check ((state = 'settled') = (settled_at is not null))
);
create index objections_unit on objections (cycle_id, unit_id, state);

alter table postings enable row level security;
alter table postings force row level security;
alter table posting_rows enable row level security;
alter table posting_rows force row level security;
alter table posting_changes enable row level security;
alter table posting_changes force row level security;
alter table objections enable row level security;
alter table objections force row level security;

create policy program on postings using ((select app_system()));
create policy program on posting_rows using ((select app_system()));
create policy program on posting_changes using ((select app_system()));
create policy program on objections using ((select app_system()));
create policy part on postings for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units()));
create policy part on posting_rows for select using (exists (select from postings p where p.id = posting_rows.posting_id));
create policy part on posting_changes for select using (exists (select from postings p where p.id = posting_changes.posting_id));
create policy part on objections for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));

grant select, insert, update on postings, objections to dondoc_app;
grant select, insert on posting_rows, posting_changes to dondoc_app; -- copies and versions: never changed

-- +goose Down
drop table objections, posting_changes, posting_rows, postings;
