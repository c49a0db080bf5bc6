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

const obstacleColumns = `
	select o.id, o.cycle_id, o.no, o.unit_id, coalesce(v.name, o.unit_id) as unit_name, o.kind, o.addressee, o.component,
	       coalesce(o.household_id, 0) as household_id, o.commune_id, o.text, o.state, o.received_at, o.opinion, o.answer,
	       o.answered_by, o.answered_at, o.basis, o.closed_at, o.version, coalesce(o.duty_id, 0) as duty_id, d.last_day,
	       coalesce(d.overdue, false) as overdue
	from obstacles o
	left join duties d on d.id = o.duty_id
	left join lateral name_on(o.unit_id, local_day(o.received_at)) v on true`

// Obstacles returns obstacles that the actor may read, the newest first.
func (db *DB) Obstacles(ctx context.Context, f poverty.ObstacleFilter) (list []poverty.Obstacle, err error) {
	var q query
	text := func(column, value string) {
		if value != "" {
			q.and("o."+column+" = @"+column, column, value)
		}
	}
	text("cycle_id", string(f.Cycle))
	text("unit_id", string(f.Unit))
	text("commune_id", string(f.Commune))
	text("kind", string(f.Kind))
	text("state", string(f.State))
	text("component", f.Component)
	if f.Household != 0 {
		q.and("o.household_id = @household", "household", f.Household)
	}
	if f.Waiting {
		q.and("o.state in ('raised', 'forwarded')", "", nil)
	}
	if !f.From.IsZero() {
		q.and("o.received_at >= @from", "from", f.From.Start())
	}
	if !f.To.IsZero() {
		q.and("o.received_at < @to", "to", calendar.OverdueAt(f.To))
	}
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, obstacleColumns+q.clause()+" order by o.no desc"+limit(f.Limit, 500), q.args)
		list, err = many[poverty.Obstacle](rows, err)
		return err
	})
	return list, err
}

// Obstacle returns an obstacle; NotFound when there is none that the actor may
// read.
func (db *DB) Obstacle(ctx context.Context, id poverty.ObstacleID) (o poverty.Obstacle, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, obstacleColumns+" where o.id = $1", id)
		o, err = one[poverty.Obstacle](rows, err, "obstacle.not_found")
		return err
	})
	return o, err
}

// obstacle finds the obstacle of a decision, by its ID or its number.
func obstacle(ctx context.Context, tx pgx.Tx, x poverty.ObstacleMove, lock string) (poverty.Obstacle, error) {
	rows, err := tx.Query(ctx, obstacleColumns+" where o.cycle_id = $1 and (o.id = $2 or $2 = 0 and o.no = $3)"+lock, x.Cycle, x.Obstacle, x.No)
	return one[poverty.Obstacle](rows, err, "obstacle.not_found")
}

// ObstacleCounts counts the obstacles of each unit: of all units for those who
// see all of the cycle, who learn no more than the numbers unless the obstacles
// are theirs to read; for others of those that they may read.
func (db *DB) ObstacleCounts(ctx context.Context, id poverty.CycleID) (list []poverty.ObstacleCount, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		for _, part := range []poverty.Part{poverty.PartLeadership, poverty.PartStanding, poverty.PartReader} {
			if _, ok := a.InCycle(c, part); ok && a.System == "" {
				if err := elevate(ctx, tx, "count"); err != nil {
					return err
				}
				break
			}
		}
		rows, err := tx.Query(ctx, `
			select o.unit_id, coalesce(min(v.name), o.unit_id) as unit_name, count(*) as raised,
			       count(*) filter (where o.state in ('raised', 'forwarded')) as waiting, count(*) filter (where d.overdue) as overdue
			from obstacles o
			join cycles c on c.id = o.cycle_id
			left join duties d on d.id = o.duty_id
			left join lateral name_on(o.unit_id, local_day(c.issued_at)) v on true
			where o.cycle_id = $1 group by o.unit_id order by o.unit_id`, id)
		list, err = many[poverty.ObstacleCount](rows, err)
		return err
	})
	return list, err
}

// moveObstacle carries out a decision on an obstacle, with the duty to answer
// that it lays on or ends, in one transaction.
func (b *book) moveObstacle(ctx context.Context, a poverty.Actor, x poverty.ObstacleMove, at time.Time, out *poverty.Outcome) (err error) {
	o := poverty.Obstacle{Cycle: x.Cycle, Unit: x.Unit, Kind: x.Kind, To: x.To, Component: strings.TrimSpace(x.Component),
		Household: x.Household, Commune: x.Commune, State: poverty.ObstacleRaised}
	if x.Verb != poverty.ObstacleRaises {
		if o, err = obstacle(ctx, b.tx, x, " for update of o"); err != nil {
			return err
		}
	}
	by := poverty.Entry{Actor: a.User, Office: x.Office, Basis: strings.TrimSpace(x.Basis)}
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	if a.System == "" {
		seat, behalf, err := o.MayMove(b.cycle, a, x)
		if err != nil {
			return err
		}
		by.Office, by.OnBehalf = seat.Office, behalf
	}
	if by.At, err = poverty.Effective(x.At, at, standing || a.System != "", x.Basis); err != nil {
		return err
	}
	if err := x.Check(b.cycle); err != nil {
		return err
	}
	if x.Verb == poverty.ObstacleRaises {
		err = b.raise(ctx, &o, x, by)
	} else {
		err = b.answerObstacle(ctx, &o, x, by)
	}
	if err != nil {
		return err
	}
	out.Obstacle, out.State = o.ID, string(o.State)
	return nil
}

func (b *book) raise(ctx context.Context, o *poverty.Obstacle, x poverty.ObstacleMove, by poverty.Entry) error {
	o.ReceivedAt, o.Text = by.At, strings.TrimSpace(x.Text)
	if o.Commune == "" && b.cycle.Rules.Units[o.Unit].Role == "commune" {
		o.Commune = o.Unit
	}
	if err := b.tx.QueryRow(ctx, "select 1 + coalesce(max(no), 0) from obstacles where cycle_id = $1", o.Cycle).Scan(&o.No); err != nil {
		return err
	}
	err := b.tx.QueryRow(ctx, `
		insert into obstacles (cycle_id, no, unit_id, audience, kind, addressee, component, household_id, commune_id, text, received_at)
		values ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, $10, $11) returning id`,
		o.Cycle, o.No, o.Unit, o.Sees(b.cycle), o.Kind, o.To, o.Component, o.Household, o.Commune, o.Text, o.ReceivedAt).Scan(&o.ID)
	if err != nil {
		return err
	}
	b.noteObstacle(*o, poverty.EventOpened, by)
	to := b.cycle.Owner
	if o.To == poverty.ToStanding {
		to = b.cycle.Rules.Bindings.Standing
	}
	b.owe(*o, to, by.At)
	return nil
}

// answerObstacle carries out what is done with an obstacle that was raised.
func (b *book) answerObstacle(ctx context.Context, o *poverty.Obstacle, x poverty.ObstacleMove, by poverty.Entry) error {
	if x.Version != 0 && x.Version != o.Version {
		return &poverty.Error{Kind: poverty.Conflict, Key: "obstacle.changed", Args: []any{"version", o.Version}, Field: "version"}
	}
	to, err := o.State.Move(x.Verb)
	if err != nil {
		return err
	}
	if err := b.load(ctx, "d.id = $1", o.Duty); err != nil {
		return err
	}
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.finish(d, by)
	}
	text := strings.TrimSpace(x.Text)
	o.State = to
	o.Version++
	event := poverty.EventNoted
	switch x.Verb {
	case poverty.ObstacleForwards:
		o.Opinion = text
		b.owe(*o, b.cycle.Owner, by.At)
	case poverty.ObstacleAnswers, poverty.ObstacleDecides:
		event = poverty.EventDone
		if x.Verb == poverty.ObstacleDecides && o.Answer != "" {
			text = o.Answer + "\n\n" + text
		}
		o.Answer, o.AnsweredBy, o.AnsweredAt, o.Basis = text, by.Office, &by.At, by.Basis
	case poverty.ObstacleCloses:
		event = poverty.EventClosed
		o.ClosedAt = &by.At
	case poverty.ObstacleRaises:
	}
	_, err = b.tx.Exec(ctx, `
		update obstacles set state = $2, opinion = $3, answer = $4, answered_by = $5, answered_at = $6, basis = $7, closed_at = $8, version = $9
		where id = $1`, o.ID, o.State, o.Opinion, o.Answer, o.AnsweredBy, o.AnsweredAt, o.Basis, o.ClosedAt, o.Version)
	if err != nil {
		return err
	}
	b.noteObstacle(*o, event, by)
	if x.Verb != poverty.ObstacleCloses {
		b.tellRaiser(*o, by.At)
	}
	return nil
}

// owe lays the answer to an obstacle on a unit, where the cycle has such
// duties.
func (b *book) owe(o poverty.Obstacle, unit poverty.UnitID, at time.Time) {
	i := slices.IndexFunc(b.cycle.Rules.Duties, func(t poverty.Template) bool { return t.Kind == poverty.DutyObstacle })
	if i < 0 {
		return
	}
	t := b.cycle.Rules.Duties[i]
	subject := planSubject(o.Unit, o.No)
	b.open(t, unit, "", subject, t.Due.WithEvent(calendar.DateOf(at)), at, "")
	b.wakes = append(b.wakes, poverty.Ref{Cycle: o.Cycle, Process: poverty.ProcessAssignment})
	b.links = append(b.links, func(ctx context.Context) error {
		_, err := b.tx.Exec(ctx, "update obstacles set duty_id = (select id from duties where key = $3) where cycle_id = $1 and no = $2",
			o.Cycle, o.No, poverty.DutyKey(o.Cycle, t.Code, unit, "", subject))
		return err
	})
}

// noteObstacle writes a line of the history about an obstacle, without its
// texts: more people read the history.
func (b *book) noteObstacle(o poverty.Obstacle, event poverty.Event, by poverty.Entry) {
	by.Code, by.Unit, by.Event, by.Reason = fmt.Sprintf("obstacle/%d", o.No), o.Unit, event, ""
	b.note(by)
}

func (b *book) tellRaiser(o poverty.Obstacle, at time.Time) {
	if b.quiet {
		return
	}
	b.told = append(b.told, told{unit: o.Unit, obstacle: o.ID, kind: poverty.NoticeObstacle, to: []string{"unit", "head"}, at: at,
		text: string(o.State), key: fmt.Sprintf("obstacle|%s/%d|%d", o.Cycle, o.No, o.Version)})
}

// seesObstacle tells whether the actor may see the obstacle of a decision, or
// the household of one that is raised.
func (b *book) seesObstacle(ctx context.Context, x poverty.ObstacleMove) error {
	if x.Verb != poverty.ObstacleRaises {
		_, err := obstacle(ctx, b.tx, x, "")
		return err
	}
	if x.Household == 0 {
		return nil
	}
	var there bool
	err := b.tx.QueryRow(ctx, "select exists (select from households where id = $1 and cycle_id = $2)", x.Household, x.Cycle).Scan(&there)
	if err == nil && !there {
		return poverty.InvalidField("household", "household.not_found")
	}
	return err
}
