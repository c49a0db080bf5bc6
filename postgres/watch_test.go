package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/documents"
	"dondoc/poverty"
)

// nextYear makes the cycle after Nam Đông's of 2018 by so many years, seeds its
// register from the survey before, and puts it in force on a day.
func (f *fixture) nextYear(years int, start string) poverty.CycleID {
	f.t.Helper()
	r, err := example("nam-dong-2018")
	f.must(err)
	n := documents.Shift(r, 12*years).New
	n.Targets, n.Households, n.Hamlets, n.Frozen, n.Funds, n.Components = nil, nil, nil, "", nil, nil
	f.must(f.CreateCycle(f.system(), n))
	f.plainSurvey(n.Cycle.ID)
	_, err = f.SeedRegister(f.system(), n.Cycle.ID, fmt.Sprintf("KQ %d", n.Cycle.Year-1))
	f.must(err)
	f.set(start)
	_, err = f.OpenCycle(f.system(), n.Cycle.ID, at(start))
	f.must(err)
	f.step(poverty.Ref{Cycle: n.Cycle.ID, Process: poverty.ProcessSurvey}, start)
	return n.Cycle.ID
}

// plainSurvey leaves one commune in a cycle, whose survey goes without posting
// and opinion.
func (f *fixture) plainSurvey(id poverty.CycleID) {
	f.exec("delete from cycle_units where cycle_id = $1 and role = 'commune' and unit_id <> 'thuong-long'", id)
	f.exec(`update cycles set rules = jsonb_set(rules #- '{bindings,opinion}', '{duties}',
		(select jsonb_agg(d) from jsonb_array_elements(rules -> 'duties') d where d ->> 'kind' not in ('posting', 'opinion'))) where id = $1`, id)
}

// yearEnd makes the survey of Thượng Long in a cycle whole: the results given by
// code, all else as it was, and closes it. It returns what adds up.
func (f *fixture) yearEnd(id poverty.CycleID, year int, results map[string]poverty.SurveyRow) poverty.Balance {
	f.t.Helper()
	day := func(s string) string { return fmt.Sprintf("%d-%s", year, s) }
	step := func(now, login string, m poverty.SurveyMove) {
		f.t.Helper()
		m.Cycle, m.Unit = id, "thuong-long"
		f.do(day(now), login, poverty.Proposal{Survey: &m})
	}
	step("11-02 08:00", thuongLong, poverty.SurveyMove{Verb: poverty.SurveyList})
	sheet, err := f.Survey(f.as(thuongLong), id, "thuong-long")
	f.must(err)
	for i, r := range sheet.Rows {
		sheet.Rows[i].Result = r.Start
		if x, ok := results[r.Code]; ok {
			sheet.Rows[i].Result, sheet.Rows[i].Movement = x.Result, x.Movement
		}
	}
	f.must(f.SaveSurveyRows(f.as(thuongLong), poverty.RegisterScope{Cycle: id, Unit: "thuong-long"}, sheet.Rows))
	step("11-20 08:00", thuongLong, poverty.SurveyMove{Verb: poverty.SurveyReview})
	for _, hamlet := range []string{"t1", "t2"} {
		if slices.ContainsFunc(sheet.Rows, func(r poverty.SurveyRow) bool { return r.Hamlet == hamlet }) {
			m := meeting(hamlet, 40, 33)
			m.On = date(day("11-20"))
			step("11-20 20:00", thuongLong, m)
		}
	}
	sheet, err = f.Survey(f.as(thuongLong), id, "thuong-long")
	f.must(err)
	step("12-10 08:00", longChair, poverty.SurveyMove{Verb: poverty.SurveyRecognise, Decision: "QĐ", On: date(day("12-10"))})
	f.step(poverty.Ref{Cycle: id, Process: poverty.ProcessSurvey}, day("12-11 08:00"))
	d, err := f.DutyByKey(f.system(), string(id)+"/survey-official/thuong-long")
	f.must(err)
	f.do(day("12-11 09:00"), longChair, poverty.Proposal{Duty: &poverty.Decision{Duty: d.ID, Act: poverty.ActDone}})
	f.do(day("12-21 09:00"), registerOfficer, poverty.Proposal{Survey: &poverty.SurveyMove{Cycle: id, Verb: poverty.SurveyClose}})
	return sheet.Balance
}

func (f *fixture) watched(login string, id poverty.CycleID, code string) poverty.Watch {
	f.t.Helper()
	list := mustList(f.Watches(f.as(login), poverty.WatchFilter{Cycle: id, Code: code}))
	if len(list) == 0 {
		f.t.Fatalf("%s is not watched", code)
	}
	w, err := f.Watch(f.as(login), list[len(list)-1].ID)
	f.must(err)
	return w
}

// Poor in 2018 and out of poverty at its end; in 2019 a flood, an alert, help,
// and still out; another one has a fire and is poor again. What a year ends with
// is what the next one starts with, and all who left are accounted for.
func TestDB_households_that_left_are_watched_through_the_years(t *testing.T) {
	f := surveyed(t)
	f.plainSurvey(namDong)
	out := poverty.SurveyRow{Result: poverty.ClassNotPoor, Movement: poverty.MovementPassed}
	first := f.yearEnd(namDong, 2018, map[string]poverty.SurveyRow{"001": out, "002": out})

	y2019 := f.nextYear(1, "2019-04-08 08:00")
	w := f.watched(thuongLong, y2019, "001")
	if w.Year != 2018 || w.Left != poverty.ClassPoor || w.LeftOn != date("2018-12-10") || w.Until != date("2021-12-10") || w.Household == 0 {
		t.Fatalf("%+v", w)
	}
	if risk, why := w.Risk(date("2019-03-10")); risk != poverty.RiskLow || len(why) != 0 {
		t.Errorf("before its first visit is due: %s %v", risk, why)
	}
	if risk, why := w.Risk(date("2019-03-11")); risk != poverty.RiskMedium || !slices.Equal(why, []string{poverty.RiskUnseen}) {
		t.Errorf("nobody came within 90 days: %s %v", risk, why)
	}
	say := func(now, login, code string, m poverty.WatchMove) {
		t.Helper()
		m.Cycle, m.Unit, m.Code = y2019, "thuong-long", code
		f.do(now, login, poverty.Proposal{Watch: &m})
	}
	say("2019-04-09 09:00", thuongLong, "001", poverty.WatchMove{Verb: poverty.WatchVisits, Day: date("2019-04-08"), Text: "x"})
	say("2019-09-10 09:00", thuongLong, "001", poverty.WatchMove{Verb: poverty.WatchNotes, Event: "disaster", Day: date("2019-09-04"), Text: "x"})
	say("2019-09-11 09:00", registerOfficer, "001", poverty.WatchMove{Verb: poverty.WatchAlerts, Text: "x"})
	if risk, why := f.watched(thuongLong, y2019, "001").Risk(date("2019-09-11")); risk != poverty.RiskHigh ||
		!slices.Equal(why, []string{poverty.RiskAlert, poverty.RiskEvent, poverty.RiskUnseen}) {
		t.Errorf("%s %v", risk, why)
	}
	say("2019-09-13 09:00", thuongLong, "001", poverty.WatchMove{Verb: poverty.WatchChecks, Text: "x", Helper: "cong-an-huyen", Help: "y"})
	say("2019-09-20 09:00", "congan.truong", "001", poverty.WatchMove{Verb: poverty.WatchHelps, Text: "x"})
	say("2019-10-08 09:00", thuongLong, "001", poverty.WatchMove{Verb: poverty.WatchResult, Text: "x", Outcome: poverty.OutcomeOut})
	got := map[string]string{}
	for _, d := range mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: y2019, Kind: poverty.DutyWatch})) {
		got[d.Code] = fmt.Sprintf("%s %s %s %s", d.Unit, d.LastDay, d.State, d.Verdict)
	}
	want := map[string]string{
		"watch-check":  "thuong-long 2019-09-16 done on_time",
		"watch-help":   "cong-an-huyen 2019-09-20 done on_time",
		"watch-result": "thuong-long 2019-10-04 done late",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if risk, why := f.watched(thuongLong, y2019, "001").Risk(date("2019-10-08")); risk != poverty.RiskMedium || !slices.Equal(why, []string{poverty.RiskUnseen}) {
		t.Errorf("helped, and out of danger: %s %v", risk, why)
	}
	say("2019-10-20 09:00", thuongLong, "002", poverty.WatchMove{Verb: poverty.WatchNotes, Event: "fire", Severe: true, Day: date("2019-10-19"), Text: "x"})
	if risk, why := f.watched(thuongLong, y2019, "002").Risk(date("2019-10-20")); risk != poverty.RiskHigh || why[0] != poverty.RiskSevere {
		t.Errorf("%s %v", risk, why)
	}

	second := f.yearEnd(y2019, 2019, map[string]poverty.SurveyRow{"002": {Result: poverty.ClassPoor}})
	if w := f.watched(thuongLong, y2019, "001"); w.State != poverty.WatchRunning {
		t.Errorf("%+v", w)
	}
	if w := f.watched(thuongLong, y2019, "002"); w.State != poverty.WatchFallenBack || w.FellTo != poverty.ClassPoor || w.FellIn != y2019 || w.FellOn != date("2019-12-10") {
		t.Errorf("%+v", w)
	}
	y2020 := f.nextYear(2, "2020-04-07 08:00")
	third := f.yearEnd(y2020, 2020, nil)

	flow := func(b poverty.Balance) [8]int {
		if !b.Holds() {
			t.Errorf("does not add up: %+v", b)
		}
		p, n := b.Poor.Households, b.NearPoor.Households
		return [8]int{p.Start, p.Passed, p.FallenBack, p.End, n.Start, n.Passed, n.FallenBack, n.End}
	}
	if diff := cmp.Diff([][8]int{{2, 2, 0, 0, 1, 0, 0, 1}, {0, 0, 1, 1, 1, 0, 0, 1}, {1, 0, 0, 1, 1, 0, 0, 1}},
		[][8]int{flow(first), flow(second), flow(third)}); diff != "" {
		t.Error(diff)
	}
	list := mustList(f.Households(f.as(registerOfficer), poverty.HouseholdFilter{Cycle: y2020}))
	if codesOf(list) != "002 003" || list[0].Declared != poverty.ClassPoor || list[0].IDNumber != "ID002" || list[0].Previous == 0 {
		t.Errorf("who fell back is back in the register, with the sheet it had: %+v", list)
	}
	f.set("2021-12-11 09:00")
	counts := mustList(f.WatchCounts(f.as(registerOfficer), y2020))
	if len(counts) != 1 || counts[0].Year != 2018 || counts[0].LeftPoor != 2 || counts[0].Back != 1 || counts[0].BackPoor != 1 || counts[0].Over != 1 || !counts[0].Holds() {
		t.Errorf("%+v", counts)
	}
	// Who left again is watched again; the watch whose term is over gives way.
	f.do("2021-12-11 10:00", thuongLong, poverty.Proposal{Watch: &poverty.WatchMove{Cycle: y2020, Verb: poverty.WatchAdd, Unit: "thuong-long", Code: "001",
		Head: "X", Left: poverty.ClassPoor, Day: date("2021-12-01")}})
	counts = mustList(f.WatchCounts(f.as(registerOfficer), y2020))
	if len(counts) != 2 || counts[0].Over != 0 || counts[0].Other != 1 || !counts[0].Holds() || counts[1].Year != 2021 || counts[1].Running != 1 {
		t.Errorf("%+v", counts)
	}
}

func TestDB_watch_refuses_what_does_not_fit(t *testing.T) {
	f := surveyed(t)
	add := poverty.WatchMove{Cycle: namDong, Verb: poverty.WatchAdd, Unit: "thuong-long", Code: "x1", Head: "X", Left: poverty.ClassPoor, Day: date("2017-12-10")}
	refused := func(login string, m poverty.WatchMove, kind poverty.Kind, key string) {
		t.Helper()
		_, err := f.try(login, poverty.Proposal{Watch: &m})
		f.wantKind(err, kind, key)
	}
	refused(thuongQuang, add, poverty.Forbidden, "watch.forbidden")
	refused("tinh.canbo", add, poverty.Forbidden, "watch.forbidden")
	refused("congan.truong", add, poverty.Forbidden, "watch.forbidden")
	refused(registerOfficer, add, poverty.Invalid, "decision.basis_needed")
	long := add
	long.Day = date("2015-09-03")
	refused(thuongLong, long, poverty.Invalid, "watch.long_ago")
	id := f.do("2018-09-03 09:00", thuongLong, poverty.Proposal{Watch: &add}).Watch
	refused(thuongLong, add, poverty.Conflict, "watch.there_already")

	of := func(verb poverty.WatchVerb) poverty.WatchMove {
		return poverty.WatchMove{Cycle: namDong, Watch: id, Verb: verb, Text: "x", Day: date("2018-09-01"), Event: "illness"}
	}
	refused("thuongquang.canbo", of(poverty.WatchVisits), poverty.NotFound, "watch.not_found")
	refused("congan.truong", of(poverty.WatchAlerts), poverty.NotFound, "watch.not_found")
	refused("tinh.canbo", of(poverty.WatchAlerts), poverty.Forbidden, "watch.forbidden")
	early := of(poverty.WatchNotes)
	early.Day = date("2017-12-09")
	refused(thuongLong, early, poverty.Invalid, "watch.before_leaving")
	refused(thuongLong, of(poverty.WatchHelps), poverty.Conflict, "watch.nothing_to_help")
	refused(thuongLong, of(poverty.WatchResult), poverty.Conflict, "watch.no_help_yet")
	stale := of(poverty.WatchAlerts)
	stale.Version = 7
	refused(thuongLong, stale, poverty.Conflict, "watch.changed")
	note := of(poverty.WatchNotes)
	f.do("2018-09-03 09:30", thuongLong, poverty.Proposal{Watch: &note})
	alert := of(poverty.WatchAlerts)
	f.do("2018-09-03 10:00", "lanhdao.pct", poverty.Proposal{Watch: &alert})
	refused(thuongLong, of(poverty.WatchAlerts), poverty.Conflict, "watch.alert_open")
	check := of(poverty.WatchChecks)
	check.Helper, check.Help = "cong-an-huyen", "y"
	f.do("2018-09-04 10:00", thuongLong, poverty.Proposal{Watch: &check})

	// The helper sees what it is asked for, and nothing of what happened; the tier
	// above sees how it stands.
	for login, visits := range map[string]int{"congan.truong": 0, "tinh.canbo": 0, thuongLong: 1, registerOfficer: 1} {
		w, err := f.Watch(f.as(login), id)
		f.must(err)
		if len(w.Events) != visits || w.Hidden != (visits == 0) || (w.Alerts[0].Text == "") != w.Hidden || w.Alerts[0].Help != "y" {
			t.Errorf("%s: %+v", login, w)
		}
	}
	refused("congan.truong", of(poverty.WatchResult), poverty.Forbidden, "watch.forbidden")
	d := f.duty(fmt.Sprintf("watch-help/cong-an-huyen/%d.1", id))
	_, err := f.try("congan.truong", poverty.Proposal{Duty: &poverty.Decision{Duty: d.ID, Act: poverty.ActDone}})
	f.wantKind(err, poverty.Conflict, "duty.use_watch")
	f.exec("update cycles set state = 'closed' where id = $1", namDong)
	refused("congan.truong", of(poverty.WatchHelps), poverty.Conflict, "cycle.closed")
}

// Who is at risk comes first.
func TestDB_watch_list_is_filtered(t *testing.T) {
	f := surveyed(t)
	for i, day := range []string{"2017-12-10", "2018-08-01"} {
		f.do("2018-09-03 09:00", thuongLong, poverty.Proposal{Watch: &poverty.WatchMove{Cycle: namDong, Verb: poverty.WatchAdd, Unit: "thuong-long",
			Code: fmt.Sprint("x", i), Head: "X", Left: poverty.ClassPoor, Day: date(day)}})
	}
	f.do("2018-09-03 09:10", thuongLong, poverty.Proposal{Watch: &poverty.WatchMove{Cycle: namDong, Unit: "thuong-long", Code: "x1", Verb: poverty.WatchAlerts, Text: "x"}})
	for want, filter := range map[string]poverty.WatchFilter{
		"x1 x0": {}, "x0": {Due: true}, "x1": {Open: true}, "x1 ": {Risk: poverty.RiskHigh}, "x0 ": {Year: 2017}, "": {State: poverty.WatchFallenBack},
		"x1  ": {Limit: 1}, "x0  ": {Offset: 1}, " ": {Unit: "thuong-quang"}, "x1 x0 ": {Unit: "thuong-long"}, "x0   ": {Risk: poverty.RiskMedium},
	} {
		filter.Cycle = namDong
		var got string
		for _, w := range mustList(f.Watches(f.as(registerOfficer), filter)) {
			got += w.Code + " "
		}
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%+v: %q, want %q", filter, got, want)
		}
	}
	if list := mustList(f.Watches(f.as(thuongQuang), poverty.WatchFilter{Cycle: namDong})); len(list) != 0 {
		t.Errorf("another commune sees %+v", list)
	}
}

func TestDB_watched_household_that_asks_is_no_new_one(t *testing.T) {
	f := surveyed(t)
	f.do("2018-09-03 09:00", thuongLong, poverty.Proposal{Watch: &poverty.WatchMove{Cycle: namDong, Verb: poverty.WatchAdd, Unit: "thuong-long",
		Code: "x1", Head: "X", Left: poverty.ClassPoor, Day: date("2017-12-10")}})
	f.survey("2018-09-05 09:00", thuongLong, move(poverty.SurveyList))
	f.must(f.SaveSurveyRows(f.as(thuongLong), scopeOf("thuong-long", ""), []poverty.SurveyRow{
		{Code: "x1", Hamlet: "t1", Head: "X", Members: 2, Result: poverty.ClassPoor, Why: poverty.ListedAsked}}))
	rows := f.sheet(thuongLong).Rows
	if r := rows[slices.IndexFunc(rows, func(r poverty.SurveyRow) bool { return r.Code == "x1" })]; r.Why != poverty.ListedWatch || r.Movement != poverty.MovementFallenBack {
		t.Errorf("%+v", r)
	}
	b := poverty.Reconcile(poverty.SurveyStart{}, []poverty.SurveyRow{
		{Code: "1", Why: poverty.ListedWatch, Start: poverty.ClassNotPoor, Result: poverty.ClassPoor, Members: 1, Movement: poverty.MovementNew}})
	if len(b.Faults) != 1 || b.Faults[0].Key != "survey.fault.watched" {
		t.Errorf("%+v", b)
	}
}
