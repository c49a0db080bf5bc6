package poverty

import "dondoc/calendar"

// OfficeID is a unit and a role in it, such as "thuong-long/head".
type OfficeID string

// OfficeRole is what an office is within its unit.
type OfficeRole string

// The roles that rules speak of. Others (registry, secretariat, party
// committee, steering committee …) are data.
const (
	RoleHead    OfficeRole = "head"    // chair of a UBND, head of an agency
	RoleDeputy  OfficeRole = "deputy"  // vice chair, deputy head
	RoleOfficer OfficeRole = "officer" // the officer in charge of poverty work; the focal point for notices
)

// Office is a post: notices are addressed to offices, and whoever holds one on
// the day receives them.
type Office struct {
	ID        OfficeID      `db:"id" json:"id"`
	Unit      UnitID        `db:"unit_id" json:"unit"`
	Role      OfficeRole    `db:"role" json:"role"`
	Title     string        `db:"title" json:"title"`
	ValidFrom calendar.Date `db:"valid_from" json:"valid_from,omitzero"`
	ValidTo   calendar.Date `db:"valid_to" json:"valid_to,omitzero"`
}

// Holding says who holds an office, or stands in for its holder, and when.
// A substitution needs a basis (the document that gives it).
type Holding struct {
	Office     OfficeID      `db:"office_id" json:"office"`
	User       UserID        `db:"user_id" json:"user"`
	Name       string        `db:"name" json:"name"`
	Substitute bool          `db:"substitute" json:"substitute"`
	Basis      string        `db:"basis" json:"basis,omitempty"`
	ValidFrom  calendar.Date `db:"valid_from" json:"valid_from,omitzero"`
	ValidTo    calendar.Date `db:"valid_to" json:"valid_to,omitzero"`
}
