package poverty

import "slices"

// RateScope is what rates are counted for.
type RateScope string

// The scopes. A commune's rates count its own reports and those of the leads
// that help it; a group's those of its commune and its lead.
const (
	RateAll     RateScope = "all"
	RatePeriod  RateScope = "period"
	RateCommune RateScope = "commune"
	RateGroup   RateScope = "group"
	RateUnit    RateScope = "unit"
)

// RateScopes are all scopes, in the order in which pages show them.
var RateScopes = []RateScope{RateAll, RatePeriod, RateCommune, RateGroup, RateUnit}

// Rate counts the reports of a scope. Expected are those whose last day is over,
// also that of an extension; what was excused or is not due yet is none of
// them. The others are counted among the expected: received at all, received on
// time (by the verdict: the first submission in time and every return answered
// within its term), late, returned at least once, extended at least once, and
// partial, which lack the contribution of a member. A unit counts in the periods
// in which it takes part.
type Rate struct {
	Scope    RateScope `db:"scope" json:"scope"`
	Key      string    `db:"key" json:"key"`   // the code of a period, group or unit
	Name     string    `db:"name" json:"name"` // of a unit or group
	Expected int       `db:"expected" json:"expected"`
	Received int       `db:"received" json:"received"`
	OnTime   int       `db:"on_time" json:"on_time"`
	Late     int       `db:"late" json:"late"`
	Returned int       `db:"returned" json:"returned"`
	Extended int       `db:"extended" json:"extended"`
	Partial  int       `db:"partial" json:"partial"`
	Excused  int       `db:"excused" json:"excused"` // not among the expected
	NotDue   int       `db:"not_due" json:"not_due"` // not among the expected
}

// Share returns n of what was expected, in per cent; not a number where nothing
// was.
func (r Rate) Share(n int) float64 { return 100 * float64(n) / float64(r.Expected) }

// RateFilter chooses what is counted; Period "" is the year so far.
type RateFilter struct {
	Cycle  CycleID
	Period string
}

// RateMember says that the reports of a unit count for a scope.
type RateMember struct {
	Scope RateScope `json:"scope"`
	Key   string    `json:"key"`
	Unit  UnitID    `json:"unit"`
}

// RateMembers returns whose reports count for each commune and group.
func (r Rules) RateMembers() []RateMember {
	var list []RateMember
	add := func(scope RateScope, key string, unit UnitID) {
		if m := (RateMember{scope, key, unit}); unit != "" && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	for _, g := range r.Groups {
		for _, unit := range []UnitID{g.Commune, g.Lead} {
			add(RateGroup, g.Code, unit)
			add(RateCommune, string(g.Commune), unit)
		}
	}
	for id, u := range r.Units {
		if u.Role == "commune" {
			add(RateCommune, string(id), id)
		}
	}
	return list
}
