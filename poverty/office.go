package poverty

import (
	"context"
	"slices"
	"strings"
	"time"

	"dondoc/calendar"
)

// OfficeID is a unit and a role in it, such as "thuong-long/head".
type OfficeID string

// Unit returns the unit that the office is of.
func (o OfficeID) Unit() UnitID {
	unit, _, _ := strings.Cut(string(o), "/")
	return UnitID(unit)
}

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

// OnDay reports whether there is the office on a day.
func (o Office) OnDay(d calendar.Date) bool {
	return !o.ValidFrom.After(d) && (o.ValidTo.IsZero() || !o.ValidTo.Before(d))
}

// HoldingID identifies a holding.
type HoldingID int64

// Holding says who holds an office, or stands in for its holder, and when.
// A substitution needs a basis (the document that gives it); it is for all
// matters, or for one cycle alone.
type Holding struct {
	ID         HoldingID     `db:"id" json:"id"`
	Office     OfficeID      `db:"office_id" json:"office"`
	User       UserID        `db:"user_id" json:"user"`
	Name       string        `db:"name" json:"name"`
	Substitute bool          `db:"substitute" json:"substitute"`
	Cycle      CycleID       `db:"cycle_id" json:"cycle,omitempty"` // of a substitution: the one that it is for; empty: all matters
	Basis      string        `db:"basis" json:"basis,omitempty"`
	ValidFrom  calendar.Date `db:"valid_from" json:"valid_from,omitzero"`
	ValidTo    calendar.Date `db:"valid_to" json:"valid_to,omitzero"` // the last day
	SetByName  string        `db:"set_by_name" json:"set_by_name,omitempty"`
	SetAt      *time.Time    `db:"set_at" json:"set_at,omitempty"`
}

// On reports whether the holding is in force on a day, for a cycle; for matters
// of no cycle where it is empty.
func (h Holding) On(day calendar.Date, id CycleID) bool {
	return !h.ValidFrom.After(day) && (h.ValidTo.IsZero() || !h.ValidTo.Before(day)) && (h.Cycle == "" || h.Cycle == id)
}

// Acting returns which of the holdings of one office counts on a day, for a
// cycle: a substitute for that cycle alone before one for all matters, and both
// before the holder; false when nobody has it.
func Acting(holdings []Holding, day calendar.Date, id CycleID) (Holding, bool) {
	var best Holding
	found := false
	for _, h := range holdings {
		if h.On(day, id) && (!found || h.weight() > best.weight()) {
			best, found = h, true
		}
	}
	return best, found
}

func (h Holding) weight() int {
	switch {
	case h.Cycle != "":
		return 2
	case h.Substitute:
		return 1
	}
	return 0
}

// NewHolding gives an office to a person, by login. The holder before holds it up
// to the day before From. A substitution has both days and a basis, and may be
// for one cycle alone.
type NewHolding struct {
	Office     OfficeID
	Login      string
	Substitute bool
	Cycle      CycleID
	Basis      string
	From       calendar.Date
	Until      calendar.Date // of a substitution: its last day
}

// Check returns what is wrong with it by itself.
func (n NewHolding) Check() error {
	switch {
	case n.Login == "":
		return InvalidField("login", "error.required")
	case n.From.IsZero():
		return InvalidField("from", "error.required")
	case !n.Substitute && (n.Cycle != "" || !n.Until.IsZero()):
		return InvalidField("until", "office.holder_has_no_end")
	case !n.Substitute:
		return nil
	case n.Until.IsZero():
		return InvalidField("until", "error.required")
	case n.Until.Before(n.From):
		return InvalidField("until", "office.ends_before_it_begins")
	case n.Basis == "":
		return InvalidField("basis", "office.basis_needed")
	}
	return nil
}

// MayStaff returns the seat in which the actor says who holds the offices of a
// unit: the standing office of a running cycle does for those that owe something
// in it, but not for itself, nor for those that stand above it or watch it.
func (c Cycle) MayStaff(a Actor, unit UnitID) (Seat, error) {
	b := c.Rules.Bindings
	part, there := c.Rules.Units[unit]
	seat, stands := a.InCycle(c, PartStanding)
	if !stands || !there || c.State != CycleRunning || part.Role != "commune" && part.Role != "lead" && part.Role != "member" ||
		unit == c.Owner || unit == b.Standing || slices.Contains(b.Above, unit) || slices.Contains(b.Overseers, unit) {
		return Seat{}, Errorf(Forbidden, "office.forbidden")
	}
	return seat, nil
}

// Staff is what is asked and said about who holds which office.
type Staff interface {
	Offices(ctx context.Context, unit UnitID) ([]Office, error)
	// Holdings returns who holds, held or will hold the offices of a unit, and who
	// stands in.
	Holdings(ctx context.Context, unit UnitID) ([]Holding, error)
	// MayStaff returns Forbidden to who may not say who holds the offices of a
	// unit: all but administrators and, for units that owe something in its running
	// cycle, the standing office.
	MayStaff(ctx context.Context, unit UnitID) error
	// Candidates returns the people who may be given an office of a unit, by name;
	// Forbidden as MayStaff.
	Candidates(ctx context.Context, unit UnitID) ([]Candidate, error)
	// GiveOffice gives an office, or has somebody stand in. Conflict when somebody
	// else is to have it already; Invalid names the field.
	GiveOffice(ctx context.Context, n NewHolding) (Holding, error)
	// VacateOffice leaves an office without holder from a day on.
	VacateOffice(ctx context.Context, office OfficeID, from calendar.Date) error
	// EndSubstitution ends a substitution with a day, earlier than it was to end.
	EndSubstitution(ctx context.Context, id HoldingID, last calendar.Date) error
}

// Candidate is a person who may be given an office.
type Candidate struct {
	Login string `db:"login" json:"login"`
	Name  string `db:"name" json:"name"`
}
