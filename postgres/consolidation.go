package postgres

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const consolidationColumns = `
	select x.cycle_id, x.period, x.revision, x.version, x.state, x.rollup, x.text, x.reason, x.remarks, x.created_at, x.saved_at,
	       coalesce(x.saved_by, 0) as saved_by, coalesce(u.name, '') as saved_by_name, x.sent_at, x.decided_at
	from consolidations x left join users u on u.id = x.saved_by`

// Consolidations returns the revisions of a period's consolidated report that
// the actor may see, newest first; those of all periods where period is empty.
func (db *DB) Consolidations(ctx context.Context, id poverty.CycleID, period string) (list []poverty.Consolidation, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, consolidationColumns+`
			where x.cycle_id = $1 and ($2 = '' or x.period = $2) order by x.period desc, x.revision desc`, id, period)
		list, err = many[poverty.Consolidation](rows, err)
		return err
	})
	return list, err
}

// newest returns the newest revision of a period, or the newest that was sent,
// locked.
func (b *book) newest(ctx context.Context, period string, sent bool) (poverty.Consolidation, error) {
	// The period's row is the lock: two revisions are not drafted at once.
	rows, err := b.tx.Query(ctx, `
		with held as (select code from periods where cycle_id = $1 and code = $2 for no key update)`+consolidationColumns+`
		join held on held.code = x.period
		where x.cycle_id = $1 and (x.sent_at is not null or not $3) order by x.revision desc limit 1 for update of x`, b.cycle.ID, period, sent)
	return one[poverty.Consolidation](rows, err, "consolidation.not_found")
}

// SaveConsolidation stores the text of a draft; the standing office's alone.
// Conflict when another version was saved than the one that was typed over.
func (db *DB) SaveConsolidation(ctx context.Context, c poverty.ConsolidationContent) (saved poverty.Consolidation, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		cyc, t, err := db.timetable(ctx, tx, c.Cycle, "")
		if err != nil {
			return err
		}
		if _, ok := a.InCycle(cyc, poverty.PartStanding); !ok && a.System == "" {
			return poverty.Errorf(poverty.Forbidden, "consolidation.forbidden.send")
		}
		if err := c.CheckText(); err != nil {
			return err
		}
		if err := elevate(ctx, tx, "draft"); err != nil {
			return err
		}
		b := db.book(tx, cyc, t)
		x, err := b.newest(ctx, c.Period, false)
		if err != nil {
			return err
		}
		if _, err := x.MayMove(cyc, a, poverty.ConsolidationMove{Verb: poverty.ConsolidationSend, Revision: c.Revision}); err != nil {
			return err
		}
		if c.Version != x.Version {
			return &poverty.Error{Kind: poverty.Conflict, Key: "consolidation.changed", Args: []any{"version", x.Version}, Field: "version"}
		}
		x.Text = strings.TrimSpace(c.Text)
		saved, err = b.putDraft(ctx, x, a)
		return err
	})
	return saved, err
}

// putDraft stores a draft as its next version.
func (b *book) putDraft(ctx context.Context, x poverty.Consolidation, a poverty.Actor) (poverty.Consolidation, error) {
	x.Version, x.SavedAt, x.SavedBy = x.Version+1, b.now, a.User
	_, err := b.tx.Exec(ctx, `
		update consolidations set version = $4, rollup = $5, text = $6, saved_at = $7, saved_by = nullif($8::bigint, 0)
		where cycle_id = $1 and period = $2 and revision = $3`,
		x.Cycle, x.Period, x.Revision, x.Version, x.Rollup, x.Text, x.SavedAt, x.SavedBy)
	return x, err
}

// draft stores a new revision.
func (b *book) draft(ctx context.Context, x poverty.Consolidation, a poverty.Actor) error {
	_, err := b.tx.Exec(ctx, `
		insert into consolidations (cycle_id, period, revision, rollup, text, reason, created_at, saved_at, saved_by)
		values ($1, $2, $3, $4, $5, $6, $7, $7, nullif($8::bigint, 0)) on conflict do nothing`,
		b.cycle.ID, x.Period, x.Revision, x.Rollup, x.Text, x.Reason, b.now, a.User)
	return err
}

// Rollup counts a period as it stands now. Forbidden to who does not see all of
// the cycle: it names everybody.
func (db *DB) Rollup(ctx context.Context, id poverty.CycleID, period string) (r poverty.Rollup, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, t, err := db.timetable(ctx, tx, id, "")
		if err != nil {
			return err
		}
		sees := a.System != ""
		for _, part := range []poverty.Part{poverty.PartLeadership, poverty.PartStanding, poverty.PartReader} {
			_, plays := a.InCycle(c, part)
			sees = sees || plays
		}
		if !sees {
			return poverty.Errorf(poverty.Forbidden, "consolidation.forbidden.read")
		}
		if err := elevate(ctx, tx, "rollup"); err != nil {
			return err
		}
		b := db.book(tx, c, t)
		p, err := b.period(ctx, period)
		if err != nil {
			return err
		}
		r, err = b.rollup(ctx, *p, b.now)
		return err
	})
	return r, err
}

// rollup counts a period: its reports by the facts effective before an instant,
// and the ledger as it stands.
func (b *book) rollup(ctx context.Context, p poverty.Period, at time.Time) (poverty.Rollup, error) {
	r := poverty.Rollup{At: at, From: p.CountsFrom, To: p.CountsTo, Total: poverty.RollupLine{Scope: poverty.RollupAll}}
	if err := b.rollupReports(ctx, p, at, &r); err != nil {
		return r, err
	}
	if err := b.tx.QueryRow(ctx, `
		select count(*), count(*) filter (where state in ('raised', 'forwarded'))
		from obstacles where cycle_id = $1 and received_at >= $2 and ($3::timestamptz is null or received_at < $3)`,
		b.cycle.ID, p.CountsFrom.Start(), end(p)).Scan(&r.Raised, &r.Waiting); err != nil {
		return r, err
	}
	return r, b.rollupLedger(ctx, p, &r)
}

func (b *book) rollupReports(ctx context.Context, p poverty.Period, at time.Time, r *poverty.Rollup) error {
	rows, err := b.tx.Query(ctx, `
		select d.id, d.unit_id, coalesce(v.name, d.unit_id) as unit_name, d.state, d.verdict, d.returns, d.extended, d.first_submitted_at
		from duties d
		left join lateral name_on(d.unit_id, $3::date) v on true
		where d.cycle_id = $1 and d.period = $2 and d.kind = 'report' order by d.unit_id`, b.cycle.ID, p.Code, p.LastDay)
	duties, err := many[poverty.Duty](rows, err)
	if err != nil {
		return err
	}
	rows, err = b.tx.Query(ctx, `
		select x.duty_id, x.unit_id from contributions x join duties d on d.id = x.duty_id
		where d.cycle_id = $1 and d.period = $2`, b.cycle.ID, p.Code)
	if err != nil {
		return err
	}
	type part struct {
		duty poverty.DutyID
		unit poverty.UnitID
	}
	came := map[part]bool{}
	var x part
	if _, err := pgx.ForEachRow(rows, []any{&x.duty, &x.unit}, func() error { came[x] = true; return nil }); err != nil {
		return err
	}
	for _, d := range duties {
		unit := poverty.NamedUnit{Unit: d.Unit, Name: d.UnitName}
		if d.State == poverty.DutyExcused {
			r.Excused++
			continue
		}
		r.Expected++
		if d.Extended {
			r.Extended++
		}
		if d.FirstSubmittedAt == nil || !d.FirstSubmittedAt.Before(at) {
			r.Missing = append(r.Missing, unit)
			continue
		}
		r.Received++
		if d.Verdict == poverty.OnTime {
			r.OnTime++
		}
		if d.Returns > 0 {
			r.Returned++
		}
		for _, m := range b.cycle.Rules.Contributors(d.Unit) {
			if !came[part{d.ID, m}] {
				r.Partial = append(r.Partial, unit)
				break
			}
		}
	}
	rows, err = b.tx.Query(ctx, `
		select coalesce(u.role, ''), f.key, sum((f.value #>> '{}')::bigint)
		from duties d
		left join cycle_units u on u.cycle_id = d.cycle_id and u.unit_id = d.unit_id
		join lateral (select figures from reports r where r.duty_id = d.id and r.submitted_at < $3
		              order by version desc limit 1) r on true,
		     jsonb_each(r.figures) f
		where d.cycle_id = $1 and d.period = $2 and d.kind = 'report' and d.state <> 'excused' and jsonb_typeof(f.value) = 'number'
		group by 1, 2`, b.cycle.ID, p.Code, at)
	if err != nil {
		return err
	}
	var role, field string
	var sum int64
	_, err = pgx.ForEachRow(rows, []any{&role, &field, &sum}, func() error {
		if r.Stated == nil {
			r.Stated = map[string]map[string]int64{}
		}
		if r.Stated[role] == nil {
			r.Stated[role] = map[string]int64{}
		}
		r.Stated[role][field] = sum
		return nil
	})
	return err
}

func (b *book) rollupLedger(ctx context.Context, p poverty.Period, r *poverty.Rollup) error {
	rows, err := b.tx.Query(ctx, `
		with lines as (
			select component_id, household_id, sum(case when corrects is null then 1 else -1 end) as handovers,
			       sum(quantity) as quantity, sum(value) as value
			from deliveries
			where cycle_id = @cycle and day >= @from and (@to::date is null or day <= @to)
			group by component_id, household_id
		), firsts as (
			select d.component_id from deliveries d
			where d.cycle_id = @cycle and d.corrects is null and not exists (select from deliveries x where x.corrects = d.id)
			group by d.component_id
			having min(d.day) >= @from and (@to::date is null or min(d.day) <= @to)
		), sums as (
			select case when grouping(c.commune_id) = 0 then 'commune' when grouping(c.group_code) = 0 then 'group'
			            when grouping(c.code) = 0 then 'component' when grouping(f.code) = 0 then 'fund' else 'all' end as scope,
			       coalesce(c.commune_id, c.group_code, c.code, f.code, '') as key,
			       count(distinct l.household_id) filter (where l.handovers > 0) as households,
			       coalesce(sum(l.handovers), 0)::bigint as handovers, coalesce(sum(l.value), 0)::bigint as value,
			       coalesce(sum(l.quantity), 0)::bigint as quantity, count(distinct s.component_id) as started
			from lines l
			join components c on c.id = l.component_id
			left join funds f on f.id = c.fund_id
			left join firsts s on s.component_id = l.component_id
			group by grouping sets ((), (c.commune_id), (c.group_code), (c.code), (f.code))
		)
		select s.scope, s.key, coalesce(v.name, c.title, f.name, '') as name, s.households, s.handovers, s.value,
		       case when s.scope = 'component' then s.quantity else 0 end as quantity, coalesce(c.measure, '') as measure, s.started
		from sums s
		left join lateral name_on(case when s.scope = 'commune' then s.key end, @last::date) v on true
		left join components c on s.scope = 'component' and c.cycle_id = @cycle and c.code = s.key
		left join funds f on s.scope = 'fund' and f.cycle_id = @cycle and f.code = s.key
		order by s.key`,
		pgx.StrictNamedArgs{"cycle": b.cycle.ID, "from": p.CountsFrom, "to": day(p.CountsTo), "last": p.LastDay})
	list, err := many[poverty.RollupLine](rows, err)
	if err != nil {
		return err
	}
	groups := map[string]string{}
	for _, g := range b.cycle.Rules.Groups {
		groups[g.Code] = g.Name
	}
	for _, scope := range append([]poverty.RollupScope{poverty.RollupAll}, poverty.RollupScopes...) {
		for _, l := range list {
			switch {
			case l.Scope != scope:
			case scope == poverty.RollupAll:
				r.Total = l
			default:
				if scope == poverty.RollupGroup {
					l.Name = groups[l.Key]
				}
				r.Lines = append(r.Lines, l)
			}
		}
	}
	return nil
}

// moveConsolidation carries out a decision on the newest revision of a period's
// consolidated report. The first time around it ends, returns or accepts the
// duty to consolidate as well.
func (b *book) moveConsolidation(ctx context.Context, a poverty.Actor, m poverty.ConsolidationMove, at time.Time, out *poverty.Outcome) error {
	x, err := b.newest(ctx, m.Period, m.Verb == poverty.ConsolidationAccept || m.Verb == poverty.ConsolidationReturn)
	if err != nil {
		return err
	}
	seat, err := x.MayMove(b.cycle, a, m)
	if err != nil {
		return err
	}
	if m.Version != 0 && m.Version != x.Version {
		return &poverty.Error{Kind: poverty.Conflict, Key: "consolidation.changed", Args: []any{"version", x.Version}, Field: "version"}
	}
	switch m.Verb {
	case poverty.ConsolidationRecount, poverty.ConsolidationRevise:
		return b.count(ctx, a, x, m, out)
	}
	act, body := poverty.ActSubmit, poverty.ReportContent{Text: x.Text}
	switch m.Verb {
	case poverty.ConsolidationSend:
		if m.Text != nil {
			body.Text = strings.TrimSpace(*m.Text)
		}
		if body.Text == "" {
			return poverty.InvalidField("text", "error.required")
		}
	case poverty.ConsolidationAccept:
		act = poverty.ActAccept
	case poverty.ConsolidationReturn:
		act = poverty.ActReturn
	}
	d, err := b.consolidationDuty(ctx, m.Period)
	if err != nil {
		return err
	}
	owes := d != nil && (d.State.Owed() && act == poverty.ActSubmit || d.State == poverty.DutySubmitted && act != poverty.ActSubmit)
	if owes {
		decision := poverty.Decision{Duty: d.ID, Act: act, Reason: m.Reason, Office: m.Office}
		if act == poverty.ActSubmit {
			decision.Report = &body
		}
		return b.decideOn(ctx, a, d, decision, at, out)
	}
	if err := b.judge(ctx, a, act, m.Period, body.Text, m.Reason, at); err != nil {
		return err
	}
	if d != nil {
		out.Duty = d.ID
		e := b.entry(d, poverty.EventNoted, poverty.Entry{At: at, Actor: a.User, Office: seat.Office, Reason: strings.TrimSpace(m.Reason), Basis: string(m.Verb) + " " + strconv.Itoa(x.Revision)})
		b.add(e)
		b.advance(d, b.upTo)
		if m.Verb == poverty.ConsolidationSend {
			b.tell(d, poverty.NoticeDecision, at, "revised", []string{"vice_chair"})
		}
		if m.Verb == poverty.ConsolidationReturn {
			b.tell(d, poverty.NoticeDecision, at, "returned", []string{"unit", "head"})
		}
	}
	out.State = string(m.Verb)
	return nil
}

// count counts a draft anew, or drafts a further revision of what was sent.
func (b *book) count(ctx context.Context, a poverty.Actor, x poverty.Consolidation, m poverty.ConsolidationMove, out *poverty.Outcome) error {
	p, err := b.period(ctx, m.Period)
	if err != nil {
		return err
	}
	if x.Rollup, err = b.rollup(ctx, *p, b.now); err != nil {
		return err
	}
	out.State = string(poverty.ConsolidationDraft)
	if m.Text != nil {
		x.Text = strings.TrimSpace(*m.Text)
	}
	if m.Verb == poverty.ConsolidationRecount {
		_, err := b.putDraft(ctx, x, a)
		return err
	}
	x.Revision, x.Reason = x.Revision+1, strings.TrimSpace(m.Reason)
	return b.draft(ctx, x, a)
}

// consolidationDuty loads the duty to consolidate a period; nil when the cycle
// lays none on anybody.
func (b *book) consolidationDuty(ctx context.Context, period string) (*poverty.Duty, error) {
	before := len(b.duties)
	if err := b.load(ctx, "d.cycle_id = $1 and d.period = $2 and d.kind = 'consolidation'", b.cycle.ID, period); err != nil {
		return nil, err
	}
	if len(b.duties) == before {
		return nil, nil
	}
	return b.duties[before], nil
}

// judge writes into the newest revision of a period that it was sent up, or how
// leadership decided on it. What is returned is drafted again as the next
// revision, with what it said.
func (b *book) judge(ctx context.Context, a poverty.Actor, act poverty.Act, period, text, remarks string, at time.Time) error {
	if act != poverty.ActSubmit && act != poverty.ActAccept && act != poverty.ActReturn {
		return nil
	}
	x, err := b.newest(ctx, period, act != poverty.ActSubmit)
	if err != nil {
		return err
	}
	set := func(state poverty.ConsolidationState) error {
		_, err := b.tx.Exec(ctx, `
			update consolidations set state = $4, remarks = $5, decided_at = $6 where cycle_id = $1 and period = $2 and revision = $3`,
			x.Cycle, x.Period, x.Revision, state, remarks, at)
		return err
	}
	switch act {
	case poverty.ActSubmit:
		if x.State != poverty.ConsolidationDraft {
			return nil // an earlier receipt of what was sent already
		}
		if strings.TrimSpace(text) != "" {
			x.Text = strings.TrimSpace(text)
		}
		if _, err := b.putDraft(ctx, x, a); err != nil {
			return err
		}
		if _, err := b.tx.Exec(ctx, `
			update consolidations set state = 'sent', sent_at = $4 where cycle_id = $1 and period = $2 and revision = $3`,
			x.Cycle, x.Period, x.Revision, at); err != nil {
			return err
		}
		_, err := b.tx.Exec(ctx, "update periods set state = 'consolidated' where cycle_id = $1 and code = $2", b.cycle.ID, period)
		return err
	case poverty.ActAccept:
		remarks = ""
		return set(poverty.ConsolidationAccepted)
	case poverty.ActReturn:
		if err := set(poverty.ConsolidationReturned); err != nil {
			return err
		}
		x.Revision, x.Reason = x.Revision+1, remarks
		return b.draft(ctx, x, a)
	}
	return nil
}

// firstRevision drafts the consolidated report of a period that closes at an
// instant.
func (b *book) firstRevision(ctx context.Context, p poverty.Period, at time.Time) error {
	r, err := b.rollup(ctx, p, at)
	if err != nil {
		return err
	}
	return b.draft(ctx, poverty.Consolidation{Period: p.Code, Revision: 1, Rollup: r}, poverty.Actor{})
}
