package postgres_test

import (
	"errors"
	"slices"
	"testing"

	"dondoc/poverty"
)

func scopeOf(unit poverty.UnitID, basis string) poverty.RegisterScope {
	return poverty.RegisterScope{Cycle: namDong, Unit: unit, Basis: basis}
}

func TestDB_FreezeRegister_keeps_what_decides_the_class(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	f.save(thuongLong, sheetOf("thuong-long", "t2", "002", "B"))
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "QĐ 25/QĐ-UBND")))
	list, err := f.Freezes(f.as(thuongLong), namDong)
	f.must(err)
	if len(list) != 1 || list[0].Households != 2 || list[0].Persons != 8 || list[0].Poor != 2 || list[0].Basis != "QĐ 25/QĐ-UBND" || list[0].By != f.user(thuongLong) {
		t.Fatalf("%+v", list)
	}
	f.wantKind(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")), poverty.Conflict, "freeze.already")

	for field, change := range map[string]func(*poverty.Household){
		"hamlet": func(h *poverty.Household) { h.Hamlet = "t2" }, "code": func(h *poverty.Household) { h.Code = "009" },
		"members": func(h *poverty.Household) { h.Members = 5 }, "policy_group": func(h *poverty.Household) { h.PolicyGroup = poverty.PolicyHardCore },
		"declared": func(h *poverty.Household) { h.Declared, h.PolicyGroup = poverty.ClassNearPoor, poverty.PolicyNone },
	} {
		next := h
		change(&next)
		var wrong poverty.Problems
		if _, err := f.SaveHousehold(f.as(thuongLong), next, ""); !errors.As(err, &wrong) || wrong[0].Key != "freeze.keeps" ||
			!slices.ContainsFunc(wrong, func(p poverty.Problem) bool { return p.Column == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err = f.SaveHousehold(f.as(thuongLong), sheetFor("003"), "")
	f.wantKind(err, poverty.Conflict, "freeze.no_new")
	h.Causes, h.Health, h.Note = []string{"labour"}, "khỏe", "mới"
	if saved := f.save(thuongLong, h); saved.Health != "khỏe" || saved.Version != 2 {
		t.Errorf("causes and health are to stay open: %+v", saved)
	}
}

func sheetFor(code string) poverty.Household {
	h := sheetOf("thuong-long", "t1", code, "C")
	h.Cycle = namDong
	return h
}

func TestDB_ImportHouseholds_refuses_what_a_frozen_register_keeps_by_row_and_column(t *testing.T) {
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "B"))
	f.save(thuongQuang, sheetOf("thuong-quang", "t1", "001", "Q"))
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "QĐ 25")))
	before := f.contents()

	same, moved, added := sheetOf("thuong-long", "t1", "001", "A"), sheetOf("thuong-long", "t2", "002", "B"), sheetOf("thuong-long", "t1", "003", "C")
	moved.Members = 6
	open := sheetOf("thuong-quang", "t2", "009", "mới")
	var wrong poverty.Problems
	_, err := f.ImportHouseholds(f.as(registerOfficer), scopeOf("", "CV 1"), sheets(same, moved, added, open), nil)
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	var got []string
	for _, p := range wrong {
		got = append(got, string(rune('0'+p.Row))+" "+p.Column+" "+p.Key)
	}
	if want := []string{"2 hamlet freeze.keeps", "2 members freeze.keeps", "3 code freeze.no_new"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if after := f.contents(); after["households"] != before["households"] {
		t.Error("something was stored")
	}
	same.Note = "đã thăm"
	done, err := f.ImportHouseholds(f.as(registerOfficer), scopeOf("", "CV 1"), sheets(same, open), nil)
	f.must(err)
	if done.Changed != 1 || done.Added != 1 {
		t.Errorf("%+v", done)
	}
}

func sheets(list ...poverty.Household) func(func(poverty.Household, error) bool) {
	return func(yield func(poverty.Household, error) bool) {
		for _, h := range list {
			if !yield(h, nil) {
				return
			}
		}
	}
}

func TestDB_FreezeRegister_asks_for_a_basis_and_every_class(t *testing.T) {
	f := registered(t)
	f.wantKind(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")), poverty.Conflict, "freeze.empty")
	h := sheetOf("thuong-long", "t1", "001", "A")
	h.Declared, h.PolicyGroup = poverty.ClassUnknown, poverty.PolicyNone
	h = f.save(thuongLong, h)
	f.wantKind(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", " ")), poverty.Invalid, "freeze.basis_needed")
	f.wantKind(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")), poverty.Conflict, "freeze.unclassified")
	h.Declared = poverty.ClassPoor
	f.save(thuongLong, h)
	f.save(thuongQuang, sheetOf("thuong-quang", "t1", "001", "Q"))
	f.must(f.FreezeRegister(f.as(registerOfficer), scopeOf("", "Kết quả cuối năm 2017")))
	list, err := f.Freezes(f.as(registerOfficer), namDong)
	f.must(err)
	if len(list) != 2 {
		t.Errorf("%+v", list)
	}
}

func TestDB_FreezeRegister_and_reopening_are_refused_to_others(t *testing.T) {
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	for _, login := range []string{thuongQuang, "lanhdao.pct", "tinh.canbo", "congan.truong", "quantri"} {
		f.wantKind(f.FreezeRegister(f.as(login), scopeOf("thuong-long", "x")), poverty.Forbidden, "household.forbidden")
	}
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")))
	for _, login := range []string{thuongLong, thuongQuang, "lanhdao.pct", "tinh.canbo", "congan.truong"} {
		f.wantKind(f.ReopenRegister(f.as(login), scopeOf("thuong-long", "sai")), poverty.Forbidden, "")
	}
	for login, want := range map[string]int{thuongLong: 1, registerOfficer: 1, "tinh.canbo": 1, thuongQuang: 0, "congan.truong": 0, "quantri": 0} {
		list, err := f.Freezes(f.as(login), namDong)
		f.must(err)
		if len(list) != want {
			t.Errorf("%s sees %d", login, len(list))
		}
	}
}

func TestDB_ReopenRegister_only_before_the_plan_is_sent(t *testing.T) {
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	f.wantKind(f.ReopenRegister(f.as(registerOfficer), scopeOf("thuong-long", "sai")), poverty.Conflict, "freeze.not_frozen")
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")))
	f.wantKind(f.ReopenRegister(f.as(registerOfficer), scopeOf("thuong-long", "")), poverty.Invalid, "")
	f.must(f.ReopenRegister(f.as(registerOfficer), scopeOf("thuong-long", "ghi nhầm hai hộ")))
	f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "B"))
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "x")))
	f.advance("2018-04-06 10:00")
	f.exec("update plans set state = 'sent', sent_at = $1 where cycle_id = $2 and unit_id = 'thuong-long'", issued, namDong)
	f.wantKind(f.ReopenRegister(f.as(registerOfficer), scopeOf("thuong-long", "sai")), poverty.Conflict, "freeze.plan_sent")

	entries, err := f.History(f.as(thuongLong), poverty.HistoryFilter{Cycle: namDong, Oldest: true})
	f.must(err)
	var codes []string
	for _, e := range entries {
		if e.Code != "register" && e.Unit == "thuong-long" && e.Duty == 0 {
			codes = append(codes, e.Code+" "+e.Basis)
		}
	}
	if want := []string{"register-frozen x", "register-opened ghi nhầm hai hộ", "register-frozen x"}; !slices.Equal(codes, want) {
		t.Errorf("%q", codes)
	}
}
