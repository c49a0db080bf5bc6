package documents

import (
	"slices"
	"strings"

	"dondoc/poverty"
)

// totalRow is the name in the unit column of a row that sums the others.
const totalRow = "total"

// targetNames are the columns of targets.csv that are not named as the domain
// names them: as the source abbreviates (seed 002).
var targetNames = map[poverty.TargetColumn]string{poverty.ColumnPolicy: "csgn", poverty.ColumnHardCore: "hardcore"}

// targetName returns the column of targets.csv for one of the table.
func targetName(c poverty.TargetColumn) string {
	name, ok := targetNames[c.Of()]
	if !ok {
		name = string(c.Of())
	}
	if c.IsRate() {
		name += "_pct"
	}
	return name
}

var dashes = strings.NewReplacer("–", "-", "—", "-", " ", "")

// span reads "30" or "30-40" with one reader for either end.
func span(s string, read func(string) (int, bool)) (low, high int, ok bool) {
	from, to, two := strings.Cut(dashes.Replace(s), "-")
	if low, ok = read(from); !ok || !two {
		return low, low, ok
	}
	high, ok = read(to)
	return low, high, ok && low <= high
}

func (rd *reader) targets(r *poverty.Rehearsal, p *places) {
	r.New.Totals.Printed = map[poverty.TargetColumn]string{}
	var totals []row
	for _, row := range p.tables["targets"].rows {
		t := poverty.Target{Cycle: r.New.Cycle.ID, Unit: poverty.UnitID(row.need("unit")), Note: row.get("note"), Printed: map[poverty.TargetColumn]string{}}
		if t.Unit == totalRow {
			totals = append(totals, row)
			continue
		}
		for _, c := range poverty.TargetCounts {
			t.Set(c, row.count(targetName(c)))
		}
		row.printed(t.Printed, poverty.ColumnPoorEnd)
		row.parts(t)
		r.New.Targets = append(r.New.Targets, t)
		p.targets = append(p.targets, row.n)
	}
	for _, row := range totals {
		row.printed(r.New.Totals.Printed, poverty.TargetCounts...)
		if v := row.get("expected_new"); v != "" {
			delete(r.New.Totals.Printed, poverty.ColumnExpectedNew)
			var ok bool
			if r.New.Totals.NewLow, r.New.Totals.NewHigh, ok = span(v, parseCount); !ok {
				row.problem("expected_new", "cyclefile.bad_range", "value", v)
			}
		}
	}
	rd.figures(r, p)
	for _, d := range poverty.NewTargetTable(r.New.Targets, r.New.Totals).Differences() {
		at := 0
		if i := slices.IndexFunc(r.New.Targets, func(t poverty.Target) bool { return t.Unit == d.Unit }); i >= 0 && d.Unit != "" {
			at = rowOf(p.targets, i)
		} else if len(totals) > 0 {
			at = totals[0].n
		}
		key, args := "cyclefile.printed_count", []any{"printed", d.Printed, "computed", d.Computed}
		if d.Column.IsRate() {
			key, args = "cyclefile.printed_percent", []any{"printed", hundredths(d.Printed), "computed", hundredths(d.Computed)}
		}
		rd.warn(p.file("targets"), at, targetName(d.Column), key, args...)
	}
}

// printed keeps what a row prints besides its counts: percentages, and those
// counts that are computed.
func (r row) printed(into map[poverty.TargetColumn]string, counts ...poverty.TargetColumn) {
	for _, c := range counts {
		if v := r.get(targetName(c)); v != "" && c != poverty.ColumnExpectedNew {
			if _, ok := poverty.ParsePrinted(c, v); !ok {
				r.problem(targetName(c), "cyclefile.bad_number", "value", v)
				continue
			}
			into[c] = v
		}
	}
	for _, count := range poverty.TargetRates {
		c := count.Rate()
		v := r.get(targetName(c))
		if v == "" {
			continue
		}
		if _, ok := poverty.ParsePrinted(c, v); !ok {
			r.problem(targetName(c), "cyclefile.bad_percent", "value", v)
			continue
		}
		into[c] = strings.Replace(v, ".", ",", 1)
	}
}

// parts tells what the counts of a row say against each other.
func (r row) parts(t poverty.Target) {
	for _, problem := range t.Check() {
		r.problem(targetName(poverty.TargetColumn(problem.Column)), problem.Key, problem.Args...)
	}
}

// figures reads the percentages that the text of a source prints.
func (rd *reader) figures(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["figures"].rows {
		f := poverty.Figure{
			Label: row.need("label"), LabelEN: row.get("label_en"), Part: row.count("part"), Base: row.count("base"),
			Printed: strings.Replace(row.need("printed"), ".", ",", 1), Source: row.get("source"),
		}
		row.need("part")
		row.need("base")
		if _, ok := poverty.ParseHundredths(f.Printed); !ok && f.Printed != "" {
			row.problem("printed", "cyclefile.bad_percent", "value", f.Printed)
		} else if computed, ok := f.Computed(); !ok || f.Part > f.Base {
			row.problem("part", "cyclefile.bad_part", "part", f.Part, "base", f.Base)
		} else if f.Differs() {
			printed, _ := poverty.ParseHundredths(f.Printed)
			rd.warn(row.t.file, row.n, "printed", "cyclefile.printed_percent", "printed", hundredths(printed), "computed", hundredths(computed))
		}
		r.New.Totals.Figures = append(r.New.Totals.Figures, f)
	}
}

// hundredths is a number of hundredths as a decimal for a message.
func hundredths(n int) float64 { return float64(n) / 100 }

// shares reads what communes allot of their targets, to hamlets or bodies.
func (rd *reader) shares(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["shares"].rows {
		unit := poverty.UnitID(row.need("commune"))
		i := slices.IndexFunc(r.New.Shares, func(s poverty.Shares) bool { return s.Unit == unit })
		if i < 0 {
			i = len(r.New.Shares)
			r.New.Shares = append(r.New.Shares, poverty.Shares{Unit: unit})
		}
		if !slices.ContainsFunc(r.New.Targets, func(t poverty.Target) bool { return t.Unit == unit }) && unit != "" && p.known("targets") {
			row.problem("commune", "cyclefile.without_target", "unit", string(unit))
		}
		one := poverty.Share{
			Hamlet: row.get("thon"), Body: row.get("body"), ToLeave: row.count("to_leave"), NearToLeave: row.count("near_to_leave"), Note: row.get("note"),
		}
		switch {
		case (one.Hamlet == "") == (one.Body == ""):
			row.problem("thon", "cyclefile.one_of", "other", "body")
		case one.Hamlet != "" && !r.New.HasHamlet(unit, one.Hamlet):
			row.problem("thon", "cyclefile.unknown_hamlet", "thon", one.Hamlet, "unit", string(unit))
		case slices.ContainsFunc(r.New.Shares[i].List, func(s poverty.Share) bool { return s.Hamlet == one.Hamlet && s.Body == one.Body }):
			row.problem("thon", "cyclefile.share_twice", "value", one.Hamlet+one.Body)
		}
		r.New.Shares[i].List = append(r.New.Shares[i].List, one)
	}
}
