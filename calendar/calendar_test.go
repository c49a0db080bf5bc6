package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLunarNewYear_is_the_published_Vietnamese_day(t *testing.T) {
	for _, want := range []string{
		"1985-01-21", "2007-02-17", "2018-02-16", "2019-02-05", "2020-01-25",
		"2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
		"2026-02-17", "2027-02-06", "2028-01-26", "2030-02-02",
	} {
		d := MustDate(want)
		if got := LunarNewYear(d.Year()); got != d {
			t.Errorf("year %d: got %s, want %s", d.Year(), got, want)
		}
	}
}

func TestHungKingsDay_is_the_published_day(t *testing.T) {
	for _, want := range []string{
		"2018-04-25", "2019-04-14", "2020-04-02", "2021-04-21", "2022-04-10",
		"2023-04-29", "2024-04-18", "2025-04-07", "2026-04-26",
	} {
		d := MustDate(want)
		if got := HungKingsDay(d.Year()); got != d {
			t.Errorf("year %d: got %s, want %s", d.Year(), got, want)
		}
	}
}

func TestLunar_year_begins_between_20_January_and_21_February_every_354_or_384_days(t *testing.T) {
	for y := 1900; y < 2149; y++ {
		d := LunarNewYear(y)
		if d.Before(civil(y, 1, 20)) || d.After(civil(y, 2, 21)) {
			t.Errorf("year %d begins on %s", y, d)
		}
		if n := d.DaysUntil(LunarNewYear(y + 1)); n < 353 || n > 355 && n < 383 || n > 385 {
			t.Errorf("year %d has %d days", y, n)
		}
		if k := HungKingsDay(y); d.DaysUntil(k) < 67 || d.DaysUntil(k) > 100 {
			t.Errorf("year %d: Giỗ Tổ on %s, Tết on %s", y, k, d)
		}
	}
}

// The Sun's longitude at the winter solstice of 1984, 21 December 16:23 UT,
// is what moves Tết 1985 a month before the Chinese one.
func TestLunar_solstice_of_1984_falls_on_21_December_in_Vietnam(t *testing.T) {
	_, start := solsticeMonth(1984)
	if want := MustDate("1984-11-23"); start != want {
		t.Errorf("month 11 of 1984 begins on %s, want %s", start, want)
	}
}

func days(c *Calendar, y int) []string {
	var out []string
	for _, d := range c.Year(y) {
		out = append(out, fmt.Sprintf("%s %s %s", d.Date, d.Kind, d.Name))
	}
	return out
}

func TestProvisional_2027_gives_Tet_and_its_weekend_back(t *testing.T) {
	c := Default()
	want := []string{
		"2027-01-01 holiday Tết Dương lịch",
		"2027-02-05 holiday Tết Nguyên đán",
		"2027-02-06 holiday Tết Nguyên đán",
		"2027-02-07 holiday Tết Nguyên đán",
		"2027-02-08 holiday Tết Nguyên đán",
		"2027-02-09 holiday Tết Nguyên đán",
		"2027-02-10 holiday Tết Nguyên đán (nghỉ bù)",
		"2027-02-11 holiday Tết Nguyên đán (nghỉ bù)",
		"2027-04-16 holiday Giỗ Tổ Hùng Vương",
		"2027-04-30 holiday Ngày Chiến thắng",
		"2027-05-01 holiday Ngày Quốc tế lao động",
		"2027-05-03 holiday Ngày Quốc tế lao động (nghỉ bù)",
		"2027-09-01 holiday Quốc khánh (ngày liền kề)",
		"2027-09-02 holiday Quốc khánh",
	}
	if diff := cmp.Diff(want, days(c, 2027)); diff != "" {
		t.Error(diff)
	}
	if !c.Provisional(2027) {
		t.Error("2027 has not been announced")
	}
	for _, d := range c.Year(2027) {
		if !d.Provisional {
			t.Errorf("%s is not marked provisional", d.Date)
		}
	}
	if c.IsWorkingDay(MustDate("2027-02-11")) || !c.IsWorkingDay(MustDate("2027-02-12")) {
		t.Error("11 February is given back, 12 February is worked")
	}
}

// The Prime Minister chooses the swaps, the days of Tết and the day next to 2
// September; the rest of an announced year must follow from the rules.
func TestProvisional_rules_agree_with_what_was_announced(t *testing.T) {
	chosen := map[int][]string{
		2021: {"2021-09-01", "2021-09-03"},
		2024: {"2024-09-01", "2024-09-03"},
	}
	for y := 2018; y <= 2026; y++ {
		off := func(days []DayOff) []string {
			var out []string
			for _, d := range days {
				if d.Kind == Holiday && !strings.HasPrefix(d.Name, tet) && !slices.Contains(chosen[y], d.Date.String()) {
					out = append(out, d.Date.String())
				}
			}
			return out
		}
		want, got := off(Default().Year(y)), off(provisional(y))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d (- announced, + by rule):\n%s", y, diff)
		}
	}
}

func TestProvisional_holidays_on_a_weekend_are_given_back_one_after_the_other(t *testing.T) {
	tests := []struct {
		year int
		want []string
	}{
		{2023, []string{"2023-01-02", "2023-01-26", "2023-01-27", "2023-05-02", "2023-05-03", "2023-09-04"}}, // Giỗ Tổ Sat 29/4, Sun 30/4, Mon 1/5
		{2028, []string{"2028-01-03", "2028-01-31", "2028-05-02", "2028-09-04"}},
		{2033, []string{"2033-01-03", "2033-02-04", "2033-04-11", "2033-05-02", "2033-05-03"}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.year), func(t *testing.T) {
			var got []string
			for _, d := range provisional(tt.year) {
				if strings.HasSuffix(d.Name, "(nghỉ bù)") {
					got = append(got, d.Date.String())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProvisional_rules_hold_in_their_years_only(t *testing.T) {
	has := func(year int, name string) bool {
		return slices.ContainsFunc(provisional(year), func(d DayOff) bool { return d.Name == name })
	}
	if has(2020, "Quốc khánh (ngày liền kề)") || !has(2021, "Quốc khánh (ngày liền kề)") {
		t.Error("1 September is off from 2021 on")
	}
	if has(2006, "Giỗ Tổ Hùng Vương") || !has(2007, "Giỗ Tổ Hùng Vương") {
		t.Error("Giỗ Tổ is off from 2007 on")
	}
	for y := 2000; y < 2100; y++ {
		if slices.ContainsFunc(provisional(y), func(d DayOff) bool { return d.Date.Month() == time.November }) {
			t.Errorf("%d: 24 November was not enacted", y)
		}
	}
}

func TestPublished_every_year_from_2018_to_2026_has_a_source_and_its_holidays(t *testing.T) {
	c := Default()
	for y := 2018; y <= 2026; y++ {
		if c.Provisional(y) {
			t.Errorf("%d is provisional", y)
		}
		swaps, works, weekdays := 0, 0, 0
		for _, d := range c.Year(y) {
			if d.Source == "" || d.Provisional {
				t.Errorf("%s has no source", d.Date)
			}
			switch {
			case d.Kind == Swap:
				swaps++
			case d.Kind == Work:
				works++
			case !weekend(d.Date):
				weekdays++
			}
		}
		want := 11 // Bộ luật Lao động 2019 Art. 112; ten days until 2020
		if y < 2021 {
			want = 10
		}
		if weekdays != want {
			t.Errorf("%d: %d weekdays off as holidays, want %d", y, weekdays, want)
		}
		if y > 2019 && swaps != works {
			t.Errorf("%d: %d swaps, %d make-up days", y, swaps, works)
		}
	}
	if !c.Provisional(2017) || !c.Provisional(2027) {
		t.Error("2017 and 2027 have no announcement here")
	}
}

func TestIsWorkingDay_follows_swaps_and_make_up_days(t *testing.T) {
	c := Default()
	tests := []struct {
		day  string
		want bool
	}{
		{"2018-12-31", false}, // swapped
		{"2019-01-05", true},  // a Saturday worked for it
		{"2019-01-06", false}, // the Sunday after
		{"2026-01-02", false}, {"2026-01-10", true},
		{"2026-08-31", false}, {"2026-08-22", true},
		{"2018-04-25", false}, {"2018-04-26", true},
		{"2018-04-28", false},
		{"1999-12-31", true}, {"1999-09-02", false}, {"2101-01-01", false}, {"2101-01-03", false}, {"2101-01-04", true}, {"2101-01-02", false},
	}
	for _, tt := range tests {
		if got := c.IsWorkingDay(MustDate(tt.day)); got != tt.want {
			t.Errorf("%s: got %t", tt.day, got)
		}
	}
	if c.IsWorkingDay(Date{}) {
		t.Error("no date is not a working day")
	}
}

func TestNew_replaces_a_year_whole(t *testing.T) {
	c := New([]DayOff{{Date: MustDate("2018-04-26"), Kind: Holiday, Name: "Bão"}, {Date: MustDate("2027-01-02"), Kind: Work, Name: "Làm bù"}})
	if diff := cmp.Diff([]string{"2018-04-26 holiday Bão"}, days(c, 2018)); diff != "" {
		t.Error(diff)
	}
	if !c.IsWorkingDay(MustDate("2018-04-30")) || c.IsWorkingDay(MustDate("2018-04-26")) {
		t.Error("2018 has only its new row")
	}
	if c.Provisional(2027) || !c.IsWorkingDay(MustDate("2027-01-02")) || !c.IsWorkingDay(MustDate("2027-01-01")) {
		t.Error("2027 is announced now")
	}
	if diff := cmp.Diff(Default().Year(2019), c.Year(2019)); diff != "" {
		t.Error("2019 changed:", diff)
	}
	if Default().Provisional(2018) || !Default().Provisional(2027) {
		t.Error("the built-in calendar changed")
	}
}

func TestNew_keeps_the_last_of_two_rows_for_a_day_and_its_mark(t *testing.T) {
	d := MustDate("2027-03-01")
	c := New([]DayOff{{Date: d, Kind: Holiday, Name: "a"}, {Date: d, Kind: Swap, Name: "b", Provisional: true}})
	if diff := cmp.Diff([]string{"2027-03-01 swap b"}, days(c, 2027)); diff != "" {
		t.Error(diff)
	}
	if !c.Provisional(2027) {
		t.Error("a provisional row makes its year provisional")
	}
}

func TestYear_is_the_callers_to_change(t *testing.T) {
	c := Default()
	c.Year(2018)[0].Name = "x"
	if c.Year(2018)[0].Name == "x" {
		t.Error("the calendar changed")
	}
}

func TestDayOff_has_the_entry_of_a_day(t *testing.T) {
	c := Default()
	if d, found := c.DayOff(MustDate("2019-01-05")); !found || d.Kind != Work {
		t.Errorf("got %v %t", d, found)
	}
	if d, found := c.DayOff(MustDate("2018-04-28")); found {
		t.Errorf("an ordinary Saturday has the entry %v", d)
	}
	if _, found := c.DayOff(Date{}); found {
		t.Error("no date has an entry")
	}
}

func TestFall_says_why_a_last_day_is_off_and_what_the_rules_give(t *testing.T) {
	tests := []struct {
		day  string
		want Fall
		off  bool
	}{
		{"2018-04-30", Fall{"holiday", "Ngày Chiến thắng", MustDate("2018-05-02"), MustDate("2018-04-27")}, true},
		{"2018-04-14", Fall{"weekend", "Thứ Bảy", MustDate("2018-04-16"), MustDate("2018-04-13")}, true},
		{"2018-12-31", Fall{"swap", "Nghỉ hoán đổi với ngày 05/01/2019", MustDate("2019-01-02"), MustDate("2018-12-28")}, true},
		{"2019-01-05", Fall{}, false},
		{"2018-04-27", Fall{}, false},
	}
	for _, tt := range tests {
		got, off := Default().Fall(MustDate(tt.day))
		if off != tt.off {
			t.Errorf("%s: off is %t", tt.day, off)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.day, diff)
		}
	}
	if _, off := Default().Fall(Date{}); off {
		t.Error("no date falls nowhere")
	}
}

func TestAddWorkingDays_and_WorkingDaysBetween_are_inverse(t *testing.T) {
	c := Default()
	for d := MustDate("2017-12-20"); d.Before(MustDate("2019-06-01")); d = d.AddDays(1) {
		for n := 1; n <= 30; n++ {
			later := c.AddWorkingDays(d, n)
			if got := c.WorkingDaysBetween(d, later); got != n {
				t.Fatalf("%s and %d working days is %s, but %d lie between", d, n, later, got)
			}
			if !c.IsWorkingDay(later) || !later.After(d) {
				t.Fatalf("%s and %d working days is %s", d, n, later)
			}
			earlier := c.AddWorkingDays(d, -n)
			if !c.IsWorkingDay(earlier) || !earlier.Before(d) || c.WorkingDaysBetween(earlier.AddDays(-1), d.AddDays(-1)) != n {
				t.Fatalf("%s less %d working days is %s", d, n, earlier)
			}
			if c.IsWorkingDay(d) && (c.AddWorkingDays(later, -n) != d || c.AddWorkingDays(earlier, n) != d) {
				t.Fatalf("%s: %d working days there and back differ", d, n)
			}
			if c.WorkingDaysBetween(later, d) != -n {
				t.Fatalf("%s to %s backwards", later, d)
			}
		}
		if next := c.Next(d); !c.IsWorkingDay(next) || next.Before(d) || c.WorkingDaysBetween(d.AddDays(-1), next) != 1 {
			t.Fatalf("next of %s is %s", d, next)
		}
		if prev := c.Previous(d); !c.IsWorkingDay(prev) || prev.After(d) || c.WorkingDaysBetween(prev, d) != 0 {
			t.Fatalf("previous of %s is %s", d, prev)
		}
	}
	d := MustDate("2018-04-28")
	if got := c.AddWorkingDays(d, 0); got != d {
		t.Errorf("no working days from %s is %s", d, got)
	}
}

func TestCalendar_no_date_gives_no_date(t *testing.T) {
	c := Default()
	if !c.Next(Date{}).IsZero() || !c.Previous(Date{}).IsZero() || !c.AddWorkingDays(Date{}, 3).IsZero() ||
		c.WorkingDaysBetween(Date{}, MustDate("2018-01-01")) != 0 || !c.RungAt(Date{}, Remind(0), DefaultNotice).IsZero() ||
		!c.RungAt(Date{}, Overdue(1), DefaultNotice).IsZero() || !OverdueAt(Date{}).IsZero() {
		t.Error("no date gave something")
	}
	if !c.AddWorkingDays(MustDate("9999-12-30"), 10).IsZero() {
		t.Error("days after the year 9999 are no date")
	}
}

func TestCalendar_table_agrees_with_the_days_worked_out(t *testing.T) {
	c := Default()
	for i, working := range c.working {
		d := firstDay.AddDays(i)
		want := !weekend(d)
		if i%7 != 0 && d.Year() != 2027 {
			continue
		}
		if off, found := c.DayOff(d); found {
			want = off.Kind == Work
		}
		if working != want {
			t.Fatalf("%s: %t", d, working)
		}
	}
}

func TestParseDayOffRule(t *testing.T) {
	for _, s := range []string{"keep", "next", "previous"} {
		if r, err := ParseDayOffRule(s); err != nil || string(r) != s {
			t.Errorf("%s: %v %v", s, r, err)
		}
	}
	for _, s := range []string{"", "Keep", "skip"} {
		if _, err := ParseDayOffRule(s); err == nil || !strings.Contains(err.Error(), "write keep, next or previous") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		build(published())
	}
}

func BenchmarkProvisional(b *testing.B) {
	for b.Loop() {
		provisional(2027)
	}
}
