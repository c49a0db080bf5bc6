-- What a unit was called on a day is asked for each row of each list. Planned into
-- the statement that asks, a row at a time, it is one look into an index; joined by
-- span, all units of the country would be read.
-- +goose Up
-- +goose StatementBegin
create function name_on(unit text, day date) returns table (name text) language sql stable parallel safe as $$
	select v.name from unit_versions v where v.unit_id = unit and daterange(v.valid_from, v.valid_to, '[]') @> day limit 1
$$;
-- The day of an instant in Vietnam, where all deadlines are.
create function local_day(at timestamptz) returns date language sql immutable parallel safe as $$ select (at at time zone 'Asia/Ho_Chi_Minh')::date $$;
-- +goose StatementEnd

-- +goose Down
drop function name_on;
drop function local_day;
