package poverty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dondoc/calendar"
	"dondoc/poverty"
)

func day(s string) calendar.Date { return calendar.MustDate(s) }

func TestPostingRules_the_day_of_posting_does_not_count(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rules      poverty.PostingRules
		from, last string
	}{
		{poverty.PostingRules{}, "2018-04-23", "2018-04-27"}, // 25 April is a holiday
		{poverty.PostingRules{Days: 3, Working: true}, "2018-04-27", "2018-05-04"},
		{poverty.PostingRules{Days: 3}, "2018-04-27", "2018-04-30"},
		{poverty.PostingRules{Days: 1, Working: true}, "2018-04-28", "2018-05-02"},
	} {
		if got := tt.rules.Last(calendar.Default(), day(tt.from)); got != day(tt.last) {
			t.Errorf("%+v from %s: %s, want %s", tt.rules, tt.from, got, tt.last)
		}
	}
}

func TestPosts_knows_surveys_and_rounds_of_plans(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{
		"survey-official": true, "survey-preliminary": true, poverty.SurveySubject("start"): true, "plan.1": true, poverty.PlanSubject(12): true,
		"survey-": false, "survey-other": false, "plan": false, "plan.0": false, "plan.01": false, "plan.-1": false, "plan.x": false, "": false,
	} {
		if _, _, ok := poverty.Posts(subject); ok != want {
			t.Errorf("%q can be posted: %v", subject, ok)
		}
	}
}

func TestPosting_Change_keeps_the_rules_of_a_posting(t *testing.T) {
	t.Parallel()
	up := poverty.Posting{From: day("2018-04-23"), Until: day("2018-04-27"), Version: 2}
	for _, tt := range []struct {
		name  string
		move  poverty.PostingMove
		on    string
		kind  poverty.Kind
		field string
		until string
	}{
		{"extended", poverty.PostingMove{Verb: "extend", Until: day("2018-05-04"), Reason: "mưa lũ"}, "2018-04-26", "", "", "2018-05-04"},
		{"extended without a reason", poverty.PostingMove{Verb: "extend", Until: day("2018-05-04")}, "2018-04-26", poverty.Invalid, "reason", ""},
		{"not longer", poverty.PostingMove{Verb: "extend", Until: day("2018-04-27"), Reason: "x"}, "2018-04-26", poverty.Invalid, "until", ""},
		{"extended into the past", poverty.PostingMove{Verb: "extend", Until: day("2018-05-04"), Reason: "x"}, "2018-05-07", poverty.Invalid, "until", ""},
		{"taken down after its end", poverty.PostingMove{Verb: "take_down", Minutes: "BB 01"}, "2018-05-02", "", "", "2018-04-27"},
		{"without minutes", poverty.PostingMove{Verb: "take_down"}, "2018-05-02", poverty.Invalid, "minutes", ""},
		{"early without a reason", poverty.PostingMove{Verb: "take_down", Minutes: "BB 01"}, "2018-04-26", poverty.Invalid, "reason", ""},
		{"early, and the time to object ends with it", poverty.PostingMove{Verb: "take_down", Minutes: "BB 01", Reason: "sai tên"}, "2018-04-24", "", "", "2018-04-24"},
		{"another version was seen", poverty.PostingMove{Verb: "take_down", Minutes: "BB 01", Version: 1}, "2018-05-02", poverty.Conflict, "version", ""},
		{"no such verb", poverty.PostingMove{Verb: "burn"}, "2018-05-02", poverty.Invalid, "verb", ""},
	} {
		got, err := up.Change(tt.move, day(tt.on))
		if poverty.KindOf(err) != tt.kind || err != nil && poverty.Refusal(err).Field != tt.field {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil && (got.Until != day(tt.until) || got.Version != 3) {
			t.Errorf("%s: until %s, version %d", tt.name, got.Until, got.Version)
		}
	}
	down := up
	down.TakenDown = day("2018-04-27")
	if _, err := down.Change(poverty.PostingMove{Verb: "extend", Until: day("2018-05-09"), Reason: "x"}, day("2018-04-28")); poverty.KindOf(err) != poverty.Conflict {
		t.Errorf("what was taken down was extended: %v", err)
	}
}

func TestStepOf_is_over_when_the_days_are_and_every_objection_is_answered_and_settled(t *testing.T) {
	t.Parallel()
	first := poverty.Posting{Until: day("2018-04-24"), TakenDown: day("2018-04-24"), Reopened: 1}
	second := poverty.Posting{Until: day("2018-04-30"), Open: 2}
	for _, tt := range []struct {
		name     string
		postings []poverty.Posting
		on       string
		left     []string
		clear    poverty.Kind
	}{
		{"nothing posted", nil, "2018-05-02", []string{"posting.left.not_posted"}, ""},
		{"on its last day", []poverty.Posting{{Until: day("2018-04-30")}}, "2018-04-30", []string{"posting.left.not_ended"}, ""},
		{"the day after", []poverty.Posting{{Until: day("2018-04-30")}}, "2018-05-01", nil, ""},
		{"objections to an earlier list count", []poverty.Posting{first, {Until: day("2018-04-30")}}, "2018-05-01", []string{"posting.left.reopened"}, poverty.Conflict},
		{"all at once", []poverty.Posting{first, second}, "2018-04-25", []string{"posting.left.not_ended", "posting.left.open", "posting.left.reopened"}, poverty.Conflict},
	} {
		s := poverty.StepOf(tt.postings, day(tt.on))
		if diff := cmp.Diff(tt.left, s.Left()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if got := poverty.KindOf(s.Clear()); got != tt.clear {
			t.Errorf("%s: %v", tt.name, s.Clear())
		}
	}
}
