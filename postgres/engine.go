package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// lateStart is how long after its issue a cycle may be started without the
// standing office being sent a summary of what it found.
const lateStart = 24 * time.Hour

// refOf names the process that watches a duty.
func refOf(d poverty.Duty) poverty.Ref {
	return poverty.Ref{Cycle: d.Cycle, Process: d.Process, Key: d.ProcessKey}
}

// escalationRef names the escalation of a duty's current ladder.
func escalationRef(d poverty.Duty) poverty.Ref {
	return poverty.Ref{Cycle: d.Cycle, DutyKey: d.Key, DutyID: d.ID, Ladder: d.LadderNo}
}

// OpenCycle puts a cycle in force at an instant, if it is not yet, and returns
// its processes that are not finished, each with the instant at which it opens.
func (db *DB) OpenCycle(ctx context.Context, id poverty.CycleID, at time.Time) (list []poverty.Opening, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		c, t, err := db.timetable(ctx, tx, id, cycleAlone)
		if err != nil {
			return err
		}
		b := db.book(tx, c, t)
		if c.State == poverty.CycleDraft {
			if _, err := tx.Exec(ctx, "update cycles set state = 'running', started_at = $2 where id = $1", id, at); err != nil {
				return err
			}
			b.note(poverty.Entry{Code: "cycle", Event: poverty.EventOpened, At: c.IssuedAt})
			if at.Sub(c.IssuedAt) > lateStart {
				b.told = append(b.told, told{kind: poverty.NoticeSummary, to: []string{"standing"}, at: at.Add(poverty.LetterLease), key: "summary|" + string(id)})
			}
			if err := b.carryOver(ctx, at); err != nil {
				return err
			}
			if err := b.close(ctx, at); err != nil {
				return err
			}
		}
		list, err = b.openings(ctx)
		return err
	})
	return list, err
}

// Openings returns the processes of a cycle that are not finished.
func (db *DB) Openings(ctx context.Context, id poverty.CycleID) (list []poverty.Opening, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		c, t, err := db.timetable(ctx, tx, id, "")
		if err != nil {
			return err
		}
		list, err = db.book(tx, c, t).openings(ctx)
		return err
	})
	return list, err
}

func (b *book) openings(ctx context.Context) ([]poverty.Opening, error) {
	c := b.cycle
	var list []poverty.Opening
	add := func(p poverty.Process, key string, at time.Time) {
		if at.Before(c.IssuedAt) {
			at = c.IssuedAt
		}
		list = append(list, poverty.Opening{Ref: poverty.Ref{Cycle: c.ID, Process: p, Key: key}, At: at})
	}
	var survey time.Time
	waiting := map[poverty.Ref]bool{} // for more than the duties that are there
	rows, err := b.tx.Query(ctx, "select distinct code from duties where cycle_id = $1", c.ID)
	if err != nil {
		return nil, err
	}
	laid, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, t := range c.Rules.Duties {
		switch t.Kind {
		case poverty.DutyPlan:
			for _, unit := range c.Rules.Owing(t) {
				add(poverty.ProcessPlan, string(unit), c.IssuedAt)
			}
		case poverty.DutySurvey:
			born := b.born(t)
			if survey.IsZero() || born.Before(survey) {
				survey = born
			}
			if len(c.Rules.Owing(t)) > 0 && !slices.Contains(laid, t.Code) {
				waiting[poverty.Ref{Cycle: c.ID, Process: poverty.ProcessSurvey}] = true
			}
		case poverty.DutyReview:
			add(poverty.ProcessReview, t.Code, b.born(t))
		case poverty.DutyAppraisal, poverty.DutyApproval, poverty.DutyAcceptance, poverty.DutyMeeting, poverty.DutyStart,
			poverty.DutyProgress, poverty.DutyTask, poverty.DutyReport, poverty.DutyConsolidation, poverty.DutyPosting, poverty.DutyObjection, poverty.DutyReceipt,
			poverty.DutyGroupPlan, poverty.DutyGroupMeeting, poverty.DutyContact, poverty.DutyObstacle, poverty.DutyWatch, poverty.DutyInput, poverty.DutyOpinion, poverty.DutyCase:
		}
	}
	add(poverty.ProcessAssignment, "", c.IssuedAt)
	if !survey.IsZero() {
		add(poverty.ProcessSurvey, "", survey)
	}
	periods, err := loadPeriods(ctx, b.tx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		add(poverty.ProcessPeriod, p.Code, p.StartsOn.Start())
		waiting[list[len(list)-1].Ref] = p.State == poverty.PeriodPlanned || p.State == poverty.PeriodOpen
	}
	rows, err = b.tx.Query(ctx, `
		select process, process_key from duties where cycle_id = $1
		group by process, process_key having bool_and(state in ('done', 'excused', 'carried'))`, c.ID)
	if err != nil {
		return nil, err
	}
	settled := map[string]bool{}
	var process, key string
	if _, err := pgx.ForEachRow(rows, []any{&process, &key}, func() error { settled[process+"/"+key] = true; return nil }); err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(o poverty.Opening) bool {
		lasting := o.Ref.Process == poverty.ProcessAssignment || o.Ref.Process == poverty.ProcessPlan
		return !lasting && !waiting[o.Ref] && settled[string(o.Ref.Process)+"/"+o.Ref.Key]
	})
	slices.SortStableFunc(list, func(x, y poverty.Opening) int { return x.At.Compare(y.At) })
	return list, nil
}

// Unfinished returns the processes of a cycle in which something is left to do
// by now, the ladders that demand an answer among them, so that each should be
// running; none of a year that is not in force.
func (db *DB) Unfinished(ctx context.Context, id poverty.CycleID) (list []poverty.Ref, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if err := elevate(ctx, tx, "tend"); err != nil {
			return err
		}
		c, t, err := db.timetable(ctx, tx, id, "")
		if err != nil || c.State != poverty.CycleRunning {
			return err
		}
		open, err := db.book(tx, c, t).openings(ctx)
		if err != nil {
			return err
		}
		list = []poverty.Ref{{Cycle: id}}
		for _, o := range open {
			if !o.At.After(db.now()) {
				list = append(list, o.Ref)
			}
		}
		ladders, err := demands(ctx, tx, id, "true")
		list = append(list, ladders...)
		return err
	})
	return list, err
}

// demands returns the ladders of a cycle that demand an answer, of the duties d
// that a condition chooses.
func demands(ctx context.Context, tx pgx.Tx, id poverty.CycleID, where string, args ...any) (list []poverty.Ref, err error) {
	rows, err := tx.Query(ctx, `
		select d.id, d.key, e.ladder from escalations e join duties d on d.id = e.duty_id
		where e.cycle_id = $1 and e.closed_at is null and d.escalated and e.ladder = d.ladder_no and `+where+`
		order by d.key`, append([]any{id}, args...)...)
	if err != nil {
		return nil, err
	}
	ref := poverty.Ref{Cycle: id}
	_, err = pgx.ForEachRow(rows, []any{&ref.DutyID, &ref.DutyKey, &ref.Ladder}, func() error {
		list = append(list, ref)
		return nil
	})
	return list, err
}

// StepDuties opens what a scope still lacks, does all that is planned up to and
// including at, as of each planned instant, and says what comes next. Done
// again it changes nothing.
func (db *DB) StepDuties(ctx context.Context, s poverty.Scope, at time.Time) (step poverty.Step, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		c, t, err := db.timetable(ctx, tx, s.Cycle, cycleShared)
		if err != nil {
			return err
		}
		if c.State == poverty.CycleClosed {
			step = poverty.Step{Done: true, State: string(c.State)}
			return nil
		}
		b := db.book(tx, c, t)
		if s.DutyID != 0 {
			step, err = b.stepEscalation(ctx, s, at)
			return err
		}
		step, err = b.stepProcess(ctx, s, at)
		return err
	})
	return step, err
}

func (b *book) stepEscalation(ctx context.Context, s poverty.Scope, at time.Time) (step poverty.Step, err error) {
	if err := b.load(ctx, "d.id = $1", s.DutyID); err != nil {
		return step, err
	}
	d := b.duties[0]
	b.advance(d, at)
	step.Fired = len(b.entries)
	if err := b.close(ctx, at); err != nil {
		return step, err
	}
	step.State = string(d.State)
	step.Done = !d.Escalated || d.LadderNo != s.Ladder
	if d.NextAt != nil && !step.Done {
		step.Next = *d.NextAt
	}
	return step, nil
}

func (b *book) stepProcess(ctx context.Context, s poverty.Scope, at time.Time) (step poverty.Step, err error) {
	var next time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	var period *poverty.Period
	switch s.Process {
	case poverty.ProcessPeriod:
		if period, err = b.period(ctx, s.Key); err != nil {
			return step, err
		}
		starts := period.StartsOn.Start()
		if starts.Before(b.cycle.IssuedAt) {
			starts = b.cycle.IssuedAt
		}
		if period.State == poverty.PeriodPlanned && !starts.After(at) {
			if err := b.openPeriod(ctx, *period, starts); err != nil {
				return step, err
			}
			period.State = poverty.PeriodOpen
		}
	case poverty.ProcessPlan, poverty.ProcessAssignment, poverty.ProcessSurvey, poverty.ProcessReview:
		born, err := b.openTemplates(ctx, s, at)
		if err != nil {
			return step, err
		}
		sooner(born)
		if s.Process == poverty.ProcessAssignment {
			if err := b.openStarts(ctx, b.cycle.IssuedAt); err != nil {
				return step, err
			}
		}
		if s.Process == poverty.ProcessPlan {
			if err := b.openPlan(ctx, poverty.UnitID(s.Key)); err != nil {
				return step, err
			}
		}
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.process = $2 and d.process_key = $3 and d.next_at <= $4", s.Cycle, s.Process, s.Key, at); err != nil {
		return step, err
	}
	for _, d := range b.duties {
		b.advance(d, at)
	}
	step.Fired = len(b.entries)
	if err := b.close(ctx, at); err != nil {
		return step, err
	}
	if period != nil {
		if closes := calendar.OverdueAt(period.LastDay); period.State == poverty.PeriodOpen && closes.After(at) {
			sooner(closes)
		} else if period.State == poverty.PeriodOpen {
			again := b.db.book(b.tx, b.cycle, b.t)
			if err := again.closePeriod(ctx, *period, closes); err != nil {
				return step, err
			}
			if err := again.close(ctx, at); err != nil {
				return step, err
			}
			period.State = poverty.PeriodClosed
		}
	}
	again := b.db.book(b.tx, b.cycle, b.t)
	if err := again.listLate(ctx, s, at); err != nil {
		return step, err
	}
	return b.after(ctx, s, at, step, next, period)
}

// listLate has what is late in a process listed on the week's first working day
// to those concerned: once a week and person, whichever process comes first.
func (b *book) listLate(ctx context.Context, s poverty.Scope, at time.Time) error {
	week, _ := b.t.Calendar.Weekly(at, b.t.Rules.NoticeTime)
	if week.Before(b.t.Started) {
		return nil
	}
	rows, err := b.tx.Query(ctx, `
		select distinct unit_id from duties d
		where cycle_id = $1 and process = $2 and process_key = $3 and overdue and overdue_at <= $4
		  and not exists (select from notices n where n.cycle_id = d.cycle_id and n.kind = 'standing' and n.at = $4 and n.unit_id = d.unit_id)
		order by unit_id`, s.Cycle, s.Process, s.Key, week)
	if err != nil {
		return err
	}
	units, err := pgx.CollectRows(rows, pgx.RowTo[poverty.UnitID])
	if err != nil || len(units) == 0 {
		return err
	}
	list := told{kind: poverty.NoticeStanding, to: []string{"standing", "vice_chair", "chair"}, at: week, key: fmt.Sprintf("standing|%s|%s", b.cycle.ID, calendar.DateOf(week))}
	b.told = append(b.told, list)
	for _, unit := range units {
		list.unit, list.to = unit, []string{"head"}
		b.told = append(b.told, list)
	}
	return b.close(ctx, at)
}

// after says what a process waits for.
func (b *book) after(ctx context.Context, s poverty.Scope, at time.Time, step poverty.Step, next time.Time, period *poverty.Period) (poverty.Step, error) {
	var due *time.Time
	var total, settled, late int
	err := b.tx.QueryRow(ctx, `
		select min(next_at) filter (where not escalated), count(*), count(*) filter (where state in ('done', 'excused', 'carried')),
		       count(*) filter (where overdue)
		from duties where cycle_id = $1 and process = $2 and process_key = $3`, s.Cycle, s.Process, s.Key).Scan(&due, &total, &settled, &late)
	if err != nil {
		return step, err
	}
	if step.Demands, err = demands(ctx, b.tx, s.Cycle, "d.process = $2 and d.process_key = $3", s.Process, s.Key); err != nil {
		return step, err
	}
	step.Next = next
	if due != nil && (next.IsZero() || due.Before(next)) {
		step.Next = *due
	}
	unborn := !next.IsZero()
	if late > 0 {
		if _, week := b.t.Calendar.Weekly(at, b.t.Rules.NoticeTime); !week.IsZero() && (step.Next.IsZero() || week.Before(step.Next)) {
			step.Next = week // what is late is listed
		}
	}
	switch s.Process {
	case poverty.ProcessAssignment:
	case poverty.ProcessPeriod:
		step.Done = period.State != poverty.PeriodPlanned && period.State != poverty.PeriodOpen && settled == total
		step.State = string(period.State)
	case poverty.ProcessPlan:
		p, err := plan(ctx, b.tx, s.Cycle, poverty.UnitID(s.Key), "")
		if err != nil {
			return step, err
		}
		step.State = string(p.State) // it lives as long as the year: an approved plan may be amended
	case poverty.ProcessSurvey, poverty.ProcessReview:
		step.Done = !unborn && settled == total
	}
	return step, nil
}

func (b *book) period(ctx context.Context, code string) (*poverty.Period, error) {
	rows, err := b.tx.Query(ctx, `
		select cycle_id, code, state, starts_on, ends_on, last_day, form, counts_from, counts_to, summary
		from periods where cycle_id = $1 and code = $2`, b.cycle.ID, code)
	p, err := one[poverty.Period](rows, err, "period.not_found")
	return &p, err
}

// Propose stores a decision, checks that the actor may make it as things stand,
// and says which process it concerns. A key that was used before returns what
// it led to; with other contents it is a Conflict.
func (db *DB) Propose(ctx context.Context, p poverty.Proposal) (out poverty.Proposed, err error) {
	err = db.txAgain(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		raw, err := json.Marshal(p)
		if err != nil {
			return err
		}
		id, office, err := proposalCycle(ctx, tx, p)
		if err != nil {
			return err
		}
		c, t, err := db.timetable(ctx, tx, id, "")
		if err != nil {
			return err
		}
		a.Office = office
		b := db.book(tx, c, t)
		if out, err = b.refer(ctx, p); err != nil {
			return err
		}
		if known, err := proposed(ctx, tx, a, p.Key(), raw, &out); known || err != nil {
			return err
		}
		if a.System == "" {
			if err := db.try(ctx, tx, a, id, p); err != nil {
				return err
			}
		}
		if err := elevate(ctx, tx, "propose"); err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `
			insert into decisions (key, actor_id, office_id, cycle_id, payload, proposed_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (actor_id, key) where key <> '' do nothing returning id`,
			p.Key(), a.User, office, id, raw, db.now()).Scan(&out.ID)
		if errors.Is(err, pgx.ErrNoRows) { // the same key came twice at once
			_, err = proposed(ctx, tx, a, p.Key(), raw, &out)
		}
		return err
	})
	return out, err
}

// Decided returns what a decision of the actor led to; nil while it is not
// enacted, NotFound when the actor has made no such decision.
func (db *DB) Decided(ctx context.Context, id poverty.DecisionID) (out *poverty.Outcome, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "propose"); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, "select outcome from decisions where id = $1 and actor_id = $2", id, a.User).Scan(&out)
		if errors.Is(err, pgx.ErrNoRows) {
			err = poverty.Errorf(poverty.NotFound, "error.not_found")
		}
		return err
	})
	return out, err
}

// proposed looks a decision up by its key; false when there is none.
func proposed(ctx context.Context, tx pgx.Tx, a poverty.Actor, key string, payload []byte, out *poverty.Proposed) (bool, error) {
	if key == "" {
		return false, nil
	}
	sp, err := tx.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = sp.Rollback(ctx) }() // with the elevation
	if err := elevate(ctx, sp, "propose"); err != nil {
		return false, err
	}
	var same bool
	var old []byte
	err = sp.QueryRow(ctx, `
		select id, payload = $3::jsonb, coalesce(outcome::text, '')::bytea from decisions where actor_id = $1 and key = $2`,
		a.User, key, payload).Scan(&out.ID, &same, &old)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case !same:
		return true, poverty.Errorf(poverty.Conflict, "decision.key_reused")
	case len(old) > 0:
		out.Outcome = new(poverty.Outcome)
		return true, json.Unmarshal(old, out.Outcome)
	}
	return true, nil
}

// proposalCycle returns the cycle of a proposal and the seat it names; NotFound
// when the actor may not see what it is about.
func proposalCycle(ctx context.Context, tx pgx.Tx, p poverty.Proposal) (poverty.CycleID, poverty.OfficeID, error) {
	ofDuty := func(id poverty.DutyID, office poverty.OfficeID) (poverty.CycleID, poverty.OfficeID, error) {
		d, err := duty(ctx, tx, id)
		return d.Cycle, office, err
	}
	switch {
	case p.Duty != nil:
		return ofDuty(p.Duty.Duty, p.Duty.Office)
	case p.Assignment != nil:
		return ofDuty(p.Assignment.Duty, p.Assignment.Office)
	case p.Assign != nil:
		return p.Assign.Cycle, p.Assign.Office, nil
	case p.Plan != nil:
		return p.Plan.Cycle, p.Plan.Office, nil
	case p.Extend != nil:
		return p.Extend.Cycle, p.Extend.Office, nil
	case p.Add != nil:
		return p.Add.Cycle, p.Add.Office, nil
	case p.Meeting != nil:
		return p.Meeting.Cycle, p.Meeting.Office, nil
	case p.Obstacle != nil:
		return p.Obstacle.Cycle, p.Obstacle.Office, nil
	case p.Shortcoming != nil:
		return p.Shortcoming.Cycle, p.Shortcoming.Office, nil
	case p.Review != nil:
		return p.Review.Cycle, p.Review.Office, nil
	case p.Watch != nil:
		return p.Watch.Cycle, p.Watch.Office, nil
	case p.Deliver != nil:
		c, err := cycleOf(ctx, tx, "components", "component.not_found", int64(p.Deliver.Component))
		return c, p.Deliver.Office, err
	case p.Fund != nil && p.Fund.Verb == poverty.FundOpen:
		return p.Fund.Cycle, p.Fund.Office, nil
	case p.Fund != nil:
		c, err := cycleOf(ctx, tx, "funds", "fund.not_found", int64(p.Fund.Fund))
		return c, p.Fund.Office, err
	case p.Amend != nil:
		return p.Amend.Cycle, p.Amend.Office, nil
	case p.Close != nil:
		return p.Close.Cycle, p.Close.Office, nil
	case p.Posting != nil && p.Posting.Posting == 0:
		return p.Posting.Cycle, p.Posting.Office, nil
	case p.Posting != nil:
		x, err := posting(ctx, tx, p.Posting.Posting, "")
		return x.Cycle, p.Posting.Office, err
	case p.Objection != nil && p.Objection.Verb == poverty.ObjectionRecord:
		x, err := posting(ctx, tx, p.Objection.Posting, "")
		return x.Cycle, p.Objection.Office, err
	case p.Objection != nil:
		x, err := objection(ctx, tx, p.Objection.Objection)
		return x.Cycle, p.Objection.Office, err
	case p.Consolidation != nil:
		return p.Consolidation.Cycle, p.Consolidation.Office, nil
	case p.Survey != nil:
		return p.Survey.Cycle, p.Survey.Office, nil
	case p.Case != nil:
		return p.Case.Cycle, p.Case.Office, nil
	}
	return "", "", poverty.Errorf(poverty.Invalid, "decision.empty")
}

// cycleOf returns the cycle of a row that the actor may see.
func cycleOf(ctx context.Context, tx pgx.Tx, table, unknown string, id int64) (c poverty.CycleID, err error) {
	err = tx.QueryRow(ctx, "select cycle_id from "+pgx.Identifier{table}.Sanitize()+" where id = $1", id).Scan(&c)
	if errors.Is(err, pgx.ErrNoRows) {
		err = poverty.Errorf(poverty.NotFound, unknown)
	}
	return c, err
}

// refer finds the process that a proposal concerns, as the actor sees it.
func (b *book) refer(ctx context.Context, p poverty.Proposal) (poverty.Proposed, error) {
	out := poverty.Proposed{Ref: poverty.Ref{Cycle: b.cycle.ID}}
	var id poverty.DutyID
	switch {
	case p.Plan != nil:
		if _, err := plan(ctx, b.tx, p.Plan.Cycle, p.Plan.Unit, ""); err != nil {
			return out, err
		}
		out.Ref.Process, out.Ref.Key = poverty.ProcessPlan, string(p.Plan.Unit)
		return out, nil
	case p.Duty != nil:
		id = p.Duty.Duty
	case p.Assignment != nil:
		id = p.Assignment.Duty
	case p.Extend != nil:
		return out, b.seesDuties(ctx, p.Extend.Duties)
	case p.Deliver != nil:
		out.Ref.Process = poverty.ProcessAssignment
		_, err := cycleOf(ctx, b.tx, "components", "component.not_found", int64(p.Deliver.Component))
		return out, err
	case p.Fund != nil && p.Fund.Verb != poverty.FundOpen:
		_, err := cycleOf(ctx, b.tx, "funds", "fund.not_found", int64(p.Fund.Fund))
		return out, err
	case p.Add != nil, p.Posting != nil, p.Objection != nil:
		out.Ref.Process = poverty.ProcessAssignment
		return out, nil
	case p.Meeting != nil:
		out.Ref.Process = poverty.ProcessAssignment
		return out, b.seesMeeting(ctx, *p.Meeting)
	case p.Obstacle != nil:
		out.Ref.Process = poverty.ProcessAssignment
		return out, b.seesObstacle(ctx, *p.Obstacle)
	case p.Shortcoming != nil && p.Shortcoming.Verb != poverty.ShortcomingFind:
		out.Ref.Process = poverty.ProcessAssignment
		_, err := shortcoming(ctx, b.tx, p.Shortcoming.Shortcoming, "")
		return out, err
	case p.Watch != nil:
		out.Ref.Process = poverty.ProcessAssignment
		return out, b.seesWatch(ctx, new(*p.Watch))
	case p.Assign != nil:
		_, err := assignment(ctx, b.tx, p.Assign.Cycle, p.Assign.No, "")
		return out, err
	case p.Consolidation != nil:
		out.Ref.Process, out.Ref.Key = poverty.ProcessPeriod, p.Consolidation.Period
		return out, nil
	case p.Survey != nil && p.Survey.Unit != "":
		rows, err := b.tx.Query(ctx, surveyColumns, pgx.StrictNamedArgs{"cycle": p.Survey.Cycle, "unit": p.Survey.Unit})
		_, err = one[poverty.Survey](rows, err, "error.not_found")
		return out, err
	case p.Case != nil && p.Case.Case != 0:
		_, err := caseOf(ctx, b.tx, p.Case.Case, "")
		return out, err
	default:
		return out, nil
	}
	d, err := duty(ctx, b.tx, id)
	if err != nil {
		return out, err
	}
	out.Ref = refOf(d)
	if d.Escalated {
		out.Escalation = new(escalationRef(d))
	}
	return out, nil
}

// try enacts a proposal and takes it back, so that a refusal is told before
// anything is stored or a workflow is troubled with it.
func (db *DB) try(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.CycleID, p poverty.Proposal) error {
	sp, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = db.enact(ctx, sp, a, id, p, db.now(), false)
	return errors.Join(err, sp.Rollback(ctx))
}

// Enact carries out a proposed decision, once: enacted before, it returns what
// it led to then. It acts for whoever proposed it, with the rights held today.
// What was decided is effective when it was proposed, or at the instant given
// where that is not zero (an import).
func (db *DB) Enact(ctx context.Context, id poverty.DecisionID, at time.Time) (out poverty.Outcome, err error) {
	err = db.txAgain(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if err := elevate(ctx, tx, "enact"); err != nil {
			return err
		}
		var p poverty.Proposal
		var raw, old []byte
		var proposed time.Time
		err := tx.QueryRow(ctx, `
			select actor_id, office_id, payload, proposed_at, coalesce(outcome::text, '')::bytea from decisions where id = $1 for update`, id).
			Scan(&a.User, &a.Office, &raw, &proposed, &old)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			return json.Unmarshal(old, &out)
		}
		if err := json.Unmarshal(raw, &p); err != nil {
			return err
		}
		past := !at.IsZero()
		if !past {
			at = proposed
		}
		if a.User != 0 {
			a.System = ""
			if a, err = db.actAs(ctx, tx, a); err != nil {
				return err
			}
		}
		cycleID, _, err := proposalCycle(ctx, tx, p)
		if err != nil {
			return err
		}
		if out, err = db.enact(ctx, tx, a, cycleID, p, at, past); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update decisions set enacted_at = $2, outcome = $3 where id = $1", id, db.now(), out)
		return err
	})
	return out, err
}

// How a cycle's row is locked, before any other row of it. Shared, the year is
// not closed and its rules are not changed meanwhile; alone, nobody else decides
// or steps in it. Neither holds up who only refers to the row, as each line of
// history does, and nobody goes from the one to the other, which two at once
// could not.
const (
	cycleShared = " for share"
	cycleAlone  = " for no key update"
)

// cycleLock is how a proposal locks its cycle: alone where it changes the
// cycle's row or takes a number that nobody else may take.
func cycleLock(p poverty.Proposal) string {
	switch {
	case p.Amend != nil, p.Assign != nil, p.Close != nil, p.Meeting != nil && p.Meeting.Meeting == 0,
		p.Obstacle != nil && p.Obstacle.Verb == poverty.ObstacleRaises, p.Shortcoming != nil && p.Shortcoming.Verb == poverty.ShortcomingFind:
		return cycleAlone
	}
	return cycleShared
}

// enact carries out a proposal effective at an instant. Past says that it is an
// import, which stops at that instant: what follows it is imported next.
func (db *DB) enact(ctx context.Context, tx pgx.Tx, a poverty.Actor, id poverty.CycleID, p poverty.Proposal, at time.Time, past bool) (poverty.Outcome, error) {
	// Visible under the actor's own rights first; then the consequences are the program's to write.
	seen := poverty.Cycle{ID: id}
	err := tx.QueryRow(ctx, "select owner_id from cycles where id = $1", id).Scan(&seen.Owner)
	if errors.Is(err, pgx.ErrNoRows) {
		err = poverty.Errorf(poverty.NotFound, "cycle.not_found", "cycle", string(id))
	}
	if err != nil {
		return poverty.Outcome{}, err
	}
	if _, err := db.book(tx, seen, poverty.Timetable{}).refer(ctx, p); err != nil {
		return poverty.Outcome{}, err
	}
	if err := elevate(ctx, tx, "enact"); err != nil {
		return poverty.Outcome{}, err
	}
	c, t, err := db.timetable(ctx, tx, id, cycleLock(p))
	if err != nil {
		return poverty.Outcome{}, err
	}
	a = a.Within(c.ID)
	b := db.book(tx, c, t)
	b.decided = at
	if past {
		b.upTo, b.quiet = at, true
	}
	out := poverty.Outcome{At: at}
	switch {
	case p.Duty != nil:
		err = b.decide(ctx, a, *p.Duty, at, &out)
	case p.Assignment != nil:
		err = b.answer(ctx, a, *p.Assignment, at, &out)
	case p.Assign != nil:
		err = b.moveAssignment(ctx, a, *p.Assign, at, &out)
	case p.Extend != nil:
		err = b.extend(ctx, a, *p.Extend, at, &out)
	case p.Plan != nil:
		var pl poverty.Plan
		if pl, err = b.movePlan(ctx, a, *p.Plan, at); err == nil {
			out.Plan, out.State, out.Round = pl.Unit, string(pl.State), pl.Round
		}
	case p.Add != nil:
		err = b.addDuty(ctx, a, *p.Add, at, &out)
	case p.Meeting != nil:
		err = b.moveMeeting(ctx, a, *p.Meeting, at, &out)
	case p.Obstacle != nil:
		err = b.moveObstacle(ctx, a, *p.Obstacle, at, &out)
	case p.Shortcoming != nil:
		err = b.moveShortcoming(ctx, a, *p.Shortcoming, at, &out)
	case p.Review != nil:
		err = b.moveReview(ctx, a, *p.Review, at, &out)
	case p.Watch != nil:
		err = b.moveWatch(ctx, a, *p.Watch, at, &out)
	case p.Deliver != nil:
		err = b.deliver(ctx, a, *p.Deliver, at, &out)
	case p.Fund != nil:
		err = b.moveFund(ctx, a, *p.Fund, at, &out)
	case p.Amend != nil:
		err = b.amend(ctx, a, *p.Amend, at, &out)
	case p.Close != nil:
		err = b.closeCycle(ctx, a, *p.Close, at, &out)
	case p.Posting != nil:
		err = b.movePosting(ctx, a, *p.Posting, at, &out)
	case p.Objection != nil:
		err = b.moveObjection(ctx, a, *p.Objection, at, &out)
	case p.Consolidation != nil:
		err = b.moveConsolidation(ctx, a, *p.Consolidation, at, &out)
	case p.Survey != nil:
		err = b.moveSurvey(ctx, a, *p.Survey, at, &out)
	case p.Case != nil:
		err = b.moveCase(ctx, a, *p.Case, at, &out)
	}
	if err != nil {
		return out, err
	}
	if err := b.close(ctx, b.upTo); err != nil {
		return out, err
	}
	if p.Add != nil && len(b.duties) > 0 {
		out.Duty = b.duties[len(b.duties)-1].ID
	}
	out.Wake = b.noted
	return out, nil
}

// correct takes down that a verdict recorded earlier no longer stands, because
// a fact that was recorded now was effective in time.
func (b *book) correct(before poverty.Duty, d *poverty.Duty, by poverty.Entry) {
	if before.Verdict != poverty.Late || d.Verdict != poverty.OnTime {
		return
	}
	e := b.entry(d, poverty.EventSuperseded, poverty.Entry{At: b.now, Actor: by.Actor, Office: by.Office, Basis: by.Basis, Reason: "verdict"})
	e.Ladder = before.LadderNo
	b.add(e)
}

// decide carries out an act on a duty.
func (b *book) decide(ctx context.Context, a poverty.Actor, x poverty.Decision, at time.Time, out *poverty.Outcome) error {
	if err := b.load(ctx, "d.id = $1", x.Duty); err != nil {
		return err
	}
	return b.decideOn(ctx, a, b.duties[0], x, at, out)
}

// decideOn carries out an act on a duty of the book.
func (b *book) decideOn(ctx context.Context, a poverty.Actor, d *poverty.Duty, x poverty.Decision, at time.Time, out *poverty.Outcome) error {
	s := b.advance(d, at)
	before, ladder := *d, s.LadderNo
	entries, err := d.Decide(b.cycle, a, b.t, s, x, at)
	if err != nil {
		return err
	}
	if elsewhere := d.Kind.EndsElsewhere(); x.Act == poverty.ActDone && elsewhere != "" {
		return poverty.Errorf(poverty.Conflict, elsewhere)
	}
	if len(entries) > 0 {
		at = entries[0].At // an earlier receipt counts from then in all that follows
	}
	if x.Act == poverty.ActSubmit && x.Report == nil && !entries[0].OnBehalf && a.System == "" {
		return poverty.InvalidField("text", "report.empty")
	}
	if d.Kind == poverty.DutyConsolidation {
		var text string
		if x.Report != nil {
			text = x.Report.Text
		}
		if err := b.judge(ctx, a, x.Act, d.Period, text, strings.TrimSpace(x.Reason), at); err != nil {
			return err
		}
	} else if x.Report != nil && x.Act == poverty.ActSubmit {
		if _, err := b.saveReport(ctx, *d, a, *x.Report, at); err != nil {
			return err
		}
	}
	if x.Act == poverty.ActReturn && d.Kind == poverty.DutySurvey {
		if err := b.returnSurvey(ctx, *d); err != nil {
			return err
		}
	} else if x.Act == poverty.ActReturn {
		if err := b.remark(ctx, d.ID, x.Reason); err != nil {
			return err
		}
	}
	if x.Act == poverty.ActDone && d.Kind == poverty.DutySurvey {
		step, err := postingStep(ctx, b.tx, d.Cycle, d.Unit, d.Code, calendar.DateOf(at))
		if err := cmp.Or(err, step.Clear()); err != nil {
			return err
		}
		if err := b.confirmSurvey(ctx, *d, x.Survey, at); err != nil {
			return err
		}
	}
	b.add(entries...)
	s = b.advance(d, b.upTo)
	if len(entries) > 0 {
		b.correct(before, d, entries[0])
	}
	if err := b.consequences(ctx, d, x, at); err != nil {
		return err
	}
	if before.Escalated {
		b.wakes = append(b.wakes, escalationRef(before))
	}
	wake := s.LadderNo != ladder || before.Escalated != d.Escalated
	if settled := d.State == poverty.DutyDone || d.State == poverty.DutyExcused; settled && !wake {
		if wake, err = b.settles(ctx, d); err != nil {
			return err
		}
	}
	if wake {
		b.wakes = append(b.wakes, refOf(*d))
	}
	out.Duty, out.State = d.ID, string(d.State)
	return nil
}

// consequences are what follows from an act beyond the duty itself.
func (b *book) consequences(ctx context.Context, d *poverty.Duty, x poverty.Decision, at time.Time) error {
	switch x.Act {
	case poverty.ActReturn:
		b.tell(d, poverty.NoticeDecision, at, "returned", []string{"unit", "head"})
	case poverty.ActExtend:
		b.tell(d, poverty.NoticeDecision, at, "extended", []string{"unit", "head"})
	case poverty.ActDirect:
		b.tell(d, poverty.NoticeDecision, at, "directed", []string{"unit", "head"})
		if x.Unit != "" && x.Unit != d.Unit {
			return b.instruct(ctx, *d, x, x.Unit, at)
		}
	case poverty.ActOutOfTurn:
		return b.instruct(ctx, *d, x, d.Unit, at)
	case poverty.ActRequest:
		b.tell(d, poverty.NoticeDecision, at, "requested", []string{"standing"})
	case poverty.ActRefuse:
		b.tell(d, poverty.NoticeDecision, at, "refused", []string{"unit", "head"})
	case poverty.ActExcuse:
		b.tell(d, poverty.NoticeDecision, at, "excused", []string{"unit", "head"})
	case poverty.ActHand:
		return b.hand(ctx, d, x.To, at)
	case poverty.ActUndo:
		return b.undo(ctx, d, at)
	case poverty.ActDone:
		if d.Kind == poverty.DutyReview {
			return b.concludeReview(ctx, *d, x.Reason, at, poverty.Meeting{})
		}
	case poverty.ActSubmit, poverty.ActAccept, poverty.ActAcknowledge, poverty.ActEscalate, poverty.ActDate, poverty.ActNote:
	}
	return nil
}

// answer carries out a lead's answer to its assignment.
func (b *book) answer(ctx context.Context, a poverty.Actor, x poverty.AssignmentAnswer, at time.Time, out *poverty.Outcome) error {
	if err := b.load(ctx, "d.id = $1", x.Duty); err != nil {
		return err
	}
	d := b.duties[0]
	b.advance(d, at)
	if b.cycle.State == poverty.CycleClosed {
		return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(b.cycle.ID))
	}
	if d.Kind != poverty.DutyAcceptance {
		return poverty.Errorf(poverty.Conflict, "assignment.not_one")
	}
	seats := b.cycle.Seats(a, d.Unit)
	if len(seats) == 0 && a.System == "" {
		return poverty.Errorf(poverty.Forbidden, "assignment.forbidden")
	}
	if !d.State.Owed() {
		e := poverty.Errorf(poverty.Conflict, "duty.state."+string(d.State), "state", string(d.State))
		e.Field = "state"
		return e
	}
	_, standing := a.InCycle(b.cycle, poverty.PartStanding)
	at, err := poverty.Effective(x.At, at, standing || a.System != "", x.Basis)
	if err != nil {
		return err
	}
	by := poverty.Entry{At: at, Actor: a.User, Office: x.Office, Basis: x.Basis, Reason: x.Reason}
	if len(seats) > 0 {
		by.Office = seats[0].Office
	}
	if !x.Accepted {
		if strings.TrimSpace(x.Reason) == "" {
			return poverty.InvalidField("reason", "assignment.reason_needed")
		}
		// Declined, silence no longer counts as a yes: leadership has to decide.
		d.Deemed = false
		b.add(b.entry(d, poverty.EventNoted, by))
		b.tell(d, poverty.NoticeDecision, by.At, "declined", []string{"standing"})
	} else {
		b.end(poverty.DutyAcceptance, poverty.EventAccepted, by)
	}
	for _, g := range b.cycle.Rules.Groups {
		if g.Lead != d.Unit {
			continue
		}
		said := poverty.GroupAnswer{Cycle: d.Cycle, Group: g.Code, Unit: d.Unit, Accepted: x.Accepted, Reason: x.Reason, Office: by.Office, By: a.User, At: by.At}
		if err := b.putAnswer(ctx, &said); err != nil {
			return err
		}
	}
	b.advance(d, b.upTo)
	b.wakes = append(b.wakes, refOf(*d))
	out.Duty, out.State = d.ID, string(d.State)
	return nil
}

// addDuty lays a duty on a unit by hand, by a direction or a conclusion.
func (b *book) addDuty(ctx context.Context, a poverty.Actor, n poverty.NewDuty, at time.Time, out *poverty.Outcome) error {
	standing, isStanding := a.InCycle(b.cycle, poverty.PartStanding)
	leader, isLeader := a.InCycle(b.cycle, poverty.PartLeadership)
	office := leader.Office
	if !isLeader {
		office = standing.Office
	}
	if !isStanding && !isLeader && a.System == "" {
		return poverty.Errorf(poverty.Forbidden, "duty.forbidden.add")
	}
	if b.cycle.State == poverty.CycleClosed {
		return poverty.Errorf(poverty.Conflict, "cycle.closed", "cycle", string(b.cycle.ID))
	}
	out.State = string(poverty.DutyOpen)
	return b.lay(ctx, n, at, poverty.Entry{Actor: a.User, Office: office})
}

// lay lays a duty made by hand on a unit; by says who did.
func (b *book) lay(ctx context.Context, n poverty.NewDuty, at time.Time, by poverty.Entry) error {
	if strings.TrimSpace(n.Title) == "" {
		return poverty.InvalidField("title", "duty.title_needed")
	}
	if _, ok := b.cycle.Rules.Units[n.Unit]; !ok && n.Unit != b.cycle.Owner && n.Unit != b.cycle.Rules.Bindings.Standing {
		return poverty.InvalidField("unit", "duty.unknown_unit", "unit", string(n.Unit))
	}
	if n.Kind == "" {
		n.Kind = poverty.DutyTask
	}
	if n.Kind != poverty.DutyTask && n.Kind != poverty.DutyStart && n.Kind != poverty.DutyMeeting {
		return poverty.InvalidField("kind", "duty.unknown_kind", "kind", string(n.Kind))
	}
	if _, ok := b.cycle.Rules.Ladders[n.Ladder]; !ok {
		if n.Ladder = "task"; b.cycle.Rules.Ladders["task"] == nil {
			return poverty.InvalidField("ladder", "duty.unknown_ladder", "ladder", n.Ladder)
		}
	}
	if n.Due == "" {
		n.Due = "none"
	}
	due, err := calendar.ParseDue(n.Due)
	if err != nil || due.Months() > 0 {
		return poverty.InvalidField("due", "decision.bad_due", "text", n.Due)
	}
	if n.Code == "" {
		n.Code = "task"
	}
	if n.Subject == "" && n.Code == "task" {
		n.Subject = fmt.Sprintf("%d", at.UnixMilli())
	}
	if !poverty.IsCode(n.Code) {
		return poverty.InvalidField("code", "duty.bad_code", "text", n.Code)
	}
	if n.Subject != "" && !poverty.IsCode(n.Subject) {
		return poverty.InvalidField("subject", "duty.bad_code", "text", n.Subject)
	}
	key := poverty.DutyKey(b.cycle.ID, n.Code, n.Unit, "", n.Subject)
	var taken bool
	if err := b.tx.QueryRow(ctx, "select exists (select from duties where key = $1)", key).Scan(&taken); err != nil {
		return err
	}
	if taken {
		return &poverty.Error{Kind: poverty.Conflict, Key: "duty.there_already", Args: []any{"code", n.Code}, Field: "code"}
	}
	t := poverty.Template{Code: n.Code, Kind: n.Kind, Title: strings.TrimSpace(n.Title), DayOff: calendar.Keep, Ladder: n.Ladder, Source: n.Source}
	b.open(t, n.Unit, "", n.Subject, due.WithEvent(calendar.DateOf(at)), at, "")
	b.opening[len(b.opening)-1].by = by
	b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
	return nil
}

// closeCycle closes a year by decision; what is still owed is carried.
func (b *book) closeCycle(ctx context.Context, a poverty.Actor, x poverty.CycleClosing, at time.Time, out *poverty.Outcome) error {
	leader, ok := a.InCycle(b.cycle, poverty.PartLeadership)
	if !ok && a.System == "" {
		return poverty.Errorf(poverty.Forbidden, "cycle.forbidden.close")
	}
	if b.cycle.State != poverty.CycleRunning {
		return poverty.Errorf(poverty.Conflict, "cycle.not_running", "state", string(b.cycle.State))
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.state in ('open', 'returned')", b.cycle.ID); err != nil {
		return err
	}
	items := map[poverty.DutyID]poverty.ClosingItem{}
	for _, i := range x.Items {
		if err := i.Check(); err != nil {
			return err
		}
		items[i.Duty] = i
	}
	for _, d := range b.duties {
		b.advance(d, at)
		i := items[d.ID]
		delete(items, d.ID)
		if !d.State.Owed() {
			continue
		}
		if d.Escalated {
			b.wakes = append(b.wakes, escalationRef(*d))
		}
		by := poverty.Entry{At: at, Actor: a.User, Office: leader.Office, Basis: x.Basis, Reason: strings.TrimSpace(i.Reason)}
		switch i.As {
		case poverty.CloseExcused:
			b.endDuty(d, poverty.EventExcused, by)
		case poverty.CloseDone:
			b.endDuty(d, poverty.EventDone, by)
		case poverty.CloseCarried, "":
			by.Stated, by.Basis, by.Reason = i.Due, "", string(poverty.DutyCarried)
			b.add(b.entry(d, poverty.EventClosed, by))
			b.advance(d, at)
		}
	}
	for id := range items {
		e := poverty.Errorf(poverty.Conflict, "cycle.close.not_open", "duty", int64(id))
		e.Field = "items"
		return e
	}
	if _, err := b.tx.Exec(ctx, "update shortcomings set state = 'carried', version = version + 1 where cycle_id = $1 and state = 'open'", b.cycle.ID); err != nil {
		return err
	}
	b.links = append(b.links, func(ctx context.Context) error { return b.carryOn(ctx, at) })
	b.note(poverty.Entry{Code: "cycle", Event: poverty.EventClosed, At: at, Actor: a.User, Office: leader.Office, Basis: x.Basis, Reason: x.Reason})
	if _, err := b.tx.Exec(ctx, "update cycles set state = 'closed', closed_at = $2 where id = $1", b.cycle.ID, at); err != nil {
		return err
	}
	list, err := b.openings(ctx)
	if err != nil {
		return err
	}
	for _, o := range list {
		b.wakes = append(b.wakes, o.Ref)
	}
	out.State = string(poverty.CycleClosed)
	return nil
}

func wakeRow(row pgx.CollectableRow) (w poverty.Wake, err error) {
	return w, row.Scan(&w.Ref, &w.ID)
}

// Wakes returns what processes should be told of and were not yet, oldest first.
func (db *DB) Wakes(ctx context.Context, limit int) (list []poverty.Wake, err error) {
	err = db.program(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select ref, id from wakes order by id limit $1", limit)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, wakeRow)
		return err
	})
	return list, err
}

// Woken forgets the notes of changes that processes were told of: these and no
// others, for a change that was noted after a process had looked is still to be
// told, whatever its number.
func (db *DB) Woken(ctx context.Context, told []poverty.Wake) error {
	if len(told) == 0 {
		return nil
	}
	return db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		if err := elevate(ctx, tx, "wake"); err != nil {
			return err
		}
		ids := make([]int64, len(told))
		for i, w := range told {
			ids[i] = w.ID
		}
		_, err := tx.Exec(ctx, "delete from wakes where id = any ($1)", ids)
		return err
	})
}
