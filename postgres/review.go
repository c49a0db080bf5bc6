package postgres

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/locale"
	"dondoc/poverty"
)

const reviewColumns = `
	select cycle_id, kind, state, figures, conclusion, held_at, attendance, coalesce(meeting_id, 0) as meeting_id, programme, trained, note, version from reviews`

// Reviews returns the reviews of a cycle.
func (db *DB) Reviews(ctx context.Context, id poverty.CycleID) (list []poverty.Review, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, reviewColumns+" where cycle_id = $1 order by kind", id)
		list, err = many[poverty.Review](rows, err)
		return err
	})
	return list, err
}

// ReviewSheet returns what a review looks at, of what the actor may see;
// NotFound when the cycle holds no such review.
func (db *DB) ReviewSheet(ctx context.Context, id poverty.CycleID, kind string) (sheet poverty.ReviewSheet, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		sheet, err = reviewSheet(ctx, tx, id, kind)
		return err
	})
	return sheet, err
}

func reviewSheet(ctx context.Context, tx pgx.Tx, id poverty.CycleID, kind string) (sheet poverty.ReviewSheet, err error) {
	c, err := cycle(ctx, tx, id, "")
	if err != nil {
		return sheet, err
	}
	if _, ok := c.Rules.Template("review-" + kind); !ok {
		return sheet, poverty.Errorf(poverty.NotFound, "review.not_found")
	}
	rows, err := tx.Query(ctx, reviewColumns+" where cycle_id = $1 and kind = $2", id, kind)
	sheet.Review, err = one[poverty.Review](rows, err, "review.not_found")
	if poverty.KindOf(err) == poverty.NotFound {
		sheet.Review, err = poverty.Review{Cycle: id, Kind: kind, State: "planned"}, nil
	}
	if err != nil {
		return sheet, err
	}
	if sheet.Communes, err = reviewCommunes(ctx, tx, id); err != nil {
		return sheet, err
	}
	rows, err = tx.Query(ctx, `
		select u.cycle_id, $2 as kind, u.unit_id, coalesce(v.name, u.unit_id) as unit_name, coalesce(i.results, '') as results,
		       coalesce(i.shortcomings, '') as shortcomings, coalesce(i.proposals, '') as proposals, coalesce(i.trained, 0) as trained,
		       coalesce(i.version, 0) as version, i.saved_at, d.last_day, coalesce(d.overdue, false) as overdue
		from cycle_units u
		join cycles c on c.id = u.cycle_id
		left join review_inputs i on i.cycle_id = u.cycle_id and i.kind = $2 and i.unit_id = u.unit_id
		left join duties d on d.cycle_id = u.cycle_id and d.kind = 'input' and d.code = 'input-' || $2 and d.unit_id = u.unit_id
		left join lateral name_on(u.unit_id, local_day(c.issued_at)) v on true
		where u.cycle_id = $1 and u.unit_id = any($3)
		      and (i.unit_id is not null or u.cycle_id = any ((select app_cycles())::text[]) or u.unit_id = any ((select app_units())::text[]) or (select app_system()))
		order by u.role, u.unit_id`, id, kind, c.Rules.ReviewAsked(kind))
	if sheet.Inputs, err = many[poverty.ReviewInput](rows, err); err != nil {
		return sheet, err
	}
	rows, err = tx.Query(ctx, "select cycle_id, kind, code, base, reached, note, version from indicator_results where cycle_id = $1 and kind = $2 order by code", id, kind)
	if sheet.Results, err = many[poverty.IndicatorResult](rows, err); err != nil {
		return sheet, err
	}
	rows, err = tx.Query(ctx, `
		select d.unit_id, coalesce(min(v.name), d.unit_id) as unit_name, d.kind, count(*) as late, count(*) filter (where d.state in ('open', 'returned')) as open
		from duties d
		left join lateral name_on(d.unit_id, local_day(d.opened_at)) v on true
		where d.cycle_id = $1 and d.verdict = 'late' group by d.unit_id, d.kind order by count(*) desc, d.unit_id, d.kind`, id)
	if sheet.Delays, err = many[poverty.ReviewDelay](rows, err); err != nil {
		return sheet, err
	}
	rows, err = tx.Query(ctx, `
		select o.unit_id, coalesce(v.name, o.unit_id) as unit_name, o.title, h.valid_from as day
		from holdings h
		join offices o on o.id = h.office_id
		join cycle_units u on u.cycle_id = $1 and u.unit_id = o.unit_id
		left join lateral name_on(o.unit_id, h.valid_from) v on true
		where not h.substitute and h.valid_from > $2 and h.valid_from <= $3 order by h.valid_from, o.id`, id, c.Rules.First.First(), c.Rules.Last.Last())
	sheet.Staff, err = many[poverty.StaffChange](rows, err)
	return sheet, err
}

// reviewCommunes reads targets and results by commune, and counts the flow of
// each class from the rows of its survey.
func reviewCommunes(ctx context.Context, tx pgx.Tx, id poverty.CycleID) ([]poverty.ReviewCommune, error) {
	table, err := targets(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	list := make([]poverty.ReviewCommune, len(table))
	at := map[poverty.UnitID]*poverty.ReviewCommune{}
	for i, t := range table {
		list[i] = poverty.ReviewCommune{Unit: t.Unit, UnitName: t.UnitName, Target: t}
		at[t.Unit] = &list[i]
	}
	rows, err := tx.Query(ctx, "select cycle_id, unit_id, '' as unit_name, stage, households, poor, near_poor, confirmed_at from survey_results where cycle_id = $1 and stage <> 'start'", id)
	results, err := many[poverty.SurveyResult](rows, err)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		c, ok := at[r.Unit]
		switch {
		case !ok:
		case r.Stage == poverty.StageOfficial:
			c.Official = r
		default:
			c.Preliminary = r
		}
	}
	rows, err = tx.Query(ctx, surveyRowColumns+" where r.cycle_id = $1 order by r.unit_id, r.code", id)
	found, err := many[poverty.SurveyRow](rows, err)
	if err != nil {
		return nil, err
	}
	of := map[poverty.UnitID][]poverty.SurveyRow{}
	for _, r := range found {
		of[r.Unit] = append(of[r.Unit], r)
	}
	for unit, rows := range of {
		if c, ok := at[unit]; ok {
			b := poverty.Reconcile(poverty.StartOf(rows), rows)
			c.Poor, c.NearPoor = b.Poor.Households, b.NearPoor.Households
		}
	}
	return list, nil
}

// concludeReview counts the cycle as of the conference and keeps its conclusion.
// A meeting that is the conference gives its attendance.
func (b *book) concludeReview(ctx context.Context, d poverty.Duty, conclusion string, at time.Time, m poverty.Meeting) error {
	rows, err := b.tx.Query(ctx, `
		with results as (
			select stage, count(*) as units, sum(poor) as poor, sum(near_poor) as near from survey_results
			where cycle_id = $1 and stage <> 'start' and confirmed_at <= $2 group by stage),
		best as (select stage, poor, near from results order by units desc, stage limit 1)
		select count(*) as duties,
		       count(*) filter (where state in ('submitted', 'done')) as done,
		       count(*) filter (where verdict = 'late') as late,
		       count(*) filter (where state in ('open', 'returned')) as open,
		       (select count(*) from escalations e where e.cycle_id = $1) as escalated,
		       (select coalesce(sum(poor), 0) from targets t where t.cycle_id = $1) as poor,
		       (select coalesce(sum(to_leave), 0) from targets t where t.cycle_id = $1) as to_leave,
		       coalesce((select stage from best), '') as stage, coalesce((select poor from best), 0)::int as poor_end,
		       coalesce((select near from best), 0)::int as near_end
		from duties where cycle_id = $1`, d.Cycle, at)
	f, err := one[poverty.ReviewFigures](rows, err, "cycle.not_found")
	if err != nil {
		return err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `
		insert into reviews (cycle_id, kind, state, figures, conclusion, held_at, attendance, meeting_id) values ($1, $2, 'concluded', $3, $4, $5, $6, nullif($7::bigint, 0))
		on conflict (cycle_id, kind) do update set state = 'concluded', figures = excluded.figures, conclusion = excluded.conclusion,
			held_at = excluded.held_at, attendance = excluded.attendance, meeting_id = excluded.meeting_id`,
		d.Cycle, strings.TrimPrefix(d.Code, "review-"), raw, conclusion, at, m.People, m.ID)
	return err
}

// moveReview stores what is said for a review; what a unit says ends its duty to
// say it.
func (b *book) moveReview(ctx context.Context, a poverty.Actor, m poverty.ReviewMove, at time.Time, out *poverty.Outcome) error {
	for _, s := range []*string{&m.Results, &m.Shortcomings, &m.Proposals, &m.Programme, &m.Note, &m.Basis} {
		*s = locale.NFC(strings.TrimSpace(*s))
	}
	if err := m.Check(b.cycle); err != nil {
		return err
	}
	seat, behalf, err := b.cycle.MayReview(a, m)
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{
		"cycle": m.Cycle, "kind": m.Kind, "unit": m.Unit, "results": m.Results, "shortcomings": m.Shortcomings, "proposals": m.Proposals, "trained": m.Trained,
		"programme": m.Programme, "note": m.Note, "code": m.Code, "base": m.Base, "reached": m.Reached, "now": b.now, "by": a.User, "version": m.Version,
	}
	by := poverty.Entry{At: at, Actor: a.User, Office: seat.Office, OnBehalf: behalf, Basis: m.Basis}
	var sql string
	switch m.Verb {
	case poverty.ReviewSays:
		sql = `
			insert into review_inputs (cycle_id, kind, unit_id, results, shortcomings, proposals, trained, saved_at, saved_by)
			values (@cycle, @kind, @unit, @results, @shortcomings, @proposals, @trained, @now, nullif(@by::bigint, 0))
			on conflict (cycle_id, kind, unit_id) do update set results = excluded.results, shortcomings = excluded.shortcomings, proposals = excluded.proposals,
				trained = excluded.trained, version = review_inputs.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
			where review_inputs.version = @version`
		if err := b.load(ctx, "d.cycle_id = $1 and d.kind = 'input' and d.code = 'input-' || $2 and d.unit_id = $3 and d.state in ('open', 'returned')", m.Cycle, m.Kind, m.Unit); err != nil {
			return err
		}
		for _, d := range b.duties {
			b.advance(d, at)
			b.finish(d, by)
		}
	case poverty.ReviewFacts:
		sql = `
			insert into reviews (cycle_id, kind, programme, trained, note, version) values (@cycle, @kind, @programme, @trained, @note, 1)
			on conflict (cycle_id, kind) do update set programme = excluded.programme, trained = excluded.trained, note = excluded.note, version = reviews.version + 1
			where reviews.version = @version`
	case poverty.ReviewMeasures:
		sql = `
			insert into indicator_results (cycle_id, kind, code, base, reached, note, saved_at, saved_by)
			select @cycle, @kind, code, @base, @reached, @note, @now, nullif(@by::bigint, 0) from indicators where cycle_id = @cycle and code = @code
			on conflict (cycle_id, kind, code) do update set base = excluded.base, reached = excluded.reached, note = excluded.note,
				version = indicator_results.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
			where indicator_results.version = @version`
	}
	tag, err := b.tx.Exec(ctx, sql, args)
	switch {
	case err != nil:
		return err
	case tag.RowsAffected() == 0:
		var stored int
		if err := b.tx.QueryRow(ctx, `
			select coalesce(max(version), 0) from (
				select version from review_inputs where @verb = 'input' and cycle_id = @cycle and kind = @kind and unit_id = @unit
				union all select version from reviews where @verb = 'facts' and cycle_id = @cycle and kind = @kind
				union all select version from indicator_results where @verb = 'indicator' and cycle_id = @cycle and kind = @kind and code = @code) v`,
			pgx.NamedArgs{"verb": m.Verb, "cycle": m.Cycle, "kind": m.Kind, "unit": m.Unit, "code": m.Code}).Scan(&stored); err != nil {
			return err
		}
		if stored == 0 && m.Verb == poverty.ReviewMeasures {
			return poverty.Errorf(poverty.NotFound, "indicator.not_found")
		}
		return changed("review.changed", stored)
	}
	by.Code, by.Unit, by.Event = "review", m.Unit, poverty.EventNoted
	b.note(by)
	out.State = string(m.Verb)
	return nil
}

// concludeBy concludes the review whose conference a meeting was.
func (b *book) concludeBy(ctx context.Context, m poverty.Meeting, at time.Time) error {
	if m.Kind != poverty.MeetingReview || m.Duty == 0 {
		return nil
	}
	d, err := duty(ctx, b.tx, m.Duty)
	if err != nil {
		return err
	}
	lines := make([]string, 0, len(m.Conclusions))
	for _, c := range m.Conclusions {
		lines = append(lines, c.Text)
	}
	return b.concludeReview(ctx, d, strings.Join(lines, "\n"), at, m)
}
