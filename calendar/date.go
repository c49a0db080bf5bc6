// Package calendar knows days, working days and days off in Vietnam, how a
// document states a deadline, and when the rungs of a ladder are due. It is
// pure: the same input gives the same instants, and it never asks for the time.
//
// There is one zone, Asia/Ho_Chi_Minh, +07:00. Days are days there.
package calendar

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"
)

// Zone is Vietnam's time, +07:00 the whole year round.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Date is a day in Zone, of the years 1 to 9999. It is comparable and may key
// a map. The zero Date means "no date"; its text is empty and its database
// value is null. Otherwise the text is YYYY-MM-DD, in JSON too.
type Date struct {
	n int32 // 0001-01-01 is 1
}

const (
	maxYear   = 9999
	unixEpoch = 719163 // 1970-01-01 as Date.n
	maxDate   = 3652059
)

// NewDate returns a day; an error when that day does not exist.
func NewDate(y int, m time.Month, d int) (Date, error) {
	if y < 1 || y > maxYear {
		return Date{}, fmt.Errorf("there is no year %d: years run from 1 to %d", y, maxYear)
	}
	if m < time.January || m > time.December {
		return Date{}, fmt.Errorf("there is no month %d: months run from 1 to 12", int(m))
	}
	if last := daysIn(y, m); d < 1 || d > last {
		return Date{}, fmt.Errorf("there is no day %d: %s %d has days 1 to %d", d, m, y, last)
	}
	return civil(y, m, d), nil
}

// MustDate is ParseDate for tests and tables; it panics on an error.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2018-04-15") || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%q is not a date: write YYYY-MM-DD, such as 2018-04-15", s)
	}
	y, ok1 := digits(s[:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return Date{}, fmt.Errorf("%q is not a date: write YYYY-MM-DD, such as 2018-04-15", s)
	}
	date, err := NewDate(y, time.Month(m), d)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date: %w; write YYYY-MM-DD, such as 2018-04-15", s, err)
	}
	return date, nil
}

// DateOf returns the day on which t falls in Zone.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	if y < 1 || y > maxYear {
		return Date{}
	}
	return civil(y, m, d)
}

// String returns YYYY-MM-DD, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, int(m), day)
}

// IsZero says that d is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// Equal says that d and e are the same day.
func (d Date) Equal(e Date) bool { return d == e }

// Before says that d is earlier than e. No date is earlier than any day.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After says that d is later than e.
func (d Date) After(e Date) bool { return d.n > e.n }

// Compare returns -1, 0 or 1, for sorting.
func (d Date) Compare(e Date) int { return cmp.Compare(d.n, e.n) }

// AddDays returns the day n days later, or earlier where n is negative; no
// date when that leaves the years 1 to 9999 or d is no date.
func (d Date) AddDays(n int) Date {
	sum := int64(d.n) + int64(n)
	if d.IsZero() || sum < 1 || sum > maxDate {
		return Date{}
	}
	return Date{n: int32(sum)}
}

// AddMonths returns the same day n months later, or the last day of that month
// where it is shorter: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return Date{}
	}
	return MonthOf(d).Add(n).Day(d.Day())
}

// DaysUntil returns the number of days from d to e, negative where e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.n) - int(d.n) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) }

// Year returns the year, 0 for no date.
func (d Date) Year() int { y, _, _ := d.civil(); return y }

// Month returns the month of the year, 0 for no date.
func (d Date) Month() time.Month { _, m, _ := d.civil(); return m }

// Day returns the day of the month, 0 for no date.
func (d Date) Day() int { _, _, day := d.civil(); return day }

// Start returns the instant at which d begins, 00:00:00+07:00; the zero time
// for no date.
func (d Date) Start() time.Time { return d.At(Clock{}) }

// At returns the instant of clock c on day d, in Zone; the zero time for no
// date.
func (d Date) At(c Clock) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	_, offset := time.Time{}.In(Zone).Zone()
	seconds := int64(d.n-unixEpoch)*24*60*60 + int64(c.minutes)*60 - int64(offset)
	return time.Unix(seconds, 0).In(Zone)
}

// MarshalText writes YYYY-MM-DD, nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; an empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Scan reads a column of type date, as database/sql and pgx hand it over. Null
// is no date. An instant (timestamptz) is refused, because its day depends on
// a zone that the column does not say.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		if h, m, s := v.Clock(); h != 0 || m != 0 || s != 0 || v.Nanosecond() != 0 {
			return fmt.Errorf("calendar: %s is an instant, not a date: select a column of type date", v.Format(time.RFC3339Nano))
		}
		got, err := NewDate(v.Date())
		if err != nil {
			return fmt.Errorf("calendar: date column: %w", err)
		}
		*d = got
		return nil
	}
	return fmt.Errorf("calendar: cannot read a date from %T: select a column of type date", src)
}

// Value is what a column of type date stores: midnight UTC of that day, null
// for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	y, m, day := d.civil()
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC), nil
}

// civil returns the Date of a day that is known to exist.
func civil(y int, m time.Month, d int) Date {
	// March is the first month here, so that a leap day ends the year.
	if m <= time.February {
		y--
		m += 12
	}
	day := 365*y + y/4 - y/100 + y/400 + (153*(int(m)-3)+2)/5 + d
	return Date{n: int32(day - 306)}
}

func (d Date) civil() (y int, m time.Month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	n := int(d.n) + 305
	era := n / 146097
	doe := n % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	y = era*400 + yoe
	month := mp + 3
	if month > 12 {
		month -= 12
		y++
	}
	return y, time.Month(month), day
}

func daysIn(y int, m time.Month) int {
	switch m {
	case time.February:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// digits reads a number that consists of the digits 0 to 9 alone.
func digits(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
