package documents

import (
	"slices"
	"strconv"
	"strings"

	"dondoc/poverty"
)

// funds reads what funds of earlier years, or of this one, hold when the cycle
// begins.
func (rd *reader) funds(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["funds"].rows {
		row.need("year")
		row.need("amount")
		r.New.Funds = append(r.New.Funds, poverty.FundMove{
			Verb: poverty.FundOpen, Cycle: r.New.Cycle.ID, Code: row.need("fund"), Unit: poverty.UnitID(row.need("unit")),
			Name: row.need("name"), Year: row.count("year"), Amount: row.money("amount"), Basis: row.get("basis"),
		})
		p.funds = append(p.funds, row.n)
	}
}

// components reads the components with which the cycle begins; quantities are
// whole numbers of their measure, values whole đồng.
func (rd *reader) components(r *poverty.Rehearsal, p *places) {
	for _, row := range p.tables["components"].rows {
		r.New.Components = append(r.New.Components, poverty.ComponentDraft{
			Component: poverty.Component{
				Cycle: r.New.Cycle.ID, Code: row.need("component"), Unit: poverty.UnitID(row.need("unit")), Group: row.get("group"),
				Commune: poverty.UnitID(row.need("commune")), Kind: row.need("kind"), Title: row.need("title"),
				Quantity: 1000 * int64(row.count("quantity")), Measure: row.get("measure"), Value: row.money("value"),
				Programme: row.get("programme"), Share: row.count("share"), StartBy: row.date("start_by"), EndBy: row.date("end_by"),
				StartDuty: row.get("start_duty"),
			},
			FundCode: row.get("fund"), Households: row.list("households"),
		})
		p.components = append(p.components, row.n)
	}
}

// money reads a sum in whole đồng.
func (r row) money(column string) int64 {
	v := r.get(column)
	if v == "" {
		return 0
	}
	plain := v
	if grouped.MatchString(v) {
		plain = strings.ReplaceAll(v, ".", "")
	}
	n, err := strconv.ParseUint(plain, 10, 50)
	if err != nil {
		r.problem(column, "cyclefile.bad_number", "value", v)
	}
	return int64(n)
}

func (c *checker) checkComponents() {
	file, seen := c.p.file("funds"), map[string]int{}
	for i, f := range c.r.New.Funds {
		row := rowOf(c.p.funds, i)
		c.code(file, row, "fund", f.Code, seen)
		c.unknownUnit(file, row, "unit", f.Unit)
	}
	funds := seen
	households := map[string]poverty.UnitID{}
	for _, h := range c.r.New.Households {
		households[h.Code] = h.Unit
	}
	file, seen = c.p.file("components"), map[string]int{}
	for i, d := range c.r.New.Components {
		row := rowOf(c.p.components, i)
		c.code(file, row, "component", d.Code, seen)
		c.unknownUnit(file, row, "unit", d.Unit)
		if _, ok := funds[d.FundCode]; !ok && d.FundCode != "" && c.p.known("funds") {
			c.problem(file, row, "fund", "cyclefile.unknown_fund", "fund", d.FundCode)
		}
		if !c.p.known("units") || !c.p.rulesKnown() || d.Code == "" {
			continue
		}
		columns := map[string]string{"code": "component"}
		for _, wrong := range d.Check(c.r.New.Cycle) {
			column := wrong.Column
			if as, ok := columns[column]; ok {
				column = as
			}
			if wrong.Key != "error.required" && wrong.Key != "duty.bad_code" && !c.spoilt(file, row, column) {
				c.problem(file, row, column, wrong.Key, wrong.Args...)
			}
		}
		for _, code := range d.Households {
			if households[code] != d.Commune && c.p.known("households") {
				c.problem(file, row, "households", "cyclefile.not_of_commune", "household", code, "unit", string(d.Commune))
			}
		}
	}
}

// code checks a code that must not come twice in a list.
func (c *checker) code(file string, row int, column, code string, seen map[string]int) {
	if code == "" {
		return
	}
	if !poverty.IsCode(code) {
		c.problem(file, row, column, "cyclefile.bad_code", "value", code)
	}
	if first, twice := seen[code]; twice {
		c.problem(file, row, column, "cyclefile.duplicate", "value", code, "row", first)
		return
	}
	seen[code] = row
}

var deliverFigures = []string{"quantity", "value"}

// deliver checks a line by which a component delivers: what each household got
// (figures), or whom information work reached (title).
func (s lineChecker) deliver() {
	l := s.l
	i := slices.IndexFunc(s.r.New.Components, func(d poverty.ComponentDraft) bool { return d.Code == l.Subject && d.Unit == l.Unit })
	s.needs("subject", l.Subject == "")
	s.needs("unit", l.Unit == "")
	s.needs("household", len(l.Households) == 0 && l.Title == "")
	for name := range l.Figures {
		if !slices.Contains(deliverFigures, name) {
			s.problem(s.file, l.Row, "figures", "cyclefile.unknown_figure", "figure", name, "known", "quantity, value")
		}
	}
	if l.Subject == "" || l.Unit == "" || !s.p.known("components") {
		return
	}
	if i < 0 {
		s.wrong("subject", "cyclefile.unknown_component", "component", l.Subject, "unit", string(l.Unit))
		return
	}
	d := s.r.New.Components[i]
	for _, code := range l.Households {
		if !slices.Contains(d.Households, code) {
			s.wrong("household", "delivery.household_not_listed", "household", code)
		}
	}
	if o, ok := s.offices[l.Office]; ok && l.Basis == "" && !slices.Contains(d.InCharge(s.r.New.Cycle.Rules), o.Unit) {
		s.wrong("basis", "cyclefile.on_behalf_basis", "office", string(l.Office), "unit", string(l.Unit))
	}
}
