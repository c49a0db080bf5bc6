package poverty

import "dondoc/calendar"

// UnitID is the installation's own lasting code of a unit, such as
// "thuong-long". It never changes and is never given to another unit;
// administrative codes and names do change, and are kept with their dates.
type UnitID string

// UnitLine says to whom a unit answers. A standing office of a UBND may demand of
// units of the government line; of the others (police, army, courts, banks,
// Front, Party) it may only request.
type UnitLine string

// The lines of answering.
const (
	LineGovernment UnitLine = "government"
	LinePolice     UnitLine = "police"
	LineMilitary   UnitLine = "military"
	LineJustice    UnitLine = "justice"
	LineBank       UnitLine = "bank"
	LineFront      UnitLine = "front"
	LineParty      UnitLine = "party"
	LineOther      UnitLine = "other"
)

// Unit is a unit as it was named and placed on one day: a commune, an agency,
// a people's committee. Kind is data ("commune", "agency", "district", …).
type Unit struct {
	ID        UnitID        `db:"id" json:"id"`
	Name      string        `db:"name" json:"name"`
	Kind      string        `db:"kind" json:"kind"`
	Parent    UnitID        `db:"parent_id" json:"parent,omitempty"`
	Code      string        `db:"code" json:"code,omitempty"`
	Line      UnitLine      `db:"line" json:"line"`
	ValidFrom calendar.Date `db:"valid_from" json:"valid_from,omitzero"`
	ValidTo   calendar.Date `db:"valid_to" json:"valid_to,omitzero"`
}

// UnitFilter chooses units. On is the day whose names and places are wanted;
// zero means today. Query searches names and aliases without accents.
type UnitFilter struct {
	On     calendar.Date
	Parent UnitID
	Kind   string
	Query  string
	Cycle  CycleID
	After  UnitID
	Limit  int
}
