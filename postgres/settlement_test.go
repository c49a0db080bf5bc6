package postgres_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dondoc/poverty"
)

const basis = "Công văn 12/LĐTBXH"

// struck is a decision to strike a sheet off, which tests change.
func struck(h poverty.Household) poverty.Settling {
	return poverty.Settling{Key: "struck " + h.Code, Cycle: namDong, Kind: poverty.SettlementStruck, Household: h.ID, Version: h.Version,
		Cause: "died", Reason: "Chủ hộ mất, không còn ai"}
}

// unchanged compares sheets as they were before and after a decision was taken
// back, the version and who saved it aside.
var unchanged = cmpopts.IgnoreFields(poverty.Household{}, "Version", "SavedAt", "SavedBy")

func TestDB_Settle_strikes_a_household_off_and_Unsettle_restores_it(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hoa"))
	f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "Lan"))
	before, err := f.Household(f.as(thuongLong), h.ID)
	f.must(err)
	done, err := f.Settle(f.as(thuongLong), struck(h))
	f.must(err)
	want := poverty.Settlement{ID: done.ID, Cycle: namDong, Kind: poverty.SettlementStruck, Household: h.ID, Unit: "thuong-long", Hamlet: "t1",
		Code: "001", Head: "Hoa", OtherUnit: "thuong-long", Cause: "died", Reason: "Chủ hộ mất, không còn ai", At: issued,
		By: f.user(thuongLong), ByName: "Công chức giảm nghèo xã Thượng Long", Office: "thuong-long/officer"}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Error(diff)
	}
	if left := codesOf(f.households(thuongLong, poverty.HouseholdFilter{})); left != "002" {
		t.Errorf("the register holds %s", left)
	}
	_, err = f.Household(f.as(thuongLong), h.ID)
	f.wantKind(err, poverty.NotFound, "household.not_found")

	again, err := f.Settle(f.as(thuongLong), struck(h))
	if f.must(err); again.ID != done.ID {
		t.Errorf("the same key made another decision: %+v", again)
	}
	other := struck(h)
	other.Reason = "Ghi nhầm"
	_, err = f.Settle(f.as(thuongLong), other)
	f.wantKind(err, poverty.Conflict, "decision.key_reused")

	_, err = f.Unsettle(f.as(thuongLong), done.ID, " ", "")
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	undone, err := f.Unsettle(f.as(thuongLong), done.ID, "Ghi nhầm hộ", "")
	if f.must(err); !undone.Undone() || undone.UndoneReason != "Ghi nhầm hộ" {
		t.Errorf("%+v", undone)
	}
	after, err := f.Household(f.as(thuongLong), h.ID)
	f.must(err)
	if diff := cmp.Diff(before, after, unchanged); diff != "" || after.Version != before.Version+1 {
		t.Errorf("version %d: %s", after.Version, diff)
	}
	again, err = f.Unsettle(f.as(thuongLong), done.ID, "Ghi nhầm hộ", "")
	if f.must(err); !cmp.Equal(again, undone) {
		t.Errorf("taking it back twice made %+v", again)
	}
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Vì lý do khác", "")
	f.wantKind(err, poverty.Conflict, "settlement.undone")
}

func TestDB_Unsettle_is_refused_where_the_place_is_taken(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t2", "001", "Hoa"))
	done, err := f.Settle(f.as(thuongLong), struck(h))
	f.must(err)
	f.must(f.PutHamlets(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}}))
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Ghi nhầm", "")
	f.wantKind(err, poverty.Conflict, "settlement.no_hamlet")
	f.must(f.PutHamlets(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, []poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}, {Code: "t2", Name: "Thôn 2"}}))
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hộ khác"))
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Ghi nhầm", "")
	f.wantKind(err, poverty.Conflict, "settlement.code_taken")
}

func TestDB_Settle_merges_two_sheets_field_by_field(t *testing.T) {
	f := registered(t)
	kept := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Nguyễn Thị Hoa"))
	double := sheetOf("thuong-long", "t2", "009", "Nguyễn Thị Hoà")
	double.IDNumber, double.Members, double.Income, double.Health = kept.IDNumber, 5, 2_000_000, "khoẻ"
	gone := f.save(thuongLong, double)
	merge := poverty.Settling{Key: "m", Cycle: namDong, Kind: poverty.SettlementMerged, Household: gone.ID, Version: gone.Version,
		Other: kept.ID, OtherVersion: kept.Version, Take: []string{"members", "income"}, Reason: "Cùng một hộ, nhập hai lần"}
	stale := merge
	stale.OtherVersion++
	_, err := f.Settle(f.as(thuongLong), stale)
	f.wantKind(err, poverty.Conflict, "household.changed")
	done, err := f.Settle(f.as(thuongLong), merge)
	f.must(err)
	if done.Other != kept.ID || done.OtherCode != "001" || done.Code != "009" {
		t.Errorf("%+v", done)
	}
	got, err := f.Household(f.as(thuongLong), kept.ID)
	f.must(err)
	want := kept
	want.Members, want.Income, want.Computed = 5, 2_000_000, poverty.ClassNotPoor
	if diff := cmp.Diff(want, got, unchanged); diff != "" {
		t.Error(diff)
	}
	if left := codesOf(f.households(thuongLong, poverty.HouseholdFilter{})); left != "001" {
		t.Errorf("the register holds %s", left)
	}

	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Là hai hộ", "")
	f.must(err)
	for _, was := range []poverty.Household{kept, gone} {
		now, err := f.Household(f.as(thuongLong), was.ID)
		f.must(err)
		if diff := cmp.Diff(was, now, unchanged); diff != "" {
			t.Error(diff)
		}
	}

	merge.Key = "m2"
	merge.Version, merge.OtherVersion = 0, 0
	done, err = f.Settle(f.as(thuongLong), merge)
	f.must(err)
	got, err = f.Household(f.as(thuongLong), kept.ID)
	f.must(err)
	got.Note = "đã đổi"
	f.save(thuongLong, got)
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Là hai hộ", "")
	f.wantKind(err, poverty.Conflict, "settlement.changed_since")
}

func TestDB_Settle_what_is_told_apart_is_not_listed_again(t *testing.T) {
	f := registered(t)
	var list []poverty.Household
	for _, code := range []string{"001", "002", "003"} {
		h := sheetOf("thuong-long", "t1", code, "Hộ "+code)
		h.IDNumber = "045064000001"
		list = append(list, f.save(thuongLong, h))
	}
	pairs := func() (got [][2]string) {
		t.Helper()
		found, err := f.Likenesses(f.as(thuongLong), namDong, "thuong-long")
		f.must(err)
		for _, l := range found {
			got = append(got, [2]string{l.A.Code, l.B.Code})
		}
		return got
	}
	apart := func(key string, a, b poverty.Household) poverty.Settlement {
		t.Helper()
		done, err := f.Settle(f.as(thuongLong), poverty.Settling{Key: key, Cycle: namDong, Kind: poverty.SettlementApart, Household: a.ID, Other: b.ID, Reason: "Hai anh em"})
		f.must(err)
		return done
	}
	if got := pairs(); !slices.Equal(got, [][2]string{{"001", "002"}, {"002", "003"}}) {
		t.Fatalf("%v", got)
	}
	first := apart("1", list[1], list[0])
	if got := pairs(); !slices.Equal(got, [][2]string{{"002", "003"}}) {
		t.Errorf("%v", got)
	}
	apart("2", list[1], list[2])
	if got := pairs(); !slices.Equal(got, [][2]string{{"001", "003"}}) {
		t.Errorf("the next nearest is not listed: %v", got)
	}
	_, err := f.Settle(f.as(thuongLong), poverty.Settling{Key: "3", Cycle: namDong, Kind: poverty.SettlementApart, Household: list[0].ID, Other: list[1].ID, Reason: "x"})
	f.wantKind(err, poverty.Conflict, "settlement.told_apart")
	_, err = f.Unsettle(f.as(thuongLong), first.ID, "Xem lại", "")
	f.must(err)
	if got := pairs(); !slices.Contains(got, [2]string{"001", "002"}) {
		t.Errorf("%v", got)
	}
}

func TestDB_Settle_moves_a_household_with_its_sheet(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hoa"))
	f.save(thuongQuang, sheetOf("thuong-quang", "t1", "001", "Hộ khác"))
	move := poverty.Settling{Key: "1", Cycle: namDong, Kind: poverty.SettlementMoved, Household: h.ID, Version: 1, Hamlet: "t2", Reason: "Chuyển nhà"}
	done, err := f.Settle(f.as(thuongLong), move)
	f.must(err)
	got, err := f.Household(f.as(thuongLong), h.ID)
	if f.must(err); got.Hamlet != "t2" || got.Unit != "thuong-long" || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Nhầm", "")
	f.must(err)
	got, err = f.Household(f.as(thuongLong), h.ID)
	f.must(err)
	if diff := cmp.Diff(h, got, unchanged); diff != "" {
		t.Error(diff)
	}

	move.Key, move.Version, move.Unit = "2", 0, "thuong-quang"
	_, err = f.Settle(f.as(thuongLong), move)
	f.wantKind(err, poverty.Forbidden, "settlement.two_communes")
	_, err = f.Settle(f.as(registerOfficer), move)
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	move.Basis = basis
	_, err = f.Settle(f.as(registerOfficer), move)
	f.wantKind(err, poverty.Conflict, "household.code_taken")
	move.Code, move.Hamlet = "101", "t9"
	var wrong poverty.Problems
	_, err = f.Settle(f.as(registerOfficer), move)
	if !errors.As(err, &wrong) || wrong[0].Key != "household.unknown_hamlet" {
		t.Errorf("%v", err)
	}
	move.Hamlet = "t1"
	done, err = f.Settle(f.as(registerOfficer), move)
	f.must(err)
	got, err = f.Household(f.as(thuongQuang), h.ID)
	if f.must(err); got.Unit != "thuong-quang" || got.Code != "101" || got.ID != h.ID {
		t.Errorf("%+v", got)
	}
	for _, login := range []string{thuongLong, thuongQuang} { // both keep its history
		list, err := f.Settlements(f.as(login), poverty.SettlementFilter{Cycle: namDong, Household: h.ID})
		if f.must(err); len(list) == 0 || list[0].ID != done.ID || list[0].Reason != "Chuyển nhà" {
			t.Errorf("%s: %+v", login, list)
		}
	}
	_, err = f.Unsettle(f.as(thuongQuang), done.ID, "Trả lại", "")
	f.wantKind(err, poverty.Forbidden, "settlement.two_communes")
}

func TestDB_Settle_is_each_communes_own(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hoa"))
	double := sheetOf("thuong-quang", "t1", "001", "Hoa")
	double.IDNumber = h.IDNumber
	there := f.save(thuongQuang, double)
	for login, key := range map[string]string{thuongQuang: "household.not_found", "congan.truong": "household.not_found"} {
		_, err := f.Settle(f.as(login), struck(h))
		f.wantKind(err, poverty.NotFound, key)
	}
	_, err := f.Settle(f.as("tinh.canbo"), struck(h)) // sees the register, and does not keep it
	f.wantKind(err, poverty.Forbidden, "household.forbidden")
	_, err = f.Settle(t.Context(), struck(h))
	f.wantKind(err, poverty.Internal, "error.no_actor")
	apart := poverty.Settling{Key: "a", Cycle: namDong, Kind: poverty.SettlementApart, Household: h.ID, Other: there.ID, Reason: "Hai hộ"}
	_, err = f.Settle(f.as(thuongLong), apart) // it does not see the other commune's sheet
	f.wantKind(err, poverty.NotFound, "household.not_found")
	_, err = f.Settle(f.as(registerOfficer), apart)
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	apart.Basis = basis
	done, err := f.Settle(f.as(registerOfficer), apart)
	if f.must(err); !done.OnBehalf || done.Basis != basis {
		t.Errorf("%+v", done)
	}

	out, err := f.Settle(f.as(thuongLong), struck(h))
	f.must(err)
	for login, want := range map[string]struct {
		count  int
		reason string
	}{
		thuongLong: {2, "Chủ hộ mất, không còn ai"}, thuongQuang: {1, "Hai hộ"}, registerOfficer: {2, "Chủ hộ mất, không còn ai"},
		"tinh.canbo": {2, ""}, "congan.truong": {0, ""},
	} {
		list, err := f.Settlements(f.as(login), poverty.SettlementFilter{Cycle: namDong})
		f.must(err)
		if len(list) != want.count || len(list) > 0 && list[0].Reason != want.reason {
			t.Errorf("%s sees %+v", login, list)
		}
	}
	_, err = f.Unsettle(f.as("congan.truong"), out.ID, "x", "")
	f.wantKind(err, poverty.NotFound, "settlement.not_found")
	_, err = f.Unsettle(f.as("tinh.canbo"), out.ID, "x", "")
	f.wantKind(err, poverty.Forbidden, "household.forbidden")
}

func TestDB_Settle_in_a_closed_year_or_not_whole_is_refused(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hoa"))
	for field, change := range map[string]func(*poverty.Settling){
		"cause":  func(s *poverty.Settling) { s.Cause = "" },
		"reason": func(s *poverty.Settling) { s.Reason = " " },
		"kind":   func(s *poverty.Settling) { s.Kind = "lost" },
		"key":    func(s *poverty.Settling) { s.Key = "" },
		"other":  func(s *poverty.Settling) { s.Kind, s.Other = poverty.SettlementApart, s.Household },
		"hamlet": func(s *poverty.Settling) { s.Kind = poverty.SettlementMoved },
		"take":   func(s *poverty.Settling) { s.Take = []string{"code"} },
	} {
		s := struck(h)
		change(&s)
		_, err := f.Settle(f.as(thuongLong), s)
		if e, ok := errors.AsType[*poverty.Error](err); !ok || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	f.exec("update cycles set state = 'closed', started_at = issued_at where id = 'nam-dong:2018'")
	_, err := f.Settle(f.as(thuongLong), struck(h))
	f.wantKind(err, poverty.Conflict, "cycle.closed")
}

func TestDB_Settle_after_the_freeze_who_is_in_the_register_stays(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Hoa"))
	double := f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "Hoa"))
	out := f.save(thuongLong, sheetOf("thuong-long", "t1", "003", "Lan"))
	done, err := f.Settle(f.as(thuongLong), struck(out))
	f.must(err)
	f.must(f.FreezeRegister(f.as(registerOfficer), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long", Basis: basis}))
	_, err = f.Unsettle(f.as(thuongLong), done.ID, "Nhầm", "")
	f.wantKind(err, poverty.Conflict, "settlement.frozen")
	for _, s := range []poverty.Settling{
		{Kind: poverty.SettlementStruck, Cause: "died"}, {Kind: poverty.SettlementMoved, Hamlet: "t2"}, {Kind: poverty.SettlementMerged, Other: double.ID},
	} {
		s.Key, s.Cycle, s.Household, s.Reason = string(s.Kind), namDong, h.ID, "x"
		_, err := f.Settle(f.as(thuongLong), s)
		f.wantKind(err, poverty.Conflict, "settlement.frozen")
	}
	_, err = f.Settle(f.as(thuongLong), poverty.Settling{Key: "a", Cycle: namDong, Kind: poverty.SettlementApart, Household: h.ID, Other: double.ID, Reason: "Hai hộ"})
	f.must(err) // it changes nothing in the register
}
