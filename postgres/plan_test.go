package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
