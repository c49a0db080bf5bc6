package poverty_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestPercent_is_computed_from_counts_and_rounded_half_up(t *testing.T) {
	for _, tt := range []struct{ part, whole, want int }{
		{126, 1411, 893}, {16, 1446, 111}, {50, 1446, 346}, {72, 1747, 412}, {527, 14653, 360}, {80, 14653, 55}, {82, 609, 1346},
		{1, 8, 1250}, {1, 16, 625}, {1, 32, 313}, {-16, 1446, -111}, {0, 5, 0}, {5, 5, 10000},
	} {
		if got, ok := poverty.Percent(tt.part, tt.whole); !ok || got != tt.want {
			t.Errorf("%d of %d: %d, %v, want %d", tt.part, tt.whole, got, ok, tt.want)
		}
	}
	if _, ok := poverty.Percent(1, 0); ok {
		t.Error("a share of nothing")
	}
}

func TestParsePrinted_reads_what_documents_print(t *testing.T) {
	for _, tt := range []struct {
		column poverty.TargetColumn
		text   string
		want   int
		ok     bool
	}{
		{"poor_pct", "9,92", 992, true}, {"poor_pct", "9.9", 990, true}, {"poor_pct", "9", 900, true}, {"poor_pct", "9,925", 0, false},
		{"poor_pct", "-1", 0, false}, {"poor_pct", "1001", 0, false}, {"poor", "1.411", 1411, true}, {"poor", "1411", 1411, true},
		{"poor", "1.41", 0, false}, {"poor", "x", 0, false}, {"poor", "", 0, false},
	} {
		if got, ok := poverty.ParsePrinted(tt.column, tt.text); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s %q: %d, %v", tt.column, tt.text, got, ok)
		}
	}
}

// camLo is three rows of Cam Lộ's table of 2019 and its sum as it is printed.
func camLo() poverty.TargetTable {
	printed := func(poor, policy, hard, leave, end string) map[poverty.TargetColumn]string {
		return map[poverty.TargetColumn]string{"poor_pct": poor, "policy_pct": policy, "hard_core_pct": hard, "to_leave_pct": leave, "poor_end_pct": end}
	}
	return poverty.NewTargetTable([]poverty.Target{
		{Unit: "cam-tuyen", Households: 1411, Poor: 140, Policy: 14, HardCore: 126, ToLeave: 14, Printed: printed("9,92", "0,99", "8,93", "0,99", "8,93")},
		{Unit: "cam-thuy", Households: 1446, Poor: 66, Policy: 16, HardCore: 50, ToLeave: 16, Printed: printed("4,56", "1,10", "3,45", "1,10", "3,45")},
		{Unit: "cam-hieu", Households: 1747, Poor: 85, Policy: 13, HardCore: 72, ToLeave: 13, Printed: printed("4,87", "0,74", "4,12", "0,74", "4,12")},
	}, poverty.TargetTotals{Printed: map[poverty.TargetColumn]string{"households": "4604", "poor": "292"}})
}

func TestTargetTable_foots_its_rows_and_names_what_is_printed_otherwise(t *testing.T) {
	table := camLo()
	if s := table.Sum; s.Households != 4604 || s.Poor != 291 || s.ToLeave != 43 || s.PoorEnd() != 248 {
		t.Errorf("%+v", s)
	}
	want := []poverty.Difference{
		{"cam-thuy", "", "policy_pct", 110, 111}, {"cam-thuy", "", "hard_core_pct", 345, 346},
		{"cam-thuy", "", "to_leave_pct", 110, 111}, {"cam-thuy", "", "poor_end_pct", 345, 346},
		{"", "", "poor", 292, 291},
	}
	if diff := cmp.Diff(want, table.Differences()); diff != "" {
		t.Error(diff)
	}
	// 4,87 − 0,74 is 4,13; the counts give 4,12, and so does the table.
	if n, _ := table.Rows[2].Value("poor_end_pct"); n != 412 || table.Rows[2].Differs("poor_end_pct") {
		t.Errorf("%d: computed from the printed cells, not from the counts", n)
	}
	if table.Uses(poverty.ColumnNearPoor) || !table.Uses(poverty.ColumnPolicy) {
		t.Error("columns that nobody filled in are shown, or others are not")
	}
}

func TestTargetFall_tells_gross_from_net_and_points_from_shares(t *testing.T) {
	table := poverty.NewTargetTable([]poverty.Target{{Households: 14653, Poor: 609, ToLeave: 82}}, poverty.TargetTotals{NewLow: 30, NewHigh: 40})
	f := table.Fall()
	if want := (poverty.TargetFall{14653, 609, 82, 30, 40, 42, 52, 557, 567}); f != want {
		t.Errorf("%+v", f)
	}
	for _, tt := range []struct{ got, want int }{
		{f.Points(f.Gross), 56}, {f.Relative(f.Gross), 1346}, {f.Points(f.NetLow), 29}, {f.Points(f.NetHigh), 35},
		{f.Points(f.EndLow), 380}, {f.Points(f.EndHigh), 387}, {f.Points(f.NewLow), 20}, {f.Points(f.NewHigh), 27},
	} {
		if tt.got != tt.want {
			t.Errorf("%d, want %d", tt.got, tt.want)
		}
	}
	rows := poverty.NewTargetTable([]poverty.Target{{Households: 100, Poor: 10, ToLeave: 2, ExpectedNew: 3}}, poverty.TargetTotals{})
	if f := rows.Fall(); f.NetLow != -1 || f.EndHigh != 11 || f.Points(f.NetLow) != -100 {
		t.Errorf("the rows' own expectation: %+v", f)
	}
}

func TestTarget_counts_hold_against_each_other(t *testing.T) {
	good := poverty.Target{Households: 100, Poor: 20, NearPoor: 10, Policy: 5, HardCore: 15, ToLeave: 5, NearToLeave: 2}
	for _, tt := range []struct {
		name   string
		change func(*poverty.Target)
		want   []string
	}{
		{"good", func(*poverty.Target) {}, nil},
		{"not split", func(t *poverty.Target) { t.Policy, t.HardCore = 0, 0 }, nil},
		{"parts", func(t *poverty.Target) { t.Policy = 6 }, []string{"hard_core target.parts_differ"}},
		{"more than all", func(t *poverty.Target) { t.NearPoor = 81 }, []string{"poor target.more_than_households"}},
		{"more leave than are", func(t *poverty.Target) { t.ToLeave, t.NearToLeave = 21, 11 }, []string{"to_leave target.more_than_poor", "near_to_leave target.more_than_near_poor"}},
		{"below zero", func(t *poverty.Target) { t.ToLeave = -1 }, []string{"to_leave target.negative"}},
		{"a number in the wrong column", func(t *poverty.Target) { t.Households = 900_000_000 }, []string{"households target.too_many"}},
		{"printed", func(t *poverty.Target) { t.Printed = map[poverty.TargetColumn]string{"poor_pct": "khoảng 5"} }, []string{"poor_pct target.bad_printed"}},
		{"printed in no column", func(t *poverty.Target) { t.Printed = map[poverty.TargetColumn]string{"x": "5"} }, []string{"x target.bad_printed"}},
	} {
		row := good
		tt.change(&row)
		if diff := cmp.Diff(tt.want, keysOf(row.Check())); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func keysOf(list poverty.Problems) (keys []string) {
	for _, p := range list {
		keys = append(keys, p.Column+" "+p.Key)
	}
	return keys
}

func TestTarget_is_compared_with_the_register_in_what_it_tells(t *testing.T) {
	register := poverty.RegisterCount{All: 30, Poor: 19, NearPoor: 10, Policy: 5, HardCore: 14}
	for _, tt := range []struct {
		row  poverty.Target
		kept poverty.RegisterCount
		want []poverty.RegisterDifference
	}{
		{poverty.Target{Poor: 20, NearPoor: 10, Policy: 5, HardCore: 15}, register, []poverty.RegisterDifference{{"poor", 20, 19}, {"hard_core", 15, 14}}},
		{poverty.Target{Poor: 19}, register, nil},
		{poverty.Target{Poor: 20}, poverty.RegisterCount{}, nil},
	} {
		if diff := cmp.Diff(tt.want, tt.row.AgainstRegister(tt.kept)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFigure_that_the_text_prints_is_computed_from_its_counts(t *testing.T) {
	for printed, differs := range map[string]bool{"0,54": true, "0,55": false, "": false} {
		if got := (poverty.Figure{Part: 80, Base: 14653, Printed: printed}).Differs(); got != differs {
			t.Errorf("%q differs: %v", printed, got)
		}
	}
	wrong := poverty.TargetTotals{NewLow: 5, NewHigh: 3, Figures: []poverty.Figure{{Label: "x", Part: 9, Base: 8, Printed: "y"}, {Part: 1, Base: 2, Printed: "50"}}}.Check()
	if diff := cmp.Diff([]string{"new_high target.bad_range", "part target.bad_part", "printed target.bad_printed", "label error.required"}, keysOf(wrong)); diff != "" {
		t.Error(diff)
	}
}

func TestTargetImport_keeps_what_the_file_does_not_tell(t *testing.T) {
	x := poverty.TargetImport{Columns: []poverty.TargetColumn{"unit", "households", "poor", "poor_pct", "to_leave"}}
	stored := poverty.Target{Households: 1, Poor: 2, NearPoor: 7, Note: "ghi chú", Printed: map[poverty.TargetColumn]string{"poor_pct": "1", "near_poor_pct": "3"}}
	got := x.Over(stored, poverty.Target{Households: 10, Poor: 4, ToLeave: 1, Printed: map[poverty.TargetColumn]string{}})
	want := poverty.Target{Households: 10, Poor: 4, NearPoor: 7, ToLeave: 1, Note: "ghi chú", Printed: map[poverty.TargetColumn]string{"near_poor_pct": "3"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// planCycle has two communes and an owner.
func planCycle(state poverty.CycleState) poverty.Cycle {
	return poverty.Cycle{ID: "huyen:2019", Owner: "huyen", State: state, Rules: poverty.Rules{
		Bindings: poverty.Bindings{Standing: "phong", Chair: "huyen/chair", ViceChair: "huyen/vice", Above: []poverty.UnitID{"tinh"}},
		Units: map[poverty.UnitID]poverty.CycleUnit{
			"xa": {Role: "commune"}, "xa-khac": {Role: "commune"}, "phong": {Role: "standing"}, "huyen": {Role: "owner"}, "hoi": {Role: "member"},
		},
	}}
}

func holds(office poverty.OfficeID, unit poverty.UnitID) poverty.Actor {
	return poverty.Actor{User: 1, Seats: []poverty.Seat{{Office: office, Unit: unit}}}
}

var (
	ofStanding = holds("phong/officer", "phong")
	ofChair    = holds("huyen/chair", "huyen")
	ofCommune  = holds("xa/officer", "xa")
	ofOther    = holds("xa-khac/officer", "xa-khac")
	ofMember   = holds("hoi/head", "hoi")
	ofAbove    = holds("tinh/officer", "tinh")
)

func TestTargets_are_set_by_the_standing_office_and_the_leadership_with_a_reason_once_it_runs(t *testing.T) {
	reason := poverty.TargetReason{Reason: "bão"}
	for _, tt := range []struct {
		name  string
		who   poverty.Actor
		state poverty.CycleState
		why   poverty.TargetReason
		want  poverty.Kind
	}{
		{"standing, draft", ofStanding, poverty.CycleDraft, poverty.TargetReason{}, ""},
		{"chair, draft", ofChair, poverty.CycleDraft, poverty.TargetReason{}, ""},
		{"standing, running", ofStanding, poverty.CycleRunning, reason, ""},
		{"no reason", ofStanding, poverty.CycleRunning, poverty.TargetReason{Reason: " "}, poverty.Invalid},
		{"closed", ofStanding, poverty.CycleClosed, reason, poverty.Conflict},
		{"closed, even to the program", poverty.System("x"), poverty.CycleClosed, reason, poverty.Conflict},
		{"a commune", ofCommune, poverty.CycleDraft, reason, poverty.Forbidden},
		{"an agency", ofMember, poverty.CycleDraft, reason, poverty.Forbidden},
		{"the tier above", ofAbove, poverty.CycleDraft, reason, poverty.Forbidden},
		{"nobody", poverty.Actor{}, poverty.CycleDraft, reason, poverty.Forbidden},
	} {
		if _, err := planCycle(tt.state).MaySetTargets(tt.who, tt.why); poverty.KindOf(err) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestShares_are_a_communes_own_and_the_standing_offices_with_a_basis(t *testing.T) {
	for _, tt := range []struct {
		name   string
		who    poverty.Actor
		unit   poverty.UnitID
		basis  string
		state  poverty.CycleState
		behalf bool
		want   poverty.Kind
	}{
		{"its own", ofCommune, "xa", "", poverty.CycleRunning, false, ""},
		{"another's", ofOther, "xa", "x", poverty.CycleRunning, false, poverty.Forbidden},
		{"standing with a basis", ofStanding, "xa", "CV 1", poverty.CycleRunning, true, ""},
		{"standing without", ofStanding, "xa", " ", poverty.CycleRunning, true, poverty.Invalid},
		{"the chair of the owner", ofChair, "xa", "x", poverty.CycleRunning, false, poverty.Forbidden},
		{"closed", ofCommune, "xa", "", poverty.CycleClosed, false, poverty.Conflict},
		{"no commune", ofStanding, "hoi", "x", poverty.CycleRunning, false, poverty.Invalid},
	} {
		_, behalf, err := planCycle(tt.state).MayWriteFor(tt.who, tt.unit, tt.basis)
		if poverty.KindOf(err) != tt.want || behalf != tt.behalf {
			t.Errorf("%s: %v, %v", tt.name, behalf, err)
		}
	}
}

func TestShares_are_summed_by_hamlets_and_by_bodies_apart(t *testing.T) {
	s := poverty.Shares{List: []poverty.Share{
		{Hamlet: "t1", ToLeave: 3}, {Hamlet: "t2", ToLeave: 4, NearToLeave: 1}, {Body: "Hội Phụ nữ", ToLeave: 5},
	}}
	target := poverty.Target{ToLeave: 6, NearToLeave: 2}
	if got, want := s.Sum(target, false), (poverty.ShareSum{2, 7, 1, 1, -1}); got != want {
		t.Errorf("hamlets: %+v", got)
	}
	if got, want := s.Sum(target, true), (poverty.ShareSum{1, 5, 0, -1, -2}); got != want {
		t.Errorf("bodies: %+v", got)
	}
	if got := (poverty.Shares{}).Sum(target, true); got != (poverty.ShareSum{}) {
		t.Errorf("nothing allotted is not too little: %+v", got)
	}
	hamlets := []poverty.Hamlet{{Unit: "xa", Code: "t1"}}
	s.List = append(s.List, poverty.Share{}, poverty.Share{Hamlet: "t1", Body: "x"}, poverty.Share{Body: "Hội Phụ nữ", ToLeave: -1})
	want := []string{"hamlet household.unknown_hamlet", "body error.required", "body share.one_of", "body share.twice", "to_leave target.negative"}
	if diff := cmp.Diff(want, keysOf(s.Check(hamlets))); diff != "" {
		t.Error(diff)
	}
}

func TestCommittee_covers_areas_for_as_long_as_its_members_serve(t *testing.T) {
	day := calendar.MustDate("2019-06-01")
	committees := []poverty.Committee{
		{Unit: "huyen", Members: []poverty.CommitteeMember{
			{Name: "A", Areas: []poverty.Area{{Unit: "xa"}}},
			{Name: "B", Until: calendar.MustDate("2019-05-31"), Areas: []poverty.Area{{Unit: "xa-khac"}}},
		}},
		{Unit: "xa", Members: []poverty.CommitteeMember{{Name: "C", From: day, Areas: []poverty.Area{{Unit: "xa", Hamlet: "t1"}}}}},
		{Unit: "xa-khac", Members: []poverty.CommitteeMember{{Name: "D", Areas: []poverty.Area{{Unit: "xa-khac"}}}}},
	}
	areas := []poverty.Area{{Unit: "xa"}, {Unit: "xa-khac"}, {Unit: "xa", Hamlet: "t1"}, {Unit: "xa", Hamlet: "t2"}, {Unit: "xa-khac", Hamlet: "t9"}}
	if diff := cmp.Diff([]poverty.Area{areas[1], areas[3]}, poverty.Uncovered("huyen", committees, areas, day)); diff != "" {
		t.Error(diff)
	}
	before := poverty.Uncovered("huyen", committees, areas, day.AddDays(-1))
	if !slices.Contains(before, areas[2]) || slices.Contains(before, areas[1]) {
		t.Errorf("the day before: %v", before)
	}
}

func TestCommittee_is_checked_member_by_member(t *testing.T) {
	c := poverty.Committee{Unit: "xa", Members: []poverty.CommitteeMember{
		{Name: " ", Office: "x/y", From: calendar.MustDate("2019-02-02"), Until: calendar.MustDate("2019-02-01")},
		{Name: "B", Areas: []poverty.Area{{Unit: "xa-khac"}, {Unit: "hoi"}, {Unit: "xa", Hamlet: "t9"}}},
	}}
	want := []string{
		"name error.required", "office committee.unknown_office", "until committee.ends_before", "areas committee.other_area",
		"areas household.unknown_unit", "areas household.unknown_hamlet",
	}
	if diff := cmp.Diff(want, keysOf(c.Check(planCycle(poverty.CycleRunning), nil, nil))); diff != "" {
		t.Error(diff)
	}
}

func TestCommittees_are_named_by_those_whose_they_are(t *testing.T) {
	for _, tt := range []struct {
		name string
		who  poverty.Actor
		unit poverty.UnitID
		want poverty.Kind
	}{
		{"the owner's by the standing office", ofStanding, "huyen", ""},
		{"the owner's by the chair", ofChair, "huyen", ""},
		{"the owner's by a commune", ofCommune, "huyen", poverty.Forbidden},
		{"the owner's by the tier above", ofAbove, "huyen", poverty.Forbidden},
		{"a commune's by itself", ofCommune, "xa", ""},
		{"a commune's by another", ofOther, "xa", poverty.Forbidden},
		{"a commune's by the standing office without a basis", ofStanding, "xa", poverty.Invalid},
	} {
		if _, _, err := planCycle(poverty.CycleRunning).MayCommittee(tt.who, tt.unit, ""); poverty.KindOf(err) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, _, err := planCycle(poverty.CycleClosed).MayCommittee(ofStanding, "huyen", ""); poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("a closed cycle: %v", err)
	}
}

func TestIndicator_has_the_number_of_its_kind(t *testing.T) {
	for _, tt := range []struct {
		name string
		i    poverty.CycleIndicator
		want []string
	}{
		{"of those with need", poverty.CycleIndicator{Code: "training", Name: "Học nghề", Kind: poverty.IndicatorPercent, Base: "lao động có nhu cầu", Low: 10000, High: 10000}, nil},
		{"a percentage of nothing", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorPercent, Low: 100, High: 100}, []string{"base indicator.base_needed"}},
		{"turns", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorTurns, Low: 1_400_000, High: 1_400_000}, nil},
		{"half a turn", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorTurns, Low: 50, High: 50}, []string{"low indicator.whole"}},
		{"a range", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorRate, Low: 50, High: 100}, nil},
		{"a range upside down", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorRate, Low: 100, High: 50}, []string{"high target.bad_range"}},
		{"a range of points", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorPoints, Low: 50, High: 100}, []string{"high indicator.one_number"}},
		{"over a hundred", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorRate, Low: 50, High: 10_001}, []string{"low indicator.over_hundred"}},
		{"a text with a number", poverty.CycleIndicator{Code: "x", Name: "x", Kind: poverty.IndicatorText, Low: 1, High: 1}, []string{"low indicator.no_number"}},
		{"nothing", poverty.CycleIndicator{}, []string{"code indicator.bad_code", "name error.required", "kind indicator.unknown_kind"}},
	} {
		if diff := cmp.Diff(tt.want, keysOf(tt.i.Check())); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
