package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// createPeriods stores the reporting periods of a cycle as planned.
func (db *DB) createPeriods(ctx context.Context, tx pgx.Tx, c poverty.Cycle) error {
	cal, err := db.calendar(ctx, tx)
	if err != nil {
		return err
	}
	var periods []poverty.Period
	for _, t := range c.Rules.Duties {
		if t.Kind != poverty.DutyReport || t.Due.Months() == 0 {
			continue
		}
		days, err := t.Due.Days(cal, t.DayOff, t.From, t.To)
		if err != nil {
			return err
		}
		for _, d := range days {
			p := poverty.Period{Cycle: c.ID, Code: string(d.Period), StartsOn: d.Period.First().First(), EndsOn: d.Period.Last().Last(), LastDay: d.LastDay}
			if i := slices.IndexFunc(periods, func(o poverty.Period) bool { return o.Code == p.Code }); i < 0 {
				periods = append(periods, p)
			} else if p.LastDay.After(periods[i].LastDay) {
				periods[i].LastDay = p.LastDay
			}
		}
	}
	c.Rules.Count(periods)
	b := &pgx.Batch{}
	for _, p := range periods {
		b.Queue(`insert into periods (cycle_id, code, starts_on, ends_on, last_day, counts_from, counts_to) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict do nothing`, c.ID, p.Code, p.StartsOn, p.EndsOn, p.LastDay, p.CountsFrom, day(p.CountsTo))
	}
	return tx.SendBatch(ctx, b).Close()
}

// Periods returns the reporting periods of a cycle in order.
func (db *DB) Periods(ctx context.Context, id poverty.CycleID) (periods []poverty.Period, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		periods, err = loadPeriods(ctx, tx, id)
		return err
	})
	return periods, err
}

// PeriodCodes returns what the reporting periods of a cycle are called, in their
// order.
func (db *DB) PeriodCodes(ctx context.Context, id poverty.CycleID) (codes []string, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, "select code from periods"+ofCycleInOrder, id)
		if err != nil {
			return err
		}
		codes, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return codes, err
}

const ofCycleInOrder = " where cycle_id = $1 order by ends_on, starts_on desc"

func loadPeriods(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.Period, error) {
	rows, err := tx.Query(ctx, `
		select cycle_id, code, state, starts_on, ends_on, last_day, form, counts_from, counts_to, summary
		from periods`+ofCycleInOrder, id)
	return many[poverty.Period](rows, err)
}

// Matrix returns unit × period of a cycle's reports, as far as the actor may
// see them.
func (db *DB) Matrix(ctx context.Context, id poverty.CycleID) (m poverty.Matrix, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if m.Periods, err = loadPeriods(ctx, tx, id); err != nil {
			return err
		}
		at := map[string]int{}
		for i, p := range m.Periods {
			at[p.Code] = i
		}
		rows, err := tx.Query(ctx, `
			select d.id, d.unit_id, d.period, d.state, d.overdue, d.verdict, d.extended, d.last_day, coalesce(c.role, '') as code
			from duties d
			left join cycle_units c on c.cycle_id = d.cycle_id and c.unit_id = d.unit_id
			where d.cycle_id = $1 and d.kind = 'report'
			order by c.role, d.unit_id, d.period`, id)
		duties, err := many[poverty.Duty](rows, err)
		if err != nil {
			return err
		}
		names, err := firstNames(ctx, tx, duties)
		if err != nil {
			return err
		}
		for _, d := range duties {
			n := len(m.Rows)
			if n == 0 || m.Rows[n-1].Unit != d.Unit {
				cells := make([]poverty.MatrixCell, len(m.Periods))
				for i := range cells {
					cells[i].State = poverty.CellNone
					if m.Periods[i].State == poverty.PeriodPlanned {
						cells[i].State = poverty.CellNotDue
					}
				}
				m.Rows = append(m.Rows, poverty.MatrixRow{Unit: d.Unit, Name: cmp.Or(names[d.Unit], string(d.Unit)), Role: d.Code, Cells: cells})
				n++
			}
			cell := poverty.CellOf(d)
			m.Rows[n-1].Cells[at[d.Period]] = poverty.MatrixCell{Duty: d.ID, State: cell}
			if cell == poverty.CellMissing || cell == poverty.CellLate {
				m.Rows[n-1].Late++
			}
		}
		return nil
	})
	return m, err
}

// firstNames returns what the units of duties were called on the last day of the
// first one of each.
func firstNames(ctx context.Context, tx pgx.Tx, duties []poverty.Duty) (map[poverty.UnitID]string, error) {
	var units []poverty.UnitID
	var days []calendar.Date
	for _, d := range duties {
		if n := len(units); n == 0 || units[n-1] != d.Unit {
			units, days = append(units, d.Unit), append(days, d.LastDay)
		}
	}
	rows, err := tx.Query(ctx, `
		select x.unit_id, v.name from unnest($1::text[], $2::date[]) as x (unit_id, day)
		join lateral name_on(x.unit_id, x.day) v on true`, units, days)
	if err != nil {
		return nil, err
	}
	names := make(map[poverty.UnitID]string, len(units))
	var unit poverty.UnitID
	var name string
	_, err = pgx.ForEachRow(rows, []any{&unit, &name}, func() error { names[unit] = name; return nil })
	return names, err
}

// closePeriod closes a period whose last day is over: it counts what came, as
// of that instant, and lays the consolidation on the standing office.
func (b *book) closePeriod(ctx context.Context, p poverty.Period, at time.Time) error {
	sum, err := b.summarise(ctx, p.Code, at)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	tag, err := b.tx.Exec(ctx, "update periods set state = 'closed', summary = $3 where cycle_id = $1 and code = $2 and state = 'open'",
		b.cycle.ID, p.Code, raw)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	if err := b.firstRevision(ctx, p, at); err != nil {
		return err
	}
	b.note(poverty.Entry{Code: "period", Event: poverty.EventClosed, At: at, Period: p.Code})
	if err := b.openProgress(ctx, p, at); err != nil {
		return err
	}
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != poverty.DutyConsolidation {
			continue
		}
		due := t.Due.WithEvent(p.LastDay)
		for _, unit := range b.cycle.Rules.Owing(t) {
			b.open(t, unit, p.Code, "", due, at, p.Code)
		}
	}
	return nil
}

// summarise counts a period's reports and sums their figures, by the facts
// effective before at.
func (b *book) summarise(ctx context.Context, period string, at time.Time) (poverty.PeriodSummary, error) {
	sum := poverty.PeriodSummary{At: at, Figures: map[string]int64{}}
	rows, err := b.tx.Query(ctx, `
		select unit_id, state, verdict, returns, first_submitted_at
		from duties where cycle_id = $1 and period = $2 and kind = 'report' order by unit_id`, b.cycle.ID, period)
	duties, err := many[poverty.Duty](rows, err)
	if err != nil {
		return sum, err
	}
	for _, d := range duties {
		if d.State == poverty.DutyExcused {
			continue
		}
		sum.Expected++
		if d.FirstSubmittedAt == nil || !d.FirstSubmittedAt.Before(at) {
			sum.Missing = append(sum.Missing, d.Unit)
			continue
		}
		sum.Received++
		if d.Verdict == poverty.OnTime {
			sum.OnTime++
		}
		if d.Returns > 0 {
			sum.Returned++
		}
	}
	slices.Sort(sum.Missing)
	rows, err = b.tx.Query(ctx, `
		select f.key, sum((f.value #>> '{}')::bigint) as total
		from duties d
		join lateral (select figures from reports r where r.duty_id = d.id and r.submitted_at < $3
		              order by version desc limit 1) r on true,
		     jsonb_each(r.figures) f
		where d.cycle_id = $1 and d.period = $2 and d.kind = 'report' and jsonb_typeof(f.value) = 'number'
		group by f.key`, b.cycle.ID, period, at)
	if err != nil {
		return sum, err
	}
	var name string
	var total int64
	_, err = pgx.ForEachRow(rows, []any{&name, &total}, func() error {
		sum.Figures[name] = total
		return nil
	})
	return sum, err
}

// openPeriod lays a period's reports on the units that are in the cycle then.
func (b *book) openPeriod(ctx context.Context, p poverty.Period, at time.Time) error {
	tag, err := b.tx.Exec(ctx, `
		update periods set state = 'open', form = (select max(version) from report_forms where cycle_id = $1)
		where cycle_id = $1 and code = $2 and state = 'planned'`, b.cycle.ID, p.Code)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	b.note(poverty.Entry{Code: "period", Event: poverty.EventOpened, At: at, Period: p.Code})
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != poverty.DutyReport {
			continue
		}
		days, err := t.Due.Days(b.t.Calendar, t.DayOff, t.From, t.To)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(days, func(o calendar.Occurrence) bool { return string(o.Period) == p.Code })
		if i < 0 {
			continue
		}
		for _, unit := range b.cycle.Rules.OwingOn(t, p.StartsOn, p.EndsOn) {
			b.openDated(t, unit, p.Code, "", days[i].LastDay, t.Due.String(), at, p.Code)
		}
	}
	return nil
}
