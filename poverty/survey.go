package poverty

import "time"

// SurveyResult is a commune's confirmed survey result in counts.
type SurveyResult struct {
	Cycle       CycleID    `db:"cycle_id" json:"cycle"`
	Unit        UnitID     `db:"unit_id" json:"unit"`
	UnitName    string     `db:"unit_name" json:"unit_name"`
	Stage       string     `db:"stage" json:"stage"` // start, preliminary, official
	Households  int        `db:"households" json:"households"`
	Poor        int        `db:"poor" json:"poor"`
	NearPoor    int        `db:"near_poor" json:"near_poor"`
	ConfirmedAt *time.Time `db:"confirmed_at" json:"confirmed_at,omitempty"`
}

// SurveyCounts are the counts with which a commune confirms a survey stage.
type SurveyCounts struct {
	Households int `json:"households"`
	Poor       int `json:"poor"`
	NearPoor   int `json:"near_poor"`
}
