package postgres_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/postgres"
	"dondoc/poverty"
)

func TestDB_plan_goes_its_rounds(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-16 09:00", "thuonglong.canbo", "thuong-long")
	f.plan("2018-04-17 16:20", "thuonglong.chutich", "thuong-long", poverty.PlanSend)
	f.plan("2018-04-19 14:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn)
	p, err := f.Plan(f.as("thuonglong.canbo"), namDong, "thuong-long")
	f.must(err)
	if p.State != poverty.PlanReturned || p.Round != 2 || p.Term != date("2018-04-23") || p.Remarks != "x" {
		t.Errorf("%+v", p)
	}
	f.plan("2018-04-23 15:30", "thuonglong.chutich", "thuong-long", poverty.PlanSend)
	f.plan("2018-04-24 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	f.plan("2018-04-26 15:00", "lanhdao.pct", "thuong-long", poverty.PlanApprove)
	if p, err = f.Plan(f.system(), namDong, "thuong-long"); err != nil || p.State != poverty.PlanApproved || p.ApprovedAt == nil {
		t.Errorf("%+v %v", p, err)
	}
	for key, want := range map[string]string{
		"plan/thuong-long": "done late", "appraisal/phong-ldtbxh/thuong-long.1": "done on_time", "appraisal/phong-ldtbxh/thuong-long.2": "done on_time",
		"approval/nam-dong/thuong-long.2": "done on_time",
	} {
		if d := f.duty(key); string(d.State)+" "+string(d.Verdict) != want {
			t.Errorf("%s: %s %s, want %s", key, d.State, d.Verdict, want)
		}
	}
	rounds := column[int](f, f.super(), "select round from plan_rounds where unit_id = 'thuong-long' order by 1")
	if diff := cmp.Diff([]int{1, 2}, rounds); diff != "" {
		t.Error(diff)
	}
}

func TestDB_plan_moves_only_from_where_it_stands(t *testing.T) {
	f := running(t)
	move := func(login string, verb poverty.PlanVerb, version int) error {
		_, err := f.try(login, poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: verb, Version: version, Reason: "x"}})
		return err
	}
	f.wantKind(move("thuongtruc.truong", poverty.PlanAppraise, 0), poverty.Conflict, "plan.cannot_move.appraise")
	f.wantKind(move("lanhdao.pct", poverty.PlanApprove, 0), poverty.Conflict, "plan.cannot_move.approve")
	f.wantKind(move("thuonglong.chutich", poverty.PlanSend, 0), poverty.Invalid, "plan.missing.to_leave")
	f.wantKind(move("thuonglong.canbo", poverty.PlanSend, 0), poverty.Forbidden, "plan.forbidden.send")
	f.wantKind(move("thuonglo.chutich", poverty.PlanSend, 0), poverty.NotFound, "plan.not_found")
	f.draftPlan("2018-04-10 09:00", "thuonglong.canbo", "thuong-long")
	p, err := f.Plan(f.system(), namDong, "thuong-long")
	f.must(err)
	f.wantKind(move("thuonglong.chutich", poverty.PlanSend, p.Version-1), poverty.Conflict, "plan.changed")
	f.must(move("thuonglong.chutich", poverty.PlanSend, p.Version))
	f.wantKind(move("thuonglong.chutich", poverty.PlanSend, 0), poverty.Conflict, "plan.cannot_move.send")
	f.wantKind(move("thuongtruc.truong", poverty.PlanAppraise, p.Version), poverty.Conflict, "plan.changed")
	f.must(move("thuongtruc.truong", poverty.PlanAppraise, p.Version+1))
}

func TestDB_SavePlan_refuses_to_overwrite_another_version(t *testing.T) {
	f := running(t)
	save := func(version int, text string) (poverty.Plan, error) {
		return f.SavePlan(f.as("thuonglong.canbo"), draftOf("thuong-long", version, text))
	}
	p, err := f.Plan(f.system(), namDong, "thuong-long")
	f.must(err)
	if p.ToLeave != 0 || p.Version != 1 {
		t.Errorf("a new plan: %+v", p)
	}
	saved, err := save(p.Version, " một ")
	f.must(err)
	if saved.Version != 2 || saved.Texts["solutions"] != "một" {
		t.Errorf("%+v", saved)
	}
	_, err = save(p.Version, "hai")
	f.wantKind(err, poverty.Conflict, "plan.changed")
	_, err = f.SavePlan(f.as("thuonglong.canbo"), poverty.PlanDraftContent{Cycle: namDong, Unit: "thuong-long", ToLeave: -1})
	f.wantKind(err, poverty.Invalid, "plan.negative")
	ctx := f.as("thuonglong.canbo")
	won := 0
	for _, err := range f.together(3, func(int) error {
		_, err := f.SavePlan(ctx, draftOf("thuong-long", 2, "x"))
		return err
	}) {
		if err == nil {
			won++
		} else {
			f.wantKind(err, poverty.Conflict, "plan.changed")
		}
	}
	if won != 1 {
		t.Errorf("%d of three saved over version 2", won)
	}
	f.plan("2018-04-10 09:00", "thuonglong.chutich", "thuong-long", poverty.PlanSend)
	_, err = save(0, "sau khi gửi")
	f.wantKind(err, poverty.Conflict, "plan.cannot_move.send")
}

func TestDB_plans_sent_on_behalf_are_not_appraised_by_the_sender(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-10 09:00", "thuonglong.canbo", "thuong-long")
	send := poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}}
	_, err := f.try("thuongtruc.canbo", send)
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	send.Plan.Basis = "bản giấy số 12"
	_, err = f.try("thuongtruc.canbo", send)
	f.must(err)
	appraise := poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanAppraise}}
	_, err = f.try("thuongtruc.canbo", appraise)
	f.wantKind(err, poverty.Forbidden, "plan.forbidden.own")
	if _, err := f.try("thuongtruc.truong", appraise); err != nil {
		t.Error(err)
	}
}

func TestDB_an_agency_sees_its_communes_plan_once_it_is_sent(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-10 09:00", "thuonglong.canbo", "thuong-long")
	sees := func(login string) bool {
		_, err := f.Plan(f.as(login), namDong, "thuong-long")
		return err == nil
	}
	if sees("congan.canbo") || sees("toaan.canbo") {
		t.Error("an agency reads a draft")
	}
	f.plan("2018-04-11 09:00", "thuonglong.chutich", "thuong-long", poverty.PlanSend)
	if !sees("congan.canbo") || !sees("toaan.canbo") {
		t.Error("an agency of the group does not see the plan that was sent")
	}
	if sees("kiemlam.canbo") || sees("thuonglo.chutich") {
		t.Error("an agency of another group, or another commune, sees it")
	}
}

// withRegister is a running cycle in which Thượng Long's register has two poor
// households and a near-poor one, and one that is neither.
func withRegister(t *testing.T) (*fixture, []poverty.Household) {
	t.Helper()
	f := running(t)
	f.hamlets("thuong-long", thuongLong)
	var list []poverty.Household
	for i, class := range []poverty.Class{poverty.ClassPoor, poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor} {
		h := sheetOf("thuong-long", "t1", []string{"001", "002", "003", "004"}[i], "Hộ "+string(rune('A'+i)))
		if h.Declared = class; class != poverty.ClassPoor {
			h.PolicyGroup = ""
		}
		h.Causes, h.Needs = []string{"illness"}, []string{"livestock"}
		list = append(list, f.save(thuongLong, h))
	}
	return f, list
}

func (f *fixture) planSheet() poverty.PlanSheet {
	f.t.Helper()
	s, err := f.PlanSheet(f.as(thuongLong), namDong, "thuong-long")
	f.must(err)
	return s
}

func (f *fixture) edit(x poverty.PlanEdit) error {
	x.Cycle, x.Unit = namDong, "thuong-long"
	_, err := f.EditPlan(f.as(thuongLong), x)
	return err
}

func TestDB_plan_takes_households_from_the_register_and_counts_them(t *testing.T) {
	f, list := withRegister(t)
	f.must(f.edit(poverty.PlanEdit{Add: []poverty.HouseholdID{list[0].ID, list[2].ID}}))
	f.must(f.edit(poverty.PlanEdit{Add: []poverty.HouseholdID{list[0].ID, list[1].ID}, Goal: poverty.GoalHelp})) // one is there and stays
	s := f.planSheet()
	if s.Plan.ToLeave != 1 || s.Plan.LeaveNear != 1 || len(s.Households) != 3 || s.Households[1].Goal != poverty.GoalHelp {
		t.Fatalf("%+v", s)
	}
	if h := s.Households[0]; h.Causes[0] != "illness" || h.Needs[0] != "livestock" || h.HamletName != "Thôn 1" || h.Head != "Hộ A" || h.Class != poverty.ClassPoor {
		t.Errorf("%+v", h)
	}
	f.wantKind(f.edit(poverty.PlanEdit{Add: []poverty.HouseholdID{list[3].ID}}), poverty.Invalid, "plan.unfit_households")
	found, err := f.Households(f.as(thuongLong), poverty.HouseholdFilter{Cycle: namDong, Unit: "thuong-long", Unplanned: true})
	f.must(err)
	if len(found) != 0 {
		t.Errorf("%d households are still to choose from", len(found))
	}
	f.must(f.edit(poverty.PlanEdit{Remove: []poverty.HouseholdID{list[0].ID}}))
	found, err = f.Households(f.as(thuongLong), poverty.HouseholdFilter{Cycle: namDong, Unit: "thuong-long", Unplanned: true, Cause: "illness"})
	f.must(err)
	if len(found) != 1 || found[0].ID != list[0].ID || f.planSheet().Plan.ToLeave != 0 {
		t.Errorf("%+v", found)
	}
	_, err = f.Households(f.as("tinh.canbo"), poverty.HouseholdFilter{Cycle: namDong, Unit: "thuong-long", Cause: "illness"})
	f.wantKind(err, poverty.Forbidden, "household.forbidden")
}

func TestDB_EditPlan_is_all_or_nothing_and_loses_no_version(t *testing.T) {
	f, list := withRegister(t)
	good, bad := plannedOf(list[0]), plannedOf(list[1])
	bad.Causes, bad.Measures[0].Kind = []string{"magic"}, "gold"
	err := f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{good, bad}})
	f.wantKind(err, poverty.Invalid, "")
	if !strings.Contains(err.Error(), ":2 (causes)") || !strings.Contains(err.Error(), ":2 (kind)") || len(f.planSheet().Households) != 0 {
		t.Errorf("%v, %+v", err, f.planSheet().Households)
	}
	byCode := good
	byCode.Household, byCode.Code = 0, "001"
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{byCode}}))
	first := f.planSheet().Households[0]
	kept := first.Measures[0].ID
	second := first
	second.Measures = append(second.Measures, poverty.PlanMeasure{Need: "livestock", Kind: "training", What: "Lớp", Term: date("2018-08-01"), HelperOther: "Hội"})
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{second}}))
	f.wantKind(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{first}}), poverty.Conflict, "plan.household_changed")
	if h := f.planSheet().Households[0]; len(h.Measures) != 2 || h.Measures[0].ID != kept || h.Measures[1].HelperOther != "Hội" || h.Version != 2 {
		t.Errorf("%+v", h)
	}
	// A text that was typed before households changed is saved all the same.
	f.must(f.edit(poverty.PlanEdit{Add: []poverty.HouseholdID{list[1].ID}}))
	_, err = f.SavePlan(f.as(thuongLong), draftOf("thuong-long", 1, "a"))
	f.must(err)
	_, err = f.SavePlan(f.as(thuongLong), draftOf("thuong-long", 1, "b"))
	f.wantKind(err, poverty.Conflict, "plan.changed")
	// Many at once.
	f.must(f.edit(poverty.PlanEdit{Fill: []poverty.HouseholdID{list[0].ID, list[1].ID}, Measure: poverty.PlanMeasure{Kind: "livestock", What: "Dê", Term: date("2018-10-01"), Helper: "toa-an"}}))
	for _, h := range f.planSheet().Households {
		if h.Measures[0].What != "Dê" {
			t.Errorf("%+v", h)
		}
	}
	for login, kind := range map[string]poverty.Kind{"thuongtruc.canbo": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden, "congan.canbo": poverty.NotFound, "thuonglo.canbo": poverty.NotFound} {
		_, err := f.EditPlan(f.as(login), poverty.PlanEdit{Cycle: namDong, Unit: "thuong-long", Add: []poverty.HouseholdID{list[0].ID}})
		f.wantKind(err, kind, "")
	}
}

func TestDB_plan_is_not_sent_incomplete_or_from_a_register_that_is_not_frozen(t *testing.T) {
	f, list := withRegister(t)
	send := poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}}
	_, err := f.SavePlan(f.as(thuongLong), draftOf("thuong-long", 0, "Kế hoạch"))
	f.must(err)
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{plannedOf(list[0])}}))
	_, err = f.try(longChair, send)
	f.wantKind(err, poverty.Invalid, "plan.missing.frozen")
	f.must(f.FreezeRegister(f.as("thuongtruc.truong"), poverty.RegisterScope{Cycle: namDong, Unit: "thuong-long", Basis: "Quyết định 9"}))
	f.must(f.edit(poverty.PlanEdit{Add: []poverty.HouseholdID{list[1].ID}}))
	if s := f.planSheet(); !s.Check.Frozen || len(s.Missing) != 1 || s.Missing[0].Household != list[1].ID {
		t.Errorf("the commune is told %+v", s.Missing)
	}
	_, err = f.try(longChair, send)
	f.wantKind(err, poverty.Invalid, "plan.incomplete")
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{plannedOf(list[1])}}))
	_, err = f.try(longChair, send)
	f.must(err)
	f.wantKind(f.edit(poverty.PlanEdit{Remove: []poverty.HouseholdID{list[1].ID}}), poverty.Conflict, "plan.cannot_move.send")
}

func TestDB_a_round_stays_as_it_was_sent(t *testing.T) {
	f, list := withRegister(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	_, err := f.try("thuongtruc.truong", poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanReturn,
		Remarks: []poverty.PlanRemark{{Code: "999", Text: "x"}}}})
	f.wantKind(err, poverty.Invalid, "plan.unknown_household")
	f.do("2018-04-11 09:00", "thuongtruc.truong", poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanReturn,
		Remarks: []poverty.PlanRemark{{Code: "001", Field: "causes", Text: "Ghi rõ"}, {Field: "situation", Text: "Thiếu số liệu"}}}})
	s := f.planSheet()
	if len(s.Remarks) != 2 || s.Remarks[0].Household != list[0].ID || s.Remarks[0].Field != "causes" {
		t.Fatalf("%+v", s.Remarks)
	}
	mended := s.Households[0]
	mended.Causes = []string{"capital", "labour"}
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{mended}, Answers: []poverty.PlanAnswer{{Remark: s.Remarks[0].ID, Text: "Đã ghi"}}}))
	f.wantKind(f.edit(poverty.PlanEdit{Answers: []poverty.PlanAnswer{{Remark: 999, Text: "x"}}}), poverty.NotFound, "plan.no_remark")
	f.plan("2018-04-12 09:00", longChair, "thuong-long", poverty.PlanSend)
	round := func(n int) poverty.PlanRound {
		r, err := f.PlanRound(f.as(thuongLong), namDong, "thuong-long", n)
		f.must(err)
		return r
	}
	first, second := round(1), round(2)
	d := second.Since(first)
	if first.Outcome != "returned" || len(d.Changed) != 1 || !cmp.Equal(d.Changed[0].Fields, []string{"causes"}) || first.Remarks[0].Answer != "Đã ghi" {
		t.Errorf("%+v\n%+v", first, d)
	}
	// Not even the program can change it.
	for _, statement := range []string{"update plan_round_households set sheet = '{}'", "delete from plan_round_households", "update plan_rounds set to_leave = 9", "delete from plan_rounds"} {
		f.within("", func(tx pgx.Tx) {
			_, err := tx.Exec(t.Context(), "select set_config('app.system', 'x', true)")
			f.must(err)
			if _, err := tx.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "permission denied") {
				t.Errorf("%s: %v", statement, err)
			}
		})
	}
}

func TestDB_each_sees_of_a_plans_households_what_is_theirs(t *testing.T) {
	f, _ := withRegister(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	s := f.planSheet()
	h := s.Households[0]
	h.Note, h.CauseOther = "Ghi chú nội bộ", "thiên tai"
	f.must(f.edit(poverty.PlanEdit{Put: []poverty.PlanHousehold{h}}))
	for login, kind := range map[string]poverty.Kind{"thuongtruc.canbo": "", "lanhdao.pct": "", "congan.canbo": poverty.NotFound, "tinh.canbo": poverty.NotFound, "hdnd.canbo": poverty.NotFound, "thuonglo.canbo": poverty.NotFound} {
		if _, err := f.PlanSheet(f.as(login), namDong, "thuong-long"); poverty.KindOf(err) != kind {
			t.Errorf("%s and the draft: %v", login, err)
		}
	}
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	for login, want := range map[string]string{
		thuongLong: "cause note", "thuongtruc.canbo": "cause note", "lanhdao.ct": "cause note",
		"congan.canbo": "cause", "toaan.canbo": "cause", "tinh.canbo": "hidden", "hdnd.canbo": "hidden",
	} {
		r, err := f.PlanRound(f.as(login), namDong, "thuong-long", 1)
		f.must(err)
		var got []string
		seen := r.Households[0]
		if len(seen.Causes) > 0 && seen.CauseOther != "" {
			got = append(got, "cause")
		}
		if seen.Note != "" {
			got = append(got, "note")
		}
		if seen.Hidden {
			got = append(got, "hidden")
		}
		if strings.Join(got, " ") != want || len(r.Households) != 3 || seen.Head == "" || len(seen.Measures) == 0 {
			t.Errorf("%s: %v, want %s", login, got, want)
		}
	}
	for _, login := range []string{"kiemlam.canbo", "thuonglo.chutich", "camlo.ct", "quantri"} {
		_, err := f.PlanRound(f.as(login), namDong, "thuong-long", 1)
		f.wantKind(err, poverty.NotFound, "")
	}
	// Who helps does not see a round that was withdrawn, nor the next before it is sent.
	f.plan("2018-04-10 11:00", longChair, "thuong-long", poverty.PlanWithdraw)
	_, err := f.PlanRound(f.as("congan.canbo"), namDong, "thuong-long", 1)
	f.wantKind(err, poverty.NotFound, "plan.no_round")
}

func TestDB_a_plan_that_is_withdrawn_is_owed_again_by_its_old_last_day(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	move := func(login string) error {
		_, err := f.try(login, poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanWithdraw, Reason: "Sai số liệu"}})
		return err
	}
	f.wantKind(move(thuongLong), poverty.Forbidden, "plan.forbidden.withdraw")
	f.wantKind(move("thuongtruc.truong"), poverty.Forbidden, "plan.forbidden.withdraw")
	f.set("2018-04-11 09:00")
	f.must(move(longChair))
	if d := f.duty("plan/thuong-long"); d.State != poverty.DutyOpen || d.LastDay != date("2018-04-14") || d.SubmittedAt != nil {
		t.Errorf("%+v", d)
	}
	if d := f.duty("appraisal/phong-ldtbxh/thuong-long.1"); d.State != poverty.DutyExcused {
		t.Errorf("the appraisal is %s", d.State)
	}
	p, err := f.Plan(f.system(), namDong, "thuong-long")
	f.must(err)
	if p.State != poverty.PlanDraft || p.Round != 2 || p.SentAt != nil || p.SentRound != 0 {
		t.Errorf("%+v", p)
	}
	f.plan("2018-04-12 10:00", longChair, "thuong-long", poverty.PlanSend)
	f.plan("2018-04-13 09:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	f.wantKind(move(longChair), poverty.Conflict, "plan.cannot_move.withdraw")
	if d := f.duty("plan/thuong-long"); d.Verdict != poverty.OnTime {
		t.Errorf("sent again in time: %s", d.Verdict)
	}
}

func TestDB_an_amendment_leaves_the_approved_plan_standing(t *testing.T) {
	f, list := withRegister(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	f.plan("2018-04-11 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	f.plan("2018-04-12 10:00", "lanhdao.pct", "thuong-long", poverty.PlanApprove)
	before := f.duty("plan/thuong-long")
	f.plan("2018-09-10 10:00", longChair, "thuong-long", poverty.PlanAmend)
	f.must(f.edit(poverty.PlanEdit{Remove: []poverty.HouseholdID{list[1].ID}}))
	p, err := f.Plan(f.as("congan.canbo"), namDong, "thuong-long")
	f.must(err)
	if p.State != poverty.PlanDraft || p.ApprovedRound != 1 || p.SentRound != 1 || p.Amendment != 1 || p.Round != 2 {
		t.Errorf("%+v", p)
	}
	// Dropped, the draft is again what was approved.
	f.plan("2018-09-10 11:00", longChair, "thuong-long", poverty.PlanDrop)
	if s := f.planSheet(); s.Plan.State != poverty.PlanApproved || len(s.Households) != 3 || s.Households[1].Measures[0].What != "Bò" || s.Plan.ToLeave != 2 {
		t.Errorf("%+v", s)
	}
	f.plan("2018-09-11 10:00", longChair, "thuong-long", poverty.PlanAmend)
	f.must(f.edit(poverty.PlanEdit{Remove: []poverty.HouseholdID{list[1].ID}}))
	f.plan("2018-09-12 10:00", longChair, "thuong-long", poverty.PlanSend)
	f.plan("2018-09-13 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn)
	f.plan("2018-09-14 10:00", longChair, "thuong-long", poverty.PlanSend)
	f.plan("2018-09-17 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	f.plan("2018-09-18 10:00", "lanhdao.pct", "thuong-long", poverty.PlanApprove)
	if p, err = f.Plan(f.system(), namDong, "thuong-long"); err != nil || p.ApprovedRound != 4 || p.ToLeave != 1 || p.Amendment != 2 {
		t.Errorf("%+v %v", p, err)
	}
	if after := f.duty("plan/thuong-long"); after.Verdict != before.Verdict || after.State != before.State || after.Returns != before.Returns {
		t.Errorf("the amendment changed the duty: %+v", after)
	}
	events := column[string](f, f.super(), "select event from history where code = 'plan' and duty_id is null and unit_id = 'thuong-long' order by id")
	if diff := cmp.Diff([]string{"amended", "dropped", "amended", "submitted", "returned", "submitted", "accepted"}, events); diff != "" {
		t.Error(diff)
	}
	// The store says that the process lives on.
	if step := f.step(poverty.Ref{Cycle: namDong, Process: poverty.ProcessPlan, Key: "thuong-long"}, "2018-09-19 10:00"); step.Done {
		t.Error("an approved plan could no longer be amended by its process")
	}
}

func TestDB_two_approvers_at_once_make_one_decision(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	f.plan("2018-04-11 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	logins := []string{"lanhdao.pct", "lanhdao.ct"}
	won := 0
	for _, err := range f.together(2, func(i int) error {
		_, err := f.try(logins[i], poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanApprove}})
		return err
	}) {
		if err == nil {
			won++
		} else {
			f.wantKind(err, poverty.Conflict, "plan.cannot_move.approve")
		}
	}
	p, err := f.Plan(f.system(), namDong, "thuong-long")
	f.must(err)
	if won != 1 || p.Moved != poverty.PlanApprove || p.MovedByName == "" || p.MovedAt == nil {
		t.Errorf("%d of two approved, %+v", won, p)
	}
	if n := column[int](f, f.super(), "select count(*)::int from history where event = 'accepted' and code = 'plan'")[0]; n != 1 {
		t.Errorf("%d approvals in the history", n)
	}
}

// What a commune is still writing is its own, the standing office's and the
// leadership's: not even a query past the store finds it.
func TestRLS_what_a_commune_writes_into_its_plan_is_not_read_by_others(t *testing.T) {
	f, _ := withRegister(t)
	f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long")
	insiders := []string{thuongLong, longChair, "thuongtruc.canbo", "lanhdao.pct"}
	others := []string{"congan.canbo", "toaan.canbo", "kiemlam.canbo", "thuonglo.canbo", "tinh.canbo", "hdnd.canbo", "quantri"}
	sees := func(query string, want int, logins ...string) {
		t.Helper()
		for _, login := range logins {
			f.within(login, func(tx pgx.Tx) {
				if n := len(column[string](f, tx, query)); n != want {
					t.Errorf("%s finds %d by %q, want %d", login, n, query, want)
				}
			})
		}
	}
	const (
		texts      = "select texts::text from plan_drafts where unit_id = 'thuong-long' and texts <> '{}'"
		households = "select goal from plan_households where unit_id = 'thuong-long'"
		measures   = "select what from plan_measures where unit_id = 'thuong-long'"
		told       = "select text from plan_remarks where unit_id = 'thuong-long'"
	)
	drafted := func() {
		t.Helper()
		sees(texts, 1, insiders...)
		sees(texts, 0, others...)
		sees(households, 3, insiders...)
		sees(measures, 3, insiders...)
		sees(households, 0, others...)
		sees(measures, 0, others...)
	}
	drafted()
	f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend)
	sees(texts, 1, append(insiders, "congan.canbo", "toaan.canbo", "tinh.canbo")...)
	sees(texts, 0, "kiemlam.canbo", "thuonglo.canbo", "quantri")
	sees(households, 0, others...)
	f.plan("2018-04-11 09:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn)
	drafted()
	sees(told, 1, insiders...)
	sees(told, 0, others...)
	p, err := f.Plan(f.as("congan.canbo"), namDong, "thuong-long")
	f.must(err)
	if len(p.Texts) != 0 || p.Shortfall != "" || p.SentRound != 1 {
		t.Errorf("the helper is shown the next draft: %+v", p)
	}
	if r, err := f.PlanRound(f.as("congan.canbo"), namDong, "thuong-long", 1); err != nil || len(r.Texts) == 0 || len(r.Households) != 3 {
		t.Errorf("the round that was sent stays the helper's to read: %+v %v", r, err)
	}
}

// queries counts what the store asks the database.
type queries struct{ n atomic.Int64 }

func (q *queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	q.n.Add(1)
	return ctx
}
func (*queries) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A plan of two hundred households is sent, returned, changed, sent again and
// compared with as many queries as one of two.
func TestDB_a_large_plan_costs_no_more_queries_than_a_small_one(t *testing.T) {
	counted := func(f *fixture, households int) (counts []int64) {
		f.advance("2018-04-06 10:00")
		f.hamlets("thuong-long", thuongLong)
		_, err := f.ImportHouseholds(f.as(thuongLong), scopeOf("thuong-long", ""), func(yield func(poverty.Household, error) bool) {
			for i := range households {
				if !yield(sheetOf("thuong-long", "t1", fmt.Sprintf("%03d", i+1), "Hộ "+strconv.Itoa(i+1)), nil) {
					return
				}
			}
		}, nil)
		f.must(err)
		asked := &queries{}
		db, err := postgres.Open(t.Context(), f.url, postgres.Options{Now: f.clock, Conns: 1, Tracer: asked})
		f.must(err)
		t.Cleanup(db.Close)
		f.DB = db
		step := func(name string, fn func()) {
			before := asked.n.Load()
			fn()
			counts = append(counts, asked.n.Load()-before)
			if counts[len(counts)-1] == 0 {
				t.Errorf("%s: nothing was asked", name)
			}
		}
		step("drafted", func() { f.draftPlan("2018-04-10 09:00", thuongLong, "thuong-long") })
		step("sent", func() { f.plan("2018-04-10 10:00", longChair, "thuong-long", poverty.PlanSend) })
		step("returned", func() { f.plan("2018-04-11 09:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn) })
		var changed []poverty.PlanHousehold
		step("read", func() { changed = f.planSheet().Households })
		for i := range changed {
			changed[i].Causes = []string{"labour"}
		}
		step("changed", func() { f.must(f.edit(poverty.PlanEdit{Put: changed})) })
		step("sent again", func() { f.plan("2018-04-12 10:00", longChair, "thuong-long", poverty.PlanSend) })
		step("compared", func() {
			first, err := f.PlanRound(f.as(thuongLong), namDong, "thuong-long", 1)
			f.must(err)
			second, err := f.PlanRound(f.as(thuongLong), namDong, "thuong-long", 2)
			f.must(err)
			if d := second.Since(first); len(d.Changed) != households || len(d.Added)+len(d.Removed) != 0 {
				t.Errorf("%d of %d changed", len(d.Changed), households)
			}
		})
		return counts
	}
	small, large := counted(newFixture(t), 2), counted(another(t), 200)
	if diff := cmp.Diff(small, large); diff != "" {
		t.Error(diff)
	}
}

func TestDB_what_a_substitute_decides_records_by_which_basis(t *testing.T) {
	f := surveyed(t)
	deputy := f.user("thuonglong.phochutich")
	f.exec(`insert into holdings (office_id, user_id, substitute, basis, valid_from, valid_to) values ('thuong-long/head', $1, true, 'QĐ 12', '2018-05-01', '2018-12-30')`, deputy)
	f.draftPlan("2018-09-03 09:00", thuongLong, "thuong-long")
	f.do("2018-09-03 10:00", "thuonglong.phochutich", poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend, Office: "thuong-long/head"}})
	ask := poverty.CaseMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.CaseAsk, Code: "001", Wish: poverty.ClassNotPoor, Cause: "members", On: date("2018-09-03")}
	asked := f.do("2018-09-03 11:00", thuongLong, poverty.Proposal{Case: &ask}).Case
	f.do("2018-09-04 11:00", "thuonglong.phochutich", poverty.Proposal{Case: &poverty.CaseMove{Cycle: namDong, Unit: "thuong-long", Case: asked,
		Verb: poverty.CaseRefuse, On: date("2018-09-04"), Reason: "Chưa đủ điều kiện"}})
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	f.result("001", poverty.ClassPoor, "")
	f.result("002", poverty.ClassPoor, "")
	f.result("003", poverty.ClassNearPoor, "")
	f.do("2018-11-08 09:00", "thuonglong.phochutich", f.decision("survey-preliminary/thuong-long", poverty.Decision{Act: poverty.ActDone, Office: "thuong-long/head"}))
	got := column[string](f, f.super(), `select code || ' ' || office_id || ' ' || basis from history
		where actor_id = $1 and event in ('submitted', 'done', 'noted') order by effective_at, id`, deputy)
	want := []string{"plan thuong-long/head QĐ 12", "survey-case thuong-long/head QĐ 12", "case.refuse thuong-long/head QĐ 12", "survey-preliminary thuong-long/head QĐ 12"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDB_ComponentKinds_are_the_national_ones_and_the_owners(t *testing.T) {
	f := running(t)
	kind := poverty.ComponentKind{Code: "bees", Name: "Nuôi ong"}
	for _, login := range []string{thuongLong, "lanhdao.ct", "congan.canbo"} {
		f.wantKind(f.AddComponentKind(f.as(login), namDong, kind), poverty.Forbidden, "component.forbidden.kind")
	}
	f.must(f.AddComponentKind(f.as("thuongtruc.truong"), namDong, kind))
	f.wantKind(f.AddComponentKind(f.as("thuongtruc.truong"), namDong, kind), poverty.Conflict, "component.kind_exists")
	f.wantKind(f.AddComponentKind(f.as("thuongtruc.truong"), namDong, poverty.ComponentKind{Code: "livestock", Name: "x"}), poverty.Conflict, "component.kind_exists")
	list, err := f.ComponentKinds(f.as(thuongLong), namDong)
	f.must(err)
	if last := list[len(list)-1]; last.Code != "bees" || last.Owner != "nam-dong" || last.NameEN != "Nuôi ong" || list[0].Owner != "" {
		t.Errorf("%+v", list)
	}
}
