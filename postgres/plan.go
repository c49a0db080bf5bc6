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

const planColumns = `
	select p.cycle_id, p.unit_id, coalesce(v.name, p.unit_id) as unit_name, p.state, p.round, p.version, p.to_leave, p.text,
	       p.remarks, p.term, p.sent_at, p.approved_at, coalesce(p.sent_by, 0) as sent_by
	from plans p
	join cycles c on c.id = p.cycle_id
	left join unit_versions v on v.unit_id = p.unit_id
	     and daterange(v.valid_from, v.valid_to, '[]') @> (c.issued_at at time zone 'Asia/Ho_Chi_Minh')::date`

// Plans returns the plans of a cycle that the actor may see.
func (db *DB) Plans(ctx context.Context, id poverty.CycleID) (plans []poverty.Plan, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, planColumns+" where p.cycle_id = $1 order by p.unit_id", id)
		plans, err = many[poverty.Plan](rows, err)
		return err
	})
	return plans, err
}

// Plan returns a commune's plan.
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

// SavePlan stores a draft of a commune's plan by someone of the commune.
// Conflict when it was sent, or another version was saved meanwhile.
func (db *DB) SavePlan(ctx context.Context, x poverty.PlanDraftContent) (p poverty.Plan, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if p, err = plan(ctx, tx, x.Cycle, x.Unit, ""); err != nil {
			return err
		}
		if len(a.In(x.Unit)) == 0 && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "plan.forbidden.save")
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		if p, err = plan(ctx, tx, x.Cycle, x.Unit, " for update of p"); err != nil {
			return err
		}
		if _, err := p.State.Move(poverty.PlanSend); err != nil {
			return err
		}
		if x.Version != 0 && x.Version != p.Version {
			return &poverty.Error{Kind: poverty.Conflict, Key: "plan.changed", Args: []any{"version", p.Version}, Field: "version"}
		}
		if x.ToLeave < 0 {
			return poverty.InvalidField("to_leave", "plan.negative")
		}
		p.ToLeave, p.Text, p.Version = x.ToLeave, strings.TrimSpace(x.Text), p.Version+1
		_, err = tx.Exec(ctx, "update plans set to_leave = $3, text = $4, version = $5 where cycle_id = $1 and unit_id = $2",
			x.Cycle, x.Unit, p.ToLeave, p.Text, p.Version)
		return err
	})
	return p, err
}

func (b *book) openPlan(ctx context.Context, unit poverty.UnitID) error {
	_, err := b.tx.Exec(ctx, `
		insert into plans (cycle_id, unit_id, to_leave, audience)
		select $1, $2, coalesce((select to_leave from targets where cycle_id = $1 and unit_id = $2), 0), $3
		on conflict do nothing`, b.cycle.ID, unit, b.audience(poverty.DutyPlan, unit, ""))
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
// it ends and those that it brings about, in one transaction.
func (b *book) movePlan(ctx context.Context, a poverty.Actor, m poverty.PlanMove, at time.Time) (poverty.Plan, error) {
	p, err := plan(ctx, b.tx, m.Cycle, m.Unit, " for update of p")
	if err != nil {
		return p, err
	}
	seat, behalf, err := mayMove(p, b.cycle, a, m)
	if err != nil {
		return p, err
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
	to, err := p.State.Move(m.Verb)
	if err != nil {
		return p, err
	}
	if m.Verb == poverty.PlanSend {
		if missing := p.Missing(); len(missing) > 0 {
			return p, poverty.InvalidField("plan", missing[0])
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
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office, OnBehalf: behalf, Basis: m.Basis, Reason: m.Reason}
	if err := b.enactMove(ctx, &p, m.Verb, to, by); err != nil {
		return p, err
	}
	if err := b.listGoes(ctx, p, m.Verb, by); err != nil {
		return p, err
	}
	p.Version++
	_, err = b.tx.Exec(ctx, `
		update plans set state = $3, round = $4, version = $5, remarks = $6, term = $7, sent_at = $8, approved_at = $9, sent_by = nullif($10::bigint, 0)
		where cycle_id = $1 and unit_id = $2`,
		p.Cycle, p.Unit, p.State, p.Round, p.Version, p.Remarks, day(p.Term), p.SentAt, p.ApprovedAt, p.SentBy)
	return p, err
}

func mayMove(p poverty.Plan, c poverty.Cycle, a poverty.Actor, m poverty.PlanMove) (poverty.Seat, bool, error) {
	if a.System != "" {
		return poverty.Seat{Office: m.Office}, false, nil
	}
	return p.MayMove(c, a, m)
}

func (b *book) enactMove(ctx context.Context, p *poverty.Plan, verb poverty.PlanVerb, to poverty.PlanState, by poverty.Entry) error {
	p.State = to
	b.wakes = append(b.wakes, refOf(*b.duties[0]))
	switch verb {
	case poverty.PlanSend:
		p.SentAt, p.SentBy, p.Remarks, p.Term = &by.At, by.Actor, "", calendar.Date{}
		b.end(poverty.DutyPlan, poverty.EventSubmitted, by)
		if _, err := b.tx.Exec(ctx, `
			insert into plan_rounds (cycle_id, unit_id, round, to_leave, text, sent_at) values ($1, $2, $3, $4, $5, $6)
			on conflict do nothing`, p.Cycle, p.Unit, p.Round, p.ToLeave, p.Text, by.At); err != nil {
			return err
		}
		if b.follow(poverty.DutyAppraisal, *p, by.At) {
			return nil
		}
		p.State = poverty.PlanAppraised
		if b.follow(poverty.DutyApproval, *p, by.At) {
			return nil
		}
		b.approve(p, by)
	case poverty.PlanAppraise:
		b.end(poverty.DutyAppraisal, poverty.EventDone, by)
		if !b.follow(poverty.DutyApproval, *p, by.At) {
			b.approve(p, by)
		}
	case poverty.PlanApprove:
		b.end(poverty.DutyApproval, poverty.EventDone, by)
		b.approve(p, by)
	case poverty.PlanReturn:
		b.end(poverty.DutyAppraisal, poverty.EventDone, by)
		b.end(poverty.DutyApproval, poverty.EventDone, by)
		i := slices.IndexFunc(b.duties, func(d *poverty.Duty) bool { return d.Kind == poverty.DutyPlan })
		d := b.duties[i]
		e := b.entry(d, poverty.EventReturned, by)
		e.By = poverty.ReturnTerm(b.t, d.LastDay, calendar.DateOf(by.At))
		p.Remarks, p.Term, p.Round = by.Reason, e.By, p.Round+1
		b.add(e)
		b.advance(d, by.At)
		b.tell(d, poverty.NoticeDecision, by.At, "returned", []string{"unit", "head"})
	}
	return nil
}

func (b *book) approve(p *poverty.Plan, by poverty.Entry) {
	p.State, p.ApprovedAt = poverty.PlanApproved, &by.At
	b.end(poverty.DutyPlan, poverty.EventAccepted, by)
	for _, d := range b.duties {
		if d.Kind == poverty.DutyPlan {
			b.tell(d, poverty.NoticeDecision, by.At, "approved", []string{"unit", "head"})
		}
	}
}

// end records an event on the open duty of a kind.
func (b *book) end(kind poverty.DutyKind, ev poverty.Event, by poverty.Entry) {
	for _, d := range b.duties {
		if d.Kind != kind || !d.State.Owed() && (ev != poverty.EventAccepted || d.State != poverty.DutySubmitted) {
			continue
		}
		b.endDuty(d, ev, by)
	}
}

// endDuty records an event that ends a duty, and its escalation with it.
func (b *book) endDuty(d *poverty.Duty, ev poverty.Event, by poverty.Entry) {
	e, before := b.entry(d, ev, by), *d
	b.add(e)
	if before.Escalated {
		closed := e
		closed.Event, closed.Reason = poverty.EventClosed, string(ev)
		b.add(closed)
		b.wakes = append(b.wakes, escalationRef(before))
	}
	b.advance(d, b.upTo)
	b.correct(before, d, e)
}

func (b *book) entry(d *poverty.Duty, ev poverty.Event, by poverty.Entry) poverty.Entry {
	by.Cycle, by.Duty, by.Code, by.Unit, by.Period, by.Ladder, by.Event = d.Cycle, d.ID, d.Code, d.Unit, d.Period, d.LadderNo, ev
	return by
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

func (b *book) tell(d *poverty.Duty, kind poverty.NoticeKind, at time.Time, what string, to []string) {
	if b.quiet {
		return
	}
	b.told = append(b.told, told{duty: d, kind: kind, to: to, at: at, text: what,
		key: fmt.Sprintf("%s|%s|%d|%s", d.Key, what, d.Returns, at.UTC().Format(time.RFC3339))})
}
