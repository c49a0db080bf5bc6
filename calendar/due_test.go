package calendar

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func occurrence(period, stated, last string) Occurrence {
	return Occurrence{Period: Period(period), Stated: MustDate(stated), LastDay: MustDate(last)}
}

func TestDue_every_form_gives_its_last_days(t *testing.T) {
	feb, apr := MustMonth("2018-02"), MustMonth("2018-04")
	tests := []struct {
		due      string
		rule     DayOffRule
		from, to Month
		want     []Occurrence
	}{
		{"before 2018-04-15", Keep, Month{}, Month{}, []Occurrence{occurrence("", "2018-04-14", "2018-04-14")}},
		{"before 2018-04-15", Next, Month{}, Month{}, []Occurrence{occurrence("", "2018-04-14", "2018-04-16")}},
		{"before 2018-04-15", Previous, Month{}, Month{}, []Occurrence{occurrence("", "2018-04-14", "2018-04-13")}},
		{"by 2018-04-20", "", Month{}, Month{}, []Occurrence{occurrence("", "2018-04-20", "2018-04-20")}},
		{"monthly by day 30", Keep, feb, apr, []Occurrence{
			occurrence("2018-02", "2018-02-28", "2018-02-28"),
			occurrence("2018-03", "2018-03-30", "2018-03-30"),
			occurrence("2018-04", "2018-04-30", "2018-04-30"),
		}},
		{"monthly by day 30", Next, apr, apr, []Occurrence{occurrence("2018-04", "2018-04-30", "2018-05-02")}},
		{"monthly by day 30", Previous, apr, apr, []Occurrence{occurrence("2018-04", "2018-04-30", "2018-04-27")}},
		{"monthly by day 10 of the following month", Keep, MustMonth("2018-12"), MustMonth("2018-12"), []Occurrence{occurrence("2018-12", "2019-01-10", "2019-01-10")}},
		{"monthly by day 31 of the following month", Keep, MustMonth("2020-01"), MustMonth("2020-01"), []Occurrence{occurrence("2020-01", "2020-02-29", "2020-02-29")}},
		{"quarterly by day 10 of the following month", Keep, feb, MustMonth("2018-12"), []Occurrence{
			occurrence("2018-Q1", "2018-04-10", "2018-04-10"),
			occurrence("2018-Q2", "2018-07-10", "2018-07-10"),
			occurrence("2018-Q3", "2018-10-10", "2018-10-10"),
			occurrence("2018-Q4", "2019-01-10", "2019-01-10"),
		}},
		{"half-yearly by day 5 of the following month", Keep, MustMonth("2018-01"), MustMonth("2018-12"), []Occurrence{
			occurrence("2018-H1", "2018-07-05", "2018-07-05"),
			occurrence("2018-H2", "2019-01-05", "2019-01-05"),
		}},
		{"yearly by day 6 of the following month", Next, MustMonth("2018-01"), MustMonth("2018-12"), []Occurrence{
			occurrence("2018", "2019-01-06", "2019-01-07"),
		}},
		// Wednesday 25 April is Giỗ Tổ.
		{"within 5 working days of 2018-04-20", Keep, Month{}, Month{}, []Occurrence{occurrence("", "2018-05-02", "2018-05-02")}},
		{"within 1 working day of 2018-12-30", Next, Month{}, Month{}, []Occurrence{occurrence("", "2019-01-02", "2019-01-02")}},
		{"within 5 working days of receipt", Keep, Month{}, Month{}, []Occurrence{{}}},
		{"none", Next, Month{}, Month{}, []Occurrence{{}}},
	}
	for _, tt := range tests {
		t.Run(tt.due+" "+string(tt.rule), func(t *testing.T) {
			got, err := MustDue(tt.due).Days(Default(), tt.rule, tt.from, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDue_29_February_2020_is_a_Saturday(t *testing.T) {
	m := MustMonth("2020-02")
	for rule, want := range map[DayOffRule]string{Keep: "2020-02-29", Next: "2020-03-02", Previous: "2020-02-28"} {
		got, err := MustDue("monthly by day 30").Days(Default(), rule, m, m)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Occurrence{occurrence("2020-02", "2020-02-29", want)}, got); diff != "" {
			t.Errorf("%s: %s", rule, diff)
		}
	}
}

func TestDue_without_a_last_day_is_never_overdue(t *testing.T) {
	for _, s := range []string{"none", "within 3 working days of the chair's signature"} {
		got, err := MustDue(s).Days(Default(), Keep, Month{}, Month{})
		if err != nil || !got[0].OverdueAt().IsZero() {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	d := MustDue("within 5 working days of receipt").WithEvent(MustDate("2018-04-20"))
	got, err := d.Days(Default(), Keep, Month{}, Month{})
	if err != nil || got[0].LastDay != MustDate("2018-05-02") {
		t.Errorf("%v %v", got, err)
	}
	if MustDue("none").WithEvent(MustDate("2018-04-20")) != MustDue("none") || MustDue("within 5 working days of receipt").WithEvent(Date{}).Event() != "receipt" {
		t.Error("an event's day goes where an event is named")
	}
}

func TestDue_keeps_its_stated_form(t *testing.T) {
	for _, s := range []string{
		"before 2018-04-15", "by 2018-04-20", "monthly by day 30", "monthly by day 10 of the following month",
		"quarterly by day 10 of the following month", "half-yearly by day 5 of the following month",
		"yearly by day 6 of the following month", "within 5 working days of 2018-04-20",
		"within 1 working day of receipt", "within 5 working days of ngày nhận được kế hoạch", "none",
	} {
		d, err := ParseDue(s)
		if err != nil || d.String() != s {
			t.Errorf("%s: %s %v", s, d, err)
		}
		text, err := json.Marshal(d)
		var back Due
		if err != nil || json.Unmarshal(text, &back) != nil || !back.Equal(d) {
			t.Errorf("%s: %s %v", s, text, err)
		}
		v, err := d.Value()
		var scanned Due
		if err != nil || v != s || scanned.Scan(v) != nil || scanned != d {
			t.Errorf("%s: %v %v", s, v, err)
		}
	}
	if d := MustDue("  within  5 working   days of  2018-04-20 "); d.String() != "within 5 working days of 2018-04-20" {
		t.Error(d)
	}
	d := MustDue("by 2018-04-20")
	if d.Scan(nil) != nil || !d.IsZero() || d.Scan(3) == nil || d.Scan([]byte("by 2018-04-20")) != nil || d != By(MustDate("2018-04-20")) {
		t.Error("columns are not read")
	}
}

func TestDue_says_how_it_is_stated(t *testing.T) {
	tests := []struct {
		due    string
		kind   DueKind
		date   Date
		event  string
		months int
	}{
		{"none", DueNone, Date{}, "", 0},
		{"before 2018-04-15", DueBefore, MustDate("2018-04-15"), "", 0},
		{"by 2018-04-20", DueBy, MustDate("2018-04-20"), "", 0},
		{"quarterly by day 10 of the following month", DueRegular, Date{}, "", 3},
		{"within 5 working days of receipt", DueWithin, Date{}, "receipt", 0},
	}
	for _, tt := range tests {
		d := MustDue(tt.due)
		if d.Kind() != tt.kind || d.Date() != tt.date || d.Event() != tt.event || d.Months() != tt.months {
			t.Errorf("%s: %s %s %q %d", tt.due, d.Kind(), d.Date(), d.Event(), d.Months())
		}
	}
}

func TestParseDue_refuses_what_it_cannot_read_and_says_what_to_write(t *testing.T) {
	tests := []struct{ due, want string }{
		{"", `write "before 2018-04-15"`},
		{"asap", `"monthly by day 30"`},
		{"before 15/4/2018", `"15/4/2018" is not a date: write YYYY-MM-DD`},
		{"before 0001-01-01", "there is no day before it"},
		{"by 2018-02-30", "February 2018 has days 1 to 28"},
		{"by", `write "before`},
		{"monthly by day 0", "write a day from 1 to 31"},
		{"monthly by day 32", "write a day from 1 to 31"},
		{"monthly by day thirty", `write "before`},
		{"monthly by day 30 of the next month", `write "before`},
		{"quarterly by day 10", `write "quarterly by day 10 of the following month"`},
		{"within 0 working days of receipt", "write a number from 1 to 366"},
		{"within 367 working days of receipt", "write a number from 1 to 366"},
		{"within 5 working days of 20/4/2018", `"20/4/2018" is not a date`},
		{"within 5 working days of 2018-04-31", "April 2018 has days 1 to 30"},
		{"within 5 working days of", `write "before`},
		{"within 5 days of 2018-04-20", `write "before`},
		{"within 5 working days of " + strings.Repeat("đ", 201), "at most 200 characters"},
		{"within 5 working days of a\x00b", "not readable"},
	}
	for _, tt := range tests {
		d, err := ParseDue(tt.due)
		if err == nil {
			t.Errorf("%q: read as %s", tt.due, d)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "deadline ") {
			t.Errorf("%q: the error is %v", tt.due, err)
		}
		if d.UnmarshalText([]byte(tt.due)) == nil {
			t.Errorf("%q: unmarshalled", tt.due)
		}
	}
}

func TestDue_Days_refuses_months_that_make_no_sense(t *testing.T) {
	tests := []struct{ due, from, to, want string }{
		{"monthly by day 30", "", "", "say from which month to which"},
		{"monthly by day 30", "2018-02", "", "say from which month to which"},
		{"monthly by day 30", "2018-03", "2018-02", "wrong order"},
		{"monthly by day 30", "1900-01", "2018-02", "more than 50 years"},
		{"quarterly by day 10 of the following month", "2018-01", "2018-02", "no period ends"},
	}
	for _, tt := range tests {
		var from, to Month
		if from.UnmarshalText([]byte(tt.from)) != nil || to.UnmarshalText([]byte(tt.to)) != nil {
			t.Fatal(tt)
		}
		got, err := MustDue(tt.due).Days(Default(), Keep, from, to)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v %v", tt, got, err)
		}
	}
}

func TestDue_Shift_moves_its_day_by_whole_months(t *testing.T) {
	tests := []struct {
		due    string
		months int
		want   string
	}{
		{"before 2018-04-15", 12, "before 2019-04-15"},
		{"by 2020-02-29", 12, "by 2021-02-28"},
		{"by 2018-12-31", -10, "by 2018-02-28"},
		{"within 5 working days of 2018-04-20", 1, "within 5 working days of 2018-05-20"},
		{"within 5 working days of receipt", 12, "within 5 working days of receipt"},
		{"monthly by day 30", 12, "monthly by day 30"},
		{"none", 12, "none"},
	}
	for _, tt := range tests {
		if got := MustDue(tt.due).Shift(tt.months).String(); got != tt.want {
			t.Errorf("%s by %d: got %s, want %s", tt.due, tt.months, got, tt.want)
		}
	}
}

func TestDue_rules_put_the_last_day_on_a_working_day_at_or_beside_the_stated_one(t *testing.T) {
	c := Default()
	from, to := MustMonth("2018-01"), MustMonth("2027-12")
	for n := 1; n <= 31; n++ {
		d := Due{kind: DueRegular, n: n, months: 1}
		keep, err := d.Days(c, Keep, from, to)
		if err != nil || len(keep) != 120 {
			t.Fatalf("%d occurrences, %v", len(keep), err)
		}
		next, _ := d.Days(c, Next, from, to)
		previous, _ := d.Days(c, Previous, from, to)
		for i, k := range keep {
			fall, off := c.Fall(k.Stated)
			if k.LastDay != k.Stated || MonthOf(k.Stated).String() != string(k.Period) {
				t.Fatalf("keep: %v", k)
			}
			if off == c.IsWorkingDay(k.Stated) {
				t.Fatalf("%s: %v", k.Stated, fall)
			}
			if !off {
				fall.Next, fall.Previous = k.Stated, k.Stated
			}
			if next[i].LastDay != fall.Next || previous[i].LastDay != fall.Previous || !c.IsWorkingDay(fall.Next) || !c.IsWorkingDay(fall.Previous) {
				t.Fatalf("%v %v %v", k, next[i], previous[i])
			}
		}
	}
}

func FuzzParseDue(f *testing.F) {
	for _, s := range []string{"before 2018-04-15", "monthly by day 30", "within 5 working days of receipt", "none"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDue(s)
		if err != nil {
			return
		}
		if back, err := ParseDue(d.String()); err != nil || back != d {
			t.Errorf("%q: %v, then %v %v", s, d, back, err)
		}
	})
}
