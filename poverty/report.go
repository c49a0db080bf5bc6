package poverty

import (
	"slices"
	"time"

	"dondoc/calendar"
)

// Report is the content of a periodic report in one version. Each save takes the
// next number. A submitted version is never changed; a draft gives way to the
// next save.
type Report struct {
	Duty        DutyID            `db:"duty_id" json:"duty"`
	Version     int               `db:"version" json:"version"`
	Form        int               `db:"form" json:"form"` // version of the form that was filled in
	Figures     map[string]int64  `db:"figures" json:"figures"`
	Computed    map[string]int64  `db:"computed" json:"computed,omitempty"`   // what the ledger said then
	Overrides   map[string]string `db:"overrides" json:"overrides,omitempty"` // why a figure differs from it
	Texts       map[string]string `db:"texts" json:"texts,omitempty"`
	Text        string            `db:"text" json:"text"`
	Nothing     bool              `db:"nothing" json:"nothing,omitempty"` // states that nothing happened
	Without     []UnitID          `db:"without" json:"without,omitempty"` // members who had contributed nothing when it was submitted
	LateReason  string            `db:"late_reason" json:"late_reason,omitempty"`
	SubmittedAt *time.Time        `db:"submitted_at" json:"submitted_at,omitempty"`
	SavedAt     time.Time         `db:"saved_at" json:"saved_at"`
	SavedBy     UserID            `db:"saved_by" json:"saved_by,omitempty"`
	ByName      string            `db:"saved_by_name" json:"saved_by_name,omitempty"`
	Remarks     string            `db:"remarks" json:"remarks,omitempty"` // with which it was returned
}

// ReportContent is what a unit types into a report. Version is the version it
// was typed over; a newer one in the store is a Conflict.
type ReportContent struct {
	Version    int               `json:"version"`
	Figures    map[string]int64  `json:"figures"`
	Overrides  map[string]string `json:"overrides,omitempty"` // by field: why its figure differs from the ledger
	Texts      map[string]string `json:"texts,omitempty"`
	Text       string            `json:"text"`
	Nothing    bool              `json:"nothing,omitempty"` // states that nothing happened in the period
	LateReason string            `json:"late_reason,omitempty"`
}

// empty reports whether it says nothing at all, not even that nothing happened.
func (c ReportContent) empty() bool {
	return !c.Nothing && c.Text == "" && len(c.Figures) == 0 && len(c.Texts) == 0
}

// ReportSheet is all that a report is filled in from: the form of its period,
// what the ledger says today, and what the members of the group contributed.
type ReportSheet struct {
	Period        Period           `json:"period"`
	Role          string           `json:"role"` // of the unit in the cycle
	Form          ReportForm       `json:"form"`
	Ledger        map[string]int64 `json:"ledger"` // by field
	Contributions []Contribution   `json:"contributions,omitempty"`
}

// Prefill returns the figures that stand in a report before anything is typed:
// the ledger's, and for the rest the sums of what members contributed.
func (s ReportSheet) Prefill() map[string]int64 {
	figures := map[string]int64{}
	for _, x := range s.Form.Of(s.Role) {
		if !x.Kind.Counted() {
			continue
		}
		if n, ok := s.Ledger[x.Code]; ok {
			figures[x.Code] = n
			continue
		}
		for _, c := range s.Contributions {
			if n, ok := c.Figures[x.Code]; ok && c.Version > 0 {
				figures[x.Code] += n
			}
		}
	}
	return figures
}

// Without returns the members who have contributed nothing.
func (s ReportSheet) Without() []UnitID {
	var units []UnitID
	for _, c := range s.Contributions {
		if c.Version == 0 {
			units = append(units, c.Unit)
		}
	}
	return units
}

// Turn is a step in the life of a report that bears on whether it was on time.
type Turn struct {
	Event    Event         `json:"event"` // submitted, returned, extended, dated, excused, accepted
	At       time.Time     `json:"at"`
	By       calendar.Date `json:"by,omitzero"`     // the last day that was in force; of a return its term, of an extension the new day
	InTime   bool          `json:"in_time"`         // submitted up to and including By; extended while that was not over
	Again    bool          `json:"again,omitempty"` // submitted after a return
	OnBehalf bool          `json:"on_behalf,omitempty"`
	Basis    string        `json:"basis,omitempty"`
}

// Turns tells from a duty's history why it is on time or late: each submission
// with the day that it had to keep, each return with its term. It was on time
// when every submission kept its day.
func Turns(history []Entry) []Turn {
	history = slices.Clone(history)
	slices.SortStableFunc(history, func(a, b Entry) int { return a.At.Compare(b.At) })
	var turns []Turn
	var last calendar.Date
	returned := false
	for _, e := range history {
		t := Turn{Event: e.Event, At: e.At, By: last, OnBehalf: e.OnBehalf, Basis: e.Basis}
		inTime := last.IsZero() || e.At.Before(calendar.OverdueAt(last))
		switch e.Event {
		case EventOpened:
			last = e.By
			continue
		case EventSubmitted, EventDone:
			t.InTime, t.Again, returned = inTime, returned, false
		case EventReturned:
			returned, last, t.By = true, e.By, e.By
		case EventExtended, EventDated:
			t.InTime, last, t.By = inTime, e.By, e.By
		case EventExcused, EventAccepted:
		default:
			continue
		}
		turns = append(turns, t)
	}
	return turns
}

// MatrixCell is one unit's report of one period.
type MatrixCell struct {
	Duty  DutyID `json:"duty"`
	State Cell   `json:"state"`
}

// Cell is what the matrix shows of a report.
type Cell string

// The cells of the matrix.
const (
	CellNone     Cell = "none"    // not owed
	CellNotDue   Cell = "not_due" // owed, its last day not over
	CellOnTime   Cell = "on_time"
	CellLate     Cell = "late"    // came late
	CellMissing  Cell = "missing" // overdue and not in
	CellReturned Cell = "returned"
	CellExtended Cell = "extended" // owed under a later deadline
	CellExcused  Cell = "excused"
)

// CellOf returns the matrix cell of a duty.
func CellOf(d Duty) Cell {
	switch {
	case d.State == DutyExcused:
		return CellExcused
	case d.State == DutyReturned && !d.Overdue:
		return CellReturned
	case d.Overdue:
		return CellMissing
	case d.State == DutyOpen && d.Extended:
		return CellExtended
	case d.State == DutyOpen:
		return CellNotDue
	case d.State == DutyCarried:
		return CellMissing
	case d.Verdict == Late:
		return CellLate
	}
	return CellOnTime
}

// Matrix is unit × period.
type Matrix struct {
	Periods []Period    `json:"periods"`
	Rows    []MatrixRow `json:"rows"`
}

// MatrixRow is one unit's reports; Cells in the order of the periods.
type MatrixRow struct {
	Unit  UnitID       `json:"unit"`
	Name  string       `json:"name"`
	Role  string       `json:"role"`
	Cells []MatrixCell `json:"cells"`
	Late  int          `json:"late"` // missing or late so far
}

// Count returns how many cells of a row are in a state.
func (r MatrixRow) Count(state Cell) int {
	n := 0
	for _, c := range r.Cells {
		if c.State == state {
			n++
		}
	}
	return n
}

// SortByTrouble puts the rows with most trouble first: what is missing, then
// what is returned, then what came late.
func (m Matrix) SortByTrouble() {
	slices.SortStableFunc(m.Rows, func(a, b MatrixRow) int {
		for _, state := range []Cell{CellMissing, CellReturned, CellLate} {
			if n := b.Count(state) - a.Count(state); n != 0 {
				return n
			}
		}
		return 0
	})
}
