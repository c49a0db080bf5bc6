package documents

import (
	"slices"
	"strconv"

	"dondoc/poverty"
)

var (
	plansList = list{
		name:     "plans",
		required: []string{"household", "goal"},
		optional: []string{"round", "causes", "cause_other", "needs", "registered", "note"},
		dates:    []string{"registered"},
		numbers:  []string{"round"},
	}
	measuresList = list{
		name:     "measures",
		required: []string{"household", "kind", "what", "term"},
		optional: []string{"round", "need", "quantity", "measure", "helper", "helper_other"},
		dates:    []string{"term"},
		numbers:  []string{"round", "quantity"},
	}
	remarksList = list{
		name:     "remarks",
		required: []string{"commune", "round", "text"},
		optional: []string{"household", "field", "answer"},
		numbers:  []string{"round"},
	}
)

// goalOut takes a household out of the plan from a round on.
const goalOut = "out"

// The kinds of support that a cycle's folder may name; the store knows further
// ones that an owner has added.
var componentKinds = []string{
	"livestock", "crops", "model", "production_land", "labour_days", "green_fence", "housing", "latrine", "water", "loan", "training",
	"vocational_training", "job", "labour_export", "health_insurance", "schooling", "information", "legal_aid", "relief", "social_assistance", "other",
}

// plans reads what communes put into their plans, round by round: a row holds
// from its round on.
func (rd *reader) plans(r *poverty.Rehearsal, p *places) {
	known := map[string]poverty.Household{}
	for _, h := range r.New.Households {
		known[h.Code] = h
	}
	household := func(row row) (poverty.Household, bool) {
		code := row.need("household")
		h, ok := known[code]
		if !ok && code != "" && p.known("households") {
			row.problem("household", "cyclefile.no_household", "household", code)
		}
		return h, ok
	}
	round := func(row row) int { return max(row.count("round"), 1) }
	seen := map[string]int{}
	at := map[string]int{} // in r.Plans
	key := func(code string, round int) string { return code + "\x00" + strconv.Itoa(round) }
	goals := []string{goalOut}
	for _, g := range poverty.PlanGoals {
		goals = append(goals, string(g))
	}
	for _, row := range p.tables["plans"].rows {
		h, ok := household(row)
		goal := row.oneOf("goal", goals...)
		row.need("goal")
		row.allOf("causes", poverty.Causes)
		row.allOf("needs", householdNeeds)
		if !ok {
			continue
		}
		l := poverty.PlanLine{Row: row.n, Unit: h.Unit, Round: round(row), Out: goal == goalOut, Household: poverty.PlanHousehold{
			Code: h.Code, Class: h.Declared, Goal: poverty.PlanGoal(goal), Causes: h.Causes, CauseOther: h.CauseOther, Needs: h.Needs,
			Registered: row.date("registered"), Note: row.get("note"),
		}}
		if causes := row.list("causes"); len(causes) > 0 {
			l.Household.Causes, l.Household.CauseOther = causes, row.get("cause_other")
		}
		if needs := row.list("needs"); len(needs) > 0 {
			l.Household.Needs = needs
		}
		if slices.Contains(poverty.PlanGoals, l.Household.Goal) && !l.Household.Goal.Fits(h.Declared) {
			row.problem("goal", "cyclefile.goal_unfit", "goal", goal, "class", string(h.Declared))
		}
		k := key(h.Code, l.Round)
		if first, twice := seen[k]; twice {
			row.problem("household", "cyclefile.duplicate", "value", h.Code, "row", first)
			continue
		}
		seen[k], at[k] = row.n, len(r.Plans)
		r.Plans = append(r.Plans, l)
	}
	for _, row := range p.tables["measures"].rows {
		h, ok := household(row)
		m := poverty.PlanMeasure{
			Need: row.oneOf("need", householdNeeds...), Kind: row.oneOf("kind", componentKinds...), What: row.need("what"),
			Quantity: int64(row.count("quantity")), Measure: row.get("measure"), Term: row.date("term"),
			Helper: poverty.UnitID(row.get("helper")), HelperOther: row.get("helper_other"),
		}
		row.need("kind")
		row.need("term")
		if m.Helper != "" && p.known("units") {
			if _, there := r.New.Cycle.Rules.Units[m.Helper]; !there {
				row.problem("helper", "cyclefile.no_part", "unit", string(m.Helper))
			}
		}
		if !ok {
			continue
		}
		i, planned := at[key(h.Code, round(row))]
		if !planned {
			if p.known("plans") {
				row.problem("household", "cyclefile.not_planned", "household", h.Code, "round", round(row))
			}
			continue
		}
		l := &r.Plans[i].Household
		if m.Need == "" && len(l.Needs) > 0 {
			if m.Need = l.Needs[0]; slices.Contains(l.Needs, m.Kind) {
				m.Need = m.Kind
			}
		}
		l.Measures = append(l.Measures, m)
	}
	fields := slices.Concat(poverty.PlanFields, poverty.PlanParts, []string{"focal", "shortfall"})
	for _, row := range p.tables["remarks"].rows {
		l := poverty.RemarkLine{
			Row: row.n, Unit: poverty.UnitID(row.need("commune")), Answer: row.get("answer"),
			Remark: poverty.PlanRemark{Round: round(row), Code: row.get("household"), Field: row.oneOf("field", fields...), Text: row.need("text")},
		}
		row.need("round")
		if l.Remark.Code != "" {
			if h, ok := household(row); ok && h.Unit != l.Unit {
				row.problem("household", "cyclefile.no_household", "household", l.Remark.Code)
			}
		}
		r.Remarks = append(r.Remarks, l)
	}
}
