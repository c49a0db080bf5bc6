package poverty

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"dondoc/calendar"
)

// groupCycle has three communes, four agencies and a standing office; two groups
// stand.
func groupCycle() Cycle {
	return Cycle{ID: "x:2018", Owner: "x", State: CycleRunning, Rules: Rules{
		Bindings: Bindings{Standing: "ld", Chair: "x/head", ViceChair: "x/deputy"},
		Units: map[UnitID]CycleUnit{
			"c1": {Role: "commune"}, "c2": {Role: "commune"}, "c3": {Role: "commune"},
			"a1": {Role: "lead"}, "a2": {Role: "lead"}, "a3": {Role: "member"}, "a4": {Role: "member"}, "ld": {Role: "standing"},
		},
		Groups: []Group{
			{Code: "g1", Name: "Nhóm 1", Commune: "c1", Lead: "a1", Members: []UnitID{"a3"}},
			{Code: "g2", Name: "Nhóm 2", Commune: "c2", Lead: "a2", Members: []UnitID{"a4"}},
		},
	}}
}

func TestCycle_CheckGroups_finds_each_problem_and_no_other(t *testing.T) {
	sound := func() []Group {
		return []Group{
			{Code: "g1", Name: "Nhóm 1", Commune: "c1", Lead: "a1", Members: []UnitID{"a3"}},
			{Code: "g2", Name: "Nhóm 2", Commune: "c2", Lead: "a2", Members: []UnitID{"a4"}},
			{Code: "g3", Name: "Nhóm 3", Commune: "c3", Lead: "ld"},
		}
	}
	for name, tt := range map[string]struct {
		edit func(g []Group) []Group
		want []Finding
	}{
		"nothing":                   {func(g []Group) []Group { return g }, nil},
		"a code with a space":       {func(g []Group) []Group { g[0].Code = "g 1"; return g }, []Finding{{Kind: FindingCode, Row: 1, Group: "g 1"}}},
		"a code twice":              {func(g []Group) []Group { g[1].Code = "g1"; return g }, []Finding{{Kind: FindingCodeTwice, Row: 2, Group: "g1"}}},
		"no name":                   {func(g []Group) []Group { g[0].Name = " "; return g }, []Finding{{Kind: FindingName, Row: 1, Group: "g1"}}},
		"an agency as commune":      {func(g []Group) []Group { g[2].Commune = "a1"; return g }, []Finding{{Kind: FindingCommune, Row: 3, Group: "g3", Unit: "a1"}, {Kind: FindingWithoutGroup, Unit: "c3"}}},
		"two groups of a commune":   {func(g []Group) []Group { g[2].Commune = "c2"; return g }, []Finding{{Kind: FindingTwoGroups, Row: 3, Group: "g3", Unit: "c2"}, {Kind: FindingWithoutGroup, Unit: "c3"}}},
		"a lead from elsewhere":     {func(g []Group) []Group { g[2].Lead = "kho"; return g }, []Finding{{Kind: FindingLead, Row: 3, Group: "g3", Unit: "kho"}}},
		"a commune as lead":         {func(g []Group) []Group { g[2].Lead = "c1"; return g }, []Finding{{Kind: FindingLead, Row: 3, Group: "g3", Unit: "c1"}}},
		"a member from elsewhere":   {func(g []Group) []Group { g[2].Members = []UnitID{"kho"}; return g }, []Finding{{Kind: FindingMember, Row: 3, Group: "g3", Unit: "kho"}}},
		"a member twice":            {func(g []Group) []Group { g[0].Members = []UnitID{"a3", "a3"}; return g }, []Finding{{Kind: FindingMemberTwice, Row: 1, Group: "g1", Unit: "a3"}}},
		"the lead as member":        {func(g []Group) []Group { g[0].Members = []UnitID{"a3", "a1"}; return g }, []Finding{{Kind: FindingMemberTwice, Row: 1, Group: "g1", Unit: "a1"}}},
		"a leader from elsewhere":   {func(g []Group) []Group { g[0].Leader = "a4/head"; return g }, []Finding{{Kind: FindingLeader, Row: 1, Group: "g1", Unit: "a4"}}},
		"a leader of the owner":     {func(g []Group) []Group { g[0].Leader = "x/deputy"; return g }, nil},
		"a focal of another":        {func(g []Group) []Group { g[0].Focal = "c2/head"; return g }, []Finding{{Kind: FindingFocal, Row: 1, Group: "g1", Unit: "c2"}}},
		"a commune without a group": {func(g []Group) []Group { g[0].Members = nil; g[0].Members = []UnitID{"a3"}; return g[:2] }, []Finding{{Kind: FindingNoChange}, {Kind: FindingWithoutGroup, Unit: "c3"}}},
		"an agency in none":         {func(g []Group) []Group { g[0].Members = nil; return g }, []Finding{{Kind: FindingIdle, Unit: "a3"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := groupCycle().CheckGroups(tt.edit(sound()), calendar.MustDate("2018-04-06"))
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v\nwant %v", got, tt.want)
			}
		})
	}
}

func TestCycle_CheckGroups_counts_the_groups_that_an_agency_leads(t *testing.T) {
	c := groupCycle()
	c.Rules.Terms.LeadsMost = 1
	groups := []Group{
		{Code: "g1", Name: "1", Commune: "c1", Lead: "a1", Members: []UnitID{"a3", "a4", "a2"}},
		{Code: "g3", Name: "3", Commune: "c3", Lead: "a1"}, {Code: "g2", Name: "2", Commune: "c2", Lead: "a2"},
	}
	got := c.CheckGroups(groups, calendar.MustDate("2018-04-06"))
	if want := []Finding{{Kind: FindingManyGroups, Unit: "a1", Count: 2, Limit: 1}}; !slices.Equal(got, want) || len(Blocking(got)) != 0 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Whatever is drafted: what blocks is exactly what could not be carried out, and
// comparing says nothing of groups that stay.
func TestCycle_CheckGroups_of_any_draft(t *testing.T) {
	units := []UnitID{"c1", "c2", "c3", "a1", "a2", "a3", "a4", "ld", "kho", ""}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func() UnitID { return units[r.IntN(len(units))] }
		var groups []Group
		for range r.IntN(4) {
			g := Group{Code: fmt.Sprintf("g%d", r.IntN(4)), Name: "n", Commune: pick(), Lead: pick()}
			for range r.IntN(3) {
				g.Members = append(g.Members, pick())
			}
			groups = append(groups, g)
		}
		c := groupCycle()
		sound := len(CompareGroups(c.Rules.Groups, groups)) > 0
		codes, communes := map[string]bool{}, map[UnitID]bool{}
		for _, g := range groups {
			ok := !codes[g.Code] && !communes[g.Commune] && c.Rules.Units[g.Commune].Role == "commune" && c.agency(g.Lead)
			seen := map[UnitID]bool{g.Lead: true}
			for _, m := range g.Members {
				ok = ok && !seen[m] && c.agency(m)
				seen[m] = true
			}
			codes[g.Code], communes[g.Commune] = true, true
			sound = sound && ok
		}
		found := c.CheckGroups(groups, calendar.MustDate("2018-04-06"))
		if blocked := len(Blocking(found)) > 0; blocked == sound {
			t.Fatalf("seed %d: %+v: found %v, sound %v", seed, groups, found, sound)
		}
	}
}

func TestRules_Assign_keeps_since_when_what_stays_holds(t *testing.T) {
	r := groupCycle().Rules
	at := time.Date(2018, 5, 2, 8, 0, 0, 0, calendar.Zone)
	next := r.Assign([]Group{
		{Code: "g1", Name: "Tên khác", Commune: "c1", Lead: "a1", Members: []UnitID{"a3"}},
		{Code: "g2", Name: "Nhóm 2", Commune: "c2", Lead: "a2", Members: []UnitID{"a4", "a3"}},
		{Code: "g3", Name: "Nhóm 3", Commune: "c3", Lead: "a4"},
	}, 2, at)
	type since struct{ Assigned, Led int }
	var got []since
	for _, g := range next.Groups {
		got = append(got, since{g.Assigned, g.Led})
	}
	if want := []since{{0, 0}, {2, 0}, {2, 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if next.Units["a4"].Role != "lead" || r.Units["a4"].Role != "member" || len(r.Groups) != 2 {
		t.Error("who leads now is a lead; the rules before stay as they were")
	}
	if no, _, from := next.Leading("a2"); no != 2 || !from.IsZero() {
		t.Errorf("got %d %v", no, from)
	}
	if no, _, from := next.Leading("a4"); no != 2 || !from.Equal(at) {
		t.Errorf("got %d %v", no, from)
	}
	if back := next.Assign(r.Groups, 3, at); back.Units["a4"].Role != "member" {
		t.Error("who leads no more is a member")
	}
}

func TestCompareGroups_names_who_gains_and_who_loses(t *testing.T) {
	old := groupCycle().Rules.Groups
	if got := CompareGroups(old, slices.Clone(old)); len(got) != 0 {
		t.Errorf("nothing changes, and got %+v", got)
	}
	got := CompareGroups(old, []Group{{Code: "g1", Name: "Nhóm 1", Commune: "c1", Lead: "a3", Members: []UnitID{"a4"}}})
	if len(got) != 2 || !got[0].Lead || got[0].Commune || !slices.Equal(got[0].Gained, []UnitID{"a4"}) || !slices.Equal(got[0].Lost, []UnitID{"a1"}) ||
		got[1].New != nil || !slices.Equal(got[1].Lost, []UnitID{"a2", "a4"}) {
		t.Errorf("got %+v", got)
	}
}
