package web

import (
	"strings"

	"dondoc/locale"
)

// periodName words a reporting period: "tháng 4/2018", "quý II/2018".
func periodName(p *locale.Printer, s string) string {
	year, part, ok := strings.Cut(s, "-")
	switch {
	case s == "":
		return ""
	case !ok:
		return p.T("duty.period.year", "year", year)
	case strings.HasPrefix(part, "Q"), strings.HasPrefix(part, "H"):
		key := "duty.period." + strings.ToLower(part)
		if p.Has(key) {
			return p.T(key, "year", year)
		}
		return s
	}
	return p.Month(s)
}

// shortPeriod words a period for the head of a column: "T4".
func shortPeriod(p *locale.Printer, s string) string {
	_, part, ok := strings.Cut(s, "-")
	if !ok {
		return s
	}
	if part[0] == 'Q' || part[0] == 'H' {
		return part
	}
	return p.T("matrix.month", "number", strings.TrimPrefix(part, "0"))
}
