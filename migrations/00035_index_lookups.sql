-- A unit's name, an office's holders and a person's last mail are looked up for
-- nearly every page.
-- +goose Up
create index unit_versions_unit on unit_versions (unit_id);
create index holdings_office on holdings (office_id);
drop index notices_failed;
create index notices_mailed on notices (user_id, id) where state in ('sent', 'failed');

-- +goose Down
drop index notices_mailed;
create index notices_failed on notices (user_id, id) where state = 'failed';
drop index holdings_office;
drop index unit_versions_unit;
