package postgres

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

const caseColumns = `
	select k.id, k.cycle_id, k.unit_id, k.no, coalesce(v.name, k.unit_id) as unit_name, coalesce(k.household_id, 0) as household_id, k.code, k.hamlet,
	       k.head, k.head_born, k.members, k.wish, k.cause, k.text, k.asked_on, k.last_day, k.state, k.class, k.movement, k.reason,
	       k.decision, k.decided_on, k.refusal, k.before_class, k.before_members, k.version, k.recorded_at
	from survey_cases k
	left join lateral name_on(k.unit_id, k.asked_on) v on true`

// Cases returns the cases of a cycle, of one commune or of all that the actor
// may see, the newest first and at most 500, without what is sensitive where the
// actor may not see it.
func (db *DB) Cases(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (list []poverty.Case, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, caseColumns+" where k.cycle_id = $1 and ($2 = '' or k.unit_id = $2) order by k.id desc limit 500", id, string(unit))
		list, err = many[poverty.Case](rows, err)
		for i, x := range list {
			if !c.SeesSensitive(a.Within(c.ID), x.Unit) {
				list[i] = x.Masked()
			}
		}
		return err
	})
	return list, err
}

// Case returns one case.
func (db *DB) Case(ctx context.Context, id poverty.CaseID) (x poverty.Case, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		if x, err = caseOf(ctx, tx, id, ""); err != nil {
			return err
		}
		c, err := cycle(ctx, tx, x.Cycle, "")
		if err == nil && !c.SeesSensitive(a, x.Unit) {
			x = x.Masked()
		}
		return err
	})
	return x, err
}

func caseOf(ctx context.Context, tx pgx.Tx, id poverty.CaseID, lock string) (poverty.Case, error) {
	rows, err := tx.Query(ctx, caseColumns+" where k.id = $1"+lock, id)
	return one[poverty.Case](rows, err, "case.not_found")
}

// moveCase takes a request down, or carries out the decision on it.
func (b *book) moveCase(ctx context.Context, a poverty.Actor, m poverty.CaseMove, at time.Time, out *poverty.Outcome) error {
	var x poverty.Case
	var err error
	if m.Verb != poverty.CaseAsk {
		if x, err = caseOf(ctx, b.tx, m.Case, " for update of k"); err != nil {
			return err
		}
		m.Unit = x.Unit
	}
	seat, other, err := b.cycle.MayCase(a, m)
	if err != nil {
		return err
	}
	if b.cycle.Rules.Units[m.Unit].Role != "commune" {
		return poverty.InvalidField("unit", "household.unknown_unit", "unit", string(m.Unit))
	}
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office, OnBehalf: other, Basis: cmp.Or(m.Basis, seat.Basis)}
	if m.Verb == poverty.CaseAsk {
		x, err = b.askCase(ctx, a, m, at)
	} else {
		x, err = b.decideCase(ctx, a, x, m, by)
	}
	if err != nil {
		return err
	}
	by.Code, by.Event, by.Unit = "case."+string(m.Verb), poverty.EventNoted, m.Unit
	b.note(by)
	out.Case, out.State = x.ID, string(x.State)
	return nil
}

func (b *book) askCase(ctx context.Context, a poverty.Actor, m poverty.CaseMove, at time.Time) (poverty.Case, error) {
	var x poverty.Case
	for _, s := range []*string{&m.Code, &m.Hamlet, &m.Head, &m.Text} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	if wrong := m.CheckAsk(calendar.DateOf(at)); len(wrong) > 0 {
		return x, wrong
	}
	standard, ok := b.cycle.Standard()
	if !ok {
		return x, poverty.Errorf(poverty.Conflict, "household.no_standard", "year", b.cycle.Year)
	}
	if is, err := frozen(ctx, b.tx, m.Cycle, m.Unit); err != nil || !is {
		return x, errors.Join(err, poverty.Errorf(poverty.Conflict, "survey.not_frozen"))
	}
	if err := b.beforeSurvey(ctx, m.Unit); err != nil {
		return x, err
	}
	x = poverty.Case{Cycle: m.Cycle, Unit: m.Unit, Code: m.Code, Hamlet: m.Hamlet, Head: m.Head, HeadBorn: m.HeadBorn, Members: m.Members,
		Wish: m.Wish, Cause: m.Cause, Text: m.Text, AskedOn: m.On, LastDay: standard.CaseTerm(b.t.Calendar, m.On), State: poverty.CaseOpen,
		Before: poverty.ClassNotPoor}
	rows, err := b.tx.Query(ctx, householdColumns+" where h.cycle_id = $1 and h.unit_id = $2 and h.code = $3", m.Cycle, m.Unit, m.Code)
	known, err := many[poverty.Household](rows, err)
	if err != nil {
		return x, err
	}
	if len(known) > 0 {
		h := known[0]
		x.Household, x.Hamlet, x.Head, x.HeadBorn, x.Before, x.BeforeMembers = h.ID, h.Hamlet, h.Head, h.HeadBorn, h.Declared, h.Members
		if x.Members == 0 {
			x.Members = h.Members
		}
	} else if err := b.newcomer(ctx, x); err != nil {
		return x, err
	}
	if _, err := b.tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('cases ' || $1 || ' ' || $2, 0))", string(m.Cycle), string(m.Unit)); err != nil {
		return x, err
	}
	var open bool
	if err := b.tx.QueryRow(ctx, "select exists (select from survey_cases where cycle_id = $1 and unit_id = $2 and code = $3 and state = 'open')",
		m.Cycle, m.Unit, m.Code).Scan(&open); err != nil {
		return x, err
	}
	if open {
		return x, poverty.Errorf(poverty.Conflict, "case.open_already", "code", m.Code)
	}
	err = b.tx.QueryRow(ctx, `
		insert into survey_cases (cycle_id, unit_id, no, household_id, code, hamlet, head, head_born, members, wish, cause, text, asked_on, last_day,
		                          before_class, before_members, recorded_at, recorded_by)
		values (@cycle, @unit, (select coalesce(max(no), 0) + 1 from survey_cases where cycle_id = @cycle and unit_id = @unit), nullif(@household::bigint, 0), @code, @hamlet, @head, @born, @members, @wish, @cause, @text, @on, @last,
		        @before, @before_members, @now, nullif(@user::bigint, 0)) returning id, no`,
		pgx.StrictNamedArgs{"cycle": x.Cycle, "unit": x.Unit, "household": x.Household, "code": x.Code, "hamlet": x.Hamlet, "head": x.Head,
			"born": x.HeadBorn, "members": x.Members, "wish": x.Wish, "cause": x.Cause, "text": x.Text, "on": x.AskedOn, "last": x.LastDay,
			"before": x.Before, "before_members": x.BeforeMembers, "now": b.now, "user": a.User}).Scan(&x.ID, &x.No)
	if err != nil {
		return x, err
	}
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind == poverty.DutyCase {
			b.openDated(t, x.Unit, "", caseSubject(x.No), x.LastDay, "by "+x.LastDay.String(), at, "")
			b.wakes = append(b.wakes, poverty.Ref{Cycle: x.Cycle, Process: poverty.ProcessAssignment})
		}
	}
	return x, nil
}

func caseSubject(no int) string { return "case-" + strconv.Itoa(no) }

// newcomer returns Problems unless a household that the register does not hold
// is told well enough to enter it.
func (b *book) newcomer(ctx context.Context, x poverty.Case) error {
	var wrong poverty.Problems
	if x.Head == "" {
		wrong = append(wrong, poverty.Problem{Column: "head", Key: "error.required"})
	}
	if x.Members < 1 {
		wrong = append(wrong, poverty.Problem{Column: "members", Key: "household.no_members"})
	}
	rows, err := b.tx.Query(ctx, "select code from hamlets where unit_id = $1", x.Unit)
	if err != nil {
		return err
	}
	hamlets, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if !slices.Contains(hamlets, x.Hamlet) {
		wrong = append(wrong, poverty.Problem{Column: "hamlet", Key: "household.unknown_hamlet", Args: []any{"hamlet", x.Hamlet}})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// beforeSurvey returns Conflict once the list of the autumn survey is drawn up:
// from then on the survey reviews every household.
func (b *book) beforeSurvey(ctx context.Context, unit poverty.UnitID) error {
	var listed bool
	if err := b.tx.QueryRow(ctx, "select exists (select from surveys where cycle_id = $1 and unit_id = $2)", b.cycle.ID, unit).Scan(&listed); err != nil {
		return err
	}
	if listed {
		return poverty.Errorf(poverty.Conflict, "case.survey_runs")
	}
	return nil
}

func (b *book) decideCase(ctx context.Context, a poverty.Actor, x poverty.Case, m poverty.CaseMove, by poverty.Entry) (poverty.Case, error) {
	for _, s := range []*string{&m.Decision, &m.Reason} {
		*s = locale.NFC(*s)
	}
	x, err := x.Decide(m, calendar.DateOf(by.At))
	if err != nil {
		return x, err
	}
	if x.State == poverty.CaseAccepted {
		if err := b.beforeSurvey(ctx, x.Unit); err != nil {
			return x, err
		}
		if x.Household, err = b.enterCase(ctx, a, x); err != nil {
			return x, err
		}
	}
	if _, err := b.tx.Exec(ctx, `
		update survey_cases set household_id = nullif(@household::bigint, 0), members = @members, state = @state, class = @class, movement = @movement,
			reason = @reason, decision = @decision, decided_on = @on, decided_at = @at, refusal = @refusal, version = version + 1
		where id = @id`, pgx.StrictNamedArgs{"id": x.ID, "household": x.Household, "members": x.Members, "state": x.State, "class": x.Class,
		"movement": x.Movement, "reason": x.Reason, "decision": x.Decision, "on": x.DecidedOn, "at": by.At, "refusal": x.Refusal}); err != nil {
		return x, err
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.unit_id = $2 and d.kind = 'case' and d.subject = $3", x.Cycle, x.Unit, caseSubject(x.No)); err != nil {
		return x, err
	}
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.wakes = append(b.wakes, refOf(*d))
	}
	b.end(poverty.DutyCase, poverty.EventDone, by)
	return x, nil
}

// enterCase changes the register as an accepted case says.
func (b *book) enterCase(ctx context.Context, a poverty.Actor, x poverty.Case) (poverty.HouseholdID, error) {
	args := pgx.NamedArgs{"id": x.Household, "cycle": x.Cycle, "unit": x.Unit, "code": x.Code, "hamlet": x.Hamlet, "head": x.Head, "born": x.HeadBorn,
		"members": max(x.Members, 1), "class": x.Class, "now": b.now, "user": a.User, "before": before(b.cycle)}
	if x.Household != 0 {
		_, err := b.tx.Exec(ctx, `
			update households set declared = @class, members = @members, policy_group = case when @class = 'poor' then policy_group else '' end,
				children = least(children, @members), elderly = least(elderly, @members - least(children, @members)),
				workers = least(workers, @members), disabled = least(disabled, @members),
				version = version + 1, saved_at = @now, saved_by = nullif(@user::bigint, 0)
			where id = @id`, args)
		return x.Household, err
	}
	var id poverty.HouseholdID
	err := b.tx.QueryRow(ctx, `
		insert into households (cycle_id, unit_id, hamlet, code, previous_id, head, head_born, members, declared, saved_at, saved_by)
		values (@cycle, @unit, @hamlet, @code, (select id from households where cycle_id = @before and unit_id = @unit and code = @code),
		        @head, @born, @members, @class, @now, nullif(@user::bigint, 0))
		on conflict (cycle_id, unit_id, code) do nothing returning id`, args).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, &poverty.Error{Kind: poverty.Conflict, Key: "household.code_taken", Args: []any{"code", x.Code}, Field: "code"}
	}
	return id, err
}
