package poverty

import (
	"time"

	"dondoc/calendar"
)

// PeriodState is how far a reporting period has come.
type PeriodState string

// The states of a period.
const (
	PeriodPlanned      PeriodState = "planned"
	PeriodOpen         PeriodState = "open"
	PeriodClosed       PeriodState = "closed"       // its last day is over; verdicts are recorded
	PeriodConsolidated PeriodState = "consolidated" // the consolidated report was sent up
)

// Period is one reporting period of a cycle: "2018-04", "2018-Q2".
type Period struct {
	Cycle    CycleID       `db:"cycle_id" json:"cycle"`
	Code     string        `db:"code" json:"code"`
	State    PeriodState   `db:"state" json:"state"`
	StartsOn calendar.Date `db:"starts_on" json:"starts_on"`
	EndsOn   calendar.Date `db:"ends_on" json:"ends_on"`
	LastDay  calendar.Date `db:"last_day" json:"last_day"` // of its reports
	Summary  PeriodSummary `db:"summary" json:"summary"`
}

// PeriodSummary is the consolidated draft of a period: counts from the duties
// and sums of the figures reported, with what is missing named. It is counted
// once, at the period's close.
type PeriodSummary struct {
	Expected int              `json:"expected"`
	Received int              `json:"received"`
	OnTime   int              `json:"on_time"`
	Returned int              `json:"returned"`
	Missing  []UnitID         `json:"missing,omitempty"`
	Figures  map[string]int64 `json:"figures,omitempty"`
	At       time.Time        `json:"at,omitzero"`
	Text     string           `json:"text,omitempty"` // what the standing office adds
}
