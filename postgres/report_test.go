package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func TestDB_report_versions(t *testing.T) {
	f := running(t)
	id := f.duty("report/thuong-long/2018-04").ID
	own := f.as("thuonglong.canbo")
	draft := func(version int, text string) (poverty.Report, error) {
		return f.SaveReport(own, id, poverty.ReportContent{Version: version, Text: text, Figures: map[string]int64{"visits": 1}})
	}
	r, err := draft(0, "nháp")
	f.must(err)
	if r.Version != 1 || r.SubmittedAt != nil {
		t.Errorf("%+v", r)
	}
	_, err = draft(0, "trên chỗ chưa có nháp")
	f.wantKind(err, poverty.Conflict, "report.changed")
	_, err = f.SaveReport(own, id, poverty.ReportContent{Version: 1, Figures: map[string]int64{"visits": -1}})
	f.wantKind(err, poverty.Invalid, "report.negative")
	f.submit("2018-04-25 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")
	_, err = draft(1, "sau khi gửi")
	f.wantKind(err, poverty.Conflict, "duty.state.submitted")

	f.do("2018-04-26 09:00", "thuongtruc.truong", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActReturn, Reason: "thiếu số"}))
	f.set("2018-04-26 10:00")
	if r, err = draft(2, "bản hai"); err != nil || r.Version != 3 {
		t.Errorf("%+v %v", r, err)
	}
	_, err = draft(2, "người thứ hai, cũng trên bản đã trả")
	f.wantKind(err, poverty.Conflict, "report.changed")
	f.submit("2018-04-27 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")

	var got []string
	for _, r := range mustList(f.Reports(f.as("thuongtruc.canbo"), id)) {
		got = append(got, r.SubmittedAt.Format("2006-01-02 15:04 ")+r.Text+" "+r.Remarks)
	}
	if diff := cmp.Diff([]string{"2018-04-27 09:00 Báo cáo ", "2018-04-25 09:00 Báo cáo thiếu số"}, got); diff != "" {
		t.Error(diff)
	}
	if d := f.duty("report/thuong-long/2018-04"); d.Returns != 1 || d.State != poverty.DutySubmitted || d.Verdict != poverty.NoVerdict && d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
}

func TestDB_empty_report_is_not_submitted(t *testing.T) {
	f := running(t)
	_, err := f.try("thuonglong.canbo", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: " "}}))
	f.wantKind(err, poverty.Invalid, "report.empty")
}

func TestDB_period_is_summed_up_as_of_its_close_and_consolidated(t *testing.T) {
	f := running(t)
	f.submit("2018-04-27 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")
	f.submit("2018-04-27 09:00", "thuonglo.canbo", "report/thuong-lo/2018-04")
	f.do("2018-04-27 10:00", "thuongtruc.truong", f.decision("report/thuong-lo/2018-04", poverty.Decision{Act: poverty.ActReturn, Reason: "x"}))
	f.do("2018-04-27 10:00", "lanhdao.pct", f.decision("report/huong-son/2018-04", poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}))
	f.submit("2018-05-01 00:00", "huonghuu.canbo", "report/huong-huu/2018-04") // a moment too late to be in it
	f.advance("2018-05-02 09:00")
	p := mustList(f.Periods(f.as("thuongtruc.canbo"), namDong))[0]
	if p.State != poverty.PeriodClosed || p.Summary.Expected != 11 || p.Summary.Received != 2 || p.Summary.Returned != 1 ||
		p.Summary.Figures["visits"] != 6 || len(p.Summary.Missing) != 9 {
		t.Errorf("%+v", p)
	}
	key := "consolidation/phong-ldtbxh/2018-04"
	if d := f.duty(key); d.LastDay != date("2018-05-04") || d.State != poverty.DutyOpen {
		t.Errorf("%+v", d)
	}
	f.submit("2018-05-04 09:00", "thuongtruc.canbo", key)
	if p := mustList(f.Periods(f.system(), namDong))[0]; p.State != poverty.PeriodConsolidated {
		t.Errorf("the period is %s", p.State)
	}
	_, err := f.try("thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActAccept}))
	f.wantKind(err, poverty.Forbidden, "duty.forbidden.accept")
	f.do("2018-05-07 09:00", "lanhdao.pct", f.decision(key, poverty.Decision{Act: poverty.ActAccept}))
	if d := f.duty(key); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
}

func TestDB_survey_is_confirmed_with_counts_that_agree(t *testing.T) {
	f := running(t)
	f.advance("2018-11-01 09:00")
	key := "survey-preliminary/thuong-long"
	done := func(c poverty.SurveyCounts) error {
		_, err := f.try("thuonglong.chutich", f.decision(key, poverty.Decision{Act: poverty.ActDone, Survey: &c}))
		return err
	}
	f.wantKind(done(poverty.SurveyCounts{Households: 100, Poor: 60, NearPoor: 41}), poverty.Invalid, "survey.more_than_all")
	f.wantKind(done(poverty.SurveyCounts{Households: 100, Poor: -1}), poverty.Invalid, "survey.negative")
	f.must(done(poverty.SurveyCounts{Households: 100, Poor: 60, NearPoor: 40}))
	for login, want := range map[string]int{"thuonglong.canbo": 2, "thuonglo.canbo": 1, "congan.canbo": 0, "lanhdao.ct": 7} {
		if list := mustList(f.Surveys(f.as(login), namDong)); len(list) != want {
			t.Errorf("%s sees %d results, want %d", login, len(list), want)
		}
	}
}

func TestDB_report_without_content_is_submitted_by_nobody_but_on_behalf(t *testing.T) {
	f := running(t)
	bare := poverty.Decision{Act: poverty.ActSubmit}
	_, err := f.try("thuonglong.canbo", f.decision("report/thuong-long/2018-04", bare))
	f.wantKind(err, poverty.Invalid, "report.empty")
	bare.Basis = "dấu công văn đến"
	if _, err := f.try("thuongtruc.canbo", f.decision("report/thuong-long/2018-04", bare)); err != nil {
		t.Error(err)
	}
}

func TestDB_note_on_a_survey_stores_no_counts(t *testing.T) {
	f := running(t)
	f.advance("2018-09-03 09:00")
	f.do("2018-09-03 10:00", "thuonglong.canbo", f.decision("survey-preliminary/thuong-long",
		poverty.Decision{Act: poverty.ActNote, Reason: "đang rà soát", Survey: &poverty.SurveyCounts{Households: 1}}))
	for _, s := range mustList(f.Surveys(f.system(), namDong)) {
		if s.Stage == "preliminary" {
			t.Errorf("%+v", s)
		}
	}
}
