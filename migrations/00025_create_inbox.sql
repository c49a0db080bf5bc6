-- What a person gets stands in an inbox of the program too, read or unread, and
-- some of it only there: who wants no mail of a kind finds such notices in the
-- state "inbox". A feed of deadlines is opened by a signed address that holds a
-- version, so that it can be renewed; feed_on says whether it opens anything.

-- +goose Up
alter table accounts
	add column phone        text not null default '',
	add column reminders    boolean not null default true,
	add column decisions    boolean not null default true,
	add column feed_version integer not null default 0,
	add column feed_on      boolean not null default false;
alter table notices add column read_at timestamptz;
alter table notices drop constraint notices_state_check;
alter table notices add constraint notices_state_check
	check (state in ('queued', 'sending', 'sent', 'failed', 'superseded', 'vacant', 'inbox'));
-- What was sent before there was an inbox was read elsewhere.
update notices set read_at = sent_at where state = 'sent';
create index notices_unread on notices (user_id) where read_at is null and state in ('queued', 'sending', 'sent', 'failed', 'inbox');
create index notices_failed on notices (user_id, id) where state = 'failed';

-- +goose Down
drop index notices_failed, notices_unread;
update notices set state = 'superseded' where state = 'inbox';
alter table notices drop constraint notices_state_check;
alter table notices add constraint notices_state_check
	check (state in ('queued', 'sending', 'sent', 'failed', 'superseded', 'vacant'));
alter table notices drop column read_at;
alter table accounts drop column phone, drop column reminders, drop column decisions, drop column feed_version, drop column feed_on;
