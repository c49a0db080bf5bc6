-- A notice may be about a document that was issued: whom it goes to is told.

-- +goose Up
alter table notices add document_id bigint references documents;

-- +goose Down
delete from notices where kind = 'document';
alter table notices drop column document_id;
