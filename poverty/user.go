package poverty

import "time"

// UserID identifies a person who signs in. It holds no personal data, so it
// may stand in workflow histories.
type UserID int64

// User is a person who signs in.
type User struct {
	ID       UserID `db:"id" json:"id"`
	Login    string `db:"login" json:"login"`
	Name     string `db:"name" json:"name"`
	Email    string `db:"email" json:"email"`
	Admin    bool   `db:"admin" json:"admin"`
	Language string `db:"language" json:"language"`
	Active   bool   `db:"active" json:"active"`
	// Since is when the access was last reset: a session that began before it has
	// ended. 1970 when it never was.
	Since time.Time `db:"since" json:"-"`
}

// Seat is an office that a person holds now, or stands in for.
type Seat struct {
	Office     OfficeID   `db:"office_id" json:"office"`
	Unit       UnitID     `db:"unit_id" json:"unit"`
	Role       OfficeRole `db:"role" json:"role"`
	Title      string     `db:"title" json:"title"`
	UnitName   string     `db:"unit_name" json:"unit_name"`
	Substitute bool       `db:"substitute" json:"substitute"`
	Basis      string     `db:"basis" json:"basis,omitempty"`
	Cycle      CycleID    `db:"cycle" json:"cycle,omitempty"` // a substitution for this cycle alone; empty: all matters
}
