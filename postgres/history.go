package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const historyColumns = `
	select h.id, h.cycle_id, coalesce(h.duty_id, 0) as duty_id, h.code, h.event, h.effective_at, h.recorded_at, h.unit_id,
	       h.period, h.ladder, h.rung, h.office_id, coalesce(h.actor_id, 0) as actor_id, coalesce(u.name, '') as actor_name,
	       h.on_behalf, h.by_day, h.stated, h.basis, h.reason, h.demand, h.whom
	from history h left join users u on u.id = h.actor_id`

// History returns entries that the actor may see, newest first unless Oldest.
func (db *DB) History(ctx context.Context, f poverty.HistoryFilter) (entries []poverty.Entry, err error) {
	var q query
	if f.Cycle != "" {
		q.and("h.cycle_id = @cycle", "cycle", f.Cycle)
	}
	if f.Duty != 0 {
		q.and("h.duty_id = @duty", "duty", f.Duty)
	}
	if f.Code != "" {
		q.and("h.code = @code", "code", f.Code)
	}
	if f.Unit != "" {
		q.and("h.unit_id = @unit", "unit", f.Unit)
	}
	if f.Event != "" {
		q.and("h.event = @event", "event", f.Event)
	}
	order, past := " order by h.id desc", "h.id < @after"
	if f.Oldest {
		order, past = " order by h.id", "h.id > @after"
	}
	if f.After != 0 {
		q.and(past, "after", f.After)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, historyColumns+q.clause()+order+limit(f.Limit, 5000), q.args)
		entries, err = many[poverty.Entry](rows, err)
		return err
	})
	return entries, err
}

// history reads what is known of some duties.
func history(ctx context.Context, tx pgx.Tx, ids []poverty.DutyID) (map[poverty.DutyID][]poverty.Entry, error) {
	rows, err := tx.Query(ctx, `
		select id, cycle_id, duty_id, code, event, effective_at, recorded_at, unit_id, period, ladder, rung, office_id,
		       coalesce(actor_id, 0) as actor_id, on_behalf, by_day, stated, basis, reason, demand, whom
		from history where duty_id = any ($1) order by duty_id, id`, ids)
	entries, err := many[poverty.Entry](rows, err)
	by := make(map[poverty.DutyID][]poverty.Entry, len(ids))
	for _, e := range entries {
		by[e.Duty] = append(by[e.Duty], e)
	}
	return by, err
}
