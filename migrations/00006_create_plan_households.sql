-- A commune's plan with its households. The draft is rows that the commune edits;
-- what was sent is a copy of its own in plan_rounds and plan_round_households,
-- which nobody can change: dondoc_app may add to them, say how a round ended, and
-- no more. A household of a round is one document, so that a plan shows what stood then, whatever becomes
-- of the register.
--
-- Who helps a commune sees the round that was sent last and the one that stands
-- approved; which fields, poverty.Cycle.PlanSight says.

-- +goose Up
-- Kinds of support: the national list, and what a cycle's owner added to it.
create table component_kinds (
	id       bigint generated always as identity primary key,
	owner_id text references units,
	code     text collate "C" not null check (code ~ '^[a-z][a-z0-9_]{0,40}$'),
	name     text not null check (name <> ''),
	name_en  text not null check (name_en <> ''),
	unique nulls not distinct (code, owner_id)
);
insert into component_kinds (code, name, name_en) values
	('livestock', 'Hỗ trợ giống con', 'Livestock'),
	('crops', 'Hỗ trợ giống cây, vật tư', 'Seedlings and supplies'),
	('model', 'Mô hình sinh kế', 'Livelihood model'),
	('production_land', 'Đất sản xuất, đất ở', 'Land'),
	('labour_days', 'Ngày công lao động', 'Days of labour'),
	('green_fence', 'Hàng rào xanh', 'Green fence'),
	('housing', 'Làm mới, sửa nhà ở', 'Housing'),
	('latrine', 'Hố xí hợp vệ sinh', 'Latrine'),
	('water', 'Nước sinh hoạt', 'Clean water'),
	('loan', 'Vay vốn ưu đãi', 'Preferential loan'),
	('training', 'Tập huấn, khuyến nông', 'Training and extension'),
	('vocational_training', 'Dạy nghề', 'Vocational training'),
	('job', 'Giới thiệu việc làm', 'Job placement'),
	('labour_export', 'Đưa đi làm việc ở nước ngoài', 'Work abroad'),
	('health_insurance', 'Bảo hiểm y tế, khám chữa bệnh', 'Health insurance and care'),
	('schooling', 'Chi phí học tập', 'School costs'),
	('information', 'Thông tin, tuyên truyền', 'Information'),
	('legal_aid', 'Trợ giúp pháp lý', 'Legal aid'),
	('relief', 'Trợ giúp đột xuất, Tết', 'Relief'),
	('social_assistance', 'Trợ cấp bảo trợ xã hội', 'Social assistance'),
	('other', 'Hỗ trợ khác', 'Other');

alter table plans
	add column texts          jsonb not null default '{}',
	add column focal          text not null default '',
	add column shortfall      text not null default '',
	add column leave_near     integer not null default 0 check (leave_near >= 0),
	add column edited         integer not null default 0,
	add column drafted_by     bigint[] not null default '{}',
	add column amendment      integer not null default 0,
	add column sent_round     integer not null default 0,
	add column approved_round integer not null default 0,
	add column moved          text not null default '',
	add column moved_at       timestamptz,
	add column moved_by       bigint references users;
alter table plan_rounds
	add column texts      jsonb not null default '{}',
	add column focal      text not null default '',
	add column shortfall  text not null default '',
	add column leave_near integer not null default 0,
	add column amendment  integer not null default 0,
	add column target     integer not null default 0,
	add column sent_by    bigint references users,
	add column outcome    text not null default '' check (outcome in ('', 'returned', 'withdrawn', 'approved')),
	add column ended_at   timestamptz,
	add column ended_by   bigint references users;
update plans set texts = jsonb_build_object('solutions', text) where text <> '';
update plan_rounds set texts = jsonb_build_object('solutions', text) where text <> '';
update plans p set
	sent_round = case when p.sent_at is null then 0 else (select max(round) from plan_rounds r where (r.cycle_id, r.unit_id) = (p.cycle_id, p.unit_id)) end,
	approved_round = case when p.state = 'approved' then p.round else 0 end
where exists (select from plan_rounds r where (r.cycle_id, r.unit_id) = (p.cycle_id, p.unit_id));
update plan_rounds r set outcome = case when p.approved_round = r.round then 'approved' else 'returned' end
from plans p where (r.cycle_id, r.unit_id) = (p.cycle_id, p.unit_id) and (p.approved_round = r.round or p.round > r.round);
alter table plans drop column text;
alter table plan_rounds drop column text;

create table plan_households (
	cycle_id      text not null,
	unit_id       text not null,
	household_id  bigint not null references households,
	goal          text not null check (goal in ('leave_poor', 'leave_near_poor', 'help')),
	causes        text[] not null default '{}',
	cause_other   text not null default '',
	needs         text[] not null default '{}',
	registered_on date,
	note          text not null default '',
	version       integer not null default 1,
	saved_at      timestamptz not null,
	saved_by      bigint references users,
	primary key (cycle_id, unit_id, household_id),
	foreign key (cycle_id, unit_id) references plans
);
create index plan_households_household on plan_households (household_id);

create table plan_measures (
	id           bigint generated always as identity primary key,
	cycle_id     text not null,
	unit_id      text not null,
	household_id bigint not null,
	place        integer not null,
	need         text not null default '',
	kind         text not null default '',
	what         text not null default '',
	quantity     bigint not null default 0 check (quantity >= 0),
	measure      text not null default '',
	term         date,
	helper_id    text not null default '',
	helper_other text not null default '',
	foreign key (cycle_id, unit_id, household_id) references plan_households on delete cascade
);
create index plan_measures_household on plan_measures (cycle_id, unit_id, household_id);

create table plan_round_households (
	cycle_id     text not null,
	unit_id      text not null,
	round        integer not null,
	household_id bigint not null,
	sheet        jsonb not null,
	primary key (cycle_id, unit_id, round, household_id),
	foreign key (cycle_id, unit_id, round) references plan_rounds
);

-- What whoever returned a round remarked, and what the commune answered.
create table plan_remarks (
	id           bigint generated always as identity primary key,
	cycle_id     text not null,
	unit_id      text not null,
	round        integer not null,
	household_id bigint not null default 0,
	field        text not null default '',
	text         text not null check (text <> ''),
	made_at      timestamptz not null,
	made_by      bigint references users,
	office_id    text not null default '',
	answer       text not null default '',
	foreign key (cycle_id, unit_id, round) references plan_rounds
);
create index plan_remarks_round on plan_remarks (cycle_id, unit_id, round);

alter table component_kinds enable row level security, force row level security;
alter table plan_households enable row level security, force row level security;
alter table plan_measures enable row level security, force row level security;
alter table plan_round_households enable row level security, force row level security;
alter table plan_remarks enable row level security, force row level security;

create policy program on component_kinds using ((select app_system()));
create policy program on plan_households using ((select app_system()));
create policy program on plan_measures using ((select app_system()));
create policy program on plan_round_households using ((select app_system()));
create policy program on plan_remarks using ((select app_system()));
create policy directory on component_kinds for select using ((select app_actor()));
create policy part on plan_households for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_measures for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
create policy part on plan_remarks for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));
drop policy part on plan_rounds;
create policy part on plan_rounds for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[])
	or exists (select from plans p where p.cycle_id = plan_rounds.cycle_id and p.unit_id = plan_rounds.unit_id
	           and plan_rounds.round in (p.sent_round, p.approved_round)));
create policy part on plan_round_households for select using (
	exists (select from plan_rounds r where r.cycle_id = plan_round_households.cycle_id and r.unit_id = plan_round_households.unit_id
	        and r.round = plan_round_households.round));

grant select, insert, update, delete on component_kinds, plan_households, plan_measures, plan_remarks to dondoc_app;
grant select, insert on plan_round_households to dondoc_app;
revoke update, delete on plan_rounds from dondoc_app;
grant update (outcome, ended_at, ended_by) on plan_rounds to dondoc_app;

-- +goose Down
grant update, delete on plan_rounds to dondoc_app;
drop policy part on plan_rounds;
create policy part on plan_rounds for select using (
	exists (select from plans p where p.cycle_id = plan_rounds.cycle_id and p.unit_id = plan_rounds.unit_id));
drop table plan_remarks, plan_round_households, plan_measures, plan_households, component_kinds;
alter table plans add column text text not null default '';
alter table plan_rounds add column text text not null default '';
update plans set text = concat_ws(E'\n\n', texts ->> 'situation', texts ->> 'solutions', texts ->> 'organisation');
update plan_rounds set text = concat_ws(E'\n\n', texts ->> 'situation', texts ->> 'solutions', texts ->> 'organisation');
alter table plans
	drop column texts, drop column focal, drop column shortfall, drop column leave_near, drop column edited, drop column drafted_by,
	drop column amendment, drop column sent_round, drop column approved_round, drop column moved, drop column moved_at, drop column moved_by;
alter table plan_rounds
	drop column texts, drop column focal, drop column shortfall, drop column leave_near, drop column amendment, drop column target, drop column sent_by,
	drop column outcome, drop column ended_at, drop column ended_by;
