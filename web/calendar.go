package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
	"dondoc/locale"
	"dondoc/poverty"
)

var dayKinds = []calendar.DayOffKind{calendar.Holiday, calendar.Swap, calendar.Work}

type daysOffData struct {
	frame
	Year        int
	Provisional bool
	Days        []dayRow
	Months      []monthGrid
	MayEdit     bool
	Preview     bool // what is shown is not stored yet
	Form        form
	Lines       []dayLine
	Cycles      []poverty.Cycle // running, whose open rungs an amendment plans anew
}

// Kinds returns the kinds of day off.
func (daysOffData) Kinds() []calendar.DayOffKind { return dayKinds }

// Previous and Next are the years beside.
func (d daysOffData) Previous() int { return d.Year - 1 }

// Next returns the year after.
func (d daysOffData) Next() int { return d.Year + 1 }

type dayRow struct {
	calendar.DayOff
}

// monthGrid is a month as weeks from Monday to Sunday.
type monthGrid struct {
	Month string
	Weeks [][7]gridDay
}

// gridDay is a day of a grid; N is 0 outside the month.
type gridDay struct {
	N     int
	Kind  string // "", weekend, holiday, swap, work
	Name  string
	Today bool
}

// dayLine is one line of the form.
type dayLine struct {
	N                 int
	Day, Kind, Name   string
	Source            string
	Problem, Problem2 string
}

var daysOffPage = newPage[daysOffData]("calendar/calendar.html")

func (s *site) daysOff(v *visit) error {
	year, err := strconv.Atoi(v.r.URL.Query().Get("year"))
	if err != nil || year < 1976 || year > 2200 {
		year = v.today.Year()
		if err := v.withCycle(); err != nil {
			return err
		}
		if v.cycle != nil && v.r.URL.Query().Get("year") == "" {
			year = v.cycle.Year
		}
	}
	cal, err := s.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	return v.showDaysOff(http.StatusOK, year, cal, newForm(), false)
}

func (v *visit) showDaysOff(status, year int, cal *calendar.Calendar, f form, preview bool) error {
	if v.cycle == nil {
		if err := v.withCycle(); err != nil {
			return err
		}
	}
	data := daysOffData{
		frame: v.frame("nav.calendar", v.p.T("calendar.title", "year", year)), Year: year, Provisional: cal.Provisional(year),
		Months: v.grids(cal, year), MayEdit: v.me.Admin, Preview: preview, Form: f,
	}
	for _, d := range cal.Year(year) {
		data.Days = append(data.Days, dayRow{d})
	}
	if data.MayEdit {
		data.Lines = v.dayLines(data.Days, f)
		found, err := v.store.Cycles(v.ctx(), poverty.CycleFilter{State: poverty.CycleRunning})
		if err != nil {
			return err
		}
		data.Cycles = found
	}
	return daysOffPage.show(v, status, data)
}

// dayLines fills the form: with what was typed, or with the days in force and
// some empty lines.
func (v *visit) dayLines(days []dayRow, f form) []dayLine {
	var lines []dayLine
	if typed := f.Values["day"]; len(typed) > 0 {
		for i := range typed {
			n := strconv.Itoa(i)
			lines = append(lines, dayLine{
				N: i, Day: typed[i], Kind: nth(f.Values["kind"], i), Name: nth(f.Values["name"], i), Source: nth(f.Values["source"], i),
				Problem: f.Problem("day" + n), Problem2: f.Problem("name" + n),
			})
		}
		return lines
	}
	for i, d := range days {
		lines = append(lines, dayLine{N: i, Day: v.p.Date(d.Date), Kind: string(d.Kind), Name: d.Name, Source: d.Source})
	}
	for range 4 {
		lines = append(lines, dayLine{N: len(lines)})
	}
	return lines
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func (v *visit) grids(cal *calendar.Calendar, year int) []monthGrid {
	var grids []monthGrid
	for m := time.January; m <= time.December; m++ {
		month, err := calendar.NewMonth(year, m)
		if err != nil {
			return grids
		}
		grid := monthGrid{Month: month.String()}
		var week [7]gridDay
		for d := month.First(); !d.After(month.Last()); d = d.AddDays(1) {
			at := (int(d.Weekday()) + 6) % 7
			day := gridDay{N: d.Day(), Today: d == v.today}
			if off, ok := cal.DayOff(d); ok {
				day.Kind, day.Name = string(off.Kind), off.Name
			} else if !cal.IsWorkingDay(d) {
				day.Kind = "weekend"
			}
			week[at] = day
			if at == 6 || d == month.Last() {
				grid.Weeks = append(grid.Weeks, week)
				week = [7]gridDay{}
			}
		}
		grids = append(grids, grid)
	}
	return grids
}

func (s *site) setDaysOff(v *visit) error {
	if !v.me.Admin {
		return poverty.Errorf(poverty.Forbidden, "calendar.forbidden")
	}
	f := v.sentForm("days")
	year, err := strconv.Atoi(f.Value("year"))
	if err != nil || year < 1976 || year > 2200 {
		return poverty.InvalidField("year", "error.invalid")
	}
	cal, err := s.store.Calendar(v.ctx())
	if err != nil {
		return err
	}
	days := v.typedDays(&f, year)
	if len(days) == 0 && !f.Bad() {
		f.Banner = v.p.T("calendar.none_typed")
	}
	if f.Bad() {
		return v.showDaysOff(http.StatusUnprocessableEntity, year, cal, f, false)
	}
	if f.Value("do") != "save" {
		return v.showDaysOff(http.StatusOK, year, calendar.New(days), f, true)
	}
	if err := s.store.SetDaysOff(v.ctx(), days); err != nil {
		code, err := v.refuse(&f, err)
		if err != nil {
			return err
		}
		return v.showDaysOff(code, year, cal, f, false)
	}
	return v.redirect("/settings/calendar?year="+strconv.Itoa(year), "days_off")
}

// typedDays reads the lines of the form; an empty line is no day.
func (v *visit) typedDays(f *form, year int) []calendar.DayOff {
	var days []calendar.DayOff
	seen := map[calendar.Date]bool{}
	for i, text := range f.Values["day"] {
		n := strconv.Itoa(i)
		name := locale.NFC(strings.TrimSpace(nth(f.Values["name"], i)))
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		d, ok := parseDay(text)
		kind := calendar.DayOffKind(nth(f.Values["kind"], i))
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		switch {
		case !ok:
			f.problem("day"+n, v.p.T("error.not_a_date"))
		case d.Year() != year:
			f.problem("day"+n, v.p.T("calendar.other_year", "year", year))
		case seen[d]:
			f.problem("day"+n, v.p.T("calendar.twice"))
		case !slices.Contains(dayKinds, kind):
			f.problem("day"+n, v.p.T("calendar.kind_needed"))
		case kind == calendar.Work && !weekend:
			f.problem("day"+n, v.p.T("calendar.work_on_weekday"))
		case kind == calendar.Swap && weekend:
			f.problem("day"+n, v.p.T("calendar.swap_on_weekend"))
		case name == "":
			f.problem("name"+n, v.p.T("error.required"))
		}
		seen[d] = true
		days = append(days, calendar.DayOff{Date: d, Kind: kind, Name: name, Source: strings.TrimSpace(nth(f.Values["source"], i))})
	}
	slices.SortFunc(days, func(a, b calendar.DayOff) int { return a.Date.Compare(b.Date) })
	return days
}
