package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

func TestDB_form_is_changed_by_the_standing_office_for_periods_that_open_later(t *testing.T) {
	f := running(t)
	forms := mustList(f.ReportForms(f.as("thuonglong.canbo"), namDong))
	if len(forms) != 1 || len(forms[0].Fields) != 6 {
		t.Fatalf("%+v", forms)
	}
	next := forms[0]
	next.Reason = "Thêm chỉ tiêu đào tạo nghề"
	next.Fields = append(next.Fields, poverty.ReportField{Code: "trained", Label: "Số người được đào tạo nghề", Kind: poverty.FieldCount, Needed: true, Who: poverty.FieldOfCommunes})
	for _, login := range []string{"thuonglong.chutich", "congan.truong", "lanhdao.ct", "hdnd.canbo"} {
		_, err := f.SaveReportForm(f.as(login), next)
		f.wantKind(err, poverty.Forbidden, "report_form.forbidden")
	}
	_, err := f.SaveReportForm(f.as("camlo.ct"), next)
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
	saved, err := f.SaveReportForm(f.as("thuongtruc.truong"), next)
	f.must(err)
	if saved.Version != 2 {
		t.Errorf("%+v", saved)
	}
	_, err = f.SaveReportForm(f.as("thuongtruc.canbo"), next)
	f.wantKind(err, poverty.Conflict, "report_form.changed")
	bad := saved
	bad.Fields = append(bad.Fields, poverty.ReportField{Code: "trained", Label: "x", Kind: "y", Who: "z", Source: "w"})
	if _, err := f.SaveReportForm(f.as("thuongtruc.canbo"), bad); poverty.KindOf(err) != poverty.Invalid {
		t.Errorf("%v", err)
	}

	sheet := func(key string) poverty.ReportSheet {
		s, err := f.ReportSheet(f.as("thuongtruc.canbo"), f.duty(key).ID)
		f.must(err)
		return s
	}
	f.advance("2018-05-02 09:00")
	if s := sheet("report/thuong-long/2018-04"); s.Form.Version != 1 {
		t.Errorf("April was open: version %d", s.Form.Version)
	}
	s := sheet("report/thuong-long/2018-05")
	if s.Form.Version != 2 || len(s.Form.Of("commune")) != 7 || len(s.Form.Of("lead")) != 6 {
		t.Errorf("May: %+v", s.Form)
	}
	_, err = f.try("thuonglong.canbo", f.decision("report/thuong-long/2018-05", poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "Báo cáo"}}))
	f.wantKind(err, poverty.Invalid, "error.required")
}

func TestDB_figures_come_from_the_ledger_and_differ_with_a_reason_only(t *testing.T) {
	f := running(t)
	b := newBooks(f, 1)
	b.deliver(80, date("2018-04-20"))
	const key = "report/cong-an-huyen/2018-04"
	id, own := f.duty(key).ID, f.as("congan.canbo")
	p := f.period("2018-04")
	want := b.sum(func(c component) bool {
		return c.group == "nhom-thuong-long" || helping[b.at(c)%len(helping)].lead == "cong-an-huyen"
	}, p)
	s, err := f.ReportSheet(own, id)
	f.must(err)
	if diff := cmp.Diff(map[string]int64{"households_helped": want.Households, "components_started": want.Started, "value_thousand": poverty.Thousands(want.Value)}, s.Ledger); diff != "" {
		t.Error(diff)
	}
	content := poverty.ReportContent{Text: "Báo cáo", Figures: map[string]int64{"households_helped": want.Households + 1, "visits": 4}}
	submit := func() error {
		c := content
		_, err := f.try("congan.canbo", f.decision(key, poverty.Decision{Act: poverty.ActSubmit, Report: &c}))
		return err
	}
	f.set("2018-04-26 09:00")
	f.wantKind(submit(), poverty.Invalid, "report.override_needed")
	content.Overrides = map[string]string{"households_helped": "Một hộ nhận thay"}
	f.must(submit())
	r := mustList(f.Reports(own, id))[0]
	if r.Figures["households_helped"] != want.Households+1 || r.Overrides["households_helped"] == "" || r.Computed["households_helped"] != want.Households ||
		r.Figures["value_thousand"] != poverty.Thousands(want.Value) || r.Figures["visits"] != 4 {
		t.Errorf("%+v", r)
	}
	// What was submitted stands, whatever the ledger says later.
	b.deliver(10, date("2018-04-20"))
	if again := mustList(f.Reports(own, id))[0]; cmp.Diff(r, again) != "" {
		t.Error(cmp.Diff(r, again))
	}
}

func (b *books) at(c component) int {
	for i, x := range b.components {
		if x.id == c.id {
			return i
		}
	}
	return -1
}

func TestDB_nothing_happened_is_stated_and_not_where_something_did(t *testing.T) {
	f := running(t)
	b := newBooks(f, 2)
	state := func(login, key string) error {
		_, err := f.try(login, f.decision(key, poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Nothing: true}}))
		return err
	}
	f.set("2018-04-26 09:00")
	f.must(state("huonghuu.canbo", "report/huong-huu/2018-04"))
	r := mustList(f.Reports(f.system(), f.duty("report/huong-huu/2018-04").ID))[0]
	if !r.Nothing || r.Figures["visits"] != 0 || r.Text != "" {
		t.Errorf("%+v", r)
	}
	b.enter(line{component: b.components[0].id, household: b.households[0], day: date("2018-04-10"), quantity: 1000, value: 2_000_000})
	f.wantKind(state("thuonglong.canbo", "report/thuong-long/2018-04"), poverty.Invalid, "")
}

func TestDB_members_contribute_and_the_lead_sees_who_has_not(t *testing.T) {
	f := running(t)
	const key = "report/cong-an-huyen/2018-04"
	id := f.duty(key).ID
	f.set("2018-04-24 09:00")
	save := func(login string, unit poverty.UnitID, version int, visits int64) error {
		_, err := f.SaveContribution(f.as(login), poverty.Contribution{Duty: id, Unit: unit, Version: version, Figures: map[string]int64{"visits": visits}, Text: "Đã thăm " + string(unit)})
		return err
	}
	f.must(save("toaan.canbo", "toa-an", 0, 3))
	f.must(save("tuphap.canbo", "phong-tu-phap", 0, 4))
	f.wantKind(save("toaan.truong", "toa-an", 0, 9), poverty.Conflict, "contribution.changed")
	f.must(save("toaan.truong", "toa-an", 1, 5))
	// Each permission has its negative: not for another member, not for another
	// group, not by the lead, not by who does not see the report.
	f.wantKind(save("toaan.canbo", "phong-tu-phap", 1, 1), poverty.Forbidden, "contribution.forbidden")
	f.wantKind(save("congan.canbo", "toa-an", 2, 1), poverty.Forbidden, "contribution.forbidden")
	f.wantKind(save("thuongtruc.truong", "toa-an", 2, 1), poverty.Forbidden, "contribution.forbidden")
	f.wantKind(save("kiemlam.canbo", "hat-kiem-lam", 0, 1), poverty.NotFound, "duty.not_found")
	_, err := f.SaveContribution(f.as("thuonglong.canbo"), poverty.Contribution{Duty: id, Unit: "thuong-long"})
	f.wantKind(err, poverty.Forbidden, "contribution.not_a_member")

	s, err := f.ReportSheet(f.as("congan.canbo"), id)
	f.must(err)
	if diff := cmp.Diff([]poverty.UnitID{"chi-cuc-thue", "thi-hanh-an", "vien-kiem-sat"}, s.Without()); diff != "" || s.Prefill()["visits"] != 9 {
		t.Errorf("%s %v", diff, s.Prefill())
	}
	// A member sees that others have contributed, and not what.
	s, err = f.ReportSheet(f.as("toaan.canbo"), id)
	f.must(err)
	for _, c := range s.Contributions {
		if c.Unit == "phong-tu-phap" && (c.Text != "" || c.Figures != nil || c.Version == 0) || c.Unit == "toa-an" && c.Text == "" {
			t.Errorf("%+v", c)
		}
	}
	f.submit("2018-04-26 09:00", "congan.canbo", key)
	if r := mustList(f.Reports(f.system(), id))[0]; len(r.Without) != 3 {
		t.Errorf("%+v", r)
	}
	for login, want := range map[string]int{"toaan.canbo": 1, "congan.canbo": 2, "thuongtruc.canbo": 2, "lanhdao.ct": 2, "thuonglong.canbo": 0, "thuongquang.canbo": 0, "camlo.ct": 0} {
		f.within(login, func(tx pgx.Tx) {
			if n := column[int](f, tx, "select count(*)::int from contributions")[0]; n != want {
				t.Errorf("%s sees %d contributions, want %d", login, n, want)
			}
		})
	}
}

func TestDB_calls_are_logged_by_those_who_urge_and_stop_no_ladder(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	const key = "report/thuong-long/2018-04"
	before, id := f.ledger(key), f.duty(key).ID
	call := poverty.Call{Key: "k", Duty: id, Whom: "Chủ tịch xã", Said: "Hẹn nộp chiều nay"}
	for range 2 {
		_, err := f.LogCall(f.as("thuongtruc.canbo"), call)
		f.must(err)
	}
	for _, login := range []string{"thuonglong.chutich", "hdnd.canbo", "tinh.canbo"} {
		_, err := f.LogCall(f.as(login), call)
		f.wantKind(err, poverty.Forbidden, "call.forbidden")
	}
	for _, login := range []string{"thuongquang.chutich", "camlo.ct"} {
		_, err := f.LogCall(f.as(login), call)
		f.wantKind(err, poverty.NotFound, "duty.not_found")
	}
	other := call
	other.Said = "khác"
	_, err := f.LogCall(f.as("thuongtruc.canbo"), other)
	f.wantKind(err, poverty.Conflict, "decision.key_reused")
	other.Key, other.At = "k2", at("2018-05-03 09:00")
	_, err = f.LogCall(f.as("lanhdao.pct"), other)
	f.wantKind(err, poverty.Invalid, "decision.in_future")
	if diff := cmp.Diff(before, f.ledger(key)); diff != "" || f.duty(key).NextAt == nil {
		t.Error(diff)
	}
	for login, want := range map[string]int{"thuongtruc.truong": 1, "lanhdao.ct": 1, "thuonglong.canbo": 1, "congan.canbo": 0, "thuongquang.canbo": 0, "camlo.ct": 0} {
		f.within(login, func(tx pgx.Tx) {
			if n := column[int](f, tx, "select count(*)::int from calls")[0]; n != want {
				t.Errorf("%s sees %d calls, want %d", login, n, want)
			}
		})
	}
}

// calendar.md, Return: back within its term is on time although the last day is
// over; back after it is late. Both tell why.
func TestDB_returned_late_in_the_evening_is_on_time_within_its_term(t *testing.T) {
	f := running(t)
	const quick, slow = "report/thuong-long/2018-04", "report/thuong-lo/2018-04"
	f.submit("2018-04-30 22:10", "thuonglong.canbo", quick)
	f.submit("2018-04-30 22:20", "thuonglo.canbo", slow)
	for _, key := range []string{quick, slow} {
		f.do("2018-04-30 23:00", "thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActReturn, Reason: "Thiếu số liệu"}))
	}
	f.submit("2018-05-01 08:15", "thuonglong.canbo", quick) // the next morning, a holiday
	f.advance("2018-05-04 09:00")
	f.submit("2018-05-04 09:05", "thuonglo.canbo", slow) // its term was 3 May
	for key, want := range map[string]poverty.Verdict{quick: poverty.OnTime, slow: poverty.Late} {
		d := f.duty(key)
		if d.Verdict != want || d.Returns != 1 || !d.FirstSubmittedAt.Before(at("2018-05-01 00:00")) {
			t.Errorf("%s: %+v", key, d)
		}
		turns := poverty.Turns(mustList(f.History(f.system(), poverty.HistoryFilter{Duty: d.ID, Oldest: true})))
		last := turns[len(turns)-1]
		if len(turns) != 3 || !turns[0].InTime || turns[1].By != date("2018-05-03") || !last.Again || last.InTime != (want == poverty.OnTime) {
			t.Errorf("%s: %+v", key, turns)
		}
	}
}

// A process of hundreds of reports is told when the last is settled, not of each.
func TestDB_acceptance_wakes_the_period_only_with_the_last_report(t *testing.T) {
	f := running(t)
	f.submit("2018-04-27 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")
	out := f.do("2018-04-27 10:00", "thuongtruc.truong", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActAccept}))
	if len(out.Wake) != 0 {
		t.Errorf("%+v", out.Wake)
	}
	f.advance("2018-05-02 09:00")
	text := "x"
	f.consolidate("2018-05-02 10:00", "thuongtruc.canbo", poverty.ConsolidationMove{Period: "2018-04", Verb: poverty.ConsolidationSend, Revision: 1, Text: &text})
	f.consolidate("2018-05-02 11:00", "lanhdao.pct", poverty.ConsolidationMove{Period: "2018-04", Verb: poverty.ConsolidationAccept, Revision: 1})
	open := mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, Period: "2018-04", Kind: poverty.DutyReport, Owed: true}))
	for i, d := range open {
		out := f.do("2018-05-02 12:00", "lanhdao.pct", poverty.Proposal{Duty: &poverty.Decision{Duty: d.ID, Act: poverty.ActExcuse, Basis: "x"}})
		if woken := len(out.Wake) > 0; woken != (i == len(open)-1) {
			t.Errorf("excuse %d of %d wakes %+v", i+1, len(open), out.Wake)
		}
	}
}
