package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const postingColumns = `
	select p.id, p.cycle_id, p.unit_id, coalesce(v.name, p.unit_id) as unit_name, p.subject, p.number, p.places, p.loudspeaker,
	       p.from_day, p.until_day, p.taken_down, p.minutes, p.version, p.posted_at,
	       (select count(*) from posting_rows r where r.posting_id = p.id) as rows,
	       (select count(*) from objections o where o.posting_id = p.id) as objections,
	       (select count(*) from objections o where o.posting_id = p.id and o.state = 'open') as open,
	       (select count(*) from objections o where o.posting_id = p.id and o.state = 'upheld') as reopened
	from postings p
	join cycles c on c.id = p.cycle_id
	left join lateral name_on(p.unit_id, local_day(c.issued_at)) v on true`

// Postings returns postings that the actor may see, without their lists.
func (db *DB) Postings(ctx context.Context, f poverty.PostingFilter) (list []poverty.Posting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = postings(ctx, tx, f)
		return err
	})
	return list, err
}

func postings(ctx context.Context, tx pgx.Tx, f poverty.PostingFilter) ([]poverty.Posting, error) {
	var q query
	q.and("p.cycle_id = @cycle", "cycle", f.Cycle)
	if f.Unit != "" {
		q.and("p.unit_id = @unit", "unit", f.Unit)
	}
	if f.Subject != "" {
		q.and("p.subject = @subject", "subject", f.Subject)
	}
	rows, err := tx.Query(ctx, postingColumns+q.clause()+" order by p.unit_id, p.subject, p.number", q.args)
	return many[poverty.Posting](rows, err)
}

// Posting returns a posting with its list and its versions.
func (db *DB) Posting(ctx context.Context, id poverty.PostingID) (p poverty.Posting, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		p, err = posting(ctx, tx, id, "")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select c.version, c.verb, c.until_day, c.reason, c.basis, c.office_id, coalesce(u.name, '') as by_name, c.on_behalf, c.at
			from posting_changes c left join users u on u.id = c.actor_id where c.posting_id = $1 order by c.version`, id)
		p.Changes, err = many[poverty.PostingChange](rows, err)
		return err
	})
	return p, err
}

// posting reads a posting with its list.
func posting(ctx context.Context, tx pgx.Tx, id poverty.PostingID, lock string) (poverty.Posting, error) {
	rows, err := tx.Query(ctx, postingColumns+" where p.id = $1"+lock, id)
	p, err := one[poverty.Posting](rows, err, "posting.not_found")
	if err != nil {
		return p, err
	}
	rows, err = tx.Query(ctx, "select row, household_id, code, head, hamlet, status from posting_rows where posting_id = $1 order by row", id)
	p.List, err = many[poverty.PostingRow](rows, err)
	return p, err
}

// postingStep returns how far the posting of a commune's subject is on a day.
// Whoever confirms or sends what is posted asks it in the same transaction.
func postingStep(ctx context.Context, tx pgx.Tx, c poverty.CycleID, unit poverty.UnitID, subject string, day calendar.Date) (poverty.PostingStep, error) {
	list, err := postings(ctx, tx, poverty.PostingFilter{Cycle: c, Unit: unit, Subject: subject})
	return poverty.StepOf(list, day), err
}

// planReopened returns how many objections to a commune's posted plans, of any
// round, were upheld and are not settled.
func planReopened(ctx context.Context, tx pgx.Tx, c poverty.CycleID, unit poverty.UnitID) (step poverty.PostingStep, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from objections o join postings p on p.id = o.posting_id
		where o.cycle_id = $1 and o.unit_id = $2 and o.state = 'upheld' and p.subject like 'plan.%'`, c, unit).Scan(&step.Reopened)
	return step, err
}

// movePosting posts a list, extends its posting or takes it down.
func (b *book) movePosting(ctx context.Context, a poverty.Actor, m poverty.PostingMove, at time.Time, out *poverty.Outcome) error {
	var p poverty.Posting
	if m.Verb != poverty.PostingPost {
		// The row is the lock: the list and the counts are read again behind it.
		if _, err := b.tx.Exec(ctx, "select from postings where id = $1 for update", m.Posting); err != nil {
			return err
		}
		var err error
		if p, err = posting(ctx, b.tx, m.Posting, ""); err != nil {
			return err
		}
		m.Cycle, m.Unit, m.Subject = p.Cycle, p.Unit, p.Subject
	} else if b.cycle.Rules.Units[m.Unit].Role != "commune" {
		return poverty.InvalidField("unit", "household.unknown_unit", "unit", string(m.Unit))
	}
	seat, behalf, err := m.MayMove(b.cycle, a, m.Unit)
	if err != nil {
		return err
	}
	if at, err = b.effective(a, m.At, at, m.Basis); err != nil {
		return err
	}
	on := calendar.DateOf(at)
	e := poverty.Entry{Code: "posting", Unit: m.Unit, At: at, Actor: a.User, Office: seat.Office, OnBehalf: behalf, Basis: strings.TrimSpace(m.Basis)}
	if m.Verb == poverty.PostingPost {
		if p, err = m.Post(b.cycle.Rules.Posting, b.t.Calendar, on); err != nil {
			return err
		}
		if err := b.post(ctx, &p, m, at); err != nil {
			return err
		}
		e.Event, e.By = poverty.EventOpened, p.Until
		if err := b.posted(ctx, p, e); err != nil {
			return err
		}
	} else {
		if p, err = p.Change(m, on); err != nil {
			return err
		}
		_, err = b.tx.Exec(ctx, "update postings set until_day = $2, taken_down = $3, minutes = $4, version = $5 where id = $1",
			p.ID, p.Until, day(p.TakenDown), p.Minutes, p.Version)
		if err != nil {
			return err
		}
		e.Event = poverty.EventDone
		if m.Verb == poverty.PostingExtend {
			e.Event, e.By = poverty.EventExtended, p.Until
		}
		e.Reason = strings.TrimSpace(m.Reason)
	}
	b.note(e)
	_, err = b.tx.Exec(ctx, `
		insert into posting_changes (posting_id, version, verb, until_day, reason, basis, office_id, actor_id, on_behalf, at)
		values ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, $10)`,
		p.ID, p.Version, m.Verb, p.Until, strings.TrimSpace(m.Reason), e.Basis, seat.Office, a.User, behalf, at)
	out.Posting, out.State = p.ID, string(m.Verb)
	return err
}

// post stores a posting with a copy of its list.
func (b *book) post(ctx context.Context, p *poverty.Posting, m poverty.PostingMove, at time.Time) error {
	list, err := b.listOf(ctx, *p, m.Households)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return poverty.InvalidField("households", "posting.empty")
	}
	audience := b.cycle.Rules.SeesPosting(p.Unit, p.Subject)
	err = b.tx.QueryRow(ctx, `
		insert into postings (cycle_id, unit_id, subject, number, places, loudspeaker, from_day, until_day, audience, posted_at)
		select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7, $8, $9
		from postings where cycle_id = $1 and unit_id = $2 and subject = $3
		on conflict do nothing returning id, number`,
		p.Cycle, p.Unit, p.Subject, p.Places, p.Loudspeaker, p.From, p.Until, audience, at).Scan(&p.ID, &p.Number)
	if errors.Is(err, pgx.ErrNoRows) {
		return poverty.Errorf(poverty.Conflict, "posting.stands")
	}
	if err != nil {
		return err
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into posting_rows (posting_id, row, household_id, code, head, hamlet, status)
		select $1, row, household_id, code, head, hamlet, status
		from rows from (jsonb_to_recordset($2) as (household_id bigint, code text, head text, hamlet text, status text))
		     with ordinality as x (household_id, code, head, hamlet, status, row)`, p.ID, raw)
	return err
}

// listed is a row of a list about to be posted.
type listed struct {
	Household poverty.HouseholdID `db:"household_id" json:"household_id"`
	Code      string              `db:"code" json:"code"`
	Head      string              `db:"head" json:"head"`
	Hamlet    string              `db:"hamlet" json:"hamlet"`
	Status    string              `db:"status" json:"status"`
}

// listOf returns the list of what is posted, by hamlet and code: of a plan the
// households of the round, as they stood when it was sent, of a survey all that
// it found poor or near-poor; of either only those named, if any are. A plan
// that was sent without households has to name them. Conflict where the plan was
// not sent in that round, or the survey has not come so far.
func (b *book) listOf(ctx context.Context, p poverty.Posting, named []poverty.HouseholdID) ([]listed, error) {
	stage, round, _ := poverty.Posts(p.Subject)
	if stage != "" {
		return b.listOfSurvey(ctx, p, stage, named)
	}
	var sent bool
	if err := b.tx.QueryRow(ctx, "select exists (select from plan_rounds where cycle_id = $1 and unit_id = $2 and round = $3)",
		p.Cycle, p.Unit, round).Scan(&sent); err != nil {
		return nil, err
	}
	if !sent {
		return nil, poverty.Errorf(poverty.Conflict, "posting.plan_not_sent")
	}
	rows, err := b.tx.Query(ctx, `
		select household_id, sheet ->> 'code' as code, sheet ->> 'head' as head, sheet ->> 'hamlet_name' as hamlet, sheet ->> 'goal' as status
		from plan_round_households where cycle_id = $1 and unit_id = $2 and round = $3
		  and (household_id = any ($4) or cardinality($4::bigint[]) = 0)
		order by sheet ->> 'hamlet' collate "C", sheet ->> 'code' collate "C"`, p.Cycle, p.Unit, round, append([]poverty.HouseholdID{}, named...))
	list, err := many[listed](rows, err)
	if err != nil || len(list) > 0 && (len(named) == 0 || len(named) == len(list)) {
		return list, err
	}
	if len(named) == 0 {
		return nil, poverty.InvalidField("households", "posting.choose")
	}
	return b.listOfRegister(ctx, p, "case h.declared when 'poor' then 'leave_poor' when 'near_poor' then 'leave_near_poor' else 'help' end", named)
}

// listOfSurvey returns what a stage of a commune's survey found. What the year
// started with, and a survey that is made without a list, stand in the register.
func (b *book) listOfSurvey(ctx context.Context, p poverty.Posting, stage string, named []poverty.HouseholdID) ([]listed, error) {
	sheet, err := surveySheet(ctx, b.tx, b.cycle, p.Unit, "", p.From)
	if err != nil {
		return nil, err
	}
	if stage == poverty.StageStart || sheet.Survey.ListedAt == nil {
		return b.listOfRegister(ctx, p, "h.declared", named)
	}
	if err := sheet.MayPost(stage); err != nil {
		return nil, err
	}
	rows, err := b.tx.Query(ctx, `
		select coalesce(r.household_id, 0) as household_id, r.code, r.head, coalesce(t.name, r.hamlet) as hamlet, r.result_class as status
		from survey_households r left join hamlets t on t.unit_id = r.unit_id and t.code = r.hamlet
		where r.cycle_id = $1 and r.unit_id = $2 and r.result_class in ('poor', 'near_poor')
		  and (r.household_id = any ($3) or cardinality($3::bigint[]) = 0)
		order by r.hamlet, r.code`, p.Cycle, p.Unit, append([]poverty.HouseholdID{}, named...))
	return allNamed(rows, err, named)
}

func (b *book) listOfRegister(ctx context.Context, p poverty.Posting, status string, named []poverty.HouseholdID) ([]listed, error) {
	rows, err := b.tx.Query(ctx, `
		select h.id as household_id, h.code, h.head, coalesce(t.name, h.hamlet) as hamlet, `+status+` as status
		from households h left join hamlets t on t.unit_id = h.unit_id and t.code = h.hamlet
		where h.cycle_id = $1 and h.unit_id = $2
		  and (h.id = any ($3) or cardinality($3::bigint[]) = 0 and h.declared in ('poor', 'near_poor'))
		order by h.hamlet, h.code`, p.Cycle, p.Unit, append([]poverty.HouseholdID{}, named...))
	return allNamed(rows, err, named)
}

// allNamed reads a list; Invalid when one of the households named is not on it.
func allNamed(rows pgx.Rows, err error, named []poverty.HouseholdID) ([]listed, error) {
	list, err := many[listed](rows, err)
	if err == nil && len(named) > 0 && len(list) != len(named) {
		err = poverty.InvalidField("households", "posting.unknown_household")
	}
	return list, err
}

// posted ends the commune's duty to post a subject.
func (b *book) posted(ctx context.Context, p poverty.Posting, by poverty.Entry) error {
	if err := b.load(ctx, "d.cycle_id = $1 and d.kind = 'posting' and d.unit_id = $2 and d.subject = $3 and d.state in ('open', 'returned')",
		p.Cycle, p.Unit, p.Subject); err != nil {
		return err
	}
	by.By = calendar.Date{}
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.wakes = append(b.wakes, refOf(*d))
	}
	b.end(poverty.DutyPosting, poverty.EventDone, by)
	return nil
}

// layPosting lays the posting of a commune's subject on it, where the cycle asks
// for it after an event: sending or approval of a plan, review of a survey.
func (b *book) layPosting(event string, unit poverty.UnitID, subject string, at time.Time) {
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != poverty.DutyPosting || t.Due.Event() != event {
			continue
		}
		for _, owing := range b.cycle.Rules.Owing(t) {
			if owing == unit {
				b.open(t, unit, "", subject, t.Due.WithEvent(calendar.DateOf(at)), at, "")
				b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessAssignment})
			}
		}
	}
}
