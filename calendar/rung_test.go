package calendar

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const worked = "remind 3, remind 0, overdue 1, overdue 3"

func TestRung_worked_example_of_April_2018(t *testing.T) {
	april := MustMonth("2018-04")
	tests := []struct {
		rule    DayOffRule
		lastDay string
		overdue string
		rungs   []string
	}{
		{Keep, "2018-04-30", "2018-05-01T00:00:00+07:00", []string{
			"2018-04-24T08:00:00+07:00", "2018-04-27T08:00:00+07:00", "2018-05-02T08:00:00+07:00", "2018-05-04T08:00:00+07:00"}},
		{Next, "2018-05-02", "2018-05-03T00:00:00+07:00", []string{
			"2018-04-24T08:00:00+07:00", "2018-05-02T08:00:00+07:00", "2018-05-03T08:00:00+07:00", "2018-05-07T08:00:00+07:00"}},
		{Previous, "2018-04-27", "2018-04-28T00:00:00+07:00", []string{
			"2018-04-23T08:00:00+07:00", "2018-04-27T08:00:00+07:00", "2018-05-02T08:00:00+07:00", "2018-05-04T08:00:00+07:00"}},
	}
	c := Default()
	for _, tt := range tests {
		t.Run(string(tt.rule), func(t *testing.T) {
			days, err := MustDue("monthly by day 30").Days(c, tt.rule, april, april)
			if err != nil {
				t.Fatal(err)
			}
			if got := days[0].LastDay; got != MustDate(tt.lastDay) {
				t.Errorf("last day %s", got)
			}
			if got := days[0].OverdueAt().Format(time.RFC3339); got != tt.overdue {
				t.Errorf("overdue at %s", got)
			}
			var got []string
			for _, r := range MustLadder(worked) {
				got = append(got, c.RungAt(days[0].LastDay, r, DefaultNotice).Format(time.RFC3339))
			}
			if diff := cmp.Diff(tt.rungs, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRung_before_15_April_2018_ends_on_a_Saturday(t *testing.T) {
	c := Default()
	days, err := MustDue("before 2018-04-15").Days(c, Keep, Month{}, Month{})
	if err != nil {
		t.Fatal(err)
	}
	if got := days[0].OverdueAt().Format(time.RFC3339); got != "2018-04-15T00:00:00+07:00" {
		t.Error(got)
	}
	if fall, off := c.Fall(days[0].Stated); !off || fall.Name != "Thứ Bảy" || fall.Next != MustDate("2018-04-16") {
		t.Errorf("%v %t", fall, off)
	}
}

func TestRung_remind_0_falls_back_to_the_working_day_before(t *testing.T) {
	tests := []struct{ lastDay, want string }{
		{"2018-04-27", "2018-04-27"}, // a Friday
		{"2018-04-29", "2018-04-27"}, // a Sunday
		{"2018-05-01", "2018-04-27"}, // after a weekend and a holiday
		{"2018-12-31", "2018-12-28"}, // a swap
		{"2019-01-05", "2019-01-05"}, // a make-up Saturday
		{"2018-02-18", "2018-02-13"}, // in Tết
	}
	for _, tt := range tests {
		if got := Default().RungAt(MustDate(tt.lastDay), Remind(0), DefaultNotice); got != MustDate(tt.want).At(DefaultNotice) {
			t.Errorf("last day %s: %s, want %s", tt.lastDay, got.Format(time.RFC3339), tt.want)
		}
	}
}

func TestRung_make_up_days_and_swaps_count(t *testing.T) {
	c := Default()
	tests := []struct {
		lastDay string
		rung    Rung
		want    string
	}{
		{"2019-01-04", Overdue(1), "2019-01-05"}, // the make-up Saturday
		{"2019-01-04", Overdue(2), "2019-01-07"},
		{"2018-12-30", Overdue(1), "2019-01-02"},
		{"2019-01-07", Remind(1), "2019-01-05"},
		{"2018-02-13", Overdue(1), "2018-02-21"}, // after Tết
		{"2018-02-21", Remind(3), "2018-02-09"},
	}
	for _, tt := range tests {
		if got := c.RungAt(MustDate(tt.lastDay), tt.rung, MustClock("07:30")); got != MustDate(tt.want).At(MustClock("07:30")) {
			t.Errorf("%s, %s: got %s, want %s", tt.lastDay, tt.rung, got.Format(time.RFC3339), tt.want)
		}
	}
}

func TestRung_instants_never_go_back_and_overdue_rungs_come_after_the_last_day(t *testing.T) {
	c := Default()
	ladder := MustLadder("remind 5, remind 3, remind 1, remind 0, overdue 1, overdue 2, overdue 3, overdue 10")
	for d := MustDate("2017-12-01"); d.Before(MustDate("2020-03-01")); d = d.AddDays(1) {
		var last time.Time
		for _, r := range ladder {
			at := c.RungAt(d, r, DefaultNotice)
			if at.Before(last) || !c.IsWorkingDay(DateOf(at)) {
				t.Fatalf("last day %s: %s at %s", d, r, at)
			}
			if after := !at.Before(OverdueAt(d)); after != (r.Kind == KindOverdue) {
				t.Fatalf("last day %s, overdue at %s: %s at %s", d, OverdueAt(d), r, at)
			}
			last = at
		}
	}
}

func TestRung_resumes_on_the_first_working_day_after_a_lapsed_promise(t *testing.T) {
	c := Default()
	tests := []struct {
		name    string
		promise string
		rungs   string
		want    []string
	}{
		{"over a holiday", "2018-04-27", "overdue 1, overdue 3", []string{"2018-05-02", "2018-05-04"}},
		{"promise on a day off", "2018-04-28", "overdue 3, overdue 5", []string{"2018-05-02", "2018-05-04"}},
		{"reminders left", "2018-04-20", "remind 0, overdue 1, overdue 3", []string{"2018-04-23", "2018-04-24", "2018-04-27"}},
		{"one left", "2018-12-28", "overdue 3", []string{"2019-01-02"}},
		{"none left", "2018-12-28", "", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []string{}
			for _, at := range c.Resume(MustDate(tt.promise), MustLadder(tt.rungs), DefaultNotice) {
				if at != DateOf(at).At(DefaultNotice) {
					t.Errorf("%s is not at notice time", at)
				}
				got = append(got, DateOf(at).String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLadder_keeps_its_text(t *testing.T) {
	l, err := ParseLadder(" remind 3,remind 0 ,overdue 1,  overdue 3")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Ladder{Remind(3), Remind(0), Overdue(1), Overdue(3)}, l); diff != "" {
		t.Error(diff)
	}
	if l.String() != worked {
		t.Error(l)
	}
	text, err := json.Marshal(struct{ L Ladder }{l})
	var back struct{ L Ladder }
	if err != nil || string(text) != `{"L":"`+worked+`"}` || json.Unmarshal(text, &back) != nil {
		t.Fatalf("%s %v", text, err)
	}
	if diff := cmp.Diff(l, back.L); diff != "" {
		t.Error(diff)
	}
	v, err := l.Value()
	var scanned Ladder
	if err != nil || v != worked || scanned.Scan(v) != nil {
		t.Fatalf("%v %v", v, err)
	}
	if diff := cmp.Diff(l, scanned); diff != "" {
		t.Error(diff)
	}
	if empty, err := ParseLadder("  "); empty != nil || err != nil || scanned.Scan(nil) == nil || scanned.UnmarshalText([]byte("x")) == nil {
		t.Errorf("%v %v", empty, err)
	}
}

func TestLadder_refuses_doubles_and_wrong_order(t *testing.T) {
	tests := []struct{ ladder, want string }{
		{"remind 3, remind 3", `"remind 3" is there twice: keep one`},
		{"remind 0, remind 3", `"remind 3" stands after "remind 0", but fires before it`},
		{"overdue 1, remind 0", `"remind 0" stands after "overdue 1"`},
		{"overdue 3, overdue 1", `"overdue 1" stands after "overdue 3"`},
		{"remind 3, shout 1", `"shout 1" is not a rung`},
		{"remind 3,", `"" is not a rung`},
		{"remind -1", "is not a rung"},
		{"remind", "is not a rung"},
		{"remind 3 days", "is not a rung"},
		{"overdue 0", "a number from 1"},
		{"overdue 367", "at most 366"},
	}
	for _, tt := range tests {
		l, err := ParseLadder(tt.ladder)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.ladder) {
			t.Errorf("%q: %v %v", tt.ladder, l, err)
		}
	}
	_, err := ParseLadder("overdue 1, remind 0, remind 0, x")
	for _, want := range []string{`"remind 0" stands after`, "twice", `"x" is not a rung`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not every problem is named: %v", err)
		}
	}
}

func TestRung_keeps_its_text_and_keys_a_map(t *testing.T) {
	m := map[Rung]string{Remind(0): "a", Overdue(1): "b"}
	text, err := json.Marshal(m)
	if err != nil || string(text) != `{"overdue 1":"b","remind 0":"a"}` {
		t.Fatalf("%s %v", text, err)
	}
	var back map[Rung]string
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Error(diff)
	}
	var r Rung
	if v, err := Overdue(3).Value(); err != nil || v != "overdue 3" || r.Scan(v) != nil || r != Overdue(3) {
		t.Errorf("%v %v", v, err)
	}
	if r.Scan(nil) == nil || r.Scan("x") == nil || !Remind(0).Before(Overdue(1)) || Overdue(1).Before(Remind(9)) {
		t.Error("rungs are not read or ordered")
	}
}

func BenchmarkRungAt(b *testing.B) {
	c := Default()
	last := MustDate("2018-04-30")
	for _, r := range MustLadder("remind 3, remind 0, overdue 1, overdue 10") {
		b.Run(r.String(), func(b *testing.B) {
			for b.Loop() {
				c.RungAt(last, r, DefaultNotice)
			}
		})
	}
}

func BenchmarkDays(b *testing.B) {
	c, due := Default(), MustDue("monthly by day 30")
	from, to := MustMonth("2018-01"), MustMonth("2018-12")
	for b.Loop() {
		if _, err := due.Days(c, Next, from, to); err != nil {
			b.Fatal(err)
		}
	}
}
