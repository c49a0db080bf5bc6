-- What a commune is still writing into its plan is not for everybody who sees
-- the plan: the draft's texts get a table of their own, and the draft's rows are
-- for the commune, the standing office and the chair and vice chair in charge
-- (poverty.Cycle.PlanSight; app_drafts has their cycles). The texts of a plan that
-- was sent, and is not back with the commune, are those of its round; whoever
-- sees the plan reads them.

-- +goose Up
create function app_drafts() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.drafts', true), '')::text[], '{}') $$;
alter function act_as(bigint, date) rename to act_in_seats;
revoke all on function act_in_seats(bigint, date) from public, dondoc_app;
-- +goose StatementBegin
create function act_as(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	me jsonb;
begin
	me := act_in_seats(who, today);
	if me is null then
		return null;
	end if;
	perform set_config('app.drafts', (select coalesce(array_agg(c.id), '{}')::text
	    from cycles c
	    where c.rules -> 'bindings' ->> 'standing' = any (app_units())
	       or c.rules -> 'bindings' ->> 'chair' = any (app_offices())
	       or c.rules -> 'bindings' ->> 'vice_chair' = any (app_offices())), true);
	return me;
end $$;
-- +goose StatementEnd
revoke all on function act_as(bigint, date) from public;
grant execute on function act_as(bigint, date) to dondoc_app;

create table plan_drafts (
	cycle_id  text not null,
	unit_id   text not null,
	texts     jsonb not null default '{}',
	focal     text not null default '',
	shortfall text not null default '',
	primary key (cycle_id, unit_id),
	foreign key (cycle_id, unit_id) references plans
);
insert into plan_drafts (cycle_id, unit_id, texts, focal, shortfall) select cycle_id, unit_id, texts, focal, shortfall from plans;
alter table plans drop column texts, drop column focal, drop column shortfall;

alter table plan_drafts enable row level security, force row level security;
create policy program on plan_drafts using ((select app_system()));
create policy part on plan_drafts for select using (
	cycle_id = any ((select app_drafts())::text[]) or unit_id = any ((select app_units())::text[])
	or exists (select from plans p where p.cycle_id = plan_drafts.cycle_id and p.unit_id = plan_drafts.unit_id
	           and p.state in ('sent', 'appraised', 'approved')));
drop policy part on plan_households;
drop policy part on plan_measures;
drop policy part on plan_remarks;
create policy part on plan_households for select using (
	cycle_id = any ((select app_drafts())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_measures for select using (
	cycle_id = any ((select app_drafts())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_remarks for select using (
	cycle_id = any ((select app_drafts())::text[]) or unit_id = any ((select app_units())::text[]));
grant select, insert, update, delete on plan_drafts to dondoc_app;

-- +goose Down
drop policy part on plan_households;
drop policy part on plan_measures;
drop policy part on plan_remarks;
create policy part on plan_households for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_measures for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_remarks for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
alter table plans
	add column texts     jsonb not null default '{}',
	add column focal     text not null default '',
	add column shortfall text not null default '';
update plans p set texts = d.texts, focal = d.focal, shortfall = d.shortfall from plan_drafts d where (d.cycle_id, d.unit_id) = (p.cycle_id, p.unit_id);
drop table plan_drafts;
drop function act_as(bigint, date);
alter function act_in_seats(bigint, date) rename to act_as;
grant execute on function act_as(bigint, date) to dondoc_app;
drop function app_drafts;
