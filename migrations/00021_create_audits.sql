-- What the program finds wrong when it audits itself. Administrators read it.

-- +goose Up
create table audits (
	id       bigint generated always as identity primary key,
	at       timestamptz not null,
	duties   integer not null,
	flaws jsonb not null
);
create index audits_at on audits (at desc);
alter table audits enable row level security;
alter table audits force row level security;
create policy program on audits using ((select app_system()));
create policy administrators on audits for select using ((select app_admin()));
grant select, insert, delete on audits to dondoc_app;

-- +goose Down
drop table audits;
