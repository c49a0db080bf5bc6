package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// amend changes the rules of a running cycle and what is open with them.
func (b *book) amend(ctx context.Context, a poverty.Actor, x poverty.Amendment, at time.Time, out *poverty.Outcome) error {
	seat, ok := a.InCycle(b.cycle, poverty.PartStanding)
	leader, leads := a.InCycle(b.cycle, poverty.PartLeadership)
	if leads {
		seat = leader
	}
	if !ok && !leads && a.System == "" && !a.Admin {
		return poverty.Errorf(poverty.Forbidden, "cycle.forbidden.amend")
	}
	// No debtor moves its own deadline, and an administrator moves none.
	own := slices.Contains(b.cycle.Rules.Owing(templateOf(b.cycle.Rules, x.Code)), b.cycle.Rules.Bindings.Standing)
	if x.Code != "" && !leads && a.System == "" && (!ok || own) {
		return poverty.Errorf(poverty.Forbidden, "cycle.forbidden.amend_due")
	}
	if strings.TrimSpace(x.Reason) == "" {
		return poverty.InvalidField("reason", "decision.reason_needed")
	}
	if b.cycle.State != poverty.CycleRunning {
		return poverty.Errorf(poverty.Conflict, "cycle.not_running", "state", string(b.cycle.State))
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.state in ('open', 'returned')", b.cycle.ID); err != nil {
		return err
	}
	by := poverty.Entry{Code: "cycle", Event: poverty.EventNoted, At: at, Actor: a.User, Office: seat.Office, Basis: x.Basis, Reason: x.Reason}
	b.note(by)
	after := b.t
	after.Rules.Amended++
	if x.Code != "" {
		rules, err := moveDue(after.Rules, x)
		if err != nil {
			return err
		}
		after.Rules = rules
	}
	if x.Merged != "" {
		if err := b.merge(ctx, x, &after.Rules, at); err != nil {
			return err
		}
	}
	if err := b.replan(ctx, after, by, x); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, "update cycles set rules = $2 where id = $1", b.cycle.ID, after.Rules); err != nil {
		return err
	}
	out.State = string(b.cycle.State)
	return nil
}

func templateOf(r poverty.Rules, code string) poverty.Template {
	t, _ := r.Template(code)
	return t
}

// moveDue returns rules in which the duties of a code have another deadline.
func moveDue(r poverty.Rules, x poverty.Amendment) (poverty.Rules, error) {
	i := slices.IndexFunc(r.Duties, func(t poverty.Template) bool { return t.Code == x.Code && !t.Kind.ByEvent() })
	if i < 0 {
		return r, poverty.InvalidField("code", "amendment.unknown_code", "code", x.Code)
	}
	due, err := calendar.ParseDue(x.Due)
	if err != nil {
		return r, poverty.InvalidField("due", "decision.bad_due", "text", x.Due)
	}
	if due.Months() != r.Duties[i].Due.Months() {
		return r, poverty.InvalidField("due", "amendment.other_period")
	}
	r.Duties = slices.Clone(r.Duties)
	r.Duties[i].Due = due
	return r, nil
}

// merge gives what a unit that was merged away still owes to its successor.
func (b *book) merge(ctx context.Context, x poverty.Amendment, rules *poverty.Rules, at time.Time) error {
	on := calendar.DateOf(at)
	old, there := rules.Units[x.Merged]
	var known bool
	if err := b.tx.QueryRow(ctx, "select exists (select from units where id = $1)", x.Into).Scan(&known); err != nil {
		return err
	}
	switch {
	case !there || !old.Until.IsZero() || x.Merged == rules.Bindings.Standing:
		return poverty.InvalidField("merged", "amendment.unknown_unit", "unit", string(x.Merged))
	case !known || x.Into == x.Merged:
		return poverty.InvalidField("into", "amendment.unknown_unit", "unit", string(x.Into))
	}
	if _, err := b.tx.Exec(ctx, `insert into unit_successions (predecessor_id, successor_id, on_day, basis) values ($1, $2, $3, $4)
		on conflict (predecessor_id, successor_id) do nothing`, x.Merged, x.Into, on, x.Basis+x.Reason); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, `insert into cycle_units (cycle_id, unit_id, role) values ($1, $2, $3) on conflict do nothing`, b.cycle.ID, x.Into, old.Role); err != nil {
		return err
	}
	*rules = rules.Merge(x.Merged, x.Into, on)
	if _, err := b.tx.Exec(ctx, "update duties set audience = array_append(audience, unit_id) where cycle_id = $1 and unit_id = $2", b.cycle.ID, x.Merged); err != nil {
		return err
	}
	return nil
}

// replan plays the open duties of the book forward under another timetable: last
// days that move begin a new ladder, rungs that have not fired move, and a unit
// that was merged away hands on what it owes. Everyone concerned is told once.
func (b *book) replan(ctx context.Context, after poverty.Timetable, by poverty.Entry, x poverty.Amendment) error {
	before := make([]planned, len(b.duties))
	for i, d := range b.duties {
		s := b.advance(d, by.At)
		before[i] = planned{s, s.Plan(b.t), d.NextAt}
	}
	calendarBefore := b.t.Calendar
	b.t, b.cycle.Rules = after, after.Rules
	for i, d := range b.duties {
		was := before[i].Standing
		if !was.State.Owed() {
			continue
		}
		ref, escalation := refOf(*d), escalationRef(*d)
		if x.Merged != "" && d.Unit == x.Merged {
			e := b.entry(d, poverty.EventTransferred, poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: by.Basis, Reason: by.Reason, Whom: string(x.Into)})
			b.add(e)
			d.Unit = x.Into
			b.tell(d, poverty.NoticeDecision, by.At, "transferred", []string{"unit", "head"})
			b.wakes = append(b.wakes, ref)
		}
		if last, stated, moves := b.movedTo(*d, was, by.At, x, calendarBefore); moves {
			e := b.entry(d, poverty.EventMoved, poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: by.Basis, Reason: by.Reason, By: last, Stated: stated})
			b.add(e)
			if was.Escalated {
				e.Event, e.Reason, e.By, e.Stated = poverty.EventClosed, string(poverty.EventMoved), calendar.Date{}, ""
				b.add(e)
			}
			b.tell(d, poverty.NoticeDecision, by.At, "moved_deadline", []string{"unit", "head"})
		}
		s := b.advance(d, b.upTo)
		if s.LadderNo == was.LadderNo {
			b.tellMoved(d, before[i].plan, s.Plan(b.t), by)
		}
		if s.LadderNo != was.LadderNo || !sameInstant(before[i].next, d.NextAt) {
			b.wakes = append(b.wakes, ref)
			if was.Escalated {
				b.wakes = append(b.wakes, escalation)
			}
		}
	}
	return b.movePeriods(ctx)
}

// planned is how a duty stood, and what was planned for it.
type planned struct {
	poverty.Standing
	plan []poverty.Planned
	next *time.Time
}

// sameInstant reports whether two instants are the same one, or none.
func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// movedTo returns the last day that a duty has by the rules in force now, where
// that is another one which lies after today. What was extended, dated or
// returned keeps the day that a person gave it.
func (b *book) movedTo(d poverty.Duty, was poverty.Standing, at time.Time, x poverty.Amendment, before *calendar.Calendar) (calendar.Date, string, bool) {
	if was.LadderNo > 1 || was.Returned || was.Extended || was.LastDay.IsZero() {
		return calendar.Date{}, "", false
	}
	due, err := calendar.ParseDue(d.Stated)
	if err != nil {
		return calendar.Date{}, "", false
	}
	t := poverty.Template{Due: due, DayOff: d.DayOff}
	if of, ok := b.cycle.Rules.Template(d.Code); ok && !d.Kind.ByEvent() {
		t.From, t.To = of.From, of.To
		if x.Code == d.Code {
			t.Due = of.Due.WithEvent(calendar.DateOf(d.OpenedAt))
		}
	}
	period := d.Period
	if t.Due.Months() == 0 {
		period = ""
	}
	if said, ok := t.LastDay(before, period); x.Code != d.Code && (!ok || said != was.LastDay) {
		return calendar.Date{}, "", false // its day came from elsewhere
	}
	last, ok := t.LastDay(b.t.Calendar, period)
	return last, t.Due.String(), ok && last != was.LastDay && last.After(calendar.DateOf(at))
}

// tellMoved takes down which rungs of a ladder moved, and tells those whom they
// address.
func (b *book) tellMoved(d *poverty.Duty, before, after []poverty.Planned, by poverty.Entry) {
	var moves []string
	for _, now := range after {
		i := slices.IndexFunc(before, func(p poverty.Planned) bool { return p.Rung == now.Rung })
		if i < 0 || before[i].Fired || before[i].At.Equal(now.At) {
			continue
		}
		moves = append(moves, fmt.Sprintf("%s %s %s", now.Rung, before[i].At.Format(time.RFC3339), now.At.Format(time.RFC3339)))
		if b.quiet {
			continue
		}
		for _, to := range append([]string{"unit"}, now.To...) {
			unit := d.Unit
			if to != "unit" && to != "head" && to != poverty.ToLead && to != poverty.ToMembers {
				unit = ""
			}
			news := told{unit: unit, kind: poverty.NoticeCalendar, to: []string{to}, at: by.At, key: fmt.Sprintf("calendar|%s|%d", b.cycle.ID, by.At.UnixMilli())}
			if !slices.ContainsFunc(b.told, func(t told) bool { return t.key == news.key && t.unit == unit && t.to[0] == to }) {
				b.told = append(b.told, news)
			}
		}
	}
	if len(moves) > 0 {
		b.add(b.entry(d, poverty.EventReplanned, poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: by.Basis, Reason: strings.Join(moves, "; ")}))
	}
}

// movePeriods gives periods that are not over the last day that their reports
// have by the rules in force now.
func (b *book) movePeriods(ctx context.Context) error {
	periods, err := loadPeriods(ctx, b.tx, b.cycle.ID)
	if err != nil {
		return err
	}
	for _, p := range periods {
		if p.State != poverty.PeriodPlanned && p.State != poverty.PeriodOpen {
			continue
		}
		var last calendar.Date
		for _, t := range b.cycle.Rules.Duties {
			if t.Kind != poverty.DutyReport || t.Due.Months() == 0 {
				continue
			}
			if day, ok := t.LastDay(b.t.Calendar, p.Code); ok && day.After(last) {
				last = day
			}
		}
		if last.IsZero() || last == p.LastDay {
			continue
		}
		if _, err := b.tx.Exec(ctx, "update periods set last_day = $3 where cycle_id = $1 and code = $2", b.cycle.ID, p.Code, last); err != nil {
			return err
		}
		b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessPeriod, Key: p.Code})
	}
	return nil
}

// replanAll plans what is open in every running cycle anew after days off
// changed, from how they were before.
func (db *DB) replanAll(ctx context.Context, tx pgx.Tx, a poverty.Actor, before *calendar.Calendar) error {
	rows, err := tx.Query(ctx, "select id from cycles where state = 'running' order by id")
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[poverty.CycleID])
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, after, err := db.timetable(ctx, tx, id, " for update")
		if err != nil {
			return err
		}
		old := after
		old.Calendar = before
		b := db.book(tx, c, old)
		if err := b.load(ctx, "d.cycle_id = $1 and d.state in ('open', 'returned')", id); err != nil {
			return err
		}
		by := poverty.Entry{At: b.now, Actor: a.User, Office: a.Office}
		if err := b.replan(ctx, after, by, poverty.Amendment{}); err != nil {
			return err
		}
		if err := b.close(ctx, b.upTo); err != nil {
			return err
		}
	}
	return nil
}
