package web

import (
	"strings"

	"dondoc/locale"
)

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
