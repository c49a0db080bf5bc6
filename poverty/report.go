package poverty

import "time"

// Report is the content of a periodic report in one version. Each save takes the
// next number. A submitted version is never changed; a draft gives way to the
// next save.
type Report struct {
	Duty        DutyID           `db:"duty_id" json:"duty"`
	Version     int              `db:"version" json:"version"`
	Figures     map[string]int64 `db:"figures" json:"figures"`
	Text        string           `db:"text" json:"text"`
	LateReason  string           `db:"late_reason" json:"late_reason,omitempty"`
	SubmittedAt *time.Time       `db:"submitted_at" json:"submitted_at,omitempty"`
	SavedAt     time.Time        `db:"saved_at" json:"saved_at"`
	SavedBy     UserID           `db:"saved_by" json:"saved_by,omitempty"`
	Remarks     string           `db:"remarks" json:"remarks,omitempty"` // with which it was returned
}

// ReportContent is what a unit types into a report. Version is the version it
// was typed over; a newer one in the store is a Conflict.
type ReportContent struct {
	Version    int              `json:"version"`
	Figures    map[string]int64 `json:"figures"`
	Text       string           `json:"text"`
	LateReason string           `json:"late_reason,omitempty"`
}

// ReportFigures are the figures of their order: households helped, components started,
// value in thousand đồng, visits.
var ReportFigures = []string{"households_helped", "components_started", "value_thousand", "visits"}

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
