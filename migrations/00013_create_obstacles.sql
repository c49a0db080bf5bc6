-- Obstacles and proposals: what hinders a commune or an agency, or what it
-- proposes. The texts may hold personal data, so that only those of the audience
-- read them: the unit, its group and commune, the standing office, the owner.

-- +goose Up
create table obstacles (
	id           bigint generated always as identity primary key,
	cycle_id     text not null,
	no           integer not null check (no > 0),
	unit_id      text not null,
	audience     text[] not null,
	kind         text not null check (kind in ('obstacle', 'proposal')),
	addressee    text not null check (addressee in ('standing', 'owner')),
	component    text collate "C" not null default '',
	household_id bigint,
	commune_id   text not null default '',
	text         text not null check (text <> ''),
	state        text not null default 'raised' check (state in ('raised', 'forwarded', 'answered', 'decided', 'closed')),
	received_at  timestamptz not null,
	opinion      text not null default '',
	answer       text not null default '',
	answered_by  text not null default '',
	answered_at  timestamptz,
	basis        text not null default '',
	closed_at    timestamptz,
	duty_id      bigint,
	version      integer not null default 1,
	unique (cycle_id, no)
);
create index obstacles_unit on obstacles (cycle_id, unit_id, received_at);

alter table notices add obstacle_id bigint;

alter table obstacles enable row level security;
alter table obstacles force row level security;
create policy program on obstacles using ((select app_system()));
create policy part on obstacles for select using (audience && (select app_units()));

grant select, insert, update, delete on obstacles to dondoc_app;

-- +goose Down
alter table notices drop obstacle_id;
drop table obstacles;
