package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"dondoc/poverty"
)

func TestDB_StepDuties_twice_changes_nothing(t *testing.T) {
	f := lived(t)
	f.advance("2018-05-15 09:00")
	before := f.contents()
	f.advance("2018-05-15 09:00")
	for _, e := range mustList(f.Escalations(f.system(), poverty.EscalationFilter{Cycle: namDong, Open: true})) {
		f.step(poverty.Ref{Cycle: namDong, DutyKey: e.Duty.Key, DutyID: e.Duty.ID, Ladder: e.Ladder}, "2018-05-15 09:00")
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
}

func mustList[T any](list []T, err error) []T {
	if err != nil {
		panic(err)
	}
	return list
}

// However late a process gets to it, the year's history is the same.
func TestDB_history_does_not_depend_on_how_often_it_was_stepped(t *testing.T) {
	often, once := running(t), another(t)
	once.advance("2018-04-06 10:00")
	once.advance("2018-07-02 09:00")
	for day := date("2018-04-06"); day.Before(date("2018-07-02")); day = day.AddDays(3) {
		often.advance(day.String() + " 23:00")
	}
	often.advance("2018-07-02 09:00")
	for _, query := range []string{
		`select concat_ws(' ', effective_at, event, code, unit_id, period, ladder, rung, by_day, office_id) from history where cycle_id = 'nam-dong:2018' order by 1`,
		// A list of what is late is not made up for: the newest says all.
		"select concat_ws(' ', key, at, state) from notices where kind <> 'standing' order by 1",
	} {
		if diff := cmp.Diff(column[string](once, once.super(), query), column[string](often, often.super(), query)); diff != "" {
			t.Errorf("-once +often\n%s", diff)
		}
	}
}

func TestDB_steps_at_once_give_one_result(t *testing.T) {
	f := newFixture(t)
	f.advance("2018-04-06 10:00")
	f.set("2018-05-08 09:00")
	refs := []poverty.Ref{
		{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-04"},
		{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-05"},
		{Cycle: namDong, Process: poverty.ProcessPlan, Key: "thuong-long"},
		{Cycle: namDong, Process: poverty.ProcessAssignment},
	}
	f.together(4, func(int) error {
		for _, ref := range refs {
			if _, err := f.StepDuties(f.system(), ref, at("2018-05-08 09:00")); err != nil {
				return err
			}
		}
		return nil
	})
	twice := column[string](f, f.super(), `select concat_ws(' ', event, code, period) from history
		where duty_id is null or event in ('opened', 'accepted') group by duty_id, event, code, period having count(*) > 1`)
	if len(twice) > 0 {
		t.Errorf("recorded twice: %q", twice)
	}
	before := f.contents()
	for _, ref := range refs {
		f.step(ref, "2018-05-08 09:00")
	}
	if diff := cmp.Diff(before, f.contents()); diff != "" {
		t.Error(diff)
	}
	want := []string{"2018-04-06 10:00 opened", "2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
		"2018-05-02 08:00 escalated overdue 1", "2018-05-04 08:00 escalated overdue 3", "2018-05-08 08:00 escalated overdue 5"}
	if diff := cmp.Diff(want, f.ledger("report/thuong-long/2018-04")); diff != "" {
		t.Error(diff)
	}
}

// together runs fn n times at once and returns the errors.
func (f *fixture) together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func TestDB_one_of_two_people_submits(t *testing.T) {
	f := running(t)
	key := "report/thuong-long/2018-04"
	p := f.decision(key, poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "Báo cáo"}})
	f.set("2018-04-25 10:00")
	var ids []poverty.DecisionID
	for _, login := range []string{"thuonglong.canbo", "thuonglong.chutich"} {
		stored, err := f.Propose(f.as(login), p)
		f.must(err)
		ids = append(ids, stored.ID)
	}
	ctx := f.system()
	errs := f.together(2, func(i int) error { _, err := f.Enact(ctx, ids[i], time.Time{}); return err })
	slices.SortFunc(errs, func(a, b error) int { return len(poverty.KindOf(a)) - len(poverty.KindOf(b)) })
	if errs[0] != nil || poverty.KindOf(errs[1]) != poverty.Conflict {
		t.Errorf("%v", errs)
	}
	if diff := cmp.Diff([]string{"2018-04-06 10:00 opened", "2018-04-24 08:00 reminded remind 3", "2018-04-25 10:00 submitted"}, f.ledger(key)); diff != "" {
		t.Error(diff)
	}
	if reports := mustList(f.Reports(f.system(), f.duty(key).ID)); len(reports) != 1 {
		t.Errorf("%d reports", len(reports))
	}
}

func TestDB_one_decision_enacted_at_once_is_enacted_once(t *testing.T) {
	f := running(t)
	f.set("2018-04-25 10:00")
	stored, err := f.Propose(f.as("thuonglong.canbo"), f.decision("report/thuong-long/2018-04", poverty.Decision{Key: "k", Act: poverty.ActNote, Reason: "x"}))
	f.must(err)
	ctx := f.system()
	outs := make([]poverty.Outcome, 4)
	for _, err := range f.together(4, func(i int) (err error) { outs[i], err = f.Enact(ctx, stored.ID, time.Time{}); return err }) {
		f.must(err)
	}
	for _, out := range outs[1:] {
		if diff := cmp.Diff(outs[0], out); diff != "" {
			t.Error(diff)
		}
	}
	if n := column[int](f, f.super(), "select count(*)::int from history where event = 'noted'"); n[0] != 1 {
		t.Errorf("noted %d times", n[0])
	}
}

func TestDB_a_key_names_one_decision(t *testing.T) {
	f := running(t)
	p := f.decision("report/thuong-long/2018-04", poverty.Decision{Key: "k1", Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "Báo cáo"}})
	first := f.do("2018-04-25 10:00", "thuonglong.canbo", p)
	if again := f.do("2018-04-26 10:00", "thuonglong.canbo", p); !again.At.Equal(first.At) || again.State != first.State || again.Duty != first.Duty {
		t.Errorf("the same key led to %+v, then to %+v", first, again)
	}
	other := f.decision("report/thuong-long/2018-04", poverty.Decision{Key: "k1", Act: poverty.ActNote, Reason: "x"})
	_, err := f.try("thuonglong.canbo", other)
	f.wantKind(err, poverty.Conflict, "decision.key_reused")
	// Another person's key is another key.
	if _, err := f.try("thuonglong.chutich", other); err != nil {
		t.Error(err)
	}
	// Without a key, twice is twice.
	_, err = f.try("thuonglong.canbo", f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "Báo cáo"}}))
	f.wantKind(err, poverty.Conflict, "duty.state.submitted")
}

func TestDB_a_key_used_twice_at_once_names_one_decision(t *testing.T) {
	f := running(t)
	f.set("2018-04-25 10:00")
	ctx := f.as("thuonglong.canbo")
	p := f.decision("report/thuong-long/2018-04", poverty.Decision{Key: "k1", Act: poverty.ActNote, Reason: "x"})
	ids := make([]poverty.DecisionID, 4)
	for i, err := range f.together(4, func(i int) error { out, err := f.Propose(ctx, p); ids[i] = out.ID; return err }) {
		if err != nil || ids[i] != ids[0] {
			t.Errorf("decision %d and %d: %v", ids[0], ids[i], err)
		}
	}
}

func TestDB_a_refused_decision_may_be_sent_again_under_its_key(t *testing.T) {
	f := running(t)
	p := f.decision("report/thuong-long/2018-04", poverty.Decision{Key: "k1", Act: poverty.ActAcknowledge, By: date("2018-05-04")})
	f.set("2018-04-25 10:00")
	_, err := f.try("thuonglong.canbo", p)
	f.wantKind(err, poverty.Conflict, "duty.nothing_to_acknowledge")
	f.advance("2018-05-02 09:00")
	if _, err := f.try("thuonglong.canbo", p); err != nil {
		t.Error(err)
	}
}

func TestDB_a_refused_decision_leaves_no_trace_but_itself(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	before := f.contents()
	f.set("2018-05-09 09:00") // rungs have fallen due since
	for login, x := range map[string]poverty.Decision{
		"thuonglong.canbo":   {Act: poverty.ActExtend, By: date("2018-05-20"), Reason: "x"},
		"thuongtruc.canbo":   {Act: poverty.ActSubmit},
		"lanhdao.ct":         {Act: poverty.ActExcuse},
		"hdnd.canbo":         {Act: poverty.ActNote, Reason: "x"},
		"tinh.canbo":         {Act: poverty.ActAccept},
		"congan.truong":      {Act: poverty.ActDone},
		"thuonglong.chutich": {Act: poverty.ActSubmit, At: at("2018-04-30 10:00"), Basis: "x", Report: &poverty.ReportContent{Text: "x"}},
	} {
		if _, err := f.try(login, f.decision("report/thuong-long/2018-04", x)); err == nil {
			t.Errorf("%s %s", login, x.Act)
		}
	}
	after := f.contents()
	delete(before, "decisions")
	delete(after, "decisions")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

func TestDB_a_right_that_ended_is_gone_when_it_is_enacted(t *testing.T) {
	f := running(t)
	f.set("2018-07-22 18:00")
	f.advance("2018-07-22 18:00")
	stored, err := f.Propose(f.as("huonghuu.canbo"), f.decision("report/huong-huu/2018-07", poverty.Decision{Act: poverty.ActSubmit, Report: &poverty.ReportContent{Text: "x"}}))
	f.must(err)
	f.set("2018-07-23 08:00")
	if _, err := f.Enact(f.system(), stored.ID, time.Time{}); err == nil {
		t.Error("who left yesterday submits today")
	}
	if d := f.duty("report/huong-huu/2018-07"); d.State != poverty.DutyOpen {
		t.Errorf("stands %s", d.State)
	}
}

func TestDB_receipt_recorded_later_corrects_the_verdict_and_the_periods_figures_stay(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	key := "report/huong-huu/2018-04"
	x := poverty.Decision{Act: poverty.ActSubmit, At: at("2018-04-27 15:00"), Basis: "dấu công văn đến", Report: &poverty.ReportContent{Text: "x", Figures: map[string]int64{"visits": 21}}}
	f.do("2018-05-02 09:10", "thuongtruc.canbo", f.decision(key, x))
	d := f.duty(key)
	if d.Verdict != poverty.OnTime || d.Overdue || !d.FirstSubmittedAt.Equal(x.At) {
		t.Errorf("verdict %q, overdue %v, first submitted %v", d.Verdict, d.Overdue, d.FirstSubmittedAt)
	}
	want := []string{"2018-04-06 10:00 opened", "2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-04-27 15:00 submitted",
		"2018-05-01 00:00 overdue", "2018-05-02 08:00 escalated overdue 1", "2018-05-02 09:10 superseded"}
	if diff := cmp.Diff(want, f.ledger(key)); diff != "" {
		t.Error(diff)
	}
	entries := mustList(f.History(f.system(), poverty.HistoryFilter{Duty: d.ID, Event: poverty.EventSubmitted}))
	if e := entries[0]; !e.OnBehalf || e.Basis != x.Basis || !e.RecordedAt.Equal(at("2018-05-02 09:10")) || e.ActorName == "" {
		t.Errorf("%+v", e)
	}
}

func TestDB_an_import_counts_figures_by_their_effective_dates(t *testing.T) {
	f := newFixture(t)
	f.set("2018-06-20 09:00") // typed in long after
	ctx := f.system()
	for _, o := range mustList(f.Openings(ctx, namDong)) {
		if !o.At.After(at("2018-04-20 09:00")) {
			f.step(o.Ref, "2018-04-20 09:00")
		}
	}
	stored, err := f.Propose(ctx, f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActSubmit,
		Report: &poverty.ReportContent{Text: "x", Figures: map[string]int64{"visits": 21}}}))
	f.must(err)
	_, err = f.Enact(ctx, stored.ID, at("2018-04-25 10:00"))
	f.must(err)
	f.advance("2018-06-20 09:00")
	periods := mustList(f.Periods(ctx, namDong))
	want := poverty.PeriodSummary{Expected: 12, Received: 1, OnTime: 1, Figures: map[string]int64{"households_helped": 0, "components_started": 0, "value_thousand": 0, "visits": 21}, At: at("2018-05-01 00:00")}
	got := periods[0].Summary
	if len(got.Missing) != 11 {
		t.Errorf("missing %v", got.Missing)
	}
	got.Missing, got.At = nil, got.At.In(want.At.Location())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDB_only_the_standing_office_says_an_earlier_instant(t *testing.T) {
	f := running(t)
	f.draftPlan("2018-04-12 09:00", "thuonglong.canbo", "thuong-long")
	f.advance("2018-04-17 09:00")
	acceptance := f.duty("acceptance/cong-an-huyen").ID
	early, late := at("2018-04-13 10:00"), at("2018-04-18 10:00")
	for name, tt := range map[string]struct {
		login string
		make  func(time.Time) poverty.Proposal
	}{
		"a plan sent": {"thuonglong.chutich", func(at time.Time) poverty.Proposal {
			return poverty.Proposal{Plan: &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend, At: at, Basis: "x"}}
		}},
		"an assignment accepted": {"congan.truong", func(at time.Time) poverty.Proposal {
			return poverty.Proposal{Assignment: &poverty.AssignmentAnswer{Duty: acceptance, Accepted: true, At: at, Basis: "x"}}
		}},
		"a report submitted": {"thuonglong.chutich", func(at time.Time) poverty.Proposal {
			return f.decision("report/thuong-long/2018-04", poverty.Decision{Act: poverty.ActSubmit, At: at, Basis: "x", Report: &poverty.ReportContent{Text: "x"}})
		}},
	} {
		for _, when := range []time.Time{early, late} {
			if _, err := f.Propose(f.as(tt.login), tt.make(when)); poverty.KindOf(err) != poverty.Invalid && poverty.KindOf(err) != poverty.Conflict {
				t.Errorf("%s, effective %s, at 2018-04-17 09:00: %v", name, when.Format("2006-01-02 15:04"), err)
			}
		}
	}
	// The standing office may, with a basis.
	send := &poverty.PlanMove{Cycle: namDong, Unit: "thuong-long", Verb: poverty.PlanSend, At: early, Basis: "dấu công văn đến"}
	if _, err := f.try("thuongtruc.canbo", poverty.Proposal{Plan: send}); err != nil {
		t.Fatal(err)
	}
	if d := f.duty("plan/thuong-long"); d.Verdict != poverty.OnTime || d.State != poverty.DutySubmitted {
		t.Errorf("stands %s, verdict %q", d.State, d.Verdict)
	}
}

func TestDB_AddDuty_lays_a_duty_on_a_unit_of_the_cycle(t *testing.T) {
	f := running(t)
	n := poverty.NewDuty{Cycle: namDong, Code: "check", Title: "Kiểm tra một hộ", Unit: "thuong-nhat", Due: "by 2018-05-20", Ladder: "task"}
	for login, want := range map[string]poverty.Kind{
		"thuongtruc.canbo": "", "lanhdao.pct": "", "thuongnhat.chutich": poverty.Forbidden, "congan.truong": poverty.Forbidden,
		"hdnd.canbo": poverty.Forbidden, "quantri": poverty.Forbidden, "camlo.ct": poverty.NotFound,
	} {
		x := n
		x.Subject = login
		if _, err := f.try(login, poverty.Proposal{Add: &x}); poverty.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", login, err, want)
		}
	}
	for key, change := range map[string]func(*poverty.NewDuty){
		"duty.title_needed": func(n *poverty.NewDuty) { n.Title = " " },
		"duty.unknown_unit": func(n *poverty.NewDuty) { n.Unit = "cam-tuyen" },
		"duty.unknown_kind": func(n *poverty.NewDuty) { n.Kind = poverty.DutyReport },
		"decision.bad_due":  func(n *poverty.NewDuty) { n.Due = "monthly by day 30" },
	} {
		x := n
		change(&x)
		_, err := f.try("lanhdao.ct", poverty.Proposal{Add: &x})
		f.wantKind(err, poverty.Invalid, key)
	}
	f.advance("2018-05-21 09:00")
	want := []string{"2018-04-06 10:00 opened", "2018-05-16 08:00 reminded remind 3", "2018-05-18 08:00 reminded remind 0", "2018-05-21 00:00 overdue", "2018-05-21 08:00 escalated overdue 1"}
	if diff := cmp.Diff(want, f.ledger("check/thuong-nhat/lanhdao.pct")); diff != "" {
		t.Error(diff)
	}
}

func TestDB_Woken_forgets_what_was_told(t *testing.T) {
	f := lived(t)
	wakes := mustList(f.Wakes(f.system(), 100))
	if len(wakes) == 0 {
		t.Fatal("nobody is to be woken")
	}
	f.must(f.Woken(f.as("thuonglong.canbo"), wakes[:1]))
	if left := mustList(f.Wakes(f.system(), 100)); len(left) != len(wakes)-1 || slices.Contains(left, wakes[0]) {
		t.Errorf("%v, then %v", wakes, left)
	}
}

// A process that looked before a change was noted has not seen it, even where
// the note of the change has the smaller number.
func TestDB_Woken_leaves_what_was_noted_meanwhile(t *testing.T) {
	f := running(t)
	ctx := f.system()
	f.must(f.Woken(ctx, mustList(f.Wakes(ctx, 500))))
	add := func(subject string) poverty.Wake {
		t.Helper()
		out := f.do("2018-04-20 09:00", viceChair, poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Title: "x", Unit: "thuong-long", Subject: subject}})
		if len(out.Wake) != 1 || out.Wake[0].ID == 0 {
			t.Fatalf("%+v", out.Wake)
		}
		return out.Wake[0]
	}
	slow, err := f.super().Begin(ctx)
	f.must(err)
	first := column[int64](f, slow, fmt.Sprintf(`insert into wakes (ref, created_at)
		values ('{"cycle": "%s", "process": "assignment"}', now()) returning id`, namDong))[0]
	told := add("one")
	if told.ID < first {
		t.Fatalf("note %d after %d", told.ID, first)
	}
	f.must(slow.Commit(ctx))
	later := add("two")
	f.must(f.Woken(ctx, []poverty.Wake{told}))
	var left []int64
	for _, w := range mustList(f.Wakes(ctx, 100)) {
		if w.Ref != told.Ref {
			t.Errorf("%+v", w)
		}
		left = append(left, w.ID)
	}
	if diff := cmp.Diff([]int64{first, later.ID}, left); diff != "" {
		t.Errorf("left to tell (-want +got):\n%s", diff)
	}
}

// Unfinished is what should be running: a process ends when all it watches is
// settled, and is among them again when a duty comes back.
func TestDB_Unfinished_is_what_should_be_running(t *testing.T) {
	f := running(t)
	has := func(want bool, refs ...poverty.Ref) {
		t.Helper()
		list := mustList(f.Unfinished(f.as(thuongLong), namDong))
		for _, ref := range refs {
			if slices.Contains(list, ref) != want {
				t.Errorf("%s: %+v is among them: %v", f.clock().Format(time.DateTime), ref, !want)
			}
		}
	}
	april := poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-04"}
	survey := poverty.Ref{Cycle: namDong, Process: poverty.ProcessSurvey}
	lasting := []poverty.Ref{{Cycle: namDong}, {Cycle: namDong, Process: poverty.ProcessAssignment}, {Cycle: namDong, Process: poverty.ProcessPlan, Key: "thuong-long"}}
	settle := func(now string, x poverty.DutyFilter) (last poverty.Duty) {
		t.Helper()
		x.Cycle, x.Owed, x.Limit = namDong, true, 500
		for _, d := range mustList(f.Duties(f.system(), x)) {
			f.do(now, viceChair, poverty.Proposal{Duty: &poverty.Decision{Duty: d.ID, Act: poverty.ActExcuse, Basis: "x"}})
			last = d
		}
		return last
	}
	wakes := func(out poverty.Outcome, ref poverty.Ref) {
		t.Helper()
		if !slices.ContainsFunc(out.Wake, func(w poverty.Wake) bool { return w.Ref == ref }) {
			t.Errorf("%+v is not told: %+v", ref, out.Wake)
		}
	}
	has(true, append(lasting, april)...)
	has(false, survey, poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-05"}) // their time has not come

	settle("2018-04-23 09:00", poverty.DutyFilter{Period: "2018-04"})
	has(true, april) // the period itself is still to be closed
	f.advance("2018-05-02 09:00")
	last := settle("2018-05-02 10:00", poverty.DutyFilter{Period: "2018-04"})
	f.step(april, "2018-05-02 10:00")
	has(false, april)
	out := f.do("2018-05-02 10:05", viceChair, poverty.Proposal{Duty: &poverty.Decision{Duty: last.ID, Act: poverty.ActUndo}})
	wakes(out, april)
	has(true, april)
	settle("2018-05-02 10:06", poverty.DutyFilter{Period: "2018-04"})

	f.advance("2018-09-10 09:00")
	settle("2018-09-10 10:00", poverty.DutyFilter{Code: "survey-preliminary"})
	has(true, survey) // its second stage is still to come
	f.advance("2018-12-05 09:00")
	last = settle("2018-12-05 10:00", poverty.DutyFilter{Code: "survey-official"})
	has(false, survey)
	out = f.do("2018-12-05 10:05", viceChair, poverty.Proposal{Duty: &poverty.Decision{Duty: last.ID, Act: poverty.ActUndo}})
	wakes(out, survey)
	has(true, survey)

	ladders := mustList(f.Escalations(f.system(), poverty.EscalationFilter{Cycle: namDong, Open: true, Limit: 500}))
	if len(ladders) == 0 {
		t.Fatal("nothing is open")
	}
	for _, e := range ladders {
		has(true, poverty.Ref{Cycle: namDong, DutyKey: e.Duty.Key, DutyID: e.Duty.ID, Ladder: e.Ladder})
	}
	f.do("2018-12-05 11:00", viceChair, poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong, Reason: "x"}})
	if list := mustList(f.Unfinished(f.system(), namDong)); len(list) > 0 {
		t.Errorf("of a closed year: %v", list)
	}
}

func TestDB_escalation_is_opened_climbs_and_is_closed(t *testing.T) {
	f := running(t)
	f.do("2018-04-09 08:30", "lanhdao.pct", f.decision("start-fund-2017/cong-an-huyen", poverty.Decision{Act: poverty.ActDate, Due: "by 2018-05-15"}))
	key := "start-fund-2017/cong-an-huyen"
	look := func(until, want string) {
		t.Helper()
		f.advance(until)
		list := mustList(f.Escalations(f.system(), poverty.EscalationFilter{Duty: f.duty(key).ID}))
		got := ""
		for _, e := range list {
			got += fmt.Sprintf("%d %s %s %s %s;", e.Ladder, e.Rung, e.Demand, e.Office, e.Outcome)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", until, got, want)
		}
	}
	look("2018-05-16 07:59", "")
	look("2018-05-16 08:00", "1 overdue 1 acknowledgement cong-an-huyen/head ;")
	f.do("2018-05-17 09:30", "congan.truong", f.decision(key, poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-25")}))
	look("2018-05-28 07:59", "1 overdue 1 acknowledgement cong-an-huyen/head ;")
	look("2018-05-28 08:00", "1 overdue 3 decision nam-dong/vice-chair ;")
	f.do("2018-05-29 08:30", "lanhdao.pct", f.decision(key, poverty.Decision{Act: poverty.ActExtend, By: date("2018-06-15"), Reason: "x"}))
	look("2018-05-29 08:30", "1 overdue 4 decision nam-dong/vice-chair extended;")
	look("2018-06-18 08:00", "2 overdue 1 acknowledgement cong-an-huyen/head ;1 overdue 4 decision nam-dong/vice-chair extended;")
	f.do("2018-06-19 08:30", "congan.truong", f.decision(key, poverty.Decision{Act: poverty.ActDone}))
	look("2018-12-01 08:00", "2 overdue 1 acknowledgement cong-an-huyen/head done;1 overdue 4 decision nam-dong/vice-chair extended;")

	mine := func(login string) int {
		return len(mustList(f.Escalations(f.as(login), poverty.EscalationFilter{Cycle: namDong, Mine: true})))
	}
	if mine("congan.truong") == 0 || mine("thuongtruc.canbo") != 0 {
		t.Errorf("mine: the police %d, the standing office's officer %d", mine("congan.truong"), mine("thuongtruc.canbo"))
	}
}

func TestDB_Waiting_is_what_the_seat_has_to_do(t *testing.T) {
	f := lived(t)
	f.plan("2018-04-20 10:00", "thuongtruc.truong", "thuong-quang", poverty.PlanAppraise)
	f.advance("2018-04-20 12:00")
	for login, want := range map[string][]string{
		// 20 April: its plan stands before leadership; a meeting is not late before midnight of the 20th, so since today.
		"thuonglong.canbo":    {"acknowledge plan/thuong-long", "done meeting/thuong-long", "submit report/thuong-long/2018-04"},
		"thuongquang.chutich": {"done meeting/thuong-quang", "submit report/thuong-quang/2018-04"},
		"thuongtruc.canbo":    {"accept report/cong-an-huyen/2018-04"},
		"congan.truong":       {"done contact/cong-an-huyen/thuong-long.2", "done group-meeting/cong-an-huyen/thuong-long.2", "done start-fund-2017/cong-an-huyen"},
		"lanhdao.pct": {"direct plan/huong-huu", "direct plan/huong-son", "direct plan/thuong-lo", "direct plan/thuong-long", "direct plan/thuong-nhat",
			"done approval/nam-dong/thuong-quang.1"},
		"hdnd.canbo":  nil,
		"toaan.canbo": nil,
	} {
		list, err := f.Waiting(f.as(login), namDong)
		f.must(err)
		var got []string
		for _, w := range list {
			got = append(got, string(w.Act)+" "+w.Duty.Key[len(namDong)+1:])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", login, diff)
		}
	}
	_, err := f.Waiting(f.as("camlo.ct"), namDong)
	f.wantKind(err, poverty.NotFound, "cycle.not_found")
}

func TestDB_Matrix_shows_each_unit_and_period(t *testing.T) {
	f := lived(t)
	f.do("2018-04-26 10:00", "lanhdao.pct", f.decision("report/thuong-lo/2018-04", poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-10"), Reason: "x"}))
	f.do("2018-04-26 10:00", "lanhdao.pct", f.decision("report/huong-son/2018-04", poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}))
	f.do("2018-04-27 10:00", "thuongtruc.truong", f.decision("report/cong-an-huyen/2018-04", poverty.Decision{Act: poverty.ActReturn, Reason: "x"}))
	f.advance("2018-05-02 09:00")
	f.submit("2018-05-02 10:00", "huonghuu.canbo", "report/huong-huu/2018-04")
	f.submit("2018-05-02 10:00", "thuongnhat.canbo", "report/thuong-nhat/2018-05")

	m, err := f.Matrix(f.as("lanhdao.ct"), namDong)
	f.must(err)
	if len(m.Rows) != 12 || len(m.Periods) != 9 {
		t.Fatalf("%d × %d", len(m.Rows), len(m.Periods))
	}
	cells := map[poverty.UnitID][2]poverty.Cell{}
	for _, r := range m.Rows {
		cells[r.Unit] = [2]poverty.Cell{r.Cells[0].State, r.Cells[1].State}
		if r.Cells[2].State != poverty.CellNotDue {
			t.Errorf("%s owes June as %s", r.Unit, r.Cells[2].State)
		}
		if want := map[bool]int{true: 1}[r.Cells[0].State == poverty.CellMissing || r.Cells[0].State == poverty.CellLate]; r.Late != want {
			t.Errorf("%s: late %d, want %d", r.Unit, r.Late, want)
		}
	}
	for unit, want := range map[poverty.UnitID][2]poverty.Cell{
		"thuong-long": {poverty.CellMissing, poverty.CellNotDue}, "thuong-lo": {poverty.CellExtended, poverty.CellNotDue},
		"huong-son": {poverty.CellExcused, poverty.CellNotDue}, "cong-an-huyen": {poverty.CellReturned, poverty.CellNotDue},
		"huong-huu": {poverty.CellLate, poverty.CellNotDue}, "thuong-nhat": {poverty.CellMissing, poverty.CellOnTime},
	} {
		if cells[unit] != want {
			t.Errorf("%s: %v, want %v", unit, cells[unit], want)
		}
	}
	own, err := f.Matrix(f.as("thuonglong.canbo"), namDong)
	f.must(err)
	var units []poverty.UnitID
	for _, r := range own.Rows {
		units = append(units, r.Unit)
	}
	if diff := cmp.Diff([]poverty.UnitID{"thuong-long", "cong-an-huyen"}, units); diff != "" {
		t.Error(diff)
	}
}

// blocked waits until so many connections to the database wait for a lock.
func (f *fixture) blocked(n int) {
	f.t.Helper()
	conn, err := pgx.Connect(f.t.Context(), f.url) // the others hold locks
	f.must(err)
	defer func() { _ = conn.Close(context.WithoutCancel(f.t.Context())) }()
	ctx, cancel := context.WithTimeout(f.t.Context(), 30*time.Second)
	defer cancel()
	for waiting := -1; waiting != n; {
		err := conn.QueryRow(ctx, `
			select count(*) from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`).Scan(&waiting)
		if err != nil {
			f.t.Fatalf("%d wait for a lock, not %d: %v", waiting, n, err)
		}
	}
}

// holding runs fn while another transaction has done what sql says and is not
// committed; then it commits that one where fn has to wait for it.
func (f *fixture) holding(waits bool, fn func() error, sql string, args ...any) error {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 30*time.Second)
	defer cancel()
	tx, err := f.super().Begin(ctx)
	f.must(err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	_, err = tx.Exec(ctx, sql, args...)
	f.must(err)
	done := make(chan error, 1)
	go func() { done <- fn() }()
	if waits {
		f.blocked(1)
		f.must(tx.Commit(ctx))
	}
	select {
	case err = <-done:
	case <-ctx.Done():
		f.t.Fatalf("it waits for: %s", sql)
	}
	return err
}

// A year that is being closed is waited for: nobody decides or steps past it,
// and a duty that would have been laid on finds the year closed.
func TestDB_closing_of_a_year_is_waited_for(t *testing.T) {
	f := running(t)
	f.set("2018-04-20 09:00")
	closing := "update cycles set state = 'closed', closed_at = '2018-04-20' where id = $1"
	stored, err := f.Propose(f.as(viceChair), poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Title: "x", Unit: "thuong-long"}})
	f.must(err)
	ctx, before := f.system(), f.contents()["duties"]
	step := poverty.Step{}
	for name, fn := range map[string]func() error{
		"decision": func() error { _, err := f.Enact(ctx, stored.ID, time.Time{}); return err },
		"step": func() (err error) {
			step, err = f.StepDuties(ctx, poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-04"}, at("2018-05-02 09:00"))
			return err
		},
	} {
		err := f.holding(true, fn, closing, namDong)
		if name == "decision" {
			f.wantKind(err, poverty.Conflict, "cycle.closed")
		} else if err != nil || !step.Done {
			t.Errorf("%s: %+v, %v", name, step, err)
		}
		f.exec("update cycles set state = 'running', closed_at = null where id = $1", namDong)
	}
	if after := f.contents()["duties"]; after != before {
		t.Error("duties were laid on or stepped in a year that was closed")
	}
	// And the other way round: the closing waits for who decides or steps.
	closes := poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong, Reason: "x"}}
	f.must(f.holding(true, func() error { _, err := f.try(viceChair, closes); return err }, "select from cycles where id = $1 for share", namDong))
}

// Each line of history refers to its cycle. Who changes a cycle or takes a
// number in it waits for none of them, so that it is in nobody's way who has
// written one and goes on to another row.
func TestDB_who_locks_a_cycle_waits_for_no_writer_of_history(t *testing.T) {
	f := running(t)
	f.set("2018-04-20 09:00")
	line := "insert into history (cycle_id, code, event, effective_at, recorded_at) values ($1, 'x', 'noted', now(), now())"
	meeting := poverty.MeetingPlan{Kind: poverty.MeetingDistrict, Unit: "nam-dong", Title: "x", StartsAt: at("2018-04-25 08:00"), EndsAt: at("2018-04-25 10:00"), Chair: "nam-dong/vice-chair"}
	for name, fn := range map[string]func() error{
		"amendment": func() error {
			_, err := f.try(viceChair, poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, DaysOff: true, Reason: "x"}})
			return err
		},
		"meeting": func() error {
			_, err := f.try(viceChair, poverty.Proposal{Meeting: &poverty.MeetingMove{Cycle: namDong, Verb: poverty.MeetingPlans, Plan: &meeting}})
			return err
		},
		"obstacle": func() error {
			_, err := f.try(thuongLong, poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "thuong-long", Kind: poverty.ObstacleProposal, To: poverty.ToStanding, Text: "x"}})
			return err
		},
		"shortcoming": func() error {
			_, err := f.try(registerOfficer, poverty.Proposal{Shortcoming: &poverty.ShortcomingMove{Cycle: namDong, Verb: poverty.ShortcomingFind, Class: "other", Text: "x"}})
			return err
		},
		"groups": func() error {
			_, err := f.SaveAssignment(f.as(registerOfficer), poverty.AssignmentContent{Cycle: namDong})
			return err
		},
		"days off": func() error { return f.SetDaysOff(f.as("quantri"), swapped()) },
		"opening":  func() error { _, err := f.OpenCycle(f.system(), namDong, f.clock()); return err },
	} {
		if err := f.holding(false, fn, line, namDong); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.must(f.holding(false, func() error {
		_, err := f.try(viceChair, poverty.Proposal{Close: &poverty.CycleClosing{Cycle: namDong, Reason: "x"}})
		return err
	}, line, namDong))
}

// Many who take numbers and many who decide in one cycle come through, each with
// a number of its own.
func TestDB_numbers_of_a_cycle_are_taken_one_by_one(t *testing.T) {
	f := running(t)
	f.set("2018-04-20 09:00")
	for _, err := range f.together(12, func(i int) error {
		p := poverty.Proposal{Obstacle: &poverty.ObstacleMove{Cycle: namDong, Verb: poverty.ObstacleRaises, Unit: "thuong-long", Kind: poverty.ObstacleProposal, To: poverty.ToStanding, Text: "x"}}
		who := thuongLong
		if i%2 == 0 {
			p, who = poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Title: "x", Unit: "thuong-long", Subject: fmt.Sprint("n", i)}}, viceChair
		}
		_, err := f.try(who, p)
		return err
	}) {
		f.must(err)
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5, 6}, column[int64](f, f.super(), "select no from obstacles where cycle_id = '"+string(namDong)+"' order by no")); diff != "" {
		t.Error(diff)
	}
}

// A decision that waits for who waits for it is ended by the database, and is
// carried out when the other is through.
func TestDB_decision_that_lost_a_deadlock_is_carried_out(t *testing.T) {
	f := running(t)
	f.set("2018-04-20 09:00")
	report := f.duty("report/thuong-long/2018-04").ID
	stored, err := f.Propose(f.as(viceChair), poverty.Proposal{Duty: &poverty.Decision{Duty: report, Act: poverty.ActNote, Reason: "x"}})
	f.must(err)
	ctx, cancel := context.WithTimeout(f.system(), time.Minute)
	defer cancel()
	begin := func() pgx.Tx {
		t.Helper()
		conn, err := pgx.Connect(ctx, f.url)
		f.must(err)
		t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(ctx)) })
		tx, err := conn.Begin(ctx)
		f.must(err)
		_, err = tx.Exec(ctx, "set local deadlock_timeout = '1h'") // it is not the one that is ended
		f.must(err)
		return tx
	}
	gate, other := begin(), begin()
	_, err = gate.Exec(ctx, "select from cycles where id = $1 for no key update", namDong)
	f.must(err)
	_, err = other.Exec(ctx, "select from duties where id = $1 for update", report)
	f.must(err)
	enacted, through := make(chan error, 1), make(chan error, 1)
	go func() { _, err := f.Enact(ctx, stored.ID, time.Time{}); enacted <- err }()
	f.blocked(1) // it holds the decision
	go func() {
		_, err := other.Exec(ctx, "select from decisions where id = $1 for update", stored.ID)
		through <- err
	}()
	f.blocked(2)
	f.must(gate.Commit(ctx)) // it goes on to the duty, which the other holds
	f.must(<-through)
	f.must(other.Commit(ctx))
	f.must(<-enacted)
	if list := mustList(f.History(f.system(), poverty.HistoryFilter{Duty: report, Event: poverty.EventNoted})); len(list) != 1 {
		t.Errorf("noted %d times", len(list))
	}
}

// A period in which nothing is consolidated ends with its close, when its reports
// were settled before.
func TestDB_period_without_a_consolidation_ends(t *testing.T) {
	f := running(t)
	f.exec(`update cycles set rules = jsonb_set(rules, '{duties}', (select jsonb_agg(d) from jsonb_array_elements(rules -> 'duties') d
		where d ->> 'kind' <> 'consolidation')) where id = $1`, namDong)
	april := poverty.Ref{Cycle: namDong, Process: poverty.ProcessPeriod, Key: "2018-04"}
	for _, d := range mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, Period: "2018-04", Owed: true, Limit: 500})) {
		f.do("2018-04-23 09:00", viceChair, poverty.Proposal{Duty: &poverty.Decision{Duty: d.ID, Act: poverty.ActExcuse, Basis: "x"}})
	}
	f.set("2018-05-01 00:00")
	if s := f.step(april, "2018-04-30 09:00"); s.Done || !s.Next.Equal(at("2018-05-01 00:00")) {
		t.Errorf("before its close: %+v", s)
	}
	if s := f.step(april, "2018-05-01 00:00"); !s.Done || s.State != string(poverty.PeriodClosed) {
		t.Errorf("at its close: %+v", s)
	}
}

func TestDB_Decided_is_what_a_decision_of_ones_own_led_to(t *testing.T) {
	f := running(t)
	f.set("2018-04-20 09:00")
	chair := f.as(viceChair)
	stored, err := f.Propose(chair, poverty.Proposal{Add: &poverty.NewDuty{Cycle: namDong, Title: "x", Unit: "thuong-long"}})
	f.must(err)
	if out, err := f.Decided(chair, stored.ID); err != nil || out != nil {
		t.Errorf("before it is enacted: %+v, %v", out, err)
	}
	want, err := f.Enact(chair, stored.ID, time.Time{})
	f.must(err)
	if out, err := f.Decided(chair, stored.ID); err != nil || out == nil || out.Duty != want.Duty || len(out.Wake) != len(want.Wake) {
		t.Errorf("%+v, %v; want %+v", out, err, want)
	}
	_, err = f.Decided(f.as(registerOfficer), stored.ID)
	f.wantKind(err, poverty.NotFound, "error.not_found")
}
