package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dondoc/calendar"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// dates runs "deadlines" or "calendar" with the given words.
func dates(t *testing.T, words ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	parser, err := kong.New(&struct {
		Deadlines DeadlinesCmd `cmd:""`
		Calendar  CalendarCmd  `cmd:""`
	}{}, kong.BindTo(&out, (*io.Writer)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	err = ctx.Run()
	return out.String(), err
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "days.csv")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDeadlines_JSON_has_the_worked_example(t *testing.T) {
	tests := []struct{ dayOff, want string }{
		{"keep", `[{"period":"2018-04","stated":"monthly by day 30","last_day":"2018-04-30","overdue_at":"2018-05-01T00:00:00+07:00",
			"day_off":{"kind":"holiday","name":"Ngày Chiến thắng","next":"2018-05-02","previous":"2018-04-27"},"provisional":false,
			"rungs":[{"rung":"remind 3","at":"2018-04-24T08:00:00+07:00"},{"rung":"remind 0","at":"2018-04-27T08:00:00+07:00"},
			{"rung":"overdue 1","at":"2018-05-02T08:00:00+07:00"},{"rung":"overdue 3","at":"2018-05-04T08:00:00+07:00"}]}]`},
		{"next", `[{"period":"2018-04","stated":"monthly by day 30","last_day":"2018-05-02","overdue_at":"2018-05-03T00:00:00+07:00",
			"day_off":{"kind":"holiday","name":"Ngày Chiến thắng","next":"2018-05-02","previous":"2018-04-27"},"provisional":false,
			"rungs":[{"rung":"remind 3","at":"2018-04-24T08:00:00+07:00"},{"rung":"remind 0","at":"2018-05-02T08:00:00+07:00"},
			{"rung":"overdue 1","at":"2018-05-03T08:00:00+07:00"},{"rung":"overdue 3","at":"2018-05-07T08:00:00+07:00"}]}]`},
		{"previous", `[{"period":"2018-04","stated":"monthly by day 30","last_day":"2018-04-27","overdue_at":"2018-04-28T00:00:00+07:00",
			"day_off":{"kind":"holiday","name":"Ngày Chiến thắng","next":"2018-05-02","previous":"2018-04-27"},"provisional":false,
			"rungs":[{"rung":"remind 3","at":"2018-04-23T08:00:00+07:00"},{"rung":"remind 0","at":"2018-04-27T08:00:00+07:00"},
			{"rung":"overdue 1","at":"2018-05-02T08:00:00+07:00"},{"rung":"overdue 3","at":"2018-05-04T08:00:00+07:00"}]}]`},
	}
	for _, tt := range tests {
		t.Run(tt.dayOff, func(t *testing.T) {
			got, err := dates(t, "deadlines", "--due", "monthly by day 30", "--from", "2018-04", "--to", "2018-04",
				"--day-off", tt.dayOff, "--ladder", "remind 3, remind 0, overdue 1, overdue 3", "--format", "json")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(object(t, tt.want), object(t, got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func object(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestDeadlines_JSON_leaves_out_what_does_not_apply(t *testing.T) {
	tests := []struct{ due, want string }{
		{"none", `[{"stated":"none","day_off":null,"provisional":false}]`},
		{"within 3 working days of receipt", `[{"stated":"within 3 working days of receipt","day_off":null,"provisional":false}]`},
		{"by 2018-04-20", `[{"stated":"by 2018-04-20","last_day":"2018-04-20","overdue_at":"2018-04-21T00:00:00+07:00","day_off":null,"provisional":false,"rungs":[]}]`},
		{"by 2027-02-01", `[{"stated":"by 2027-02-01","last_day":"2027-02-01","overdue_at":"2027-02-02T00:00:00+07:00","day_off":null,"provisional":true,"rungs":[]}]`},
		{"before 2018-04-15", `[{"stated":"before 2018-04-15","last_day":"2018-04-14","overdue_at":"2018-04-15T00:00:00+07:00",
			"day_off":{"kind":"weekend","name":"Thứ Bảy","next":"2018-04-16","previous":"2018-04-13"},"provisional":false,"rungs":[]}]`},
	}
	for _, tt := range tests {
		got, err := dates(t, "deadlines", "--due", tt.due, "--format", "json")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(object(t, tt.want), object(t, got)); diff != "" {
			t.Errorf("%s: %s", tt.due, diff)
		}
	}
}

func TestDeadlines_a_rung_in_a_year_not_announced_is_provisional(t *testing.T) {
	got, err := dates(t, "deadlines", "--due", "by 2026-12-31", "--ladder", "overdue 1", "--format", "json")
	if err != nil || !strings.Contains(got, `"provisional": true`) || !strings.Contains(got, "2027-01-04T08:00:00+07:00") {
		t.Errorf("%s %v", got, err)
	}
}

func TestDeadlines_table_says_where_a_last_day_is_off_and_warns(t *testing.T) {
	got, err := dates(t, "deadlines", "--due", "before 2018-04-15", "--ladder", "remind 0", "--notice-time", "07:30")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Ngày cuối", "T7 2018-04-14", "CN 2018-04-15 00:00", "T6 2018-04-13 07:30",
		"before 2018-04-15: T7 2018-04-14 is a day off (nghỉ cuối tuần, Thứ Bảy). next: T2 2018-04-16, past the stated limit (not before 2018-04-15). previous: T6 2018-04-13.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	got, err = dates(t, "deadlines", "--due", "monthly by day 30", "--from", "2027-01", "--to", "2027-01")
	if err != nil || !strings.Contains(got, "2027-01: T7 2027-01-30 is a day off") || !strings.Contains(got, "tạm tính: the days off of that year were not announced") {
		t.Errorf("%s %v", got, err)
	}
	got, err = dates(t, "deadlines", "--due", "by 2018-04-20")
	if err != nil || strings.Contains(got, "day off") || strings.Contains(got, "tạm tính") {
		t.Errorf("%s %v", got, err)
	}
}

func TestDeadlines_days_off_replace_a_year_whole(t *testing.T) {
	name := file(t, "date,kind,name\n2018-04-27,holiday,Nghỉ bão\n")
	got, err := dates(t, "deadlines", "--due", "monthly by day 30", "--from", "2018-04", "--to", "2018-04", "--ladder", "remind 1", "--days-off", name, "--format", "json")
	if err != nil || !strings.Contains(got, `"day_off": null`) || !strings.Contains(got, "2018-04-26T08:00:00+07:00") {
		t.Errorf("%s %v", got, err)
	}
}

func TestDeadlines_bad_input_names_the_flag_the_text_and_what_to_do(t *testing.T) {
	bad := file(t, "date,kind,name\n2018-13-01,day,x\n2018-05-01,holiday,\n")
	month := []string{"--due", "monthly by day 30", "--from", "2018-02", "--to", "2018-03"}
	tests := []struct {
		words []string
		want  []string
	}{
		{nil, []string{"--due: give a deadline", "--cycle"}},
		{[]string{"--due", "before 15/4/2018"}, []string{"--due", `"15/4/2018"`, "write YYYY-MM-DD"}},
		{[]string{"--due", "monthly by day 30"}, []string{`--due "monthly by day 30"`, "--from 2018-02 --to 2018-12"}},
		{[]string{"--due", "monthly by day 30", "--from", "02/2018", "--to", "2018-13"}, []string{`--from: "02/2018"`, `--to: "2018-13"`, "write YYYY-MM"}},
		{[]string{"--due", "monthly by day 30", "--from", "2018-03", "--to", "2018-02"}, []string{"--from and --to", "2018-03 2018-02", "wrong order"}},
		{append(month, "--day-off", "skip"), []string{`--day-off: "skip"`, "write keep, next or previous"}},
		{append(month, "--ladder", "remind 0, remind 3"), []string{"--ladder", `"remind 3"`, "put the rungs in order"}},
		{append(month, "--notice-time", "8h"), []string{`--notice-time: "8h"`, "write HH:MM"}},
		{append(month, "--format", "xml"), []string{`--format "xml"`, "write table or json"}},
		{append(month, "--days-off", "no-such.csv"), []string{`--days-off "no-such.csv"`, "no such file"}},
		{append(month, "--days-off", t.TempDir()), []string{"--days-off"}},
		{append(month, "--days-off", bad), []string{"--days-off", "row 2:", "write YYYY-MM-DD", "write holiday, swap or work", "row 3: no name"}},
		{[]string{"--cycle", "here", "--ladder", "remind 0"}, []string{`--ladder "remind 0"`, "leave it out with --cycle"}},
	}
	for _, tt := range tests {
		out, err := dates(t, append([]string{"deadlines"}, tt.words...)...)
		var usage *usageError
		if !errors.As(err, &usage) || usage.ExitCode() != 2 {
			t.Errorf("%v: the error is %v", tt.words, err)
			continue
		}
		if out != "" {
			t.Errorf("%v: wrote %s", tt.words, out)
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v: no %q in %v", tt.words, want, err)
			}
		}
	}
}

func TestDeadlines_of_a_cycle_are_those_of_its_duties(t *testing.T) {
	old := cycleDuties
	t.Cleanup(func() { cycleDuties = old })

	cycleDuties = nil
	if _, err := dates(t, "deadlines", "--cycle", "here"); err == nil || !strings.Contains(err.Error(), `--cycle "here"`) {
		t.Errorf("got %v", err)
	}

	cycleDuties = func(string, *calendar.Calendar) ([]plannedDuty, error) {
		return nil, errors.New("cycle.yaml, line 3: x")
	}
	if _, err := dates(t, "deadlines", "--cycle", "here"); err == nil || !strings.Contains(err.Error(), "cycle.yaml, line 3: x") {
		t.Errorf("got %v", err)
	}

	cycleDuties = func(dir string, _ *calendar.Calendar) ([]plannedDuty, error) {
		return []plannedDuty{
			{Duty: "Khẩn trương", Unit: dir},
			{Duty: "Kế hoạch", Unit: "Xã A", Due: calendar.MustDue("before 2018-04-15"), Ladder: calendar.MustLadder("remind 0"), NoticeTime: calendar.DefaultNotice},
			{Duty: "Báo cáo", Unit: "Xã A", Due: calendar.MustDue("monthly by day 30"), From: calendar.MustMonth("2018-02"), To: calendar.MustMonth("2018-03"),
				Ladder: calendar.MustLadder("remind 0, overdue 1"), NoticeTime: calendar.DefaultNotice},
		}, nil
	}
	got, err := dates(t, "deadlines", "--cycle", "here")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Nhiệm vụ", "Các mốc", "Khẩn trương", "không có", "remind 0: T4 2018-02-28 08:00; overdue 1: T5 2018-03-01 08:00", "Kế hoạch, Xã A: T7 2018-04-14 is a day off"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	got, err = dates(t, "deadlines", "--cycle", "here", "--format", "json")
	if err != nil || len(object(t, got).([]any)) != 4 || !strings.Contains(got, `"duty": "Báo cáo"`) || !strings.Contains(got, `"unit": "Xã A"`) {
		t.Errorf("%s %v", got, err)
	}
}

func TestCalendar_shows_a_year(t *testing.T) {
	got, err := dates(t, "calendar", "2027")
	if err != nil || !strings.Contains(got, "2027 (tạm tính)") || !strings.Contains(got, "2027-02-11  T5   nghỉ lễ  Tết Nguyên đán (nghỉ bù)") {
		t.Errorf("%s %v", got, err)
	}
	got, err = dates(t, "calendar", "2019")
	if err != nil || !strings.Contains(got, "2019 (đã công bố)") || !strings.Contains(got, "làm bù") {
		t.Errorf("%s %v", got, err)
	}
	got, err = dates(t, "calendar", "2019", "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"date": "2019-01-05", "kind": "work", "name": "Làm bù ngày 31/12/2018", "provisional": false}
	if diff := cmp.Diff(want, object(t, got).([]any)[1]); diff != "" {
		t.Error(diff)
	}
	got, err = dates(t, "calendar", "2027", "--format", "json", "--days-off", file(t, "date,kind,name\n2027-01-01,holiday,Tết Dương lịch\n"))
	if err != nil || len(object(t, got).([]any)) != 1 || !strings.Contains(got, `"provisional": false`) {
		t.Errorf("%s %v", got, err)
	}
}

func TestCalendar_bad_input_names_the_text_and_what_to_do(t *testing.T) {
	for _, words := range [][]string{{"27"}, {"0000"}, {"next"}, {"2027", "--format", "xml"}, {"2027", "--days-off", "none.csv"}} {
		_, err := dates(t, append([]string{"calendar"}, words...)...)
		var usage *usageError
		if !errors.As(err, &usage) || usage.ExitCode() != 2 || !strings.Contains(err.Error(), words[len(words)-1]) {
			t.Errorf("%v: the error is %v", words, err)
		}
	}
}
