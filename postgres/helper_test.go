package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

// listed is the fixture with a plan of Thượng Quảng that is sent with two
// households of its register.
func listed(t *testing.T) *fixture {
	t.Helper()
	f := running(t)
	f.exec(`insert into hamlets (unit_id, code, name) values ('thuong-quang', 't1', 'Thôn 1')`)
	f.exec(`insert into households (cycle_id, unit_id, hamlet, code, head, members, declared, needs, causes, saved_at)
		select 'nam-dong:2018', 'thuong-quang', 't1', 'q' || n, 'Hộ ' || n, 3, 'poor', '{housing,loan}', '{capital}', '2018-01-01' from generate_series(1, 3) n`)
	f.exec(`update plans set state = 'sent', sent_round = 1, to_leave = 2, sent_at = '2018-04-12' where unit_id = 'thuong-quang'`)
	f.exec(`insert into plan_rounds (cycle_id, unit_id, round, to_leave, sent_at) values ('nam-dong:2018', 'thuong-quang', 1, 2, '2018-04-12')`)
	f.exec(`insert into plan_round_households (cycle_id, unit_id, round, household_id, sheet)
		select cycle_id, unit_id, 1, id, jsonb_build_object('household', id, 'code', code, 'hamlet', 't1', 'hamlet_name', 'Thôn 1', 'head', head, 'members', 3,
			'class', 'poor', 'goal', 'leave_poor', 'causes', causes, 'needs', needs, 'measures',
			jsonb_build_array(jsonb_build_object('need', 'housing', 'kind', 'housing', 'what', 'x', 'helper', 'hat-kiem-lam')))
		from households where unit_id = 'thuong-quang' and code in ('q1', 'q2')`)
	f.set("2018-05-03 09:00")
	return f
}

func assignment(codes ...string) poverty.NewHelpers {
	return poverty.NewHelpers{Cycle: namDong, Unit: "thuong-quang", Households: codes, Kind: poverty.HelperUnit, Helper: "agribank", Agreed: date("2018-05-02")}
}

func TestDB_helpers_are_given_by_the_commune_and_the_lead_and_seen_by_both_sides(t *testing.T) {
	f := listed(t)
	for _, tt := range []struct {
		login string
		kind  poverty.Kind
	}{
		{"thuonglong.canbo", poverty.Forbidden}, {"kiemlam.canbo", poverty.Forbidden}, {"lanhdao.ct", poverty.Forbidden},
		{"hdnd.canbo", poverty.Forbidden}, {"thuongtruc.canbo", poverty.Invalid}, {"camlo.ct", poverty.NotFound},
	} {
		_, err := f.AssignHelpers(f.as(tt.login), assignment("q1"))
		f.wantKind(err, tt.kind, "")
	}
	added, err := f.AssignHelpers(f.as("thuongquang.canbo"), assignment("q1"))
	f.must(err)
	if len(added) != 1 || added[0].Head != "Hộ 1" || added[0].From != date("2018-05-02") || added[0].ID == 0 {
		t.Errorf("%+v", added)
	}
	n := assignment("q2", "q1")
	added, err = f.AssignHelpers(f.as("nongnghiep.truong"), n)
	f.must(err)
	if len(added) != 1 || added[0].Code != "q2" {
		t.Errorf("what is so already is added again: %+v", added)
	}
	n = poverty.NewHelpers{Cycle: namDong, Unit: "thuong-quang", Households: []string{"q1"}, Wanted: true, Basis: "Biên bản họp"}
	added, err = f.AssignHelpers(f.as("thuongtruc.canbo"), n)
	f.must(err)
	if len(added) != 1 || added[0].Helper != "hat-kiem-lam" || !cmp.Equal(added[0].Needs, []string{"housing"}) {
		t.Errorf("whom the plan wants: %+v", added)
	}
	for login, want := range map[string]int{
		"thuongquang.canbo": 3, "nongnghiep.truong": 3, "kiemlam.canbo": 1, "thuongtruc.canbo": 3, "lanhdao.ct": 3, "hdnd.canbo": 3,
		"thuonglong.canbo": 0, "congan.canbo": 0, "quantri": 0, "vanphong.canbo": 0, "camlo.ct": 0,
	} {
		list, err := f.Helpers(f.as(login), poverty.HelperFilter{Cycle: namDong})
		f.must(err)
		if len(list) != want {
			t.Errorf("%s sees %d helpers, want %d", login, len(list), want)
		}
	}
}

func TestDB_helpers_are_of_households_of_the_plan_all_or_none(t *testing.T) {
	f := listed(t)
	ctx := f.as("thuongquang.canbo")
	_, err := f.AssignHelpers(ctx, assignment("q1", "q3"))
	f.wantKind(err, poverty.Invalid, "helper.not_planned")
	n := assignment("q1")
	n.Needs = []string{"water"}
	_, err = f.AssignHelpers(ctx, n)
	f.wantKind(err, poverty.Invalid, "helper.not_its_need")
	n = assignment("q1")
	n.Helper = "nowhere"
	_, err = f.AssignHelpers(ctx, n)
	f.wantKind(err, poverty.Invalid, "helper.unknown_unit")
	n = poverty.NewHelpers{Cycle: namDong, Unit: "thuong-long", Households: []string{"q1"}, Kind: poverty.HelperUnion, Other: "x"}
	_, err = f.AssignHelpers(f.as("thuonglong.canbo"), n)
	f.wantKind(err, poverty.Conflict, "helper.no_plan")
	list, err := f.Helpers(ctx, poverty.HelperFilter{Cycle: namDong, Ended: true})
	f.must(err)
	if len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestDB_help_ends_with_a_reason_and_by_who_saw_it_as_it_is(t *testing.T) {
	f := listed(t)
	ctx := f.as("thuongquang.canbo")
	added, err := f.AssignHelpers(ctx, assignment("q1"))
	f.must(err)
	e := poverty.HelperEnd{Helper: added[0].ID, Version: 1, Until: date("2018-05-02"), Reason: "Chuyển cơ quan khác"}
	_, err = f.EndHelper(f.as("kiemlam.canbo"), e)
	f.wantKind(err, poverty.NotFound, "helper.not_found")
	_, err = f.EndHelper(f.as("lanhdao.ct"), e)
	f.wantKind(err, poverty.Forbidden, "helper.forbidden")
	bare := e
	bare.Reason = " "
	_, err = f.EndHelper(ctx, bare)
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	_, err = f.EndHelper(ctx, e)
	f.must(err)
	_, err = f.EndHelper(ctx, e)
	f.wantKind(err, poverty.Conflict, "helper.changed")
	now, err := f.Helpers(ctx, poverty.HelperFilter{Cycle: namDong})
	f.must(err)
	all, err := f.Helpers(ctx, poverty.HelperFilter{Cycle: namDong, Ended: true})
	f.must(err)
	if len(now) != 0 || len(all) != 1 || all[0].Reason == "" {
		t.Errorf("now %+v, all %+v", now, all)
	}
}

func TestDB_a_visit_is_read_by_who_helps_and_counted_by_others(t *testing.T) {
	f := listed(t)
	ctx := f.as("thuongquang.canbo")
	m := poverty.Mentor{Cycle: namDong, Unit: "thuong-quang", Code: "q1", Name: "Bà A", Organisation: "Hội Phụ nữ xã", From: date("2018-05-01")}
	for _, login := range []string{"thuonglong.canbo", "kiemlam.canbo", "lanhdao.ct", "hdnd.canbo"} {
		_, err := f.SaveMentor(f.as(login), m, "")
		f.wantKind(err, poverty.Forbidden, "")
	}
	m, err := f.SaveMentor(ctx, m, "")
	f.must(err)
	stale := m
	stale.Name, stale.Version = "Bà B", 7
	_, err = f.SaveMentor(ctx, stale, "")
	f.wantKind(err, poverty.Conflict, "mentor.changed")
	_, err = f.AssignHelpers(ctx, assignment("q1"))
	f.must(err)

	v := poverty.Visit{Mentor: m.ID, Key: "k", Day: date("2018-05-03"), Found: "Nhà dột, con ốm"}
	late := v
	late.Day = date("2018-05-04")
	_, err = f.LogVisit(ctx, late)
	f.wantKind(err, poverty.Invalid, "mentor.visit_ahead")
	early := v
	early.Day = date("2018-04-30")
	_, err = f.LogVisit(ctx, early)
	f.wantKind(err, poverty.Invalid, "mentor.visit_outside")
	for login, kind := range map[string]poverty.Kind{"thuonglong.canbo": poverty.NotFound, "kiemlam.canbo": poverty.NotFound, "hdnd.canbo": poverty.Forbidden, "lanhdao.ct": poverty.Forbidden} {
		_, err := f.LogVisit(f.as(login), v)
		f.wantKind(err, kind, "")
	}
	for range 2 {
		_, err = f.LogVisit(f.as("agribank.canbo"), v) // helps the household
		f.must(err)
	}
	for login, want := range map[string]string{
		"thuongquang.canbo": v.Found, "agribank.canbo": v.Found, "nongnghiep.truong": v.Found, "thuongtruc.canbo": v.Found, "lanhdao.ct": v.Found, "hdnd.canbo": "", "tinh.canbo": "",
	} {
		got, err := f.Mentor(f.as(login), m.ID)
		f.must(err)
		if len(got.Visits) != 1 || got.Visits[0].Found != want || got.Visits[0].Hidden != (want == "") {
			t.Errorf("%s: %+v", login, got.Visits)
		}
	}
	for _, login := range []string{"thuonglong.canbo", "congan.canbo", "camlo.ct", "quantri"} {
		_, err := f.Mentor(f.as(login), m.ID)
		f.wantKind(err, poverty.NotFound, "mentor.not_found")
		f.within(login, func(tx pgx.Tx) {
			if n := column[int](f, tx, "select count(*)::int from visits")[0]; n != 0 {
				t.Errorf("%s sees %d visits", login, n)
			}
		})
	}
}

func TestDB_gaps_are_found_from_what_is_stored_for_those_who_mend_them(t *testing.T) {
	f := listed(t)
	for _, login := range []string{"thuongquang.canbo", "nongnghiep.truong", "hdnd.canbo", "tinh.canbo"} {
		_, err := f.Gaps(f.as(login), namDong)
		f.wantKind(err, poverty.Forbidden, "gap.forbidden")
	}
	_, err := f.Gaps(f.as("camlo.ct"), namDong)
	f.wantKind(err, poverty.NotFound, "")
	n := assignment("q1")
	n.Needs = []string{"loan"}
	_, err = f.AssignHelpers(f.as("thuongquang.canbo"), n)
	f.must(err)
	got, err := f.Gaps(f.as("thuongtruc.canbo"), namDong)
	f.must(err)
	id := column[int64](f, f.super(), "select id from households where code in ('q1', 'q2') order by code")
	want := []poverty.Gap{
		{Kind: poverty.GapPriorityBehind, Unit: "thuong-lo", Limit: 10}, {Kind: poverty.GapPriorityBehind, Unit: "thuong-nhat", Limit: 10},
		{Kind: poverty.GapHouseholdWithoutHelp, Unit: "thuong-quang", Household: poverty.HouseholdID(id[1]), Code: "q2"},
		{Kind: poverty.GapNeedWithoutHelp, Unit: "thuong-quang", Household: poverty.HouseholdID(id[0]), Code: "q1", Need: "housing"},
		{Kind: poverty.GapAgencyIdle, Unit: "hat-kiem-lam"}, {Kind: poverty.GapAgencyIdle, Unit: "hoi-nong-dan"},
		{Kind: poverty.GapAgencyIdle, Unit: "phong-nnptnt"}, {Kind: poverty.GapAgencyIdle, Unit: "tram-khuyen-nong"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDB_a_visit_is_corrected_by_who_logged_it_the_lead_and_the_standing_office(t *testing.T) {
	f := listed(t)
	ctx := f.as("thuongquang.canbo")
	m, err := f.SaveMentor(ctx, poverty.Mentor{Cycle: namDong, Unit: "thuong-quang", Code: "q1", Name: "Bà A", Organisation: "Hội Phụ nữ xã", From: date("2018-05-01")}, "")
	f.must(err)
	_, err = f.AssignHelpers(ctx, assignment("q1"))
	f.must(err)
	m, err = f.LogVisit(f.as("agribank.canbo"), poverty.Visit{Mentor: m.ID, Key: "k", Day: date("2018-05-02"), Found: "Nhà dột"})
	f.must(err)
	first := m.Visits[0]
	x := poverty.VisitCorrection{Mentor: m.ID, Visit: first.ID, Day: date("2018-05-03"), Found: "Bếp dột", Reason: "Ghi nhầm ngày"}
	for login, kind := range map[string]poverty.Kind{
		"thuongquang.canbo": poverty.Forbidden, // another logged it
		"lanhdao.ct":        poverty.Forbidden, "hdnd.canbo": poverty.Forbidden, "tinh.canbo": poverty.Forbidden,
		"thuonglong.canbo": poverty.NotFound, "kiemlam.canbo": poverty.NotFound, "camlo.ct": poverty.NotFound, "quantri": poverty.NotFound,
	} {
		_, err := f.CorrectVisit(f.as(login), x)
		f.wantKind(err, kind, "")
	}
	for _, tt := range []struct {
		change func(*poverty.VisitCorrection)
		kind   poverty.Kind
		key    string
	}{
		{func(x *poverty.VisitCorrection) { x.Reason = " " }, poverty.Invalid, "decision.reason_needed"},
		{func(x *poverty.VisitCorrection) { x.Found = "" }, poverty.Invalid, "mentor.found_needed"},
		{func(x *poverty.VisitCorrection) { x.Day = date("2018-05-04") }, poverty.Invalid, "mentor.visit_ahead"},
		{func(x *poverty.VisitCorrection) { x.Visit += 7 }, poverty.NotFound, "mentor.no_such_visit"},
	} {
		wrong := x
		tt.change(&wrong)
		_, err := f.CorrectVisit(f.as("agribank.canbo"), wrong)
		f.wantKind(err, tt.kind, tt.key)
	}
	m, err = f.CorrectVisit(f.as("agribank.canbo"), x)
	f.must(err)
	if len(m.Visits) != 1 || m.Visits[0].Found != "Bếp dột" || m.LastVisit() != date("2018-05-03") || len(m.Visits[0].Earlier) != 1 || m.Visits[0].Earlier[0].Found != "Nhà dột" {
		t.Fatalf("%+v", m.Visits)
	}
	_, err = f.CorrectVisit(f.as("nongnghiep.truong"), x) // looked at what is no longer there
	f.wantKind(err, poverty.Conflict, "mentor.visit_changed")
	seen, err := f.Mentor(f.as("hdnd.canbo"), m.ID)
	f.must(err)
	if v := seen.Visits[0]; v.Found != "" || v.Reason != "" || v.Earlier != nil {
		t.Errorf("an overseer reads what was corrected: %+v", v)
	}
	back := poverty.VisitCorrection{Mentor: m.ID, Visit: m.Visits[0].ID, Gone: true, Reason: "Nhầm hộ"}
	m, err = f.CorrectVisit(f.as("thuongtruc.canbo"), back)
	f.must(err)
	if v := m.Visits[0]; !v.Gone || v.Found != "" || len(v.Earlier) != 2 || !m.LastVisit().IsZero() {
		t.Errorf("%+v", m.Visits)
	}
	again := x
	again.Visit = m.Visits[0].ID
	_, err = f.CorrectVisit(f.as("nongnghiep.truong"), again)
	f.wantKind(err, poverty.Conflict, "mentor.visit_gone")
	f.exec(`update cycles set state = 'closed', closed_at = '2019-01-15' where id = 'nam-dong:2018'`)
	_, err = f.CorrectVisit(f.as("agribank.canbo"), x)
	f.wantKind(err, poverty.Conflict, "cycle.closed")
}

func TestDB_a_mentor_who_signs_in_sees_and_visits_the_household(t *testing.T) {
	f := listed(t)
	ctx := f.as("thuongquang.canbo")
	m := poverty.Mentor{Cycle: namDong, Unit: "thuong-quang", Code: "q1", Name: "Bà A", Organisation: "Hạt Kiểm lâm", From: date("2018-05-01"), Login: "camlo.ct"}
	_, err := f.SaveMentor(ctx, m, "")
	f.wantKind(err, poverty.Invalid, "mentor.no_login") // of another cycle
	m.Login = "nobody"
	_, err = f.SaveMentor(ctx, m, "")
	f.wantKind(err, poverty.Invalid, "mentor.no_login")
	m.Login = " Kiemlam.canbo"
	m, err = f.SaveMentor(ctx, m, "")
	f.must(err)
	mine := func(login string) int {
		t.Helper()
		list, err := f.Mentors(f.as(login), poverty.MentorFilter{Cycle: namDong, User: f.user("kiemlam.canbo")})
		f.must(err)
		return len(list)
	}
	if mine("kiemlam.canbo") != 1 || mine("thuonglong.canbo") != 0 || mine("kiemlam.truong") != 0 {
		t.Error("who sees the mentor's household")
	}
	m, err = f.LogVisit(f.as("kiemlam.canbo"), poverty.Visit{Mentor: m.ID, Key: "k", Day: date("2018-05-03"), Found: "Đã bàn việc trồng keo"})
	f.must(err)
	if m.Visits[0].Found == "" {
		t.Error("the mentor does not read what the mentor wrote")
	}
	m.Login, m.Organisation = poverty.LoginKeep, "Hạt"
	m, err = f.SaveMentor(ctx, m, "")
	f.must(err)
	if mine("kiemlam.canbo") != 1 {
		t.Error("a change of something else drops the link")
	}
	m.Login = ""
	_, err = f.SaveMentor(ctx, m, "")
	f.must(err)
	_, err = f.Mentor(f.as("kiemlam.canbo"), m.ID)
	f.wantKind(err, poverty.NotFound, "mentor.not_found")
}
