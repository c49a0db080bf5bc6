package poverty

import (
	"regexp"
	"slices"
	"strings"
)

// IndicatorKind says how an indicator of a cycle is measured.
type IndicatorKind string

// The kinds that plans use (seeds 001 to 003).
const (
	IndicatorPercent IndicatorKind = "percent" // of a base, which may be conditional: "of those with need"
	IndicatorCount   IndicatorKind = "count"   // of people, households, things
	IndicatorTurns   IndicatorKind = "turns"   // lượt: one household may count several times
	IndicatorRate    IndicatorKind = "rate"    // a percentage from Low to High
	IndicatorPoints  IndicatorKind = "points"  // a change in percentage points
	IndicatorText    IndicatorKind = "text"    // no number
)

// IndicatorKinds are the kinds in the order in which they are offered.
var IndicatorKinds = []IndicatorKind{IndicatorPercent, IndicatorCount, IndicatorTurns, IndicatorRate, IndicatorPoints, IndicatorText}

// Hundredths reports whether what an indicator of the kind reaches is kept in
// hundredths, and not as a count.
func (k IndicatorKind) Hundredths() bool { return k == IndicatorRate || k == IndicatorPoints }

// CycleIndicator is one of the other aims that a cycle's plan sets: "100% of the
// workers of poor households with need are trained". Low and High are in
// hundredths; they differ for a range, and are both 0 for a text.
type CycleIndicator struct {
	Cycle   CycleID       `db:"cycle_id" json:"cycle"`
	Code    string        `db:"code" json:"code"`
	Place   int           `db:"place" json:"place"`
	Name    string        `db:"name" json:"name"`
	NameEN  string        `db:"name_en" json:"name_en,omitempty"`
	Kind    IndicatorKind `db:"kind" json:"kind"`
	Base    string        `db:"base" json:"base,omitempty"` // of whom or what, in words
	BaseEN  string        `db:"base_en" json:"base_en,omitempty"`
	Low     int           `db:"low" json:"low"`
	High    int           `db:"high" json:"high"`
	Source  string        `db:"source" json:"source,omitempty"`
	Version int           `db:"version" json:"version"` // counts every change; 0: new
}

var indicatorCode = regexp.MustCompile(`^[a-z][a-z0-9-]{0,40}$`)

// maxIndicator is the most of an indicator's number, in hundredths.
const maxIndicator = 100_000_000_000

// Check returns all that is wrong with an indicator, by its JSON names.
func (i CycleIndicator) Check() Problems {
	var wrong Problems
	problem := func(field, key string, args ...any) {
		wrong = append(wrong, Problem{Column: field, Key: key, Args: args})
	}
	if !indicatorCode.MatchString(i.Code) {
		problem("code", "indicator.bad_code")
	}
	if strings.TrimSpace(i.Name) == "" {
		problem("name", "error.required")
	}
	if !slices.Contains(IndicatorKinds, i.Kind) {
		problem("kind", "indicator.unknown_kind", "kind", string(i.Kind))
		return wrong
	}
	wrong = append(wrong, checkTexts(maxLong, "name", i.Name, "name_en", i.NameEN, "base", i.Base, "base_en", i.BaseEN, "source", i.Source)...)
	percentage := i.Kind == IndicatorPercent || i.Kind == IndicatorRate || i.Kind == IndicatorPoints
	switch {
	case i.Kind == IndicatorText:
		if i.Low != 0 || i.High != 0 {
			problem("low", "indicator.no_number")
		}
	case i.Low < 0 || i.High > maxIndicator:
		problem("low", "target.too_many", "max", maxIndicator/100)
	case i.Kind == IndicatorRate && i.Low > i.High:
		problem("high", "target.bad_range")
	case i.Kind != IndicatorRate && i.Low != i.High:
		problem("high", "indicator.one_number")
	case percentage && i.High > 10_000:
		problem("low", "indicator.over_hundred")
	case (i.Kind == IndicatorCount || i.Kind == IndicatorTurns) && i.Low%100 != 0:
		problem("low", "indicator.whole")
	}
	if i.Kind == IndicatorPercent && strings.TrimSpace(i.Base) == "" {
		problem("base", "indicator.base_needed")
	}
	return wrong
}
