package poverty

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// TargetColumn names a column of the target table (seed 002): a count of
// households, or with "_pct" behind it its percentage of all households.
type TargetColumn string

// The counts of the target table. The end is computed: 10 = 2 − 8 in the source.
const (
	ColumnHouseholds  TargetColumn = "households"    // all households
	ColumnPoor        TargetColumn = "poor"          // hộ nghèo
	ColumnNearPoor    TargetColumn = "near_poor"     // hộ cận nghèo
	ColumnPolicy      TargetColumn = "policy"        // hộ CSGN: poor, and able to leave poverty by policy
	ColumnHardCore    TargetColumn = "hard_core"     // hộ nghèo cứng: the other poor ones
	ColumnToLeave     TargetColumn = "to_leave"      // the target: poor households that leave poverty, gross
	ColumnNearToLeave TargetColumn = "near_to_leave" // near-poor households that leave near-poverty
	ColumnExpectedNew TargetColumn = "expected_new"  // households expected to become poor
	ColumnPoorEnd     TargetColumn = "poor_end"      // poor at the end, before those that become poor
	ColumnNote        TargetColumn = "note"          // no count
)

// TargetCounts are the counts in the order of the table; TargetRates are those
// of which the table has the percentage too.
var (
	TargetCounts = []TargetColumn{
		ColumnHouseholds, ColumnPoor, ColumnNearPoor, ColumnPolicy, ColumnHardCore, ColumnToLeave, ColumnNearToLeave, ColumnExpectedNew, ColumnPoorEnd,
	}
	TargetRates = []TargetColumn{ColumnPoor, ColumnNearPoor, ColumnPolicy, ColumnHardCore, ColumnToLeave, ColumnPoorEnd}
)

// Rate returns the column of a count's percentage.
func (c TargetColumn) Rate() TargetColumn { return c + "_pct" }

// IsRate reports whether the column is a percentage.
func (c TargetColumn) IsRate() bool { return strings.HasSuffix(string(c), "_pct") }

// Of returns the count that a percentage is of; a count is its own.
func (c TargetColumn) Of() TargetColumn { return TargetColumn(strings.TrimSuffix(string(c), "_pct")) }

// Target is what a commune is to reach in a year, and the counts it starts
// from. Percentages are computed from the counts; what a source prints instead
// stays beside them in Printed. Policy and HardCore are both 0 where a source
// does not split the poor households.
type Target struct {
	Cycle       CycleID                 `db:"cycle_id" json:"cycle"`
	Unit        UnitID                  `db:"unit_id" json:"unit"`
	UnitName    string                  `db:"unit_name" json:"unit_name"`
	Place       int                     `db:"place" json:"place"` // in the order of the source
	Households  int                     `db:"households" json:"households"`
	Poor        int                     `db:"poor" json:"poor"`
	NearPoor    int                     `db:"near_poor" json:"near_poor"`
	Policy      int                     `db:"policy" json:"policy"`
	HardCore    int                     `db:"hard_core" json:"hard_core"`
	ToLeave     int                     `db:"to_leave" json:"to_leave"`
	NearToLeave int                     `db:"near_to_leave" json:"near_to_leave"`
	ExpectedNew int                     `db:"expected_new" json:"expected_new"`
	Printed     map[TargetColumn]string `db:"printed" json:"printed"`
	Note        string                  `db:"note" json:"note,omitempty"`
	Version     int                     `db:"version" json:"version"` // counts every change; who saves names the one that was edited
	SavedAt     *time.Time              `db:"saved_at" json:"saved_at,omitempty"`
	SavedBy     UserID                  `db:"saved_by" json:"saved_by,omitempty"`
}

// PoorEnd returns the poor households left when the target is reached and none
// becomes poor.
func (t Target) PoorEnd() int { return t.Poor - t.ToLeave }

// Split reports whether the poor households are told apart by policy.
func (t Target) Split() bool { return t.Policy+t.HardCore > 0 }

// Count returns the count of a column, or that which a percentage is of.
func (t Target) Count(c TargetColumn) int {
	if c.Of() == ColumnPoorEnd {
		return t.PoorEnd()
	}
	if n := t.count(c.Of()); n != nil {
		return *n
	}
	return 0
}

// Set stores the count of a column; false for a column that is computed.
func (t *Target) Set(c TargetColumn, n int) bool {
	at := t.count(c)
	if at == nil {
		return false
	}
	*at = n
	return true
}

func (t *Target) count(c TargetColumn) *int {
	switch c {
	case ColumnHouseholds:
		return &t.Households
	case ColumnPoor:
		return &t.Poor
	case ColumnNearPoor:
		return &t.NearPoor
	case ColumnPolicy:
		return &t.Policy
	case ColumnHardCore:
		return &t.HardCore
	case ColumnToLeave:
		return &t.ToLeave
	case ColumnNearToLeave:
		return &t.NearToLeave
	case ColumnExpectedNew:
		return &t.ExpectedNew
	case ColumnPoorEnd, ColumnNote:
	}
	return nil
}

// Value returns what the counts give for a column: the count itself, or its
// percentage in hundredths; false for the percentage of nothing.
func (t Target) Value(c TargetColumn) (int, bool) {
	if c.IsRate() {
		return Percent(t.Count(c), t.Households)
	}
	return t.Count(c), true
}

// Percent returns part of whole in hundredths of a percent, halves rounded up
// (away from zero): 126 of 1411 is 893. False when whole is not positive.
func Percent(part, whole int) (int, bool) {
	if whole <= 0 {
		return 0, false
	}
	if part < 0 {
		n, ok := Percent(-part, whole)
		return -n, ok
	}
	return (2*10000*part + whole) / (2 * whole), true
}

var (
	printedDecimal = regexp.MustCompile(`^(-?)(\d{1,9})(?:[.,](\d{1,2}))?$`)
	printedCount   = regexp.MustCompile(`^(\d{1,9}|\d{1,3}(?:\.\d{3}){1,2})$`)
)

// ParseHundredths reads a number with at most two decimals, behind a comma or a
// dot, in hundredths: "9,92" is 992.
func ParseHundredths(s string) (int, bool) {
	m := printedDecimal.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[2] + (m[3] + "00")[:2])
	if m[1] != "" {
		n = -n
	}
	return n, err == nil
}

// ParsePrinted reads what a source prints in a column: hundredths of a percent
// for a percentage, else a count, with or without dots between thousands.
func ParsePrinted(c TargetColumn, s string) (int, bool) {
	if c.IsRate() {
		n, ok := ParseHundredths(s)
		return n, ok && n >= 0 && n <= 100_000
	}
	if !printedCount.MatchString(s) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.ReplaceAll(s, ".", ""))
	return n, err == nil
}

// maxCount is the most of a count of households: a number in the wrong column is
// seen, and no sum overflows.
const maxCount = 10_000_000

// Check returns all that is wrong with a row, by the JSON names of its fields.
func (t Target) Check() Problems {
	var wrong Problems
	problem := func(c TargetColumn, key string, args ...any) {
		wrong = append(wrong, Problem{Column: string(c), Key: key, Args: args})
	}
	for _, c := range TargetCounts {
		switch n := t.Count(c); {
		case c == ColumnPoorEnd:
		case n < 0:
			problem(c, "target.negative")
		case n > maxCount:
			problem(c, "target.too_many", "max", maxCount)
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	if t.Poor+t.NearPoor > t.Households {
		problem(ColumnPoor, "target.more_than_households", "poor", t.Poor+t.NearPoor, "households", t.Households)
	}
	if t.ToLeave > t.Poor {
		problem(ColumnToLeave, "target.more_than_poor", "to_leave", t.ToLeave, "poor", t.Poor)
	}
	if t.NearToLeave > t.NearPoor {
		problem(ColumnNearToLeave, "target.more_than_near_poor", "to_leave", t.NearToLeave, "near_poor", t.NearPoor)
	}
	if t.Split() && t.Policy+t.HardCore != t.Poor {
		problem(ColumnHardCore, "target.parts_differ", "parts", t.Policy+t.HardCore, "poor", t.Poor)
	}
	return append(append(wrong, checkPrinted(t.Printed)...), checkTexts(maxLong, "note", t.Note)...)
}

func checkPrinted(printed map[TargetColumn]string) (wrong Problems) {
	known := slices.Clone(TargetCounts)
	for _, c := range TargetRates {
		known = append(known, c.Rate())
	}
	for c, s := range printed {
		if _, ok := ParsePrinted(c, s); !ok || !slices.Contains(known, c) {
			wrong = append(wrong, Problem{Column: string(c), Key: "target.bad_printed", Args: []any{"value", s}})
		}
	}
	slices.SortFunc(wrong, func(a, b Problem) int { return strings.Compare(a.Column, b.Column) })
	return wrong
}

// checkTexts tells texts that are too long, given as names of fields and texts
// in turns.
func checkTexts(most int, texts ...string) (wrong Problems) {
	for i := 0; i+1 < len(texts); i += 2 {
		if utf8.RuneCountInString(texts[i+1]) > most {
			wrong = append(wrong, Problem{Column: texts[i], Key: "error.too_long", Args: []any{"max", most}})
		}
	}
	return wrong
}

// inRow puts the problems of one part of a list into its row.
func inRow(row int, list Problems) Problems {
	for i := range list {
		list[i].Row = row
	}
	return list
}

// Figure is a percentage that the text of a source prints, with the counts
// that it is of: 80 of 14.653 households, "0,54".
type Figure struct {
	Label   string `json:"label"`
	LabelEN string `json:"label_en,omitempty"`
	Part    int    `json:"part"`
	Base    int    `json:"base"`
	Printed string `json:"printed"`
	Source  string `json:"source,omitempty"` // where it stands
}

// Computed returns the figure's percentage in hundredths; false of nothing.
func (f Figure) Computed() (int, bool) { return Percent(f.Part, f.Base) }

// Differs reports whether the printed percentage is not the computed one.
func (f Figure) Differs() bool {
	printed, read := ParsePrinted("figure_pct", f.Printed)
	computed, ok := f.Computed()
	return f.Printed != "" && (!read || ok && printed != computed)
}

// TargetTotals is what a source says of the whole table: its printed sums, how
// many households it expects to become poor (from NewLow to NewHigh, both 0
// where it does not say), and the figures of its text.
type TargetTotals struct {
	Cycle   CycleID                 `db:"cycle_id" json:"cycle"`
	Printed map[TargetColumn]string `db:"printed" json:"printed"`
	NewLow  int                     `db:"new_low" json:"new_low"`
	NewHigh int                     `db:"new_high" json:"new_high"`
	Figures []Figure                `db:"figures" json:"figures"`
	Version int                     `db:"version" json:"version"`
}

// maxFigures is how many figures of its text a cycle keeps.
const maxFigures = 100

// Check returns all that is wrong with the totals. Problems of a figure have its
// row, from 1.
func (t TargetTotals) Check() Problems {
	wrong := checkPrinted(t.Printed)
	switch {
	case t.NewLow < 0 || t.NewHigh < 0:
		wrong = append(wrong, Problem{Column: "new_low", Key: "target.negative"})
	case t.NewLow > t.NewHigh:
		wrong = append(wrong, Problem{Column: "new_high", Key: "target.bad_range"})
	case t.NewHigh > maxCount:
		wrong = append(wrong, Problem{Column: "new_high", Key: "target.too_many", Args: []any{"max", maxCount}})
	}
	if len(t.Figures) > maxFigures {
		wrong = append(wrong, Problem{Column: "figures", Key: "target.too_many", Args: []any{"max", maxFigures}})
	}
	for i, f := range t.Figures {
		problem := func(field, key string, args ...any) {
			wrong = append(wrong, Problem{Row: i + 1, Column: field, Key: key, Args: args})
		}
		if strings.TrimSpace(f.Label) == "" {
			problem("label", "error.required")
		}
		if f.Part < 0 || f.Base <= 0 || f.Part > f.Base || f.Base > maxCount {
			problem("part", "target.bad_part", "part", f.Part, "base", f.Base)
		}
		if _, ok := ParsePrinted("figure_pct", f.Printed); !ok {
			problem("printed", "target.bad_printed", "value", f.Printed)
		}
		wrong = append(wrong, inRow(i+1, checkTexts(maxShort, "label", f.Label, "label_en", f.LabelEN, "source", f.Source))...)
	}
	return wrong
}

// TargetTable is the target table of a cycle: its rows in the order of the
// source, their sum footed from them, and what the source says of the whole.
type TargetTable struct {
	Rows   []Target     `json:"rows"`
	Sum    Target       `json:"sum"`
	Totals TargetTotals `json:"totals"`
}

// NewTargetTable foots the rows.
func NewTargetTable(rows []Target, totals TargetTotals) TargetTable {
	t := TargetTable{Rows: rows, Totals: totals, Sum: Target{Cycle: totals.Cycle, Printed: totals.Printed}}
	for _, r := range rows {
		for _, c := range TargetCounts {
			t.Sum.Set(c, t.Sum.Count(c)+r.Count(c))
		}
	}
	return t
}

// Uses reports whether the table has anything in a column: sources differ in
// what they tell.
func (t TargetTable) Uses(c TargetColumn) bool {
	switch c {
	case ColumnHouseholds, ColumnPoor, ColumnToLeave, ColumnPoorEnd:
		return true
	}
	return t.Sum.Count(c) > 0 || t.Totals.Printed[c] != ""
}

// Difference is a value that a source prints and the counts do not give. Values
// of a percentage are in hundredths; Unit is empty in the sum's row.
type Difference struct {
	Unit     UnitID       `json:"unit,omitempty"`
	UnitName string       `json:"unit_name,omitempty"`
	Column   TargetColumn `json:"column"`
	Printed  int          `json:"printed"`
	Computed int          `json:"computed"`
}

// Differences compares what the source prints with the counts, row by row and
// then the sum. A hundredth of a percent counts: sources round and cut off in
// turns, and whoever signs the table should know.
func (t TargetTable) Differences() []Difference {
	list := []Difference{}
	for _, row := range append(slices.Clone(t.Rows), t.Sum) {
		for _, count := range TargetCounts {
			for _, c := range []TargetColumn{count, count.Rate()} {
				printed, read := ParsePrinted(c, row.Printed[c])
				computed, ok := row.Value(c)
				if read && ok && printed != computed {
					list = append(list, Difference{row.Unit, row.UnitName, c, printed, computed})
				}
			}
		}
	}
	return list
}

// Differs reports whether the source prints another value in a row's column
// than the counts give.
func (t Target) Differs(c TargetColumn) bool {
	printed, read := ParsePrinted(c, t.Printed[c])
	computed, ok := t.Value(c)
	return read && ok && printed != computed
}

// TargetFall is how the number of poor households moves over the year: those
// that leave (gross), those expected to become poor, and the net of both. Low
// and high go with the expected ones.
type TargetFall struct {
	Households int `json:"households"`
	Poor       int `json:"poor"`
	Gross      int `json:"gross"`
	NewLow     int `json:"new_low"`
	NewHigh    int `json:"new_high"`
	NetLow     int `json:"net_low"` // when the most become poor
	NetHigh    int `json:"net_high"`
	EndLow     int `json:"end_low"` // when the fewest become poor
	EndHigh    int `json:"end_high"`
}

// Fall returns the fall of the whole table. Where the source does not say how
// many become poor in all, the rows are summed.
func (t TargetTable) Fall() TargetFall {
	f := TargetFall{
		Households: t.Sum.Households, Poor: t.Sum.Poor, Gross: t.Sum.ToLeave, NewLow: t.Totals.NewLow, NewHigh: t.Totals.NewHigh,
	}
	if f.NewHigh == 0 {
		f.NewLow, f.NewHigh = t.Sum.ExpectedNew, t.Sum.ExpectedNew
	}
	f.NetLow, f.NetHigh = f.Gross-f.NewHigh, f.Gross-f.NewLow
	f.EndLow, f.EndHigh = f.Poor-f.NetHigh, f.Poor-f.NetLow
	return f
}

// Points returns n households in hundredths of a percentage point of all
// households: "giảm 0,56 %" of seed 002 means these.
func (f TargetFall) Points(n int) int {
	points, _ := Percent(n, f.Households)
	return points
}

// Relative returns n households in hundredths of a percent of the poor ones.
func (f TargetFall) Relative(n int) int {
	share, _ := Percent(n, f.Poor)
	return share
}

// RegisterDifference is a count of the table that the register of households
// does not give.
type RegisterDifference struct {
	Column   TargetColumn `json:"column"`
	Table    int          `json:"table"`
	Register int          `json:"register"`
}

// AgainstRegister compares a commune's counts with those of its register; none
// where it keeps none, and only what the table tells.
func (t Target) AgainstRegister(r RegisterCount) []RegisterDifference {
	if r.All == 0 {
		return nil
	}
	var list []RegisterDifference
	for _, one := range []RegisterDifference{
		{ColumnPoor, t.Poor, r.Poor}, {ColumnNearPoor, t.NearPoor, r.NearPoor},
		{ColumnPolicy, t.Policy, r.Policy}, {ColumnHardCore, t.HardCore, r.HardCore},
	} {
		told := one.Column == ColumnPoor || one.Column == ColumnNearPoor && t.NearPoor > 0 || one.Column != ColumnNearPoor && t.Split()
		if told && one.Table != one.Register {
			list = append(list, one)
		}
	}
	return list
}

// TargetReason says why targets are set: the reason is needed once the cycle
// runs, the basis is the document that says so.
type TargetReason struct {
	Reason string `json:"reason,omitempty"`
	Basis  string `json:"basis,omitempty"`
}

// MaySetTargets returns the seat in which the actor may set the targets and
// indicators of a cycle: the standing office and the leadership may, of a cycle
// that is not closed, and with a reason once it runs.
func (c Cycle) MaySetTargets(a Actor, reason TargetReason) (Seat, error) {
	if c.State == CycleClosed {
		return Seat{}, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, nil
	}
	seat, ok := a.InCycle(c, PartStanding)
	if !ok {
		seat, ok = a.InCycle(c, PartLeadership)
	}
	if !ok {
		return Seat{}, Errorf(Forbidden, "target.forbidden")
	}
	if c.State == CycleRunning && strings.TrimSpace(reason.Reason) == "" {
		return seat, InvalidField("reason", "target.reason_needed")
	}
	return seat, nil
}

// TargetImport is a target table as it was read from a file: rows of communes,
// and what the file says of the whole (nil when it has no row for it). What
// stands in columns that the file does not have is kept.
type TargetImport struct {
	Rows    []Target
	Totals  *TargetTotals
	Columns []TargetColumn // of the file, the note's among them; nil: all
}

// Over returns a row of the file with what the file does not tell taken from
// the row that is stored.
func (x TargetImport) Over(stored, row Target) Target {
	if x.Columns == nil {
		return row
	}
	for _, c := range TargetCounts {
		if !slices.Contains(x.Columns, c) {
			row.Set(c, stored.Count(c))
		}
	}
	if !slices.Contains(x.Columns, ColumnNote) {
		row.Note = stored.Note
	}
	row.Printed = x.overPrinted(stored.Printed, row.Printed)
	return row
}

func (x TargetImport) overPrinted(stored, row map[TargetColumn]string) map[TargetColumn]string {
	out := map[TargetColumn]string{}
	maps.Copy(out, row)
	for c, s := range stored {
		if x.Columns != nil && !slices.Contains(x.Columns, c) {
			out[c] = s
		}
	}
	return out
}

// OverTotals is Over for what is told of the whole table.
func (x TargetImport) OverTotals(stored TargetTotals) TargetTotals {
	next := *x.Totals
	next.Cycle, next.Version, next.Figures = stored.Cycle, stored.Version, stored.Figures
	next.Printed = x.overPrinted(stored.Printed, next.Printed)
	if next.NewHigh == 0 {
		next.NewLow, next.NewHigh = stored.NewLow, stored.NewHigh
	}
	return next
}

// Share is a part of a commune's target that it allots: to a hamlet by its code,
// or to a body such as the Women's Union by its name.
type Share struct {
	Hamlet      string `db:"hamlet" json:"hamlet,omitempty"`
	Body        string `db:"body" json:"body,omitempty"`
	ToLeave     int    `db:"to_leave" json:"to_leave"`
	NearToLeave int    `db:"near_to_leave" json:"near_to_leave"`
	Note        string `db:"note" json:"note,omitempty"`
}

// Shares are all the parts that a commune allots. They are saved as one.
type Shares struct {
	Cycle   CycleID `json:"cycle"`
	Unit    UnitID  `json:"unit"`
	Version int     `json:"version"` // 0: nothing was allotted yet
	List    []Share `json:"list"`
}

// ShareSum is what was allotted to hamlets, or to bodies, and how that stands
// against the commune's target: positive differences are over it.
type ShareSum struct {
	Count       int `json:"count"`
	ToLeave     int `json:"to_leave"`
	NearToLeave int `json:"near_to_leave"`
	Over        int `json:"over"`
	NearOver    int `json:"near_over"`
}

// Sum returns the sum over the hamlets, or over the bodies. The two are not
// added: a household of a hamlet is helped by a body too.
func (s Shares) Sum(t Target, bodies bool) ShareSum {
	var sum ShareSum
	for _, one := range s.List {
		if (one.Body != "") != bodies {
			continue
		}
		sum.Count++
		sum.ToLeave += one.ToLeave
		sum.NearToLeave += one.NearToLeave
	}
	if sum.Count > 0 {
		sum.Over, sum.NearOver = sum.ToLeave-t.ToLeave, sum.NearToLeave-t.NearToLeave
	}
	return sum
}

// maxShares is how many parts a commune may allot.
const maxShares = 500

// Check returns all that is wrong with the parts, by row from 1. Too much or
// too little in all is not wrong: it is shown.
func (s Shares) Check(hamlets []Hamlet) Problems {
	var wrong Problems
	if len(s.List) > maxShares {
		return Problems{{Row: maxShares + 1, Column: "list", Key: "target.too_many", Args: []any{"max", maxShares}}}
	}
	seen := map[string]int{}
	for i, one := range s.List {
		problem := func(field, key string, args ...any) {
			wrong = append(wrong, Problem{Row: i + 1, Column: field, Key: key, Args: args})
		}
		switch {
		case one.Hamlet == "" && strings.TrimSpace(one.Body) == "":
			problem("body", "error.required")
		case one.Hamlet != "" && one.Body != "":
			problem("body", "share.one_of")
		case one.Hamlet != "" && !slices.ContainsFunc(hamlets, func(h Hamlet) bool { return h.Code == one.Hamlet }):
			problem("hamlet", "household.unknown_hamlet", "hamlet", one.Hamlet)
		}
		key := one.Hamlet + "\x00" + one.Body
		if first, twice := seen[key]; twice {
			problem("body", "share.twice", "row", first)
		} else {
			seen[key] = i + 1
		}
		if one.ToLeave < 0 || one.NearToLeave < 0 {
			problem("to_leave", "target.negative")
		} else if max(one.ToLeave, one.NearToLeave) > maxCount {
			problem("to_leave", "target.too_many", "max", maxCount)
		}
		wrong = append(wrong, inRow(i+1, checkTexts(maxShort, "body", one.Body, "note", one.Note))...)
	}
	return wrong
}

// MayWriteFor returns the seat in which the actor may write what a commune
// itself decides, such as who gets which part of its target, and whether it is
// in the commune's stead: the commune may, and the standing office with a basis.
func (c Cycle) MayWriteFor(a Actor, unit UnitID, basis string) (Seat, bool, error) {
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if c.Rules.Units[unit].Role != "commune" {
		return Seat{}, false, InvalidField("unit", "household.unknown_unit", "unit", string(unit))
	}
	if a.System != "" {
		return Seat{}, false, nil
	}
	if seats := c.Seats(a, unit); len(seats) > 0 {
		return seats[0], false, nil
	}
	seat, ok := a.InCycle(c, PartStanding)
	if !ok {
		return Seat{}, false, Errorf(Forbidden, "share.forbidden")
	}
	if strings.TrimSpace(basis) == "" {
		return seat, true, InvalidField("basis", "decision.basis_needed")
	}
	return seat, true, nil
}
