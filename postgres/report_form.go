package postgres

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"dondoc/calendar"
	"dondoc/poverty"
)

const reportFormColumns = `
	select cycle_id, version, fields, reason, saved_at, coalesce(saved_by, 0) as saved_by from report_forms`

// ReportForms returns the versions of a cycle's form of reports, newest first.
func (db *DB) ReportForms(ctx context.Context, id poverty.CycleID) (list []poverty.ReportForm, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, _ poverty.Actor) error {
		rows, err := tx.Query(ctx, reportFormColumns+" where cycle_id = $1 order by version desc", id)
		list, err = many[poverty.ReportForm](rows, err)
		return err
	})
	return list, err
}

// reportForm returns a version of a cycle's form; the newest where it is 0.
func reportForm(ctx context.Context, tx pgx.Tx, id poverty.CycleID, version int) (poverty.ReportForm, error) {
	rows, err := tx.Query(ctx, reportFormColumns+`
		where cycle_id = $1 and ($2 = 0 or version = $2) order by version desc limit 1`, id, version)
	return one[poverty.ReportForm](rows, err, "report_form.not_found")
}

// SaveReportForm stores the next version of a cycle's form; the standing
// office's alone. The version given is the one that was typed over. Periods
// that are open keep theirs.
func (db *DB) SaveReportForm(ctx context.Context, f poverty.ReportForm) (saved poverty.ReportForm, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		c, err := cycle(ctx, tx, f.Cycle, "")
		if err != nil {
			return err
		}
		if err := c.MayChangeForm(a); err != nil {
			return err
		}
		if wrong := f.Check(); len(wrong) > 0 {
			return wrong
		}
		if f.Reason = strings.TrimSpace(f.Reason); f.Reason == "" {
			return poverty.InvalidField("reason", "decision.reason_needed")
		}
		if err := elevate(ctx, tx, "form"); err != nil {
			return err
		}
		if c, err = cycle(ctx, tx, f.Cycle, cycleAlone); err != nil {
			return err
		}
		if err := c.MayChangeForm(a); err != nil { // it may have been closed meanwhile
			return err
		}
		last, err := reportForm(ctx, tx, f.Cycle, 0)
		if err != nil {
			return err
		}
		if f.Version != last.Version {
			return &poverty.Error{Kind: poverty.Conflict, Key: "report_form.changed", Args: []any{"version", last.Version}, Field: "version"}
		}
		saved = f
		saved.Version, saved.SavedAt, saved.SavedBy = last.Version+1, db.now(), a.User
		return insertReportForm(ctx, tx, saved)
	})
	return saved, err
}

func insertReportForm(ctx context.Context, tx pgx.Tx, f poverty.ReportForm) error {
	_, err := tx.Exec(ctx, `
		insert into report_forms (cycle_id, version, fields, reason, saved_at, saved_by) values ($1, $2, $3, $4, $5, nullif($6::bigint, 0))`,
		f.Cycle, f.Version, f.Fields, f.Reason, f.SavedAt, f.SavedBy)
	return err
}

// ReportSheet returns what a report is filled in from.
func (db *DB) ReportSheet(ctx context.Context, id poverty.DutyID) (s poverty.ReportSheet, err error) {
	err = db.tx(ctx, func(tx pgx.Tx, a poverty.Actor) error {
		d, err := duty(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.Kind != poverty.DutyReport && d.Kind != poverty.DutyGroupPlan {
			return poverty.Errorf(poverty.NotFound, "report.not_found")
		}
		// The contributions are those that the actor may see; figures are sums of
		// what hangs on the unit, and whoever sees its report sees them.
		mine, err := contributions(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := elevate(ctx, tx, "sheet"); err != nil {
			return err
		}
		c, t, err := db.timetable(ctx, tx, d.Cycle, "")
		if err != nil {
			return err
		}
		if s, err = db.book(tx, c, t).sheet(ctx, d); err != nil {
			return err
		}
		seen := map[poverty.UnitID]bool{}
		for _, x := range mine {
			seen[x.Unit] = true
		}
		_, standing := a.InCycle(c, poverty.PartStanding)
		whole := standing || len(a.Within(c.ID).In(d.Unit)) > 0 || a.System != ""
		for i, x := range s.Contributions {
			if !whole && !seen[x.Unit] {
				s.Contributions[i] = poverty.Contribution{Duty: x.Duty, Unit: x.Unit, UnitName: x.UnitName, Version: x.Version}
			}
		}
		return nil
	})
	return s, err
}

// sheet reads what a report is filled in from, as the program.
func (b *book) sheet(ctx context.Context, d poverty.Duty) (poverty.ReportSheet, error) {
	s := poverty.ReportSheet{Role: b.cycle.Rules.Units[d.Unit].Role}
	if d.Kind == poverty.DutyGroupPlan {
		s.Ledger = map[string]int64{}
		return s, nil // a text of its own, with no figures of any period
	}
	p, err := b.period(ctx, d.Period)
	if err != nil {
		return s, err
	}
	s.Period = *p
	if s.Form, err = reportForm(ctx, b.tx, d.Cycle, p.Form); err != nil {
		return s, err
	}
	said, err := b.said(ctx, *p, []poverty.UnitID{d.Unit})
	if err != nil {
		return s, err
	}
	s.Ledger = s.Form.Ledger(s.Role, said[d.Unit])
	came, err := contributions(ctx, b.tx, d.ID)
	if err != nil {
		return s, err
	}
	by := map[poverty.UnitID]poverty.Contribution{}
	for _, x := range came {
		by[x.Unit] = x
	}
	members := b.cycle.Rules.Contributors(d.Unit)
	if len(members) == 0 {
		return s, nil
	}
	names, err := unitNames(ctx, b.tx, members, calendar.DateOf(d.OpenedAt))
	if err != nil {
		return s, err
	}
	for _, unit := range members {
		x, ok := by[unit]
		if !ok {
			x = poverty.Contribution{Duty: d.ID, Unit: unit}
		}
		x.UnitName = names[unit]
		s.Contributions = append(s.Contributions, x)
	}
	return s, nil
}

// unitNames returns what units were called on a day; a unit without a name of
// that day goes by its code.
func unitNames(ctx context.Context, tx pgx.Tx, units []poverty.UnitID, on calendar.Date) (map[poverty.UnitID]string, error) {
	names := make(map[poverty.UnitID]string, len(units))
	for _, u := range units {
		names[u] = string(u)
	}
	rows, err := tx.Query(ctx, "select unit_id, name from unit_versions where unit_id = any ($1) and daterange(valid_from, valid_to, '[]') @> $2::date", units, on)
	if err != nil {
		return nil, err
	}
	var unit poverty.UnitID
	var name string
	_, err = pgx.ForEachRow(rows, []any{&unit, &name}, func() error { names[unit] = name; return nil })
	return names, err
}

// end is the instant at which what a period counts is over; nil where it counts
// to the end.
func end(p poverty.Period) *time.Time {
	if p.CountsTo.IsZero() {
		return nil
	}
	return new(calendar.OverdueAt(p.CountsTo))
}

// leading is the groups and their leads, as the queries below read them.
func (b *book) leading() ([]byte, error) {
	type led struct {
		Code string         `json:"code"`
		Lead poverty.UnitID `json:"lead"`
	}
	list := []led{}
	for _, g := range b.cycle.Rules.Groups {
		list = append(list, led{g.Code, g.Lead})
	}
	return json.Marshal(list)
}

// said asks every source for all units at once. What counts for a unit are the
// components in a commune, those of the unit in charge, and those of the groups
// that it leads.
func (b *book) said(ctx context.Context, p poverty.Period, units []poverty.UnitID) (map[poverty.UnitID]map[poverty.Source]int64, error) {
	groups, err := b.leading()
	if err != nil {
		return nil, err
	}
	said := make(map[poverty.UnitID]map[poverty.Source]int64, len(units))
	for _, u := range units {
		said[u] = map[poverty.Source]int64{
			poverty.SourceHouseholds: 0, poverty.SourceValue: 0, poverty.SourceDeliveries: 0, poverty.SourceAudiences: 0, poverty.SourceStarted: 0, poverty.SourceContacts: 0,
		}
	}
	rows, err := b.tx.Query(ctx, `
		with scope as (
			select s.unit_id, s.component_id
			from (select commune_id as unit_id, id as component_id from components where cycle_id = @cycle
			      union
			      select unit_id, id from components where cycle_id = @cycle
			      union
			      select g.lead, c.id from components c join jsonb_to_recordset(@groups) as g (code text, lead text) on g.code = c.group_code
			      where c.cycle_id = @cycle) s
			where s.unit_id = any (@units)
		), lines as (
			select d.component_id, d.household_id, sum(case when d.corrects is null then 1 else -1 end) as handovers, sum(d.value) as value
			from deliveries d
			where d.component_id in (select component_id from scope) and d.day >= @from and (@to::date is null or d.day <= @to)
			group by d.component_id, d.household_id
		), firsts as (
			select d.component_id from deliveries d
			where d.component_id in (select component_id from scope) and d.corrects is null
			      and not exists (select from deliveries x where x.corrects = d.id)
			group by d.component_id
			having min(d.day) >= @from and (@to::date is null or min(d.day) <= @to)
		)
		select s.unit_id, count(distinct l.household_id) filter (where l.handovers > 0), coalesce(sum(l.value), 0)::bigint,
		       coalesce(sum(l.handovers), 0)::bigint, coalesce(sum(l.handovers) filter (where l.household_id is null), 0)::bigint,
		       count(distinct f.component_id)
		from scope s
		left join lines l on l.component_id = s.component_id
		left join firsts f on f.component_id = s.component_id
		group by s.unit_id`,
		pgx.StrictNamedArgs{"cycle": b.cycle.ID, "groups": groups, "units": units, "from": p.CountsFrom, "to": day(p.CountsTo)})
	if err != nil {
		return nil, err
	}
	var unit poverty.UnitID
	var households, value, handovers, audiences, started int64
	if _, err := pgx.ForEachRow(rows, []any{&unit, &households, &value, &handovers, &audiences, &started}, func() error {
		s := said[unit]
		s[poverty.SourceHouseholds], s[poverty.SourceValue], s[poverty.SourceDeliveries] = households, value, handovers
		s[poverty.SourceAudiences], s[poverty.SourceStarted] = audiences, started
		return nil
	}); err != nil {
		return nil, err
	}
	rows, err = b.tx.Query(ctx, `
		select u.unit_id, count(*)
		from unnest($2::text[]) u (unit_id)
		join meetings m on m.cycle_id = $1 and u.unit_id in (m.unit_id, m.about_id)
		where m.kind = 'contact' and m.state = 'held' and m.starts_at >= $3 and ($4::timestamptz is null or m.starts_at < $4)
		group by u.unit_id`, b.cycle.ID, units, p.CountsFrom.Start(), end(p))
	if err != nil {
		return nil, err
	}
	var contacts int64
	if _, err := pgx.ForEachRow(rows, []any{&unit, &contacts}, func() error {
		said[unit][poverty.SourceContacts] = contacts
		return nil
	}); err != nil {
		return nil, err
	}
	rows, err = b.tx.Query(ctx, `
		select unit_id, count(*) filter (where declared = 'poor'), count(*) filter (where declared = 'near_poor')
		from households where cycle_id = $1 and unit_id = any ($2) group by unit_id`, b.cycle.ID, units)
	if err != nil {
		return nil, err
	}
	var poor, near int64
	_, err = pgx.ForEachRow(rows, []any{&unit, &poor, &near}, func() error {
		said[unit][poverty.SourcePoor], said[unit][poverty.SourceNearPoor] = poor, near
		return nil
	})
	return said, err
}
