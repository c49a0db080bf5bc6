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
