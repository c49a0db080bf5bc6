-- The household register: which households are poor, why, and what they need. It
-- is personal data: a row is seen by its commune and by those that see all of
-- the cycle (which of its fields, poverty.SensitiveFields says); the agencies
-- that help see none of it here. PostgreSQL refuses COPY under row-level
-- security, so an import copies into a temporary table of its own session and
-- goes on from there in one statement: dondoc_app needs the right to temporary
-- tables, which a database grants to all unless it was revoked.
--
-- Communes, hamlets and needs are checked by the store before rows are written,
-- set by set: a foreign key would ask again for each of a million rows.

-- +goose Up
create table hamlets (
	unit_id text not null references units,
	code    text collate "C" not null check (code <> ''),
	name    text not null check (name <> ''),
	primary key (unit_id, code)
);

-- What households need: the national list, and what a cycle's owner added to it.
create table needs (
	id       bigint generated always as identity primary key,
	owner_id text references units,
	code     text collate "C" not null check (code ~ '^[a-z][a-z0-9_]{0,40}$'),
	name     text not null check (name <> ''),
	name_en  text not null check (name_en <> ''),
	unique nulls not distinct (code, owner_id)
);
insert into needs (code, name, name_en) values
	('housing', 'Nhà ở', 'Housing'),
	('latrine', 'Nhà tiêu hợp vệ sinh', 'Latrine'),
	('crops', 'Trồng trọt', 'Crops'),
	('livestock', 'Chăn nuôi', 'Livestock'),
	('production_land', 'Đất sản xuất', 'Production land'),
	('loan', 'Vay vốn ưu đãi', 'Preferential loan'),
	('vocational_training', 'Học nghề', 'Vocational training'),
	('job', 'Việc làm', 'Employment'),
	('labour_export', 'Xuất khẩu lao động', 'Work abroad'),
	('health_insurance', 'Bảo hiểm y tế', 'Health insurance'),
	('schooling', 'Học tập của con em', 'Schooling'),
	('water', 'Nước sinh hoạt', 'Clean water'),
	('information', 'Tiếp cận thông tin', 'Access to information'),
	('legal_aid', 'Trợ giúp pháp lý', 'Legal aid'),
	('other', 'Nhu cầu khác', 'Other');

create table households (
	id              bigint generated always as identity primary key,
	cycle_id        text not null,
	unit_id         text not null,
	hamlet          text collate "C" not null,
	code            text collate "C" not null check (code <> ''),
	previous_id     bigint,
	head            text not null check (head <> ''),
	head_folded     text collate "C" not null generated always as (fold(head)) stored,
	head_born       integer not null default 0,
	head_female     boolean not null default false,
	id_number       text collate "C" not null default '',
	health_card     text collate "C" not null default '',
	members         integer not null check (members > 0),
	children        integer not null default 0 check (children >= 0),
	elderly         integer not null default 0 check (elderly >= 0),
	workers         integer not null default 0 check (workers >= 0),
	disabled        integer not null default 0 check (disabled >= 0),
	ethnic          boolean not null default false,
	policy_family   boolean not null default false,
	urban           boolean not null default false,
	production_land integer not null default 0 check (production_land >= 0),
	income          bigint not null default 0 check (income >= 0),
	points          integer not null default 0 check (points >= 0),
	deprived        text[] not null default '{}',
	declared        text not null default '' check (declared in ('', 'poor', 'near_poor', 'not_poor')),
	computed        text not null default '' check (computed in ('', 'poor', 'near_poor', 'not_poor')),
	policy_group    text not null default '' check (policy_group in ('', 'policy', 'hard_core')),
	causes          text[] not null default '{}',
	cause_other     text not null default '',
	needs           text[] not null default '{}',
	health          text not null default '',
	note            text not null default '',
	version         integer not null default 1,
	saved_at        timestamptz not null,
	saved_by        bigint,
	unique (cycle_id, unit_id, code)
);
create index households_list on households (cycle_id, unit_id, hamlet, code);
create index households_alike on households (cycle_id, unit_id, hamlet, head_folded, head_born);
create index households_id_number on households (cycle_id, id_number) where id_number <> '';
create index households_health_card on households (cycle_id, health_card) where health_card <> '';

alter table hamlets enable row level security;
alter table needs enable row level security;
alter table households enable row level security;

create policy program on hamlets using ((select app_system()));
create policy program on needs using ((select app_system()));
create policy program on households using ((select app_system()));
create policy directory on hamlets for select using ((select app_actor()));
create policy directory on needs for select using ((select app_actor()));
create policy part on households for select using (
	cycle_id = any ((select app_cycles())::text[]) or unit_id = any ((select app_units())::text[]));

grant select, insert, update, delete on hamlets, needs, households to dondoc_app;

-- +goose Down
drop table households, needs, hamlets;
