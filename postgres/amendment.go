package postgres

import (
	"cmp"
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
	seat, err := b.cycle.MayAmend(a, x)
	if err != nil {
		return err
	}
	after := b.t
	if after.Rules, err = b.cycle.Rules.Amend(x, calendar.DateOf(at)); err != nil {
		return err
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.state in ('open', 'returned')", b.cycle.ID); err != nil {
		return err
	}
	by := poverty.Entry{Code: "cycle", Event: poverty.EventNoted, At: at, Actor: a.User, Office: seat.Office, Basis: x.Basis, Reason: x.Reason}
	b.note(by)
	if x.Merged != "" {
		if err := b.succeed(ctx, x, at); err != nil {
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

// succeed notes which unit a merged one went into, and lets the old one go on
// seeing what it owed.
func (b *book) succeed(ctx context.Context, x poverty.Amendment, at time.Time) error {
	var known bool
	if err := b.tx.QueryRow(ctx, "select exists (select from units where id = $1)", x.Into).Scan(&known); err != nil {
		return err
	}
	if !known {
		return poverty.InvalidField("into", "amendment.unknown_unit", "unit", string(x.Into))
	}
	batch := &pgx.Batch{}
	batch.Queue(`insert into unit_successions (predecessor_id, successor_id, on_day, basis) values ($1, $2, $3, $4)
		on conflict (predecessor_id, successor_id) do nothing`, x.Merged, x.Into, calendar.DateOf(at), cmp.Or(x.Basis, x.Reason))
	batch.Queue("insert into cycle_units (cycle_id, unit_id, role) values ($1, $2, $3) on conflict do nothing", b.cycle.ID, x.Into, b.cycle.Rules.Units[x.Merged].Role)
	batch.Queue("update duties set audience = array_append(audience, unit_id) where cycle_id = $1 and unit_id = $2", b.cycle.ID, x.Merged)
	return b.tx.SendBatch(ctx, batch).Close()
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
	earlier := b.t
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
		if last, stated, moves := d.MovedTo(was, earlier, after, x, calendar.DateOf(by.At)); moves {
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

// tellMoved takes down which rungs of a ladder moved, and tells those whom they
// address.
func (b *book) tellMoved(d *poverty.Duty, before, after []poverty.Planned, by poverty.Entry) {
	var moves []string
	for _, m := range poverty.RungMoves(before, after) {
		moves = append(moves, m.String())
		i := slices.IndexFunc(after, func(p poverty.Planned) bool { return p.Rung == m.Rung })
		for _, to := range append([]string{"unit"}, after[i].To...) {
			b.tellReplanned(d.Unit, to, by.At)
		}
	}
	if len(moves) > 0 {
		b.add(b.entry(d, poverty.EventReplanned, poverty.Entry{At: by.At, Actor: by.Actor, Office: by.Office, Basis: by.Basis, Reason: strings.Join(moves, "; ")}))
	}
}

// tellReplanned tells an addressee of rungs, once, that some have moved.
func (b *book) tellReplanned(unit poverty.UnitID, to string, at time.Time) {
	if to != "unit" && to != "head" && to != poverty.ToLead && to != poverty.ToMembers {
		unit = "" // the same one whoever the debtor is
	}
	news := told{unit: unit, kind: poverty.NoticeCalendar, to: []string{to}, at: at, key: fmt.Sprintf("calendar|%s|%d", b.cycle.ID, at.UnixMilli())}
	if !b.quiet && !slices.ContainsFunc(b.told, func(t told) bool { return t.key == news.key && t.unit == unit && t.to[0] == to }) {
		b.told = append(b.told, news)
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

// running returns the cycles in force.
func running(ctx context.Context, tx pgx.Tx) ([]poverty.CycleID, error) {
	rows, err := tx.Query(ctx, "select id from cycles where state = 'running' order by id")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[poverty.CycleID])
}

// replanAll plans what is open in every running cycle anew after days off
// changed, from how they were before.
func (db *DB) replanAll(ctx context.Context, tx pgx.Tx, a poverty.Actor, before *calendar.Calendar) error {
	ids, err := running(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, after, err := db.timetable(ctx, tx, id, cycleAlone)
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
