package poverty_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func TestDuty_rungs_and_verdict_of_April_2018(t *testing.T) {
	tests := []struct {
		name    string
		last    string
		facts   []string
		want    []string
		state   poverty.DutyState
		verdict poverty.Verdict
	}{
		{
			name: "never done", last: "2018-04-30",
			want: []string{
				"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
				"2018-05-02 08:00 escalated overdue 1", "2018-05-04 08:00 escalated overdue 3", "2018-05-08 08:00 escalated overdue 5",
				"2018-05-15 08:00 escalated overdue 10",
			},
			state: poverty.DutyOpen, verdict: poverty.Late,
		},
		{
			name: "done in the last second of the last day is on time", last: "2018-04-30", facts: []string{"2018-04-30 23:59:59 done"},
			want:  []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0"},
			state: poverty.DutyDone, verdict: poverty.OnTime,
		},
		{
			name: "done at midnight is late", last: "2018-04-30", facts: []string{"2018-05-01 00:00 done"},
			want:  []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue"},
			state: poverty.DutyDone, verdict: poverty.Late,
		},
		{
			name: "done between two rungs stops the ladder", last: "2018-04-30", facts: []string{"2018-05-02 08:01 done"},
			want: []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
				"2018-05-02 08:00 escalated overdue 1"},
			state: poverty.DutyDone, verdict: poverty.Late,
		},
		{
			name: "done before the first rung", last: "2018-04-30", facts: []string{"2018-04-24 07:59:59 done"},
			state: poverty.DutyDone, verdict: poverty.OnTime,
		},
		{
			name: "taken back in time it is owed as before", last: "2018-04-30", facts: []string{"2018-04-25 09:00 submitted", "2018-04-27 07:00 withdrawn"},
			want: []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
				"2018-05-02 08:00 escalated overdue 1", "2018-05-04 08:00 escalated overdue 3", "2018-05-08 08:00 escalated overdue 5",
				"2018-05-15 08:00 escalated overdue 10"},
			state: poverty.DutyOpen, verdict: poverty.Late,
		},
		{
			name: "taken back after its last day it is overdue from then", last: "2018-04-30",
			facts: []string{"2018-04-25 09:00 submitted", "2018-05-03 10:00 withdrawn", "2018-05-07 09:00 submitted"},
			want: []string{"2018-04-24 08:00 reminded remind 3", "2018-05-03 10:00 overdue", "2018-05-03 10:00 passed remind 0",
				"2018-05-03 10:00 passed overdue 1", "2018-05-04 08:00 escalated overdue 3"},
			state: poverty.DutySubmitted, verdict: poverty.Late,
		},
		{
			name: "a rung judges by the facts before its instant", last: "2018-04-30", facts: []string{"2018-05-02 08:00 done"},
			want: []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
				"2018-05-02 08:00 escalated overdue 1"},
			state: poverty.DutyDone, verdict: poverty.Late,
		},
		{
			name: "undated is never overdue and has no rungs", last: "",
			state: poverty.DutyOpen, verdict: poverty.NoVerdict,
		},
		{
			name: "undated and done at any time is on time", last: "", facts: []string{"2018-12-01 10:00 done"},
			state: poverty.DutyDone, verdict: poverty.OnTime,
		},
		{
			name: "excused has no verdict, even when it was overdue", last: "2018-04-30", facts: []string{"2018-05-02 07:00 excused"},
			want:  []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue"},
			state: poverty.DutyExcused, verdict: poverty.NoVerdict,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(aDuty("report"), tt.last)
			s.tell(tt.facts...)
			s.advance("2018-12-31 00:00")
			if diff := cmp.Diff(tt.want, s.planned()); diff != "" {
				t.Error(diff)
			}
			d := s.standing()
			if d.State != tt.state || d.Verdict != tt.verdict {
				t.Errorf("stands %s %q, want %s %q", d.State, d.Verdict, tt.state, tt.verdict)
			}
		})
	}
}

func TestDuty_receipt_recorded_after_the_verdict_corrects_it(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.advance("2018-05-02 09:00")
	if d := s.standing(); !d.Overdue || d.Verdict != poverty.Late || d.Rung != "overdue 1" {
		t.Fatalf("before: overdue %v, verdict %q, rung %q", d.Overdue, d.Verdict, d.Rung)
	}
	s.record("2018-04-27 15:00 submitted", "2018-05-02 09:10")
	s.advance("2018-12-31 00:00")
	d := s.standing()
	if d.State != poverty.DutySubmitted || d.Verdict != poverty.OnTime || d.Overdue || !d.FirstSubmittedAt.Equal(at("2018-04-27 15:00")) {
		t.Errorf("after: %s, verdict %q, overdue %v, first submitted %v", d.State, d.Verdict, d.Overdue, d.FirstSubmittedAt)
	}
	want := []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0", "2018-05-01 00:00 overdue",
		"2018-05-02 08:00 escalated overdue 1"}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error("what was recorded must stay, and nothing come after it", diff)
	}
}

func TestDuty_earlier_receipt_of_a_late_submission_makes_it_timely(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-05-03 10:00 submitted")
	if d := s.standing(); d.Verdict != poverty.Late {
		t.Fatalf("verdict %q", d.Verdict)
	}
	s.record("2018-04-28 09:00 submitted", "2018-05-04 10:00")
	d := s.standing()
	if d.Verdict != poverty.OnTime || !d.FirstSubmittedAt.Equal(at("2018-04-28 09:00")) {
		t.Errorf("verdict %q, first submitted %v", d.Verdict, d.FirstSubmittedAt)
	}
}

func TestDuty_return(t *testing.T) {
	tests := []struct {
		name    string
		facts   []string
		want    []string // from the return on
		state   poverty.DutyState
		verdict poverty.Verdict
		trouble poverty.Trouble
		last    string
	}{
		{
			name:  "is not late until its term, though the last day is over",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-07 23:59 noted"},
			state: poverty.DutyReturned, last: "2018-05-07",
		},
		{
			name:  "answered within its term after a timely submission is on time",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-07 23:59:59 submitted"},
			state: poverty.DutySubmitted, verdict: poverty.OnTime, last: "2018-05-07",
		},
		{
			name:  "answered late is late, with the ladder of the missed term",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-11 09:00 submitted", "2018-05-14 09:00 accepted"},
			want:  []string{"2018-05-08 00:00 overdue", "2018-05-08 08:00 escalated overdue 1", "2018-05-10 08:00 escalated overdue 3"},
			state: poverty.DutyDone, verdict: poverty.Late, last: "2018-05-07",
		},
		{
			name:  "not answered is trouble of its own kind",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-08 07:00 noted"},
			want:  []string{"2018-05-08 00:00 overdue"},
			state: poverty.DutyReturned, verdict: poverty.Late, trouble: poverty.TroubleReturned, last: "2018-05-07",
		},
		{
			name:  "answered in time does not mend a late first submission",
			facts: []string{"2018-05-02 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-04 10:00 submitted"},
			state: poverty.DutySubmitted, verdict: poverty.Late, last: "2018-05-07",
		},
		{
			name: "of two, the second missed, is late",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-04 10:00 submitted",
				"2018-05-08 10:00 returned 2018-05-10", "2018-05-11 07:00 submitted"},
			want:  []string{"2018-05-11 00:00 overdue"},
			state: poverty.DutySubmitted, verdict: poverty.Late, last: "2018-05-10",
		},
		{
			name:  "extended counts from the new day and keeps its kind of trouble",
			facts: []string{"2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07", "2018-05-04 10:00 extended 2018-05-14", "2018-05-15 07:00 noted"},
			want:  []string{"2018-05-15 00:00 overdue"},
			state: poverty.DutyReturned, verdict: poverty.Late, trouble: poverty.TroubleReturned, last: "2018-05-14",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(aDuty("report"), "2018-04-30")
			s.tell(tt.facts...)
			returned := at("2018-05-03 10:00")
			planned := slices.DeleteFunc(s.planned(), func(line string) bool { return at(line[:16]).Before(returned) })
			if diff := cmp.Diff(tt.want, planned, emptyIsNil); diff != "" {
				t.Error(diff)
			}
			d := s.standing()
			if d.State != tt.state || d.Verdict != tt.verdict || d.Trouble != tt.trouble || d.LastDay.String() != tt.last {
				t.Errorf("stands %s, verdict %q, trouble %q, last day %s; want %s, %q, %q, %s",
					d.State, d.Verdict, d.Trouble, d.LastDay, tt.state, tt.verdict, tt.trouble, tt.last)
			}
		})
	}
}

func TestDuty_missed_term_climbs_the_ladder_named_returned(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.t.Rules.Ladders["returned"] = ladder("overdue 2")
	s.tell("2018-04-30 10:00 submitted", "2018-05-03 10:00 returned 2018-05-07")
	s.advance("2018-06-01 00:00")
	want := []string{"2018-04-24 08:00 reminded remind 3", "2018-04-27 08:00 reminded remind 0",
		"2018-05-08 00:00 overdue", "2018-05-09 08:00 escalated overdue 2"}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
}

func TestReturnTerm_is_the_later_of_last_day_and_two_working_days(t *testing.T) {
	table := aTimetable()
	for _, tt := range []struct{ last, day, want string }{
		{"2018-05-31", "2018-06-01", "2018-06-05"},
		{"2018-05-31", "2018-05-21", "2018-05-31"},
		{"2018-04-30", "2018-04-27", "2018-05-03"}, // over the holidays
		{"", "2018-06-01", "2018-06-05"},
	} {
		if got := poverty.ReturnTerm(table, date(tt.last), date(tt.day)); got != date(tt.want) {
			t.Errorf("last day %s, returned on %s: %s, want %s", tt.last, tt.day, got, tt.want)
		}
	}
	table.Rules.Terms.Return = 5
	if got := poverty.ReturnTerm(table, date("2018-05-31"), date("2018-06-01")); got != date("2018-06-08") {
		t.Errorf("with a term of 5: %s", got)
	}
}

func TestDuty_extension_begins_the_next_ladder(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-04-26 14:00 extended 2018-05-10")
	s.advance("2018-05-11 09:00")
	want := []string{
		"2018-04-24 08:00 reminded remind 3",
		"2018-05-07 08:00 reminded remind 3", "2018-05-10 08:00 reminded remind 0", "2018-05-11 00:00 overdue", "2018-05-11 08:00 escalated overdue 1",
	}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
	var ladders []int
	for _, e := range s.history {
		if e.Event == poverty.EventReminded || e.Event == poverty.EventEscalated || e.Event == poverty.EventOverdue {
			ladders = append(ladders, e.Ladder)
		}
	}
	if diff := cmp.Diff([]int{1, 2, 2, 2, 2}, ladders); diff != "" {
		t.Error("ladders", diff)
	}
	if d := s.standing(); d.LadderNo != 2 || !d.Extended || d.Stated != "by 2018-05-10" || d.LastDay != date("2018-05-10") {
		t.Errorf("ladder %d, extended %v, stated %q, last day %s", d.LadderNo, d.Extended, d.Stated, d.LastDay)
	}
}

func TestDuty_extension_in_time_and_work_within_it_is_on_time(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-04-30 23:59:59 extended 2018-05-10", "2018-05-10 10:00 submitted")
	if d := s.standing(); d.Verdict != poverty.OnTime || !d.Extended {
		t.Errorf("verdict %q, extended %v", d.Verdict, d.Extended)
	}
}

func TestDuty_extension_after_the_overdue_instant_counts_as_late_and_extended(t *testing.T) {
	for _, granted := range []string{"2018-05-01 00:00", "2018-05-03 10:00"} {
		s := newStory(aDuty("report"), "2018-04-30")
		s.tell(granted + " extended 2018-05-10")
		d := s.standing()
		if d.Verdict != poverty.Late || !d.Extended || d.Overdue || d.Trouble != poverty.NoTrouble {
			t.Errorf("granted %s: verdict %q, extended %v, overdue %v, trouble %q", granted, d.Verdict, d.Extended, d.Overdue, d.Trouble)
		}
		s.tell("2018-05-09 10:00 submitted")
		if d := s.standing(); d.Verdict != poverty.Late {
			t.Errorf("granted %s, then done: verdict %q", granted, d.Verdict)
		}
	}
}

func TestDuty_extension_ends_the_acknowledgement_and_the_escalation(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-17 09:30 acknowledged 2018-05-25")
	if d := s.standing(); !d.Escalated || d.HeldUntil != date("2018-05-25") {
		t.Fatalf("before: escalated %v, held until %s", d.Escalated, d.HeldUntil)
	}
	s.tell("2018-05-21 10:00 extended 2018-06-15")
	if d := s.standing(); d.Escalated || !d.HeldUntil.IsZero() || d.Rung != "" {
		t.Errorf("escalated %v, held until %s, rung %q", d.Escalated, d.HeldUntil, d.Rung)
	}
	s.advance("2018-06-01 00:00")
	if strings.Contains(strings.Join(s.planned(), "\n"), "lapsed") {
		t.Error("the ended acknowledgement lapsed")
	}
}

// The case of the police of Nam Đông: calendar.md, Answers to a ladder.
func TestDuty_acknowledgement_holds_lapses_and_the_climb_resumes(t *testing.T) {
	s := newStory(aDuty("start"), "")
	s.tell("2018-04-09 08:30 dated 2018-05-15", "2018-05-17 09:30 acknowledged 2018-05-25")
	s.advance("2018-05-31 00:00")
	want := []string{
		"2018-05-10 08:00 reminded remind 3", "2018-05-15 08:00 reminded remind 0", "2018-05-16 00:00 overdue",
		"2018-05-16 08:00 escalated overdue 1",
		"2018-05-18 08:00 held overdue 3 2018-05-25", "2018-05-22 08:00 held overdue 5 2018-05-25",
		"2018-05-26 00:00 lapsed 2018-05-25",
		"2018-05-28 08:00 escalated overdue 3", "2018-05-30 08:00 escalated overdue 5",
	}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_direction_holds_the_ladder_again(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-17 09:30 acknowledged 2018-05-25", "2018-05-29 14:00 directed 2018-06-05", "2018-06-05 16:30 done")
	s.advance("2018-12-31 00:00")
	got := s.planned()[4:]
	want := []string{
		"2018-05-18 08:00 held overdue 3 2018-05-25", "2018-05-22 08:00 held overdue 5 2018-05-25", "2018-05-26 00:00 lapsed 2018-05-25",
		"2018-05-28 08:00 escalated overdue 3", "2018-05-30 08:00 held overdue 5 2018-06-05",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_direction_over_an_acknowledgement_holds_only_what_comes_after_it(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-17 09:30 acknowledged 2018-05-25", "2018-05-21 09:00 directed 2018-06-05")
	s.advance("2018-06-07 00:00")
	got := s.planned()[4:]
	want := []string{"2018-05-18 08:00 held overdue 3 2018-05-25", "2018-05-22 08:00 held overdue 5 2018-06-05",
		"2018-06-06 00:00 lapsed 2018-06-05", "2018-06-06 08:00 escalated overdue 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_direction_at_the_instant_of_a_rung_that_was_held_holds_it_no_second_time(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-17 09:30 acknowledged 2018-05-21", "2018-05-18 08:00 directed 2018-05-21", "2018-05-18 08:00 directed 2018-05-22")
	s.advance("2018-05-22 09:00")
	want := []string{"2018-05-18 08:00 held overdue 3 2018-05-21", "2018-05-22 08:00 held overdue 5 2018-05-22"}
	if diff := cmp.Diff(want, s.planned()[4:]); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_acknowledgement_of_work_that_was_in_holds_nothing(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-17 09:30 acknowledged 2018-05-25")
	s.record("2018-05-17 09:00 done", "2018-05-18 09:00")
	s.advance("2018-06-01 00:00")
	if d := s.standing(); d.State != poverty.DutyDone || !d.HeldUntil.IsZero() || d.NextAt != nil {
		t.Errorf("%s, held until %s, next at %v", d.State, d.HeldUntil, d.NextAt)
	}
	if strings.Contains(strings.Join(s.planned(), "\n"), "lapsed") {
		t.Error("it lapsed")
	}
}

func TestDuty_direction_before_the_last_day_brings_no_rung_forward(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.tell("2018-05-07 09:00 directed 2018-05-11")
	s.advance("2018-05-16 09:00")
	want := []string{
		"2018-05-10 08:00 held remind 3 2018-05-11", "2018-05-12 00:00 lapsed 2018-05-11", "2018-05-15 08:00 reminded remind 0",
		"2018-05-16 00:00 overdue", "2018-05-16 08:00 escalated overdue 1",
	}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_rung_fired_by_hand_does_not_fire_again(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	s.advance("2018-05-16 09:00")
	s.add(poverty.Entry{At: at("2018-05-16 10:00"), Event: poverty.EventEscalated, Rung: "overdue 5", Ladder: 1})
	s.advance("2018-12-31 00:00")
	want := []string{
		"2018-05-10 08:00 reminded remind 3", "2018-05-15 08:00 reminded remind 0", "2018-05-16 00:00 overdue",
		"2018-05-16 08:00 escalated overdue 1", "2018-05-16 10:00 escalated overdue 5", "2018-05-18 08:00 escalated overdue 3",
	}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
}

func TestDuty_rungs_before_a_late_start_are_passed(t *testing.T) {
	tests := []struct {
		name, started string
		want          []string
		escalated     bool
	}{
		{
			name: "between two rungs", started: "2018-05-17 09:00",
			want: []string{"2018-05-10 08:00 passed remind 3", "2018-05-15 08:00 passed remind 0", "2018-05-16 00:00 overdue",
				"2018-05-16 08:00 passed overdue 1", "2018-05-18 08:00 escalated overdue 3", "2018-05-22 08:00 escalated overdue 5"},
			escalated: true,
		},
		{
			name: "after all of them", started: "2018-09-01 09:00",
			want: []string{"2018-05-10 08:00 passed remind 3", "2018-05-15 08:00 passed remind 0", "2018-05-16 00:00 overdue",
				"2018-05-16 08:00 passed overdue 1", "2018-05-18 08:00 passed overdue 3", "2018-05-22 08:00 passed overdue 5"},
			escalated: true,
		},
		{
			name: "at a rung's instant, which fires", started: "2018-05-22 08:00",
			want: []string{"2018-05-10 08:00 passed remind 3", "2018-05-15 08:00 passed remind 0", "2018-05-16 00:00 overdue",
				"2018-05-16 08:00 passed overdue 1", "2018-05-18 08:00 passed overdue 3", "2018-05-22 08:00 escalated overdue 5"},
			escalated: true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(aDuty("start"), "2018-05-15")
			s.t.Started = at(tt.started)
			s.advance("2018-12-31 00:00")
			if diff := cmp.Diff(tt.want, s.planned()); diff != "" {
				t.Error(diff)
			}
			if d := s.standing(); d.Escalated != tt.escalated || !d.Overdue {
				t.Errorf("escalated %v, overdue %v", d.Escalated, d.Overdue)
			}
		})
	}
}

func TestDuty_dated_later_is_in_force_from_then(t *testing.T) {
	d := aDuty("start")
	d.Kind = poverty.DutyStart
	s := newStory(d, "")
	s.advance("2018-08-31 00:00")
	if len(s.planned()) > 0 {
		t.Fatalf("undated: %v", s.planned())
	}
	s.tell("2018-09-04 10:00 dated 2018-09-05")
	s.advance("2018-09-06 09:00")
	want := []string{"2018-09-04 10:00 passed remind 3", "2018-09-05 08:00 reminded remind 0", "2018-09-06 00:00 overdue", "2018-09-06 08:00 escalated overdue 1"}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
	if d = s.standing(); d.Extended || d.LadderNo != 1 || d.Trouble != poverty.TroubleNotStarted {
		t.Errorf("extended %v, ladder %d, trouble %q", d.Extended, d.LadderNo, d.Trouble)
	}
}

// A component that stands still is found when its period closes, after the last
// day that it counts from.
func TestDuty_made_when_its_last_day_is_over_is_late_from_then(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-03")
	s.advance("2018-04-07 00:00")
	s.advance("2018-04-10 09:00")
	want := []string{"2018-04-06 10:00 overdue", "2018-04-06 10:00 passed remind 3", "2018-04-06 10:00 passed remind 0", "2018-04-06 10:00 passed overdue 1",
		"2018-04-06 10:00 passed overdue 3", "2018-04-10 08:00 escalated overdue 5"}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
	if d := s.standing(); !d.Overdue || d.Verdict != poverty.Late || d.Trouble != poverty.TroubleMissing {
		t.Errorf("overdue %v, verdict %q, trouble %q", d.Overdue, d.Verdict, d.Trouble)
	}
}

func TestDuty_silence_until_the_last_day_is_deemed_acceptance(t *testing.T) {
	d := aDuty("report")
	d.Deemed, d.Kind = true, poverty.DutyAcceptance
	s := newStory(d, "2018-04-11")
	s.advance("2018-12-31 00:00")
	want := []string{"2018-04-06 10:00 passed remind 3", "2018-04-11 08:00 reminded remind 0", "2018-04-12 00:00 accepted"}
	if diff := cmp.Diff(want, s.planned()); diff != "" {
		t.Error(diff)
	}
	if got := s.standing(); got.State != poverty.DutyDone || got.Verdict != poverty.OnTime || got.Overdue {
		t.Errorf("stands %s, verdict %q, overdue %v", got.State, got.Verdict, got.Overdue)
	}
	if last := s.history[len(s.history)-1]; last.Basis != "deemed" {
		t.Errorf("basis %q", last.Basis)
	}
}

func TestDuty_nothing_fires_after_the_end(t *testing.T) {
	for _, end := range []string{"done", "accepted", "excused", "submitted", "carried"} {
		s := newStory(aDuty("start"), "2018-05-15")
		s.advance("2018-05-16 09:00")
		n := len(s.history)
		if end == "carried" {
			s.add(poverty.Entry{At: at("2018-05-17 10:00"), Event: poverty.EventClosed, Reason: "carried"})
		} else {
			s.tell("2018-05-17 10:00 " + end)
		}
		s.advance("2019-12-31 00:00")
		if len(s.history) != n+1 {
			t.Errorf("%s: %v came after", end, s.planned()[4:])
		}
		if d := s.standing(); d.NextAt != nil || d.Escalated || d.Overdue {
			t.Errorf("%s: next at %v, escalated %v, overdue %v", end, d.NextAt, d.Escalated, d.Overdue)
		}
	}
}

func TestDuty_next_instant_is_the_next_planned_one(t *testing.T) {
	s := newStory(aDuty("start"), "2018-05-15")
	for _, tt := range []struct{ until, want string }{
		{"2018-04-07 00:00", "2018-05-10 08:00"},
		{"2018-05-10 08:00", "2018-05-15 08:00"},
		{"2018-05-15 08:00", "2018-05-16 00:00"},
		{"2018-05-16 00:00", "2018-05-16 08:00"},
		{"2018-05-18 08:00", "2018-05-22 08:00"},
	} {
		s.advance(tt.until)
		if d := s.standing(); d.NextAt == nil || !d.NextAt.Equal(at(tt.want)) {
			t.Errorf("after %s: %v, want %s", tt.until, d.NextAt, tt.want)
		}
	}
	s.advance("2018-05-22 08:00")
	if d := s.standing(); d.NextAt != nil {
		t.Errorf("after the last rung: %v", d.NextAt)
	}
}

func TestDuty_two_facts_of_one_instant_keep_the_order_in_which_they_were_recorded(t *testing.T) {
	s := newStory(aDuty("report"), "2018-04-30")
	s.tell("2018-04-27 15:00 submitted")
	history := append(slices.Clone(s.history), poverty.Entry{At: at("2018-04-27 15:00"), Event: poverty.EventAccepted}) // not stored yet: no ID
	_, standing, _ := s.duty.Advance(s.t, history, at("2018-04-27 15:00"))
	if standing.State != poverty.DutyDone {
		t.Errorf("stands %s", standing.State)
	}
}

func TestDuty_trouble_is_told_by_kind(t *testing.T) {
	for kind, want := range map[poverty.DutyKind]poverty.Trouble{
		poverty.DutyPlan: poverty.TroubleMissing, poverty.DutyMeeting: poverty.TroubleMissing, poverty.DutyTask: poverty.TroubleMissing,
		poverty.DutyReport: poverty.TroubleMissing, poverty.DutySurvey: poverty.TroubleMissing, poverty.DutyReview: poverty.TroubleMissing,
		poverty.DutyStart: poverty.TroubleNotStarted, poverty.DutyAppraisal: poverty.TroubleAwaitingApproval,
		poverty.DutyApproval: poverty.TroubleAwaitingApproval, poverty.DutyConsolidation: poverty.TroubleAwaitingApproval,
	} {
		d := aDuty("report")
		d.Kind = kind
		s := newStory(d, "2018-04-30")
		s.advance("2018-04-30 23:59:59")
		if got := s.standing(); got.Trouble != poverty.NoTrouble {
			t.Errorf("%s before its end: %q", kind, got.Trouble)
		}
		s.advance("2018-05-01 00:00")
		if got := s.standing(); got.Trouble != want {
			t.Errorf("%s: %q, want %q", kind, got.Trouble, want)
		}
	}
}

func TestDuty_key_names_period_and_subject_where_it_has_them(t *testing.T) {
	for _, tt := range []struct{ period, subject, want string }{
		{"", "", "nam-dong:2018/report/thuong-long"},
		{"2018-04", "", "nam-dong:2018/report/thuong-long/2018-04"},
		{"", "thuong-long.1", "nam-dong:2018/report/thuong-long/thuong-long.1"},
	} {
		if got := poverty.DutyKey("nam-dong:2018", "report", "thuong-long", tt.period, tt.subject); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// ---- a duty and its history in the making

var issued = at("2018-04-06 10:00")

func at(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, calendar.Zone); err == nil {
			return t
		}
	}
	panic(s)
}

// date is the day, or none for "".
func date(s string) calendar.Date {
	if s == "" {
		return calendar.Date{}
	}
	return calendar.MustDate(s)
}

func ladder(rungs ...string) poverty.Ladder {
	var l poverty.Ladder
	for _, s := range rungs {
		name, demand, _ := strings.Cut(s, "!")
		r, err := calendar.ParseRung(name)
		if err != nil {
			panic(err)
		}
		l = append(l, poverty.LadderStep{Rung: r, To: []string{"unit"}, Demands: poverty.Demand(demand)})
	}
	return l
}

func aTimetable() poverty.Timetable {
	return poverty.Timetable{Calendar: calendar.Default(), Rules: aCycle().Rules, Started: issued}
}

func aDuty(ladder string) poverty.Duty {
	return poverty.Duty{ID: 1, Cycle: "nam-dong:2018", Code: "report", Kind: poverty.DutyReport, Unit: "thuong-long", Ladder: ladder, OpenedAt: issued}
}

var emptyIsNil = cmp.Transformer("empty", func(s []string) []string { return append([]string(nil), s...) })

// story is a duty and what the store would hold of it.
type story struct {
	t       poverty.Timetable
	duty    poverty.Duty
	history []poverty.Entry
}

// newStory opens a duty at the cycle's issue with a last day ("": undated).
func newStory(d poverty.Duty, last string) *story {
	s := &story{t: aTimetable(), duty: d}
	e := poverty.Entry{At: issued, Event: poverty.EventOpened, By: date(last)}
	if last != "" {
		e.Stated = "by " + last
	}
	s.add(e)
	return s
}

func (s *story) add(entries ...poverty.Entry) {
	for _, e := range entries {
		e.ID = int64(len(s.history) + 1)
		s.history = append(s.history, e)
	}
}

// tell has facts recorded when they happen: "2018-05-17 09:30 acknowledged 2018-05-25".
func (s *story) tell(facts ...string) {
	for _, f := range facts {
		e := parse(f)
		s.advanceTo(e.At)
		s.add(e)
	}
}

// record has a fact typed in later than it happened.
func (s *story) record(fact, recorded string) {
	e := parse(fact)
	e.RecordedAt = at(recorded)
	s.advanceTo(e.RecordedAt)
	s.add(e)
}

func parse(fact string) poverty.Entry {
	words := strings.Fields(fact)
	e := poverty.Entry{At: at(words[0] + " " + words[1]), Event: poverty.Event(words[2])}
	if len(words) > 3 {
		e.By = date(words[3])
		e.Stated = "by " + words[3]
	}
	return e
}

func (s *story) advance(until string) { s.advanceTo(at(until)) }

func (s *story) advanceTo(until time.Time) {
	due, standing, next := s.duty.Advance(s.t, s.history, until)
	s.add(due...)
	s.duty.Put(standing, next)
}

// standing is the duty after all that was recorded.
func (s *story) standing() poverty.Duty {
	d := s.duty
	_, standing, next := s.duty.Advance(s.t, s.history, issued)
	d.Put(standing, next)
	return d
}

// planned is what the ladder did, in order.
func (s *story) planned() []string {
	var planned []poverty.Entry
	for _, e := range s.history {
		switch e.Event {
		case poverty.EventOverdue, poverty.EventReminded, poverty.EventEscalated, poverty.EventPassed, poverty.EventHeld, poverty.EventLapsed:
			planned = append(planned, e)
		case poverty.EventAccepted:
			if e.Basis == "deemed" {
				planned = append(planned, e)
			}
		}
	}
	slices.SortStableFunc(planned, func(a, b poverty.Entry) int { return a.At.Compare(b.At) })
	return lines(planned)
}

func lines(entries []poverty.Entry) []string {
	var out []string
	for _, e := range entries {
		line := e.At.In(calendar.Zone).Format("2006-01-02 15:04 ") + string(e.Event)
		if e.Rung != "" {
			line += " " + e.Rung
		}
		if !e.By.IsZero() {
			line += " " + e.By.String()
		}
		out = append(out, line)
	}
	return out
}

func TestDuty_a_lower_rung_that_fires_later_does_not_lower_the_rung_reached(t *testing.T) {
	cal := calendar.Default()
	at := func(s string) time.Time { return calendar.MustDate(s).At(calendar.MustClock("09:00")) }
	d := poverty.Duty{ID: 1, Cycle: "c:2018", Code: "task", Kind: poverty.DutyTask, Unit: "u", Ladder: "l"}
	rules := poverty.Rules{NoticeTime: calendar.DefaultNotice, Ladders: map[string]poverty.Ladder{"l": {{Rung: calendar.Overdue(1)}, {Rung: calendar.Overdue(3)}}}}
	t0 := poverty.Timetable{Calendar: cal, Rules: rules}
	past := []poverty.Entry{
		{ID: 1, Duty: 1, Event: poverty.EventOpened, At: at("2018-04-02"), By: calendar.MustDate("2018-04-09")},
		{ID: 2, Duty: 1, Event: poverty.EventEscalated, At: at("2018-04-09"), Ladder: 1, Rung: "overdue 3"},
	}
	due, s, _ := d.Advance(t0, past, at("2018-04-20"))
	if s.Rung != "overdue 3" || len(due) != 2 || due[1].Rung != "overdue 1" {
		t.Errorf("reached %q, due %+v", s.Rung, due)
	}
}
