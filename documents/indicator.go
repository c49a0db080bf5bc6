package documents

import (
	"dondoc/poverty"
)

// indicators reads the other aims of a plan.
func (rd *reader) indicators(r *poverty.Rehearsal, p *places) {
	kinds := make([]string, len(poverty.IndicatorKinds))
	for i, kind := range poverty.IndicatorKinds {
		kinds[i] = string(kind)
	}
	seen := map[string]int{}
	for _, row := range p.tables["indicators"].rows {
		i := poverty.CycleIndicator{
			Code: row.need("code"), Place: len(r.New.Indicators) + 1, Name: row.need("name"), NameEN: row.get("name_en"),
			Kind: poverty.IndicatorKind(row.oneOf("kind", kinds...)), Base: row.get("base"), BaseEN: row.get("base_en"), Source: row.get("source"),
		}
		row.need("kind")
		if first, twice := seen[i.Code]; twice && i.Code != "" {
			row.problem("code", "cyclefile.duplicate", "value", i.Code, "row", first)
		}
		seen[i.Code] = row.n
		if v := row.get("value"); v != "" {
			var ok bool
			if i.Low, i.High, ok = span(v, poverty.ParseHundredths); !ok {
				row.problem("value", "cyclefile.bad_range", "value", v)
				i.Low, i.High = 0, 0
			}
		} else if i.Kind != poverty.IndicatorText && i.Kind != "" {
			row.problem("value", "cyclefile.required")
		}
		for _, problem := range i.Check() {
			column := problem.Column
			if column == "low" || column == "high" {
				column = "value"
			}
			if problem.Key != "error.required" && problem.Key != "indicator.unknown_kind" {
				row.problem(column, problem.Key, problem.Args...)
			}
		}
		r.New.Indicators = append(r.New.Indicators, i)
	}
}
