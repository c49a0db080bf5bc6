package documents

import (
	"slices"
	"strings"

	"dondoc/poverty"
)

// committee reads who of which steering committee looks after which areas: a
// commune by its code, or one of its hamlets as code/hamlet.
func (rd *reader) committee(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["committee"].rows {
		unit := poverty.UnitID(row.need("unit"))
		i := slices.IndexFunc(r.New.Committees, func(c poverty.Committee) bool { return c.Unit == unit })
		if i < 0 {
			i = len(r.New.Committees)
			r.New.Committees = append(r.New.Committees, poverty.Committee{Unit: unit})
		}
		known := p.known("units") && r.New.Cycle.Owner != ""
		if unit != r.New.Cycle.Owner && r.New.Cycle.Rules.Units[unit].Role != roleCommune && unit != "" && known {
			row.problem("unit", "cyclefile.no_committee", "unit", string(unit), "owner", string(r.New.Cycle.Owner))
		}
		m := poverty.CommitteeMember{
			Name: row.need("name"), Title: row.get("title"), Office: poverty.OfficeID(row.get("office")), From: row.date("from"), Until: row.date("until"),
		}
		if m.Office != "" && p.known("offices") && !slices.ContainsFunc(r.New.Offices, func(o poverty.Office) bool { return o.ID == m.Office }) {
			row.problem("office", "cyclefile.unknown_office", "office", string(m.Office))
		}
		if !m.From.IsZero() && !m.Until.IsZero() && m.Until.Before(m.From) {
			row.problem("until", "cyclefile.ends_before", "from", m.From, "to", m.Until)
		}
		for _, v := range row.list("areas") {
			name, hamlet, _ := strings.Cut(v, "/")
			a := poverty.Area{Unit: poverty.UnitID(clean(name)), Hamlet: clean(hamlet)}
			switch {
			case !known:
			case r.New.Cycle.Rules.Units[a.Unit].Role != roleCommune, unit != r.New.Cycle.Owner && a.Unit != unit:
				row.problem("areas", "cyclefile.bad_area", "value", v)
			case a.Hamlet != "" && !r.New.HasHamlet(a.Unit, a.Hamlet):
				row.problem("areas", "cyclefile.unknown_hamlet", "thon", a.Hamlet, "unit", string(a.Unit))
			}
			m.Areas = append(m.Areas, a)
		}
		r.New.Committees[i].Members = append(r.New.Committees[i].Members, m)
	}
}
