package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const objectionColumns = `
	select o.id, o.posting_id, o.cycle_id, o.unit_id, coalesce(v.name, o.unit_id) as unit_name, p.subject, o.number, o.about,
	       o.household_id, o.code, o.head, o.hamlet, o.objector, o.contact, o.received, o.way, o.late, o.text, o.state, o.answer,
	       o.answered_at, o.answered_by, o.on_behalf, o.basis, o.settlement, o.settled_at, o.version, o.recorded_at,
	       coalesce(d.id, 0) as duty_id, d.last_day, coalesce(d.overdue, false) as overdue
	from objections o
	join postings p on p.id = o.posting_id
	join cycles c on c.id = o.cycle_id
	left join duties d on d.key = o.duty_key
	left join lateral name_on(o.unit_id, local_day(c.issued_at)) v on true`

// Objections returns objections that the actor may see, those on one household
// together, what still waits first; Invalid without a cycle.
func (db *DB) Objections(ctx context.Context, f poverty.ObjectionFilter) (list []poverty.Objection, err error) {
	if f.Cycle == "" {
		return nil, poverty.InvalidField("cycle", "error.required")
	}
	var q query
	q.and("o.cycle_id = @cycle", "cycle", f.Cycle)
	if f.Unit != "" {
		q.and("o.unit_id = @unit", "unit", f.Unit)
	}
	if f.Posting != 0 {
		q.and("o.posting_id = @posting", "posting", f.Posting)
	}
	if f.Duty != 0 {
		q.and("d.id = @duty", "duty", f.Duty)
	}
	if f.State != "" {
		q.and("o.state = @state", "state", f.State)
	}
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		rows, err := tx.Query(ctx, objectionColumns+q.clause()+`
			order by min(array_position(array['open', 'upheld'], o.state)) over (partition by o.unit_id, o.about, o.code, o.head) nulls last,
			         o.unit_id, o.about, o.code, o.head, o.id`, q.args)
		if list, err = many[poverty.Objection](rows, err); err != nil {
			return err
		}
		return maskObjections(ctx, tx, a, f.Cycle, each(list)...)
	})
	return list, err
}

// Objection returns an objection, without what the actor may not see of it.
func (db *DB) Objection(ctx context.Context, id poverty.ObjectionID) (o poverty.Objection, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if o, err = objection(ctx, tx, id); err != nil {
			return err
		}
		return maskObjections(ctx, tx, a, o.Cycle, &o)
	})
	return o, err
}

func objection(ctx context.Context, tx pgx.Tx, id poverty.ObjectionID) (poverty.Objection, error) {
	rows, err := tx.Query(ctx, objectionColumns+" where o.id = $1", id)
	return one[poverty.Objection](rows, err, "objection.not_found")
}

// maskObjections hides what the actor may not see of objections of one cycle.
// Every read of them that leaves this package passes here.
func maskObjections(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.CycleID, list ...*poverty.Objection) error {
	if len(list) == 0 {
		return nil
	}
	c, err := cycle(ctx, tx, id, "")
	if err != nil {
		return err
	}
	for _, o := range list {
		if !c.SeesSensitive(a.Within(c.ID), o.Unit) {
			*o = o.Masked()
		}
	}
	return nil
}

// moveObjection records an objection or decides on one. What is upheld is open
// again until it is settled: see postingStep and planReopened.
func (b *book) moveObjection(ctx context.Context, a poverty.Actor, m poverty.ObjectionMove, at time.Time, out *poverty.Outcome) error {
	if m.Verb == poverty.ObjectionRecord {
		return b.recordObjection(ctx, a, m, at, out)
	}
	if _, err := b.tx.Exec(ctx, "select from objections where id = $1 for update", m.Objection); err != nil {
		return err
	}
	o, err := objection(ctx, b.tx, m.Objection)
	if err != nil {
		return err
	}
	seat, behalf, err := m.MayMove(b.cycle, a, o.Unit)
	if err != nil {
		return err
	}
	if at, err = b.effective(a, m.At, at, m.Basis); err != nil {
		return err
	}
	if o, err = o.Change(m, seat, behalf, at); err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		update objections set state = $2, answer = $3, answered_at = $4, answered_by = $5, on_behalf = $6, basis = $7, settlement = $8,
			settled_at = $9, version = $10 where id = $1`,
		o.ID, o.State, o.Answer, o.AnsweredAt, o.AnsweredBy, o.OnBehalf, o.Basis, o.Settlement, o.SettledAt, o.Version)
	if err != nil {
		return err
	}
	out.Objection, out.State = o.ID, string(o.State)
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office, OnBehalf: behalf}
	if m.Verb == poverty.ObjectionSettle {
		by.Code, by.Unit, by.Event = "objection", o.Unit, poverty.EventDone
		b.note(by)
		return nil
	}
	if err := b.load(ctx, "d.id = $1", o.Duty); err != nil {
		return err
	}
	for _, d := range b.duties {
		b.advance(d, at)
		b.wakes = append(b.wakes, refOf(*d))
	}
	b.end(poverty.DutyObjection, poverty.EventDone, by)
	return nil
}

// effective is poverty.Effective for an actor of the book's cycle.
func (b *book) effective(a poverty.Actor, said, now time.Time, basis string) (time.Time, error) {
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	return poverty.Effective(said, now, standing || a.System != "", basis)
}

func (b *book) recordObjection(ctx context.Context, a poverty.Actor, m poverty.ObjectionMove, at time.Time, out *poverty.Outcome) error {
	// The posting's row is the lock under which its objections are counted.
	if _, err := b.tx.Exec(ctx, "select from postings where id = $1 for update", m.Posting); err != nil {
		return err
	}
	p, err := posting(ctx, b.tx, m.Posting, "")
	if err != nil {
		return err
	}
	seat, behalf, err := m.MayMove(b.cycle, a, p.Unit)
	if err != nil {
		return err
	}
	if at, err = b.effective(a, m.At, at, m.Basis); err != nil {
		return err
	}
	o, err := m.Record(p, calendar.DateOf(at))
	if err != nil {
		return err
	}
	if err := b.tx.QueryRow(ctx, "select count(*) + 1 from objections where posting_id = $1", p.ID).Scan(&o.Number); err != nil {
		return err
	}
	t := b.cycle.Rules.ObjectionTemplate()
	subject := o.DutySubject(p.Number)
	err = b.tx.QueryRow(ctx, `
		insert into objections (posting_id, cycle_id, unit_id, number, about, household_id, code, head, hamlet, objector, contact,
		                        received, way, late, text, basis, duty_key, recorded_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) returning id`,
		o.Posting, o.Cycle, o.Unit, o.Number, o.About, o.Household, o.Code, o.Head, o.Hamlet, o.Objector, o.Contact,
		o.Received, o.Way, o.Late, o.Text, m.Basis, poverty.DutyKey(o.Cycle, t.Code, o.Unit, "", subject), at).Scan(&o.ID)
	if err != nil {
		return err
	}
	b.open(t, o.Unit, "", subject, t.Due.WithEvent(o.Received), at, "")
	b.opening[len(b.opening)-1].by = poverty.Entry{Actor: a.User, Office: seat.Office, OnBehalf: behalf}
	b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
	out.Objection, out.State = o.ID, string(o.State)
	return nil
}
