-- Who asks is found out by indexes, at the size of a country: each read begins
-- with it.
-- +goose Up
-- +goose StatementBegin
alter table cycles
	add standing_id text generated always as (rules #>> '{bindings,standing}') stored,
	add chair_id text generated always as (rules #>> '{bindings,chair}') stored,
	add vice_chair_id text generated always as (rules #>> '{bindings,vice_chair}') stored;
create index cycles_standing on cycles (standing_id);
create index cycles_chair on cycles (chair_id);
create index cycles_vice_chair on cycles (vice_chair_id);

create or replace function act_in_seats(who bigint, today date) returns jsonb
language plpgsql security definer set search_path = public as $$
declare
	u     users;
	seats jsonb;
	us    text[];
	os    text[];
	whole text[];
	pairs text[];
	alls  text[];
	parts text[];
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
	select coalesce(array_agg(c.cycle_id) filter (where c.sees_all), '{}'), coalesce(array_agg(c.cycle_id), '{}') into alls, parts
	from (select cycle_id, bool_or(sees_all) as sees_all from cycle_units
	      where unit_id = any (us) and (unit_id = any (whole) or cycle_id || ' ' || unit_id = any (pairs)) group by cycle_id) c;
	perform set_config('app.system', '', true),
	        set_config('app.user', who::text, true),
	        set_config('app.admin', case when u.admin then 'on' else '' end, true),
	        set_config('app.units', us::text, true),
	        set_config('app.offices', os::text, true),
	        set_config('app.narrow', array(select x from unnest(us) x where x <> all (whole))::text, true),
	        set_config('app.within', pairs::text, true),
	        set_config('app.cycles', alls::text, true),
	        set_config('app.member', parts::text, true);
	return jsonb_build_object('name', u.name, 'admin', u.admin, 'seats', seats);
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
	perform set_config('app.drafts', (select coalesce(array_agg(distinct c.id), '{}')::text
	    from jsonb_to_recordset(me -> 'seats') as s (office text, unit text, cycle text)
	    cross join lateral (
	        select id from cycles where standing_id = s.unit
	        union all select id from cycles where chair_id = s.office
	        union all select id from cycles where vice_chair_id = s.office) c
	    where s.cycle in ('', c.id)), true);
	return me;
end $$;
-- +goose StatementEnd

-- +goose Down
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
alter table cycles drop standing_id, drop chair_id, drop vice_chair_id;
-- +goose StatementEnd
