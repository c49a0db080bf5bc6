package poverty

import "time"

// Review is an interim or year-end review.
type Review struct {
	Cycle      CycleID       `db:"cycle_id" json:"cycle"`
	Kind       string        `db:"kind" json:"kind"`   // interim, year-end
	State      string        `db:"state" json:"state"` // planned, concluded
	Figures    ReviewFigures `db:"figures" json:"figures"`
	Conclusion string        `db:"conclusion" json:"conclusion,omitempty"`
	HeldAt     *time.Time    `db:"held_at" json:"held_at,omitempty"`
}

// ReviewFigures are counted from the facts as of the conference.
type ReviewFigures struct {
	Duties    int `json:"duties"`
	Done      int `json:"done"`
	Late      int `json:"late"`
	Open      int `json:"open"`
	Escalated int `json:"escalated"`
	Poor      int `json:"poor"`
	ToLeave   int `json:"to_leave"`
}
