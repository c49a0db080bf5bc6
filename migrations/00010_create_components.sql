-- What is done to help: components (a kind of support for a commune or some of
-- its households), the funds that pay for some of them, and what was delivered.
-- Deliveries and entries of funds are ledgers: nothing in them is changed, a
-- mistake is taken back by a counter-entry. A component has no column for its
-- state: that is computed from its deliveries (poverty.Component.StateOf).

-- +goose Up

-- A fund lies in the cycle in which it is kept. What is left is carried to the
-- next cycle, which may not be there yet: so no foreign key.
create table funds (
	id           bigint generated always as identity primary key,
	cycle_id     text not null,
	code         text collate "C" not null check (code ~ '^[a-z0-9][a-z0-9.-]{0,39}$'),
	unit_id      text not null references units,
	name         text not null check (name <> ''),
	year         integer not null check (year between 1990 and 2200), -- in which it was raised
	carried_from bigint references funds,
	audience     text[] not null default '{}', -- further units that may see it
	version      integer not null default 1,
	saved_at     timestamptz not null,
	saved_by     bigint references users,
	unique (cycle_id, code)
);

create table components (
	id         bigint generated always as identity primary key,
	cycle_id   text not null references cycles,
	code       text collate "C" not null check (code ~ '^[a-z0-9][a-z0-9.-]{0,39}$'),
	unit_id    text not null references units, -- in charge
	group_code text not null default '',
	commune_id text not null references units,
	kind       text collate "C" not null,
	title      text not null check (title <> ''),
	quantity   bigint not null default 0 check (quantity >= 0), -- thousandths of the measure
	measure    text not null default '',
	value      bigint not null default 0 check (value >= 0), -- đồng
	fund_id    bigint references funds,
	programme  text not null default '',
	share      integer not null default 0 check (share between 0 and 100), -- per cent of the value that the source bears
	start_by   date,
	end_by     date,
	start_duty text not null default '', -- the template of its start; '' is the cycle's own
	audience   text[] not null default '{}',
	version    integer not null default 1,
	saved_at   timestamptz not null,
	saved_by   bigint references users,
	unique (cycle_id, code),
	check (fund_id is null or programme = '')
);
create index components_unit on components (unit_id, cycle_id);
create index components_commune on components (commune_id, cycle_id);
create index components_fund on components (fund_id) where fund_id is not null;

create table component_households (
	component_id bigint not null references components,
	household_id bigint not null references households on delete cascade, -- who leaves the register is waited for no more
	primary key (component_id, household_id)
);
create index component_households_household on component_households (household_id);

-- What was handed over together has one batch number: papers hang on it.
create sequence delivery_batches;
create table deliveries (
	id           bigint generated always as identity primary key,
	batch        bigint not null,
	cycle_id     text not null references cycles,
	component_id bigint not null references components,
	day          date not null,
	recorded_at  timestamptz not null,
	recorded_by  bigint references users,
	unit_id      text not null references units, -- who delivered
	office_id    text not null default '',
	on_behalf    boolean not null default false,
	household_id bigint, -- with its code and head as they were: the register may lose it, the ledger does not
	code         text collate "C" not null default '',
	head         text not null default '',
	audience     text not null default '', -- whom information work reached
	quantity     bigint not null default 0,
	value        bigint not null default 0,
	basis        text not null default '',
	note         text not null default '',
	corrects     bigint unique references deliveries,
	check (corrects is not null or quantity >= 0 and value >= 0)
);
create index deliveries_component on deliveries (component_id, day);
create index deliveries_cycle on deliveries (cycle_id, day);
create index deliveries_household on deliveries (household_id) where household_id is not null;
create index deliveries_batch on deliveries (batch);

create table delivery_confirmations (
	batch        bigint primary key,
	component_id bigint not null references components,
	recorded_at  timestamptz not null,
	recorded_by  bigint references users,
	office_id    text not null default ''
);

create table fund_entries (
	id          bigint generated always as identity primary key,
	fund_id     bigint not null references funds,
	kind        text not null check (kind in ('raised', 'spent', 'carried_in', 'carried_out', 'correction')),
	amount      bigint not null check (amount <> 0), -- đồng; what leaves the fund is negative
	day         date not null,
	recorded_at timestamptz not null,
	recorded_by bigint references users,
	office_id   text not null default '',
	delivery_id bigint references deliveries,
	corrects    bigint unique references fund_entries,
	basis       text not null default '',
	reason      text not null default '',
	check ((kind = 'correction') = (corrects is not null))
);
create index fund_entries_fund on fund_entries (fund_id, day);
create index fund_entries_delivery on fund_entries (delivery_id) where delivery_id is not null;

-- +goose StatementBegin
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
	raise exception 'a ledger is append-only';
end $$;
-- +goose StatementEnd
create trigger deliveries_append_only before update or delete on deliveries
	for each statement execute function refuse_ledger_change();
create trigger fund_entries_append_only before update or delete on fund_entries
	for each statement execute function refuse_ledger_change();

alter table funds enable row level security;
alter table components enable row level security;
alter table component_households enable row level security;
alter table deliveries enable row level security;
alter table delivery_confirmations enable row level security;
alter table fund_entries enable row level security;
alter table funds force row level security;
alter table components force row level security;
alter table component_households force row level security;
alter table deliveries force row level security;
alter table delivery_confirmations force row level security;
alter table fund_entries force row level security;

create policy program on funds using ((select app_system()));
create policy program on components using ((select app_system()));
create policy program on component_households using ((select app_system()));
create policy program on deliveries using ((select app_system()));
create policy program on delivery_confirmations using ((select app_system()));
create policy program on fund_entries using ((select app_system()));

create policy part on funds for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]) or audience && (select app_units()));
create policy part on components for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[])
	or commune_id = any ((select app_units())::text[]) or audience && (select app_units()));
create policy part on component_households for select using (
	exists (select from components c where c.id = component_households.component_id));
create policy part on deliveries for select using (
	exists (select from components c where c.id = deliveries.component_id));
create policy part on delivery_confirmations for select using (
	exists (select from components c where c.id = delivery_confirmations.component_id));
create policy part on fund_entries for select using (
	exists (select from funds f where f.id = fund_entries.fund_id));

grant select, insert, update on funds, components to dondoc_app;
grant select, insert, delete on component_households to dondoc_app;
grant select, insert on deliveries, delivery_confirmations, fund_entries to dondoc_app;
grant usage on sequence delivery_batches to dondoc_app;

-- +goose Down
drop table fund_entries, delivery_confirmations, deliveries, component_households, components, funds;
drop sequence delivery_batches;
drop function refuse_ledger_change;
