package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"dondoc/calendar"
)

// CalendarCmd shows the days off of a year.
type CalendarCmd struct {
	Year    string `arg:"" help:"The year, such as 2027."`
	DaysOff string `help:"CSV file with the columns date,kind,name (kind: holiday, swap or work); it replaces, whole, the built-in days of every year that it has a row for." placeholder:"FILE.csv"`
	Format  string `help:"table or json." default:"table" placeholder:"table"`
}

// dayOffJSON is one day of the JSON that CalendarCmd writes.
type dayOffJSON struct {
	Date        calendar.Date       `json:"date"`
	Kind        calendar.DayOffKind `json:"kind"`
	Name        string              `json:"name"`
	Provisional bool                `json:"provisional"`
}

// Run writes the days off of the year to out. Bad input is a usageError.
func (cmd *CalendarCmd) Run(out io.Writer) error {
	first, err := calendar.ParseMonth(cmd.Year + "-01")
	if err != nil {
		return badInput("the year", cmd.Year, "write four digits, such as 2027")
	}
	if err := checkFormat(cmd.Format); err != nil {
		return err
	}
	c, err := readCalendar(cmd.DaysOff)
	if err != nil {
		return err
	}
	year := first.Year()
	days := []dayOffJSON{}
	for _, d := range c.Year(year) {
		days = append(days, dayOffJSON{d.Date, d.Kind, d.Name, d.Provisional})
	}
	if cmd.Format == "json" {
		return writeJSON(out, days)
	}

	if c.Provisional(year) {
		fmt.Fprintf(out, "%d (tạm tính): not announced yet; these are the days that the law would give.\n\n", year)
	} else {
		fmt.Fprintf(out, "%d (đã công bố)\n\n", year)
	}
	w := newTable(out, "Ngày", "Thứ", "Loại", "Tên")
	for _, d := range days {
		row(w, d.Date.String(), weekdays[d.Date.Weekday()], kinds[string(d.Kind)], d.Name)
	}
	return w.Flush()
}

var weekdays = [...]string{
	time.Sunday: "CN", time.Monday: "T2", time.Tuesday: "T3", time.Wednesday: "T4",
	time.Thursday: "T5", time.Friday: "T6", time.Saturday: "T7",
}

var kinds = map[string]string{
	"weekend":                "nghỉ cuối tuần",
	string(calendar.Holiday): "nghỉ lễ",
	string(calendar.Swap):    "nghỉ hoán đổi",
	string(calendar.Work):    "làm bù",
}

func newTable(out io.Writer, headings ...string) *tabwriter.Writer {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row(w, headings...)
	return w
}

func row(w io.Writer, cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }

func writeJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
