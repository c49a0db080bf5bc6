package calendar

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// DueKind is the way in which a deadline is stated.
type DueKind string

const (
	DueNone    DueKind = "none"    // "khẩn trương": no last day, never overdue
	DueBefore  DueKind = "before"  // "trước ngày D": the day before D is the last
	DueBy      DueKind = "by"      // "chậm nhất vào ngày D": D is the last
	DueRegular DueKind = "regular" // by a day of the month, period after period
	DueWithin  DueKind = "within"  // a number of working days of an event or a day
)

// Due is a deadline as a document states it. It is comparable. The zero Due is
// "none".
type Due struct {
	kind      DueKind
	date      Date
	n         int // day of the month, or number of working days
	months    int // length of the period: 1, 3, 6 or 12
	following bool
	event     string
}

// maxWorkingDays bounds the working days of a deadline and of a rung.
const maxWorkingDays = 366

const dueForms = `write "before 2018-04-15", "by 2018-04-20", "monthly by day 30", ` +
	`"monthly by day 10 of the following month", "quarterly by day 10 of the following month", ` +
	`"within 5 working days of 2018-04-20", "within 5 working days of receipt" or "none"`

var (
	reRegular = regexp.MustCompile(`^(monthly|quarterly|half-yearly|yearly) by day (\d{1,4})( of the following month)?$`)
	reWithin  = regexp.MustCompile(`^within (\d{1,9}) working days? of (.+)$`)
)

var periodNames = map[string]int{"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}

// ParseDue reads a deadline's stated form: "before 2018-04-15", "by
// 2018-04-20", "monthly by day 30", "monthly by day 10 of the following
// month", the same with quarterly, half-yearly or yearly, "within 5 working
// days of 2018-04-20", "within 5 working days of receipt" (an event whose day
// comes later, see WithEvent) or "none". Spaces may repeat.
func ParseDue(s string) (Due, error) {
	d, err := parseDue(strings.Join(strings.Fields(s), " "))
	if err != nil {
		return Due{}, fmt.Errorf("deadline %q: %w", s, err)
	}
	return d, nil
}

func parseDue(s string) (Due, error) {
	if s == "none" {
		return Due{}, nil
	}
	if date, ok := strings.CutPrefix(s, "before "); ok {
		d, err := ParseDate(date)
		if err == nil && d.AddDays(-1).IsZero() {
			err = errors.New("there is no day before it")
		}
		if err != nil {
			return Due{}, err
		}
		return Before(d), nil
	}
	if date, ok := strings.CutPrefix(s, "by "); ok {
		d, err := ParseDate(date)
		if err != nil {
			return Due{}, err
		}
		return By(d), nil
	}
	if m := reRegular.FindStringSubmatch(s); m != nil {
		day, _ := digits(m[2])
		if day < 1 || day > 31 {
			return Due{}, fmt.Errorf("there is no day %s of a month: write a day from 1 to 31", m[2])
		}
		months, following := periodNames[m[1]], m[3] != ""
		if months > 1 && !following {
			return Due{}, fmt.Errorf("it does not say which month: write %q", s+" of the following month")
		}
		return Due{kind: DueRegular, n: day, months: months, following: following}, nil
	}
	if m := reWithin.FindStringSubmatch(s); m != nil {
		n, _ := digits(m[1])
		if n < 1 || n > maxWorkingDays {
			return Due{}, fmt.Errorf("%s working days: write a number from 1 to %d", m[1], maxWorkingDays)
		}
		if m[2][0] >= '0' && m[2][0] <= '9' {
			day, err := ParseDate(m[2])
			if err != nil {
				return Due{}, err
			}
			return Due{kind: DueWithin, n: n, date: day}, nil
		}
		if utf8.RuneCountInString(m[2]) > 200 || strings.ContainsFunc(m[2], unicode.IsControl) || !utf8.ValidString(m[2]) {
			return Due{}, errors.New("the event is not readable: name it in at most 200 characters")
		}
		return Due{kind: DueWithin, n: n, event: m[2]}, nil
	}
	return Due{}, errors.New(dueForms)
}

// MustDue is ParseDue for tests and tables; it panics on an error.
func MustDue(s string) Due {
	d, err := ParseDue(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Before returns the deadline "before d".
func Before(d Date) Due { return Due{kind: DueBefore, date: d} }

// By returns the deadline "by d", as an extension or a promise states it.
func By(d Date) Due { return Due{kind: DueBy, date: d} }

// Kind returns the way in which the deadline is stated.
func (d Due) Kind() DueKind { return cmp.Or(d.kind, DueNone) }

// IsZero says that the deadline is "none".
func (d Due) IsZero() bool { return d == Due{} }

// Equal says that d and o are stated alike.
func (d Due) Equal(o Due) bool { return d == o }

// Date returns the day that the deadline names; no date where it names none.
func (d Due) Date() Date { return d.date }

// Event returns the name of the event that the deadline counts from, "" where
// it counts from none or from a day.
func (d Due) Event() string { return d.event }

// Months returns the length of the period of a regular deadline: 1, 3, 6 or 12
// months; 0 for a deadline that comes once.
func (d Due) Months() int { return d.months }

// String returns the stated form, which ParseDue reads.
func (d Due) String() string {
	switch d.kind {
	case DueBefore:
		return "before " + d.date.String()
	case DueBy:
		return "by " + d.date.String()
	case DueRegular:
		s := fmt.Sprintf("%s by day %d", d.periodName(), d.n)
		if d.following {
			s += " of the following month"
		}
		return s
	case DueWithin:
		days := "days"
		if d.n == 1 {
			days = "day"
		}
		return fmt.Sprintf("within %d working %s of %s", d.n, days, cmp.Or(d.event, d.date.String()))
	}
	return "none"
}

func (d Due) periodName() string {
	switch d.months {
	case 3:
		return "quarterly"
	case 6:
		return "half-yearly"
	case 12:
		return "yearly"
	}
	return "monthly"
}

// Shift returns the deadline with the day that it names moved by whole months,
// to the month's end where the month is shorter. Other deadlines stay.
func (d Due) Shift(months int) Due {
	d.date = d.date.AddMonths(months)
	return d
}

// WithEvent returns a deadline that counts from an event with the event's day
// in its place. Other deadlines stay.
func (d Due) WithEvent(day Date) Due {
	if d.event != "" && !day.IsZero() {
		d.event, d.date = "", day
	}
	return d
}

// Occurrence is one time that a deadline falls due. Its days are zero while
// there is no last day: a deadline "none", or an event that has not happened.
type Occurrence struct {
	Period  Period // "2018-02", "2018-Q1", "" for a deadline that comes once
	Stated  Date   // the last day as stated
	LastDay Date   // the last day after the day-off rule
}

// OverdueAt returns the instant from which the duty is overdue; the zero time
// while there is no last day.
func (o Occurrence) OverdueAt() time.Time { return OverdueAt(o.LastDay) }

// maxSpan bounds from and to of Days, in months.
const maxSpan = 50 * 12

// Days returns the occurrences of the deadline, by period. A regular deadline
// has one for every period whose last month lies in from to to, both included;
// an error where these are missing, in the wrong order or more than 50 years
// apart. A deadline that comes once has exactly one, and from and to do not
// matter.
func (d Due) Days(c *Calendar, rule DayOffRule, from, to Month) ([]Occurrence, error) {
	if d.kind != DueRegular {
		stated := d.single(c)
		return []Occurrence{{Stated: stated, LastDay: c.Apply(rule, stated)}}, nil
	}
	switch {
	case from.IsZero() || to.IsZero():
		return nil, fmt.Errorf("deadline %q: say from which month to which", d)
	case to.Before(from):
		return nil, fmt.Errorf("deadline %q: the months %s to %s are in the wrong order", d, from, to)
	case to.n-from.n >= maxSpan:
		return nil, fmt.Errorf("deadline %q: %s to %s is more than 50 years", d, from, to)
	}
	var out []Occurrence
	for m := from; !m.IsZero() && !m.After(to); m = m.Add(1) {
		if int(m.Month())%d.months != 0 {
			continue
		}
		in := m
		if d.following {
			in = m.Add(1)
		}
		stated := in.Day(d.n)
		out = append(out, Occurrence{Period: period(d.months, m), Stated: stated, LastDay: c.Apply(rule, stated)})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("deadline %q: no period ends from %s to %s", d, from, to)
	}
	return out, nil
}

func (d Due) single(c *Calendar) Date {
	switch d.kind {
	case DueBefore:
		return d.date.AddDays(-1)
	case DueBy:
		return d.date
	case DueWithin:
		return c.AddWorkingDays(d.date, d.n)
	}
	return Date{}
}

// MarshalText writes the stated form.
func (d Due) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the stated form.
func (d *Due) UnmarshalText(text []byte) error {
	v, err := ParseDue(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Scan reads the stated form from a column of type text; null is "none".
func (d *Due) Scan(src any) error {
	if src == nil {
		*d = Due{}
		return nil
	}
	return scanText(d, src)
}

// Value is the stated form, for a column of type text.
func (d Due) Value() (driver.Value, error) { return d.String(), nil }

func scanText(to interface{ UnmarshalText([]byte) error }, src any) error {
	switch v := src.(type) {
	case string:
		return to.UnmarshalText([]byte(v))
	case []byte:
		return to.UnmarshalText(v)
	}
	return fmt.Errorf("calendar: cannot read %T: select a column of type text", src)
}
