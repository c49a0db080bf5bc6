package poverty

import (
	"slices"
	"strings"
)

// Span is a period of a poverty standard or of a programme, in years.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Spans are the whole periods over which years are compared, each with the year
// before it, from which its first year starts.
var Spans = []Span{{2016, 2020}, {2021, 2025}, {2026, 2030}}

// YearFigures are the counts of a commune, or of the owner for the whole, at the
// end of a year. Ethnic 0 says that the ethnic minority households are not known.
// What a cycle kept counts itself (Counted); of it only the ethnic minority is
// entered.
type YearFigures struct {
	Owner          UnitID `db:"owner_id" json:"owner"`
	Unit           UnitID `db:"unit_id" json:"unit"`
	UnitName       string `db:"unit_name" json:"unit_name"`
	Year           int    `db:"year" json:"year"`
	Households     int    `db:"households" json:"households"`
	Poor           int    `db:"poor" json:"poor"`
	NearPoor       int    `db:"near_poor" json:"near_poor"`
	Ethnic         int    `db:"ethnic" json:"ethnic"`
	EthnicPoor     int    `db:"ethnic_poor" json:"ethnic_poor"`
	EthnicNearPoor int    `db:"ethnic_near_poor" json:"ethnic_near_poor"`
	Source         string `db:"source" json:"source"`
	Counted        bool   `db:"counted" json:"counted,omitempty"` // by a cycle's official result
	Version        int    `db:"version" json:"version"`
}

// Rate returns the poor of all households, in hundredths of a percent.
func (y YearFigures) Rate() (int, bool) { return Percent(y.Poor, y.Households) }

// EthnicRate returns the poor ethnic minority households of the ethnic minority
// households (as seed 001 counts them).
func (y YearFigures) EthnicRate() (int, bool) { return Percent(y.EthnicPoor, y.Ethnic) }

// EthnicOfAll returns the poor ethnic minority households of all households (as
// seed 002 counts them).
func (y YearFigures) EthnicOfAll() (int, bool) {
	if y.Ethnic == 0 {
		return 0, false
	}
	return Percent(y.EthnicPoor, y.Households)
}

// Check returns all that is wrong with figures as they are entered.
func (y YearFigures) Check(c Cycle) Problems {
	var wrong Problems
	problem := func(column, key string, args ...any) {
		wrong = append(wrong, Problem{Column: column, Key: key, Args: args})
	}
	if c.Rules.Units[y.Unit].Role != "commune" && y.Unit != c.Owner {
		problem("unit", "household.unknown_unit", "unit", string(y.Unit))
	}
	if !slices.ContainsFunc(Spans, func(s Span) bool { return y.Year >= s.From-1 && y.Year <= s.To }) {
		problem("year", "year.unknown_year")
	}
	for _, x := range []struct {
		column  string
		n, most int
	}{{"households", y.Households, maxCount}, {"poor", y.Poor, y.Households}, {"near_poor", y.NearPoor, y.Households - y.Poor}, {"ethnic", y.Ethnic, y.Households},
		{"ethnic_poor", y.EthnicPoor, min(y.Poor, y.Ethnic)}, {"ethnic_near_poor", y.EthnicNearPoor, min(y.NearPoor, y.Ethnic-y.EthnicPoor)}} {
		if x.n < 0 || x.n > x.most {
			problem(x.column, "target.too_many", "max", max(0, x.most))
		}
	}
	if strings.TrimSpace(y.Source) == "" {
		problem("source", "error.required")
	}
	return append(wrong, checkTexts(maxShort, "source", y.Source)...)
}

// MayYear returns the seat in which the actor may enter figures of a year: the
// standing office's.
func (c Cycle) MayYear(a Actor) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if seat, ok := a.InCycle(c, PartStanding); ok || a.System != "" {
		return seat, false, nil
	}
	return Seat{}, false, Errorf(Forbidden, "year.forbidden")
}
