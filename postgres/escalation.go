package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// Escalations returns ladders that reached a rung which demands an answer, the
// oldest first.
func (db *DB) Escalations(ctx context.Context, f poverty.EscalationFilter) (list []poverty.Escalation, err error) {
	var q query
	if f.Cycle != "" {
		q.and("e.cycle_id = @cycle", "cycle", f.Cycle)
	}
	if f.Duty != 0 {
		q.and("e.duty_id = @duty", "duty", f.Duty)
	}
	if f.Open {
		q.and("e.closed_at is null", "", nil)
	}
	if f.Mine {
		q.and("e.office_id = any (app_offices())", "", nil)
	}
	q.and("true", "limit", atMost(f.Limit, 500))
	type row struct {
		Duty       poverty.DutyID   `db:"duty_id"`
		Ladder     int              `db:"ladder"`
		Rung       string           `db:"rung"`
		Demand     poverty.Demand   `db:"demand"`
		Office     poverty.OfficeID `db:"office_id"`
		OfficeName string           `db:"office_name"`
		OpenedAt   time.Time        `db:"opened_at"`
		ClosedAt   *time.Time       `db:"closed_at"`
		Outcome    poverty.Event    `db:"outcome"`
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select e.duty_id, e.ladder, e.rung, e.demand, e.office_id, coalesce(o.title, e.office_id) as office_name,
			       e.opened_at, e.closed_at, e.outcome
			from escalations e left join offices o on o.id = e.office_id`+q.clause()+`
			order by e.closed_at desc nulls first, e.opened_at, e.duty_id limit @limit`, q.args)
		found, err := many[row](rows, err)
		if err != nil {
			return err
		}
		ids := make([]poverty.DutyID, len(found))
		for i, e := range found {
			ids[i] = e.Duty
		}
		rows, err = tx.Query(ctx, dutyColumns+" where d.id = any ($1)", ids)
		duties, err := many[poverty.Duty](rows, err)
		if err != nil {
			return err
		}
		by := map[poverty.DutyID]poverty.Duty{}
		for _, d := range duties {
			by[d.ID] = d
		}
		list = make([]poverty.Escalation, len(found))
		for i, e := range found {
			list[i] = poverty.Escalation{Duty: by[e.Duty], Ladder: e.Ladder, Rung: e.Rung, Demand: e.Demand, Office: e.Office,
				OfficeName: e.OfficeName, OpenedAt: e.OpenedAt, ClosedAt: e.ClosedAt, Outcome: e.Outcome}
		}
		return nil
	})
	return list, err
}

// trackEscalations keeps the table of escalations in step with the entries.
func (b *book) trackEscalations(ctx context.Context) error {
	batch := &pgx.Batch{}
	for _, e := range b.entries {
		switch {
		case e.Duty == 0:
		case e.Event == poverty.EventClosed:
			batch.Queue("update escalations set closed_at = $2, outcome = $3 where duty_id = $1 and closed_at is null", e.Duty, e.At, e.Reason)
		case e.Rung == "", e.Event != poverty.EventEscalated && e.Event != poverty.EventPassed:
		case e.Demand != poverty.DemandNothing:
			if e.Event == poverty.EventPassed && !b.duty(e.Duty).Escalated {
				continue
			}
			batch.Queue(`
				insert into escalations (duty_id, cycle_id, ladder, rung, demand, office_id, opened_at) values ($1, $2, $3, $4, $5, $6, $7)
				on conflict (duty_id, ladder) do update set rung = excluded.rung, demand = excluded.demand, office_id = excluded.office_id
				where escalations.closed_at is null`, e.Duty, e.Cycle, e.Ladder, e.Rung, e.Demand, e.Office, e.At)
		}
	}
	if batch.Len() == 0 {
		return nil
	}
	return b.tx.SendBatch(ctx, batch).Close()
}

// extend gives several duties a new last day: all of them, or none. The refusal
// names the duty by its place in the decision.
func (b *book) extend(ctx context.Context, a poverty.Actor, x poverty.Extension, at time.Time, out *poverty.Outcome) error {
	if err := b.load(ctx, "d.cycle_id = $1 and d.id = any ($2)", b.cycle.ID, x.Duties); err != nil {
		return err
	}
	for _, d := range b.duties {
		if err := b.decideOn(ctx, a, d, x.Of(d.ID), at, out); err != nil {
			var told *poverty.Error
			if errors.As(err, &told) && (told.Kind == poverty.Conflict || told.Field == "by") {
				return poverty.Problems{{Row: slices.Index(x.Duties, d.ID) + 1, Column: "duty", Key: told.Key, Args: told.Args}}
			}
			return err
		}
	}
	out.Duty = 0
	return nil
}

// seesDuties returns Invalid when a decision names no duty or too many, and
// NotFound when the actor does not see one of them in the cycle.
func (b *book) seesDuties(ctx context.Context, ids []poverty.DutyID) error {
	if len(ids) == 0 || len(ids) > poverty.MostExtended {
		return poverty.InvalidField("duties", "duty.choose_some", "max", poverty.MostExtended)
	}
	var seen int
	if err := b.tx.QueryRow(ctx, "select count(*) from duties where cycle_id = $1 and id = any ($2)", b.cycle.ID, ids).Scan(&seen); err != nil {
		return err
	}
	distinct := slices.Clone(ids)
	slices.Sort(distinct)
	if seen != len(slices.Compact(distinct)) {
		return poverty.Errorf(poverty.NotFound, "duty.not_found")
	}
	return nil
}
