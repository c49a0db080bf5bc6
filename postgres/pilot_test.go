package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// aPilot is a model that Thượng Quảng tries with two households of its plan, led
// by Agribank.
func aPilot() poverty.Pilot {
	return poverty.Pilot{
		Cycle: namDong, Key: "k", Unit: "thuong-quang", Hamlet: "t1", Kind: poverty.HelperHouseholds, Title: "Ba hộ khá giúp một hộ", What: "Cho mượn bò giống",
		Leader: "agribank", Helpers: "Ba hộ khá giả", From: date("2018-05-01"), Until: date("2018-10-31"), Households: []poverty.PilotHousehold{{Code: "q1"}, {Code: "q2"}},
	}
}

func TestDB_pilots_are_drafted_by_the_commune_and_the_standing_office_and_read_by_who_may_see_the_households(t *testing.T) {
	f := listed(t)
	for login, kind := range map[string]poverty.Kind{
		"thuonglong.canbo": poverty.Forbidden, "agribank.canbo": poverty.Forbidden, "nongnghiep.truong": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden,
		"hdnd.canbo": poverty.Forbidden, "camlo.ct": poverty.NotFound,
	} {
		_, err := f.SavePilot(f.as(login), aPilot())
		f.wantKind(err, kind, "")
	}
	for _, tt := range []struct {
		change func(*poverty.Pilot)
		key    string
	}{
		{func(p *poverty.Pilot) { p.Households = []poverty.PilotHousehold{{Code: "q3"}} }, "helper.not_planned"},
		{func(p *poverty.Pilot) { p.Hamlet = "t9" }, "household.unknown_hamlet"},
		{func(p *poverty.Pilot) { p.Leader = "nowhere" }, "helper.unknown_unit"},
		{func(p *poverty.Pilot) { p.Until = date("2018-04-30") }, "committee.ends_before"},
		{func(p *poverty.Pilot) { p.Kind = poverty.HelperUnit }, "error.required"},
	} {
		wrong := aPilot()
		tt.change(&wrong)
		_, err := f.SavePilot(f.as("thuongquang.canbo"), wrong)
		f.wantKind(err, poverty.Invalid, tt.key)
	}
	p, err := f.SavePilot(f.as("thuongquang.canbo"), aPilot())
	f.must(err)
	again, err := f.SavePilot(f.as("thuongquang.canbo"), aPilot())
	f.must(err)
	if again.ID != p.ID || len(p.Households) != 2 || p.HamletName != "Thôn 1" || p.Households[0].Head != "Hộ 1" {
		t.Errorf("%+v, again %+v", p, again)
	}
	p.Title = "Mô hình bò giống"
	p, err = f.SavePilot(f.as("thuongtruc.canbo"), p)
	f.must(err)
	p.Version = 1
	_, err = f.SavePilot(f.as("thuongquang.canbo"), p)
	f.wantKind(err, poverty.Conflict, "pilot.changed")
	for login, want := range map[string]int{
		"thuongquang.canbo": 2, "agribank.canbo": 2, "thuongtruc.canbo": 2, "lanhdao.ct": 2,
		"thuonglong.canbo": 0, "kiemlam.canbo": 0, "nongnghiep.truong": 0, "camlo.ct": 0, "quantri": 0,
	} {
		got, err := f.Pilot(f.as(login), p.ID)
		if want == 0 {
			f.wantKind(err, poverty.NotFound, "pilot.not_found")
		}
		if len(got.Households) != want {
			t.Errorf("%s reads %d households, want %d", login, len(got.Households), want)
		}
		f.within(login, func(tx pgx.Tx) {
			if n := column[int](f, tx, "select count(*)::int from pilot_households")[0]; n != want {
				t.Errorf("%s finds %d households, want %d", login, n, want)
			}
		})
	}
}

func TestDB_pilots_have_a_result_and_are_decided_on_once_by_the_leadership(t *testing.T) {
	f := listed(t)
	p, err := f.SavePilot(f.as("thuongquang.canbo"), aPilot())
	f.must(err)
	report := poverty.PilotMove{Pilot: p.ID, Version: 1, Verb: poverty.PilotReport, Result: "Bò khỏe, một hộ thoát nghèo", Helped: 2, LeftPoor: 1}
	widen := poverty.PilotMove{Pilot: p.ID, Version: 2, Verb: poverty.PilotWiden, Decision: "Nhân rộng", To: []poverty.UnitID{"thuong-long"}}
	_, err = f.MovePilot(f.as("lanhdao.ct"), widen)
	f.wantKind(err, poverty.Conflict, "pilot.no_result")
	for login, kind := range map[string]poverty.Kind{"thuongtruc.canbo": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden, "thuonglong.canbo": poverty.NotFound} {
		_, err := f.MovePilot(f.as(login), report)
		f.wantKind(err, kind, "")
	}
	wrong := report
	wrong.LeftPoor = 3
	_, err = f.MovePilot(f.as("agribank.canbo"), wrong)
	f.wantKind(err, poverty.Invalid, "pilot.more_than_helped")
	p, err = f.MovePilot(f.as("agribank.canbo"), report) // who leads it
	f.must(err)
	_, err = f.MovePilot(f.as("thuongquang.canbo"), report)
	f.wantKind(err, poverty.Conflict, "pilot.changed")
	_, err = f.SavePilot(f.as("thuongquang.canbo"), p)
	f.wantKind(err, poverty.Conflict, "pilot.reported")

	for login, kind := range map[string]poverty.Kind{"thuongquang.canbo": poverty.Forbidden, "agribank.canbo": poverty.Forbidden, "thuongtruc.canbo": poverty.Forbidden, "thuonglong.canbo": poverty.NotFound} {
		_, err := f.MovePilot(f.as(login), widen)
		f.wantKind(err, kind, "")
	}
	for _, to := range [][]poverty.UnitID{nil, {"agribank"}, {"thuong-quang"}} {
		bad := widen
		bad.To = to
		_, err = f.MovePilot(f.as("lanhdao.ct"), bad)
		f.wantKind(err, poverty.Invalid, "")
	}
	bare := poverty.PilotMove{Pilot: p.ID, Version: 2, Verb: poverty.PilotEnd}
	_, err = f.MovePilot(f.as("lanhdao.ct"), bare)
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	_, err = f.MovePilot(f.as("lanhdao.ct"), widen)
	f.must(err)
	_, err = f.MovePilot(f.as("lanhdao.pct"), widen)
	f.wantKind(err, poverty.Conflict, "pilot.decided")
	seen, err := f.Pilot(f.as("thuonglong.canbo"), p.ID)
	f.must(err)
	if seen.State != poverty.PilotWidened || seen.Result == "" || len(seen.Households) != 0 {
		t.Errorf("a commune to which it is widened: %+v", seen)
	}
	told := column[string](f, f.super(), "select unit_id from history where code = 'pilot_widened' order by unit_id")
	if len(told) != 2 || told[0] != "thuong-long" || told[1] != "thuong-quang" {
		t.Errorf("the history tells %v", told)
	}
}
