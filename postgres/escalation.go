package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
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
	type row struct {
		Duty       poverty.DutyID   `db:"duty_id"`
		Ladder     int              `db:"ladder"`
		Rung       string           `db:"rung"`
		Demand     poverty.Demand   `db:"demand"`
		Office     poverty.OfficeID `db:"office_id"`
		OfficeName string           `db:"office_name"`
		OpenedAt   time.Time        `db:"opened_at"`
		AnswerBy   *time.Time       `db:"answer_by"`
		ClosedAt   *time.Time       `db:"closed_at"`
		Outcome    poverty.Event    `db:"outcome"`
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select e.duty_id, e.ladder, e.rung, e.demand, e.office_id, coalesce(o.title, e.office_id) as office_name,
			       e.opened_at, e.closed_at, e.outcome, e.answer_by
			from escalations e left join offices o on o.id = e.office_id`+q.clause()+`
			order by e.closed_at desc nulls first, e.opened_at, e.duty_id`+limit(f.Limit, 500), q.args)
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
				OfficeName: e.OfficeName, OpenedAt: e.OpenedAt, AnswerBy: e.AnswerBy, ClosedAt: e.ClosedAt, Outcome: e.Outcome}
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
		case e.Event == poverty.EventHanded:
			batch.Queue("update escalations set office_id = $2, demand = 'decision' where duty_id = $1 and closed_at is null", e.Duty, e.Whom)
		case e.Event == poverty.EventUndone:
			batch.Queue(`
				update escalations e set closed_at = null, outcome = '',
				    office_id = coalesce(nullif(d.handed, ''), h.office_id, e.office_id),
				    demand = case when d.handed <> '' then 'decision' else coalesce(h.demand, e.demand) end
				from duties d left join lateral (
				    select h.office_id, h.demand from history h join escalations o on o.duty_id = h.duty_id and o.ladder = h.ladder and o.rung = h.rung
				    where h.duty_id = d.id and h.event = 'escalated' and h.ladder = $2 order by h.id desc limit 1) h on true
				where d.id = e.duty_id and e.duty_id = $1 and e.ladder = $2 and d.escalated`, e.Duty, e.Ladder)
		case e.Rung == "", e.Event != poverty.EventEscalated && e.Event != poverty.EventPassed:
		case e.Demand != poverty.DemandNothing:
			if e.Event == poverty.EventPassed && !b.duty(e.Duty).Escalated {
				continue
			}
			batch.Queue(`
				insert into escalations (duty_id, cycle_id, ladder, rung, demand, office_id, opened_at, answer_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
				on conflict (duty_id, ladder) do update set rung = excluded.rung, demand = excluded.demand, office_id = excluded.office_id,
				    answer_by = excluded.answer_by
				where escalations.closed_at is null`, e.Duty, e.Cycle, e.Ladder, e.Rung, e.Demand, e.Office, e.At, instant(b.stands[e.Duty].AnswerBy(b.t, e.Rung)))
		}
	}
	if batch.Len() == 0 {
		return nil
	}
	return b.tx.SendBatch(ctx, batch).Close()
}

// instant is an instant as its column wants it: null where there is none.
func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// instruct lays what a direction says, or a report out of turn, on a unit as a
// duty of its own.
func (b *book) instruct(ctx context.Context, d poverty.Duty, x poverty.Decision, unit poverty.UnitID, at time.Time) error {
	by := b.past[d.ID][len(b.past[d.ID])-1]
	return b.lay(ctx, poverty.NewDuty{
		Code: strings.ReplaceAll(string(x.Act), "_", "-"), Title: strings.TrimSpace(x.Reason), Unit: unit, Subject: instruction(d.ID, at), Due: "by " + x.By.String(),
		Source: d.Title,
	}, at, poverty.Entry{Actor: by.Actor, Office: by.Office, Basis: by.Basis})
}

// instruction is the subject of the duty that an act on another duty laid on a
// unit.
func instruction(id poverty.DutyID, at time.Time) string {
	return fmt.Sprintf("%d.%d", id, at.UnixMilli())
}

// hand gives the answer to an escalation to another office.
func (b *book) hand(ctx context.Context, d *poverty.Duty, to poverty.OfficeID, at time.Time) error {
	r, err := loadRoster(ctx, b.tx, nil, []poverty.OfficeID{to})
	if err != nil {
		return err
	}
	if o := r.byID[to]; o.Unit == d.Unit || !o.OnDay(calendar.DateOf(at)) || !b.cycle.TakesPart(o.Unit) {
		return poverty.InvalidField("to", "decision.office_needed")
	}
	b.told = append(b.told, told{duty: d, kind: poverty.NoticeEscalation, demand: poverty.DemandDecision, to: []string{string(to)}, at: at, text: "handed",
		key: fmt.Sprintf("handed|%s|%d", d.Key, at.UnixMilli())})
	return nil
}

// undo takes back what followed from the act that was taken back.
func (b *book) undo(ctx context.Context, d *poverty.Duty, at time.Time) error {
	list := b.past[d.ID]
	undone := list[slices.IndexFunc(list, func(e poverty.Entry) bool { return e.Event == poverty.EventUndone && e.At.Equal(at) })]
	b.tell(d, poverty.NoticeDecision, at, "undone", []string{"unit", "head"})
	if poverty.Event(undone.Reason) != poverty.EventDirected {
		return nil
	}
	i := len(list) - 1
	for list[i].Event != poverty.EventDirected { // the newest one: only that can be taken back
		i--
	}
	before := len(b.duties)
	if err := b.load(ctx, "d.cycle_id = $1 and d.code = 'direct' and d.subject = $2", d.Cycle, instruction(d.ID, list[i].At)); err != nil {
		return err
	}
	for _, task := range b.duties[before:] {
		if b.advance(task, at); task.State.Owed() {
			b.add(b.entry(task, poverty.EventExcused, poverty.Entry{At: at, Actor: undone.Actor, Office: undone.Office, Basis: string(poverty.EventUndone)}))
			b.advance(task, b.upTo)
			b.wakes = append(b.wakes, refOf(*task))
		}
	}
	return nil
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
