-- The report of a review is a document.
--
-- It bears the abbreviation of a report, so both are numbered in one book: a
-- number of it is given once, whichever of the two takes it.

-- +goose Up
alter table documents drop constraint documents_kind_check;
alter table documents add constraint documents_kind_check check (kind in (
	'plan', 'conclusion', 'report', 'review', 'reminder', 'invitation', 'minutes', 'submission', 'posting', 'summary'));
alter table documents add column book text not null generated always as (case kind when 'review' then 'report' else kind end) stored;
drop index documents_number;
create unique index documents_number on documents (unit_id, year, book, number) where number is not null;

-- +goose Down
drop index documents_number;
delete from documents where kind = 'review';
create unique index documents_number on documents (unit_id, year, kind, number) where number is not null;
alter table documents drop column book;
alter table documents drop constraint documents_kind_check;
alter table documents add constraint documents_kind_check check (kind in (
	'plan', 'conclusion', 'report', 'reminder', 'invitation', 'minutes', 'submission', 'posting', 'summary'));
