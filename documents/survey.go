package documents

import (
	"slices"

	"dondoc/poverty"
)

// stageCase is the stage of a row that tells of a case of the year.
const stageCase = "case"

// survey reads what the survey of the year finds, household by household.
func (rd *reader) survey(r *poverty.Rehearsal, p *places) {
	known := map[string]poverty.Household{}
	for _, h := range r.New.Households {
		known[string(h.Unit)+"/"+h.Code] = h
	}
	seen := map[string]int{}
	movements := make([]string, len(poverty.Movements))
	for i, m := range poverty.Movements {
		movements[i] = string(m)
	}
	for _, row := range p.tables["survey"].rows {
		f := poverty.Found{Row: row.n, Stage: row.oneOf("stage", stageCase, poverty.StagePreliminary, poverty.StageOfficial, poverty.StageAgain),
			Cause: row.oneOf("cause", poverty.CaseCauses...)}
		for _, column := range []string{"stage", "code", "class", "movement"} {
			row.need(column)
		}
		f.Household = poverty.SurveyRow{
			Unit: poverty.UnitID(row.need("commune")), Code: row.get("code"), Hamlet: row.get("thon"), Head: row.get("head"), HeadBorn: row.count("born"),
			Result:  poverty.Class(row.oneOf("class", string(poverty.ClassPoor), string(poverty.ClassNearPoor), string(poverty.ClassNotPoor))),
			Members: row.count("members"), Movement: poverty.Movement(row.oneOf("movement", movements...)),
			Reason: row.oneOf("reason", slices.Concat(poverty.GoneReasons, poverty.CameReasons)...), Note: row.get("note"), Start: poverty.ClassNotPoor,
		}
		key := f.Stage + "/" + string(f.Household.Unit) + "/" + f.Household.Code
		if first, twice := seen[key]; twice {
			row.problem("code", "cyclefile.duplicate", "value", f.Household.Code, "row", first)
		}
		seen[key] = row.n
		h, ok := known[string(f.Household.Unit)+"/"+f.Household.Code]
		if ok {
			f.Household.Start = h.Declared
		} else if f.Household.Hamlet == "" || f.Household.Head == "" {
			row.problem("code", "cyclefile.unknown_household", "code", f.Household.Code)
		}
		if f.Household.Movement != "" && f.Household.Result != "" && !slices.Contains(poverty.FittingMovements(f.Household.Start, f.Household.Result), f.Household.Movement) {
			row.problem("movement", "cyclefile.movement_differs", "movement", string(f.Household.Movement), "from", string(f.Household.Start), "to", string(f.Household.Result))
		}
		if f.Stage == stageCase && f.Cause == "" {
			row.need("cause")
		}
		r.Survey = append(r.Survey, f)
	}
}
