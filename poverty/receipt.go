package poverty

import (
	"slices"
	"time"

	"dondoc/calendar"
)

// Receipt is the duty of an agency to confirm that it has the list of a
// commune's plan, and what came of it. State done: it has it; excused: a later
// list took its place.
type Receipt struct {
	Duty      DutyID        `db:"duty_id" json:"duty"`
	Cycle     CycleID       `db:"cycle_id" json:"cycle"`
	Commune   UnitID        `db:"commune_id" json:"commune"`
	Round     int           `db:"round" json:"round"`
	Agency    UnitID        `db:"agency_id" json:"agency"`
	Name      string        `db:"agency_name" json:"name"`
	Lead      bool          `db:"-" json:"lead"` // accountable for its group
	Title     string        `db:"title" json:"title"`
	Code      string        `db:"code" json:"code"`
	SentAt    time.Time     `db:"opened_at" json:"sent_at"` // when the list went to it
	LastDay   calendar.Date `db:"last_day" json:"last_day,omitzero"`
	Overdue   bool          `db:"overdue" json:"overdue"`
	Verdict   Verdict       `db:"verdict" json:"verdict,omitempty"`
	State     DutyState     `db:"state" json:"state"`
	Confirmed *time.Time    `db:"accepted_at" json:"confirmed_at,omitempty"`
	By        OfficeID      `db:"office_id" json:"by,omitempty"`
	ByName    string        `db:"by_name" json:"by_name,omitempty"`
	OnBehalf  bool          `db:"on_behalf" json:"on_behalf,omitempty"`
}

// Void reports whether a later list took the place of the one it is about.
func (r Receipt) Void() bool { return r.State == DutyExcused }

// Helpers returns the agencies of the groups that help a commune: the leads,
// then the members, each once and in order of their codes.
func (r Rules) Helpers(commune UnitID) (leads, members []UnitID) {
	for _, g := range r.Groups {
		if g.Commune == commune {
			leads = append(leads, g.Lead)
			members = append(members, g.Members...)
		}
	}
	slices.Sort(leads)
	slices.Sort(members)
	leads = slices.Compact(leads)
	members = slices.DeleteFunc(slices.Compact(members), func(u UnitID) bool { return slices.Contains(leads, u) })
	return leads, members
}

// Receiving returns the agencies that a template of kind receipt asks to confirm
// that they have a commune's list, of those that help it. "leads" and "members"
// mean what they are in that commune's groups.
func (r Rules) Receiving(t Template, commune UnitID) []UnitID {
	leads, members := r.Helpers(commune)
	var units []UnitID
	for _, who := range t.Who {
		switch who {
		case "leads":
			units = append(units, leads...)
		case "members":
			units = append(units, members...)
		default:
			if u := UnitID(who); slices.Contains(leads, u) || slices.Contains(members, u) {
				units = append(units, u)
			}
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}
