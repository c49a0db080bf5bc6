package postgres

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

// Surveys returns the survey results of a cycle that the actor may see.
func (db *DB) Surveys(ctx context.Context, id poverty.CycleID) (list []poverty.SurveyResult, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, `
			select s.cycle_id, s.unit_id, coalesce(v.name, s.unit_id) as unit_name, s.stage, s.households, s.poor, s.near_poor, s.confirmed_at
			from survey_results s
			join cycles c on c.id = s.cycle_id
			left join lateral name_on(s.unit_id, local_day(c.issued_at)) v on true
			where s.cycle_id = $1 order by s.unit_id, s.confirmed_at`, id)
		list, err = many[poverty.SurveyResult](rows, err)
		return err
	})
	return list, err
}

// confirmSurvey stores the counts with which a commune is done with a stage.
// Where its register is frozen they come from the rows of its survey: typed
// counts that differ are refused, and none need to be typed.
func (b *book) confirmSurvey(ctx context.Context, d poverty.Duty, typed *poverty.SurveyCounts, at any) error {
	stage := strings.TrimPrefix(d.Code, "survey-")
	is, err := frozen(ctx, b.tx, d.Cycle, d.Unit)
	if err != nil || !is && typed == nil {
		return err
	}
	var c poverty.SurveyCounts
	if typed != nil {
		c = *typed
	}
	if c.Households < 0 || c.Poor < 0 || c.NearPoor < 0 {
		return poverty.InvalidField("survey", "survey.negative")
	}
	if is {
		if c, err = b.countSurvey(ctx, d.Unit, stage, typed); err != nil {
			return err
		}
	}
	if c.Poor+c.NearPoor > c.Households {
		return poverty.InvalidField("survey", "survey.more_than_all", "poor", c.Poor, "near_poor", c.NearPoor, "households", c.Households)
	}
	_, err = b.tx.Exec(ctx, `
		insert into survey_results (cycle_id, unit_id, stage, households, poor, near_poor, confirmed_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (cycle_id, unit_id, stage) do update set households = excluded.households, poor = excluded.poor,
			near_poor = excluded.near_poor, confirmed_at = excluded.confirmed_at`,
		d.Cycle, d.Unit, stage, c.Households, c.Poor, c.NearPoor, at)
	return err
}

// countSurvey returns the counts of a survey that may be confirmed.
func (b *book) countSurvey(ctx context.Context, unit poverty.UnitID, stage string, typed *poverty.SurveyCounts) (poverty.SurveyCounts, error) {
	sheet, err := surveySheet(ctx, b.tx, b.cycle, unit, " for update of s", calendar.DateOf(b.now))
	if err != nil {
		return poverty.SurveyCounts{}, err
	}
	if err := sheet.MayConfirm(stage); err != nil {
		return poverty.SurveyCounts{}, err
	}
	c := poverty.SurveyCounts{Poor: sheet.Balance.Poor.Households.End, NearPoor: sheet.Balance.NearPoor.Households.End}
	if typed == nil {
		err := b.tx.QueryRow(ctx, `
			select coalesce((select households from survey_results where cycle_id = $1 and unit_id = $2 and stage = 'start'), $3)`,
			b.cycle.ID, unit, c.Poor+c.NearPoor).Scan(&c.Households)
		return c, err
	}
	for _, x := range []struct {
		class       poverty.Class
		typed, rows int
	}{{poverty.ClassPoor, typed.Poor, c.Poor}, {poverty.ClassNearPoor, typed.NearPoor, c.NearPoor}} {
		if x.typed != x.rows {
			return c, poverty.InvalidField("survey", "survey.typed_differs."+string(x.class),
				"typed", x.typed, "rows", x.rows, "difference", x.typed-x.rows)
		}
	}
	c.Households = typed.Households
	return c, nil
}

const surveyRowColumns = `
	select r.id, r.cycle_id, r.unit_id, coalesce(r.household_id, 0) as household_id, r.code, r.hamlet, r.head, r.head_born, r.why,
	       r.start_class, r.start_members, r.result_class, r.result_members, r.movement, r.reason, r.note, r.version, r.changed_at,
	       exists (select from objections o join postings p on p.id = o.posting_id
	               where o.cycle_id = r.cycle_id and o.unit_id = r.unit_id and o.state = 'upheld' and o.about = 'household'
	                 and o.code = r.code and p.subject like 'survey-%') as reopened
	from survey_households r`

// surveyColumns reads where the surveys of a cycle stand, one row a commune that
// the actor may see, also before its list is drawn up.
const surveyColumns = `
	select u.cycle_id, u.unit_id, coalesce(v.name, u.unit_id) as unit_name, coalesce(s.version, 0) as version, s.listed_at, s.reviewed_at,
	       s.asked_at, s.opinion_at, coalesce(s.opinion, '') as opinion, coalesce(s.opinion_text, '') as opinion_text,
	       coalesce(s.decision, '') as decision, s.recognised_on, s.closed_at,
	       (select p.confirmed_at from survey_results p where p.cycle_id = u.cycle_id and p.unit_id = u.unit_id and p.stage = 'preliminary') as preliminary_at,
	       (select p.confirmed_at from survey_results p where p.cycle_id = u.cycle_id and p.unit_id = u.unit_id and p.stage = 'official') as official_at,
	       coalesce(n.households, 0) as households, coalesce(n.open, 0) as open, coalesce(n.hamlets, 0) as hamlets, coalesce(n.agreed, 0) as agreed
	from cycle_units u
	join cycles c on c.id = u.cycle_id
	left join surveys s on s.cycle_id = u.cycle_id and s.unit_id = u.unit_id
	left join lateral name_on(u.unit_id, local_day(c.issued_at)) v on true
	left join (select h.unit_id, sum(h.households)::int as households, sum(h.open)::int as open, count(*)::int as hamlets,
	                  count(*) filter (where 2 * m.agreed >= m.present and m.recorded_at >= h.changed_at)::int as agreed
	           from (select unit_id, hamlet, count(*) as households, count(*) filter (where result_class = '') as open, max(changed_at) as changed_at
	                 from survey_households where cycle_id = @cycle and (@unit = '' or unit_id = @unit) group by unit_id, hamlet) h
	           left join lateral (select x.agreed, x.present, x.recorded_at from survey_meetings x
	                              where x.cycle_id = @cycle and x.unit_id = h.unit_id and x.hamlet = h.hamlet order by x.no desc limit 1) m on true
	           group by h.unit_id) n on n.unit_id = u.unit_id
	where u.cycle_id = @cycle and u.role = 'commune' and (@unit = '' or u.unit_id = @unit)
	      and ((select app_system()) or u.cycle_id = any ((select app_cycles())::text[]) or u.unit_id = any ((select app_units())::text[]))
	order by u.unit_id`

// SurveyOverview returns where the survey of each commune of a cycle stands, of
// those that the actor may see.
func (db *DB) SurveyOverview(ctx context.Context, id poverty.CycleID) (list []poverty.Survey, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = surveys(ctx, tx, id, "", calendar.DateOf(db.now()))
		return err
	})
	return list, err
}

// surveys reads where the surveys of a cycle, or the one of a commune, stand on
// a day.
func surveys(ctx context.Context, tx pgx.Tx, id poverty.CycleID, unit poverty.UnitID, day calendar.Date) ([]poverty.Survey, error) {
	rows, err := tx.Query(ctx, surveyColumns, pgx.StrictNamedArgs{"cycle": id, "unit": unit})
	list, err := many[poverty.Survey](rows, err)
	if err != nil {
		return nil, err
	}
	posted, err := postings(ctx, tx, poverty.PostingFilter{Cycle: id, Unit: unit, Subject: poverty.SurveySubject(poverty.StageOfficial)})
	by := map[poverty.UnitID][]poverty.Posting{}
	for _, p := range posted {
		by[p.Unit] = append(by[p.Unit], p)
	}
	for i, s := range list {
		list[i].Posting = poverty.StepOf(by[s.Unit], day)
	}
	return list, err
}

// Survey returns one commune's survey with its rows, meetings and balance,
// without what is sensitive where the actor may not see it.
func (db *DB) Survey(ctx context.Context, id poverty.CycleID, unit poverty.UnitID) (sheet poverty.SurveySheet, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if sheet, err = surveySheet(ctx, tx, c, unit, "", calendar.DateOf(db.now())); err != nil {
			return err
		}
		if !c.SeesSensitive(a.Within(c.ID), unit) {
			sheet.Hidden = true
			for i, r := range sheet.Rows {
				sheet.Rows[i] = r.Masked()
			}
		}
		return nil
	})
	return sheet, err
}

// yearStart is the register of a commune as the year began: what its cases of
// the year changed since is taken back.
const yearStart = `
	select h.id, h.code, h.hamlet, h.head, h.head_born, h.declared, h.members,
	       coalesce(c.before_class, h.declared) as start_class, coalesce(c.before_members, h.members) as start_members,
	       coalesce(c.times, 0) as cases, coalesce(c.movement, '') as movement, coalesce(c.reason, '') as reason
	from households h
	left join (select household_id, (array_agg(before_class order by decided_at, id))[1] as before_class,
	                  (array_agg(before_members order by decided_at, id))[1] as before_members, count(*) as times,
	                  (array_agg(movement order by decided_at, id))[1] as movement, (array_agg(reason order by decided_at, id))[1] as reason
	           from survey_cases where cycle_id = @cycle and unit_id = @unit and state = 'accepted' group by household_id) c on c.household_id = h.id
	where h.cycle_id = @cycle and h.unit_id = @unit`

// surveySheet reads a commune's survey whole, as it stands on a day.
func surveySheet(ctx context.Context, tx pgx.Tx, c poverty.Cycle, unit poverty.UnitID, lock string, day calendar.Date) (poverty.SurveySheet, error) {
	var sheet poverty.SurveySheet
	args := pgx.StrictNamedArgs{"cycle": c.ID, "unit": unit}
	if lock != "" {
		if _, err := tx.Exec(ctx, "select from surveys s where cycle_id = @cycle and unit_id = @unit"+lock, args); err != nil {
			return sheet, err
		}
	}
	list, err := surveys(ctx, tx, c.ID, unit, day)
	if err != nil {
		return sheet, err
	}
	if len(list) == 0 {
		return sheet, poverty.Errorf(poverty.NotFound, "error.not_found")
	}
	sheet.Survey = list[0]
	rows, err := tx.Query(ctx, surveyRowColumns+" where r.cycle_id = @cycle and r.unit_id = @unit order by r.hamlet, r.code", args)
	if sheet.Rows, err = many[poverty.SurveyRow](rows, err); err != nil {
		return sheet, err
	}
	rows, err = tx.Query(ctx, `
		select cycle_id, unit_id, hamlet, no, held_on, present, agreed, chair, minutes, recorded_at
		from survey_meetings where cycle_id = @cycle and unit_id = @unit order by hamlet, no`, args)
	if sheet.Meetings, err = many[poverty.SurveyMeeting](rows, err); err != nil {
		return sheet, err
	}
	sheet.Villages = villages(sheet.Rows, sheet.Meetings)
	start, err := surveyStart(ctx, tx, args)
	if err != nil {
		return sheet, err
	}
	if sheet.Survey.ListedAt != nil {
		sheet.Balance = poverty.Reconcile(start, sheet.Rows)
	}
	return sheet, nil
}

func villages(rows []poverty.SurveyRow, meetings []poverty.SurveyMeeting) []poverty.SurveyHamlet {
	list := []poverty.SurveyHamlet{}
	var changed time.Time
	for _, r := range rows { // in order of hamlets
		if n := len(list); n == 0 || list[n-1].Hamlet != r.Hamlet {
			list, changed = append(list, poverty.SurveyHamlet{Hamlet: r.Hamlet}), time.Time{}
			for _, m := range meetings {
				if m.Hamlet == r.Hamlet {
					list[n].Last = &m
				}
			}
		}
		h := &list[len(list)-1]
		h.Households++
		if r.ChangedAt.After(changed) {
			changed = r.ChangedAt
			h.Stale = h.Last != nil && h.Last.Recorded.Before(changed)
		}
	}
	return list
}

func surveyStart(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) (start poverty.SurveyStart, err error) {
	err = tx.QueryRow(ctx, `
		with x as (`+yearStart+`)
		select coalesce(min(f.poor), count(*) filter (where x.start_class = 'poor')),
		       coalesce(sum(x.start_members) filter (where x.start_class = 'poor'), 0),
		       coalesce(min(f.near_poor), count(*) filter (where x.start_class = 'near_poor')),
		       coalesce(sum(x.start_members) filter (where x.start_class = 'near_poor'), 0),
		       coalesce(array_agg(x.code order by x.code) filter (where x.start_class in ('poor', 'near_poor') and r.id is null), '{}')
		from x
		left join survey_households r on r.household_id = x.id
		left join register_freezes f on f.cycle_id = @cycle and f.unit_id = @unit`, args).
		Scan(&start.Poor, &start.PoorPersons, &start.NearPoor, &start.NearPoorPersons, &start.Unlisted)
	return start, err
}

// moveSurvey carries out a decision in a survey.
func (b *book) moveSurvey(ctx context.Context, a poverty.Actor, m poverty.SurveyMove, at time.Time, out *poverty.Outcome) error {
	seat, other, err := b.cycle.MaySurvey(a, m)
	if err != nil {
		return err
	}
	reason := ""
	if m.Verb == poverty.SurveyRevoke {
		reason = strings.TrimSpace(m.Text)
	}
	b.note(poverty.Entry{Code: "survey." + string(m.Verb), Event: poverty.EventNoted, At: at, Unit: m.Unit, Actor: a.User,
		Office: seat.Office, OnBehalf: other, Basis: cmp.Or(m.Basis, seat.Basis), Reason: reason})
	out.Survey = m.Unit
	if m.Verb == poverty.SurveyClose {
		out.State = string(poverty.StepDone)
		return b.closeSurvey(ctx, at)
	}
	sheet, err := surveySheet(ctx, b.tx, b.cycle, m.Unit, " for update", calendar.DateOf(at))
	if err != nil {
		return err
	}
	if err := sheet.MayMove(b.cycle, m, calendar.DateOf(at)); err != nil {
		return err
	}
	if err := b.enactSurvey(ctx, a, m, at); err != nil {
		return err
	}
	list, err := surveys(ctx, b.tx, m.Cycle, m.Unit, calendar.DateOf(at))
	if err != nil {
		return err
	}
	s := list[0]
	if m.Verb == poverty.SurveyMeet && s.Agreed == s.Hamlets {
		b.layPosting(poverty.EventReviewed, m.Unit, poverty.SurveySubject(poverty.StageOfficial), at)
	}
	out.State = string(s.Next(b.cycle))
	return nil
}

func (b *book) enactSurvey(ctx context.Context, a poverty.Actor, m poverty.SurveyMove, at time.Time) error {
	args := pgx.NamedArgs{"cycle": m.Cycle, "unit": m.Unit, "at": at, "user": a.User, "now": b.now}
	set := func(columns string) error {
		_, err := b.tx.Exec(ctx, "update surveys set "+columns+", version = version + 1 where cycle_id = @cycle and unit_id = @unit", args)
		return err
	}
	switch m.Verb {
	case poverty.SurveyList:
		return b.listSurvey(ctx, m, args)
	case poverty.SurveyReview:
		return set("reviewed_at = @at")
	case poverty.SurveyMeet:
		args["hamlet"], args["on"], args["present"], args["agreed"] = m.Hamlet, m.On, m.Present, m.Agreed
		args["chair"], args["minutes"] = locale.NFC(strings.TrimSpace(m.Chair)), locale.NFC(strings.TrimSpace(m.Minutes))
		if _, err := b.tx.Exec(ctx, `
			insert into survey_meetings (cycle_id, unit_id, hamlet, no, held_on, present, agreed, chair, minutes, recorded_at, recorded_by)
			select @cycle, @unit, @hamlet, coalesce(max(no), 0) + 1, @on, @present, @agreed, @chair, @minutes, @now, nullif(@user::bigint, 0)
			from survey_meetings where cycle_id = @cycle and unit_id = @unit and hamlet = @hamlet`, args); err != nil {
			return err
		}
		return set("listed_at = listed_at")
	case poverty.SurveyAsk:
		if err := b.askOpinion(ctx, m.Unit, at); err != nil {
			return err
		}
		return set("asked_at = @at, opinion = '', opinion_at = null, opinion_text = ''")
	case poverty.SurveyOpine:
		args["opinion"], args["text"] = m.Opinion, locale.NFC(strings.TrimSpace(m.Text))
		if err := b.endOpinion(ctx, m.Unit, poverty.Entry{At: at, Actor: a.User, Office: m.Office}); err != nil {
			return err
		}
		return set("opinion = @opinion, opinion_at = @at, opinion_text = @text")
	case poverty.SurveyRecognise:
		args["decision"], args["on"] = locale.NFC(strings.TrimSpace(m.Decision)), m.On
		return set("decision = @decision, recognised_on = @on")
	case poverty.SurveyRevoke:
		return set(unrecognised)
	case poverty.SurveyClose:
	}
	return nil
}

// unrecognised takes back the decision that recognised a result: the results may
// be changed again.
const unrecognised = "decision = '', recognised_on = null"

// returnSurvey takes back what a commune confirmed of a stage, and of the
// official result the decision that recognised it. Conflict when another stage
// or the next year stands on it.
func (b *book) returnSurvey(ctx context.Context, d poverty.Duty) error {
	sheet, err := surveySheet(ctx, b.tx, b.cycle, d.Unit, " for update", calendar.DateOf(b.now))
	if err != nil {
		return err
	}
	stage := strings.TrimPrefix(d.Code, "survey-")
	switch {
	case sheet.Survey.ClosedAt != nil:
		return poverty.Errorf(poverty.Conflict, "survey.closed")
	case stage == poverty.StagePreliminary && sheet.Survey.Official != nil:
		return poverty.Errorf(poverty.Conflict, "survey.official_stands")
	}
	if _, err := b.tx.Exec(ctx, "delete from survey_results where cycle_id = $1 and unit_id = $2 and stage = $3", d.Cycle, d.Unit, stage); err != nil {
		return err
	}
	if stage != poverty.StageOfficial {
		return nil
	}
	_, err = b.tx.Exec(ctx, "update surveys set "+unrecognised+", version = version + 1 where cycle_id = $1 and unit_id = $2", d.Cycle, d.Unit)
	return err
}

// listSurvey draws up the list: who is poor or near-poor, and whom a case of the
// year brought. Drawn up again it adds whom it lacks.
func (b *book) listSurvey(ctx context.Context, m poverty.SurveyMove, args pgx.NamedArgs) error {
	is, err := frozen(ctx, b.tx, m.Cycle, m.Unit)
	if err != nil {
		return err
	}
	if !is {
		return poverty.Errorf(poverty.Conflict, "survey.not_frozen")
	}
	if _, err := b.tx.Exec(ctx, `
		insert into surveys (cycle_id, unit_id, listed_at) values (@cycle, @unit, @at)
		on conflict (cycle_id, unit_id) do update set version = surveys.version + 1`, args); err != nil {
		return err
	}
	if _, err := b.tx.Exec(ctx, `
		insert into survey_households (cycle_id, unit_id, household_id, code, hamlet, head, head_born, why, start_class, start_members,
		                               result_class, result_members, movement, reason, changed_at, changed_by)
		select @cycle, @unit, id, code, hamlet, head, head_born,
		       case when start_class in ('poor', 'near_poor') then start_class else 'case' end, start_class, start_members,
		       case when cases > 0 then declared else '' end, members,
		       case when cases = 1 then movement else '' end, case when cases = 1 then reason else '' end, @now, nullif(@user::bigint, 0)
		from (`+yearStart+`) x
		where (start_class in ('poor', 'near_poor') or cases > 0)
		      and not exists (select from survey_households r where r.household_id = x.id)
		order by hamlet, code
		on conflict do nothing`, args); err != nil {
		return err
	}
	args["owner"], args["year"], args["today"] = b.cycle.Owner, b.cycle.Year, calendar.DateOf(b.upTo)
	_, err = b.tx.Exec(ctx, listWatched, args)
	return err
}

// askOpinion lays the opinion on the bound tier where the cycle has a duty for
// it.
func (b *book) askOpinion(ctx context.Context, unit poverty.UnitID, at time.Time) error {
	for _, t := range b.cycle.Rules.Duties {
		if t.Kind != poverty.DutyOpinion {
			continue
		}
		var times int
		if err := b.tx.QueryRow(ctx, "select count(*) from duties where cycle_id = $1 and code = $2 and (subject = $3 or subject like $3 || '.%')",
			b.cycle.ID, t.Code, string(unit)).Scan(&times); err != nil {
			return err
		}
		subject := string(unit)
		if times > 0 { // asked again after remarks
			subject += "." + strconv.Itoa(times+1)
		}
		b.open(t, b.cycle.Rules.Bindings.Opinion, "", subject, t.Due.WithEvent(calendar.DateOf(at)), at, "")
		b.wakes = append(b.wakes, poverty.Ref{Cycle: b.cycle.ID, Process: poverty.ProcessSurvey})
	}
	return nil
}

func (b *book) endOpinion(ctx context.Context, unit poverty.UnitID, by poverty.Entry) error {
	if seats := b.cycle.Rules.Bindings.Opinion; by.Office == "" {
		by.Office = poverty.OfficeID(seats + "/head")
	}
	if err := b.load(ctx, "d.cycle_id = $1 and d.kind = 'opinion' and d.state in ('open', 'returned') and (d.subject = $2 or d.subject like $2 || '.%')",
		b.cycle.ID, string(unit)); err != nil {
		return err
	}
	for _, d := range b.duties {
		b.advance(d, by.At)
		b.wakes = append(b.wakes, refOf(*d))
	}
	b.end(poverty.DutyOpinion, poverty.EventDone, by)
	return nil
}

// closeSurvey closes the survey of a cycle when every commune has confirmed: its
// results are what the next year starts with.
func (b *book) closeSurvey(ctx context.Context, at time.Time) error {
	list, err := surveys(ctx, b.tx, b.cycle.ID, "", calendar.DateOf(at))
	if err != nil {
		return err
	}
	var open []string
	for _, s := range list {
		if s.Official == nil {
			open = append(open, s.UnitName)
		}
	}
	if len(open) > 0 {
		return poverty.Errorf(poverty.Conflict, "survey.not_all", "units", strings.Join(open, ", "))
	}
	tag, err := b.tx.Exec(ctx, "update surveys set closed_at = $2, version = version + 1 where cycle_id = $1 and closed_at is null", b.cycle.ID, at)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return poverty.Errorf(poverty.Conflict, "survey.closed")
	}
	return b.watchSurvey(ctx, calendar.DateOf(at))
}

// SaveSurveyRows stores results of households on the list of a commune, and adds
// those without ID: all of them or, when one is wrong, none. Problems counts
// rows from 1; Conflict when another version of a row was saved meanwhile
// (version 0 skips that), or the survey was recognised. A changed result wants
// the review, the meeting of its hamlet and the opinion anew.
func (db *DB) SaveSurveyRows(ctx context.Context, s poverty.RegisterScope, list []poverty.SurveyRow) error {
	return db.registering(ctx, s, func(k *keeper) error {
		c := k.cycle
		if c.State != poverty.CycleRunning && k.actor.System == "" {
			return poverty.Errorf(poverty.Conflict, "cycle.not_running", "state", string(c.State))
		}
		sheet, err := surveySheet(ctx, k.tx, c, s.Unit, " for update", calendar.DateOf(k.now))
		if err != nil {
			return err
		}
		switch {
		case sheet.Survey.ListedAt == nil:
			return poverty.Errorf(poverty.Conflict, "survey.no_list")
		case sheet.Survey.Decision != "" || sheet.Survey.Official != nil:
			return poverty.Errorf(poverty.Conflict, "survey.recognised", "decision", sheet.Survey.Decision)
		}
		if k.actor.System == "" { // an import tells of days gone by
			if err := c.InSurveyWindow(calendar.DateOf(k.now), "on"); err != nil {
				return err
			}
		}
		next, added, err := k.settleRows(sheet.Rows, list)
		if err != nil {
			return err
		}
		return k.writeRows(next, added)
	})
}

// settleRows checks what was typed against the rows that are there.
func (k *keeper) settleRows(stored, typed []poverty.SurveyRow) (changed, added []poverty.SurveyRow, err error) {
	r, err := k.register()
	if err != nil {
		return nil, nil, err
	}
	by := make(map[poverty.SurveyRowID]poverty.SurveyRow, len(stored))
	codes := make(map[string]bool, len(stored))
	for _, row := range stored {
		by[row.ID], codes[row.Code] = row, true
	}
	watched, err := k.watchedCodes()
	if err != nil {
		return nil, nil, err
	}
	changed, added = []poverty.SurveyRow{}, []poverty.SurveyRow{}
	var wrong poverty.Problems
	for i, row := range typed {
		problem := func(column, key string, args ...any) {
			wrong = append(wrong, poverty.Problem{Row: i + 1, Column: column, Key: key, Args: args})
		}
		row.Note = locale.NFC(strings.TrimSpace(row.Note))
		if row.Members < 0 {
			problem("members", "household.negative")
		}
		if !slices.Contains([]poverty.Class{"", poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor}, row.Result) {
			problem("result", "household.unknown_class", "code", string(row.Result))
		}
		if row.Movement != "" && !slices.Contains(poverty.Movements, row.Movement) {
			problem("movement", "survey.unknown_movement", "code", string(row.Movement))
		}
		if row.ID == 0 {
			row.Code, row.Head = locale.NFC(strings.TrimSpace(row.Code)), locale.NFC(strings.TrimSpace(row.Head))
			switch _, hamlet := r.Hamlets[k.scope.Unit][row.Hamlet]; {
			case row.Code == "":
				problem("code", "error.required")
			case codes[row.Code]:
				problem("code", "survey.on_the_list", "code", row.Code)
			case !slices.Contains(poverty.ListedWhys[2:], row.Why):
				problem("why", "error.required")
			case row.Hamlet != "" && !hamlet:
				problem("hamlet", "household.unknown_hamlet", "hamlet", row.Hamlet)
			}
			codes[row.Code] = true
			if watched[row.Code] {
				row.Why = poverty.ListedWatch
				row = row.Settled()
			}
			added = append(added, row)
			continue
		}
		old, ok := by[row.ID]
		if !ok {
			return nil, nil, poverty.Errorf(poverty.NotFound, "household.not_found")
		}
		if row.Version != 0 && row.Version != old.Version {
			e := poverty.Errorf(poverty.Conflict, "survey.row_changed", "code", old.Code)
			e.Field = "version"
			return nil, nil, e
		}
		next := old
		next.Result, next.Members, next.Movement, next.Reason, next.Note = row.Result, row.Members, row.Movement, row.Reason, row.Note
		if next = next.Settled(); next != old {
			changed = append(changed, next)
		}
	}
	if len(wrong) > 0 {
		return nil, nil, wrong
	}
	return changed, added, nil
}

func (k *keeper) writeRows(changed, added []poverty.SurveyRow) error {
	if len(changed)+len(added) == 0 {
		return nil
	}
	args := pgx.NamedArgs{"cycle": k.cycle.ID, "unit": k.scope.Unit, "now": k.now, "user": k.actor.User, "changed": changed, "added": added}
	if _, err := k.tx.Exec(k.ctx, `
		update survey_households r set result_class = coalesce(x.result, ''), result_members = x.members, movement = coalesce(x.movement, ''),
			reason = coalesce(x.reason, ''), note = coalesce(x.note, ''), version = r.version + 1, changed_at = @now, changed_by = nullif(@user::bigint, 0)
		from jsonb_to_recordset(@changed) x (id bigint, result text, members integer, movement text, reason text, note text)
		where r.id = x.id`, args); err != nil {
		return err
	}
	// A household that the register holds is listed as the year began for it.
	rows, err := k.tx.Query(k.ctx, `
		insert into survey_households (cycle_id, unit_id, household_id, code, hamlet, head, head_born, why, start_class, start_members,
		                               result_class, result_members, movement, reason, note, changed_at, changed_by)
		select @cycle, @unit, y.id, x.code, coalesce(y.hamlet, x.hamlet), coalesce(y.head, x.head), coalesce(y.head_born, x.head_born, 0), x.why,
		       case when coalesce(y.start_class, '') = '' then 'not_poor' else y.start_class end, coalesce(y.start_members, 0),
		       coalesce(x.result, ''), x.members, coalesce(x.movement, ''), coalesce(x.reason, ''), coalesce(x.note, ''), @now, nullif(@user::bigint, 0)
		from jsonb_to_recordset(@added) x (code text, hamlet text, head text, head_born integer, why text, result text, members integer,
		     movement text, reason text, note text)
		left join (`+yearStart+`) y on y.code = x.code
		where coalesce(y.hamlet, nullif(x.hamlet, '')) is not null and coalesce(y.head, nullif(x.head, '')) is not null
		returning code`, args)
	if err != nil {
		return err
	}
	stored, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var wrong poverty.Problems
	for i, row := range added {
		if !slices.Contains(stored, row.Code) {
			wrong = append(wrong, poverty.Problem{Row: i + 1, Column: "head", Key: "survey.new_needs_sheet", Args: []any{"code", row.Code}})
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	if _, err := k.tx.Exec(k.ctx, `
		update surveys set version = version + 1, reviewed_at = null, asked_at = case when opinion = '' then asked_at end,
			opinion = '', opinion_at = null, opinion_text = case when opinion = 'remarks' then opinion_text else '' end
		where cycle_id = @cycle and unit_id = @unit`, args); err != nil {
		return err
	}
	k.tellOf("survey.rows", k.scope.Unit)
	return nil
}

// DropSurveyRow takes a household off the list that was put on it by hand.
func (db *DB) DropSurveyRow(ctx context.Context, s poverty.RegisterScope, id poverty.SurveyRowID) error {
	return db.registering(ctx, s, func(k *keeper) error {
		sheet, err := surveySheet(ctx, k.tx, k.cycle, s.Unit, " for update", calendar.DateOf(k.now))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sheet.Rows, func(r poverty.SurveyRow) bool { return r.ID == id })
		switch {
		case i < 0:
			return poverty.Errorf(poverty.NotFound, "household.not_found")
		case sheet.Survey.Decision != "" || sheet.Survey.Official != nil:
			return poverty.Errorf(poverty.Conflict, "survey.recognised", "decision", sheet.Survey.Decision)
		case sheet.Rows[i].Start != poverty.ClassNotPoor || sheet.Rows[i].Why == poverty.ListedCase:
			return poverty.Errorf(poverty.Conflict, "survey.stays_listed", "code", sheet.Rows[i].Code)
		}
		if _, err := k.tx.Exec(ctx, "delete from survey_households where id = $1", id); err != nil {
			return err
		}
		k.tellOf("survey.rows", s.Unit)
		return nil
	})
}

// SeedRegister fills the register of a cycle that has none from the closed
// survey of the owner's year before, freezes it by that result, and returns how
// many households it holds; none where there is no such survey.
func (db *DB) SeedRegister(ctx context.Context, id poverty.CycleID, basis string) (seeded int, err error) {
	err = db.registering(ctx, poverty.RegisterScope{Cycle: id, Basis: basis}, func(k *keeper) error {
		if err := k.lockRegister(); err != nil {
			return err
		}
		units := map[poverty.UnitID]bool{}
		rows, err := k.tx.Query(ctx, `
			insert into households (cycle_id, previous_id, saved_at, saved_by, `+strings.Join(sheet, ", ")+`)
			select @cycle, h.id, @now, nullif(@user::bigint, 0), r.unit_id, r.code, r.hamlet, r.head, r.head_born, coalesce(h.head_female, false),
			       coalesce(h.id_number, ''), coalesce(h.health_card, ''), r.result_members, least(coalesce(h.children, 0), r.result_members),
			       least(coalesce(h.elderly, 0), r.result_members - least(coalesce(h.children, 0), r.result_members)),
			       least(coalesce(h.workers, 0), r.result_members), least(coalesce(h.disabled, 0), r.result_members),
			       coalesce(h.ethnic, false), coalesce(h.policy_family, false), coalesce(h.urban, false), coalesce(h.production_land, 0),
			       coalesce(h.income, 0), coalesce(h.points, 0), coalesce(h.deprived, '{}'), r.result_class, coalesce(h.computed, ''),
			       case when r.result_class = 'poor' then coalesce(h.policy_group, '') else '' end, coalesce(h.causes, '{}'),
			       coalesce(h.cause_other, ''), coalesce(h.needs, '{}'), coalesce(h.health, ''), coalesce(h.note, '')
			from survey_households r
			join surveys s on s.cycle_id = r.cycle_id and s.unit_id = r.unit_id and s.closed_at is not null
			join cycle_units u on u.cycle_id = @cycle and u.unit_id = r.unit_id and u.role = 'commune'
			left join watches w on w.fell_cycle = r.cycle_id and w.unit_id = r.unit_id and w.code = r.code
			left join households h on h.id = coalesce(r.household_id, w.household_id)
			where r.cycle_id = @before and r.result_class in ('poor', 'near_poor')
			      and not exists (select from households x where x.cycle_id = @cycle and x.unit_id = r.unit_id)
			order by r.unit_id, r.hamlet, r.code
			returning unit_id`, k.args())
		if err != nil {
			return err
		}
		var unit poverty.UnitID
		if _, err := pgx.ForEachRow(rows, []any{&unit}, func() error { seeded, units[unit] = seeded+1, true; return nil }); err != nil {
			return err
		}
		for _, unit := range slices.Sorted(maps.Keys(units)) {
			k.tell(unit)
		}
		return nil
	})
	if err != nil || seeded == 0 || basis == "" {
		return seeded, err
	}
	return seeded, db.FreezeRegister(ctx, poverty.RegisterScope{Cycle: id, Basis: basis})
}
