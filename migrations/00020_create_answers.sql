-- What people answer to a ladder: a new last day is requested, granted or refused;
-- the answer is handed to another office; an act is taken back within minutes.

-- +goose Up
alter table history add whom text not null default '';

alter table duties
	add requested   date,
	add handed      text not null default '',
	add last_act    text not null default '',
	add last_actor  bigint references users,
	add last_act_at timestamptz,
	add check ((last_act = '') = (last_act_at is null));

alter table escalations add answer_by timestamptz;

alter table notices
	add answer_by timestamptz,
	add then_at   timestamptz,
	add then_to   text not null default '';

-- +goose Down
alter table notices drop then_to, drop then_at, drop answer_by;
alter table escalations drop answer_by;
alter table duties drop last_act_at, drop last_actor, drop last_act, drop handed, drop requested;
alter table history drop whom;
