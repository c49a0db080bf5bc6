-- Visits are corrected by a further row, and mentors may be people who sign in.
--
-- A visit's row stays as it was logged. The row that corrects it, or takes it
-- back (gone), names it; a row is corrected once, so of two people the second
-- is told.

-- +goose Up
alter table visits
	add column corrects bigint unique references visits,
	add column reason text not null default '',
	add column gone boolean not null default false,
	drop constraint visits_found_check,
	add constraint visits_found_check check ((found <> '') <> gone),
	add constraint visits_corrects_check check ((corrects is not null) = (reason <> '') and (corrects is not null or not gone));

alter table mentors add column user_id bigint references users;
create index mentors_user on mentors (user_id) where user_id is not null;
drop policy part on mentors;
create policy part on mentors for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units())
	or user_id = (select app_user())
	or exists (select from helpers h where h.household_id = mentors.household_id and h.cycle_id = mentors.cycle_id));

-- +goose Down
drop policy part on mentors;
create policy part on mentors for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units())
	or exists (select from helpers h where h.household_id = mentors.household_id and h.cycle_id = mentors.cycle_id));
alter table mentors drop column user_id;
alter table visits
	drop column corrects cascade,
	drop column reason,
	drop column gone,
	add constraint visits_found_check check (found <> '');
