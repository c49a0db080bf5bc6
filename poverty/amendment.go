package poverty

import (
	"maps"

	"dondoc/calendar"
)

// Amendment changes the rules of a running cycle: an explicit, audited act
// that recomputes what is open. What is past stays as it was, and everyone
// concerned is told once. One of the changes is set.
type Amendment struct {
	Key     string   `json:"key,omitempty"`
	Cycle   CycleID  `json:"cycle"`
	DaysOff bool     `json:"days_off,omitempty"` // plan what is open anew by the days off in force
	Code    string   `json:"code,omitempty"`     // of the duties whose deadline is now Due, as stated
	Due     string   `json:"due,omitempty"`
	Merged  UnitID   `json:"merged,omitempty"` // the unit that was merged away; what it owes goes to Into
	Into    UnitID   `json:"into,omitempty"`
	Reason  string   `json:"reason"`
	Basis   string   `json:"basis,omitempty"`
	Office  OfficeID `json:"office,omitempty"`
}

// LastDay returns the last day of a duty by its template: for a periodic one
// that of its period. False where the template says none.
func (t Template) LastDay(c *calendar.Calendar, period string) (calendar.Date, bool) {
	days, err := t.Due.Days(c, t.DayOff, t.From, t.To)
	if err != nil {
		return calendar.Date{}, false
	}
	for _, d := range days {
		if period == "" || string(d.Period) == period {
			return d.LastDay, !d.LastDay.IsZero()
		}
	}
	return calendar.Date{}, false
}

// Merge returns the rules after a unit was merged into another on a day: the
// other takes its place in groups and, where it was not in the cycle yet, its
// role; the old one owes nothing that comes after.
func (r Rules) Merge(from, into UnitID, on calendar.Date) Rules {
	units := make(map[UnitID]CycleUnit, len(r.Units)+1)
	maps.Copy(units, r.Units)
	old := units[from]
	if _, there := units[into]; !there {
		units[into] = CycleUnit{Role: old.Role, From: on, Priority: old.Priority}
	}
	old.Until = on
	units[from] = old
	r.Units = units
	groups := make([]Group, len(r.Groups))
	for i, g := range r.Groups {
		if g.Commune == from {
			g.Commune = into
		}
		if g.Lead == from {
			g.Lead = into
		}
		var members []UnitID
		for _, m := range g.Members {
			if m == from {
				m = into
			}
			if m != g.Lead {
				members = append(members, m)
			}
		}
		g.Members = members
		groups[i] = g
	}
	r.Groups = groups
	return r
}
