package poverty

import (
	"cmp"
	"slices"

	"dondoc/calendar"
)

// GapKind is what is missing in how help was assigned.
type GapKind string

// The kinds of gap.
const (
	GapCommuneWithoutGroup   GapKind = "commune_without_group"
	GapCommuneUnregistered   GapKind = "commune_unregistered"     // its poverty rate lies above the cycle's, and no agency registered for it
	GapPriorityBehind        GapKind = "priority_behind"          // a commune on the way to the new-countryside standard is helped less than the others
	GapHouseholdWithoutHelp  GapKind = "household_without_helper" // meant to leave poverty this year, and nobody helps it
	GapNeedWithoutHelp       GapKind = "need_without_helper"      // a need of the plan that none of its helpers sees to
	GapHouseholdWithoutGuide GapKind = "household_without_mentor" // is helped, and has no mentor although the cycle asks for one
	GapAgencyOverloaded      GapKind = "agency_overloaded"        // more households than the cycle allows
	GapAgencyIdle            GapKind = "agency_idle"              // helps no household although there are some to help
)

// GapKinds are the kinds in the order in which they are shown.
var GapKinds = []GapKind{
	GapCommuneWithoutGroup, GapCommuneUnregistered, GapPriorityBehind, GapHouseholdWithoutHelp, GapNeedWithoutHelp, GapHouseholdWithoutGuide, GapAgencyOverloaded, GapAgencyIdle,
}

// Gap is something that is missing, and whom it concerns.
type Gap struct {
	Kind      GapKind     `json:"kind"`
	Unit      UnitID      `json:"unit"` // the commune or the agency
	Household HouseholdID `json:"household,omitempty"`
	Code      string      `json:"code,omitempty"` // of the household
	Need      string      `json:"need,omitempty"`
	Count     int         `json:"count,omitempty"` // households of an agency; poor households of a commune; per cent of a commune's households that are helped
	Limit     int         `json:"limit,omitempty"` // what it is held against
}

// GapHousehold is a household of a plan that was sent or stands approved.
type GapHousehold struct {
	Unit      UnitID      `db:"unit_id"`
	Household HouseholdID `db:"household_id"`
	Code      string      `db:"code"`
	Goal      PlanGoal    `db:"goal"`
	Needs     []string    `db:"needs"`
}

// GapFacts is what gaps are found in: one state of a cycle on one day.
type GapFacts struct {
	Day        calendar.Date
	Households []GapHousehold
	Helpers    []Helper
	Mentors    []Mentor
	Registered []RegistrationCommune // for which agencies register, with who did
}

// Gaps returns what is missing in how a cycle's help is assigned, each once:
// a household that nobody helps is not told again for each of its needs, nor for
// its mentor. Agencies and communes are judged only once a plan was sent.
func (c Cycle) Gaps(f GapFacts) []Gap {
	g := gaps{Cycle: c, f: f, of: map[HouseholdID][]Helper{}, by: map[UnitID]map[HouseholdID]bool{}, guided: map[HouseholdID]bool{}}
	for _, h := range f.Helpers {
		if !h.On(f.Day) {
			continue
		}
		g.of[h.Household] = append(g.of[h.Household], h)
		if h.Helper != "" {
			if g.by[h.Helper] == nil {
				g.by[h.Helper] = map[HouseholdID]bool{}
			}
			g.by[h.Helper][h.Household] = true
		}
	}
	for _, m := range f.Mentors {
		if m.On(f.Day) {
			g.guided[m.Household] = true
		}
	}
	for _, r := range f.Registered {
		if !r.Taken() {
			g.found = append(g.found, Gap{Kind: GapCommuneUnregistered, Unit: r.Unit, Count: r.Poor, Limit: r.Households})
		}
	}
	g.communes()
	g.households()
	g.agencies()
	slices.SortStableFunc(g.found, func(x, y Gap) int {
		return cmp.Or(cmp.Compare(slices.Index(GapKinds, x.Kind), slices.Index(GapKinds, y.Kind)), cmp.Compare(x.Unit, y.Unit),
			cmp.Compare(x.Code, y.Code), cmp.Compare(x.Need, y.Need))
	})
	return g.found
}

type gaps struct {
	Cycle
	f      GapFacts
	of     map[HouseholdID][]Helper
	by     map[UnitID]map[HouseholdID]bool
	guided map[HouseholdID]bool
	found  []Gap
}

// serving returns the units of a role that take part on the day.
func (g *gaps) serving(roles ...string) []UnitID {
	var list []UnitID
	for id, u := range g.Rules.Units {
		if slices.Contains(roles, u.Role) && !g.f.Day.Before(u.From) && (u.Until.IsZero() || !g.f.Day.After(u.Until)) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// communes finds those without a group, and those that come first and are
// behind the average of the others. A commune whose plan was not sent has no
// household that is helped.
func (g *gaps) communes() {
	planned, helped := map[UnitID]int{}, map[UnitID]int{}
	for _, h := range g.f.Households {
		planned[h.Unit]++
		if len(g.of[h.Household]) > 0 {
			helped[h.Unit]++
		}
	}
	share := func(unit UnitID) int { return 100 * helped[unit] / max(planned[unit], 1) }
	communes := g.serving("commune")
	for _, unit := range communes {
		if !slices.ContainsFunc(g.Rules.Groups, func(x Group) bool { return x.Commune == unit }) {
			g.found = append(g.found, Gap{Kind: GapCommuneWithoutGroup, Unit: unit})
		}
		if !g.Rules.Units[unit].Priority || len(communes) < 2 {
			continue
		}
		others := 0
		for _, other := range communes {
			if other != unit {
				others += share(other)
			}
		}
		if average := others / (len(communes) - 1); share(unit) < average {
			g.found = append(g.found, Gap{Kind: GapPriorityBehind, Unit: unit, Count: share(unit), Limit: average})
		}
	}
}

func (g *gaps) households() {
	for _, h := range g.f.Households {
		gap := Gap{Unit: h.Unit, Household: h.Household, Code: h.Code}
		helpers := g.of[h.Household]
		if len(helpers) == 0 && h.Goal != GoalHelp {
			gap.Kind = GapHouseholdWithoutHelp
			g.found = append(g.found, gap)
			continue
		}
		for _, need := range h.Needs {
			if !slices.ContainsFunc(helpers, func(x Helper) bool { return x.Sees(need) }) {
				gap.Kind, gap.Need = GapNeedWithoutHelp, need
				g.found = append(g.found, gap)
			}
		}
		if g.Rules.Terms.Mentors && len(helpers) > 0 && !g.guided[h.Household] {
			gap.Kind, gap.Need = GapHouseholdWithoutGuide, ""
			g.found = append(g.found, gap)
		}
	}
}

// agencies finds leads and members with too many households and those with
// none. One with none is told only where the commune of its group has a plan;
// one that belongs to no group, where any commune has.
func (g *gaps) agencies() {
	planned := map[UnitID]bool{}
	for _, h := range g.f.Households {
		planned[h.Unit] = true
	}
	most := g.Rules.Terms.Most()
	for _, unit := range g.serving("lead", "member") {
		n := len(g.by[unit])
		if n > most {
			g.found = append(g.found, Gap{Kind: GapAgencyOverloaded, Unit: unit, Count: n, Limit: most})
		}
		if n > 0 {
			continue
		}
		inGroup, toHelp := false, false
		for _, x := range g.Rules.Groups {
			if x.Lead == unit || slices.Contains(x.Members, unit) {
				inGroup, toHelp = true, toHelp || planned[x.Commune]
			}
		}
		if toHelp || !inGroup && len(planned) > 0 {
			g.found = append(g.found, Gap{Kind: GapAgencyIdle, Unit: unit})
		}
	}
}

// MayGaps reports whether the actor may see the gaps of a cycle: the standing
// office and the leadership, who mend them.
func (c Cycle) MayGaps(a Actor) bool {
	_, stands := a.InCycle(c, PartStanding)
	_, leads := a.InCycle(c, PartLeadership)
	return a.System != "" || stands || leads
}

// Day returns the day on which a cycle is looked at: today, or the day of its
// year that is nearest to it.
func (c Cycle) Day(today calendar.Date) calendar.Date {
	switch first, last := c.Rules.First.First(), c.Rules.Last.Last(); {
	case today.Before(first):
		return first
	case today.After(last):
		return last
	}
	return today
}
