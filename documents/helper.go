package documents

import (
	"cmp"
	"fmt"
	"slices"

	"dondoc/poverty"
)

// The acts that the lists of helpers, mentors and visits make lines of the
// script of.
const (
	actAssignHelpers = "assign-helpers"
	actAddMentor     = "add-mentor"
	actLogVisit      = "log-visit"
)

var (
	helpersList = list{
		name:     "helpers",
		required: []string{"at", "office", "household"},
		optional: []string{"kind", "helper", "other", "needs", "agreed", "from", "until", "basis"},
		dates:    []string{"at", "agreed", "from", "until"},
	}
	mentorsList = list{
		name:     "mentors",
		required: []string{"at", "office", "household", "name", "organisation", "from"},
		optional: []string{"until"},
		dates:    []string{"at", "from", "until"},
	}
	visitsList = list{
		name:     "visits",
		required: []string{"at", "office", "household", "mentor", "day", "found"},
		dates:    []string{"at", "day"},
	}
)

var helperKinds = []string{string(poverty.HelperUnit), string(poverty.HelperUnion), string(poverty.HelperHouseholds)}

// helpers makes lines of the script of who helps which household, who mentors
// it and who visited it. Rows that follow one another and differ by the
// household alone are one act.
func (rd *reader) helpers(r *poverty.Rehearsal, p *places) {
	known := map[string]poverty.Household{}
	for _, h := range r.New.Households {
		known[h.Code] = h
	}
	commune := func(row row) (string, poverty.UnitID) {
		code := row.need("household")
		h, ok := known[code]
		if !ok && code != "" && p.known("households") {
			row.problem("household", "cyclefile.no_household", "household", code)
		}
		return code, h.Unit
	}
	line := func(row row, act string, unit poverty.UnitID) poverty.Line {
		row.need("at")
		return poverty.Line{Row: row.n, At: row.instant("at"), Office: poverty.OfficeID(row.need("office")), Act: act, Unit: unit}
	}
	last := ""
	for _, row := range p.tables["helpers"].rows {
		code, unit := commune(row)
		n := poverty.NewHelpers{
			Cycle: r.New.Cycle.ID, Unit: unit, Kind: poverty.HelperKind(row.oneOf("kind", helperKinds...)), Helper: poverty.UnitID(row.get("helper")),
			Other: row.get("other"), Agreed: row.date("agreed"), From: row.date("from"), Until: row.date("until"), Basis: row.get("basis"),
		}
		row.allOf("needs", householdNeeds)
		n.Needs = row.list("needs")
		n.Wanted = n.Kind == "" && n.Helper == "" && n.Other == ""
		if n.Kind == "" && !n.Wanted {
			n.Kind = poverty.HelperUnit
		}
		l := line(row, actAssignHelpers, unit)
		same := fmt.Sprint(l.At, l.Office, n)
		if i := len(r.Script) - 1; same == last && i >= 0 {
			r.Script[i].Helpers.Households = append(r.Script[i].Helpers.Households, code)
			continue
		}
		last, n.Households = same, []string{code}
		l.Helpers = &n
		r.Script = append(r.Script, l)
	}
	for _, row := range p.tables["mentors"].rows {
		code, unit := commune(row)
		l := line(row, actAddMentor, unit)
		l.Mentor = &poverty.Mentor{
			Cycle: r.New.Cycle.ID, Unit: unit, Code: code, Name: row.need("name"), Organisation: row.need("organisation"), From: row.date("from"), Until: row.date("until"),
		}
		r.Script = append(r.Script, l)
	}
	for _, row := range p.tables["visits"].rows {
		code, unit := commune(row)
		l := line(row, actLogVisit, unit)
		l.Mentor = &poverty.Mentor{Cycle: r.New.Cycle.ID, Unit: unit, Code: code, Name: row.need("mentor")}
		l.Visit = &poverty.Visit{Day: row.date("day"), Found: row.need("found"), Key: fmt.Sprint("visits/", row.n)}
		r.Script = append(r.Script, l)
	}
	slices.SortStableFunc(r.Script, func(a, b poverty.Line) int { return a.At.Compare(b.At) })
}

// checkHelp looks at a line that the lists of helpers, mentors and visits made.
func (s lineChecker) checkHelp() {
	s.file = s.p.file(map[string]string{actAssignHelpers: "helpers", actAddMentor: "mentors", actLogVisit: "visits"}[s.l.Act])
	if !s.actsThen("at", "office") || !s.p.rulesKnown() || !s.p.known("units") {
		return
	}
	var err error
	switch s.l.Act {
	case actAssignHelpers:
		err = s.l.Helpers.Check(s.r.New.Cycle)
	case actAddMentor:
		err = s.l.Mentor.Check()
	case actLogVisit:
		if !slices.ContainsFunc(s.r.Script, func(l poverty.Line) bool {
			return l.Act == actAddMentor && l.Mentor.Code == s.l.Mentor.Code && l.Mentor.Name == s.l.Mentor.Name
		}) {
			s.wrong("mentor", "cyclefile.no_mentor", "name", s.l.Mentor.Name, "household", s.l.Mentor.Code)
		}
	}
	if err != nil {
		e := poverty.Refusal(err)
		s.wrong(cmp.Or(e.Field, "household"), e.Key, e.Args...)
	}
}

// shiftHelp moves the days of who helps, mentors and visits.
func shiftHelp(l poverty.Line, months int, id poverty.CycleID) poverty.Line {
	if l.Helpers != nil {
		n := *l.Helpers
		n.Cycle, n.Agreed, n.From, n.Until = id, n.Agreed.AddMonths(months), n.From.AddMonths(months), shiftEnd(n.Until, months)
		l.Helpers = &n
	}
	if l.Mentor != nil {
		m := *l.Mentor
		m.Cycle, m.From, m.Until = id, m.From.AddMonths(months), shiftEnd(m.Until, months)
		l.Mentor = &m
	}
	if l.Visit != nil {
		v := *l.Visit
		v.Day = v.Day.AddMonths(months)
		l.Visit = &v
	}
	return l
}
