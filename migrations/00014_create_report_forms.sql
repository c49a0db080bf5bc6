-- What reports ask (a form in versions, fixed for a period when it opens), what
-- a report was filled in from, what members of a group contribute, the calls
-- about a duty, and the consolidated report of a period in numbered revisions.

-- +goose Up
create table report_forms (
	cycle_id text not null references cycles,
	version  integer not null check (version > 0),
	fields   jsonb not null,
	reason   text not null default '',
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (cycle_id, version)
);
insert into report_forms (cycle_id, version, fields, saved_at)
select id, 1, '[
	{"code": "households_helped", "label": "Số hộ được giúp đỡ", "label_en": "Households helped", "kind": "count", "unit": "hộ", "source": "deliveries.count_households", "who": "both"},
	{"code": "components_started", "label": "Số hợp phần đã bắt đầu", "label_en": "Components started", "kind": "count", "unit": "hợp phần", "source": "components.started", "who": "both"},
	{"code": "value_thousand", "label": "Giá trị hỗ trợ", "label_en": "Value of support", "kind": "money", "unit": "nghìn đồng", "source": "deliveries.value", "who": "both"},
	{"code": "visits", "label": "Số lượt đến thăm hộ", "label_en": "Visits to households", "kind": "count", "unit": "lượt", "who": "both"},
	{"code": "obstacles", "label": "Khó khăn, vướng mắc và đề nghị", "label_en": "Obstacles and proposals", "kind": "text", "who": "both"},
	{"code": "next_month", "label": "Việc của kỳ tới", "label_en": "Work of the next period", "kind": "text", "who": "both"}
]', issued_at from cycles;

-- The version of the form, once a period is open, and the days whose deliveries
-- it counts; counts_to null is to the end.
alter table periods add form integer not null default 0, add counts_from date, add counts_to date;
update periods set form = case state when 'planned' then 0 else 1 end, counts_from = starts_on, counts_to = ends_on;
alter table periods alter counts_from set not null;

alter table reports
	add form integer not null default 1,
	add computed jsonb not null default '{}',  -- by field: what the ledger said when it was saved
	add overrides jsonb not null default '{}', -- by field: why its figure differs from that
	add texts jsonb not null default '{}',
	add nothing boolean not null default false,
	add without text[] not null default '{}';  -- members who had contributed nothing

create table contributions (
	duty_id  bigint not null references duties, -- the lead's report
	unit_id  text not null references units,    -- the member
	version  integer not null default 1 check (version > 0),
	figures  jsonb not null default '{}',
	text     text not null default '',
	nothing  boolean not null default false,
	saved_at timestamptz not null,
	saved_by bigint references users,
	primary key (duty_id, unit_id)
);

create table calls (
	id          bigint generated always as identity primary key,
	cycle_id    text not null references cycles,
	duty_id     bigint not null references duties,
	key         text not null,
	office_id   text not null default '',
	whom        text not null check (whom <> ''),
	said        text not null check (said <> ''),
	called_at   timestamptz not null,
	recorded_at timestamptz not null,
	recorded_by bigint references users,
	unique nulls not distinct (recorded_by, key)
);
create index calls_duty on calls (duty_id, called_at);

create table consolidations (
	cycle_id   text not null references cycles,
	period     text not null,
	revision   integer not null check (revision > 0),
	version    integer not null default 1,
	state      text not null default 'draft' check (state in ('draft', 'sent', 'returned', 'accepted')),
	rollup     jsonb not null,
	text       text not null default '',
	reason     text not null default '',
	remarks    text not null default '',
	created_at timestamptz not null,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	sent_at    timestamptz,
	decided_at timestamptz,
	primary key (cycle_id, period, revision),
	foreign key (cycle_id, period) references periods,
	check ((state = 'draft') = (sent_at is null))
);

-- What was sent up is not changed: only how leadership decided is added.
-- +goose StatementBegin
create function refuse_sent_change() returns trigger language plpgsql as $$
begin
	if old.sent_at is not null and (new.rollup, new.text, new.reason, new.sent_at) is distinct from (old.rollup, old.text, old.reason, old.sent_at) then
		raise exception 'a consolidated report that was sent is revised, not changed';
	end if;
	return new;
end $$;
-- +goose StatementEnd
create trigger consolidations_sent_stand before update on consolidations
	for each row execute function refuse_sent_change();

alter table report_forms enable row level security;
alter table contributions enable row level security;
alter table calls enable row level security;
alter table consolidations enable row level security;
alter table report_forms force row level security;
alter table contributions force row level security;
alter table calls force row level security;
alter table consolidations force row level security;

create policy program on report_forms using ((select app_system()));
create policy program on contributions using ((select app_system()));
create policy program on calls using ((select app_system()));
create policy program on consolidations using ((select app_system()));

create policy part on report_forms for select using (cycle_id = any ((select app_member())::text[]));
-- A member's part is seen by itself, by its lead and by those that see all; not
-- by the other members.
create policy part on contributions for select using (
	unit_id = any ((select app_units())::text[])
	or exists (select from duties d where d.id = contributions.duty_id
	           and (d.unit_id = any ((select app_units())::text[]) or d.cycle_id = any ((select app_cycles())::text[]))));
-- What was said on the telephone is for those that see all and for whom it was about.
create policy part on calls for select using (
	cycle_id = any ((select app_cycles())::text[])
	or exists (select from duties d where d.id = calls.duty_id and d.unit_id = any ((select app_units())::text[])));
-- A draft is the standing office's own until it is sent.
create policy part on consolidations for select using (
	cycle_id = any ((select app_cycles())::text[])
	and (sent_at is not null or exists (select from cycles c where c.id = consolidations.cycle_id
	     and c.rules -> 'bindings' ->> 'standing' = any ((select app_units())::text[]))));

grant select, insert on report_forms, calls to dondoc_app;
grant select, insert, update on contributions, consolidations to dondoc_app;

-- +goose Down
drop table consolidations, calls, contributions, report_forms;
drop function refuse_sent_change;
alter table reports drop form, drop computed, drop overrides, drop texts, drop nothing, drop without;
alter table periods drop form, drop counts_from, drop counts_to;
