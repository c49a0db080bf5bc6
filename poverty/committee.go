package poverty

import (
	"slices"
	"strings"

	"dondoc/calendar"
)

// Area is what a member of a steering committee looks after: a commune, or one
// of its hamlets by its code.
type Area struct {
	Unit   UnitID `json:"unit"`
	Hamlet string `json:"hamlet,omitempty"`
}

// CommitteeMember is a member of a steering committee, the areas that the member
// looks after, and from when until when (zero: for the whole year). Office is
// the member's office of state, where the installation knows it.
type CommitteeMember struct {
	Name   string        `json:"name"`
	Title  string        `json:"title,omitempty"`
	Office OfficeID      `json:"office,omitempty"`
	From   calendar.Date `json:"from,omitzero"`
	Until  calendar.Date `json:"until,omitzero"`
	Areas  []Area        `json:"areas"`
}

// On reports whether the member serves on a day.
func (m CommitteeMember) On(day calendar.Date) bool {
	return !day.Before(m.From) && (m.Until.IsZero() || !day.After(m.Until))
}

// Committee is the steering committee of a cycle's owner, whose members look
// after communes, or of a commune, whose members look after its hamlets (seed
// 002 V.6). It is saved as one.
type Committee struct {
	Cycle   CycleID           `json:"cycle"`
	Unit    UnitID            `json:"unit"`
	Version int               `json:"version"` // 0: it was never saved
	Members []CommitteeMember `json:"members"`
}

// Covers reports whether a member who serves on a day looks after an area. Who
// looks after a commune in its own committee looks after all of its hamlets.
func (c Committee) Covers(a Area, day calendar.Date) bool {
	return slices.ContainsFunc(c.Members, func(m CommitteeMember) bool {
		return m.On(day) && (slices.Contains(m.Areas, a) || c.Unit == a.Unit && slices.Contains(m.Areas, Area{Unit: a.Unit}))
	})
}

// Uncovered returns the areas that no committee looks after on a day: communes
// that the owner's does not, and hamlets that their commune's does not.
func Uncovered(owner UnitID, committees []Committee, areas []Area, day calendar.Date) []Area {
	gaps := []Area{}
	for _, a := range areas {
		of := owner
		if a.Hamlet != "" {
			of = a.Unit
		}
		if !slices.ContainsFunc(committees, func(c Committee) bool { return c.Unit == of && c.Covers(a, day) }) {
			gaps = append(gaps, a)
		}
	}
	return gaps
}

// maxMembers is how many members a committee may have.
const maxMembers = 200

// Check returns all that is wrong with a committee, by member from 1. The
// hamlets are those of the cycle's communes.
func (c Committee) Check(cycle Cycle, hamlets []Hamlet, offices []OfficeID) Problems {
	if len(c.Members) > maxMembers {
		return Problems{{Row: maxMembers + 1, Column: "members", Key: "target.too_many", Args: []any{"max", maxMembers}}}
	}
	var wrong Problems
	for i, m := range c.Members {
		problem := func(field, key string, args ...any) {
			wrong = append(wrong, Problem{Row: i + 1, Column: field, Key: key, Args: args})
		}
		if strings.TrimSpace(m.Name) == "" {
			problem("name", "error.required")
		}
		wrong = append(wrong, inRow(i+1, checkTexts(maxShort, "name", m.Name, "title", m.Title))...)
		if m.Office != "" && !slices.Contains(offices, m.Office) {
			problem("office", "committee.unknown_office", "office", string(m.Office))
		}
		if !m.From.IsZero() && !m.Until.IsZero() && m.Until.Before(m.From) {
			problem("until", "committee.ends_before")
		}
		for _, a := range m.Areas {
			switch {
			case cycle.Rules.Units[a.Unit].Role != "commune":
				problem("areas", "household.unknown_unit", "unit", string(a.Unit))
			case c.Unit != cycle.Owner && a.Unit != c.Unit:
				problem("areas", "committee.other_area", "unit", string(a.Unit))
			case a.Hamlet != "" && !slices.ContainsFunc(hamlets, func(h Hamlet) bool { return h.Unit == a.Unit && h.Code == a.Hamlet }):
				problem("areas", "household.unknown_hamlet", "hamlet", a.Hamlet)
			}
		}
	}
	return wrong
}

// MayCommittee returns the seat in which the actor may name the members of a
// unit's committee and whether it is in that unit's stead: the standing office
// and the leadership name the owner's, a commune its own, and the standing
// office a commune's with a basis.
func (c Cycle) MayCommittee(a Actor, unit UnitID, basis string) (Seat, bool, error) {
	if unit != c.Owner {
		return c.MayWriteFor(a, unit, basis)
	}
	if c.State == CycleClosed {
		return Seat{}, false, Errorf(Conflict, "cycle.closed", "cycle", string(c.ID))
	}
	if a.System != "" {
		return Seat{}, false, nil
	}
	for _, part := range []Part{PartStanding, PartLeadership} {
		if seat, ok := a.InCycle(c, part); ok {
			return seat, false, nil
		}
	}
	return Seat{}, false, Errorf(Forbidden, "committee.forbidden")
}
