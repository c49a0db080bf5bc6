package postgres

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const cycleColumns = `
	select id, owner_id, year, title, example, state, issued_at, started_at, closed_at, rules from cycles`

// Cycles returns cycles, the latest first.
func (db *DB) Cycles(ctx context.Context, f poverty.CycleFilter) (cycles []poverty.Cycle, err error) {
	var q query
	if f.Owner != "" {
		q.and("owner_id = @owner", "owner", f.Owner)
	}
	if f.State != "" {
		q.and("state = @state", "state", f.State)
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, cycleColumns+q.clause()+" order by year desc, id", q.args)
		cycles, err = many[poverty.Cycle](rows, err)
		return err
	})
	return cycles, err
}

// Cycle returns a cycle with its frozen rules.
func (db *DB) Cycle(ctx context.Context, id poverty.CycleID) (c poverty.Cycle, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err = cycle(ctx, tx, id, "")
		return err
	})
	return c, err
}

func cycle(ctx context.Context, tx pgx.Tx, id poverty.CycleID, lock string) (poverty.Cycle, error) {
	if t, ok := tx.(lookTx); ok && !t.elevated && lock == "" {
		return t.cycle(id, func() (poverty.Cycle, error) { return readCycle(ctx, tx, id, "") })
	}
	return readCycle(ctx, tx, id, lock)
}

func readCycle(ctx context.Context, tx pgx.Tx, id poverty.CycleID, lock string) (poverty.Cycle, error) {
	rows, err := tx.Query(ctx, cycleColumns+" where id = $1"+lock, id)
	return one[poverty.Cycle](rows, err, "cycle.not_found", "cycle", string(id))
}

// CreateCycle stores a cycle read from files as a draft, with its units,
// offices and people where they are new; the system's alone. A cycle that is
// there already stays as it is.
func (db *DB) CreateCycle(ctx context.Context, n poverty.NewCycle) error {
	return db.program(ctx, func(tx pgx.Tx) error {
		if err := putUnits(ctx, tx, n, db); err != nil {
			return err
		}
		users, err := putUsers(ctx, tx, n, db.now())
		if err != nil {
			return err
		}
		logins := make(map[poverty.UserID]string, len(n.Users))
		for _, u := range n.Users {
			logins[u.ID] = u.Login
		}
		if err := putOffices(ctx, tx, n, users, logins, calendar.DateOf(db.now())); err != nil {
			return err
		}
		c := n.Cycle
		rules, err := json.Marshal(c.Rules)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			insert into cycles (id, owner_id, year, title, example, issued_at, rules)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
			c.ID, c.Owner, c.Year, c.Title, c.Example, c.IssuedAt, rules)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		b := &pgx.Batch{}
		put := func(unit poverty.UnitID, role string, all bool) {
			b.Queue(`insert into cycle_units (cycle_id, unit_id, role, sees_all) values ($1, $2, $3, $4)
				on conflict (cycle_id, unit_id) do update set sees_all = cycle_units.sees_all or excluded.sees_all`, c.ID, unit, role, all)
		}
		for id, u := range c.Rules.Units {
			put(id, u.Role, u.Role == "owner" || u.Role == "standing" || u.Role == "reader")
		}
		put(c.Owner, "owner", true)
		put(c.Rules.Bindings.Standing, "standing", true)
		for _, id := range append(append([]poverty.UnitID{}, c.Rules.Bindings.Above...), c.Rules.Bindings.Overseers...) {
			put(id, "reader", true)
		}
		for _, t := range n.Targets {
			b.Queue(`insert into survey_results (cycle_id, unit_id, stage, households, poor, near_poor, confirmed_at)
				values ($1, $2, 'start', $3, $4, $5, $6)`, c.ID, t.Unit, t.Households, t.Poor, t.NearPoor, c.IssuedAt)
		}
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if err := db.createTargets(ctx, tx, n); err != nil {
			return err
		}
		form := poverty.ReportForm{Cycle: c.ID, Version: 1, Fields: c.Rules.FirstReportFields(), SavedAt: c.IssuedAt}
		if err := insertReportForm(ctx, tx, form); err != nil {
			return err
		}
		if err := firstAssignment(ctx, tx, c); err != nil {
			return err
		}
		return db.createPeriods(ctx, tx, c)
	})
}

// timetable returns a cycle and what the instants of its duties come from.
func (db *DB) timetable(ctx context.Context, tx pgx.Tx, id poverty.CycleID, lock string) (poverty.Cycle, poverty.Timetable, error) {
	c, err := cycle(ctx, tx, id, lock)
	if err != nil {
		return c, poverty.Timetable{}, err
	}
	cal, err := db.calendar(ctx, tx)
	return c, c.Timetable(cal, db.now()), err
}

// calendar returns the days in force, built anew only when they changed.
func (db *DB) calendar(ctx context.Context, tx pgx.Tx) (*calendar.Calendar, error) {
	var k daysKey
	var last *time.Time
	if err := tx.QueryRow(ctx, "select count(*), max(entered_at) from days_off").Scan(&k.count, &last); err != nil {
		return nil, err
	}
	if k.count == 0 {
		return calendar.Default(), nil
	}
	k.last = *last
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.cal != nil && db.days == k {
		return db.cal, nil
	}
	rows, err := tx.Query(ctx, "select day as date, kind, name, source from days_off order by day")
	days, err := many[dayOff](rows, err)
	if err != nil {
		return nil, err
	}
	list := make([]calendar.DayOff, len(days))
	for i, d := range days {
		list[i] = calendar.DayOff{Date: d.Date, Kind: d.Kind, Name: d.Name, Source: d.Source}
	}
	db.days, db.cal = k, calendar.New(list)
	return db.cal, nil
}

type dayOff struct {
	Date   calendar.Date
	Kind   calendar.DayOffKind
	Name   string
	Source string
}

// Calendar returns the days in force.
func (db *DB) Calendar(ctx context.Context) (c *calendar.Calendar, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, err = db.calendar(ctx, tx)
		return err
	})
	return c, err
}

// SetDaysOff replaces the days off of every year that days has a row for, and
// plans what is open in every running cycle anew (see replan);
// Forbidden to all but administrators.
func (db *DB) SetDaysOff(ctx context.Context, days []calendar.DayOff) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if !a.Admin && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "calendar.forbidden")
		}
		before, err := db.calendar(ctx, tx)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		seen := map[int]bool{}
		for _, d := range days {
			if y := d.Date.Year(); !seen[y] {
				seen[y] = true
				b.Queue("delete from days_off where day between make_date($1, 1, 1) and make_date($1, 12, 31)", y)
			}
		}
		for _, d := range days {
			b.Queue("insert into days_off (day, kind, name, source, entered_by, entered_at) values ($1, $2, $3, $4, nullif($5::bigint, 0), $6)",
				d.Date, d.Kind, d.Name, d.Source, a.User, db.now())
		}
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "days off"); err != nil {
			return err
		}
		return db.replanAll(ctx, tx, a, before)
	})
}

// Timeline returns the steps of a cycle's year in order of their last day.
func (db *DB) Timeline(ctx context.Context, id poverty.CycleID) (phases []poverty.Phase, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select code, min(title) as title, period, min(last_day) as last_day, count(*) as total,
			       count(*) filter (where state in ('submitted', 'done', 'excused')) as done,
			       count(*) filter (where overdue) as overdue, false as future
			from duties where cycle_id = $1
			group by code, period
			union all
			select 'report', p.code, p.code, p.last_day, 0, 0, 0, true
			from periods p
			where p.cycle_id = $1 and p.state = 'planned'
			order by last_day nulls last, code, period`, id)
		phases, err = many[poverty.Phase](rows, err)
		return err
	})
	return phases, err
}

// Board returns the counts at the head of a cycle's board, of what the actor
// may see.
func (db *DB) Board(ctx context.Context, id poverty.CycleID) (b poverty.Board, err error) {
	today := calendar.DateOf(db.now())
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if poverty.KindOf(err) == poverty.NotFound {
			return nil // of a cycle that the actor does not see, nothing is counted
		}
		if err != nil {
			return err
		}
		_, stands := a.InCycle(c, poverty.PartStanding)
		rows, err := tx.Query(ctx, `
			select count(*) filter (where state in ('open', 'returned')) as owed,
			       count(*) filter (where overdue) as overdue,
			       count(*) filter (where escalated) as escalated,
			       count(*) filter (where state = 'submitted' and kind in ('report', 'consolidation')) as waiting,
			       count(*) filter (where state in ('open', 'returned') and last_day is null) as undated,
			       count(*) filter (where state in ('open', 'returned') and last_day between $2 and $2::date + 7) as soon,
			       (select count(*) from notices where cycle_id = $1 and state = 'vacant') as vacant,
			       (select count(*) from notices where cycle_id = $1 and state = 'failed') as failed,
			       case when $3 then unreachable($1, $2) else 0 end as unreachable
			from duties where cycle_id = $1`, id, today, stands)
		b, err = one[poverty.Board](rows, err, "cycle.not_found")
		return err
	})
	return b, err
}

// MayStart returns Forbidden unless the actor is of the leadership, of the
// standing office, or an administrator.
func (db *DB) MayStart(ctx context.Context, id poverty.CycleID) error {
	return db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		_, leads := a.InCycle(c, poverty.PartLeadership)
		_, stands := a.InCycle(c, poverty.PartStanding)
		if !leads && !stands && !a.Admin && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "cycle.forbidden.start")
		}
		return nil
	})
}

// carriedCode is the code of the duties that a closed year left to the next.
const carriedCode = "carried"

// carryOver lays on the book's cycle what the owner's closed year before left
// open: its duties, with the term that the closing gave them, or their own last
// day where it is still to come, else undated; and its shortcomings. Done again it
// changes nothing.
func (b *book) carryOver(ctx context.Context, at time.Time) error {
	rows, err := b.tx.Query(ctx, dutyColumns+` where d.cycle_id = $1 and d.state = 'carried'
		and not exists (select from duties n where n.carried_from = d.id) order by d.id`, before(b.cycle))
	left, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	terms, err := carriedTerms(ctx, b.tx, before(b.cycle))
	if err != nil {
		return err
	}
	var keys []string
	var from []poverty.DutyID
	for _, d := range left {
		due, term := calendar.Due{}, terms[d.ID]
		if day := calendar.DateOf(at); term == "" && d.LastDay.After(day) {
			term = "by " + d.LastDay.String()
		}
		if term != "" {
			if due, err = calendar.ParseDue(term); err != nil {
				return err
			}
		}
		t := poverty.Template{Code: carriedCode, Kind: poverty.DutyTask, Title: d.Title, DayOff: calendar.Keep, Ladder: d.Ladder, Source: d.Source}
		subject := strconv.FormatInt(int64(d.ID), 10)
		if d.Kind == poverty.DutyWatch {
			t.Code, t.Kind, subject = d.Code, d.Kind, d.Subject
		}
		if _, ok := b.cycle.Rules.Ladders[t.Ladder]; !ok {
			t.Ladder = "task"
		}
		b.open(t, d.Unit, d.Period, subject, due, at, "")
		keys, from = append(keys, poverty.DutyKey(b.cycle.ID, t.Code, d.Unit, d.Period, subject)), append(from, d.ID)
	}
	b.links = append(b.links, func(ctx context.Context) error {
		if _, err := b.tx.Exec(ctx, `
			update duties d set carried_from = o.id from unnest($1::text[], $2::bigint[]) o (key, id) where d.key = o.key`, keys, from); err != nil {
			return err
		}
		if _, err := b.tx.Exec(ctx, `
			update watch_alerts a set duty_id = n.id, cycle_id = n.cycle_id from duties n
			where n.carried_from = any ($1) and a.duty_id = n.carried_from and a.state <> 'closed'`, from); err != nil {
			return err
		}
		_, err := b.tx.Exec(ctx, `
			insert into shortcomings (cycle_id, no, class, text, found_on, unit_id, remedy, since, carried_from, duty_id, saved_at)
			select $1, (select coalesce(max(no), 0) from shortcomings where cycle_id = $1) + row_number() over (order by s.no), s.class, s.text, s.found_on,
			       s.unit_id, s.remedy, s.since, s.id, n.id, $3
			from shortcomings s left join duties n on n.carried_from = s.duty_id
			where s.cycle_id = $2 and s.state = 'carried' and not exists (select from shortcomings x where x.carried_from = s.id)`, b.cycle.ID, before(b.cycle), b.now)
		return err
	})
	b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
	return nil
}

// carriedTerms returns the terms that the closing of a year gave what it carried.
func carriedTerms(ctx context.Context, tx pgx.Tx, closed poverty.CycleID) (map[poverty.DutyID]string, error) {
	rows, err := tx.Query(ctx, "select duty_id, stated from history where cycle_id = $1 and event = 'closed' and reason = 'carried' and stated <> '' and duty_id is not null", closed)
	if err != nil {
		return nil, err
	}
	terms := map[poverty.DutyID]string{}
	var id poverty.DutyID
	var stated string
	_, err = pgx.ForEachRow(rows, []any{&id, &stated}, func() error { terms[id] = stated; return nil })
	return terms, err
}

// carryOn lets the owner's next year, where it runs already, take what this one
// leaves. Its row is locked: a year that is being put in force meanwhile takes it
// either here or there.
func (b *book) carryOn(ctx context.Context, at time.Time) error {
	next, t, err := b.db.timetable(ctx, b.tx, poverty.NewCycleID(b.cycle.Owner, b.cycle.Year+1), cycleAlone)
	if poverty.KindOf(err) == poverty.NotFound || err == nil && next.State != poverty.CycleRunning {
		return nil
	}
	if err != nil {
		return err
	}
	to := b.db.book(b.tx, next, t)
	to.upTo, to.quiet = b.upTo, b.quiet
	if err := to.carryOver(ctx, at); err != nil {
		return err
	}
	return to.close(ctx, to.upTo)
}
