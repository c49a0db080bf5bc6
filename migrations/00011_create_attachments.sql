-- Papers and photos. Their contents lie in a blob store; a row says what they
-- hang on, and whoever sees that sees them. What further things may have
-- attachments adds a policy of its own.

-- +goose Up
create table attachments (
	id         bigint generated always as identity primary key,
	cycle_id   text not null references cycles,
	subject    text not null check (subject ~ '^[a-z][a-z_]{0,30}$'), -- component, delivery (a batch), duty, …
	subject_id bigint not null,
	unit_id    text not null references units, -- who put it there
	name       text not null check (name <> ''),
	type       text not null,
	size       bigint not null check (size > 0),
	sha256     bytea not null,
	blob       text collate "C" not null unique,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	struck_at  timestamptz,
	struck_by  bigint references users,
	reason     text not null default '' -- why it was struck
);
-- The same file twice on one thing is one file.
create unique index attachments_once on attachments (subject, subject_id, sha256) where struck_at is null;

alter table attachments enable row level security;
alter table attachments force row level security;
create policy program on attachments using ((select app_system()));
create policy component on attachments for select using (
	subject = 'component' and exists (select from components c where c.id = attachments.subject_id));
create policy delivery on attachments for select using (
	subject = 'delivery' and exists (select from deliveries d where d.batch = attachments.subject_id));
create policy duty on attachments for select using (
	subject = 'duty' and exists (select from duties d where d.id = attachments.subject_id));

grant select, insert, update on attachments to dondoc_app;

-- +goose Down
drop table attachments;
