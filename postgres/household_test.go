package postgres_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"dondoc/internal/testkit"
	"dondoc/postgres"
	"dondoc/poverty"
)

const (
	registerOfficer = "thuongtruc.truong" // of the standing office
	thuongLong      = "thuonglong.canbo"
	thuongQuang     = "thuongquang.canbo"
)

// registered is the fixture with the hamlets of two communes.
func registered(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	for unit, login := range map[poverty.UnitID]string{"thuong-long": thuongLong, "thuong-quang": thuongQuang} {
		f.must(f.PutHamlets(f.as(login), poverty.RegisterScope{Cycle: namDong, Unit: unit},
			[]poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}, {Code: "t2", Name: "Thôn 2"}}))
	}
	return f
}

func sheetOf(unit poverty.UnitID, hamlet, code, head string) poverty.Household {
	return poverty.Household{
		Unit: unit, Hamlet: hamlet, Code: code, Head: head, HeadBorn: 1960, Members: 4, Children: 2, Workers: 1, Disabled: 1, Ethnic: true,
		IDNumber: "ID" + code, HealthCard: "HC" + code, Income: 650_000, Points: 120, Declared: poverty.ClassPoor,
		PolicyGroup: poverty.PolicyEligible, Causes: []string{"illness", "capital"}, CauseOther: "hoả hoạn", Needs: []string{"water", "housing"},
		Deprived: []string{"toilet"}, Health: "đau yếu", Note: "ghi chú",
	}
}

func (f *fixture) save(login string, h poverty.Household) poverty.Household {
	f.t.Helper()
	h.Cycle = namDong
	saved, err := f.SaveHousehold(f.as(login), h, "")
	f.must(err)
	return saved
}

func (f *fixture) households(login string, x poverty.HouseholdFilter) []poverty.Household {
	f.t.Helper()
	x.Cycle = namDong
	list, err := f.Households(f.as(login), x)
	f.must(err)
	return list
}

func codesOf(list []poverty.Household) string {
	codes := make([]string, len(list))
	for i, h := range list {
		codes[i] = h.Code
	}
	return strings.Join(codes, " ")
}

func TestDB_SaveHousehold_stores_a_sheet_and_its_class(t *testing.T) {
	f := registered(t)
	saved := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", " Nguye\u0302\u0303n Thị Hoa ")) // decomposed, as a Mac writes it
	want := sheetOf("thuong-long", "t1", "001", "Nguyễn Thị Hoa")
	want.ID, want.Cycle, want.Version, want.SavedAt, want.SavedBy = saved.ID, namDong, 1, issued, f.user(thuongLong)
	want.Computed = poverty.ClassPoor
	slices.Sort(want.Causes)
	slices.Sort(want.Needs)
	if diff := cmp.Diff(want, saved); diff != "" {
		t.Fatal(diff)
	}
	got, err := f.Household(f.as(thuongLong), saved.ID)
	f.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	f.set("2018-04-07 09:00")
	if same := f.save(thuongLong, got); !cmp.Equal(same, got) {
		t.Errorf("nothing was changed, and it became %+v", same)
	}
	got.Code, got.Income = "001a", 2_000_000
	changed := f.save(thuongLong, got)
	if changed.Version != 2 || changed.Code != "001a" || changed.Computed != poverty.ClassNotPoor || !changed.Differs() || !changed.SavedAt.Equal(at("2018-04-07 09:00")) {
		t.Errorf("%+v", changed)
	}
	_, err = f.SaveHousehold(f.as(thuongLong), got, "")
	f.wantKind(err, poverty.Conflict, "household.changed")
	got.Version, got.Unit = 0, "thuong-quang" // a sheet stays with its commune
	if moved := f.save(thuongLong, got); moved.Unit != "thuong-long" {
		t.Errorf("it went to %s", moved.Unit)
	}

	_, err = f.SaveHousehold(f.as(thuongLong), poverty.Household{Cycle: namDong, Unit: "thuong-long", Hamlet: "t1", Code: "001a", Head: "x", Members: 1}, "")
	f.wantKind(err, poverty.Conflict, "household.code_taken")
	second := f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "B"))
	second.Code = "001a"
	_, err = f.SaveHousehold(f.as(thuongLong), second, "")
	f.wantKind(err, poverty.Conflict, "household.code_taken")

	var problems poverty.Problems
	_, err = f.SaveHousehold(f.as(thuongLong), poverty.Household{Cycle: namDong, Unit: "thuong-long", Hamlet: "t9", Code: "3", Head: "x", Members: 1, Needs: []string{"gold"}}, "")
	if !errors.As(err, &problems) || len(problems) != 2 || problems[0].Column != "hamlet" || problems[1].Column != "needs" {
		t.Errorf("%v", err)
	}
	_, err = f.SaveHousehold(f.as(thuongLong), poverty.Household{Cycle: namDong}, "")
	f.wantKind(err, poverty.Invalid, "error.required")
}

func TestDB_SaveHousehold_is_told_without_personal_data(t *testing.T) {
	f := registered(t)
	h := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Nguyễn Thị Hoa"))
	h.Note = "chuyển nhà"
	_, err := f.SaveHousehold(f.as(registerOfficer), h, "CV 12/LĐTBXH")
	f.must(err)
	entries, err := f.History(f.as(thuongLong), poverty.HistoryFilter{Cycle: namDong, Oldest: true})
	f.must(err)
	entries = slices.DeleteFunc(entries, func(e poverty.Entry) bool { return e.Code != "register" })
	own := poverty.Entry{Cycle: namDong, Code: "register", Event: poverty.EventNoted, At: issued, RecordedAt: issued, Unit: "thuong-long",
		Office: "thuong-long/officer", Actor: f.user(thuongLong), ActorName: "Công chức giảm nghèo xã Thượng Long"}
	stead := own
	stead.Office, stead.Actor, stead.OnBehalf, stead.Basis = "phong-ldtbxh/head", f.user(registerOfficer), true, "CV 12/LĐTBXH"
	if diff := cmp.Diff([]poverty.Entry{own, stead}, entries, cmpopts.IgnoreFields(poverty.Entry{}, "ID"),
		cmpopts.IgnoreFields(poverty.Entry{}, "ActorName")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_SaveHousehold_links_the_sheet_of_the_year_before(t *testing.T) {
	f := registered(t)
	f.exec(`insert into cycles (id, owner_id, year, title, issued_at, rules)
		select 'nam-dong:2019', owner_id, 2019, title, issued_at, rules from cycles where id = 'nam-dong:2018'`)
	f.exec(`insert into cycle_units select 'nam-dong:2019', unit_id, role, sees_all from cycle_units where cycle_id = 'nam-dong:2018'`)
	old := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	other := f.save(thuongLong, sheetOf("thuong-long", "t1", "002", "B"))
	next := sheetOf("thuong-long", "t2", "001", "A")
	next.Cycle = "nam-dong:2019"
	saved, err := f.SaveHousehold(f.as(thuongLong), next, "")
	f.must(err)
	if saved.Previous != old.ID {
		t.Errorf("its earlier sheet is %d, want %d", saved.Previous, old.ID)
	}
	_, err = f.ImportHouseholds(f.as(thuongLong), poverty.RegisterScope{Cycle: "nam-dong:2019", Unit: "thuong-long"},
		rowsOf(sheetOf("thuong-long", "t1", "002", "B"), sheetOf("thuong-long", "t1", "003", "C")), nil)
	f.must(err)
	list, err := f.Households(f.as(thuongLong), poverty.HouseholdFilter{Cycle: "nam-dong:2019", Hamlet: "t1"})
	f.must(err)
	if len(list) != 2 || list[0].Previous != other.ID || list[1].Previous != 0 {
		t.Errorf("%+v", list)
	}
}

func TestDB_Households_pages_and_filters(t *testing.T) {
	f := registered(t)
	heads := map[string]string{"001": "Nguyễn Văn Đức", "002": "Hồ Thị Hoá", "010": "Trần 50%", "100": "Lê_A"}
	for _, unit := range []poverty.UnitID{"thuong-quang", "thuong-long"} {
		login := map[poverty.UnitID]string{"thuong-long": thuongLong, "thuong-quang": thuongQuang}[unit]
		for _, hamlet := range []string{"t2", "t1"} {
			for code, head := range heads {
				h := sheetOf(unit, hamlet, hamlet+"-"+code, head)
				switch code {
				case "002":
					h.Declared, h.PolicyGroup = poverty.ClassNearPoor, ""
				case "010":
					h.PolicyGroup = poverty.PolicyHardCore
				}
				f.save(login, h)
			}
		}
	}
	want := "t1-001 t1-002 t1-010 t1-100 t2-001 t2-002 t2-010 t2-100"
	var all []poverty.Household
	for page := (poverty.HouseholdFilter{Limit: 3}); ; {
		list := f.households(registerOfficer, page)
		all = append(all, list...)
		if len(list) < 3 {
			break
		}
		page.After = list[len(list)-1].ID
	}
	if got := codesOf(all); got != want+" "+want || all[0].Unit != "thuong-long" || all[8].Unit != "thuong-quang" {
		t.Errorf("in pages: %s", got)
	}
	for _, tt := range []struct {
		name   string
		filter poverty.HouseholdFilter
		want   string
	}{
		{"commune", poverty.HouseholdFilter{Unit: "thuong-quang"}, want},
		{"hamlet", poverty.HouseholdFilter{Unit: "thuong-quang", Hamlet: "t2"}, "t2-001 t2-002 t2-010 t2-100"},
		{"class", poverty.HouseholdFilter{Unit: "thuong-long", Class: poverty.ClassNearPoor}, "t1-002 t2-002"},
		{"group", poverty.HouseholdFilter{Unit: "thuong-long", Group: poverty.PolicyHardCore}, "t1-010 t2-010"},
		{"differ", poverty.HouseholdFilter{Unit: "thuong-long", Differ: true}, "t1-002 t2-002"},
		{"name without accents", poverty.HouseholdFilter{Unit: "thuong-long", Query: " van duc "}, "t1-001 t2-001"},
		{"name with other accents", poverty.HouseholdFilter{Unit: "thuong-long", Query: "HÓA"}, "t1-002 t2-002"},
		{"code", poverty.HouseholdFilter{Unit: "thuong-long", Query: "T1-0"}, "t1-001 t1-002 t1-010"},
		{"a percent sign is one", poverty.HouseholdFilter{Unit: "thuong-long", Query: "0%"}, "t1-010 t2-010"},
		{"an underscore is one", poverty.HouseholdFilter{Unit: "thuong-long", Query: "e_a"}, "t1-100 t2-100"},
		{"a number of papers is not searched", poverty.HouseholdFilter{Query: "IDt1"}, ""},
		{"none", poverty.HouseholdFilter{Unit: "thuong-lo"}, ""},
	} {
		if got := codesOf(f.households(registerOfficer, tt.filter)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	_, err := f.Households(f.as(registerOfficer), poverty.HouseholdFilter{})
	f.wantKind(err, poverty.Invalid, "error.required")
	_, err = f.Households(f.as(registerOfficer), poverty.HouseholdFilter{Cycle: namDong, After: 1 << 40})
	f.wantKind(err, poverty.NotFound, "household.not_found")

	counts, err := f.RegisterCounts(f.as(registerOfficer), namDong, "")
	f.must(err)
	one := poverty.RegisterCount{Unit: "thuong-long", UnitName: "UBND xã Thượng Long", All: 8, Persons: 32, Poor: 6, NearPoor: 2, Differ: 2, Policy: 4, HardCore: 2}
	two := one
	two.Unit, two.UnitName = "thuong-quang", "UBND xã Thượng Quảng"
	if diff := cmp.Diff([]poverty.RegisterCount{one, two}, counts); diff != "" {
		t.Error(diff)
	}
	counts, err = f.RegisterCounts(f.as(registerOfficer), namDong, "thuong-quang")
	f.must(err)
	if diff := cmp.Diff([]poverty.RegisterCount{two}, counts); diff != "" {
		t.Errorf("of one commune: %s", diff)
	}
}

func TestDB_Households_at_most_200_a_page(t *testing.T) {
	f := registered(t)
	_, err := f.ImportHouseholds(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, made(250, "thuong-long"), nil)
	f.must(err)
	for limit, want := range map[int]int{0: 200, -1: 200, 1000: 200, 7: 7} {
		if got := len(f.households(thuongLong, poverty.HouseholdFilter{Limit: limit})); got != want {
			t.Errorf("limit %d: %d", limit, got)
		}
	}
}

func TestDB_register_is_seen_by_its_commune_and_those_who_see_all(t *testing.T) {
	f := registered(t)
	own := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "Nguyễn Thị Hoa"))
	f.save(thuongQuang, sheetOf("thuong-quang", "t1", "002", "Hồ Văn Bảy"))
	open := own
	hidden := own.Masked()
	for _, tt := range []struct {
		login string
		list  string
		sheet *poverty.Household // of Thượng Long's household
	}{
		{thuongLong, "001", &open},
		{"thuonglong.chutich", "001", &open},
		{thuongQuang, "002", nil},
		{registerOfficer, "001 002", &open},
		{"lanhdao.ct", "001 002", &open},
		{"lanhdao.pct", "001 002", &open},
		{"tinh.canbo", "001 002", &hidden},
		{"hdnd.canbo", "001 002", &hidden},
		{"congan.truong", "", nil}, // helps, and does not see the register yet
		{"nongnghiep.truong", "", nil},
		{"quantri", "", nil},
	} {
		list := f.households(tt.login, poverty.HouseholdFilter{})
		if got := codesOf(list); got != tt.list {
			t.Errorf("%s lists %q, want %q", tt.login, got, tt.list)
		}
		counts, err := f.RegisterCounts(f.as(tt.login), namDong, "")
		if want := len(strings.Fields(tt.list)); err != nil || len(counts) != want {
			t.Errorf("%s counts %d communes, want %d (%v)", tt.login, len(counts), want, err)
		}
		got, err := f.Household(f.as(tt.login), own.ID)
		if tt.sheet == nil {
			f.wantKind(err, poverty.NotFound, "household.not_found")
			if _, err := f.Households(f.as(tt.login), poverty.HouseholdFilter{Cycle: namDong, After: own.ID}); poverty.KindOf(err) != poverty.NotFound {
				t.Errorf("%s continues behind what it may not see: %v", tt.login, err)
			}
			continue
		}
		f.must(err)
		if diff := cmp.Diff(*tt.sheet, got); diff != "" {
			t.Errorf("%s sees\n%s", tt.login, diff)
		}
		if diff := cmp.Diff(*tt.sheet, list[0]); diff != "" {
			t.Errorf("%s lists\n%s", tt.login, diff)
		}
	}
	// Behind the store the rows themselves are not there.
	for login, want := range map[string]int{thuongLong: 1, "hdnd.canbo": 2, "congan.truong": 0, "quantri": 0, "": 0} {
		f.within(login, func(tx pgx.Tx) {
			if got := column[int](f, tx, "select count(*) from households")[0]; got != want {
				t.Errorf("%q sees %d rows, want %d", login, got, want)
			}
		})
	}
}

func TestDB_register_is_written_by_its_commune_and_the_standing_office(t *testing.T) {
	f := registered(t)
	own := f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	before := f.contents()
	fresh := sheetOf("thuong-long", "t1", "009", "X")
	fresh.Cycle = namDong
	own.Note = "anders"
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long", Basis: "CV 1"}
	for login, sees := range map[string]bool{
		thuongQuang: false, "congan.truong": false, "quantri": false, "lanhdao.ct": true, "tinh.canbo": true, "hdnd.canbo": true,
	} {
		member := login != "quantri"
		ctx := f.as(login)
		for name, try := range map[string]func() error{
			"SaveHousehold": func() error { _, err := f.SaveHousehold(ctx, fresh, "CV 1"); return err },
			"SaveHousehold of an old one": func() error {
				_, err := f.SaveHousehold(ctx, own, "CV 1")
				if !sees && poverty.KindOf(err) == poverty.NotFound {
					err = poverty.Errorf(poverty.Forbidden, "")
				}
				return err
			},
			"ImportHouseholds": func() error { _, err := f.ImportHouseholds(ctx, scope, unread(t), nil); return err },
			"ImportHouseholds of all": func() error {
				_, err := f.ImportHouseholds(ctx, poverty.RegisterScope{Cycle: namDong, Basis: "CV 1"}, unread(t), nil)
				return err
			},
			"Register":   func() error { _, err := f.Register(ctx, scope); return err },
			"PutHamlets": func() error { return f.PutHamlets(ctx, scope, nil) },
			"AddNeed":    func() error { return f.AddNeed(ctx, namDong, poverty.Need{Code: "bees", Name: "Nuôi ong"}) },
			"Likenesses": func() error {
				if login == "lanhdao.ct" { // may see them, and writes nothing
					return poverty.Errorf(poverty.Forbidden, "")
				}
				_, err := f.Likenesses(ctx, namDong, "thuong-long")
				return err
			},
		} {
			if kind := poverty.KindOf(try()); kind != poverty.Forbidden && (member || kind != poverty.NotFound) {
				t.Errorf("%s: %s is %q", login, name, kind)
			}
		}
	}
	for name, err := range map[string]error{
		"no basis": func() error { _, err := f.SaveHousehold(f.as(registerOfficer), own, " "); return err }(),
		"import without basis": func() error {
			_, err := f.ImportHouseholds(f.as(registerOfficer), poverty.RegisterScope{Cycle: namDong}, unread(t), nil)
			return err
		}(),
		"not a commune": func() error {
			_, err := f.Register(f.as(registerOfficer), poverty.RegisterScope{Cycle: namDong, Unit: "cong-an-huyen", Basis: "x"})
			return err
		}(),
	} {
		if poverty.KindOf(err) != poverty.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
	f.exec("update cycles set state = 'closed', started_at = issued_at where id = 'nam-dong:2018'")
	_, err := f.SaveHousehold(f.as(thuongLong), own, "")
	f.wantKind(err, poverty.Conflict, "cycle.closed")
}

func TestDB_register_without_an_actor_is_refused(t *testing.T) {
	f := newFixture(t)
	ctx, scope := t.Context(), poverty.RegisterScope{Cycle: namDong}
	for name, ask := range map[string]func() error{
		"Households":       func() error { _, err := f.Households(ctx, poverty.HouseholdFilter{Cycle: namDong}); return err },
		"Household":        func() error { _, err := f.Household(ctx, 1); return err },
		"SaveHousehold":    func() error { _, err := f.SaveHousehold(ctx, poverty.Household{Unit: "thuong-long"}, ""); return err },
		"Register":         func() error { _, err := f.Register(ctx, scope); return err },
		"ImportHouseholds": func() error { _, err := f.ImportHouseholds(ctx, scope, unread(t), nil); return err },
		"RegisterCounts":   func() error { _, err := f.RegisterCounts(ctx, namDong, ""); return err },
		"Likenesses":       func() error { _, err := f.Likenesses(ctx, namDong, ""); return err },
		"Hamlets":          func() error { _, err := f.Hamlets(ctx, "thuong-long"); return err },
		"PutHamlets":       func() error { return f.PutHamlets(ctx, scope, nil) },
		"Needs":            func() error { _, err := f.Needs(ctx, namDong); return err },
		"AddNeed":          func() error { return f.AddNeed(ctx, namDong, poverty.Need{Code: "x", Name: "x"}) },
	} {
		if err := ask(); poverty.Refusal(err).Key != "error.no_actor" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDB_PutHamlets_replaces_and_keeps_what_is_lived_in(t *testing.T) {
	f := registered(t)
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	err := f.PutHamlets(f.as(thuongLong), scope, []poverty.Hamlet{{Code: "t2", Name: "Thôn 2"}})
	f.wantKind(err, poverty.Conflict, "hamlet.in_use")
	scope.Basis = "CV 1"
	f.must(f.PutHamlets(f.as(registerOfficer), scope, []poverty.Hamlet{{Code: " t1", Name: "Thôn Một"}, {Code: "t3", Name: "Tho\u0302n 3"}}))
	list, err := f.Hamlets(f.as("congan.truong"), "thuong-long")
	f.must(err)
	want := []poverty.Hamlet{{Unit: "thuong-long", Code: "t1", Name: "Thôn Một"}, {Unit: "thuong-long", Code: "t3", Name: "Thôn 3"}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
	for _, bad := range [][]poverty.Hamlet{{{Code: "t1", Name: " "}}, {{Code: "", Name: "x"}}, {{Code: "t1", Name: "x"}, {Code: "t1 ", Name: "y"}}} {
		if err := f.PutHamlets(f.as(registerOfficer), scope, bad); poverty.KindOf(err) != poverty.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	err = f.PutHamlets(f.as(registerOfficer), poverty.RegisterScope{Cycle: namDong, Basis: "x"}, nil)
	f.wantKind(err, poverty.Invalid, "error.required")
	if again, err := f.Hamlets(f.as(thuongLong), "thuong-long"); err != nil || !cmp.Equal(again, list) {
		t.Errorf("%v %v", again, err)
	}
}

func TestDB_AddNeed_extends_the_catalogue_of_its_owner(t *testing.T) {
	f := registered(t)
	national, err := f.Needs(f.as("congan.truong"), namDong)
	f.must(err)
	if len(national) != 15 || national[0] != (poverty.Need{Code: "housing", Name: "Nhà ở", NameEN: "Housing"}) || national[14].Code != "other" {
		t.Errorf("%+v", national)
	}
	f.must(f.AddNeed(f.as(registerOfficer), namDong, poverty.Need{Code: "bees", Name: " Nuôi ong "}))
	for code, kind := range map[string]poverty.Kind{"bees": poverty.Conflict, "housing": poverty.Conflict, "Bees!": poverty.Invalid} {
		if err := f.AddNeed(f.as(registerOfficer), namDong, poverty.Need{Code: code, Name: "x"}); poverty.KindOf(err) != kind {
			t.Errorf("%s: %v", code, err)
		}
	}
	list, err := f.Needs(f.as(thuongLong), namDong)
	f.must(err)
	if diff := cmp.Diff(append(national, poverty.Need{Code: "bees", Name: "Nuôi ong", NameEN: "Nuôi ong", Owner: "nam-dong"}), list); diff != "" {
		t.Error(diff)
	}
	if others, err := f.Needs(f.system(), camLo); err != nil || len(others) != 15 {
		t.Errorf("another owner has %d needs, %v", len(others), err)
	}
	h := sheetOf("thuong-long", "t1", "001", "A")
	h.Needs = []string{"bees"}
	f.save(thuongLong, h)
}

func TestDB_Likenesses_are_listed_and_not_dropped(t *testing.T) {
	f := registered(t)
	put := func(login string, unit poverty.UnitID, hamlet, code, head string, born int, id, card string) {
		h := sheetOf(unit, hamlet, code, head)
		h.HeadBorn, h.IDNumber, h.HealthCard = born, id, card
		f.save(login, h)
	}
	put(thuongLong, "thuong-long", "t1", "a", "Hồ Thị Hoá", 1960, "1", "x")
	put(thuongLong, "thuong-long", "t1", "b", "Hồ Thị Hóa", 1960, "2", "x") // the card, and the name but for its accents
	put(thuongLong, "thuong-long", "t2", "c", "Hồ Thị Hoá", 1960, "", "")   // another hamlet
	put(thuongLong, "thuong-long", "t1", "d", "Hồ Thị Hoá", 1961, "", "")   // another year
	put(thuongLong, "thuong-long", "t2", "e", "Lê A", 0, "", "")
	put(thuongLong, "thuong-long", "t2", "f", "Lê A", 0, "", "") // no year known
	put(thuongQuang, "thuong-quang", "t1", "g", "Kim", 1970, "2", "")
	pairs := func(login string, unit poverty.UnitID) []string {
		list, err := f.Likenesses(f.as(login), namDong, unit)
		f.must(err)
		lines := []string{}
		for _, l := range list {
			if l.A.Hidden || l.B.Note == "" {
				t.Errorf("%s cannot decide on what is hidden", login)
			}
			lines = append(lines, fmt.Sprintf("%s=%s %s", l.A.Code, l.B.Code, strings.Join(l.Reasons, " ")))
		}
		return lines
	}
	within, across := "a=b health_card name_born", "b=g id_number"
	for _, tt := range []struct {
		login string
		unit  poverty.UnitID
		want  []string
	}{
		{registerOfficer, "", []string{across, within}},
		{registerOfficer, "thuong-long", []string{across, within}},
		{registerOfficer, "thuong-quang", []string{across}},
		{"lanhdao.ct", "", []string{across, within}},
		{thuongLong, "thuong-long", []string{within}}, // the other's row is not theirs to see
		{thuongQuang, "thuong-quang", []string{}},
	} {
		if diff := cmp.Diff(tt.want, pairs(tt.login, tt.unit)); diff != "" {
			t.Errorf("%s %s\n%s", tt.login, tt.unit, diff)
		}
	}
	for _, login := range []string{thuongLong, "hdnd.canbo", "tinh.canbo", "congan.truong"} {
		_, err := f.Likenesses(f.as(login), namDong, "")
		f.wantKind(err, poverty.Forbidden, "household.forbidden")
	}
}

func rowsOf(list ...poverty.Household) iter.Seq2[poverty.Household, error] {
	return func(yield func(poverty.Household, error) bool) {
		for _, h := range list {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// unread fails the test when someone who may not import has rows read.
func unread(t *testing.T) iter.Seq2[poverty.Household, error] {
	return func(func(poverty.Household, error) bool) { t.Error("rows were read") }
}

// made are n households of some communes, in no hamlet's order.
func made(n int, units ...poverty.UnitID) iter.Seq2[poverty.Household, error] {
	return func(yield func(poverty.Household, error) bool) {
		for i := range n {
			if !yield(number(i, units), nil) {
				return
			}
		}
	}
}

var family, middle, given = strings.Fields("Nguyễn Trần Lê Phạm Hồ Võ Đặng Bùi Đỗ Ngô"), strings.Fields("Văn Thị Đình Hữu Ngọc Thanh Xuân"),
	strings.Fields("Hoà Hoá Đức Lan Huệ Bảy Tám Sơn Hải Thuỷ Thủy Quý Kiều Ươm")

func number(i int, units []poverty.UnitID) poverty.Household {
	h := poverty.Household{
		Unit: units[i%len(units)], Hamlet: "t" + strconv.Itoa(1+i/7%2), Code: fmt.Sprintf("%07d", i),
		Head:     family[i%len(family)] + " " + middle[i/3%len(middle)] + " " + given[i/5%len(given)],
		HeadBorn: 1930 + i%60, HeadFemale: i%3 == 0, IDNumber: fmt.Sprintf("0460%08d", i), HealthCard: fmt.Sprintf("HN4464%09d", i),
		Members: 2 + i%6, Children: i % 3, Workers: i % 2, Ethnic: i%2 == 0, ProductionLand: i % 5000, Income: int64(300_000 + i%17*100_000),
		Deprived: []string{"toilet", "water"}[:i%3], Declared: poverty.ClassPoor, PolicyGroup: poverty.PolicyEligible,
		Causes: []string{"capital", "illness"}, Needs: []string{"housing", "livestock", "loan"}[:1+i%3], Note: "theo phiếu rà soát",
	}
	if i%4 == 0 {
		h.Declared, h.PolicyGroup = poverty.ClassNearPoor, poverty.PolicyNone
	}
	return h
}

func TestDB_ImportHouseholds_twice_changes_nothing(t *testing.T) {
	f := registered(t)
	units := []poverty.UnitID{"thuong-long", "thuong-quang"}
	scope := poverty.RegisterScope{Cycle: namDong, Basis: "QĐ 1"}
	var told []int
	done, err := f.ImportHouseholds(f.as(registerOfficer), scope, made(2500, units...), func(n int) { told = append(told, n) })
	f.must(err)
	if want := (poverty.HouseholdImport{Read: 2500, Added: 2500}); done != want {
		t.Errorf("%+v", done)
	}
	if !slices.Equal(told, []int{1000, 2000, 2500}) {
		t.Errorf("progress: %v", told)
	}
	list := f.households(registerOfficer, poverty.HouseholdFilter{Query: "0001204"})
	want := number(1204, units)
	want.Cycle, want.Computed, want.Version, want.SavedAt, want.SavedBy = namDong, poverty.ClassNotPoor, 1, issued, f.user(registerOfficer)
	if diff := cmp.Diff([]poverty.Household{want}, list, cmpopts.IgnoreFields(poverty.Household{}, "ID")); diff != "" {
		t.Error(diff)
	}

	before := f.contents()
	versions := func() string {
		return column[string](f, f.super(), "select md5(string_agg(id || ' ' || xmin || ' ' || ctid, ',' order by id)) from households")[0]
	}
	was := versions()
	f.set("2018-05-01 09:00")
	done, err = f.ImportHouseholds(f.as(registerOfficer), scope, made(2500, units...), nil)
	f.must(err)
	if want := (poverty.HouseholdImport{Read: 2500, Unchanged: 2500}); done != want {
		t.Errorf("again: %+v", done)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" || versions() != was {
		t.Errorf("the same rows again changed something: %s", diff)
	}

	some := func(yield func(poverty.Household, error) bool) {
		for h := range made(2600, units...) {
			if h.Unit == "thuong-long" && h.Code < "0000010" {
				h.Note = "đã đổi"
			}
			if !yield(h, nil) {
				return
			}
		}
	}
	done, err = f.ImportHouseholds(f.as(registerOfficer), scope, some, nil)
	f.must(err)
	if want := (poverty.HouseholdImport{Read: 2600, Added: 100, Changed: 5, Unchanged: 2495}); done != want {
		t.Errorf("some changed: %+v", done)
	}
	changed := column[string](f, f.super(), "select code from households where version = 2 and saved_at = '2018-05-01 09:00+07' and note = 'đã đổi' order by code")
	if !slices.Equal(changed, []string{"0000000", "0000002", "0000004", "0000006", "0000008"}) {
		t.Errorf("changed: %v", changed)
	}
	entries, err := f.History(f.as(registerOfficer), poverty.HistoryFilter{Cycle: namDong})
	f.must(err)
	var notes []string
	for _, e := range entries {
		if e.Code == "register" {
			notes = append(notes, fmt.Sprintf("%s %s %s %v %q", e.RecordedAt.Format("01-02"), e.Unit, e.Basis, e.OnBehalf, e.Reason))
		}
	}
	slices.Sort(notes)
	if diff := cmp.Diff([]string{
		`04-06 thuong-long QĐ 1 true ""`, `04-06 thuong-quang QĐ 1 true ""`, `05-01 thuong-long QĐ 1 true ""`, `05-01 thuong-quang QĐ 1 true ""`,
	}, notes); diff != "" {
		t.Error(diff)
	}
}

func TestDB_ImportHouseholds_a_commune_writes_its_own_only(t *testing.T) {
	f := registered(t)
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}
	unnamed := sheetOf("", "t1", "001", "A") // a commune's own file need not name it
	done, err := f.ImportHouseholds(f.as(thuongLong), scope, rowsOf(unnamed), nil)
	f.must(err)
	if list := f.households(thuongLong, poverty.HouseholdFilter{}); done.Added != 1 || len(list) != 1 || list[0].Unit != "thuong-long" {
		t.Errorf("%+v %+v", done, list)
	}
	before := f.contents()
	_, err = f.ImportHouseholds(f.as(thuongLong), scope, rowsOf(sheetOf("thuong-long", "t1", "002", "B"), sheetOf("thuong-quang", "t1", "003", "C")), nil)
	var problems poverty.Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Row != 2 || problems[0].Key != "household.unknown_unit" {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}

func TestDB_ImportHouseholds_stores_nothing_when_something_is_wrong(t *testing.T) {
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	before := f.contents()
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}
	broken := errors.New("the sheet ends in the middle")
	row := func(code string, spoil func(*poverty.Household)) poverty.Household {
		h := sheetOf("thuong-long", "t1", code, "A")
		h.Note = "khác"
		if spoil != nil {
			spoil(&h)
		}
		return h
	}
	for _, tt := range []struct {
		name string
		rows iter.Seq2[poverty.Household, error]
		want poverty.Problems
		err  error
	}{
		{"wrong rows are all told", rowsOf(
			row("001", nil), row("002", func(h *poverty.Household) { h.Hamlet = "t9" }), row("003", nil),
			row("", func(h *poverty.Household) { h.Members = 0 }),
		), poverty.Problems{
			{Row: 2, Column: "hamlet", Key: "household.unknown_hamlet", Args: []any{"hamlet", "t9"}},
			{Row: 4, Column: "code", Key: "error.required"},
			{Row: 4, Column: "members", Key: "household.no_members"},
			{Row: 4, Column: "children", Key: "household.more_than_members", Args: []any{"count", 2, "members", 0}},
			{Row: 4, Column: "workers", Key: "household.more_than_members", Args: []any{"count", 1, "members", 0}},
			{Row: 4, Column: "disabled", Key: "household.more_than_members", Args: []any{"count", 1, "members", 0}},
		}, nil},
		{"a code twice", rowsOf(row("001", nil), row("005", nil), row("001", nil), row(" 005", nil)), poverty.Problems{
			{Row: 3, Column: "code", Key: "household.code_twice", Args: []any{"code", "001", "row", 1}},
			{Row: 4, Column: "code", Key: "household.code_twice", Args: []any{"code", "005", "row", 2}},
		}, nil},
		{"the file breaks", func(yield func(poverty.Household, error) bool) {
			if yield(row("001", nil), nil) && yield(row("002", nil), nil) {
				yield(poverty.Household{}, broken)
			}
		}, nil, broken},
	} {
		done, err := f.ImportHouseholds(f.as(thuongLong), scope, tt.rows, nil)
		if done != (poverty.HouseholdImport{}) {
			t.Errorf("%s: %+v", tt.name, done)
		}
		if tt.err != nil && !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", tt.name, err)
		}
		var problems poverty.Problems
		errors.As(err, &problems)
		if diff := cmp.Diff(tt.want, problems); diff != "" {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
		if diff := cmp.Diff(before, f.contents()); diff != "" {
			t.Errorf("%s\n%s", tt.name, diff)
		}
	}
	endless := 0
	_, err := f.ImportHouseholds(f.as(thuongLong), scope, func(yield func(poverty.Household, error) bool) {
		for yield(poverty.Household{}, nil) {
			endless++
		}
	}, nil)
	var problems poverty.Problems
	if !errors.As(err, &problems) || endless > 1000 {
		t.Errorf("%d rows of nonsense were read, %v", endless, poverty.KindOf(err))
	}
	if done, err := f.ImportHouseholds(f.as(thuongLong), scope, rowsOf(), nil); err != nil || done != (poverty.HouseholdImport{}) {
		t.Errorf("no rows: %+v, %v", done, err)
	}
}

func TestDB_ImportHouseholds_two_at_once_are_one_after_the_other(t *testing.T) {
	f := registered(t)
	scope := poverty.RegisterScope{Cycle: namDong, Basis: "QĐ 1"}
	ctx := f.as(registerOfficer)
	results, failures := make(chan poverty.HouseholdImport, 3), make(chan error, 3)
	for range cap(results) {
		go func() {
			done, err := f.ImportHouseholds(ctx, scope, made(300, "thuong-long", "thuong-quang"), nil)
			results <- done
			failures <- err
		}()
	}
	var sum poverty.HouseholdImport
	for range cap(results) {
		done := <-results
		f.must(<-failures)
		sum.Added += done.Added
		sum.Changed += done.Changed
		sum.Unchanged += done.Unchanged
	}
	if want := (poverty.HouseholdImport{Added: 300, Unchanged: 600}); sum != want {
		t.Errorf("%+v", sum)
	}
}

// A hamlet that an import has found cannot be struck off before its households
// are there.
func TestDB_ImportHouseholds_holds_the_hamlets(t *testing.T) {
	f := registered(t)
	scope := poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}
	struck, ctx := make(chan error, 1), f.as(thuongLong)
	rows := func(yield func(poverty.Household, error) bool) {
		go func() { struck <- f.PutHamlets(ctx, scope, nil) }()
		yield(sheetOf("thuong-long", "t1", "001", "A"), nil)
	}
	done, err := f.ImportHouseholds(ctx, scope, rows, nil)
	f.must(err)
	if done.Added != 1 {
		t.Errorf("%+v", done)
	}
	f.wantKind(<-struck, poverty.Conflict, "hamlet.in_use")
}

// benchRows is how many rows the benchmarks take: DONDOC_BENCH_ROWS, or few.
func benchRows(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("DONDOC_BENCH_ROWS"))
	if err != nil {
		return 2000
	}
	return n
}

// BenchmarkImportHouseholds takes a file of households into a register and, in
// its place, copies the same rows from a file into a table with the same
// columns and indexes and without row-level security. It reports the ratio, and
// the most memory that the heap took.
func BenchmarkImportHouseholds(b *testing.B) {
	n := benchRows(b)
	ctx := b.Context()
	f := benchFixture(b)
	file := filepath.Join(b.TempDir(), "rows.csv")
	writeRows(b, file, made(n, "thuong-long", "thuong-quang"))
	for _, sql := range []string{
		"create table plain (like households including all excluding identity excluding statistics)",
		"alter table plain alter column saved_at set default '2018-04-06', alter column cycle_id set default 'nam-dong:2018'",
		"create sequence plain_id", "alter table plain alter column id set default nextval('plain_id')",
	} {
		if _, err := f.behind.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	var imported, copied, again time.Duration
	timed := func(total *time.Duration, fn func() error) {
		if _, err := f.behind.Exec(ctx, "checkpoint"); err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		if err := fn(); err != nil {
			b.Fatal(err)
		}
		*total += time.Since(begin)
	}
	for b.Loop() {
		if _, err := f.behind.Exec(ctx, "truncate households, plain cascade"); err != nil {
			b.Fatal(err)
		}
		take := func() error {
			_, err := f.ImportHouseholds(f.system, poverty.RegisterScope{Cycle: namDong}, readRows(b, file), nil)
			return err
		}
		timed(&imported, take)
		timed(&copied, func() error {
			in, err := os.Open(file)
			if err != nil {
				return err
			}
			defer in.Close()
			_, err = f.behind.PgConn().CopyFrom(ctx, in, "copy plain ("+strings.Join(fileColumns, ", ")+") from stdin (format csv, force_not_null (policy_group, note))")
			return err
		})
		timed(&again, take)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(imported.Seconds()/float64(b.N), "s/import")
	b.ReportMetric(copied.Seconds()/float64(b.N), "s/copy")
	b.ReportMetric(again.Seconds()/float64(b.N), "s/again")
	b.ReportMetric(imported.Seconds()/copied.Seconds(), "×copy")
	b.ReportMetric(float64(memory.HeapSys)/1e6, "MB-heap")
}

// BenchmarkHouseholds reads pages of a register that lies among others.
func BenchmarkHouseholds(b *testing.B) {
	n := benchRows(b)
	f := benchFixture(b)
	if _, err := f.ImportHouseholds(f.system, poverty.RegisterScope{Cycle: namDong}, made(min(n, 15_000), "thuong-long", "thuong-quang"), nil); err != nil {
		b.Fatal(err)
	}
	for i := 1; i*15_000 < n; i++ { // the registers of other owners
		sql := fmt.Sprintf(`insert into households (cycle_id, unit_id, hamlet, code, head, head_born, id_number, health_card, members, saved_at)
			select 'other:%d', unit_id, hamlet, code, head, head_born, id_number, health_card, members, saved_at from households where cycle_id = 'nam-dong:2018'`, i)
		if _, err := f.behind.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := f.behind.Exec(b.Context(), "vacuum analyze households"); err != nil {
		b.Fatal(err)
	}
	u, _, err := f.Credentials(b.Context(), registerOfficer)
	if err != nil {
		b.Fatal(err)
	}
	person := poverty.WithActor(b.Context(), poverty.Actor{User: u.ID})
	list, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, Limit: 200})
	if err != nil {
		b.Fatal(err)
	}
	last := list[len(list)-1].ID
	for name, ask := range map[string]func() error{
		"me": func() error { _, err := f.Me(person); return err },
		"first page": func() error {
			_, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, Limit: 50})
			return err
		},
		"next page": func() error {
			_, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, After: last, Limit: 50})
			return err
		},
		"search": func() error {
			_, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, Query: "van hoa", Limit: 50})
			return err
		},
		"search in vain": func() error {
			_, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, Query: "khong co ai", Limit: 50})
			return err
		},
		"differ": func() error {
			_, err := f.Households(person, poverty.HouseholdFilter{Cycle: namDong, Differ: true, Limit: 50})
			return err
		},
		"counts":     func() error { _, err := f.RegisterCounts(person, namDong, ""); return err },
		"likenesses": func() error { _, err := f.Likenesses(person, namDong, ""); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// One installation serves many owners: while the register of one comes in, the
// rungs of another's duties, and of its own, are reached.
func TestDB_import_holds_up_nobodys_rungs(t *testing.T) {
	f := running(t)
	_, err := f.OpenCycle(f.system(), camLo, issued)
	f.must(err)
	f.must(f.PutHamlets(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, []poverty.Hamlet{{Code: "t1", Name: "1"}, {Code: "t2", Name: "2"}}))
	ctx, cancel := context.WithTimeout(f.system(), time.Minute) // what is held up fails
	defer cancel()
	reached := map[poverty.CycleID]int{}
	rows := func(yield func(poverty.Household, error) bool) {
		n := 0
		for h, err := range made(400, "thuong-long") {
			if n++; n == 300 {
				for _, cycle := range []poverty.CycleID{camLo, namDong} {
					open, err := f.Openings(f.system(), cycle)
					f.must(err)
					for _, o := range open {
						step, err := f.StepDuties(ctx, o.Ref, at("2020-01-15 09:00"))
						if err != nil {
							t.Errorf("%v is held up: %v", o.Ref, err)
						}
						reached[cycle] += step.Fired
					}
				}
			}
			if !yield(h, err) {
				return
			}
		}
	}
	done, err := f.ImportHouseholds(f.as(thuongLong), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long"}, rows, nil)
	f.must(err)
	if done.Added != 400 || reached[camLo] == 0 || reached[namDong] == 0 {
		t.Errorf("%+v; reached %v", done, reached)
	}
}

type bench struct {
	*postgres.DB
	behind *pgx.Conn
	system context.Context
}

func benchFixture(b *testing.B) bench {
	b.Helper()
	url := testkit.PostgresWith(b, loaded)
	db, err := postgres.Open(b.Context(), url, postgres.Options{Now: func() time.Time { return issued }, Conns: 2})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	behind, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = behind.Close(context.WithoutCancel(b.Context())) })
	f := bench{DB: db, behind: behind, system: poverty.WithActor(b.Context(), poverty.System("test"))}
	for _, unit := range []poverty.UnitID{"thuong-long", "thuong-quang"} {
		if err := db.PutHamlets(f.system, poverty.RegisterScope{Cycle: namDong, Unit: unit}, []poverty.Hamlet{{Code: "t1", Name: "1"}, {Code: "t2", Name: "2"}}); err != nil {
			b.Fatal(err)
		}
	}
	return f
}

// fileColumns are those of the benchmark's file.
var fileColumns = strings.Fields(`unit_id hamlet code head head_born head_female id_number health_card members children workers ethnic
	production_land income deprived declared policy_group causes needs note`)

func writeRows(b *testing.B, name string, rows iter.Seq2[poverty.Household, error]) {
	b.Helper()
	out, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	buffer := bufio.NewWriter(out)
	w := csv.NewWriter(buffer)
	list := func(s []string) string { return "{" + strings.Join(s, ",") + "}" }
	for h := range rows {
		_ = w.Write([]string{string(h.Unit), h.Hamlet, h.Code, h.Head, strconv.Itoa(h.HeadBorn), strconv.FormatBool(h.HeadFemale), h.IDNumber, h.HealthCard,
			strconv.Itoa(h.Members), strconv.Itoa(h.Children), strconv.Itoa(h.Workers), strconv.FormatBool(h.Ethnic), strconv.Itoa(h.ProductionLand),
			strconv.FormatInt(h.Income, 10), list(h.Deprived), string(h.Declared), string(h.PolicyGroup), list(h.Causes), list(h.Needs), h.Note})
	}
	w.Flush()
	if err := errors.Join(w.Error(), buffer.Flush(), out.Close()); err != nil {
		b.Fatal(err)
	}
}

func readRows(b *testing.B, name string) iter.Seq2[poverty.Household, error] {
	b.Helper()
	list := func(s string) []string {
		if s = strings.Trim(s, "{}"); s == "" {
			return nil
		}
		return strings.Split(s, ",")
	}
	count := func(s string) int { n, _ := strconv.Atoi(s); return n }
	return func(yield func(poverty.Household, error) bool) {
		in, err := os.Open(name)
		if err != nil {
			yield(poverty.Household{}, err)
			return
		}
		defer in.Close()
		r := csv.NewReader(bufio.NewReader(in))
		r.ReuseRecord = true
		for {
			c, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(poverty.Household{}, err)
				return
			}
			if !yield(poverty.Household{
				Unit: poverty.UnitID(c[0]), Hamlet: c[1], Code: c[2], Head: c[3], HeadBorn: count(c[4]), HeadFemale: c[5] == "true", IDNumber: c[6], HealthCard: c[7],
				Members: count(c[8]), Children: count(c[9]), Workers: count(c[10]), Ethnic: c[11] == "true", ProductionLand: count(c[12]), Income: int64(count(c[13])),
				Deprived: list(c[14]), Declared: poverty.Class(c[15]), PolicyGroup: poverty.PolicyGroup(c[16]), Causes: list(c[17]), Needs: list(c[18]), Note: c[19],
			}, nil) {
				return
			}
		}
	}
}
