package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestDB_CreateCycle_twice_changes_nothing(t *testing.T) {
	f := running(t)
	// What was changed since stays as it is.
	f.exec("update unit_versions set name = 'Tên mới' where unit_id = 'thuong-long'")
	f.exec("update accounts set password_hash = 'mới' where login = 'quantri'")
	f.must(f.Vacate(f.system(), "thuong-long/officer", date("2018-05-31")))
	f.must(f.Occupy(f.system(), "thuong-long/officer", f.user("vanphong.canbo"), date("2018-06-01")))
	before := f.contents()
	r, err := example("nam-dong-2018")
	f.must(err)
	f.set("2018-07-01 10:00")
	f.must(f.CreateCycle(f.system(), r.New))
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}

func TestDB_CreateCycle_freezes_the_rules(t *testing.T) {
	f := newFixture(t)
	r, err := example("nam-dong-2018")
	f.must(err)
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	if diff := cmp.Diff(r.New.Cycle.Rules, c.Rules); diff != "" {
		t.Error(diff)
	}
	if c.State != poverty.CycleDraft || c.StartedAt != nil || !c.IssuedAt.Equal(issued) || c.Owner != "nam-dong" {
		t.Errorf("%+v", c)
	}
	duties, err := f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong})
	f.must(err)
	if len(duties) > 0 {
		t.Errorf("a draft lays on %d duties", len(duties))
	}
}

func TestDB_MayStart_is_for_leadership_standing_office_and_administrator(t *testing.T) {
	f := newFixture(t)
	for login, want := range map[string]poverty.Kind{
		"lanhdao.ct": "", "lanhdao.pct": "", "thuongtruc.canbo": "", "quantri": "",
		"thuonglong.chutich": poverty.Forbidden, "congan.truong": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden, "tinh.canbo": poverty.Forbidden,
		"camlo.ct": poverty.NotFound, "vanphong.canbo": poverty.NotFound,
	} {
		if got := poverty.KindOf(f.MayStart(f.as(login), namDong)); got != want {
			t.Errorf("%s: %q, want %q", login, got, want)
		}
	}
}

func TestDB_OpenCycle_again_keeps_the_first_start(t *testing.T) {
	f := running(t)
	before := f.contents()
	f.set("2018-05-01 10:00")
	list, err := f.OpenCycle(f.system(), namDong, at("2018-05-01 10:00"))
	f.must(err)
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, o := range list {
		got = append(got, o.At.Format("2006-01-02 15:04 ")+string(o.Ref.Process)+" "+o.Ref.Key)
	}
	want := []string{
		"2018-04-06 10:00 plan huong-huu", "2018-04-06 10:00 plan huong-son", "2018-04-06 10:00 plan thuong-lo",
		"2018-04-06 10:00 plan thuong-long", "2018-04-06 10:00 plan thuong-nhat", "2018-04-06 10:00 plan thuong-quang",
		"2018-04-06 10:00 assignment ", "2018-04-06 10:00 period 2018-04", "2018-05-01 00:00 period 2018-05",
		"2018-06-01 00:00 review review-interim", "2018-06-01 00:00 period 2018-06", "2018-07-01 00:00 period 2018-07",
		"2018-08-01 00:00 period 2018-08", "2018-09-01 00:00 survey ", "2018-09-01 00:00 period 2018-09", "2018-10-01 00:00 period 2018-10",
		"2018-11-01 00:00 period 2018-11", "2018-11-15 00:00 review review-year-end", "2018-12-01 00:00 period 2018-12",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDB_late_start_passes_all_rungs_before_it_and_sends_one_summary(t *testing.T) {
	f := newFixture(t)
	f.advance("2018-05-25 09:00")
	want := []string{
		"2018-04-06 10:00 opened", "2018-04-11 08:00 passed remind 3", "2018-04-13 08:00 passed remind 0", "2018-04-15 00:00 overdue",
		"2018-04-16 08:00 passed overdue 1", "2018-04-18 08:00 passed overdue 3",
		"2018-04-19 08:00 passed overdue 4", "2018-04-20 08:00 passed overdue 5",
	}
	if diff := cmp.Diff(want, f.ledger("plan/thuong-long")); diff != "" {
		t.Error(diff)
	}
	d := f.duty("plan/thuong-long")
	if !d.Overdue || d.Verdict != poverty.Late || !d.Escalated {
		t.Errorf("overdue %v, verdict %q, escalated %v", d.Overdue, d.Verdict, d.Escalated)
	}
	if fired := column[string](f, f.super(), "select distinct rung from history where event in ('reminded', 'escalated') and effective_at < '2018-05-25 09:00+07'"); len(fired) > 0 {
		t.Errorf("fired before the start: %v", fired)
	}
	notices, err := f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})
	f.must(err)
	if len(notices) != 1 || notices[0].Kind != poverty.NoticeSummary || notices[0].Office != "phong-ldtbxh/head" {
		t.Errorf("notices %+v", notices)
	}
	// From then on the year goes its way.
	f.advance("2018-05-31 00:00")
	if diff := cmp.Diff([]string{"2018-05-01 00:00 opened", "2018-05-25 08:00 passed remind 3", "2018-05-30 08:00 reminded remind 0", "2018-05-31 00:00 overdue"},
		f.ledger("report/thuong-long/2018-05")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_deemed_acceptance_and_declined_assignment(t *testing.T) {
	f := running(t)
	d := f.duty("acceptance/ban-chqs")
	_, err := f.Propose(f.as("congan.truong"), poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: d.ID, Accepted: true}})
	f.wantKind(err, poverty.NotFound, "")
	_, err = f.Propose(f.as("thuongtruc.truong"), poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: d.ID, Accepted: true}})
	f.wantKind(err, poverty.Forbidden, "assignment.forbidden")
	_, err = f.Propose(f.as("quansu.truong"), poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: d.ID}})
	f.wantKind(err, poverty.Invalid, "assignment.reason_needed")
	f.do("2018-04-09 10:00", "quansu.truong", poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: d.ID, Reason: "không đủ người"}})
	f.do("2018-04-10 10:00", "congan.truong", poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: f.duty("acceptance/cong-an-huyen").ID, Accepted: true}})
	f.advance("2018-04-12 00:00")
	for key, want := range map[string]poverty.DutyState{"cong-an-huyen": poverty.DutyDone, "ubmttq": poverty.DutyDone, "ban-chqs": poverty.DutyOpen} {
		if d := f.duty("acceptance/" + key); d.State != want || d.Overdue != (want == poverty.DutyOpen) {
			t.Errorf("%s: %s, overdue %v", key, d.State, d.Overdue)
		}
	}
	// A note afterwards does not make a second acceptance.
	before := f.ledger("acceptance/ubmttq")
	f.do("2018-04-13 10:00", "thuongtruc.truong", f.decision("acceptance/ubmttq", poverty.Decision{Act: poverty.ActNote, Reason: "đã gọi điện"}))
	if diff := cmp.Diff(append(before, "2018-04-13 10:00 noted"), f.ledger("acceptance/ubmttq")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_SetDaysOff_is_an_administrators_and_moves_open_rungs(t *testing.T) {
	f := running(t)
	f.advance("2018-04-25 09:00") // remind 3 of the report fired on the 24th
	year := append(calendar.Default().Year(2018), calendar.DayOff{Date: date("2018-04-27"), Kind: calendar.Holiday, Name: "Bão"})
	slices.SortFunc(year, func(a, b calendar.DayOff) int { return a.Date.Compare(b.Date) })
	for _, login := range []string{"lanhdao.ct", "thuongtruc.truong", "thuonglong.canbo", "camlo.ct"} {
		f.wantKind(f.SetDaysOff(f.as(login), year), poverty.Forbidden, "calendar.forbidden")
	}
	f.must(f.SetDaysOff(f.as("quantri"), year))
	cal, err := f.Calendar(f.as("thuonglong.canbo"))
	f.must(err)
	if cal.IsWorkingDay(date("2018-04-27")) || !cal.IsWorkingDay(date("2018-04-26")) || cal.IsWorkingDay(date("2018-05-01")) || cal.IsWorkingDay(date("2019-05-01")) {
		t.Error("the calendar is not the published one with the day that was entered")
	}

	amend := poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, DaysOff: true, Reason: "Nghỉ bão"}}
	for _, login := range []string{"thuonglong.canbo", "hdnd.canbo", "congan.truong"} {
		_, err := f.try(login, amend)
		f.wantKind(err, poverty.Forbidden, "cycle.forbidden.amend")
	}
	_, err = f.try("camlo.ct", amend)
	f.wantKind(err, poverty.NotFound, "")
	f.do("2018-04-25 10:00", "thuongtruc.truong", amend)
	plan, err := f.DutyPlan(f.system(), f.duty("report/thuong-long/2018-04").ID)
	f.must(err)
	var got []string
	for _, p := range plan[:3] {
		line := p.At.Format("2006-01-02 ") + p.Rung
		if p.Fired {
			line += " fired"
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"2018-04-23 remind 3 fired", "2018-04-26 remind 0", "2018-05-02 overdue 1"}, got); diff != "" {
		t.Error(diff)
	}
	f.advance("2018-04-28 00:00")
	if diff := cmp.Diff([]string{"2018-04-06 10:00 opened", "2018-04-24 08:00 reminded remind 3", "2018-04-25 09:00 replanned",
		"2018-04-26 08:00 reminded remind 0"}, f.ledger("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
	// Another year's entry leaves this one alone; the same year's replaces it whole.
	f.must(f.SetDaysOff(f.as("quantri"), []calendar.DayOff{{Date: date("2030-01-01"), Kind: calendar.Holiday, Name: "x"}}))
	f.must(f.SetDaysOff(f.as("quantri"), calendar.Default().Year(2018)))
	cal, err = f.Calendar(f.system())
	f.must(err)
	if !cal.IsWorkingDay(date("2018-04-27")) {
		t.Error("the storm's day is still off")
	}
}

func TestDB_Board_and_Timeline_count_what_the_actor_may_see(t *testing.T) {
	f := lived(t)
	f.advance("2018-05-02 09:00")
	for login, want := range map[string]poverty.Board{
		// Five plans, six meetings, an appraisal and a receipt, the reports of April and May, the start, a consolidation; of
		// each of six groups its next meeting and its contact.
		"thuongtruc.canbo":   {Owed: 5 + 6 + 1 + 1 + 11 + 12 + 1 + 1 + 12, Overdue: 5 + 6 + 1 + 1 + 11, Escalated: 5 + 6 + 1 + 1, Waiting: 1, Undated: 1, Soon: 1},
		"thuonglong.canbo":   {Owed: 6 + 2, Overdue: 3, Escalated: 2, Waiting: 1, Undated: 1},
		"thuongquang.canbo":  {Owed: 7 + 2, Overdue: 5, Escalated: 3}, // its meeting and two reports, its lead's two, the appraisal and the receipt of its plan
		"quantri":            {},
		"camlo.ct":           {},
		"huonghuu.canbomoi":  {},
		"thuonglong.chutich": {Owed: 6 + 2, Overdue: 3, Escalated: 2, Waiting: 1, Undated: 1},
	} {
		got, err := f.Board(f.as(login), namDong)
		f.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", login, diff)
		}
	}
	phases, err := f.Timeline(f.as("lanhdao.ct"), namDong)
	f.must(err)
	var got []string
	for _, p := range phases {
		got = append(got, p.Code+" "+p.Period+" "+p.LastDay.String())
	}
	if !slices.Contains(got, "report 2018-04 2018-04-30") || !slices.Contains(got, "report 2018-12 2018-12-30") || !slices.Contains(got, "start-fund-2017  ") {
		t.Errorf("%q", got)
	}
	for _, p := range phases {
		switch {
		case p.Code == "report" && p.Period == "2018-04":
			if p.Total != 12 || p.Done != 1 || p.Overdue != 11 || p.Future {
				t.Errorf("%+v", p)
			}
		case p.Code == "report" && p.Period > "2018-05":
			if !p.Future {
				t.Errorf("%+v", p)
			}
		}
	}
}

func TestDB_closed_year_carries_what_is_owed_and_moves_no_more(t *testing.T) {
	f := lived(t)
	closing := poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong, Reason: "hết năm"}}
	for _, login := range []string{"thuongtruc.truong", "thuonglong.chutich", "hdnd.canbo", "quantri"} {
		_, err := f.try(login, closing)
		f.wantKind(err, poverty.Forbidden, "cycle.forbidden.close")
	}
	f.do("2018-06-20 10:00", "lanhdao.ct", closing)
	states := column[string](f, f.super(), "select distinct state from duties where cycle_id = 'nam-dong:2018' order by 1")
	if diff := cmp.Diff([]string{"carried", "done", "submitted"}, states); diff != "" {
		t.Error(diff)
	}
	if open := column[int](f, f.super(), "select count(*)::int from duties where next_at is not null"); open[0] > 0 {
		t.Errorf("%d duties wait for an instant", open[0])
	}
	before := f.contents()
	f.set("2018-12-31 10:00")
	step := f.step(poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-07"}, "2018-12-31 10:00")
	if !step.Done {
		t.Errorf("a period of a closed year goes on: %+v", step)
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
	for name, p := range map[string]poverty.Proposal{
		"a report":     f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "x"}}),
		"a plan":       {Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}},
		"an amendment": {Amend: &poverty.Amendment{Cycle: namDong, Reason: "x"}},
	} {
		login := "thuonglong.chutich"
		if p.Amend != nil {
			login = "lanhdao.ct"
		}
		_, err := f.try(login, p)
		if poverty.KindOf(err) != poverty.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := f.try("lanhdao.ct", closing)
	f.wantKind(err, poverty.Conflict, "cycle.not_running")
}

func TestDB_Units_are_named_as_of_a_day_and_found_without_accents(t *testing.T) {
	f := newFixture(t)
	f.exec("update unit_versions set valid_to = '2025-06-30' where unit_id = 'thuong-long'")
	f.exec("insert into unit_versions (unit_id, name, kind, valid_from) values ('thuong-long', 'UBND xã Long Quảng', 'commune', '2025-07-01')")
	for on, want := range map[string]string{"2018-04-06": "UBND xã Thượng Long", "2025-06-30": "UBND xã Thượng Long", "2025-07-01": "UBND xã Long Quảng"} {
		u, err := f.Unit(f.as("thuonglong.canbo"), "thuong-long", date(on))
		f.must(err)
		if u.Name != want {
			t.Errorf("on %s: %q", on, u.Name)
		}
	}
	_, err := f.Unit(f.system(), "khong-co", date("2018-04-06"))
	f.wantKind(err, poverty.NotFound, "unit.not_found")
	for query, want := range map[string][]poverty.UnitID{
		"thuong lo": {"thuong-lo", "thuong-long"}, "XÃ THƯỢNG LỘ": {"thuong-lo", "thuong-long"}, "uy ban nhan dan xa huong son": {"huong-son"}, "xyz": nil,
	} {
		units, err := f.Units(f.system(), poverty.UnitFilter{Query: query, On: date("2018-04-06"), Cycle: namDong})
		f.must(err)
		var got []poverty.UnitID
		for _, u := range units {
			got = append(got, u.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}
