package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const planColumns = `
	select p.cycle_id, p.unit_id, coalesce(v.name, p.unit_id) as unit_name, p.state, p.round, p.amendment, p.version, p.edited,
	       p.to_leave, p.leave_near, coalesce(d.texts, '{}') as texts, coalesce(d.focal, '') as focal, coalesce(d.shortfall, '') as shortfall, p.remarks, p.term, p.sent_at, p.approved_at,
	       coalesce(p.sent_by, 0) as sent_by, p.drafted_by, p.sent_round, p.approved_round, p.moved, p.moved_at,
	       coalesce(p.moved_by, 0) as moved_by, coalesce(u.name, '') as moved_by_name
	from plans p
	join cycles c on c.id = p.cycle_id
	left join plan_drafts d on d.cycle_id = p.cycle_id and d.unit_id = p.unit_id
	left join users u on u.id = p.moved_by
	left join lateral name_on(p.unit_id, local_day(c.issued_at)) v on true`

// Plans returns the plans of a cycle that the actor may see. The texts, the focal
// point and the reason of a draft are left out for who may not read it.
func (db *DB) Plans(ctx context.Context, id poverty.CycleID) (plans []poverty.Plan, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, planColumns+" where p.cycle_id = $1 order by p.unit_id", id)
		plans, err = many[poverty.Plan](rows, err)
		return err
	})
	return plans, err
}

// Plan returns a commune's plan, as Plans does.
func (db *DB) Plan(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (p poverty.Plan, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		p, err = plan(ctx, tx, id, unit, "")
		return err
	})
	return p, err
}

func plan(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID, lock string) (poverty.Plan, error) {
	rows, err := tx.Query(ctx, planColumns+" where p.cycle_id = $1 and p.unit_id = $2"+lock, id, unit)
	return one[poverty.Plan](rows, err, "plan.not_found")
}

// planSheets are the households of a draft, each as one document: what a round
// keeps is the same.
const planSheets = `
	select p.household_id, jsonb_strip_nulls(jsonb_build_object(
		'household', h.id, 'code', h.code, 'hamlet', h.hamlet, 'hamlet_name', coalesce(m.name, h.hamlet), 'head', h.head,
		'members', h.members, 'class', h.declared, 'policy_group', h.policy_group, 'goal', p.goal, 'causes', p.causes,
		'cause_other', p.cause_other, 'needs', p.needs, 'registered', p.registered_on, 'note', p.note, 'version', p.version,
		'measures', coalesce(x.list, '[]'))) as sheet
	from plan_households p
	join households h on h.id = p.household_id
	left join hamlets m on m.unit_id = h.unit_id and m.code = h.hamlet
	left join (
		select household_id, jsonb_agg(jsonb_build_object(
			'id', id, 'need', need, 'kind', kind, 'what', what, 'quantity', quantity, 'measure', measure, 'term', term,
			'helper', helper_id, 'helper_other', helper_other) order by place, id) as list
		from plan_measures where cycle_id = $1 and unit_id = $2 group by household_id) x on x.household_id = p.household_id
	where p.cycle_id = $1 and p.unit_id = $2`

func draftSheets(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID) ([]poverty.PlanHousehold, error) {
	rows, err := tx.Query(ctx, "select sheet from ("+planSheets+" order by h.hamlet, h.code) x", id, unit)
	if err != nil {
		return nil, err
	}
	list, err := pgx.AppendRows([]poverty.PlanHousehold{}, rows, pgx.RowTo[poverty.PlanHousehold])
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `
		select o.code from objections o join postings p on p.id = o.posting_id
		where o.cycle_id = $1 and o.unit_id = $2 and o.state = 'upheld' and p.subject like 'plan.%' and o.code <> ''`, id, unit)
	if err != nil {
		return nil, err
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for i, h := range list {
		list[i].Reopened = slices.Contains(open, h.Code)
	}
	return list, err
}

// PlanSheet returns a plan with the households of its draft, and what is
// missing. The draft is the commune's, the standing office's and the
// leadership's to see: NotFound to others.
func (db *DB) PlanSheet(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (s poverty.PlanSheet, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if s.Plan, err = plan(ctx, tx, id, unit, ""); err != nil {
			return err
		}
		if c.PlanSight(a, unit) != poverty.SightAll {
			return poverty.Errorf(poverty.NotFound, "plan.not_found")
		}
		if s.Households, err = draftSheets(ctx, tx, id, unit); err != nil {
			return err
		}
		if s.Check, err = planCheck(ctx, tx, c, unit); err != nil {
			return err
		}
		s.Missing = append([]poverty.PlanGap{}, s.Plan.Missing(s.Households, s.Check)...)
		s.Remarks, err = remarks(ctx, tx, id, unit, s.Plan.Round-1)
		return err
	})
	return s, err
}

// planCheck reads what a commune's plan is held against.
func planCheck(ctx context.Context, tx pgx.Tx, c poverty.Cycle, unit poverty.UnitID) (poverty.PlanCheck, error) {
	k := poverty.PlanCheck{FirstDay: c.Rules.First.First(), FinalDay: c.Rules.Last.Last()}
	err := tx.QueryRow(ctx, `
		select (select count(*) from households where cycle_id = $1 and unit_id = $2 and declared = 'poor'),
		       exists (select from households where cycle_id = $1 and unit_id = $2),
		       exists (select from register_freezes where cycle_id = $1 and unit_id = $2),
		       coalesce((select to_leave from targets where cycle_id = $1 and unit_id = $2), 0),
		       array(select id from offices where unit_id = $2 and role in ('head', 'deputy') order by role desc, id)`, c.ID, unit).
		Scan(&k.Poor, &k.Register, &k.Frozen, &k.Target, &k.Offices)
	if err != nil || !c.Rules.Plan.EveryPoor {
		return k, err
	}
	rows, err := tx.Query(ctx, `
		select h.id, h.code from households h
		where h.cycle_id = $1 and h.unit_id = $2 and h.declared = 'poor'
		      and not exists (select from plan_households p where p.household_id = h.id and p.cycle_id = $1 and p.unit_id = $2)
		order by h.code`, c.ID, unit)
	k.Absent, err = many[poverty.PlanAbsent](rows, err)
	return k, err
}

const roundColumns = `
	select r.cycle_id, r.unit_id, r.round, r.amendment, r.to_leave, r.leave_near, r.target, r.texts, r.focal, r.shortfall, r.sent_at,
	       coalesce(s.name, '') as sent_by_name, r.outcome, r.ended_at, coalesce(e.name, '') as ended_by_name
	from plan_rounds r left join users s on s.id = r.sent_by left join users e on e.id = r.ended_by
	where r.cycle_id = $1 and r.unit_id = $2`

// PlanRounds returns the rounds of a plan that the actor may see, without their
// households, the newest first.
func (db *DB) PlanRounds(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.PlanRound, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if _, err := plan(ctx, tx, id, unit, ""); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, roundColumns+" order by r.round desc", id, unit)
		list, err = many[poverty.PlanRound](rows, err)
		return err
	})
	return list, err
}

// PlanRound returns a round with its households and the remarks on it, with the
// fields that the actor may see.
func (db *DB) PlanRound(ctx context.Context, id poverty.CycleID, unit poverty.UnitID, round int) (r poverty.PlanRound, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if r, err = planRound(ctx, tx, id, unit, round); err != nil {
			return err
		}
		sight := c.PlanSight(a, unit)
		for i, h := range r.Households {
			r.Households[i] = h.Seen(sight)
		}
		if r.Remarks = []poverty.PlanRemark{}; sight == poverty.SightAll {
			r.Remarks, err = remarks(ctx, tx, id, unit, round)
		}
		return err
	})
	return r, err
}

func planRound(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID, round int) (poverty.PlanRound, error) {
	rows, err := tx.Query(ctx, roundColumns+" and r.round = $3", id, unit, round)
	r, err := one[poverty.PlanRound](rows, err, "plan.no_round", "round", round)
	if err != nil {
		return r, err
	}
	rows, err = tx.Query(ctx, `
		select sheet from plan_round_households where cycle_id = $1 and unit_id = $2 and round = $3
		order by sheet ->> 'hamlet' collate "C", sheet ->> 'code' collate "C"`, id, unit, round)
	if err != nil {
		return r, err
	}
	r.Households, err = pgx.AppendRows([]poverty.PlanHousehold{}, rows, pgx.RowTo[poverty.PlanHousehold])
	return r, err
}

func remarks(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID, round int) ([]poverty.PlanRemark, error) {
	rows, err := tx.Query(ctx, `
		select m.id, m.round, m.household_id, m.field, m.text, m.made_at, coalesce(u.name, '') as made_by_name, m.office_id, m.answer
		from plan_remarks m left join users u on u.id = m.made_by
		where m.cycle_id = $1 and m.unit_id = $2 and m.round = $3 order by m.id`, id, unit, round)
	return many[poverty.PlanRemark](rows, err)
}

// drafter is someone of the commune at work on its plan's draft, which is
// locked; the rest of the transaction acts as the program.
type drafter struct {
	tx    pgx.Tx
	now   time.Time
	actor poverty.Actor
	cycle poverty.Cycle
	plan  poverty.Plan
}

// drafting lets someone of the commune change the draft of its plan, and counts
// the change. Conflict when the plan is not the commune's to write in now.
func (db *DB) drafting(ctx context.Context, id poverty.CycleID, unit poverty.UnitID, fn func(*drafter) error) (p poverty.Plan, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if _, err := plan(ctx, tx, id, unit, ""); err != nil {
			return err
		}
		if len(a.Within(id).In(unit)) == 0 && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "plan.forbidden.save")
		}
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if c.State == poverty.CycleClosed {
			return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(id))
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		d := &drafter{tx: tx, now: db.now(), actor: a, cycle: c}
		if d.plan, err = plan(ctx, tx, id, unit, " for update of p"); err != nil {
			return err
		}
		if _, err := d.plan.State.Move(poverty.PlanSend); err != nil {
			return err
		}
		if err := fn(d); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			update plans set version = version + 1,
				drafted_by = case when $3 = 0 or $3 = any (drafted_by) then drafted_by else drafted_by || $3::bigint end
			where cycle_id = $1 and unit_id = $2`, id, unit, int64(a.User)); err != nil {
			return err
		}
		if err := recount(ctx, tx, id, unit); err != nil {
			return err
		}
		p, err = plan(ctx, tx, id, unit, "")
		return err
	})
	return p, err
}

// recount counts the households of a draft, where the commune has a register.
func recount(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID) error {
	_, err := tx.Exec(ctx, `
		update plans set
			to_leave = case when n.register then n.poor else to_leave end,
			leave_near = n.near
		from (select count(*) filter (where goal = 'leave_poor') as poor, count(*) filter (where goal = 'leave_near_poor') as near,
		             exists (select from households where cycle_id = $1 and unit_id = $2) as register
		      from plan_households where cycle_id = $1 and unit_id = $2) n
		where cycle_id = $1 and unit_id = $2`, id, unit)
	return err
}

// SavePlan stores the texts, the focal point and the reason of a draft, by
// someone of the commune. Conflict when it was sent, or they were saved
// otherwise meanwhile; a change of the households does not matter.
func (db *DB) SavePlan(ctx context.Context, x poverty.PlanDraftContent) (poverty.Plan, error) {
	return db.drafting(ctx, x.Cycle, x.Unit, func(d *drafter) error {
		if x.Version != 0 && (x.Version < d.plan.Edited || x.Version > d.plan.Version) {
			return &poverty.Error{Kind: poverty.Conflict, Key: "plan.changed", Args: []any{"version", d.plan.Version}, Field: "version"}
		}
		if x.ToLeave < 0 {
			return poverty.InvalidField("to_leave", "plan.negative")
		}
		texts := map[string]string{}
		for _, part := range poverty.PlanParts {
			if s := locale.NFC(strings.TrimSpace(x.Texts[part])); s != "" {
				texts[part] = s
			}
		}
		for part := range x.Texts {
			if !slices.Contains(poverty.PlanParts, part) {
				return poverty.InvalidField("texts", "plan.unknown_part", "part", part)
			}
		}
		var known bool
		if err := d.tx.QueryRow(ctx, "select $2 = '' or exists (select from offices where unit_id = $1 and id = $2 and role in ('head', 'deputy'))",
			x.Unit, x.Focal).Scan(&known); err != nil {
			return err
		}
		if !known {
			return poverty.InvalidField("focal", "plan.focal_unfit")
		}
		if err := d.answer(ctx, x.Answers); err != nil {
			return err
		}
		if _, err := d.tx.Exec(ctx, "update plan_drafts set texts = $3, focal = $4, shortfall = $5 where cycle_id = $1 and unit_id = $2",
			x.Cycle, x.Unit, texts, x.Focal, locale.NFC(strings.TrimSpace(x.Shortfall))); err != nil {
			return err
		}
		_, err := d.tx.Exec(ctx, "update plans set to_leave = $3, edited = version + 1 where cycle_id = $1 and unit_id = $2", x.Cycle, x.Unit, x.ToLeave)
		return err
	})
}

// answer stores what the commune answers to the remarks on its last round.
func (d *drafter) answer(ctx context.Context, list []poverty.PlanAnswer) error {
	if len(list) == 0 {
		return nil
	}
	ids, texts := make([]int64, len(list)), make([]string, len(list))
	for i, a := range list {
		ids[i], texts[i] = a.Remark, locale.NFC(strings.TrimSpace(a.Text))
	}
	tag, err := d.tx.Exec(ctx, `
		update plan_remarks m set answer = x.text from unnest($4::bigint[], $5::text[]) x (id, text)
		where m.id = x.id and m.cycle_id = $1 and m.unit_id = $2 and m.round = $3`,
		d.plan.Cycle, d.plan.Unit, d.plan.Round-1, ids, texts)
	if err == nil && tag.RowsAffected() != int64(len(list)) {
		err = poverty.Errorf(poverty.NotFound, "plan.no_remark")
	}
	return err
}

// EditPlan changes the households of a draft, by someone of the commune: all of
// it or nothing. Problems counts the rows of Put from 1. Conflict when a row was
// saved otherwise meanwhile, or the plan was sent.
func (db *DB) EditPlan(ctx context.Context, x poverty.PlanEdit) (poverty.Plan, error) {
	return db.drafting(ctx, x.Cycle, x.Unit, func(d *drafter) error {
		if err := d.add(ctx, x); err != nil {
			return err
		}
		if err := d.fill(ctx, x); err != nil {
			return err
		}
		if err := d.put(ctx, x.Put); err != nil {
			return err
		}
		if err := d.answer(ctx, x.Answers); err != nil {
			return err
		}
		_, err := d.tx.Exec(ctx, "delete from plan_households where cycle_id = $1 and unit_id = $2 and household_id = any ($3)",
			x.Cycle, x.Unit, x.Remove)
		return err
	})
}

// add takes households of the register into the plan. One that is there stays
// as it is.
func (d *drafter) add(ctx context.Context, x poverty.PlanEdit) error {
	if len(x.Add) == 0 {
		return nil
	}
	var unfit int
	err := d.tx.QueryRow(ctx, `
		select count(*) from unnest($3::bigint[]) x (id)
		where not exists (select from households h where h.id = x.id and h.cycle_id = $1 and h.unit_id = $2 and h.declared in ('poor', 'near_poor'))`,
		x.Cycle, x.Unit, x.Add).Scan(&unfit)
	if err != nil {
		return err
	}
	if unfit > 0 {
		return poverty.InvalidField("add", "plan.unfit_households", "count", unfit)
	}
	_, err = d.tx.Exec(ctx, `
		insert into plan_households (cycle_id, unit_id, household_id, goal, causes, cause_other, needs, saved_at, saved_by)
		select $1, $2, h.id,
		       case when $4 = 'help' then 'help' when h.declared = 'near_poor' then 'leave_near_poor' else 'leave_poor' end,
		       h.causes, h.cause_other, h.needs, $5, nullif($6::bigint, 0)
		from households h where h.id = any ($3) on conflict do nothing`, x.Cycle, x.Unit, x.Add, string(x.Goal), d.now, int64(d.actor.User))
	return err
}

// fill gives households that are in the plan the same measure or goal.
func (d *drafter) fill(ctx context.Context, x poverty.PlanEdit) error {
	if len(x.Fill) == 0 {
		return nil
	}
	all, err := draftSheets(ctx, d.tx, x.Cycle, x.Unit)
	if err != nil {
		return err
	}
	var filled []poverty.PlanHousehold
	for _, h := range all {
		if slices.Contains(x.Fill, h.Household) {
			filled = append(filled, x.Filled(h))
		}
	}
	return d.put(ctx, filled)
}

// put stores households of the plan as they are given.
func (d *drafter) put(ctx context.Context, list []poverty.PlanHousehold) error {
	if len(list) == 0 {
		return nil
	}
	list, err := d.checked(ctx, list)
	if err != nil {
		return err
	}
	type measure struct {
		poverty.PlanMeasure
		Household poverty.HouseholdID `json:"household"`
		Place     int                 `json:"place"`
		Term      *calendar.Date      `json:"term"`
	}
	type row struct {
		poverty.PlanHousehold
		Registered *calendar.Date `json:"registered"`
	}
	rows, measures := make([]row, len(list)), []measure{}
	for i, h := range list {
		rows[i] = row{h, day(h.Registered)}
		for j, m := range h.Measures {
			measures = append(measures, measure{m, h.Household, j, day(m.Term)})
		}
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	rawMeasures, err := json.Marshal(measures)
	if err != nil {
		return err
	}
	c, unit := d.plan.Cycle, d.plan.Unit
	if _, err := d.tx.Exec(ctx, `
		insert into plan_households as p (cycle_id, unit_id, household_id, goal, causes, cause_other, needs, registered_on, note, saved_at, saved_by)
		select $1, $2, household, goal, causes, coalesce(cause_other, ''), needs, registered, coalesce(note, ''), $4, nullif($5::bigint, 0)
		from jsonb_to_recordset($3) as x (household bigint, goal text, causes text[], cause_other text, needs text[], registered date, note text)
		on conflict (cycle_id, unit_id, household_id) do update set
			goal = excluded.goal, causes = excluded.causes, cause_other = excluded.cause_other, needs = excluded.needs,
			registered_on = excluded.registered_on, note = excluded.note, version = p.version + 1,
			saved_at = excluded.saved_at, saved_by = excluded.saved_by`, c, unit, raw, d.now, int64(d.actor.User)); err != nil {
		return err
	}
	if _, err := d.tx.Exec(ctx, `
		delete from plan_measures m using jsonb_to_recordset($3) as h (household bigint)
		where m.cycle_id = $1 and m.unit_id = $2 and m.household_id = h.household
		      and not exists (select from jsonb_to_recordset($4) as x (id bigint, household bigint) where x.id = m.id and x.household = m.household_id)`,
		c, unit, raw, rawMeasures); err != nil {
		return err
	}
	const fields = "x (id bigint, household bigint, place integer, need text, kind text, what text, quantity bigint, measure text, term date, helper text, helper_other text)"
	if _, err := d.tx.Exec(ctx, `
		update plan_measures m set
			place = x.place, need = x.need, kind = x.kind, what = x.what, quantity = coalesce(x.quantity, 0), measure = coalesce(x.measure, ''),
			term = x.term, helper_id = coalesce(x.helper, ''), helper_other = coalesce(x.helper_other, '')
		from jsonb_to_recordset($3) as `+fields+`
		where m.cycle_id = $1 and m.unit_id = $2 and m.id = x.id and m.household_id = x.household`, c, unit, rawMeasures); err != nil {
		return err
	}
	_, err = d.tx.Exec(ctx, `
		insert into plan_measures (cycle_id, unit_id, household_id, place, need, kind, what, quantity, measure, term, helper_id, helper_other)
		select $1, $2, household, place, need, kind, what, coalesce(quantity, 0), coalesce(measure, ''), term, coalesce(helper, ''), coalesce(helper_other, '')
		from jsonb_to_recordset($3) as `+fields+`
		where not exists (select from plan_measures m where m.cycle_id = $1 and m.unit_id = $2 and m.id = x.id and m.household_id = x.household)
		order by household, place`, c, unit, rawMeasures)
	return err
}

// checked returns the households with what the register says of them; Problems
// when something is wrong with any.
func (d *drafter) checked(ctx context.Context, list []poverty.PlanHousehold) ([]poverty.PlanHousehold, error) {
	needList, err := needs(ctx, d.tx, d.plan.Cycle)
	if err != nil {
		return nil, err
	}
	kindList, err := componentKinds(ctx, d.tx, d.plan.Cycle)
	if err != nil {
		return nil, err
	}
	knownNeeds, knownKinds := map[string]bool{}, map[string]bool{}
	for _, n := range needList {
		knownNeeds[n.Code] = true
	}
	for _, k := range kindList {
		knownKinds[k.Code] = true
	}
	ids, byCode := []poverty.HouseholdID{}, []string{}
	for _, h := range list {
		ids, byCode = append(ids, h.Household), append(byCode, locale.NFC(strings.TrimSpace(h.Code)))
	}
	rows, err := d.tx.Query(ctx, `
		select h.id, h.code, h.declared, coalesce(p.version, 0) as version from households h
		left join plan_households p on p.household_id = h.id and p.cycle_id = $1 and p.unit_id = $2
		where h.cycle_id = $1 and h.unit_id = $2 and (h.id = any ($3) or h.code = any ($4))`, d.plan.Cycle, d.plan.Unit, ids, byCode)
	type there struct {
		ID       poverty.HouseholdID `db:"id"`
		Code     string              `db:"code"`
		Declared poverty.Class       `db:"declared"`
		Version  int                 `db:"version"`
	}
	found, err := many[there](rows, err)
	if err != nil {
		return nil, err
	}
	var wrong poverty.Problems
	seen := map[poverty.HouseholdID]bool{}
	out := make([]poverty.PlanHousehold, len(list))
	for i, h := range list {
		at := slices.IndexFunc(found, func(f there) bool { return f.ID == h.Household || h.Household == 0 && f.Code == byCode[i] })
		if at < 0 {
			wrong = append(wrong, poverty.Problem{Row: i + 1, Column: "code", Key: "plan.unknown_household", Args: []any{"code", h.Code}})
			continue
		}
		f := found[at]
		if seen[f.ID] {
			wrong = append(wrong, poverty.Problem{Row: i + 1, Column: "code", Key: "plan.household_twice", Args: []any{"code", f.Code}})
		}
		seen[f.ID] = true
		if h.Version != 0 && h.Version != f.Version {
			return nil, &poverty.Error{Kind: poverty.Conflict, Key: "plan.household_changed", Args: []any{"code", f.Code}, Field: "version"}
		}
		h.Household, h.Code, h.Class = f.ID, f.Code, f.Declared
		checked, problems := h.Check(knownNeeds, knownKinds, d.cycle.Rules.Units)
		for _, p := range problems {
			p.Row = i + 1
			wrong = append(wrong, p)
		}
		out[i] = checked
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return out, nil
}

func (b *book) openPlan(ctx context.Context, unit poverty.UnitID) error {
	if _, err := b.tx.Exec(ctx, "insert into plans (cycle_id, unit_id, audience) values ($1, $2, $3) on conflict do nothing",
		b.cycle.ID, unit, b.audience(poverty.DutyPlan, unit, "")); err != nil {
		return err
	}
	_, err := b.tx.Exec(ctx, "insert into plan_drafts (cycle_id, unit_id) values ($1, $2) on conflict do nothing", b.cycle.ID, unit)
	return err
}

// planSubject names what an appraisal or approval is about: a commune's plan in
// one of its rounds.
func planSubject(unit poverty.UnitID, round int) string { return fmt.Sprintf("%s.%d", unit, round) }

func cutSubject(subject string) (unit poverty.UnitID, round string, ok bool) {
	u, r, ok := strings.Cut(subject, ".")
	return poverty.UnitID(u), r, ok
}

// movePlan carries out a decision on a plan: the plan's state, the duties that
// it ends and those that it brings about, in one transaction. The plan's row is
// the lock: of two decisions at once, one is told that the other came first.
func (b *book) movePlan(ctx context.Context, a poverty.Actor, m poverty.PlanMove, at time.Time) (poverty.Plan, error) {
	p, err := plan(ctx, b.tx, m.Cycle, m.Unit, " for update of p")
	if err != nil {
		return p, err
	}
	to, moveErr := p.Move(m.Verb)
	seat, behalf, err := mayMove(p, b.cycle, a, m)
	if err != nil && (moveErr == nil || poverty.KindOf(err) != poverty.Invalid) {
		return p, err
	}
	if moveErr != nil {
		return p, moveErr
	}
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	if at, err = poverty.Effective(m.At, at, standing || a.System != "", m.Basis); err != nil {
		return p, err
	}
	if m.Version != 0 && m.Version != p.Version {
		e := poverty.Errorf(poverty.Conflict, "plan.changed", "version", p.Version, "state", string(p.State))
		e.Field = "version"
		return p, e
	}
	if m.Verb == poverty.PlanSend {
		if p, err = b.complete(ctx, p); err != nil {
			return p, err
		}
		reopened, err := planReopened(ctx, b.tx, m.Cycle, m.Unit)
		if err != nil {
			return p, err
		}
		if err := reopened.Clear(); err != nil {
			return p, err
		}
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.process = 'plan' and d.process_key = $2", m.Cycle, m.Unit); err != nil {
		return p, err
	}
	for _, d := range b.duties {
		b.advance(d, at)
	}
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office, OnBehalf: behalf, Basis: cmp.Or(m.Basis, seat.Basis), Reason: m.Reason}
	if err := b.enactMove(ctx, &p, m, to, by); err != nil {
		return p, err
	}
	if err := b.listGoes(ctx, p, m.Verb, by); err != nil {
		return p, err
	}
	p.Version++
	_, err = b.tx.Exec(ctx, `
		update plans set state = $3, round = $4, version = $5, remarks = $6, term = $7, sent_at = $8, approved_at = $9, sent_by = nullif($10::bigint, 0),
			amendment = $11, sent_round = $12, approved_round = $13, drafted_by = $14, moved = $15, moved_at = $16, moved_by = nullif($17::bigint, 0),
			edited = $5
		where cycle_id = $1 and unit_id = $2`,
		p.Cycle, p.Unit, p.State, p.Round, p.Version, p.Remarks, day(p.Term), p.SentAt, p.ApprovedAt, p.SentBy,
		p.Amendment, p.SentRound, p.ApprovedRound, p.DraftedBy, m.Verb, b.now, by.Actor)
	return p, err
}

func mayMove(p poverty.Plan, c poverty.Cycle, a poverty.Actor, m poverty.PlanMove) (poverty.Seat, bool, error) {
	if a.System != "" {
		return poverty.Seat{Office: m.Office}, false, nil
	}
	return p.MayMove(c, a, m)
}

// complete returns the plan with its households counted; Invalid when something
// is missing, naming the first of it.
func (b *book) complete(ctx context.Context, p poverty.Plan) (poverty.Plan, error) {
	if err := recount(ctx, b.tx, p.Cycle, p.Unit); err != nil {
		return p, err
	}
	p, err := plan(ctx, b.tx, p.Cycle, p.Unit, "")
	if err != nil {
		return p, err
	}
	rows, err := draftSheets(ctx, b.tx, p.Cycle, p.Unit)
	if err != nil {
		return p, err
	}
	check, err := planCheck(ctx, b.tx, b.cycle, p.Unit)
	if err != nil {
		return p, err
	}
	if check.Frozen, err = frozen(ctx, b.tx, p.Cycle, p.Unit); err != nil { // and stays so until this is done
		return p, err
	}
	missing := p.Missing(rows, check)
	switch {
	case len(missing) == 0:
		return p, nil
	case missing[0].Household == 0:
		return p, poverty.InvalidField("plan", missing[0].Key, missing[0].Args...)
	}
	return p, poverty.InvalidField("plan", "plan.incomplete", "count", len(missing), "code", missing[0].Code)
}

// keepRound copies the draft into a round, which nobody can change.
func (b *book) keepRound(ctx context.Context, p poverty.Plan, at time.Time) error {
	if _, err := b.tx.Exec(ctx, `
		insert into plan_rounds (cycle_id, unit_id, round, amendment, to_leave, leave_near, texts, focal, shortfall, sent_at, sent_by, target)
		select cycle_id, unit_id, p.round, p.amendment, p.to_leave, p.leave_near, d.texts, d.focal, d.shortfall, $3, nullif($4::bigint, 0),
		       coalesce((select to_leave from targets t where t.cycle_id = $1 and t.unit_id = $2), 0)
		from plans p join plan_drafts d using (cycle_id, unit_id) where cycle_id = $1 and unit_id = $2`, p.Cycle, p.Unit, at, p.SentBy); err != nil {
		return err
	}
	_, err := b.tx.Exec(ctx, `
		insert into plan_round_households (cycle_id, unit_id, round, household_id, sheet)
		select $1, $2, $3, household_id, sheet - 'version' from (`+planSheets+`) x`, p.Cycle, p.Unit, p.Round)
	return err
}

// endRound says how a round ended.
func (b *book) endRound(ctx context.Context, p poverty.Plan, round int, outcome string, by poverty.Entry) error {
	_, err := b.tx.Exec(ctx, `
		update plan_rounds set outcome = $4, ended_at = $5, ended_by = nullif($6::bigint, 0) where cycle_id = $1 and unit_id = $2 and round = $3`,
		p.Cycle, p.Unit, round, outcome, by.At, by.Actor)
	return err
}

// happened takes down an event of an amendment: it changes nothing of the duty
// that the plan fulfilled.
func (b *book) happened(p poverty.Plan, ev poverty.Event, by poverty.Entry) {
	if p.ApprovedRound != 0 {
		by.Code, by.Unit, by.Event = "plan", p.Unit, ev
		b.note(by)
	}
}

func (b *book) enactMove(ctx context.Context, p *poverty.Plan, m poverty.PlanMove, to poverty.PlanState, by poverty.Entry) error {
	p.State = to
	b.wakes = append(b.wakes, refOf(*b.duties[0]))
	switch m.Verb {
	case poverty.PlanSend:
		p.SentAt, p.SentBy, p.SentRound, p.Remarks, p.Term = &by.At, by.Actor, p.Round, "", calendar.Date{}
		b.happened(*p, poverty.EventSubmitted, by)
		b.end(poverty.DutyPlan, poverty.EventSubmitted, by)
		if err := b.keepRound(ctx, *p, by.At); err != nil {
			return err
		}
		if b.follow(poverty.DutyAppraisal, *p, by.At) {
			return nil
		}
		p.State = poverty.PlanAppraised
		if b.follow(poverty.DutyApproval, *p, by.At) {
			return nil
		}
		return b.approve(ctx, p, by)
	case poverty.PlanAppraise:
		b.end(poverty.DutyAppraisal, poverty.EventDone, by)
		if !b.follow(poverty.DutyApproval, *p, by.At) {
			return b.approve(ctx, p, by)
		}
	case poverty.PlanApprove:
		b.end(poverty.DutyApproval, poverty.EventDone, by)
		return b.approve(ctx, p, by)
	case poverty.PlanReturn:
		return b.returnPlan(ctx, p, m, by)
	case poverty.PlanWithdraw:
		return b.withdraw(ctx, p, by)
	case poverty.PlanAmend:
		b.happened(*p, poverty.EventAmended, by)
		p.Amendment, p.Round, p.DraftedBy = p.Amendment+1, p.Round+1, []poverty.UserID{}
	case poverty.PlanDrop:
		b.happened(*p, poverty.EventDropped, by)
		p.SentRound, p.Remarks, p.Term = p.ApprovedRound, "", calendar.Date{}
		return b.restore(ctx, *p)
	}
	return nil
}

func (b *book) planDuty() *poverty.Duty {
	i := slices.IndexFunc(b.duties, func(d *poverty.Duty) bool { return d.Kind == poverty.DutyPlan })
	return b.duties[i]
}

func (b *book) approve(ctx context.Context, p *poverty.Plan, by poverty.Entry) error {
	b.happened(*p, poverty.EventAccepted, by)
	p.State, p.ApprovedAt, p.ApprovedRound = poverty.PlanApproved, &by.At, p.Round
	b.end(poverty.DutyPlan, poverty.EventAccepted, by)
	b.tell(b.planDuty(), poverty.NoticeDecision, by.At, "approved", []string{"unit", "head"})
	return b.endRound(ctx, *p, p.Round, "approved", by)
}

// returnPlan sends a round back with its remarks. The commune owes an answer by
// a term; to an amendment it owes none.
func (b *book) returnPlan(ctx context.Context, p *poverty.Plan, m poverty.PlanMove, by poverty.Entry) error {
	if by.Reason = strings.TrimSpace(m.Reason); by.Reason == "" {
		by.Reason = m.Remarks[0].Text
	}
	if err := b.insertRemarks(ctx, *p, m, by); err != nil {
		return err
	}
	if err := b.endRound(ctx, *p, p.Round, "returned", by); err != nil {
		return err
	}
	b.end(poverty.DutyAppraisal, poverty.EventDone, by)
	b.end(poverty.DutyApproval, poverty.EventDone, by)
	d := b.planDuty()
	p.Remarks, p.Round = strings.TrimSpace(m.Reason), p.Round+1
	b.happened(*p, poverty.EventReturned, by)
	if p.ApprovedRound == 0 {
		e := b.entry(d, poverty.EventReturned, by)
		e.By = poverty.ReturnTerm(b.t, d.LastDay, calendar.DateOf(by.At))
		p.Term = e.By
		b.add(e)
		b.advance(d, by.At)
	}
	b.tell(d, poverty.NoticeDecision, by.At, "returned", []string{"unit", "head"})
	return nil
}

// insertRemarks stores the remarks of a return. Invalid when one is about what
// is not in the round.
func (b *book) insertRemarks(ctx context.Context, p poverty.Plan, m poverty.PlanMove, by poverty.Entry) error {
	rows, err := b.tx.Query(ctx, "select household_id, sheet ->> 'code' from plan_round_households where cycle_id = $1 and unit_id = $2 and round = $3",
		p.Cycle, p.Unit, p.Round)
	if err != nil {
		return err
	}
	ids, inRound := map[string]poverty.HouseholdID{}, map[poverty.HouseholdID]bool{}
	var id poverty.HouseholdID
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&id, &code}, func() error { ids[code], inRound[id] = id, true; return nil }); err != nil {
		return err
	}
	var list []poverty.PlanRemark
	if reason := strings.TrimSpace(m.Reason); reason != "" {
		list = append(list, poverty.PlanRemark{Text: reason})
	}
	for _, r := range m.Remarks {
		r.Text = locale.NFC(strings.TrimSpace(r.Text))
		if r.Code != "" {
			r.Household = ids[r.Code]
		}
		known := slices.Concat(poverty.PlanParts, []string{"", "focal", "shortfall", "to_leave"})
		if r.Household != 0 {
			known = append(slices.Clone(poverty.PlanFields), "")
		}
		switch {
		case r.Text == "":
			return poverty.InvalidField("remarks", "error.required")
		case r.Code != "" && r.Household == 0 || r.Household != 0 && !inRound[r.Household]:
			return poverty.InvalidField("remarks", "plan.unknown_household", "code", r.Code)
		case !slices.Contains(known, r.Field):
			return poverty.InvalidField("remarks", "plan.unknown_field", "field", r.Field)
		}
		list = append(list, r)
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into plan_remarks (cycle_id, unit_id, round, household_id, field, text, made_at, made_by, office_id)
		select $1, $2, $3, coalesce(household, 0), coalesce(field, ''), text, $5, nullif($6::bigint, 0), $7
		from jsonb_to_recordset($4) as x (household bigint, field text, text text)`,
		p.Cycle, p.Unit, p.Round, raw, by.At, by.Actor, by.Office)
	return err
}

// withdraw takes a round back that is not appraised yet: the commune owes its
// plan again, by the last day as before.
func (b *book) withdraw(ctx context.Context, p *poverty.Plan, by poverty.Entry) error {
	if err := b.endRound(ctx, *p, p.Round, "withdrawn", by); err != nil {
		return err
	}
	for _, d := range b.duties {
		if d.Kind == poverty.DutyAppraisal && d.State.Owed() {
			b.tell(d, poverty.NoticeDecision, by.At, "withdrawn", []string{"standing"})
		}
	}
	b.end(poverty.DutyAppraisal, poverty.EventExcused, by)
	b.happened(*p, poverty.EventWithdrawn, by)
	p.Round, p.SentRound = p.Round+1, p.ApprovedRound
	if p.ApprovedRound == 0 {
		p.SentAt = nil
		d := b.planDuty()
		b.add(b.entry(d, poverty.EventWithdrawn, by))
		b.advance(d, b.upTo)
	}
	return nil
}

// restore makes the draft again what was approved.
func (b *book) restore(ctx context.Context, p poverty.Plan) error {
	if _, err := b.tx.Exec(ctx, `
		with draft as (
			update plan_drafts d set texts = r.texts, focal = r.focal, shortfall = r.shortfall
			from plan_rounds r where d.cycle_id = $1 and d.unit_id = $2 and r.cycle_id = $1 and r.unit_id = $2 and r.round = $3)
		update plans p set to_leave = r.to_leave, leave_near = r.leave_near
		from plan_rounds r where p.cycle_id = $1 and p.unit_id = $2 and r.cycle_id = $1 and r.unit_id = $2 and r.round = $3`,
		p.Cycle, p.Unit, p.ApprovedRound); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, "delete from plan_households where cycle_id = $1 and unit_id = $2", p.Cycle, p.Unit); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, `
		insert into plan_households (cycle_id, unit_id, household_id, goal, causes, cause_other, needs, registered_on, note, saved_at)
		select $1, $2, r.household_id, x.goal, x.causes, coalesce(x.cause_other, ''), x.needs, x.registered, coalesce(x.note, ''), $4
		from plan_round_households r
		join households h on h.id = r.household_id,
		jsonb_to_record(r.sheet) as x (goal text, causes text[], cause_other text, needs text[], registered date, note text)
		where r.cycle_id = $1 and r.unit_id = $2 and r.round = $3`, p.Cycle, p.Unit, p.ApprovedRound, b.now); err != nil {
		return err
	}
	_, err := b.tx.Exec(ctx, `
		insert into plan_measures (id, cycle_id, unit_id, household_id, place, need, kind, what, quantity, measure, term, helper_id, helper_other)
		overriding system value
		select (m ->> 'id')::bigint, $1, $2, r.household_id, n, m ->> 'need', m ->> 'kind', m ->> 'what', coalesce((m ->> 'quantity')::bigint, 0),
		       coalesce(m ->> 'measure', ''), (m ->> 'term')::date, coalesce(m ->> 'helper', ''), coalesce(m ->> 'helper_other', '')
		from plan_round_households r
		join plan_households p on p.cycle_id = $1 and p.unit_id = $2 and p.household_id = r.household_id,
		jsonb_array_elements(r.sheet -> 'measures') with ordinality as x (m, n)
		where r.cycle_id = $1 and r.unit_id = $2 and r.round = $3`, p.Cycle, p.Unit, p.ApprovedRound)
	return err
}

// follow lays the next step of a plan's approval on its office; false where the
// cycle left that step out.
func (b *book) follow(kind poverty.DutyKind, p poverty.Plan, at time.Time) bool {
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != kind {
			continue
		}
		for _, unit := range b.cycle.Rules.Owing(t) {
			b.open(t, unit, "", planSubject(p.Unit, p.Round), t.Due.WithEvent(calendar.DateOf(at)), at, string(p.Unit))
		}
		return true
	}
	return false
}
