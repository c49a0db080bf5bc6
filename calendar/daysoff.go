package calendar

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// DayOffKind is how a day departs from the ordinary week.
type DayOffKind string

const (
	Holiday DayOffKind = "holiday" // a public holiday, or the day on which one is given back
	Swap    DayOffKind = "swap"    // a working day given up for a make-up day
	Work    DayOffKind = "work"    // the make-up day: a Saturday or Sunday that is worked
)

// DayOff is a day that departs from the ordinary week. Work is a day off that
// is worked. Source says which document declared it.
type DayOff struct {
	Date        Date       `json:"date"`
	Kind        DayOffKind `json:"kind"`
	Name        string     `json:"name"`
	Provisional bool       `json:"provisional"`
	Source      string     `json:"source,omitempty"`
}

//go:embed daysoff.csv
var publishedCSV []byte

// published returns the built-in announced days, by day.
func published() []DayOff {
	days, err := ReadDaysOff(bytes.NewReader(publishedCSV))
	if err != nil {
		panic("calendar: daysoff.csv: " + err.Error())
	}
	return days
}

// RowProblem is what is wrong with one row of a file, and what to do. The
// header is row 1.
type RowProblem struct {
	Row     int    `json:"row"`
	Message string `json:"message"`
}

// RowsError is every problem of a file.
type RowsError []RowProblem

// Error lists the problems, one a line.
func (e RowsError) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = fmt.Sprintf("row %d: %s", p.Row, p.Message)
	}
	return strings.Join(lines, "\n")
}

// ReadDaysOff reads CSV with the header date,kind,name and optionally source,
// kind being holiday, swap or work, and returns the days by date. Its error is
// a RowsError with every problem of the file, unless reading itself fails.
func ReadDaysOff(r io.Reader) ([]DayOff, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, RowsError{{Row: 1, Message: "the file is not UTF-8 text: save it as CSV UTF-8"}}
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = -1

	header, err := in.Read()
	withSource := slices.Equal(header, []string{"date", "kind", "name", "source"})
	if err != nil || !withSource && !slices.Equal(header, []string{"date", "kind", "name"}) {
		return nil, RowsError{{Row: 1, Message: fmt.Sprintf("the header is %q: write date,kind,name, with commas", strings.Join(header, ","))}}
	}

	var days []DayOff
	var problems RowsError
	rowOf := make(map[Date]int)
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		if bad := new(csv.ParseError); errors.As(err, &bad) {
			problems = append(problems, RowProblem{bad.Line, fmt.Sprintf("%v: put quotes around a name that has a comma or a quote in it", bad.Err)})
			break // what follows an open quote cannot be told apart
		}
		row, _ := in.FieldPos(0)
		day, message := readDayOff(record, len(header))
		if message == "" && rowOf[day.Date] != 0 {
			message = fmt.Sprintf("%s is already in row %d: keep one of them", day.Date, rowOf[day.Date])
		}
		if message != "" {
			problems = append(problems, RowProblem{row, message})
			continue
		}
		rowOf[day.Date] = row
		days = append(days, day)
	}
	if len(days) == 0 && len(problems) == 0 {
		problems = RowsError{{Row: 2, Message: "there is no day in the file: write one row for each day, such as 2027-01-01,holiday,Tết Dương lịch"}}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(days, func(a, b DayOff) int { return a.Date.Compare(b.Date) })
	return days, nil
}

func readDayOff(record []string, columns int) (day DayOff, problem string) {
	if len(record) != columns {
		return DayOff{}, fmt.Sprintf("%d columns: write %d, as in the header", len(record), columns)
	}
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	var problems []string
	date, err := ParseDate(record[0])
	if err != nil {
		problems = append(problems, err.Error())
	}
	kind := DayOffKind(record[1])
	switch kind {
	case Holiday:
	case Swap:
		if err == nil && weekend(date) {
			problems = append(problems, fmt.Sprintf("%s is a %s, already off: a swap gives up a day from Monday to Friday", date, date.Weekday()))
		}
	case Work:
		if err == nil && !weekend(date) {
			problems = append(problems, fmt.Sprintf("%s is a %s: a make-up day (work) is a Saturday or Sunday", date, date.Weekday()))
		}
	default:
		problems = append(problems, fmt.Sprintf("kind %q: write holiday, swap or work", record[1]))
	}
	if record[2] == "" {
		problems = append(problems, "no name: write what the day is, such as Quốc khánh")
	}
	day = DayOff{Date: date, Kind: kind, Name: record[2]}
	if columns == 4 {
		day.Source = record[3]
	}
	return day, strings.Join(problems, "; ")
}

func weekend(d Date) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// holidayRule is one holiday of the law, in force from year from on, up to and
// including year until where that is not 0. Bộ luật Lao động 2019, Art. 112
// (2012: Art. 115).
type holidayRule struct {
	name        string
	from, until int
	days        int
	first       func(year int) Date
}

func fixed(m time.Month, d int) func(int) Date {
	return func(y int) Date { return civil(y, m, d) }
}

const tet = "Tết Nguyên đán"

// The day next to 2 September is the Prime Minister's choice each year; 1
// September stands for it until he announces it.
var holidayRules = []holidayRule{
	{name: "Tết Dương lịch", days: 1, first: fixed(time.January, 1)},
	{name: tet, days: 5, first: func(y int) Date { return LunarNewYear(y).AddDays(-1) }},
	{name: "Giỗ Tổ Hùng Vương", from: 2007, days: 1, first: HungKingsDay},
	{name: "Ngày Chiến thắng", days: 1, first: fixed(time.April, 30)},
	{name: "Ngày Quốc tế lao động", days: 1, first: fixed(time.May, 1)},
	{name: "Quốc khánh (ngày liền kề)", from: 2021, days: 1, first: fixed(time.September, 1)},
	{name: "Quốc khánh", days: 1, first: fixed(time.September, 2)},
}

// provisional returns the days off of a year that has not been announced, by
// day. A holiday on a Saturday or Sunday is given back on the next day that is
// not off yet (Bộ luật Lao động 2019, Art. 111 clause 3), those of Tết after
// its fifth day.
func provisional(year int) []DayOff {
	var days []DayOff
	off := make(map[Date]bool)
	add := func(d Date, name string) {
		days = append(days, DayOff{Date: d, Kind: Holiday, Name: name, Provisional: true})
		off[d] = true
	}
	type owed struct {
		after Date
		name  string
	}
	var back []owed
	for _, r := range holidayRules {
		if year < r.from || r.until != 0 && year > r.until {
			continue
		}
		first := r.first(year)
		last := first.AddDays(r.days - 1)
		for d := first; !d.After(last); d = d.AddDays(1) {
			add(d, r.name)
			if weekend(d) {
				back = append(back, owed{after: last, name: r.name})
			}
		}
	}
	slices.SortStableFunc(back, func(a, b owed) int { return a.after.Compare(b.after) })
	for _, b := range back {
		d := b.after.AddDays(1)
		for weekend(d) || off[d] {
			d = d.AddDays(1)
		}
		add(d, b.name+" (nghỉ bù)")
	}
	slices.SortStableFunc(days, func(a, b DayOff) int { return a.Date.Compare(b.Date) })
	return days
}
