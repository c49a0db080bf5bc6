package poverty

import (
	"slices"
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
	Form     int           `db:"form" json:"form"`         // version of the form that its reports fill in; 0: not opened yet

	// The days whose deliveries it counts. The last period counts to the end.
	CountsFrom calendar.Date `db:"counts_from" json:"counts_from,omitzero"`
	CountsTo   calendar.Date `db:"counts_to" json:"counts_to,omitzero"`

	Summary PeriodSummary `db:"summary" json:"summary"`
}

// ReportRules are what a cycle says of its reports.
type ReportRules struct {
	CutOff int           `json:"cut_off,omitempty"` // the day of the month up to which a period counts; see CutOffDay
	Fields []ReportField `json:"fields,omitempty"`  // of the form's first version; none: DefaultReportFields
}

// CutOffDay returns the day of the month up to and including which a period
// counts deliveries: 25 unless the cycle says otherwise, the last day of a month
// that has no such day.
func (r ReportRules) CutOffDay() int {
	if r.CutOff <= 0 {
		return 25
	}
	return r.CutOff
}

// Count sets the days that each period counts. Of the periods of one length the
// first counts from the cycle's first day, each further one from the day after
// the cut-off before, the last one to the end: together they count all.
func (r Rules) Count(periods []Period) {
	byLength := map[int][]*Period{}
	for i := range periods {
		p := &periods[i]
		months := 12*(p.EndsOn.Year()-p.StartsOn.Year()) + int(p.EndsOn.Month()) - int(p.StartsOn.Month()) + 1
		byLength[months] = append(byLength[months], p)
	}
	for _, list := range byLength {
		slices.SortFunc(list, func(a, b *Period) int { return a.StartsOn.Compare(b.StartsOn) })
		from := r.First.First()
		for i, p := range list {
			p.CountsFrom, p.CountsTo = from, calendar.Date{}
			if i+1 < len(list) {
				p.CountsTo = p.EndsOn.AddDays(min(r.Report.CutOffDay(), p.EndsOn.Day()) - p.EndsOn.Day())
				from = p.CountsTo.AddDays(1)
			}
		}
	}
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
