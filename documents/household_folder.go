package documents

import (
	"slices"
	"strings"

	"dondoc/poverty"
)

// household is one row of households.csv as it is counted against the targets.
type household struct {
	row     int
	commune poverty.UnitID
	class   poverty.Class
	group   poverty.PolicyGroup
}

// What a household of a cycle's folder may be and may need; the store knows
// further needs that an owner has added.
var (
	householdClasses = []string{string(poverty.ClassPoor), string(poverty.ClassNearPoor), string(poverty.ClassNotPoor)}
	policyGroupCodes = []string{string(poverty.PolicyEligible), string(poverty.PolicyHardCore)}
	householdNeeds   = []string{
		"housing", "latrine", "crops", "livestock", "production_land", "loan", "vocational_training", "job", "labour_export",
		"health_insurance", "schooling", "water", "information", "legal_aid", "other",
	}
)

// folderNames are the columns of households.csv that are not named as the
// fields of a sheet are.
var folderNames = map[string]string{"unit": "commune", "hamlet": "thon", "declared": "class"}

// households reads the register with which a cycle starts. A sheet must keep the
// rules that the store keeps.
func (rd *reader) households(r *poverty.Rehearsal, p *places) {
	seen := map[string]int{}
	hamlets := map[poverty.Hamlet]bool{}
	var rows []row
	for _, row := range p.tables["households"].rows {
		code := row.need("code")
		if first, twice := seen[code]; twice && code != "" {
			row.problem("code", "cyclefile.duplicate", "value", code, "row", first)
		} else {
			seen[code] = row.n
		}
		h := row.household()
		p.households = append(p.households, household{row.n, h.Unit, h.Declared, h.PolicyGroup})
		r.New.Households = append(r.New.Households, h)
		rows = append(rows, row)
		if hamlet := (poverty.Hamlet{Unit: h.Unit, Code: h.Hamlet, Name: h.Hamlet}); !hamlets[hamlet] {
			hamlets[hamlet] = true
			r.New.Hamlets = append(r.New.Hamlets, hamlet)
		}
	}
	rd.sheets(r, rows)
}

func (r row) household() poverty.Household {
	for _, column := range []string{"thon", "head", "members", "class"} {
		r.need(column)
	}
	if n := r.count("members"); n < 1 && r.get("members") != "" {
		r.problem("members", "cyclefile.bad_number", "value", r.get("members"))
	}
	h := poverty.Household{
		Unit: poverty.UnitID(r.need("commune")), Hamlet: r.get("thon"), Code: r.get("code"), Head: r.get("head"),
		HeadBorn: r.count("head_born"), HeadFemale: r.yes("head_female"), Members: r.count("members"), Children: r.count("children"),
		Elderly: r.count("elderly"), Workers: r.count("workers"), Disabled: r.count("disabled"), Ethnic: r.yes("ethnic"),
		PolicyFamily: r.yes("policy_family"), Urban: r.yes("urban"), ProductionLand: r.count("production_land"),
		Income: int64(r.count("income")), Points: r.count("points"), Deprived: r.list("deprived"),
		Declared: poverty.Class(r.oneOf("class", householdClasses...)), PolicyGroup: poverty.PolicyGroup(r.oneOf("policy_group", policyGroupCodes...)),
		Causes: r.list("causes"), CauseOther: r.get("cause_other"), Needs: r.list("needs"), Note: r.get("note"),
	}
	if h.Declared != poverty.ClassNotPoor {
		r.need("causes")
	}
	r.allOf("causes", poverty.Causes)
	r.allOf("needs", householdNeeds)
	if slices.Contains(h.Causes, "other") && h.CauseOther == "" {
		h.CauseOther = "khác"
	}
	return h
}

// sheets checks the sheets of a register as the store will.
func (rd *reader) sheets(r *poverty.Rehearsal, rows []row) {
	standard, ok := r.New.Cycle.Standard()
	if !ok {
		return
	}
	register := poverty.Register{
		Scope: poverty.RegisterScope{Cycle: r.New.Cycle.ID}, Year: r.New.Cycle.Year, Standard: standard,
		Hamlets: map[poverty.UnitID]map[string]string{}, Needs: map[string]bool{},
	}
	for _, code := range householdNeeds {
		register.Needs[code] = true
	}
	for _, h := range r.New.Hamlets {
		if register.Hamlets[h.Unit] == nil {
			register.Hamlets[h.Unit] = map[string]string{}
		}
		register.Hamlets[h.Unit][h.Code] = h.Name
	}
	bad := map[cell]bool{}
	for _, problem := range rd.problems {
		bad[cell{problem.File, problem.Row, problem.Column}] = true
	}
	for i, h := range r.New.Households {
		_, wrong := register.Sheet(h)
		for _, problem := range wrong {
			column := problem.Column
			if name, ok := folderNames[column]; ok {
				column = name
			}
			if row := rows[i]; !bad[cell{row.t.file, row.n, column}] {
				row.problem(column, problem.Key, problem.Args...)
			}
		}
	}
}

func (r row) allOf(column string, allowed []string) {
	for _, v := range r.list(column) {
		if !slices.Contains(allowed, v) {
			r.problem(column, "cyclefile.bad_value", "value", v, "allowed", strings.Join(allowed, ", "))
		}
	}
}
