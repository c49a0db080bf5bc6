package poverty

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
)

// gapCycle has three communes, of which the second comes first and the third has
// no group, and a lead with two members.
func gapCycle() Cycle {
	return Cycle{Owner: "nam-dong", Rules: Rules{
		First: calendar.MustMonth("2018-01"), Last: calendar.MustMonth("2018-12"),
		Terms: Terms{HouseholdsMost: 2, Mentors: true},
		Units: map[UnitID]CycleUnit{
			"thuong-long": {Role: "commune"}, "thuong-lo": {Role: "commune", Priority: true}, "huong-son": {Role: "commune"},
			"cong-an": {Role: "lead"}, "toa-an": {Role: "member"}, "thue": {Role: "member"}, "kho-bac": {Role: "member"},
			"gone": {Role: "member", Until: calendar.MustDate("2018-03-31")}, "phong-ld": {Role: "standing"}, "nam-dong": {Role: "owner"},
		},
		Groups: []Group{
			{Code: "a", Commune: "thuong-long", Lead: "cong-an", Members: []UnitID{"toa-an", "thue", "gone"}},
			{Code: "b", Commune: "thuong-lo", Lead: "cong-an", Members: []UnitID{"toa-an"}},
		},
	}}
}

func TestCycle_finds_each_planted_gap_once_and_invents_none(t *testing.T) {
	t.Parallel()
	c := gapCycle()
	from := calendar.MustDate("2018-05-04")
	f := GapFacts{
		Day: calendar.MustDate("2018-06-01"),
		Households: []GapHousehold{
			{"thuong-long", 1, "001", GoalLeavePoor, []string{"housing", "loan"}}, // helped in all, mentored
			{"thuong-long", 2, "002", GoalLeavePoor, []string{"housing", "loan"}}, // nobody sees to the loan
			{"thuong-long", 3, "003", GoalLeavePoor, []string{"housing", "loan"}}, // nobody at all
			{"thuong-long", 4, "004", GoalLeavePoor, []string{"housing"}},         // no mentor
			{"thuong-long", 5, "005", GoalHelp, []string{"housing"}},              // need without anybody
			{"thuong-long", 6, "006", GoalLeaveNear, []string{"job"}},             // whoever helped it has stopped
			{"thuong-lo", 7, "007", GoalLeavePoor, []string{"job"}},               // nobody, so the commune is behind
		},
		Helpers: []Helper{
			{Household: 1, Helper: "cong-an", From: from},
			{Household: 1, Helper: "cong-an", From: from, Needs: []string{"loan"}}, // twice the same agency is one household
			{Household: 2, Helper: "cong-an", From: from, Needs: []string{"housing"}},
			{Household: 4, Helper: "cong-an", From: from},
			{Household: 6, Helper: "toa-an", From: from, Until: calendar.MustDate("2018-05-31")},
			{Household: 6, Other: "Chi hội", Kind: HelperUnion, From: calendar.MustDate("2018-07-01")}, // not yet
		},
		Mentors: []Mentor{
			{Household: 1, From: from}, {Household: 2, From: from},
			{Household: 4, From: from, Until: calendar.MustDate("2018-05-31")},
		},
	}
	want := []Gap{
		{Kind: GapCommuneWithoutGroup, Unit: "huong-son"},
		{Kind: GapPriorityBehind, Unit: "thuong-lo", Count: 0, Limit: 25},
		{Kind: GapHouseholdWithoutHelp, Unit: "thuong-lo", Household: 7, Code: "007"},
		{Kind: GapHouseholdWithoutHelp, Unit: "thuong-long", Household: 3, Code: "003"},
		{Kind: GapHouseholdWithoutHelp, Unit: "thuong-long", Household: 6, Code: "006"},
		{Kind: GapNeedWithoutHelp, Unit: "thuong-long", Household: 2, Code: "002", Need: "loan"},
		{Kind: GapNeedWithoutHelp, Unit: "thuong-long", Household: 5, Code: "005", Need: "housing"},
		{Kind: GapHouseholdWithoutGuide, Unit: "thuong-long", Household: 4, Code: "004"},
		{Kind: GapAgencyOverloaded, Unit: "cong-an", Count: 3, Limit: 2},
		{Kind: GapAgencyIdle, Unit: "kho-bac"},
		{Kind: GapAgencyIdle, Unit: "thue"},
		{Kind: GapAgencyIdle, Unit: "toa-an"},
	}
	if diff := cmp.Diff(want, c.Gaps(f)); diff != "" {
		t.Error(diff)
	}
}

func TestCycle_finds_no_gap_where_nothing_is_missing(t *testing.T) {
	t.Parallel()
	c := gapCycle()
	c.Rules.Groups = append(c.Rules.Groups, Group{Code: "c", Commune: "huong-son", Lead: "kho-bac"})
	if got := c.Gaps(GapFacts{Day: calendar.MustDate("2018-06-01")}); len(got) != 0 {
		t.Errorf("before any plan was sent: %+v", got)
	}
	c.Rules.Terms = Terms{}
	f := GapFacts{Day: calendar.MustDate("2018-06-01")}
	for i, agency := range []UnitID{"cong-an", "toa-an", "thue"} {
		id := HouseholdID(i + 1)
		f.Households = append(f.Households, GapHousehold{Unit: "thuong-long", Household: id, Goal: GoalLeavePoor, Needs: []string{"job"}})
		f.Helpers = append(f.Helpers, Helper{Household: id, Helper: agency})
	}
	got := c.Gaps(f)
	if want := []Gap{{Kind: GapPriorityBehind, Unit: "thuong-lo", Limit: 50}}; !cmp.Equal(want, got) {
		t.Errorf("a commune without a plan is behind, and nothing else is wrong: %+v", got)
	}
}

func TestCycle_gaps_are_never_told_twice(t *testing.T) {
	t.Parallel()
	c := gapCycle()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		f := GapFacts{Day: calendar.MustDate("2018-06-01")}
		for i := range r.IntN(12) {
			f.Households = append(f.Households, GapHousehold{
				Unit: []UnitID{"thuong-long", "thuong-lo", "huong-son"}[r.IntN(3)], Household: HouseholdID(i + 1), Code: strings.Repeat("x", i+1),
				Goal: PlanGoals[r.IntN(3)], Needs: []string{"job", "loan"}[:r.IntN(3)],
			})
		}
		for range r.IntN(20) {
			f.Helpers = append(f.Helpers, Helper{Household: HouseholdID(r.IntN(12) + 1), Helper: []UnitID{"cong-an", "toa-an", "thue", ""}[r.IntN(4)],
				Needs: []string{"job"}[:r.IntN(2)]})
		}
		type key struct {
			kind GapKind
			unit UnitID
			code string
			need string
		}
		seen := map[key]bool{}
		for _, g := range c.Gaps(f) {
			k := key{g.Kind, g.Unit, g.Code, g.Need}
			if seen[k] {
				t.Fatalf("%+v twice in %+v", g, f)
			}
			seen[k] = true
			helped := slices.ContainsFunc(f.Helpers, func(h Helper) bool { return h.Household == g.Household })
			if g.Kind == GapHouseholdWithoutHelp && helped {
				t.Fatalf("%+v is helped: %+v", g, f)
			}
		}
		for _, h := range f.Households {
			helped := slices.ContainsFunc(f.Helpers, func(x Helper) bool { return x.Household == h.Household })
			if !helped && h.Goal != GoalHelp && !seen[key{GapHouseholdWithoutHelp, h.Unit, h.Code, ""}] {
				t.Fatalf("%+v is helped by nobody, and not told", h)
			}
		}
	}
}

func TestNewHelpers_takes_whom_the_plan_wants_once(t *testing.T) {
	t.Parallel()
	h := PlanHousehold{Household: 7, Code: "007", Head: "Hộ 007", Measures: []PlanMeasure{
		{Need: "housing", Helper: "cong-an"}, {Need: "loan", Helper: "cong-an"}, {Need: "job", HelperOther: "Chi hội"}, {Need: "water"},
	}}
	n := NewHelpers{Unit: "thuong-long", Wanted: true, From: calendar.MustDate("2018-05-04")}
	got := n.Of(h, nil)
	if len(got) != 2 || got[0].Helper != "cong-an" || !slices.Equal(got[0].Needs, []string{"housing", "loan"}) || got[1].Other != "Chi hội" || got[1].Kind != HelperUnion {
		t.Errorf("%+v", got)
	}
	if again := n.Of(h, got); len(again) != 0 {
		t.Errorf("again: %+v", again)
	}
	got[0].Until = calendar.MustDate("2018-04-30")
	if again := n.Of(h, got); len(again) != 1 || again[0].Helper != "cong-an" {
		t.Errorf("after it ended: %+v", again)
	}
}
