-- Papers that an office numbers, signs and sends.
--
-- A number is given from a book: one for each unit, year and kind, whose row is
-- the lock. A number is given once; one that was skipped has its reason in
-- document_gaps. What a document says (data) is kept as it was when it was
-- issued. A draft is its unit's and its drafter's, and of the owner's papers
-- theirs who prepare the cycle; once issued it is read by whom it was sent to.

-- +goose Up
create table document_templates (
	id       bigint generated always as identity primary key,
	owner_id text not null references units,
	kind     text not null,
	name     text not null,
	content  bytea, -- null: the built-in one again
	saved_at timestamptz not null,
	saved_by bigint references users
);
create index document_templates_newest on document_templates (owner_id, kind, id desc);

create table documents (
	id          bigint generated always as identity primary key,
	cycle_id    text not null references cycles,
	key         text not null check (key <> ''),
	kind        text not null check (kind in ('plan', 'conclusion', 'report', 'reminder', 'invitation', 'minutes', 'submission', 'posting', 'summary')),
	subject     text not null check (subject <> ''),
	unit_id     text not null references units,
	drafter_id  text not null references units,
	title       text not null check (title <> ''),
	place       text not null,
	day         date not null,
	symbol      text not null default '',
	signer_id   text not null references offices,
	addressees  text[] not null default '{}',
	bases       text[] not null default '{}',
	audience    text[] not null default '{}',
	copies      text[] not null default '{}',
	file        text not null default '',
	urgency     text not null default '' check (urgency in ('', 'urgent', 'very_urgent', 'express')),
	body        text not null default '',
	answer_by   date,
	state       text not null check (state in ('draft', 'issued', 'filed', 'void')),
	number      integer check (number > 0),
	year        integer not null generated always as (extract(year from day)::integer) stored,
	typed       boolean not null default false,
	reason      text not null default '',
	template_id bigint references document_templates,
	data        jsonb,
	version     integer not null default 1,
	saved_at    timestamptz not null,
	saved_by    bigint references users,
	issued_at   timestamptz,
	unique (cycle_id, key),
	check ((state = 'void') = (reason <> '')),
	check ((state in ('issued', 'filed')) <= (data is not null and issued_at is not null)),
	check (state <> 'draft' or number is null)
);
create unique index documents_number on documents (unit_id, year, kind, number) where number is not null;
create index documents_cycle on documents (cycle_id, kind, day);
create index documents_subject on documents (cycle_id, subject);

create table document_books (
	unit_id text not null references units,
	year    integer not null,
	kind    text not null,
	last    integer not null check (last >= 0),
	primary key (unit_id, year, kind)
);

create table document_gaps (
	unit_id  text not null references units,
	year     integer not null,
	kind     text not null,
	number   integer not null check (number > 0),
	reason   text not null check (reason <> ''),
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (unit_id, year, kind, number)
);

alter table document_templates enable row level security, force row level security;
alter table documents enable row level security, force row level security;
alter table document_books enable row level security, force row level security;
alter table document_gaps enable row level security, force row level security;

create policy program on document_templates using ((select app_system()));
create policy program on documents using ((select app_system()));
create policy program on document_books using ((select app_system()));
create policy program on document_gaps using ((select app_system()));
create policy part on document_templates for select using (exists (
	select from cycles c where c.owner_id = document_templates.owner_id));
create policy part on documents for select using (
	unit_id = any ((select app_units())::text[]) or drafter_id = any ((select app_units())::text[])
	or cycle_id = any ((select app_drafts())::text[]) and unit_id = (select c.owner_id from cycles c where c.id = documents.cycle_id)
	or state <> 'draft' and (cycle_id = any ((select app_cycles())::text[]) or audience && (select app_units())));
create policy scope on documents as restrictive for select using (
	(select app_system()) or (select app_narrow()) = '{}' or unit_id <> all ((select app_narrow())::text[])
	or cycle_id || ' ' || unit_id = any ((select app_within())::text[]) or cycle_id = any ((select app_cycles())::text[]));
create policy part on document_gaps for select using (unit_id = any ((select app_units())::text[]));
create policy document on attachments for select using (
	subject = 'document' and exists (select from documents d where d.id = attachments.subject_id));

grant select, insert, update, delete on document_templates, documents, document_books, document_gaps to dondoc_app;

-- +goose Down
drop policy document on attachments;
drop table document_gaps, document_books, documents, document_templates;
