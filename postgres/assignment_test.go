package postgres_test

import (
	"slices"
	"testing"

	"dondoc/poverty"
)

// redraft saves a draft of Nam Đông's groups after an edit of those in force.
func (f *fixture) redraft(now, login string, edit func(groups []poverty.Group) []poverty.Group) poverty.Assignment {
	f.t.Helper()
	f.set(now)
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	x, err := f.SaveAssignment(f.as(login), poverty.AssignmentContent{Cycle: namDong, Groups: edit(c.Rules.Groups)})
	f.must(err)
	return x
}

func assign(x poverty.Assignment, verb poverty.AssignmentVerb) poverty.Proposal {
	m := poverty.AssignmentMove{Cycle: x.Cycle, No: x.No, Verb: verb, Version: x.Version}
	switch verb {
	case poverty.AssignmentReturn:
		m.Reason = "Xem lại"
	case poverty.AssignmentIssue:
		m.Basis = "Quyết định 12"
	}
	return poverty.Proposal{Assign: &m}
}

// issueGroups drafts, sends and issues an edit of the groups in force.
func (f *fixture) issueGroups(now string, edit func(groups []poverty.Group) []poverty.Group) poverty.Assignment {
	f.t.Helper()
	x := f.redraft(now, "thuongtruc.canbo", edit)
	f.do(now, "thuongtruc.canbo", assign(x, poverty.AssignmentSend))
	x.Version++
	f.do(now, "lanhdao.pct", assign(x, poverty.AssignmentIssue))
	x, err := f.Assignment(f.system(), namDong, x.No)
	f.must(err)
	return x
}

// otherLead gives Thượng Long's group to its first member, and the police out.
func otherLead(groups []poverty.Group) []poverty.Group {
	groups = slices.Clone(groups)
	g := &groups[0]
	g.Lead, g.Members = "vien-kiem-sat", []poverty.UnitID{"toa-an", "kho-bac"}
	return groups
}

func TestDB_CreateCycle_keeps_its_groups_as_the_first_assignment(t *testing.T) {
	f := running(t)
	list, err := f.Assignments(f.as("thuonglong.canbo"), namDong)
	f.must(err)
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	if len(list) != 1 || list[0].No != 1 || list[0].State != poverty.AssignmentIssued || len(list[0].Groups) != len(c.Rules.Groups) {
		t.Fatalf("got %+v", list)
	}
	err = func() error {
		_, err := f.super().Exec(t.Context(), "update assignments set note = 'x' where no = 1 and cycle_id = $1", namDong)
		return err
	}()
	if err == nil {
		t.Error("what was issued could be changed")
	}
}

func TestDB_SaveAssignment_is_the_standing_offices_and_is_seen_by_those_who_decide(t *testing.T) {
	f := running(t)
	for _, login := range []string{"thuonglong.canbo", "congan.truong", "lanhdao.pct", "tinh.canbo"} {
		_, err := f.SaveAssignment(f.as(login), poverty.AssignmentContent{Cycle: namDong})
		if poverty.KindOf(err) != poverty.Forbidden && poverty.KindOf(err) != poverty.NotFound {
			t.Errorf("%s: %v", login, err)
		}
	}
	x := f.redraft("2018-04-09 09:00", "thuongtruc.canbo", otherLead)
	if x.No != 2 || x.Version != 1 || x.State != poverty.AssignmentDraft {
		t.Fatalf("got %+v", x)
	}
	for login, sees := range map[string]bool{"thuongtruc.canbo": true, "lanhdao.pct": true, "thuonglong.canbo": false, "congan.truong": false, "tinh.canbo": false} {
		_, err := f.Assignment(f.as(login), namDong, 2)
		if (err == nil) != sees {
			t.Errorf("%s sees the draft: %v", login, err)
		}
	}
	_, err := f.SaveAssignment(f.as("thuongtruc.canbo"), poverty.AssignmentContent{Cycle: namDong, Groups: x.Groups})
	f.wantKind(err, poverty.Conflict, "assignment.changed")
	saved, err := f.SaveAssignment(f.as("thuongtruc.canbo"), poverty.AssignmentContent{Cycle: namDong, Version: 1, Groups: x.Groups[:0]})
	f.must(err)
	if saved.Version != 2 || len(saved.Groups) != 0 {
		t.Errorf("got %+v", saved)
	}
	_, err = f.try("thuongtruc.canbo", assign(saved, poverty.AssignmentSend)) // every commune is without a group: shown, and allowed
	f.must(err)
}

func TestDB_MoveAssignment_by_who_may_and_in_turn(t *testing.T) {
	f := running(t)
	x := f.redraft("2018-04-09 09:00", "thuongtruc.canbo", otherLead)
	_, err := f.try("lanhdao.pct", assign(x, poverty.AssignmentSend))
	f.wantKind(err, poverty.Forbidden, "assignment.forbidden.send")
	_, err = f.try("lanhdao.pct", assign(x, poverty.AssignmentIssue))
	f.wantKind(err, poverty.Conflict, "assignment.cannot_move.issue")
	_, err = f.try("congan.truong", assign(x, poverty.AssignmentSend))
	f.wantKind(err, poverty.NotFound, "assignment.not_found")
	f.do("2018-04-09 10:00", "thuongtruc.canbo", assign(x, poverty.AssignmentSend))
	_, err = f.SaveAssignment(f.as("thuongtruc.canbo"), poverty.AssignmentContent{Cycle: namDong, Version: 2, Groups: x.Groups})
	f.wantKind(err, poverty.Conflict, "assignment.is_sent")
	_, err = f.try("lanhdao.pct", assign(x, poverty.AssignmentIssue))
	f.wantKind(err, poverty.Conflict, "assignment.changed")
	x.Version = 2
	for _, login := range []string{"thuongtruc.canbo", "thuongtruc.truong"} {
		_, err = f.try(login, assign(x, poverty.AssignmentIssue))
		f.wantKind(err, poverty.Forbidden, "assignment.forbidden.issue")
	}
	f.do("2018-04-09 11:00", "lanhdao.pct", assign(x, poverty.AssignmentReturn))
	x, err = f.Assignment(f.as("thuongtruc.canbo"), namDong, 2)
	f.must(err)
	if x.State != poverty.AssignmentDraft || x.Remark != "Xem lại" {
		t.Errorf("got %+v", x)
	}
	broken := slices.Clone(x.Groups)
	broken[1].Commune = broken[0].Commune
	x, err = f.SaveAssignment(f.as("thuongtruc.canbo"), poverty.AssignmentContent{Cycle: namDong, Version: x.Version, Groups: broken})
	f.must(err)
	_, err = f.try("thuongtruc.canbo", assign(x, poverty.AssignmentSend))
	f.wantKind(err, poverty.Invalid, "assignment.blocked")
	// Who wrote it does not issue it, whatever office he or she holds.
	f.exec("update assignments set state = 'sent', drafters = drafters || $1::bigint where no = 2 and cycle_id = $2", f.user("lanhdao.pct"), namDong)
	_, err = f.try("lanhdao.pct", assign(x, poverty.AssignmentIssue))
	f.wantKind(err, poverty.Forbidden, "assignment.own_draft")
}

func TestDB_MoveAssignment_issue_lets_read_who_helps_now_and_no_other(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-09 08:00", "thuonglong.canbo", "thuong-long")
	f.plan("2018-04-10 08:00", "thuonglong.chutich", "thuong-long", poverty.PlanSend)
	reads := func(login string) bool {
		_, err := f.Plan(f.as(login), namDong, "thuong-long")
		return err == nil
	}
	components := func(login string) bool {
		list, err := f.Components(f.as(login), poverty.ComponentFilter{Cycle: namDong})
		f.must(err)
		return slices.ContainsFunc(list, func(c poverty.Component) bool { return c.Code == "bo" })
	}
	f.exec(`insert into components (cycle_id, code, unit_id, group_code, commune_id, kind, title, audience, saved_at)
		values ($1, 'bo', 'toa-an', 'nhom-thuong-long', 'thuong-long', 'livestock', 'Bò', '{cong-an-huyen,toa-an}', now())`, namDong)
	if !reads("congan.truong") || !components("congan.truong") || components("khobac.canbo") {
		t.Fatal("before: the police helps, the treasury does not")
	}
	before := f.contents()
	x := f.issueGroups("2018-04-12 09:00", otherLead)
	if reads("congan.truong") || components("congan.truong") {
		t.Error("who was taken off still reads")
	}
	if !components("khobac.canbo") || !components("vienkiemsat.canbo") {
		t.Error("who was added does not read")
	}
	after := f.contents()
	for _, table := range []string{"reports", "deliveries", "households", "plan_households", "periods", "consolidations", "funds", "meetings"} {
		if before[table] != after[table] {
			t.Errorf("%s was changed", table)
		}
	}
	if x.State != poverty.AssignmentIssued || x.Basis != "Quyết định 12" || x.IssuedBy != f.user("lanhdao.pct") {
		t.Errorf("got %+v", x)
	}
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	if g := c.Rules.Groups[0]; g.Led != 2 || g.Assigned != 2 || c.Rules.Groups[1].Assigned != 0 || c.Rules.Amended != 1 {
		t.Errorf("got %+v", c.Rules.Groups[:2])
	}
	if c.Rules.Units["vien-kiem-sat"].Role != "lead" || c.Rules.Units["cong-an-huyen"].Role != "member" {
		t.Error("the roles do not follow the groups")
	}
}

func TestDB_MoveAssignment_issue_moves_what_leads_owe(t *testing.T) {
	f := running(t)
	old := f.duty("acceptance/cong-an-huyen")
	x := f.issueGroups("2018-04-09 09:00", otherLead)
	if d := f.duty("acceptance/cong-an-huyen"); d.State != poverty.DutyExcused || old.State != poverty.DutyOpen {
		t.Errorf("the acceptance of who leads no longer is %s", d.State)
	}
	d := f.duty("acceptance/vien-kiem-sat/2")
	if d.State != poverty.DutyOpen || d.LastDay != date("2018-04-12") {
		t.Errorf("the acceptance of who leads now is %s until %v", d.State, d.LastDay)
	}
	if d := f.duty("contact/cong-an-huyen/thuong-long.1"); d.State != poverty.DutyExcused {
		t.Errorf("contact of who leads no longer is %s", d.State)
	}
	if d := f.duty("contact/vien-kiem-sat/thuong-long.1"); d.State != poverty.DutyOpen || d.LastDay != date("2018-05-24") {
		t.Errorf("contact of who leads now is %s until %v", d.State, d.LastDay)
	}
	if d := f.duty("acceptance/phong-nnptnt"); d.State != poverty.DutyOpen {
		t.Errorf("a group that stays is asked again: %s", d.State)
	}
	told := column[string](f, f.super(), `select distinct n.unit_id || ' ' || n.text from notices n where n.kind = 'assignment' and n.key like 'assignment|%|2|group%' order by 1`)
	want := []string{"cong-an-huyen group_lost", "kho-bac group_gained", "phong-tu-phap group_lost", "chi-cuc-thue group_lost", "thi-hanh-an group_lost", "thuong-long group_changed", "toa-an group_changed", "vien-kiem-sat group_changed"}
	slices.Sort(want)
	if slices.Sort(told); !slices.Equal(told, want) {
		t.Errorf("told %v\nwant %v", told, want)
	}
	// Stepping again lays on nothing that was there, nor what fell due before.
	count := "select count(*) from duties where cycle_id = $1"
	n := column[int](f, f.super(), count, namDong)[0]
	f.advance("2018-04-09 09:30")
	if m := column[int](f, f.super(), count, namDong)[0]; m != n {
		t.Errorf("%d duties became %d", n, m)
	}
	// Given back, the police leads anew and owes anew.
	f.issueGroups("2018-04-16 09:00", func([]poverty.Group) []poverty.Group {
		first, err := f.Assignment(f.system(), namDong, 1)
		f.must(err)
		return first.Groups
	})
	if d := f.duty("acceptance/cong-an-huyen/3"); d.State != poverty.DutyOpen {
		t.Errorf("acceptance is %s", d.State)
	}
	if d := f.duty("contact/cong-an-huyen/thuong-long.2"); d.State != poverty.DutyOpen {
		t.Errorf("contact is %s", d.State)
	}
	_, err := f.try("lanhdao.pct", assign(x, poverty.AssignmentIssue))
	f.wantKind(err, poverty.Conflict, "assignment.cannot_move.issue")
}

func TestDB_AnswerGroup_is_the_members_own_and_lasts_while_its_place_does(t *testing.T) {
	f := running(t)
	answer := func(login string, unit poverty.UnitID, yes bool, reason string) error {
		_, err := f.AnswerGroup(f.as(login), poverty.GroupAnswer{Cycle: namDong, Group: "nhom-thuong-long", Unit: unit, Accepted: yes, Reason: reason})
		return err
	}
	f.wantKind(answer("congan.truong", "toa-an", true, ""), poverty.Forbidden, "group.forbidden.answer")
	f.wantKind(answer("congan.truong", "cong-an-huyen", true, ""), poverty.Forbidden, "group.forbidden.answer") // a lead answers by its duty
	f.wantKind(answer("thuongtruc.canbo", "toa-an", true, ""), poverty.Forbidden, "group.forbidden.answer")
	f.wantKind(answer("toaan.canbo", "toa-an", false, " "), poverty.Invalid, "assignment.reason_needed")
	f.must(answer("toaan.canbo", "toa-an", false, "Thiếu người"))
	list, err := f.GroupAnswers(f.as("thuonglong.canbo"), namDong)
	f.must(err)
	if len(list) != 1 || list[0].Accepted || list[0].Reason != "Thiếu người" || list[0].No != 1 {
		t.Fatalf("got %+v", list)
	}
	f.must(answer("toaan.canbo", "toa-an", true, ""))
	f.issueGroups("2018-04-09 09:00", func(g []poverty.Group) []poverty.Group { // another member goes
		g = slices.Clone(g)
		g[0].Members = []poverty.UnitID{"toa-an", "vien-kiem-sat"}
		return g
	})
	if list, err = f.GroupAnswers(f.as("thuonglong.canbo"), namDong); err != nil || len(list) != 1 || !list[0].Accepted || list[0].No != 2 {
		t.Fatalf("its place stays, so does its answer: %+v %v", list, err)
	}
	f.issueGroups("2018-04-10 09:00", func(g []poverty.Group) []poverty.Group {
		g = slices.Clone(g)
		g[0].Lead, g[0].Members = "vien-kiem-sat", []poverty.UnitID{"toa-an"}
		return g
	})
	if list, err = f.GroupAnswers(f.as("thuonglong.canbo"), namDong); err != nil || len(list) != 0 {
		t.Fatalf("under another lead it is asked again: %+v %v", list, err)
	}
}

func TestDB_group_plan_is_owed_by_each_lead_sent_as_a_text_and_accepted_by_the_standing_office(t *testing.T) {
	f := newFixture(t)
	f.exec(`update cycles set rules = jsonb_set(rules, '{duties}', rules -> 'duties' || $2::jsonb) where id = $1`, namDong,
		`[{"code": "group-plan", "kind": "group_plan", "title": "Kế hoạch của nhóm", "title_en": "Plan", "who": ["leads"], "due": "within 10 working days of issue", "day_off": "keep", "ladder": "office"}]`)
	f.advance("2018-04-06 10:00")
	const key = "group-plan/cong-an-huyen/nhom-thuong-long"
	d := f.duty(key)
	if d.State != poverty.DutyOpen || d.LastDay != date("2018-04-20") {
		t.Fatalf("%s until %v", d.State, d.LastDay)
	}
	send := func(text string) poverty.Proposal {
		return f.decision(key, poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: text}})
	}
	f.set("2018-04-10 09:00")
	_, err := f.try("congan.canbo", send(" "))
	f.wantKind(err, poverty.Invalid, "report.empty")
	_, err = f.try("thuonglong.canbo", send("x"))
	f.wantKind(err, poverty.Forbidden, "")
	_, err = f.SaveReport(f.as("congan.canbo"), d.ID, poverty.ReportContent{Text: "nháp"})
	f.must(err)
	f.do("2018-04-10 10:00", "congan.canbo", send("Giúp hai hộ làm chuồng"))
	_, err = f.try("congan.canbo", f.decision(key, poverty.Decision{Act: poverty.ActAccept}))
	f.wantKind(err, poverty.Forbidden, "")
	list, err := f.Reports(f.as("toaan.canbo"), d.ID) // a member of the group
	f.must(err)
	if len(list) != 1 || list[0].Text != "Giúp hai hộ làm chuồng" {
		t.Errorf("got %+v", list)
	}
	if list, err = f.Reports(f.as("khobac.canbo"), d.ID); err == nil && len(list) > 0 {
		t.Errorf("an agency of another group reads %+v", list)
	}
	f.do("2018-04-11 10:00", "thuongtruc.canbo", f.decision(key, poverty.Decision{Act: poverty.ActAccept}))
	if d := f.duty(key); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%s %s", d.State, d.Verdict)
	}
	f.issueGroups("2018-04-12 09:00", otherLead)
	if d := f.duty("group-plan/vien-kiem-sat/nhom-thuong-long.2"); d.State != poverty.DutyOpen || d.LastDay != date("2018-04-27") {
		t.Errorf("the new lead's plan: %s until %v", d.State, d.LastDay)
	}
}
