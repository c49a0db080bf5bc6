package locale

import (
	"unicode"
	"unicode/utf8"

	"dondoc/poverty"
)

// TargetColumn words a column of the target table.
func (p *Printer) TargetColumn(c poverty.TargetColumn) string {
	name := p.T("target.column." + string(c.Of()))
	if c.IsRate() {
		first, size := utf8.DecodeRuneInString(name)
		return p.T("target.rate_of", "column", string(unicode.ToLower(first))+name[size:])
	}
	return name
}

// TargetNotes words where the source of a table prints another value than its
// counts give: in the order of the table's Differences, then in its text.
func (p *Printer) TargetNotes(t poverty.TargetTable) (lines []string) {
	for _, d := range t.Differences() {
		value := func(n int) string {
			if d.Column.IsRate() {
				return p.Percent(float64(n)/100, 2)
			}
			return p.Number(n)
		}
		name := d.UnitName
		if d.Unit == "" {
			name = p.T("target.sum")
		}
		lines = append(lines, p.T("target.difference", "unit", name, "column", p.TargetColumn(d.Column), "printed", value(d.Printed), "computed", value(d.Computed)))
	}
	for _, f := range t.Totals.Figures {
		if n, ok := f.Computed(); ok && f.Differs() {
			lines = append(lines, p.T("target.figure_difference", "label", f.Label, "part", f.Part, "base", f.Base, "printed", f.Printed, "computed", p.Decimal(float64(n)/100, 2)))
		}
	}
	return lines
}

// Hundredths writes a number given in hundredths with no more decimals than it
// has: 9000 is 90, 50 is 0,5.
func (p *Printer) Hundredths(n int) string {
	places := 2
	if n%100 == 0 {
		places = 0
	} else if n%10 == 0 {
		places = 1
	}
	return p.Decimal(float64(n)/100, places)
}

// Aim words what an indicator sets as its aim; nothing for one without a number.
func (p *Printer) Aim(i poverty.CycleIndicator) string {
	if i.Kind == poverty.IndicatorText {
		return ""
	}
	value := p.Hundredths(i.Low)
	if i.High != i.Low {
		value += "–" + p.Hundredths(i.High)
	}
	return p.T("indicator.value."+string(i.Kind), "value", value)
}
