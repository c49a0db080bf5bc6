-- The groups of a cycle are given by assignments: drafted by the standing office,
-- issued by leadership under a number, and kept as they were issued. Those in
-- force are in the cycle's rules. What each agency says to its place in a group
-- is kept for the assignment in force.

-- +goose Up
create table assignments (
	cycle_id     text not null references cycles,
	no           integer not null check (no > 0),
	state        text not null default 'draft' check (state in ('draft', 'sent', 'issued')),
	groups       jsonb not null,
	note         text not null default '',
	remark       text not null default '',
	basis        text not null default '',
	effective_at timestamptz,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	drafters     bigint[] not null default '{}',
	sent_at      timestamptz,
	issued_at    timestamptz,
	issued_by    bigint references users,
	version      integer not null default 1,
	primary key (cycle_id, no),
	check ((state = 'issued') = (issued_at is not null) and (state = 'issued') = (effective_at is not null))
);
create unique index assignments_one_draft on assignments (cycle_id) where state <> 'issued';

-- +goose StatementBegin
create function refuse_issued_change() returns trigger language plpgsql as $$
begin
	if old.state = 'issued' then
		raise exception 'an assignment that was issued stays as it is';
	end if;
	return new;
end $$;
-- +goose StatementEnd
create trigger assignments_issued_stand before update or delete on assignments
	for each row execute function refuse_issued_change();

create table group_answers (
	cycle_id    text not null,
	no          integer not null,
	group_code  text collate "C" not null,
	unit_id     text not null references units,
	accepted    boolean not null,
	reason      text not null default '',
	office_id   text not null default '',
	answered_by bigint references users,
	answered_at timestamptz not null,
	primary key (cycle_id, no, group_code, unit_id),
	foreign key (cycle_id, no) references assignments,
	check (accepted or reason <> '')
);

insert into assignments (cycle_id, no, state, groups, effective_at, saved_at, issued_at)
select id, 1, 'issued', rules -> 'groups', issued_at, issued_at, issued_at
from cycles where jsonb_typeof(rules -> 'groups') = 'array' and rules -> 'groups' <> '[]';

alter table assignments enable row level security, force row level security;
alter table group_answers enable row level security, force row level security;
create policy program on assignments using ((select app_system()));
create policy program on group_answers using ((select app_system()));
-- A draft is read by who writes it and who issues it.
create policy part on assignments for select using (
	cycle_id = any ((select app_member())::text[])
	and (state = 'issued' or exists (
		select from cycles c where c.id = assignments.cycle_id
		and (c.owner_id = any ((select app_units())::text[]) or c.rules #>> '{bindings,standing}' = any ((select app_units())::text[])))));
create policy part on group_answers for select using (cycle_id = any ((select app_member())::text[]));

grant select, insert, update on assignments, group_answers to dondoc_app;

-- +goose Down
drop table group_answers, assignments;
drop function refuse_issued_change;
