-- Who holds an office is changed on pages. A substitution may be for one cycle
-- alone: it then gives rights in that cycle only. Each holding says who entered
-- it, and whether what was open was handed over to its holder.
--
-- app.units holds the units of all seats, as before. Of the units in which a
-- person sits by such a substitution alone, the policies "scope" keep back the
-- rows of other cycles; app_narrow has those units, app_within the cycle and unit
-- that remain, as "cycle unit".

-- +goose Up
alter table holdings
	add column cycle_id text references cycles,
	add column handed   boolean not null default true,
	add column set_by   bigint references users,
	add column set_at   timestamptz,
	add check (cycle_id is null or substitute);
create index holdings_to_hand on holdings (valid_from) where not handed;
create index notices_office_queue on notices (office_id) where state = 'queued';

create function app_narrow() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.narrow', true), '')::text[], '{}') $$;
create function app_within() returns text[] language sql stable parallel safe as
	$$ select coalesce(nullif(current_setting('app.within', true), '')::text[], '{}') $$;

-- +goose StatementBegin
create or replace function act_in_seats(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	u     users;
	seats jsonb;
	us    text[];
	os    text[];
	whole text[];
	pairs text[];
begin
	select * into u from users where users.id = who and active;
	if not found then
		return null;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object(
	           'office', o.id, 'unit', o.unit_id, 'role', o.role, 'title', o.title,
	           'unit_name', coalesce(v.name, o.unit_id), 'substitute', h.substitute, 'basis', h.basis, 'cycle', coalesce(h.cycle_id, ''))
	           order by h.substitute, o.id, h.cycle_id nulls first), '[]'),
	       coalesce(array_agg(distinct o.unit_id), '{}'),
	       coalesce(array_agg(distinct o.id) filter (where h.cycle_id is null), '{}'),
	       coalesce(array_agg(distinct o.unit_id) filter (where h.cycle_id is null), '{}'),
	       coalesce(array_agg(distinct h.cycle_id || ' ' || o.unit_id) filter (where h.cycle_id is not null), '{}')
	into seats, us, os, whole, pairs
	from holdings h
	join offices o on o.id = h.office_id
	left join unit_versions v on v.unit_id = o.unit_id
	     and daterange(v.valid_from, v.valid_to, '[]') @> today
	where h.user_id = who
	  and daterange(h.valid_from, h.valid_to, '[]') @> today
	  and daterange(o.valid_from, o.valid_to, '[]') @> today;
	perform set_config('app.system', '', true),
	        set_config('app.user', who::text, true),
	        set_config('app.admin', case when u.admin then 'on' else '' end, true),
	        set_config('app.units', us::text, true),
	        set_config('app.offices', os::text, true),
	        set_config('app.narrow', array(select x from unnest(us) x where x <> all (whole))::text, true),
	        set_config('app.within', pairs::text, true),
	        set_config('app.cycles', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where (c.unit_id = any (whole) or c.cycle_id || ' ' || c.unit_id = any (pairs)) and c.sees_all), true),
	        set_config('app.member', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where c.unit_id = any (whole) or c.cycle_id || ' ' || c.unit_id = any (pairs)), true);
	return jsonb_build_object('name', u.name, 'admin', u.admin, 'seats', seats);
end $$;

-- Drafts of plans are for the standing office and the leadership of their cycle.
create or replace function act_as(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	me jsonb;
begin
	me := act_in_seats(who, today);
	if me is null then
		return null;
	end if;
	perform set_config('app.drafts', (select coalesce(array_agg(c.id), '{}')::text
	    from cycles c, jsonb_to_recordset(me -> 'seats') as s (office text, unit text, cycle text)
	    where s.cycle in ('', c.id)
	      and (c.rules -> 'bindings' ->> 'standing' = s.unit
	           or s.office in (c.rules -> 'bindings' ->> 'chair', c.rules -> 'bindings' ->> 'vice_chair'))), true);
	return me;
end $$;

do $$
declare
	t text;
begin
	foreach t in array array['attachments', 'components', 'deliveries', 'duties', 'funds', 'helpers', 'history', 'household_settlements', 'households', 'mentors',
		'notices', 'objections', 'obstacles', 'pilots', 'plan_drafts', 'plan_households', 'plan_measures', 'plan_remarks', 'plan_round_households', 'plan_rounds', 'plans',
		'postings', 'register_freezes', 'registrations', 'survey_cases', 'survey_households', 'survey_meetings', 'survey_results', 'surveys']
	loop
		execute format('create policy scope on %I as restrictive for select using (
			(select app_system()) or (select app_narrow()) = ''{}'' or unit_id <> all ((select app_narrow())::text[])
			or cycle_id || '' '' || unit_id = any ((select app_within())::text[]) or cycle_id = any ((select app_cycles())::text[]))', t);
	end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
do $$
declare
	t text;
begin
	for t in select tablename from pg_policies where schemaname = 'public' and policyname = 'scope' loop
		execute format('drop policy scope on %I', t);
	end loop;
end $$;
create or replace function act_as(who bigint, today date) returns jsonb
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
create or replace function act_in_seats(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	u     users;
	seats jsonb;
	us    text[];
	os    text[];
begin
	select * into u from users where users.id = who and active;
	if not found then
		return null;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object(
	           'office', o.id, 'unit', o.unit_id, 'role', o.role, 'title', o.title,
	           'unit_name', coalesce(v.name, o.unit_id), 'substitute', h.substitute, 'basis', h.basis)
	           order by h.substitute, o.id), '[]'),
	       coalesce(array_agg(distinct o.unit_id), '{}'),
	       coalesce(array_agg(distinct o.id), '{}')
	into seats, us, os
	from holdings h
	join offices o on o.id = h.office_id
	left join unit_versions v on v.unit_id = o.unit_id
	     and daterange(v.valid_from, v.valid_to, '[]') @> today
	where h.user_id = who
	  and daterange(h.valid_from, h.valid_to, '[]') @> today
	  and daterange(o.valid_from, o.valid_to, '[]') @> today;
	perform set_config('app.system', '', true),
	        set_config('app.user', who::text, true),
	        set_config('app.admin', case when u.admin then 'on' else '' end, true),
	        set_config('app.units', us::text, true),
	        set_config('app.offices', os::text, true),
	        set_config('app.cycles', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where c.unit_id = any (us) and c.sees_all), true),
	        set_config('app.member', (select coalesce(array_agg(distinct c.cycle_id), '{}')::text
	            from cycle_units c where c.unit_id = any (us)), true);
	return jsonb_build_object('name', u.name, 'admin', u.admin, 'seats', seats);
end $$;
-- +goose StatementEnd
drop function app_narrow, app_within;
drop index notices_office_queue;
delete from holdings where cycle_id is not null; -- they gave less than they would now
alter table holdings drop column cycle_id, drop column handed, drop column set_by, drop column set_at;
