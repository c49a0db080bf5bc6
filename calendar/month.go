package calendar

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// Month is a month of a year. It is comparable; its text is YYYY-MM. The zero
// Month means "no month".
type Month struct {
	n int32 // January of year 1 is 12
}

// NewMonth returns a month of the years 1 to 9999.
func NewMonth(y int, m time.Month) (Month, error) {
	if _, err := NewDate(y, m, 1); err != nil {
		return Month{}, err
	}
	return Month{n: int32(y*12 + int(m) - 1)}, nil
}

// MonthOf returns the month of a day.
func MonthOf(d Date) Month {
	if d.IsZero() {
		return Month{}
	}
	y, m, _ := d.civil()
	return Month{n: int32(y*12 + int(m) - 1)}
}

// ParseMonth reads YYYY-MM and nothing else.
func ParseMonth(s string) (Month, error) {
	if len(s) == len("2018-02") {
		if d, err := ParseDate(s + "-01"); err == nil {
			return MonthOf(d), nil
		}
	}
	return Month{}, fmt.Errorf("%q is not a month: write YYYY-MM, such as 2018-02", s)
}

// MustMonth is ParseMonth for tests and tables; it panics on an error.
func MustMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// String returns YYYY-MM, or "" for no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year(), int(m.Month()))
}

// IsZero says that m is no month.
func (m Month) IsZero() bool { return m.n == 0 }

// Equal says that m and o are the same month.
func (m Month) Equal(o Month) bool { return m == o }

// Before says that m is earlier than o.
func (m Month) Before(o Month) bool { return m.n < o.n }

// After says that m is later than o.
func (m Month) After(o Month) bool { return m.n > o.n }

// Compare returns -1, 0 or 1, for sorting.
func (m Month) Compare(o Month) int { return cmp.Compare(m.n, o.n) }

// Year returns the year.
func (m Month) Year() int { return int(m.n) / 12 }

// Month returns the month of the year, 0 for no month.
func (m Month) Month() time.Month {
	if m.IsZero() {
		return 0
	}
	return time.Month(m.n%12 + 1)
}

// Add returns the month n months later, or earlier where n is negative; no
// month when that leaves the years 1 to 9999.
func (m Month) Add(n int) Month {
	sum := int64(m.n) + int64(n)
	if m.IsZero() || sum < 12 || sum >= (maxYear+1)*12 {
		return Month{}
	}
	return Month{n: int32(sum)}
}

// Day returns day n of the month, or the month's last day where it has no day
// n ("by day 30" in February).
func (m Month) Day(n int) Date {
	if m.IsZero() || n < 1 {
		return Date{}
	}
	return civil(m.Year(), m.Month(), min(n, daysIn(m.Year(), m.Month())))
}

// First returns the month's first day.
func (m Month) First() Date { return m.Day(1) }

// Last returns the month's last day.
func (m Month) Last() Date { return m.Day(31) }

// MarshalText writes YYYY-MM, nothing for no month.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads YYYY-MM; an empty text is no month.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	v, err := ParseMonth(string(text))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

// Scan reads YYYY-MM from a column of type text; null is no month.
func (m *Month) Scan(src any) error {
	if src == nil {
		*m = Month{}
		return nil
	}
	return scanText(m, src)
}

// Value is YYYY-MM, for a column of type text; null for no month.
func (m Month) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.String(), nil
}

// Period names a reporting period: a month "2018-02", a quarter "2018-Q1", a
// half year "2018-H1", a year "2018", or "" for a duty that comes once.
type Period string

// ParsePeriod reads a period's name.
func ParsePeriod(s string) (Period, error) {
	if s == "" {
		return "", nil
	}
	if p := Period(s); !p.First().IsZero() {
		return p, nil
	}
	return "", fmt.Errorf("%q is not a period: write a month 2018-02, a quarter 2018-Q1, a half year 2018-H1 or a year 2018", s)
}

// First returns the period's first month; no month where it has none.
func (p Period) First() Month { first, _ := p.months(); return first }

// Last returns the period's last month; no month where it has none.
func (p Period) Last() Month { _, last := p.months(); return last }

func (p Period) months() (first, last Month) {
	s := string(p)
	if m, err := ParseMonth(s); err == nil {
		return m, m
	}
	year, part, found := strings.Cut(s, "-")
	january, err := ParseMonth(year + "-01")
	if err != nil {
		return Month{}, Month{}
	}
	if !found {
		return january, january.Add(11)
	}
	switch part {
	case "Q1", "Q2", "Q3", "Q4":
		first = january.Add(int(part[1]-'1') * 3)
		return first, first.Add(2)
	case "H1", "H2":
		first = january.Add(int(part[1]-'1') * 6)
		return first, first.Add(5)
	}
	return Month{}, Month{}
}

// period returns the period of 1, 3, 6 or 12 months that ends with last.
func period(months int, last Month) Period {
	part := (int(last.Month())-1)/months + 1
	switch months {
	case 3:
		return Period(fmt.Sprintf("%04d-Q%d", last.Year(), part))
	case 6:
		return Period(fmt.Sprintf("%04d-H%d", last.Year(), part))
	case 12:
		return Period(fmt.Sprintf("%04d", last.Year()))
	}
	return Period(last.String())
}
