package poverty

import (
	"slices"
	"strconv"
	"time"
)

// Group is the agencies that help one commune: a lead, who is accountable, and
// its members. Leader is the office that heads it and Focal the commune's focal
// point; empty: nobody was named. The four fields at the end are set when an
// assignment is issued; zero means: as the cycle was issued.
type Group struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Commune UnitID   `json:"commune"`
	Lead    UnitID   `json:"lead"`
	Members []UnitID `json:"members"`
	Leader  OfficeID `json:"leader,omitempty"`
	Focal   OfficeID `json:"focal,omitempty"`
	Note    string   `json:"note,omitempty"`

	Assigned   int       `json:"assigned,omitempty"`   // the assignment that last changed its commune, lead or members
	AssignedAt time.Time `json:"assigned_at,omitzero"` // from when that holds
	Led        int       `json:"led,omitempty"`        // the assignment by which its lead leads it
	LedAt      time.Time `json:"led_at,omitzero"`      // from when the lead owes what a lead owes
}

// Agencies returns the lead and the members.
func (g Group) Agencies() []UnitID { return append([]UnitID{g.Lead}, g.Members...) }

// Has reports whether a unit is the group's lead or a member.
func (g Group) Has(unit UnitID) bool { return g.Lead == unit || slices.Contains(g.Members, unit) }

// sameAgencies reports whether two groups have the same commune, lead and members.
func (g Group) sameAgencies(o Group) bool {
	x, y := slices.Sorted(slices.Values(g.Members)), slices.Sorted(slices.Values(o.Members))
	return g.Commune == o.Commune && g.Lead == o.Lead && slices.Equal(x, y)
}

// PlanSubject returns the subject of the duty to make the group's own help plan.
func (g Group) PlanSubject() string {
	if g.Led == 0 {
		return g.Code
	}
	return g.Code + "." + strconv.Itoa(g.Led)
}

// GroupChange is what a draft does to one group of those that stand: Old is nil
// where it is new, New where it ends. Gained and Lost are its agencies.
type GroupChange struct {
	Code    string   `json:"code"`
	Old     *Group   `json:"old,omitempty"`
	New     *Group   `json:"new,omitempty"`
	Commune bool     `json:"commune"` // it helps another commune
	Lead    bool     `json:"lead"`    // another agency leads it
	Words   bool     `json:"words"`   // its name, leader, focal point or note
	Gained  []UnitID `json:"gained,omitempty"`
	Lost    []UnitID `json:"lost,omitempty"`
}

// CompareGroups returns what differs between the groups that stand and those of
// a draft, the draft's in its order, then those that end.
func CompareGroups(stands, draft []Group) []GroupChange {
	var list []GroupChange
	for _, n := range draft {
		c := GroupChange{Code: n.Code, New: new(n)}
		i := slices.IndexFunc(stands, func(g Group) bool { return g.Code == n.Code })
		if i < 0 {
			c.Gained = n.Agencies()
			list = append(list, c)
			continue
		}
		o := stands[i]
		c.Old, c.Commune, c.Lead = &o, o.Commune != n.Commune, o.Lead != n.Lead
		c.Words = o.Name != n.Name || o.Leader != n.Leader || o.Focal != n.Focal || o.Note != n.Note
		for _, u := range n.Agencies() {
			if !o.Has(u) {
				c.Gained = append(c.Gained, u)
			}
		}
		for _, u := range o.Agencies() {
			if !n.Has(u) {
				c.Lost = append(c.Lost, u)
			}
		}
		if c.Commune || c.Lead || c.Words || !o.sameAgencies(n) {
			list = append(list, c)
		}
	}
	for _, o := range stands {
		if !slices.ContainsFunc(draft, func(g Group) bool { return g.Code == o.Code }) {
			list = append(list, GroupChange{Code: o.Code, Old: new(o), Lost: o.Agencies()})
		}
	}
	return list
}

// Assign returns the rules with other groups, as the assignment of a number
// gives them from an instant. What did not change keeps since when it holds. A
// member that leads now becomes a lead, and a lead without a group a member: it
// owes no further reports.
func (r Rules) Assign(groups []Group, no int, at time.Time) Rules {
	old := r.Groups
	r.Groups = make([]Group, len(groups))
	for i, g := range groups {
		g.Members = append([]UnitID{}, g.Members...)
		g.Assigned, g.AssignedAt, g.Led, g.LedAt = no, at, no, at
		if j := slices.IndexFunc(old, func(o Group) bool { return o.Code == g.Code }); j >= 0 {
			o := old[j]
			if o.sameAgencies(g) {
				g.Assigned, g.AssignedAt = o.Assigned, o.AssignedAt
			}
			if o.Lead == g.Lead && o.Commune == g.Commune {
				g.Led, g.LedAt = o.Led, o.LedAt
			}
		}
		r.Groups[i] = g
	}
	units := make(map[UnitID]CycleUnit, len(r.Units))
	for id, u := range r.Units {
		leads := slices.ContainsFunc(r.Groups, func(g Group) bool { return g.Lead == id })
		led := slices.ContainsFunc(old, func(g Group) bool { return g.Lead == id })
		switch {
		case u.Role == "member" && leads:
			u.Role = "lead"
		case u.Role == "lead" && led && !leads:
			u.Role = "member"
		}
		units[id] = u
	}
	r.Units = units
	return r
}

// Leading returns since when a unit leads: the number and the instant of the
// assignment that last changed its groups, and the instant from which it leads
// any. All are zero where that came with the cycle.
func (r Rules) Leading(unit UnitID) (no int, changed, since time.Time) {
	first := true
	for _, g := range r.Groups {
		if g.Lead != unit {
			continue
		}
		if g.Assigned > no {
			no, changed = g.Assigned, g.AssignedAt
		}
		if first || g.LedAt.Before(since) {
			since = g.LedAt
		}
		first = false
	}
	return no, changed, since
}

// Addressees of a rung beside the debtor's own: the heads of the agencies that
// lead its groups, and those of the groups' other members, who get it for
// information.
const (
	ToLead    = "lead"
	ToMembers = "members"
)

// LeadsOf returns the agencies that lead a group which helps a commune or of
// which an agency is a member, sorted; not the unit itself.
func (r Rules) LeadsOf(unit UnitID) []UnitID {
	var leads []UnitID
	for _, g := range r.Groups {
		if g.Lead != unit && (g.Commune == unit || slices.Contains(g.Members, unit)) {
			leads = append(leads, g.Lead)
		}
	}
	slices.Sort(leads)
	return slices.Compact(leads)
}

// FellowsOf returns the members of the groups that a unit leads, belongs to or
// is helped by, sorted; neither their leads nor the unit itself.
func (r Rules) FellowsOf(unit UnitID) []UnitID {
	var fellows []UnitID
	for _, g := range r.Groups {
		if g.Lead != unit && g.Commune != unit && !slices.Contains(g.Members, unit) {
			continue
		}
		for _, m := range g.Members {
			if m != unit {
				fellows = append(fellows, m)
			}
		}
	}
	slices.Sort(fellows)
	return slices.Compact(fellows)
}
