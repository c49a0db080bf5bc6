package postgres

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

// Rates counts the reports of a cycle for each scope, as far as the actor may
// see their duties; see poverty.Rate for what counts. A scope without reports is
// not there.
func (db *DB) Rates(ctx context.Context, f poverty.RateFilter) (list []poverty.Rate, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		list, err = rates(ctx, tx, f, calendar.DateOf(db.now()))
		return err
	})
	return list, err
}

// rates counts reports on a day. The transaction goes on as the program.
func rates(ctx context.Context, tx pgx.Tx, f poverty.RateFilter, today calendar.Date) (list []poverty.Rate, err error) {
	c, err := cycle(ctx, tx, f.Cycle, "")
	if err != nil {
		return nil, err
	}
	type group struct {
		Code string         `json:"code"`
		Lead poverty.UnitID `json:"lead"`
		Unit poverty.UnitID `json:"unit"`
	}
	groups := []group{}
	for _, g := range c.Rules.Groups {
		for _, m := range c.Rules.Contributors(g.Lead) {
			groups = append(groups, group{g.Code, g.Lead, m})
		}
	}
	contributors, err := json.Marshal(groups)
	if err != nil {
		return nil, err
	}
	members, err := json.Marshal(append([]poverty.RateMember{}, c.Rules.RateMembers()...))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select id from duties where cycle_id = $1 and kind = 'report' and ($2 = '' or period = $2)`, f.Cycle, f.Period)
	if err != nil {
		return nil, err
	}
	seen, err := pgx.CollectRows(rows, pgx.RowTo[poverty.DutyID])
	if err != nil {
		return nil, err
	}
	// Whether a member contributed is counted; what it wrote is not shown.
	if err := elevate(ctx, tx, "rates"); err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `
		with reports as materialized (
			select d.id, d.unit_id, d.period, d.state, d.verdict, d.returns, d.extended, d.first_submitted_at is not null as received,
			       d.state <> 'excused' and p.last_day < @today and not (d.extended and d.state = 'open' and not d.overdue) as expected,
			       d.first_submitted_at is not null and exists (
			           select from jsonb_to_recordset(@contributors) as m (lead text, unit text)
			           where m.lead = d.unit_id
			                 and not exists (select from contributions x where x.duty_id = d.id and x.unit_id = m.unit)) as partial
			from duties d
			join periods p on p.cycle_id = d.cycle_id and p.code = d.period
			where d.id = any (@seen)
		), scoped as (
			select 'all' as scope, '' as key, r.* from reports r
			union all
			select 'period', r.period, r.* from reports r
			union all
			select 'unit', r.unit_id, r.* from reports r
			union all
			select m.scope, m.key, r.* from reports r join jsonb_to_recordset(@members) as m (scope text, key text, unit text) on m.unit = r.unit_id
		)
		select s.scope, s.key, coalesce(max(v.name), '') as name,
		       count(*) filter (where expected) as expected,
		       count(*) filter (where expected and received) as received,
		       count(*) filter (where expected and verdict = 'on_time') as on_time,
		       count(*) filter (where expected and verdict = 'late') as late,
		       count(*) filter (where expected and returns > 0) as returned,
		       count(*) filter (where expected and extended) as extended,
		       count(*) filter (where expected and partial) as partial,
		       count(*) filter (where state = 'excused') as excused,
		       count(*) filter (where state <> 'excused' and not expected) as not_due
		from scoped s
		left join lateral name_on(case when s.scope in ('unit', 'commune') then s.key end, @today::date) v on true
		group by s.scope, s.key`,
		pgx.StrictNamedArgs{"seen": seen, "today": today, "members": members, "contributors": contributors})
	if list, err = many[poverty.Rate](rows, err); err != nil {
		return nil, err
	}
	for i, r := range list {
		switch {
		case r.Scope == poverty.RateGroup:
			if j := slices.IndexFunc(c.Rules.Groups, func(g poverty.Group) bool { return g.Code == r.Key }); j >= 0 {
				list[i].Name = c.Rules.Groups[j].Name
			}
		case r.Name == "" && r.Scope != poverty.RatePeriod:
			list[i].Name = r.Key
		}
	}
	slices.SortFunc(list, func(a, b poverty.Rate) int {
		if n := slices.Index(poverty.RateScopes, a.Scope) - slices.Index(poverty.RateScopes, b.Scope); n != 0 {
			return n
		}
		return strings.Compare(a.Key, b.Key)
	})
	return list, nil
}
