package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"dondoc/poverty"
)

const (
	viceChair = "lanhdao.pct"
)

// surveyed has Thượng Long's register frozen (two poor, one near-poor household
// in two hamlets), the cycle in force, and the clock in its survey.
func surveyed(t *testing.T) *fixture {
	t.Helper()
	f := registered(t)
	f.save(thuongLong, sheetOf("thuong-long", "t1", "001", "A"))
	f.save(thuongLong, sheetOf("thuong-long", "t2", "002", "B"))
	near := sheetOf("thuong-long", "t2", "003", "C")
	near.Declared, near.PolicyGroup = poverty.ClassNearPoor, poverty.PolicyNone
	f.save(thuongLong, near)
	f.must(f.FreezeRegister(f.as(thuongLong), scopeOf("thuong-long", "QĐ 25")))
	f.advance("2018-04-06 10:00")
	f.advance("2018-09-03 08:00")
	return f
}

func move(verb poverty.SurveyVerb) poverty.SurveyMove {
	return poverty.SurveyMove{Cycle: namDong, Unit: "thuong-long", Verb: verb}
}

func (f *fixture) survey(now, login string, m poverty.SurveyMove) {
	f.t.Helper()
	f.do(now, login, poverty.Proposal{Survey: &m})
}

func (f *fixture) refused(login string, m poverty.SurveyMove, kind poverty.Kind, key string) {
	f.t.Helper()
	_, err := f.try(login, poverty.Proposal{Survey: &m})
	f.wantKind(err, kind, key)
}

func (f *fixture) sheet(login string) poverty.SurveySheet {
	f.t.Helper()
	s, err := f.Survey(f.as(login), namDong, "thuong-long")
	f.must(err)
	return s
}

// result stores a result of a household by its code.
func (f *fixture) result(code string, class poverty.Class, movement poverty.Movement) {
	f.t.Helper()
	s := f.sheet(thuongLong)
	i := slices.IndexFunc(s.Rows, func(r poverty.SurveyRow) bool { return r.Code == code })
	row := s.Rows[i]
	row.Result, row.Movement = class, movement
	f.must(f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{row}))
}

func (f *fixture) confirm(stage string, c *poverty.SurveyCounts) error {
	f.t.Helper()
	_, err := f.try(longChair, f.decision("survey-"+stage+"/thuong-long", poverty.Decision{Act: poverty.ActDone, Survey: c}))
	return err
}

func meeting(hamlet string, present, agreed int) poverty.SurveyMove {
	m := move(poverty.SurveyMeet)
	m.Hamlet, m.On, m.Present, m.Agreed, m.Chair, m.Minutes = hamlet, date("2018-11-20"), present, agreed, "Trưởng thôn", "Biên bản 1"
	return m
}

func TestDB_survey_that_does_not_add_up_is_not_confirmed_and_names_the_household(t *testing.T) {
	f := surveyed(t)
	f.wantKind(f.confirm("preliminary", nil), poverty.Conflict, "survey.no_list")
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	f.result("001", poverty.ClassPoor, poverty.MovementStays)
	f.result("002", poverty.ClassNearPoor, poverty.MovementStays) // poor before, near-poor now, and said to stay
	f.result("003", poverty.ClassNearPoor, "")
	f.wantKind(f.confirm("preliminary", nil), poverty.Conflict, "survey.unbalanced")
	f.refused(thuongLong, move(poverty.SurveyReview), poverty.Conflict, "survey.unbalanced")
	b := f.sheet(thuongLong).Balance
	if b.Poor.Households.Holds() || len(b.Faults) != 1 || b.Faults[0].Code != "002" || b.Faults[0].Key != "survey.fault.mismatch" {
		t.Fatalf("%+v", b)
	}
	f.result("002", poverty.ClassNearPoor, poverty.MovementToNearPoor)
	f.wantKind(f.confirm("preliminary", &poverty.SurveyCounts{Households: 100, Poor: 2, NearPoor: 2}), poverty.Invalid, "survey.typed_differs.poor")
	f.must(f.confirm("preliminary", &poverty.SurveyCounts{Households: 100, Poor: 1, NearPoor: 2}))
	for _, s := range mustList(f.Surveys(f.as(thuongLong), namDong)) {
		if s.Stage == "preliminary" && (s.Households != 100 || s.Poor != 1 || s.NearPoor != 2) {
			t.Errorf("%+v", s)
		}
	}
}

func TestDB_survey_goes_step_by_step_to_its_confirmation(t *testing.T) {
	f := surveyed(t)
	f.refused(thuongLong, move(poverty.SurveyReview), poverty.Conflict, "survey.no_list")
	f.set("2018-08-31 09:00")
	f.refused(thuongLong, move(poverty.SurveyList), poverty.Invalid, "survey.outside_window")
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	if s := f.sheet(thuongLong); len(s.Rows) != 3 || s.Balance.Poor.Households.Start != 2 || s.Balance.NearPoor.Persons.Start != 4 {
		t.Fatalf("%+v", s)
	}
	f.result("001", poverty.ClassPoor, "")
	f.result("002", poverty.ClassNotPoor, poverty.MovementPassed)
	f.result("003", poverty.ClassNearPoor, "")
	f.set("2018-11-20 20:00")
	f.refused(thuongLong, meeting("t1", 40, 30), poverty.Conflict, "survey.not_reviewed")
	f.survey("2018-11-20 08:00", thuongLong, move(poverty.SurveyReview))
	f.survey("2018-11-20 20:00", thuongLong, meeting("t1", 40, 20))
	f.survey("2018-11-20 21:00", thuongLong, meeting("t2", 40, 19))
	f.refused(thuongLong, move(poverty.SurveyAsk), poverty.Conflict, "survey.not_agreed")
	f.survey("2018-11-22 21:00", thuongLong, meeting("t2", 40, 33))
	s := f.sheet(thuongLong)
	if len(s.Meetings) != 3 || s.Meetings[2].No != 2 || s.Survey.Agreed != 2 || s.Survey.Next(mustCycle(f)) != poverty.StepPost {
		t.Fatalf("%+v", s.Survey)
	}
	outside := meeting("t1", 1, 1)
	outside.On = date("2018-08-30")
	f.refused(thuongLong, outside, poverty.Invalid, "survey.outside_window")

	// Posted on Friday; on the list stands what the survey found, not what the register holds.
	if d := f.duty("posting-survey/thuong-long/survey-official"); d.State != poverty.DutyOpen || d.LastDay != date("2018-11-27") {
		t.Errorf("%+v", d)
	}
	f.refused(thuongLong, move(poverty.SurveyAsk), poverty.Conflict, "survey.not_posted")
	p := f.posting(thuongLong, f.do("2018-11-23 08:00", thuongLong, post("thuong-long", "survey-official")).Posting)
	if d := f.duty("posting-survey/thuong-long/survey-official"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	if codes := statusOf(p.List); !slices.Equal(codes, []string{"001 poor", "003 near_poor"}) {
		t.Errorf("posted: %q", codes)
	}
	f.refused(thuongLong, move(poverty.SurveyAsk), poverty.Conflict, "survey.posting_runs")
	objection := f.do("2018-11-28 09:00", thuongLong, objectTo(p.ID, 1)).Objection
	f.set("2018-11-29 08:00") // the three working days are over
	f.refused(thuongLong, move(poverty.SurveyAsk), poverty.Conflict, "posting.objections_open")
	f.do("2018-11-29 08:30", longChair, answer(objection, poverty.ObjectionUphold, ""))
	if r := f.sheet(thuongLong).Rows; !r[0].Reopened || r[1].Reopened || r[2].Reopened {
		t.Errorf("the household of the objection is open again: %+v", r)
	}
	f.refused(thuongLong, move(poverty.SurveyAsk), poverty.Conflict, "posting.households_reopened")
	f.do("2018-11-29 09:00", thuongLong, answer(objection, poverty.ObjectionSettle, ""))
	if s := f.sheet(thuongLong); s.Rows[0].Reopened || s.Survey.Next(mustCycle(f)) != poverty.StepAsk {
		t.Errorf("%+v %+v", s.Rows[0], s.Survey)
	}

	f.refused(longChair, recognition("QĐ 64"), poverty.Conflict, "survey.no_opinion")
	f.survey("2018-11-29 10:00", thuongLong, move(poverty.SurveyAsk))
	if d := f.duty("survey-opinion/nam-dong/thuong-long"); d.State != poverty.DutyOpen || d.LastDay != date("2018-12-04") {
		t.Errorf("%+v", d)
	}
	opinion := move(poverty.SurveyOpine)
	opinion.Opinion = poverty.OpinionAgrees
	f.refused(thuongLong, opinion, poverty.Forbidden, "survey.forbidden.opine")
	f.survey("2018-12-03 09:00", viceChair, opinion)
	if d := f.duty("survey-opinion/nam-dong/thuong-long"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	f.advance("2018-12-03 10:00")
	f.wantKind(f.confirm("official", nil), poverty.Conflict, "survey.not_recognised")
	f.refused(thuongLong, recognition("QĐ 64"), poverty.Forbidden, "survey.forbidden.recognise")
	f.survey("2018-12-04 09:00", longChair, recognition("QĐ 64"))
	f.takesBackItsDecision()
	f.must(f.confirm("official", nil))
	f.refused(registerOfficer, poverty.SurveyMove{Cycle: namDong, Verb: poverty.SurveyClose}, poverty.Conflict, "survey.not_all")
	err := f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), s.Rows[:1])
	f.wantKind(err, poverty.Conflict, "survey.recognised")
	if h := f.households(thuongLong, poverty.HouseholdFilter{Unit: "thuong-long"}); h[1].Declared != poverty.ClassPoor {
		t.Error("the register of the year is to stay as it was")
	}
}

// takesBackItsDecision has the chair, and nobody else, take back the decision
// by which the result was recognised, and recognise it again.
func (f *fixture) takesBackItsDecision() {
	f.t.Helper()
	revoke := move(poverty.SurveyRevoke)
	f.refused(longChair, revoke, poverty.Invalid, "decision.reason_needed")
	revoke.Text = "Ghi sai số quyết định"
	f.refused(thuongLong, revoke, poverty.Forbidden, "survey.forbidden.revoke")
	f.refused(registerOfficer, revoke, poverty.Forbidden, "survey.forbidden.revoke")
	f.survey("2018-12-04 09:10", longChair, revoke)
	if s := f.sheet(thuongLong).Survey; s.Decision != "" || s.Next(mustCycle(f)) != poverty.StepRecognise {
		f.t.Errorf("%+v", s)
	}
	f.refused(longChair, revoke, poverty.Conflict, "survey.not_recognised")
	f.survey("2018-12-04 09:20", longChair, recognition("QĐ 65"))
}

// What was confirmed can be returned by the standing office alone, until the
// survey of the year is closed; the commune then owes it again.
func TestDB_confirmed_survey_is_returned_by_the_standing_office(t *testing.T) {
	f := surveyed(t)
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	f.result("001", poverty.ClassPoor, "")
	f.result("002", poverty.ClassNotPoor, poverty.MovementPassed)
	f.result("003", poverty.ClassNearPoor, "")
	f.set("2018-11-08 09:00")
	f.must(f.confirm("preliminary", nil))
	key := "survey-preliminary/thuong-long"
	again := f.decision(key, poverty.Decision{Act: poverty.ActReturn, Reason: "Hộ 002 chưa thoát nghèo"})
	for _, login := range []string{thuongLong, longChair, viceChair} {
		_, err := f.try(login, again)
		f.wantKind(err, poverty.Forbidden, "duty.forbidden.return")
	}
	_, err := f.try("congan.truong", again)
	f.wantKind(err, poverty.NotFound, "duty.not_found")
	_, err = f.try(registerOfficer, f.decision(key, poverty.Decision{Act: poverty.ActReturn}))
	f.wantKind(err, poverty.Invalid, "decision.remarks_needed")
	f.do("2018-11-09 09:00", registerOfficer, again)
	if d := f.duty(key); d.State != poverty.DutyReturned || d.LastDay != date("2018-11-14") || d.Returns != 1 {
		t.Errorf("%+v", d)
	}
	if s := f.sheet(thuongLong).Survey; s.Preliminary != nil {
		t.Errorf("still confirmed: %+v", s)
	}
	f.result("002", poverty.ClassPoor, poverty.MovementStays)
	f.set("2018-11-13 09:00")
	f.must(f.confirm("preliminary", nil))
	if d := f.duty(key); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	for _, s := range mustList(f.Surveys(f.as(thuongLong), namDong)) {
		if s.Stage == "preliminary" && s.Poor != 2 {
			t.Errorf("%+v", s)
		}
	}
	f.advance("2018-11-16 09:00")
	_, err = f.try(registerOfficer, f.decision("survey-official/thuong-long", poverty.Decision{Act: poverty.ActReturn, Reason: "x", Basis: "x"}))
	f.wantKind(err, poverty.Conflict, "duty.state.open")
}

func statusOf(list []poverty.PostingRow) (codes []string) {
	for _, r := range list {
		codes = append(codes, r.Code+" "+r.Status)
	}
	return codes
}

func recognition(number string) poverty.SurveyMove {
	m := move(poverty.SurveyRecognise)
	m.Decision, m.On = number, date("2018-11-20")
	return m
}

func mustCycle(f *fixture) poverty.Cycle {
	f.t.Helper()
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	return c
}

func TestDB_SaveSurveyRows_changed_after_the_meeting_wants_review_and_meeting_anew(t *testing.T) {
	f := surveyed(t)
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	for _, code := range []string{"001", "002"} {
		f.result(code, poverty.ClassPoor, "")
	}
	f.result("003", poverty.ClassNearPoor, "")
	f.survey("2018-11-20 08:00", thuongLong, move(poverty.SurveyReview))
	f.survey("2018-11-20 20:00", thuongLong, meeting("t1", 40, 30))
	f.survey("2018-11-20 21:00", thuongLong, meeting("t2", 40, 30))
	f.set("2018-11-21 08:00")
	f.result("003", poverty.ClassNotPoor, poverty.MovementPassed)
	s := f.sheet(thuongLong)
	if s.Survey.ReviewedAt != nil || s.Survey.Agreed != 1 || !s.Villages[1].Stale || s.Villages[0].Stale {
		t.Errorf("%+v %+v", s.Survey, s.Villages)
	}
	old := s.Rows[0]
	old.Version, old.Result = 1, poverty.ClassNotPoor
	f.wantKind(f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{old}), poverty.Conflict, "survey.row_changed")
}

func TestDB_SaveSurveyRows_adds_who_asked_and_refuses_who_is_listed(t *testing.T) {
	f := surveyed(t)
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	add := func(r poverty.SurveyRow) error {
		return f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{r})
	}
	if err := add(poverty.SurveyRow{Code: "001", Why: poverty.ListedAsked}); poverty.KindOf(err) != poverty.Invalid {
		t.Errorf("twice: %v", err)
	}
	if err := add(poverty.SurveyRow{Code: "009", Why: poverty.ListedAsked}); poverty.KindOf(err) != poverty.Invalid {
		t.Errorf("without head and hamlet: %v", err)
	}
	f.must(add(poverty.SurveyRow{Code: "009", Hamlet: "t1", Head: "Mới", Members: 2, Why: poverty.ListedAsked}))
	s := f.sheet(thuongLong)
	i := slices.IndexFunc(s.Rows, func(r poverty.SurveyRow) bool { return r.Code == "009" })
	if s.Rows[i].Start != poverty.ClassNotPoor || s.Rows[i].Household != 0 {
		t.Errorf("%+v", s.Rows[i])
	}
	f.wantKind(f.DropSurveyRow(f.as(thuongLong), scopeOf("thuong-long", ""), s.Rows[0].ID), poverty.Conflict, "survey.stays_listed")
	f.must(f.DropSurveyRow(f.as(thuongLong), scopeOf("thuong-long", ""), s.Rows[i].ID))
	if n := len(f.sheet(thuongLong).Rows); n != 3 {
		t.Errorf("%d rows", n)
	}
}

func TestDB_survey_is_seen_and_changed_by_whom_it_concerns(t *testing.T) {
	f := surveyed(t)
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	row := f.sheet(thuongLong).Rows[0]
	row.Result, row.Note = poverty.ClassPoor, "ốm lâu ngày"
	f.must(f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{row}))
	for _, login := range []string{thuongQuang, "congan.truong", "quantri"} {
		_, err := f.Survey(f.as(login), namDong, "thuong-long")
		if kind := poverty.KindOf(err); kind != poverty.NotFound {
			t.Errorf("%s: %v", login, err)
		}
		f.refused(login, move(poverty.SurveyList), poverty.NotFound, "")
		if err := f.SaveSurveyRows(f.as(login), scopeOf("thuong-long", "x"), []poverty.SurveyRow{row}); poverty.KindOf(err) != poverty.Forbidden {
			t.Errorf("%s writes: %v", login, err)
		}
		if err := f.DropSurveyRow(f.as(login), scopeOf("thuong-long", "x"), row.ID); poverty.KindOf(err) != poverty.Forbidden {
			t.Errorf("%s drops: %v", login, err)
		}
	}
	for login, sees := range map[string]bool{thuongLong: true, registerOfficer: true, viceChair: true, "tinh.canbo": false} {
		s := f.sheet(login)
		if s.Hidden == sees || (s.Rows[0].Note != "") != sees {
			t.Errorf("%s: hidden %t, note %q", login, s.Hidden, s.Rows[0].Note)
		}
	}
	for login, want := range map[string]int{thuongLong: 1, thuongQuang: 1, registerOfficer: 6, "tinh.canbo": 6, "congan.truong": 0} {
		if list := mustList(f.SurveyOverview(f.as(login), namDong)); len(list) != want {
			t.Errorf("%s sees %d", login, len(list))
		}
	}
	for _, verb := range []poverty.SurveyVerb{poverty.SurveyReview, poverty.SurveyMeet, poverty.SurveyAsk} {
		f.refused("tinh.canbo", move(verb), poverty.Forbidden, "survey.forbidden."+string(verb))
		f.refused(registerOfficer, move(verb), poverty.Invalid, "decision.basis_needed")
	}
	f.refused(longChair, poverty.SurveyMove{Cycle: namDong, Verb: poverty.SurveyClose}, poverty.Forbidden, "survey.forbidden.close")
}

func TestDB_survey_move_sent_twice_happens_once(t *testing.T) {
	f := surveyed(t)
	m := move(poverty.SurveyList)
	m.Key = "k1"
	f.survey("2018-09-05 09:00", thuongLong, m)
	f.survey("2018-09-05 09:01", thuongLong, m)
	if v := f.sheet(thuongLong).Survey.Version; v != 1 {
		t.Errorf("version %d", v)
	}
	m.Verb, m.Basis = poverty.SurveyReview, "x"
	f.refused(thuongLong, m, poverty.Conflict, "decision.key_reused")
}

func ask(code string, wish poverty.Class) poverty.CaseMove {
	return poverty.CaseMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.CaseAsk, Code: code, Wish: wish, Cause: "illness", Text: "mổ tim", On: date("2018-06-11")}
}

func TestDB_case_changes_the_frozen_register_and_the_start_stays(t *testing.T) {
	f := surveyed(t)
	newcomer := ask("010", poverty.ClassPoor)
	newcomer.Hamlet, newcomer.Head, newcomer.Members = "t1", "Hộ mới", 3
	first := newcomer
	out := f.do("2018-06-11 09:00", thuongLong, poverty.Proposal{Case: &first})
	if d := f.duty("survey-case/thuong-long/case-1"); d.LastDay != date("2018-06-20") {
		t.Errorf("seven working days: %s", d.LastDay)
	}
	_, err := f.try(thuongLong, poverty.Proposal{Case: &newcomer})
	f.wantKind(err, poverty.Conflict, "case.open_already")
	accept := poverty.CaseMove{Cycle: namDong, Unit: "thuong-long", Case: out.Case, Verb: poverty.CaseAccept, On: date("2018-06-19"), Decision: "QĐ 41", Movement: poverty.MovementNew}
	f.set("2018-06-19 09:00")
	_, err = f.try(thuongLong, poverty.Proposal{Case: &accept})
	f.wantKind(err, poverty.Forbidden, "case.forbidden")
	f.do("2018-06-19 09:00", longChair, poverty.Proposal{Case: &accept})
	if d := f.duty("survey-case/thuong-long/case-1"); d.State != poverty.DutyDone {
		t.Errorf("%+v", d)
	}
	_, err = f.try(longChair, poverty.Proposal{Case: &accept})
	f.wantKind(err, poverty.Conflict, "case.decided")

	up := ask("001", poverty.ClassNotPoor)
	out = f.do("2018-06-20 09:00", thuongLong, poverty.Proposal{Case: &up})
	leave := poverty.CaseMove{Cycle: namDong, Unit: "thuong-long", Case: out.Case, Verb: poverty.CaseAccept, On: date("2018-06-20"), Decision: "QĐ 42"}
	_, err = f.try(longChair, poverty.Proposal{Case: &leave})
	f.wantKind(err, poverty.Invalid, "case.movement_needed") // passed or gone: the chair says which
	leave.Movement = poverty.MovementPassed
	f.do("2018-06-21 09:00", longChair, poverty.Proposal{Case: &leave})
	if h := f.households(thuongLong, poverty.HouseholdFilter{Unit: "thuong-long"}); codesOf(h) != "001 010 002 003" || h[0].Declared != poverty.ClassNotPoor || h[1].Declared != poverty.ClassPoor {
		t.Errorf("%s %+v", codesOf(h), h[0])
	}

	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	s := f.sheet(thuongLong)
	if s.Balance.Poor.Households.Start != 2 || len(s.Rows) != 4 {
		t.Fatalf("%+v", s.Balance)
	}
	f.result("002", poverty.ClassPoor, "")
	f.result("003", poverty.ClassNearPoor, "")
	if b := f.sheet(thuongLong).Balance; !b.Holds() || b.Poor.Households.New != 1 || b.Poor.Households.Passed != 1 || b.Poor.Households.End != 2 {
		t.Errorf("%+v", b)
	}
	late := ask("003", poverty.ClassPoor)
	_, err = f.try(thuongLong, poverty.Proposal{Case: &late})
	f.wantKind(err, poverty.Conflict, "case.survey_runs")
}

func TestDB_case_is_refused_with_a_reason_and_its_cause_is_hidden_from_readers(t *testing.T) {
	f := surveyed(t)
	m := ask("003", poverty.ClassPoor)
	out := f.do("2018-06-11 09:00", thuongLong, poverty.Proposal{Case: &m})
	refuse := poverty.CaseMove{Cycle: namDong, Case: out.Case, Verb: poverty.CaseRefuse, On: date("2018-06-12")}
	f.set("2018-06-12 09:00")
	_, err := f.try(longChair, poverty.Proposal{Case: &refuse})
	f.wantKind(err, poverty.Invalid, "case.refusal_needed")
	for _, login := range []string{thuongQuang, "thuongquang.chutich", "congan.truong"} {
		_, err := f.try(login, poverty.Proposal{Case: &refuse})
		f.wantKind(err, poverty.NotFound, "case.not_found")
		if list := mustList(f.Cases(f.as(login), namDong, "")); len(list) != 0 {
			t.Errorf("%s sees %d", login, len(list))
		}
	}
	_, err = f.try("tinh.canbo", poverty.Proposal{Case: &refuse})
	f.wantKind(err, poverty.Forbidden, "case.forbidden")
	refuse.Reason = "thu nhập vẫn trên chuẩn"
	f.do("2018-06-12 10:00", longChair, poverty.Proposal{Case: &refuse})
	c, err := f.Case(f.as("tinh.canbo"), out.Case)
	f.must(err)
	if !c.Hidden || c.Cause+c.Text+c.Refusal != "" || c.State != poverty.CaseRefused {
		t.Errorf("%+v", c)
	}
	if h := f.households(thuongLong, poverty.HouseholdFilter{Unit: "thuong-long", Class: poverty.ClassPoor}); strings.Contains(codesOf(h), "003") {
		t.Error("the register changed")
	}
}

func TestDB_SeedRegister_starts_the_next_year_with_the_closed_survey(t *testing.T) {
	f := surveyed(t)
	f.exec("delete from cycle_units where cycle_id = $1 and role = 'commune' and unit_id <> 'thuong-long'", namDong)
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	f.result("001", poverty.ClassNearPoor, "")
	f.result("002", poverty.ClassNotPoor, poverty.MovementPassed)
	f.result("003", poverty.ClassNearPoor, "")
	f.must(f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{
		{Code: "011", Hamlet: "t1", Head: "Mới", Members: 2, Result: poverty.ClassPoor, Movement: poverty.MovementNew, Why: poverty.ListedAsked}}))
	next, err := example("nam-dong-2018")
	f.must(err)
	c := &next.New.Cycle
	c.ID, c.Year, next.New.Targets = "nam-dong:2019", 2019, nil
	f.must(f.CreateCycle(f.system(), next.New))
	if n, err := f.SeedRegister(f.system(), c.ID, "KQ 2018"); err != nil || n != 0 {
		t.Fatalf("before the survey is closed: %d %v", n, err)
	}
	f.exec("update surveys set closed_at = now() where cycle_id = $1", namDong)
	n, err := f.SeedRegister(f.system(), c.ID, "KQ 2018")
	f.must(err)
	list, err := f.Households(f.system(), poverty.HouseholdFilter{Cycle: c.ID})
	f.must(err)
	if n != 3 || codesOf(list) != "001 011 003" || list[0].Declared != poverty.ClassNearPoor || list[0].Previous == 0 || list[1].Previous != 0 || list[0].IDNumber != "ID001" {
		t.Errorf("%d %s %+v", n, codesOf(list), list)
	}
	if frozen := mustList(f.Freezes(f.system(), c.ID)); len(frozen) != 1 || frozen[0].Poor != 1 || frozen[0].NearPoor != 2 {
		t.Errorf("%+v", frozen)
	}
	if n, err := f.SeedRegister(f.system(), c.ID, "KQ 2018"); err != nil || n != 0 {
		t.Errorf("again: %d %v", n, err)
	}
}
