package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"dondoc/calendar"
)

// DeadlinesCmd shows only the dates: last days, what falls on days off, and
// the instants of a ladder.
type DeadlinesCmd struct {
	Due        string `help:"The deadline as the document states it: \"before 2018-04-15\", \"by 2018-04-20\", \"monthly by day 30\", \"monthly by day 10 of the following month\", \"quarterly by day 10 of the following month\", \"within 5 working days of 2018-04-20\", \"none\"." placeholder:"\"monthly by day 30\""`
	From       string `help:"First month of a deadline that comes back; one that comes once has no use for it." placeholder:"2018-02"`
	To         string `help:"Last month of a deadline that comes back." placeholder:"2018-12"`
	DayOff     string `help:"What becomes of a last day that is a day off: keep (the document's date stands), next or previous working day. Default: keep." placeholder:"keep|next|previous"`
	Ladder     string `help:"Reminders and overdue notices, in working days from the last day." placeholder:"\"remind 3, remind 0, overdue 1, overdue 3\""`
	DaysOff    string `help:"CSV file with the columns date,kind,name (kind: holiday, swap or work); it replaces, whole, the built-in days of every year that it has a row for." placeholder:"FILE.csv"`
	NoticeTime string `help:"Time of day of the ladder. Default: 08:00." placeholder:"08:00"`
	Cycle      string `help:"Folder of a cycle: show every duty of it, instead of --due." placeholder:"examples/nam-dong-2018"`
	Format     string `help:"table or json." default:"table" placeholder:"table"`
}

// plannedDuty is one deadline to show: what a duty or the flags say. From and
// To matter to a deadline that comes back.
type plannedDuty struct {
	Duty, Unit string
	Due        calendar.Due
	From, To   calendar.Month
	DayOff     calendar.DayOffRule
	Ladder     calendar.Ladder
	NoticeTime calendar.Clock
}

// cycleDuties returns every duty of the cycle in a folder, in the order in
// which they are shown. An error about the folder's content is bad input.
var cycleDuties func(dir string, c *calendar.Calendar) ([]plannedDuty, error)

// deadlineJSON is one occurrence of a duty in the JSON that DeadlinesCmd
// writes. Instants are RFC 3339 in +07:00.
type deadlineJSON struct {
	Duty        string          `json:"duty,omitempty"`
	Unit        string          `json:"unit,omitempty"`
	Period      calendar.Period `json:"period,omitempty"`
	Stated      calendar.Due    `json:"stated"`
	LastDay     calendar.Date   `json:"last_day,omitzero"`
	OverdueAt   string          `json:"overdue_at,omitempty"`
	DayOff      *calendar.Fall  `json:"day_off"`
	Provisional bool            `json:"provisional"`
	Rungs       []rungJSON      `json:"rungs,omitzero"`

	statedDay calendar.Date
}

type rungJSON struct {
	Rung calendar.Rung `json:"rung"`
	At   string        `json:"at"`
}

// Run writes the deadlines to out. Bad input is a usageError.
func (cmd *DeadlinesCmd) Run(out io.Writer) error {
	if err := checkFormat(cmd.Format); err != nil {
		return err
	}
	c, err := readCalendar(cmd.DaysOff)
	if err != nil {
		return err
	}
	duties, err := cmd.duties(c)
	if err != nil {
		return err
	}
	deadlines := []deadlineJSON{}
	for _, duty := range duties {
		some, err := occurrences(c, duty)
		if err != nil {
			if cmd.Cycle != "" {
				return badInput("--cycle", cmd.Cycle, fmt.Sprintf("duty %q: %v", duty.Duty, err))
			}
			return badInput("--from and --to", cmd.From+" "+cmd.To, err.Error())
		}
		deadlines = append(deadlines, some...)
	}
	if cmd.Format == "json" {
		return writeJSON(out, deadlines)
	}
	return writeDeadlines(out, deadlines)
}

func (cmd *DeadlinesCmd) duties(c *calendar.Calendar) ([]plannedDuty, error) {
	switch {
	case cmd.Cycle != "":
		for _, f := range []struct{ flag, text string }{
			{"--due", cmd.Due}, {"--from", cmd.From}, {"--to", cmd.To}, {"--day-off", cmd.DayOff},
			{"--ladder", cmd.Ladder}, {"--notice-time", cmd.NoticeTime},
		} {
			if f.text != "" {
				return nil, badInput(f.flag, f.text, "leave it out with --cycle: the cycle says it")
			}
		}
		if cycleDuties == nil {
			return nil, badInput("--cycle", cmd.Cycle, "this build has no reader of cycle folders: give one deadline with --due")
		}
		duties, err := cycleDuties(cmd.Cycle, c)
		if err != nil {
			return nil, badInput("--cycle", cmd.Cycle, err.Error())
		}
		return duties, nil
	case cmd.Due == "":
		return nil, badInput("--due", "", `give a deadline, such as --due "monthly by day 30", or a cycle's folder with --cycle`)
	}

	duty := plannedDuty{DayOff: calendar.Keep, NoticeTime: calendar.DefaultNotice}
	var errs []error
	set := func(flag, text string, read func(string) error) {
		if text == "" {
			return
		}
		if err := read(text); err != nil {
			errs = append(errs, badInput(flag, text, err.Error()))
		}
	}
	set("--due", cmd.Due, func(s string) (err error) { duty.Due, err = calendar.ParseDue(s); return })
	set("--from", cmd.From, func(s string) (err error) { duty.From, err = calendar.ParseMonth(s); return })
	set("--to", cmd.To, func(s string) (err error) { duty.To, err = calendar.ParseMonth(s); return })
	set("--day-off", cmd.DayOff, func(s string) (err error) { duty.DayOff, err = calendar.ParseDayOffRule(s); return })
	set("--ladder", cmd.Ladder, func(s string) (err error) { duty.Ladder, err = calendar.ParseLadder(s); return })
	set("--notice-time", cmd.NoticeTime, func(s string) (err error) { duty.NoticeTime, err = calendar.ParseClock(s); return })
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if duty.Due.Months() > 0 && (cmd.From == "" || cmd.To == "") {
		return nil, badInput("--due", cmd.Due, "it comes back: say from which month to which, such as --from 2018-02 --to 2018-12")
	}
	return []plannedDuty{duty}, nil
}

func occurrences(c *calendar.Calendar, duty plannedDuty) ([]deadlineJSON, error) {
	days, err := duty.Due.Days(c, duty.DayOff, duty.From, duty.To)
	if err != nil {
		return nil, err
	}
	var out []deadlineJSON
	for _, o := range days {
		d := deadlineJSON{Duty: duty.Duty, Unit: duty.Unit, Period: o.Period, Stated: duty.Due, LastDay: o.LastDay, statedDay: o.Stated}
		if o.LastDay.IsZero() {
			out = append(out, d)
			continue
		}
		d.OverdueAt = o.OverdueAt().Format(time.RFC3339)
		d.Provisional = c.Provisional(o.Stated.Year()) || c.Provisional(o.LastDay.Year())
		if fall, off := c.Fall(o.Stated); off {
			d.DayOff = &fall
		}
		d.Rungs = []rungJSON{}
		for _, r := range duty.Ladder {
			at := c.RungAt(o.LastDay, r, duty.NoticeTime)
			d.Provisional = d.Provisional || c.Provisional(calendar.DateOf(at).Year())
			d.Rungs = append(d.Rungs, rungJSON{r, at.Format(time.RFC3339)})
		}
		out = append(out, d)
	}
	return out, nil
}

func writeDeadlines(out io.Writer, deadlines []deadlineJSON) error {
	named := slices.ContainsFunc(deadlines, func(d deadlineJSON) bool { return d.Duty != "" || d.Unit != "" })
	ladder, oneLadder := commonLadder(deadlines)

	var headings []string
	if named {
		headings = append(headings, "Nhiệm vụ", "Đơn vị")
	}
	headings = append(headings, "Kỳ", "Thời hạn", "Ngày cuối", "Quá hạn từ")
	if oneLadder {
		for _, r := range ladder {
			headings = append(headings, r.Rung.String())
		}
	} else {
		headings = append(headings, "Các mốc")
	}
	w := newTable(out, append(headings, "Lịch")...)
	for _, d := range deadlines {
		var cells []string
		if named {
			cells = append(cells, d.Duty, d.Unit)
		}
		lastDay := "không có"
		if !d.LastDay.IsZero() {
			lastDay = weekdays[d.LastDay.Weekday()] + " " + d.LastDay.String()
		}
		cells = append(cells, string(d.Period), d.Stated.String(), lastDay, short(d.OverdueAt))
		if oneLadder {
			at := make([]string, len(ladder))
			for i, r := range d.Rungs {
				at[i] = short(r.At)
			}
			cells = append(cells, at...)
		} else {
			var at []string
			for _, r := range d.Rungs {
				at = append(at, r.Rung.String()+": "+short(r.At))
			}
			cells = append(cells, strings.Join(at, "; "))
		}
		status := ""
		if d.Provisional {
			status = "tạm tính"
		}
		row(w, append(cells, status)...)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return writeNotes(out, deadlines)
}

// commonLadder returns the rungs that every dated deadline has; false where
// they differ.
func commonLadder(deadlines []deadlineJSON) ([]rungJSON, bool) {
	var ladder []rungJSON
	for _, d := range deadlines {
		switch {
		case d.Rungs == nil:
		case ladder == nil:
			ladder = d.Rungs
		case !slices.EqualFunc(ladder, d.Rungs, func(a, b rungJSON) bool { return a.Rung == b.Rung }):
			return nil, false
		}
	}
	return ladder, true
}

// writeNotes says which stated last days are days off, what the other rules
// would give, and what in the table is provisional.
func writeNotes(out io.Writer, deadlines []deadlineJSON) error {
	var notes []string
	provisional := false
	for _, d := range deadlines {
		provisional = provisional || d.Provisional
		if d.DayOff == nil {
			continue
		}
		f := d.DayOff
		what := cmp.Or(strings.Join(slices.DeleteFunc([]string{d.Duty, d.Unit, string(d.Period)}, func(s string) bool { return s == "" }), ", "), d.Stated.String())
		limit := "after " + d.statedDay.String()
		if d.Stated.Kind() == calendar.DueBefore {
			limit = "not before " + d.Stated.Date().String()
		}
		notes = append(notes, fmt.Sprintf("%s: %s %s is a day off (%s, %s). next: %s %s, past the stated limit (%s). previous: %s %s.",
			what, weekdays[d.statedDay.Weekday()], d.statedDay, kinds[f.Kind], f.Name,
			weekdays[f.Next.Weekday()], f.Next, limit, weekdays[f.Previous.Weekday()], f.Previous))
	}
	if provisional {
		notes = append(notes, "tạm tính: the days off of that year were not announced yet, and the dates may move.")
	}
	if len(notes) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "\n%s\n", strings.Join(notes, "\n"))
	return err
}

// short makes an RFC 3339 instant in +07:00 fit a table.
func short(instant string) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return ""
	}
	t = t.In(calendar.Zone)
	return weekdays[t.Weekday()] + " " + t.Format("2006-01-02 15:04")
}

// readCalendar returns the built-in calendar, with the years of a CSV file
// replaced where one is named.
func readCalendar(file string) (*calendar.Calendar, error) {
	if file == "" {
		return calendar.Default(), nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badInput("--days-off", file, "there is no such file: give the path of a CSV file")
	}
	if err != nil {
		return nil, badInput("--days-off", file, err.Error())
	}
	defer f.Close()
	days, err := calendar.ReadDaysOff(f)
	if err != nil {
		return nil, badInput("--days-off", file, err.Error())
	}
	return calendar.New(days), nil
}

func checkFormat(s string) error {
	if s != "table" && s != "json" {
		return badInput("--format", s, "write table or json")
	}
	return nil
}

// usageError is bad input on the command line: the flag, the text that was
// given, and what to do.
type usageError struct {
	flag, text, advice string
}

func badInput(flag, text, advice string) error {
	return &usageError{flag: flag, text: text, advice: advice}
}

// Error names the flag, the text and what to do.
func (e *usageError) Error() string {
	if e.text == "" || strings.Contains(e.advice, strconv.Quote(e.text)) {
		return e.flag + ": " + e.advice
	}
	sep := " "
	if strings.Contains(e.advice, "\n") {
		sep = "\n"
	}
	return fmt.Sprintf("%s %q:%s%s", e.flag, e.text, sep, e.advice)
}

// ExitCode is 2, the exit status for bad input.
func (e *usageError) ExitCode() int { return 2 }
