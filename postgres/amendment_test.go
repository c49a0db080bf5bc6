package postgres_test

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

// swapped are the days off of 2018 with Friday 4 May given up for Saturday 5 May.
func swapped() []calendar.DayOff {
	return append(calendar.Default().Year(2018),
		calendar.DayOff{Date: date("2018-05-04"), Kind: calendar.Swap, Name: "Hoán đổi", Source: "CV 1"},
		calendar.DayOff{Date: date("2018-05-05"), Kind: calendar.Work, Name: "Làm bù", Source: "CV 1"})
}

// Days off that change on the afternoon before a swapped day move the rungs that
// are open; what fired stays; the history keeps where they were; everyone
// concerned gets one mail.
func TestDB_days_off_that_change_move_open_rungs_and_tell_each_once(t *testing.T) {
	f := running(t)
	f.advance("2018-05-03 15:00")
	f.deliver(f.letters("2018-05-03 15:00"))
	key := "report/thuong-long/2018-04"
	fired := f.ledger(key)
	f.set("2018-05-03 15:00")
	admin := poverty.WithActor(t.Context(), poverty.Actor{User: f.user("quantri")})
	f.must(f.SetDaysOff(admin, swapped()))

	var moved []string
	for _, e := range mustList(f.History(f.system(), poverty.HistoryFilter{Duty: f.duty(key).ID, Event: poverty.EventReplanned})) {
		moved = append(moved, strings.Split(e.Reason, "; ")...)
	}
	want := []string{"overdue 3 2018-05-04T08:00:00+07:00 2018-05-05T08:00:00+07:00"}
	if diff := gocmp.Diff(want, moved); diff != "" {
		t.Error(diff)
	}
	if before := f.ledger(key)[:len(fired)]; !slices.Equal(before, fired) {
		t.Errorf("the past changed: %v", gocmp.Diff(fired, before))
	}
	people := map[string]int{}
	for _, l := range f.letters("2018-05-03 15:01") {
		if slices.ContainsFunc(l.Notices, func(n poverty.Notice) bool { return n.Kind == poverty.NoticeCalendar }) {
			people[l.To.Login]++
		}
	}
	for _, login := range []string{"thuonglong.canbo", "thuongtruc.truong"} {
		if people[login] != 1 {
			t.Errorf("%s is told %d times", login, people[login])
		}
	}
	for login, n := range people {
		if n != 1 {
			t.Errorf("%s gets %d mails", login, n)
		}
	}

	f.advance("2018-05-04 09:00")
	if d := f.duty(key); d.Rung != "overdue 1" {
		t.Errorf("on the day given up: %s", d.Rung)
	}
	f.advance("2018-05-05 08:00")
	if d := f.duty(key); d.Rung != "overdue 3" {
		t.Errorf("on the day worked for it: %s", d.Rung)
	}
	f.must(f.SetDaysOff(admin, swapped()))
	if again := mustList(f.History(f.system(), poverty.HistoryFilter{Duty: f.duty(key).ID, Event: poverty.EventReplanned})); len(again) != 1 {
		t.Errorf("the same days again: %d entries", len(again))
	}
	wakes, err := f.Wakes(f.system(), 100)
	f.must(err)
	if !slices.ContainsFunc(wakes, func(r poverty.Wake) bool { return r.Process == poverty.ProcessPeriod && r.Key == "2018-04" }) {
		t.Errorf("told: %v", wakes)
	}
}

func (f *fixture) amend(now string, x poverty.Amendment) {
	f.t.Helper()
	x.Cycle, x.Reason = namDong, cmp.Or(x.Reason, "Mưa lũ")
	f.do(now, viceChair, poverty.Proposal{Amend: &x})
}

// fieldOf is the field that a refusal names.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*poverty.Error](err); ok {
		return e.Field
	}
	return ""
}

// A deadline that is moved closes what climbs as moved and begins the next
// ladder; what is done, or has a day of its own, stays; each unit is told once.
func TestDB_a_deadline_that_is_moved_begins_the_next_ladder(t *testing.T) {
	f := running(t)
	f.do("2018-04-12 09:00", viceChair, f.decision("plan/huong-son", poverty.Decision{Act: poverty.ActExtend, By: date("2018-04-27"), Reason: "x"}))
	f.advance("2018-04-18 09:00")
	f.deliver(f.letters("2018-04-18 09:00"))
	f.amend("2018-04-18 10:00", poverty.Amendment{Code: "plan", Due: "before 2018-05-11"})
	d := f.duty("plan/thuong-long")
	if d.LadderNo != 2 || d.LastDay != date("2018-05-10") || d.Stated != "before 2018-05-11" || d.Overdue || d.Escalated {
		t.Errorf("%+v", d)
	}
	closed := mustList(f.Escalations(f.system(), poverty.EscalationFilter{Duty: d.ID}))
	if len(closed) != 1 || closed[0].ClosedAt == nil || closed[0].Outcome != poverty.EventMoved {
		t.Errorf("%+v", closed)
	}
	if own := f.duty("plan/huong-son"); own.LastDay != date("2018-04-27") {
		t.Errorf("what was extended moved to %s", own.LastDay)
	}
	told := 0
	for _, l := range f.letters("2018-04-18 10:00") {
		if l.To.Login == longChair {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the commune's chair is told %d times", told)
	}
	f.advance("2018-05-11 09:00")
	if d := f.duty("plan/thuong-long"); !d.Overdue || d.Rung != "overdue 1" {
		t.Errorf("after the new day: %+v", d)
	}
	for name, x := range map[string]poverty.Amendment{
		"code": {Cycle: namDong, Reason: "x", Code: "không-có", Due: "by 2018-06-01"}, "due": {Cycle: namDong, Reason: "x", Code: "report", Due: "by 2018-06-01"},
	} {
		if _, err := f.try(viceChair, poverty.Proposal{Amend: &x}); fieldOf(err) != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := f.try(longChair, poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x", Code: "plan", Due: "before 2018-05-20"}})
	f.wantKind(err, poverty.Forbidden, "cycle.forbidden.amend")
}

// No debtor moves its own deadline, and an administrator moves none.
func TestDB_a_deadline_is_not_moved_by_who_owes_it(t *testing.T) {
	f := running(t)
	move := func(code string) poverty.Proposal {
		return poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x", Code: code, Due: "before 2018-07-20"}}
	}
	for login, code := range map[string]string{"thuongtruc.truong": "review-interim", "quantri": "plan"} {
		_, err := f.try(login, move(code))
		f.wantKind(err, poverty.Forbidden, "cycle.forbidden.amend_due")
	}
	f.do("2018-04-10 09:00", "thuongtruc.truong", move("plan"))
	f.do("2018-04-10 09:00", viceChair, move("review-interim"))
}

// Reports of later periods follow a deadline that was moved.
func TestDB_later_periods_follow_a_moved_deadline(t *testing.T) {
	f := running(t)
	f.advance("2018-05-03 09:00")
	f.amend("2018-05-03 10:00", poverty.Amendment{Code: "report", Due: "monthly by day 5 of the following month"})
	f.advance("2018-05-03 11:00")
	if d := f.duty("report/huong-son/2018-05"); d.LastDay != date("2018-06-05") {
		t.Errorf("May is due on %s", d.LastDay)
	}
	f.advance("2018-06-20 09:00")
	if d := f.duty("report/huong-son/2018-06"); d.LastDay != date("2018-07-05") {
		t.Errorf("June is due on %s", d.LastDay)
	}
	for _, p := range mustList(f.Periods(f.system(), namDong)) {
		if p.Code == "2018-08" && p.LastDay != date("2018-09-05") {
			t.Errorf("August closes on %s", p.LastDay)
		}
	}
}

// A unit that was merged away owes nothing any more: its successor owes what was
// open, sees it and is told; the past stays the old unit's.
func TestDB_what_a_merged_unit_owes_goes_to_its_successor(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.deliver(f.letters("2018-05-02 09:00"))
	f.amend("2018-05-02 10:00", poverty.Amendment{Merged: "thuong-long", Into: "huong-son", Reason: "Nghị quyết sắp xếp"})
	d := f.duty("report/thuong-long/2018-04")
	if d.Unit != "huong-son" || !d.Overdue || d.LadderNo != 1 {
		t.Errorf("%+v", d)
	}
	if seen, err := f.Duty(f.as("huongson.chutich"), d.ID); err != nil || seen.Unit != "huong-son" {
		t.Errorf("the successor: %v", err)
	}
	if _, err := f.Duty(f.as(longChair), d.ID); err != nil {
		t.Errorf("the old unit no longer sees what it owed: %v", err)
	}
	opened := mustList(f.History(f.system(), poverty.HistoryFilter{Duty: d.ID, Oldest: true}))
	if opened[0].Unit != "thuong-long" || opened[len(opened)-1].Event != poverty.EventTransferred || opened[len(opened)-1].Whom != "huong-son" {
		t.Errorf("%+v", opened[len(opened)-1])
	}
	told := 0
	for _, l := range f.letters("2018-05-02 10:00") {
		if l.To.Login == "huongson.chutich" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the successor's chair is told %d times", told)
	}
	f.advance("2018-06-01 09:00")
	if late := column[string](f, f.super(), "select key from duties where unit_id = 'thuong-long' and opened_at > '2018-05-03'"); len(late) > 0 {
		t.Errorf("laid on a unit that is no more: %v", late)
	}
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	for _, g := range c.Rules.Groups {
		if g.Commune == "thuong-long" {
			t.Errorf("group %s still helps it", g.Code)
		}
	}
	_, err = f.try(viceChair, poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x", Merged: "thuong-long", Into: "huong-huu"}})
	if fieldOf(err) != "merged" {
		t.Errorf("merged twice: %v", err)
	}
}

// A successor that was not in the cycle takes on what was open and what comes
// later, each thing once; of what comes later the old unit owes nothing.
func TestDB_a_successor_from_outside_owes_each_thing_once(t *testing.T) {
	f := running(t)
	f.advance("2018-05-02 09:00")
	f.amend("2018-05-02 10:00", poverty.Amendment{Merged: "thuong-long", Into: "cam-tuyen", Reason: "Nghị quyết sắp xếp"})
	f.advance("2018-09-04 09:00") // the preliminary survey opens on 1 September
	later := column[string](f, f.super(), "select unit_id || ' ' || code || ' ' || period from duties where unit_id in ('thuong-long', 'cam-tuyen') and opened_at > '2018-05-03' order by 1")
	if !slices.Contains(later, "cam-tuyen survey-preliminary ") || !slices.Contains(later, "cam-tuyen report 2018-08") {
		t.Errorf("what comes later: %v", later)
	}
	if i := slices.IndexFunc(later, func(s string) bool { return strings.HasPrefix(s, "thuong-long ") }); i >= 0 {
		t.Errorf("laid on the unit that is no more: %s", later[i])
	}
	if twice := column[string](f, f.super(), "select code || ' ' || period from duties where unit_id = 'cam-tuyen' and code in ('plan', 'meeting', 'report') group by code, period having count(*) > 1"); len(twice) > 0 {
		t.Errorf("owed twice: %v", twice)
	}
}

// An amendment changes one thing, and is kept where another was made meanwhile.
func TestDB_amendments_follow_one_another(t *testing.T) {
	f := running(t)
	_, err := f.try(viceChair, poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x"}})
	if fieldOf(err) != "what" {
		t.Errorf("nothing: %v", err)
	}
	_, err = f.try(viceChair, poverty.Proposal{Amend: &poverty.Amendment{Cycle: namDong, Reason: "x", DaysOff: true, Code: "plan", Due: "before 2018-05-11"}})
	if fieldOf(err) != "what" {
		t.Errorf("two at once: %v", err)
	}
	f.set("2018-04-10 09:00")
	codes := []string{"plan", "meeting", "review-interim"}
	ids := make([]poverty.DecisionID, len(codes))
	for i, code := range codes {
		stored, err := f.Propose(f.as(viceChair), poverty.Proposal{Amend: &poverty.Amendment{Key: code, Cycle: namDong, Reason: "x", Code: code, Due: "before 2018-05-11"}})
		f.must(err)
		ids[i] = stored.ID
	}
	for _, err := range f.together(len(ids), func(i int) error {
		_, err := f.Enact(f.system(), ids[i], at("2018-04-10 09:00"))
		return err
	}) {
		f.must(err)
	}
	c, err := f.Cycle(f.system(), namDong)
	f.must(err)
	for _, code := range codes {
		if tpl, _ := c.Rules.Template(code); tpl.Due.String() != "before 2018-05-11" {
			t.Errorf("%s is due %s", code, tpl.Due)
		}
	}
	if c.Rules.Amended != len(codes) {
		t.Errorf("%d amendments are counted", c.Rules.Amended)
	}
}
