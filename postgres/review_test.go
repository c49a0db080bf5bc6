package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"dondoc/documents"
	"dondoc/poverty"
)

// The police group's component of 2017 starts late in 2018 and its second duty is
// open when the year is closed: it stands in 2019 with the term of the closing,
// beside an undated one and a shortcoming; who was excused owes nothing.
func TestDB_what_a_closed_year_leaves_open_stands_in_the_next(t *testing.T) {
	f := running(t)
	add := func(code string, unit poverty.UnitID, due string) poverty.DutyID {
		t.Helper()
		return f.do("2018-04-09 09:00", "lanhdao.pct", poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Code: code, Title: code, Unit: unit, Due: due}}).Duty
	}
	dated, undated := add("balance", "cong-an-huyen", "by 2018-05-15"), add("list", "thuong-long", "none")
	later, excused, done := add("later", "thuong-lo", "by 2019-06-28"), add("gone", "thuong-long", "none"), add("in", "thuong-long", "none")
	f.do("2018-07-10 09:00", registerOfficer, poverty.Proposal{Shortcoming: &poverty.ShortcomingMove{Cycle: namDong, Verb: poverty.ShortcomingFind,
		Class: "not_started", Text: "x", Unit: "cong-an-huyen", Remedy: "y"}})

	next, err := example("nam-dong-2018")
	f.must(err)
	n := documents.Shift(next, 12).New
	n.Targets, n.Households, n.Funds, n.Components = nil, nil, nil, nil
	f.must(f.CreateCycle(f.system(), n))
	f.set("2019-01-15 10:00")
	closing := poverty.CycleClosing{Cycle: namDong, Items: []poverty.ClosingItem{
		{Duty: dated, As: poverty.CloseCarried, Due: "by 2019-03-29"}, {Duty: excused, As: poverty.CloseExcused}, {Duty: done, As: poverty.CloseDone, Reason: "x"}}}
	_, err = f.try("lanhdao.pct", poverty.Proposal{Close: &closing})
	f.wantKind(err, poverty.Invalid, "cycle.close.reason_needed")
	closing.Items[1].Reason = "y"
	_, err = f.try(registerOfficer, poverty.Proposal{Close: &closing})
	f.wantKind(err, poverty.Forbidden, "cycle.forbidden.close")
	f.do("2019-01-15 10:00", "lanhdao.pct", poverty.Proposal{Close: &closing})
	for id, want := range map[poverty.DutyID]poverty.DutyState{dated: "carried", undated: "carried", later: "carried", excused: "excused", done: "done"} {
		d, err := f.Duty(f.system(), id)
		f.must(err)
		if d.State != want {
			t.Errorf("%s: %s, want %s", d.Code, d.State, want)
		}
	}
	f.set("2019-04-08 08:00")
	for range 2 { // again changes nothing
		_, err = f.OpenCycle(f.system(), n.Cycle.ID, at("2019-04-08 08:00"))
		f.must(err)
	}
	var got []string
	for _, d := range mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: n.Cycle.ID, Code: "carried", Limit: 500})) {
		if slices.Contains([]string{"balance", "list", "later", "gone", "in", "y"}, d.Title) {
			got = append(got, strings.Join([]string{d.Title, string(d.Unit), d.LastDay.String(), string(d.State)}, " "))
		}
	}
	slices.Sort(got)
	if want := []string{"balance cong-an-huyen 2019-03-29 open", "later thuong-lo 2019-06-28 open", "list thuong-long  open", "y cong-an-huyen  open"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	list := mustList(f.Shortcomings(f.as("congan.truong"), n.Cycle.ID))
	if len(list) != 1 || list[0].State != poverty.ShortcomingOpen || list[0].Since != namDong || list[0].Duty == 0 {
		t.Fatalf("%+v", list)
	}
	if old := mustList(f.Shortcomings(f.as(registerOfficer), namDong)); old[0].State != poverty.ShortcomingCarried {
		t.Errorf("%+v", old)
	}
	f.do("2019-04-09 09:00", "congan.truong", poverty.Proposal{Shortcoming: &poverty.ShortcomingMove{Cycle: n.Cycle.ID, Shortcoming: list[0].ID, Verb: poverty.ShortcomingMend, Text: "x"}})
	if d, err := f.Duty(f.system(), list[0].Duty); err != nil || d.State != poverty.DutyDone {
		t.Errorf("%+v %v", d, err)
	}
}

// A next year that runs already takes over what is left at the close.
func TestDB_next_year_that_runs_takes_over_at_the_close(t *testing.T) {
	f := running(t)
	next, err := example("nam-dong-2018")
	f.must(err)
	n := documents.Shift(next, 12).New
	n.Targets, n.Households, n.Funds, n.Components, n.Cycle.IssuedAt = nil, nil, nil, nil, at("2019-01-02 08:00")
	f.must(f.CreateCycle(f.system(), n))
	f.set("2019-01-10 08:00")
	_, err = f.OpenCycle(f.system(), n.Cycle.ID, at("2019-01-10 08:00"))
	f.must(err)
	f.do("2019-01-15 10:00", "lanhdao.pct", poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong}})
	open := mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, State: poverty.DutyCarried, Limit: 500}))
	taken := mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: n.Cycle.ID, Code: "carried", Limit: 500}))
	if len(open) == 0 || len(taken) != len(open) {
		t.Errorf("%d carried, %d taken over", len(open), len(taken))
	}
}

func TestDB_shortcomings_have_an_owner_and_a_term_or_none(t *testing.T) {
	f := running(t)
	refused := func(login string, m poverty.ShortcomingMove, kind poverty.Kind, key string) {
		t.Helper()
		m.Cycle = namDong
		_, err := f.try(login, poverty.Proposal{Shortcoming: &m})
		f.wantKind(err, kind, key)
	}
	find := poverty.ShortcomingMove{Cycle: namDong, Verb: poverty.ShortcomingFind, Class: "reliance", Text: "x"}
	for _, login := range []string{"thuonglong.chutich", "congan.truong", "tinh.canbo", "hdnd.canbo"} {
		refused(login, find, poverty.Forbidden, "shortcoming.forbidden")
	}
	refused(registerOfficer, poverty.ShortcomingMove{Verb: poverty.ShortcomingFind, Class: "bad", Text: "x"}, poverty.Invalid, "error.required")
	id := f.do("2018-07-10 09:00", registerOfficer, poverty.Proposal{Shortcoming: &find}).Shortcoming
	if s, err := f.Shortcoming(f.as(registerOfficer), id); err != nil || s.No != 1 || s.Duty != 0 {
		t.Errorf("%+v %v", s, err)
	}
	_, err := f.Shortcoming(f.as(thuongLong), id)
	f.wantKind(err, poverty.NotFound, "shortcoming.not_found")
	refused(registerOfficer, poverty.ShortcomingMove{Shortcoming: id, Verb: poverty.ShortcomingGive, Unit: "thuong-long", Remedy: "y", Due: "soon"}, poverty.Invalid, "decision.bad_due")
	give := poverty.ShortcomingMove{Cycle: namDong, Shortcoming: id, Verb: poverty.ShortcomingGive, Unit: "thuong-long", Remedy: "y"}
	f.do("2018-07-10 10:00", "lanhdao.pct", poverty.Proposal{Shortcoming: &give})
	s, err := f.Shortcoming(f.as(thuongLong), id)
	f.must(err)
	first, err := f.Duty(f.as(thuongLong), s.Duty)
	f.must(err)
	if !first.LastDay.IsZero() || first.State != poverty.DutyOpen || first.Title != "y" {
		t.Errorf("undated: %+v", first)
	}
	give.Due, give.Unit = "by 2018-08-10", "cong-an-huyen"
	f.do("2018-07-11 10:00", registerOfficer, poverty.Proposal{Shortcoming: &give})
	s, err = f.Shortcoming(f.as("congan.truong"), id)
	f.must(err)
	if first, _ = f.Duty(f.system(), first.ID); first.State != poverty.DutyExcused || s.LastDay != date("2018-08-10") {
		t.Errorf("%+v %+v", first, s)
	}
	refused(thuongLong, poverty.ShortcomingMove{Shortcoming: id, Verb: poverty.ShortcomingMend, Text: "x"}, poverty.NotFound, "shortcoming.not_found")
	refused("congan.truong", poverty.ShortcomingMove{Shortcoming: id, Verb: poverty.ShortcomingDrop, Text: "x"}, poverty.Forbidden, "shortcoming.forbidden")
	f.do("2018-07-12 10:00", "congan.truong", poverty.Proposal{Shortcoming: &poverty.ShortcomingMove{Cycle: namDong, Shortcoming: id, Verb: poverty.ShortcomingMend, Text: "x"}})
	refused(registerOfficer, poverty.ShortcomingMove{Shortcoming: id, Verb: poverty.ShortcomingDrop, Text: "x"}, poverty.Conflict, "shortcoming.settled")
}

func TestDB_review_takes_its_figures_from_the_facts_and_its_conference_from_a_meeting(t *testing.T) {
	f := surveyed(t)
	f.exec("insert into indicators (cycle_id, code, name, kind, base, low, high, saved_at) values ('nam-dong:2018', 'loans', 'x', 'percent', 'x', 9000, 9000, '2018-01-01')")
	say := func(now, login string, m poverty.ReviewMove) error {
		t.Helper()
		m.Cycle, m.Kind = namDong, "year-end"
		f.set(now)
		_, err := f.try(login, poverty.Proposal{Review: &m})
		return err
	}
	input := poverty.ReviewMove{Verb: poverty.ReviewSays, Unit: "thuong-long", Results: "x", Trained: 2}
	f.wantKind(say("2018-11-20 09:00", thuongQuang, input), poverty.Forbidden, "review.forbidden")
	f.wantKind(say("2018-11-20 09:00", registerOfficer, input), poverty.Invalid, "decision.basis_needed")
	f.must(say("2018-11-20 09:00", thuongLong, input))
	f.wantKind(say("2018-11-20 09:01", thuongLong, input), poverty.Conflict, "review.changed")
	f.wantKind(say("2018-11-20 09:00", thuongLong, poverty.ReviewMove{Verb: poverty.ReviewFacts, Note: "x"}), poverty.Forbidden, "review.forbidden")
	f.must(say("2018-11-20 10:00", registerOfficer, poverty.ReviewMove{Verb: poverty.ReviewFacts, Programme: "p", Trained: 5}))
	f.must(say("2018-11-20 10:00", registerOfficer, poverty.ReviewMove{Verb: poverty.ReviewMeasures, Code: "loans", Base: 200, Reached: 181}))
	f.wantKind(say("2018-11-20 10:00", registerOfficer, poverty.ReviewMove{Verb: poverty.ReviewMeasures, Code: "none"}), poverty.NotFound, "indicator.not_found")
	f.wantKind(say("2018-11-20 10:01", registerOfficer, poverty.ReviewMove{Verb: poverty.ReviewMeasures, Code: "loans", Base: 200, Reached: 9}), poverty.Conflict, "review.changed")
	f.must(say("2018-11-20 10:02", registerOfficer, poverty.ReviewMove{Verb: poverty.ReviewMeasures, Code: "loans", Base: 200, Reached: 181, Version: 1}))

	f.plainSurvey(namDong)
	out := poverty.SurveyRow{Result: poverty.ClassNotPoor, Movement: poverty.MovementPassed}
	f.yearEnd(namDong, 2018, map[string]poverty.SurveyRow{"001": out})
	f.advance("2018-12-27 08:00")
	hold := poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingHolds,
		Plan: &poverty.MeetingPlan{Kind: poverty.MeetingReview, Unit: "nam-dong", Title: "x", StartsAt: at("2018-12-28 08:00"), EndsAt: at("2018-12-28 11:00"),
			Invited: []poverty.Invited{{Unit: "cong-an-huyen", Must: true}}},
		Record: &poverty.MeetingRecord{People: 61, Attended: []poverty.Attended{{Unit: "cong-an-huyen", Came: poverty.AttendanceCame}}, Minutes: "x", Conclusions: []poverty.NewConclusion{{Text: "Rà soát quy chế", Unit: "cong-an-huyen"}, {Text: "Khen"}}}}
	f.do("2018-12-28 16:00", "lanhdao.pct", poverty.Proposal{Meeting: &hold})
	sheet, err := f.ReviewSheet(f.as(registerOfficer), namDong, "year-end")
	f.must(err)
	r := sheet.Review
	if r.State != "concluded" || r.Attendance != 61 || r.Programme != "p" || r.Trained != 5 || r.Conclusion != "Rà soát quy chế\nKhen" || r.Meeting == 0 ||
		r.Figures.Stage != poverty.StageOfficial || r.Figures.PoorEnd != 1 {
		t.Errorf("%+v", r)
	}
	if d := f.duty("review-year-end/phong-ldtbxh"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	undated := mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, Code: "conclusion", Unit: "cong-an-huyen", Undated: true}))
	if len(undated) != 1 || undated[0].Title != "Rà soát quy chế" {
		t.Errorf("a conclusion without a term is an undated duty: %+v", undated)
	}
	i := slices.IndexFunc(sheet.Communes, func(c poverty.ReviewCommune) bool { return c.Unit == "thuong-long" })
	c := sheet.Communes[i]
	if c.LeftPoor() != 1 || c.Poor.End != 1 || c.Official.Poor != 1 || c.Preliminary.Households != 0 || c.Target.ToLeave != 20 || c.Reached() {
		t.Errorf("%+v", c)
	}
	if len(sheet.Results) != 1 || sheet.Results[0].Reached != 181 || !slices.ContainsFunc(sheet.Inputs, func(i poverty.ReviewInput) bool { return i.Unit == "thuong-long" && i.Trained == 2 }) {
		t.Errorf("%+v %+v", sheet.Results, sheet.Inputs)
	}
	if sheet, err = f.ReviewSheet(f.as("congan.truong"), namDong, "year-end"); err != nil || len(sheet.Inputs) != 1 || sheet.Inputs[0].Unit != "cong-an-huyen" {
		t.Errorf("an agency sees its own only: %+v %v", sheet.Inputs, err)
	}
	_, err = f.ReviewSheet(f.as(registerOfficer), namDong, "weekly")
	f.wantKind(err, poverty.NotFound, "review.not_found")
}

func TestDB_years_are_counted_and_entered_each_group_by_its_own_households(t *testing.T) {
	f := surveyed(t)
	f.plainSurvey(namDong)
	f.yearEnd(namDong, 2018, map[string]poverty.SurveyRow{"001": {Result: poverty.ClassNotPoor, Movement: poverty.MovementPassed}})
	y := poverty.YearFigures{Unit: "nam-dong", Year: 2016, Households: 30270, Poor: 5385, NearPoor: 100, Ethnic: 7906, EthnicPoor: 2707, Source: "CV"}
	for _, login := range []string{thuongLong, "tinh.canbo", "lanhdao.ct"} {
		f.wantKind(f.SaveYear(f.as(login), namDong, y), poverty.Forbidden, "year.forbidden")
	}
	f.must(f.SaveYear(f.as(registerOfficer), namDong, y))
	f.wantKind(f.SaveYear(f.as(registerOfficer), namDong, y), poverty.Conflict, "year.changed")
	bad := y
	bad.EthnicPoor = 7907
	if err := f.SaveYear(f.as(registerOfficer), namDong, bad); poverty.KindOf(err) != poverty.Invalid {
		t.Error(err)
	}
	list := mustList(f.Years(f.as(thuongLong), namDong))
	if len(list) != 3 || list[0].Year != 2016 || list[0].Counted || list[1].Year != 2018 || !list[1].Counted || list[1].Poor != 1 || list[2].Unit != "thuong-long" {
		t.Fatalf("%+v", list)
	}
	of := func(n int, ok bool) int {
		if !ok {
			t.Error("no rate")
		}
		return n
	}
	if got := [3]int{of(list[0].Rate()), of(list[0].EthnicRate()), of(list[0].EthnicOfAll())}; got != [3]int{1779, 3424, 894} {
		t.Errorf("%v", got)
	}
	if _, ok := list[1].EthnicRate(); ok {
		t.Error("a rate of households that nobody counted")
	}
	// A commune whose name is known from 2018 on keeps what it had before.
	f.exec("update unit_versions set valid_from = '2018-01-01' where unit_id = 'huong-son'")
	f.must(f.SaveYear(f.as(registerOfficer), namDong, poverty.YearFigures{Unit: "huong-son", Year: 2016, Households: 340, Poor: 60, Source: "CV"}))
	if list := mustList(f.Years(f.as(thuongLong), namDong)); !slices.ContainsFunc(list, func(y poverty.YearFigures) bool { return y.Unit == "huong-son" && y.Year == 2016 }) {
		t.Error("figures of a year before its name are gone")
	}
}
