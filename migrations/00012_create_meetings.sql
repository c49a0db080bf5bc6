-- Meetings, inspections and logged contacts. When who meets whom where is known
-- to everybody in the cycle, so that clashes show; what was said is known to
-- those whom it concerns (audience), the owner and the standing office among them.

-- +goose Up
create table meetings (
	id         bigint generated always as identity primary key,
	cycle_id   text not null,
	code       text collate "C" not null check (code <> ''),
	kind       text not null check (kind in ('coordination', 'district', 'inspection', 'group', 'contact')),
	unit_id    text not null,
	about_id   text not null default '',
	title      text not null check (title <> ''),
	starts_at  timestamptz not null,
	ends_at    timestamptz not null,
	place      text not null default '',
	chair_id   text not null default '',
	state      text not null default 'planned' check (state in ('planned', 'held', 'cancelled')),
	next_day   date,
	people     integer not null default 0 check (people >= 0),
	duty_id    bigint,
	sequence   integer not null default 0,
	version    integer not null default 1,
	invited_at timestamptz,
	held_at    timestamptz,
	unique (cycle_id, code),
	check (ends_at >= starts_at),
	check ((state = 'held') = (held_at is not null))
);
create index meetings_calendar on meetings (cycle_id, starts_at);

create table meeting_invitations (
	meeting_id bigint not null references meetings on delete cascade,
	unit_id    text not null,
	office_id  text not null default '',
	must       boolean not null default false,
	answer     text not null default '' check (answer in ('', 'comes', 'delegate', 'declines')),
	came       text not null default '' check (came in ('', 'came', 'delegate', 'absent')),
	delegate   text not null default '',
	primary key (meeting_id, unit_id)
);

create table meeting_minutes (
	meeting_id bigint primary key references meetings on delete cascade,
	audience   text[] not null,
	agenda     text not null default '',
	minutes    text not null default '',
	paper      text not null default ''
);

create table meeting_conclusions (
	meeting_id bigint not null references meetings on delete cascade,
	no         integer not null check (no > 0),
	text       text not null check (text <> ''),
	unit_id    text not null default '',
	stated     text not null,
	duty_id    bigint,
	primary key (meeting_id, no)
);
create index meeting_conclusions_duty on meeting_conclusions (duty_id) where duty_id is not null;

alter table notices add meeting_id bigint;

alter table meetings enable row level security;
alter table meetings force row level security;
alter table meeting_invitations enable row level security;
alter table meeting_invitations force row level security;
alter table meeting_minutes enable row level security;
alter table meeting_minutes force row level security;
alter table meeting_conclusions enable row level security;
alter table meeting_conclusions force row level security;

create policy program on meetings using ((select app_system()));
create policy program on meeting_invitations using ((select app_system()));
create policy program on meeting_minutes using ((select app_system()));
create policy program on meeting_conclusions using ((select app_system()));
create policy part on meetings for select using (cycle_id = any ((select app_member())::text[]));
create policy part on meeting_invitations for select using (
	exists (select from meetings m where m.id = meeting_invitations.meeting_id));
create policy part on meeting_minutes for select using (audience && (select app_units()));
create policy part on meeting_conclusions for select using (
	exists (select from meeting_minutes m where m.meeting_id = meeting_conclusions.meeting_id));

grant select, insert, update, delete on meetings, meeting_invitations, meeting_minutes, meeting_conclusions to dondoc_app;

-- +goose Down
alter table notices drop meeting_id;
drop table meeting_conclusions, meeting_minutes, meeting_invitations, meetings;
