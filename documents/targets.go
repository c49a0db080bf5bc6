package documents

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

// totalRow is the name in the unit column of a row that sums the others.
const totalRow = "total"

var countColumns = []string{"households", "poor", "to_leave", "near_poor", "csgn", "hardcore", "poor_end"}

var percentOf = map[string]string{
	"poor_pct": "poor", "near_poor_pct": "near_poor", "csgn_pct": "csgn", "hardcore_pct": "hardcore",
	"to_leave_pct": "to_leave", "poor_end_pct": "poor_end",
}

func (rd *reader) targets(r *poverty.Rehearsal, p *places) {
	sums := map[string]int{}
	var totals []row
	for _, row := range p.tables["targets"].rows {
		unit := row.need("unit")
		counts := map[string]int{}
		for _, column := range countColumns {
			counts[column] = row.count(column)
		}
		row.percentages(counts)
		if unit == totalRow {
			totals = append(totals, row)
			continue
		}
		for column, n := range counts {
			sums[column] += n
		}
		row.parts(counts)
		r.New.Targets = append(r.New.Targets, poverty.Target{
			Cycle: r.New.Cycle.ID, Unit: poverty.UnitID(unit),
			Households: counts["households"], Poor: counts["poor"], ToLeave: counts["to_leave"],
		})
		p.targets = append(p.targets, row.n)
	}
	for _, row := range totals {
		for _, column := range countColumns {
			if v := row.get(column); v != "" && row.count(column) != sums[column] {
				row.problem(column, "cyclefile.total_differs", "printed", row.count(column), "sum", sums[column])
			}
		}
	}
}

// parts checks the counts of one row against each other.
func (r row) parts(n map[string]int) {
	if n["poor"]+n["near_poor"] > n["households"] {
		r.problem("poor", "cyclefile.more_than_households", "poor", n["poor"]+n["near_poor"], "households", n["households"])
	}
	if n["to_leave"] > n["poor"] {
		r.problem("to_leave", "cyclefile.more_than_poor", "to_leave", n["to_leave"], "poor", n["poor"])
	}
	if r.get("csgn") != "" && r.get("hardcore") != "" && n["csgn"]+n["hardcore"] != n["poor"] {
		r.problem("hardcore", "cyclefile.parts_differ", "parts", n["csgn"]+n["hardcore"], "poor", n["poor"])
	}
	if r.get("poor_end") != "" && n["poor_end"] != n["poor"]-n["to_leave"] {
		r.problem("poor_end", "cyclefile.parts_differ", "parts", n["poor_end"]+n["to_leave"], "poor", n["poor"])
	}
}

var percent = regexp.MustCompile(`^(\d{1,3})(?:[.,](\d{1,2}))?$`)

// percentages compares the percentages that a source prints with those that
// its counts give, rounded half up. What is printed stays in the file.
func (r row) percentages(n map[string]int) {
	for _, column := range targetsList.optional {
		of, ok := percentOf[column]
		v := r.get(column)
		if !ok || v == "" {
			continue
		}
		m := percent.FindStringSubmatch(v)
		if m == nil {
			r.problem(column, "cyclefile.bad_percent", "value", v)
			continue
		}
		if n["households"] == 0 {
			continue
		}
		printed, _ := strconv.Atoi(m[1] + (m[2] + "00")[:2])
		computed := (2*10000*n[of] + n["households"]) / (2 * n["households"])
		if printed != computed {
			r.t.rd.warn(r.t.file, r.n, column, "cyclefile.printed_percent",
				"printed", hundredths(printed), "computed", hundredths(computed))
		}
	}
}

// hundredths is a number of hundredths as a decimal for a message.
func hundredths(n int) float64 { return float64(n) / 100 }

// household is one row of households.csv as it is counted against the targets.
type household struct {
	row     int
	commune poverty.UnitID
	class   string
}

// What a household of a cycle's folder may be and may need; the store knows
// further needs that an owner has added.
var (
	householdClasses = []string{"poor", "near_poor"}
	householdNeeds   = []string{
		"housing", "latrine", "crops", "livestock", "production_land", "loan", "vocational_training", "job", "labour_export",
		"health_insurance", "schooling", "water", "information", "legal_aid", "other",
	}
)

func (rd *reader) households(r *poverty.Rehearsal, p *places) {
	seen := map[string]int{}
	hamlets := map[poverty.Hamlet]bool{}
	for _, row := range p.tables["households"].rows {
		code := row.need("code")
		if first, twice := seen[code]; twice && code != "" {
			row.problem("code", "cyclefile.duplicate", "value", code, "row", first)
		} else {
			seen[code] = row.n
		}
		row.need("thon")
		row.need("head")
		row.need("members")
		row.need("class")
		row.need("causes")
		if n := row.count("members"); n < 1 && row.get("members") != "" {
			row.problem("members", "cyclefile.bad_number", "value", row.get("members"))
		}
		row.allOf("causes", poverty.Causes)
		row.allOf("needs", householdNeeds)
		h := poverty.Household{
			Unit: poverty.UnitID(row.need("commune")), Hamlet: row.get("thon"), Code: code, Head: row.get("head"), Members: row.count("members"),
			Declared: poverty.Class(row.oneOf("class", householdClasses...)), Causes: row.list("causes"), Needs: row.list("needs"),
		}
		p.households = append(p.households, household{row.n, h.Unit, string(h.Declared)})
		if slices.Contains(h.Causes, "other") {
			h.CauseOther = "khác"
		}
		r.New.Households = append(r.New.Households, h)
		if hamlet := (poverty.Hamlet{Unit: h.Unit, Code: h.Hamlet, Name: h.Hamlet}); !hamlets[hamlet] {
			hamlets[hamlet] = true
			r.New.Hamlets = append(r.New.Hamlets, hamlet)
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
