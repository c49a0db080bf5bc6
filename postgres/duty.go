package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const dutyColumns = dutyFields + `
	from duties d` + dutyName

const dutyFields = `
	select d.id, d.key, d.cycle_id, d.code, d.kind, d.title, d.unit_id, coalesce(v.name, d.unit_id) as unit_name,
	       d.period, d.subject, d.process, d.process_key, d.stated, d.day_off, d.ladder_name, d.deemed, d.source,
	       d.opened_at, d.state, d.ladder_no, d.last_day, d.overdue_at, d.overdue, d.verdict, d.extended, d.trouble,
	       d.rung, d.escalated, d.held_until, d.returns, d.first_submitted_at, d.submitted_at, d.accepted_at, d.next_at,
	       d.requested, d.handed, d.last_act, coalesce(d.last_actor, 0) as last_actor, d.last_act_at`

const dutyName = `
	left join lateral name_on(d.unit_id, local_day(d.opened_at)) v on true`

// Duties returns duties that the actor may see: overdue ones first, the longest
// first, then by last day, undated ones last.
func (db *DB) Duties(ctx context.Context, f poverty.DutyFilter) (duties []poverty.Duty, err error) {
	var q query
	text := func(column, value string) {
		if value != "" {
			q.and("d."+column+" = @"+column, column, value)
		}
	}
	text("cycle_id", string(f.Cycle))
	text("unit_id", string(f.Unit))
	text("code", f.Code)
	text("kind", string(f.Kind))
	text("state", string(f.State))
	text("trouble", string(f.Trouble))
	text("period", f.Period)
	text("process", string(f.Process))
	if len(f.IDs) > 0 {
		q.and("d.id = any (@ids)", "ids", f.IDs)
	}
	if f.Owed {
		q.and("d.state in ('open', 'returned')", "", nil)
	}
	if f.Overdue {
		q.and("d.overdue", "", nil)
	}
	if f.Escalated {
		q.and("d.escalated", "", nil)
	}
	if f.Undated {
		q.and("d.last_day is null and d.state in ('open', 'returned')", "", nil)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		// First which ones, then their names: sorting comes after the names otherwise, and all are looked up.
		page := limit(f.Limit, 1000)
		if f.Offset > 0 {
			page += " offset @offset"
			q.and("true", "offset", f.Offset)
		}
		const inOrder = " order by d.overdue desc, d.escalated desc, d.last_day nulls last, d.unit_id, d.key"
		rows, err := tx.Query(ctx, dutyFields+" from (select d.* from duties d"+q.clause()+inOrder+page+") d"+dutyName+inOrder, q.args)
		duties, err = many[poverty.Duty](rows, err)
		return err
	})
	return duties, err
}

// Duty returns a duty; NotFound when there is none or the actor may not see it.
func (db *DB) Duty(ctx context.Context, id poverty.DutyID) (d poverty.Duty, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		d, err = duty(ctx, tx, id)
		return err
	})
	return d, err
}

func duty(ctx context.Context, tx pgx.Tx, id poverty.DutyID) (poverty.Duty, error) {
	rows, err := tx.Query(ctx, dutyColumns+" where d.id = $1", id)
	return one[poverty.Duty](rows, err, "duty.not_found")
}

// DutyByKey returns a duty by its lasting key.
func (db *DB) DutyByKey(ctx context.Context, key string) (d poverty.Duty, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, dutyColumns+" where d.key = $1", key)
		d, err = one[poverty.Duty](rows, err, "duty.not_found")
		return err
	})
	return d, err
}

// DutyPlan returns the rungs of a duty's current ladder.
func (db *DB) DutyPlan(ctx context.Context, id poverty.DutyID) (plan []poverty.Planned, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		d, err := duty(ctx, tx, id)
		if err != nil {
			return err
		}
		_, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		h, err := history(ctx, tx, []poverty.DutyID{id})
		if err != nil {
			return err
		}
		plan = d.PlanNow(t, h[id], db.now())
		return nil
	})
	return plan, err
}

// Waiting returns what waits for the actor: escalations that address an office
// held, what is to be accepted, appraised or approved, and what the actor's
// units owe; gravest first.
func (db *DB) Waiting(ctx context.Context, id poverty.CycleID) (list []poverty.Waiting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		a = a.Within(c.ID)
		_, leads := a.InCycle(c, poverty.PartLeadership)
		_, stands := a.InCycle(c, poverty.PartStanding)
		rows, err := tx.Query(ctx, dutyColumns+`
			where d.cycle_id = $1 and (d.state in ('open', 'returned', 'submitted'))
			order by d.overdue desc, d.escalated desc, d.last_day nulls last, d.key`, id)
		duties, err := many[poverty.Duty](rows, err)
		if err != nil {
			return err
		}
		rows, err = tx.Query(ctx, "select duty_id, rung, demand, office_id, opened_at, answer_by from escalations where cycle_id = $1 and closed_at is null", id)
		type open struct {
			Duty     poverty.DutyID   `db:"duty_id"`
			Rung     string           `db:"rung"`
			Demand   poverty.Demand   `db:"demand"`
			Office   poverty.OfficeID `db:"office_id"`
			OpenedAt time.Time        `db:"opened_at"`
			AnswerBy *time.Time       `db:"answer_by"`
		}
		opens, err := many[open](rows, err)
		if err != nil {
			return err
		}
		esc := map[poverty.DutyID]open{}
		for _, o := range opens {
			esc[o.Duty] = o
		}
		for _, d := range duties {
			w := poverty.Waiting{Duty: d, Since: d.OpenedAt}
			e, escalated := esc[d.ID]
			_, addressed := a.Within(id).Holds(e.Office)
			mine := len(c.Seats(a, d.Unit)) > 0
			switch {
			case d.State == poverty.DutySubmitted:
				part := d.Kind.Accepts()
				if part == poverty.PartStanding && stands || part == poverty.PartLeadership && leads {
					w.Act = poverty.ActAccept
					if d.SubmittedAt != nil {
						w.Since = *d.SubmittedAt
					}
				}
			case !d.Requested.IsZero() && !mine && (stands || leads && escalated):
				w.Act = poverty.ActExtend
			case escalated && addressed && !mine && d.Handed == e.Office:
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActDirect, e.Demand, e.Rung, e.OpenedAt
			case escalated && leads && (addressed || e.Demand == poverty.DemandDecision):
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActDirect, e.Demand, e.Rung, e.OpenedAt
			case d.Kind == poverty.DutyApproval && leads:
				w.Act, w.Verb = poverty.ActDone, poverty.PlanApprove
			case d.Kind == poverty.DutyAppraisal && stands:
				w.Act, w.Verb = poverty.ActDone, poverty.PlanAppraise
			case escalated && mine:
				w.Act, w.Demand, w.Rung, w.Since = poverty.ActAcknowledge, e.Demand, e.Rung, e.OpenedAt
			case d.Kind == poverty.DutyAppraisal || d.Kind == poverty.DutyApproval:
			case mine && d.Kind.Accepts() != "":
				w.Act = poverty.ActSubmit
			case mine && d.Kind == poverty.DutyPlan:
				w.Act, w.Verb = poverty.ActSubmit, poverty.PlanSend
			case mine && d.Kind == poverty.DutyAcceptance:
				w.Act = poverty.ActAccept
			case mine:
				w.Act = poverty.ActDone
			}
			if escalated && w.Demand != poverty.DemandNothing {
				w.AnswerBy = e.AnswerBy
			}
			if w.Act != "" {
				list = append(list, w)
			}
		}
		return nil
	})
	return list, err
}
