package calendar

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDate_agrees_with_the_standard_library_every_day(t *testing.T) {
	std := time.Date(1, 1, 1, 0, 0, 0, 0, Zone)
	for n := int32(1); n <= maxDate; n++ {
		if n > 1000 && n < maxDate-1000 && n%13 != 0 {
			continue
		}
		d := Date{n: n}
		s := std.AddDate(0, 0, int(n)-1)
		y, m, day := s.Date()
		if d.Year() != y || d.Month() != m || d.Day() != day || d.Weekday() != s.Weekday() || civil(y, m, day) != d {
			t.Fatalf("day %d is %s here and %s in the standard library", n, d, s.Format(time.DateOnly))
		}
		if !d.Start().Equal(s) || DateOf(d.Start()) != d || DateOf(d.At(MustClock("23:59"))) != d {
			t.Fatalf("%s starts at %s", d, d.Start())
		}
	}
}

func TestDate_a_day_begins_at_midnight_in_Vietnam(t *testing.T) {
	d := MustDate("2018-05-01")
	if got := d.Start().Format(time.RFC3339); got != "2018-05-01T00:00:00+07:00" {
		t.Error(got)
	}
	if got := d.At(MustClock("08:30")).Format(time.RFC3339); got != "2018-05-01T08:30:00+07:00" {
		t.Error(got)
	}
	utc := time.Date(2018, 4, 30, 16, 59, 59, 0, time.UTC)
	if got := DateOf(utc); got != MustDate("2018-04-30") {
		t.Error(got)
	}
	if got := DateOf(utc.Add(time.Second)); got != d {
		t.Error(got)
	}
}

func TestParseDate_takes_days_that_exist_only(t *testing.T) {
	for _, s := range []string{"2018-04-15", "2020-02-29", "0001-01-01", "9999-12-31", "2000-02-29"} {
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Errorf("%s: got %s, %v", s, d, err)
		}
	}
	for _, s := range []string{
		"", "2018-4-15", "15/04/2018", "2018-02-30", "2019-02-29", "1900-02-29", "2018-13-01", "2018-00-10",
		"2018-01-00", "0000-01-01", "2018-04-15 ", "2018-04-15T00:00:00Z", "-018-04-15", "2018-+4-15", "２018-04-1",
	} {
		d, err := ParseDate(s)
		if err == nil {
			t.Errorf("%q: got %s", s, d)
			continue
		}
		if !strings.Contains(err.Error(), "write YYYY-MM-DD, such as 2018-04-15") || !strings.HasPrefix(err.Error(), `"`+s) {
			t.Errorf("%q: the error is %v", s, err)
		}
	}
}

func TestNewDate_refuses_days_that_do_not_exist(t *testing.T) {
	for _, d := range [][3]int{{2018, 2, 29}, {2018, 13, 1}, {2018, 0, 1}, {2018, 1, 32}, {2018, 1, -1}, {10000, 1, 1}, {0, 1, 1}} {
		if got, err := NewDate(d[0], time.Month(d[1]), d[2]); err == nil {
			t.Errorf("%v: got %s", d, got)
		}
	}
}

func TestDate_AddMonths_stops_at_the_end_of_the_month(t *testing.T) {
	tests := []struct {
		from   string
		months int
		want   string
	}{
		{"2018-01-31", 1, "2018-02-28"},
		{"2020-01-31", 1, "2020-02-29"},
		{"2020-02-29", 12, "2021-02-28"},
		{"2018-03-31", -1, "2018-02-28"},
		{"2018-11-30", 3, "2019-02-28"},
		{"2018-04-15", 12, "2019-04-15"},
		{"2018-01-15", -1, "2017-12-15"},
		{"2018-01-15", 0, "2018-01-15"},
		{"9999-12-31", 1, ""},
	}
	for _, tt := range tests {
		if got := MustDate(tt.from).AddMonths(tt.months).String(); got != tt.want {
			t.Errorf("%s and %d months: got %q, want %q", tt.from, tt.months, got, tt.want)
		}
	}
}

func TestDate_AddDays_leaves_the_years_as_no_date(t *testing.T) {
	for _, d := range []Date{{}, MustDate("0001-01-01").AddDays(-1), MustDate("9999-12-31").AddDays(1), MustDate("2018-01-01").AddDays(1 << 40)} {
		if !d.IsZero() {
			t.Errorf("got %s", d)
		}
	}
	if got := MustDate("2018-12-31").AddDays(1).String(); got != "2019-01-01" {
		t.Error(got)
	}
	if got := MustDate("2018-01-01").DaysUntil(MustDate("2019-01-01")); got != 365 {
		t.Error(got)
	}
}

func TestDate_orders(t *testing.T) {
	a, b := MustDate("2018-04-15"), MustDate("2018-04-16")
	if !a.Before(b) || a.After(b) || !b.After(a) || a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 || a.Equal(b) || !a.Equal(a) {
		t.Error("15 April comes before 16 April")
	}
	if !(Date{}).Before(MustDate("0001-01-01")) {
		t.Error("no date comes first")
	}
	m := map[Date]int{a: 1}
	if m[MustDate("2018-04-15")] != 1 {
		t.Error("a date keys a map")
	}
}

func TestDate_JSON_is_the_day_or_empty(t *testing.T) {
	type doc struct {
		D Date         `json:"d"`
		O Date         `json:"o,omitzero"`
		M map[Date]int `json:"m"`
	}
	in := doc{D: MustDate("2018-04-15"), M: map[Date]int{MustDate("2018-01-02"): 3}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"d":"2018-04-15","m":{"2018-01-02":3}}` {
		t.Fatalf("%s %v", text, err)
	}
	var out doc
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"d":"","o":null}`), &out); err != nil || !out.D.IsZero() {
		t.Errorf("%v %v", out, err)
	}
	for _, bad := range []string{`{"d":"15/4/2018"}`, `{"d":20180415}`} {
		if err := json.Unmarshal([]byte(bad), &out); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestDate_Scan_and_Value_go_through_a_date_column(t *testing.T) {
	want := MustDate("2018-04-15")
	v, err := want.Value()
	if err != nil || v != time.Date(2018, 4, 15, 0, 0, 0, 0, time.UTC) {
		t.Fatalf("%v %v", v, err)
	}
	for _, src := range []any{v, "2018-04-15", []byte("2018-04-15"), time.Date(2018, 4, 15, 0, 0, 0, 0, Zone)} {
		var d Date
		if err := d.Scan(src); err != nil || d != want {
			t.Errorf("%T: %s %v", src, d, err)
		}
	}
	d := want
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("null: %s %v", d, err)
	}
	if v, err := (Date{}).Value(); v != nil || err != nil {
		t.Errorf("no date: %v %v", v, err)
	}
	for _, bad := range []any{42, "infinity", "15/4/2018", time.Date(2018, 4, 15, 8, 0, 0, 0, time.UTC), time.Date(-1, 4, 15, 0, 0, 0, 0, time.UTC)} {
		d := want
		if err := d.Scan(bad); err == nil {
			t.Errorf("%v was read as %s", bad, d)
		}
		if d != want {
			t.Errorf("%v changed the date", bad)
		}
	}
}

func TestClock_reads_and_writes_hours_and_minutes(t *testing.T) {
	for _, s := range []string{"00:00", "08:00", "23:59"} {
		c, err := ParseClock(s)
		if err != nil || c.String() != s {
			t.Errorf("%s: %s %v", s, c, err)
		}
		var back Clock
		if err := back.Scan(s + ":00"); err != nil || !back.Equal(c) {
			t.Errorf("%s: %s %v", s, back, err)
		}
		if err := back.Scan([]byte(s + ":00.000000")); err != nil || back != c {
			t.Errorf("%s: %s %v", s, back, err)
		}
		if v, err := c.Value(); v != s || err != nil {
			t.Errorf("%s: %v %v", s, v, err)
		}
		text, err := json.Marshal(c)
		if err != nil || string(text) != `"`+s+`"` || json.Unmarshal(text, &back) != nil || back != c {
			t.Errorf("%s: %s %v", s, text, err)
		}
	}
	for _, s := range []string{"", "8:00", "24:00", "08:60", "0800", "08:00:00", "8h00", "08-00", "+8:00"} {
		if c, err := ParseClock(s); err == nil || !strings.Contains(err.Error(), "write HH:MM") {
			t.Errorf("%q: %s %v", s, c, err)
		}
		var c Clock
		if c.UnmarshalText([]byte(s)) == nil {
			t.Errorf("%q: was read", s)
		}
	}
	var c Clock
	if c.Scan(nil) == nil || c.Scan("08:00:30") == nil {
		t.Error("null and seconds are not read")
	}
}

func TestMonth_counts_and_reads(t *testing.T) {
	m := MustMonth("2018-11")
	if m.Add(2).String() != "2019-01" || m.Add(-11).String() != "2017-12" || m.Last() != MustDate("2018-11-30") || m.First() != MustDate("2018-11-01") {
		t.Error("months do not count")
	}
	if MustMonth("2018-02").Day(30) != MustDate("2018-02-28") || MustMonth("2018-02").Day(0) != (Date{}) {
		t.Error("day 30 of February is its last day")
	}
	if MonthOf(MustDate("2018-11-30")) != m || MonthOf(Date{}) != (Month{}) || !m.Before(m.Add(1)) || !m.Add(1).After(m) || m.Compare(m.Add(1)) != -1 || !m.Equal(m) {
		t.Error("months do not compare")
	}
	if got, err := NewMonth(2018, time.November); err != nil || got != m {
		t.Errorf("%s %v", got, err)
	}
	if _, err := NewMonth(2018, 13); err == nil {
		t.Error("there is no month 13")
	}
	if (Month{}).String() != "" || (Month{}).Month() != 0 || !(Month{}).Add(1).IsZero() || !MustMonth("9999-12").Add(1).IsZero() || !MustMonth("0001-01").Add(-1).IsZero() {
		t.Error("no month gave something")
	}
	for _, s := range []string{"", "2018", "2018-13", "2018-1", "02/2018", "2018-00"} {
		if m, err := ParseMonth(s); err == nil || !strings.Contains(err.Error(), "write YYYY-MM") {
			t.Errorf("%q: %s %v", s, m, err)
		}
	}
	text, err := json.Marshal(m)
	var back Month
	if err != nil || json.Unmarshal(text, &back) != nil || back != m {
		t.Errorf("%s %v", text, err)
	}
	v, err := m.Value()
	if err != nil || v != "2018-11" || back.Scan(v) != nil || back != m || back.Scan(nil) != nil || !back.IsZero() || back.Scan(1) == nil {
		t.Errorf("%v %v", v, err)
	}
	if v, err := (Month{}).Value(); v != nil || err != nil {
		t.Errorf("no month: %v %v", v, err)
	}
	if back.UnmarshalText(nil) != nil || !back.IsZero() || back.UnmarshalText([]byte("x")) == nil {
		t.Error("an empty text is no month")
	}
}

func TestPeriod_names_its_months(t *testing.T) {
	for name, want := range map[string][2]string{
		"2018-02": {"2018-02", "2018-02"},
		"2018-Q1": {"2018-01", "2018-03"},
		"2018-Q4": {"2018-10", "2018-12"},
		"2018-H2": {"2018-07", "2018-12"},
		"2018":    {"2018-01", "2018-12"},
	} {
		p, err := ParsePeriod(name)
		if err != nil || p.First() != MustMonth(want[0]) || p.Last() != MustMonth(want[1]) {
			t.Errorf("%s: %s to %s, %v", name, p.First(), p.Last(), err)
		}
		if got := period(int(p.Last().n-p.First().n)+1, p.Last()); got != p {
			t.Errorf("%s: the months name %s", name, got)
		}
	}
	if p, err := ParsePeriod(""); p != "" || err != nil || !p.First().IsZero() {
		t.Errorf("%q %v", p, err)
	}
	for _, s := range []string{"2018-Q5", "2018-Q0", "2018-H3", "2018-", "Q1", "18", "2018-Q1 "} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q: %s", s, p)
		}
	}
}
