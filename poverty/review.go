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
	Duties    int `db:"duties" json:"duties"`
	Done      int `db:"done" json:"done"`
	Late      int `db:"late" json:"late"`
	Open      int `db:"open" json:"open"`
	Escalated int `db:"escalated" json:"escalated"`
	Poor      int `db:"poor" json:"poor"`
	ToLeave   int `db:"to_leave" json:"to_leave"`
}
