package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"dondoc/poverty"
)

// tasks lays forty tasks on Thượng Long, due on Friday 20 April 2018.
func (f *fixture) tasks() []poverty.DutyID {
	f.t.Helper()
	ids := make([]poverty.DutyID, 40)
	for i := range ids {
		n := poverty.NewDuty{Cycle: namDong, Code: fmt.Sprintf("viec-%d", i), Kind: poverty.DutyTask, Title: "Việc", Unit: "thuong-long", Due: "by 2018-04-20", Ladder: "usual"}
		ids[i] = f.do("2018-04-12 09:00", "thuongtruc.truong", poverty.Proposal{Add: &n}).Duty
	}
	return ids
}

func extension(due string, ids ...poverty.DutyID) poverty.Proposal {
	return poverty.Proposal{Extend: &poverty.Extension{Key: "forty", Cycle: namDong, Duties: ids, Due: due, Reason: "Mưa lũ"}}
}

// Forty duties are extended by one decision: forty new ladders, and one mail
// for each person concerned.
func TestExtension_of_forty_duties_is_one_decision_and_one_letter_a_person(t *testing.T) {
	f := running(t)
	ids := f.tasks()
	f.advance("2018-05-02 09:00") // overdue, and at a rung that demands a decision for some
	f.deliver(f.letters("2018-05-02 09:00"))
	before := len(column[int64](f, f.super(), "select id from decisions"))
	x := extension("by 2018-05-18", ids...)
	f.do("2018-05-02 10:00", viceChair, x)
	f.do("2018-05-02 10:01", viceChair, x) // pressed twice
	if n := len(column[int64](f, f.super(), "select id from decisions")) - before; n != 1 {
		t.Errorf("%d decisions", n)
	}
	for _, id := range ids {
		d, err := f.Duty(f.system(), id)
		f.must(err)
		if d.LadderNo != 2 || d.LastDay != date("2018-05-18") || d.Overdue || d.Escalated {
			t.Fatalf("%+v", d)
		}
	}
	letters := f.letters("2018-05-02 10:00")
	people := map[poverty.UserID]int{}
	for _, l := range letters {
		people[l.To.ID]++
	}
	if len(people) != 2 || slices.ContainsFunc(letters, func(l poverty.Letter) bool { return people[l.To.ID] != 1 || len(l.Notices) != 40 }) {
		t.Errorf("%d letters to %d people", len(letters), len(people))
	}
}

// Where one duty cannot be extended none is, and it is named; whoever owes does
// not extend, and nobody extends what they do not see.
func TestExtension_of_several_duties_is_all_or_none(t *testing.T) {
	f := running(t)
	ids := f.tasks()[:3]
	f.do("2018-04-13 09:00", longChair, f.decision("viec-1/thuong-long", poverty.Decision{Act: poverty.ActDone}))
	_, err := f.try(viceChair, extension("by 2018-05-18", ids...))
	var wrong poverty.Problems
	if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Row != 2 || wrong[0].Key != "duty.state.done" {
		t.Errorf("%v", err)
	}
	if d := f.duty("viec-0/thuong-long"); d.LadderNo != 1 || d.LastDay != date("2018-04-20") {
		t.Errorf("extended all the same: %+v", d)
	}
	_, err = f.try(viceChair, extension("by 2018-04-19", ids[0]))
	if !errors.As(err, &wrong) || wrong[0].Key != "decision.by_after_last_day" {
		t.Errorf("%v", err)
	}
	for _, login := range []string{longChair, thuongLong} {
		_, err = f.try(login, extension("by 2018-05-18", ids[0], ids[2]))
		f.wantKind(err, poverty.Forbidden, "duty.forbidden.extend")
	}
	_, err = f.try(thuongQuang, extension("by 2018-05-18", ids[0]))
	f.wantKind(err, poverty.NotFound, "duty.not_found")
	_, err = f.try(viceChair, extension("by 2018-05-18"))
	f.wantKind(err, poverty.Invalid, "duty.choose_some")
	f.do("2018-04-13 10:00", viceChair, extension("by 2018-05-18", ids[0], ids[2]))
}

// An extension that is taken back leaves everything as it was: the escalation
// is open again for its office, and its process is told.
func TestDB_an_extension_is_taken_back_within_minutes(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	key := "plan/thuong-long"
	before := f.duty(key)
	f.do("2018-04-18 10:00", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActExtend, By: date("2018-04-27"), Reason: "x"}))
	out := f.do("2018-04-18 10:05", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActUndo}))
	if d := f.duty(key); d.LastDay != before.LastDay || d.LadderNo != 1 || !d.Escalated || d.Stated != before.Stated || d.Trouble != before.Trouble {
		t.Errorf("%+v", d)
	}
	open := mustList(f.Escalations(f.system(), poverty.EscalationFilter{Duty: before.ID, Open: true}))
	if len(open) != 1 || open[0].Office != "nam-dong/vice-chair" || open[0].Rung != "overdue 3" {
		t.Errorf("open: %+v", open)
	}
	if !slices.ContainsFunc(out.Wake, func(r poverty.Wake) bool { return r.Process == poverty.ProcessPlan && r.Key == "thuong-long" }) {
		t.Errorf("told: %+v", out.Wake)
	}
	f.do("2018-04-18 11:00", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActExtend, By: date("2018-04-27"), Reason: "x"}))
	f.advance("2018-05-03 09:00")
	if d := f.duty(key); d.LadderNo != 3 || d.Rung != "overdue 1" {
		t.Errorf("ladder %d at %q", d.LadderNo, d.Rung)
	}
}

// What is handed on waits for whoever got it; what is asked for waits for the
// standing office; a direction to another unit is a duty of that unit, and goes
// when the direction is taken back.
func TestDB_answers_wait_for_whoever_is_to_give_them(t *testing.T) {
	f := running(t)
	f.advance("2018-04-18 09:00")
	key := "plan/thuong-long"
	waits := func(login string) (acts []poverty.Act) {
		for _, w := range mustList(f.Waiting(f.as(login), namDong)) {
			if w.Duty.ID == f.duty(key).ID {
				acts = append(acts, w.Act)
			}
		}
		return acts
	}
	f.do("2018-04-18 10:00", longChair, f.decision(key, poverty.Decision{Act: poverty.ActRequest, By: date("2018-04-27"), Reason: "Lũ"}))
	if got := waits("thuongtruc.truong"); !slices.Equal(got, []poverty.Act{poverty.ActExtend}) {
		t.Errorf("waits for the standing office: %v", got)
	}
	f.do("2018-04-18 10:10", "thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActRefuse, Reason: "x"}))
	if got := waits("thuongtruc.truong"); len(got) > 0 {
		t.Errorf("still waits: %v", got)
	}
	if _, err := f.try(viceChair, f.decision(key, poverty.Decision{Act: poverty.ActHand, To: "thuong-long/head"})); err == nil {
		t.Error("handed to the debtor")
	}
	f.do("2018-04-18 10:20", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActHand, To: "phong-ldtbxh/head"}))
	if got := waits("thuongtruc.truong"); !slices.Equal(got, []poverty.Act{poverty.ActDirect}) {
		t.Errorf("handed, waits: %v", got)
	}
	direct := poverty.Decision{Act: poverty.ActDirect, By: date("2018-04-24"), Reason: "Cử người giúp xã hoàn thành kế hoạch", Unit: "cong-an-huyen"}
	f.do("2018-04-18 10:30", "thuongtruc.truong", f.decision(key, direct))
	tasks := mustList(f.Duties(f.as("congan.truong"), poverty.DutyFilter{Cycle: namDong, Code: "direct"}))
	if len(tasks) != 1 || tasks[0].Unit != "cong-an-huyen" || tasks[0].LastDay != direct.By || tasks[0].Title != direct.Reason || tasks[0].State != poverty.DutyOpen {
		t.Fatalf("instructed: %+v", tasks)
	}
	f.do("2018-04-18 10:35", "thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActUndo}))
	if d, err := f.Duty(f.system(), tasks[0].ID); err != nil || d.State != poverty.DutyExcused {
		t.Errorf("%+v, %v", d, err)
	}
	f.do("2018-04-18 11:00", "thuongtruc.truong", f.decision(key, poverty.Decision{Act: poverty.ActOutOfTurn, By: date("2018-04-20"), Reason: "Vì sao chưa gửi kế hoạch"}))
	asked := mustList(f.Duties(f.as(longChair), poverty.DutyFilter{Cycle: namDong, Code: "out-of-turn"}))
	if len(asked) != 1 || asked[0].Unit != "thuong-long" {
		t.Errorf("asked: %+v", asked)
	}
}

// Of two directions that are alike the newest is taken back, and an answer that
// is no longer handed on wants what its rung wanted.
func TestDB_taking_back_finds_the_newest_and_restores_what_was_wanted(t *testing.T) {
	f := running(t)
	f.advance("2018-04-16 09:00") // overdue 1 wants an acknowledgement
	key := "plan/thuong-long"
	direct := poverty.Decision{Act: poverty.ActDirect, By: date("2018-04-24"), Reason: "Giúp xã", Unit: "cong-an-huyen"}
	for i, x := range []poverty.Decision{direct, {Act: poverty.ActUndo}, direct, {Act: poverty.ActUndo}} {
		f.do(fmt.Sprintf("2018-04-16 10:0%d", i), viceChair, f.decision(key, x))
	}
	for _, d := range mustList(f.Duties(f.system(), poverty.DutyFilter{Cycle: namDong, Code: "direct"})) {
		if d.State != poverty.DutyExcused {
			t.Errorf("%s is %s", d.Key, d.State)
		}
	}
	wanted := func() poverty.Escalation {
		open := mustList(f.Escalations(f.system(), poverty.EscalationFilter{Duty: f.duty(key).ID, Open: true}))
		if len(open) != 1 {
			t.Fatalf("%d are open", len(open))
		}
		return open[0]
	}
	before := wanted()
	f.do("2018-04-16 11:00", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActHand, To: "phong-ldtbxh/head"}))
	if e := wanted(); e.Office != "phong-ldtbxh/head" || e.Demand != poverty.DemandDecision {
		t.Errorf("handed: %+v", e)
	}
	f.do("2018-04-16 11:05", viceChair, f.decision(key, poverty.Decision{Act: poverty.ActUndo}))
	if e := wanted(); e.Office != before.Office || e.Demand != before.Demand || before.Demand != poverty.DemandAcknowledgement {
		t.Errorf("taken back: %s of %s, before %s of %s", e.Demand, e.Office, before.Demand, before.Office)
	}
}
