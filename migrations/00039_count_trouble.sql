-- What the board counts of notices that reached nobody, and of people whom no mail
-- reaches: whose last mail failed, or who have no address. The addresses are the
-- accounts' own, so the count is all that is told, and only of a cycle that the
-- actor sees whole; the board asks for the standing office alone.
-- +goose Up
create index notices_trouble on notices (cycle_id, state) where state in ('vacant', 'failed');
-- +goose StatementBegin
create function unreachable(cycle text, today date) returns bigint
language plpgsql stable security definer set search_path = public as $$
begin
	if not app_system() and cycle <> all (app_cycles()) then
		return 0;
	end if;
	return (
		select count(*)
		from (select distinct h.user_id from cycle_units c join offices o on o.unit_id = c.unit_id join holdings h on h.office_id = o.id
		      where c.cycle_id = cycle and daterange(h.valid_from, h.valid_to, '[]') @> today) x
		join users u on u.id = x.user_id and u.active
		join accounts a on a.user_id = u.id
		left join lateral (select state from notices n where n.user_id = u.id and n.state in ('sent', 'failed') order by n.id desc limit 1) m on true
		where a.email = '' or m.state = 'failed');
end $$;
-- +goose StatementEnd
revoke all on function unreachable(text, date) from public;
grant execute on function unreachable(text, date) to dondoc_app;

-- +goose Down
drop function unreachable(text, date);
drop index notices_trouble;
