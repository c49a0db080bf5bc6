package postgres_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/documents"
	"dondoc/internal/rehearsal"
	"dondoc/poverty"
)

const (
	targetOfficer = "camlo.thuongtruc.canbo"
	camTuyenChair = "camlo.camtuyen.chutich"
	camThuyChair  = "camlo.camthuy.chutich"
	camLoAgency   = "camlo.nhcsxh.canbo"
)

// camLoRegistered is the fixture with Cam Lộ's register, what communes allotted
// and the committees.
func camLoRegistered(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	r, err := example("cam-lo-2019")
	f.must(err)
	f.must(rehearsal.Register(f.system(), f.DB, r.New))
	return f
}

func (f *fixture) target(login string, unit poverty.UnitID) poverty.Target {
	f.t.Helper()
	list, err := f.Targets(f.as(login), camLo)
	f.must(err)
	for _, t := range list {
		if t.Unit == unit {
			return t
		}
	}
	f.t.Fatalf("%s has no target", unit)
	return poverty.Target{}
}

func difference(unit poverty.UnitID, name string, column poverty.TargetColumn, printed, computed int) poverty.Difference {
	return poverty.Difference{Unit: unit, UnitName: name, Column: column, Printed: printed, Computed: computed}
}

func TestDB_CamLo_table_foots_and_names_the_five_printed_percentages(t *testing.T) {
	f := camLoRegistered(t)
	table, err := f.TargetTable(f.as(targetOfficer), camLo)
	f.must(err)
	if s := table.Sum; s.Households != 14653 || s.Poor != 609 || s.NearPoor != 720 || s.Policy != 82 || s.HardCore != 527 || s.ToLeave != 82 || s.PoorEnd() != 527 {
		t.Errorf("%+v", s)
	}
	want := []poverty.Difference{
		difference("cam-thuy", "UBND xã Cam Thủy", "policy_pct", 110, 111), difference("cam-thuy", "UBND xã Cam Thủy", "hard_core_pct", 345, 346),
		difference("cam-thuy", "UBND xã Cam Thủy", "to_leave_pct", 110, 111), difference("cam-thuy", "UBND xã Cam Thủy", "poor_end_pct", 345, 346),
		difference("", "", "hard_core_pct", 359, 360),
	}
	if diff := cmp.Diff(want, table.Differences()); diff != "" {
		t.Error(diff)
	}
	differ := 0
	for _, figure := range table.Totals.Figures {
		if figure.Differs() {
			differ++
			if n, _ := figure.Computed(); figure.Part != 80 || figure.Printed != "0,54" || n != 55 {
				t.Errorf("%+v gives %d", figure, n)
			}
		}
	}
	if differ != 1 || len(table.Totals.Figures) != 6 {
		t.Errorf("%d figures of the text differ: %+v", differ, table.Totals.Figures)
	}
	if fall := table.Fall(); fall.NewLow != 30 || fall.NewHigh != 40 || fall.NetLow != 42 || fall.EndHigh != 567 {
		t.Errorf("%+v", fall)
	}
	if table.Rows[0].Unit != "cam-tuyen" || table.Rows[5].Unit != "tt-cam-lo" {
		t.Error("the rows are not in the order of the source")
	}
}

func TestDB_CamLo_register_agrees_with_the_table(t *testing.T) {
	f := camLoRegistered(t)
	counts, err := f.RegisterCounts(f.as(targetOfficer), camLo, "")
	f.must(err)
	var sum poverty.RegisterCount
	for _, c := range counts {
		if d := f.target(targetOfficer, c.Unit).AgainstRegister(c); len(d) > 0 {
			t.Errorf("%s: %+v", c.Unit, d)
		}
		sum.Poor, sum.NearPoor, sum.Policy, sum.HardCore, sum.Differ = sum.Poor+c.Poor, sum.NearPoor+c.NearPoor, sum.Policy+c.Policy, sum.HardCore+c.HardCore, sum.Differ+c.Differ
	}
	if len(counts) != 9 || sum.Poor != 609 || sum.NearPoor != 720 || sum.Policy != 82 || sum.HardCore != 527 {
		t.Errorf("%d communes, %+v", len(counts), sum)
	}
	if sum.Differ == 0 || sum.Differ > 10 {
		t.Errorf("%d households are declared otherwise than the standard gives", sum.Differ)
	}
	ethnic := column[string](f, f.super(), "select declared || ' ' || count(*) from households where cycle_id = 'cam-lo:2019' and ethnic group by declared order by 1")
	if got := strings.Join(ethnic, ", "); got != "near_poor 24, not_poor 6, poor 50" {
		t.Error(got)
	}
}

func TestDB_targets_are_read_by_all_who_take_part_and_nobody_else(t *testing.T) {
	f := camLoRegistered(t)
	for login, want := range map[string]int{targetOfficer: 9, "camlo.ct": 9, "camlo.tinh": 9, camTuyenChair: 9, camLoAgency: 9, "thuongtruc.truong": 0, "quantri": 0} {
		list, err := f.Targets(f.as(login), camLo)
		f.must(err)
		if len(list) != want {
			t.Errorf("%s sees %d rows", login, len(list))
		}
		indicators, err := f.Indicators(f.as(login), camLo)
		f.must(err)
		committees, err := f.Committees(f.as(login), camLo)
		f.must(err)
		if seen := len(indicators) > 0 && len(committees) > 0; seen != (want > 0) {
			t.Errorf("%s: %d indicators, %d committees", login, len(indicators), len(committees))
		}
		_, err = f.Shares(f.as(login), camLo, "cam-tuyen")
		if want > 0 {
			f.must(err)
		} else {
			f.wantKind(err, poverty.NotFound, "target.not_found")
		}
	}
	_, err := f.TargetTable(f.as("thuongtruc.truong"), camLo)
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	_, err = f.Targets(context.Background(), camLo)
	if err == nil {
		t.Error("read without an actor")
	}
}

func TestDB_SaveTarget_is_the_standing_offices_and_leaderships_with_a_reason_and_a_version(t *testing.T) {
	f := camLoRegistered(t)
	row := f.target(targetOfficer, "cam-an")
	row.ToLeave, row.Note = 6, " ghi chu\u0301 "
	for login, want := range map[string]poverty.Kind{camTuyenChair: poverty.Forbidden, camLoAgency: poverty.Forbidden, "camlo.tinh": poverty.Forbidden, "thuongtruc.truong": poverty.NotFound} {
		_, err := f.SaveTarget(f.as(login), row, poverty.TargetReason{Reason: "x"})
		f.wantKind(err, want, "")
	}
	saved, err := f.SaveTarget(f.as(targetOfficer), row, poverty.TargetReason{})
	f.must(err)
	if saved.Version != 2 || saved.ToLeave != 6 || saved.Note != "ghi chú" || saved.Place != row.Place || saved.SavedBy != f.user(targetOfficer) {
		t.Errorf("%+v", saved)
	}
	_, err = f.SaveTarget(f.as("camlo.ct"), row, poverty.TargetReason{})
	f.wantKind(err, poverty.Conflict, "target.changed")
	same, err := f.SaveTarget(f.as("camlo.ct"), saved, poverty.TargetReason{})
	f.must(err)
	if same.Version != 2 {
		t.Errorf("nothing was changed, and it became version %d", same.Version)
	}

	_, err = f.OpenCycle(f.system(), camLo, at("2019-01-21 09:00"))
	f.must(err)
	saved.ToLeave = 7
	_, err = f.SaveTarget(f.as(targetOfficer), saved, poverty.TargetReason{Reason: " "})
	f.wantKind(err, poverty.Invalid, "target.reason_needed")
	before := len(column[int64](f, f.super(), "select id from history where code = 'target'"))
	_, err = f.SaveTarget(f.as("camlo.pct"), saved, poverty.TargetReason{Reason: "Sau bão", Basis: "CV 12"})
	f.must(err)
	told := column[string](f, f.super(), "select unit_id || ' ' || office_id || ' ' || reason || ' ' || basis from history where code = 'target' order by id")
	if len(told) != before+1 || told[before] != "cam-an cam-lo/vice-chair Sau bão CV 12" {
		t.Error(told)
	}
	f.exec("update cycles set state = 'closed' where id = 'cam-lo:2019'")
	saved.Version = 3
	_, err = f.SaveTarget(f.as(targetOfficer), saved, poverty.TargetReason{Reason: "x"})
	f.wantKind(err, poverty.Conflict, "cycle.closed")
}

func TestDB_SaveTarget_stores_a_new_row_and_refuses_what_does_not_hold(t *testing.T) {
	f := newFixture(t)
	f.exec("delete from targets where cycle_id = 'cam-lo:2019' and unit_id = 'cam-an'")
	row, err := f.SaveTarget(f.as(targetOfficer), poverty.Target{Cycle: camLo, Unit: "cam-an", Households: 10, Poor: 3, ToLeave: 1}, poverty.TargetReason{})
	f.must(err)
	if row.Version != 1 || row.UnitName != "UBND xã Cam An" || row.Place != 9 {
		t.Errorf("%+v", row)
	}
	row.ToLeave = 4
	_, err = f.SaveTarget(f.as(targetOfficer), row, poverty.TargetReason{})
	if diff := cmp.Diff(poverty.Problems{{Column: "to_leave", Key: "target.more_than_poor", Args: []any{"to_leave", 4, "poor", 3}}}, err); diff != "" {
		t.Error(diff)
	}
	row.Unit, row.Version = "nhcsxh-cam-lo", 0
	if _, err = f.SaveTarget(f.as(targetOfficer), row, poverty.TargetReason{}); poverty.KindOf(err) != poverty.Invalid {
		t.Errorf("a bank has a target: %v", err)
	}
}

func TestDB_SaveTargetTotals_keeps_what_the_source_says(t *testing.T) {
	f := newFixture(t)
	table, err := f.TargetTable(f.as(targetOfficer), camLo)
	f.must(err)
	totals := table.Totals
	totals.NewHigh, totals.Figures = 45, totals.Figures[:1]
	_, err = f.SaveTargetTotals(f.as(camTuyenChair), totals, poverty.TargetReason{})
	f.wantKind(err, poverty.Forbidden, "target.forbidden")
	saved, err := f.SaveTargetTotals(f.as(targetOfficer), totals, poverty.TargetReason{})
	f.must(err)
	if saved.Version != 2 {
		t.Errorf("%+v", saved)
	}
	_, err = f.SaveTargetTotals(f.as(targetOfficer), totals, poverty.TargetReason{})
	f.wantKind(err, poverty.Conflict, "target.changed")
	table, err = f.TargetTable(f.as(targetOfficer), camLo)
	f.must(err)
	if diff := cmp.Diff(saved, table.Totals); diff != "" || table.Fall().NewHigh != 45 {
		t.Error(diff)
	}
}

// The source's own file, as data that others have taken from it.
const camLoCSV = `order,unit,households,poor,poor_pct,csgn,csgn_pct,hardcore,hardcore_pct,target_drop,target_drop_pct,poor_end,poor_end_pct
1,Xã Cam Tuyền,1411,140,9.92,14,0.99,126,8.93,14,0.99,126,8.93
2,Xã Cam Thủy,1446,66,4.56,16,1.10,50,3.45,16,1.10,50,3.45
,Tổng cộng,14653,609,4.16,82,0.56,527,3.59,82,0.56,527,3.60
`

func (f *fixture) targetFile(text string) poverty.TargetImport {
	f.t.Helper()
	units, err := f.Units(f.as(targetOfficer), poverty.UnitFilter{Cycle: camLo, On: date("2019-02-01"), Kind: "commune"})
	f.must(err)
	r := strings.NewReader(text)
	x, problems, err := documents.ReadTargets(r, r.Size(), documents.TargetSheet{Units: units, File: "x.csv"})
	f.must(err)
	if len(problems) > 0 {
		f.t.Fatal(problems)
	}
	return x
}

func TestDB_ImportTargets_stores_all_or_none_and_the_same_again_changes_nothing(t *testing.T) {
	f := newFixture(t)
	x := f.targetFile(camLoCSV)
	_, err := f.ImportTargets(f.as(camTuyenChair), camLo, x, poverty.TargetReason{})
	f.wantKind(err, poverty.Forbidden, "target.forbidden")
	n, err := f.ImportTargets(f.as(targetOfficer), camLo, x, poverty.TargetReason{})
	f.must(err)
	if n != 0 || f.target(targetOfficer, "cam-thuy").NearPoor != 78 {
		t.Errorf("%d changed, though the file says what is stored: %+v", n, f.target(targetOfficer, "cam-thuy"))
	}
	x = f.targetFile(strings.ReplaceAll(camLoCSV, "1446,66,4.56,16,1.10,50,3.45,16", "1446,66,4.56,16,1.10,50,3.45,15"))
	n, err = f.ImportTargets(f.as(targetOfficer), camLo, x, poverty.TargetReason{})
	f.must(err)
	if got := f.target(targetOfficer, "cam-thuy"); n != 1 || got.ToLeave != 15 || got.NearPoor != 78 || got.Version != 2 {
		t.Errorf("%d changed: %+v", n, got)
	}
	before := f.contents()
	x.Rows[0].ToLeave, x.Rows[1].ToLeave = 1, 1000
	_, err = f.ImportTargets(f.as(targetOfficer), camLo, x, poverty.TargetReason{})
	want := poverty.Problems{{Row: 2, Column: "to_leave", Key: "target.more_than_poor", Args: []any{"to_leave", 1000, "poor", 66}}}
	if diff := cmp.Diff(want, err); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error("something of a faulty table was stored: ", diff)
	}
}

func TestDB_PutShares_is_the_communes_and_the_standing_offices_with_a_basis(t *testing.T) {
	f := camLoRegistered(t)
	old, err := f.Shares(f.as(camTuyenChair), camLo, "cam-tuyen")
	f.must(err)
	if sum := old.Sum(f.target(camTuyenChair, "cam-tuyen"), false); old.Version != 1 || sum.ToLeave != 14 || sum.Over != 0 {
		t.Errorf("%+v: %+v", old, sum)
	}
	next := old
	next.List = append([]poverty.Share{{Body: " Hội  Người cao tuổi ", ToLeave: 20}}, old.List[:1]...)
	_, err = f.PutShares(f.as(camThuyChair), next, "x")
	f.wantKind(err, poverty.Forbidden, "share.forbidden")
	_, err = f.PutShares(f.as(camLoAgency), next, "x")
	f.wantKind(err, poverty.Forbidden, "share.forbidden")
	_, err = f.PutShares(f.as("thuongtruc.truong"), next, "x")
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	_, err = f.PutShares(f.as(targetOfficer), next, "")
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	saved, err := f.PutShares(f.as(camTuyenChair), next, "")
	f.must(err)
	if sum := saved.Sum(f.target(camTuyenChair, "cam-tuyen"), true); saved.Version != 2 || len(saved.List) != 2 || sum.Over != 6 {
		t.Errorf("too much is shown and not refused: %+v, %+v", saved, sum)
	}
	_, err = f.PutShares(f.as(camTuyenChair), next, "")
	f.wantKind(err, poverty.Conflict, "share.changed")
	saved.List[1].Hamlet = "Thôn 99"
	_, err = f.PutShares(f.as(camTuyenChair), saved, "")
	if diff := cmp.Diff(poverty.Problems{{Row: 2, Column: "hamlet", Key: "household.unknown_hamlet", Args: []any{"hamlet", "Thôn 99"}}}, err); diff != "" {
		t.Error(diff)
	}
	saved.List = nil
	saved, err = f.PutShares(f.as(targetOfficer), saved, "CV 3")
	f.must(err)
	told := column[string](f, f.super(), "select on_behalf || ' ' || basis from history where code = 'share' and unit_id = 'cam-tuyen' order by id desc limit 1")
	if len(saved.List) != 0 || told[0] != "true CV 3" {
		t.Errorf("%+v %v", saved, told)
	}
}

func TestDB_PutCommittee_is_the_owners_and_each_communes_own(t *testing.T) {
	f := camLoRegistered(t)
	list, err := f.Committees(f.as(targetOfficer), camLo)
	f.must(err)
	if len(list) != 2 || list[0].Unit != "cam-lo" || len(list[0].Members) != 5 || len(list[0].Members[1].Areas) != 3 || list[0].Members[4].Until != date("2019-08-31") {
		t.Fatalf("%+v", list)
	}
	owner, commune := list[0], list[1]
	_, err = f.PutCommittee(f.as(camTuyenChair), owner, "x")
	f.wantKind(err, poverty.Forbidden, "committee.forbidden")
	_, err = f.PutCommittee(f.as(camThuyChair), commune, "x")
	f.wantKind(err, poverty.Forbidden, "share.forbidden")
	_, err = f.PutCommittee(f.as(targetOfficer), commune, "")
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	_, err = f.PutCommittee(f.as("thuongtruc.truong"), owner, "x")
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	owner.Members = owner.Members[1:3]
	owner.Members[0].Areas = append(owner.Members[0].Areas, owner.Members[0].Areas[0]) // twice is once
	saved, err := f.PutCommittee(f.as("camlo.pct"), owner, "")
	f.must(err)
	list, err = f.Committees(f.as(camTuyenChair), camLo)
	f.must(err)
	if saved.Version != 2 || list[0].Version != 2 || len(list[0].Members) != 2 || len(list[0].Members[0].Areas) != 3 {
		t.Errorf("%+v", list[0])
	}
	_, err = f.PutCommittee(f.as(targetOfficer), owner, "")
	f.wantKind(err, poverty.Conflict, "committee.changed")
	commune.Members[0].Areas = []poverty.Area{{Unit: "cam-thuy"}}
	if _, err = f.PutCommittee(f.as(camTuyenChair), commune, ""); poverty.KindOf(err) != poverty.Invalid {
		t.Errorf("a commune looks after another's area: %v", err)
	}
}

func TestDB_SaveIndicator_is_the_standing_offices_and_leaderships(t *testing.T) {
	f := newFixture(t)
	list, err := f.Indicators(f.as(camTuyenChair), camLo)
	f.must(err)
	if len(list) != 11 || list[0].Code != "poor-rate" || list[1].Low != 50 || list[1].High != 100 {
		t.Fatalf("%+v", list)
	}
	i := list[0]
	i.Low, i.High = 60, 60
	for _, login := range []string{camTuyenChair, camLoAgency, "camlo.tinh"} {
		_, err = f.SaveIndicator(f.as(login), i, poverty.TargetReason{})
		f.wantKind(err, poverty.Forbidden, "target.forbidden")
		f.wantKind(f.DeleteIndicator(f.as(login), camLo, i.Code, 1, poverty.TargetReason{}), poverty.Forbidden, "target.forbidden")
	}
	saved, err := f.SaveIndicator(f.as(targetOfficer), i, poverty.TargetReason{})
	f.must(err)
	if saved.Version != 2 || saved.Place != 1 || saved.Low != 60 {
		t.Errorf("%+v", saved)
	}
	_, err = f.SaveIndicator(f.as(targetOfficer), i, poverty.TargetReason{})
	f.wantKind(err, poverty.Conflict, "indicator.changed")
	i.Version = 0
	_, err = f.SaveIndicator(f.as(targetOfficer), i, poverty.TargetReason{})
	f.wantKind(err, poverty.Conflict, "indicator.exists")
	f.wantKind(f.DeleteIndicator(f.as(targetOfficer), camLo, i.Code, 1, poverty.TargetReason{}), poverty.Conflict, "indicator.changed")
	f.must(f.DeleteIndicator(f.as(targetOfficer), camLo, i.Code, 2, poverty.TargetReason{}))
	f.wantKind(f.DeleteIndicator(f.as(targetOfficer), camLo, i.Code, 2, poverty.TargetReason{}), poverty.NotFound, "indicator.not_found")
	i.Code = "new-one"
	saved, err = f.SaveIndicator(f.as("camlo.ct"), i, poverty.TargetReason{})
	f.must(err)
	if saved.Version != 1 || saved.Place != 12 {
		t.Errorf("%+v", saved)
	}
}

func TestDB_a_cycle_that_is_registered_twice_keeps_what_was_allotted_meanwhile(t *testing.T) {
	f := camLoRegistered(t)
	s, err := f.Shares(f.as(camTuyenChair), camLo, "cam-tuyen")
	f.must(err)
	s.List = s.List[:1]
	_, err = f.PutShares(f.as(camTuyenChair), s, "")
	f.must(err)
	r, err := documents.ReadCycle(os.DirFS("../examples/cam-lo-2019"))
	f.must(err)
	f.must(rehearsal.Register(f.system(), f.DB, r.New))
	if s, err = f.Shares(f.as(camTuyenChair), camLo, "cam-tuyen"); err != nil || len(s.List) != 1 {
		t.Errorf("%+v %v", s, err)
	}
}
