package poverty

import (
	"slices"
	"strings"

	"dondoc/calendar"
)

// HelperID identifies that somebody helps a household.
type HelperID int64

// HelperKind is who helps a household: an agency, or one of the models that a
// commune may try (Công văn 4933/UBND-VX, seed 001).
type HelperKind string

// The kinds of help.
const (
	HelperUnit       HelperKind = "unit"       // an agency of the cycle
	HelperUnion      HelperKind = "union"      // a union of the commune that helps some households
	HelperHouseholds HelperKind = "households" // several better-off households help one
)

// HelperKinds are the kinds in their order.
var HelperKinds = []HelperKind{HelperUnit, HelperUnion, HelperHouseholds}

// Helper is who helps a household of a commune's plan, from when until when
// (zero: the whole year), and on what it was agreed. The household's code, head
// and hamlet are those of the plan that was sent, so that who helps knows whom.
type Helper struct {
	ID         HelperID      `db:"id" json:"id"`
	Cycle      CycleID       `db:"cycle_id" json:"cycle"`
	Unit       UnitID        `db:"unit_id" json:"unit"` // the commune
	UnitName   string        `db:"unit_name" json:"unit_name"`
	Household  HouseholdID   `db:"household_id" json:"household"`
	Code       string        `db:"code" json:"code"`
	Head       string        `db:"head" json:"head"`
	HamletName string        `db:"hamlet_name" json:"hamlet_name"`
	Kind       HelperKind    `db:"kind" json:"kind"`
	Helper     UnitID        `db:"helper_id" json:"helper,omitempty"`
	HelperName string        `db:"helper_name" json:"helper_name,omitempty"`
	Other      string        `db:"other" json:"other,omitempty"` // of the other kinds: who, in words
	Needs      []string      `db:"needs" json:"needs"`           // that it sees to; empty: all of the household's
	Agreed     calendar.Date `db:"agreed_on" json:"agreed,omitzero"`
	From       calendar.Date `db:"from_day" json:"from"`
	Until      calendar.Date `db:"until_day" json:"until,omitzero"` // the last day
	Reason     string        `db:"reason" json:"reason,omitempty"`  // why it ended
	Basis      string        `db:"basis" json:"basis,omitempty"`
	Version    int           `db:"version" json:"version"`
}

// On reports whether the household is helped by it on a day.
func (h Helper) On(day calendar.Date) bool {
	return !day.Before(h.From) && (h.Until.IsZero() || !day.After(h.Until))
}

// Sees reports whether it sees to a need.
func (h Helper) Sees(need string) bool { return len(h.Needs) == 0 || slices.Contains(h.Needs, need) }

// HelperFilter chooses who helps whom. Without Ended, those whose last day is
// over are left out.
type HelperFilter struct {
	Cycle  CycleID
	Unit   UnitID // the commune
	Helper UnitID
	Ended  bool
}

// NewHelpers gives households of a commune's plan to who helps them, many at
// once. Wanted takes for each household those whom the plan wants for its
// measures; else Kind and Helper or Other say who. A household that has the
// same helper already stays as it is, so that sending it again changes nothing.
type NewHelpers struct {
	Cycle      CycleID       `json:"cycle"`
	Unit       UnitID        `json:"unit"`
	Households []string      `json:"households"` // by their codes in the plan
	Wanted     bool          `json:"wanted,omitempty"`
	Kind       HelperKind    `json:"kind,omitempty"`
	Helper     UnitID        `json:"helper,omitempty"`
	Other      string        `json:"other,omitempty"`
	Needs      []string      `json:"needs,omitempty"`
	Agreed     calendar.Date `json:"agreed,omitzero"` // the day of the meeting that agreed on it
	From       calendar.Date `json:"from,omitzero"`   // zero: the day agreed, or else today
	Until      calendar.Date `json:"until,omitzero"`
	Basis      string        `json:"basis,omitempty"`
}

// HelperEnd ends somebody's help of a household with a last day and a reason.
// Version is the one that was looked at.
type HelperEnd struct {
	Helper  HelperID      `json:"helper"`
	Version int           `json:"version"`
	Until   calendar.Date `json:"until"`
	Reason  string        `json:"reason"`
	Basis   string        `json:"basis,omitempty"`
}

// Check returns what is wrong with what was asked, whatever the plan says.
func (n NewHelpers) Check(c Cycle) error {
	if len(n.Households) == 0 {
		return InvalidField("households", "helper.none_chosen")
	}
	if !n.From.IsZero() && !n.Until.IsZero() && n.Until.Before(n.From) {
		return InvalidField("until", "committee.ends_before")
	}
	if n.Wanted {
		return nil
	}
	if !slices.Contains(HelperKinds, n.Kind) {
		return InvalidField("kind", "error.required")
	}
	if n.Kind != HelperUnit {
		if strings.TrimSpace(n.Other) == "" {
			return InvalidField("other", "helper.other_needed")
		}
		if wrong := checkTexts(maxShort, "other", n.Other); len(wrong) > 0 {
			return InvalidField("other", wrong[0].Key, wrong[0].Args...)
		}
		return nil
	}
	if _, ok := c.Rules.Units[n.Helper]; !ok || n.Helper == n.Unit {
		return InvalidField("helper", "helper.unknown_unit", "unit", string(n.Helper))
	}
	return nil
}

// Of returns who helps a household of the plan by what was asked, without
// those that help it already on the day from which it counts.
func (n NewHelpers) Of(h PlanHousehold, already []Helper) []Helper {
	add := func(list []Helper, kind HelperKind, unit UnitID, other string, needs ...string) []Helper {
		same := func(x Helper) bool {
			return x.Household == h.Household && x.Kind == kind && x.Helper == unit && x.Other == other && (x.Until.IsZero() || !x.Until.Before(n.From))
		}
		if slices.ContainsFunc(already, same) {
			return list
		}
		if i := slices.IndexFunc(list, same); i >= 0 {
			for _, need := range needs {
				if !slices.Contains(list[i].Needs, need) {
					list[i].Needs = append(list[i].Needs, need)
				}
			}
			return list
		}
		return append(list, Helper{
			Cycle: n.Cycle, Unit: n.Unit, Household: h.Household, Code: h.Code, Head: h.Head, HamletName: h.HamletName,
			Kind: kind, Helper: unit, Other: other, Needs: append([]string{}, needs...), Agreed: n.Agreed, From: n.From, Until: n.Until, Basis: n.Basis,
		})
	}
	if !n.Wanted {
		if n.Kind == HelperUnit {
			return add(nil, HelperUnit, n.Helper, "", n.Needs...)
		}
		return add(nil, n.Kind, "", n.Other, n.Needs...)
	}
	var list []Helper
	for _, m := range h.Measures {
		switch {
		case m.Helper != "" && m.Helper != n.Unit:
			list = add(list, HelperUnit, m.Helper, "", m.Need)
		case strings.TrimSpace(m.HelperOther) != "":
			list = add(list, HelperUnion, "", strings.TrimSpace(m.HelperOther), m.Need)
		}
	}
	return list
}

// MayHelp returns the seat in which the actor may say who helps the households
// of a commune, and whether it is in the commune's stead: the commune and the
// lead of its group agree on it; the standing office may write it down for them
// with a basis.
func (c Cycle) MayHelp(a Actor, commune UnitID, basis string) (Seat, bool, error) {
	seat, other, err := c.MayWriteFor(a, commune, basis)
	if k := KindOf(err); err == nil && !other || k == Conflict || k == Invalid && c.Rules.Units[commune].Role != "commune" {
		return seat, other, err
	}
	for _, g := range c.Rules.Groups {
		if g.Commune != commune {
			continue
		}
		if seats := c.Seats(a, g.Lead); len(seats) > 0 {
			return seats[0], false, nil
		}
	}
	if KindOf(err) == Forbidden {
		return Seat{}, false, Errorf(Forbidden, "helper.forbidden")
	}
	return seat, other, err
}

// MayVisit returns the seat in which the actor may log a visit of a mentor:
// whoever may say who helps the household, whoever helps it, and the mentor.
func (c Cycle) MayVisit(a Actor, m Mentor, helpers []UnitID, basis string) (Seat, bool, error) {
	seat, other, err := c.MayHelp(a, m.Unit, basis)
	if err == nil && !other || KindOf(err) == Conflict {
		return seat, other, err
	}
	if own, ok := a.InCycle(c, PartMember); ok && a.User != 0 && a.User == m.User {
		return own, false, nil
	}
	for _, unit := range helpers {
		if seats := c.Seats(a, unit); len(seats) > 0 {
			return seats[0], false, nil
		}
	}
	return seat, other, err
}
