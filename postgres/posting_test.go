package postgres_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

const longChair = "thuonglong.chutich"

// posted is the running cycle with four households in Thượng Long's register,
// and its result posted on Monday 16 April 2018 up to Thursday the 19th.
func posted(t *testing.T) (*fixture, poverty.Posting) {
	t.Helper()
	f := running(t)
	f.hamlets("thuong-long", thuongLong)
	for i, class := range []poverty.Class{poverty.ClassPoor, poverty.ClassPoor, poverty.ClassNearPoor, poverty.ClassNotPoor} {
		h := sheetOf("thuong-long", []string{"t2", "t1", "t1", "t1"}[i], []string{"003", "001", "002", "004"}[i], "Hộ "+string(rune('A'+i)))
		if h.Declared = class; class != poverty.ClassPoor {
			h.PolicyGroup = ""
		}
		f.save(thuongLong, h)
	}
	out := f.do("2018-04-16 09:00", thuongLong, post("thuong-long", "survey-official"))
	return f, f.posting(thuongLong, out.Posting)
}

func (f *fixture) hamlets(unit poverty.UnitID, login string) {
	f.t.Helper()
	f.must(f.PutHamlets(f.as(login), poverty.RegisterScope{Cycle: namDong, Unit: unit},
		[]poverty.Hamlet{{Code: "t1", Name: "Thôn 1"}, {Code: "t2", Name: "Thôn 2"}}))
}

func post(unit poverty.UnitID, subject string, named ...poverty.HouseholdID) poverty.Proposal {
	return poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingPost, Cycle: namDong, Unit: unit, Subject: subject,
		Places: []string{"Nhà văn hóa thôn", " "}, Households: named}}
}

func (f *fixture) posting(login string, id poverty.PostingID) poverty.Posting {
	f.t.Helper()
	p, err := f.Posting(f.as(login), id)
	f.must(err)
	return p
}

func objectTo(id poverty.PostingID, row int) poverty.Proposal {
	return poverty.Proposal{Objection: &poverty.ObjectionMove{Verb: poverty.ObjectionRecord, Posting: id, About: poverty.AboutHousehold, Row: row,
		Objector: "Bà Nguyễn Thị Kiện", Contact: "0912 345 678", Way: "hand", Text: "Hộ này không nghèo"}}
}

func answer(id poverty.ObjectionID, verb poverty.ObjectionVerb, basis string) poverty.Proposal {
	return poverty.Proposal{Objection: &poverty.ObjectionMove{Verb: verb, Objection: id, Reason: "Đã kiểm tra", Basis: basis}}
}

func TestPosting_is_a_copy_with_the_fewest_fields(t *testing.T) {
	f, p := posted(t)
	want := []poverty.PostingRow{
		{Row: 1, Code: "001", Head: "Hộ B", Hamlet: "Thôn 1", Status: "poor"},
		{Row: 2, Code: "002", Head: "Hộ C", Hamlet: "Thôn 1", Status: "near_poor"},
		{Row: 3, Code: "003", Head: "Hộ A", Hamlet: "Thôn 2", Status: "poor"},
	}
	ignore := cmp.FilterPath(func(x cmp.Path) bool { return x.String() == "Household" }, cmp.Ignore())
	if diff := cmp.Diff(want, p.List, ignore); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	if p.From != date("2018-04-16") || p.Until != date("2018-04-19") || !slices.Equal(p.Places, []string{"Nhà văn hóa thôn"}) || p.Rows != 3 {
		t.Errorf("%+v", p)
	}
	// What is posted holds no column in which anything sensitive could stand.
	columns := column[string](f, f.super(), "select attname::text from pg_attribute where attrelid = 'posting_rows'::regclass and attnum > 0 order by attnum")
	if diff := cmp.Diff([]string{"posting_id", "row", "household_id", "code", "head", "hamlet", "status"}, columns); diff != "" {
		t.Errorf("columns of a posted list (-want +got):\n%s", diff)
	}

	h := f.households(thuongLong, poverty.HouseholdFilter{Unit: "thuong-long", Query: "001"})[0]
	h.Head = "Đổi tên"
	f.save(thuongLong, h)
	if got := f.posting(thuongLong, p.ID); got.List[0].Head != "Hộ B" {
		t.Errorf("the posted list became %+v", got.List[0])
	}
	for _, sql := range []string{"update posting_rows set head = 'x'", "delete from posting_rows", "update posting_changes set reason = 'x'", "delete from postings"} {
		conn, err := pgx.Connect(t.Context(), f.url)
		f.must(err)
		_, err = conn.Exec(t.Context(), "set role dondoc_app")
		f.must(err)
		if _, err = conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("the program itself may %s", sql)
		}
		f.must(conn.Close(context.WithoutCancel(t.Context())))
	}
}

func TestPosting_stands_once_and_its_versions_are_kept(t *testing.T) {
	f, p := posted(t)
	_, err := f.try(thuongLong, post("thuong-long", "survey-official"))
	f.wantKind(err, poverty.Conflict, "posting.stands")
	_, err = f.try(thuongLong, post("thuong-long", "plan.1", p.List[0].Household))
	f.wantKind(err, poverty.Conflict, "posting.plan_not_sent")
	_, err = f.try(thuongQuang, post("thuong-quang", "survey-official"))
	f.wantKind(err, poverty.Invalid, "posting.empty")

	extend := poverty.PostingMove{Key: "k1", Verb: poverty.PostingExtend, Posting: p.ID, Version: 1, Until: date("2018-04-24"), Reason: "Mưa lũ"}
	f.do("2018-04-18 09:00", thuongLong, poverty.Proposal{Posting: &extend})
	f.do("2018-04-18 09:01", thuongLong, poverty.Proposal{Posting: &extend}) // the same button twice
	_, err = f.try(thuongLong, poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingTakeDown, Posting: p.ID, Version: 1, Minutes: "BB", Reason: "x"}})
	f.wantKind(err, poverty.Conflict, "posting.changed")
	f.do("2018-04-19 09:00", thuongLong, poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingTakeDown, Posting: p.ID, Minutes: "BB 01", Reason: "Sai tên một hộ"}})
	second := f.do("2018-04-19 10:00", thuongLong, post("thuong-long", "survey-official"))

	got := f.posting(thuongLong, p.ID)
	var versions []string
	for _, c := range got.Changes {
		versions = append(versions, string(c.Verb)+" "+c.Until.String()+" "+c.Reason+" "+string(c.Office))
	}
	want := []string{
		"post 2018-04-19  thuong-long/officer", "extend 2018-04-24 Mưa lũ thuong-long/officer", "take_down 2018-04-19 Sai tên một hộ thuong-long/officer",
	}
	if diff := cmp.Diff(want, versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if n := f.posting(thuongLong, second.Posting).Number; n != 2 {
		t.Errorf("the corrected list is number %d", n)
	}
}

func TestPosting_is_made_by_the_commune_or_in_its_stead_with_a_basis(t *testing.T) {
	f, p := posted(t)
	for _, login := range []string{thuongQuang, "congan.truong", "lanhdao.pct", "tinh.canbo", "hdnd.canbo"} {
		_, err := f.try(login, post("thuong-long", "survey-preliminary"))
		f.wantKind(err, poverty.Forbidden, "posting.forbidden")
	}
	_, err := f.try(registerOfficer, post("thuong-long", "survey-preliminary"))
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	x := post("thuong-long", "survey-preliminary")
	x.Posting.Basis = "CV 12/UBND"
	out := f.do("2018-04-16 10:00", registerOfficer, x)
	if c := f.posting(thuongLong, out.Posting).Changes[0]; !c.OnBehalf || c.Basis != "CV 12/UBND" || c.Office != "phong-ldtbxh/head" {
		t.Errorf("%+v", c)
	}
	down := poverty.Proposal{Posting: &poverty.PostingMove{Verb: poverty.PostingTakeDown, Posting: p.ID, Minutes: "BB", Reason: "x"}}
	for login, want := range map[string]poverty.Kind{thuongQuang: poverty.NotFound, "congan.truong": poverty.NotFound, "lanhdao.pct": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden} {
		_, err := f.try(login, down)
		f.wantKind(err, want, "")
	}
	backdated := post("thuong-long", "survey-start")
	backdated.Posting.At = at("2018-04-12 09:00")
	_, err = f.try(thuongLong, backdated)
	f.wantKind(err, poverty.Invalid, "decision.backdated")
}

func TestPosting_and_its_objections_are_seen_by_whom_they_concern(t *testing.T) {
	f, p := posted(t)
	out := f.do("2018-04-17 09:00", thuongLong, objectTo(p.ID, 1))
	for login, sees := range map[string]bool{
		thuongLong: true, registerOfficer: true, "lanhdao.pct": true, "tinh.canbo": true, "hdnd.canbo": true,
		thuongQuang: false, "congan.truong": false, "vienkiemsat.truong": false,
	} {
		_, err := f.Posting(f.as(login), p.ID)
		_, oerr := f.Objection(f.as(login), out.Objection)
		if (err == nil) != sees || (oerr == nil) != sees {
			t.Errorf("%s sees the posting of a survey: %v; its objection: %v", login, err, oerr)
		}
	}
	// Who objected is for those who answer; the tier above and overseers see that there is one.
	for login, named := range map[string]bool{thuongLong: true, longChair: true, registerOfficer: true, "lanhdao.ct": true, "tinh.canbo": false, "hdnd.canbo": false} {
		o, err := f.Objection(f.as(login), out.Objection)
		f.must(err)
		list, err := f.Objections(f.as(login), poverty.ObjectionFilter{Cycle: namDong})
		f.must(err)
		for _, o := range append(list, o) {
			if (o.Objector != "") != named || (o.Contact != "") != named || (o.Text != "") != named || (o.Head != "") != named || o.Hidden == named || o.Code != "001" {
				t.Errorf("%s sees %+v", login, o)
			}
		}
	}
	// Nothing personal stands where more people read: in the history and the duty.
	for _, text := range column[string](f, f.super(), "select basis || reason from history union select title || source || subject from duties") {
		for _, secret := range []string{"Kiện", "0912", "không nghèo"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q holds %q", text, secret)
			}
		}
	}
}

func TestPosting_of_a_plan_is_seen_by_the_agencies_that_help_and_no_objection_is(t *testing.T) {
	f, p := posted(t)
	f.draftPlan("2018-04-17 08:00", longChair, "thuong-long")
	f.plan("2018-04-17 09:00", longChair, "thuong-long", poverty.PlanSend)
	_, err := f.try(thuongLong, post("thuong-long", "plan.1", 999999))
	f.wantKind(err, poverty.Invalid, "posting.unknown_household")
	out := f.do("2018-04-17 10:00", thuongLong, post("thuong-long", "plan.1", p.List[0].Household, p.List[1].Household))
	objection := f.do("2018-04-17 11:00", thuongLong, objectTo(out.Posting, 2))
	for login, sees := range map[string]bool{"congan.truong": true, "vienkiemsat.canbo": true, thuongQuang: false} {
		list, err := f.Posting(f.as(login), out.Posting)
		if (err == nil) != sees {
			t.Errorf("%s sees the posted plan: %v", login, err)
		}
		if sees && (len(list.List) != 2 || list.List[1].Status != "leave_near_poor") {
			t.Errorf("%s sees %+v", login, list.List)
		}
		_, err = f.Objection(f.as(login), objection.Objection)
		f.wantKind(err, poverty.NotFound, "objection.not_found")
	}
}

func TestObjection_is_answered_by_the_chair_and_what_is_upheld_holds_up_the_result(t *testing.T) {
	f, p := posted(t)
	record := objectTo(p.ID, 1)
	for _, login := range []string{"lanhdao.pct", "hdnd.canbo", "tinh.canbo"} {
		_, err := f.try(login, record)
		f.wantKind(err, poverty.Forbidden, "objection.forbidden.record")
	}
	for _, login := range []string{thuongQuang, "congan.truong"} {
		_, err := f.try(login, record)
		f.wantKind(err, poverty.NotFound, "posting.not_found")
	}
	_, err := f.try(registerOfficer, record)
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")

	record.Objection.Received = date("2018-04-16")
	first := f.do("2018-04-17 09:00", thuongLong, record)
	late := objectTo(p.ID, 1)
	second := f.do("2018-04-20 09:00", thuongLong, late)
	o, err := f.Objection(f.as(thuongLong), second.Objection)
	f.must(err)
	if !o.Late || o.Number != 2 || o.LastDay != date("2018-05-02") { // 25 and 30 April and 1 May are holidays
		t.Errorf("%+v", o)
	}
	d := f.duty("objection/thuong-long/survey-official.1.1")
	if d.LastDay != date("2018-04-23") || d.Kind != poverty.DutyObjection || d.State != poverty.DutyOpen {
		t.Errorf("%+v", d)
	}
	_, err = f.try(thuongLong, f.decision("objection/thuong-long/survey-official.1.1", poverty.Decision{Act: poverty.ActDone}))
	f.wantKind(err, poverty.Conflict, "duty.use_posting")

	for _, verb := range []poverty.ObjectionVerb{poverty.ObjectionUphold, poverty.ObjectionReject} {
		for _, login := range []string{"lanhdao.pct", "hdnd.canbo", "tinh.canbo"} {
			_, err := f.try(login, answer(first.Objection, verb, "x"))
			f.wantKind(err, poverty.Forbidden, "objection.forbidden.answer")
		}
		_, err := f.try(thuongLong, answer(first.Objection, verb, "x")) // its officer does not answer
		f.wantKind(err, poverty.Forbidden, "objection.forbidden.answer")
		_, err = f.try(registerOfficer, answer(first.Objection, verb, ""))
		f.wantKind(err, poverty.Invalid, "decision.basis_needed")
		_, err = f.try(thuongQuang, answer(first.Objection, verb, "x"))
		f.wantKind(err, poverty.NotFound, "objection.not_found")
	}
	survey := func() error {
		f.advance("2018-12-01 09:00")
		_, err := f.try(longChair, f.decision("survey-official/thuong-long", poverty.Decision{Act: poverty.ActDone, Survey: &poverty.SurveyCounts{Households: 9, Poor: 2, NearPoor: 1}}))
		return err
	}
	f.do("2018-04-20 10:00", registerOfficer, answer(second.Objection, poverty.ObjectionReject, "Quyết định 5"))
	f.wantKind(survey(), poverty.Conflict, "posting.objections_open")
	f.do("2018-12-01 10:00", longChair, answer(first.Objection, poverty.ObjectionUphold, ""))
	_, err = f.try(longChair, answer(first.Objection, poverty.ObjectionReject, ""))
	f.wantKind(err, poverty.Conflict, "objection.cannot.reject")
	f.wantKind(survey(), poverty.Conflict, "posting.households_reopened")
	_, err = f.try(thuongQuang, answer(first.Objection, poverty.ObjectionSettle, ""))
	f.wantKind(err, poverty.NotFound, "")
	f.do("2018-12-01 11:00", thuongLong, answer(first.Objection, poverty.ObjectionSettle, ""))
	f.must(survey())
	if d := f.duty("objection/thuong-long/survey-official.1.1"); d.State != poverty.DutyDone || d.Verdict != poverty.Late {
		t.Errorf("answered in December, due in April: %s, %s", d.State, d.Verdict)
	}
	if d := f.duty("objection/thuong-long/survey-official.1.2"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("answered in time: %s, %s", d.State, d.Verdict)
	}
}

func TestObjection_upheld_to_a_plan_holds_up_its_next_sending(t *testing.T) {
	f, p := posted(t)
	f.draftPlan("2018-04-17 08:00", longChair, "thuong-long")
	f.plan("2018-04-17 09:00", longChair, "thuong-long", poverty.PlanSend)
	out := f.do("2018-04-17 10:00", thuongLong, post("thuong-long", "plan.1", p.List[0].Household))
	o := f.do("2018-04-17 11:00", thuongLong, objectTo(out.Posting, 1))
	f.do("2018-04-18 09:00", longChair, answer(o.Objection, poverty.ObjectionUphold, ""))
	f.plan("2018-04-18 10:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn)
	_, err := f.try(longChair, poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}})
	f.wantKind(err, poverty.Conflict, "posting.households_reopened")
	reopened := func() (codes []string) {
		sheet, err := f.PlanSheet(f.as(thuongLong), namDong, "thuong-long")
		f.must(err)
		for _, h := range sheet.Households {
			if slices.Contains(h.Warnings(), "plan.warning.reopened") {
				codes = append(codes, h.Code)
			}
		}
		return codes
	}
	if codes := reopened(); !slices.Equal(codes, []string{p.List[0].Code}) {
		t.Errorf("open again in the draft: %q", codes)
	}
	f.do("2018-04-18 11:00", thuongLong, answer(o.Objection, poverty.ObjectionSettle, ""))
	if codes := reopened(); len(codes) != 0 {
		t.Errorf("open again after it was settled: %q", codes)
	}
	f.plan("2018-04-18 12:00", longChair, "thuong-long", poverty.PlanSend)
}

func TestObjections_on_one_household_stand_together_the_open_ones_first(t *testing.T) {
	f, p := posted(t)
	a := f.do("2018-04-17 09:00", thuongLong, objectTo(p.ID, 1))
	f.do("2018-04-17 09:10", thuongLong, objectTo(p.ID, 2))
	f.do("2018-04-17 09:20", thuongLong, objectTo(p.ID, 1))
	c := f.do("2018-04-17 09:30", thuongLong, objectTo(p.ID, 3))
	f.do("2018-04-17 10:00", longChair, answer(a.Objection, poverty.ObjectionReject, ""))
	f.do("2018-04-17 10:10", longChair, answer(c.Objection, poverty.ObjectionReject, ""))
	list, err := f.Objections(f.as(thuongLong), poverty.ObjectionFilter{Cycle: namDong})
	f.must(err)
	var got []string
	for _, o := range list {
		got = append(got, o.Code+" "+string(o.State))
	}
	if diff := cmp.Diff([]string{"001 rejected", "001 open", "002 open", "003 rejected"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestReceipts_go_to_the_leads_that_help_and_a_later_list_makes_them_void(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-12 08:00", longChair, "thuong-long")
	f.plan("2018-04-12 09:00", longChair, "thuong-long", poverty.PlanSend)
	const first, second = "receipt-sent/cong-an-huyen/thuong-long.1", "receipt-sent/cong-an-huyen/thuong-long.2"
	if d := f.duty(first); d.Unit != "cong-an-huyen" || d.LastDay != date("2018-04-19") {
		t.Errorf("%+v", d)
	}
	notices, err := f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})
	f.must(err)
	told := map[poverty.OfficeID]int{}
	for _, n := range notices {
		if n.Kind == poverty.NoticeList {
			told[n.Office]++
			if n.Text != "list_sent" || n.Unit != "thuong-long" {
				t.Errorf("%+v", n)
			}
		}
	}
	if len(told) != 12 { // officer and head of the lead and its five members
		t.Errorf("told: %v", told)
	}
	for office, times := range told {
		if times != 1 {
			t.Errorf("%s was told %d times", office, times)
		}
	}

	// The same list, approved: what is not confirmed is asked for once, as the approved one.
	f.plan("2018-04-13 09:00", "thuongtruc.truong", "thuong-long", poverty.PlanReturn)
	f.plan("2018-04-13 10:00", longChair, "thuong-long", poverty.PlanSend)
	if d := f.duty(first); d.State != poverty.DutyExcused || d.Verdict != poverty.NoVerdict {
		t.Errorf("a later round leaves the first list %s, %s", d.State, d.Verdict)
	}
	f.plan("2018-04-16 09:00", "thuongtruc.truong", "thuong-long", poverty.PlanAppraise)
	f.plan("2018-04-16 10:00", "lanhdao.pct", "thuong-long", poverty.PlanApprove)
	if d := f.duty(second); d.State != poverty.DutyExcused {
		t.Errorf("approved, the list that was sent is still asked for: %s", d.State)
	}
	const approved = "receipt-approved/cong-an-huyen/thuong-long.2"
	f.advance("2018-04-24 09:00")
	if d := f.duty(approved); !d.Overdue || d.Trouble != poverty.TroubleListNotReceived {
		t.Errorf("%+v", d)
	}

	for login, want := range map[string]poverty.Kind{
		thuongQuang: poverty.NotFound, "vienkiemsat.truong": poverty.NotFound, thuongLong: poverty.Forbidden, "lanhdao.pct": poverty.Forbidden, "hdnd.canbo": poverty.Forbidden,
	} {
		_, err := f.Propose(f.as(login), poverty.Proposal{Duty: &poverty.Decision{Duty: f.duty(approved).ID, Act: poverty.ActDone}})
		f.wantKind(err, want, "")
	}
	_, err = f.try(registerOfficer, f.decision(approved, poverty.Decision{Act: poverty.ActDone}))
	f.wantKind(err, poverty.Invalid, "decision.basis_needed")
	f.do("2018-04-24 10:00", "congan.canbo", f.decision(approved, poverty.Decision{Act: poverty.ActDone}))

	for login, want := range map[string]int{thuongLong: 3, registerOfficer: 3, "congan.truong": 3, "hdnd.canbo": 3, thuongQuang: 0, "vienkiemsat.truong": 0} {
		list, err := f.Receipts(f.as(login), namDong, "thuong-long")
		f.must(err)
		if len(list) != want {
			t.Errorf("%s sees %d receipts, want %d", login, len(list), want)
		}
	}
	list, err := f.Receipts(f.as(thuongLong), namDong, "")
	f.must(err)
	got := list[0]
	if got.Round != 2 || got.Agency != "cong-an-huyen" || !got.Lead || got.By != "cong-an-huyen/officer" || got.ByName == "" || got.Confirmed == nil ||
		!got.Confirmed.Equal(at("2018-04-24 10:00")) || got.Verdict != poverty.Late || !list[1].Void() || !list[2].Void() {
		t.Errorf("%+v", list)
	}
}

func TestReceipts_of_an_import_tell_nobody(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-12 08:00", longChair, "thuong-long")
	stored, err := f.Propose(f.system(), poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend}})
	f.must(err)
	_, err = f.Enact(f.system(), stored.ID, at("2018-04-12 09:00").Add(time.Second))
	f.must(err)
	notices, err := f.Notices(f.system(), poverty.NoticeFilter{Cycle: namDong})
	f.must(err)
	if i := slices.IndexFunc(notices, func(n poverty.Notice) bool { return n.Kind == poverty.NoticeList }); i >= 0 {
		t.Errorf("%+v", notices[i])
	}
	f.duty("receipt-sent/cong-an-huyen/thuong-long.1")
}
