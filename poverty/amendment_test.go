package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

// What the history keeps of rungs that moved is read back as it was; what is no
// move is left out.
func TestRungMove_is_read_as_it_was_kept(t *testing.T) {
	before := []poverty.Planned{
		{Rung: "overdue 1", At: at("2018-05-02 08:00"), Fired: true}, {Rung: "overdue 3", At: at("2018-05-04 08:00")}, {Rung: "overdue 5", At: at("2018-05-08 08:00")},
	}
	after := []poverty.Planned{
		{Rung: "overdue 1", At: at("2018-05-03 08:00"), Fired: true}, {Rung: "overdue 3", At: at("2018-05-05 08:00")}, {Rung: "overdue 5", At: at("2018-05-08 08:00")},
	}
	moves := poverty.RungMoves(before, after)
	if len(moves) != 1 || moves[0].Rung != "overdue 3" {
		t.Fatalf("a rung that fired, or stands, moved: %v", moves)
	}
	read := poverty.ParseRungMoves(moves[0].String() + "; " + "không phải một bậc")
	if len(read) != 1 || read[0].Rung != moves[0].Rung || !read[0].Before.Equal(moves[0].Before) || !read[0].After.Equal(moves[0].After) {
		t.Errorf("%v read as %v", moves, read)
	}
}

// A successor takes the place of the unit that was merged away, once in a group.
func TestRules_Amend_puts_the_successor_in_the_old_units_place(t *testing.T) {
	rules := aCycle().Rules
	rules.Groups = []poverty.Group{{Code: "g", Commune: "thuong-long", Lead: "cong-an", Members: []poverty.UnitID{"toa-an", "thue"}}}
	rules.Units = map[poverty.UnitID]poverty.CycleUnit{
		"thuong-long": {Role: "commune", Priority: true}, "huong-son": {Role: "commune"}, "cong-an": {Role: "lead"}, "toa-an": {Role: "member"}, "thue": {Role: "member"},
	}
	on := date("2018-07-01")
	for name, tt := range map[string]struct {
		from, into poverty.UnitID
		want       poverty.Group
	}{
		"a commune":             {"thuong-long", "huong-son", poverty.Group{Code: "g", Commune: "huong-son", Lead: "cong-an", Members: []poverty.UnitID{"toa-an", "thue"}}},
		"a lead into a member":  {"cong-an", "toa-an", poverty.Group{Code: "g", Commune: "thuong-long", Lead: "toa-an", Members: []poverty.UnitID{"thue"}}},
		"a member into another": {"toa-an", "thue", poverty.Group{Code: "g", Commune: "thuong-long", Lead: "cong-an", Members: []poverty.UnitID{"thue"}}},
	} {
		got, err := rules.Amend(poverty.Amendment{Merged: tt.from, Into: tt.into}, on)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(tt.want, got.Groups[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got.Units[tt.from].Until != on.AddDays(-1) || !rules.Units[tt.from].Until.IsZero() {
			t.Errorf("%s: until %s; before %s", name, got.Units[tt.from].Until, rules.Units[tt.from].Until)
		}
	}
	for _, x := range []poverty.Amendment{{Merged: "nobody", Into: "thue"}, {Merged: "phong", Into: "thue"}} {
		_, err := rules.Amend(x, on)
		wantField(t, err, "merged", "amendment.unknown_unit")
	}
	_, err := rules.Amend(poverty.Amendment{Merged: "thue", Into: "thue"}, on)
	wantField(t, err, "into", "amendment.unknown_unit")
}
