package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

func (f *fixture) period(code string) poverty.Period {
	f.t.Helper()
	for _, p := range mustList(f.Periods(f.system(), namDong)) {
		if p.Code == code {
			return p
		}
	}
	f.t.Fatalf("no period %s", code)
	return poverty.Period{}
}

func (f *fixture) revisions(period string) []poverty.Consolidation {
	f.t.Helper()
	return mustList(f.Consolidations(f.system(), namDong, period))
}

func (f *fixture) consolidate(now, login string, m poverty.ConsolidationMove) {
	f.t.Helper()
	m.Cycle = namDong
	f.do(now, login, poverty.Proposal{Consolidation: &m})
}

// For random ledgers, with mistakes taken back, what is rolled up for each month
// and for the year is what the lines of the ledger say, in the draft that the
// close makes, after corrections, and in the revision that follows them.
func TestDB_rollup_is_what_the_ledger_says(t *testing.T) {
	for seed := range uint64(3) {
		t.Run("", func(t *testing.T) {
			f := newFixture(t)
			f.t = t
			// A year's report beside the monthly ones, to be rolled up the same way.
			f.exec(`insert into periods (cycle_id, code, starts_on, ends_on, last_day, counts_from) values ($1, '2018', '2018-01-01', '2018-12-31', '2019-01-10', '2018-01-01')`, namDong)
			f.advance("2018-04-06 10:00")
			b := newBooks(f, seed)
			b.deliver(60, date("2018-07-20"))
			b.takeBack(15, date("2018-07-20"))
			f.advance("2018-07-02 09:00") // April to June have closed
			for _, code := range []string{"2018-04", "2018-05", "2018-06"} {
				first := f.revisions(code)[0]
				if first.Revision != 1 || first.State != poverty.ConsolidationDraft {
					t.Fatalf("%+v", first)
				}
				b.check(t, first.Rollup, f.period(code))
			}
			text := "Nhận định"
			f.consolidate("2018-07-03 09:00", "thuongtruc.canbo", poverty.ConsolidationMove{Period: "2018-05", Verb: poverty.ConsolidationSend, Revision: 1, Text: &text})
			sent := f.revisions("2018-05")[0]
			b.deliver(20, date("2018-07-20"))
			b.takeBack(20, date("2018-07-20"))
			f.set("2018-07-20 09:00")
			for _, p := range mustList(f.Periods(f.system(), namDong)) {
				now, err := f.Rollup(f.as("lanhdao.ct"), namDong, p.Code)
				f.must(err)
				b.check(t, now, p)
			}
			f.consolidate("2018-07-20 10:00", "thuongtruc.canbo", poverty.ConsolidationMove{Period: "2018-05", Verb: poverty.ConsolidationRevise, Revision: 1, Reason: "Sổ được đính chính"})
			list := f.revisions("2018-05")
			if len(list) != 2 || list[0].Revision != 2 || list[0].State != poverty.ConsolidationDraft || list[0].Reason != "Sổ được đính chính" {
				t.Fatalf("%+v", list)
			}
			b.check(t, list[0].Rollup, f.period("2018-05"))
			if diff := cmp.Diff(sent, list[1]); diff != "" {
				t.Errorf("what was sent has changed:\n%s", diff)
			}
			if changes := sent.Rollup.Changes(list[0].Rollup); len(changes) == 0 {
				t.Error("no change is told")
			}
		})
	}
}

// Together the months of the year count every day once, and so every delivery.
func TestDB_periods_count_each_day_once(t *testing.T) {
	f := running(t)
	months := mustList(f.Periods(f.system(), namDong))
	if first, last := months[0], months[len(months)-1]; first.CountsFrom != date("2018-01-01") || first.CountsTo != date("2018-04-25") || !last.CountsTo.IsZero() {
		t.Errorf("%+v %+v", first, last)
	}
	for i := 1; i < len(months); i++ {
		if months[i].CountsFrom != months[i-1].CountsTo.AddDays(1) {
			t.Errorf("%s counts from %s, the one before to %s", months[i].Code, months[i].CountsFrom, months[i-1].CountsTo)
		}
	}
}

func TestDB_consolidated_report_is_sent_returned_sent_again_and_accepted(t *testing.T) {
	f := running(t)
	f.submit("2018-04-27 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")
	f.advance("2018-05-02 09:00")
	const period, key = "2018-04", "consolidation/phong-ldtbxh/2018-04"
	draft := f.revisions(period)[0]
	if len(draft.Rollup.Missing) != 11 || draft.Rollup.Received != 1 || draft.Rollup.Missing[0].Name == string(draft.Rollup.Missing[0].Unit) {
		t.Errorf("%+v", draft.Rollup)
	}
	save := func(version int, text string) error {
		_, err := f.SaveConsolidation(f.as("thuongtruc.canbo"), poverty.ConsolidationContent{Cycle: namDong, Period: period, Revision: 1, Version: version, Text: text})
		return err
	}
	f.must(save(1, "Nháp"))
	f.wantKind(save(1, "Người thứ hai"), poverty.Conflict, "consolidation.changed")
	move := func(login string, m poverty.ConsolidationMove) error {
		m.Cycle, m.Period = namDong, period
		_, err := f.try(login, poverty.Proposal{Consolidation: &m})
		return err
	}
	// Each permission has its negative.
	for _, login := range []string{"thuonglong.chutich", "congan.truong", "lanhdao.ct", "hdnd.canbo", "tinh.canbo"} {
		f.wantKind(move(login, poverty.ConsolidationMove{Verb: poverty.ConsolidationSend, Revision: 1}), poverty.Forbidden, "consolidation.forbidden.send")
		_, err := f.SaveConsolidation(f.as(login), poverty.ConsolidationContent{Cycle: namDong, Period: period, Revision: 1, Version: 2, Text: "x"})
		f.wantKind(err, poverty.Forbidden, "consolidation.forbidden.send")
	}
	for login, want := range map[string]int{"thuongtruc.canbo": 1, "lanhdao.ct": 0, "hdnd.canbo": 0, "thuonglong.canbo": 0, "congan.canbo": 0, "camlo.ct": 0} {
		if list := mustList(f.Consolidations(f.as(login), namDong, period)); len(list) != want {
			t.Errorf("%s sees %d drafts, want %d", login, len(list), want)
		}
	}
	_, err := f.Rollup(f.as("thuonglong.chutich"), namDong, period)
	f.wantKind(err, poverty.Forbidden, "consolidation.forbidden.read")

	text := "Đã nhận một báo cáo; mười một đơn vị chưa nộp."
	f.must(move("thuongtruc.truong", poverty.ConsolidationMove{Verb: poverty.ConsolidationSend, Revision: 1, Version: 2, Text: &text}))
	if d := f.duty(key); d.State != poverty.DutySubmitted || f.period(period).State != poverty.PeriodConsolidated {
		t.Errorf("%+v", d)
	}
	f.wantKind(move("thuongtruc.truong", poverty.ConsolidationMove{Verb: poverty.ConsolidationAccept, Revision: 1}), poverty.Forbidden, "consolidation.forbidden.accept")
	f.wantKind(move("lanhdao.pct", poverty.ConsolidationMove{Verb: poverty.ConsolidationReturn, Revision: 1}), poverty.Invalid, "decision.remarks_needed")
	f.must(move("lanhdao.pct", poverty.ConsolidationMove{Verb: poverty.ConsolidationReturn, Revision: 1, Reason: "Nêu rõ ai chưa nộp"}))
	list := f.revisions(period)
	if len(list) != 2 || list[1].State != poverty.ConsolidationReturned || list[1].Remarks != "Nêu rõ ai chưa nộp" || list[0].State != poverty.ConsolidationDraft || list[0].Text != text {
		t.Fatalf("%+v", list)
	}
	if d := f.duty(key); d.State != poverty.DutyReturned || d.Returns != 1 {
		t.Errorf("%+v", d)
	}
	f.must(move("thuongtruc.truong", poverty.ConsolidationMove{Verb: poverty.ConsolidationSend, Revision: 2}))
	f.must(move("lanhdao.pct", poverty.ConsolidationMove{Verb: poverty.ConsolidationAccept, Revision: 2}))
	if d := f.duty(key); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	for login, want := range map[string]int{"lanhdao.ct": 2, "hdnd.canbo": 2, "tinh.canbo": 2, "thuonglong.canbo": 0, "congan.canbo": 0, "camlo.ct": 0} {
		if list := mustList(f.Consolidations(f.as(login), namDong, period)); len(list) != want {
			t.Errorf("%s sees %d revisions, want %d", login, len(list), want)
		}
	}
}

// A late report changes nothing that was sent; it is told, and a revision with
// its own acceptance takes it in.
func TestDB_what_changes_after_it_was_sent_makes_a_numbered_revision(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	const period = "2018-04"
	text := "Chưa đơn vị nào nộp."
	f.consolidate("2018-05-03 09:00", "thuongtruc.canbo", poverty.ConsolidationMove{Period: period, Verb: poverty.ConsolidationSend, Revision: 1, Text: &text})
	f.consolidate("2018-05-03 10:00", "lanhdao.pct", poverty.ConsolidationMove{Period: period, Verb: poverty.ConsolidationAccept, Revision: 1})
	f.submit("2018-05-04 09:00", "thuonglong.canbo", "report/thuong-long/2018-04")
	sent := f.revisions(period)[0]
	f.set("2018-05-04 09:30")
	now, err := f.Rollup(f.as("thuongtruc.canbo"), namDong, period)
	f.must(err)
	if !sent.Changed(now) || !slices.ContainsFunc(sent.Rollup.Changes(now), func(c poverty.RollupChange) bool { return c.What == "received" && c.Before == 0 && c.After == 1 }) {
		t.Errorf("%+v", sent.Rollup.Changes(now))
	}
	revise := poverty.ConsolidationMove{Cycle: namDong, Period: period, Verb: poverty.ConsolidationRevise, Revision: 1}
	_, err = f.try("thuongtruc.canbo", poverty.Proposal{Consolidation: &revise})
	f.wantKind(err, poverty.Invalid, "decision.reason_needed")
	f.consolidate("2018-05-04 10:00", "thuongtruc.canbo", poverty.ConsolidationMove{Period: period, Verb: poverty.ConsolidationRevise, Revision: 1, Reason: "Thượng Long nộp muộn"})
	f.consolidate("2018-05-04 10:30", "thuongtruc.canbo", poverty.ConsolidationMove{Period: period, Verb: poverty.ConsolidationSend, Revision: 2})
	_, err = f.try("lanhdao.pct", poverty.Proposal{Consolidation: &poverty.ConsolidationMove{Cycle: namDong, Period: period, Verb: poverty.ConsolidationAccept, Revision: 1}})
	f.wantKind(err, poverty.Conflict, "consolidation.newer")
	f.consolidate("2018-05-04 11:00", "lanhdao.pct", poverty.ConsolidationMove{Period: period, Verb: poverty.ConsolidationAccept, Revision: 2})
	list := f.revisions(period)
	if list[0].State != poverty.ConsolidationAccepted || list[0].Rollup.Received != 1 || list[1].Rollup.Received != 0 || list[0].Changed(now) {
		t.Errorf("%+v", list)
	}
	if d := f.duty("consolidation/phong-ldtbxh/2018-04"); d.State != poverty.DutyDone || d.Verdict != poverty.OnTime {
		t.Errorf("%+v", d)
	}
	// Nobody rewrites what was sent, not even behind the store.
	if _, err := f.super().Exec(t.Context(), "update consolidations set text = 'x' where revision = 1"); err == nil {
		t.Error("what was sent was rewritten")
	}
}
