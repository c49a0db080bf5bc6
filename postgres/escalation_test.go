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
