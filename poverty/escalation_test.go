package poverty_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/poverty"
)

// people are everyone who might try, by what they are in the cycle of aCycle.
var people = map[string]poverty.Actor{
	"own officer": seated(1, "thuong-long", "officer"),
	"own head":    seated(2, "thuong-long", "head"),
	"other unit":  seated(3, "huong-son", "head"),
	"helper":      seated(4, "cong-an", "head"),
	"standing":    seated(5, "phong", "officer"),
	"chair":       seated(6, "nam-dong", "chair"),
	"vice chair":  seated(7, "nam-dong", "vice-chair"),
	"registry":    seated(8, "nam-dong", "registry"),
	"above":       seated(9, "tinh", "officer"),
	"overseer":    seated(10, "hdnd", "officer"),
	"nobody":      {User: 11},
	"admin":       {User: 12, Admin: true},
}

func seated(user poverty.UserID, unit poverty.UnitID, role poverty.OfficeRole) poverty.Actor {
	return poverty.Actor{User: user, Seats: []poverty.Seat{{Office: poverty.OfficeID(string(unit) + "/" + string(role)), Unit: unit, Role: role}}}
}

// escalated is a report of 30 April that stands at its first rung of decision.
func escalated() *story {
	s := newStory(aDuty("report"), "2018-04-30")
	s.advance("2018-05-08 09:00")
	return s
}

// requested is the same, and its commune asks for more time.
func requested() *story {
	s := escalated()
	s.add(poverty.Entry{Event: poverty.EventRequested, At: at("2018-05-08 09:30"), RecordedAt: at("2018-05-08 09:30"), By: date("2018-05-20"), Ladder: 1, Actor: 1})
	return s
}

// handed is the same, and the police are to answer it.
func handed() *story {
	s := escalated()
	s.add(poverty.Entry{Event: poverty.EventHanded, At: at("2018-05-08 09:30"), RecordedAt: at("2018-05-08 09:30"), Whom: "cong-an/head", Ladder: 1, Actor: 7})
	return s
}

// put decides and takes down what follows.
func (s *story) put(t *testing.T, who string, x poverty.Decision, now string) {
	t.Helper()
	entries, err := s.decide(people[who], x, now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		entries[i].RecordedAt = at(now)
	}
	s.add(entries...)
	s.advance(now)
}

// A request stops nothing; a grant or a refusal answers it.
func TestDuty_Decide_more_time_is_asked_for_and_answered(t *testing.T) {
	s := escalated()
	s.put(t, "own officer", poverty.Decision{Act: poverty.ActRequest, By: date("2018-05-25"), Reason: "Lũ"}, "2018-05-08 10:00")
	if d := s.standing(); d.Requested != date("2018-05-25") || d.LastDay != date("2018-04-30") || !d.Escalated {
		t.Errorf("%+v", d)
	}
	before := len(s.planned())
	s.advance("2018-05-15 09:00")
	if len(s.planned()) == before {
		t.Error("the ladder stood still while the request waited")
	}
	s.put(t, "standing", poverty.Decision{Act: poverty.ActRefuse, Reason: "Đã quá chậm"}, "2018-05-15 10:00")
	if d := s.standing(); !d.Requested.IsZero() {
		t.Errorf("still asks for %s", d.Requested)
	}
	if _, err := s.decide(people["standing"], poverty.Decision{Act: poverty.ActRefuse, Reason: "x"}, "2018-05-15 11:00"); poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("refused twice: %v", err)
	}
	s.put(t, "own head", poverty.Decision{Act: poverty.ActRequest, By: date("2018-05-25"), Reason: "Lũ"}, "2018-05-15 12:00")
	s.put(t, "vice chair", poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-25"), Reason: "Lũ"}, "2018-05-15 13:00")
	if d := s.standing(); !d.Requested.IsZero() || d.LastDay != date("2018-05-25") {
		t.Errorf("%+v", d)
	}
	_, err := escalated().decide(people["own head"], poverty.Decision{Act: poverty.ActRequest, By: date("2018-05-07"), Reason: "x"}, "2018-05-08 10:00")
	wantField(t, err, "by", "decision.by_after_today")
}

// What was taken back is as if it had not been, and its ladder's number is not
// given again.
func TestDuty_Decide_an_act_is_taken_back(t *testing.T) {
	for _, x := range []poverty.Decision{
		{Act: poverty.ActExtend, By: date("2018-05-25"), Reason: "x"}, {Act: poverty.ActExcuse, Basis: "x"},
		{Act: poverty.ActDirect, By: date("2018-05-20"), Reason: "x"}, {Act: poverty.ActHand, To: "phong/head"},
	} {
		t.Run(string(x.Act), func(t *testing.T) {
			s := escalated()
			before := s.standing()
			s.put(t, "vice chair", x, "2018-05-08 10:00")
			s.put(t, "vice chair", poverty.Decision{Act: poverty.ActUndo}, "2018-05-08 10:09")
			if diff := cmp.Diff(before, s.standing()); diff != "" {
				t.Errorf("not as before: %s", diff)
			}
			s.put(t, "vice chair", poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-28"), Reason: "x"}, "2018-05-08 11:00")
			want := 2
			if x.Act == poverty.ActExtend {
				want = 3
			}
			s.advance("2018-05-29 09:00")
			d := s.standing()
			if d.LadderNo != want || d.LastDay != date("2018-05-28") || d.Rung != "overdue 1" {
				t.Errorf("ladder %d until %s at %q", d.LadderNo, d.LastDay, d.Rung)
			}
		})
	}
}

func TestDuty_Decide_what_cannot_be_taken_back(t *testing.T) {
	direct := poverty.Decision{Act: poverty.ActDirect, By: date("2018-05-14"), Reason: "x"}
	undo := poverty.Decision{Act: poverty.ActUndo}
	tests := []struct {
		name, who, now string
		more           func(*testing.T, *story)
		kind           poverty.Kind
		key            string
	}{
		{"too late", "vice chair", "2018-05-08 10:11", func(*testing.T, *story) {}, poverty.Conflict, "duty.undo_too_late"},
		{"by somebody else", "chair", "2018-05-08 10:05", func(*testing.T, *story) {}, poverty.Forbidden, "duty.forbidden.undo"},
		{"when somebody acted after it", "vice chair", "2018-05-08 10:05", func(_ *testing.T, s *story) { s.tell("2018-05-08 10:03 submitted") }, poverty.Conflict, "duty.nothing_to_undo"},
		{"twice", "vice chair", "2018-05-08 10:05", func(t *testing.T, s *story) { s.put(t, "vice chair", undo, "2018-05-08 10:04") }, poverty.Conflict, "duty.nothing_to_undo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := escalated()
			s.put(t, "vice chair", direct, "2018-05-08 10:00")
			tt.more(t, s)
			_, err := s.decide(people[tt.who], undo, tt.now)
			if e, ok := errors.AsType[*poverty.Error](err); !ok || e.Kind != tt.kind || e.Key != tt.key {
				t.Errorf("%v", err)
			}
		})
	}
}

func submitted() *story {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-04-27 15:00 submitted")
	return s
}

func (s *story) decide(a poverty.Actor, x poverty.Decision, now string) ([]poverty.Entry, error) {
	s.advance(now)
	return s.duty.Decide(aCycle(), a, s.t, s.duty.Stand(s.t, s.history, at(now)), x, at(now))
}

func TestDuty_Decide_is_for_those_seats_only(t *testing.T) {
	own := []string{"own officer", "own head"}
	leadership := []string{"chair", "vice chair"}
	tests := []struct {
		name    string
		story   func() *story
		x       poverty.Decision
		allowed []string
	}{
		{"submit", escalated, poverty.Decision{Act: poverty.ActSubmit, Basis: "x"}, append([]string{"standing"}, own...)},
		{"done", func() *story { return newStory(ofKind(poverty.DutyTask), "2018-06-30") }, poverty.Decision{Act: poverty.ActDone, Basis: "x"}, append([]string{"standing"}, own...)},
		{"note", escalated, poverty.Decision{Act: poverty.ActNote, Reason: "x"}, slices.Concat(own, leadership, []string{"standing"})},
		{"accept a report", submitted, poverty.Decision{Act: poverty.ActAccept}, []string{"standing"}},
		{"return a report", submitted, poverty.Decision{Act: poverty.ActReturn, Reason: "x"}, []string{"standing"}},
		{"acknowledge", escalated, poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-10"), Basis: "x"}, append([]string{"standing"}, own...)},
		{"direct", escalated, poverty.Decision{Act: poverty.ActDirect, By: date("2018-05-10"), Reason: "x"}, leadership},
		{"excuse", escalated, poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}, leadership},
		{"extend", escalated, poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-20"), Reason: "x"}, append([]string{"standing"}, leadership...)},
		{"escalate", escalated, poverty.Decision{Act: poverty.ActEscalate, Rung: "overdue 10"}, append([]string{"standing"}, leadership...)},
		{"ask for more time", escalated, poverty.Decision{Act: poverty.ActRequest, By: date("2018-05-20"), Reason: "x", Basis: "x"}, append([]string{"standing"}, own...)},
		{"refuse more time", requested, poverty.Decision{Act: poverty.ActRefuse, Reason: "x"}, append([]string{"standing"}, leadership...)},
		{"hand over", escalated, poverty.Decision{Act: poverty.ActHand, To: "phong/head"}, append([]string{"standing"}, leadership...)},
		{"a report out of turn", escalated, poverty.Decision{Act: poverty.ActOutOfTurn, By: date("2018-05-10"), Reason: "x"}, append([]string{"standing"}, leadership...)},
		{"direct what was handed on", handed, poverty.Decision{Act: poverty.ActDirect, By: date("2018-05-10"), Reason: "x"}, append([]string{"helper"}, leadership...)},
		{"refuse more time to the standing office", func() *story { s := requested(); s.duty.Unit = "phong"; return s }, poverty.Decision{Act: poverty.ActRefuse, Reason: "x"}, leadership},
		{"date", func() *story { return newStory(aDuty("start"), "") }, poverty.Decision{Act: poverty.ActDate, By: date("2018-06-30")}, append([]string{"standing"}, leadership...)},
		{"accept a consolidation", consolidated, poverty.Decision{Act: poverty.ActAccept}, leadership},
		{"return a consolidation", consolidated, poverty.Decision{Act: poverty.ActReturn, Reason: "x"}, leadership},
		{"accept a report of the standing office itself", func() *story { s := submitted(); s.duty.Unit = "phong"; return s }, poverty.Decision{Act: poverty.ActAccept}, nil},
		{"extend a duty of the standing office", func() *story { s := escalated(); s.duty.Unit = "phong"; return s },
			poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-20"), Reason: "x"}, leadership},
		{"escalate a duty of the standing office", func() *story { s := escalated(); s.duty.Unit = "phong"; return s },
			poverty.Decision{Act: poverty.ActEscalate, Rung: "overdue 10"}, leadership},
		{"date a duty of the standing office", func() *story { s := newStory(aDuty("start"), ""); s.duty.Unit = "phong"; return s },
			poverty.Decision{Act: poverty.ActDate, By: date("2018-06-30")}, leadership},
	}
	for _, tt := range tests {
		for name, actor := range people {
			t.Run(tt.name+" by "+name, func(t *testing.T) {
				entries, err := tt.story().decide(actor, tt.x, "2018-05-08 10:00")
				if slices.Contains(tt.allowed, name) {
					if err != nil || len(entries) == 0 {
						t.Fatalf("refused: %v %v", entries, err)
					}
					if e := entries[0]; e.Actor != actor.User || e.Office != actor.Seats[0].Office {
						t.Errorf("recorded as user %d in office %q", e.Actor, e.Office)
					}
				} else if poverty.KindOf(err) != poverty.Forbidden || entries != nil {
					t.Errorf("not forbidden: %v %v", entries, err)
				}
			})
		}
	}
}

func consolidated() *story {
	d := ofKind(poverty.DutyConsolidation)
	d.Unit = "phong"
	s := newStory(d, "2018-05-04")
	s.tell("2018-05-03 10:00 submitted")
	return s
}

func ofKind(k poverty.DutyKind) poverty.Duty {
	d := aDuty("report")
	d.Kind = k
	return d
}

func TestDuty_Decide_on_behalf_needs_a_basis_and_says_so(t *testing.T) {
	for _, x := range []poverty.Decision{{Act: poverty.ActSubmit}, {Act: poverty.ActAcknowledge, By: date("2018-05-10")}} {
		_, err := escalated().decide(people["standing"], x, "2018-05-08 10:00")
		wantField(t, err, "basis", "decision.basis_needed")
		x.Basis = "công văn số 12"
		entries, err := escalated().decide(people["standing"], x, "2018-05-08 10:00")
		if err != nil || !entries[0].OnBehalf || entries[0].Basis != x.Basis {
			t.Errorf("%s: %+v, %v", x.Act, entries, err)
		}
		x.Basis = ""
		if entries, err := escalated().decide(people["own officer"], x, "2018-05-08 10:00"); err != nil || entries[0].OnBehalf {
			t.Errorf("%s by the unit itself: %+v, %v", x.Act, entries, err)
		}
	}
}

func TestDuty_Decide_an_earlier_instant_is_the_standing_offices_to_say(t *testing.T) {
	x := poverty.Decision{Act: poverty.ActSubmit, At: at("2018-04-27 15:00"), Basis: "dấu công văn đến"}
	for _, name := range []string{"own officer", "own head"} {
		_, err := escalated().decide(people[name], x, "2018-05-08 10:00")
		wantField(t, err, "at", "decision.backdated")
	}
	_, err := escalated().decide(people["chair"], poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-20"), Reason: "x", At: at("2018-04-27 15:00"), Basis: "x"}, "2018-05-08 10:00")
	wantField(t, err, "at", "decision.backdated")
	_, err = escalated().decide(people["standing"], poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-20"), Reason: "x", At: at("2018-04-27 15:00"), Basis: "x"}, "2018-05-08 10:00")
	wantField(t, err, "at", "decision.backdated") // only a receipt may be earlier

	entries, err := escalated().decide(people["standing"], x, "2018-05-08 10:00")
	if err != nil {
		t.Fatal(err)
	}
	if e := entries[0]; !e.At.Equal(x.At) || !e.RecordedAt.Equal(at("2018-05-08 10:00")) {
		t.Errorf("effective %s, recorded %s", e.At, e.RecordedAt)
	}
	x.Basis = "  "
	_, err = escalated().decide(people["standing"], x, "2018-05-08 10:00")
	wantField(t, err, "basis", "decision.basis_needed")

	for name, actor := range people {
		if _, err := escalated().decide(actor, poverty.Decision{Act: poverty.ActSubmit, Basis: "x", At: at("2018-05-08 10:01")}, "2018-05-08 10:00"); err == nil {
			t.Errorf("%s says an instant to come", name)
		}
	}
}

func TestDuty_Decide_says_what_is_missing_or_wrong(t *testing.T) {
	standing, chair, own := people["standing"], people["chair"], people["own head"]
	tests := []struct {
		name       string
		story      *story
		actor      poverty.Actor
		x          poverty.Decision
		field, key string
	}{
		{"return without remarks", submitted(), standing, poverty.Decision{Act: poverty.ActReturn, Reason: " "}, "reason", "decision.remarks_needed"},
		{"note without text", escalated(), own, poverty.Decision{Act: poverty.ActNote}, "reason", "decision.text_needed"},
		{"extend without reason", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, By: date("2018-05-20")}, "reason", "decision.reason_needed"},
		{"extend without a day", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x"}, "by", "decision.by_needed"},
		{"extend until today", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", By: date("2018-05-08")}, "by", "decision.by_after_today"},
		{"extend before tomorrow, as a document says it", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "before 2018-05-09"}, "by", "decision.by_after_today"},
		{"extend to the last day", newStory(aDuty("report"), "2018-06-30"), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", By: date("2018-06-30")}, "by", "decision.by_after_last_day"},
		{"extend by a rule that repeats", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "monthly by day 30"}, "due", "decision.bad_due"},
		{"extend by no date at all", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "none"}, "due", "decision.bad_due"},
		{"extend by nonsense", escalated(), chair, poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "soon"}, "due", "decision.bad_due"},
		{"date in the past", newStory(aDuty("start"), ""), chair, poverty.Decision{Act: poverty.ActDate, By: date("2018-05-07")}, "by", "decision.by_after_today"},
		{"excuse without basis", escalated(), chair, poverty.Decision{Act: poverty.ActExcuse, Reason: "x"}, "basis", "decision.basis_needed"},
		{"promise without a day", escalated(), own, poverty.Decision{Act: poverty.ActAcknowledge}, "by", "decision.by_needed"},
		{"promise for yesterday", escalated(), own, poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-07")}, "by", "decision.by_after_today"},
		{"promise of 8 working days", escalated(), own, poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-18")}, "by", "decision.promise_too_far"},
		{"direct without a term", escalated(), chair, poverty.Decision{Act: poverty.ActDirect, Reason: "x"}, "by", "decision.by_needed"},
		{"direct without an instruction", escalated(), chair, poverty.Decision{Act: poverty.ActDirect, By: date("2018-05-18")}, "reason", "decision.instruction_needed"},
		{"escalate to a reminder", escalated(), chair, poverty.Decision{Act: poverty.ActEscalate, Rung: "remind 0"}, "rung", "decision.unknown_rung"},
		{"escalate to a rung of no ladder", escalated(), chair, poverty.Decision{Act: poverty.ActEscalate, Rung: "overdue 4"}, "rung", "decision.unknown_rung"},
		{"an unknown act", escalated(), chair, poverty.Decision{Act: "shout"}, "act", "decision.unknown_act"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entries, err := tt.story.decide(tt.actor, tt.x, "2018-05-08 10:00")
			wantField(t, err, tt.field, tt.key)
			if entries != nil {
				t.Errorf("and yet %v", lines(entries))
			}
		})
	}
}

func TestDuty_Decide_conflicts_with_where_the_duty_stands(t *testing.T) {
	standing, chair, own := people["standing"], people["chair"], people["own head"]
	done := func() *story {
		s := newStory(ofKind(poverty.DutyTask), "2018-04-30")
		s.tell("2018-04-27 15:00 done")
		return s
	}
	closed := aCycle()
	closed.State = poverty.CycleClosed
	by := date("2018-05-10")
	tests := []struct {
		name  string
		story *story
		actor poverty.Actor
		x     poverty.Decision
	}{
		{"submit twice", submitted(), own, poverty.Decision{Act: poverty.ActSubmit}},
		{"done twice", done(), own, poverty.Decision{Act: poverty.ActDone}},
		{"accept what was not submitted", escalated(), standing, poverty.Decision{Act: poverty.ActAccept}},
		{"return what was not submitted", escalated(), standing, poverty.Decision{Act: poverty.ActReturn, Reason: "x"}},
		{"acknowledge what is in", submitted(), own, poverty.Decision{Act: poverty.ActAcknowledge, By: by}},
		{"acknowledge before there is anything to", newStory(aDuty("report"), "2018-06-30"), own, poverty.Decision{Act: poverty.ActAcknowledge, By: by}},
		{"direct what is done", done(), chair, poverty.Decision{Act: poverty.ActDirect, By: by, Reason: "x"}},
		{"extend what is done", done(), chair, poverty.Decision{Act: poverty.ActExtend, By: by, Reason: "x"}},
		{"excuse what is done", done(), chair, poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}},
		{"escalate what is done", done(), chair, poverty.Decision{Act: poverty.ActEscalate, Rung: "overdue 1"}},
		{"date what has a date", escalated(), chair, poverty.Decision{Act: poverty.ActDate, By: by}},
		{"send a plan as if it were a report", newStory(ofKind(poverty.DutyPlan), "2018-04-30"), own, poverty.Decision{Act: poverty.ActSubmit}},
		{"appraise a plan by being done", newStory(ofKind(poverty.DutyAppraisal), "2018-04-30"), own, poverty.Decision{Act: poverty.ActDone}},
		{"approve a plan by being done", newStory(ofKind(poverty.DutyApproval), "2018-04-30"), own, poverty.Decision{Act: poverty.ActDone}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entries, err := tt.story.decide(tt.actor, tt.x, "2018-05-08 10:00")
			if poverty.KindOf(err) != poverty.Conflict || entries != nil {
				t.Errorf("%v, %v", lines(entries), err)
			}
		})
	}
	s := escalated()
	if _, err := s.duty.Decide(closed, own, s.t, s.duty.Stand(s.t, s.history, at("2018-05-08 10:00")), poverty.Decision{Act: poverty.ActSubmit}, at("2018-05-08 10:00")); poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("in a closed year: %v", err)
	}
}

func TestDuty_Decide_a_direction_stands_over_a_promise(t *testing.T) {
	s := escalated()
	s.tell("2018-05-08 09:30 directed 2018-05-14")
	_, err := s.decide(people["own head"], poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-16")}, "2018-05-09 10:00")
	if poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("a promise over a direction: %v", err)
	}
}

func TestDuty_Decide_a_promise_reaches_seven_working_days(t *testing.T) {
	for by, ok := range map[string]bool{"2018-05-08": true, "2018-05-17": true, "2018-05-18": false} {
		_, err := escalated().decide(people["own head"], poverty.Decision{Act: poverty.ActAcknowledge, By: date(by)}, "2018-05-08 10:00")
		if (err == nil) != ok {
			t.Errorf("by %s: %v", by, err)
		}
	}
	s := escalated()
	s.t.Rules.Terms.Promise = 10
	if _, err := s.decide(people["own head"], poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-22")}, "2018-05-08 10:00"); err != nil {
		t.Errorf("a cycle that allows 10: %v", err)
	}
	// A direction has no such limit.
	if _, err := escalated().decide(people["chair"], poverty.Decision{Act: poverty.ActDirect, Reason: "x", By: date("2018-08-31")}, "2018-05-08 10:00"); err != nil {
		t.Errorf("a direction: %v", err)
	}
}

func TestDuty_Decide_escalating_by_hand_twice_fires_once(t *testing.T) {
	s := escalated()
	x := poverty.Decision{Act: poverty.ActEscalate, Rung: "overdue 10"}
	entries, err := s.decide(people["chair"], x, "2018-05-08 10:00")
	if err != nil || len(entries) != 1 || entries[0].Event != poverty.EventEscalated || entries[0].Demand != poverty.DemandDecision {
		t.Fatalf("%v, %v", entries, err)
	}
	s.add(entries...)
	if entries, err := s.decide(people["chair"], x, "2018-05-08 10:01"); err != nil || len(entries) != 0 {
		t.Errorf("the second time: %v, %v", lines(entries), err)
	}
	s.advance("2018-12-31 00:00")
	n := 0
	for _, e := range s.history {
		if e.Rung == "overdue 10" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("fired %d times", n)
	}
}

func TestDuty_Decide_what_ends_the_work_closes_the_escalation(t *testing.T) {
	tests := []struct {
		actor string
		x     poverty.Decision
		want  []string
	}{
		{"own head", poverty.Decision{Act: poverty.ActSubmit}, []string{"2018-05-08 10:00 submitted", "2018-05-08 10:00 closed"}},
		{"chair", poverty.Decision{Act: poverty.ActExcuse, Basis: "x"}, []string{"2018-05-08 10:00 excused", "2018-05-08 10:00 closed"}},
		{"chair", poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "before 2018-05-20"}, []string{"2018-05-08 10:00 extended 2018-05-19", "2018-05-08 10:00 closed"}},
		{"own head", poverty.Decision{Act: poverty.ActAcknowledge, By: date("2018-05-10")}, []string{"2018-05-08 10:00 acknowledged 2018-05-10"}},
		{"chair", poverty.Decision{Act: poverty.ActDirect, Reason: "x", By: date("2018-05-10")}, []string{"2018-05-08 10:00 directed 2018-05-10"}},
	}
	for _, tt := range tests {
		entries, err := escalated().decide(people[tt.actor], tt.x, "2018-05-08 10:00")
		if err != nil {
			t.Errorf("%s: %v", tt.x.Act, err)
			continue
		}
		if diff := cmp.Diff(tt.want, lines(entries)); diff != "" {
			t.Errorf("%s: %s", tt.x.Act, diff)
		}
		if len(tt.want) == 2 && entries[1].Reason != string(entries[0].Event) {
			t.Errorf("%s: the escalation is closed as %q", tt.x.Act, entries[1].Reason)
		}
	}
	// No escalation, nothing to close.
	entries, err := newStory(aDuty("report"), "2018-06-30").decide(people["own head"], poverty.Decision{Act: poverty.ActSubmit}, "2018-05-08 10:00")
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", lines(entries), err)
	}
}

func TestDuty_Decide_an_escalation_is_closed_when_it_is_said_however_early_the_work_was(t *testing.T) {
	entries, err := escalated().decide(people["standing"], poverty.Decision{Act: poverty.ActSubmit, At: at("2018-04-27 15:00"), Basis: "x"}, "2018-05-08 10:00")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2018-04-27 15:00 submitted", "2018-05-08 10:00 closed"}, lines(entries)); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_Decide_keeps_the_deadline_as_it_was_stated(t *testing.T) {
	s := escalated()
	entries, err := s.decide(people["chair"], poverty.Decision{Act: poverty.ActExtend, Reason: "x", Due: "before 2018-05-20", By: date("2018-07-01")}, "2018-05-08 10:00")
	if err != nil || entries[0].Stated != "before 2018-05-20" || entries[0].By != date("2018-05-19") {
		t.Fatalf("%+v, %v", entries, err)
	}
	s.add(entries...)
	s.advance("2018-05-08 10:00")
	if d := s.standing(); d.Stated != "before 2018-05-20" || d.LastDay != date("2018-05-19") {
		t.Errorf("stated %q, last day %s", d.Stated, d.LastDay)
	}
}

func TestStanding_Unfired_offers_only_what_has_not_fired(t *testing.T) {
	s := escalated()
	var got []string
	for _, step := range s.duty.Stand(s.t, s.history, at("2018-05-08 10:00")).Unfired() {
		got = append(got, step.Rung.String())
	}
	if diff := cmp.Diff([]string{"overdue 10"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_Stand_knows_only_what_was_effective_before(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-04 10:00 submitted")
	for _, tt := range []struct {
		at   string
		want poverty.DutyState
	}{
		{"2018-04-30 10:00", poverty.DutyOpen}, {"2018-04-30 10:00:01", poverty.DutySubmitted},
		{"2018-05-03 10:00", poverty.DutySubmitted}, {"2018-05-03 10:01", poverty.DutyReturned}, {"2018-05-05 00:00", poverty.DutySubmitted},
	} {
		if got := s.duty.Stand(s.t, s.history, at(tt.at)).State; got != tt.want {
			t.Errorf("at %s: %s, want %s", tt.at, got, tt.want)
		}
	}
}

func wantField(t *testing.T, err error, field, key string) {
	t.Helper()
	told := poverty.Refusal(err)
	if told.Kind != poverty.Invalid || told.Field != field || told.Key != key {
		t.Errorf("%v, want invalid %s on %s", err, key, field)
	}
}
